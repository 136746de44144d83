//! What is said at a commit.

use crate::support::Work;

#[test]
fn a_commit_is_reported_and_goes_through() {
    let work = Work::new();
    work.schema(&["id", "name"]);
    work.git("add -A").passes();
    let before = work.oid("HEAD");
    work.git("commit -q -m drop").passes().says("legacy_code");
    assert_ne!(work.oid("HEAD"), before);
}

#[test]
fn commit_all_and_commit_path_see_what_they_record() {
    for arguments in ["commit -q -a -m drop", "commit -q -m drop shared/db/schema/funds.ts"] {
        let work = Work::new();
        work.schema(&["id", "name"]);
        work.git(arguments).passes().says("legacy_code");
    }
    // What is only staged beside the path is not part of that commit.
    let work = Work::new();
    work.schema(&["id", "name"]);
    work.git("add -A").passes();
    work.write("README.md", "funds");
    work.git("add -A").passes();
    work.git("commit -q -m readme README.md").passes().says_nothing_of("legacy_code");
}

#[test]
fn a_commit_without_a_schema_change_says_nothing() {
    let work = Work::new();
    work.write("README.md", "funds");
    work.git("add -A").passes();
    let said = work.git("commit -q -m readme").passes();
    assert_eq!(said.text, "");
}

#[test]
fn the_first_commit_goes_through() {
    let work = Work::bare();
    work.guard("install").passes();
    work.schema(&["id", "name"]);
    work.git("add -A").passes();
    work.git("commit -q -m first").passes();
    work.git("push -q origin main").passes();
}

#[test]
fn a_commit_can_be_blocked() {
    let work = Work::new();
    work.write("drizzle-guard.toml", "pre-commit = \"block\"\n");
    work.git("add -A").passes();
    work.git("commit -q -m config").passes();
    work.schema(&["id", "name"]);
    work.git("commit -q -a -m drop").fails().says("legacy_code");
}

#[test]
fn a_broken_schema_warns_at_a_commit() {
    let work = Work::new();
    work.write("shared/db/schema/funds.ts", "export const funds = pgTable(");
    work.git("commit -q -a -m broken").passes().says("funds.ts");
}

#[test]
fn an_acknowledgement_in_the_same_commit_is_seen() {
    let work = Work::new();
    work.write("drizzle-guard.toml", "pre-commit = \"block\"\n");
    work.commit("Block commits");
    work.schema(&["id", "name"]);
    work.git("add -A").passes();
    let said = work.guard("check").fails().text;
    let at = said.find("dg1:").expect("a change");
    let change: String = said[at..].chars().take(16).collect();
    let reason = "unused since v4.2, readers removed in #812";
    work.run(crate::support::PROGRAM, &["ack", &change, "--reason", reason]).passes();
    work.git("add -A").passes();
    work.git("commit -q -m drop").passes();
    work.git("push -q origin main").passes();
}

#[test]
fn a_conflict_is_named() {
    let work = Work::new();
    work.git("checkout -q -b theirs").passes();
    work.schema(&["id", "legacyCode"]);
    work.commit("theirs");
    work.git("checkout -q main").passes();
    work.schema(&["id", "name"]);
    work.commit("ours");
    work.git("merge -q theirs").fails();
    let said = work.guard("check");
    assert_eq!(said.code, Some(3), "{}", said.text);
    said.says("shared/db/schema/funds.ts").says("git add");
}

#[test]
fn a_merge_commit_is_reported() {
    let work = Work::new();
    work.git("checkout -q -b theirs").passes();
    work.drop_column();
    work.git("checkout -q main").passes();
    work.write("README.md", "funds");
    work.commit("ours");
    work.git("merge -q --no-ff -m merge theirs").passes();
    work.git("push -q origin main").fails().says("legacy_code");
}

#[test]
fn revisions_are_checked_in_a_bare_repository() {
    let work = Work::new();
    work.drop_column();
    work.git("push -q --no-verify origin main").passes();
    let said = work.guard("-C ../remote.git check --base main~1 --head main");
    assert_eq!(said.code, Some(1), "{}", said.text);
    let said = work.guard("-C ../remote.git check").fails();
    said.says(":index").says("bare");
}

#[test]
fn an_acknowledgement_of_an_earlier_commit_is_no_mistake() {
    let work = Work::new();
    work.drop_column();
    let change = work.fingerprint();
    let reason = "unused since v4.2, readers removed in #812";
    work.run(crate::support::PROGRAM, &["ack", &change, "--reason", reason]).passes();
    work.git("add -A").passes();
    let said = work.git("commit -q -m acknowledge").passes();
    assert_eq!(said.text, "");
    // In the push it would be one.
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Keep it after all");
    work.git("push -q origin main").passes().says("does not contain");
}
