//! Running a program's threads as futures, a step at a time.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Oracle;
use super::log::{Names, Objects, Step};
use super::looks::{Look, Looks};
use super::world::{Access, Choice, Move, World};
use crate::base::{ObjectId, ThreadId};
use crate::platform::{Blocked, Platform, SpawnError, Woken};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::{Kind, Order, Site};

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
    /// Whether to look, after each step that is told, at the objects and at who waits.
    pub looks: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            any_deadline: false,
            step_limit: 1_000_000,
            steps_kept: usize::MAX,
            looks: false,
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
    /// The threads that an exception ended.
    pub failed: Vec<ThreadId>,
    /// Those who wait for ever, if the run ended so.
    pub blocked: Vec<Blocked>,
    /// The threads' names, main's first.
    pub names: Names,
    /// What each object is, by id, and its name.
    pub objects: Objects,
    /// What changed to the eye, in order, if somebody was to look.
    pub looks: Vec<Look>,
}

impl<T> Run<T> {
    /// A run before its first step.
    pub fn new() -> Run<T> {
        Run {
            ended: Ended::Finished,
            result: None,
            elapsed: Duration::ZERO,
            made: 0,
            steps: Vec::new(),
            started: Vec::new(),
            failed: Vec::new(),
            blocked: Vec::new(),
            names: Names::default(),
            objects: Objects::default(),
            looks: Vec::new(),
        }
    }
}

impl<T> Default for Run<T> {
    fn default() -> Self {
        Run::new()
    }
}

/// The run of this OS thread.
pub(super) struct Running {
    active: bool,
    pub(super) world: World,
    /// By thread; `None` while it is polled, and after its end.
    bodies: Vec<Option<Body>>,
    pub(super) lives: Vec<Life>,
    pub(super) names: Names,
    pub(super) current: ThreadId,
    /// By id. Ids are given out in the order of creation, so that they are the
    /// same in all executions that have begun alike.
    objects: Objects,
    /// For an object that is a thread: which it is, once it is started.
    pub(super) thread_of: Vec<Option<ThreadId>>,
    /// Who holds what; locks only.
    held: Vec<(ObjectId, ThreadId)>,
    /// What the step that is under way has recorded last.
    pub(super) did: Option<(Kind, i64)>,
    /// What it has acquired or released that it is not about.
    pub(super) also: Option<ObjectId>,
    /// Steps so far, with the one that is under way.
    pub(super) made: usize,
    /// Who may go next, and how, if that is up to the program: see [`super::turns`].
    pub(super) turn: Option<Vec<(ThreadId, Move)>>,
    /// Steps that the thread that runs has made since it was let go, but for the one
    /// that is under way.
    pub(super) parts: Vec<Part>,
    looks: Looks,
    /// Lent by `run`, while it polls a thread.
    oracle: Option<*mut dyn Oracle>,
}

/// What is known of a thread's way.
#[derive(Clone, Copy)]
pub(super) struct Life {
    started: (ThreadId, usize),
    /// What its operation touches, from the beginning of the one to that of the next.
    access: Access,
    pub(super) site: Site,
    quiet: bool,
    /// What it waits for, if it waits.
    waits_for: ObjectId,
    /// Whether an exception has ended it.
    failed: bool,
}

/// What a step did, and the place of the one that followed it at once.
pub(super) struct Part {
    pub(super) did: Option<(Kind, i64)>,
    pub(super) also: Option<ObjectId>,
    pub(super) next: Step,
}

thread_local! {
    // Between runs it is not active, and its lists are empty: their memory serves the
    // next. A search makes a million runs of a few steps.
    static RUNNING: RefCell<Running> = const {
        RefCell::new(Running {
            active: false,
            world: World::new(false, 0),
            bodies: Vec::new(),
            lives: Vec::new(),
            names: Names::new(),
            current: ThreadId::MAIN,
            objects: Objects::new(),
            thread_of: Vec::new(),
            held: Vec::new(),
            did: None,
            also: None,
            made: 0,
            turn: None,
            parts: Vec::new(),
            looks: Looks::NONE,
            oracle: None,
        })
    };
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
    let mut into = Run::new();
    run_into(&mut into, options, oracle, main);
    into
}

/// [`run`] in the memory of an earlier run, which is forgotten.
///
/// # Panics
/// As [`run`].
pub fn run_into<T: 'static>(
    into: &mut Run<T>,
    options: Options,
    oracle: &mut dyn Oracle,
    main: impl Future<Output = T> + 'static,
) {
    let _guard = Guard::begin(options, &mut into.names, &mut into.objects);
    let result = Rc::new(Cell::new(None));
    let returned = Rc::clone(&result);
    let main = Box::pin(async move {
        returned.set(Some(main.await));
    });
    start("main", main);
    let steps = &mut into.steps;
    steps.clear();
    let mut choices = Vec::new();
    let mut made = 0;
    let mut last = None;
    let ended = loop {
        with(|running| {
            // A step more than is told would be looked at in vain.
            if made <= options.steps_kept {
                running.look();
            }
        });
        let quiet = with(|running| {
            running.choices(options.any_deadline, &mut choices);
            running.first_quiet(&choices)
        });
        if choices.is_empty() {
            let finished = with(|running| running.world.all_finished());
            break if finished {
                Ended::Finished
            } else {
                Ended::Deadlock
            };
        }
        if made >= options.step_limit {
            break Ended::Incomplete;
        }
        // Nobody can tell the moment of a quiet step, so there is nothing to ask.
        let Some(chosen) = quiet.or_else(|| oracle.choose(&choices)) else {
            break Ended::Cut;
        };
        let choice = choices[chosen];
        let mut step = with(|running| {
            running.world.make(choice);
            running.made += 1;
            running.step(choice)
        });
        if quiet.is_none() {
            let could_go_on = |last| choices.iter().any(|other| other.goes_on(last));
            step.preempts = last.is_some_and(|last| last != choice.thread && could_go_on(last));
            last = Some(choice.thread);
        }
        lend(oracle, || poll(choice.thread));
        with(|running| {
            made = running.made;
            for part in running.parts.drain(..) {
                (step.did, step.also) = (part.did, part.also);
                let done = std::mem::replace(&mut step, part.next);
                if steps.len() < options.steps_kept {
                    steps.push(done);
                }
            }
            if steps.len() < options.steps_kept {
                (step.did, step.also) = (running.did.take(), running.also.take());
                steps.push(step);
            }
        });
    };
    with(|running| {
        into.ended = ended;
        into.result = result.take();
        into.elapsed = running.world.now();
        into.made = made;
        into.started.clear();
        let started = running.lives.iter().skip(1).map(|life| life.started);
        into.started.extend(started);
        into.failed.clear();
        let failed = (running.lives.iter().zip(0..)).filter(|(life, _)| life.failed);
        into.failed.extend(failed.map(|(_, index)| ThreadId(index)));
        into.looks = running.looks.take();
        into.blocked = match ended {
            Ended::Deadlock => running.blocked(),
            _ => Vec::new(),
        };
        std::mem::swap(&mut into.names, &mut running.names);
        std::mem::swap(&mut into.objects, &mut running.objects);
    });
}

impl Running {
    /// All moves, each with what it touches.
    fn choices(&self, any_deadline: bool, choices: &mut Vec<Choice>) {
        if let Some(turn) = &self.turn {
            choices.clear();
            choices.extend(turn.iter().map(|&(thread, how)| Choice {
                thread,
                how,
                access: Access::ANY,
            }));
            return;
        }
        self.world.choices(choices);
        for choice in choices {
            let timed_out = choice.how == Move::TimeOut;
            choice.access = if timed_out && (any_deadline || self.world.advances(choice)) {
                // Time passes for all.
                Access::ANY
            } else {
                self.lives[choice.thread.index()].access
            };
        }
    }

    fn first_quiet(&self, choices: &[Choice]) -> Option<usize> {
        let is_quiet = |choice: &Choice| self.lives[choice.thread.index()].quiet;
        choices.iter().position(is_quiet)
    }

    pub(super) fn step(&self, choice: Choice) -> Step {
        let life = &self.lives[choice.thread.index()];
        let joined = self.thread_of(life.site.object);
        Step {
            thread: choice.thread,
            at: self.world.now(),
            how: choice.how,
            access: choice.access,
            site: life.site,
            quiet: life.quiet,
            follows: false,
            did: None,
            also: None,
            joined: joined.filter(|&thread| self.world.has_finished(thread)),
            preempts: false,
        }
    }

    /// Which thread an object is, if it is one and was started.
    pub(super) fn thread_of(&self, object: ObjectId) -> Option<ThreadId> {
        *self.thread_of.get(usize::from(object.0))?
    }

    /// Begins an operation of the thread that runs.
    pub(super) fn begin(&mut self, site: Site, access: Access, quiet: bool) {
        let life = &mut self.lives[self.current.index()];
        life.site = site;
        life.access = access;
        life.quiet = quiet;
    }

    /// What an operation on an object touches.
    fn touched(&self, object: ObjectId, writes: bool) -> Access {
        match self.objects.kind(object) {
            // These touch others besides: the lock, what is waited for, futures.
            None | Some(ObjectKind::Condition | ObjectKind::Thread | ObjectKind::Pool) => {
                Access::ANY
            }
            Some(_) => Access {
                // 0 is nothing.
                address: usize::from(object.0) + 1,
                writes,
            },
        }
    }

    /// Looks at the objects and at who waits, if somebody wants to know.
    fn look(&mut self) {
        let (world, lives) = (&self.world, &self.lives);
        let waits = lives.iter().zip(0..).map(|(life, thread)| {
            let waits = world.is_waiting(ThreadId(thread));
            waits.then_some(life.waits_for)
        });
        self.looks.look(self.made, waits);
    }

    /// Those who have not finished, and what they wait for.
    fn blocked(&self) -> Vec<Blocked> {
        let threads = (self.lives.iter().zip(0..)).map(|(life, index)| (life, ThreadId(index)));
        threads
            .filter(|&(_, thread)| !self.world.has_finished(thread))
            .map(|(life, thread)| {
                let object = life.site.object;
                let held = self.held.iter().find(|(id, _)| *id == object);
                let holder = held.map(|&(_, holder)| holder);
                let holder = holder.or_else(|| self.thread_of(object));
                let name = |thread: ThreadId| self.names.get(thread.index()).to_owned();
                Blocked {
                    thread,
                    name: name(thread),
                    line: life.site.line,
                    on: (self.objects.get(object)).map(|(kind, name)| (kind, name.to_owned())),
                    holder,
                    holder_name: holder.map(name).unwrap_or_default(),
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
    /// Begins a run, with names and objects in the memory of an earlier one.
    fn begin(options: Options, names: &mut Names, objects: &mut Objects) -> Guard {
        RUNNING.with_borrow_mut(|running| {
            assert!(!running.active, "a model runs here already");
            running.active = true;
            running.world.begin(options.any_deadline, 0);
            std::mem::swap(&mut running.names, names);
            std::mem::swap(&mut running.objects, objects);
            running.names.clear();
            running.objects.clear();
            running.current = ThreadId::MAIN;
            running.did = None;
            running.also = None;
            running.made = 0;
            running.turn = None;
            running.parts.clear();
            running.looks.begin(options.looks);
        });
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut bodies = RUNNING.with_borrow_mut(|running| {
            running.active = false;
            running.oracle = None;
            running.lives.clear();
            running.thread_of.clear();
            running.held.clear();
            std::mem::take(&mut running.bodies)
        });
        // Outside the borrow: what the threads own may ask for its platform.
        bodies.clear();
        RUNNING.with_borrow_mut(|running| running.bodies = bodies);
    }
}

pub(super) fn with<R>(look: impl FnOnce(&mut Running) -> R) -> R {
    RUNNING.with_borrow_mut(|running| {
        assert!(
            running.active,
            "code of the model's platform runs outside a model"
        );
        look(running)
    })
}

/// Adds a thread and runs it up to its first step: nothing before that can be
/// seen by others, so it is no step of its own.
pub(super) fn start(name: &str, body: Body) -> ThreadId {
    let (thread, parent) = with(|running| {
        running.bodies.push(Some(body));
        running.names.push(name);
        running.lives.push(Life {
            started: (running.current, running.made),
            access: Access::ANY,
            site: Site::NONE,
            quiet: false,
            waits_for: ObjectId::NONE,
            failed: false,
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

    fn record(kind: Kind, site: Site, value: i64, _: Order) {
        with(|running| {
            // Lining up is a part of releasing the lock.
            if kind != Kind::LineUp {
                running.did = Some((kind, value));
            }
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

    async fn wait(
        word: &AtomicU32,
        expected: u32,
        deadline: Option<Duration>,
        site: Site,
    ) -> Woken {
        if word.load(Ordering::Relaxed) != expected {
            return Woken::Woken;
        }
        let address = word.as_ptr() as usize;
        with(|running| {
            running.lives[running.current.index()].waits_for = site.object;
            running.world.wait(running.current, address, deadline);
        });
        pause().await;
        with(|running| running.world.woken(running.current))
    }

    fn wake(word: &AtomicU32, count: u32) {
        let address = word.as_ptr() as usize;
        RUNNING.with_borrow_mut(|running| {
            // When a run is taken down, what its threads own may wake others.
            if running.active {
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
            if let Some(of) = running.thread_of.get_mut(usize::from(site.object.0)) {
                *of = Some(thread);
            }
        });
        Ok(thread)
    }

    fn register(kind: ObjectKind, name: &str) -> ObjectId {
        RUNNING.with_borrow_mut(|running| {
            // Tests make objects also outside a run; those have no name.
            if !running.active {
                return ObjectId::NONE;
            }
            running.thread_of.push(None);
            running.objects.push(kind, name)
        })
    }

    fn publish<T: Shows + 'static>(object: ObjectId, of: &Arc<T>, _: usize, _: usize) {
        looks(|looks| looks.publish(object, of));
    }

    fn publish_holder(_: ObjectId, _: usize) {}

    fn finish(_: Site, failed: bool) {
        with(|running| running.lives[running.current.index()].failed = failed);
    }

    fn retire(object: ObjectId, last: impl FnOnce() -> Words) {
        looks(|looks| looks.retire(object, last));
    }
}

/// Objects are also made outside a run, by tests, and end after it.
fn looks(tell: impl FnOnce(&mut Looks)) {
    RUNNING.with_borrow_mut(|running| {
        if running.active {
            tell(&mut running.looks);
        }
    });
}
