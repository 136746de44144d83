//! `drizzle.config.ts`, read without running it.
//!
//! A configuration is code: it may throw without a database, compute its credentials and import
//! helpers. Only the keys that decide what the schema is are looked at; the others may be unknown.

use std::rc::Rc;

use super::Casing;
use super::error::Error;
use super::host::{Session, display};
use crate::origin::Origin;
use crate::typescript::{Context, Known, Unknown, Value};

/// What a drizzle config says.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    /// `schema`, as written; absent when the config names none.
    pub(super) schema: Option<Vec<String>>,
    /// `out`, when it is known.
    pub(super) out: Option<String>,
    /// `casing`
    pub(super) casing: Option<Casing>,
    /// `dialect`, or what the older `driver` stands for; absent when it is neither said nor known.
    pub(super) dialect: Option<String>,
    /// `schemaFilter`, when it is known.
    pub(super) schema_filter: Vec<String>,
    /// `tablesFilter`, when it is known.
    pub(super) tables_filter: Vec<String>,
    /// `extensionsFilters`, when it is known.
    pub(super) extensions_filters: Vec<String>,
    /// Whether `entities.roles` asks for roles of the database to be managed.
    pub(super) entities_roles: bool,
}

/// What one key of a configuration may hold.
enum Text {
    Missing,
    Known(Vec<String>),
    Unknown(Rc<Unknown>),
}

/// Reads what a config module exports as its default. `path` is for messages.
pub(super) fn of_default(
    path: &str,
    default: &Value,
    context: &mut dyn Context,
) -> Result<Settings, Error> {
    let mut config = default.clone();
    // A config that was compiled to CommonJS, or says `module.exports = { default: … }`.
    if matches!(config, Value::Object(_)) {
        let inner = read(context, &config, "default")?;
        if matches!(inner, Value::Object(_)) {
            config = inner;
        }
    }
    let why = match &config {
        Value::Object(_) => return of_object(path, &config, context),
        Value::Unknown(unknown) => format!("{} ({})", unknown.why, unknown.origin),
        _ => "it exports no configuration object".to_owned(),
    };
    Err(Error::UnreadableConfig { path: path.to_owned(), why })
}

fn read(context: &mut dyn Context, object: &Value, key: &str) -> Result<Value, Error> {
    context.get(object, key).map_err(|abrupt| super::evaluate::failure(context, abrupt))
}

fn of_object(path: &str, config: &Value, context: &mut dyn Context) -> Result<Settings, Error> {
    let mut settings = Settings::default();
    match texts(&read(context, config, "schema")?, context)? {
        Text::Missing => {}
        Text::Known(patterns) => settings.schema = Some(patterns),
        Text::Unknown(unknown) => {
            return Err(Error::UnknownKey {
                origin: place(&unknown, path),
                key: "schema",
                why: unknown.why.to_string(),
                setting: "schema = [\"…\"]",
            });
        }
    }
    match texts(&read(context, config, "casing")?, context)? {
        Text::Missing => {}
        Text::Known(words) => {
            settings.casing = words.first().and_then(|word| Casing::parse(word));
        }
        Text::Unknown(unknown) => {
            return Err(Error::UnknownKey {
                origin: place(&unknown, path),
                key: "casing",
                why: unknown.why.to_string(),
                setting: "casing = \"snake_case\"",
            });
        }
    }
    let known = |text: Text| match text {
        Text::Known(words) => words,
        Text::Missing | Text::Unknown(_) => Vec::new(),
    };
    settings.out = known(texts(&read(context, config, "out")?, context)?).into_iter().next();
    settings.schema_filter = known(texts(&read(context, config, "schemaFilter")?, context)?);
    settings.tables_filter = known(texts(&read(context, config, "tablesFilter")?, context)?);
    settings.extensions_filters =
        known(texts(&read(context, config, "extensionsFilters")?, context)?);
    let dialect = known(texts(&read(context, config, "dialect")?, context)?);
    let driver = known(texts(&read(context, config, "driver")?, context)?);
    settings.dialect = dialect.into_iter().next().or_else(|| {
        // Before 0.21 the driver said which database it is.
        let driver = driver.into_iter().next()?;
        let dialect = match driver.as_str() {
            "pg" | "aws-data-api" | "pglite" => "postgresql",
            "mysql2" => "mysql",
            _ => "sqlite",
        };
        Some(dialect.to_owned())
    });
    let entities = read(context, config, "entities")?;
    if matches!(entities, Value::Object(_)) {
        let roles = read(context, &entities, "roles")?;
        settings.entities_roles = matches!(roles, Value::Bool(true) | Value::Object(_));
    }
    Ok(settings)
}

/// A string, or an array of strings.
fn texts(value: &Value, context: &mut dyn Context) -> Result<Text, Error> {
    let items = match value {
        Value::String(text) => return Ok(Text::Known(vec![text.to_string()])),
        Value::Unknown(unknown) => return Ok(Text::Unknown(unknown.clone())),
        Value::Array(_) => {
            let items: Known<Vec<Value>> = context
                .elements(value)
                .map_err(|abrupt| super::evaluate::failure(context, abrupt))?;
            match items {
                Ok(items) => items,
                Err(unknown) => return Ok(Text::Unknown(unknown)),
            }
        }
        _ => return Ok(Text::Missing),
    };
    let mut texts = Vec::new();
    for item in items {
        match &item {
            Value::Unknown(unknown) => return Ok(Text::Unknown(unknown.clone())),
            item => texts.push(display(&Session::default(), item)),
        }
    }
    Ok(Text::Known(texts))
}

/// Where an unknown comes from; the config itself when that is outside of every file.
fn place(unknown: &Unknown, path: &str) -> Origin {
    if unknown.origin.file.is_empty() { Origin::new(path, 1, 1) } else { unknown.origin.clone() }
}

/// Reads a `drizzle.config.json`.
pub(super) fn of_json(path: &str, text: &str) -> Result<Settings, Error> {
    let json: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        Error::UnreadableConfig { path: path.to_owned(), why: error.to_string() }
    })?;
    let words = |key: &str| -> Option<Vec<String>> {
        match json.get(key)? {
            serde_json::Value::String(text) => Some(vec![text.clone()]),
            serde_json::Value::Array(items) => {
                Some(items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect())
            }
            _ => None,
        }
    };
    let word = |key: &str| words(key).and_then(|words| words.into_iter().next());
    let roles = json.get("entities").and_then(|entities| entities.get("roles"));
    Ok(Settings {
        schema: words("schema"),
        out: word("out"),
        casing: word("casing").and_then(|word| Casing::parse(&word)),
        dialect: word("dialect"),
        schema_filter: words("schemaFilter").unwrap_or_default(),
        tables_filter: words("tablesFilter").unwrap_or_default(),
        extensions_filters: words("extensionsFilters").unwrap_or_default(),
        entities_roles: roles.is_some_and(|it| it.is_object() || it.as_bool() == Some(true)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_configs_are_read() {
        let text = r#"{"dialect": "postgresql", "schema": "./db/schema.ts", "casing": "snake_case",
            "schemaFilter": ["public", "audit"], "entities": {"roles": true}}"#;
        let settings = of_json("drizzle.config.json", text).expect("a config");
        assert_eq!(settings.schema.as_deref(), Some(&["./db/schema.ts".to_owned()][..]));
        assert_eq!(settings.casing, Some(Casing::Snake));
        assert_eq!(settings.schema_filter, ["public", "audit"]);
        assert!(settings.entities_roles);
        assert!(of_json("drizzle.config.json", "{").is_err());
    }
}
