//! A run on OS threads that ends when its threads wait for ever.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use super::native::Run;
use super::{Blocked, watch::Watcher};
use crate::trace::memory::own::OwnMemory;

/// Time between two looks at the run's threads.
const LOOKS_APART: Duration = Duration::from_millis(10);

/// [`Run::main`] of a run that is watched meanwhile.
///
/// # Errors
/// Who waits for what, if its threads wait for ever; they are stopped then.
pub fn main<T>(run: &Run, program: impl Future<Output = T>) -> Result<Option<T>, Vec<Blocked>> {
    let (alive, over) = channel::<()>();
    let watching = thread::spawn({
        let run = run.clone();
        move || {
            let began = Instant::now();
            let mut watcher = Watcher::new(run.control_address());
            while over.recv_timeout(LOOKS_APART) == Err(RecvTimeoutError::Timeout) {
                let clock_ms = began.elapsed().as_secs_f64() * 1e3;
                if let Some(blocked) = look(&mut watcher, &run, clock_ms) {
                    run.stop();
                    return Err(blocked);
                }
            }
            Ok(())
        }
    });
    let result = run.main(program);
    drop(alive);
    match watching.join() {
        Ok(watched) => watched.map(|()| result),
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

#[allow(unsafe_code)]
fn look(watcher: &mut Watcher, _run: &Run, clock_ms: f64) -> Option<Vec<Blocked>> {
    // SAFETY: the run, borrowed for the call, owns its slots and tables. A word that a
    // thread waits on is there while the watcher looks at it (`stuck.rs`), and all else is
    // read when every thread is stuck, so that nobody writes or frees it.
    watcher.stuck(&unsafe { OwnMemory::new() }, clock_ms)
}
