//! Which of drizzle-kit's statements belong to which change.
//!
//! drizzle-kit prints one list for the whole comparison. A change owns the statements about its own
//! object that do its kind of thing; one statement may belong to several changes (dropping and
//! re-adding a column for a generated expression is its type's doing as well), none is invented.

use crate::diff::Change;
use crate::ident::quote_literal;
use crate::kit::Statement;
use crate::schema::{Object, ObjectKind};

/// The SQL that drizzle-kit would run for each of the changes, in its order.
pub(super) fn statements_of(changes: &[Change], statements: &[Statement]) -> Vec<Vec<String>> {
    let owners = Owners::among(changes);
    let mut own = vec![Vec::new(); changes.len()];
    for statement in statements {
        for at in owners.of(statement) {
            if let Some(own) = own.get_mut(at) {
                own.push(statement.sql.clone());
            }
        }
    }
    own
}

/// The changes, by number, whose doing a statement of drizzle-kit's is.
pub fn owners(changes: &[Change], statement: &Statement) -> Vec<usize> {
    Owners::among(changes).of(statement)
}

/// The changes among which a statement's owners are looked for.
struct Owners<'a> {
    changes: &'a [Change],
    /// What each is about, under both names where it gives another one.
    objects: Vec<[Object; 2]>,
}

impl<'a> Owners<'a> {
    fn among(changes: &'a [Change]) -> Self {
        let objects = changes.iter().map(|it| [it.object(), it.invert().object()]).collect();
        Self { changes, objects }
    }

    /// The changes, by number, whose doing a statement is.
    ///
    /// Beside a rename drizzle-kit makes constraints and indexes again that PostgreSQL keeps in step,
    /// since it compares them by their text. Such a statement, which no other change asks for, is the
    /// rename's. That it enables row-level security once more in another table is no change's doing.
    fn of(&self, statement: &Statement) -> Vec<usize> {
        let own = self.under(&statement.object, statement);
        if !own.is_empty() {
            return own;
        }
        let table = statement.object.table_name();
        // What is dropped from a renamed table has the base's name, and its statement the head's.
        let before = self.changes.iter().find_map(|change| {
            let (Change::RenameTable(name) | Change::MoveTable(name)) = change else { return None };
            (table.as_ref() == Some(&name.after)).then_some(&name.before)
        });
        if let Some(name) = before {
            let mut subject = statement.object.clone();
            (subject.schema, subject.table) = (Some(name.schema.clone()), Some(name.name.clone()));
            let own = self.under(&subject, statement);
            if !own.is_empty() {
                return own;
            }
        }
        let here = self.all(|_, change| is_rename(change) && change.object().table_name() == table);
        let elsewhere = here.is_empty() && statement.kind != "enable_rls";
        if elsewhere { self.all(|_, change| is_rename(change)) } else { here }
    }

    fn under(&self, subject: &Object, statement: &Statement) -> Vec<usize> {
        self.all(|at, change| {
            let objects = self.objects.get(at).into_iter().flatten();
            belongs(change, statement) && objects.into_iter().any(|object| about(object, subject))
        })
    }

    fn all(&self, own: impl Fn(usize, &Change) -> bool) -> Vec<usize> {
        let changes = self.changes.iter().enumerate();
        changes.filter(|(at, change)| own(*at, change)).map(|(at, _)| at).collect()
    }
}

/// Whether a change gives something another name.
fn is_rename(change: &Change) -> bool {
    matches!(
        change,
        Change::RenameColumn(_)
            | Change::RenameTable(_)
            | Change::MoveTable(_)
            | Change::RenameEnum(_)
            | Change::RenameSchema(_)
    )
}

/// Whether a statement's subject is an object, or something that is part of it: a table has all
/// that is in it, and drizzle-kit calls a primary key of one column by that column.
fn about(object: &Object, subject: &Object) -> bool {
    let inside = matches!(object.kind, ObjectKind::Table | ObjectKind::PrimaryKey)
        && subject.table_name() == object.table_name();
    *subject == *object || inside
}

/// Whether a statement about the right object does what the change is.
fn belongs(change: &Change, statement: &Statement) -> bool {
    let kind = statement.kind;
    let any = |kinds: &[&str]| kinds.contains(&kind);
    // drizzle-kit takes the column away and adds it again for any change of a generated expression.
    let recreates = "alter_table_alter_column_alter_generated";
    match change {
        Change::CreateSchema(_) => any(&["create_schema"]),
        Change::DropSchema(_) => any(&["drop_schema"]),
        Change::RenameSchema(_) => any(&["rename_schema"]),
        Change::CreateEnum(_) => any(&["create_type_enum"]),
        Change::DropEnum(_) => any(&["drop_type_enum"]),
        Change::RenameEnum(_) => any(&["rename_type_enum", "move_type_enum"]),
        Change::AddEnumValue { value, .. } => match kind {
            // drizzle-kit does not escape the quote, so look for the value both ways.
            "alter_type_add_value" => [quote_literal(value), format!("'{value}'")]
                .iter()
                .any(|it| statement.sql.contains(&format!("ADD VALUE {it}"))),
            _ => kind == "alter_type_drop_value",
        },
        Change::DropEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReorderEnumValues(_) => any(&["alter_type_drop_value"]),
        Change::CreateTable(_) => !any(&["drop_table", "disable_rls"]),
        Change::DropTable(_) => {
            any(&["drop_table", "drop_policy", "delete_reference", "disable_rls"])
        }
        Change::RenameTable(_) | Change::MoveTable(_) => {
            any(&["rename_table", "alter_table_set_schema"])
        }
        Change::AddColumn(_) => any(&["alter_table_add_column"]),
        Change::DropColumn(_) => any(&["alter_table_drop_column"]),
        Change::RenameColumn(_) => any(&["alter_table_rename_column"]),
        Change::AlterColumnType(_) => any(&["pg_alter_table_alter_column_set_type", recreates]),
        Change::SetNotNull(_) => any(&["alter_table_alter_column_set_notnull"]),
        Change::DropNotNull(_) => any(&["alter_table_alter_column_drop_notnull"]),
        // A new type brings the default along; that it is another type is not the default's doing.
        Change::SetDefault(_) => {
            any(&["alter_table_alter_column_set_default"])
                || (any(&["pg_alter_table_alter_column_set_type"])
                    && statement.sql.contains(" SET DEFAULT "))
        }
        Change::DropDefault(_) => any(&["alter_table_alter_column_drop_default"]),
        Change::SetIdentity(_) => any(&["alter_table_alter_column_set_identity"]),
        Change::DropIdentity(_) => any(&["alter_table_alter_column_drop_identity"]),
        Change::AlterIdentity(_) => any(&["alter_table_alter_column_change_identity"]),
        Change::SetGenerated(_) => any(&["alter_table_alter_column_set_generated"]),
        Change::DropGenerated(_) => any(&["alter_table_alter_column_drop_generated"]),
        Change::AlterGenerated(_) => any(&[recreates]),
        Change::AddPrimaryKey(_) | Change::DropPrimaryKey(_) | Change::AlterPrimaryKey(_) => {
            any(&[
                "create_composite_pk",
                "delete_composite_pk",
                "alter_composite_pk",
                "alter_table_alter_column_set_pk",
                "alter_table_alter_column_drop_pk",
            ])
        }
        Change::AddUnique(_) => any(&["create_unique_constraint"]),
        Change::DropUnique(_) => any(&["delete_unique_constraint"]),
        Change::AlterUnique(_) => any(&["delete_unique_constraint", "create_unique_constraint"]),
        Change::AddCheck(_) => any(&["create_check_constraint"]),
        Change::DropCheck(_) => any(&["delete_check_constraint"]),
        Change::AlterCheck(_) => any(&["delete_check_constraint", "create_check_constraint"]),
        Change::AddForeignKey(_) => any(&["create_reference"]),
        Change::DropForeignKey(_) => any(&["delete_reference"]),
        Change::AlterForeignKey(_) => any(&["delete_reference", "create_reference"]),
        Change::CreateIndex(_) => any(&["create_index_pg"]),
        Change::DropIndex(_) => any(&["drop_index"]),
        Change::AlterIndex(_) => any(&["drop_index", "create_index_pg"]),
        Change::CreateSequence(_) => any(&["create_sequence"]),
        Change::DropSequence(_) => any(&["drop_sequence"]),
        Change::AlterSequence(_) => any(&["alter_sequence", "rename_sequence", "move_sequence"]),
        Change::CreateView(_) => any(&["create_view"]),
        Change::DropView(_) => any(&["drop_view"]),
        Change::AlterView(_) => kind.contains("view"),
        Change::CreatePolicy(_) => any(&["create_policy", "create_ind_policy"]),
        Change::DropPolicy(_) => any(&["drop_policy", "drop_ind_policy"]),
        Change::AlterPolicy(_) => kind.ends_with("policy"),
        Change::EnableRls(_) => any(&["enable_rls"]),
        Change::DisableRls(_) => any(&["disable_rls"]),
        Change::CreateRole(_) => any(&["create_role"]),
        Change::DropRole(_) => any(&["drop_role"]),
        Change::AlterRole(_) => any(&["alter_role", "rename_role"]),
        Change::ScopeChange(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::owners;
    use crate::delta::Diff;
    use crate::diff::testing::{schema, table, with_enum};
    use crate::diff::{Kind, compare};
    use crate::kit::generate;
    use crate::schema::Schema;

    /// The kinds of changes that each of drizzle-kit's statements is put down to.
    fn put_down(before: &Schema, after: &Schema, renames: &[&str]) -> Vec<(String, Vec<Kind>)> {
        let renames: Vec<_> = renames.iter().map(|it| it.parse().expect("a rename")).collect();
        let schemas = Diff::new(before, after);
        let changes = compare(schemas, &renames);
        let statements = generate(schemas, &renames).expect("statements");
        let of = |statement| {
            let owners = owners(&changes, statement);
            owners.into_iter().filter_map(|at| Some(changes.get(at)?.kind())).collect()
        };
        statements.iter().map(|it| (it.sql.clone(), of(it))).collect()
    }

    #[test]
    fn a_new_type_is_not_the_doing_of_a_default_beside_it() {
        let of = |name: &str, column: &str| {
            with_enum(name, &["open", "closed"], [table("calls", &[column])])
        };
        let before = of("call_kind", "kind call_kind[]");
        let after = of("call_kind_v2", "kind call_kind_v2[] default '{open}'");
        let owned = put_down(&before, &after, &["enum:public.call_kind=public.call_kind_v2"]);
        let of = |part: &str| {
            let mut found = owned.iter().filter(|(sql, _)| sql.contains(part));
            found.next().map(|(_, kinds)| kinds.clone()).expect("such a statement")
        };
        assert_eq!(of("SET DATA TYPE"), [Kind::RenameEnum]);
        assert_eq!(of("SET DEFAULT"), [Kind::SetDefault]);
        assert_eq!(of("RENAME TO"), [Kind::RenameEnum]);
    }

    #[test]
    fn a_statement_is_its_changes_alone() {
        let before = schema([table("funds", &["id uuid", "size integer"])]);
        let after = schema([table("funds", &["id uuid", "name text"])]);
        let owned = put_down(&before, &after, &[]);
        let kinds: Vec<_> = owned.iter().map(|(_, kinds)| kinds.as_slice()).collect();
        assert_eq!(kinds, [&[Kind::AddColumn][..], &[Kind::DropColumn]]);
    }
}
