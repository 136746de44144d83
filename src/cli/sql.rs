//! `sql`: what drizzle-kit would write.

use super::args::Comparison;
use super::open::Opened;
use super::session::Session;
use crate::check::Database;
use crate::error::{Error, Exit};
use crate::report::{self, Format, clean_lines};
use crate::typescript::Others;

/// Print the statements that `drizzle-kit generate` would write
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard sql                               for what is staged
  drizzle-guard sql --base :empty --head HEAD     the whole schema
  drizzle-guard sql --format json                 every statement to the letter")]
pub(crate) struct Args {
    /// The two states.
    #[command(flatten)]
    pub(crate) comparison: Comparison,
}

/// Runs it.
pub(crate) fn run(args: &Args, session: &mut Session<'_>) -> Result<Exit, Error> {
    let format = session.format_is_one_of(&[Format::Text, Format::Json])?;
    let mut options = session.options(&args.comparison)?;
    // As in `snapshot`: what drizzle-kit writes where a variable is not set, and a warning.
    options.overrides.variables.others = Others::Unset;
    let comparison = session.compare_with(&mut Opened::default(), &args.comparison, &options)?;
    let warnings = comparison.databases.iter().flat_map(|it| &it.sides.after.warnings);
    for (origin, text) in warnings {
        session.warning(origin.as_ref(), text)?;
    }
    let mut unknown = comparison.databases.iter().flat_map(Database::newly_unresolved);
    if let Some(place) = unknown.next() {
        return Err(Error::schema(place.why.clone())
            .at(place.origin.clone())
            .hint("what drizzle-kit would write depends on it"));
    }
    let statements: Vec<&str> = comparison
        .databases
        .iter()
        .flat_map(|it| &it.statements)
        .map(|it| it.sql.as_str())
        .collect();
    match format {
        Format::Json => {
            let value = serde_json::json!({"version": 1, "statements": statements});
            report::write_json(&value, session.out)?;
        }
        _ => {
            for (at, statement) in statements.iter().enumerate() {
                if at > 0 {
                    writeln!(session.out, "--> statement-breakpoint")?;
                }
                writeln!(session.out, "{}", clean_sql(statement.trim_end_matches('\n')))?;
            }
        }
    }
    Ok(Exit::Pass)
}

/// A statement without what could move a terminal's cursor; tabs, with which drizzle-kit indents, stay.
fn clean_sql(statement: &str) -> String {
    statement.split('\t').map(clean_lines).collect::<Vec<_>>().join("\t")
}
