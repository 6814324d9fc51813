//! A line of threads that wait to be let through, the longest waiting first.
//!
//! The line itself is kept under the mutex of the primitive that it belongs to.
//! Each thread in it has a word of its own, and is stuck exactly as long as it
//! stands there.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::platform::{Platform, Woken, Word};
use crate::trace::Site;

/// In the line.
const WAITING: u32 = 0;
/// Let through: the thread may try again.
const THROUGH: u32 = 1;

pub struct Line<P: Platform>(VecDeque<Arc<Place<P>>>);

/// A thread's place in a line.
pub struct Place<P: Platform> {
    word: P::Word,
}

/// Those who were let through, to be woken once the mutex is released.
#[must_use]
pub struct Through<P: Platform>(VecDeque<Arc<Place<P>>>);

impl<P: Platform> Line<P> {
    /// Stands at the end of the line. Under the mutex.
    pub fn join(&mut self) -> Arc<Place<P>> {
        let place = Arc::new(Place {
            word: P::Word::new(WAITING),
        });
        self.0.push_back(Arc::clone(&place));
        place
    }

    /// Leaves the line, unless let through: then it has been left. Under the mutex.
    pub fn leave(&mut self, place: &Arc<Place<P>>) {
        self.0.retain(|other| !Arc::ptr_eq(other, place));
    }

    /// Lets up to `count` of those through who have waited longest. Under the
    /// mutex; what remains to be done after it is to wake them.
    pub fn let_through(&mut self, count: usize) -> Through<P> {
        let through: VecDeque<_> = self.0.drain(..count.min(self.0.len())).collect();
        for place in &through {
            // Relaxed: the thread goes on by way of the mutex, which orders it.
            place.word.store(THROUGH, Relaxed);
        }
        Through(through)
    }
}

impl<P: Platform> Place<P> {
    /// Waits to be let through: `false` if the time was up.
    pub async fn wait(&self, deadline: Option<Duration>, at: Site) -> bool {
        while self.word.load(Relaxed) == WAITING {
            if P::wait(&self.word, WAITING, deadline, at).await == Woken::TimedOut {
                return false;
            }
        }
        true
    }
}

impl<P: Platform> Through<P> {
    pub fn wake(self) {
        for place in self.0 {
            P::wake(&place.word, 1);
        }
    }
}

impl<P: Platform> Default for Line<P> {
    fn default() -> Line<P> {
        Line(VecDeque::new())
    }
}
