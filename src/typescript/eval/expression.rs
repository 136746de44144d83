//! Expressions.

use std::rc::Rc;

use super::alternatives::Spread;
use super::scope::{Binding, Scope};
use super::{Evaluation, Place};
use crate::typescript::digest::first_unknown;
use crate::typescript::syntax::{
    Argument, AssignOp, Expr, ExprKind, Key, LogicalOp, Name, Pattern, PatternKind, Property,
    PropertyKind, Tagged, UnaryOp,
};
use crate::typescript::value::{Abrupt, Accessor, Known, Unknown, Value};

impl Evaluation<'_> {
    /// The value of an expression.
    pub(crate) fn expr(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Result<Value, Abrupt> {
        match &expr.kind {
            ExprKind::String(name) => return Ok(Value::String(scope.record.key(*name))),
            ExprKind::Number(number) => return Ok(Value::Number(*number)),
            ExprKind::Bool(value) => return Ok(Value::Bool(*value)),
            ExprKind::Null => return Ok(Value::Null),
            _ => {}
        }
        self.enter(expr.span, scope.record.id)?;
        let result = self.expr_kind(expr, scope);
        self.leave();
        result
    }

    pub(super) fn at(&mut self, expr: &Expr, scope: &Scope) {
        self.here = Place { module: scope.record.id, at: expr.span.lo };
        self.extent = expr.span;
    }

    fn expr_kind(&mut self, expr: &Expr, scope: &Rc<Scope>) -> Result<Value, Abrupt> {
        match &expr.kind {
            ExprKind::Ident(name) => {
                if let Binding::Value(value, _) = scope.lookup(*name) {
                    return Ok(value);
                }
                self.at(expr, scope);
                self.name(*name, scope)
            }
            ExprKind::This => Ok(match scope.activation() {
                Some(activation) => activation.this.borrow().clone(),
                None => Value::Undefined,
            }),
            ExprKind::String(name) => Ok(Value::String(scope.record.key(*name))),
            ExprKind::Number(number) => Ok(Value::Number(*number)),
            ExprKind::BigInt(Some(number)) => Ok(Value::BigInt(*number)),
            ExprKind::BigInt(None) => {
                self.at(expr, scope);
                Ok(self.unknown_here("BigInts over 127 bits are not evaluated"))
            }
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Null => Ok(Value::Null),
            ExprKind::Regex(pattern, flags) => {
                let (pattern, flags) = (scope.record.key(*pattern), scope.record.key(*flags));
                Ok(crate::typescript::builtins::regex(pattern, flags))
            }
            ExprKind::Template(texts, expressions) => {
                self.template(expr, texts, expressions, scope)
            }
            ExprKind::Tagged(tagged) => self.tagged(expr, tagged, scope),
            ExprKind::Array(elements) => self.array_literal(elements, scope),
            ExprKind::Object(properties) => self.object_literal(properties, scope),
            ExprKind::Function(code) => self.closure(code, scope, None),
            ExprKind::Class(class) => self.class(class, scope),
            ExprKind::Unary(op, operand) => self.unary(*op, operand, expr, scope),
            ExprKind::Update(by, is_prefix, target) => {
                self.update(*by, *is_prefix, target, expr, scope)
            }
            ExprKind::Binary(op, left, right) => {
                let left = self.expr(left, scope)?;
                let right = self.expr(right, scope)?;
                self.at(expr, scope);
                self.binary(*op, &left, &right)
            }
            ExprKind::Logical(op, left, right) => {
                let left = self.expr(left, scope)?;
                self.logical(*op, left, |this| this.expr(right, scope))
            }
            ExprKind::Assign(op, target, value) => self.assign(*op, target, value, expr, scope),
            ExprKind::Conditional(test, then, other) => {
                let test = self.expr(test, scope)?;
                match Self::truthy(&test) {
                    Ok(true) => self.expr(then, scope),
                    Ok(false) => self.expr(other, scope),
                    Err(unknown) => self.conditional(unknown, then, other, scope),
                }
            }
            ExprKind::Member(_) | ExprKind::Call(_) => {
                Ok(self.link(expr, scope)?.map_or(Value::Undefined, |link| link.0))
            }
            ExprKind::Chain(inner) => {
                Ok(self.link(inner, scope)?.map_or(Value::Undefined, |link| link.0))
            }
            ExprKind::New(callee, arguments) => {
                let callee = self.expr(callee, scope)?;
                let arguments = self.arguments(arguments, scope)?;
                self.at(expr, scope);
                match arguments {
                    Ok(arguments) => self.construct(&callee, &arguments, &callee),
                    Err(unknown) => Ok(self.derive("new", &[callee, Value::Unknown(unknown)])),
                }
            }
            ExprKind::Sequence(expressions) => {
                let mut last = Value::Undefined;
                for expr in expressions {
                    last = self.expr(expr, scope)?;
                }
                Ok(last)
            }
            ExprKind::SuperMember(key) => {
                let (this, parent) = self.super_base(scope)?;
                match self.key(key, scope)? {
                    Ok(key) => self.get_with_receiver(&parent, &key, &this),
                    Err(unknown) => Ok(self.derive("super", &[Value::Unknown(unknown)])),
                }
            }
            ExprKind::SuperCall(arguments) => self.super_call(arguments, scope),
            ExprKind::ImportCall(_, specifier) => {
                let specifier = self.expr(specifier, scope)?;
                self.at(expr, scope);
                let unknown = self.unknown_here("`import()` is only run at run time");
                Ok(self.derive("import()", &[unknown, specifier]))
            }
            ExprKind::Require(request) => {
                self.at(expr, scope);
                let record = scope.record.clone();
                self.require(&record, *request)
            }
            ExprKind::ImportMeta => {
                self.at(expr, scope);
                Ok(self.runtime("import.meta"))
            }
            ExprKind::Await(operand) => {
                let operand = self.expr(operand, scope)?;
                self.at(expr, scope);
                self.unknown_calls += 1;
                if let Value::Unknown(_) = operand {
                    return Ok(self.derive("await", &[operand]));
                }
                let unknown = self.unknown_here("`await` is only run at run time");
                Ok(self.derive("await", &[unknown, operand]))
            }
            ExprKind::Opaque(what) => {
                self.at(expr, scope);
                Ok(self.unknown_here(&format!("{what} is not evaluated")))
            }
        }
    }

    /// What a name means that is not simply a value in scope.
    fn name(&mut self, name: Name, scope: &Rc<Scope>) -> Result<Value, Abrupt> {
        match scope.lookup(name) {
            Binding::Value(value, _) => Ok(value),
            Binding::Import(index) => {
                let record = scope.record.clone();
                self.imported(&record, index)
            }
            Binding::Uninitialised => {
                if let Some(unknown) = scope.record.failure() {
                    return Ok(Value::Unknown(unknown));
                }
                let text = scope.record.module.name(name).to_owned();
                let message = format!("cannot access '{text}' before initialization");
                Err(self.throw_error("ReferenceError", &message))
            }
            Binding::Absent => {
                let text = scope.record.key(name);
                if &*text == "arguments"
                    && let Some(activation) = scope.activation()
                {
                    let arguments = activation.arguments.clone();
                    return self.new_array(arguments);
                }
                if scope.record.module.is_commonjs
                    && let Some(value) = self.commonjs_name(&scope.record, &text)?
                {
                    return Ok(value);
                }
                if let Some(value) = self.global(&text) {
                    return Ok(value);
                }
                Ok(self.runtime(&text))
            }
        }
    }

    fn template(
        &mut self,
        expr: &Expr,
        texts: &[Name],
        expressions: &[Expr],
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let mut values = Vec::with_capacity(expressions.len());
        for expression in expressions {
            values.push(self.expr(expression, scope)?);
        }
        self.at(expr, scope);
        let mut result = String::new();
        for (index, text) in texts.iter().enumerate() {
            result.push_str(scope.record.module.name(*text));
            if let Some(value) = values.get(index) {
                match self.text_of(value)? {
                    Value::String(text) => result.push_str(&text),
                    unknown => {
                        values.push(unknown);
                        let what: String =
                            texts.iter().map(|text| scope.record.module.name(*text)).collect();
                        return Ok(self.derive(&what, &values));
                    }
                }
            }
        }
        self.new_text(&result)
    }

    /// A tagged template: the tag is called with the texts (an array with a `raw` property) and the
    /// values.
    fn tagged(&mut self, expr: &Expr, tagged: &Tagged, scope: &Rc<Scope>) -> Result<Value, Abrupt> {
        let (tag, this) =
            self.callee(&tagged.tag, scope)?.unwrap_or((Value::Undefined, Value::Undefined));
        let cooked = tagged.cooked.iter().map(|text| match text {
            Some(text) => Value::String(scope.record.key(*text)),
            None => Value::Undefined,
        });
        let cooked = cooked.collect();
        let cooked = self.new_array(cooked)?;
        let raw = tagged.raw.iter().map(|text| Value::String(scope.record.key(*text))).collect();
        let raw = self.new_array(raw)?;
        if let (Value::Array(cooked), Value::Array(raw)) = (&cooked, raw) {
            self.raw_texts.insert(Rc::as_ptr(cooked).addr(), raw);
        }
        let mut arguments = vec![cooked];
        for expression in &tagged.expressions {
            arguments.push(self.expr(expression, scope)?);
        }
        self.at(expr, scope);
        self.call_value(&tag, &this, &arguments)
    }

    fn array_literal(
        &mut self,
        elements: &[Option<Argument>],
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let mut values = Vec::with_capacity(elements.len());
        let mut unknown = None;
        for element in elements {
            let Some(element) = element else {
                values.push(Value::Undefined);
                continue;
            };
            let value = self.expr(&element.value, scope)?;
            if element.is_spread {
                self.at(&element.value, scope);
                match self.iterate(&value)? {
                    Ok(spread) => values.extend(spread),
                    Err(because) => {
                        values.push(Value::Unknown(because.clone()));
                        unknown.get_or_insert(because);
                    }
                }
            } else {
                values.push(value);
            }
        }
        match unknown {
            Some(unknown) => {
                values.insert(0, Value::Unknown(unknown));
                Ok(self.derive("[...]", &values))
            }
            None => self.new_array(values),
        }
    }

    fn object_literal(
        &mut self,
        properties: &[Property],
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let object = self.new_object(None)?;
        let mut unknown: Option<(Rc<Unknown>, &str)> = None;
        let (mut maybe, mut possible) = (Vec::new(), Vec::new());
        for property in properties {
            let place = Place { module: scope.record.id, at: property.span.lo };
            match &property.kind {
                PropertyKind::Value(key, value) => {
                    let key = self.key(key, scope)?;
                    let value = match &value.kind {
                        ExprKind::Function(code) if code.is_method => {
                            self.closure(code, scope, Some(object.clone()))?
                        }
                        _ => self.expr(value, scope)?,
                    };
                    match key {
                        Ok(key) => {
                            self.charge(1)?;
                            Self::define_at(&object, &key, value, Some(place));
                        }
                        Err(because) => unknown = Some((because, "{[]}")),
                    }
                }
                PropertyKind::Get(key, code) | PropertyKind::Set(key, code) => {
                    let key = self.key(key, scope)?;
                    let function = self.closure(code, scope, Some(object.clone()))?;
                    let accessor = match &property.kind {
                        PropertyKind::Get(..) => Accessor { get: Some(function), set: None },
                        _ => Accessor { get: None, set: Some(function) },
                    };
                    match key {
                        Ok(key) => Self::accessor(&object, &key, accessor),
                        Err(because) => unknown = Some((because, "{[]}")),
                    }
                }
                PropertyKind::Spread(spread) => {
                    let value = match self.spread_in_doubt(&object, spread, scope)? {
                        None => self.expr(spread, scope)?,
                        Some(Spread::Value(value)) => value,
                        Some(Spread::Maybe(because, keys)) => {
                            maybe.push(Value::Unknown(because));
                            possible.extend(keys);
                            continue;
                        }
                        Some(Spread::All(because)) => {
                            unknown = Some((because, "{...}"));
                            continue;
                        }
                    };
                    self.at(spread, scope);
                    match self.own_entries(&value)? {
                        Ok(entries) => {
                            self.charge(entries.len() as u64)?;
                            for (key, element) in entries {
                                let place = Self::place_of(&value, &key).unwrap_or(place);
                                Self::define_at(&object, &key, element, Some(place));
                            }
                        }
                        Err(because) => unknown = Some((because, "{...}")),
                    }
                }
            }
        }
        if let Some((unknown, what)) = unknown {
            return Ok(self.derive(what, &[Value::Unknown(unknown), object]));
        }
        if let (false, Value::Object(cell)) = (maybe.is_empty(), &object) {
            // What stands for all of it changes with all of it.
            maybe.push(object.clone());
            let doubt = self.derive_unknown("{...}", &maybe);
            cell.may_have(possible, doubt);
        }
        Ok(object)
    }

    /// A property key of a literal; the inner error is the unknown it depends on.
    pub(super) fn key(&mut self, key: &Key, scope: &Rc<Scope>) -> Result<Known<Rc<str>>, Abrupt> {
        match key {
            Key::Name(name) => Ok(Ok(scope.record.key(*name))),
            Key::Private(name) => Ok(Ok(super::function::private_key(scope, *name))),
            Key::Computed(expr) => {
                let value = self.expr(expr, scope)?;
                self.property_key(&value)
            }
        }
    }

    /// Arguments of a call; the inner error stands for all of them when a spread is unknown.
    pub(super) fn arguments(
        &mut self,
        arguments: &[Argument],
        scope: &Rc<Scope>,
    ) -> Result<Known<Vec<Value>>, Abrupt> {
        let mut values = Vec::with_capacity(arguments.len());
        let mut unknown = None;
        for argument in arguments {
            let value = self.expr(&argument.value, scope)?;
            if argument.is_spread {
                match self.iterate(&value)? {
                    Ok(spread) => values.extend(spread),
                    Err(because) => unknown = Some(because),
                }
            } else {
                values.push(value);
            }
        }
        Ok(match unknown {
            Some(unknown) => {
                values.insert(0, Value::Unknown(unknown));
                Err(self.derive_unknown("(...)", &values))
            }
            None => Ok(values),
        })
    }

    fn unary(
        &mut self,
        op: UnaryOp,
        operand: &Expr,
        expr: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        if op == UnaryOp::Delete {
            return self.delete(operand, scope);
        }
        let value = self.expr(operand, scope)?;
        self.at(expr, scope);
        self.unary_value(op, &value)
    }

    fn delete(&mut self, operand: &Expr, scope: &Rc<Scope>) -> Result<Value, Abrupt> {
        let operand = if let ExprKind::Chain(inner) = &operand.kind { inner } else { operand };
        let ExprKind::Member(member) = &operand.kind else { return Ok(Value::Bool(true)) };
        let object = self.expr(&member.object, scope)?;
        let key = self.key(&member.property, scope)?;
        self.at(operand, scope);
        self.delete_property(&object, key)?;
        Ok(Value::Bool(true))
    }

    fn update(
        &mut self,
        by: f64,
        is_prefix: bool,
        target: &Expr,
        expr: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let step = |this: &mut Self, old: Value| -> Result<(Value, Value), Abrupt> {
            this.at(expr, scope);
            Ok(match this.numeric_of(&old)? {
                Value::Number(number) => (Value::Number(number), Value::Number(number + by)),
                Value::BigInt(number) => {
                    let change = if by > 0.0 { 1 } else { -1 };
                    (Value::BigInt(number), Value::BigInt(number.wrapping_add(change)))
                }
                other => (other.clone(), this.derive("++", &[other])),
            })
        };
        let (old, new) = match &target.kind {
            ExprKind::Ident(name) => {
                let old = self.expr(target, scope)?;
                let (old, new) = step(self, old)?;
                self.assign_name(*name, new.clone(), scope)?;
                (old, new)
            }
            ExprKind::Member(member) => {
                let object = self.expr(&member.object, scope)?;
                let key = self.key(&member.property, scope)?;
                let old = self.get_key(&object, &key)?;
                let (old, new) = step(self, old)?;
                self.set_key(&object, &key, new.clone())?;
                (old, new)
            }
            _ => return Err(self.type_error("invalid update target")),
        };
        Ok(if is_prefix { new } else { old })
    }

    fn logical(
        &mut self,
        op: LogicalOp,
        left: Value,
        right: impl FnOnce(&mut Self) -> Result<Value, Abrupt>,
    ) -> Result<Value, Abrupt> {
        let takes_left = match op {
            LogicalOp::And => Self::truthy(&left).map(|truthy| !truthy),
            LogicalOp::Or => Self::truthy(&left),
            LogicalOp::Nullish => match &left {
                Value::Unknown(unknown) if unknown.is_taken_as_absent() => Ok(false),
                Value::Unknown(unknown) => Err(unknown.clone()),
                left => Ok(!matches!(left, Value::Undefined | Value::Null)),
            },
        };
        match takes_left {
            Ok(true) => Ok(left),
            // A fallback that throws insists on what is taken as absent.
            Ok(false) => match (right(self), left) {
                (Err(Abrupt::Throw(..)), left @ Value::Unknown(_)) => {
                    Ok(self.derive("??", &[left]))
                }
                (right, _) => right,
            },
            Err(unknown) => {
                let right = self.in_doubt(unknown, right)?.unwrap_or(Value::Undefined);
                let what = match op {
                    LogicalOp::And => "&&",
                    LogicalOp::Or => "||",
                    LogicalOp::Nullish => "??",
                };
                Ok(self.derive(what, &[left, right]))
            }
        }
    }

    fn assign(
        &mut self,
        op: AssignOp,
        target: &Pattern,
        value: &Expr,
        expr: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let apply = |this: &mut Self, old: Value| -> Result<Value, Abrupt> {
            match op {
                AssignOp::Plain => this.expr(value, scope),
                AssignOp::Binary(op) => {
                    let right = this.expr(value, scope)?;
                    this.at(expr, scope);
                    this.binary(op, &old, &right)
                }
                AssignOp::Logical(op) => this.logical(op, old, |this| this.expr(value, scope)),
            }
        };
        match &target.kind {
            PatternKind::Name(name) if op != AssignOp::Plain => {
                let old =
                    self.expr(&Expr { span: target.span, kind: ExprKind::Ident(*name) }, scope)?;
                let new = apply(self, old)?;
                self.assign_name(*name, new.clone(), scope)?;
                Ok(new)
            }
            PatternKind::Target(inner) => {
                let ExprKind::Member(member) = &inner.kind else {
                    if let ExprKind::SuperMember(key) = &inner.kind {
                        let (this, _) = self.super_base(scope)?;
                        let key = self.key(key, scope)?;
                        let new = apply(self, Value::Undefined)?;
                        self.set_key(&this, &key, new.clone())?;
                        return Ok(new);
                    }
                    return Err(self.type_error("invalid assignment target"));
                };
                let object = self.expr(&member.object, scope)?;
                let key = self.key(&member.property, scope)?;
                let old = match op {
                    AssignOp::Plain => Value::Undefined,
                    _ => self.get_key(&object, &key)?,
                };
                let new = apply(self, old)?;
                self.here = Place { module: scope.record.id, at: member.span.lo };
                self.extent = expr.span;
                self.set_key(&object, &key, new.clone())?;
                Ok(new)
            }
            _ => {
                let new = apply(self, Value::Undefined)?;
                self.at(expr, scope);
                self.bind(target, new.clone(), scope, None)?;
                Ok(new)
            }
        }
    }

    /// The first unknown among operands, as the result of an operation on them.
    pub(crate) fn poisoned(&self, what: &str, operands: &[Value]) -> Option<Value> {
        first_unknown(operands).map(|_| self.derive(what, operands))
    }
}
