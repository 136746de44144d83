//! Lowers functions and classes.

use std::sync::Arc;

use swc_ecma_ast as ast;

use super::{Lowering, span_of};
use crate::typescript::syntax::{
    Block, Class, ClassMember, ClassMemberKind, Func, FuncBody, Key, Name, Pattern, Span,
};

impl Lowering<'_> {
    /// Parameters: patterns and the rest parameter.
    pub(super) fn parameters(
        &mut self,
        parameters: impl Iterator<Item = ast::Pat>,
    ) -> (Vec<Pattern>, Option<Pattern>) {
        let mut params = Vec::new();
        let mut rest = None;
        for parameter in parameters {
            match parameter {
                ast::Pat::Rest(inner) => rest = Some(self.pattern(*inner.arg)),
                parameter => params.push(self.pattern(parameter)),
            }
        }
        (params, rest)
    }

    pub(super) fn function(
        &mut self,
        function: ast::Function,
        name: Option<Name>,
        is_method: bool,
    ) -> Arc<Func> {
        let span = span_of(&function);
        self.vars.push(Vec::new());
        let (params, rest) = self.parameters(function.params.into_iter().map(|p| p.pat));
        let body = FuncBody::Block(self.body(function.body));
        let vars = self.vars.pop().unwrap_or_default();
        Arc::new(Func {
            span,
            name,
            params,
            rest,
            body,
            vars,
            is_arrow: false,
            is_deferred: function.is_async || function.is_generator,
            is_method,
            fields: Vec::new(),
        })
    }

    pub(super) fn body(&mut self, body: Option<ast::FunctionBody>) -> Block {
        self.block(body.map(|body| body.stmts).unwrap_or_default())
    }

    pub(super) fn arrow(&mut self, arrow: ast::ArrowExpr, span: Span) -> Arc<Func> {
        self.vars.push(Vec::new());
        let (params, rest) = self.parameters(arrow.params.into_iter());
        let body = match *arrow.body {
            ast::ArrowFunctionBody::Expr(expr) => FuncBody::Expr(self.expr(*expr)),
            ast::ArrowFunctionBody::FunctionBody(body) => FuncBody::Block(self.block(body.stmts)),
        };
        let vars = self.vars.pop().unwrap_or_default();
        Arc::new(Func {
            span,
            name: None,
            params,
            rest,
            body,
            vars,
            is_arrow: true,
            is_deferred: arrow.is_async || arrow.is_generator,
            is_method: false,
            fields: Vec::new(),
        })
    }

    /// A field initialiser: a method without parameters that returns the expression.
    pub(super) fn initialiser(&mut self, expr: ast::Expr) -> Arc<Func> {
        let expr = self.expr(expr);
        Arc::new(Func {
            span: expr.span,
            name: None,
            params: Vec::new(),
            rest: None,
            body: FuncBody::Expr(expr),
            vars: Vec::new(),
            is_arrow: false,
            is_deferred: false,
            is_method: true,
            fields: Vec::new(),
        })
    }

    pub(super) fn class(&mut self, class: ast::Class, name: Option<Name>) -> Arc<Class> {
        let span = span_of(&class);
        let extends = class.super_class.map(|expr| self.expr(*expr));
        let mut constructor = None;
        let mut members = Vec::new();
        for member in class.body {
            let span = span_of(&member);
            let (is_static, kind) = match member {
                ast::ClassMember::Constructor(found) => {
                    if found.body.is_some() {
                        constructor = Some(self.constructor(found));
                    }
                    continue;
                }
                ast::ClassMember::Method(method) => {
                    if method.function.body.is_none() {
                        continue;
                    }
                    let key = self.key(method.key);
                    let kind = self.method(key, *method.function, method.kind);
                    (method.is_static, kind)
                }
                ast::ClassMember::PrivateMethod(method) => {
                    let key = Key::Private(self.name(&method.key.name));
                    let kind = self.method(key, *method.function, method.kind);
                    (method.is_static, kind)
                }
                ast::ClassMember::ClassProp(field) => {
                    if field.declare || field.is_abstract {
                        continue;
                    }
                    let key = self.key(field.key);
                    let value = field.value.map(|value| self.initialiser(*value));
                    (field.is_static, ClassMemberKind::Field(key, value))
                }
                ast::ClassMember::PrivateProp(field) => {
                    let key = Key::Private(self.name(&field.key.name));
                    let value = field.value.map(|value| self.initialiser(*value));
                    (field.is_static, ClassMemberKind::Field(key, value))
                }
                ast::ClassMember::AutoAccessor(field) => {
                    let key = match field.key {
                        ast::Key::Private(name) => Key::Private(self.name(&name.name)),
                        ast::Key::Public(key) => self.key(key),
                    };
                    let value = field.value.map(|value| self.initialiser(*value));
                    (field.is_static, ClassMemberKind::Field(key, value))
                }
                ast::ClassMember::StaticBlock(block) => {
                    self.vars.push(Vec::new());
                    let body = FuncBody::Block(self.block(block.body.stmts));
                    let vars = self.vars.pop().unwrap_or_default();
                    let function = Func {
                        span,
                        name: None,
                        params: Vec::new(),
                        rest: None,
                        body,
                        vars,
                        is_arrow: false,
                        is_deferred: false,
                        is_method: true,
                        fields: Vec::new(),
                    };
                    (true, ClassMemberKind::Block(Arc::new(function)))
                }
                ast::ClassMember::TsIndexSignature(_) | ast::ClassMember::Empty(_) => continue,
            };
            members.push(ClassMember { span, is_static, kind });
        }
        Arc::new(Class { span, name, extends, constructor, members })
    }

    pub(super) fn method(
        &mut self,
        key: Key,
        function: ast::Function,
        kind: ast::MethodKind,
    ) -> ClassMemberKind {
        let name = if let Key::Name(name) = key { Some(name) } else { None };
        let function = self.function(function, name, true);
        match kind {
            ast::MethodKind::Method => ClassMemberKind::Method(key, function),
            ast::MethodKind::Getter => ClassMemberKind::Get(key, function),
            ast::MethodKind::Setter => ClassMemberKind::Set(key, function),
        }
    }

    pub(super) fn constructor(&mut self, constructor: ast::Constructor) -> Arc<Func> {
        let span = span_of(&constructor);
        self.vars.push(Vec::new());
        let mut fields = Vec::new();
        let mut patterns = Vec::new();
        for parameter in constructor.params {
            match parameter {
                ast::ParamOrTsParamProp::Param(parameter) => patterns.push(parameter.pat),
                ast::ParamOrTsParamProp::TsParamProp(property) => {
                    let pattern: ast::Pat = match property.param {
                        ast::TsParamPropParam::Ident(ident) => ident.into(),
                        ast::TsParamPropParam::Assign(assign) => assign.into(),
                    };
                    let ident = match &pattern {
                        ast::Pat::Ident(ident) => Some(ident),
                        ast::Pat::Assign(assign) => assign.left.as_ident(),
                        _ => None,
                    };
                    if let Some(ident) = ident {
                        fields.push(self.name(&ident.id.sym));
                    }
                    patterns.push(pattern);
                }
            }
        }
        let (params, rest) = self.parameters(patterns.into_iter());
        let body = FuncBody::Block(self.body(constructor.body));
        let vars = self.vars.pop().unwrap_or_default();
        Arc::new(Func {
            span,
            name: None,
            params,
            rest,
            body,
            vars,
            is_arrow: false,
            is_deferred: false,
            is_method: false,
            fields,
        })
    }
}
