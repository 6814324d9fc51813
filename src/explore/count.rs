//! How many interleavings an execution stands for.
//!
//! Steps that touch nothing in common may be swapped, and nobody can tell. So an
//! execution stands for all linear extensions of its happens-before order: a step
//! comes after those of its thread, after those that it conflicts with, after the
//! start of its thread, and after the end of a thread that it joined. Steps that are
//! quiet order others, and are not counted themselves.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use super::clock::Clocks;
use crate::base::ThreadId;
use crate::platform::model::{Access, Run};

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

/// As it is displayed.
impl FromStr for Count {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (more, number) = match text.strip_prefix("more than ") {
            Some(number) => (true, number),
            None => (false, text),
        };
        let at_least = number.parse()?;
        Ok(Count { at_least, more })
    }
}

/// Stages that are looked at while counting; beyond, the count is given up.
const MOST_STAGES: usize = 200_000;

/// For each thread how many of its countable steps are done.
type Stage = Vec<u32>;

/// Counts the interleavings that an execution stands for, and keeps its memory for
/// the next.
#[derive(Default)]
pub struct Counter {
    order: Order,
    /// In how many ways a stage is reached, by its number; 0 between counts.
    ways: Vec<u128>,
    /// The stages that so many steps can lead to, and those one step further.
    layer: Layer,
    next: Layer,
}

#[derive(Default)]
struct Layer {
    numbers: Vec<usize>,
    /// One after the other.
    stages: Stage,
}

impl Layer {
    fn clear(&mut self) {
        self.numbers.clear();
        self.stages.clear();
    }
}

impl Counter {
    /// The interleavings that an execution stands for, itself included.
    pub fn interleavings<T>(&mut self, run: &Run<T>) -> Count {
        // Where each step may touch anything, none can be swapped with another.
        if run.steps.iter().all(|step| step.access == Access::ANY) {
            return Count::ONE;
        }
        self.order.find(run);
        let order = &self.order;
        // A stage's number has a digit for each thread, its done steps.
        let base = |thread: usize| order.steps(thread) + 1;
        let threads = 0..order.threads;
        let stages = threads.clone().map(base).try_fold(1, usize::checked_mul);
        let Some(stages) = stages.filter(|&stages| stages <= MOST_STAGES) else {
            return Count {
                at_least: 1,
                more: true,
            };
        };
        if self.ways.len() < stages {
            self.ways.resize(stages, 0);
        }
        self.layer.clear();
        self.layer.numbers.push(0);
        self.layer.stages.resize(order.threads, 0);
        self.ways[0] = 1;
        let mut more = false;
        loop {
            self.next.clear();
            let stages = self.layer.stages.chunks_exact(order.threads);
            for (&number, stage) in self.layer.numbers.iter().zip(stages) {
                let ways = std::mem::take(&mut self.ways[number]);
                let mut stride = 1;
                for thread in threads.clone() {
                    if order.may_go(thread, stage) {
                        let after = &mut self.ways[number + stride];
                        if *after == 0 {
                            self.next.numbers.push(number + stride);
                            let done = self.next.stages.len();
                            self.next.stages.extend_from_slice(stage);
                            self.next.stages[done + thread] += 1;
                        }
                        let (sum, overflows) = after.overflowing_add(ways);
                        more |= overflows;
                        *after = if overflows { u128::MAX } else { sum };
                    }
                    stride *= base(thread);
                }
                if self.next.numbers.is_empty() {
                    // The last stage: nobody has a step left.
                    return Count {
                        at_least: ways,
                        more,
                    };
                }
            }
            std::mem::swap(&mut self.layer, &mut self.next);
        }
    }
}

/// Of the interleavings that an execution stands for, one with the fewest
/// preemptions: the threads in the order of their countable steps. `None` if there
/// are too many stages to look at.
pub fn calmest<T>(run: &Run<T>) -> Option<Vec<ThreadId>> {
    let mut order = Order::default();
    order.find(run);
    let threads = order.threads;
    let length: usize = (0..threads).map(|thread| order.steps(thread)).sum();
    // By the stage and the thread that went last: preemptions so far, and the thread
    // that went before that.
    type Ways = HashMap<(Stage, usize), (u32, usize)>;
    let mut layers: Vec<Ways> = vec![HashMap::from([((vec![0; threads], 0), (0, 0))])];
    for _ in 0..length {
        let mut next = Ways::new();
        for ((stage, last), &(preemptions, _)) in layers.last()? {
            for thread in (0..threads).filter(|&thread| order.may_go(thread, stage)) {
                let preempts = thread != *last && order.may_go(*last, stage);
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

/// The happens-before order of an execution's countable steps.
#[derive(Default)]
struct Order {
    threads: usize,
    /// By thread, for one of its steps after the other: how many steps of each thread
    /// come before it.
    needed: Vec<Vec<u32>>,
    clocks: Clocks,
}

impl Order {
    /// How many countable steps a thread makes.
    fn steps(&self, thread: usize) -> usize {
        self.needed[thread].len() / self.threads
    }

    /// Whether a thread's next step may be made at a stage.
    fn may_go(&self, thread: usize, stage: &[u32]) -> bool {
        let needed = self.needed[thread].chunks_exact(self.threads);
        let mut needed = needed.skip(stage[thread] as usize);
        let may = |needs: &[u32]| needs.iter().zip(stage).all(|(need, done)| need <= done);
        needed.next().is_some_and(may)
    }

    fn find<T>(&mut self, run: &Run<T>) {
        let threads = run.started.len() + 1;
        // Behind the threads' clocks: after the last step that may touch anything,
        // after all steps, and for each object after its last change, and after all
        // that touched it. An address is an object's number and one.
        let (anything, all) = (threads, threads + 1);
        let changed = |address: usize| all + 2 * address - 1;
        let touched = |address: usize| all + 2 * address;
        self.threads = threads;
        self.clocks.reset(touched(run.objects.len()) + 1, threads);
        self.needed.resize_with(threads, Vec::new);
        self.needed.iter_mut().for_each(Vec::clear);
        let clocks = &mut self.clocks;
        let mut started = (1..).zip(&run.started).peekable();
        for (made, step) in (1..).zip(&run.steps) {
            // Those that the steps before have started.
            while let Some((child, (parent, _))) = started.next_if(|(_, (_, at))| *at < made) {
                clocks.copy(child, parent.index());
            }
            let thread = step.thread.index();
            let Access { address, writes } = step.access;
            clocks.merge(thread, anything);
            if let Some(joined) = step.joined.filter(|_| step.quiet) {
                clocks.merge(thread, joined.index());
            }
            if step.access == Access::ANY {
                clocks.merge(thread, all);
            } else if address != 0 {
                let earlier = if writes {
                    touched(address)
                } else {
                    changed(address)
                };
                clocks.merge(thread, earlier);
            }
            if !step.quiet {
                self.needed[thread].extend_from_slice(clocks.row(thread));
                *clocks.tick(thread, thread) += 1;
            }
            if step.access == Access::ANY {
                clocks.copy(anything, thread);
            } else if address != 0 {
                clocks.merge(touched(address), thread);
                if writes {
                    clocks.copy(changed(address), touched(address));
                }
            }
            clocks.merge(all, thread);
        }
    }
}
