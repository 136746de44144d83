//! What the tests of the rules evaluate, written down where the registry's test asks for it: which rule was
//! held against two schemas, whether anything changes between them, and whether it fired.

use std::fs::OpenOptions;
use std::io::Write as _;

/// Says to which file the evaluations are to be added.
pub(super) const RECORD: &str = "DRIZZLE_GUARD_RECORD";

/// One evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Evaluation {
    /// The test, as Rust names it: `rules::column_drop::tests::fires`.
    pub(super) test: String,
    pub(super) rule: String,
    pub(super) fired: bool,
}

/// Writes an evaluation down. That a rule is silent where nothing changes says nothing.
pub(crate) fn record(rule: &str, fired: bool, changes: usize) {
    let Some(path) = std::env::var_os(RECORD) else { return };
    if !fired && changes == 0 {
        return;
    }
    let thread = std::thread::current();
    let line = format!("{}\t{rule}\t{fired}\n", thread.name().unwrap_or_default());
    let file = OpenOptions::new().append(true).create(true).open(path);
    file.and_then(|mut file| file.write_all(line.as_bytes())).expect("the record can be written");
}

/// What was written down.
pub(super) fn read(text: &str) -> Vec<Evaluation> {
    let line = |line: &str| {
        let mut parts = line.split('\t').map(str::to_owned);
        let (name, rule) = (parts.next()?, parts.next()?);
        Some(Evaluation { test: name, rule, fired: parts.next()? == "true" })
    };
    text.lines().filter_map(line).collect()
}
