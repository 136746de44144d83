//! A plan as files, and as one text.

use super::Plan;
use super::statement::{Duration, Lock, Phase, Statement};

impl Plan {
    /// The statements of a phase, in order.
    pub fn statements(&self, phase: Phase) -> &[Statement] {
        match phase {
            Phase::Expand => &self.expand,
            Phase::Backfill => &self.backfill,
            Phase::Contract => &self.contract,
            Phase::RollbackContract => &self.rollback_contract,
            Phase::RollbackExpand => &self.rollback_expand,
        }
    }

    /// Whether there is nothing to run.
    pub fn is_empty(&self) -> bool {
        Phase::ALL.iter().all(|phase| self.statements(*phase).is_empty())
    }

    /// Whether it can be run as it stands: no decision is missing, no change left out.
    pub fn is_complete(&self) -> bool {
        self.not_drafted.is_empty() && !self.decisions.iter().any(|decision| decision.required)
    }

    /// Every file of the plan with its text: the five phases, the two proofs, the README.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let mut files: Vec<(&'static str, String)> =
            Phase::ALL.iter().map(|phase| (phase.file(), self.phase_text(*phase))).collect();
        files.push(("verify.sql", self.checks_text(true)));
        files.push(("verify_rollback.sql", self.checks_text(false)));
        files.push(("README.md", self.readme()));
        files
    }

    /// All files one after another, for standard output.
    pub fn text(&self) -> String {
        self.files()
            .into_iter()
            .map(|(name, text)| format!("-- ===== {name} =====\n{text}\n"))
            .collect()
    }

    /// The two phases as migrations of drizzle-kit, a breakpoint between statements. drizzle runs all that
    /// is pending in one transaction, so what must not stand in one is named in its place as a comment.
    pub fn drizzle_files(&self) -> Vec<(&'static str, String)> {
        [(Phase::Expand, "drizzle_expand.sql"), (Phase::Contract, "drizzle_contract.sql")]
            .map(|(phase, name)| (name, self.drizzle_text(phase)))
            .into()
    }

    fn drizzle_text(&self, phase: Phase) -> String {
        let mut parts = Vec::new();
        let mut left = 0;
        for statement in self.statements(phase) {
            if let Some(sql) = statement.inside() {
                parts.push(sql.to_owned());
            } else {
                left += 1;
                parts.push(format!(
                    "-- NOT HERE: {} must not stand in a transaction; run it from {} with psql, in its place",
                    one_line(&statement.title),
                    phase.file()
                ));
            }
        }
        let mut text =
            self.header(&format!("{} for drizzle-kit's migrations folder.", phase.file()));
        if left > 0 {
            text += &format!(
                "-- {left} of {} statements cannot stand in a drizzle migration: run {} with psql instead and mark this as applied.\n",
                parts.len(),
                phase.file()
            );
        }
        if left > 0 || !self.is_complete() {
            // The rest without them would be another migration.
            let why = if left > 0 { "run it with psql" } else { "decide what is left open" };
            parts.insert(0, format!(
                "DO $drizzle_guard$ BEGIN RAISE EXCEPTION 'drizzle-guard: {} is not complete here: {why}'; END $drizzle_guard$;",
                phase.file()
            ));
        }
        text + &parts.join("\n--> statement-breakpoint\n") + "\n"
    }

    fn header(&self, what: &str) -> String {
        let mut text = format!(
            "-- drizzle-guard {}: plan {}, for PostgreSQL {} and newer\n-- {what}\n",
            env!("CARGO_PKG_VERSION"),
            self.id,
            self.postgres
        );
        for decision in self.decisions.iter().filter(|decision| decision.required) {
            text += &format!(
                "-- DECIDE: {} ({})\n",
                one_line(&decision.question),
                one_line(&decision.answer)
            );
        }
        for sentence in &self.not_drafted {
            text += &format!("-- NOT DRAFTED: {}\n", one_line(sentence));
        }
        text
    }

    fn phase_text(&self, phase: Phase) -> String {
        let what = match phase {
            Phase::Expand => "Before the new code is deployed.",
            Phase::Backfill => {
                "After expand.sql: data in batches, outside any transaction; can be run again."
            }
            Phase::Contract => {
                "After the new code is deployed everywhere and the old code is gone."
            }
            Phase::RollbackContract => "Takes contract.sql back.",
            Phase::RollbackExpand => {
                "Takes backfill.sql and expand.sql back; after rollback_contract.sql."
            }
        };
        let mut text = self.header(what);
        let statements = self.statements(phase);
        if statements.is_empty() {
            return text + "-- Nothing to do in this phase.\n";
        }
        text +=
            "-- Run with: psql -X -v ON_ERROR_STOP=1 -f FILE   (never with --single-transaction)\n";
        let (mut timeouts, mut title) = (String::new(), "");
        for statement in statements {
            if statement.title != title {
                title = &statement.title;
                text += &format!("\n-- {}\n", one_line(title));
            }
            let wanted = timeouts_for(statement);
            if wanted != timeouts {
                text += &format!("{wanted}\n");
                timeouts = wanted;
            }
            text += &format!("-- lock: {}; {}", statement.lock, statement.duration);
            if !statement.in_transaction {
                text += "; not inside a transaction";
            }
            text.push('\n');
            if let Some(note) = &statement.note {
                text += &format!("-- {}\n", one_line(note));
            }
            text += &statement.sql;
            text.push('\n');
        }
        text
    }

    fn checks_text(&self, forward: bool) -> String {
        let (checks, what) = if forward {
            (&self.verify, "After contract.sql: every row must say ok = true.")
        } else {
            (&self.verify_rollback, "After rollback_expand.sql: every row must say ok = true.")
        };
        let mut text = self.header(what);
        for check in checks {
            text += &check.sql();
            text.push('\n');
        }
        text
    }

    fn readme(&self) -> String {
        let mut text = format!(
            "# Migration plan {}\n\nDrafted by drizzle-guard {} for PostgreSQL {} and newer. Read it before you run it: it is a draft.\n",
            self.id,
            env!("CARGO_PKG_VERSION"),
            self.postgres
        );
        let mut list = |title: &str, items: &[String]| {
            if !items.is_empty() {
                text += &format!("\n## {title}\n\n");
                text.extend(items.iter().map(|item| format!("- {}\n", one_line(item))));
            }
        };
        list("Not drafted: write these by hand", &self.not_drafted);
        let decisions: Vec<String> = self
            .decisions
            .iter()
            .map(|it| {
                let word = if it.required { "Required" } else { "Optional" };
                format!("{word}: {} Answer with `{}`.", it.question, it.answer)
            })
            .collect();
        list("Decisions", &decisions);
        let irreversible: Vec<String> =
            self.irreversible.iter().map(|it| it.sentence.clone()).collect();
        list("Not reversible", &irreversible);
        list("The rollback is lossless until", &self.horizons);
        list("Know this", &self.notes);
        text += "\n## Order of deployment\n\n\
            1. `expand.sql`\n2. `backfill.sql`\n3. Deploy the new code; wait until the old code is gone everywhere.\n\
            4. `contract.sql`\n5. `verify.sql`: every row must say true.\n\n\
            To go back: `rollback_contract.sql`, then deploy the old code, then `rollback_expand.sql` and `verify_rollback.sql`.\n";
        text += "\n## Statements\n\n| file | what | lock | duration | in a transaction |\n|---|---|---|---|---|\n";
        for phase in Phase::ALL {
            for statement in self.statements(phase) {
                text += &format!(
                    "| {} | {} | {} | {} | {} |\n",
                    phase.file(),
                    one_line(&statement.title).replace('|', "\\|"),
                    statement.lock,
                    statement.duration,
                    if statement.in_transaction { "may" } else { "must not" },
                );
            }
        }
        text += "\n## What may stand in a drizzle migration\n\n\
            `drizzle-kit migrate` runs all pending migrations in one transaction. Statements marked *must not* above (CONCURRENTLY, batches, enum values, blocks with their own BEGIN) cannot stand there; run these files with psql instead, and mark the migration as applied.\n";
        text += "\n## Checklist\n\n\
            - [ ] Every decision above is made, and nothing is left under *Not drafted*.\n\
            - [ ] `drizzle-guard rehearse` has run this plan forwards and back.\n\
            - [ ] A backup of the database exists and was restored once.\n\
            - [ ] No transaction is older than a few seconds (`pg_stat_activity`): it would make the short locks queue.\n\
            - [ ] The rollback was read, and somebody knows until when it is lossless.\n";
        text
    }
}

/// The timeouts a statement wants, as SQL. A catalog change that does not get its lock gives up
/// quickly instead of queueing everybody else behind itself; CONCURRENTLY has to wait for old
/// transactions and would leave an invalid index if it gave up.
pub(super) fn timeouts_for(statement: &Statement) -> String {
    let concurrently = statement.lock == Lock::ShareUpdateExclusive && !statement.in_transaction;
    let lock = if concurrently { "0" } else { "2s" };
    let short = statement.duration == Duration::Catalog && !concurrently && !statement.is_retried();
    let time = if short { "10s" } else { "0" };
    format!("SET lock_timeout = '{lock}';\nSET statement_timeout = '{time}';")
}

impl Statement {
    /// The session settings under which it is to be run, as SQL.
    pub fn timeouts(&self) -> String {
        timeouts_for(self)
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
