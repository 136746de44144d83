//! `ALTER COLUMN … TYPE`: what it does to the table and to the values.
//!
//! `type_matrix.tsv` is the measured truth: 46 types against 47 on PostgreSQL 12.22, 13.23, 14.23,
//! 15.18, 16.14, 17.10 and 18.4, every pair altered on a table with an index and sample values, the
//! session in America/New_York and again in UTC. A cell is one letter for the way and the work
//! (`-` no cast at all, `c` catalog only, `x` catalog and index rebuild, `z` rewrite but catalog and
//! index rebuild in a UTC session, `r` rewrite, `u` rewrite and only with `USING`), then `f` some
//! sample failed, `l` some sample changed, `b` it could not be altered back, `i` a btree index on it
//! stops the change. Way and work are read from it; failure and loss, which depend on the samples,
//! are computed from the types and must cover whatever was measured (see the tests).

use std::collections::HashMap;
use std::sync::LazyLock;

use super::types::{Base, SqlType};

/// How PostgreSQL gets from one type to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Path {
    /// `ALTER COLUMN … TYPE T` is enough.
    Automatic,
    /// Only with `USING`; without it SQLSTATE 42804.
    Using,
    /// No cast at all; SQLSTATE 42846 even with `USING column::T`.
    Impossible,
    /// One of the types is not PostgreSQL's own: nobody has measured it.
    Unknown,
}

/// What it costs, under ACCESS EXCLUSIVE in every case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Work {
    /// The catalog only.
    Catalog,
    /// The catalog, and every index on the column is built again.
    Reindex,
    /// The whole table and all its indexes are written again.
    Rewrite,
}

/// What a type change does.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "four independent facts, none a state")]
pub struct Conversion {
    /// Whether and how it runs.
    pub path: Path,
    /// What it costs.
    pub work: Work,
    /// The cost in a session whose time zone is UTC, where it is another.
    pub work_in_utc: Option<Work>,
    /// Which values stop it, with the SQLSTATE.
    pub can_fail: Option<String>,
    /// Which values it changes without a word.
    pub loses: Option<String>,
    /// With an explicit `USING column::T` values are cut instead of refused.
    pub using_truncates: bool,
    /// The session's time zone decides which values come out.
    pub depends_on_time_zone: bool,
    /// No `ALTER TYPE` leads back to the old values.
    pub no_way_back: bool,
    /// An index on the column stops it (the new type has no btree operator class).
    pub index_blocks: bool,
}

impl Conversion {
    /// Nothing but the catalog changes.
    pub fn is_metadata_only(&self) -> bool {
        self.path == Path::Automatic
            && self.work == Work::Catalog
            && self.can_fail.is_none()
            && self.loses.is_none()
    }

    fn of(path: Path, work: Work) -> Self {
        Self {
            path,
            work,
            work_in_utc: None,
            can_fail: None,
            loses: None,
            using_truncates: false,
            depends_on_time_zone: false,
            no_way_back: false,
            index_blocks: false,
        }
    }
}

static MATRIX: LazyLock<HashMap<(&'static str, &'static str), &'static str>> =
    LazyLock::new(|| read(include_str!("type_matrix.tsv")));

fn read(text: &'static str) -> HashMap<(&'static str, &'static str), &'static str> {
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap_or_default().split('\t').skip(1).collect();
    let mut matrix = HashMap::new();
    for line in lines {
        let mut cells = line.split('\t');
        let Some(from) = cells.next() else { continue };
        matrix.extend(columns.iter().zip(cells).map(|(to, cell)| ((from, *to), cell)));
    }
    matrix
}

/// What changing a column's type from `before` to `after` does; `version` is the server's major
/// version, where known.
pub fn convert(before: &SqlType, after: &SqlType, version: Option<u32>) -> Conversion {
    if same(before, after) {
        return Conversion::of(Path::Automatic, Work::Catalog);
    }
    let mut conversion = way_and_work(before, after, version);
    if matches!(conversion.path, Path::Impossible) {
        conversion.no_way_back = true;
        return conversion;
    }
    values(before, after, version, &mut conversion);
    conversion.index_blocks = conversion.path != Path::Unknown
        && after.dimensions == 0
        && after.has_btree() == Some(false)
        && before.has_btree() != Some(false);
    if conversion.loses.is_some() || way_and_work(after, before, version).path == Path::Impossible {
        conversion.no_way_back = true;
    }
    conversion
}

/// `integer` and `serial` are one type to PostgreSQL; so are two spellings of another.
fn same(before: &SqlType, after: &SqlType) -> bool {
    let defaulted = |ty: &SqlType| match ty.base {
        Base::Builtin("char" | "bit") => vec![ty.length().unwrap_or(1)],
        Base::Builtin("numeric") => ty.digits().map_or(Vec::new(), |(a, b)| vec![a, b]),
        Base::Builtin("timestamp" | "timestamptz" | "time" | "timetz" | "interval") => {
            vec![ty.seconds_precision()]
        }
        Base::Builtin(_) | Base::Enum(_) | Base::Other(_) => ty.arguments.clone(),
    };
    before.base == after.base
        && before.dimensions.min(1) == after.dimensions.min(1)
        && before.fields == after.fields
        && defaulted(before) == defaulted(after)
}

fn way_and_work(before: &SqlType, after: &SqlType, version: Option<u32>) -> Conversion {
    let (from, to) = (column_of(before), column_of(after));
    let arrays = (before.dimensions.min(1), after.dimensions.min(1));
    match arrays {
        // Element by element; the array is always written again (measured, also for varchar[] to text[]).
        (1, 1) => {
            let inner = way_and_work(&before.element(), &after.element(), version);
            return Conversion::of(inner.path, Work::Rewrite);
        }
        // Every array has a text form; no array becomes another scalar.
        (1, _) => {
            return match after.scalar() {
                Some("text" | "varchar" | "char" | "citext") => {
                    Conversion::of(Path::Automatic, Work::Rewrite)
                }
                _ => Conversion::of(Path::Impossible, Work::Rewrite),
            };
        }
        // A string is read as an array literal; nothing else becomes an array.
        (_, 1) => {
            return match before.scalar() {
                Some("text" | "varchar" | "char" | "citext") => {
                    Conversion::of(Path::Using, Work::Rewrite)
                }
                _ => Conversion::of(Path::Impossible, Work::Rewrite),
            };
        }
        _ => {}
    }
    let (Some(from), Some(to)) = (from, to) else {
        return Conversion::of(Path::Unknown, Work::Rewrite);
    };
    if before.base == after.base {
        return within(before, after);
    }
    if matches!((&before.base, &after.base), (Base::Enum(_), Base::Enum(_))) {
        return Conversion::of(Path::Impossible, Work::Rewrite);
    }
    let integers = |name: &str| matches!(name, "smallint" | "integer" | "bigint");
    let casts_of_18 = (integers(from) && to == "bytea") || (from == "bytea" && integers(to));
    if casts_of_18 && version.is_none_or(|version| version < 18) {
        return Conversion::of(Path::Impossible, Work::Rewrite);
    }
    let cell = MATRIX.get(&(from, to)).copied().unwrap_or("-");
    let mut conversion = match cell.as_bytes().first() {
        Some(b'c') => Conversion::of(Path::Automatic, Work::Catalog),
        Some(b'x') => Conversion::of(Path::Automatic, Work::Reindex),
        Some(b'r' | b'z') => Conversion::of(Path::Automatic, Work::Rewrite),
        Some(b'u') => Conversion::of(Path::Using, Work::Rewrite),
        _ => Conversion::of(Path::Impossible, Work::Rewrite),
    };
    if cell.starts_with('z') {
        conversion.depends_on_time_zone = true;
        // With a precision of its own the new type calls a rounding function on every row.
        if after.length().is_none() {
            conversion.work_in_utc = Some(Work::Reindex);
        }
    }
    // A limit on the new side is checked row by row, whatever the unlimited type would have cost.
    let limited = matches!(to, "varchar" | "varbit") && after.length().is_some();
    let fits = matches!(from, "varchar") && to == "varchar";
    if limited && !fits && conversion.work < Work::Rewrite && !kept(before, after) {
        conversion.work = Work::Rewrite;
    }
    conversion
}

/// A fixed length that is known to fit.
fn kept(before: &SqlType, after: &SqlType) -> bool {
    matches!((before.scalar(), after.scalar()), (Some("bit"), Some("varbit")))
        && before.length().unwrap_or(1) <= after.length().unwrap_or(i64::MAX)
}

/// Two variants of one type.
fn within(before: &SqlType, after: &SqlType) -> Conversion {
    let name = before.scalar().unwrap_or_default();
    let widens = match name {
        "varchar" | "varbit" => wider(before.length(), after.length()),
        "numeric" => match (before.digits(), after.digits()) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some((whole, scale)), Some((new_whole, new_scale))) => {
                scale == new_scale && new_whole >= whole
            }
        },
        "timestamp" | "timestamptz" | "time" | "timetz" => {
            after.seconds_precision() >= before.seconds_precision()
        }
        "interval" => {
            after.seconds_precision() >= before.seconds_precision()
                && (after.fields.is_none() || after.fields == before.fields)
        }
        // `char(n)` is padded and `bit(n)` exact: every change is written.
        _ => false,
    };
    Conversion::of(Path::Automatic, if widens { Work::Catalog } else { Work::Rewrite })
}

/// Whether a limit grew; no limit is the widest.
fn wider(before: Option<i64>, after: Option<i64>) -> bool {
    match (before, after) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(before), Some(after)) => after >= before,
    }
}

/// The row and column of the matrix in which a type stands.
fn column_of(ty: &SqlType) -> Option<&'static str> {
    match &ty.base {
        Base::Builtin("char") => Some("char(20)"),
        Base::Builtin("bit") => Some("bit(5)"),
        Base::Builtin(name) => Some(name),
        Base::Enum(_) => Some("enumA"),
        Base::Other(_) => None,
    }
}

/// The longest text form a value of the type can have; `None` when there is no limit.
fn text_length(ty: &SqlType) -> Option<i64> {
    Some(match ty.scalar()? {
        "smallint" => 6,
        "integer" => 11,
        "bigint" => 20,
        "real" | "time" => 15,
        "double" | "timetz" => 24,
        "boolean" => 5,
        "uuid" => 36,
        "date" => 13,
        "interval" => 60,
        "timestamp" => 29,
        "timestamptz" => 35,
        "macaddr" => 17,
        "macaddr8" => 23,
        "inet" | "cidr" => 43,
        "bit" | "char" => ty.length().unwrap_or(1),
        "numeric" => {
            let (whole, scale) = ty.digits()?;
            whole.max(1) + scale + 2
        }
        "varchar" | "varbit" => ty.length()?,
        _ => return None,
    })
}

fn is_string(name: &str) -> bool {
    matches!(name, "text" | "varchar" | "char" | "citext")
}

/// Decimal digits of the largest value of an integer type.
fn integer_digits(name: &str) -> Option<i64> {
    match name {
        "smallint" => Some(5),
        "integer" => Some(10),
        "bigint" => Some(19),
        _ => None,
    }
}

/// Which values fail and which change. Written for what any row may hold, not only the samples.
fn values(before: &SqlType, after: &SqlType, version: Option<u32>, conversion: &mut Conversion) {
    if before.dimensions > 0 && after.dimensions > 0 {
        let inner = convert(&before.element(), &after.element(), version);
        conversion.can_fail = inner.can_fail;
        conversion.loses = inner.loses;
        conversion.using_truncates = inner.using_truncates;
        return;
    }
    let fails = |text: String| Some(text);
    if before.dimensions > 0 {
        conversion.loses = Some(format!("an array becomes its text form `{{a,b}}` in {after}"));
        if let Some(length) = after.length() {
            conversion.can_fail =
                fails(format!("arrays whose text form is longer than {length} characters (22001)"));
            conversion.using_truncates = true;
        }
        return;
    }
    if after.dimensions > 0 {
        conversion.can_fail =
            fails("every value that is not an array literal such as `{a,b}` (22P02)".to_owned());
        return;
    }
    if let Base::Enum(name) = &after.base {
        conversion.can_fail =
            fails(format!("every value that is not a label of {} (22P02)", name.name));
        return;
    }
    let (Some(from), Some(to)) = (column_of(before), column_of(after)) else { return };
    let (from, to) = (plain(from), plain(to));
    numbers(before, after, from, to, version, conversion);
    times(before, after, from, to, conversion);
    texts(before, after, from, to, conversion);
    others(before, after, from, to, conversion);
}

fn plain(name: &'static str) -> &'static str {
    name.split('(').next().unwrap_or(name)
}

fn numbers(
    before: &SqlType,
    after: &SqlType,
    from: &str,
    to: &str,
    version: Option<u32>,
    conversion: &mut Conversion,
) {
    let float = |name: &str| matches!(name, "real" | "double");
    if let (Some(digits), Some(new)) = (integer_digits(from), integer_digits(to))
        && new < digits
    {
        conversion.can_fail = Some(format!("values outside the range of {after} (22003)"));
    }
    if let (Some(digits), "numeric", Some((whole, _))) = (integer_digits(from), to, after.digits())
        && whole < digits
    {
        conversion.can_fail = Some(format!("values with more than {whole} digits (22003)"));
    }
    match (from, to) {
        ("integer" | "bigint", "real") => {
            conversion.loses =
                Some("integers beyond 16777216 are rounded to seven digits".to_owned());
        }
        ("bigint", "double") => {
            conversion.loses = Some("integers beyond 9007199254740992 are rounded".to_owned());
        }
        ("double", "real") => {
            conversion.loses = Some("values are rounded to about six digits".to_owned());
            conversion.can_fail = Some("values outside the range of real (22003)".to_owned());
        }
        _ => {}
    }
    if (float(from) || from == "numeric") && integer_digits(to).is_some() {
        let scale = before.digits().map_or(1, |(_, scale)| scale);
        if scale > 0 {
            conversion.loses = Some("fractions are rounded away (0.5 becomes 1 or 0)".to_owned());
        }
        let whole = before.digits().map_or(i64::MAX, |(whole, _)| whole);
        if whole >= integer_digits(to).unwrap_or_default() {
            conversion.can_fail = Some(match from {
                "numeric" => format!("values outside the range of {after} (22003) and NaN (0A000)"),
                _ => format!("values outside the range of {after} (22003)"),
            });
        } else if scale > 0 {
            conversion.can_fail = Some("NaN (0A000)".to_owned());
        }
    }
    if float(from) && to == "numeric" {
        conversion.loses =
            Some("digits beyond the 15 (real: 6) that are converted are lost".to_owned());
        let refused = version.is_none_or(|version| version < 14);
        let infinities =
            if refused { "infinities (before PostgreSQL 14: 0A000)" } else { "infinities" };
        conversion.can_fail = match after.digits() {
            Some(_) => Some(format!("{infinities} and values with too many digits (22003)")),
            None => refused.then(|| infinities.to_owned()),
        };
        if let Some((_, scale)) = after.digits() {
            conversion.loses = Some(format!("fractions are rounded to {scale} digits"));
        }
    }
    if from == "numeric" && float(to) {
        let exact = if to == "real" { 6 } else { 15 };
        if before.digits().is_none_or(|(whole, scale)| whole + scale > exact) {
            conversion.loses = Some(format!("values with more than {exact} digits are rounded"));
        }
        if before.digits().is_none_or(|(whole, _)| whole > 38) {
            conversion.can_fail = Some(format!("values outside the range of {after} (22003)"));
        }
    }
    if from == "numeric" && to == "numeric" {
        let Some((new_whole, new_scale)) = after.digits() else { return };
        let (whole, scale) = before.digits().unwrap_or((i64::MAX, i64::MAX));
        if new_scale < scale {
            conversion.loses = Some(format!(
                "fractions are rounded to {new_scale} digits ({})",
                rounding_example(scale, new_scale)
            ));
        }
        if new_whole < whole || (new_scale < scale && new_whole == whole) {
            conversion.can_fail =
                Some(format!("values with more than {new_whole} digits before the point (22003)"));
        }
    }
}

/// `1.25 becomes 1.3`, for the scales at hand.
fn rounding_example(scale: i64, new_scale: i64) -> String {
    let before = match scale {
        i64::MAX => 4,
        scale => usize::try_from(scale).unwrap_or(4).min(6),
    };
    let after = usize::try_from(new_scale).unwrap_or(0);
    let digits: String = "123456".chars().take(after).collect();
    let kept = if after == 0 { "1".to_owned() } else { format!("1.{digits}") };
    let tail = "5".repeat(before.saturating_sub(after).max(1));
    let full = if after == 0 { format!("1.{tail}") } else { format!("{kept}{tail}") };
    let mut rounded: Vec<char> = kept.chars().collect();
    if let Some(last) = rounded.last_mut() {
        *last = char::from_digit(last.to_digit(10).unwrap_or(0) + 1, 10).unwrap_or('9');
    }
    format!("{full} becomes {}", rounded.into_iter().collect::<String>())
}

fn times(before: &SqlType, after: &SqlType, from: &str, to: &str, conversion: &mut Conversion) {
    let clock =
        |name: &str| matches!(name, "timestamp" | "timestamptz" | "time" | "timetz" | "interval");
    if clock(from) && clock(to) && after.seconds_precision() < before.seconds_precision() {
        let digits = after.seconds_precision();
        conversion.loses = Some(format!("seconds are rounded to {digits} fractional digits"));
    }
    let zoned = |a: &str, b: &str| matches!((a, b), ("timestamptz" | "timestamp", "timestamptz" | "timestamp") if a != b);
    if zoned(from, to) {
        conversion.depends_on_time_zone = true;
    }
    let lost = match (from, to) {
        ("timestamp" | "timestamptz", "date") => "the time of day is cut off",
        ("timestamp" | "timestamptz", "time") | ("timestamptz", "timetz") => {
            "the date is cut off, and infinity becomes NULL (23502 where the column is NOT NULL)"
        }
        ("timetz", "time") => "the time zone is cut off",
        ("interval", "time") => "days, months and years are cut off",
        _ => "",
    };
    if !lost.is_empty() {
        conversion.loses = Some(lost.to_owned());
    }
    if from == "timestamptz" && matches!(to, "date" | "time") {
        conversion.depends_on_time_zone = true;
    }
    if from == "date" && to == "timestamptz" {
        conversion.depends_on_time_zone = true;
    }
    if to == "interval" && after.fields.is_some() && after.fields != before.fields && clock(from) {
        conversion.loses = Some(format!("parts outside {after} are cut off"));
    }
}

fn texts(before: &SqlType, after: &SqlType, from: &str, to: &str, conversion: &mut Conversion) {
    if matches!(to, "varchar" | "char") {
        let limit = match to {
            "char" => Some(after.length().unwrap_or(1)),
            _ => after.length(),
        };
        if let Some(limit) = limit
            && text_length(before).is_none_or(|length| length > limit)
        {
            conversion.can_fail = Some(format!("values longer than {limit} characters (22001)"));
            conversion.using_truncates = true;
        }
        if to == "char" && matches!(from, "text" | "varchar" | "citext" | "json") {
            conversion.loses = Some("trailing blanks are no longer significant".to_owned());
        }
    }
    if is_string(from) && !is_string(to) && conversion.path == Path::Using {
        if to == "bytea" {
            conversion.loses = Some("backslashes are read as escapes".to_owned());
            conversion.can_fail = Some("values with a stray backslash (22P02)".to_owned());
            return;
        }
        let state = match to {
            "date" | "timestamp" | "timestamptz" | "time" | "timetz" | "interval" => "22007",
            _ => "22P02",
        };
        // That a value is spelled differently afterwards is what reading it means, and no loss.
        conversion.can_fail = Some(format!("every value that does not read as {after} ({state})"));
        if let ("numeric", Some((_, scale))) = (to, after.digits()) {
            conversion.loses = Some(format!("fractions are rounded to {scale} digits"));
        }
    }
}

fn others(before: &SqlType, after: &SqlType, from: &str, to: &str, conversion: &mut Conversion) {
    match (from, to) {
        ("json", "jsonb") => {
            conversion.loses =
                Some("key order, blanks and duplicate keys of the documents are lost".to_owned());
            conversion.can_fail = Some("documents that contain \\u0000 (22P05)".to_owned());
        }
        ("jsonb", "boolean") => {
            conversion.can_fail = Some("every document that is not a boolean (22023)".to_owned());
        }
        ("jsonb", _) if conversion.path == Path::Using => {
            conversion.can_fail = Some("every document that is not a number (22023)".to_owned());
        }
        ("integer", "boolean") => {
            conversion.loses = Some("every number other than 0 becomes true".to_owned());
        }
        ("integer" | "bigint", "bit") => {
            conversion.loses = Some("only the lowest bits are kept".to_owned());
        }
        ("bytea", "smallint" | "integer" | "bigint") => {
            conversion.can_fail = Some(format!("values longer than {after} (22003)"));
            conversion.loses = Some("leading zero bytes are lost".to_owned());
        }
        ("inet", "cidr") => {
            conversion.loses =
                Some("host bits are set to zero (10.0.0.5/24 becomes 10.0.0.0/24)".to_owned());
        }
        ("macaddr8", "macaddr") => {
            conversion.can_fail = Some("addresses without FF:FE in the middle (22003)".to_owned());
        }
        ("bit" | "varbit", "bit") => {
            conversion.can_fail = Some(format!(
                "values that are not exactly {} bits long (22026)",
                after.length().unwrap_or(1)
            ));
            conversion.using_truncates = true;
        }
        ("bit" | "varbit", "varbit") if !wider(text_length(before), after.length()) => {
            conversion.can_fail = Some("values that are too long (22001)".to_owned());
            conversion.using_truncates = true;
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
