//! A platform on which each atomic of a primitive is a step of its own, to
//! explore the primitives themselves. Threads are coroutines, since an atomic
//! cannot be awaited.

use std::cell::{Cell, RefCell};
use std::future::ready;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use lockstep::base::random::Dice;
use lockstep::base::{ObjectId, ThreadId};
use lockstep::platform::{Platform, SpawnError, Woken, Word};
use lockstep::trace::objects::{ObjectKind, Shows, Words};
use lockstep::trace::{Kind, Order, Site};

use super::exhaustive::{Exhaustive, Oracle, Random};
use super::world::{Access, World};

pub struct Fine;

/// A word whose every access is a step.
pub struct FineWord {
    value: AtomicU32,
    /// The word's place in the world. Not its address, which differs from one
    /// execution to the next: an oracle compares what it saw in several.
    id: usize,
}

/// A thread's part, run on a coroutine.
pub type Part = Box<dyn FnOnce()>;

/// A program's threads, and what must hold when all have finished.
pub struct Program {
    pub threads: Vec<Part>,
    pub check: Box<dyn FnOnce()>,
}

/// A thread's part from a future over [`Fine`].
pub fn part(body: impl Future<Output = ()> + 'static) -> Part {
    Box::new(move || {
        let mut context = Context::from_waker(Waker::noop());
        let ready = pin!(body).poll(&mut context);
        assert_eq!(ready, Poll::Ready(()), "waits block the coroutine");
    })
}

/// What was explored.
#[derive(Clone, Copy, Debug, Default)]
pub struct Explored {
    /// Executions that ran to their end.
    pub complete: usize,
    /// Executions that were cut, as they would have shown nothing new.
    pub cut: usize,
}

/// Explores every interleaving, with as many wake-ups for no reason as `spurious`
/// in each. Deadlines may end at any time.
///
/// # Panics
/// If a thread panics, the check does, or threads wait for ever.
pub fn explore_all(spurious: u32, program: impl Fn() -> Program) -> Explored {
    explore_with(Exhaustive::new(true), spurious, program)
}

/// [`explore_all`] without reduction, to compare with.
pub fn explore_unreduced(spurious: u32, program: impl Fn() -> Program) -> Explored {
    explore_with(Exhaustive::new(false), spurious, program)
}

fn explore_with(mut oracle: Exhaustive, spurious: u32, program: impl Fn() -> Program) -> Explored {
    let mut explored = Explored::default();
    while oracle.next() {
        match execute(&mut oracle, spurious, &program) {
            true => explored.complete += 1,
            false => explored.cut += 1,
        }
    }
    assert!(
        explored.complete > 1,
        "one interleaving: there was nothing to explore"
    );
    explored
}

/// Runs so many executions at random, for programs too large to see all of.
pub fn explore_random(executions: u64, spurious: u32, program: impl Fn() -> Program) {
    for seed in 0..executions {
        execute(&mut Random(Dice::new(seed)), spurious, &program);
    }
}

thread_local! {
    static WORLD: RefCell<World> = RefCell::default();
    static CURRENT: Cell<u16> = const { Cell::new(0) };
    static YIELDER: Cell<*const Yielder<(), ()>> = const { Cell::new(std::ptr::null()) };
    /// Words made so far by each thread, and before the threads began. By
    /// thread, so that the order in which threads make them makes no difference.
    static WORDS: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
    /// Parts of threads that have just been added.
    static STARTED: RefCell<Vec<Part>> = const { RefCell::new(Vec::new()) };
    /// Stacks that no coroutine uses now.
    static STACKS: RefCell<Vec<DefaultStack>> = const { RefCell::new(Vec::new()) };
    /// Lent by `execute` while it runs a thread.
    static ORACLE: Cell<Option<*mut dyn Oracle>> = const { Cell::new(None) };
}

/// Whether the execution ran to its end, and was not cut.
#[allow(unsafe_code)]
fn execute(
    oracle: &mut (dyn Oracle + 'static),
    spurious: u32,
    program: impl Fn() -> Program,
) -> bool {
    YIELDER.set(std::ptr::null());
    WORLD.set(World::new(true, spurious));
    WORDS.with_borrow_mut(Vec::clear);
    CURRENT.set(SET_UP);
    let program = program();
    program.threads.into_iter().for_each(|part| {
        add(part);
    });
    let mut threads = Vec::new();
    let mut yielders = Vec::new();
    let mut choices = Vec::new();
    let complete = loop {
        for part in STARTED.take() {
            threads.push(coroutine(part));
            yielders.push(std::ptr::null());
        }
        WORLD.with_borrow(|world| world.choices(&mut choices));
        if choices.is_empty() {
            let finished = WORLD.with_borrow(World::all_finished);
            assert!(finished, "threads wait for ever");
            break true;
        }
        let Some(chosen) = oracle.choose(&choices) else {
            break false;
        };
        let choice = choices[chosen];
        WORLD.with_borrow_mut(|world| world.make(choice));
        let index = choice.thread.index();
        CURRENT.set(choice.thread.0);
        YIELDER.set(yielders[index]);
        ORACLE.set(Some(&raw mut *oracle));
        let result = threads[index].resume(());
        ORACLE.set(None);
        yielders[index] = YIELDER.get();
        if let CoroutineResult::Return(()) = result {
            WORLD.with_borrow_mut(|world| world.finish(choice.thread));
        }
    };
    // What is still suspended unwinds; its destructors make no steps.
    YIELDER.set(std::ptr::null());
    for mut thread in threads {
        thread.force_unwind();
        STACKS.with_borrow_mut(|stacks| stacks.push(thread.into_stack()));
    }
    if complete {
        (program.check)();
    }
    complete
}

/// Adds a thread, to run from the next move on.
fn add(part: Part) -> ThreadId {
    STARTED.with_borrow_mut(|started| started.push(part));
    WORLD.with_borrow_mut(World::add_thread)
}

fn coroutine(part: Part) -> Coroutine<(), (), ()> {
    let stack = STACKS
        .with_borrow_mut(Vec::pop)
        .unwrap_or_else(|| DefaultStack::new(128 * 1024).expect("memory for a stack"));
    Coroutine::with_stack(stack, move |yielder: &Yielder<(), ()>, ()| {
        YIELDER.set(yielder);
        part();
    })
}

/// Threads that a program may have.
const MOST_THREADS: usize = 7;

/// `CURRENT` before the threads begin, and after they have ended.
const SET_UP: u16 = u16::MAX;

fn current() -> ThreadId {
    ThreadId(CURRENT.get())
}

/// Lets the oracle choose who goes on.
#[allow(unsafe_code)]
fn give_way() {
    // SAFETY: the coroutine that runs has set it, and lives while it runs.
    unsafe { &*YIELDER.get() }.suspend(());
}

/// A step that touches a word.
fn step(word: &FineWord, writes: bool) {
    // A coroutine that is dropped unwinds, and its destructors touch words: they
    // are no steps any more.
    if std::thread::panicking() || YIELDER.get().is_null() {
        return;
    }
    let access = Access {
        address: word.id,
        writes,
    };
    WORLD.with_borrow_mut(|world| world.announce(current(), access));
    give_way();
}

impl Word for FineWord {
    fn new(value: u32) -> Self {
        // Word 0 is none; that of before the threads comes after theirs.
        let slot = usize::from(CURRENT.get()).min(MOST_THREADS);
        let made = WORDS.with_borrow_mut(|words| {
            words.resize(MOST_THREADS + 1, 0);
            words[slot] += 1;
            words[slot]
        });
        FineWord {
            value: AtomicU32::new(value),
            id: made * (MOST_THREADS + 1) + slot,
        }
    }

    fn load(&self, order: Ordering) -> u32 {
        step(self, false);
        self.value.load(order)
    }

    fn store(&self, value: u32, order: Ordering) {
        step(self, true);
        self.value.store(value, order);
    }

    // No step: no thread reads it.
    fn note(&self, value: u32) {
        self.value.store(value, Ordering::Relaxed);
    }

    fn swap(&self, value: u32, order: Ordering) -> u32 {
        step(self, true);
        self.value.swap(value, order)
    }

    fn compare_exchange(
        &self,
        current: u32,
        new: u32,
        success: Ordering,
        failure: Ordering,
    ) -> Result<u32, u32> {
        step(self, true);
        self.value.compare_exchange(current, new, success, failure)
    }

    fn fetch_add(&self, value: u32, order: Ordering) -> u32 {
        step(self, true);
        self.value.fetch_add(value, order)
    }
}

impl Platform for Fine {
    type Word = FineWord;

    const SPIN: u32 = 0;

    fn current() -> ThreadId {
        current()
    }

    fn now() -> Duration {
        WORLD.with_borrow(World::now)
    }

    fn point(_: Site) -> impl Future<Output = ()> {
        ready(())
    }

    fn record(_: Kind, _: Site, _: i64, _: Order) {}

    fn sleep(time: Duration, _: Site) -> impl Future<Output = ()> {
        WORLD.with_borrow_mut(|world| world.sleep(current(), time));
        give_way();
        ready(())
    }

    fn wait(
        word: &FineWord,
        expected: u32,
        deadline: Option<Duration>,
        _: Site,
    ) -> impl Future<Output = Woken> {
        // To look at the word and to stand in its queue is one step.
        step(word, true);
        let mut woken = Woken::Woken;
        if word.value.load(Ordering::Relaxed) == expected {
            WORLD.with_borrow_mut(|world| world.wait(current(), word.id, deadline));
            give_way();
            woken = WORLD.with_borrow(|world| world.woken(current()));
        }
        ready(woken)
    }

    #[allow(unsafe_code)]
    fn wake(word: &FineWord, count: u32) {
        step(word, true);
        // After an execution there is nobody to wake.
        let Some(oracle) = ORACLE.get() else { return };
        let pick = |count| {
            // SAFETY: `execute` lends its oracle while a thread runs, and does
            // not touch it itself meanwhile.
            unsafe { &mut *oracle }.pick(count)
        };
        WORLD.with_borrow_mut(|world| world.wake(word.id, count, pick));
    }

    fn spawn<F, Fut>(_: &str, body: F, _: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        Ok(add(part(async move { body().await })))
    }

    fn register(_: ObjectKind, _: &str) -> ObjectId {
        ObjectId::NONE
    }

    fn publish<T: Shows + 'static>(_: ObjectId, _: &Arc<T>, _: usize, _: usize) {}

    fn publish_holder(_: ObjectId, _: usize) {}

    fn retire(_: ObjectId, _: impl FnOnce() -> Words) {}
}

/// The result of something that does not wait, after an execution.
pub fn outside<T>(future: impl Future<Output = T>) -> T {
    YIELDER.set(std::ptr::null());
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("waits block the coroutine"),
    }
}
