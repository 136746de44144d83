//! `enum.drop`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "enum.drop",
    severity: Severity::Dangerous,
    condition: "An enum is dropped.",
    effect: "The statement fails while a column has the type (2BP01); with CASCADE the column is \
             dropped with its values.",
    remedy: "Change the columns to another type first; never CASCADE.",
    postgres: "2BP01; DROP TYPE … CASCADE drops the column (measured).",
    sources: &["postgresql/2BP01"],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::DropEnum(it) = change else { return None };
    let finding = RULE.finding(format!("Enum {} is dropped.", it.name));
    let mut after = context.schemas.after.clone();
    after.enums.insert(it.name.clone(), it.clone());
    let users = users_of_enum(&after, it);
    let users = users.map(|(table, column)| path(table, &column.name));
    // A column that is renamed as well keeps its type: drizzle-kit only renames it.
    let lost = context.changes.iter().filter_map(|other| {
        let Change::AlterColumnType(column) = other else { return None };
        let ty = context.types(column).before.base;
        let of_it = matches!(ty, crate::postgres::Base::Enum(name) if name == it.name);
        let mut faults = context.faults().iter();
        let is_lost = of_it
            && faults.any(|fault| {
                fault.id == "kit.lost_beside_rename" && fault.object == other.object()
            });
        is_lost.then(|| column_path(column))
    });
    let users: Vec<String> = users.chain(lost).collect();
    Some(match users.as_slice() {
        [] => finding.with_severity(Severity::Safe).because("no column has the type any more"),
        users => finding.because(format!("{} still has the type", list(users))),
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::{Dangerous, Safe};

    #[test]
    fn dangerous_while_a_column_has_it() {
        let t = || table("t", &["id uuid primary key", "s status enum"]);
        let used = case(with_enum("status", &["a"], [t()]), schema([t()]));
        assert_eq!(used.says(RULE.id), Some(Dangerous));
        let unused = case(with_enum("status", &["a"], []), schema([]));
        assert_eq!(unused.says(RULE.id), Some(Safe));
        let new = case(schema([]), with_enum("status", &["a"], []));
        assert_eq!(new.says(RULE.id), None);
        let renamed = schema([table("t", &["id uuid primary key", "state text"])]);
        let renamed = case(with_enum("status", &["a"], [t()]), renamed);
        let renamed = renamed.rename("column:public.t.s=state");
        assert_eq!(renamed.says(RULE.id), Some(Dangerous));
    }
}
