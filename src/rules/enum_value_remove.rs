//! `enum.value.remove`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.value.remove",
    severity: Severity::Dangerous,
    condition: "A value is removed from an enum.",
    effect: "drizzle-kit turns every column of the enum into text, drops the type, creates it and \
             casts back: two rewrites, and if a row still has the value the columns stay text and the \
             rest does not run.",
    remedy: "Move the rows to another value first and prove it; create the new type beside the old \
             one, swap the columns one by one in a transaction each.",
    postgres: "Not possible in place; the cast back fails with 22P02. drizzle-kit push then leaves the \
             columns as text and exits with 0. A default that goes in the same change still pins the old \
             type: DROP TYPE fails (2BP01). A view, policy or generated column that uses such a column \
             stops it (0A000, measured).",
    sources: &["prisma/EnumValueRemoval"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropEnumValue { value, enumeration } = change else { return None };
    let finding = RULE.finding(format!("{} loses the value '{value}'.", enumeration.after.name));
    let users = users_of_enum(context.schemas.after, &enumeration.after);
    let users: Vec<String> = users.map(|(table, column)| path(table, &column.name)).collect();
    let finding = match users.as_slice() {
        [] => match nobody_uses(enumeration.as_ref(), context) {
            Some(proof) => finding.with_severity(Severity::Safe).because(proof),
            None => finding,
        },
        users => {
            let has = if users.len() == 1 { "has" } else { "have" };
            let written = if users.len() == 1 { "is" } else { "are" };
            finding.because(format!(
                "{} {has} the type and {written} written again, twice",
                list(users)
            ))
        }
    };
    Some(match too_early(&enumeration.after, context) {
        Some(why) => finding.because(why),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn names_the_columns_that_are_rewritten() {
        let of = |values: &[&str]| with_enum("status", values, [table("t", &["s status enum"])]);
        let removed = case(of(&["a", "b"]), of(&["a"]));
        assert_eq!(removed.says(RULE.id), Some(Dangerous));
        assert_eq!(
            removed.findings(RULE.id)[0].evidence,
            ["public.t.s has the type and is written again, twice"]
        );
        assert_eq!(case(of(&["a"]), of(&["a", "b"])).says(RULE.id), None);
        let unused = |values: &[&str]| with_enum("status", values, []);
        assert_eq!(case(unused(&["a", "b"]), unused(&["a"])).worst(), Safe);
    }
}
