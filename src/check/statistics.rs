//! The statistics of a database that lie in the repository, and what they count for.

use std::collections::BTreeMap;

use super::{Comparison, Content, Input};
use crate::delta::Diff;
use crate::git::State;
use crate::policy::{Date, Thresholds};
use crate::report::{Note, NoteLevel};
use crate::rules::{Known, Settings, Sizes};
use crate::statistics::{Broken, FILE, Statistics};

/// How to make them anew.
const ANEW: &str = "drizzle-guard stats env:DATABASE_URL, and commit the file";

/// Reads those of both sides. A broken file counts as none, which is said once; so does the file of one
/// database where there are several.
pub(super) fn read(
    inputs: Diff<&Input>,
    databases: usize,
    notes: &mut Vec<Note>,
) -> Diff<Option<Statistics>> {
    let both = inputs.map(of_state);
    let head_is_broken = both.after.is_err();
    let read = both.map(|it| {
        it.unwrap_or_else(|why| {
            let text = format!("{FILE} counts for nothing: {why}");
            let note = Note { level: NoteLevel::Warning, text, hint: Some(ANEW.to_owned()) };
            if !notes.contains(&note) {
                notes.push(note);
            }
            None
        })
    });
    if databases > 1 && (read.before.is_some() || read.after.is_some()) {
        let text =
            format!("{FILE} is of one database, and there are several: it counts for nothing");
        notes.push(Note { level: NoteLevel::Info, text, hint: None });
        return Diff::default();
    }
    match read {
        // What nobody can read may contradict anything.
        Diff { before: Some(before), after: None } if head_is_broken => {
            let after = Statistics { tables: BTreeMap::new(), ..before.clone() };
            Diff { before: Some(before), after: Some(after) }
        }
        other => other,
    }
}

fn of_state(input: &Input) -> Result<Option<Statistics>, Broken> {
    let Content::Files(files) = &input.content else { return Ok(None) };
    let unreadable = |why: String| Broken::Unreadable(why);
    let blob = files.read(FILE).map_err(|error| unreadable(error.why))?;
    let Some(blob) = blob else { return Ok(None) };
    let text = std::str::from_utf8(&blob.bytes).map_err(|_| unreadable("not UTF-8".to_owned()))?;
    let statistics = Statistics::parse(text)?;
    for moment in std::iter::once(&statistics.taken).chain(&statistics.counting_since) {
        let date: Result<Date, _> = moment.parse();
        date.map_err(|_| unreadable(format!("`{moment}` is no moment")))?;
    }
    Ok(Some(statistics))
}

/// What the statistics of a comparison count for, today; and what to say about them once they have
/// counted for something.
pub(super) struct Weights<'a> {
    pub(super) sizes: Sizes<'a>,
    pub(super) note: Option<Note>,
}

impl<'a> Weights<'a> {
    pub(super) fn new(comparison: &'a Comparison, today: Date) -> Self {
        let thresholds = comparison.config.statistics.stricter(comparison.base_config.statistics);
        let Thresholds { small, large, max_age_days } = thresholds;
        let both = comparison.statistics.as_ref().map(Option::as_ref);
        if is_live(&comparison.base) {
            let said = "the database's own estimates".to_owned();
            let before = both.before.map(|statistics| Known { statistics, said, lowers: true });
            let sides = Diff { before, after: None };
            return Self { sizes: Sizes { sides, small, large }, note: None };
        }
        let ages = both
            .map(|it| it.map(|statistics| (statistics, Age::of(statistics, today, max_age_days))));
        let note = match (&ages.before, &ages.after) {
            (Some((statistics, age)), _) => Some(age.note(statistics, max_age_days)),
            (None, Some((statistics, age))) => {
                let Note { text, .. } = age.note(statistics, max_age_days);
                let text = format!("{text}; they make nothing milder until the base has them");
                Some(Note { level: NoteLevel::Info, text, hint: None })
            }
            (None, None) => None,
        };
        let sides = ages.map(|it| {
            it.map(|(statistics, age)| {
                let said = format!("statistics of {}", age.said);
                Known { statistics, said, lowers: age.is_fresh }
            })
        });
        Self { sizes: Sizes { sides, small, large }, note }
    }

    /// Takes the server's version from them where nobody configured one: from the base's, while they are
    /// fresh and the head's do not say another one.
    pub(super) fn settle(&self, settings: &mut Settings) {
        let major = |known: &Known<'_>| known.statistics.postgres.major;
        let Diff { before, after } = &self.sizes.sides;
        let base = before.as_ref().filter(|it| it.lowers).map(major);
        let agreed = base.filter(|version| after.as_ref().is_none_or(|it| major(it) == *version));
        settings.postgres = settings.postgres.or(agreed);
    }
}

/// How old statistics are.
struct Age {
    /// "2026-11-20 (7 days old)".
    said: String,
    is_fresh: bool,
    days: Option<i64>,
}

impl Age {
    fn of(statistics: &Statistics, today: Date, most: u16) -> Self {
        let taken: Result<Date, _> = statistics.taken.parse();
        let Ok(taken) = taken else {
            return Self { said: "an unknown day".to_owned(), is_fresh: false, days: None };
        };
        let days = today.days_since(taken);
        let said = match days {
            // Clocks differ by a little.
            -1 | 0 => format!("{taken} (today)"),
            1 => format!("{taken} (1 day old)"),
            ..-1 => format!("{taken} (a day to come)"),
            2.. => format!("{taken} ({days} days old)"),
        };
        Self { said, is_fresh: (-1..=i64::from(most)).contains(&days), days: Some(days) }
    }

    fn note(&self, statistics: &Statistics, most: u16) -> Note {
        let text = format!(
            "table sizes are estimates from {FILE} of {}, PostgreSQL {}",
            self.said, statistics.postgres
        );
        if self.is_fresh {
            return Note { level: NoteLevel::Info, text, hint: None };
        }
        let why = match self.days {
            Some(days) if days > i64::from(most) => format!("older than {most} days"),
            _ => "of no day that has been".to_owned(),
        };
        let text = format!("{text}: {why}, so they make nothing milder");
        Note { level: NoteLevel::Warning, text, hint: Some(ANEW.to_owned()) }
    }
}

fn is_live(input: &Input) -> bool {
    matches!(input.state, State::Database(_) | State::DatabaseVariable(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::Version;

    fn aged(taken: &str) -> (String, bool, Note) {
        let statistics = Statistics {
            taken: taken.to_owned(),
            postgres: Version { major: 15, minor: 8 },
            counting_since: None,
            replicas: 0,
            tables: BTreeMap::new(),
        };
        let age = Age::of(&statistics, "2026-11-27".parse().expect("a date"), 30);
        (age.said.clone(), age.is_fresh, age.note(&statistics, 30))
    }

    #[test]
    fn says_how_old_they_are_and_when_that_is_too_old() {
        let (said, is_fresh, note) = aged("2026-11-20T09:10:00Z");
        assert_eq!((said.as_str(), is_fresh), ("2026-11-20 (7 days old)", true));
        assert_eq!(note.level, NoteLevel::Info);
        assert_eq!(
            note.text,
            "table sizes are estimates from .drizzle-guard/stats.json of 2026-11-20 (7 days old), PostgreSQL 15.8"
        );
        assert_eq!(aged("2026-11-27T00:00:00Z").0, "2026-11-27 (today)");
        assert!(aged("2026-10-28T00:00:00Z").1);
        let (_, is_fresh, note) = aged("2026-10-27T00:00:00Z");
        assert!(!is_fresh);
        assert_eq!(note.level, NoteLevel::Warning);
        assert!(
            note.text.ends_with("older than 30 days, so they make nothing milder"),
            "{}",
            note.text
        );
        assert!(note.hint.is_some_and(|it| it.starts_with("drizzle-guard stats")));
    }

    #[test]
    fn statistics_of_the_future_are_not_fresh() {
        assert!(aged("2026-11-28T00:00:00Z").1);
        let (said, is_fresh, note) = aged("2026-11-29T00:00:00Z");
        assert_eq!((said.as_str(), is_fresh), ("2026-11-29 (a day to come)", false));
        assert!(note.text.contains("of no day that has been"), "{}", note.text);
    }
}
