//! The primitives under loom: every execution that the memory model allows of
//! two or three threads. Run by `cargo xtask test loom`; empty otherwise.

#![cfg(loom)]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lockstep::platform::loom::{Loom, block_on};
use lockstep::sync::{Blocking, Lock};
use loom::cell::UnsafeCell;
use loom::thread;

/// Explores a model, and makes sure that there was something to explore: with
/// an atomic of std's in the place of loom's there is one execution.
fn explore(model: impl Fn() + Sync + Send + 'static) {
    let executions = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&executions);
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        model();
    });
    let executions = executions.load(Ordering::Relaxed);
    assert!(
        executions > 10,
        "{executions} executions: the test is vacuous"
    );
}

/// A number that loom lets nobody touch at the same time as another.
struct Guarded(UnsafeCell<u32>);

// SAFETY: loom's cell itself panics when two threads meet in it.
#[allow(unsafe_code)]
unsafe impl Sync for Guarded {}

impl Guarded {
    #[allow(unsafe_code)]
    fn add_one(&self) {
        // SAFETY: loom checks that this access is alone.
        self.0.with_mut(|n| unsafe { *n += 1 });
    }

    #[allow(unsafe_code)]
    fn get(&self) -> u32 {
        // SAFETY: as in `add_one`.
        self.0.with(|n| unsafe { *n })
    }
}

/// `threads` threads add one under a lock that each acquires in this way.
fn adders(threads: u16, blocking: Blocking) {
    explore(move || {
        let lock = Lock::<Loom>::new("lock");
        let number = Arc::new(Guarded(UnsafeCell::new(0)));
        let handles: Vec<_> = (1..=threads)
            .map(|index| {
                let (lock, number) = (lock.clone(), number.clone());
                thread::spawn(move || {
                    block_on(index, async {
                        let acquired = lock.acquire(blocking).await;
                        if acquired {
                            number.add_one();
                            lock.release().await.expect("it is held");
                        }
                        acquired
                    })
                })
            })
            .collect();
        let acquired = handles
            .into_iter()
            .map(|handle| handle.join().expect("no panic"))
            .filter(|&acquired| acquired)
            .count();
        assert!(acquired >= 1);
        assert_eq!(number.get() as usize, acquired);
        if blocking == Blocking::Forever {
            assert_eq!(acquired, usize::from(threads));
        }
        assert!(!block_on(0, lock.locked()));
    });
}

#[test]
fn a_lock_orders_what_its_holders_do() {
    adders(2, Blocking::Forever);
}

#[test]
fn no_waiter_is_forgotten_among_three() {
    adders(3, Blocking::Forever);
}

#[test]
fn who_does_not_wait_does_not_break_in() {
    adders(2, Blocking::No);
}
