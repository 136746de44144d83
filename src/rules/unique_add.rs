//! `unique.add`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "unique.add",
    severity: Severity::Dangerous,
    condition: "A unique constraint or unique index is added to columns of a table that exists.",
    effect: "It fails when two rows are equal (23505), and writers that relied on duplicates fail \
             from then on; drizzle-kit push offers to empty the table.",
    remedy: "Look for duplicates first; build the unique index concurrently and attach it with ADD \
             CONSTRAINT … USING INDEX.",
    postgres: "A constraint takes ACCESS EXCLUSIVE while its index is built, a unique index SHARE; \
             23505 on duplicates. NULLS NOT DISTINCT is a syntax error before PostgreSQL 15 (42601).",
    sources: &[
        "atlas/MF101",
        "squawk/disallowed-unique-constraint",
        "strong_migrations/add_unique_constraint",
        "eugene/E7",
        "prisma/UniqueConstraintAddition",
    ],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if pairs::renamed(change, context).is_some() {
        return None;
    }
    let (table, name, columns, strict) = if let Change::AddUnique(it) = change {
        (&it.table, &it.what.name, it.what.columns.clone(), it.what.nulls_not_distinct)
    } else if let Change::CreateIndex(it) = change
        && it.what.unique
    {
        (&it.table, &it.what.name, plain_columns(&it.what), false)
    } else if let Change::AlterIndex(it) = change
        && it.what.after.unique
        && !it.what.before.unique
    {
        (&it.table, &it.what.after.name, plain_columns(&it.what.after), false)
    } else {
        return None;
    };
    let shown = change.object().name;
    let index = context.schemas.after.table(table).and_then(|it| it.indexes.get(&shown));
    let keys = index.map(|it| it.columns.iter().map(|key| key.expression.clone()).collect());
    let keys: Vec<String> = keys.unwrap_or_else(|| columns.clone());
    let predicate = index.and_then(|it| it.predicate.as_ref());
    let predicate = predicate.map_or_else(String::new, |it| format!(" where {it}"));
    let finding =
        RULE.finding(format!("{name} makes {table}({}) unique{predicate}.", keys.join(", ")));
    let names = context.names();
    let base = context.base_table(table)?;
    let old: Vec<String> =
        columns.iter().map(|it| names.column_to_base(table, it).to_owned()).collect();
    let concurrent = matches!(change, Change::CreateIndex(it) if it.what.concurrently);
    if concurrent && let Some(key) = proves_unique(base, &old, strict) {
        return Some(finding.with_severity(Severity::Safe).because(format!(
            "it cannot fail: {key} already keeps these columns unique; CONCURRENTLY: reads and writes go on"
        )));
    }
    if let Some(key) = proves_unique(base, &old, strict) {
        return Some(finding.with_severity(Severity::Risky).because(format!(
            "it cannot fail: {key} already keeps these columns unique; its index is built under a lock \
             all the same"
        )));
    }
    let head = context.schemas.after.table(table)?;
    let new: Vec<&crate::schema::Column> = columns
        .iter()
        .filter(|column| context.is_new_column(table, column))
        .filter_map(|column| head.columns.get(column.as_str()))
        .collect();
    let empty = |column: &&crate::schema::Column| {
        !column.not_null && column.default.is_none() && column.generated.is_none()
    };
    if !strict && new.iter().any(empty) {
        let proof = "a new column is NULL in every existing row, and NULLs do not collide";
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    let differs = |column: &&crate::schema::Column| {
        let volatile = default_text(column).map(|it| crate::postgres::volatility(&it));
        volatile == Some(crate::postgres::Volatility::Volatile)
            || column.identity.is_some()
            || column.ty.contains("serial")
    };
    if new.iter().any(differs) {
        let proof = "a new column has another value in every existing row";
        return Some(finding.with_severity(Severity::Risky).because(proof));
    }
    if !columns.is_empty() && new.len() == columns.len() {
        return Some(
            finding.because("every existing row gets the same value: it fails on two rows"),
        );
    }
    Some(finding)
}

/// The columns of an index that has no expressions; none otherwise.
fn plain_columns(index: &crate::schema::Index) -> Vec<String> {
    if index.columns.iter().any(|key| key.is_expression) {
        return Vec::new();
    }
    index.columns.iter().map(|key| key.expression.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky, Safe};

    #[test]
    fn fires_for_constraints_and_indexes() {
        let users = || table("users", &["id uuid primary key", "mail text"]);
        let constraint = case(schema([users()]), schema([users().unique("u", &["mail"])]));
        assert_eq!(constraint.says(RULE.id), Some(Dangerous));
        let index = case(schema([users()]), schema([users().unique_index("u", &["mail"])]));
        assert_eq!(index.says(RULE.id), Some(Dangerous));
        let plain = case(schema([users()]), schema([users().index("i", &["mail"])]));
        assert_eq!(plain.says(RULE.id), None);
    }

    #[test]
    fn the_message_says_which_rows() {
        let users = || table("users", &["id uuid primary key", "mail text"]);
        let partial = users().unique_index("u", &["lower(mail)"]);
        let partial = partial.edit_index("u", |it| it.predicate = Some("mail <> ''".to_owned()));
        assert_eq!(
            case(schema([users()]), schema([partial])).messages(RULE.id),
            ["u makes public.users(lower(mail)) unique where mail <> ''."]
        );
    }

    #[test]
    fn a_superset_of_a_key_cannot_fail() {
        let users = || table("users", &["id uuid primary key", "mail text"]);
        let found = case(schema([users()]), schema([users().unique("u", &["mail", "id"])]));
        assert_eq!(found.says(RULE.id), Some(Risky));
        assert!(found.findings(RULE.id)[0].evidence[0].starts_with("it cannot fail: users_pkey"));
        let index = users().unique_index("u", &["mail", "id"]);
        let concurrent = index.edit_index("u", |it| it.concurrently = true);
        assert_eq!(case(schema([users()]), schema([concurrent])).says(RULE.id), Some(Safe));
    }

    #[test]
    fn a_new_column_decides() {
        let before = || schema([table("users", &["id uuid primary key"])]);
        let added = |column: &str| {
            let users = table("users", &["id uuid primary key", column]);
            case(before(), schema([users.unique("u", &["code"])])).says(RULE.id)
        };
        assert_eq!(added("code text"), Some(Risky));
        assert_eq!(added("code uuid default gen_random_uuid()"), Some(Risky));
        assert_eq!(added("code text not null default 'a'"), Some(Dangerous));
    }
}
