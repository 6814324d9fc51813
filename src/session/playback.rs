//! A run on the model, to be stepped through: computed as a whole, in a worker, then
//! looked at step by step.

mod wakes;

use std::collections::BTreeSet;
use std::mem;

use borsh::{BorshDeserialize, BorshSerialize};

use super::exploration::FindingOf;
use super::fates;
use super::notes;
use super::output;
use super::sentences;
use super::subject::{End, Locals, Subject};
use super::things::Looks;
use super::why::{self, Reason};
use crate::base::{ObjectId, ThreadId};
use crate::explore::{
    Choice, Ended, Execution, Move, Options, Oracle, Random, Recorded, Recorder, Replay, Schedule,
    Seen, Step, Turn, run, stuck,
};
use crate::platform::model::made;
use crate::scenario::{Ending, MadeOf, Report};
#[cfg(feature = "selftest")]
use crate::share;
use crate::share::Link;
use crate::trace::objects::ObjectKind;
use crate::trace::{Event, Hold, Holds, Kind, Order, Site, State};
use crate::words::{event, lanes, links};

/// Steps after which a run is given up, with the verdict `incomplete`.
const STEP_LIMIT: usize = 20_000_000;

/// Steps up to which a run can be stepped through; of longer ones only what they came
/// to is kept.
const STEPS_KEPT: usize = 5_000;

/// A run on the model.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct Playback {
    pub report: Report,
    /// Steps that were made.
    pub made: usize,
    /// Each of them, and who made them, or none if there were too many.
    pub steps: Vec<StepOf>,
    pub threads: Vec<ThreadOf>,
    /// What was held: a thread, an object, from before which step to after which, one
    /// after the other.
    holds: Vec<u32>,
    pub looks: Looks,
    /// What else there is to say of its state; see [`notes::of`].
    pub notes: String,
    /// What it printed, if it is a program in Python; see [`output::of`].
    pub printed: String,
    /// Why its threads wait for ever, if they do.
    pub findings: Vec<FindingOf>,
    /// Why it went wrong, where its steps show that.
    pub why: Option<Reason>,
    /// What was wrong with the schedule that was asked for.
    pub notice: Option<String>,
    /// Whether sleeps and deadlines ended in the order of their times.
    pub clock: bool,
    /// Whether it is of tasks, and the first of its threads their event loop.
    of_tasks: bool,
    /// What the oracle was asked, and decided.
    decisions: Vec<Decision>,
}

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct StepOf {
    pub thread: u16,
    /// What was done, the thread's name first.
    pub text: String,
    /// What the thread was about to do, whatever came of it.
    pub intent: String,
    /// The line of the scenario's source, 0 where there is none.
    pub line: u32,
    /// Milliseconds of the run's own time.
    pub at_ms: f64,
    /// How the thread stands until its next step.
    pub then: Then,
    /// Whether the oracle was asked who makes it.
    decided: bool,
}

/// How a thread stands between two of its steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub enum Then {
    /// It may go on as soon as it is let.
    Ready,
    Waits,
    Sleeps,
    Ends,
    /// An exception has ended it.
    Fails,
}

/// A thread of the run.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
pub struct ThreadOf {
    pub name: String,
    /// Another name, the same in all executions of the program.
    pub path: String,
    /// Steps of the run after which it was there.
    pub started: usize,
    /// What it waits for, if that is for ever.
    pub stuck: Option<String>,
    /// The line where it does, or where its exception was raised; 0 where none is known.
    end_line: u32,
    /// Whether an exception ended it.
    pub failed: bool,
}

/// How a thread stands after some of the steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub thread: u16,
    pub name: String,
    /// What it is about to do, or why it does nothing.
    pub words: String,
    /// The line of the scenario's source where it stands, 0 if there is none.
    pub line: u32,
    /// Whether it may go next.
    pub enabled: bool,
}

/// A stretch of a thread's lane; it ends before step `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub state: State,
    pub start: usize,
    pub end: usize,
}

/// Which of these threads goes next.
#[derive(Clone, Debug, PartialEq, BorshSerialize, BorshDeserialize)]
struct Decision {
    threads: Vec<u16>,
    chosen: usize,
}

/// Notes what another oracle decides, of the first steps.
struct Noting<'a> {
    oracle: &'a mut dyn Oracle,
    decisions: Vec<Decision>,
    /// Where threads are, and their local variables.
    look: &'a dyn Fn() -> Vec<Locals>,
    /// What that was after so many steps, where it was another than before.
    looks: Vec<(usize, Locals)>,
}

impl Noting<'_> {
    fn look_after(&mut self, made: usize) {
        let mut now = (self.look)();
        // Of those that have ended there is nothing any more.
        let known = self.looks.iter().map(|(_, locals)| locals.thread);
        let known: BTreeSet<ThreadId> = known.collect();
        let gone = known
            .into_iter()
            .filter(|thread| now.iter().all(|its| its.thread != *thread));
        let gone: Vec<Locals> = gone.map(Locals::none_of).collect();
        now.extend(gone);
        for locals in now {
            let mut before = self.looks.iter().rev();
            let last = before.find(|(_, before)| before.thread == locals.thread);
            if last.is_none_or(|(_, last)| *last != locals) {
                self.looks.push((made, locals));
            }
        }
    }
}

impl Oracle for Noting<'_> {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let chosen = self.oracle.choose(choices)?;
        // Of each step that is told one at most, so that none of those is missing.
        if self.decisions.len() <= STEPS_KEPT {
            self.look_after(made());
            self.decisions.push(Decision {
                threads: choices.iter().map(|choice| choice.thread.0).collect(),
                chosen,
            });
        }
        Some(chosen)
    }
}

/// Runs what a link opens on the model: by its schedule, or at random by its seed.
pub fn play(link: &Link, program: impl Subject) -> Playback {
    let mut notice = None;
    if let Some(text) = &link.options.schedule {
        match Schedule::decode(text) {
            Ok(schedule) if schedule.version != link.scenario.version => {
                notice = Some(match schedule.version < link.scenario.version {
                    true => links::earlier_schedule(),
                    false => links::later_schedule(),
                });
            }
            Ok(schedule) => {
                let mut replay = Replay::new(&schedule);
                let played = played(link, &program, &mut replay, schedule.clock);
                match replay.misfit() {
                    None => return played,
                    Some(misfit) => notice = Some(links::misfit(misfit)),
                }
            }
            Err(error) => notice = Some(links::no_schedule(&error.to_string())),
        }
    }
    let mut random = Random::new(link.options.seed);
    Playback {
        notice,
        ..played(link, &program, &mut random, true)
    }
}

/// Whether a random run of what a link opens is the same again from the link to its
/// schedule. For tests, natively and in the browser.
#[cfg(feature = "selftest")]
pub fn replays(link: &Link, program: impl Subject) -> bool {
    let first = play(link, program.clone());
    let schedule = first.schedule(first.decisions.len(), link.scenario.version);
    let (again, notices) = share::read(&share::write_schedule(link, &schedule.encode()));
    !first.steps.is_empty() && notices.is_empty() && play(&again, program) == first
}

/// The schedule by which the model makes a run on real threads again, from who had which
/// turn in it; `None` if that does not come to what the run came to.
pub fn schedule_of(
    link: &Link,
    program: impl Subject,
    turns: Vec<Turn>,
    report: &Report,
) -> Option<String> {
    let mut schedule = Schedule::new(link.scenario.version);
    schedule.clock = Recorded::keeps_to_clock(&turns);
    let options = Options {
        clock: schedule.clock,
        step_limit: STEP_LIMIT,
        steps_kept: 0,
        looks: false,
    };
    let mut oracle = Recorded::new(turns);
    let mut recorder = Recorder::new(&mut oracle, schedule);
    let mut run = run(options, &mut recorder, begun(link, &program));
    let again = program.end(&mut run).report;
    let same = (again.verdict, &again.facts) == (report.verdict, &report.facts);
    same.then(|| recorder.into_schedule().encode())
}

/// Begins a program, as what a link opens.
fn begun(link: &Link, program: &impl Subject) -> impl FnOnce() -> Ending + 'static {
    let (program, params) = (program.clone(), link.params.clone());
    move || program.begin(&params)
}

fn played(link: &Link, program: &impl Subject, oracle: &mut dyn Oracle, clock: bool) -> Playback {
    let options = Options {
        clock,
        step_limit: STEP_LIMIT,
        steps_kept: STEPS_KEPT + 1,
        looks: true,
    };
    let look = || program.look();
    let mut noting = Noting {
        oracle,
        decisions: Vec::new(),
        look: &look,
        looks: Vec::new(),
    };
    let mut run = run(options, &mut noting, begun(link, program));
    noting.look_after(run.made);
    let End {
        report,
        raised_at,
        printed,
    } = program.end(&mut run);
    let of_tasks = link.scenario.made_of() == MadeOf::Tasks;
    let mut decisions = noting.decisions;
    let mut steps = Vec::new();
    let (mut looks, mut holds, mut notes) = (Looks::default(), Vec::new(), String::new());
    if run.made <= STEPS_KEPT {
        steps = told(&run, of_tasks);
        holds = held(&run);
        looks = Looks::of(&run, |step| of_tasks && awaits(step));
        notes = notes::of(&run, &link.scenario.listing, &noting.looks);
    } else {
        decisions.clear();
    }
    let started = run.started.iter().map(|&(_, made)| made);
    let threads = run.names.iter().zip([0].into_iter().chain(started));
    let threads = threads.zip(&run.paths).zip(0..);
    let threads = threads.map(|(((name, started), path), thread)| {
        let stuck = run.blocked.iter().find(|b| b.thread == ThreadId(thread));
        ThreadOf {
            name: name.to_owned(),
            path: fates::path(*path),
            started,
            stuck: stuck.map(sentences::waits),
            end_line: stuck.map_or(raised_at, |blocked| blocked.line),
            failed: run.failed.contains(&ThreadId(thread)),
        }
    });
    Playback {
        threads: threads.filter(|_| run.made <= STEPS_KEPT).collect(),
        holds,
        looks,
        notes,
        findings: match run.ended {
            Ended::Deadlock => vec![FindingOf::of(&stuck(&run.blocked), link.scenario)],
            _ => Vec::new(),
        },
        why: why::of_execution(&run, report.verdict, raised_at, link.scenario),
        report,
        made: run.made,
        steps,
        printed: output::of(&printed, &run.names),
        notice: None,
        clock,
        of_tasks,
        decisions,
    }
}

fn told<T>(run: &Execution<T>, of_tasks: bool) -> Vec<StepOf> {
    // From the end, since how a thread stands shows at its next step.
    let mut until = vec![None; run.names.len()];
    let mut last = vec![true; run.names.len()];
    let mut told: Vec<StepOf> = Vec::with_capacity(run.steps.len());
    let waits = waits_after_each_step(run);
    for (step, waits) in run.steps.iter().zip(waits).rev() {
        let thread = step.thread.index();
        let ends = mem::take(&mut last[thread]) && !is_stuck(run, step.thread);
        let then = match (ends, mem::take(&mut until[thread])) {
            (true, _) if run.failed.contains(&step.thread) => Then::Fails,
            (true, _) => Then::Ends,
            (_, Some(then)) => then,
            _ if waits => Then::Waits,
            // A task that awaits something is no thread that waits.
            _ if of_tasks && awaits(step) => Then::Waits,
            _ => Then::Ready,
        };
        let object = run.objects.get(step.site.object);
        until[thread] = match object {
            _ if step.how != Move::TimeOut => None,
            None => Some(Then::Sleeps),
            Some((ObjectKind::Page, _)) => Some(Then::Waits),
            Some(_) => None,
        };
        told.push(StepOf {
            thread: step.thread.0,
            text: sentences::step(run, step),
            intent: sentences::intent(run, step),
            line: step.site.line,
            at_ms: step.at.as_secs_f64() * 1e3,
            then,
            decided: !step.quiet && !step.follows,
        });
    }
    told.reverse();
    told
}

/// What was held in a run, as [`Playback::holds`] has it.
fn held<T>(run: &Execution<T>) -> Vec<u32> {
    let mut holds = Holds::default();
    for (made, step) in (0..).zip(&run.steps) {
        let (kind, value) = match step.did {
            Some(did @ (Kind::Acquire | Kind::Release, _)) => did,
            // With that its lock is released altogether.
            Some((Kind::LineUp, _)) => (Kind::Release, 0),
            _ => continue,
        };
        let object = step.also.unwrap_or(step.site.object);
        let event = Event {
            seq: 0,
            kind,
            site: Site {
                object,
                ..step.site
            },
            value,
            order: Order::About,
            at: None,
        };
        // What is acquired is held with that step, and what is released to the end of it.
        let at = made + u64::from(kind == Kind::Release);
        holds.take(step.thread, &event, run.objects.kind(object), at);
    }
    let threads = (0..run.names.len()).map(|index| ThreadId(index as u16));
    let all = threads.flat_map(|thread| {
        let of = holds.of(thread, run.steps.len() as u64);
        of.map(move |hold| (thread, hold)).collect::<Vec<_>>()
    });
    all.flat_map(|(thread, hold)| {
        let object = u32::from(hold.object.0);
        [
            u32::from(thread.0),
            object,
            hold.start as u32,
            hold.end as u32,
        ]
    })
    .collect()
}

/// Whether the thread that made a step waits then, for each step.
fn waits_after_each_step<T>(run: &Execution<T>) -> Vec<bool> {
    let mut waiting = vec![false; run.names.len()];
    let mut looks = run.looks.iter().peekable();
    let steps = (1..).zip(&run.steps);
    let after = steps.map(|(after, step)| {
        while let Some(look) = looks.next_if(|look| look.after <= after) {
            if let Seen::Waits(thread, object) = look.seen {
                waiting[thread.index()] = object.is_some();
            }
        }
        waiting[step.thread.index()]
    });
    after.collect()
}

/// Whether a task gives way in a step, for something that has to come.
fn awaits(step: &Step) -> bool {
    step.did.is_none() && step.how == Move::Step && step.site.object != ObjectId::NONE
}

fn is_stuck<T>(run: &Execution<T>, thread: ThreadId) -> bool {
    run.blocked.iter().any(|blocked| blocked.thread == thread)
}

impl Playback {
    /// The threads that may make the next step, after so many.
    pub fn enabled(&self, after: usize) -> Vec<u16> {
        match self.steps.get(after) {
            None => Vec::new(),
            Some(step) if !step.decided => vec![step.thread],
            Some(_) => match self.decision(after) {
                Some((_, decision)) => decision.threads.clone(),
                None => Vec::new(),
            },
        }
    }

    /// The thread that makes the step after so many, where others could as well and nobody is
    /// asked, since it makes no difference.
    pub fn goes_unasked(&self, after: usize) -> Option<&str> {
        let (before, to_come) = self.steps.split_at_checked(after)?;
        let next = to_come.first().filter(|step| !step.decided)?;
        let is_ready = |&(of, thread): &(&ThreadOf, u16)| {
            let of_it = |step: &&StepOf| step.thread == thread;
            let last = before.iter().rev().find(of_it);
            thread != next.thread
                && of.started <= after
                && last.is_none_or(|last| last.then == Then::Ready)
                && to_come.iter().any(|step| of_it(&step))
        };
        self.threads.iter().zip(0..).find(is_ready)?;
        Some(&self.threads[usize::from(next.thread)].name)
    }

    /// The decision by which the step after so many came, and which it was.
    fn decision(&self, after: usize) -> Option<(usize, &Decision)> {
        let before = self.steps.iter().take(after);
        let decided = before.filter(|step| step.decided).count();
        Some((decided, self.decisions.get(decided)?))
    }

    /// Where more than one thread could go: after how many steps, and who went.
    pub(super) fn choices(&self) -> impl Iterator<Item = (usize, u16)> {
        let decided = self
            .steps
            .iter()
            .enumerate()
            .filter(|(_, step)| step.decided);
        let decisions = decided.zip(&self.decisions);
        let choices = decisions.filter(|(_, decision)| decision.threads.len() > 1);
        choices.map(|((after, _), decision)| (after, decision.threads[decision.chosen]))
    }

    /// Who made each step: its [path](ThreadOf::path), after a star where another could have.
    /// Between the steps are spaces.
    pub fn way(&self) -> String {
        let mut choices = self.choices().map(|(made, _)| made).peekable();
        let mut way = String::new();
        for (made, step) in self.steps.iter().enumerate() {
            way.push_str(if choices.next_if_eq(&made).is_some() {
                " *"
            } else {
                " "
            });
            way.push_str(&self.threads[usize::from(step.thread)].path);
        }
        way.trim_start().to_owned()
    }

    /// The schedule that leads up to here, after so many steps, and then lets a thread
    /// go that was not chosen. `None` if that is where the run goes anyway, or the
    /// thread may not go.
    pub fn letting_go(&self, after: usize, thread: u16, version: u32) -> Option<Schedule> {
        let (number, decision) = self.decision(after).filter(|_| self.steps[after].decided)?;
        let Decision { threads, chosen } = decision;
        let index = threads.iter().position(|&other| other == thread)?;
        if index == *chosen {
            return None;
        }
        let mut schedule = self.schedule(number, version);
        schedule.push(index, threads.len());
        Some(schedule)
    }

    /// The schedule of the whole run, if it is not one of too many steps.
    pub fn whole_schedule(&self, version: u32) -> Schedule {
        self.schedule(self.decisions.len(), version)
    }

    /// The schedule of the first so many decisions.
    fn schedule(&self, decisions: usize, version: u32) -> Schedule {
        let mut schedule = Schedule::new(version);
        schedule.clock = self.clock;
        for decision in &self.decisions[..decisions] {
            schedule.push(decision.chosen, decision.threads.len());
        }
        schedule
    }

    /// How each thread stands after so many steps.
    pub fn positions(&self, after: usize) -> Vec<Position> {
        let enabled = self.enabled(after);
        let mut lasts: Vec<Option<&StepOf>> = vec![None; self.threads.len()];
        let mut nexts = lasts.clone();
        let (before, to_come) = self.steps.split_at(after.min(self.steps.len()));
        for step in before {
            lasts[usize::from(step.thread)] = Some(step);
        }
        for step in to_come.iter().rev() {
            nexts[usize::from(step.thread)] = Some(step);
        }
        let threads = self
            .threads
            .iter()
            .zip(0..)
            .zip(lasts.into_iter().zip(nexts));
        threads
            .map(|((of, thread), (last, next))| {
                let begins = match self.of_tasks && thread == 0 {
                    true => Then::Waits,
                    false => Then::Ready,
                };
                let then = last.map_or(begins, |step| step.then);
                let enabled = enabled.contains(&thread);
                let (words, line) = match (then, next) {
                    _ if after < of.started => (lanes::NOT_STARTED.to_owned(), 0),
                    (_, Some(next)) if enabled => (next.intent.clone(), next.line),
                    (Then::Sleeps, Some(next)) => (event::SLEEPS.to_owned(), next.line),
                    (Then::Waits, Some(next)) => (event::waits_to(&next.intent), next.line),
                    (_, Some(next)) => (next.intent.clone(), next.line),
                    (_, None) => match &of.stuck {
                        // In this run it will wait there for ever; if it went now it would not.
                        Some(_) if enabled => (event::TO_GO_ON.to_owned(), of.end_line),
                        Some(stuck) => (stuck.clone(), of.end_line),
                        None if of.failed => {
                            let last = last.map_or(0, |step| step.line);
                            let line = if of.end_line > 0 { of.end_line } else { last };
                            (lanes::FAILED.to_owned(), line)
                        }
                        None => (lanes::FINISHED.to_owned(), 0),
                    },
                };
                Position {
                    thread,
                    name: of.name.clone(),
                    words,
                    line,
                    enabled,
                }
            })
            .collect()
    }

    /// What a thread holds up to so many steps: each from before a step to after one.
    pub fn holds(&self, thread: u16, after: usize) -> impl Iterator<Item = Hold> {
        let after = after as u64;
        let holds = self.holds.chunks_exact(4);
        let own = holds.filter(move |hold| hold[0] == u32::from(thread));
        let own = own.map(move |hold| Hold {
            object: ObjectId(hold[1] as u16),
            start: u64::from(hold[2]),
            end: u64::from(hold[3]).min(after),
        });
        own.filter(|hold| hold.start < hold.end)
    }

    /// A thread's lane up to so many steps, and the step after which it had ended.
    pub fn lane(&self, thread: u16, after: usize) -> (Vec<Stretch>, Option<usize>) {
        let mut lane: Vec<Stretch> = Vec::new();
        let mut push = |state, start, end| {
            let end = usize::min(end, after);
            match lane.last_mut() {
                Some(last) if last.state == state && last.end == start => last.end = end,
                _ if start < end => lane.push(Stretch { state, start, end }),
                _ => {}
            }
        };
        let own = self.steps.iter().enumerate();
        let own = own.take(after).filter(|(_, step)| step.thread == thread);
        let mut own = own.peekable();
        let mut ended = None;
        let of = &self.threads[usize::from(thread)];
        let first = own.peek().map_or(after, |(first, _)| *first);
        self.looks.stands(thread, of.started..first, &mut push);
        while let Some((made, step)) = own.next() {
            let next = own.peek().map_or(after, |(next, _)| *next);
            push(State::Running, made, made + 1);
            match step.then {
                // What it could have had others may take before it goes.
                Then::Ready => self.looks.stands(thread, made + 1..next, &mut push),
                Then::Waits => push(State::Waiting, made + 1, next),
                Then::Sleeps => push(State::Sleeping, made + 1, next),
                Then::Ends | Then::Fails => ended = Some(made + 1),
            }
        }
        (lane, ended)
    }

    /// How far lanes go after so many steps: after the last one a step further, if threads
    /// wait for ever.
    pub fn shown_to(&self, after: usize) -> usize {
        let is_over = after == self.steps.len();
        let waits = is_over && self.threads.iter().any(|thread| thread.stuck.is_some());
        after + usize::from(waits)
    }

    /// Milliseconds between the step after so many and the next, at speed 1, so that
    /// one can follow: as long as it takes in the run's own time, within bounds, and
    /// quicker if there are many.
    pub fn pace_ms(&self, after: usize) -> f64 {
        /// What a step is given, and what is given to the longest sleep.
        const STEP_MS: f64 = 400.0;
        const LONGEST_MS: f64 = 1500.0;
        /// What a run of many steps takes in all, but for its sleeps.
        const WHOLE_MS: f64 = 30_000.0;
        let at = |made: usize| self.steps.get(made).map_or(0.0, |step| step.at_ms);
        let passes = at(after + 1) - at(after);
        let step = STEP_MS.min(WHOLE_MS / self.steps.len().max(1) as f64);
        passes.clamp(step, LONGEST_MS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Verdict;
    use crate::session::exploration::{Wish, explore_link};
    use crate::share;

    fn played(query: &str) -> Playback {
        let (link, _) = share::read(query);
        play(&link, link.scenario.on_model())
    }

    #[test]
    fn who_waits_for_a_condition_or_a_barrier_is_shown_as_waiting() {
        for query in [
            "scenario=barrier&parties=2&step_ms=0&engine=model",
            "scenario=producer-consumer&produce_ms=5&consume_ms=0&items=2&engine=model",
        ] {
            let run = played(query);
            let waits = |step: &StepOf| step.then == Then::Waits && step.thread > 0;
            let waited = run.steps.iter().filter(|step| waits(step)).count();
            assert!(waited > 0, "{query}: {:#?}", run.steps);
        }
        // A step that records nothing is not therefore a wait.
        let run = played("scenario=over-release&engine=model");
        assert!(!run.steps.is_empty());
        assert!(
            run.steps.iter().all(|step| step.then != Then::Waits),
            "{:#?}",
            run.steps
        );
    }

    #[test]
    fn who_has_failed_stands_where_it_raised_its_exception() {
        let (link, _) = share::read(
            "scenario=producer-consumer&consumers=2&items=2&produce_ms=0&consume_ms=0&recheck=if",
        );
        let found = explore_link(&link, link.scenario.on_model(), Wish::default(), |_| true);
        let mut outcomes = found.outcomes.iter();
        let wrong = outcomes.find(|outcome| outcome.verdict == Verdict::Error);
        let run = played(&wrong.expect("it takes from an empty buffer").link);
        let rust = link.scenario.listing.parsed();
        let positions = run.positions(run.steps.len());
        let failed = positions
            .iter()
            .find(|position| position.words == lanes::FAILED);
        let line = failed.expect("one has failed").line;
        let text = rust.rust().iter().find(|of| of.number == line as usize);
        assert!(
            text.is_some_and(|line| line.text.contains("raised_here")),
            "{line}"
        );
    }

    #[test]
    fn who_starts_another_is_not_asked_about_while_others_could_go() {
        let run = played("scenario=counter&threads=2&increments=1&engine=model");
        // Nobody else is there yet, then main starts the second beside the first.
        assert_eq!(run.goes_unasked(0), None);
        assert_eq!(run.steps[1].text, "main starts Worker-2");
        assert_eq!(run.goes_unasked(1), Some("main"));
        assert_eq!((run.enabled(2).len(), run.goes_unasked(2)), (2, None));
        assert_eq!(run.goes_unasked(run.steps.len()), None);
    }

    #[test]
    fn who_is_not_chosen_is_ready() {
        let run = played("scenario=counter&threads=2&increments=2&engine=model&seed=3");
        for (thread, index) in run.threads.iter().zip(0..).skip(1) {
            let (lane, ended) = run.lane(index, run.steps.len());
            // It waits for nobody, so that nothing else is between its steps.
            assert!(lane.iter().any(|stretch| stretch.state == State::Ready));
            let ends = lane.iter().map(|stretch| stretch.end);
            let starts = lane.iter().skip(1).map(|stretch| stretch.start);
            assert_eq!(lane[0].start, thread.started);
            assert!(starts.eq(ends.take(lane.len() - 1)), "{lane:?}");
            assert_eq!(ended, lane.last().map(|stretch| stretch.end));
        }
    }

    /// A thread's lane, as states with where they begin, at the end of the run.
    fn lane(run: &Playback, name: &str) -> Vec<(State, usize)> {
        let index = run.threads.iter().position(|thread| thread.name == name);
        let index = index.expect("there is such a thread") as u16;
        let (lane, _) = run.lane(index, run.shown_to(run.steps.len()));
        let lane = lane.iter();
        lane.map(|stretch| (stretch.state, stretch.start)).collect()
    }

    #[test]
    fn who_waits_for_ever_waits_beyond_the_last_step() {
        let run = played("scenario=lost-wakeup&engine=model&schedule=AgIDYA");
        assert_eq!(run.report.verdict, Verdict::Deadlock);
        let steps = run.steps.len();
        assert_eq!(run.shown_to(steps), steps + 1);
        assert_eq!(run.shown_to(steps - 1), steps - 1);
        assert_eq!(lane(&run, "Waiter").last(), Some(&(State::Waiting, steps)));
    }

    #[test]
    fn a_task_that_awaits_waits_and_so_does_their_loop() {
        let run = played("scenario=async-event&waiters=2&set_after_ms=2000&engine=model");
        let states = |name| -> Vec<State> {
            let lane = lane(&run, name).into_iter();
            lane.map(|(state, _)| state).collect()
        };
        use State::{Ready, Running, Waiting};
        assert_eq!(states("event loop"), [Waiting, Running]);
        assert_eq!(states("Waiter-1"), [Ready, Running, Waiting, Running]);
    }

    /// Whose next step cannot be made, since another holds what it takes, is not ready.
    #[test]
    fn who_cannot_go_is_not_ready() {
        let run = played(
            "scenario=producer-consumer&producers=1&consumers=2&capacity=5&items=2&produce_ms=0\
             &consume_ms=0&recheck=if&notify=one&engine=model&schedule=AgIEVA",
        );
        let held = run
            .steps
            .iter()
            .position(|step| step.text.contains("acquires"));
        let waits = lane(&run, "Consumer-1");
        assert!(
            waits.contains(&(State::Waiting, held.expect("it is") + 1)),
            "{waits:?}"
        );
    }

    #[test]
    fn a_run_comes_through_to_the_page() {
        let run = played("scenario=producer-consumer&consumers=3&items=3&engine=model");
        assert!(run.decisions.iter().any(|decision| decision.chosen > 0));
        let told = borsh::to_vec(&run).expect("it can be told");
        let heard: Playback = borsh::from_slice(&told).expect("it can be heard");
        assert_eq!(heard, run);
    }

    #[test]
    fn a_seed_repeats_its_run_and_another_differs() {
        let query = "scenario=counter&threads=3&increments=5&engine=model";
        let once = played(query);
        assert_eq!(played(query), once);
        assert_ne!(played(&format!("{query}&seed=2")).steps, once.steps);
        assert_eq!(once.made, once.steps.len());
        let told: Vec<_> = once
            .steps
            .iter()
            .take(4)
            .map(|step| step.text.as_str())
            .collect();
        assert_eq!(
            told,
            [
                "main starts Worker-1",
                "main starts Worker-2",
                "main starts Worker-3",
                "Worker-2 reads 0 from counter",
            ]
        );
    }

    #[test]
    fn each_outcome_of_an_exploration_opens_from_its_link() {
        let query = "scenario=counter&threads=2&increments=2&guard=none";
        let (link, _) = share::read(query);
        let program = link.scenario.on_model();
        let found = explore_link(&link, program, Wish::default(), |_| true);
        assert_eq!(found.outcomes.len(), 3);
        for outcome in &found.outcomes {
            let again = played(&outcome.link);
            assert_eq!(again.notice, None);
            assert_eq!(again.report.verdict, outcome.verdict);
            let told = again.steps.iter().map(|step| step.text.clone());
            let visible: Vec<String> = told.filter(|text| outcome.steps.contains(text)).collect();
            assert_eq!(visible, outcome.steps);
        }
    }

    #[test]
    fn a_thread_waits_for_the_answer_to_its_page() {
        let played = played("scenario=scrape&engine=model&missing=1&pages=2&workers=2");
        let own = |name: &str| {
            let steps = played.steps.iter().enumerate();
            let told: Vec<_> = steps
                .filter(|(_, step)| step.text.starts_with(name))
                .collect();
            let (made, _) = told[0];
            let thread = usize::from(told[0].1.thread);
            let after = played.positions(made + 1).swap_remove(thread);
            (after.words, told[1].1.text.clone())
        };
        assert_eq!(
            own("pool_0"),
            (
                "waits to get the answer to listings/python/threads.py".to_owned(),
                "pool_0 has the answer to listings/python/threads.py: 200".to_owned()
            )
        );
        assert_eq!(
            own("pool_1").1,
            "pool_1 has the answer to no-such-page-2: 404"
        );
    }

    /// Verdict, listing, lanes and who goes next tell one story.
    #[test]
    fn who_waits_for_ever_stands_where_the_verdict_says_and_its_lane_shows_it() {
        let mut deadlocks = 0;
        for seed in 0..40 {
            for query in ["scenario=bank", "scenario=philosophers&seats=2&meals=1"] {
                let played = played(&format!("{query}&engine=model&seed={seed}"));
                let Some(finding) = played.findings.first() else {
                    continue;
                };
                deadlocks += 1;
                let end = played.steps.len();
                let positions = played.positions(end);
                for (thread, line) in finding.threads.iter().zip(&finding.lines) {
                    let position = &positions[usize::from(*thread)];
                    assert_eq!(position.line, *line, "{query}, {seed}: {position:?}");
                    assert!(position.words.starts_with("waits for "), "{position:?}");
                    assert!(!position.enabled);
                    let (lane, ended) = played.lane(*thread, end);
                    let last = lane.last().expect("it ran");
                    // Whoever made the last step has begun to wait with it.
                    let closes = played.steps[end - 1].thread == *thread;
                    assert_eq!(last.end, end, "{query}, {seed}");
                    assert_eq!(last.state == State::Waiting, !closes, "{query}, {seed}");
                    assert_eq!(ended, None);
                }
            }
        }
        assert!(deadlocks > 10, "{deadlocks}");
    }

    #[test]
    #[cfg(feature = "selftest")]
    fn a_deadlock_is_told_with_its_cycle() {
        let played = played("scenario=selftest-fail&how=deadlock&engine=model");
        assert_eq!(played.report.verdict, Verdict::Deadlock);
        assert_eq!(played.findings[0].kind, "deadlock");
        let cycle = &played.findings[0].cycle;
        assert!(
            cycle[0].starts_with("main waits for the end of Worker-"),
            "{cycle:?}"
        );
        assert!(cycle[1].contains(" waits for lock, which main holds"));
        assert_eq!(cycle.len(), 2);
    }

    #[test]
    fn a_bad_schedule_is_told_and_something_is_shown_all_the_same() {
        let query = "scenario=counter&threads=3&increments=2&engine=model&schedule=";
        let notice = |schedule: &str| {
            let played = played(&format!("{query}{schedule}"));
            assert!(!played.steps.is_empty());
            played.notice.unwrap_or_default()
        };
        assert!(notice("!!!").starts_with("schedule: the schedule has characters"));
        // Its bits are all 1, and among three threads there is no fourth.
        assert!(
            notice("AQID_w").contains("does not fit"),
            "{}",
            notice("AQID_w")
        );
        assert_eq!(
            notice("AQED_w"),
            "schedule: it was made with an earlier version of this program; a fresh run is shown."
        );
        assert!(
            notice("AQcA").contains("a later version"),
            "{}",
            notice("AQcA")
        );
    }

    #[test]
    fn a_run_of_millions_of_steps_is_what_it_came_to() {
        let long = played("scenario=counter&threads=2&increments=100000&engine=model");
        assert!(long.made > 400_000 && long.steps.is_empty());
        assert_eq!(long.report.int("expected"), 200_000);
    }
}
