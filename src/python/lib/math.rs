//! `math`. What its functions compute is in [`text::math`](crate::python::text::math).

use std::f64::consts;

use super::arguments::{real, real_at_once, reals, with_ints, with_reals};
use crate::python::builtins::{Table, add};
use crate::python::code::BinaryOp;
use crate::python::machine::{
    Answer, Result, World, error, iterate, later, operator, sequence, types,
};
use crate::python::names::{self, Name, NameMap};
use crate::python::text::math::functions::{self, Log};
use crate::python::text::math::{integer, sums};
use crate::python::text::number::Integer;
use crate::python::text::number::float;
use crate::python::values::Value;

/// Functions of one float that give a float.
macro_rules! of_real {
    ($($name:ident)*) => {
        [$((
            stringify!($name),
            "x, /",
            |_, args| with_reals(args, |[x]| functions::$name(x).map(Value::float)),
        )),*]
    };
}

const CONSTANTS: [(&str, f64); 5] = [
    ("pi", consts::PI),
    ("e", consts::E),
    ("tau", consts::TAU),
    ("inf", f64::INFINITY),
    ("nan", f64::NAN),
];

const TABLES: [Table; 4] = [OF_REAL, FLOATS, INTS, MANY];

pub fn module() -> NameMap {
    let mut module = NameMap::new();
    for (name, value) in CONSTANTS {
        module.set(Name::new(name), Value::float(value));
    }
    for table in TABLES {
        add(&mut module, "", table);
    }
    module
}

const OF_REAL: Table = &of_real! {
    acos acosh asin asinh atan atanh cbrt cos cosh erf erfc exp exp2 expm1 fabs gamma lgamma
    log1p sin sinh sqrt tan tanh
};

/// Functions of floats.
const FLOATS: Table = &[
    ("degrees", "x, /", |_, args| {
        with_reals(args, |[x]| Ok(Value::float(functions::degrees(x))))
    }),
    ("radians", "x, /", |_, args| {
        with_reals(args, |[x]| Ok(Value::float(functions::radians(x))))
    }),
    ("isfinite", "x, /", |_, args| {
        with_reals(args, |[x]| Ok(x.is_finite().into()))
    }),
    ("isinf", "x, /", |_, args| {
        with_reals(args, |[x]| Ok(x.is_infinite().into()))
    }),
    ("isnan", "x, /", |_, args| {
        with_reals(args, |[x]| Ok(x.is_nan().into()))
    }),
    ("ulp", "x, /", |_, args| {
        with_reals(args, |[x]| Ok(Value::float(functions::ulp(x))))
    }),
    ("frexp", "x, /", |_, args| {
        with_reals(args, |[x]| {
            let (mantissa, exponent) = functions::frexp(x);
            Ok(Value::tuple([
                Value::float(mantissa),
                Value::Int(exponent.into()),
            ]))
        })
    }),
    ("modf", "x, /", |_, args| {
        with_reals(args, |[x]| {
            let (fraction, whole) = functions::modf(x);
            Ok(Value::tuple([Value::float(fraction), Value::float(whole)]))
        })
    }),
    ("atan2", "y, x, /", |_, args| {
        with_reals(args, |[y, x]| Ok(Value::float(y.atan2(x))))
    }),
    ("copysign", "x, y, /", |_, args| {
        with_reals(args, |[x, y]| Ok(Value::float(x.copysign(y))))
    }),
    ("fmod", "x, y, /", |_, args| {
        with_reals(args, |[x, y]| functions::fmod(x, y).map(Value::float))
    }),
    ("nextafter", "x, y, /", |_, args| {
        with_reals(args, |[x, y]| Ok(Value::float(functions::next_after(x, y))))
    }),
    ("pow", "x, y, /", |_, args| {
        with_reals(args, |[x, y]| functions::pow(x, y).map(Value::float))
    }),
    ("remainder", "x, y, /", |_, args| {
        with_reals(args, |[x, y]| functions::remainder(x, y).map(Value::float))
    }),
    ("isclose", "a, b, *, rel_tol=, abs_tol=", is_close),
    ("ldexp", "x, i, /", ldexp),
    ("log", "x, base=, /", log),
    ("log2", "x, /", |_, args| log_with(Log::Two, &args[0])),
    ("log10", "x, /", |_, args| log_with(Log::Ten, &args[0])),
    ("hypot", "*coordinates", |_, args| {
        if let Some(reals) = args
            .iter()
            .map(real_at_once)
            .collect::<Option<Result<Vec<f64>>>>()
        {
            return Ok(Value::float(sums::hypot(&reals?)));
        }
        let args = args.to_vec();
        later(async move { Ok(Value::float(sums::hypot(&reals(&args).await?))) })
    }),
    ("dist", "p, q, /", dist),
];

/// Functions of ints, and those to ints.
const INTS: Table = &[
    ("gcd", "*integers", |world, args| {
        with_ints(world, args, |ints, _| {
            let zero = Integer::Small(0);
            Ok(ints
                .iter()
                .fold(zero, |gcd, next| integer::gcd((&gcd).into(), *next)))
        })
    }),
    ("lcm", "*integers", |world, args| {
        with_ints(world, args, |ints, limit| {
            let one = Ok(Integer::Small(1));
            ints.iter()
                .fold(one, |lcm, next| integer::lcm((&lcm?).into(), *next, limit))
        })
    }),
    ("isqrt", "n, /", |world, args| {
        with_ints(world, args, |ints, _| integer::isqrt(ints[0]))
    }),
    ("factorial", "x, /", |world, args| {
        with_ints(world, args, |ints, limit| {
            integer::factorial(ints[0], limit)
        })
    }),
    ("comb", "n, k, /", |world, args| {
        with_ints(world, args, |ints, limit| {
            integer::comb(ints[0], ints[1], limit)
        })
    }),
    ("perm", "n, k=, /", |world, args| match args.get(1) {
        Some(k) if !k.is_none() && !k.is_unset() => with_ints(world, args, |ints, limit| {
            integer::perm(ints[0], ints[1], limit)
        }),
        _ => with_ints(world, &args[..1], |ints, limit| {
            integer::factorial(ints[0], limit)
        }),
    }),
    ("floor", "x, /", |_, args| {
        whole(&args[0], names::FLOOR, f64::floor)
    }),
    ("ceil", "x, /", |_, args| {
        whole(&args[0], names::CEIL, f64::ceil)
    }),
    ("trunc", "x, /", |_, args| {
        whole(&args[0], names::TRUNC, f64::trunc)
    }),
];

/// Functions of iterables.
const MANY: Table = &[
    ("fsum", "seq, /", |world, args| {
        let numbers = args[0].clone();
        later(async move {
            let mut sum = sums::Sum::default();
            let iterator = iterate::iterator(world, &numbers).await?;
            while let Some(number) = iterate::advance(world, &iterator).await? {
                sum.add(real(&number).await?)?;
            }
            Ok(Value::float(sum.result()?))
        })
    }),
    ("prod", "iterable, /, *, start=", |world, args| {
        let numbers = args[0].clone();
        let start = args.get(1).filter(|start| !start.is_unset()).cloned();
        let mut product = start.unwrap_or(Value::Int(1));
        later(async move {
            let iterator = iterate::iterator(world, &numbers).await?;
            while let Some(number) = iterate::advance(world, &iterator).await? {
                let answer = operator::binary(world, BinaryOp::Multiply, &product, &number);
                product = sequence::wait(answer).await?;
            }
            Ok(product)
        })
    }),
];

/// An argument that may be left out.
fn given(args: &[Value], at: usize) -> Option<&Value> {
    args.get(at).filter(|arg| !arg.is_unset())
}

fn is_close(_: &'static World, args: &[Value]) -> Answer {
    let all = [
        args[0].clone(),
        args[1].clone(),
        given(args, 2).cloned().unwrap_or(Value::float(1e-9)),
        given(args, 3).cloned().unwrap_or(Value::float(0.0)),
    ];
    with_reals(&all, |[a, b, relative, absolute]| {
        functions::is_close(a, b, relative, absolute).map(Value::bool)
    })
}

fn ldexp(_: &'static World, args: &[Value]) -> Answer {
    let (x, exponent) = (args[0].clone(), args[1].clone());
    later(async move {
        let x = real(&x).await?;
        let Some(exponent) = exponent.as_int() else {
            return Err(error::type_error(
                "Expected an int as second argument to ldexp.",
            ));
        };
        Ok(Value::float(functions::ldexp(x, exponent)?))
    })
}

/// A logarithm of an int of any size, or of a float, if that takes no Python code.
fn log_at_once(log: Log, value: &Value) -> Option<Result<f64>> {
    match value.as_int() {
        Some(number) => Some(log.of_int(number).map_err(Into::into)),
        None => real_at_once(value).map(|real| Ok(log.of(real?)?)),
    }
}

async fn log_of(log: Log, value: &Value) -> Result<f64> {
    match log_at_once(log, value) {
        Some(result) => result,
        None => Ok(log.of(real(value).await?)?),
    }
}

fn log_with(log: Log, value: &Value) -> Answer {
    if let Some(result) = log_at_once(log, value) {
        return Ok(Value::float(result?));
    }
    let value = value.clone();
    later(async move { log_of(log, &value).await.map(Value::float) })
}

fn log(_: &'static World, args: &[Value]) -> Answer {
    let Some(base) = given(args, 1).cloned() else {
        return log_with(Log::Natural, &args[0]);
    };
    let x = args[0].clone();
    later(async move {
        let log = log_of(Log::Natural, &x).await?;
        let base = log_of(Log::Natural, &base).await?;
        Ok(Value::float(float::true_div(log, base)?))
    })
}

fn dist(world: &'static World, args: &[Value]) -> Answer {
    let (p, q) = (args[0].clone(), args[1].clone());
    later(async move {
        let p = reals(&iterate::collect(world, &p).await?).await?;
        let q = reals(&iterate::collect(world, &q).await?).await?;
        if p.len() != q.len() {
            let text = "both points must have the same number of dimensions";
            return Err(error::value_error(text));
        }
        let differences: Vec<f64> = p.iter().zip(&q).map(|(p, q)| p - q).collect();
        Ok(Value::float(sums::hypot(&differences)))
    })
}

/// `floor`, `ceil` and `trunc`: of what defines them by its method, of other numbers by
/// their float.
fn whole(value: &Value, method: Name, round: fn(f64) -> f64) -> Answer {
    if let Some(found) = types::defined(value, method) {
        return types::tail_method(&found, value, []);
    }
    if value.as_int().is_some() {
        return match value.inner() {
            Value::Bool(bool) => Ok(Value::Int(bool.get().into())),
            number => Ok(number.clone()),
        };
    }
    if let Value::Float(x) = value {
        return Ok(functions::to_int(x.get(), round)?.into());
    }
    let value = value.clone();
    later(async move {
        if method == names::TRUNC && !matches!(value.inner(), Value::Float(_)) {
            let name = types::name_of(&value);
            return Err(error::type_error(format!(
                "type {name} doesn't define __trunc__ method"
            )));
        }
        Ok(functions::to_int(real(&value).await?, round)?.into())
    })
}
