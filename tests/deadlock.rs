//! Deadlocks on real threads: told soon, with the cycle, and never where there is none.

use std::hint;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lockstep::explore::{Finding, stuck};
use lockstep::platform::native::{Native, Run};
use lockstep::platform::watch::Watcher;
use lockstep::platform::{Blocked, Platform};
use lockstep::pool::{Thread, ThreadPoolExecutor};
use lockstep::session::sentences;
use lockstep::sync::{Barrier, Blocking, Condition, Event, Fifo, Lock, Queue, RLock, Semaphore};
use lockstep::trace::Site;
use lockstep::trace::memory::own::OwnMemory;

/// How soon a deadlock is to be told.
const SOON: Duration = Duration::from_millis(200);

/// At least the time between the two passes that it takes.
const PASSES_APART_MS: f64 = 20.0;

type Worker = Thread<Native, ()>;

fn worker<Fut: Future<Output = ()> + 'static>(
    name: &str,
    body: impl FnOnce() -> Fut + Send + 'static,
) -> Worker {
    Thread::new(name, body)
}

async fn start_and_join(workers: &[Worker]) {
    for worker in workers {
        worker.start().await.expect("a thread");
    }
    for worker in workers {
        worker.join().await.expect("started");
    }
}

async fn nap(ms: u64) {
    Native::sleep(Duration::from_millis(ms), Site::NONE).await;
}

async fn acquire(lock: &Lock<Native>) {
    lock.acquire(Blocking::Forever).await;
}

#[allow(unsafe_code)]
fn pass(watcher: &mut Watcher, _run: &Run, clock_ms: f64) -> Option<Vec<Blocked>> {
    // SAFETY: the run, borrowed for the call, owns what is read of it, and writes
    // none of what is not read atomically; a word that a thread waits on is there while
    // the watcher looks at it.
    watcher.stuck(&unsafe { OwnMemory::new() }, clock_ms)
}

/// Runs a program that deadlocks, and watches it as the page does: who is blocked,
/// by name, what each waits for and who holds that.
fn blocked<Fut: Future<Output = ()>>(
    program: impl FnOnce() -> Fut + Send + 'static,
) -> Vec<Blocked> {
    let began = Instant::now();
    let run = Run::new(1.0);
    let main = thread::spawn({
        let run = run.clone();
        move || run.main(program())
    });
    let mut watcher = Watcher::new(run.control_address());
    let blocked = loop {
        let clock_ms = began.elapsed().as_secs_f64() * 1e3;
        if let Some(blocked) = pass(&mut watcher, &run, clock_ms) {
            break blocked;
        }
        assert!(!main.is_finished(), "it does not deadlock");
        assert!(began.elapsed() < Duration::from_secs(60), "nothing is told");
        thread::sleep(Duration::from_millis(16));
    };
    // The last event is that of the last thread which went to wait.
    let told_after = began
        .elapsed()
        .saturating_sub(Duration::from_nanos(watcher.trace.now()));
    assert!(told_after < SOON, "{told_after:?}");
    run.stop();
    assert_eq!(main.join().expect("no panic"), None);
    blocked
}

fn told(threads: &[Blocked]) -> Vec<[&str; 3]> {
    let told = threads.iter().map(|blocked| {
        let on = blocked.on.as_ref().map_or("", |(_, name)| name.as_str());
        [blocked.name.as_str(), on, blocked.holder_name.as_str()]
    });
    told.collect()
}

#[track_caller]
fn assert_cycle(blocked: &[Blocked], wanted: &[[&str; 3]]) {
    match stuck(blocked) {
        Finding::Deadlock { cycle } => assert_eq!(told(&cycle), wanted),
        other => panic!("no cycle: {other:?}"),
    }
}

#[track_caller]
fn assert_untold(blocked: &[Blocked], wanted: &[[&str; 3]]) {
    match stuck(blocked) {
        Finding::LostWakeUp { waiting } => assert_eq!(told(&waiting), wanted),
        other => panic!("a cycle: {other:?}"),
    }
}

#[test]
fn two_locks_in_opposite_orders() {
    let blocked = blocked(|| async {
        let (a, b) = (Lock::<Native>::new("a"), Lock::<Native>::new("b"));
        let philosopher = |name, first: &Arc<Lock<Native>>, second: &Arc<Lock<Native>>| {
            let (first, second) = (first.clone(), second.clone());
            worker(name, async move || {
                acquire(&first).await;
                nap(5).await;
                second.acquire(Blocking::Forever).await; // here
            })
        };
        let workers = [philosopher("one", &a, &b), philosopher("two", &b, &a)];
        start_and_join(&workers).await;
    });
    assert_cycle(&blocked, &[["one", "b", "two"], ["two", "a", "one"]]);
    assert_eq!(told(&blocked)[0], ["main", "one", "one"]);
    let source: Vec<_> = include_str!("deadlock.rs").lines().collect();
    let line = blocked[1].line;
    assert!(source[line as usize - 1].ends_with("// here"), "{line}");
    assert_eq!(
        sentences::wait(&blocked[1]),
        "one waits for b, which two holds"
    );
}

#[test]
fn five_philosophers() {
    let blocked = blocked(|| async {
        let forks: Vec<_> = (0..5)
            .map(|k| RLock::<Native>::new(&format!("fork {k}")))
            .collect();
        let philosopher = |k: usize| {
            let (left, right) = (forks[k].clone(), forks[(k + 1) % 5].clone());
            worker(&format!("P{k}"), async move || {
                left.acquire(Blocking::Forever).await;
                nap(10).await;
                right.acquire(Blocking::Forever).await;
            })
        };
        start_and_join(&(0..5).map(philosopher).collect::<Vec<_>>()).await;
    });
    let cycle: Vec<_> = (0..5)
        .map(|k| {
            (
                format!("P{k}"),
                format!("fork {}", (k + 1) % 5),
                format!("P{}", (k + 1) % 5),
            )
        })
        .collect();
    let cycle: Vec<_> = cycle.iter().map(|(a, b, c)| [a.as_str(), b, c]).collect();
    assert_cycle(&blocked, &cycle);
}

#[test]
fn a_lock_acquired_twice() {
    let blocked = blocked(|| async {
        let lock = Lock::<Native>::new("lock");
        acquire(&lock).await;
        acquire(&lock).await;
    });
    assert_cycle(&blocked, &[["main", "lock", "main"]]);
}

#[test]
fn a_join_of_a_thread_that_waits_for_who_joins() {
    let blocked = blocked(|| async {
        let lock = Lock::<Native>::new("lock");
        acquire(&lock).await;
        let wants = lock.clone();
        start_and_join(&[worker("wants it", async move || acquire(&wants).await)]).await;
    });
    assert_cycle(
        &blocked,
        &[
            ["main", "wants it", "wants it"],
            ["wants it", "lock", "main"],
        ],
    );
}

#[test]
fn threads_that_join_each_other() {
    let blocked = blocked(|| async {
        let other = Queue::<Native, Arc<Worker>>::new("other", 0);
        let one = worker("one", {
            let other = other.clone();
            async move || {
                let two = other.get(Blocking::Forever).await.expect("open");
                two.join().await.expect("started");
            }
        });
        let one = Arc::new(one);
        let two = Arc::new(worker("two", {
            let one = one.clone();
            async move || one.join().await.expect("started")
        }));
        one.start().await.expect("a thread");
        two.start().await.expect("a thread");
        let put = other.put(two.clone(), Blocking::Forever).await;
        assert!(put.is_ok());
        two.join().await.expect("started");
    });
    assert_cycle(&blocked, &[["one", "two", "two"], ["two", "one", "one"]]);
}

#[test]
fn a_lock_whose_holder_has_ended() {
    let blocked = blocked(|| async {
        let lock = Lock::<Native>::new("lock");
        let wants = lock.clone();
        start_and_join(&[worker("careless", async move || acquire(&wants).await)]).await;
        acquire(&lock).await;
    });
    assert_untold(&blocked, &[["main", "lock", "careless"]]);
}

#[test]
fn a_condition_that_nobody_notifies() {
    let blocked = blocked(|| async {
        let condition = Condition::<Native>::new("condition");
        let waits = |name| {
            let condition = condition.clone();
            worker(name, async move || {
                condition.lock().acquire(Blocking::Forever).await;
                condition.wait(Blocking::Forever).await.expect("acquired");
            })
        };
        start_and_join(&[waits("one"), waits("two")]).await;
    });
    assert_untold(
        &blocked,
        &[["one", "condition", ""], ["two", "condition", ""]],
    );
}

#[test]
fn a_semaphore_without_permits() {
    let blocked = blocked(|| async {
        let semaphore = Semaphore::<Native>::new("semaphore", 1);
        for _ in 0..2 {
            semaphore.acquire(Blocking::Forever).await;
        }
    });
    assert_untold(&blocked, &[["main", "semaphore", ""]]);
}

#[test]
fn an_event_that_is_never_set() {
    let blocked = blocked(|| async {
        let event = Event::<Native>::new("event");
        event.set().await;
        event.clear().await;
        event.wait(Blocking::Forever).await;
    });
    assert_untold(&blocked, &[["main", "event", ""]]);
}

#[test]
fn queues_that_stay_empty_or_full() {
    let blocked = blocked(|| async {
        let queue = Queue::<Native, u32, Fifo<u32>>::new("queue", 1);
        queue.put(1, Blocking::Forever).await.expect("room");
        let full = queue.clone();
        let empty = Queue::<Native, u32>::new("empty", 1);
        let workers = [
            worker("puts", async move || {
                full.put(2, Blocking::Forever).await.expect("room")
            }),
            worker("gets", async move || {
                empty.get(Blocking::Forever).await.expect("open");
            }),
        ];
        start_and_join(&workers).await;
    });
    assert_untold(&blocked, &[["puts", "queue", ""], ["gets", "empty", ""]]);
}

#[test]
fn a_barrier_short_of_a_party() {
    let blocked = blocked(|| async {
        let barrier = Barrier::<Native>::new("barrier", 3);
        let party = |name| {
            let barrier = barrier.clone();
            worker(name, async move || {
                barrier.wait(Blocking::Forever).await.expect("whole");
            })
        };
        start_and_join(&[party("one"), party("two")]).await;
    });
    assert_untold(&blocked, &[["one", "barrier", ""], ["two", "barrier", ""]]);
}

#[test]
fn a_task_that_waits_for_another_of_a_full_pool() {
    let blocked = blocked(|| async {
        let pool = ThreadPoolExecutor::<Native>::new("pool", 1).expect("one worker");
        let pool = Arc::new(pool);
        let same = pool.clone();
        let outer = pool.submit(async move || {
            let inner = same.submit(async || Ok(1)).await?;
            inner.result(Blocking::Forever).await
        });
        let outer = outer.await.expect("open");
        outer.result(Blocking::Forever).await.expect("a number");
    });
    assert_untold(&blocked, &[["main", "pool", ""], ["pool_0", "pool", ""]]);
}

#[test]
fn a_deadlock_is_told_once_the_last_that_could_go_on_waits_too() {
    let began = Instant::now();
    let blocked = blocked(|| async {
        let lock = Lock::<Native>::new("lock");
        let mine = lock.clone();
        let stuck_at_once = worker("stuck", async move || {
            acquire(&mine).await;
            acquire(&mine).await;
        });
        stuck_at_once.start().await.expect("a thread");
        nap(100).await;
        acquire(&lock).await;
    });
    assert!(began.elapsed() >= Duration::from_millis(100));
    assert_cycle(&blocked, &[["stuck", "lock", "stuck"]]);
    assert_eq!(told(&blocked)[0], ["main", "lock", "stuck"]);
}

/// Runs a program that comes to its end, some times over, with passes as close
/// together as they can be, while others keep the machine's cores from it.
fn never_told<Fut: Future<Output = ()>>(
    times: usize,
    program: impl Fn() -> Fut + Send + Sync + 'static,
) {
    let done = Arc::new(AtomicBool::new(false));
    let busy: Vec<_> = (0..2)
        .map(|_| {
            let done = done.clone();
            thread::spawn(move || {
                while !done.load(Ordering::Relaxed) {
                    hint::spin_loop();
                }
            })
        })
        .collect();
    let program = Arc::new(program);
    let mut passes = 0u64;
    for _ in 0..times {
        let run = Run::new(1.0);
        let main = thread::spawn({
            let (run, program) = (run.clone(), program.clone());
            move || run.main(program())
        });
        let mut watcher = Watcher::new(run.control_address());
        let mut clock_ms = 0.0;
        while !main.is_finished() {
            // As if so much time had passed.
            clock_ms += PASSES_APART_MS;
            let told = pass(&mut watcher, &run, clock_ms);
            passes += 1;
            if told.is_some() {
                done.store(true, Ordering::Relaxed);
                panic!("after {passes} passes: {told:#?}");
            }
        }
        assert_eq!(main.join().expect("no panic"), Some(()));
    }
    done.store(true, Ordering::Relaxed);
    for busy in busy {
        busy.join().expect("no panic");
    }
    assert!(passes > 1000, "only {passes} passes");
}

/// Starts threads that each do the same, by number, and joins them.
async fn all<Fut: Future<Output = ()> + 'static>(
    count: usize,
    body: impl FnOnce(usize) -> Fut + Clone + Send + 'static,
) {
    let workers: Vec<_> = (0..count)
        .map(|k| {
            let body = body.clone();
            worker(&format!("Worker-{k}"), move || body(k))
        })
        .collect();
    start_and_join(&workers).await;
}

#[test]
fn not_among_64_threads_that_contend_for_a_lock() {
    never_told(3, || async {
        let lock = Lock::<Native>::new("lock");
        all(64, async move |_| {
            while Native::now() < Duration::from_millis(700) {
                acquire(&lock).await;
                (0..200).for_each(|_| hint::spin_loop());
                lock.release().await.expect("held");
            }
        })
        .await;
    });
}

#[test]
fn not_while_one_sleeps() {
    never_told(10, || async {
        let event = Event::<Native>::new("event");
        let sets = event.clone();
        let sleeper = worker("sleeper", async move || {
            nap(60).await;
            sets.set().await;
        });
        sleeper.start().await.expect("a thread");
        all(8, async move |_| {
            event.wait(Blocking::Forever).await;
        })
        .await;
    });
}

#[test]
fn not_while_one_waits_with_a_deadline() {
    never_told(10, || async {
        let lock = Lock::<Native>::new("lock");
        acquire(&lock).await;
        let mine = lock.clone();
        let patient = worker("patient", async move || {
            let got = mine.acquire(Blocking::For(Duration::from_millis(60))).await;
            assert!(!got, "it is held");
            mine.release().await.expect("anyone may");
        });
        patient.start().await.expect("a thread");
        acquire(&lock).await;
        patient.join().await.expect("started");
    });
}

const ROUNDS: usize = 300;

#[test]
fn not_while_events_go_round() {
    never_told(5, || async {
        let events: Arc<[_]> = (0..64).map(|_| Event::<Native>::new("event")).collect();
        events[0].set().await;
        all(64, async move |k| {
            for _ in 0..ROUNDS {
                events[k].wait(Blocking::Forever).await;
                events[k].clear().await;
                events[(k + 1) % 64].set().await;
            }
        })
        .await;
    });
}

#[test]
fn not_while_locks_go_round() {
    never_told(5, || async {
        let locks: Arc<[_]> = (0..64).map(|_| Lock::<Native>::new("lock")).collect();
        for lock in &locks[1..] {
            acquire(lock).await;
        }
        all(64, async move |k| {
            for _ in 0..ROUNDS {
                acquire(&locks[k]).await;
                locks[(k + 1) % 64].release().await.expect("held");
            }
        })
        .await;
    });
}

#[test]
fn not_while_permits_go_round() {
    never_told(5, || async {
        let semaphores: Arc<[_]> = (0..16)
            .map(|k| Semaphore::<Native>::new("semaphore", u32::from(k == 0)))
            .collect();
        // Two threads for each, so that some are woken in vain.
        all(32, async move |k| {
            for _ in 0..ROUNDS {
                semaphores[k % 16].acquire(Blocking::Forever).await;
                let next = &semaphores[(k + 1) % 16];
                next.release(1).await.expect("not too many");
            }
        })
        .await;
    });
}

#[test]
fn not_while_a_condition_is_notified() {
    never_told(5, || async {
        let condition = Condition::<Native>::new("whose turn");
        let turn = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        all(16, async move |k| {
            for _ in 0..ROUNDS {
                condition.lock().acquire(Blocking::Forever).await;
                let is_mine = async || turn.load(Ordering::Relaxed) % 16 == k;
                let waited = condition.wait_for(is_mine, Blocking::Forever).await;
                waited.expect("acquired");
                turn.fetch_add(1, Ordering::Relaxed);
                condition.notify_all().await.expect("acquired");
                condition.lock().release().await.expect("acquired");
            }
        })
        .await;
    });
}

#[test]
fn not_while_items_go_round() {
    never_told(5, || async {
        let queues: Arc<[_]> = (0..16)
            .map(|_| Queue::<Native, u32>::new("queue", 1))
            .collect();
        queues[0].put(0, Blocking::Forever).await.expect("room");
        all(16, async move |k| {
            for _ in 0..ROUNDS {
                let item = queues[k].get(Blocking::Forever).await.expect("open");
                let put = queues[(k + 1) % 16].put(item + 1, Blocking::Forever);
                put.await.expect("room");
            }
        })
        .await;
    });
}

#[test]
fn not_while_threads_meet_at_a_barrier() {
    never_told(5, || async {
        let barrier = Barrier::<Native>::new("barrier", 16);
        all(16, async move |_| {
            for _ in 0..ROUNDS {
                barrier.wait(Blocking::Forever).await.expect("whole");
            }
        })
        .await;
    });
}

#[test]
fn not_while_threads_start_and_end() {
    never_told(40, || async {
        for k in 0..100 {
            start_and_join(&[worker(&format!("Worker-{k}"), async || ())]).await;
        }
    });
}

#[test]
fn not_while_a_pool_works() {
    never_told(20, || async {
        let pool = ThreadPoolExecutor::<Native>::new("pool", 8).expect("some");
        for round in 0..100 {
            let map = pool.map(0..8, Blocking::Forever, async move |k| Ok(k + round));
            let results = map.await.expect("open").collect().await;
            assert_eq!(results.expect("numbers").len(), 8);
        }
        pool.shutdown(true, false).await.expect("not from a task");
    });
}
