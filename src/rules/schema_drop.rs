//! `schema.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "schema.drop",
    severity: Severity::Dangerous,
    condition: "A schema is dropped.",
    effect: "Everything in it goes with it, or the statement fails because it is not empty.",
    remedy: "Move or drop what is in it first, by name; drop the empty schema in a later release.",
    postgres: "DROP SCHEMA without CASCADE fails while anything is in it (2BP01), which is how \
             drizzle-kit writes it; with CASCADE every table in it is lost.",
    sources: &["atlas/DS101", "drizzle-kit/drop_schema"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropSchema(name) = change else { return None };
    let tables: Vec<&QualifiedName> =
        context.schemas.before.tables.keys().filter(|it| it.schema == *name).collect();
    let finding = RULE.finding(format!("Schema {name} is dropped."));
    Some(match tables.as_slice() {
        [] => finding,
        tables => finding.because(format!("it holds {}", list(tables))),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn names_what_is_in_it() {
        let mut before = schema([table("sales.orders", &["id uuid"])]);
        before.schemas.insert("sales".to_owned(), ());
        let found = case(before, schema([])).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Dangerous));
        assert_eq!(found[0].evidence, ["it holds sales.orders"]);
    }

    #[test]
    fn a_new_schema_is_nothing() {
        let mut after = schema([]);
        after.schemas.insert("sales".to_owned(), ());
        assert_eq!(case(schema([]), after).says(RULE.id), None);
    }
}
