//! Statistics of a database that lie in the repository.

use std::time::{SystemTime, UNIX_EPOCH};

use drizzle_guard::policy::timestamp;

use crate::support::Work;

const FILE: &str = ".drizzle-guard/stats.json";

/// A repository whose remote has statistics of `funds` that are some days old.
fn work(rows: u64, days: i64) -> Work {
    let work = Work::new();
    write(&work, rows, days);
    work.commit("Take statistics");
    work.git("push -q origin main").passes();
    work
}

fn write(work: &Work, rows: u64, days: i64) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let taken = timestamp(i64::try_from(now).expect("a moment") - days * 86_400);
    let text = format!(
        r#"{{"version": 1, "taken": "{taken}", "postgres": "16.4", "counting_since": "2026-01-01T00:00:00Z",
        "replicas": 0, "tables": [{{"schema": "public", "table": "funds", "rows": {rows}, "bytes": 8192,
        "index_bytes": 8192, "indexes": []}}]}}"#
    );
    work.write(FILE, &text);
}

fn add_index(work: &Work) {
    let path = "shared/db/schema/funds.ts";
    let text = work.read(path).replace("{ integer,", "{ index, integer,");
    work.write(path, &text.replace("\n});", "\n}, (it) => [index(\"by_name\").on(it.name)]);"));
    work.commit("Find funds by their name");
}

#[test]
fn an_index_on_a_large_table_is_stopped() {
    let work = work(5_000_000, 7);
    add_index(&work);
    work.git("push origin main")
        .fails()
        .says("5,000,000 rows (")
        .says("(7 days old)")
        .says("one class worse from 1,000,000 on");
}

#[test]
fn an_index_on_a_small_table_is_safe_while_the_statistics_are_fresh() {
    let small = work(120, 7);
    add_index(&small);
    small.git("push origin main").passes().says("1 safe change").says_nothing_of("risky");
    let stale = work(120, 40);
    add_index(&stale);
    stale
        .git("push origin main")
        .passes()
        .says("1 risky")
        .says("older than 30 days, so they make nothing milder")
        .says("drizzle-guard stats env:DATABASE_URL");
}

#[test]
fn statistics_in_the_push_itself_make_nothing_milder() {
    let work = Work::new();
    write(&work, 120, 0);
    add_index(&work);
    work.git("push origin main").passes().says("1 risky").says("until the base has them");
}

#[test]
fn a_broken_file_is_named_with_the_way_out() {
    let work = work(120, 7);
    work.write(FILE, "{\"version\": 3}");
    add_index(&work);
    work.git("push origin main")
        .passes()
        .says("1 risky")
        .says(".drizzle-guard/stats.json counts for nothing: it is of version 3")
        .says("drizzle-guard stats env:DATABASE_URL");
}

#[test]
fn a_plan_is_for_the_server_that_was_seen() {
    let work = work(120, 7);
    work.drop_column();
    let plan = "plan --base origin/main --head HEAD --out";
    work.guard(&format!("{plan} drafts")).passes();
    assert!(
        work.read("drafts/README.md").contains("PostgreSQL 16"),
        "{}",
        work.read("drafts/README.md")
    );
    work.guard(&format!("{plan} others --postgres 14")).passes();
    assert!(work.read("others/README.md").contains("PostgreSQL 14"));
}
