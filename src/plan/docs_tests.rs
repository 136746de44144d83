use super::*;
use crate::delta::Diff;
use crate::diff::InTable;
use crate::schema::Column;

fn funds() -> QualifiedName {
    QualifiedName::new("public", "funds")
}

fn changes() -> Vec<Change> {
    let column = |name: &str| InTable { table: funds(), what: Column::new(name, "text") };
    vec![
        Change::AddColumn(column("region")),
        Change::DropColumn(column("label")),
        Change::EnableRls(funds()),
        Change::RenameTable(Diff::new(QualifiedName::new("public", "vehicles"), funds())),
    ]
}

fn plan() -> Plan {
    Plan { id: "1a2b3c4d".to_owned(), ..Plan::default() }
}

const ENTRY: &str = "\
### Added

- Database: add column `public.funds.region`.

### Changed

- Database: rename table `public.vehicles` to `public.funds`.

### Removed

- Database: drop column `public.funds.label`.

### Security

- Database: enable row-level security `public.funds`.
";

#[test]
fn the_changelog_entry_is_in_the_groups_of_keep_a_changelog() {
    assert_eq!(changelog_entry(&changes()), ENTRY);
}

#[test]
fn a_new_changelog_has_the_entry_below_unreleased() {
    let text = in_changelog(None, &changes()).unwrap();
    assert!(text.ends_with(&format!("## [Unreleased]\n\n{ENTRY}")), "{text}");
    assert_eq!(in_changelog(Some(&text), &changes()), None);
}

#[test]
fn an_entry_joins_the_groups_that_are_there() {
    let before = "# Changelog\n\n## [Unreleased]\n\n### Removed\n\n- The old page.\n\n## [1.0.0]\n\n### Added\n\n- All.\n";
    let text = in_changelog(Some(before), &changes()[..2]).unwrap();
    assert_eq!(
        text,
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- Database: add column `public.funds.region`.\n\n### Removed\n\n- Database: drop column `public.funds.label`.\n- The old page.\n\n## [1.0.0]\n\n### Added\n\n- All.\n"
    );
}

#[test]
fn a_changelog_without_unreleased_gets_it_before_the_newest_version() {
    let text = in_changelog(Some("# Changes\n\n## 2.0.0\n\n- All.\n"), &changes()[..1]).unwrap();
    assert_eq!(
        text,
        "# Changes\n\n## [Unreleased]\n\n### Added\n\n- Database: add column `public.funds.region`.\n\n## 2.0.0\n\n- All.\n"
    );
}

#[test]
fn structure_and_access_are_architecture_and_columns_are_not() {
    let all = changes();
    let shifts = architectural(&all, |_| None);
    assert_eq!(shifts, [&all[2], &all[3]]);
    let mut table = Table::new(funds());
    let retyped = Change::AlterColumnType(InTable {
        table: funds(),
        what: Diff::new(Column::new("id", "integer"), Column::new("id", "uuid")),
    });
    let key = [retyped];
    assert!(architectural(&key, |_| Some(&table)).is_empty());
    let mut id = Column::new("id", "uuid");
    id.primary_key = true;
    table.columns.insert("id".to_owned(), id);
    assert_eq!(architectural(&key, |_| Some(&table)).len(), 1);
}

#[test]
fn the_decision_goes_on_with_the_numbers_of_the_file() {
    let all = changes();
    let shifts = architectural(&all[2..3], |_| None);
    let first = |file: Option<&str>| {
        let entry = decision_entry(file, &shifts, &plan(), "2026-03-01");
        entry.lines().next().unwrap().to_owned()
    };
    assert_eq!(first(None), "## 1. Enable row-level security public.funds");
    assert_eq!(
        first(Some("# Notes\n\nNothing yet.\n")),
        "## Enable row-level security public.funds"
    );
    let adr = "# ADRs\n\n## ADR-009: Paths\n\n## Sprint 2 Results\n\n## ADR-043: Pacing\n\n## 2026-01-02\n";
    assert_eq!(first(Some(adr)), "## ADR-044: Enable row-level security public.funds");
    assert_eq!(
        first(Some("# D\n\n## 7. Keys\n\n### 7.1 Why\n")),
        "## 8. Enable row-level security public.funds"
    );
}

#[test]
fn the_newest_decision_stands_where_the_file_has_its_newest() {
    let all = changes();
    let shifts = architectural(&all[2..3], |_| None);
    let put = |file: &str| in_decisions(Some(file), &shifts, &plan(), "2026-03-01");
    let falling = put("# D\n\n## 2. B\n\n## 1. A\n").unwrap();
    assert!(falling.starts_with("# D\n\n## 3. Enable row-level security"), "{falling}");
    let rising = put("# D\n\n## 1. A\n\n## 2. B\n").unwrap();
    assert!(rising.contains("## 2. B\n\n## 3. Enable row-level security"), "{rising}");
    assert_eq!(put(&rising), None);
}
