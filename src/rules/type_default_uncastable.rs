//! `type.default_uncastable`

use super::prelude::*;
use crate::postgres::{Base, SqlType};

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.default_uncastable",
    severity: Severity::Risky,
    condition: "A column with a default changes to a type its default does not convert to.",
    effect: "The statement fails (42804: default for column cannot be cast automatically), or the one after \
             it, which sets the default again, when its text is no value of the new type (22P02, 22007, \
             22003).",
    remedy: "Drop the default, change the type, set the default again, in one transaction.",
    postgres: "42804, also with USING, which does not apply to the default (measured on PostgreSQL 12 \
             to 18).",
    sources: &["drizzle-orm/4295", "postgresql/42804"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let default = default_text(&it.what.before)?;
    let swaps_enum = matches!(types.after.base, Base::Enum(_));
    if conversion.path != crate::postgres::Path::Using && !swaps_enum {
        let stays = it.what.after.default == it.what.before.default;
        let literal = default.trim_start().starts_with('\'');
        return (stays && literal && !reads_what(&types.before, &types.after)).then(|| {
            RULE.finding(format!(
                "{} keeps the default {default} as {} becomes {}: it has to be a value of that type too.",
                column_path(it),
                types.before,
                types.after
            ))
        });
    }
    let dropped = context.also(it, |other| matches!(other, Change::DropDefault(_)));
    let finding = RULE.finding(format!(
        "The default {default} of {} cannot be cast from {} to {}.",
        column_path(it),
        types.before,
        types.after
    ));
    Some(if dropped {
        finding.because("the default is dropped, but drizzle-kit does so after the type")
    } else {
        finding
    })
}

/// Whether every text that is a value of the one type is a value of the other.
fn reads_what(before: &SqlType, after: &SqlType) -> bool {
    const TEXTS: [&str; 4] = ["text", "varchar", "char", "citext"];
    const WIDER: [(&str, &str); 11] = [
        ("smallint", "integer"),
        ("smallint", "bigint"),
        ("integer", "bigint"),
        ("date", "timestamp"),
        ("date", "timestamptz"),
        ("timestamp", "timestamptz"),
        ("timestamptz", "timestamp"),
        ("json", "jsonb"),
        ("jsonb", "json"),
        ("real", "double"),
        ("cidr", "inet"),
    ];
    const NUMBERS: [&str; 6] = ["smallint", "integer", "bigint", "numeric", "real", "double"];
    let (Base::Builtin(from), Base::Builtin(to)) = (&before.base, &after.base) else {
        return before.base == after.base;
    };
    let wide = matches!(*to, "numeric" | "real" | "double") && NUMBERS.contains(from);
    before.dimensions == after.dimensions
        && (from == to || TEXTS.contains(to) || wide || WIDER.contains(&(from, to)))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    #[test]
    fn fires_when_the_default_needs_a_cast() {
        let users = |column: &str| schema([table("users", &[column])]);
        let with = case(users("n text default '1'"), users("n integer default 1"));
        assert_eq!(with.says(RULE.id), Some(Risky));
        assert_eq!(case(users("n text"), users("n integer")).says(RULE.id), None);
        let kept = case(users("n interval default '1 day'"), users("n time default '1 day'"));
        assert_eq!(kept.says(RULE.id), Some(Risky));
        let read =
            case(users("n date default '2026-01-01'"), users("n timestamp default '2026-01-01'"));
        assert_eq!(read.says(RULE.id), None);
        let wider = case(users("n integer default 1"), users("n bigint default 1"));
        assert_eq!(wider.says(RULE.id), None);
    }
}
