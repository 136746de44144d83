//! What changes in columns that stay.

use serde_json::Value;

use super::differ::Sides;
use super::draft::{
    DROP_IDENTITY, DROP_NOT_NULL, Draft, Phase, SET_DEFAULT, SET_IDENTITY, SET_NOT_NULL, SET_TYPE,
};
use super::keyed::{self, keyed};
use super::sql::ColumnDefinition;
use super::state::{Column, Table};
use super::{Error, Mode, javascript, sql, squash};
use crate::ident::QualifiedName;
use crate::schema::{Identity, Object, ObjectKind};

/// Compares the columns that both sides of a table have: first primary keys lost, then those
/// gained, then the rest column by column.
pub(super) fn compare(
    sides: Sides,
    table: &QualifiedName,
    old: &Table,
    new: &Table,
    drafts: &mut Vec<Draft>,
) -> Result<(), Error> {
    let (mut lost, mut gained, mut rest) = (Vec::new(), Vec::new(), Vec::new());
    for (name, old, after) in keyed(&old.columns, &new.columns).common {
        if old.is_same(after) || is_swallowed(old, after) || keyed::is_marked(name) {
            continue;
        }
        let column = Alteration::new(sides, table, name, old, after)?;
        if old.of.primary_key && !after.of.primary_key {
            // Unless a composite key with the name that drizzle-kit would give to this column alone.
            if !new.primary_keys.contains_key(&format!("{}_{name}", table.name)) {
                lost.push(column.drop_primary_key());
            }
        } else if !old.of.primary_key && after.of.primary_key {
            gained.push(column.set_primary_key());
        }
        column.alter(&mut rest);
    }
    drafts.extend(lost.into_iter().chain(gained).chain(rest));
    Ok(())
}

/// `timestamp (3)` and `timestamp(3)` are the same to drizzle-kit, which then forgets everything else
/// that changed in the column.
fn is_swallowed(old: &Column, new: &Column) -> bool {
    let joined = |ty: &str| ty.replacen(" (", "(", 1);
    old.ty != new.ty && joined(&old.ty) == joined(&new.ty)
}

struct Alteration<'c> {
    mode: Mode,
    table: &'c QualifiedName,
    name: &'c str,
    old: &'c Column<'c>,
    new: &'c Column<'c>,
    /// Whether the old and the new type are enums of their side.
    was_enum: bool,
    is_enum: bool,
}

impl<'c> Alteration<'c> {
    fn new(
        sides: Sides<'_, '_>,
        table: &'c QualifiedName,
        name: &'c str,
        old: &'c Column<'c>,
        new: &'c Column<'c>,
    ) -> Result<Self, Error> {
        // drizzle-kit looks for the column's type under the new name of the table in the old schema.
        let unpatched = sides.before.tables.get(table).and_then(|table| table.columns.get(name));
        let Some(unpatched) = unpatched else {
            let why = "it changed and its table was renamed at the same time; \
                       rename the table first and change the column in a second migration";
            return Err(Error { object: Object::column(table, name), why });
        };
        let enum_name = |schema: &Option<String>, ty: &str| {
            let schema = schema.clone().unwrap_or_else(|| "undefined".to_owned());
            QualifiedName::new(schema, sql::split_array(ty).0)
        };
        Ok(Self {
            mode: sides.mode,
            table,
            name,
            old,
            new,
            was_enum: sides.before.enums.contains_key(&enum_name(&unpatched.type_schema, &old.ty)),
            is_enum: sides.after.enums.contains_key(&enum_name(&new.type_schema, &new.ty)),
        })
    }

    fn object(&self) -> Object {
        Object::column(self.table, self.name)
    }

    fn draft(&self, kind: &'static str, sql: Vec<String>) -> Draft {
        let object = self.object();
        Draft { phase: Phase::AlterColumn, kind, object, sql, defaults: Vec::new() }
    }

    /// `ALTER TABLE "t" ALTER COLUMN "c" …;`
    fn alter_column(&self, action: &str) -> String {
        let (table, column) = (sql::table(self.table), sql::name(self.name));
        format!("ALTER TABLE {table} ALTER COLUMN {column} {action};")
    }

    fn alter(&self, drafts: &mut Vec<Draft>) {
        drafts.extend(self.set_type());
        drafts.extend(self.default());
        drafts.extend(self.not_null());
        drafts.extend(self.identity());
        drafts.extend(self.generated());
    }

    /// A cast is only given where an enum is the target.
    fn set_type(&self) -> Option<Draft> {
        if self.old.ty == self.new.ty {
            return None;
        }
        let ty = sql::altered_type(&self.new.ty, self.new.type_schema.as_deref());
        let default = self.new.of.default.as_ref();
        let printed = default.filter(|it| javascript::truthy(it)).map(javascript::text);
        let set = |ty: &str| self.alter_column(&format!("SET DATA TYPE {ty}"));
        let set_default = |it: &String| self.alter_column(&format!("SET DEFAULT {it}"));
        let column = sql::name(self.name);
        let mut sql = Vec::new();
        match (self.was_enum, self.is_enum) {
            (_, false) => {
                sql.push(set(&ty));
                sql.extend(printed.iter().map(set_default));
            }
            (false, true) => {
                sql.extend(printed.iter().map(|it| set_default(&format!("{it}::{ty}"))));
                sql.push(set(&format!("{ty} USING {column}::{ty}")));
            }
            (true, true) => {
                sql.extend(printed.iter().map(|_| self.alter_column("DROP DEFAULT")));
                sql.push(set(&format!("{ty} USING {column}::text::{ty}")));
                sql.extend(printed.iter().map(set_default));
            }
        }
        let defaults = default.map(|default| (self.object(), default.clone()));
        Some(Draft { defaults: defaults.into_iter().collect(), ..self.draft(SET_TYPE, sql) })
    }

    fn default(&self) -> Option<Draft> {
        let (old, new) = (self.old.of.default.as_ref(), self.new.of.default.as_ref());
        if old == new {
            return None;
        }
        let Some(new) = new else {
            let sql = self.alter_column("DROP DEFAULT");
            return Some(self.draft("alter_table_alter_column_drop_default", vec![sql]));
        };
        // json-diff walks into two arrays or two objects and does not say what the new one is.
        let is_lost = old.is_some_and(|old| {
            (old.is_array() && new.is_array()) || (old.is_object() && new.is_object())
        });
        let printed = if is_lost { "undefined".to_owned() } else { javascript::text(new) };
        let sql = self.alter_column(&format!("SET DEFAULT {printed}"));
        let defaults: Vec<(Object, Value)> = vec![(self.object(), new.clone())];
        Some(Draft { defaults, ..self.draft(SET_DEFAULT, vec![sql]) })
    }

    fn not_null(&self) -> Option<Draft> {
        match (self.old.of.not_null, self.new.of.not_null) {
            (false, true) => {
                Some(self.draft(SET_NOT_NULL, vec![self.alter_column("SET NOT NULL")]))
            }
            (true, false) => {
                Some(self.draft(DROP_NOT_NULL, vec![self.alter_column("DROP NOT NULL")]))
            }
            _ => None,
        }
    }

    fn identity(&self) -> Option<Draft> {
        match (&self.old.identity, &self.new.identity) {
            (None, Some(new)) => {
                let sql = self.alter_column(&format!("ADD {}", sql::identity(self.table, new)));
                Some(self.draft(SET_IDENTITY, vec![sql]))
            }
            (Some(_), None) => {
                Some(self.draft(DROP_IDENTITY, vec![self.alter_column("DROP IDENTITY")]))
            }
            (Some(old), Some(new)) if old != new => {
                let changes =
                    identity_changes(&squash::split_identity(old), &squash::split_identity(new));
                let sql = changes.iter().map(|it| self.alter_column(&format!("SET {it}")));
                Some(self.draft("alter_table_alter_column_change_identity", sql.collect()))
            }
            _ => None,
        }
    }

    /// A column that becomes generated is dropped and added, with its data.
    fn generated(&self) -> Option<Draft> {
        let kind = match (&self.old.of.generated, &self.new.of.generated) {
            (None, Some(_)) => "alter_table_alter_column_set_generated",
            (Some(old), Some(new)) if old != new && self.mode == Mode::Generate => {
                "alter_table_alter_column_alter_generated"
            }
            (Some(_), None) => {
                let sql = self.alter_column("DROP EXPRESSION");
                return Some(self.draft("alter_table_alter_column_drop_generated", vec![sql]));
            }
            _ => return None,
        };
        // The schema of its type and its identity are not handed on.
        let definition = ColumnDefinition {
            ty: sql::column_type(&self.new.ty, None),
            primary_key: self.new.of.primary_key,
            default: self.new.of.default.as_ref(),
            generated: self.new.of.generated.as_ref(),
            not_null: self.new.of.not_null,
            identity: None,
        };
        let (table, column) = (sql::table(self.table), sql::name(self.name));
        let sql = vec![
            format!("ALTER TABLE {table} drop column {column};"),
            format!("ALTER TABLE {table} ADD COLUMN {column} {};", definition.print(self.table)),
        ];
        Some(self.draft(kind, sql))
    }

    fn primary_key(&self) -> Object {
        let name = format!("{}_pkey", self.table.name);
        Object::in_table(ObjectKind::PrimaryKey, self.table, name)
    }

    fn set_primary_key(&self) -> Draft {
        let sql = format!(
            "ALTER TABLE {} ADD PRIMARY KEY ({});",
            sql::table(self.table),
            sql::name(self.name)
        );
        let object = self.primary_key();
        Draft { object, ..self.draft("alter_table_alter_column_set_pk", vec![sql]) }
    }

    /// A comment that asks for the constraint's name: nothing is dropped.
    fn drop_primary_key(&self) -> Draft {
        let QualifiedName { schema, name } = self.table;
        let sql = format!(
            "/* \n    Unfortunately in current drizzle-kit version we can't automatically get name for primary key.\n    We are working on making it available!\n\n    Meanwhile you can:\n        1. Check pk name in your database, by running\n            SELECT constraint_name FROM information_schema.table_constraints\n            WHERE table_schema = '{schema}'\n                AND table_name = '{name}'\n                AND constraint_type = 'PRIMARY KEY';\n        2. Uncomment code below and paste pk name manually\n        \n    Hope to release this update as soon as possible\n*/\n\n-- ALTER TABLE \"{name}\" DROP CONSTRAINT \"<constraint_name>\";"
        );
        let object = self.primary_key();
        Draft { object, ..self.draft("alter_table_alter_column_drop_pk", vec![sql]) }
    }
}

/// What is set for each property that changed; another name of the sequence is not one.
fn identity_changes(old: &Identity, new: &Identity) -> Vec<String> {
    let mut changes = Vec::new();
    if old.kind != new.kind {
        changes.push(format!("GENERATED {}", sql::identity_kind(new.kind)));
    }
    let (was, is) = (&old.options, &new.options);
    let options = [
        ("MINVALUE", &was.min_value, &is.min_value),
        ("MAXVALUE", &was.max_value, &is.max_value),
        ("INCREMENT BY", &was.increment, &is.increment),
        ("START WITH", &was.start_with, &is.start_with),
        ("CACHE", &was.cache, &is.cache),
    ];
    for (clause, was, is) in options {
        if was != is {
            changes.push(format!("{clause} {}", is.as_deref().unwrap_or("undefined")));
        }
    }
    if was.cycle != is.cycle {
        changes.push(if is.cycle == Some(true) { "CYCLE" } else { "NO CYCLE" }.to_owned());
    }
    changes
}
