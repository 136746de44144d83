//! For people, in a terminal, a GUI's output pane or a log: plain lines of a bounded width, the worst
//! first, and at the end what to do.

use std::collections::BTreeSet;
use std::io;

use super::sanitize;
use super::style::{Style, Tone, Verbosity};
use super::words::{self, count, place, severity_label, short_fingerprint, state, tally};
use super::{
    Excerpt, Hazard, JudgedChange, Note, NoteLevel, Report, UnresolvedPlace, Verdict, frame, next,
    wrap,
};
use crate::origin::Origin;
use crate::rules::Severity;

/// How many changes of one severity are shown in full before the rest is folded.
const SHOWN_IN_FULL: usize = 20;
/// How many lines of one change's statements are shown before the rest is folded.
const STATEMENT_LINES: usize = 12;

/// Writes the report for people.
pub(crate) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let mut page = Page { out, style, told: BTreeSet::new() };
    if style.verbosity == Verbosity::Quiet {
        if report.verdict == Verdict::Block {
            page.verdict(report)?;
        }
        return Ok(());
    }
    page.header(report)?;
    if report.changes.is_empty() && report.unresolved.is_empty() && report.notes.is_empty() {
        return Ok(());
    }
    for severity in [Severity::Dangerous, Severity::Risky] {
        page.changes(report, severity)?;
    }
    page.safe(report)?;
    page.unresolved(report)?;
    page.notes(&report.notes)?;
    page.blank()?;
    page.verdict(report)?;
    page.next(report)
}

struct Page<'a> {
    out: &'a mut dyn io::Write,
    style: &'a Style,
    /// The effects and remedies that have been said: twenty dropped columns do not say the same
    /// twenty times.
    told: BTreeSet<(String, String)>,
}

impl Page<'_> {
    fn verbose(&self) -> bool {
        self.style.verbosity == Verbosity::Verbose
    }

    fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// One line as it is, for what is already wrapped, clean and coloured.
    fn raw(&mut self, indent: usize, line: &str) -> io::Result<()> {
        if line.is_empty() {
            return self.blank();
        }
        writeln!(self.out, "{}{line}", " ".repeat(indent))
    }

    /// Text in the page's width; every line is indented, and coloured on its own.
    fn say(&mut self, indent: usize, tone: Option<Tone>, text: &str) -> io::Result<()> {
        let clean = sanitize::lines(text);
        for line in wrap::prose(&clean, self.style.width.saturating_sub(indent)) {
            let line = tone.map_or_else(|| line.clone(), |tone| self.style.paint(tone, &line));
            self.raw(indent, &line)?;
        }
        Ok(())
    }

    /// `label  text`, the text's further lines standing under its first.
    fn labelled(&mut self, indent: usize, label: &str, text: &str) -> io::Result<()> {
        let hang = indent + 8;
        let clean = sanitize::lines(text);
        let lines = wrap::prose(&clean, self.style.width.saturating_sub(hang));
        for (index, line) in lines.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            let label = self.style.paint(Tone::Dim, &format!("{label:<8}"));
            let label = if index == 0 { label } else { " ".repeat(8) };
            self.raw(indent, format!("{label}{line}").trim_end())?;
        }
        Ok(())
    }

    fn header(&mut self, report: &Report) -> io::Result<()> {
        let states = format!("{} -> {}", state(&report.base), state(&report.head));
        self.say(0, Some(Tone::Strong), &format!("drizzle-guard: {states}"))?;
        self.say(0, None, &tally(report.counts()))
    }

    fn changes(&mut self, report: &Report, severity: Severity) -> io::Result<()> {
        let full = if self.verbose() { usize::MAX } else { SHOWN_IN_FULL };
        for change in report.of(severity).take(full) {
            self.blank()?;
            self.change(report, change)?;
        }
        let folded: Vec<&JudgedChange> = report.of(severity).skip(full).collect();
        if folded.is_empty() {
            return Ok(());
        }
        self.blank()?;
        let more = count(folded.len(), "more change", "more changes");
        let label = severity_label(severity);
        self.say(0, Some(severity.into()), &format!("{label}: {more} (-v shows all)"))?;
        // What waits for an acknowledgement is never hidden: everybody must be able to name it.
        for change in folded.iter().filter(|change| change.blocks) {
            let fingerprint = short_fingerprint(&change.fingerprint);
            self.say(2, None, &format!("{fingerprint}  {}", title(change)))?;
        }
        Ok(())
    }

    fn change(&mut self, report: &Report, change: &JudgedChange) -> io::Result<()> {
        let label = severity_label(change.severity);
        let fingerprint = short_fingerprint(&change.fingerprint);
        let heading = format!("{label} {} [{fingerprint}]", title(change));
        let clean = sanitize::line(&heading);
        let width = self.style.width.saturating_sub(2);
        for (index, line) in wrap::prose(&clean, width).iter().enumerate() {
            let indent = if index == 0 { 0 } else { 2 };
            let line = match line.strip_prefix(label).filter(|_| index == 0) {
                Some(rest) => {
                    let label = self.style.paint(change.severity.into(), label);
                    format!("{label}{}", self.style.paint(Tone::Strong, rest))
                }
                None => self.style.paint(Tone::Strong, line),
            };
            self.raw(indent, &line)?;
        }
        self.location(report, change)?;
        for facet in words::changed_facets(change) {
            self.say(2, None, &facet)?;
        }
        if let Some(by) = &change.acknowledged {
            let who = by.who.as_ref().map(|who| format!(" by {who}")).unwrap_or_default();
            let why = by.reason.as_ref().map(|why| format!(": {why}")).unwrap_or_default();
            let text = format!("acknowledged{who} ({} {}){why}", by.by, by.source);
            self.say(2, Some(Tone::Good), &text)?;
        }
        for why in &change.refused {
            self.say(2, Some(Tone::Warning), &format!("not acknowledged: {why}"))?;
        }
        for hazard in &change.hazards {
            if self.style.verbosity == Verbosity::Verbose || !repeats_order(change, hazard) {
                self.hazard(change, hazard)?;
            }
        }
        for lost in &change.lost {
            self.labelled(4, "lost", lost)?;
        }
        self.say(2, None, &format!("deploy: {}", change.deployment.words()))?;
        self.statements(&change.statements)
    }

    fn location(&mut self, report: &Report, change: &JudgedChange) -> io::Result<()> {
        let (origin, excerpts, gone) = match (&change.location.before, &change.location.after) {
            (_, Some(after)) => (after, &report.excerpts.after, ""),
            (Some(before), None) => (before, &report.excerpts.before, " (before the change)"),
            (None, None) => return Ok(()),
        };
        self.say(2, None, &format!("at {origin}{gone}"))?;
        match excerpts.get(origin) {
            Some(excerpt) => self.frame(excerpt, origin, change.severity),
            None => Ok(()),
        }
    }

    fn frame(&mut self, excerpt: &Excerpt, at: &Origin, severity: Severity) -> io::Result<()> {
        let width = self.style.width.saturating_sub(2);
        for line in frame::draw(excerpt, at, severity, self.style, width) {
            self.raw(2, &line)?;
        }
        Ok(())
    }

    fn hazard(&mut self, change: &JudgedChange, hazard: &Hazard) -> io::Result<()> {
        let weight = if hazard.severity == change.severity {
            String::new()
        } else {
            format!(" ({})", words::severity_word(hazard.severity))
        };
        self.say(2, None, &format!("{}{weight}: {}", hazard.rule, hazard.message))?;
        if change.acknowledged.is_some() && !self.verbose() {
            return Ok(());
        }
        let new = self.told.insert((hazard.effect.clone(), hazard.remedy.clone()));
        if new || self.verbose() {
            self.labelled(4, "effect", &hazard.effect)?;
            self.labelled(4, "remedy", &hazard.remedy)?;
        } else {
            self.labelled(4, "effect", "as above")?;
        }
        for evidence in &hazard.evidence {
            self.labelled(4, "because", evidence)?;
        }
        Ok(())
    }

    fn statements(&mut self, statements: &[String]) -> io::Result<()> {
        if statements.is_empty() {
            return Ok(());
        }
        self.say(2, None, "drizzle-kit would run")?;
        let width = self.style.width.saturating_sub(4);
        let lines: Vec<String> = statements
            .iter()
            .flat_map(|statement| wrap::sql(&sanitize::lines(statement), width))
            .collect();
        let shown = if self.verbose() { lines.len() } else { STATEMENT_LINES };
        for line in lines.iter().take(shown) {
            self.raw(4, line)?;
        }
        match lines.len().saturating_sub(shown) {
            0 => Ok(()),
            more => {
                let more = count(more, "more line", "more lines");
                self.say(4, Some(Tone::Dim), &format!("... {more} (-v shows all)"))
            }
        }
    }

    fn safe(&mut self, report: &Report) -> io::Result<()> {
        let safe: Vec<&JudgedChange> = report.of(Severity::Safe).collect();
        if safe.is_empty() {
            return Ok(());
        }
        self.blank()?;
        if self.verbose() {
            for (index, change) in safe.iter().enumerate() {
                if index > 0 {
                    self.blank()?;
                }
                self.change(report, change)?;
            }
            return Ok(());
        }
        let label = format!("safe: {}", count(safe.len(), "change", "changes"));
        self.say(0, Some(Tone::Good), &label)?;
        for change in safe.iter().take(SHOWN_IN_FULL) {
            let at = place(&change.location)
                .map(|at| format!(" ({}:{})", at.file, at.line))
                .unwrap_or_default();
            self.say(2, None, &format!("{}{at}", title(change)))?;
        }
        match safe.len().saturating_sub(SHOWN_IN_FULL) {
            0 => Ok(()),
            more => self.say(2, Some(Tone::Dim), &format!("... and {more} more (-v shows all)")),
        }
    }

    fn unresolved(&mut self, report: &Report) -> io::Result<()> {
        let new: Vec<&UnresolvedPlace> = report.newly_unresolved().collect();
        let old = report.unresolved.len() - new.len();
        if !new.is_empty() {
            self.blank()?;
            self.say(0, Some(Tone::Danger), "NOT EVALUATED")?;
        }
        for place in new {
            self.say(2, None, &format!("at {}:{}:{}", place.file, place.line, place.column))?;
            let origin = Origin::new(place.file.as_str(), place.line, place.column);
            if let Some(excerpt) = report.excerpts.after.get(&origin) {
                self.frame(excerpt, &origin, Severity::Dangerous)?;
            }
            self.labelled(4, "why", &place.why)?;
            if !place.affects.is_empty() {
                self.labelled(4, "reaches", &place.affects.join(", "))?;
            }
            self.labelled(4, "remedy", words::UNRESOLVED_REMEDY)?;
        }
        if old == 0 {
            return Ok(());
        }
        self.blank()?;
        let places = count(old, "place", "places");
        let text = format!("{places} could not be evaluated, the same in both states");
        self.say(0, Some(Tone::Dim), &text)?;
        if self.verbose() {
            for place in report.unresolved.iter().filter(|place| place.unchanged) {
                let at = format!("{}:{}:{}", place.file, place.line, place.column);
                self.say(2, None, &format!("{at}: {}", place.why))?;
            }
        }
        Ok(())
    }

    fn notes(&mut self, notes: &[Note]) -> io::Result<()> {
        if !notes.is_empty() {
            self.blank()?;
        }
        for note in notes {
            let (word, tone) = match note.level {
                NoteLevel::Info => ("note", None),
                NoteLevel::Warning => ("warning", Some(Tone::Warning)),
                NoteLevel::Error => ("error", Some(Tone::Danger)),
            };
            self.say(0, tone, &format!("{word}: {}", note.text))?;
            if let Some(hint) = &note.hint {
                self.labelled(2, "hint", hint)?;
            }
        }
        Ok(())
    }

    fn verdict(&mut self, report: &Report) -> io::Result<()> {
        let tone = match report.verdict {
            Verdict::Pass => Tone::Good,
            Verdict::Warn => Tone::Warning,
            Verdict::Block => Tone::Danger,
        };
        self.say(0, Some(tone), &format!("drizzle-guard: {}", words::verdict(report)))
    }

    fn next(&mut self, report: &Report) -> io::Result<()> {
        for step in next::steps(report) {
            self.blank()?;
            self.say(2, None, &format!("{}:", step.purpose))?;
            for command in step.commands {
                for line in next::wrap(&command, self.style.width.saturating_sub(4)) {
                    self.raw(4, &sanitize::line(&line))?;
                }
            }
        }
        Ok(())
    }
}

/// `drop column public.funds.legacy_code`.
fn title(change: &JudgedChange) -> String {
    words::title(change)
}

/// Whether a finding only says in which order to deploy, which the line after the findings does, too, and
/// is not what makes the change as bad as it is.
fn repeats_order(change: &JudgedChange, hazard: &Hazard) -> bool {
    let weighs = |it: &&Hazard| it.rule != hazard.rule && it.severity >= hazard.severity;
    hazard.rule == "deploy.order" && change.hazards.iter().any(|it| weighs(&it))
}

#[cfg(test)]
mod tests {
    use super::super::{Location, fixture};
    use super::*;

    fn written(report: &Report, style: &Style) -> String {
        let mut out = Vec::new();
        write(report, style, &mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("text is UTF-8")
    }

    fn verbosity(verbosity: Verbosity) -> Style {
        Style { verbosity, ..Style::default() }
    }

    #[test]
    fn a_blocked_push() {
        insta::assert_snapshot!(written(&fixture::blocked(), &Style::default()));
    }

    #[test]
    fn a_blocked_push_with_everything() {
        let text = written(&fixture::blocked(), &verbosity(Verbosity::Verbose));
        assert!(text.contains("PostgreSQL rounds every stored value"), "{text}");
        assert!(text.contains("ALTER TABLE \"funds\" ADD COLUMN \"notes\" text;"), "{text}");
    }

    #[test]
    fn only_the_verdict_when_quiet() {
        insta::assert_snapshot!(written(&fixture::blocked(), &verbosity(Verbosity::Quiet)), @"
        drizzle-guard: BLOCKED: 1 change needs an acknowledgement, 1 place could not be
        evaluated
        ");
        assert_eq!(written(&fixture::warned(), &verbosity(Verbosity::Quiet)), "");
    }

    #[test]
    fn the_order_of_deployment_is_told_once() {
        let mut report = fixture::warned();
        let change = report.changes.first_mut().expect("a change");
        let mut order = change.hazards.first().expect("a hazard").clone();
        order.rule = "deploy.order";
        change.hazards.push(order);
        let text = written(&report, &Style::default());
        assert!(!text.contains("deploy.order"), "{text}");
        assert!(text.contains("  deploy: in any order"), "{text}");
        assert!(written(&report, &verbosity(Verbosity::Verbose)).contains("deploy.order"));
        // Where it is what makes the change risky, it is shown.
        report.changes[0].hazards.remove(0);
        assert!(written(&report, &Style::default()).contains("deploy.order"));
    }

    #[test]
    fn a_warning() {
        insta::assert_snapshot!(written(&fixture::warned(), &Style::default()), @r#"
        drizzle-guard: HEAD (3f2a91c04d1e) -> :index (7be10c22aa00)
        1 risky change

        RISKY create index public.monte_carlo_results.monte_carlo_results_run_idx
          [dg1:0cc175b9c0f1]
          at shared/db/schema/results.ts:31:5
          index.add: an index is built on `public.monte_carlo_results` without
          CONCURRENTLY
            effect  Writes to the table wait until the index is built.
            remedy  Create it with CONCURRENTLY outside of a transaction.
          deploy: in any order
          drizzle-kit would run
            CREATE INDEX "monte_carlo_results_run_idx" ON "monte_carlo_results" USING
              btree ("run_id");

        drizzle-guard: PASSED WITH WARNINGS: 1 risky change
        "#);
    }

    #[test]
    fn nothing_changed() {
        insta::assert_snapshot!(written(&fixture::unchanged(), &Style::default()), @"
        drizzle-guard: HEAD (3f2a91c04d1e) -> :index (7be10c22aa00)
        no schema changes
        ");
    }

    #[test]
    fn long_lists_are_folded_but_every_blocking_change_is_named() {
        let report = fixture::many(30);
        let text = written(&report, &Style::default());
        assert!(text.contains("DANGEROUS: 10 more changes (-v shows all)"), "{text}");
        assert!(text.contains("RISKY: 10 more changes (-v shows all)"), "{text}");
        assert!(text.contains("... and 10 more (-v shows all)"), "{text}");
        assert_eq!(text.matches("Its values are lost").count(), 1, "{text}");
        for change in report.blocking() {
            assert!(text.contains(short_fingerprint(&change.fingerprint)), "{text}");
            assert!(text.contains(&change.object.to_string()), "{text}");
        }
        let all = written(&report, &verbosity(Verbosity::Verbose));
        assert!(!all.contains("-v shows all"), "{all}");
        assert!(all.contains("funds_29_index") && all.contains("note_29"), "{all}");
    }

    #[test]
    fn no_line_is_longer_than_the_width() {
        let mut report = fixture::blocked();
        report.changes[0].object.name = "a_column_with_a_name_that_goes_on_".repeat(4);
        report.changes[0].location = Location {
            before: None,
            after: Some(Origin::new("packages/database/src/schema/".repeat(5), 1, 1)),
        };
        for width in [50, 80, 120] {
            let style = Style { width, verbosity: Verbosity::Verbose, color: false };
            for line in written(&report, &style).lines() {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
    }

    #[test]
    fn colour_changes_nothing_but_colour() {
        let style = Style { color: true, ..Style::default() };
        let colored = written(&fixture::blocked(), &style);
        assert!(colored.contains("\u{1b}["));
        let mut plain = String::new();
        let mut rest = colored.as_str();
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').map_or("", |(_, rest)| rest);
        }
        plain.push_str(rest);
        assert_eq!(
            plain.lines().map(str::trim_end).collect::<Vec<_>>(),
            written(&fixture::blocked(), &Style::default()).lines().collect::<Vec<_>>()
        );
    }

    #[test]
    fn nothing_from_the_repository_reaches_the_terminal_as_control() {
        let evil = "\u{1b}[2J\u{202e}\u{7}\u{9b}x\r";
        let mut report = fixture::blocked();
        for change in &mut report.changes {
            change.object.name = evil.into();
            change.lost = vec![evil.into()];
            change.statements = vec![evil.into()];
            change.location.after = Some(Origin::new(evil, 1, 1));
            for hazard in &mut change.hazards {
                hazard.message = evil.into();
                hazard.effect = evil.into();
                hazard.remedy = evil.into();
                hazard.evidence = vec![evil.into()];
            }
            if let Some(by) = &mut change.acknowledged {
                by.reason = Some(evil.into());
                by.who = Some(evil.into());
            }
        }
        report.head.state = evil.into();
        report.unresolved[0].why = evil.into();
        report.unresolved[0].file = evil.into();
        report.notes[0].text = evil.into();
        report.notes[0].hint = Some(evil.into());
        for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
            let text = written(&report, &self::verbosity(verbosity));
            let hostile = text.chars().find(|c| *c != '\n' && sanitize::is_hostile(*c));
            assert_eq!(hostile, None, "{text:?}");
        }
    }
}
