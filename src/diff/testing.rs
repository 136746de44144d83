//! Small schemas for tests, in as few words as possible.

use serde_json::{Map, Value};

use crate::ident::QualifiedName;
use crate::schema::{
    Check, Column, Enum, ForeignKey, Generated, Identity, IdentityKind, Index, IndexColumn, Policy,
    PrimaryKey, Schema, SequenceOptions, Table, Unique,
};

/// A schema of these tables.
pub(crate) fn schema<const N: usize>(tables: [TableBuilder; N]) -> Schema {
    let tables = tables.into_iter().map(|table| (table.0.name.clone(), table.0));
    Schema { tables: tables.collect(), ..Schema::default() }
}

/// A schema of one enum, and tables.
pub(crate) fn with_enum<const N: usize>(
    name: &str,
    values: &[&str],
    tables: [TableBuilder; N],
) -> Schema {
    let name = qualified(name);
    let values = values.iter().map(|&value| value.to_owned()).collect();
    let mut schema = schema(tables);
    schema.enums.insert(name.clone(), Enum { name, values });
    schema
}

/// `name`, or `schema.name`.
pub(crate) fn qualified(name: &str) -> QualifiedName {
    match name.split_once('.') {
        Some((schema, name)) => QualifiedName::new(schema, name),
        None => QualifiedName::public(name),
    }
}

/// A table with these columns; see [`column`] for how they are written.
pub(crate) fn table(name: &str, columns: &[&str]) -> TableBuilder {
    let mut table = Table::new(qualified(name));
    for column in columns {
        let column = self::column(column);
        table.columns.insert(column.name.clone(), column);
    }
    TableBuilder(table)
}

/// A column: `name type [primary key] [not null] [enum] [app default] [identity [always]]
/// [generated (expression)] [default value]`, a default or an expression last.
pub(crate) fn column(text: &str) -> Column {
    let (name, rest) = text.split_once(' ').expect("a name and a type");
    let (rest, generated) = match rest.split_once(" generated ") {
        Some((rest, expression)) => (rest, Some(expression.to_owned())),
        None => (rest, None),
    };
    let (mut rest, default) = match rest.split_once(" default ") {
        Some((rest, value)) => (rest.to_owned(), Some(value.to_owned())),
        None => (rest.to_owned(), None),
    };
    let mut has = |word: &str| {
        let found = rest.contains(word);
        rest = rest.replace(word, "");
        found
    };
    let primary_key = has(" primary key");
    let not_null = has(" not null") || primary_key;
    let is_enum = has(" enum");
    let app = has(" app-default");
    let always = has(" identity always");
    let identity = always || has(" identity");
    let mut column = Column::new(name, rest.trim());
    column.primary_key = primary_key;
    column.not_null = not_null || identity;
    column.type_schema = is_enum.then(|| "public".to_owned());
    column.app_default.0 = app;
    column.default = default.map(|text| match text.as_str() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        number => number.parse::<i64>().map_or_else(|_| Value::String(text.clone()), Value::from),
    });
    column.generated = generated.map(|expression| Generated { expression });
    column.identity = identity.then(|| Identity {
        kind: if always { IdentityKind::Always } else { IdentityKind::ByDefault },
        name: format!("{name}_seq"),
        schema: "public".to_owned(),
        options: SequenceOptions::default(),
    });
    column
}

fn owned(names: &[&str]) -> Vec<String> {
    names.iter().map(|&name| name.to_owned()).collect()
}

/// A table being described.
#[derive(Debug, Clone)]
pub(crate) struct TableBuilder(pub(crate) Table);

impl TableBuilder {
    pub(crate) fn unique(mut self, name: &str, columns: &[&str]) -> Self {
        let unique =
            Unique { name: name.to_owned(), columns: owned(columns), nulls_not_distinct: false };
        self.0.uniques.insert(name.to_owned(), unique);
        self
    }

    pub(crate) fn index(mut self, name: &str, columns: &[&str]) -> Self {
        let key = |&column: &&str| IndexColumn {
            expression: column.to_owned(),
            is_expression: column.contains('('),
            asc: true,
            nulls: None,
            opclass: None,
        };
        let index = Index {
            name: name.to_owned(),
            columns: columns.iter().map(key).collect(),
            unique: false,
            predicate: None,
            concurrently: false,
            method: "btree".to_owned(),
            with: Map::new(),
        };
        self.0.indexes.insert(name.to_owned(), index);
        self
    }

    pub(crate) fn edit_index(mut self, name: &str, edit: impl FnOnce(&mut Index)) -> Self {
        edit(self.0.indexes.get_mut(name).expect("an index of that name"));
        self
    }

    pub(crate) fn unique_index(self, name: &str, columns: &[&str]) -> Self {
        self.index(name, columns).edit_index(name, |index| index.unique = true)
    }

    pub(crate) fn key(mut self, name: &str, columns: &[&str]) -> Self {
        let key = PrimaryKey { name: name.to_owned(), columns: owned(columns) };
        self.0.primary_keys.insert(name.to_owned(), key);
        self
    }

    pub(crate) fn check(mut self, name: &str, value: &str) -> Self {
        let check = Check { name: name.to_owned(), value: value.to_owned() };
        self.0.checks.insert(name.to_owned(), check);
        self
    }

    /// A foreign key to `id` of a table, without actions.
    pub(crate) fn references(self, name: &str, column: &str, parent: &str) -> Self {
        self.foreign_key(name, &[column], parent, &["id"], "no action")
    }

    pub(crate) fn foreign_key(
        mut self,
        name: &str,
        columns: &[&str],
        parent: &str,
        targets: &[&str],
        on_delete: &str,
    ) -> Self {
        let key = ForeignKey {
            name: name.to_owned(),
            table_from: self.0.name.name.clone(),
            columns_from: owned(columns),
            to: qualified(parent),
            columns_to: owned(targets),
            on_delete: Some(on_delete.to_owned()),
            on_update: Some("no action".to_owned()),
        };
        self.0.foreign_keys.insert(name.to_owned(), key);
        self
    }

    /// A permissive policy for everything and everybody.
    pub(crate) fn policy(mut self, name: &str, using: &str) -> Self {
        let policy = Policy {
            name: name.to_owned(),
            permissive: "PERMISSIVE".to_owned(),
            command: "ALL".to_owned(),
            to: vec!["public".to_owned()],
            using: Some(using.to_owned()),
            with_check: None,
            on: None,
            schema: None,
        };
        self.0.policies.insert(name.to_owned(), policy);
        self
    }

    pub(crate) fn edit_policy(mut self, name: &str, edit: impl FnOnce(&mut Policy)) -> Self {
        edit(self.0.policies.get_mut(name).expect("a policy of that name"));
        self
    }

    pub(crate) fn rls(mut self) -> Self {
        self.0.rls = true;
        self
    }
}
