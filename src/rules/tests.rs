//! The registry agrees with itself.

use std::collections::BTreeSet;

use super::testing::{case, schema, table};
use super::{ALL, CODE, Context, FAULTS, GENERAL, MIGRATIONS, Settings, find, judge};
use crate::delta::Diff;
use crate::diff::compare;
use crate::kit::Fault;

#[test]
fn every_file_is_a_rule_named_after_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
    let others = ["facts", "judge", "mod", "pairs", "prelude", "rule", "testing", "tests"];
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
    let table = include_str!("mod.rs");
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
