//! `kit.major_upgrade`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "kit.major_upgrade",
    severity: Severity::Risky,
    condition: "package.json asks for another major version of drizzle-kit.",
    effect: "Names that Drizzle derives change (`funds_code_unique` becomes `funds_code_key`): \
             drizzle-kit drops and adds constraints that nobody changed, and with them the indexes and \
             foreign keys that rest on them.",
    remedy: "Give constraints explicit names before the upgrade, or rename them in the database: ALTER \
             TABLE … RENAME CONSTRAINT. Upgrade in a push of its own.",
    postgres: "0.31 derives t_v_unique, 1.0-rc.4 t_v_key; names of foreign and primary keys differ too \
             (measured).",
    sources: &["drizzle-kit/upgrade"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    if it.setting != Setting::Kit {
        return None;
    }
    let tables = context.schemas.after.tables.values();
    let derived = tables.flat_map(|table| {
        let prefix = format!("{}_", table.name.name);
        let uniques = table.uniques.keys().filter(|name| name.ends_with("_unique"));
        let keys = table.foreign_keys.keys().filter(|name| name.ends_with("_fk"));
        uniques.chain(keys).filter(move |name| name.starts_with(&prefix)).collect::<Vec<_>>()
    });
    let count = derived.count();
    let finding = RULE.finding(format!("{it}."));
    Some(match count {
        0 => finding,
        _ => finding.because(format!("constraints with names that Drizzle derives: {count}")),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_another_major() {
        assert_eq!(judged_scope(Setting::Kit, &RULE).map(|it| it.severity), Some(Risky));
        assert_eq!(judged_scope(Setting::Casing, &RULE), None);
    }
}
