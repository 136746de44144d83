//! What natives and host objects see of an evaluation.

use std::rc::Rc;

use super::Evaluation;
use super::member::host_address;
use crate::origin::Origin;
use crate::typescript::builtins;
use crate::typescript::value::{Abrupt, Context, Entries, Known, Unknown, Value};

impl Context for Evaluation<'_> {
    fn call(&mut self, callee: &Value, this: &Value, arguments: &[Value]) -> Result<Value, Abrupt> {
        self.call_value(callee, this, arguments)
    }

    fn get(&mut self, object: &Value, key: &str) -> Result<Value, Abrupt> {
        self.get_property(object, key)
    }

    fn origin(&self) -> Origin {
        self.origin_here()
    }

    fn source(&self) -> String {
        let text = self.source_here().chars().take(120);
        text.map(|c| if c.is_whitespace() { ' ' } else { c }).collect()
    }

    fn unknown(&mut self, why: &str) -> Value {
        self.unknown_here(why)
    }

    fn derived(&mut self, what: &str, operands: &[Value]) -> Value {
        self.derive(what, operands)
    }

    fn throw(&mut self, message: &str) -> Abrupt {
        self.throw_error("Error", message)
    }

    fn step(&mut self, count: u32) -> Result<(), Abrupt> {
        self.spend(u64::from(count))
    }

    fn set(&mut self, object: &Value, key: &str, value: Value) -> Result<(), Abrupt> {
        self.set_property(object, key, value)
    }

    fn written(&self, object: &Value) -> Entries {
        let Value::Host(host) = object else { return Vec::new() };
        let written = self.written_on_hosts.get(&host_address(host));
        written.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    fn call_method(
        &mut self,
        object: &Value,
        key: &str,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        self.call_key(object, key, arguments)
    }

    fn call_builtin(
        &mut self,
        this: &Value,
        name: &str,
        arguments: &[Value],
    ) -> Result<Value, Abrupt> {
        builtins::call(self, this, name, arguments)
    }

    fn entries(&mut self, object: &Value) -> Result<Known<Entries>, Abrupt> {
        self.own_entries(object)
    }

    fn elements(&mut self, iterable: &Value) -> Result<Known<Vec<Value>>, Abrupt> {
        self.iterate(iterable)
    }

    fn array(&mut self, elements: Vec<Value>) -> Result<Value, Abrupt> {
        self.new_array(elements)
    }

    fn object(&mut self, properties: Vec<(Rc<str>, Value)>) -> Result<Value, Abrupt> {
        let object = self.new_object(None)?;
        self.charge(properties.len() as u64)?;
        for (key, value) in properties {
            Self::define(&object, &key, value);
        }
        Ok(object)
    }

    fn text(&mut self, text: &str) -> Result<Value, Abrupt> {
        self.new_text(text)
    }

    fn to_text(&mut self, value: &Value) -> Result<Value, Abrupt> {
        self.text_of(value)
    }

    fn property_origin(&self, object: &Value, key: &str) -> Option<Origin> {
        Self::place_of(object, key).map(|place| self.origin_at(place))
    }

    fn doubt(&self) -> Option<Rc<Unknown>> {
        self.doubt.clone()
    }

    fn module_member(&mut self, module: u32, key: &str) -> Result<Value, Abrupt> {
        self.export(module, key)
    }

    fn resolve(&mut self, from: &str, specifier: &str) -> Option<Rc<str>> {
        Evaluation::resolve(self, from, specifier)
    }

    fn module_keys(&mut self, module: u32) -> Result<Known<Vec<Rc<str>>>, Abrupt> {
        self.export_names(module)
    }
}
