//! What every command has at hand: the common flags, the surroundings, the streams.

use std::io::{self, Write};
use std::path::PathBuf;

use super::args::Common;
use super::environment::{Environment, Stream};
use crate::error::{Error, Exit};
use crate::git::{self, Repository};
use crate::origin::Origin;
use crate::report::{self, Format, Report, Style, Tone, Verbosity, clean_lines};

/// The process's streams.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn io::Read,
    /// Standard output.
    pub out: &'a mut dyn io::Write,
    /// Standard error.
    pub err: &'a mut dyn io::Write,
}

/// What every command has at hand.
pub(crate) struct Session<'a> {
    /// The common flags.
    pub common: &'a Common,
    /// The surroundings.
    pub environment: &'a Environment,
    /// Standard input.
    pub input: &'a mut dyn io::Read,
    /// Standard output.
    pub out: &'a mut dyn io::Write,
    /// Standard error.
    pub err: &'a mut dyn io::Write,
}

impl Session<'_> {
    /// The repository that git would use here.
    pub(crate) fn repository(&self) -> Result<Repository, Error> {
        let index_file = self.environment.variable("GIT_INDEX_FILE").map(PathBuf::from);
        Ok(Repository::open(&git::Environment { index_file })?)
    }

    /// How text on a stream is to look.
    pub(crate) fn style(&self, stream: Stream) -> Style {
        let verbosity = match (self.common.quiet, self.common.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        let color = self.environment.color(self.common.color, stream);
        Style { color, verbosity, ..Style::default() }
    }

    /// Prints a report on standard output and says how to exit. A reader that goes away before the
    /// end does not turn a block into a pass.
    pub(crate) fn print(&mut self, report: &Report) -> Result<Exit, Error> {
        let style = self.style(Stream::Stdout);
        let written = report::write(report, self.common.format, &style, self.out);
        ignore_broken_pipe(written.and_then(|()| self.out.flush()))?;
        if self.common.format == Format::Github {
            self.summarize(report)?;
        }
        Ok(Exit::of(report))
    }

    /// Adds the report to the job's summary, where GitHub Actions offers one.
    fn summarize(&self, report: &Report) -> Result<(), Error> {
        let Some(path) = self.environment.step_summary() else { return Ok(()) };
        let mut summary = Vec::new();
        report::write(report, Format::Markdown, &Style::default(), &mut summary)?;
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(&summary)).map_err(|error| {
            Error::repository(format!("cannot write the job's summary {}: {error}", path.display()))
        })
    }

    /// Prints a report for people on standard error, where git shows what a hook says.
    pub(crate) fn print_in_hook(&mut self, report: &Report) -> Result<Exit, Error> {
        let style = self.style(Stream::Stderr);
        ignore_broken_pipe(report::write(report, Format::Text, &style, self.err))?;
        Ok(Exit::of(report))
    }

    /// Says something about a push before its refs are judged.
    pub(crate) fn remark(&mut self, remark: &crate::git::Remark) {
        let style = self.style(Stream::Stderr);
        if !remark.warning && style.verbosity < Verbosity::Verbose {
            return;
        }
        let (tone, word) =
            if remark.warning { (Tone::Warning, "warning") } else { (Tone::Dim, "note") };
        let _ = say(&style.paint(tone, word), &remark.text, remark.hint.as_deref(), self.err);
    }

    /// Tells something about the schema that stops nothing, on standard error.
    pub(crate) fn warning(&mut self, origin: Option<&Origin>, text: &str) -> Result<(), Error> {
        let place = origin.map_or_else(String::new, |at| format!("{at}: "));
        let text = format!("{place}{text}");
        Ok(writeln!(self.err, "drizzle-guard: warning: {}", clean_lines(&text))?)
    }

    /// Tells an error that stops nothing.
    pub(crate) fn warn(&mut self, error: &Error) {
        let style = self.style(Stream::Stderr);
        let label = style.paint(Tone::Warning, "warning");
        let place = error.origin.as_ref().map_or_else(String::new, |at| format!("{at}: "));
        let text = format!("{place}{}", error.message);
        let _ = say(&label, &text, error.hints.first().map(String::as_str), self.err);
    }

    /// Fails unless the format is one that this command knows.
    pub(crate) fn format_is_one_of(&self, known: &[Format]) -> Result<Format, Error> {
        let format = self.common.format;
        if known.contains(&format) {
            return Ok(format);
        }
        let names: Vec<&str> = known.iter().map(|format| format.name()).collect();
        Err(Error::usage(format!("this command has no {} output", format.name()))
            .hint(format!("it knows --format {}", names.join(" and "))))
    }

    /// Tells an error, its place and the ways out on standard error. Nobody is left to hear of a
    /// failure to do so.
    pub(crate) fn tell(&mut self, error: &Error) {
        let style = self.style(Stream::Stderr);
        let _ = tell(error, &style, self.err);
    }
}

/// Writes an error for people.
pub(crate) fn tell(error: &Error, style: &Style, err: &mut dyn Write) -> io::Result<()> {
    let label = style.paint(Tone::Danger, "error");
    writeln!(err, "drizzle-guard: {label}: {}", report::clean_lines(&error.message))?;
    if let Some(origin) = &error.origin {
        writeln!(err, "  at {}", report::clean_line(&origin.to_string()))?;
    }
    for hint in &error.hints {
        writeln!(err, "  hint: {}", report::clean_lines(hint))?;
    }
    err.flush()
}

fn say(label: &str, text: &str, hint: Option<&str>, err: &mut dyn Write) -> io::Result<()> {
    writeln!(err, "drizzle-guard: {label}: {}", report::clean_lines(text))?;
    if let Some(hint) = hint {
        writeln!(err, "  hint: {}", report::clean_lines(hint))?;
    }
    err.flush()
}

fn ignore_broken_pipe(written: io::Result<()>) -> Result<(), Error> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Cli;
    use crate::git::State;
    use crate::report::{StateId, Verdict};
    use clap::Parser;

    /// A pipe whose reader has gone.
    struct Gone;

    impl io::Write for Gone {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }

    fn report(verdict: Verdict) -> Report {
        let base = StateId::new(&State::Revision("HEAD".into()), "");
        let mut report = Report::unchanged(base, StateId::new(&State::Index, ""));
        report.verdict = verdict;
        report
    }

    fn common(arguments: &str) -> Common {
        let arguments = format!("drizzle-guard {arguments} rules");
        Cli::try_parse_from(arguments.split_whitespace()).expect("it parses").common
    }

    #[test]
    fn a_reader_that_goes_away_does_not_turn_a_block_into_a_pass() {
        let (common, environment) = (common(""), Environment::default());
        let (input, out, err) = (&mut io::empty(), &mut Gone, &mut Gone);
        let mut session = Session { common: &common, environment: &environment, input, out, err };
        assert_eq!(session.print(&report(Verdict::Block)), Ok(Exit::Blocked));
        assert_eq!(session.print_in_hook(&report(Verdict::Block)), Ok(Exit::Blocked));
        assert_eq!(session.print(&report(Verdict::Pass)), Ok(Exit::Pass));
    }

    #[test]
    fn github_gets_a_summary_beside_its_annotations() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("summary.md");
        std::fs::write(&path, "earlier\n").expect("it is writable");
        let variable = ("GITHUB_STEP_SUMMARY".to_owned(), path.display().to_string());
        let (common, environment) = (common("--format github"), Environment::of([variable]));
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let input = &mut io::empty();
        let (out, err) = (&mut out, &mut err);
        let mut session = Session { common: &common, environment: &environment, input, out, err };
        assert_eq!(session.print(&report(Verdict::Pass)), Ok(Exit::Pass));
        let summary = std::fs::read_to_string(&path).expect("it is there");
        assert!(summary.starts_with("earlier\n<!-- drizzle-guard -->\n"), "{summary}");
    }

    #[test]
    fn a_format_that_a_command_does_not_know_is_a_usage_error() {
        let (common, environment) = (common("--format sarif"), Environment::default());
        let (input, out, err) = (&mut io::empty(), &mut io::sink(), &mut io::sink());
        let session = Session { common: &common, environment: &environment, input, out, err };
        let refused = session.format_is_one_of(&[Format::Text, Format::Json]);
        assert_eq!(refused.as_ref().map_err(Error::exit), Err(Exit::Usage));
        assert_eq!(session.format_is_one_of(Format::ALL), Ok(Format::Sarif));
    }

    #[test]
    fn an_error_is_told_with_its_place_and_its_hints() {
        let error = Error::config("`profil` is no key\u{1b}[2J")
            .at(crate::origin::Origin::new("drizzle-guard.toml", 2, 1))
            .hint("did you mean `profile`?");
        let mut err = Vec::new();
        tell(&error, &Style::default(), &mut err).expect("a vector takes everything");
        insta::assert_snapshot!(String::from_utf8_lossy(&err), @r"
        drizzle-guard: error: `profil` is no key\u{1b}[2J
          at drizzle-guard.toml:2:1
          hint: did you mean `profile`?
        ");
    }
}
