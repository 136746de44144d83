//! Copies of what a plan takes away: what tells the rows apart and the values, counted and check-summed
//! in the snapshot in which they were copied, registered with the day until which they are kept.

use super::batch::{Keyset, batches};
use super::context::{Context, short};
use super::sql::{enum_of, id, qn, type_sql};
use super::statement::{Check, Duration, Lock, Phase, SNAPSHOT, Statement};
use super::step::{Stage, Step};
use crate::ident::{QualifiedName, quote, quote_literal, truncate};
use crate::schema::{Column, Object, ObjectKind, Table};

/// The schema of the backups and of their registry.
pub(super) const SCHEMA: &str = "drizzle_guard";

/// A backup of one column.
pub(super) struct Backup {
    /// `"drizzle_guard"."bk_…"`.
    relation: String,
    identity: Identity,
}

/// What tells the rows of a table apart.
enum Identity {
    /// A key of the table that the plan leaves alone.
    Key(Vec<KeyColumn>),
    /// All columns that the plan leaves alone, as the base calls them and as they are called when the
    /// values are put back. Rows in which they are all equal are counted.
    Row { base: Vec<String>, now: Vec<String> },
}

struct KeyColumn {
    /// As the base and the backup call it.
    base: String,
    /// As the table calls it when the values are put back.
    now: String,
    /// Whether it is compared as text, because its type can be another one by then.
    as_text: bool,
}

/// What to copy.
pub(super) struct Copy<'a> {
    pub(super) phase: Phase,
    pub(super) stage: Stage,
    /// The table as it is called by then.
    pub(super) table: &'a QualifiedName,
    /// The same table in the base.
    pub(super) base: &'a Table,
    pub(super) column: &'a Column,
    /// Which rows.
    pub(super) condition: &'a str,
    /// A second column: what the value becomes, as text, so that the way back can tell which rows
    /// nobody has written since.
    pub(super) becomes: Option<&'a str>,
    /// Whether the column itself may tell the rows apart, because it can be converted back.
    pub(super) own_key: bool,
}

/// Takes a backup of a column.
pub(super) fn column(copy: &Copy<'_>, context: &mut Context<'_>) -> Backup {
    registry(copy.phase, copy.stage, context);
    let schema = context.schemas.before;
    let object = format!("{}.{}", copy.table, copy.column.name);
    let table = qn(copy.table);
    let relation = format!(
        "{SCHEMA}.{}",
        quote(truncate(&format!(
            "bk_{}_{}_{}_{}",
            context.id,
            &short(&format!("{object} {:?} {}", copy.stage, copy.condition))[..4],
            copy.table.name,
            copy.column.name
        )))
    );
    let identity = identity(copy, context);
    let portable = |column: &Column| {
        let brackets = if column.ty.contains('[') { "[]" } else { "" };
        match enum_of(column, schema) {
            Some(_) => format!("{}::text{brackets}", id(&column.name)),
            None => id(&column.name),
        }
    };
    let mut select: Vec<String> = Vec::new();
    let (primary, from) = match &identity {
        Identity::Key(key) => {
            for column in key {
                let value = copy.base.columns.get(&column.base);
                let value = value.map_or_else(|| id(&column.base), portable);
                select.push(format!("{value} AS {}", id(&column.base)));
            }
            let names: Vec<String> = key.iter().map(|column| id(&column.base)).collect();
            (names.join(", "), format!("{table} WHERE {}", copy.condition))
        }
        Identity::Row { base, .. } => {
            select.extend(["dg_row".to_owned(), "dg_nth".to_owned()]);
            let numbered = numbered(&table, base, "*, ");
            ("dg_row, dg_nth".to_owned(), format!("{numbered} AS t WHERE {}", copy.condition))
        }
    };
    select.push(format!("{} AS dg_value", portable(copy.column)));
    if let Some(becomes) = copy.becomes {
        select.push(format!("({becomes})::text AS dg_becomes"));
    }
    let sql = format!(
        "{SNAPSHOT}\
         CREATE TABLE {relation} AS SELECT {} FROM {from};\n\
         ALTER TABLE {relation} ADD PRIMARY KEY ({primary});\n\
         INSERT INTO {SCHEMA}.backup (change_id, object, backup_rel, row_count, checksum, keep_until)\n  \
         SELECT {}, {}, {}, count(*), {CHECKSUM}, now() + interval '{} days'\n  FROM {relation} AS b;\nCOMMIT;",
        select.join(", "),
        quote_literal(&context.id),
        quote_literal(&object),
        quote_literal(&relation),
        context.options.retention_days,
    );
    let statement = Statement {
        lock: Lock::AccessShare,
        duration: Duration::Rows,
        in_transaction: false,
        ..Statement::ddl(sql)
    }
    .note("copy, count and checksum describe one snapshot");
    let counted = format!(
        "(SELECT count(*) FROM {relation}) = (SELECT row_count FROM {SCHEMA}.backup WHERE backup_rel = {})",
        quote_literal(&relation)
    );
    let step = Step::new(copy.phase, copy.stage, format!("back up {object}"))
        .run(statement)
        .verify(Check::new(format!("the backup of {object} has all its rows"), counted));
    context.push(step);
    if matches!(&identity, Identity::Row { base, .. } if base.is_empty() && copy.base.columns.len() > 1)
    {
        let place = Object::in_table(ObjectKind::Column, &copy.base.name, &copy.column.name);
        context.irreversible(place, format!(
            "no column of {} stays as it is, so nothing tells its rows apart: the rollback puts the values of {object} back in the order of the rows, which need not be the one they were copied in; give the table a key before",
            copy.table
        ));
    } else if matches!(identity, Identity::Row { .. }) {
        context.horizon(format!(
            "{} has no key that stays as it is: its rows are found again by all their other columns, so the rollback puts values of {object} back into the rows that nobody has written since",
            copy.table
        ));
    }
    Backup { relation, identity }
}

/// Every row of a table with a digest of the given columns and a number among those with the same one.
fn numbered(table: &str, columns: &[String], more: &str) -> String {
    let columns: Vec<String> = columns.iter().map(|name| format!("k.{}", id(name))).collect();
    let row = format!("md5(ROW({})::text)", columns.join(", "));
    format!(
        "(SELECT {more}{row} AS dg_row, row_number() OVER (PARTITION BY {row} ORDER BY k.ctid) AS dg_nth FROM {table} AS k)"
    )
}

/// What tells the rows apart now and when the values are put back: the first key of the base or the head
/// whose columns the plan leaves alone, or else everything that it leaves alone.
fn identity(copy: &Copy<'_>, context: &Context<'_>) -> Identity {
    let (table, base) = (copy.table, copy.base);
    let late = copy.phase == Phase::Contract;
    let now = |name: &str| {
        // Everything in `contract` that has a backup comes after the columns have their new names.
        if late { context.new_column(table, name) } else { name.to_owned() }
    };
    let head = context.head_table(table);
    let of_head = |columns: &[String]| -> Vec<String> {
        columns.iter().map(|name| context.old_column(table, name)).collect()
    };
    let owned = |columns: Vec<&str>| columns.into_iter().map(str::to_owned).collect::<Vec<_>>();
    let mut keys = vec![owned(base.primary_key_columns())];
    keys.extend(head.map(|head| of_head(&owned(head.primary_key_columns()))));
    keys.extend(base.uniques.values().map(|unique| unique.columns.clone()));
    let uniques = head.into_iter().flat_map(|head| head.uniques.values());
    keys.extend(uniques.map(|unique| of_head(&unique.columns)));
    let primary = base.primary_key_columns();
    let usable = |name: &String| {
        let Some(column) = base.columns.get(name) else { return false };
        let filled = column.not_null || primary.contains(&name.as_str());
        let settled = context.is_settled(table, name) || context.keeps_its_text(table, name);
        let own = *name == copy.column.name;
        filled && if own { copy.own_key } else { settled }
    };
    if let Some(key) = keys.into_iter().find(|key| !key.is_empty() && key.iter().all(usable)) {
        let columns = key.into_iter().map(|name| KeyColumn {
            now: now(&name),
            as_text: !context.is_settled(table, &name)
                || base
                    .columns
                    .get(&name)
                    .is_some_and(|column| enum_of(column, context.schemas.before).is_some()),
            base: name,
        });
        return Identity::Key(columns.collect());
    }
    let left = base.columns.values().map(|column| &column.name);
    let left: Vec<String> = left
        .filter(|name| **name != copy.column.name)
        .filter(|name| {
            context.is_settled(table, name)
                || context.is_restored_before(table, name, &copy.column.name)
        })
        .cloned()
        .collect();
    let now = left.iter().map(|name| now(name)).collect();
    Identity::Row { base: left, now }
}

/// The registry of backups; once a phase.
pub(super) fn registry(phase: Phase, stage: Stage, context: &mut Context<'_>) {
    if !context.backups.insert(phase.file().to_owned()) {
        return;
    }
    let sql = format!(
        "CREATE SCHEMA IF NOT EXISTS {SCHEMA};\n\
         CREATE TABLE IF NOT EXISTS {SCHEMA}.backup (\n  \
         id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,\n  change_id text NOT NULL,\n  \
         object text NOT NULL,\n  backup_rel text NOT NULL UNIQUE,\n  row_count bigint NOT NULL,\n  \
         checksum text NOT NULL,\n  taken_at timestamptz NOT NULL DEFAULT now(),\n  \
         keep_until timestamptz NOT NULL,\n  restored_at timestamptz\n);\n\
         REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC;"
    );
    let step = Step::new(phase, stage, "the registry of backups").run(Statement::free(sql));
    context.push(step);
}

/// An order-free checksum of all rows that needs no memory.
const CHECKSUM: &str = "COALESCE(sum(hashtextextended(b::text, 0)), 0)::text";

impl Backup {
    /// The relation that holds the copies: the key, `dg_value`, and `dg_becomes` where it was asked for.
    pub(super) fn relation(&self) -> &str {
        &self.relation
    }

    /// Puts the values back into a column, in batches. `value` is the expression over the backup `b`,
    /// `condition` restricts the rows further (over the table `t` and the backup `b`).
    pub(super) fn restore(
        &self,
        table: &QualifiedName,
        column: &str,
        value: &str,
        condition: &str,
        size: u32,
    ) -> Vec<Statement> {
        let relation = &self.relation;
        let update = self.update(table, column, value, condition, size);
        let done = Statement::free(format!(
            "UPDATE {SCHEMA}.backup SET restored_at = now() WHERE backup_rel = {};",
            quote_literal(relation)
        ));
        vec![update.note("puts back what the backup holds"), done]
    }

    /// Puts NULL into a column of the rows that are in the backup and meet the condition.
    pub(super) fn empty(
        &self,
        table: &QualifiedName,
        column: &str,
        condition: &str,
        size: u32,
    ) -> Statement {
        self.update(table, column, "NULL", condition, size)
            .note("the backup has their values, which are put back below")
    }

    fn update(
        &self,
        table: &QualifiedName,
        column: &str,
        value: &str,
        condition: &str,
        size: u32,
    ) -> Statement {
        let relation = &self.relation;
        let (table, column) = (qn(table), id(column));
        match &self.identity {
            Identity::Key(key) => {
                let names: Vec<String> = key.iter().map(|column| column.base.clone()).collect();
                let keyset = Keyset { relation: relation.clone(), key: &names, size };
                let join = join(key, |column| &column.now);
                batches(&keyset, "b", |range| {
                    format!(
                        "UPDATE {table} AS t SET {column} = {value} FROM {relation} AS b WHERE {join} AND {range} AND {condition};"
                    )
                })
            }
            Identity::Row { now, .. } => {
                let numbered = numbered(&table, now, "k.ctid AS dg_at, ");
                Statement::batches(format!(
                    "UPDATE {table} AS t SET {column} = {value} FROM {numbered} AS n JOIN {relation} AS b USING (dg_row, dg_nth) WHERE t.ctid = n.dg_at AND {condition};"
                ))
            }
        }
    }

    /// Every row of the backup that is found again has its value in the column.
    pub(super) fn proves(&self, table: &QualifiedName, column: &str) -> Check {
        let what = format!("{table}.{column} has the values of its backup");
        let (relation, table, column) = (&self.relation, qn(table), id(column));
        let lost = match &self.identity {
            Identity::Key(key) => {
                let join = join(key, |column| &column.base);
                format!(
                    "SELECT FROM {relation} AS b JOIN {table} AS t ON {join} WHERE t.{column}::text IS DISTINCT FROM b.dg_value::text"
                )
            }
            // Rows that are equal in all else are told apart by nothing, so their values are counted.
            Identity::Row { base, .. } => {
                let numbered = numbered(&table, base, "k.*, ");
                format!(
                    "SELECT t.dg_row, b.dg_value::text FROM {relation} AS b JOIN {numbered} AS t USING (dg_row, dg_nth) EXCEPT ALL SELECT dg_row, {column}::text FROM {numbered} AS t"
                )
            }
        };
        Check::new(what, format!("NOT EXISTS ({lost})"))
    }
}

/// A row `t` of the table, whose key columns are called so, and its row `b` of the backup.
fn join<'k>(key: &'k [KeyColumn], called: impl Fn(&'k KeyColumn) -> &'k String) -> String {
    let pairs = key.iter().map(|column| {
        let cast = if column.as_text { "::text" } else { "" };
        format!("t.{}{cast} = b.{}{cast}", id(called(column)), id(&column.base))
    });
    pairs.collect::<Vec<_>>().join(" AND ")
}

/// The column with its enum as the head calls it.
pub(super) fn live_enum(column: &Column, context: &Context<'_>) -> Column {
    let Some(enumeration) = enum_of(column, context.schemas.before) else { return column.clone() };
    let live = context.live_enum(&enumeration);
    let (_, brackets) = super::sql::element(&column.ty);
    Column {
        ty: format!("{}{brackets}", live.name),
        type_schema: Some(live.schema),
        ..column.clone()
    }
}

/// The type of a column of the base as it is called once `expand` has renamed what it renames.
pub(super) fn live_type(column: &Column, context: &Context<'_>) -> String {
    // With the schema written out, `type_sql` needs no schema to find the enum.
    type_sql(&live_enum(column, context), context.schemas.before)
}
