//! The loop: what each instruction does.
//!
//! The common cases stand here; what is longer is in the file of its subject. An
//! instruction that has to wait for Python code leaves the loop with its frame saved, and
//! the result is pushed when it comes (see [`Then`]).

use std::sync::Arc;

use compact_str::ToCompactString;

use super::call::{Place, own_object};
use super::iterate::Next;
use super::unwind::{as_raise, matches_class};
use super::{
    Activation, Frame, Leave, Machine, Resumed, Sent, Stop, Then, attribute, class, compare, error,
    group, import, item, iterate, keys, operator, pattern, text, types, with,
};
use crate::platform::memory;
use crate::python::builtins::classes;
use crate::python::code::{BinaryOp, Code, Container, Conversion, Instruction, Kind, make};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Cell, Function, Iteration, Raise, Slice, Value};

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

    /// The next number, if the iterator on the stack is a range's; the inner None: its end.
    #[inline]
    fn next_of_range(&self) -> Option<Option<i64>> {
        let Some(Value::Iter(iter)) = self.stack.last() else {
            return None;
        };
        let Iteration::Range { next, step, left } = &mut *iter.state.write() else {
            return None;
        };
        if *left == 0 {
            return Some(None);
        }
        let number = *next;
        *left -= 1;
        *next = next.wrapping_add(*step);
        Some(Some(number))
    }

    /// Pops a value that is known to be an int, which needs no dropping.
    #[inline]
    fn forget_int(&mut self) {
        std::mem::forget(self.stack.pop());
    }

    /// The operator on two ints on the stack. False: they are none, or it is not so easy.
    #[inline]
    fn ints_in_place(&mut self, op: BinaryOp) -> bool {
        let [.., Value::Int(a), Value::Int(b)] = &mut self.stack[..] else {
            return false;
        };
        let Some(result) = operator::ints(op, *a, *b) else {
            return false;
        };
        *a = result;
        self.forget_int();
        true
    }

    #[inline]
    fn pop_two(&mut self) -> (Value, Value) {
        let second = self.pop();
        (self.pop(), second)
    }

    /// Leaves the loop for an answer that is no value yet.
    #[cold]
    fn stopped(&mut self, stop: Stop, then: Then) -> Leave {
        let floor = self.stack.len();
        match self.settle(Err(stop), floor, then) {
            Ok(()) => Leave::Switched,
            Err(raise) => Leave::Raised(raise),
        }
    }

    /// Executes the frame on top, and those that it calls, until a sequence is on top, an
    /// exception is raised, or fuel is out.
    pub(super) fn run(&mut self) -> Leave {
        'enter: loop {
            let Some(Activation::Frame(frame)) = self.activations.last() else {
                return Leave::Switched;
            };
            let code: &'static Code = frame.code;
            let module = frame.module;
            let base = frame.base;
            let mut at = frame.at;
            let world = self.world;

            // Leaves with an exception.
            macro_rules! raise {
                ($raise:expr) => {{
                    self.frame().at = at;
                    return Leave::Raised($raise);
                }};
            }
            // Goes on in the frame that is now on top.
            macro_rules! switch {
                ($result:expr) => {{
                    match $result {
                        Ok(()) => continue 'enter,
                        Err(raise) => return Leave::Raised(raise),
                    }
                }};
            }
            // Pushes an answer, now or later; what it took was popped.
            macro_rules! answer {
                ($answer:expr) => {
                    answer!($answer, Then::Push, |value| self.stack.push(value))
                };
                ($answer:expr, $then:expr, |$value:ident| $now:expr) => {
                    match $answer {
                        Ok($value) => $now,
                        Err(stop) => {
                            self.frame().at = at;
                            return self.stopped(stop, $then);
                        }
                    }
                };
            }
            macro_rules! local {
                ($slot:expr) => {
                    self.stack[base + $slot as usize]
                };
            }
            macro_rules! cell {
                ($slot:expr) => {
                    match &local!($slot) {
                        Value::Cell(cell) => cell,
                        _ => unreachable!("the compiler makes cells first"),
                    }
                };
            }
            macro_rules! jump {
                ($target:expr) => {
                    at = $target as usize
                };
            }

            loop {
                let instruction = code.instructions[at];
                at += 1;
                match instruction {
                    Instruction::Const(constant) => {
                        self.stack.push(code.constants[constant as usize].clone());
                    }
                    Instruction::None => self.stack.push(Value::None),
                    Instruction::Unset => self.stack.push(Value::Unset),
                    Instruction::Pop => drop(self.pop()),
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

                    Instruction::LoadLocal(slot) => {
                        if let Value::Int(number) = local!(slot) {
                            self.stack.push(Value::Int(number));
                            continue;
                        }
                        let value = local!(slot).clone();
                        if value.is_unset() {
                            raise!(unbound_local(code, slot));
                        }
                        self.stack.push(value);
                    }
                    Instruction::LoadLocals(first, second) => {
                        for slot in [first, second] {
                            let value = local!(slot).clone();
                            if value.is_unset() {
                                raise!(unbound_local(code, slot));
                            }
                            self.stack.push(value);
                        }
                    }
                    Instruction::StoreLocal(slot) => {
                        // An int over an int is written in place.
                        if let Some(Value::Int(number)) = self.stack.last() {
                            let number = *number;
                            if let Value::Int(old) = &mut local!(slot) {
                                *old = number;
                                self.forget_int();
                                continue;
                            }
                        }
                        let value = self.pop();
                        local!(slot) = value;
                    }
                    Instruction::DeleteLocal(slot) => {
                        if std::mem::take(&mut local!(slot)).is_unset() {
                            raise!(unbound_local(code, slot));
                        }
                    }
                    Instruction::LoadCell(slot) => {
                        let value = cell!(slot).value.get();
                        if value.is_unset() {
                            raise!(unbound_cell(code, slot));
                        }
                        self.stack.push(value);
                    }
                    Instruction::StoreCell(slot) => {
                        let value = self.pop();
                        cell!(slot).value.put(value);
                    }
                    Instruction::DeleteCell(slot) => {
                        if cell!(slot).value.get().is_unset() {
                            raise!(unbound_cell(code, slot));
                        }
                        cell!(slot).value.set(Value::Unset);
                    }
                    Instruction::MakeCell(slot) => {
                        let value = std::mem::take(&mut local!(slot));
                        local!(slot) = Value::Cell(Arc::new(Cell::new(value)));
                    }
                    Instruction::LoadClosure(slot) => {
                        let cell = local!(slot).clone();
                        self.stack.push(cell);
                    }
                    Instruction::LoadGlobal(global) => {
                        let value = module.slot(global as usize).get();
                        if value.is_unset() {
                            let name = module.slot_name(global as usize);
                            match world.builtins.get(name) {
                                Some(value) => self.stack.push(value.clone()),
                                None => raise!(unbound_name(name)),
                            }
                        } else {
                            self.stack.push(value);
                        }
                    }
                    Instruction::StoreGlobal(global) => {
                        let value = self.pop();
                        module.slot(global as usize).put(value);
                    }
                    Instruction::DeleteGlobal(global) => {
                        if module.slot(global as usize).get().is_unset() {
                            raise!(unbound_name(module.slot_name(global as usize)));
                        }
                        module.slot(global as usize).set(Value::Unset);
                    }
                    Instruction::LoadName(name, global) => {
                        let own = self
                            .frame()
                            .names
                            .as_ref()
                            .and_then(|names| names.get(name).cloned());
                        let value = own.unwrap_or_else(|| module.slot(global as usize).get());
                        if !value.is_unset() {
                            self.stack.push(value);
                        } else if let Some(value) = world.builtins.get(name) {
                            self.stack.push(value.clone());
                        } else {
                            raise!(unbound_name(name));
                        }
                    }
                    Instruction::StoreName(name) => {
                        let value = self.pop();
                        if let Some(names) = &mut self.frame().names {
                            names.set(name, value);
                        }
                    }
                    Instruction::DeleteName(name) => {
                        let names = self.frame().names.as_mut();
                        if names.and_then(|names| names.remove(name)).is_none() {
                            raise!(unbound_name(name));
                        }
                    }
                    Instruction::LoadNameOrCell(name, slot) => {
                        let own = self
                            .frame()
                            .names
                            .as_ref()
                            .and_then(|names| names.get(name).cloned());
                        let value = own.unwrap_or_else(|| cell!(slot).value.get());
                        if value.is_unset() {
                            raise!(unbound_cell(code, slot));
                        }
                        self.stack.push(value);
                    }

                    Instruction::LoadAttribute(name) => {
                        let object = self.pop();
                        answer!(attribute::get(world, &object, name));
                    }
                    Instruction::LoadAttributeOf(slot, name) => {
                        if local!(slot).is_unset() {
                            raise!(unbound_local(code, slot));
                        }
                        answer!(attribute::get(world, &local!(slot), name));
                    }
                    Instruction::StoreAttributeOf(slot, name) => {
                        let value = self.pop();
                        if local!(slot).is_unset() {
                            raise!(unbound_local(code, slot));
                        }
                        let done = attribute::set(world, &local!(slot), name, &value);
                        answer!(done, Then::Drop, |done| drop(done));
                    }
                    Instruction::LoadMethod(name) => {
                        let object = self.pop();
                        match attribute::find_method(world, &object, name) {
                            attribute::Found::Method(function) => {
                                self.stack.push(function);
                                self.stack.push(object);
                            }
                            attribute::Found::Value(value) => {
                                self.stack.push(value);
                                self.stack.push(Value::Unset);
                            }
                            attribute::Found::Stop(stop) => {
                                self.frame().at = at;
                                return self.stopped(stop, Then::Method);
                            }
                        }
                    }
                    Instruction::StoreAttribute(name) => {
                        let (value, object) = self.pop_two();
                        answer!(
                            attribute::set(world, &object, name, &value),
                            Then::Drop,
                            |done| drop(done)
                        );
                    }
                    Instruction::DeleteAttribute(name) => {
                        let object = self.pop();
                        answer!(
                            attribute::delete(world, &object, name),
                            Then::Drop,
                            |done| drop(done)
                        );
                    }
                    Instruction::LoadItem => {
                        let (object, key) = self.pop_two();
                        answer!(item::get(world, &object, &key));
                    }
                    Instruction::StoreItem => {
                        let (object, key) = self.pop_two();
                        let value = self.pop();
                        answer!(
                            item::set(world, &object, &key, &value),
                            Then::Drop,
                            |done| drop(done)
                        );
                    }
                    Instruction::DeleteItem => {
                        let (object, key) = self.pop_two();
                        answer!(item::delete(world, &object, &key), Then::Drop, |done| drop(
                            done
                        ));
                    }
                    Instruction::BuildSlice => {
                        let (stop, step) = self.pop_two();
                        let start = self.pop();
                        self.stack
                            .push(Value::Slice(Arc::new(Slice { start, stop, step })));
                    }

                    Instruction::Binary(op) => {
                        if self.ints_in_place(op) {
                            continue;
                        }
                        let (a, b) = self.pop_two();
                        let quick = match (&a, &b) {
                            (Value::Float(a), Value::Float(b)) => operator::floats(op, *a, *b),
                            _ => None,
                        };
                        match quick {
                            Some(value) => self.stack.push(value),
                            None => answer!(operator::binary(world, op, &a, &b)),
                        }
                    }
                    Instruction::InPlace(op) => {
                        if self.ints_in_place(op) {
                            continue;
                        }
                        let (a, b) = self.pop_two();
                        let quick = match (&a, &b) {
                            (Value::Float(a), Value::Float(b)) => operator::floats(op, *a, *b),
                            _ => None,
                        };
                        match quick {
                            Some(value) => self.stack.push(value),
                            None => answer!(operator::in_place(world, op, &a, &b)),
                        }
                    }
                    Instruction::LocalConst(op, slot, constant) => {
                        let constant = &code.constants[constant as usize];
                        let quick = match (&local!(slot), constant) {
                            (Value::Int(a), Value::Int(b)) => operator::ints(op, *a, *b),
                            _ => None,
                        };
                        match quick {
                            Some(number) => self.stack.push(Value::Int(number)),
                            None => {
                                let a = local!(slot).clone();
                                if a.is_unset() {
                                    raise!(unbound_local(code, u16::from(slot)));
                                }
                                answer!(operator::binary(world, op, &a, constant));
                            }
                        }
                    }
                    Instruction::Unary(op) => {
                        let a = self.pop();
                        answer!(operator::unary(op, &a));
                    }
                    Instruction::Not => {
                        let a = self.pop();
                        answer!(types::truth(world, &a), Then::Negate, |truth| self
                            .stack
                            .push(Value::Bool(!truth)));
                    }
                    Instruction::Compare(op) => {
                        let (a, b) = self.pop_two();
                        if let (Value::Int(a), Value::Int(b)) = (&a, &b) {
                            self.stack
                                .push(Value::Bool(compare::holds(op, Some(a.cmp(b)))));
                        } else {
                            answer!(compare::compare(world, op, &a, &b));
                        }
                    }
                    Instruction::Is(not) => {
                        let (a, b) = self.pop_two();
                        self.stack.push(Value::Bool(a.is(&b) != not));
                    }
                    Instruction::In(not) => {
                        let (element, container) = self.pop_two();
                        let then = if not { Then::Negate } else { Then::Push };
                        answer!(
                            compare::contains(world, &container, &element),
                            then,
                            |found| {
                                let found = matches!(found, Value::Bool(true));
                                self.stack.push(Value::Bool(found != not));
                            }
                        );
                    }

                    Instruction::Jump(target) => jump!(target),
                    Instruction::JumpBack(target) => {
                        if !self.pays() {
                            self.frame().at = at;
                            return Leave::Fuel;
                        }
                        if memory::is_out() {
                            raise!(error::memory_error());
                        }
                        jump!(target);
                    }
                    Instruction::JumpIfFalse(target) => {
                        let value = self.pop();
                        match value {
                            Value::Bool(true) => {}
                            Value::Bool(false) => jump!(target),
                            _ => answer!(
                                types::truth(world, &value),
                                Then::JumpIf(false, target),
                                |truth| {
                                    if !truth {
                                        jump!(target);
                                    }
                                }
                            ),
                        }
                    }
                    Instruction::JumpIfTrue(target) => {
                        let value = self.pop();
                        answer!(
                            types::truth(world, &value),
                            Then::JumpIf(true, target),
                            |truth| {
                                if truth {
                                    jump!(target);
                                }
                            }
                        );
                    }
                    Instruction::JumpIfFalseOrPop(target)
                    | Instruction::JumpIfTrueOrPop(target) => {
                        let wanted = matches!(instruction, Instruction::JumpIfTrueOrPop(_));
                        let value = self.stack.last().cloned().unwrap_or_default();
                        answer!(
                            types::truth(world, &value),
                            Then::JumpIfOrPop(wanted, target),
                            |truth| {
                                if truth == wanted {
                                    jump!(target);
                                } else {
                                    self.pop();
                                }
                            }
                        );
                    }
                    Instruction::JumpIfNone(target) => {
                        if self.pop().is_none() {
                            jump!(target);
                        }
                    }
                    Instruction::JumpUnless(op, target) => {
                        if let [.., Value::Int(a), Value::Int(b)] = &self.stack[..] {
                            let holds = compare::holds(op, Some(a.cmp(b)));
                            self.forget_int();
                            self.forget_int();
                            if !holds {
                                jump!(target);
                            }
                        } else {
                            let (a, b) = self.pop_two();
                            match compare::compare(world, op, &a, &b) {
                                Ok(Value::Bool(true)) => {}
                                Ok(Value::Bool(false)) => jump!(target),
                                answer => {
                                    // What it gives may be no bool: its truth decides.
                                    let truth = super::later(async move {
                                        let value = super::sequence::wait(answer).await?;
                                        Ok(Value::Bool(types::truth_of(world, &value).await?))
                                    });
                                    answer!(truth, Then::JumpIf(false, target), |value| drop(
                                        value
                                    ));
                                }
                            }
                        }
                    }

                    Instruction::GetIterator => {
                        let value = self.pop();
                        answer!(iterate::iterator_of(world, &value));
                    }
                    Instruction::ForIter(target) => {
                        if let Some(Value::Generator(generator)) = self.stack.last() {
                            let generator = generator.clone();
                            self.frame().at = at;
                            let floor = self.stack.len();
                            let sent = Sent::Value(Value::None);
                            switch!(self.resume(generator, sent, floor, Then::Next(target)));
                        }
                        match self.next_of_range() {
                            Some(Some(number)) => {
                                self.stack.push(Value::Int(number));
                                continue;
                            }
                            Some(None) => {
                                self.stack.pop();
                                jump!(target);
                                continue;
                            }
                            None => {}
                        }
                        let next = match self.stack.last() {
                            Some(Value::Iter(iter)) => {
                                let next = iterate::at_once(&mut iter.state.write());
                                next.unwrap_or_else(|| iterate::of_others(world, iter))
                            }
                            Some(iterator) => iterate::next(world, iterator),
                            None => Next::End,
                        };
                        match next {
                            Next::Value(value) => self.stack.push(value),
                            Next::End => {
                                self.stack.pop();
                                jump!(target);
                            }
                            Next::Raise(raise) => raise!(raise),
                            Next::Later(sequence) => {
                                self.frame().at = at;
                                return self.stopped(Stop::Later(sequence), Then::Next(target));
                            }
                        }
                    }
                    Instruction::Unpack(count) => {
                        let value = self.pop();
                        let items = match &value {
                            Value::Tuple(items) if items.len() == count as usize => {
                                self.stack.extend(items.iter().rev().cloned());
                                continue;
                            }
                            _ => pattern::unpack(world, &value, count as usize, None),
                        };
                        answer!(items, Then::Spread, |items| self.push_reversed(&items));
                    }
                    Instruction::UnpackRest(before, after) => {
                        let value = self.pop();
                        let items =
                            pattern::unpack(world, &value, before as usize, Some(after as usize));
                        answer!(items, Then::Spread, |items| self.push_reversed(&items));
                    }

                    Instruction::Build(Container::Tuple, 2) => {
                        let (first, second) = self.pop_two();
                        self.stack.push(Value::pair(first, second));
                    }
                    Instruction::Build(container, count) => {
                        let items = self.stack.split_off(self.stack.len() - count as usize);
                        match container {
                            Container::List => self.stack.push(Value::list(items)),
                            Container::Tuple => self.stack.push(Value::tuple(items)),
                            Container::Set => {
                                answer!(crate::python::builtins::sets::of(world, items));
                            }
                        }
                    }
                    Instruction::BuildDict(count) => {
                        let items = self.stack.split_off(self.stack.len() - 2 * count as usize);
                        answer!(crate::python::builtins::dicts::of(world, items));
                    }
                    Instruction::BuildString(count) => {
                        let from = self.stack.len() - count as usize;
                        let parts = self.stack[from..].iter();
                        let length = parts.map(|part| part.as_str().map_or(0, str::len)).sum();
                        let mut text = String::with_capacity(length);
                        for part in self.stack.drain(from..) {
                            text.push_str(part.as_str().unwrap_or_default());
                        }
                        self.stack.push(Value::from(text));
                    }
                    Instruction::Format(conversion, spec) => {
                        let spec = if spec { self.pop() } else { Value::Unset };
                        let value = self.pop();
                        match (&value, &spec, conversion) {
                            (Value::Str(_), Value::Unset, Conversion::Plain) => {
                                self.stack.push(value);
                                continue;
                            }
                            (Value::Int(number), Value::Unset, _) => {
                                self.stack.push(Value::str(number.to_compact_string()));
                                continue;
                            }
                            _ => {}
                        }
                        let spec = spec.as_str().unwrap_or_default();
                        answer!(text::converted(world, &value, conversion, spec));
                    }
                    Instruction::ListAppend(depth) => {
                        let value = self.pop();
                        if let Value::List(list) = &self.stack[self.stack.len() - depth as usize] {
                            list.items.write().push(value);
                        }
                    }
                    Instruction::SetAdd(depth) => {
                        let value = self.pop();
                        let set = self.stack[self.stack.len() - depth as usize].clone();
                        answer!(
                            crate::python::builtins::sets::add(world, &set, &value),
                            Then::Drop,
                            |done| drop(done)
                        );
                    }
                    Instruction::DictAdd(depth) => {
                        let (key, value) = self.pop_two();
                        let dict = self.stack[self.stack.len() - depth as usize].clone();
                        answer!(item::set(world, &dict, &key, &value), Then::Drop, |done| {
                            drop(done)
                        });
                    }
                    Instruction::ListExtend(of_call) => {
                        let (list, items) = self.pop_two();
                        let function = match self.stack.last() {
                            Some(function) if of_call => function.clone(),
                            _ => Value::Unset,
                        };
                        answer!(pattern::extend(world, list, &items, &function));
                    }
                    Instruction::SetExtend => {
                        let (set, items) = self.pop_two();
                        answer!(crate::python::builtins::sets::extend(world, set, &items));
                    }
                    Instruction::DictUpdate | Instruction::DictMerge => {
                        let (dict, mapping) = self.pop_two();
                        let unique = instruction == Instruction::DictMerge;
                        let function = match (unique, self.stack.len().checked_sub(2)) {
                            (true, Some(at)) => self.stack[at].clone(),
                            _ => Value::Unset,
                        };
                        answer!(crate::python::builtins::dicts::spread(
                            world, dict, &mapping, unique, &function
                        ));
                    }
                    Instruction::ListToTuple => {
                        let list = self.pop();
                        let items = iterate::at_hand(&list).unwrap_or_default();
                        self.stack.push(Value::tuple(items));
                    }

                    Instruction::Call(count) => {
                        self.frame().at = at;
                        if !self.pays() {
                            return Leave::Fuel;
                        }
                        if memory::is_out() {
                            return Leave::Raised(error::memory_error());
                        }
                        let first = self.stack.len() - count as usize;
                        let place = Place {
                            floor: first - 1,
                            first,
                        };
                        switch!(self.call(place, &[], Then::Push));
                    }
                    Instruction::CallMethod(count) => {
                        self.frame().at = at;
                        if !self.pays() {
                            return Leave::Fuel;
                        }
                        if memory::is_out() {
                            return Leave::Raised(error::memory_error());
                        }
                        let place = self.method_place(count as usize);
                        if let Value::Native(native) = self.stack[place.floor]
                            && native.takes.fits(self.stack.len() - place.first)
                        {
                            match (native.run)(world, &self.stack[place.first..]) {
                                Ok(value) => {
                                    self.stack.truncate(place.floor);
                                    self.stack.push(value);
                                    continue;
                                }
                                answer => {
                                    let object = self.stack.get(place.first);
                                    let answer = own_object(native, object, answer);
                                    switch!(self.settle(answer, place.floor, Then::Push))
                                }
                            }
                        }
                        switch!(self.call(place, &[], Then::Push));
                    }
                    Instruction::CallKeywords(count, keywords) => {
                        self.frame().at = at;
                        if !self.pays() {
                            return Leave::Fuel;
                        }
                        if memory::is_out() {
                            return Leave::Raised(error::memory_error());
                        }
                        let place = self.method_place(count as usize);
                        let mut named: Vec<Name> = Vec::new();
                        if let Value::Tuple(keywords) = &code.constants[keywords as usize] {
                            named.extend(keywords.iter().filter_map(Value::as_str).map(Name::new));
                        }
                        switch!(self.call(place, &named, Then::Push));
                    }
                    Instruction::CallSpread(keywords) => {
                        let keywords = if keywords { self.pop() } else { Value::Unset };
                        let (function, args) = self.pop_two();
                        self.frame().at = at;
                        let args = iterate::at_hand(&args).unwrap_or_default();
                        let mut named = Vec::new();
                        if let Value::Dict(dict) = &keywords {
                            for entry in dict.entries.read().iter() {
                                match entry.key.as_str() {
                                    Some(name) => {
                                        named.push((Name::new(name), entry.value.clone()))
                                    }
                                    None => raise!(error::type_error("keywords must be strings")),
                                }
                            }
                        }
                        switch!(self.call_apart(function, args, named, Then::Push));
                    }
                    Instruction::Return => {
                        let value = self.pop();
                        return match self.leave_frame(value) {
                            Leave::Switched => continue 'enter,
                            leave => leave,
                        };
                    }
                    Instruction::MakeFunction(flags) => self.make_function(flags),
                    Instruction::MakeClass => {
                        let (keywords, names) = self.pop_two();
                        let (name, bases) = self.pop_two();
                        answer!(class::from_body(&name, &bases, &keywords, &names));
                    }
                    Instruction::RunClassBody => {
                        self.frame().at = at;
                        let function = self.pop();
                        switch!(self.run_class_body(&function));
                    }
                    Instruction::StoreAnnotation => {
                        let (name, value) = self.pop_two();
                        self.annotate(&name, value);
                    }
                    Instruction::Import(name) => answer!(import::module(world, name)),
                    Instruction::ImportFrom(name) => {
                        let module = self.stack.last().cloned().unwrap_or_default();
                        answer!(import::from(world, &module, name));
                    }
                    Instruction::ImportAll => {
                        let from = self.pop();
                        for (name, value) in import::all(&from) {
                            module.set(name, value);
                        }
                    }

                    Instruction::Locals => {
                        let names = self.frame().names.as_ref().map(|names| (**names).clone());
                        let bound: Vec<(Name, Value)> = match &names {
                            Some(names) => names.iter().map(|(n, v)| (n, v.clone())).collect(),
                            None => code
                                .slots
                                .iter()
                                .copied()
                                .zip(&self.stack[base..])
                                .filter_map(|(name, value)| {
                                    let value = match value {
                                        Value::Cell(cell) => cell.value.get(),
                                        value => value.clone(),
                                    };
                                    (!value.is_unset()).then_some((name, value))
                                })
                                .collect(),
                        };
                        self.stack.push(keys::new_dict(bound));
                    }
                    Instruction::Raise => {
                        let value = self.pop();
                        let raised = self.to_raise(value, None);
                        answer!(raised, Then::Raise, |value| raise!(as_raise(&value)));
                    }
                    Instruction::RaiseFrom => {
                        let (value, cause) = self.pop_two();
                        let raised = self.to_raise(value, Some(cause));
                        answer!(raised, Then::Raise, |value| raise!(as_raise(&value)));
                    }
                    Instruction::Reraise => {
                        self.frame().at = at;
                        match self.handled() {
                            Some(raise) => {
                                self.again = true;
                                return Leave::Raised(raise);
                            }
                            None => {
                                let text = "No active exception to reraise";
                                return Leave::Raised(error::runtime_error(text));
                            }
                        }
                    }
                    Instruction::RaiseAgain => {
                        let value = self.pop();
                        self.frame().at = at;
                        self.again = true;
                        return Leave::Raised(as_raise(&value));
                    }
                    Instruction::BeginHandling => {
                        // Below the exception goes what was handled before.
                        let exception = self.pop();
                        let raise = as_raise(&exception);
                        let before = self.frame().handling.replace(raise);
                        self.stack.push(match before {
                            Some(raise) => Value::Exception(raise.0),
                            None => Value::None,
                        });
                        self.stack.push(exception);
                    }
                    Instruction::EndHandling => {
                        let before = self.pop();
                        self.frame().handling = match before {
                            Value::Exception(exception) => Some(Raise(exception)),
                            _ => None,
                        };
                    }
                    Instruction::ExceptionMatches => {
                        let class = self.pop();
                        let exception = self.stack.last().cloned().unwrap_or_default();
                        match matches_class(&exception, &class) {
                            Ok(matches) => self.stack.push(Value::Bool(matches)),
                            Err(raise) => raise!(raise),
                        }
                    }
                    Instruction::SplitGroup => {
                        let (group, class) = self.pop_two();
                        match group::split_for_handler(&group, &class) {
                            Ok((rest, matched)) => {
                                self.stack.push(rest);
                                self.stack.push(matched);
                            }
                            Err(raise) => raise!(raise),
                        }
                    }
                    Instruction::JoinGroup => {
                        let (group, raised) = self.pop_two();
                        self.stack.push(group::join(&group, &raised));
                    }
                    Instruction::AssertionError => {
                        self.stack.push(Value::Class(classes().assertion_error));
                    }

                    Instruction::EnterWith => {
                        let manager = self.pop();
                        let (enter, exit) = match with::methods(&manager) {
                            Ok(methods) => methods,
                            Err(raise) => raise!(raise),
                        };
                        self.stack.push(exit);
                        answer!(with::enter(&enter, &manager));
                    }
                    Instruction::EnterAsyncWith => {
                        let manager = self.pop();
                        let (enter, exit) = match with::async_methods(&manager) {
                            Ok(methods) => methods,
                            Err(raise) => raise!(raise),
                        };
                        self.stack.push(exit);
                        answer!(with::enter(&enter, &manager));
                    }
                    Instruction::ExitWith => {
                        let exit = self.pop();
                        let args = vec![Value::None; 3];
                        self.frame().at = at;
                        switch!(self.call_apart(exit, args, Vec::new(), Then::Push));
                    }
                    Instruction::ExitWithException => {
                        let len = self.stack.len();
                        // Between exit and exception lies what was handled before.
                        let (exit, exception) =
                            (self.stack[len - 3].clone(), self.stack[len - 1].clone());
                        let class = Value::Class(types::class_of(&exception));
                        self.frame().at = at;
                        let args = vec![class, exception, Value::None];
                        switch!(self.call_apart(exit, args, Vec::new(), Then::Push));
                    }

                    Instruction::Yield | Instruction::YieldProduced => {
                        let value = self.pop();
                        self.frame().at = at;
                        let produced = instruction == Instruction::YieldProduced;
                        return match self.suspend(value, produced) {
                            Leave::Switched => continue 'enter,
                            leave => leave,
                        };
                    }
                    Instruction::YieldFrom(end) => {
                        let sent = self.pop();
                        self.frame().at = at;
                        match self.delegate(sent, end) {
                            Leave::Switched => continue 'enter,
                            leave => return leave,
                        }
                    }
                    Instruction::GetYieldFrom => {
                        let value = self.pop();
                        match &value {
                            Value::Generator(generator)
                                if generator.code.kind == Kind::Coroutine =>
                            {
                                if code.kind != Kind::Coroutine {
                                    let text = "cannot 'yield from' a coroutine object in a non-coroutine generator";
                                    raise!(error::type_error(text));
                                }
                                self.stack.push(value);
                            }
                            _ => answer!(iterate::iterator_of(world, &value)),
                        }
                    }
                    Instruction::GetAwaitable => {
                        let value = self.pop();
                        answer!(super::coroutine::awaitable(world, &value));
                    }
                    Instruction::GetAsyncIterator => {
                        let value = self.pop();
                        answer!(super::coroutine::async_iterator(&value));
                    }
                    Instruction::AsyncNext => {
                        let iterator = self.stack.last().cloned().unwrap_or_default();
                        answer!(super::coroutine::async_next(&iterator));
                    }
                    Instruction::EndAsyncFor => {
                        let exception = self.pop();
                        if as_raise(&exception).is(classes().stop_async_iteration) {
                            self.stack.pop();
                        } else {
                            self.frame().at = at;
                            self.again = true;
                            return Leave::Raised(as_raise(&exception));
                        }
                    }

                    Instruction::MatchSequence => {
                        let is = self.stack.last().is_some_and(pattern::is_sequence);
                        self.stack.push(Value::Bool(is));
                    }
                    Instruction::MatchMapping => {
                        let is = self.stack.last().is_some_and(pattern::is_mapping);
                        self.stack.push(Value::Bool(is));
                    }
                    Instruction::MatchKeys => {
                        let len = self.stack.len();
                        let (subject, keys) =
                            (self.stack[len - 2].clone(), self.stack[len - 1].clone());
                        answer!(pattern::keys(world, subject, &keys));
                    }
                    Instruction::MatchClass(count) => {
                        let (class, names) = self.pop_two();
                        let subject = self.pop();
                        answer!(pattern::class(
                            world,
                            subject,
                            class,
                            &names,
                            count as usize
                        ));
                    }
                    Instruction::Length => {
                        let value = self.stack.last().cloned().unwrap_or_default();
                        answer!(pattern::length(&value));
                    }
                    Instruction::MatchRest => {
                        let (subject, keys) = self.pop_two();
                        answer!(pattern::rest(world, subject, &keys));
                    }
                }
            }
        }
    }

    fn push_reversed(&mut self, items: &Value) {
        if let Value::Tuple(items) = items {
            self.stack.extend(items.iter().rev().cloned());
        }
    }

    /// Where a call lies that `LoadMethod` prepared: with its object, or without.
    #[inline]
    fn method_place(&self, count: usize) -> Place {
        let object = self.stack.len() - count - 1;
        let absent = self.stack[object].is_unset();
        Place {
            floor: object - 1,
            first: object + usize::from(absent),
        }
    }

    /// Hands the result of the frame on top to what called it.
    #[inline]
    fn leave_frame(&mut self, value: Value) -> Leave {
        let Some(Activation::Frame(frame)) = self.activations.pop() else {
            return Leave::Done;
        };
        self.stack.truncate(frame.floor);
        if let Some(generator) = &frame.generator {
            return self.finish_generator(generator, frame.then, value);
        }
        let value = match frame.names {
            Some(names) => return self.finish_class_body(frame.then, *names),
            None => value,
        };
        if let (Then::Push, Some(Activation::Frame(_))) = (frame.then, self.activations.last()) {
            self.stack.push(value);
            return Leave::Switched;
        }
        self.deliver(frame.then, Resumed::Yield(value))
    }

    /// Takes code and what belongs to it off the stack.
    fn make_function(&mut self, flags: u8) {
        let Value::Code(code) = self.pop() else {
            return;
        };
        let mut take = |flag: u8| {
            if flags & flag != 0 {
                self.pop()
            } else {
                Value::Unset
            }
        };
        let closure = take(make::CLOSURE);
        let annotations = take(make::ANNOTATIONS);
        let keyword_defaults = take(make::KEYWORD_DEFAULTS);
        let defaults = take(make::DEFAULTS);
        let mut named = NameMap::new();
        if let Value::Dict(dict) = &keyword_defaults {
            for entry in dict.entries.read().iter() {
                named.set(
                    Name::new(entry.key.as_str().unwrap_or_default()),
                    entry.value.clone(),
                );
            }
        }
        let items = |value: Value| iterate::at_hand(&value).unwrap_or_default();
        let module = self.frame().module;
        let function = Function {
            code,
            module,
            defaults: items(defaults),
            keyword_defaults: named,
            closure: items(closure),
            annotations: if annotations.is_unset() {
                keys::new_dict(Vec::new())
            } else {
                annotations
            },
            attributes: Default::default(),
        };
        self.stack.push(if code.once {
            Value::Function(crate::python::code::forever(function))
        } else {
            Value::Closure(Arc::new(function))
        });
    }

    /// Enters the body of a class, whose names become a dict.
    fn run_class_body(&mut self, function: &Value) -> super::Result<()> {
        self.check_depth()?;
        let Some(function) = function.as_function() else {
            return Ok(());
        };
        let floor = self.stack.len();
        let code = function.code;
        self.stack.resize(
            floor + code.slots.len() - function.closure.len(),
            Value::Unset,
        );
        self.stack.extend_from_slice(&function.closure);
        let mut frame = Frame::new(code, function.module, floor, floor, Then::Push);
        frame.names = Some(Box::default());
        self.activations.push(Activation::Frame(frame));
        Ok(())
    }

    fn finish_class_body(&mut self, then: Then, names: NameMap) -> Leave {
        let names = names
            .iter()
            .map(|(name, value)| (name, value.clone()))
            .collect();
        self.deliver(then, Resumed::Yield(keys::new_dict(names)))
    }

    /// `name: annotation` in a class or the module.
    fn annotate(&mut self, name: &Value, value: Value) {
        let module = self.frame().module;
        let annotations = match &mut self.frame().names {
            Some(names) => match names.get(names::ANNOTATIONS) {
                Some(annotations) => annotations.clone(),
                None => {
                    let annotations = keys::new_dict(Vec::new());
                    names.set(names::ANNOTATIONS, annotations.clone());
                    annotations
                }
            },
            None => module.get(names::ANNOTATIONS).unwrap_or_default(),
        };
        if let (Value::Dict(dict), Value::Str(text)) = (&annotations, name) {
            keys::put(dict, name, text.hash(), value);
        }
    }
}

#[cold]
fn unbound_local(code: &Code, slot: u16) -> Raise {
    let name = code.slots[slot as usize].text();
    let class = classes().unbound_local_error;
    let text =
        format!("cannot access local variable '{name}' where it is not associated with a value");
    error::error(class, text)
}

#[cold]
fn unbound_cell(code: &Code, slot: u16) -> Raise {
    if (slot as usize) < code.free {
        return unbound_local(code, slot);
    }
    let name = code.slots[slot as usize].text();
    let raise = error::name_error(format!(
        "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
    ));
    let fields = raise
        .0
        .fields
        .write()
        .set(names::NAME_OF, Value::from(name));
    drop(fields);
    raise
}

#[cold]
fn unbound_name(name: Name) -> Raise {
    let raise = error::name_error(format!("name '{}' is not defined", name.text()));
    raise.0.fields.write().set(names::NAME_OF, name.value());
    raise
}
