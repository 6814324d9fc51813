//! Generators, coroutines and async generators: frames that are kept aside.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Weak};

use super::estate::{self, Owned};
use super::{Module, Raise, Value, bury};
use crate::python::code::{Code, Kind};
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
    pub fn new(code: &'static Code, module: &'static Module, slots: Vec<Value>) -> Arc<Generator> {
        let frame = Suspended {
            state: State::New,
            at: 0,
            stack: slots,
            handling: None,
        };
        Generator::of(code, module, frame)
    }

    fn of(code: &'static Code, module: &'static Module, frame: Suspended) -> Arc<Generator> {
        estate::count(Generator {
            code,
            module,
            frame: Own::new(frame),
        })
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

thread_local! {
    /// Whether a loop of this thread closes what is left.
    static CLOSES: Cell<bool> = const { Cell::new(false) };
    /// Async generators that were made under it.
    static MADE: RefCell<Vec<Weak<Generator>>> = const { RefCell::new(Vec::new()) };
    /// Those that nobody has any more, and that have not come to their end.
    static LEFT: RefCell<Vec<Arc<Generator>>> = const { RefCell::new(Vec::new()) };
}

/// Says that a loop of this thread closes async generators which are left, until it is closed.
pub fn set_closes_generators(closes: bool) {
    CLOSES.set(closes);
    if !closes {
        MADE.take();
        for left in LEFT.take() {
            left.finish();
        }
    }
}

/// Notes a new one, for [`open_generators`].
pub fn note_generator(made: &Arc<Generator>) {
    if CLOSES.get() && made.code.kind == Kind::AsyncGenerator {
        MADE.with_borrow_mut(|all| {
            if all.len() % 64 == 63 {
                all.retain(|one| one.strong_count() > 0);
            }
            all.push(Arc::downgrade(made));
        });
    }
}

/// Async generators that were left since the last time: CPython's finalizer hook.
pub fn left_generators() -> Vec<Arc<Generator>> {
    LEFT.take()
}

/// Those that somebody still has, and that were begun.
pub fn open_generators() -> Vec<Arc<Generator>> {
    let all = MADE.take();
    let mut open: Vec<Arc<Generator>> = all.iter().filter_map(Weak::upgrade).collect();
    open.retain(|generator| generator.state() == State::Suspended);
    open
}

impl Owned for Generator {
    fn empty(&self) {
        let mut frame = self.frame.write();
        let handling = frame.handling.take();
        end(frame);
        drop(handling);
    }
}

impl Drop for Generator {
    fn drop(&mut self) {
        let frame = self.frame.get_mut();
        let is_open = self.code.kind == Kind::AsyncGenerator && frame.state == State::Suspended;
        if is_open && CLOSES.get() {
            let frame = Suspended {
                stack: std::mem::take(&mut frame.stack),
                handling: frame.handling.take(),
                ..*frame
            };
            let left = Generator::of(self.code, self.module, frame);
            LEFT.with_borrow_mut(|all| all.push(left));
            return;
        }
        bury(std::mem::take(&mut frame.stack));
        bury(frame.handling.take().map(|raise| Value::Exception(raise.0)));
    }
}
