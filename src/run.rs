//! What runs: the engines, the primitives and the scenarios, without the page.
//!
//! A crate of its own, so that it is compiled for speed and the page for size; its
//! modules are those of the crate `lockstep`, where they are used by the same names.

#![cfg_attr(
    target_arch = "wasm32",
    feature(asm_experimental_arch, stdarch_wasm_atomic_wait)
)]

pub mod aio;
pub mod base;
pub mod explore;
pub mod platform;
pub mod pool;
pub mod python;
pub mod scenario;
pub mod sync;
pub mod trace;
pub mod words;
