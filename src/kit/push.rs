//! What `drizzle-kit push` does beside its statements.

use std::collections::{BTreeSet, VecDeque};

use super::{Statement, sql};
use crate::delta::Diff;
use crate::diff::{Rename, RenameKind};
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, Schema};

/// A `truncate table … cascade;` that `drizzle-kit push` runs before it adds a `NOT NULL` column
/// without a default to a table that has rows, once somebody said yes or gave `--force`
/// (`pgPushUtils.ts`). A serial, identity or generated column would not need it, and gets it too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Truncation {
    /// The index of the `alter_table_add_column` before which it runs.
    pub statement: usize,
    /// The new column.
    pub column: Object,
    /// The table as it is called in the base.
    pub table: QualifiedName,
    /// The statement to the letter. It names the table as before a rename in the same push, although
    /// it runs after the rename, and then fails.
    pub sql: String,
    /// The tables that lose their rows as well, because a foreign key leads from them to this table,
    /// directly or through others; as they are called in the base, in the base's order.
    pub cascades_to: Vec<QualifiedName>,
}

/// The truncations that `drizzle-kit push` inserts into `statements`, which are those of
/// [`generate_push`](super::generate_push) for the same schemas and renames. Each happens only when
/// its table has rows. A second new column of the same table adds none.
pub fn push_effects(
    statements: &[Statement],
    schemas: Diff<&Schema>,
    renames: &[Rename],
) -> Vec<Truncation> {
    let mut truncations: Vec<Truncation> = Vec::new();
    for (index, statement) in statements.iter().enumerate() {
        if statement.kind != "alter_table_add_column" {
            continue;
        }
        let Some(table) = statement.object.table_name() else { continue };
        let needs_value = schemas
            .after
            .column(&table, &statement.object.name)
            .is_some_and(|column| column.not_null && column.default.is_none());
        let sql =
            format!("truncate table {} cascade;", sql::table(&name_to_truncate(&table, renames)));
        if !needs_value || truncations.iter().any(|it| it.sql == sql) {
            continue;
        }
        let done = statements.get(..index).unwrap_or_default();
        let base = base_name(&table, renames);
        truncations.push(Truncation {
            statement: index,
            column: statement.object.clone(),
            cascades_to: referencing(&base, schemas.before, done, renames),
            table: base,
            sql,
        });
    }
    truncations
}

/// How drizzle-kit calls the table that it truncates: it undoes the rename of the schema, and that of
/// the table if its schema was not renamed.
fn name_to_truncate(table: &QualifiedName, renames: &[Rename]) -> QualifiedName {
    let mut name = QualifiedName::new(base_schema(&table.schema, renames), &table.name);
    let origin = renames.iter().find_map(|rename| match rename {
        Rename::Table { from, to } if *to == name => Some(from.name.clone()),
        _ => None,
    });
    if let Some(from) = origin {
        name.name = from;
    }
    name
}

fn base_schema<'s>(schema: &'s str, renames: &'s [Rename]) -> &'s str {
    let origin = renames.iter().find_map(|rename| match rename {
        Rename::Global { kind: RenameKind::Schema, from, to } if to == schema => Some(from),
        _ => None,
    });
    origin.map_or(schema, String::as_str)
}

/// The table's name in the base.
fn base_name(table: &QualifiedName, renames: &[Rename]) -> QualifiedName {
    let origin = renames.iter().find_map(|rename| match rename {
        Rename::Table { from, to } if to == table => Some(from.clone()),
        _ => None,
    });
    origin.unwrap_or_else(|| QualifiedName::new(base_schema(&table.schema, renames), &table.name))
}

/// The tables from which foreign keys lead to `table`, through any number of others, once the
/// statements in `done` have dropped what they drop.
fn referencing(
    table: &QualifiedName,
    base: &Schema,
    done: &[Statement],
    renames: &[Rename],
) -> Vec<QualifiedName> {
    let dropped = |kind: ObjectKind, by: &'static str| {
        let objects = done.iter().filter(move |it| it.kind == by && it.object.kind == kind);
        objects
            .filter_map(|it| Some((base_name(&it.object.table_name()?, renames), &it.object.name)))
    };
    let tables: BTreeSet<_> =
        dropped(ObjectKind::Table, "drop_table").map(|(table, _)| table).collect();
    let keys: BTreeSet<_> = dropped(ObjectKind::ForeignKey, "delete_reference").collect();

    let mut reached = BTreeSet::from([table.clone()]);
    let mut open = VecDeque::from([table.clone()]);
    while let Some(target) = open.pop_front() {
        for (name, table) in &base.tables {
            let leads_here = !tables.contains(name)
                && table
                    .foreign_keys
                    .values()
                    .any(|key| key.to == target && !keys.contains(&(name.clone(), &key.name)));
            if leads_here && reached.insert(name.clone()) {
                open.push_back(name.clone());
            }
        }
    }
    base.tables.keys().filter(|name| *name != table && reached.contains(*name)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kit::generate_push;
    use crate::schema::{Column, ForeignKey, Table};

    fn table(name: &str, columns: Vec<Column>, references: &[&str]) -> Table {
        let mut table = Table::new(QualifiedName::public(name));
        table.columns = columns.into_iter().map(|column| (column.name.clone(), column)).collect();
        for target in references {
            let key = ForeignKey {
                name: format!("{name}_{target}_fk"),
                table_from: name.to_owned(),
                columns_from: vec!["id".to_owned()],
                to: QualifiedName::public(*target),
                columns_to: vec!["id".to_owned()],
                on_delete: None,
                on_update: None,
            };
            table.foreign_keys.insert(key.name.clone(), key);
        }
        table
    }

    fn schema(tables: Vec<Table>) -> Schema {
        let tables = tables.into_iter().map(|table| (table.name.clone(), table)).collect();
        Schema { tables, ..Schema::default() }
    }

    fn id() -> Column {
        Column::new("id", "integer")
    }

    fn required(name: &str) -> Column {
        Column { not_null: true, ..Column::new(name, "text") }
    }

    fn effects(before: &Schema, after: &Schema, renames: &[&str]) -> Vec<Truncation> {
        let renames: Vec<Rename> = renames.iter().map(|it| it.parse().unwrap()).collect();
        let schemas = Diff::new(before, after);
        push_effects(&generate_push(schemas, &renames).unwrap(), schemas, &renames)
    }

    #[test]
    fn a_required_column_empties_everything_that_refers_to_the_table() {
        let others = || {
            vec![
                table("investments", vec![id()], &["funds"]),
                table("rounds", vec![id()], &["investments"]),
                table("notes", vec![id()], &["owners"]),
                table("owners", vec![id()], &[]),
            ]
        };
        let with = |columns| schema([vec![table("funds", columns, &["funds"])], others()].concat());
        let before = with(vec![id()]);
        let found = effects(&before, &with(vec![id(), required("currency")]), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].sql, "truncate table \"funds\" cascade;");
        assert_eq!(found[0].column.to_string(), "public.funds.currency");
        let reached: Vec<_> = found[0].cascades_to.iter().map(ToString::to_string).collect();
        assert_eq!(reached, ["public.investments", "public.rounds"]);
    }

    #[test]
    fn a_default_or_null_needs_no_truncation() {
        let before = schema(vec![table("funds", vec![id()], &[])]);
        let mut with_default = required("currency");
        with_default.default = Some("'EUR'".into());
        for column in [with_default, Column::new("currency", "text")] {
            let after = schema(vec![table("funds", vec![id(), column], &[])]);
            assert_eq!(effects(&before, &after, &[]), []);
        }
    }

    #[test]
    fn two_new_columns_truncate_once() {
        let before = schema(vec![table("funds", vec![id()], &[])]);
        let columns = vec![id(), required("currency"), required("domicile")];
        let after = schema(vec![table("funds", columns, &[])]);
        assert_eq!(effects(&before, &after, &[]).len(), 1);
    }

    #[test]
    fn what_is_dropped_before_is_not_reached() {
        let before = schema(vec![
            table("funds", vec![id()], &[]),
            table("old_rounds", vec![id()], &["funds"]),
            table("investments", vec![id()], &["funds"]),
        ]);
        let after = schema(vec![
            table("funds", vec![id(), required("currency")], &[]),
            table("investments", vec![id()], &[]),
        ]);
        assert_eq!(effects(&before, &after, &[])[0].cascades_to, []);
    }

    #[test]
    fn a_renamed_table_is_truncated_under_its_old_name() {
        let before = schema(vec![table("funds", vec![id()], &[])]);
        let after = schema(vec![table("vehicles", vec![id(), required("currency")], &[])]);
        let found = effects(&before, &after, &["table:funds=vehicles"]);
        assert_eq!(found[0].sql, "truncate table \"funds\" cascade;");
        assert_eq!(found[0].table, QualifiedName::public("funds"));
        assert_eq!(found[0].column.to_string(), "public.vehicles.currency");
    }
}
