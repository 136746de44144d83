//! `default.change`

use super::prelude::*;
use crate::diff::ColumnChange;
use crate::postgres::{Volatility, volatility};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.change",
    severity: Severity::Risky,
    condition: "A column's default changes.",
    effect: "New rows get the new value, existing rows keep the old one. Where there was no default, code \
             that leaves the column out stored NULL, which no unique or foreign key minds.",
    remedy: "Say whether the old rows are to be filled as well.",
    postgres: "ACCESS EXCLUSIVE, catalog only; no existing row changes (measured).",
    sources: &["strong_migrations/change_column_default", "skeema/default"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (it, dropped) = if let Change::SetDefault(it) = change {
        (it, false)
    } else if let Change::DropDefault(it) = change {
        (it, true)
    } else {
        return None;
    };
    if dropped && it.what.after.not_null {
        return None;
    }
    let column = column_path(it);
    let texts = it.what.as_ref().map(default_text);
    let finding = match (&texts.before, &texts.after) {
        (Some(before), Some(after)) => {
            let finding =
                RULE.finding(format!("The default of {column} changes from {before} to {after}."));
            let same = plain(before) == plain(after);
            let proof = "both spell the same value";
            if same { finding.with_severity(Severity::Safe).because(proof) } else { finding }
        }
        (None, Some(after)) => {
            let finding = RULE.finding(format!("{column} gets the default {after}."));
            let proof =
                "it had none: nothing that worked before works differently where a value is given";
            match refused(it, after, context) {
                Some(why) => finding.because(why),
                None => finding.with_severity(Severity::Safe).because(proof),
            }
        }
        (Some(before), None) => RULE.finding(format!("{column} loses its default {before}.")),
        (None, None) => return None,
    };
    Some(finding)
}

/// Why a row that was stored with NULL may be refused with a default.
fn refused(it: &ColumnChange, default: &str, context: &Context<'_>) -> Option<String> {
    let name = &it.what.after.name;
    let base = context.base_table(&it.table)?;
    if is_not_null(base, &it.what.before.name) || default.trim().eq_ignore_ascii_case("null") {
        // It could not be left out, or nothing changes.
        return None;
    }
    let table = context.head_table(&it.table)?;
    if let Some(key) = table.foreign_keys.values().find(|key| key.columns_from.contains(name)) {
        return Some(format!(
            "{} looks the default up in {}: where it does not exist, inserts that leave the column out fail \
             (23503)",
            key.name, key.to
        ));
    }
    if volatility(default) == Volatility::Volatile {
        return None;
    }
    let collides = |set: &[String]| {
        let rest: Vec<String> = set.iter().filter(|it| *it != name).cloned().collect();
        rest.len() < set.len() && proves_unique(table, &rest, true).is_none()
    };
    let set = unique_sets(table).into_iter().find(|(_, set)| collides(set)).map(|(name, _)| name);
    let odd = || {
        let unique = table.indexes.values().filter(|index| index.unique);
        let mut odd = unique.filter(|index| {
            index.predicate.is_some() || index.columns.iter().any(|key| key.is_expression)
        });
        Some(odd.find(|index| index_mentions(index, name))?.name.clone())
    };
    set.or_else(odd).map(|unique| {
        format!(
            "{unique} keeps it unique: the second insert that leaves the column out fails (23505)"
        )
    })
}

/// A default without its cast, and `now()` for its other names.
fn plain(default: &str) -> String {
    let text = default.trim().trim_start_matches('(').trim_end_matches(')').trim();
    let text = text.split("::").next().unwrap_or(text).trim();
    match text.to_ascii_lowercase().as_str() {
        "now("
        | "now()"
        | "current_timestamp"
        | "transaction_timestamp("
        | "transaction_timestamp()" => "now()".to_owned(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    fn changed(before: &str, after: &str) -> Case {
        case(schema([table("users", &[before])]), schema([table("users", &[after])]))
    }

    #[test]
    fn a_change_is_risky_an_addition_safe() {
        assert_eq!(changed("n integer default 0", "n integer default 1").worst(), Risky);
        assert_eq!(changed("n integer", "n integer default 1").worst(), Safe);
        assert_eq!(changed("n integer default 1", "n integer").says(RULE.id), Some(Risky));
        assert_eq!(
            changed("n integer not null default 1", "n integer not null").says(RULE.id),
            None
        );
    }

    #[test]
    fn a_default_may_collide_where_nulls_did_not() {
        let of = |column: &str| table("users", &["id uuid primary key", column]);
        let unique = |column: &str| schema([of(column).unique("u", &["n"])]);
        assert_eq!(case(unique("n integer"), unique("n integer default 1")).worst(), Risky);
        let random = case(unique("n uuid"), unique("n uuid default gen_random_uuid()"));
        assert_eq!(random.worst(), Safe);
        let required = case(unique("n integer not null"), unique("n integer not null default 1"));
        assert_eq!(required.worst(), Safe);
        // The key keeps them apart.
        let wide = |column: &str| schema([of(column).unique("u", &["n", "id"])]);
        assert_eq!(case(wide("n integer"), wide("n integer default 1")).worst(), Safe);
        let keyed = |column: &str| {
            let teams = table("teams", &["id integer primary key"]);
            schema([teams, of(column).references("fk", "n", "teams")])
        };
        assert_eq!(case(keyed("n integer"), keyed("n integer default 1")).worst(), Risky);
    }

    #[test]
    fn another_spelling_is_no_change() {
        assert_eq!(
            changed("n text default 'a'", "n text default 'a'::text").says(RULE.id),
            Some(Safe)
        );
        assert_eq!(
            changed("n date default now()", "n date default CURRENT_TIMESTAMP").says(RULE.id),
            Some(Safe)
        );
    }
}
