//! Names that are taken when a statement gives them out.
//!
//! drizzle-kit creates tables before it drops views, keys and other tables, and what a table has of its own
//! keeps its name when the table is renamed. So the names are followed from statement to statement.
//! Tables, views, sequences, indexes and the indexes of keys share one space of names in a schema (42P07),
//! the types of tables, views and enums another (42710), the constraints of a table a third (42710).

use std::collections::BTreeMap;

use super::{Context, Fault};
use crate::diff::{Change, dependents};
use crate::ident::{MAX_IDENTIFIER_BYTES, QualifiedName, truncate};
use crate::kit::Statement;
use crate::schema::{Column, Object, ObjectKind, Schema, Table};

pub(super) fn check(context: &Context, found: &mut Vec<Fault>) {
    let mut names = Names::of(context.schemas.before);
    for (index, statement) in context.statements.iter().enumerate() {
        names.taken.clear();
        names.follow(statement, context);
        for (name, holder) in std::mem::take(&mut names.taken) {
            let code = if matches!(name, Name::Relation(_)) { "42P07" } else { "42710" };
            let what = format!(
                "{} is still the name of {}: the statement fails ({code})",
                name.itself(),
                holder.what
            );
            found.push(Fault {
                id: "kit.name_taken",
                statement: Some(index),
                object: statement.object.clone(),
                what,
                sql: None,
            });
        }
    }
}

/// A name in its space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Relation(QualifiedName),
    Type(QualifiedName),
    Constraint(QualifiedName, String),
}

impl Name {
    fn relation(schema: &str, name: &str) -> Self {
        Self::Relation(QualifiedName::new(schema, truncate(name)))
    }

    fn of_type(name: &QualifiedName) -> Self {
        Self::Type(QualifiedName::new(&name.schema, truncate(&name.name)))
    }

    fn constraint(table: &QualifiedName, name: &str) -> Self {
        Self::Constraint(table.clone(), truncate(name).to_owned())
    }

    fn itself(&self) -> &str {
        match self {
            Self::Relation(name) | Self::Type(name) => &name.name,
            Self::Constraint(_, name) => name,
        }
    }

    /// The same in another schema.
    fn within(&self, schema: &str) -> Self {
        let moved = |name: &QualifiedName| QualifiedName::new(schema, &name.name);
        match self {
            Self::Relation(name) => Self::Relation(moved(name)),
            Self::Type(name) => Self::Type(moved(name)),
            Self::Constraint(table, name) => Self::Constraint(moved(table), name.clone()),
        }
    }

    fn schema(&self) -> &str {
        match self {
            Self::Relation(name) | Self::Type(name) | Self::Constraint(name, _) => &name.schema,
        }
    }
}

/// Who has a name.
#[derive(Debug, Clone)]
struct Holder {
    kind: ObjectKind,
    /// In words, as it was called when it got the name.
    what: String,
    /// The table it goes with, as it is called now.
    table: Option<QualifiedName>,
    /// The columns of that table it goes with, as they are called now.
    columns: Vec<String>,
}

impl Holder {
    fn plain(kind: ObjectKind, word: &str, name: &QualifiedName) -> Self {
        let what = format!("{word} {name}");
        Self { kind, what, table: None, columns: Vec::new() }
    }

    fn in_table(kind: ObjectKind, word: &str, table: &QualifiedName, columns: Vec<String>) -> Self {
        let what = format!("{word} of {table}");
        Self { kind, what, table: Some(table.clone()), columns }
    }

    fn is_in(&self, table: &QualifiedName, column: &str) -> bool {
        self.table.as_ref() == Some(table) && self.columns.iter().any(|it| it == column)
    }
}

/// All names that are held, and those that a statement wanted in vain.
#[derive(Debug, Default)]
struct Names {
    held: BTreeMap<Name, Holder>,
    taken: Vec<(Name, Holder)>,
}

impl Names {
    fn of(schema: &Schema) -> Self {
        let mut names = Self::default();
        for name in schema.enums.keys() {
            names.give(Name::of_type(name), Holder::plain(ObjectKind::Enum, "enum", name));
        }
        for name in schema.sequences.keys() {
            names.give_sequence(name);
        }
        for name in schema.views.keys() {
            names.give_view(name);
        }
        for table in schema.tables.values() {
            names.create_table(table);
            for key in table.foreign_keys.values() {
                names.give_foreign_key(&table.name, &key.name, &key.columns_from);
            }
            for index in table.indexes.keys() {
                names.give_index(table, &table.name, index);
            }
        }
        // What PostgreSQL itself has named has got out of the way of the others.
        for table in schema.tables.values() {
            names.name_implicit(table, table.columns.values());
        }
        names
    }

    fn give(&mut self, name: Name, holder: Holder) {
        if let Some(other) = self.held.insert(name.clone(), holder) {
            self.taken.push((name, other));
        }
    }

    fn give_sequence(&mut self, name: &QualifiedName) {
        let holder = Holder::plain(ObjectKind::Sequence, "sequence", name);
        self.give(Name::relation(&name.schema, &name.name), holder);
    }

    fn give_view(&mut self, name: &QualifiedName) {
        self.give_with_type(name, Holder::plain(ObjectKind::View, "view", name));
    }

    /// What can be a row's type as well; the relation is looked for first.
    fn give_with_type(&mut self, name: &QualifiedName, holder: Holder) {
        let before = self.taken.len();
        self.give(Name::relation(&name.schema, &name.name), holder.clone());
        if self.taken.len() == before {
            self.give(Name::of_type(name), holder);
        }
    }

    /// A table with the keys, checks and sequences that `CREATE TABLE` names.
    fn create_table(&mut self, table: &Table) {
        let mut holder = Holder::plain(ObjectKind::Table, "table", &table.name);
        holder.table = Some(table.name.clone());
        self.give_with_type(&table.name, holder);
        for column in table.columns.values() {
            self.give_identity(&table.name, column);
        }
        for key in table.primary_keys.values().take(1) {
            self.give_key(ObjectKind::PrimaryKey, &table.name, &key.name, &key.columns);
        }
        for unique in table.uniques.values() {
            self.give_key(ObjectKind::Unique, &table.name, &unique.name, &unique.columns);
        }
        for check in table.checks.values() {
            self.give_check(&table.name, &check.name, &check.value);
        }
    }

    /// The sequence of an identity column is named in the statement, and is where the table is.
    fn give_identity(&mut self, table: &QualifiedName, column: &Column) {
        let Some(identity) = &column.identity else { return };
        let word = format!("the sequence of {}", column.name);
        let columns = vec![column.name.clone()];
        let holder = Holder::in_table(ObjectKind::Sequence, &word, table, columns);
        self.give(Name::relation(&table.schema, &identity.name), holder);
    }

    fn give_key(
        &mut self,
        kind: ObjectKind,
        table: &QualifiedName,
        name: &str,
        columns: &[String],
    ) {
        let holder = Holder::in_table(kind, "a key", table, columns.to_vec());
        let before = self.taken.len();
        self.give(Name::constraint(table, name), holder.clone());
        if self.taken.len() == before {
            self.give(Name::relation(&table.schema, name), holder);
        }
    }

    fn give_check(&mut self, table: &QualifiedName, name: &str, value: &str) {
        let columns = dependents::words(value).map(str::to_owned).collect();
        let holder = Holder::in_table(ObjectKind::Check, "a check", table, columns);
        self.give(Name::constraint(table, name), holder);
    }

    fn give_foreign_key(&mut self, table: &QualifiedName, name: &str, columns: &[String]) {
        let word = "a foreign key";
        let holder = Holder::in_table(ObjectKind::ForeignKey, word, table, columns.to_vec());
        self.give(Name::constraint(table, name), holder);
    }

    /// `name` is what the table is called now.
    fn give_index(&mut self, table: &Table, name: &QualifiedName, index: &str) {
        let Some(it) = table.indexes.get(index) else { return };
        let keys = it.columns.iter().map(|key| key.expression.as_str());
        let words = keys.chain(it.predicate.as_deref()).flat_map(dependents::words);
        let columns = words.map(str::to_owned).collect();
        let holder = Holder::in_table(ObjectKind::Index, "an index", name, columns);
        self.give(Name::relation(&name.schema, index), holder);
    }

    /// The names that PostgreSQL chooses: of a primary key on a column and of the sequence of a serial
    /// one. It takes a number behind them where they are held.
    fn name_implicit<'a>(&mut self, table: &Table, columns: impl Iterator<Item = &'a Column>) {
        for column in columns {
            let mut choose = |kind, word: &str, of: &str, label: &str| {
                let name = |label: &str| {
                    Name::relation(&table.name.schema, &implicit(&table.name.name, of, label))
                };
                let numbered = (1..).map(|number| name(&format!("{label}{number}")));
                let mut free = std::iter::once(name(label))
                    .chain(numbered)
                    .filter(|it| !self.held.contains_key(it));
                let Some(name) = free.next() else { return };
                let columns = vec![column.name.clone()];
                self.held.insert(name, Holder::in_table(kind, word, &table.name, columns));
            };
            if column.ty.contains("serial") {
                let word = format!("the sequence of {}", column.name);
                choose(ObjectKind::Sequence, &word, &column.name, "seq");
            }
            if column.primary_key {
                choose(ObjectKind::PrimaryKey, "the primary key", "", "pkey");
            }
        }
    }

    fn free(&mut self, gone: impl Fn(&Holder) -> bool) {
        self.held.retain(|_, holder| !gone(holder));
    }

    fn free_constraint(&mut self, table: &QualifiedName, name: &str) {
        self.held.remove(&Name::constraint(table, name));
        let index = Name::relation(&table.schema, name);
        if self.held.get(&index).is_some_and(|it| it.table.as_ref() == Some(table)) {
            self.held.remove(&index);
        }
    }

    /// Gives everything of which `new` knows a new name that name.
    fn rename(&mut self, new: impl Fn(&Name, &Holder) -> Option<Name>) {
        let moved: Vec<(Name, Name)> = self
            .held
            .iter()
            .filter_map(|(name, holder)| Some((name.clone(), new(name, holder)?)))
            .collect();
        let removed: Vec<_> = moved
            .into_iter()
            .filter_map(|(old, new)| Some((new, self.held.remove(&old)?)))
            .collect();
        for (name, holder) in removed {
            self.give(name, holder);
        }
    }

    fn rename_plain(&mut self, from: &QualifiedName, to: &QualifiedName) {
        self.rename(|name, _| match name {
            Name::Relation(it) if it == from => Some(Name::relation(&to.schema, &to.name)),
            Name::Type(it) if it == from => Some(Name::of_type(to)),
            Name::Relation(_) | Name::Type(_) | Name::Constraint(..) => None,
        });
    }

    /// What the statement does to names.
    fn follow(&mut self, statement: &Statement, context: &Context) {
        let Object { schema, name, .. } = &statement.object;
        let this = QualifiedName::new(schema.clone().unwrap_or_default(), name);
        let table = statement.object.table_name();
        match (statement.kind, &table) {
            ("rename_schema", _) => self.rename_schema(name, context),
            ("create_type_enum", _) => {
                self.give(Name::of_type(&this), Holder::plain(ObjectKind::Enum, "enum", &this));
            }
            ("drop_type_enum", _) => drop(self.held.remove(&Name::of_type(&this))),
            ("move_type_enum" | "rename_type_enum", _) => {
                self.rename_type(statement.kind, &this, context);
            }
            ("create_sequence", _) => self.give_sequence(&this),
            ("drop_sequence", _) => drop(self.held.remove(&Name::relation(&this.schema, name))),
            (
                "move_sequence" | "rename_sequence" | "rename_view" | "alter_view_alter_schema",
                _,
            ) => {
                if let Some(from) = renamed_from(&this, context) {
                    self.rename_plain(&from, &this);
                }
            }
            ("create_view", _) => self.give_view(&this),
            ("drop_view", _) => {
                self.held.remove(&Name::relation(&this.schema, name));
                self.held.remove(&Name::of_type(&this));
            }
            (kind, Some(table)) => self.follow_in_table(kind, statement, table, context),
            (_, None) => {}
        }
    }

    fn rename_schema(&mut self, to: &str, context: &Context) {
        let from = context.changes.iter().find_map(|change| match change {
            Change::RenameSchema(name) if name.after == to => Some(name.before.clone()),
            _ => None,
        });
        let Some(from) = from else { return };
        self.rename(|name, _| (name.schema() == from).then(|| name.within(to)));
        for table in self.held.values_mut().filter_map(|it| it.table.as_mut()) {
            if table.schema == from {
                to.clone_into(&mut table.schema);
            }
        }
    }

    /// drizzle-kit moves first and renames then.
    fn rename_type(&mut self, kind: &str, to: &QualifiedName, context: &Context) {
        let base = context.names.enum_to_base(to);
        if kind == "move_type_enum" {
            self.rename_plain(&base, &QualifiedName::new(&to.schema, &base.name));
        } else {
            self.rename_plain(&QualifiedName::new(&to.schema, &base.name), to);
        }
    }

    fn follow_in_table(
        &mut self,
        kind: &str,
        statement: &Statement,
        table: &QualifiedName,
        context: &Context,
    ) {
        let name = statement.object.name.as_str();
        let head = context.schemas.after.table(table);
        let column = head.and_then(|it| it.columns.get(name));
        match kind {
            "create_table" if statement.sql.starts_with("CREATE TABLE") => {
                if let Some(head) = head {
                    self.create_table(head);
                    self.name_implicit(head, head.columns.values());
                }
            }
            "drop_table" if statement.sql.starts_with("DROP TABLE") => {
                self.free(|it| it.table.as_ref() == Some(table));
            }
            "alter_table_set_schema" => {
                let base = context.names.table_to_base(table);
                self.move_table(&base, &QualifiedName::new(&table.schema, &base.name));
            }
            "rename_table" => {
                let base = context.names.table_to_base(table);
                self.rename_table(&QualifiedName::new(&table.schema, base.name), table);
            }
            "alter_table_rename_column" => {
                let base = context.names.column_to_base(table, name);
                let holders = self.held.values_mut().filter(|it| it.is_in(table, base));
                for column in holders.flat_map(|it| it.columns.iter_mut()) {
                    if column == base {
                        name.clone_into(column);
                    }
                }
            }
            "alter_table_add_column" => {
                if let (Some(head), Some(column)) = (head, column) {
                    self.give_identity(table, column);
                    self.name_implicit(head, std::iter::once(column));
                }
            }
            "alter_table_drop_column" => self.free(|it| it.is_in(table, name)),
            "alter_table_alter_column_set_identity" => {
                if let Some(column) = column {
                    self.give_identity(table, column);
                }
            }
            "alter_table_alter_column_drop_identity" => {
                self.free(|it| it.kind == ObjectKind::Sequence && it.is_in(table, name));
            }
            "create_composite_pk" | "alter_composite_pk" => {
                self.free(|it| {
                    it.kind == ObjectKind::PrimaryKey && it.table.as_ref() == Some(table)
                });
                if let Some(key) = head.and_then(|it| it.primary_keys.get(name)) {
                    self.give_key(ObjectKind::PrimaryKey, table, name, &key.columns);
                }
            }
            "create_unique_constraint" => {
                if let Some(unique) = head.and_then(|it| it.uniques.get(name)) {
                    self.give_key(ObjectKind::Unique, table, name, &unique.columns);
                }
            }
            "create_check_constraint" => {
                if let Some(check) = head.and_then(|it| it.checks.get(name)) {
                    self.give_check(table, name, &check.value);
                }
            }
            "create_reference" => {
                if let Some(key) = head.and_then(|it| it.foreign_keys.get(name)) {
                    self.give_foreign_key(table, name, &key.columns_from);
                }
            }
            "delete_composite_pk"
            | "delete_unique_constraint"
            | "delete_check_constraint"
            | "delete_reference" => self.free_constraint(table, name),
            "create_index_pg" => {
                if let Some(head) = head {
                    self.give_index(head, table, name);
                }
            }
            "drop_index" => drop(self.held.remove(&Name::relation(&table.schema, name))),
            // A column that becomes generated, stops to be or gets another expression is made anew.
            _ if statement.sql.contains(" drop column ") => self.free(|it| it.is_in(table, name)),
            _ => {}
        }
    }

    /// `SET SCHEMA` takes indexes, keys and sequences along.
    fn move_table(&mut self, from: &QualifiedName, to: &QualifiedName) {
        self.rename(|name, holder| {
            (holder.table.as_ref() == Some(from)).then(|| name.within(&to.schema))
        });
        self.called(from, to);
    }

    /// `RENAME TO` leaves them their names.
    fn rename_table(&mut self, from: &QualifiedName, to: &QualifiedName) {
        self.rename_plain(from, to);
        self.rename(|name, _| match name {
            Name::Constraint(table, it) if table == from => {
                Some(Name::Constraint(to.clone(), it.clone()))
            }
            Name::Relation(_) | Name::Type(_) | Name::Constraint(..) => None,
        });
        self.called(from, to);
    }

    fn called(&mut self, from: &QualifiedName, to: &QualifiedName) {
        for table in self.held.values_mut().filter_map(|it| it.table.as_mut()) {
            if table == from {
                table.clone_from(to);
            }
        }
    }
}

/// The name that PostgreSQL makes of a table's, a column's (or none) and a label: the longer of the two
/// names is cut until all fit (`makeObjectName`).
fn implicit(table: &str, column: &str, label: &str) -> String {
    let rest = label.len() + 1 + usize::from(!column.is_empty());
    let (mut one, mut two) = (table.len(), column.len());
    while one + two + rest > MAX_IDENTIFIER_BYTES && one + two > 0 {
        if one > two { one -= 1 } else { two -= 1 }
    }
    let cut = |name: &str, length: usize| name[..name.floor_char_boundary(length)].to_owned();
    let parts = [cut(table, one), cut(column, two), label.to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
}

/// What a view or sequence that has now this name was called in the base.
fn renamed_from(to: &QualifiedName, context: &Context) -> Option<QualifiedName> {
    context.changes.iter().find_map(|change| match change {
        Change::AlterView(view) if view.after.name == *to => Some(view.before.name.clone()),
        Change::AlterSequence(it) if it.after.name == *to => Some(it.before.name.clone()),
        _ => None,
    })
}
