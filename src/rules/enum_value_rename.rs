//! `enum.value.rename`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.value.rename",
    severity: Severity::Dangerous,
    condition: "A value of an enum is renamed, or one is removed and one added in its place.",
    effect: "drizzle-kit cannot tell a rename from a removal: it builds the type again and fails on \
             the rows that have the old value (22P02). A true rename breaks code that still compares \
             with the old name.",
    remedy: "ALTER TYPE … RENAME VALUE, in a deployment whose code knows both names.",
    postgres: "RENAME VALUE changes the catalog only, without a table lock (measured).",
    sources: &["strong_migrations/rename_enum_value"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (Change::RenameEnumValue { enumeration, .. } | Change::DropEnumValue { enumeration, .. }) =
        change
    else {
        return None;
    };
    let finding = found(change)?;
    Some(match nobody_uses(enumeration.as_ref(), context) {
        Some(proof) => finding.with_severity(Severity::Safe).because(proof),
        None => finding,
    })
}

fn found(change: &Change) -> Option<Finding> {
    if let Change::RenameEnumValue { value, enumeration } = change {
        return Some(RULE.finding(format!(
            "The value '{}' of {} is renamed to '{}'.",
            value.before, enumeration.after.name, value.after
        )));
    }
    let Change::DropEnumValue { value, enumeration } = change else { return None };
    let Diff { before, after } = enumeration;
    let place = before.values.iter().position(|it| it == value)?;
    let new = after.values.get(place).filter(|it| !before.values.contains(it))?;
    let others = |values: &[String], not: &String| {
        values.iter().filter(|it| *it != not).cloned().collect::<Vec<_>>()
    };
    if others(&before.values, value) != others(&after.values, new) {
        return None;
    }
    let name = &after.name;
    let remedy = format!(
        "If it was a rename, say so: --rename value:{name}.{value}={new}; then ALTER TYPE … RENAME VALUE."
    );
    let message =
        format!("'{value}' of {name} looks renamed to '{new}', but would be removed and added.");
    Some(Finding { remedy, ..RULE.finding(message) })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn fires_on_a_value_replaced_in_place() {
        let of = |values: &[&str]| with_enum("status", values, [table("t", &["s status enum"])]);
        let replaced = case(of(&["draft", "open"]), of(&["draft", "active"]));
        let found = replaced.findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert!(found[0].remedy.contains("--rename value:public.status.open=active"));
        assert_eq!(case(of(&["a", "b"]), of(&["b", "c"])).says(RULE.id), None);
        let unused = |values: &[&str]| with_enum("status", values, []);
        assert_eq!(case(unused(&["a", "b"]), unused(&["a", "c"])).worst(), Safe);
    }

    #[test]
    fn a_stated_rename_is_said_plainly() {
        let of = |values: &[&str]| with_enum("status", values, []);
        let stated = case(of(&["draft", "open"]), of(&["draft", "active"]));
        let stated = stated.rename("value:public.status.open=active");
        assert_eq!(
            stated.messages(RULE.id),
            ["The value 'open' of public.status is renamed to 'active'."]
        );
    }
}
