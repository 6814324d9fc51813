//! Programs in Python on the model: one execution, all of them, and any again.

use lockstep_run::explore::{
    Access, Blocked, CellAccess, Ended, Finding, Map, Options, Oracle, Replay, Schedule, Search,
    Strategy, explore, run,
};
use lockstep_run::platform::memory;
use lockstep_run::python::code::Program;
use lockstep_run::python::engine::Executions;
use lockstep_run::python::machine::{Ending, Limits, Report};

/// What an execution came to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Outcome {
    pub verdict: Verdict,
    /// What was printed: its lines in their order, or sorted where that makes no difference.
    pub out: Vec<String>,
    /// What CPython would write to stderr, likewise.
    pub err: Vec<String>,
}

/// How an execution ended, the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    Incomplete,
    Deadlock,
    Error,
    Violated,
    Ok,
}

/// How to look for what a program can come to.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Whether the order of the lines makes a difference.
    pub in_order: bool,
    /// Whether sleeps and deadlines end in their order. If not, any may end at any time.
    pub clock: bool,
    /// States after which the search is given up.
    pub limit: u64,
    pub strategy: Strategy,
}

impl Default for Question {
    fn default() -> Question {
        Question {
            in_order: false,
            clock: false,
            limit: 1_000_000,
            strategy: Strategy::All,
        }
    }
}

/// Runs a program once: what is told of it, and who waits for ever if it ended so.
pub fn once(
    program: &'static Program,
    options: Options,
    oracle: &mut dyn Oracle,
) -> (Report, Vec<Blocked>) {
    memory::allow(Limits::default().memory);
    let executions = Executions::of(program, Limits::default(), None);
    let begin = executions.clone();
    let execution = run(options, oracle, move || begin.begin());
    let report = executions.end(execution.ended == Ended::Incomplete);
    (report, execution.blocked)
}

/// What is told of an execution.
pub fn outcome(report: Report, in_order: bool) -> Outcome {
    let lines = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        if !in_order {
            lines.sort_unstable();
        }
        lines
    };
    Outcome {
        verdict: match report.ending {
            Some(Ending::Ok) => Verdict::Ok,
            Some(Ending::Violated) => Verdict::Violated,
            Some(Ending::Error) => Verdict::Error,
            Some(Ending::Incomplete { .. }) => Verdict::Incomplete,
            None => Verdict::Deadlock,
        },
        out: lines(&report.out()),
        err: lines(&report.err()),
    }
}

/// All that a program can come to.
pub fn all(program: &'static Program, question: &Question) -> Map<Outcome> {
    memory::allow(isize::MAX as usize / 4);
    let executions = Executions::of(program, Limits::default(), Some(question.in_order));
    let search = Search {
        strategy: question.strategy,
        limit: question.limit,
        options: Options {
            clock: question.clock,
            step_limit: 100_000,
            ..Options::default()
        },
        version: 1,
    };
    let (begun, ended) = (executions.clone(), executions.clone());
    let map = explore(
        &search,
        move || begun.begin(),
        move |execution| {
            let report = ended.end(execution.ended == Ended::Incomplete);
            outcome(report, question.in_order)
        },
        |_| true,
    );
    executions.clear();
    map
}

/// An execution again, by its schedule; None if that does not fit the program.
pub fn replay(program: &'static Program, schedule: &Schedule, in_order: bool) -> Option<Outcome> {
    let options = Options {
        clock: schedule.clock,
        ..Options::default()
    };
    let mut oracle = Replay::new(schedule);
    let (report, _) = once(program, options, &mut oracle);
    match oracle.misfit() {
        None => Some(outcome(report, in_order)),
        Some(_) => None,
    }
}

impl Verdict {
    pub fn text(self) -> &'static str {
        match self {
            Verdict::Incomplete => "incomplete",
            Verdict::Deadlock => "deadlock",
            Verdict::Error => "error",
            Verdict::Violated => "violated",
            Verdict::Ok => "ok",
        }
    }
}

/// The steps of a schedule, those of a thread in one line together: who made them, where,
/// and what stands there.
pub fn in_words(program: &'static Program, schedule: &Schedule) -> Vec<String> {
    let executions = Executions::of(program, Limits::default(), None);
    let options = Options {
        clock: schedule.clock,
        ..Options::default()
    };
    let mut oracle = Replay::new(schedule);
    let begin = executions.clone();
    let execution = run(options, &mut oracle, move || begin.begin());
    executions.clear();
    let source: Vec<&str> = program.source.lines().collect();
    let mut told: Vec<(usize, u32, String)> = Vec::new();
    for step in &execution.steps {
        let (thread, line) = (step.thread.index(), step.site.line);
        let is_same = |last: &(usize, u32, String)| (last.0, last.1) == (thread, line);
        if line == 0 || told.last().is_some_and(is_same) {
            continue;
        }
        let name = execution.names.get(thread);
        let text = source.get(line as usize - 1).map_or("", |line| line.trim());
        told.push((thread, line, format!("{name}, line {line}: {text}")));
    }
    told.into_iter().map(|(.., text)| text).collect()
}

/// What is wrong with a program, in a sentence.
pub fn finding_in_words(finding: &Finding) -> String {
    let waits = |blocked: &Blocked| {
        let on = blocked.on.as_ref().map_or("", |(_, name)| name);
        let held = match blocked.holder_name.as_str() {
            "" => String::new(),
            holder => format!(", which {holder} holds"),
        };
        format!(
            "{} waits for {on} at line {}{held}",
            blocked.name, blocked.line
        )
    };
    match finding {
        Finding::Deadlock { cycle } => {
            let waits: Vec<String> = cycle.iter().map(waits).collect();
            format!("deadlock: {}", waits.join("; "))
        }
        Finding::LostWakeUp { waiting } => {
            let waits: Vec<String> = waiting.iter().map(waits).collect();
            format!("nobody is left to wake: {}", waits.join("; "))
        }
        Finding::Race { cell, accesses } => {
            let access = |access: &CellAccess| {
                let does = match access.does {
                    Access::Reads => "reads",
                    Access::Writes => "writes",
                    Access::Updates => "updates",
                };
                format!("{} {does} it at line {}", access.name, access.line)
            };
            let [one, other] = accesses;
            format!("data race on {cell}: {}, {}", access(one), access(other))
        }
        Finding::Livelock => "livelock: threads go on for ever and come to nothing".to_owned(),
    }
}
