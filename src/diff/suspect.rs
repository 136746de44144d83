//! Drops and adds that look like renames which nobody has stated.

use std::collections::BTreeMap;

use super::{Change, InTable};
use crate::delta::Diff;
use crate::ident::QualifiedName;
use crate::schema::{Column, Object, Schema, Table};

/// A drop and an add that look alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect<T> {
    /// What is dropped.
    pub from: T,
    /// What is added.
    pub to: T,
    /// How alike they are: 0 to 100, from [`THRESHOLD`] up for those that are returned.
    pub score: u32,
    /// Why, one sentence fragment each.
    pub evidence: Vec<String>,
}

/// A column of a table, by name; `table` as it is called in the head.
pub type ColumnSuspect = InTable<Suspect<String>>;

/// From here on a pair is worth a question. Two columns of one type at one place reach it when
/// nothing else is dropped or added; two of one type at different places need similar names.
pub const THRESHOLD: u32 = 60;

/// Pairs of tables that look like one table renamed or moved; no table is in two pairs.
pub fn tables(schemas: Diff<&Schema>, changes: &[Change]) -> Vec<Suspect<QualifiedName>> {
    let mut dropped = Vec::new();
    let mut created = Vec::new();
    for change in changes {
        if let Change::DropTable(table) = change {
            dropped.push(table);
        }
        if let Change::CreateTable(table) = change {
            created.push(table);
        }
    }
    let mut pairs = Vec::new();
    for from in &dropped {
        for to in &created {
            let alone = dropped.len() == 1 && created.len() == 1;
            let (score, evidence) = compare_tables(schemas, from, to, alone);
            if score >= THRESHOLD {
                pairs.push(Suspect {
                    from: from.name.clone(),
                    to: to.name.clone(),
                    score,
                    evidence,
                });
            }
        }
    }
    best(pairs)
}

/// Pairs of columns that look like one column renamed; no column is in two pairs.
pub fn columns(schemas: Diff<&Schema>, changes: &[Change]) -> Vec<ColumnSuspect> {
    let (dropped, added) = by_table(changes);
    let names = super::Names::of(changes);
    let mut found = Vec::new();
    for after in schemas.after.tables.values() {
        let Some(dropped) = dropped.get(&after.name) else { continue };
        let Some(added) = added.get(&after.name) else { continue };
        let base_name = names.table_to_base(&after.name);
        let Some(before) = schemas.before.table(&base_name) else { continue };
        let alone = dropped.len() == 1 && added.len() == 1;
        let mut pairs = Vec::new();
        for from in dropped {
            for to in added {
                let tables = Diff::new(before, after);
                let (score, evidence) =
                    compare_columns(schemas, tables, Diff::new(*from, *to), alone);
                if score >= THRESHOLD {
                    let (from, to) = (from.name.clone(), to.name.clone());
                    pairs.push(Suspect { from, to, score, evidence });
                }
            }
        }
        let of_table = best(pairs).into_iter();
        found.extend(of_table.map(|what| InTable { table: after.name.clone(), what }));
    }
    found
}

type ByTable<'a> = BTreeMap<QualifiedName, Vec<&'a Column>>;

/// The columns dropped and the columns added, by the table's name in the head.
fn by_table(changes: &[Change]) -> (ByTable<'_>, ByTable<'_>) {
    let names = super::Names::of(changes);
    let (mut dropped, mut added) = (ByTable::new(), ByTable::new());
    for change in changes {
        if let Change::DropColumn(it) = change {
            dropped.entry(names.table_to_head(&it.table)).or_default().push(&it.what);
        }
        if let Change::AddColumn(it) = change {
            added.entry(it.table.clone()).or_default().push(&it.what);
        }
    }
    (dropped, added)
}

/// The best pairs, each name once.
fn best<T: Clone + PartialEq>(mut pairs: Vec<Suspect<T>>) -> Vec<Suspect<T>> {
    pairs.sort_by_key(|pair| std::cmp::Reverse(pair.score));
    let mut chosen: Vec<Suspect<T>> = Vec::new();
    for pair in pairs {
        if chosen.iter().all(|it| it.from != pair.from && it.to != pair.to) {
            chosen.push(pair);
        }
    }
    chosen
}

/// Points and their reasons.
#[derive(Default)]
struct Score {
    points: u32,
    evidence: Vec<String>,
}

impl Score {
    fn add(&mut self, points: u32, evidence: impl Into<String>) {
        self.points += points;
        let evidence = evidence.into();
        if !evidence.is_empty() {
            self.evidence.push(evidence);
        }
    }

    fn done(self) -> (u32, Vec<String>) {
        (self.points.min(100), self.evidence)
    }
}

fn compare_columns(
    schemas: Diff<&Schema>,
    tables: Diff<&Table>,
    columns: Diff<&Column>,
    alone: bool,
) -> (u32, Vec<String>) {
    let Diff { before: from, after: to } = columns;
    let mut score = Score::default();
    let kept_key = kept_key(
        schemas,
        &Object::column(&tables.before.name, &from.name),
        &Object::column(&tables.after.name, &to.name),
    );
    if let Some(key) = &kept_key {
        score.add(40, format!("the TypeScript key is still `{key}`"));
    }
    if from.ty == to.ty {
        score.add(30, format!("same type: {}", to.ty));
    } else if family(&from.ty) == family(&to.ty) {
        score.add(20, format!("related types: {} and {}", from.ty, to.ty));
    } else if is_number(&from.ty) && is_number(&to.ty) {
        score.add(10, format!("both numbers: {} and {}", from.ty, to.ty));
    } else if kept_key.is_none() {
        return (0, Vec::new());
    }
    if from.not_null == to.not_null {
        score.add(8, if to.not_null { "both NOT NULL" } else { "both nullable" });
    }
    match (&from.default, &to.default) {
        (None, None) => score.add(4, ""),
        (Some(a), Some(b)) if a == b => score.add(8, format!("same default: {b}")),
        (Some(_), Some(_) | None) | (None, Some(_)) => {}
    }
    if from.primary_key && to.primary_key {
        score.add(10, "both the primary key");
    }
    let places = (
        tables.before.columns.get_index_of(&from.name),
        tables.after.columns.get_index_of(&to.name),
    );
    if let (Some(before), Some(after)) = places {
        match before.abs_diff(after) {
            0 => score.add(12, "at the same place in the table"),
            1 => score.add(6, ""),
            _ => {}
        }
    }
    let similar = similarity(&from.name, &to.name);
    if similar >= 40 {
        score.add(similar * 30 / 100, format!("similar name: `{}` and `{}`", from.name, to.name));
    }
    if alone {
        score.add(10, "the only column dropped and the only one added");
    }
    if let Some(what) = moved_reference(tables, columns) {
        score.add(15, what);
    }
    score.done()
}

/// A key, index or foreign key that is the same once the old name is replaced by the new one.
fn moved_reference(tables: Diff<&Table>, columns: Diff<&Column>) -> Option<String> {
    let (old, new) = (&columns.before.name, &columns.after.name);
    let moved = |before: &[String], after: &[String]| {
        before.contains(old)
            && before.len() == after.len()
            && before.iter().zip(after).all(|(a, b)| if a == old { b == new } else { a == b })
    };
    let foreign = tables.before.foreign_keys.values().find_map(|a| {
        let mut after = tables.after.foreign_keys.values();
        let found = after.find(|b| a.to == b.to && moved(&a.columns_from, &b.columns_from));
        found.map(|b| format!("the foreign key to {} has moved with it", b.to))
    });
    foreign.or_else(|| {
        tables.before.uniques.values().find_map(|a| {
            let mut after = tables.after.uniques.values();
            let found = after.find(|b| moved(&a.columns, &b.columns));
            found.map(|b| format!("the unique constraint {} has moved with it", b.name))
        })
    })
}

/// The key both objects have in the TypeScript, when it is the same.
fn kept_key(schemas: Diff<&Schema>, before: &Object, after: &Object) -> Option<String> {
    let before = schemas.before.written.get(before)?.key.as_ref()?;
    let after = schemas.after.written.get(after)?.key.as_ref()?;
    (before == after).then(|| after.clone())
}

/// Types that hold the same kind of values.
fn family(ty: &str) -> &str {
    let name = ty.split(['(', '[']).next().unwrap_or(ty).trim();
    match name {
        "smallint" | "integer" | "bigint" | "serial" | "bigserial" | "smallserial" => "integer",
        "text" | "varchar" | "char" | "citext" => "text",
        "numeric" | "real" | "double precision" => "number",
        "json" | "jsonb" => "json",
        other if other.starts_with("timestamp") || other == "date" => "timestamp",
        other => other,
    }
}

fn is_number(ty: &str) -> bool {
    matches!(family(ty), "integer" | "number")
}

fn compare_tables(
    schemas: Diff<&Schema>,
    from: &Table,
    to: &Table,
    alone: bool,
) -> (u32, Vec<String>) {
    let mut score = Score::default();
    let kept = kept_key(schemas, &Object::table(&from.name), &Object::table(&to.name));
    if let Some(key) = kept {
        score.add(30, format!("still exported as `{key}`"));
    }
    // Columns that every table has say little.
    let weight = |name: &str| match name {
        "id" | "created_at" | "updated_at" | "createdAt" | "updatedAt" | "deleted_at" => 1,
        _ => 4,
    };
    let total = |table: &Table| table.columns.keys().map(|name| weight(name)).sum::<u32>();
    let same = |column: &&Column| to.columns.get(&column.name).is_some_and(|it| it.ty == column.ty);
    let shared: Vec<&Column> = from.columns.values().filter(same).collect();
    let weighed: u32 = shared.iter().map(|column| weight(&column.name)).sum();
    let all = (total(from) + total(to)).saturating_sub(weighed);
    // Two tables that share nothing but an id have that in common with all others.
    let most = if weighed >= 4 { 60 } else { 20 };
    if all > 0 && weighed > 0 {
        score.add(
            weighed * most / all,
            format!("{} of {} columns are the same", shared.len(), from.columns.len()),
        );
    }
    let similar = similarity(&from.name.name, &to.name.name);
    if from.name.name == to.name.name {
        score.add(30, format!("same name, moved from {} to {}", from.name.schema, to.name.schema));
    } else if similar >= 40 {
        score.add(
            similar * 20 / 100,
            format!("similar name: `{}` and `{}`", from.name.name, to.name.name),
        );
    }
    let refers = |schema: &Schema, name: &QualifiedName| {
        let keys = super::dependents::referencing(schema, name);
        keys.map(|(table, key)| (table.clone(), key.columns_from.clone())).collect::<Vec<_>>()
    };
    let before = refers(schemas.before, &from.name);
    let after = refers(schemas.after, &to.name);
    if !before.is_empty() && before.iter().all(|it| after.contains(it)) {
        score.add(15, "the foreign keys of other tables have moved with it");
    }
    if alone && weighed > 0 {
        score.add(5, "the only table dropped and the only one created");
    }
    score.done()
}

/// How alike two names are, 0 to 100: by their words, by edit distance, or one within the other.
fn similarity(a: &str, b: &str) -> u32 {
    let (left, right) = (words(a), words(b));
    let (a, b) = (left.concat(), right.concat());
    if a == b {
        return 100;
    }
    let shared = left.iter().filter(|word| right.contains(word)).count();
    let union = left.len() + right.len() - shared;
    let by_words = shared * 100 / union.max(1);
    let longest = a.chars().count().max(b.chars().count()).max(1);
    let by_edits = 100 - (distance(&a, &b).min(longest) * 100 / longest);
    let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
    let within = if short.len() >= 3 && long.contains(short.as_str()) { 80 } else { 0 };
    u32::try_from(by_words.max(by_edits).max(within)).unwrap_or(0)
}

/// The words of a snake_case or camelCase name, in lower case and without a plural `s`.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let starts = c.is_uppercase() && was_lower;
        if (starts || !c.is_alphanumeric()) && words.last().is_some_and(|word| !word.is_empty()) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    for word in words.iter_mut().filter(|word| word.len() > 3) {
        if let Some(singular) = word.strip_suffix('s') {
            *word = singular.to_owned();
        }
    }
    words
}

/// Levenshtein's distance, in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, a) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (j, b) in b.iter().enumerate() {
            let above = row.get(j + 1).copied().unwrap_or(usize::MAX - 1);
            let here = (diagonal + usize::from(a != *b)).min(above + 1).min(left + 1);
            diagonal = above;
            if let Some(cell) = row.get_mut(j) {
                *cell = left;
            }
            left = here;
        }
        if let Some(cell) = row.last_mut() {
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

/// A TypeScript name that changed while the database name stayed: no change of the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRename {
    /// The column or table, as the database calls it.
    pub object: Object,
    /// The key or exported name before and after.
    pub key: Diff<String>,
}

/// Every TypeScript name that changed while the database name stayed.
pub fn renamed_keys(schemas: Diff<&Schema>) -> Vec<KeyRename> {
    let mut found = Vec::new();
    for (object, written) in &schemas.after.written {
        let before = schemas.before.written.get(object).and_then(|it| it.key.as_ref());
        if let (Some(before), Some(after)) = (before, &written.key)
            && before != after
        {
            let key = Diff::new(before.clone(), after.clone());
            found.push(KeyRename { object: object.clone(), key });
        }
    }
    found
}

/// Many columns that changed between snake_case and camelCase at once: the `casing` setting, not
/// many renames.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasingFlip {
    /// The columns: their table in the head, their name before and after.
    pub columns: Vec<(QualifiedName, Diff<String>)>,
}

/// The casing flip among these changes, if there is one: three columns or more of which only the
/// casing changed, or any where the setting is seen to have changed.
pub fn casing_flip(changes: &[Change]) -> Option<CasingFlip> {
    let mut columns = Vec::new();
    for change in changes {
        if let Change::RenameColumn(it) = change {
            let what = it.what.as_ref().map(|column| column.name.clone());
            columns.push((it.table.clone(), what));
        }
    }
    let (dropped, added) = by_table(changes);
    for (table, dropped) in &dropped {
        let added: &[&Column] = added.get(table).map_or(&[], Vec::as_slice);
        for (from, to) in dropped.iter().flat_map(|from| added.iter().map(move |to| (from, to))) {
            columns.push((table.clone(), Diff::new(from.name.clone(), to.name.clone())));
        }
    }
    columns.retain(|(_, name)| {
        name.before != name.after && folded(&name.before) == folded(&name.after)
    });
    // Where the setting itself is seen to change, one column is enough.
    let is_set = |change: &Change| matches!(change, Change::ScopeChange(it) if it.setting == super::Setting::Casing);
    let enough = if changes.iter().any(is_set) { 1 } else { 3 };
    (columns.len() >= enough).then_some(CasingFlip { columns })
}

/// A name without what casing changes.
fn folded(name: &str) -> String {
    name.chars().filter(|c| *c != '_').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::super::testing::{qualified, schema, table};
    use super::*;
    use crate::origin::Origin;
    use crate::schema::Written;

    fn suspected_columns(before: &[&str], after: &[&str]) -> Vec<(String, String)> {
        let before = schema([table("users", before)]);
        let after = schema([table("users", after)]);
        let schemas = Diff::new(&before, &after);
        let found = columns(schemas, &compare(schemas, &[]));
        found.into_iter().map(|it| (it.what.from, it.what.to)).collect()
    }

    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn a_similar_name_of_one_type_is_suspected() {
        assert_eq!(
            suspected_columns(&["id uuid", "mail text"], &["id uuid", "email text"]),
            [pair("mail", "email")]
        );
    }

    #[test]
    fn another_name_at_the_same_place_is_suspected() {
        assert_eq!(
            suspected_columns(
                &["id uuid", "amount numeric(10, 2) not null", "note text"],
                &["id uuid", "total_value numeric(10, 2) not null", "note text"]
            ),
            [pair("amount", "total_value")]
        );
    }

    #[test]
    fn an_unrelated_drop_and_add_is_not() {
        assert_eq!(
            suspected_columns(
                &["id uuid", "legacy_code text", "a text", "b text"],
                &["id uuid", "a text", "b text", "closed_on text"]
            ),
            []
        );
        assert_eq!(suspected_columns(&["code integer"], &["code_uuid uuid"]), []);
    }

    #[test]
    fn a_rename_with_another_number_type_is_suspected() {
        assert_eq!(
            suspected_columns(
                &["id uuid", "amount numeric(10, 2) not null"],
                &["id uuid", "amount_cents bigint not null"]
            ),
            [pair("amount", "amount_cents")]
        );
    }

    #[test]
    fn every_column_is_paired_once_and_best() {
        assert_eq!(
            suspected_columns(&["first text", "last text"], &["first_name text", "last_name text"]),
            [pair("first", "first_name"), pair("last", "last_name")]
        );
    }

    #[test]
    fn a_kept_key_betrays_a_rename_of_any_name() {
        let mut before = schema([table("users", &["a text", "b text", "x text"])]);
        let mut after = schema([table("users", &["q text", "a text", "b text"])]);
        let written = |key: &str| Written {
            origin: Origin::new("u.ts", 1, 1),
            key: Some(key.to_owned()),
            class: None,
        };
        let users = qualified("users");
        before.written.insert(Object::column(&users, "x"), written("nickname"));
        after.written.insert(Object::column(&users, "q"), written("nickname"));
        let schemas = Diff::new(&before, &after);
        let found = columns(schemas, &compare(schemas, &[]));
        assert_eq!(found.len(), 1);
        assert!(found[0].what.evidence.iter().any(|it| it.contains("`nickname`")));
    }

    #[test]
    fn a_table_with_the_same_columns_is_suspected() {
        let columns = ["id uuid", "name text", "vintage integer", "created_at timestamp"];
        let before = schema([table("funds", &columns), table("notes", &["id uuid", "body text"])]);
        let after =
            schema([table("fund_vehicles", &columns), table("tags", &["id uuid", "label text"])]);
        let schemas = Diff::new(&before, &after);
        let found = tables(schemas, &compare(schemas, &[]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(
            (&found[0].from, &found[0].to),
            (&qualified("funds"), &qualified("fund_vehicles"))
        );
    }

    #[test]
    fn an_id_alone_makes_no_pair() {
        let before = schema([table("sessions", &["id uuid"])]);
        let after = schema([table("invoices", &["id uuid"])]);
        let schemas = Diff::new(&before, &after);
        assert_eq!(tables(schemas, &compare(schemas, &[])), []);
    }

    #[test]
    fn a_moved_table_is_suspected() {
        let before = schema([table("funds", &["id uuid", "name text"])]);
        let after = schema([table("core.funds", &["id uuid", "name text"])]);
        let schemas = Diff::new(&before, &after);
        assert_eq!(tables(schemas, &compare(schemas, &[])).len(), 1);
    }

    #[test]
    fn a_casing_flip_is_one_cause() {
        let before = schema([table(
            "users",
            &["id uuid", "firstName text", "lastName text", "createdAt date"],
        )]);
        let after = schema([table(
            "users",
            &["id uuid", "first_name text", "last_name text", "created_at date"],
        )]);
        let changes = compare(Diff::new(&before, &after), &[]);
        assert_eq!(casing_flip(&changes).map(|it| it.columns.len()), Some(3));
        let after = schema([table(
            "users",
            &["id uuid", "first_name text", "lastName text", "createdAt date"],
        )]);
        assert_eq!(casing_flip(&compare(Diff::new(&before, &after), &[])), None);
    }

    #[test]
    fn a_renamed_key_is_no_change() {
        let mut before = schema([table("users", &["mail text"])]);
        let mut after = before.clone();
        let mail = Object::column(&qualified("users"), "mail");
        let written = |key: &str| Written {
            origin: Origin::new("u.ts", 1, 1),
            key: Some(key.to_owned()),
            class: None,
        };
        before.written.insert(mail.clone(), written("mail"));
        after.written.insert(mail.clone(), written("email"));
        let found = renamed_keys(Diff::new(&before, &after));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].object, mail);
        assert_eq!(compare(Diff::new(&before, &after), &[]), []);
    }

    #[test]
    fn names_are_compared_by_words_and_letters() {
        assert_eq!(similarity("createdAt", "created_at"), 100);
        assert_eq!(similarity("mail", "email"), 80);
        assert!(similarity("full_name", "display_name") >= 33);
        assert!(similarity("amount", "vintage") < 40);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
