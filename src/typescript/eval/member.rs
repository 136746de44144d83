//! Properties: reading, writing, calling, enumerating.

use std::rc::Rc;

use super::{Evaluation, Place};
use crate::typescript::builtins;
use crate::typescript::value::{
    Abrupt, Accessor, HostObject, Known, ObjectCell, Unknown, Value, array_index, set_ordered,
};

/// Objects of the runtime whose properties are named in full: `process.env.TIER`.
const RUNTIME: &[&str] =
    &["process", "process.env", "globalThis", "global", "import.meta", "import.meta.env"];

/// How long a chain of prototypes may be.
pub(super) const MAX_PROTOTYPES: usize = 1_000;

impl Evaluation<'_> {
    // Reading.

    /// `object[key]` where the key may be unknown.
    pub(super) fn get_key(
        &mut self,
        object: &Value,
        key: &Known<Rc<str>>,
    ) -> Result<Value, Abrupt> {
        match key {
            Ok(key) => self.get_property(object, key),
            Err(unknown) => {
                Ok(self.derive("[]", &[Value::Unknown(unknown.clone()), object.clone()]))
            }
        }
    }

    /// `object.key`
    pub(crate) fn get_property(&mut self, object: &Value, key: &str) -> Result<Value, Abrupt> {
        self.get_with_receiver(object, key, object)
    }

    /// `object.key` with another `this` for getters.
    pub(super) fn get_with_receiver(
        &mut self,
        object: &Value,
        key: &str,
        receiver: &Value,
    ) -> Result<Value, Abrupt> {
        match object {
            Value::Undefined | Value::Null => {
                let what = if matches!(object, Value::Null) { "null" } else { "undefined" };
                let message = format!("cannot read properties of {what} (reading '{key}')");
                Err(self.type_error(&message))
            }
            Value::Unknown(unknown) => match RUNTIME
                .iter()
                .find(|path| unknown.source == crate::typescript::digest::of_text(path))
            {
                Some(path) => Ok(self.runtime(&format!("{path}.{key}"))),
                None => Ok(self.derive(key, std::slice::from_ref(object))),
            },
            Value::Host(host) => {
                self.spend(1)?;
                match self.written_on(host, key) {
                    Some(written) => Ok(written),
                    None => host.get(host, key, self),
                }
            }
            Value::Object(cell) => self.get_from_object(cell, key, receiver),
            Value::Function(function) => {
                if let Some(value) = self.own_property(&function.properties, key, receiver)? {
                    return Ok(value);
                }
                if key == "prototype" && !function.is_class() {
                    return self.prototype_of_function(object);
                }
                let parent = function.properties.prototype.borrow().clone();
                match (key, parent) {
                    ("name", _) => {
                        let name = function.name().unwrap_or_default().to_owned();
                        self.new_text(&name)
                    }
                    #[expect(clippy::cast_precision_loss, reason = "a handful of parameters")]
                    ("length", _) => Ok(Value::Number(function.arity() as f64)),
                    (_, Some(parent)) => self.get_with_receiver(&parent, key, receiver),
                    _ => Ok(builtins::method_value(object, key)),
                }
            }
            Value::Native(native) => {
                if let Some(value) = native.properties.borrow().get(key) {
                    return Ok(value.clone());
                }
                if key == "name" {
                    return Ok(Value::String(native.name.clone()));
                }
                Ok(builtins::method_value(object, key))
            }
            Value::Array(elements) => {
                if let Some(index) = array_index(key) {
                    if let Some(unknown) = self.poison_of(elements) {
                        return Ok(Value::Unknown(unknown));
                    }
                    return Ok(elements
                        .borrow()
                        .get(index as usize)
                        .cloned()
                        .unwrap_or(Value::Undefined));
                }
                if key == "length" {
                    return Ok(match self.poison_of(elements) {
                        Some(unknown) => Value::Unknown(unknown),
                        #[expect(clippy::cast_precision_loss, reason = "bounded by the budget")]
                        None => Value::Number(elements.borrow().len() as f64),
                    });
                }
                if key == "raw"
                    && let Some(raw) = self.raw_texts.get(&Rc::as_ptr(elements).addr())
                {
                    return Ok(Value::Array(raw.clone()));
                }
                Ok(builtins::method_value(object, key))
            }
            Value::String(text) => {
                if key == "length" {
                    #[expect(clippy::cast_precision_loss, reason = "bounded by the budget")]
                    return Ok(Value::Number(utf16_len(text) as f64));
                }
                if let Some(index) = array_index(key) {
                    return Ok(char_at(text, index as usize).unwrap_or(Value::Undefined));
                }
                Ok(builtins::method_value(object, key))
            }
            Value::Symbol(symbol) if key == "description" => {
                Ok(Value::String(symbol_description(symbol).into()))
            }
            Value::Bool(_)
            | Value::Number(_)
            | Value::BigInt(_)
            | Value::Symbol(_)
            | Value::Date(_) => Ok(builtins::method_value(object, key)),
        }
    }

    fn get_from_object(
        &mut self,
        cell: &Rc<ObjectCell>,
        key: &str,
        receiver: &Value,
    ) -> Result<Value, Abrupt> {
        let mut cell = cell.clone();
        for _ in 0..MAX_PROTOTYPES {
            if let Some(value) = self.own_property(&cell, key, receiver)? {
                return Ok(value);
            }
            let parent = cell.prototype.borrow().clone();
            match parent {
                Some(Value::Object(parent)) => cell = parent,
                Some(Value::Null) => return Ok(Value::Undefined),
                Some(parent) => return self.get_with_receiver(&parent, key, receiver),
                None => return Ok(builtins::method_value(receiver, key)),
            }
        }
        Ok(Value::Undefined)
    }

    /// An own property, its getter called.
    fn own_property(
        &mut self,
        cell: &ObjectCell,
        key: &str,
        receiver: &Value,
    ) -> Result<Option<Value>, Abrupt> {
        if !cell.accessors.borrow().is_empty() {
            let accessor =
                cell.accessors.borrow().iter().find(|(k, _)| &**k == key).map(|(_, a)| a.clone());
            if let Some(accessor) = accessor {
                return Ok(Some(match accessor.get {
                    Some(getter) => self.call_value(&getter, receiver, &[])?,
                    None => Value::Undefined,
                }));
            }
        }
        if let Some(value) = cell.properties.borrow().get(key) {
            return Ok(Some(value.clone()));
        }
        Ok(cell.doubt_of(key).map(|unknown| self.derive(key, &[Value::Unknown(unknown)])))
    }

    /// What the program wrote on an object of a host.
    fn written_on(&self, host: &Rc<dyn HostObject>, key: &str) -> Option<Value> {
        if self.written_on_hosts.is_empty() {
            return None;
        }
        self.written_on_hosts.get(&host_address(host))?.get(key).cloned()
    }

    // Calling.

    /// `object.key(…)`
    pub(crate) fn call_key(
        &mut self,
        object: &Value,
        key: &str,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        match object {
            Value::Host(host) => {
                self.spend(1)?;
                if let Some(written) = self.written_on(host, key) {
                    return self.call_value(&written, object, arguments);
                }
                let saved = (self.here, self.extent);
                let result = host.call_method(host, key, arguments, self);
                (self.here, self.extent) = saved;
                if let Ok(value @ Value::Host(_)) = &result {
                    self.heap.push(value.clone());
                }
                return result;
            }
            Value::Unknown(unknown) => {
                // What the host knows of the runtime can be called: `process.cwd()`.
                if RUNTIME.iter().any(|it| unknown.source == crate::typescript::digest::of_text(it))
                {
                    let callee = self.get_property(object, key)?;
                    if !matches!(callee, Value::Unknown(_)) {
                        return self.call_value(&callee, object, arguments);
                    }
                }
                self.unknown_calls += 1;
                let mut operands = vec![object.clone()];
                operands.extend_from_slice(arguments);
                return Ok(self.derive(key, &operands));
            }
            Value::Undefined | Value::Null => {}
            Value::Object(_) | Value::Function(_) | Value::Native(_) => {
                let callee = self.get_property(object, key)?;
                if matches!(callee, Value::Undefined) {
                    return Err(self.type_error(&format!("{key} is not a function")));
                }
                return self.call_value(&callee, object, arguments);
            }
            _ => {
                self.spend(1)?;
                let saved = (self.here, self.extent);
                let result = builtins::call_method(self, object, key, arguments);
                (self.here, self.extent) = saved;
                if let Some(result) = result {
                    return result;
                }
            }
        }
        let callee = self.get_property(object, key)?;
        if matches!(callee, Value::Undefined) {
            return Err(self.type_error(&format!("{key} is not a function")));
        }
        self.call_value(&callee, object, arguments)
    }

    // Writing.

    /// `object[key] = value` where the key may be unknown.
    pub(super) fn set_key(
        &mut self,
        object: &Value,
        key: &Known<Rc<str>>,
        value: Value,
    ) -> Result<(), Abrupt> {
        match key {
            Ok(key) => self.set_property(object, key, value),
            Err(unknown) => {
                let unknown = self.derive_unknown("[]=", &[Value::Unknown(unknown.clone()), value]);
                self.distrust(object, &unknown);
                Ok(())
            }
        }
    }

    /// Makes everything an object holds unknown.
    pub(crate) fn distrust(&mut self, object: &Value, unknown: &Rc<Unknown>) {
        match object {
            Value::Object(cell) => {
                for value in cell.properties.borrow_mut().values_mut() {
                    *value = Value::Unknown(unknown.clone());
                }
                cell.accessors.borrow_mut().clear();
                cell.possible.replace(None);
                cell.doubt.replace(Some(unknown.clone()));
            }
            Value::Array(elements) => self.poison(elements, unknown),
            _ => {}
        }
    }

    /// Makes the elements and the length of an array unknown.
    pub(crate) fn poison(
        &mut self,
        elements: &Rc<std::cell::RefCell<Vec<Value>>>,
        unknown: &Rc<Unknown>,
    ) {
        elements.replace(vec![Value::Unknown(unknown.clone())]);
        self.heap.push(Value::Array(elements.clone()));
        self.poisoned_arrays.insert(Rc::as_ptr(elements).addr(), unknown.clone());
    }

    /// The unknown that stands for all elements of an array, if it was poisoned.
    pub(crate) fn poison_of(
        &self,
        elements: &Rc<std::cell::RefCell<Vec<Value>>>,
    ) -> Option<Rc<Unknown>> {
        if self.poisoned_arrays.is_empty() {
            return None;
        }
        self.poisoned_arrays.get(&Rc::as_ptr(elements).addr()).cloned()
    }

    /// `object.key = value`
    pub(crate) fn set_property(
        &mut self,
        object: &Value,
        key: &str,
        value: Value,
    ) -> Result<(), Abrupt> {
        self.spend(1)?;
        match object {
            Value::Undefined | Value::Null => {
                let message = format!("cannot set properties of undefined (setting '{key}')");
                Err(self.type_error(&message))
            }
            Value::Object(cell) => {
                let cell = cell.clone();
                if let Some(setter) = Self::find_setter(&cell, key) {
                    self.call_value(&setter, object, &[value])?;
                    return Ok(());
                }
                if cell.properties.borrow().get(FROZEN).is_some() {
                    return Ok(());
                }
                self.charge(1)?;
                let old = cell.own(key);
                let value = self.written(old.as_ref(), value);
                cell.set(key.into(), value);
                let place = self.here;
                cell.places.borrow_mut().push((key.into(), place));
                Ok(())
            }
            Value::Function(function) => {
                let old = function.properties.own(key);
                let value = self.written(old.as_ref(), value);
                function.properties.set(key.into(), value);
                Ok(())
            }
            Value::Native(native) => {
                set_ordered(&mut native.properties.borrow_mut(), key.into(), value);
                Ok(())
            }
            Value::Host(host) => {
                self.charge(1)?;
                let value = self.written(None, value);
                self.heap.push(object.clone());
                self.written_on_hosts
                    .entry(host_address(host))
                    .or_default()
                    .insert(key.into(), value);
                Ok(())
            }
            Value::Array(elements) => self.set_element(elements, key, value),
            _ => Ok(()),
        }
    }

    fn set_element(
        &mut self,
        elements: &Rc<std::cell::RefCell<Vec<Value>>>,
        key: &str,
        value: Value,
    ) -> Result<(), Abrupt> {
        if let Some(doubt) = self.doubt.clone() {
            let unknown = self.derive_unknown("[]=", &[Value::Unknown(doubt), value]);
            self.poison(elements, &unknown);
            return Ok(());
        }
        if let Some(index) = array_index(key) {
            let index = index as usize;
            let length = elements.borrow().len();
            if index >= length {
                self.charge((index - length + 1) as u64)?;
                elements.borrow_mut().resize(index + 1, Value::Undefined);
            }
            if let Some(slot) = elements.borrow_mut().get_mut(index) {
                *slot = value;
            }
        } else if key == "length"
            && let Value::Number(length) = value
            && length >= 0.0
            && length.fract() == 0.0
        {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            let length = length as usize;
            let current = elements.borrow().len();
            if length > current {
                self.charge((length - current) as u64)?;
            }
            elements.borrow_mut().resize(length, Value::Undefined);
        }
        Ok(())
    }

    fn find_setter(cell: &Rc<ObjectCell>, key: &str) -> Option<Value> {
        let mut cell = cell.clone();
        for _ in 0..MAX_PROTOTYPES {
            let found =
                cell.accessors.borrow().iter().find(|(k, _)| &**k == key).map(|(_, a)| a.clone());
            if let Some(accessor) = found {
                return accessor.set;
            }
            if cell.properties.borrow().contains_key(key) {
                return None;
            }
            let parent = cell.prototype.borrow().clone();
            match parent {
                Some(Value::Object(parent)) => cell = parent,
                _ => return None,
            }
        }
        None
    }

    /// Defines an own property, whatever setters there are.
    pub(crate) fn define(object: &Value, key: &str, value: Value) {
        Self::define_at(object, key, value, None);
    }

    pub(crate) fn define_at(object: &Value, key: &str, value: Value, place: Option<Place>) {
        let cell = match object {
            Value::Object(cell) => &**cell,
            Value::Function(function) => &function.properties,
            Value::Native(native) => {
                set_ordered(&mut native.properties.borrow_mut(), key.into(), value);
                return;
            }
            _ => return,
        };
        let key: Rc<str> = key.into();
        if !cell.accessors.borrow().is_empty() {
            cell.accessors.borrow_mut().retain(|(other, _)| *other != key);
        }
        if let Some(place) = place {
            cell.places.borrow_mut().push((key.clone(), place));
        }
        cell.set(key, value);
    }

    /// Defines a getter or setter, merging with its partner.
    pub(crate) fn accessor(object: &Value, key: &str, accessor: Accessor) {
        let cell = match object {
            Value::Object(cell) => &**cell,
            Value::Function(function) => &function.properties,
            _ => return,
        };
        let key: Rc<str> = key.into();
        let mut accessors = cell.accessors.borrow_mut();
        match accessors.iter_mut().find(|(other, _)| *other == key) {
            Some((_, known)) => {
                known.get = accessor.get.or(known.get.take());
                known.set = accessor.set.or(known.set.take());
            }
            None => accessors.push((key.clone(), accessor)),
        }
        cell.set(key, Value::Undefined);
    }

    pub(super) fn delete_property(
        &mut self,
        object: &Value,
        key: Known<Rc<str>>,
    ) -> Result<(), Abrupt> {
        let key = match key {
            Ok(key) => key,
            Err(unknown) => {
                self.distrust(object, &unknown);
                return Ok(());
            }
        };
        match object {
            Value::Object(cell) => {
                if self.doubt.is_some() {
                    if let Some(old) = cell.own(&key) {
                        let value = self.written(Some(&old), Value::Undefined);
                        cell.set(key, value);
                    }
                    return Ok(());
                }
                cell.properties.borrow_mut().shift_remove(&key);
                cell.accessors.borrow_mut().retain(|(other, _)| *other != key);
                Ok(())
            }
            Value::Array(elements) => self.set_element(&elements.clone(), &key, Value::Undefined),
            Value::Undefined | Value::Null => {
                Err(self.type_error("cannot convert undefined or null to object"))
            }
            _ => Ok(()),
        }
    }
}

/// What tells an object of a host from all others.
pub(super) fn host_address(host: &Rc<dyn HostObject>) -> usize {
    Rc::as_ptr(host).cast::<()>().addr()
}

/// Marks an object that `Object.freeze` was called on.
pub(crate) const FROZEN: &str = "\u{1}frozen";

/// Length in UTF-16 code units.
pub(crate) fn utf16_len(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.encode_utf16().count() }
}

/// One UTF-16 code unit as a string; a lone surrogate becomes U+FFFD.
pub(crate) fn char_at(text: &str, index: usize) -> Option<Value> {
    if text.is_ascii() {
        let unit = text.get(index..=index)?;
        return Some(Value::String(unit.into()));
    }
    let unit = text.encode_utf16().nth(index)?;
    Some(Value::String(String::from_utf16_lossy(&[unit]).into()))
}

/// The description in a symbol's key.
pub(crate) fn symbol_description(symbol: &str) -> &str {
    let text = symbol.strip_prefix('\u{1}').unwrap_or(symbol);
    text.split_once('\u{1}').map_or(text, |(description, _)| description)
}
