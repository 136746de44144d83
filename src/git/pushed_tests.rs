use super::*;
use crate::git::testing::Scratch;

const ZERO: &str = "0000000000000000000000000000000000000000";

/// `origin`'s clone with one commit pushed, so that `origin/main` is known.
struct Pair {
    remote: Scratch,
    local: Scratch,
}

fn pair() -> Pair {
    let remote = Scratch::new();
    remote.write("schema.ts", "1");
    remote.commit("start");
    let local = remote.clone_with(&[]);
    Pair { remote, local }
}

fn edit(scratch: &Scratch, text: &str) -> String {
    scratch.write("schema.ts", text);
    scratch.commit(text)
}

fn push(lines: &str) -> Push {
    let updates = parse_ref_updates(lines).expect("well-formed");
    Push { remote: "origin".into(), url: "unused".into(), updates, handed: None }
}

fn ranges(scratch: &Scratch, lines: &str) -> (Vec<Range>, Vec<Remark>) {
    push(lines).ranges(&scratch.open()).expect("readable")
}

/// The bases, as text.
fn bases(ranges: &[Range]) -> Vec<String> {
    ranges.iter().map(|r| r.base.map_or("-".into(), |oid| oid.to_string())).collect()
}

#[test]
fn reads_lines() {
    let one = "a".repeat(40);
    let updates = parse_ref_updates(&format!(
        "refs/heads/a {one} refs/heads/b {ZERO}\n\nHEAD@{{1 day ago}} {one} refs/heads/c {one}\n(delete) {ZERO} refs/heads/d {one}\n"
    ))
    .expect("well-formed");
    assert_eq!(updates.len(), 3);
    assert_eq!((updates[0].remote.clone(), updates[0].local.clone()), (None, Some(one.clone())));
    assert_eq!(updates[1].local_ref, "HEAD@{1 day ago}");
    assert_eq!((updates[2].local.clone(), updates[2].remote.clone()), (None, Some(one)));
    assert_eq!(parse_ref_updates("").expect("well-formed"), []);
}

#[test]
fn zeros_of_sha256_are_zeros() {
    let (zeros, ones) = ("0".repeat(64), "1".repeat(64));
    let updates = parse_ref_updates(&format!("a {ones} b {zeros}")).expect("well-formed");
    assert_eq!((updates[0].local.clone(), updates[0].remote.clone()), (Some(ones), None));
}

#[test]
fn refuses_other_lines() {
    for text in
        ["refs/heads/a", "a b c d", &format!("a {ZERO} b 123"), &format!("a {ZERO}x b {ZERO}")]
    {
        assert!(
            matches!(parse_ref_updates(text), Err(Error::BadRefLine { line: 1, .. })),
            "{text}"
        );
    }
}

#[test]
fn an_ordinary_push_starts_at_the_remotes_commit() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    let after = edit(&local, "2");
    let line = format!("refs/heads/main {after} refs/heads/main {before}");
    let (ranges, remarks) = ranges(&local, &line);
    assert_eq!(bases(&ranges), [before]);
    assert_eq!(ranges[0].head.to_string(), after);
    assert_eq!(remarks, []);
}

#[test]
fn every_ref_is_a_range_and_equal_ones_are_one() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    let two = edit(&local, "2");
    let three = edit(&local, "3");
    let lines = format!(
        "a {two} refs/heads/a {before}\nb {three} refs/heads/b {before}\nc {two} refs/heads/c {before}\n"
    );
    let (ranges, _) = ranges(&local, &lines);
    let refs: Vec<_> = ranges.iter().map(|range| range.refs.join(" ")).collect();
    assert_eq!(refs, ["refs/heads/a refs/heads/c", "refs/heads/b"]);
}

#[test]
fn nothing_is_checked_for_a_deletion_or_a_tag_of_a_file() {
    let Pair { local, .. } = pair();
    let head = local.git(&["rev-parse", "HEAD"]);
    let blob = local.git(&["rev-parse", "HEAD:schema.ts"]);
    local.git(&["tag", "-a", "-m", "file", "key", &blob]);
    let tag = local.git(&["rev-parse", "key"]);
    let lines = format!("(delete) {ZERO} refs/heads/x {head}\nkey {tag} refs/tags/key {ZERO}\n");
    let (ranges, remarks) = ranges(&local, &lines);
    assert_eq!(ranges, []);
    assert_eq!(remarks.len(), 1);
    assert!(remarks[0].text.contains("key is not a commit"), "{remarks:?}");
}

#[test]
fn an_annotated_tag_stands_for_its_commit() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    let after = edit(&local, "2");
    local.git(&["tag", "-a", "-m", "release", "v1"]);
    let tag = local.git(&["rev-parse", "v1"]);
    let (ranges, _) = ranges(&local, &format!("v1 {tag} refs/tags/v1 {ZERO}"));
    assert_eq!(bases(&ranges), [before]);
    assert_eq!(ranges[0].head.to_string(), after);
}

#[test]
fn a_new_branch_starts_where_it_left_what_the_remote_has() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    edit(&local, "2");
    let after = edit(&local, "3");
    let (new, _) = ranges(&local, &format!("f {after} refs/heads/f {ZERO}"));
    assert_eq!(bases(&new), [before.as_str()]);
    // A branch at a commit that the remote has brings nothing.
    let (same, _) = ranges(&local, &format!("f {before} refs/heads/f {ZERO}"));
    assert_eq!((bases(&same), same[0].head.to_string()), (vec![before.clone()], before));
}

#[test]
fn a_new_branch_that_merged_the_remotes_main_starts_at_what_it_merged() {
    let Pair { remote, local } = pair();
    local.git(&["checkout", "-q", "-b", "f"]);
    local.write("own.ts", "1");
    local.commit("own");
    let merged = edit(&remote, "2");
    local.git(&["fetch", "-q"]);
    local.git(&["merge", "-q", "-m", "merge", "origin/main"]);
    let head = local.git(&["rev-parse", "HEAD"]);
    let (ranges, _) = ranges(&local, &format!("f {head} refs/heads/f {ZERO}"));
    assert_eq!(bases(&ranges), [merged]);
}

#[test]
fn unrelated_history_and_unknown_remotes_start_from_nothing() {
    let Pair { local, .. } = pair();
    local.git(&["checkout", "-q", "--orphan", "pages"]);
    let head = local.commit("pages");
    let line = format!("pages {head} refs/heads/pages {ZERO}");
    assert_eq!(bases(&ranges(&local, &line).0), ["-"]);

    let alone = Scratch::new();
    let head = edit(&alone, "1");
    let range = &ranges(&alone, &format!("main {head} refs/heads/main {ZERO}")).0[0];
    assert_eq!(range.states().before, State::Empty);
}

#[test]
fn a_remote_without_tracking_refs_is_judged_by_the_others() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    let after = edit(&local, "2");
    let updates =
        parse_ref_updates(&format!("f {after} refs/heads/f {ZERO}")).expect("well-formed");
    let url = "ssh://example.com/fork.git".to_owned();
    let push = Push { remote: url.clone(), url, updates, handed: None };
    let (ranges, _) = push.ranges(&local.open()).expect("readable");
    assert_eq!(bases(&ranges), [before]);
}

#[test]
fn a_forced_push_is_judged_from_what_the_remote_has() {
    let Pair { remote, local } = pair();
    let start = local.git(&["rev-parse", "HEAD"]);
    let theirs = edit(&remote, "theirs");
    local.git(&["fetch", "-q"]);
    let ours = edit(&local, "ours");
    let (ranges, remarks) = ranges(&local, &format!("main {ours} refs/heads/main {theirs}"));
    assert_ne!(bases(&ranges), [start]);
    assert_eq!(bases(&ranges), [theirs]);
    assert_eq!(remarks, []);
}

#[test]
fn a_forced_push_over_unseen_commits_is_judged_from_the_last_seen_and_says_so() {
    let Pair { remote, local } = pair();
    let start = local.git(&["rev-parse", "HEAD"]);
    // A branch whose name ends alike is another branch.
    remote.git(&["checkout", "-q", "-b", "a/main"]);
    edit(&remote, "another");
    local.git(&["fetch", "-q"]);
    remote.git(&["checkout", "-q", "main"]);
    let theirs = edit(&remote, "theirs");
    let ours = edit(&local, "ours");
    let (ranges, remarks) = ranges(&local, &format!("main {ours} refs/heads/main {theirs}"));
    assert_eq!(bases(&ranges), [start]);
    assert_eq!(remarks.len(), 1);
    assert!(remarks[0].warning);
    assert_eq!(remarks[0].hint.as_deref(), Some("git fetch origin"));
}

#[test]
fn an_unseen_remote_commit_without_any_tracking_ref_is_an_error() {
    let alone = Scratch::new();
    let head = edit(&alone, "1");
    let line = format!("main {head} refs/heads/main {}", "c".repeat(40));
    let error = push(&line).ranges(&alone.open()).expect_err("nothing is known of the remote");
    assert!(matches!(error, Error::UnknownRemoteCommit { .. }), "{error}");
    assert!(error.hint().expect("a hint").contains("git fetch origin"));
}

#[test]
fn the_pre_commit_framework_hands_over_one_ref() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    let after = edit(&local, "2");
    for from in [Some(before.clone()), None] {
        let handed = Handed { from, to: Some(after.clone()), remote_branch: None };
        let push = Push { remote: "origin".into(), handed: Some(handed), ..Push::default() };
        let (ranges, remarks) = push.ranges(&local.open()).expect("readable");
        assert_eq!(bases(&ranges), [before.as_str()]);
        assert_eq!(ranges[0].head.to_string(), after);
        assert!(remarks[0].warning);
    }
    let nothing = Push { remote: "origin".into(), ..Push::default() };
    assert_eq!(nothing.ranges(&local.open()).expect("readable").0, []);
}

#[test]
fn a_plain_push_is_known_before_it_is_made() {
    let Pair { local, .. } = pair();
    let before = local.git(&["rev-parse", "HEAD"]);
    let range = || outgoing(&local.open()).expect("readable").expect("a commit");
    assert_eq!(
        (bases(&[range()]), range().head.to_string()),
        (vec![before.clone()], before.clone())
    );
    let after = edit(&local, "2");
    assert_eq!((bases(&[range()]), range().head.to_string()), (vec![before.clone()], after));
    assert_eq!(range().refs, ["refs/heads/main"]);
    // A branch that the remote does not have starts where it left.
    local.git(&["checkout", "-q", "-b", "topic"]);
    assert_eq!(bases(&[range()]), [before.as_str()]);
    // Another remote, of which nothing is known, is judged by the one that is known.
    local.git(&["config", "remote.pushDefault", "fork"]);
    local.git(&["remote", "add", "fork", "ssh://example.com/fork.git"]);
    assert_eq!(bases(&[range()]), [before.as_str()]);
    assert_eq!(outgoing(&Scratch::new().open()).expect("readable"), None);
}
