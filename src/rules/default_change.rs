//! `default.change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "default.change",
    severity: Severity::Risky,
    condition: "A column's default changes.",
    effect: "New rows get the new value, existing rows keep the old one.",
    remedy: "Say whether the old rows are to be filled as well.",
    postgres: "ACCESS EXCLUSIVE, catalog only; no existing row changes (measured).",
    sources: &["strong_migrations/change_column_default", "skeema/default"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
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
            let finding = RULE.finding(format!("The default of {column} changes from {before} to {after}."));
            let same = plain(before) == plain(after);
            let proof = "both spell the same value";
            if same { finding.with_severity(Severity::Safe).because(proof) } else { finding }
        }
        (None, Some(after)) => RULE
            .finding(format!("{column} gets the default {after}."))
            .with_severity(Severity::Safe)
            .because("it had none: nothing that worked before works differently where a value is given"),
        (Some(before), None) => RULE.finding(format!("{column} loses its default {before}.")),
        (None, None) => return None,
    };
    Some(finding)
}

/// A default without its cast, and `now()` for its other names.
fn plain(default: &str) -> String {
    let text = default.trim().trim_start_matches('(').trim_end_matches(')').trim();
    let text = text.split("::").next().unwrap_or(text).trim();
    match text.to_ascii_lowercase().as_str() {
        "now(" | "now()" | "current_timestamp" | "transaction_timestamp(" | "transaction_timestamp()" => {
            "now()".to_owned()
        }
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
        assert_eq!(changed("n integer not null default 1", "n integer not null").says(RULE.id), None);
    }

    #[test]
    fn another_spelling_is_no_change() {
        assert_eq!(changed("n text default 'a'", "n text default 'a'::text").says(RULE.id), Some(Safe));
        assert_eq!(changed("n date default now()", "n date default CURRENT_TIMESTAMP").says(RULE.id), Some(Safe));
    }
}
