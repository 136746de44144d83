//! `sequence.restart`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "sequence.restart",
    severity: Severity::Dangerous,
    condition: "The start value of a sequence changes.",
    effect: "The next restart gives out numbers that exist already: inserts fail (23505).",
    remedy: "setval to the largest existing number, and state the start value only for new sequences.",
    postgres: "ALTER SEQUENCE … START WITH changes what the next RESTART does, not the current value.",
    sources: &["postgresql/23505"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let (what, before, after) = if let Change::AlterSequence(it) = change {
        (format!("sequence {}", it.after.name), &it.before.options, &it.after.options)
    } else if let Change::AlterIdentity(it) = change {
        let (before, after) = (it.what.before.identity.as_ref()?, it.what.after.identity.as_ref()?);
        (format!("identity {}", column_path(it)), &before.options, &after.options)
    } else {
        return None;
    };

    if before.start_with == after.start_with {
        return None;
    }
    let said = |value: &Option<String>| value.clone().unwrap_or_else(|| "its default".to_owned());
    Some(RULE.finding(format!(
        "The {what} starts with {} instead of {}.",
        said(&after.start_with),
        said(&before.start_with)
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_another_start() {
        let from = |start: &str| {
            let start = start.to_owned();
            with_sequence(|it| it.start_with = Some(start))
        };
        assert_eq!(case(from("1"), from("1000")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(from("1"), from("1")).says(RULE.id), None);
        assert_eq!(case(schema([]), from("1")).says(RULE.id), None);
    }
}
