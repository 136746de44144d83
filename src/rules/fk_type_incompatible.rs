//! `fk.type_incompatible`

use super::prelude::*;
use crate::postgres::{Base, SqlType};

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
        after.column(table, column).map(|it| SqlType::of(it, after))
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

/// Whether a foreign key may refer from the one type to the other; what nobody knows may. Within a family
/// the index of the referenced column decides: the other type has to become its own without a cast that
/// could fail (`numeric` refers to no `integer`, `integer` to a `numeric`). Measured on PostgreSQL 15.
fn comparable(child: &SqlType, parent: &SqlType) -> bool {
    const INTEGERS: [&str; 3] = ["smallint", "integer", "bigint"];
    const FLOATS: [&str; 2] = ["real", "double"];
    let (child_name, parent_name) = match (&child.base, &parent.base) {
        (Base::Other(_), _) | (_, Base::Other(_)) => return true,
        (Base::Enum(child_name), Base::Enum(parent_name)) => {
            return child_name == parent_name && child.dimensions == parent.dimensions;
        }
        (Base::Builtin(child_name), Base::Builtin(parent_name)) => (*child_name, *parent_name),
        (Base::Enum(_), Base::Builtin(_)) | (Base::Builtin(_), Base::Enum(_)) => return false,
    };
    let both = |family: &[&str]| family.contains(&child_name) && family.contains(&parent_name);
    let widens = (INTEGERS.contains(&child_name)
        && (parent_name == "numeric" || FLOATS.contains(&parent_name)))
        || (child_name == "numeric" && FLOATS.contains(&parent_name))
        || (child_name == "time" && ["timetz", "interval"].contains(&parent_name));
    let family = both(&INTEGERS)
        || both(&FLOATS)
        || both(&["text", "varchar", "char", "citext"])
        || both(&["timestamp", "timestamptz", "date"])
        || both(&["inet", "cidr"])
        || both(&["bit", "varbit"]);
    let scalar = child.dimensions == 0 && parent.dimensions == 0;
    // Arrays are compared with arrays of the same elements only, be these of another length.
    child.dimensions == parent.dimensions
        && (child_name == parent_name || (scalar && (family || widens)))
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
        assert_eq!(added("integer", "numeric(12,2)"), Some(Dangerous));
        assert_eq!(added("numeric(12,2)", "integer"), None);
        assert_eq!(added("numeric(12,2)", "real"), Some(Dangerous));
        assert_eq!(added("text", "varchar(20)"), None);
        assert_eq!(added("uuid", "my_domain"), None);
    }
}
