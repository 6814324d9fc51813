//! bytes and its methods; they compute in `text::bytes`.

use super::Table;
use crate::python::machine::{Answer, Result, World, error, iterate, later, types};
use crate::python::text::bytes::{case, find, hex, pad, split};
use crate::python::text::string::encode;
use crate::python::values::{Bytes, Value};

pub const METHODS: Table = &[
    ("capitalize", "self, /", capitalize),
    ("center", "self, width, fillchar=, /", center),
    ("count", "self, sub, start=, end=, /", count),
    ("decode", "self, encoding=, errors=", decode),
    ("endswith", "self, suffix, start=, end=, /", endswith),
    ("find", "self, sub, start=, end=, /", find_method),
    ("hex", "self, sep=, bytes_per_sep=", hex_method),
    ("index", "self, sub, start=, end=, /", index),
    ("expandtabs", "self, tabsize=", expandtabs),
    ("isalnum", "self, /", isalnum),
    ("isalpha", "self, /", isalpha),
    ("isdigit", "self, /", isdigit),
    ("islower", "self, /", islower),
    ("isascii", "self, /", isascii),
    ("isspace", "self, /", isspace),
    ("istitle", "self, /", istitle),
    ("isupper", "self, /", isupper),
    ("join", "self, iterable, /", join),
    ("ljust", "self, width, fillchar=, /", ljust),
    ("lower", "self, /", lower),
    ("lstrip", "self, chars=, /", lstrip),
    ("partition", "self, sep, /", partition),
    ("removeprefix", "self, prefix, /", removeprefix),
    ("removesuffix", "self, suffix, /", removesuffix),
    ("replace", "self, old, new, count=, /", replace),
    ("rfind", "self, sub, start=, end=, /", rfind),
    ("rindex", "self, sub, start=, end=, /", rindex),
    ("rjust", "self, width, fillchar=, /", rjust),
    ("rpartition", "self, sep, /", rpartition),
    ("rsplit", "self, /, sep=, maxsplit=", rsplit),
    ("rstrip", "self, chars=, /", rstrip),
    ("split", "self, /, sep=, maxsplit=", split_method),
    ("splitlines", "self, /, keepends=", splitlines),
    ("startswith", "self, prefix, start=, end=, /", startswith),
    ("strip", "self, chars=, /", strip),
    ("swapcase", "self, /", swapcase),
    ("title", "self, /", title),
    ("translate", "self, table, /, delete=", translate),
    ("upper", "self, /", upper),
    ("zfill", "self, width, /", zfill),
];

fn bytes_of(value: Option<&Value>) -> Result<&[u8]> {
    match value.map(Value::inner) {
        Some(Value::Bytes(bytes)) => Ok(bytes.as_slice()),
        other => Err(error::type_error(format!(
            "a bytes-like object is required, not '{}'",
            types::name_of(other.unwrap_or(&Value::None))
        ))),
    }
}

fn this(args: &[Value]) -> Result<&[u8]> {
    bytes_of(args.first())
}

fn given(args: &[Value], at: usize) -> Option<&Value> {
    args.get(at)
        .filter(|value| !value.is_unset() && !value.is_none())
}

fn int_at(args: &[Value], at: usize, default: i64) -> Result<i64> {
    match given(args, at) {
        None => Ok(default),
        Some(value) => match value.as_int().and_then(|number| number.to_i64()) {
            Some(number) => Ok(number),
            None => Err(error::type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                types::name_of(value)
            ))),
        },
    }
}

macro_rules! changes {
    ($($name:ident,)*) => {
        $(fn $name(_: &'static World, args: &[Value]) -> Answer {
            Ok(Value::bytes(case::$name(this(args)?)))
        })*
    };
}

changes! { capitalize, lower, swapcase, title, upper, }

macro_rules! kinds {
    ($($name:ident = $run:ident,)*) => {
        $(fn $name(_: &'static World, args: &[Value]) -> Answer {
            Ok(Value::bool(case::$run(this(args)?)))
        })*
    };
}

kinds! {
    isalnum = is_alnum,
    isalpha = is_alpha,
    isdigit = is_digit,
    islower = is_lower,
    isspace = is_whitespace,
    istitle = is_title,
    isupper = is_upper,
}

fn isascii(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bool(this(args)?.is_ascii()))
}

fn expandtabs(world: &'static World, args: &[Value]) -> Answer {
    let size = int_at(args, 1, 8)?;
    Ok(Value::bytes(pad::expand_tabs(
        this(args)?,
        size,
        world.limits.size,
    )?))
}

fn translate(_: &'static World, args: &[Value]) -> Answer {
    let table = given(args, 1)
        .map(|table| bytes_of(Some(table)))
        .transpose()?;
    let removed = match given(args, 2) {
        Some(removed) => bytes_of(Some(removed))?,
        None => &[],
    };
    Ok(Value::bytes(case::translate(this(args)?, table, removed)?))
}

/// `bytes.maketrans(from, to)`.
pub fn maketrans(_: &'static World, args: &[Value]) -> Answer {
    let table = case::make_table(bytes_of(args.first())?, bytes_of(args.get(1))?)?;
    Ok(Value::bytes(table.to_vec()))
}

macro_rules! pads {
    ($($name:ident,)*) => {
        $(fn $name(world: &'static World, args: &[Value]) -> Answer {
            let fill = match args.get(2) {
                Some(Value::Bytes(fill)) if fill.as_slice().len() == 1 => fill.as_slice()[0],
                Some(other) => {
                    let name = types::name_of(other);
                    let text = concat!(stringify!($name), "() argument 2 must be a byte string of length 1");
                    return Err(error::type_error(format!("{text}, not {name}")).into());
                }
                None => b' ',
            };
            Ok(Value::bytes(pad::$name(this(args)?, int_at(args, 1, 0)?, fill, world.limits.size)?))
        })*
    };
}

pads! { center, ljust, rjust, }

fn zfill(world: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bytes(pad::zfill(
        this(args)?,
        int_at(args, 1, 0)?,
        world.limits.size,
    )?))
}

/// What is searched for: bytes, or one byte as an int.
fn needle(args: &[Value]) -> Result<Vec<u8>> {
    match args[1].as_int() {
        Some(number) => match number.to_i64().map(u8::try_from) {
            Some(Ok(byte)) => Ok(vec![byte]),
            _ => Err(error::value_error("byte must be in range(0, 256)")),
        },
        None => match args[1].inner() {
            Value::Bytes(bytes) => Ok(bytes.as_slice().to_vec()),
            other => {
                let name = types::name_of(other);
                let text = format!("argument should be integer or bytes-like object, not '{name}'");
                Err(error::type_error(text))
            }
        },
    }
}

fn count(_: &'static World, args: &[Value]) -> Answer {
    let (start, end) = (int_at(args, 2, 0)?, int_at(args, 3, i64::MAX)?);
    Ok(Value::int(find::count(
        this(args)?,
        &needle(args)?,
        start,
        end,
    )))
}

type Find = fn(&[u8], &[u8], i64, i64) -> Option<usize>;

fn found(args: &[Value], run: Find) -> Result<Option<usize>> {
    let (start, end) = (int_at(args, 2, 0)?, int_at(args, 3, i64::MAX)?);
    Ok(run(this(args)?, &needle(args)?, start, end))
}

fn find_method(_: &'static World, args: &[Value]) -> Answer {
    Ok(found(args, find::find)?.map_or(Value::Int(-1), Value::int))
}

fn rfind(_: &'static World, args: &[Value]) -> Answer {
    Ok(found(args, find::rfind)?.map_or(Value::Int(-1), Value::int))
}

fn index(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::int(find::index(found(args, find::find)?)?))
}

fn rindex(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::int(find::index(found(args, find::rfind)?)?))
}

type Affix = fn(&[u8], &[&[u8]], i64, i64) -> bool;

fn affix(args: &[Value], name: &str, run: Affix) -> Answer {
    let (start, end) = (int_at(args, 2, 0)?, int_at(args, 3, i64::MAX)?);
    let text = this(args)?;
    match args[1].inner() {
        Value::Bytes(part) => Ok(Value::bool(run(text, &[part.as_slice()], start, end))),
        // The first that fits is the last that is looked at.
        Value::Tuple(parts) => {
            for part in parts.iter() {
                if run(text, &[bytes_of(Some(part))?], start, end) {
                    return Ok(Value::bool(true));
                }
            }
            Ok(Value::bool(false))
        }
        other => {
            let of = types::name_of(other);
            let text = format!("{name} first arg must be bytes or a tuple of bytes, not {of}");
            Err(error::type_error(text).into())
        }
    }
}

fn startswith(_: &'static World, args: &[Value]) -> Answer {
    affix(args, "startswith", find::starts_with)
}

fn endswith(_: &'static World, args: &[Value]) -> Answer {
    affix(args, "endswith", find::ends_with)
}

fn replace(world: &'static World, args: &[Value]) -> Answer {
    let (old, new) = (bytes_of(args.get(1))?, bytes_of(args.get(2))?);
    let count = int_at(args, 3, -1)?;
    Ok(Value::bytes(find::replace(
        this(args)?,
        old,
        new,
        count,
        world.limits.size,
    )?))
}

fn decode(_: &'static World, args: &[Value]) -> Answer {
    let option = |at: usize, default| args.get(at).and_then(Value::as_str).unwrap_or(default);
    let encoding = encode::Encoding::parse(option(1, "utf-8"))?;
    match encode::decode(this(args)?, encoding, option(2, "strict")) {
        Ok(text) => Ok(Value::from(text)),
        Err(wrong) => Err(error::codec_error(wrong, &args[0]).into()),
    }
}

fn hex_method(_: &'static World, args: &[Value]) -> Answer {
    let separator = match given(args, 1).and_then(Value::as_str) {
        Some(text) => text.chars().next(),
        None => None,
    };
    let group = int_at(args, 2, 1)?;
    Ok(Value::from(hex::hex(
        this(args)?,
        separator.map(|c| (c, group)),
    )?))
}

fn join(world: &'static World, args: &[Value]) -> Answer {
    let (separator, iterable) = (this(args)?.to_vec(), args[1].clone());
    later(async move {
        let mut out = Vec::new();
        for (at, item) in iterate::collect(world, &iterable).await?.iter().enumerate() {
            let Value::Bytes(bytes) = item.inner() else {
                let of = types::name_of(item);
                return Err(error::type_error(format!(
                    "sequence item {at}: expected a bytes-like object, {of} found"
                )));
            };
            if at > 0 {
                out.extend_from_slice(&separator);
            }
            out.extend_from_slice(bytes.as_slice());
        }
        Ok(Value::bytes(out))
    })
}

fn chars(args: &[Value]) -> Result<Option<&[u8]>> {
    given(args, 1)
        .map(|chars| bytes_of(Some(chars)))
        .transpose()
}

fn strip(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bytes(split::strip(this(args)?, chars(args)?)))
}

fn lstrip(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bytes(split::lstrip(this(args)?, chars(args)?)))
}

fn rstrip(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bytes(split::rstrip(this(args)?, chars(args)?)))
}

fn removeprefix(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bytes(split::remove_prefix(
        this(args)?,
        bytes_of(args.get(1))?,
    )))
}

fn removesuffix(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::bytes(split::remove_suffix(
        this(args)?,
        bytes_of(args.get(1))?,
    )))
}

fn parts(parts: &[&[u8]]) -> Vec<Value> {
    parts.iter().map(|part| Value::bytes(*part)).collect()
}

fn partition(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::tuple(parts(&split::partition(
        this(args)?,
        bytes_of(args.get(1))?,
    )?)))
}

fn rpartition(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::tuple(parts(&split::rpartition(
        this(args)?,
        bytes_of(args.get(1))?,
    )?)))
}

fn split_method(_: &'static World, args: &[Value]) -> Answer {
    let most = int_at(args, 2, -1)?;
    Ok(Value::list(match given(args, 1) {
        None => parts(&split::split_space(this(args)?, most)),
        Some(separator) => parts(&split::split(
            this(args)?,
            bytes_of(Some(separator))?,
            most,
        )?),
    }))
}

fn rsplit(_: &'static World, args: &[Value]) -> Answer {
    let most = int_at(args, 2, -1)?;
    Ok(Value::list(match given(args, 1) {
        None => parts(&split::rsplit_space(this(args)?, most)),
        Some(separator) => parts(&split::rsplit(
            this(args)?,
            bytes_of(Some(separator))?,
            most,
        )?),
    }))
}

fn splitlines(world: &'static World, args: &[Value]) -> Answer {
    let keep = match args.get(1) {
        Some(keep) => types::truth(world, keep)?,
        None => false,
    };
    Ok(Value::list(parts(&split::split_lines(this(args)?, keep))))
}

/// `bytes.fromhex(text)`.
pub fn fromhex(_: &'static World, args: &[Value]) -> Answer {
    match args.first().and_then(Value::as_str) {
        Some(text) => Ok(Value::bytes(hex::from_hex(text)?)),
        None => Err(error::type_error("fromhex() argument must be str").into()),
    }
}

/// `bytes(source, encoding, errors)`.
pub fn new(world: &'static World, args: &[Value]) -> Answer {
    let option = |at: usize, name| match args.get(at).filter(|arg| !arg.is_unset()) {
        None => Ok(None),
        Some(given) if given.as_str().is_some() => Ok(given.as_str()),
        Some(other) => {
            let of = types::name_of(other);
            let text = format!("bytes() argument '{name}' must be str, not {of}");
            Err(error::type_error(text))
        }
    };
    let (encoding, errors) = (option(1, "encoding")?, option(2, "errors")?);
    let given = args.first().filter(|source| !source.is_unset());
    if let (Some(text), Some(encoding)) = (given.and_then(Value::as_str), encoding) {
        let encoding = encode::Encoding::parse(encoding)?;
        let bytes = encode::encode(text, encoding, errors.unwrap_or("strict"))?;
        return Ok(Value::bytes(bytes));
    }
    let is_text = given.is_some_and(|source| source.as_str().is_some());
    let wrong = match (encoding, errors) {
        _ if is_text => Some("string argument without an encoding"),
        (Some(_), _) => Some("encoding without a string argument"),
        (_, Some(_)) => Some("errors without a string argument"),
        (None, None) => None,
    };
    if let Some(wrong) = wrong {
        return Err(error::type_error(wrong).into());
    }
    let Some(source) = given else {
        return Ok(Value::bytes(Vec::new()));
    };
    if let Some(number) = source.as_int() {
        let count = number.to_i64().unwrap_or(i64::MAX);
        let Ok(count) = usize::try_from(count) else {
            return Err(error::value_error("negative count").into());
        };
        crate::python::machine::check_size(world, count)?;
        return Ok(Value::bytes(vec![0; count]));
    }
    if let Value::Bytes(_) = source {
        return Ok(source.clone());
    }
    if !iterate::is_iterable(source) {
        let of = types::name_of(source);
        return Err(error::type_error(format!("cannot convert '{of}' object to bytes")).into());
    }
    let source = source.clone();
    later(async move {
        let mut out = Vec::new();
        for item in iterate::collect(world, &source).await? {
            let number = types::index(&item).await?;
            match number
                .as_int()
                .and_then(|n| n.to_i64())
                .and_then(|n| u8::try_from(n).ok())
            {
                Some(byte) => out.push(byte),
                None => return Err(error::value_error("bytes must be in range(0, 256)")),
            }
        }
        Ok(Value::Bytes(std::sync::Arc::new(Bytes::new(out.into()))))
    })
}
