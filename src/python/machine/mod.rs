//! The machine: it runs code objects.
//!
//! A call is a [`Frame`] on a stack of frames, or, of a builtin that calls Python code, a
//! sequence on the same stack ([`sequence`]). The loop in [`run`] executes the topmost
//! frame until it calls, returns or raises; [`Machine::go`] polls sequences and hands
//! results down. Nothing recurses in Rust, whatever a program does.
//!
//! | where | what |
//! |---|---|
//! | [`run`] | the loop: what each instruction does |
//! | [`frame`] | frames, and what becomes of their results |
//! | [`call`] | calls of anything, and the binding of arguments |
//! | [`unwind`] | exceptions on their way to a handler |
//! | [`coroutine`] | generators and coroutines: in and out |
//! | [`sequence`] | builtins that call Python code |
//! | [`attribute`], [`item`], [`operator`], [`compare`], [`iterate`], [`text`], [`keys`] | what values can do |
//! | [`class`], [`pattern`], [`import`] | `class`, `match`, `import` |
//! | [`traceback`] | an uncaught exception, as CPython tells it |

pub mod attribute;
pub mod call;
pub mod class;
pub mod compare;
pub mod coroutine;
pub mod error;
mod frame;
pub mod group;
pub mod import;
pub mod item;
pub mod iterate;
pub mod keys;
pub mod operator;
mod output;
mod pattern;
mod run;
pub mod sequence;
pub mod text;
mod traceback;
pub mod types;
mod unwind;
mod with;
mod world;

pub use frame::{Activation, Frame, Then};
pub use output::{Output, Stream};
pub use sequence::{Answer, Keywords, Resumed, Sent, Sequence, Stop, call, later, tail};
pub use world::{Limits, World};

use super::builtins::classes;
use super::code::Program;
use super::values::{Raise, Value};
use crate::platform::memory;
use sequence::{Polled, Request};

/// What most functions give that cannot call Python code.
pub type Result<T> = std::result::Result<T, Raise>;

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Ok,
    /// An exception that nobody caught.
    Error,
    /// An AssertionError that nobody caught.
    Violated,
    /// Out of fuel, at this line.
    Incomplete {
        line: u32,
    },
}

/// What a program left.
pub struct Report {
    pub out: String,
    pub err: String,
    /// Lines of output beyond the limit, which were not kept.
    pub lost: usize,
    pub ending: Ending,
}

/// Why the loop leaves a frame.
enum Leave {
    /// The topmost activation is another now, or it is a sequence.
    Switched,
    /// The module's code is at its end.
    Done,
    Raised(Raise),
    Fuel,
}

/// One thread of Python.
pub struct Machine {
    world: &'static World,
    activations: Vec<Activation>,
    stack: Vec<Value>,
    fuel: u64,
    /// For the sequence on top: the reply to its request.
    reply: Option<Result<Resumed>>,
    /// What is raised next was raised before: it gets no line of traceback here.
    again: bool,
    /// What is to be raised by the frame on top, before it goes on.
    thrown: Option<Raise>,
}

/// Runs a program to its end.
pub fn run_program(program: &'static Program, limits: Limits) -> Report {
    let world = World::new(program, limits);
    memory::allow(limits.memory);
    let mut machine = Machine {
        world,
        activations: Vec::new(),
        stack: Vec::with_capacity(256),
        fuel: limits.fuel,
        reply: None,
        again: false,
        thrown: None,
    };
    machine.enter_module();
    let ending = machine.go();
    machine.activations.clear();
    machine.stack.clear();
    let ending = match ending {
        Ok(ending) => ending,
        Err(raise) => traceback::uncaught(world, &raise, limits),
    };
    let mut output = world.output.write();
    let (out, err) = output.take();
    Report {
        out,
        err,
        lost: output.lost,
        ending,
    }
}

impl Machine {
    fn enter_module(&mut self) {
        let code = self.world.program.code;
        self.stack.resize(code.slots.len(), Value::Unset);
        self.activations.push(Activation::Frame(Frame::new(
            code,
            self.world.main,
            0,
            0,
            Then::Drop,
        )));
    }

    /// Runs until the first frame is left.
    fn go(&mut self) -> Result<Ending> {
        loop {
            if let Some(raise) = self.thrown.take() {
                self.unwind_thrown(raise)?;
            }
            let leave = match self.activations.last() {
                None => return Ok(Ending::Ok),
                Some(Activation::Frame(_)) => self.run(),
                Some(Activation::Sequence { .. }) => self.poll(),
            };
            match leave {
                Leave::Switched => {}
                Leave::Done => return Ok(Ending::Ok),
                Leave::Raised(raise) => self.unwind(raise)?,
                Leave::Fuel => return Ok(Ending::Incomplete { line: self.line() }),
            }
        }
    }

    /// The line at which the topmost frame is.
    fn line(&self) -> u32 {
        let frames = self.activations.iter().rev();
        let frame = frames.filter_map(|activation| match activation {
            Activation::Frame(frame) => Some(frame),
            Activation::Sequence { .. } => None,
        });
        frame.map(Frame::line).next().unwrap_or(0)
    }

    /// Polls the sequence on top.
    fn poll(&mut self) -> Leave {
        let Some(Activation::Sequence { sequence, .. }) = self.activations.last_mut() else {
            return Leave::Switched;
        };
        match sequence::poll(sequence, self.reply.take()) {
            Polled::Asks(_) if !self.pays() => Leave::Fuel,
            Polled::Asks(request) => match self.serve(request) {
                Ok(()) => Leave::Switched,
                // It goes to the sequence that asked.
                Err(raise) => {
                    self.reply = Some(Err(raise));
                    Leave::Switched
                }
            },
            Polled::Done(result) => {
                let Some(Activation::Sequence { then, floor, .. }) = self.activations.pop() else {
                    return Leave::Switched;
                };
                self.stack.truncate(floor);
                match result {
                    Ok(value) => self.deliver(then, Resumed::Yield(value)),
                    Err(raise) => self.pass_on(then, raise),
                }
            }
        }
    }

    /// Hands on what ended a sequence. What a frame inside it had raised has its context.
    fn pass_on(&mut self, then: Then, raise: Raise) -> Leave {
        let is_carried = !raise.0.traceback.read().is_empty();
        match self.fail(then, raise) {
            Leave::Raised(raise) if is_carried => match self.carry(raise, false) {
                Ok(()) => Leave::Switched,
                Err(raise) => Leave::Raised(raise),
            },
            leave => leave,
        }
    }

    /// Takes a step off the fuel, and what builtins have done. False: there is none left.
    #[inline]
    fn pays(&mut self) -> bool {
        let spent = 1 + self.world.take_spent();
        let pays = self.fuel >= spent;
        self.fuel = self.fuel.saturating_sub(spent);
        pays
    }

    fn serve(&mut self, request: Request) -> Result<()> {
        check_memory()?;
        let floor = self.stack.len();
        match request {
            Request::Call {
                function,
                args,
                keywords,
            } => self.call_apart(function, args, keywords, Then::Push),
            Request::Resume(generator, sent) => self.resume(generator, sent, floor, Then::Push),
            Request::Run(sequence) => self.push_sequence(sequence, floor, Then::Push),
            Request::Pause => {
                self.reply = Some(Ok(Resumed::Yield(Value::None)));
                Ok(())
            }
        }
    }

    /// Goes on with a sequence, whose result goes the way that `then` says.
    fn push_sequence(&mut self, sequence: Sequence, floor: usize, then: Then) -> Result<()> {
        self.check_depth()?;
        let sequence = Activation::Sequence {
            sequence,
            then,
            floor,
        };
        self.activations.push(sequence);
        Ok(())
    }

    fn check_depth(&self) -> Result<()> {
        if self.activations.len() >= self.world.limits.depth {
            return Err(error::recursion_error("maximum recursion depth exceeded"));
        }
        Ok(())
    }

    /// Hands a result to the topmost activation, which waits for it.
    fn deliver(&mut self, then: Then, result: Resumed) -> Leave {
        match self.activations.last_mut() {
            None => Leave::Done,
            Some(Activation::Sequence { .. }) => {
                self.reply = Some(Ok(result));
                Leave::Switched
            }
            Some(Activation::Frame(frame)) => match frame.take(&mut self.stack, then, result) {
                Ok(()) => Leave::Switched,
                Err(raise) => Leave::Raised(raise),
            },
        }
    }

    /// Hands an exception to the topmost activation.
    fn fail(&mut self, then: Then, raise: Raise) -> Leave {
        match self.activations.last_mut() {
            None => Leave::Raised(raise),
            Some(Activation::Sequence { .. }) => {
                self.reply = Some(Err(raise));
                Leave::Switched
            }
            Some(Activation::Frame(frame)) => {
                if raise.is(classes().stop_iteration)
                    && frame.take_end(&mut self.stack, then, &raise)
                {
                    return Leave::Switched;
                }
                Leave::Raised(raise)
            }
        }
    }
}

/// A MemoryError if one object would be too large, or there is too much already.
pub fn check_size(world: &World, size: usize) -> Result<()> {
    if size > world.limits.size {
        return Err(error::memory_error());
    }
    check_memory()
}

/// A MemoryError if all objects together are too large.
#[inline]
pub fn check_memory() -> Result<()> {
    if memory::is_out() {
        return Err(error::memory_error());
    }
    Ok(())
}
