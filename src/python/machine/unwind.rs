//! Exceptions on their way: from where they are raised to a handler, or out of the program.

use super::{Activation, Answer, Leave, Machine, Result, error, iterate, later, sequence, types};
use crate::python::builtins::classes;
use crate::python::code::Kind;
use crate::python::values::{Exception, Place, Raise, Value};

impl Machine {
    /// What is being handled at this moment, by the frame on top or one below it.
    pub fn handled(&self) -> Option<Raise> {
        let frames = self.activations.iter().rev();
        frames
            .filter_map(|activation| match activation {
                Activation::Frame(frame) => frame.handling.clone(),
                _ => None,
            })
            .next()
    }

    /// Goes to the handler of an exception that the topmost activation raised. An error:
    /// there is none.
    pub(super) fn unwind(&mut self, raise: Raise) -> Result<()> {
        let again = std::mem::take(&mut self.again);
        if !again {
            self.set_context(&raise, self.handled());
        }
        self.carry(raise, again)
    }

    /// The same, for an exception that was thrown into the generator on top: of what is being
    /// handled only the generator's own is its context.
    pub(super) fn unwind_thrown(&mut self, raise: Raise) -> Result<()> {
        let own = match self.activations.last() {
            Some(Activation::Frame(frame)) => frame.handling.clone(),
            _ => None,
        };
        self.set_context(&raise, own);
        self.carry(raise, false)
    }

    /// Goes to the handler of an exception that has its context.
    pub(super) fn carry(&mut self, raise: Raise, again: bool) -> Result<()> {
        let (mut raise, mut again) = (raise, again);
        loop {
            match self.activations.last_mut() {
                // An operation is there only while it is performed.
                None | Some(Activation::Operation { .. }) => return Err(raise),
                Some(Activation::Sequence { .. }) => {
                    self.reply = Some(Err(raise));
                    return Ok(());
                }
                Some(Activation::Frame(frame)) => {
                    self.world.spend(1);
                    if !again {
                        let place = Place {
                            code: frame.code,
                            module: frame.module,
                            line: frame.line(),
                        };
                        raise.0.traceback.write().push(place);
                    }
                    again = false;
                    // A generator that was not entered yet is in none of its handlers.
                    let at = frame.at.checked_sub(1).map(|at| at as u32);
                    let mut handlers = frame.code.handlers.iter();
                    let inside = |at| handlers.find(|h| (h.start..h.end).contains(&at));
                    let handler = at.and_then(inside);
                    if let Some(handler) = handler {
                        let depth = frame.base + frame.code.slots.len() + handler.depth as usize;
                        frame.at = handler.target as usize;
                        self.stack.truncate(depth);
                        self.stack.push(Value::Exception(raise.0));
                        return Ok(());
                    }
                }
            }
            let Some(Activation::Frame(frame)) = self.activations.pop() else {
                return Err(raise);
            };
            self.stack.truncate(frame.floor);
            if let Some(generator) = &frame.generator {
                generator.finish();
                raise = out_of_generator(generator.code.kind, raise);
            }
            match self.fail(frame.then, raise) {
                Leave::Raised(same) if !self.activations.is_empty() => raise = same,
                Leave::Raised(same) => return Err(same),
                _ => return Ok(()),
            }
        }
    }

    /// An exception that is raised while another is handled remembers it.
    fn set_context(&self, raise: &Raise, handled: Option<Raise>) {
        let Some(handled) = handled else {
            return;
        };
        if same(&handled.0, &raise.0) {
            return;
        }
        // It may be in the chain already: there it is cut, so that no cycle comes.
        let mut link = handled.0.clone();
        loop {
            self.world.spend(1);
            let next = match &*link.context.read() {
                Value::Exception(next) => next.clone(),
                _ => break,
            };
            if same(&next, &raise.0) {
                link.context.set(Value::None);
                break;
            }
            link = next;
        }
        raise.0.context.put(Value::Exception(handled.0));
    }

    /// The exception that `raise value` raises, with its cause.
    pub(super) fn to_raise(&self, value: Value, cause: Option<Value>) -> Answer {
        let simple = |value: &Value| match value {
            Value::Exception(_) => Some(value.clone()),
            Value::Class(class)
                if class.builtin && class.derives_from(classes().base_exception) =>
            {
                Some(Value::Exception(Exception::new(class, Vec::new())))
            }
            _ => None,
        };
        if let (Some(value), None) = (simple(&value), &cause) {
            return Ok(value);
        }
        later(async move {
            let exception = instance(value, "exceptions must derive from BaseException").await?;
            if let (Some(cause), Value::Exception(raised)) = (cause, &exception) {
                let cause = match cause {
                    Value::None => Value::None,
                    cause => {
                        instance(cause, "exception causes must derive from BaseException").await?
                    }
                };
                raised.cause.put(cause);
                *raised.suppress_context.write() = true;
            }
            Ok(exception)
        })
    }
}

async fn instance(value: Value, refused: &str) -> Result<Value> {
    match &value {
        Value::Exception(_) => Ok(value),
        Value::Class(class) if class.derives_from(classes().base_exception) => {
            let made = sequence::call(&value, Vec::new()).await?;
            match &made {
                Value::Exception(_) => Ok(made),
                other => {
                    let name = types::name_of(other);
                    let text = format!(
                        "calling <class '{}'> should have returned an instance of BaseException, not <class '{name}'>",
                        class.name
                    );
                    Err(error::type_error(text))
                }
            }
        }
        _ => Err(error::type_error(refused)),
    }
}

fn same(a: &Exception, b: &Exception) -> bool {
    std::ptr::eq(a, b)
}

/// A StopIteration that leaves a generator would end the loop of somebody else.
fn out_of_generator(kind: Kind, raise: Raise) -> Raise {
    let stop = raise.is(classes().stop_iteration);
    let stop_async = raise.is(classes().stop_async_iteration);
    let text = match kind {
        Kind::Generator if stop => "generator raised StopIteration",
        Kind::Coroutine if stop => "coroutine raised StopIteration",
        Kind::AsyncGenerator if stop => "async generator raised StopIteration",
        Kind::AsyncGenerator if stop_async => "async generator raised StopAsyncIteration",
        _ => return raise,
    };
    let other = error::runtime_error(text);
    other.0.cause.set(Value::Exception(raise.0.clone()));
    other.0.context.set(Value::Exception(raise.0));
    *other.0.suppress_context.write() = true;
    other
}

/// The exception that a value is.
pub fn as_raise(value: &Value) -> Raise {
    match value {
        Value::Exception(exception) => Raise(exception.clone()),
        _ => error::type_error("exceptions must derive from BaseException"),
    }
}

/// Whether `except class` catches the exception.
pub fn matches_class(exception: &Value, class: &Value) -> Result<bool> {
    let raised = types::class_of(exception);
    let refused = "catching classes that do not inherit from BaseException is not allowed";
    match class {
        Value::Class(class) if class.derives_from(classes().base_exception) => {
            Ok(raised.derives_from(class))
        }
        Value::Tuple(_) => {
            let mut matches = false;
            for class in iterate::at_hand(class).unwrap_or_default() {
                match class {
                    Value::Class(class) if class.derives_from(classes().base_exception) => {
                        matches |= raised.derives_from(class);
                    }
                    _ => return Err(error::type_error(refused)),
                }
            }
            Ok(matches)
        }
        _ => Err(error::type_error(refused)),
    }
}
