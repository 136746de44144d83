//! GitHub Actions workflow commands: a change becomes an annotation at its line.
//!
//! The notation is that of GitHub's documentation, "Workflow commands for GitHub Actions"; in a
//! message `%`, carriage return and line feed are escaped, in a property `:` and `,` too.

use std::io;

use super::words::{self, place, short_fingerprint};
use super::{JudgedChange, NoteLevel, Report, Style, Verbosity, Verdict, sanitize};
use crate::origin::Origin;
use crate::rules::Severity;

/// Writes an annotation a change, and the verdict as the last line.
pub(crate) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    for change in &report.changes {
        let level = match (change.severity, change.acknowledged.is_some()) {
            (Severity::Dangerous, false) => "error",
            (Severity::Risky, false) if change.blocks => "error",
            (Severity::Risky, false) => "warning",
            (Severity::Dangerous | Severity::Risky, true) => "notice",
            (Severity::Safe, _) if style.verbosity == Verbosity::Verbose => "notice",
            (Severity::Safe, _) => continue,
        };
        let fingerprint = short_fingerprint(&change.fingerprint);
        let title = words::title(change);
        let message = format!("{}{fingerprint}", message(change));
        annotate(out, level, place(&change.location), &title, &message)?;
    }
    for place in report.newly_unresolved() {
        let at = Origin::new(place.file.as_str(), place.line, place.column);
        let message = format!("{}\n{}", place.why, words::UNRESOLVED_REMEDY);
        let level = if report.verdict == Verdict::Block { "error" } else { "warning" };
        annotate(out, level, Some(&at), "could not be evaluated", &message)?;
    }
    for note in &report.notes {
        let level = match note.level {
            NoteLevel::Info => "notice",
            NoteLevel::Warning => "warning",
            NoteLevel::Error => "error",
        };
        let hint = note.hint.as_ref().map(|hint| format!("\n{hint}")).unwrap_or_default();
        annotate(out, level, None, "drizzle-guard", &format!("{}{hint}", note.text))?;
    }
    writeln!(out, "drizzle-guard: {}", words::verdict(report))
}

/// What was found and what happens, a line a hazard.
fn message(change: &JudgedChange) -> String {
    let hazards = change.hazards.iter();
    hazards
        .map(|it| format!("{}: {}. {} {}\n", it.rule, it.message, it.effect, it.remedy))
        .collect()
}

fn annotate(
    out: &mut dyn io::Write,
    level: &str,
    at: Option<&Origin>,
    title: &str,
    message: &str,
) -> io::Result<()> {
    write!(out, "::{level} ")?;
    if let Some(Origin { file, line, column }) = at {
        write!(out, "file={},line={line},col={column},", property(file))?;
    }
    writeln!(out, "title={}::{}", property(title), data(message))
}

fn data(text: &str) -> String {
    sanitize::lines(text.trim_end()).replace('%', "%25").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    let text = sanitize::line(text).replace('%', "%25");
    text.replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::fixture;
    use super::*;

    fn written(report: &Report) -> String {
        fixture::written(report, super::super::Format::Github)
    }

    #[test]
    fn annotations_and_the_verdict() {
        insta::assert_snapshot!(written(&fixture::blocked()), @"
        ::error file=shared/db/schema/funds.ts,line=5,col=3,title=drop column public.funds.legacy_code::column.drop: column `legacy_code` of `public.funds` is dropped. Its values are lost, and every running instance that still selects the column fails with 42703, because Drizzle names all columns. Remove it from the code first and drop it in a later release, with a backup.%0Adg1:fe533e9d6666
        ::notice file=shared/db/schema/investments.ts,line=22,col=3,title=alter column type public.investments.amount::type.silent_loss: `amount` of `public.investments` keeps 2 of its 6 decimal places. PostgreSQL rounds every stored value without an error. Add a column, copy with the rounding you mean, compare, then switch.%0Adg1:5d41402abc4b
        ::warning file=shared/db/schema/results.ts,line=31,col=5,title=create index public.monte_carlo_results.monte_carlo_results_run_idx::index.add: an index is built on `public.monte_carlo_results` without CONCURRENTLY. Writes to the table wait until the index is built. Create it with CONCURRENTLY outside of a transaction.%0Adg1:0cc175b9c0f1
        ::error file=shared/db/schema/scenarios.ts,line=14,col=38,title=could not be evaluated::`process.env.DEFAULT_TIER` is only known at run time%0Awrite the value out in the schema file, or import it from a file of this repository where it is a literal; an environment variable is stated under [env] in drizzle-guard.toml
        ::warning title=drizzle-guard::the acknowledgement .drizzle-guard/acks/0a1b2c3d4e5f.toml was not used%0Adrizzle-guard ack prune
        drizzle-guard: BLOCKED: 1 change needs an acknowledgement, 1 place could not be evaluated
        ");
    }

    #[test]
    fn nothing_changed() {
        insta::assert_snapshot!(written(&fixture::unchanged()), @"drizzle-guard: PASSED: no schema changes");
    }

    #[test]
    fn text_cannot_start_a_command_of_its_own() {
        let mut report = fixture::warned();
        report.changes[0].object.name = "a\n::stop-commands::x,file=y:1%".into();
        report.changes[0].hazards[0].message = "100%\r\n::add-mask::x".into();
        let text = written(&report);
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.lines().skip(1).all(|line| !line.starts_with("::")), "{text}");
        assert!(text.contains("100%25%0A::add-mask::x"), "{text}");
        assert!(
            text.contains("a\\n%3A%3Astop-commands%3A%3Ax%2Cfile=y%3A1%25::index.add"),
            "{text}"
        );
    }
}
