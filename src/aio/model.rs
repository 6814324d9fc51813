//! The event loop in the model: its time is virtual, and an oracle decides the one thing
//! that it leaves open, which of several timers of the same time comes first. The first
//! that it may choose is the one that was asked for first, as under CPython.
//!
//! It runs as a program of the [model](crate::platform::model), whose main thread is the
//! loop's and whose other threads are the tasks, and tells the model each time who goes
//! next. So all that knows runs of the model, stepping, replay and exploration, knows
//! these. A timer is a step of the task that asked for it; that its call makes the task
//! ready, and in which turn, is as in any event loop.
//!
//! That any deadline could end at any time is not offered here: it is no deadline that
//! is late, but a loop, and then all are.

use std::cell::Cell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use super::event_loop::{Loop, Next, Run, call_later, due, fire, next, step};
use super::network::Reply;
use crate::base::{ObjectId, ThreadId};
use crate::platform::model::{Model, turns};
use crate::platform::{Platform, is_of_the_site};
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Order, Site};

/// Runs a program on an event loop, as the main thread of a run of the model: what it
/// came to, and the exceptions of its tasks that nobody asked for.
pub async fn run<T: Clone + 'static>(
    main: impl Future<Output = Result<T, Error>> + 'static,
) -> (Result<T, Error>, Vec<Error>) {
    turns::name_main("event loop");
    let driver = Virtual {
        requests: Cell::new(0),
    };
    let run = Run::begin(Rc::new(driver), main);
    turns::main_waits(Site {
        object: run.main(),
        line: 0,
    });
    let mut begun = false;
    poll_fn(|_| {
        if turns::is_time_up() {
            fire(ThreadId::MAIN);
        } else if std::mem::replace(&mut begun, true) {
            turns::let_go(&[]);
            return Poll::Ready(());
        }
        let_next_go();
        Poll::Pending
    })
    .await;
    run.end()
}

/// The thread of the model that stands for a task.
async fn lane(task: ThreadId) {
    let mut created = false;
    poll_fn(|_| {
        if !std::mem::replace(&mut created, true) {
            return Poll::Pending;
        }
        let mut ended = false;
        if turns::is_time_up() {
            fire(task);
        } else {
            ended = step(task);
        }
        let_next_go();
        if ended {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

fn let_next_go() {
    match next() {
        Next::Task(task) => turns::let_go(&[task]),
        Next::Timers(at) => turns::let_times_end(&due(), at),
        Next::Nothing => turns::let_go(&[]),
        Next::Over => turns::let_go(&[ThreadId::MAIN]),
    }
}

struct Virtual {
    /// Pages that were asked for.
    requests: Cell<u32>,
}

impl Loop for Virtual {
    fn now(&self) -> Duration {
        Model::now()
    }

    fn register(&self, kind: ObjectKind, name: &str) -> ObjectId {
        Model::register(kind, name)
    }

    fn created(&self, task: ThreadId, name: &str, site: Site) {
        let thread = turns::add(name, site, lane(task));
        debug_assert_eq!(thread, task, "lanes are numbered as tasks are");
    }

    fn begin(&self, _: ThreadId, site: Site) {
        turns::begin(site);
    }

    fn record(&self, _: ThreadId, kind: Kind, site: Site, value: i64) {
        match kind {
            // Steps say these by themselves.
            Kind::Block | Kind::Finish => {}
            Kind::Wake if value == 0 && turns::is_thread(site.object) => {}
            // That it had slept enough was the timer's step.
            Kind::Awake => Model::record(Kind::Wake, site, value, Order::About),
            _ => Model::record(kind, site, value, Order::About),
        }
    }

    fn lets_go(&self, _: ThreadId, task: ThreadId) {
        turns::wakes(task);
    }

    /// A network that has the site's first page, and nothing else. It takes longer for
    /// some than for others.
    fn get(&self, url: &str, reply: Reply) {
        let number = self.requests.get();
        self.requests.set(number + 1);
        let latency = Duration::from_millis(u64::from(100 + 50 * (number % 3)));
        let path = url.split(['?', '#']).next().unwrap_or(url);
        let status = match path {
            _ if !is_of_the_site(url) => Err(Error::value("not a page of this site")),
            "" | "index.html" => Ok(200),
            _ => Ok(404),
        };
        call_later(latency, move || reply.give(status));
    }
}
