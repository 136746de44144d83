//! `check`: judges the change from base to head.

use super::args::Comparison;
use super::open::Opened;
use super::plan::Answers;
use super::session::Session;
use crate::check::{self, Occasion};
use crate::error::{Error, Exit};
use crate::plan::{Check, PLACEHOLDER, Phase};
use crate::policy;
use crate::postgres;
use crate::report::{Note, NoteLevel};

/// Judge the change from base to head, and say what to do about it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard check                       what is staged against HEAD
  drizzle-guard check --head :worktree      what is on disk against HEAD
  drizzle-guard check --base origin/main --head HEAD
                                            what merging HEAD would change
  drizzle-guard check --format sarif > out.sarif
                                            for code scanning

Exit codes: 0 pass, 1 blocked, 2 usage or configuration, 3 not readable")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// Also have a PostgreSQL parser read the statements, and the plan's
    #[arg(long)]
    pub(crate) validate: bool,
    /// Compare Zod schemas with what changed, or with every table
    #[arg(long, value_name = "WHICH", default_value = "changed")]
    pub(crate) zod: Zod,
}

/// Which columns are compared with the Zod schemas that mirror their tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Zod {
    /// Those that the change touches.
    Changed,
    /// All of them.
    All,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let mut repository = Opened::default();
    let mut comparison = session.compare(&mut repository, &args.comparison)?;
    session.ask(&mut repository, &mut comparison)?;
    let git_dir = repository.opened().map(|it| it.git_dir().to_owned());
    let variable = session.environment.acknowledgement();
    let flags = || match &git_dir {
        Some(git_dir) => policy::flags(git_dir, variable),
        None => Ok(variable.map(policy::parse_flags).unwrap_or_default()),
    };
    let mut report =
        check::judge(&comparison, Occasion::Asked, session.environment.today(), flags)?;
    report.direct = args.comparison.direct;
    if args.validate {
        report.notes.extend(validate(&report.statements));
        report.notes.extend(validate(&drafted(&comparison)));
    }
    if args.zod == Zod::All {
        report.notes.extend(check::zod_of_all(&comparison)?);
    }
    session.print(&report)
}

/// The statements and queries of the drafted plan. One with a decision left open does not read, and is
/// marked as such.
fn drafted(comparison: &check::Comparison) -> Vec<String> {
    // What is not known cannot be drafted; the report says that already.
    let plans = super::plan::drafts(comparison, &Answers::default()).unwrap_or_default();
    let mut statements = Vec::new();
    for (_, plan) in &plans {
        let phases = Phase::ALL.iter().flat_map(|phase| plan.statements(*phase));
        statements.extend(phases.map(|statement| statement.sql.clone()));
        statements.extend(plan.verify.iter().chain(&plan.verify_rollback).map(Check::sql));
    }
    statements.retain(|sql| !sql.contains(PLACEHOLDER));
    statements
}

/// What a PostgreSQL parser says of the statements.
fn validate(statements: &[String]) -> Vec<Note> {
    let mut notes = Vec::new();
    for statement in statements {
        for error in postgres::syntax_errors(statement) {
            let text = format!("PostgreSQL would not read `{}`: {error}", statement.trim());
            notes.push(Note { level: NoteLevel::Warning, text, hint: None });
        }
    }
    notes
}
