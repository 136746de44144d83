//! A whole check, in this process: 100 tables in 50 files, one of them edited.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::{Duration, Instant};

use std::sync::Arc;

use drizzle_guard::check::{self, Content, Fork, Input, Occasion, Options};
use drizzle_guard::delta::Diff;
use drizzle_guard::files::MemoryFiles;
use drizzle_guard::git::State;
use drizzle_guard::policy::Date;
use drizzle_guard::typescript::{Language, parse};

use super::{ratio, report, row};

const FILES: usize = 50;
const ROUNDS: u32 = 8;
const RUNS_A_ROUND: u32 = 10;

pub(crate) fn run() {
    let before = files("numeric('committed', { precision: 20, scale: 6 })");
    let after = files("numeric('committed', { precision: 20, scale: 2 })");
    let bytes: usize = after.iter().map(|(_, text)| text.len()).sum();
    let (mut ours, mut theirs) = (Duration::ZERO, Duration::ZERO);
    // In turns, so that a busy moment of the machine meets both.
    for _ in 0..ROUNDS {
        ours += spent(|| judge(&before, &after));
        theirs += spent(|| parse_all(&before, &after));
    }
    let runs = ROUNDS * RUNS_A_ROUND;
    let (ours, theirs) = (ours / runs, theirs / runs);
    let kilobytes = bytes / 1024;
    report(&format!(
        "100 tables in {FILES} files, {kilobytes} KB, one edited, CPU, mean of {runs}"
    ));
    row("check: parse, evaluate, compare, judge", ours);
    row("parse the same files", theirs);
    ratio(ours, theirs);
}

/// The time that all threads of this process spend on one round. Where the system does not say,
/// the time that passes.
fn spent(work: impl Fn()) -> Duration {
    let (start, cpu) = (Instant::now(), cpu());
    for _ in 0..RUNS_A_ROUND {
        work();
    }
    match (cpu, self::cpu()) {
        (Some(before), Some(after)) => after.saturating_sub(before),
        _ => start.elapsed(),
    }
}

/// User and system time of this process, from proc(5); Linux counts it in hundredths of a second.
fn cpu() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(Duration::from_millis((user + system) * 10))
}

/// Everything between git and the report.
fn judge(before: &[(String, String)], after: &[(String, String)]) {
    let input = |state: State, files: &[(String, String)]| {
        let files = Arc::new(MemoryFiles::new(files.to_vec()));
        Input::new(state, String::new(), Content::Files(files))
    };
    let inputs =
        Diff::new(input(State::Revision("HEAD".into()), before), input(State::Index, after));
    let options = Options::default();
    let comparison = check::compare(inputs, Fork::None, || Box::new(std::iter::empty()), &options)
        .expect("both states can be evaluated");
    let report =
        check::judge(&comparison, Occasion::Asked, Date::from_unix_seconds(1_764_000_000), || {
            Ok(Vec::new())
        })
        .expect("it is judged");
    assert_eq!(report.changes.len(), 1);
    black_box(report);
}

/// Every distinct file once, as the check reads them: what is equal in both states is parsed once.
fn parse_all(before: &[(String, String)], after: &[(String, String)]) {
    for (number, (_, text)) in after.iter().enumerate() {
        black_box(parse(text.as_bytes(), Language::TypeScript)).expect("it parses");
        if before[number].1 != *text {
            let text = &before[number].1;
            black_box(parse(text.as_bytes(), Language::TypeScript)).expect("it parses");
        }
    }
}

/// Two tables a file: a fund's vehicles and its commitments, each referring to the file before.
fn files(committed: &str) -> Vec<(String, String)> {
    (0..FILES)
        .map(|number| {
            let committed = if number == FILES / 2 {
                committed
            } else {
                "numeric('committed', { precision: 20, scale: 6 })"
            };
            (format!("shared/db/schema/vehicle-{number:02}.ts"), text(number, committed))
        })
        .collect()
}

fn text(number: usize, committed: &str) -> String {
    let mut text = String::from(
        "import { sql } from 'drizzle-orm';\nimport { boolean, check, index, integer, jsonb, \
         numeric, pgEnum, pgTable, serial, text, timestamp, uniqueIndex, uuid, varchar } from \
         'drizzle-orm/pg-core';\n",
    );
    if let Some(previous) = number.checked_sub(1) {
        let _ = writeln!(text, "import {{ vehicles{previous} }} from './vehicle-{previous:02}';");
    }
    let _ = write!(
        text,
        "
export const status{number} = pgEnum('status_{number}', ['draft', 'open', 'closed']);

export const vehicles{number} = pgTable(
  'vehicles_{number}',
  {{
    id: serial('id').primaryKey(),
    publicId: uuid('public_id').notNull().defaultRandom(),
    name: varchar('name', {{ length: 200 }}).notNull(),
    legalName: text('legal_name'),
    status: status{number}('status').notNull().default('draft'),
    vintage: integer('vintage').notNull(),
    committed: {committed}.notNull().default('0'),
    settings: jsonb('settings').$type<Record<string, unknown>>().default({{}}),
    active: boolean('active').notNull().default(true),
    createdAt: timestamp('created_at', {{ withTimezone: true }}).notNull().defaultNow(),
    updatedAt: timestamp('updated_at', {{ withTimezone: true }}).$onUpdate(() => new Date()),
  }},
  (table) => [
    uniqueIndex('vehicles_{number}_public_id_idx').on(table.publicId),
    index('vehicles_{number}_status_idx').on(table.status, table.vintage.desc()),
    check('vehicles_{number}_vintage_check', sql`${{table.vintage}} >= 1990`),
  ],
);

export const commitments{number} = pgTable(
  'commitments_{number}',
  {{
    id: serial('id').primaryKey(),
    vehicleId: integer('vehicle_id')
      .notNull()
      .references(() => vehicles{number}.id, {{ onDelete: 'cascade' }}),
"
    );
    if let Some(previous) = number.checked_sub(1) {
        let _ = writeln!(
            text,
            "    feederId: integer('feeder_id').references(() => vehicles{previous}.id),"
        );
    }
    let _ = write!(
        text,
        "    investor: text('investor').notNull(),
    amount: numeric('amount', {{ precision: 20, scale: 6 }}).notNull(),
    currency: varchar('currency', {{ length: 3 }}).notNull().default('EUR'),
    calledAt: timestamp('called_at', {{ withTimezone: true }}),
    note: text('note'),
  }},
  (table) => [index('commitments_{number}_vehicle_idx').on(table.vehicleId)],
);
"
    );
    text
}
