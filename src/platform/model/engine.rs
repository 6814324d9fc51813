//! Running a program's threads as futures, a step at a time.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Oracle;
use super::log::{Blocked, Step};
use super::world::{Access, Choice, Move, World};
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
    /// Steps that are told; the others are counted.
    pub steps_kept: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            any_deadline: false,
            step_limit: 1_000_000,
            steps_kept: usize::MAX,
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
    /// Steps that were made, told or not.
    pub made: usize,
    /// The first of them.
    pub steps: Vec<Step>,
    /// Who started each of the threads, and how many steps had been made, that one
    /// included, in which it did; main is not among them.
    pub started: Vec<(ThreadId, usize)>,
    /// Those who wait for ever, if the run ended so.
    pub blocked: Vec<Blocked>,
    /// The threads' names, main's first.
    pub names: Vec<String>,
    /// What each object is, by id, and its name.
    pub objects: Vec<(ObjectKind, String)>,
}

/// The run of this OS thread.
struct Running {
    world: World,
    /// By thread; `None` while it is polled, and after its end.
    bodies: Vec<Option<Body>>,
    lives: Vec<Life>,
    current: ThreadId,
    /// By id. Ids are given out in the order of creation, so that they are the
    /// same in all executions that have begun alike.
    objects: Vec<Object>,
    /// Who holds what; locks only.
    held: Vec<(ObjectId, ThreadId)>,
    /// What the step that is under way has recorded last.
    did: Option<(Kind, i64)>,
    /// What it has acquired or released that it is not about.
    also: Option<ObjectId>,
    /// Steps so far, with the one that is under way.
    made: usize,
    /// Lent by `run`, while it polls a thread.
    oracle: Option<*mut dyn Oracle>,
}

struct Object {
    kind: ObjectKind,
    name: String,
    /// For a thread's: which it is, once it is started.
    thread: Option<ThreadId>,
}

/// What is known of a thread's way.
struct Life {
    name: String,
    started: (ThreadId, usize),
    /// What its operation touches, from the beginning of the one to that of the next.
    access: Access,
    site: Site,
    quiet: bool,
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
    let main = Box::pin(async move {
        returned.set(Some(main.await));
    });
    start("main", main);
    let mut steps: Vec<Step> = Vec::new();
    let mut made = 0;
    let mut last = None;
    let ended = loop {
        let choices = with(|running| running.choices(options.any_deadline));
        if choices.is_empty() {
            let finished = with(|running| running.world.all_finished());
            break if finished {
                Ended::Finished
            } else {
                Ended::Deadlock
            };
        }
        if made == options.step_limit {
            break Ended::Incomplete;
        }
        let quiet = with(|running| running.first_quiet(&choices));
        // Nobody can tell the moment of a quiet step, so there is nothing to ask.
        let Some(chosen) = quiet.or_else(|| oracle.choose(&choices)) else {
            break Ended::Cut;
        };
        let choice = choices[chosen];
        let preempts = quiet.is_none()
            && last.is_some_and(|last| {
                last != choice.thread && choices.iter().any(|other| other.thread == last)
            });
        let mut step = with(|running| {
            running.world.make(choice);
            running.made += 1;
            running.step(choice)
        });
        step.preempts = preempts;
        lend(oracle, || poll(choice.thread));
        (step.did, step.also) = with(|running| (running.did.take(), running.also.take()));
        made += 1;
        last = Some(step.thread);
        if steps.len() < options.steps_kept {
            steps.push(step);
        }
    };
    with(|running| Run {
        ended,
        result: result.take(),
        elapsed: running.world.now(),
        made,
        steps,
        started: running
            .lives
            .iter()
            .skip(1)
            .map(|life| life.started)
            .collect(),
        blocked: match ended {
            Ended::Deadlock => running.blocked(),
            _ => Vec::new(),
        },
        names: running.lives.iter().map(|life| life.name.clone()).collect(),
        objects: (running.objects.iter())
            .map(|object| (object.kind, object.name.clone()))
            .collect(),
    })
}

impl Running {
    /// All moves, each with what it touches.
    fn choices(&self, any_deadline: bool) -> Vec<Choice> {
        let mut choices = self.world.choices();
        for choice in &mut choices {
            let timed_out = choice.how == Move::TimeOut;
            choice.access = if timed_out && (any_deadline || self.world.advances(choice)) {
                // Time passes for all.
                Access::ANY
            } else {
                self.lives[choice.thread.index()].access
            };
        }
        choices
    }

    fn first_quiet(&self, choices: &[Choice]) -> Option<usize> {
        let is_quiet = |choice: &Choice| self.lives[choice.thread.index()].quiet;
        choices.iter().position(is_quiet)
    }

    fn step(&self, choice: Choice) -> Step {
        let life = &self.lives[choice.thread.index()];
        let object = self.objects.get(usize::from(life.site.object.0));
        let joined = object.and_then(|object| object.thread);
        Step {
            thread: choice.thread,
            how: choice.how,
            access: choice.access,
            site: life.site,
            quiet: life.quiet,
            did: None,
            also: None,
            joined: joined.filter(|&thread| self.world.has_finished(thread)),
            preempts: false,
        }
    }

    /// Begins an operation of the thread that runs.
    fn begin(&mut self, site: Site, access: Access, quiet: bool) {
        let life = &mut self.lives[self.current.index()];
        life.site = site;
        life.access = access;
        life.quiet = quiet;
    }

    /// What an operation on an object touches.
    fn touched(&self, object: ObjectId, writes: bool) -> Access {
        let Some(known) = self.objects.get(usize::from(object.0)) else {
            return Access::ANY;
        };
        match known.kind {
            // These touch others besides: the lock, what is waited for, futures.
            ObjectKind::Condition | ObjectKind::Thread | ObjectKind::Pool => Access::ANY,
            _ => Access {
                // 0 is nothing.
                address: usize::from(object.0) + 1,
                writes,
            },
        }
    }

    /// Those who have not finished, and what they wait for.
    fn blocked(&self) -> Vec<Blocked> {
        let threads = self
            .lives
            .iter()
            .zip(0..)
            .map(|(life, index)| (life, ThreadId(index)));
        threads
            .filter(|&(_, thread)| !self.world.has_finished(thread))
            .map(|(life, thread)| {
                let object = self.objects.get(usize::from(life.site.object.0));
                let held = self.held.iter().find(|(id, _)| *id == life.site.object);
                let holder = (held.map(|&(_, holder)| holder))
                    .or_else(|| object.and_then(|object| object.thread));
                let holder_name = holder.map(|holder| self.lives[holder.index()].name.clone());
                Blocked {
                    thread,
                    name: life.name.clone(),
                    line: life.site.line,
                    on: object.map(|object| (object.kind, object.name.clone())),
                    holder,
                    holder_name: holder_name.unwrap_or_default(),
                }
            })
            .collect()
    }
}

/// Lends the oracle to what a thread does in its step.
fn lend(oracle: &mut dyn Oracle, body: impl FnOnce()) {
    let oracle: *mut (dyn Oracle + '_) = oracle;
    // The lifetime is dropped from the type; `pick` uses it only until below.
    #[allow(unsafe_code)]
    // SAFETY: a pointer's lifetime bound has no bearing on its layout.
    let oracle: *mut (dyn Oracle + 'static) = unsafe { std::mem::transmute(oracle) };
    with(|running| running.oracle = Some(oracle));
    body();
    with(|running| running.oracle = None);
}

/// Which of so many is woken: asked of the oracle, if that runs.
fn pick(oracle: Option<*mut dyn Oracle>, count: usize) -> usize {
    let Some(oracle) = oracle else { return 0 };
    #[allow(unsafe_code)]
    // SAFETY: `lend` has exclusive access to the oracle, and does nothing with it
    // but keep this pointer, which it takes back before it returns.
    unsafe { &mut *oracle }.pick(count)
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
                lives: Vec::new(),
                current: ThreadId::MAIN,
                objects: Vec::new(),
                held: Vec::new(),
                did: None,
                also: None,
                made: 0,
                oracle: None,
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
fn start(name: &str, body: Body) -> ThreadId {
    let (thread, parent) = with(|running| {
        running.bodies.push(Some(body));
        running.lives.push(Life {
            name: name.to_owned(),
            started: (running.current, running.made),
            access: Access::ANY,
            site: Site::NONE,
            quiet: false,
        });
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

    async fn point(site: Site) {
        with(|running| running.begin(site, running.touched(site.object, true), false));
        pause().await;
    }

    async fn read_point(site: Site) {
        with(|running| running.begin(site, running.touched(site.object, false), false));
        pause().await;
    }

    async fn quiet_point(site: Site) {
        with(|running| running.begin(site, Access::NONE, true));
        pause().await;
    }

    async fn release_step<T>(site: Site, release: impl Fn() -> T) -> T {
        Model::point(site).await;
        release()
    }

    fn record(kind: Kind, site: Site, value: i64) {
        with(|running| {
            running.did = Some((kind, value));
            let about = running.lives[running.current.index()].site.object;
            if matches!(kind, Kind::Acquire | Kind::Release) && site.object != about {
                running.also = Some(site.object);
            }
            match kind {
                _ if site.object == ObjectId::NONE => {}
                Kind::Acquire => running.held.push((site.object, running.current)),
                Kind::Release if value == 0 => running.held.retain(|(id, _)| *id != site.object),
                _ => {}
            }
        });
    }

    async fn sleep(time: Duration, site: Site) {
        with(|running| {
            // Going on after it touches nothing.
            running.begin(site, Access::NONE, false);
            running.world.sleep(running.current, time);
        });
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
                let oracle = running.oracle;
                running
                    .world
                    .wake(address, count, |many| pick(oracle, many));
            }
        });
    }

    fn spawn<F, Fut>(name: &str, body: F, site: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        let thread = start(name, Box::pin(async move { body().await }));
        with(|running| {
            running.did = Some((Kind::Spawn, i64::from(thread.0)));
            if let Some(object) = running.objects.get_mut(usize::from(site.object.0)) {
                object.thread = Some(thread);
            }
        });
        Ok(thread)
    }

    fn register(kind: ObjectKind, name: &str) -> ObjectId {
        RUNNING.with_borrow_mut(|running| {
            // Tests make objects also outside a run; those have no name.
            let Some(running) = running else {
                return ObjectId::NONE;
            };
            running.objects.push(Object {
                kind,
                name: name.to_owned(),
                thread: None,
            });
            match u16::try_from(running.objects.len() - 1) {
                Ok(id) => ObjectId(id),
                Err(_) => ObjectId::NONE,
            }
        })
    }

    fn publish(_: ObjectId, _: usize) {}

    fn retire(_: ObjectId, _: i64) {}
}
