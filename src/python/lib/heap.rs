//! `_heapq`: the operations of `heapq` on lists of what is compared without Python code:
//! numbers, texts, tuples of those. Each is whole for other threads. On others they give
//! NotImplemented and change nothing, and `heapq`, which is written in Python, does it by
//! itself. Items come to lie where CPython's `Modules/_heapqmodule.c` puts them.

use std::sync::Arc;

use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, Result, World, compare, error, types};
use crate::python::names::NameMap;
use crate::python::values::{List, Value, admit};

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    map
}

const TABLE: Table = &[
    ("heapify", "x, /", |world, args| {
        change(world, "heapify", args, |items, _| {
            let mut ordered = items.clone();
            for at in (0..items.len() / 2).rev() {
                let item = ordered[at].clone();
                sink(&mut ordered, at, item)?;
            }
            *items = ordered;
            Some(Value::None)
        })
    }),
    ("heappush", "heap, item, /", |world, args| {
        change(world, "heappush", args, |items, item| {
            let mut at = items.len();
            while at > 0 && compare::less_at_once(&item, &items[(at - 1) / 2])? {
                at = (at - 1) / 2;
            }
            let mut hole = items.len();
            items.push(Value::Unset);
            while hole > at {
                let parent = (hole - 1) / 2;
                items.swap(hole, parent);
                hole = parent;
            }
            items[at] = item;
            Some(Value::None)
        })
    }),
    ("heappop", "heap, /", |world, args| {
        refuse_empty("heappop", args)?;
        change(world, "heappop", args, |items, _| {
            let last = items.last()?.clone();
            let end = items.len() - 1;
            if end == 0 {
                return items.pop();
            }
            let least = items[0].clone();
            sink(&mut items[..end], 0, last)?;
            items.truncate(end);
            Some(least)
        })
    }),
    ("heappushpop", "heap, item, /", |world, args| {
        change(world, "heappushpop", args, |items, item| {
            let least = match items.first() {
                Some(least) if compare::less_at_once(least, &item)? => least.clone(),
                _ => return Some(item),
            };
            sink(items, 0, item)?;
            Some(least)
        })
    }),
    ("heapreplace", "heap, item, /", |world, args| {
        refuse_empty("heapreplace", args)?;
        change(world, "heapreplace", args, |items, item| {
            let least = items.first()?.clone();
            sink(items, 0, item)?;
            Some(least)
        })
    }),
];

fn list_of<'a>(function: &str, args: &'a [Value]) -> Result<&'a Arc<List>> {
    match args[0].inner() {
        Value::List(list) => Ok(list),
        _ => {
            let name = types::name_of(&args[0]);
            let which = if args.len() > 1 {
                "argument 1"
            } else {
                "argument"
            };
            let text = format!("{function}() {which} must be list, not {name}");
            Err(error::type_error(text))
        }
    }
}

fn refuse_empty(function: &str, args: &[Value]) -> Result<()> {
    match list_of(function, args)?.is_empty() {
        true => Err(error::index_error("index out of range")),
        false => Ok(()),
    }
}

fn change(
    world: &'static World,
    function: &str,
    args: &[Value],
    act: fn(&mut Vec<Value>, Value) -> Option<Value>,
) -> Answer {
    let list = list_of(function, args)?;
    let item = args.get(1).cloned().unwrap_or_default();
    admit(&list.items, [&item]);
    world.spend(1);
    let given = act(&mut list.items.write(), item);
    Ok(given.unwrap_or(Value::NotImplemented))
}

/// Puts an item in the place of the one at `root`: the lesser child goes up each time, down
/// to a leaf, and then the item rises from there. None: nothing is changed.
fn sink(items: &mut [Value], root: usize, item: Value) -> Option<()> {
    let mut path = vec![root];
    let mut at = root;
    while at * 2 + 1 < items.len() {
        let (left, right) = (at * 2 + 1, at * 2 + 2);
        let is_left = right == items.len() || compare::less_at_once(&items[left], &items[right])?;
        at = if is_left { left } else { right };
        path.push(at);
    }
    let mut stays = path.len() - 1;
    while stays > 0 && compare::less_at_once(&item, &items[path[stays]])? {
        stays -= 1;
    }
    for pair in path[..=stays].windows(2) {
        items.swap(pair[0], pair[1]);
    }
    items[path[stays]] = item;
    Some(())
}
