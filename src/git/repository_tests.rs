use super::*;
use crate::files::{Entry, EntryKind};
use crate::git::testing::Scratch;

/// The text of a file of a state, `None` when there is none.
fn text(scratch: &Scratch, state: &str, path: &str) -> Option<String> {
    let blob = resolve(scratch, state).files.read(path).expect("readable")?;
    Some(String::from_utf8(blob.bytes.to_vec()).expect("text"))
}

fn resolve(scratch: &Scratch, state: &str) -> Resolved {
    scratch.open().resolve(&state.parse().expect("a state")).expect("resolves")
}

fn failure(scratch: &Scratch, state: &str) -> Error {
    match scratch.open().resolve(&state.parse().expect("a state")) {
        Ok(resolved) => panic!("{state} resolved to {}", resolved.id),
        Err(error) => error,
    }
}

fn names(scratch: &Scratch, state: &str, directory: &str) -> Vec<String> {
    let list = resolve(scratch, state).files.list(directory).expect("readable").unwrap_or_default();
    list.into_iter().map(|entry| entry.name).collect()
}

/// Two tables committed, one of them edited in the index, then again on disk.
fn edited() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("shared/db/schema/funds.ts", "funds 1");
    scratch.write("shared/db/schema/investments.ts", "investments 1");
    scratch.commit("start");
    scratch.write("shared/db/schema/funds.ts", "funds 2");
    scratch.git(&["add", "-A"]);
    scratch.write("shared/db/schema/funds.ts", "funds 3");
    scratch
}

#[test]
fn each_state_has_its_own_content() {
    let scratch = edited();
    let funds = "shared/db/schema/funds.ts";
    for (state, content) in [
        ("HEAD", Some("funds 1")),
        (":index", Some("funds 2")),
        (":worktree", Some("funds 3")),
        (":empty", None),
    ] {
        assert_eq!(text(&scratch, state, funds).as_deref(), content, "{state}");
    }
}

#[test]
fn every_state_answers_alike() {
    let scratch = Scratch::new();
    for path in ["a.ts", "a-b/c.ts", "a/b/c.ts", "a/b.ts", "ab/d.ts", ".npmrc"] {
        scratch.write(path, path);
    }
    scratch.commit("start");
    // Out of date after this, so the index is read entry by entry.
    scratch.write("new.ts", "new");
    scratch.git(&["add", "-A"]);
    scratch.git(&["commit", "-q", "-m", "new"]);
    scratch.git(&["update-index", "--force-remove", "new.ts"]);
    scratch.git(&["update-index", "--add", "new.ts"]);
    let (head, index, disk) =
        (resolve(&scratch, "HEAD"), resolve(&scratch, ":index"), resolve(&scratch, ":worktree"));
    assert_eq!(head.files.tree_id("a"), Some(scratch.git(&["rev-parse", "HEAD:a"]).into()));
    assert_eq!(index.files.tree_id("a"), None, "the fallback was meant");
    for path in
        ["", "a", "a/b", "a-b", "ab", "a.ts", "a/b.ts", "a/b/c.ts", "b", "a/b/c.ts/d", "A.ts"]
    {
        let answer = |side: &Resolved| {
            (side.files.id(path).expect("readable"), side.files.list(path).expect("readable"))
        };
        assert_eq!(answer(&head), answer(&index), "{path:?}");
        assert_eq!(answer(&head), answer(&disk), "{path:?}");
        let read = |side: &Resolved| side.files.read(path).expect("readable");
        assert_eq!(read(&head), read(&disk), "{path:?}");
    }
    assert_eq!(names(&scratch, "HEAD", ""), [".npmrc", "a", "a-b", "a.ts", "ab", "new.ts"]);
}

#[test]
fn before_the_first_commit_head_is_empty() {
    let scratch = Scratch::new();
    scratch.write("funds.ts", "1");
    assert_eq!(names(&scratch, ":index", ""), Vec::<String>::new());
    scratch.git(&["add", "-A"]);
    assert_eq!(scratch.open().head().expect("readable"), None);
    let head = resolve(&scratch, "HEAD");
    assert_eq!((head.id.as_str(), head.commit), (EMPTY_TREE, None));
    assert_eq!(text(&scratch, "HEAD", "funds.ts"), None);
    assert_eq!(text(&scratch, ":index", "funds.ts").as_deref(), Some("1"));
}

#[test]
fn revisions_are_commits_tags_and_trees() {
    let scratch = edited();
    let commit = scratch.git(&["rev-parse", "HEAD"]);
    let tree = scratch.git(&["rev-parse", "HEAD:shared/db"]);
    scratch.git(&["tag", "-a", "-m", "release", "v1"]);
    assert_eq!(resolve(&scratch, "v1").id, commit);
    assert_eq!(resolve(&scratch, "main").commit.map(|oid| oid.to_string()), Some(commit));
    assert_eq!(text(&scratch, &tree, "schema/funds.ts").as_deref(), Some("funds 1"));
    assert!(matches!(failure(&scratch, "nowhere"), Error::UnknownRevision { .. }));
    let blob = scratch.git(&["rev-parse", "HEAD:shared/db/schema/funds.ts"]);
    assert!(matches!(failure(&scratch, &blob), Error::NotATree { .. }));
    assert!(matches!(failure(&scratch, "snapshot:a.json"), Error::NotFiles { .. }));
}

#[test]
fn an_intended_addition_is_not_committed() {
    let scratch = edited();
    scratch.write("shared/db/schema/scenarios.ts", "scenarios");
    scratch.git(&["add", "-N", "shared/db/schema/scenarios.ts"]);
    assert_eq!(names(&scratch, ":index", "shared/db/schema"), ["funds.ts", "investments.ts"]);
}

#[test]
fn another_index_file_is_honoured() {
    let scratch = edited();
    let other = scratch.path(".git/next-index");
    let environment = Environment { index_file: Some(other.clone()) };
    std::fs::copy(scratch.path(".git/index"), &other).expect("writable");
    scratch.git(&["read-tree", "HEAD"]);
    let git = git2::Repository::open(scratch.path("")).expect("a repository");
    let repository = Repository::new(git, environment.index_file);
    let index = repository.resolve(&State::Index).expect("resolves");
    let blob = index.files.read("shared/db/schema/funds.ts").expect("readable").expect("there");
    assert_eq!(&*blob.bytes, b"funds 2");
}

#[test]
fn conflicts_are_named() {
    let scratch = edited();
    scratch.commit("ours");
    scratch.git(&["checkout", "-q", "-b", "theirs", "HEAD~1"]);
    scratch.write("shared/db/schema/funds.ts", "funds 9");
    scratch.commit("theirs");
    let merge = std::process::Command::new("git")
        .current_dir(scratch.path(""))
        .args(["-c", "user.name=A", "-c", "user.email=a@b", "merge", "-q", "main"])
        .output()
        .expect("git runs");
    assert!(!merge.status.success());
    let error = failure(&scratch, ":index");
    assert_eq!(
        error.to_string(),
        "the index has unresolved conflicts in shared/db/schema/funds.ts"
    );
    assert!(error.hint().is_some());
}

#[test]
fn an_index_that_libgit2_refuses_is_read_through_git() {
    let funds = "shared/db/schema/funds.ts";
    let split = edited();
    split.git(&["update-index", "--split-index"]);
    assert_eq!(text(&split, ":index", funds).as_deref(), Some("funds 2"));

    let sparse = edited();
    sparse.write("docs/guide/one.md", "1");
    sparse.commit("docs");
    sparse.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "shared"]);
    sparse.write(funds, "funds 4");
    sparse.git(&["add", "-A"]);
    assert_eq!(text(&sparse, ":index", funds).as_deref(), Some("funds 4"));
    assert_eq!(text(&sparse, ":index", "docs/guide/one.md").as_deref(), Some("1"));
}

#[test]
fn a_linked_worktree_has_its_own_head_and_index() {
    let scratch = edited();
    scratch.git(&["commit", "-q", "-m", "funds 2"]);
    let linked = scratch.path("../linked");
    scratch.git(&["worktree", "add", "-q", "-b", "side", "../linked", "HEAD~1"]);
    let repository = Repository::open_at(&linked).expect("a repository");
    let index = repository.resolve(&State::Index).expect("resolves");
    let blob = index.files.read("shared/db/schema/funds.ts").expect("readable").expect("there");
    assert_eq!(&*blob.bytes, b"funds 1");
    assert_ne!(repository.git_dir(), repository.common_dir());
    assert_eq!(repository.private_dir(), scratch.open().private_dir());
}

#[test]
fn a_bare_repository_has_revisions_only() {
    let bare = edited().clone_with(&["--bare"]);
    let funds = "shared/db/schema/funds.ts";
    assert_eq!(text(&bare, "main", funds).as_deref(), Some("funds 1"));
    for state in [":index", ":worktree"] {
        let error = failure(&bare, state);
        assert!(matches!(error, Error::NoWorktree { .. }), "{error}");
        assert!(error.to_string().contains(state), "{error}");
    }
}

#[test]
fn a_missing_object_is_not_a_missing_file() {
    let partial = edited().clone_with(&["--filter=blob:none", "--no-checkout"]);
    let files = resolve(&partial, "HEAD").files;
    assert_eq!(files.list("shared/db").expect("trees are here").map(|list| list.len()), Some(1));
    assert!(files.id("shared/db/schema/funds.ts").expect("known from the tree").is_some());
    let error = files.read("shared/db/schema/funds.ts").expect_err("the blob is not here");
    assert!(error.why.contains("not in this clone"), "{error}");
    assert!(error.hint.expect("a hint").contains("git fetch"));
}

#[test]
fn a_shallow_clone_says_so() {
    let scratch = edited();
    let first = scratch.git(&["rev-parse", "HEAD"]);
    scratch.git(&["commit", "-q", "-m", "second"]);
    let shallow = scratch.clone_with(&["--depth", "1"]);
    for state in [first.as_str(), "HEAD~1"] {
        let error = failure(&shallow, state);
        assert!(error.hint().expect("a hint").contains("--unshallow"), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_inside_the_state_only() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new();
    scratch.write("packages/db/schema/funds.ts", "funds");
    scratch.write("apps/web/README.md", "web");
    symlink("../../packages/db/schema", scratch.path("apps/web/schema")).expect("a link");
    symlink("funds.ts", scratch.path("packages/db/schema/alias.ts")).expect("a link");
    symlink("/etc", scratch.path("absolute")).expect("a link");
    symlink("../../../outside", scratch.path("apps/web/outside")).expect("a link");
    symlink("loop", scratch.path("loop")).expect("a link");
    scratch.write("../outside", "secret");
    scratch.commit("start");
    scratch.write("fallback.ts", "x");
    scratch.git(&["add", "-A"]);
    for state in ["HEAD", ":index", ":worktree"] {
        let files = resolve(&scratch, state).files;
        for path in
            ["apps/web/schema/funds.ts", "apps/web/schema/alias.ts", "packages/db/schema/alias.ts"]
        {
            assert_eq!(text(&scratch, state, path).as_deref(), Some("funds"), "{state} {path}");
        }
        let id = files.id("packages/db/schema/funds.ts").expect("readable");
        assert_eq!(files.id("apps/web/schema/alias.ts").expect("readable"), id);
        assert_eq!(names(&scratch, state, "apps/web/schema"), ["alias.ts", "funds.ts"]);
        let link = Entry { name: "schema".into(), kind: EntryKind::Symlink };
        assert!(files.list("apps/web").expect("readable").expect("there").contains(&link));
        for path in ["absolute/passwd", "apps/web/outside", "loop"] {
            let error = files.read(path).expect_err(path);
            assert!(error.why.contains("symbolic link"), "{state} {error}");
        }
    }
}

#[test]
fn unsupported_repositories_are_named() {
    for (option, word) in [("--object-format=sha256", "sha256"), ("--ref-format=reftable", "ref")] {
        let folder = tempfile::TempDir::new().expect("a folder");
        let init = std::process::Command::new("git")
            .current_dir(folder.path())
            .args(["init", "-q", option])
            .output()
            .expect("git runs");
        assert!(init.status.success(), "{option}");
        let Err(error) = Repository::open_at(folder.path()) else { panic!("{option} opened") };
        assert!(matches!(error, Error::Unsupported { .. }), "{error:?}");
        assert!(error.to_string().to_lowercase().contains(word), "{error}");
    }
}

#[test]
fn no_repository_is_said_plainly() {
    let folder = tempfile::TempDir::new().expect("a folder");
    assert!(matches!(Repository::open_at(folder.path()), Err(Error::NoRepository)));
}
