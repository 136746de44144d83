//! Lowers statements and declarations.

use std::sync::Arc;

use swc_ecma_ast as ast;

use super::{Lowering, early, span_of};
use crate::typescript::syntax::{
    Block, Case, Declarator, Declared, Enum, Expr, ExprKind, For, ForEach, Name, Pattern,
    PatternKind, Stmt, StmtKind, Try, VarKind,
};

impl Lowering<'_> {
    /// Statements with a scope of their own.
    pub(super) fn block(&mut self, statements: Vec<ast::Stmt>) -> Block {
        let statements: Vec<Stmt> =
            statements.into_iter().filter_map(|statement| self.stmt(statement)).collect();
        self.scoped(statements, false)
    }

    /// A block of lowered statements.
    pub(super) fn scoped(&mut self, statements: Vec<Stmt>, is_module: bool) -> Block {
        self.refuse_twice(early::declared_twice(&statements, is_module), "declared");
        let mut declared = Vec::new();
        declared_by(&statements, &mut declared);
        Block { statements, declared }
    }

    fn boxed_stmt(&mut self, statement: ast::Stmt) -> Box<Stmt> {
        let span = span_of(&statement);
        let lowered = self.stmt(statement);
        Box::new(lowered.unwrap_or(Stmt { span, kind: StmtKind::Empty }))
    }

    /// A statement; `None` when nothing of it is left at run time.
    pub(super) fn stmt(&mut self, statement: ast::Stmt) -> Option<Stmt> {
        let span = span_of(&statement);
        let kind = self.deeper(span, |this| this.stmt_kind(statement))??;
        Some(Stmt { span, kind })
    }

    fn stmt_kind(&mut self, statement: ast::Stmt) -> Option<StmtKind> {
        Some(match statement {
            ast::Stmt::Block(block) => StmtKind::Block(self.block(block.stmts)),
            ast::Stmt::Empty(_) | ast::Stmt::Debugger(_) => return None,
            ast::Stmt::With(with) => {
                let span = span_of(&with);
                StmtKind::Expr(Expr { span, kind: ExprKind::Opaque("`with`") })
            }
            ast::Stmt::Return(value) => StmtKind::Return(value.arg.map(|value| self.expr(*value))),
            ast::Stmt::Labeled(labeled) => {
                let label = self.name(&labeled.label.sym);
                StmtKind::Labeled(label, self.boxed_stmt(*labeled.body))
            }
            ast::Stmt::Break(to) => StmtKind::Break(to.label.map(|label| self.name(&label.sym))),
            ast::Stmt::Continue(to) => {
                StmtKind::Continue(to.label.map(|label| self.name(&label.sym)))
            }
            ast::Stmt::If(branch) => {
                let test = self.expr(*branch.test);
                let then = self.boxed_stmt(*branch.cons);
                StmtKind::If(test, then, branch.alt.map(|other| self.boxed_stmt(*other)))
            }
            ast::Stmt::Switch(switch) => {
                let subject = self.expr(*switch.discriminant);
                let mut cases = Vec::new();
                let mut declared = Vec::new();
                for case in switch.cases {
                    let test = case.test.map(|test| self.expr(*test));
                    let body: Vec<Stmt> = case
                        .cons
                        .into_iter()
                        .filter_map(|statement| self.stmt(statement))
                        .collect();
                    declared_by(&body, &mut declared);
                    cases.push(Case { test, body });
                }
                StmtKind::Switch(subject, cases, declared)
            }
            ast::Stmt::Throw(throw) => StmtKind::Throw(self.expr(*throw.arg)),
            ast::Stmt::Try(attempt) => {
                let block = self.block(attempt.block.stmts);
                let handler = attempt.handler.map(|handler| {
                    let pattern = handler.param.map(|pattern| self.pattern(pattern));
                    (pattern, self.block(handler.body.stmts))
                });
                let finalizer = attempt.finalizer.map(|block| self.block(block.stmts));
                StmtKind::Try(Box::new(Try { block, handler, finalizer }))
            }
            ast::Stmt::While(repeat) => {
                let test = self.expr(*repeat.test);
                StmtKind::While(test, self.boxed_stmt(*repeat.body))
            }
            ast::Stmt::DoWhile(repeat) => {
                let body = self.boxed_stmt(*repeat.body);
                StmtKind::DoWhile(body, self.expr(*repeat.test))
            }
            ast::Stmt::For(repeat) => {
                let init = repeat.init.and_then(|init| match init {
                    ast::VarDeclOrExpr::VarDecl(declaration) => {
                        let span = span_of(&*declaration);
                        let kind = self.variables(*declaration)?;
                        Some(Stmt { span, kind })
                    }
                    ast::VarDeclOrExpr::Expr(expr) => {
                        let expr = self.expr(*expr);
                        Some(Stmt { span: expr.span, kind: StmtKind::Expr(expr) })
                    }
                });
                let test = repeat.test.map(|test| self.expr(*test));
                let update = repeat.update.map(|update| self.expr(*update));
                let body = *self.boxed_stmt(*repeat.body);
                StmtKind::For(Box::new(For { init, test, update, body }))
            }
            ast::Stmt::ForIn(each) => {
                StmtKind::ForIn(Box::new(self.for_each(each.left, *each.right, *each.body, false)))
            }
            ast::Stmt::ForOf(each) => {
                let is_await = each.is_await;
                let each = self.for_each(each.left, *each.right, *each.body, is_await);
                StmtKind::ForOf(Box::new(each))
            }
            ast::Stmt::Decl(declaration) => self.declaration(declaration)?,
            ast::Stmt::Expr(expr) => StmtKind::Expr(self.expr(*expr.expr)),
        })
    }

    fn for_each(
        &mut self,
        head: ast::ForHead,
        subject: ast::Expr,
        body: ast::Stmt,
        is_await: bool,
    ) -> ForEach {
        let (kind, target) = match head {
            ast::ForHead::VarDecl(declaration) => {
                let kind = var_kind(declaration.kind);
                let first = declaration.decls.into_iter().next().map(|first| first.name);
                (Some(kind), first)
            }
            ast::ForHead::UsingDecl(declaration) => {
                let first = declaration.decls.into_iter().next().map(|first| first.name);
                (Some(VarKind::Const), first)
            }
            ast::ForHead::Pat(pattern) => (None, Some(*pattern)),
        };
        let target = match target {
            Some(pattern) => self.pattern(pattern),
            None => Pattern { span: span_of(&subject), kind: PatternKind::Array(Vec::new(), None) },
        };
        if kind == Some(VarKind::Var) {
            self.hoist(&target);
        }
        let subject = self.expr(subject);
        let body = *self.boxed_stmt(body);
        ForEach { kind, target, subject, body, is_await }
    }

    /// Remembers the names of a `var` for the enclosing function.
    fn hoist(&mut self, pattern: &Pattern) {
        let Some(vars) = self.vars.last_mut() else { return };
        names_of(pattern, &mut |name| {
            if !vars.contains(&name) {
                vars.push(name);
            }
        });
    }

    fn variables(&mut self, declaration: ast::VarDecl) -> Option<StmtKind> {
        if declaration.declare {
            return None;
        }
        let kind = var_kind(declaration.kind);
        Some(self.declarators(kind, declaration.decls))
    }

    fn declarators(&mut self, kind: VarKind, declarators: Vec<ast::VarDeclarator>) -> StmtKind {
        let declarators = declarators.into_iter().map(|declarator| {
            let target = self.pattern(declarator.name);
            if kind == VarKind::Var {
                self.hoist(&target);
            }
            Declarator { target, init: declarator.init.map(|init| self.expr(*init)) }
        });
        StmtKind::Var(kind, declarators.collect())
    }

    pub(super) fn declaration(&mut self, declaration: ast::Decl) -> Option<StmtKind> {
        Some(match declaration {
            ast::Decl::Class(class) => {
                if class.declare {
                    return None;
                }
                let name = self.name(&class.ident.sym);
                StmtKind::Class(name, self.class(*class.class, Some(name)))
            }
            ast::Decl::Fn(function) => {
                // Without a body it is an overload or ambient.
                if function.declare || function.function.body.is_none() {
                    return None;
                }
                let name = self.name(&function.ident.sym);
                StmtKind::Function(name, self.function(*function.function, Some(name), false))
            }
            ast::Decl::Var(declaration) => return self.variables(*declaration),
            ast::Decl::Using(declaration) => self.declarators(VarKind::Const, declaration.decls),
            ast::Decl::TsEnum(declaration) => {
                if declaration.declare {
                    return None;
                }
                let name = self.name(&declaration.id.sym);
                let members = declaration.members.into_iter().map(|member| {
                    let span = span_of(&member);
                    let key = match member.id {
                        ast::TsEnumMemberId::Ident(ident) => self.name(&ident.sym),
                        ast::TsEnumMemberId::Str(text) => self.name(&text.value.to_string_lossy()),
                    };
                    (key, member.init.map(|init| self.expr(*init)), span)
                });
                let members = members.collect();
                StmtKind::Enum(Arc::new(Enum { name, members }))
            }
            ast::Decl::TsModule(declaration) => {
                let ast::TsModuleName::Ident(ident) = declaration.id else { return None };
                if declaration.declare {
                    return None;
                }
                let name = self.name(&ident.sym);
                self.namespace(name, declaration.body?)?
            }
            ast::Decl::TsInterface(_) | ast::Decl::TsTypeAlias(_) => return None,
        })
    }

    fn namespace(&mut self, name: Name, body: ast::TsNamespaceBody) -> Option<StmtKind> {
        let mut statements = Vec::new();
        let mut exported = Vec::new();
        match body {
            ast::TsNamespaceBody::TsNamespaceDecl(inner) => {
                let span = span_of(&inner);
                let local = self.name(&inner.id.sym);
                let kind = self.namespace(local, *inner.body)?;
                statements.push(Stmt { span, kind });
                exported.push((local, local));
            }
            ast::TsNamespaceBody::TsModuleBlock(block) => {
                for item in block.body {
                    match item {
                        ast::ModuleItem::Stmt(statement) => statements.extend(self.stmt(statement)),
                        ast::ModuleItem::ModuleDecl(ast::ModuleDecl::ExportDecl(export)) => {
                            let span = span_of(&export);
                            let Some(kind) = self.declaration(export.decl) else { continue };
                            declared_names(&kind, &mut |name| exported.push((name, name)));
                            statements.push(Stmt { span, kind });
                        }
                        ast::ModuleItem::ModuleDecl(_) => {}
                    }
                }
            }
        }
        // A namespace of types only leaves nothing at run time.
        if statements.is_empty() {
            return None;
        }
        let block = self.scoped(statements, false);
        Some(StmtKind::Namespace(name, block, exported))
    }
}

fn var_kind(kind: ast::VarDeclKind) -> VarKind {
    match kind {
        ast::VarDeclKind::Var => VarKind::Var,
        ast::VarDeclKind::Let => VarKind::Let,
        ast::VarDeclKind::Const => VarKind::Const,
    }
}

/// The names a pattern binds.
pub(super) fn names_of(pattern: &Pattern, found: &mut dyn FnMut(Name)) {
    match &pattern.kind {
        PatternKind::Name(name) => found(*name),
        PatternKind::Object(properties, rest) => {
            for (_, pattern) in properties {
                names_of(pattern, found);
            }
            if let Some(rest) = rest {
                names_of(rest, found);
            }
        }
        PatternKind::Array(elements, rest) => {
            for pattern in elements.iter().flatten() {
                names_of(pattern, found);
            }
            if let Some(rest) = rest {
                names_of(rest, found);
            }
        }
        PatternKind::Default(inner, _) => names_of(inner, found),
        PatternKind::Target(_) => {}
    }
}

/// The names a declaration declares, `var`s included.
pub(super) fn declared_names(kind: &StmtKind, found: &mut dyn FnMut(Name)) {
    match kind {
        StmtKind::Var(_, declarators) => {
            for declarator in declarators {
                names_of(&declarator.target, found);
            }
        }
        StmtKind::Function(name, _) | StmtKind::Class(name, _) | StmtKind::Namespace(name, ..) => {
            found(*name);
        }
        StmtKind::Enum(declaration) => found(declaration.name),
        _ => {}
    }
}

/// What statements declare in the block they stand in.
fn declared_by(statements: &[Stmt], declared: &mut Vec<(Name, Declared)>) {
    for statement in statements {
        let how = match &statement.kind {
            StmtKind::Var(VarKind::Let, _) | StmtKind::Class(..) => Declared::Let,
            StmtKind::Var(VarKind::Const, _) => Declared::Const,
            StmtKind::Function(..) => Declared::Function,
            StmtKind::Enum(_) | StmtKind::Namespace(..) => Declared::Merged,
            StmtKind::ExportDefault(name, _) => {
                declared.push((*name, Declared::Const));
                continue;
            }
            _ => continue,
        };
        declared_names(&statement.kind, &mut |name| declared.push((name, how)));
    }
}
