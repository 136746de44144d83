//! What the rules about migrations say, of a found thing or of a hand-written statement.

use super::{schema, table};
use crate::delta::Diff;
use crate::diff::{Change, Scope, Setting};
use crate::files::MemoryFiles;
pub(in crate::rules) use crate::migrations::What;
use crate::migrations::{Around, Event, Input, observe};
use crate::origin::Origin;
use crate::rules::recorder::record;
use crate::rules::{Context, Executor, Settings, Severity, judge};
use crate::schema::{Schema, snapshot};

/// Something about the migrations of a repository whose schema is `funds (id, name)`.
pub(in crate::rules) struct Scene {
    events: Vec<Event>,
    settings: Settings,
}

fn funds() -> Schema {
    schema([table("funds", &["id integer", "name text"])])
}

/// Something that is no statement; [`Scene::what`] says what.
pub(in crate::rules) fn scene(setting: &str) -> Scene {
    let value = Diff::new(None, Some("x".to_owned()));
    let event = Event {
        change: Change::ScopeChange(Scope {
            setting: Setting::Migrations(setting.to_owned()),
            object: None,
            value,
        }),
        origin: Origin::new("drizzle/meta/_journal.json", 1, 1),
        sql: None,
        what: What::NoFile { tag: "0001_x".to_owned() },
    };
    Scene { events: vec![event], settings: Settings::default() }
}

/// A statement in a new migration, while the schema stays as it is.
pub(in crate::rules) fn statement(sql: &str) -> Scene {
    let of_schema = snapshot::to_json(&funds()).to_string();
    let entry = |number: i64, tag: &str| {
        format!(
            "{{\"idx\": {number}, \"when\": {}, \"tag\": \"{tag}\"}}",
            1_700_000_000_000 + number
        )
    };
    let first = entry(0, "0000_funds");
    let both = format!("{first}, {}", entry(1, "0001_by_hand"));
    let journal = |entries: &str| format!("{{\"entries\": [{entries}]}}");
    let base = MemoryFiles::new([
        ("drizzle/meta/_journal.json", journal(&first)),
        ("drizzle/meta/0000_snapshot.json", of_schema.clone()),
        ("drizzle/0000_funds.sql", "SELECT 1;".to_owned()),
    ]);
    let head = MemoryFiles::new([
        ("drizzle/meta/_journal.json", journal(&both)),
        ("drizzle/meta/0000_snapshot.json", of_schema),
        ("drizzle/0000_funds.sql", "SELECT 1;".to_owned()),
        ("drizzle/0001_by_hand.sql", sql.to_owned()),
    ]);
    let (before, after) = (funds(), funds());
    let input = Input {
        files: Diff::new(&base, &head),
        fork: None,
        out: Diff::new(Some("drizzle"), Some("drizzle")),
        schemas: Diff::new(&before, &after),
        statements: &[],
        renames: &[],
    };
    let events = observe(&input).expect("files in memory are readable");
    assert!(!events.is_empty(), "nothing is found in {sql}");
    Scene { events, settings: Settings::default() }
}

impl Scene {
    pub(in crate::rules) fn what(mut self, what: What) -> Self {
        self.events[0].what = what;
        self
    }

    pub(in crate::rules) fn executor(mut self, executor: Executor) -> Self {
        self.settings.executor = executor;
        self
    }

    /// The same statements in other surroundings.
    pub(in crate::rules) fn around(mut self, edit: impl Fn(&mut Around)) -> Self {
        for event in &mut self.events {
            if let What::Statement { around, .. } = &mut event.what {
                edit(around);
            }
        }
        self
    }

    /// The worst that one rule says; nothing when it does not fire.
    pub(in crate::rules) fn says(&self, rule: &str) -> Option<Severity> {
        let (before, after) = (funds(), funds());
        let changes: Vec<Change> = self.events.iter().map(|it| it.change.clone()).collect();
        let context = Context::new(Diff::new(&before, &after), &changes, &[], &self.settings);
        let judged = judge(&context.with_events(&self.events));
        let findings = judged.iter().flat_map(|it| &it.findings);
        let said = findings.filter(|it| it.rule == rule).map(|it| it.severity).max();
        record(rule, said.is_some(), changes.len());
        said
    }
}
