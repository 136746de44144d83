//! What an object holds: keys, entries, elements.

use std::rc::Rc;

use super::member::{MAX_PROTOTYPES, utf16_len};
use super::{Evaluation, Place};
use crate::typescript::builtins;
use crate::typescript::value::{Abrupt, Entries, Known, Value};

impl Evaluation<'_> {
    /// Where a property was written.
    pub(crate) fn place_of(object: &Value, key: &str) -> Option<Place> {
        let Value::Object(cell) = object else { return None };
        let places = cell.places.borrow();
        places.iter().rev().find(|(other, _)| &**other == key).map(|(_, place)| *place)
    }

    /// Own enumerable string keys, in order.
    pub(crate) fn own_keys(&mut self, object: &Value) -> Result<Known<Vec<Rc<str>>>, Abrupt> {
        let cell = match object {
            Value::Object(cell) => &**cell,
            Value::Function(function) => &function.properties,
            Value::Array(elements) => {
                if let Some(unknown) = self.poison_of(elements) {
                    return Ok(Err(unknown));
                }
                return Ok(Ok((0..elements.borrow().len())
                    .map(|i| Rc::from(i.to_string()))
                    .collect()));
            }
            Value::String(text) => {
                return Ok(Ok((0..utf16_len(text)).map(|i| Rc::from(i.to_string())).collect()));
            }
            Value::Host(host) => {
                let host = host.clone();
                if host.class() == builtins::NAMESPACE {
                    return builtins::namespace_keys(&*host, self);
                }
                return Ok(Ok(host.entries(self).into_iter().map(|(key, _)| key).collect()));
            }
            Value::Native(native) => {
                return Ok(Ok(native.properties.borrow().keys().cloned().collect()));
            }
            Value::Unknown(unknown) => return Ok(Err(unknown.clone())),
            _ => return Ok(Ok(Vec::new())),
        };
        if let Some(unknown) = &*cell.doubt.borrow() {
            return Ok(Err(unknown.clone()));
        }
        let is_class = matches!(object, Value::Function(_));
        let keys = cell.properties.borrow();
        let keys = keys.keys().filter(|key| {
            let is_prototype = is_class && &***key == "prototype";
            !key.starts_with('\u{1}') && !is_prototype && !Self::is_hidden(object, key)
        });
        let keys = keys.cloned().collect::<Vec<_>>();
        self.steps = self.steps.saturating_add(keys.len() as u64);
        Ok(Ok(keys))
    }

    /// Methods of a class's prototype, and `constructor`, are not enumerable; neither are the names and
    /// messages of errors.
    fn is_hidden(object: &Value, key: &str) -> bool {
        match object {
            Value::Function(function) if function.is_class() => {
                matches!(function.properties.own(key), Some(Value::Function(_)))
            }
            Value::Object(cell) if cell.properties.borrow().contains_key("constructor") => {
                matches!(cell.own("constructor"), Some(Value::Function(_) | Value::Native(_)))
            }
            Value::Object(cell) => matches!(key, "message" | "stack") && builtins::is_error(cell),
            _ => false,
        }
    }

    /// Own enumerable properties, getters called.
    pub(crate) fn own_entries(&mut self, object: &Value) -> Result<Known<Entries>, Abrupt> {
        match object {
            Value::Host(host) if host.class() != builtins::NAMESPACE => {
                let host = host.clone();
                Ok(Ok(host.entries(self)))
            }
            Value::String(text) => {
                let characters = text.chars().enumerate();
                Ok(Ok(characters
                    .map(|(i, c)| (Rc::from(i.to_string()), Value::String(c.to_string().into())))
                    .collect()))
            }
            _ => {
                let keys = match self.own_keys(object)? {
                    Ok(keys) => keys,
                    Err(unknown) => return Ok(Err(unknown)),
                };
                let mut entries = Vec::with_capacity(keys.len());
                for key in keys {
                    let value = self.get_property(object, &key)?;
                    entries.push((key, value));
                }
                Ok(Ok(entries))
            }
        }
    }

    /// `key in object`
    pub(super) fn has_property(&mut self, object: &Value, key: &str) -> Result<Value, Abrupt> {
        let mut current = object.clone();
        for _ in 0..MAX_PROTOTYPES {
            let next = match &current {
                Value::Object(cell) => {
                    if cell.properties.borrow().contains_key(key) {
                        return Ok(Value::Bool(true));
                    }
                    if let Some(unknown) = cell.doubt_of(key) {
                        return Ok(self.derive("in", &[Value::Unknown(unknown)]));
                    }
                    cell.prototype.borrow().clone()
                }
                Value::Unknown(_) => return Ok(self.derive("in", &[current])),
                other => {
                    let value = self.get_property(other, key)?;
                    return Ok(match value {
                        Value::Undefined => {
                            let keys = self.own_keys(other)?;
                            match keys {
                                Ok(keys) => Value::Bool(keys.iter().any(|k| &**k == key)),
                                Err(unknown) => self.derive("in", &[Value::Unknown(unknown)]),
                            }
                        }
                        _ => Value::Bool(true),
                    });
                }
            };
            match next {
                Some(next) => current = next,
                None => break,
            }
        }
        Ok(Value::Bool(!matches!(builtins::method_value(object, key), Value::Undefined)))
    }

    /// What iterating over a value gives.
    pub(crate) fn iterate(&mut self, value: &Value) -> Result<Known<Vec<Value>>, Abrupt> {
        match value {
            Value::Array(elements) => {
                if let Some(unknown) = self.poison_of(elements) {
                    return Ok(Err(unknown));
                }
                let elements = elements.borrow().clone();
                self.spend(elements.len() as u64)?;
                Ok(Ok(elements))
            }
            Value::String(text) => {
                self.charge(text.len() as u64)?;
                Ok(Ok(text.chars().map(|c| Value::String(c.to_string().into())).collect()))
            }
            Value::Unknown(unknown) => Ok(Err(unknown.clone())),
            Value::Host(host) => {
                if let Some(elements) = builtins::elements_of(&**host, self)? {
                    return Ok(elements);
                }
                let why = format!("iterating over a {} is not evaluated", host.class());
                Ok(Err(self.derive_unknown(&why, std::slice::from_ref(value))))
            }
            Value::Object(_) => {
                let iterator = self.get_property(value, builtins::ITERATOR)?;
                if matches!(iterator, Value::Undefined) {
                    return Err(self.type_error("this object is not iterable"));
                }
                Ok(Err(self.derive_unknown(
                    "iterators written in TypeScript are not run",
                    std::slice::from_ref(value),
                )))
            }
            _ => Err(self.type_error("this value is not iterable")),
        }
    }
}
