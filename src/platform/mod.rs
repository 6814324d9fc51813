//! What a thread needs of the machine beneath it, as one small table.
//!
//! Every primitive and every scenario is written once, over [`Platform`], and
//! runs on each implementation: Web Workers in the browser ([`workers`]), OS
//! threads in tests ([`native`]), one thread under an oracle ([`model`]), loom
//! under `cfg(loom)`.
//!
//! **Futures here may block.** Code over a platform is `async` so that an
//! engine which decides who goes next can take over at each step. On real
//! threads [`Platform::wait`] blocks the thread inside `poll`, so such a future
//! is ready at its first poll, unless the run was stopped: then it is pending
//! for ever and whoever polls drops it. Do not hand one to an ordinary executor.
//!
//! Invariant: nothing in here knows a primitive.

mod control;
mod drive;
#[cfg(loom)]
pub mod loom;
pub mod memory;
pub mod model;
#[cfg(not(target_arch = "wasm32"))]
pub mod native;
mod page;
pub mod recording;
mod state;
mod stuck;
mod thread;
pub mod watch;
#[cfg(not(target_arch = "wasm32"))]
pub mod watched;
mod word;
#[cfg(target_arch = "wasm32")]
pub mod workers;

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

pub use control::MAX_THREADS;
pub use drive::drive;
pub use page::{Page, Script, Unreachable, is_of_the_site};
pub use state::{State, edited, track};
pub use stuck::Blocked;
#[cfg(feature = "selftest")]
pub use thread::{detailed, untraced};
pub use word::Word;

use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::{Kind, Order, Site};

/// Real threads, wherever the code was compiled for.
#[cfg(target_arch = "wasm32")]
pub type Threads = workers::Workers;
/// Real threads, wherever the code was compiled for.
#[cfg(not(target_arch = "wasm32"))]
pub type Threads = native::Native;

/// How a [wait](Platform::wait) ended. A stopped run's wait does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Woken {
    /// Woken, or the word had changed, or for no reason at all: look again.
    Woken,
    /// The deadline has passed.
    TimedOut,
}

/// No thread can be started: the run has as many as were provided for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpawnError;

/// An operation of a public primitive that may have to wait.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    pub site: Site,
    /// How long it may take; `None` for any time, zero for a single attempt.
    pub within: Option<Duration>,
    /// Whether no other thread can tell the moment of it.
    pub quiet: bool,
}

impl Operation {
    /// One that takes as long as it must.
    pub fn at(site: Site) -> Operation {
        Operation {
            site,
            within: None,
            quiet: false,
        }
    }

    pub fn within(self, within: Option<Duration>) -> Operation {
        Operation { within, ..self }
    }

    /// Whether there is a single attempt.
    #[inline]
    pub fn is_try(&self) -> bool {
        self.within == Some(Duration::ZERO)
    }
}

/// How a value is accessed that nothing protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Reads,
    Writes,
    /// Changes it in a single step that others can do at the same time.
    Updates,
}

impl Access {
    /// Whether two accesses of the same value that nothing orders are a data race.
    pub fn races_with(self, other: Access) -> bool {
        self != other || self == Access::Writes
    }
}

/// An object whose state decides, with what the threads have observed, what can happen.
pub trait Stateful {
    /// Adds all that decides how the object will act: as numbers that do not depend on
    /// how this state was reached. What only watchers see is no part of it.
    fn state(&self, state: &mut State);
}

/// The machine beneath a primitive. All times are the run's own: they begin
/// with it, and pass faster by the run's speed.
pub trait Platform: Sized + 'static {
    /// A word that threads can wait on.
    type Word: Word;

    /// How often to look at a contended word before going to sleep on it.
    const SPIN: u32;

    /// Whether the engine decides at each step who goes next, so that it wants to be told of
    /// every step, of those that cannot wait, too.
    const DECIDES: bool = false;

    /// The thread that asks.
    fn current() -> ThreadId;

    /// Time since the run began.
    fn now() -> Duration;

    /// Marks the beginning of a step: another thread may go first, and a
    /// stopped run goes no further.
    fn point(site: Site) -> impl Future<Output = ()>;

    /// An operation that is done as soon as it can be: a step, made with `attempt`, which
    /// says what came of it. `None` if its time was up first.
    ///
    /// `ready` only looks whether an attempt would succeed, or says what it waits for. An
    /// engine that decides who goes next lets the thread go when it is ready, so that an
    /// operation which cannot be done yet is no step, and needs no other path. Real
    /// threads attempt it at once, and if that fails, or comes between others, take `slow`,
    /// which does the same with waits on words, and keeps to the same time.
    fn until<T, Slow: Future<Output = Option<T>>>(
        operation: Operation,
        ready: impl Fn() -> Result<(), ObjectId>,
        attempt: impl Fn() -> Option<T>,
        slow: impl Fn() -> Slow,
    ) -> impl Future<Output = Option<T>> {
        let _ = ready;
        async move {
            Self::point(operation.site).await;
            match attempt() {
                None => slow().await,
                done => done,
            }
        }
    }

    /// [`point`](Self::point) for a step that accesses the site's object as a value that
    /// nothing protects.
    fn access_point(site: Site, access: Access) -> impl Future<Output = ()> {
        let _ = access;
        Self::point(site)
    }

    /// [`point`](Self::point) for a step that no other thread can tell the moment
    /// of: starting one. (Where [ends are noticed](Self::notice_ends), so are starts.)
    fn quiet_point(site: Site) -> impl Future<Output = ()> {
        Self::point(site)
    }

    /// A step that gives back what its thread holds. A stopped run may still make
    /// it, so real threads need not look: what was held had to be acquired, and
    /// will have to be again.
    fn release_step<T>(site: Site, release: impl Fn() -> T) -> impl Future<Output = T> {
        let _ = site;
        poll_fn(
            #[inline(always)]
            move |_| Poll::Ready(release()),
        )
    }

    /// Records that a step happened, and what is known of its place among those of other
    /// threads. Costs a few nanoseconds; reads no clock.
    fn record(kind: Kind, site: Site, value: i64, order: Order);

    /// Numbers a change of the site's object, if the thread records its steps in detail:
    /// before what gives something up, after what gets something. It is to be
    /// [recorded](Self::record) next, or else given [back](Self::unused).
    fn number(site: Site) -> Order {
        let _ = site;
        Order::About
    }

    /// [`number`](Self::number) where nobody else can be changing the object, which is
    /// cheaper.
    #[inline]
    fn number_alone(site: Site) -> Order {
        Self::number(site)
    }

    /// What is known of the place of a step that changes nothing: it comes after all
    /// changes of the site's object that were numbered before now.
    fn after_changes(site: Site) -> Order {
        let _ = site;
        Order::About
    }

    /// Says that a number will not be recorded: nothing came of the change.
    fn unused(order: Order) {
        let _ = order;
    }

    /// Says that the first word of an object's state counts its changes, so that the
    /// object numbers them itself.
    fn counts_itself(object: ObjectId) {
        let _ = object;
    }

    /// Tells the engine what an operation has found, unless [`until`](Self::until) has told
    /// it: whether there was anything it knows. Where states are compared, a thread is
    /// what it has observed, so nothing that a program could go by may be left out.
    #[inline]
    fn observe(value: u64) {
        let _ = value;
    }

    /// What the thread has observed so far, in a number, for whatever it hands on that is
    /// no number itself: who gets it [observes](Self::observe) that.
    #[inline]
    fn mark() -> u64 {
        0
    }

    /// Marks the head of a loop in which the thread waits for others by looking again and
    /// again: from here on it is as when it first came here, so that exploration sees the
    /// same state again. What the thread still knows, its locals and the time, may not
    /// depend on the rounds that it has made.
    fn begin_round() {}

    /// Says that a tracked object tells all that the thread will go by from here on, so that
    /// what it has observed so far counts no more; but for the time, if it asks for that.
    fn tells_itself(reads_time: bool) {
        let _ = reads_time;
    }

    /// Says that an object's state is a part of the program's.
    fn track<T: Stateful + 'static>(of: &Arc<T>) {
        let _ = of;
    }

    /// Says that the program asks whether threads are alive, so that the end of a thread
    /// is a step of its own. To be called before one is started.
    fn notice_ends() {}

    /// Whether the end of a thread is a step.
    fn ends_are_noticed() -> bool {
        false
    }

    /// Says that the thread has seen the end of another.
    fn joined(thread: ThreadId) {
        let _ = thread;
    }

    /// Says that the thread has run its last step, for whose end others wait as the
    /// site's object; and whether an exception ended it. To be called before they can
    /// know.
    fn finish(site: Site, failed: bool) {
        let _ = (site, failed);
    }

    /// Lets a thread go no further, where the engine decides who goes. Real threads have to
    /// find out themselves that they are not to.
    fn abandon(thread: ThreadId) {
        let _ = thread;
    }

    /// Ends the run: all threads but this one are left where they are.
    fn end_others() {}

    /// Sleeps for a time.
    fn sleep(time: Duration, site: Site) -> impl Future<Output = ()>;

    /// Asks the site's server for a page and waits for the answer: its status. Going on
    /// after it is a step, recorded as [`Kind::Get`] with the status, 0 for none.
    ///
    /// An engine without a network plays it by the page's script.
    fn get(page: &Page, site: Site) -> impl Future<Output = Result<u16, Unreachable>> {
        async move {
            let Script { answer, after } = page.script();
            Self::sleep(after, site).await;
            let status = i64::from(answer.unwrap_or_default());
            Self::record(Kind::Get, site, status, Order::About);
            answer
        }
    }

    /// Sleeps until the word is woken, unless it does not hold `expected`. May
    /// return for no reason, so callers look at the word again. Without a deadline
    /// they wait again as long as it holds `expected`: whoever watches takes them
    /// for stuck then.
    fn wait(
        word: &Self::Word,
        expected: u32,
        deadline: Option<Duration>,
        site: Site,
    ) -> impl Future<Output = Woken>;

    /// How far the run is: nanoseconds of its own time, or, where the engine decides who goes,
    /// how many steps were made.
    fn moment() -> u64 {
        u64::try_from(Self::now().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The current thread has printed a line, at this moment: to whoever watches from outside.
    fn printed(line: &str, to_stderr: bool, at: u64) {
        let _ = (line, to_stderr, at);
    }

    /// Wakes up to `count` threads that wait on the word.
    fn wake(word: &Self::Word, count: u32);

    /// Starts a thread, which builds the future of its body itself.
    fn spawn<F, Fut>(name: &str, body: F, site: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>;

    /// Enters an object into the run's table, so that whoever watches can name it.
    fn register(kind: ObjectKind, name: &str) -> ObjectId;

    /// [`register`](Self::register) for an object whose name for the engine is given: several
    /// threads may come to it first.
    fn register_as(kind: ObjectKind, name: &str, key: u64) -> ObjectId {
        let _ = key;
        Self::register(kind, name)
    }

    /// Says where a registered object's state lies, and how many words of 32 bits it
    /// is: watchers outside read them there until the object retires. Whoever looks from
    /// inside asks the object.
    fn publish<T: Shows + 'static>(object: ObjectId, of: &Arc<T>, state: usize, words: usize);

    /// Says where the word lies that names the holder of a registered object
    /// ([`ThreadId::to_word`]), for those that are held.
    fn publish_holder(object: ObjectId, holder: usize);

    /// Says that a published object goes, and what it shows for the last time.
    fn retire(object: ObjectId, last: impl FnOnce() -> Words);
}
