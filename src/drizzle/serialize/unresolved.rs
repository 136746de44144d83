//! What could not be evaluated, and what it reaches.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value as Json;

use super::super::host::Session;
use crate::origin::Origin;
use crate::schema::{Schema, Unresolved, snapshot};
use crate::typescript::Unknown;

/// Notes an unknown that left no text behind.
pub(super) fn note(schema: &mut Schema, unknown: &Unknown, affects: String) {
    let source = format!("{:016x}", unknown.source);
    if let Some(known) = schema.unresolved.iter_mut().find(|it| it.source == source) {
        if !known.affects.contains(&affects) {
            known.affects.push(affects);
        }
        return;
    }
    schema.unresolved.push(Unresolved {
        origin: unknown.origin.clone(),
        why: unknown.why.to_string(),
        affects: vec![affects],
        source,
    });
}

/// Finds every placeholder in a finished schema.
pub(super) fn collect(schema: &mut Schema, session: &Session) {
    if !session.has_unknowns() {
        return;
    }
    let json = snapshot::to_json(schema);
    let mut found: BTreeMap<u64, BTreeSet<String>> = BTreeMap::new();
    for (section, in_table) in [
        ("tables", true),
        ("enums", false),
        ("sequences", false),
        ("roles", false),
        ("policies", false),
        ("views", false),
        ("schemas", false),
    ] {
        let Some(objects) = json.get(section).and_then(Json::as_object) else { continue };
        for (key, object) in objects {
            let mut texts = vec![(key.clone(), key.clone())];
            match object.as_object() {
                Some(parts) if in_table => {
                    for value in parts.values() {
                        let Some(members) = value.as_object() else {
                            walk(value, key, &mut texts);
                            continue;
                        };
                        for (name, member) in members {
                            let affects = format!("{key}.{name}");
                            texts.push((affects.clone(), name.clone()));
                            walk(member, &affects, &mut texts);
                        }
                    }
                }
                _ => walk(object, key, &mut texts),
            }
            for (affects, text) in texts {
                for unknown in session.unknowns_in(&text) {
                    found.entry(unknown.source).or_default().insert(affects.clone());
                }
            }
        }
    }
    for (source, affects) in found {
        let Some(unknown) = session.unknown(source) else { continue };
        for affects in affects {
            note(schema, &unknown, affects);
        }
    }
    sort(schema);
}

/// Serialization runs outside of any module: what became unknown there stands where the object is written
/// that it reaches.
pub(super) fn place(schema: &mut Schema, outside: &Origin) {
    if !schema.unresolved.iter().any(|entry| entry.origin == *outside) {
        return;
    }
    let written: HashMap<String, Origin> = schema
        .written
        .iter()
        .map(|(object, written)| (object.to_string(), written.origin.clone()))
        .collect();
    for entry in schema.unresolved.iter_mut().filter(|entry| entry.origin == *outside) {
        if let Some(origin) = entry.affects.iter().find_map(|affects| written.get(affects)) {
            entry.origin = origin.clone();
        }
    }
    sort(schema);
}

fn sort(schema: &mut Schema) {
    schema.unresolved.sort_by(|a, b| (&a.origin, &a.source).cmp(&(&b.origin, &b.source)));
}

/// Every text below a value, with what it is part of.
fn walk(value: &Json, affects: &str, texts: &mut Vec<(String, String)>) {
    match value {
        Json::String(text) => texts.push((affects.to_owned(), text.clone())),
        Json::Array(items) => items.iter().for_each(|item| walk(item, affects, texts)),
        Json::Object(members) => {
            for (key, member) in members {
                texts.push((affects.to_owned(), key.clone()));
                walk(member, affects, texts);
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}
