//! The room as a whole: files in, schema out.

mod generation;
mod locate;
mod read;
mod unknown;

use super::{Casing, Error, Location, Overrides, Read};
use crate::files::MemoryFiles;
use crate::typescript::ParseCache;

/// Reads `schema.ts` with the imports that every schema file has.
fn read(body: &str) -> Result<Read, Error> {
    let text = format!(
        "import {{ eq, gte, relations, sql }} from 'drizzle-orm';\n\
         import * as p from 'drizzle-orm/pg-core';\n{body}"
    );
    read_files(&[("schema.ts", &text)], &["schema.ts"])
}

fn read_files(files: &[(&str, &str)], schema: &[&str]) -> Result<Read, Error> {
    let files = MemoryFiles::new(files.iter().copied());
    let schema = schema.iter().map(|path| (*path).to_owned()).collect();
    let location = Location { schema, ..Location::default() };
    super::read(&files, &location, &ParseCache::default())
}

fn locate(files: &[(&str, &str)], overrides: &Overrides) -> Result<Vec<Location>, Error> {
    let files = MemoryFiles::new(files.iter().copied());
    super::locate(&files, overrides, &ParseCache::default())
}

/// The patterns and casing that are found without overrides.
fn found(files: &[(&str, &str)]) -> Vec<(Vec<String>, Option<Casing>)> {
    let locations = locate(files, &Overrides::default()).expect("locations");
    locations.into_iter().map(|it| (it.schema, it.casing)).collect()
}
