//! What can be typed: the commands and the flags they share. What it means is in each command's file.

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    ack, check, completions, database, doctor, hook, install, plan, rehearse, rules, snapshot, sql,
    stats, verify,
};
use crate::diff::Rename;
use crate::drizzle::Casing;
use crate::git::State;
use crate::report::Format;
use crate::typescript::{Others, Variables};

/// Said at the end of every `--help`.
const EXIT_CODES: &str = "\
Exit codes:
  0  nothing to stop, or all of it acknowledged
  1  blocked: at least one change needs an acknowledgement
  2  usage or configuration error
  3  the schema could not be read or evaluated";

const STATES: &str = "\
States (for --base and --head):
  HEAD, main~3, v1.2, an oid   the tree of that commit
  :index                       what `git commit` would record
  :worktree                    the files on disk
  :empty                       no tables at all
  migrations                   the newest snapshot drizzle-kit wrote
  snapshot:PATH                a drizzle-kit snapshot, version 5, 6 or 7
  postgres://...               a live database
  env:NAME                     a live database whose URL is in that variable";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "drizzle-guard",
    version,
    about = "Stops Drizzle schema changes that would lose PostgreSQL data",
    after_help = format!("{STATES}\n\n{EXIT_CODES}"),
    subcommand_required = true,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
pub(crate) struct Cli {
    /// Flags of every command.
    #[command(flatten)]
    pub(crate) common: Common,
    /// The command.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Flags of every command.
#[derive(Debug, Clone, Args)]
pub(crate) struct Common {
    /// text, json, sarif, github, gitlab or markdown
    #[arg(
        long,
        global = true,
        help_heading = "Every command",
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) format: Format,
    /// auto, always or never; NO_COLOR is honoured
    #[arg(
        long,
        global = true,
        help_heading = "Every command",
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) color: ColorChoice,
    /// Read this file, not the judged drizzle-guard.toml
    #[arg(long, global = true, help_heading = "Every command", value_name = "PATH")]
    pub(crate) config: Option<PathBuf>,
    /// Print nothing but the verdict of a block
    #[arg(short, long, global = true, help_heading = "Every command", conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// Print everything: no folded lists
    #[arg(short, long, global = true, help_heading = "Every command")]
    pub(crate) verbose: bool,
    /// Run as if started in this directory
    #[arg(short = 'C', global = true, help_heading = "Every command", value_name = "DIR")]
    pub(crate) directory: Option<PathBuf>,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

// When to use colours; `auto` is on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum ColorChoice {
    #[default]
    Auto,
    Always,
    Never,
}

/// The two states of a comparison, and how to read them.
#[derive(Debug, Clone, Args)]
pub(crate) struct Comparison {
    /// The state to compare with [default: HEAD]
    #[arg(long, value_name = "STATE", help_heading = "Comparison")]
    pub(crate) base: Option<State>,
    /// The state to judge [default: :index]
    #[arg(long, value_name = "STATE", help_heading = "Comparison")]
    pub(crate) head: Option<State>,
    /// As they are, not as a merge of head would be
    #[arg(long, help_heading = "Comparison")]
    pub(crate) direct: bool,
    /// table:public.old=public.new or column:public.t.old=new
    #[arg(long = "rename", value_name = "RENAME", help_heading = "Comparison")]
    pub(crate) renames: Vec<Rename>,
    /// Where the schema is.
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Where the schema is, when the configuration does not say it or says it differently.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Source {
    /// A schema file, a folder or a glob (repeatable)
    #[arg(long = "schema", value_name = "PATH", help_heading = "Where the schema is")]
    pub(crate) schema: Vec<String>,
    /// The drizzle config to follow, of several
    #[arg(long, value_name = "PATH", help_heading = "Where the schema is")]
    pub(crate) drizzle_config: Option<String>,
    /// snake_case or camelCase, as in drizzle.config
    #[arg(
        long,
        value_name = "CASING",
        hide_possible_values = true,
        help_heading = "Where the schema is"
    )]
    pub(crate) casing: Option<Casing>,
    /// Environment; NAME alone: not set (repeatable)
    #[arg(long = "env", value_name = "NAME[=VALUE]", help_heading = "Where the schema is")]
    pub(crate) env: Vec<String>,
}

impl Source {
    /// The environment in which drizzle-kit would run, as far as it is stated.
    pub(crate) fn variables(&self) -> Variables {
        let stated = self.env.iter().map(|text| match text.split_once('=') {
            Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
            None => (text.clone(), None),
        });
        Variables { stated: stated.collect(), others: Others::Unknown }
    }
}

impl ValueEnum for Casing {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Snake, Self::Camel]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.as_str()))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(check::Args),
    Plan(plan::Args),
    Rehearse(rehearse::Args),
    Ack(ack::Args),
    Verify(verify::Args),
    Stats(stats::Args),
    Snapshot(snapshot::Args),
    Sql(sql::Args),
    Hook(hook::Args),
    Install(install::InstallArgs),
    Uninstall(install::UninstallArgs),
    Doctor(doctor::Args),
    Rules(rules::RulesArgs),
    Explain(rules::ExplainArgs),
    Completions(completions::Args),
    #[command(hide = true)]
    Sweep(database::SweepArgs),
}
