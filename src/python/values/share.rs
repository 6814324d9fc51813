//! Sharing: what happens to a value before another thread can reach it.
//!
//! A thread owns what it makes ([`Own`]). An object is shared when it is stored where
//! another thread can reach it, with all that can be reached from it, and stays so. So
//! whoever stores a value in something that may be shared [admits](admit) it first.

use std::collections::HashSet;

use super::{Class, Function, Iteration, Module, Owner, Value, Wrapper};
use crate::python::engine::Handle;
use crate::python::names::Spread;
use crate::sync::{Heir, Own};

/// Shares values that are about to be stored in a place, if that is shared.
#[inline]
pub fn admit<'a, T>(place: &Own<T>, values: impl IntoIterator<Item = &'a Value>) {
    if place.is_shared() {
        values.into_iter().for_each(share);
    }
}

impl Own<Value> {
    /// Stores a value in a variable.
    #[inline]
    pub fn put(&self, value: Value) {
        admit(self, [&value]);
        self.set(value);
    }
}

/// Shares an object with all that can be reached from it.
pub fn share(value: &Value) {
    if value.is_plain() {
        return;
    }
    let mut waiting = vec![value.clone()];
    // Objects without a lock do not know that they were here.
    let mut seen: HashSet<usize, Spread> = HashSet::default();
    while let Some(value) = waiting.pop() {
        let new = match share_one(&value) {
            Some(new) => new,
            None => value.address().is_some_and(|address| seen.insert(address)),
        };
        if new {
            parts(&value, &mut |part| {
                if !part.is_plain() {
                    waiting.push(part.clone());
                }
            });
        }
    }
}

impl Value {
    /// Whether it refers to nothing that could change, or has parts.
    #[inline]
    pub fn is_plain(&self) -> bool {
        matches!(
            self,
            Value::Unset
                | Value::None
                | Value::NotImplemented
                | Value::Ellipsis
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Big(_)
                | Value::Float(_)
                | Value::Str(_)
                | Value::Bytes(_)
                | Value::Range(_)
                | Value::Native(_)
                | Value::Code(_)
        )
    }

    /// Whether other threads can reach the object, and change it.
    #[inline]
    pub fn is_shared(&self) -> bool {
        match self {
            Value::List(list) => list.items.is_shared(),
            Value::Deque(deque) => deque.row.is_shared(),
            Value::Dict(dict) => dict.entries.is_shared(),
            Value::Set(set) => set.table.is_shared(),
            Value::Iter(iter) => iter.state.is_shared(),
            Value::Generator(generator) => generator.frame.is_shared(),
            Value::Instance(instance) => instance.fields.is_shared(),
            Value::Exception(exception) => exception.fields.is_shared(),
            Value::Cell(cell) => cell.value.is_shared(),
            Value::View(view) => view.dict().entries.is_shared(),
            _ => false,
        }
    }
}

/// Shares the locks of the object itself. Whether it was not shared before; None: it has
/// no lock.
fn share_one(value: &Value) -> Option<bool> {
    match value {
        Value::List(list) => Some(list.items.share()),
        Value::Deque(deque) => Some(deque.row.share()),
        Value::Dict(dict) => Some(dict.entries.share()),
        Value::Set(set) | Value::FrozenSet(set) => Some(set.table.share()),
        Value::Iter(iter) => Some(iter.state.share()),
        Value::Generator(generator) => Some(generator.frame.share()),
        Value::Function(function) => Some(function.attributes.share()),
        Value::Closure(function) => Some(function.attributes.share()),
        Value::Class(class) => Some(share_class(class)),
        Value::Instance(instance) => Some(instance.share()),
        Value::Exception(exception) => {
            exception.args.share();
            exception.cause.share();
            exception.context.share();
            exception.suppress_context.share();
            exception.traceback.share();
            Some(exception.fields.share())
        }
        Value::Module(module) => Some(module.share_others()),
        Value::Cell(cell) => Some(cell.value.share()),
        _ => None,
    }
}

/// Shares a module of the library, which is the same for all processes, but not what programs
/// have derived from its classes.
pub fn share_library(module: &Module) {
    module.share_others();
    module.each_other(&mut |value| match value {
        Value::Class(class) => {
            share_class(class);
        }
        Value::Module(_) => {}
        value => share(value),
    });
}

impl Value {
    /// Gives the locks of the object itself to a thread that is going to be.
    pub fn give(&self, heir: &Heir) {
        match self {
            Value::List(list) => list.items.give(heir),
            Value::Deque(deque) => deque.row.give(heir),
            Value::Dict(dict) => dict.entries.give(heir),
            Value::Set(set) | Value::FrozenSet(set) => set.table.give(heir),
            Value::Iter(iter) => iter.state.give(heir),
            Value::Generator(generator) => generator.frame.give(heir),
            Value::Function(function) => function.attributes.give(heir),
            Value::Closure(function) => function.attributes.give(heir),
            Value::Class(class) => {
                class.subclasses.give(heir);
                class.attributes.give(heir);
            }
            Value::Instance(instance) => instance.give(heir),
            Value::Exception(exception) => {
                exception.args.give(heir);
                exception.cause.give(heir);
                exception.context.give(heir);
                exception.suppress_context.give(heir);
                exception.traceback.give(heir);
                exception.fields.give(heir);
            }
            Value::Cell(cell) => cell.value.give(heir),
            _ => {}
        }
    }
}

/// The builtin types belong to all threads from the beginning.
fn share_class(class: &Class) -> bool {
    if class.builtin {
        return false;
    }
    class.subclasses.share();
    class.attributes.share()
}

/// Calls a function with each value that an object refers to.
pub fn parts(value: &Value, each: &mut impl FnMut(&Value)) {
    match value {
        Value::Tuple(items) => items.iter().for_each(each),
        Value::List(list) => list.items.read().iter().for_each(each),
        Value::Deque(deque) => deque.row.read().items.iter().for_each(each),
        Value::Dict(dict) => {
            let entries = dict.entries.read();
            for entry in entries.iter() {
                each(&entry.key);
                each(&entry.value);
            }
            // What is stored here is stored there.
            if let Some(Owner::Instance(instance)) = &entries.owner
                && let Some(instance) = instance.upgrade()
            {
                each(&Value::Instance(instance));
            }
        }
        Value::Set(set) | Value::FrozenSet(set) => {
            for (_, key) in set.table.read().iter() {
                each(key);
            }
        }
        Value::Slice(slice) => [&slice.start, &slice.stop, &slice.step]
            .into_iter()
            .for_each(each),
        Value::Iter(iter) => of_iteration(&iter.state.read(), each),
        Value::Generator(generator) => {
            let frame = generator.frame.read();
            frame.stack.iter().for_each(&mut *each);
            if let Some(raise) = &frame.handling {
                each(&Value::Exception(raise.0.clone()));
            }
        }
        Value::Function(function) => of_function(function, each),
        Value::Closure(function) => of_function(function, each),
        Value::Method(method) => {
            each(&method.function);
            each(&method.object);
        }
        Value::Class(class) if !class.builtin => {
            for (_, value) in class.attributes.read().iter() {
                each(value);
            }
            for base in class.bases.iter().chain(&class.meta) {
                each(&Value::Class(base));
            }
            for class in class.subclasses.read().iter() {
                each(&Value::Class(class));
            }
        }
        Value::Instance(instance) => {
            each(&Value::Class(instance.class()));
            each(&instance.inner);
            for (_, value) in instance.fields.read().iter() {
                each(value);
            }
            if let Some(dict) = instance.known_dict() {
                each(&Value::Dict(dict.clone()));
            }
            if let Some(Handle::Local(local)) = instance.handle.get().map(|handle| &**handle) {
                local.given.iter().for_each(&mut *each);
                local.named.iter().for_each(|(_, value)| each(value));
            }
        }
        Value::Exception(exception) => {
            each(&Value::Class(exception.class));
            for link in [&exception.args, &exception.cause, &exception.context] {
                each(&link.get());
            }
            for (_, value) in exception.fields.read().iter() {
                each(value);
            }
        }
        Value::Module(module) => module.each_other(each),
        Value::Property(property) => {
            let parts = [
                &property.get,
                &property.set,
                &property.delete,
                &property.doc,
            ];
            parts.into_iter().for_each(each);
        }
        Value::Wrapper(wrapper) => match &**wrapper {
            Wrapper::Static(function) | Wrapper::Class(function) => each(function),
            Wrapper::Slot(_) => {}
        },
        Value::Super(super_) => {
            each(&super_.object);
            each(&Value::Class(super_.class));
        }
        Value::View(view) => each(&Value::Dict(view.dict().clone())),
        Value::Alias(alias) => {
            each(&alias.origin);
            each(&alias.args);
        }
        Value::Cell(cell) => each(&cell.value.get()),
        _ => {}
    }
}

fn of_function(function: &Function, each: &mut impl FnMut(&Value)) {
    function.defaults.iter().for_each(&mut *each);
    function.closure.iter().for_each(&mut *each);
    each(&function.annotations);
    for (_, value) in function.keyword_defaults.iter() {
        each(value);
    }
    for (_, value) in function.attributes.read().iter() {
        each(value);
    }
}

fn of_iteration(iteration: &Iteration, each: &mut impl FnMut(&Value)) {
    use Iteration::*;
    match iteration {
        Done | Text(..) | TextBackward(..) | Bytes(..) | Range { .. } => {}
        List(list, _) | ListBackward(list, _) => each(&Value::List(list.clone())),
        Tuple(items, _) | TupleBackward(items, _) => each(&Value::Tuple(items.clone())),
        Deque(deque, ..) => each(&Value::Deque(deque.clone())),
        Dict(dict, ..) => each(&Value::Dict(dict.clone())),
        Set(set, ..) => each(&Value::Set(set.clone())),
        Zip(inners, _) => inners.iter().for_each(each),
        Map(function, inners) => {
            each(function);
            inners.iter().for_each(each);
        }
        Enumerate(a, b) | Filter(a, b) | Calls(a, b) | Otherwise(a, b) => {
            each(a);
            each(b);
        }
        Items(value, _) | ItemsBackward(value, _) | Native(value) | Await(value) => each(value),
        AsyncStep(value, sending) => {
            each(value);
            match sending {
                super::Sending::Value(value) | super::Sending::Throw(value) => each(value),
                super::Sending::Close | super::Sending::Closing => {}
            }
        }
    }
}

impl Module {
    /// Shares a variable. One that is bound, and `stays` so, needs no lock any more, and is
    /// frozen.
    pub fn share_slot(&self, at: usize, stays: bool) {
        let slot = self.slot(at);
        let value = slot.get();
        share(&value);
        if stays && !value.is_unset() {
            slot.freeze();
        } else {
            slot.share();
        }
    }

    /// Shares the names that have no slot, with their values, and the dict that stands for all.
    pub fn share_names(&self) {
        self.share_others();
        self.each_other(&mut share);
    }

    /// The locks alone.
    fn share_others(&self) -> bool {
        if let Some(dict) = self.known_dict() {
            dict.entries.share();
        }
        self.others.share()
    }

    /// Gives its variables to a thread that is going to be.
    pub fn give(&self, heir: &Heir) {
        self.slots().iter().for_each(|slot| slot.give(heir));
        self.others.give(heir);
    }

    fn each_other(&self, each: &mut impl FnMut(&Value)) {
        for (_, value) in self.others.read().iter() {
            each(value);
        }
    }
}
