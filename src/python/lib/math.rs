//! math: its functions compute in `text::math`.

use crate::python::builtins::{Table, add};
use crate::python::code::BinaryOp;
use crate::python::machine::{
    Answer, Result, World, error, iterate, later, operator, sequence, types,
};
use crate::python::names::{self, Name, NameMap};
use crate::python::text::math::{functions, integer, sums};
use crate::python::text::number::Int;
use crate::python::text::{self};
use crate::python::values::Value;

/// Functions of one float.
macro_rules! unary {
    ($($name:ident,)*) => {
        $(fn $name(_: &'static World, args: &[Value]) -> Answer {
            Ok(Value::Float(functions::$name(float(&args[0])?)?))
        })*

        const UNARY: Table = &[$((stringify!($name), "x, /", $name),)*];
    };
}

unary! {
    acos, acosh, asin, asinh, atan, atanh, cbrt, cos, cosh, erf, erfc, exp, exp2, expm1, fabs,
    gamma, lgamma, log1p, sin, sinh, sqrt, tan, tanh,
}

const TABLE: Table = &[
    ("atan2", "y, x, /", |_, a| {
        Ok(Value::Float(float(&a[0])?.atan2(float(&a[1])?)))
    }),
    ("ceil", "x, /", ceil),
    ("comb", "n, k, /", comb),
    ("copysign", "x, y, /", |_, a| {
        Ok(Value::Float(float(&a[0])?.copysign(float(&a[1])?)))
    }),
    ("degrees", "x, /", |_, a| {
        Ok(Value::Float(functions::degrees(float(&a[0])?)))
    }),
    ("dist", "p, q, /", dist),
    ("factorial", "n, /", factorial),
    ("floor", "x, /", floor),
    ("fmod", "x, y, /", |_, a| {
        Ok(Value::Float(functions::fmod(float(&a[0])?, float(&a[1])?)?))
    }),
    ("frexp", "x, /", frexp),
    ("fsum", "seq, /", fsum),
    ("gcd", "*integers", gcd),
    ("hypot", "*coordinates", hypot),
    ("isclose", "a, b, *, rel_tol=, abs_tol=", isclose),
    ("isfinite", "x, /", |_, a| {
        Ok(Value::Bool(float(&a[0])?.is_finite()))
    }),
    ("isinf", "x, /", |_, a| {
        Ok(Value::Bool(float(&a[0])?.is_infinite()))
    }),
    ("isnan", "x, /", |_, a| {
        Ok(Value::Bool(float(&a[0])?.is_nan()))
    }),
    ("isqrt", "n, /", |_, a| {
        Ok(integer::isqrt(int(&a[0])?)?.into())
    }),
    ("lcm", "*integers", lcm),
    ("ldexp", "x, i, /", |_, a| {
        Ok(Value::Float(functions::ldexp(float(&a[0])?, int(&a[1])?)?))
    }),
    ("log", "x, base=, /", log),
    ("log10", "x, /", |_, a| {
        logarithm(functions::Log::Ten, &a[0])
            .map(Value::Float)
            .map_err(Into::into)
    }),
    ("log2", "x, /", |_, a| {
        logarithm(functions::Log::Two, &a[0])
            .map(Value::Float)
            .map_err(Into::into)
    }),
    ("modf", "x, /", modf),
    ("nextafter", "x, y, /", |_, a| {
        Ok(Value::Float(functions::next_after(
            float(&a[0])?,
            float(&a[1])?,
        )))
    }),
    ("perm", "n, k=, /", perm),
    ("pow", "x, y, /", |_, a| {
        Ok(Value::Float(functions::pow(float(&a[0])?, float(&a[1])?)?))
    }),
    ("prod", "iterable, /, *, start=", prod),
    ("radians", "x, /", |_, a| {
        Ok(Value::Float(functions::radians(float(&a[0])?)))
    }),
    ("remainder", "x, y, /", |_, a| {
        Ok(Value::Float(functions::remainder(
            float(&a[0])?,
            float(&a[1])?,
        )?))
    }),
    ("trunc", "x, /", trunc),
    ("ulp", "x, /", |_, a| {
        Ok(Value::Float(functions::ulp(float(&a[0])?)))
    }),
];

const CONSTANTS: &[(&str, f64)] = &[
    ("e", std::f64::consts::E),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
    ("pi", std::f64::consts::PI),
    ("tau", std::f64::consts::TAU),
];

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", UNARY);
    add(&mut map, "", TABLE);
    for (name, value) in CONSTANTS {
        map.set(Name::new(name), Value::Float(*value));
    }
    map
}

pub fn names() -> Vec<&'static str> {
    let functions = UNARY.iter().chain(TABLE).map(|(name, ..)| *name);
    functions
        .chain(CONSTANTS.iter().map(|(name, _)| *name))
        .collect()
}

fn float(value: &Value) -> Result<f64> {
    match crate::python::builtins::float_of(value)? {
        Some(number) => Ok(number),
        None => Err(error::type_error(format!(
            "must be real number, not {}",
            types::name_of(value)
        ))),
    }
}

fn int(value: &Value) -> Result<Int<'_>> {
    value.as_int().ok_or_else(|| {
        let name = types::name_of(value);
        error::type_error(format!(
            "'{name}' object cannot be interpreted as an integer"
        ))
    })
}

/// A float as an int, or what the object's own method says.
fn rounded(args: &[Value], name: Name, round: fn(f64) -> f64) -> Answer {
    if let Some(method) = types::defined(&args[0], name) {
        return types::tail_method(&method, &args[0], []);
    }
    match args[0].as_int() {
        Some(number) => Ok(number.to_integer().into()),
        None => Ok(functions::to_int(float(&args[0])?, round)?.into()),
    }
}

fn ceil(_: &'static World, args: &[Value]) -> Answer {
    rounded(args, names::CEIL, f64::ceil)
}

fn floor(_: &'static World, args: &[Value]) -> Answer {
    rounded(args, names::FLOOR, f64::floor)
}

fn trunc(_: &'static World, args: &[Value]) -> Answer {
    rounded(args, names::TRUNC, f64::trunc)
}

fn comb(world: &'static World, args: &[Value]) -> Answer {
    Ok(integer::comb(int(&args[0])?, int(&args[1])?, world.limits.size)?.into())
}

fn perm(world: &'static World, args: &[Value]) -> Answer {
    match args.get(1).filter(|k| !k.is_none()) {
        Some(k) => Ok(integer::perm(int(&args[0])?, int(k)?, world.limits.size)?.into()),
        None => factorial(world, args),
    }
}

fn factorial(world: &'static World, args: &[Value]) -> Answer {
    world.spend(int(&args[0])?.to_i64().unwrap_or(0).unsigned_abs() as usize);
    Ok(integer::factorial(int(&args[0])?, world.limits.size.min(1 << 18))?.into())
}

fn frexp(_: &'static World, args: &[Value]) -> Answer {
    let (fraction, exponent) = functions::frexp(float(&args[0])?);
    Ok(Value::tuple([
        Value::Float(fraction),
        Value::Int(i64::from(exponent)),
    ]))
}

fn modf(_: &'static World, args: &[Value]) -> Answer {
    let (fraction, whole) = functions::modf(float(&args[0])?);
    Ok(Value::tuple([Value::Float(fraction), Value::Float(whole)]))
}

/// The floats of an iterable.
async fn floats(world: &'static World, iterable: &Value) -> Result<Vec<f64>> {
    iterate::collect(world, iterable)
        .await?
        .iter()
        .map(float)
        .collect()
}

fn fsum(world: &'static World, args: &[Value]) -> Answer {
    let iterable = args[0].clone();
    later(async move { Ok(Value::Float(sums::fsum(floats(world, &iterable).await?)?)) })
}

fn dist(world: &'static World, args: &[Value]) -> Answer {
    let (p, q) = (args[0].clone(), args[1].clone());
    later(async move {
        let (p, q) = (floats(world, &p).await?, floats(world, &q).await?);
        if p.len() != q.len() {
            let text = "both points must have the same number of dimensions";
            return Err(error::value_error(text));
        }
        let apart: Vec<f64> = p.iter().zip(&q).map(|(a, b)| a - b).collect();
        Ok(Value::Float(sums::hypot(&apart)))
    })
}

fn hypot(_: &'static World, args: &[Value]) -> Answer {
    let numbers: Result<Vec<f64>> = args.iter().map(float).collect();
    Ok(Value::Float(sums::hypot(&numbers?)))
}

fn gcd(_: &'static World, args: &[Value]) -> Answer {
    let mut all = text::number::Integer::Small(0);
    for arg in args {
        all = integer::gcd((&all).into(), int(arg)?);
    }
    Ok(all.into())
}

fn lcm(world: &'static World, args: &[Value]) -> Answer {
    let mut all = text::number::Integer::Small(1);
    for arg in args {
        all = integer::lcm((&all).into(), int(arg)?, world.limits.size)?;
    }
    Ok(all.into())
}

fn isclose(_: &'static World, args: &[Value]) -> Answer {
    let option = |at: usize, default: f64| match args.get(at).filter(|value| !value.is_unset()) {
        Some(value) => float(value),
        None => Ok(default),
    };
    let (relative, absolute) = (option(2, 1e-9)?, option(3, 0.0)?);
    Ok(Value::Bool(functions::is_close(
        float(&args[0])?,
        float(&args[1])?,
        relative,
        absolute,
    )?))
}

fn logarithm(log: functions::Log, value: &Value) -> Result<f64> {
    match value.as_int() {
        Some(number) => Ok(log.of_int(number)?),
        None => Ok(log.of(float(value)?)?),
    }
}

fn log(_: &'static World, args: &[Value]) -> Answer {
    let number = logarithm(functions::Log::Natural, &args[0])?;
    match args.get(1) {
        None => Ok(Value::Float(number)),
        Some(base) => {
            let base = logarithm(functions::Log::Natural, base)?;
            Ok(Value::Float(text::number::float::true_div(number, base)?))
        }
    }
}

fn prod(world: &'static World, args: &[Value]) -> Answer {
    let iterable = args[0].clone();
    let mut product = args
        .get(1)
        .cloned()
        .filter(|start| !start.is_unset())
        .unwrap_or(Value::Int(1));
    later(async move {
        for value in iterate::collect(world, &iterable).await? {
            let next = operator::binary(world, BinaryOp::Multiply, &product, &value);
            product = sequence::wait(next).await?;
        }
        Ok(product)
    })
}
