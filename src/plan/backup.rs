//! Copies of what a plan takes away: the key and the values, counted and check-summed in the snapshot
//! in which they were copied, registered with the day until which they are kept.

use super::batch::{Keyset, batches};
use super::context::{Context, short};
use super::sql::{enum_of, id, qn, type_sql};
use super::statement::{Check, Duration, Lock, Phase, Statement};
use super::step::{Stage, Step};
use crate::ident::{QualifiedName, quote, quote_literal, truncate};
use crate::schema::{Column, Table};

/// The schema of the backups and of their registry.
pub(super) const SCHEMA: &str = "drizzle_guard";

/// A backup of one column.
pub(super) struct Backup {
    /// `"drizzle_guard"."bk_…"`.
    relation: String,
    /// The key columns, as the base and the backup call them.
    key: Vec<String>,
    /// The same as the table calls them when the values are put back.
    now: Vec<String>,
    /// For each key column what makes its copy comparable: a cast for enums.
    casts: Vec<String>,
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
}

/// Takes a backup of a column; `None` (and a sentence in `irreversible`) when the table has no
/// primary key by which the values could be put back: they are kept all the same.
pub(super) fn column(copy: &Copy<'_>, context: &mut Context<'_>) -> Option<Backup> {
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
    let key: Vec<String> = copy.base.primary_key_columns().into_iter().map(str::to_owned).collect();
    let portable = |column: &Column| {
        let brackets = if column.ty.contains('[') { "[]" } else { "" };
        match enum_of(column, schema) {
            Some(_) => format!("{}::text{brackets}", id(&column.name)),
            None => id(&column.name),
        }
    };
    let mut select: Vec<String> = Vec::new();
    let mut casts = Vec::new();
    for name in &key {
        let column = copy.base.columns.get(name);
        let value = column.map_or_else(|| id(name), portable);
        select.push(format!("{value} AS {}", id(name)));
        casts.push(match column.filter(|column| enum_of(column, schema).is_some()) {
            Some(column) => {
                format!("::{}", type_sql(&live_enum(column, context), context.schemas.after))
            }
            None => String::new(),
        });
    }
    select.push(format!("{} AS dg_value", portable(copy.column)));
    if let Some(becomes) = copy.becomes {
        select.push(format!("({becomes})::text AS dg_becomes"));
    }
    let primary = if key.is_empty() {
        String::new()
    } else {
        let key: Vec<String> = key.iter().map(|name| id(name)).collect();
        format!("\nALTER TABLE {relation} ADD PRIMARY KEY ({});", key.join(", "))
    };
    let sql = format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ;\n\
         CREATE TABLE {relation} AS SELECT {} FROM {table} WHERE {};{primary}\n\
         INSERT INTO {SCHEMA}.backup (change_id, object, backup_rel, row_count, checksum, keep_until)\n  \
         SELECT {}, {}, {}, count(*), {CHECKSUM}, now() + interval '{} days'\n  FROM {relation} AS b;\nCOMMIT;",
        select.join(", "),
        copy.condition,
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
    if key.is_empty() {
        context.irreversible(format!(
            "{object}: its table has no primary key, so the values stay in {relation} but cannot be put back row by row"
        ));
        return None;
    }
    let now = match copy.phase {
        // Everything in `contract` that has a backup comes after the columns have their new names.
        Phase::Contract => key.iter().map(|name| context.new_column(copy.table, name)).collect(),
        Phase::Expand | Phase::Backfill | Phase::RollbackContract | Phase::RollbackExpand => {
            key.clone()
        }
    };
    Some(Backup { relation, key, now, casts })
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
        let keyset = Keyset { relation: relation.clone(), key: &self.key, size };
        let join = self.join(&self.now);
        let (table, column) = (qn(table), id(column));
        let update = batches(&keyset, "b", |range| {
            format!(
                "UPDATE {table} AS t SET {column} = {value} FROM {relation} AS b WHERE {join} AND {range} AND {condition};"
            )
        });
        let done = Statement::free(format!(
            "UPDATE {SCHEMA}.backup SET restored_at = now() WHERE backup_rel = {};",
            quote_literal(relation)
        ));
        vec![update.note("puts back what the backup holds"), done]
    }

    /// Every row of the backup whose key still exists satisfies `condition`.
    pub(super) fn proves(&self, table: &QualifiedName, what: &str, condition: &str) -> Check {
        let join = self.join(&self.key);
        let expression = format!(
            "NOT EXISTS (SELECT FROM {} AS b JOIN {} AS t ON {} WHERE NOT ({condition}))",
            self.relation,
            qn(table),
            join
        );
        Check::new(what, expression)
    }

    /// A row `t` of the table, whose key columns are called so, and its row `b` of the backup.
    fn join(&self, names: &[String]) -> String {
        let pairs = names.iter().zip(&self.key).zip(&self.casts);
        let pairs =
            pairs.map(|((now, name), cast)| format!("t.{} = b.{}{cast}", id(now), id(name)));
        pairs.collect::<Vec<_>>().join(" AND ")
    }
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
