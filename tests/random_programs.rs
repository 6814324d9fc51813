//! Small random programs: that reduction finds what full search finds, and that a
//! schedule replays what it was recorded from.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use lockstep::explore::{
    Count, Exhaustive, Leader, Map, Random, Recorder, Replay, Schedule, Search, Share,
    Strategy as How, explore,
};
use lockstep::platform::Platform;
use lockstep::platform::model::{Ended, Model, Options, Run, run};
use lockstep::pool::Thread;
use lockstep::sync::{Blocking, Condition, Event, Lock, Semaphore, SharedCell};
use lockstep::trace::Site;
use proptest::collection::vec;
use proptest::prelude::*;

/// An operation of a thread. Each leaves the thread able to make any other.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// Remembers a cell's value.
    Load(usize),
    /// Stores what was remembered, and one.
    Store(usize),
    Acquire(usize),
    Release(usize),
    /// Takes a permit if there is one in time.
    Permit(Blocking),
    GivePermit,
    Set,
    Wait(Blocking),
    /// Under the condition's lock.
    Notify,
    WaitNotified(Blocking),
    Sleep(u64),
}

fn blocking() -> impl Strategy<Value = Blocking> {
    prop_oneof![
        2 => Just(Blocking::No),
        2 => Just(Blocking::Forever),
        1 => (1..3u64).prop_map(|ms| Blocking::For(Duration::from_millis(ms))),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        4 => (0..2usize).prop_map(Op::Load),
        4 => (0..2usize).prop_map(Op::Store),
        2 => (0..2usize).prop_map(Op::Acquire),
        2 => (0..2usize).prop_map(Op::Release),
        1 => blocking().prop_map(Op::Permit),
        1 => Just(Op::GivePermit),
        1 => Just(Op::Set),
        1 => blocking().prop_map(Op::Wait),
        1 => Just(Op::Notify),
        1 => blocking().prop_map(Op::WaitNotified),
        1 => (0..3u64).prop_map(Op::Sleep),
    ]
}

/// Two or three threads, small enough to be searched in full.
fn program() -> impl Strategy<Value = Vec<Vec<Op>>> {
    prop_oneof![vec(vec(op(), 1..7), 2..3), vec(vec(op(), 1..4), 3..4)]
}

struct Shared {
    cells: [Arc<SharedCell<Model>>; 2],
    locks: [Arc<Lock<Model>>; 2],
    permits: Arc<Semaphore<Model>>,
    event: Arc<Event<Model>>,
    condition: Arc<Condition<Model>>,
}

impl Shared {
    fn new() -> Arc<Shared> {
        Arc::new(Shared {
            cells: [SharedCell::new("x", 0), SharedCell::new("y", 0)],
            locks: [Lock::new("a"), Lock::new("b")],
            permits: Semaphore::new("permits", 1),
            event: Event::new("event"),
            condition: Condition::new("condition"),
        })
    }

    /// What a thread comes to by itself: what it remembers in the end, and which of
    /// its attempts succeeded.
    async fn carry_out(&self, ops: Vec<Op>) -> (i64, Vec<bool>) {
        let mut remembered = 0;
        let mut told = Vec::new();
        for op in ops {
            match op {
                Op::Load(cell) => remembered = self.cells[cell].load().await,
                Op::Store(cell) => self.cells[cell].store(remembered + 1).await,
                Op::Acquire(lock) => {
                    self.locks[lock].acquire(Blocking::Forever).await;
                }
                // Whoever holds it: then the attempt fails, or another's is released.
                Op::Release(lock) => told.push(self.locks[lock].release().await.is_ok()),
                Op::Permit(blocking) => told.push(self.permits.acquire(blocking).await),
                Op::GivePermit => self.permits.release(1).await.expect("one or more"),
                Op::Set => self.event.set().await,
                Op::Wait(blocking) => told.push(self.event.wait(blocking).await),
                Op::Notify => {
                    self.condition.lock().acquire(Blocking::Forever).await;
                    self.condition.notify(1).await.expect("it is held");
                    self.condition.lock().release().await.expect("it is held");
                }
                Op::WaitNotified(blocking) => {
                    self.condition.lock().acquire(Blocking::Forever).await;
                    told.push(self.condition.wait(blocking).await.expect("it is held"));
                    self.condition.lock().release().await.expect("it is held");
                }
                Op::Sleep(ms) => Model::sleep(Duration::from_millis(ms), Site::NONE).await,
            }
        }
        (remembered, told)
    }
}

type Result = ((i64, i64), Vec<(i64, Vec<bool>)>);

async fn main(threads: Vec<Vec<Op>>) -> Result {
    let shared = Shared::new();
    let threads: Vec<_> = threads
        .into_iter()
        .map(|ops| {
            let shared = Arc::clone(&shared);
            Thread::<Model, _>::new("", async move || shared.carry_out(ops).await)
        })
        .collect();
    for thread in &threads {
        thread.start().await.expect("no limit");
    }
    let mut results = Vec::new();
    for thread in &threads {
        results.push(thread.join().await.expect("it was started"));
    }
    let cells = (shared.cells[0].load().await, shared.cells[1].load().await);
    (cells, results)
}

type Outcome = (Ended, Option<Result>, Duration);

fn outcome(run: &mut Run<Result>) -> Outcome {
    (run.ended, run.result.clone(), run.elapsed)
}

/// Executions that are too many to search in full, here.
const LIMIT: u64 = 20_000;

fn searched(threads: &[Vec<Op>], strategy: How, share: Share) -> Map<Outcome> {
    let search = Search {
        strategy,
        share,
        limit: LIMIT,
        options: Options::default(),
        version: 1,
    };
    explore(&search, || main(threads.to_vec()), outcome, |_| true)
}

/// Outcomes and their counts, of one map or of the parts of one.
fn counted<'a>(maps: impl IntoIterator<Item = &'a Map<Outcome>>) -> BTreeMap<String, Count> {
    let mut counted: BTreeMap<_, Count> = BTreeMap::new();
    for found in maps.into_iter().flat_map(|map| &map.outcomes) {
        let count = counted.entry(format!("{:?}", found.what)).or_default();
        count.add(found.count);
    }
    counted
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 600,
        // Programs that are too large are drawn again.
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn reduction_finds_what_full_search_finds(threads in program()) {
        let full = searched(&threads, How::All, Share::ALL);
        prop_assume!(full.complete);
        let reduced = searched(&threads, How::Reduced, Share::ALL);
        prop_assert!(reduced.complete);
        prop_assert_eq!(counted([&full]), counted([&reduced]));
        prop_assert!(reduced.executions <= full.executions);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 150,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn those_who_share_a_search_find_all_of_it_once(threads in program(), of in 2..4usize) {
        let whole = searched(&threads, How::Reduced, Share::ALL);
        prop_assume!(whole.complete);
        let parts: Vec<_> = (0..of)
            .map(|index| searched(&threads, How::Reduced, Share { index, of }))
            .collect();
        prop_assert_eq!(counted([&whole]), counted(&parts));
        let executions: u64 = parts.iter().map(|part| part.executions).sum();
        prop_assert_eq!(executions, whole.executions);
    }

    #[test]
    fn bounds_on_preemptions_end_in_full_search(threads in program()) {
        let full = searched(&threads, How::All, Share::ALL);
        prop_assume!(full.complete);
        let bounded = |preemptions| {
            searched(&threads, How::Bounded { preemptions }, Share::ALL)
        };
        prop_assert_eq!(counted([&full]), counted([&bounded(100)]));
        let none = bounded(0);
        prop_assert!(!none.complete);
        prop_assert!(none.outcomes.iter().all(|found| found.preemptions == 0));
        // As many as are within the bound, whether found by the bound or without it.
        let mut calm = Exhaustive::new(false);
        let mut within = 0;
        while calm.next() {
            let run = run(Options::default(), &mut calm, main(threads.clone()));
            within += u64::from(run.steps.iter().filter(|step| step.preempts).count() <= 1);
        }
        prop_assert_eq!(bounded(1).executions, within);
    }

    #[test]
    fn random_executions_find_nothing_that_there_is_not(threads in program(), seed: u64) {
        let full = searched(&threads, How::All, Share::ALL);
        prop_assume!(full.complete);
        let strategy = How::Sampled { seed };
        let sampled = searched(&threads, strategy, Share::ALL);
        prop_assert_eq!(sampled.executions, LIMIT);
        let full = counted([&full]);
        for (outcome, count) in counted([&sampled]) {
            prop_assert!(full.get(&outcome).is_some_and(|all| all.at_least >= count.at_least));
        }
    }

    #[test]
    fn a_schedule_replays_what_it_was_recorded_from(threads in program(), seed: u64) {
        let mut random = Random::new(seed);
        let mut recorder = Recorder::new(&mut random, Schedule::new(1));
        let original = run(Options::default(), &mut recorder, main(threads.clone()));
        let text = recorder.into_schedule().encode();
        let schedule = Schedule::decode(&text).expect("as it was encoded");
        let mut replay = Replay::new(&schedule);
        let again = run(Options::default(), &mut replay, main(threads));
        prop_assert_eq!(replay.misfit(), None);
        prop_assert_eq!(original, again);
    }

    #[test]
    fn the_schedule_of_each_outcome_shows_it(threads in program()) {
        let map = searched(&threads, How::Reduced, Share::ALL);
        for found in &map.outcomes {
            let mut replay = Replay::new(&found.schedule);
            let mut run = run(Options::default(), &mut replay, main(threads.clone()));
            prop_assert_eq!(&outcome(&mut run), &found.what);
            prop_assert_eq!(run.steps.len(), found.steps);
        }
    }
}
