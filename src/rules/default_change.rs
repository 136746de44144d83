//! `default.change`

use super::prelude::*;
use crate::diff::ColumnChange;
use crate::postgres::{SqlType, Value, Volatility, holds, stored, unfit, volatility};
use crate::schema::Table;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.change",
    severity: Severity::Risky,
    condition: "A column's default changes.",
    effect: "New rows get the new value, existing rows keep the old one. Where there was no default, code \
             that leaves the column out stored NULL, which no unique, foreign key or CHECK minds.",
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
    if let Some(code) = unfit(default, &SqlType::of(&it.what.after, context.schemas.after)) {
        return Some(format!("it does not fit: inserts that leave the column out fail ({code})"));
    }
    let table = context.head_table(&it.table)?;
    let computed = table.columns.values().filter(|other| {
        other.generated.as_ref().is_some_and(|it| dependents::mentions(&it.expression, name))
    });
    let computed: Vec<&str> = computed.map(|other| other.name.as_str()).collect();
    let affected = || std::iter::once(name.as_str()).chain(computed.iter().copied());
    affected()
        .find_map(|column| lookup(table, column))
        .or_else(|| checked(it, table, default, &computed, context))
        .or_else(|| {
            let constant = volatility(default) != Volatility::Volatile;
            let mut affected = affected().filter(|_| constant);
            affected.find_map(|column| collision(table, column))
        })
        .or_else(|| {
            let other = computed.first()?;
            Some(format!(
                "{other} is computed from it: where that fails for the default, inserts that leave the \
                 column out fail"
            ))
        })
}

/// A foreign key that looks the default up.
fn lookup(table: &Table, column: &str) -> Option<String> {
    let uses = |columns: &[String]| columns.iter().any(|it| it == column);
    let key = table.foreign_keys.values().find(|key| uses(&key.columns_from))?;
    Some(format!(
        "{} looks the default up in {}: where it does not exist, inserts that leave the column out fail \
         (23503)",
        key.name, key.to
    ))
}

/// A CHECK that the default does not surely pass.
fn checked(
    it: &ColumnChange,
    table: &Table,
    default: &str,
    computed: &[&str],
    context: &Context<'_>,
) -> Option<String> {
    let column = &it.what.after;
    let value = stored(default, &SqlType::of(column, context.schemas.after));
    table.checks.values().find_map(|check| {
        let derived = computed.iter().any(|name| dependents::mentions(&check.value, name));
        if !derived && !dependents::mentions(&check.value, &column.name) {
            return None;
        }
        match holds(&check.value, &|name| value.clone().filter(|_| name == column.name)) {
            Some(Value::Bool(true) | Value::Null) => None,
            Some(Value::Bool(false)) => Some(format!(
                "{} refuses the default: inserts that leave the column out fail (23514)",
                check.name
            )),
            Some(Value::Number(_) | Value::Text(_) | Value::Other) | None => Some(format!(
                "{} may refuse the default: where it does, inserts that leave the column out fail (23514)",
                check.name
            )),
        }
    })
}

/// A unique constraint or index in which the second row with the default collides.
fn collision(table: &Table, column: &str) -> Option<String> {
    let collides = |set: &[String]| {
        let rest: Vec<String> = set.iter().filter(|it| *it != column).cloned().collect();
        rest.len() < set.len() && proves_unique(table, &rest, true).is_none()
    };
    let set = unique_sets(table).into_iter().find(|(_, set)| collides(set)).map(|(name, _)| name);
    let odd = || {
        let unique = table.indexes.values().filter(|index| index.unique);
        let mut odd = unique.filter(|index| {
            index.predicate.is_some() || index.columns.iter().any(|key| key.is_expression)
        });
        Some(odd.find(|index| index_mentions(index, column))?.name.clone())
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
    fn a_default_may_collide_in_a_second_index_and_in_a_computed_column() {
        let of = |column: &str| {
            let users = table("users", &["id uuid", "name text", column]);
            let users = users.index("of_name", &["name"]);
            let partial = |index: &mut crate::schema::Index| {
                index.predicate = Some("n is not null".to_owned());
            };
            schema([users.edit_index("of_name", partial).unique_index("of_n", &["lower(n)"])])
        };
        let two = case(of("n text"), of("n text default 'a'"));
        assert_eq!(two.says(RULE.id), Some(Risky));
        assert!(two.findings(RULE.id)[0].evidence[0].starts_with("of_n keeps it unique"));
        let of = |column: &str| {
            let users = table("users", &["id uuid", column, "twice integer generated n * 2"]);
            schema([users.unique("u", &["twice"])])
        };
        let computed = case(of("n integer"), of("n integer default 1"));
        assert!(computed.findings(RULE.id)[0].evidence[0].starts_with("u keeps it unique"));
    }

    #[test]
    fn a_default_may_not_fit() {
        assert_eq!(changed("n varchar(3)", "n varchar(3) default 'EUR'").worst(), Safe);
        let long = changed("n varchar(3)", "n varchar(3) default 'EURO'");
        assert_eq!(long.says(RULE.id), Some(Risky));
        assert!(long.findings(RULE.id)[0].evidence[0].starts_with("it does not fit"));
        assert_eq!(changed("n smallint", "n smallint default 40000").worst(), Risky);
    }

    #[test]
    fn a_check_may_refuse_a_default() {
        let of = |check: &str, column: &str| {
            schema([table("users", &["id uuid", "m integer", column]).check("c", check)])
        };
        let said = |check: &str| {
            let of = case(of(check, "n integer"), of(check, "n integer default 1"));
            let found = of.findings(RULE.id).remove(0);
            (found.severity, found.evidence[0].clone())
        };
        assert_eq!(said("n > 0").0, Safe);
        assert_eq!(said("m > 0").0, Safe);
        assert_eq!(said("n = 1 or m = 1").0, Safe);
        let (severity, why) = said("users.n > 1");
        assert_eq!(severity, Risky);
        assert!(why.starts_with("c refuses the default"), "{why}");
        let (severity, why) = said("n > m");
        assert_eq!(severity, Risky);
        assert!(why.starts_with("c may refuse the default"), "{why}");
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
