//! `check.change`

use super::prelude::*;

/// The card and its check.
pub(super) static RULE: Rule = Rule {
    id: "check.change",
    severity: Severity::Risky,
    condition: "The expression of a CHECK changes.",
    effect: "drizzle-kit push does not see it: the database keeps the old rule. With migrate the \
             table is read under a lock, and the first row that violates the new rule stops it \
             (23514).",
    remedy: "Add the new CHECK under another name as NOT VALID, validate it, drop the old one, \
             rename.",
    postgres: "drizzle-kit push 0.31 reports no changes (measured); generate drops and adds it: ACCESS \
             EXCLUSIVE and a full scan.",
    sources: &[],
    check,
};

fn check(change: &Change, context: &Context<'_>) -> Option<Finding> {
    let Change::AlterCheck(it) = change else { return None };
    let (before, after) = (&it.what.before, &it.what.after);
    let finding = RULE.finding(format!(
        "Check {} of {} changes from {} to {}.",
        after.name, it.table, before.value, after.value
    ));
    let names = context.names();
    let base = names.table_to_base(&it.table);
    if pairs::same_check(before, after, &base, &it.table, names) {
        let proof = "it cannot fail: only names changed, and PostgreSQL keeps the CHECK in step with a \
                     rename; drizzle-kit makes it again all the same, which reads the table";
        return Some(finding.because(proof));
    }
    let (Some(old), Some(new)) = (InList::of(&before.value), InList::of(&after.value)) else {
        return Some(finding);
    };
    if old.around != new.around {
        return Some(finding);
    }
    let gone: Vec<&String> = old.values.iter().filter(|it| !new.values.contains(it)).collect();
    if gone.is_empty() {
        let proof = "it cannot fail: the list only grew, every row that was valid still is; the table \
                     is read all the same";
        return Some(finding.because(proof));
    }
    Some(finding.because(format!("rows with {} violate it", list(&gone))))
}

/// `column IN (a, b, c)`, alone, with what stands around the values.
struct InList {
    around: String,
    values: Vec<String>,
}

impl InList {
    fn of(expression: &str) -> Option<Self> {
        let text = expression.trim();
        let lower = text.to_ascii_lowercase();
        let start = lower.find(" in (")?;
        let inside = text.get(start + 5..)?.strip_suffix(')')?;
        let column = lower.get(..start)?.trim();
        // One list and nothing else: no NOT, no AND, no second bracket.
        if column.contains(' ') || column.contains('(') || inside.contains(['(', ')']) {
            return None;
        }
        let mut quoted = false;
        let values = inside.split(|c| {
            quoted ^= c == '\'';
            c == ',' && !quoted
        });
        let values = values.map(|value| value.trim().to_owned()).collect();
        Some(Self { around: column.to_owned(), values })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::RULE;
    use crate::rules::Severity::Risky;

    fn changed(before: &str, after: &str) -> Case {
        let of =
            |check: &str| schema([table("funds", &["status text", "n integer"]).check("c", check)]);
        case(of(before), of(after))
    }

    #[test]
    fn a_list_that_only_grew_cannot_fail() {
        let two = "\"funds\".\"status\" IN ('open', 'closed')";
        let three = "\"funds\".\"status\" in ('open', 'closed', 'raising')";
        let grown = changed(two, three);
        assert_eq!(grown.says(RULE.id), Some(Risky));
        assert!(grown.findings(RULE.id)[0].evidence[0].starts_with("it cannot fail"));
        let shrunk = changed(three, two);
        assert_eq!(shrunk.says(RULE.id), Some(Risky));
        assert_eq!(shrunk.findings(RULE.id)[0].evidence, ["rows with 'raising' violate it"]);
        assert_eq!(
            changed("status in ('a,b')", "status in ('a,c', 'd,b')").says(RULE.id),
            Some(Risky)
        );
        assert_eq!(
            changed("status not in ('a')", "status not in ('a', 'b')").says(RULE.id),
            Some(Risky)
        );
    }

    #[test]
    fn anything_else_is_risky() {
        assert_eq!(changed("n > 0", "n > 1").says(RULE.id), Some(Risky));
        assert_eq!(changed("n in (1, 2)", "n in (1, 2) and n > 0").says(RULE.id), Some(Risky));
        assert_eq!(changed("n > 0", "n > 0").says(RULE.id), None);
        let table = || table("funds", &["n integer"]);
        let added = case(schema([table()]), schema([table().check("c", "n > 0")]));
        assert_eq!(added.says(RULE.id), None);
    }

    #[test]
    fn a_renamed_column_cannot_fail() {
        let before =
            schema([table("funds", &["size integer"]).check("c", "\"funds\".\"size\" > 0")]);
        let after =
            schema([table("funds", &["volume integer"]).check("c", "\"funds\".\"volume\" > 0")]);
        let renamed = case(before, after).rename("column:public.funds.size=volume");
        assert_eq!(renamed.says(RULE.id), Some(Risky));
        assert!(renamed.findings(RULE.id)[0].evidence[0].starts_with("it cannot fail"));
    }
}
