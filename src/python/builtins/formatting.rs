//! `template % values`, `template.format(…)`. The notations are read in `text::format`;
//! here values are looked up and converted.

use crate::python::code::Conversion;
use crate::python::machine::{
    Answer, Result, World, attribute, check_size, error, item, keys, later, sequence, text, types,
};
use crate::python::names::{self, Name};
use crate::python::text::format::fields::{
    self, Access, Conversion as Asked, DEPTH, First, Name as FieldName, Numbering, Piece, Pieces,
};
use crate::python::text::format::percent::{self, Field, Size, Wanted};
use crate::python::values::Value;

/// What a template of `str.format` is filled from.
enum Source {
    Arguments(Vec<Value>, Value),
    Mapping(Value),
}

pub fn format(world: &'static World, args: &[Value]) -> Answer {
    let template = template(args)?;
    let source = Source::Arguments(args[2..].to_vec(), args[1].clone());
    filled(world, template, source)
}

pub fn format_map(world: &'static World, args: &[Value]) -> Answer {
    filled(world, template(args)?, Source::Mapping(args[1].clone()))
}

fn template(args: &[Value]) -> Result<String> {
    match args[0].as_str() {
        Some(text) => Ok(text.to_owned()),
        None => Err(super::objects::wrong_self("str", args.first())),
    }
}

fn filled(world: &'static World, template: String, source: Source) -> Answer {
    later(async move {
        let mut numbering = Numbering::default();
        let text = fill(world, &template, &source, &mut numbering, DEPTH).await?;
        Ok(Value::from(text))
    })
}

/// The template with its fields filled; specs are templates themselves.
async fn fill(
    world: &'static World,
    template: &str,
    source: &Source,
    numbering: &mut Numbering,
    depth: usize,
) -> Result<String> {
    let mut out = String::new();
    for piece in Pieces::new(template, depth)? {
        let field = match piece? {
            Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Field(field) => field,
        };
        let value = look_up(world, field.name, source, numbering).await?;
        let conversion = match field.conversion()? {
            Asked::None => Conversion::Plain,
            Asked::Str => Conversion::Str,
            Asked::Repr => Conversion::Repr,
            Asked::Ascii => Conversion::Ascii,
        };
        let spec = if field.nested {
            Box::pin(fill(world, field.spec, source, numbering, depth - 1)).await?
        } else {
            field.spec.to_owned()
        };
        let text = sequence::wait(text::converted(world, &value, conversion, &spec)).await?;
        out.push_str(text.as_str().unwrap_or_default());
        check_size(world, out.len())?;
    }
    Ok(out)
}

/// The value of a field's name: an argument, then attributes and items of it.
async fn look_up(
    world: &'static World,
    name: &str,
    source: &Source,
    numbering: &mut Numbering,
) -> Result<Value> {
    let name = FieldName::parse(name, numbering)?;
    let mut value = match (name.first, source) {
        (First::Index(at), Source::Arguments(args, _)) => match args.get(at) {
            Some(value) => value.clone(),
            None => return Err(fields::no_argument(at).into()),
        },
        (First::Key(key), Source::Arguments(_, Value::Dict(named))) => {
            match keys::get_text(named, key) {
                Some(value) => value,
                None => return Err(error::key_error(Value::from(key))),
            }
        }
        (First::Key(key), Source::Mapping(mapping)) => {
            item::get_later(world, mapping, &Value::from(key)).await?
        }
        (First::Key(key), _) => return Err(error::key_error(Value::from(key))),
        (First::Index(_), Source::Mapping(_)) => return Err(fields::positional_in_map().into()),
    };
    for access in name {
        value = match access? {
            Access::Attribute(name) => {
                sequence::wait(attribute::get(world, &value, Name::new(name))).await?
            }
            Access::Index(at) => item::get_later(world, &value, &Value::int(at)).await?,
            Access::Key(key) => item::get_later(world, &value, &Value::from(key)).await?,
        };
    }
    Ok(value)
}

/// `template % values`.
pub fn percent(world: &'static World, template: &Value, values: &Value) -> Answer {
    let values = values.clone();
    if let Value::Bytes(bytes) = template.inner() {
        // Each byte is a character, and back again.
        let template = characters(bytes.as_slice());
        return later(async move {
            let filled = fill_percent(world, &template, values, true).await?;
            let bytes = filled.chars().map(|c| c as u8);
            Ok(Value::bytes(bytes.collect::<Vec<u8>>()))
        });
    }
    let template = template.as_str().unwrap_or_default().to_owned();
    later(async move {
        let filled = fill_percent(world, &template, values, false).await?;
        Ok(Value::from(filled))
    })
}

fn characters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

async fn fill_percent(
    world: &'static World,
    template: &str,
    values: Value,
    of_bytes: bool,
) -> Result<String> {
    let single = !matches!(values.inner(), Value::Tuple(_));
    let mapping = single && values.as_str().is_none() && is_mapping(&values);
    let mut rest = match values.inner() {
        Value::Tuple(items) => items.to_vec(),
        _ => vec![values.clone()],
    }
    .into_iter();
    let mut used_keys = false;
    let mut out = String::new();
    for piece in percent::Pieces::new(template, mapping) {
        let mut field = match piece? {
            percent::Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            percent::Piece::Field(field) => field,
        };
        let keyed = match field.key {
            Some(key) => {
                used_keys = true;
                let key = match of_bytes {
                    true => Value::bytes(key.chars().map(|c| c as u8).collect::<Vec<u8>>()),
                    false => Value::from(key),
                };
                Some(item::get_later(world, &values, &key).await?)
            }
            None => None,
        };
        for width in [true, false] {
            let size = if width { field.width } else { field.precision };
            if size == Size::Argument {
                let number = rest.next().ok_or_else(percent::not_enough)?;
                let Some(number) = number.as_int() else {
                    return Err(percent::no_int_for_star().into());
                };
                let number = number
                    .to_i64()
                    .ok_or_else(|| percent::star_overflow(width))?;
                if width {
                    field.set_width(number);
                } else {
                    field.set_precision(number);
                }
            }
        }
        let value = match keyed {
            Some(value) => value,
            None => rest.next().ok_or_else(percent::not_enough)?,
        };
        out.push_str(&match of_bytes {
            true => convert_bytes(world, &field, &value).await?,
            false => convert(world, &field, &value).await?,
        });
        check_size(world, out.len())?;
    }
    if !used_keys && !mapping && rest.next().is_some() {
        let not_all = match of_bytes {
            true => percent::not_all_bytes(),
            false => percent::not_all(),
        };
        return Err(not_all.into());
    }
    Ok(out)
}

fn is_mapping(value: &Value) -> bool {
    match value.inner() {
        Value::Dict(_) | Value::List(_) | Value::Range(_) | Value::Bytes(_) => true,
        _ => types::defined(value, names::GETITEM).is_some(),
    }
}

/// A value in a template of bytes, as characters.
async fn convert_bytes(world: &'static World, field: &Field<'_>, value: &Value) -> Result<String> {
    let limit = world.limits.size;
    match field.wanted() {
        wanted if wanted == Wanted::Str || field.is_bytes() => {
            let bytes = match value.inner() {
                Value::Bytes(_) => Some(value.inner().clone()),
                _ => types::special(value, names::BYTES, Vec::new()).await?,
            };
            let Some(Value::Bytes(bytes)) = bytes else {
                let name = types::name_of(value);
                return Err(error::type_error(format!(
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{name}'"
                )));
            };
            Ok(field.text(&characters(bytes.as_slice()), limit)?)
        }
        Wanted::Repr => {
            let text = sequence::wait(text::ascii(world, value)).await?;
            Ok(field.text(text.as_str().unwrap_or_default(), limit)?)
        }
        Wanted::Char => match (value.inner(), value.as_int().map(|code| code.to_i64())) {
            (Value::Bytes(bytes), _) if bytes.as_slice().len() == 1 => {
                Ok(field.text(&characters(bytes.as_slice()), limit)?)
            }
            (_, Some(code)) => match code.and_then(|code| u8::try_from(code).ok()) {
                Some(byte) => Ok(field.text(&characters(&[byte]), limit)?),
                None => Err(error::overflow_error("%c arg not in range(256)")),
            },
            _ => {
                let text = "%c requires an integer in range(256) or a single byte";
                Err(error::type_error(text))
            }
        },
        _ => convert(world, field, value).await,
    }
}

async fn convert(world: &'static World, field: &Field<'_>, value: &Value) -> Result<String> {
    let limit = world.limits.size;
    let wrong = || field.wrong_type(types::name_of(value));
    let text = match field.wanted() {
        Wanted::Str => text::str(world, value),
        Wanted::Repr => text::repr(world, value),
        Wanted::Ascii => text::ascii(world, value),
        Wanted::Char => {
            return match (value.as_str(), value.as_int()) {
                (Some(text), _) if text.chars().count() == 1 => Ok(field.text(text, limit)?),
                (None, Some(code)) => Ok(field.code(code, limit)?),
                _ => Err(wrong().into()),
            };
        }
        Wanted::Int => {
            if let Value::Float(number) = value.inner() {
                let number = crate::python::text::number::float::to_int(number.get())?;
                return Ok(field.int((&number).into(), limit)?);
            }
            let number = match types::special(value, names::INT, Vec::new()).await? {
                Some(number) => number,
                None => value.clone(),
            };
            let number = number.as_int().ok_or_else(wrong)?;
            return Ok(field.int(number, limit)?);
        }
        Wanted::Index => {
            let number = value.as_int().ok_or_else(wrong)?;
            return Ok(field.int(number, limit)?);
        }
        Wanted::Float => {
            let number = match value.inner() {
                Value::Float(number) => number.get(),
                other => match other.as_int() {
                    Some(number) => number.to_f64()?,
                    None => match types::special(value, names::FLOAT, Vec::new()).await? {
                        Some(Value::Float(number)) => number.get(),
                        _ => return Err(wrong().into()),
                    },
                },
            };
            return Ok(field.float(number, limit)?);
        }
        Wanted::Unsupported => return Err(field.unsupported().into()),
    };
    let text = sequence::wait(text).await?;
    Ok(field.text(text.as_str().unwrap_or_default(), limit)?)
}
