//! One of several values, and nobody knows which: what holds for all of them is known.
//!
//! ```text
//! process.env.URL ? { schema: "./db", url } : { schema: "./db", driver }    `schema` is "./db"
//! { schema: "./db", ...(process.env.URL && { url }) }                       `schema` is "./db"
//! ```

use std::rc::Rc;

use super::scope::Scope;
use super::{Evaluation, same_object};
use crate::typescript::syntax::{Expr, ExprKind, LogicalOp};
use crate::typescript::value::{Abrupt, Entries, Unknown, Value};

/// Whether an expression makes a new object that nothing else holds: only such objects can be merged,
/// because whatever is written on the result is written on nothing else.
fn makes_object(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Object(_))
}

/// Whether two values are the same one, as far as one can see.
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Unknown(a), Value::Unknown(b)) => a.source == b.source,
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => false,
        (a, b) => same_object(a, b) || Evaluation::strict_equals(a, b),
    }
}

impl Evaluation<'_> {
    /// `test ? then : other` of an unknown test.
    pub(super) fn conditional(
        &mut self,
        test: Rc<Unknown>,
        then: &Expr,
        other: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Value, Abrupt> {
        let first = self.in_doubt(test.clone(), |this| this.expr(then, scope))?;
        let second = self.in_doubt(test.clone(), |this| this.expr(other, scope))?;
        let operands = [
            Value::Unknown(test),
            first.clone().unwrap_or(Value::Undefined),
            second.clone().unwrap_or(Value::Undefined),
        ];
        let unknown = self.derive_unknown("?:", &operands);
        match (first, second) {
            (Some(first), Some(second)) if makes_object(then) && makes_object(other) => {
                self.merged(&first, &second, unknown)
            }
            _ => Ok(Value::Unknown(unknown)),
        }
    }

    /// An object with the properties that two new objects share.
    fn merged(&mut self, a: &Value, b: &Value, unknown: Rc<Unknown>) -> Result<Value, Abrupt> {
        let (Ok(first), Ok(second)) = (self.own_entries(a)?, self.own_entries(b)?) else {
            return Ok(Value::Unknown(unknown));
        };
        let merged = self.new_object(None)?;
        let keys = first.iter().chain(&second).map(|(key, _)| key.clone()).collect();
        for (key, value) in first {
            if second.iter().any(|(other, it)| *other == key && same(it, &value)) {
                let place = Self::place_of(a, &key);
                Self::define_at(&merged, &key, value, place);
            }
        }
        if let Value::Object(cell) = &merged {
            cell.may_have(keys, unknown);
        }
        Ok(merged)
    }

    /// `...(test && { … })` and `...(test ? { … } : { … })` in an object literal, when nobody knows the
    /// test: what is there already stays known unless the spread may change it. `None` when this is no
    /// such spread.
    pub(super) fn spread_in_doubt(
        &mut self,
        object: &Value,
        spread: &Expr,
        scope: &Rc<Scope>,
    ) -> Result<Option<Spread>, Abrupt> {
        let (test, then, other) = match &spread.kind {
            ExprKind::Logical(LogicalOp::And, test, then) if makes_object(then) => {
                (test, then, None)
            }
            ExprKind::Conditional(test, then, other)
                if makes_object(then) && makes_object(other) =>
            {
                (test, then, Some(other))
            }
            _ => return Ok(None),
        };
        let test = self.expr(test, scope)?;
        let test = match (Self::truthy(&test), other) {
            (Ok(true), _) => return Ok(Some(Spread::Value(self.expr(then, scope)?))),
            (Ok(false), Some(other)) => {
                return Ok(Some(Spread::Value(self.expr(other, scope)?)));
            }
            (Ok(false), None) => return Ok(Some(Spread::Value(test))),
            (Err(unknown), _) => unknown,
        };
        let first = self.in_doubt(test.clone(), |this| this.expr(then, scope))?;
        let second = match other {
            Some(other) => self.in_doubt(test.clone(), |this| this.expr(other, scope))?,
            None => None,
        };
        let (first, second) =
            (first.unwrap_or(Value::Undefined), second.unwrap_or(Value::Undefined));
        self.at(spread, scope);
        let operands = [Value::Unknown(test), first.clone(), second.clone()];
        let unknown = self.derive_unknown("{...}", &operands);
        let (Ok(first), Ok(second)) = (self.own_entries(&first)?, self.own_entries(&second)?)
        else {
            return Ok(Some(Spread::All(unknown)));
        };
        self.overwrite(object, &unknown, &first, &second);
        self.overwrite(object, &unknown, &second, &first);
        let keys = first.into_iter().chain(second).map(|(key, _)| key);
        Ok(Some(Spread::Maybe(unknown, keys.collect())))
    }

    /// Makes of an object's properties what they are when either `given` or `others` was spread over it.
    fn overwrite(
        &mut self,
        object: &Value,
        unknown: &Rc<Unknown>,
        given: &Entries,
        others: &Entries,
    ) {
        let Value::Object(cell) = object else { return };
        for (key, value) in given {
            let place = Self::place_of(object, key);
            if others.iter().any(|(other, it)| other == key && same(it, value)) {
                Self::define_at(object, key, value.clone(), place);
            } else if let Some(old) = cell.own(key)
                && !same(&old, value)
            {
                let either = self.derive(key, &[Value::Unknown(unknown.clone()), old]);
                Self::define_at(object, key, either, place);
            }
        }
    }
}

/// What a spread in doubt gives.
pub(super) enum Spread {
    /// Its test is known after all: an ordinary spread of this value.
    Value(Value),
    /// Some of the properties of these keys.
    Maybe(Rc<Unknown>, Vec<Rc<str>>),
    /// Nobody knows which properties.
    All(Rc<Unknown>),
}
