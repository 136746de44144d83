//! What `CREATE TABLE`, `ALTER TABLE` and `CREATE INDEX` do.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SyntaxKind, SyntaxNode};

use super::effect::{Act, Effect, Manner};
use super::sql::{cascades, name_of, normal, one, parts, qualified, word_of};
use crate::ident::QualifiedName;

pub(super) fn alter_table(statement: &ast::AlterTable, effects: &mut Vec<Effect>) {
    use ast::AlterTableAction as Action;
    let table = name_of!(statement.table_relation_name());
    let effect = |act: Act, name: String| Effect::new(act, table.clone(), name);
    for action in statement.actions() {
        match &action {
            Action::AddColumn(it) => {
                let column = word_of!(it.column_name());
                let constraints = it.constraints().map(|it| it.syntax().clone());
                add_column(&table, &column, it.ty().as_ref(), constraints, effects);
            }
            Action::DropColumn(it) => {
                let dropped = effect(Act::DropColumn, word_of!(it.column_name_ref()));
                let short = it.column_token().is_none();
                let dropped = dropped.when(short, Manner::WithoutKeyword);
                effects.push(dropped.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
            Action::RenameColumn(it) => {
                let renamed = effect(Act::RenameColumn, word_of!(it.column_name_ref()));
                effects.push(renamed.detail(word_of!(it.column_name())));
            }
            Action::AlterColumn(it) => {
                let column = word_of!(it.column_name_ref());
                if let Some(option) = it.option() {
                    effects.extend(alter_column(&table, &column, &option));
                }
            }
            Action::AddConstraint(it) => {
                if let Some(constraint) = it.constraint() {
                    effects.push(constraint_effect(&table, constraint.syntax()));
                }
            }
            Action::DropConstraint(it) => {
                let dropped = effect(Act::DropConstraint, word_of!(it.constraint_name_ref()));
                effects.push(dropped.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
            Action::RenameConstraint(it) => {
                effects.push(effect(Act::RenameConstraint, word_of!(it.constraint_name_ref())));
            }
            Action::ValidateConstraint(it) => {
                let name = parts(it.syntax()).pop().unwrap_or_default();
                effects.push(effect(Act::ValidateConstraint, name));
            }
            Action::TableRenameTo(it) => {
                effects.push(effect(Act::RenameTable, word_of!(it.table_name())));
            }
            Action::SetSchema(it) => {
                effects.push(effect(Act::MoveTable, word_of!(it.schema_ref())));
            }
            Action::EnableRls(_) => effects.push(effect(Act::EnableRls, String::new())),
            Action::DisableRls(_) => effects.push(effect(Act::DisableRls, String::new())),
            Action::ReplicaIdentity(_) => effects.push(effect(Act::ReplicaIdentity, String::new())),
            Action::EnableTrigger(_)
            | Action::EnableAlwaysTrigger(_)
            | Action::EnableReplicaTrigger(_) => effects.push(effect(Act::Trigger, String::new())),
            Action::DisableTrigger(_) => effects.push(effect(Act::DropTrigger, String::new())),
            other => effects.push(effect(Act::Other, normal(other.syntax()))),
        }
    }
}

/// `ALTER COLUMN`; nothing for what only tunes storage.
fn alter_column(
    table: &QualifiedName,
    column: &str,
    option: &ast::AlterColumnOption,
) -> Option<Effect> {
    use ast::AlterColumnOption as Option_;
    let effect = |act: Act| Effect::new(act, table.clone(), column);
    Some(match option {
        Option_::SetType(it) => effect(Act::SetType).detail(type_text(it.ty().as_ref())),
        Option_::SetNotNull(_) => effect(Act::SetNotNull),
        Option_::DropNotNull(_) => effect(Act::DropNotNull),
        Option_::SetDefault(it) => effect(Act::SetDefault).detail(default_text(it.expr())),
        Option_::DropDefault(_) => effect(Act::DropDefault),
        Option_::AddGenerated(_) => effect(Act::SetIdentity),
        Option_::DropIdentity(_) => effect(Act::DropIdentity),
        Option_::DropExpression(_) => effect(Act::DropGenerated),
        Option_::SetExpression(_) => effect(Act::SetGenerated),
        Option_::SetGenerated(_)
        | Option_::SetGeneratedOptions(_)
        | Option_::SetSequenceOption(_)
        | Option_::Restart(_) => effect(Act::AlterIdentity),
        _ => return None,
    })
}

/// A new column: its type, and what comes with it as effects of their own.
fn add_column(
    table: &QualifiedName,
    column: &str,
    ty: Option<&ast::Type>,
    constraints: impl Iterator<Item = SyntaxNode>,
    effects: &mut Vec<Effect>,
) {
    effects.push(Effect::new(Act::AddColumn, table.clone(), column).detail(type_text(ty)));
    let effect = |act: Act| Effect::new(act, table.clone(), column);
    for node in constraints {
        match node.kind() {
            SyntaxKind::NOT_NULL_CONSTRAINT => effects.push(effect(Act::SetNotNull)),
            SyntaxKind::DEFAULT_CONSTRAINT => {
                let expression = ast::DefaultConstraint::cast(node).and_then(|it| it.expr());
                effects.push(effect(Act::SetDefault).detail(default_text(expression)));
            }
            SyntaxKind::GENERATED_CONSTRAINT => {
                let identity = normal(&node).contains("as identity");
                effects.push(effect(if identity { Act::SetIdentity } else { Act::SetGenerated }));
            }
            SyntaxKind::PRIMARY_KEY_CONSTRAINT => {
                let name = format!("{}_pkey", table.name);
                let key = Effect::new(Act::AddPrimaryKey, table.clone(), name);
                effects.push(key.detail(column));
            }
            SyntaxKind::UNIQUE_CONSTRAINT => {
                let name = named(&node).unwrap_or_else(|| format!("{}_{column}_key", table.name));
                effects.push(Effect::new(Act::AddUnique, table.clone(), name));
            }
            SyntaxKind::CHECK_CONSTRAINT => {
                let name = named(&node).unwrap_or_else(|| format!("{}_{column}_check", table.name));
                effects.push(Effect::new(Act::AddCheck, table.clone(), name));
            }
            SyntaxKind::REFERENCES_CONSTRAINT => {
                let name = named(&node).unwrap_or_else(|| format!("{}_{column}_fkey", table.name));
                effects.push(Effect::new(Act::AddForeignKey, table.clone(), name));
            }
            _ => {}
        }
    }
}

pub(super) fn create_table(statement: &ast::CreateTable, effects: &mut Vec<Effect>) {
    let table = name_of!(statement.table_name());
    effects.push(Effect::new(Act::CreateTable, table.clone(), ""));
    for argument in statement.table_arg_list().into_iter().flat_map(|it| it.args()) {
        match argument {
            ast::TableArg::Column(it) => {
                let column = word_of!(it.name());
                let constraints = it.clauses().filter_map(|clause| match clause {
                    ast::ColumnClause::ColumnConstraint(it) => Some(it.syntax().clone()),
                    _ => None,
                });
                add_column(&table, &column, it.ty().as_ref(), constraints, effects);
            }
            ast::TableArg::TableConstraint(it) => {
                effects.push(constraint_effect(&table, it.syntax()));
            }
            ast::TableArg::LikeClause(_) => {}
        }
    }
}

/// The name in `CONSTRAINT name …`.
fn named(constraint: &SyntaxNode) -> Option<String> {
    let clause = constraint.children().find_map(ast::ConstraintNameClause::cast)?;
    Some(word_of!(clause.constraint_name()))
}

/// A constraint of a table.
fn constraint_effect(table: &QualifiedName, node: &SyntaxNode) -> Effect {
    let act = match node.kind() {
        SyntaxKind::PRIMARY_KEY_CONSTRAINT => Act::AddPrimaryKey,
        SyntaxKind::UNIQUE_CONSTRAINT => Act::AddUnique,
        SyntaxKind::CHECK_CONSTRAINT => Act::AddCheck,
        SyntaxKind::FOREIGN_KEY_CONSTRAINT => Act::AddForeignKey,
        SyntaxKind::NOT_NULL_CONSTRAINT => {
            let column = parts(node).pop().unwrap_or_default();
            return Effect::new(Act::SetNotNull, table.clone(), column);
        }
        _ => Act::AddOtherConstraint,
    };
    let mut text = normal(node);
    let not_valid = text.contains(" not valid");
    let using_index = text.contains(" using index ");
    if let Some(name) = named(node) {
        let rest = text.trim_start_matches("constraint ").trim_start_matches(&name);
        let name = text.len() - rest.trim_start().len();
        text.replace_range(..name, "");
    }
    // What is written and what is left out may mean the same.
    for noise in [" not valid", " on delete no action", " on update no action", "public . "] {
        text = text.replace(noise, "");
    }
    // Two ways to write a check differ in their brackets; the name says which it is.
    if act == Act::AddCheck || using_index {
        text.clear();
    }
    let effect = Effect::new(act, table.clone(), named(node).unwrap_or_default()).detail(text);
    effect.when(not_valid, Manner::NotValid)
}

/// A default in normal form; a cast to the column's type makes no difference.
fn default_text(expression: Option<ast::Expr>) -> String {
    let text = expression.map(|it| normal(it.syntax())).unwrap_or_default();
    text.split(" : : ").next().unwrap_or_default().to_owned()
}

/// A type in normal form: PostgreSQL's other names for it, its schema and its quotes make no
/// difference.
fn type_text(ty: Option<&ast::Type>) -> String {
    let Some(ty) = ty else { return String::new() };
    let mut text = normal(ty.syntax()).replace(' ', "");
    for (long, short) in [
        ("public.", ""),
        ("undefined.", ""),
        ("pg_catalog.", ""),
        ("charactervarying", "varchar"),
        ("timestampwithouttimezone", "timestamp"),
        ("timestampwithtimezone", "timestamptz"),
        ("decimal", "numeric"),
        ("bool", "boolean"),
        ("booleanean", "boolean"),
    ] {
        text = text.replace(long, short);
    }
    match text.as_str() {
        "int" | "int4" => "integer".to_owned(),
        "int8" => "bigint".to_owned(),
        "int2" => "smallint".to_owned(),
        "float8" => "doubleprecision".to_owned(),
        _ => text,
    }
}

/// What makes an index the same: uniqueness, columns, predicate.
pub(super) fn index_detail(statement: &ast::CreateIndex) -> String {
    let mut detail = Vec::new();
    if statement.unique_token().is_some() {
        detail.push("unique".to_owned());
    }
    if let Some(columns) = statement.partition_item_list() {
        // ASC and NULLS LAST are what is meant when nothing is said; drizzle-kit has written both.
        let text = normal(columns.syntax());
        detail.push(
            text.replace(" asc", "").replace(" nulls last", "").replace("desc nulls first", "desc"),
        );
    }
    if let Some(predicate) = statement.where_clause() {
        detail.push(
            normal(predicate.syntax())
                .replace(['(', ')'], "")
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
        );
    }
    detail.join(" ")
}
