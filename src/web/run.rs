//! A run on workers: its memory, its workers, and how it ends.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::{Interval, Timeout};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};

use super::bytes;
use super::listen::LONGEST_START_MS;
use super::memory::RunMemory;
use super::program;
use super::reason;
use super::supply::Supply;
use crate::base::ThreadId;
use crate::explore::Turn;
use crate::platform::watch::Watcher;
use crate::platform::{Blocked, workers};
use crate::scenario::{Report, Verdict};
use crate::session::Start;
use crate::trace::Store;
use crate::words::errors;

/// How often a stopping run's threads are woken again.
const STOP_INTERVAL_MS: u32 = 4;

/// How many times, before the workers are terminated as they are: threads leave
/// at their next step, so this is for programs that make none.
const STOP_ATTEMPTS: u32 = 15;

/// How often the threads are looked at for a deadlock: on a timer, since a page in
/// the background gets no animation frames.
const WATCH_INTERVAL_MS: u32 = 25;

/// A run that goes on or has ended. Dropping it ends it.
pub struct Run(Rc<RefCell<Inner>>);

/// Is told the report and, of a recorded run, what was decided in it.
type Ended = Box<dyn FnOnce(Report, Option<Vec<Turn>>)>;

type Listeners = (Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut(Event)>);

struct Inner {
    memory: RunMemory,
    workers: Vec<Worker>,
    /// Present as soon as the run has told where its control block lies.
    watcher: Option<Watcher>,
    /// When Run was asked for, by the machine's clock.
    requested_ms: f64,
    ended: Option<Ended>,
    /// Looks for a deadlock, until the run has ended.
    watching: Option<Interval>,
    /// Present while the threads are leaving.
    stopping: Option<Interval>,
    /// Whether the run is recorded, and what was decided in it before it was stopped, once
    /// its main thread has told.
    record: bool,
    told: bool,
    turns: Option<Vec<Turn>>,
    listeners: Option<Listeners>,
}

/// How long it took from asking for a run until its threads were there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StartUp {
    pub first_ms: f64,
    pub last_ms: f64,
}

impl Run {
    /// Starts a run; `ended` is called once, with the report and, of a recorded run, what
    /// was decided in it. `deadlocked` is called with the threads that have not ended when
    /// all of them wait for ever; the run is still to be stopped.
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        start: &Start,
        supply: &mut Supply,
        ended: impl FnOnce(Report, Option<Vec<Turn>>) + 'static,
        deadlocked: impl Fn(Vec<Blocked>) + 'static,
    ) -> Result<Run, String> {
        let requested_ms = workers::clock_ms();
        let begin = || -> Result<Run, JsValue> {
            let memory = RunMemory::new()?;
            let workers = supply.take(start.threads)?;
            let inner = Rc::new(RefCell::new(Inner {
                memory,
                workers,
                watcher: None,
                requested_ms,
                ended: Some(Box::new(ended)),
                watching: None,
                stopping: None,
                record: start.record,
                told: false,
                turns: None,
                listeners: None,
            }));
            let run = Run(inner);
            run.listen();
            run.0.borrow().release(start)?;
            run.watch(deadlocked);
            Ok(run)
        };
        begin().map_err(|error| errors::run_refused(&reason(&error)))
    }

    /// Takes what the run has recorded since the last time.
    pub fn poll(&self) {
        self.0.borrow_mut().poll();
    }

    /// Looks at the trace as it was last taken.
    pub fn with_trace<R>(&self, look: impl FnOnce(&Store) -> R) -> R {
        match &self.0.borrow().watcher {
            Some(watcher) => look(&watcher.trace),
            None => look(&Store::default()),
        }
    }

    /// How quick the start was, once the first thread is there.
    pub fn start_up(&self) -> Option<StartUp> {
        let inner = self.0.borrow();
        let watcher = inner.watcher.as_ref()?;
        let delay_ms = watcher.origin_ms(&inner.memory.view())? - inner.requested_ms;
        let (first, last) = watcher.trace.starts()?;
        Some(StartUp {
            first_ms: delay_ms + first as f64 / 1e6,
            last_ms: delay_ms + last as f64 / 1e6,
        })
    }

    /// Stops the run; it ends when its threads have left.
    pub fn stop(&self) {
        leave(&self.0, Report::stopped);
    }

    fn watch(&self, deadlocked: impl Fn(Vec<Blocked>) + 'static) {
        let weak = Rc::downgrade(&self.0);
        let interval = Interval::new(WATCH_INTERVAL_MS, move || {
            let Some(run) = weak.upgrade() else { return };
            if run.borrow().is_overdue() {
                fail(&run, ThreadId::MAIN, errors::NOT_BEGUN);
                return;
            }
            let blocked = run.borrow_mut().deadlock();
            if let Some(blocked) = blocked {
                deadlocked(blocked);
            }
        });
        self.0.borrow_mut().watching = Some(interval);
    }

    fn listen(&self) {
        let weak = Rc::downgrade(&self.0);
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some(inner) = weak.upgrade() {
                receive(&inner, &event.data());
            }
        });
        let weak = Rc::downgrade(&self.0);
        // A worker that cannot even load says nothing by itself.
        let on_error = Closure::new(move |_: Event| {
            if let Some(inner) = weak.upgrade() {
                fail(&inner, ThreadId::MAIN, errors::NOT_LOADED);
            }
        });
        for worker in &self.0.borrow().workers {
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        }
        self.0.borrow_mut().listeners = Some((on_message, on_error));
    }
}

impl Inner {
    /// Sends every worker to the run's memory, the main thread's first.
    fn release(&self, start: &Start) -> Result<(), JsValue> {
        for (index, worker) in self.workers.iter().enumerate() {
            let run = Object::new();
            Reflect::set(&run, &"memory".into(), self.memory.as_js())?;
            Reflect::set(&run, &"index".into(), &(index as u32).into())?;
            Reflect::set(&run, &"query".into(), &start.query.as_str().into())?;
            Reflect::set(&run, &"speed".into(), &start.speed.into())?;
            Reflect::set(&run, &"record".into(), &start.record.into())?;
            Reflect::set(&run, &"supply".into(), &(self.workers.len() as u32).into())?;
            let message = Object::new();
            Reflect::set(&message, &"run".into(), &run)?;
            worker.post_message(&message)?;
        }
        if let (Some(code), Some(main)) = (&start.code, self.workers.first()) {
            program::deliver(main, code, true);
        }
        Ok(())
    }

    fn poll(&mut self) {
        if self.ended.is_some()
            && let Some(watcher) = &mut self.watcher
        {
            let (view, now) = (self.memory.view(), Some(workers::clock_ms()));
            super::in_a_slice(|slice| watcher.poll(&view, now, slice));
        }
    }

    /// All threads that have not ended, if they wait for ever.
    fn deadlock(&mut self) -> Option<Vec<Blocked>> {
        let watcher = self.watcher.as_mut()?;
        watcher.stuck(&self.memory.view(), workers::clock_ms())
    }

    /// Whether the run should have begun long ago.
    fn is_overdue(&self) -> bool {
        self.watcher.is_none()
            && workers::clock_ms() - self.requested_ms > f64::from(LONGEST_START_MS)
    }

    fn elapsed_ms(&self) -> f64 {
        let now = self.watcher.as_ref().map_or(0, |w| w.trace.now());
        now as f64 / 1e6
    }

    fn terminate(&mut self) {
        for worker in self.workers.drain(..) {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.terminate();
    }
}

/// What a worker tells of its thread: `{begun}`, which is nothing to the run, `{printed}`,
/// `{control}`, `{ended, report, turns}` or `{failed, message, refused}`.
fn receive(run: &Rc<RefCell<Inner>>, message: &JsValue) {
    if program::hand_on_printed(message) {
        return;
    }
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if let Some(address) = field("control").as_f64() {
        #[cfg_attr(
            not(feature = "selftest"),
            expect(unused_mut, reason = "tests change it")
        )]
        let mut watcher = Watcher::new(address as usize);
        #[cfg(feature = "selftest")]
        {
            watcher.skew = super::page::data("skew").parse().unwrap_or_default();
        }
        run.borrow_mut().watcher = Some(watcher);
        return;
    }
    if let Some(index) = field("failed").as_f64() {
        let text = field("message").as_string().unwrap_or_default();
        if field("refused").is_truthy() {
            // It has not begun.
            leave(run, |elapsed_ms| Report::error(text, elapsed_ms));
            return;
        }
        fail(run, ThreadId(index as u16), &text);
        return;
    }
    // The main thread ends last.
    if field("ended").as_f64() == Some(0.0) {
        let turns = bytes::heard::<Vec<Turn>>(&field("turns"));
        if field("report").is_undefined() {
            // It was stopped, and whoever has stopped it ends the run.
            let mut inner = run.borrow_mut();
            inner.told = true;
            inner.turns = turns;
            return;
        }
        match bytes::heard::<Report>(&field("report")) {
            // The others are still at work, or wait for what will not come.
            Some(report) if report.verdict == Verdict::Error => leave(run, |_| report),
            Some(report) => end(run, report, turns),
            None => fail(run, ThreadId::MAIN, errors::WORKER_UNCLEAR),
        }
    }
}

/// A thread has panicked or trapped: the run ends with that, and the others leave.
fn fail(run: &Rc<RefCell<Inner>>, thread: ThreadId, trap: &str) {
    let (thread, message) = {
        let mut inner = run.borrow_mut();
        inner.poll();
        let watcher = inner.watcher.as_ref();
        // A panic's trap says only "unreachable"; its note says what it was.
        let note = watcher.and_then(|w| w.panicked(&inner.memory.view()));
        match note {
            Some(panicked) => (panicked.thread, panicked.message),
            None => (thread, trap.to_owned()),
        }
    };
    let name = {
        let inner = run.borrow();
        let threads = inner.watcher.as_ref().map(|w| w.trace.threads());
        let named = threads.and_then(|threads| threads.get(thread.index()));
        named.map_or_else(|| thread.to_string(), |t| t.name.clone())
    };
    leave(run, move |elapsed_ms| {
        Report::error(errors::thread_failed(&name, &message), elapsed_ms)
    });
}

/// Has all threads leave the run's memory, then ends the run with a report made
/// from the time that it took.
fn leave(run: &Rc<RefCell<Inner>>, report: impl FnOnce(f64) -> Report + 'static) {
    if run.borrow().stopping.is_some() || run.borrow().ended.is_none() {
        return;
    }
    ask_to_leave(&run.borrow());
    let weak = Rc::downgrade(run);
    let mut attempts = 0;
    let mut report = Some(report);
    let interval = Interval::new(STOP_INTERVAL_MS, move || {
        let Some(run) = weak.upgrade() else { return };
        attempts += 1;
        let left = {
            let inner = run.borrow();
            ask_to_leave(&inner);
            let watcher = inner.watcher.as_ref();
            let left = watcher.is_some_and(|w| w.all_left(&inner.memory.view()));
            left && (inner.told || !inner.record)
        };
        if left || attempts >= STOP_ATTEMPTS {
            let (elapsed_ms, turns) = {
                let mut inner = run.borrow_mut();
                inner.poll();
                (inner.elapsed_ms(), inner.turns.take())
            };
            if let Some(report) = report.take() {
                end(&run, report(elapsed_ms), turns);
            }
        }
    });
    run.borrow_mut().stopping = Some(interval);
}

fn ask_to_leave(inner: &Inner) {
    let view = inner.memory.view();
    if let Some(watcher) = &inner.watcher {
        watcher.stop(&view, |address| view.notify(address));
    }
}

fn end(run: &Rc<RefCell<Inner>>, report: Report, turns: Option<Vec<Turn>>) {
    let (ended, interval) = {
        let mut inner = run.borrow_mut();
        inner.poll();
        inner.watching = None;
        inner.terminate();
        (inner.ended.take(), inner.stopping.take())
    };
    // This may be running inside the interval's own callback, so it is cleared in a turn of
    // its own.
    Timeout::new(0, move || drop(interval)).forget();
    if let Some(ended) = ended {
        finish(run, ended, report, turns);
    }
}

/// Takes the last of what a run has recorded, a slice at a time, and tells then that it has
/// ended.
fn finish(run: &Rc<RefCell<Inner>>, ended: Ended, mut report: Report, turns: Option<Vec<Turn>>) {
    let done = {
        let Inner {
            memory, watcher, ..
        } = &mut *run.borrow_mut();
        let finish = |watcher: &mut Watcher| {
            super::in_a_slice(|slice| watcher.finish(&memory.view(), slice))
        };
        watcher.as_mut().is_none_or(finish)
    };
    if !done {
        let weak = Rc::downgrade(run);
        let go_on = move || {
            if let Some(run) = weak.upgrade() {
                finish(&run, ended, report, turns);
            }
        };
        Timeout::new(0, go_on).forget();
        return;
    }
    if run.borrow().watcher.is_some() {
        // As the picture has it, whose end is its last thread's.
        report.elapsed_ms = run.borrow().elapsed_ms();
    }
    ended(report, turns);
}
