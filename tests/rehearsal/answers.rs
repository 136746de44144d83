//! Answers what a plan asks, as a user would who knows the data.

use std::collections::BTreeSet;

use drizzle_guard::delta::Diff;
use drizzle_guard::diff::{Change, ColumnChange, Names, Rename, compare};
use drizzle_guard::ident::{QualifiedName, quote, quote_literal};
use drizzle_guard::plan::{Options, Plan, draft};
use drizzle_guard::schema::{Column, Schema, Table};

/// Two schemas and what was stated about their names.
pub(crate) struct Pair {
    pub(crate) name: String,
    pub(crate) before: Schema,
    pub(crate) after: Schema,
    pub(crate) renames: Vec<Rename>,
}

/// Drafts the plan and answers what it asks.
pub(crate) fn planned(pair: &Pair, postgres: u32) -> Plan {
    let schemas = Diff::new(&pair.before, &pair.after);
    let changes = compare(schemas, &pair.renames);
    let mut options = Options { postgres, ..Options::default() };
    // The columns whose every value the user converts; all others PostgreSQL converts as it assigns.
    let mut converted = BTreeSet::new();
    // An answer can raise the next question.
    for _ in 0..3 {
        let open = draft(&changes, schemas, &options);
        let known = options.clone();
        let required = open.decisions.iter().filter(|decision| decision.required);
        converted.extend(required.map(|decision| decision.object.clone()));
        let facts = Facts { changes: &changes, pair, converted: &converted };
        for decision in &open.decisions {
            let object = decision.object.clone();
            if decision.answer.starts_with("--map") {
                let (name, _) = object.rsplit_once('.').expect("an enum and its value");
                let target = pair.after.enums.iter().find(|(key, _)| key.to_string() == name);
                let target = target.and_then(|(_, it)| it.values.first());
                if let Some(target) = target.filter(|_| !is_unique(name, &pair.after)) {
                    options.map.insert(object, target.clone());
                }
            } else if let Some(answer) = answer(&object, decision.required, &facts) {
                options.backfill.insert(object, answer);
            }
        }
        if options == known {
            break;
        }
    }
    draft(&changes, schemas, &options)
}

/// Whether a column of the enum is in a key, so that two labels must not become one.
fn is_unique(enumeration: &str, head: &Schema) -> bool {
    head.tables.values().any(|table| {
        table.columns.values().any(|column| {
            let element = column.ty.split('[').next().unwrap_or_default();
            let schema = column.type_schema.clone().unwrap_or_default();
            QualifiedName::new(schema, element).to_string() == enumeration
                && keys(table).any(|key| key.contains(&column.name))
        })
    })
}

/// The columns of everything unique in a table.
fn keys(table: &Table) -> impl Iterator<Item = Vec<String>> {
    let primary = table.primary_key_columns().into_iter().map(str::to_owned).collect::<Vec<_>>();
    let uniques = table.uniques.values().map(|unique| unique.columns.clone());
    let indexes = table.indexes.values().filter(|index| index.unique);
    let indexes = indexes
        .map(|index| index.columns.iter().map(|key| key.expression.clone()).collect::<Vec<_>>());
    uniques.chain(indexes).chain([primary])
}

/// What an answer is made from.
struct Facts<'a> {
    changes: &'a [Change],
    pair: &'a Pair,
    /// Columns whose values an answer converts.
    converted: &'a BTreeSet<String>,
}

/// An expression that gives a column of the head a value which its keys and checks allow; `None` where
/// it is left to the rows that there are.
fn answer(object: &str, required: bool, facts: &Facts<'_>) -> Option<String> {
    let Facts { changes, pair, .. } = facts;
    let head = &pair.after;
    let of_it = || changes.iter().filter(|change| change.object().to_string() == object);
    for change in of_it() {
        if let Change::AlterColumnType(it) = change {
            let (before, after) = (&it.what.before, &it.what.after);
            let absent = in_place_of_null(it, facts);
            return Some(if required { converted(before, after, &absent, head) } else { absent });
        }
    }
    for change in of_it() {
        if let Change::AddColumn(it) = change {
            let mut checks = head.table(&it.table).into_iter().flat_map(|it| it.checks.values());
            let few = has_few_values(&it.what, head)
                || checks.any(|check| check.value.contains(&format!("\"{}\"", it.what.name)));
            if !forbids_null(&it.what, &it.table, head) && few && is_key(&it.what, &it.table, head)
            {
                return Some("NULL".to_owned());
            }
            return Some(new_value(&it.what, &it.table, facts));
        }
        if let Change::SetNotNull(it) = change {
            let column = &it.what.after;
            // One of the values that are there already could be the same, and a parent may have no rows.
            let of_table = head.table(&it.table);
            let in_key = of_table.into_iter().flat_map(keys).any(|key| key.contains(&column.name));
            // The base's keys still hold while the rows are filled, whatever its names are.
            let before = &it.what.before.name;
            let mut of_base = pair.before.tables.values().flat_map(keys);
            let in_key = in_key || of_base.any(|key| key.contains(before));
            let mut references = of_table.into_iter().flat_map(|it| it.foreign_keys.values());
            if in_key || references.any(|key| key.columns_from.contains(&column.name)) {
                return None;
            }
            return Some(new_value(column, &it.table, facts));
        }
    }
    assert!(!required, "nothing is known of {object}");
    None
}

/// How many rows a table may have so that the head can hold them at all: one, where a new column must be
/// another one in every row and knows only a few values.
pub(crate) fn most_rows(pair: &Pair) -> Option<u32> {
    let schemas = Diff::new(&pair.before, &pair.after);
    let narrow = compare(schemas, &pair.renames).iter().any(|change| match change {
        Change::AddColumn(it) => {
            forbids_null(&it.what, &it.table, &pair.after)
                && has_few_values(&it.what, &pair.after)
                && is_key(&it.what, &it.table, &pair.after)
        }
        Change::AlterColumnType(it) => {
            let (before, after) = (&it.what.before, &it.what.after);
            let mut keys = pair.after.table(&it.table).into_iter().flat_map(keys);
            let of_enums = is_enum(before, &pair.before) && is_enum(after, &pair.after);
            // Made-up numbers of few digits meet each other.
            let small = |ty: &str| ty == "smallint" || ty.starts_with("numeric(");
            let made_up = small(&after.ty)
                && !["smallint", "integer", "bigint", "numeric", "real", "double"]
                    .iter()
                    .any(|number| before.ty.starts_with(number));
            let alike = !before.not_null && after.not_null && rows_apart(it, pair).is_none();
            (has_few_values(after, &pair.after) || made_up || alike)
                && !of_enums
                && keys.any(|key| key.contains(&after.name))
        }
        _ => false,
    });
    narrow.then_some(1)
}

fn has_few_values(column: &Column, schema: &Schema) -> bool {
    column.ty == "boolean" || is_enum(column, schema)
}

fn is_enum(column: &Column, schema: &Schema) -> bool {
    let element = column.ty.split('[').next().unwrap_or_default();
    let name = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
    schema.enums.contains_key(&name)
}

/// Whether a column of the head must have a value in every row.
fn forbids_null(column: &Column, table: &QualifiedName, head: &Schema) -> bool {
    let condition = format!("\"{}\" is not null", column.name);
    let mut checks = head.table(table).into_iter().flat_map(|it| it.checks.values());
    column.not_null || checks.any(|check| check.value.ends_with(&condition))
}

/// Whether the column alone has to be another one in every row.
fn is_key(column: &Column, table: &QualifiedName, head: &Schema) -> bool {
    head.table(table).into_iter().flat_map(keys).any(|key| key == [column.name.as_str()])
}

/// A value that is another one in every row.
fn new_value(column: &Column, table: &QualifiedName, facts: &Facts<'_>) -> String {
    let head = &facts.pair.after;
    let t = table.quoted();
    let row = format!("(SELECT count(*) FROM {t} AS s WHERE s.ctid <= t.ctid)");
    let of_table = head.table(table);
    for key in of_table.into_iter().flat_map(|table| table.foreign_keys.values()) {
        if let Some(at) = key.columns_from.iter().position(|it| *it == column.name) {
            let (to, parent) = (quote(&key.columns_to[at]), key.to.quoted());
            let many = if of_table.into_iter().flat_map(keys).any(|it| it.contains(&column.name)) {
                format!("{row} - 1")
            } else {
                "0".to_owned()
            };
            // The parent's key becomes another type later on, as this one is already.
            let retyped = facts.changes.iter().find_map(|change| match change {
                Change::AlterColumnType(it)
                    if it.table == key.to && it.what.after.name == key.columns_to[at] =>
                {
                    Some(&it.what)
                }
                _ => None,
            });
            let object = format!("{}.{}", key.to, key.columns_to[at]);
            if let Some(what) = retyped.filter(|_| facts.converted.contains(&object)) {
                let absent = constant(&what.after, head);
                let value = converted(&what.before, &what.after, &absent, head);
                return format!(
                    "(SELECT {value} FROM {parent} AS p ORDER BY p.{to} OFFSET {many} LIMIT 1)"
                );
            }
            return format!("(SELECT p.{to} FROM {parent} AS p ORDER BY 1 OFFSET {many} LIMIT 1)");
        }
    }
    let checks = of_table.into_iter().flat_map(|table| table.checks.values());
    let named = format!("\"{}\"", column.name);
    for check in checks.filter(|check| check.value.contains(&named)) {
        let literal = check.value.split('\'').nth(1).filter(|it| !it.is_empty());
        if let Some(literal) = literal.filter(|_| is_text(&column.ty)) {
            return quote_literal(literal);
        }
    }
    typed(column, &row, &format!("{row}::text"), head)
}

fn is_text(ty: &str) -> bool {
    ["text", "varchar", "char"].iter().any(|text| ty.starts_with(text)) && !ty.ends_with(']')
}

/// What a value becomes as one of another type, and `absent` in place of NULL; no subquery may stand here.
fn converted(before: &Column, after: &Column, absent: &str, head: &Schema) -> String {
    let column = quote(&after.name);
    let zoned = |ty: &str| ty.ends_with("with time zone");
    let (from, to) = (before.ty.as_str(), after.ty.as_str());
    if from.starts_with("timestamp") && to.starts_with("timestamp") && zoned(from) != zoned(to) {
        return format!("COALESCE({column} AT TIME ZONE 'UTC', {absent})");
    }
    if to.ends_with("[]") && to.strip_suffix("[]") == Some(from) {
        return format!("ARRAY[{column}]");
    }
    let value = hashed(after, &format!("{column}::text"), head);
    format!("CASE WHEN {column} IS NOT NULL THEN {value} ELSE {absent} END")
}

/// What stands in a retyped column where there is no value: nothing, where the head allows that, else
/// what a key of the head tells apart.
fn in_place_of_null(it: &ColumnChange, facts: &Facts<'_>) -> String {
    let (after, head) = (&it.what.after, &facts.pair.after);
    let mut keys = head.table(&it.table).into_iter().flat_map(keys);
    match rows_apart(it, facts.pair) {
        Some(row) if after.not_null && keys.any(|key| key.contains(&after.name)) => {
            hashed(after, &row, head)
        }
        _ => constant(after, head),
    }
}

fn constant(column: &Column, head: &Schema) -> String {
    if column.not_null { typed(column, "7", "'seven'", head) } else { "NULL".to_owned() }
}

/// A text that is another one in every row, over columns that no change of the pair renames.
fn rows_apart(it: &ColumnChange, pair: &Pair) -> Option<String> {
    let changes = compare(Diff::new(&pair.before, &pair.after), &pair.renames);
    let names = Names::of(&changes);
    let key = pair.before.table(&names.table_to_base(&it.table))?.primary_key_columns();
    let usable = |name: &&str| {
        *name != it.what.before.name && names.column_to_head(&it.table, name) == *name
    };
    let all = !key.is_empty() && key.iter().all(usable);
    let texts = key.iter().map(|name| format!("{}::text", quote(name))).collect::<Vec<_>>();
    all.then(|| format!("('row ' || {})", texts.join(" || ' ' || ")))
}

/// A value of a column's type, made of a text so that other texts make other values.
fn hashed(column: &Column, text: &str, head: &Schema) -> String {
    let small = ["smallint", "numeric("].iter().any(|ty| column.ty.starts_with(ty));
    // A date of more digits is later than any timestamp.
    let (digits, bits) = match (small, column.ty.as_str()) {
        (true, _) => (3, 12),
        (false, "date") => (6, 24),
        (false, _) => (7, 28),
    };
    let number = format!("('x' || substr(md5({text}), 1, {digits}))::bit({bits})::integer");
    let clock = column.ty.starts_with("time") && !column.ty.starts_with("timestamp");
    // Parts of a second, because a day has too few of them.
    let number = if clock { format!("({number} * 0.0003::float8)") } else { number };
    typed(column, &number, &format!("substr(md5({text}), 1, 4)"), head)
}

/// A value of a column's type, made of a number and a text.
fn typed(column: &Column, number: &str, text: &str, head: &Schema) -> String {
    let (element, array) = match column.ty.split_once('[') {
        Some((element, _)) => (element, true),
        None => (column.ty.as_str(), false),
    };
    let name = QualifiedName::new(column.type_schema.clone().unwrap_or_default(), element);
    let (scalar, ty) = match head.enums.get(&name) {
        Some(enumeration) => (quote_literal(&enumeration.values[0]), name.quoted()),
        // There is no type `serial` to cast to.
        None => (builtin(element, number, text), element.replace("serial", "int")),
    };
    if array { format!("ARRAY[{scalar}]::{ty}[]") } else { format!("({scalar})::{ty}") }
}

fn builtin(ty: &str, number: &str, text: &str) -> String {
    match ty.split(['(', ' ']).next().unwrap_or_default() {
        "integer" | "bigint" | "smallint" | "serial" | "bigserial" | "smallserial" | "numeric"
        | "real" | "double" => format!("{number} + 10"),
        "boolean" => format!("{number} % 2 = 0"),
        "timestamp" => format!("timestamp '2024-01-01' + {number} * interval '1 hour'"),
        "date" => format!("date '2024-01-01' + ({number})::integer"),
        "time" => format!("time '00:00' + {number} * interval '1 second'"),
        "interval" => format!("{number} * interval '1 second'"),
        "uuid" => format!("md5({text})::uuid"),
        "json" | "jsonb" => format!("to_json({number})"),
        "inet" | "cidr" => format!("inet '10.0.0.0' + {number}"),
        "macaddr" | "macaddr8" => format!("substr(md5({text}), 1, 12)"),
        "bytea" => format!("decode(md5({text}), 'hex')"),
        "point" => format!("point(({number})::integer, 1)"),
        _ => text.to_owned(),
    }
}
