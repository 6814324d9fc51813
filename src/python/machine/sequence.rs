//! Builtin functions that call Python code: sequences of steps.
//!
//! `sorted(key=…)` has to call a function of the program, which may run for long, block or
//! raise. It does not call the machine: it is a sequence, an `async fn`, which asks for a
//! call and is polled again when the result is there. So nothing recurses in Rust, fuel
//! counts inside callbacks, and a callback can be left for another thread.
//!
//! A sequence and the machine that polls it meet in a place of their thread, the exchange.

use std::cell::Cell;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use super::{Machine, Operation, Result};
use crate::python::names::Name;
use crate::python::values::{Generator, Raise, Value};

/// A builtin function on its way.
pub struct Sequence {
    future: Pin<Box<dyn Future<Output = Result<Value>> + Send>>,
    /// What it has asked for already.
    asks: Option<Box<Request>>,
}

impl Sequence {
    pub fn new(future: impl Future<Output = Result<Value>> + Send + 'static) -> Sequence {
        Sequence {
            future: Box::pin(future),
            asks: None,
        }
    }
}

/// Why a function has no value to give at once.
pub enum Stop {
    Raise(Raise),
    /// It is what this call gives.
    Call(Value, Vec<Value>),
    Later(Sequence),
    /// It is what this operation of the engine gives.
    Perform(Operation),
    /// It is what this makes of the name that it is going to be bound to.
    Name(Make),
    /// It is what this finds in the machine.
    Look(Look),
}

/// Makes a value that is known by a name.
pub type Make = Box<dyn FnOnce(&str) -> Result<Value> + Send>;

/// Finds something in the machine that calls.
pub type Look = Box<dyn FnOnce(&Machine) -> Result<Value> + Send>;

/// A value, now or later.
pub type Answer = std::result::Result<Value, Stop>;

impl From<Raise> for Stop {
    fn from(raise: Raise) -> Stop {
        Stop::Raise(raise)
    }
}

/// Sequences that are begun at once, one within the other.
const NESTED: u32 = 4;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// The answer of a function that may have to call Python code. It is begun at once: most
/// need none in the end, and have their value now.
pub fn later(future: impl Future<Output = Result<Value>> + Send + 'static) -> Answer {
    begin(Sequence::new(future))
}

fn begin(mut sequence: Sequence) -> Answer {
    let depth = DEPTH.get();
    if depth >= NESTED {
        return Err(Stop::Later(sequence));
    }
    DEPTH.set(depth + 1);
    let polled = poll(&mut sequence, None);
    DEPTH.set(depth);
    match polled {
        Polled::Done(result) => result.map_err(Stop::Raise),
        Polled::Asks(request) => {
            sequence.asks = Some(Box::new(request));
            Err(Stop::Later(sequence))
        }
    }
}

/// The answer that a call gives.
pub fn tail(function: &Value, args: impl Into<Vec<Value>>) -> Answer {
    Err(Stop::Call(function.clone(), args.into()))
}

/// Keywords of a call.
pub type Keywords = Vec<(Name, Value)>;

/// What goes into a generator.
pub enum Sent {
    Value(Value),
    Throw(Raise),
}

/// What comes out of one.
pub enum Resumed {
    Yield(Value),
    /// An async generator's own `yield`, while its `Yield`s are those of what it awaits.
    Produce(Value),
    Return(Value),
}

impl Resumed {
    pub fn as_value(&self) -> &Value {
        match self {
            Resumed::Yield(value) | Resumed::Produce(value) | Resumed::Return(value) => value,
        }
    }

    pub fn value(self) -> Value {
        match self {
            Resumed::Yield(value) | Resumed::Produce(value) | Resumed::Return(value) => value,
        }
    }
}

/// What a sequence asks of the machine.
pub enum Request {
    Call {
        function: Value,
        args: Vec<Value>,
        keywords: Keywords,
    },
    Resume(Arc<Generator>, Sent),
    /// The value of an answer that is none yet.
    Settle(Stop),
    /// Nothing: it only takes long.
    Pause,
}

enum Exchange {
    Empty,
    Request(Request),
    Reply(Result<Resumed>),
}

thread_local! {
    /// It is empty but for the moment of a poll, so that no thread's end has to drop it; a
    /// destructor would cost each use a check.
    static EXCHANGE: Cell<ManuallyDrop<Exchange>> =
        const { Cell::new(ManuallyDrop::new(Exchange::Empty)) };
}

#[inline]
fn exchange(new: Exchange) -> Exchange {
    let old = EXCHANGE.with(|exchange| exchange.replace(ManuallyDrop::new(new)));
    ManuallyDrop::into_inner(old)
}

/// Leaves a request, and comes back with the reply. Sequences wait for nothing else, at some
/// hundred places: as an `async fn` each of them would have a copy.
pub struct Asking {
    request: Option<Request>,
}

impl Asking {
    fn new(request: Request) -> Asking {
        Asking {
            request: Some(request),
        }
    }
}

impl Future for Asking {
    type Output = Result<Resumed>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<Resumed>> {
        if let Some(request) = self.request.take() {
            exchange(Exchange::Request(request));
            return Poll::Pending;
        }
        match exchange(Exchange::Empty) {
            Exchange::Reply(reply) => Poll::Ready(reply),
            _ => Poll::Pending,
        }
    }
}

/// A value that is there, or asked for.
pub enum Waiting {
    Known(Option<Result<Value>>),
    Asking(Asking),
}

impl Future for Waiting {
    type Output = Result<Value>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Value>> {
        match &mut *self {
            Waiting::Known(result) => match result.take() {
                Some(result) => Poll::Ready(result),
                None => Poll::Pending,
            },
            Waiting::Asking(asking) => Pin::new(asking)
                .poll(context)
                .map(|reply| reply.map(Resumed::value)),
        }
    }
}

/// Calls any callable.
pub fn call(function: &Value, args: Vec<Value>) -> Waiting {
    call_with(function, args, Keywords::new())
}

pub fn call_with(function: &Value, args: Vec<Value>, keywords: Keywords) -> Waiting {
    let function = function.clone();
    Waiting::Asking(Asking::new(Request::Call {
        function,
        args,
        keywords,
    }))
}

/// Lets a generator go on until it yields or returns.
pub fn resume(generator: &Arc<Generator>, sent: Sent) -> Asking {
    Asking::new(Request::Resume(generator.clone(), sent))
}

/// Lets the machine look whether there is fuel and memory left, in what takes long.
pub async fn pause() -> Result<()> {
    Asking::new(Request::Pause).await.map(drop)
}

/// The value of an answer, which may need a sequence of its own: never polled by this
/// one, however deep they are nested.
pub fn wait(answer: Answer) -> Waiting {
    match answer {
        Ok(value) => Waiting::Known(Some(Ok(value))),
        Err(Stop::Raise(raise)) => Waiting::Known(Some(Err(raise))),
        Err(Stop::Call(function, args)) => call(&function, args),
        Err(stop) => Waiting::Asking(Asking::new(Request::Settle(stop))),
    }
}

/// What polling a sequence gives.
pub(super) enum Polled {
    Done(Result<Value>),
    Asks(Request),
}

/// Polls a sequence, with the reply to what it asked for.
pub(super) fn poll(sequence: &mut Sequence, reply: Option<Result<Resumed>>) -> Polled {
    if let Some(request) = sequence.asks.take() {
        return Polled::Asks(*request);
    }
    if let Some(reply) = reply {
        exchange(Exchange::Reply(reply));
    }
    match sequence
        .future
        .as_mut()
        .poll(&mut Context::from_waker(Waker::noop()))
    {
        Poll::Ready(result) => Polled::Done(result),
        Poll::Pending => match exchange(Exchange::Empty) {
            Exchange::Request(request) => Polled::Asks(request),
            _ => unreachable!("a sequence waits for nothing but its requests"),
        },
    }
}
