//! The names drizzle gives what the schema does not name.
//!
//! Of 0.x: drizzle-orm 0.45, `src/pg-core/{unique-constraint,primary-keys,foreign-keys}.ts` and
//! drizzle-kit 0.31, `src/serializer/pgSerializer.ts`. Of 1.x: as drizzle-kit 1.0.0-rc.4 prints them.

use super::version::Generation;

/// A unique constraint of several columns, or of one in the third argument of `pgTable`.
pub(super) fn unique(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_unique", columns.join("_"))
}

/// `.unique()` of a column.
pub(super) fn unique_column(generation: Generation, table: &str, column: &str) -> String {
    match generation {
        Generation::Zero => unique(table, &[column]),
        Generation::One => format!("{table}_{column}_key"),
    }
}

/// A primary key in the third argument of `pgTable`.
pub(super) fn primary_key(generation: Generation, table: &str, columns: &[&str]) -> String {
    match generation {
        Generation::Zero => format!("{table}_{}_pk", columns.join("_")),
        Generation::One => format!("{table}_pkey"),
    }
}

/// An index.
pub(super) fn index(table: &str, columns: &[&str]) -> String {
    format!("{table}_{}_index", columns.join("_"))
}

/// A foreign key from `table(columns)` to `to(foreign)`.
pub(super) fn foreign_key(
    generation: Generation,
    table: &str,
    columns: &[&str],
    to: &str,
    foreign: &[&str],
) -> String {
    let parts: Vec<&str> = [&[table][..], columns, &[to], foreign].concat();
    let name = parts.join("_");
    match generation {
        Generation::Zero => format!("{name}_fk"),
        Generation::One => hashed_if_long(table, &format!("{name}_fkey")),
    }
}

/// JavaScript's length of a text, in which PostgreSQL's limit is measured there.
fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// 1.x keeps foreign keys within 63 characters (drizzle-kit/src/dialects/postgres/grammar.ts).
fn hashed_if_long(table: &str, name: &str) -> String {
    const LONGEST: usize = 63;
    /// `_`, twelve characters of the hash, `_fkey`.
    const SUFFIX: usize = 18;
    if length(name) <= LONGEST {
        name.to_owned()
    } else if length(table) < LONGEST - SUFFIX {
        format!("{table}_{}_fkey", hash(name))
    } else {
        format!("{}_fkey", hash(name))
    }
}

/// Twelve characters of a polynomial over the code points, in base 62
/// (drizzle-kit/src/dialects/common.ts).
fn hash(text: &str) -> String {
    const DIGITS: &[u8; 62] = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const LENGTH: u32 = 12;
    let combinations = 62_u128.pow(LENGTH);
    let (mut sum, mut power) = (0_u128, 1_u128);
    for character in text.chars() {
        sum = (sum + u128::from(u32::from(character)) * power) % combinations;
        power = (power * 53) % combinations;
    }
    let mut letters: Vec<u8> = Vec::new();
    for _ in 0..LENGTH {
        letters.extend(usize::try_from(sum % 62).ok().and_then(|at| DIGITS.get(at)).copied());
        sum /= 62;
    }
    letters.iter().rev().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Printed by drizzle-kit 1.0.0-rc.4 for tables of these names.
    #[test]
    fn long_names_of_1_x_are_hashed_as_drizzle_kit_does() {
        let table = "investments_of_the_second_european_growth_fund";
        let name =
            |column, to: &[&str]| foreign_key(Generation::One, table, &[column], "funds", to);
        assert_eq!(name("fundId", &["id"]), "wfNrF9xJoFqh_fkey");
        assert_eq!(name("roundIdentifier", &["code"]), "hnytOTWP2Ewc_fkey");
        let short = foreign_key(Generation::One, "marks", &["fund_id"], "funds", &["id"]);
        assert_eq!(short, "marks_fund_id_funds_id_fkey");
    }

    #[test]
    fn generations_differ_where_they_do() {
        let (zero, one) = (Generation::Zero, Generation::One);
        assert_eq!(unique_column(zero, "funds", "code"), "funds_code_unique");
        assert_eq!(unique_column(one, "funds", "code"), "funds_code_key");
        assert_eq!(primary_key(zero, "funds", &["a", "b"]), "funds_a_b_pk");
        assert_eq!(primary_key(one, "funds", &["a", "b"]), "funds_pkey");
        assert_eq!(foreign_key(zero, "deals", &["f"], "funds", &["id"]), "deals_f_funds_id_fk");
    }
}
