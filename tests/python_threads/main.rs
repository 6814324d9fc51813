//! Python programs of threads: on OS threads, and on the model under many seeds.

#![cfg(not(loom))]

mod tutorial;
