//! `index.drop.critical_query`

use super::prelude::*;
use crate::codebase::Served;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "index.drop.critical_query",
    severity: Severity::Dangerous,
    condition: "An index, unique constraint or primary key goes or becomes another, by whose leading \
             columns queries in the code compare or sort, and no other one serves them as well.",
    effect: "These queries read the whole table from then on, or more of it than before.",
    remedy: "Keep the index, or change the queries first.",
    postgres: "A sequential scan for each of them; its cost grows with the table.",
    sources: &["splinter/0001_unindexed_foreign_keys"],
    check,
};

/// How many queries are named; the rest is counted.
const SHOWN: usize = 5;

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let program: Vec<&Served> =
        context.uses(change)?.queries.iter().filter(|it| !it.reference.is_test).collect();
    let (lost, kept): (Vec<&Served>, Vec<&Served>) =
        program.into_iter().partition(|it| it.is_lost());
    if lost.is_empty() {
        return kept_by_others(change, &kept);
    }
    let alone = lost.iter().any(|it| it.other.is_none());
    let severity = if alone { Severity::Dangerous } else { Severity::Risky };
    let count = match lost.len() {
        1 => "1 query loses".to_owned(),
        n => format!("{n} queries lose"),
    };
    let mut finding = RULE
        .finding(format!("{count} {}, and nothing else serves them as well.", change.object()))
        .with_severity(severity);
    for it in lost.iter().take(SHOWN) {
        finding = finding.because(sentence(it));
    }
    if let Some(rest) = lost.len().checked_sub(SHOWN).filter(|rest| *rest > 0) {
        finding = finding.because(format!("and {rest} more"));
    }
    if !kept.is_empty() {
        let served = if kept.len() == 1 { "query is" } else { "queries are" };
        finding =
            finding.because(format!("{} other {served} served by {}", kept.len(), others(&kept)));
    }
    Some(finding)
}

/// Every query is served by another index.
fn kept_by_others(change: &Change, kept: &[&Served]) -> Option<Finding> {
    let count = match kept.len() {
        0 => return None,
        1 => "1 query that uses it is".to_owned(),
        n => format!("{n} queries that use it are"),
    };
    let message = format!("{}: {count} served by {} as well.", change.object(), others(kept));
    let finding = RULE.finding(message).with_severity(Severity::Safe);
    Some(kept.iter().take(SHOWN).fold(finding, |finding, it| finding.because(sentence(it))))
}

/// The indexes that serve queries as well.
fn others(kept: &[&Served]) -> String {
    let names: std::collections::BTreeSet<&str> =
        kept.iter().filter_map(|it| it.other.as_ref()).map(|(name, _)| name.as_str()).collect();
    list(&names.into_iter().collect::<Vec<_>>())
}

/// "db/q.ts:3:5 asks by fund_id, name; funds_fund_idx serves fund_id alone: …".
fn sentence(it: &Served) -> String {
    let at = &it.reference;
    let columns = it.columns.join(", ");
    let other = match &it.other {
        Some((name, columns)) => format!(" ({name} still serves {})", columns.join(", ")),
        None => String::new(),
    };
    format!("{}:{}:{} asks by {columns}{other}: {}", at.file, at.line, at.column, at.text)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::codebase::Via;
    use crate::rules::Severity::{Dangerous, Risky, Safe};

    #[test]
    fn fires_on_a_query_that_needs_it() {
        let funds = || table("funds", &["id uuid primary key", "code text", "year integer"]);
        let dropped = || case(schema([funds().index("i", &["code", "year"])]), schema([funds()]));
        let query = |file: &str, other: Option<(&str, &[&str])>| Served {
            change: 0,
            reference: reference(file, Via::Query),
            columns: vec!["code".to_owned(), "year".to_owned()],
            other: other.map(|(name, columns)| {
                (name.to_owned(), columns.iter().map(|it| (*it).to_owned()).collect())
            }),
        };
        let says = |queries| dropped().with_code(Uses { queries, ..Uses::default() }, RULE.id);
        let found =
            says(vec![query("src/q.ts", None), query("src/r.ts", Some(("j", &["code", "year"])))]);
        let found = found.expect("a finding");
        assert_eq!(found.severity, Dangerous);
        assert_eq!(
            found.evidence,
            ["src/q.ts:3:5 asks by code, year: funds.code", "1 other query is served by j"]
        );
        let partly = says(vec![query("src/q.ts", Some(("j", &["code"])))]).expect("a finding");
        assert_eq!(partly.severity, Risky);
        assert_eq!(
            partly.evidence,
            ["src/q.ts:3:5 asks by code, year (j still serves code): funds.code"]
        );
        let kept = says(vec![query("src/r.ts", Some(("j", &["code", "year"])))]);
        let kept = kept.expect("a finding");
        assert_eq!((kept.severity, kept.evidence.len()), (Safe, 1));
        assert!(kept.message.ends_with("1 query that uses it is served by j as well."));
        assert_eq!(says(vec![query("tests/q.ts", None)]), None);
        assert_eq!(says(Vec::new()), None);
    }
}
