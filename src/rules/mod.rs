//! What a change risks. One file a rule; the table *kind of change → rules* is in `table`.

mod facts;
mod judge;
mod measured;
mod pairs;
mod prelude;
#[cfg(test)]
pub(crate) mod recorder;
mod rule;
mod statistics;
mod table;
#[cfg(test)]
mod testing;

pub use deploy_order::Deployment;
pub use judge::{Judgement, judge, judge_code};
pub use measured::{Measured, Quantity, weigh_measured};
pub use rule::{Context, Evidence, Executor, Finding, Rule, Settings, Severity};
pub use statistics::{Known, Sizes, weigh_statistics};

/// Declares the files and the list of all rules, which is therefore complete.
macro_rules! rules {
    (
        [$($rule:ident),* $(,)?]
        [$($general:ident),* $(,)?]
        [$($code:ident),* $(,)?]
        [$($policy:ident),* $(,)?]
        [$($fault:ident),* $(,)?]
        [$($migration:ident),* $(,)?]
    ) => {
        $(mod $rule;)*
        $(mod $general;)*
        $(mod $code;)*
        $(mod $policy;)*
        $(mod $fault;)*
        $(mod $migration;)*

        /// Every rule, by subject.
        pub static ALL: &[&Rule] =
            &[$(&$rule::RULE,)* $(&$general::RULE,)* $(&$code::RULE,)* $(&$policy::RULE,)* $(&$fault::RULE,)* $(&$migration::RULE),*];

        /// Rules about changes of any kind.
        static GENERAL: &[&Rule] = &[$(&$general::RULE),*];

        /// Rules about what the code still does with what a change takes away.
        static CODE: &[&Rule] = &[$(&$code::RULE),*];

        /// Rules of taste and hygiene, about what is new; silent unless the configuration names them.
        pub static POLICIES: &[&Rule] = &[$(&$policy::RULE),*];

        /// Rules about what drizzle-kit makes of a change, of whatever kind it is.
        static FAULTS: &[&Rule] = &[$(&$fault::RULE),*];

        /// Rules about the migrations folder, and about the hand-written statements in it.
        static MIGRATIONS: &[&Rule] = &[$(&$migration::RULE),*];
    };
}

rules! {
    [
    schema_drop,
    schema_rename,
    table_drop,
    table_drop_cascade,
    table_drop_outbound_fk_lock,
    table_rename_suspected,
    table_rename,
    table_rename_derived_names,
    table_move_schema,
    table_create_fk_locks_parent,
    table_create_no_pk,
    table_create_rls_off,
    table_identifier_too_long,
    column_drop,
    column_drop_silent_dependents,
    column_drop_blocked,
    column_drop_sequence,
    column_rename_suspected,
    column_casing_flip,
    column_rename,
    mig_rename_plus_alter,
    column_add_nullable,
    column_add_const_default,
    column_add_not_null_no_default,
    column_add_app_default,
    column_add_volatile_default,
    column_add_serial_identity,
    column_add_generated_stored,
    column_add_inline_check,
    column_add_inline_unique,
    column_add_inline_fk,
    column_add_primary_key,
    column_add_domain,
    column_add_json,
    column_add_sensitive,
    type_metadata_only,
    type_reindex_only,
    type_rewrite,
    type_can_fail,
    type_silent_loss,
    type_using_truncation,
    type_no_auto_cast,
    type_impossible,
    type_index_blocks,
    type_no_way_back,
    type_timezone,
    type_check_scan,
    type_default_uncastable,
    type_dependents,
    type_fk_member,
    type_fk_mismatch,
    type_unique_collapse,
    type_statistics_lost,
    type_serial_sequence,
    type_array,
    type_custom,
    type_extension,
    enum_text_swap,
    null_set,
    null_drop,
    default_drop_on_not_null,
    default_change,
    default_app_to_db,
    constraint_rename,
    unique_add,
    unique_drop,
    unique_merged,
    unique_columns_changed,
    unique_nulls_not_distinct,
    unique_constraint_vs_index,
    pk_add,
    pk_drop,
    pk_change,
    check_add,
    check_drop,
    check_change,
    fk_add,
    fk_no_index,
    fk_drop,
    fk_action_to_cascade,
    fk_action_from_cascade,
    fk_action_set_null_not_null,
    fk_action_set_default,
    fk_action_swap_window,
    fk_cascade_graph,
    fk_target_changed,
    fk_target_not_unique,
    fk_type_incompatible,
    index_add,
    index_concurrent_in_tx,
    index_drop,
    index_drop_nonconcurrent,
    index_drop_fk_support,
    index_drop_fk_target,
    index_replace_window,
    index_predicate_change,
    enum_value_add_end,
    enum_value_add_middle,
    enum_value_add_used_same_tx,
    enum_value_remove,
    enum_value_rename,
    enum_reorder,
    enum_shared,
    enum_drop,
    enum_default_removed,
    enum_rename_type,
    view_drop,
    view_columns_changed,
    view_definition,
    view_security,
    view_exposes_sensitive,
    matview_drop,
    sequence_drop,
    sequence_restart,
    sequence_shrink,
    identity_from_serial,
    identity_add,
    identity_always,
    identity_by_default,
    identity_drop,
    generated_expression,
    generated_from_plain,
    generated_to_plain,
    rls_enable,
    rls_enable_no_policy,
    rls_disable,
    rls_auto_disable,
    policy_permissive_add,
    policy_permissive_drop,
    policy_restrictive_add,
    policy_restrictive_drop,
    policy_expression,
    policy_always_true,
    policy_roles,
    policy_command,
    policy_as_change,
    policy_user_metadata,
    policy_rename,
    role_change,
    scope_filter_change,
    scope_entities_roles,
    table_unexported,
    table_force_recreate,
    column_recreate,
    column_rename_key_only,
    column_order,
    type_ts_mode,
    default_misclassified,
    rls_policy_exists_off,
    kit_major_upgrade,
    env_force_flag,
    code_relations_only,
    ]
    // Whatever kind of change it is.
    [
    table_critical,
    parse_unknown,
    deploy_order,
    run_not_transactional,
    ]
    // What the code uses.
    [
    unique_on_conflict,
    index_drop_critical_query,
    enum_value_add_exhaustive,
    code_table_ref,
    code_column_ref,
    code_relations,
    code_raw_sql,
    zod_mismatch,
    zod_refine_removed,
    zod_narrowing,
    seed_tests,
    ]
    // Taste and hygiene.
    [
    table_drop_naming_convention,
    column_required_set,
    column_type_policy,
    column_pk_int_overflow,
    column_comment_policy,
    default_volatile_policy,
    fk_policy,
    index_duplicate,
    index_too_wide,
    enum_policy,
    matview_no_unique_index,
    policy_performance,
    ]
    // What drizzle-kit prints wrongly or not at all.
    [
    kit_undefined_schema,
    kit_quoted_type,
    kit_bare_enum,
    kit_serial_type,
    kit_unescaped_label,
    kit_unescaped_default,
    kit_unprintable_default,
    kit_unescaped_name,
    kit_separator,
    kit_primary_key_not_dropped,
    kit_identity_on_nullable,
    kit_default_and_identity,
    kit_not_null_lost,
    kit_lost_beside_rename,
    kit_lost_beside_type,
    kit_view_kind,
    kit_enum_in_use,
    kit_dropped_twice,
    kit_name_taken,
    kit_secured_too_early,
    kit_cycle_stays,
    kit_policy_expression_stays,
    kit_unquoted_role,
    ]
    // What is wrong with the migrations, or done by hand in one.
    [
    mig_missing,
    mig_orphan,
    mig_edited,
    mig_out_of_order,
    mig_collision,
    mig_raw_sql,
    mig_keyword_optional,
    mig_no_rollback,
    table_truncate,
    run_backfill_unbatched,
    run_ddl_dml_mix,
    run_after_ael,
    run_lock_timeout,
    run_statement_timeout,
    run_merge_alters,
    run_tx_structure,
    ]
}

/// The rule of that id.
pub fn find(id: &str) -> Option<&'static Rule> {
    ALL.iter().find(|rule| rule.id == id).copied()
}

#[cfg(test)]
mod tests;
