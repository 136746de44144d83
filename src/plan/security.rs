//! Row-level security, policies and roles. Policies come before the switch that makes them count, and a
//! policy is never gone while its successor is not there.

use super::context::Context;
use super::prove;
use super::sql::{create_policy as create_sql, id, qn, role_options};
use super::statement::Statement;
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::diff::InTable;
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, Policy, Role};

const CREATE: i32 = 0;
const ALTER: i32 = 1;
const ENABLE: i32 = 2;
const DISABLE: i32 = 3;
const DROP: i32 = 4;

/// The table of a policy: its own, or, for one that is linked to a table which is not exported, the
/// one that is written beside it (`"schema"."table"`).
fn table_of(table: &QualifiedName, policy: &Policy) -> QualifiedName {
    if !table.name.is_empty() {
        return table.clone();
    }
    let on = policy.on.as_deref().unwrap_or_default();
    let mut parts: Vec<String> =
        on.split("\".\"").map(|part| part.trim_matches('"').replace("\"\"", "\"")).collect();
    let name = parts.pop().unwrap_or_default();
    QualifiedName::new(parts.pop().unwrap_or_default(), name)
}

/// A policy of the base as it reads once tables and columns have their new names, as they have wherever
/// policies are dropped and created.
pub(super) fn live(policy: &Policy, table: &QualifiedName, context: &Context<'_>) -> Policy {
    let text = |text: &Option<String>| text.as_ref().map(|text| context.head_text(text, table));
    Policy { using: text(&policy.using), with_check: text(&policy.with_check), ..policy.clone() }
}

/// The policy while a column that it stands on is not there: it lets nothing through.
fn shut(policy: &Policy) -> Policy {
    let nothing = |text: &Option<String>| text.as_ref().map(|_| "false".to_owned());
    Policy {
        using: nothing(&policy.using),
        with_check: nothing(&policy.with_check),
        ..policy.clone()
    }
}

/// Shuts the policies that stand on a column which is made anew, before it goes, and opens those again
/// that have no change of their own.
pub(super) fn shut_all(context: &mut Context<'_>) {
    let members: Vec<_> = context.shut.iter().cloned().collect();
    for (table, name) in members {
        let Some(base) = context.base_table(&table).and_then(|it| it.policies.get(&name)) else {
            continue;
        };
        let before = live(base, &table, context);
        let closed = shut(&before);
        let parts = |policy: &Policy| {
            let using = policy.using.as_ref().map(|text| format!(" USING ({text})"));
            let check = policy.with_check.as_ref().map(|text| format!(" WITH CHECK ({text})"));
            let parts: String = [using, check].into_iter().flatten().collect();
            format!("ALTER POLICY {} ON {}{parts};", id(&policy.name), qn(&table))
        };
        let step = Step::contract(Stage::ShutPolicies, format!("shut policy {name} of {table}"))
            .run(Statement::ddl(parts(&closed)).note(
                "it stands on a column that is made anew; until it is open again below it admits no row",
            ))
            .undo(Statement::ddl(parts(&before)));
        context.push(step);
        let after = context.head_table(&table).and_then(|it| it.policies.get(&name));
        let own = (ObjectKind::Policy, table.clone(), name.clone());
        if let Some(after) = after.filter(|_| !context.changed.contains(&own)) {
            let step = Step::contract(Stage::Policies, format!("open policy {name} of {table}"))
                .rank(ALTER)
                .run(Statement::ddl(parts(after)))
                .undo(Statement::ddl(parts(&closed)));
            context.push(step);
        }
    }
}

/// `DROP POLICY`.
pub(super) fn drop_sql(policy: &Policy, table: &QualifiedName) -> String {
    format!("DROP POLICY {} ON {};", id(&policy.name), qn(table))
}

pub(super) fn create_policy(it: &InTable<Policy>, context: &mut Context<'_>) {
    if context.created.contains(&it.table) {
        return;
    }
    let table = table_of(&it.table, &it.what);
    let step = Step::contract(Stage::Policies, format!("policy {} of {table}", it.what.name))
        .rank(CREATE)
        .run(Statement::ddl(create_sql(&it.what, &table)))
        .undo(Statement::ddl(drop_sql(&it.what, &table)))
        .verify(prove::policy(&table, &it.what.name, true))
        .verify_undo(prove::policy(&context.base_name(&table), &it.what.name, false));
    context.push(step);
}

pub(super) fn drop_policy(it: &InTable<Policy>, context: &mut Context<'_>) {
    if context.dropped.contains(&it.table) {
        return;
    }
    let table = table_of(&context.dropped_from(&it.table), &it.what);
    let mut old = live(&it.what, &table, context);
    if context.shut.contains(&(table.clone(), old.name.clone())) {
        old = shut(&old);
    } else if context.is_torn(ObjectKind::Policy, &table, &it.what.name) {
        // The change of the column's type drops it, and its rollback creates it again.
        return;
    }
    let step = Step::contract(Stage::Policies, format!("drop policy {} of {table}", old.name))
        .rank(DROP)
        .run(Statement::ddl(drop_sql(&old, &table)))
        .undo(Statement::ddl(create_sql(&old, &table)))
        .verify(prove::policy(&table, &old.name, false))
        .verify_undo(prove::policy(&context.base_name(&table), &old.name, true));
    context.push(step);
}

pub(super) fn alter_policy(it: &InTable<Diff<Policy>>, context: &mut Context<'_>) {
    let table = table_of(&it.table, &it.what.after);
    let (mut before, after) = (live(&it.what.before, &table, context), &it.what.after);
    if context.shut.contains(&(table.clone(), before.name.clone())) {
        before = shut(&before);
    } else if context.is_torn(ObjectKind::Policy, &table, &before.name) {
        // The change of the column's type drops the old policy and creates the new one around it.
        return;
    }
    let step = Step::contract(Stage::Policies, format!("policy {} of {table}", after.name))
        .rank(ALTER)
        .run(
            Statement::transaction([drop_sql(&before, &table), create_sql(after, &table)])
                .note("one transaction: there is no moment without the policy"),
        )
        .undo(Statement::transaction([drop_sql(after, &table), create_sql(&before, &table)]))
        .verify(prove::policy(&table, &after.name, true));
    context.push(step);
}

pub(super) fn enable(table: &QualifiedName, context: &mut Context<'_>) {
    if context.created.contains(table) {
        return;
    }
    let step = Step::contract(Stage::Policies, format!("row-level security on for {table}"))
        .rank(ENABLE)
        .run(
            Statement::ddl(format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", qn(table))).note(
                "from here on a role that no policy admits sees no rows; try it with the application's role first",
            ),
        )
        .undo(
            Statement::ddl(format!("ALTER TABLE {} DISABLE ROW LEVEL SECURITY;", qn(table)))
                .note("every row becomes visible"),
        )
        .verify(prove::rls(table, true))
        .verify_undo(prove::rls(&context.base_name(table), false));
    context.push(step);
}

pub(super) fn disable(table: &QualifiedName, context: &mut Context<'_>) {
    let step = Step::contract(Stage::Policies, format!("row-level security off for {table}"))
        .rank(DISABLE)
        .run(
            Statement::ddl(format!("ALTER TABLE {} DISABLE ROW LEVEL SECURITY;", qn(table)))
                .note("every row becomes visible to every role that may read the table"),
        )
        .undo(Statement::ddl(format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY;", qn(table))))
        .verify(prove::rls(table, false))
        .verify_undo(prove::rls(&context.base_name(table), true));
    context.push(step);
}

pub(super) fn create_role(role: &Role, context: &mut Context<'_>) {
    let step = Step::expand(Stage::Roles, format!("create role {}", role.name))
        .run(
            Statement::free(format!("CREATE ROLE {} WITH {};", id(&role.name), role_options(role)))
                .note("roles belong to the whole cluster; fails when it exists already"),
        )
        .undo(Statement::free(format!("DROP ROLE {};", id(&role.name))));
    context.push(step);
}

pub(super) fn drop_role(role: &Role, context: &mut Context<'_>) {
    let step = Step::contract(Stage::DropRoles, format!("drop role {}", role.name))
        .run(
            Statement::free(format!("DROP ROLE {};", id(&role.name)))
                .note("fails while it owns anything or holds a grant: reassign and revoke first"),
        )
        .undo(Statement::free(format!(
            "CREATE ROLE {} WITH {};",
            id(&role.name),
            role_options(role)
        )));
    context.push(step);
    let sentence = format!(
        "role {}: its password, memberships and grants are not put back by the rollback",
        role.name
    );
    context.irreversible(Object::global(ObjectKind::Role, role.name.as_str()), sentence);
}

pub(super) fn alter_role(it: &Diff<Role>, context: &mut Context<'_>) {
    let (before, after) = (&it.before, &it.after);
    let mut step = Step::expand(Stage::Roles, format!("role {}", after.name));
    if before.name != after.name {
        let rename = |from: &str, to: &str| {
            Statement::free(format!("ALTER ROLE {} RENAME TO {};", id(from), id(to)))
                .note("an MD5 password is lost by a rename; sessions keep the old name")
        };
        step = step.run(rename(&before.name, &after.name)).undo(rename(&after.name, &before.name));
    }
    let set = |role: &Role| {
        Statement::free(format!("ALTER ROLE {} WITH {};", id(&after.name), role_options(role)))
    };
    step = step.run(set(after));
    step.undo.insert(0, set(before));
    context.push(step);
}
