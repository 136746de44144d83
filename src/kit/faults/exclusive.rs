//! Defaults, identities and generated values, of which a column can have one only.

use super::{At, Fault};
use crate::kit::draft::{SET_DEFAULT, SET_IDENTITY, SET_TYPE};
use crate::kit::sql;
use crate::schema::{Column, Object};

const ID: &str = "kit.default_and_identity";

pub(super) fn check(at: &At, found: &mut Vec<Fault>) {
    if at.is(&["create_table", "alter_table_add_column", "alter_table_alter_column_set_generated"])
    {
        let both = |column: &Column| column.default.is_some() && rival(column).is_some();
        let both = at.columns().into_iter().filter(|(_, column)| both(column));
        found.extend(both.map(|(table, column)| {
            let what = "a column has either a default or an identity or generated value, and the statement \
                        fails (42601)";
            at.fault_of(ID, Object::column(&table, &column.name), what, None)
        }));
    }
    if at.is(&[SET_DEFAULT, SET_TYPE]) && at.statement.sql.contains(" SET DEFAULT ") {
        found.extend(default(at));
    }
    if at.is(&[SET_IDENTITY]) {
        let both = at.columns().into_iter().any(|(_, column)| column.default.is_some());
        let what = "a column with a default cannot become an identity column, and the statement fails (55000)";
        found.extend(both.then(|| at.fault(ID, what, None)));
    }
}

/// What excludes a default, and how it is dropped.
fn rival(column: &Column) -> Option<(&'static str, &'static str)> {
    let identity = column.identity.as_ref().map(|_| ("an identity column", "DROP IDENTITY"));
    identity.or_else(|| column.generated.as_ref().map(|_| ("generated", "DROP EXPRESSION")))
}

/// drizzle-kit sets a column's default before it drops its identity or its expression.
fn default(at: &At) -> Option<Fault> {
    let context = at.context;
    let object = &at.statement.object;
    let table = object.table_name()?;
    let base = context.names.table_to_base(&table);
    let name = context.names.column_to_base(&table, &object.name);
    let (is, drop) = rival(context.schemas.before.column(&base, name)?)?;
    let what = format!(
        "the column is {is} still when its default is set, and the statement fails (42601)"
    );
    let stays =
        context.schemas.after.column(&table, &object.name).is_none_or(|it| rival(it).is_some());
    let first = format!(
        "ALTER TABLE {} ALTER COLUMN {} {drop};\n{}",
        sql::table(&table),
        sql::name(&object.name),
        at.statement.sql
    );
    Some(at.fault(ID, what, (!stays).then_some(first)))
}
