//! The hooks beside others, with a program that writes down what it is given.

use std::fs;
use std::path::PathBuf;

use drizzle_guard::git::Repository;
use drizzle_guard::git::hooks::{install, uninstall};

use crate::support::{Work, executable};

/// A repository with a commit, and the hooks installed for a program that appends to `called`.
struct Recorder {
    work: Work,
    program: PathBuf,
}

fn recorder(prepare: impl FnOnce(&Work)) -> Recorder {
    let work = Work::bare();
    work.write("a", "1");
    work.commit("start");
    prepare(&work);
    let program = work.beside("it's a program");
    let called = work.beside("called").display().to_string();
    let script = format!(
        "#!/bin/sh\necho \"guard $*\" >>'{called}'\n\
         [ \"$2\" = pre-commit ] || cat >>'{called}'\n\
         exit \"$(cat '{called}.exit' 2>/dev/null || echo 0)\"\n"
    );
    fs::write(&program, script).expect("writable");
    executable(&program);
    install(&Repository::open_at(&work.path("")).expect("a repository"), &program)
        .expect("installs");
    Recorder { work, program }
}

impl Recorder {
    /// What was called since the last time, with the oids cut out.
    fn called(&self) -> String {
        let file = self.work.beside("called");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let _ = fs::remove_file(file);
        let word = |word: &str| if word.len() == 40 { "OID".to_owned() } else { word.to_owned() };
        let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
        text.lines().map(line).collect::<Vec<_>>().join("\n")
    }

    fn exit_with(&self, code: u8) {
        fs::write(self.work.beside("called.exit"), code.to_string()).expect("writable");
    }

    /// A hook of somebody else that writes down its arguments and its standard input.
    fn other(work: &Work) -> String {
        let called = work.beside("called").display().to_string();
        format!("echo \"other $*\" >>'{called}'\ncat >>'{called}'\n")
    }
}

const PUSHED: &str = "refs/heads/main OID refs/heads/main OID";

#[test]
fn git_calls_the_hooks() {
    let it = recorder(|_| {});
    it.work.git("commit -q --allow-empty -m empty").passes();
    assert_eq!(it.called(), "guard hook pre-commit");
    it.work.git("push -q origin main").passes();
    assert_eq!(it.called(), format!("guard hook pre-push origin ../remote.git\n{PUSHED}"));
    it.work.git("push -q origin main").passes();
    assert_eq!(it.called(), "guard hook pre-push origin ../remote.git");
    it.exit_with(1);
    it.work.git("push -q origin main:other").fails();
    it.work.git("commit -q --allow-empty -m empty").fails();
}

#[test]
fn a_hook_that_was_there_gets_the_same_refs() {
    let it = recorder(|work| {
        let other = Recorder::other(work);
        work.write_hook(".git/hooks/pre-push", &format!("#!/bin/sh\n{other}"));
        work.write_hook(".git/hooks/pre-commit", &format!("#!/bin/sh\n{other}exit 0\n"));
    });
    let work = &it.work;
    work.git("commit -q --allow-empty -m empty").passes();
    assert_eq!(it.called(), "other \nguard hook pre-commit");
    work.git("push -q origin main HEAD:topic").passes();
    let refs = format!("{PUSHED}\nHEAD OID refs/heads/topic OID");
    let both = |line: &str| format!("guard hook pre-push {line}\n{refs}\nother {line}\n{refs}");
    assert_eq!(it.called(), both("origin ../remote.git"));
    work.git("push -q origin main").passes();
    let line = "origin ../remote.git";
    assert_eq!(it.called(), format!("guard hook pre-push {line}\nother {line}"));
    it.exit_with(1);
    work.git("push -q origin :topic").fails();
    assert!(!it.called().contains("other"), "what is stopped is not handed on");
    work.write_hook(".git/hooks/pre-push.before-drizzle-guard", "#!/bin/sh\nexit 7\n");
    it.exit_with(0);
    work.git("push -q origin :topic").fails();
}

#[test]
fn a_committed_hook_goes_on_with_the_same_refs() {
    let it = recorder(|work| {
        work.git("config core.hooksPath .githooks").passes();
        let other = Recorder::other(work);
        work.write_hook(".githooks/pre-push", &format!("#!/bin/sh\nset -eu\n{other}exit 0\n"));
        work.write_hook(".githooks/pre-commit", "#!/bin/sh\nset -eu\nexit 0\n");
    });
    it.work.git("commit -q --allow-empty -m empty").passes();
    assert_eq!(it.called(), "guard hook pre-commit");
    it.work.git("push -q origin main HEAD:topic").passes();
    let refs = format!("{PUSHED}\nHEAD OID refs/heads/topic OID");
    let line = "origin ../remote.git";
    assert_eq!(it.called(), format!("guard hook pre-push {line}\n{refs}\nother {line}\n{refs}"));
    it.work.git("push -q origin main").passes();
    assert_eq!(it.called(), format!("guard hook pre-push {line}\nother {line}"));
    it.exit_with(1);
    it.work.git("push -q origin :topic").fails();
    assert!(!it.called().contains("other"));
}

#[test]
fn a_colleague_without_the_program_is_stopped_at_the_push_only() {
    let it = recorder(|work| {
        work.git("config core.hooksPath .githooks").passes();
    });
    fs::remove_file(&it.program).expect("there");
    it.work.git("commit -q --allow-empty -m empty").passes().says("not found");
    it.work.git("push -q origin main").fails().says("not found");
}

#[test]
fn husky_runs_the_lines() {
    let it = recorder(|work| {
        work.git("config core.hooksPath .husky/_").passes();
        // What husky 9 writes: every hook of git calls `h`, which runs the file above with `sh -e`.
        for hook in ["pre-commit", "pre-push"] {
            let stub = "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n";
            work.write_hook(&format!(".husky/_/{hook}"), stub);
        }
        let h = "#!/usr/bin/env sh\nn=$(basename \"$0\")\ns=$(dirname \"$(dirname \"$0\")\")/$n\n\
                 [ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\n";
        work.write(".husky/_/h", h);
        work.write(".husky/pre-push", &format!("{}exec true\n", Recorder::other(work)));
    });
    it.work.git("commit -q --allow-empty -m empty").passes();
    assert_eq!(it.called(), "guard hook pre-commit");
    it.work.git("push -q origin main").passes();
    let line = "origin ../remote.git";
    assert_eq!(
        it.called(),
        format!("guard hook pre-push {line}\n{PUSHED}\nother {line}\n{PUSHED}")
    );
    it.exit_with(1);
    it.work.git("push -q origin main:topic").fails();
    assert!(!it.called().contains("other"));
}

#[test]
fn a_linked_worktree_uses_the_hooks_too() {
    let it = recorder(|work| {
        work.git("config core.hooksPath .githooks").passes();
    });
    it.work.commit("hooks");
    it.work.git("worktree add -q -b topic ../linked").passes();
    let linked = it.work.beside("linked");
    let push = ["push", "-q", "origin", "topic"];
    it.work.run_with(&linked, "git", &push, &[]).passes();
    let called = it.called();
    assert!(called.starts_with("guard hook pre-push origin"), "{called}");
}

#[test]
fn the_hooks_of_all_repositories_are_left_alone() {
    let work = Work::bare();
    fs::write(work.beside(".gitconfig"), "[core]\nhooksPath = ~/everywhere\n").expect("writable");
    let global = work.beside(".gitconfig").display().to_string();
    let variables = [("GIT_CONFIG_GLOBAL", global.as_str())];
    let program = crate::support::PROGRAM;
    let said = work.run_with(&work.path(""), program, &["install"], &variables).fails();
    said.says("core.hooksPath").says("all your repositories");
    assert!(!work.beside("everywhere").exists());
    work.run_with(&work.path(""), program, &["doctor"], &variables).fails().says("core.hooksPath");
}

#[test]
fn the_command_says_what_it_did_and_undoes_it() {
    let work = Work::bare();
    work.write_hook(".git/hooks/pre-push", "#!/bin/sh\nexit 0\n");
    work.guard("doctor").fails().says("drizzle-guard install");
    work.guard("install").passes().says(".git/hooks/pre-push.before-drizzle-guard");
    work.guard("install").passes().says("is in place");
    work.guard("doctor").passes().says("Nothing is wrong");
    work.write("drizzle-guard.toml", "profil = 1\n");
    work.guard("doctor").fails().says("drizzle-guard.toml:1:1");
    work.guard("uninstall").passes().says("is back");
    assert_eq!(work.read(".git/hooks/pre-push"), "#!/bin/sh\nexit 0\n");
    assert!(
        !work.path(".git/hooks/pre-commit").exists() && !work.path(".git/drizzle-guard").exists()
    );
    work.guard("uninstall").passes().says("nothing to take out");
}

#[test]
fn uninstalled_hooks_are_not_called() {
    let it = recorder(|_| {});
    let repository = Repository::open_at(&it.work.path("")).expect("a repository");
    uninstall(&repository).expect("uninstalls");
    it.work.git("push -q origin main").passes();
    assert_eq!(it.called(), "");
}
