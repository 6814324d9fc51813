//! str and its methods. What they compute is in `text::string`; here values are taken in
//! and handed out.

use super::{Table, formatting};
use crate::python::machine::{
    Answer, Result, World, error, iterate, keys, later, text as show, types,
};
use crate::python::text::format;
use crate::python::text::string::{
    self, Text, case, encode, find, kinds, lines, pad, split, strip, translate,
};
use crate::python::text::{self};
use crate::python::values::{Str, Value};

pub use string::repr::{bytes as repr_bytes, repr, to_ascii as escape};

pub const METHODS: Table = &[
    ("capitalize", "self, /", capitalize),
    ("casefold", "self, /", casefold),
    ("center", "self, width, fillchar=, /", center),
    ("count", "self, sub, start=, end=, /", count),
    ("encode", "self, encoding=, errors=", encode_method),
    ("endswith", "self, suffix, start=, end=, /", endswith),
    ("expandtabs", "self, tabsize=", expandtabs),
    ("find", "self, sub, start=, end=, /", find_method),
    ("format", "self, /, *args, **kwargs", formatting::format),
    ("format_map", "self, mapping, /", formatting::format_map),
    ("index", "self, sub, start=, end=, /", index),
    ("isalnum", "self, /", isalnum),
    ("isalpha", "self, /", isalpha),
    ("isascii", "self, /", isascii),
    ("isdecimal", "self, /", isdecimal),
    ("isdigit", "self, /", isdigit),
    ("isidentifier", "self, /", isidentifier),
    ("islower", "self, /", islower),
    ("isnumeric", "self, /", isnumeric),
    ("isprintable", "self, /", isprintable),
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
    ("strip", "self, chars=, /", strip_method),
    ("swapcase", "self, /", swapcase),
    ("title", "self, /", title),
    ("translate", "self, table, /", translate_method),
    ("upper", "self, /", upper),
    ("zfill", "self, width, /", zfill),
];

/// The text that a method was called on.
fn this(args: &[Value]) -> Result<&str> {
    match args.first().and_then(Value::as_str) {
        Some(text) => Ok(text),
        None => Err(super::objects::wrong_self("str", args.first())),
    }
}

fn this_text(args: &[Value]) -> Result<Text<'_>> {
    match args.first().map(Value::inner) {
        Some(Value::Str(text)) => Ok(Text::new(text.as_str(), text.len())),
        other => Err(super::objects::wrong_self("str", other)),
    }
}

/// An argument that has to be a str.
fn text_at(args: &[Value], at: usize) -> Result<&str> {
    match args.get(at).and_then(Value::as_str) {
        Some(text) => Ok(text),
        None => {
            let name = types::name_of(args.get(at).unwrap_or(&Value::None));
            Err(error::type_error(format!("must be str, not {name}")))
        }
    }
}

/// An argument, if it was given and is not None.
fn given(args: &[Value], at: usize) -> Option<&Value> {
    args.get(at)
        .filter(|value| !value.is_unset() && !value.is_none())
}

fn int_at(args: &[Value], at: usize, default: i64) -> Result<i64> {
    let Some(value) = args.get(at).filter(|value| !value.is_unset()) else {
        return Ok(default);
    };
    match value.as_int() {
        Some(number) => Ok(number.to_i64().unwrap_or(if number.is_negative() {
            i64::MIN
        } else {
            i64::MAX
        })),
        None => Err(error::type_error(format!(
            "'{}' object cannot be interpreted as an integer",
            types::name_of(value)
        ))),
    }
}

/// Start and end of a search.
fn bounds(args: &[Value]) -> Result<(i64, i64)> {
    let bound = |at: usize, default: i64| match given(args, at) {
        Some(value) if value.as_int().is_none() => {
            let text = "slice indices must be integers or None or have an __index__ method";
            Err(error::type_error(text))
        }
        Some(_) => int_at(args, at, default),
        None => Ok(default),
    };
    Ok((bound(2, 0)?, bound(3, i64::MAX)?))
}

/// Methods without arguments that give a str.
macro_rules! changes {
    ($($name:ident = $run:path,)*) => {
        $(fn $name(_: &'static World, args: &[Value]) -> Answer {
            Ok(Value::from($run(this(args)?)))
        })*
    };
}

changes! {
    capitalize = case::capitalize,
    casefold = case::casefold,
    lower = case::lower,
    swapcase = case::swapcase,
    title = case::title,
    upper = case::upper,
}

/// Methods without arguments that give a bool.
macro_rules! kinds {
    ($($name:ident = $run:path,)*) => {
        $(fn $name(_: &'static World, args: &[Value]) -> Answer {
            Ok(Value::bool($run(this(args)?)))
        })*
    };
}

kinds! {
    isalnum = kinds::is_alnum,
    isalpha = kinds::is_alpha,
    isascii = str::is_ascii,
    isdecimal = kinds::is_decimal,
    isdigit = kinds::is_digit,
    isidentifier = kinds::is_identifier,
    islower = kinds::is_lower,
    isnumeric = kinds::is_numeric,
    isprintable = kinds::is_printable,
    isspace = kinds::is_space,
    istitle = kinds::is_title,
    isupper = kinds::is_upper,
}

type Pad = fn(&str, i64, char, usize) -> text::Result<String>;

fn padded(world: &World, args: &[Value], run: Pad) -> Answer {
    let fill = match args.get(2) {
        None => ' ',
        Some(fill) => match fill.as_str() {
            Some(text) if text.chars().count() == 1 => text.chars().next().unwrap_or(' '),
            Some(_) => {
                let text = "The fill character must be exactly one character long";
                return Err(error::type_error(text).into());
            }
            None => {
                let name = types::name_of(fill);
                let text = format!("The fill character must be a unicode character, not {name}");
                return Err(error::type_error(text).into());
            }
        },
    };
    Ok(Value::from(run(
        this(args)?,
        int_at(args, 1, 0)?,
        fill,
        world.limits.size,
    )?))
}

fn center(world: &'static World, args: &[Value]) -> Answer {
    padded(world, args, pad::center)
}

fn ljust(world: &'static World, args: &[Value]) -> Answer {
    padded(world, args, pad::ljust)
}

fn rjust(world: &'static World, args: &[Value]) -> Answer {
    padded(world, args, pad::rjust)
}

fn zfill(world: &'static World, args: &[Value]) -> Answer {
    Ok(Value::from(pad::zfill(
        this(args)?,
        int_at(args, 1, 0)?,
        world.limits.size,
    )?))
}

fn count(_: &'static World, args: &[Value]) -> Answer {
    let (start, end) = bounds(args)?;
    Ok(Value::int(find::count(
        this_text(args)?,
        text_at(args, 1)?,
        start,
        end,
    )))
}

type Find = fn(Text, &str, i64, i64) -> Option<usize>;

fn found(args: &[Value], run: Find) -> Result<Option<usize>> {
    let (start, end) = bounds(args)?;
    Ok(run(this_text(args)?, text_at(args, 1)?, start, end))
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

/// Whether the text begins or ends with one of several.
fn affix(args: &[Value], name: &str, run: fn(Text, &[&str], i64, i64) -> bool) -> Answer {
    let (start, end) = bounds(args)?;
    let wrong = |value: &Value, place: &str| {
        let of = types::name_of(value);
        error::type_error(format!(
            "{name} {place} must be str or a tuple of str, not {of}"
        ))
    };
    let text = this_text(args)?;
    match (&args[1], args[1].as_str()) {
        (_, Some(part)) => Ok(Value::bool(run(text, &[part], start, end))),
        (Value::Tuple(items), _) => {
            for item in items.iter() {
                let Some(part) = item.as_str() else {
                    let of = types::name_of(item);
                    let text = format!("tuple for {name} must only contain str, not {of}");
                    return Err(error::type_error(text).into());
                };
                if run(text, &[part], start, end) {
                    return Ok(Value::bool(true));
                }
            }
            Ok(Value::bool(false))
        }
        (other, _) => Err(wrong(other, "first arg").into()),
    }
}

fn startswith(_: &'static World, args: &[Value]) -> Answer {
    affix(args, "startswith", find::starts_with)
}

fn endswith(_: &'static World, args: &[Value]) -> Answer {
    affix(args, "endswith", find::ends_with)
}

fn replace(world: &'static World, args: &[Value]) -> Answer {
    let (old, new) = (argument(args, "replace", 1)?, argument(args, "replace", 2)?);
    let count = int_at(args, 3, -1)?;
    Ok(Value::from(find::replace(
        this(args)?,
        old,
        new,
        count,
        world.limits.size,
    )?))
}

/// An argument that has to be a str, by the method's name and position.
fn argument<'a>(args: &'a [Value], name: &str, at: usize) -> Result<&'a str> {
    match args.get(at).and_then(Value::as_str) {
        Some(text) => Ok(text),
        None => {
            let of = match args.get(at) {
                None | Some(Value::None) if name == "replace" => "None",
                other => types::name_of(other.unwrap_or(&Value::None)),
            };
            let place = match name {
                "removeprefix" | "removesuffix" => "argument".to_owned(),
                _ => format!("argument {at}"),
            };
            Err(error::type_error(format!(
                "{name}() {place} must be str, not {of}"
            )))
        }
    }
}

fn encode_method(_: &'static World, args: &[Value]) -> Answer {
    let option = |at: usize, default| args.get(at).and_then(Value::as_str).unwrap_or(default);
    let encoding = encode::Encoding::parse(option(1, "utf-8"))?;
    match encode::encode(this(args)?, encoding, option(2, "strict")) {
        Ok(bytes) => Ok(Value::bytes(bytes)),
        Err(wrong) => Err(error::codec_error(wrong, &args[0]).into()),
    }
}

fn expandtabs(world: &'static World, args: &[Value]) -> Answer {
    let size = int_at(args, 1, 8)?;
    Ok(Value::from(lines::expand_tabs(
        this(args)?,
        size,
        world.limits.size,
    )?))
}

fn join(world: &'static World, args: &[Value]) -> Answer {
    let separator = this(args)?;
    if let Some(items) = iterate::at_hand(&args[1]) {
        return joined(world, separator, &items);
    }
    if !iterate::is_iterable(&args[1]) {
        return Err(error::type_error("can only join an iterable").into());
    }
    let (separator, iterable) = (separator.to_owned(), args[1].clone());
    later(async move {
        let items = iterate::collect(world, &iterable).await?;
        crate::python::machine::sequence::wait(joined(world, &separator, &items)).await
    })
}

fn joined(world: &World, separator: &str, items: &[Value]) -> Answer {
    let mut out = String::new();
    for (at, item) in items.iter().enumerate() {
        let Some(text) = item.as_str() else {
            let of = types::name_of(item);
            let text = format!("sequence item {at}: expected str instance, {of} found");
            return Err(error::type_error(text).into());
        };
        if at > 0 {
            out.push_str(separator);
        }
        out.push_str(text);
        crate::python::machine::check_size(world, out.len())?;
    }
    Ok(Value::from(out))
}

type Strip = for<'a> fn(&'a str, Option<&str>) -> &'a str;

fn stripped(args: &[Value], name: &str, run: Strip) -> Answer {
    let chars = match given(args, 1) {
        None => None,
        Some(chars) => match chars.as_str() {
            Some(chars) => Some(chars),
            None => {
                let text = format!("{name} arg must be None or str");
                return Err(error::type_error(text).into());
            }
        },
    };
    Ok(Value::from(run(this(args)?, chars)))
}

fn strip_method(_: &'static World, args: &[Value]) -> Answer {
    stripped(args, "strip", strip::strip)
}

fn lstrip(_: &'static World, args: &[Value]) -> Answer {
    stripped(args, "lstrip", strip::lstrip)
}

fn rstrip(_: &'static World, args: &[Value]) -> Answer {
    stripped(args, "rstrip", strip::rstrip)
}

fn removeprefix(_: &'static World, args: &[Value]) -> Answer {
    let prefix = argument(args, "removeprefix", 1)?;
    Ok(Value::from(strip::remove_prefix(this(args)?, prefix)))
}

fn removesuffix(_: &'static World, args: &[Value]) -> Answer {
    let suffix = argument(args, "removesuffix", 1)?;
    Ok(Value::from(strip::remove_suffix(this(args)?, suffix)))
}

fn parts(parts: &[&str]) -> Vec<Value> {
    parts.iter().map(|part| Value::from(*part)).collect()
}

fn partition(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::tuple(parts(&split::partition(
        this(args)?,
        text_at(args, 1)?,
    )?)))
}

fn rpartition(_: &'static World, args: &[Value]) -> Answer {
    Ok(Value::tuple(parts(&split::rpartition(
        this(args)?,
        text_at(args, 1)?,
    )?)))
}

fn separator(args: &[Value]) -> Result<&str> {
    args[1].as_str().ok_or_else(|| {
        let name = types::name_of(&args[1]);
        error::type_error(format!("must be str or None, not {name}"))
    })
}

fn split_method(_: &'static World, args: &[Value]) -> Answer {
    let (text, most) = (this(args)?, int_at(args, 2, -1)?);
    Ok(Value::list(match given(args, 1) {
        None => parts(&split::split_space(text, most)),
        Some(_) => parts(&split::split(text, separator(args)?, most)?),
    }))
}

fn rsplit(_: &'static World, args: &[Value]) -> Answer {
    let (text, most) = (this(args)?, int_at(args, 2, -1)?);
    Ok(Value::list(match given(args, 1) {
        None => parts(&split::rsplit_space(text, most)),
        Some(_) => parts(&split::rsplit(text, separator(args)?, most)?),
    }))
}

fn splitlines(_: &'static World, args: &[Value]) -> Answer {
    let keep = match args.get(1) {
        Some(keep) => super::lists::flag_of(Some(keep))?,
        None => false,
    };
    Ok(Value::list(parts(&lines::split_lines(this(args)?, keep))))
}

fn translate_method(world: &'static World, args: &[Value]) -> Answer {
    let Value::Dict(table) = args[1].inner() else {
        let of = types::name_of(&args[1]);
        return Err(error::type_error(format!("'{of}' object is not subscriptable")).into());
    };
    let entries = table.entries.read();
    let look = |c: char| -> Result<translate::Mapped<String>> {
        let code = i64::from(u32::from(c));
        let found = keys::find(&entries, &Value::Int(code), code);
        Ok(match found.and_then(|at| entries.value(at)) {
            None => translate::Mapped::Same,
            Some(Value::None) => translate::Mapped::Removed,
            Some(value) => match (value.as_str(), value.as_int().and_then(|n| n.to_i64())) {
                (Some(text), _) => translate::Mapped::Text(text.to_owned()),
                (None, Some(code)) => match u32::try_from(code).ok().and_then(char::from_u32) {
                    Some(c) => translate::Mapped::Char(c),
                    None => {
                        return Err(error::value_error(
                            "character mapping must be in range(0x110000)",
                        ));
                    }
                },
                (None, None) => {
                    let text = "character mapping must return integer, None or str";
                    return Err(error::type_error(text));
                }
            },
        })
    };
    Ok(Value::from(translate::translate(
        this(args)?,
        world.limits.size,
        look,
    )?))
}

/// `str.maketrans(…)`.
pub fn maketrans(world: &'static World, args: &[Value]) -> Answer {
    let mut entries = crate::python::values::Entries::default();
    let mut add = |key: i64, value: Value| match keys::find(&entries, &Value::Int(key), key) {
        Some(at) => drop(entries.replace(at, value)),
        None => entries.add(key, Value::Int(key), value),
    };
    match args {
        [Value::Dict(table)] => {
            for entry in table.entries.read().iter() {
                let key = match (&entry.key, entry.key.as_str()) {
                    (_, Some(text)) => i64::from(u32::from(translate::key(text)?)),
                    (Value::Int(code), _) => *code,
                    _ => {
                        let text = "keys in translate table must be strings or integers";
                        return Err(error::type_error(text).into());
                    }
                };
                add(key, entry.value.clone());
            }
        }
        [_] => {
            let text = "if you give only one argument to maketrans it must be a dict";
            return Err(error::type_error(text).into());
        }
        _ => {
            let removed = if args.len() > 2 {
                argument(args, "maketrans", 2)?
            } else {
                ""
            };
            let _ = world;
            let table = translate::make_table(text_at(args, 0)?, text_at(args, 1)?, removed)?;
            for (from, to) in table {
                let to = to.map_or(Value::None, |c| Value::Int(i64::from(u32::from(c))));
                add(i64::from(u32::from(from)), to);
            }
        }
    }
    Ok(Value::Dict(crate::python::values::Dict::new(entries)))
}

/// `format(value, spec)` of a value of a builtin type, with a spec that is not empty. None:
/// the type takes none.
pub fn format_spec(world: &World, value: &Value, spec: &str) -> Option<Result<String>> {
    let limit = world.limits.size;
    let done = |result: text::Result<String>| result.map_err(Into::into);
    Some(match value {
        Value::Bool(_) => done(format::number::int(value.as_int()?, spec, "bool", limit)),
        Value::Int(_) | Value::Big(_) => {
            done(format::number::int(value.as_int()?, spec, "int", limit))
        }
        Value::Float(number) => done(format::number::float(number.get(), spec, "float", limit)),
        Value::Str(text) => done(format::text::format(text.as_str(), spec, "str", limit)),
        _ => return None,
    })
}

/// `str(object)`, `str(bytes, encoding, errors)`.
pub fn new(world: &'static World, args: &[Value]) -> Answer {
    let given: Vec<Value> = args.iter().filter(|arg| !arg.is_unset()).cloned().collect();
    match &given[..] {
        [] => Ok(Value::from("")),
        [one] => show::str(world, one),
        [object, options @ ..] => {
            let Value::Bytes(bytes) = object.inner() else {
                let of = types::name_of(object);
                let text = if object.as_str().is_some() {
                    "decoding str is not supported".to_owned()
                } else {
                    format!("decoding to str: need a bytes-like object, {of} found")
                };
                return Err(error::type_error(text).into());
            };
            let option =
                |at: usize, default| options.get(at).and_then(Value::as_str).unwrap_or(default);
            let encoding = encode::Encoding::parse(option(0, "utf-8"))?;
            let text = encode::decode(bytes.as_slice(), encoding, option(1, "strict"))?;
            Ok(Value::Str(std::sync::Arc::new(Str::from(text.as_str()))))
        }
    }
}
