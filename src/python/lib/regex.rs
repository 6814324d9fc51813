//! `_re`: what `re`, which is written in Python, asks for. A pattern is compiled when it is
//! first used and kept by its text, so that nothing of it has to be a value.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, Result, World, check_size, error, types};
use crate::python::names::NameMap;
use crate::python::text::regex::{Flags, Mode, Part, Regex, Wrong};
use crate::python::values::Value;

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    map
}

const TABLE: Table = &[
    ("compile", "pattern, flags, /", compile),
    (
        "find",
        "pattern, flags, text, start, end, mode, most, /",
        find,
    ),
];

/// Patterns that are kept.
const KEPT: usize = 100;
/// Steps that one search may take.
const PATIENCE: u64 = 100_000_000;

fn regex(pattern: &str, flags: Flags) -> std::result::Result<Arc<Regex>, Wrong> {
    static COMPILED: Mutex<BTreeMap<(String, Flags), Arc<Regex>>> = Mutex::new(BTreeMap::new());
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (pattern.to_owned(), flags);
    if let Some(regex) = compiled.get(&key) {
        return Ok(regex.clone());
    }
    let regex = Arc::new(Regex::new(pattern, flags)?);
    if compiled.len() >= KEPT {
        compiled.clear();
    }
    compiled.insert(key, regex.clone());
    Ok(regex)
}

/// Text, or bytes as the characters of the same numbers.
fn characters(value: &Value) -> Result<Vec<char>> {
    match (value.inner(), value.as_str()) {
        (_, Some(text)) => Ok(text.chars().collect()),
        (Value::Bytes(bytes), _) => Ok(bytes.as_slice().iter().map(|b| char::from(*b)).collect()),
        _ => {
            let name = types::name_of(value);
            let text = format!("expected string or bytes-like object, got '{name}'");
            Err(error::type_error(text))
        }
    }
}

fn flags_of(value: &Value) -> Flags {
    let flags = value.as_int().and_then(|flags| flags.to_i64());
    flags
        .and_then(|flags| Flags::try_from(flags).ok())
        .unwrap_or(0)
}

/// The flags, the number of groups, and the names of groups with their numbers in turn; or
/// what is wrong, and where.
fn compile(_: &'static World, args: &[Value]) -> Answer {
    let pattern: String = characters(&args[0])?.into_iter().collect();
    Ok(match regex(&pattern, flags_of(&args[1])) {
        Ok(regex) => {
            let names = regex.names.iter();
            let names =
                names.flat_map(|(name, group)| [Value::from(name.as_str()), Value::int(*group)]);
            Value::tuple([
                Value::Int(regex.flags.into()),
                Value::int(regex.groups),
                Value::tuple(names.collect::<Vec<_>>()),
            ])
        }
        Err(wrong) => {
            let position = wrong.position.map_or(Value::None, Value::int);
            Value::pair(Value::from(wrong.text), position)
        }
    })
}

/// The first matches, as many as there may be: for each where it begins and ends, and the
/// same of its groups, in one tuple, with -1 for those that found nothing.
fn find(world: &'static World, args: &[Value]) -> Answer {
    let pattern: String = characters(&args[0])?.into_iter().collect();
    let Ok(regex) = regex(&pattern, flags_of(&args[1])) else {
        return Err(error::value_error("the pattern is none").into());
    };
    let text = characters(&args[2])?;
    let number = |value: &Value| {
        let number = value.as_int().and_then(|number| number.to_i64());
        usize::try_from(number.unwrap_or(i64::MAX)).unwrap_or(0)
    };
    let (start, end) = (number(&args[3]), number(&args[4]).min(text.len()));
    let mode = match args[5].as_int().and_then(|mode| mode.to_i64()) {
        Some(1) => Mode::Match,
        Some(2) => Mode::Full,
        _ => Mode::Search,
    };
    let most = number(&args[6]);
    let mut found = Vec::new();
    let mut steps = PATIENCE;
    let mut part = Part {
        start,
        end,
        advances: false,
    };
    while part.start <= end && found.len() < most {
        let spans = regex.find(&text, part, mode, &mut steps).map_err(|_| {
            error::runtime_error(
                "the pattern has tried for too long: one of its repetitions contains another \
                 that matches the same",
            )
        })?;
        let Some(spans) = spans else { break };
        if let Some((from, to)) = spans[0] {
            part.start = to;
            part.advances = from == to;
        }
        let place = |at: usize| Value::int(at);
        let none = [Value::Int(-1), Value::Int(-1)];
        let places = spans.iter().flat_map(|span| match span {
            Some((from, to)) => [place(*from), place(*to)],
            None => none.clone(),
        });
        found.push(Value::tuple(places.collect::<Vec<_>>()));
        check_size(
            world,
            found.len() * (regex.groups + 1) * 2 * size_of::<Value>(),
        )?;
    }
    world.spend(((PATIENCE - steps) / 16) as usize);
    Ok(Value::list(found))
}
