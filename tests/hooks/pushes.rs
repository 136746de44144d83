//! What a push is stopped for, and what lets it through.

use std::fs;

use crate::support::{PROGRAM, Work};

#[test]
fn a_dropped_column_is_stopped_and_the_remote_stays_as_it_is() {
    let work = Work::new();
    let before = work.pushed("refs/heads/main");
    work.drop_column();
    work.git("push origin main").fails().says("legacy_code").says("drizzle-guard ack dg1:");
    assert_eq!(work.pushed("refs/heads/main"), before);
}

#[test]
fn a_harmless_change_and_no_change_go_through() {
    let work = Work::new();
    work.schema_of("scenarios", &["id", "name"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    work.write("README.md", "funds");
    let head = work.commit("Write about it");
    work.git("push -q origin main").passes();
    assert_eq!(work.pushed("refs/heads/main"), Some(head));
    work.git("push origin main").passes().says("Everything up-to-date");
}

#[test]
fn a_fresh_acknowledgement_lets_it_through() {
    let work = Work::new();
    work.drop_column();
    work.acknowledge();
    let head = work.oid("HEAD");
    work.git("push -q origin main").passes();
    assert_eq!(work.pushed("refs/heads/main"), Some(head));
}

#[test]
fn an_acknowledgement_on_disk_alone_does_not() {
    let work = Work::new();
    work.drop_column();
    let change = work.fingerprint();
    work.run(PROGRAM, &["ack", &change, "--reason", "unused since v4.2, see #812"]).passes();
    work.git("push -q origin main").fails();
}

#[test]
fn a_spent_acknowledgement_does_not_count_again() {
    let work = Work::new();
    work.drop_column();
    work.acknowledge();
    work.git("push -q origin main").passes();
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Bring it back");
    work.git("push -q origin main").passes();
    work.drop_column();
    work.git("push -q origin main").fails().says("spent");
}

#[test]
fn the_flag_on_the_push_lets_it_through() {
    let work = Work::new();
    work.drop_column();
    let change = work.fingerprint();
    work.git("-c drizzle-guard.ack=dg1:000000000000 push -q origin main").fails();
    work.git(&format!("-c drizzle-guard.ack={change} push -q origin main")).passes();
    assert!(work.read(".git/drizzle-guard/log.jsonl").contains(&change));
}

#[test]
fn the_variable_lets_it_through() {
    let work = Work::new();
    work.drop_column();
    let change = work.fingerprint();
    let push = ["push", "-q", "origin", "main"];
    let variable = ("DRIZZLE_GUARD_ACK", change.as_str());
    work.run_with(&work.path(""), "git", &push, &[variable]).passes();
}

#[test]
fn words_and_permanent_flags_are_refused() {
    let work = Work::new();
    work.drop_column();
    let change = work.fingerprint();
    for word in ["true", "1", "yes", "all", "*"] {
        let said = work.git(&format!("-c drizzle-guard.ack={word} push -q origin main")).fails();
        said.says(&format!("git -c drizzle-guard.ack={change} push"));
    }
    work.git(&format!("config drizzle-guard.ack {change}")).passes();
    work.git("push -q origin main").fails().says("--unset-all drizzle-guard.ack");
}

#[test]
fn the_second_of_two_refs_is_checked() {
    let work = Work::new();
    work.git("branch harmless").passes();
    work.git("checkout -q -b harmful").passes();
    work.drop_column();
    work.git("push -q origin harmless harmful").fails().says("legacy_code");
    assert_eq!(work.pushed("refs/heads/harmless"), None);
}

#[test]
fn deletions_and_tags() {
    let work = Work::new();
    work.git("push -q origin main:topic").passes();
    work.git("push -q origin :topic").passes();
    work.git("tag -a -m one v1").passes();
    work.git("push -q origin v1").passes();
    let blob = work.oid("HEAD:shared/db/schema/funds.ts");
    work.git(&format!("tag key {blob}")).passes();
    work.git("push -q origin key").passes();
    work.drop_column();
    work.git("tag -a -m two v2").passes();
    work.git("push -q origin v2").fails().says("legacy_code");
}

#[test]
fn a_new_branch_is_judged_from_where_it_left() {
    let work = Work::new();
    work.git("checkout -q -b topic").passes();
    work.git("push -q origin topic").passes();
    work.drop_column();
    work.git("checkout -q -b other").passes();
    work.git("push -q -u origin other").fails().says("legacy_code");
}

#[test]
fn a_forced_push_over_commits_that_were_not_fetched_is_judged_and_says_so() {
    let work = Work::new();
    let remote = work.beside("remote.git").display().to_string();
    work.git(&format!("clone -q {remote} ../colleague")).passes();
    let colleague = work.beside("colleague");
    fs::write(colleague.join("README.md"), "theirs").expect("writable");
    work.run_with(&colleague, "git", &["add", "-A"], &[]).passes();
    work.run_with(&colleague, "git", &["commit", "-q", "-m", "theirs"], &[]).passes();
    work.run_with(&colleague, "git", &["push", "-q"], &[]).passes();
    work.drop_column();
    let said = work.git("push -q --force origin main").fails();
    said.says("legacy_code").says("git fetch origin");
}

#[test]
fn a_forced_push_that_takes_a_column_away_is_stopped() {
    let work = Work::new();
    work.git("branch before").passes();
    work.schema_of("scenarios", &["id", "name"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    work.git("push -q --force origin before:main").fails().says("scenarios");
}

#[test]
fn a_dry_run_tells_the_same() {
    let work = Work::new();
    work.drop_column();
    work.git("push -q --dry-run origin main").fails().says("legacy_code");
}

#[test]
fn a_push_from_a_linked_worktree_is_judged() {
    let work = Work::new();
    work.git("worktree add -q -b topic ../linked").passes();
    let linked = work.beside("linked");
    let schema = linked.join("shared/db/schema/funds.ts");
    let text = fs::read_to_string(&schema).expect("there");
    let without: String =
        text.split_inclusive('\n').filter(|line| !line.contains("legacyCode")).collect();
    fs::write(&schema, without).expect("writable");
    work.run_with(&linked, "git", &["commit", "-qam", "drop"], &[]).passes();
    let push = ["push", "-q", "origin", "topic"];
    work.run_with(&linked, "git", &push, &[]).fails().says("legacy_code");
}

#[test]
fn a_schema_that_cannot_be_read_is_stopped() {
    let work = Work::new();
    work.write("shared/db/schema/funds.ts", "export const funds = pgTable(\"funds\", {");
    work.commit("Break it");
    let said = work.git("push -q origin main").fails();
    said.says("funds.ts");
    // From there on the last readable state is the base.
    work.git("push -q --no-verify origin main").passes();
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Mend it");
    work.git("push -q origin main").passes();
}

#[test]
fn a_missing_object_stops_and_names_the_way_out() {
    let work = Work::new();
    work.git("checkout -q --orphan fresh").passes();
    work.drop_column();
    work.git("update-server-info").passes();
    // A clone without file contents, whose remote is gone.
    work.git("config uploadpack.allowFilter true").passes();
    let url = format!("file://{}", work.path("").display());
    work.git(&format!("clone -q --filter=blob:none --no-checkout {url} ../partial")).passes();
    let partial = work.beside("partial");
    let said = work.run_with(
        &partial,
        PROGRAM,
        &["check", "--base", "origin/main", "--head", "origin/fresh"],
        &[("GIT_NO_LAZY_FETCH", "1")],
    );
    assert_eq!(said.code, Some(3), "{}", said.text);
    said.says("git fetch");
}

#[test]
fn a_missing_program_stops_a_push_and_not_a_commit() {
    let work = Work::new();
    let hooks = ["pre-commit", "pre-push"].map(|name| format!(".git/hooks/{name}"));
    for hook in &hooks {
        let text = work.read(hook).replace(PROGRAM, "/nowhere/drizzle-guard");
        work.write(hook, &text);
    }
    work.write("README.md", "funds");
    work.git("add -A").passes();
    work.git("commit -q -m readme").passes().says("not found");
    work.git("push -q origin main").fails().says("not found");
}

#[test]
fn a_remote_or_a_ref_can_ask_for_more() {
    let work = Work::new();
    work.write(
        "drizzle-guard.toml",
        "[[profiles]]\nref = \"refs/heads/main\"\nprofile = \"team\"\n",
    );
    work.commit("Ask for files on main");
    work.git("push -q origin main").passes();
    work.drop_column();
    let change = work.fingerprint();
    let flag = format!("-c drizzle-guard.ack={change}");
    work.git(&format!("{flag} push -q origin main:topic")).passes();
    work.git(&format!("{flag} push -q origin main")).fails();
    work.write("drizzle-guard.toml", "profil = \"dev\"\n");
    work.commit("Misspell it");
    work.git("push -q origin main").fails().says("drizzle-guard.toml:1:1");
}

#[test]
fn a_shallow_clone_can_push_a_new_branch() {
    let work = Work::new();
    work.write("README.md", "funds");
    work.commit("Write about it");
    work.git("push -q origin main").passes();
    let url = format!("file://{}", work.beside("remote.git").display());
    work.git(&format!("clone -q --depth 1 {url} ../shallow")).passes();
    let shallow = work.beside("shallow");
    let run = |program: &str, arguments: &str| {
        work.run_with(&shallow, program, &arguments.split(' ').collect::<Vec<_>>(), &[])
    };
    run(PROGRAM, "install").passes();
    run("git", "checkout -q -b topic").passes();
    run("git", "push -q origin topic").passes();
    let schema = shallow.join("shared/db/schema/funds.ts");
    let text = fs::read_to_string(&schema).expect("there");
    let without: String =
        text.split_inclusive('\n').filter(|line| !line.contains("legacyCode")).collect();
    fs::write(&schema, without).expect("writable");
    run("git", "commit -qam drop").passes();
    run("git", "push -q origin topic:other").fails().says("legacy_code");
}

#[test]
fn the_pre_commit_framework_gets_an_answer_and_a_warning() {
    let work = Work::new();
    let (from, remote) = (work.oid("HEAD"), ["hook", "pre-push", "origin", "../remote.git"]);
    work.drop_column();
    let to = work.oid("HEAD");
    let range = [("PRE_COMMIT_FROM_REF", from.as_str()), ("PRE_COMMIT_TO_REF", to.as_str())];
    let whole = [("PRE_COMMIT", "1")];
    let both = [whole[0], range[0], range[1]];
    for variables in [&whole[..], &both[..]] {
        let said = work.run_with(&work.path(""), PROGRAM, &remote, variables);
        assert_eq!(said.code, Some(1), "{}", said.text);
        said.says("legacy_code").says("only the first ref");
    }
    work.run_with(&work.path(""), PROGRAM, &remote, &[]).passes();
}

#[test]
fn production_wants_the_file_the_flag_and_another_person() {
    let work = Work::new();
    work.write("drizzle-guard.toml", "profile = \"production\"\n");
    work.commit("Ask for everything");
    work.git("push -q origin main").passes();
    work.drop_column();
    let change = work.fingerprint();
    work.acknowledge();
    work.git(&format!("-c drizzle-guard.ack={change} push -q origin main"))
        .fails()
        .says("approvals");
    let file = format!(".drizzle-guard/acks/{}.toml", &change[4..]);
    let approved = format!("{}approvals = [\"Bo Lind <bo@example.com>\"]\n", work.read(&file));
    work.write(&file, &approved);
    work.commit("Approve");
    work.git("push -q origin main").fails().says("flag");
    work.git(&format!("-c drizzle-guard.ack={change} push -q origin main")).passes();
}

#[test]
fn what_the_base_added_since_is_not_blamed_on_a_branch() {
    let work = Work::new();
    work.git("checkout -q -b topic").passes();
    work.schema_of("investments", &["id", "name"]);
    work.commit("Describe investments");
    work.git("checkout -q main").passes();
    work.schema_of("scenarios", &["id", "name"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    let check = "check --base origin/main --head topic";
    work.guard(check).passes().says("investments").says("went on since").says_nothing_of("DANG");
    work.guard(&format!("{check} --direct")).fails().says("drop table public.scenarios");
    // The branch is new on the remote, and then behind it.
    work.git("push -q origin topic").passes().says_nothing_of("scenarios");
    work.git("checkout -q topic").passes();
    work.write("README.md", "funds");
    work.commit("Write about it");
    work.git("push -q origin topic").passes();
    work.git("merge -q -m merge main").passes();
    work.git("push -q origin topic").passes().says_nothing_of("DANGEROUS");
}

#[test]
fn what_a_branch_drops_itself_is_stopped_behind_its_base_too() {
    let work = Work::new();
    work.git("checkout -q -b topic").passes();
    work.drop_column();
    work.git("checkout -q main").passes();
    work.schema_of("scenarios", &["id", "name"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    let said = work.guard("check --base origin/main --head topic").fails();
    said.says("drop column public.funds.legacy_code").says_nothing_of("drop table");
}

#[test]
fn a_rebased_branch_is_not_blamed_for_its_base() {
    let work = Work::new();
    work.git("checkout -q -b topic").passes();
    work.schema_of("investments", &["id", "name"]);
    work.commit("Describe investments");
    work.git("push -q origin topic").passes();
    work.git("checkout -q main").passes();
    work.schema_of("scenarios", &["id", "name"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    work.git("checkout -q topic").passes();
    work.git("rebase -q main").passes();
    work.git("push -q --force origin topic").passes().says_nothing_of("DANGEROUS");
}

#[test]
fn a_forced_push_over_other_work_can_be_acknowledged_as_it_says() {
    let work = Work::new();
    work.git("checkout -q -b mine").passes();
    work.write("README.md", "funds");
    work.commit("Write about it");
    work.git("checkout -q main").passes();
    work.schema_of("scenarios", &["id", "name"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    work.git("checkout -q mine").passes();
    let said = work.git("push --force origin mine:main").fails();
    let said = said.says("drop table public.scenarios").says("takes commits away").says("--direct");
    let at = said.text.find("dg1:").expect("a fingerprint");
    let change: String = said.text[at..].chars().take(16).collect();
    let compared = ["--base", "origin/main", "--head", "mine", "--direct"];
    let reason = ["ack", &change, "--reason", "scenarios were pushed by mistake, see #12"];
    work.run(PROGRAM, &[&reason[..], &compared[..]].concat()).passes();
    work.commit("Acknowledge it");
    work.git("push -q --force origin mine:main").passes();
}
