//! OS threads: what plain `cargo test` runs on.
//!
//! Waiting is parking_lot_core's address-keyed parking: a futex on every system.
//! Outside a run a primitive works as well, untraced, so that tests and
//! benchmarks can use one from `std::thread`s of their own.

use std::cell::Cell;
use std::future::{pending, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicU16, AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::task::Poll;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot_core::{
    DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, FilterOp, ParkResult, park, unpark_filter,
};

use super::control::{Control, MAX_THREADS, state, stop};
use super::recording::{Machine, Turn};
use super::{Operation, Platform, SpawnError, Woken, drive, thread};
use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::ring::Ring;
use crate::trace::{Kind, Order, Site};

/// Real threads of the operating system.
pub struct Native;

/// A run on OS threads, which others may watch and stop while it goes on.
#[derive(Clone)]
pub struct Run(Arc<Shared>);

struct Shared {
    control: Control,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

thread_local! {
    /// The run that this thread is part of; null outside runs.
    static RUN: Cell<*const Shared> = const { Cell::new(ptr::null()) };
    static OUTSIDE: Cell<Option<ThreadId>> = const { Cell::new(None) };
}

static CLOCK_START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn clock_ms() -> f64 {
    CLOCK_START.elapsed().as_secs_f64() * 1e3
}

/// Drives a future of this platform on the calling thread: its result, or
/// `None` if the run that it belongs to was stopped.
pub fn block_on<T>(future: impl Future<Output = T>) -> Option<T> {
    drive::drive(future)
}

impl Run {
    /// A run whose own time goes `speed` times as fast as the machine's.
    pub fn new(speed: f64) -> Run {
        let shared = Arc::new(Shared {
            control: Control::new(),
            threads: Mutex::default(),
        });
        shared.control.set_up(clock_ms(), speed, MAX_THREADS as u32);
        Run(shared)
    }

    /// A run that notes the order of its steps: see [`Run::recorded`].
    pub fn recording(speed: f64) -> Run {
        let run = Run::new(speed);
        run.0.control.record();
        run
    }

    /// Who had which turn in a run that was recorded and has ended, up to where it was
    /// stopped if it was; `None` if that was too much to be kept.
    pub fn recorded(&self) -> Option<Vec<Turn>> {
        self.0.control.recording.turns()
    }

    /// Runs a program as thread 0 and waits for the threads that it left
    /// behind. `None` if the run was stopped or a thread panicked.
    pub fn main<T>(&self, program: impl Future<Output = T>) -> Option<T> {
        let control = &self.0.control;
        let main = control.claim("main", ObjectId::NONE)?;
        let result = self.enter(main, program);
        loop {
            let handle = self.threads().pop();
            let Some(handle) = handle else { break };
            // A panic is noted in the control block, not carried by the handle.
            let _ = handle.join();
        }
        result.filter(|_| !control.stopping())
    }

    /// Ends the run: its threads leave at their next step, wherever they wait.
    pub fn stop(&self) {
        let control = &self.0.control;
        control.stop.0.store(stop::STOP, Ordering::SeqCst);
        for slot in &control.slots {
            // Until the thread has left: a wake-up may come before its wait.
            loop {
                let address = slot.waits_at.load(Ordering::SeqCst);
                if address == 0 {
                    break;
                }
                unpark(address, u32::MAX);
                std::thread::yield_now();
            }
        }
    }

    /// Where the control block lies, for [`Watcher`](super::watch::Watcher).
    pub fn control_address(&self) -> usize {
        &raw const self.0.control as usize
    }

    fn threads(&self) -> std::sync::MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.0
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn enter<T>(&self, thread: ThreadId, part: impl Future<Output = T>) -> Option<T> {
        RUN.set(Arc::as_ptr(&self.0));
        let control = &self.0.control;
        let result = catch_unwind(AssertUnwindSafe(|| {
            let ring = control.install_ring(thread);
            let recorded = control.is_recorded();
            let object = control.slot(thread).object();
            let known = (&control.objects, object);
            thread::enter(thread, (ring, recorded), known, real_now, async {
                let result = part.await;
                control.recording.end(MACHINE, control.slot(thread));
                result
            })
        }));
        RUN.set(ptr::null());
        let result = result.unwrap_or_else(|panic| {
            let text = (panic.downcast_ref::<&str>().copied())
                .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
            let text = text.unwrap_or("a panic without a message");
            control.panic.leave(thread, format_args!("{text}"));
            self.stop();
            None
        });
        let slot = control.slot(thread);
        thread::announce_end(slot, result.is_some());
        unpark(slot.state.as_ptr() as usize, u32::MAX);
        result
    }
}

impl Drop for Shared {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        for slot in &mut self.control.slots {
            let ring = *slot.ring.get_mut() as *mut Ring;
            if !ring.is_null() {
                // SAFETY: the address came from `Box::leak` in `install_ring`,
                // and the last handle of the run is going: no thread of it is left.
                drop(unsafe { Box::from_raw(ring) });
            }
        }
    }
}

#[inline]
#[allow(unsafe_code)]
fn run() -> Option<&'static Shared> {
    // SAFETY: `Run::enter` set the pointer from an Arc that it borrows until it
    // has reset it, on this very thread.
    unsafe { RUN.get().as_ref() }
}

#[allow(unsafe_code)]
fn unpark(address: usize, count: u32) {
    let mut left = count;
    let filter = |_| {
        if left == 0 {
            return FilterOp::Stop;
        }
        left -= 1;
        FilterOp::Unpark
    };
    // SAFETY: the key is the address of a word, which no other user of
    // parking_lot_core parks on; the callbacks neither panic nor park.
    unsafe { unpark_filter(address, filter, |_| DEFAULT_UNPARK_TOKEN) };
}

/// Blocks as [`Platform::wait`] does. `None` when the run is being stopped.
#[allow(unsafe_code)]
fn block(word: &AtomicU32, expected: u32, deadline: Option<Duration>, site: Site) -> Option<Woken> {
    let address = word.as_ptr() as usize;
    let run = run();
    let slot = run.zip(thread::index()).map(|(r, t)| r.control.slot(t));
    // A deadline beyond what an Instant can hold is none.
    let until = deadline.and_then(|deadline| {
        let left = deadline.saturating_sub(real_now());
        Instant::now().checked_add(run.map_or(left, |r| r.control.real_time(left)))
    });
    let stopping = || run.is_some_and(|r| r.control.stopping());
    if let Some(slot) = slot {
        slot.begin_wait(word, expected, deadline.is_some(), site);
    }
    // SAFETY: as in `unpark`; `validate` only loads.
    let result = unsafe {
        park(
            address,
            || word.load(Ordering::SeqCst) == expected && !stopping(),
            || {},
            |_, _| {},
            DEFAULT_PARK_TOKEN,
            until,
        )
    };
    if let Some(slot) = slot {
        slot.end_wait();
    }
    if stopping() {
        return None;
    }
    Some(match result {
        ParkResult::TimedOut => Woken::TimedOut,
        ParkResult::Unparked(_) | ParkResult::Invalid => Woken::Woken,
    })
}

fn notify(word: &AtomicU32, count: u32) {
    unpark(word.as_ptr() as usize, count);
}

/// The run's time, whatever the program is told; outside a run, the machine's.
fn real_now() -> Duration {
    match run() {
        None => CLOCK_START.elapsed(),
        Some(run) => run.control.run_time(clock_ms()),
    }
}

const MACHINE: Machine = Machine {
    block,
    notify,
    now: real_now,
};

/// The run that the thread is part of, if that is recorded.
#[inline]
fn recorded_run() -> Option<&'static Shared> {
    run().filter(|_| thread::is_recorded())
}

/// The beginning of a step of a run that is being stopped, or recorded.
#[cold]
#[inline(never)]
fn flagged_point(run: &Shared, quiet: bool) -> Poll<()> {
    if run.control.stopping() {
        return Poll::Pending;
    }
    let thread = Native::current();
    let of_thread = (thread, run.control.slot(thread));
    let begun = (run.control.recording).step(MACHINE, of_thread, quiet);
    begun.map_or(Poll::Pending, Poll::Ready)
}

/// An operation of a run that is being stopped, or recorded.
#[cold]
#[inline(never)]
fn flagged_until<T>(
    run: &Shared,
    operation: Operation,
    ready: &dyn Fn() -> bool,
    attempt: &dyn Fn() -> Option<T>,
) -> Poll<Option<T>> {
    match recorded_until(run, operation, ready) {
        None => Poll::Pending,
        Some(Woken::Woken) => Poll::Ready(attempt()),
        Some(Woken::TimedOut) => Poll::Ready(None),
    }
}

/// `None` if the run is being stopped.
fn recorded_until(run: &Shared, operation: Operation, ready: &dyn Fn() -> bool) -> Option<Woken> {
    if run.control.stopping() {
        return None;
    }
    let thread = Native::current();
    let of_thread = (thread, run.control.slot(thread));
    let waits = |begins| {
        let kind = if begins { Kind::Block } else { Kind::Wake };
        thread::edge(kind, operation.site, 0, Order::About, real_now);
    };
    (run.control.recording).until(MACHINE, of_thread, operation, ready, waits)
}

/// The id of a thread outside a run: they count down from the top.
#[cold]
fn outside() -> ThreadId {
    static NEXT: AtomicU16 = AtomicU16::new(u16::MAX - 1);
    OUTSIDE.get().unwrap_or_else(|| {
        let id = ThreadId(NEXT.fetch_sub(1, Ordering::Relaxed));
        OUTSIDE.set(Some(id));
        id
    })
}

impl Platform for Native {
    type Word = AtomicU32;

    const SPIN: u32 = 100;

    #[inline]
    fn current() -> ThreadId {
        thread::index().unwrap_or_else(outside)
    }

    fn now() -> Duration {
        match recorded_run() {
            Some(run) => run.control.recording.time_of(Native::current()),
            None => real_now(),
        }
    }

    #[inline]
    fn point(_: Site) -> impl Future<Output = ()> {
        poll_fn(|_| match run() {
            Some(run) if run.control.is_flagged() => flagged_point(run, false),
            _ => Poll::Ready(()),
        })
    }

    fn quiet_point(_: Site) -> impl Future<Output = ()> {
        poll_fn(|_| match run() {
            Some(run) if run.control.is_flagged() => flagged_point(run, true),
            _ => Poll::Ready(()),
        })
    }

    fn release_step<T>(_: Site, release: impl Fn() -> T) -> impl Future<Output = T> {
        poll_fn(
            #[inline(always)]
            move |_| {
                let flagged = recorded_run().map(|run| flagged_point(run, false));
                match flagged.is_some_and(|point| point.is_pending()) {
                    true => Poll::Pending,
                    false => Poll::Ready(release()),
                }
            },
        )
    }

    #[inline]
    fn until<T, Slow: Future<Output = Option<T>>>(
        operation: Operation,
        ready: impl Fn() -> Result<(), ObjectId>,
        attempt: impl Fn() -> Option<T>,
        slow: impl Fn() -> Slow,
    ) -> impl Future<Output = Option<T>> {
        drive::until(
            || run().is_some_and(|run| run.control.is_flagged()),
            move |attempt| match run() {
                Some(run) => flagged_until(run, operation, &|| ready().is_ok(), attempt),
                None => Poll::Pending,
            },
            attempt,
            slow,
        )
    }

    #[inline]
    fn record(kind: Kind, site: Site, value: i64, order: Order) {
        thread::detail(kind, site, value, order);
    }

    fn notice_ends() {
        if let Some(run) = run() {
            run.control.recording.notice_ends();
        }
    }

    fn ends_are_noticed() -> bool {
        recorded_run().is_some_and(|run| run.control.recording.ends_are_noticed())
    }

    fn joined(thread: ThreadId) {
        if let Some(run) = recorded_run() {
            run.control.recording.joined(Native::current(), thread);
        }
    }

    fn number(site: Site) -> Order {
        run().map_or(Order::About, |run| {
            thread::number(&run.control.objects, site, false)
        })
    }

    #[inline]
    fn number_alone(site: Site) -> Order {
        run().map_or(Order::About, |run| {
            thread::number(&run.control.objects, site, true)
        })
    }

    fn after_changes(site: Site) -> Order {
        run().map_or(Order::About, |run| {
            thread::after_changes(&run.control.objects, site)
        })
    }

    fn unused(order: Order) {
        thread::unused(order);
    }

    fn counts_itself(object: ObjectId) {
        if let Some(run) = run() {
            run.control.objects.counts_itself(object);
        }
    }

    fn finish(site: Site, failed: bool) {
        if let Some(run) = run() {
            thread::finish(&run.control.objects, site, failed, real_now);
        }
    }

    fn end_others() {
        if let Some(shared) = run() {
            Run(upgrade(shared)).stop();
        }
    }

    async fn sleep(time: Duration, site: Site) {
        let asked = thread::nanos(time).cast_signed();
        thread::edge(Kind::Sleep, site, asked, Order::About, real_now);
        if let Some(run) = recorded_run() {
            let thread = Native::current();
            let of_thread = (thread, run.control.slot(thread));
            let recording = &run.control.recording;
            if recording.sleep(MACHINE, of_thread, time, site).is_none() {
                pending().await
            }
        } else {
            let until = real_now().saturating_add(time);
            let nap = AtomicU32::new(0);
            loop {
                match block(&nap, 0, Some(until), site) {
                    Some(Woken::TimedOut) => break,
                    Some(Woken::Woken) => {}
                    None => pending().await,
                }
            }
        }
        thread::edge(Kind::Awake, site, 0, Order::About, real_now);
    }

    async fn wait(
        word: &AtomicU32,
        expected: u32,
        deadline: Option<Duration>,
        site: Site,
    ) -> Woken {
        if let Some(run) = recorded_run() {
            let within = deadline.map(|deadline| deadline.saturating_sub(Native::now()));
            let changed = || word.load(Ordering::Relaxed) != expected;
            let operation = Operation::at(site).within(within);
            return match recorded_until(run, operation, &changed) {
                Some(woken) => woken,
                None => pending().await,
            };
        }
        thread::edge(Kind::Block, site, 0, Order::About, real_now);
        let woken = block(word, expected, deadline, site);
        let Some(woken) = woken else {
            return pending().await;
        };
        let order = match (run(), woken) {
            (Some(run), Woken::Woken) => {
                let found = word.load(Ordering::Acquire);
                run.control.objects.after(site.object, found)
            }
            _ => Order::About,
        };
        thread::edge(Kind::Wake, site, 0, order, real_now);
        woken
    }

    fn wake(word: &AtomicU32, count: u32) {
        // Who waits in a recorded run looks again by itself.
        if recorded_run().is_none() {
            notify(word, count);
        }
    }

    fn spawn<F, Fut>(name: &str, body: F, site: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        let shared = run().ok_or(SpawnError)?;
        let control = &shared.control;
        let mut id = control.claim(name, site.object);
        // In a run that is recorded each thread has a number of its own, as on the model.
        if id.is_none() && recorded_run().is_none() {
            id = control.claim_again(name, site.object);
        }
        let id = id.ok_or(SpawnError)?;
        let slot = control.slot(id);
        // The run is alive: a thread of it is asking.
        let run = Run(upgrade(shared));
        let edge = (Kind::Spawn, site);
        if recorded_run().is_some() {
            shared.control.recording.started(id, Native::current());
        }
        thread::numbered_edge(&shared.control.objects, edge, real_now, || {
            slot.state.store(state::STARTED, Ordering::Release);
            let started = std::thread::Builder::new().name(name.to_owned()).spawn({
                let run = run.clone();
                move || {
                    run.enter(id, async { body().await });
                }
            });
            let Ok(started) = started else {
                slot.state.store(state::FINISHED, Ordering::Release);
                return None;
            };
            let mut threads = run.threads();
            // What the system keeps of those that have ended is given back.
            threads.retain(|thread| !thread.is_finished());
            threads.push(started);
            Some((i64::from(id.0), ()))
        })
        .ok_or(SpawnError)?;
        if let Some(shared) = recorded_run() {
            shared.control.recording.see_it_begin(MACHINE, slot);
        }
        Ok(id)
    }

    fn register(kind: ObjectKind, name: &str) -> ObjectId {
        run().map_or(ObjectId::NONE, |r| r.control.objects.register(kind, name))
    }

    fn publish<T: Shows + 'static>(object: ObjectId, of: &Arc<T>, state: usize, words: usize) {
        if let Some(run) = run() {
            let objects = &run.control.objects;
            objects.publish(object, state, words, of.words());
        }
    }

    fn publish_holder(object: ObjectId, holder: usize) {
        if let Some(run) = run() {
            run.control.objects.publish_holder(object, holder);
        }
    }

    fn retire(object: ObjectId, last: impl FnOnce() -> Words) {
        if let Some(run) = run() {
            run.control.objects.retire(object, last());
        }
    }
}

#[allow(unsafe_code)]
fn upgrade(shared: &'static Shared) -> Arc<Shared> {
    // SAFETY: `shared` came from `RUN`, which `Run::enter` set from an Arc that
    // it still borrows; one more count makes one more owner.
    unsafe {
        Arc::increment_strong_count(shared);
        Arc::from_raw(shared)
    }
}
