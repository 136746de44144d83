//! `fk.type_incompatible`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "fk.type_incompatible",
    severity: Severity::Dangerous,
    condition: "A foreign key connects columns whose types cannot be compared.",
    effect: "The statement fails (42804), and nothing after it runs.",
    remedy: "Give both columns the same type.",
    postgres: "42804: foreign key constraint cannot be implemented (measured on PostgreSQL 12 to 18).",
    sources: &["skeema/fk-parent", "postgresql/42804"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let after = context.schemas.after;
    let keys: Vec<(&QualifiedName, &crate::schema::ForeignKey)> =
        if let Change::CreateTable(it) = change {
            it.foreign_keys.values().map(|key| (&it.name, key)).collect()
        } else if let Change::AddForeignKey(it) = change {
            vec![(&it.table, &it.what)]
        } else if let Change::AlterForeignKey(it) = change {
            vec![(&it.table, &it.what.after)]
        } else if let Change::AlterColumnType(it) = change {
            let name = &it.what.after.name;
            let touches = |table: &QualifiedName, key: &crate::schema::ForeignKey| {
                (*table == it.table && key.columns_from.contains(name))
                    || (key.to == it.table && key.columns_to.contains(name))
            };
            dependents::foreign_keys(after).filter(|(table, key)| touches(table, key)).collect()
        } else {
            return None;
        };
    let ty = |table: &QualifiedName, column: &str| {
        after.column(table, column).map(|it| crate::postgres::SqlType::of(it, after))
    };
    keys.into_iter().find_map(|(table, key)| {
        key.columns_from.iter().zip(&key.columns_to).find_map(|(from, to)| {
            let (child, parent) = (ty(table, from)?, ty(&key.to, to)?);
            if comparable(&child, &parent) {
                return None;
            }
            Some(RULE.finding(format!(
                "{} is {child}, but {} is {parent}.",
                path(table, from),
                path(&key.to, to)
            )))
        })
    })
}

/// Whether PostgreSQL has an equality operator across the two types; what nobody knows may have one.
fn comparable(child: &crate::postgres::SqlType, parent: &crate::postgres::SqlType) -> bool {
    let group = |ty: &crate::postgres::SqlType| match &ty.base {
        crate::postgres::Base::Builtin(name) => Some(
            match *name {
                "smallint" | "integer" | "bigint" | "numeric" | "real" | "double" => "number",
                "text" | "varchar" | "char" | "citext" => "text",
                "timestamp" | "timestamptz" | "date" => "timestamp",
                "inet" | "cidr" => "inet",
                other => other,
            }
            .to_owned(),
        ),
        crate::postgres::Base::Enum(name) => Some(name.to_string()),
        crate::postgres::Base::Other(_) => None,
    };
    match (group(child), group(parent)) {
        (Some(child_group), Some(parent_group)) => {
            child_group == parent_group && child.dimensions == parent.dimensions
        }
        (None, _) | (_, None) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_types_without_an_equality() {
        let funds = |ty: &str| table("funds", &[&format!("id {ty} primary key")]);
        let deals = |ty: &str| {
            table("deals", &[&format!("fund_id {ty}")]).references("fk", "fund_id", "funds")
        };
        let added = |parent: &str, child: &str| {
            case(schema([funds(parent)]), schema([funds(parent), deals(child)])).says(RULE.id)
        };
        assert_eq!(added("uuid", "text"), Some(Dangerous));
        assert_eq!(added("bigint", "uuid"), Some(Dangerous));
        assert_eq!(added("bigserial", "integer"), None);
        assert_eq!(added("text", "varchar(20)"), None);
        assert_eq!(added("uuid", "my_domain"), None);
    }
}
