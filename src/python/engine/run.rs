//! A program from its beginning to its end, on any platform.

use super::drive::drive;
use super::{Entry, over};
use crate::platform::{Platform, memory};
use crate::python::lib;
use crate::python::machine::{
    Ending, Machine, Result, World, ending_of, note_uncaught, tell_uncaught,
};
use crate::python::values::{Raise, Value};
use crate::sync::{Blocking, Error, ErrorKind};
use crate::trace::{At, Site};

/// Runs a program as the platform's main thread, and waits for the threads that it leaves
/// behind, but for daemons. What it came to is then the world's, which was made for this
/// platform's [`engine`](super::engine).
pub async fn run<P: Platform>(world: &'static World) {
    if lib::asks_for_ends(world.program) {
        P::notice_ends();
    }
    begin::<P>(world);
    let mut machine = Machine::new(world, 0);
    machine.enter_modules();
    let ended = match drive::<P>(world, machine).await {
        Ok(ending) => ending,
        Err(raise) => tell_uncaught(world, &raise),
    };
    world.threads.note(ended);
    if !matches!(ended, Ending::Incomplete { .. }) {
        finish::<P>(world).await;
    }
    if has_daemons(world) {
        // Daemons end with the program, which they may notice.
        P::point(Site::NONE).await;
        world.threads.end();
        P::end_others();
    } else {
        world.threads.end();
        if world.has_left_some() {
            P::end_others();
        }
    }
}

/// Begins a process, as its main thread.
pub(super) fn begin<P: Platform>(world: &'static World) {
    if let Some(heap) = world.heap.get() {
        P::track(heap);
    }
    world.threads.add(|_| Entry {
        object: Value::Unset,
        thread: None,
        daemon: false,
    });
}

/// Waits for all that a process leaves behind, but for its daemons.
pub(super) async fn finish<P: Platform>(world: &'static World) {
    close_pools(world).await;
    join_all(world).await;
    end_processes(world).await;
    if world.parent.is_some() && has_daemons(world) {
        P::point(Site::NONE).await;
        world.kill();
        for entry in world.threads.all() {
            if let Some(thread) = entry.thread {
                thread.abandon();
            }
        }
    }
}

fn has_daemons(world: &World) -> bool {
    let all = world.threads.all();
    let mut threads = all.iter().filter_map(|entry| entry.thread.as_ref());
    threads.any(|thread| thread.is_running())
}

/// Ends the process's own processes: daemons where they are, then the others when they are
/// done.
async fn end_processes(world: &'static World) {
    let at = At { line: 0 };
    let children = world.processes.get();
    for child in &children {
        if child.daemon && child.process.is_running() {
            let _ = child.process.kill(SIGTERM).begin(at).await;
        }
    }
    for child in &children {
        let _ = child.process.join(Blocking::Forever).begin(at).await;
    }
}

/// What ends a process.
pub const SIGTERM: i64 = 15;

/// Lets the threads of pools end when their work is done.
async fn close_pools(world: &'static World) {
    let pools = world.threads.pools().into_iter();
    for pool in pools.filter(|pool| pool.is_open()) {
        let closes = pool.at_exit(ENDED);
        // Nothing is raised.
        let _ = closes.begin(At { line: 0 }).await;
    }
}

/// What pools refuse jobs with when the program has come to its end.
const ENDED: Error = Error::fixed(
    ErrorKind::RuntimeError,
    "cannot schedule new futures after interpreter shutdown",
);

/// Waits for all threads but daemons.
async fn join_all(world: &'static World) {
    // Those that are started meanwhile stand at the end of the list.
    let mut next = 1;
    while let Some(entry) = world.threads.get(next) {
        next += 1;
        if let (false, Some(thread)) = (entry.daemon, &entry.thread)
            && thread.is_running()
        {
            // It was started, so this does not fail.
            let _ = thread.join(Blocking::Forever).begin(At { line: 0 }).await;
        }
    }
}

/// A thread's part of the program: the call of its `run`. Whether an exception ended it.
pub(super) async fn run_thread<P: Platform>(world: &'static World, number: u32) -> over::Ended {
    if !P::DECIDES {
        memory::allow(world.limits.memory);
    }
    let object = world.threads.object(number);
    let machine = Machine::of_call(world, number, lib::run_of(world, number, &object));
    let raised = match drive::<P>(world, machine).await {
        Ok(ending) => {
            world.threads.note(ending);
            false
        }
        Err(raise) => {
            let told = told::<P>(world, number, &object, raise).await;
            told.is_err()
        }
    };
    over::Ended { raised, world }
}

/// Tells an exception that a thread did not catch, by `threading.excepthook`. An error: it
/// counts as one, which SystemExit does not.
async fn told<P: Platform>(
    world: &'static World,
    number: u32,
    object: &Value,
    raise: Raise,
) -> Result<()> {
    if lib::is_exit(&raise) {
        return Ok(());
    }
    world.threads.note(ending_of(&raise));
    note_uncaught(world, &raise);
    let hook = lib::excepthook(world, object, &raise);
    let machine = Machine::of_call(world, number, hook);
    // What the hook raises is told nobody.
    let _ = drive::<P>(world, machine).await;
    Err(raise)
}
