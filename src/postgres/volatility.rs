//! Whether an expression gives every row the same value.

use crate::diff::dependents::words;

/// PostgreSQL's three classes, and not knowing (manual, section 38.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Volatility {
    /// A literal, or functions that depend on nothing else.
    Immutable,
    /// The same within one statement, such as `now()`: a new column with it is catalog only
    /// (measured on PostgreSQL 12 to 18).
    Stable,
    /// Another value for every row: a new column with it rewrites the table.
    Volatile,
    /// Calls a function that is not in the list.
    Unknown,
}

/// `pg_proc.provolatile = 'v'`, as far as defaults use them, the well-known extensions included.
const VOLATILE: &[&str] = &[
    "clock_timestamp",
    "cuid",
    "gen_random_uuid",
    "gen_random_bytes",
    "gen_salt",
    "gen_ulid",
    "generate_ulid",
    "lastval",
    "nanoid",
    "nextval",
    "random",
    "random_normal",
    "setval",
    "timeofday",
    "ulid_generate",
    "uuid_generate_v1",
    "uuid_generate_v1mc",
    "uuid_generate_v4",
    "uuid_generate_v6",
    "uuid_generate_v7",
    "uuidv4",
    "uuidv7",
    "currval",
];

/// `provolatile = 's'`, and the words that stand for such functions.
const STABLE: &[&str] = &[
    "age",
    "auth",
    "concat",
    "concat_ws",
    "current_catalog",
    "current_date",
    "current_database",
    "current_role",
    "current_schema",
    "current_setting",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "now",
    "pg_my_temp_schema",
    "session_user",
    "statement_timestamp",
    "to_char",
    "to_timestamp",
    "transaction_timestamp",
    "txid_current",
    "user",
];

/// `provolatile = 'i'`, the usual ones, and keywords that are followed by a bracket.
const IMMUTABLE: &[&str] = &[
    "abs",
    "array",
    "array_append",
    "cast",
    "ceil",
    "char",
    "coalesce",
    "date_part",
    "decimal",
    "decode",
    "encode",
    "extract",
    "floor",
    "format",
    "greatest",
    "in",
    "interval",
    "json_build_array",
    "json_build_object",
    "jsonb_build_array",
    "jsonb_build_object",
    "least",
    "length",
    "lower",
    "make_date",
    "make_interval",
    "make_timestamp",
    "md5",
    "mod",
    "nullif",
    "numeric",
    "power",
    "repeat",
    "replace",
    "row",
    "round",
    "sha256",
    "split_part",
    "substr",
    "substring",
    "timestamp",
    "timezone",
    "trim",
    "trunc",
    "upper",
    "uuid_nil",
    "uuid_ns_url",
    "values",
    "varchar",
];

/// The volatility of a default or another expression, given as SQL text.
pub fn volatility(expression: &str) -> Volatility {
    let called = |word: &str| {
        // A word that is called, or one of the few that are functions without brackets.
        let tail = expression.find(word).map(|at| &expression[at + word.len()..]);
        tail.is_some_and(|tail| tail.trim_start_matches('"').trim_start().starts_with('('))
    };
    let mut worst = Volatility::Immutable;
    for word in words(expression) {
        let name = word.to_ascii_lowercase();
        let name = name.as_str();
        let of_word = if VOLATILE.contains(&name) && called(word) {
            Volatility::Volatile
        } else if STABLE.contains(&name) {
            Volatility::Stable
        } else if called(word) && !IMMUTABLE.contains(&name) {
            Volatility::Unknown
        } else {
            Volatility::Immutable
        };
        worst = match (worst, of_word) {
            (Volatility::Volatile, _) | (_, Volatility::Volatile) => Volatility::Volatile,
            (one, other) => one.max(other),
        };
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_the_functions_that_defaults_use() {
        assert_eq!(volatility("'random()'"), Volatility::Immutable);
        assert_eq!(volatility("0"), Volatility::Immutable);
        assert_eq!(volatility("'{}'::jsonb"), Volatility::Immutable);
        assert_eq!(volatility("now()"), Volatility::Stable);
        assert_eq!(volatility("CURRENT_TIMESTAMP"), Volatility::Stable);
        assert_eq!(volatility("now() + interval '1 day'"), Volatility::Stable);
        assert_eq!(volatility("gen_random_uuid()"), Volatility::Volatile);
        assert_eq!(volatility("md5(random()::text)"), Volatility::Volatile);
        assert_eq!(volatility("nextval('funds_id_seq'::regclass)"), Volatility::Volatile);
        assert_eq!(volatility("lower('A')"), Volatility::Immutable);
        assert_eq!(volatility("make_code()"), Volatility::Unknown);
        assert_eq!(volatility("make_code() || random()"), Volatility::Volatile);
    }
}
