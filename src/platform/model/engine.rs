//! Running a program's threads as futures, a step at a time.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Weak};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::Oracle;
use super::log::{Names, Objects, Step};
use super::looks::{Look, Looks};
use super::threads::{Choice, Move, Ready, Threads};
use crate::base::{ObjectId, ThreadId};
use crate::platform::state::{Comparer, State, compare_by, fingerprint as hash};
use crate::platform::{Access, Blocked, Operation, Platform, SpawnError, Stateful, Woken};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::{Kind, Order, Site};

/// The threads of a model.
pub struct Model;

type Body = Pin<Box<dyn Future<Output = ()>>>;

/// How a program is run.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether sleeps and deadlines end in the order of their times. If not, any may end
    /// at any time: sleep is no synchronisation.
    pub clock: bool,
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
            clock: true,
            step_limit: 1_000_000,
            steps_kept: usize::MAX,
            looks: false,
        }
    }
}

/// How an execution ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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

/// What is left of an execution.
#[derive(Clone, Debug, PartialEq)]
pub struct Execution<T> {
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
    /// The threads' names for the oracle, main's first: see [`name_of`].
    pub paths: Vec<u64>,
    /// The threads that an exception ended.
    pub failed: Vec<ThreadId>,
    /// Those who wait for ever, if the execution ended so.
    pub blocked: Vec<Blocked>,
    /// The threads' names, main's first.
    pub names: Names,
    /// What each object is, by id, and its name.
    pub objects: Objects,
    /// What changed to the eye, in order, if somebody was to look.
    pub looks: Vec<Look>,
}

impl<T> Execution<T> {
    /// An execution before its first step.
    pub fn new() -> Execution<T> {
        Execution {
            ended: Ended::Finished,
            result: None,
            elapsed: Duration::ZERO,
            made: 0,
            steps: Vec::new(),
            started: Vec::new(),
            paths: Vec::new(),
            failed: Vec::new(),
            blocked: Vec::new(),
            names: Names::default(),
            objects: Objects::default(),
            looks: Vec::new(),
        }
    }
}

impl<T> Default for Execution<T> {
    fn default() -> Self {
        Execution::new()
    }
}

/// The execution of this OS thread.
pub(super) struct Running {
    active: bool,
    pub(super) threads: Threads,
    /// By thread; `None` while it is polled, and after its end.
    bodies: Vec<Option<Body>>,
    pub(super) names: Names,
    /// By id. Ids are given out in the order of creation.
    objects: Objects,
    /// By id: names that do not depend on that order, as a thread's.
    object_names: Vec<u64>,
    /// For an object that is a thread: which it is, once it is started.
    pub(super) thread_of: Vec<Option<ThreadId>>,
    /// Objects whose states are a part of the program's, in the order of their names.
    tracked: Vec<(u64, Weak<dyn Stateful>)>,
    /// Who holds what; locks only.
    held: Vec<(ObjectId, ThreadId)>,
    /// What the step that is under way has recorded last.
    pub(super) did: Option<(Kind, i64)>,
    /// What it has acquired or released that it is not about.
    pub(super) also: Option<ObjectId>,
    /// Steps so far, with the one that is under way.
    pub(super) made: usize,
    /// Whether the end of a thread is a step.
    ends_noticed: bool,
    /// Whether a thread has come to the head of a loop in which it forgets.
    rounds: bool,
    /// Who may go next, and how, if that is up to the program: see [`super::turns`].
    pub(super) turn: Option<Vec<(ThreadId, Move)>>,
    /// How it came here, where the program decides who goes: that is all its state then.
    path: Vec<u64>,
    /// Steps that the thread that runs has made since it was let go, but for the one
    /// that is under way.
    pub(super) parts: Vec<Part>,
    looks: Looks,
    state: State,
    // Their memory serves the next step, and the next execution.
    choices: Vec<Choice>,
    waiting: Vec<(ThreadId, *const Ready, Option<ObjectId>)>,
}

/// What a step did, and the place of the one that followed it at once.
pub(super) struct Part {
    pub(super) did: Option<(Kind, i64)>,
    pub(super) also: Option<ObjectId>,
    pub(super) next: Step,
}

thread_local! {
    // Between executions it is not active, and its lists are empty: their memory serves
    // the next. A search makes a million executions of a few steps.
    static RUNNING: RefCell<Running> = const {
        RefCell::new(Running {
            active: false,
            threads: Threads::new(),
            bodies: Vec::new(),
            names: Names::new(),
            objects: Objects::new(),
            object_names: Vec::new(),
            thread_of: Vec::new(),
            tracked: Vec::new(),
            held: Vec::new(),
            did: None,
            also: None,
            made: 0,
            ends_noticed: false,
            rounds: false,
            turn: None,
            path: Vec::new(),
            parts: Vec::new(),
            looks: Looks::NONE,
            state: State::new(),
            choices: Vec::new(),
            waiting: Vec::new(),
        })
    };

    /// The thread that runs.
    static CURRENT: Cell<ThreadId> = const { Cell::new(ThreadId::MAIN) };
}

/// Runs a program, which is made in the execution itself, until all its threads have
/// finished, or none can move.
///
/// # Panics
/// If this OS thread is running a model already.
pub fn run<T: 'static, Main: Future<Output = T> + 'static>(
    options: Options,
    oracle: &mut dyn Oracle,
    program: impl FnOnce() -> Main + 'static,
) -> Execution<T> {
    let mut into = Execution::new();
    run_into(&mut into, options, oracle, program);
    into
}

/// [`run`] in the memory of an earlier execution, which is forgotten.
///
/// # Panics
/// As [`run`].
pub fn run_into<T: 'static, Main: Future<Output = T> + 'static>(
    into: &mut Execution<T>,
    options: Options,
    oracle: &mut dyn Oracle,
    program: impl FnOnce() -> Main + 'static,
) {
    let _guard = Guard::begin(options, &mut into.names, &mut into.objects);
    let result = Rc::new(Cell::new(None));
    let returned = Rc::clone(&result);
    let main = Box::pin(async move {
        returned.set(Some(program().await));
    });
    start("main", main);
    let steps = &mut into.steps;
    steps.clear();
    let mut choices = with(|running| std::mem::take(&mut running.choices));
    let mut made = 0;
    let mut last = None;
    let ended = loop {
        look_who_is_ready();
        let quiet = with(|running| {
            // A step more than is told would be looked at in vain.
            if made <= options.steps_kept {
                running.look();
            }
            running.choices(&mut choices);
            running.first_quiet(&choices)
        });
        if choices.is_empty() {
            break match with(|running| running.threads.all_finished()) {
                true => Ended::Finished,
                false => Ended::Deadlock,
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
            running.make(choice);
            running.step(choice)
        });
        if quiet.is_none() {
            let could_go_on = |last| choices.iter().any(|other| other.goes_on(last));
            step.preempts = last.is_some_and(|last| last != choice.thread && could_go_on(last));
            last = Some(choice.thread);
        }
        poll(choice.thread);
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
        running.choices = choices;
        into.ended = ended;
        into.result = result.take();
        into.elapsed = running.threads.now();
        into.made = made;
        into.started.clear();
        let threads = || running.threads.iter();
        into.started
            .extend(threads().skip(1).map(|thread| thread.started));
        into.paths.clear();
        into.paths.extend(threads().map(|thread| thread.name));
        into.failed.clear();
        let failed = threads().zip(0..).filter(|(thread, _)| thread.failed);
        into.failed.extend(failed.map(|(_, index)| ThreadId(index)));
        into.blocked = match ended {
            Ended::Deadlock => running.unfinished(),
            _ => Vec::new(),
        };
        into.looks = running.looks.take();
        std::mem::swap(&mut into.names, &mut running.names);
        std::mem::swap(&mut into.objects, &mut running.objects);
    });
}

/// The fingerprint of the state that the program is in, for its oracle: equal where all
/// that can happen, and all that the program will have come to, is equal.
pub fn fingerprint() -> u128 {
    with(Running::fingerprint)
}

/// Steps that the program has made, for its oracle.
pub fn made() -> usize {
    with(|running| running.made)
}

/// Those who have not finished, for the program's oracle, and what they wait for if they do.
pub fn unfinished() -> Vec<Blocked> {
    with(|running| running.unfinished())
}

/// Whether a thread has [forgotten](Platform::begin_round) what it did, for its oracle.
pub fn forgets_rounds() -> bool {
    with(|running| running.rounds)
}

/// A thread's name, for its oracle: it does not depend on the order in which threads were
/// started.
pub fn name_of(thread: ThreadId) -> u64 {
    with(|running| running.threads.get(thread).name)
}

/// An object's, as [`name_of`] a thread; 0 if there is no such object.
pub fn name_of_object(object: ObjectId) -> u64 {
    with(|running| {
        let names = running.object_names.get(usize::from(object.0));
        names.copied().unwrap_or_default()
    })
}

/// What people call a thread and an object, for the program's oracle.
pub fn told(thread: ThreadId, object: ObjectId) -> (String, String) {
    with(|running| {
        let object = running.objects.get(object);
        let object = object.map(|(_, name)| name.to_owned());
        let thread = running.names.get(thread.index()).to_owned();
        (thread, object.unwrap_or_default())
    })
}

/// Asks each thread that waits whether it could go on.
fn look_who_is_ready() {
    let mut waiting = with(|running| {
        let mut waiting = std::mem::take(&mut running.waiting);
        waiting.clear();
        running.threads.waiting(&mut waiting);
        waiting
    });
    for (thread, ready, waits_for) in &mut waiting {
        CURRENT.set(*thread);
        #[allow(unsafe_code)]
        // SAFETY: `Waiting::begin` took the pointer from a part of the thread's body that
        // no longer moves, and takes it back before that part goes.
        let ready = unsafe { &**ready };
        *waits_for = ready().err();
    }
    with(|running| {
        for &(thread, _, waits_for) in &waiting {
            running.threads.get(thread).waits_for = waits_for;
        }
        running.waiting = waiting;
    });
}

impl Running {
    /// All moves.
    fn choices(&self, choices: &mut Vec<Choice>) {
        self.threads.choices(choices);
        if let Some(turn) = &self.turn {
            choices.clear();
            choices.extend(turn.iter().map(|&(thread, how)| Choice {
                thread,
                how,
                site: Site::NONE,
                access: None,
            }));
        }
    }

    fn first_quiet(&mut self, choices: &[Choice]) -> Option<usize> {
        (choices.iter()).position(|choice| self.threads.get(choice.thread).is_quiet())
    }

    fn make(&mut self, choice: Choice) {
        self.threads.make(choice);
        self.made += 1;
        if self.turn.is_some() {
            let how = u64::from(choice.how == Move::TimeOut);
            self.path.push(u64::from(choice.thread.0) << 1 | how);
        }
    }

    fn fingerprint(&mut self) -> u128 {
        self.threads.state(&mut self.state);
        for (name, object) in &self.tracked {
            if let Some(object) = object.upgrade() {
                self.state.begin_part(*name);
                object.state(&mut self.state);
                self.state.end_part();
            }
        }
        self.state.add_all(&self.path);
        self.state.fingerprint()
    }

    pub(super) fn step(&mut self, choice: Choice) -> Step {
        let at = self.threads.now();
        let thread = self.threads.get(choice.thread);
        Step {
            thread: choice.thread,
            at,
            how: choice.how,
            site: thread.site,
            quiet: thread.is_quiet(),
            follows: false,
            did: None,
            access: thread.access.filter(|_| choice.how == Move::Step),
            also: None,
            preempts: false,
        }
    }

    /// Which thread an object is, if it is one and was started.
    pub(super) fn thread_of(&self, object: ObjectId) -> Option<ThreadId> {
        *self.thread_of.get(usize::from(object.0))?
    }

    /// Begins an operation of the thread that runs.
    pub(super) fn begin(&mut self, site: Site, access: Option<Access>, quiet: bool) {
        let thread = self.threads.get(CURRENT.get());
        (thread.site, thread.access, thread.quiet) = (site, access, quiet);
    }

    /// Looks at the objects and at who waits, if somebody wants to know.
    fn look(&mut self) {
        let threads = self.threads.iter();
        let waits = threads.map(|thread| thread.waits_for.filter(|_| thread.is_waiting()));
        self.looks.look(self.made, waits);
    }

    /// Notes that the step under way lets a thread go on, if somebody wants to know.
    pub(super) fn wakes(&mut self, thread: ThreadId) {
        self.looks.let_go(self.made, thread);
    }

    /// Those who have not finished, and what they wait for.
    fn unfinished(&self) -> Vec<Blocked> {
        let told = self.threads.alive().map(|(id, thread)| {
            let object = thread.waits_for.unwrap_or(thread.site.object);
            let held = self.held.iter().find(|(id, _)| *id == object);
            let holder = held.map(|&(_, holder)| holder);
            let holder = holder.or_else(|| self.thread_of(object));
            let name = |thread: ThreadId| self.names.get(thread.index()).to_owned();
            Blocked {
                thread: id,
                name: name(id),
                line: thread.site.line,
                on: (self.objects.get(object)).map(|(kind, name)| (kind, name.to_owned())),
                holder,
                holder_name: holder.map(name).unwrap_or_default(),
            }
        });
        told.collect()
    }
}

/// Takes the execution down at its end, also when a thread of it panics.
struct Guard;

impl Guard {
    /// Begins an execution, with names and objects in the memory of an earlier one.
    fn begin(options: Options, names: &mut Names, objects: &mut Objects) -> Guard {
        RUNNING.with_borrow_mut(|running| {
            assert!(!running.active, "a model runs here already");
            running.active = true;
            running.threads.begin(options.clock);
            std::mem::swap(&mut running.names, names);
            std::mem::swap(&mut running.objects, objects);
            running.names.clear();
            running.objects.clear();
            running.did = None;
            running.also = None;
            running.made = 0;
            running.ends_noticed = false;
            running.rounds = false;
            running.turn = None;
            running.path.clear();
            running.parts.clear();
            running.looks.begin(options.looks);
        });
        CURRENT.set(ThreadId::MAIN);
        compare_by(&COMPARER);
        Guard
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut bodies = RUNNING.with_borrow_mut(|running| {
            running.active = false;
            running.object_names.clear();
            running.thread_of.clear();
            running.tracked.clear();
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

/// [`with`], unless no model runs here: objects are also made outside one, by tests, and
/// end after it.
fn if_running(tell: impl FnOnce(&mut Running)) {
    RUNNING.with_borrow_mut(|running| {
        if running.active {
            tell(running);
        }
    });
}

/// Adds a thread and runs it up to its first step: nothing before that can be
/// seen by others, so it is no step of its own.
pub(super) fn start(name: &str, body: Body) -> ThreadId {
    let starter = CURRENT.get();
    let thread = with(|running| {
        running.bodies.push(Some(body));
        running.names.push(name);
        running.threads.add(starter, running.made)
    });
    poll(thread);
    CURRENT.set(starter);
    thread
}

/// Runs a thread up to its next step.
fn poll(thread: ThreadId) {
    CURRENT.set(thread);
    let body = with(|running| running.bodies[thread.index()].take());
    let Some(mut body) = body else { return };
    let mut context = Context::from_waker(Waker::noop());
    match body.as_mut().poll(&mut context) {
        Poll::Pending => with(|running| running.bodies[thread.index()] = Some(body)),
        Poll::Ready(()) => with(|running| running.threads.finish(thread)),
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

/// A thread that waits until it is ready. Dropping it ends that.
struct Waiting(ThreadId);

impl Waiting {
    /// `ready` must not move, nor go, before this does.
    fn begin(ready: &impl Fn() -> Result<(), ObjectId>, within: Option<Duration>) -> Waiting {
        let ready: *const (dyn Fn() -> Result<(), ObjectId> + '_) = ready;
        #[allow(unsafe_code)]
        // SAFETY: only the lifetime is dropped from the type. `look_who_is_ready` alone uses
        // the pointer, while this exists.
        let ready: *const Ready = unsafe { std::mem::transmute(ready) };
        let thread = CURRENT.get();
        with(|running| running.threads.wait(thread, ready, within));
        Waiting(thread)
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if_running(|running| running.threads.forget_ready(self.0));
    }
}

const COMPARER: Comparer = Comparer { track, edited };

fn edited(edits: &Cell<u64>) {
    if_running(|running| {
        let thread = running.threads.get(CURRENT.get());
        thread.observe(edits.get());
        edits.set(hash(&[edits.get(), thread.mark()]) as u64);
    });
}

fn track(of: Weak<dyn Stateful>) {
    if_running(|running| {
        let name = running.threads.get(CURRENT.get()).name_next();
        let place = running.tracked.partition_point(|(other, _)| *other < name);
        running.tracked.insert(place, (name, of));
    });
}

impl Platform for Model {
    type Word = AtomicU32;

    // Nobody else moves while this thread looks.
    const SPIN: u32 = 0;

    const DECIDES: bool = true;

    fn current() -> ThreadId {
        CURRENT.get()
    }

    fn moment() -> u64 {
        made() as u64
    }

    fn now() -> Duration {
        with(|running| {
            let thread = CURRENT.get();
            let now = match running.turn {
                None => running.threads.time_of(thread),
                // A loop has one time for all its tasks.
                Some(_) => running.threads.now(),
            };
            running.threads.get(thread).observe(now.as_nanos() as u64);
            now
        })
    }

    async fn point(site: Site) {
        with(|running| running.begin(site, None, false));
        pause().await;
    }

    async fn access_point(site: Site, access: Access) {
        with(|running| running.begin(site, Some(access), false));
        pause().await;
    }

    async fn quiet_point(site: Site) {
        with(|running| running.begin(site, None, !running.ends_noticed));
        pause().await;
    }

    async fn until<T, Slow: Future<Output = Option<T>>>(
        operation: Operation,
        ready: impl Fn() -> Result<(), ObjectId>,
        attempt: impl Fn() -> Option<T>,
        _: impl Fn() -> Slow,
    ) -> Option<T> {
        with(|running| running.begin(operation.site, None, operation.quiet));
        if operation.is_try() {
            pause().await;
        } else {
            // The future is pinned, and `ready` a part of it that is declared before.
            let waiting = Waiting::begin(&ready, operation.within);
            pause().await;
            drop(waiting);
            if with(|running| running.threads.get(CURRENT.get()).timed_out) {
                return None;
            }
        }
        let done = attempt();
        Model::observe(u64::from(done.is_some()));
        done
    }

    async fn release_step<T>(site: Site, release: impl Fn() -> T) -> T {
        Model::point(site).await;
        release()
    }

    fn observe(value: u64) {
        // When an execution is taken down, what its threads own may act once more.
        if_running(|running| running.threads.get(CURRENT.get()).observe(value));
    }

    fn mark() -> u64 {
        with(|running| running.threads.get(CURRENT.get()).mark())
    }

    fn begin_round() {
        with(|running| {
            running.rounds = true;
            running.threads.get(CURRENT.get()).begin_round();
        });
    }

    fn tells_itself(reads_time: bool) {
        with(|running| {
            running.rounds = true;
            running.threads.get(CURRENT.get()).forget(reads_time);
        });
    }

    fn track<T: Stateful + 'static>(of: &Arc<T>) {
        let of: Weak<T> = Arc::downgrade(of);
        track(of);
    }

    fn notice_ends() {
        with(|running| running.ends_noticed = true);
    }

    fn ends_are_noticed() -> bool {
        with(|running| running.ends_noticed)
    }

    fn joined(thread: ThreadId) {
        with(|running| running.threads.joined(CURRENT.get(), thread));
    }

    fn record(kind: Kind, site: Site, value: i64, _: Order) {
        with(|running| {
            let current = CURRENT.get();
            // Releasing the lock is a part of lining up.
            if kind != Kind::Release || !matches!(running.did, Some((Kind::LineUp, _))) {
                running.did = Some((kind, value));
            }
            let about = running.threads.get(current).site.object;
            if matches!(kind, Kind::Acquire | Kind::Release) && site.object != about {
                running.also = Some(site.object);
            }
            match kind {
                _ if site.object == ObjectId::NONE => {}
                Kind::Acquire => running.held.push((site.object, current)),
                Kind::Release if value == 0 => running.held.retain(|(id, _)| *id != site.object),
                _ => {}
            }
        });
    }

    fn abandon(thread: ThreadId) {
        with(|running| running.threads.finish(thread));
    }

    fn end_others() {
        with(|running| running.threads.end_others(CURRENT.get()));
    }

    async fn sleep(time: Duration, site: Site) {
        with(|running| {
            running.begin(site, None, false);
            running.threads.sleep(CURRENT.get(), time);
        });
        pause().await;
    }

    /// Primitives do not come to this: what they wait for they say to
    /// [`until`](Platform::until).
    async fn wait(
        word: &AtomicU32,
        expected: u32,
        deadline: Option<Duration>,
        site: Site,
    ) -> Woken {
        let within = deadline.map(|deadline| deadline.saturating_sub(Model::now()));
        let changed = || word.load(Ordering::Relaxed) != expected;
        let look = || if changed() { Ok(()) } else { Err(site.object) };
        let attempt = || changed().then_some(());
        let slow = || std::future::ready(None);
        match Model::until(Operation::at(site).within(within), look, attempt, slow).await {
            Some(()) => Woken::Woken,
            None => Woken::TimedOut,
        }
    }

    fn wake(_: &AtomicU32, _: u32) {}

    fn spawn<F, Fut>(name: &str, body: F, site: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        if with(|running| running.threads.are_too_many()) {
            return Err(SpawnError);
        }
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
        let mut id = ObjectId::NONE;
        if_running(|running| {
            let its_name = running.threads.get(CURRENT.get()).name_next();
            running.object_names.push(its_name);
            running.thread_of.push(None);
            id = running.objects.push(kind, name);
        });
        id
    }

    fn register_as(kind: ObjectKind, name: &str, key: u64) -> ObjectId {
        let mut id = ObjectId::NONE;
        if_running(|running| {
            running.object_names.push(key);
            running.thread_of.push(None);
            id = running.objects.push(kind, name);
        });
        id
    }

    fn publish<T: Shows + 'static>(object: ObjectId, of: &Arc<T>, _: usize, _: usize) {
        if_running(|running| running.looks.publish(object, of));
    }

    fn publish_holder(_: ObjectId, _: usize) {}

    fn finish(_: Site, failed: bool) {
        with(|running| {
            running.threads.get(CURRENT.get()).failed = failed;
            if running.ends_noticed {
                running.did = Some((Kind::Finish, i64::from(failed)));
            }
        });
    }

    fn retire(object: ObjectId, last: impl FnOnce() -> Words) {
        if_running(|running| running.looks.retire(object, last));
    }
}
