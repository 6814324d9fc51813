//! collections.deque and its methods. Each of them is whole, as the list's are.

use std::sync::Arc;

use super::{Table, lists};
use crate::python::code::BinaryOp;
use crate::python::machine::{
    Answer, Result, World, check_size, compare, error, item, iterate, later, sequence, text, types,
};
use crate::python::values::{Deque, Instance, Row, Value, admit};

pub const METHODS: Table = &[
    ("__init__", "self, iterable=, maxlen=", init),
    ("append", "self, item, /", append),
    ("appendleft", "self, item, /", appendleft),
    ("clear", "self, /", clear),
    ("copy", "self, /", copy),
    ("__copy__", "self, /", copy),
    ("count", "self, value, /", count),
    ("extend", "self, iterable, /", extend),
    ("extendleft", "self, iterable, /", extendleft),
    ("index", "self, value, start=, stop=, /", index),
    ("insert", "self, index, item, /", insert),
    ("pop", "self, /", |_, args| take(args, Row::pop_back)),
    ("popleft", "self, /", |_, args| take(args, Row::pop_front)),
    ("remove", "self, value, /", remove),
    ("reverse", "self, /", reverse),
    ("rotate", "self, n=, /", rotate),
];

/// The deque that a method was called on.
fn this(args: &[Value]) -> Result<&Arc<Deque>> {
    match args.first().map(Value::inner) {
        Some(Value::Deque(deque)) => Ok(deque),
        other => Err(super::objects::wrong_self("collections.deque", other)),
    }
}

/// `deque(iterable, maxlen)`.
pub fn new(world: &'static World, args: &[Value]) -> Answer {
    let mut all = vec![Value::Deque(Deque::new(Row::default()))];
    all.extend_from_slice(args);
    let deque = all[0].clone();
    match init(world, &all) {
        Ok(_) => Ok(deque),
        answer => later(async move {
            sequence::wait(answer).await?;
            Ok(deque)
        }),
    }
}

fn init(world: &'static World, args: &[Value]) -> Answer {
    let deque = this(args)?;
    let most = match args.get(2) {
        None | Some(Value::Unset | Value::None) => None,
        Some(most) => match most.as_int().map(|most| most.to_i64()) {
            Some(Some(most)) => match usize::try_from(most) {
                Ok(most) => Some(most),
                Err(_) => return Err(error::value_error("maxlen must be non-negative").into()),
            },
            _ => return Err(error::type_error("an integer is required").into()),
        },
    };
    let old = {
        let mut row = deque.row.write();
        row.most = most;
        row.changes = row.changes.wrapping_add(1);
        std::mem::take(&mut row.items)
    };
    drop(old);
    match args.get(1) {
        None | Some(Value::Unset) => Ok(Value::None),
        Some(_) => extend(world, &args[..2]),
    }
}

/// The most items that there may be, or None.
pub fn maxlen(deque: &Deque) -> Value {
    deque.row.read().most.map_or(Value::None, Value::int)
}

fn append(_: &'static World, args: &[Value]) -> Answer {
    put(this(args)?, &args[1], Row::push_back)
}

fn appendleft(_: &'static World, args: &[Value]) -> Answer {
    put(this(args)?, &args[1], Row::push_front)
}

fn put(deque: &Deque, item: &Value, push: fn(&mut Row, Value) -> Option<Value>) -> Answer {
    admit(&deque.row, [item]);
    let gone = push(&mut deque.row.write(), item.clone());
    drop(gone);
    Ok(Value::None)
}

fn take(args: &[Value], pop: fn(&mut Row) -> Option<Value>) -> Answer {
    let taken = pop(&mut this(args)?.row.write());
    taken.ok_or_else(|| error::index_error("pop from an empty deque").into())
}

fn clear(_: &'static World, args: &[Value]) -> Answer {
    let old = {
        let mut row = this(args)?.row.write();
        row.changes = row.changes.wrapping_add(1);
        std::mem::take(&mut row.items)
    };
    drop(old);
    Ok(Value::None)
}

fn copy(world: &'static World, args: &[Value]) -> Answer {
    let copy = Value::Deque(Deque::new(this(args)?.row.get()));
    Ok(match &args[0] {
        Value::Instance(instance) => {
            let class = instance.class();
            let copy = Instance::new(class, copy, world.serial());
            Value::Instance(copy)
        }
        _ => copy,
    })
}

fn count(world: &'static World, args: &[Value]) -> Answer {
    let deque = this(args)?.clone();
    lists::count_in(world, move |at| deque.get(at), args[1].clone())
}

fn extend(world: &'static World, args: &[Value]) -> Answer {
    put_all(world, args, Row::push_back)
}

fn extendleft(world: &'static World, args: &[Value]) -> Answer {
    put_all(world, args, Row::push_front)
}

fn put_all(
    world: &'static World,
    args: &[Value],
    push: fn(&mut Row, Value) -> Option<Value>,
) -> Answer {
    let deque = this(args)?.clone();
    if let Some(items) = iterate::at_hand(args[1].inner()) {
        check_size(world, (deque.len() + items.len()) * size_of::<Value>())?;
        admit(&deque.row, &items);
        let gone: Vec<Value> = {
            let mut row = deque.row.write();
            let gone = items.into_iter().filter_map(|item| push(&mut row, item));
            gone.collect()
        };
        drop(gone);
        return Ok(Value::None);
    }
    let iterable = args[1].clone();
    later(async move {
        // One by one: an iterator may look at the deque.
        let iterator = iterate::iterator(world, &iterable).await?;
        while let Some(item) = iterate::advance(world, &iterator).await? {
            admit(&deque.row, [&item]);
            let gone = push(&mut deque.row.write(), item);
            drop(gone);
            check_size(world, deque.len() * size_of::<Value>())?;
        }
        Ok(Value::None)
    })
}

fn index(world: &'static World, args: &[Value]) -> Answer {
    let deque = this(args)?.clone();
    let length = deque.len();
    let (start, stop) = (
        lists::bound(args.get(2), length, 0)?,
        lists::bound(args.get(3), length, length)?,
    );
    let value = args[1].clone();
    later(async move {
        for at in start..stop {
            let Some(item) = deque.get(at) else {
                break;
            };
            if compare::equal(world, &item, &value).await? {
                return Ok(Value::int(at));
            }
        }
        let text = sequence::wait(text::repr(world, &value)).await?;
        let text = text.as_str().unwrap_or_default();
        Err(error::value_error(format!("{text} is not in deque")))
    })
}

fn insert(_: &'static World, args: &[Value]) -> Answer {
    let deque = this(args)?;
    let at = lists::bound(Some(&args[1]), deque.len(), 0)?;
    admit(&deque.row, [&args[2]]);
    let mut row = deque.row.write();
    if row.most.is_some_and(|most| row.items.len() >= most) {
        return Err(error::index_error("deque already at its maximum size").into());
    }
    row.changes = row.changes.wrapping_add(1);
    let at = at.min(row.items.len());
    row.items.insert(at, args[2].clone());
    Ok(Value::None)
}

fn remove(world: &'static World, args: &[Value]) -> Answer {
    let (deque, value) = (this(args)?.clone(), args[1].clone());
    later(async move {
        let changes = deque.row.read().changes;
        let mut at = 0;
        while let Some(item) = deque.get(at) {
            let found = compare::equal(world, &item, &value).await?;
            let mut row = deque.row.write();
            if row.changes != changes {
                return Err(error::index_error("deque mutated during remove()."));
            }
            if found {
                row.changes = row.changes.wrapping_add(1);
                let gone = row.items.remove(at);
                drop(row);
                drop(gone);
                return Ok(Value::None);
            }
            at += 1;
        }
        let text = sequence::wait(text::repr(world, &value)).await?;
        let text = text.as_str().unwrap_or_default();
        Err(error::value_error(format!("{text} is not in deque")))
    })
}

fn reverse(_: &'static World, args: &[Value]) -> Answer {
    let mut row = this(args)?.row.write();
    row.changes = row.changes.wrapping_add(1);
    row.items.make_contiguous().reverse();
    Ok(Value::None)
}

fn rotate(_: &'static World, args: &[Value]) -> Answer {
    let by = match args.get(1).filter(|by| !by.is_unset()) {
        None => 1,
        Some(by) => match by.as_int() {
            Some(by) => by.to_i64().unwrap_or(0),
            None => {
                let name = types::name_of(by);
                let text = format!("'{name}' object cannot be interpreted as an integer");
                return Err(error::type_error(text).into());
            }
        },
    };
    let mut row = this(args)?.row.write();
    if !row.items.is_empty() {
        row.changes = row.changes.wrapping_add(1);
        let by = by.rem_euclid(row.items.len() as i64) as usize;
        row.items.rotate_right(by);
    }
    Ok(Value::None)
}

/// The position that an index means.
fn position(deque: &Deque, key: &Value) -> Result<usize> {
    let Some(at) = key.as_int() else {
        let name = types::name_of(key);
        let text = format!("sequence index must be integer, not '{name}'");
        return Err(error::type_error(text));
    };
    let at = at.to_i64().and_then(|at| item::position(at, deque.len()));
    at.ok_or_else(|| error::index_error("deque index out of range"))
}

/// `deque[key]`.
pub fn get(deque: &Deque, key: &Value) -> Answer {
    let at = position(deque, key)?;
    let found = deque.get(at);
    found.ok_or_else(|| error::index_error("deque index out of range").into())
}

/// `deque[key] = value`.
pub fn set(deque: &Deque, key: &Value, value: &Value) -> Answer {
    let at = position(deque, key)?;
    admit(&deque.row, [value]);
    let mut row = deque.row.write();
    match row.items.get_mut(at) {
        Some(item) => {
            let old = std::mem::replace(item, value.clone());
            drop(row);
            drop(old);
            Ok(Value::None)
        }
        None => Err(error::index_error("deque index out of range").into()),
    }
}

/// `del deque[key]`.
pub fn delete(deque: &Deque, key: &Value) -> Answer {
    let at = position(deque, key)?;
    let gone = {
        let mut row = deque.row.write();
        row.changes = row.changes.wrapping_add(1);
        row.items.remove(at)
    };
    drop(gone);
    Ok(Value::None)
}

/// `deque + deque`, `deque * n`. None: the operator is not there, or not for this.
pub fn operated(world: &'static World, op: BinaryOp, deque: &Deque, b: &Value) -> Option<Answer> {
    let mut row = deque.row.get();
    let more: Vec<Value> = match (op, b) {
        (BinaryOp::Add, Value::Deque(more)) => more.row.read().items.iter().cloned().collect(),
        (BinaryOp::Add, _) => {
            let name = types::name_of(b);
            let text = format!("can only concatenate deque (not \"{name}\") to deque");
            return Some(Err(error::type_error(text).into()));
        }
        (BinaryOp::Multiply, _) => {
            let times = b.as_int()?.to_i64().unwrap_or(i64::MAX);
            let times = usize::try_from(times).unwrap_or(0);
            let once: Vec<Value> = std::mem::take(&mut row.items).into();
            let size = once.len().saturating_mul(times);
            if let Err(raise) = check_size(world, size.saturating_mul(size_of::<Value>())) {
                return Some(Err(raise.into()));
            }
            std::iter::repeat_n(once, times).flatten().collect()
        }
        _ => return None,
    };
    for item in more {
        drop(row.push_back(item));
    }
    Some(Ok(Value::Deque(Deque::new(row))))
}

/// `deque += iterable`, `deque *= n`. None: the operator is another.
pub fn change(
    world: &'static World,
    op: BinaryOp,
    deque: &Arc<Deque>,
    b: &Value,
) -> Option<Answer> {
    let changed = Value::Deque(deque.clone());
    let answer = match op {
        BinaryOp::Add => extend(world, &[changed.clone(), b.clone()]),
        BinaryOp::Multiply => match operated(world, op, deque, b)? {
            Ok(Value::Deque(new)) => {
                let new = new.row.get();
                admit(&deque.row, &new.items);
                let old = std::mem::replace(&mut *deque.row.write(), new);
                drop(old);
                Ok(Value::None)
            }
            answer => answer,
        },
        _ => return None,
    };
    Some(match answer {
        Ok(_) => Ok(changed),
        answer => later(async move {
            sequence::wait(answer).await?;
            Ok(changed)
        }),
    })
}

/// The items as they are now, which compare as those of a list.
pub fn as_list(deque: &Deque) -> Value {
    Value::list(deque.row.read().items.iter().cloned().collect())
}
