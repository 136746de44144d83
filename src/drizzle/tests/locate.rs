use super::{found, locate};
use crate::drizzle::{Casing, Error, Overrides};

const SCHEMA: (&str, &str) = ("shared/db/schema/funds.ts", "");

fn config(body: &str) -> String {
    format!("import {{ defineConfig }} from 'drizzle-kit';\n{body}")
}

fn patterns(files: &[(&str, &str)]) -> Vec<String> {
    found(files).into_iter().flat_map(|(patterns, _)| patterns).collect()
}

#[test]
fn a_config_that_throws_without_a_database_is_read() {
    let text = config(
        "import 'dotenv/config';
        if (!process.env.DATABASE_URL) { throw new Error('DATABASE_URL is missing'); }
        const { hostname } = new URL(process.env.DATABASE_URL);
        export default defineConfig({
          schema: './shared/db/schema/*.ts', out: './migrations', dialect: 'postgresql',
          casing: 'snake_case', dbCredentials: { url: process.env.DATABASE_URL, host: hostname },
          schemaFilter: ['public', 'audit'], tablesFilter: 'fund_*', entities: { roles: true },
        });",
    );
    let files = [("drizzle.config.ts", text.as_str()), SCHEMA];
    let locations = locate(&files, &Overrides::default()).expect("a location");
    let [location] = locations.as_slice() else { panic!("one location: {locations:?}") };
    assert_eq!(location.schema, ["shared/db/schema/*.ts"]);
    assert_eq!(location.casing, Some(Casing::Snake));
    assert_eq!(location.config.as_deref(), Some("drizzle.config.ts"));
    assert_eq!(location.out.as_deref(), Some("migrations"));
    assert_eq!(location.schema_filter, ["public", "audit"]);
    assert_eq!(location.tables_filter, ["fund_*"]);
    assert!(location.entities_roles);
    assert!(
        location.consulted.iter().any(|(path, id)| path == "drizzle.config.ts" && !id.is_empty())
    );
}

#[test]
fn configs_are_written_in_many_ways() {
    let ways = [
        "export default { schema: './a.ts' } satisfies object;",
        "const config = { schema: ['./a.ts'] as string[] }; export default config;",
        "export default defineConfig({ schema: ['a'].map((it) => `./${it}.ts`) });",
        "const base = { dialect: 'postgresql' }; export default { ...base, schema: './a.ts' };",
        "const config: any = {}; config.schema = './a.ts'; export default config;",
        "const config = {} as never; export { config as default }; Object.assign(config, { schema: 'a.ts' });",
    ];
    for way in ways {
        let text = config(way);
        let files = [("drizzle.config.ts", text.as_str()), ("a.ts", "")];
        assert_eq!(patterns(&files), ["a.ts"], "{way}");
    }
    let json = r#"{"schema": "./a.ts", "dialect": "postgresql"}"#;
    assert_eq!(patterns(&[("drizzle.config.json", json), ("a.ts", "")]), ["a.ts"]);
    let js = "const { defineConfig } = require('drizzle-kit'); module.exports = defineConfig({ schema: './a.ts' });";
    assert_eq!(patterns(&[("drizzle.config.js", js), ("a.ts", "")]), ["a.ts"]);
}

#[test]
fn a_computed_schema_is_an_error_with_a_way_out() {
    let text = config("export default defineConfig({\n  schema: process.env.SCHEMA,\n});");
    let error =
        locate(&[("drizzle.config.ts", &text)], &Overrides::default()).expect_err("unknown");
    let message = error.to_string();
    assert!(message.starts_with("drizzle.config.ts:3:"), "{message}");
    assert!(message.contains("schema = [") && message.contains("drizzle-guard.toml"), "{message}");
    let text =
        config("export default defineConfig({ schema: './a.ts', casing: process.env.CASING });");
    let error =
        locate(&[("drizzle.config.ts", &text)], &Overrides::default()).expect_err("unknown");
    assert!(matches!(error, Error::UnknownKey { key: "casing", .. }), "{error}");
}

#[test]
fn other_databases_are_named() {
    let text = config("export default defineConfig({ schema: './a.ts', dialect: 'mysql' });");
    let error = locate(&[("drizzle.config.ts", &text)], &Overrides::default()).expect_err("mysql");
    assert!(error.to_string().contains("is for mysql"), "{error}");
    let text = config("export default { schema: './a.ts', driver: 'pg' };");
    assert_eq!(patterns(&[("drizzle.config.ts", &text), ("a.ts", "")]), ["a.ts"]);
}

#[test]
fn paths_are_those_of_the_folder_or_of_the_root() {
    let near = config("export default { schema: './src/schema.ts' };");
    let files =
        [("packages/db/drizzle.config.ts", near.as_str()), ("packages/db/src/schema.ts", "")];
    assert_eq!(patterns(&files), ["packages/db/src/schema.ts"]);
    let far = config("export default { schema: './packages/db/src/schema.ts' };");
    let files =
        [("packages/db/drizzle.config.ts", far.as_str()), ("packages/db/src/schema.ts", "")];
    assert_eq!(patterns(&files), ["packages/db/src/schema.ts"]);
}

#[test]
fn paths_may_be_computed() {
    let ways = [
        "import path from 'node:path';
        export default { schema: [path.join(__dirname, 'src', 'a.ts')] };",
        "import { resolve } from 'path';
        export default { schema: resolve(import.meta.dirname, './src/a.ts') };",
        "import { relative } from 'node:path';
        import { fileURLToPath } from 'node:url';
        const at = relative(process.cwd(), fileURLToPath(new URL('./src/a.ts', import.meta.url)));
        export default { schema: at };",
        "const path = require('path'); module.exports = { schema: path.resolve('src/a.ts') };",
    ];
    for way in ways {
        let files = [("packages/db/drizzle.config.ts", way), ("packages/db/src/a.ts", "")];
        assert_eq!(patterns(&files), ["packages/db/src/a.ts"], "{way}");
    }
    let up = "export default { schema: './server/db/a.ts' };";
    let files = [("apps/web/server/db/drizzle.config.ts", up), ("apps/web/server/db/a.ts", "")];
    let overrides = Overrides {
        drizzle_config: vec!["apps/web/server/db/drizzle.config.ts".to_owned()],
        ..Overrides::default()
    };
    assert_eq!(locate(&files, &overrides).expect("it")[0].schema, ["apps/web/server/db/a.ts"]);
}

#[test]
fn build_output_stands_for_its_source() {
    let text = config("export default { schema: './dist/schema/*.js' };");
    let files = [("drizzle.config.ts", text.as_str()), ("src/schema/funds.ts", "")];
    let locations = locate(&files, &Overrides::default()).expect("a location");
    assert_eq!(locations[0].schema, ["src/schema/*.ts"]);
    assert_eq!(locations[0].warnings.len(), 1);
}

#[test]
fn a_monorepo_may_have_several() {
    let pg = config("export default { schema: './schema.ts', dialect: 'postgresql' };");
    let sqlite = config("export default { schema: './schema.ts', dialect: 'sqlite' };");
    let files = [
        ("apps/api/drizzle.config.ts", pg.as_str()),
        ("apps/api/schema.ts", ""),
        ("apps/local/drizzle.config.ts", sqlite.as_str()),
        ("packages/ledger/drizzle.config.ts", pg.as_str()),
        ("packages/ledger/schema.ts", ""),
        ("node_modules/x/drizzle.config.ts", pg.as_str()),
        (".next/drizzle.config.ts", pg.as_str()),
    ];
    assert_eq!(patterns(&files), ["apps/api/schema.ts", "packages/ledger/schema.ts"]);
    let overrides = Overrides {
        drizzle_config: vec!["packages/ledger/drizzle.config.ts".to_owned()],
        ..Overrides::default()
    };
    let locations = locate(&files, &overrides).expect("a location");
    assert_eq!(locations[0].schema, ["packages/ledger/schema.ts"]);
}

#[test]
fn stated_paths_come_first_and_keep_the_casing_of_the_config() {
    let text = config("export default { schema: './other.ts', casing: 'camelCase' };");
    let files = [("drizzle.config.ts", text.as_str()), ("a.ts", "")];
    let mut overrides = Overrides { schema: vec!["./a.ts".to_owned()], ..Overrides::default() };
    let locations = locate(&files, &overrides).expect("a location");
    assert_eq!((&locations[0].schema[0][..], locations[0].casing), ("a.ts", Some(Casing::Camel)));
    overrides.casing = Some(Casing::Snake);
    let locations = locate(&files, &overrides).expect("a location");
    assert_eq!(locations[0].casing, Some(Casing::Snake));
    let unreadable = [("drizzle.config.ts", "export default makeConfig();"), ("a.ts", "")];
    overrides.casing = None;
    let locations = locate(&unreadable, &overrides).expect("nothing of the config is needed");
    assert_eq!(locations[0].schema, ["a.ts"]);
}

#[test]
fn without_any_word_the_shared_folder_is_taken() {
    assert_eq!(patterns(&[SCHEMA]), ["shared/db/schema"]);
    assert_eq!(patterns(&[("README.md", "")]), Vec::<String>::new());
    let missing = Overrides { drizzle_config: vec!["x.ts".to_owned()], ..Overrides::default() };
    assert!(matches!(locate(&[SCHEMA], &missing), Err(Error::NoConfig { .. })));
}

#[test]
fn a_config_whose_credentials_depend_on_the_environment_is_read() {
    for object in [
        "process.env.URL
          ? { schema: './a.ts', dialect: 'postgresql', dbCredentials: { url: process.env.URL } }
          : { schema: './a.ts', dialect: 'postgresql', driver: 'pglite' }",
        "{ ...(process.env.URL && { dbCredentials: {} }), schema: './a.ts', dialect: 'postgresql' }",
        "{ schema: './a.ts', dialect: 'postgresql', ...(process.env.URL && { dbCredentials: {} }) }",
        "{ schema: './a.ts', dialect: 'postgresql', ...(process.env.URL ? { verbose: true } : {}) }",
    ] {
        let text = config(&format!("export default defineConfig({object});"));
        assert_eq!(patterns(&[("drizzle.config.ts", &text), ("a.ts", "")]), ["a.ts"], "{object}");
    }
    for object in [
        "process.env.URL ? { schema: './a.ts' } : { schema: './b.ts' }",
        "{ schema: './a.ts', ...(process.env.URL && { schema: './b.ts' }) }",
        "{ ...(process.env.URL ? { schema: './a.ts' } : {}) }",
    ] {
        let text = config(&format!("export default defineConfig({object});"));
        let files = [("drizzle.config.ts", text.as_str()), ("a.ts", "")];
        let located = locate(&files, &Overrides::default());
        assert!(matches!(located, Err(Error::UnknownKey { .. })), "{object}: {located:?}");
    }
}

#[test]
fn a_schema_of_a_workspace_package_is_resolved() {
    let package = r#"{"name": "@acme/ledger", "exports": {"./schema": "./src/schema.ts"}}"#;
    for (import, resolve) in [
        ("import { createRequire } from 'node:module';", "createRequire(import.meta.url).resolve"),
        ("", "require.resolve"),
    ] {
        let text = config(&format!(
            "{import} export default {{ schema: {resolve}('@acme/ledger/schema') }};"
        ));
        let files = [
            ("package.json", r#"{"workspaces": ["apps/*", "packages/*"]}"#),
            ("apps/web/drizzle.config.ts", text.as_str()),
            ("packages/ledger/package.json", package),
            ("packages/ledger/src/schema.ts", ""),
        ];
        assert_eq!(patterns(&files), ["packages/ledger/src/schema.ts"], "{resolve}");
    }
}

#[test]
fn scripts_name_configs_that_lie_deep_or_are_called_otherwise() {
    let text = config("export default { schema: './schema.ts', dialect: 'postgresql' };");
    let deep = "src/lib/server/data/store/drizzle.config.ts";
    let root = format!(
        r#"{{"scripts": {{"db": "drizzle-kit generate --config={deep}", "x": "x --config y.ts"}}}}"#
    );
    let files = [
        ("package.json", root.as_str()),
        (deep, text.as_str()),
        ("src/lib/server/data/store/schema.ts", ""),
        (
            "apps/api/package.json",
            r#"{"scripts": {"db:push": "drizzle-kit push --config ./ledger.config.ts"}}"#,
        ),
        ("apps/api/ledger.config.ts", text.as_str()),
        ("apps/api/schema.ts", ""),
        ("y.ts", text.as_str()),
    ];
    assert_eq!(patterns(&files), ["apps/api/schema.ts", "src/lib/server/data/store/schema.ts"]);
}
