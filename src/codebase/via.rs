//! How a place in TypeScript names what it uses.

use super::Via;
use super::code::CodeFile;
use super::flow::start_of_chain;
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
                if ZOD.contains(&name) {
                    return Via::Refinement;
                }
                if ["omit", "pick", "extend"].contains(&name) && self.is_derived(open) {
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

    /// Whether the schema before `.omit(` is one that drizzle-zod made of a table.
    fn is_derived(&self, open: usize) -> bool {
        let first = start_of_chain(&self.tokens, open);
        let calls = (first..open).any(|at| ZOD.contains(&self.tokens.get(at)));
        let meaning = self.scope.get(self.tokens.get(first));
        calls || meaning.is_some_and(|it| !it.rows.is_empty())
    }
}
