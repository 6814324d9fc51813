//! The arguments of the library's functions, as numbers.

use crate::python::machine::{Answer, Result, World, error, later, types};
use crate::python::names;
use crate::python::text;
use crate::python::text::number::{Int, Integer};
use crate::python::values::Value;

/// A float from a number, if that takes no Python code.
pub fn real_at_once(value: &Value) -> Option<Result<f64>> {
    match value.inner() {
        Value::Instance(_) => None,
        _ if types::defined(value, names::FLOAT).is_some() => None,
        Value::Float(x) => Some(Ok(x.get())),
        other => match other.as_int() {
            Some(number) => Some(number.to_f64().map_err(Into::into)),
            None => {
                let name = types::name_of(value);
                Some(Err(error::type_error(format!(
                    "must be real number, not {name}"
                ))))
            }
        },
    }
}

/// A float from what counts as one: by `__float__` or `__index__`.
pub async fn real(value: &Value) -> Result<f64> {
    if let Some(real) = real_at_once(value) {
        return real;
    }
    if let Some(found) = types::special(value, names::FLOAT, Vec::new()).await? {
        return match found.inner() {
            Value::Float(x) => Ok(x.get()),
            _ => {
                let (name, wrong) = (types::name_of(value), types::name_of(&found));
                let text = format!("{name}.__float__ returned non-float (type {wrong})");
                Err(error::type_error(text))
            }
        };
    }
    if types::defined(value, names::INDEX).is_some() {
        let number = types::index(value).await?;
        return real_at_once(&number).unwrap_or(Ok(0.0));
    }
    let name = types::name_of(value);
    Err(error::type_error(format!(
        "must be real number, not {name}"
    )))
}

/// Calls a function of floats with the first arguments.
pub fn with_reals<const N: usize>(
    args: &[Value],
    run: fn([f64; N]) -> text::Result<Value>,
) -> Answer {
    let mut reals = [0.0; N];
    for (at, arg) in args.iter().take(N).enumerate() {
        match real_at_once(arg) {
            Some(real) => reals[at] = real?,
            None => {
                let args = args.to_vec();
                return later(async move {
                    for (at, arg) in args.iter().take(N).enumerate() {
                        reals[at] = real(arg).await?;
                    }
                    Ok(run(reals)?)
                });
            }
        }
    }
    Ok(run(reals)?)
}

/// Floats from all of the arguments.
pub async fn reals(args: &[Value]) -> Result<Vec<f64>> {
    let mut reals = Vec::with_capacity(args.len());
    for arg in args {
        reals.push(real(arg).await?);
    }
    Ok(reals)
}

/// Calls a function of ints with all of the arguments, and the limit of bits.
pub fn with_ints(
    world: &'static World,
    args: &[Value],
    run: fn(&[Int], usize) -> text::Result<Integer>,
) -> Answer {
    let limit = world.limits.size.saturating_mul(8);
    let ints: Option<Vec<Int>> = args.iter().map(Value::as_int).collect();
    if let Some(ints) = ints {
        return Ok(run(&ints, limit)?.into());
    }
    let args = args.to_vec();
    later(async move {
        let mut indices = Vec::with_capacity(args.len());
        for arg in &args {
            indices.push(types::index(arg).await?);
        }
        let ints: Vec<Int> = indices.iter().filter_map(Value::as_int).collect();
        Ok(run(&ints, limit)?.into())
    })
}

/// An argument that may be left out, or be None.
pub fn given(args: &[Value], at: usize) -> Option<Value> {
    args.get(at)
        .filter(|arg| !arg.is_unset() && !arg.is_none())
        .cloned()
}
