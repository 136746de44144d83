//! `run.not_transactional`

use super::Executor;
use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "run.not_transactional",
    severity: Severity::Dangerous,
    condition: "drizzle-kit push runs several statements of which a later one can fail on the rows.",
    effect: "push uses no transaction: the statements before the one that fails stay, the schema is \
             half done, and the exit code is 0.",
    remedy: "Generate a migration and run it with drizzle-kit migrate, or run the drafted plan.",
    postgres: "Measured with drizzle-kit 0.31: after a failed cast the enum column stays text.",
    sources: &["drizzle-orm/4295"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    if context.settings.executor != Executor::Push {
        return None;
    }
    // Text first, then another type of that name, then the cast back: the cast is what fails.
    let enumeration = match change {
        Change::DropEnumValue { enumeration, .. } => &enumeration.before,
        _ => return None,
    };
    let mut users = users_of_enum(context.schemas.before, enumeration).peekable();
    users.peek()?;
    let users: Vec<String> = users.map(|(table, column)| path(table, &column.name)).collect();
    Some(RULE.finding(format!(
        "When a row still has the value, {} stays text and type {} is another one already.",
        list(&users),
        enumeration.name
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Executor;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_where_push_is_what_runs() {
        let of = |values: &[&str]| with_enum("status", values, [table("t", &["s status enum"])]);
        let removed = || case(of(&["a", "b"]), of(&["a"]));
        assert_eq!(removed().executor(Executor::Push).says(RULE.id), Some(Dangerous));
        assert_eq!(removed().executor(Executor::Migrate).says(RULE.id), None);
        assert_eq!(removed().says(RULE.id), None);
    }
}
