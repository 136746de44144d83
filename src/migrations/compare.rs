//! The SQL of new migrations against what the schema and the snapshots say.

use super::effect::{Act, Effect};
use super::folder::{Entry, Folder};
use super::sql::{self, Statement};
use super::{Around, Event, Input, What, convert, scope};
use crate::delta::Diff;
use crate::diff::Rename;
use crate::files::ReadError;
use crate::ident::QualifiedName;
use crate::kit;
use crate::origin::{LineIndex, Origin};
use crate::schema::Schema;

/// Compares the SQL of every new entry with its snapshot, and the head's schema with the newest one.
pub(super) fn compare(
    input: &Input<'_>,
    base: &Folder,
    head: &Folder,
    added: &[&Entry],
    events: &mut Vec<Event>,
) -> Result<(), ReadError> {
    let asked = effects_of(input.statements);
    let mut done = Vec::new();
    for entry in added.iter().filter(|entry| entry.sql.is_some()) {
        let text = head.sql(input.files.after, entry)?;
        let statements = sql::parse(&text);
        let renames = renames_in(&statements);
        let expected = match snapshots_of(input, head, entry)? {
            Some(schemas) => generated(schemas.as_ref(), &renames),
            None => Vec::new(),
        };
        let migration = Migration {
            entry,
            path: head.sql_path(entry),
            text: &text,
            statements: &statements,
            expected: &expected,
            asked: &asked,
        };
        migration.undone(events);
        migration.by_hand(input, events);
        done.extend(statements.into_iter().flat_map(|it| it.effects));
    }
    missing(input, base, head, &asked, &done, events)
}

/// The snapshot before an entry and its own; `None` when it has none of its own, or one of them
/// cannot be read.
fn snapshots_of(
    input: &Input<'_>,
    head: &Folder,
    entry: &Entry,
) -> Result<Option<Diff<Schema>>, ReadError> {
    let Some(own) = head.snapshot_of(entry) else { return Ok(None) };
    let before = head.entries.iter().take_while(|it| it.tag != entry.tag);
    let previous = before.filter_map(|it| head.snapshot_of(it)).last();
    let files = input.files.after;
    let before = match previous {
        Some(name) => head.schema(files, name)?,
        None => Some(Schema::default()),
    };
    let after = head.schema(files, own)?;
    Ok(before.zip(after).map(|(before, after)| Diff::new(before, after)))
}

/// What drizzle-kit generates for a change; nothing where it would fail.
fn generated(schemas: Diff<&Schema>, renames: &[Rename]) -> Vec<Effect> {
    kit::generate(schemas, renames).map(|it| effects_of(&it)).unwrap_or_default()
}

fn effects_of(statements: &[kit::Statement]) -> Vec<Effect> {
    statements.iter().flat_map(|it| sql::parse(&it.sql)).flat_map(|it| it.effects).collect()
}

/// The answers that somebody gave to drizzle-kit's questions, as the SQL shows them.
fn renames_in(statements: &[Statement]) -> Vec<Rename> {
    let mut renames = Vec::new();
    for effect in statements.iter().flat_map(|it| &it.effects) {
        let QualifiedName { schema, name } = &effect.on;
        let new = &effect.name;
        let text = match effect.act {
            Act::RenameTable => format!("table:{schema}.{name}={schema}.{new}"),
            Act::MoveTable => format!("table:{schema}.{name}={new}.{name}"),
            Act::RenameType => format!("enum:{schema}.{name}={schema}.{new}"),
            Act::MoveType => format!("enum:{schema}.{name}={new}.{name}"),
            Act::RenameColumn => format!("column:{schema}.{name}.{new}={}", effect.detail),
            _ => continue,
        };
        renames.extend(text.parse::<Rename>().ok());
    }
    renames
}

/// A new migration, read.
struct Migration<'a> {
    entry: &'a Entry,
    path: String,
    text: &'a str,
    statements: &'a [Statement],
    /// What its snapshot says.
    expected: &'a [Effect],
    /// What the schema's change says.
    asked: &'a [Effect],
}

impl Migration<'_> {
    fn actual(&self) -> impl Iterator<Item = &Effect> {
        self.statements.iter().flat_map(|it| &it.effects)
    }

    fn origin(&self, statement: &Statement) -> Origin {
        let offset = u32::try_from(statement.offset).unwrap_or(u32::MAX);
        let (line, column) = LineIndex::new(self.text).locate(self.text, offset);
        Origin::new(self.path.as_str(), line, column)
    }

    /// What the snapshot says and the SQL does not do, or does differently.
    fn undone(&self, events: &mut Vec<Event>) {
        // What cannot be read may do anything.
        if self.actual().any(|it| matches!(it.act, Act::Opaque | Act::Unreadable)) {
            return;
        }
        let mut undone = Vec::new();
        for expected in self.expected {
            let mut same = self.actual().filter(|it| it.same_target(expected)).peekable();
            if same.peek().is_none() {
                if !self.is_implied(expected) {
                    undone.push(expected.words());
                }
                continue;
            }
            let details: Vec<&str> = same.map(|it| it.detail.as_str()).collect();
            let agrees = expected.detail.is_empty() || details.contains(&expected.detail.as_str());
            let wanted_twice =
                self.expected.iter().filter(|it| it.same_target(expected)).count() > 1;
            if agrees || wanted_twice || details.iter().all(|it| it.is_empty()) {
                continue;
            }
            let statement = self
                .statements
                .iter()
                .find(|it| it.effects.iter().any(|effect| effect.same_target(expected)));
            let Some(statement) = statement else { continue };
            let effect = expected.words();
            let detail = Diff::new(expected.detail.clone(), details.join("; "));
            let (before, after) = (detail.before.clone(), detail.after.clone());
            let what =
                What::Differs { tag: self.entry.tag.clone(), detail, effect: effect.clone() };
            let mut event = scope(
                format!("migration statement: {effect}"),
                Some(before),
                Some(after),
                self.origin(statement),
                what,
            );
            event.sql = Some(statement.sql.clone());
            events.push(event);
        }
        if !undone.is_empty() {
            let origin = Origin::new(self.path.as_str(), 1, 1);
            let after = Some(undone.join("\n"));
            let what = What::Undone { tag: self.entry.tag.clone(), effects: undone };
            events.push(scope("migration without its statements", None, after, origin, what));
        }
    }

    /// Whether something expected happens without being said: what is in a table goes with it.
    fn is_implied(&self, expected: &Effect) -> bool {
        let dropped =
            |act: Act, on: &QualifiedName| self.actual().any(|it| it.act == act && it.on == *on);
        match expected.act {
            Act::DropPolicy | Act::DropConstraint | Act::DisableRls => {
                dropped(Act::DropTable, &expected.on) || self.column_goes(&expected.on)
            }
            Act::DropIndex => self
                .actual()
                .any(|it| matches!(it.act, Act::DropTable | Act::DropColumn | Act::RenameIndex)),
            // drizzle-kit prints what no database accepts.
            Act::SetDefault => expected.detail.contains("undefined"),
            // A renamed constraint or index is done by its new name.
            Act::AddForeignKey | Act::AddUnique | Act::AddCheck | Act::AddPrimaryKey => {
                dropped(Act::RenameConstraint, &expected.on)
            }
            Act::CreateIndex => self.actual().any(|it| it.act == Act::RenameIndex),
            _ => false,
        }
    }

    fn column_goes(&self, table: &QualifiedName) -> bool {
        self.actual().any(|it| it.act == Act::DropColumn && it.on == *table)
            || self.actual().any(|it| it.act == Act::RenameConstraint && it.on == *table)
    }

    /// What the SQL does and neither the snapshot nor the schema says.
    fn by_hand(&self, input: &Input<'_>, events: &mut Vec<Event>) {
        let mut around = Around { tag: self.entry.tag.clone(), ..Around::default() };
        for statement in self.statements {
            for effect in &statement.effects {
                if effect.act == Act::Setting {
                    around.lock_timeout |= effect.on.name == "lock_timeout";
                    around.statement_timeout |= effect.on.name == "statement_timeout";
                }
                if self.is_asked_for(effect) || self.is_a_step(effect) {
                    continue;
                }
                let around = Around {
                    contradicts: convert::contradicts(effect, input.schemas.after),
                    existing: exists(effect, input.schemas.before),
                    altered: self.alters(&effect.on),
                    alterations: self.alterations(&effect.on),
                    ..around.clone()
                };
                let converted = convert::change(effect, input.schemas);
                let what = What::Statement { effect: effect.clone(), around };
                let origin = self.origin(statement);
                let mut event = match converted {
                    Some(change) => Event { change, origin, sql: None, what },
                    None => scope(
                        format!("migration statement: {}", effect.words()),
                        None,
                        Some(statement.normal.clone()),
                        origin,
                        what,
                    ),
                };
                event.sql = Some(statement.sql.clone());
                // A statement in two ways to say the same is one.
                if !events.iter().any(|it| it.change == event.change) {
                    events.push(event);
                }
            }
            let locks = statement.effects.iter().filter(|it| it.locks_exclusively());
            let locks = locks.filter(|it| exists(it, input.schemas.before));
            around.locked.extend(locks.map(|it| it.on.to_string()));
        }
    }

    fn is_asked_for(&self, effect: &Effect) -> bool {
        let mut pool = self.expected.iter().chain(self.asked);
        pool.any(|it| it.same_target(effect))
    }

    /// Whether it is a step on the way to what is asked for: a new column that gets a default, rows
    /// and NOT NULL one after the other; something that is made anew.
    fn is_a_step(&self, effect: &Effect) -> bool {
        let expects = |act: Act, named: bool| {
            self.expected
                .iter()
                .chain(self.asked)
                .any(|it| it.act == act && it.on == effect.on && (!named || it.name == effect.name))
        };
        let does = |act: Act| {
            self.actual().any(|it| it.act == act && it.on == effect.on && it.name == effect.name)
        };
        // What is taken off a table that goes, goes with it.
        let goes = self.actual().any(|it| it.act == Act::DropTable && it.on == effect.on);
        if goes && effect.is_described() && effect.act != Act::DropTable {
            return true;
        }
        match effect.act {
            Act::SetDefault | Act::DropDefault | Act::SetNotNull | Act::DropNotNull => {
                expects(Act::AddColumn, true)
                    || expects(Act::SetType, true)
                    || expects(Act::CreateTable, false)
                    || (does(Act::SetDefault) && does(Act::DropDefault))
            }
            Act::SetType => expects(Act::SetType, true),
            Act::DropColumn => does(Act::AddColumn),
            Act::DropTable => does(Act::CreateTable),
            Act::DropConstraint => {
                [Act::AddForeignKey, Act::AddUnique, Act::AddCheck, Act::AddPrimaryKey]
                    .into_iter()
                    .any(does)
            }
            Act::DropType => does(Act::CreateType),
            Act::DropIndex => {
                self.actual().any(|it| it.act == Act::CreateIndex && it.name == effect.on.name)
            }
            Act::DropView => does(Act::CreateView),
            Act::DropPolicy => does(Act::CreatePolicy),
            Act::DropTrigger => does(Act::Trigger),
            _ => false,
        }
    }

    fn alters(&self, table: &QualifiedName) -> bool {
        self.actual().any(|it| it.on == *table && it.is_described() && it.act != Act::CreateTable)
    }

    fn alterations(&self, table: &QualifiedName) -> usize {
        let by_hand = |effect: &&Effect| {
            effect.on == *table && effect.is_described() && !self.is_asked_for(effect)
        };
        self.statements.iter().filter(|it| it.effects.iter().any(|effect| by_hand(&effect))).count()
    }
}

/// Whether the table that something is done to exists before.
fn exists(effect: &Effect, before: &Schema) -> bool {
    before.table(&effect.on).is_some()
}

/// The part of the schema's change that `drizzle-kit generate` would still write.
fn missing(
    input: &Input<'_>,
    base: &Folder,
    head: &Folder,
    asked: &[Effect],
    done: &[Effect],
    events: &mut Vec<Event>,
) -> Result<(), ReadError> {
    if asked.is_empty() || !input.schemas.after.unresolved.is_empty() {
        return Ok(());
    }
    let newest = |folder: &Folder, files: &dyn crate::files::Files| match folder.newest_snapshot() {
        Some(name) => folder.schema(files, name),
        None => Ok(None),
    };
    let Some(snapshot) = newest(head, input.files.after)? else { return Ok(()) };
    let pending = generated(Diff::new(&snapshot, input.schemas.after), input.renames);
    let undone: Vec<String> = pending
        .iter()
        .filter(|it| asked.iter().any(|asked| asked.same_target(it)))
        .filter(|it| !done.iter().any(|done| done.same_target(it)))
        .map(Effect::words)
        .collect();
    if undone.is_empty() {
        return Ok(());
    }
    let before = newest(base, input.files.before)?;
    let kept = before.is_some_and(|before| {
        kit::generate(Diff::new(&before, input.schemas.before), &[]).is_ok_and(|it| it.is_empty())
    });
    let origin = Origin::new(format!("{}/meta/_journal.json", head.path), 1, 1);
    let after = Some(undone.join("\n"));
    let what = What::Missing { undone, kept };
    events.push(scope("schema without its migration", None, after, origin, what));
    Ok(())
}
