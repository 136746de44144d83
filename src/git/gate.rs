//! Did anything change here? Answered without parsing a schema, and mostly without reading files.
//!
//! When git calls pre-commit it has just written the trees of the commit to come and recorded them
//! in the index (the `TREE` extension, gitformat-index(5) "Cache tree"), also for `commit -a` and
//! `commit --amend`. Reading that one oid from the file's tail costs the same in a repository of ten
//! files and of a hundred thousand; opening the index does not.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;

use super::closure::{Memory, Trace};
use super::error::Error;
use super::repository::{Repository, Resolved};
use super::state::State;
use crate::delta::Diff;
use crate::files::Files;

/// Whether there is anything to evaluate.
pub enum Gate {
    /// Both states answer every question alike that an evaluation asks: there is no difference.
    Unchanged(Diff<Resolved>),
    /// They have to be evaluated.
    Changed(Diff<Resolved>),
}

/// Opens both states and says whether they can differ at all: they cannot when their trees are the
/// same, nor when the memory knows an evaluation whose every question both answer alike.
pub fn gate(
    repository: &Repository,
    states: Diff<&State>,
    memory: Option<&Memory>,
) -> Result<Gate, Error> {
    let sides = states.try_map(|state| repository.resolve(state))?;
    let known = || {
        memory.is_some_and(|memory| {
            let files = sides.as_ref().map(|side| &*side.files);
            memory.traces().iter().any(|trace| unchanged(files, trace))
        })
    };
    let same = || {
        let tree = sides.as_ref().map(|side| side.files.tree_id(""));
        sides.before.id == sides.after.id || (tree.before.is_some() && tree.is_same())
    };
    Ok(if same() || known() { Gate::Unchanged(sides) } else { Gate::Changed(sides) })
}

/// Whether an evaluation that asked these questions of one of the states would get the same answers
/// from both. An unreadable answer is a difference.
pub fn unchanged(files: Diff<&dyn Files>, trace: &Trace) -> bool {
    // The head first: after an edit it is the one that disagrees.
    trace.holds_for(files.after) && trace.holds_for(files.before)
}

/// How much of the index's end is read before all of it is: the tree extension of 1,000 directories
/// has about 40 KB.
const TAIL: u64 = 64 * 1024;

/// The tree that the index at `path` says a commit would have, as 20 raw bytes; `None` when it does
/// not say.
pub(super) fn recorded_tree(path: &Path) -> io::Result<Option<[u8; 20]>> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    let mut header = [0; 12];
    if length < 12 {
        return Ok(None);
    }
    file.read_exact(&mut header)?;
    let Some(count) = entry_count(&header) else { return Ok(None) };
    let mut take = TAIL;
    loop {
        let start = length.saturating_sub(take).max(12);
        file.seek(SeekFrom::Start(start))?;
        let mut tail = Vec::new();
        file.by_ref().take(length - start).read_to_end(&mut tail)?;
        let found = cached_tree(count, &tail);
        if found.is_some() || start == 12 {
            return Ok(found);
        }
        take = take.saturating_mul(16);
    }
}

/// The number of entries in an index's header (`DIRC`, version, count); `None` when it is not the
/// header of a version that git writes.
fn entry_count(header: &[u8; 12]) -> Option<u32> {
    let [b'D', b'I', b'R', b'C', 0, 0, 0, 2..=4, a, b, c, d] = *header else { return None };
    Some(u32::from_be_bytes([a, b, c, d]))
}

/// Finds the `TREE` extension in the end of an index of `count` entries and gives its root tree, if
/// it is valid.
///
/// Extensions have no table, so a `TREE` is believed when the chain of extensions that starts there
/// ends exactly at the checksum and its root covers exactly the entries of the header. Both fail for
/// a path that happens to contain the word, and for split and sparse indexes.
fn cached_tree(count: u32, tail: &[u8]) -> Option<[u8; 20]> {
    let body = tail.get(..tail.len().checked_sub(20)?)?;
    memchr::memmem::find_iter(body, b"TREE").find_map(|at| {
        let chain = body.get(at..)?;
        let (data, rest) = extension(chain)?;
        let mut next = rest;
        while !next.is_empty() {
            (_, next) = extension(next)?;
        }
        root_tree(count, data)
    })
}

/// Splits the first extension off: its data, and what follows.
fn extension(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (signature, rest) = bytes.split_first_chunk::<4>()?;
    // `link` and `sdir` change what the entries mean; they are lower-case because a reader that does
    // not know them must give up.
    if !signature.iter().all(u8::is_ascii_uppercase) {
        return None;
    }
    let (size, rest) = rest.split_first_chunk::<4>()?;
    let size = usize::try_from(u32::from_be_bytes(*size)).ok()?;
    rest.split_at_checked(size)
}

/// The root of a `TREE` extension: an empty path, NUL, the number of entries that it covers (-1 when
/// it is out of date), a blank, the number of subtrees, a line feed, the oid.
fn root_tree(count: u32, data: &[u8]) -> Option<[u8; 20]> {
    let data = data.strip_prefix(b"\0")?;
    let end = memchr::memchr(b'\n', data)?;
    let line = std::str::from_utf8(data.get(..end)?).ok()?;
    let (covered, subtrees) = line.split_once(' ')?;
    subtrees.parse::<u32>().ok()?;
    if covered.parse::<u32>().ok()? != count {
        return None;
    }
    data.get(end + 1..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::git::testing::Scratch;

    /// An extension as git writes it.
    fn extension_bytes(signature: [u8; 4], data: &[u8]) -> Vec<u8> {
        let size = u32::try_from(data.len()).expect("small").to_be_bytes();
        [signature.as_slice(), &size, data].concat()
    }

    fn tree_bytes(covered: i64) -> Vec<u8> {
        let mut data = format!("\0{covered} 1\n").into_bytes();
        data.extend([7; 20]);
        data.extend(b"shared\x002 0\n");
        data.extend([8; 20]);
        extension_bytes(*b"TREE", &data)
    }

    fn tail(parts: &[&[u8]]) -> Vec<u8> {
        [parts.concat(), vec![0; 20]].concat()
    }

    #[test]
    fn finds_the_root_among_other_extensions() {
        let untracked = extension_bytes(*b"UNTR", b"anything TREE \0\0\0\x01x");
        let bytes = tail(&[b"entries TREE\0\0\0\0\0", &tree_bytes(3), &untracked]);
        assert_eq!(cached_tree(3, &bytes), Some([7; 20]));
    }

    #[test]
    fn says_nothing_of_an_outdated_tree() {
        assert_eq!(cached_tree(3, &tail(&[&tree_bytes(-1)])), None);
        assert_eq!(cached_tree(4, &tail(&[&tree_bytes(3)])), None);
    }

    #[test]
    fn says_nothing_of_a_split_or_sparse_index() {
        let link = extension_bytes(*b"link", &[1; 20]);
        let sparse = extension_bytes(*b"sdir", b"");
        assert_eq!(cached_tree(3, &tail(&[&tree_bytes(3), &sparse])), None);
        assert_eq!(cached_tree(3, &tail(&[&tree_bytes(3), &link])), None);
    }

    #[test]
    fn agrees_with_git_in_every_index_version() {
        for version in ["2", "3", "4"] {
            let scratch = Scratch::new();
            scratch.git(&["config", "index.version", version]);
            for name in ["TREE", "shared/db/schema/funds.ts", "shared/TREE/a", "z/TREE"] {
                scratch.write(name, name);
            }
            scratch.commit("start");
            scratch.git(&["update-index", "--force-write-index", "--index-version", version]);
            scratch.git(&["read-tree", "HEAD"]);
            let tree = scratch.git(&["write-tree"]);
            let recorded = recorded_tree(&scratch.path(".git/index")).expect("readable");
            let recorded = recorded.and_then(|bytes| git2::Oid::from_bytes(&bytes).ok());
            assert_eq!(recorded.map(|oid| oid.to_string()), Some(tree), "version {version}");

            scratch.write("new.ts", "x");
            scratch.git(&["add", "-N", "new.ts"]);
            let recorded = recorded_tree(&scratch.path(".git/index")).expect("readable");
            assert_eq!(recorded, None, "an intended addition is not part of a commit");
        }
    }

    #[test]
    fn a_large_tree_extension_is_found_too() {
        let scratch = Scratch::new();
        for i in 0..2_000 {
            scratch.write(&format!("directory-with-a-long-name-{i}/file.ts"), "x");
        }
        scratch.commit("start");
        let tree = scratch.git(&["write-tree"]);
        let recorded = recorded_tree(&scratch.path(".git/index")).expect("readable");
        let recorded = recorded.and_then(|bytes| git2::Oid::from_bytes(&bytes).ok());
        assert_eq!(recorded.map(|oid| oid.to_string()), Some(tree));
    }

    proptest! {
        #[test]
        fn any_bytes_are_safe(count: u32, bytes: Vec<u8>) {
            cached_tree(count, &bytes);
            let named = [b"TREE\0\0".as_slice(), &bytes].concat();
            prop_assert_eq!(cached_tree(u32::MAX, &named), None);
        }

        #[test]
        fn a_cut_index_never_answers(cut in 1usize..60) {
            let whole = tail(&[b"entries", &tree_bytes(3)]);
            let kept = whole.len().saturating_sub(cut);
            prop_assert_eq!(cached_tree(3, &whole[..kept]), None);
        }
    }
}
