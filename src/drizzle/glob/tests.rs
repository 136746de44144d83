use super::*;
use crate::files::MemoryFiles;

fn find_in(paths: &[&str], directory: &str, patterns: &[&str]) -> Vec<String> {
    let files = MemoryFiles::new(paths.iter().map(|path| (*path, "")));
    let patterns: Vec<String> = patterns.iter().map(|pattern| (*pattern).to_owned()).collect();
    find(&files, directory, &patterns).expect("memory files can be read")
}

const FUND: &[&str] = &[
    "shared/db/schema/B.ts",
    "shared/db/schema/a.ts",
    "shared/db/schema/C.ts",
    "shared/db/schema/index.ts",
    "shared/db/schema/a.test.ts",
    "shared/db/schema/.hidden.ts",
    "shared/db/schema/reports/lp.ts",
    "shared/db/schema/reports/deep/kpi.ts",
    "shared/schema.ts",
    "README.md",
];

#[test]
fn a_star_sorts_as_english_does() {
    let found = find_in(FUND, "", &["./shared/db/schema/*.ts"]);
    let names: Vec<_> = found.iter().map(|path| path.rsplit('/').next().expect("a name")).collect();
    assert_eq!(names, ["a.test.ts", "a.ts", "B.ts", "C.ts", "index.ts"]);
}

#[test]
fn a_directory_gives_one_level_in_byte_order() {
    let found = find_in(FUND, "", &["shared/db/schema"]);
    let names: Vec<_> = found.iter().map(|path| path.rsplit('/').next().expect("a name")).collect();
    assert_eq!(names, [".hidden.ts", "B.ts", "C.ts", "a.test.ts", "a.ts", "index.ts"]);
}

#[test]
fn a_star_that_matches_a_directory_takes_its_files() {
    let found = find_in(FUND, "shared", &["db/schema/*"]);
    assert!(found.contains(&"shared/db/schema/reports/lp.ts".to_owned()), "{found:?}");
    assert!(!found.contains(&"shared/db/schema/reports/deep/kpi.ts".to_owned()), "{found:?}");
}

#[test]
fn globstars_go_any_depth_and_none() {
    let found = find_in(FUND, "", &["shared/db/schema/**/*.ts"]);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found.contains(&"shared/db/schema/reports/deep/kpi.ts".to_owned()));
    assert!(find_in(FUND, "", &["**/lp.ts"]) == ["shared/db/schema/reports/lp.ts"]);
}

#[test]
fn extended_patterns_and_braces() {
    assert_eq!(find_in(FUND, "", &["shared/db/schema/!(*.test).ts"]).len(), 4);
    assert_eq!(
        find_in(FUND, "", &["shared/db/schema/@(a|B).ts"]),
        ["shared/db/schema/a.ts", "shared/db/schema/B.ts"]
    );
    assert_eq!(
        find_in(FUND, "", &["shared/{schema,db/schema/{C,index}}.ts"]),
        ["shared/db/schema/C.ts", "shared/db/schema/index.ts", "shared/schema.ts"]
    );
    assert_eq!(find_in(FUND, "", &["shared/db/schema/[A-C].ts"]).len(), 2);
    assert_eq!(find_in(FUND, "", &["shared/db/schema/?.ts"]).len(), 3);
    assert_eq!(find_in(FUND, "", &["shared/db/schema/+(a|.test).ts"]).len(), 2);
}

#[test]
fn each_file_counts_once_in_the_order_of_the_patterns() {
    let found = find_in(FUND, "", &["shared/schema.ts", "shared/*.ts", "shared/db/schema/a.ts"]);
    assert_eq!(found, ["shared/schema.ts", "shared/db/schema/a.ts"]);
}

#[test]
fn ways_up_and_slashes_are_understood() {
    assert_eq!(find_in(FUND, "apps/web", &["../../shared/schema.ts"]), ["shared/schema.ts"]);
    assert_eq!(find_in(FUND, "apps", &["../shared\\schema.ts"]), ["shared/schema.ts"]);
    assert_eq!(find_in(FUND, "", &["../outside.ts"]), Vec::<String>::new());
    assert_eq!(normalize("apps/web", "../../shared").as_deref(), Some("shared"));
    assert_eq!(normalize("apps", "../../out"), None);
}

#[test]
fn ranges_expand() {
    assert_eq!(braces::expand("s{1..3}.ts"), ["s1.ts", "s2.ts", "s3.ts"]);
    assert_eq!(braces::expand("{a}.ts"), ["{a}.ts"]);
    assert_eq!(braces::expand("x{08..10}"), ["x08", "x09", "x10"]);
    assert_eq!(braces::expand("${a,b}"), ["${a,b}"]);
}
