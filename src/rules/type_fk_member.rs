//! `type.fk_member`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.fk_member",
    severity: Severity::Dangerous,
    condition: "The type of a column changes that is one side of a foreign key.",
    effect: "Both tables are locked completely, one is written again, and every row is checked \
             against the other.",
    remedy: "Change both sides through shadow columns; add the foreign key again as NOT VALID and \
             validate it on its own.",
    postgres: "Rewrite and validation of the foreign key, ACCESS EXCLUSIVE on both tables (measured on \
             PostgreSQL 12 to 18).",
    sources: &["skeema/fk-parent", "eugene/E5"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    if conversion.is_metadata_only() || types.is_same() {
        return None;
    }
    let table = context.base_table(&it.table)?;
    let found = dependents::of_column(context.schemas.before, table, &it.what.before.name);
    let mut keys =
        found.iter().filter(|found| found.object.kind == crate::schema::ObjectKind::ForeignKey);
    let key = keys.next()?;
    let other = match &key.to {
        Some((to, _)) if key.own => to.clone(),
        _ => key.object.table_name()?,
    };
    Some(RULE.finding(format!(
        "{} belongs to the foreign key {}: {} is locked as well and all rows are checked.",
        column_path(it),
        key.object.name,
        other
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_both_sides() {
        let schema_of = |parent: &str, child: &str| {
            schema([
                table("funds", &[&format!("id {parent} primary key")]),
                table("deals", &[&format!("fund_id {child}")]).references("fk", "fund_id", "funds"),
            ])
        };
        let both = case(schema_of("integer", "integer"), schema_of("bigint", "bigint"));
        assert_eq!(both.findings(RULE.id).len(), 2);
        assert_eq!(both.says(RULE.id), Some(Dangerous));
        let plain = case(schema([table("a", &["n integer"])]), schema([table("a", &["n bigint"])]));
        assert_eq!(plain.says(RULE.id), None);
    }
}
