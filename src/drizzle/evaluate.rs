//! Modules → values, with Drizzle's packages at hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::config::{self, Settings};
use super::error::Error;
use super::host::Packages;
use crate::files::Files;
use crate::typescript::{
    self, Abrupt, Context, Evaluation, Limits, Others, ParseCache, Value, Variables,
};

/// Evaluates a drizzle config and reads it; also what it looked at, by path and blob id.
pub(super) fn config(
    files: &dyn Files,
    path: &str,
    variables: &Variables,
    cache: &ParseCache,
) -> Result<(Settings, Vec<(String, String)>), Error> {
    typescript::on_large_stack(|| {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let packages = Packages::for_config(folder);
        let mut evaluation = Evaluation::new(files, &packages, cache, Limits::default())
            .with_variables(Variables { others: Others::Unknown, ..variables.clone() });
        let exports = evaluation.exports(path)?;
        let thrown = evaluation.thrown(path);
        // `module.exports = { … }` has no default: its properties are the exports.
        let default = exports.iter().find(|(name, _)| matches!(&**name, "default" | "*"));
        let value = match default {
            Some((_, value)) => Some(value.clone()),
            None if exports.is_empty() => None,
            None => Some(evaluation.object(exports).map_err(|it| failure(&mut evaluation, it))?),
        };
        if let (None | Some(Value::Undefined | Value::Unknown(_)), Some(thrown)) = (&value, &thrown)
        {
            let why = format!("it throws at {}: {}", thrown.origin, thrown.message);
            return Err(Error::UnreadableConfig { path: path.to_owned(), why });
        }
        let value = value.unwrap_or(Value::Undefined);
        let settings = config::of_default(path, &value, &mut evaluation)?;
        Ok((settings, consulted(&evaluation.files_read())))
    })?
}

/// What an evaluation looked at; the id is empty where there was no file.
pub(super) fn consulted(seen: &BTreeMap<String, Option<Arc<str>>>) -> Vec<(String, String)> {
    let pairs = seen.iter();
    pairs.map(|(path, id)| (path.clone(), id.as_deref().unwrap_or_default().to_owned())).collect()
}

/// The error for an evaluation that ended.
pub(super) fn failure(context: &mut dyn Context, abrupt: Abrupt) -> Error {
    match abrupt {
        Abrupt::Throw(value, origin) => {
            let message = match &value {
                Value::Object(_) => context.get(&value, "message").unwrap_or(Value::Undefined),
                other => other.clone(),
            };
            let message = match message {
                Value::String(text) => text.to_string(),
                _ => "the program throws".to_owned(),
            };
            Error::Kit { origin, message }
        }
        Abrupt::Budget(origin, what) => Error::Evaluate(typescript::Error::Budget { origin, what }),
    }
}
