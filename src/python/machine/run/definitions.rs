//! Functions and classes that are made, modules that are imported, and their names.

use super::{Here, Step};
use crate::python::code::{forever, make};
use crate::python::machine::{
    Activation, Frame, Leave, Machine, Result, Resumed, Then, class, import, iterate, keys,
};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Function, Value, estate};

impl Machine {
    /// Takes code and what belongs to it off the stack.
    pub(super) fn make_function(&mut self, here: Here, flags: u8) {
        let Value::Code(code) = self.pop() else {
            return;
        };
        let mut take = |flag: u8| {
            if flags & flag != 0 {
                self.pop()
            } else {
                Value::Unset
            }
        };
        let closure = take(make::CLOSURE);
        let annotations = take(make::ANNOTATIONS);
        let keyword_defaults = take(make::KEYWORD_DEFAULTS);
        let defaults = take(make::DEFAULTS);
        let mut named = NameMap::new();
        if let Value::Dict(dict) = &keyword_defaults {
            for entry in dict.entries.read().iter() {
                named.set(
                    Name::new(entry.key.as_str().unwrap_or_default()),
                    entry.value.clone(),
                );
            }
        }
        let items = |value: Value| iterate::at_hand(&value).unwrap_or_default();
        let function = Function {
            code,
            module: here.module,
            defaults: items(defaults),
            keyword_defaults: named,
            closure: items(closure),
            annotations: if annotations.is_unset() {
                keys::new_dict(Vec::new())
            } else {
                annotations
            },
            attributes: Default::default(),
        };
        // What an execution owns is counted.
        let stays = code.once && !estate::owns();
        self.stack.push(if stays {
            Value::Function(forever(function))
        } else {
            Value::Closure(estate::count(function))
        });
    }

    /// Enters the body of a class, whose names become a dict.
    pub(super) fn run_class_body(&mut self) -> Result<()> {
        let function = self.pop();
        self.check_depth()?;
        let Some(function) = function.as_function() else {
            return Ok(());
        };
        let floor = self.stack.len();
        let code = function.code;
        self.stack.resize(
            floor + code.slots.len() - function.closure.len(),
            Value::Unset,
        );
        self.stack.extend_from_slice(&function.closure);
        let mut frame = Frame::new(code, function.module, floor, floor, Then::Push);
        let mut names = Box::<NameMap>::default();
        names.set(names::MODULE, function.module.name.value());
        frame.names = Some(names);
        self.activations.push(Activation::Frame(frame));
        Ok(())
    }

    pub(super) fn finish_class_body(&mut self, then: Then, names: NameMap) -> Leave {
        let names = names
            .iter()
            .map(|(name, value)| (name, value.clone()))
            .collect();
        self.deliver(then, Resumed::Yield(keys::new_dict(names)))
    }

    pub(super) fn make_class(&mut self) -> Step {
        let (keywords, names) = self.pop_two();
        let (name, bases) = self.pop_two();
        let class = class::from_body(self.world, &name, &bases, &keywords, &names)?;
        self.stack.push(class);
        Ok(())
    }

    /// `name: annotation` in a class or the module.
    pub(super) fn store_annotation(&mut self, here: Here) {
        let (name, value) = self.pop_two();
        let annotations = match &mut self.frame().names {
            Some(names) => match names.get(names::ANNOTATIONS) {
                Some(annotations) => annotations.clone(),
                None => {
                    let annotations = keys::new_dict(Vec::new());
                    names.set(names::ANNOTATIONS, annotations.clone());
                    annotations
                }
            },
            None => here.module.get(names::ANNOTATIONS).unwrap_or_default(),
        };
        if let (Value::Dict(dict), Value::Str(text)) = (&annotations, &name) {
            keys::put(dict, &name, text.hash(), value);
        }
    }

    pub(super) fn import(&mut self, name: Name) -> Step {
        let module = import::module(self.world, name)?;
        self.stack.push(module);
        Ok(())
    }

    pub(super) fn import_from(&mut self, name: Name) -> Step {
        let module = self.stack.last().cloned().unwrap_or_default();
        let value = import::from(self.world, &module, name)?;
        self.stack.push(value);
        Ok(())
    }

    pub(super) fn import_all(&mut self, here: Here) {
        let from = self.pop();
        for (name, value) in import::all(&from) {
            here.module.set(name, value);
        }
    }

    /// The names that are bound here, as a dict.
    pub(super) fn locals(&mut self, here: Here) {
        let bound: Vec<(Name, Value)> = match &self.frame().names {
            Some(names) => names.iter().map(|(n, v)| (n, v.clone())).collect(),
            None => {
                let slots = here.code.slots.iter().copied();
                slots
                    .zip(&self.stack[here.base..])
                    .filter_map(|(name, value)| {
                        let value = match value {
                            Value::Cell(cell) => cell.value.get(),
                            value => value.clone(),
                        };
                        (!value.is_unset()).then_some((name, value))
                    })
                    .collect()
            }
        };
        self.stack.push(keys::new_dict(bound));
    }
}
