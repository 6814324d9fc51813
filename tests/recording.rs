//! Runs on real threads that are recorded: the model makes them again, to the same
//! results.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use lockstep::explore::{Options, Recorded, Recorder, Replay, Schedule};
use lockstep::platform::Platform;
use lockstep::platform::model::{self, Ended, Model};
use lockstep::platform::native::{Native, Run};
use lockstep::platform::watched;
use lockstep::pool::Thread;
use lockstep::scenario::{self, Params, Report, Verdict};
use lockstep::session::playback::{play, schedule_of};
use lockstep::share;
use lockstep::sync::{
    Barrier, Blocking, Condition, Event, Lock, Queue, Semaphore, SharedCell, with,
};
use lockstep::trace::Site;

const RUNS: usize = 100;

/// Records a program on OS threads and makes it again on the model, from its turns
/// and from the schedule that these are: the results must be the same. Returns them.
fn recorded<T: Clone + PartialEq + std::fmt::Debug + 'static>(
    on_threads: impl Future<Output = T>,
    on_model: [std::pin::Pin<Box<dyn Future<Output = T>>>; 2],
) -> T {
    let run = Run::recording(50.0);
    let result = run.main(on_threads).expect("nobody stops it");
    let turns = run.recorded().expect("it is short");
    let clock = Recorded::keeps_to_clock(&turns);
    let options = Options {
        clock,
        ..Options::default()
    };
    let [first, second] = on_model;
    let mut oracle = Recorded::new(turns);
    let mut recorder = Recorder::new(&mut oracle, Schedule::new(1));
    let again = model::run(options, &mut recorder, || first);
    assert_eq!(again.ended, Ended::Finished, "{:?}", again.steps.last());
    assert_eq!(again.result.as_ref(), Some(&result));
    let text = recorder.into_schedule().encode();
    let schedule = Schedule::decode(&text).expect("as it was encoded");
    let third = model::run(options, &mut Replay::new(&schedule), || second);
    assert_eq!(third.result.as_ref(), Some(&result));
    assert_eq!(third.steps, again.steps);
    result
}

macro_rules! recorded {
    ($program:ident $(, $argument:expr)*) => {
        recorded(
            $program::<Native>($($argument),*),
            [
                Box::pin($program::<Model>($($argument),*)),
                Box::pin($program::<Model>($($argument),*)),
            ],
        )
    };
}

/// Starts so many threads that each do `body` with their number, and joins them.
async fn threads<P: Platform, Fut: Future<Output = ()> + 'static>(
    count: usize,
    body: impl Fn(usize) -> Fut + Clone + Send + 'static,
) {
    let threads: Vec<_> = (0..count)
        .map(|number| {
            let body = body.clone();
            Thread::<P, ()>::new(format!("Worker-{number}"), move || body(number))
        })
        .collect();
    for thread in &threads {
        thread.start().await.expect("there is room");
    }
    for thread in &threads {
        thread.join().await.expect("it was started");
    }
}

#[test]
fn the_racing_counter_loses_the_same_again() {
    let counter = scenario::find("counter").expect("registered");
    let lost = |increments: &str| {
        let params = counting("2", increments, "none");
        let on_model = || counter.on_model()(params.clone());
        let outcome = recorded(
            counter.on_threads().expect("of threads")(params.clone()),
            [on_model(), on_model()],
        );
        !outcome.expect("no exception").holds
    };
    for _ in 0..RUNS {
        lost("100");
    }
    // What is recorded is a real race: the threads of a longer run are there together.
    assert!((0..1000).any(|_| lost("4000")), "no update was ever lost");
}

fn counting(threads: &str, increments: &str, guard: &str) -> Params {
    let counter = scenario::find("counter").expect("registered");
    let mut params = Params::new(counter.params);
    for (name, text) in [
        ("threads", threads),
        ("increments", increments),
        ("guard", guard),
    ] {
        params
            .set(name, text)
            .expect("a parameter")
            .expect("a value");
    }
    params
}

#[test]
fn pages_are_answered_in_the_same_order_again() {
    let scrape = scenario::find("scrape").expect("registered");
    let mut params = Params::new(scrape.params);
    for (name, text) in [("pages", "5"), ("missing", "2")] {
        let set = params.set(name, text).expect("a parameter");
        set.expect("a value");
    }
    for _ in 0..RUNS {
        let on_model = || scrape.on_model()(params.clone());
        let on_threads = scrape.on_threads().expect("of threads")(params.clone());
        let outcome = recorded(on_threads, [on_model(), on_model()]);
        assert!(outcome.expect("no exception").holds);
    }
}

/// Who had the lock, in order.
async fn locking<P: Platform>() -> Vec<i64> {
    let lock = Lock::<P>::new("lock");
    let order = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = Arc::clone(&order);
    threads::<P, _>(3, move |number| {
        let (lock, noted) = (Arc::clone(&lock), Arc::clone(&noted));
        async move {
            for _ in 0..10 {
                with(&*lock, async || {
                    noted.lock().expect("no panic").push(number as i64);
                })
                .await;
            }
            // Sometimes in time, sometimes not.
            if lock.acquire(Blocking::For(Duration::from_micros(50))).await {
                noted.lock().expect("no panic").push(100 + number as i64);
                P::sleep(Duration::from_micros(100), Site::NONE).await;
                lock.release().await.expect("it is held");
            }
        }
    })
    .await;
    order.lock().expect("no panic").clone()
}

#[test]
fn a_lock_is_granted_in_the_same_order_again() {
    for _ in 0..RUNS {
        recorded!(locking);
    }
}

/// A bounded buffer: what each consumer got.
async fn buffer<P: Platform>() -> Vec<Vec<i64>> {
    let condition = Condition::<P>::new("buffer");
    let (items, taken) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let got = Arc::new(std::sync::Mutex::new(vec![Vec::new(); 2]));
    let noted = Arc::clone(&got);
    threads::<P, _>(4, move |number| {
        let condition = Arc::clone(&condition);
        let (items, taken) = (Arc::clone(&items), Arc::clone(&taken));
        let noted = Arc::clone(&noted);
        async move {
            for _ in 0..6 {
                condition.lock().acquire(Blocking::Forever).await;
                let produces = number < 2;
                let may = || match produces {
                    true => items.load(Ordering::Relaxed) < 2,
                    false => items.load(Ordering::Relaxed) > 0,
                };
                while !may() {
                    condition.wait(Blocking::Forever).await.expect("it is held");
                }
                if produces {
                    items.fetch_add(1, Ordering::Relaxed);
                } else {
                    items.fetch_sub(1, Ordering::Relaxed);
                    let item = taken.fetch_add(1, Ordering::Relaxed);
                    noted.lock().expect("no panic")[number - 2].push(item);
                }
                condition.notify_all().await.expect("it is held");
                condition.lock().release().await.expect("it is held");
            }
        }
    })
    .await;
    got.lock().expect("no panic").clone()
}

#[test]
fn a_condition_wakes_the_same_threads_again() {
    for _ in 0..RUNS {
        recorded!(buffer);
    }
}

/// Who was patient enough: each looks again, with what is left of its time, whenever
/// another notifies.
async fn patient<P: Platform>() -> Vec<bool> {
    let condition = Condition::<P>::new("condition");
    let told = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = Arc::clone(&told);
    let ready = Arc::new(AtomicI64::new(0));
    threads::<P, _>(3, move |number| {
        let (condition, noted) = (Arc::clone(&condition), Arc::clone(&noted));
        let ready = Arc::clone(&ready);
        async move {
            condition.lock().acquire(Blocking::Forever).await;
            for round in 0..4 {
                let enough = 3 * round + number as i64;
                let is_ready = async || ready.load(Ordering::Relaxed) >= enough;
                let how = Blocking::For(Duration::from_micros(1500));
                let came = condition.wait_for(is_ready, how).await;
                noted
                    .lock()
                    .expect("no panic")
                    .push(came.expect("it is held"));
                ready.fetch_add(1, Ordering::Relaxed);
                condition.notify_all().await.expect("it is held");
            }
            condition.lock().release().await.expect("it is held");
        }
    })
    .await;
    told.lock().expect("no panic").clone()
}

#[test]
fn time_passes_again_as_it_did() {
    for _ in 0..RUNS {
        recorded!(patient);
    }
}

/// Who was the last to come to the barrier, round by round.
async fn meeting<P: Platform>() -> Vec<i64> {
    let barrier = Barrier::<P>::new("barrier", 3);
    let last = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = Arc::clone(&last);
    threads::<P, _>(3, move |number| {
        let (barrier, noted) = (Arc::clone(&barrier), Arc::clone(&noted));
        async move {
            for round in 0..5u64 {
                P::sleep(Duration::from_micros(number as u64 * round), Site::NONE).await;
                if barrier.wait(Blocking::Forever).await == Ok(2) {
                    noted.lock().expect("no panic").push(number as i64);
                }
            }
        }
    })
    .await;
    last.lock().expect("no panic").clone()
}

#[test]
fn a_barrier_is_passed_in_the_same_order_again() {
    for _ in 0..RUNS {
        recorded!(meeting);
    }
}

/// Everything else: what the cell held each time that somebody passed.
async fn others<P: Platform>() -> Vec<i64> {
    let semaphore = Semaphore::<P>::new("permits", 2);
    let event = Event::<P>::new("event");
    let queue = Queue::<P, i64>::new("queue", 2);
    let cell = SharedCell::<P>::new("cell", 0);
    let seen = Arc::new(std::sync::Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    threads::<P, _>(4, move |number| {
        let (semaphore, event) = (Arc::clone(&semaphore), Arc::clone(&event));
        let (queue, cell, noted) = (Arc::clone(&queue), Arc::clone(&cell), Arc::clone(&noted));
        async move {
            let short = Blocking::For(Duration::from_micros(100));
            for _ in 0..4 {
                semaphore.acquire(Blocking::Forever).await;
                let value = cell.load().await;
                noted.lock().expect("no panic").push(value);
                cell.store(value + 1).await;
                semaphore.release(1).await.expect("one or more");
                if number < 2 {
                    let put = queue.put(value, short).await;
                    noted.lock().expect("no panic").push(i64::from(put.is_ok()));
                } else {
                    let got = queue.get(short).await;
                    noted.lock().expect("no panic").push(got.unwrap_or(-1));
                }
            }
            if number == 0 {
                event.set().await;
            }
            let set = event.wait(short).await;
            noted.lock().expect("no panic").push(i64::from(set));
        }
    })
    .await;
    seen.lock().expect("no panic").clone()
}

#[test]
fn time_outs_permits_and_items_come_in_the_same_order_again() {
    for _ in 0..RUNS {
        recorded!(others);
    }
}

#[test]
fn a_run_that_is_too_long_is_not_kept_and_ends_all_the_same() {
    let counter = scenario::find("counter").expect("registered");
    let params = counting("2", "20000", "lock");
    let run = Run::recording(1.0);
    let outcome = run.main(counter.on_threads().expect("of threads")(params));
    assert!(outcome.is_some_and(|outcome| outcome.is_ok_and(|outcome| outcome.holds)));
    assert_eq!(run.recorded(), None);
}

#[test]
fn a_deadlocked_run_is_made_again_to_its_deadlock() {
    let (link, _) = share::read("scenario=bank&pause_ms=5");
    let bank = link.scenario;
    let mut deadlocks = 0;
    for _ in 0..20 {
        let run = Run::recording(1.0);
        let program = bank.on_threads().expect("of threads");
        if watched::main(&run, program(link.params.clone())).is_ok() {
            continue;
        }
        deadlocks += 1;
        let turns = run.recorded().expect("it is short");
        let report = Report::deadlock(5.0);
        let schedule = schedule_of(&link, bank.on_model(), turns, &report);
        let schedule = schedule.expect("the model comes to the same");
        let (again, _) = share::read(&share::write_schedule(&link, &schedule));
        let played = play(&again, bank.on_model());
        assert_eq!(
            (played.report.verdict, &played.notice),
            (Verdict::Deadlock, &None)
        );
        let cycle = &played.findings[0].cycle;
        assert!(cycle[0].contains(" waits for locks["), "{cycle:?}");
    }
    assert!(
        deadlocks > 0,
        "opposite transfers with a pause between the locks"
    );
}

/// The programs that stress each primitive.
#[cfg(feature = "selftest")]
#[test]
fn every_primitive_does_the_same_again() {
    let stress = scenario::find("selftest-stress").expect("registered");
    for primitive in [
        "lock",
        "rlock",
        "semaphore",
        "event",
        "condition",
        "barrier",
        "queue",
        "future",
        "pool",
    ] {
        let mut params = Params::new(stress.params);
        for (name, text) in [("primitive", primitive), ("threads", "3"), ("rounds", "5")] {
            params
                .set(name, text)
                .expect("a parameter")
                .expect("a value");
        }
        for _ in 0..20 {
            let on_model = || stress.on_model()(params.clone());
            let outcome = recorded(
                stress.on_threads().expect("of threads")(params.clone()),
                [on_model(), on_model()],
            );
            assert!(outcome.is_ok_and(|outcome| outcome.holds), "{primitive}");
        }
    }
}
