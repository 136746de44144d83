//! Effects of hand-written SQL as changes of the schema, so that the same rules judge them.

use super::effect::{Act, Effect, Manner};
use crate::delta::Diff;
use crate::diff::{Change, InTable};
use crate::ident::QualifiedName;
use crate::schema::{Check, Column, ForeignKey, Index, IndexColumn, Schema, Table, Unique};

/// Whether a schema still has what an effect takes away.
pub(super) fn contradicts(effect: &Effect, head: &Schema) -> bool {
    let table = || head.table(&effect.on);
    match effect.act {
        Act::DropTable => table().is_some(),
        Act::DropColumn => table().is_some_and(|it| it.columns.contains_key(&effect.name)),
        Act::DropConstraint => table().is_some_and(|it| {
            it.foreign_keys.contains_key(&effect.name)
                || it.uniques.contains_key(&effect.name)
                || it.checks.contains_key(&effect.name)
                || it.primary_keys.contains_key(&effect.name)
        }),
        Act::DropIndex => index(head, &effect.on.name).is_some(),
        Act::DropType => head.enums.contains_key(&effect.on),
        Act::DropView => head.views.contains_key(&effect.on),
        Act::DropSequence => head.sequences.contains_key(&effect.on),
        Act::DropPolicy => table().is_some_and(|it| it.policies.contains_key(&effect.name)),
        Act::DropSchema => head.schemas.contains_key(&effect.on.name),
        Act::DropRole => head.roles.contains_key(&effect.on.name),
        Act::SetNotNull => column(head, effect).is_some_and(|it| !it.not_null && !it.primary_key),
        Act::DropNotNull => column(head, effect).is_some_and(|it| it.not_null),
        Act::DisableRls => table().is_some_and(|it| it.rls),
        _ => false,
    }
}

fn column<'a>(schema: &'a Schema, effect: &Effect) -> Option<&'a Column> {
    schema.column(&effect.on, &effect.name)
}

fn index<'a>(schema: &'a Schema, name: &str) -> Option<(&'a QualifiedName, &'a Index)> {
    schema.tables.iter().find_map(|(table, it)| Some((table, it.indexes.get(name)?)))
}

/// The change of the schema that an effect is; `None` where it is none, or where it is about
/// something that no schema has and that no rule could say anything of.
pub(super) fn change(effect: &Effect, schemas: Diff<&Schema>) -> Option<Change> {
    let before = schemas.before;
    let in_table = |table: &QualifiedName| table.clone();
    let known = || before.table(&effect.on);
    let altered = |edit: fn(&mut Column)| {
        let before = column(before, effect)?.clone();
        let mut after = before.clone();
        edit(&mut after);
        Some(InTable { table: effect.on.clone(), what: Diff::new(before, after) })
    };
    Some(match effect.act {
        // Also a table that Drizzle does not know has rows.
        Act::DropTable => {
            Change::DropTable(known().cloned().unwrap_or_else(|| Table::new(effect.on.clone())))
        }
        Act::DropColumn => {
            let either = column(before, effect).or_else(|| column(schemas.after, effect));
            let what = either.cloned().unwrap_or_else(|| Column::new(&effect.name, "unknown"));
            Change::DropColumn(InTable { table: in_table(&effect.on), what })
        }
        Act::SetType => {
            let mut change = altered(|_| {})?;
            change.what.after.ty.clone_from(&effect.detail);
            Change::AlterColumnType(change)
        }
        Act::SetNotNull => Change::SetNotNull(altered(|it| it.not_null = true)?),
        Act::DropNotNull => Change::DropNotNull(altered(|it| it.not_null = false)?),
        Act::DropConstraint => return dropped_constraint(effect, known()?),
        Act::DropIndex => {
            let (table, index) = index(before, &effect.on.name)?;
            Change::DropIndex(InTable { table: table.clone(), what: index.clone() })
        }
        Act::DropType => Change::DropEnum(before.enums.get(&effect.on)?.clone()),
        Act::DropView => Change::DropView(before.views.get(&effect.on)?.clone()),
        Act::DropSequence => Change::DropSequence(before.sequences.get(&effect.on)?.clone()),
        Act::DropSchema => Change::DropSchema(effect.on.name.clone()),
        Act::DropRole => Change::DropRole(before.roles.get(&effect.on.name)?.clone()),
        Act::DropPolicy => {
            let what = known()?.policies.get(&effect.name)?.clone();
            Change::DropPolicy(InTable { table: in_table(&effect.on), what })
        }
        Act::DisableRls => Change::DisableRls(effect.on.clone()),
        Act::CreateIndex => {
            known()?;
            Change::CreateIndex(InTable { table: effect.on.clone(), what: new_index(effect) })
        }
        Act::AddCheck if !effect.is(Manner::NotValid) => {
            known()?;
            let what = Check { name: effect.name.clone(), value: String::new() };
            Change::AddCheck(InTable { table: effect.on.clone(), what })
        }
        Act::AddUnique if !effect.detail.is_empty() => {
            known()?;
            let columns = groups(&effect.detail).into_iter().next()?;
            let what = Unique { name: effect.name.clone(), columns, nulls_not_distinct: false };
            Change::AddUnique(InTable { table: effect.on.clone(), what })
        }
        Act::AddForeignKey if !effect.is(Manner::NotValid) => {
            known()?;
            let what = new_foreign_key(effect)?;
            Change::AddForeignKey(InTable { table: effect.on.clone(), what })
        }
        _ => return None,
    })
}

fn dropped_constraint(effect: &Effect, table: &Table) -> Option<Change> {
    let name = &effect.name;
    let on = || table.name.clone();
    if let Some(it) = table.foreign_keys.get(name) {
        return Some(Change::DropForeignKey(InTable { table: on(), what: it.clone() }));
    }
    if let Some(it) = table.uniques.get(name) {
        return Some(Change::DropUnique(InTable { table: on(), what: it.clone() }));
    }
    if let Some(it) = table.checks.get(name) {
        return Some(Change::DropCheck(InTable { table: on(), what: it.clone() }));
    }
    let key = table.primary_keys.get(name)?;
    Some(Change::DropPrimaryKey(InTable { table: on(), what: key.clone() }))
}

fn new_index(effect: &Effect) -> Index {
    let columns = groups(&effect.detail).into_iter().next().unwrap_or_default();
    let columns = columns.into_iter().map(|text| IndexColumn {
        is_expression: text.contains(['(', ' ']),
        expression: text,
        asc: true,
        nulls: None,
        opclass: None,
    });
    Index {
        name: effect.name.clone(),
        columns: columns.collect(),
        unique: effect.detail.starts_with("unique "),
        predicate: effect.detail.contains(" where ").then(|| "a predicate".to_owned()),
        concurrently: effect.is(Manner::Concurrently),
        method: "btree".to_owned(),
        with: serde_json::Map::new(),
    }
}

/// From `foreign key ( a ) references t ( id ) on delete cascade`.
fn new_foreign_key(effect: &Effect) -> Option<ForeignKey> {
    let (_, target) = effect.detail.split_once("references ")?;
    let name: Vec<&str> =
        target.split(' ').take_while(|word| *word != "(" && *word != "on").collect();
    let to = match name.as_slice() {
        [schema, ".", name, ..] => QualifiedName::new(*schema, *name),
        [name, ..] => QualifiedName::public(*name),
        [] => return None,
    };
    let mut groups = groups(&effect.detail).into_iter();
    let columns_from = groups.next()?;
    let action = |which: &str| {
        let (_, rest) = effect.detail.split_once(which)?;
        let words =
            rest.trim().split(' ').take_while(|word| *word != "on" && *word != "deferrable");
        Some(words.collect::<Vec<_>>().join(" "))
    };
    Some(ForeignKey {
        name: effect.name.clone(),
        table_from: effect.on.name.clone(),
        columns_from,
        to,
        columns_to: groups.next().unwrap_or_default(),
        on_delete: action("on delete"),
        on_update: action("on update"),
    })
}

/// The lists in brackets: `( a , lower ( b ) )` is `a` and `lower ( b )`.
fn groups(text: &str) -> Vec<Vec<String>> {
    let mut groups = Vec::new();
    let mut group: Vec<String> = Vec::new();
    let mut item: Vec<&str> = Vec::new();
    let mut depth = 0_usize;
    for word in text.split(' ') {
        match word {
            "(" => {
                if depth > 0 {
                    item.push(word);
                }
                depth += 1;
            }
            ")" => {
                depth = depth.saturating_sub(1);
                if depth > 0 {
                    item.push(word);
                    continue;
                }
                group.push(std::mem::take(&mut item).join(" "));
                groups.push(std::mem::take(&mut group));
            }
            "," if depth == 1 => group.push(std::mem::take(&mut item).join(" ")),
            word if depth > 0 => item.push(word),
            _ => {}
        }
    }
    groups
}
