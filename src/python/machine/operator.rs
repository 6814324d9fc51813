//! Binary and unary operators.

use std::sync::Arc;

use super::{Answer, Result, World, error, later, sequence, types};
use crate::python::builtins::{deques, formatting};
use crate::python::code::{BinaryOp, UnaryOp};
use crate::python::names::{self, Name};
use crate::python::text::number::{Int, arithmetic, division, float};
use crate::python::values::{Alias, Class, Dict, List, Raise, Value, admit};

/// An operator's three methods.
struct Methods {
    forward: Name,
    reflected: Name,
    in_place: Name,
}

fn methods(op: BinaryOp) -> Methods {
    let (forward, reflected, in_place) = match op {
        BinaryOp::Add => (names::ADD, names::RADD, names::IADD),
        BinaryOp::Subtract => (names::SUB, names::RSUB, names::ISUB),
        BinaryOp::Multiply => (names::MUL, names::RMUL, names::IMUL),
        BinaryOp::Divide => (names::TRUEDIV, names::RTRUEDIV, names::ITRUEDIV),
        BinaryOp::FloorDivide => (names::FLOORDIV, names::RFLOORDIV, names::IFLOORDIV),
        BinaryOp::Modulo => (names::MOD, names::RMOD, names::IMOD),
        BinaryOp::Power => (names::POW, names::RPOW, names::IPOW),
        BinaryOp::LeftShift => (names::LSHIFT, names::RLSHIFT, names::ILSHIFT),
        BinaryOp::RightShift => (names::RSHIFT, names::RRSHIFT, names::IRSHIFT),
        BinaryOp::And => (names::AND, names::RAND, names::IAND),
        BinaryOp::Or => (names::OR, names::ROR, names::IOR),
        BinaryOp::Xor => (names::XOR, names::RXOR, names::IXOR),
        BinaryOp::MatrixMultiply => (names::MATMUL, names::RMATMUL, names::IMATMUL),
    };
    Methods {
        forward,
        reflected,
        in_place,
    }
}

/// The operator on ints, if both are.
#[inline]
pub fn ints(op: BinaryOp, a: i64, b: i64) -> Option<i64> {
    Some(match op {
        BinaryOp::Add => a.checked_add(b)?,
        BinaryOp::Subtract => a.checked_sub(b)?,
        BinaryOp::Multiply => a.checked_mul(b)?,
        BinaryOp::FloorDivide if b > 0 => a.div_euclid(b),
        BinaryOp::Modulo if b > 0 => a.rem_euclid(b),
        BinaryOp::And => a & b,
        BinaryOp::Or => a | b,
        BinaryOp::Xor => a ^ b,
        BinaryOp::RightShift if (0..64).contains(&b) => a >> b,
        _ => return None,
    })
}

/// The operator on floats, where nothing can go wrong.
#[inline]
pub fn floats(op: BinaryOp, a: f64, b: f64) -> Option<Value> {
    let result = match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide if b != 0.0 => a / b,
        _ => return None,
    };
    Some(Value::float(result))
}

/// `a op b`, of any values.
pub fn binary(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Answer {
    if !defines(a) && !defines(b) {
        return match plain(world, op, a, b) {
            Some(answer) => answer,
            None => Err(refused(op, a, b, false).into()),
        };
    }
    let (a, b) = (a.clone(), b.clone());
    later(async move {
        match by_methods(world, op, &a, &b).await? {
            Some(value) => Ok(value),
            None => Err(refused(op, &a, &b, false)),
        }
    })
}

/// `a op= b`: what a is to be bound to.
pub fn in_place(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Answer {
    if let Some(answer) = change(world, op, a, b) {
        return answer;
    }
    if !defines(a) && !defines(b) {
        return match plain(world, op, a, b) {
            Some(answer) => answer,
            None => Err(refused(op, a, b, true).into()),
        };
    }
    let (a, b) = (a.clone(), b.clone());
    later(async move {
        if let Some(method) = types::class_of(&a).find_defined(methods(op).in_place) {
            let result = types::call_method(&method, &a, vec![b.clone()]).await?;
            if !matches!(result, Value::NotImplemented) {
                return Ok(result);
            }
        }
        match by_methods(world, op, &a, &b).await? {
            Some(value) => Ok(value),
            None => Err(refused(op, &a, &b, true)),
        }
    })
}

/// Whether the value's class may define operators in Python.
fn defines(value: &Value) -> bool {
    matches!(value, Value::Instance(_) | Value::Exception(_))
}

/// The method of a class of the program, or else the builtin's own.
async fn by_methods(
    world: &'static World,
    op: BinaryOp,
    a: &Value,
    b: &Value,
) -> Result<Option<Value>> {
    let (left, right) = (types::class_of(a), types::class_of(b));
    let Methods {
        forward, reflected, ..
    } = methods(op);
    let forward = left.find_defined(forward);
    let mut backward = right.find_defined(reflected);
    if std::ptr::eq(left, right) {
        backward = None;
    }
    let overrides = |class: &'static Class, base: &Class| class.derives_from(base);
    if let Some(method) = &backward
        && overrides(right, left)
        && !left
            .find_defined(reflected)
            .is_some_and(|own| own.is(method))
    {
        let result = types::call_method(method, b, vec![a.clone()]).await?;
        if !matches!(result, Value::NotImplemented) {
            return Ok(Some(result));
        }
        backward = None;
    }
    if let Some(method) = forward {
        let result = types::call_method(&method, a, vec![b.clone()]).await?;
        if !matches!(result, Value::NotImplemented) {
            return Ok(Some(result));
        }
    } else if let Some(answer) = plain(world, op, a.inner(), operand(op, a, b)) {
        return sequence::wait(answer).await.map(Some);
    }
    if let Some(method) = backward {
        let result = types::call_method(&method, b, vec![a.clone()]).await?;
        if !matches!(result, Value::NotImplemented) {
            return Ok(Some(result));
        }
    }
    Ok(None)
}

/// The right operand as the builtin type of the left one takes it: a text is filled with
/// the object itself.
fn operand<'a>(op: BinaryOp, a: &Value, b: &'a Value) -> &'a Value {
    match op == BinaryOp::Modulo && matches!(a.inner(), Value::Str(_) | Value::Bytes(_)) {
        true => b,
        false => b.inner(),
    }
}

/// The error of an operator that neither operand has.
pub fn unsupported(op: BinaryOp, a: &Value, b: &Value) -> Raise {
    refused(op, a, b, false)
}

fn refused(op: BinaryOp, a: &Value, b: &Value, in_place: bool) -> Raise {
    let (left, right) = (types::name_of(a), types::name_of(b));
    let sign = match op {
        BinaryOp::Power if !in_place => "** or pow()".to_owned(),
        _ => format!("{}{}", op.text(), if in_place { "=" } else { "" }),
    };
    let sequence = |v: &Value| {
        matches!(
            v,
            Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Bytes(_)
        )
    };
    match (op, a) {
        (BinaryOp::Add, Value::Str(_)) => {
            error::type_error(format!("can only concatenate str (not \"{right}\") to str"))
        }
        (BinaryOp::Add, Value::List(_)) if in_place => {
            error::type_error(format!("'{right}' object is not iterable"))
        }
        (BinaryOp::Add, Value::List(_)) => error::type_error(format!(
            "can only concatenate list (not \"{right}\") to list"
        )),
        (BinaryOp::Add, Value::Tuple(_)) => error::type_error(format!(
            "can only concatenate tuple (not \"{right}\") to tuple"
        )),
        (BinaryOp::Add, Value::Bytes(_)) => {
            error::type_error(format!("can't concat {right} to bytes"))
        }
        (BinaryOp::Multiply, _) if sequence(a) => error::type_error(format!(
            "can't multiply sequence by non-int of type '{right}'"
        )),
        (BinaryOp::Multiply, _) if sequence(b) => error::type_error(format!(
            "can't multiply sequence by non-int of type '{left}'"
        )),
        _ => error::type_error(format!(
            "unsupported operand type(s) for {sign}: '{left}' and '{right}'"
        )),
    }
}

/// The operator on values of builtin types. None: they do not know it.
pub fn plain(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Option<Answer> {
    if let (Value::Bool(a), Value::Bool(b)) = (a, b) {
        match op {
            BinaryOp::And => return Some(Ok(Value::bool(a.get() & b.get()))),
            BinaryOp::Or => return Some(Ok(Value::bool(a.get() | b.get()))),
            BinaryOp::Xor => return Some(Ok(Value::bool(a.get() ^ b.get()))),
            _ => {}
        }
    }
    if let (Some(a), Some(b)) = (a.as_int(), b.as_int()) {
        return Some(of_ints(world, op, a, b).map_err(Into::into));
    }
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return of_floats(op, a, b);
    }
    if let Value::Deque(deque) = a {
        return deques::operated(world, op, deque, b);
    }
    if let (BinaryOp::Multiply, Value::Deque(deque)) = (op, b) {
        return deques::operated(world, op, deque, a);
    }
    match op {
        BinaryOp::Modulo if a.as_str().is_some() || matches!(a, Value::Bytes(_)) => {
            Some(formatting::percent(world, a, b))
        }
        BinaryOp::Add => concatenate(world, a, b),
        BinaryOp::Multiply => match (a, b.as_int(), a.as_int(), b) {
            (sequence, Some(count), ..) | (_, _, Some(count), sequence) => {
                repeat(world, sequence, count)
            }
            _ => None,
        },
        BinaryOp::Or if is_type(a) && is_type(b) => Some(Ok(union(a, b))),
        BinaryOp::And | BinaryOp::Or | BinaryOp::Xor | BinaryOp::Subtract => {
            of_sets(world, op, a, b)
        }
        _ => None,
    }
}

fn number(value: &Value) -> Option<Result<f64>> {
    match value {
        Value::Float(float) => Some(Ok(float.get())),
        Value::Instance(instance) => number(&instance.inner),
        _ => Some(value.as_int()?.to_f64().map_err(Into::into)),
    }
}

fn of_ints(world: &World, op: BinaryOp, a: Int, b: Int) -> Result<Value> {
    let limit = world.limits.size;
    Ok(match op {
        BinaryOp::Add => arithmetic::add(a, b).into(),
        BinaryOp::Subtract => arithmetic::sub(a, b).into(),
        BinaryOp::Multiply => arithmetic::mul(a, b, limit)?.into(),
        BinaryOp::Divide => Value::float(division::true_div(a, b)?),
        BinaryOp::FloorDivide => arithmetic::floor_div(a, b)?.into(),
        BinaryOp::Modulo => arithmetic::modulo(a, b)?.into(),
        BinaryOp::Power if b.is_negative() => {
            if a.is_zero() {
                return Err(error::zero_division_error(
                    "0.0 cannot be raised to a negative power",
                ));
            }
            Value::float(float::pow(a.to_f64()?, b.to_f64()?)?)
        }
        BinaryOp::Power => {
            world.spend(1 + (a.bit_length() * b.to_i64().unwrap_or(0) as u64 / 4096) as usize);
            arithmetic::pow(a, b, limit.min(1 << 20))?.into()
        }
        BinaryOp::LeftShift => arithmetic::shl(a, b, limit)?.into(),
        BinaryOp::RightShift => arithmetic::shr(a, b)?.into(),
        BinaryOp::And => arithmetic::and(a, b).into(),
        BinaryOp::Or => arithmetic::or(a, b).into(),
        BinaryOp::Xor => arithmetic::xor(a, b).into(),
        BinaryOp::MatrixMultiply => {
            let text = "unsupported operand type(s) for @: 'int' and 'int'";
            return Err(error::type_error(text));
        }
    })
}

fn of_floats(op: BinaryOp, a: Result<f64>, b: Result<f64>) -> Option<Answer> {
    let run = |a: f64, b: f64| -> Option<Result<f64>> {
        Some(match op {
            BinaryOp::Add => Ok(a + b),
            BinaryOp::Subtract => Ok(a - b),
            BinaryOp::Multiply => Ok(a * b),
            BinaryOp::Divide => float::true_div(a, b).map_err(Into::into),
            BinaryOp::FloorDivide => float::floor_div(a, b).map_err(Into::into),
            BinaryOp::Modulo => float::modulo(a, b).map_err(Into::into),
            BinaryOp::Power => float::pow(a, b).map_err(Into::into),
            _ => return None,
        })
    };
    match (a, b) {
        (Ok(a), Ok(b)) => Some(run(a, b)?.map(Value::float).map_err(Into::into)),
        (Err(raise), _) | (_, Err(raise)) => Some(Err(raise.into())),
    }
}

fn concatenate(world: &World, a: &Value, b: &Value) -> Option<Answer> {
    let size = |len: usize| super::check_size(world, len);
    let joined = |a: &[Value], b: &[Value]| -> Vec<Value> { a.iter().chain(b).cloned().collect() };
    Some(
        match (a, b) {
            (Value::Str(a), Value::Str(b)) => size(a.as_str().len() + b.as_str().len())
                .map(|()| Value::str([a.as_str(), b.as_str()].concat())),
            (Value::Bytes(a), Value::Bytes(b)) => {
                Ok(Value::bytes([a.as_slice(), b.as_slice()].concat()))
            }
            (Value::List(a), Value::List(b)) => {
                let (a, b) = (a.items.read(), b.items.read());
                size(a.len() + b.len()).map(|()| Value::list(joined(&a, &b)))
            }
            (Value::Tuple(a), Value::Tuple(b)) => {
                size(a.len() + b.len()).map(|()| Value::tuple(joined(a, b)))
            }
            _ => match (a.as_str(), b.as_str()) {
                (Some(a), Some(b)) => Ok(Value::str([a, b].concat())),
                _ => return None,
            },
        }
        .map_err(Into::into),
    )
}

fn repeat(world: &World, sequence: &Value, count: Int) -> Option<Answer> {
    if !matches!(
        sequence,
        Value::Str(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_)
    ) {
        return None;
    }
    let Some(count) = count.to_i64() else {
        return Some(Err(error::overflow_error(
            "cannot fit 'int' into an index-sized integer",
        )
        .into()));
    };
    let count = usize::try_from(count).unwrap_or(0);
    let size = |len: usize| -> Result<()> {
        let total = len.saturating_mul(count);
        super::check_size(world, total)?;
        world.spend(total / 64);
        Ok(())
    };
    let times = |items: &[Value]| -> Vec<Value> {
        std::iter::repeat_n(items, count)
            .flatten()
            .cloned()
            .collect()
    };
    let too_long = |len: usize, what: &str| match i64::try_from(len.saturating_mul(count)) {
        Ok(_) => Ok(()),
        Err(_) => Err(error::overflow_error(format!("repeated {what} too long"))),
    };
    let answer = match sequence {
        Value::Str(text) => {
            if let Err(raise) = too_long(text.len(), "string is") {
                return Some(Err(raise.into()));
            }
            size(text.as_str().len()).map(|()| Value::str(text.as_str().repeat(count)))
        }
        Value::Bytes(bytes) => {
            if let Err(raise) = too_long(bytes.as_slice().len(), "bytes are") {
                return Some(Err(raise.into()));
            }
            size(bytes.as_slice().len()).map(|()| Value::bytes(bytes.as_slice().repeat(count)))
        }
        Value::List(list) => {
            let items = list.items.read();
            size(items.len() * 16).map(|()| Value::list(times(&items)))
        }
        Value::Tuple(tuple) => size(tuple.len() * 16).map(|()| Value::tuple(times(tuple))),
        _ => return None,
    };
    Some(answer.map_err(Into::into))
}

/// What a list, a set or a dict does to itself.
fn change(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Option<Answer> {
    match (op, a) {
        (BinaryOp::Add, Value::List(list)) => Some(extend(world, list, b)),
        (BinaryOp::Multiply, Value::List(list)) => {
            let answer = repeat(world, a, b.as_int()?)?;
            Some(answer.map(|value| {
                if let Value::List(new) = value {
                    let items = std::mem::take(&mut *new.items.write());
                    admit(&list.items, &items);
                    list.items.set(items);
                }
                a.clone()
            }))
        }
        (_, Value::Deque(deque)) => deques::change(world, op, deque, b),
        (BinaryOp::Or, Value::Dict(dict)) if matches!(b.inner(), Value::Dict(_)) => Some(
            crate::python::builtins::dicts::update(world, dict, b, a.clone()),
        ),
        (_, Value::Set(set)) => crate::python::builtins::sets::change(world, op, set, b, a),
        _ => None,
    }
}

fn extend(world: &'static World, list: &Arc<List>, b: &Value) -> Answer {
    let result = Value::List(list.clone());
    if let Some(items) = super::iterate::at_hand(b) {
        super::check_size(world, list.len() + items.len())?;
        admit(&list.items, &items);
        list.items.write().extend(items);
        return Ok(result);
    }
    let (list, b) = (list.clone(), b.clone());
    later(async move {
        let items = super::iterate::collect(world, &b).await?;
        admit(&list.items, &items);
        list.items.write().extend(items);
        Ok(result)
    })
}

/// Sets and views of keys, and dicts.
fn of_sets(world: &'static World, op: BinaryOp, a: &Value, b: &Value) -> Option<Answer> {
    if let (BinaryOp::Or, Value::Dict(left), Value::Dict(_)) = (op, a, b) {
        let copy = Dict::new(left.entries.read().clone());
        return Some(crate::python::builtins::dicts::update(
            world,
            &copy,
            b,
            Value::Dict(copy.clone()),
        ));
    }
    crate::python::builtins::sets::operate(world, op, a, b)
}

fn is_type(value: &Value) -> bool {
    matches!(value, Value::Class(_) | Value::None | Value::Alias(_))
}

/// `int | None`.
pub fn union(a: &Value, b: &Value) -> Value {
    let mut args = Vec::new();
    for side in [a, b] {
        match side {
            Value::Alias(alias) if alias.origin.is_unset() => {
                if let Value::Tuple(inner) = &alias.args {
                    args.extend(inner.iter().cloned());
                }
            }
            _ => args.push(side.clone()),
        }
    }
    let mut distinct: Vec<Value> = Vec::new();
    for arg in args {
        if !distinct.iter().any(|other| other.is(&arg)) {
            distinct.push(arg);
        }
    }
    Value::Alias(Arc::new(Alias {
        origin: Value::Unset,
        args: Value::tuple(distinct),
    }))
}

/// `op a`.
pub fn unary(op: UnaryOp, a: &Value) -> Answer {
    let name = match op {
        UnaryOp::Negative => names::NEG,
        UnaryOp::Positive => names::POS,
        UnaryOp::Invert => names::INVERT,
    };
    if defines(a)
        && let Some(method) = types::class_of(a).find_defined(name)
    {
        let a = a.clone();
        return later(async move { types::call_method(&method, &a, Vec::new()).await });
    }
    if let Some(number) = a.as_int() {
        return Ok(match op {
            UnaryOp::Negative => arithmetic::neg(number).into(),
            UnaryOp::Positive => number.to_integer().into(),
            UnaryOp::Invert => arithmetic::invert(number).into(),
        });
    }
    match (op, a.inner()) {
        (UnaryOp::Negative, Value::Float(x)) => Ok(Value::float(-x.get())),
        (UnaryOp::Positive, Value::Float(x)) => Ok(Value::Float(*x)),
        _ => Err(error::type_error(format!(
            "bad operand type for unary {}: '{}'",
            op.text(),
            types::name_of(a)
        ))
        .into()),
    }
}
