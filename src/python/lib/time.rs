//! `time`: sleeping, and what time it is. On the model the clock begins at a fixed date.

use super::arguments::real_at_once;
use super::threading::duration;
use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, Stop, World, error, types};
use crate::python::names::NameMap;
use crate::python::values::Value;

/// 2026-01-01 00:00:00 UTC, where a run begins.
const BEGIN: f64 = 1_767_225_600.0;
pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    map
}

const TABLE: Table = &[
    ("sleep", "secs, /", sleep),
    ("time", "", |world, _| {
        Ok(Value::float(BEGIN + seconds(world)))
    }),
    ("monotonic", "", |world, _| Ok(Value::float(seconds(world)))),
    ("perf_counter", "", |world, _| {
        Ok(Value::float(seconds(world)))
    }),
    ("process_time", "", |world, _| {
        Ok(Value::float(seconds(world)))
    }),
    ("thread_time", "", |world, _| {
        Ok(Value::float(seconds(world)))
    }),
    ("time_ns", "", |world, _| {
        Ok(Value::Int(BEGIN as i64 * 1_000_000_000 + nanos(world)))
    }),
    ("monotonic_ns", "", |world, _| Ok(Value::Int(nanos(world)))),
    ("perf_counter_ns", "", |world, _| {
        Ok(Value::Int(nanos(world)))
    }),
];

fn seconds(world: &World) -> f64 {
    world.engine.now().as_secs_f64()
}

fn nanos(world: &World) -> i64 {
    i64::try_from(world.engine.now().as_nanos()).unwrap_or(i64::MAX)
}

fn sleep(world: &'static World, args: &[Value]) -> Answer {
    let Some(real) = real_at_once(&args[0]) else {
        let name = types::name_of(&args[0]);
        let text = format!("'{name}' object cannot be interpreted as an integer");
        return Err(error::type_error(text).into());
    };
    let real = real.map_err(|_| {
        let name = types::name_of(&args[0]);
        error::type_error(format!(
            "'{name}' object cannot be interpreted as an integer"
        ))
    })?;
    if real.is_nan() {
        return Err(error::value_error("Invalid value NaN (not a number)").into());
    }
    if real < 0.0 {
        return Err(error::value_error("sleep length must be non-negative").into());
    }
    Err(Stop::Perform(world.engine.sleep(duration(real))))
}
