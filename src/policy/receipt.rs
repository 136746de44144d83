//! Receipts of rehearsals in the state that is judged: what `rehearse --receipt` wrote, committed beside
//! the acknowledgements. Like those, one counts only while the base does not have it: a later repetition of
//! the same change is rehearsed anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::Deserialize;

use super::error::Error;
use crate::delta::Diff;
use crate::files::{Blob, EntryKind, Files};

/// Where receipts are.
pub const RECEIPT_FOLDER: &str = ".drizzle-guard/receipts";

/// What a policy needs to know of a receipt.
#[derive(Deserialize)]
struct Receipt {
    ok: bool,
    fingerprints: Vec<String>,
}

/// One file can hold the receipts of several databases.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(Receipt),
    Many(Vec<Receipt>),
}

/// The receipts of the head.
#[derive(Default)]
pub(super) struct Receipts {
    /// The changes that were rehearsed, everything held.
    proved: BTreeSet<String>,
    /// Changes named by a receipt that does not count, and why not.
    refused: Vec<(String, String)>,
    /// Files that are no receipts.
    unread: Vec<String>,
}

impl Receipts {
    /// Reads those of the head; the base's say which are spent.
    pub(super) fn read(files: Diff<&dyn Files>) -> Result<Self, Error> {
        let spent: BTreeSet<Arc<str>> =
            blobs(files.before)?.into_iter().map(|(_, blob)| blob.id).collect();
        let mut receipts = Self::default();
        for (path, blob) in blobs(files.after)? {
            let all = match serde_json::from_slice(&blob.bytes) {
                Ok(OneOrMany::One(one)) => vec![one],
                Ok(OneOrMany::Many(many)) => many,
                Err(_) => {
                    receipts.unread.push(format!("{path} is no receipt of a rehearsal"));
                    continue;
                }
            };
            for receipt in all {
                let objection = if spent.contains(&blob.id) {
                    Some("the base has it already, so it is spent: rehearse the repetition anew")
                } else if receipt.ok {
                    None
                } else {
                    Some("the rehearsal failed")
                };
                match objection {
                    None => receipts.proved.extend(receipt.fingerprints),
                    Some(why) => receipts.refused.extend(
                        receipt.fingerprints.into_iter().map(|it| (it, format!("{path}: {why}"))),
                    ),
                }
            }
        }
        Ok(receipts)
    }

    /// Why no receipt counts for a change; empty when one does.
    pub(super) fn objections(&self, fingerprint: &str) -> Vec<String> {
        if self.proved.contains(fingerprint) {
            return Vec::new();
        }
        let refused = self.refused.iter().filter(|(it, _)| it == fingerprint);
        let mut why: Vec<String> = refused.map(|(_, why)| why.clone()).collect();
        why.extend(self.unread.iter().cloned());
        why.push(format!(
            "the policy wants a receipt: drizzle-guard rehearse --receipt {RECEIPT_FOLDER}/NAME.json, and commit it"
        ));
        why
    }
}

/// Path and content of every file in the folder.
fn blobs(files: &dyn Files) -> Result<Vec<(String, Blob)>, Error> {
    let mut found = Vec::new();
    for entry in files.list(RECEIPT_FOLDER)?.unwrap_or_default() {
        let is_json = std::path::Path::new(&entry.name).extension().is_some_and(|it| it == "json");
        if entry.kind != EntryKind::File || !is_json {
            continue;
        }
        let path = format!("{RECEIPT_FOLDER}/{}", entry.name);
        if let Some(blob) = files.read(&path)? {
            found.push((path, blob));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn files(receipts: &[(&str, &str)]) -> MemoryFiles {
        let paths = receipts
            .iter()
            .map(|(name, text)| (format!("{RECEIPT_FOLDER}/{name}"), text.as_bytes().to_vec()));
        MemoryFiles::new(paths)
    }

    fn objections(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<String> {
        let (before, after) = (files(before), files(after));
        let receipts = Receipts::read(Diff::new(&before as &dyn Files, &after)).unwrap();
        receipts.objections("dg1:aa")
    }

    const GOOD: &str = r#"{"version": 1, "ok": true, "fingerprints": ["dg1:aa", "dg1:bb"]}"#;
    const BAD: &str = r#"{"version": 1, "ok": false, "fingerprints": ["dg1:aa"]}"#;

    #[test]
    fn a_fresh_receipt_of_a_rehearsal_that_held_counts() {
        assert!(objections(&[], &[("a.json", GOOD)]).is_empty());
        assert!(objections(&[], &[("a.json", &format!("[{BAD}, {GOOD}]"))]).is_empty());
        assert!(objections(&[("a.json", BAD)], &[("a.json", GOOD)]).is_empty());
    }

    #[test]
    fn a_receipt_that_is_spent_failed_or_of_another_change_does_not() {
        let spent = objections(&[("a.json", GOOD)], &[("b.json", GOOD)]);
        assert!(spent[0].contains("spent"), "{spent:?}");
        assert!(objections(&[], &[("a.json", BAD)])[0].contains("failed"));
        assert!(objections(&[], &[("a.json", "{}")])[0].contains("is no receipt"));
        assert_eq!(objections(&[], &[("a.txt", GOOD)]).len(), 1);
        assert_eq!(objections(&[], &[]).len(), 1);
    }
}
