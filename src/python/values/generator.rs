//! Generators, coroutines and async generators: frames that are kept aside.

use super::{Module, Raise, Value, bury};
use crate::python::code::Code;
use crate::sync::{Own, Writing};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// Not yet entered.
    New,
    Suspended,
    Running,
    Done,
}

/// What a frame needs to go on.
pub struct Suspended {
    pub state: State,
    /// The next instruction.
    pub at: usize,
    /// Its slots, then its stack; empty while it runs.
    pub stack: Vec<Value>,
    /// What it is handling.
    pub handling: Option<Raise>,
}

pub struct Generator {
    pub code: &'static Code,
    pub module: &'static Module,
    pub frame: Own<Suspended>,
}

impl Generator {
    /// One whose slots are filled, and that was not entered yet.
    pub fn new(code: &'static Code, module: &'static Module, slots: Vec<Value>) -> Generator {
        Generator {
            code,
            module,
            frame: Own::new(Suspended {
                state: State::New,
                at: 0,
                stack: slots,
                handling: None,
            }),
        }
    }

    pub fn state(&self) -> State {
        self.frame.read().state
    }

    /// Where it is: a number for its state and its instruction.
    pub fn place(&self) -> u64 {
        let frame = self.frame.read();
        match frame.state {
            State::New => 0,
            State::Running => 1,
            State::Suspended => 2 + frame.at as u64,
            State::Done => u64::MAX,
        }
    }

    /// It returned, or raised.
    pub fn finish(&self) {
        end(self.frame.write());
    }

    /// Ends it if it was not entered yet. False: it was, and has not ended.
    pub fn close_unentered(&self) -> bool {
        let frame = self.frame.write();
        let closes = matches!(frame.state, State::New | State::Done);
        if closes {
            end(frame);
        }
        closes
    }
}

fn end(mut frame: Writing<'_, Suspended>) {
    frame.state = State::Done;
    let slots = std::mem::take(&mut frame.stack);
    drop(frame);
    // What they drop may be long, or look at this generator.
    drop(slots);
}

impl Drop for Generator {
    fn drop(&mut self) {
        let frame = self.frame.get_mut();
        bury(std::mem::take(&mut frame.stack));
        bury(frame.handling.take().map(|raise| Value::Exception(raise.0)));
    }
}
