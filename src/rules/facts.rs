//! What several rules ask of the two schemas.

use std::collections::BTreeMap;

use super::rule::{Context, Executor, Finding, Rule, Severity};
use crate::codebase::{DriftKind, Reference, Uses};
use crate::delta::Diff;
use crate::diff::dependents::{self, mentions};
use crate::diff::suspect::{self, CasingFlip, ColumnSuspect, Suspect};
use crate::diff::{Change, ColumnChange, Names};
use crate::ident::QualifiedName;
use crate::kit;
use crate::migrations::{Around, Effect, Event, What};
use crate::postgres::{Base, Conversion, SqlType, Work, convert};
use crate::schema::{Column, Enum, Index, Object, Schema, Table};

impl<'a> Context<'a> {
    /// The renames of this comparison.
    pub(super) fn names(&self) -> &Names {
        self.once.names.get_or_init(|| Names::of(self.changes))
    }

    /// What the code does with what a change of this comparison takes away.
    pub(super) fn uses(&self, change: &Change) -> Option<&'a Uses> {
        let at = self.changes.iter().position(|other| std::ptr::eq(other, change))?;
        self.code.get(at)
    }

    /// Tables that look renamed.
    pub(super) fn suspected_tables(&self) -> &[Suspect<QualifiedName>] {
        self.once.tables.get_or_init(|| suspect::tables(self.schemas, self.changes))
    }

    /// Columns that look renamed.
    pub(super) fn suspected_columns(&self) -> &[ColumnSuspect] {
        self.once.columns.get_or_init(|| suspect::columns(self.schemas, self.changes))
    }

    /// Columns of which only the casing changed, if there are many.
    pub(super) fn casing_flip(&self) -> Option<&CasingFlip> {
        self.once.flip.get_or_init(|| suspect::casing_flip(self.changes)).as_ref()
    }

    /// What drizzle-kit prints wrongly or not at all.
    pub(super) fn faults(&self) -> &[kit::Fault] {
        self.once.faults.get_or_init(|| {
            if self.statements.is_empty() && !self.changes.is_empty() {
                // Nobody asked drizzle-kit: nothing is known of what it prints.
                return Vec::new();
            }
            kit::faults(self.statements, self.schemas, self.renames)
        })
    }

    /// A table of the base by the name it has in the head (or has had in the base).
    pub(super) fn base_table(&self, name: &QualifiedName) -> Option<&'a Table> {
        let base = self.names().table_to_base(name);
        self.schemas.before.table(&base).or_else(|| self.schemas.before.table(name))
    }

    /// A table of the base as it is when drizzle-kit comes to its columns: before them it drops the checks,
    /// unique constraints and indexes that this comparison drops or makes again.
    pub(super) fn table_meanwhile(&self, name: &QualifiedName) -> Option<&Table> {
        let base = self.base_table(name)?;
        let without = self.once.meanwhile.get_or_init(|| self.without_what_is_dropped());
        Some(without.get(&base.name).unwrap_or(base))
    }

    /// The tables of the base of which a check, unique constraint or index is dropped or made again, without
    /// it.
    fn without_what_is_dropped(&self) -> BTreeMap<QualifiedName, Table> {
        let mut tables = BTreeMap::new();
        let mut edit = |table: &QualifiedName, drop: &dyn Fn(&mut Table)| {
            if let Some(base) = self.base_table(table) {
                drop(tables.entry(base.name.clone()).or_insert_with(|| base.clone()));
            }
        };
        let check = |table: &mut Table, name: &str| drop(table.checks.shift_remove(name));
        let unique = |table: &mut Table, name: &str| drop(table.uniques.shift_remove(name));
        let index = |table: &mut Table, name: &str| drop(table.indexes.shift_remove(name));
        for change in self.changes {
            if let Change::DropCheck(it) = change {
                edit(&it.table, &|table| check(table, &it.what.name));
            } else if let Change::AlterCheck(it) = change {
                edit(&it.table, &|table| check(table, &it.what.before.name));
            } else if let Change::DropUnique(it) = change {
                edit(&it.table, &|table| unique(table, &it.what.name));
            } else if let Change::AlterUnique(it) = change {
                edit(&it.table, &|table| unique(table, &it.what.before.name));
            } else if let Change::DropIndex(it) = change {
                edit(&it.table, &|table| index(table, &it.what.name));
            } else if let Change::AlterIndex(it) = change {
                edit(&it.table, &|table| index(table, &it.what.before.name));
            }
        }
        tables
    }

    /// A table of the head by the name it has there (or has had in the base).
    pub(super) fn head_table(&self, name: &QualifiedName) -> Option<&'a Table> {
        let head = self.names().table_to_head(name);
        self.schemas.after.table(&head).or_else(|| self.schemas.after.table(name))
    }

    /// Whether a table of the head does not exist in the base.
    pub(super) fn is_new(&self, table: &QualifiedName) -> bool {
        self.base_table(table).is_none()
    }

    /// Whether a column of the head is added by this comparison.
    pub(super) fn is_new_column(&self, table: &QualifiedName, column: &str) -> bool {
        let adds = |change: &Change| matches!(change, Change::AddColumn(it) if it.table == *table && it.what.name == column);
        self.changes.iter().any(adds)
    }

    /// Whether a table of the base, or one of its columns, is dropped by this comparison.
    pub(super) fn is_dropped(&self, table: &QualifiedName, columns: &[String]) -> bool {
        self.changes.iter().any(|change| {
            matches!(change, Change::DropTable(it) if it.name == *table)
                || matches!(change, Change::DropColumn(it)
                    if it.table == *table && columns.contains(&it.what.name))
        })
    }

    /// Whether an index of the base goes because a column it is made of, or mentions, is dropped.
    pub(super) fn goes_with_a_column(&self, table: &QualifiedName, index: &Index) -> bool {
        self.changes.iter().any(|change| {
            matches!(change, Change::DropColumn(it)
                if it.table == *table && index_mentions(index, &it.what.name))
        })
    }

    /// Whether the configuration calls a table critical, by `name` or `schema.name`.
    pub(super) fn is_critical(&self, table: &QualifiedName) -> bool {
        let named = |entry: &String| *entry == table.name || *entry == table.to_string();
        self.settings.critical.iter().any(named)
    }

    /// Whether `drizzle-kit push` may be what applies it.
    pub(super) fn may_push(&self) -> bool {
        self.settings.executor != Executor::Migrate
    }

    /// Whether `drizzle-kit migrate` may be what applies it.
    pub(super) fn may_migrate(&self) -> bool {
        self.settings.executor != Executor::Push
    }

    /// What was found about the migrations, if that is what a change stands for.
    pub(super) fn event(&self, change: &Change) -> Option<&'a Event> {
        self.events.iter().find(|event| event.change == *change)
    }

    /// What a hand-written statement does, if that is what a change stands for.
    pub(super) fn by_hand(&self, change: &Change) -> Option<(&'a Effect, &'a Around)> {
        match &self.event(change)?.what {
            What::Statement { effect, around } => Some((effect, around)),
            _ => None,
        }
    }

    /// Whether drizzle-kit drops a column and adds it again under its name.
    pub(super) fn recreates(&self, change: &ColumnChange) -> bool {
        let object = Object::column(&change.table, &change.what.after.name);
        let drops = |it: &kit::Statement| it.object == object && it.sql.contains(" drop column ");
        self.statements.iter().any(drops)
    }

    /// A new column that a generated column's expression names, and that drizzle-kit adds after it, in words.
    pub(super) fn made_too_late(&self, table: &QualifiedName, column: &Column) -> Option<String> {
        let expression = &column.generated.as_ref()?.expression;
        let place = |name: &str| {
            let object = Object::column(table, name);
            let makes =
                |it: &kit::Statement| it.object == object && it.sql.contains(" ADD COLUMN ");
            self.statements.iter().position(makes)
        };
        let own = place(&column.name)?;
        let names = |other: &&String| {
            dependents::mentions(expression, other) && place(other).is_some_and(|it| it > own)
        };
        let later = self.schemas.after.table(table)?.columns.keys().find(names)?;
        Some(format!(
            "drizzle-kit adds {later}, which its expression names, after it: the statement fails (42703)"
        ))
    }

    /// The statements of a kind that no change asks for: beside a rename drizzle-kit makes again what is
    /// made of the columns, since it compares it by its text. They are those of the renamed table, or all
    /// where something else is renamed.
    pub(super) fn made_again(
        &self,
        change: &Change,
        kinds: &[&str],
    ) -> impl Iterator<Item = &'a kit::Statement> {
        let table = change.object().table_name();
        let asked = |statement: &kit::Statement| {
            self.changes.iter().any(|other| {
                let is_new = matches!(other, Change::CreateTable(it)
                    if statement.object.table_name().as_ref() == Some(&it.name));
                is_new || other.object() == statement.object
            })
        };
        self.statements.iter().filter(move |statement| {
            kinds.contains(&statement.kind)
                && (table.is_none() || statement.object.table_name() == table)
                && !asked(statement)
        })
    }

    /// Another change of the same column, found by `find`.
    pub(super) fn also(&self, change: &ColumnChange, find: impl Fn(&Change) -> bool) -> bool {
        self.changes.iter().filter(|other| find(other)).any(|other| {
            let object = other.object();
            object.table_name().as_ref() == Some(&change.table)
                && object.name == change.what.after.name
        })
    }

    /// What a type change does, with the labels of an enum taken into account.
    pub(super) fn conversion(&self, change: &ColumnChange) -> Conversion {
        let types = self.types(change);
        let mut conversion = convert(&types.before, &types.after, self.settings.postgres);
        if let (Base::Enum(name), Some(limit)) = (&types.before.base, types.after.length())
            && let Some(labels) = self.schemas.before.enums.get(name)
            && labels.values.iter().all(|label| label.chars().count() <= to_usize(limit))
        {
            conversion.can_fail = None;
            conversion.using_truncates = false;
        }
        conversion
    }

    /// Both types of a column. All rules about a change ask for them, one after the other.
    pub(super) fn types(&self, change: &ColumnChange) -> Diff<SqlType> {
        let address = std::ptr::from_ref(change).addr();
        let mut last = self.once.types.borrow_mut();
        if let Some((at, types)) = last.as_ref()
            && *at == address
        {
            return types.clone();
        }
        let types = Diff::new(
            SqlType::of(&change.what.before, self.schemas.before),
            SqlType::of(&change.what.after, self.schemas.after),
        );
        *last = Some((address, types.clone()));
        types
    }

    /// The work of a type change, index rebuilds counted only where there is an index. Partial indexes
    /// and indexes over expressions are built again whatever the types are.
    pub(super) fn work(&self, change: &ColumnChange, conversion: &Conversion) -> Work {
        let Some(table) = self.table_meanwhile(&change.table) else { return conversion.work };
        let column = &change.what.before.name;
        match conversion.work {
            Work::Reindex if !is_indexed(table, column) => Work::Catalog,
            Work::Catalog if odd_index(table, column).is_some() => Work::Reindex,
            work @ (Work::Catalog | Work::Reindex | Work::Rewrite) => work,
        }
    }
}

fn to_usize(number: i64) -> usize {
    usize::try_from(number).unwrap_or(0)
}

/// `public.funds.code`.
pub(super) fn path(table: &QualifiedName, name: &str) -> String {
    format!("{table}.{name}")
}

/// `public.funds.code`, for the column of a change.
pub(super) fn column_path(change: &ColumnChange) -> String {
    path(&change.table, &change.what.after.name)
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    match items.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A column's default as SQL text; a raw JavaScript value as JSON.
pub(super) fn default_text(column: &Column) -> Option<String> {
    match column.default.as_ref()? {
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// Whether any index, key or unique constraint has the column.
pub(super) fn is_indexed(table: &Table, column: &str) -> bool {
    let has = |columns: &[String]| columns.iter().any(|it| it == column);
    table.columns.get(column).is_some_and(|it| it.primary_key)
        || table.primary_keys.values().any(|it| has(&it.columns))
        || table.uniques.values().any(|it| has(&it.columns))
        || table.indexes.values().any(|index| index_mentions(index, column))
}

/// Whether an index is made of the column, or names it in an expression or predicate.
pub(super) fn index_mentions(index: &Index, column: &str) -> bool {
    index.predicate.as_ref().is_some_and(|it| mentions(it, column))
        || index.columns.iter().any(|key| {
            if key.is_expression {
                mentions(&key.expression, column)
            } else {
                key.expression == column
            }
        })
}

/// An index with a predicate or an expression that has to do with the column.
pub(super) fn odd_index<'a>(table: &'a Table, column: &str) -> Option<&'a Index> {
    let odd = |index: &&Index| {
        index.predicate.is_some() || index.columns.iter().any(|key| key.is_expression)
    };
    table.indexes.values().filter(odd).find(|index| index_mentions(index, column))
}

/// The plain columns of an index, as far as they lead.
pub(super) fn leading_columns(index: &Index) -> Vec<&str> {
    let plain = index.columns.iter().take_while(|key| !key.is_expression);
    plain.map(|key| key.expression.as_str()).collect()
}

/// Whether PostgreSQL keeps NULLs out of a column: said so, or part of the primary key.
pub(super) fn is_not_null(table: &Table, column: &str) -> bool {
    table.columns.get(column).is_some_and(|it| it.not_null || it.primary_key)
        || table.primary_keys.values().any(|it| it.columns.iter().any(|name| name == column))
}

/// What keeps rows unique: the name and columns of every primary key, unique constraint and whole
/// unique index of a table. NULLs count as different, so only NOT NULL columns make it a key.
pub(super) fn unique_sets(table: &Table) -> Vec<(String, Vec<String>)> {
    let keys = table.primary_keys.values().map(|it| (it.name.clone(), it.columns.clone()));
    let single = table.columns.values().filter(|column| column.primary_key);
    let single: Vec<String> = single.map(|column| column.name.clone()).collect();
    let single = (!single.is_empty()).then(|| (format!("{}_pkey", table.name.name), single));
    let uniques = table.uniques.values().map(|it| (it.name.clone(), it.columns.clone()));
    let indexes = table.indexes.values().filter(|it| {
        it.unique && it.predicate.is_none() && it.columns.iter().all(|key| !key.is_expression)
    });
    let indexes = indexes
        .map(|it| (it.name.clone(), it.columns.iter().map(|key| key.expression.clone()).collect()));
    keys.chain(single).chain(uniques).chain(indexes).collect()
}

/// A key of `table` within `columns`, so that these cannot repeat either. With `strict` NULLs would
/// have to be distinct: every column of the key must be NOT NULL.
pub(super) fn proves_unique(table: &Table, columns: &[String], strict: bool) -> Option<String> {
    let not_null = |name: &String| is_not_null(table, name);
    let sets = unique_sets(table).into_iter();
    let mut inside =
        sets.filter(|(_, key)| !key.is_empty() && key.iter().all(|it| columns.contains(it)));
    inside.find(|(_, key)| !strict || key.iter().all(not_null)).map(|(name, _)| name)
}

/// An index, key or unique constraint that leads with these columns, in any order.
pub(super) fn covering_index(table: &Table, columns: &[String]) -> Option<String> {
    let leads = |candidate: &[&str]| {
        candidate.len() >= columns.len()
            && candidate[..columns.len()].iter().all(|it| columns.iter().any(|column| column == it))
    };
    let whole = |it: &&Index| it.predicate.is_none() && it.method == "btree";
    let index = table.indexes.values().filter(whole).find(|it| leads(&leading_columns(it)));
    if let Some(index) = index {
        return Some(index.name.clone());
    }
    let mut sets = unique_sets(table).into_iter();
    sets.find(|(_, key)| leads(&key.iter().map(String::as_str).collect::<Vec<_>>()))
        .map(|(name, _)| name)
}

/// "3 uses in 2 files, first at db/q.ts:3:1: …", for references that a rule is about.
pub(super) fn places(found: &[&Reference]) -> Option<String> {
    let first = found.first()?;
    let files: std::collections::BTreeSet<&str> = found.iter().map(|it| it.file.as_str()).collect();
    let uses = if found.len() == 1 { "1 use".to_owned() } else { format!("{} uses", found.len()) };
    let files =
        if files.len() == 1 { "1 file".to_owned() } else { format!("{} files", files.len()) };
    let Reference { file, line, column, text, .. } = first;
    Some(format!("{uses} in {files}, first at {file}:{line}:{column}: {text}"))
}

/// The places of the uses of what is gone that are as `wanted`, as evidence of a finding.
pub(super) fn used(
    rule: &Rule,
    change: &Change,
    context: &Context<'_>,
    message: impl FnOnce(&str) -> String,
    wanted: impl Fn(&Reference) -> bool,
) -> Option<Finding> {
    let uses = context.uses(change)?;
    let found: Vec<&Reference> = uses.gone.iter().filter(|it| wanted(it)).collect();
    let places = places(&found)?;
    Some(rule.finding(message(&change.invert().object().to_string())).because(places))
}

/// The places where Zod schemas drift from the table in a way that is `wanted`, as evidence of a
/// finding. A new enum value is told apart: nothing that is stored loses a schema by it.
pub(super) fn drifted(
    rule: &Rule,
    change: &Change,
    context: &Context<'_>,
    message: &str,
    wanted: impl Fn(DriftKind, IsNewValue) -> bool,
) -> Option<Finding> {
    let is_new = IsNewValue(matches!(change, Change::AddEnumValue { .. }));
    let uses = context.uses(change)?;
    let found: Vec<_> = uses.drifts.iter().filter(|it| wanted(it.kind, is_new)).collect();
    found.first()?;
    let severity = if found.iter().all(|it| it.is_info) { Severity::Safe } else { Severity::Risky };
    let finding = rule.finding(message).with_severity(severity);
    let said = found.into_iter().map(|it| format!("{}: {}", it.origin, it.message));
    Some(said.fold(finding, Finding::because))
}

/// Whether the change adds an enum value.
#[derive(Debug, Clone, Copy)]
pub(super) struct IsNewValue(pub(super) bool);

/// Whether a file fills a database: a seed, a fixture, a test.
pub(super) fn is_seed(it: &Reference) -> bool {
    it.is_test || it.file.to_ascii_lowercase().contains("seed")
}

/// What a change adds in columns: the table, and those of a new table or the one that is added.
pub(super) fn new_columns(change: &Change) -> Option<(&QualifiedName, Vec<&Column>)> {
    if let Change::CreateTable(table) = change {
        return Some((&table.name, table.columns.values().collect()));
    }
    let Change::AddColumn(it) = change else { return None };
    Some((&it.table, vec![&it.what]))
}

/// Tables with a column of an enum, and the columns.
pub(super) fn users_of_enum<'a>(
    schema: &'a Schema,
    enumeration: &'a Enum,
) -> impl Iterator<Item = (&'a QualifiedName, &'a Column)> {
    let columns = |table: &'a Table| table.columns.values().map(move |it| (&table.name, it));
    schema.tables.values().flat_map(columns).filter(move |(_, column)| {
        matches!(SqlType::of(column, schema).base, Base::Enum(name) if name == enumeration.name)
    })
}

/// Whether a column of a schema has an enum, or an SQL text names it.
fn is_used(schema: &Schema, enumeration: &Enum) -> bool {
    users_of_enum(schema, enumeration).next().is_some()
        || sql_texts(schema).any(|text| text.contains(&enumeration.name.name))
}

/// Why no row and no query can mind a new value in the middle of an enum.
pub(super) fn nobody_used(enumeration: &Enum, context: &Context<'_>) -> Option<&'static str> {
    let in_use = is_used(context.schemas.before, enumeration);
    (!in_use).then_some("no column had the type before, and no SQL text named it")
}

/// Why nothing that is there can mind what happens to an enum: no column of either schema has it, and
/// no SQL text names it.
pub(super) fn nobody_uses(enumeration: Diff<&Enum>, context: &Context<'_>) -> Option<&'static str> {
    let in_use = is_used(context.schemas.before, enumeration.before)
        || is_used(context.schemas.after, enumeration.after);
    (!in_use).then_some("no column has the type, before or after, and no SQL text names it")
}

/// Columns of an enum that drizzle-kit alters before it adds them, when it builds the type again.
pub(super) fn too_early(enumeration: &Enum, context: &Context<'_>) -> Option<String> {
    let users = users_of_enum(context.schemas.after, enumeration);
    let new = users.filter(|(table, column)| context.is_new_column(table, &column.name));
    let new: Vec<String> = new.map(|(table, column)| path(table, &column.name)).collect();
    (!new.is_empty()).then(|| {
        format!("drizzle-kit alters {} before it is added: the statement fails (42703)", list(&new))
    })
}

/// All SQL that a schema holds as text: checks, generated columns, defaults, policies, views.
fn sql_texts(schema: &Schema) -> impl Iterator<Item = &str> {
    let of_tables = schema.tables.values().flat_map(|table| {
        let checks = table.checks.values().map(|it| it.value.as_str());
        let generated = table.columns.values().filter_map(|it| it.generated.as_ref());
        let generated = generated.map(|it| it.expression.as_str());
        let defaults = table.columns.values().filter_map(|it| it.default.as_ref()?.as_str());
        let keys = table.indexes.values().flat_map(|index| {
            let keys = index.columns.iter().map(|key| key.expression.as_str());
            keys.chain(index.predicate.as_deref())
        });
        checks.chain(generated).chain(defaults).chain(keys)
    });
    let policies = schema.tables.values().flat_map(|table| table.policies.values());
    let policies = policies.chain(schema.policies.values());
    let policies =
        policies.flat_map(|it| [it.using.as_deref(), it.with_check.as_deref()]).flatten();
    let views = schema.views.values().filter_map(|view| view.definition.as_deref());
    of_tables.chain(policies).chain(views)
}

/// The fault of a rule's id in what drizzle-kit makes of a change; a new table has what is in it.
pub(super) fn fault(rule: &Rule, change: &Change, context: &Context<'_>) -> Option<Finding> {
    let mut faults = context.faults().iter().filter(|it| it.id == rule.id).peekable();
    // Most comparisons have none of a kind.
    faults.peek()?;
    let object = change.object();
    let new = if let Change::CreateTable(table) = change { Some(&table.name) } else { None };
    let is_in_new = |it: &kit::Fault| new.is_some() && it.object.table_name().as_ref() == new;
    let fault = faults.find(|it| it.object == object || is_in_new(it))?;
    let finding = rule.finding(format!("{}.", capitalized(&fault.what)));
    Some(match &fault.sql {
        Some(sql) => Finding { remedy: format!("Run this instead: {sql}"), ..finding },
        None => finding,
    })
}

/// The same sentence with a capital letter at its beginning.
pub(super) fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}

/// The checks that mention a column whose type changes, when it does.
pub(super) fn checks_on(change: &ColumnChange, context: &Context<'_>) -> Vec<String> {
    let Some(table) = context.table_meanwhile(&change.table) else { return Vec::new() };
    let checks = table.checks.values();
    let mentioned = checks.filter(|check| mentions(&check.value, &change.what.before.name));
    mentioned.map(|check| check.name.clone()).collect()
}

/// What `drizzle-kit push --force` empties before it adds a NOT NULL column without default, as a
/// clause.
pub(super) fn truncated(table: &QualifiedName, context: &Context<'_>) -> String {
    let reach = dependents::reach_of_truncate(context.schemas.before, table);
    let all: Vec<&QualifiedName> = std::iter::once(table).chain(&reach).collect();
    format!(
        "drizzle-kit push --force runs TRUNCATE … CASCADE first: all rows of {} are lost",
        list(&all)
    )
}

/// The label a default of an enum column stands for: `'draft'` or `'draft'::status`.
pub(super) fn default_label(column: &Column) -> Option<String> {
    let text = default_text(column)?;
    let rest = text.strip_prefix('\'')?;
    rest.split_once('\'').map(|(label, _)| label.to_owned())
}
