//! Data races: pairs of accesses of a cell that only the schedule has ordered.
//!
//! Mattern's vector clocks, as FastTrack and its like use them: what a thread does
//! on a primitive is ordered after all that was done on it before.

use super::clock::Clocks;
use super::findings::{CellAccess, Finding};
use crate::base::{ObjectId, ThreadId};
use crate::platform::model::{Run, Step};
use crate::trace::Kind;
use crate::trace::objects::ObjectKind;

/// Finds the races of executions, and keeps its memory for the next.
#[derive(Default)]
pub struct Races {
    clocks: Clocks,
    /// By object.
    cells: Vec<Accesses>,
    found: Vec<Race>,
}

/// Two accesses that race, the first of them first.
#[derive(Clone, Copy, Debug)]
pub struct Race {
    cell: ObjectId,
    accesses: [Access; 2],
}

#[derive(Clone, Copy, Debug)]
struct Access {
    thread: ThreadId,
    /// How far its thread had come.
    at: u32,
    line: u32,
    did: Kind,
}

/// The last accesses of a cell by each thread.
#[derive(Default)]
struct Accesses {
    reads: Vec<Access>,
    writes: Vec<Access>,
    updates: Vec<Access>,
}

impl Race {
    /// Whether two are the same mistake: of the same two places in the program,
    /// whichever threads were there.
    pub fn is_same_as(&self, other: &Race) -> bool {
        let place = |access: &Access| (access.line, access.did as u8);
        let [one, two] = [0, 1].map(|k| place(&self.accesses[k]));
        let [one_of_other, two_of_other] = [0, 1].map(|k| place(&other.accesses[k]));
        self.cell == other.cell
            && ((one, two) == (one_of_other, two_of_other)
                || (one, two) == (two_of_other, one_of_other))
    }

    /// With the names that they have in the run.
    pub fn told<T>(&self, run: &Run<T>) -> Finding {
        let cell = run.objects.get(self.cell);
        Finding::Race {
            cell: cell.map(|(_, name)| name.to_owned()).unwrap_or_default(),
            accesses: self.accesses.map(|access| CellAccess {
                thread: access.thread,
                name: run.names.get(access.thread.index()).to_owned(),
                line: access.line,
                did: access.did,
            }),
        }
    }
}

impl Races {
    /// The races that an execution shows, each once.
    pub fn find<T>(&mut self, run: &Run<T>) -> &[Race] {
        let (threads, objects) = (run.started.len() + 1, run.objects.len());
        // Behind the threads' clocks those of the primitives, by object.
        self.clocks.reset(threads + objects, threads);
        self.cells.resize_with(objects, Accesses::default);
        self.cells.iter_mut().for_each(Accesses::clear);
        self.found.clear();
        let clocks = &mut self.clocks;
        let mut started = (1..).zip(&run.started).peekable();
        for (made, step) in (1..).zip(&run.steps) {
            // Those that the steps before have started.
            while let Some((child, (parent, _))) = started.next_if(|(_, (_, at))| *at < made) {
                clocks.copy(child, parent.index());
            }
            let thread = step.thread.index();
            if let Some(joined) = step.joined {
                clocks.merge(thread, joined.index());
            }
            *clocks.tick(thread, thread) += 1;
            let object = step.site.object;
            match (run.objects.kind(object), step.did) {
                (Some(ObjectKind::Cell), Some((did, _))) => {
                    let access = Access::of(step, did, *clocks.tick(thread, thread));
                    let cell = &mut self.cells[usize::from(object.0)];
                    cell.races_with(access, clocks.row(thread), |other| {
                        let race = Race {
                            cell: object,
                            accesses: [other, access],
                        };
                        if !self.found.iter().any(|known| known.is_same_as(&race)) {
                            self.found.push(race);
                        }
                    });
                    cell.add(access);
                }
                (Some(_), _) => {
                    let also = step.also.filter(|also| run.objects.kind(*also).is_some());
                    for primitive in [Some(object), also].into_iter().flatten() {
                        clocks.merge(thread, threads + usize::from(primitive.0));
                    }
                    for primitive in [Some(object), also].into_iter().flatten() {
                        clocks.copy(threads + usize::from(primitive.0), thread);
                    }
                }
                (None, _) => {}
            }
        }
        &self.found
    }
}

impl Access {
    fn of(step: &Step, did: Kind, at: u32) -> Access {
        Access {
            thread: step.thread,
            at,
            line: step.site.line,
            did,
        }
    }
}

impl Accesses {
    fn clear(&mut self) {
        self.reads.clear();
        self.writes.clear();
        self.updates.clear();
    }

    /// Tells those that a new access races with. Two atomic updates never do, and
    /// neither do two reads.
    fn races_with(&self, new: Access, clock: &[u32], mut tell: impl FnMut(Access)) {
        let reads = self.reads.iter().filter(|_| new.did != Kind::Load);
        let updates = self.updates.iter().filter(|_| new.did != Kind::Update);
        for &other in self.writes.iter().chain(reads).chain(updates) {
            if other.thread != new.thread && other.at > clock[other.thread.index()] {
                tell(other);
            }
        }
    }

    fn add(&mut self, new: Access) {
        let latest = match new.did {
            Kind::Load => &mut self.reads,
            Kind::Update => &mut self.updates,
            _ => &mut self.writes,
        };
        match latest.iter_mut().find(|known| known.thread == new.thread) {
            Some(known) => *known = new,
            None => latest.push(new),
        }
    }
}
