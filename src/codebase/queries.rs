//! Queries that an index serves: what they compare and sort by, and whether another index does as well.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;
use rayon::prelude::*;

use super::binding::Bindings;
use super::code::CodeFile;
use super::corpus::{Corpus, Text};
use super::lex::Kind;
use super::search::line_of;
use super::source::Language;
use super::sql::{Clause, Sql, Wanted};
use super::target::column_key;
use super::{Options, Reference, Tier, Via};
use crate::delta::Diff;
use crate::diff::dependents::mentions;
use crate::diff::{Change, InTable};
use crate::ident::QualifiedName;
use crate::origin::LineIndex;
use crate::schema::{Index, PrimaryKey, Schema, Table, Unique};

/// A query that a dropped or changed index, unique constraint or primary key served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    /// The change: its index.
    pub change: usize,
    /// Where the query names the first column.
    pub reference: Reference,
    /// The columns by which the index served it, in the index's order.
    pub columns: Vec<String>,
    /// Another index that serves it, and by which of its own leading columns.
    pub other: Option<(String, Vec<String>)>,
}

impl Served {
    /// Whether nothing else serves the query as well.
    pub fn is_lost(&self) -> bool {
        self.other.as_ref().is_none_or(|(_, columns)| columns.len() < self.columns.len())
    }
}

/// How rows are found: columns that lead, and the rows that are covered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Access {
    name: String,
    columns: Vec<String>,
    predicate: Option<String>,
}

impl Access {
    fn of_index(index: &Index, table: &Table) -> Self {
        let column = |key: &crate::schema::IndexColumn| {
            if !key.is_expression {
                return Some(key.expression.clone());
            }
            // `lower(email)` serves a condition on the column.
            table.columns.keys().find(|column| mentions(&key.expression, column)).cloned()
        };
        let columns = index.columns.iter().map_while(column).collect();
        Self { name: index.name.clone(), columns, predicate: index.predicate.clone() }
    }

    fn of_unique(unique: &Unique) -> Self {
        Self { name: unique.name.clone(), columns: unique.columns.clone(), predicate: None }
    }

    fn of_key(key: &PrimaryKey) -> Self {
        Self { name: key.name.clone(), columns: key.columns.clone(), predicate: None }
    }

    fn of_table(table: &Table) -> Vec<Self> {
        let mut found: Vec<Self> =
            table.indexes.values().map(|index| Self::of_index(index, table)).collect();
        found.extend(table.uniques.values().map(Self::of_unique));
        found.extend(table.primary_keys.values().map(Self::of_key));
        let single = table.columns.values().filter(|column| column.primary_key);
        found.extend(single.map(|column| Self {
            name: format!("{}_pkey", table.name.name),
            columns: vec![column.name.clone()],
            predicate: None,
        }));
        found
    }

    /// By how many of its leading columns it serves a query: those that are compared, and these with one
    /// more that only sorts.
    fn serves(&self, query: &Query, table: &Table) -> (usize, usize) {
        let covers = |predicate: &String| {
            let mut columns = table.columns.keys().filter(|column| mentions(predicate, column));
            columns.all(|column| query.compared.contains(column) || query.sorted.contains(column))
        };
        if !self.predicate.as_ref().is_none_or(covers) {
            return (0, 0);
        }
        let compared = self.columns.iter().take_while(|it| query.compared.contains(*it)).count();
        let sorts = self.columns.get(compared).is_some_and(|it| query.sorted.contains(it));
        (compared, compared + usize::from(sorts))
    }
}

/// What one query does with the columns of one table.
#[derive(Debug, Default)]
struct Query {
    compared: BTreeSet<String>,
    sorted: BTreeSet<String>,
    /// Where a column is named first, in bytes of the file.
    places: BTreeMap<String, usize>,
}

/// One dropped or changed way to find rows.
struct Lost<'a> {
    change: usize,
    table: &'a Table,
    access: Access,
    /// The columns by their keys.
    keys: BTreeMap<String, String>,
    others: Vec<Access>,
    /// The table in the options.
    index: usize,
}

/// Finds the queries that dropped and changed indexes, unique constraints and primary keys served.
pub fn queries(
    corpus: &Corpus<'_>,
    changes: &[Change],
    schemas: Diff<&Schema>,
    options: &Options<'_>,
) -> Vec<Served> {
    let lost: Vec<Lost<'_>> = changes
        .iter()
        .enumerate()
        .filter_map(|(change, it)| lost(change, it, schemas, options))
        .collect();
    let names: BTreeSet<&str> = lost
        .iter()
        .flat_map(|it| {
            let export = options.tables.get(it.index).map_or("", |table| table.export.as_str());
            [export, it.table.name.name.as_str()]
        })
        .filter(|name| !name.is_empty())
        .collect();
    let Ok(words) = AhoCorasick::new(names) else { return Vec::new() };
    if lost.is_empty() {
        return Vec::new();
    }
    let texts: Vec<&Text> = corpus
        .texts()
        .par_iter()
        .filter(|text| !text.is_schema && text.bytes(corpus).is_some_and(|it| words.is_match(it)))
        .collect();
    let modules = texts
        .iter()
        .filter_map(|text| Some((text.source.path.clone(), text.outline(corpus)?.module.clone())));
    let mut bindings = Bindings::new(corpus.files(), options, options.tables, modules.collect());
    let scopes: Vec<_> = texts
        .iter()
        .map(|text| match text.outline(corpus) {
            Some(outline) => bindings.scope(&text.source.path, &outline.members),
            None => super::binding::Scope::default(),
        })
        .collect();
    let found = texts.par_iter().zip(&scopes).flat_map_iter(|(text, scope)| {
        let code = text.outline(corpus).map(|outline| {
            CodeFile::new(outline.tokens(text.text(corpus)), &outline.module, scope, options.tables)
        });
        in_file(text, corpus, code.as_ref(), &lost)
    });
    let mut found: Vec<Served> = found.collect();
    found.sort_by(|a, b| (a.change, &a.reference).cmp(&(b.change, &b.reference)));
    found
}

fn lost<'a>(
    change: usize,
    it: &'a Change,
    schemas: Diff<&'a Schema>,
    options: &Options<'_>,
) -> Option<Lost<'a>> {
    let of = |name: &QualifiedName| {
        let table = schemas.after.table(name)?;
        let index = options.tables.iter().position(|table| table.name == *name)?;
        let keys = table.columns.keys().map(|column| {
            (
                column_key(schemas.after, name, column).unwrap_or_else(|| column.clone()),
                column.clone(),
            )
        });
        Some((table, index, keys.collect::<BTreeMap<_, _>>()))
    };
    let (name, access) = match it {
        Change::DropIndex(it) => (&it.table, Err(&it.what)),
        Change::AlterIndex(InTable { table, what }) => (table, Err(&what.before)),
        Change::DropUnique(it) => (&it.table, Ok(Access::of_unique(&it.what))),
        Change::AlterUnique(it) => (&it.table, Ok(Access::of_unique(&it.what.before))),
        Change::DropPrimaryKey(it) => (&it.table, Ok(Access::of_key(&it.what))),
        Change::AlterPrimaryKey(it) => (&it.table, Ok(Access::of_key(&it.what.before))),
        _ => return None,
    };
    let (table, index, keys) = of(name)?;
    let access = access.unwrap_or_else(|index| Access::of_index(index, table));
    if access.columns.is_empty() {
        return None;
    }
    Some(Lost { change, table, access, keys, others: Access::of_table(table), index })
}

fn in_file(
    text: &Text,
    corpus: &Corpus<'_>,
    code: Option<&CodeFile<'_>>,
    lost: &[Lost<'_>],
) -> Vec<Served> {
    let content = text.text(corpus);
    let lines = LineIndex::new(content);
    let mut found = Vec::new();
    for it in lost {
        let queries = match (code, text.source.language) {
            (Some(code), _) => code.queries_on(it),
            (None, Language::Sql) => {
                let statements = Sql::new(content).statements();
                statements.iter().map(|sql| in_sql(sql, it, |at| at)).collect()
            }
            (None, Language::Code | Language::Text) => Vec::new(),
        };
        for query in queries {
            let (compared, served) = it.access.serves(&query, it.table);
            let columns: Vec<String> = it.access.columns.iter().take(served).cloned().collect();
            let Some(at) = columns.first().and_then(|first| query.places.get(first)) else {
                continue;
            };
            let (line, column) = lines.locate(content, u32::try_from(*at).unwrap_or(u32::MAX));
            let others = it.others.iter().map(|other| (other.serves(&query, it.table), other));
            // What only sorts does not find the rows, and a flag leaves half of them.
            let table = it.table;
            let is_flag = |access: &Access| {
                let first = access.columns.first().and_then(|name| table.columns.get(name));
                first.is_some_and(|column| column.ty == "boolean")
            };
            let may = |other: &Access| !is_flag(other) || is_flag(&it.access);
            let other = others
                .filter(|((by, all), other)| *all > 0 && (*by > 0 || compared == 0) && may(other))
                .max_by_key(|((_, all), other)| (*all, std::cmp::Reverse(other.name.clone())))
                .map(|((_, all), other)| {
                    (other.name.clone(), other.columns.iter().take(all).cloned().collect())
                });
            let reference = Reference {
                target: 0,
                is_test: text.source.is_test,
                file: text.source.path.clone(),
                line,
                column,
                text: line_of(content, *at).to_owned(),
                tier: Tier::Certain,
                via: Via::Query,
            };
            found.push(Served { change: it.change, reference, columns, other });
        }
    }
    found
}

/// What a statement compares and sorts by.
fn in_sql(sql: &Sql<'_>, lost: &Lost<'_>, place: impl Fn(usize) -> usize) -> Query {
    let name = &lost.table.name;
    let wanted = Wanted { schema: &name.schema, table: &name.name, column: None };
    let mut query = Query::default();
    for (at, column, sorts) in sql.conditions(wanted) {
        if lost.table.columns.contains_key(&column) {
            query.note(column, place(at), sorts);
        }
    }
    query
}

impl Query {
    fn note(&mut self, column: String, at: usize, sorts: bool) {
        self.places.entry(column.clone()).or_insert(at);
        if sorts {
            self.sorted.insert(column)
        } else {
            self.compared.insert(column)
        };
    }
}

/// Functions that compare a column so that an index can help, and clauses in which one stands.
const COMPARE: &[&str] = &[
    "eq",
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
    "inArray",
    "isNull",
    "isNotNull",
    "like",
    "ilike",
    "where",
    "having",
    "innerJoin",
    "leftJoin",
    "rightJoin",
    "fullJoin",
    "on",
    "arrayContains",
    "arrayOverlaps",
];
const SORT: &[&str] = &["asc", "desc", "orderBy", "groupBy", "distinctOn", "selectDistinctOn"];
/// Where a column is no condition, whatever stands around it.
const NEITHER: &[&str] =
    &["select", "set", "values", "returning", "onConflictDoUpdate", "onConflictDoNothing"];
/// Calls that begin a query.
const BEGINS: &[&str] = &["from", "update", "delete", "findMany", "findFirst"];

impl CodeFile<'_> {
    /// The queries on a table, Drizzle's and SQL's.
    fn queries_on(&self, lost: &Lost<'_>) -> Vec<Query> {
        let tokens = &self.tokens;
        let mut units: BTreeMap<usize, Query> = BTreeMap::new();
        for at in 0..tokens.len() {
            let Some(column) = lost.keys.get(tokens.get(at)) else { continue };
            if tokens.kind(at) != Kind::Word {
                continue;
            }
            if !self.names_column(at, lost.index) {
                continue;
            }
            if let Some((unit, sorts)) = self.condition(at) {
                units.entry(unit).or_default().note(column.clone(), tokens.start(at), sorts);
            }
        }
        let mut found: Vec<Query> = units.into_values().collect();
        for (literal, sql) in self.sql_statements() {
            found.push(in_sql(&sql, lost, |at| literal.place(at)));
        }
        found
    }

    /// Whether a word is a column of a table: `funds.key`, the `f.key` of a relational query's callback,
    /// or the key of its filter.
    fn names_column(&self, at: usize, table: usize) -> bool {
        let tokens = &self.tokens;
        if tokens.is_property(at) {
            let Some(object) = at.checked_sub(2) else { return false };
            return match self.table_of(object) {
                Some(bound) => bound == table,
                None => self.flow.is_row_of(tokens, object, table),
            };
        }
        // `findMany({ where: { key: … } })`
        self.filtered(at).is_some_and(|it| it == table)
    }

    /// The query around a column that is compared or sorted by, and which of the two.
    fn condition(&self, at: usize) -> Option<(usize, bool)> {
        let tokens = &self.tokens;
        let mut sorts = None;
        let mut inner = at;
        let mut block = 0;
        for _ in 0..24 {
            let Some(open) = tokens.opening(inner) else { break };
            if tokens.is_punct(open, "(") {
                let Some(name) = open.checked_sub(1) else { break };
                let word = tokens.get(name);
                if sorts.is_none() && NEITHER.contains(&word) {
                    return None;
                }
                if sorts.is_none() && COMPARE.contains(&word) {
                    sorts = Some(false);
                } else if sorts.is_none() && SORT.contains(&word) {
                    sorts = Some(true);
                }
                let first = super::flow::start_of_chain(tokens, open);
                let begins = (first..=name)
                    .any(|it| BEGINS.contains(&tokens.get(it)) && tokens.is_property(it));
                if begins && let Some(sorts) = sorts {
                    return Some((first, sorts));
                }
            } else if tokens.is_punct(open, "{") {
                if let Some(label) = open.checked_sub(2).filter(|_| tokens.follows_punct(open, ":"))
                {
                    match tokens.get(label) {
                        "where" if sorts.is_none() => sorts = Some(false),
                        "orderBy" if sorts.is_none() => sorts = Some(true),
                        "columns" | "set" if sorts.is_none() => return None,
                        _ => {}
                    }
                } else if block == 0 && sorts.is_some() && !tokens.follows_punct(open, "(") {
                    block = open + 1;
                }
            } else if tokens.is_punct(open, "`") && sorts.is_none() {
                let before = tokens.text.get(tokens.start(open)..tokens.start(inner))?;
                sorts = match Sql::new(before).clause_at_end() {
                    Clause::Compares => Some(false),
                    Clause::Sorts => Some(true),
                    Clause::Other => return None,
                };
            }
            inner = open;
        }
        // Conditions that are put together before the query: one query a function.
        Some((tokens.len() + block, sorts?)).filter(|_| block > 0)
    }

    /// The table whose relational query a key of `where: { … }` or `orderBy: { … }` belongs to.
    fn filtered(&self, key: usize) -> Option<usize> {
        let tokens = &self.tokens;
        if !tokens.is_punct(key + 1, ":") {
            return None;
        }
        let brace = tokens.opening(key).filter(|open| tokens.is_punct(*open, "{"))?;
        let label = brace.checked_sub(2).filter(|_| tokens.follows_punct(brace, ":"))?;
        if !["where", "orderBy"].contains(&tokens.get(label)) {
            return None;
        }
        let outer = tokens.opening(label)?;
        let call = tokens.opening(outer).filter(|open| tokens.is_punct(*open, "("))?;
        self.query_table(call.checked_sub(1)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::MemoryFiles;
    use crate::origin::Origin;
    use crate::schema::{Column, IndexColumn, Object, Written};

    fn index(name: &str, columns: &[&str], predicate: Option<&str>) -> Index {
        let column = |name: &&str| IndexColumn {
            expression: (*name).to_owned(),
            is_expression: false,
            asc: true,
            nulls: None,
            opclass: None,
        };
        Index {
            name: name.to_owned(),
            columns: columns.iter().map(column).collect(),
            unique: false,
            predicate: predicate.map(str::to_owned),
            concurrently: false,
            method: "btree".to_owned(),
            with: serde_json::Map::new(),
        }
    }

    fn schema(indexes: &[Index]) -> Schema {
        let mut schema = Schema::default();
        let name = QualifiedName::public("deals");
        let mut table = Table::new(name.clone());
        let written = |key: &str| Written {
            origin: Origin::new("db/schema.ts", 1, 1),
            key: Some(key.to_owned()),
            class: None,
        };
        schema.written.insert(Object::table(&name), written("deals"));
        let text = "text";
        for (key, column, ty) in [
            ("fundId", "fund_id", text),
            ("stage", "stage", text),
            ("closedAt", "closed_at", text),
            ("isLead", "is_lead", "boolean"),
        ] {
            table.columns.insert(column.to_owned(), Column::new(column, ty));
            schema.written.insert(Object::column(&name, column), written(key));
        }
        for index in indexes {
            table.indexes.insert(index.name.clone(), index.clone());
        }
        schema.tables.insert(name, table);
        schema
    }

    /// "line columns [other: its columns]" of every query that the index served, in `app.ts` and `app.sql`.
    fn served(gone: Index, left: &[Index], code: &str, sql: &str) -> Vec<String> {
        let after = schema(left);
        let change =
            Change::DropIndex(InTable { table: QualifiedName::public("deals"), what: gone });
        let files = MemoryFiles::new([
            ("db/schema.ts", "export const deals = pgTable('deals', {});"),
            ("app.ts", code),
            ("app.sql", sql),
        ]);
        let tables = super::super::tables(&after);
        let resolve = |_: &str, specifier: &str| {
            (specifier == "./db/schema").then(|| "db/schema.ts".to_owned())
        };
        let exclude = ["db/schema.ts".to_owned()];
        let options = Options { resolve: &resolve, tables: &tables, exclude: &exclude };
        let corpus = Corpus::new(&files, &exclude).expect("readable");
        let schemas = Diff { before: &after, after: &after };
        let found = queries(&corpus, &[change], schemas, &options);
        let line = |it: &Served| {
            let other = it
                .other
                .as_ref()
                .map(|(name, columns)| format!(" [{name}: {}]", columns.join(" ")));
            let (line, columns) = (it.reference.line, it.columns.join(" "));
            format!("{line} {columns}{}", other.unwrap_or_default())
        };
        found.iter().map(line).collect()
    }

    const CODE: &str = "import { deals } from './db/schema';
        db.select().from(deals).where(and(eq(deals.fundId, 1), eq(deals.stage, 'won')));
        db.select().from(deals).where(eq(deals.fundId, 1)).orderBy(desc(deals.stage));
        db.query.deals.findMany({ where: (deal, { eq }) => eq(deal.fundId, 1) });
        db.select().from(funds).innerJoin(deals, eq(deals.fundId, funds.id));
        db.select({ fund: deals.fundId }).from(deals).where(eq(deals.stage, 'won'));
        db.update(deals).set({ stage: sql`${deals.fundId}` }).where(eq(deals.closedAt, x));
        pool.query('SELECT d.id FROM deals d WHERE d.fund_id = $1 ORDER BY d.stage');
        function search() {
          const conditions = [eq(deals.fundId, 1)];
          if (stage) conditions.push(eq(deals.stage, stage));
        }";

    #[test]
    fn queries_are_known_by_what_they_compare_and_sort_by() {
        let gone = || index("gone", &["fund_id", "stage"], None);
        let sql = "DELETE FROM deals WHERE fund_id = 1;\nINSERT INTO deals (fund_id) VALUES (1);";
        assert_eq!(
            served(gone(), &[], CODE, sql),
            [
                "1 fund_id",
                "2 fund_id stage",
                "3 fund_id stage",
                "4 fund_id",
                "5 fund_id",
                "8 fund_id stage",
                "10 fund_id stage",
            ]
        );
    }

    #[test]
    fn a_query_of_a_with_clause_is_one() {
        let gone = index("gone", &["stage"], None);
        let query = "import { sql } from 'drizzle-orm';
            const next = await db.execute(sql`
              WITH next_deal AS (
                SELECT id
                FROM deals
                WHERE stage = ${STAGE}
                  AND (closed_at IS NULL OR closed_at <= NOW())
                FOR UPDATE SKIP LOCKED
                LIMIT 1
              )
              UPDATE deals AS d
              SET stage = 'won', closed_at = NOW()
              FROM next_deal
              WHERE d.id = next_deal.id
              RETURNING d.id, d.stage AS \"dealStage\"
            `);";
        assert_eq!(served(gone, &[], query, ""), ["6 stage"]);
    }

    #[test]
    fn another_index_may_serve_them_too() {
        let gone = || index("gone", &["fund_id", "stage"], None);
        let query = "import { deals } from './db/schema';
            db.select().from(deals).where(and(eq(deals.fundId, 1), eq(deals.stage, 'won')));";
        let shorter = index("shorter", &["fund_id"], None);
        let longer = index("longer", &["fund_id", "stage", "closed_at"], None);
        let other = index("other", &["stage"], None);
        let partial = index("partial", &["fund_id", "stage"], Some("\"closed_at\" IS NULL"));
        let with = |left: &[Index]| served(gone(), left, query, "");
        assert_eq!(with(std::slice::from_ref(&shorter)), ["2 fund_id stage [shorter: fund_id]"]);
        assert_eq!(with(&[shorter, longer]), ["2 fund_id stage [longer: fund_id stage]"]);
        assert_eq!(with(&[other]), ["2 fund_id stage [other: stage]"]);
        assert_eq!(with(std::slice::from_ref(&partial)), ["2 fund_id stage"]);
        assert_eq!(served(partial, &[], query, ""), Vec::<String>::new());
        let sorted = "import { deals } from './db/schema';
            db.select().from(deals).where(eq(deals.fundId, 1)).orderBy(desc(deals.closedAt));";
        let flagged = "import { deals } from './db/schema';
            db.select().from(deals).where(and(eq(deals.fundId, 1), eq(deals.isLead, true)));";
        let flag = index("flag", &["is_lead"], None);
        assert_eq!(served(gone(), &[flag], flagged, ""), ["2 fund_id"]);
        let dates = index("dates", &["closed_at"], None);
        assert_eq!(served(gone(), &[dates], sorted, ""), ["2 fund_id"]);
    }
}
