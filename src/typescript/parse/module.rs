//! Lowers a whole file: its statements, imports and exports.

use serde_json::Value;
use swc_ecma_ast as ast;

use super::statement::declared_names;
use super::{Lowering, span_of};
use crate::typescript::syntax::{
    Argument, Declarator, Export, ExportSource, Expr, ExprKind, Import, Imported, Key, Module,
    Name, Pattern, PatternKind, Property, PropertyKind, Request, Span, Stmt, StmtKind, VarKind,
};

/// The binding behind `export default expression`; no identifier can have this name.
pub(in crate::typescript) const DEFAULT_BINDING: &str = "*default*";

impl Lowering<'_> {
    pub(super) fn program(&mut self, program: ast::Program) -> Module {
        let mut statements = Vec::new();
        match program {
            ast::Program::Script(script) => {
                statements.extend(script.body.into_iter().filter_map(|s| self.stmt(s)));
            }
            ast::Program::Module(module) => {
                for item in module.body {
                    let lowered = match item {
                        ast::ModuleItem::Stmt(statement) => self.stmt(statement),
                        ast::ModuleItem::ModuleDecl(declaration) => {
                            let span = span_of(&declaration);
                            self.module_declaration(declaration, span)
                                .map(|kind| Stmt { span, kind })
                        }
                    };
                    statements.extend(lowered);
                }
            }
        }
        let body = self.scoped(statements, self.is_esm);
        self.finish(body)
    }

    /// A JSON file: its data is the default export.
    pub(super) fn json(&mut self, value: &Value) -> Module {
        let span = Span::default();
        let expr = self.json_expr(value);
        let name = self.name(DEFAULT_BINDING);
        let exported = self.name("default");
        self.exports.push(Export { name: exported, source: ExportSource::Local(name), span });
        let statements = vec![Stmt { span, kind: StmtKind::ExportDefault(name, expr) }];
        let body = self.scoped(statements, true);
        self.finish(body)
    }

    fn json_expr(&mut self, value: &Value) -> Expr {
        let span = Span::default();
        let kind = match value {
            Value::Null => ExprKind::Null,
            Value::Bool(value) => ExprKind::Bool(*value),
            Value::Number(number) => ExprKind::Number(number.as_f64().unwrap_or(f64::NAN)),
            Value::String(text) => ExprKind::String(self.name(text)),
            Value::Array(elements) => {
                let elements = elements.iter().map(|element| {
                    Some(Argument { is_spread: false, value: self.json_expr(element) })
                });
                ExprKind::Array(elements.collect())
            }
            Value::Object(properties) => {
                let properties = properties.iter().map(|(key, value)| {
                    let key = Key::Name(self.name(key));
                    let kind = PropertyKind::Value(key, self.json_expr(value));
                    Property { span, kind }
                });
                ExprKind::Object(properties.collect())
            }
        };
        Expr { span, kind }
    }

    /// The index of a request for `specifier`; statements that name the same module share it.
    pub(super) fn request(&mut self, specifier: &str, span: Span) -> u32 {
        let known = self.requests.iter().position(|request| &*request.specifier == specifier);
        let index = known.unwrap_or_else(|| {
            self.requests.push(Request {
                specifier: specifier.into(),
                span,
                is_needed: false,
                is_bare: false,
            });
            self.requests.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }

    fn needed(&mut self, source: &ast::Str) -> u32 {
        let index = self.request(&source.value.to_string_lossy(), span_of(source));
        if let Some(request) = self.requests.get_mut(index as usize) {
            request.is_needed = true;
        }
        index
    }

    fn module_declaration(&mut self, declaration: ast::ModuleDecl, span: Span) -> Option<StmtKind> {
        match declaration {
            ast::ModuleDecl::Import(import) => {
                self.is_esm = true;
                self.import(import);
                None
            }
            ast::ModuleDecl::ExportDecl(export) => {
                self.is_esm = true;
                let kind = self.declaration(export.decl)?;
                let mut names = Vec::new();
                declared_names(&kind, &mut |name| names.push(name));
                // Enums and namespaces add to what has their name already, its export included.
                let merges = matches!(kind, StmtKind::Enum(_) | StmtKind::Namespace(..));
                for name in names {
                    let source = ExportSource::Local(name);
                    let known = |it: &Export| it.name == name && it.source == source;
                    if !(merges && self.exports.iter().any(known)) {
                        self.exports.push(Export { name, source, span });
                    }
                }
                Some(kind)
            }
            ast::ModuleDecl::ExportNamed(export) => {
                self.is_esm = true;
                self.named_export(export);
                None
            }
            ast::ModuleDecl::ExportDefaultDecl(export) => {
                self.is_esm = true;
                self.default_declaration(export.decl, span)
            }
            ast::ModuleDecl::ExportDefaultExpr(export) => {
                self.is_esm = true;
                let expr = self.expr(*export.expr);
                let name = self.default_export(None, span);
                Some(StmtKind::ExportDefault(name, expr))
            }
            ast::ModuleDecl::ExportAll(export) => {
                self.is_esm = true;
                if !export.type_only {
                    let request = self.needed(&export.src);
                    self.stars.push(request);
                }
                None
            }
            ast::ModuleDecl::TsImportEquals(import) => self.import_equals(*import, span),
            ast::ModuleDecl::TsExportAssignment(export) => {
                self.uses_commonjs = true;
                Some(StmtKind::ExportAssign(self.expr(*export.expr)))
            }
            ast::ModuleDecl::TsNamespaceExport(_) => None,
        }
    }

    /// Registers the default export and gives its binding.
    fn default_export(&mut self, local: Option<Name>, span: Span) -> Name {
        let name = local.unwrap_or_else(|| self.name(DEFAULT_BINDING));
        let exported = self.name("default");
        self.exports.push(Export { name: exported, source: ExportSource::Local(name), span });
        name
    }

    fn default_declaration(
        &mut self,
        declaration: ast::DefaultDecl,
        span: Span,
    ) -> Option<StmtKind> {
        match declaration {
            ast::DefaultDecl::Class(class) => {
                let local = class.ident.map(|ident| self.name(&ident.sym));
                let name = self.default_export(local, span);
                Some(StmtKind::Class(name, self.class(*class.class, local)))
            }
            ast::DefaultDecl::Fn(function) => {
                function.function.body.as_ref()?;
                let local = function.ident.map(|ident| self.name(&ident.sym));
                let name = self.default_export(local, span);
                Some(StmtKind::Function(name, self.function(*function.function, local, false)))
            }
            ast::DefaultDecl::TsInterfaceDecl(_) => None,
        }
    }

    fn import(&mut self, import: ast::ImportDecl) {
        if import.type_only {
            return;
        }
        if import.specifiers.is_empty() {
            let index = self.needed(&import.src);
            if let Some(request) = self.requests.get_mut(index as usize) {
                request.is_bare = true;
            }
            return;
        }
        let request = self.request(&import.src.value.to_string_lossy(), span_of(&*import.src));
        for specifier in import.specifiers {
            if specifier.is_type_only() {
                continue;
            }
            let span = span_of(&specifier);
            let (local, what) = match specifier {
                ast::ImportSpecifier::Named(named) => {
                    let local = self.name(&named.local.sym);
                    let imported = named.imported.as_ref().map(|name| self.name(&name.atom()));
                    (local, Imported::Named(imported.unwrap_or(local)))
                }
                ast::ImportSpecifier::Default(default) => {
                    let imported = self.name("default");
                    (self.name(&default.local.sym), Imported::Named(imported))
                }
                ast::ImportSpecifier::Namespace(namespace) => {
                    (self.name(&namespace.local.sym), Imported::Namespace)
                }
            };
            self.imports.push(Import { local, request, what, span });
        }
    }

    fn named_export(&mut self, export: ast::NamedExport) {
        if export.type_only {
            return;
        }
        let request = export.src.as_ref().map(|source| self.needed(source));
        for specifier in export.specifiers {
            let span = span_of(&specifier);
            match (specifier, request) {
                (ast::ExportSpecifier::Named(named), request) => {
                    if named.is_type_only {
                        continue;
                    }
                    let original = self.name(&named.orig.atom());
                    let exported = named.exported.as_ref().map(|name| self.name(&name.atom()));
                    let name = exported.unwrap_or(original);
                    let source = if let Some(request) = request {
                        ExportSource::From(request, original)
                    } else {
                        self.used.insert(original);
                        ExportSource::Local(original)
                    };
                    self.exports.push(Export { name, source, span });
                }
                (ast::ExportSpecifier::Namespace(namespace), Some(request)) => {
                    let name = self.name(&namespace.name.atom());
                    let source = ExportSource::Namespace(request);
                    self.exports.push(Export { name, source, span });
                }
                (ast::ExportSpecifier::Default(default), Some(request)) => {
                    let name = self.name(&default.exported.sym);
                    let source = ExportSource::From(request, self.name("default"));
                    self.exports.push(Export { name, source, span });
                }
                (ast::ExportSpecifier::Namespace(_) | ast::ExportSpecifier::Default(_), None) => {}
            }
        }
    }

    /// `import x = require("…")`, `import x = a.b`.
    fn import_equals(&mut self, import: ast::TsImportEqualsDecl, span: Span) -> Option<StmtKind> {
        if import.is_type_only {
            return None;
        }
        let local = self.name(&import.id.sym);
        if import.is_export {
            self.is_esm = true;
            self.used.insert(local);
            self.exports.push(Export { name: local, source: ExportSource::Local(local), span });
        }
        match import.module_ref {
            ast::TsModuleRef::TsExternalModuleRef(external) => {
                let specifier = external.expr.value.to_string_lossy().into_owned();
                let request = self.request(&specifier, span_of(&external.expr));
                self.imports.push(Import { local, request, what: Imported::Require, span });
                None
            }
            ast::TsModuleRef::TsEntityName(entity) => {
                let init = self.entity(entity);
                let target = Pattern { span, kind: PatternKind::Name(local) };
                let declarators = vec![Declarator { target, init: Some(init) }];
                Some(StmtKind::Var(VarKind::Const, declarators))
            }
        }
    }

    fn entity(&mut self, entity: ast::TsEntityName) -> Expr {
        let span = span_of(&entity);
        match entity {
            ast::TsEntityName::Ident(ident) => self.expr(ast::Expr::Ident(ident)),
            ast::TsEntityName::TsQualifiedName(qualified) => {
                let ast::TsQualifiedName { left, right, .. } = *qualified;
                let object = self.deeper(span, |this| this.entity(left));
                let object = object.unwrap_or(Expr { span, kind: ExprKind::Opaque("a name") });
                let property = Key::Name(self.name(&right.sym));
                let member = crate::typescript::syntax::Member {
                    object,
                    property,
                    span,
                    is_optional: false,
                };
                Expr { span, kind: ExprKind::Member(Box::new(member)) }
            }
        }
    }
}
