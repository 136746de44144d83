//! The newest snapshot of a migrations folder: what drizzle-kit takes for the database's schema when it
//! generates the next migration.

use super::error::Error;
use super::glob::join;
use super::locate::Location;
use crate::files::{EntryKind, Files, ReadError};
use crate::schema::{Schema, snapshot};

/// Where drizzle-kit writes migrations when the config does not say.
const DEFAULT_OUT: &str = "drizzle";

/// The newest snapshot at a location: its path and its schema; `None` before the first migration.
///
/// drizzle-kit 0.31 takes the last name in `<out>/meta` by code units, the journal aside
/// (drizzle-kit/src/utils.ts, `prepareOutFolder`); 1.x the last folder with a `snapshot.json`.
///
/// # Errors
/// When a file cannot be read, or the snapshot is of a version other than 5, 6 and 7.
pub fn newest_snapshot(
    files: &dyn Files,
    location: &Location,
) -> Result<Option<(String, Schema)>, Error> {
    let out = location.out.as_deref().unwrap_or(DEFAULT_OUT);
    let Some(path) = newest(files, out)? else { return Ok(None) };
    let Some(blob) = files.read(&path)? else { return Ok(None) };
    let schema = snapshot::from_json(&String::from_utf8_lossy(&blob.bytes), &path)?;
    Ok(Some((path, schema)))
}

fn newest(files: &dyn Files, out: &str) -> Result<Option<String>, ReadError> {
    let meta = join(out, "meta");
    let names = files.list(&meta)?.unwrap_or_default().into_iter().map(|entry| entry.name);
    // UTF-16 order and UTF-8 order only differ in names nobody gives a migration.
    if let Some(name) = names.filter(|name| !name.starts_with('_')).max() {
        return Ok(Some(join(&meta, &name)));
    }
    for entry in files.list(out)?.unwrap_or_default().into_iter().rev() {
        let path = join(&join(out, &entry.name), "snapshot.json");
        if entry.kind == EntryKind::Directory && files.id(&path)?.is_some() {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;

    fn snapshot_with(table: &str) -> String {
        let table_json = format!(
            r#""public.{table}": {{"name": "{table}", "schema": "", "columns": {{}}, "indexes": {{}},
            "foreignKeys": {{}}, "compositePrimaryKeys": {{}}, "uniqueConstraints": {{}},
            "policies": {{}}, "checkConstraints": {{}}, "isRLSEnabled": false}}"#
        );
        format!(
            r#"{{"id": "a", "prevId": "b", "version": "7", "dialect": "postgresql",
            "tables": {{{table_json}}}, "enums": {{}}, "schemas": {{}}, "sequences": {{}},
            "roles": {{}}, "policies": {{}}, "views": {{}},
            "_meta": {{"columns": {{}}, "schemas": {{}}, "tables": {{}}}}}}"#
        )
    }

    fn newest_in(
        files: &[(&str, &str)],
        out: Option<&str>,
    ) -> Result<Option<(String, usize)>, Error> {
        let location = Location { out: out.map(str::to_owned), ..Location::default() };
        let newest = newest_snapshot(&MemoryFiles::new(files.iter().copied()), &location)?;
        Ok(newest.map(|(path, schema)| (path, schema.tables.len())))
    }

    #[test]
    fn the_last_name_is_the_newest() {
        let (funds, deals) = (snapshot_with("funds"), snapshot_with("deals"));
        let files = [
            ("drizzle/meta/0009_snapshot.json", funds.as_str()),
            ("drizzle/meta/0010_snapshot.json", deals.as_str()),
            ("drizzle/meta/_journal.json", "{}"),
            ("drizzle/0010_deals.sql", ""),
        ];
        let newest = newest_in(&files, None).expect("a snapshot");
        assert_eq!(newest, Some(("drizzle/meta/0010_snapshot.json".to_owned(), 1)));
        assert_eq!(newest_in(&files, Some("db/migrations")).expect("none"), None);
    }

    #[test]
    fn what_cannot_be_read_names_the_file() {
        let broken = [("drizzle/meta/0001_snapshot.json", "{")];
        let error = newest_in(&broken, None).expect_err("refused").to_string();
        assert!(error.starts_with("drizzle/meta/0001_snapshot.json"), "{error}");
        let newer =
            [("out/20260101_init/snapshot.json", r#"{"version": "8", "dialect": "postgres"}"#)];
        let error = newest_in(&newer, Some("out")).expect_err("refused").to_string();
        assert!(error.starts_with("out/20260101_init/snapshot.json"), "{error}");
    }
}
