//! Hashes and equality of keys, for dicts and sets.
//!
//! Most keys are plain: their hash and equality are known at once. A key of a class that
//! defines `__hash__` or `__eq__` takes Python code: then a sequence finds out the hash
//! and which key of the container is equal, and works with that one, by its identity.

use std::sync::Arc;

use super::compare::{self, equal_at_once};
use super::{Answer, Result, World, error, later, sequence, types};
use crate::python::names;
use crate::python::text::number::compare::{hash_float, hash_int};
use crate::python::values::{Dict, Entries, Set, Table, Value, View, admit};

/// The hash of a value, if that takes no Python code. An error: it has none.
#[inline]
pub fn hash_at_once(world: &World, value: &Value) -> Result<Option<i64>> {
    Ok(Some(match value {
        Value::Int(number) if number.unsigned_abs() < 1 << 60 => {
            if *number == -1 {
                -2
            } else {
                *number
            }
        }
        Value::Str(text) => text.hash(),
        _ => return hash_of(world, value, 0),
    }))
}

/// Tuples within tuples that are hashed or compared without a sequence each.
const NEAR: usize = 50;

/// The hash of every nan, which has no identity of its own here.
const NAN: i64 = 0x7ff8;

fn hash_of(world: &World, value: &Value, depth: usize) -> Result<Option<i64>> {
    if depth > NEAR {
        return Ok(None);
    }
    Ok(Some(match value {
        Value::Int(_) | Value::Bool(_) | Value::Big(_) => value.as_int().map_or(0, hash_int),
        // CPython's is that of the object, and never 0.
        Value::Float(number) if number.get().is_nan() => NAN,
        Value::Float(number) => hash_float(number.get()),
        Value::Str(text) => text.hash(),
        Value::Bytes(bytes) => bytes.hash(),
        Value::Tuple(tuple) => return hash_items(world, tuple, depth),
        Value::FrozenSet(set) => hash_set(&set.table.read()),
        Value::List(_) | Value::Deque(_) | Value::Dict(_) | Value::Set(_) | Value::Slice(_) => {
            return Err(unhashable(value));
        }
        Value::View(view) if !matches!(**view, View::Values(_)) => {
            return Err(unhashable(value));
        }
        Value::Range(range) => {
            let parts = [
                Value::int(range.len()),
                if range.is_empty() {
                    Value::None
                } else {
                    Value::Int(range.start)
                },
                if range.len() < 2 {
                    Value::None
                } else {
                    Value::Int(range.step)
                },
            ];
            return hash_items(world, &parts, depth);
        }
        Value::Instance(instance) => {
            let class = instance.class();
            match (
                class.find_defined(names::HASH),
                class.find_defined(names::EQ),
            ) {
                (Some(Value::None), _) => return Err(unhashable(value)),
                (Some(_), _) => return Ok(None),
                _ if !instance.inner.is_unset() => {
                    return hash_of(world, &instance.inner, depth + 1);
                }
                _ => instance.serial as i64,
            }
        }
        Value::Exception(exception) if exception.class.find_defined(names::HASH).is_some() => {
            return Ok(None);
        }
        Value::Method(method) => {
            let function = hash_of(world, &method.function, depth + 1)?.unwrap_or(0);
            function ^ (world.identity(&method.object) as i64 >> 4)
        }
        Value::Alias(alias) => return hash_of(world, &alias.args, depth + 1),
        Value::None => 0xfca8_6420,
        _ => world.identity(value) as i64 >> 4,
    }))
}

fn unhashable(value: &Value) -> crate::python::values::Raise {
    error::type_error(format!("unhashable type: '{}'", types::name_of(value)))
}

/// CPython's hash of a tuple: xxHash's, 3.8 and later (Objects/tupleobject.c).
fn hash_items(world: &World, items: &[Value], depth: usize) -> Result<Option<i64>> {
    let mut hashes = Vec::with_capacity(items.len());
    for item in items {
        match hash_of(world, item, depth + 1)? {
            Some(hash) => hashes.push(hash),
            None => return Ok(None),
        }
    }
    Ok(Some(hash_tuple(&hashes)))
}

fn hash_tuple(hashes: &[i64]) -> i64 {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;
    let mut all = PRIME_5;
    for hash in hashes {
        all = all.wrapping_add((*hash as u64).wrapping_mul(PRIME_2));
        all = all.rotate_left(31).wrapping_mul(PRIME_1);
    }
    all = all.wrapping_add(hashes.len() as u64 ^ (PRIME_5 ^ 3_527_539));
    if all == u64::MAX {
        1_546_275_796
    } else {
        all as i64
    }
}

/// CPython's hash of a frozenset (Objects/setobject.c).
fn hash_set(table: &Table) -> i64 {
    let mut all = 0u64;
    for (hash, _) in table.iter() {
        let hash = hash as u64;
        all ^= ((hash ^ 89_869_747) ^ (hash << 16)).wrapping_mul(3_644_798_167);
    }
    // CPython also mixes free and removed entries in, and out again.
    all ^= (table.len() as u64 + 1).wrapping_mul(1_927_868_237);
    all ^= (all >> 11) ^ (all >> 25);
    all = all.wrapping_mul(69_069).wrapping_add(907_133_923);
    if all == u64::MAX {
        590_923_713
    } else {
        all as i64
    }
}

/// The hash of a value, by a sequence of its own.
fn hash_apart(world: &'static World, value: Value) -> Answer {
    later(async move { Ok(Value::Int(hash(world, &value).await?)) })
}

/// The hash of any value.
pub async fn hash(world: &'static World, value: &Value) -> Result<i64> {
    if let Some(hash) = hash_at_once(world, value)? {
        return Ok(hash);
    }
    if let Value::Tuple(items) = value {
        let mut hashes = Vec::new();
        for item in items.iter() {
            let hash = sequence::wait(hash_apart(world, item.clone()));
            match hash.await? {
                Value::Int(hash) => hashes.push(hash),
                _ => hashes.push(0),
            }
        }
        return Ok(hash_tuple(&hashes));
    }
    match types::special(value, names::HASH, Vec::new()).await? {
        Some(Value::Int(hash)) => Ok(hash),
        Some(hash) if hash.as_int().is_some() => Ok(hash.as_int().map_or(0, hash_int)),
        _ => Err(error::type_error(
            "__hash__ method should return an integer",
        )),
    }
}

#[inline]
fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Str(a), Value::Str(b)) => Arc::ptr_eq(a, b) || a.as_str() == b.as_str(),
        (Value::Int(a), Value::Int(b)) => a == b,
        _ => a.is(b) || equal_at_once(a, b) == Some(true) || equal_plain(a, b) == Some(true),
    }
}

/// Equality of tuples and frozensets of plain values. None: Python code has to be asked.
pub(super) fn equal_plain(a: &Value, b: &Value) -> Option<bool> {
    equal_within(a, b, 0)
}

fn equal_within(a: &Value, b: &Value, depth: usize) -> Option<bool> {
    if depth > NEAR {
        return None;
    }
    if a.is(b) {
        return Some(true);
    }
    match (a, b) {
        (Value::Tuple(a), Value::Tuple(b)) => {
            if a.len() != b.len() {
                return Some(false);
            }
            for (a, b) in a.iter().zip(b.iter()) {
                match equal_within(a, b, depth + 1) {
                    Some(true) => {}
                    other => return other,
                }
            }
            Some(true)
        }
        (Value::FrozenSet(a), Value::FrozenSet(b)) => {
            let (a, b) = (a.table.read(), b.table.read());
            let all = a
                .iter()
                .all(|(hash, key)| b.find(hash, |other| same(key, other)).is_some());
            Some(a.len() == b.len() && all)
        }
        _ => equal_at_once(a, b),
    }
}

/// Where the key is, of those that are equal to it without Python code.
#[inline]
pub fn find(entries: &Entries, key: &Value, hash: i64) -> Option<usize> {
    entries.find(hash, |other| same(other, key))
}

pub fn find_in(table: &Table, key: &Value, hash: i64) -> Option<usize> {
    table.find(hash, |other| same(other, key))
}

/// Where a key is.
pub enum Lookup {
    Found(usize),
    Absent,
    /// Python code has to be asked whether another key is this one.
    Ask,
}

/// Looks for a key by its hash.
#[inline]
pub fn look_up(entries: &Entries, key: &Value, hash: i64) -> Lookup {
    let mut asks = false;
    let found = entries.find(hash, |other| match (other, key) {
        (Value::Str(a), Value::Str(b)) => Arc::ptr_eq(a, b) || a.as_str() == b.as_str(),
        (Value::Int(a), Value::Int(b)) => a == b,
        _ => equal_plain(other, key).unwrap_or_else(|| {
            asks = true;
            false
        }),
    });
    match found {
        Some(at) => Lookup::Found(at),
        None if asks => Lookup::Ask,
        None => Lookup::Absent,
    }
}

/// Whether some of the keys have to be asked by Python code if they are this one.
fn must_ask(candidates: &[Value], key: &Value) -> bool {
    let asks = |other: &Value| equal_plain(other, key).is_none();
    candidates.iter().any(asks)
        && !candidates
            .iter()
            .any(|other| equal_plain(other, key) == Some(true))
}

/// Whether the key can be looked for at once among the keys of its hash.
pub fn is_plain(candidates: &[Value], key: &Value) -> bool {
    !must_ask(candidates, key)
}

/// The key of a container that is equal to this one, or this one.
async fn known(world: &'static World, candidates: Vec<Value>, key: &Value) -> Result<Value> {
    for candidate in candidates {
        if compare::equal(world, &candidate, key).await? {
            return Ok(candidate);
        }
    }
    Ok(key.clone())
}

/// An operation on a dict with a key that is plain or was made so.
pub type OnDict = fn(&Arc<Dict>, &Value, i64) -> Answer;
pub type OnSet = fn(&Arc<Set>, &Value, i64) -> Answer;

/// Does something with a key of a dict.
#[inline]
pub fn keyed(world: &'static World, dict: &Arc<Dict>, key: &Value, run: OnDict) -> Answer {
    if let Some(hash) = hash_at_once(world, key)? {
        let ask = matches!(look_up(&dict.entries.read(), key, hash), Lookup::Ask);
        if !ask {
            return run(dict, key, hash);
        }
    }
    let (dict, key) = (dict.clone(), key.clone());
    later(async move {
        let (key, hash) = find_key(world, &dict, &key).await?;
        sequence::wait(run(&dict, &key, hash)).await
    })
}

/// Does something with an element of a set.
pub fn keyed_set(world: &'static World, set: &Arc<Set>, key: &Value, run: OnSet) -> Answer {
    if let Some(hash) = hash_at_once(world, key)? {
        let candidates = set.table.read().candidates(hash);
        if !must_ask(&candidates, key) {
            return run(set, key, hash);
        }
    }
    let (set, key) = (set.clone(), key.clone());
    later(async move {
        let (key, hash) = find_element(world, &set, &key).await?;
        sequence::wait(run(&set, &key, hash)).await
    })
}

/// The same, where the element is only looked for: a set then stands for the frozenset
/// that is equal to it.
pub fn looked_up(world: &'static World, set: &Arc<Set>, key: &Value, run: OnSet) -> Answer {
    if let Value::Set(elements) = key.inner()
        && hash_at_once(world, key).is_err()
    {
        let elements = Set::new(elements.table.get().copied());
        return keyed_set(world, set, &Value::FrozenSet(Arc::new(elements)), run);
    }
    keyed_set(world, set, key, run)
}

/// The dict's own key that is equal to this one, or this one; and its hash.
pub async fn find_key(world: &'static World, dict: &Dict, key: &Value) -> Result<(Value, i64)> {
    let hash = self::hash(world, key).await?;
    let candidates = dict.entries.read().candidates(hash);
    let key = if must_ask(&candidates, key) {
        known(world, candidates, key).await?
    } else {
        key.clone()
    };
    Ok((key, hash))
}

pub async fn find_element(world: &'static World, set: &Set, key: &Value) -> Result<(Value, i64)> {
    let hash = self::hash(world, key).await?;
    let candidates = set.table.read().candidates(hash);
    let key = if must_ask(&candidates, key) {
        known(world, candidates, key).await?
    } else {
        key.clone()
    };
    Ok((key, hash))
}

/// `dict[key]`, in a sequence.
pub async fn get(world: &'static World, dict: &Dict, key: &Value) -> Result<Option<Value>> {
    let (key, hash) = find_key(world, dict, key).await?;
    let entries = dict.entries.read();
    Ok(find(&entries, &key, hash).and_then(|at| entries.value(at).cloned()))
}

/// `dict[key] = value`, in a sequence.
pub async fn set(world: &'static World, dict: &Dict, key: &Value, value: Value) -> Result<()> {
    let (key, hash) = find_key(world, dict, key).await?;
    put(dict, &key, hash, value);
    Ok(())
}

pub async fn contains(world: &'static World, set: &Set, key: &Value) -> Result<bool> {
    let (key, hash) = find_element(world, set, key).await?;
    Ok(find_in(&set.table.read(), &key, hash).is_some())
}

/// Adds an element, in a sequence.
pub async fn add(world: &'static World, set: &Set, key: &Value) -> Result<()> {
    let (key, hash) = find_element(world, set, key).await?;
    put_in(set, &key, hash);
    Ok(())
}

/// Sets the value of a plain key.
#[inline]
pub fn put(dict: &Dict, key: &Value, hash: i64, value: Value) {
    admit(&dict.entries, [key, &value]);
    let old = {
        let mut entries = dict.entries.write();
        match find(&entries, key, hash) {
            Some(at) => entries.replace(at, value),
            None => {
                entries.add(hash, key.clone(), value);
                None
            }
        }
    };
    drop(old);
}

pub fn put_in(set: &Set, key: &Value, hash: i64) {
    admit(&set.table, [key]);
    let mut table = set.table.write();
    if find_in(&table, key, hash).is_none() {
        table.add(hash, key.clone());
    }
}

/// A dict with names for keys.
pub fn new_dict(entries: Vec<(names::Name, Value)>) -> Value {
    let mut made = Entries::default();
    for (name, value) in entries {
        let key = name.value();
        if let Value::Str(text) = &key {
            made.add(text.hash(), key.clone(), value);
        }
    }
    Value::Dict(Dict::new(made))
}

/// The value of a key that is a text.
pub fn get_text(dict: &Dict, key: &str) -> Option<Value> {
    let hash = crate::python::values::Str::from(key).hash();
    let entries = dict.entries.read();
    let at = entries.find(hash, |other| other.as_str() == Some(key))?;
    entries.value(at).cloned()
}
