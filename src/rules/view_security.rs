//! `view.security`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "view.security",
    severity: Severity::Dangerous,
    condition: "A view reads a table with row-level security with the rights of its owner.",
    effect: "Whoever may read the view sees all rows of the table.",
    remedy: "Create it with security_invoker = true (PostgreSQL 15 and later), or keep it out of \
             reach of the API roles.",
    postgres: "A plain view runs as its owner, who bypasses row-level security (measured on PostgreSQL \
             15 to 18).",
    sources: &["splinter/0010_security_definer_view"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (before, view) = if let Change::CreateView(view) = change {
        (None, view)
    } else if let Change::AlterView(it) = change {
        (Some(&it.before), &it.after)
    } else {
        return None;
    };
    let is_on = |view: &crate::schema::View, option: &str| {
        view.with.as_ref().and_then(|with| with.get(option)).and_then(serde_json::Value::as_bool)
            == Some(true)
    };
    let lost =
        |option: &str| before.is_some_and(|before| is_on(before, option)) && !is_on(view, option);
    if lost("securityInvoker") {
        return Some(
            RULE.finding(format!(
                "View {} no longer runs with the rights of its reader.",
                view.name
            )),
        );
    }
    if lost("securityBarrier") {
        return Some(RULE.finding(format!("View {} is no longer a security barrier.", view.name)));
    }
    if is_on(view, "securityInvoker") || view.is_existing {
        return None;
    }
    let definition = view.definition.as_deref().unwrap_or_default();
    let reads = |view: &crate::schema::View, table: &crate::schema::Table| {
        view.definition.as_deref().is_some_and(|it| names_table(it, &table.name.name))
    };
    let secured = |table: &&crate::schema::Table| table.rls || !table.policies.is_empty();
    let mut tables = context.schemas.after.tables.values().filter(secured);
    let table = tables.find(|table| names_table(definition, &table.name.name))?;
    if before.is_some_and(|before| reads(before, table)) {
        return None;
    }
    Some(RULE.finding(format!(
        "View {} reads {}, which has row-level security, with the rights of its owner.",
        view.name, table.name
    )))
}

/// Whether a query names a table.
fn names_table(definition: &str, table: &str) -> bool {
    dependents::words(definition).any(|word| word == table)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_when_the_invoker_is_lost_or_never_was() {
        let invoker = |on: bool| {
            with_view("select 1", |view| {
                let with = serde_json::json!({ "securityInvoker": on });
                view.with = with.as_object().cloned();
            })
        };
        assert_eq!(case(invoker(true), invoker(false)).says(RULE.id), Some(Dangerous));
        assert_eq!(case(invoker(false), invoker(true)).says(RULE.id), None);
        let funds = || schema([table("funds", &["id uuid"]).rls()]);
        let mut after = funds();
        after.views = with_view("select * from \"funds\"", |_| ()).views;
        assert_eq!(case(funds(), after).says(RULE.id), Some(Dangerous));
    }
}
