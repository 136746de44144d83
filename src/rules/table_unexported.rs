//! `table.unexported`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.unexported",
    severity: Severity::Dangerous,
    condition: "A table is still declared in TypeScript, but no longer exported, or its file is no \
             longer among the schema files.",
    effect: "drizzle-kit takes it for dropped and drops it with all its rows.",
    remedy: "Export it again, or add its file to the schema paths; to drop it on purpose, delete the \
             declaration too.",
    postgres: "Removing only the word `export` makes drizzle-kit 0.31 generate DROP TABLE … CASCADE \
             (measured).",
    sources: &["drizzle-kit/exports"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if let Change::ScopeChange(it) = change {
        let of_export = it.setting == Setting::Export;
        let said = "what drizzle-kit would do about it is judged at the table that it drops";
        return of_export
            .then(|| RULE.finding(format!("{it}.")).with_severity(Severity::Safe).because(said));
    }
    let Change::DropTable(table) = change else { return None };
    let origin = context.schemas.after.hidden.get(&table.name)?;
    let finding = RULE.finding(format!(
        "{} is not dropped in TypeScript, only no longer exported to drizzle-kit: it is declared at {origin}.",
        table.name
    ));
    let remedy = format!(
        "Export {} again, or add its file to the schema paths; to drop it on purpose, delete the \
         declaration too.",
        table.name
    );
    Some(Finding { remedy, ..finding })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::ident::QualifiedName;
    use crate::origin::Origin;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn says_that_it_is_only_no_longer_exported() {
        let before = schema([table("funds", &["id uuid"])]);
        let mut after = schema([]);
        after.hidden.insert(QualifiedName::public("funds"), Origin::new("db/funds.ts", 3, 7));
        let hidden = case(before.clone(), after);
        assert_eq!(hidden.says(RULE.id), Some(Dangerous));
        assert!(hidden.messages(RULE.id)[0].contains("db/funds.ts:3:7"));
        assert_eq!(hidden.says("table.drop"), None);
        let dropped = case(before, schema([]));
        assert_eq!(dropped.says(RULE.id), None);
        assert_eq!(dropped.says("table.drop"), Some(Dangerous));
    }
}
