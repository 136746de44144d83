//! What a team writes down of a change: the entry of CHANGELOG.md (Keep a Changelog 1.1.0), and, where the
//! change is one of architecture, that of DECISIONS.md in the file's own numbering.

use super::Plan;
use crate::diff::{Change, ColumnChange};
use crate::ident::QualifiedName;
use crate::schema::Table;

/// A group of Keep a Changelog, in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Added,
    Changed,
    Removed,
    Security,
}

impl Group {
    const ALL: [Self; 4] = [Self::Added, Self::Changed, Self::Removed, Self::Security];

    fn of(words: &str) -> Self {
        let secures =
            ["policy", "row-level security", "role"].iter().any(|word| words.ends_with(word));
        match words.split(' ').next().unwrap_or_default() {
            _ if secures => Self::Security,
            "create" | "add" => Self::Added,
            "drop" if !words.ends_with("not null") && !words.ends_with("default") => Self::Removed,
            _ => Self::Changed,
        }
    }

    fn heading(self) -> &'static str {
        match self {
            Self::Added => "### Added",
            Self::Changed => "### Changed",
            Self::Removed => "### Removed",
            Self::Security => "### Security",
        }
    }
}

/// One change as a clause: "rename column `public.funds.label` to `name`".
fn clause(change: &Change) -> String {
    let to = match change {
        Change::RenameColumn(it) => {
            return format!(
                "rename column `{}.{}` to `{}`",
                it.table, it.what.before.name, it.what.after.name
            );
        }
        Change::RenameTable(it) | Change::MoveTable(it) | Change::RenameEnum(it) => {
            return format!("{} `{}` to `{}`", change.kind().words(), it.before, it.after);
        }
        Change::AlterColumnType(it) => {
            format!(" from {} to {}", it.what.before.ty, it.what.after.ty)
        }
        _ => String::new(),
    };
    format!("{} `{}`{to}", change.kind().words(), change.object())
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The bullets of a plan's changes, by group; nothing of those that run nothing.
fn bullets(changes: &[Change]) -> Vec<(Group, String)> {
    let changes = changes.iter().filter(|change| !matches!(change, Change::ScopeChange(_)));
    let bullet = |change| {
        let text = format!("- Database: {}.", clause(change));
        (Group::of(&change.kind().words()), text)
    };
    changes.map(bullet).collect()
}

/// The entry to paste below `## [Unreleased]`.
pub fn changelog_entry(changes: &[Change]) -> String {
    let all = bullets(changes);
    let mut text = String::new();
    for group in Group::ALL {
        let own: Vec<&str> =
            all.iter().filter(|(of, _)| *of == group).map(|(_, text)| text.as_str()).collect();
        if !own.is_empty() {
            text += &format!("{}\n\n{}\n\n", group.heading(), own.join("\n"));
        }
    }
    text.trim_end().to_owned() + "\n"
}

/// A changelog with the entry in it; `None` where all of it is there already. Without a file, a new one.
pub fn in_changelog(file: Option<&str>, changes: &[Change]) -> Option<String> {
    const NEW: &str = "# Changelog\n\nAll notable changes to this project will be documented in this file.\n\nThe format is based on [Keep a Changelog](https://keepachangelog.com/en/1.1.0/).\n\n## [Unreleased]\n";
    let mut lines: Vec<String> = file.unwrap_or(NEW).lines().map(str::to_owned).collect();
    let is_unreleased =
        |line: &String| line.starts_with("## ") && line.to_ascii_lowercase().contains("unreleased");
    let start = lines.iter().position(is_unreleased).unwrap_or_else(|| {
        let first = lines.iter().position(|line| line.starts_with("## "));
        let at = first.unwrap_or(lines.len());
        lines.splice(at..at, ["## [Unreleased]".to_owned(), String::new()]);
        at
    });
    let end = |lines: &[String]| {
        let next = lines.iter().skip(start + 1).position(|line| line.starts_with("## "));
        next.map_or(lines.len(), |next| start + 1 + next)
    };
    let known: Vec<String> = lines.get(start..end(&lines)).unwrap_or_default().to_vec();
    let mut wrote = false;
    // From the last group to the first: a group that is not there goes to the top of the section.
    for group in Group::ALL.into_iter().rev() {
        let all = bullets(changes);
        let new = all.into_iter().filter(|(of, text)| *of == group && !known.contains(text));
        let new: Vec<String> = new.map(|(_, text)| text).collect();
        if new.is_empty() {
            continue;
        }
        wrote = true;
        let section = start + 1..end(&lines);
        let heading = lines.get(section.clone()).unwrap_or_default();
        if let Some(at) = heading.iter().position(|line| line.trim_end() == group.heading()) {
            let mut at = section.start + at + 1;
            while lines.get(at).is_some_and(|line| line.trim().is_empty()) {
                at += 1;
            }
            lines.splice(at..at, new);
        } else {
            let mut block = vec![String::new(), group.heading().to_owned(), String::new()];
            block.extend(new);
            lines.splice(section.start..section.start, block);
        }
    }
    wrote.then(|| lines.join("\n") + "\n")
}

/// Whether the change is one that shapes the system: what rows are, where they are, how they are told apart
/// and who sees them.
fn is_architectural(change: &Change, keys: &impl Fn(&ColumnChange) -> bool) -> bool {
    match change {
        Change::AlterColumnType(it) => keys(it),
        Change::CreateSchema(_)
        | Change::DropSchema(_)
        | Change::RenameSchema(_)
        | Change::DropTable(_)
        | Change::RenameTable(_)
        | Change::MoveTable(_)
        | Change::AddPrimaryKey(_)
        | Change::DropPrimaryKey(_)
        | Change::AlterPrimaryKey(_)
        | Change::SetIdentity(_)
        | Change::DropIdentity(_)
        | Change::EnableRls(_)
        | Change::DisableRls(_)
        | Change::CreateRole(_)
        | Change::DropRole(_) => true,
        Change::CreateEnum(_)
        | Change::DropEnum(_)
        | Change::RenameEnum(_)
        | Change::AddEnumValue { .. }
        | Change::DropEnumValue { .. }
        | Change::RenameEnumValue { .. }
        | Change::ReorderEnumValues(_)
        | Change::CreateTable(_)
        | Change::AddColumn(_)
        | Change::DropColumn(_)
        | Change::RenameColumn(_)
        | Change::SetNotNull(_)
        | Change::DropNotNull(_)
        | Change::SetDefault(_)
        | Change::DropDefault(_)
        | Change::AlterIdentity(_)
        | Change::SetGenerated(_)
        | Change::DropGenerated(_)
        | Change::AlterGenerated(_)
        | Change::AddUnique(_)
        | Change::DropUnique(_)
        | Change::AlterUnique(_)
        | Change::AddCheck(_)
        | Change::DropCheck(_)
        | Change::AlterCheck(_)
        | Change::AddForeignKey(_)
        | Change::DropForeignKey(_)
        | Change::AlterForeignKey(_)
        | Change::CreateIndex(_)
        | Change::DropIndex(_)
        | Change::AlterIndex(_)
        | Change::CreateSequence(_)
        | Change::DropSequence(_)
        | Change::AlterSequence(_)
        | Change::CreateView(_)
        | Change::DropView(_)
        | Change::AlterView(_)
        | Change::CreatePolicy(_)
        | Change::DropPolicy(_)
        | Change::AlterPolicy(_)
        | Change::AlterRole(_)
        | Change::ScopeChange(_) => false,
    }
}

/// The changes that want an entry in DECISIONS.md; `head` gives the tables as they will be.
pub fn architectural<'c, 'h>(
    changes: &'c [Change],
    head: impl Fn(&QualifiedName) -> Option<&'h Table>,
) -> Vec<&'c Change> {
    let keys = |it: &ColumnChange| {
        let name = &it.what.after.name;
        head(&it.table).is_some_and(|table| {
            let of_key = |columns: &[String]| columns.contains(name);
            table.primary_key_columns().contains(&name.as_str())
                || table.foreign_keys.values().any(|key| of_key(&key.columns_from))
        })
    };
    changes.iter().filter(|change| is_architectural(change, &keys)).collect()
}

/// How a file numbers its entries, and where the next one goes.
struct Numbering {
    /// `## ADR-`: everything before the number.
    before: String,
    /// `: `: everything between the number and the title.
    after: String,
    width: usize,
    greatest: u32,
    /// The line of the first entry, where the newest stands first.
    newest_first: Option<usize>,
}

impl Numbering {
    fn of(file: &str) -> Option<Self> {
        let mut found: Vec<(usize, String, u32, usize, String)> = Vec::new();
        let mut fenced = false;
        for (at, line) in file.lines().enumerate() {
            fenced ^= line.starts_with("```");
            if fenced
                || !line.starts_with("## ") && !line.starts_with("# ") && !line.starts_with("### ")
            {
                continue;
            }
            let Some(digit) = line.find(|c: char| c.is_ascii_digit()) else { continue };
            let (before, rest) = line.split_at(digit);
            // A word and its number: `## ADR-012`, `## 12`, `## Decision 12`; no year of a date or of a title.
            let title_before = before.trim_start_matches('#').trim();
            let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (number, rest) = rest.split_at(length);
            let part = rest
                .strip_prefix('.')
                .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
            if title_before.contains(' ') || length > 4 || rest.starts_with('-') || part {
                continue;
            }
            let title = rest.find(|c: char| c.is_alphanumeric()).unwrap_or(rest.len());
            let Ok(value) = number.parse() else { continue };
            found.push((at, before.to_owned(), value, length, rest[..title].to_owned()));
        }
        let newest = found.iter().max_by_key(|(_, _, number, _, _)| *number)?;
        // Entries have one form; other headings with a number in them are something else.
        let own: Vec<_> = found.iter().filter(|(_, before, ..)| *before == newest.1).collect();
        let first = own.first()?;
        let falls = own.len() > 1 && own.last().is_some_and(|last| last.2 < first.2);
        let after = if newest.4.is_empty() { ". ".to_owned() } else { newest.4.clone() };
        Some(Self {
            before: newest.1.clone(),
            after,
            width: newest.3,
            greatest: newest.2,
            newest_first: falls.then_some(first.0),
        })
    }
}

/// The entry for DECISIONS.md in the numbering of the file that is there; `date` is today's.
pub fn decision_entry(file: Option<&str>, shifts: &[&Change], plan: &Plan, date: &str) -> String {
    let numbering = Numbering::of(file.unwrap_or_default());
    let title = match shifts {
        [one] => capitalized(&clause(one).replace('`', "")),
        several => format!(
            "{} and {} more changes of the database's structure",
            several
                .first()
                .map_or_else(String::new, |it| capitalized(&clause(it).replace('`', ""))),
            several.len().saturating_sub(1)
        ),
    };
    let heading = match &numbering {
        Some(it) => {
            format!("{}{:0width$}{}{title}", it.before, it.greatest + 1, it.after, width = it.width)
        }
        None if file.is_some() => format!("## {title}"),
        None => format!("## 1. {title}"),
    };
    let list = |lines: &[String]| -> String {
        lines.iter().map(|line| format!("- {}\n", line.replace('\n', " "))).collect()
    };
    let clauses: Vec<String> =
        shifts.iter().map(|it| format!("{}.", capitalized(&clause(it)))).collect();
    let mut consequences = plan.notes.clone();
    consequences.extend(plan.horizons.iter().map(|it| format!("Rollback: {it}.")));
    consequences
        .extend(plan.irreversible.iter().map(|it| format!("Not reversible: {}.", it.sentence)));
    if consequences.is_empty() {
        consequences.push("The rollback restores schema and data.".to_owned());
    }
    format!(
        "{heading}\n\n**Date:** {date}\n**Status:** proposed\n\n### Context\n\n<!-- Why the structure has to change: what could not be done with the old one. -->\n\n### Decision\n\n{}\nIt is carried out by migration plan {}, in the phases expand, backfill and contract.\n\n### Consequences\n\n{}",
        list(&clauses),
        plan.id,
        list(&consequences),
    )
}

/// A file of decisions with the entry in its place: before the first where the newest stands first, else at
/// the end. `None` where the plan has its entry already.
pub fn in_decisions(
    file: Option<&str>,
    shifts: &[&Change],
    plan: &Plan,
    date: &str,
) -> Option<String> {
    let entry = decision_entry(file, shifts, plan, date);
    let Some(text) = file else { return Some(format!("# Decisions\n\n{entry}")) };
    if text.contains(&format!("migration plan {}", plan.id)) {
        return None;
    }
    match Numbering::of(text).and_then(|it| it.newest_first) {
        Some(line) => {
            let mut lines: Vec<&str> = text.lines().collect();
            let at = line.min(lines.len());
            lines.splice(at..at, entry.lines().chain([""]));
            Some(lines.join("\n") + "\n")
        }
        None => Some(format!("{}\n\n{entry}", text.trim_end())),
    }
}

#[cfg(test)]
#[path = "docs_tests.rs"]
mod tests;
