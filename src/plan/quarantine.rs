//! Quarantine: values that do not convert to a column's new type are copied aside, with what finds their row,
//! and become NULL, so that the others can have the new type.

use super::backup::{self, Backup, SCHEMA};
use super::context::{Context, short};
use super::conversion::Way;
use super::sql::id;
use super::statement::{Check, Duration, Phase, Statement};
use super::step::{Stage, Step};
use crate::ident::{quote, truncate};

/// How one value converts, over the quoted column; `None` where every value converts or only the user knows
/// how.
pub(super) fn conversion(
    way: &Way,
    given: Option<&String>,
    column: &str,
    to: &str,
) -> Option<String> {
    match (given, way) {
        (Some(given), _) => Some(given.clone()),
        (None, Way::Using(using)) => Some(using.clone()),
        (None, Way::Assignment) => Some(format!("{}::{to}", id(column))),
        (None, Way::Same | Way::Widening | Way::Unknown(_)) => None,
    }
}

/// Makes the function that gives the converted value, or NULL where it does not convert; returns its name.
pub(super) fn function(
    object: &str,
    value: &str,
    column: &str,
    from: &str,
    to: &str,
    context: &mut Context<'_>,
) -> String {
    backup::registry(Phase::Contract, Stage::Backups, context);
    let name = format!("{SCHEMA}.{}", quote(&format!("try_{}_{}", context.id, short(object))));
    let value = value.replace(&id(column), "dg_value");
    let sql = format!(
        "CREATE FUNCTION {name}(dg_value {from}) RETURNS {to} LANGUAGE plpgsql AS $drizzle_guard_try$\nBEGIN\n  RETURN ({value})::{to};\nEXCEPTION WHEN data_exception THEN\n  RETURN NULL;\nEND $drizzle_guard_try$;"
    );
    let step = Step::contract(Stage::Backups, format!("convert what converts of {object}"))
        .run(Statement::free(sql).note("only until the type has changed"));
    context.push(step);
    name
}

/// Drops the function.
pub(super) fn done(function: &str) -> Statement {
    Statement::free(format!("DROP FUNCTION {function};"))
}

/// Copies what does not convert out of the backup, which has the same snapshot.
pub(super) fn table(
    object: &str,
    backup: &Backup,
    function: &str,
    from: &str,
    context: &mut Context<'_>,
) {
    let name = format!("q_{}_{}_{object}", context.id, &short(object)[..4]);
    let relation = format!("{SCHEMA}.{}", quote(truncate(&name)));
    let all = backup.relation();
    let sql = format!(
        "CREATE TABLE {relation} AS SELECT b.*, now() AS dg_at FROM {all} AS b WHERE b.dg_value IS NOT NULL AND {function}(b.dg_value::{from}) IS NULL;"
    );
    let statement = Statement::free(sql).duration(Duration::Rows).note(format!(
        "look through {relation} by and by: these values are not in {object} any more"
    ));
    let held = format!(
        "(SELECT count(*) FROM {relation}) >= (SELECT count(*) FROM {all} WHERE dg_value IS NOT NULL AND dg_becomes IS NULL)"
    );
    let title = format!("set aside what does not convert of {object}");
    let step = Step::contract(Stage::Backups, title)
        .run(statement)
        .verify(Check::new(format!("what does not convert of {object} is set aside"), held));
    context.push(step);
    context.quarantined(object);
    context.horizon(format!(
        "{relation} holds the values of {object} that did not convert; the rollback puts them back from the backup"
    ));
}
