//! What is run on the model: a scenario's program, or one of the reader's own.

use crate::base::ThreadId;
use crate::explore::{Ended, Execution};
use crate::platform::memory;
use crate::python::code;
use crate::python::engine::{Executions, ThreadView, view};
use crate::python::machine::{self, Limits, Printed};
use crate::scenario::own::{ERR, LOST, OUT};
use crate::scenario::{Ending, Fact, FactValue, Outcome, Params, Program, Report, Verdict};
use crate::sync::Error;
use crate::words::own as says;

/// A program that can be executed on the model, as often as one likes.
pub trait Subject: Clone + 'static {
    /// Begins it anew: the body of its main thread.
    fn begin(&self, params: &Params) -> Ending;

    /// Where the threads of the execution that is under way are, and the values of their local
    /// variables, if the program can tell.
    fn look(&self) -> Vec<Locals> {
        Vec::new()
    }

    /// What the execution that was begun last came to. Its result is taken out.
    fn end(&self, run: &mut Execution<Result<Outcome, Error>>) -> End;
}

/// The local variables of a thread, in the function that it is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locals {
    pub thread: ThreadId,
    pub line: u32,
    /// `first = 1, second = 'a'`, cut where it is long.
    pub values: String,
}

impl Locals {
    /// Of a thread that has ended.
    pub fn none_of(thread: ThreadId) -> Locals {
        Locals {
            thread,
            line: 0,
            values: String::new(),
        }
    }
}

/// What an execution came to.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    pub report: Report,
    /// The line of the program's text that raised the exception that ended it; 0 for any other
    /// end, and where a primitive raised it.
    pub raised_at: u32,
    /// What it printed, of a program in Python.
    pub printed: Vec<Printed>,
}

fn elapsed_ms<T>(run: &Execution<T>) -> f64 {
    run.elapsed.as_secs_f64() * 1e3
}

impl Subject for Program {
    fn begin(&self, params: &Params) -> Ending {
        self(params.clone())
    }

    fn end(&self, run: &mut Execution<Result<Outcome, Error>>) -> End {
        let elapsed_ms = elapsed_ms(run);
        let ended = run.ended;
        let result = run.result.take();
        let raised_at = match &result {
            Some(Ok(outcome)) => outcome.uncaught.as_ref().map_or(0, |error| error.line),
            Some(Err(error)) => error.line,
            None => 0,
        };
        End {
            report: match (ended, result) {
                (Ended::Deadlock, _) => Report::deadlock(elapsed_ms),
                (Ended::Finished, Some(ending)) => Report::of(ending, elapsed_ms),
                _ => Report::incomplete(elapsed_ms),
            },
            raised_at,
            printed: Vec::new(),
        }
    }
}

/// A program of the reader's own.
#[derive(Clone)]
pub struct Own(Executions);

impl Own {
    /// To be run once: for as long as the reader lets it, nearly.
    pub fn to_play(program: &'static code::Program) -> Own {
        memory::allow(Limits::default().memory);
        Own(Executions::of(program, Limits::default(), Some(false)))
    }

    /// To be run again and again.
    pub fn to_explore(program: &'static code::Program) -> Own {
        // What is found takes memory, too.
        memory::allow(isize::MAX as usize / 4);
        let limits = Limits {
            fuel: FUEL,
            ..Limits::default()
        };
        Own(Executions::of(program, limits, Some(false)))
    }
}

/// What an execution of a search may use: a second's work, or less.
const FUEL: u64 = 20_000_000;

impl Subject for Own {
    fn begin(&self, _: &Params) -> Ending {
        let main = self.0.begin();
        Box::pin(async {
            main.await;
            Ok(Outcome::new(true, Vec::new()))
        })
    }

    fn look(&self) -> Vec<Locals> {
        let Some(world) = self.0.world() else {
            return Vec::new();
        };
        let threads = view(world).threads.into_iter();
        let locals = threads.filter_map(|ThreadView { thread, frames }| {
            let frame = frames.into_iter().next_back()?;
            // Those of the module are everybody's, and are shown as such.
            let is_function = frame.function != "<module>";
            let locals = frame.locals.iter().filter(|_| is_function);
            let values = locals.map(|local| format!("{} = {}", local.name, local.value));
            Some(Locals {
                thread,
                line: frame.line,
                values: {
                    let plain = values
                        .collect::<Vec<_>>()
                        .join(", ")
                        .replace(['\t', '\n'], " ");
                    cut(&plain, MOST_OF_LOCALS)
                },
            })
        });
        locals.collect()
    }

    fn end(&self, run: &mut Execution<Result<Outcome, Error>>) -> End {
        let left = self.0.end(run.ended == Ended::Incomplete);
        end_of(left, elapsed_ms(run))
    }
}

/// The most letters of a thread's local variables, of a message and of a fact: what is longer
/// nobody reads, and the page has to show it.
const MOST_OF_LOCALS: usize = 120;
const MOST_OF_MESSAGE: usize = 1_000;
const MOST_OF_FACT: usize = 20_000;

/// A text that is cut where it is long.
fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// What went to stderr, in parts that belong together: what is told of each thread.
fn told_of_threads(err: &str) -> Vec<&str> {
    let begins = err.match_indices("Exception in thread ").map(|(at, _)| at);
    let begins = begins.filter(|at| *at == 0 || err[..*at].ends_with('\n'));
    let mut parts = Vec::new();
    let mut from = 0;
    for at in begins.chain([err.len()]) {
        parts.push(err[from..at].trim_end_matches('\n'));
        from = at;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// What a program in Python came to, by what it has left.
pub fn end_of(left: machine::Report, elapsed_ms: f64) -> End {
    let fact = |name: &str, mut parts: Vec<&str>| {
        parts.sort_unstable();
        Fact {
            name: name.to_owned(),
            value: FactValue::Text(cut(&parts.join("\n"), MOST_OF_FACT)),
        }
    };
    let (out, err) = (left.out(), left.err());
    let mut facts = vec![fact(OUT, out.lines().collect())];
    if !err.is_empty() {
        facts.push(fact(ERR, told_of_threads(&err)));
    }
    if left.lost > 0 {
        facts.push(Fact::int(LOST, left.lost as i64));
    }
    End {
        report: Report {
            verdict: match left.ending {
                Some(machine::Ending::Ok) => Verdict::Ok,
                Some(machine::Ending::Violated) => Verdict::Violated,
                Some(machine::Ending::Error) => Verdict::Error,
                Some(machine::Ending::Incomplete { .. }) => Verdict::Incomplete,
                None => Verdict::Deadlock,
            },
            facts,
            elapsed_ms,
            message: match left.ending {
                Some(machine::Ending::Incomplete { line }) if line > 0 => Some(says::was_at(line)),
                _ => (left.uncaught.as_ref()).map(|uncaught| cut(&uncaught.text, MOST_OF_MESSAGE)),
            },
            schedule: None,
        },
        raised_at: left.uncaught.map_or(0, |uncaught| uncaught.line),
        printed: left.printed,
    }
}
