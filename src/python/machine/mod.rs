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
//! | [`copying`] | what a process gets of another's memory |
//! | [`traceback`] | an uncaught exception, as CPython tells it |

pub mod acting;
pub mod attribute;
pub mod call;
pub mod class;
pub mod compare;
pub mod copying;
pub mod coroutine;
pub mod error;
mod frame;
pub mod group;
pub mod import;
pub mod item;
pub mod iterate;
pub mod keys;
mod naming;
mod operation;
pub mod operator;
mod output;
mod pattern;
mod run;
pub mod sequence;
mod steps;
pub mod text;
mod told;
mod traceback;
pub mod types;
mod unwind;
mod view;
mod with;
mod world;

pub use frame::{Activation, Frame, Then};
pub use operation::{Operation, Performing};
pub use output::{Moment, Output, Printed, Stream};
pub use sequence::{Answer, Keywords, Resumed, Sent, Sequence, Stop, call, later, tail};
pub use steps::Touch;
pub use traceback::{
    ending_of, note as note_uncaught, tell_after, tell_exit, text_of as text_of_exception,
    uncaught as tell_uncaught,
};
pub use unwind::as_raise;
pub use view::{FrameView, Variable};
pub use world::{Limits, World};

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::builtins::classes;
use super::code::Code;
use super::values::{Module, Raise, Value};
use crate::platform::memory;
use crate::trace::At;
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

/// An exception that nobody caught.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uncaught {
    /// Its class and text, as the last line of a traceback.
    pub text: String,
    /// The program's line that raised it, or called what did; 0 if there is none.
    pub line: u32,
}

/// What a program left.
#[derive(Default)]
pub struct Report {
    pub printed: Vec<Printed>,
    /// The first exception that ended a thread.
    pub uncaught: Option<Uncaught>,
    /// Lines of output beyond the limit, which were not kept.
    pub lost: usize,
    /// Whether it asked for what is not of the site, and was answered by a script.
    pub asked_network: bool,
    /// None: the program was left before its end, since its threads wait for ever.
    pub ending: Option<Ending>,
}

impl Report {
    /// What the program printed.
    pub fn out(&self) -> String {
        self.text_of(Stream::Out)
    }

    /// What CPython would write to stderr.
    pub fn err(&self) -> String {
        self.text_of(Stream::Err)
    }

    fn text_of(&self, stream: Stream) -> String {
        let lines = self.printed.iter().filter(|line| line.stream == stream);
        lines.map(|line| line.text.as_str()).collect()
    }
}

/// Why the loop leaves a frame.
enum Leave {
    /// The topmost activation is another now, or it is a sequence.
    Switched,
    /// The module's code is at its end.
    Done,
    Raised(Raise),
    /// The instruction or the request could not be paid for, and has not begun.
    Fuel,
    /// A slice of the fuel is used up; what it was used for has begun.
    Rests,
    /// The next instruction touches what others can see, at this line.
    Touches(Touch, u32),
}

/// Why a machine pauses.
pub enum Paused {
    /// Its first frame is left: how, or what it raised.
    Ended(Result<Ending>),
    /// For an operation, at this line.
    Asks(Operation, At),
    /// For a step, at this line.
    Touches(Touch, At),
    /// It has run for a while, and looks whether it is to be stopped.
    Rests,
}

/// Fuel that is used without a rest.
const SLICE: u64 = 1 << 20;

/// One thread of Python.
pub struct Machine {
    world: &'static World,
    /// Which of the program's threads it is, and how many things that one has made.
    thread: u32,
    made: Arc<AtomicU64>,
    activations: Vec<Activation>,
    stack: Vec<Value>,
    /// Until the next rest, and after it.
    fuel: u64,
    reserve: u64,
    /// For the sequence on top: the reply to its request.
    reply: Option<Result<Resumed>>,
    /// What is raised next was raised before: it gets no line of traceback here.
    again: bool,
    /// The next instruction is the step that was asked for.
    granted: bool,
    /// The arguments of a builtin that is not done, on their way to its activation.
    given: Vec<Value>,
    /// What is to be raised by the frame on top, before it goes on.
    thrown: Option<Raise>,
}

impl Machine {
    /// A thread that has nothing to do yet.
    pub fn new(world: &'static World, thread: u32) -> Machine {
        Machine {
            world,
            thread,
            made: world.threads.made_by(thread),
            activations: Vec::new(),
            stack: Vec::with_capacity(64),
            fuel: SLICE.min(world.limits.fuel),
            reserve: world.limits.fuel.saturating_sub(SLICE),
            reply: None,
            again: false,
            granted: false,
            given: Vec::new(),
            thrown: None,
        }
    }

    /// One that waits for an answer.
    pub fn of_call(world: &'static World, thread: u32, answer: Answer) -> Machine {
        let mut machine = Machine::new(world, thread);
        // Nothing is below it that could get the result, or the exception.
        if let Err(raise) = machine.settle(answer, 0, Then::Drop) {
            machine.thrown = Some(raise);
        }
        machine
    }

    /// Enters the bodies of the modules: those of the library that are linked to the program,
    /// in their order, and then the program's own.
    pub fn enter_modules(&mut self) {
        let program = self.world.program;
        self.enter_module(self.world.main, program.code);
        let linked: Vec<_> = (program.library.iter())
            .map(|linked| (self.world.link(linked), linked.code))
            .collect();
        for (module, code) in linked.into_iter().rev() {
            self.enter_module(module, code);
        }
    }

    fn enter_module(&mut self, module: &'static Module, code: &'static Code) {
        let floor = self.stack.len();
        self.stack.resize(floor + code.slots.len(), Value::Unset);
        let frame = Frame::new(code, module, floor, floor, Then::Drop);
        self.activations.push(Activation::Frame(frame));
    }

    /// Runs until the first frame is left, or there is something to ask for; `answer` is
    /// what came of the operation that it asked for last. With `STEPS` it asks for each step.
    pub fn go<const STEPS: bool>(&mut self, answer: Option<Result<Value>>) -> Paused {
        let made = self.made.load(Ordering::Relaxed);
        acting::begin(self.world.process, self.thread, made);
        let mut leave = match answer {
            Some(answer) => self.end_operation(answer),
            None => Leave::Switched,
        };
        let paused = loop {
            match leave {
                Leave::Switched => {}
                Leave::Done => break Paused::Ended(Ok(Ending::Ok)),
                Leave::Raised(raise) => {
                    if let Err(raise) = self.unwind(raise) {
                        break Paused::Ended(Err(raise));
                    }
                }
                Leave::Touches(touch, line) => {
                    self.granted = true;
                    break Paused::Touches(touch, At { line });
                }
                Leave::Rests => break Paused::Rests,
                Leave::Fuel if self.refill() => {
                    if let Some(Activation::Frame(frame)) = self.activations.last_mut() {
                        frame.at -= 1;
                    }
                    // Its step was granted already.
                    self.granted = true;
                    break Paused::Rests;
                }
                Leave::Fuel => {
                    let line = self.line();
                    break Paused::Ended(Ok(Ending::Incomplete { line }));
                }
            }
            if let Some(raise) = self.thrown.take()
                && let Err(raise) = self.unwind_thrown(raise)
            {
                break Paused::Ended(Err(raise));
            }
            leave = match self.activations.last_mut() {
                None => Leave::Done,
                Some(Activation::Frame(_)) => self.run::<STEPS>(),
                Some(Activation::Sequence { .. }) => self.poll(),
                Some(Activation::Operation { operation, .. }) => match operation.take() {
                    Some(operation) => {
                        let line = self.line();
                        break Paused::Asks(operation, At { line });
                    }
                    None => Leave::Done,
                },
            };
        };
        // Relaxed: it is this thread's own, whose machines take turns.
        self.made.store(acting::made(), Ordering::Relaxed);
        paused
    }

    /// Hands on what came of the operation on top.
    fn end_operation(&mut self, answer: Result<Value>) -> Leave {
        let Some(Activation::Operation { then, floor, .. }) = self.activations.pop() else {
            return Leave::Done;
        };
        self.stack.truncate(floor);
        match answer {
            Ok(value) => self.deliver(then, Resumed::Yield(value)),
            Err(raise) => self.fail(then, raise),
        }
    }

    /// The line of the program at which it is: what the library does belongs to the line
    /// that has called it.
    fn line(&self) -> u32 {
        let frames = self.activations.iter().rev();
        let frame = frames.filter_map(|activation| match activation {
            Activation::Frame(frame) if frame.is_of_program() => Some(frame),
            _ => None,
        });
        frame.map(Frame::line).next().unwrap_or(0)
    }

    /// Drops the activation on top where it lies: moving it out, as `pop` does, would wait
    /// for what was just written to it.
    #[inline]
    fn drop_frame(&mut self) {
        self.activations.truncate(self.activations.len() - 1);
    }

    /// Polls the sequence on top.
    fn poll(&mut self) -> Leave {
        let Some(Activation::Sequence {
            sequence, given, ..
        }) = self.activations.last_mut()
        else {
            return Leave::Switched;
        };
        if self.world.threads.are_told() {
            match &self.reply {
                Some(Ok(reply)) => given.push(reply.as_value().clone()),
                Some(Err(raise)) => given.push(Value::Exception(raise.0.clone())),
                None => {}
            }
        }
        match sequence::poll(sequence, self.reply.take()) {
            Polled::Asks(request) => self.paid(|machine| {
                if let Err(raise) = machine.serve(request) {
                    // It goes to the sequence that asked.
                    machine.reply = Some(Err(raise));
                }
                Leave::Switched
            }),
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

    /// Hands on what ended a sequence. What a frame inside it had raised has its context, and
    /// so has what took the place of a StopIteration there.
    fn pass_on(&mut self, then: Then, raise: Raise) -> Leave {
        let is_carried = !raise.0.traceback.read().is_empty() || !raise.0.context.read().is_none();
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

    /// Does something that costs a step of fuel and cannot be begun again.
    fn paid(&mut self, act: impl FnOnce(&mut Machine) -> Leave) -> Leave {
        let pays = self.pays();
        if !pays && !self.refill() {
            return Leave::Fuel;
        }
        match act(self) {
            Leave::Switched if !pays => Leave::Rests,
            leave => leave,
        }
    }

    /// The line of the program at which it is, and the name of the function.
    pub fn place(&self) -> Value {
        let frames = self.activations.iter().rev();
        let mut of_program = frames.filter_map(|activation| match activation {
            Activation::Frame(frame) if frame.is_of_program() => Some(frame),
            _ => None,
        });
        match of_program.next() {
            Some(frame) => Value::pair(Value::Int(frame.line().into()), frame.code.name.value()),
            None => Value::pair(Value::Int(0), Value::from("<module>")),
        }
    }

    /// Takes fuel for another while. False: there is none left.
    fn refill(&mut self) -> bool {
        let more = SLICE.min(self.reserve);
        self.reserve -= more;
        self.fuel += more;
        more > 0
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
            Request::Settle(stop) => self.settle(Err(stop), floor, Then::Push),
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
            given: std::mem::take(&mut self.given),
            floor,
        };
        self.activations.push(sequence);
        Ok(())
    }

    /// Whether there are as many frames as there may be.
    #[inline]
    fn is_deep(&self) -> bool {
        self.activations.len() >= self.world.limits.depth
    }

    fn check_depth(&self) -> Result<()> {
        if self.is_deep() {
            return Err(error::recursion_error("maximum recursion depth exceeded"));
        }
        Ok(())
    }

    /// Hands a result to the topmost activation, which waits for it.
    fn deliver(&mut self, then: Then, result: Resumed) -> Leave {
        match self.activations.last_mut() {
            None | Some(Activation::Operation { .. }) => Leave::Done,
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
            None | Some(Activation::Operation { .. }) => Leave::Raised(raise),
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
