//! `rules` and `explain`: the hazards drizzle-guard knows.

use std::io;

use serde::Serialize;

use super::environment::Stream;
use super::session::Session;
use crate::error::{Error, Exit};
use crate::report::{Format, Style, Tone, severity_word, wrap_prose, write_json};
use crate::rules::{self, ALL, Rule, Severity};

/// List the hazards it knows
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  drizzle-guard rules
  drizzle-guard rules --format json")]
pub(crate) struct RulesArgs {}

/// Explain one hazard: condition, effect, PostgreSQL, remedy
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  drizzle-guard explain column.drop")]
pub(crate) struct ExplainArgs {
    /// The rule's id, as `drizzle-guard rules` lists it
    #[arg(value_name = "RULE")]
    pub(crate) rule: String,
}

/// A rule as JSON.
#[derive(Serialize)]
struct Card {
    id: &'static str,
    severity: Severity,
    condition: &'static str,
    effect: &'static str,
    remedy: &'static str,
    postgres: &'static str,
    sources: &'static [&'static str],
}

#[derive(Serialize)]
struct Cards {
    version: u32,
    rules: Vec<Card>,
}

/// Lists every rule.
pub(crate) fn list(_: &RulesArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let style = session.style(Stream::Stdout);
    match session.format_is_one_of(&[Format::Text, Format::Json])? {
        Format::Json => {
            let rules = ALL.iter().map(|rule| card(rule)).collect();
            write_json(&Cards { version: 1, rules }, session.out)?;
        }
        _ => {
            for rule in ALL {
                line(rule, &style, session.out)?;
            }
        }
    }
    Ok(Exit::Pass)
}

/// Explains one rule.
pub(crate) fn explain(args: &ExplainArgs, session: &mut Session<'_>) -> Result<Exit, Error> {
    let Some(rule) = rules::find(&args.rule) else {
        return Err(unknown(&args.rule));
    };
    let style = session.style(Stream::Stdout);
    match session.format_is_one_of(&[Format::Text, Format::Json])? {
        Format::Json => write_json(&card(rule), session.out)?,
        _ => write_card(rule, &style, session.out)?,
    }
    Ok(Exit::Pass)
}

fn card(rule: &Rule) -> Card {
    let Rule { id, severity, condition, effect, remedy, postgres, sources, check: _ } = *rule;
    Card { id, severity, condition, effect, remedy, postgres, sources }
}

/// The id and the severity, and below them the condition.
fn line(rule: &Rule, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let word = style.paint(rule.severity.into(), severity_word(rule.severity));
    writeln!(out, "{} ({word})", style.paint(Tone::Strong, rule.id))?;
    for line in wrap_prose(rule.condition, style.width.saturating_sub(4)) {
        writeln!(out, "    {line}")?;
    }
    Ok(())
}

fn write_card(rule: &Rule, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let word = style.paint(rule.severity.into(), severity_word(rule.severity));
    writeln!(out, "{} ({word})", style.paint(Tone::Strong, rule.id))?;
    let sources = rule.sources.join(", ");
    let parts = [
        ("When", rule.condition),
        ("Effect", rule.effect),
        ("PostgreSQL", rule.postgres),
        ("Remedy", rule.remedy),
        ("Also known as", &sources),
    ];
    for (title, text) in parts {
        if text.is_empty() {
            continue;
        }
        writeln!(out, "\n{}", style.paint(Tone::Strong, title))?;
        for line in wrap_prose(text, style.width.saturating_sub(2)) {
            writeln!(out, "  {line}")?;
        }
    }
    Ok(())
}

/// A rule that does not exist: the nearest ones, or those whose ids start so.
fn unknown(id: &str) -> Error {
    let started: Vec<&str> =
        ALL.iter().map(|rule| rule.id).filter(|it| it.starts_with(id)).collect();
    let error = Error::usage(format!("there is no rule `{id}`"));
    if !id.is_empty() && !started.is_empty() {
        return error.hint(format!("these start so: {}", started.join(", ")));
    }
    let distance = |known: &str| strsim::damerau_levenshtein(known, id);
    match ALL.iter().map(|rule| rule.id).min_by_key(|known| distance(known)) {
        Some(nearest) if distance(nearest) <= nearest.len() / 2 => {
            error.hint(format!("did you mean `{nearest}`?"))
        }
        _ => error.hint("`drizzle-guard rules` lists all of them"),
    }
}
