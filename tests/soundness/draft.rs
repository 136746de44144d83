//! A random schema of a fund platform, small enough that every effect can be told apart.

use drizzle_guard::ident::QualifiedName;
use drizzle_guard::schema::{
    Check, Column, Enum, ForeignKey, Generated, Identity, IdentityKind, Index, IndexColumn, Policy,
    PrimaryKey, Schema, Sequence, SequenceOptions, Table, Unique, View,
};
use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::random::Random;
use crate::types::{self, TYPES};

const TABLES: &[&str] =
    &["funds", "investors", "commitments", "scenarios", "capital_calls", "fees"];
const COLUMNS: &[&str] = &[
    "name",
    "amount",
    "status",
    "opened_at",
    "note",
    "rate",
    "vintage",
    "score",
    "tags",
    "email",
    "currency",
    "settings",
    "closed_on",
    "owner",
    "units",
];
const LABELS: &[&str] = &["draft", "open", "closed", "raising", "void", "paid"];
const ENUMS: &[&str] = &["fund_status", "call_kind"];

/// A schema in the making.
pub(crate) struct Draft {
    pub(crate) schema: Schema,
    pub(crate) random: Random,
}

impl Draft {
    /// A random schema.
    pub(crate) fn new(random: Random) -> Self {
        let mut draft = Self { schema: Schema::default(), random };
        if draft.random.percent(20) {
            draft.schema.schemas.insert("sales".to_owned(), ());
        }
        for _ in 0..draft.random.below(3) {
            draft.enumeration();
        }
        for _ in 0..=draft.random.below(3) {
            let table = draft.table();
            draft.schema.tables.insert(table.name.clone(), table);
        }
        if draft.random.percent(15) {
            draft.sequence();
        }
        if draft.random.percent(25) {
            draft.view();
        }
        draft
    }

    /// A name that is free in the whole schema.
    fn free(&mut self, names: &[&str]) -> String {
        let taken = |name: &str| {
            let schema = &self.schema;
            schema.tables.keys().any(|it| it.name == name)
                || schema.views.keys().any(|it| it.name == name)
                || schema.enums.keys().any(|it| it.name == name)
                || schema.sequences.keys().any(|it| it.name == name)
        };
        let free: Vec<&str> = names.iter().copied().filter(|name| !taken(name)).collect();
        match self.random.pick(free) {
            Some(name) => name.to_owned(),
            None => format!("{}_{}", self.random.of(names), self.random.below(100_000)),
        }
    }

    /// `public`, or now and then another schema that exists.
    fn namespace(&mut self) -> String {
        let others: Vec<String> = self.schema.schemas.keys().cloned().collect();
        let other = self.random.pick(others);
        other.filter(|_| self.random.percent(30)).unwrap_or_else(|| "public".to_owned())
    }

    pub(crate) fn enumeration(&mut self) -> QualifiedName {
        let name = self.free(ENUMS);
        let name = QualifiedName::new(self.namespace(), name);
        let count = 2 + self.random.below(3);
        let values = LABELS.iter().take(count).map(|it| (*it).to_owned()).collect();
        self.schema.enums.insert(name.clone(), Enum { name: name.clone(), values });
        name
    }

    pub(crate) fn new_label(&mut self, labels: &[String]) -> String {
        let free: Vec<&str> =
            LABELS.iter().copied().filter(|it| !labels.iter().any(|have| have == it)).collect();
        self.random.pick(free).map_or_else(|| format!("label_{}", labels.len()), str::to_owned)
    }

    pub(crate) fn sequence(&mut self) -> bool {
        let name = self.free(&["invoice_numbers", "ticket_numbers"]);
        let name = QualifiedName::new(self.namespace(), name);
        let options = SequenceOptions {
            increment: Some("1".to_owned()),
            min_value: Some("1".to_owned()),
            max_value: Some("9223372036854775807".to_owned()),
            start_with: Some("1".to_owned()),
            cache: Some("1".to_owned()),
            cycle: Some(false),
        };
        self.schema.sequences.insert(name.clone(), Sequence { name, options }).is_none()
    }

    /// A view of two columns of a table.
    pub(crate) fn view(&mut self) -> Option<QualifiedName> {
        let tables: Vec<QualifiedName> = self.schema.tables.keys().cloned().collect();
        let table = self.random.pick(tables)?;
        let names = self.column_names(&table);
        let mut columns = IndexMap::new();
        for _ in 0..2 {
            let name = self.random.of(&names).clone();
            columns.insert(name.clone(), self.schema.tables[&table].columns[&name].clone());
        }
        let name = self.free(&["totals", "open_items", "overview"]);
        let name = QualifiedName::public(name);
        let materialized = self.random.percent(25);
        let list: Vec<String> = columns.keys().map(|it| format!("\"{it}\"")).collect();
        let view = View {
            name: name.clone(),
            definition: Some(format!("select {} from {}", list.join(", "), table.quoted_short())),
            columns,
            is_existing: false,
            materialized,
            with: None,
            with_no_data: None,
            tablespace: None,
            using: None,
        };
        self.schema.views.insert(name.clone(), view);
        Some(name)
    }

    pub(crate) fn column_names(&self, table: &QualifiedName) -> Vec<String> {
        self.schema.tables[table].columns.keys().cloned().collect()
    }

    /// A new table, with everything that hangs on it; not yet in the schema.
    pub(crate) fn table(&mut self) -> Table {
        let name = self.free(TABLES);
        let name = QualifiedName::new(self.namespace(), name);
        let mut table = Table::new(name);
        match self.random.below(20) {
            0 => {}
            1 | 2 => {
                for name in ["year", "number"] {
                    let mut column = Column::new(name, "integer");
                    column.not_null = true;
                    table.columns.insert(name.to_owned(), column);
                }
                let columns = vec!["year".to_owned(), "number".to_owned()];
                let name = format!("{}_year_number_pk", table.name.name);
                table.primary_keys.insert(name.clone(), PrimaryKey { name, columns });
            }
            kind => {
                let mut id = Column::new("id", ["serial", "integer", "uuid", "bigint"][kind % 4]);
                (id.primary_key, id.not_null) = (true, true);
                match id.ty.as_str() {
                    "uuid" => id.default = Some(types::default("gen_random_uuid()")),
                    "bigint" => id.identity = Some(self.identity(&table.name, "id")),
                    _ => {}
                }
                table.columns.insert("id".to_owned(), id);
            }
        }
        for _ in 0..=1 + self.random.below(4) {
            let column = self.column(&table);
            table.columns.insert(column.name.clone(), column);
        }
        for _ in 0..self.random.below(2) {
            self.unique(&mut table);
        }
        for _ in 0..self.random.below(3) {
            self.index(&mut table);
        }
        for _ in 0..self.random.below(2) {
            self.check(&mut table);
        }
        if self.random.percent(45) {
            self.foreign_key(&mut table);
        }
        if self.random.percent(15) {
            self.policy(&mut table);
        }
        table.rls = self.random.percent(5);
        table
    }

    pub(crate) fn identity(&mut self, table: &QualifiedName, column: &str) -> Identity {
        let kind =
            if self.random.percent(50) { IdentityKind::Always } else { IdentityKind::ByDefault };
        let options = SequenceOptions {
            increment: Some("1".to_owned()),
            min_value: Some("1".to_owned()),
            max_value: Some("2147483647".to_owned()),
            start_with: Some("1".to_owned()),
            cache: Some("1".to_owned()),
            cycle: Some(false),
        };
        let name = format!("{}_{column}_seq", table.name);
        Identity { kind, name, schema: table.schema.clone(), options }
    }

    /// A new column that has no name in the table yet.
    pub(crate) fn column(&mut self, table: &Table) -> Column {
        let free: Vec<&str> =
            COLUMNS.iter().copied().filter(|it| !table.columns.contains_key(*it)).collect();
        let name = self.random.pick(free).expect("a table has few columns").to_owned();
        let enums: Vec<QualifiedName> = self.schema.enums.keys().cloned().collect();
        let mut column = match self.random.pick(enums).filter(|_| self.random.percent(20)) {
            Some(enumeration) => {
                let array = if self.random.percent(10) { "[]" } else { "" };
                let mut column = Column::new(name, format!("{}{array}", enumeration.name));
                column.type_schema = Some(enumeration.schema);
                column
            }
            None => Column::new(name, self.random.of(TYPES).name),
        };
        column.not_null = self.random.percent(40);
        if self.random.percent(30) {
            column.default = self.default_of(&column);
        } else if self.random.percent(12)
            && let Some(expression) = self.expression(table)
        {
            (column.ty, column.type_schema) = (expression.0.to_owned(), None);
            column.generated = Some(Generated { expression: expression.1 });
        }
        column
    }

    /// A default that fits the column.
    pub(crate) fn default_of(&mut self, column: &Column) -> Option<Value> {
        if let Some(labels) = types::labels(column, &self.schema) {
            let label = self.random.of(labels);
            let array = column.ty.ends_with("[]");
            let text = if array { format!("'{{{label}}}'") } else { format!("'{label}'") };
            return Some(Value::String(text));
        }
        let odd: &[&str] = match column.ty.as_str() {
            "text" => &["md5(random()::text)", "'other'", "CURRENT_USER"],
            "timestamp" | "timestamp with time zone" => &["clock_timestamp()", "now()"],
            "integer" | "bigint" => &["7", "0"],
            _ => &[],
        };
        if !odd.is_empty() && self.random.percent(30) {
            let odd: &&str = self.random.of(odd);
            return Some(types::default(odd));
        }
        types::find(&column.ty).map(|ty| types::default(ty.default))
    }

    /// The type and text of an expression over a column of the table.
    pub(crate) fn expression(&mut self, table: &Table) -> Option<(&'static str, String)> {
        let plain = table.columns.values().filter(|it| it.generated.is_none());
        let over = plain.filter_map(|column| match column.ty.as_str() {
            "integer" | "smallint" => {
                Some(("bigint", format!("(\"{}\")::bigint * 2", column.name)))
            }
            "text" | "varchar" | "varchar(20)" | "varchar(255)" => {
                Some(("text", format!("lower(\"{}\")", column.name)))
            }
            _ => None,
        });
        let over = over.collect();
        self.random.pick(over)
    }

    /// Columns that an index can stand on.
    fn indexable(table: &Table) -> Vec<String> {
        let able = table.columns.values().filter(|it| types::btree(it));
        able.map(|it| it.name.clone()).collect()
    }

    pub(crate) fn unique(&mut self, table: &mut Table) -> bool {
        let mut columns = Vec::new();
        for _ in 0..=self.random.below(2) {
            let left = Self::indexable(table).into_iter().filter(|it| !columns.contains(it));
            let left = left.collect();
            columns.extend(self.random.pick(left));
        }
        if columns.is_empty() {
            return false;
        }
        let name = format!("{}_{}_unique", table.name.name, columns.join("_"));
        let nulls_not_distinct = false;
        table.uniques.insert(name.clone(), Unique { name, columns, nulls_not_distinct }).is_none()
    }

    pub(crate) fn index(&mut self, table: &mut Table) -> bool {
        let mut keys: Vec<IndexColumn> = Vec::new();
        let mut method = "btree";
        let plain = |expression: String, asc: bool| IndexColumn {
            expression,
            is_expression: false,
            asc,
            nulls: Some("last".to_owned()),
            opclass: None,
        };
        let many = table.columns.values().filter(|it| it.ty == "jsonb" || it.ty == "text[]");
        let many = many.map(|it| it.name.clone()).collect();
        let many = self.random.pick(many).filter(|_| self.random.percent(50));
        let mut unique = self.random.percent(20);
        if let Some(name) = many {
            (method, unique) = ("gin", false);
            keys.push(plain(name, true));
        } else if let Some((_, expression)) =
            self.expression(table).filter(|it| it.0 == "text" && self.random.percent(25))
        {
            let nulls = Some("last".to_owned());
            keys.push(IndexColumn {
                expression,
                is_expression: true,
                asc: true,
                nulls,
                opclass: None,
            });
        } else {
            for _ in 0..=self.random.below(2) {
                let taken = |name: &String| keys.iter().any(|key| key.expression == *name);
                let left = Self::indexable(table).into_iter().filter(|it| !taken(it)).collect();
                if let Some(name) = self.random.pick(left) {
                    keys.push(plain(name, self.random.percent(80)));
                }
            }
        }
        if keys.is_empty() {
            return false;
        }
        let name = format!("{}_{}_idx", table.name.name, self.random.below(1_000));
        let names: Vec<&String> = table.columns.keys().collect();
        let over = self.random.of(&names).as_str();
        let predicate = format!("\"{}\".\"{over}\" is not null", table.name.name);
        let index = Index {
            name: name.clone(),
            columns: keys,
            unique,
            predicate: self.random.percent(15).then_some(predicate),
            concurrently: self.random.percent(8),
            method: method.to_owned(),
            with: Map::new(),
        };
        table.indexes.insert(name, index).is_none()
    }

    /// A condition on a column of the table, as drizzle-kit renders it.
    pub(crate) fn condition(&mut self, table: &Table, over: Option<&str>) -> Option<String> {
        let columns = table.columns.values().filter(|it| over.is_none_or(|over| over == it.name));
        let column = self.random.pick(columns.collect())?;
        let path = format!("\"{}\".\"{}\"", table.name.name, column.name);
        Some(match column.ty.as_str() {
            "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" => {
                let limit = self.random.of(&["> -10", ">= 0", "< 100000", "<> 7"]);
                format!("{path} {limit}")
            }
            "text" | "varchar" | "varchar(20)" | "varchar(255)" => {
                let limit = self.random.of(&[
                    "<> ''",
                    "in ('draft', 'open', 'a')",
                    "in ('a', 'b', 'c', 'open', 'draft', '')",
                ]);
                format!("{path} {limit}")
            }
            _ => format!("{path} is not null"),
        })
    }

    pub(crate) fn check(&mut self, table: &mut Table) -> bool {
        let Some(value) = self.condition(table, None) else { return false };
        let name = format!("{}_check_{}", table.name.name, self.random.below(1_000));
        table.checks.insert(name.clone(), Check { name, value }).is_none()
    }

    /// A foreign key to another table (or itself) whose key has one column, over a column that is
    /// there or made for it.
    pub(crate) fn foreign_key(&mut self, table: &mut Table) -> bool {
        let keyed = |it: &Table| {
            let key = it.columns.values().find(|column| column.primary_key)?;
            let ty = match key.ty.as_str() {
                "serial" => "integer".to_owned(),
                other => other.to_owned(),
            };
            Some((it.name.clone(), key.name.clone(), ty))
        };
        let mut parents: Vec<_> = self.schema.tables.values().filter_map(keyed).collect();
        if !self.schema.tables.contains_key(&table.name) && self.random.percent(20) {
            parents.extend(keyed(table));
        }
        let Some((to, target, ty)) = self.random.pick(parents) else { return false };
        let there = table.columns.values().filter(|it| {
            it.ty == ty && it.generated.is_none() && !it.primary_key && it.identity.is_none()
        });
        let there = there.map(|it| it.name.clone()).collect();
        let there = self.random.pick(there).filter(|_| self.random.percent(50));
        let column = if let Some(column) = there {
            column
        } else {
            let name = format!("{}_id", to.name.trim_end_matches('s'));
            let mut column = Column::new(name.clone(), ty);
            column.not_null = self.random.percent(40);
            if table.columns.insert(name.clone(), column).is_some() {
                return false;
            }
            name
        };
        let name = format!("{}_{column}_{}_{target}_fk", table.name.name, to.name);
        let key = ForeignKey {
            name: name.clone(),
            table_from: table.name.name.clone(),
            columns_from: vec![column],
            to,
            columns_to: vec![target],
            on_delete: Some(self.action()),
            on_update: Some("no action".to_owned()),
        };
        table.foreign_keys.insert(name, key).is_none()
    }

    pub(crate) fn action(&mut self) -> String {
        (*self.random.of(&["no action", "no action", "cascade", "set null", "restrict"])).to_owned()
    }

    pub(crate) fn policy(&mut self, table: &mut Table) -> bool {
        let name = format!("{}_policy_{}", table.name.name, self.random.below(100));
        let over = self.condition(table, None);
        let using = if self.random.percent(40) { Some("true".to_owned()) } else { over };
        let command = (*self.random.of(&["ALL", "SELECT"])).to_owned();
        let permissive = if self.random.percent(80) { "PERMISSIVE" } else { "RESTRICTIVE" };
        let policy = Policy {
            name: name.clone(),
            permissive: permissive.to_owned(),
            command,
            to: vec!["public".to_owned()],
            using,
            with_check: None,
            on: None,
            schema: None,
        };
        table.policies.insert(name, policy).is_none()
    }
}
