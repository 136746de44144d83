//! The fingerprint of a change: what an acknowledgement names.
//!
//! `dg1:` and the SHA-256 of one line of prefix and the canonical JSON of the change. In it are the
//! kind, the object, its facets before and after, what is lost with it, and what it was renamed
//! from. Not in it are commits, files, lines, messages, severities, versions and times, so that it
//! outlives a rebase, a squash and a formatter, and changes when the change becomes another.
//! `docs/fingerprint.md` has the format and test vectors.

use std::fmt;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::facets;
use crate::delta::Diff;
use crate::diff::Change;
use crate::schema::Schema;

/// What every canonical text begins with.
const PREFIX: &str = "drizzle-guard change v1\n";

/// The digest of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    /// The first twelve hexadecimal digits: enough to name a change among those of one push.
    pub fn short(&self) -> String {
        self.hex().chars().take(12).collect()
    }

    fn hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// `dg1:` and 64 hexadecimal digits.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dg1:{}", self.hex())
    }
}

/// A change as it is fingerprinted.
#[derive(Debug, Clone, PartialEq)]
pub struct Canonical {
    /// `column.drop`, `table.rename`: the object and what happens to it.
    pub kind: &'static str,
    /// The parts of its name: schema, table, name.
    pub object: Vec<String>,
    /// The facets before, `null` when it did not exist.
    pub before: Value,
    /// The facets after, `null` when it no longer exists.
    pub after: Value,
    /// What is lost with it without being named, sorted.
    pub lost: Vec<String>,
    /// The parts of the name it had before a rename.
    pub rename_of: Option<Vec<String>>,
}

impl Canonical {
    /// The text that is hashed.
    pub fn text(&self) -> String {
        let value = json!({
            "after": self.after,
            "before": self.before,
            "kind": self.kind,
            "lost": self.lost,
            "object": self.object,
            "renameOf": self.rename_of,
            "v": 1,
        });
        format!("{PREFIX}{}", sorted(value))
    }

    /// Its digest.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(Sha256::digest(self.text()).into())
    }
}

/// The same value with the keys of every object sorted by their bytes.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<(String, Value)> = map.into_iter().collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            let entries = entries.into_iter().map(|(key, value)| (key, sorted(value)));
            Value::Object(entries.collect::<Map<String, Value>>())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value,
    }
}

/// A change in its canonical form; `schemas` are the two that were compared.
pub fn canonical(change: &Change, schemas: Diff<&Schema>) -> Canonical {
    let (before, after) = facets::of(change, schemas);
    Canonical {
        kind: facets::kind(change),
        object: facets::object(change),
        before: sorted(before),
        after: sorted(after),
        lost: facets::lost(change, schemas),
        rename_of: facets::rename_of(change),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::compare;
    use crate::diff::testing::{schema, table, with_enum};

    /// The vectors of `docs/fingerprint.md`: what is published is what is computed.
    fn published() -> Vec<(String, String)> {
        let text = include_str!("../../docs/fingerprint.md");
        let mut vectors = Vec::new();
        for block in text.split("```text\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            let (canonical, digest) = block.trim_end().rsplit_once('\n').expect("text and digest");
            vectors.push((canonical.to_owned(), digest.to_owned()));
        }
        vectors
    }

    fn computed(before: &Schema, after: &Schema, renames: &[&str]) -> Vec<(String, String)> {
        let renames: Vec<_> = renames.iter().map(|text| text.parse().expect("a rename")).collect();
        let schemas = Diff::new(before, after);
        let changes = compare(schemas, &renames);
        let canonicals = changes.iter().map(|change| canonical(change, schemas));
        canonicals.map(|it| (it.text(), it.fingerprint().to_string())).collect()
    }

    fn customers() -> Schema {
        schema([table("customers", &["region text", "legacy_code text not null default 'x'"])
            .unique("customers_region_legacy_code_key", &["region", "legacy_code"])
            .index("customers_legacy_idx", &["legacy_code"])])
    }

    #[test]
    fn the_documented_drop_is_reproduced() {
        let before = customers();
        let after = schema([table("customers", &["region text"])]);
        let found = computed(&before, &after, &[]);
        let text = concat!(
            "drizzle-guard change v1\n",
            r#"{"after":null,"before":{"default":"'x'","notNull":true,"type":"text","unique":false},"#,
            r#""kind":"column.drop","lost":["constraint customers_region_legacy_code_key unique(region,legacy_code)","#,
            r#""index customers_legacy_idx(legacy_code)"],"object":["public","customers","legacy_code"],"#,
            r#""renameOf":null,"v":1}"#,
        );
        let digest = "dg1:e80685e86f4e9020e787a24087894f6c748f8a8dc4cee9aa36c7ddbc962b1fb8";
        assert!(found.contains(&(text.to_owned(), digest.to_owned())), "{found:#?}");
    }

    #[test]
    fn the_published_vectors_are_computed() {
        let plain = || {
            schema([table("customers", &["region text", "legacy_code text not null default 'x'"])])
        };
        let status =
            |values: &[&str]| with_enum("status", values, [table("t", &["s status enum"])]);
        let funds = || table("funds", &["id uuid primary key", "size numeric(12, 2)"]);
        let deals = || table("deals", &["id uuid primary key", "fund_id uuid"]);
        let keyed =
            |action| deals().foreign_key("deals_fund_fk", &["fund_id"], "funds", &["id"], action);
        let mut all = computed(&customers(), &schema([table("customers", &["region text"])]), &[]);
        all.extend(computed(
            &plain(),
            &schema([table(
                "customers",
                &["region text", "code varchar(20) not null default 'x'"],
            )]),
            &["column:public.customers.legacy_code=code"],
        ));
        all.extend(computed(&status(&["draft", "open"]), &status(&["open"]), &[]));
        all.extend(computed(
            &schema([funds(), keyed("no action")]),
            &schema([funds(), keyed("cascade")]),
            &[],
        ));
        all.extend(computed(&schema([funds(), keyed("cascade")]), &schema([deals()]), &[]));
        all.extend(computed(
            &schema([table("notes", &["body text"]).policy("own", "owner = auth.uid()")]),
            &schema([table("notes", &["body text"])]),
            &[],
        ));
        let published = published();
        assert!(published.len() >= 8, "{all:#?}");
        for vector in &published {
            assert!(all.contains(vector), "published, not computed: {vector:#?}\n{all:#?}");
        }
    }

    #[test]
    fn another_lost_index_is_another_change() {
        let after = schema([table("customers", &["region text"])]);
        let digest = |before: &Schema| {
            let found = computed(before, &after, &[]);
            found.into_iter().find(|(text, _)| text.contains("column.drop")).map(|it| it.1)
        };
        let mut more = customers();
        let table = more.tables.values_mut().next().expect("customers");
        let index = table.indexes["customers_legacy_idx"].clone();
        table
            .indexes
            .insert("other".to_owned(), crate::schema::Index { name: "other".to_owned(), ..index });
        assert_ne!(digest(&customers()), digest(&more));
        assert_eq!(digest(&customers()), digest(&customers()));
    }

    #[test]
    fn short_is_the_beginning() {
        let fingerprint = Fingerprint([0xab; 32]);
        assert_eq!(fingerprint.short(), "abababababab");
        assert!(fingerprint.to_string().starts_with("dg1:abababababab"));
    }

    #[test]
    fn keys_are_sorted_at_every_depth() {
        let value = json!({"b": {"z": 1, "a": [{"y": 1, "x": 2}]}, "a": null});
        assert_eq!(sorted(value).to_string(), r#"{"a":null,"b":{"a":[{"x":2,"y":1}],"z":1}}"#);
    }
}
