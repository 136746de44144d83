//! `table.identifier_too_long`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "table.identifier_too_long",
    severity: Severity::Risky,
    condition: "A new name is longer than 63 bytes.",
    effect: "PostgreSQL cuts it with a NOTICE only: drizzle-kit never finds the name it wrote and \
             drops and creates the object again for ever; a second name with the same first 63 bytes \
             fails (42P07).",
    remedy: "Give it an explicit shorter name.",
    postgres: "Identifiers are cut to NAMEDATALEN - 1 = 63 bytes (measured on PostgreSQL 12 to 18).",
    sources: &["squawk/identifier-too-long"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let mut names = vec![change.object().name];
    if let Change::CreateTable(table) = change {
        names.extend(table.columns.keys().chain(table.indexes.keys()).cloned());
        names.extend(table.foreign_keys.keys().chain(table.uniques.keys()).cloned());
        names.extend(table.checks.keys().chain(table.primary_keys.keys()).cloned());
        names.extend(table.policies.keys().cloned());
    }
    names.retain(|name| name.len() > crate::ident::MAX_IDENTIFIER_BYTES);
    let first = names.first()?;
    let finding = RULE.finding(format!(
        "{first} is {} bytes long; PostgreSQL stores {}.",
        first.len(),
        crate::ident::truncate(first)
    ));
    let more = names.iter().skip(1).map(|name| format!("{name} is {} bytes long", name.len()));
    let finding = more.fold(finding, Finding::because);
    let collision = names.iter().find_map(|name| {
        let other = namesakes(context, &change.object()).into_iter().find(|other| {
            other != name && crate::ident::truncate(other) == crate::ident::truncate(name)
        })?;
        Some(format!(
            "{other} and {name} begin with the same 63 bytes: one of them fails (42P07, 42710)"
        ))
    });
    Some(collision.into_iter().fold(finding, Finding::because))
}

/// The names of the head beside which a new name has to be unique: what is in the same table, and the
/// tables, indexes and keys of its schema.
fn namesakes(context: &Context<'_>, object: &crate::schema::Object) -> Vec<String> {
    let schema = object.schema.as_deref().unwrap_or_default();
    let mut names = Vec::new();
    for table in context.schemas.after.tables.values().filter(|it| it.name.schema == schema) {
        names.push(table.name.name.clone());
        names.extend(table.indexes.keys().chain(table.uniques.keys()).cloned());
        names.extend(table.primary_keys.keys().cloned());
        if object.table.as_ref() == Some(&table.name.name) {
            names.extend(table.columns.keys().chain(table.foreign_keys.keys()).cloned());
            names.extend(table.checks.keys().chain(table.policies.keys()).cloned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_on_a_derived_name_of_a_new_table() {
        let name =
            "carry_waterfall_distribution_overrides_carry_waterfall_id_carry_waterfalls_id_fk";
        let parent = || table("carry_waterfalls", &["id uuid primary key"]);
        let child =
            table("overrides", &["id uuid primary key"]).references(name, "id", "carry_waterfalls");
        let found = case(schema([parent()]), schema([parent(), child])).findings(RULE.id);
        assert_eq!((found.len(), found[0].severity), (1, Risky));
        assert!(found[0].message.contains("is 80 bytes long"), "{}", found[0].message);
    }

    #[test]
    fn two_names_with_the_same_beginning_collide() {
        let long = "a".repeat(63);
        let (first, second) = (format!("{long}_by_fund"), format!("{long}_by_deal"));
        let one = || table("notes", &["id uuid primary key"]).index(&first, &["id"]);
        let both = schema([one().index(&second, &["id"])]);
        let found = case(schema([one()]), both).findings(RULE.id);
        assert!(found[0].evidence.iter().any(|it| it.contains("the same 63 bytes")), "{found:?}");
    }

    #[test]
    fn silent_up_to_63_bytes() {
        let name = "a".repeat(63);
        let after = schema([table(&name, &["id uuid primary key"])]);
        assert_eq!(case(schema([]), after).says(RULE.id), None);
    }
}
