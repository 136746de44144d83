//! `Map` and `Set`.

use std::cell::RefCell;
use std::rc::Rc;

use indexmap::IndexMap;

use super::{ITERATOR, argument, number};
use crate::typescript::eval::Evaluation;
use crate::typescript::value::{Abrupt, Context, HostObject, Known, Native, Unknown, Value};

/// A `Map` or a `Set`; a set keeps its elements as keys and values.
#[derive(Debug)]
pub(crate) struct Collection {
    is_map: bool,
    entries: RefCell<IndexMap<String, (Value, Value)>>,
    doubt: RefCell<Option<Rc<Unknown>>>,
}

const METHODS: &[&str] =
    &["get", "set", "add", "has", "delete", "clear", "keys", "values", "entries", "forEach"];

/// A key that is equal for values that `SameValueZero` holds to be the same.
fn weak_key(value: &Value) -> String {
    match value {
        Value::Undefined => "u".to_owned(),
        Value::Null => "n".to_owned(),
        Value::Bool(value) => format!("b{value}"),
        Value::Number(number) if *number == 0.0 => "d0".to_owned(),
        Value::Number(number) => format!("d{}", crate::number::js_number_text(*number)),
        Value::BigInt(number) => format!("i{number}"),
        Value::String(text) => format!("s{text}"),
        Value::Symbol(text) => format!("y{text}"),
        Value::Date(time) => format!("t{time}"),
        Value::Array(value) => format!("o{}", Rc::as_ptr(value).addr()),
        Value::Object(value) => format!("o{}", Rc::as_ptr(value).addr()),
        Value::Function(value) => format!("o{}", Rc::as_ptr(value).addr()),
        Value::Native(value) => format!("o{}", Rc::as_ptr(value).addr()),
        Value::Host(value) => format!("o{}", Rc::as_ptr(value).cast::<()>().addr()),
        Value::Unknown(unknown) => format!("?{}", unknown.source),
    }
}

/// `new Map(…)`, `new Set(…)`
pub(super) fn construct(
    evaluation: &mut Evaluation<'_>,
    is_map: bool,
    arguments: &[Value],
) -> Result<Value, Abrupt> {
    let collection = Collection { is_map, entries: RefCell::default(), doubt: RefCell::default() };
    let source = argument(arguments, 0);
    if !matches!(source, Value::Undefined | Value::Null) {
        match evaluation.iterate(&source)? {
            Ok(elements) => {
                evaluation.charge(elements.len() as u64)?;
                for element in elements {
                    let (key, value) = if is_map {
                        let key = evaluation.get_property(&element, "0")?;
                        (key, evaluation.get_property(&element, "1")?)
                    } else {
                        (element.clone(), element)
                    };
                    collection.insert(key, value);
                }
            }
            Err(unknown) => {
                let what = if is_map { "new Map" } else { "new Set" };
                return Ok(evaluation.derive(what, &[Value::Unknown(unknown)]));
            }
        }
    }
    evaluation.allocated(Value::Host(Rc::new(collection)))
}

impl Collection {
    fn insert(&self, key: Value, value: Value) {
        if let Value::Unknown(unknown) = &key {
            self.doubt.borrow_mut().get_or_insert_with(|| unknown.clone());
        }
        let mut entries = self.entries.borrow_mut();
        match entries.get_mut(&weak_key(&key)) {
            Some(entry) => entry.1 = value,
            None => {
                entries.insert(weak_key(&key), (key, value));
            }
        }
    }

    /// The elements as iteration gives them.
    fn elements(&self, context: &mut dyn Context, what: &str) -> Result<Vec<Value>, Abrupt> {
        let entries: Vec<(Value, Value)> = self.entries.borrow().values().cloned().collect();
        let mut elements = Vec::with_capacity(entries.len());
        for (key, value) in entries {
            elements.push(match what {
                "keys" => key,
                "values" => value,
                _ => context.array(vec![key, value])?,
            });
        }
        Ok(elements)
    }
}

/// What iterating over a map or set gives; `None` for other host objects.
pub(crate) fn elements_of(
    host: &dyn HostObject,
    evaluation: &mut Evaluation<'_>,
) -> Result<Option<Known<Vec<Value>>>, Abrupt> {
    let Some(collection) = host.as_any().downcast_ref::<Collection>() else { return Ok(None) };
    if let Some(unknown) = &*collection.doubt.borrow() {
        return Ok(Some(Err(unknown.clone())));
    }
    let what = if collection.is_map { "entries" } else { "values" };
    collection.elements(evaluation, what).map(|elements| Some(Ok(elements)))
}

impl HostObject for Collection {
    fn as_any(&self) -> &dyn std::any::Any {
        self
    }
    fn class(&self) -> &str {
        if self.is_map { "Map" } else { "Set" }
    }
    fn get(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        if let Some(unknown) = self.doubt.borrow().clone() {
            return Ok(context.derived(key, &[Value::Unknown(unknown)]));
        }
        if key == "size" {
            return Ok(number(self.entries.borrow().len()));
        }
        if METHODS.contains(&key) || key == ITERATOR {
            let (this, name) = (this.clone(), key.to_owned());
            return Ok(Native::new(key, move |_, arguments, context| {
                this.call_method(&this, &name, arguments, context)
            }));
        }
        Ok(Value::Undefined)
    }
    fn call_method(
        &self,
        this: &Rc<dyn HostObject>,
        key: &str,
        arguments: &[Value],
        context: &mut dyn Context,
    ) -> Result<Value, Abrupt> {
        context.step(1)?;
        if matches!(key, "set" | "add" | "delete" | "clear")
            && let Some(doubt) = context.doubt()
        {
            let unknown = context.derived(key, &[Value::Unknown(doubt)]);
            if let Value::Unknown(unknown) = unknown {
                self.doubt.replace(Some(unknown));
            }
        }
        if let Some(unknown) = self.doubt.borrow().clone()
            && !matches!(key, "set" | "add" | "delete" | "clear")
        {
            let mut operands = vec![Value::Unknown(unknown)];
            operands.extend_from_slice(arguments);
            return Ok(context.derived(key, &operands));
        }
        let first = argument(arguments, 0);
        match key {
            "get" | "has" => {
                if let Value::Unknown(_) = first {
                    return Ok(context.derived(key, &[first, Value::Host(this.clone())]));
                }
                let entries = self.entries.borrow();
                let found = entries.get(&weak_key(&first)).map(|(_, value)| value.clone());
                Ok(if key == "has" {
                    Value::Bool(found.is_some())
                } else {
                    found.unwrap_or(Value::Undefined)
                })
            }
            "set" | "add" => {
                context.step(4)?;
                let value = if self.is_map { argument(arguments, 1) } else { first.clone() };
                self.insert(first, value);
                Ok(Value::Host(this.clone()))
            }
            "delete" => {
                let removed = self.entries.borrow_mut().shift_remove(&weak_key(&first));
                Ok(Value::Bool(removed.is_some()))
            }
            "clear" => {
                self.entries.borrow_mut().clear();
                Ok(Value::Undefined)
            }
            "keys" | "values" | "entries" => {
                let elements = self.elements(context, key)?;
                context.array(elements)
            }
            ITERATOR => {
                let what = if self.is_map { "entries" } else { "values" };
                let elements = self.elements(context, what)?;
                context.array(elements)
            }
            "forEach" => {
                let entries: Vec<(Value, Value)> =
                    self.entries.borrow().values().cloned().collect();
                for (key, value) in entries {
                    context.call(
                        &first,
                        &Value::Undefined,
                        &[value, key, Value::Host(this.clone())],
                    )?;
                }
                Ok(Value::Undefined)
            }
            _ => Err(context.throw(&format!("{key} is not a function"))),
        }
    }
}
