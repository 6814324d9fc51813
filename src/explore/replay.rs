//! The same execution again: recording what an oracle decides, and deciding so.

use super::graph::GraphMove;
use super::schedule::{Reader, Schedule};
use super::search::{Threads, is_node};
use crate::platform::model::{Choice, Move, Oracle, name_of};
use crate::platform::recording::Turn;

/// Records what another oracle decides.
pub struct Recorder<'a> {
    oracle: &'a mut dyn Oracle,
    schedule: Schedule,
}

impl<'a> Recorder<'a> {
    /// Adds the decisions to a schedule.
    pub fn new(oracle: &'a mut dyn Oracle, schedule: Schedule) -> Recorder<'a> {
        Recorder { oracle, schedule }
    }

    pub fn into_schedule(self) -> Schedule {
        self.schedule
    }
}

impl Oracle for Recorder<'_> {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let index = self.oracle.choose(choices)?;
        self.schedule.push(index, choices.len());
        Some(index)
    }
}

/// Goes a way of a graph. It ends the execution at its end, unless nothing is left to
/// choose from there on.
pub struct Follow<'a> {
    moves: std::slice::Iter<'a, GraphMove>,
    threads: &'a Threads,
}

impl<'a> Follow<'a> {
    pub fn new(moves: &'a [GraphMove], threads: &'a Threads) -> Follow<'a> {
        Follow {
            moves: moves.iter(),
            threads,
        }
    }
}

impl Oracle for Follow<'_> {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if !is_node(choices) {
            return Some(0);
        }
        let next = self.moves.next()?;
        let name = self.threads.name(next.thread);
        let is_next = |choice: &Choice| choice.how == next.how && name_of(choice.thread) == name;
        choices.iter().position(is_next)
    }
}

/// Decides as was decided in a run on real threads. It ends the execution where that
/// cannot be.
pub struct Recorded {
    turns: std::vec::IntoIter<Turn>,
}

impl Recorded {
    /// Whether the execution may keep to the clock: on real threads time passes also while
    /// others could go on.
    pub fn keeps_to_clock(turns: &[Turn]) -> bool {
        turns.iter().all(|turn| turn.how != Move::TimeOut)
    }

    pub fn new(turns: Vec<Turn>) -> Recorded {
        Recorded {
            turns: turns.into_iter(),
        }
    }
}

impl Oracle for Recorded {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let Turn { thread, how } = self.turns.next()?;
        let went = |choice: &Choice| choice.thread == thread && choice.how == how;
        choices.iter().position(went)
    }
}

/// Decides as a schedule says, and after its end for the first choice there is.
pub struct Replay<'a> {
    reader: Reader<'a>,
    asked: usize,
    misfit: Option<usize>,
}

impl<'a> Replay<'a> {
    pub fn new(schedule: &'a Schedule) -> Replay<'a> {
        Replay {
            reader: schedule.read(),
            asked: 0,
            misfit: None,
        }
    }

    /// The decision, from 1, at which the schedule named a choice that there was
    /// not: it is of another program, or was damaged.
    pub fn misfit(&self) -> Option<usize> {
        self.misfit
    }

    fn decide(&mut self, count: usize) -> Option<usize> {
        self.asked += 1;
        match self.reader.next(count) {
            None => Some(0),
            Some(Ok(index)) => Some(index),
            Some(Err(())) => {
                self.misfit.get_or_insert(self.asked);
                None
            }
        }
    }
}

impl Oracle for Replay<'_> {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        self.decide(choices.len())
    }
}
