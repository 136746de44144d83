//! `type.extension`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "type.extension",
    severity: Severity::Dangerous,
    condition: "The dimensions of a vector or the kind of a geometry change.",
    effect: "Values of other dimensions do not convert: the statement fails on the first row.",
    remedy: "Add a new column and compute its values again.",
    postgres: "pgvector refuses a vector of other dimensions; PostGIS a geometry of another type or \
             SRID.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterColumnType(it) = change else { return None };
    let conversion = context.conversion(it);
    let types = context.types(it);

    let name = |ty: &crate::postgres::SqlType| match &ty.base {
        crate::postgres::Base::Other(text) => {
            text.split('(').next().map(|it| it.trim().to_ascii_lowercase())
        }
        crate::postgres::Base::Builtin(_) | crate::postgres::Base::Enum(_) => None,
    };
    let names = types.as_ref().map(name);
    let known = ["vector", "halfvec", "sparsevec", "geometry", "geography"];
    let is_known = names.after.as_deref().is_some_and(|it| known.contains(&it));
    if !is_known || !names.is_same() || conversion.path != crate::postgres::Path::Unknown {
        return None;
    }
    if types.after.arguments.is_empty() && !types.after.to_string().contains('(') {
        // Any number of dimensions: every value of the old type is one of the new.
        return None;
    }
    Some(RULE.finding(format!(
        "{} changes from {} to {}: existing values do not convert.",
        column_path(it),
        types.before,
        types.after
    )))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Dangerous;

    #[test]
    fn fires_on_other_dimensions() {
        let users = |ty: &str| schema([table("users", &[&format!("v {ty}")])]);
        assert_eq!(
            case(users("vector(1536)"), users("vector(768)")).says(RULE.id),
            Some(Dangerous)
        );
        assert_eq!(case(users("vector(1536)"), users("vector")).says(RULE.id), None);
        assert_eq!(case(users("text"), users("vector(768)")).says(RULE.id), None);
    }
}
