//! Every hazard has a rule, every rule a file and its part of docs/rules.md. That every rule is evaluated on an
//! edit on which it fires, and on one on which it does not, is seen to in src/rules/tests.rs.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use drizzle_guard::rules::{ALL, POLICIES};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn file_of(id: &str) -> String {
    format!("src/rules/{}.rs", id.replace('.', "_"))
}

#[test]
fn every_hazard_has_a_rule() {
    let table = read("tests/registry/hazards.tsv");
    let hazards = table.lines().filter(|line| !line.starts_with('#'));
    let rules: BTreeSet<&str> = ALL.iter().map(|rule| rule.id).collect();
    let mut missing = Vec::new();
    let mut count = 0;
    for line in hazards {
        let (id, flags) = line.split_once('\t').unwrap_or_else(|| panic!("no flags: {line}"));
        assert!(flags.contains(['S', 'K']), "{id} needs no rule");
        count += 1;
        if !rules.contains(id) {
            missing.push(id);
        }
    }
    assert!(count >= 180, "{count} hazards");
    assert!(missing.is_empty(), "no rule for {}", missing.join(", "));
}

#[test]
fn every_rule_is_named_after_its_file() {
    for rule in ALL {
        let text = read(&file_of(rule.id));
        assert!(text.starts_with(&format!("//! `{}`\n", rule.id)), "{}", file_of(rule.id));
        assert!(text.contains(&format!("id: \"{}\",", rule.id)), "{}", file_of(rule.id));
    }
    for rule in POLICIES {
        assert!(rule.is_policy(), "{}", rule.id);
    }
}

#[test]
fn the_documentation_is_what_the_rules_say() {
    let binary = env!("CARGO_BIN_EXE_drizzle-guard");
    let printed = std::process::Command::new(binary)
        .args(["rules", "--format", "markdown"])
        .output()
        .expect("the binary runs");
    let printed = String::from_utf8(printed.stdout).expect("UTF-8");
    assert!(
        read("docs/rules.md") == printed,
        "docs/rules.md is out of date: cargo run -q -- rules --format markdown > docs/rules.md"
    );
    for rule in ALL {
        assert!(printed.contains(&format!("\n## {}\n", rule.id)), "{}", rule.id);
    }
}
