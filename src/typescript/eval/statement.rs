//! Statements.

use std::rc::Rc;

use super::doubt::always_throws;
use super::scope::{Binding, Scope};
use super::{Evaluation, Place};
use crate::typescript::syntax::{
    Block, Case, Declared, Enum, Expr, Name, Stmt, StmtKind, Try, VarKind,
};
use crate::typescript::value::{Abrupt, Unknown, Value};

/// How a statement ended.
#[derive(Debug)]
pub(crate) enum Completion {
    Normal,
    Return(Value),
    Break(Option<Name>),
    Continue(Option<Name>),
    /// Nobody knows whether it ended normally.
    Maybe(Maybe),
}

/// A jump that may have happened.
#[derive(Debug)]
pub(crate) struct Maybe {
    pub(crate) unknown: Rc<Unknown>,
    /// It may have been a `return`; `unknown` then stands for the function's result.
    pub(crate) returns: bool,
    /// It may have been a jump to a label.
    pub(crate) labelled: bool,
}

impl Evaluation<'_> {
    /// Runs the statements of a block in `scope`, declaring its names there.
    pub(crate) fn block_in(
        &mut self,
        block: &Block,
        scope: &Rc<Scope>,
    ) -> Result<Completion, Abrupt> {
        self.declare(&block.declared, &block.statements, scope)?;
        self.statements(&block.statements, scope)
    }

    fn block(&mut self, block: &Block, scope: &Rc<Scope>) -> Result<Completion, Abrupt> {
        if block.declared.is_empty() {
            return self.statements(&block.statements, scope);
        }
        self.block_in(block, &Scope::inside(scope))
    }

    /// Declares names: functions get their values at once, the others wait.
    pub(crate) fn declare(
        &mut self,
        declared: &[(Name, Declared)],
        statements: &[Stmt],
        scope: &Rc<Scope>,
    ) -> Result<(), Abrupt> {
        let mut has_functions = false;
        for (name, how) in declared {
            match how {
                Declared::Let | Declared::Const => {
                    scope.declare(*name, Binding::Uninitialised);
                }
                Declared::Merged => {
                    if matches!(scope.own(*name), Binding::Absent) {
                        scope.declare(*name, Binding::Value(Value::Undefined, false));
                    }
                }
                Declared::Function => has_functions = true,
            }
        }
        if has_functions {
            for statement in statements {
                if let StmtKind::Function(name, code) = &statement.kind {
                    let function = self.closure(code, scope, None)?;
                    scope.declare(*name, Binding::Value(function, false));
                }
            }
        }
        Ok(())
    }

    /// Runs statements in a scope that has their names.
    pub(crate) fn statements(
        &mut self,
        list: &[Stmt],
        scope: &Rc<Scope>,
    ) -> Result<Completion, Abrupt> {
        let mut maybe: Option<Maybe> = None;
        for statement in list {
            let completion = match &maybe {
                None => self.stmt(statement, scope, None)?,
                Some(maybe) => {
                    let because = maybe.unknown.clone();
                    match self.in_doubt(because, |this| this.stmt(statement, scope, None))? {
                        Some(completion) => completion,
                        None => break,
                    }
                }
            };
            match (completion, maybe.take()) {
                (Completion::Normal, before) => maybe = before,
                (Completion::Maybe(new), None) => maybe = Some(new),
                (completion, None) => return Ok(completion),
                (completion, Some(before)) => {
                    let ends = !matches!(completion, Completion::Maybe(_));
                    maybe = Some(self.merge(before, completion));
                    if ends {
                        break;
                    }
                }
            }
        }
        Ok(maybe.map_or(Completion::Normal, Completion::Maybe))
    }

    /// A jump that may have happened, followed by another completion.
    pub(super) fn merge(&mut self, before: Maybe, completion: Completion) -> Maybe {
        let first = Value::Unknown(before.unknown.clone());
        let (value, returns, labelled) = match completion {
            Completion::Normal => return before,
            Completion::Return(value) => (value, true, false),
            Completion::Break(label) | Completion::Continue(label) => {
                (Value::Undefined, false, label.is_some())
            }
            Completion::Maybe(maybe) => {
                (Value::Unknown(maybe.unknown), maybe.returns, maybe.labelled)
            }
        };
        Maybe {
            unknown: self.derive_unknown("or", &[first, value]),
            returns: before.returns || returns,
            labelled: before.labelled || labelled,
        }
    }

    /// Runs one statement. `label` is the label it stands under, for loops.
    pub(crate) fn stmt(
        &mut self,
        statement: &Stmt,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        self.enter(statement.span, scope.record.id)?;
        let result = self.stmt_kind(statement, scope, label);
        self.leave();
        result
    }

    fn stmt_kind(
        &mut self,
        statement: &Stmt,
        scope: &Rc<Scope>,
        label: Option<Name>,
    ) -> Result<Completion, Abrupt> {
        match &statement.kind {
            StmtKind::Expr(expr) => {
                self.expr(expr, scope)?;
            }
            StmtKind::Var(kind, declarators) => {
                for declarator in declarators {
                    let value = match &declarator.init {
                        Some(init) => self.expr(init, scope)?,
                        None if *kind == VarKind::Var => continue,
                        None => Value::Undefined,
                    };
                    let how = match kind {
                        VarKind::Var => None,
                        VarKind::Let => Some(false),
                        VarKind::Const => Some(true),
                    };
                    self.bind(&declarator.target, value, scope, how)?;
                }
            }
            StmtKind::Function(..) | StmtKind::Empty => {}
            StmtKind::Class(name, class) => {
                let value = self.class(class, scope)?;
                scope.declare(*name, Binding::Value(value, false));
            }
            StmtKind::Enum(declaration) => self.enumeration(declaration, scope)?,
            StmtKind::Namespace(name, block, exported) => {
                self.namespace(*name, block, exported, scope)?;
            }
            StmtKind::ExportDefault(name, expr) => {
                let value = self.expr(expr, scope)?;
                scope.declare(*name, Binding::Value(value, true));
            }
            StmtKind::ExportAssign(expr) => {
                let value = self.expr(expr, scope)?;
                *scope.record.assigned.borrow_mut() = Some(value);
            }
            StmtKind::Return(value) => {
                return Ok(Completion::Return(match value {
                    Some(value) => self.expr(value, scope)?,
                    None => Value::Undefined,
                }));
            }
            StmtKind::If(test, then, other) => {
                return self.branch(test, then, other.as_deref(), scope);
            }
            StmtKind::For(each) => return self.for_loop(each, scope, label),
            StmtKind::ForIn(each) => return self.for_in(each, scope, label),
            StmtKind::ForOf(each) => return self.for_of(each, scope, label),
            StmtKind::While(test, body) => {
                return self.repeat(Some(test), None, body, true, scope, label);
            }
            StmtKind::DoWhile(body, test) => {
                return self.repeat(Some(test), None, body, false, scope, label);
            }
            StmtKind::Switch(subject, cases, declared) => {
                return self.switch(subject, cases, declared, scope);
            }
            StmtKind::Throw(expr) => {
                let value = self.expr(expr, scope)?;
                let place = Place { module: scope.record.id, at: statement.span.lo };
                return Err(Abrupt::Throw(value, self.origin_at(place)));
            }
            StmtKind::Try(attempt) => return self.attempt(attempt, scope),
            StmtKind::Block(block) => return self.block(block, scope),
            StmtKind::Labeled(label, body) => {
                return Ok(match self.stmt(body, scope, Some(*label))? {
                    Completion::Break(Some(to)) if to == *label => Completion::Normal,
                    Completion::Maybe(maybe) if maybe.labelled && !maybe.returns => {
                        Completion::Normal
                    }
                    completion => completion,
                });
            }
            StmtKind::Break(label) => return Ok(Completion::Break(*label)),
            StmtKind::Continue(label) => return Ok(Completion::Continue(*label)),
        }
        Ok(Completion::Normal)
    }

    fn branch(
        &mut self,
        test: &Expr,
        then: &Stmt,
        other: Option<&Stmt>,
        scope: &Rc<Scope>,
    ) -> Result<Completion, Abrupt> {
        let module = scope.record.module.clone();
        let leaves = |name: u32| matches!(module.name(Name(name)), "process" | "exit");
        let insists = always_throws(then, &leaves)
            || other.is_some_and(|other| always_throws(other, &leaves));
        let suspended = insists.then(|| self.environment.suspend());
        let test = self.expr(test, scope);
        let truthy = test.map(|test| Self::truthy(&test));
        if let Some(before) = suspended {
            self.environment.resume(before);
        }
        let unknown = match truthy? {
            Ok(true) => return self.stmt(then, scope, None),
            Ok(false) => {
                return other.map_or(Ok(Completion::Normal), |other| self.stmt(other, scope, None));
            }
            Err(unknown) => unknown,
        };
        if always_throws(then, &leaves) {
            return other.map_or(Ok(Completion::Normal), |other| self.stmt(other, scope, None));
        }
        if other.is_some_and(|other| always_throws(other, &leaves)) {
            return self.stmt(then, scope, None);
        }
        let first = self.in_doubt(unknown.clone(), |this| this.stmt(then, scope, None))?;
        let second = match other {
            Some(other) => self.in_doubt(unknown.clone(), |this| this.stmt(other, scope, None))?,
            None => Some(Completion::Normal),
        };
        Ok(self.either(unknown, first, second))
    }

    /// One of two completions, nobody knows which; one that threw (`None`) is taken not to have
    /// happened.
    fn either(
        &mut self,
        test: Rc<Unknown>,
        first: Option<Completion>,
        second: Option<Completion>,
    ) -> Completion {
        let test = Value::Unknown(test);
        match (first, second) {
            (None, None) | (Some(Completion::Normal), Some(Completion::Normal)) => {
                Completion::Normal
            }
            (Some(only), None) | (None, Some(only)) => only,
            (Some(Completion::Return(first)), Some(Completion::Return(second))) => {
                Completion::Return(self.derive("either", &[test, first, second]))
            }
            (Some(first), Some(second)) => {
                let Value::Unknown(unknown) = self.derive("either", &[test]) else {
                    return Completion::Normal;
                };
                let start = Maybe { unknown, returns: false, labelled: false };
                let middle = self.merge(start, first);
                Completion::Maybe(self.merge(middle, second))
            }
        }
    }

    fn switch(
        &mut self,
        subject: &Expr,
        cases: &[Case],
        declared: &[(Name, Declared)],
        scope: &Rc<Scope>,
    ) -> Result<Completion, Abrupt> {
        let subject = self.expr(subject, scope)?.presence();
        let scope = Scope::inside(scope);
        for case in cases {
            self.declare(declared, &case.body, &scope)?;
        }
        let mut start = None;
        for (index, case) in cases.iter().enumerate() {
            let Some(test) = &case.test else { continue };
            let test = self.expr(test, &scope)?;
            if let Some(unknown) =
                crate::typescript::digest::first_unknown(&[subject.clone(), test.clone()])
            {
                return self.doubtful_switch(unknown, &subject, cases, &scope);
            }
            if Self::strict_equals(&subject, &test) {
                start = Some(index);
                break;
            }
        }
        let start = start.or_else(|| cases.iter().position(|case| case.test.is_none()));
        let Some(start) = start else { return Ok(Completion::Normal) };
        for case in cases.iter().skip(start) {
            match self.statements(&case.body, &scope)? {
                Completion::Normal => {}
                Completion::Break(None) => return Ok(Completion::Normal),
                Completion::Maybe(maybe) => {
                    // It may have left the switch; the rest runs in doubt.
                    let rest = |this: &mut Self| {
                        for case in cases.iter().skip(start + 1) {
                            this.statements(&case.body, &scope)?;
                        }
                        Ok(Completion::Normal)
                    };
                    let because = maybe.unknown.clone();
                    self.in_doubt(because, rest)?;
                    return Ok(Completion::Maybe(maybe));
                }
                completion => return Ok(completion),
            }
        }
        Ok(Completion::Normal)
    }

    fn doubtful_switch(
        &mut self,
        unknown: Rc<Unknown>,
        subject: &Value,
        cases: &[Case],
        scope: &Rc<Scope>,
    ) -> Result<Completion, Abrupt> {
        let unknown = self.derive_unknown("switch", &[Value::Unknown(unknown), subject.clone()]);
        let mut maybe = Maybe { unknown: unknown.clone(), returns: false, labelled: false };
        for case in cases {
            let completion =
                self.in_doubt(unknown.clone(), |this| this.statements(&case.body, scope))?;
            match completion {
                Some(Completion::Break(None)) | None => {}
                Some(completion) => maybe = self.merge(maybe, completion),
            }
        }
        Ok(if maybe.returns || maybe.labelled {
            Completion::Maybe(maybe)
        } else {
            Completion::Normal
        })
    }

    fn attempt(&mut self, attempt: &Try, scope: &Rc<Scope>) -> Result<Completion, Abrupt> {
        let calls = self.unknown_calls;
        let depth = self.depth;
        let mut result = self.block(&attempt.block, scope);
        if let Some((pattern, handler)) = &attempt.handler {
            let handle = |this: &mut Self, thrown: Value| {
                let scope = Scope::inside(scope);
                if let Some(pattern) = pattern {
                    this.bind(pattern, thrown, &scope, Some(false))?;
                }
                this.block(handler, &scope)
            };
            result = match result {
                Err(Abrupt::Throw(value, _)) => {
                    self.depth = depth;
                    handle(self, value)
                }
                Ok(completion) if self.unknown_calls != calls => {
                    let unknown = self.derive_unknown("an unknown call may throw", &[]);
                    let thrown = Value::Unknown(unknown.clone());
                    let second = self.in_doubt(unknown.clone(), |this| handle(this, thrown))?;
                    Ok(self.either(unknown, Some(completion), second))
                }
                result => result,
            };
        }
        if let Some(finalizer) = &attempt.finalizer {
            if matches!(result, Err(Abrupt::Budget(..))) {
                return result;
            }
            match self.block(finalizer, scope)? {
                Completion::Normal => {}
                completion => return Ok(completion),
            }
        }
        result
    }

    fn enumeration(&mut self, declaration: &Enum, scope: &Rc<Scope>) -> Result<(), Abrupt> {
        let object = match scope.own(declaration.name) {
            Binding::Value(value @ Value::Object(_), _) => value,
            _ => self.new_object(None)?,
        };
        scope.declare(declaration.name, Binding::Value(object.clone(), false));
        let inner = Scope::inside(scope);
        let mut next = Some(0.0);
        for (name, init, span) in &declaration.members {
            let place = Place { module: scope.record.id, at: span.lo };
            let value = match (init, next) {
                (Some(init), _) => self.expr(init, &inner)?,
                (None, Some(number)) => Value::Number(number),
                (None, None) => self.unknown_here("an enum member needs a value"),
            };
            let key = scope.record.key(*name);
            Self::define_at(&object, &key, value.clone(), Some(place));
            next = None;
            if let Value::Number(number) = value {
                next = Some(number + 1.0);
                let reverse = crate::number::js_number_text(number);
                Self::define_at(&object, &reverse, Value::String(key), Some(place));
            }
            inner.declare(*name, Binding::Value(value, true));
        }
        Ok(())
    }

    fn namespace(
        &mut self,
        name: Name,
        block: &Block,
        exported: &[(Name, Name)],
        scope: &Rc<Scope>,
    ) -> Result<(), Abrupt> {
        let object = match scope.own(name) {
            Binding::Value(value @ (Value::Object(_) | Value::Function(_)), _) => value,
            _ => self.new_object(None)?,
        };
        scope.declare(name, Binding::Value(object.clone(), false));
        let inner = Scope::inside(scope);
        // Merged declarations see each other's exports.
        if let Ok(entries) = self.own_entries(&object)? {
            for (key, value) in entries {
                let known = scope.record.module.names.iter().position(|other| **other == *key);
                if let Some(index) = known.and_then(|index| u32::try_from(index).ok()) {
                    inner.declare(Name(index), Binding::Value(value, true));
                }
            }
        }
        self.block_in(block, &inner)?;
        for (exported, local) in exported {
            if let Binding::Value(value, _) = inner.own(*local) {
                let key = scope.record.key(*exported);
                Self::define(&object, &key, value);
            }
        }
        Ok(())
    }
}
