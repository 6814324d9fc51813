//! Python programs of threads: on OS threads, on the model under many seeds, and through
//! all their interleavings.

#![cfg(not(loom))]

mod asyncio_rows;
mod beside;
mod counts;
mod cpython;
mod deadlocks;
mod faults;
mod generators;
mod library;
mod lists;
mod many;
mod network;
mod pools;
mod processes;
mod programs;
mod random;
mod tutorial;
mod views;
