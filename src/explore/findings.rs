//! What is wrong with an execution, whatever it came to: who waits for whom for
//! ever, and which accesses race.

use super::count::{Clock, merge};
use crate::base::ThreadId;
use crate::platform::model::{Blocked, Ended, Run, Step};
use crate::trace::Kind;
use crate::trace::objects::ObjectKind;

/// Something that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Threads that each wait for what the next of them holds, and the last for
    /// what the first does; one alone waits for itself.
    Deadlock { cycle: Vec<Blocked> },
    /// Threads that wait to be told something, and nobody is left to tell them.
    LostWakeUp { waiting: Vec<Blocked> },
    /// Two accesses of a cell that nothing orders, one of which changes it.
    Race {
        cell: String,
        accesses: [CellAccess; 2],
    },
}

/// An access of a shared cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellAccess {
    pub thread: ThreadId,
    /// The thread's name.
    pub name: String,
    pub line: u32,
    pub did: Kind,
}

impl Finding {
    /// Whether two are the same mistake: the same threads that wait for the same, or
    /// a race of the same two places in the program, whichever threads were there.
    pub fn is_same_as(&self, other: &Finding) -> bool {
        let places = |accesses: &[CellAccess; 2]| {
            let mut places = [0, 1].map(|k| (accesses[k].line, accesses[k].did as u8));
            places.sort_unstable();
            places
        };
        match (self, other) {
            (
                Finding::Race { cell, accesses },
                Finding::Race {
                    cell: other_cell,
                    accesses: others,
                },
            ) => cell == other_cell && places(accesses) == places(others),
            _ => self == other,
        }
    }
}

/// All that an execution shows, each once.
pub fn findings<T>(run: &Run<T>) -> Vec<Finding> {
    let mut found = races(run);
    if run.ended == Ended::Deadlock {
        found.push(stuck(&run.blocked));
    }
    found
}

/// Why threads wait for ever.
fn stuck(blocked: &[Blocked]) -> Finding {
    let waiting_for = |thread: &Blocked| {
        let holder = thread.holder?;
        blocked.iter().find(|other| other.thread == holder)
    };
    for first in blocked {
        let mut cycle = vec![first.clone()];
        let mut at = first;
        while let Some(next) = waiting_for(at) {
            if next.thread == first.thread {
                return Finding::Deadlock { cycle };
            }
            if cycle.iter().any(|seen| seen.thread == next.thread) {
                // A cycle that this thread only leads into: it is found from there.
                break;
            }
            cycle.push(next.clone());
            at = next;
        }
    }
    let untold = blocked
        .iter()
        .filter(|thread| waiting_for(thread).is_none());
    Finding::LostWakeUp {
        waiting: untold.cloned().collect(),
    }
}

/// An access of each of some threads, and how far that thread had come.
type Latest = Vec<(u32, Step, Kind)>;

/// The last accesses of a cell by each thread.
#[derive(Default)]
struct Accesses {
    plain_reads: Latest,
    writes: Latest,
    updates: Latest,
}

/// Pairs of accesses that only the schedule has ordered. Mattern's vector clocks,
/// as FastTrack and its like use them: what a thread does on a primitive is ordered
/// after all that was done on it before.
fn races<T>(run: &Run<T>) -> Vec<Finding> {
    let threads = run.started.len() + 1;
    let mut clocks: Vec<Clock> = vec![vec![0; threads]; threads];
    // By object.
    let mut primitives: Vec<Clock> = vec![Vec::new(); run.objects.len()];
    let mut cells: Vec<Accesses> = Vec::new();
    cells.resize_with(run.objects.len(), Accesses::default);
    let mut found: Vec<Finding> = Vec::new();
    let start = |made: usize, clocks: &mut Vec<Clock>| {
        for (child, &(parent, at)) in (1..).zip(&run.started) {
            if at == made {
                clocks[child] = clocks[parent.index()].clone();
            }
        }
    };
    start(0, &mut clocks);
    for (made, step) in (1..).zip(&run.steps) {
        let thread = step.thread.index();
        let mut clock = std::mem::take(&mut clocks[thread]);
        if let Some(joined) = step.joined {
            merge(&mut clock, &clocks[joined.index()]);
        }
        clock[thread] += 1;
        let object = usize::from(step.site.object.0);
        match (run.objects.get(object), step.did) {
            (Some((ObjectKind::Cell, name)), Some((did, _))) => {
                let cell = &mut cells[object];
                for (other, other_did) in cell.against(step, did, &clock) {
                    let accesses = [access(run, &other, other_did), access(run, step, did)];
                    let race = Finding::Race {
                        cell: name.clone(),
                        accesses,
                    };
                    if !found.iter().any(|known| known.is_same_as(&race)) {
                        found.push(race);
                    }
                }
                cell.add(step, did, clock[thread]);
            }
            (Some(_), _) => {
                let also = step.also.map(|also| usize::from(also.0));
                let touched = [Some(object), also.filter(|&also| also < primitives.len())];
                for primitive in touched.into_iter().flatten() {
                    merge(&mut clock, &primitives[primitive]);
                }
                for primitive in touched.into_iter().flatten() {
                    primitives[primitive].clone_from(&clock);
                }
            }
            (None, _) => {}
        }
        clocks[thread] = clock;
        start(made, &mut clocks);
    }
    found
}

fn access<T>(run: &Run<T>, step: &Step, did: Kind) -> CellAccess {
    let name = run.names.get(step.thread.index());
    CellAccess {
        thread: step.thread,
        name: name.cloned().unwrap_or_default(),
        line: step.site.line,
        did,
    }
}

impl Accesses {
    /// Those that a new access races with. Two atomic updates never do.
    fn against(&self, step: &Step, did: Kind, clock: &Clock) -> Vec<(Step, Kind)> {
        let reads = if did == Kind::Load {
            &[][..]
        } else {
            &self.plain_reads
        };
        let updates = if did == Kind::Update {
            &[][..]
        } else {
            &self.updates
        };
        let all = self.writes.iter().chain(reads).chain(updates);
        all.filter(|(at, other, _)| {
            other.thread != step.thread && *at > clock[other.thread.index()]
        })
        .map(|&(_, other, did)| (other, did))
        .collect()
    }

    fn add(&mut self, step: &Step, did: Kind, at: u32) {
        let latest = match did {
            Kind::Load => &mut self.plain_reads,
            Kind::Update => &mut self.updates,
            _ => &mut self.writes,
        };
        latest.retain(|(_, other, _)| other.thread != step.thread);
        latest.push((at, *step, did));
    }
}
