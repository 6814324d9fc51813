//! A value with a lock of its own, which costs nothing while one thread owns it.
//!
//! What a Python program makes is reached by the thread that made it alone, as a rule. So
//! an [`Own`] begins as its maker's: readers and writers are counted by plain loads and
//! stores, which catch a second writer as `RefCell` does. Objects that are handed to
//! another thread have to be shared before; until threads come, nothing does, and a
//! foreign thread that touches one is a bug and panics.

use std::cell::{Cell, UnsafeCell};
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

/// Nobody is inside.
const FREE: i32 = 0;
/// One writer is inside; positive numbers count readers.
const WRITING: i32 = -1;

static THREADS: AtomicU32 = AtomicU32::new(1);

thread_local! {
    static ME: Cell<u32> = const { Cell::new(0) };
}

/// The number of this thread, from 1.
#[inline]
fn me() -> u32 {
    let me = ME.get();
    if me != 0 { me } else { first() }
}

#[cold]
fn first() -> u32 {
    let me = THREADS.fetch_add(1, Ordering::Relaxed);
    ME.set(me);
    me
}

#[cold]
#[inline(never)]
fn refused() -> ! {
    panic!("an object is changed while it is in use, or by a thread that does not own it")
}

/// A value that one thread at a time may change.
pub struct Own<T> {
    owner: u32,
    state: AtomicI32,
    value: UnsafeCell<T>,
}

// SAFETY: only the owner's thread ever gets to the value (`enter` checks), so this is no
// more than moving it; the value may be dropped by another thread, hence Send.
#[allow(unsafe_code)]
unsafe impl<T: Send> Sync for Own<T> {}

impl<T> Own<T> {
    pub fn new(value: T) -> Own<T> {
        Own {
            owner: me(),
            state: AtomicI32::new(FREE),
            value: UnsafeCell::new(value),
        }
    }

    #[inline]
    fn enter(&self) -> i32 {
        if self.owner != me() {
            refused();
        }
        self.state.load(Ordering::Relaxed)
    }

    /// To look at the value. Readers may be nested.
    #[inline]
    pub fn read(&self) -> Reading<'_, T> {
        let state = self.enter();
        if state < FREE {
            refused();
        }
        self.state.store(state + 1, Ordering::Relaxed);
        Reading {
            own: self,
            stays: PhantomData,
        }
    }

    /// To change the value.
    #[inline]
    pub fn write(&self) -> Writing<'_, T> {
        if self.enter() != FREE {
            refused();
        }
        self.state.store(WRITING, Ordering::Relaxed);
        Writing {
            own: self,
            stays: PhantomData,
        }
    }

    /// The value, of which there is no other user.
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

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

/// A guard stays on its thread, as the count is no atomic one.
pub struct Reading<'a, T> {
    own: &'a Own<T>,
    stays: PhantomData<*const ()>,
}

pub struct Writing<'a, T> {
    own: &'a Own<T>,
    stays: PhantomData<*const ()>,
}

impl<T> Deref for Reading<'_, T> {
    type Target = T;

    #[inline]
    #[allow(unsafe_code)]
    fn deref(&self) -> &T {
        // SAFETY: `read` counted this reader, so there is no writer until it is dropped.
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
        let state = &self.own.state;
        state.store(state.load(Ordering::Relaxed) - 1, Ordering::Relaxed);
    }
}

impl<T> Drop for Writing<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.own.state.store(FREE, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_nest_and_a_writer_is_alone() {
        let own = Own::new(1);
        {
            let (a, b) = (own.read(), own.read());
            assert_eq!(*a + *b, 2);
        }
        *own.write() += 1;
        assert_eq!(own.get(), 2);
        let nested = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
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
}
