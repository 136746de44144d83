//! Asks every rule about every change, and applies the modifiers.

use super::rule::{Context, Finding, Rule, Severity};
use super::table::rules_for;
use super::{CODE, FAULTS, GENERAL, MIGRATIONS};
use crate::codebase::Reference;
use crate::diff::Change;
use crate::ident::QualifiedName;

/// What is to be said about one change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Judgement {
    /// The worst of the findings; safe when there is none.
    pub severity: Severity,
    /// What the rules found, the worst first.
    pub findings: Vec<Finding>,
    /// Every place in the code that uses what goes, and every query that an index served.
    pub references: Vec<Reference>,
}

/// Judges every change of the context; the result has one entry for each, in the same order.
pub fn judge(context: &Context<'_>) -> Vec<Judgement> {
    context.changes.iter().map(|change| judge_one(change, context)).collect()
}

/// Adds what the code says, once it has been searched: the context has [`Context::code`] then.
pub fn judge_code(context: &Context<'_>, judgements: &mut [Judgement]) {
    for (change, judgement) in context.changes.iter().zip(judgements) {
        let critical = critical_table(change, context);
        let found = CODE.iter().filter_map(|rule| (rule.check)(change, context));
        judgement.findings.extend(found.map(|finding| match &critical {
            Some(table) => on_critical_table(finding, table),
            None => finding,
        }));
        judgement.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        let worst = judgement.findings.first().map_or(Severity::Safe, |finding| finding.severity);
        judgement.severity = judgement.severity.max(worst);
    }
}

fn judge_one(change: &Change, context: &Context<'_>) -> Judgement {
    let critical = critical_table(change, context);
    // Most comparisons have nothing to say about migrations.
    let migrations = if context.events.is_empty() { &[] } else { MIGRATIONS };
    let is_on = |rule: &&&Rule| {
        !rule.is_policy() || context.settings.policy_rules.iter().any(|it| it == rule.id)
    };
    let rules =
        rules_for(change).iter().chain(GENERAL).chain(FAULTS).chain(migrations).filter(is_on);
    let findings = rules.filter_map(|rule| (rule.check)(change, context));
    let mut findings: Vec<Finding> = match critical {
        Some(table) => findings.map(|it| on_critical_table(it, &table)).collect(),
        None => findings.collect(),
    };
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    let severity = findings.first().map_or(Severity::Safe, |finding| finding.severity);
    Judgement { severity, findings, references: Vec::new() }
}

/// Rules whose harmless finding is worth a warning on a critical table.
const RAISED_FROM_SAFE: &[&str] = &["table.create.fk_locks_parent"];

/// A hazard on a critical table is one class worse; what is proved harmless stays harmless.
fn on_critical_table(finding: Finding, table: &QualifiedName) -> Finding {
    let raised = match finding.severity {
        Severity::Safe if RAISED_FROM_SAFE.contains(&finding.rule) => Severity::Risky,
        Severity::Risky => Severity::Dangerous,
        Severity::Safe | Severity::Dangerous => return finding,
    };
    finding.with_severity(raised).because(format!("{table} is critical"))
}

/// The first critical table that a change locks or changes.
pub(super) fn critical_table(change: &Change, context: &Context<'_>) -> Option<QualifiedName> {
    if context.settings.critical.is_empty() {
        return None;
    }
    touched(change, context).into_iter().find(|table| context.is_critical(table))
}

/// The tables a change locks or changes, by their names in the base and in the head.
pub(super) fn touched(change: &Change, context: &Context<'_>) -> Vec<QualifiedName> {
    let mut tables: Vec<QualifiedName> = change.object().table_name().into_iter().collect();
    tables.extend(
        crate::postgres::locks(change, context.schemas).into_iter().map(|(table, _)| table),
    );
    if let Change::AddEnumValue { enumeration, .. }
    | Change::DropEnumValue { enumeration, .. }
    | Change::RenameEnumValue { enumeration, .. }
    | Change::ReorderEnumValues(enumeration) = change
    {
        let users = super::facts::users_of_enum(context.schemas.after, &enumeration.after);
        tables.extend(users.map(|(table, _)| table.clone()));
    }
    let names = context.names();
    let bases: Vec<QualifiedName> = tables.iter().map(|it| names.table_to_base(it)).collect();
    let heads: Vec<QualifiedName> = tables.iter().map(|it| names.table_to_head(it)).collect();
    tables.extend(bases);
    tables.extend(heads);
    tables
}
