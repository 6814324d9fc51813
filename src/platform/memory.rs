//! How much memory a thread has taken: an allocator that counts.
//!
//! A program in Python may take only so much, and whatever it makes comes from the
//! allocator: counted there, nothing is forgotten. A binary that runs programs installs
//! it; in one that does not, memory has no limit.

#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Bytes that this thread may still take. It has no destructor and needs no memory.
    static LEFT: Cell<isize> = const { Cell::new(isize::MAX / 2) };
}

/// The system's allocator, and a count for each thread.
///
/// ```
/// use lockstep_run::platform::memory::{self, Counting};
///
/// #[global_allocator]
/// static MEMORY: Counting = Counting;
///
/// memory::allow(1_000);
/// let kept = vec![0u8; 2_000];
/// assert!(memory::is_out());
/// drop(kept);
/// assert!(!memory::is_out());
/// ```
pub struct Counting;

/// This thread may take so many bytes from now on.
pub fn allow(bytes: usize) {
    LEFT.set(isize::try_from(bytes).unwrap_or(isize::MAX / 2));
}

/// It has taken more.
#[inline]
pub fn is_out() -> bool {
    LEFT.get() < 0
}

#[inline]
fn count(bytes: isize) {
    LEFT.set(LEFT.get().wrapping_add(bytes));
}

// SAFETY: every call is handed to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(-(layout.size() as isize));
        // SAFETY: the caller upholds what `alloc` asks for.
        unsafe { System.alloc(layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(-(layout.size() as isize));
        // SAFETY: the caller upholds what `alloc_zeroed` asks for.
        unsafe { System.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        count(layout.size() as isize);
        // SAFETY: the caller upholds what `dealloc` asks for; `alloc` is the system's.
        unsafe { System.dealloc(memory, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, memory: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(layout.size() as isize - size as isize);
        // SAFETY: the caller upholds what `realloc` asks for; `alloc` is the system's.
        unsafe { System.realloc(memory, layout, size) }
    }
}
