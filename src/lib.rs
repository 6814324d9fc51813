//! Lockstep: Python's synchronisation primitives on real threads, in the browser.
//!
//! ARCHITECTURE.md is the map. In short, from the bottom: [`words`], [`base`],
//! [`trace`], [`platform`], [`explore`], [`sync`], [`pool`], [`scenario`], then [`share`] and
//! [`session`], and above them, in the browser only, `web` and `ui`.

pub use lockstep_run::{aio, base, explore, platform, pool, python, scenario, sync, trace, words};

pub mod session;
pub mod share;
#[cfg(target_arch = "wasm32")]
pub mod ui;
#[cfg(target_arch = "wasm32")]
pub mod web;
