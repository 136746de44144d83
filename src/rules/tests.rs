//! The registry agrees with itself.

use std::collections::BTreeSet;

use super::{ALL, find};

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
    for rule in ALL {
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
