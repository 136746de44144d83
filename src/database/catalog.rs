//! The queries that read a schema from PostgreSQL's catalog. `$1` is the schemas that are looked at.

/// Set in the transaction that reads.
pub(super) const SETTINGS: &str = "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '5s'; SET LOCAL search_path = public;";

/// The server's version.
pub(super) const VERSION: &str = "SELECT current_setting('server_version_num')::int";

/// Objects that an extension brought along are its own business.
const NOT_OF_EXTENSION: &str =
    "NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e')";

/// The schemas.
pub(super) const SCHEMAS: &str = "SELECT nspname::text FROM pg_namespace WHERE nspname = ANY($1) AND nspname <> 'public' ORDER BY 1";

/// Enums and their labels.
pub(super) const ENUMS: &str = "SELECT n.nspname::text, c.typname::text, array_agg(v.enumlabel::text ORDER BY v.enumsortorder) \
             FROM pg_type c JOIN pg_namespace n ON n.oid = c.typnamespace JOIN pg_enum v ON v.enumtypid = c.oid \
             WHERE n.nspname = ANY($1) AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.deptype = 'e') \
             GROUP BY 1, 2 ORDER BY 1, 2";

/// Columns, with the sequence behind them.
pub(super) const COLUMNS: &str = "SELECT a.attrelid, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, \
               a.attidentity::text, a.attgenerated::text, pg_get_expr(d.adbin, d.adrelid), \
               en.nspname::text, et.typname::text, t.typelem <> 0 AND t.typlen = -1, \
               sn.nspname::text, sc.relname::text, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, s.seqcycle \
             FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             JOIN pg_type t ON t.oid = a.atttypid \
             LEFT JOIN pg_type et ON et.oid = CASE WHEN t.typelem <> 0 AND t.typlen = -1 THEN t.typelem ELSE t.oid END AND et.typtype = 'e' \
             LEFT JOIN pg_namespace en ON en.oid = et.typnamespace \
             LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
             LEFT JOIN pg_depend o ON o.refobjid = a.attrelid AND o.refobjsubid = a.attnum AND o.deptype IN ('a', 'i') \
               AND o.classid = 'pg_class'::regclass AND EXISTS (SELECT FROM pg_class q WHERE q.oid = o.objid AND q.relkind = 'S') \
             LEFT JOIN pg_sequence s ON s.seqrelid = o.objid LEFT JOIN pg_class sc ON sc.oid = o.objid \
             LEFT JOIN pg_namespace sn ON sn.oid = sc.relnamespace \
             WHERE n.nspname = ANY($1) AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped \
             ORDER BY a.attrelid, a.attnum";

/// Indexes that are no constraint's.
pub(super) const INDEXES: &str = "SELECT i.indrelid, c.relname::text, i.indisunique, i.indisvalid AND i.indisready, am.amname::text, \
               pg_get_expr(i.indpred, i.indrelid), c.reloptions, \
               ARRAY(SELECT pg_get_indexdef(i.indexrelid, k, true) FROM generate_series(1, i.indnkeyatts) k), \
               ARRAY(SELECT COALESCE(a.attname::text, '') FROM generate_series(0, i.indnkeyatts - 1) k LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k] AND a.attnum > 0 ORDER BY k), \
               ARRAY(SELECT i.indoption[k]::int FROM generate_series(0, i.indnkeyatts - 1) k ORDER BY k), \
               ARRAY(SELECT CASE WHEN o.opcdefault THEN '' ELSE o.opcname::text END FROM generate_series(0, i.indnkeyatts - 1) k JOIN pg_opclass o ON o.oid = i.indclass[k] ORDER BY k), \
               ARRAY(SELECT a.attname::text FROM generate_series(i.indnkeyatts::int, i.indnatts - 1) k JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k] ORDER BY k), \
               COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) \
             FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am am ON am.oid = c.relam \
             JOIN pg_class r ON r.oid = i.indrelid JOIN pg_namespace n ON n.oid = r.relnamespace \
             WHERE n.nspname = ANY($1) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) \
             ORDER BY i.indrelid, c.relname";

/// Policies.
pub(super) const POLICIES: &str = "SELECT p.polrelid, p.polname::text, p.polpermissive, p.polcmd::text, \
               ARRAY(SELECT CASE WHEN r = 0 THEN 'public' ELSE pg_get_userbyid(r)::text END FROM unnest(p.polroles) r ORDER BY 1), \
               pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) \
             FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = ANY($1) ORDER BY 1, 2";

/// Tables.
pub(super) fn tables() -> String {
    format!(
        "SELECT c.oid, n.nspname::text, c.relname::text, c.relrowsecurity FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname = ANY($1) AND {NOT_OF_EXTENSION} \
             ORDER BY 2, 3"
    )
}

/// Sequences of their own.
pub(super) fn sequences() -> String {
    format!(
        "SELECT n.nspname::text, c.relname::text, s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache, s.seqcycle \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_sequence s ON s.seqrelid = c.oid \
             WHERE n.nspname = ANY($1) AND {NOT_OF_EXTENSION} \
               AND NOT EXISTS (SELECT FROM pg_depend o WHERE o.objid = c.oid AND o.deptype IN ('a', 'i') AND o.refobjsubid > 0) \
             ORDER BY 1, 2"
    )
}

/// Views.
pub(super) fn views() -> String {
    format!(
        "SELECT n.nspname::text, c.relname::text, c.relkind = 'm', pg_get_viewdef(c.oid), c.reloptions, c.relispopulated, \
               ARRAY(SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum), \
               ARRAY(SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('v', 'm') AND n.nspname = ANY($1) AND {NOT_OF_EXTENSION} ORDER BY 1, 2"
    )
}

/// Constraints.
pub(super) fn constraints() -> String {
    let names = |relation: &str, key: &str| {
        format!(
            "ARRAY(SELECT a.attname::text FROM unnest(c.{key}) WITH ORDINALITY AS k(att, ord) JOIN pg_attribute a ON a.attrelid = c.{relation} AND a.attnum = k.att ORDER BY k.ord)"
        )
    };
    format!(
        "SELECT c.conrelid, c.conname::text, c.contype::text, {}, tn.nspname::text, tt.relname::text, {}, \
               c.confdeltype::text, c.confupdtype::text, c.convalidated, pg_get_expr(c.conbin, c.conrelid), \
               COALESCE((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) \
             FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid JOIN pg_namespace n ON n.oid = r.relnamespace \
             LEFT JOIN pg_class tt ON tt.oid = c.confrelid LEFT JOIN pg_namespace tn ON tn.oid = tt.relnamespace \
             LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype = 'u' \
             WHERE n.nspname = ANY($1) AND c.conparentid = 0 ORDER BY c.conrelid, c.conname",
        names("conrelid", "conkey"),
        names("confrelid", "confkey"),
    )
}

/// All of them, with what they read.
pub(super) fn all() -> Vec<(&'static str, String)> {
    vec![
        ("the server's version", VERSION.to_owned()),
        ("schemas", SCHEMAS.to_owned()),
        ("enums", ENUMS.to_owned()),
        ("tables", tables()),
        ("columns", COLUMNS.to_owned()),
        ("constraints", constraints()),
        ("indexes", INDEXES.to_owned()),
        ("policies", POLICIES.to_owned()),
        ("sequences", sequences()),
        ("views", views()),
        ("what no Drizzle schema can say", super::traits::QUERY.to_owned()),
    ]
}
