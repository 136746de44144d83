//! Trees and blobs, read once each and shared by all sets of files of a repository.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use git2::{ErrorCode, ObjectType, Odb, Oid};

use crate::files::{Blob, EntryKind, ReadError};

/// How many symbolic links a path may go through, as Linux has it.
const MAX_LINKS: usize = 40;

/// What a path stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    File(Oid),
    /// With its tree, where the state knows it.
    Directory(Option<Oid>),
    Symlink(Oid),
    Submodule,
}

impl Node {
    /// The node of an entry with a mode of a tree or an index; `None` for a mode git does not have.
    pub(super) fn of_mode(mode: u32, oid: Oid) -> Option<Self> {
        match mode & 0o170_000 {
            0o100_000 => Some(Self::File(oid)),
            0o040_000 => Some(Self::Directory(Some(oid))),
            0o120_000 => Some(Self::Symlink(oid)),
            0o160_000 => Some(Self::Submodule),
            _ => None,
        }
    }

    pub(super) fn kind(self) -> EntryKind {
        match self {
            Self::File(_) => EntryKind::File,
            Self::Directory(_) => EntryKind::Directory,
            Self::Symlink(_) => EntryKind::Symlink,
            Self::Submodule => EntryKind::Submodule,
        }
    }
}

/// A tree's entries, sorted by the bytes of their names (git sorts directories as `name/`).
pub(super) type Rows = Arc<[(String, Node)]>;

/// The object database. libgit2's handle of a repository is not `Sync`, so it is behind a lock; what was
/// read from it is not. Who finds it taken reads blobs through a second handle that is.
pub(super) struct Objects {
    repository: Mutex<git2::Repository>,
    directory: PathBuf,
    shared: OnceLock<Option<Odb<'static>>>,
    trees: Mutex<HashMap<Oid, Rows>>,
    /// What to do when an object is missing.
    missing_hint: String,
}

impl Objects {
    pub(super) fn new(repository: git2::Repository, missing_hint: String) -> Self {
        // As git does not either: zlib's sum tells of damage, and `git fsck` hashes.
        git2::opts::strict_hash_verification(false);
        let directory = repository.commondir().join("objects");
        let (repository, trees) = (Mutex::new(repository), Mutex::new(HashMap::new()));
        Self { repository, directory, shared: OnceLock::new(), trees, missing_hint }
    }

    /// libgit2's handle. Nothing is left half-done by a panic, so a poisoned lock is as good.
    pub(super) fn git(&self) -> MutexGuard<'_, git2::Repository> {
        self.repository.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the object is here.
    pub(super) fn has(&self, oid: Oid) -> bool {
        self.git().odb().is_ok_and(|odb| odb.exists(oid))
    }

    /// A tree's entries. `path` is for the message.
    pub(super) fn tree(&self, oid: Oid, path: &str) -> Result<Rows, ReadError> {
        let trees = || self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rows) = trees().get(&oid) {
            return Ok(rows.clone());
        }
        let git = self.git();
        let tree = git.find_tree(oid).map_err(|error| self.unreadable(path, oid, &error))?;
        let mut rows = Vec::with_capacity(tree.len());
        for entry in &tree {
            let mode = u32::try_from(entry.filemode_raw()).unwrap_or(0);
            if let Some(node) = Node::of_mode(mode, entry.id()) {
                rows.push((String::from_utf8_lossy(entry.name_bytes()).into_owned(), node));
            }
        }
        rows.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        let rows = Rows::from(rows);
        trees().insert(oid, rows.clone());
        Ok(rows)
    }

    /// A blob's content.
    pub(super) fn blob(&self, oid: Oid, path: &str) -> Result<Blob, ReadError> {
        let git = match self.repository.try_lock() {
            Ok(git) => git,
            Err(TryLockError::Poisoned(git)) => git.into_inner(),
            Err(TryLockError::WouldBlock) => {
                // What is in a quarantine of git's only the first handle knows.
                match self.shared().and_then(|odb| odb.read(oid).ok()) {
                    Some(object) => return blob(&object, oid, path),
                    None => self.git(),
                }
            }
        };
        let odb = git.odb().map_err(|error| self.unreadable(path, oid, &error))?;
        let object = odb.read(oid).map_err(|error| self.unreadable(path, oid, &error))?;
        blob(&object, oid, path)
    }

    /// A handle of the same objects for many threads; `None` where it cannot be had.
    fn shared(&self) -> Option<&Odb<'static>> {
        let open = || {
            let odb = Odb::new().ok()?;
            odb.add_disk_alternate(self.directory.to_str()?).ok()?;
            Some(odb)
        };
        self.shared.get_or_init(open).as_ref()
    }

    /// The error for an object that is missing (a shallow or partial clone) or damaged. Never "no
    /// such file": the tree says that there is one.
    fn unreadable(&self, path: &str, oid: Oid, error: &git2::Error) -> ReadError {
        let (why, hint) = if error.code() == ErrorCode::NotFound {
            (format!("object {oid} is not in this clone"), self.missing_hint.clone())
        } else {
            (format!("object {oid} cannot be read: {}", error.message()), "run `git fsck`".into())
        };
        let path = if path.is_empty() { "/" } else { path };
        ReadError { path: path.to_owned(), why, hint: Some(hint) }
    }
}

fn blob(object: &git2::OdbObject<'_>, oid: Oid, path: &str) -> Result<Blob, ReadError> {
    if object.kind() != ObjectType::Blob {
        let why = format!("object {oid} is not a blob");
        return Err(ReadError { path: path.to_owned(), why, hint: None });
    }
    Ok(Blob { id: oid.to_string().into(), bytes: object.data().into() })
}

/// A state whose files are objects of the repository: a tree or an index.
pub(super) trait Store {
    /// What a path stands for, links not followed; `None` also below a link.
    fn node(&self, path: &str) -> Result<Option<Node>, ReadError>;
    /// The object database.
    fn objects(&self) -> &Objects;
}

/// What a path stands for when symbolic links are followed inside the state, as every program that
/// reads a checkout would: the path it ends at, and the node. `None` when there is nothing.
pub(super) fn follow(store: &dyn Store, path: &str) -> Result<Option<(String, Node)>, ReadError> {
    match store.node(path)? {
        Some(Node::Symlink(_)) | None => {}
        Some(node) => return Ok(Some((path.to_owned(), node))),
    }
    let refuse = |why: String| ReadError {
        path: path.to_owned(),
        why,
        hint: Some("name the file itself instead of a link to it".to_owned()),
    };
    let mut links = 0;
    let mut done = String::new();
    let mut rest: Vec<String> = path.rsplit('/').map(str::to_owned).collect();
    while let Some(part) = rest.pop() {
        match part.as_str() {
            "" | "." => continue,
            ".." => {
                // A link's target may go up, but not out of the repository.
                let Some(at) = done.rfind('/') else {
                    if done.is_empty() {
                        return Err(refuse("a symbolic link leads out of the repository".into()));
                    }
                    done.clear();
                    continue;
                };
                done.truncate(at);
                continue;
            }
            _ => {}
        }
        let here = if done.is_empty() { part } else { format!("{done}/{part}") };
        match store.node(&here)? {
            Some(Node::Symlink(oid)) => {
                links += 1;
                if links > MAX_LINKS {
                    return Err(refuse("too many symbolic links".into()));
                }
                let blob = store.objects().blob(oid, &here)?;
                let target = String::from_utf8_lossy(&blob.bytes).into_owned();
                if target.starts_with('/') || target.contains('\\') || target.contains(':') {
                    let why = format!("{here} is a symbolic link that leads out of the repository");
                    return Err(refuse(why));
                }
                rest.extend(target.rsplit('/').map(str::to_owned));
            }
            Some(node @ Node::Directory(_)) => {
                if rest.is_empty() {
                    return Ok(Some((here, node)));
                }
                done = here;
            }
            Some(node @ (Node::File(_) | Node::Submodule)) => {
                return Ok(rest.is_empty().then_some((here, node)));
            }
            None => return Ok(None),
        }
    }
    let node = store.node(&done)?;
    Ok(node.map(|node| (done, node)))
}

/// The file at a path, links followed.
pub(super) fn read(store: &dyn Store, path: &str) -> Result<Option<Blob>, ReadError> {
    match follow(store, path)? {
        Some((_, Node::File(oid))) => store.objects().blob(oid, path).map(Some),
        _ => Ok(None),
    }
}

/// The blob id of the file at a path, links followed.
pub(super) fn id(store: &dyn Store, path: &str) -> Result<Option<Arc<str>>, ReadError> {
    match follow(store, path)? {
        Some((_, Node::File(oid))) => Ok(Some(oid.to_string().into())),
        _ => Ok(None),
    }
}
