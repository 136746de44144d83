//! Every hazard has a rule, every rule a file, a row in the table of rules, tests that show it firing
//! and not firing, and its part of docs/rules.md.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use drizzle_guard::rules::{ALL, POLICIES};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The rules about what drizzle-kit prints wrongly are found by `kit::faults` and tested there.
fn is_fault(id: &str) -> bool {
    id.starts_with("kit.") && id != "kit.major_upgrade"
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

/// A test of a rule says at least once what it finds, and at least once that it finds nothing.
#[test]
fn every_rule_is_shown_firing_and_not_firing() {
    let mut wrong = Vec::new();
    for rule in ALL.iter().filter(|rule| !is_fault(rule.id)) {
        let text = read(&file_of(rule.id));
        let Some((_, tests)) = text.split_once("#[cfg(test)]") else {
            wrong.push(format!("{} has no test", file_of(rule.id)));
            continue;
        };
        let squeezed: String = tests.split_whitespace().collect();
        let fires = [
            "Some(",
            "),1)",
            "),2)",
            "),3)",
            ",[\"",
            "(),[",
            "(1,",
            "(2,",
            "(3,",
            "[0]",
            "evidence,[",
        ]
        .iter()
        .any(|it| squeezed.contains(it));
        let silent =
            ["None", "),0)", ",[])", ").is_empty()"].iter().any(|it| squeezed.contains(it));
        if !fires {
            wrong.push(format!("{} shows nowhere that it fires", file_of(rule.id)));
        }
        if !silent {
            wrong.push(format!("{} shows nowhere that it is silent", file_of(rule.id)));
        }
    }
    let faults = read("src/kit/faults/tests.rs");
    for rule in ALL.iter().filter(|rule| is_fault(rule.id)) {
        if !faults.contains(&format!("\"{}\"", rule.id)) {
            wrong.push(format!("src/kit/faults/tests.rs does not test {}", rule.id));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
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
