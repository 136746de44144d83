use super::{read, read_files};
use crate::drizzle::{Casing, Error, Location, read_all};
use crate::files::MemoryFiles;
use crate::ident::QualifiedName;
use crate::schema::{Object, ObjectKind};
use crate::typescript::ParseCache;

const HEAD: &str = "import * as p from 'drizzle-orm/pg-core';\n";

fn table(name: &str) -> String {
    format!("{HEAD}export const {name} = p.pgTable('{name}', {{ id: p.integer() }});\n")
}

#[test]
fn objects_know_where_they_were_written() {
    let read = read(
        "export const stage = p.pgEnum('stage', ['seed']);
export const funds = p.pgTable('funds', {
  fundId: p.integer('fund_id').primaryKey().references(() => funds.fundId),
  name: p.text().unique(),
}, (t) => [
  p.index('by_name').on(t.name),
  p.check('named', sql`true`),
]);
export const onFunds = p.pgPolicy('readers').link(funds);",
    )
    .expect("a schema");
    let funds = QualifiedName::public("funds");
    let at = |object: &Object| {
        let written = read.schema.written.get(object).expect("written");
        (written.origin.line, written.origin.column, written.key.clone())
    };
    let key = |text: &str| Some(text.to_owned());
    assert_eq!(at(&Object::table(&funds)), (4, 24, key("funds")));
    assert_eq!(at(&Object::column(&funds, "fund_id")), (5, 3, key("fundId")));
    assert_eq!(at(&Object::in_table(ObjectKind::Index, &funds, "by_name")).0, 8);
    assert_eq!(at(&Object::in_table(ObjectKind::Check, &funds, "named")).0, 9);
    assert_eq!(at(&Object::in_table(ObjectKind::Policy, &funds, "readers")).0, 11);
    let foreign_key = "funds_fund_id_funds_fund_id_fk";
    assert_eq!(at(&Object::in_table(ObjectKind::ForeignKey, &funds, foreign_key)).0, 5);
    let stage = QualifiedName::public("stage");
    assert_eq!(at(&Object::in_schema(ObjectKind::Enum, &stage)), (3, 24, key("stage")));
}

#[test]
fn tables_come_in_the_order_of_files_and_exported_names() {
    let b = format!("{}export const aaa = p.pgTable('last', {{}});\n", table("zulu"));
    let files = [
        ("db/B.ts", b.as_str()),
        ("db/a.ts", &table("mike")),
        ("db/index.ts", "export * from './B';\nexport { mike as renamed } from './a';\n"),
    ];
    let read = read_files(&files, &["db/*.ts"]).expect("a schema");
    assert_eq!(read.schema_files, ["db/a.ts", "db/B.ts", "db/index.ts"]);
    let names: Vec<_> = read.schema.tables.keys().map(|name| name.name.as_str()).collect();
    assert_eq!(names, ["mike", "last", "zulu"]);
    assert!(read.files.iter().any(|(path, id)| path == "db/B.ts" && !id.is_empty()));
}

#[test]
fn a_table_that_a_barrel_leaves_out_is_not_there() {
    let orders = format!(
        "{HEAD}import {{ funds }} from './funds';
        export const orders = p.pgTable('orders', {{ fund: p.integer().references(() => funds.id) }});"
    );
    let files = [
        ("db/index.ts", "export * from './orders';\n"),
        ("db/orders.ts", orders.as_str()),
        ("db/funds.ts", &table("funds")),
    ];
    let read = read_files(&files, &["db/index.ts"]).expect("a schema");
    assert_eq!(read.schema.tables.len(), 1);
    let orders = &read.schema.tables[&QualifiedName::public("orders")];
    assert_eq!(orders.foreign_keys["orders_fund_funds_id_fk"].to, QualifiedName::public("funds"));
}

#[test]
fn no_file_is_visible_and_no_error() {
    let read = read_files(&[("a.ts", "")], &["missing.ts"]).expect("an empty schema");
    assert!(read.schema.is_empty() && read.schema_files.is_empty());
}

#[test]
fn what_is_no_code_breaks_drizzle_kit() {
    let funds = table("funds");
    let files =
        [("db/funds.ts", funds.as_str()), ("db/README.md", "# Tables\n"), ("db/.gitkeep", "")];
    let error = read_files(&files, &["db"]).expect_err("the README");
    assert!(matches!(&error, Error::NotCode { path } if path == "db/README.md"), "{error}");
    let read = read_files(&files, &["db/*.ts"]).expect("a schema");
    assert_eq!(read.schema.tables.len(), 1);
    let read = read_files(&[files[0], files[2]], &["db"]).expect("an empty file does no harm");
    assert_eq!(read.schema.tables.len(), 1);
}

#[test]
fn errors_name_their_place() {
    let error = read(
        "export const t = p.pgTable('t', { a: p.text() }, (t) => [\n  p.index('i').on(t.b),\n]);",
    )
    .expect_err("no such column");
    assert!(error.to_string().starts_with("schema.ts:4:"), "{error}");
    let error = read("const broken = ;").expect_err("a syntax error");
    assert!(error.to_string().starts_with("schema.ts:3:"), "{error}");
    let error = read("throw new Error('no');").expect_err("it throws");
    assert!(error.to_string().contains("no"), "{error}");
}

#[test]
fn an_unlinked_policy_is_a_warning() {
    let read = read("export const alone = p.pgPolicy('alone');").expect("a schema");
    assert_eq!(read.warnings.len(), 1);
    assert!(read.schema.policies.is_empty());
}

#[test]
fn several_locations_are_one_schema_unless_they_disagree() {
    let wide =
        format!("{HEAD}export const funds = p.pgTable('funds', {{ fundId: p.integer() }});\n");
    let files = MemoryFiles::new([
        ("a.ts", table("funds")),
        ("b.ts", format!("export * from './a';\n{}", table("orders"))),
        ("c.ts", wide),
    ]);
    let at = |path: &str, casing| Location {
        schema: vec![path.to_owned()],
        casing,
        ..Location::default()
    };
    let cache = ParseCache::default();
    let read = read_all(&files, &[at("a.ts", None), at("b.ts", None)], &cache).expect("one schema");
    assert_eq!(read.schema.tables.len(), 2);
    assert_eq!(read.schema_files, ["a.ts", "b.ts"]);
    let error = read_all(&files, &[at("a.ts", None), at("c.ts", Some(Casing::Snake))], &cache)
        .expect_err("two tables called funds");
    assert!(error.to_string().contains("public.funds"), "{error}");
}

#[test]
fn zod_fills_in_defaults() {
    let body = "import { z } from 'zod';
        const tier = z.enum(['seed', 'growth']);
        const terms = z.object({
          currency: z.string().min(3).default('EUR'),
          carry: z.number().nonnegative().optional(),
          tier: tier.default('growth'),
          hurdle: z.object({ rate: z.number().default(8) }).default({ rate: 8 }),
          tags: z.array(z.string()).default([]),
        });
        export const funds = p.pgTable('funds', {
          terms: p.jsonb('terms').default(terms.parse({})),
          more: p.jsonb('more').default(terms.pick({ carry: true }).extend({ note: z.string().nullable() })
            .parse({ note: null, carry: 20 })),
          shout: p.text('shout').default(z.string().toUpperCase().parse('eur')),
          odd: p.jsonb('odd').default(terms.parse({ unheard: 1 })),
          nested: p.jsonb('nested').default(z.object({ a: z.object({ b: z.number().default(1) }).default({}) }).parse({})),
        });
        export const kinds = p.pgEnum('kinds', terms.keyof().options);";
    let schema = read(body).expect("a schema").schema;
    let table = QualifiedName::public("funds");
    let default = |column: &str| schema.column(&table, column).and_then(|it| it.default.clone());
    let terms = r#"{"currency":"EUR","tier":"growth","hurdle":{"rate":8},"tags":[]}"#;
    assert_eq!(default("terms"), Some(format!("'{terms}'::jsonb").into()));
    assert_eq!(default("more"), Some(r#"'{"carry":20,"note":null}'::jsonb"#.into()));
    let affects: Vec<_> = schema.unresolved.iter().flat_map(|it| it.affects.clone()).collect();
    assert_eq!(affects, ["public.funds.shout", "public.funds.odd", "public.funds.nested"]);
    assert_eq!(schema.enums.len(), 1);
}

#[test]
fn a_function_called_before_its_modules_imports_have_run_does_not_have_them() {
    let files = [
        ("index.ts", "export * from './columns'; export * from './funds';"),
        (
            "columns.ts",
            "import { funds } from './funds';
             import { integer } from 'drizzle-orm/pg-core';
             export function columns() { return { size: integer() }; }
             export const of = () => funds;",
        ),
        (
            "funds.ts",
            "import { columns } from './columns';
             import { pgTable } from 'drizzle-orm/pg-core';
             export const funds = pgTable('funds', columns());",
        ),
    ];
    let failure = read_files(&files, &["index.ts"]).expect_err("drizzle-kit stops");
    assert!(failure.to_string().contains("reading 'integer'"), "{failure}");
    // The other way round everything is there.
    let read = read_files(&files, &["funds.ts"]).expect("a schema");
    assert_eq!(read.schema.tables.len(), 1);
}
