//! `enum.text_swap`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.text_swap",
    severity: Severity::Dangerous,
    condition: "A column changes to an enum, or from one to text.",
    effect: "To an enum: every row is written again, and the first value that is no label stops it \
             (22P02). From an enum: every row is written again, and the default still names the enum.",
    remedy: "Look for values that are no label first; drop the default, change the type, set the \
             default again.",
    postgres: "Rewrite under ACCESS EXCLUSIVE; 22P02 for unknown labels, 42804 for a default that was \
             not dropped (measured).",
    sources: &["squawk/changing-column-type"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let enums = types.as_ref().map(|ty| match &ty.base {
        crate::postgres::Base::Enum(name) => Some(name.clone()),
        crate::postgres::Base::Builtin(_) | crate::postgres::Base::Other(_) => None,
    });
    let column = column_path(it);
    let finding =
        RULE.finding(format!("{column} changes from {} to {}.", types.before, types.after));
    match (&enums.before, &enums.after) {
        (Some(from), Some(to)) => {
            let before = context.schemas.before.enums.get(from).map(|it| &it.values)?;
            let after = context.schemas.after.enums.get(to).map(|it| &it.values)?;
            if before.iter().all(|label| after.contains(label)) {
                let proof = format!("every label of {from} is also one of {to}");
                return Some(finding.with_severity(Severity::Risky).because(proof));
            }
            let lost = before.iter().filter(|label| !after.contains(label));
            let lost: Vec<&String> = lost.collect();
            Some(finding.because(format!("{to} has no {}", list(&lost))))
        }
        (None, Some(to)) => Some(finding.because(format!("every value has to be a label of {to}"))),
        (Some(_), None) if conversion.path == crate::postgres::Path::Automatic => {
            Some(finding.with_severity(Severity::Risky).because("every label is also a text"))
        }
        (Some(_) | None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    #[test]
    fn to_an_enum_is_dangerous_from_one_is_not() {
        let labelled = || with_enum("status", &["draft", "open"], [table("t", &["s status enum"])]);
        let mut plain = schema([table("t", &["s text"])]);
        plain.enums = labelled().enums;
        assert_eq!(case(plain.clone(), labelled()).says(RULE.id), Some(Dangerous));
        assert_eq!(case(labelled(), plain.clone()).says(RULE.id), Some(Risky));
        assert_eq!(
            case(plain.clone(), schema([table("t", &["s varchar(5)"])])).says(RULE.id),
            None
        );
    }

    #[test]
    fn labels_that_all_exist_cannot_fail() {
        let mut before = with_enum("a", &["x"], [table("t", &["s a enum"])]);
        let mut after = with_enum("b", &["x", "y"], [table("t", &["s b enum"])]);
        before.enums.extend(after.enums.clone());
        after.enums = before.enums.clone();
        assert_eq!(case(before.clone(), after.clone()).says(RULE.id), Some(Risky));
        assert_eq!(case(after, before).says(RULE.id), Some(Dangerous));
    }
}
