//! Comparisons: of builtin values at once, of others by their methods.

use std::cmp::Ordering;

use super::{Answer, Result, Stop, World, error, iterate, later, sequence, types};
use crate::python::builtins::deques;
use crate::python::code::Comparison;
use crate::python::names::{self, Name};
use crate::python::text::number::compare;
use crate::python::values::{Truth, Value, View};

/// The method of a comparison, and that of the other operand.
fn methods(op: Comparison) -> (Name, Name) {
    match op {
        Comparison::Equal => (names::EQ, names::EQ),
        Comparison::NotEqual => (names::NE, names::NE),
        Comparison::Less => (names::LT, names::GT),
        Comparison::LessEqual => (names::LE, names::GE),
        Comparison::Greater => (names::GT, names::LT),
        Comparison::GreaterEqual => (names::GE, names::LE),
    }
}

#[inline]
pub fn holds(op: Comparison, order: Option<Ordering>) -> bool {
    let Some(order) = order else {
        return op == Comparison::NotEqual;
    };
    match op {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterEqual => order.is_ge(),
    }
}

/// The order of two values that hold no others: numbers, texts. The outer None: they have
/// none; the inner: one is not a number.
#[inline]
fn order(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => return Some(Some(a.cmp(b))),
        (Value::Float(a), Value::Float(b)) => return Some(a.get().partial_cmp(&b.get())),
        (Value::Str(a), Value::Str(b)) => return Some(Some(a.as_str().cmp(b.as_str()))),
        (Value::Bytes(a), Value::Bytes(b)) => return Some(Some(a.as_slice().cmp(b.as_slice()))),
        _ => {}
    }
    let (a, b) = (a.inner(), b.inner());
    match (a.as_int(), b.as_int(), a, b) {
        (Some(a), Some(b), ..) => Some(Some(compare::ints(a, b))),
        (Some(a), None, _, Value::Float(b)) => Some(compare::int_with_float(a, b.get())),
        (None, Some(b), Value::Float(a), _) => {
            Some(compare::int_with_float(b, a.get()).map(Ordering::reverse))
        }
        (None, None, Value::Float(a), Value::Float(b)) => Some(a.get().partial_cmp(&b.get())),
        _ => match (a.as_str(), b.as_str()) {
            (Some(a), Some(b)) => Some(Some(a.cmp(b))),
            _ => None,
        },
    }
}

/// Whether two values are equal, if that takes no Python code and no walk through
/// containers.
#[inline]
pub fn equal_at_once(a: &Value, b: &Value) -> Option<bool> {
    if let Some(order) = order_plain(a, b) {
        return Some(order == Some(Ordering::Equal));
    }
    if contains_others(a) || contains_others(b) {
        return None;
    }
    Some(match (a, b) {
        (Value::Method(a), Value::Method(b)) => {
            a.function.is(&b.function) && a.object.is(&b.object)
        }
        (Value::Range(a), Value::Range(b)) => {
            a.len() == b.len()
                && (a.is_empty() || (a.start == b.start && (a.len() == 1 || a.step == b.step)))
        }
        _ => a.is(b),
    })
}

#[inline]
fn order_plain(a: &Value, b: &Value) -> Option<Option<Ordering>> {
    let instance = |v: &Value| matches!(v, Value::Instance(_));
    if instance(a) || instance(b) {
        return None;
    }
    order(a, b)
}

/// Tuples within tuples that are compared without a sequence.
const NEAR: usize = 50;

/// Whether one value is less than the other, of plain ones and tuples of those. None: they
/// have to be asked.
pub fn less_at_once(a: &Value, b: &Value) -> Option<bool> {
    less_within(a, b, 0)
}

fn less_within(a: &Value, b: &Value, depth: usize) -> Option<bool> {
    if let Some(order) = order_plain(a, b) {
        return Some(holds(Comparison::Less, order));
    }
    let (Value::Tuple(a), Value::Tuple(b)) = (a, b) else {
        return None;
    };
    if depth > NEAR {
        return None;
    }
    for (a, b) in a.iter().zip(b.iter()) {
        if !super::keys::equal_plain(a, b)? {
            return less_within(a, b, depth + 1);
        }
    }
    Some(a.len() < b.len())
}

/// A value whose comparison may take long or Python code.
fn contains_others(value: &Value) -> bool {
    match value {
        Value::Tuple(tuple) => !tuple.is_empty(),
        Value::List(_) | Value::Deque(_) | Value::Dict(_) => true,
        Value::Set(_) | Value::FrozenSet(_) => true,
        Value::View(_) | Value::Slice(_) | Value::Alias(_) => true,
        Value::Instance(instance) => {
            let class = instance.class();
            !instance.inner.is_unset() || class.find_defined(names::EQ).is_some()
        }
        Value::Exception(exception) => exception.class.find_defined(names::EQ).is_some(),
        _ => false,
    }
}

/// `a op b`.
pub fn compare(world: &'static World, op: Comparison, a: &Value, b: &Value) -> Answer {
    if let Some(order) = order_plain(a, b) {
        return Ok(Value::bool(holds(op, order)));
    }
    if matches!(op, Comparison::Equal | Comparison::NotEqual)
        && let Some(equal) = equal_at_once(a, b)
        && types::defined(a, names::NE).is_none()
        && types::defined(b, names::NE).is_none()
    {
        return Ok(Value::bool(equal == (op == Comparison::Equal)));
    }
    let (a, b) = (a.clone(), b.clone());
    later(async move { compared(world, op, &a, &b).await })
}

/// The truth of a comparison.
pub async fn test(world: &'static World, op: Comparison, a: &Value, b: &Value) -> Result<bool> {
    if let Some(order) = order_plain(a, b) {
        return Ok(holds(op, order));
    }
    let result = sequence::wait(compare(world, op, a, b)).await?;
    types::truth_of(world, &result).await
}

/// Whether two values are the same or equal, as containers ask.
pub async fn equal(world: &'static World, a: &Value, b: &Value) -> Result<bool> {
    if a.is(b) {
        return Ok(true);
    }
    match equal_at_once(a, b) {
        Some(equal) => Ok(equal),
        None => test(world, Comparison::Equal, a, b).await,
    }
}

async fn compared(world: &'static World, op: Comparison, a: &Value, b: &Value) -> Result<Value> {
    let (forward, backward) = methods(op);
    let (left, right) = (types::class_of(a), types::class_of(b));
    let mut turns = [(a, forward, b), (b, backward, a)];
    if !std::ptr::eq(left, right) && right.derives_from(left) {
        turns.swap(0, 1);
    }
    for (object, name, other) in turns {
        if let Some(result) = by_method(world, object, name, other).await? {
            return Ok(result);
        }
    }
    builtin(world, op, a.inner(), b.inner())
        .await
        .and_then(|found| match found {
            Some(holds) => Ok(Value::bool(holds)),
            None => match op {
                Comparison::Equal => Ok(Value::bool(a.is(b))),
                Comparison::NotEqual => Ok(Value::bool(!a.is(b))),
                _ => Err(error::type_error(format!(
                    "'{}' not supported between instances of '{}' and '{}'",
                    op.text(),
                    types::name_of(a),
                    types::name_of(b)
                ))),
            },
        })
}

/// What the object's own method says, unless it does not know. `__ne__` is the opposite of
/// `__eq__`, if there is no other.
async fn by_method(
    world: &'static World,
    object: &Value,
    name: Name,
    other: &Value,
) -> Result<Option<Value>> {
    if let Some(result) = types::special(object, name, vec![other.clone()]).await? {
        return Ok((!matches!(result, Value::NotImplemented)).then_some(result));
    }
    if name != names::NE {
        return Ok(None);
    }
    match types::special(object, names::EQ, vec![other.clone()]).await? {
        None | Some(Value::NotImplemented) => Ok(None),
        Some(equal) => Ok(Some(Value::bool(!types::truth_of(world, &equal).await?))),
    }
}

/// Containers of builtin types, item by item. None: they have no such comparison.
async fn builtin(
    world: &'static World,
    op: Comparison,
    a: &Value,
    b: &Value,
) -> Result<Option<bool>> {
    let equality = matches!(op, Comparison::Equal | Comparison::NotEqual);
    match (a, b) {
        (Value::List(x), Value::List(y)) => {
            let get = |list: &Value, at: usize| match list {
                Value::List(list) => list.get(at),
                _ => None,
            };
            if equality && x.len() != y.len() {
                return Ok(Some(op == Comparison::NotEqual));
            }
            items(world, op, a, b, get).await.map(Some)
        }
        (Value::Deque(x), Value::Deque(y)) => {
            let (x, y) = (deques::as_list(x), deques::as_list(y));
            let result = sequence::wait(compare(world, op, &x, &y)).await?;
            types::truth_of(world, &result).await.map(Some)
        }
        (Value::Tuple(x), Value::Tuple(y)) => {
            let get = |tuple: &Value, at: usize| match tuple {
                Value::Tuple(tuple) => tuple.get(at).cloned(),
                _ => None,
            };
            if equality && x.len() != y.len() {
                return Ok(Some(op == Comparison::NotEqual));
            }
            items(world, op, a, b, get).await.map(Some)
        }
        (Value::Dict(x), Value::Dict(y)) if equality => {
            let equal = x.len() == y.len() && dicts(world, a, b).await?;
            Ok(Some(equal == (op == Comparison::Equal)))
        }
        (Value::Slice(x), Value::Slice(y)) if equality => {
            let mut equal = self::equal(world, &x.start, &y.start).await?;
            equal = equal && self::equal(world, &x.stop, &y.stop).await?;
            equal = equal && self::equal(world, &x.step, &y.step).await?;
            Ok(Some(equal == (op == Comparison::Equal)))
        }
        (Value::Alias(x), Value::Alias(y)) if equality => {
            let equal = x.origin.is(&y.origin) && self::equal(world, &x.args, &y.args).await?;
            Ok(Some(equal == (op == Comparison::Equal)))
        }
        _ => match (set_length(a), set_length(b)) {
            (Some(x), Some(y)) => sets(world, op, (a, x), (b, y)).await.map(Some),
            _ => Ok(order(a, b).map(|order| holds(op, order))),
        },
    }
}

/// The first items that differ decide, else the lengths.
async fn items(
    world: &'static World,
    op: Comparison,
    a: &Value,
    b: &Value,
    get: impl Fn(&Value, usize) -> Option<Value>,
) -> Result<bool> {
    let mut at = 0;
    loop {
        let (left, right) = (get(a, at), get(b, at));
        let (Some(left), Some(right)) = (&left, &right) else {
            return Ok(holds(op, Some(left.is_some().cmp(&right.is_some()))));
        };
        if !equal(world, left, right).await? {
            return match op {
                Comparison::Equal => Ok(false),
                Comparison::NotEqual => Ok(true),
                _ => test(world, op, left, right).await,
            };
        }
        world.spend(1);
        at += 1;
    }
}

async fn dicts(world: &'static World, a: &Value, b: &Value) -> Result<bool> {
    let (Value::Dict(a), Value::Dict(b)) = (a, b) else {
        return Ok(false);
    };
    let entries: Vec<_> = {
        let entries = a.entries.read();
        entries
            .iter()
            .map(|entry| (entry.key.clone(), entry.value.clone()))
            .collect()
    };
    for (key, value) in entries {
        let Some(other) = super::keys::get(world, b, &key).await? else {
            return Ok(false);
        };
        if !equal(world, &value, &other).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// How many elements there are in what compares as a set.
fn set_length(value: &Value) -> Option<usize> {
    match value {
        Value::Set(set) | Value::FrozenSet(set) => Some(set.len()),
        Value::View(view) if matches!(**view, View::Keys(_) | View::Items(_)) => {
            Some(view.dict().len())
        }
        _ => None,
    }
}

/// Sets, and views that are like sets, each with its length.
async fn sets(
    world: &'static World,
    op: Comparison,
    a: (&Value, usize),
    b: (&Value, usize),
) -> Result<bool> {
    let ((within, small), (around, large)) = match op {
        Comparison::Greater | Comparison::GreaterEqual => (b, a),
        _ => (a, b),
    };
    let can_be = match op {
        Comparison::Equal | Comparison::NotEqual => small == large,
        Comparison::Less | Comparison::Greater => small < large,
        Comparison::LessEqual | Comparison::GreaterEqual => small <= large,
    };
    let mut all = can_be;
    if can_be {
        for element in iterate::at_hand(within).unwrap_or_default() {
            world.spend(1);
            let found = sequence::wait(contains(world, around, &element)).await?;
            if !matches!(found, Value::Bool(Truth::True)) {
                all = false;
                break;
            }
        }
    }
    Ok(all == (op != Comparison::NotEqual))
}

/// `element in container`.
pub fn contains(world: &'static World, container: &Value, element: &Value) -> Answer {
    match container {
        Value::Str(text) => match element.as_str() {
            Some(part) => Ok(Value::bool(text.as_str().contains(part))),
            None => Err(error::type_error(format!(
                "'in <string>' requires string as left operand, not {}",
                types::name_of(element)
            ))
            .into()),
        },
        Value::Dict(dict) => super::keys::keyed(world, dict, element, |dict, key, hash| {
            Ok(Value::bool(
                super::keys::find(&dict.entries.read(), key, hash).is_some(),
            ))
        }),
        Value::View(view) if matches!(**view, View::Keys(_) | View::Proxy(_)) => {
            contains(world, &Value::Dict(view.dict().clone()), element)
        }
        Value::Set(set) | Value::FrozenSet(set) => {
            super::keys::looked_up(world, set, element, |set, key, hash| {
                Ok(Value::bool(
                    super::keys::find_in(&set.table.read(), key, hash).is_some(),
                ))
            })
        }
        Value::Range(range) => match element {
            Value::Int(number) => Ok(Value::bool(range.contains(*number))),
            Value::Bool(number) => Ok(Value::bool(range.contains(i64::from(number.get())))),
            _ => walk(world, container, element),
        },
        Value::Bytes(bytes) => match (element, element.as_int()) {
            (Value::Bytes(part), _) => {
                let (bytes, part) = (bytes.as_slice(), part.as_slice());
                let found = part.is_empty() || bytes.windows(part.len()).any(|w| w == part);
                Ok(Value::bool(found))
            }
            (_, Some(number)) => match number.to_i64().map(u8::try_from) {
                Some(Ok(byte)) => Ok(Value::bool(bytes.as_slice().contains(&byte))),
                _ => Err(error::value_error("byte must be in range(0, 256)").into()),
            },
            _ => Err(error::type_error(format!(
                "a bytes-like object is required, not '{}'",
                types::name_of(element)
            ))
            .into()),
        },
        Value::List(list) => {
            let items = list.items.read();
            among(world, &items, container, element)
        }
        Value::Deque(deque) => {
            let items: Vec<Value> = deque.row.read().items.iter().cloned().collect();
            among(world, &items, container, element)
        }
        Value::Tuple(tuple) => among(world, tuple, container, element),
        Value::Instance(_) | Value::Exception(_) | Value::Class(_) => {
            if let Some(method) = types::defined(container, names::CONTAINS) {
                if method.is_none() {
                    return Err(not_a_container(container));
                }
                let (container, element) = (container.clone(), element.clone());
                return later(async move {
                    let found = types::call_method(&method, &container, vec![element]).await?;
                    Ok(Value::bool(types::truth_of(world, &found).await?))
                });
            }
            match container.inner() {
                inner
                    if types::defined(container, names::ITER).is_none()
                        && !matches!(
                            inner,
                            Value::Instance(_) | Value::Exception(_) | Value::Class(_)
                        ) =>
                {
                    contains(world, inner, element)
                }
                _ => walk(world, container, element),
            }
        }
        _ => walk(world, container, element),
    }
}

fn not_a_container(value: &Value) -> Stop {
    let name = types::name_of(value);
    error::type_error(format!("argument of type '{name}' is not iterable")).into()
}

/// Looks through items at hand, until one has to be asked.
fn among(world: &'static World, items: &[Value], container: &Value, element: &Value) -> Answer {
    world.spend(items.len() / 16);
    for item in items {
        if item.is(element) {
            return Ok(Value::Bool(Truth::True));
        }
        match equal_at_once(item, element) {
            Some(true) => return Ok(Value::Bool(Truth::True)),
            Some(false) => {}
            None => return walk(world, container, element),
        }
    }
    Ok(Value::Bool(Truth::False))
}

fn walk(world: &'static World, container: &Value, element: &Value) -> Answer {
    if !super::iterate::is_iterable(container) {
        return Err(not_a_container(container));
    }
    let (container, element) = (container.clone(), element.clone());
    later(async move {
        let iterator = super::iterate::iterator(world, &container).await?;
        while let Some(item) = super::iterate::advance(world, &iterator).await? {
            if equal(world, &item, &element).await? {
                return Ok(Value::Bool(Truth::True));
            }
        }
        Ok(Value::Bool(Truth::False))
    })
}
