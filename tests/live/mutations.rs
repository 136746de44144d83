//! Everything that somebody may do to a database by hand, with what has to be said of it then.

use drizzle_guard::ident::{QualifiedName, quote, quote_literal, truncate};
use drizzle_guard::schema::{Column, ForeignKey, Schema, Table};

/// One change.
pub(crate) struct Mutation {
    /// Its kind.
    pub(crate) kind: &'static str,
    /// The statements.
    pub(crate) sql: String,
    /// How the lines begin that have to be there.
    expected: Vec<String>,
    /// How lines begin that may be there as well, because PostgreSQL does more than it was told.
    allowed: Vec<String>,
    /// Whether a push would undo it: Drizzle has a word for it.
    pub(crate) pushed: bool,
}

impl Mutation {
    /// What is wrong with the lines that were printed.
    pub(crate) fn wrong(&self, lines: &[String]) -> Vec<String> {
        let starts = |line: &String, all: &[String]| all.iter().any(|it| line.starts_with(it));
        let missing =
            self.expected.iter().filter(|it| !lines.iter().any(|line| line.starts_with(*it)));
        let mut wrong: Vec<String> = missing.map(|it| format!("nothing says `{it}`")).collect();
        let more = lines
            .iter()
            .filter(|line| !starts(line, &self.expected) && !starts(line, &self.allowed));
        wrong.extend(more.map(|line| format!("it says `{line}`")));
        wrong
    }

    fn and(mut self, expected: impl Into<String>) -> Self {
        self.expected.push(expected.into());
        self
    }

    fn or(mut self, allowed: impl Into<String>) -> Self {
        self.allowed.push(allowed.into());
        self
    }

    /// The rest of the table may change with it.
    fn or_in(self, table: &QualifiedName) -> Self {
        let words = [
            "column",
            "index",
            "unique constraint",
            "check constraint",
            "primary key",
            "foreign key",
            "policy",
        ];
        let mut it = words.iter().fold(self, |it, word| it.or(format!("{word} {table}.")));
        it.allowed.push("view ".to_owned());
        it
    }

    /// Drizzle has no word for it.
    fn unseen(mut self) -> Self {
        self.pushed = false;
        self
    }
}

/// All that can be done to a database of this schema, grouped by kind.
pub(crate) fn of(schema: &Schema) -> Vec<Mutation> {
    let mut all = List(Vec::new());
    for table in schema.tables.values() {
        all.table(table);
        all.columns(table);
        all.constraints(table);
        all.indexes(table);
        all.security(table);
    }
    all.objects(schema);
    all.0.sort_by_key(|it| it.kind);
    all.0
}

struct List(Vec<Mutation>);

/// A constraint as it is written, put back with more behind it.
fn again(table: &QualifiedName, name: &str, more: &str) -> String {
    let (t, literal) = (table.quoted(), quote_literal(name));
    format!(
        "DO $again$ DECLARE it text; BEGIN
           SELECT pg_get_constraintdef(oid) INTO STRICT it FROM pg_constraint WHERE conrelid = {}::regclass AND conname = {literal};
           EXECUTE format('ALTER TABLE {} DROP CONSTRAINT %I', {literal});
           EXECUTE format('ALTER TABLE {} ADD CONSTRAINT %I ', {literal}) || it || {};
         END $again$",
        quote_literal(&t),
        t.replace('\'', "''"),
        t.replace('\'', "''"),
        quote_literal(more),
    )
}

impl List {
    fn add(
        &mut self,
        kind: &'static str,
        sql: impl Into<String>,
        expected: impl Into<String>,
    ) -> &mut Mutation {
        self.0.push(Mutation {
            kind,
            sql: sql.into(),
            expected: vec![expected.into()],
            allowed: Vec::new(),
            pushed: true,
        });
        self.0.last_mut().expect("it was added")
    }

    fn push(&mut self, mutation: Mutation) {
        self.0.push(mutation);
    }

    fn table(&mut self, table: &Table) {
        let (name, t) = (&table.name, table.name.quoted());
        self.add("drop a table", format!("DROP TABLE {t}"), format!("table {name} is missing"));
        self.add(
            "unlog a table",
            format!("ALTER TABLE {t} SET UNLOGGED"),
            format!("table {name} is unlogged"),
        )
        .pushed = false;
        self.add(
            "fill pages less",
            format!("ALTER TABLE {t} SET (fillfactor = 60)"),
            format!("table {name} has storage"),
        )
        .pushed = false;
        self.add(
            "add a column",
            format!("ALTER TABLE {t} ADD COLUMN mutated integer"),
            format!("column {name}.mutated is not in"),
        );
        self.add(
            "exclude",
            format!("ALTER TABLE {t} ADD CONSTRAINT mutated EXCLUDE USING btree ((1) WITH =)"),
            format!("table {name} has an exclusion"),
        )
        .pushed = false;
        let mut keys: Vec<String> = vec!["foreign key ".to_owned()];
        if !table.foreign_keys.is_empty() {
            self.add(
                "disable triggers",
                format!("ALTER TABLE {t} DISABLE TRIGGER ALL"),
                "foreign key ",
            )
            .allowed
            .append(&mut keys);
            self.0.last_mut().expect("just added").pushed = false;
        }
    }

    fn columns(&mut self, table: &Table) {
        let keys = table.primary_key_columns();
        for column in table.columns.values() {
            self.column(table, column, keys.contains(&column.name.as_str()));
        }
    }

    fn column(&mut self, table: &Table, column: &Column, is_key: bool) {
        let (name, t, c) = (&table.name, table.name.quoted(), quote(&column.name));
        let path = format!("column {name}.{}", column.name);
        let alter = format!("ALTER TABLE {t} ALTER COLUMN {c}");
        let serial = column.ty.contains("serial");
        let counted = serial || column.identity.is_some();
        let plain = !counted && column.generated.is_none();
        let mutation = |kind, sql: String, expected: String| Mutation {
            kind,
            sql,
            expected: vec![expected],
            allowed: Vec::new(),
            pushed: true,
        };
        self.push(
            mutation(
                "drop a column",
                format!("ALTER TABLE {t} DROP COLUMN {c}"),
                format!("{path} is missing"),
            )
            .or_in(name),
        );
        self.push(
            mutation(
                "rename a column",
                format!("ALTER TABLE {t} RENAME COLUMN {c} TO mutated"),
                format!("{path} is missing"),
            )
            .and(format!("column {name}.mutated is not in"))
            .or_in(name)
            .or("foreign key "),
        );
        if plain && column.default.is_some() {
            self.push(mutation(
                "drop a default",
                format!("{alter} DROP DEFAULT"),
                format!("{path}: default is none"),
            ));
        }
        if plain {
            let value = match column.ty.as_str() {
                "text" => "'mutated'",
                "integer" | "bigint" | "real" | "double precision" => "424242",
                "timestamp" | "timestamp with time zone" => "'2001-02-03'",
                "jsonb" | "json" => "'{\"mutated\": true}'",
                "uuid" => "'01234567-89ab-cdef-0123-456789abcdef'",
                _ => "''",
            };
            self.push(mutation(
                "change a default",
                format!("{alter} SET DEFAULT {value}"),
                format!("{path}: default is "),
            ));
        }
        if column.not_null && !is_key && column.identity.is_none() {
            self.push(mutation(
                "loosen NOT NULL",
                format!("{alter} DROP NOT NULL"),
                format!("{path} allows NULL"),
            ));
        }
        if !column.not_null && !is_key && !serial {
            self.push(mutation(
                "set NOT NULL",
                format!("{alter} SET NOT NULL"),
                format!("{path} is NOT NULL"),
            ));
        }
        let other = match column.ty.as_str() {
            "text" => Some("varchar(4711)"),
            "integer" | "serial" => Some("bigint"),
            "timestamp" => Some("timestamp with time zone"),
            "timestamp with time zone" => Some("timestamp(3)"),
            "real" => Some("double precision"),
            "boolean" | "uuid" => Some("text"),
            ty if ty.starts_with("varchar") => Some("text"),
            ty if ty.starts_with("numeric") => Some("numeric(31, 7)"),
            _ => None,
        };
        if let Some(other) = other {
            self.push(
                mutation(
                    "change a type",
                    format!("{alter} TYPE {other}"),
                    format!("{path}: type is "),
                )
                .or_in(name),
            );
        }
        if column.ty == "text" || column.ty.starts_with("varchar") {
            let sql = format!("{alter} TYPE {} COLLATE \"C\"", column.ty);
            let it = mutation("change a collation", sql, format!("{path} has the collation"));
            self.push(it.or_in(name).unseen());
        }
        if let Some(identity) = &column.identity {
            self.push(mutation("drop an identity", format!("{alter} DROP IDENTITY"), path.clone()));
            let to = match identity.kind {
                drizzle_guard::schema::IdentityKind::Always => "BY DEFAULT",
                drizzle_guard::schema::IdentityKind::ByDefault => "ALWAYS",
            };
            self.push(mutation(
                "turn an identity",
                format!("{alter} SET GENERATED {to}"),
                path.clone(),
            ));
            self.push(mutation(
                "count otherwise",
                format!("{alter} SET INCREMENT BY 17"),
                path.clone(),
            ));
        }
        if serial {
            let sequence = format!(
                "DO $$ BEGIN EXECUTE 'ALTER SEQUENCE ' || pg_get_serial_sequence({}, {}) || ' INCREMENT BY 17'; END $$",
                quote_literal(&t),
                quote_literal(&column.name)
            );
            self.push(mutation("count otherwise", sequence, format!("{path} is counted")).unseen());
            self.push(mutation(
                "stop a counter",
                format!("{alter} DROP DEFAULT"),
                format!("{path}: type is "),
            ));
        }
        if column.generated.is_some() {
            self.push(mutation("stop generating", format!("{alter} DROP EXPRESSION"), path));
        }
    }

    fn constraints(&mut self, table: &Table) {
        let (name, t) = (&table.name, table.name.quoted());
        let drop = |it: &str| format!("ALTER TABLE {t} DROP CONSTRAINT {}", quote(it));
        let rename =
            |it: &str| format!("ALTER TABLE {t} RENAME CONSTRAINT {} TO mutated", quote(it));
        let uniques = table.uniques.values().filter(|it| !table.is_merged(it));
        let uniques = uniques.map(|it| ("unique constraint", truncate(&it.name)));
        let checks = table.checks.values().map(|it| ("check constraint", truncate(&it.name)));
        let keys = table.foreign_keys.values().map(|it| ("foreign key", truncate(&it.name)));
        for (word, it) in uniques.chain(checks).chain(keys) {
            let path = format!("{word} {name}.{it}");
            self.add("drop a constraint", drop(it), format!("{path} is missing"));
            self.add("rename a constraint", rename(it), format!("{path} is missing"));
            self.0
                .last_mut()
                .expect("just added")
                .expected
                .push(format!("{word} {name}.mutated is not in"));
            if word != "unique constraint" {
                let sql = again(name, it, " NOT VALID");
                self.add("leave a constraint unvalidated", sql, format!("{it} of {name}")).pushed =
                    false;
            }
            if word != "check constraint" {
                let sql = again(name, it, " DEFERRABLE INITIALLY DEFERRED");
                self.add("defer a constraint", sql, format!("{path} is deferred")).pushed = false;
            }
            if word == "check constraint" {
                let sql = format!(
                    "{}; ALTER TABLE {t} ADD CONSTRAINT {} CHECK (true IS NOT false)",
                    drop(it),
                    quote(it)
                );
                self.add("loosen a check", sql, format!("{path}: is "));
            }
        }
        for key in table.foreign_keys.values() {
            self.foreign_key(table, key);
        }
        self.add(
            "add a check",
            format!("ALTER TABLE {t} ADD CONSTRAINT mutated CHECK (true IS NOT NULL)"),
            format!("check constraint {name}.mutated is not in"),
        );
        if let [single] = table.primary_key_columns()[..] {
            let literal = quote_literal(&t);
            let sql = format!(
                "DO $$ DECLARE it text; BEGIN SELECT conname INTO STRICT it FROM pg_constraint WHERE conrelid = {literal}::regclass AND contype = 'p';
                 EXECUTE format('ALTER TABLE {} DROP CONSTRAINT %I', it); END $$",
                t.replace('\'', "''")
            );
            self.add("drop a primary key", sql, format!("primary key {name}."));
            let sql = format!("ALTER TABLE {t} ADD CONSTRAINT mutated UNIQUE ({})", quote(single));
            self.add("add a unique", sql, format!("unique constraint {name}.mutated is not in"));
        }
    }

    fn foreign_key(&mut self, table: &Table, key: &ForeignKey) {
        let (name, t) = (&table.name, table.name.quoted());
        let it = truncate(&key.name);
        let list = |columns: &[String]| {
            columns.iter().map(|column| quote(column)).collect::<Vec<_>>().join(", ")
        };
        let other =
            if key.on_delete.as_deref() == Some("cascade") { "RESTRICT" } else { "CASCADE" };
        let update = key.on_update.clone().unwrap_or_else(|| "no action".to_owned());
        let sql = format!(
            "ALTER TABLE {t} DROP CONSTRAINT {0}; ALTER TABLE {t} ADD CONSTRAINT {0} FOREIGN KEY ({1}) REFERENCES {2} ({3}) ON DELETE {other} ON UPDATE {update}",
            quote(it),
            list(&key.columns_from),
            key.to.quoted(),
            list(&key.columns_to),
        );
        self.add("delete otherwise", sql, format!("foreign key {name}.{it} is not as"));
    }

    fn indexes(&mut self, table: &Table) {
        let (name, t) = (&table.name, table.name.quoted());
        for index in table.indexes.values() {
            let it = truncate(&index.name);
            let quoted = format!("{}.{}", quote(&name.schema), quote(it));
            let path = format!("index {name}.{it}");
            self.add("drop an index", format!("DROP INDEX {quoted}"), format!("{path} is missing"));
            self.add(
                "rename an index",
                format!("ALTER INDEX {quoted} RENAME TO mutated"),
                format!("{path} is missing"),
            );
            self.0
                .last_mut()
                .expect("just added")
                .expected
                .push(format!("index {name}.mutated is not in"));
            let invalid = format!(
                "UPDATE pg_index SET indisvalid = false WHERE indexrelid = {}::regclass",
                quote_literal(&quoted)
            );
            self.add("leave an index invalid", invalid, format!("{it} of {name}")).pushed = false;
            if index.method == "btree" {
                let sql = format!("ALTER INDEX {quoted} SET (fillfactor = 55)");
                self.add("fill pages of an index less", sql, format!("{path} is not as"));
            }
            let plain = index.columns.iter().find(|it| !it.is_expression && it.opclass.is_none());
            if let Some(column) = plain.filter(|_| index.method == "btree") {
                let unique = if index.unique { "" } else { "UNIQUE " };
                let sql = format!(
                    "DROP INDEX {quoted}; CREATE {unique}INDEX {} ON {t} ({})",
                    quote(it),
                    quote(&column.expression)
                );
                self.add("index otherwise", sql, format!("{path} is not as"));
                let unique = if index.unique { "UNIQUE " } else { "" };
                let sql = format!(
                    "DROP INDEX {quoted}; CREATE {unique}INDEX {} ON {t} ({} DESC NULLS LAST) WHERE false",
                    quote(it),
                    quote(&column.expression)
                );
                self.add("index less", sql, format!("{path} is not as"));
            }
        }
        for column in table.columns.values() {
            let sql = format!("CREATE INDEX mutated ON {t} ({})", quote(&column.name));
            self.add("add an index", sql, format!("index {name}.mutated is not in"));
        }
    }

    fn security(&mut self, table: &Table) {
        let (name, t) = (&table.name, table.name.quoted());
        let on = table.rls || !table.policies.is_empty();
        let (verb, word) = if on { ("DISABLE", "off") } else { ("ENABLE", "on") };
        let sql = format!("ALTER TABLE {t} {verb} ROW LEVEL SECURITY");
        self.add("switch security", sql, format!("{name}: row-level security is {word}"));
        let it = self.0.last_mut().expect("just added");
        // drizzle-kit switches it with the first policy and the last, and looks no further.
        it.pushed = table.policies.is_empty();
        it.allowed.push(format!("{name} has policies, but"));
        let sql = format!("ALTER TABLE {t} FORCE ROW LEVEL SECURITY");
        self.add("force security", sql, format!("table {name} has row-level security forced"))
            .pushed = false;
        let sql = format!("CREATE POLICY mutated ON {t} USING (false)");
        self.add("add a policy", sql, format!("policy {name}.mutated is not in"));
        let it = self.0.last_mut().expect("just added");
        it.allowed.push(format!("{name} has policies, but"));
        for policy in table.policies.values() {
            let it = truncate(&policy.name);
            let path = format!("policy {name}.{it}");
            let quoted = quote(it);
            self.add(
                "drop a policy",
                format!("DROP POLICY {quoted} ON {t}"),
                format!("{path} is missing"),
            );
            let to = format!("ALTER POLICY {quoted} ON {t} TO pg_monitor");
            self.add("give a policy to others", to, format!("{path} is not as"));
            let part = if policy.command == "INSERT" { "WITH CHECK" } else { "USING" };
            let open = format!("ALTER POLICY {quoted} ON {t} {part} (1 = 1)");
            self.add("open a policy", open, format!("{path} is not as"));
        }
    }

    fn objects(&mut self, schema: &Schema) {
        self.add(
            "add a table",
            "CREATE TABLE public.mutated (id integer)",
            "table public.mutated is not in",
        );
        self.add(
            "add an enum",
            "CREATE TYPE public.mutated AS ENUM ('a')",
            "enum public.mutated is not in",
        );
        self.add(
            "add a sequence",
            "CREATE SEQUENCE public.mutated",
            "sequence public.mutated is not in",
        );
        self.add(
            "add a view",
            "CREATE VIEW public.mutated AS SELECT 1 AS one",
            "view public.mutated is not in",
        );
        for it in schema.enums.values() {
            let (name, quoted) = (&it.name, it.name.quoted());
            let sql = format!("ALTER TYPE {quoted} ADD VALUE 'mutated'");
            self.add("add a label", sql, format!("enum {name}: value 'mutated' is not"));
            if let Some(first) = it.values.first() {
                let sql = format!(
                    "ALTER TYPE {quoted} RENAME VALUE {} TO 'mutated'",
                    quote_literal(first)
                );
                self.add("rename a label", sql, format!("enum {name}: value '{first}' is missing"));
                let last = self.0.last_mut().expect("just added");
                last.expected.push(format!("enum {name}: value 'mutated' is not"));
                // What is stored is the label, what is shown its new name.
                last.allowed.extend(
                    ["column ", "index ", "check constraint ", "view ", "policy "]
                        .map(str::to_owned),
                );
                let sql = format!(
                    "ALTER TYPE {quoted} ADD VALUE 'mutated' BEFORE {}",
                    quote_literal(first)
                );
                self.add("put a label first", sql, format!("enum {name}: value 'mutated' is not"));
            }
            self.add(
                "drop an enum",
                format!("DROP TYPE {quoted}"),
                format!("enum {name} is missing"),
            );
        }
        for it in schema.sequences.values() {
            let (name, quoted) = (&it.name, it.name.quoted());
            self.add(
                "drop a sequence",
                format!("DROP SEQUENCE {quoted}"),
                format!("sequence {name} is missing"),
            );
            let sql = format!("ALTER SEQUENCE {quoted} INCREMENT BY 17");
            self.add("count otherwise", sql, format!("sequence {name} is not as"));
            let sql = format!("ALTER SEQUENCE {quoted} CACHE 91");
            self.add("cache otherwise", sql, format!("sequence {name} is not as"));
        }
        for it in schema.views.values().filter(|it| !it.is_existing) {
            let (name, quoted) = (&it.name, it.name.quoted());
            let kind = if it.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
            self.add(
                "drop a view",
                format!("DROP {kind} {quoted}"),
                format!("view {name} is missing"),
            );
            let sql =
                format!("DROP {kind} {quoted}; CREATE {kind} {quoted} AS SELECT 42 AS mutated");
            self.add("show something else", sql, format!("view {name} is not as"));
            if !it.materialized {
                let sql = format!("ALTER VIEW {quoted} SET (security_barrier = true)");
                self.add("set up a barrier", sql, format!("view {name} is not as"));
            }
        }
        for name in schema.schemas.keys() {
            let sql = format!("DROP SCHEMA {}", quote(name));
            self.add("drop a schema", sql, format!("schema {name} is missing"));
        }
    }
}
