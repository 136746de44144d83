//! Destructuring and assignment.

use std::rc::Rc;

use super::Evaluation;
use super::scope::{Binding, Scope};
use crate::typescript::syntax::{ExprKind, Key, Name, Pattern, PatternKind};
use crate::typescript::value::{Abrupt, Value};

impl Evaluation<'_> {
    /// Binds a pattern to a value. `declare` is the constness of new bindings, or `None` to assign to
    /// existing ones.
    pub(crate) fn bind(
        &mut self,
        pattern: &Pattern,
        value: Value,
        scope: &Rc<Scope>,
        declare: Option<bool>,
    ) -> Result<(), Abrupt> {
        match &pattern.kind {
            PatternKind::Name(name) => match declare {
                Some(is_constant) => {
                    scope.declare(*name, Binding::Value(value, is_constant));
                    Ok(())
                }
                None => self.assign_name(*name, value, scope),
            },
            PatternKind::Default(inner, default) => {
                let value = match value.presence() {
                    Value::Undefined => self.expr(default, scope)?,
                    Value::Unknown(unknown) => {
                        // It may be undefined: then the default would be taken.
                        let default =
                            self.in_doubt(unknown.clone(), |this| this.expr(default, scope))?;
                        let default = default.unwrap_or(Value::Undefined);
                        self.derive("=", &[Value::Unknown(unknown), default])
                    }
                    value => value,
                };
                self.bind(inner, value, scope, declare)
            }
            PatternKind::Target(target) => {
                let ExprKind::Member(member) = &target.kind else {
                    return Err(self.type_error("invalid assignment target"));
                };
                let object = self.expr(&member.object, scope)?;
                match &member.property {
                    Key::Name(name) => {
                        let key = scope.record.key(*name);
                        self.set_key(&object, &Ok(key), value)
                    }
                    Key::Private(name) => {
                        let key = super::function::private_key(scope, *name);
                        self.set_key(&object, &Ok(key), value)
                    }
                    Key::Computed(key) => {
                        let key = self.expr(key, scope)?;
                        let key = self.property_key(&key)?;
                        self.set_key(&object, &key, value)
                    }
                }
            }
            PatternKind::Object(properties, rest) => {
                self.bind_object(properties, rest.as_deref(), &value, scope, declare)
            }
            PatternKind::Array(elements, rest) => {
                let values = match self.iterate(&value)? {
                    Ok(values) => values,
                    Err(unknown) => {
                        let unknown = Value::Unknown(unknown);
                        for (index, element) in elements.iter().enumerate() {
                            let Some(element) = element else { continue };
                            let value =
                                self.derive(&format!("[{index}]"), std::slice::from_ref(&unknown));
                            self.bind(element, value, scope, declare)?;
                        }
                        if let Some(rest) = rest {
                            let value = self.derive("...", &[unknown]);
                            self.bind(rest, value, scope, declare)?;
                        }
                        return Ok(());
                    }
                };
                for (index, element) in elements.iter().enumerate() {
                    let Some(element) = element else { continue };
                    let value = values.get(index).cloned().unwrap_or(Value::Undefined);
                    self.bind(element, value, scope, declare)?;
                }
                if let Some(rest) = rest {
                    let values = values.get(elements.len()..).unwrap_or_default().to_vec();
                    let values = self.new_array(values)?;
                    self.bind(rest, values, scope, declare)?;
                }
                Ok(())
            }
        }
    }

    fn bind_object(
        &mut self,
        properties: &[(Key, Pattern)],
        rest: Option<&Pattern>,
        value: &Value,
        scope: &Rc<Scope>,
        declare: Option<bool>,
    ) -> Result<(), Abrupt> {
        if matches!(value, Value::Undefined | Value::Null) {
            return Err(self.type_error("cannot destructure undefined or null"));
        }
        let mut taken = Vec::new();
        for (key, pattern) in properties {
            let key = match key {
                Key::Name(name) => Ok(scope.record.key(*name)),
                Key::Private(name) => Ok(super::function::private_key(scope, *name)),
                Key::Computed(expr) => {
                    let key = self.expr(expr, scope)?;
                    self.property_key(&key)?
                }
            };
            let element = self.get_key(value, &key)?;
            if rest.is_some() {
                taken.push(key);
            }
            self.bind(pattern, element, scope, declare)?;
        }
        if let Some(rest) = rest {
            let left = match self.own_entries(value)? {
                Ok(entries) if taken.iter().all(Result::is_ok) => {
                    let object = self.new_object(None)?;
                    for (key, element) in entries {
                        if !taken.iter().any(|taken| matches!(taken, Ok(taken) if *taken == key)) {
                            let place = Self::place_of(value, &key);
                            Self::define_at(&object, &key, element, place);
                        }
                    }
                    object
                }
                Ok(_) => self.derive("...", std::slice::from_ref(value)),
                Err(unknown) => self.derive("...", &[Value::Unknown(unknown)]),
            };
            self.bind(rest, left, scope, declare)?;
        }
        Ok(())
    }

    /// `name = value`
    pub(super) fn assign_name(
        &mut self,
        name: Name,
        value: Value,
        scope: &Rc<Scope>,
    ) -> Result<(), Abrupt> {
        let Some((owner, binding)) = scope.find(name) else {
            // A global: nothing that is modelled reads it.
            return Ok(());
        };
        match binding {
            Binding::Value(_, true) => {
                let text = scope.record.module.name(name).to_owned();
                Err(self.type_error(&format!("assignment to constant variable '{text}'")))
            }
            Binding::Value(old, false) => {
                let value = self.written(Some(&old), value);
                owner.declare(name, Binding::Value(value, false));
                Ok(())
            }
            Binding::Uninitialised => {
                let text = scope.record.module.name(name).to_owned();
                let message = format!("cannot access '{text}' before initialization");
                Err(self.throw_error("ReferenceError", &message))
            }
            Binding::Import(_) => Err(self.type_error("an imported binding cannot be assigned")),
            Binding::Absent => Ok(()),
        }
    }
}
