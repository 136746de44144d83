//! What is wrong with drizzle-kit's own output.
//!
//! | id | what |
//! |---|---|
//! | `kit.undefined_schema` | a type that drizzle-kit does not know is put into the schema `"undefined"` |
//! | `kit.quoted_type` | a type with a length or upper case is quoted as if that were its name |
//! | `kit.bare_enum` | an enum whose name begins like a built-in type loses its schema and its quotes |
//! | `kit.serial_type` | `serial` is not a type that a column can be changed to |
//! | `kit.unescaped_label` | a quote in an enum label ends the string |
//! | `kit.unescaped_default` | a quote in a JSON or array default ends the string |
//! | `kit.unprintable_default` | an array or object as default is printed as JavaScript prints it |
//! | `kit.unescaped_name` | a double quote in a name ends the name |
//! | `kit.separator` | a separator in an expression or a name corrupts it |
//! | `kit.primary_key_not_dropped` | the statement is a comment |
//! | `kit.identity_on_nullable` | `SET NOT NULL` is left out, so that `ADD GENERATED` fails |
//! | `kit.default_and_identity` | a default is set on what is an identity or generated column still |
//! | `kit.not_null_lost` | another column's identity changes, so that this `NOT NULL` is left out |
//! | `kit.lost_beside_rename` | what else changed in something renamed or moved is left out |
//! | `kit.lost_beside_type` | the type differs only by a space, and every other change of the column is left out |
//! | `kit.view_kind` | a view that becomes materialized, or stops to be, is not recreated as such |
//! | `kit.enum_in_use` | a type is dropped while a column still has it |
//! | `kit.dropped_twice` | a foreign key is dropped that went with its table |
//! | `kit.name_taken` | a name is given out that something still has |
//! | `kit.secured_too_early` | row-level security is switched under a name that the table gets later |
//! | `kit.cycle_stays` | a sequence goes on cycling |
//! | `kit.policy_expression_stays` | an expression taken from a policy stays in force |
//! | `kit.unquoted_role` | a role's name is not quoted |
//! | `kit.concurrently_in_transaction` | `drizzle-kit migrate` runs every file in a transaction |

mod damage;
mod exclusive;
mod lost;
mod names;
mod objects;
mod types;
mod values;

#[cfg(test)]
mod tests;

use super::{Statement, sql};
use crate::delta::Diff;
use crate::diff::{self, Change, Names, Rename};
use crate::ident::QualifiedName;
use crate::schema::{Column, Object, Schema};

/// Something wrong in what drizzle-kit prints, or something that it should print and does not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// A stable name that begins with `kit.`.
    pub id: &'static str,
    /// The index of the faulty statement; `None` where there is no statement at all.
    pub statement: Option<usize>,
    /// The object it is about, named as in the head.
    pub object: Object,
    /// What is wrong and what comes of it, as a sentence without its full stop.
    pub what: String,
    /// The right SQL in the statement's place, or the missing one; `None` where it cannot be told.
    pub sql: Option<String>,
}

/// What every check looks at.
struct Context<'a> {
    statements: &'a [Statement],
    schemas: Diff<&'a Schema>,
    renames: &'a [Rename],
    changes: Vec<Change>,
    names: Names,
}

/// Finds the faults of `statements`, which are those of [`generate`](super::generate) for the same
/// schemas and renames, in their order; what has no statement comes last.
pub fn faults(statements: &[Statement], schemas: Diff<&Schema>, renames: &[Rename]) -> Vec<Fault> {
    let changes = diff::compare(schemas, renames);
    let names = Names::of(&changes);
    let context = Context { statements, schemas, renames, changes, names };
    let mut found = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        let at = At { context: &context, index, statement };
        types::check(&at, &mut found);
        values::check(&at, &mut found);
        damage::check(&at, &mut found);
        objects::check(&at, &mut found);
        exclusive::check(&at, &mut found);
    }
    names::check(&context, &mut found);
    lost::check(&context, &mut found);
    found.sort_by_key(|fault| fault.statement.unwrap_or(usize::MAX));
    found
}

/// One statement in its context.
struct At<'c> {
    context: &'c Context<'c>,
    index: usize,
    statement: &'c Statement,
}

impl At<'_> {
    /// A fault of this statement.
    fn fault(&self, id: &'static str, what: impl Into<String>, sql: Option<String>) -> Fault {
        self.fault_of(id, self.statement.object.clone(), what, sql)
    }

    /// A fault of this statement that is about a part of its object.
    fn fault_of(
        &self,
        id: &'static str,
        object: Object,
        what: impl Into<String>,
        sql: Option<String>,
    ) -> Fault {
        Fault { id, statement: Some(self.index), object, what: what.into(), sql }
    }

    /// Whether the statement is one of these kinds.
    fn is(&self, kinds: &[&str]) -> bool {
        kinds.contains(&self.statement.kind)
    }

    /// The statement with one piece of its text replaced; `None` when the piece is not in it.
    fn replaced(&self, wrong: &str, right: &str) -> Option<String> {
        let sql = &self.statement.sql;
        sql.contains(wrong).then(|| sql.replace(wrong, right))
    }

    /// The statement with the first occurrence in a column's definition replaced; in `CREATE TABLE`
    /// that is behind the column's name.
    fn replaced_in(&self, column: &Column, wrong: &str, right: &str) -> Option<String> {
        let sql = &self.statement.sql;
        let line = format!("\t{} ", sql::name(&column.name));
        let start = if self.statement.kind == "create_table" { sql.find(&line)? } else { 0 };
        let (before, definition) = sql.split_at(start);
        definition
            .contains(wrong)
            .then(|| format!("{before}{}", definition.replacen(wrong, right, 1)))
    }

    /// The columns of the head whose definition the statement prints, with their table's name.
    fn columns(&self) -> Vec<(QualifiedName, &Column)> {
        let head = self.context.schemas.after;
        let Some(name) = self.statement.object.table_name() else { return Vec::new() };
        let Some(table) = head.table(&name) else { return Vec::new() };
        if self.statement.kind == "create_table" {
            return table.columns.values().map(|column| (name.clone(), column)).collect();
        }
        let column = table.columns.get(&self.statement.object.name);
        column.map(|column| (name, column)).into_iter().collect()
    }
}
