//! Reading the memory of a run, from inside it or from outside.

use std::sync::atomic::AtomicU32;

/// Stores a word, and orders nothing: an atomic store, relaxed.
///
/// It exists for wasm, for which compilers know no such store: every atomic one is a full
/// fence there, at several nanoseconds, in the hottest paths that there are. What wasm
/// itself calls a plain store is a relaxed one of an aligned word: whoever reads it at the
/// same time reads the old value or the new one (WebAssembly threads, "Memory Model": no
/// tearing).
#[inline]
pub fn note(word: &AtomicU32, value: u32) {
    #[cfg(target_arch = "wasm32")]
    #[allow(unsafe_code)]
    // SAFETY: the pointer comes from a reference, so it is aligned and lives. What the
    // compiler may assume of assembly is that it does what a relaxed store does, and so
    // it does.
    unsafe {
        core::arch::asm!(
            "local.get {word}",
            "local.get {value}",
            "i32.store 0",
            word = in(local) word.as_ptr(),
            value = in(local) value,
            options(nostack, preserves_flags),
        );
    }
    #[cfg(not(target_arch = "wasm32"))]
    word.store(value, std::sync::atomic::Ordering::Relaxed);
}

/// A memory in which a run's rings and tables lie.
///
/// The page implements it over the run's `WebAssembly.Memory`, native tests over
/// their own address space. Addresses that lie outside read as zeros.
pub trait Memory {
    /// An atomic load that acquires what was written before the value was stored.
    fn load(&self, address: usize) -> u32;
    /// An atomic store that releases what was read before.
    fn store(&self, address: usize, value: u32);
    /// Copies bytes out, without synchronisation.
    fn read(&self, address: usize, into: &mut [u8]);

    /// An atomic load of an address or a length, as [`load`](Self::load).
    fn load_usize(&self, address: usize) -> usize;

    /// The signed 64-bit number at an address.
    fn read_i64(&self, address: usize) -> i64 {
        let mut bytes = [0; 8];
        self.read(address, &mut bytes);
        i64::from_le_bytes(bytes)
    }

    /// Text at an address; bytes that are not UTF-8 are replaced, and a length
    /// that no name has is taken for garbage.
    fn read_text(&self, address: usize, len: usize) -> String {
        const LONGEST: usize = 4096;
        if address == 0 || len > LONGEST {
            return String::new();
        }
        let mut bytes = vec![0; len];
        self.read(address, &mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The memory that this code itself runs in: native tests read a run with it.
#[cfg(not(target_arch = "wasm32"))]
pub mod own {
    use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

    use super::Memory;

    #[derive(Clone, Copy)]
    pub struct OwnMemory(());

    #[allow(unsafe_code)]
    impl OwnMemory {
        /// # Safety
        /// Every address given to the value must be that of a live ring, table or
        /// cell, and no thread may be writing the bytes that are read: poll a run
        /// when it is over, or does nothing.
        pub unsafe fn new() -> OwnMemory {
            OwnMemory(())
        }
    }

    #[allow(unsafe_code)]
    impl Memory for OwnMemory {
        fn load(&self, address: usize) -> u32 {
            // SAFETY: whoever made this value promised that the address is live.
            unsafe { AtomicU32::from_ptr(address as *mut u32) }.load(Ordering::Acquire)
        }

        fn load_usize(&self, address: usize) -> usize {
            // SAFETY: as in `load`.
            unsafe { AtomicUsize::from_ptr(address as *mut usize) }.load(Ordering::Acquire)
        }

        fn store(&self, address: usize, value: u32) {
            // SAFETY: as in `load`.
            unsafe { AtomicU32::from_ptr(address as *mut u32) }.store(value, Ordering::Release);
        }

        fn read(&self, address: usize, into: &mut [u8]) {
            for (i, byte) in into.iter_mut().enumerate() {
                // SAFETY: as in `load`, and nobody writes them now.
                *byte = unsafe { std::ptr::read_volatile((address + i) as *const u8) };
            }
        }
    }
}
