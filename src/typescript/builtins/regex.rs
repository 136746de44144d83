//! Regular expressions as values, and what string methods look for.

use std::rc::Rc;

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
                {
                    return Ok(Value::Bool(pattern.find(text, 0).is_some()));
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
    literal: Rc<str>,
    is_global: bool,
}

/// One match: byte offsets.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Pattern {
    /// The pattern a value stands for: `None` when it is no regular expression, `Some(None)` when it is
    /// one that is not evaluated.
    pub(super) fn of(value: &Value) -> Option<Option<Self>> {
        let Value::Host(host) = value else { return None };
        let regex = host.as_any().downcast_ref::<Regex>()?;
        Some(Self::compile(&regex.source, &regex.flags))
    }

    /// A text as it stands.
    pub(super) fn literal(text: &str, is_global: bool) -> Self {
        Self { literal: text.into(), is_global }
    }

    /// Regular expressions that are a plain text: letters, digits, spaces, `_`, `-` and escaped
    /// punctuation.
    fn compile(source: &str, flags: &str) -> Option<Self> {
        if !matches!(flags, "" | "g") {
            return None;
        }
        let mut literal = String::new();
        let mut characters = source.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => {
                    let escaped = characters.next()?;
                    if !escaped.is_ascii_punctuation() {
                        return None;
                    }
                    literal.push(escaped);
                }
                ' ' | '_' | '-' | ',' | ':' | ';' | '/' | '@' | '#' | '%' | '&' | '=' | '"'
                | '\'' => literal.push(character),
                character if character.is_ascii_alphanumeric() => literal.push(character),
                _ => return None,
            }
        }
        (!literal.is_empty()).then(|| Self::literal(&literal, flags == "g"))
    }

    pub(super) fn is_global(&self) -> bool {
        self.is_global
    }

    /// The first match at or after a byte offset.
    pub(super) fn find(&self, text: &str, from: usize) -> Option<Found> {
        let at = text.get(from..)?.find(&*self.literal)? + from;
        Some(Found { start: at, end: at + self.literal.len() })
    }

    /// All matches, left to right.
    pub(super) fn find_all(&self, text: &str) -> Vec<Found> {
        let matches = text.match_indices(&*self.literal);
        matches.map(|(start, found)| Found { start, end: start + found.len() }).collect()
    }
}

impl Found {
    /// The match and its groups.
    pub(super) fn groups(&self, text: &str) -> Vec<Value> {
        vec![Value::String(text.get(self.start..self.end).unwrap_or_default().into())]
    }

    /// Appends a replacement text with `$&` and the like resolved (ECMA-262 section 22.1.3.19.1).
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
                _ => ("$", 0),
            };
            result.push_str(part);
            rest = after.get(skip..).unwrap_or_default();
        }
        result.push_str(rest);
    }
}
