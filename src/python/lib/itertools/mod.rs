//! `itertools`: iterators whose state is a list, and whose next value a function of it.
//!
//! A function of the module makes the list; its step, a native function that is bound to
//! the list, is called for each value, and raises StopIteration at the end.

mod combine;
mod endless;
mod group;
mod select;
mod together;

use std::sync::Arc;

use super::arguments::given;
use crate::python::builtins::{Table, add};
use crate::python::machine::{Result, Stop, error};
use crate::python::names::NameMap;
use crate::python::values::{Iter, Iteration, List, Method, Native, Run, Value, admit};

const TABLES: [Table; 5] = [
    endless::FUNCTIONS,
    select::FUNCTIONS,
    together::FUNCTIONS,
    group::FUNCTIONS,
    combine::FUNCTIONS,
];

pub fn module() -> NameMap {
    let mut module = NameMap::new();
    for table in TABLES {
        add(&mut module, "", table);
    }
    module
}

/// The function that gives the next value.
fn step(run: Run) -> Native {
    Native::new("", "__next__", "state, /", run)
}

fn iterator(step: &'static Native, state: Vec<Value>) -> Value {
    let step = Method::bind(Value::Native(step), Value::list(state));
    Iter::value(Iteration::Native(step))
}

/// What an iterator keeps between two values.
#[derive(Clone)]
struct State(Arc<List>);

impl State {
    fn of(args: &[Value]) -> State {
        match args.first() {
            Some(Value::List(list)) => State(list.clone()),
            _ => State(List::new(Vec::new())),
        }
    }

    fn get(&self, at: usize) -> Value {
        self.0.get(at).unwrap_or_default()
    }

    fn set(&self, at: usize, value: Value) {
        admit(&self.0.items, [&value]);
        let mut items = self.0.items.write();
        let old = std::mem::replace(&mut items[at], value);
        // It may be long: dropped when the list is free again.
        drop(items);
        drop(old);
    }

    /// Sets a value unless another thread has set one in place of `old`.
    fn replace(&self, at: usize, old: &Value, value: Value) -> bool {
        admit(&self.0.items, [&value]);
        let mut items = self.0.items.write();
        let is_there = items[at].is(old);
        if is_there {
            items[at] = value;
        }
        is_there
    }

    /// A count that the state holds.
    fn count(&self, at: usize) -> i64 {
        match self.get(at) {
            Value::Int(count) => count,
            _ => 0,
        }
    }
}

fn end() -> Stop {
    error::stop_iteration(Value::None).into()
}

/// The end, in a sequence.
fn ended<T>() -> Result<T> {
    Err(error::stop_iteration(Value::None))
}
