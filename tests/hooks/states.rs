//! States that are no commit: the newest migration, files outside of a repository, an environment.

use crate::support::{PROGRAM, Work};

/// Takes the schema as it is for the first migration.
fn generate(work: &Work) {
    let snapshot = work.guard("snapshot :worktree").passes().text;
    work.write("drizzle/meta/0000_snapshot.json", &snapshot);
    work.write("drizzle/meta/_journal.json", "{}");
}

#[test]
fn the_newest_migration_is_a_base() {
    let work = Work::new();
    generate(&work);
    work.git("add -A").passes();
    work.guard("check --base migrations").passes().says("no schema change");
    work.schema(&["id", "name"]);
    let drop = "ALTER TABLE \"funds\" DROP COLUMN \"legacy_code\";";
    work.guard("sql --base migrations --head :worktree").passes().says(drop);
    work.guard("check --base migrations --head :worktree").fails().says("drop column");
    // The other way round: what going back to the migration would do.
    work.guard("sql --base :worktree --head migrations")
        .passes()
        .says("ADD COLUMN \"legacy_code\"");
    work.guard("check --base migrations --head migrations").fails().says("another one");
    work.guard("check --base migrations --head snapshot:drizzle/meta/0000_snapshot.json")
        .fails()
        .says("no migrations folder");
}

#[test]
fn files_on_disk_need_no_repository() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(
        folder.path().join("schema.ts"),
        "import { pgTable, serial } from 'drizzle-orm/pg-core';\n\
         export const deals = pgTable('deals', { id: serial().primaryKey() });\n",
    )
    .expect("a file");
    let said = std::process::Command::new(PROGRAM)
        .args(["check", "--base", ":empty", "--head", ":worktree", "--schema", "schema.ts"])
        .current_dir(folder.path())
        .env("GIT_CEILING_DIRECTORIES", folder.path().parent().expect("a parent"))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success() && text.contains("public.deals"), "{said:?}");
}

#[test]
fn an_environment_variable_stops_until_it_is_stated() {
    let work = Work::new();
    work.write(
        "shared/db/schema/funds.ts",
        "import { integer, pgTable, text, varchar } from 'drizzle-orm/pg-core';\n\
         const length = Number(process.env.CODE_LENGTH ?? 12);\n\
         export const funds = pgTable('funds', {\n\
           id: integer().primaryKey(), name: text(), legacy_code: varchar({ length }),\n\
         });\n",
    );
    let check = "check --head :worktree";
    work.guard(check).fails().says("process.env.CODE_LENGTH").says("funds.ts:2:35").says("[env]");
    work.guard("check --head :worktree --env CODE_LENGTH=9").says("varchar(9)");
    work.guard("snapshot :worktree")
        .passes()
        .says("`process.env.CODE_LENGTH` is taken as not set")
        .says("varchar(12)");
    work.write("drizzle-guard.toml", "[env]\nCODE_LENGTH = \"30\"\n");
    work.guard(check).says("varchar(30)").says_nothing_of("process.env");
    work.guard("snapshot :worktree").passes().says_nothing_of("is taken as not set");
    work.guard("snapshot :worktree --env CODE_LENGTH").passes().says("varchar(12)");
}
