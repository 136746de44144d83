//! The code that runs while the schema changes: what programs built for the base do, asked before and
//! after. Where an answer differs, a reader or writer notices the change; where none does, nobody
//! does. That is what "no reader breaks" means here.

use drizzle_guard::ident::quote;
use drizzle_guard::schema::{Column, Schema, Table};

use crate::random::Random;
use crate::rows::tuple;
use crate::state::ROW;

/// Everything that is asked, and what it is about.
pub(crate) struct Code {
    pub(crate) probes: Vec<(String, String)>,
    about: Vec<String>,
}

impl Code {
    /// Programs for a schema.
    pub(crate) fn new(base: &Schema, random: &mut Random) -> Self {
        let mut code = Self { probes: Vec::new(), about: Vec::new() };
        let counts = counts(base);
        for table in base.tables.values() {
            code.reads(table);
            code.writes(table, base, random);
            code.deletes(table, base, &counts);
            code.as_reader(table, base, random);
        }
        for view in base.views.values() {
            let columns: Vec<String> = view.columns.keys().map(|it| quote(it)).collect();
            let columns = columns.join(", ");
            let of = view.name.quoted();
            let look = format!(
                "SELECT string_agg(it::text, '|' ORDER BY it::text) FROM (SELECT {columns} FROM {of}) it"
            );
            code.ask(format!("reads view {}", view.name), String::new(), look);
            let look = format!("SELECT count(*) FROM {of}");
            let role = "SET LOCAL ROLE reader".to_owned();
            code.ask(format!("counts view {} as a reader", view.name), role, look);
        }
        for name in base.sequences.keys() {
            let literal = name.quoted();
            let step = format!("SELECT nextval('{literal}') - nextval('{literal}')");
            code.ask(format!("counts with {name}"), String::new(), step);
            let bounds = format!(
                "SELECT concat_ws(' ', seqstart, seqmin, seqmax, seqcycle) FROM pg_sequence
                 WHERE seqrelid = '{literal}'::regclass"
            );
            code.ask(format!("relies on the bounds of {name}"), String::new(), bounds);
        }
        for enumeration in base.enums.values() {
            let of_it = |column: &Column| {
                column.ty.trim_end_matches("[]") == enumeration.name.name
                    && column.type_schema.as_deref() == Some(enumeration.name.schema.as_str())
            };
            // Nobody names a type that no column has.
            if !base.tables.values().any(|table| table.columns.values().any(of_it)) {
                continue;
            }
            let (Some(first), Some(last)) = (enumeration.values.first(), enumeration.values.last())
            else {
                continue;
            };
            let ty = enumeration.name.quoted();
            let look = format!("SELECT enum_range('{first}'::{ty}, '{last}'::{ty})");
            code.ask(format!("compares values of {}", enumeration.name), String::new(), look);
        }
        // These come last, so that a seed gives the others the values it always gave them.
        for table in base.tables.values() {
            code.distinct_rows(table);
            code.computed(table, base, random);
            code.writes_twice(table, base, random);
            code.restores(table, random);
            code.leaves_out(table, base, random);
        }
        for table in base.tables.values() {
            code.leaves_out_twice(table, base, random);
        }
        code
    }

    /// `SELECT DISTINCT *`, the query of `column.add.json`: whether it runs.
    fn distinct_rows(&mut self, table: &Table) {
        let act = format!("SELECT DISTINCT * FROM {}", table.name.quoted());
        self.ask(format!("reads the distinct rows of {}", table.name), act, String::new());
    }

    /// Writes a row and looks whether its generated columns have a value.
    fn computed(&mut self, table: &Table, base: &Schema, random: &mut Random) {
        let generated = table.columns.values().filter(|it| it.generated.is_some());
        let filled: Vec<String> =
            generated.map(|it| format!("{} IS NULL", quote(&it.name))).collect();
        if filled.is_empty() {
            return;
        }
        let (columns, values) = tuple(table, base, random);
        let look = format!(
            "SELECT concat_ws(',', {}) FROM {} WHERE {} IS NULL",
            filled.join(", "),
            table.name.quoted(),
            quote(ROW)
        );
        let about = format!("lets {} compute", table.name);
        self.ask(about, insert(table, &columns, &values), look);
    }

    /// Writes rows that leave a column out that may be NULL, more often than once: most rows are refused for
    /// one reason or another.
    fn leaves_out(&mut self, table: &Table, base: &Schema, random: &mut Random) {
        let nullable = |it: &&Column| !it.not_null && !it.primary_key && it.default.is_none();
        for column in table.columns.values().filter(nullable) {
            for _ in 0..3 {
                let (mut columns, mut values) = tuple(table, base, random);
                let Some(at) = columns.iter().position(|it| *it == column.name) else { break };
                columns.remove(at);
                values.remove(at);
                let about = format!("inserts into {} without {}", table.name, column.name);
                self.ask(about, insert(table, &columns, &values), String::new());
            }
        }
    }

    /// Writes two rows that leave the same nullable column out, where an index keeps rows unique: what is
    /// stored in its place may be the same twice, also in an expression or a computed column.
    fn leaves_out_twice(&mut self, table: &Table, base: &Schema, random: &mut Random) {
        let unique = !table.uniques.is_empty() || table.indexes.values().any(|it| it.unique);
        let nullable = |it: &&Column| {
            unique
                && !it.not_null
                && !it.primary_key
                && it.default.is_none()
                && it.generated.is_none()
        };
        for column in table.columns.values().filter(nullable) {
            for _ in 0..6 {
                let rows = [(); 2].map(|()| {
                    let (mut columns, mut values) = tuple(table, base, random);
                    if let Some(at) = columns.iter().position(|it| *it == column.name) {
                        columns.remove(at);
                        values.remove(at);
                    }
                    insert(table, &columns, &values)
                });
                let about = format!("inserts two rows into {} without {}", table.name, column.name);
                self.ask(about, rows.join("; "), String::new());
            }
        }
    }

    /// Writes two rows that leave a column of a unique key out and agree in its others: NULLs are
    /// distinct.
    fn writes_twice(&mut self, table: &Table, base: &Schema, random: &mut Random) {
        for set in unique_sets(table) {
            // Which number a counted column gets by itself depends on how often it was asked.
            let counted = |name: &String| {
                let column = &table.columns[name];
                column.identity.is_some() || column.ty.contains("serial")
            };
            for left_out in set.iter().filter(|name| !counted(name)) {
                let mut rows = [tuple(table, base, random), tuple(table, base, random)];
                let [(columns, first), (_, second)] = &mut rows;
                for (at, column) in columns.iter().enumerate() {
                    if set.iter().any(|it| it == column) {
                        second[at].clone_from(&first[at]);
                    }
                }
                let rows = rows.into_iter().map(|(mut columns, mut values)| {
                    if let Some(at) = columns.iter().position(|it| it == left_out) {
                        columns.remove(at);
                        values.remove(at);
                    }
                    insert(table, &columns, &values)
                });
                let about = format!("inserts twice into {} without {left_out}", table.name);
                self.ask(about, rows.collect::<Vec<_>>().join("; "), String::new());
            }
        }
    }

    /// Takes a row out and puts it back with its number, as imports and seeds do.
    fn restores(&mut self, table: &Table, random: &mut Random) {
        let numbered = table.columns.values().any(|it| it.identity.is_some());
        if !numbered {
            return;
        }
        let name = table.name.quoted();
        let columns = table.columns.values().filter(|it| it.generated.is_none());
        let columns: Vec<String> = columns.map(|it| quote(&it.name)).collect();
        let columns = columns.join(", ");
        let row = format!("{} = {}", quote(ROW), 1 + random.below(3));
        let act = format!(
            "CREATE TEMP TABLE kept ON COMMIT DROP AS SELECT * FROM {name} WHERE {row};
             DELETE FROM {name} WHERE {row};
             INSERT INTO {name} ({columns}) SELECT {columns} FROM kept"
        );
        self.ask(format!("restores a row of {}", table.name), act, String::new());
    }

    fn ask(&mut self, about: String, act: String, look: String) {
        self.about.push(about);
        self.probes.push((act, look));
    }

    /// Every column by its name, as Drizzle does, and the type that the driver is told. That a string
    /// has a limit no driver says.
    fn reads(&mut self, table: &Table) {
        let name = table.name.quoted();
        let columns: Vec<String> = table.columns.keys().map(|it| quote(it)).collect();
        let row = quote(ROW);
        let look = format!(
            "SELECT string_agg(it::text, '|' ORDER BY number) FROM
             (SELECT {row} AS number, row({}) AS it FROM {name} WHERE {row} IS NOT NULL) them",
            columns.join(", ")
        );
        self.ask(format!("reads {}", table.name), String::new(), look);
        let types = columns.iter().map(|column| {
            format!("regexp_replace(pg_typeof({column})::text, '^character.*', 'text')")
        });
        let types: Vec<String> = types.collect();
        let look = format!("SELECT concat_ws(',', {}) FROM {name} LIMIT 1", types.join(", "));
        self.ask(format!("reads the types of {}", table.name), String::new(), look);
        for column in &columns {
            let look = format!(
                "SELECT attnotnull FROM pg_attribute
                 WHERE attrelid = '{name}'::regclass AND attname = '{}' AND attnotnull",
                column.trim_matches('"')
            );
            self.ask(format!("meets no NULL in {}.{column}", table.name), String::new(), look);
        }
    }

    fn writes(&mut self, table: &Table, base: &Schema, random: &mut Random) {
        let name = table.name.quoted();
        let insert = |columns: &[&str], values: &[String]| insert(table, columns, values);
        for _ in 0..4 {
            let (columns, values) = tuple(table, base, random);
            self.ask(
                format!("inserts into {}", table.name),
                insert(&columns, &values),
                String::new(),
            );
        }
        for column in table.columns.values() {
            let quoted = quote(&column.name);
            // Text is the same text whatever type of text it is.
            let look = format!(
                "SELECT regexp_replace(pg_get_expr(adbin, adrelid),
                   '::(character varying|character|text|bpchar)(\\(\\d+\\))?$', '')
                 FROM pg_attrdef JOIN pg_attribute
                 ON attrelid = adrelid AND attnum = adnum
                 WHERE adrelid = '{name}'::regclass AND attname = '{}'",
                column.name
            );
            if column.default.is_some() {
                self.ask(format!("leaves {quoted} out"), String::new(), look);
            }
            let counted = column.identity.is_some() || column.ty.contains("serial");
            if counted {
                let look = format!(
                    "SELECT true FROM pg_attribute LEFT JOIN pg_attrdef
                     ON adrelid = attrelid AND adnum = attnum
                     WHERE attrelid = '{name}'::regclass AND attname = '{}'
                     AND (attidentity <> '' OR adbin IS NOT NULL)",
                    column.name
                );
                self.ask(format!("lets {quoted} be counted"), String::new(), look);
                let act = format!("INSERT INTO {name} ({quoted}) VALUES (77)");
                let about =
                    format!("gives {}.{} a number without the rest", table.name, column.name);
                self.ask(about, act, String::new());
                // Which number it gets by itself depends on how often it was asked.
                continue;
            }
            // Left out: the default is what is stored, as far as it is always the same.
            let (mut columns, mut values) = tuple(table, base, random);
            if let Some(at) = columns.iter().position(|it| *it == column.name) {
                columns.remove(at);
                values.remove(at);
            }
            let about = format!("inserts into {} without {}", table.name, column.name);
            self.ask(about, insert(&columns, &values), String::new());
            let act = format!("UPDATE {name} SET {quoted} = NULL WHERE {} = 1", quote(ROW));
            self.ask(format!("sets {}.{} to NULL", table.name, column.name), act, String::new());
        }
        for set in unique_sets(table) {
            let (columns, mut values) = tuple(table, base, random);
            let target: Vec<String> = set.iter().map(|it| quote(it)).collect();
            let act = format!(
                "{} ON CONFLICT ({}) DO NOTHING",
                insert(&columns, &values),
                target.join(", ")
            );
            self.ask(format!("upserts into {} by {target:?}", table.name), act, String::new());
            for (column, value) in columns.iter().zip(&mut values) {
                if set.iter().any(|it| it == column) {
                    let quoted = quote(column);
                    *value = format!(
                        "(SELECT {quoted} FROM {name} WHERE {quoted} IS NOT NULL ORDER BY {} LIMIT 1)",
                        quote(ROW)
                    );
                }
            }
            let about = format!("repeats {target:?} of {}", table.name);
            self.ask(about, insert(&columns, &values), String::new());
        }
        // Rows that refer to nothing.
        for key in table.foreign_keys.values() {
            let (columns, mut values) = tuple(table, base, random);
            for (column, value) in columns.iter().zip(&mut values) {
                if key.columns_from.iter().any(|it| it == column) {
                    let uuid = table.columns[*column].ty == "uuid";
                    *value = if uuid { "gen_random_uuid()".to_owned() } else { "31999".to_owned() };
                }
            }
            let about = format!("inserts an orphan into {}", table.name);
            self.ask(about, insert(&columns, &values), String::new());
        }
    }

    /// Parents that go or get another key, and what becomes of their children.
    fn deletes(&mut self, table: &Table, base: &Schema, counts: &str) {
        let name = table.name.quoted();
        let children = base.tables.values().flat_map(|other| other.foreign_keys.values());
        let children: Vec<_> = children.filter(|key| key.to == table.name).collect();
        let Some(key) = children.first() else { return };
        let target = quote(&key.columns_to[0]);
        let new = match table.columns[&key.columns_to[0]].ty.as_str() {
            "uuid" => "gen_random_uuid()".to_owned(),
            _ => format!("{target} + 12000"),
        };
        for row in 1..=4 {
            let row = format!("{} = {row}", quote(ROW));
            let act = format!("DELETE FROM {name} WHERE {row}");
            self.ask(format!("deletes from {}", table.name), act, counts.to_owned());
            let act = format!("UPDATE {name} SET {target} = {new} WHERE {row}");
            self.ask(format!("changes the key of {}", table.name), act, counts.to_owned());
        }
    }

    /// A role that has been granted everything, but owns nothing.
    fn as_reader(&mut self, table: &Table, base: &Schema, random: &mut Random) {
        let name = table.name.quoted();
        let role = "SET LOCAL ROLE reader".to_owned();
        let look = format!("SELECT count(*) FROM {name}");
        self.ask(format!("counts {} as a reader", table.name), role, look);
        let (columns, values) = tuple(table, base, random);
        let columns: Vec<String> = columns.iter().map(|it| quote(it)).collect();
        let act = format!(
            "SET LOCAL ROLE reader; INSERT INTO {name} ({}) VALUES ({})",
            columns.join(", "),
            values.join(", ")
        );
        self.ask(format!("inserts into {} as a reader", table.name), act, String::new());
    }

    /// What the code notices: an answer that is another one, or something that was refused to protect
    /// the rows and no longer is. While `keys_stay`, what collides no longer is not refused any less: a wider
    /// type tells values apart that the old one rounded to the same.
    pub(crate) fn notices(
        &self,
        before: &[String],
        after: &[String],
        keys_stay: bool,
    ) -> Vec<String> {
        const GUARDS: &[&str] = &["23502", "23503", "23505", "23514", "42501"];
        let pairs = before.iter().zip(after).enumerate();
        let noticed = pairs.filter(|(at, (before, after))| {
            // A default where there was none is no guard that fell.
            let without = self.about[*at].contains(" without ");
            // Where there was nothing, nothing can be missed.
            if *before == "ok nothing" {
                return false;
            }
            let is_told_apart = keys_stay && before.as_str() == "23505";
            let loosened = GUARDS.contains(&before.as_str())
                && after.starts_with("ok")
                && !without
                && !is_told_apart;
            loosened || (before.starts_with("ok") && before != after)
        });
        let short = |text: &String| text.chars().take(60).collect::<String>();
        noticed
            .map(|(at, (before, after))| {
                format!("{}: {} -> {}", self.about[at], short(before), short(after))
            })
            .collect()
    }
}

fn insert(table: &Table, columns: &[&str], values: &[String]) -> String {
    let name = table.name.quoted();
    if columns.is_empty() {
        return format!("INSERT INTO {name} DEFAULT VALUES");
    }
    let columns: Vec<String> = columns.iter().map(|it| quote(it)).collect();
    format!("INSERT INTO {name} ({}) VALUES ({})", columns.join(", "), values.join(", "))
}

/// The columns of everything that keeps rows of a table unique.
fn unique_sets(table: &Table) -> Vec<Vec<String>> {
    let indexes = table.indexes.values().filter(|it| {
        it.unique && it.predicate.is_none() && it.columns.iter().all(|key| !key.is_expression)
    });
    let indexes = indexes.map(|it| it.columns.iter().map(|key| key.expression.clone()).collect());
    let uniques = table.uniques.values().map(|it| it.columns.clone());
    let key = table.primary_key_columns().into_iter().map(str::to_owned).collect();
    let sets: Vec<Vec<String>> = uniques.chain(indexes).chain([key]).collect();
    sets.into_iter().filter(|set| !set.is_empty()).collect()
}

/// How many rows there are, and how many of them refer to something.
fn counts(base: &Schema) -> String {
    let mut counts = Vec::new();
    for table in base.tables.values() {
        let name = table.name.quoted();
        counts.push(format!("(SELECT count(*) FROM {name})"));
        for key in table.foreign_keys.values() {
            let column = quote(&key.columns_from[0]);
            counts.push(format!("(SELECT count({column}) FROM {name})"));
        }
    }
    format!("SELECT concat_ws(',', {})", counts.join(", "))
}
