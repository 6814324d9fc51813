//! How many interleavings an execution stands for.
//!
//! Steps that touch nothing in common may be swapped, and nobody can tell. So an
//! execution stands for all linear extensions of its happens-before order: a step
//! comes after those of its thread, after those that it conflicts with, after the
//! start of its thread, and after the end of a thread that it joined. Steps that are
//! quiet order others, and are not counted themselves.

use std::collections::HashMap;
use std::fmt;

use crate::base::ThreadId;
use crate::platform::model::{Access, Step};

/// A number of interleavings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many there are, at least.
    pub at_least: u128,
    /// Whether there are more than that.
    pub more: bool,
}

impl Count {
    pub const ONE: Count = Count {
        at_least: 1,
        more: false,
    };

    pub fn exactly(at_least: u128) -> Count {
        Count {
            at_least,
            more: false,
        }
    }

    pub fn add(&mut self, other: Count) {
        let (sum, overflows) = self.at_least.overflowing_add(other.at_least);
        self.at_least = if overflows { u128::MAX } else { sum };
        self.more |= other.more || overflows;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.more { "more than " } else { "" };
        write!(f, "{more}{}", self.at_least)
    }
}

/// Stages that are looked at while counting; beyond, the count is given up.
const MOST_STAGES: usize = 200_000;

/// For each thread how many of its countable steps are done, or must be.
pub(super) type Clock = Vec<u32>;

/// The interleavings that an execution stands for, itself included. `started` as in
/// [`Run`](crate::platform::model::Run).
pub fn interleavings(steps: &[Step], started: &[(ThreadId, usize)]) -> Count {
    let needed = order(steps, started);
    // A stage is a number whose digits, one for each thread, say how many of its
    // steps are done. What a step leads to is a larger one.
    let mut strides = Vec::with_capacity(needed.len());
    let mut stages = 1usize;
    for steps in &needed {
        strides.push(stages);
        stages = stages.saturating_mul(steps.len() + 1);
    }
    if stages > MOST_STAGES {
        return Count {
            at_least: 1,
            more: true,
        };
    }
    // In how many ways each stage is reached.
    let mut ways = vec![0u128; stages];
    ways[0] = 1;
    let mut more = false;
    let mut stage: Clock = vec![0; needed.len()];
    for number in 0..stages {
        if ways[number] > 0 {
            for (thread, stride) in strides.iter().enumerate() {
                let Some(needs) = needed[thread].get(stage[thread] as usize) else {
                    continue;
                };
                if needs.iter().zip(&stage).all(|(need, done)| need <= done) {
                    let (sum, overflows) = ways[number + stride].overflowing_add(ways[number]);
                    more |= overflows;
                    ways[number + stride] = if overflows { u128::MAX } else { sum };
                }
            }
        }
        for (digit, steps) in stage.iter_mut().zip(&needed) {
            if (*digit as usize) < steps.len() {
                *digit += 1;
                break;
            }
            *digit = 0;
        }
    }
    Count {
        at_least: ways[stages - 1].max(1),
        more,
    }
}

/// Of the interleavings that an execution stands for, one with the fewest
/// preemptions: the threads in the order of their countable steps. `None` if there
/// are too many stages to look at.
pub fn calmest(steps: &[Step], started: &[(ThreadId, usize)]) -> Option<Vec<ThreadId>> {
    let needed = order(steps, started);
    let threads = needed.len();
    let length: usize = needed.iter().map(Vec::len).sum();
    let possible = |thread: usize, stage: &Clock| {
        let needs = needed[thread].get(stage[thread] as usize);
        needs.is_some_and(|needs| needs.iter().zip(stage).all(|(need, done)| need <= done))
    };
    // By the stage and the thread that went last: preemptions so far, and the thread
    // that went before that.
    type Ways = HashMap<(Clock, usize), (u32, usize)>;
    let mut layers: Vec<Ways> = vec![HashMap::from([((vec![0; threads], 0), (0, 0))])];
    for _ in 0..length {
        let mut next = Ways::new();
        for ((stage, last), &(preemptions, _)) in layers.last()? {
            for thread in (0..threads).filter(|&thread| possible(thread, stage)) {
                let preempts = thread != *last && possible(*last, stage);
                let now = preemptions + u32::from(preempts);
                let mut after = stage.clone();
                after[thread] += 1;
                let way = next.entry((after, thread)).or_insert((now, *last));
                // By the thread as well, so that the result is the same each time.
                *way = (*way).min((now, *last));
            }
        }
        if next.len() > MOST_STAGES {
            return None;
        }
        layers.push(next);
    }
    let last = layers.last()?;
    let ((stage, thread), _) = last
        .iter()
        .min_by_key(|((_, thread), (now, _))| (now, thread))?;
    let (mut stage, mut thread) = (stage.clone(), *thread);
    let mut order = Vec::with_capacity(length);
    for layer in layers.iter().skip(1).rev() {
        let &(_, before) = layer.get(&(stage.clone(), thread))?;
        order.push(ThreadId(thread as u16));
        stage[thread] -= 1;
        thread = before;
    }
    order.reverse();
    Some(order)
}

/// For each thread's countable steps what must be done before them.
fn order(steps: &[Step], started: &[(ThreadId, usize)]) -> Vec<Vec<Clock>> {
    let threads = started.len() + 1;
    let nothing = || vec![0; threads];
    let mut needed = vec![Vec::new(); threads];
    let mut clocks = vec![nothing(); threads];
    // By object: after its last change, and after everything that touched it.
    let mut changed: HashMap<usize, (Clock, Clock)> = HashMap::new();
    // After the last step that may touch anything, and after all steps.
    let (mut anything, mut all) = (nothing(), nothing());
    let start = |made: usize, clocks: &mut Vec<Clock>| {
        for (child, &(parent, at)) in (1..).zip(started) {
            if at == made {
                clocks[child] = clocks[parent.index()].clone();
            }
        }
    };
    start(0, &mut clocks);
    for (made, step) in (1..).zip(steps) {
        let thread = step.thread.index();
        let mut clock = std::mem::take(&mut clocks[thread]);
        merge(&mut clock, &anything);
        if let Some(joined) = step.joined.filter(|_| step.quiet) {
            merge(&mut clock, &clocks[joined.index()]);
        }
        if step.access == Access::ANY {
            merge(&mut clock, &all);
        } else if let Some((writes, touches)) = changed.get(&step.access.address) {
            merge(
                &mut clock,
                if step.access.writes { touches } else { writes },
            );
        }
        if !step.quiet {
            needed[thread].push(clock.clone());
            clock[thread] += 1;
        }
        if step.access == Access::ANY {
            anything.clone_from(&clock);
        } else if step.access.address != 0 {
            let object = changed.entry(step.access.address);
            let (writes, touches) = object.or_insert_with(|| (nothing(), nothing()));
            merge(touches, &clock);
            if step.access.writes {
                writes.clone_from(touches);
            }
        }
        merge(&mut all, &clock);
        clocks[thread] = clock;
        start(made, &mut clocks);
    }
    needed
}

pub(super) fn merge(clock: &mut Clock, other: &Clock) {
    for (mine, theirs) in clock.iter_mut().zip(other) {
        *mine = (*mine).max(*theirs);
    }
}
