//! set, frozenset and their methods.

use std::sync::Arc;

use super::Table;
use crate::python::code::{BinaryOp, Comparison};
use crate::python::machine::{
    Answer, Result, Stop, World, compare, error, iterate, keys, later, sequence,
};
use crate::python::values::{Dict, Set, Table as Elements, Truth, Value, View, admit};

/// Methods that set and frozenset share.
pub const COMMON: Table = &[
    ("copy", "self, /", copy),
    ("difference", "self, *others", difference),
    ("intersection", "self, *others", intersection),
    ("isdisjoint", "self, other, /", is_disjoint),
    ("issubset", "self, other, /", is_subset),
    ("issuperset", "self, other, /", is_superset),
    (
        "symmetric_difference",
        "self, other, /",
        symmetric_difference,
    ),
    ("union", "self, *others", union),
];

pub const METHODS: Table = &[
    ("add", "self, object, /", add_method),
    ("clear", "self, /", clear),
    ("difference_update", "self, *others", difference_update),
    ("discard", "self, object, /", discard),
    ("intersection_update", "self, *others", intersection_update),
    ("pop", "self, /", pop),
    ("remove", "self, object, /", remove),
    (
        "symmetric_difference_update",
        "self, other, /",
        symmetric_difference_update,
    ),
    ("update", "self, *others", update),
];

fn this(args: &[Value]) -> Result<&Arc<Set>> {
    set_of(args.first()).ok_or_else(|| super::objects::wrong_self("set", args.first()))
}

fn set_of(value: Option<&Value>) -> Option<&Arc<Set>> {
    match value.map(Value::inner) {
        Some(Value::Set(set) | Value::FrozenSet(set)) => Some(set),
        _ => None,
    }
}

/// A set of the same type as the first operand.
fn like(model: &Value, set: Set) -> Value {
    match model.inner() {
        Value::FrozenSet(_) => Value::FrozenSet(Arc::new(set)),
        _ => Value::Set(Arc::new(set)),
    }
}

/// `{a, b}`.
pub fn of(world: &'static World, items: Vec<Value>) -> Answer {
    let set = Arc::new(Set::new(Elements::default()));
    let mut left = items.into_iter();
    while let Some(item) = left.next() {
        match keys::hash_at_once(world, &item)? {
            Some(hash) if keys::is_plain(&set.table.read().candidates(hash), &item) => {
                keys::put_in(&set, &item, hash);
            }
            _ => {
                return later(async move {
                    keys::add(world, &set, &item).await?;
                    for item in left {
                        keys::add(world, &set, &item).await?;
                    }
                    Ok(Value::Set(set))
                });
            }
        }
    }
    Ok(Value::Set(set))
}

/// Adds an element.
pub fn add(world: &'static World, set: &Value, element: &Value) -> Answer {
    let Some(set) = set_of(Some(set)) else {
        return Ok(Value::None);
    };
    keys::keyed_set(world, set, element, |set, key, hash| {
        keys::put_in(set, key, hash);
        Ok(Value::None)
    })
}

/// `{*iterable}`: adds all.
pub fn extend(world: &'static World, set: Value, items: &Value) -> Answer {
    let items = items.clone();
    later(async move {
        if let Value::Set(into) = &set {
            add_all(world, into, &items).await?;
        }
        Ok(set)
    })
}

async fn add_all(world: &'static World, set: &Set, other: &Value) -> Result<()> {
    let copied = match set_of(Some(other)) {
        Some(other) => {
            let other = other.table.get();
            admit(&set.table, other.iter().map(|(_, key)| key));
            let mut table = set.table.write();
            if table.is_empty() && table.is_new() {
                // A copy has the table of the original, holes and all.
                *table = other.copied();
                None
            } else {
                table.reserve(other.len());
                drop(table);
                Some(other)
            }
        }
        None => {
            if let Value::Dict(dict) = other.inner() {
                set.table.write().reserve(dict.len());
            }
            let iterator = iterate::iterator(world, other).await?;
            while let Some(item) = iterate::advance(world, &iterator).await? {
                keys::add(world, set, &item).await?;
            }
            None
        }
    };
    if let Some(other) = copied {
        for (_, key) in other.iter() {
            keys::add(world, set, key).await?;
        }
    }
    Ok(())
}

/// `set(iterable)`.
pub fn new(world: &'static World, iterable: Option<&Value>, frozen: bool) -> Answer {
    if let (true, Some(Value::FrozenSet(_))) = (frozen, iterable) {
        return Ok(iterable.cloned().unwrap_or_default());
    }
    let iterable = iterable.filter(|value| !value.is_unset()).cloned();
    later(async move {
        let set = Set::new(Elements::default());
        if let Some(iterable) = iterable {
            add_all(world, &set, &iterable).await?;
        }
        let set = Arc::new(set);
        Ok(if frozen {
            Value::FrozenSet(set)
        } else {
            Value::Set(set)
        })
    })
}

fn copy(_: &'static World, args: &[Value]) -> Answer {
    if let Value::FrozenSet(_) = &args[0] {
        return Ok(args[0].clone());
    }
    Ok(like(&args[0], Set::new(this(args)?.table.get().copied())))
}

fn add_method(world: &'static World, args: &[Value]) -> Answer {
    this(args)?;
    add(world, &args[0], &args[1])
}

fn clear(_: &'static World, args: &[Value]) -> Answer {
    this(args)?.table.set(Elements::default());
    Ok(Value::None)
}

fn discard(world: &'static World, args: &[Value]) -> Answer {
    keys::looked_up(world, this(args)?, &args[1], |set, key, hash| {
        take(set, key, hash);
        Ok(Value::None)
    })
}

fn remove(world: &'static World, args: &[Value]) -> Answer {
    let removed = keys::looked_up(world, this(args)?, &args[1], |set, key, hash| {
        match take(set, key, hash) {
            Some(_) => Ok(Value::None),
            None => Err(error::key_error(key.clone()).into()),
        }
    });
    match removed {
        // The error has the set that was asked for, and not its copy.
        Err(Stop::Raise(_)) if matches!(args[1].inner(), Value::Set(_)) => {
            Err(error::key_error(args[1].clone()).into())
        }
        removed => removed,
    }
}

fn take(set: &Set, key: &Value, hash: i64) -> Option<Value> {
    let mut table = set.table.write();
    let at = keys::find_in(&table, key, hash)?;
    table.remove(at)
}

fn pop(_: &'static World, args: &[Value]) -> Answer {
    match this(args)?.table.write().pop() {
        Some(value) => Ok(value),
        None => Err(error::key_error(Value::from("pop from an empty set")).into()),
    }
}

/// What the other operand is made of, as a set.
async fn as_set(world: &'static World, value: &Value) -> Result<Arc<Set>> {
    match set_of(Some(value)) {
        Some(set) => Ok(set.clone()),
        None => match sequence::wait(new(world, Some(value), false)).await? {
            Value::Set(set) => Ok(set),
            _ => Ok(Arc::new(Set::new(Elements::default()))),
        },
    }
}

/// The elements that pass.
async fn those(world: &'static World, from: &Set, other: &Set, inside: bool) -> Result<Set> {
    let result = Set::new(Elements::default());
    for (_, key) in from.table.get().iter() {
        world.spend(1);
        if keys::contains(world, other, key).await? == inside {
            keys::add(world, &result, key).await?;
        }
    }
    Ok(result)
}

/// A new set, made as CPython makes it (Objects/setobject.c), since its order depends on
/// that.
async fn combine(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Result<Set> {
    let left = as_set(world, a).await?;
    match op {
        BinaryOp::Or => {
            let result = Set::new(left.table.get().copied());
            if !a.is(b) {
                add_all(world, &result, b).await?;
            }
            Ok(result)
        }
        BinaryOp::And => match set_of(Some(b)) {
            // It goes through the smaller one of two sets.
            Some(right) if right.len() > left.len() => those(world, &left, right, true).await,
            Some(right) => those(world, right, &left, true).await,
            None => {
                let result = Set::new(Elements::default());
                let iterator = iterate::iterator(world, b).await?;
                while let Some(key) = iterate::advance(world, &iterator).await? {
                    if keys::contains(world, &left, &key).await? {
                        keys::add(world, &result, &key).await?;
                        // It has them all.
                        if result.len() >= left.len() {
                            break;
                        }
                    }
                }
                Ok(result)
            }
        },
        BinaryOp::Subtract => {
            let length = match b.inner() {
                Value::Set(right) | Value::FrozenSet(right) => right.len(),
                Value::Dict(right) => right.len(),
                _ => 0,
            };
            if length == 0 || left.len() / 4 > length {
                let result = Set::new(left.table.get().copied());
                remove_all(world, &result, b).await?;
                return Ok(result);
            }
            let right = as_set(world, b).await?;
            those(world, &left, &right, false).await
        }
        _ => {
            let right = as_set(world, b).await?;
            let table = right.table.get();
            let result = Set::new(match set_of(Some(b)) {
                Some(_) => table.copied(),
                None => table,
            });
            exchange(world, &result, &left).await?;
            Ok(result)
        }
    }
}

async fn remove_all(world: &'static World, set: &Set, others: &Value) -> Result<()> {
    for key in iterate::collect(world, others).await? {
        let (key, hash) = keys::find_element(world, set, &key).await?;
        take(set, &key, hash);
    }
    set.table.write().tidy();
    Ok(())
}

/// Removes what the other set has, too, and adds what only that has.
async fn exchange(world: &'static World, set: &Set, other: &Set) -> Result<()> {
    for (_, key) in other.table.get().iter() {
        let (key, hash) = keys::find_element(world, set, key).await?;
        if take(set, &key, hash).is_none() {
            keys::put_in(set, &key, hash);
        }
    }
    Ok(())
}

/// The dict of a view that is like a set: of its keys, or of its items.
fn viewed(value: &Value) -> Option<&Dict> {
    match value {
        Value::View(view) if matches!(**view, View::Keys(_) | View::Items(_)) => Some(view.dict()),
        _ => None,
    }
}

/// An operator on two sets, or on a view and anything. None: they are neither.
pub fn operate(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Option<Answer> {
    let of_view = viewed(a).is_some() || viewed(b).is_some();
    if !of_view && (set_of(Some(a)).is_none() || set_of(Some(b)).is_none()) {
        return None;
    }
    let (a, b) = (a.clone(), b.clone());
    Some(later(async move {
        Ok(match of_view {
            true => Value::Set(Arc::new(combine_view(world, op, &a, &b).await?)),
            false => like(&a, combine(world, op, &a, &b).await?),
        })
    }))
}

/// What a view of a dict makes of an operator, on either side of it; in the order that
/// CPython's has (Objects/dictobject.c).
async fn combine_view(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Result<Set> {
    if op == BinaryOp::And {
        return in_both(world, a, b).await;
    }
    let result = Set::new(Elements::default());
    add_all(world, &result, a).await?;
    match op {
        BinaryOp::Or => add_all(world, &result, b).await?,
        BinaryOp::Subtract => remove_all(world, &result, b).await?,
        _ => {
            let other = as_set(world, b).await?;
            exchange(world, &result, &other).await?;
        }
    }
    Ok(result)
}

/// `view & other`, which is the same the other way round.
async fn in_both(world: &'static World, a: &Value, b: &Value) -> Result<Set> {
    let (mut inside, mut through) = if viewed(a).is_some() { (a, b) } else { (b, a) };
    let length = viewed(inside).map_or(0, Dict::len);
    let is_longer = match through {
        Value::Set(set) => set.len() >= length,
        view => viewed(view).is_some_and(|dict| dict.len() > length),
    };
    if is_longer {
        (inside, through) = (through, inside);
    }
    let result = Set::new(Elements::default());
    for key in iterate::collect(world, through).await? {
        let found = sequence::wait(compare::contains(world, inside, &key)).await?;
        if matches!(found, Value::Bool(Truth::True)) {
            keys::add(world, &result, &key).await?;
        }
    }
    Ok(result)
}

/// An operator in place.
pub fn change(
    world: &'static World,
    op: BinaryOp,
    set: &Arc<Set>,
    b: &Value,
    result: &Value,
) -> Option<Answer> {
    let known = matches!(
        op,
        BinaryOp::And | BinaryOp::Or | BinaryOp::Xor | BinaryOp::Subtract
    );
    if !known || set_of(Some(b)).is_none() {
        return None;
    }
    let (set, b, result) = (set.clone(), b.clone(), result.clone());
    Some(later(async move {
        become_(world, op, &set, &b).await?;
        Ok(result)
    }))
}

/// The set becomes what the operator gives.
async fn become_(world: &'static World, op: BinaryOp, set: &Arc<Set>, b: &Value) -> Result<()> {
    match op {
        BinaryOp::Or => add_all(world, set, b).await,
        BinaryOp::Subtract => remove_all(world, set, b).await,
        BinaryOp::Xor if matches!(b.inner(), Value::Set(other) if Arc::ptr_eq(other, set)) => {
            set.table.set(Elements::default());
            Ok(())
        }
        BinaryOp::Xor => {
            let other = as_set(world, b).await?;
            exchange(world, set, &other).await
        }
        _ => {
            let made = combine(world, op, &Value::Set(set.clone()), b).await?;
            let table = made.table.get();
            admit(&set.table, table.iter().map(|(_, key)| key));
            set.table.set(table);
            Ok(())
        }
    }
}

fn many(world: &'static World, op: BinaryOp, args: &[Value]) -> Answer {
    this(args)?;
    let args = args.to_vec();
    later(async move {
        let (model, others) = args
            .split_first()
            .map(|(a, b)| (a.clone(), b.to_vec()))
            .unwrap_or_default();
        if others.is_empty() {
            let copy = as_set(world, &model).await?.table.get().copied();
            return Ok(like(&model, Set::new(copy)));
        }
        let mut all = model.clone();
        for other in &others {
            let set = combine(world, op, &all, other).await?;
            all = like(&model, set);
        }
        Ok(all)
    })
}

fn union(world: &'static World, args: &[Value]) -> Answer {
    many(world, BinaryOp::Or, args)
}

fn intersection(world: &'static World, args: &[Value]) -> Answer {
    many(world, BinaryOp::And, args)
}

fn difference(world: &'static World, args: &[Value]) -> Answer {
    many(world, BinaryOp::Subtract, args)
}

fn symmetric_difference(world: &'static World, args: &[Value]) -> Answer {
    many(world, BinaryOp::Xor, args)
}

fn many_in_place(world: &'static World, op: BinaryOp, args: &[Value]) -> Answer {
    let set = this(args)?.clone();
    let others = args[1..].to_vec();
    later(async move {
        for other in &others {
            become_(world, op, &set, other).await?;
        }
        Ok(Value::None)
    })
}

fn update(world: &'static World, args: &[Value]) -> Answer {
    many_in_place(world, BinaryOp::Or, args)
}

fn intersection_update(world: &'static World, args: &[Value]) -> Answer {
    many_in_place(world, BinaryOp::And, args)
}

fn difference_update(world: &'static World, args: &[Value]) -> Answer {
    many_in_place(world, BinaryOp::Subtract, args)
}

fn symmetric_difference_update(world: &'static World, args: &[Value]) -> Answer {
    many_in_place(world, BinaryOp::Xor, args)
}

pub fn is_disjoint(world: &'static World, args: &[Value]) -> Answer {
    let (a, b) = (args[0].clone(), args[1].clone());
    later(async move {
        let both = combine(world, BinaryOp::And, &a, &b).await?;
        Ok(Value::bool(both.is_empty()))
    })
}

fn compared(world: &'static World, op: Comparison, args: &[Value]) -> Answer {
    let (a, b) = (args[0].clone(), args[1].clone());
    later(async move {
        let (a, b) = (as_set(world, &a).await?, as_set(world, &b).await?);
        sequence::wait(compare::compare(world, op, &Value::Set(a), &Value::Set(b))).await
    })
}

fn is_subset(world: &'static World, args: &[Value]) -> Answer {
    compared(world, Comparison::LessEqual, args)
}

fn is_superset(world: &'static World, args: &[Value]) -> Answer {
    compared(world, Comparison::GreaterEqual, args)
}
