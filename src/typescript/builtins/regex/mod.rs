//! Regular expressions as values, and what string methods look for.

mod engine;

use std::rc::Rc;

use engine::{Captures, Program, TooLong};

use crate::typescript::value::{Abrupt, Context, HostObject, Value};

/// A regular expression literal.
#[derive(Debug)]
pub(crate) struct Regex {
    source: Rc<str>,
    flags: Rc<str>,
}

/// A regular expression literal as a value.
pub(crate) fn regex(source: Rc<str>, flags: Rc<str>) -> Value {
    Value::Host(Rc::new(Regex { source, flags }))
}

impl HostObject for Regex {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn class(&self) -> &'static str {
        "RegExp"
    }
    fn get(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        Ok(match key {
            "source" => Value::String(self.source.clone()),
            "flags" => Value::String(self.flags.clone()),
            "global" => Value::Bool(self.flags.contains('g')),
            _ => context.derived(key, &[Value::Host(this.clone())]),
        })
    }
    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        match key {
            "toString" => context.text(&format!("/{}/{}", self.source, self.flags)),
            "test" if !self.flags.contains(['g', 'y']) => {
                if let Some(Value::String(text)) = arguments.first()
                    && let Some(pattern) = Pattern::compile(&self.source, &self.flags)
                    && let Ok(found) = pattern.find(text, 0)
                {
                    return Ok(Value::Bool(found.is_some()));
                }
                let mut operands = vec![Value::Host(this.clone())];
                operands.extend_from_slice(arguments);
                let unknown = context.unknown("this regular expression is not evaluated");
                operands.insert(0, unknown);
                Ok(context.derived(key, &operands))
            }
            _ => {
                let mut operands =
                    vec![context.unknown("this regular expression is not evaluated")];
                operands.push(Value::Host(this.clone()));
                operands.extend_from_slice(arguments);
                Ok(context.derived(key, &operands))
            }
        }
    }
    fn digest(&self) -> u64 {
        crate::typescript::digest::of_text(&format!("/{}/{}", self.source, self.flags))
    }
}

/// What `split`, `replace` and the like look for.
#[derive(Debug)]
pub(super) struct Pattern {
    kind: Kind,
    is_global: bool,
}

#[derive(Debug)]
enum Kind {
    Literal(Rc<str>),
    Program(Program),
}

/// What a value looks for.
#[derive(Debug)]
pub(super) enum Wanted {
    /// A regular expression that can be evaluated.
    Pattern(Pattern),
    /// One that cannot.
    Unsupported,
    /// No regular expression.
    Other,
}

/// One match: byte offsets, and those of its groups.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    groups: Captures,
}

impl Pattern {
    /// The pattern a value stands for.
    pub(super) fn of(value: &Value) -> Wanted {
        let Value::Host(host) = value else { return Wanted::Other };
        let Some(regex) = host.as_any().downcast_ref::<Regex>() else { return Wanted::Other };
        Self::compile(&regex.source, &regex.flags).map_or(Wanted::Unsupported, Wanted::Pattern)
    }

    /// A text as it stands.
    pub(super) fn literal(text: &str, is_global: bool) -> Self {
        Self { kind: Kind::Literal(text.into()), is_global }
    }

    fn compile(source: &str, flags: &str) -> Option<Self> {
        if flags.contains(|flag| !matches!(flag, 'g' | 'i')) {
            return None;
        }
        let ignores_case = flags.contains('i');
        if ignores_case && !source.is_ascii() {
            return None;
        }
        let program = Program::compile(source, ignores_case)?;
        Some(Self { kind: Kind::Program(program), is_global: flags.contains('g') })
    }

    pub(super) fn is_global(&self) -> bool {
        self.is_global
    }

    /// The first match at or after a byte offset.
    pub(super) fn find(&self, text: &str, from: usize) -> Result<Option<Found>, TooLong> {
        match &self.kind {
            Kind::Literal(literal) => {
                let rest = text.get(from..).unwrap_or_default();
                Ok(rest.find(&**literal).map(|at| {
                    let (start, end) = (from + at, from + at + literal.len());
                    Found { start, end, groups: vec![Some((start, end))] }
                }))
            }
            Kind::Program(program) => Ok(program.find(text, from)?.and_then(|groups| {
                let (start, end) = groups.first().copied().flatten()?;
                Some(Found { start, end, groups })
            })),
        }
    }

    /// All matches, left to right.
    pub(super) fn find_all(&self, text: &str) -> Result<Vec<Found>, TooLong> {
        let mut all = Vec::new();
        let mut from = 0;
        while from <= text.len() {
            let Some(found) = self.find(text, from)? else { break };
            from = found.end;
            if found.end == found.start {
                // An empty match: go on behind the next character.
                from +=
                    text.get(from..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            }
            all.push(found);
            if all.len() > 10_000 {
                return Err(TooLong);
            }
        }
        Ok(all)
    }
}

impl Found {
    fn group<'t>(&self, text: &'t str, index: usize) -> Option<&'t str> {
        let (start, end) = self.groups.get(index).copied().flatten()?;
        text.get(start..end)
    }

    /// The match and its groups.
    pub(super) fn groups(&self, text: &str) -> Vec<Value> {
        let indexes = 0..self.groups.len();
        indexes
            .map(|index| {
                self.group(text, index)
                    .map_or(Value::Undefined, |group| Value::String(group.into()))
            })
            .collect()
    }

    /// Appends a replacement text with `$&`, `$1` and the like resolved (ECMA-262 section
    /// 22.1.3.19.1).
    pub(super) fn expand(&self, text: &str, template: &str, result: &mut String) {
        let mut rest = template;
        while let Some(at) = rest.find('$') {
            result.push_str(rest.get(..at).unwrap_or_default());
            let after = rest.get(at + 1..).unwrap_or_default();
            let (part, skip) = match after.as_bytes().first() {
                Some(b'$') => ("$", 1),
                Some(b'&') => (text.get(self.start..self.end).unwrap_or_default(), 1),
                Some(b'`') => (text.get(..self.start).unwrap_or_default(), 1),
                Some(b'\'') => (text.get(self.end..).unwrap_or_default(), 1),
                Some(b'0'..=b'9') => self.numbered(text, after),
                _ => ("$", 0),
            };
            result.push_str(part);
            rest = after.get(skip..).unwrap_or_default();
        }
        result.push_str(rest);
    }

    /// `$1` or `$12`: two digits when there is such a group.
    fn numbered<'t>(&self, text: &'t str, after: &str) -> (&'t str, usize) {
        for length in [2, 1] {
            let index = after.get(..length).and_then(|digits| digits.parse::<usize>().ok());
            if let Some(index) = index.filter(|index| (1..self.groups.len()).contains(index)) {
                return (self.group(text, index).unwrap_or_default(), length);
            }
        }
        ("$", 0)
    }
}
