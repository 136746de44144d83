//! SQL → effects, by PostgreSQL's grammar.

use squawk_syntax::ast::{self, AstNode};
use squawk_syntax::{SourceFile, SyntaxElement, SyntaxKind, SyntaxNode, SyntaxToken};

use super::effect::{Act, Effect, Manner};
use super::table::{alter_table, create_table, index_detail};
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
        .filter_map(SyntaxElement::into_token)
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

pub(super) fn normal(node: &SyntaxNode) -> String {
    let words = words(node).map(|word| fold(word.text())).filter(|word| word != ";");
    words.collect::<Vec<_>>().join(" ")
}

/// The parts of a name.
pub(super) fn parts(node: &SyntaxNode) -> Vec<String> {
    let words = words(node).map(|word| word.text().to_owned());
    let names = words.filter(|word| {
        !matches!(word.as_str(), "." | "*" | "(" | ")" | ",") && !word.eq_ignore_ascii_case("only")
    });
    names.map(|word| fold(&word)).collect()
}

pub(super) fn qualified(node: Option<&SyntaxNode>) -> QualifiedName {
    let parts = node.map(parts).unwrap_or_default();
    match parts.as_slice() {
        [] => QualifiedName::public(""),
        [name] => QualifiedName::public(name),
        [.., schema, name] => QualifiedName::new(schema, name),
    }
}

/// A name of one part.
pub(super) fn one(node: Option<&SyntaxNode>) -> String {
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

pub(super) use {name_of, word_of};

fn global(act: Act, name: impl Into<String>) -> Effect {
    Effect::new(act, QualifiedName::new("", name), "")
}

pub(super) fn cascades(behavior: Option<&ast::DropBehavior>) -> bool {
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
            add(Effect::new(Act::Update, QualifiedName::public(""), normal(it.syntax())));
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

/// `DO $$ … $$`: what the statements inside do, where they can be read. (squawk-syntax 2.68 does not
/// read a bare `SELECT … INTO` there.)
fn anonymous_block(block: &ast::Do, effects: &mut Vec<Effect>) {
    let opaque = || global(Act::Opaque, "");
    let Some(body) = block.plpgsql() else {
        effects.push(opaque());
        return;
    };
    let text = normal(&body.syntax());
    if !body.errors().is_empty() || text.split(' ').any(|word| word == "execute") {
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
