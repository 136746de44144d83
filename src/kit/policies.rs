//! Policies, those of tables and those linked to a table that is not exported.

use super::differ::{ColumnRenames, Sides};
use super::draft::{Draft, Phase};
use super::keyed::{self, keyed};
use super::rename::{self, Resolved};
use super::state::{Packed, State, Table};
use super::{Error, Mode, sql, squash};
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind, Policy};

/// Policies that come and go in tables that stay.
pub(super) fn identify(sides: Sides, patched: &State, drafts: &mut Vec<Draft>) {
    for (table, old, new) in keyed(&patched.tables, &sides.after.tables).common {
        if keyed::is_marked(&table.name) {
            continue;
        }
        let on = sql::table(table);
        let rules = rename::of_policies(sides.renames, table);
        let resolved = resolve(sides.mode, &old.policies, &new.policies, &rules);
        for (from, to) in &resolved.renamed {
            let object = object(table, &to.name);
            let sql = rename_policy(&from.name, &on, &to.name);
            drafts.push(Draft::new(Phase::RenamePolicy, "rename_policy", object, sql));
        }
        drafts.extend(resolved.created.iter().map(|policy| create(table, policy)));
        drafts.extend(resolved.deleted.iter().map(|policy| drop_of_table(table, policy)));
    }
}

/// The names are those behind the squashed form.
fn resolve(mode: Mode, old: &Packed, new: &Packed, rules: &[(String, String)]) -> Resolved<Policy> {
    let policies = keyed(old, new);
    let split = |(_, packed): &(&String, &String)| squash::split_policy(packed, mode);
    rename::resolve_by(
        policies.added.iter().map(split).collect(),
        policies.deleted.iter().map(split).collect(),
        |policy| &policy.name,
        rules,
    )
}

/// Policies of tables that are new; they come last.
pub(super) fn of_new_tables(sides: Sides, created: &[QualifiedName], drafts: &mut Vec<Draft>) {
    for name in created {
        let Some(table) = sides.after.tables.get(name) else { continue };
        let policies = table.policies.values().map(|it| squash::split_policy(it, sides.mode));
        drafts.extend(policies.map(|policy| create(name, &policy)));
    }
}

/// drizzle-kit renames policies in the old side by the renames of *columns*.
pub(super) fn rename_with_columns(patched: &mut State, columns: &ColumnRenames) {
    for (table, renames) in columns {
        if let Some(table) = patched.tables.get_mut(table) {
            super::differ::rekey(&mut table.policies, super::differ::carried(renames));
        }
    }
}

/// Policies that changed in a table that stays. Another command, or permissive for restrictive, is
/// dropped and created; everything else is altered, where what is gone stays as it was.
pub(super) fn compare(
    sides: Sides,
    table: &QualifiedName,
    old: &Table,
    new: &Table,
    drafts: &mut Vec<Draft>,
) {
    for (_, old, new) in keyed(&old.policies, &new.policies).common {
        if old == new {
            continue;
        }
        let before = squash::split_policy(old, sides.mode);
        let after = squash::split_policy(new, sides.mode);
        if (&before.permissive, &before.command) == (&after.permissive, &after.command) {
            let object = object(table, &before.name);
            let sql = alter_policy(&before, &after, &sql::table(table));
            drafts.push(Draft::new(Phase::AlterPolicy, "alter_policy", object, sql));
        } else {
            drafts.push(drop_of_table(table, &before));
            drafts.push(create(table, &after));
        }
    }
}

fn object(table: &QualifiedName, name: &str) -> Object {
    Object::in_table(ObjectKind::Policy, table, name)
}

fn create(table: &QualifiedName, policy: &Policy) -> Draft {
    let sql = create_policy(policy, &sql::table(table));
    Draft::new(Phase::CreatePolicy, "create_policy", object(table, &policy.name), sql)
}

fn drop_of_table(table: &QualifiedName, policy: &Policy) -> Draft {
    let sql = drop_policy(policy, &sql::table(table));
    Draft::new(Phase::DropPolicy, "drop_policy", object(table, &policy.name), sql)
}

/// The `DROP POLICY` that goes before `DROP TABLE`.
pub(super) fn drop(table: &QualifiedName, packed: &str, mode: Mode) -> String {
    drop_policy(&squash::split_policy(packed, mode), &sql::table(table))
}

/// Policies linked to a table that is not exported.
pub(super) fn linked(sides: Sides, patched: &State, drafts: &mut Vec<Draft>) -> Result<(), Error> {
    let (old, new) = (&patched.policies, &sides.after.policies);
    let split = |packed: &String| squash::split_policy(packed, sides.mode);
    let resolved = resolve(sides.mode, old, new, &linked_rules(sides));
    for (from, to) in &resolved.renamed {
        let on = on_or_undefined(from.on.as_deref());
        let sql = rename_policy(&from.name, &on, &to.name);
        let object = linked_object(&to.name);
        drafts.push(Draft::new(Phase::RenameLinkedPolicy, "rename_ind_policy", object, sql));
    }
    drafts.extend(resolved.created.iter().map(create_linked));
    drafts.extend(resolved.deleted.iter().map(drop_linked));
    for (name, old, new) in keyed(old, new).common {
        if old == new || keyed::is_marked(name) {
            continue;
        }
        let after = split(new);
        // `push` compares the new policy with itself.
        let before = match sides.mode {
            Mode::Generate => sides.before.policies.get(&after.name).map(split),
            Mode::Push => sides.after.policies.get(&after.name).map(split),
        };
        let Some(before) = before else {
            let why = "`--` in its name breaks the form in which drizzle-kit keeps it";
            return Err(Error { object: linked_object(&after.name), why });
        };
        if (&before.permissive, &before.command) == (&after.permissive, &after.command) {
            let sql = alter_policy(&before, &after, &on_or_undefined(before.on.as_deref()));
            let object = linked_object(&before.name);
            drafts.push(Draft::new(Phase::AlterLinkedPolicy, "alter_ind_policy", object, sql));
        } else {
            drafts.push(drop_linked(&before));
            drafts.push(create_linked(&after));
        }
    }
    Ok(())
}

/// Renames stated for the table that a linked policy is on.
fn linked_rules(sides: Sides) -> Vec<(String, String)> {
    let tables: indexmap::IndexSet<&str> =
        sides.head.policies.values().filter_map(|policy| policy.on.as_deref()).collect();
    let table = |on: &str| {
        let (schema, name) = on.trim_matches('"').split_once("\".\"")?;
        Some(QualifiedName::new(schema, name))
    };
    let tables = tables.into_iter().filter_map(table);
    tables.flat_map(|table| rename::of_policies(sides.renames, &table)).collect()
}

fn linked_object(name: &str) -> Object {
    Object::in_table(ObjectKind::Policy, &QualifiedName::new("", ""), name)
}

fn on_or_undefined(on: Option<&str>) -> String {
    on.unwrap_or("undefined").to_owned()
}

fn create_linked(policy: &Policy) -> Draft {
    let sql = create_policy(policy, &on_or_undefined(policy.on.as_deref()));
    let object = linked_object(&policy.name);
    Draft::new(Phase::CreateLinkedPolicy, "create_ind_policy", object, sql)
}

fn drop_linked(policy: &Policy) -> Draft {
    let sql = drop_policy(policy, &on_or_undefined(policy.on.as_deref()));
    Draft::new(Phase::DropLinkedPolicy, "drop_ind_policy", linked_object(&policy.name), sql)
}

/// A role as `CREATE POLICY` prints it.
pub(super) fn role(role: &str) -> String {
    const KEYWORDS: [&str; 4] = ["current_user", "current_role", "session_user", "public"];
    if KEYWORDS.contains(&role) { role.to_owned() } else { sql::name(role) }
}

/// `CREATE POLICY … ON … AS … FOR … TO … USING (…) WITH CHECK (…);`
pub(super) fn create_policy(policy: &Policy, on: &str) -> String {
    let to: Vec<String> = policy.to.iter().map(|it| role(it)).collect();
    format!(
        "CREATE POLICY {} ON {on} AS {} FOR {} TO {}{}{};",
        sql::name(&policy.name),
        policy.permissive.to_uppercase(),
        policy.command.to_uppercase(),
        to.join(", "),
        clause(" USING (", policy.using.as_ref()),
        clause(" WITH CHECK (", policy.with_check.as_ref()),
    )
}

fn clause(opening: &str, expression: Option<&String>) -> String {
    let expression = expression.filter(|expression| !expression.is_empty());
    expression.map_or_else(String::new, |expression| format!("{opening}{expression})"))
}

/// An expression that is gone is repeated, and roles are not quoted.
fn alter_policy(old: &Policy, new: &Policy, on: &str) -> String {
    let or_old = |new: String, old: String| if new.is_empty() { old } else { new };
    format!(
        "ALTER POLICY {} ON {on} TO {}{}{};",
        sql::name(&old.name),
        new.to.join(","),
        or_old(clause(" USING (", new.using.as_ref()), clause(" USING (", old.using.as_ref())),
        or_old(
            clause(" WITH CHECK (", new.with_check.as_ref()),
            clause(" WITH CHECK  (", old.with_check.as_ref()),
        ),
    )
}

fn rename_policy(from: &str, on: &str, to: &str) -> String {
    format!("ALTER POLICY {} ON {on} RENAME TO {};", sql::name(from), sql::name(to))
}

/// `DROP POLICY … ON … CASCADE;`
pub(super) fn drop_policy(policy: &Policy, on: &str) -> String {
    format!("DROP POLICY {} ON {on} CASCADE;", sql::name(&policy.name))
}
