use std::collections::BTreeMap;

use super::*;
use crate::git::testing::Scratch;

/// Every file of the repository's folders where hooks may be, with its mode and content.
fn contents(scratch: &Scratch) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![scratch.path("")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("readable") {
            let path = entry.expect("readable").path();
            let mode = mode(&path);
            if path.is_dir() && !path.ends_with("objects") {
                found.insert(path.clone(), (mode, Vec::new()));
                folders.push(path);
            } else if path.is_file() {
                let bytes = fs::read(&path).expect("readable");
                found.insert(path, (mode, bytes));
            }
        }
    }
    found
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    path.symlink_metadata().expect("there").permissions().mode()
}

#[cfg(not(unix))]
fn mode(_: &Path) -> u32 {
    0
}

fn hook(scratch: &Scratch, path: &str, text: &str) {
    scratch.write(path, text);
    make_executable(&scratch.path(path)).expect("there");
}

fn program() -> PathBuf {
    std::env::current_exe().expect("running")
}

fn actions(outcome: &Outcome) -> Vec<String> {
    let action = |step: &Step| {
        let action = format!("{:?}", step.action);
        let name = step.path.file_name().expect("a name").to_string_lossy();
        format!("{name}: {}", action.split('(').next().unwrap_or(""))
    };
    outcome.steps.iter().map(action).collect()
}

/// Installs twice and uninstalls, checks that nothing is left, and gives what installing did.
fn round_trip(scratch: &Scratch) -> (Outcome, BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    let before = contents(scratch);
    let repository = scratch.open();
    let first = install(&repository, &program()).expect("installs");
    let installed = contents(scratch);
    let again = install(&repository, &program()).expect("installs");
    assert!(again.steps.iter().all(|step| step.action == Action::Unchanged), "{again:?}");
    assert_eq!(contents(scratch), installed, "a second installation changes nothing");
    assert_eq!(doctor(&repository, &program()).expect("examines"), [], "{first:?}");
    uninstall(&repository).expect("uninstalls");
    let after = contents(scratch);
    let names = |it: &BTreeMap<PathBuf, (u32, Vec<u8>)>| it.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&after), names(&before));
    assert_eq!(after, before);
    assert_eq!(uninstall(&repository).expect("uninstalls").steps, []);
    (first, installed)
}

fn text(scratch: &Scratch, path: &str) -> String {
    fs::read_to_string(scratch.path(path)).expect("there")
}

#[test]
fn in_an_empty_folder() {
    let scratch = Scratch::new();
    let (outcome, _) = round_trip(&scratch);
    assert_eq!(actions(&outcome), ["pre-commit: Created", "pre-push: Created"]);
    fs::remove_dir_all(scratch.path(".git/hooks")).expect("there");
    round_trip(&scratch);
}

#[test]
fn beside_a_hook_of_this_clone() {
    let scratch = Scratch::new();
    hook(&scratch, ".git/hooks/pre-push", "#!/usr/bin/env node\nprocess.exit(0)\n");
    scratch.write(".git/hooks/pre-commit", "#!/bin/sh\nnpm test"); // switched off: not executable
    let (outcome, installed) = round_trip(&scratch);
    assert_eq!(actions(&outcome), ["pre-commit: Chained", "pre-push: Chained"]);
    let before = &installed[&scratch.path(".git/hooks/pre-push.before-drizzle-guard")];
    assert_eq!(before.1, b"#!/usr/bin/env node\nprocess.exit(0)\n");
}

#[cfg(unix)]
#[test]
fn beside_a_link() {
    let scratch = Scratch::new();
    scratch.write("scripts/pre-push", "#!/bin/sh\n");
    let link = scratch.path(".git/hooks/pre-push");
    std::os::unix::fs::symlink("../../scripts/pre-push", &link).expect("a link");
    round_trip(&scratch);
    assert_eq!(fs::read_link(&link).expect("a link"), Path::new("../../scripts/pre-push"));
    assert_eq!(text(&scratch, "scripts/pre-push"), "#!/bin/sh\n");
}

#[test]
fn in_a_committed_folder() {
    let scratch = Scratch::new();
    scratch.git(&["config", "core.hooksPath", ".githooks"]);
    hook(&scratch, ".githooks/pre-push", "#!/bin/bash\nset -eu\nexec make check");
    hook(&scratch, ".githooks/pre-commit", "#!/usr/bin/python3\nprint(1)\n");
    let (outcome, installed) = round_trip(&scratch);
    assert_eq!(actions(&outcome), ["pre-commit: Chained", "pre-push: Added"]);
    let path = program().display().to_string();
    for file in [".githooks/pre-push", ".githooks/pre-commit"] {
        let text = String::from_utf8(installed[&scratch.path(file)].1.clone()).expect("text");
        assert!(!text.contains(&path), "a committed file names no path of this machine: {text}");
    }
}

#[test]
fn in_a_committed_folder_that_is_not_there() {
    let scratch = Scratch::new();
    scratch.git(&["config", "core.hooksPath", "tools/hooks"]);
    let (outcome, _) = round_trip(&scratch);
    assert_eq!(actions(&outcome), ["pre-commit: Created", "pre-push: Created"]);
}

#[test]
fn with_husky() {
    let scratch = Scratch::new();
    scratch.git(&["config", "core.hooksPath", ".husky/_"]);
    scratch.write(".husky/pre-commit", "npx lint-staged\n");
    scratch.write(".husky/_/h", "#!/usr/bin/env sh\n");
    let (outcome, _) = round_trip(&scratch);
    assert_eq!(actions(&outcome), ["pre-commit: Added", "pre-push: Created"]);
}

#[test]
fn with_husky_before_npm_install() {
    let scratch = Scratch::new();
    scratch.write(".husky/pre-push", "npm test");
    let (outcome, installed) = round_trip(&scratch);
    assert_eq!(outcome.steps.len(), 4);
    assert_eq!(outcome.remarks.len(), 1);
    assert!(installed.contains_key(&scratch.path(".git/hooks/pre-push")));
}

#[test]
fn with_lefthook() {
    let scratch = Scratch::new();
    scratch.write("lefthook.yml", "pre-push:\n  commands:\n    test:\n      run: npm test\n");
    hook(&scratch, ".git/hooks/pre-push", "#!/bin/sh\nlefthook run pre-push \"$@\"\n");
    let (outcome, _) = round_trip(&scratch);
    assert_eq!(actions(&outcome), ["lefthook.yml: Added"]);
}

#[test]
fn a_lefthook_file_that_is_not_edited_is_explained() {
    let scratch = Scratch::new();
    scratch.write("lefthook.toml", "[pre-push.commands.test]\nrun = \"npm test\"\n");
    let outcome = install(&scratch.open(), &program()).expect("answers");
    assert_eq!(outcome.steps, []);
    assert!(
        outcome.remarks[0].hint.as_deref().is_some_and(|hint| hint.contains("use_stdin: true"))
    );
    assert_eq!(text(&scratch, "lefthook.toml"), "[pre-push.commands.test]\nrun = \"npm test\"\n");
}

#[test]
fn a_linked_worktree_has_the_same_hooks() {
    let scratch = Scratch::new();
    scratch.write("a", "1");
    scratch.commit("start");
    scratch.git(&["worktree", "add", "-q", "../linked"]);
    let linked = Repository::open_at(&scratch.path("../linked")).expect("a repository");
    let outcome = install(&linked, &program()).expect("installs");
    assert_eq!(outcome.steps[0].path, scratch.path(".git/hooks/pre-commit"));
}

#[test]
fn what_belongs_to_all_repositories_or_none_is_refused() {
    let bare = Scratch::new().clone_with(&["--bare"]);
    assert!(matches!(install(&bare.open(), &program()), Err(Error::Hooks { .. })));
}

#[test]
fn two_foreign_hooks_are_not_mixed_up() {
    let scratch = Scratch::new();
    hook(&scratch, ".git/hooks/pre-push", "#!/bin/sh\n");
    scratch.write(".git/hooks/pre-push.before-drizzle-guard", "#!/bin/sh\n");
    let before = contents(&scratch);
    let error = install(&scratch.open(), &program()).expect_err("refused");
    assert!(error.to_string().contains("put one of them away"), "{error}");
    assert_eq!(
        contents(&scratch)[&scratch.path(".git/hooks/pre-push")],
        before[&scratch.path(".git/hooks/pre-push")]
    );
}

#[test]
fn an_old_hook_is_updated() {
    let scratch = Scratch::new();
    let repository = scratch.open();
    hook(&scratch, ".git/hooks/pre-push", "#!/bin/sh\nnpm test\n");
    install(&repository, &program()).expect("installs");
    let path = scratch.path(".git/hooks/pre-push");
    let old = text(&scratch, ".git/hooks/pre-push").replace("hook 1:", "hook 0:");
    fs::write(&path, old).expect("writable");
    let symptoms = doctor(&repository, &program()).expect("examines");
    assert!(symptoms[0].text.contains("another version"), "{symptoms:?}");
    let outcome = install(&repository, &program()).expect("installs");
    assert_eq!(actions(&outcome), ["pre-commit: Unchanged", "pre-push: Updated"]);
    uninstall(&repository).expect("uninstalls");
    assert_eq!(text(&scratch, ".git/hooks/pre-push"), "#!/bin/sh\nnpm test\n");
}

#[test]
fn the_doctor_finds_what_is_wrong() {
    let scratch = Scratch::new();
    let repository = scratch.open();
    let symptoms = || {
        let symptoms = doctor(&repository, &program()).expect("examines");
        symptoms.into_iter().map(|symptom| symptom.text).collect::<Vec<_>>().join("\n")
    };
    assert!(symptoms().contains("there is no"), "{}", symptoms());
    install(&repository, &program()).expect("installs");
    assert_eq!(symptoms(), "");
    scratch.git(&["config", "drizzle-guard.ack", "dg1:fe533e9d6666"]);
    assert!(symptoms().contains("local git configuration"), "{}", symptoms());
    scratch.git(&["config", "--unset", "drizzle-guard.ack"]);
    scratch.write(".pre-commit-config.yaml", "- id: drizzle-guard\n");
    assert!(symptoms().contains("first ref"), "{}", symptoms());
    fs::remove_file(scratch.path(".pre-commit-config.yaml")).expect("there");
    scratch.write(".git/drizzle-guard/binary", "/nowhere/drizzle-guard\n");
    assert!(symptoms().contains("is gone"), "{}", symptoms());
    install(&repository, &program()).expect("installs");
    scratch.write(".git/hooks/pre-push", "#!/bin/sh\nnpm test\n");
    assert!(symptoms().contains("does not call drizzle-guard"), "{}", symptoms());
    scratch.git(&["config", "core.hooksPath", ".husky/_"]);
    assert!(symptoms().contains(".husky/pre-push"), "{}", symptoms());
    scratch.write(
        "lefthook.yml",
        "pre-push:\n  commands:\n    guard:\n      run: drizzle-guard hook pre-push {0}\n",
    );
    assert!(symptoms().contains("none of them is checked"), "{}", symptoms());
}

#[test]
fn the_gate_around_a_push_script_comes_and_goes() {
    let scratch = Scratch::new();
    let package = "{\n  \"scripts\": {\n    \"db:push\": \"drizzle-kit push\"\n  }\n}\n";
    scratch.write("package.json", "{ \"private\": true }\n");
    scratch.write("packages/db/package.json", package);
    scratch.write("node_modules/x/package.json", package);
    let repository = scratch.open();
    let outcome = install_scripts(&repository).expect("installed");
    let changed: Vec<_> = outcome.steps.iter().map(|step| (&step.path, &step.action)).collect();
    let path = scratch.path("packages/db/package.json");
    assert_eq!(changed.len(), 1, "{outcome:?}");
    assert!(changed[0].0.ends_with("packages/db/package.json"));
    assert!(
        fs::read_to_string(&path).expect("there").contains("\"predb:push\": \"drizzle-guard check")
    );
    assert_eq!(install_scripts(&repository).expect("again").steps[0].action, Action::Unchanged);
    uninstall(&repository).expect("uninstalled");
    assert_eq!(fs::read_to_string(&path).expect("there"), package);
}
