//! For programs that say themselves who goes next, as an event loop does.
//!
//! Such a program begins as any other does, and then names before each move those
//! who may make it. The oracle is asked where it names more than one. All its threads
//! are one in truth: nobody comes between two steps of the one that was let go before
//! it gives way, and so the order of all steps matters.

use std::time::Duration;

use super::Model;
use super::engine::{Part, start, with};
use super::threads::{Choice, Move};
use crate::base::{ObjectId, ThreadId};
use crate::platform::Platform;
use crate::trace::Site;

/// Adds a thread for an object that stands for it. Its body is polled at once, and
/// then at each of its moves.
pub fn add(name: &str, site: Site, body: impl Future<Output = ()> + 'static) -> ThreadId {
    let thread = start(name, Box::pin(body));
    with(|running| {
        running.threads.get(thread).site = site;
        if let Some(of) = running.thread_of.get_mut(usize::from(site.object.0)) {
            *of = Some(thread);
        }
    });
    thread
}

/// Gives the main thread another name.
pub fn name_main(name: &str) {
    with(|running| running.names.rename(ThreadId::MAIN.index(), name));
}

/// One of these goes next; where there is none, nobody goes any more.
pub fn let_go(threads: &[ThreadId]) {
    set(threads, Move::Step);
}

/// One of these goes next, since its time is up, which it is at this time.
pub fn let_times_end(threads: &[ThreadId], at: Duration) {
    with(|running| {
        for &thread in threads {
            let left = at.saturating_sub(running.threads.now());
            running.threads.sleep(thread, left);
        }
    });
    set(threads, Move::TimeOut);
}

fn set(threads: &[ThreadId], how: Move) {
    with(|running| {
        let turn = running.turn.get_or_insert_default();
        turn.clear();
        turn.extend(threads.iter().map(|&thread| (thread, how)));
    });
}

/// Says that the step under way makes a thread go on that waited: for who steps through it.
pub fn wakes(thread: ThreadId) {
    with(|running| running.wakes(thread));
}

/// Where the main thread stands, until the run is over: its last move is one that
/// nobody can tell the moment of.
pub fn main_waits(site: Site) {
    with(|running| running.begin(site, None, true));
}

/// Begins a step of the thread that runs, right after the one that is under way.
pub fn begin(site: Site) {
    with(|running| {
        running.begin(site, None, false);
        let next = running.step(Choice {
            thread: Model::current(),
            how: Move::Step,
            site,
            access: None,
        });
        running.made += 1;
        let (did, also) = (running.did.take(), running.also.take());
        running.parts.push(Part {
            did,
            also,
            next: super::Step {
                follows: true,
                ..next
            },
        });
    });
}

/// Whether the thread that runs was let go since its time was up.
pub fn is_time_up() -> bool {
    with(|running| {
        let turn = running.turn.as_ref();
        turn.is_some_and(|turn| turn.iter().any(|(_, how)| *how == Move::TimeOut))
    })
}

/// Whether an object is a thread's.
pub fn is_thread(object: ObjectId) -> bool {
    with(|running| running.thread_of(object).is_some())
}
