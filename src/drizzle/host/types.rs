//! The column builders of `drizzle-orm/pg-core` and the SQL types they write.
//!
//! Source: drizzle-orm `src/pg-core/columns/*.ts`, `getSQLType`.

use std::rc::Rc;

use indexmap::IndexMap;

use super::Session;
use super::builder::{ColumnBuilder, SqlType};
use super::support::{
    Outcome, display, is_nullish, name_and_config, native, option, truthy, unknown,
};
use crate::drizzle::Generation;
use crate::typescript::{Context, Value};

/// Builders that take a name and nothing else: function, SQL type, `columnType`.
const PLAIN: &[(&str, &str, &str)] = &[
    ("integer", "integer", "PgInteger"),
    ("smallint", "smallint", "PgSmallInt"),
    ("real", "real", "PgReal"),
    ("doublePrecision", "double precision", "PgDoublePrecision"),
    ("boolean", "boolean", "PgBoolean"),
    ("uuid", "uuid", "PgUUID"),
    ("json", "json", "PgJson"),
    ("jsonb", "jsonb", "PgJsonb"),
    ("inet", "inet", "PgInet"),
    ("cidr", "cidr", "PgCidr"),
    ("macaddr", "macaddr", "PgMacaddr"),
    ("macaddr8", "macaddr8", "PgMacaddr8"),
    ("serial", "serial", "PgSerial"),
    ("smallserial", "smallserial", "PgSmallSerial"),
];

/// Builders that take a configuration too.
const CONFIGURED: &[&str] = &[
    "bigint",
    "bigserial",
    "bit",
    "char",
    "date",
    "decimal",
    "geometry",
    "halfvec",
    "interval",
    "line",
    "numeric",
    "point",
    "sparsevec",
    "text",
    "time",
    "timestamp",
    "varchar",
    "vector",
];

/// The builder functions that the columns callback gets. They leave out a synonym.
pub(super) fn of_callback(session: &Rc<Session>) -> IndexMap<Rc<str>, Value> {
    let mut members = builders(session);
    members.shift_remove("decimal");
    members
}

/// All builder functions, as `drizzle-orm/pg-core` exports them.
pub(super) fn builders(session: &Rc<Session>) -> IndexMap<Rc<str>, Value> {
    let mut members: IndexMap<Rc<str>, Value> = IndexMap::new();
    for &(name, ty, class_name) in PLAIN {
        let session = session.clone();
        let build = move |_: &Value, arguments: &[Value], context: &mut dyn Context| -> Outcome {
            plain(&session, name, ty, class_name, arguments, context)
        };
        members.insert(name.into(), native(name, build));
    }
    for &name in CONFIGURED {
        let session = session.clone();
        let build = move |_: &Value, arguments: &[Value], context: &mut dyn Context| -> Outcome {
            configured(&session, name, arguments, context)
        };
        members.insert(name.into(), native(name, build));
    }
    members.insert("customType".into(), custom_type(session));
    members
}

fn plain(
    session: &Rc<Session>,
    function: &str,
    ty: &str,
    class_name: &'static str,
    arguments: &[Value],
    context: &mut dyn Context,
) -> Outcome {
    let name = match arguments.first() {
        None | Some(Value::Undefined | Value::Null) => String::new(),
        Some(Value::String(name)) => name.to_string(),
        Some(Value::Unknown(unknown)) => session.placeholder(unknown),
        // drizzle-kit refuses the snapshot that comes of it, because a name must be a string.
        Some(_) => {
            return Err(context.throw(&format!("the name given to {function}() is no string")));
        }
    };
    let builder = ColumnBuilder::new(session, name, class_name, SqlType::text(ty), context);
    builder.config.borrow_mut().not_null = matches!(ty, "serial" | "smallserial");
    Ok(builder.value())
}

fn configured(
    session: &Rc<Session>,
    function: &'static str,
    arguments: &[Value],
    context: &mut dyn Context,
) -> Outcome {
    let (name, config) = name_and_config(session, arguments);
    // These read a property of the configuration without looking whether there is one.
    let mandatory =
        matches!(function, "bigint" | "bigserial" | "bit" | "halfvec" | "sparsevec" | "vector");
    if mandatory && is_nullish(&config) {
        return Err(context.throw(&format!("{function}() needs a configuration object")));
    }
    let (ty, class_name) = spell(session, function, &config, context)?;
    let builder = ColumnBuilder::new(session, name, class_name, SqlType::text(ty), context);
    builder.config.borrow_mut().not_null = class_name == "PgBigSerial53";
    Ok(builder.value())
}

/// The SQL type and the `columnType` for a function and its configuration.
fn spell(
    session: &Session,
    function: &str,
    config: &Value,
    context: &mut dyn Context,
) -> Result<(String, &'static str), crate::typescript::Abrupt> {
    let mut read = |key: &str| option(config, key, context);
    let sized = |name: &str, size: &Value| match size {
        Value::Undefined => name.to_owned(),
        size => format!("{name}({})", display(session, size)),
    };
    let is = |value: &Value, text: &str| matches!(value, Value::String(mode) if &**mode == text);
    Ok(match function {
        "bigint" => {
            let number = is(&read("mode")?, "number");
            ("bigint".to_owned(), if number { "PgBigInt53" } else { "PgBigInt64" })
        }
        "bigserial" => {
            let mode = read("mode")?;
            // The mode decides NOT NULL, so an unknown one makes the whole column unknown.
            let ty = match unknown(&mode) {
                Some(unknown) => format!("bigserial{}", session.placeholder(unknown)),
                None => "bigserial".to_owned(),
            };
            (ty, if is(&mode, "number") { "PgBigSerial53" } else { "PgBigSerial64" })
        }
        "text" => ("text".to_owned(), "PgText"),
        "varchar" => (sized("varchar", &read("length")?), "PgVarchar"),
        "char" => (sized("char", &read("length")?), "PgChar"),
        "numeric" | "decimal" => {
            let (precision, scale, mode) = (read("precision")?, read("scale")?, read("mode")?);
            let ty = match (&precision, &scale) {
                (Value::Undefined, _) => "numeric".to_owned(),
                (precision, Value::Undefined) => sized("numeric", precision),
                (precision, scale) => {
                    format!("numeric({}, {})", display(session, precision), display(session, scale))
                }
            };
            let class = if is(&mode, "number") {
                "PgNumericNumber"
            } else if is(&mode, "bigint") {
                "PgNumericBigInt"
            } else {
                "PgNumeric"
            };
            (ty, class)
        }
        "timestamp" => {
            let (mode, precision) = (read("mode")?, read("precision")?);
            let text_mode = is(&mode, "string");
            let precision = match &precision {
                Value::Undefined => String::new(),
                // Only the default mode writes a space before the precision.
                precision if text_mode => format!("({})", display(session, precision)),
                precision => match unknown(&mode) {
                    Some(mode) => {
                        format!("{}({})", session.placeholder(mode), display(session, precision))
                    }
                    None => format!(" ({})", display(session, precision)),
                },
            };
            let zone = zone(session, &read("withTimezone")?);
            let class = if text_mode { "PgTimestampString" } else { "PgTimestamp" };
            (format!("timestamp{precision}{zone}"), class)
        }
        "time" => {
            let precision = sized("", &read("precision")?);
            (format!("time{precision}{}", zone(session, &read("withTimezone")?)), "PgTime")
        }
        "date" => {
            let date = is(&read("mode")?, "date");
            ("date".to_owned(), if date { "PgDate" } else { "PgDateString" })
        }
        "interval" => {
            let (fields, precision) = (read("fields")?, read("precision")?);
            let mut ty = "interval".to_owned();
            if truthy(&fields) != Some(false) {
                ty = format!("{ty} {}", display(session, &fields));
            }
            if truthy(&precision) != Some(false) {
                ty = format!("{ty}({})", display(session, &precision));
            }
            (ty, "PgInterval")
        }
        "point" | "line" | "geometry" => {
            let mode = read("mode")?;
            let tuple = truthy(&mode) == Some(false) || is(&mode, "tuple");
            match function {
                "point" => ("point".into(), if tuple { "PgPointTuple" } else { "PgPointObject" }),
                "line" => ("line".into(), if tuple { "PgLine" } else { "PgLineABC" }),
                _ => {
                    let class = if tuple { "PgGeometry" } else { "PgGeometryObject" };
                    // `srid` is ignored up to 0.45, `type` always.
                    let srid = read("srid")?;
                    if session.generation == Generation::Zero || truthy(&srid) == Some(false) {
                        ("geometry(point)".into(), class)
                    } else {
                        (format!("geometry(point,{})", display(session, &srid)), class)
                    }
                }
            }
        }
        _ => {
            let class = match function {
                "bit" => "PgBinaryVector",
                "halfvec" => "PgHalfVector",
                "sparsevec" => "PgSparseVector",
                _ => "PgVector",
            };
            (format!("{function}({})", display(session, &read("dimensions")?)), class)
        }
    })
}

/// ` with time zone` or nothing.
fn zone(session: &Session, with_timezone: &Value) -> String {
    match (truthy(with_timezone), unknown(with_timezone)) {
        (Some(true), _) => " with time zone".to_owned(),
        (_, Some(unknown)) => session.placeholder(unknown),
        _ => String::new(),
    }
}

/// `customType({ dataType(config) { … } })`: a builder function of its own.
fn custom_type(session: &Rc<Session>) -> Value {
    let session = session.clone();
    native("customType", move |_, arguments, _| {
        let parameters = arguments.first().cloned().unwrap_or(Value::Undefined);
        let session = session.clone();
        Ok(native("customType", move |_, arguments, context| {
            let (name, config) = name_and_config(&session, arguments);
            let ty = SqlType::Custom { parameters: parameters.clone(), config };
            Ok(ColumnBuilder::new(&session, name, "PgCustomColumn", ty, context).value())
        }))
    })
}
