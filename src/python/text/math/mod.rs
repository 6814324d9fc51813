//! The module `math`, where Rust's standard library lacks a function or CPython checks more:
//! `Modules/mathmodule.c`.

pub mod functions;
mod gamma;
mod hyperbolic;
pub mod integer;
pub mod sums;
