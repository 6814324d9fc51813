//! Copies of values in another world: what a process gets of another's memory.
//!
//! | where | what |
//! |---|---|
//! | here | the copies themselves, whatever they are for |
//! | [`fork`] | all that a program has, for a process that begins with it |
//! | [`pickle`] | a value that is handed on: functions and classes by name, and what cannot be handed on |
//!
//! An object is copied once, so that what two refer to is one object there, too. Those that
//! can be part of themselves are made empty and filled later, so that only tuples in tuples
//! and their like recurse.

pub mod fork;
pub mod pickle;

use std::collections::HashMap;
use std::sync::Arc;

use super::{Result, World, error, keys};
use crate::python::builtins::classes;
use crate::python::names::{self, NameMap, Spread};
use crate::python::values::{
    Alias, Cell, Class, Deque, Dict, Entries, Exception, Function, Generator, Instance, Iter,
    Iteration, List, Method, Module, Property, Raise, Row, Sending, Set, Slice, State, Super,
    Suspended, Table, Tuple, Value, View, Wrapper, estate,
};

/// What copies are for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// A process that begins with all that another has.
    Fork,
    /// To be handed on, to whom is not known yet.
    Pickle,
    /// Something that was handed on.
    Unpickle,
}

/// Objects within objects that cannot be made before what they contain.
const DEEPEST: usize = 400;

struct Copier {
    purpose: Purpose,
    to: &'static World,
    /// By address: the original, which is kept so that no other takes its place, and the copy.
    copies: HashMap<usize, (Value, Value), Spread>,
    classes: HashMap<usize, &'static Class, Spread>,
    /// Originals and copies that are to be filled.
    empty: Vec<(Value, Value)>,
    empty_classes: Vec<(&'static Class, &'static Class)>,
    depth: usize,
}

impl Copier {
    fn new(purpose: Purpose, to: &'static World) -> Copier {
        Copier {
            purpose,
            to,
            copies: HashMap::default(),
            classes: HashMap::default(),
            empty: Vec::new(),
            empty_classes: Vec::new(),
            depth: 0,
        }
    }

    /// A copy, with all that it refers to.
    fn whole(&mut self, value: &Value) -> Result<Value> {
        let copy = self.copy(value)?;
        self.fill_all()?;
        Ok(copy)
    }

    /// A copy, which may have to be [filled](Self::fill_all) yet.
    fn copy(&mut self, value: &Value) -> Result<Value> {
        match value {
            Value::Class(class) => return self.class(class).map(Value::Class),
            Value::Module(module) => return self.module(module).map(Value::Module),
            value if value.is_plain() => return Ok(value.clone()),
            _ => {}
        }
        let address = value.address().unwrap_or_default();
        if let Some((_, copy)) = self.copies.get(&address) {
            return Ok(copy.clone());
        }
        if let Value::Function(function) = value
            && function.module.name != names::MAIN
        {
            // It is the library's, and made once.
            return Ok(value.clone());
        }
        if let Some(same) = self.refuse(value)? {
            return Ok(same);
        }
        if let Some(copy) = self.shell(value) {
            self.copies.insert(address, (value.clone(), copy.clone()));
            self.empty.push((value.clone(), copy.clone()));
            return Ok(copy);
        }
        if self.depth > DEEPEST {
            let text = "maximum recursion depth exceeded while pickling an object";
            return Err(error::recursion_error(text));
        }
        self.depth += 1;
        let copy = self.made(value);
        self.depth -= 1;
        let copy = copy?;
        self.copies.insert(address, (value.clone(), copy.clone()));
        Ok(copy)
    }

    /// An empty copy of what is filled later.
    fn shell(&self, value: &Value) -> Option<Value> {
        Some(match value {
            Value::List(_) => Value::list(Vec::new()),
            Value::Deque(_) => Value::Deque(Deque::new(Row::default())),
            Value::Dict(_) => Value::Dict(Dict::new(Entries::default())),
            Value::Set(_) => Value::Set(Arc::new(Set::new(Table::default()))),
            Value::Cell(_) => Value::Cell(Cell::new(Value::Unset)),
            Value::Iter(_) => Iter::value(Iteration::Done),
            Value::Generator(generator) => Value::Generator(Generator::new(
                generator.code,
                self.module_of(generator.module),
                Vec::new(),
            )),
            _ => return None,
        })
    }

    /// A copy that is made of copies of its parts.
    fn made(&mut self, value: &Value) -> Result<Value> {
        Ok(match value {
            Value::Tuple(items) => Value::tuple(self.all(items.iter())?),
            Value::FrozenSet(set) => {
                let copy = Set::new(Table::default());
                self.fill_set(set, &copy)?;
                Value::FrozenSet(Arc::new(copy))
            }
            Value::Slice(slice) => Value::Slice(Arc::new(Slice {
                start: self.copy(&slice.start)?,
                stop: self.copy(&slice.stop)?,
                step: self.copy(&slice.step)?,
            })),
            Value::Function(function) => {
                let copy = self.function(function, value)?;
                Value::Function(crate::python::code::forever(copy))
            }
            Value::Closure(function) => {
                Value::Closure(estate::count(self.function(function, value)?))
            }
            Value::Method(method) => {
                Method::bind(self.copy(&method.function)?, self.copy(&method.object)?)
            }
            Value::Instance(instance) => return self.instance(instance, value),
            Value::Exception(exception) => {
                let class = self.class(exception.class)?;
                let copy = Value::Exception(Exception::new(class, Vec::new()));
                self.empty.push((value.clone(), copy.clone()));
                copy
            }
            Value::Property(property) => Value::Property(Arc::new(Property {
                get: self.copy(&property.get)?,
                set: self.copy(&property.set)?,
                delete: self.copy(&property.delete)?,
                doc: self.copy(&property.doc)?,
            })),
            Value::Wrapper(wrapper) => Value::Wrapper(Arc::new(match &**wrapper {
                Wrapper::Static(function) => Wrapper::Static(self.copy(function)?),
                Wrapper::Class(function) => Wrapper::Class(self.copy(function)?),
                Wrapper::Slot(name) => Wrapper::Slot(*name),
            })),
            Value::Super(super_) => Value::Super(Arc::new(Super {
                class: self.class(super_.class)?,
                object: self.copy(&super_.object)?,
                object_class: self.class(super_.object_class)?,
            })),
            Value::View(view) => {
                let dict = self.dict(view.dict())?;
                Value::View(Arc::new(match &**view {
                    View::Keys(_) => View::Keys(dict),
                    View::Values(_) => View::Values(dict),
                    View::Items(_) => View::Items(dict),
                    View::Proxy(_) => View::Proxy(dict),
                }))
            }
            Value::Alias(alias) => Value::Alias(Arc::new(Alias {
                origin: self.copy(&alias.origin)?,
                args: self.copy(&alias.args)?,
            })),
            other => other.clone(),
        })
    }

    fn all<'a>(&mut self, values: impl Iterator<Item = &'a Value>) -> Result<Vec<Value>> {
        values.map(|value| self.copy(value)).collect()
    }

    fn names(&mut self, names: &NameMap) -> Result<NameMap> {
        let mut copies = NameMap::new();
        for (name, value) in names.iter() {
            copies.set(name, self.copy(value)?);
        }
        Ok(copies)
    }

    fn dict(&mut self, dict: &Arc<Dict>) -> Result<Arc<Dict>> {
        match self.copy(&Value::Dict(dict.clone()))? {
            Value::Dict(copy) => Ok(copy),
            _ => Ok(dict.clone()),
        }
    }

    fn function(&mut self, function: &Function, value: &Value) -> Result<Function> {
        let copy = Function {
            code: function.code,
            module: self.module_of(function.module),
            defaults: self.all(function.defaults.iter())?,
            keyword_defaults: self.names(&function.keyword_defaults)?,
            closure: self.all(function.closure.iter())?,
            annotations: self.copy(&function.annotations)?,
            attributes: Default::default(),
        };
        // What was set may lead back to it, which is seldom: a decorator's `__wrapped__` does
        // not.
        let attributes = function.attributes.get();
        let address = value.address().unwrap_or_default();
        if !attributes.is_empty() {
            self.copies.insert(address, (value.clone(), Value::None));
            let attributes = self.names(&attributes)?;
            self.copies.remove(&address);
            copy.attributes.set(attributes);
        }
        Ok(copy)
    }

    fn instance(&mut self, instance: &Arc<Instance>, value: &Value) -> Result<Value> {
        let class = self.class(instance.class())?;
        let inner = self.copy(&instance.inner)?;
        let serial = match self.purpose {
            Purpose::Fork => instance.serial,
            Purpose::Pickle | Purpose::Unpickle => self.to.serial(),
        };
        let copy = Instance::new(class, inner, serial);
        if let Some(handle) = instance.handle.get()
            && let Some(handle) = self.handle(instance, handle)
        {
            let _ = copy.handle.set(Box::new(handle));
        }
        let copy = Value::Instance(copy);
        self.empty.push((value.clone(), copy.clone()));
        Ok(copy)
    }

    /// Fills all that was made empty.
    fn fill_all(&mut self) -> Result<()> {
        loop {
            if let Some((original, copy)) = self.empty_classes.pop() {
                self.fill_class(original, copy)?;
                continue;
            }
            match self.empty.pop() {
                Some((original, copy)) => self.fill(&original, &copy)?,
                None => return Ok(()),
            }
        }
    }

    fn fill_class(&mut self, original: &'static Class, copy: &'static Class) -> Result<()> {
        let attributes = original.attributes.get();
        let attributes = self.names(&attributes)?;
        copy.attributes.set(attributes);
        let mut derived = Vec::new();
        for class in original.subclasses.get() {
            derived.push(self.class(class)?);
        }
        copy.subclasses.set(derived);
        copy.inspect();
        Ok(())
    }

    fn fill(&mut self, original: &Value, copy: &Value) -> Result<()> {
        match (original, copy) {
            (Value::List(original), Value::List(copy)) => {
                let items = original.items.get();
                let items = self.all(items.iter())?;
                copy.items.set(items);
            }
            (Value::Deque(original), Value::Deque(copy)) => {
                let row = original.row.get();
                let items = self.all(row.items.iter())?;
                copy.row.set(Row {
                    items: items.into(),
                    ..row
                });
            }
            (Value::Dict(original), Value::Dict(copy)) => {
                let entries: Vec<_> = (original.entries.read().iter())
                    .map(|entry| (entry.hash, entry.key.clone(), entry.value.clone()))
                    .collect();
                for (hash, key, value) in entries {
                    let (key, value) = (self.copy(&key)?, self.copy(&value)?);
                    let hash = self.hash(&key, hash)?;
                    copy.entries.write().add(hash, key, value);
                }
            }
            (Value::Set(original), Value::Set(copy)) => self.fill_set(original, copy)?,
            (Value::Cell(original), Value::Cell(copy)) => {
                let value = original.value.get();
                copy.value.set(self.copy(&value)?);
            }
            (Value::Iter(original), Value::Iter(copy)) => {
                let state = original.state.get();
                copy.state.set(self.iteration(state)?);
            }
            (Value::Generator(original), Value::Generator(copy)) => {
                self.fill_generator(original, copy)?;
            }
            (Value::Instance(original), Value::Instance(copy)) => {
                let fields = original.fields.get();
                copy.fields.set(self.names(&fields)?);
            }
            (Value::Exception(original), Value::Exception(copy)) => {
                self.fill_exception(original, copy)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// An object's own hash goes by what it is, which its copy may not be.
    fn hash(&self, key: &Value, before: i64) -> Result<i64> {
        Ok(keys::hash_at_once(self.to, key)?.unwrap_or(before))
    }

    fn fill_set(&mut self, original: &Set, copy: &Set) -> Result<()> {
        let elements: Vec<_> = (original.table.read().iter())
            .map(|(hash, key)| (hash, key.clone()))
            .collect();
        for (hash, key) in elements {
            let key = self.copy(&key)?;
            let hash = self.hash(&key, hash)?;
            copy.table.write().add(hash, key);
        }
        Ok(())
    }

    /// One that is entered at this moment goes on where it was, and has an end in the copy.
    fn fill_generator(&mut self, original: &Generator, copy: &Generator) -> Result<()> {
        let (state, at, stack, handling) = {
            let frame = original.frame.read();
            let handling = frame.handling.clone();
            (frame.state, frame.at, frame.stack.clone(), handling)
        };
        let stack = self.all(stack.iter())?;
        let handling = match handling {
            Some(raise) => self.copy(&Value::Exception(raise.0))?,
            None => Value::None,
        };
        let mut frame = copy.frame.write();
        *frame = Suspended {
            state: match state {
                State::Running => State::Done,
                state => state,
            },
            at,
            stack,
            handling: match handling {
                Value::Exception(exception) => Some(Raise(exception)),
                _ => None,
            },
        };
        Ok(())
    }

    fn fill_exception(&mut self, original: &Exception, copy: &Exception) -> Result<()> {
        copy.args.set(self.copy(&original.args.get())?);
        let fields = original.fields.get();
        copy.fields.set(self.names(&fields)?);
        // What is handed on has lost where it comes from.
        if self.purpose == Purpose::Fork {
            copy.cause.set(self.copy(&original.cause.get())?);
            copy.context.set(self.copy(&original.context.get())?);
            copy.suppress_context.set(original.suppress_context.get());
            copy.traceback.set(original.traceback.get());
        }
        Ok(())
    }

    fn iteration(&mut self, state: Iteration) -> Result<Iteration> {
        use Iteration::*;
        Ok(match state {
            List(list, at) => List(self.list(&list)?, at),
            ListBackward(list, at) => ListBackward(self.list(&list)?, at),
            Tuple(tuple, at) => Tuple(self.tuple(&tuple)?, at),
            TupleBackward(tuple, at) => TupleBackward(self.tuple(&tuple)?, at),
            Dict(dict, part, direction, at, changes) => {
                Dict(self.dict(&dict)?, part, direction, at, changes)
            }
            Set(set, at, _) => {
                let Value::Set(set) = self.copy(&Value::Set(set))? else {
                    return Ok(Done);
                };
                // It may not be filled yet.
                self.fill_all()?;
                let changes = set.table.read().changes;
                Set(set, at, changes)
            }
            Deque(deque, direction, at, changes) => match self.copy(&Value::Deque(deque))? {
                Value::Deque(deque) => Deque(deque, direction, at, changes),
                _ => Done,
            },
            Enumerate(a, b) => Enumerate(self.copy(&a)?, self.copy(&b)?),
            Filter(a, b) => Filter(self.copy(&a)?, self.copy(&b)?),
            Calls(a, b) => Calls(self.copy(&a)?, self.copy(&b)?),
            Otherwise(a, b) => Otherwise(self.copy(&a)?, self.copy(&b)?),
            Zip(inners, strict) => Zip(self.all(inners.iter())?.into(), strict),
            Map(function, inners) => Map(self.copy(&function)?, self.all(inners.iter())?.into()),
            Items(value, at) => Items(self.copy(&value)?, at),
            ItemsBackward(value, at) => ItemsBackward(self.copy(&value)?, at),
            Native(value) => Native(self.copy(&value)?),
            Await(value) => Await(self.copy(&value)?),
            AsyncStep(value, sending) => {
                let sending = match sending {
                    Sending::Value(value) => Sending::Value(self.copy(&value)?),
                    Sending::Throw(value) => Sending::Throw(self.copy(&value)?),
                    Sending::Close => Sending::Close,
                    Sending::Closing => Sending::Closing,
                };
                AsyncStep(self.copy(&value)?, sending)
            }
            plain @ (Done | Text(..) | TextBackward(..) | Bytes(..) | Range { .. }) => plain,
        })
    }

    fn list(&mut self, list: &Arc<List>) -> Result<Arc<List>> {
        match self.copy(&Value::List(list.clone()))? {
            Value::List(copy) => Ok(copy),
            _ => Ok(list.clone()),
        }
    }

    fn tuple(&mut self, tuple: &Arc<Tuple>) -> Result<Arc<Tuple>> {
        match self.copy(&Value::Tuple(tuple.clone()))? {
            Value::Tuple(copy) => Ok(copy),
            _ => Ok(tuple.clone()),
        }
    }

    /// A module of the other world; those of the library are everybody's.
    fn module_of(&self, module: &'static Module) -> &'static Module {
        match module.name == names::MAIN {
            true => self.to.main,
            false => module,
        }
    }

    /// Whether a class is a process's own.
    fn is_own(&self, class: &Class) -> bool {
        !class.builtin && class.module == names::MAIN
    }
}

/// The exception that CPython raises for what cannot be pickled in itself.
fn not_pickled(name: &str) -> Raise {
    error::error(
        classes().type_error,
        format!("cannot pickle '{name}' object"),
    )
}
