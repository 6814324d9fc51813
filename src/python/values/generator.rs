//! Generators, coroutines and async generators: frames that are kept aside.

use super::{Module, Raise, Value, bury};
use crate::python::code::Code;
use crate::sync::Own;

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

    /// It returned, raised, or was closed before it was entered.
    pub fn finish(&self) {
        let slots = {
            let mut frame = self.frame.write();
            frame.state = State::Done;
            std::mem::take(&mut frame.stack)
        };
        // What they drop may be long, or look at this generator.
        drop(slots);
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        let frame = self.frame.get_mut();
        bury(std::mem::take(&mut frame.stack));
        bury(frame.handling.take().map(|raise| Value::Exception(raise.0)));
    }
}
