//! `plan`: drafts the migration.

use std::path::{Path, PathBuf};

use super::args::Comparison;
use super::open::Opened;
use super::pair::Pair;
use super::session::Session;
use crate::check;
use crate::error::{Error, Exit};
use crate::plan::{self, Plan};
use crate::report::{Format, clean_lines};

/// Draft the migration: expand, backfill, contract, rollback, verify
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard plan                       the draft for what is staged
  drizzle-guard plan --out drizzle/plans   one file a phase
  drizzle-guard plan --backfill \"public.funds.region='EU'\"
  drizzle-guard plan --map public.fund_status.archived=closed")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
    /// Write one file a phase into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Also write the phases as drizzle-kit's migrations
    #[arg(long, requires = "out")]
    pub(crate) drizzle: bool,
    /// Write CHANGELOG.md and DECISIONS.md entries
    #[arg(long)]
    pub(crate) write_docs: bool,
    /// What the draft cannot know.
    #[command(flatten)]
    pub(crate) answers: Answers,
}

/// What a draft cannot know, and only a person can say.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Answers {
    /// What a removed enum value becomes
    #[arg(long = "map", value_name = "ENUM.OLD=NEW")]
    pub(crate) map: Vec<Pair>,
    /// The major version of PostgreSQL to write for
    #[arg(long, value_name = "VERSION", value_parser = clap::value_parser!(u32).range(12..))]
    pub(crate) postgres: Option<u32>,
    /// How often a short lock is tried for
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) retries: u32,
    /// What existing rows get
    #[arg(long = "backfill", value_name = "COLUMN=SQL")]
    pub(crate) backfill: Vec<Pair>,
    /// Set aside what does not convert to the new type
    #[arg(long = "quarantine", value_name = "COLUMN")]
    pub(crate) quarantine: Vec<String>,
    /// Change the type by a second column
    #[arg(long = "shadow", value_name = "COLUMN")]
    pub(crate) shadow: Vec<String>,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    session.format_is_one_of(&[Format::Text])?;
    let comparison = session.compare(&mut Opened::default(), &args.comparison)?;
    let plans = drafts(&comparison, &args.answers)?;
    let several = plans.len() > 1;
    for (name, plan) in &plans {
        match &args.out {
            None => session.out.write_all(plan.text().as_bytes())?,
            Some(out) => {
                // One folder a database, where there is more than one.
                let folder = if several { out.join(name) } else { out.clone() };
                write(&folder, plan, args.drizzle, session)?;
            }
        }
        for decision in &plan.decisions {
            let word = if decision.required { "to decide" } else { "may be decided" };
            let text = format!(
                "drizzle-guard: {word}: {}: {} ({})",
                decision.object, decision.question, decision.answer
            );
            writeln!(session.err, "{}", clean_lines(&text))?;
        }
        for change in &plan.not_drafted {
            let text = format!("drizzle-guard: not drafted, write it by hand: {change}");
            writeln!(session.err, "{}", clean_lines(&text))?;
        }
    }
    if plans.is_empty() {
        writeln!(session.out, "-- no schema changes")?;
    }
    document(args, &comparison, &plans, session)?;
    Ok(Exit::Pass)
}

/// The entries for the team's own files: beside the plan, ready to paste, or into the files themselves.
fn document(
    args: &Args,
    comparison: &check::Comparison,
    plans: &[(String, Plan)],
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let folder = if args.write_docs {
        let root = session.repository().ok().and_then(|it| it.root().map(PathBuf::from));
        Some(root.ok_or_else(|| Error::usage("--write-docs needs a repository with a worktree"))?)
    } else {
        args.out.clone()
    };
    let Some(folder) = folder else { return Ok(()) };
    let today = session.environment.today().to_string();
    let databases = comparison.databases.iter().filter(|it| !it.changes.is_empty());
    for (database, (name, plan)) in databases.zip(plans) {
        let schemas = database.schemas();
        let shifts = plan::architectural(&database.changes, |table| schemas.after.table(table));
        let read = |path: &Path| std::fs::read_to_string(path).ok();
        let files = if args.write_docs {
            let (log, decisions) = (folder.join("CHANGELOG.md"), folder.join("DECISIONS.md"));
            let text = plan::in_changelog(read(&log).as_deref(), &database.changes);
            let shift = (!shifts.is_empty())
                .then(|| plan::in_decisions(read(&decisions).as_deref(), &shifts, plan, &today))
                .flatten();
            [(log, text), (decisions, shift)]
        } else {
            let folder = if plans.len() > 1 { folder.join(name) } else { folder.clone() };
            let root = session.repository().ok().and_then(|it| it.root().map(PathBuf::from));
            let there = root.and_then(|root| read(&root.join("DECISIONS.md")));
            let shift = (!shifts.is_empty())
                .then(|| plan::decision_entry(there.as_deref(), &shifts, plan, &today));
            [
                (folder.join("CHANGELOG.entry.md"), Some(plan::changelog_entry(&database.changes))),
                (folder.join("DECISIONS.entry.md"), shift),
            ]
        };
        for (path, text) in files {
            let Some(text) = text else { continue };
            std::fs::write(&path, text).map_err(|error| {
                Error::repository(format!("cannot write {}: {error}", path.display()))
            })?;
            writeln!(session.out, "wrote {}", path.display())?;
        }
    }
    Ok(())
}

/// The plan of every database with changes, by a name for its folder.
pub(super) fn drafts(
    comparison: &check::Comparison,
    answers: &Answers,
) -> Result<Vec<(String, Plan)>, Error> {
    let mut plans = Vec::new();
    for database in comparison.databases.iter().filter(|it| !it.changes.is_empty()) {
        refuse_unresolved(database)?;
        let options = options(comparison, answers);
        let plan = plan::draft(&database.changes, database.schemas(), &options);
        let config = database.sides.after.location.config.as_deref().unwrap_or("schema");
        plans.push((config.replace(['/', '.'], "-"), plan));
    }
    Ok(plans)
}

/// A plan for a schema that is not known would be a guess.
pub(super) fn refuse_unresolved(database: &check::Database) -> Result<(), Error> {
    let place = database.newly_unresolved().next();
    place.map_or(Ok(()), |place| {
        Err(Error::schema(place.why.clone())
            .at(place.origin.clone())
            .hint("what has to be migrated depends on it"))
    })
}

/// What the command line and the configuration say about a plan.
pub(super) fn options(comparison: &check::Comparison, answers: &Answers) -> plan::Options {
    let pairs = |pairs: &[Pair]| {
        pairs.iter().map(|pair| (pair.name.join("."), pair.value.clone())).collect()
    };
    // A server is only ever made newer: the oldest version that anybody saw will do.
    let statistics = [&comparison.statistics.before, &comparison.statistics.after];
    let seen = statistics.into_iter().flatten().map(|it| it.postgres.major).min();
    let postgres = answers.postgres.or(comparison.config.postgres).or(seen);
    plan::Options {
        postgres: postgres.unwrap_or(plan::DEFAULT_POSTGRES),
        retries: answers.retries,
        map: pairs(&answers.map),
        backfill: pairs(&answers.backfill),
        quarantine: answers.quarantine.iter().cloned().collect(),
        shadow: answers.shadow.iter().cloned().collect(),
        ..plan::Options::default()
    }
}

/// Writes one file a phase. A file that is there already was perhaps edited, so it stays.
fn write(
    folder: &Path,
    plan: &Plan,
    drizzle: bool,
    session: &mut Session<'_>,
) -> Result<(), Error> {
    let failed = |path: &Path, error: std::io::Error| {
        Error::repository(format!("cannot write {}: {error}", path.display()))
    };
    let mut files = plan.files();
    if drizzle {
        files.extend(plan.drizzle_files());
    }
    if let Some((name, _)) = files.iter().find(|(name, _)| folder.join(name).exists()) {
        let path = folder.join(name);
        return Err(Error::usage(format!("{} is there already", path.display()))
            .hint("a draft may have been edited: name another folder, or delete this one"));
    }
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for (name, text) in files {
        let path = folder.join(name);
        std::fs::write(&path, text).map_err(|error| failed(&path, error))?;
        writeln!(session.out, "wrote {}", path.display())?;
    }
    Ok(())
}
