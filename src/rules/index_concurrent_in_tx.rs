//! `index.concurrent_in_tx`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.concurrent_in_tx",
    severity: Severity::Dangerous,
    condition: "An index is to be created concurrently by drizzle-kit migrate.",
    effect: "The migration fails (25001), and with it all other pending migrations of the run.",
    remedy: "Create the index outside of drizzle-kit, in a runner that uses no transaction.",
    postgres: "25001: CREATE INDEX CONCURRENTLY cannot run inside a transaction block. drizzle-kit \
             migrate runs all pending migrations in one transaction (measured).",
    sources: &["squawk/ban-concurrent-index-creation-in-transaction", "drizzle-orm/860"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let (table, index) = if let Change::CreateIndex(it) = change {
        (&it.table, &it.what)
    } else if let Change::AlterIndex(it) = change {
        (&it.table, &it.what.after)
    } else if let Change::CreateTable(table) = change {
        (&table.name, table.indexes.values().find(|index| index.concurrently)?)
    } else {
        return made_again(change, context);
    };
    if !index.concurrently || !context.may_migrate() {
        return None;
    }
    Some(raised(RULE.finding(format!("Index {} of {table} is concurrent.", index.name)), context))
}

/// Beside a rename drizzle-kit makes the indexes of what is renamed again.
fn made_again(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if !context.may_migrate() {
        return None;
    }
    let mut made = context.made_again(change, &["create_index_pg"]);
    let made = made.find(|it| it.sql.contains(" CONCURRENTLY "))?;
    let finding = RULE.finding(format!(
        "drizzle-kit makes index {} again beside the rename, and it is concurrent.",
        made.object.name
    ));
    Some(raised(finding, context))
}

fn raised(finding: Finding, context: &Context<'_>) -> Finding {
    if context.settings.executor == super::Executor::Migrate {
        return finding;
    }
    let proof = "it fails only with drizzle-kit migrate; push runs it alone";
    finding.with_severity(Severity::Risky).because(proof)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Risky};

    use crate::rules::Executor;

    #[test]
    fn depends_on_who_applies_it() {
        let users = || table("users", &["mail text"]);
        let added = || {
            let index = users().index("i", &["mail"]).edit_index("i", |it| it.concurrently = true);
            case(schema([users()]), schema([index]))
        };
        assert_eq!(added().executor(Executor::Migrate).says(RULE.id), Some(Dangerous));
        assert_eq!(added().says(RULE.id), Some(Risky));
        assert_eq!(added().executor(Executor::Push).says(RULE.id), None);
    }

    #[test]
    fn a_renamed_column_has_its_index_made_again() {
        let of = |column: &str| {
            let users = table("users", &[&format!("{column} text")]).index("i", &[column]);
            schema([users.edit_index("i", |it| it.concurrently = true)])
        };
        let renamed = case(of("mail"), of("email")).rename("column:public.users.mail=email");
        assert_eq!(renamed.executor(Executor::Migrate).says(RULE.id), Some(Dangerous));
        let plain = |name: &str| {
            let users = table(name, &["mail text"]).index("i", &["mail"]);
            schema([users.edit_index("i", |it| it.concurrently = true)])
        };
        let renamed = case(plain("users"), plain("people"));
        assert_eq!(renamed.rename("table:public.users=public.people").says(RULE.id), None);
    }
}
