//! Running a program's threads as futures, a step at a time.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Oracle;
use super::world::{Access, World};
use crate::base::{ObjectId, ThreadId};
use crate::platform::{Platform, SpawnError, Woken};
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Site};

/// The threads of a model.
pub struct Model;

type Body = Pin<Box<dyn Future<Output = ()>>>;

/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether any sleep or deadline may end at any time: sleep is no
    /// synchronisation.
    pub any_deadline: bool,
    /// Steps after which the run is given up.
    pub step_limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            any_deadline: false,
            step_limit: 1_000_000,
        }
    }
}

/// How a run of the model ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All threads have finished.
    Finished,
    /// Those that have not wait for ever.
    Deadlock,
    /// The oracle had seen enough.
    Cut,
    /// The step limit was reached.
    Incomplete,
}

/// What is left of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run<T> {
    pub ended: Ended,
    /// What the main thread returned, if it did.
    pub result: Option<T>,
    /// The virtual time that passed.
    pub elapsed: Duration,
    pub steps: usize,
}

/// The run of this OS thread.
struct Running {
    world: World,
    /// By thread; `None` while it is polled, and after its end.
    bodies: Vec<Option<Body>>,
    current: ThreadId,
}

thread_local! {
    static RUNNING: RefCell<Option<Running>> = const { RefCell::new(None) };
}

/// Runs a program until all its threads have finished, or none can move.
///
/// # Panics
/// If this OS thread is running a model already.
pub fn run<T: 'static>(
    options: Options,
    oracle: &mut dyn Oracle,
    main: impl Future<Output = T> + 'static,
) -> Run<T> {
    let _guard = Guard::begin(options);
    let result = Rc::new(Cell::new(None));
    let returned = Rc::clone(&result);
    start(Box::pin(async move {
        returned.set(Some(main.await));
    }));
    let mut steps = 0;
    let ended = loop {
        let mut choices = with(|running| running.world.choices());
        for choice in &mut choices {
            // What a step touches is not told yet, so it may touch anything.
            choice.access = Access::ANY;
        }
        if choices.is_empty() {
            let finished = with(|running| running.world.all_finished());
            break if finished {
                Ended::Finished
            } else {
                Ended::Deadlock
            };
        }
        if steps == options.step_limit {
            break Ended::Incomplete;
        }
        let Some(index) = oracle.choose(&choices) else {
            break Ended::Cut;
        };
        steps += 1;
        with(|running| running.world.make(choices[index]));
        poll(choices[index].thread);
    };
    Run {
        ended,
        result: result.take(),
        elapsed: with(|running| running.world.now()),
        steps,
    }
}

/// Takes the run down at its end, also when a thread of it panics.
struct Guard;

impl Guard {
    fn begin(options: Options) -> Guard {
        RUNNING.with_borrow_mut(|running| {
            assert!(running.is_none(), "a model runs here already");
            *running = Some(Running {
                world: World::new(options.any_deadline, 0),
                bodies: Vec::new(),
                current: ThreadId::MAIN,
            });
        });
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let running = RUNNING.with_borrow_mut(Option::take);
        // Outside the borrow: what the threads own may ask for its platform.
        drop(running);
    }
}

fn with<R>(look: impl FnOnce(&mut Running) -> R) -> R {
    RUNNING.with_borrow_mut(|running| match running {
        Some(running) => look(running),
        None => panic!("code of the model's platform runs outside a model"),
    })
}

/// Adds a thread and runs it up to its first step: nothing before that can be
/// seen by others, so it is no step of its own.
fn start(body: Body) -> ThreadId {
    let (thread, parent) = with(|running| {
        running.bodies.push(Some(body));
        (running.world.add_thread(), running.current)
    });
    poll(thread);
    with(|running| running.current = parent);
    thread
}

/// Runs a thread up to its next step.
fn poll(thread: ThreadId) {
    let body = with(|running| {
        running.current = thread;
        running.bodies[thread.index()].take()
    });
    let Some(mut body) = body else { return };
    let mut context = Context::from_waker(Waker::noop());
    match body.as_mut().poll(&mut context) {
        Poll::Pending => with(|running| running.bodies[thread.index()] = Some(body)),
        Poll::Ready(()) => with(|running| running.world.finish(thread)),
    }
}

/// Pending once, so that the oracle can let others go first.
async fn pause() {
    let mut paused = false;
    poll_fn(|_| {
        if std::mem::replace(&mut paused, true) {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

impl Platform for Model {
    type Word = AtomicU32;

    // Nobody else moves while this thread looks.
    const SPIN: u32 = 0;

    fn current() -> ThreadId {
        with(|running| running.current)
    }

    fn now() -> Duration {
        with(|running| running.world.now())
    }

    fn point(_: Site) -> impl Future<Output = ()> {
        pause()
    }

    async fn release_step<T>(_: Site, release: impl Fn() -> T) -> T {
        pause().await;
        release()
    }

    fn record(_: Kind, _: Site, _: i64) {}

    async fn sleep(time: Duration, _: Site) {
        with(|running| running.world.sleep(running.current, time));
        pause().await;
    }

    async fn wait(word: &AtomicU32, expected: u32, deadline: Option<Duration>, _: Site) -> Woken {
        if word.load(Ordering::Relaxed) != expected {
            return Woken::Woken;
        }
        let address = word.as_ptr() as usize;
        with(|running| running.world.wait(running.current, address, deadline));
        pause().await;
        with(|running| running.world.woken(running.current))
    }

    fn wake(word: &AtomicU32, count: u32) {
        let address = word.as_ptr() as usize;
        RUNNING.with_borrow_mut(|running| {
            // When a run is taken down, what its threads own may wake others.
            if let Some(running) = running {
                // The lowest id first: what a program may rely on is for the
                // oracle to vary in the choice of threads, not here.
                running.world.wake(address, count, |_| 0);
            }
        });
    }

    fn spawn<F, Fut>(_: &str, body: F, _: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        Ok(start(Box::pin(async move { body().await })))
    }

    fn register(_: ObjectKind, _: &str) -> ObjectId {
        ObjectId::NONE
    }

    fn publish(_: ObjectId, _: usize) {}

    fn retire(_: ObjectId, _: i64) {}
}
