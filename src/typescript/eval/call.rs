//! Calls, member access and optional chains.

use std::rc::Rc;

use super::scope::Scope;
use super::{Evaluation, Place};
use crate::typescript::syntax::{Call, Expr, ExprKind, Member};
use crate::typescript::value::{Abrupt, Value};

impl Evaluation<'_> {
    /// The object `super` reads from, and `this`.
    pub(super) fn super_base(&mut self, scope: &Rc<Scope>) -> Result<(Value, Value), Abrupt> {
        let Some(activation) = scope.activation() else {
            return Err(self.type_error("'super' outside a method"));
        };
        let this = activation.this.borrow().clone();
        let parent = match &activation.function.home {
            Some(Value::Object(home)) => home.prototype.borrow().clone(),
            Some(Value::Function(class)) => class.properties.prototype.borrow().clone(),
            _ => None,
        };
        Ok((this, parent.unwrap_or(Value::Undefined)))
    }

    /// A callee and its `this`; `None` when an optional chain ended before it.
    pub(super) fn callee(
        &mut self,
        callee: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Option<(Value, Value)>, Abrupt> {
        match &callee.kind {
            ExprKind::Member(_) => self.link(callee, scope),
            ExprKind::Chain(inner) => {
                Ok(Some(self.link(inner, scope)?.unwrap_or((Value::Undefined, Value::Undefined))))
            }
            ExprKind::SuperMember(_) => {
                let value = self.expr(callee, scope)?;
                let (this, _) = self.super_base(scope)?;
                Ok(Some((value, this)))
            }
            ExprKind::Call(_) => {
                Ok(self.link(callee, scope)?.map(|(value, _)| (value, Value::Undefined)))
            }
            _ => Ok(Some((self.expr(callee, scope)?, Value::Undefined))),
        }
    }

    /// A member access or call, possibly inside an optional chain: its value and the `this` a call of it
    /// would get. `None` when the chain ended.
    pub(super) fn link(
        &mut self,
        expr: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Option<(Value, Value)>, Abrupt> {
        match &expr.kind {
            ExprKind::Member(member) => {
                let Some(object) = self.object_of(member, scope)? else { return Ok(None) };
                let key = self.key(&member.property, scope)?;
                self.here = Place { module: scope.record.id, at: member.span.lo };
                self.extent = expr.span;
                let value = self.get_key(&object, &key)?;
                Ok(Some((value, object)))
            }
            ExprKind::Call(call) => {
                Ok(self.call(expr, call, scope)?.map(|v| (v, Value::Undefined)))
            }
            _ => Ok(Some((self.expr(expr, scope)?, Value::Undefined))),
        }
    }

    /// The object of a member access; `None` when the chain ends there.
    pub(super) fn object_of(
        &mut self,
        member: &Member,
        scope: &Rc<Scope>,
    ) -> Result<Option<Value>, Abrupt> {
        let object = match &member.object.kind {
            ExprKind::Member(_) | ExprKind::Call(_) => {
                // The recursion of a long chain is counted here.
                self.enter(member.object.span, scope.record.id)?;
                let link = self.link(&member.object, scope);
                self.leave();
                match link? {
                    Some((value, _)) => value,
                    None => return Ok(None),
                }
            }
            _ => self.expr(&member.object, scope)?,
        };
        if member.is_optional && object.is_absent() {
            return Ok(None);
        }
        Ok(Some(object))
    }

    pub(super) fn call(
        &mut self,
        expr: &Expr,
        call: &Call,
        scope: &Rc<Scope>,
    ) -> Result<Option<Value>, Abrupt> {
        // `object.method(…)` without making a value of the method.
        if let ExprKind::Member(member) = &call.callee.kind
            && !call.is_optional
        {
            let Some(object) = self.object_of(member, scope)? else { return Ok(None) };
            let key = self.key(&member.property, scope)?;
            let arguments = self.arguments(&call.arguments, scope)?;
            self.here = Place { module: scope.record.id, at: member.span.lo };
            self.extent = expr.span;
            let (key, arguments) = match (key, arguments) {
                (Ok(key), Ok(arguments)) => (key, arguments),
                (Err(unknown), _) | (_, Err(unknown)) => {
                    return Ok(Some(self.derive("()", &[object, Value::Unknown(unknown)])));
                }
            };
            return self.call_key(&object, &key, &arguments).map(Some);
        }
        let Some((callee, this)) = self.callee(&call.callee, scope)? else { return Ok(None) };
        if call.is_optional && matches!(callee, Value::Undefined | Value::Null) {
            return Ok(None);
        }
        let arguments = self.arguments(&call.arguments, scope)?;
        self.at(expr, scope);
        match arguments {
            Ok(arguments) => {
                if matches!(callee, Value::Undefined) {
                    let text = scope.record.module.source(call.callee.span);
                    let text: String = text.chars().take(60).collect();
                    return Err(self.type_error(&format!("{text} is not a function")));
                }
                self.call_value(&callee, &this, &arguments).map(Some)
            }
            Err(unknown) => Ok(Some(self.derive("()", &[callee, Value::Unknown(unknown)]))),
        }
    }

    /// Calls any value.
    pub(crate) fn call_value(
        &mut self,
        callee: &Value,
        this: &Value,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        let saved = (self.here, self.extent);
        let result = match callee {
            Value::Function(function) => self.call_function(function, this, arguments),
            Value::Native(native) => {
                self.spend(1)?;
                let native = native.clone();
                (native.run)(this, arguments, self)
            }
            Value::Host(host) => {
                self.spend(1)?;
                if let Some(result) = host.call(host, arguments, self) {
                    result
                } else {
                    let message = format!("a {} is not a function", host.class());
                    Err(self.type_error(&message))
                }
            }
            Value::Unknown(_) => {
                self.unknown_calls += 1;
                let mut operands = vec![callee.clone()];
                operands.extend_from_slice(arguments);
                Ok(self.derive("()", &operands))
            }
            _ => Err(self.type_error("this value is not a function")),
        };
        (self.here, self.extent) = saved;
        if let Ok(value @ Value::Host(_)) = &result {
            self.heap.push(value.clone());
        }
        result
    }
}
