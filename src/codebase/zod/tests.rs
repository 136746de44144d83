use super::*;
use crate::diff::InTable;
use crate::files::MemoryFiles;
use crate::schema::{Check, Enum, Object as Named, Table, Written};

fn table(columns: &[(&str, &str, &str)]) -> Schema {
    let mut schema = Schema::default();
    let name = QualifiedName::public("investment_lots");
    let mut table = Table::new(name.clone());
    let origin = Origin::new("db/schema.ts", 1, 1);
    let written =
        |key: &str| Written { origin: origin.clone(), key: Some(key.to_owned()), class: None };
    schema.written.insert(Named::table(&name), written("investmentLots"));
    for (key, column, ty) in columns {
        let mut it = Column::new(*column, *ty);
        it.not_null = true;
        table.columns.insert((*column).to_owned(), it);
        schema.written.insert(Named::column(&name, *column), written(key));
    }
    schema.tables.insert(name, table);
    schema
}

fn lots() -> QualifiedName {
    QualifiedName::public("investment_lots")
}

fn messages(zod: &str, change: Change, before: &Schema, after: &Schema) -> Vec<String> {
    let files = MemoryFiles::new([("shared/schemas/lots.ts", zod), ("server/a.ts", zod)]);
    let places: Vec<String> = PLACES.iter().map(|place| (*place).to_owned()).collect();
    let corpus = Corpus::new(&files, &[]).expect("readable");
    let found = drift(&corpus, &[change], Diff { before, after }, &places, &|_, _| None);
    let line = |it: &Drift| {
        format!(
            "{}:{} {}{}",
            it.origin.line,
            it.origin.column,
            it.message,
            if it.is_info { " (info)" } else { "" }
        )
    };
    found.iter().map(line).collect()
}

const COLUMNS: [(&str, &str, &str); 4] = [
    ("id", "id", "uuid"),
    ("lotType", "lot_type", "text"),
    ("shareCount", "share_count", "integer"),
    ("fundId", "fund_id", "integer"),
];
const ZOD: &str = "export const InvestmentLotV1Schema = z.object({\n  id: z.string().uuid(),\n  lotType: z.enum(['initial', 'follow_on']),\n  shareCount: z.number().int(),\n  fundId: z.number(),\n});";

#[test]
fn a_dropped_column_that_zod_still_has() {
    let (before, after) = (table(&COLUMNS), table(&COLUMNS[..3]));
    let column = before.tables[&lots()].columns["fund_id"].clone();
    let change = || Change::DropColumn(InTable { table: lots(), what: column.clone() });
    assert_eq!(
        messages(ZOD, change(), &before, &after),
        ["5:3 `InvestmentLotV1Schema` still has `fundId`"]
    );
    let other =
        ZOD.replace("InvestmentLotV1", "Order").replace("lotType", "a").replace("shareCount", "b");
    assert_eq!(messages(&other, change(), &before, &after), Vec::<String>::new());
    let derived = "export const insertInvestmentLotSchema = createInsertSchema(investmentLots);";
    assert_eq!(messages(derived, change(), &before, &after), Vec::<String>::new());
}

#[test]
fn a_new_required_column_that_an_insert_schema_lacks() {
    let (before, after) = (table(&COLUMNS[..3]), table(&COLUMNS));
    let column = after.tables[&lots()].columns["fund_id"].clone();
    let zod = ZOD.replace("  fundId: z.number(),\n", "");
    let change = || Change::AddColumn(InTable { table: lots(), what: column.clone() });
    assert_eq!(messages(&zod, change(), &before, &after), Vec::<String>::new());
    let insert = zod.replace("InvestmentLotV1Schema", "insertInvestmentLotSchema");
    assert_eq!(
        messages(&insert, change(), &before, &after),
        ["1:42 `insertInvestmentLotSchema` lacks `fundId`, which is required now (info)"]
    );
    let mut filled = column.clone();
    filled.default = Some(1.into());
    let change = Change::AddColumn(InTable { table: lots(), what: filled });
    assert_eq!(messages(&insert, change, &before, &after), Vec::<String>::new());
}

#[test]
fn values_that_zod_rejects_or_the_column_refuses() {
    let schema = table(&COLUMNS);
    let check = |value: &str| Check { name: "lot_type_check".to_owned(), value: value.to_owned() };
    let list = "\"investment_lots\".\"lot_type\" IN ('initial', 'follow_on', 'conversion')";
    let change = Change::AlterCheck(InTable {
        table: lots(),
        what: Diff { before: check("x"), after: check(list) },
    });
    assert_eq!(
        messages(ZOD, change, &schema, &schema),
        ["3:3 `InvestmentLotV1Schema.lotType` rejects 'conversion', which the column may hold"]
    );
    let mut typed = table(&COLUMNS);
    let name = QualifiedName::public("lot_type");
    let after = Enum { name: name.clone(), values: vec!["initial".to_owned()] };
    let before = Enum { name, values: vec!["initial".to_owned(), "follow_on".to_owned()] };
    let column = &mut typed.tables[&lots()].columns["lot_type"];
    (column.ty, column.type_schema) = ("lot_type".to_owned(), Some("public".to_owned()));
    let change = Change::DropEnumValue {
        value: "follow_on".to_owned(),
        enumeration: Diff { before, after },
    };
    let transformed = format!("{}.transform((v) => v);", ZOD.trim_end_matches(';'));
    assert_eq!(
        messages(&transformed, change, &typed, &typed),
        [
            "3:3 `InvestmentLotV1Schema.lotType` accepts 'follow_on', which the column refuses (info)"
        ]
    );
}

#[test]
fn a_type_that_leaves_what_zod_accepts() {
    let before = table(&COLUMNS);
    let after = |ty: &str| {
        let mut after = table(&COLUMNS);
        ty.clone_into(&mut after.tables[&lots()].columns["share_count"].ty);
        after
    };
    let change = |after: &Schema| {
        let of = |schema: &Schema| schema.tables[&lots()].columns["share_count"].clone();
        Change::AlterColumnType(InTable {
            table: lots(),
            what: Diff { before: of(&before), after: of(after) },
        })
    };
    let bigint = after("bigint");
    assert_eq!(
        messages(ZOD, change(&bigint), &before, &bigint),
        ["4:3 `InvestmentLotV1Schema.shareCount` fits integer, not bigint"]
    );
    let numeric = after("numeric(20, 2)");
    assert_eq!(messages(ZOD, change(&numeric), &before, &numeric), Vec::<String>::new());
}

fn all(zod: &str, schema: &Schema) -> Vec<String> {
    let files = MemoryFiles::new([("shared/schemas/lots.ts", zod)]);
    let corpus = Corpus::new(&files, &[]).expect("readable");
    let found = drift_of_all(&corpus, schema, &["shared/schemas/".to_owned()], &|_, _| None);
    let line = |it: &Drift| format!("{}{}", it.message, if it.is_info { " (info)" } else { "" });
    found.iter().map(line).collect()
}

#[test]
fn everything_in_which_a_schema_differs() {
    let mut schema = table(&[
        ("id", "id", "uuid"),
        ("lotType", "lot_type", "text"),
        ("price", "price", "double precision"),
        ("matrix", "matrix", "bytea"),
        ("version", "version", "bigint"),
        ("fundId", "fund_id", "integer"),
        ("createdAt", "created_at", "timestamp"),
    ]);
    let lots = schema.tables.get_mut(&lots()).expect("there");
    let value = "\"investment_lots\".\"lot_type\" IN ('initial', 'conversion')".to_owned();
    lots.checks.insert("c".to_owned(), Check { name: "c".to_owned(), value });
    lots.columns["version"].default = Some("0".into());
    let zod = "export const insertInvestmentLotSchema = z.object({
        id: z.string().uuid(), lotType: z.enum(['initial']), price: z.string(), matrix: z.string(),
        version: z.bigint().min(1n), createdAt: z.string().datetime(), scenarioId: z.string() });";
    assert_eq!(
        all(zod, &schema),
        [
            "`insertInvestmentLotSchema` lacks `fundId`, which is required",
            "`insertInvestmentLotSchema.lotType` rejects 'conversion', which the column may hold",
            "`insertInvestmentLotSchema.price` is text, the column is double precision",
            "`insertInvestmentLotSchema.matrix` is text, the column is bytea",
            "`insertInvestmentLotSchema.version` is at least 1, the column's default is 0",
            "`insertInvestmentLotSchema` still has `scenarioId`, which is no column",
        ]
    );
    let other =
        zod.replace("insertInvestmentLot", "Order").replace("price", "a").replace("lotType", "b");
    assert_eq!(all(&other.replace("createdAt", "c"), &schema), Vec::<String>::new());
}
