//! A run of tasks on the event loop of a worker: what it tells of itself, and how it ends.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use js_sys::{Array, Float64Array, Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Worker;

use super::bytes;
use super::listen::Heard;
use super::reason;
use super::run::StartUp;
use super::worker::event_loop::NUMBERS;
use crate::base::{ObjectId, ThreadId};
use crate::platform::workers::clock_ms;
use crate::scenario::Report;
use crate::session::Start;
use crate::trace::objects::{self, ObjectKind, words_of};
use crate::trace::{Event, Kind, Order, Site, Store, Wake};
use crate::words::errors;

/// A run that goes on or has ended. It ends with the last of its clones.
#[derive(Clone)]
pub struct Run(Rc<RefCell<Inner>>);

struct Inner {
    /// Until the run has ended.
    worker: Option<Heard>,
    trace: Store,
    speed: f64,
    /// When Run was asked for, and when the run began, by the machine's clock.
    requested_ms: f64,
    began_ms: Option<f64>,
    ended: Option<Box<dyn FnOnce(Report)>>,
}

impl Run {
    /// Starts a run in a warm worker; `ended` is called once, with the report.
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        start: &Start,
        worker: Worker,
        ended: impl FnOnce(Report) + 'static,
    ) -> Result<Run, String> {
        let requested_ms = clock_ms();
        let begin = || -> Result<Run, JsValue> {
            let run = Object::new();
            Reflect::set(&run, &"query".into(), &start.query.as_str().into())?;
            Reflect::set(&run, &"speed".into(), &start.speed.into())?;
            let message = Object::new();
            Reflect::set(&message, &"loop".into(), &run)?;
            worker.post_message(&message)?;
            let inner = Rc::new(RefCell::new(Inner {
                worker: None,
                trace: Store::default(),
                speed: start.speed,
                requested_ms,
                began_ms: None,
                ended: Some(Box::new(ended)),
            }));
            listen(&inner, worker);
            Ok(Run(inner))
        };
        begin().map_err(|error| errors::run_refused(&reason(&error)))
    }

    /// Moves the picture on to now.
    pub fn poll(&self) {
        let mut inner = self.0.borrow_mut();
        if inner.ended.is_some()
            && let Some(began) = inner.began_ms
        {
            let now = (clock_ms() - began) * inner.speed * 1e6;
            inner.trace.advance(now as u64);
        }
    }

    /// Looks at the trace as it was last taken.
    pub fn with_trace<R>(&self, look: impl FnOnce(&Store) -> R) -> R {
        look(&self.0.borrow().trace)
    }

    /// How quick the start was, once the first task is there.
    pub fn start_up(&self) -> Option<StartUp> {
        let inner = self.0.borrow();
        let delay_ms = inner.began_ms? - inner.requested_ms;
        let (first, last) = inner.trace.starts()?;
        Some(StartUp {
            first_ms: delay_ms + first as f64 / 1e6,
            last_ms: delay_ms + last as f64 / 1e6,
        })
    }

    /// Stops the run. Nobody is left who could go on: it is one worker.
    pub fn stop(&self) {
        let elapsed_ms = self.0.borrow().elapsed_ms();
        end(&self.0, Report::stopped(elapsed_ms));
    }
}

impl Inner {
    fn elapsed_ms(&self) -> f64 {
        let began = self.began_ms;
        began.map_or(0.0, |began| (clock_ms() - began) * self.speed)
    }

    /// Takes what the worker tells: see [`super::worker::event_loop::run`].
    fn take(&mut self, told: &JsValue) {
        let field = |name: &str| Reflect::get(told, &name.into()).unwrap_or(JsValue::UNDEFINED);
        self.began_ms = field("began").as_f64().or(self.began_ms);
        for name in Array::from(&field("tasks")).iter() {
            self.trace.add_thread(name.as_string().unwrap_or_default());
        }
        for object in Array::from(&field("objects")).iter() {
            let object = Array::from(&object);
            let kind = object.get(0).as_f64().unwrap_or_default();
            let Some(kind) = ObjectKind::from_u32(kind as u32) else {
                continue;
            };
            let id = ObjectId(self.trace.objects.len() as u16);
            let name = object.get(1).as_string().unwrap_or_default();
            self.trace
                .objects
                .push(objects::Object::new(id, kind, name));
        }
        let events = field("events").dyn_into::<Float64Array>();
        let numbers = events.map(|events| events.to_vec()).unwrap_or_default();
        for event in numbers.chunks_exact(NUMBERS) {
            self.take_event(event);
        }
        let now = field("now").as_f64().unwrap_or_default();
        self.trace.advance((now * 1e6) as u64);
    }

    fn take_event(&mut self, numbers: &[f64]) {
        let &[task, number, kind, object, line, value, at, by, by_at] = numbers else {
            return;
        };
        let Some(kind) = Kind::from_u8(kind as u8) else {
            return;
        };
        let event = Event {
            seq: number as u32,
            kind,
            site: Site {
                object: ObjectId(object as u16),
                line: line as u32,
            },
            value: value as i64,
            order: Order::About,
            at: Some(at as u64),
        };
        if matches!(kind, Kind::Load | Kind::Store | Kind::Update)
            && let Some(object) = self.trace.objects.get_mut(object as usize)
        {
            object.words = Some(words_of(event.value));
        }
        let task = ThreadId(task as u16);
        self.trace.append(task, event);
        if by >= 0.0 {
            let (at, by_at) = (at as u64, by_at as u64);
            let by = ThreadId(by as u16);
            self.trace.wakes.add(task, Wake { at, by, by_at });
        }
    }
}

fn listen(run: &Rc<RefCell<Inner>>, worker: Worker) {
    let weak = Rc::downgrade(run);
    let said = move |message| {
        if let Some(run) = weak.upgrade() {
            receive(&run, &message);
        }
    };
    let weak = Rc::downgrade(run);
    let failed = move |why: &str| {
        if let Some(run) = weak.upgrade() {
            end(&run, Report::error(why.to_owned(), 0.0));
        }
    };
    run.borrow_mut().worker = Some(Heard::new(worker, said, failed));
}

/// What the worker says: `{begun}`, `{told}`, `{ended, report}` or `{failed, message}`.
fn receive(run: &Rc<RefCell<Inner>>, message: &JsValue) {
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if field("begun").is_truthy() {
        return;
    }
    if !field("told").is_undefined() {
        run.borrow_mut().take(&field("told"));
        return;
    }
    let report = match field("failed").as_f64() {
        None => bytes::heard(&field("report")).ok_or_else(|| errors::WORKER_UNCLEAR.to_owned()),
        Some(_) => Err(field("message").as_string().unwrap_or_default()),
    };
    let elapsed_ms = run.borrow().elapsed_ms();
    end(
        run,
        report.unwrap_or_else(|message| Report::error(message, elapsed_ms)),
    );
}

fn end(run: &Rc<RefCell<Inner>>, mut report: Report) {
    let (ended, worker) = {
        let mut inner = run.borrow_mut();
        inner.trace.close();
        // As the picture has it.
        if inner.began_ms.is_some() {
            report.elapsed_ms = inner.trace.now() as f64 / 1e6;
        }
        (inner.ended.take(), inner.worker.take())
    };
    if let Some(ended) = ended {
        ended(report);
    }
    // In a turn of its own: this may be its last message.
    Timeout::new(0, move || drop(worker)).forget();
}
