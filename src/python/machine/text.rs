//! `repr`, `str` and `format` of any value.

use super::{Answer, Result, World, acting, error, later, sequence, types};
use crate::python::builtins::{classes, strings};
use crate::python::code::Conversion;
use crate::python::names;
use crate::python::text::number::{float_text, int_text};
use crate::python::values::{Alias, Class, Exception, Iteration, Truth, Value, View, Wrapper};

/// A piece of the text of a container.
enum Piece {
    Text(String),
    Repr(Value),
}

/// Containers within containers that are written without a sequence each.
const NEAR: usize = 30;

/// `repr(value)`.
pub fn repr(world: &'static World, value: &Value) -> Answer {
    let mut out = String::new();
    if write(world, &mut out, value, 0, &mut Vec::new())? {
        return Ok(Value::from(out));
    }
    let value = value.clone();
    later(async move { repr_later(world, &value).await })
}

/// Writes what needs no Python code. False: it does, or is deep, and what was written is
/// of no use.
fn write(
    world: &World,
    out: &mut String,
    value: &Value,
    depth: usize,
    inside: &mut Vec<usize>,
) -> Result<bool> {
    if let Some(text) = scalar(world, value)? {
        out.push_str(&text);
        return Ok(true);
    }
    let Some(pieces) = pieces(value) else {
        return Ok(false);
    };
    if depth > NEAR {
        return Ok(false);
    }
    let address = value.address().unwrap_or_default();
    if inside.contains(&address) {
        out.push_str(&cycle(value));
        return Ok(true);
    }
    inside.push(address);
    for piece in &pieces {
        match piece {
            Piece::Text(text) => out.push_str(text),
            Piece::Repr(inner) => {
                if !write(world, out, inner, depth + 1, inside)? {
                    inside.pop();
                    return Ok(false);
                }
            }
        }
        super::check_size(world, out.len())?;
    }
    inside.pop();
    Ok(true)
}

/// As `object.__repr__` and those of builtin types make it.
pub fn repr_builtin(world: &'static World, value: &Value) -> Answer {
    match value {
        Value::Exception(_) => {
            let value = value.clone();
            later(async move { pieces_later(world, &value).await })
        }
        value => repr(world, value.inner()),
    }
}

async fn repr_later(world: &'static World, value: &Value) -> Result<Value> {
    if let Some(method) = types::defined(value, names::REPR) {
        let text = types::call_method(&method, value, Vec::new()).await?;
        return text_of(text, "__repr__");
    }
    let text = pieces_later(world, value.inner()).await?;
    match (value, value.inner(), text.as_str()) {
        (Value::Instance(instance), Value::Deque(_), Some(shown)) => {
            let name = instance.class().name.as_str();
            Ok(Value::from(shown.replacen("deque", name, 1)))
        }
        _ => Ok(text),
    }
}

async fn pieces_later(world: &'static World, inner: &Value) -> Result<Value> {
    let Some(pieces) = pieces(inner) else {
        let text = scalar(world, inner)?;
        return Ok(Value::from(text.unwrap_or_default()));
    };
    let place = (acting::number(), inner.address().unwrap_or_default());
    if world.inside.read().contains(&place) {
        return Ok(Value::from(cycle(inner)));
    }
    world.inside.write().push(place);
    let mut out = String::new();
    let mut failed = None;
    for piece in pieces {
        match piece {
            Piece::Text(text) => out.push_str(&text),
            Piece::Repr(inner) => match sequence::wait(repr(world, &inner)).await {
                Ok(text) => out.push_str(text.as_str().unwrap_or_default()),
                Err(raise) => {
                    failed = Some(raise);
                    break;
                }
            },
        }
        if let Err(raise) = super::check_size(world, out.len()) {
            failed = Some(raise);
            break;
        }
    }
    world.inside.write().retain(|other| *other != place);
    match failed {
        Some(raise) => Err(raise),
        None => Ok(Value::from(out)),
    }
}

/// What a container shows inside itself.
fn cycle(value: &Value) -> String {
    match value {
        Value::List(_) | Value::Deque(_) => "[...]".to_owned(),
        Value::Dict(_) => "{...}".to_owned(),
        Value::Tuple(_) => "(...)".to_owned(),
        _ => format!("{}(...)", types::name_of(value)),
    }
}

/// The pieces of a container's text.
fn pieces(value: &Value) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let text = |text: &str| Piece::Text(text.to_owned());
    let row = |pieces: &mut Vec<Piece>, items: &mut dyn Iterator<Item = Value>| {
        for (at, item) in items.enumerate() {
            if at > 0 {
                pieces.push(text(", "));
            }
            pieces.push(Piece::Repr(item));
        }
    };
    match value {
        Value::List(list) => {
            pieces.push(text("["));
            row(&mut pieces, &mut list.items.get().into_iter());
            pieces.push(text("]"));
        }
        Value::Deque(deque) => {
            let (add_row, row) = (row, deque.row.get());
            pieces.push(text("deque(["));
            add_row(&mut pieces, &mut row.items.into_iter());
            pieces.push(text("]"));
            pieces.push(Piece::Text(match row.most {
                Some(most) => format!(", maxlen={most})"),
                None => ")".to_owned(),
            }));
        }
        Value::Tuple(items) => {
            pieces.push(text("("));
            row(&mut pieces, &mut items.iter().cloned());
            pieces.push(text(if items.len() == 1 { ",)" } else { ")" }));
        }
        Value::Set(set) | Value::FrozenSet(set) => {
            let table = set.table.read();
            let frozen = matches!(value, Value::FrozenSet(_));
            if table.is_empty() {
                let name = types::name_of(value);
                return Some(vec![Piece::Text(format!("{name}()"))]);
            }
            pieces.push(text(if frozen { "frozenset({" } else { "{" }));
            row(&mut pieces, &mut table.iter().map(|(_, key)| key.clone()));
            pieces.push(text(if frozen { "})" } else { "}" }));
        }
        Value::Dict(dict) => {
            pieces.push(text("{"));
            for (at, entry) in dict.entries.read().iter().enumerate() {
                if at > 0 {
                    pieces.push(text(", "));
                }
                pieces.push(Piece::Repr(entry.key.clone()));
                pieces.push(text(": "));
                pieces.push(Piece::Repr(entry.value.clone()));
            }
            pieces.push(text("}"));
        }
        Value::View(view) => {
            let (open, close) = match **view {
                View::Keys(_) => ("dict_keys([", "])"),
                View::Values(_) => ("dict_values([", "])"),
                View::Items(_) => ("dict_items([", "])"),
                View::Proxy(_) => ("mappingproxy(", ")"),
            };
            pieces.push(text(open));
            if let View::Proxy(dict) = &**view {
                pieces.push(Piece::Repr(Value::Dict(dict.clone())));
            } else {
                let items = super::iterate::at_hand(value)?;
                row(&mut pieces, &mut items.into_iter());
            }
            pieces.push(text(close));
        }
        Value::Slice(slice) => {
            pieces.push(text("slice("));
            let parts = [&slice.start, &slice.stop, &slice.step];
            row(&mut pieces, &mut parts.into_iter().cloned());
            pieces.push(text(")"));
        }
        Value::Exception(exception) => return Some(exception_pieces(exception)),
        Value::Alias(alias) => return Some(alias_pieces(alias)),
        Value::Method(method) if method.function.as_function().is_some() => {
            let name = method.function.as_function()?.qualified();
            pieces.push(Piece::Text(format!("<bound method {name} of ")));
            pieces.push(Piece::Repr(method.object.clone()));
            pieces.push(text(">"));
        }
        _ => return None,
    }
    Some(pieces)
}

fn exception_pieces(exception: &Exception) -> Vec<Piece> {
    let mut pieces = vec![Piece::Text(format!("{}(", exception.class.name))];
    for (at, arg) in exception.arg_list().into_iter().enumerate() {
        if at > 0 {
            pieces.push(Piece::Text(", ".to_owned()));
        }
        pieces.push(Piece::Repr(arg));
    }
    pieces.push(Piece::Text(")".to_owned()));
    pieces
}

/// The text of what contains no values.
fn scalar(world: &World, value: &Value) -> Result<Option<String>> {
    let at = |value: &Value| format!("0x{:x}", world.identity(value));
    Ok(Some(match value {
        Value::Unset | Value::None => "None".to_owned(),
        Value::NotImplemented => "NotImplemented".to_owned(),
        Value::Ellipsis => "Ellipsis".to_owned(),
        Value::Bool(Truth::True) => "True".to_owned(),
        Value::Bool(Truth::False) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Big(_) => match value.as_int() {
            Some(number) => int_text::decimal(number)?,
            None => String::new(),
        },
        Value::Float(number) => float_text::repr(number.get()),
        Value::Str(text) => strings::repr(text.as_str()),
        Value::Bytes(bytes) => strings::repr_bytes(bytes.as_slice()),
        Value::Range(range) if range.step == 1 => format!("range({}, {})", range.start, range.stop),
        Value::Range(range) => format!("range({}, {}, {})", range.start, range.stop, range.step),
        Value::Function(_) | Value::Closure(_) => {
            let name = value
                .as_function()
                .map(|f| f.qualified())
                .unwrap_or_default();
            format!("<function {name} at {}>", at(value))
        }
        Value::Native(native) if native.owner.is_empty() => {
            format!("<built-in function {}>", native.name)
        }
        Value::Native(native) => {
            format!("<method '{}' of '{}' objects>", native.name, native.owner)
        }
        Value::Method(method) => match &method.function {
            Value::Native(native) => format!(
                "<built-in method {} of {} object at {}>",
                native.name,
                types::name_of(&method.object),
                at(&method.object)
            ),
            _ => return Ok(None),
        },
        Value::Class(_) if types::defined(value, names::REPR).is_some() => return Ok(None),
        Value::Class(class) if class.module == names::BUILTINS_MODULE => {
            format!("<class '{}'>", class.qualified)
        }
        Value::Class(class) => format!("<class '{}.{}'>", class.module.text(), class.qualified),
        Value::Module(module) if module.name == names::MAIN => {
            format!("<module '__main__' from '{}'>", world.program.file)
        }
        Value::Module(module) => format!("<module '{}' (built-in)>", module.name.text()),
        Value::Generator(generator) => format!(
            "<{} object {} at {}>",
            types::name_of(value),
            generator.code.qualified,
            at(value)
        ),
        Value::Iter(iter) => {
            let state = iter.state.read();
            if let Iteration::Native(_) = &*state {
                format!("<{} object at {}>", types::name_of(value), at(value))
            } else {
                drop(state);
                format!("<{} object at {}>", types::name_of(value), at(value))
            }
        }
        Value::Super(super_) => format!(
            "<super: <class '{}'>, <{} object>>",
            super_.class.name, super_.object_class.name
        ),
        Value::Code(code) => format!(
            "<code object {} at {}, file \"{}\", line {}>",
            code.name.text(),
            at(value),
            world.program.file,
            code.lines.first().copied().unwrap_or(1)
        ),
        Value::Property(_) | Value::Cell(_) => {
            format!("<{} object at {}>", types::name_of(value), at(value))
        }
        Value::Wrapper(wrapper) => match &**wrapper {
            Wrapper::Slot(name) => format!("<member '{}'>", name.text()),
            Wrapper::Static(_) | Wrapper::Class(_) => {
                format!("<{} object at {}>", types::name_of(value), at(value))
            }
        },
        Value::Instance(instance) => {
            let class = instance.class();
            if class.find_defined(names::REPR).is_some() || !instance.inner.is_unset() {
                return Ok(None);
            }
            format!(
                "<{}.{} object at 0x{:x}>",
                class.module.text(),
                class.qualified,
                world.identity(value)
            )
        }
        _ => return Ok(None),
    }))
}

/// A class as an alias shows it.
fn class_text(class: &Class) -> String {
    match class.module {
        names::BUILTINS_MODULE => class.qualified.clone(),
        module => format!("{}.{}", module.text(), class.qualified),
    }
}

/// `list[int]`, `int | None`.
fn alias_pieces(alias: &Alias) -> Vec<Piece> {
    if let Value::Alias(unpacked) = &alias.origin {
        let star = Piece::Text("*".to_owned());
        return std::iter::once(star)
            .chain(alias_pieces(unpacked))
            .collect();
    }
    let (open, between, close) = match &alias.origin {
        Value::Class(class) => (class_text(class) + "[", ", ", "]"),
        _ => (String::new(), " | ", ""),
    };
    let mut pieces = vec![Piece::Text(open)];
    if let Value::Tuple(args) = &alias.args {
        if args.is_empty() {
            pieces.push(Piece::Text("()".to_owned()));
        }
        for (at, arg) in args.iter().enumerate() {
            if at > 0 {
                pieces.push(Piece::Text(between.to_owned()));
            }
            pieces.push(match arg {
                Value::Class(class) => Piece::Text(class_text(class)),
                Value::Ellipsis => Piece::Text("...".to_owned()),
                other => Piece::Repr(other.clone()),
            });
        }
    }
    pieces.push(Piece::Text(close.to_owned()));
    pieces
}

fn text_of(value: Value, method: &str) -> Result<Value> {
    match value.as_str() {
        Some(_) => Ok(value),
        None => {
            let name = types::name_of(&value);
            Err(error::type_error(format!(
                "{method} returned non-string (type {name})"
            )))
        }
    }
}

/// `str(value)`.
pub fn str(world: &'static World, value: &Value) -> Answer {
    match value {
        Value::Str(_) => return Ok(value.clone()),
        Value::Exception(exception) => {
            if types::defined(value, names::STR).is_none() {
                return exception_text(world, exception);
            }
        }
        Value::Instance(instance) => {
            if types::defined(value, names::STR).is_none()
                && types::defined(value, names::REPR).is_none()
                && !matches!(instance.inner, Value::Unset | Value::Deque(_))
            {
                return str(world, &instance.inner);
            }
        }
        Value::View(view) if matches!(**view, View::Proxy(_)) => {
            return str(world, &Value::Dict(view.dict().clone()));
        }
        Value::Class(_) if types::defined(value, names::STR).is_some() => {}
        _ => return repr(world, value),
    }
    let method = types::defined(value, names::STR).or_else(|| types::defined(value, names::REPR));
    let Some(method) = method else {
        return repr(world, value);
    };
    let value = value.clone();
    later(async move {
        text_of(
            types::call_method(&method, &value, Vec::new()).await?,
            "__str__",
        )
    })
}

/// The text of an exception: its only argument, or all as a tuple.
pub fn exception_text(world: &'static World, exception: &Exception) -> Answer {
    if exception.class.derives_from(classes().base_exception_group) {
        let count = match exception.arg(1) {
            Some(list) => super::iterate::at_hand(&list).map_or(0, |all| all.len()),
            None => 0,
        };
        let text = exception.arg(0).unwrap_or(Value::None);
        let plural = if count == 1 { "" } else { "s" };
        let text = text.as_str().unwrap_or_default();
        return Ok(Value::from(format!(
            "{text} ({count} sub-exception{plural})"
        )));
    }
    let args = exception.arg_list();
    if let ([number, text], true) = (&args[..], exception.class.derives_from(classes().os_error)) {
        let (number, text) = (number.clone(), text.clone());
        let file = exception.fields.read().get(names::FILENAME).cloned();
        return later(async move {
            let mut shown = format!("[Errno {}] ", str_later(world, &number).await?);
            shown += &str_later(world, &text).await?;
            if let Some(file) = file {
                let file = sequence::wait(repr(world, &file)).await?;
                shown = format!("{shown}: {}", file.as_str().unwrap_or_default());
            }
            Ok(Value::from(shown))
        });
    }
    if exception.class.derives_from(classes().unicode_error)
        && let Some(text) = super::error::codec_text(&args)
    {
        return Ok(Value::from(text));
    }
    match &args[..] {
        [] => Ok(Value::from("")),
        [one] if exception.class.derives_from(classes().key_error) => repr(world, one),
        [one] => str(world, one),
        _ => repr(world, &exception.args.get()),
    }
}

/// `str(value)`, in a sequence.
pub async fn str_later(world: &'static World, value: &Value) -> Result<String> {
    let text = sequence::wait(str(world, value)).await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// `ascii(value)`.
pub fn ascii(world: &'static World, value: &Value) -> Answer {
    match repr(world, value) {
        Ok(text) => Ok(Value::from(strings::escape(
            text.as_str().unwrap_or_default(),
        ))),
        answer => later(async move {
            let text = sequence::wait(answer).await?;
            Ok(Value::from(strings::escape(
                text.as_str().unwrap_or_default(),
            )))
        }),
    }
}

/// `format(value, spec)`.
pub fn format(world: &'static World, value: &Value, spec: &str) -> Answer {
    if let Some(method) = types::defined(value, names::FORMAT) {
        let (value, spec) = (value.clone(), Value::from(spec));
        return later(async move {
            let text = types::call_method(&method, &value, vec![spec]).await?;
            match text.as_str() {
                Some(_) => Ok(text),
                None => Err(error::type_error(format!(
                    "__format__ must return a str, not {}",
                    types::name_of(&text)
                ))),
            }
        });
    }
    if spec.is_empty() {
        return str(world, value);
    }
    match strings::format_spec(world, value.inner(), spec) {
        Some(text) => Ok(Value::from(text?)),
        None => {
            let name = types::name_of(value);
            let text = format!("unsupported format string passed to {name}.__format__");
            Err(error::type_error(text).into())
        }
    }
}

/// A value in an f-string.
pub fn converted(
    world: &'static World,
    value: &Value,
    conversion: Conversion,
    spec: &str,
) -> Answer {
    let text = match conversion {
        Conversion::Plain => return format(world, value, spec),
        Conversion::Str => str(world, value),
        Conversion::Repr => repr(world, value),
        Conversion::Ascii => ascii(world, value),
    };
    match text {
        Ok(text) => format(world, &text, spec),
        text => {
            let spec = spec.to_owned();
            later(async move {
                let text = sequence::wait(text).await?;
                sequence::wait(format(world, &text, &spec)).await
            })
        }
    }
}
