//! Which file a specifier means.

use super::*;
use crate::files::MemoryFiles;

fn resolve(files: &[(&str, &str)], from: &str, specifier: &str) -> String {
    let files = MemoryFiles::new(files.iter().copied());
    let reader = Reader::new(&files);
    match Resolver::default().resolve(&reader, from, specifier) {
        Resolution::File(path) => path.to_string(),
        Resolution::Missing => "missing".to_owned(),
        Resolution::External => "external".to_owned(),
    }
}

#[test]
fn relative_specifiers_find_extensions_and_indexes() {
    let files = [
        ("db/funds.ts", ""),
        ("db/view.tsx", ""),
        ("db/schema/index.ts", ""),
        ("db/data.json", "{}"),
        ("db/old.js", ""),
        ("db/esm.mts", ""),
    ];
    let from = |specifier| resolve(&files, "db/main.ts", specifier);
    assert_eq!(from("./funds"), "db/funds.ts");
    assert_eq!(from("./funds.ts"), "db/funds.ts");
    assert_eq!(from("./funds.js"), "db/funds.ts");
    assert_eq!(from("./view.jsx"), "db/view.tsx");
    assert_eq!(from("./esm.mjs"), "db/esm.mts");
    assert_eq!(from("./old.js"), "db/old.js");
    assert_eq!(from("./schema"), "db/schema/index.ts");
    assert_eq!(from("./schema/"), "db/schema/index.ts");
    assert_eq!(from("./data.json"), "db/data.json");
    assert_eq!(from("./none"), "missing");
    assert_eq!(from("../../outside"), "missing");
    assert_eq!(resolve(&files, "db/schema/a.ts", ".."), "missing");
    assert_eq!(resolve(&files, "db/schema/a.ts", "."), "db/schema/index.ts");
}

#[test]
fn paths_come_from_the_nearest_tsconfig() {
    let files = [
        (
            "tsconfig.json",
            "{ // comment\n \"compilerOptions\": { \"paths\": { \"@/*\": [\"./src/*\"], \"@/db/*\": [\"./database/*\",], }, }, }",
        ),
        ("src/util.ts", ""),
        ("database/funds.ts", ""),
        (
            "app/tsconfig.json",
            "{ \"extends\": [\"../base/tsconfig.base\"], \"compilerOptions\": {} }",
        ),
        (
            "base/tsconfig.base.json",
            "{ \"compilerOptions\": { \"baseUrl\": \"..\", \"paths\": { \"$lib\": [\"lib/main.ts\"] } } }",
        ),
        ("lib/main.ts", ""),
        ("shared/schema.ts", ""),
    ];
    assert_eq!(resolve(&files, "src/a.ts", "@/util"), "src/util.ts");
    assert_eq!(resolve(&files, "src/a.ts", "@/db/funds"), "database/funds.ts");
    assert_eq!(resolve(&files, "app/x/a.ts", "$lib"), "lib/main.ts");
    assert_eq!(resolve(&files, "app/x/a.ts", "shared/schema"), "shared/schema.ts");
    assert_eq!(resolve(&files, "app/x/a.ts", "@/util"), "src/util.ts");
    assert_eq!(resolve(&files, "src/a.ts", "zod"), "external");
}

#[test]
fn workspace_packages_are_found_by_name() {
    let files = [
        ("package.json", "{ \"workspaces\": [\"packages/*\"] }"),
        ("pnpm-workspace.yaml", "packages:\n  # all\n  - 'apps/**'\ncatalog:\n  - no\n"),
        (
            "packages/db/package.json",
            "{ \"name\": \"@acme/db\", \"exports\": { \".\": { \"types\": \"./dist/index.d.ts\", \"import\": \"./dist/index.js\" }, \"./schema/*\": \"./src/schema/*.ts\", \"./env\": [\"./none.ts\", \"./env.ts\"] }, \"imports\": { \"#lib/*\": \"./src/lib/*.ts\" } }",
        ),
        ("packages/db/src/index.ts", ""),
        ("packages/db/src/schema/funds.ts", ""),
        ("packages/db/src/lib/money.ts", ""),
        ("packages/db/env.ts", ""),
        ("apps/web/core/package.json", "{ \"name\": \"core\", \"main\": \"./lib/main.js\" }"),
        ("apps/web/core/src/main.ts", ""),
        ("apps/web/core/src/types.ts", ""),
    ];
    let from = |specifier| resolve(&files, "apps/web/core/src/a.ts", specifier);
    assert_eq!(from("@acme/db"), "packages/db/src/index.ts");
    assert_eq!(from("@acme/db/schema/funds"), "packages/db/src/schema/funds.ts");
    assert_eq!(from("@acme/db/env"), "packages/db/env.ts");
    assert_eq!(from("@acme/db/none"), "external");
    assert_eq!(from("core"), "apps/web/core/src/main.ts");
    assert_eq!(from("core/types"), "apps/web/core/src/types.ts");
    assert_eq!(
        resolve(&files, "packages/db/src/index.ts", "#lib/money"),
        "packages/db/src/lib/money.ts"
    );
}

#[test]
fn absent_probes_are_remembered() {
    let files = MemoryFiles::new([("a.ts", ""), ("b/index.ts", "")]);
    let reader = Reader::new(&files);
    Resolver::default().resolve(&reader, "a.ts", "./b");
    let seen = reader.seen();
    assert_eq!(seen.get("b.ts"), Some(&None));
    assert!(seen.get("b/index.ts").is_some_and(Option::is_some));
}
