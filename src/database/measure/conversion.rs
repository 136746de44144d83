//! Values that a change of type refuses or alters.

use super::probes::Probe;
use crate::delta::Diff;
use crate::diff::ColumnChange;
use crate::ident::{QualifiedName, quote};
use crate::postgres::{Path, SqlType, convert};
use crate::rules::Quantity;
use crate::schema::{Column, Schema};

/// A column's type as SQL.
pub(super) fn sql_type(column: &Column) -> String {
    let ty = column.ty.as_str();
    let plain = match ty {
        "serial" => "integer",
        "bigserial" => "bigint",
        "smallserial" => "smallint",
        other => other,
    };
    let Some(schema) = &column.type_schema else { return plain.to_owned() };
    let (name, brackets) = plain.split_at(plain.find('[').unwrap_or(plain.len()));
    format!("{}.{}{brackets}", quote(schema), quote(name))
}

/// What is counted when a column of `table` (its name in the base) gets another type.
pub(super) fn of(
    table: &QualifiedName,
    schemas: Diff<&Schema>,
    change: &ColumnChange,
) -> Vec<Probe> {
    let columns = change.what.as_ref();
    let types = Diff::new(
        SqlType::of(columns.before, schemas.before),
        SqlType::of(columns.after, schemas.after),
    );
    let conversion = convert(&types.before, &types.after, None);
    if conversion.path != Path::Automatic {
        return Vec::new();
    }
    let column = quote(&columns.before.name);
    let refused = refused(&column, &types);
    let mut probes = Vec::new();
    if conversion.can_fail.is_some() {
        let sql = refused.clone().map(|refused| {
            format!(
                "SELECT count(*) FROM {} WHERE {column} IS NOT NULL AND {refused}",
                table.quoted()
            )
        });
        let sql =
            sql.ok_or_else(|| "which values do not fit is known to PostgreSQL only".to_owned());
        probes.push(Probe { what: Quantity::Unconvertible, sql });
    }
    if conversion.loses.is_some() {
        let (old, new) = (sql_type(columns.before), sql_type(columns.after));
        let text = matches!(types.before.scalar(), Some("json" | "xml" | "point" | "polygon"));
        let text = if text { "::text" } else { "" };
        let changed = format!("({column}::{new})::{old}{text} IS DISTINCT FROM {column}{text}");
        let altered = match (&refused, conversion.can_fail.is_some()) {
            (_, false) => Ok(changed),
            // A value that does not fit would stop the query as it stops the change.
            (Some(refused), true) => {
                Ok(format!("CASE WHEN {refused} THEN false ELSE {changed} END"))
            }
            (None, true) => Err("which values do not fit is known to PostgreSQL only".to_owned()),
        };
        let sql = altered.map(|altered| {
            format!(
                "SELECT count(*) FROM {} WHERE {column} IS NOT NULL AND {altered}",
                table.quoted()
            )
        });
        probes.push(Probe { what: Quantity::Altered, sql });
    }
    probes
}

/// A value as a column will hold it, and the condition for those that fit, of a conversion that alters values;
/// or why nobody knows which do. `None` where nothing is altered.
pub(super) fn kept(
    schemas: Diff<&Schema>,
    change: &ColumnChange,
) -> Option<Result<(String, String), String>> {
    let columns = change.what.as_ref();
    let types = Diff::new(
        SqlType::of(columns.before, schemas.before),
        SqlType::of(columns.after, schemas.after),
    );
    let conversion = convert(&types.before, &types.after, None);
    if conversion.path != Path::Automatic || conversion.loses.is_none() {
        return None;
    }
    let column = quote(&columns.before.name);
    let value = format!("{column}::{}", sql_type(columns.after));
    Some(match (refused(&column, &types), conversion.can_fail.is_some()) {
        (_, false) => Ok((value, format!("{column} IS NOT NULL"))),
        (Some(refused), true) => {
            // What does not fit stops the change before it is compared with anything.
            let value = format!("CASE WHEN {refused} THEN NULL ELSE {value} END");
            Ok((value, format!("{column} IS NOT NULL AND NOT ({refused})")))
        }
        (None, true) => Err("which values do not fit is known to PostgreSQL only".to_owned()),
    })
}

/// The condition under which PostgreSQL refuses a value; `None` where it is not known.
fn refused(column: &str, types: &Diff<SqlType>) -> Option<String> {
    let (from, to) = (types.before.scalar(), types.after.scalar()?);
    let number = matches!(from, Some("smallint" | "integer" | "bigint" | "numeric"));
    let float = matches!(from, Some("real" | "double"));
    let whole = |low: &str, end: &str| {
        let low = format!("(round({column}) >= {low}");
        if float {
            format!("NOT {low}::float8 AND round({column}) < {end}::float8)")
        } else {
            format!("NOT {low} AND round({column}) < {end})")
        }
    };
    match to {
        "smallint" if number || float => Some(whole("-32768", "32768")),
        "integer" if number || float => Some(whole("-2147483648", "2147483648")),
        "bigint" if number || float => Some(whole("-9223372036854775808", "9223372036854775808")),
        "numeric" if number || float => {
            let (whole, scale) = types.after.digits()?;
            let end = format!("('1e' || ({whole}))::numeric");
            let over = format!("abs(round({column}::numeric, {scale})) >= {end}");
            Some(format!(
                "CASE {column}::text WHEN 'NaN' THEN false WHEN 'Infinity' THEN true WHEN '-Infinity' THEN true ELSE {over} END"
            ))
        }
        "real" if from == Some("double") => Some(format!(
            "(abs({column}) < 'Infinity'::float8 AND (abs({column}) >= 3.4028235677973366e38 OR ({column} <> 0 AND abs({column}) < 7.006492321624086e-46)))"
        )),
        // Spaces beyond the length are cut and nothing else.
        "varchar" | "char" => {
            let length = types.after.length().or((to == "char").then_some(1))?;
            let text = if from == Some("boolean") {
                format!("CASE WHEN {column} THEN 'true' ELSE 'false' END")
            } else {
                format!("{column}::text")
            };
            Some(format!("length(rtrim({text}, ' ')) > {length}"))
        }
        _ => None,
    }
}
