//! `z.object({ … })` in a file, read from its tokens, with the constants of other files it is made of.

use std::collections::{BTreeMap, BTreeSet};

use super::project::At;
use crate::codebase::lex::{Kind, Tokens};
use crate::codebase::module::Function;

/// One Zod object that is declared as a constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) name: String,
    /// Where its declaration starts, in bytes.
    pub(super) at: usize,
    pub(super) fields: BTreeMap<String, Field>,
    /// Whether every field is known: nothing is taken over from elsewhere.
    pub(super) is_complete: bool,
    /// `.transform(…)`: what is parsed is not what is stored.
    pub(super) is_transformed: bool,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) at: usize,
    /// What it accepts; `None` when that is not known.
    pub(super) family: Option<Family>,
    /// The members of an enum or union of literals, when all are known.
    pub(super) members: Option<BTreeSet<String>>,
    /// Whether it may be left out, or be null.
    pub(super) is_optional: bool,
    /// The most characters, when it says so.
    pub(super) max: Option<u64>,
    /// The least number, when it says so.
    pub(super) min: Option<i128>,
    /// The file in which it is written.
    pub(super) file: String,
}

/// The kind of value a field accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    String,
    Uuid,
    Number,
    BigInt,
    Boolean,
    Date,
    Array,
    Other,
}

/// The tokens of a value: from, to.
pub(super) type Range = (usize, usize);

/// How many constants are looked through.
const MAX_DEPTH: u32 = 16;

/// The objects of a file, in its order.
pub(super) fn objects(file: At<'_>) -> Vec<Object> {
    let declared = file.constants().iter().filter_map(|(name, range)| {
        let mut object = Object {
            name: name.clone(),
            at: file.tokens().start(range.0),
            fields: BTreeMap::new(),
            is_complete: true,
            is_transformed: false,
        };
        if !file.object(*range, 0, &mut object) {
            return None;
        }
        // What is taken over from another file is shown where it is taken over.
        let at = object.at;
        for field in object.fields.values_mut().filter(|field| field.file != file.path()) {
            field.at = at;
        }
        Some(object)
    });
    let mut found: Vec<Object> = declared.filter(|object| !object.fields.is_empty()).collect();
    found.sort_by_key(|object| object.at);
    found
}

/// `const NAME = value`, at any depth; the last of a name counts.
pub(super) fn constants(tokens: &Tokens<'_>) -> BTreeMap<String, Range> {
    let mut found = BTreeMap::new();
    for at in 0..tokens.len() {
        let name = tokens.get(at + 1).to_owned();
        if tokens.is_word(at, "enum") && tokens.is_punct(at + 2, "{") {
            found.insert(name, (at + 2, at + 3));
            continue;
        }
        // What a function returns, when that is all it does.
        if tokens.is_word(at, "function") && tokens.kind(at + 1) == Kind::Word {
            let body = Function::read(tokens, at + 2, false).map(Function::body_range);
            if let Some((start, end)) = body.filter(|(start, _)| tokens.is_word(*start, "return")) {
                found.insert(name, (start + 1, end));
            }
            continue;
        }
        if !tokens.is_word(at, "const") || tokens.kind(at + 1) != Kind::Word {
            continue;
        }
        // `const X: Type = value`
        let mut equals = at + 2;
        while equals < tokens.len()
            && !tokens.is_punct(equals, "=")
            && !tokens.is_punct(equals, ";")
        {
            equals = tokens.pair(equals).filter(|end| *end > equals).unwrap_or(equals) + 1;
        }
        if tokens.is_punct(equals, "=") {
            let function = Function::read(tokens, equals + 1, true).map(Function::body_range);
            let value = match function {
                Some((start, end)) if tokens.is_word(start, "return") => (start + 1, end),
                Some(body) => body,
                None => (equals + 1, end_of_chain(tokens, equals + 1)),
            };
            found.insert(name, value);
        }
    }
    found
}

/// The end of an expression that is a name or literal with calls and members after it.
fn end_of_chain(tokens: &Tokens<'_>, start: usize) -> usize {
    let mut at = start;
    while at < tokens.len() {
        let goes_on = if let Some(close) = tokens.pair(at).filter(|close| *close > at) {
            at = close;
            [".", "?.", "(", "["].iter().any(|next| tokens.is_punct(at + 1, next))
        } else {
            let is_dot = tokens.is_punct(at, ".") || tokens.is_punct(at, "?.");
            is_dot || [".", "?.", "("].iter().any(|next| tokens.is_punct(at + 1, next))
        };
        at += 1;
        if !goes_on {
            break;
        }
    }
    at
}

impl At<'_> {
    /// Reads an object with its `.extend`, `.merge`, `.omit`, `.pick`; false when it is none.
    fn object(self, (start, end): Range, depth: u32, into: &mut Object) -> bool {
        let tokens = self.tokens();
        if depth > MAX_DEPTH {
            return false;
        }
        let is_z = tokens.is_word(start, "z") && tokens.is_punct(start + 1, ".");
        let makers = ["object", "strictObject", "looseObject", "interface"];
        let mut at = if is_z && makers.contains(&tokens.get(start + 2)) {
            let Some(close) = tokens.pair(start + 3) else { return false };
            self.shape(start + 4, depth, into);
            close + 1
        } else if let Some((file, base)) = self.find(tokens.get(start)).filter(|_| !is_z) {
            if (file.path(), base.0) == (self.path(), start) || !file.object(base, depth + 1, into)
            {
                return false;
            }
            start + 1
        } else {
            // A base that is not found: what is added to it is known, the rest is not.
            let extends = tokens.kind(start) == Kind::Word
                && !is_z
                && tokens.is_punct(start + 1, ".")
                && ["extend", "omit", "merge", "pick"].contains(&tokens.get(start + 2));
            if !extends {
                return false;
            }
            into.is_complete = false;
            start + 1
        };
        while at < end && tokens.is_punct(at, ".") && tokens.is_punct(at + 2, "(") {
            let Some(close) = tokens.pair(at + 2) else { break };
            self.method(tokens.get(at + 1), at + 3, depth, into);
            at = close + 1;
        }
        true
    }

    fn method(self, method: &str, argument: usize, depth: u32, into: &mut Object) {
        let tokens = self.tokens();
        match method {
            "extend" | "safeExtend" | "augment" => self.shape(argument, depth, into),
            "merge" => match self.find(tokens.get(argument)) {
                Some((file, base)) if file.object(base, depth + 1, into) => {}
                _ => into.is_complete = false,
            },
            "omit" => {
                for (key, _) in keys(tokens, argument) {
                    into.fields.remove(key);
                }
            }
            "pick" => {
                let kept: BTreeSet<&str> =
                    keys(tokens, argument).into_iter().map(|(key, _)| key).collect();
                into.fields.retain(|key, _| kept.contains(key.as_str()));
            }
            "partial" | "deepPartial" | "required" => {
                let named: BTreeSet<&str> =
                    keys(tokens, argument).into_iter().map(|(key, _)| key).collect();
                for (key, field) in &mut into.fields {
                    if named.is_empty() || named.contains(key.as_str()) {
                        field.is_optional = method != "required";
                    }
                }
            }
            "transform" | "pipe" => into.is_transformed = true,
            "catchall" | "passthrough" | "and" | "or" => into.is_complete = false,
            _ => {}
        }
    }

    /// The fields of an object literal, or of a constant that is one.
    fn shape(self, at: usize, depth: u32, into: &mut Object) {
        let tokens = self.tokens();
        if !tokens.is_punct(at, "{") {
            // `Base.shape`
            let is_shape = tokens.is_word(at + 2, "shape") && tokens.is_property(at + 2);
            match self.find(tokens.get(at)) {
                Some((file, base)) if depth < MAX_DEPTH && is_shape => {
                    if !file.object(base, depth + 1, into) {
                        into.is_complete = false;
                    }
                }
                Some((file, (start, _)))
                    if depth < MAX_DEPTH && file.tokens().is_punct(start, "{") =>
                {
                    file.shape(start, depth + 1, into);
                }
                _ => into.is_complete = false,
            }
            return;
        }
        for spread in spreads(tokens, at) {
            self.shape(spread, depth + 1, into);
        }
        for (key, value) in keys(tokens, at) {
            let number = |methods: &[&str]| {
                let (file, at) = self.calls(value, methods, 0)?;
                let is_negative = file.tokens().is_punct(at + 2, "-");
                let digits = file.tokens().get(if is_negative { at + 3 } else { at + 2 });
                let number: i128 = digits.trim_end_matches('n').replace('_', "").parse().ok()?;
                Some(if is_negative { -number } else { number })
            };
            let is_positive = self.calls(value, &["positive"], 0).is_some();
            let field = Field {
                at: tokens.start(value.0.saturating_sub(2)),
                family: self.family(value, 0),
                members: self.members(value, 0),
                is_optional: self.calls(value, &["optional", "nullable", "nullish"], 0).is_some(),
                max: number(&["max", "length"]).and_then(|it| u64::try_from(it).ok()),
                min: number(&["min", "gte"]).or(is_positive.then_some(1)),
                file: self.path().to_owned(),
            };
            into.fields.insert(key.to_owned(), field);
        }
    }

    /// The first of some methods that are called at the end of a value, or of the constant it is.
    fn calls(self, (start, end): Range, methods: &[&str], depth: u32) -> Option<(Self, usize)> {
        let tokens = self.tokens();
        let mut at = start;
        while at < end {
            if tokens.is_property(at) && methods.contains(&tokens.get(at)) {
                return Some((self, at));
            }
            // What stands in brackets belongs to something else.
            at = tokens.pair(at).filter(|close| *close > at).unwrap_or(at) + 1;
        }
        let (file, value) = self.constant(start, depth)?;
        file.calls(value, methods, depth + 1)
    }

    /// The constant, or what the function gives, that a value begins with.
    fn constant(self, start: usize, depth: u32) -> Option<(Self, Range)> {
        let tokens = self.tokens();
        if tokens.is_word(start, "z") || tokens.kind(start) != Kind::Word || depth >= MAX_DEPTH {
            return None;
        }
        self.find(tokens.get(start))
    }

    fn family(self, (start, end): Range, depth: u32) -> Option<Family> {
        let tokens = self.tokens();
        let has =
            |name: &str| (start..end).any(|at| tokens.is_word(at, name) && tokens.is_property(at));
        // `Base.shape.key` and what a transform makes of it are not followed.
        if ["shape", "transform", "pipe"].into_iter().any(has) {
            return None;
        }
        if !tokens.is_word(start, "z") {
            if has("array") {
                return Some(Family::Array);
            }
            let (file, value) = self.constant(start, depth)?;
            return file.family(value, depth + 1);
        }
        let coerced = tokens.is_word(start + 2, "coerce");
        let method = tokens.get(if coerced { start + 4 } else { start + 2 });
        Some(match method {
            "string" if has("uuid") => Family::Uuid,
            "uuid" | "guid" => Family::Uuid,
            "array" | "tuple" => Family::Array,
            _ if has("array") => Family::Array,
            "string" | "enum" | "nativeEnum" | "email" | "url" | "iso" => Family::String,
            "literal" if tokens.kind(start + 4) == Kind::String => Family::String,
            "number" | "int" | "float64" => Family::Number,
            "bigint" => Family::BigInt,
            "boolean" | "stringbool" => Family::Boolean,
            "date" => Family::Date,
            "object" | "record" | "any" | "unknown" | "union" | "lazy" | "custom" => Family::Other,
            _ => return None,
        })
    }

    /// The members of `z.enum([…])`, `z.nativeEnum(E)` and of `z.union([z.literal(…), …])`.
    fn members(self, (start, end): Range, depth: u32) -> Option<BTreeSet<String>> {
        let tokens = self.tokens();
        let subtracts = ["exclude", "extract", "or", "array", "transform", "pipe"];
        if (start..end).any(|at| tokens.is_property(at) && subtracts.contains(&tokens.get(at))) {
            return None;
        }
        if !tokens.is_word(start, "z") {
            let (file, value) = self.constant(start, depth)?;
            return file.members(value, depth + 1);
        }
        match tokens.get(start + 2) {
            "enum" | "nativeEnum" => self.strings(start + 4, depth),
            "literal" if tokens.kind(start + 4) == Kind::String => {
                Some([tokens.get(start + 4).to_owned()].into())
            }
            "literal" if tokens.is_punct(start + 4, "[") => self.strings(start + 4, depth),
            "union" if tokens.is_punct(start + 4, "[") => {
                let close = tokens.pair(start + 4)?;
                let mut found = BTreeSet::new();
                let mut at = start + 5;
                while at < close {
                    let value = (at, end_of_chain(tokens, at));
                    found.extend(self.members(value, depth + 1)?);
                    at = value.1.max(at) + 1;
                }
                Some(found)
            }
            _ => None,
        }
    }

    /// An array of strings, with spreads of other constant arrays; the values of an object or enum.
    fn strings(self, at: usize, depth: u32) -> Option<BTreeSet<String>> {
        let tokens = self.tokens();
        if depth > MAX_DEPTH {
            return None;
        }
        if !tokens.is_punct(at, "[") && !tokens.is_punct(at, "{") {
            // `Base.options` and `Object.values(…)` are not followed.
            if tokens.is_punct(at + 1, ".") || tokens.is_punct(at + 1, "(") {
                return None;
            }
            let (file, (start, _)) = self.find(tokens.get(at))?;
            let is_list = ["[", "{"].iter().any(|open| file.tokens().is_punct(start, open));
            return is_list.then(|| file.strings(start, depth + 1))?;
        }
        let is_object = tokens.is_punct(at, "{");
        let close = tokens.pair(at)?;
        let mut found = BTreeSet::new();
        let mut at = at + 1;
        while at < close {
            let is_key =
                is_object && (tokens.is_punct(at + 1, ":") || tokens.is_punct(at + 1, "="));
            if is_key {
                at += 1;
            } else if tokens.kind(at) == Kind::String {
                found.insert(tokens.get(at).to_owned());
            } else if tokens.is_punct(at, "...") {
                at += 1;
                found.extend(self.strings(at, depth + 1)?);
            } else if !tokens.is_punct(at, ",") {
                return None;
            }
            at += 1;
        }
        Some(found)
    }
}

/// The properties of an object literal with the tokens of their values.
fn keys<'a>(tokens: &Tokens<'a>, open: usize) -> Vec<(&'a str, Range)> {
    let mut found = Vec::new();
    let Some(close) = tokens.pair(open).filter(|_| tokens.is_punct(open, "{")) else {
        return found;
    };
    let mut at = open + 1;
    while at < close {
        let is_key = matches!(tokens.kind(at), Kind::Word | Kind::String);
        let starts = tokens.follows_punct(at, "{") || tokens.follows_punct(at, ",");
        if is_key && starts && tokens.is_punct(at + 1, ":") {
            let end = end_of_chain(tokens, at + 2);
            found.push((tokens.get(at), (at + 2, end)));
            at = end.max(at + 2);
            continue;
        }
        // Shorthand: the value is the constant of that name.
        let ends = tokens.is_punct(at + 1, ",") || at + 1 == close;
        if tokens.kind(at) == Kind::Word && starts && ends {
            found.push((tokens.get(at), (at, at + 1)));
        }
        at = tokens.pair(at).filter(|end| *end > at).unwrap_or(at) + 1;
    }
    found
}

fn spreads(tokens: &Tokens<'_>, open: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let Some(close) = tokens.pair(open) else { return found };
    let mut at = open + 1;
    while at < close {
        if tokens.is_punct(at, "...") {
            found.push(at + 1);
        }
        at = tokens.pair(at).filter(|end| *end > at).unwrap_or(at) + 1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::project::Project;
    use super::*;

    fn read(text: &str) -> Vec<Object> {
        let files = crate::files::MemoryFiles::new([("a.ts", text), ("b.ts", ELSEWHERE)]);
        let corpus = crate::codebase::Corpus::new(&files, &[]).expect("readable");
        let resolve = |_: &str, specifier: &str| (specifier == "./b").then(|| "b.ts".to_owned());
        let project = Project::new(&corpus, &resolve, |path| path == "a.ts");
        project.at("a.ts").map(objects).unwrap_or_default()
    }

    const ELSEWHERE: &str = "export const KINDS = ['fee', 'carry'] as const;
        export enum Stage { Seed = 'seed', Growth = 'growth' }
        export const money = () => z.string().max(12);
        export function count() { return z.number().int().min(1); }
        export const Base = z.object({ id: z.string().uuid(), note: z.string().nullable() });";

    #[test]
    fn constants_and_functions_of_other_files() {
        let text = "import { KINDS, Stage as S, money, count, Base } from './b';
            export const Fee = Base.extend({ kind: z.enum(KINDS), stage: z.nativeEnum(S), size: money(),
              shares: count(), other: z.discriminatedUnion('a', [X, Y]) }).partial({ id: true });";
        let found = read(text);
        assert_eq!(found.len(), 1);
        let fee = &found[0];
        assert_eq!(fields(fee), ["id", "kind", "note", "other", "shares", "size", "stage"]);
        assert!(fee.is_complete && fee.fields["id"].is_optional && fee.fields["note"].is_optional);
        assert_eq!(fee.fields["kind"].members, Some(["carry".into(), "fee".into()].into()));
        assert_eq!(fee.fields["stage"].members, Some(["growth".into(), "seed".into()].into()));
        assert_eq!(
            (fee.fields["size"].family, fee.fields["size"].max),
            (Some(Family::String), Some(12))
        );
        assert_eq!(
            (fee.fields["shares"].family, fee.fields["shares"].min),
            (Some(Family::Number), Some(1))
        );
        assert_eq!(fee.fields["other"].family, None);
    }

    fn fields(object: &Object) -> Vec<&str> {
        object.fields.keys().map(String::as_str).collect()
    }

    #[test]
    fn objects_with_what_is_added_and_taken_away() {
        let text = "const Base = z.object({ id: z.string().uuid(), name: z.string().min(1), });
            export const Lot = Base.extend({ count: z.number().int() }).omit({ name: true });
            export const Named = Base.pick({ name: true }).strict();
            export const Both = z.object({ ...Base.shape, x: z.bigint() }).transform((v) => v);
            export const Foreign = imported.extend({ a: z.any() });
            const other = compute({ a: 1 });";
        let found = read(text);
        let names: Vec<_> = found
            .iter()
            .map(|object| (object.name.as_str(), fields(object), object.is_complete))
            .collect();
        assert_eq!(
            names,
            [
                ("Base", vec!["id", "name"], true),
                ("Lot", vec!["count", "id"], true),
                ("Named", vec!["name"], true),
                ("Both", vec!["id", "name", "x"], true),
                ("Foreign", vec!["a"], false),
            ]
        );
        assert!(found[3].is_transformed && !found[0].is_transformed);
        assert_eq!(found[0].fields["id"].family, Some(Family::Uuid));
        assert_eq!(found[1].fields["count"].family, Some(Family::Number));
    }

    #[test]
    fn members_of_enums_and_unions() {
        let text = "const TYPES = ['initial', 'follow_on'] as const;
            const LotType = z.enum(TYPES);
            const All = z.enum([...TYPES, 'secondary']);
            const S = z.object({ a: LotType, b: All.optional(), LotType, c: z.enum(elsewhere),
              d: z.union([z.literal('x'), z.literal('y')]), e: z.literal('z'), f: All.exclude(['initial']) });";
        let found = read(text);
        let members = |key: &str| {
            let members = found[0].fields[key].members.as_ref()?;
            Some(members.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert_eq!(members("a"), Some(vec!["follow_on", "initial"]));
        assert_eq!(members("b"), Some(vec!["follow_on", "initial", "secondary"]));
        assert_eq!(members("LotType"), members("a"));
        assert_eq!(members("c"), None);
        assert_eq!(members("d"), Some(vec!["x", "y"]));
        assert_eq!(members("e"), Some(vec!["z"]));
        assert_eq!(members("f"), None);
    }

    #[test]
    fn any_text_can_be_read() {
        for text in [
            "const a = z.object(",
            "const a = a.extend({",
            "const a = b; const b = a;",
            "const a = z.object({ ...a.shape, b: a })",
        ] {
            assert!(read(text).len() <= 1, "{text}");
        }
    }
}
