//! int, float and bool: functions, methods, and how they are made.

use super::Table;
use crate::python::machine::{Answer, Result, World, error, later, sequence, types};
use crate::python::names;
use crate::python::text::number::{
    Int, arithmetic, bytes, float, float_hex, float_parse, int_parse, int_text, round as rounding,
};
use crate::python::values::{Raise, Truth, Value};

pub const TABLE: Table = &[
    ("abs", "x, /", abs),
    ("bin", "number, /", bin),
    ("chr", "i, /", chr),
    ("divmod", "x, y, /", divmod),
    ("hex", "number, /", hex),
    ("oct", "number, /", oct),
    ("ord", "c, /", ord),
    ("pow", "base, exp, mod=", pow),
    ("round", "number, ndigits=", round),
];

pub const INT_METHODS: Table = &[
    ("as_integer_ratio", "self, /", as_integer_ratio),
    ("bit_count", "self, /", bit_count),
    ("bit_length", "self, /", bit_length),
    ("conjugate", "self, /", trunc),
    (
        "to_bytes",
        "self, /, length=, byteorder=, *, signed=",
        to_bytes,
    ),
];

pub const FLOAT_METHODS: Table = &[
    ("as_integer_ratio", "self, /", as_integer_ratio),
    ("conjugate", "self, /", to_float),
    ("hex", "self, /", float_hex_method),
    ("is_integer", "self, /", is_integer),
];

fn int_of(value: &Value) -> Result<Int<'_>> {
    value.as_int().ok_or_else(|| not_an_int(value))
}

fn not_an_int(value: &Value) -> Raise {
    let name = types::name_of(value);
    error::type_error(format!(
        "'{name}' object cannot be interpreted as an integer"
    ))
}

/// The function on an int, which the argument may have to be asked for.
fn with_int(value: &Value, run: fn(Int) -> Answer) -> Answer {
    if let Some(number) = value.as_int() {
        return run(number);
    }
    let value = value.clone();
    if types::defined(&value, names::INDEX).is_none() {
        return Err(not_an_int(&value).into());
    }
    later(async move {
        let number = types::index(&value).await?;
        sequence::wait(run(int_of(&number)?)).await
    })
}

pub fn abs(_: &'static World, args: &[Value]) -> Answer {
    if let Some(method) = types::defined(&args[0], names::ABS) {
        return types::tail_method(&method, &args[0], []);
    }
    match (args[0].inner(), args[0].as_int()) {
        (_, Some(number)) => Ok(number.abs().into()),
        (Value::Float(number), _) => Ok(Value::float(number.get().abs())),
        _ => {
            let name = types::name_of(&args[0]);
            Err(error::type_error(format!("bad operand type for abs(): '{name}'")).into())
        }
    }
}

fn bin(_: &'static World, args: &[Value]) -> Answer {
    with_int(&args[0], |number| {
        Ok(Value::from(int_text::prefixed(number, 2)))
    })
}

fn oct(_: &'static World, args: &[Value]) -> Answer {
    with_int(&args[0], |number| {
        Ok(Value::from(int_text::prefixed(number, 8)))
    })
}

fn hex(_: &'static World, args: &[Value]) -> Answer {
    with_int(&args[0], |number| {
        Ok(Value::from(int_text::prefixed(number, 16)))
    })
}

fn chr(_: &'static World, args: &[Value]) -> Answer {
    with_int(&args[0], |number| {
        let Some(code) = number.to_i64().filter(|code| i32::try_from(*code).is_ok()) else {
            let text = "Python int too large to convert to C int";
            return Err(error::overflow_error(text).into());
        };
        let code = u32::try_from(code).ok();
        match code.filter(|code| *code < 0x11_0000) {
            Some(code) => match char::from_u32(code) {
                Some(c) => Ok(Value::from(&*c.encode_utf8(&mut [0; 4]))),
                None => Err(error::value_error("lone surrogates are not supported").into()),
            },
            None => Err(error::value_error("chr() arg not in range(0x110000)").into()),
        }
    })
}

fn ord(_: &'static World, args: &[Value]) -> Answer {
    let (length, code) = match args[0].inner() {
        Value::Str(text) => (text.len(), text.as_str().chars().next().map(u32::from)),
        Value::Bytes(bytes) => (
            bytes.as_slice().len(),
            bytes.as_slice().first().copied().map(u32::from),
        ),
        other => {
            let name = types::name_of(other);
            let text = format!("ord() expected string of length 1, but {name} found");
            return Err(error::type_error(text).into());
        }
    };
    match code {
        Some(code) if length == 1 => Ok(Value::Int(i64::from(code))),
        _ => {
            let text = format!("ord() expected a character, but string of length {length} found");
            Err(error::type_error(text).into())
        }
    }
}

fn divmod(_: &'static World, args: &[Value]) -> Answer {
    let (a, b) = (&args[0], &args[1]);
    if let Some(method) = types::defined(a, names::DIVMOD) {
        return types::tail_method(&method, a, [b.clone()]);
    }
    if let Some(method) = types::defined(b, names::RDIVMOD) {
        return types::tail_method(&method, b, [a.clone()]);
    }
    if let (Some(a), Some(b)) = (a.as_int(), b.as_int()) {
        let (quotient, rest) = arithmetic::divmod(a, b)?;
        return Ok(Value::tuple([quotient.into(), rest.into()]));
    }
    match (float_of(a)?, float_of(b)?) {
        (Some(a), Some(b)) => {
            let (quotient, rest) = float::divmod(a, b)?;
            Ok(Value::tuple([Value::float(quotient), Value::float(rest)]))
        }
        _ => {
            let text = format!(
                "unsupported operand type(s) for divmod(): '{}' and '{}'",
                types::name_of(a),
                types::name_of(b)
            );
            Err(error::type_error(text).into())
        }
    }
}

/// The number as a float, if it is one or an int.
pub fn float_of(value: &Value) -> Result<Option<f64>> {
    match (value.inner(), value.as_int()) {
        (Value::Float(number), _) => Ok(Some(number.get())),
        (_, Some(number)) => Ok(Some(number.to_f64()?)),
        _ => Ok(None),
    }
}

fn pow(world: &'static World, args: &[Value]) -> Answer {
    use crate::python::code::BinaryOp;
    let modulus = args
        .get(2)
        .filter(|value| !value.is_unset() && !value.is_none());
    let Some(modulus) = modulus else {
        return crate::python::machine::operator::binary(
            world,
            BinaryOp::Power,
            &args[0],
            &args[1],
        );
    };
    if let Some(method) = types::defined(&args[0], names::POW) {
        return types::tail_method(&method, &args[0], [args[1].clone(), modulus.clone()]);
    }
    match (args[0].as_int(), args[1].as_int(), modulus.as_int()) {
        (Some(base), Some(exponent), Some(modulus)) => {
            world.spend((exponent.bit_length() / 8) as usize);
            Ok(arithmetic::pow_mod(base, exponent, modulus)?.into())
        }
        _ => {
            let all = [&args[0], &args[1], modulus];
            let is_number = |value: &&Value| {
                value.as_int().is_some() || float_of(value).is_ok_and(|n| n.is_some())
            };
            let text = if all.iter().all(is_number) {
                "pow() 3rd argument not allowed unless all arguments are integers".to_owned()
            } else {
                let [base, exponent, modulus] = all.map(types::name_of);
                format!(
                    "unsupported operand type(s) for ** or pow(): '{base}', '{exponent}', '{modulus}'"
                )
            };
            Err(error::type_error(text).into())
        }
    }
}

pub fn round(_: &'static World, args: &[Value]) -> Answer {
    let digits = args
        .get(1)
        .filter(|value| !value.is_unset() && !value.is_none());
    if let Some(method) = types::defined(&args[0], names::ROUND) {
        return match digits {
            Some(digits) => types::tail_method(&method, &args[0], [digits.clone()]),
            None => types::tail_method(&method, &args[0], []),
        };
    }
    match (args[0].inner(), args[0].as_int(), digits) {
        (_, Some(number), None) => Ok(number.to_integer().into()),
        (_, Some(number), Some(digits)) => Ok(rounding::int(number, int_of(digits)?).into()),
        (Value::Float(number), _, None) => Ok(rounding::float_to_int(number.get())?.into()),
        (Value::Float(number), _, Some(digits)) => {
            let digits = int_of(digits)?;
            let digits = digits.to_i64().unwrap_or(if digits.is_negative() {
                i64::MIN
            } else {
                i64::MAX
            });
            Ok(Value::float(rounding::float(number.get(), digits)?))
        }
        _ => {
            let name = types::name_of(&args[0]);
            Err(error::type_error(format!("type {name} doesn't define __round__ method")).into())
        }
    }
}

pub fn trunc(_: &'static World, args: &[Value]) -> Answer {
    match args[0].inner() {
        Value::Float(number) => Ok(float::to_int(number.get())?.into()),
        other => Ok(int_of(other)?.to_integer().into()),
    }
}

pub fn to_float(_: &'static World, args: &[Value]) -> Answer {
    match float_of(&args[0])? {
        Some(number) => Ok(Value::float(number)),
        None => Err(super::objects::wrong_self("float", args.first()).into()),
    }
}

fn as_integer_ratio(_: &'static World, args: &[Value]) -> Answer {
    match args[0].inner() {
        Value::Float(number) => {
            let (numerator, denominator) = float::as_integer_ratio(number.get())?;
            Ok(Value::tuple([numerator.into(), denominator.into()]))
        }
        other => Ok(Value::tuple([
            int_of(other)?.to_integer().into(),
            Value::Int(1),
        ])),
    }
}

fn bit_count(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::Int(int_of(&args[0])?.bit_count() as i64))
}

fn bit_length(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::Int(int_of(&args[0])?.bit_length() as i64))
}

/// An argument of `to_bytes` and `from_bytes`.
fn order(args: &[Value], at: usize) -> Result<bytes::Order> {
    Ok(bytes::Order::parse(
        args.get(at).and_then(Value::as_str).unwrap_or("big"),
    )?)
}

fn to_bytes(world: &'static World, args: &[Value]) -> Answer {
    let length = match args.get(1).filter(|value| !value.is_unset()) {
        Some(length) => int_of(length)?.to_i64().unwrap_or(i64::MAX),
        None => 1,
    };
    let signed = matches!(args.get(3), Some(Value::Bool(Truth::True)));
    let number = int_of(&args[0])?;
    Ok(Value::bytes(bytes::to_bytes(
        number,
        length,
        order(args, 2)?,
        signed,
        world.limits.size,
    )?))
}

/// `int.from_bytes(bytes, byteorder, *, signed)`.
pub fn from_bytes(world: &'static World, args: &[Value]) -> Answer {
    let signed = matches!(args.get(2), Some(Value::Bool(Truth::True)));
    let order = order(args, 1)?;
    let number = move |bytes: &Value| match bytes.inner() {
        Value::Bytes(bytes) => Ok(bytes::from_bytes(bytes.as_slice(), order, signed).into()),
        other => {
            let name = types::name_of(other);
            let text = format!("cannot convert '{name}' object to bytes");
            Err(error::type_error(text))
        }
    };
    let source = &args[0];
    if source.as_str().is_some() || source.as_int().is_some() {
        return Ok(number(source)?);
    }
    match super::bytes::new(world, std::slice::from_ref(source)) {
        Ok(bytes) => Ok(number(&bytes)?),
        answer => later(async move { number(&sequence::wait(answer).await?) }),
    }
}

fn float_hex_method(_: &'static World, args: &[Value]) -> Answer {
    match args[0].inner() {
        Value::Float(number) => Ok(Value::from(float_hex::hex(number.get()))),
        other => Err(super::objects::wrong_self("float", Some(other)).into()),
    }
}

/// `float.fromhex(text)`.
pub fn fromhex(_: &'static World, args: &[Value]) -> Answer {
    match args[0].as_str() {
        Some(text) => Ok(Value::float(float_hex::from_hex(text)?)),
        None => Err(error::type_error("bad argument type for built-in operation").into()),
    }
}

fn is_integer(_: &'static World, args: &[Value]) -> Answer {
    match args[0].inner() {
        Value::Float(number) => Ok(Value::bool(float::is_integer(number.get()))),
        other => Err(super::objects::wrong_self("float", Some(other)).into()),
    }
}

/// `int(x)`, `int(text, base)`.
pub fn new_int(_: &'static World, args: &[Value]) -> Answer {
    let base = args.get(1).filter(|value| !value.is_unset());
    let Some(value) = args.first().filter(|value| !value.is_unset()) else {
        if base.is_some() {
            return Err(error::type_error("int() missing string argument").into());
        }
        return Ok(Value::Int(0));
    };
    if let Some(base) = base {
        let base = int_of(base)?.to_i64().unwrap_or(i64::MAX);
        return match value.inner() {
            Value::Str(text) => Ok(int_parse::parse(text.as_str(), base)?.into()),
            Value::Bytes(bytes) => Ok(int_parse::parse_bytes(bytes.as_slice(), base)?.into()),
            _ => Err(error::type_error("int() can't convert non-string with explicit base").into()),
        };
    }
    for name in [names::INT, names::INDEX, names::TRUNC] {
        if let Some(method) = types::defined(value, name) {
            let value = value.clone();
            return later(async move {
                let number = types::call_method(&method, &value, Vec::new()).await?;
                match number.as_int() {
                    Some(number) => Ok(number.to_integer().into()),
                    None => Err(error::type_error(format!(
                        "{} returned non-int (type {})",
                        name.text(),
                        types::name_of(&number)
                    ))),
                }
            });
        }
    }
    match (value.inner(), value.as_int()) {
        (_, Some(number)) => Ok(number.to_integer().into()),
        (Value::Float(number), _) => Ok(float::to_int(number.get())?.into()),
        (Value::Str(text), _) => Ok(int_parse::parse(text.as_str(), 10)?.into()),
        (Value::Bytes(bytes), _) => Ok(int_parse::parse_bytes(bytes.as_slice(), 10)?.into()),
        _ => {
            let text = format!(
                "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                types::name_of(value)
            );
            Err(error::type_error(text).into())
        }
    }
}

/// `float(x)`.
pub fn new_float(_: &'static World, args: &[Value]) -> Answer {
    let Some(value) = args.first().filter(|value| !value.is_unset()) else {
        return Ok(Value::float(0.0));
    };
    if let Some(method) = types::defined(value, names::FLOAT) {
        let value = value.clone();
        return later(async move {
            match types::call_method(&method, &value, Vec::new()).await? {
                Value::Float(number) => Ok(Value::Float(number)),
                other => Err(error::type_error(format!(
                    "{}.__float__ returned non-float (type {})",
                    types::name_of(&value),
                    types::name_of(&other)
                ))),
            }
        });
    }
    if types::defined(value, names::INDEX).is_some() {
        let value = value.clone();
        return later(async move {
            let number = types::index(&value).await?;
            Ok(Value::float(int_of(&number)?.to_f64()?))
        });
    }
    match (value.inner(), float_of(value)?) {
        (_, Some(number)) => Ok(Value::float(number)),
        (Value::Str(text), _) => Ok(Value::float(float_parse::parse(text.as_str())?)),
        (Value::Bytes(bytes), _) => Ok(Value::float(float_parse::parse_bytes(bytes.as_slice())?)),
        _ => {
            let text = format!(
                "float() argument must be a string or a real number, not '{}'",
                types::name_of(value)
            );
            Err(error::type_error(text).into())
        }
    }
}
