//! A base and a head with their migrations folders.

use super::{Act, Event, Input, What, observe};
use crate::delta::Diff;
use crate::diff::Change;
use crate::diff::testing::{schema, table};
use crate::files::MemoryFiles;
use crate::kit;
use crate::schema::{Schema, snapshot};

/// A migrations folder.
#[derive(Clone, Default)]
struct Out {
    files: Vec<(String, String)>,
    entries: Vec<(i64, i64, String)>,
}

impl Out {
    /// With one more migration: its number, its time, its name, its SQL, its snapshot.
    fn with(mut self, idx: i64, when: i64, name: &str, sql: &str, of: Option<&Schema>) -> Self {
        let tag = format!("{idx:04}_{name}");
        self.files.push((format!("drizzle/{tag}.sql"), sql.to_owned()));
        if let Some(schema) = of {
            let mut json = snapshot::to_json(schema);
            json["id"] = format!("snapshot of {tag}").into();
            json["prevId"] = format!("parent of {tag}").into();
            self.files.push((format!("drizzle/meta/{idx:04}_snapshot.json"), json.to_string()));
        }
        self.entries.push((idx, when, tag));
        self
    }

    fn files(&self) -> MemoryFiles {
        let entries = self.entries.iter().map(|(idx, when, tag)| {
            format!("{{\"idx\": {idx}, \"when\": {when}, \"tag\": \"{tag}\"}}")
        });
        let journal = format!("{{\"entries\": [{}]}}", entries.collect::<Vec<_>>().join(",\n"));
        let journal = ("drizzle/meta/_journal.json".to_owned(), journal);
        MemoryFiles::new(self.files.iter().cloned().chain([journal]))
    }
}

fn funds(columns: &[&str]) -> Schema {
    schema([table("funds", columns)])
}

fn small() -> Schema {
    funds(&["id integer", "name text"])
}

fn large() -> Schema {
    funds(&["id integer", "name text", "region text not null"])
}

fn start() -> Out {
    Out::default().with(0, 100, "funds", "SELECT 1;", Some(&small()))
}

/// What is found between two states.
fn found(base: (&Out, &Schema), head: (&Out, &Schema)) -> Vec<Event> {
    found_since(None, base, head)
}

fn found_since(fork: Option<&Out>, base: (&Out, &Schema), head: (&Out, &Schema)) -> Vec<Event> {
    let files = Diff::new(base.0.files(), head.0.files());
    let fork = fork.map(Out::files);
    let schemas = Diff::new(base.1, head.1);
    let statements = kit::generate(schemas, &[]).expect("drizzle-kit does not fail");
    let input = Input {
        files: Diff::new(&files.before, &files.after),
        fork: fork.as_ref().map(|it| it as _),
        out: Diff::new(Some("drizzle"), Some("drizzle")),
        schemas,
        statements: &statements,
        renames: &[],
    };
    observe(&input).expect("files in memory are readable")
}

fn whats(events: &[Event]) -> Vec<&What> {
    events.iter().map(|event| &event.what).collect()
}

const ADD_REGION: &str = "ALTER TABLE \"funds\" ADD COLUMN \"region\" text NOT NULL;";

#[test]
fn what_drizzle_kit_wrote_raises_nothing() {
    let head = start().with(1, 200, "region", ADD_REGION, Some(&large()));
    assert_eq!(found((&start(), &small()), (&head, &large())), []);
}

#[test]
fn another_way_to_do_the_same_raises_nothing() {
    let by_hand = "-- fill it first\nalter table funds add column if not exists region text;\n\
                   UPDATE funds SET region = 'EU' WHERE region IS NULL;\n--> statement-breakpoint\n\
                   ALTER TABLE funds ALTER COLUMN region SET NOT NULL;";
    let head = start().with(1, 200, "region", by_hand, Some(&large()));
    let events = found((&start(), &small()), (&head, &large()));
    let acts: Vec<Act> = events
        .iter()
        .filter_map(|event| match &event.what {
            What::Statement { effect, .. } => Some(effect.act),
            _ => None,
        })
        .collect();
    assert_eq!((acts, events.len()), (vec![Act::Update], 1));
}

#[test]
fn a_statement_taken_out_is_missed() {
    let head = start().with(1, 200, "region", "-- nothing yet", Some(&large()));
    let events = found((&start(), &small()), (&head, &large()));
    let [What::Undone { effects, .. }] = whats(&events)[..] else { panic!("{events:?}") };
    assert_eq!(effects[..], ["add column public.funds.region", "set not null public.funds.region"]);
}

#[test]
fn another_type_differs() {
    let shorter = ADD_REGION.replace("text", "varchar(2)");
    let head = start().with(1, 200, "region", &shorter, Some(&large()));
    let events = found((&start(), &small()), (&head, &large()));
    let [What::Differs { detail, .. }] = whats(&events)[..] else { panic!("{events:?}") };
    assert_eq!((detail.before.as_str(), detail.after.as_str()), ("text", "varchar(2)"));
    assert_eq!(events[0].origin.to_string(), "drizzle/0001_region.sql:1:1");
}

#[test]
fn a_hidden_drop_is_a_change_like_any_other() {
    let more = format!("{ADD_REGION}\n--> statement-breakpoint\nalter table funds drop name;");
    let head = start().with(1, 200, "region", &more, Some(&large()));
    let events = found((&start(), &small()), (&head, &large()));
    let [What::Statement { around, .. }] = whats(&events)[..] else { panic!("{events:?}") };
    assert!(around.contradicts && around.existing);
    assert!(matches!(&events[0].change, Change::DropColumn(it) if it.what.name == "name"));
    assert_eq!(events[0].origin.line, 3);
}

#[test]
fn a_schema_without_its_migration_is_missed() {
    let events = found((&start(), &small()), (&start(), &large()));
    let [What::Missing { undone, kept }] = whats(&events)[..] else { panic!("{events:?}") };
    assert_eq!((undone.len(), *kept), (2, true));
}

#[test]
fn migrations_that_nobody_keeps_are_told_apart() {
    let events = found((&start(), &funds(&["id integer"])), (&start(), &large()));
    let [What::Missing { kept, .. }] = whats(&events)[..] else { panic!("{events:?}") };
    assert!(!kept);
}

#[test]
fn a_migration_before_its_schema_is_in_order() {
    let head = start().with(1, 200, "region", ADD_REGION, Some(&large()));
    assert_eq!(found((&start(), &small()), (&head, &small())), []);
    assert_eq!(found((&head, &small()), (&head, &large())), []);
}

#[test]
fn an_edit_counts_and_a_formatter_does_not() {
    let with = |sql: &str| start().with(1, 200, "region", sql, Some(&large()));
    let base = with(ADD_REGION);
    let head = with(&format!("-- a comment\n{}", ADD_REGION.to_lowercase()));
    assert_eq!(found((&base, &large()), (&head, &large())), []);
    let head = with(&ADD_REGION.replace(" NOT NULL", ""));
    let events = found((&base, &large()), (&head, &large()));
    assert!(matches!(whats(&events)[..], [What::Edited { .. }]), "{events:?}");
}

#[test]
fn a_deleted_migration_counts_and_a_renamed_one_does_not() {
    let base = start().with(1, 200, "region", ADD_REGION, Some(&large()));
    let events = found((&base, &large()), (&start(), &large()));
    assert!(matches!(whats(&events)[0], What::Deleted { .. }), "{events:?}");
    let renamed = start().with(1, 200, "area", ADD_REGION, Some(&large()));
    assert_eq!(found((&base, &large()), (&renamed, &large())), []);
}

#[test]
fn an_old_entry_with_a_new_time_runs_again() {
    let base = start().with(1, 200, "region", ADD_REGION, Some(&large()));
    let head = start().with(1, 300, "region", ADD_REGION, Some(&large()));
    let events = found((&base, &large()), (&head, &large()));
    assert!(matches!(whats(&events)[..], [What::RunsAgain { .. }]), "{events:?}");
}

#[test]
fn an_entry_older_than_the_newest_never_runs() {
    let head = start().with(1, 90, "region", ADD_REGION, Some(&large()));
    let events = found((&start(), &small()), (&head, &large()));
    assert!(matches!(whats(&events)[..], [What::OutOfOrder { .. }]), "{events:?}");
}

#[test]
fn two_entries_of_one_number_collide() {
    let carry = funds(&["id integer", "name text", "carry text"]);
    let base = start().with(1, 200, "carry", "ALTER TABLE funds ADD carry text;", Some(&carry));
    let both = funds(&["id integer", "name text", "carry text", "region text not null"]);
    let head = base.clone().with(1, 300, "region", ADD_REGION, None);
    let events = found((&base, &carry), (&head, &both));
    let collides = |what: &&What| matches!(what, What::Collision { .. });
    assert_eq!(whats(&events).into_iter().filter(collides).count(), 1, "{events:?}");
}

#[test]
fn what_the_base_added_since_is_not_deleted_but_may_collide() {
    let carry = funds(&["id integer", "name text", "carry text"]);
    let base = start().with(1, 200, "carry", "ALTER TABLE funds ADD carry text;", Some(&carry));
    let head = start().with(1, 150, "region", ADD_REGION, Some(&large()));
    let merged = funds(&["id integer", "name text", "carry text", "region text not null"]);
    let events = found_since(Some(&start()), (&base, &carry), (&head, &merged));
    let kinds: Vec<bool> =
        whats(&events).iter().map(|it| matches!(it, What::Deleted { .. })).collect();
    assert!(!kinds.contains(&true), "{events:?}");
    assert!(whats(&events).iter().any(|it| matches!(it, What::Collision { .. })), "{events:?}");
    assert!(whats(&events).iter().any(|it| matches!(it, What::OutOfOrder { .. })), "{events:?}");
}

#[test]
fn two_snapshots_of_one_parent_collide() {
    let mut head = start().with(1, 200, "region", ADD_REGION, Some(&large()));
    head = head.with(2, 300, "again", "SELECT 1;", Some(&large()));
    for (path, text) in &mut head.files {
        if path.ends_with("_snapshot.json") && !path.contains("0000") {
            *text =
                text.replace("parent of 0001_region", "one").replace("parent of 0002_again", "one");
        }
    }
    let events = found((&start(), &small()), (&head, &large()));
    let collides = |what: &&What| matches!(what, What::Collision { .. });
    assert_eq!(whats(&events).into_iter().filter(collides).count(), 1, "{events:?}");
}

#[test]
fn a_file_outside_of_the_journal_never_runs() {
    let mut head = start();
    head.files.push(("drizzle/0001_region.sql".into(), ADD_REGION.into()));
    head.files.push(("drizzle/0001_region.down.sql".into(), "SELECT 1;".into()));
    head.files.push(("drizzle/seed.sql".into(), "SELECT 1;".into()));
    let events = found((&start(), &small()), (&head, &small()));
    assert!(matches!(whats(&events)[..], [What::Unlisted { .. }]), "{events:?}");
}

#[test]
fn an_entry_without_its_file_is_told() {
    let mut head = start().with(1, 200, "region", ADD_REGION, None);
    head.files.retain(|(path, _)| !path.ends_with("0001_region.sql"));
    let events = found((&start(), &small()), (&head, &small()));
    assert!(matches!(whats(&events)[..], [What::NoFile { .. }]), "{events:?}");
}

#[test]
fn a_journal_that_goes_is_told_and_one_that_comes_is_not() {
    let none = MemoryFiles::new([("README.md", "funds")]);
    let some = start().files();
    let schema = small();
    let observed = |before: &MemoryFiles, after: &MemoryFiles| {
        let input = Input {
            files: Diff::new(before, after),
            fork: None,
            out: Diff::new(Some("drizzle"), Some("drizzle")),
            schemas: Diff::new(&schema, &schema),
            statements: &[],
            renames: &[],
        };
        observe(&input).expect("readable")
    };
    assert!(matches!(whats(&observed(&some, &none))[..], [What::Deleted { .. }]));
    assert_eq!(observed(&none, &some), []);
}

#[test]
fn blocks_of_older_kits_are_read() {
    let keyed = "DO $$ BEGIN\n ALTER TABLE \"funds\" ADD COLUMN \"region\" text NOT NULL;\n\
                 EXCEPTION\n WHEN duplicate_column THEN null;\nEND $$;\n";
    let head = start().with(1, 200, "region", keyed, Some(&large()));
    assert_eq!(found((&start(), &small()), (&head, &large())), []);
}

#[test]
fn a_block_that_only_looks_is_read() {
    let looks = "DO $$\nBEGIN\n  IF EXISTS (SELECT 1 FROM funds) THEN\n    RAISE EXCEPTION 'no';\n  \
                 END IF;\n  PERFORM set_config('lock_timeout', '3s', true);\nEND $$;\n";
    let head = start().with(1, 200, "look", looks, Some(&small()));
    assert_eq!(found((&start(), &small()), (&head, &small())), []);
}

#[test]
fn a_default_is_the_same_with_and_without_its_cast() {
    let stage = funds(&["id integer", "name text default 'x'"]);
    let cast = "ALTER TABLE funds ALTER COLUMN name SET DEFAULT 'x'::text;";
    let head = start().with(1, 200, "stage", cast, Some(&stage));
    assert_eq!(found((&start(), &small()), (&head, &stage)), []);
    let other = cast.replace("'x'", "'y'");
    let head = start().with(1, 200, "stage", &other, Some(&stage));
    let events = found((&start(), &small()), (&head, &stage));
    assert!(matches!(whats(&events)[..], [What::Differs { .. }]), "{events:?}");
}

#[test]
fn the_number_of_one_that_goes_is_free() {
    let base = start().with(1, 200, "region", ADD_REGION, Some(&large()));
    let again = start().with(1, 300, "area", &ADD_REGION.replace("region", "area"), None);
    let events = found((&base, &large()), (&again, &large()));
    assert!(matches!(whats(&events)[0], What::Deleted { .. }), "{events:?}");
    assert!(!whats(&events).iter().any(|it| matches!(it, What::Collision { .. })), "{events:?}");
}
