//! `column.add.domain`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.add.domain",
    severity: Severity::Risky,
    condition: "A column of a type that is neither PostgreSQL's own nor a known extension's is added.",
    effect: "If it is a domain with a constraint, the whole table is written again, even when the \
             column is nullable and has no default.",
    remedy: "Use the plain type and a CHECK that is added NOT VALID.",
    postgres: "A column of a constrained domain rewrites the table (measured on PostgreSQL 12 to 18).",
    sources: &["squawk/ban-create-domain-with-constraint"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AddColumn(it) = change else { return None };
    let ty = crate::postgres::SqlType::of(&it.what, context.schemas.after);
    let crate::postgres::Base::Other(name) = &ty.base else { return None };
    let known =
        name.split(['(', ' ']).next().unwrap_or(name).trim_matches('"').to_ascii_lowercase();
    if KNOWN.contains(&known.as_str()) {
        return None;
    }
    Some(RULE.finding(format!(
        "{} has the type {name}, which may be a domain.",
        path(&it.table, &it.what.name)
    )))
}

/// Types that are no domains: PostgreSQL's own beyond the measured ones, and the usual extensions'.
const KNOWN: &[&str] = &[
    "box",
    "circle",
    "cube",
    "datemultirange",
    "daterange",
    "geography",
    "geometry",
    "halfvec",
    "hstore",
    "int4multirange",
    "int4range",
    "int8multirange",
    "int8range",
    "lseg",
    "ltree",
    "money",
    "name",
    "nummultirange",
    "numrange",
    "oid",
    "path",
    "polygon",
    "sparsevec",
    "tsmultirange",
    "tsquery",
    "tsrange",
    "tstzmultirange",
    "tstzrange",
    "tsvector",
    "vector",
    "xml",
];

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Risky, Safe};

    #[test]
    fn fires_on_an_unknown_type_only() {
        let before = || schema([table("funds", &["id uuid"])]);
        let added = |column: &str| case(before(), schema([table("funds", &["id uuid", column])]));
        assert_eq!(added("email email_address").says(RULE.id), Some(Risky));
        assert_eq!(added("v vector(3)").says(RULE.id), None);
        assert_eq!(added("v tsvector").worst(), Safe);
    }
}
