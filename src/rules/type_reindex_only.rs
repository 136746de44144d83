//! `type.reindex_only`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.reindex_only",
    severity: Severity::Risky,
    condition: "A column's type changes without touching the values, but its indexes are built again.",
    effect: "The table can be neither read nor written while the indexes are built.",
    remedy: "Drop the indexes concurrently, change the type, build them concurrently again.",
    postgres: "text to citext, bit to varbit, timestamp to timestamptz in a UTC session: catalog and \
             index rebuild under ACCESS EXCLUSIVE (measured).",
    sources: &["strong_migrations/change_column"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let work = context.work(it, &conversion);
    if conversion.path != crate::postgres::Path::Automatic
        || (conversion.work != crate::postgres::Work::Reindex
            && work != crate::postgres::Work::Reindex)
    {
        return None;
    }
    let finding = RULE.finding(format!(
        "{} changes from {} to {}: its indexes are built again.",
        column_path(it),
        types.before,
        types.after
    ));
    let table = context.table_meanwhile(&it.table)?;
    let odd = odd_index(table, &it.what.before.name);
    if let Some(index) = odd.filter(|_| conversion.work == crate::postgres::Work::Catalog) {
        return Some(finding.because(format!(
            "{} is partial or over an expression: PostgreSQL builds it again whatever the types are",
            index.name
        )));
    }
    if work == crate::postgres::Work::Reindex {
        return Some(finding);
    }
    Some(
        finding
            .with_severity(Severity::Safe)
            .because("no index, key or unique constraint is on it"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn risky_only_with_an_index() {
        let users = |ty: &str| table("users", &["id uuid", &format!("mail {ty}")]);
        let indexed = |ty: &str| schema([users(ty).index("i", &["mail"])]);
        assert_eq!(case(indexed("text"), indexed("citext")).says(RULE.id), Some(Risky));
        let widened = |key: &str| {
            let of = |ty: &str| schema([users(ty).index("i", &[key])]);
            case(of("varchar(20)"), of("text"))
        };
        assert_eq!(widened("mail").worst(), Safe);
        let lower = widened("lower(mail)");
        assert_eq!(lower.says(RULE.id), Some(Risky));
        assert!(lower.findings(RULE.id)[0].evidence[0].starts_with("i is partial or over an"));
        let plain = case(schema([users("text")]), schema([users("citext")]));
        assert_eq!(plain.says(RULE.id), Some(Safe));
        let other = case(schema([users("text")]), schema([users("uuid")]));
        assert_eq!(other.says(RULE.id), None);
    }
}
