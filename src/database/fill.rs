//! Fills the tables of a schema with rows that satisfy its constraints.

use std::collections::BTreeMap;

use postgres::{Client, SimpleQueryMessage};

use super::Error;
use super::connect::explain;
use super::demand::Demand;
use super::values::value;
use crate::ident::{QualifiedName, quote, quote_literal};
use crate::schema::{Column, ForeignKey, Schema, Table};

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filled {
    /// Rows by table.
    pub rows: BTreeMap<String, u64>,
    /// Tables that stayed empty, with the reason, and other things the reader should know.
    pub notes: Vec<String>,
}

/// How many combinations of values are tried against a table's check constraints.
const ATTEMPTS: usize = 600;

/// Fills every table with up to `rows` rows, parents before children.
pub(super) fn fill(client: &mut Client, demand: &Demand, rows: u32) -> Result<Filled, Error> {
    let mut filled = Filled::default();
    for sql in &demand.hold {
        // What the base cannot hold rows to (other types, functions that are new) is left out.
        let _ = client.batch_execute(sql);
    }
    let schema = &demand.schema;
    for table in in_order(schema, &demand.needs) {
        let count = match fill_table(client, demand, table, rows) {
            Ok(count) => count,
            Err(why) => {
                filled.notes.push(format!("{} stays empty: {why}", table.name));
                0
            }
        };
        filled.rows.insert(table.name.to_string(), count);
    }
    for sql in &demand.release {
        client.batch_execute(sql).map_err(|error| Error::query(sql.as_str(), &error))?;
    }
    Ok(filled)
}

/// Parents before children; inside a cycle, in the schema's order.
fn in_order<'s>(schema: &'s Schema, needs: &[(QualifiedName, QualifiedName)]) -> Vec<&'s Table> {
    let mut left: Vec<&Table> = schema.tables.values().collect();
    let mut done: Vec<&Table> = Vec::new();
    while !left.is_empty() {
        let ready =
            left.iter().position(|table| {
                table.foreign_keys.values().all(|key| {
                    key.to == table.name || !left.iter().any(|other| other.name == key.to)
                }) && !needs.iter().any(|(child, to)| {
                    *child == table.name
                        && *to != table.name
                        && left.iter().any(|other| other.name == *to)
                })
            });
        done.push(left.remove(ready.unwrap_or(0)));
    }
    done
}

/// The keys that a foreign key of a table can refer to, as text.
type Parents = Vec<Vec<String>>;

fn fill_table(
    client: &mut Client,
    demand: &Demand,
    table: &Table,
    rows: u32,
) -> Result<u64, String> {
    if demand.bare.contains(&table.name) {
        return Err("every row would have to refer to what is new".to_owned());
    }
    let needed =
        demand.needs.iter().filter(|(child, to)| *child == table.name && *to != table.name);
    for (_, parent) in needed {
        let sql = format!("SELECT EXISTS (SELECT FROM {})", parent.quoted());
        let row = client.query_one(&sql, &[]).map_err(|error| explain(&error))?;
        if !row.get::<_, bool>(0) {
            return Err(format!("{parent}, which every row would have to refer to, is empty"));
        }
    }
    let mut references: Vec<(&ForeignKey, Parents)> = Vec::new();
    for key in table.foreign_keys.values() {
        let parents = parents(client, key).map_err(|error| explain(&error))?;
        let required = |name: &String| {
            table.columns.get(name).is_some_and(|column| column.not_null)
                || table.primary_key_columns().contains(&name.as_str())
        };
        if parents.is_empty() && key.columns_from.iter().any(required) {
            let why = if key.to == table.name {
                "every row must refer to another one"
            } else {
                "is empty"
            };
            return Err(format!("{} {why}", key.to));
        }
        references.push((key, parents));
    }
    let plan = Template::new(demand, table, &references)?;
    let choice = plan.find(client)?;
    let mut inserted = 0;
    let numbers: Vec<u32> = (0..rows).collect();
    for chunk in numbers.chunks(200) {
        let tuples: Vec<String> = chunk.iter().map(|row| plan.tuple(*row, &choice)).collect();
        match client.execute(&plan.insert(&tuples), &[]) {
            Ok(count) => inserted += count,
            Err(_) => {
                for tuple in tuples {
                    inserted += client.execute(&plan.insert(&[tuple]), &[]).unwrap_or(0);
                }
            }
        }
    }
    Ok(inserted)
}

fn parents(client: &mut Client, key: &ForeignKey) -> Result<Parents, postgres::Error> {
    let columns: Vec<String> = key.columns_to.iter().map(|name| quote(name)).collect();
    let list = columns.join(", ");
    let some: Vec<String> = columns.iter().map(|name| format!("{name} IS NOT NULL")).collect();
    let sql = format!(
        "SELECT DISTINCT {list} FROM {} WHERE {} ORDER BY {list} LIMIT 5000",
        key.to.quoted(),
        some.join(" AND ")
    );
    let mut found = Vec::new();
    for message in client.simple_query(&sql)? {
        if let SimpleQueryMessage::Row(row) = message {
            let values = (0..row.len()).filter_map(|at| row.get(at).map(str::to_owned));
            found.push(values.collect());
        }
    }
    Ok(found)
}

/// How rows of one table are made.
struct Template<'a> {
    demand: &'a Demand,
    schema: &'a Schema,
    name: &'a QualifiedName,
    columns: Vec<&'a Column>,
    references: &'a [(&'a ForeignKey, Parents)],
    /// For columns that a check mentions: what else could be tried.
    candidates: Vec<Vec<String>>,
}

impl<'a> Template<'a> {
    fn new(
        demand: &'a Demand,
        table: &'a Table,
        references: &'a [(&'a ForeignKey, Parents)],
    ) -> Result<Self, String> {
        let schema = &demand.schema;
        let own_value = |column: &&Column| {
            column.generated.is_none()
                && column.identity.is_none()
                && !matches!(column.ty.as_str(), "serial" | "bigserial" | "smallserial")
        };
        let columns: Vec<&Column> = table.columns.values().filter(own_value).collect();
        let referring = |column: &Column| {
            references.iter().any(|(key, _)| key.columns_from.contains(&column.name))
        };
        for column in &columns {
            let known = value(column, schema, 0).is_some() || referring(column);
            if !known && column.not_null && column.default.is_none() {
                return Err(format!("no value is known for type {} of {}", column.ty, column.name));
            }
        }
        let mut candidates = Vec::new();
        for column in &columns {
            let texts: Vec<&str> = table
                .checks
                .values()
                .map(|check| check.value.as_str())
                .filter(|text| crate::diff::dependents::mentions(text, &column.name))
                .collect();
            let mut found = candidates_of(column, schema, &texts);
            if referring(column) {
                // A reference is another row's key or nothing.
                found.retain(|candidate| candidate == "NULL");
            }
            candidates.push(found);
        }
        Ok(Self { demand, schema, name: &table.name, columns, references, candidates })
    }

    fn insert(&self, tuples: &[String]) -> String {
        let name = self.name.quoted();
        if self.columns.is_empty() {
            return format!("INSERT INTO {name} DEFAULT VALUES");
        }
        let columns: Vec<String> = self.columns.iter().map(|column| quote(&column.name)).collect();
        format!(
            "INSERT INTO {name} ({}) VALUES {} ON CONFLICT DO NOTHING",
            columns.join(", "),
            tuples.join(", ")
        )
    }

    /// One row. `choice` says for each column which candidate stands in for its usual value.
    fn tuple(&self, row: u32, choice: &[usize]) -> String {
        let mut values: Vec<String> = self
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| self.usual(at, column, row, choice))
            .collect();
        // Mixed radix over the parents, so that pairs in a join table differ as long as they can.
        let mut rest = row as usize;
        for (key, parents) in self.references {
            let picked = (!parents.is_empty()).then(|| {
                let at = rest % parents.len();
                rest = if self.references.len() > 1 { rest / parents.len() + at } else { rest };
                parents.get(at)
            });
            for (position, name) in key.columns_from.iter().enumerate() {
                let Some(at) = self.columns.iter().position(|column| column.name == *name) else {
                    continue;
                };
                let chosen = choice.get(at).copied().unwrap_or(0) > 0;
                if chosen || self.demand.empty.contains(&(self.name.clone(), name.clone())) {
                    continue;
                }
                let parent = picked.flatten().and_then(|parent| parent.get(position));
                if let Some(value) = values.get_mut(at) {
                    *value = parent.map_or_else(|| "NULL".to_owned(), |text| quote_literal(text));
                }
            }
        }
        format!("({})", values.join(", "))
    }

    fn usual(&self, at: usize, column: &Column, row: u32, choice: &[usize]) -> String {
        let chosen = choice.get(at).copied().unwrap_or(0);
        if chosen > 0 {
            let candidate = self.candidates.get(at).and_then(|all| all.get(chosen - 1));
            return candidate.cloned().unwrap_or_else(|| "NULL".to_owned());
        }
        if self.demand.empty.contains(&(self.name.clone(), column.name.clone())) {
            return "NULL".to_owned();
        }
        // Every seventh row holds NULL where it may, every fifth takes the default.
        let nullable = !column.not_null && !column.primary_key;
        if nullable && row % 7 == 3 {
            return "NULL".to_owned();
        }
        let place = (self.name.clone(), column.name.clone());
        let odd = row % 9 == 5 && self.demand.odd.contains(&place);
        let written = self.demand.written_as.get(&place).filter(|_| !odd);
        if column.default.is_some() && written.is_none() && row % 5 == 4 {
            return "DEFAULT".to_owned();
        }
        if let Some(other) = written.and_then(|other| value(other, &self.demand.head, row)) {
            let brackets = if column.ty.contains('[') { "[]" } else { "" };
            return format!("({other})::text{brackets}");
        }
        value(column, self.schema, row).unwrap_or_else(|| "DEFAULT".to_owned())
    }

    /// Finds values that the table's check constraints accept.
    fn find(&self, client: &mut Client) -> Result<Vec<usize>, String> {
        let mut why = String::new();
        for choice in self.choices().into_iter().take(ATTEMPTS) {
            let tried = self.attempt(client, &choice);
            match tried {
                Ok(()) => return Ok(choice),
                Err(error) => why = explain(&error),
            }
        }
        Err(why)
    }

    /// Inserts one row and takes it back.
    fn attempt(&self, client: &mut Client, choice: &[usize]) -> Result<(), postgres::Error> {
        let mut transaction = client.transaction()?;
        transaction.execute(&self.insert(&[self.tuple(0, choice)]), &[])?;
        transaction.rollback()
    }

    /// Which combinations to try: none, each column's candidates alone, then all together.
    fn choices(&self) -> Vec<Vec<usize>> {
        let none = vec![0; self.columns.len()];
        let mut all = vec![none.clone()];
        let open: Vec<usize> = (0..self.columns.len())
            .filter(|at| self.candidates.get(*at).is_some_and(|them| !them.is_empty()))
            .collect();
        let size = |at: usize| self.candidates.get(at).map_or(0, Vec::len) + 1;
        for at in &open {
            for pick in 1..size(*at) {
                let mut choice = none.clone();
                if let Some(slot) = choice.get_mut(*at) {
                    *slot = pick;
                }
                all.push(choice);
            }
        }
        let mut counter = none;
        while all.len() < ATTEMPTS {
            let mut carried = true;
            for at in &open {
                let Some(slot) = counter.get_mut(*at) else { continue };
                *slot += 1;
                if *slot < size(*at) {
                    carried = false;
                    break;
                }
                *slot = 0;
            }
            if carried {
                break;
            }
            all.push(counter.clone());
        }
        all
    }
}

/// Values out of the checks that mention a column: their literals and what is next to them.
fn candidates_of(column: &Column, schema: &Schema, checks: &[&str]) -> Vec<String> {
    if checks.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<String> = Vec::new();
    let mut add = |text: String| {
        if !found.contains(&text) {
            found.push(text);
        }
    };
    let word = column.ty.split(['(', ' ', '[']).next().unwrap_or_default();
    let number = matches!(
        word,
        "smallint" | "integer" | "bigint" | "numeric" | "decimal" | "real" | "double"
    );
    for check in checks {
        for literal in literals(check) {
            add(quote_literal(&literal));
        }
        if number {
            for number in numbers_in(check) {
                for near in [number, number + 1.0, number - 1.0, number / 2.0] {
                    add(if word == "numeric" || near.fract() == 0.0 {
                        near.to_string()
                    } else {
                        near.floor().to_string()
                    });
                }
            }
        }
    }
    if number {
        for usual in ["1", "0", "50", "0.5", "2024"] {
            if word == "numeric" || !usual.contains('.') {
                add(usual.to_owned());
            }
        }
    } else if matches!(word, "text" | "varchar" | "char" | "citext") {
        for usual in [
            "a",
            "ab",
            "abc-1",
            "ABC",
            "EUR",
            "someone@example.com",
            "https://example.com",
            "+15550100",
            "",
        ] {
            add(quote_literal(usual));
        }
    } else {
        for row in [1, 2, 100, 5_000] {
            if let Some(other) = value(column, schema, row) {
                add(other);
            }
        }
    }
    if column.ty.contains('[') {
        add("'{}'".to_owned());
    }
    if !column.not_null && !column.primary_key {
        add("NULL".to_owned());
    }
    found
}

fn literals(sql: &str) -> Vec<String> {
    sql.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

fn numbers_in(sql: &str) -> Vec<f64> {
    let words =
        sql.split(|c: char| !c.is_ascii_digit() && c != '.' && c != '_' && !c.is_alphabetic());
    words.filter_map(|word| word.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_come_from_the_checks() {
        let mut column = Column::new("state", "text");
        column.not_null = true;
        let found =
            candidates_of(&column, &Schema::default(), &["\"state\" in ('open', 'closed')"]);
        assert_eq!(found[0], "'open'");
        let amount = Column::new("amount", "integer");
        let found = candidates_of(&amount, &Schema::default(), &["amount > 100 and amount < 200"]);
        assert!(found.contains(&"101".to_owned()));
        assert!(found.contains(&"NULL".to_owned()));
    }
}
