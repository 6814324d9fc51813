//! Lock on real threads: exclusion under contention, and time-outs.

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use lockstep::platform::Platform;
use lockstep::platform::native::{Native, block_on};
use lockstep::sync::{Blocking, Lock};

/// A number that only a lock protects.
struct Guarded(UnsafeCell<u64>);

// SAFETY: the tests touch it only while they hold the lock that they test.
#[allow(unsafe_code)]
unsafe impl Sync for Guarded {}

impl Guarded {
    #[allow(unsafe_code)]
    fn add_one(&self) {
        // SAFETY: the caller holds the lock.
        unsafe { *self.0.get() += 1 }
    }
}

const ROUNDS: u64 = if cfg!(miri) { 50 } else { 20_000 };

/// A few steps that differ from time to time, so that threads meet in different places.
fn dawdle(seed: &mut u64) {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
    for _ in 0..(*seed >> 58) {
        std::hint::spin_loop();
    }
    if *seed >> 56 == 0 {
        thread::yield_now();
    }
}

#[test]
fn no_two_threads_are_ever_inside() {
    let lock = Lock::<Native>::new("lock");
    let number = Arc::new(Guarded(UnsafeCell::new(0)));
    let inside = Arc::new(AtomicU32::new(0));
    let threads: Vec<_> = (0..8u64)
        .map(|k| {
            let (lock, number, inside) = (lock.clone(), number.clone(), inside.clone());
            thread::spawn(move || {
                let mut seed = k;
                for _ in 0..ROUNDS {
                    dawdle(&mut seed);
                    block_on(async {
                        lock.acquire(Blocking::Forever).await;
                        assert_eq!(inside.fetch_add(1, Ordering::Relaxed), 0);
                        number.add_one();
                        inside.fetch_sub(1, Ordering::Relaxed);
                        lock.release().await.expect("it is held");
                    });
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().expect("no assertion failed");
    }
    let mut number = Arc::into_inner(number).expect("the threads are gone");
    assert_eq!(*number.0.get_mut(), 8 * ROUNDS);
}

#[test]
fn waiters_that_give_up_and_waiters_that_do_not_share_a_lock() {
    let lock = Lock::<Native>::new("lock");
    let threads: Vec<_> = (0..6u64)
        .map(|k| {
            let lock = lock.clone();
            thread::spawn(move || {
                let mut seed = k;
                let mut acquired = 0;
                for round in 0..ROUNDS / 20 {
                    dawdle(&mut seed);
                    let blocking = match (k + round) % 3 {
                        0 => Blocking::For(Duration::from_micros(50)),
                        1 => Blocking::No,
                        _ => Blocking::Forever,
                    };
                    let got = block_on(lock.acquire(blocking)).expect("no run to stop");
                    assert!(got || blocking != Blocking::Forever);
                    if got {
                        acquired += 1;
                        dawdle(&mut seed);
                        block_on(lock.release())
                            .expect("no run")
                            .expect("it is held");
                    }
                }
                acquired
            })
        })
        .collect();
    let acquired: u64 = threads
        .into_iter()
        .map(|t| t.join().expect("no panic"))
        .sum();
    // A third of the rounds waits for as long as it takes.
    assert!(acquired >= 6 * (ROUNDS / 20) / 3);
    assert_eq!(block_on(lock.locked()), Some(false));
}

#[test]
fn a_time_out_takes_its_time_and_no_more_than_it_must() {
    let lock = Lock::<Native>::new("lock");
    block_on(lock.acquire(Blocking::Forever));
    let start = Instant::now();
    let got = block_on(lock.acquire(Blocking::For(Duration::from_millis(50))));
    let took = start.elapsed();
    assert_eq!(got, Some(false));
    assert!(took >= Duration::from_millis(50), "{took:?}");
    assert!(took < Duration::from_secs(30), "{took:?}");
}

#[test]
fn another_thread_may_release_and_the_waiter_gets_in() {
    let lock = Lock::<Native>::new("lock");
    block_on(lock.acquire(Blocking::Forever));
    let waiter = thread::spawn({
        let lock = lock.clone();
        move || block_on(lock.acquire(Blocking::Forever))
    });
    block_on(lock.release())
        .expect("no run")
        .expect("it is held");
    let before = lock.last_acquirer();
    assert_eq!(waiter.join().expect("no panic"), Some(true));
    assert_ne!(lock.last_acquirer(), None);
    assert!(before == lock.last_acquirer() || before == Some(Native::current()));
    assert_eq!(block_on(lock.locked()), Some(true));
    block_on(lock.release())
        .expect("no run")
        .expect("it is held");
    let error = block_on(lock.release())
        .expect("no run")
        .expect_err("unlocked");
    assert_eq!(error.to_string(), "RuntimeError: release unlocked lock");
    assert_eq!(block_on(lock.locked()), Some(false));
}
