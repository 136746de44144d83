//! The pipeline end to end, over files in memory.

use std::sync::Arc;

use super::{Content, Error, Fork, Input, Occasion, Options, compare, judge};
use crate::delta::Diff;
use crate::diff::Kind;
use crate::files::MemoryFiles;
use crate::git::State;
use crate::policy::Date;
use crate::report::{Report, Verdict};
use crate::rules::Severity;

const FUNDS: &str = "import { pgTable, integer, text, varchar } from 'drizzle-orm/pg-core';
export const funds = pgTable('funds', {
  id: integer('id').primaryKey(),
  name: varchar('name', { length: 80 }).notNull(),
  memo: text('memo'),
});
";

fn input(state: State, files: &[(&str, &str)]) -> Input {
    let files = MemoryFiles::new(files.iter().copied());
    Input::new(state, String::new(), Content::Files(Arc::new(files)))
}

fn sides(before: &[(&str, &str)], after: &[(&str, &str)]) -> Diff<Input> {
    Diff::new(input(State::Revision("HEAD".into()), before), input(State::Index, after))
}

fn report(before: &[(&str, &str)], after: &[(&str, &str)]) -> Result<Report, Error> {
    let none = || Box::new(std::iter::empty()) as Box<dyn Iterator<Item = Input>>;
    let compared = compare(sides(before, after), Fork::None, none, &Options::default())?;
    judge(&compared, Occasion::Asked, Date::from_unix_seconds(0), || Ok(Vec::new()))
}

const PATH: &str = "shared/db/schema/funds.ts";

#[test]
fn a_dropped_column_blocks() {
    let after = FUNDS.replace("  memo: text('memo'),\n", "");
    let report = report(&[(PATH, FUNDS)], &[(PATH, &after)]).expect("a report");
    assert_eq!(report.verdict, Verdict::Block);
    let [change] = report.changes.as_slice() else { panic!("{:?}", report.changes) };
    assert_eq!(change.kind, Kind::DropColumn);
    assert_eq!(change.object.to_string(), "public.funds.memo");
    assert_eq!(change.severity, Severity::Dangerous);
    assert_eq!(change.statements, ["ALTER TABLE \"funds\" DROP COLUMN \"memo\";"]);
    let place = change.location.before.as_ref().map(ToString::to_string);
    assert_eq!(place.as_deref(), Some("shared/db/schema/funds.ts:5:3"));
}

#[test]
fn a_widened_varchar_passes() {
    let after = FUNDS.replace("80", "120");
    let report = report(&[(PATH, FUNDS)], &[(PATH, &after)]).expect("a report");
    assert_eq!(report.verdict, Verdict::Pass);
    assert_eq!(report.changes.first().map(|it| it.severity), Some(Severity::Safe));
}

#[test]
fn a_new_schema_passes_and_an_equal_one_says_nothing() {
    let new = report(&[], &[(PATH, FUNDS)]).expect("a report");
    assert_eq!(new.verdict, Verdict::Pass);
    assert_eq!(new.changes.len(), 1);
    let same = report(&[(PATH, FUNDS)], &[(PATH, FUNDS)]).expect("a report");
    assert_eq!((same.verdict, same.changes.len()), (Verdict::Pass, 0));
}

#[test]
fn a_schema_that_is_gone_is_not_a_schema_without_tables() {
    let error = report(&[(PATH, FUNDS)], &[("README.md", "moved")]).expect_err("no schema");
    assert!(matches!(error, Error::SchemaGone { tables: 1, .. }), "{error}");
}

#[test]
fn what_cannot_be_evaluated_blocks_unless_it_is_the_same_on_both_sides() {
    let unknown = FUNDS.replace("80", "Number(process.env.LENGTH)");
    let changed = report(&[(PATH, FUNDS)], &[(PATH, &unknown)]).expect("a report");
    assert_eq!(changed.verdict, Verdict::Block);
    assert_eq!(changed.newly_unresolved().count(), 1);
    let wider = format!("{unknown}\n// the length is set by the deployment\n");
    let same = report(&[(PATH, &unknown)], &[(PATH, &wider)]).expect("a report");
    assert_eq!(same.verdict, Verdict::Pass);
    assert_eq!((same.unresolved.len(), same.newly_unresolved().count()), (1, 0));
}

#[test]
fn a_broken_base_is_replaced_by_its_nearest_good_ancestor() {
    let inputs = sides(&[(PATH, "export const = ;")], &[(PATH, FUNDS)]);
    let good = input(State::Revision("0123456789abcdef".into()), &[(PATH, FUNDS)]);
    let ancestors = || Box::new([good].into_iter()) as Box<dyn Iterator<Item = Input>>;
    let compared =
        compare(inputs, Fork::None, ancestors, &Options::default()).expect("a comparison");
    assert!(compared.databases.iter().all(|it| it.changes.is_empty()));
    assert!(
        compared.notes.iter().any(|note| note.text.contains("instead")),
        "{:?}",
        compared.notes
    );
}

#[test]
fn a_push_does_not_relax_its_own_policy() {
    let after = FUNDS.replace(".notNull()", "");
    let strict = "critical = [\"funds\"]\nprofile = \"production\"\n";
    let before = [(PATH, FUNDS), ("drizzle-guard.toml", strict)];
    let report = report(&before, &[(PATH, &after)]).expect("a report");
    assert_eq!(report.consent, crate::policy::Consent::FileAndFlag);
}

/// What a head of these files changes in a base that went on since both parted.
fn since(fork: &str, base: &str, head: &str) -> Report {
    let none = || Box::new(std::iter::empty()) as Box<dyn Iterator<Item = Input>>;
    let inputs = sides(&[(PATH, base)], &[(PATH, head)]);
    let fork = Fork::At(input(State::Revision("fork".into()), &[(PATH, fork)]));
    let compared = compare(inputs, fork, none, &Options::default()).expect("a comparison");
    let judged = judge(&compared, Occasion::Asked, Date::from_unix_seconds(0), || Ok(Vec::new()));
    judged.expect("a report")
}

fn titles(report: &Report) -> Vec<String> {
    let title = |it: &crate::report::JudgedChange| {
        format!("{} {}", crate::report::kind_words(it.kind), it.object)
    };
    report.changes.iter().map(title).collect()
}

/// `FUNDS` with one more column.
fn with(line: &str) -> String {
    FUNDS.replace("  memo:", &format!("  {line},\n  memo:"))
}

#[test]
fn what_the_base_added_since_is_not_dropped() {
    let report = since(FUNDS, &with("region: text('region')"), &with("carry: text('carry')"));
    assert_eq!(titles(&report), ["add column public.funds.carry"]);
    assert_eq!(report.verdict, Verdict::Pass);
    assert!(report.notes[0].text.contains("add column public.funds.region"), "{:?}", report.notes);
    assert_eq!(report.statements, ["ALTER TABLE \"funds\" ADD COLUMN \"carry\" text;"]);
}

#[test]
fn what_the_head_drops_itself_is_dropped() {
    let less = FUNDS.replace("  memo: text('memo'),\n", "");
    let report = since(FUNDS, &with("region: text('region')"), &less);
    assert_eq!(titles(&report), ["drop column public.funds.memo"]);
    assert_eq!(report.verdict, Verdict::Block);
    let place = report.changes[0].location.before.as_ref().map(ToString::to_string);
    assert_eq!(place.as_deref(), Some("shared/db/schema/funds.ts:6:3"));
}

#[test]
fn what_both_did_alike_is_no_change() {
    let more = with("region: text('region')");
    let report = since(FUNDS, &more, &more);
    assert_eq!(titles(&report), Vec::<String>::new());
    assert!(report.notes.iter().all(|it| !it.text.contains("both sides")), "{:?}", report.notes);
}

#[test]
fn what_both_changed_is_judged_by_what_the_base_has_now() {
    let report = since(FUNDS, &FUNDS.replace("80", "200"), &FUNDS.replace("80", "120"));
    assert_eq!(titles(&report), ["alter column type public.funds.name"]);
    // From 80 to 120 nothing is lost; from 200 to 120 it is.
    assert_eq!(report.changes[0].severity, Severity::Dangerous);
    assert!(report.notes.iter().any(|it| it.text.contains("both sides")), "{:?}", report.notes);
}

const STATISTICS: &str = ".drizzle-guard/stats.json";

/// Statistics of `funds`, taken on the day of the tests.
fn statistics(rows: &str, postgres: &str) -> String {
    format!(
        r#"{{"version": 1, "taken": "1970-01-01T00:00:00Z", "postgres": "{postgres}", "counting_since": null,
        "replicas": 0, "tables": [{{"schema": "public", "table": "funds", "rows": {rows}, "bytes": 8192,
        "index_bytes": 0, "indexes": []}}]}}"#
    )
}

/// What adding an index is called, with statistics on either side, and the notes.
fn indexed(before: &[(&str, &str)], after: &[(&str, &str)]) -> (Severity, Vec<String>) {
    let index = FUNDS.replace("integer, text", "index, integer, text").replace(
        "  memo: text('memo'),\n});",
        "  memo: text('memo'),\n}, (it) => [index('by_name').on(it.name)]);",
    );
    let before = [&[(PATH, FUNDS)], before].concat();
    let after = [&[(PATH, index.as_str())], after].concat();
    let report = report(&before, &after).expect("a report");
    let notes = report.notes.iter().map(|note| note.text.clone()).collect();
    (report.changes[0].severity, notes)
}

#[test]
fn statistics_of_the_base_make_milder_and_those_of_the_head_do_not() {
    let (few, many) = (statistics("12", "15.8"), statistics("5000000", "15.8"));
    let (few, many) = ([(STATISTICS, few.as_str())], [(STATISTICS, many.as_str())]);
    assert_eq!(indexed(&[], &[]), (Severity::Risky, Vec::new()));
    let (severity, notes) = indexed(&few, &few);
    assert_eq!(severity, Severity::Safe);
    let said = "table sizes are estimates from .drizzle-guard/stats.json of 1970-01-01 (today), PostgreSQL 15.8";
    assert_eq!(notes, [said]);
    let (severity, notes) = indexed(&[], &few);
    assert_eq!(severity, Severity::Risky);
    assert_eq!(notes, [format!("{said}; they make nothing milder until the base has them")]);
    assert_eq!(indexed(&few, &many).0, Severity::Dangerous);
    assert_eq!(indexed(&many, &few).0, Severity::Dangerous);
    // Neither does a laxer configuration in the same push.
    let middle = statistics("20000", "15.8");
    let lax = "[statistics]\nsmall = 50000\nmax-age-days = 365\n";
    let (plain, lax) = (
        [(STATISTICS, middle.as_str())],
        [(STATISTICS, middle.as_str()), ("drizzle-guard.toml", lax)],
    );
    assert_eq!(indexed(&plain, &lax).0, Severity::Risky);
    assert_eq!(indexed(&lax, &lax).0, Severity::Safe);
}

#[test]
fn a_broken_or_unknown_file_of_statistics_is_named_and_counts_for_nothing() {
    let newer = statistics("12", "15.8").replace("\"version\": 1", "\"version\": 2");
    let undated = statistics("12", "15.8").replace("1970-01-01T00:00:00Z", "lately");
    for (text, why) in [
        ("{", "it cannot be read"),
        (newer.as_str(), "it is of version 2"),
        (undated.as_str(), "`lately` is no moment"),
    ] {
        let file = [(STATISTICS, text)];
        let (severity, notes) = indexed(&file, &file);
        assert_eq!(severity, Severity::Risky, "{text}");
        let [note] = notes.as_slice() else { panic!("{notes:?}") };
        assert!(note.starts_with(".drizzle-guard/stats.json counts for nothing: "), "{note}");
        assert!(note.contains(why), "{note}");
    }
}

#[test]
fn the_servers_version_comes_from_statistics_that_both_sides_have() {
    let settled = |before: &str, after: &str, config: &str| {
        let (before, after) = (statistics("12", before), statistics("12", after));
        let configured = ("drizzle-guard.toml", config);
        let none = || Box::new(std::iter::empty()) as Box<dyn Iterator<Item = Input>>;
        let inputs = sides(
            &[(PATH, FUNDS), (STATISTICS, &before), configured],
            &[(PATH, &FUNDS.replace("80", "120")), (STATISTICS, &after), configured],
        );
        let compared = compare(inputs, Fork::None, none, &Options::default()).expect("compared");
        let mut settings = compared.config.settings();
        super::statistics::Weights::new(&compared, Date::from_unix_seconds(0))
            .settle(&mut settings);
        settings.postgres
    };
    assert_eq!(settled("15.8", "15.9", ""), Some(15));
    assert_eq!(settled("15.8", "16.1", ""), None);
    assert_eq!(settled("15.8", "15.8", "postgres = 17\n"), Some(17));
}
