//! SQL text of the base as it reads once names have changed: whole names are replaced, never parts of
//! them, and nothing inside string literals.

use super::context::Context;
use super::sql::{id, qn};
use crate::diff::dependents::tokens;
use crate::ident::QualifiedName;

/// A name as it stands in SQL text: its parts, between dots, and where it is.
struct Name<'t> {
    parts: Vec<&'t str>,
    start: usize,
    end: usize,
}

fn names(text: &str) -> Vec<Name<'_>> {
    let mut found: Vec<Name<'_>> = Vec::new();
    for (start, end, word) in tokens(text) {
        match found.last_mut() {
            Some(name) if text.get(name.end..start) == Some(".") => {
                name.parts.push(word);
                name.end = end;
            }
            _ => found.push(Name { parts: vec![word], start, end }),
        }
    }
    found
}

/// The text with the tables, schemas and enums of the base as they are called after `expand`, and, for
/// text that stands on a table, with its columns as the head calls them.
pub(super) fn rewritten(
    text: &str,
    table: Option<&QualifiedName>,
    context: &Context<'_>,
) -> String {
    let mut result = String::new();
    let (mut at, mut before) = (0, "");
    for name in names(text) {
        result.push_str(text.get(at..name.start).unwrap_or_default());
        let call = text.get(name.end..).is_some_and(|rest| rest.starts_with('('));
        let cast = text.get(..name.start).is_some_and(|head| head.ends_with("::"));
        let source =
            ["from", "join", "into", "update"].iter().any(|it| before.eq_ignore_ascii_case(it));
        let replaced =
            if call { None } else { replacement(&name.parts, source, cast, table, context) };
        match replaced {
            Some(new) => result.push_str(&new),
            None => result.push_str(text.get(name.start..name.end).unwrap_or_default()),
        }
        at = name.end;
        before = name.parts.last().copied().unwrap_or_default();
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result
}

fn replacement(
    parts: &[&str],
    source: bool,
    cast: bool,
    table: Option<&QualifiedName>,
    context: &Context<'_>,
) -> Option<String> {
    match parts {
        [name] if cast => {
            let renamed = context.renamed_enums().find(|(old, _)| old.name == *name)?.1;
            Some(qn(renamed))
        }
        [name] if source => {
            let renamed = context.renamed_tables().find(|(old, _)| old.name == *name)?.1;
            Some(qn(renamed))
        }
        [column] => {
            let new = context.new_column(table?, column);
            (new != *column).then(|| id(&new))
        }
        [first, second] => {
            let whole = QualifiedName::new(*first, *second);
            let object = context
                .renamed_tables()
                .chain(context.renamed_enums())
                .find(|(old, _)| **old == whole);
            if let Some((_, new)) = object {
                return Some(qn(new));
            }
            let (old, new) = of_table(first, context);
            let column = own_column(old.as_ref(), second, table, context);
            if let Some(schema) = context.renamed_schema(first).filter(|_| old.is_none()) {
                return Some(format!("{}.{}", id(schema), id(second)));
            }
            (new.is_some() || column != *second)
                .then(|| format!("{}.{}", id(new.as_deref().unwrap_or(first)), id(&column)))
        }
        [schema, name, column] => {
            let whole = QualifiedName::new(*schema, *name);
            let live = context.live(&whole);
            let column = own_column(Some(&whole), column, table, context);
            (live != whole || column != parts[2]).then(|| format!("{}.{}", qn(&live), id(&column)))
        }
        _ => None,
    }
}

/// The table of the base that a qualifier names, and its other name if it gets one.
fn of_table(qualifier: &str, context: &Context<'_>) -> (Option<QualifiedName>, Option<String>) {
    let old = context.schemas.before.tables.keys().find(|it| it.name == qualifier).cloned();
    let new = old.as_ref().map(|old| context.live(old).name).filter(|new| new != qualifier);
    (old, new)
}

/// A column behind a qualifier, by its name in the head if the text stands on that table.
fn own_column(
    of: Option<&QualifiedName>,
    column: &str,
    table: Option<&QualifiedName>,
    context: &Context<'_>,
) -> String {
    match (of, table) {
        (Some(of), Some(table)) if context.live(of) == *table => context.new_column(table, column),
        _ => column.to_owned(),
    }
}
