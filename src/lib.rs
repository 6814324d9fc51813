//! Lockstep: Python's synchronisation primitives on real threads, in the browser.
//!
//! ARCHITECTURE.md is the map. In short, from the bottom: [`base`], [`trace`],
//! [`platform`], [`explore`], [`sync`], [`pool`], [`scenario`], then [`share`] and
//! [`session`], and above them, in the browser only, `web` and `ui`.

#![cfg_attr(target_arch = "wasm32", feature(stdarch_wasm_atomic_wait))]

pub mod base;
pub mod explore;
pub mod platform;
pub mod pool;
pub mod scenario;
pub mod session;
pub mod share;
pub mod sync;
pub mod trace;
#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
