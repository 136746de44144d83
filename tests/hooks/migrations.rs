//! What a push is stopped for that the schema alone does not show: the migrations beside it.

use crate::support::Work;

/// `funds` with a migrations folder that drizzle-kit would have written, pushed.
fn kept() -> Work {
    let work = Work::bare();
    work.schema(&["id", "name"]);
    generate(&work, &["funds"]);
    work.commit("Describe funds");
    work.git("push -q -u origin main").passes();
    work.guard("install").passes();
    work
}

/// Writes the newest of these migrations as `drizzle-kit generate` would, and the journal of all.
fn generate(work: &Work, names: &[&str]) {
    let number = names.len() - 1;
    let newest = names[number];
    let base = if number == 0 { ":empty" } else { "HEAD" };
    let sql = work.guard(&format!("sql --base {base} --head :worktree")).passes().text;
    work.write(&format!("drizzle/{number:04}_{newest}.sql"), &sql);
    let snapshot = work.guard("snapshot :worktree").passes().text;
    let own = snapshot.replacen("\"prevId\": \"", &format!("\"prevId\": \"{number}"), 1);
    work.write(&format!("drizzle/meta/{number:04}_snapshot.json"), &own);
    journal(work, names);
}

fn journal(work: &Work, names: &[&str]) {
    let entries = names.iter().enumerate().map(|(number, name)| {
        let when = 1_700_000_000_000 + number;
        format!("{{ \"idx\": {number}, \"when\": {when}, \"tag\": \"{number:04}_{name}\" }}")
    });
    let entries: Vec<String> = entries.collect();
    let text = format!("{{ \"entries\": [\n  {}\n] }}\n", entries.join(",\n  "));
    work.write("drizzle/meta/_journal.json", &text);
}

#[test]
fn a_schema_with_its_migration_goes_through_without_a_word_about_it() {
    let work = kept();
    work.schema(&["id", "name", "legacyCode"]);
    generate(&work, &["funds", "legacy"]);
    work.commit("Remember the legacy code");
    work.git("push origin main").passes().says_nothing_of("mig.").says_nothing_of("drizzle/");
}

#[test]
fn a_schema_without_its_migration_is_stopped_until_it_is_acknowledged() {
    let work = kept();
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Remember the legacy code");
    work.git("push -q origin main").fails().says("mig.missing").says("legacy_code");
    work.acknowledge();
    work.git("push -q origin main").passes();
}

#[test]
fn a_hand_written_drop_is_stopped_where_it_stands() {
    let work = kept();
    work.write("drizzle/0001_tidy.sql", "-- nobody reads it\nalter table funds drop name;\n");
    journal(&work, &["funds", "tidy"]);
    work.commit("Tidy up");
    let said = work.git("push -q origin main").fails();
    let said = said.says("column.drop").says("mig.orphan").says("mig.keyword_optional");
    said.says("drizzle/0001_tidy.sql:2:1").says("alter table funds drop name");
}

#[test]
fn an_edited_migration_is_stopped_and_a_formatted_one_is_not() {
    let work = kept();
    let sql = work.read("drizzle/0000_funds.sql");
    work.write("drizzle/0000_funds.sql", &format!("-- the first\n{sql}"));
    work.commit("Comment it");
    work.git("push -q origin main").passes();
    work.write("drizzle/0000_funds.sql", &sql.replace(" NOT NULL", ""));
    work.commit("Let go of a rule");
    work.git("push -q origin main").fails().says("mig.edited").says("0000_funds");
}

#[test]
fn an_entry_older_than_the_newest_is_stopped() {
    let work = kept();
    work.schema(&["id", "name", "legacyCode"]);
    generate(&work, &["funds", "legacy"]);
    let text = work.read("drizzle/meta/_journal.json").replace("1700000000001", "1600000000000");
    work.write("drizzle/meta/_journal.json", &text);
    work.commit("Remember the legacy code");
    work.git("push -q origin main").fails().says("mig.out_of_order").says("_journal.json:3:");
}

#[test]
fn where_push_applies_the_schema_no_migration_is_missed() {
    let work = kept();
    work.write("drizzle-guard.toml", "executor = \"push\"\n");
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Remember the legacy code");
    work.git("push -q origin main").passes().says_nothing_of("mig.missing");
}

#[test]
fn two_branches_with_one_number_collide_before_they_are_merged() {
    let work = kept();
    work.git("checkout -q -b topic").passes();
    work.schema(&["id", "name", "legacyCode"]);
    generate(&work, &["funds", "legacy"]);
    work.commit("Remember the legacy code");
    work.git("checkout -q main").passes();
    work.schema_of("scenarios", &["id", "name"]);
    generate(&work, &["funds", "scenarios"]);
    work.commit("Describe scenarios");
    work.git("push -q origin main").passes();
    let said = work.guard("check --base origin/main --head topic").fails();
    let said = said.says("0001_legacy and 0001_scenarios both have idx 1");
    said.says("mig.out_of_order").says_nothing_of("mig.edited").says_nothing_of("drop table");
}

#[test]
fn what_the_scripts_run_decides_who_is_judged() {
    let work = kept();
    work.write("package.json", "{ \"scripts\": { \"db\": \"drizzle-kit migrate\" } }\n");
    work.schema(&["id", "name", "legacyCode"]);
    work.commit("Remember the legacy code");
    let said = work.git("push -q origin main").fails();
    said.says("mig.missing").says("judged for drizzle-kit migrate").says("package.json:1");
}
