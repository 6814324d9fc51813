//! Threads that return values, futures, and pools of threads, over any platform:
//! `threading.Thread` and `concurrent.futures`.

mod executor;
mod future;
mod thread;
mod waiting;

pub use executor::{Map, ThreadPoolExecutor, shown};
pub use future::Future;
pub use thread::{Thread, sleep};
pub use waiting::{AsCompleted, Until, Waited, as_completed, wait};
