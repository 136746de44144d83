//! Statements that do less, or more, than they should.

use super::{At, Fault};
use crate::ident::quote;
use crate::kit::draft::SET_IDENTITY;
use crate::kit::{policies, sql};

pub(super) fn check(at: &At, found: &mut Vec<Fault>) {
    let fault = match at.statement.kind {
        "alter_table_alter_column_drop_pk" => primary_key(at),
        SET_IDENTITY => identity(at),
        "delete_reference" => foreign_key(at),
        "alter_sequence" => sequence(at),
        "enable_rls" | "disable_rls" => row_level_security(at),
        "create_index_pg" if at.statement.sql.contains("INDEX CONCURRENTLY ") => {
            let what = "`drizzle-kit migrate` runs it inside a transaction, where it fails";
            Some(at.fault("kit.concurrently_in_transaction", what, None))
        }
        "alter_policy" => {
            found.extend(altered_policy(at));
            None
        }
        _ => None,
    };
    found.extend(fault);
}

/// PostgreSQL calls the key after the table it was made for.
fn primary_key(at: &At) -> Option<Fault> {
    let table = at.statement.object.table_name()?;
    let base = at.context.names.table_to_base(&table);
    let constraint = quote(&format!("{}_pkey", base.name));
    let sql = format!("ALTER TABLE {} DROP CONSTRAINT {constraint};", table.quoted_short());
    let what = "the statement is a comment: the primary key stays";
    Some(at.fault("kit.primary_key_not_dropped", what, Some(sql)))
}

fn identity(at: &At) -> Option<Fault> {
    let object = &at.statement.object;
    let table = object.table_name()?;
    let base = at.context.names.table_to_base(&table);
    let column = at.context.schemas.before.column(&base, &object.name)?;
    if column.not_null {
        return None;
    }
    let alter =
        format!("ALTER TABLE {} ALTER COLUMN {}", sql::table(&table), sql::name(&object.name));
    let sql = format!("{alter} SET NOT NULL;\n{}", at.statement.sql);
    let what =
        "an identity needs a column that is NOT NULL, and drizzle-kit leaves `SET NOT NULL` out";
    Some(at.fault("kit.identity_on_nullable", what, Some(sql)))
}

/// `DROP TABLE … CASCADE` has taken the foreign keys to the table with it.
fn foreign_key(at: &At) -> Option<Fault> {
    let context = at.context;
    let object = &at.statement.object;
    let table = context.names.table_to_base(&object.table_name()?);
    let target = &context.schemas.before.table(&table)?.foreign_keys.get(&object.name)?.to;
    let before = context.statements.get(..at.index)?;
    let is_gone = before
        .iter()
        .any(|it| it.kind == "drop_table" && it.object.table_name().as_ref() == Some(target));
    if !is_gone {
        return None;
    }
    let what = format!(
        "`DROP TABLE … CASCADE` of {target} has dropped it already, and the statement fails"
    );
    let sql = at.replaced("DROP CONSTRAINT", "DROP CONSTRAINT IF EXISTS");
    Some(at.fault("kit.dropped_twice", what, sql))
}

/// Tables are renamed and moved after their row-level security is switched.
fn row_level_security(at: &At) -> Option<Fault> {
    let context = at.context;
    let table = at.statement.object.table_name()?;
    let later = context.statements.get(at.index..)?;
    let is_later = later.iter().any(|it| {
        matches!(it.kind, "rename_table" | "alter_table_set_schema")
            && it.object.table_name().as_ref() == Some(&table)
    });
    if !is_later {
        return None;
    }
    let base = context.names.table_to_base(&table);
    let what = format!(
        "{table} is not called so yet, it is renamed by a later statement, and this one fails (42P01)"
    );
    let sql = at.replaced(&sql::table(&table), &sql::table(&base));
    Some(at.fault("kit.secured_too_early", what, sql))
}

fn sequence(at: &At) -> Option<Fault> {
    let context = at.context;
    let after = context.schemas.after.sequences.values();
    let cycles = |cycle: Option<bool>| cycle == Some(true);
    let head = after.into_iter().find(|it| {
        it.name.name == at.statement.object.name
            && Some(&it.name.schema) == at.statement.object.schema.as_ref()
    })?;
    let base = context.names.object_to_base(&head.name);
    let before = context.schemas.before.sequences.get(&base)?;
    if !cycles(before.options.cycle) || cycles(head.options.cycle) {
        return None;
    }
    let sql = format!("{} NO CYCLE;", at.statement.sql.trim_end_matches(';'));
    Some(at.fault(
        "kit.cycle_stays",
        "`NO CYCLE` is never said: the sequence goes on cycling",
        Some(sql),
    ))
}

fn altered_policy(at: &At) -> Vec<Fault> {
    let object = &at.statement.object;
    let Some(table) = object.table_name() else { return Vec::new() };
    let schemas = at.context.schemas;
    let base = at.context.names.table_to_base(&table);
    let old = schemas.before.table(&base).and_then(|it| it.policies.get(&object.name));
    let new = schemas.after.table(&table).and_then(|it| it.policies.get(&object.name));
    let (Some(old), Some(new)) = (old, new) else { return Vec::new() };
    let on = sql::table(&table);
    let mut found = Vec::new();
    let is_gone = |old: &Option<String>, new: &Option<String>| old.is_some() && new.is_none();
    if is_gone(&old.using, &new.using) || is_gone(&old.with_check, &new.with_check) {
        let sql =
            format!("{}\n{}", policies::drop_policy(old, &on), policies::create_policy(new, &on));
        let what = "an expression was taken from the policy, and the statement puts it back";
        found.push(at.fault("kit.policy_expression_stays", what, Some(sql)));
    }
    let is_plain = |role: &String| {
        role.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '_')
    };
    if !new.to.iter().all(is_plain) {
        let roles: Vec<String> = new.to.iter().map(|it| policies::role(it)).collect();
        let sql =
            at.replaced(&format!(" TO {}", new.to.join(",")), &format!(" TO {}", roles.join(", ")));
        let what = "a role is not quoted, so that PostgreSQL reads another name or none";
        found.push(at.fault("kit.unquoted_role", what, sql));
    }
    found
}
