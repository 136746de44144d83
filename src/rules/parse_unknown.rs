//! `parse.unknown`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "parse.unknown",
    severity: Severity::Risky,
    condition: "A change reaches something whose value cannot be evaluated.",
    effect: "Nobody knows what it does; it is never taken for safe, and the push stops.",
    remedy: "Write the value as a constant, or keep what only the running program knows out of the \
             schema.",
    postgres: "What cannot be evaluated may be anything.",
    sources: &["drizzle-kit/runs-the-schema"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let object = change.object().to_string();
    let inside = format!("{object}.");
    let both = context.schemas.after.unresolved.iter().chain(&context.schemas.before.unresolved);
    let place = both
        .into_iter()
        .find(|place| place.affects.iter().any(|it| *it == object || it.starts_with(&inside)))?;
    Some(
        RULE.finding(format!("{object} has something that cannot be evaluated."))
            .because(format!("{}: {}", place.origin, place.why)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::origin::Origin;
    use crate::rules::Severity::Risky;
    use crate::schema::Unresolved;

    #[test]
    fn what_is_unknown_is_not_safe() {
        let mut after = schema([table("funds", &["id uuid", "code text"])]);
        let before = schema([table("funds", &["id uuid"])]);
        assert_eq!(case(before.clone(), after.clone()).says(RULE.id), None);
        after.unresolved.push(Unresolved {
            origin: Origin::new("db/schema.ts", 4, 9),
            why: "`process.env.CODE` is only known at run time".to_owned(),
            affects: vec!["public.funds.code".to_owned()],
            source: "1".to_owned(),
        });
        let unknown = case(before, after);
        assert_eq!(unknown.says(RULE.id), Some(Risky));
        assert_eq!(unknown.findings(RULE.id)[0].evidence.len(), 1);
    }
}
