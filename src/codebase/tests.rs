//! Searches over small repositories.

use super::*;
use crate::files::{Files, MemoryFiles};

const SCHEMA: &str = "
export const funds = pgTable('vc_funds', { id: serial('id'), vintageYear: integer('vintage_year') });
export const orders = pgTable('orders', { id: serial('id'), vintageYear: integer('vintage_year') });
export type Fund = typeof funds.$inferSelect;
export const insertFund = createInsertSchema(funds);
";

fn names(name: &str, export: &str) -> TableNames {
    TableNames {
        name: QualifiedName::public(name),
        file: "db/schema/funds.ts".to_owned(),
        export: export.to_owned(),
    }
}

fn column() -> Target {
    let column =
        ColumnNames { name: Some("vintage_year".to_owned()), key: Some("vintageYear".to_owned()) };
    Target { table: names("vc_funds", "funds"), column: Some(column) }
}

fn table() -> Target {
    Target { table: names("vc_funds", "funds"), column: None }
}

/// `file:line tier` of every reference in the given files, beside the usual schema and its barrel.
fn search(target: Target, files: &[(&str, &str)]) -> Vec<String> {
    let barrel = "export * from './schema/funds';\nexport * as everything from './schema/funds';";
    let usual = [("db/schema/funds.ts", SCHEMA), ("db/index.ts", barrel)];
    let files = MemoryFiles::new(usual.iter().chain(files).copied());
    let resolve = |from: &str, specifier: &str| {
        let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
        let path = match (specifier.strip_prefix("@/"), specifier.strip_prefix("./")) {
            (Some(path), _) => path.to_owned(),
            (_, Some(path)) => format!("{folder}/{path}").trim_start_matches('/').to_owned(),
            _ => return None,
        };
        let candidates = [format!("{path}.ts"), format!("{path}.tsx"), format!("{path}/index.ts")];
        candidates.into_iter().find(|path| files.id(path).is_ok_and(|id| id.is_some()))
    };
    let tables = [names("vc_funds", "funds"), names("orders", "orders")];
    let exclude = ["db/schema".to_owned()];
    let options = Options { resolve: &resolve, tables: &tables, exclude: &exclude };
    let corpus = Corpus::new(&files, options.exclude).expect("readable");
    let found = references(&corpus, &[target], &options);
    let tier = |tier| match tier {
        Tier::Certain => "certain",
        Tier::Likely => "likely",
        Tier::Possible => "possible",
    };
    found.references.iter().map(|r| format!("{}:{} {}", r.file, r.line, tier(r.tier))).collect()
}

fn one(target: Target, text: &str) -> Vec<String> {
    let found = search(target, &[("app/a.ts", text)]);
    found.into_iter().map(|line| line.trim_start_matches("app/a.ts:").to_owned()).collect()
}

#[test]
fn a_member_of_the_imported_table_is_certain() {
    for import in [
        "import { funds } from '@/db/schema/funds';",
        "import { funds } from '@/db';",
        "import type { funds } from '@/db';",
        "const { funds } = await import('@/db');",
    ] {
        let text =
            format!("{import}\ndb.select({{ y: funds.vintageYear }});\nx(funds['vintageYear']);");
        assert_eq!(one(column(), &text), ["2 certain", "3 certain"], "{import}");
    }
    let renamed = "import { funds as f, orders } from '@/db';\nf.vintageYear;\norders.vintageYear;";
    assert_eq!(one(column(), renamed), ["2 certain"]);
    let namespace =
        "import * as schema from '@/db';\nschema.funds.vintageYear;\nschema.orders.vintageYear;";
    assert_eq!(one(column(), namespace), ["2 certain"]);
}

#[test]
fn what_is_written_is_certain() {
    let text = "import { funds, orders } from '@/db';\n\
        db.insert(funds).values({ vintageYear: 1 });\n\
        db.update(funds).set({ a, vintageYear }).where(x);\n\
        db.insert(orders).values([{ vintageYear: 1 }]);\n\
        db.insert(funds).values([{ a: 1, vintageYear: 2 }]).onConflictDoUpdate({ target: t, set: { vintageYear: 3 } });";
    assert_eq!(one(column(), text), ["2 certain", "3 certain", "5 certain", "5 certain"]);
}

#[test]
fn relational_queries_are_found_without_an_import() {
    let text = "const f = await db.query.funds.findFirst({ where: x, columns: { vintageYear: true } });\nf.vintageYear;";
    assert_eq!(one(column(), text), ["1 certain", "2 likely"]);
}

#[test]
fn rows_of_the_table_are_likely_and_its_types_certain() {
    let text = "import type { Fund } from '@/db';\n\
        const y = (fund: Fund) => fund.vintageYear;\n\
        type Lean = Pick<Fund, 'id' | 'vintageYear'>;\n\
        type Y = Fund['vintageYear'];\n\
        const { vintageYear } = fund;\n\
        const local = vintageYear + 1;";
    assert_eq!(one(column(), text), ["2 likely", "3 certain", "4 certain", "5 likely"]);
    let jsx = [(
        "app/a.tsx",
        "import { Fund } from '@/db';\nexport const C = ({ fund }: { fund: Fund }) => <p>Don't {fund.vintageYear}</p>;",
    )];
    assert_eq!(search(column(), &jsx), ["app/a.tsx:2 likely"]);
}

#[test]
fn the_bare_word_is_possible_once_a_file() {
    let text = "api.vintageYear;\napi.vintageYear;\n// vintageYear";
    assert_eq!(one(column(), text), ["1 possible"]);
    assert_eq!(one(column(), "// vintageYear\n/* vintage_year */"), Vec::<String>::new());
    assert_eq!(one(column(), "api.vintageYears; myvintage_year;"), Vec::<String>::new());
    let other = "import { orders } from '@/db';\nconst row = await get();\nrow.vintageYear;";
    assert_eq!(one(column(), other), ["3 possible"]);
}

#[test]
fn a_name_declared_again_is_not_certain() {
    let text = "import { funds } from '@/db';\nconst f = (funds: Page) => funds.vintageYear;";
    assert_eq!(one(column(), text), ["2 likely"]);
    let text = "import { funds } from '@/db';\nconst { funds } = props;\nfunds.vintageYear;";
    assert_eq!(one(column(), text), ["3 likely"]);
    let text = "import { funds } from '@/db';\ndb.select().from(funds).where(eq(funds.vintageYear, 1));\nif (funds) { f(funds, g); }";
    assert_eq!(one(column(), text), ["2 certain"]);
}

#[test]
fn sql_is_read_in_strings_templates_and_files() {
    let text = "pool.query('SELECT vintage_year FROM vc_funds');\nrow.vintage_year;";
    assert_eq!(one(column(), text), ["1 certain", "2 likely"]);
    let text = "import { funds } from '@/db';\ndb.execute(sql`UPDATE ${funds}\n SET vintage_year = ${y}`);";
    assert_eq!(one(column(), text), ["3 certain"]);
    let text = "pool.query('SELECT vintage_year FROM orders');";
    assert_eq!(one(column(), text), ["1 possible"]);
    let seeds = "INSERT INTO orders (vintage_year) VALUES (1);\nINSERT INTO vc_funds (id, vintage_year) VALUES (1, 2);";
    assert_eq!(search(column(), &[("db/seed.sql", seeds)]), ["db/seed.sql:2 certain"]);
}

#[test]
fn a_table_is_used_where_it_its_types_or_its_sql_are() {
    let text = "import { funds } from '@/db';\nimport { type Fund, orders } from '@/db';\ndb.select().from(funds);\nconst x: Fund = y;\nui.funds;";
    assert_eq!(one(table(), text), ["1 certain", "2 certain", "3 certain", "4 certain"]);
    assert_eq!(
        one(table(), "import { everything } from '@/db';\neverything.funds;"),
        ["2 certain"]
    );
    assert_eq!(
        one(table(), "q('DELETE FROM vc_funds');\nconst s = { table: 'vc_funds' };"),
        ["1 certain"]
    );
    assert_eq!(one(table(), "<Tab funds={funds} />"), ["1 possible"]);
}

#[test]
fn a_table_that_is_gone_from_its_file_is_still_found() {
    let gone = [
        ("db/schema/funds.ts", "export const orders = pgTable('orders', {});"),
        ("app/a.ts", "import { funds } from '@/db';\nfunds.vintageYear;"),
    ];
    assert_eq!(search(table(), &gone), ["app/a.ts:1 certain", "app/a.ts:2 certain"]);
}

#[test]
fn a_package_that_is_not_found_is_guessed_and_never_certain() {
    let text = "import { funds } from '@acme/db';\nfunds.vintageYear;";
    assert_eq!(one(column(), text), ["2 likely"]);
    let text = "import { funds } from 'market-data';\nfunds.vintageYear;";
    assert_eq!(one(column(), text), ["2 possible"]);
}

#[test]
fn tests_are_told_apart() {
    let files = MemoryFiles::new([
        ("db/schema/funds.ts", SCHEMA),
        ("a.test.ts", "x.vintageYear"),
        ("b.ts", "x.vintageYear"),
    ]);
    let options = Options { resolve: &|_, _| None, tables: &[], exclude: &["db".to_owned()] };
    let corpus = Corpus::new(&files, options.exclude).expect("readable");
    let found = references(&corpus, &[column()], &options).references;
    let tests: Vec<_> = found.iter().map(|r| (r.file.as_str(), r.is_test, r.column)).collect();
    assert_eq!(tests, [("b.ts", false, 3), ("a.test.ts", true, 3)]);
    assert_eq!(references(&corpus, &[], &options), Found::default());
}

#[test]
fn a_column_renamed_in_the_database_alone_is_searched_in_sql() {
    let target = Target {
        column: Some(ColumnNames { name: Some("vintage_year".to_owned()), key: None }),
        ..column()
    };
    let text = "import { funds } from '@/db';\nfunds.vintageYear;\nq('SELECT vintage_year FROM vc_funds');";
    assert_eq!(one(target, text), ["3 certain"]);
}

fn vias(text: &str) -> Vec<(String, Via)> {
    let files = MemoryFiles::new([("db/schema/funds.ts", SCHEMA), ("app/a.ts", text)]);
    let resolve = |_: &str, _: &str| Some("db/schema/funds.ts".to_owned());
    let tables = [names("vc_funds", "funds"), names("orders", "orders")];
    let exclude = ["db/schema/funds.ts".to_owned()];
    let options = Options { resolve: &resolve, tables: &tables, exclude: &exclude };
    let corpus = Corpus::new(&files, options.exclude).expect("readable");
    let found = references(&corpus, &[column()], &options);
    found.references.into_iter().map(|it| (it.file, it.via)).collect()
}

#[test]
fn a_use_says_how_it_names_the_column() {
    let import = "import { funds } from './db';\n";
    for (text, via) in [
        ("db.select({ y: funds.vintageYear }).from(funds)", Via::Code),
        ("db.select().from(funds).where(eq(funds.vintageYear, 2019))", Via::Condition),
        ("relations(funds, () => ({ a: one(x, { fields: [funds.vintageYear] }) }))", Via::Relation),
        ("createInsertSchema(funds, { vintageYear: z.number() })", Via::Refinement),
        ("sql`select vintage_year from vc_funds`", Via::Sql),
    ] {
        let found = vias(&format!("{import}{text};"));
        assert_eq!(found, [("app/a.ts".to_owned(), via)], "{text}");
    }
}

#[test]
fn relations_beside_the_tables_are_searched() {
    let schema = format!(
        "{SCHEMA}export const r = relations(funds, () => ({{ a: one(orders, {{ fields: [funds.vintageYear], \
         references: [orders.vintageYear] }}) }}));"
    );
    let files = MemoryFiles::new([("db/schema/funds.ts", schema.as_str())]);
    let resolve = |_: &str, _: &str| None;
    let tables = [names("vc_funds", "funds"), names("orders", "orders")];
    let exclude = ["db/schema/funds.ts".to_owned()];
    let options = Options { resolve: &resolve, tables: &tables, exclude: &exclude };
    let corpus = Corpus::new(&files, options.exclude).expect("readable");
    let found = references(&corpus, &[column()], &options).references;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].via, found[0].tier), (Via::Relation, Tier::Certain));
}

#[test]
fn rows_that_functions_and_methods_give_are_likely() {
    let store = "import { funds, type Fund } from '@/db';\n\
        export async function loadFund(id: number) {\n  return (await db.select().from(funds))[0];\n}\n\
        export class Store {\n  async latestFund(): Promise<Fund> { return one(); }\n  async countAll(): Promise<number> { return 1; }\n}";
    let text = "import { loadFund } from './store';\n\
        const fund = await loadFund(1);\nfund.vintageYear;\n\
        const { vintageYear } = await store.latestFund();\n\
        request.vintageYear;\nconst total = await store.countAll();\ntotal.vintageYear;";
    let found = search(column(), &[("app/store.ts", store), ("app/b.ts", text)]);
    assert_eq!(found, ["app/b.ts:3 likely", "app/b.ts:4 likely"]);
}

#[test]
fn rows_of_another_table_are_no_use() {
    let import = "import { funds, orders } from '@/db';\n";
    let rows = format!(
        "{import}const rows = await db.select().from(orders);\nrows.map((row) => row.vintageYear);"
    );
    assert_eq!(one(column(), &rows), ["3 possible"]);
    let typed = format!("{import}const show = (page: PageProps) => page.vintageYear;");
    assert_eq!(one(column(), &typed), ["2 possible"]);
    let shape = format!("{import}interface Dto {{\n  vintageYear: number;\n}}");
    assert_eq!(one(column(), &shape), ["3 possible"]);
}

#[test]
fn what_reaches_an_insert_through_a_function_is_likely() {
    let text = "import { funds } from '@/db';\nconst compact = (row: object) => row;\n\
        db.insert(funds).values(compact({ vintageYear: 1 }));";
    assert_eq!(one(column(), text), ["3 likely"]);
}

#[test]
fn a_table_and_a_column_named_as_strings_are_likely() {
    let text = "const scope = { table: 'vc_funds', column: 'vintage_year' };";
    assert_eq!(one(column(), text), ["1 likely"]);
    assert_eq!(one(column(), "const scope = { column: 'vintage_year' };"), ["1 possible"]);
}

#[test]
fn a_file_that_does_not_parse_is_reported_and_searched_as_text() {
    let files = MemoryFiles::new([
        ("db/schema/funds.ts", SCHEMA),
        ("app/a.ts", "export function broken( {\n// vintageYear\n"),
        ("app/b.tsx", "export const B = () => <p>Don't (mind) :)</p>;\nb.vintageYear;"),
    ]);
    let exclude = ["db/schema/funds.ts".to_owned()];
    let options = Options { resolve: &|_, _| None, tables: &[], exclude: &exclude };
    let corpus = Corpus::new(&files, &exclude).expect("readable");
    let found = references(&corpus, &[column()], &options);
    let places: Vec<_> = found.references.iter().map(|it| (it.file.as_str(), it.line)).collect();
    assert_eq!(places, [("app/a.ts", 2), ("app/b.tsx", 2)]);
    let broken: Vec<_> = found.broken.iter().map(|(file, _)| file.as_str()).collect();
    assert_eq!(broken, ["app/a.ts"]);
    let evidence = found.evidence(0);
    assert!(evidence.iter().any(|it| it.contains("app/a.ts does not parse")), "{evidence:?}");
}
