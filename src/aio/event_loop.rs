//! The event loop: what is ready, what will be at some time, and the tasks.
//!
//! CPython 3.11's (`Lib/asyncio/base_events.py`, `_run_once`): calls that are ready are
//! made in the order in which they came to be so. A turn is all that were ready at its
//! beginning, where also those come in whose time has come; what they make ready is for
//! the next turn. Calls of the same time come in in the order in which they were asked
//! for: CPython leaves that to its heap, but two calls to `sleep` one after the other ask
//! for times that differ by some microseconds, in this order.
//!
//! Nothing here waits, or polls a task by itself. Whoever drives the loop asks what is
//! [next], and does it.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Waker};
use std::time::Duration;

pub use super::network::Reply;
use super::promise::Cancel;
use super::task::{Control, Task};
use crate::base::{ObjectId, ThreadId};
use crate::sync::Error;
use crate::trace::objects::ObjectKind;
use crate::trace::{Kind, Site};

/// The machine beneath an event loop. All times are the run's own: they begin with it,
/// and pass faster by the run's speed.
///
/// A task is a lane of its own, by the number that [`ThreadId`] is; lane 0 is the loop's.
pub trait Loop: 'static {
    /// Time since the run began.
    fn now(&self) -> Duration;

    /// Enters an object into the run's table, so that whoever watches can name it.
    fn register(&self, kind: ObjectKind, name: &str) -> ObjectId;

    /// Says that there is a new task, of this object, created in this line. It is to be
    /// [stepped](step) only when it is [next].
    fn created(&self, task: ThreadId, name: &str, site: Site);

    /// Marks the beginning of a step of the task that runs. What is recorded until the
    /// next belongs to it.
    fn begin(&self, task: ThreadId, site: Site);

    /// Records what a task does; it [blocks](Kind::Block) where it gives way, and is
    /// [awake](Kind::Wake) where it goes on, with the value 1 if by a cancel.
    fn record(&self, task: ThreadId, kind: Kind, site: Site, value: i64);

    /// Says that a task has let another one go on that waited.
    fn lets_go(&self, _by: ThreadId, _task: ThreadId) {}

    /// Asks the site that the page is from for one of its pages. The reply is given when
    /// it is there; whoever does that outside the loop's own calls asks then what is
    /// [next].
    fn get(&self, url: &str, reply: Reply);
}

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// This task is to be [stepped](step).
    Task(ThreadId),
    /// Nothing before this time, which may have come: then a timer is to be
    /// [fired](fire).
    Timers(Duration),
    /// Nothing, unless a reply comes: all tasks wait.
    Nothing,
    /// The program has ended.
    Over,
}

pub(super) type Body = Pin<Box<dyn Future<Output = ()>>>;
type Call = Box<dyn FnOnce()>;

/// A call, once it is ready.
pub(super) enum Ready {
    /// Of a task's next step.
    Step(ThreadId),
    Call(Call),
}

/// A call that will be ready at some time.
struct Scheduled {
    call: Call,
    /// The task that asked for it.
    owner: ThreadId,
}

/// When a call is due, and how many were asked for before it.
type TimerKey = (Duration, u64);

/// A call that was asked for, and may be called off.
#[derive(Clone, Copy)]
pub(super) struct Timer(TimerKey);

struct TaskOf {
    control: Rc<Control>,
    /// `None` while it is polled, and after its end.
    body: Option<Body>,
}

struct State {
    driver: Option<Rc<dyn Loop>>,
    ready: VecDeque<Ready>,
    /// How many of those are of this turn.
    left: usize,
    timers: BTreeMap<TimerKey, Scheduled>,
    /// Calls that were ever asked for.
    asked: u64,
    /// By lane, from 1.
    tasks: Vec<TaskOf>,
    current: Option<ThreadId>,
    /// Whether the loop is to stop at the end of this turn.
    stopping: bool,
    /// Once the main task has ended, those that it left, and that were cancelled then.
    left_behind: Option<Vec<Rc<Control>>>,
}

impl State {
    const fn new() -> State {
        State {
            driver: None,
            ready: VecDeque::new(),
            left: 0,
            timers: BTreeMap::new(),
            asked: 0,
            tasks: Vec::new(),
            current: None,
            stopping: false,
            left_behind: None,
        }
    }

    fn task(&mut self, lane: ThreadId) -> Option<&mut TaskOf> {
        self.tasks.get_mut(lane.index().checked_sub(1)?)
    }

    /// The lane of a timer: its owner's, or after that task's end the loop's.
    fn lane_of(&self, timer: &Scheduled) -> ThreadId {
        let task = timer.owner.index().checked_sub(1);
        let task = task.and_then(|index| self.tasks.get(index));
        match task {
            Some(task) if !task.control.done() => timer.owner,
            _ => ThreadId::MAIN,
        }
    }

    /// The timers of the earliest time, in the order in which they were asked for.
    fn due(&self) -> impl Iterator<Item = (&TimerKey, &Scheduled)> {
        let first = self.timers.first_key_value().map(|(key, _)| key.0);
        let of_first = move |(key, _): &(&TimerKey, _)| Some(key.0) == first;
        self.timers.iter().take_while(of_first)
    }

    /// The next call that is ready, or what there is to do instead.
    fn pop(&mut self, now: Duration) -> Result<Ready, Next> {
        if self.left == 0 {
            if self.stopping {
                return Err(Next::Over);
            }
            if let Some((&(at, _), _)) = self.timers.first_key_value()
                && (self.ready.is_empty() || at <= now)
            {
                return Err(Next::Timers(at));
            }
            self.left = self.ready.len();
        }
        let ready = self.ready.pop_front().ok_or(Next::Nothing)?;
        self.left -= 1;
        Ok(ready)
    }
}

thread_local! {
    /// The loop of this OS thread.
    static STATE: RefCell<State> = const { RefCell::new(State::new()) };
}

fn with<R>(look: impl FnOnce(&mut State) -> R) -> R {
    STATE.with_borrow_mut(look)
}

/// The machine beneath the loop.
///
/// # Panics
/// If no loop runs on this OS thread.
pub(super) fn driver() -> Rc<dyn Loop> {
    let driver = with(|state| state.driver.clone());
    driver.expect("what belongs to an event loop is used outside one")
}

/// The task that runs.
pub(super) fn current() -> Option<Rc<Control>> {
    with(|state| {
        let lane = state.current?;
        state.task(lane).map(|task| Rc::clone(&task.control))
    })
}

/// Adds a task, and makes its first step ready; `make` gets its lane.
pub(super) fn add_task(make: impl FnOnce(ThreadId) -> (Rc<Control>, Body)) -> Rc<Control> {
    let lane = with(|state| state.tasks.len() + 1);
    let lane = ThreadId(u16::try_from(lane).expect("a run has at most 65,535 tasks"));
    let (control, body) = make(lane);
    with(|state| {
        state.tasks.push(TaskOf {
            control: Rc::clone(&control),
            body: Some(body),
        });
    });
    call_soon(Ready::Step(lane));
    control
}

/// Makes a call ready: `loop.call_soon`.
pub(super) fn call_soon(call: Ready) {
    with(|state| state.ready.push_back(call));
}

/// Makes a call ready at some time: `loop.call_at`.
pub(super) fn call_at(at: Duration, call: impl FnOnce() + 'static) -> Timer {
    with(|state| {
        let key = (at, state.asked);
        state.asked += 1;
        let timer = Scheduled {
            call: Box::new(call),
            owner: state.current.unwrap_or(ThreadId::MAIN),
        };
        state.timers.insert(key, timer);
        Timer(key)
    })
}

/// [`call_at`], so long from now: `loop.call_later`.
pub(super) fn call_later(delay: Duration, call: impl FnOnce() + 'static) -> Timer {
    call_at(driver().now().saturating_add(delay), call)
}

impl Timer {
    /// Calls it off, if its time has not come.
    pub(super) fn cancel(self) {
        let _gone = with(|state| state.timers.remove(&self.0));
    }
}

/// A program on the event loop of this OS thread: `asyncio.run`.
pub struct Run<T> {
    main: Task<T>,
}

impl<T: Clone + 'static> Run<T> {
    /// Begins a program; its coroutine is the first task, named `main`.
    ///
    /// # Panics
    /// If a loop runs here already, as CPython raises a `RuntimeError`.
    pub fn begin(
        driver: Rc<dyn Loop>,
        main: impl Future<Output = Result<T, Error>> + 'static,
    ) -> Run<T> {
        with(|state| {
            assert!(state.driver.is_none(), "an event loop runs here already");
            state.driver = Some(driver);
        });
        let main = Task::begin("main", 0, main);
        main.control().on_done(Ready::Call(Box::new(stop)));
        Run { main }
    }

    /// The main task's object, of which the loop awaits the end.
    pub fn main(&self) -> ObjectId {
        self.main.control().object().id()
    }

    /// What the program came to, and the exceptions of its tasks that nobody has heard
    /// of. CPython logs them: "Task exception was never retrieved", or, of those that were
    /// cancelled at the end, "unhandled exception during asyncio.run() shutdown".
    pub fn end(self) -> (Result<T, Error>, Vec<Error>) {
        let result = self.main.result();
        let unheard = with(|state| {
            let left = state.left_behind.iter().flatten();
            left.for_each(|task| task.nobody_asked());
            let tasks = state.tasks.iter();
            tasks
                .filter_map(|task| task.control.unretrieved())
                .collect()
        });
        (result, unheard)
    }
}

impl<T> Drop for Run<T> {
    fn drop(&mut self) {
        // Outside the borrow: what the tasks own may ask for its loop.
        let ended = STATE.replace(State::new());
        drop(ended);
    }
}

/// What there is to do next. Calls that are no task's are made here.
pub fn next() -> Next {
    loop {
        let now = driver().now();
        match with(|state| state.pop(now)) {
            Ok(Ready::Step(task)) => return Next::Task(task),
            Ok(Ready::Call(call)) => call(),
            Err(Next::Over) if with(|state| state.left_behind.is_none()) => cancel_those_left(),
            Err(next) => return next,
        }
    }
}

/// Runs a task until it gives way or ends: whether it has ended.
pub fn step(lane: ThreadId) -> bool {
    let found = with(|state| {
        state.current = Some(lane);
        let task = state.task(lane)?;
        Some((Rc::clone(&task.control), task.body.take()?))
    });
    let Some((control, mut body)) = found else {
        return true;
    };
    control.goes_on();
    let mut context = Context::from_waker(Waker::noop());
    let ended = body.as_mut().poll(&mut context).is_ready();
    if ended {
        driver().record(lane, Kind::Finish, control.site(), 0);
    }
    with(|state| {
        state.current = None;
        if let Some(task) = state.task(lane).filter(|_| !ended) {
            task.body = Some(body);
        }
    });
    ended
}

/// Whose timers are due at the time that [`next`] has told, each lane once, in the order
/// in which they were asked for.
pub fn due() -> Vec<ThreadId> {
    with(|state| {
        let mut lanes = Vec::new();
        let mut seen = vec![false; state.tasks.len() + 1];
        for (_, timer) in state.due() {
            let lane = state.lane_of(timer);
            if !std::mem::replace(&mut seen[lane.index()], true) {
                lanes.push(lane);
            }
        }
        lanes
    })
}

/// Makes the call ready that is the first of this lane's which are [due].
pub fn fire(lane: ThreadId) {
    with(|state| {
        let of_lane = state.due().find(|(_, timer)| state.lane_of(timer) == lane);
        let key = of_lane.map(|(&key, _)| key);
        if let Some(timer) = key.and_then(|key| state.timers.remove(&key)) {
            state.ready.push_back(Ready::Call(timer.call));
        }
    });
}

/// Makes the loop stop at the end of this turn.
fn stop() {
    with(|state| state.stopping = true);
}

/// Cancels the tasks that the main task has left, as `asyncio.run` does. The loop goes on
/// until all have ended, or, where there are none, for another turn.
fn cancel_those_left() {
    let left: Vec<Rc<Control>> = with(|state| {
        state.stopping = false;
        let tasks = state.tasks.iter().map(|task| &task.control);
        tasks.filter(|control| !control.done()).cloned().collect()
    });
    with(|state| state.left_behind = Some(left.clone()));
    if left.is_empty() {
        call_soon(Ready::Call(Box::new(stop)));
    }
    let count = Rc::new(Cell::new(left.len()));
    for task in left {
        let count = Rc::clone(&count);
        task.on_done(Ready::Call(Box::new(move || {
            count.set(count.get() - 1);
            if count.get() == 0 {
                stop();
            }
        })));
        task.cancel();
    }
}
