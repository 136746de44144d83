//! `sequence.shrink`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "sequence.shrink",
    severity: Severity::Dangerous,
    condition: "The limits of a sequence narrow, its step changes or it starts to cycle.",
    effect: "It fails when the last value is outside (22023), gives out numbers twice when it cycles, \
             or runs out earlier (2200H).",
    remedy: "Look at the last value first.",
    postgres: "22023 when a limit is below the last value (measured).",
    sources: &["pg-schema-diff/sequence"],
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

    let number = |text: &Option<String>| text.as_ref().and_then(|text| text.parse::<i128>().ok());
    let lowered = |old: &Option<String>, new: &Option<String>| {
        number(old).zip(number(new)).is_some_and(|(old, new)| new < old)
    };
    let finding = if lowered(&before.max_value, &after.max_value) {
        "gets a lower maximum"
    } else if lowered(&after.min_value, &before.min_value) {
        "gets a higher minimum"
    } else if number(&before.increment) != number(&after.increment) {
        "counts in other steps"
    } else if before.cycle != Some(true) && after.cycle == Some(true) {
        "starts to cycle"
    } else {
        return None;
    };
    Some(RULE.finding(format!("The {what} {finding}.")))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_it_narrows_only() {
        let to = |max: &str| {
            let max = max.to_owned();
            with_sequence(|it| it.max_value = Some(max))
        };
        assert_eq!(case(to("1000"), to("100")).says(RULE.id), Some(Dangerous));
        assert_eq!(case(to("100"), to("1000")).says(RULE.id), None);
        let cycling = case(with_sequence(|_| ()), with_sequence(|it| it.cycle = Some(true)));
        assert_eq!(cycling.says(RULE.id), Some(Dangerous));
    }
}
