//! `install.sh`, with the program that cargo built for the tests.

use crate::support::{PROGRAM, Said, Work};

fn run(work: &Work, arguments: &[&str]) -> Said {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/install.sh");
    let home = work.beside("bin").display().to_string();
    let variables = [("DRIZZLE_GUARD_BIN", PROGRAM), ("DRIZZLE_GUARD_HOME", home.as_str())];
    work.run_with(&work.path(""), script, arguments, &variables)
}

#[test]
fn the_demonstration_behaves() {
    let work = Work::bare();
    let said = run(&work, &["--demo"]).passes();
    said.says("BLOCKED").says("spent").says("The demonstration behaved as it should.");
    assert!(!work.beside("bin").exists(), "it installs nothing");
}

#[test]
fn it_installs_the_program_and_the_hooks_and_takes_the_hooks_out() {
    let work = Work::bare();
    run(&work, &[]).passes().says("bin/drizzle-guard").says(".git/hooks/pre-push: written");
    let program = work.beside("bin").join("drizzle-guard");
    let hook = work.read(".git/hooks/pre-push");
    assert!(hook.contains(&program.display().to_string()), "{hook}");
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Describe funds");
    work.git("push -q -u origin main").passes();
    work.drop_column();
    work.git("push -q origin main").fails().says("legacy_code");
    let repository = work.path("").display().to_string();
    run(&work, &["--uninstall", &repository]).passes().says("rm ");
    assert!(!work.path(".git/hooks/pre-push").exists());
    work.git("push -q origin main").passes();
}

#[test]
fn what_is_typed_wrong_changes_nothing() {
    let work = Work::bare();
    run(&work, &["--demoo"]).fails().says("--help");
    run(&work, &["/nowhere"]).fails().says("not in a git repository");
    run(&work, &["--help"]).passes().says("--uninstall [REPO]");
    assert!(!work.beside("bin").exists() && !work.path(".git/hooks/pre-push").exists());
}
