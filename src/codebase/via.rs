//! How a place in TypeScript names what it uses.

use super::Via;
use super::code::CodeFile;
use super::lex::Kind;

const RELATIONS: &[&str] = &["relations", "defineRelations", "defineRelationsPart"];
const ZOD: &[&str] = &["createInsertSchema", "createSelectSchema", "createUpdateSchema"];
/// Calls of a query that compare or sort: what an index serves.
const CONDITIONS: &[&str] = &[
    "asc", "between", "desc", "eq", "groupBy", "gt", "gte", "inArray", "isNull", "like", "lt",
    "lte", "orderBy", "where",
];
/// How many brackets are looked at, from the inside out.
const DEPTH: usize = 12;

impl CodeFile<'_> {
    /// How the name at a byte is used: by the innermost call around it that says so.
    pub(super) fn via(&self, byte: usize) -> Via {
        let tokens = &self.tokens;
        let starts_before = |token: &super::lex::Token| token.start as usize <= byte;
        let Some(mut at) = tokens.list.partition_point(starts_before).checked_sub(1) else {
            return Via::Code;
        };
        let text = tokens.get(at);
        let is_text = tokens.kind(at) == Kind::Template
            || (tokens.kind(at) == Kind::String && text.contains(char::is_whitespace));
        if is_text {
            return Via::Sql;
        }
        for _ in 0..DEPTH {
            let Some(open) = tokens.opening(at) else { break };
            if tokens.is_punct(open, "(")
                && let Some(name) = open.checked_sub(1)
            {
                let name = tokens.get(name);
                if RELATIONS.contains(&name) {
                    return Via::Relation;
                }
                if ZOD.contains(&name) || (["omit", "pick"].contains(&name) && self.has_zod()) {
                    return Via::Refinement;
                }
                if CONDITIONS.contains(&name) {
                    return Via::Condition;
                }
            }
            at = open;
        }
        Via::Code
    }

    /// Whether drizzle-zod's functions are called in the file.
    fn has_zod(&self) -> bool {
        (0..self.tokens.len()).any(|at| ZOD.contains(&self.tokens.get(at)))
    }
}
