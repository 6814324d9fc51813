//! The memory of a run, as the page holds it.

use js_sys::{Atomics, Int32Array, Object, Reflect, Uint8Array, WebAssembly};
use wasm_bindgen::JsValue;

use crate::trace::Memory;

/// The most that a run's memory grows to: 256 MiB, as the module was linked.
const MAXIMUM_PAGES: u32 = 4096;

/// What it begins with: 2 MiB, more than the module `workers` needs to be instantiated,
/// which is its main thread's stack and its data. A run grows it as it needs.
const INITIAL_PAGES: u32 = 32;

/// A fresh shared memory for one run.
pub struct RunMemory(WebAssembly::Memory);

impl RunMemory {
    /// # Errors
    /// The browser's, where it grants no such memory.
    pub fn new() -> Result<RunMemory, JsValue> {
        let wish = Object::new();
        Reflect::set(&wish, &"initial".into(), &INITIAL_PAGES.into())?;
        Reflect::set(&wish, &"maximum".into(), &MAXIMUM_PAGES.into())?;
        Reflect::set(&wish, &"shared".into(), &true.into())?;
        WebAssembly::Memory::new(&wish).map(RunMemory)
    }

    /// What a worker is handed.
    pub fn as_js(&self) -> &JsValue {
        self.0.as_ref()
    }

    pub fn buffer(&self) -> JsValue {
        self.0.buffer()
    }

    /// A view of the memory as it is now. Not to be kept: the memory grows, and
    /// a view does not.
    pub fn view(&self) -> View {
        let buffer = self.0.buffer();
        View {
            bytes: Uint8Array::new(&buffer),
            words: Int32Array::new(&buffer),
        }
    }
}

pub struct View {
    bytes: Uint8Array,
    words: Int32Array,
}

impl View {
    /// Wakes all threads that wait on the word at an address.
    pub fn notify(&self, address: usize) {
        // An address outside is nobody's.
        let _ = Atomics::notify(&self.words, (address / 4) as u32);
    }
}

impl Memory for View {
    fn load(&self, address: usize) -> u32 {
        let word = Atomics::load(&self.words, (address / 4) as u32);
        word.map_or(0, i32::cast_unsigned)
    }

    fn load_usize(&self, address: usize) -> usize {
        self.load(address) as usize
    }

    fn store(&self, address: usize, value: u32) {
        // An address outside is nobody's.
        let _ = Atomics::store(&self.words, (address / 4) as u32, value.cast_signed());
    }

    fn read(&self, address: usize, into: &mut [u8]) {
        let end = (address as u64) + into.len() as u64;
        if end > u64::from(self.bytes.length()) {
            into.fill(0);
            return;
        }
        self.bytes
            .subarray(address as u32, end as u32)
            .copy_to(into);
    }
}
