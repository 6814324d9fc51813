//! Generators, coroutines and async generators: how their frames are kept aside, entered,
//! and left.
//!
//! A generator is entered by a copy of its slots and stack onto the machine's stack, and
//! left the same way; between, it is a [`Suspended`] frame and nothing else.

use std::sync::Arc;

use super::call::Place;
use super::iterate::{self, Next};
use super::{
    Activation, Answer, Frame, Leave, Machine, Result, Resumed, Sent, Sequence, Then, World, error,
    later, sequence, types,
};
use crate::python::builtins::classes;
use crate::python::code::{Instruction, Kind, Target};
use crate::python::names;
use crate::python::values::{
    Exception, Function, Generator, Iter, Iteration, Raise, Sending, State, Value, admit,
    note_generator,
};

impl Machine {
    /// Makes the generator of a call whose slots are on the stack.
    pub(super) fn make_generator(
        &mut self,
        function: &Function,
        place: Place,
        then: Then,
    ) -> Result<()> {
        let slots = self.stack.split_off(place.first);
        let generator = Generator::new(function.code, function.module, slots);
        note_generator(&generator);
        self.settle(Ok(Value::Generator(generator)), place.floor, then)
    }

    /// Enters a generator. What it yields or returns goes the way that `then` says.
    pub(super) fn resume(
        &mut self,
        generator: Arc<Generator>,
        sent: Sent,
        floor: usize,
        then: Then,
    ) -> Result<()> {
        self.check_depth()?;
        if self.fuel > 0 {
            self.fuel -= 1;
        }
        // One thread alone finds that it may enter, and takes the frame.
        let mut suspended = generator.frame.write();
        let state = suspended.state;
        match (state, &sent) {
            (State::New, Sent::Value(value)) if !value.is_none() => {
                drop(suspended);
                let what = types::name_of(&Value::Generator(generator));
                let text = format!("can't send non-None value to a just-started {what}");
                return Err(error::type_error(text));
            }
            (State::New | State::Suspended, _) => {}
            (State::Running, _) => {
                drop(suspended);
                let what = types::name_of(&Value::Generator(generator));
                return Err(error::value_error(format!("{what} already executing")));
            }
            (State::Done, _) => {
                drop(suspended);
                return self.resume_ended(&generator, sent, then);
            }
        }
        suspended.state = State::Running;
        let base = self.stack.len();
        self.stack.append(&mut suspended.stack);
        let mut frame = Frame::new(generator.code, generator.module, base, floor, then);
        frame.at = suspended.at;
        frame.handling = suspended.handling.take();
        drop(suspended);
        frame.generator = Some(generator);
        let fresh = state == State::New;
        self.activations.push(Activation::Frame(frame));
        match sent {
            Sent::Value(_) if fresh => Ok(()),
            Sent::Value(value) => {
                self.stack.push(value);
                Ok(())
            }
            Sent::Throw(raise) => self.throw(raise, fresh),
        }
    }

    fn resume_ended(&mut self, generator: &Generator, sent: Sent, then: Then) -> Result<()> {
        match sent {
            Sent::Throw(raise) => Err(raise),
            Sent::Value(_) if generator.code.kind == Kind::Coroutine => Err(error::runtime_error(
                "cannot reuse already awaited coroutine",
            )),
            Sent::Value(_) => match self.deliver(then, Resumed::Return(Value::None)) {
                Leave::Raised(raise) => Err(raise),
                _ => Ok(()),
            },
        }
    }

    /// Raises in the generator that was just entered, or in the one that it waits for.
    fn throw(&mut self, raise: Raise, fresh: bool) -> Result<()> {
        let Some(Activation::Frame(frame)) = self.activations.last_mut() else {
            return Ok(());
        };
        // `yield from` is: YieldFrom, Yield, Jump back to YieldFrom.
        let inner = match frame.code.instructions.get(frame.at) {
            Some(Instruction::JumpBack(target)) if !fresh => {
                match frame.code.instructions[*target as usize] {
                    Instruction::YieldFrom(end) => {
                        self.stack.last().cloned().map(|inner| (inner, end))
                    }
                    _ => None,
                }
            }
            _ => None,
        };
        let Some((inner, end)) = inner else {
            self.unwind_into(raise);
            return Ok(());
        };
        // What the inner one yields is yielded on.
        frame.at -= 1;
        let then = Then::Delegate(end);
        let floor = self.stack.len();
        let thrown = match driven(&inner) {
            Some(inner) => self.resume(inner, Sent::Throw(raise), floor, then),
            None if let Some((iter, generator, closing)) = stepped(&inner) => self.push_sequence(
                Sequence::new(async move {
                    resume_step(&iter, &generator, Sent::Throw(raise), closing).await
                }),
                floor,
                then,
            ),
            None => {
                let value = Value::Exception(raise.0.clone());
                self.push_sequence(
                    Sequence::new(async move {
                        match types::class_of(&inner).find(names::THROW) {
                            Some(method) if !raise.is(classes().generator_exit) => {
                                types::call_method(&method, &inner, vec![value]).await
                            }
                            _ => Err(raise),
                        }
                    }),
                    floor,
                    then,
                )
            }
        };
        if let Err(raise) = thrown {
            self.unwind_into(raise);
        }
        Ok(())
    }

    /// Has the exception raised by the frame on top, when the machine goes on.
    fn unwind_into(&mut self, raise: Raise) {
        self.thrown = Some(raise);
    }

    /// Keeps the frame on top aside, and hands out what it yields.
    pub(super) fn suspend(&mut self, value: Value, produced: bool) -> Leave {
        let Some(Activation::Frame(frame)) = self.activations.last_mut() else {
            return Leave::Done;
        };
        let Some(generator) = frame.generator.take() else {
            return Leave::Done;
        };
        let (then, floor) = (frame.then, frame.floor);
        // Until it is suspended nobody else can enter it, or changes its frame.
        admit(&generator.frame, &self.stack[frame.base..]);
        if let Some(raise) = &frame.handling {
            admit(&generator.frame, [&Value::Exception(raise.0.clone())]);
        }
        {
            let mut suspended = generator.frame.write();
            suspended.at = frame.at;
            suspended.handling = frame.handling.take();
            suspended.stack.extend(self.stack.drain(frame.base..));
            suspended.state = State::Suspended;
        }
        self.drop_frame();
        self.stack.truncate(floor);
        if let Then::Loop(_) = then {
            self.stack.push(Value::Generator(generator));
            self.stack.push(value);
            return Leave::Switched;
        }
        let result = if produced {
            Resumed::Produce(value)
        } else {
            Resumed::Yield(value)
        };
        self.deliver(then, result)
    }

    /// A generator's frame returned.
    pub(super) fn finish_generator(
        &mut self,
        generator: &Generator,
        then: Then,
        value: Value,
    ) -> Leave {
        generator.finish();
        self.deliver(then, Resumed::Return(value))
    }

    /// `yield from`, `await`: what the iterator on the stack yields is to be yielded.
    pub(super) fn delegate(&mut self, sent: Value, end: Target) -> Leave {
        let floor = self.stack.len();
        let iterator = self.stack.last().cloned().unwrap_or_default();
        let then = Then::Delegate(end);
        let world = self.world;
        let done = match (driven(&iterator), sent) {
            (Some(generator), sent) => self.resume(generator, Sent::Value(sent), floor, then),
            (_, Value::None) => match iterate::next(world, &iterator) {
                Next::Value(value) => self.settle(Ok(value), floor, then),
                Next::End => match self.deliver(then, Resumed::Return(Value::None)) {
                    Leave::Raised(raise) => Err(raise),
                    _ => Ok(()),
                },
                Next::Raise(raise) => Err(raise),
                Next::Later(sequence) => self.push_sequence(sequence, floor, then),
            },
            (_, sent) => self.push_sequence(
                Sequence::new(async move {
                    super::attribute::call(world, &iterator, names::SEND, vec![sent]).await
                }),
                floor,
                then,
            ),
        };
        match done {
            Ok(()) => Leave::Switched,
            Err(raise) => Leave::Raised(raise),
        }
    }
}

/// The generator that is entered where a value is iterated: a coroutine's, for what its
/// `__await__` gives.
fn driven(value: &Value) -> Option<Arc<Generator>> {
    match value {
        Value::Generator(generator) => Some(generator.clone()),
        Value::Iter(iter) => match &*iter.state.read() {
            Iteration::Await(Value::Generator(generator)) => Some(generator.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// `generator.send(value)`, `next(generator)`.
pub fn send(generator: &Arc<Generator>, value: Value) -> Answer {
    advance(generator, Sent::Value(value))
}

fn advance(generator: &Arc<Generator>, sent: Sent) -> Answer {
    let generator = generator.clone();
    later(async move {
        match sequence::resume(&generator, sent).await? {
            Resumed::Return(value) => Err(error::stop_iteration(value)),
            other => Ok(other.value()),
        }
    })
}

/// `generator.throw(exception)`: an instance or a class.
pub fn throw(generator: &Arc<Generator>, exception: &Value) -> Answer {
    let (generator, exception) = (generator.clone(), exception.clone());
    later(async move {
        let raise = raised(exception).await?;
        sequence::wait(advance(&generator, Sent::Throw(raise))).await
    })
}

/// The exception that is to be thrown.
async fn raised(exception: Value) -> Result<Raise> {
    let made = match &exception {
        Value::Class(class) if class.derives_from(classes().base_exception) => {
            sequence::call(&exception, Vec::new()).await?
        }
        _ => exception,
    };
    match made {
        Value::Exception(exception) => Ok(Raise(exception)),
        other => {
            let text = format!(
                "exceptions must be classes or instances deriving from BaseException, not {}",
                types::name_of(&other)
            );
            Err(error::type_error(text))
        }
    }
}

/// `generator.close()`.
pub fn close(generator: &Arc<Generator>) -> Answer {
    if generator.close_unentered() {
        return Ok(Value::None);
    }
    let generator = generator.clone();
    later(async move {
        let exit = Raise(Exception::new(classes().generator_exit, Vec::new()));
        match sequence::resume(&generator, Sent::Throw(exit)).await {
            Ok(Resumed::Return(_)) => Ok(Value::None),
            Ok(_) => {
                let what = types::name_of(&Value::Generator(generator));
                Err(error::runtime_error(format!(
                    "{what} ignored GeneratorExit"
                )))
            }
            Err(raise)
                if raise.is(classes().generator_exit) || raise.is(classes().stop_iteration) =>
            {
                Ok(Value::None)
            }
            Err(raise) => Err(raise),
        }
    })
}

/// What `await value` iterates over.
pub fn awaitable(world: &'static World, value: &Value) -> Answer {
    match value {
        Value::Generator(generator) if generator.code.kind == Kind::Coroutine => Ok(value.clone()),
        Value::Iter(iter)
            if matches!(
                *iter.state.read(),
                Iteration::AsyncStep(..) | Iteration::Await(_) | Iteration::Otherwise(..)
            ) =>
        {
            Ok(value.clone())
        }
        _ => match types::defined(value, names::AWAIT) {
            Some(method) => {
                let value = value.clone();
                later(async move {
                    let iterator = types::call_method(&method, &value, Vec::new()).await?;
                    if iterate::is_iterator(&iterator) {
                        return Ok(iterator);
                    }
                    let name = types::name_of(&iterator);
                    Err(error::type_error(format!(
                        "__await__() returned non-iterator of type '{name}'"
                    )))
                })
            }
            None => {
                let _ = world;
                let name = types::name_of(value);
                Err(
                    error::type_error(format!("object {name} can't be used in 'await' expression"))
                        .into(),
                )
            }
        },
    }
}

/// What `async for` goes through.
pub fn async_iterator(value: &Value) -> Answer {
    if let Value::Generator(generator) = value
        && generator.code.kind == Kind::AsyncGenerator
    {
        return Ok(value.clone());
    }
    match types::defined(value, names::AITER) {
        Some(method) => types::tail_method(&method, value, []),
        None => {
            let name = types::name_of(value);
            let text = format!("'async for' requires an object with __aiter__ method, got {name}");
            Err(error::type_error(text).into())
        }
    }
}

/// What the next step of `async for` awaits.
pub fn async_next(iterator: &Value) -> Answer {
    if let Value::Generator(_) = iterator {
        return Ok(step_of(iterator, Sending::Value(Value::None)));
    }
    match types::defined(iterator, names::ANEXT) {
        Some(method) => types::tail_method(&method, iterator, []),
        None => {
            let name = types::name_of(iterator);
            let text =
                format!("'async for' requires an iterator with __anext__ method, got {name}");
            Err(error::type_error(text).into())
        }
    }
}

/// An awaitable that lets an async generator go on.
pub fn step_of(generator: &Value, sending: Sending) -> Value {
    Iter::value(Iteration::AsyncStep(generator.clone(), sending))
}

/// One step of what awaits an async generator: it yields what the generator awaits, until
/// the generator yields itself, which is the result.
pub fn step(iter: &Arc<Iter>, generator: &Value, sending: Sending) -> Next {
    let Value::Generator(generator) = generator else {
        return Next::End;
    };
    let (iter, generator) = (iter.clone(), generator.clone());
    Next::Later(Sequence::new(async move {
        let closing = matches!(sending, Sending::Close | Sending::Closing);
        let sent = match sending {
            Sending::Closing => Sent::Value(Value::None),
            Sending::Value(value) => Sent::Value(value),
            Sending::Throw(exception) => Sent::Throw(raised(exception).await?),
            Sending::Close => {
                if generator.close_unentered() {
                    return Err(error::stop_iteration(Value::None));
                }
                Sent::Throw(Raise(Exception::new(classes().generator_exit, Vec::new())))
            }
        };
        resume_step(&iter, &generator, sent, closing).await
    }))
}

/// Lets the async generator go on to its next `yield`, or to what it awaits.
async fn resume_step(
    iter: &Iter,
    generator: &Arc<Generator>,
    sent: Sent,
    closing: bool,
) -> Result<Value> {
    match sequence::resume(generator, sent).await {
        Ok(Resumed::Yield(value)) => {
            let next = match closing {
                true => Sending::Closing,
                false => Sending::Value(Value::None),
            };
            let again = Iteration::AsyncStep(Value::Generator(generator.clone()), next);
            iter.state.set(again);
            Ok(value)
        }
        Ok(Resumed::Produce(_)) if closing => Err(error::runtime_error(
            "async generator ignored GeneratorExit",
        )),
        Ok(Resumed::Produce(value)) => {
            iter.state.set(Iteration::Done);
            Err(Raise(Exception::new(classes().stop_iteration, vec![value])))
        }
        Ok(Resumed::Return(_)) if closing => Err(error::stop_iteration(Value::None)),
        Ok(Resumed::Return(_)) => Err(Raise(Exception::new(
            classes().stop_async_iteration,
            Vec::new(),
        ))),
        Err(raise)
            if closing
                && (raise.is(classes().generator_exit)
                    || raise.is(classes().stop_async_iteration)) =>
        {
            Err(error::stop_iteration(Value::None))
        }
        Err(raise) => Err(raise),
    }
}

/// The async generator that a step is of, and whether it is being closed.
fn stepped(value: &Value) -> Option<(Arc<Iter>, Arc<Generator>, bool)> {
    let Value::Iter(iter) = value else {
        return None;
    };
    match &*iter.state.read() {
        Iteration::AsyncStep(Value::Generator(generator), sending) => {
            let closing = matches!(sending, Sending::Close | Sending::Closing);
            Some((iter.clone(), generator.clone(), closing))
        }
        _ => None,
    }
}
