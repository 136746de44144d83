//! SQL → effects, by PostgreSQL's grammar.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxKind, SyntaxNode, SyntaxToken};

use super::effect::{Act, Effect, Manner};
use crate::ident::QualifiedName;

/// One statement of a migration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Where it begins, in bytes.
    pub offset: usize,
    /// As it is written, without surrounding blanks.
    pub sql: String,
    /// Its words in one line, comments and letter case gone.
    pub normal: String,
    /// What it does; nothing for a comment.
    pub effects: Vec<Effect>,
}

/// What drizzle-kit writes between two statements; to PostgreSQL it is a comment.
const BREAKPOINT: &str = "--> statement-breakpoint";

/// Reads a migration. Text that cannot be read becomes a statement with the effect
/// [`Act::Unreadable`], and does not hide those around it.
pub(super) fn parse(text: &str) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut offset = 0;
    for part in text.split(BREAKPOINT) {
        parse_part(part, offset, &mut statements);
        offset += part.len() + BREAKPOINT.len();
    }
    statements
}

fn parse_part(text: &str, offset: usize, statements: &mut Vec<Statement>) {
    let parsed = SourceFile::parse(text);
    if !parsed.errors().is_empty() {
        let start = text.len() - text.trim_start().len();
        let effect = Effect::new(Act::Unreadable, QualifiedName::public(""), "");
        statements.push(Statement {
            offset: offset + start,
            sql: text.trim().to_owned(),
            normal: normal(&parsed.syntax_node()),
            effects: vec![effect],
        });
        return;
    }
    for statement in parsed.tree().stmts() {
        let node = statement.syntax();
        let Some(first) = first_word(node) else { continue };
        let start = usize::from(first.text_range().start());
        let end = usize::from(node.text_range().end());
        let mut effects = Vec::new();
        read(&statement, &mut effects);
        statements.push(Statement {
            offset: offset + start,
            sql: text.get(start..end).unwrap_or_default().trim().to_owned(),
            normal: normal(node),
            effects,
        });
    }
}

/// The words of some SQL in normal form; comments and blanks make no difference.
pub(super) fn normal_text(text: &str) -> String {
    normal(&SourceFile::parse(text).syntax_node())
}

fn words(node: &SyntaxNode) -> impl Iterator<Item = SyntaxToken> {
    node.descendants_with_tokens()
        .filter_map(|it| it.into_token())
        .filter(|token| !matches!(token.kind(), SyntaxKind::WHITESPACE | SyntaxKind::COMMENT))
}

fn first_word(node: &SyntaxNode) -> Option<SyntaxToken> {
    words(node).next()
}

/// An identifier or keyword without its quotes, folded as PostgreSQL folds it.
fn fold(text: &str) -> String {
    match text.strip_prefix('"').and_then(|it| it.strip_suffix('"')) {
        Some(quoted) => quoted.replace("\"\"", "\""),
        None if text.contains('\'') || text.starts_with('$') => text.to_owned(),
        None => text.to_lowercase(),
    }
}

fn normal(node: &SyntaxNode) -> String {
    let words = words(node).map(|word| fold(word.text())).filter(|word| word != ";");
    words.collect::<Vec<_>>().join(" ")
}

/// The parts of a name.
fn parts(node: &SyntaxNode) -> Vec<String> {
    let words = words(node).map(|word| word.text().to_owned());
    let names = words.filter(|word| {
        !matches!(word.as_str(), "." | "*" | "(" | ")" | ",") && !word.eq_ignore_ascii_case("only")
    });
    names.map(|word| fold(&word)).collect()
}

fn qualified(node: Option<&SyntaxNode>) -> QualifiedName {
    let parts = node.map(parts).unwrap_or_default();
    match parts.as_slice() {
        [] => QualifiedName::public(""),
        [name] => QualifiedName::public(name),
        [.., schema, name] => QualifiedName::new(schema, name),
    }
}

/// A name of one part.
fn one(node: Option<&SyntaxNode>) -> String {
    qualified(node).name
}

macro_rules! name_of {
    ($node:expr) => {
        qualified($node.as_ref().map(AstNode::syntax))
    };
}

macro_rules! word_of {
    ($node:expr) => {
        one($node.as_ref().map(AstNode::syntax))
    };
}

fn global(act: Act, name: impl Into<String>) -> Effect {
    Effect::new(act, QualifiedName::new("", name), "")
}

fn cascades(behavior: Option<&ast::DropBehavior>) -> bool {
    behavior.is_some_and(|it| normal(it.syntax()) == "cascade")
}

/// What a statement does.
fn read(statement: &ast::Stmt, effects: &mut Vec<Effect>) {
    use ast::Stmt;
    let mut add = |effect: Effect| effects.push(effect);
    match statement {
        Stmt::AlterTable(it) => alter_table(it, effects),
        Stmt::CreateTable(it) => create_table(it, effects),
        Stmt::DropTable(it) => {
            for table in it.table_name_refs() {
                let effect = Effect::new(Act::DropTable, qualified(Some(table.syntax())), "");
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::CreateIndex(it) => {
            let index = word_of!(it.index());
            let table = name_of!(it.table_relation_name());
            let effect = Effect::new(Act::CreateIndex, table, index).detail(index_detail(it));
            add(effect.when(it.concurrently_token().is_some(), Manner::Concurrently));
        }
        Stmt::DropIndex(it) => {
            for index in it.index_refs() {
                let name = qualified(Some(index.syntax()));
                let effect = Effect::new(Act::DropIndex, name, "");
                let effect = effect.when(it.concurrently_token().is_some(), Manner::Concurrently);
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::AlterIndex(it) => add(Effect::new(Act::RenameIndex, name_of!(it.index_ref()), "")),
        Stmt::CreateType(it) => {
            let detail = it.kind().map(|kind| normal(kind.syntax())).unwrap_or_default();
            add(Effect::new(Act::CreateType, name_of!(it.type_name()), "").detail(detail));
        }
        Stmt::AlterType(it) => alter_type(it, effects),
        Stmt::DropType(it) => {
            for name in it.type_name_refs() {
                let effect = Effect::new(Act::DropType, qualified(Some(name.syntax())), "");
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::CreateSchema(it) => {
            let name = it.create_schema_target().map(|it| parts(it.syntax()));
            add(global(
                Act::CreateSchema,
                name.and_then(|it| it.into_iter().next()).unwrap_or_default(),
            ));
        }
        Stmt::DropSchema(it) => {
            for name in it.schema_refs() {
                let effect = global(Act::DropSchema, one(Some(name.syntax())));
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::AlterSchema(it) => add(global(Act::RenameSchema, word_of!(it.schema_ref()))),
        Stmt::CreateSequence(it) => {
            add(Effect::new(Act::CreateSequence, name_of!(it.sequence()), ""));
        }
        Stmt::AlterSequence(it) => {
            add(Effect::new(Act::AlterSequence, name_of!(it.sequence_ref()), ""));
        }
        Stmt::DropSequence(it) => {
            for name in it.sequence_refs() {
                add(Effect::new(Act::DropSequence, qualified(Some(name.syntax())), ""));
            }
        }
        Stmt::CreateView(it) => {
            let detail = it.query().map(|query| normal(query.syntax())).unwrap_or_default();
            add(Effect::new(Act::CreateView, name_of!(it.view()), "").detail(detail));
        }
        Stmt::CreateMaterializedView(it) => {
            let detail = it.query().map(|query| normal(query.syntax())).unwrap_or_default();
            add(Effect::new(Act::CreateView, name_of!(it.view()), "").detail(detail));
        }
        Stmt::AlterView(it) => add(Effect::new(Act::AlterView, name_of!(it.view_ref()), "")),
        Stmt::AlterMaterializedView(it) => {
            add(Effect::new(Act::AlterView, name_of!(it.view_ref()), ""));
        }
        Stmt::DropView(it) => {
            for name in it.view_refs() {
                let effect = Effect::new(Act::DropView, qualified(Some(name.syntax())), "");
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::DropMaterializedView(it) => {
            for name in it.view_refs() {
                let effect = Effect::new(Act::DropView, qualified(Some(name.syntax())), "");
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::CreatePolicy(it) => {
            let table = it.on_table().and_then(|it| it.table_name_ref());
            let clauses = [
                it.using_expr_clause().map(|it| normal(it.syntax())),
                it.with_check_expr_clause().map(|it| normal(it.syntax())),
            ];
            let detail: Vec<String> = clauses.into_iter().flatten().collect();
            let effect = Effect::new(Act::CreatePolicy, name_of!(table), word_of!(it.policy()));
            add(effect.detail(detail.join(" ")));
        }
        Stmt::AlterPolicy(it) => {
            let table = it.on_table().and_then(|it| it.table_name_ref());
            add(Effect::new(Act::AlterPolicy, name_of!(table), word_of!(it.policy_ref())));
        }
        Stmt::DropPolicy(it) => {
            let table = it.on_table().and_then(|it| it.table_name_ref());
            add(Effect::new(Act::DropPolicy, name_of!(table), word_of!(it.policy_ref())));
        }
        Stmt::CreateRole(it) => add(global(Act::CreateRole, word_of!(it.role()))),
        Stmt::AlterRole(it) => add(global(Act::AlterRole, word_of!(it.role_ref()))),
        Stmt::DropRole(it) => {
            for name in it.role_refs() {
                add(global(Act::DropRole, one(Some(name.syntax()))));
            }
        }
        Stmt::Truncate(it) => {
            let tables = it.table_list().into_iter().flat_map(|it| it.table_relation_names());
            for table in tables {
                let effect = Effect::new(Act::Truncate, qualified(Some(table.syntax())), "");
                add(effect.when(cascades(it.drop_behavior().as_ref()), Manner::Cascade));
            }
        }
        Stmt::Delete(it) => {
            let effect = Effect::new(Act::Delete, name_of!(it.relation_name()), "");
            add(effect.when(it.where_clause_or_current_of().is_none(), Manner::EveryRow));
        }
        Stmt::Update(it) => {
            let effect = Effect::new(Act::Update, name_of!(it.relation_name()), "");
            add(effect.when(it.where_clause_or_current_of().is_none(), Manner::EveryRow));
        }
        Stmt::Insert(it) => add(Effect::new(Act::Insert, name_of!(it.relation_name_ref()), "")),
        Stmt::Merge(it) => {
            add(Effect::new(Act::Update, QualifiedName::public(""), normal(it.syntax())))
        }
        Stmt::CreateTrigger(it) => {
            let table = it.on_relation();
            add(Effect::new(Act::Trigger, on_relation(table.as_ref()), word_of!(it.trigger())));
        }
        Stmt::DropTrigger(it) => {
            let table = it.on_relation();
            add(Effect::new(
                Act::DropTrigger,
                on_relation(table.as_ref()),
                word_of!(it.trigger_ref()),
            ));
        }
        Stmt::Grant(_) | Stmt::Revoke(_) | Stmt::AlterDefaultPrivileges(_) => {
            add(global(Act::Grant, ""));
        }
        Stmt::CreateExtension(it) => add(global(Act::CreateExtension, word_of!(it.extension()))),
        Stmt::DropExtension(_) | Stmt::AlterExtension(_) => {
            add(global(
                Act::Extension,
                parts(statement.syntax()).get(2).cloned().unwrap_or_default(),
            ));
        }
        Stmt::CreateFunction(_)
        | Stmt::CreateProcedure(_)
        | Stmt::AlterFunction(_)
        | Stmt::AlterProcedure(_)
        | Stmt::DropFunction(_)
        | Stmt::DropProcedure(_) => add(global(Act::Routine, "")),
        Stmt::CreateDatabase(_) | Stmt::AlterDatabase(_) | Stmt::DropDatabase(_) => {
            add(global(Act::Database, normal(statement.syntax())));
        }
        Stmt::Begin(_)
        | Stmt::Commit(_)
        | Stmt::Rollback(_)
        | Stmt::SavepointCreate(_)
        | Stmt::ReleaseSavepoint(_)
        | Stmt::PrepareTransaction(_) => add(global(Act::Transaction, normal(statement.syntax()))),
        Stmt::Set(it) => {
            let target = it.set_target().map(|it| parts(it.syntax())).unwrap_or_default();
            add(global(Act::Setting, target.into_iter().next().unwrap_or_default()));
        }
        Stmt::Do(it) => anonymous_block(it, effects),
        Stmt::EmptyStmt(_) => {}
        _ => add(global(
            Act::Other,
            first_word(statement.syntax()).map(|it| fold(it.text())).unwrap_or_default(),
        )),
    }
}

fn on_relation(node: Option<&ast::OnRelation>) -> QualifiedName {
    let Some(node) = node else { return QualifiedName::public("") };
    let mut parts = parts(node.syntax());
    if parts.first().is_some_and(|it| it == "on") {
        parts.remove(0);
    }
    match parts.as_slice() {
        [] => QualifiedName::public(""),
        [name] => QualifiedName::public(name),
        [.., schema, name] => QualifiedName::new(schema, name),
    }
}

/// `DO $$ … $$`: what the statements inside do, where they can be read.
fn anonymous_block(block: &ast::Do, effects: &mut Vec<Effect>) {
    let opaque = || global(Act::Opaque, "");
    let Some(body) = block.plpgsql() else {
        effects.push(opaque());
        return;
    };
    let text = normal(&body.syntax());
    if !body.errors().is_empty()
        || text.split(' ').any(|word| word == "execute" || word == "perform")
    {
        effects.push(opaque());
        return;
    }
    for statement in body.syntax().descendants().filter_map(ast::Stmt::cast) {
        // The condition of an IF, the query of a loop.
        if !matches!(statement, ast::Stmt::Select(_) | ast::Stmt::Values(_)) {
            read(&statement, effects);
        }
    }
}

fn alter_type(statement: &ast::AlterType, effects: &mut Vec<Effect>) {
    let name = name_of!(statement.type_name_ref());
    effects.push(match statement.action() {
        Some(ast::AlterTypeAction::AddValue(it)) => {
            let label = it.literal().map(|it| it.syntax().text().to_string()).unwrap_or_default();
            Effect::new(Act::AddValue, name, label)
        }
        Some(ast::AlterTypeAction::RenameValue(it)) => {
            Effect::new(Act::RenameValue, name, normal(it.syntax()))
        }
        Some(ast::AlterTypeAction::TypeRenameTo(it)) => {
            Effect::new(Act::RenameType, name, word_of!(it.type_name()))
        }
        Some(ast::AlterTypeAction::SetSchema(it)) => {
            Effect::new(Act::MoveType, name, word_of!(it.schema_ref()))
        }
        _ => Effect::new(Act::Other, name, normal(statement.syntax())),
    });
}

fn alter_table(statement: &ast::AlterTable, effects: &mut Vec<Effect>) {
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
                    effects.extend(constraint_effect(&table, constraint.syntax()));
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
                effects.push(effect(Act::MoveTable, word_of!(it.schema_ref())))
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
        Option_::SetDefault(it) => effect(Act::SetDefault)
            .detail(it.expr().map(|it| normal(it.syntax())).unwrap_or_default()),
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
                let detail = expression.map(|it| normal(it.syntax())).unwrap_or_default();
                effects.push(effect(Act::SetDefault).detail(detail));
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

fn create_table(statement: &ast::CreateTable, effects: &mut Vec<Effect>) {
    let table = name_of!(statement.table_name());
    effects.push(Effect::new(Act::CreateTable, table.clone(), ""));
    for argument in statement.table_arg_list().into_iter().flat_map(|it| it.args()) {
        match argument {
            ast::TableArg::Column(it) => {
                let column = word_of!(it.name());
                let constraints = it.clauses().flat_map(|clause| match clause {
                    ast::ColumnClause::ColumnConstraint(it) => Some(it.syntax().clone()),
                    _ => None,
                });
                add_column(&table, &column, it.ty().as_ref(), constraints, effects);
            }
            ast::TableArg::TableConstraint(it) => {
                effects.extend(constraint_effect(&table, it.syntax()));
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
fn constraint_effect(table: &QualifiedName, node: &SyntaxNode) -> Option<Effect> {
    let act = match node.kind() {
        SyntaxKind::PRIMARY_KEY_CONSTRAINT => Act::AddPrimaryKey,
        SyntaxKind::UNIQUE_CONSTRAINT => Act::AddUnique,
        SyntaxKind::CHECK_CONSTRAINT => Act::AddCheck,
        SyntaxKind::FOREIGN_KEY_CONSTRAINT => Act::AddForeignKey,
        SyntaxKind::NOT_NULL_CONSTRAINT => {
            let column = parts(node).pop().unwrap_or_default();
            return Some(Effect::new(Act::SetNotNull, table.clone(), column));
        }
        _ => Act::AddOtherConstraint,
    };
    let mut text = normal(node);
    let not_valid = text.contains(" not valid");
    let using_index = text.contains(" using index ");
    if let Some(name) = named(node) {
        text = text
            .trim_start_matches("constraint ")
            .trim_start_matches(&name)
            .trim_start()
            .to_owned();
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
    Some(effect.when(not_valid, Manner::NotValid))
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
fn index_detail(statement: &ast::CreateIndex) -> String {
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
