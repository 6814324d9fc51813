//! The loop: which instruction does what.
//!
//! Each instruction is a method in the file of its group, and the common case of it is
//! compiled into the loop. What is longer is in the file of its subject in `machine`. An
//! instruction that has to wait for Python code is an [`Interrupt`]: the loop saves where
//! it is and leaves, and the result goes where [`Then`] says when it comes.

mod building;
mod calls;
mod definitions;
mod exceptions;
mod generators;
mod iteration;
mod jumps;
mod members;
mod operators;
mod patterns;
mod variables;

use super::{Activation, Frame, Leave, Machine, Stop, Then, error, operator, pattern, with};
use crate::platform::memory;
use crate::python::builtins::classes;
use crate::python::code::{Code, Container, Instruction};
use crate::python::values::{Module, Raise, Value};

/// The frame that runs, as far as it stays the same.
#[derive(Clone, Copy)]
pub(super) struct Here {
    pub(super) code: &'static Code,
    pub(super) module: &'static Module,
    /// Where its slots begin on the stack.
    pub(super) base: usize,
}

/// Why an instruction is not done: an exception, or Python code that has to run first and
/// whose result goes the way that `then` says.
struct Interrupt {
    stop: Stop,
    then: Then,
}

impl From<Stop> for Interrupt {
    fn from(stop: Stop) -> Interrupt {
        let then = Then::Push;
        Interrupt { stop, then }
    }
}

impl From<Raise> for Interrupt {
    fn from(raise: Raise) -> Interrupt {
        Stop::Raise(raise).into()
    }
}

/// What an instruction gives.
type Step<T = ()> = Result<T, Interrupt>;

/// What was answered, or where the answer goes when it comes.
#[inline]
fn go_on<T>(answer: Result<T, Stop>, then: Then) -> Step<T> {
    answer.map_err(|stop| Interrupt { stop, then })
}

impl Machine {
    /// The frame on top, which is there while the loop runs.
    #[inline]
    fn frame(&mut self) -> &mut Frame {
        match self.activations.last_mut() {
            Some(Activation::Frame(frame)) => frame,
            _ => unreachable!("the loop runs a frame"),
        }
    }

    #[inline]
    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    #[inline]
    fn pop_two(&mut self) -> (Value, Value) {
        let second = self.pop();
        (self.pop(), second)
    }

    /// Pops a value that is known to be an int, which needs no dropping.
    #[inline]
    fn forget_int(&mut self) {
        std::mem::forget(self.stack.pop());
    }

    /// Drops what lies on the stack from here on.
    #[inline]
    fn cut(&mut self, floor: usize) {
        while self.stack.len() > floor {
            self.pop().discard();
        }
    }

    /// Takes the fuel of a call or of a jump back, and looks whether there is memory left.
    #[inline]
    fn charge(&mut self) -> Result<(), Leave> {
        if !self.pays() {
            return Err(Leave::Fuel);
        }
        if memory::is_out() {
            return Err(Leave::Raised(error::memory_error()));
        }
        Ok(())
    }

    /// Leaves the loop, whose place was saved. It costs fuel, since Python code that runs
    /// for an operator can come back here without a call or a jump.
    #[cold]
    fn interrupt(&mut self, interrupt: Interrupt) -> Leave {
        let raises = matches!(interrupt.stop, Stop::Raise(_));
        let settle = |machine: &mut Machine| {
            let floor = machine.stack.len();
            match machine.settle(Err(interrupt.stop), floor, interrupt.then) {
                Ok(()) => Leave::Switched,
                Err(raise) => Leave::Raised(raise),
            }
        };
        if raises {
            settle(self)
        } else {
            self.paid(settle)
        }
    }

    /// Executes the frame on top, and those that it calls, until a sequence is on top, an
    /// exception is raised, or fuel is out.
    ///
    /// With `STEPS` it leaves before each instruction that touches what others can see, too.
    pub(super) fn run<const STEPS: bool>(&mut self) -> Leave {
        'enter: loop {
            let Some(Activation::Frame(frame)) = self.activations.last() else {
                return Leave::Switched;
            };
            let here = Here {
                code: frame.code,
                module: frame.module,
                base: frame.base,
            };
            let mut at = frame.at;

            // What an instruction gives, or leaves with its interrupt.
            macro_rules! done {
                ($step:expr) => {
                    match $step {
                        Ok(value) => value,
                        Err(interrupt) => {
                            self.frame().at = at;
                            return self.interrupt(interrupt);
                        }
                    }
                };
            }
            macro_rules! jump_if {
                ($target:expr, $step:expr) => {
                    if done!($step) {
                        at = $target as usize;
                    }
                };
            }
            macro_rules! charge {
                () => {
                    if let Err(leave) = self.charge() {
                        self.frame().at = at;
                        return leave;
                    }
                };
            }
            // Goes on in the frame that is then on top.
            macro_rules! enter {
                ($called:expr) => {{
                    self.frame().at = at;
                    match $called {
                        Ok(()) => continue 'enter,
                        Err(raise) => return Leave::Raised(raise),
                    }
                }};
            }
            macro_rules! leave {
                ($left:expr) => {{
                    self.frame().at = at;
                    match $left {
                        Leave::Switched => continue 'enter,
                        leave => return leave,
                    }
                }};
            }

            loop {
                let instruction = here.code.instructions[at];
                if STEPS
                    && !std::mem::take(&mut self.granted)
                    && let Some(touch) = self.touches(here, instruction)
                {
                    // It is begun when the step is granted.
                    self.frame().at = at;
                    let line = match here.module.is_main() {
                        true => here.code.lines[at],
                        false => self.line(),
                    };
                    return Leave::Touches(touch, line);
                }
                at += 1;
                match instruction {
                    Instruction::Const(constant) => {
                        let constant = here.code.constants[constant as usize].clone();
                        self.stack.push(constant);
                    }
                    Instruction::None => self.stack.push(Value::None),
                    Instruction::Unset => self.stack.push(Value::Unset),
                    Instruction::Pop => self.pop().discard(),
                    Instruction::Copy => {
                        let top = self.stack.last().cloned().unwrap_or_default();
                        self.stack.push(top);
                    }
                    Instruction::CopyFrom(depth) => {
                        let value = self.stack[self.stack.len() - depth as usize].clone();
                        self.stack.push(value);
                    }
                    Instruction::Sink(count) => {
                        let from = self.stack.len() - 1 - count as usize;
                        self.stack[from..].rotate_right(1);
                    }
                    Instruction::Swap => {
                        let len = self.stack.len();
                        self.stack.swap(len - 1, len - 2);
                    }

                    Instruction::LoadLocal(slot) => done!(self.load_local(here, slot)),
                    Instruction::LoadLocals(first, second) => {
                        done!(self.load_local(here, first));
                        done!(self.load_local(here, second));
                    }
                    Instruction::StoreLocal(slot) => self.store_local(here, slot),
                    Instruction::DeleteLocal(slot) => done!(self.delete_local(here, slot)),
                    Instruction::LoadCell(slot) => done!(self.load_cell(here, slot)),
                    Instruction::StoreCell(slot) => self.store_cell(here, slot),
                    Instruction::DeleteCell(slot) => done!(self.delete_cell(here, slot)),
                    Instruction::MakeCell(slot) => self.make_cell(here, slot),
                    Instruction::LoadClosure(slot) => {
                        let cell = self.local(here, slot).clone();
                        self.stack.push(cell);
                    }
                    Instruction::LoadGlobal(global) => done!(self.load_global(here, global)),
                    Instruction::StoreGlobal(global) => self.store_global(here, global),
                    Instruction::DeleteGlobal(global) => done!(self.delete_global(here, global)),
                    Instruction::LoadName(name, global) => {
                        done!(self.load_name(here, name, global));
                    }
                    Instruction::StoreName(name) => self.store_name(name),
                    Instruction::DeleteName(name) => done!(self.delete_name(name)),
                    Instruction::LoadNameOrCell(name, slot) => {
                        done!(self.load_name_or_cell(here, name, slot));
                    }

                    Instruction::LoadAttribute(name) => done!(self.load_attribute(name)),
                    Instruction::LoadAttributeOf(slot, name) => {
                        done!(self.load_attribute_of(here, slot, name));
                    }
                    Instruction::StoreAttributeOf(slot, name) => {
                        done!(self.store_attribute_of(here, slot, name));
                    }
                    Instruction::LoadMethod(name) => done!(self.load_method(name)),
                    Instruction::StoreAttribute(name) => done!(self.store_attribute(name)),
                    Instruction::DeleteAttribute(name) => done!(self.delete_attribute(name)),
                    Instruction::LoadItem => done!(self.load_item()),
                    Instruction::StoreItem => done!(self.store_item()),
                    Instruction::DeleteItem => done!(self.delete_item()),
                    Instruction::BuildSlice => self.build_slice(),

                    Instruction::Binary(op) => done!(self.binary(op, operator::binary)),
                    Instruction::InPlace(op) => {
                        let is_text = matches!(self.stack.last(), Some(Value::Str(_)));
                        if !is_text || !self.append_text(here, op, at) {
                            done!(self.binary(op, operator::in_place));
                        }
                    }
                    Instruction::LocalConst(op, slot, constant) => {
                        done!(self.local_const(here, op, slot, constant));
                    }
                    Instruction::Unary(op) => done!(self.unary(op)),
                    Instruction::Not => done!(self.not()),
                    Instruction::Compare(op) => done!(self.compare(op)),
                    Instruction::Is(not) => self.is(not),
                    Instruction::In(not) => done!(self.contains(not)),

                    Instruction::Jump(target) => at = target as usize,
                    Instruction::JumpBack(target) => {
                        charge!();
                        at = target as usize;
                    }
                    Instruction::JumpIfFalse(target) => {
                        jump_if!(target, self.jump_if(false, target));
                    }
                    Instruction::JumpIfTrue(target) => {
                        jump_if!(target, self.jump_if(true, target));
                    }
                    Instruction::JumpIfFalseOrPop(target) => {
                        jump_if!(target, self.jump_if_or_pop(false, target));
                    }
                    Instruction::JumpIfTrueOrPop(target) => {
                        jump_if!(target, self.jump_if_or_pop(true, target));
                    }
                    Instruction::JumpIfNone(target) => {
                        if self.pop().is_none() {
                            at = target as usize;
                        }
                    }
                    Instruction::JumpUnless(op, target) => {
                        jump_if!(target, self.jump_unless(op, target));
                    }

                    Instruction::GetIterator => done!(self.get_iterator()),
                    Instruction::ForIter(target) => {
                        if let Some(Value::Generator(_)) = self.stack.last() {
                            enter!(self.next_of_generator(target));
                        }
                        jump_if!(target, self.for_iter(target));
                    }
                    Instruction::Unpack(count) => done!(self.unpack(count as usize)),
                    Instruction::UnpackRest(before, after) => {
                        done!(self.unpack_rest(before as usize, after as usize));
                    }

                    Instruction::Build(Container::Tuple, 2) => self.build_pair(),
                    Instruction::Build(container, count) => {
                        done!(self.build(container, count as usize));
                    }
                    Instruction::BuildDict(count) => done!(self.build_dict(count as usize)),
                    Instruction::BuildString(count) => self.build_string(count as usize),
                    Instruction::Format(conversion, spec) => done!(self.format(conversion, spec)),
                    Instruction::ListAppend(depth) => self.list_append(depth),
                    Instruction::SetAdd(depth) => done!(self.set_add(depth)),
                    Instruction::DictAdd(depth) => done!(self.dict_add(depth)),
                    Instruction::ListExtend(of_call) => done!(self.list_extend(of_call)),
                    Instruction::SetExtend => done!(self.set_extend()),
                    Instruction::DictUpdate => done!(self.dict_extend(false)),
                    Instruction::DictMerge => done!(self.dict_extend(true)),
                    Instruction::ListToTuple => self.list_to_tuple(),

                    Instruction::Call(count) => {
                        charge!();
                        let place = self.call_place(count as usize);
                        match self.builtin_called(place) {
                            Some(native) => done!(self.call_builtin(native, place)),
                            None => enter!(self.call(place, &[], Then::Push)),
                        }
                    }
                    Instruction::CallMethod(count) => {
                        charge!();
                        let place = self.method_place(count as usize);
                        match self.builtin_called(place) {
                            Some(native) => done!(self.call_builtin(native, place)),
                            None => enter!(self.call(place, &[], Then::Push)),
                        }
                    }
                    Instruction::CallKeywords(count, keywords) => {
                        charge!();
                        enter!(self.call_keywords(here, count as usize, keywords));
                    }
                    Instruction::CallSpread(keywords) => enter!(self.call_spread(keywords)),
                    Instruction::Return => {
                        let value = self.pop();
                        leave!(self.leave_frame(value));
                    }
                    Instruction::MakeFunction(flags) => self.make_function(here, flags),
                    Instruction::RunClassBody => enter!(self.run_class_body()),
                    Instruction::MakeClass => done!(self.make_class()),
                    Instruction::StoreAnnotation => self.store_annotation(here),
                    Instruction::Import(name) => done!(self.import(name)),
                    Instruction::ImportFrom(name) => done!(self.import_from(name)),
                    Instruction::ImportAll => self.import_all(here),
                    Instruction::Locals => self.locals(here),

                    Instruction::Raise => done!(self.raise()),
                    Instruction::RaiseFrom => done!(self.raise_from()),
                    Instruction::Reraise => done!(self.reraise()),
                    Instruction::RaiseAgain => done!(self.raise_again()),
                    Instruction::BeginHandling => self.begin_handling(),
                    Instruction::EndHandling => self.end_handling(),
                    Instruction::ExceptionMatches => done!(self.exception_matches()),
                    Instruction::SplitGroup => done!(self.split_group()),
                    Instruction::JoinGroup => self.join_group(),
                    Instruction::AssertionError => {
                        self.stack.push(Value::Class(classes().assertion_error));
                    }
                    Instruction::EnterWith => done!(self.enter_with(with::methods)),
                    Instruction::EnterAsyncWith => done!(self.enter_with(with::async_methods)),
                    Instruction::ExitWith => enter!(self.exit_with()),
                    Instruction::ExitWithException => enter!(self.exit_with_exception()),

                    Instruction::Yield => {
                        let value = self.pop();
                        leave!(self.suspend(value, false));
                    }
                    Instruction::YieldProduced => {
                        let value = self.pop();
                        leave!(self.suspend(value, true));
                    }
                    Instruction::YieldFrom(end) => {
                        let sent = self.pop();
                        leave!(self.delegate(sent, end));
                    }
                    Instruction::GetYieldFrom => done!(self.get_yield_from(here)),
                    Instruction::GetAwaitable => done!(self.get_awaitable()),
                    Instruction::GetAsyncIterator => done!(self.get_async_iterator()),
                    Instruction::AsyncNext => done!(self.async_next()),
                    Instruction::EndAsyncFor => done!(self.end_async_for()),

                    Instruction::MatchSequence => self.match_kind(pattern::is_sequence),
                    Instruction::MatchMapping => self.match_kind(pattern::is_mapping),
                    Instruction::MatchKeys => done!(self.match_keys()),
                    Instruction::MatchClass(count) => done!(self.match_class(count as usize)),
                    Instruction::Length => done!(self.length()),
                    Instruction::MatchRest => done!(self.match_rest()),
                }
            }
        }
    }
}
