//! Threads that return values, over any platform.

mod thread;

pub use thread::Thread;
