//! Web Workers over one shared memory: the engine `workers`.
//!
//! Each run has a memory of its own, and the statics of this module, in that
//! memory, belong to the run. The page has instantiated a worker for each thread
//! that the run may want: worker 0 runs the program ([`run_main`]), the others
//! [`park`] until they are started, since a thread that blocks cannot create a
//! worker.

use std::cell::UnsafeCell;
use std::future::{pending, poll_fn};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Poll;
use std::time::Duration;

use core::arch::wasm32;
use js_sys::{Array, Object, Reflect};
use wasm_bindgen::prelude::*;

use super::control::{Control, MAX_THREADS, state, stop};
use super::recording::{Machine, Turn};
use super::{Operation, Page, Platform, SpawnError, Unreachable, Woken, drive, thread};
use crate::base::{ObjectId, ThreadId};
use crate::trace::objects::{ObjectKind, Shows, Words};
use crate::trace::{Kind, Order, Site};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(thread_local_v2, js_namespace = performance, js_name = timeOrigin)]
    static TIME_ORIGIN: f64;

    #[wasm_bindgen(js_name = postMessage)]
    fn post_message(message: &JsValue);

    type XMLHttpRequest;
    #[wasm_bindgen(constructor)]
    fn new() -> XMLHttpRequest;
    #[wasm_bindgen(method)]
    fn open(this: &XMLHttpRequest, method: &str, url: &str, asynchronous: bool);
    #[wasm_bindgen(method, setter, js_name = timeout)]
    fn set_timeout_ms(this: &XMLHttpRequest, ms: u32);
    #[wasm_bindgen(method, catch)]
    fn send(this: &XMLHttpRequest) -> Result<(), JsValue>;
    #[wasm_bindgen(method, getter)]
    fn status(this: &XMLHttpRequest) -> u16;
}

/// How long an answer is waited for, in milliseconds of the machine's clock.
const PATIENCE_MS: u32 = 5000;

/// Real threads in the browser.
pub struct Workers;

static CONTROL: Control = Control::new();

/// What each parked worker is to run, once its slot's state says STARTED.
static BODIES: [Body; MAX_THREADS] = [const { Body(UnsafeCell::new(None)) }; MAX_THREADS];

struct Body(UnsafeCell<Option<Box<dyn FnOnce() + Send>>>);

// SAFETY: `spawn`, which alone owns a claimed slot, writes its body before it
// stores STARTED with Release; `park` reads it after it has seen that with Acquire.
#[allow(unsafe_code)]
unsafe impl Sync for Body {}

/// Where the control block lies, in this memory and in that of every run.
pub fn control_address() -> usize {
    &raw const CONTROL as usize
}

/// The machine's clock in milliseconds, comparable between workers and page.
pub fn clock_ms() -> f64 {
    TIME_ORIGIN.with(|origin| *origin) + performance_now()
}

/// Runs a program as thread 0 of this memory, with `supply` workers in all:
/// what it returns, or `None` if the run was stopped.
///
/// With `record`, the order of its steps is noted: see [`recorded`].
pub fn run_main<T>(
    speed: f64,
    supply: u32,
    record: bool,
    program: impl Future<Output = T>,
) -> Option<T> {
    std::panic::set_hook(Box::new(note_panic));
    if record {
        CONTROL.record();
    }
    CONTROL.set_up(clock_ms(), speed, supply);
    let main = CONTROL.claim("main", ObjectId::NONE)?;
    let ring = CONTROL.install_ring(main);
    // Again, since getting the ring's memory may take its time.
    CONTROL.set_up(clock_ms(), speed, supply);
    let slot = CONTROL.slot(main);
    let known = (&CONTROL.objects, ObjectId::NONE);
    let result = thread::enter(main, (ring, record), known, real_now, async {
        let result = program.await;
        CONTROL.recording.give_up(MACHINE);
        result
    });
    thread::announce_end(slot, result.is_some());
    result
}

/// Who had which turn in the run of this memory, which was recorded, up to where it was
/// stopped if it was; `None` if that was too much to be kept.
pub fn recorded() -> Option<Vec<Turn>> {
    CONTROL.recording.turns()
}

/// Waits until this thread is started, then runs its body; and again, since its slot can be
/// another thread's after its end. Until the run is stopped, or its worker is ended.
#[allow(unsafe_code)]
pub fn park(index: u16) {
    let thread = ThreadId(index);
    let slot = CONTROL.slot(thread);
    loop {
        match slot.state.load(Ordering::Acquire) {
            state::STARTED => {}
            state::STOPPED => return,
            not_yet => {
                wait32(&slot.state, not_yet, None);
                continue;
            }
        }
        // SAFETY: the state is STARTED, so `spawn` has finished with the body, and no other
        // claims the slot before the body has ended.
        let body = unsafe { (*BODIES[thread.index()].0.get()).take() };
        match body {
            Some(body) => body(),
            None => return,
        }
    }
}

/// Waits for the end of all threads that were started, as Python's interpreter
/// does before it exits. For the main thread alone.
pub async fn join_all() {
    CONTROL.recording.give_up(MACHINE);
    let mut index = 1;
    // Read again each time: those that are waited for may start others.
    while index < CONTROL.started.load(Ordering::Acquire) {
        let slot = CONTROL.slot(ThreadId(index as u16));
        let its_end = Site {
            object: slot.object(),
            line: 0,
        };
        loop {
            let now = slot.state.load(Ordering::Acquire);
            // Between being claimed and started it is parked.
            if !matches!(now, state::PARKED | state::STARTED) {
                break;
            }
            thread::edge(Kind::Block, its_end, 0, Order::About, real_now);
            if block(&slot.state, now, None, its_end).is_none() {
                return pending().await;
            }
            let order = CONTROL.objects.after(its_end.object, 0);
            thread::edge(Kind::Wake, its_end, 0, order, real_now);
        }
        index += 1;
    }
}

fn note_panic(info: &PanicHookInfo<'_>) {
    let thread = thread::index().unwrap_or(ThreadId::MAIN);
    let text = info.payload_as_str().unwrap_or("a panic without a message");
    // Without its line: that can be one of any file, and is none of the listing shown.
    CONTROL.panic.leave(thread, format_args!("{text}"));
}

/// Blocks on a word, for `timeout` of real time at most.
#[allow(unsafe_code)]
fn wait32(word: &AtomicU32, expected: u32, timeout: Option<Duration>) -> Woken {
    const TIMED_OUT: i32 = 2;
    // A negative number is no time-out.
    let timeout = timeout.map_or(-1, |t| i64::try_from(t.as_nanos()).unwrap_or(i64::MAX));
    // SAFETY: the pointer comes from a reference, so it is aligned and lives.
    let how = unsafe {
        wasm32::memory_atomic_wait32(word.as_ptr().cast::<i32>(), expected.cast_signed(), timeout)
    };
    if how == TIMED_OUT {
        Woken::TimedOut
    } else {
        Woken::Woken
    }
}

/// Blocks as [`Platform::wait`] does. `None` when the run is being stopped.
fn block(word: &AtomicU32, expected: u32, deadline: Option<Duration>, site: Site) -> Option<Woken> {
    let timeout = deadline.map(|d| CONTROL.real_time(d.saturating_sub(real_now())));
    let slot = thread::index().map(|thread| CONTROL.slot(thread));
    if let Some(slot) = slot {
        // Told before the flag is read, and the page sets the flag before it
        // looks who waits: one of the two sees the other. That the wake-up then
        // comes before the wait is why the page repeats it.
        slot.begin_wait(word, expected, deadline.is_some(), site);
    }
    let woken = if CONTROL.stop.0.load(Ordering::SeqCst) == stop::STOP {
        None
    } else {
        Some(wait32(word, expected, timeout))
    };
    if let Some(slot) = slot {
        slot.end_wait();
    }
    woken.filter(|_| !CONTROL.stopping())
}

#[allow(unsafe_code)]
fn notify(word: &AtomicU32, count: u32) {
    // SAFETY: the pointer comes from a reference, so it is aligned and lives.
    unsafe { wasm32::memory_atomic_notify(word.as_ptr().cast::<i32>(), count) };
}

/// Asks for a page, which blocks the worker: that is allowed in workers alone. Nothing
/// but the answer, or its time, ends it, unless the worker is terminated.
fn request(page: &Page) -> Result<u16, Unreachable> {
    let request = XMLHttpRequest::new();
    // Relative to the worker's script, which is at the site's root. With a query that no
    // request has had, so that what answers is the server and not a cache.
    let thread = Workers::current().0;
    let url = format!("{}?{}-{thread}", page.path(), (clock_ms() * 1e3) as u64);
    request.open("GET", &url, false);
    request.set_timeout_ms(PATIENCE_MS);
    request.send().map_err(|_| Unreachable)?;
    match request.status() {
        0 => Err(Unreachable),
        status => Ok(status),
    }
}

/// The run's time, whatever the program is told.
pub fn real_now() -> Duration {
    CONTROL.run_time(clock_ms())
}

const MACHINE: Machine = Machine {
    block,
    notify,
    now: real_now,
};

/// The beginning of a step of a run that is being stopped, or recorded.
#[cold]
#[inline(never)]
fn flagged_point(quiet: bool) -> Poll<()> {
    if CONTROL.stopping() {
        return Poll::Pending;
    }
    let thread = Workers::current();
    let of_thread = (thread, CONTROL.slot(thread));
    let begun = CONTROL.recording.step(MACHINE, of_thread, quiet);
    begun.map_or(Poll::Pending, Poll::Ready)
}

/// An operation of a run that is being stopped, or recorded.
#[cold]
#[inline(never)]
fn flagged_until<T>(
    operation: Operation,
    ready: &dyn Fn() -> bool,
    attempt: &dyn Fn() -> Option<T>,
) -> Poll<Option<T>> {
    match recorded_until(operation, ready) {
        None => Poll::Pending,
        Some(Woken::Woken) => Poll::Ready(attempt()),
        Some(Woken::TimedOut) => Poll::Ready(None),
    }
}

/// `None` if the run is being stopped.
fn recorded_until(operation: Operation, ready: &dyn Fn() -> bool) -> Option<Woken> {
    if CONTROL.stopping() {
        return None;
    }
    let thread = Workers::current();
    let of_thread = (thread, CONTROL.slot(thread));
    let waits = |begins| {
        let kind = if begins { Kind::Block } else { Kind::Wake };
        thread::edge(kind, operation.site, 0, Order::About, real_now);
    };
    (CONTROL.recording).until(MACHINE, of_thread, operation, ready, waits)
}

impl Platform for Workers {
    type Word = AtomicU32;

    // As std's futex mutex: about a microsecond, less than sleeping costs.
    const SPIN: u32 = 100;

    #[inline]
    fn current() -> ThreadId {
        thread::index().unwrap_or(ThreadId::MAIN)
    }

    /// Told at once, since a thread that goes on or waits says nothing else.
    fn printed(line: &str, to_stderr: bool, at: u64) {
        let told = Array::of4(
            &Workers::current().0.into(),
            &to_stderr.into(),
            &(at as f64 / 1e6).into(),
            &line.into(),
        );
        let message = Object::new();
        // A plain object takes any property, and a worker may always post.
        let _ = Reflect::set(&message, &"printed".into(), &told);
        post_message(&message);
    }

    fn now() -> Duration {
        match thread::is_recorded() {
            true => CONTROL.recording.time_of(Workers::current()),
            false => real_now(),
        }
    }

    #[inline]
    fn point(_: Site) -> impl Future<Output = ()> {
        poll_fn(|_| match CONTROL.is_flagged() {
            true => flagged_point(false),
            false => Poll::Ready(()),
        })
    }

    fn quiet_point(_: Site) -> impl Future<Output = ()> {
        poll_fn(|_| match CONTROL.is_flagged() {
            true => flagged_point(true),
            false => Poll::Ready(()),
        })
    }

    fn release_step<T>(_: Site, release: impl Fn() -> T) -> impl Future<Output = T> {
        poll_fn(
            #[inline(always)]
            move |_| match thread::is_recorded() && flagged_point(false).is_pending() {
                true => Poll::Pending,
                false => Poll::Ready(release()),
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
            || CONTROL.is_flagged(),
            move |attempt| flagged_until(operation, &|| ready().is_ok(), attempt),
            attempt,
            slow,
        )
    }

    #[inline]
    fn record(kind: Kind, site: Site, value: i64, order: Order) {
        thread::detail(kind, site, value, order);
    }

    fn notice_ends() {
        CONTROL.recording.notice_ends();
    }

    fn ends_are_noticed() -> bool {
        thread::is_recorded() && CONTROL.recording.ends_are_noticed()
    }

    fn joined(thread: ThreadId) {
        if thread::is_recorded() {
            CONTROL.recording.joined(Workers::current(), thread);
        }
    }

    fn number(site: Site) -> Order {
        thread::number(&CONTROL.objects, site, false)
    }

    #[inline]
    fn number_alone(site: Site) -> Order {
        thread::number(&CONTROL.objects, site, true)
    }

    fn after_changes(site: Site) -> Order {
        thread::after_changes(&CONTROL.objects, site)
    }

    fn unused(order: Order) {
        thread::unused(order);
    }

    fn counts_itself(object: ObjectId) {
        CONTROL.objects.counts_itself(object);
    }

    fn finish(site: Site, failed: bool) {
        thread::finish(&CONTROL.objects, site, failed, real_now);
    }

    async fn sleep(time: Duration, site: Site) {
        let asked = thread::nanos(time).cast_signed();
        thread::edge(Kind::Sleep, site, asked, Order::About, real_now);
        let thread = Workers::current();
        let slot = CONTROL.slot(thread);
        if thread::is_recorded() {
            let recording = &CONTROL.recording;
            if recording
                .sleep(MACHINE, (thread, slot), time, site)
                .is_none()
            {
                pending().await
            }
        } else {
            let until = real_now().saturating_add(time);
            loop {
                match block(&slot.nap, 0, Some(until), site) {
                    Some(Woken::TimedOut) => break,
                    Some(Woken::Woken) => {}
                    None => pending().await,
                }
            }
        }
        thread::edge(Kind::Awake, site, 0, Order::About, real_now);
    }

    async fn get(page: &Page, site: Site) -> Result<u16, Unreachable> {
        thread::edge(Kind::Block, site, 0, Order::About, real_now);
        let asked = real_now();
        let answer = if thread::is_recorded() {
            let thread = Workers::current();
            let of_thread = (thread, CONTROL.slot(thread));
            let time = page.script().after;
            let recording = &CONTROL.recording;
            recording.without_turn(MACHINE, of_thread, time, || Some(request(page)))
        } else {
            Some(request(page))
        };
        // A request cannot be made faster. Where the run's time goes slower than the
        // machine's, it takes as much longer.
        let took = real_now().saturating_sub(asked);
        let until = asked.saturating_add(CONTROL.at_speed_one(took));
        while !CONTROL.stopping() && real_now() < until {
            let slot = CONTROL.slot(Workers::current());
            block(&slot.nap, 0, Some(until), site);
        }
        let Some(answer) = answer.filter(|_| !CONTROL.stopping()) else {
            return pending().await;
        };
        thread::edge(Kind::Wake, site, 0, Order::About, real_now);
        let status = i64::from(answer.unwrap_or_default());
        thread::detail(Kind::Get, site, status, Order::About);
        answer
    }

    async fn wait(
        word: &AtomicU32,
        expected: u32,
        deadline: Option<Duration>,
        site: Site,
    ) -> Woken {
        if thread::is_recorded() {
            let within = deadline.map(|deadline| deadline.saturating_sub(Workers::now()));
            let changed = || word.load(Ordering::Relaxed) != expected;
            let operation = Operation::at(site).within(within);
            return match recorded_until(operation, &changed) {
                Some(woken) => woken,
                None => pending().await,
            };
        }
        thread::edge(Kind::Block, site, 0, Order::About, real_now);
        let woken = block(word, expected, deadline, site);
        let Some(woken) = woken else {
            return pending().await;
        };
        let order = match woken {
            Woken::Woken => (CONTROL.objects).after(site.object, word.load(Ordering::Acquire)),
            Woken::TimedOut => Order::About,
        };
        thread::edge(Kind::Wake, site, 0, order, real_now);
        woken
    }

    fn wake(word: &AtomicU32, count: u32) {
        // Who waits in a recorded run looks again by itself.
        if !thread::is_recorded() {
            notify(word, count);
        }
    }

    #[allow(unsafe_code)]
    fn spawn<F, Fut>(name: &str, body: F, site: Site) -> Result<ThreadId, SpawnError>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = ()>,
    {
        let mut id = CONTROL.claim(name, site.object);
        // In a run that is recorded each thread has a number of its own, as on the model.
        if id.is_none() && !thread::is_recorded() {
            id = CONTROL.claim_again(name, site.object);
        }
        let id = id.ok_or(SpawnError)?;
        let slot = CONTROL.slot(id);
        let body: Box<dyn FnOnce() + Send> = Box::new(move || {
            let ring = CONTROL.install_ring(id);
            let recorded = CONTROL.is_recorded();
            let known = (&CONTROL.objects, slot.object());
            let finished = thread::enter(id, (ring, recorded), known, real_now, async {
                body().await;
                CONTROL.recording.end(MACHINE, slot);
            });
            thread::announce_end(slot, finished.is_some());
            notify(&slot.state, u32::MAX);
        });
        // SAFETY: the slot was claimed by this call alone, and its worker does
        // not look before the state has left PARKED.
        unsafe { *BODIES[id.index()].0.get() = Some(body) };
        if thread::is_recorded() {
            CONTROL.recording.started(id, Workers::current());
        }
        thread::numbered_edge(&CONTROL.objects, (Kind::Spawn, site), real_now, || {
            // Release: the worker that sees STARTED sees the body.
            slot.state.store(state::STARTED, Ordering::Release);
            notify(&slot.state, 1);
            Some((i64::from(id.0), ()))
        });
        if thread::is_recorded() {
            CONTROL.recording.see_it_begin(MACHINE, slot);
        }
        Ok(id)
    }

    fn register(kind: ObjectKind, name: &str) -> ObjectId {
        CONTROL.objects.register(kind, name)
    }

    fn publish<T: Shows + 'static>(object: ObjectId, of: &Arc<T>, state: usize, words: usize) {
        CONTROL.objects.publish(object, state, words, of.words());
    }

    fn publish_holder(object: ObjectId, holder: usize) {
        CONTROL.objects.publish_holder(object, holder);
    }

    fn retire(object: ObjectId, last: impl FnOnce() -> Words) {
        CONTROL.objects.retire(object, last());
    }
}
