//! An uncaught exception, as CPython 3.11 tells it; without the carets, and with frames of
//! the program alone.

use super::{Ending, Limits, Machine, Stream, Then, World, group, text};
use crate::python::builtins::classes;
use crate::python::names;
use crate::python::values::{Class, Exception, Place, Raise, Value};
use std::sync::Arc;

/// Prints the exception that ended a program.
pub fn uncaught(world: &'static World, raise: &Raise, limits: Limits) -> Ending {
    if raise.is(classes().system_exit) {
        return exit(world, raise, limits);
    }
    let mut lines = Vec::new();
    tell(world, &raise.0, "", &mut Vec::new(), &mut lines, limits);
    let mut told = String::new();
    for line in lines {
        told.push_str(&line);
        told.push('\n');
    }
    world.output.write().write(Stream::Err, &told);
    if raise.is(classes().assertion_error) {
        Ending::Violated
    } else {
        Ending::Error
    }
}

/// `sys.exit(code)`: a text goes to stderr.
fn exit(world: &'static World, raise: &Raise, limits: Limits) -> Ending {
    match raise.0.arg(0) {
        None | Some(Value::None | Value::Int(0) | Value::Bool(false)) => Ending::Ok,
        Some(Value::Int(_) | Value::Bool(true)) => Ending::Error,
        Some(other) => {
            let shown = shown(world, &other, limits).unwrap_or_default();
            world
                .output
                .write()
                .write(Stream::Err, &format!("{shown}\n"));
            Ending::Error
        }
    }
}

/// The text of a value, which may be Python code; None if it raises.
fn shown(world: &'static World, value: &Value, limits: Limits) -> Option<String> {
    let value = value.clone();
    let mut machine = Machine {
        world,
        activations: Vec::new(),
        stack: Vec::new(),
        fuel: limits.fuel / 100,
        reply: None,
        again: false,
        thrown: None,
    };
    let found = Arc::new(crate::sync::Own::new(Value::Unset));
    let kept = found.clone();
    let sequence: super::Sequence = Box::pin(async move {
        let text = text::str_later(world, &value).await?;
        kept.set(Value::from(text));
        Ok(Value::None)
    });
    machine.push_sequence(sequence, 0, Then::Drop).ok()?;
    machine.go().ok()?;
    found.get().as_str().map(str::to_owned)
}

/// The exception with its causes, oldest first.
fn tell(
    world: &'static World,
    exception: &Arc<Exception>,
    indent: &str,
    seen: &mut Vec<Arc<Exception>>,
    lines: &mut Vec<String>,
    limits: Limits,
) {
    seen.push(exception.clone());
    let is_new = |value: &Value, seen: &[Arc<Exception>]| match value {
        Value::Exception(other) if !seen.iter().any(|s| Arc::ptr_eq(s, other)) => {
            Some(other.clone())
        }
        _ => None,
    };
    let (cause, context) = (exception.cause.get(), exception.context.get());
    if let Some(cause) = is_new(&cause, seen) {
        tell(world, &cause, indent, seen, lines, limits);
        let text = "The above exception was the direct cause of the following exception:";
        lines.extend([rule(indent), format!("{indent}{text}"), rule(indent)]);
    } else if let Some(context) = is_new(&context, seen)
        && !exception.suppress_context.get()
    {
        tell(world, &context, indent, seen, lines, limits);
        let text = "During handling of the above exception, another exception occurred:";
        lines.extend([rule(indent), format!("{indent}{text}"), rule(indent)]);
    }
    let is_group = group::is_group(&Value::Exception(exception.clone()));
    if is_group && indent.is_empty() {
        lines.push("  + Exception Group Traceback (most recent call last):".to_owned());
    } else if is_group {
        lines.push(format!(
            "{indent}Exception Group Traceback (most recent call last):"
        ));
    } else if !exception.traceback.read().is_empty() {
        lines.push(format!("{indent}Traceback (most recent call last):"));
    }
    let inner = if is_group && indent.is_empty() {
        "  | "
    } else {
        indent
    };
    frames(world, &exception.traceback.read(), inner, lines);
    for line in last_line(world, exception, limits).split('\n') {
        lines.push(format!("{inner}{line}"));
    }
    for note in notes(exception) {
        let note = shown(world, &note, limits).unwrap_or_default();
        lines.extend(note.split('\n').map(|line| format!("{inner}{line}")));
    }
    if is_group {
        members(world, exception, inner, seen, lines, limits);
    }
}

fn rule(indent: &str) -> String {
    indent.trim_end().to_owned()
}

/// The exceptions in a group, each in a box of its own.
fn members(
    world: &'static World,
    exception: &Exception,
    indent: &str,
    seen: &mut Vec<Arc<Exception>>,
    lines: &mut Vec<String>,
    limits: Limits,
) {
    let members = group::members(exception);
    let margin = indent.trim_end_matches(['|', ' ']);
    let margin = format!(
        "{}  ",
        &indent[..margin.len().max(indent.len().saturating_sub(2))].trim_end_matches('|')
    );
    for (at, member) in members.iter().enumerate() {
        let Value::Exception(member) = member else {
            continue;
        };
        let head = if at == 0 { "+-" } else { "  " };
        lines.push(format!(
            "{margin}{head}+---------------- {} ----------------",
            at + 1
        ));
        let inner = format!("{margin}  | ");
        tell(world, member, &inner, seen, lines, limits);
    }
    lines.push(format!("{margin}  +------------------------------------"));
}

fn notes(exception: &Exception) -> Vec<Value> {
    let notes = exception.fields.read().get(names::NOTES).cloned();
    notes
        .and_then(|notes| super::iterate::at_hand(&notes))
        .unwrap_or_default()
}

/// How often a line is shown before its repetitions are counted.
const SHOWN: usize = 3;

fn frames(world: &World, traceback: &[Place], indent: &str, lines: &mut Vec<String>) {
    let source: Vec<&str> = world.program.source.lines().collect();
    let mut last: Option<(*const crate::python::code::Code, u32)> = None;
    let mut count = 0;
    let repeated = |count: usize, lines: &mut Vec<String>| {
        if count > SHOWN {
            let more = count - SHOWN;
            let plural = if more == 1 { "" } else { "s" };
            lines.push(format!(
                "{indent}  [Previous line repeated {more} more time{plural}]"
            ));
        }
    };
    for place in traceback.iter().rev() {
        let this = (std::ptr::from_ref(place.code), place.line);
        if last == Some(this) {
            count += 1;
        } else {
            repeated(count, lines);
            (last, count) = (Some(this), 1);
        }
        if count > SHOWN {
            continue;
        }
        lines.push(format!(
            "{indent}  File \"{}\", line {}, in {}",
            world.program.file,
            place.line,
            place.code.name.text()
        ));
        let line = source
            .get(place.line.saturating_sub(1) as usize)
            .map(|line| line.trim());
        if let Some(line) = line.filter(|line| !line.is_empty()) {
            lines.push(format!("{indent}    {line}"));
        }
    }
    repeated(count, lines);
}

/// The class and text of the exception.
fn last_line(world: &'static World, exception: &Arc<Exception>, limits: Limits) -> String {
    let name = qualified(exception.class);
    match shown(world, &Value::Exception(exception.clone()), limits) {
        Some(text) if text.is_empty() => name,
        Some(text) => format!("{name}: {text}{}", suggestion(world, exception)),
        None => format!("{name}: <exception str() failed>"),
    }
}

fn qualified(class: &Class) -> String {
    if class.module == names::BUILTINS_MODULE || class.module == names::MAIN {
        class.qualified.clone()
    } else {
        format!("{}.{}", class.module.text(), class.qualified)
    }
}

/// `. Did you mean: 'name'?`, of names and attributes.
fn suggestion(world: &'static World, exception: &Exception) -> String {
    crate::python::builtins::suggest(world, exception)
        .map(|name| format!(". Did you mean: '{name}'?"))
        .unwrap_or_default()
}
