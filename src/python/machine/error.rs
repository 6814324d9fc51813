//! Raising from Rust.

use super::Result;
use crate::python::builtins::classes;
use crate::python::text;
use crate::python::values::{Class, Exception, Raise, Value};

/// An exception of a builtin class, with a text.
pub fn error(class: &'static Class, text: impl Into<String>) -> Raise {
    let text: String = text.into();
    Raise(Exception::new(class, vec![Value::from(text)]))
}

macro_rules! errors {
    ($($name:ident)*) => {
        $(#[cold]
        pub fn $name(text: impl Into<String>) -> Raise {
            error(classes().$name, text)
        })*
    };
}

errors! {
    type_error value_error attribute_error index_error name_error runtime_error
    overflow_error recursion_error import_error zero_division_error
}

/// `KeyError(key)`.
pub fn key_error(key: Value) -> Raise {
    Raise(Exception::new(classes().key_error, vec![key]))
}

pub fn memory_error() -> Raise {
    Raise(Exception::new(classes().memory_error, Vec::new()))
}

pub fn stop_iteration(value: Value) -> Raise {
    let args = if value.is_none() {
        Vec::new()
    } else {
        vec![value]
    };
    Raise(Exception::new(classes().stop_iteration, args))
}

/// An error of a codec. Its arguments are the codec, what it was given, from where to
/// where that is wrong, and why; the text has all but one of them.
pub fn codec_error(error: text::Error, object: &Value) -> Raise {
    let text = error.text.to_string();
    let raise = Raise::from(error);
    if let Some(args) = codec_args(&text, object) {
        raise.0.args.set(Value::tuple(args));
    }
    raise
}

fn codec_args(text: &str, object: &Value) -> Option<[Value; 5]> {
    let (codec, rest) = text.strip_prefix('\'')?.split_once('\'')?;
    let (place, reason) = rest.split_once(" in position ")?.1.split_once(": ")?;
    let (start, last) = place.split_once('-').unwrap_or((place, place));
    Some([
        Value::from(codec),
        object.clone(),
        Value::Int(start.parse().ok()?),
        Value::Int(last.parse::<i64>().ok()? + 1),
        Value::from(reason),
    ])
}

/// Their text again.
pub fn codec_text(args: &[Value]) -> Option<String> {
    let [codec, object, Value::Int(start), Value::Int(end), reason] = args else {
        return None;
    };
    let at = usize::try_from(*start).ok()?;
    let last = end - 1;
    let what = match object.inner() {
        Value::Bytes(bytes) if *start == last => {
            let byte = bytes.as_slice().get(at)?;
            format!("decode byte 0x{byte:02x} in position {start}")
        }
        Value::Bytes(_) => format!("decode bytes in position {start}-{last}"),
        Value::Str(text) if *start == last => {
            let escaped = match u32::from(text.as_str().chars().nth(at)?) {
                code @ 0..=0xff => format!("\\x{code:02x}"),
                code @ 0..=0xffff => format!("\\u{code:04x}"),
                code => format!("\\U{code:08x}"),
            };
            format!("encode character '{escaped}' in position {start}")
        }
        Value::Str(_) => format!("encode characters in position {start}-{last}"),
        _ => return None,
    };
    let (codec, reason) = (codec.as_str()?, reason.as_str()?);
    Some(format!("'{codec}' codec can't {what}: {reason}"))
}

impl From<text::Error> for Raise {
    fn from(error: text::Error) -> Raise {
        let args = match &*error.text {
            _ if error.kind == text::Kind::Memory => Vec::new(),
            // Its arguments are an errno and C's text.
            "(34, 'Numerical result out of range')" => {
                vec![Value::Int(34), Value::from("Numerical result out of range")]
            }
            _ => vec![Value::str(error.text)],
        };
        let class = classes().of_kind(error.kind);
        Raise(Exception::new(class, args))
    }
}

impl From<text::Error> for super::Stop {
    fn from(error: text::Error) -> super::Stop {
        super::Stop::Raise(error.into())
    }
}

impl Raise {
    pub fn is(&self, class: &Class) -> bool {
        self.0.class.derives_from(class)
    }
}

/// The value of an operation, or None if it raised an exception of this class.
pub fn unless<T>(class: &Class, result: Result<T>) -> Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(raise) if raise.is(class) => Ok(None),
        Err(raise) => Err(raise),
    }
}
