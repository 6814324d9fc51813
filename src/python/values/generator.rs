//! Generators, coroutines and async generators: frames that are kept aside.

use super::{Module, Raise, Value, bury};
use crate::python::code::Code;
use crate::sync::Own;

/// What a frame needs to go on.
pub struct Suspended {
    /// The next instruction.
    pub at: usize,
    /// Its slots, then its stack.
    pub stack: Vec<Value>,
    /// What it is handling.
    pub handling: Option<Raise>,
    pub module: &'static Module,
}

pub enum State {
    /// Not yet entered.
    New(Suspended),
    Suspended(Suspended),
    /// Its empty stack is kept for the next time.
    Running(Vec<Value>),
    Done,
}

pub struct Generator {
    pub code: &'static Code,
    pub state: Own<State>,
}

impl Generator {
    /// Where it is: a number for its state and its instruction.
    pub fn place(&self) -> u64 {
        match &*self.state.read() {
            State::New(_) => 0,
            State::Suspended(frame) => 2 + frame.at as u64,
            State::Running(_) => 1,
            State::Done => u64::MAX,
        }
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        if let State::New(frame) | State::Suspended(frame) = self.state.get_mut() {
            bury(std::mem::take(&mut frame.stack));
            bury(frame.handling.take().map(|raise| Value::Exception(raise.0)));
        }
    }
}
