//! The same execution again: recording what an oracle decides, and deciding so.

use super::schedule::{Reader, Schedule};
use crate::base::ThreadId;
use crate::platform::model::{Choice, Move, Oracle};
use crate::platform::recording::Decision;

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

    fn pick(&mut self, count: usize) -> usize {
        let index = self.oracle.pick(count);
        self.schedule.push(index, count);
        index
    }
}

/// Lets threads go in a given order. It ends the execution where the next cannot.
pub struct Follow {
    order: std::vec::IntoIter<ThreadId>,
}

impl Follow {
    pub fn new(order: Vec<ThreadId>) -> Follow {
        Follow {
            order: order.into_iter(),
        }
    }
}

impl Oracle for Follow {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let thread = self.order.next()?;
        choices.iter().position(|choice| choice.thread == thread)
    }

    fn pick(&mut self, _: usize) -> usize {
        0
    }
}

/// Decides as was decided in a run on real threads. It ends the execution where that
/// cannot be.
pub struct Recorded {
    decisions: std::vec::IntoIter<Decision>,
}

impl Recorded {
    /// Whether the execution has to let any deadline end at any time: on real threads
    /// time passes also while others could go on.
    pub fn any_deadline(decisions: &[Decision]) -> bool {
        let times_out = |decision: &Decision| matches!(decision, Decision::Goes { how, .. } if *how == Move::TimeOut);
        decisions.iter().any(times_out)
    }

    pub fn new(decisions: Vec<Decision>) -> Recorded {
        Recorded {
            decisions: decisions.into_iter(),
        }
    }
}

impl Oracle for Recorded {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        let Decision::Goes { thread, how } = self.decisions.next()? else {
            return None;
        };
        let went = |choice: &Choice| choice.thread == thread && choice.how == how;
        choices.iter().position(went)
    }

    fn pick(&mut self, count: usize) -> usize {
        match self.decisions.next() {
            Some(Decision::Wakes { picked, count: of }) if of == count => picked,
            _ => {
                // It did not come to this: the execution ends at its next step.
                self.decisions = Vec::new().into_iter();
                0
            }
        }
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

    fn pick(&mut self, count: usize) -> usize {
        // The execution is cut at its next step.
        self.decide(count).unwrap_or(0)
    }
}
