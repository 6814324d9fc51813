//! Tasks on an event loop, over every primitive of asyncio's. What is left open there is
//! which of several timers of the same time comes first.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Duration;

use lockstep::aio::{
    Barrier, Condition, Event, Lock, Queue, Semaphore, Task, Variable, create_task,
    gather_with_exceptions, model, sleep, timeout, wait_for,
};
use lockstep::explore::{Random, Recorder, Replay, Schedule};
use lockstep::platform::model::run;
use lockstep::scenario::plain::Plain;
use lockstep::sync::Error;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::compared::{options, same_both_ways};

/// What a task does. It may end early by an error that it hands on.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// Remembers a variable's value.
    Load(usize),
    /// Stores what is remembered, and one.
    Store(usize),
    Sleep(Duration),
    Await(Wait, Patience),
    Release,
    IsLocked,
    GivePermit,
    Permits,
    Set,
    Clear,
    IsSet,
    Notify,
    ResetBarrier,
    AbortBarrier,
    PutAtOnce,
    TakeAtOnce,
    TaskDone,
    Count,
    Cancel(usize),
    IsDone(usize),
    Append,
}

/// What may make a task wait.
#[derive(Clone, Copy, Debug)]
enum Wait {
    Acquire,
    Permit,
    Event,
    Notified,
    Meet,
    Put,
    Take,
    Join,
    Task(usize),
}

/// How long a task waits, and what it does with an error.
#[derive(Clone, Copy, Debug)]
struct Patience {
    limit: Option<Duration>,
    hands_on: bool,
}

/// Few lengths, so that many timers end at once.
fn some_time() -> impl Strategy<Value = Duration> {
    prop_oneof![1 => Just(0), 3 => Just(1), 2 => Just(2u64)].prop_map(Duration::from_millis)
}

fn patience() -> impl Strategy<Value = Patience> {
    let limit = prop_oneof![2 => Just(None), 1 => some_time().prop_map(Some)];
    (limit, any::<bool>()).prop_map(|(limit, hands_on)| Patience { limit, hands_on })
}

fn wait() -> impl Strategy<Value = Wait> {
    prop_oneof![
        2 => Just(Wait::Acquire),
        1 => Just(Wait::Permit),
        1 => Just(Wait::Event),
        1 => Just(Wait::Notified),
        1 => Just(Wait::Meet),
        1 => Just(Wait::Put),
        1 => Just(Wait::Take),
        1 => Just(Wait::Join),
        1 => (0..3usize).prop_map(Wait::Task),
    ]
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        2 => (0..2usize).prop_map(Op::Load),
        2 => (0..2usize).prop_map(Op::Store),
        5 => some_time().prop_map(Op::Sleep),
        10 => (wait(), patience()).prop_map(|(what, patience)| Op::Await(what, patience)),
        2 => Just(Op::Release),
        1 => Just(Op::IsLocked),
        1 => Just(Op::GivePermit),
        1 => Just(Op::Permits),
        1 => Just(Op::Set),
        1 => Just(Op::Clear),
        1 => Just(Op::IsSet),
        1 => Just(Op::Notify),
        1 => Just(Op::ResetBarrier),
        1 => Just(Op::AbortBarrier),
        1 => Just(Op::PutAtOnce),
        1 => Just(Op::TakeAtOnce),
        1 => Just(Op::TaskDone),
        1 => Just(Op::Count),
        1 => (0..3usize).prop_map(Op::Cancel),
        1 => (0..3usize).prop_map(Op::IsDone),
        1 => Just(Op::Append),
    ]
}

/// Most of its tasks begin with a sleep: what comes of it depends on who wakes first.
fn program() -> impl Strategy<Value = Vec<Vec<Op>>> {
    let task = (some_time(), vec(op(), 1..6)).prop_map(|(delay, mut ops)| {
        ops.insert(0, Op::Sleep(delay));
        ops
    });
    vec(task, 2..5)
}

struct Shared {
    variables: [Rc<Variable>; 2],
    lock: Rc<Lock>,
    permits: Rc<Semaphore>,
    event: Rc<Event>,
    condition: Rc<Condition>,
    barrier: Rc<Barrier>,
    queue: Rc<Queue<i64>>,
    tasks: RefCell<Vec<Task<i64>>>,
    /// A list that only the steps of tasks keep in order, and what each of them told.
    list: Plain<Vec<i64>>,
    told: RefCell<Vec<Vec<i64>>>,
}

impl Shared {
    fn new(tasks: usize) -> Rc<Shared> {
        Rc::new(Shared {
            variables: [Variable::new("x", 0), Variable::new("y", 0)],
            lock: Lock::new("lock"),
            permits: Semaphore::new("permits", 1),
            event: Event::new("event"),
            condition: Condition::new("condition"),
            barrier: Barrier::new("barrier", 2).expect("more than none"),
            queue: Queue::new("queue", 1),
            tasks: RefCell::default(),
            list: Plain::new(Vec::new()),
            told: RefCell::new(vec![Vec::new(); tasks]),
        })
    }

    fn task(&self, index: usize) -> Option<Task<i64>> {
        self.tasks.borrow().get(index).cloned()
    }

    async fn wait(self: Rc<Self>, what: Wait, remembered: i64) -> Result<i64, Error> {
        match what {
            Wait::Acquire => self.lock.acquire().await.map(|()| 0),
            Wait::Permit => self.permits.acquire().await.map(|()| 0),
            Wait::Event => self.event.wait().await.map(|()| 0),
            Wait::Notified => {
                self.condition.lock().acquire().await?;
                let notified = self.condition.wait().await;
                self.condition.lock().release()?;
                notified.map(|()| 0)
            }
            Wait::Meet => self.barrier.wait().await.map(i64::from),
            Wait::Put => self.queue.put(remembered).await.map(|()| 0),
            Wait::Take => self.queue.get().await,
            Wait::Join => self.queue.join().await.map(|()| 0),
            Wait::Task(index) => match self.task(index) {
                Some(task) => task.await,
                None => Ok(0),
            },
        }
    }

    async fn carry_out(self: Rc<Self>, me: usize, ops: Vec<Op>) -> Result<i64, Error> {
        let mut remembered = 0;
        for op in ops {
            let tell = |what: i64| self.told.borrow_mut()[me].push(what);
            match op {
                Op::Load(which) => remembered = self.variables[which].load(),
                Op::Store(which) => self.variables[which].store(remembered + 1),
                Op::Sleep(delay) => sleep(delay).await?,
                Op::Await(what, Patience { limit, hands_on }) => {
                    let waiting = Rc::clone(&self).wait(what, remembered);
                    let result = match (limit, hands_on) {
                        (None, _) => waiting.await,
                        (limit, true) => timeout(limit, async |_| waiting.await).await,
                        (limit, false) => wait_for(&create_task(waiting), limit).await,
                    };
                    match result {
                        Ok(value) => remembered = value,
                        Err(error) if hands_on => return Err(error),
                        Err(error) => tell(-1 - error.kind as i64),
                    }
                }
                Op::Release => tell(self.lock.release().is_ok().into()),
                Op::IsLocked => tell(self.lock.locked().into()),
                Op::GivePermit => self.permits.release(),
                Op::Permits => tell(self.permits.value().into()),
                Op::Set => self.event.set(),
                Op::Clear => self.event.clear(),
                Op::IsSet => tell(self.event.is_set().into()),
                Op::Notify => tell(self.condition.notify(1).is_ok().into()),
                Op::ResetBarrier => self.barrier.reset().await?,
                Op::AbortBarrier => self.barrier.abort().await?,
                Op::PutAtOnce => tell(self.queue.put_nowait(remembered).is_ok().into()),
                Op::TakeAtOnce => match self.queue.get_nowait() {
                    Ok(item) => remembered = item,
                    Err(_) => tell(-1),
                },
                Op::TaskDone => tell(self.queue.task_done().is_ok().into()),
                Op::Count => remembered = self.queue.qsize() as i64,
                Op::Cancel(index) => {
                    if let Some(task) = self.task(index) {
                        tell(task.cancel().into());
                    }
                }
                Op::IsDone(index) => {
                    if let Some(task) = self.task(index) {
                        tell(task.done().into());
                    }
                }
                Op::Append => self
                    .list
                    .edit(|list| list.push(10 * me as i64 + remembered)),
            }
        }
        Ok(remembered)
    }
}

/// What is told in the end: the variables, what each task came to and told, and the list;
/// and how many exceptions nobody asked for.
type Told = (Seen, usize);
type Seen = (
    (i64, i64),
    Vec<Result<i64, String>>,
    Vec<Vec<i64>>,
    Vec<i64>,
);

fn program_of(
    tasks: Vec<Vec<Op>>,
) -> impl Fn() -> Pin<Box<dyn Future<Output = Told>>> + Clone + 'static {
    move || Box::pin(carry_out(tasks.clone()))
}

async fn carry_out(tasks: Vec<Vec<Op>>) -> Told {
    let main = async move {
        let shared = Shared::new(tasks.len());
        for (me, ops) in tasks.into_iter().enumerate() {
            let task = create_task(Rc::clone(&shared).carry_out(me, ops));
            shared.tasks.borrow_mut().push(task);
        }
        let tasks = shared.tasks.borrow().clone();
        let results = gather_with_exceptions(tasks).await?.into_iter();
        let results = results.map(|result| result.map_err(|error| format!("{:?}", error.kind)));
        // Tasks hold what they share, which holds them.
        shared.tasks.take();
        Ok((
            (shared.variables[0].load(), shared.variables[1].load()),
            results.collect(),
            shared.told.take(),
            shared.list.edit(std::mem::take),
        ))
    };
    let (told, unheard) = model::run(main).await;
    (told.expect("nobody cancels the main task"), unheard.len())
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 5000,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn states_of_tasks_are_what_a_full_search_finds(tasks in program(), clock: bool) {
        same_both_ways(program_of(tasks), clock)?;
    }

    #[test]
    fn a_schedule_of_tasks_replays_what_it_was_recorded_from(
        tasks in program(),
        seed: u64,
        clock: bool,
    ) {
        let program = program_of(tasks);
        let mut random = Random::new(seed);
        let mut recorder = Recorder::new(&mut random, Schedule::new(1));
        let original = run(options(clock), &mut recorder, program.clone());
        let schedule = recorder.into_schedule();
        let mut replay = Replay::new(&schedule);
        let again = run(options(clock), &mut replay, program);
        prop_assert_eq!(replay.misfit(), None);
        prop_assert_eq!(original, again);
    }
}
