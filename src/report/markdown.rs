//! For a comment on a pull request, or a job's summary.

use std::io;

use super::words::{self, changed_facets, place, severity_word, short_fingerprint, state, tally};
use super::{JudgedChange, NoteLevel, Report, Style, Verbosity, Verdict, next, sanitize};
use crate::rules::Severity;

/// By this a bot finds its own comment again.
const MARKER: &str = "<!-- drizzle-guard -->";
/// GitHub refuses comments of more than 65,536 characters.
const SHOWN_IN_FULL: usize = 20;

/// Writes the report as GitHub's and GitLab's Markdown.
pub(crate) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let full = if style.verbosity == Verbosity::Verbose { usize::MAX } else { SHOWN_IN_FULL };
    writeln!(out, "{MARKER}")?;
    writeln!(out, "### drizzle-guard: {}\n", text(&words::verdict(report)))?;
    let (base, head) = (code(&state(&report.base)), code(&state(&report.head)));
    writeln!(out, "{base} → {head}: {}.", tally(report.counts()))?;
    table(report, out)?;
    for severity in [Severity::Dangerous, Severity::Risky] {
        for change in report.of(severity).take(full) {
            details(change, out)?;
        }
        let folded = report.of(severity).count().saturating_sub(full);
        if folded > 0 {
            writeln!(out, "\nand {folded} more {} changes.", severity_word(severity))?;
        }
    }
    let mut heading = "\n#### Could not be evaluated\n\n";
    for place in report.newly_unresolved() {
        let at = code(&format!("{}:{}:{}", place.file, place.line, place.column));
        writeln!(out, "{heading}- {at}: {}; {}", text(&place.why), words::UNRESOLVED_REMEDY)?;
        heading = "";
    }
    let mut heading = "\n#### Notes\n\n";
    for note in &report.notes {
        let word = match note.level {
            NoteLevel::Info => "",
            NoteLevel::Warning => "**Warning:** ",
            NoteLevel::Error => "**Error:** ",
        };
        let hint = note.hint.as_ref().map(|hint| format!(" ({})", text(hint))).unwrap_or_default();
        writeln!(out, "{heading}- {word}{}{hint}", text(&note.text))?;
        heading = "";
    }
    if report.verdict != Verdict::Block {
        return Ok(());
    }
    let mut heading = "\n#### How to go on\n\n";
    for step in next::steps(report) {
        writeln!(out, "{heading}{}:\n", step.purpose)?;
        let lines: Vec<String> =
            step.commands.iter().flat_map(|command| next::wrap(command, style.width)).collect();
        fence("sh", &lines.join("\n"), out)?;
        heading = "\n";
    }
    Ok(())
}

/// One row a change; the safe ones are only counted above.
fn table(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let mut heading = "\n| | change | where | fingerprint |\n|---|---|---|---|\n";
    for change in report.changes.iter().filter(|change| change.severity != Severity::Safe) {
        let word = severity_word(change.severity);
        let word = if change.acknowledged.is_some() {
            format!("{word}, acknowledged")
        } else if change.blocks {
            format!("**{word}**")
        } else {
            word.to_owned()
        };
        let at = place(&change.location)
            .map(|at| cell(&format!("{}:{}", at.file, at.line)))
            .unwrap_or_default();
        let what = format!("{}{}", words::verb(change.kind), cell(&change.object.to_string()));
        let fingerprint = cell(short_fingerprint(&change.fingerprint));
        writeln!(out, "{heading}| {word} | {what} | {at} | {fingerprint} |")?;
        heading = "";
    }
    Ok(())
}

fn details(change: &JudgedChange, out: &mut dyn io::Write) -> io::Result<()> {
    let word = severity_word(change.severity);
    writeln!(out, "\n<details><summary>{word}: {}</summary>\n", html(&title(change)))?;
    if let Some(by) = &change.acknowledged {
        let why = by.reason.as_ref().map(|why| format!(": {}", text(why))).unwrap_or_default();
        let who = by.who.as_ref().map(|who| format!(" by {}", text(who))).unwrap_or_default();
        writeln!(out, "Acknowledged{who} ({} {}){why}\n", by.by, code(&by.source))?;
    }
    for why in &change.refused {
        writeln!(out, "Not acknowledged: {}\n", text(why))?;
    }
    for facet in changed_facets(change) {
        writeln!(out, "- {}", code(&facet))?;
    }
    for hazard in &change.hazards {
        writeln!(out, "- {}: {}", code(hazard.rule), text(&hazard.message))?;
        writeln!(out, "  - Effect: {}", text(&hazard.effect))?;
        writeln!(out, "  - Remedy: {}", text(&hazard.remedy))?;
        for evidence in &hazard.evidence {
            writeln!(out, "  - Because: {}", text(evidence))?;
        }
    }
    for lost in &change.lost {
        writeln!(out, "- Lost with it: {}", code(lost))?;
    }
    if !change.statements.is_empty() {
        writeln!(out, "\ndrizzle-kit would run:\n")?;
        fence("sql", &change.statements.join("\n"), out)?;
    }
    writeln!(out, "\n</details>")
}

fn title(change: &JudgedChange) -> String {
    words::title(change)
}

/// A code span in a table: there even a pipe inside of code ends a cell (GFM 4.10).
fn cell(text: &str) -> String {
    code(text).replace('|', "\\|")
}

/// Text that cannot become markup, a link or a mention: everything Markdown or HTML reads as markup
/// is escaped, except back-ticks in pairs, which our own messages use.
fn text(text: &str) -> String {
    let clean = sanitize::line(text);
    let mut escaped = String::with_capacity(clean.len());
    let ticks = clean.matches('`').count();
    let paired = ticks - ticks % 2;
    for (index, part) in clean.split('`').enumerate() {
        if index % 2 == 1 && index < paired {
            escaped.push_str(&code(part));
            continue;
        }
        if index > paired {
            escaped.push_str("\\`");
        }
        for c in part.chars() {
            match c {
                '&' => escaped.push_str("&amp;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '@' => escaped.push_str("&#64;"),
                '\\' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => {
                    escaped.push('\\');
                    escaped.push(c);
                }
                _ => escaped.push(c),
            }
        }
    }
    escaped
}

/// Text inside an HTML element.
fn html(text: &str) -> String {
    let clean = sanitize::line(text);
    clean.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('@', "&#64;")
}

/// A code span: its back-ticks are more than any run inside (CommonMark 6.1).
fn code(text: &str) -> String {
    let clean = sanitize::line(text);
    if clean.is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(&clean) + 1);
    let pad = if clean.starts_with('`') || clean.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{clean}{pad}{ticks}")
}

/// A fenced block whose fence is longer than any run of back-ticks inside.
fn fence(language: &str, body: &str, out: &mut dyn io::Write) -> io::Result<()> {
    let clean = sanitize::lines(body.trim_end());
    let ticks = "`".repeat(longest_run(&clean).max(2) + 1);
    writeln!(out, "{ticks}{language}\n{clean}\n{ticks}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{self, written};
    use super::super::{Format, Location};
    use super::*;
    use crate::origin::Origin;

    #[test]
    fn a_blocked_push() {
        insta::assert_snapshot!(written(&fixture::blocked(), Format::Markdown));
    }

    #[test]
    fn nothing_changed() {
        insta::assert_snapshot!(written(&fixture::unchanged(), Format::Markdown), @"
        <!-- drizzle-guard -->
        ### drizzle-guard: PASSED: no schema changes

        `HEAD (3f2a91c04d1e)` → `:index (7be10c22aa00)`: no schema changes.
        ");
    }

    #[test]
    fn a_long_report_is_folded() {
        let markdown = written(&fixture::many(30), Format::Markdown);
        assert!(markdown.contains("and 10 more dangerous changes."), "{markdown}");
        assert!(markdown.contains("legacy_29"), "{markdown}");
        assert!(markdown.chars().count() < 65_536);
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(
            text("<b> *a* [x](y) @ana a_b | `c|d` `"),
            r"&lt;b&gt; \*a\* \[x\](y) &#64;ana a\_b \| `c|d` \`"
        );
        assert_eq!(text("a\u{202e}b"), r"a\\u{202e}b");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(cell("a|b"), r"`a\|b`");
    }

    #[test]
    fn nothing_breaks_out_of_its_block() {
        let mut report = fixture::blocked();
        let evil = "```\n</details><script>|\n# x";
        for change in &mut report.changes {
            change.object.name = evil.into();
            change.statements = vec![evil.into()];
            change.location = Location { before: None, after: Some(Origin::new(evil, 1, 1)) };
        }
        let markdown = written(&report, Format::Markdown);
        let table = markdown.lines().filter(|line| line.starts_with("| "));
        assert_eq!(table.count(), 1 + 3, "{markdown}");
        assert!(
            markdown.contains("\n````sql\n```\n</details><script>|\n# x\n````\n"),
            "{markdown}"
        );
        let outside = markdown.replace("````sql\n```\n</details><script>|\n# x\n````", "");
        assert_eq!(outside.lines().filter(|line| *line == "</details>").count(), 3, "{outside}");
        assert!(!outside.contains("\n# x") && !outside.contains("<summary><script>"), "{outside}");
    }
}
