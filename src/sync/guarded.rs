//! A value that only the holder of a mutex can touch.

use std::cell::UnsafeCell;

use super::mutex::Mutex;
use crate::platform::Platform;
use crate::trace::Site;

/// A mutex and what it protects, for the insides of a primitive.
pub struct Guarded<P: Platform, T> {
    mutex: Mutex<P>,
    value: UnsafeCell<T>,
}

// SAFETY: `with` alone reaches the value, and one thread at a time is in it; the
// mutex orders each after the one before. The value itself goes from thread to
// thread, hence Send.
#[allow(unsafe_code)]
unsafe impl<P: Platform, T: Send> Sync for Guarded<P, T> {}

impl<P: Platform, T> Guarded<P, T> {
    pub fn new(value: T) -> Guarded<P, T> {
        Guarded {
            mutex: Mutex::new(),
            value: UnsafeCell::new(value),
        }
    }

    /// [`with`](Self::with), if nobody is in there at this moment.
    #[inline]
    #[allow(unsafe_code)]
    pub fn try_with<R>(&self, body: impl FnOnce(&mut T) -> R) -> Option<R> {
        if !self.mutex.try_acquire() {
            return None;
        }
        // SAFETY: this thread holds the mutex (see Sync) until the release below.
        let result = body(unsafe { &mut *self.value.get() });
        self.mutex.release();
        Some(result)
    }

    /// Does something to the value while nobody else can. It may not wait: the
    /// mutex is held for moments.
    #[inline]
    #[allow(unsafe_code)]
    pub async fn with<R>(&self, at: Site, body: impl FnOnce(&mut T) -> R) -> R {
        self.mutex.acquire(at).await;
        // SAFETY: this thread holds the mutex (see Sync), and `body` cannot
        // await, so it is done before the release below.
        let result = body(unsafe { &mut *self.value.get() });
        self.mutex.release();
        result
    }
}
