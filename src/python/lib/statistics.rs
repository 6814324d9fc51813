//! `statistics`, of ints and floats. What it computes is in
//! [`text::statistics`](crate::python::text::statistics).

use std::collections::HashMap;

use super::arguments::real;
use super::class;
use crate::python::builtins::{Table, add, classes};
use crate::python::machine::{
    Answer, Result, World, check_size, compare, error, iterate, keys, later, types,
};
use crate::python::names::{Name, NameMap};
use crate::python::text;
use crate::python::text::statistics::{self, Median, Number, Of};
use crate::python::values::{Raise, Value};

/// The class of errors.
const ERROR: &str = "StatisticsError";

pub fn module() -> NameMap {
    let mut module = NameMap::new();
    add(&mut module, "", FUNCTIONS);
    let class = class::new("statistics", ERROR, classes().value_error, &[]);
    module.set(Name::new(ERROR), Value::Class(class));
    module
}

const FUNCTIONS: Table = &[
    ("mean", "data", |world, args| {
        of_data(world, args, |data| statistics::mean(&data).map(value))
    }),
    ("fmean", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::fmean(&data).map(Value::float)
        })
    }),
    ("geometric_mean", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::geometric_mean(&data).map(Value::float)
        })
    }),
    ("harmonic_mean", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::harmonic_mean(&data).map(value)
        })
    }),
    ("variance", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::variance(&data, Of::Sample).map(value)
        })
    }),
    ("pvariance", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::variance(&data, Of::Population).map(value)
        })
    }),
    ("stdev", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::deviation(&data, Of::Sample).map(Value::float)
        })
    }),
    ("pstdev", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::deviation(&data, Of::Population).map(Value::float)
        })
    }),
    ("median", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::median(data, Median::Middle).map(value)
        })
    }),
    ("median_low", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::median(data, Median::Low).map(value)
        })
    }),
    ("median_high", "data", |world, args| {
        of_data(world, args, |data| {
            statistics::median(data, Median::High).map(value)
        })
    }),
    ("quantiles", "data, *, n=, method=", quantiles),
    ("mode", "data", |world, args| {
        let data = args[0].clone();
        later(async move {
            let counted = counts(world, &data).await?;
            let most = counted.iter().map(|(_, count)| *count).max();
            let first = counted.into_iter().find(|(_, count)| Some(*count) == most);
            match first {
                Some((value, _)) => Ok(value),
                None => Err(refused(world, "no mode for empty data")),
            }
        })
    }),
    ("multimode", "data", |world, args| {
        let data = args[0].clone();
        later(async move {
            let counted = counts(world, &data).await?;
            let most = counted.iter().map(|(_, count)| *count).max();
            let all = counted
                .into_iter()
                .filter(|(_, count)| Some(*count) == most);
            Ok(Value::list(all.map(|(value, _)| value).collect()))
        })
    }),
];

fn value(number: Number) -> Value {
    match number {
        Number::Int(number) => number.into(),
        Number::Float(x) => Value::float(x),
    }
}

/// The numbers of an iterable.
async fn numbers(world: &'static World, data: &Value) -> Result<Vec<Number>> {
    let values = iterate::collect(world, data).await?;
    world.spend(values.len());
    let mut numbers = Vec::with_capacity(values.len());
    for value in &values {
        numbers.push(match value.as_int() {
            Some(number) => Number::Int(number.to_integer()),
            None if matches!(value.inner(), Value::Float(_) | Value::Instance(_)) => {
                Number::Float(real(value).await?)
            }
            None => {
                let name = types::name_of(value);
                let text = format!("can't convert type '{name}' to numerator/denominator");
                return Err(error::type_error(text));
            }
        });
    }
    Ok(numbers)
}

/// The result of a function; its ValueErrors are StatisticsErrors.
fn settled<T>(world: &'static World, result: text::Result<T>) -> Result<T> {
    result.map_err(|error| match error.kind {
        text::Kind::Value => refused(world, error.text),
        _ => error.into(),
    })
}

fn refused(world: &'static World, text: impl Into<String>) -> Raise {
    match class::of(world, "_statistics", ERROR) {
        Ok(class) => error::error(class, text),
        Err(raise) => raise,
    }
}

fn of_data(
    world: &'static World,
    args: &[Value],
    run: fn(Vec<Number>) -> text::Result<Value>,
) -> Answer {
    let data = args[0].clone();
    later(async move { settled(world, run(numbers(world, &data).await?)) })
}

fn quantiles(world: &'static World, args: &[Value]) -> Answer {
    let given = |at: usize| args.get(at).filter(|arg| !arg.is_unset());
    let n = match given(1) {
        None => 4,
        Some(Value::Int(n)) => *n,
        Some(_) => return Err(error::type_error("n must be an integer").into()),
    };
    let inclusive = match given(2).map(|method| method.as_str().unwrap_or_default()) {
        None | Some("exclusive") => false,
        Some("inclusive") => true,
        Some(method) => {
            let method = text::string::repr::repr(method);
            return Err(error::value_error(format!("Unknown method: {method}")).into());
        }
    };
    check_size(world, (n.max(0) as usize).saturating_mul(16))?;
    let data = args[0].clone();
    later(async move {
        let points = statistics::quantiles(numbers(world, &data).await?, n, inclusive);
        let points = settled(world, points)?;
        Ok(Value::list(points.into_iter().map(value).collect()))
    })
}

/// Each value of an iterable that differs from those before, and how often it comes.
async fn counts(world: &'static World, data: &Value) -> Result<Vec<(Value, usize)>> {
    let mut counted: Vec<(Value, usize)> = Vec::new();
    let mut places: HashMap<i64, Vec<usize>> = HashMap::new();
    'values: for value in iterate::collect(world, data).await? {
        world.spend(1);
        let place = places.entry(keys::hash(world, &value).await?).or_default();
        for at in place.iter() {
            let known = counted[*at].0.clone();
            if compare::equal(world, &known, &value).await? {
                counted[*at].1 += 1;
                continue 'values;
            }
        }
        place.push(counted.len());
        counted.push((value, 1));
    }
    Ok(counted)
}
