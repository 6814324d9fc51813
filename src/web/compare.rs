//! A run of the same jobs on one machine after the other: on threads, in processes, and
//! as tasks. One at a time, so that they do not disturb each other.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use web_sys::Worker;

use super::processes::{Job, Pool};
use super::supply::Supply;
use super::{event_loop, reason, run};
use crate::platform::Blocked;
use crate::platform::workers::clock_ms;
use crate::scenario::{Fact, Report, Verdict};
use crate::session::Start;
use crate::share;
use crate::trace::Store;
use crate::words::{errors, run as says};

/// A run that goes on or has ended. Dropping it ends it.
pub struct Run(Rc<RefCell<Inner>>);

struct Inner {
    start: Start,
    began_ms: f64,
    threads: Option<run::Run>,
    processes: Option<Pool>,
    tasks: Option<event_loop::Run>,
    /// Workers that wait for their turn.
    for_processes: Vec<Worker>,
    for_tasks: Option<Worker>,
    counted: Vec<u32>,
    facts: Vec<Fact>,
    ended: Option<Box<dyn FnOnce(Report)>>,
}

impl Run {
    /// Starts a run, with workers of both supplies; `ended` is called once, with the
    /// report. For `deadlocked` see [`run::Run::start`].
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        start: &Start,
        threads: &mut Supply,
        tasks: &mut Supply,
        ended: impl FnOnce(Report) + 'static,
        deadlocked: impl Fn(Vec<Blocked>) + 'static,
    ) -> Result<Run, String> {
        let refused = |error| errors::run_refused(&reason(&error));
        let inner = Rc::new(RefCell::new(Inner {
            start: start.clone(),
            began_ms: clock_ms(),
            threads: None,
            processes: None,
            tasks: None,
            for_processes: Vec::new(),
            for_tasks: None,
            counted: Vec::new(),
            facts: Vec::new(),
            ended: Some(Box::new(ended)),
        }));
        let weak = Rc::downgrade(&inner);
        let on_threads = move |report: Report, _| after(&weak, report, start_processes);
        let run = run::Run::start(start, threads, on_threads, deadlocked)?;
        let (jobs, computes) = jobs(start);
        let at_a_time = match computes {
            true => jobs.min(super::processors()),
            false => jobs,
        };
        {
            let mut inner = inner.borrow_mut();
            inner.threads = Some(run);
            inner.for_processes = threads.take(at_a_time).map_err(refused)?;
            inner.for_tasks = tasks.take(1).map_err(refused)?.pop();
        }
        Ok(Run(inner))
    }

    /// Takes what the run has recorded since the last time.
    pub fn poll(&self) {
        if let Some(threads) = &self.0.borrow().threads {
            threads.poll();
        }
    }

    /// Looks at the trace of the threads as it was last taken.
    pub fn with_trace<R>(&self, look: impl FnOnce(&Store) -> R) -> R {
        match &self.0.borrow().threads {
            Some(threads) => threads.with_trace(look),
            None => look(&Store::default()),
        }
    }

    /// How quick the start was, once the first thread is there.
    pub fn start_up(&self) -> Option<run::StartUp> {
        self.0.borrow().threads.as_ref()?.start_up()
    }

    /// More figures of the run: what is under way, and what the processes have counted.
    pub fn figures(&self) -> Vec<(String, String)> {
        let inner = self.0.borrow();
        let mut figures = Vec::new();
        if inner.ended.is_some() {
            let what = match (&inner.processes, &inner.tasks) {
                (None, None) => says::THREADS,
                (Some(_), None) => says::PROCESSES,
                _ => says::TASKS,
            };
            figures.push((says::MEASURING.to_owned(), what.to_owned()));
        }
        let counted = match &inner.processes {
            Some(pool) => pool.counted(),
            None => inner.counted.clone(),
        };
        if !counted.is_empty() {
            let counted: Vec<String> = counted.iter().map(u32::to_string).collect();
            let what = says::JOBS_COUNTED.to_owned();
            figures.push((what, counted.join(", ")));
        }
        figures
    }

    /// Stops what is under way; the run ends soon after.
    pub fn stop(&self) {
        let inner = self.0.borrow();
        if let Some(tasks) = &inner.tasks {
            let tasks = tasks.clone();
            drop(inner);
            tasks.stop();
        } else if inner.processes.is_some() {
            let elapsed_ms = inner.elapsed_ms();
            drop(inner);
            end(&self.0, Report::stopped(elapsed_ms));
        } else if let Some(threads) = &inner.threads {
            threads.stop();
        }
    }
}

impl Inner {
    fn elapsed_ms(&self) -> f64 {
        (clock_ms() - self.began_ms) * self.start.speed
    }
}

/// How many jobs there are, and whether they compute.
fn jobs(start: &Start) -> (usize, bool) {
    let (link, _) = share::read(&start.query);
    (
        link.params.count("jobs"),
        link.params.choice("workload") == "cpu",
    )
}

/// Keeps what one machine has come to, and starts the next, unless that was not well.
fn after(run: &Weak<RefCell<Inner>>, report: Report, next: fn(&Rc<RefCell<Inner>>)) {
    let Some(run) = run.upgrade() else { return };
    if report.verdict != Verdict::Ok {
        end(&run, report);
        return;
    }
    run.borrow_mut().facts.extend(report.facts);
    next(&run);
}

fn start_processes(run: &Rc<RefCell<Inner>>) {
    let weak = Rc::downgrade(run);
    let ended = move |took_ms: Result<f64, String>| {
        let Some(run) = weak.upgrade() else { return };
        let (speed, counted) = {
            let inner = run.borrow();
            let counted = inner.processes.as_ref().map(Pool::counted);
            (inner.start.speed, counted.unwrap_or_default())
        };
        run.borrow_mut().counted = counted;
        let report = match took_ms {
            Err(message) => Report::error(message, 0.0),
            Ok(real_ms) => Report::with_fact(Fact::int("processes_ms", (real_ms * speed) as i64)),
        };
        after(&weak, report, start_tasks);
    };
    let (workers, start) = {
        let mut inner = run.borrow_mut();
        (
            std::mem::take(&mut inner.for_processes),
            inner.start.clone(),
        )
    };
    let (link, _) = share::read(&start.query);
    let (count, computes) = jobs(&start);
    let job = match computes {
        true => Job::Compute,
        false => Job::Wait {
            real_ms: link.params.ms("job_ms").as_secs_f64() * 1e3 / start.speed,
        },
    };
    match Pool::map(workers, (count, job), start.speed, ended) {
        Ok(pool) => run.borrow_mut().processes = Some(pool),
        Err(error) => end(run, Report::error(reason(&error), 0.0)),
    }
}

fn start_tasks(run: &Rc<RefCell<Inner>>) {
    let weak = Rc::downgrade(run);
    let (worker, start) = {
        let mut inner = run.borrow_mut();
        inner.processes = None;
        (inner.for_tasks.take(), inner.start.clone())
    };
    let Some(worker) = worker else { return };
    let ended = move |report: Report| after(&weak, report, all_are_measured);
    match event_loop::Run::start(&start, worker, ended) {
        Ok(tasks) => run.borrow_mut().tasks = Some(tasks),
        Err(message) => end(run, Report::error(message, 0.0)),
    }
}

fn all_are_measured(run: &Rc<RefCell<Inner>>) {
    let report = {
        let mut inner = run.borrow_mut();
        Report {
            verdict: Verdict::Ok,
            facts: std::mem::take(&mut inner.facts),
            ..Report::stopped(inner.elapsed_ms())
        }
    };
    end(run, report);
}

fn end(run: &Rc<RefCell<Inner>>, report: Report) {
    let ended = {
        let mut inner = run.borrow_mut();
        inner.processes = None;
        for worker in std::mem::take(&mut inner.for_processes) {
            worker.terminate();
        }
        if let Some(worker) = inner.for_tasks.take() {
            worker.terminate();
        }
        inner.ended.take()
    };
    if let Some(ended) = ended {
        ended(report);
    }
}
