//! Iterators of builtin types: where each is. How they go on is in `machine::iterate`.

use std::sync::Arc;

use super::{Bytes, Deque, Dict, List, Set, Str, Tuple, Value, bury};
use crate::sync::Own;

pub struct Iter {
    pub state: Own<Iteration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Forward,
    Backward,
}

/// What of a dict's entries is handed out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Key,
    Value,
    Item,
}

#[derive(Clone)]
pub enum Iteration {
    Done,
    List(Arc<List>, usize),
    /// The position after the next one.
    ListBackward(Arc<List>, usize),
    Tuple(Arc<Tuple>, usize),
    TupleBackward(Arc<Tuple>, usize),
    /// A byte position.
    Text(Arc<Str>, usize),
    TextBackward(Arc<Str>, usize),
    Bytes(Arc<Bytes>, usize),
    Range {
        next: i64,
        step: i64,
        left: usize,
    },
    /// With the number of changes that the dict had seen.
    Dict(Arc<Dict>, Part, Direction, usize, u32),
    Set(Arc<Set>, usize, u32),
    /// One past the next position, if it goes backward.
    Deque(Arc<Deque>, Direction, usize, u32),
    /// `enumerate`: an iterator and the next number.
    Enumerate(Value, Value),
    /// Iterators, and whether all have to be of a length.
    Zip(Arc<[Value]>, bool),
    Map(Value, Arc<[Value]>),
    Filter(Value, Value),
    /// An object with `__getitem__` alone, and the next index.
    Items(Value, i64),
    ItemsBackward(Value, i64),
    /// `iter(function, sentinel)`.
    Calls(Value, Value),
    /// An iterator of the library, which is a function that is called for each value.
    Native(Value),
    /// What `await` gets from a coroutine, and `__anext__` from an async generator.
    Await(Value),
    AsyncStep(Value, Sending),
    /// `anext(iterator, default)`: what awaits the next value, and the default.
    Otherwise(Value, Value),
}

/// What is sent into an async generator.
#[derive(Clone)]
pub enum Sending {
    Value(Value),
    Throw(Value),
    Close,
    /// Nothing, while it is being closed.
    Closing,
}

impl Iter {
    pub fn value(state: Iteration) -> Value {
        Value::Iter(Arc::new(Iter {
            state: Own::new(state),
        }))
    }
}

impl Drop for Iter {
    fn drop(&mut self) {
        use Iteration::*;
        match std::mem::replace(self.state.get_mut(), Done) {
            Enumerate(inner, _) | Filter(_, inner) | Items(inner, _) | ItemsBackward(inner, _) => {
                bury([inner]);
            }
            Zip(mut inners, _) | Map(_, mut inners) => {
                if let Some(inners) = Arc::get_mut(&mut inners) {
                    bury(inners.iter_mut().map(std::mem::take));
                }
            }
            _ => {}
        }
    }
}
