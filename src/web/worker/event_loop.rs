//! A program of tasks on the browser's own event loop, in a worker: real timers, and real
//! requests. It shares memory with nobody, so it works in any page; what happens is told
//! in messages.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use std::time::Duration;

use gloo_timers::callback::Timeout;
use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Float64Array, Function, Object, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{DedicatedWorkerGlobalScope, RequestCache, RequestInit, Response};

use crate::aio::event_loop::{self, Loop, Next, Reply};
use crate::base::{ObjectId, ThreadId};
use crate::platform::is_of_the_site;
use crate::platform::workers::clock_ms;
use crate::scenario::{Programs, Report, on_loop_ended};
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Site};
use crate::web::bytes;
use crate::words::errors;

/// Makes a module of the programs that a [`Programs`] finds, on the event loop.
#[macro_export]
macro_rules! tasks_module {
    ($programs:path) => {
        /// See [`run`](lockstep::web::worker::event_loop::run).
        #[wasm_bindgen::prelude::wasm_bindgen]
        pub async fn run_loop(
            query: String,
            speed: f64,
            tell: js_sys::Function,
        ) -> Result<wasm_bindgen::JsValue, wasm_bindgen::JsValue> {
            $crate::web::worker::event_loop::run($programs, &query, speed, tell).await
        }
    };
}

/// How long the tasks may keep the worker before the browser gets its turn, and the page
/// is told.
const TURN_MS: f64 = 50.0;

/// Tasks that have a lane. More could not be told apart.
pub const MOST_LANES: u16 = 128;

/// Numbers of an event, as they are told.
pub const NUMBERS: usize = 9;

/// Runs the program that a query describes: its [`Report`]. `tell` is called with what
/// has happened, now and then: `{began, now, tasks, objects, events}`, when the run began
/// by the machine's clock, its time now, the names of new lanes, pairs of a new object's
/// kind and name, and events, [`NUMBERS`] each, the last two of which are the task that
/// made this one go on, and when, or -1.
///
/// # Errors
/// The program is not in this module.
pub async fn run(
    programs: Programs,
    query: &str,
    speed: f64,
    tell: Function,
) -> Result<JsValue, JsValue> {
    let (link, program) = super::open(query, programs)?;
    let driver = Rc::new(Browser::new(speed, tell));
    let main = program(link.params);
    let run = event_loop::Run::begin(driver.clone(), main);
    let lane = Site {
        object: run.main(),
        line: 0,
    };
    driver.record(ThreadId::MAIN, Kind::Start, lane, 0);
    let mut turn_began = clock_ms();
    loop {
        if clock_ms() - turn_began > TURN_MS {
            driver.tell();
            TimeoutFuture::new(0).await;
            turn_began = clock_ms();
        }
        match event_loop::next() {
            Next::Task(task) => {
                event_loop::step(task);
            }
            Next::Timers(at) if at <= driver.now() => {
                event_loop::due().into_iter().for_each(event_loop::fire);
            }
            Next::Timers(at) => {
                driver.wait(Some(at), lane).await;
                turn_began = clock_ms();
            }
            Next::Nothing if driver.bell.requests.get() > 0 => {
                driver.wait(None, lane).await;
                turn_began = clock_ms();
            }
            Next::Nothing => return Ok(driver.ended(&Report::deadlock(driver.now_ms()))),
            Next::Over => break,
        }
    }
    let elapsed_ms = driver.now_ms();
    driver.record(ThreadId::MAIN, Kind::Finish, lane, 0);
    let (ending, unheard) = run.end();
    Ok(driver.ended(&Report::of(on_loop_ended(ending, unheard), elapsed_ms)))
}

/// The browser's event loop, as the machine beneath ours.
struct Browser {
    /// When the run began, by the machine's clock.
    began_ms: f64,
    speed: f64,
    bell: Rc<Bell>,
    notes: RefCell<Notes>,
    tell: Function,
}

/// Wakes the loop where it waits.
#[derive(Default)]
struct Bell {
    rung: Cell<bool>,
    waker: RefCell<Option<Waker>>,
    /// Requests that have no answer yet.
    requests: Cell<u32>,
}

/// What has not been told yet, and what numbers it needs.
#[derive(Default)]
struct Notes {
    tasks: Vec<String>,
    objects: Vec<(ObjectKind, String)>,
    events: Vec<f64>,
    registered: u16,
    /// When the last event was.
    last_at: f64,
    /// Events that each lane has had.
    happened: Vec<u32>,
    /// For each lane who has let its task go on since it last did, and when.
    let_go: Vec<Option<(ThreadId, f64)>>,
}

impl Bell {
    fn ring(&self) {
        self.rung.set(true);
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    async fn heard(&self) {
        poll_fn(|context| {
            if self.rung.take() {
                return Poll::Ready(());
            }
            *self.waker.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Browser {
    fn new(speed: f64, tell: Function) -> Browser {
        let notes = Notes {
            tasks: vec!["event loop".to_owned()],
            ..Notes::default()
        };
        Browser {
            began_ms: clock_ms(),
            speed,
            bell: Rc::default(),
            notes: RefCell::new(notes),
            tell,
        }
    }

    fn now_ms(&self) -> f64 {
        (clock_ms() - self.began_ms) * self.speed
    }

    fn now_ns(&self) -> f64 {
        (self.now_ms() * 1e6).max(0.0)
    }

    /// Gives way to the browser until then, or until a reply comes.
    async fn wait(&self, until: Option<Duration>, site: Site) {
        self.record(ThreadId::MAIN, Kind::Block, site, 0);
        self.tell();
        let timer = until.map(|until| {
            let wait_ms = (until.as_secs_f64() * 1e3 - self.now_ms()) / self.speed;
            let bell = Rc::clone(&self.bell);
            Timeout::new(wait_ms.max(0.0).ceil() as u32, move || bell.ring())
        });
        self.bell.heard().await;
        drop(timer);
        self.record(ThreadId::MAIN, Kind::Wake, site, 0);
    }

    fn ended(&self, report: &Report) -> JsValue {
        self.tell();
        bytes::told(report)
    }

    fn tell(&self) {
        let mut notes = self.notes.borrow_mut();
        let last_at = notes.last_at;
        let tasks: Array = notes.tasks.drain(..).map(JsValue::from).collect();
        let object = |(kind, name): (ObjectKind, String)| -> JsValue {
            Array::of(&[JsValue::from(kind as u32), JsValue::from(name)]).into()
        };
        let objects: Array = notes.objects.drain(..).map(object).collect();
        let events = Float64Array::from(notes.events.as_slice());
        notes.events.clear();
        let told = Object::new();
        for (name, value) in [
            ("began", JsValue::from(self.began_ms)),
            // No event comes after it.
            (
                "now",
                JsValue::from(self.now_ms().max((last_at + 1.0) / 1e6)),
            ),
            ("tasks", tasks.into()),
            ("objects", objects.into()),
            ("events", events.into()),
        ] {
            // A plain object takes any property.
            let _ = Reflect::set(&told, &name.into(), &value);
        }
        // The page takes it in as it can.
        let _ = self.tell.call1(&JsValue::NULL, &told);
    }
}

impl Loop for Browser {
    fn now(&self) -> Duration {
        Duration::try_from_secs_f64(self.now_ms() / 1e3).unwrap_or_default()
    }

    fn register(&self, kind: ObjectKind, name: &str) -> ObjectId {
        let mut notes = self.notes.borrow_mut();
        let id = notes.registered;
        if id == ObjectId::NONE.0 {
            return ObjectId::NONE;
        }
        notes.registered += 1;
        notes.objects.push((kind, name.to_owned()));
        ObjectId(id)
    }

    fn created(&self, task: ThreadId, name: &str, _: Site) {
        if task.0 <= MOST_LANES {
            self.notes.borrow_mut().tasks.push(name.to_owned());
        }
    }

    fn begin(&self, _: ThreadId, _: Site) {}

    fn record(&self, task: ThreadId, kind: Kind, site: Site, value: i64) {
        if task.0 > MOST_LANES {
            return;
        }
        let mut notes = self.notes.borrow_mut();
        // The browser's clock stands still meanwhile, and the order is to be known.
        let at = self.now_ns().max(notes.last_at + 1.0);
        notes.last_at = at;
        if notes.happened.len() <= task.index() {
            notes.happened.resize(task.index() + 1, 0);
        }
        let number = notes.happened[task.index()];
        notes.happened[task.index()] += 1;
        let goes_on = matches!(kind, Kind::Wake | Kind::Awake);
        let lets_go = notes.let_go.get_mut(task.index()).filter(|_| goes_on);
        let (by, by_at) = match lets_go.and_then(Option::take) {
            Some((by, at)) if by.0 <= MOST_LANES => (f64::from(by.0), at),
            _ => (-1.0, 0.0),
        };
        let event: [f64; NUMBERS] = [
            f64::from(task.0),
            f64::from(number),
            f64::from(kind as u8),
            f64::from(site.object.0),
            f64::from(site.line),
            value as f64,
            at,
            by,
            by_at,
        ];
        notes.events.extend(event);
    }

    fn lets_go(&self, by: ThreadId, task: ThreadId) {
        let mut notes = self.notes.borrow_mut();
        let index = task.index();
        if task.0 <= MOST_LANES {
            if notes.let_go.len() <= index {
                notes.let_go.resize(index + 1, None);
            }
            notes.let_go[index] = Some((by, self.now_ns()));
        }
    }

    fn get(&self, url: &str, reply: Reply) {
        if !is_of_the_site(url) {
            reply.give(Err(Error::value(errors::NOT_OF_THE_SITE)));
            return;
        }
        let url = url.to_owned();
        let bell = Rc::clone(&self.bell);
        bell.requests.set(bell.requests.get() + 1);
        let speed = self.speed;
        spawn_local(async move {
            let asked = clock_ms();
            let answer = fetch(&url).await;
            // As long in the run's own time as at speed 1; faster it cannot be made.
            let took_ms = clock_ms() - asked;
            let more_ms = took_ms / speed - took_ms;
            if more_ms >= 1.0 {
                TimeoutFuture::new(more_ms as u32).await;
            }
            reply.give(answer);
            bell.requests.set(bell.requests.get() - 1);
            bell.ring();
        });
    }
}

/// The status with which the site answers.
async fn fetch(url: &str) -> Result<u16, Error> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    let wish = RequestInit::new();
    // A page that a cache has was not asked for.
    wish.set_cache(RequestCache::NoStore);
    let response = JsFuture::from(scope.fetch_with_str_and_init(url, &wish)).await;
    match response.map(JsCast::dyn_into::<Response>) {
        Ok(Ok(response)) => Ok(response.status()),
        _ => Err(Error::runtime(errors::UNREACHABLE)),
    }
}
