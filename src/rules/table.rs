//! The table *kind of change → rules*.

use super::Rule;
use crate::diff::Change;

/// The rules that judge a change. There is no wildcard arm: a new kind of change does not compile
/// until someone decides what it risks.
#[expect(clippy::match_same_arms, reason = "a line for each kind, whatever its rules are")]
pub(super) fn rules_for(change: &Change) -> &'static [&'static Rule] {
    macro_rules! of {
        ($($rule:ident),* $(,)?) => {{
            static RULES: &[&Rule] = &[$(&super::$rule::RULE),*];
            RULES
        }};
    }
    match change {
        Change::CreateSchema(_) => of![],
        Change::DropSchema(_) => of![schema_drop],
        Change::RenameSchema(_) => of![schema_rename, index_concurrent_in_tx],
        Change::CreateEnum(_) => of![table_identifier_too_long, enum_policy],
        Change::DropEnum(_) => of![enum_drop],
        Change::RenameEnum(_) => of![enum_rename_type, type_dependents, index_concurrent_in_tx],
        Change::AddEnumValue { .. } => {
            of![enum_value_add_end, enum_value_add_middle, enum_value_add_used_same_tx]
        }
        Change::DropEnumValue { .. } => {
            of![enum_value_remove, enum_value_rename, enum_shared, enum_default_removed]
        }
        Change::RenameEnumValue { .. } => of![enum_value_rename],
        Change::ReorderEnumValues(_) => of![enum_reorder, enum_shared],
        Change::CreateTable(_) => of![
            table_create_fk_locks_parent,
            table_create_no_pk,
            table_create_rls_off,
            table_identifier_too_long,
            type_fk_mismatch,
            fk_action_set_null_not_null,
            fk_action_set_default,
            fk_target_not_unique,
            fk_type_incompatible,
            policy_user_metadata,
            index_concurrent_in_tx,
            column_required_set,
            column_type_policy,
            column_pk_int_overflow,
            column_comment_policy,
            default_volatile_policy,
            fk_policy,
            index_duplicate,
            index_too_wide
        ],
        Change::DropTable(_) => {
            of![
                table_drop,
                table_drop_cascade,
                table_drop_outbound_fk_lock,
                table_rename_suspected,
                table_drop_naming_convention,
                table_unexported,
                table_force_recreate
            ]
        }
        Change::RenameTable(_) => {
            of![
                table_rename,
                table_rename_derived_names,
                table_identifier_too_long,
                index_concurrent_in_tx
            ]
        }
        Change::MoveTable(_) => of![table_move_schema, index_concurrent_in_tx],
        Change::AddColumn(_) => of![
            table_identifier_too_long,
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
            column_type_policy,
            column_comment_policy,
            default_volatile_policy,
            default_misclassified
        ],
        Change::DropColumn(_) => of![
            table_drop_outbound_fk_lock,
            column_drop,
            column_drop_silent_dependents,
            column_drop_blocked,
            column_drop_sequence,
            column_rename_suspected,
            column_casing_flip,
            column_required_set
        ],
        Change::RenameColumn(_) => {
            of![
                table_identifier_too_long,
                column_casing_flip,
                column_rename,
                mig_rename_plus_alter,
                index_drop_fk_target,
                index_concurrent_in_tx,
                unique_merged
            ]
        }
        Change::AlterColumnType(_) => of![
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
            fk_type_incompatible,
            column_recreate
        ],
        Change::SetNotNull(_) => of![null_set, fk_action_set_null_not_null],
        Change::DropNotNull(_) => of![null_drop],
        Change::SetDefault(_) => of![default_change, default_app_to_db, default_volatile_policy],
        Change::DropDefault(_) => of![default_drop_on_not_null, default_change, default_app_to_db],
        Change::SetIdentity(_) => of![identity_from_serial, identity_add],
        Change::DropIdentity(_) => of![identity_drop],
        Change::AlterIdentity(_) => {
            of![sequence_restart, sequence_shrink, identity_always, identity_by_default]
        }
        Change::SetGenerated(_) => of![generated_from_plain, column_recreate, column_drop_blocked],
        Change::DropGenerated(_) => of![generated_to_plain],
        Change::AlterGenerated(_) => {
            of![generated_expression, column_recreate, column_drop_blocked]
        }
        Change::AddPrimaryKey(_) => {
            of![table_identifier_too_long, pk_add, pk_change, column_pk_int_overflow]
        }
        Change::DropPrimaryKey(_) => {
            of![pk_drop, pk_change, index_drop_fk_support, index_drop_fk_target, unique_merged]
        }
        Change::AlterPrimaryKey(_) => of![pk_change, index_drop_fk_support, unique_merged],
        Change::AddUnique(_) => of![
            table_identifier_too_long,
            constraint_rename,
            unique_add,
            unique_constraint_vs_index
        ],
        Change::DropUnique(_) => {
            of![
                constraint_rename,
                unique_drop,
                index_drop_fk_support,
                index_drop_fk_target,
                unique_merged
            ]
        }
        Change::AlterUnique(_) => {
            of![
                unique_columns_changed,
                unique_nulls_not_distinct,
                index_drop_fk_support,
                index_drop_fk_target,
                unique_merged
            ]
        }
        Change::AddCheck(_) => of![table_identifier_too_long, constraint_rename, check_add],
        Change::DropCheck(_) => of![constraint_rename, check_drop],
        Change::AlterCheck(_) => of![check_change],
        Change::AddForeignKey(_) => of![
            table_identifier_too_long,
            type_fk_mismatch,
            constraint_rename,
            fk_add,
            fk_no_index,
            fk_action_to_cascade,
            fk_action_from_cascade,
            fk_action_set_null_not_null,
            fk_action_set_default,
            fk_cascade_graph,
            fk_target_changed,
            fk_target_not_unique,
            fk_type_incompatible,
            fk_policy,
            unique_merged
        ],
        Change::DropForeignKey(_) => of![constraint_rename, fk_drop],
        Change::AlterForeignKey(_) => of![
            type_fk_mismatch,
            fk_action_to_cascade,
            fk_action_from_cascade,
            fk_action_set_null_not_null,
            fk_action_set_default,
            fk_action_swap_window,
            fk_cascade_graph,
            fk_target_changed,
            fk_target_not_unique,
            fk_type_incompatible,
            unique_merged
        ],
        Change::CreateIndex(_) => of![
            table_identifier_too_long,
            constraint_rename,
            unique_add,
            unique_constraint_vs_index,
            index_add,
            index_concurrent_in_tx,
            index_duplicate,
            index_too_wide
        ],
        Change::DropIndex(_) => of![
            constraint_rename,
            unique_drop,
            index_drop,
            index_drop_nonconcurrent,
            index_drop_fk_support,
            index_drop_fk_target
        ],
        Change::AlterIndex(_) => of![
            unique_add,
            unique_drop,
            unique_columns_changed,
            index_concurrent_in_tx,
            index_replace_window,
            index_predicate_change,
            index_drop_fk_support,
            index_drop_fk_target
        ],
        Change::CreateSequence(_) => of![table_identifier_too_long],
        Change::DropSequence(_) => of![sequence_drop],
        Change::AlterSequence(_) => of![sequence_restart, sequence_shrink],
        Change::CreateView(_) => {
            of![
                table_identifier_too_long,
                view_security,
                view_exposes_sensitive,
                matview_no_unique_index,
                type_dependents
            ]
        }
        Change::DropView(_) => of![view_drop, matview_drop],
        Change::AlterView(_) => of![
            view_columns_changed,
            view_definition,
            view_security,
            view_exposes_sensitive,
            matview_drop
        ],
        Change::CreatePolicy(_) => of![
            table_identifier_too_long,
            policy_permissive_add,
            policy_restrictive_add,
            policy_always_true,
            policy_user_metadata,
            policy_rename,
            policy_performance,
            rls_policy_exists_off,
            type_dependents
        ],
        Change::DropPolicy(_) => {
            of![policy_permissive_drop, policy_restrictive_drop, policy_rename]
        }
        Change::AlterPolicy(_) => of![
            policy_expression,
            policy_always_true,
            policy_roles,
            policy_command,
            policy_as_change,
            policy_user_metadata,
            policy_rename,
            policy_performance
        ],
        Change::EnableRls(_) => of![rls_enable, rls_enable_no_policy],
        Change::DisableRls(_) => of![rls_disable, rls_auto_disable],
        Change::CreateRole(_) => of![role_change],
        Change::DropRole(_) => of![role_change],
        Change::AlterRole(_) => of![role_change],
        Change::ScopeChange(_) => of![
            scope_filter_change,
            scope_entities_roles,
            table_unexported,
            column_casing_flip,
            column_rename_key_only,
            column_order,
            type_ts_mode,
            code_relations_only,
            kit_major_upgrade,
            env_force_flag
        ],
    }
}
