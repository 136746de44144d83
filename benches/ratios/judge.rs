//! Judging 1,000 changes, against finding them: 100 tables of which every column changes.

use std::hint::black_box;
use std::time::{Duration, Instant};

use drizzle_guard::delta::Diff;
use drizzle_guard::diff::compare;
use drizzle_guard::ident::QualifiedName;
use drizzle_guard::kit;
use drizzle_guard::rules::{Context, Settings, judge};
use drizzle_guard::schema::{Column, Schema, Table};

use super::{median, ratio, report, row};

const TABLES: usize = 100;
pub(crate) const COLUMNS: usize = 10;
const RUNS: usize = 15;

pub(crate) fn run() {
    let (before, after) = (schema(TABLES, false), schema(TABLES, true));
    let schemas = Diff::new(&before, &after);
    let changes = compare(schemas, &[]);
    assert_eq!(changes.len(), TABLES * COLUMNS);
    let statements = kit::generate(schemas, &[]).expect("statements");
    let settings = Settings::default();
    let (mut found, mut judged) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        found.push(spent(|| drop(black_box(compare(schemas, &[])))));
        judged.push(spent(|| {
            let context = Context::new(schemas, &changes, &statements, &settings);
            drop(black_box(judge(&context)));
        }));
    }
    let (found, judged) = (median(found), median(judged));
    report(&format!("{} changes in {TABLES} tables, median of {RUNS}", changes.len()));
    row("judge them", judged);
    row("find them", found);
    ratio(judged, found);
}

pub(crate) fn spent(work: impl FnOnce()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

/// A fund platform's tables; afterwards every column is another one, in one of five ways.
pub(crate) fn schema(tables: usize, changed: bool) -> Schema {
    let mut schema = Schema::default();
    for number in 0..tables {
        let mut table = Table::new(QualifiedName::public(format!("vehicles_{number}")));
        let mut id = Column::new("id", "serial");
        (id.primary_key, id.not_null) = (true, true);
        table.columns.insert("id".to_owned(), id);
        for number in 0..COLUMNS {
            let name = format!("amount_{number}");
            let mut column = Column::new(name.clone(), "varchar(20)");
            match (changed, number % 5) {
                (false, 4) => continue,
                (true, 0) => "text".clone_into(&mut column.ty),
                (true, 1) => column.not_null = true,
                (true, 2) => column.default = Some("'open'".into()),
                (true, 3) => "integer".clone_into(&mut column.ty),
                _ => {}
            }
            table.columns.insert(name, column);
        }
        schema.tables.insert(table.name.clone(), table);
    }
    schema
}
