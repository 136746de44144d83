//! Reports for the tests of the formats, in the words of a fund platform.

use serde_json::json;

use super::*;
use crate::codebase::{Tier, Via};
use crate::ident::QualifiedName;
use crate::schema::ObjectKind;

const FUNDS: &str = "import { pgTable, serial, text } from 'drizzle-orm/pg-core';

export const funds = pgTable('funds', {
  id: serial('id').primaryKey(),
  legacyCode: text('legacy_code'),
});
";

/// The report in a format, without colours.
pub(crate) fn written(report: &Report, format: Format) -> String {
    let mut out = Vec::new();
    write(report, format, &Style::default(), &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("every format is UTF-8")
}

/// A base and a head that are equal.
pub(crate) fn unchanged() -> Report {
    Report::unchanged(
        StateId::new(&State::Revision("HEAD".into()), "3f2a91c04d1eaa00bb11cc22dd33ee44ff550066"),
        StateId::new(&State::Index, "7be10c22aa00bb11cc22dd33ee44ff5500663f2a"),
    )
}

/// A dropped column that waits, a narrowed amount that was acknowledged, an index that locks, two
/// safe changes, a default nobody can evaluate, and a note.
pub(crate) fn blocked() -> Report {
    let mut report = unchanged();
    report.verdict = Verdict::Block;
    report.changes = vec![dropped_column(), narrowed_amount(), new_index()];
    report.changes.extend([new_column("notes", 9), new_column("region", 10)]);
    report.statements = report.changes.iter().flat_map(|it| it.statements.clone()).collect();
    report.unresolved = vec![UnresolvedPlace {
        file: "shared/db/schema/scenarios.ts".into(),
        line: 14,
        column: 38,
        why: "`process.env.DEFAULT_TIER` is only known at run time".into(),
        affects: vec!["public.scenarios.tier".into()],
        unchanged: false,
    }];
    report.notes = vec![Note {
        level: NoteLevel::Warning,
        text: "the acknowledgement .drizzle-guard/acks/0a1b2c3d4e5f.toml was not used".into(),
        hint: Some("drizzle-guard ack prune".into()),
    }];
    let origin = Origin::new("shared/db/schema/funds.ts", 5, 3);
    if let Some(excerpt) = Excerpt::around(FUNDS, &origin) {
        report.excerpts.before.insert(origin, excerpt);
    }
    report
}

/// Only a risky change: nothing is stopped.
pub(crate) fn warned() -> Report {
    let mut report = unchanged();
    report.verdict = Verdict::Warn;
    report.changes = vec![new_index()];
    report.statements = new_index().statements;
    report
}

/// Many changes of every severity.
pub(crate) fn many(each: u32) -> Report {
    let mut report = unchanged();
    report.verdict = Verdict::Block;
    for number in 0..each {
        let mut change = dropped_column();
        change.object.name = format!("legacy_{number}");
        change.fingerprint = format!("dg1:{number:064x}");
        report.changes.push(change);
    }
    for number in 0..each {
        let mut change = new_index();
        change.object.name = format!("funds_{number}_index");
        report.changes.push(change);
    }
    report.changes.extend((0..each).map(|number| new_column(&format!("note_{number}"), number)));
    report
}

fn change(kind: Kind, object: Object, severity: Severity, fingerprint: &str) -> JudgedChange {
    JudgedChange {
        fingerprint: format!("dg1:{fingerprint}{}", "0".repeat(64 - fingerprint.len())),
        kind,
        object,
        severity,
        before: Value::Null,
        after: Value::Null,
        location: Location { before: None, after: None },
        hazards: Vec::new(),
        statements: Vec::new(),
        measured: Vec::new(),
        deployment: Deployment::AnyOrder,
        references: Vec::new(),
        acknowledged: None,
        lost: Vec::new(),
        blocks: false,
        refused: Vec::new(),
    }
}

/// The column `funds.legacy_code` is gone, and an index with it.
pub(crate) fn dropped_column() -> JudgedChange {
    let object = Object::column(&QualifiedName::public("funds"), "legacy_code");
    JudgedChange {
        before: json!({"type": "text", "notNull": false}),
        location: Location {
            before: Some(Origin::new("shared/db/schema/funds.ts", 5, 3)),
            after: None,
        },
        hazards: vec![Hazard {
            rule: "column.drop",
            severity: Severity::Dangerous,
            message: "column `legacy_code` of `public.funds` is dropped".into(),
            effect:
                "Its values are lost, and every running instance that still selects the column \
                     fails with 42703, because Drizzle names all columns."
                    .into(),
            remedy: "Remove it from the code first and drop it in a later release, with a backup."
                .into(),
            evidence: vec!["nothing else in this change has a similar name".into()],
        }],
        statements: vec!["ALTER TABLE \"funds\" DROP COLUMN \"legacy_code\";".into()],
        deployment: Deployment::CodeFirst,
        references: vec![Reference {
            target: 0,
            is_test: false,
            file: "server/funds.ts".into(),
            line: 12,
            column: 20,
            text: "code: funds.legacyCode,".into(),
            tier: Tier::Certain,
            via: Via::Code,
        }],
        lost: vec!["index funds_legacy_idx(legacy_code)".into()],
        blocks: true,
        ..change(Kind::DropColumn, object, Severity::Dangerous, "fe533e9d6666")
    }
}

fn narrowed_amount() -> JudgedChange {
    let object = Object::column(&QualifiedName::public("investments"), "amount");
    let statement =
        "ALTER TABLE \"investments\" ALTER COLUMN \"amount\" SET DATA TYPE numeric(20, 2);";
    JudgedChange {
        before: json!({"type": "numeric(20, 6)"}),
        after: json!({"type": "numeric(20, 2)"}),
        location: Location {
            before: Some(Origin::new("shared/db/schema/investments.ts", 21, 3)),
            after: Some(Origin::new("shared/db/schema/investments.ts", 22, 3)),
        },
        hazards: vec![Hazard {
            rule: "type.silent_loss",
            severity: Severity::Dangerous,
            message: "`amount` of `public.investments` keeps 2 of its 6 decimal places".into(),
            effect: "PostgreSQL rounds every stored value without an error.".into(),
            remedy: "Add a column, copy with the rounding you mean, compare, then switch.".into(),
            evidence: Vec::new(),
        }],
        statements: vec![statement.into()],
        acknowledged: Some(AcknowledgedBy {
            by: "file",
            source: ".drizzle-guard/acks/5d41402abc4b.toml".into(),
            reason: Some("all amounts are cents since 2024".into()),
            who: Some("Ana Ruiz <ana@example.com>".into()),
        }),
        ..change(Kind::AlterColumnType, object, Severity::Dangerous, "5d41402abc4b")
    }
}

fn new_index() -> JudgedChange {
    let table = QualifiedName::public("monte_carlo_results");
    let object = Object::in_table(ObjectKind::Index, &table, "monte_carlo_results_run_idx");
    let statement = "CREATE INDEX \"monte_carlo_results_run_idx\" ON \"monte_carlo_results\" USING \
                     btree (\"run_id\");";
    JudgedChange {
        after: json!({"columns": ["run_id"]}),
        location: Location {
            before: None,
            after: Some(Origin::new("shared/db/schema/results.ts", 31, 5)),
        },
        hazards: vec![Hazard {
            rule: "index.add",
            severity: Severity::Risky,
            message: "an index is built on `public.monte_carlo_results` without CONCURRENTLY"
                .into(),
            effect: "Writes to the table wait until the index is built.".into(),
            remedy: "Create it with CONCURRENTLY outside of a transaction.".into(),
            evidence: Vec::new(),
        }],
        statements: vec![statement.into()],
        ..change(Kind::CreateIndex, object, Severity::Risky, "0cc175b9c0f1")
    }
}

fn new_column(name: &str, line: u32) -> JudgedChange {
    let object = Object::column(&QualifiedName::public("funds"), name);
    JudgedChange {
        after: json!({"type": "text"}),
        location: Location {
            before: None,
            after: Some(Origin::new("shared/db/schema/funds.ts", line, 3)),
        },
        statements: vec![format!("ALTER TABLE \"funds\" ADD COLUMN \"{name}\" text;")],
        ..change(Kind::AddColumn, object, Severity::Safe, "92eb5ffee6ae")
    }
}
