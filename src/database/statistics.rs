//! How large and how used a live database is, by what it keeps about itself: no row is read.

use std::collections::BTreeMap;

use postgres::{Client, Transaction};

use super::Error;
use super::introspect::{Filter, read_only};
use crate::ident::QualifiedName;
use crate::statistics::{IndexStatistics, Statistics, TableStatistics, Version};

/// The server and the counters.
const SERVER: &str = "SELECT current_setting('server_version_num')::int, \
    to_char(d.stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), (SELECT count(*) FROM pg_stat_replication) \
    FROM pg_stat_database d WHERE d.datname = current_database()";

/// Tables with their partitions: the planner's estimate of their rows, and what they take. A table of no
/// pages is empty; one of some pages that was never analysed, or is foreign, is not known.
const TABLES: &str = "\
WITH r AS (
  SELECT c.oid, c.relkind AS kind, n.nspname::text AS s, c.relname::text AS t
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY($1)
    AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e')),
p AS (
  SELECT oid AS root, oid AS part FROM r WHERE kind = 'r'
  UNION ALL SELECT r.oid, i.relid::oid FROM r, pg_partition_tree(r.oid) i WHERE r.kind = 'p' AND i.isleaf),
m AS (
  SELECT p.root, c.relkind AS kind, c.reltuples::float8 AS tuples, NULLIF(c.relpages, 0) AS pages,
    pg_relation_size(c.oid) / current_setting('block_size')::int AS now,
    pg_table_size(c.oid) AS bytes, pg_indexes_size(c.oid) AS indexes
  FROM p JOIN pg_class c ON c.oid = p.part AND c.relkind IN ('r', 'f'))
SELECT r.s, r.t,
  CASE WHEN bool_and(COALESCE(m.kind = 'r' AND (m.now = 0 OR (m.tuples >= 0 AND m.pages IS NOT NULL)), m.root IS NULL))
    THEN COALESCE(sum(CASE WHEN m.now = 0 THEN 0 ELSE round(m.tuples / m.pages * m.now) END), 0)::bigint END,
  COALESCE(sum(m.bytes), 0)::bigint, COALESCE(sum(m.indexes), 0)::bigint
FROM r LEFT JOIN m ON m.root = r.oid GROUP BY 1, 2 ORDER BY 1, 2";

/// Indexes with their partitions.
const INDEXES: &str = "\
SELECT n.nspname::text, c.relname::text, x.relname::text, COALESCE(sum(pg_relation_size(l.leaf)), 0)::bigint,
  CASE WHEN current_setting('track_counts')::boolean THEN COALESCE(sum(pg_stat_get_numscans(l.leaf)), 0)::bigint END
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL (
  SELECT x.oid AS leaf WHERE x.relkind = 'i'
  UNION ALL SELECT t.relid::oid FROM pg_partition_tree(x.oid) t WHERE x.relkind = 'I' AND t.isleaf) l ON true
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY($1)
GROUP BY 1, 2, 3 ORDER BY 1, 2, 3";

/// All of them, with what they read.
pub(super) fn all() -> [(&'static str, &'static str); 3] {
    [
        ("the server's version, since when it counts, and its replicas", SERVER),
        ("the estimated rows of tables, and what they take", TABLES),
        ("what indexes take, and how often they were used", INDEXES),
    ]
}

/// What the database of a connection says of the size and use of its tables, in one read-only
/// transaction. `taken` is now.
///
/// # Errors
/// When a query fails: a right is missing, or a table is locked for longer than the timeout.
pub fn statistics(
    client: &mut Client,
    filter: &Filter,
    taken: String,
) -> Result<Statistics, Error> {
    read_only(client, "reading the statistics", |transaction| read(transaction, filter, taken))
}

fn read(
    transaction: &mut Transaction<'_>,
    filter: &Filter,
    taken: String,
) -> Result<Statistics, postgres::Error> {
    // What is less than nothing is nothing that anybody knows of.
    let count = |number: i64| u64::try_from(number).unwrap_or(0);
    let server = transaction.query_one(SERVER, &[])?;
    let mut statistics = Statistics {
        taken,
        postgres: Version::from_number(u32::try_from(server.get::<_, i32>(0)).unwrap_or(0)),
        counting_since: server.get(1),
        replicas: count(server.get(2)),
        tables: BTreeMap::new(),
    };
    for row in transaction.query(TABLES, &[&filter.schemas])? {
        let name = QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1));
        if !filter.takes_table(&name.name) {
            continue;
        }
        let table = TableStatistics {
            rows: row.get::<_, Option<i64>>(2).map(count),
            bytes: count(row.get(3)),
            index_bytes: count(row.get(4)),
            indexes: BTreeMap::new(),
        };
        statistics.tables.insert(name, table);
    }
    for row in transaction.query(INDEXES, &[&filter.schemas])? {
        let name = QualifiedName::new(row.get::<_, String>(0), row.get::<_, String>(1));
        let Some(table) = statistics.tables.get_mut(&name) else { continue };
        let scans = row.get::<_, Option<i64>>(4).map(count);
        table.indexes.insert(row.get(2), IndexStatistics { bytes: count(row.get(3)), scans });
    }
    Ok(statistics)
}
