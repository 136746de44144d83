//! drizzle-kit's squashed objects: an index, a key, a check or a policy as one string.
//!
//! `squashPgScheme` joins their parts with `;`, `,`, `--` and `,,`, compares the strings, and splits
//! them again to print. Whatever contains a separator itself comes out changed; that damage is in
//! drizzle-kit's output, so it has to happen here as well (`pgSchema.ts`, `PgSquasher`).

use serde_json::{Map, Value};

use super::Mode;
use crate::ident::QualifiedName;
use crate::schema::{
    Check, ForeignKey, Identity, IdentityKind, Index, IndexColumn, Policy, PrimaryKey,
    SequenceOptions, Unique,
};

/// How JavaScript prints a value that is not there.
const UNDEFINED: &str = "undefined";

fn or_undefined(value: Option<&str>) -> &str {
    value.unwrap_or(UNDEFINED)
}

/// A part that was put in by [`or_undefined`], or is missing altogether.
fn defined(part: Option<&str>) -> Option<String> {
    part.filter(|part| *part != UNDEFINED).map(str::to_owned)
}

/// A part that drizzle-kit expects to be there; a string always has at least one part.
fn part<'a>(parts: &mut impl Iterator<Item = &'a str>) -> String {
    parts.next().unwrap_or(UNDEFINED).to_owned()
}

fn names(part: &str) -> Vec<String> {
    part.split(',').map(str::to_owned).collect()
}

/// An index. `push` leaves out the predicate, the operator classes and the text of expressions.
pub(super) fn index(index: &Index, mode: Mode) -> String {
    let keys = |key: fn(&IndexColumn) -> String| {
        index.columns.iter().map(key).collect::<Vec<_>>().join(",,")
    };
    let Index { name, unique, concurrently, method, .. } = index;
    let with = Value::Object(index.with.clone());
    match mode {
        Mode::Generate => {
            let keys = keys(|key| {
                let nulls = or_undefined(key.nulls.as_deref());
                let opclass = key.opclass.as_deref().unwrap_or("");
                let IndexColumn { expression, is_expression, asc, .. } = key;
                format!("{expression}--{is_expression}--{asc}--{nulls}--{opclass}")
            });
            let predicate = or_undefined(index.predicate.as_deref());
            format!("{name};{keys};{unique};{concurrently};{method};{predicate};{with}")
        }
        Mode::Push => {
            let keys = keys(|key| {
                let nulls = or_undefined(key.nulls.as_deref());
                let expression = if key.is_expression { "" } else { key.expression.as_str() };
                format!("{expression}--{}--{nulls}", key.asc)
            });
            format!("{name};{keys};{unique};{method};{with}")
        }
    }
}

/// An index taken apart again. `with` is absent when what should be its JSON is empty: drizzle-kit
/// then fails as soon as it prints the index.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SplitIndex {
    pub(super) name: String,
    pub(super) columns: Vec<IndexColumn>,
    pub(super) unique: bool,
    pub(super) concurrently: bool,
    pub(super) method: String,
    pub(super) predicate: Option<String>,
    pub(super) with: Option<Map<String, Value>>,
}

impl SplitIndex {
    /// An index that was never squashed.
    pub(super) fn of(index: &Index) -> Self {
        Self {
            name: index.name.clone(),
            columns: index.columns.clone(),
            unique: index.unique,
            concurrently: index.concurrently,
            method: index.method.clone(),
            predicate: index.predicate.clone(),
            with: Some(index.with.clone()),
        }
    }
}

/// Splits an index as [`Mode::Generate`] joined it; drizzle-kit also does this to those of
/// [`Mode::Push`], to learn the name. `None` where it throws: the last part is not JSON.
pub(super) fn split_index(text: &str) -> Option<SplitIndex> {
    let mut parts = text.split(';');
    let name = part(&mut parts);
    let columns = parts.next()?.split(",,").map(split_index_column).collect();
    let unique = parts.next() == Some("true");
    let concurrently = parts.next() == Some("true");
    let method = parts.next().unwrap_or("btree").to_owned();
    let predicate = defined(parts.next());
    let with = match parts.next() {
        None | Some("" | UNDEFINED) => None,
        Some(json) => Some(serde_json::from_str(json).ok()?),
    };
    Some(SplitIndex { name, columns, unique, concurrently, method, predicate, with })
}

fn split_index_column(text: &str) -> IndexColumn {
    let mut parts = text.split("--");
    IndexColumn {
        expression: part(&mut parts),
        is_expression: parts.next() == Some("true"),
        asc: parts.next() == Some("true"),
        nulls: parts.next().map(str::to_owned),
        opclass: parts
            .next()
            .filter(|part| !part.is_empty() && *part != UNDEFINED)
            .map(str::to_owned),
    }
}

/// The name of an index that [`Mode::Push`] joined; `None` where drizzle-kit throws.
pub(super) fn split_pushed_index_name(text: &str) -> Option<String> {
    let mut parts = text.split(';');
    let name = part(&mut parts);
    let with = parts.nth(3)?;
    let readable = with == UNDEFINED || serde_json::from_str::<Map<String, Value>>(with).is_ok();
    readable.then_some(name)
}

/// A foreign key.
pub(super) fn foreign_key(key: &ForeignKey) -> String {
    let ForeignKey { name, table_from, to, .. } = key;
    let (from_columns, to_columns) = (key.columns_from.join(","), key.columns_to.join(","));
    let on_update = key.on_update.as_deref().unwrap_or("");
    let on_delete = key.on_delete.as_deref().unwrap_or("");
    format!(
        "{name};{table_from};{from_columns};{};{to_columns};{on_update};{on_delete};{}",
        to.name, to.schema
    )
}

/// Splits a foreign key.
pub(super) fn split_foreign_key(text: &str) -> ForeignKey {
    let mut parts = text.split(';');
    let name = part(&mut parts);
    let table_from = part(&mut parts);
    let columns_from = names(parts.next().unwrap_or(""));
    let table_to = part(&mut parts);
    let columns_to = names(parts.next().unwrap_or(""));
    let on_update = parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    let on_delete = parts.next().filter(|part| !part.is_empty()).map(str::to_owned);
    // Empty only when the parts have shifted.
    let to = QualifiedName { schema: parts.next().unwrap_or("").to_owned(), name: table_to };
    ForeignKey { name, table_from, columns_from, to, columns_to, on_delete, on_update }
}

/// A primary key; its name comes last.
pub(super) fn primary_key(key: &PrimaryKey) -> String {
    format!("{};{}", key.columns.join(","), key.name)
}

/// Splits a primary key.
pub(super) fn split_primary_key(text: &str) -> PrimaryKey {
    let mut parts = text.split(';');
    let columns = names(parts.next().unwrap_or(""));
    PrimaryKey { columns, name: part(&mut parts) }
}

/// A unique constraint.
pub(super) fn unique(unique: &Unique) -> String {
    format!("{};{};{}", unique.name, unique.columns.join(","), unique.nulls_not_distinct)
}

/// Splits a unique constraint.
pub(super) fn split_unique(text: &str) -> Unique {
    let mut parts = text.split(';');
    Unique {
        name: part(&mut parts),
        columns: names(parts.next().unwrap_or("")),
        nulls_not_distinct: parts.next() == Some("true"),
    }
}

/// A check.
pub(super) fn check(check: &Check) -> String {
    format!("{};{}", check.name, check.value)
}

/// Splits a check; what follows a `;` in the expression is lost.
pub(super) fn split_check(text: &str) -> Check {
    let mut parts = text.split(';');
    Check { name: part(&mut parts), value: part(&mut parts) }
}

/// A policy. `push` leaves out both expressions.
pub(super) fn policy(policy: &Policy, mode: Mode) -> String {
    let Policy { name, permissive, command, .. } = policy;
    let to = policy.to.join(",");
    let on = or_undefined(policy.on.as_deref());
    match mode {
        Mode::Generate => {
            let using = or_undefined(policy.using.as_deref());
            let with_check = or_undefined(policy.with_check.as_deref());
            format!("{name}--{permissive}--{command}--{to}--{using}--{with_check}--{on}")
        }
        Mode::Push => format!("{name}--{permissive}--{command}--{to}--{on}"),
    }
}

/// Splits a policy; a `--` in an expression moves the rest of it into the next part.
pub(super) fn split_policy(text: &str, mode: Mode) -> Policy {
    let mut parts = text.split("--");
    let name = part(&mut parts);
    let permissive = part(&mut parts);
    let command = part(&mut parts);
    let to = names(parts.next().unwrap_or(""));
    let (using, with_check) = match mode {
        Mode::Generate => (defined(parts.next()), defined(parts.next())),
        Mode::Push => (None, None),
    };
    let on = defined(parts.next());
    Policy { name, permissive, command, to, using, with_check, on, schema: None }
}

/// The options of a sequence.
pub(super) fn sequence(options: &SequenceOptions) -> String {
    format!(
        "{};{};{};{};{};{}",
        or_undefined(options.min_value.as_deref()),
        or_undefined(options.max_value.as_deref()),
        or_undefined(options.increment.as_deref()),
        or_undefined(options.start_with.as_deref()),
        or_undefined(options.cache.as_deref()),
        options.cycle.map_or("", |cycle| if cycle { "true" } else { "false" }),
    )
}

/// Splits the options of a sequence. That it does not cycle and that nothing was said is the same.
pub(super) fn split_sequence(text: &str) -> SequenceOptions {
    split_options(&mut text.split(';'))
}

fn split_options<'a>(parts: &mut impl Iterator<Item = &'a str>) -> SequenceOptions {
    SequenceOptions {
        min_value: defined(parts.next()),
        max_value: defined(parts.next()),
        increment: defined(parts.next()),
        start_with: defined(parts.next()),
        cache: defined(parts.next()),
        cycle: Some(parts.next() == Some("true")),
    }
}

/// An identity; the schema of its sequence is left out.
pub(super) fn identity(identity: &Identity) -> String {
    let kind = match identity.kind {
        IdentityKind::Always => "always",
        IdentityKind::ByDefault => "byDefault",
    };
    format!("{};{kind};{}", identity.name, sequence(&identity.options))
}

/// Splits an identity.
pub(super) fn split_identity(text: &str) -> Identity {
    let mut parts = text.split(';');
    let name = part(&mut parts);
    let kind = match parts.next() {
        Some("always") => IdentityKind::Always,
        _ => IdentityKind::ByDefault,
    };
    Identity { kind, name, schema: String::new(), options: split_options(&mut parts) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn status_index(predicate: Option<&str>) -> Index {
        let with = json!({"fillfactor": 70});
        Index {
            name: "orders_status_idx".to_owned(),
            columns: vec![IndexColumn {
                expression: "status".to_owned(),
                is_expression: false,
                asc: true,
                nulls: Some("last".to_owned()),
                opclass: None,
            }],
            unique: true,
            predicate: predicate.map(str::to_owned),
            concurrently: false,
            method: "btree".to_owned(),
            with: with.as_object().cloned().unwrap_or_default(),
        }
    }

    #[test]
    fn an_index_survives() {
        let original = status_index(Some("paid"));
        let split = split_index(&index(&original, Mode::Generate)).unwrap();
        assert_eq!(split.columns, original.columns);
        assert_eq!((split.unique, split.concurrently), (true, false));
        assert_eq!(split.predicate, original.predicate);
        assert_eq!(split.with, Some(original.with));
    }

    #[test]
    fn a_semicolon_in_a_predicate_is_fatal() {
        assert_eq!(split_index(&index(&status_index(Some("note <> ';'")), Mode::Generate)), None);
    }

    #[test]
    fn push_forgets_the_predicate() {
        assert_eq!(
            index(&status_index(Some("paid")), Mode::Push),
            r#"orders_status_idx;status--true--last;true;btree;{"fillfactor":70}"#
        );
        let text = index(&status_index(None), Mode::Push);
        assert_eq!(split_pushed_index_name(&text).as_deref(), Some("orders_status_idx"));
        // drizzle-kit also splits it as if it were the longer form.
        assert_eq!(split_index(&text).map(|it| it.name).as_deref(), Some("orders_status_idx"));
    }

    #[test]
    fn a_check_ends_at_its_first_semicolon() {
        let original = Check { name: "no_semicolon".into(), value: "note <> ';'".into() };
        assert_eq!(split_check(&check(&original)).value, "note <> '");
    }

    #[test]
    fn dashes_divide_a_policy() {
        let original = Policy {
            name: "own_orders".into(),
            permissive: "PERMISSIVE".into(),
            command: "ALL".into(),
            to: vec!["public".into()],
            using: Some("a -- b".into()),
            with_check: None,
            on: None,
            schema: None,
        };
        let split = split_policy(&policy(&original, Mode::Generate), Mode::Generate);
        assert_eq!((split.using.as_deref(), split.with_check.as_deref()), (Some("a "), Some(" b")));
        let pushed = split_policy(&policy(&original, Mode::Push), Mode::Push);
        assert_eq!((pushed.using, pushed.to), (None, original.to));
    }

    #[test]
    fn names_with_commas_fall_apart() {
        let key = PrimaryKey { name: "pk".into(), columns: vec!["a,b".into(), "c".into()] };
        assert_eq!(split_primary_key(&primary_key(&key)).columns, ["a", "b", "c"]);
    }

    #[test]
    fn an_identity_forgets_that_it_does_not_cycle() {
        let identity = Identity {
            kind: IdentityKind::ByDefault,
            name: "orders_id_seq".into(),
            schema: "public".into(),
            options: SequenceOptions { increment: Some("1".into()), ..SequenceOptions::default() },
        };
        let text = super::identity(&identity);
        assert_eq!(text, "orders_id_seq;byDefault;undefined;undefined;1;undefined;undefined;");
        let split = split_identity(&text);
        assert_eq!(
            (split.options.increment.as_deref(), split.options.cycle),
            (Some("1"), Some(false))
        );
    }
}
