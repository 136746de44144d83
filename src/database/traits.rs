//! What a database can say of an object and no Drizzle schema can: a constraint that is deferred, a
//! table that is not logged, a column with a collation of its own. Read so that it shows as a difference
//! instead of vanishing.

use std::collections::BTreeSet;

use postgres::Transaction;

use super::introspect::Filter;
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind};

/// An object, and what is said of it: "is deferrable".
pub(super) type Trait = (Object, String);

/// One row each: kind, schema, table, name, what is said. Columns that only newer versions have are read
/// as JSON.
pub(super) const QUERY: &str = "
WITH r AS (
  SELECT c.oid, n.nspname::text AS s, c.relname::text AS t, c.relkind AS kind, c.relpersistence AS persistence,
    c.relforcerowsecurity AS forced, c.reloptions AS options
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND NOT c.relispartition)
SELECT 'table', s, t, t, 'has row-level security forced on its owner' FROM r WHERE forced
UNION ALL SELECT 'table', s, t, t, 'is unlogged' FROM r WHERE persistence = 'u'
UNION ALL SELECT 'table', s, t, t, 'is partitioned' FROM r WHERE kind = 'p'
UNION ALL SELECT 'table', s, t, t, 'has storage parameters: ' || array_to_string(options, ', ') FROM r WHERE options IS NOT NULL
UNION ALL SELECT 'table', s, t, t, 'inherits from ' || h.inhparent::regclass FROM r JOIN pg_inherits h ON h.inhrelid = r.oid
UNION ALL SELECT 'table', s, t, t, 'has an exclusion constraint, ' || k.conname FROM r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype = 'x'
UNION ALL SELECT 'column', s, t, a.attname::text, 'has the collation ' || quote_ident(l.collname)
  FROM r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 JOIN pg_type y ON y.oid = a.atttypid
  JOIN pg_collation l ON l.oid = a.attcollation WHERE a.attcollation <> y.typcollation
UNION ALL SELECT 'column', s, t, a.attname::text, 'is virtual' FROM r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attgenerated = 'v'
UNION ALL SELECT 'column', s, t, a.attname::text,
    format('is counted by steps of %s from %s to %s%s', q.seqincrement, q.seqmin, q.seqmax, CASE WHEN q.seqcycle THEN ' and again' ELSE '' END)
  FROM r JOIN pg_depend d ON d.refobjid = r.oid AND d.refobjsubid > 0 AND d.deptype = 'a' AND d.classid = 'pg_class'::regclass
  JOIN pg_sequence q ON q.seqrelid = d.objid JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum = d.refobjsubid
  WHERE q.seqincrement <> 1 OR q.seqmin <> 1 OR q.seqcycle
    OR q.seqmax <> CASE a.atttypid::regtype::text WHEN 'smallint' THEN 32767 WHEN 'integer' THEN 2147483647 ELSE 9223372036854775807 END
UNION ALL SELECT k.contype::text, s, t, k.conname::text, said.what
  FROM r JOIN pg_constraint k ON k.conrelid = r.oid AND k.contype IN ('p', 'u', 'c', 'f') AND k.conparentid = 0
  LEFT JOIN pg_index i ON i.indexrelid = k.conindid AND k.contype IN ('p', 'u')
  CROSS JOIN LATERAL (VALUES
    (k.condeferrable, CASE WHEN k.condeferred THEN 'is deferred' ELSE 'is deferrable' END),
    (k.contype = 'c' AND k.connoinherit, 'is not inherited'),
    (k.contype = 'f' AND k.confmatchtype = 'f', 'matches in full'),
    (k.contype = 'f' AND to_jsonb(k) ->> 'confdelsetcols' IS NOT NULL, 'sets only some columns on delete'),
    (NOT COALESCE((to_jsonb(k) ->> 'conenforced')::boolean, true), 'is not enforced'),
    (COALESCE((to_jsonb(k) ->> 'conperiod')::boolean, false), 'is over periods'),
    (i.indnkeyatts < i.indnatts, 'includes more columns'),
    (k.contype = 'f' AND EXISTS (SELECT FROM pg_trigger g WHERE g.tgconstraint = k.oid AND g.tgenabled = 'D'), 'has its triggers disabled')
  ) AS said (holds, what) WHERE said.holds
UNION ALL SELECT 'index', s, t, x.relname::text, 'has collations of its own'
  FROM r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class x ON x.oid = i.indexrelid
  WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x'))
    AND EXISTS (SELECT FROM generate_series(0, i.indnkeyatts - 1) p JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[p]
      WHERE i.indcollation[p] <> 0 AND i.indcollation[p] <> a.attcollation)
UNION ALL SELECT 'sequence', n.nspname::text, NULL, c.relname::text, 'counts ' || q.seqtypid::regtype
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence q ON q.seqrelid = c.oid
  WHERE n.nspname = ANY($1) AND q.seqtypid <> 'bigint'::regtype
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0)
ORDER BY 1, 2, 3, 4, 5";

/// Reads them.
pub(super) fn read(
    transaction: &mut Transaction<'_>,
    filter: &Filter,
) -> Result<BTreeSet<Trait>, postgres::Error> {
    let rows = transaction.query(QUERY, &[&filter.schemas])?;
    let traits = rows.iter().filter_map(|row| {
        let (schema, name): (String, String) = (row.get(1), row.get(3));
        let text: String = row.get(4);
        let Some(table) = row.get::<_, Option<String>>(2) else {
            let sequence = QualifiedName::new(schema, name);
            return Some((Object::in_schema(ObjectKind::Sequence, &sequence), text));
        };
        if !filter.takes_table(&table) {
            return None;
        }
        let table = QualifiedName::new(schema, table);
        let kind = match row.get::<_, &str>(0) {
            "p" => ObjectKind::PrimaryKey,
            "u" => ObjectKind::Unique,
            "c" => ObjectKind::Check,
            "f" => ObjectKind::ForeignKey,
            "index" => ObjectKind::Index,
            "column" => ObjectKind::Column,
            _ => return Some((Object::table(&table), text)),
        };
        Some((Object::in_table(kind, &table, name), text))
    });
    Ok(traits.collect())
}
