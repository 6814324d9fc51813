//! `time`: sleeping, and what time it is. On the model the clock begins at a fixed date, and
//! the local time is UTC.

use super::arguments::real_at_once;
use super::class;
use super::threading::duration;
use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, Result, Stop, World, error, types};
use crate::python::names::{Name, NameMap};
use crate::python::text::date::Date;
use crate::python::values::Value;

/// 2026-01-01 00:00:00 UTC, where a run begins.
const BEGIN: f64 = 1_767_225_600.0;

const STRUCT: &str = "struct_time";

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    let fields = [
        "tm_year", "tm_mon", "tm_mday", "tm_hour", "tm_min", "tm_sec", "tm_wday", "tm_yday",
        "tm_isdst",
    ];
    let mut set = |name: &str, value: Value| drop(map.set(Name::new(name), value));
    set(
        STRUCT,
        Value::Class(class::named_tuple("time", STRUCT, &fields)),
    );
    set("timezone", Value::Int(0));
    set("altzone", Value::Int(0));
    set("daylight", Value::Int(0));
    set(
        "tzname",
        Value::pair(Value::from("UTC"), Value::from("UTC")),
    );
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
    ("process_time_ns", "", |world, _| {
        Ok(Value::Int(nanos(world)))
    }),
    ("thread_time_ns", "", |world, _| {
        Ok(Value::Int(nanos(world)))
    }),
    ("gmtime", "secs=, /", in_parts),
    ("localtime", "secs=, /", in_parts),
    ("mktime", "tuple, /", |_, args| {
        let date = Date::of(&parts(Some(&args[0]))?)?;
        Ok(Value::float(date.seconds() as f64))
    }),
    ("strftime", "format, tuple=, /", |world, args| {
        let Some(format) = args[0].as_str() else {
            return Err(error::type_error("strftime() argument 1 must be str").into());
        };
        Ok(Value::from(given(world, args, 1)?.format(format)))
    }),
    ("asctime", "tuple=, /", |world, args| {
        Ok(Value::from(given(world, args, 0)?.format(CTIME)))
    }),
    ("ctime", "secs=, /", |world, args| {
        Ok(Value::from(at(world, args.first())?.format(CTIME)))
    }),
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

const CTIME: &str = "%a %b %e %H:%M:%S %Y";

/// The date at so many seconds since 1970, or now.
fn at(world: &World, seconds: Option<&Value>) -> Result<Date> {
    let seconds = match seconds {
        None | Some(Value::Unset | Value::None) => BEGIN + self::seconds(world),
        Some(seconds) => match real_at_once(seconds) {
            Some(real) => real?,
            None => return Err(error::type_error("an integer is required")),
        },
    };
    match seconds.abs() < 6.0e10 {
        true => Ok(Date::at(seconds.floor() as i64)),
        false => Err(error::overflow_error(
            "timestamp out of range for platform time_t",
        )),
    }
}

fn in_parts(world: &'static World, args: &[Value]) -> Answer {
    let date = at(world, args.first())?;
    let class = class::of(world, "time", STRUCT)?;
    Ok(class::tuple_of(
        class,
        date.parts().map(Value::Int).to_vec(),
    ))
}

/// The nine numbers of a tuple.
fn parts(tuple: Option<&Value>) -> Result<Vec<i64>> {
    let items = match tuple.map(Value::inner) {
        Some(Value::Tuple(items)) if items.len() == 9 => items.to_vec(),
        _ => return Err(error::type_error("Tuple or struct_time argument required")),
    };
    let number = |item: &Value| {
        let number = item.as_int().and_then(|number| number.to_i64());
        number.ok_or_else(|| error::type_error("an integer is required"))
    };
    items.iter().map(number).collect()
}

/// The date of an argument, or now.
fn given(world: &World, args: &[Value], place: usize) -> Result<Date> {
    match args.get(place).filter(|tuple| !tuple.is_unset()) {
        None => at(world, None),
        tuple => Ok(Date::of(&parts(tuple)?)?),
    }
}
