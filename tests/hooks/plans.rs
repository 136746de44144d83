//! What a plan leaves for people to read, and what a policy asks of its rehearsal.

use super::support::Work;

#[test]
fn the_entries_go_into_the_teams_own_files_once() {
    let work = Work::new();
    work.schema_of("vehicles", &["id"]);
    work.write("DECISIONS.md", "# Decisions\n\n## ADR-007: Money is numeric\n\nIt is exact.\n");
    work.write("CHANGELOG.md", "# Changelog\n\n## [Unreleased]\n\n## [1.0.0]\n");
    work.commit("Describe vehicles");
    std::fs::remove_file(work.path("shared/db/schema/vehicles.ts")).expect("it was there");
    work.schema(&["id", "name"]);
    let plan = "plan --head :worktree --write-docs";
    work.guard(plan).passes().says("wrote").says("CHANGELOG.md").says("DECISIONS.md");
    let log = work.read("CHANGELOG.md");
    assert!(
        log.starts_with(
            "# Changelog\n\n## [Unreleased]\n\n### Removed\n\n- Database: drop table `public.vehicles`.\n- Database: drop column `public.funds.legacy_code`.\n"
        ),
        "{log}"
    );
    assert!(log.ends_with("\n## [1.0.0]\n"), "{log}");
    let decisions = work.read("DECISIONS.md");
    assert!(decisions.contains("\n## ADR-008: Drop table public.vehicles\n"), "{decisions}");
    work.guard(plan).passes().says_nothing_of("wrote");
    assert_eq!(work.read("CHANGELOG.md"), log);
}

#[test]
fn beside_the_plan_they_lie_ready_to_paste() {
    let work = Work::new();
    work.schema(&["id", "name"]);
    work.guard("plan --head :worktree --out drafts --drizzle").passes();
    assert!(work.read("drafts/CHANGELOG.entry.md").contains("### Removed"));
    // A column that goes is no decision of architecture.
    assert!(!work.path("drafts/DECISIONS.entry.md").exists());
    let migration = work.read("drafts/drizzle_contract.sql");
    assert!(migration.contains("\n--> statement-breakpoint\n"), "{migration}");
    assert!(!migration.contains("BEGIN;\n"), "{migration}");
}

#[test]
fn the_plan_is_read_by_a_parser_too() {
    let work = Work::new();
    work.schema(&["id", "name"]);
    let said = work.guard("check --head :worktree --validate");
    said.says("legacy_code").says_nothing_of("would not read");
}

#[test]
fn a_policy_can_demand_the_receipt_of_the_rehearsal() {
    let work = Work::new();
    work.write("drizzle-guard.toml", "receipts = \"dangerous\"\n");
    work.commit("Demand receipts");
    work.git("push -q origin main").passes();
    work.drop_column();
    let json = work.guard("check --base origin/main --head HEAD --format json").text;
    let at = json.find("dg1:").expect("a fingerprint");
    let change: String = json[at..].chars().take(68).collect();
    work.acknowledge();
    work.git("push -q origin main").fails().says("rehearse --receipt");
    let receipt = format!("{{\"version\": 1, \"ok\": true, \"fingerprints\": [\"{change}\"]}}\n");
    work.write(".drizzle-guard/receipts/legacy_code.json", &receipt.replace("true", "false"));
    work.commit("Rehearse it");
    work.git("push -q origin main").fails().says("legacy_code.json: the rehearsal");
    work.write(".drizzle-guard/receipts/legacy_code.json", &receipt);
    work.commit("Rehearse it again");
    work.git("push -q origin main").passes();
}
