//! What a rule's card says will happen, as far as it can be seen.

use drizzle_guard::kit::Statement;
use drizzle_guard::rules::{Finding, Severity, find};

use crate::database::Effects;

/// Whether a finding names a SQLSTATE: in its words, or on its rule's card.
pub(crate) fn names(finding: &Finding, code: &str) -> bool {
    let card = find(finding.rule).expect("a rule of the registry");
    let said = [&finding.message, &finding.effect, &finding.remedy];
    said.into_iter().chain(&finding.evidence).any(|text| text.contains(code))
        || card.postgres.contains(code)
        || card.effect.contains(code)
}

/// What is expected of the statement that carries a finding out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Claim {
    /// The table is written again.
    Rewrites,
    /// It is not, nor read.
    CatalogOnly,
    /// It is read from end to end, but not written.
    Scans,
    /// An index is built, the table not written.
    Builds,
    /// The rows of a foreign key are looked up.
    Validates,
    /// It runs into an error.
    Fails,
}

/// Rule, kind of drizzle-kit's statement, what it does there.
const CLAIMS: &[(&str, &str, Claim)] = &[
    ("column.add.nullable", "alter_table_add_column", Claim::CatalogOnly),
    ("column.add.const_default", "alter_table_add_column", Claim::CatalogOnly),
    ("column.add.volatile_default", "alter_table_add_column", Claim::Rewrites),
    ("column.add.serial_identity", "alter_table_add_column", Claim::Rewrites),
    ("column.add.generated_stored", "alter_table_add_column", Claim::Rewrites),
    ("column.drop", "alter_table_drop_column", Claim::CatalogOnly),
    ("column.rename", "alter_table_rename_column", Claim::CatalogOnly),
    ("table.rename", "rename_table", Claim::CatalogOnly),
    ("table.move_schema", "alter_table_set_schema", Claim::CatalogOnly),
    ("type.metadata_only", "pg_alter_table_alter_column_set_type", Claim::CatalogOnly),
    ("type.reindex_only", "pg_alter_table_alter_column_set_type", Claim::Builds),
    ("type.rewrite", "pg_alter_table_alter_column_set_type", Claim::Rewrites),
    ("type.silent_loss", "pg_alter_table_alter_column_set_type", Claim::Rewrites),
    ("type.can_fail", "pg_alter_table_alter_column_set_type", Claim::Rewrites),
    ("type.check_scan", "pg_alter_table_alter_column_set_type", Claim::Scans),
    ("type.no_auto_cast", "pg_alter_table_alter_column_set_type", Claim::Fails),
    ("type.impossible", "pg_alter_table_alter_column_set_type", Claim::Fails),
    ("type.index_blocks", "pg_alter_table_alter_column_set_type", Claim::Fails),
    ("null.drop", "alter_table_alter_column_drop_notnull", Claim::CatalogOnly),
    ("default.change", "alter_table_alter_column_set_default", Claim::CatalogOnly),
    ("default.drop_on_not_null", "alter_table_alter_column_drop_default", Claim::CatalogOnly),
    ("check.add", "create_check_constraint", Claim::Scans),
    ("check.drop", "delete_check_constraint", Claim::CatalogOnly),
    ("fk.add", "create_reference", Claim::Validates),
    ("fk.drop", "delete_reference", Claim::CatalogOnly),
    ("unique.add", "create_unique_constraint", Claim::Builds),
    ("unique.add", "create_index_pg", Claim::Builds),
    ("unique.drop", "delete_unique_constraint", Claim::CatalogOnly),
    ("index.add", "create_index_pg", Claim::Builds),
    ("index.drop", "drop_index", Claim::CatalogOnly),
    ("pk.drop", "delete_composite_pk", Claim::CatalogOnly),
    ("identity.add", "alter_table_alter_column_set_identity", Claim::CatalogOnly),
    ("identity.drop", "alter_table_alter_column_drop_identity", Claim::CatalogOnly),
    ("rls.enable", "enable_rls", Claim::CatalogOnly),
    ("rls.disable", "disable_rls", Claim::CatalogOnly),
    ("policy.permissive_add", "create_policy", Claim::CatalogOnly),
    ("enum.value.add_end", "alter_type_add_value", Claim::CatalogOnly),
    ("enum.value.add_middle", "alter_type_add_value", Claim::CatalogOnly),
];

/// What a finding claims of a statement that went through and is not so.
pub(crate) fn broken(
    finding: &Finding,
    statement: &Statement,
    effects: &Effects,
    zone: &str,
) -> Option<String> {
    let claims =
        CLAIMS.iter().filter(|(rule, kind, _)| *rule == finding.rule && *kind == statement.kind);
    // With a new type comes a statement of its own for the default.
    let aside = statement.kind.ends_with("set_type") && !statement.sql.contains("SET DATA TYPE");
    for (_, _, claim) in claims.filter(|_| !aside) {
        let held = match claim {
            Claim::Rewrites => {
                let excepted = zone == "UTC" && finding.message.contains("time zone is UTC");
                excepted || !effects.rewrote.is_empty()
            }
            Claim::CatalogOnly => !effects.works(),
            Claim::Scans => !effects.scanned.is_empty() && effects.rewrote.is_empty(),
            // Nobody waits for it, so nobody looked.
            Claim::Builds if statement.sql.contains(" CONCURRENTLY ") => true,
            Claim::Builds => !effects.built.is_empty() && effects.rewrote.is_empty(),
            Claim::Validates => effects.validated,
            Claim::Fails => false,
        };
        // What is proved harmless may well do nothing at all.
        let lowered = finding.severity == Severity::Safe
            && find(finding.rule).is_some_and(|rule| rule.severity > Severity::Safe);
        if !held && !lowered {
            return Some(format!("{claim:?} expected, {effects:?}"));
        }
    }
    None
}
