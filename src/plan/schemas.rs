//! Schemas (namespaces).

use super::context::Context;
use super::sql::id;
use super::statement::{Check, Statement};
use super::step::{Stage, Step};
use crate::delta::Diff;
use crate::ident::{quote_literal, truncate};
use crate::schema::{Object, ObjectKind};

fn exists(name: &str, yes: bool) -> Check {
    let (word, is) = if yes { ("exists", "IS NOT NULL") } else { ("is gone", "IS NULL") };
    let name = quote_literal(&id(name));
    Check::new(format!("schema {name} {word}"), format!("to_regnamespace({name}) {is}"))
}

pub(super) fn create(name: &str, context: &mut Context<'_>) {
    let step = Step::expand(Stage::Schemas, format!("create schema {name}"))
        .run(Statement::free(format!("CREATE SCHEMA {};", id(name))))
        .undo(Statement::free(format!("DROP SCHEMA {};", id(name))))
        .verify(exists(name, true))
        .verify_undo(exists(name, false));
    context.push(step);
}

pub(super) fn drop(name: &str, context: &mut Context<'_>) {
    let drop = Statement::free(format!("DROP SCHEMA {};", id(name)))
        .note("without CASCADE: fails when something that Drizzle does not know is still in it");
    let step = Step::contract(Stage::DropSchemas, format!("drop schema {name}"))
        .run(drop)
        .undo(Statement::free(format!("CREATE SCHEMA {};", id(name))))
        .verify(exists(name, false))
        .verify_undo(exists(name, true));
    context.push(step);
    let object = Object::global(ObjectKind::Schema, name);
    let sentence = format!("the grants on schema {name} are not put back by its rollback");
    context.irreversible(object, sentence);
}

pub(super) fn rename(name: &Diff<String>, context: &mut Context<'_>) {
    let sql = |from: &str, to: &str| format!("ALTER SCHEMA {} RENAME TO {};", id(from), id(to));
    let both = truncate(&name.before) == truncate(&name.after);
    if both {
        return;
    }
    let step =
        Step::expand(Stage::Schemas, format!("rename schema {} to {}", name.before, name.after))
            .run(Statement::free(sql(&name.before, &name.after)).note(
                "code that names the old schema fails from here on: stop it, or deploy at once",
            ))
            .undo(Statement::free(sql(&name.after, &name.before)))
            .verify(exists(&name.after, true))
            .verify_undo(exists(&name.before, true));
    context.push(step);
    context.note(format!(
        "The rename of schema {} has no compatible middle state: the old code stops working in expand.sql.",
        name.before
    ));
}
