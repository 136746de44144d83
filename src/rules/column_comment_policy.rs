//! `column.comment_policy`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "column.comment_policy",
    severity: Severity::Risky,
    condition: "A new table or column has a name that PostgreSQL takes only in quotes: upper case \
             letters, other characters than letters, digits and `_`, or a reserved word.",
    effect: "Every SQL text that names it has to quote it; without quotes PostgreSQL folds it to lower \
             case and does not find it (42P01, 42703), or reads a keyword (42601).",
    remedy: "Use snake_case names that are no keywords, for instance through the casing option.",
    postgres: "Unquoted names are folded to lower case. COMMENT, for what a name cannot say: SHARE \
             UPDATE EXCLUSIVE (measured); Drizzle has no comments.",
    sources: &[
        "bytebase/NAMING_COLUMN",
        "pgsafe/naming-convention",
        "skeema/name-case",
        "skeema/reserved-word",
    ],
    check,
};

/// PostgreSQL's fully reserved words that somebody may want as a name (manual, appendix C).
const RESERVED: &[&str] = &[
    "all",
    "analyse",
    "analyze",
    "and",
    "any",
    "array",
    "as",
    "asc",
    "asymmetric",
    "both",
    "case",
    "cast",
    "check",
    "collate",
    "column",
    "constraint",
    "create",
    "current_date",
    "current_role",
    "current_time",
    "current_timestamp",
    "current_user",
    "default",
    "deferrable",
    "desc",
    "distinct",
    "do",
    "else",
    "end",
    "except",
    "false",
    "fetch",
    "for",
    "foreign",
    "from",
    "grant",
    "group",
    "having",
    "in",
    "initially",
    "intersect",
    "into",
    "lateral",
    "leading",
    "limit",
    "localtime",
    "localtimestamp",
    "not",
    "null",
    "offset",
    "on",
    "only",
    "or",
    "order",
    "placing",
    "primary",
    "references",
    "returning",
    "select",
    "session_user",
    "some",
    "symmetric",
    "table",
    "then",
    "to",
    "trailing",
    "true",
    "union",
    "unique",
    "user",
    "using",
    "variadic",
    "when",
    "where",
    "window",
    "with",
];

fn check(change: &Change, _: &Context<'_>) -> Option<Finding> {
    let (table, columns) = new_columns(change)?;
    let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    if let Change::CreateTable(table) = change {
        names.insert(0, &table.name.name);
    }
    names.retain(|name| needs_quotes(name));
    (!names.is_empty())
        .then(|| RULE.finding(format!("New in {table}, to be quoted always: {}.", list(&names))))
}

fn needs_quotes(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !name.chars().all(plain)
        || name.starts_with(|c: char| c.is_ascii_digit())
        || RESERVED.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;

    #[test]
    fn names_are_usable_without_quotes() {
        let created = |name: &str, column: &str| {
            case(schema([]), schema([table(name, &["id uuid", column])]))
                .policy(RULE.id)
                .messages(RULE.id)
        };
        assert_eq!(
            created("order", "vintageYear integer"),
            ["New in public.order, to be quoted always: order and vintageYear."]
        );
        assert_eq!(created("orders", "vintage_year integer").len(), 0);
    }
}
