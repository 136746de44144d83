//! The binary as a process: what it prints where, and the exit codes.

use std::path::Path;

use assert_cmd::Command;

const COMMANDS: &[&str] = &[
    "",
    "check",
    "plan",
    "rehearse",
    "ack",
    "ack list",
    "ack prune",
    "verify",
    "stats",
    "snapshot",
    "sql",
    "hook",
    "hook pre-commit",
    "hook pre-push",
    "install",
    "uninstall",
    "doctor",
    "rules",
    "explain",
    "completions",
];

struct Ran {
    code: i32,
    out: String,
    err: String,
}

/// Runs the binary outside of every repository, with an environment that changes nothing.
fn run(arguments: &str) -> Ran {
    run_with(arguments, &[])
}

fn run_with(arguments: &str, variables: &[(&str, &str)]) -> Ran {
    let directory = tempfile::tempdir().expect("a temporary folder");
    run_in(directory.path(), arguments, variables)
}

fn run_in(directory: &Path, arguments: &str, variables: &[(&str, &str)]) -> Ran {
    let output = Command::cargo_bin("drizzle-guard")
        .expect("the binary is built")
        .args(arguments.split_whitespace())
        .current_dir(directory)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CEILING_DIRECTORIES", directory.parent().unwrap_or(directory))
        .env("GIT_CONFIG_GLOBAL", directory.join("no-such-file"))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(variables.iter().copied())
        .output()
        .expect("it runs");
    Ran {
        code: output.status.code().expect("it exits by itself"),
        out: String::from_utf8(output.stdout).expect("output is UTF-8"),
        err: String::from_utf8(output.stderr).expect("output is UTF-8"),
    }
}

#[test]
fn every_help_fits_a_terminal_and_goes_to_standard_output() {
    for command in COMMANDS {
        let ran = run(&format!("{command} --help"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{command}");
        assert!(ran.out.contains("Usage: drizzle-guard"), "{command}: {}", ran.out);
        for line in ran.out.lines() {
            assert!(line.chars().count() <= 80, "{command}: {line}");
        }
    }
}

#[test]
fn the_exit_codes_are_in_the_help() {
    let help = run("--help").out;
    for code in ["0  nothing to stop", "1  blocked", "2  usage", "3  the schema could not"] {
        assert!(help.contains(code), "{help}");
    }
}

#[test]
fn every_command_is_in_the_help() {
    let help = run("--help").out;
    for command in COMMANDS.iter().filter(|command| !command.contains(' ')) {
        assert!(help.contains(command), "{command}");
    }
}

#[test]
fn the_version_is_the_packages() {
    let ran = run("--version");
    assert_eq!(ran.out, format!("drizzle-guard {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(ran.code, 0);
}

#[test]
fn what_is_typed_wrong_is_a_usage_error() {
    for arguments in [
        "",
        "chekc",
        "check --format xml",
        "check --color sometimes",
        "check --rename users=people",
        "check --quiet --verbose",
        "check --casing kebab-case",
        "check surplus",
        "plan --map archived",
        "plan --backfill public.funds.region=",
        "rehearse --rows many",
        "ack",
        "ack dg1:fe533e9d6666",
        "ack --reason meant",
        "explain",
        "verify",
        "stats",
        "stats funds",
        "hook",
        "hook post-commit",
        "completions tcsh",
        "-C no/such/folder completions bash",
    ] {
        let ran = run(arguments);
        assert_eq!(ran.code, 2, "{arguments}: {}", ran.err);
        assert_eq!(ran.out, "", "{arguments}");
        assert!(!ran.err.is_empty(), "{arguments}");
    }
}

#[test]
fn a_misspelt_command_is_guessed() {
    assert!(run("chekc").err.contains("'check'"));
    assert!(run("check --haed main").err.contains("'--head'"));
}

#[test]
fn arguments_reach_the_terminal_without_control_characters() {
    let ran = run("check --rename \u{1b}[2Jevil");
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("\\u{1b}[2Jevil") && !ran.err.contains('\u{1b}'), "{:?}", ran.err);
}

#[test]
fn completions_exist_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run(&format!("completions {shell}"));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        assert!(ran.out.contains("rehearse") && ran.out.contains("uninstall"), "{shell}");
    }
}

/// A pipe whose reader has gone.
#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::process::{Command, Stdio};
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("drizzle-guard"))
        .args(["completions", "zsh"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn rules_are_listed_and_explained() {
    let list = run("rules");
    assert_eq!((list.code, list.err.as_str()), (0, ""));
    for line in list.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let ids: Vec<&str> = list
        .out
        .lines()
        .filter(|line| !line.starts_with(' '))
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(ids.contains(&"column.drop"), "{ids:?}");
    for id in ids {
        let card = run(&format!("explain {id}"));
        assert_eq!((card.code, card.err.as_str()), (0, ""), "{id}");
        for title in ["When", "Effect", "Remedy"] {
            assert!(card.out.contains(&format!("\n{title}\n  ")), "{id}: {}", card.out);
        }
        assert!(card.out.lines().all(|line| line.chars().count() <= 80), "{}", card.out);
    }
}

#[test]
fn rules_are_json_too() {
    let list: serde_json::Value =
        serde_json::from_str(&run("rules --format json").out).expect("JSON");
    let first = &list["rules"][0];
    for key in ["id", "severity", "condition", "effect", "remedy", "postgres", "sources"] {
        assert!(first.get(key).is_some(), "{key} in {first}");
    }
    let id = first["id"].as_str().expect("an id");
    let card: serde_json::Value =
        serde_json::from_str(&run(&format!("explain {id} --format json")).out).expect("JSON");
    assert_eq!(card, *first);
}

#[test]
fn an_unknown_rule_is_guessed() {
    for (typed, hint) in [
        ("column.dorp", "did you mean `column.drop`?"),
        ("drop_column", "`drizzle-guard rules` lists all of them"),
        ("column.d", "these start so: column.drop"),
    ] {
        let ran = run(&format!("explain {typed}"));
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{typed}");
        assert!(ran.err.contains(hint), "{typed}: {}", ran.err);
    }
}

#[test]
fn a_format_that_a_command_does_not_have_is_a_usage_error() {
    let ran = run("rules --format sarif");
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("--format text and json"), "{}", ran.err);
}

#[test]
fn colours_follow_the_flag_and_the_environment() {
    let escape = '\u{1b}';
    assert!(!run("rules").out.contains(escape), "no terminal, no colours");
    assert!(run("rules --color always").out.contains(escape));
    assert!(run_with("rules --color always", &[("NO_COLOR", "1")]).out.contains(escape));
    assert!(!run_with("rules --color never", &[("FORCE_COLOR", "1")]).out.contains(escape));
}

#[test]
fn outside_of_a_repository_there_is_nothing_to_judge() {
    for command in ["install", "uninstall", "doctor"] {
        let ran = run(command);
        assert_eq!((ran.code, ran.out.as_str()), (3, ""), "{command}");
        assert!(ran.err.contains("not in a git repository"), "{command}: {}", ran.err);
    }
}

#[test]
fn hooks_go_in_and_come_out() {
    let repository = tempfile::tempdir().expect("a temporary folder");
    git2::Repository::init(repository.path()).expect("a repository");
    let run = |arguments: &str| run_in(repository.path(), arguments, &[]);
    assert_eq!(run("doctor").code, 2);
    let installed = run("install");
    assert_eq!(installed.code, 0, "{}", installed.err);
    assert!(installed.out.contains("pre-push: written"), "{}", installed.out);
    assert!(repository.path().join(".git/hooks/pre-push").exists());
    let removed = run("uninstall");
    assert!(removed.out.contains("pre-push: deleted"), "{}", removed.out);
    assert!(!repository.path().join(".git/hooks/pre-push").exists());
    assert!(run("uninstall").out.contains("There was nothing to take out."));
}
