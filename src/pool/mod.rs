//! Threads that return values, futures, pools of threads, and pages that threads ask
//! for, over any platform: `threading.Thread`, `concurrent.futures`, and what
//! `urllib.request` is for.

mod executor;
mod future;
mod page;
mod thread;
mod waiting;
mod workers;

pub use executor::{CLOSED, Map, ThreadPoolExecutor};
pub use future::{Future, Progress};
pub use page::Page;
pub use thread::{Ending, Thread, sleep};
pub use waiting::{AsCompleted, Until, Waited, as_completed, as_completed_at, wait, wait_at};
pub use workers::{Employer, Workers, shown};
