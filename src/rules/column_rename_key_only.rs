//! `column.rename.key_only`

use super::prelude::*;
use crate::diff::Setting;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.rename.key_only",
    severity: Severity::Safe,
    condition: "Only the TypeScript name of a column, table or other object changes; its name in the \
             database stays.",
    effect: "Nothing happens in the database; code that uses the old TypeScript name does not compile.",
    remedy: "Nothing has to be done in the database.",
    postgres: "drizzle-kit generates no statement (measured).",
    sources: &["drizzle-orm/column-aliases"],
    check,
};

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let Change::ScopeChange(it) = change else { return None };
    let Diff { before: Some(before), after: Some(after) } = &it.value else { return None };
    let object = it.object.as_ref().filter(|_| it.setting == Setting::Key)?;
    Some(
        RULE.finding(format!("{object} is called `{after}` in TypeScript instead of `{before}`."))
            .because("the same name in the database"),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::ident::QualifiedName;
    use crate::origin::Origin;
    use crate::rules::Severity::Safe;
    use crate::schema::{Object, Schema, Written};

    fn keyed(key: &str) -> Schema {
        let mut schema = schema([table("investors", &["id uuid", "mail text"])]);
        let object = Object::column(&QualifiedName::public("investors"), "mail");
        let origin = Origin::new("db/schema.ts", 2, 1);
        schema.written.insert(object, Written { origin, key: Some(key.to_owned()), class: None });
        schema
    }

    #[test]
    fn another_key_is_safe_and_said() {
        let renamed = case(keyed("mail"), keyed("email"));
        assert_eq!(
            renamed.messages(RULE.id),
            ["public.investors.mail is called `email` in TypeScript instead of `mail`."]
        );
        assert_eq!(renamed.worst(), Safe);
        assert_eq!(case(keyed("mail"), keyed("mail")).says(RULE.id), None);
        let mut wider = keyed("mail");
        wider.tables[0].columns["mail"].ty = "varchar(80)".to_owned();
        assert_eq!(case(keyed("mail"), wider).says(RULE.id), None);
    }
}
