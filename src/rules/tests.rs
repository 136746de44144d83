//! The registry agrees with itself.

use std::collections::BTreeSet;

use super::recorder::{Evaluation, RECORD, read};
use super::testing::{case, schema, table};
use super::{ALL, CODE, Context, FAULTS, GENERAL, MIGRATIONS, Settings, find, judge};
use crate::delta::Diff;
use crate::diff::compare;
use crate::kit::Fault;

#[test]
fn every_file_is_a_rule_named_after_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let others = [
        "facts",
        "judge",
        "measured",
        "mod",
        "pairs",
        "prelude",
        "recorder",
        "rule",
        "statistics",
        "table",
        "testing",
        "tests",
    ];
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .expect("the folder of the rules")
        .filter_map(|entry| entry.ok()?.path().file_stem()?.to_str().map(str::to_owned))
        .filter(|name| !others.contains(&name.as_str()))
        .collect();
    let rules: BTreeSet<String> = ALL.iter().map(|rule| rule.id.replace('.', "_")).collect();
    assert_eq!(files, rules);
    assert_eq!(rules.len(), ALL.len());
}

#[test]
fn every_rule_judges_some_change() {
    let table = include_str!("table.rs");
    let table = table.split("match change {").nth(1).expect("the table");
    let words: BTreeSet<&str> = table.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let of_any =
        |id: &str| FAULTS.iter().chain(GENERAL).chain(CODE).chain(MIGRATIONS).any(|it| it.id == id);
    for rule in ALL.iter().filter(|rule| !of_any(rule.id)) {
        assert!(words.contains(rule.id.replace('.', "_").as_str()), "{} is in no arm", rule.id);
    }
}

#[test]
fn every_card_is_written_out() {
    for rule in ALL {
        for text in [rule.condition, rule.effect, rule.remedy, rule.postgres] {
            assert!(text.ends_with(['.', ')']) && text.len() > 8, "{}: {text}", rule.id);
            assert!(!text.contains("  "), "{}: {text}", rule.id);
        }
        assert!(rule.sources.iter().all(|source| source.contains('/')), "{}", rule.id);
        assert_eq!(find(rule.id).map(|it| it.id), Some(rule.id));
    }
    assert!(find("column.nothing").is_none());
}

#[test]
fn a_fault_of_drizzle_kit_is_said_of_its_change() {
    let (before, after) = (schema([]), schema([table("funds", &["id uuid primary key"])]));
    let schemas = Diff::new(&before, &after);
    let changes = compare(schemas, &[]);
    let settings = Settings::default();
    for rule in FAULTS {
        let context = Context::new(schemas, &changes, &[], &settings);
        let object = changes[0].object();
        let what = "it prints nonsense".to_owned();
        let fault =
            Fault { id: rule.id, statement: None, object, what, sql: Some("SELECT 1;".to_owned()) };
        context.once.faults.set(vec![fault]).expect("no rule has asked yet");
        let mut found = judge(&context).swap_remove(0).findings;
        found.retain(|finding| finding.rule == rule.id);
        assert_eq!(found.len(), 1, "{}", rule.id);
        assert_eq!((found[0].rule, found[0].severity), (rule.id, rule.severity));
        assert_eq!(found[0].message, "It prints nonsense.");
        assert_eq!(found[0].remedy, "Run this instead: SELECT 1;");
    }
}

#[test]
fn drizzle_kit_is_asked_for_its_faults() {
    let ledger = |column: &str| schema([table("ledger", &["id uuid", column])]);
    let serial = case(ledger("n integer not null"), ledger("n serial not null"));
    assert!(serial.says("kit.serial_type").is_some());
    let bigger = case(ledger("n integer not null"), ledger("n bigint not null"));
    assert_eq!(bigger.says("kit.serial_type"), None);
}

/// The tests of the rules run once more, in a process that writes down which rule was held against which
/// edit. Every rule has to be seen firing on one, and not firing on another, in tests of its own; the faults
/// of drizzle-kit in one test, because their tests are not in the files of their rules.
#[test]
fn every_rule_fires_on_one_edit_and_is_silent_on_another() {
    if std::env::var_os(RECORD).is_some() {
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("evaluations");
    let tests = std::env::current_exe().expect("the path of this program");
    let ran = std::process::Command::new(tests)
        .args(["rules::", "kit::faults::", "--quiet", "--test-threads=2"])
        .env(RECORD, &record)
        .output()
        .expect("the tests run");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
    let text = std::fs::read_to_string(&record).expect("evaluations");
    let evaluations = read(&text);
    let mut wrong = Vec::new();
    for rule in ALL {
        let own = format!("rules::{}::tests::", rule.id.replace('.', "_"));
        let is_fault = FAULTS.iter().any(|it| it.id == rule.id);
        let home = if is_fault { "kit::faults::tests::" } else { own.as_str() };
        let here = |it: &&Evaluation| it.rule == rule.id && it.test.starts_with(home);
        let (fires, silent): (Vec<_>, Vec<_>) =
            evaluations.iter().filter(here).partition(|it| it.fired);
        let is_pair = |one: &Evaluation, other: &Evaluation| !is_fault || one.test == other.test;
        if fires.is_empty() {
            wrong.push(format!("{} fires on no edit in {home}", rule.id));
        } else if !silent.iter().any(|it| fires.iter().any(|other| is_pair(it, other))) {
            wrong.push(format!("{} is silent on no edit in {home}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
