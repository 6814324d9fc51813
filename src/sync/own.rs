//! A value with a lock of its own, which costs nothing while one thread owns it.
//!
//! What a Python program makes is reached by the thread that made it alone, as a rule. So
//! an [`Own`] begins as its maker's: readers and writers are counted by plain loads and
//! stores, which catch a second writer as `RefCell` does. Before another thread can reach
//! it, its owner [shares](Own::share) it, and from then on the count is a spin lock. What
//! will not change any more can be [frozen](Own::freeze), and is read without the lock.
//!
//! An object that another thread reaches although nobody has shared it is a bug, and
//! panics: `owner` is checked on every way to the value, and before any look at the count.
//! So no mistake of who shares, or of what a program's text says of its variables, becomes a
//! data race.
//!
//! A lock is held for moments, by code that neither waits nor runs any Python: guards do
//! not leave their thread, so none can be held across an `await` of a future that may.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering;

use parts::{AtomicI32, AtomicU32, ME};

/// Nobody is inside.
const FREE: i32 = 0;
/// One writer is inside; positive numbers count readers.
const WRITING: i32 = -1;

/// In the place of an owner: several threads can reach the value.
const SHARED: u32 = 0;
/// In the place of an owner: several threads can reach it, and none changes it.
const FROZEN: u32 = u32::MAX;

static THREADS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);

/// The number of this thread, from 1, which no other thread ever has.
#[inline]
fn me() -> u32 {
    let me = ME.with(Cell::get);
    if me != SHARED { me } else { first() }
}

#[cold]
fn first() -> u32 {
    let me = THREADS.fetch_add(1, Ordering::Relaxed);
    ME.with(|number| number.set(me));
    me
}

#[cold]
#[inline(never)]
fn refused() -> ! {
    panic!("an object is changed while it is in use, or by a thread that cannot reach it")
}

/// A value that one thread at a time may change.
pub struct Own<T> {
    /// Who alone can reach the value, or [`SHARED`], or [`FROZEN`]. The owner alone
    /// changes it, and who writes a shared value.
    owner: AtomicU32,
    state: State,
    value: UnsafeCell<T>,
}

/// Who is inside: [`FREE`], [`WRITING`], or how many readers.
struct State(AtomicI32);

// SAFETY: a thread gets to the value as its owner, whose accesses are those of one thread,
// or by the lock, or to look at what nobody changes: see `read` and `write`. Several
// readers can have `&T` at the same time, hence T: Sync.
#[allow(unsafe_code)]
unsafe impl<T: Send + Sync> Sync for Own<T> {}

/// By which way a guard has come to the value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Owned,
    Locked,
    Frozen,
}

/// A thread that is going to be, and will own what is [given](Own::give) to it.
pub struct Heir(u32);

impl Heir {
    pub fn new() -> Heir {
        Heir(THREADS.fetch_add(1, Ordering::Relaxed))
    }

    /// The calling thread is it from now on. What that has made before is nobody's.
    pub fn be(self) {
        ME.with(|number| number.set(self.0));
    }
}

impl Default for Heir {
    fn default() -> Heir {
        Heir::new()
    }
}

impl<T> Own<T> {
    pub fn shared(value: T) -> Own<T> {
        Own::of(SHARED, value)
    }

    pub fn new(value: T) -> Own<T> {
        Own::of(me(), value)
    }

    fn of(owner: u32, value: T) -> Own<T> {
        Own {
            owner: AtomicU32::new(owner),
            state: State(AtomicI32::new(FREE)),
            value: UnsafeCell::new(value),
        }
    }

    /// Whether several threads can reach the value, and may change it.
    #[inline]
    pub fn is_shared(&self) -> bool {
        self.owner.load(Ordering::Relaxed) == SHARED
    }

    /// Whether this thread may look at the value.
    pub fn is_reachable(&self) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        owner == SHARED || owner == FROZEN || owner == me()
    }

    /// From now on other threads may reach the value; what it contains has to be shared as
    /// well, before they do. False: they can already.
    ///
    /// # Panics
    /// If this thread does not own it, or is looking at it.
    pub fn share(&self) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner == SHARED || owner == FROZEN {
            return false;
        }
        // A guard knows by which way it came, so there may be none.
        if owner != me() || self.state.0.load(Ordering::Relaxed) != FREE {
            refused();
        }
        // Release: a thread that finds it shared by a way that orders nothing else, a
        // counter say, finds the value whole.
        self.owner.store(SHARED, Ordering::Release);
        true
    }

    /// From now on the heir alone can reach the value, unless several can. Starting the heir
    /// has to come after it.
    ///
    /// # Panics
    /// As [`share`](Self::share).
    pub fn give(&self, heir: &Heir) {
        let owner = self.owner.load(Ordering::Relaxed);
        if owner == SHARED || owner == FROZEN {
            return;
        }
        if owner != me() || self.state.0.load(Ordering::Relaxed) != FREE {
            refused();
        }
        self.owner.store(heir.0, Ordering::Release);
    }

    /// The value will not be changed any more, and can be read without a lock. Shared
    /// already, or nobody else can reach it yet.
    ///
    /// # Panics
    /// As [`share`](Self::share).
    pub fn freeze(&self) {
        self.share();
        let writing = self.write();
        if writing.way == Way::Locked {
            // Release: who finds it frozen finds what was written before.
            self.owner.store(FROZEN, Ordering::Release);
        }
    }

    /// To look at the value. Readers may be nested.
    #[inline]
    pub fn read(&self) -> Reading<'_, T> {
        let way = if self.owner.load(Ordering::Relaxed) == me() {
            let count = self.state.owned();
            if count < FREE {
                refused();
            }
            self.state.set_owned(count + 1);
            Way::Owned
        } else {
            self.read_of_many()
        };
        Reading {
            own: self,
            way,
            stays: PhantomData,
        }
    }

    #[inline(never)]
    fn read_of_many(&self) -> Way {
        // Acquire pairs with the Release of `freeze` and `share`.
        match self.owner.load(Ordering::Acquire) {
            FROZEN => return Way::Frozen,
            SHARED => {}
            _ => refused(),
        }
        self.spin(|state| (state >= FREE).then_some(state + 1));
        Way::Locked
    }

    /// To change the value.
    #[inline]
    pub fn write(&self) -> Writing<'_, T> {
        let way = if self.owner.load(Ordering::Relaxed) == me() {
            if self.state.owned() != FREE {
                refused();
            }
            self.state.set_owned(WRITING);
            Way::Owned
        } else {
            self.write_of_many()
        };
        Writing {
            own: self,
            way,
            stays: PhantomData,
        }
    }

    #[inline(never)]
    fn write_of_many(&self) -> Way {
        if self.owner.load(Ordering::Acquire) != SHARED {
            refused();
        }
        self.spin(|state| (state == FREE).then_some(WRITING));
        // It may have been frozen meanwhile.
        if self.owner.load(Ordering::Relaxed) != SHARED {
            self.state.0.store(FREE, Ordering::Release);
            refused();
        }
        Way::Locked
    }

    /// Waits until the state may become another, and makes it that.
    fn spin(&self, next: impl Fn(i32) -> Option<i32>) {
        let mut looks = 0u32;
        loop {
            let state = self.state.0.load(Ordering::Relaxed);
            // Acquire pairs with the Release of who was inside before.
            let entered = next(state).is_some_and(|next| {
                (self.state.0)
                    .compare_exchange_weak(state, next, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok()
            });
            if entered {
                return;
            }
            looks += 1;
            if looks.is_multiple_of(LOOKS) {
                parts::yield_now();
            } else {
                parts::spin_loop();
            }
        }
    }

    /// The value, of which there is no other user.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

/// For the owner, which finds itself in `owner` first. A relaxed store would do natively;
/// WebAssembly has no such, and waits for a whole barrier, so these are plain accesses.
impl State {
    #[inline]
    #[allow(unsafe_code)]
    fn owned(&self) -> i32 {
        // SAFETY: only the thread whose number `owner` is comes here, and numbers are given
        // once: an heir's to who becomes it, which is started after all was given to it. Any other finds the value shared before it looks at the state, or is refused:
        // its owner stores that with Release when it is done here for good, and others load
        // it with Acquire.
        unsafe { parts::plain_load(&self.0) }
    }

    #[inline]
    #[allow(unsafe_code)]
    fn set_owned(&self, state: i32) {
        // SAFETY: as in `owned`.
        unsafe { parts::plain_store(&self.0, state) }
    }
}

/// What it is made of.
#[cfg(not(loom))]
mod parts {
    pub use std::hint::spin_loop;
    pub use std::sync::atomic::{AtomicI32, AtomicU32};
    pub use std::thread::yield_now;

    use std::cell::Cell;

    thread_local! {
        pub static ME: Cell<u32> = const { Cell::new(super::SHARED) };
    }

    /// # Safety
    /// No other thread changes it at the same time.
    #[inline]
    #[allow(unsafe_code)]
    pub unsafe fn plain_load(number: &AtomicI32) -> i32 {
        // SAFETY: the caller's.
        unsafe { *number.as_ptr() }
    }

    /// # Safety
    /// No other thread looks at it at the same time.
    #[inline]
    #[allow(unsafe_code)]
    pub unsafe fn plain_store(number: &AtomicI32, value: i32) {
        // SAFETY: the caller's.
        unsafe { *number.as_ptr() = value }
    }
}

/// The same of loom's parts. A plain load checks that no other thread changes the number at
/// the same time; each plain store comes after one.
#[cfg(loom)]
mod parts {
    pub use loom::hint::spin_loop;
    pub use loom::sync::atomic::{AtomicI32, AtomicU32};
    pub use loom::thread::yield_now;

    use std::cell::Cell;
    use std::sync::atomic::Ordering;

    loom::thread_local! {
        pub static ME: Cell<u32> = Cell::new(super::SHARED);
    }

    #[allow(unsafe_code)]
    pub unsafe fn plain_load(number: &AtomicI32) -> i32 {
        // SAFETY: the caller's, which loom checks.
        unsafe { number.unsync_load() }
    }

    #[allow(unsafe_code)]
    pub unsafe fn plain_store(number: &AtomicI32, value: i32) {
        number.store(value, Ordering::Relaxed);
    }
}

/// How often to look at a lock before another thread gets the processor: who is inside may
/// be waiting for it.
const LOOKS: u32 = 64;

impl<T: Clone> Own<T> {
    #[inline]
    pub fn get(&self) -> T {
        self.read().clone()
    }

    #[inline]
    pub fn set(&self, value: T) {
        // What was there is dropped when the lock is free again: it may be long.
        let old = std::mem::replace(&mut *self.write(), value);
        drop(old);
    }
}

impl<T: Default> Default for Own<T> {
    fn default() -> Own<T> {
        Own::new(T::default())
    }
}

/// A guard stays on its thread: the owner's count is no atomic one, and a lock is left by
/// who has entered it.
pub struct Reading<'a, T> {
    own: &'a Own<T>,
    way: Way,
    stays: PhantomData<*const ()>,
}

pub struct Writing<'a, T> {
    own: &'a Own<T>,
    way: Way,
    stays: PhantomData<*const ()>,
}

impl<T> Deref for Reading<'_, T> {
    type Target = T;

    #[inline]
    #[allow(unsafe_code)]
    fn deref(&self) -> &T {
        // SAFETY: `read` counted this reader, so there is no writer until it is dropped;
        // or found the value frozen, and there will be none.
        unsafe { &*self.own.value.get() }
    }
}

impl<T> Deref for Writing<'_, T> {
    type Target = T;

    #[inline]
    #[allow(unsafe_code)]
    fn deref(&self) -> &T {
        // SAFETY: `write` found nobody inside and keeps others out until it is dropped.
        unsafe { &*self.own.value.get() }
    }
}

impl<T> DerefMut for Writing<'_, T> {
    #[inline]
    #[allow(unsafe_code)]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as above.
        unsafe { &mut *self.own.value.get() }
    }
}

impl<T> Drop for Reading<'_, T> {
    #[inline]
    fn drop(&mut self) {
        match self.way {
            Way::Owned => {
                let count = self.own.state.owned();
                self.own.state.set_owned(count - 1);
            }
            // Release: a writer that comes next comes after this look.
            Way::Locked => {
                self.own.state.0.fetch_sub(1, Ordering::Release);
            }
            Way::Frozen => {}
        }
    }
}

impl<T> Drop for Writing<'_, T> {
    #[inline]
    fn drop(&mut self) {
        match self.way {
            Way::Owned => self.own.state.set_owned(FREE),
            // Release: whoever comes next finds what was written.
            Way::Locked | Way::Frozen => self.own.state.0.store(FREE, Ordering::Release),
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};

    #[test]
    fn an_heir_alone_reaches_what_was_given_to_it() {
        let (heir, own) = (Heir::new(), Own::new(1));
        own.give(&heir);
        assert!(!own.is_reachable());
        let read = catch_unwind(AssertUnwindSafe(|| own.get()));
        assert!(read.is_err(), "it is the heir's");
        let changed = std::thread::spawn(move || {
            heir.be();
            own.set(own.get() + 1);
            own.get()
        });
        assert_eq!(changed.join().ok(), Some(2));
    }

    #[test]
    fn readers_nest_and_a_writer_is_alone() {
        let own = Own::new(1);
        {
            let (a, b) = (own.read(), own.read());
            assert_eq!(*a + *b, 2);
        }
        *own.write() += 1;
        assert_eq!(own.get(), 2);
        let nested = catch_unwind(AssertUnwindSafe(|| {
            let _reading = own.read();
            own.write();
        }));
        assert!(nested.is_err());
    }

    #[test]
    fn another_thread_is_kept_out() {
        let own = Own::new(1);
        let seen = std::thread::scope(|scope| scope.spawn(|| *own.read()).join());
        assert!(seen.is_err());
    }

    #[test]
    fn threads_take_turns_with_a_shared_value() {
        let rounds = if cfg!(miri) { 50 } else { 20_000 };
        let own = Own::new((0, 0));
        own.set((1, 1));
        assert!(own.share() && !own.share());
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    for _ in 0..rounds {
                        let mut writing = own.write();
                        writing.0 += 1;
                        writing.1 += 1;
                        drop(writing);
                        let (a, b) = (own.read(), own.read());
                        assert_eq!(a.0, b.1);
                    }
                });
            }
        });
        assert_eq!(own.get(), (3 * rounds + 1, 3 * rounds + 1));
    }

    #[test]
    fn what_is_frozen_is_read_by_all_and_written_by_none() {
        let own = Own::new(7);
        own.freeze();
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| assert_eq!(own.get(), 7));
            }
        });
        assert!(catch_unwind(AssertUnwindSafe(|| own.set(8))).is_err());
        assert_eq!(own.get(), 7);
    }

    #[test]
    fn nothing_is_shared_while_somebody_looks_at_it() {
        let own = Own::new(1);
        let sharing = catch_unwind(AssertUnwindSafe(|| {
            let _reading = own.read();
            own.share();
        }));
        assert!(sharing.is_err());
        assert!(!own.is_shared());
    }
}
