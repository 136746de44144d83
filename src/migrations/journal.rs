//! The two journals: what was added, and what was done to the entries that are out already.

use std::collections::BTreeSet;

use super::folder::{Entry, Folder};
use super::{Event, Input, What, scope, sql};
use crate::files::{Files, ReadError};
use crate::origin::Origin;

/// How many of the snapshots before a new one are looked at for one with the same parent.
const NEAR: usize = 8;

/// The entries of the head that neither the base nor the place where the head left it has. One that
/// only got another number is not new.
pub(super) fn added<'a>(base: &Folder, fork: &Folder, head: &'a Folder) -> Vec<&'a Entry> {
    let known = |entry: &&Entry| {
        [base, fork]
            .iter()
            .any(|folder| folder.entry(&entry.tag).is_some() || moved(entry, folder).is_some())
    };
    head.entries.iter().filter(|entry| !known(entry)).collect()
}

/// The entry of another journal that is the same under another name.
fn moved<'a>(entry: &Entry, folder: &'a Folder) -> Option<&'a Entry> {
    let same = |it: &&Entry| it.when == entry.when && it.sql.is_some() && it.sql == entry.sql;
    folder.entries.iter().find(same)
}

/// The head has no journal any more.
pub(super) fn gone(base: &Folder) -> Vec<Event> {
    let origin = Origin::new(format!("{}/meta/_journal.json", base.path), 1, 1);
    let Some(newest) = base.newest() else { return Vec::new() };
    let what = What::Deleted { tag: format!("all migrations up to {}", newest.tag) };
    vec![scope("migrations journal", Some(newest.tag.clone()), None, origin, what)]
}

/// Compares them.
pub(super) fn compare(
    input: &Input<'_>,
    base: &Folder,
    fork: &Folder,
    head: &Folder,
    added: &[&Entry],
    events: &mut Vec<Event>,
) -> Result<(), ReadError> {
    if let Some((origin, why)) = &head.unreadable {
        if base.unreadable.is_none() {
            let which = format!("the journal cannot be read: {why}");
            let after = Some(which.clone());
            let what = What::Collision { which };
            events.push(scope("migrations journal", None, after, origin.clone(), what));
        }
        return Ok(());
    }
    edits(input, base, fork, head, events)?;
    for entry in added {
        if entry.sql.is_none() {
            let what = What::NoFile { tag: entry.tag.clone() };
            let after = Some(entry.tag.clone());
            events.push(scope("migration file", None, after, entry.origin.clone(), what));
        }
    }
    if let Some(newest) = base.newest() {
        for entry in added.iter().filter(|entry| entry.when <= newest.when) {
            let what = What::OutOfOrder { tag: entry.tag.clone(), newest: newest.tag.clone() };
            let before = Some(format!("{} {}", newest.tag, newest.when));
            let after = Some(format!("{} {}", entry.tag, entry.when));
            events.push(scope("migrations order", before, after, entry.origin.clone(), what));
        }
    }
    collisions(base, fork, head, added, events);
    forks(input, base, head, events)?;
    unlisted(base, head, events);
    Ok(())
}

/// What was done to entries that the base has.
fn edits(
    input: &Input<'_>,
    base: &Folder,
    fork: &Folder,
    head: &Folder,
    events: &mut Vec<Event>,
) -> Result<(), ReadError> {
    let newest = base.newest().map_or(i64::MIN, |entry| entry.when);
    for old in &base.entries {
        // What the base added since is not missing in the head.
        let Some(at_fork) = fork.entry(&old.tag) else { continue };
        let setting = format!("migration {}", old.tag);
        let Some(new) = head.entry(&old.tag) else {
            if moved(old, head).is_none() {
                let text = sql_of(base, input.files.before, old)?;
                let what = What::Deleted { tag: old.tag.clone() };
                events.push(scope(setting, Some(text), None, old.origin.clone(), what));
            }
            continue;
        };
        if new.when != old.when && new.when > newest && at_fork.when != new.when {
            let what = What::RunsAgain { tag: old.tag.clone() };
            let (before, after) = (Some(old.when.to_string()), Some(new.when.to_string()));
            events.push(scope(setting.clone(), before, after, new.origin.clone(), what));
        }
        if new.sql == old.sql || new.sql == at_fork.sql {
            continue;
        }
        let origin = Origin::new(head.sql_path(new), 1, 1);
        if new.sql.is_none() {
            let text = sql_of(base, input.files.before, old)?;
            let what = What::Deleted { tag: old.tag.clone() };
            events.push(scope(setting, Some(text), None, new.origin.clone(), what));
            continue;
        }
        let before = sql_of(base, input.files.before, old)?;
        let after = sql_of(head, input.files.after, new)?;
        // A comment or a formatter changes nothing, not even for a new database.
        if before != after {
            let what = What::Edited { tag: old.tag.clone() };
            events.push(scope(setting, Some(before), Some(after), origin, what));
        }
    }
    Ok(())
}

/// The words of an entry's SQL.
fn sql_of(folder: &Folder, files: &dyn Files, entry: &Entry) -> Result<String, ReadError> {
    Ok(sql::normal_text(&folder.sql(files, entry)?))
}

/// Two entries with one number or one name, at least one of them new.
fn collisions(
    base: &Folder,
    fork: &Folder,
    head: &Folder,
    added: &[&Entry],
    events: &mut Vec<Event>,
) {
    let mut told = BTreeSet::new();
    for entry in added {
        let others = base.entries.iter().chain(&head.entries);
        for other in others {
            let is_itself = other.tag == entry.tag && other.origin == entry.origin;
            let same_number = other.idx == entry.idx && other.tag != entry.tag;
            let same_name = other.tag == entry.tag && !is_itself;
            let (first, second) =
                (other.tag.as_str().min(&entry.tag), other.tag.as_str().max(&entry.tag));
            if !(same_number || same_name) || !told.insert((first.to_owned(), second.to_owned())) {
                continue;
            }
            // The number of one that the head took away is free.
            if head.entry(&other.tag).is_none() && fork.entry(&other.tag).is_some() {
                continue;
            }
            let which = if same_number {
                format!("{first} and {second} both have idx {}", entry.idx)
            } else {
                format!("{first} is in the journal twice")
            };
            let after = Some(which.clone());
            let what = What::Collision { which };
            events.push(scope("migrations journal", None, after, entry.origin.clone(), what));
        }
    }
}

/// Two snapshots made from the same one: `drizzle-kit generate` refuses to go on.
fn forks(
    input: &Input<'_>,
    base: &Folder,
    head: &Folder,
    events: &mut Vec<Event>,
) -> Result<(), ReadError> {
    for (at, (name, id)) in head.snapshots.iter().enumerate() {
        let is_new = base.snapshots.iter().all(|(known, old)| known != name && old != id);
        if !is_new {
            continue;
        }
        let Some(link) = head.chain(input.files.after, name)? else { continue };
        let near = head.snapshots.get(at.saturating_sub(NEAR)..at).unwrap_or_default();
        for (other, _) in near {
            let same = head
                .chain(input.files.after, other)?
                .is_some_and(|it| it.previous == link.previous && it.id != link.id);
            if same {
                let which = format!("{other} and {name} were made from the same snapshot");
                let after = Some(which.clone());
                let origin = Origin::new(format!("{}/meta/{name}", head.path), 1, 1);
                let what = What::Collision { which };
                events.push(scope("migrations journal", None, after, origin, what));
            }
        }
    }
    Ok(())
}

/// New SQL files, named as drizzle-kit names its own, that the journal does not have.
fn unlisted(base: &Folder, head: &Folder, events: &mut Vec<Event>) {
    for (name, _) in &head.files {
        let Some(tag) = name.strip_suffix(".sql") else { continue };
        let digits = tag.bytes().take_while(u8::is_ascii_digit).count();
        let named_so = digits >= 4 && tag.as_bytes().get(digits) == Some(&b'_');
        let is_way_back = ["down", "rollback", "revert"].iter().any(|word| tag.contains(word));
        let is_new = base.files.iter().all(|(known, _)| known != name);
        if named_so && is_new && !is_way_back && head.entry(tag).is_none() {
            let path = format!("{}/{name}", head.path);
            let origin = Origin::new(path.as_str(), 1, 1);
            let what = What::Unlisted { path };
            events.push(scope("migration file", None, Some(tag.to_owned()), origin, what));
        }
    }
}
