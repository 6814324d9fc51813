//! Iteration: what `iter` and `next` do with each kind of value.

use std::cell::Cell;
use std::sync::Arc;

use super::{Answer, Result, Resumed, Sent, Sequence, Stop, World, error, later, sequence, types};
use crate::python::builtins::classes;
use crate::python::code::Kind;
use crate::python::names;
use crate::python::values::{Alias, Direction, Iter, Iteration, Part, Range, Value, View};

/// The next value of an iterator, if it is at hand.
pub enum Next {
    Value(Value),
    End,
    Raise(crate::python::values::Raise),
    /// It takes Python code. The sequence raises StopIteration at the end.
    Later(Sequence),
}

/// The iterator of a value of a builtin type.
pub fn builtin_iterator(value: &Value) -> Option<Value> {
    Some(Iter::value(match value {
        Value::List(list) => Iteration::List(list.clone(), 0),
        Value::Deque(deque) => {
            let changes = deque.row.read().changes;
            Iteration::Deque(deque.clone(), Direction::Forward, 0, changes)
        }
        Value::Tuple(tuple) => Iteration::Tuple(tuple.clone(), 0),
        Value::Str(text) => Iteration::Text(text.clone(), 0),
        Value::Bytes(bytes) => Iteration::Bytes(bytes.clone(), 0),
        Value::Range(range) => of_range(range),
        Value::Alias(alias) if !alias.origin.is_unset() => {
            let unpacked = Alias {
                origin: value.clone(),
                args: Value::None,
            };
            let Value::Tuple(one) = Value::tuple([Value::Alias(Arc::new(unpacked))]) else {
                return None;
            };
            Iteration::Tuple(one, 0)
        }
        Value::Dict(dict) => entries(dict, Part::Key, Direction::Forward),
        Value::View(view) => match &**view {
            View::Keys(dict) | View::Proxy(dict) => entries(dict, Part::Key, Direction::Forward),
            View::Values(dict) => entries(dict, Part::Value, Direction::Forward),
            View::Items(dict) => entries(dict, Part::Item, Direction::Forward),
        },
        Value::Set(set) | Value::FrozenSet(set) => {
            let changes = set.table.read().changes;
            Iteration::Set(set.clone(), 0, changes)
        }
        Value::Iter(_) => return Some(value.clone()),
        Value::Generator(generator) if generator.code.kind == Kind::Generator => {
            return Some(value.clone());
        }
        _ => return None,
    }))
}

pub fn entries(
    dict: &Arc<crate::python::values::Dict>,
    part: Part,
    direction: Direction,
) -> Iteration {
    let entries = dict.entries.read();
    let start = match direction {
        Direction::Forward => 0,
        Direction::Backward => entries.end(),
    };
    Iteration::Dict(dict.clone(), part, direction, start, entries.changes)
}

pub fn of_range(range: &Range) -> Iteration {
    Iteration::Range {
        next: range.start,
        step: range.step,
        left: range.len(),
    }
}

fn not_iterable(value: &Value) -> Stop {
    let name = types::name_of(value);
    error::type_error(format!("'{name}' object is not iterable")).into()
}

/// `iter(value)`.
#[expect(
    clippy::only_used_in_recursion,
    reason = "operations on values take the world, as most need it"
)]
pub fn iterator_of(world: &'static World, value: &Value) -> Answer {
    if let Some(iterator) = builtin_iterator(value) {
        return Ok(iterator);
    }
    if let Some(method) = types::defined(value, names::ITER) {
        if method.is_none() {
            return Err(not_iterable(value));
        }
        let value = value.clone();
        return later(async move {
            let iterator = types::call_method(&method, &value, Vec::new()).await?;
            if is_iterator(&iterator) {
                return Ok(iterator);
            }
            let name = types::name_of(&iterator);
            Err(error::type_error(format!(
                "iter() returned non-iterator of type '{name}'"
            )))
        });
    }
    if types::defined(value, names::GETITEM).is_some() {
        return Ok(Iter::value(Iteration::Items(value.clone(), 0)));
    }
    match value {
        Value::Instance(instance) if !instance.inner.is_unset() => {
            iterator_of(world, &instance.inner)
        }
        _ => Err(not_iterable(value)),
    }
}

pub fn is_iterable(value: &Value) -> bool {
    builtin_iterator(value).is_some()
        || types::defined(value, names::ITER).is_some()
        || types::defined(value, names::GETITEM).is_some()
        || !matches!(value.inner(), Value::Instance(_)) && builtin_iterator(value.inner()).is_some()
}

pub fn is_iterator(value: &Value) -> bool {
    match value {
        Value::Iter(_) => true,
        Value::Generator(generator) => generator.code.kind == Kind::Generator,
        _ => types::defined(value, names::NEXT).is_some(),
    }
}

/// `iter(value)`, in a sequence.
pub async fn iterator(world: &'static World, value: &Value) -> Result<Value> {
    sequence::wait(iterator_of(world, value)).await
}

/// The next value, or None at the end; in a sequence.
pub async fn advance(world: &'static World, iterator: &Value) -> Result<Option<Value>> {
    if let Value::Generator(generator) = iterator {
        let sent = Sent::Value(Value::None);
        return Ok(match sequence::resume(generator, sent).await? {
            Resumed::Return(_) => None,
            other => Some(other.value()),
        });
    }
    match next(world, iterator) {
        Next::Value(value) => {
            if world.spend(1) {
                sequence::pause().await?;
            }
            Ok(Some(value))
        }
        Next::End => Ok(None),
        Next::Raise(raise) => Err(raise),
        Next::Later(later) => {
            let result = sequence::wait(Err(Stop::Later(later))).await;
            error::unless(classes().stop_iteration, result)
        }
    }
}

/// All values, if that takes no Python code.
pub fn at_hand(value: &Value) -> Option<Vec<Value>> {
    match value {
        Value::List(list) => Some(list.items.get()),
        Value::Deque(deque) => Some(deque.row.read().items.iter().cloned().collect()),
        Value::Tuple(tuple) => Some(tuple.to_vec()),
        Value::Dict(dict) => {
            let entries = dict.entries.read();
            Some(entries.iter().map(|entry| entry.key.clone()).collect())
        }
        Value::Set(set) | Value::FrozenSet(set) => {
            let table = set.table.read();
            Some(table.iter().map(|(_, key)| key.clone()).collect())
        }
        Value::Str(text) => {
            let mut buffer = [0; 4];
            let chars = text.as_str().chars();
            Some(
                chars
                    .map(|c| Value::from(&*c.encode_utf8(&mut buffer)))
                    .collect(),
            )
        }
        Value::Range(range) if range.len() <= 1 << 20 => Some(
            (0..range.len())
                .map(|at| Value::Int(range.at(at)))
                .collect(),
        ),
        Value::View(_) => {
            let iterator = builtin_iterator(value)?;
            let Value::Iter(iter) = &iterator else {
                return None;
            };
            let mut all = Vec::new();
            while let Some(Next::Value(value)) = at_once(&mut iter.state.write()) {
                all.push(value);
            }
            Some(all)
        }
        _ => None,
    }
}

/// All values of an iterable, in a sequence.
pub async fn collect(world: &'static World, value: &Value) -> Result<Vec<Value>> {
    if let Some(all) = at_hand(value) {
        world.spend(all.len() / 16);
        return Ok(all);
    }
    let iterator = iterator(world, value).await?;
    let mut all = Vec::new();
    while let Some(value) = advance(world, &iterator).await? {
        all.push(value);
        super::check_size(world, all.len() * size_of::<Value>())?;
    }
    Ok(all)
}

/// The next value of an iterator.
#[inline]
pub fn next(world: &'static World, iterator: &Value) -> Next {
    match iterator {
        Value::Iter(iter) => {
            if let Some(next) = at_once(&mut iter.state.write()) {
                return next;
            }
            of_others(world, iter)
        }
        Value::Generator(generator) => {
            let generator = generator.clone();
            Next::Later(Sequence::new(async move {
                match sequence::resume(&generator, Sent::Value(Value::None)).await? {
                    Resumed::Return(value) => Err(error::stop_iteration(value)),
                    other => Ok(other.value()),
                }
            }))
        }
        _ => match types::defined(iterator, names::NEXT) {
            Some(method) => {
                let iterator = iterator.clone();
                Next::Later(Sequence::new(async move {
                    types::call_method(&method, &iterator, Vec::new()).await
                }))
            }
            None => {
                let name = types::name_of(iterator);
                Next::Raise(error::type_error(format!(
                    "'{name}' object is not an iterator"
                )))
            }
        },
    }
}

/// Iterators over builtin containers. None: it is one over other iterators.
#[inline]
pub fn at_once(state: &mut Iteration) -> Option<Next> {
    let next = match state {
        Iteration::Range { next, step, left } => {
            if *left == 0 {
                return Some(Next::End);
            }
            let value = *next;
            *left -= 1;
            *next = next.wrapping_add(*step);
            return Some(Next::Value(Value::Int(value)));
        }
        Iteration::List(list, at) => {
            *at += 1;
            list.get(*at - 1)
        }
        _ => return container(state),
    };
    Some(match next {
        Some(value) => Next::Value(value),
        None => {
            *state = Iteration::Done;
            Next::End
        }
    })
}

#[inline(never)]
fn container(state: &mut Iteration) -> Option<Next> {
    let next = match state {
        Iteration::Done => None,
        Iteration::Tuple(tuple, at) => {
            *at += 1;
            tuple.get(*at - 1).cloned()
        }
        Iteration::ListBackward(list, at) => {
            let next = at.checked_sub(1).and_then(|at| list.get(at));
            *at = at.saturating_sub(1);
            next
        }
        Iteration::TupleBackward(tuple, at) => {
            let next = at.checked_sub(1).and_then(|at| tuple.get(at).cloned());
            *at = at.saturating_sub(1);
            next
        }
        Iteration::Text(text, at) => {
            let c = text.as_str()[*at..].chars().next();
            *at += c.map_or(0, char::len_utf8);
            c.map(|c| Value::from(&*c.encode_utf8(&mut [0; 4])))
        }
        Iteration::TextBackward(text, at) => {
            let c = text.as_str()[..*at].chars().next_back();
            *at -= c.map_or(0, char::len_utf8);
            c.map(|c| Value::from(&*c.encode_utf8(&mut [0; 4])))
        }
        Iteration::Bytes(bytes, at) => {
            *at += 1;
            bytes
                .as_slice()
                .get(*at - 1)
                .map(|byte| Value::Int(i64::from(*byte)))
        }
        Iteration::Dict(dict, part, direction, at, changes) => {
            let entries = dict.entries.read();
            if entries.changes != *changes {
                return Some(changed("dictionary"));
            }
            let found = match direction {
                Direction::Forward => entries.next_from(*at),
                Direction::Backward => entries.next_back_from(*at),
            };
            found.map(|(found, entry)| {
                *at = match direction {
                    Direction::Forward => found + 1,
                    Direction::Backward => found,
                };
                match part {
                    Part::Key => entry.key.clone(),
                    Part::Value => entry.value.clone(),
                    Part::Item => Value::pair(entry.key.clone(), entry.value.clone()),
                }
            })
        }
        Iteration::Deque(deque, direction, at, changes) => {
            let row = deque.row.read();
            if row.changes != *changes {
                let text = "deque mutated during iteration";
                return Some(Next::Raise(error::runtime_error(text)));
            }
            let found = match direction {
                Direction::Forward => Some(*at),
                Direction::Backward => at.checked_sub(1),
            };
            *at = match direction {
                Direction::Forward => *at + 1,
                Direction::Backward => at.saturating_sub(1),
            };
            found.and_then(|at| row.items.get(at).cloned())
        }
        Iteration::Set(set, at, changes) => {
            let table = set.table.read();
            if table.changes != *changes {
                return Some(changed("Set"));
            }
            table.next_from(*at).map(|(found, _, key)| {
                *at = found + 1;
                key.clone()
            })
        }
        _ => return None,
    };
    Some(match next {
        Some(value) => Next::Value(value),
        None => {
            *state = Iteration::Done;
            Next::End
        }
    })
}

/// A container that was changed during its iteration.
fn changed(what: &str) -> Next {
    Next::Raise(error::runtime_error(format!(
        "{what} changed size during iteration"
    )))
}

/// Iterators over other iterators and functions.
pub fn of_others(world: &'static World, iter: &Arc<Iter>) -> Next {
    let depth = NESTED.get();
    if depth > DEEPEST {
        return Next::Raise(error::recursion_error("maximum recursion depth exceeded"));
    }
    NESTED.set(depth + 1);
    let next = step(world, iter);
    NESTED.set(depth);
    next
}

/// Iterators within iterators, which ask each other.
const DEEPEST: u32 = 200;

thread_local! {
    static NESTED: Cell<u32> = const { Cell::new(0) };
}

fn step(world: &'static World, iter: &Arc<Iter>) -> Next {
    let state = iter.state.get();
    match state {
        Iteration::Enumerate(inner, number) => {
            let following = match &number {
                Value::Int(n) => n.checked_add(1).map(Value::Int),
                _ => None,
            };
            let following = following.unwrap_or_else(|| {
                let one = crate::python::text::number::Int::Small(1);
                let number = number.as_int().unwrap_or(one);
                crate::python::text::number::arithmetic::add(number, one).into()
            });
            let pair = move |value| Value::pair(number, value);
            match next(world, &inner) {
                Next::Value(value) => {
                    iter.state.set(Iteration::Enumerate(inner, following));
                    Next::Value(pair(value))
                }
                Next::Later(later) => {
                    let iter = iter.clone();
                    Next::Later(Sequence::new(async move {
                        let value = sequence::wait(Err(Stop::Later(later))).await?;
                        iter.state.set(Iteration::Enumerate(inner, following));
                        Ok(pair(value))
                    }))
                }
                other => other,
            }
        }
        Iteration::Zip(inners, strict) => zip(world, &inners, strict),
        Iteration::Map(function, inners) => Next::Later(Sequence::new(async move {
            let mut args = Vec::with_capacity(inners.len());
            for inner in inners.iter() {
                match advance(world, inner).await? {
                    Some(value) => args.push(value),
                    None => return Err(error::stop_iteration(Value::None)),
                }
            }
            sequence::call(&function, args).await
        })),
        Iteration::Filter(function, inner) => Next::Later(Sequence::new(async move {
            while let Some(value) = advance(world, &inner).await? {
                let kept = if function.is_none() {
                    types::truth_of(world, &value).await?
                } else {
                    let kept = sequence::call(&function, vec![value.clone()]).await?;
                    types::truth_of(world, &kept).await?
                };
                if kept {
                    return Ok(value);
                }
            }
            Err(error::stop_iteration(Value::None))
        })),
        Iteration::Items(object, at) => {
            let iter = iter.clone();
            Next::Later(Sequence::new(async move {
                let index = Value::Int(at);
                match super::item::get_later(world, &object, &index).await {
                    Ok(value) => {
                        iter.state.set(Iteration::Items(object, at + 1));
                        Ok(value)
                    }
                    Err(raise)
                        if raise.is(classes().index_error)
                            || raise.is(classes().stop_iteration) =>
                    {
                        iter.state.set(Iteration::Done);
                        Err(error::stop_iteration(Value::None))
                    }
                    Err(raise) => Err(raise),
                }
            }))
        }
        Iteration::ItemsBackward(object, at) => {
            if at < 0 {
                return Next::End;
            }
            let iter = iter.clone();
            Next::Later(Sequence::new(async move {
                let value = super::item::get_later(world, &object, &Value::Int(at)).await?;
                iter.state.set(Iteration::ItemsBackward(object, at - 1));
                Ok(value)
            }))
        }
        Iteration::Calls(function, sentinel) => {
            let iter = iter.clone();
            Next::Later(Sequence::new(async move {
                let value = sequence::call(&function, Vec::new()).await?;
                if super::compare::equal(world, &value, &sentinel).await? {
                    iter.state.set(Iteration::Done);
                    return Err(error::stop_iteration(Value::None));
                }
                Ok(value)
            }))
        }
        Iteration::Native(function) => Next::Later(Sequence::new(async move {
            sequence::call(&function, Vec::new()).await
        })),
        Iteration::Await(coroutine) => next_of_coroutine(&coroutine, Sent::Value(Value::None)),
        Iteration::Otherwise(inner, default) => {
            let next = match next(world, &inner) {
                Next::Later(later) => later,
                other => return other,
            };
            Next::Later(Sequence::new(async move {
                let result = sequence::wait(Err(Stop::Later(next))).await;
                let found = error::unless(classes().stop_async_iteration, result)?;
                found.ok_or_else(|| error::stop_iteration(default))
            }))
        }
        Iteration::AsyncStep(generator, sending) => {
            super::coroutine::step(iter, &generator, sending)
        }
        _ => Next::End,
    }
}

/// One step of a coroutine, as what awaits it drives it.
pub fn next_of_coroutine(coroutine: &Value, sent: Sent) -> Next {
    let Value::Generator(generator) = coroutine else {
        return Next::End;
    };
    let generator = generator.clone();
    Next::Later(Sequence::new(async move {
        match sequence::resume(&generator, sent).await? {
            Resumed::Return(value) => Err(error::stop_iteration(value)),
            other => Ok(other.value()),
        }
    }))
}

fn zip(world: &'static World, inners: &Arc<[Value]>, strict: bool) -> Next {
    let mut values = Vec::with_capacity(inners.len());
    if inners.is_empty() {
        return Next::End;
    }
    for (at, inner) in inners.iter().enumerate() {
        match next(world, inner) {
            Next::Value(value) => values.push(value),
            Next::End if strict => {
                let inners = inners.clone();
                return Next::Later(Sequence::new(
                    async move { uneven(world, &inners, at).await },
                ));
            }
            Next::Later(later) => {
                let inners = inners.clone();
                return Next::Later(Sequence::new(async move {
                    zip_later(world, inners, strict, values, later).await
                }));
            }
            other => return other,
        }
    }
    Next::Value(Value::tuple(values))
}

/// Goes on where an iterator takes Python code.
async fn zip_later(
    world: &'static World,
    inners: Arc<[Value]>,
    strict: bool,
    mut values: Vec<Value>,
    later: Sequence,
) -> Result<Value> {
    let result = sequence::wait(Err(Stop::Later(later))).await;
    let Some(value) = error::unless(classes().stop_iteration, result)? else {
        if strict {
            return uneven(world, &inners, values.len()).await;
        }
        return Err(error::stop_iteration(Value::None));
    };
    values.push(value);
    while values.len() < inners.len() {
        match advance(world, &inners[values.len()]).await? {
            Some(value) => values.push(value),
            None if strict => return uneven(world, &inners, values.len()).await,
            None => return Err(error::stop_iteration(Value::None)),
        }
    }
    Ok(Value::tuple(values))
}

/// The iterator at this position is at its end, of those that have to be of a length.
async fn uneven(world: &'static World, inners: &Arc<[Value]>, at: usize) -> Result<Value> {
    let others = |last: usize| {
        if last == 1 {
            "argument 1".to_owned()
        } else {
            format!("arguments 1-{last}")
        }
    };
    if at > 0 {
        let text = format!("zip() argument {} is shorter than {}", at + 1, others(at));
        return Err(error::value_error(text));
    }
    for (at, inner) in inners.iter().enumerate().skip(1) {
        if advance(world, inner).await?.is_some() {
            let text = format!("zip() argument {} is longer than {}", at + 1, others(at));
            return Err(error::value_error(text));
        }
    }
    Err(error::stop_iteration(Value::None))
}

/// `reversed(value)`.
pub fn reversed(value: &Value) -> Answer {
    if let Some(method) = types::defined(value, names::REVERSED) {
        let value = value.clone();
        return later(async move { types::call_method(&method, &value, Vec::new()).await });
    }
    if types::defined(value, names::GETITEM).is_some()
        && types::defined(value, names::LEN).is_some()
    {
        let value = value.clone();
        return later(async move {
            let length = super::item::length(&value).await?;
            Ok(Iter::value(Iteration::ItemsBackward(
                value,
                length as i64 - 1,
            )))
        });
    }
    Ok(Iter::value(match value.inner() {
        Value::List(list) => Iteration::ListBackward(list.clone(), list.len()),
        Value::Deque(deque) => {
            let row = deque.row.read();
            let (end, changes) = (row.items.len(), row.changes);
            Iteration::Deque(deque.clone(), Direction::Backward, end, changes)
        }
        Value::Tuple(tuple) => Iteration::TupleBackward(tuple.clone(), tuple.len()),
        Value::Str(text) => Iteration::TextBackward(text.clone(), text.as_str().len()),
        Value::Bytes(bytes) => {
            Iteration::ItemsBackward(value.clone(), bytes.as_slice().len() as i64 - 1)
        }
        Value::Range(range) => Iteration::Range {
            next: if range.is_empty() {
                0
            } else {
                range.at(range.len() - 1)
            },
            step: range.step.wrapping_neg(),
            left: range.len(),
        },
        Value::Dict(dict) => entries(dict, Part::Key, Direction::Backward),
        Value::View(view) => {
            let part = match **view {
                View::Keys(_) | View::Proxy(_) => Part::Key,
                View::Values(_) => Part::Value,
                View::Items(_) => Part::Item,
            };
            entries(view.dict(), part, Direction::Backward)
        }
        _ => {
            let text = format!("'{}' object is not reversible", types::name_of(value));
            return Err(error::type_error(text).into());
        }
    }))
}
