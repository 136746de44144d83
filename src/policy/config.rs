//! `drizzle-guard.toml`, read from the state that is judged.
//!
//! | key | allowed | without it | what it says |
//! |---|---|---|---|
//! | `schema` | a path, a folder, a glob, or an array of them | drizzle config, else `shared/db/schema/` | where the tables are |
//! | `drizzle-config` | a path or an array | `drizzle.config.{ts,js,mjs,json}` at the root | which drizzle config to read |
//! | `casing` | `"snake_case"`, `"camelCase"` | the drizzle config's | how keys become column names |
//! | `[env]` | names with a text, or `false` for not set | not known | environment variables that the schema asks for |
//! | `critical` | an array of tables, `"funds"` or `"public.funds"` | none | tables on which a hazard is one class worse |
//! | `policy-rules` | an array of rule ids that `drizzle-guard rules` calls policy | none | rules of taste that are switched on |
//! | `required-columns` | an array of columns | none | what every new table has to have; switches `column.required_set` on |
//! | `profile` | `"dev"`, `"team"`, `"production"` | `"dev"` | what an acknowledgement needs |
//! | `pre-commit` | `"warn"`, `"block"` | `"warn"` | whether a commit is stopped too |
//! | `strict` | `true`, `false` | `false` | whether risky changes need an acknowledgement as well |
//! | `receipts` | `"none"`, `"dangerous"`, `"risky"` | `"none"` | from which severity on a change needs the receipt of its rehearsal |
//! | `executor` | `"push"`, `"migrate"` | judged for both | `drizzle-kit push`, or `generate` and `migrate` |
//! | `postgres` | a major version, e.g. `16` | judged for all | the production server's |
//! | `[[rename]]` | one of `table`, `column`, `enum`, `value`, `sequence`, `view`, `schema`, `role`, `policy` with the old name, and `to` | none | a rename that is no drop and add |
//! | `[acknowledge]` `default-days` | 1 to `max-days` | 14 | how long an acknowledgement holds |
//! | `[acknowledge]` `max-days` | 1 to 365 | 30 | how long it may be made to hold |
//! | `[[profiles]]` | `remote` and `ref`, patterns with `*`, and `profile` | none | another profile for some pushes; the first that matches |
//! | `[zod]` `paths` | an array of paths, folders or globs | `shared/schemas/` | where the Zod schemas are |
//! | `[environments]` `development` | an array of host patterns with `*`; a socket is its folder | none: every database counts as production | databases that may be reset: nothing in a check against one of them blocks |
//! | `[statistics]` `small` | rows | 10000 | below it a table is small in `.drizzle-guard/stats.json`: what only locks it is one class milder |
//! | `[statistics]` `large` | rows, not fewer than `small` | 1000000 | from it on a table is large: what works through it is one class worse |
//! | `[statistics]` `max-age-days` | 1 to 365 | 30 | how old statistics may be to make something milder |
//! | `[verify]` `commands` | an array of commands | none | the project's own checks after a push |

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::error::Error;
use crate::diff::Rename;
use crate::drizzle::Casing;
use crate::files::Files;
use crate::rules::{Executor, POLICIES, Settings, Severity};

/// Where the configuration is.
pub const CONFIG_FILE: &str = "drizzle-guard.toml";

/// The configuration. [`Config::default`] is what holds without a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// Where the tables are; empty when the configuration does not say.
    pub schema: Vec<String>,
    /// Which drizzle configs to read; empty when the configuration does not say.
    pub drizzle_config: Vec<String>,
    /// How keys become column names.
    pub casing: Option<Casing>,
    /// Environment variables in which drizzle-kit runs: their text, or `None` for not set.
    pub env: BTreeMap<String, Option<String>>,
    /// Tables on which a hazard is one class worse.
    pub critical: Vec<String>,
    /// Rules of taste that are switched on, by id.
    pub policy_rules: Vec<String>,
    /// Columns that every new table has to have.
    pub required_columns: Vec<String>,
    /// What an acknowledgement needs, unless one of `profiles` matches.
    pub profile: Profile,
    /// Whether a commit is stopped too.
    pub pre_commit: PreCommit,
    /// Whether risky changes need an acknowledgement as well.
    pub strict: bool,
    /// Which changes need the receipt of their rehearsal.
    pub receipts: Receipted,
    /// How the schema is applied.
    pub executor: Executor,
    /// The production server's major version.
    pub postgres: Option<u32>,
    /// Stated renames.
    pub renames: Vec<Rename>,
    /// How long acknowledgements hold.
    pub limits: Limits,
    /// Other profiles for some pushes.
    pub profiles: Vec<ProfileRule>,
    /// Where the Zod schemas are; empty when the configuration does not say.
    pub zod: Vec<String>,
    /// The project's own checks after a push.
    pub verify: Vec<String>,
    /// Hosts of databases that may be reset; all others are production.
    pub development: Vec<String>,
    /// What the statistics of a database count for.
    pub statistics: Thresholds,
}

/// What the statistics of a database count for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thresholds {
    /// A table with fewer rows is small.
    pub small: u64,
    /// A table with as many rows is large.
    pub large: u64,
    /// How many days old they may be to make something milder.
    pub max_age_days: u16,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self { small: 10_000, large: 1_000_000, max_age_days: 30 }
    }
}

impl Thresholds {
    /// The stricter of both in everything: neither side of a push loosens the other's.
    #[must_use]
    pub fn stricter(self, other: Self) -> Self {
        Self {
            small: self.small.min(other.small),
            large: self.large.min(other.large),
            max_age_days: self.max_age_days.min(other.max_age_days),
        }
    }
}

/// What a dangerous change needs to pass; ordered by strictness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// The flag on the push or an acknowledgement file in it.
    #[default]
    Dev,
    /// An acknowledgement file in the push.
    Team,
    /// The file, approved by somebody other than its author, and the flag; a risky change needs one
    /// of both.
    Production,
}

/// Which changes need the receipt of their rehearsal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Receipted {
    /// None.
    #[default]
    None,
    /// Dangerous ones.
    Dangerous,
    /// Risky ones too.
    Risky,
}

impl Receipted {
    /// Whether a change of some severity needs one.
    pub fn demands(self, severity: Severity) -> bool {
        match self {
            Self::None => false,
            Self::Dangerous => severity == Severity::Dangerous,
            Self::Risky => severity >= Severity::Risky,
        }
    }
}

/// What pre-commit does about a dangerous change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PreCommit {
    /// Reports it.
    #[default]
    Warn,
    /// Stops the commit.
    Block,
}

/// How long acknowledgements hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Days, when the author says nothing.
    pub default_days: u16,
    /// Days, at most.
    pub max_days: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self { default_days: 14, max_days: 30 }
    }
}

/// A profile for some pushes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRule {
    /// A pattern for the remote's name or URL; all remotes when absent.
    pub remote: Option<String>,
    /// A pattern for the full name of the ref on the remote; all refs when absent.
    pub reference: Option<String>,
    /// The profile.
    pub profile: Profile,
}

impl Config {
    /// The configuration of a state; the default when it has no file at `path`.
    pub fn read(files: &dyn Files, path: &str) -> Result<Self, Error> {
        let Some(blob) = files.read(path)? else { return Ok(Self::default()) };
        let Ok(text) = std::str::from_utf8(&blob.bytes) else {
            return Err(Error::at(path, "", 0, "the file is not UTF-8"));
        };
        Self::parse(path, text)
    }

    /// Reads the text of a configuration; `path` is for the messages.
    pub fn parse(path: &str, text: &str) -> Result<Self, Error> {
        let raw: Raw = toml::from_str(text).map_err(|error| Error::toml(path, text, &error))?;
        raw.check().map_err(|(offset, why)| Error::at(path, text, offset, why))
    }

    /// The profile for a push to a ref of a remote.
    pub fn profile_for(&self, remote: &str, url: &str, reference: &str) -> Profile {
        let matches = |rule: &&ProfileRule| {
            let remote_matches = rule
                .remote
                .as_ref()
                .is_none_or(|pattern| glob(pattern, remote) || glob(pattern, url));
            remote_matches && rule.reference.as_ref().is_none_or(|it| glob(it, reference))
        };
        self.profiles.iter().find(matches).map_or(self.profile, |rule| rule.profile)
    }

    /// The pattern that makes a database with these hosts one for development; `None` is production.
    pub fn development_by(&self, hosts: &[String]) -> Option<&str> {
        let (first, others) = hosts.split_first()?;
        let of = |host: &str| self.development.iter().find(|pattern| glob(pattern, host));
        let pattern = of(first)?;
        others.iter().all(|host| of(host).is_some()).then_some(pattern.as_str())
    }

    /// What rules need of it.
    pub fn settings(&self) -> Settings {
        Settings {
            critical: self.critical.clone(),
            executor: self.executor,
            postgres: self.postgres,
            policy_rules: self.policy_rules.clone(),
            required_columns: self.required_columns.clone(),
        }
    }
}

/// Whether a text matches a pattern in which `*` stands for anything, also for nothing and for `/`.
fn glob(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            // The last star takes the longest text, so that the end is compared with the end.
            if !rest.contains('*') {
                return text.ends_with(rest);
            }
            text.char_indices().any(|(at, _)| text.get(at..).is_some_and(|end| glob(rest, end)))
        }),
    }
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Raw {
    schema: Option<Spanned<OneOrMany>>,
    drizzle_config: Option<Spanned<OneOrMany>>,
    casing: Option<Casing>,
    #[serde(default)]
    env: BTreeMap<String, Spanned<Variable>>,
    critical: Option<Spanned<Vec<String>>>,
    policy_rules: Option<Spanned<Vec<String>>>,
    required_columns: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    profile: Profile,
    #[serde(default)]
    pre_commit: PreCommit,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    receipts: Receipted,
    executor: Option<RawExecutor>,
    postgres: Option<Spanned<u32>>,
    #[serde(default)]
    rename: Vec<Spanned<RawRename>>,
    acknowledge: Option<RawAcknowledge>,
    #[serde(default)]
    profiles: Vec<Spanned<RawProfile>>,
    zod: Option<RawZod>,
    verify: Option<RawVerify>,
    environments: Option<RawEnvironments>,
    statistics: Option<RawStatistics>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a path or an array of paths")]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum RawExecutor {
    Push,
    Migrate,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "expected the variable's text, or false when it is not set")]
enum Variable {
    Text(String),
    Set(bool),
}

/// The old name under the key of its kind, and the new one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRename {
    table: Option<String>,
    column: Option<String>,
    #[serde(rename = "enum")]
    enumeration: Option<String>,
    value: Option<String>,
    sequence: Option<String>,
    view: Option<String>,
    schema: Option<String>,
    role: Option<String>,
    policy: Option<String>,
    to: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawAcknowledge {
    default_days: Option<Spanned<u16>>,
    max_days: Option<Spanned<u16>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProfile {
    remote: Option<String>,
    #[serde(rename = "ref")]
    reference: Option<String>,
    profile: Profile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawZod {
    paths: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawVerify {
    commands: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawEnvironments {
    development: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct RawStatistics {
    small: Option<Spanned<u64>>,
    large: Option<Spanned<u64>>,
    max_age_days: Option<Spanned<u16>>,
}

/// A byte offset, and what is wrong there.
type Wrong = (usize, String);

impl Raw {
    fn check(self) -> Result<Config, Wrong> {
        let default = Limits::default();
        let renames = self.rename.into_iter().map(|it| {
            let start = it.span().start;
            it.into_inner().check().map_err(|why| (start, why))
        });
        let profiles = self.profiles.into_iter().map(|it| {
            let start = it.span().start;
            it.into_inner().check().map_err(|why| (start, why))
        });
        let required_columns =
            self.required_columns.map_or(Ok(Vec::new()), |it| not_empty(it, "a column"))?;
        Ok(Config {
            schema: self.schema.map_or(Ok(Vec::new()), paths)?,
            drizzle_config: self.drizzle_config.map_or(Ok(Vec::new()), paths)?,
            casing: self.casing,
            env: self.env.into_iter().map(variable).collect::<Result<_, _>>()?,
            critical: self.critical.map_or(Ok(Vec::new()), |it| not_empty(it, "a table"))?,
            policy_rules: policy_rules(self.policy_rules, &required_columns)?,
            required_columns,
            profile: self.profile,
            pre_commit: self.pre_commit,
            strict: self.strict,
            receipts: self.receipts,
            executor: match self.executor {
                Some(RawExecutor::Push) => Executor::Push,
                Some(RawExecutor::Migrate) => Executor::Migrate,
                None => Executor::Unknown,
            },
            postgres: self.postgres.as_ref().map(major).transpose()?,
            renames: renames.collect::<Result<_, _>>()?,
            limits: self.acknowledge.map_or(Ok(default), RawAcknowledge::check)?,
            profiles: profiles.collect::<Result<_, _>>()?,
            zod: self.zod.map_or(Ok(Vec::new()), |it| repository_paths(it.paths))?,
            verify: self.verify.map_or(Ok(Vec::new()), |it| not_empty(it.commands, "a command"))?,
            development: self
                .environments
                .map_or(Ok(Vec::new()), |it| development(it.development))?,
            statistics: self.statistics.map_or(Ok(Thresholds::default()), RawStatistics::check)?,
        })
    }
}

/// The rules of taste that are switched on: those that are named, and the one that required columns
/// are for.
fn policy_rules(
    named: Option<Spanned<Vec<String>>>,
    required_columns: &[String],
) -> Result<Vec<String>, Wrong> {
    const REQUIRED: &str = "column.required_set";
    let mut on = Vec::new();
    if let Some(named) = named {
        let start = named.span().start;
        for id in named.into_inner() {
            if !POLICIES.iter().any(|rule| rule.id == id) {
                let known: Vec<&str> = POLICIES.iter().map(|rule| rule.id).collect();
                let known = known.join(", ");
                return Err((start, format!("`{id}` is no policy rule; there are: {known}")));
            }
            if id == REQUIRED && required_columns.is_empty() {
                return Err((start, format!("`{id}` needs `required-columns`")));
            }
            on.push(id);
        }
    }
    if !required_columns.is_empty() && !on.iter().any(|id| id == REQUIRED) {
        on.push(REQUIRED.to_owned());
    }
    Ok(on)
}

impl RawRename {
    fn check(self) -> Result<Rename, String> {
        let kinds = [
            ("table", self.table),
            ("column", self.column),
            ("enum", self.enumeration),
            ("value", self.value),
            ("sequence", self.sequence),
            ("view", self.view),
            ("schema", self.schema),
            ("role", self.role),
            ("policy", self.policy),
        ];
        let mut said = kinds.into_iter().filter_map(|(kind, from)| Some((kind, from?)));
        let (Some((kind, from)), None) = (said.next(), said.next()) else {
            return Err("a rename names one old name, e.g. `table = \"public.old\"` or `column = \
                        \"public.table.old\"`, and the new one as `to`"
                .to_owned());
        };
        format!("{kind}:{from}={}", self.to).parse().map_err(|_| {
            format!("`{from}` to `{}` is not a rename of a {kind}; a column is written as `table.column`", self.to)
        })
    }
}

impl RawAcknowledge {
    fn check(self) -> Result<Limits, Wrong> {
        let default = Limits::default();
        let max_days = match &self.max_days {
            Some(days) => days_within(days, MOST_DAYS, "max-days")?,
            None => default.max_days,
        };
        let default_days = match &self.default_days {
            Some(days) => days_within(days, max_days, "default-days")?,
            None => default.default_days.min(max_days),
        };
        Ok(Limits { default_days, max_days })
    }
}

impl RawStatistics {
    fn check(self) -> Result<Thresholds, Wrong> {
        let default = Thresholds::default();
        let small = self.small.as_ref().map_or(default.small, |it| *it.get_ref());
        let large = self.large.as_ref().map_or(default.large.max(small), |it| *it.get_ref());
        if let Some(it) = self.large.filter(|_| large < small) {
            let why = format!("`large` is a number of rows, and not fewer than `small` ({small})");
            return Err((it.span().start, why));
        }
        let max_age_days = match &self.max_age_days {
            Some(days) => days_within(days, MOST_DAYS, "max-age-days")?,
            None => default.max_age_days,
        };
        Ok(Thresholds { small, large, max_age_days })
    }
}

const MOST_DAYS: u16 = 365;

fn days_within(days: &Spanned<u16>, most: u16, name: &str) -> Result<u16, Wrong> {
    let value = *days.get_ref();
    let why = || format!("`{name}` is a number of days from 1 to {most}");
    if (1..=most).contains(&value) { Ok(value) } else { Err((days.span().start, why())) }
}

impl RawProfile {
    fn check(self) -> Result<ProfileRule, String> {
        if self.remote.is_none() && self.reference.is_none() {
            return Err("a profile for some pushes names a `remote`, a `ref` or both; for all of \
                        them write `profile` at the top"
                .to_owned());
        }
        Ok(ProfileRule { remote: self.remote, reference: self.reference, profile: self.profile })
    }
}

fn paths(value: Spanned<OneOrMany>) -> Result<Vec<String>, Wrong> {
    let span = value.span();
    let paths = match value.into_inner() {
        OneOrMany::One(path) => vec![path],
        OneOrMany::Many(paths) => paths,
    };
    repository_paths(Spanned::new(span, paths))
}

/// Paths from the repository's root.
fn repository_paths(value: Spanned<Vec<String>>) -> Result<Vec<String>, Wrong> {
    let start = value.span().start;
    let paths = not_empty(value, "a path")?;
    let outside = |path: &&String| path.starts_with('/') || path.split('/').any(|it| it == "..");
    match paths.iter().find(outside) {
        Some(path) => Err((start, format!("`{path}` is not a path from the repository's root"))),
        None => Ok(paths),
    }
}

fn not_empty(value: Spanned<Vec<String>>, what: &str) -> Result<Vec<String>, Wrong> {
    if value.get_ref().is_empty() || value.get_ref().iter().any(|it| it.trim().is_empty()) {
        return Err((value.span().start, format!("{what} is missing here")));
    }
    Ok(value.into_inner())
}

/// Host patterns, none of which says every host.
fn development(value: Spanned<Vec<String>>) -> Result<Vec<String>, Wrong> {
    let start = value.span().start;
    let hosts = not_empty(value, "a host")?;
    match hosts.iter().find(|host| host.chars().all(|c| c == '*')) {
        Some(host) => {
            Err((start, format!("`{host}` would make every database one for development")))
        }
        None => Ok(hosts),
    }
}

fn variable((name, value): (String, Spanned<Variable>)) -> Result<(String, Option<String>), Wrong> {
    let start = value.span().start;
    match value.into_inner() {
        Variable::Text(text) => Ok((name, Some(text))),
        Variable::Set(false) => Ok((name, None)),
        Variable::Set(true) => Err((
            start,
            format!("write the text of `{name}` in quotes, or false when it is not set"),
        )),
    }
}

fn major(value: &Spanned<u32>) -> Result<u32, Wrong> {
    match *value.get_ref() {
        version @ 9..=40 => Ok(version),
        _ => Err((value.span().start, "`postgres` is a major version, e.g. 16".to_owned())),
    }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
