//! An uncaught exception, as CPython 3.11 tells it; without the carets, and with frames of
//! the program alone.

use super::{Ending, Limits, Machine, Paused, Stream, Then, Uncaught, World, acting, group, text};
use crate::python::builtins::classes;
use crate::python::names;
use crate::python::values::{Class, Exception, Place, Raise, Value};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Prints the exception that ended a program.
pub fn uncaught(world: &'static World, raise: &Raise) -> Ending {
    if raise.is(classes().system_exit) {
        return exit(world, raise);
    }
    tell_after(world, "", raise);
    note(world, raise);
    ending_of(raise)
}

/// Notes an exception that ends a thread, if it is the first.
pub fn note(world: &'static World, raise: &Raise) {
    let uncaught = &world.root().uncaught;
    if uncaught.read().is_some() {
        return;
    }
    let places = raise.0.traceback.get();
    // The innermost is the first.
    let line = places.iter().find(|place| place.module.is_main());
    let first = Uncaught {
        text: last_line(world, &raise.0, world.limits),
        line: line.map_or(0, |place| place.line),
    };
    uncaught.set(Some(first));
}

/// What an exception makes of a program that does not catch it.
pub fn ending_of(raise: &Raise) -> Ending {
    if raise.is(classes().assertion_error) {
        Ending::Violated
    } else {
        Ending::Error
    }
}

/// Prints an exception after a line that says whose it is.
pub fn tell_after(world: &'static World, head: &str, raise: &Raise) {
    let told = head.to_owned() + &text_of(world, raise);
    world.print(Stream::Err, &told);
}

/// The lines that tell an exception.
pub fn text_of(world: &'static World, raise: &Raise) -> String {
    let limits = world.limits;
    let mut telling = Telling {
        lines: Vec::new(),
        seen: Vec::new(),
        depth: 0,
        open: false,
        limits,
    };
    tell(world, &raise.0, &mut telling);
    telling
        .lines
        .iter()
        .map(|line| format!("{line}\n"))
        .collect()
}

/// `sys.exit(code)`: a text goes to stderr.
fn exit(world: &'static World, raise: &Raise) -> Ending {
    match tell_exit(world, raise) {
        0 => Ending::Ok,
        _ => {
            note(world, raise);
            Ending::Error
        }
    }
}

/// The code that a SystemExit ends a process with, whose text is told if it has one.
pub fn tell_exit(world: &'static World, raise: &Raise) -> i64 {
    let limits = world.limits;
    match raise.0.arg(0) {
        None | Some(Value::None) => 0,
        Some(Value::Int(code)) => code,
        Some(Value::Bool(code)) => i64::from(code.get()),
        Some(other) => {
            let shown = shown(world, &other, limits).unwrap_or_default();
            world.print(Stream::Err, &format!("{shown}\n"));
            1
        }
    }
}

/// The text of a value, which may be Python code; None if it raises.
fn shown(world: &'static World, value: &Value, limits: Limits) -> Option<String> {
    let value = value.clone();
    let mut machine = Machine::new(world, acting::number());
    (machine.fuel, machine.reserve) = (limits.fuel / 100, 0);
    // It goes on where the machine is that is under way on this thread.
    machine.made.store(acting::made(), Ordering::Relaxed);
    let found = Arc::new(crate::sync::Own::new(Value::Unset));
    let kept = found.clone();
    let sequence = super::Sequence::new(async move {
        let text = text::str_later(world, &value).await?;
        kept.set(Value::from(text));
        Ok(Value::None)
    });
    machine.push_sequence(sequence, 0, Then::Drop).ok()?;
    // What waits for another thread has no text.
    let Paused::Ended(Ok(_)) = machine.go::<false>(None) else {
        return None;
    };
    found.get().as_str().map(str::to_owned)
}

/// What is being told: the lines so far, and how deep in groups it is.
struct Telling {
    lines: Vec<String>,
    seen: Vec<Arc<Exception>>,
    /// Groups around what is told.
    depth: usize,
    /// The box of the innermost group is still open.
    open: bool,
    limits: Limits,
}

impl Telling {
    /// What stands before each line of a group's member.
    fn margin(&self) -> String {
        match self.depth {
            0 => String::new(),
            depth => format!("{}| ", "  ".repeat(depth)),
        }
    }

    fn line(&mut self, text: &str) {
        self.lines.push(format!("{}{text}", self.margin()));
    }

    fn lines(&mut self, text: &str) {
        for line in text.split('\n') {
            self.line(line);
        }
    }
}

const CAUSE: &str = "The above exception was the direct cause of the following exception:";
const CONTEXT: &str = "During handling of the above exception, another exception occurred:";

/// The exception with its causes, oldest first.
fn tell(world: &'static World, exception: &Arc<Exception>, telling: &mut Telling) {
    if telling.depth > GROUPS + 1 {
        telling.line(&format!("... (max_group_depth is {GROUPS})"));
        return;
    }
    let mut chain = vec![(exception.clone(), "")];
    while let Some((last, _)) = chain.last() {
        telling.seen.push(last.clone());
        let new = |value: Value| match value {
            Value::Exception(other)
                if !telling.seen.iter().rev().any(|s| Arc::ptr_eq(s, &other)) =>
            {
                Some(other)
            }
            _ => None,
        };
        let before = match new(last.cause.get()) {
            Some(cause) => Some((cause, CAUSE)),
            None if last.suppress_context.get() => None,
            None => new(last.context.get()).map(|context| (context, CONTEXT)),
        };
        match before {
            Some(before) if chain.len() < LINKS => chain.push(before),
            _ => break,
        }
    }
    while let Some((exception, link)) = chain.pop() {
        tell_one(world, &exception, telling);
        if !link.is_empty() {
            ["", link, ""]
                .into_iter()
                .for_each(|line| telling.line(line));
        }
    }
}

/// As much of groups in groups, and of the members of each, is told.
const GROUPS: usize = 10;
const MEMBERS: usize = 15;

/// More causes of causes are not told.
const LINKS: usize = 1_000;

/// An exception without its causes.
fn tell_one(world: &'static World, exception: &Arc<Exception>, telling: &mut Telling) {
    let is_group = group::is_group(&Value::Exception(exception.clone()));
    let outermost = is_group && telling.depth == 0;
    let traceback = exception.traceback.get();
    let head = match is_group {
        true => "Exception Group Traceback (most recent call last):",
        false => "Traceback (most recent call last):",
    };
    if outermost {
        telling.depth = 1;
        telling.lines.push(format!("  + {head}"));
    } else if !traceback.is_empty() {
        telling.line(head);
    }
    frames(world, &traceback, telling);
    let last = last_line(world, exception, telling.limits);
    // Further lines of its text have no margin.
    telling.line(&last);
    for note in notes(exception) {
        let note = shown(world, &note, telling.limits).unwrap_or_default();
        telling.lines(&note);
    }
    if is_group {
        members(world, exception, telling);
    }
    if outermost {
        telling.depth = 0;
    }
}

/// The exceptions in a group, each in a box of its own.
fn members(world: &'static World, exception: &Exception, telling: &mut Telling) {
    let members = group::members(exception);
    let margin = "  ".repeat(telling.depth);
    telling.depth += 1;
    let more = members.len().saturating_sub(MEMBERS);
    for (at, member) in members.iter().take(MEMBERS + 1).enumerate() {
        let Value::Exception(member) = member else {
            continue;
        };
        if at == MEMBERS {
            let plural = if more == 1 { "" } else { "s" };
            let head = format!("{margin}  +---------------- ... ----------------");
            telling.lines.push(head);
            telling.line(&format!("and {more} more exception{plural}"));
            let end = format!("{margin}  +------------------------------------");
            telling.lines.push(end);
            telling.open = false;
            continue;
        }
        let head = if at == 0 { "+-" } else { "  " };
        let number = at + 1;
        telling.lines.push(format!(
            "{margin}{head}+---------------- {number} ----------------"
        ));
        telling.open = at + 1 == members.len();
        tell(world, member, telling);
        if telling.open && at + 1 == members.len() {
            telling
                .lines
                .push(format!("{margin}  +------------------------------------"));
            telling.open = false;
        }
    }
    telling.depth -= 1;
}

fn notes(exception: &Exception) -> Vec<Value> {
    let notes = exception.fields.read().get(names::NOTES).cloned();
    notes
        .and_then(|notes| super::iterate::at_hand(&notes))
        .unwrap_or_default()
}

/// How often a line is shown before its repetitions are counted.
const SHOWN: usize = 3;

fn frames(world: &World, traceback: &[Place], telling: &mut Telling) {
    let source: Vec<&str> = world.program.source.lines().collect();
    let same = |a: &Place, b: &Place| std::ptr::eq(a.code, b.code) && a.line == b.line;
    let of_program = traceback.iter().filter(|place| place.module.is_main());
    let mut rest: Vec<&Place> = of_program.collect();
    while let Some(place) = rest.pop() {
        let mut count = 1;
        while rest.last().is_some_and(|next| same(next, place)) {
            rest.pop();
            count += 1;
        }
        let (file, name) = (&world.program.file, place.code.name.text());
        let line = source.get(place.line.saturating_sub(1) as usize);
        for _ in 0..count.min(SHOWN) {
            telling.line(&format!(
                "  File \"{file}\", line {}, in {name}",
                place.line
            ));
            if let Some(line) = line.map(|line| line.trim()).filter(|line| !line.is_empty()) {
                telling.line(&format!("    {line}"));
            }
        }
        if count > SHOWN {
            let more = count - SHOWN;
            let plural = if more == 1 { "" } else { "s" };
            telling.line(&format!(
                "  [Previous line repeated {more} more time{plural}]"
            ));
        }
    }
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
