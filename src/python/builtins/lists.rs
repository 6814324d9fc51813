//! list and its methods.

use std::sync::Arc;

use super::Table;
use crate::python::code::Comparison;
use crate::python::machine::{
    Answer, Result, World, call, check_size, compare, error, iterate, later, sequence, types,
};
use crate::python::values::{List, Value, admit};

pub const METHODS: Table = &[
    ("append", "self, object, /", append),
    ("clear", "self, /", clear),
    ("copy", "self, /", copy),
    ("count", "self, value, /", count),
    ("extend", "self, iterable, /", extend),
    ("index", "self, value, start=, stop=, /", index),
    ("insert", "self, index, object, /", insert),
    ("pop", "self, index=, /", pop),
    ("remove", "self, value, /", remove),
    ("reverse", "self, /", reverse),
    ("sort", "self, /, *, key=, reverse=", sort),
];

/// The list that a method was called on.
fn this(args: &[Value]) -> Result<&Arc<List>> {
    match args.first().map(Value::inner) {
        Some(Value::List(list)) => Ok(list),
        other => Err(super::objects::wrong_self("list", other)),
    }
}

fn append(_: &'static World, args: &[Value]) -> Answer {
    let list = this(args)?;
    admit(&list.items, [&args[1]]);
    list.items.write().push(args[1].clone());
    Ok(Value::None)
}

fn clear(_: &'static World, args: &[Value]) -> Answer {
    let old = std::mem::take(&mut *this(args)?.items.write());
    drop(old);
    Ok(Value::None)
}

fn copy(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::list(this(args)?.items.get()))
}

fn count(world: &'static World, args: &[Value]) -> Answer {
    let (list, value) = (this(args)?.clone(), args[1].clone());
    count_in(world, move |at| list.get(at), value)
}

/// How many items are equal to the value.
pub fn count_in(
    world: &'static World,
    get: impl Fn(usize) -> Option<Value> + Send + 'static,
    value: Value,
) -> Answer {
    later(async move {
        let mut count = 0;
        let mut at = 0;
        while let Some(item) = get(at) {
            count += usize::from(compare::equal(world, &item, &value).await?);
            at += 1;
        }
        world.spend(at);
        Ok(Value::int(count))
    })
}

fn extend(world: &'static World, args: &[Value]) -> Answer {
    let list = this(args)?.clone();
    if let Some(items) = iterate::at_hand(&args[1]) {
        check_size(world, (list.len() + items.len()) * size_of::<Value>())?;
        admit(&list.items, &items);
        list.items.write().extend(items);
        return Ok(Value::None);
    }
    let iterable = args[1].clone();
    later(async move {
        // One by one: an iterator may look at the list.
        let iterator = iterate::iterator(world, &iterable).await?;
        while let Some(value) = iterate::advance(world, &iterator).await? {
            admit(&list.items, [&value]);
            list.items.write().push(value);
            check_size(world, list.len() * size_of::<Value>())?;
        }
        Ok(Value::None)
    })
}

/// A bound of a search: what `slice` would make of it.
pub fn bound(value: Option<&Value>, length: usize, default: usize) -> Result<usize> {
    let Some(value) = value.filter(|value| !value.is_unset()) else {
        return Ok(default);
    };
    let Some(number) = value.as_int() else {
        let text = "slice indices must be integers or have an __index__ method";
        return Err(error::type_error(text));
    };
    let number = number.to_i64().unwrap_or(if number.is_negative() {
        i64::MIN
    } else {
        i64::MAX
    });
    let number = if number < 0 {
        number.saturating_add(length as i64).max(0)
    } else {
        number
    };
    Ok((number as usize).min(length))
}

fn index(world: &'static World, args: &[Value]) -> Answer {
    let list = this(args)?.clone();
    let length = list.len();
    let (start, stop) = (
        bound(args.get(2), length, 0)?,
        bound(args.get(3), length, length)?,
    );
    let value = args[1].clone();
    later(async move {
        for at in start..stop {
            let Some(item) = list.get(at) else {
                break;
            };
            if compare::equal(world, &item, &value).await? {
                return Ok(Value::int(at));
            }
        }
        let text = sequence::wait(crate::python::machine::text::repr(world, &value)).await?;
        let text = text.as_str().unwrap_or_default();
        Err(error::value_error(format!("{text} is not in list")))
    })
}

fn insert(world: &'static World, args: &[Value]) -> Answer {
    let list = this(args)?;
    let length = list.len();
    if args[1].as_int().is_none() {
        let name = types::name_of(&args[1]);
        if let Some(answer) = types::with_indices(world, args, insert) {
            return answer;
        }
        let text = format!("'{name}' object cannot be interpreted as an integer");
        return Err(error::type_error(text).into());
    }
    let at = bound(args.get(1), length, length)?;
    admit(&list.items, [&args[2]]);
    list.items.write().insert(at, args[2].clone());
    Ok(Value::None)
}

fn pop(world: &'static World, args: &[Value]) -> Answer {
    let list = this(args)?;
    let index = match args.get(1) {
        None => Some(-1),
        Some(index) => index.as_int().and_then(|n| n.to_i64()),
    };
    let Some(index) = index else {
        if let Some(answer) = types::with_indices(world, args, pop) {
            return answer;
        }
        let name = types::name_of(&args[1]);
        let text = format!("'{name}' object cannot be interpreted as an integer");
        return Err(error::type_error(text).into());
    };
    let mut items = list.items.write();
    if items.is_empty() {
        return Err(error::index_error("pop from empty list").into());
    }
    match crate::python::machine::item::position(index, items.len()) {
        Some(at) => Ok(items.remove(at)),
        None => Err(error::index_error("pop index out of range").into()),
    }
}

/// Looks at the list as it was at one moment, and removes what it finds unless that has gone
/// meanwhile: comparing may run Python code, and other threads have the list.
fn remove(world: &'static World, args: &[Value]) -> Answer {
    let (list, value) = (this(args)?.clone(), args[1].clone());
    later(async move {
        'again: loop {
            let items = list.items.get();
            for (at, item) in items.iter().enumerate() {
                if !compare::equal(world, item, &value).await? {
                    continue;
                }
                let mut items = list.items.write();
                if !items.get(at).is_some_and(|found| found.is(item)) {
                    continue 'again;
                }
                let old = items.remove(at);
                drop(items);
                drop(old);
                return Ok(Value::None);
            }
            return Err(error::value_error("list.remove(x): x not in list"));
        }
    })
}

fn reverse(_: &'static World, args: &[Value]) -> Answer {
    this(args)?.items.write().reverse();
    Ok(Value::None)
}

/// A flag that has to be an int.
pub fn flag_of(flag: Option<&Value>) -> Result<bool> {
    let Some(flag) = flag.filter(|flag| !flag.is_unset()) else {
        return Ok(false);
    };
    match flag.as_int() {
        Some(number) => match number.to_i64().map(i32::try_from) {
            Some(Ok(number)) => Ok(number != 0),
            _ => Err(error::overflow_error(
                "Python int too large to convert to C int",
            )),
        },
        None => {
            let name = types::name_of(flag);
            let text = format!("'{name}' object cannot be interpreted as an integer");
            Err(error::type_error(text))
        }
    }
}

fn sort(world: &'static World, args: &[Value]) -> Answer {
    let list = this(args)?.clone();
    let key = args.get(1).cloned().unwrap_or_default().or_none();
    let reverse = flag_of(args.get(2))?;
    later(async move {
        // As in CPython, the list is empty while it is sorted.
        let items = std::mem::take(&mut *list.items.write());
        let original = items.clone();
        let sorted = sorted(world, items, &key, reverse).await;
        let changed = !list.is_empty();
        match sorted {
            Ok(sorted) => {
                put_back(&list, sorted);
                if changed {
                    return Err(error::value_error("list modified during sort"));
                }
                Ok(Value::None)
            }
            Err(raise) => {
                put_back(&list, original);
                Err(raise)
            }
        }
    })
}

/// Gives a list its items again; it may have been shared while it had none.
fn put_back(list: &List, items: Vec<Value>) {
    admit(&list.items, &items);
    list.items.set(items);
}

/// The items in order; equal ones stay as they are.
pub async fn sorted(
    world: &'static World,
    items: Vec<Value>,
    key: &Value,
    reverse: bool,
) -> Result<Vec<Value>> {
    let mut pairs = Vec::with_capacity(items.len());
    for item in items {
        let by = if key.is_none() {
            item.clone()
        } else {
            call(key, vec![item.clone()]).await?
        };
        pairs.push((by, item));
    }
    world.spend(pairs.len());
    // Reversed before and after, so that equal ones stay in their order.
    if reverse {
        pairs.reverse();
    }
    let mut pairs = match at_once(&mut pairs) {
        true => pairs,
        false => merge(world, pairs).await?,
    };
    if reverse {
        pairs.reverse();
    }
    Ok(pairs.into_iter().map(|(_, item)| item).collect())
}

type Pair = (Value, Value);

/// Sorts by keys of one plain type. False: they are of others.
fn at_once(pairs: &mut [Pair]) -> bool {
    if pairs.iter().all(|(key, _)| matches!(key, Value::Int(_))) {
        pairs.sort_by_key(|(key, _)| match key {
            Value::Int(number) => *number,
            _ => 0,
        });
        return true;
    }
    if pairs.iter().all(|(key, _)| matches!(key, Value::Str(_))) {
        pairs.sort_by(|(a, _), (b, _)| a.as_str().cmp(&b.as_str()));
        return true;
    }
    false
}

/// Sorts by `<`, which may be Python code: runs that are merged, two by two.
async fn merge(world: &'static World, pairs: Vec<Pair>) -> Result<Vec<Pair>> {
    let mut runs = runs(world, pairs).await?;
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut rest = runs.into_iter();
        while let Some(left) = rest.next() {
            match rest.next() {
                Some(right) => merged.push(merge_two(world, left, right).await?),
                None => merged.push(left),
            }
        }
        runs = merged;
    }
    Ok(runs.pop().unwrap_or_default())
}

/// Runs that are in order already; those that fall are turned around.
async fn runs(world: &'static World, pairs: Vec<Pair>) -> Result<Vec<Vec<Pair>>> {
    let mut runs = Vec::new();
    let mut rest = pairs.into_iter().peekable();
    while let Some(first) = rest.next() {
        let mut run = vec![first];
        let mut falling = None;
        while let Some(next) = rest.peek() {
            let last = &run[run.len() - 1];
            let falls = compare::test(world, Comparison::Less, &next.0, &last.0).await?;
            if *falling.get_or_insert(falls) != falls {
                break;
            }
            run.extend(rest.next());
        }
        if falling == Some(true) {
            run.reverse();
        }
        runs.push(run);
    }
    Ok(runs)
}

async fn merge_two(world: &'static World, left: Vec<Pair>, right: Vec<Pair>) -> Result<Vec<Pair>> {
    world.spend(left.len() + right.len());
    let mut merged = Vec::with_capacity(left.len() + right.len());
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    loop {
        let right_first = match (left.peek(), right.peek()) {
            (Some(a), Some(b)) => compare::test(world, Comparison::Less, &b.0, &a.0).await?,
            (None, None) => return Ok(merged),
            (None, _) => true,
            (_, None) => false,
        };
        merged.extend(if right_first {
            right.next()
        } else {
            left.next()
        });
    }
}

/// `list(iterable)`.
pub fn new(world: &'static World, iterable: Option<&Value>) -> Answer {
    let Some(iterable) = iterable.filter(|value| !value.is_unset()) else {
        return Ok(Value::list(Vec::new()));
    };
    if let Some(items) = iterate::at_hand(iterable) {
        return Ok(Value::list(items));
    }
    let iterable = iterable.clone();
    later(async move { Ok(Value::list(iterate::collect(world, &iterable).await?)) })
}
