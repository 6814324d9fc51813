//! `bisect`: places in sorted lists.

use super::arguments::given;
use crate::python::builtins::{Table, add};
use crate::python::code::Comparison;
use crate::python::machine::{
    Answer, Result, World, attribute, compare, error, item, later, sequence, types,
};
use crate::python::names::{Name, NameMap};
use crate::python::values::Value;

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    map
}

const TAKES: &str = "a, x, lo=, hi=, *, key=";

const TABLE: Table = &[
    ("bisect", TAKES, |world, args| {
        place(world, args, Side::Right)
    }),
    ("bisect_left", TAKES, |world, args| {
        place(world, args, Side::Left)
    }),
    ("bisect_right", TAKES, |world, args| {
        place(world, args, Side::Right)
    }),
    ("insort", TAKES, |world, args| {
        insert(world, args, Side::Right)
    }),
    ("insort_left", TAKES, |world, args| {
        insert(world, args, Side::Left)
    }),
    ("insort_right", TAKES, |world, args| {
        insert(world, args, Side::Right)
    }),
];

/// Of those that are equal.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

fn place(world: &'static World, args: &[Value], side: Side) -> Answer {
    let args = args.to_vec();
    later(async move {
        let wanted = args[1].clone();
        Ok(Value::Int(find(world, &args, &wanted, side).await?))
    })
}

fn insert(world: &'static World, args: &[Value], side: Side) -> Answer {
    let args = args.to_vec();
    later(async move {
        let wanted = match given(&args, 4) {
            Some(key) => sequence::call(&key, vec![args[1].clone()]).await?,
            None => args[1].clone(),
        };
        let at = find(world, &args, &wanted, side).await?;
        let insert = vec![Value::Int(at), args[1].clone()];
        attribute::call(world, &args[0], Name::new("insert"), insert).await?;
        Ok(Value::None)
    })
}

async fn bound(value: Option<Value>) -> Result<Option<i64>> {
    let Some(value) = value else {
        return Ok(None);
    };
    let number = types::index(&value).await?;
    Ok(number.as_int().and_then(|number| number.to_i64()))
}

async fn find(world: &'static World, args: &[Value], wanted: &Value, side: Side) -> Result<i64> {
    let (values, key) = (&args[0], given(args, 4));
    let mut low = bound(given(args, 2)).await?.unwrap_or(0);
    if low < 0 {
        return Err(error::value_error("lo must be non-negative"));
    }
    let mut high = match bound(given(args, 3)).await? {
        Some(high) => high,
        None => item::length(values).await? as i64,
    };
    while low < high {
        let middle = low + (high - low) / 2;
        let mut found = item::get_later(world, values, &Value::Int(middle)).await?;
        if let Some(key) = &key {
            found = sequence::call(key, vec![found]).await?;
        }
        let goes_left = match side {
            Side::Left => !compare::test(world, Comparison::Less, &found, wanted).await?,
            Side::Right => compare::test(world, Comparison::Less, wanted, &found).await?,
        };
        match goes_left {
            true => high = middle,
            false => low = middle + 1,
        }
    }
    Ok(low)
}
