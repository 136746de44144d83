//! How large a table is and how much an index is used, by the statistics of a database: evidence, and one
//! class more or less for what is a matter of time.

use super::judge::{Judgement, touched};
use super::rule::{Context, Finding, Severity};
use crate::delta::Diff;
use crate::diff::Change;
use crate::ident::QualifiedName;
use crate::statistics::{Statistics, TableStatistics};

/// Statistics of one side.
#[derive(Debug, Clone)]
pub struct Known<'a> {
    /// What is known.
    pub statistics: &'a Statistics,
    /// Whose and how old: "statistics of 2026-11-20 (7 days old)".
    pub said: String,
    /// Whether they may make a finding milder.
    pub lowers: bool,
}

/// What sizes count for.
#[derive(Debug, Clone)]
pub struct Sizes<'a> {
    /// What is known. Only what the base has makes a finding milder, and only where the head does not
    /// contradict it: whoever pushes does not decide that.
    pub sides: Diff<Option<Known<'a>>>,
    /// A table with fewer rows is small.
    pub small: u64,
    /// A table with as many rows is large.
    pub large: u64,
}

/// A table of few rows is not small when they take more than this.
const SMALL_BYTES: u64 = 64 * 1024 * 1024;

/// What a hazard does for as long as the table is large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hold {
    /// Locks the table while it is read or written, and nothing else.
    Work,
    /// The same, and something else that small tables suffer as well.
    WorkAndMore,
    /// Locks the table for a moment, once it gets the lock.
    Moment,
}

/// How long the hazard of a rule lasts; nothing for rules about something else.
fn hold(rule: &str) -> Option<Hold> {
    Some(match rule {
        "index.add"
        | "type.rewrite"
        | "type.reindex_only"
        | "type.check_scan"
        | "column.add.volatile_default" => Hold::Work,
        "check.add"
        | "check.change"
        | "fk.add"
        | "fk.action.swap_window"
        | "column.add.inline_check"
        | "column.add.inline_unique"
        | "column.add.generated_stored"
        | "generated.expression"
        | "index.replace_window" => Hold::WorkAndMore,
        "index.drop.nonconcurrent" | "table.drop.outbound_fk_lock" => Hold::Moment,
        _ => return None,
    })
}

/// What rules are called whose hazard is about the rows of a table, or one that takes time for each.
const ABOUT_ROWS: &[&str] = &[
    "table.drop",
    "table.truncate",
    "column.add",
    "column.drop",
    "column.recreate",
    "type.",
    "null.",
    "unique.",
    "pk.",
    "fk.",
    "check.",
    "enum.reorder",
    "enum.value.remove",
    "generated.",
];

/// Adds to every hazard what is known of the tables it is about, and weighs it: what only takes time is
/// one class milder on small tables, what takes time at all one class worse on large ones. Says whether
/// anything was known.
pub fn weigh_statistics(
    judgements: &mut [Judgement],
    context: &Context<'_>,
    sizes: &Sizes<'_>,
) -> bool {
    let mut used = false;
    if sizes.sides.before.is_none() && sizes.sides.after.is_none() {
        return used;
    }
    for (change, judgement) in context.changes.iter().zip(judgements) {
        if judgement.severity == Severity::Safe {
            continue;
        }
        let tables = existing(change, context);
        let mut said = false;
        for finding in &mut judgement.findings {
            if finding.severity == Severity::Safe {
                continue;
            }
            if finding.rule == "index.drop" {
                used |= add(finding, sizes.scans(change));
            }
            if let Some(hold) = hold(finding.rule) {
                said |= sizes.weigh(finding, hold, &tables);
            }
        }
        judgement.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if let (false, Some(worst), Some(table)) =
            (said, judgement.findings.first_mut(), tables.first())
            && ABOUT_ROWS.iter().any(|start| worst.rule.starts_with(start))
        {
            said = add(worst, sizes.rows(table));
        }
        used |= said;
        judgement.severity =
            judgement.findings.first().map_or(Severity::Safe, |finding| finding.severity);
    }
    used
}

/// The tables of the base that a change locks or changes, its own first.
fn existing(change: &Change, context: &Context<'_>) -> Vec<QualifiedName> {
    let mut tables: Vec<QualifiedName> = Vec::new();
    for table in touched(change, context) {
        if context.schemas.before.tables.contains_key(&table) && !tables.contains(&table) {
            tables.push(table);
        }
    }
    tables
}

fn add(finding: &mut Finding, evidence: Option<String>) -> bool {
    let known = evidence.is_some();
    finding.evidence.extend(evidence);
    known
}

impl<'a> Sizes<'a> {
    /// Both sides, the base first.
    fn known(&self) -> impl Iterator<Item = &Known<'a>> {
        self.sides.before.iter().chain(&self.sides.after)
    }

    /// Weighs one finding; says whether anything is known of its tables.
    fn weigh(&self, finding: &mut Finding, hold: Hold, tables: &[QualifiedName]) -> bool {
        let large = tables.iter().find_map(|table| Some((table, self.large(table)?)));
        if let Some((table, known)) = large.filter(|_| hold != Hold::Moment) {
            let mut evidence = size(table, known).unwrap_or_default();
            if finding.severity < Severity::Dangerous {
                finding.severity = Severity::Dangerous;
                let large = with_separators(self.large);
                evidence = format!("{evidence}, one class worse from {large} on");
            }
            return add(finding, Some(evidence));
        }
        let small = !tables.is_empty() && tables.iter().all(|table| self.is_small(table));
        if small && hold != Hold::WorkAndMore {
            finding.severity = match finding.severity {
                Severity::Dangerous => Severity::Risky,
                Severity::Risky | Severity::Safe => Severity::Safe,
            };
            let known = self.sides.before.as_ref();
            let milder = format!(", one class milder below {}", with_separators(self.small));
            let evidence = tables.iter().filter_map(|table| size(table, known?));
            finding.evidence.extend(evidence.map(|it| it + &milder));
            return true;
        }
        tables.first().is_some_and(|table| add(finding, self.rows(table)))
    }

    /// By whom a table is large.
    fn large(&self, table: &QualifiedName) -> Option<&Known<'a>> {
        self.known().find(|known| {
            let table = known.statistics.tables.get(table);
            table.and_then(|it| it.rows).is_some_and(|rows| rows >= self.large)
        })
    }

    fn is_small(&self, table: &QualifiedName) -> bool {
        let is_small = |known: &Known<'_>| {
            let table = known.statistics.tables.get(table);
            table.is_some_and(|it| {
                it.rows.is_some_and(|rows| rows < self.small) && it.bytes < SMALL_BYTES
            })
        };
        self.sides.before.as_ref().is_some_and(|base| base.lowers && is_small(base))
            && self.sides.after.as_ref().is_none_or(is_small)
    }

    /// How many rows a table has, by the first who knows it.
    fn rows(&self, table: &QualifiedName) -> Option<String> {
        self.known().find_map(|known| size(table, known))
    }

    /// How often a dropped index was used.
    fn scans(&self, change: &Change) -> Option<String> {
        let Change::DropIndex(it) = change else { return None };
        self.known().find_map(|known| {
            let all = known.statistics;
            let index = all.tables.get(&it.table)?.indexes.get(&it.what.name)?;
            let since =
                match all.counting_since.as_deref().and_then(|since| since.split('T').next()) {
                    Some(day) => format!("since {day}, or since it was made"),
                    None => "since nobody knows when".to_owned(),
                };
            let scans = match index.scans? {
                0 => "was not used once".to_owned(),
                1 => "was used once".to_owned(),
                scans => format!("was used about {} times", with_separators(scans)),
            };
            let replicas = match all.replicas {
                0 => "",
                _ => "; its replicas count for themselves",
            };
            Some(format!("by {}: it {scans} {since}{replicas}", known.said))
        })
    }
}

/// "by statistics of 2026-11-20 (7 days old): public.funds has about 1,200 rows (98 kB)".
fn size(table: &QualifiedName, known: &Known<'_>) -> Option<String> {
    let TableStatistics { rows, bytes, .. } = known.statistics.tables.get(table)?;
    let rows = match rows {
        Some(1) => "about 1 row".to_owned(),
        Some(rows) => format!("about {} rows", with_separators(*rows)),
        None => "nobody knows how many rows".to_owned(),
    };
    Some(format!("by {}: {table} has {rows} ({})", known.said, in_units(*bytes)))
}

fn with_separators(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Bytes as PostgreSQL's `pg_size_pretty` counts them, by 1,024.
fn in_units(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["bytes", "kB", "MB", "GB"];
    let mut number = bytes;
    for unit in UNITS {
        if number < 10 * 1024 {
            return format!("{number} {unit}");
        }
        number = number.saturating_add(512) / 1024;
    }
    format!("{number} TB")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::testing::*;
    use super::*;
    use crate::delta::Diff;
    use crate::diff::compare;
    use crate::rules::{Settings, judge};
    use crate::schema::Schema;
    use crate::statistics::{IndexStatistics, Version};
    use Severity::{Dangerous, Risky, Safe};

    /// Statistics of `public.funds`.
    fn funds(rows: Option<u64>, bytes: u64) -> Statistics {
        let index = IndexStatistics { bytes: 8_192, scans: Some(0) };
        let indexes = BTreeMap::from([("by_code".to_owned(), index)]);
        let table = TableStatistics { rows, bytes, index_bytes: 8_192, indexes };
        Statistics {
            taken: "2026-11-20T09:10:00Z".to_owned(),
            postgres: Version { major: 15, minor: 8 },
            counting_since: Some("2026-10-01T00:00:00Z".to_owned()),
            replicas: 0,
            tables: BTreeMap::from([(QualifiedName::public("funds"), table)]),
        }
    }

    struct Weighed {
        used: bool,
        findings: Vec<Finding>,
        severity: Severity,
    }

    impl Weighed {
        fn says(&self, rule: &str) -> (Severity, String) {
            let found = self.findings.iter().find(|it| it.rule == rule).expect(rule);
            (found.severity, found.evidence.join("; "))
        }
    }

    /// What the statistics of both sides make of one change.
    fn weigh(
        schemas: [&Schema; 2],
        before: Option<(&Statistics, bool)>,
        after: Option<&Statistics>,
        critical: &[&str],
    ) -> Weighed {
        let schemas = Diff::new(schemas[0], schemas[1]);
        let changes = compare(schemas, &[]);
        let critical = critical.iter().map(ToString::to_string).collect();
        let settings = Settings { critical, ..Settings::default() };
        let context = Context::new(schemas, &changes, &[], &settings);
        let mut judgements = judge(&context);
        let known =
            |statistics, lowers| Known { statistics, said: "statistics".to_owned(), lowers };
        let before = before.map(|(statistics, lowers)| known(statistics, lowers));
        let after = after.map(|statistics| known(statistics, true));
        let sizes = Sizes { sides: Diff { before, after }, small: 10_000, large: 1_000_000 };
        let used = weigh_statistics(&mut judgements, &context, &sizes);
        let [judgement] = judgements.try_into().expect("one change");
        Weighed { used, severity: judgement.severity, findings: judgement.findings }
    }

    fn plain() -> Schema {
        schema([table("funds", &["id uuid primary key", "code text"])])
    }

    fn indexed() -> Schema {
        let funds = table("funds", &["id uuid primary key", "code text"]);
        schema([funds.index("by_code", &["code"])])
    }

    #[test]
    fn a_small_table_is_one_class_milder_and_a_large_one_worse() {
        let schemas = [&plain(), &indexed()];
        let index = |it: &Statistics| weigh(schemas, Some((it, true)), Some(it), &[]);
        let small = index(&funds(Some(9_999), 98_304));
        assert_eq!(
            small.says("index.add"),
            (Safe, "by statistics: public.funds has about 9,999 rows (96 kB), one class milder below 10,000".to_owned())
        );
        assert!(small.used);
        assert_eq!(small.severity, Safe);
        let middle = index(&funds(Some(10_000), 1 << 20));
        assert_eq!(
            middle.says("index.add"),
            (Risky, "by statistics: public.funds has about 10,000 rows (1024 kB)".to_owned())
        );
        let large = index(&funds(Some(1_000_000), 1 << 30));
        assert_eq!(
            large.says("index.add"),
            (Dangerous, "by statistics: public.funds has about 1,000,000 rows (1024 MB), one class worse from 1,000,000 on".to_owned())
        );
        assert_eq!(large.severity, Dangerous);
    }

    #[test]
    fn what_is_not_known_is_not_milder() {
        let schemas = [&plain(), &indexed()];
        let unknown = funds(None, 8_192);
        let said = weigh(schemas, Some((&unknown, true)), Some(&unknown), &[]).says("index.add");
        assert_eq!(said.0, Risky);
        assert!(said.1.contains("nobody knows how many rows"), "{}", said.1);
        let wide = funds(Some(10), SMALL_BYTES);
        assert_eq!(weigh(schemas, Some((&wide, true)), None, &[]).severity, Risky);
        let other = Statistics { tables: BTreeMap::new(), ..funds(None, 0) };
        let nothing = weigh(schemas, Some((&other, true)), None, &[]);
        assert_eq!((nothing.severity, nothing.used), (Risky, false));
        let nothing = weigh(schemas, None, None, &[]);
        assert_eq!((nothing.severity, nothing.used), (Risky, false));
    }

    #[test]
    fn whoever_pushes_statistics_makes_nothing_milder_with_them() {
        let schemas = [&plain(), &indexed()];
        let (small, large) = (funds(Some(10), 8_192), funds(Some(2_000_000), 1 << 30));
        assert_eq!(weigh(schemas, None, Some(&small), &[]).severity, Risky);
        assert_eq!(weigh(schemas, Some((&large, true)), Some(&small), &[]).severity, Dangerous);
        assert_eq!(weigh(schemas, Some((&small, true)), Some(&large), &[]).severity, Dangerous);
        assert_eq!(weigh(schemas, Some((&small, true)), None, &[]).severity, Safe);
        let gone = Statistics { tables: BTreeMap::new(), ..small.clone() };
        assert_eq!(weigh(schemas, Some((&small, true)), Some(&gone), &[]).severity, Risky);
        // What is too old makes worse, but not milder.
        assert_eq!(weigh(schemas, Some((&small, false)), Some(&small), &[]).severity, Risky);
        assert_eq!(weigh(schemas, Some((&large, false)), Some(&large), &[]).severity, Dangerous);
    }

    #[test]
    fn a_critical_table_that_is_small_is_as_any_other() {
        let small = funds(Some(10), 8_192);
        let said = weigh([&plain(), &indexed()], Some((&small, true)), None, &["funds"]);
        assert_eq!(said.says("index.add").0, Risky);
    }

    #[test]
    fn what_can_fail_or_lose_something_is_no_milder_on_a_small_table() {
        let checked = || {
            schema([table("funds", &["id uuid primary key", "code text"]).check("c", "code <> ''")])
        };
        let (small, large) = (funds(Some(10), 8_192), funds(Some(2_000_000), 1 << 30));
        let said = weigh([&plain(), &checked()], Some((&small, true)), None, &[]);
        assert_eq!(said.says("check.add").0, Risky);
        let said = weigh([&plain(), &checked()], Some((&large, true)), None, &[]);
        assert_eq!(said.says("check.add").0, Dangerous);
        let less = schema([table("funds", &["id uuid primary key"])]);
        let said = weigh([&plain(), &less], Some((&small, true)), None, &[]);
        assert_eq!(
            said.says("column.drop"),
            (Dangerous, "by statistics: public.funds has about 10 rows (8192 bytes)".to_owned())
        );
    }

    #[test]
    fn what_is_not_about_rows_says_nothing_of_them() {
        let large = funds(Some(2_000_000), 1 << 30);
        let plain = schema([table("funds", &["id uuid primary key", "code text"])]);
        let mut secured = plain.clone();
        secured.tables.values_mut().for_each(|it| it.rls = true);
        let said = weigh([&secured, &plain], Some((&large, true)), None, &[]);
        assert_eq!((said.severity, said.used), (Dangerous, false));
        assert!(said.findings.iter().all(|it| it.evidence.is_empty()), "{:?}", said.findings);
    }

    #[test]
    fn a_moments_lock_is_milder_on_a_small_table_and_no_worse_on_a_large_one() {
        let (small, large) = (funds(Some(10), 8_192), funds(Some(2_000_000), 1 << 30));
        let said = weigh([&indexed(), &plain()], Some((&small, true)), None, &[]);
        assert_eq!(said.says("index.drop.nonconcurrent").0, Safe);
        // Queries miss it all the same.
        assert_eq!(said.severity, Risky);
        let said = weigh([&indexed(), &plain()], Some((&large, true)), None, &[]);
        assert_eq!(said.says("index.drop.nonconcurrent").0, Risky);
    }

    #[test]
    fn a_dropped_index_says_how_often_it_was_used() {
        let said = |statistics: &Statistics| {
            weigh([&indexed(), &plain()], Some((statistics, true)), None, &[]).says("index.drop")
        };
        let mut statistics = funds(None, 8_192);
        assert_eq!(
            said(&statistics),
            (
                Risky,
                "by statistics: it was not used once since 2026-10-01, or since it was made"
                    .to_owned()
            )
        );
        let mut scanned = |scans| {
            let table = statistics.tables.values_mut().next().unwrap();
            table.indexes.values_mut().for_each(|it| it.scans = scans);
            said(&statistics).1
        };
        assert!(scanned(Some(12_000)).contains("used about 12,000 times"));
        assert_eq!(scanned(None), "");
        statistics = Statistics { counting_since: None, replicas: 2, ..funds(None, 8_192) };
        assert_eq!(
            said(&statistics).1,
            "by statistics: it was not used once since nobody knows when; its replicas count for themselves"
        );
    }

    #[test]
    fn every_rule_it_names_exists_and_is_about_time() {
        let named = crate::rules::ALL.iter().filter(|rule| hold(rule.id).is_some());
        let named: Vec<_> = named.map(|rule| (rule.id, rule.severity)).collect();
        assert_eq!(named.len(), 16, "{named:?}");
        assert!(named.iter().all(|(_, severity)| *severity == Risky), "{named:?}");
    }

    #[test]
    fn writes_numbers_for_people() {
        assert_eq!(with_separators(0), "0");
        assert_eq!(with_separators(1_234_567), "1,234,567");
        assert_eq!(in_units(8_192), "8192 bytes");
        assert_eq!(in_units(340 << 20), "340 MB");
        assert_eq!(in_units(u64::MAX), "16777216 TB");
    }
}
