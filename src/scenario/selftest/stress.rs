//! Each primitive under many threads that come and go at odd moments: what must
//! hold is checked all the time, and every breach counted.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::time::Duration;

use crate::platform::Platform;
use crate::pool::{Future, Thread, ThreadPoolExecutor, as_completed};
use crate::scenario::Params;
use crate::scenario::Scenario;
use crate::scenario::listing::Listing;
use crate::scenario::outcome::{Fact, Outcome};
use crate::scenario::param::{Kind, Param};
use crate::sync::{
    Barrier, Blocking, BoundedSemaphore, Condition, Error, ErrorKind, Event, Lock, Queue, RLock,
    Semaphore, with,
};

pub static SCENARIO: Scenario = Scenario {
    id: "selftest-stress",
    version: 2,
    title: "Stress",
    params: &[
        Param {
            name: "primitive",
            help: "What is used.",
            unit: "",
            kind: Kind::Choice(&[
                "lock",
                "rlock",
                "semaphore",
                "bounded",
                "event",
                "condition",
                "barrier",
                "queue",
                "future",
                "pool",
            ]),
            default: "lock",
        },
        Param {
            name: "threads",
            help: "How many threads use it.",
            unit: "",
            kind: Kind::Int { min: 2, max: 64 },
            default: "6",
        },
        Param {
            name: "rounds",
            help: "How often each does.",
            unit: "",
            kind: Kind::Int {
                min: 1,
                max: 1_000_000,
            },
            default: "2000",
        },
    ],
    facts: &[
        ("done", "rounds that ended as they may"),
        ("broken", "things that should never have happened"),
    ],
    // A pool has as many workers as there are threads that hand in tasks.
    chart: None,
    max_threads: |params| 2 * params.int("threads") as usize + 1,
    in_words: |report| format!("{} breaches", report.int("broken")),
    listing: Listing::NONE,
    try_next: &[],
};

/// What the threads of one run count together.
#[derive(Clone, Default)]
struct Tally(Arc<Counts>);

#[derive(Default)]
struct Counts {
    done: AtomicI64,
    broken: AtomicI64,
    inside: AtomicI64,
    /// Not atomic in its use: read, then written, by whoever is inside.
    guarded: AtomicI64,
}

impl Tally {
    fn done(&self) {
        self.0.done.fetch_add(1, Relaxed);
    }

    fn check(&self, holds: bool) {
        if !holds {
            self.0.broken.fetch_add(1, Relaxed);
        }
    }

    /// A visit of a room that holds so many.
    fn visit(&self, room_for: i64, dice: &mut Dice) {
        let inside = self.0.inside.fetch_add(1, Relaxed) + 1;
        self.check(inside <= room_for);
        let seen = self.0.guarded.load(Relaxed);
        dice.dawdle();
        if room_for == 1 {
            self.check(self.0.guarded.load(Relaxed) == seen);
            self.0.guarded.store(seen + 1, Relaxed);
        }
        self.0.inside.fetch_sub(1, Relaxed);
    }
}

/// Odd moments, the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        // Knuth's MMIX generator; its high bits are good enough for moments.
        self.0 = (self.0)
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn dawdle(&mut self) {
        // Now and then long enough for others to fall asleep.
        let long = self.roll(64) == 0;
        let steps = self.roll(if long { 20_000 } else { 50 });
        for step in 0..steps {
            black_box(step);
        }
    }

    fn blocking(&mut self) -> Blocking {
        match self.roll(4) {
            0 => Blocking::No,
            1 => Blocking::For(Duration::from_micros(self.roll(200))),
            _ => Blocking::Forever,
        }
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let threads = params.int("threads");
    let rounds = params.int("rounds");
    let tally = Tally::default();
    match params.choice("primitive") {
        "lock" => {
            let lock = Lock::<P>::new("lock");
            let body = async move |tally: Tally, mut dice: Dice| {
                for _ in 0..rounds {
                    dice.dawdle();
                    let blocking = dice.blocking();
                    if lock.acquire(blocking).await {
                        tally.visit(1, &mut dice);
                        lock.release().await?;
                        tally.done();
                    } else {
                        tally.check(blocking != Blocking::Forever);
                    }
                }
                Ok(())
            };
            all::<P>(threads, &tally, body).await?;
        }
        "rlock" => {
            let lock = RLock::<P>::new("rlock");
            let body = async move |tally: Tally, mut dice: Dice| {
                for _ in 0..rounds {
                    dice.dawdle();
                    if !lock.acquire(dice.blocking()).await {
                        tally.check(lock.release().await.is_err());
                        continue;
                    }
                    let deeper = dice.roll(3);
                    for _ in 0..deeper {
                        tally.check(lock.acquire(Blocking::No).await);
                    }
                    tally.visit(1, &mut dice);
                    for _ in 0..=deeper {
                        lock.release().await?;
                    }
                    tally.check(lock.depth() == 0);
                    tally.done();
                }
                Ok(())
            };
            all::<P>(threads, &tally, body).await?;
        }
        "semaphore" => {
            let permits = threads / 2;
            let semaphore = Semaphore::<P>::new("semaphore", permits as u32);
            let shared = Arc::clone(&semaphore);
            let body = async move |tally: Tally, mut dice: Dice| {
                for _ in 0..rounds {
                    dice.dawdle();
                    if shared.acquire(dice.blocking()).await {
                        tally.visit(permits, &mut dice);
                        shared.release(1).await?;
                        tally.done();
                    }
                }
                Ok(())
            };
            all::<P>(threads, &tally, body).await?;
            tally.check(i64::from(semaphore.value().await) == permits);
        }
        "bounded" => {
            let semaphore = BoundedSemaphore::<P>::new("bounded", 1);
            let shared = Arc::clone(&semaphore);
            let body = async move |tally: Tally, mut dice: Dice| {
                for _ in 0..rounds {
                    dice.dawdle();
                    if shared.acquire(dice.blocking()).await {
                        tally.visit(1, &mut dice);
                        shared.release(1).await?;
                        tally.done();
                    }
                    // More than there can ever be, whoever is inside.
                    tally.check(shared.release(2).await.is_err());
                }
                Ok(())
            };
            all::<P>(threads, &tally, body).await?;
            tally.check(semaphore.value().await == 1);
        }
        "event" => events::<P>(threads, rounds, &tally).await?,
        "condition" => buffer::<P>(threads, rounds, &tally).await?,
        "queue" => items::<P>(threads, rounds, &tally).await?,
        "future" => promises::<P>(threads, rounds, &tally).await?,
        "pool" => tasks::<P>(threads, rounds, &tally).await?,
        _ => {
            let barrier = Barrier::<P>::new("barrier", threads as u32);
            let body = async move |tally: Tally, mut dice: Dice| {
                for round in 1..=rounds {
                    dice.dawdle();
                    tally.0.guarded.fetch_add(1, Relaxed);
                    let index = barrier.wait(Blocking::Forever).await?;
                    tally.check(i64::from(index) < threads);
                    // All have come to this round, and none to the next but one.
                    let come = tally.0.guarded.load(Relaxed);
                    tally.check(round * threads <= come && come <= (round + 1) * threads);
                    tally.done();
                }
                Ok(())
            };
            all::<P>(threads, &tally, body).await?;
            tally.check(tally.0.done.load(Relaxed) == threads * rounds);
        }
    }
    let broken = tally.0.broken.load(Relaxed);
    let facts = vec![
        Fact::int("done", tally.0.done.load(Relaxed)),
        Fact::int("broken", broken),
    ];
    Ok(Outcome::new(broken == 0, facts))
}

/// Runs a body on so many threads, to their end.
async fn all<P: Platform>(
    threads: i64,
    tally: &Tally,
    body: impl AsyncFnOnce(Tally, Dice) -> Result<(), Error> + Clone + Send + 'static,
) -> Result<(), Error> {
    let threads: Vec<_> = (1..=threads)
        .map(|k| {
            let (tally, body) = (tally.clone(), body.clone());
            Thread::<P, _>::new(format!("Worker-{k}"), async move || {
                body(tally, Dice(k.cast_unsigned())).await
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?;
    }
    for thread in &threads {
        thread.join().await??;
    }
    Ok(())
}

/// In each round one thread sets an event that all others wait for.
async fn events<P: Platform>(threads: i64, rounds: i64, tally: &Tally) -> Result<(), Error> {
    let event = Event::<P>::new("event");
    let passed = Semaphore::<P>::new("passed", 0);
    let next = Barrier::<P>::new("next", threads as u32);
    let first = Arc::new(AtomicI64::new(0));
    let body = async move |tally: Tally, mut dice: Dice| {
        let is_setter = first.fetch_add(1, Relaxed) == 0;
        for _ in 0..rounds {
            dice.dawdle();
            if is_setter {
                event.set().await;
                // Only then may it be cleared: who comes late would wait for ever.
                for _ in 1..threads {
                    passed.acquire(Blocking::Forever).await;
                }
                event.clear().await;
            } else {
                // Impatient now and then; the set comes in any case.
                while !event.wait(dice.blocking()).await {}
                passed.release(1).await?;
            }
            next.wait(Blocking::Forever).await?;
            tally.done();
        }
        Ok(())
    };
    all::<P>(threads, tally, body).await?;
    tally.check(tally.0.done.load(Relaxed) == threads * rounds);
    Ok(())
}

/// Half of the threads put numbers into a small buffer, the others take them
/// out: each number once.
async fn buffer<P: Platform>(threads: i64, rounds: i64, tally: &Tally) -> Result<(), Error> {
    const CAPACITY: i64 = 3;
    let condition = Condition::<P>::new("buffer");
    let in_buffer = Arc::new(AtomicI64::new(0));
    let balance = Arc::new(AtomicI64::new(0));
    let pairs = threads / 2;
    let index = Arc::new(AtomicI64::new(0));
    let (level, sum) = (Arc::clone(&in_buffer), Arc::clone(&balance));
    let body = async move |tally: Tally, mut dice: Dice| {
        let me = index.fetch_add(1, Relaxed);
        if me >= 2 * pairs {
            return Ok(());
        }
        let puts = me % 2 == 0;
        for _ in 0..rounds {
            dice.dawdle();
            let moved = with(&*condition, async || {
                let has_room = || {
                    if puts {
                        level.load(Relaxed) < CAPACITY
                    } else {
                        level.load(Relaxed) > 0
                    }
                };
                while !has_room() {
                    let blocking = match dice.roll(3) {
                        0 => Blocking::For(Duration::from_micros(100)),
                        _ => Blocking::Forever,
                    };
                    condition.wait(blocking).await?;
                }
                let change = if puts { 1 } else { -1 };
                let now = level.fetch_add(change, Relaxed) + change;
                tally.check((0..=CAPACITY).contains(&now));
                sum.fetch_add(change, Relaxed);
                condition.notify_all().await
            });
            moved.await?;
            tally.done();
        }
        Ok(())
    };
    all::<P>(threads, tally, body).await?;
    tally.check(in_buffer.load(Relaxed) == 0 && balance.load(Relaxed) == 0);
    tally.check(tally.0.done.load(Relaxed) == 2 * pairs * rounds);
    Ok(())
}

/// Half of the threads put numbered items into a small queue, the others take
/// them out: the numbers add up.
async fn items<P: Platform>(threads: i64, rounds: i64, tally: &Tally) -> Result<(), Error> {
    let queue: Arc<Queue<P, i64>> = Queue::new("queue", 3);
    let pairs = threads / 2;
    let index = Arc::new(AtomicI64::new(0));
    let sum = Arc::new(AtomicI64::new(0));
    let (shared, balance) = (Arc::clone(&queue), Arc::clone(&sum));
    let body = async move |tally: Tally, mut dice: Dice| {
        let me = index.fetch_add(1, Relaxed);
        let mut left = if me < 2 * pairs { rounds } else { 0 };
        while left > 0 {
            dice.dawdle();
            let blocking = dice.blocking();
            if me % 2 == 0 {
                match shared.put(left, blocking).await {
                    Ok(()) => balance.fetch_add(left, Relaxed),
                    Err(refused) => {
                        tally.check(refused.item == left && blocking != Blocking::Forever);
                        continue;
                    }
                };
            } else {
                let Ok(item) = shared.get(blocking).await else {
                    tally.check(blocking != Blocking::Forever);
                    continue;
                };
                balance.fetch_sub(item, Relaxed);
                shared.task_done().await?;
            }
            left -= 1;
            tally.done();
        }
        Ok(())
    };
    all::<P>(threads, tally, body).await?;
    queue.join().await;
    tally.check(sum.load(Relaxed) == 0 && queue.qsize().await == 0);
    tally.check(tally.0.done.load(Relaxed) == 2 * pairs * rounds);
    Ok(())
}

/// Half of the threads make promises, the others wait for them or break them off:
/// each is settled once.
async fn promises<P: Platform>(threads: i64, rounds: i64, tally: &Tally) -> Result<(), Error> {
    let pairs = threads / 2;
    let queue: Arc<Queue<P, Arc<Future<P, i64>>>> = Queue::new("promises", 0);
    let index = Arc::new(AtomicI64::new(0));
    let settled = Arc::new(AtomicI64::new(0));
    let count = Arc::clone(&settled);
    let body = async move |tally: Tally, mut dice: Dice| {
        let me = index.fetch_add(1, Relaxed);
        if me >= 2 * pairs {
            return Ok(());
        }
        for round in 0..rounds {
            dice.dawdle();
            if me % 2 == 0 {
                let future = Future::<P, i64>::new();
                let calls = Arc::clone(&count);
                let callback = async move |_| {
                    calls.fetch_add(1, Relaxed);
                };
                future.add_done_callback(callback).await;
                let handed = queue.put(Arc::clone(&future), Blocking::Forever).await;
                handed.map_err(|refused| refused.error)?;
                dice.dawdle();
                if future.set_running_or_notify_cancel().await? {
                    dice.dawdle();
                    future.set_result(round).await?;
                } else {
                    tally.check(future.set_result(round).await.is_err());
                }
            } else {
                let future = queue.get(Blocking::Forever).await?;
                dice.dawdle();
                let cancelled = dice.roll(4) == 0 && future.cancel().await;
                let result = loop {
                    match future.result(dice.blocking()).await {
                        Err(error) if error.kind == ErrorKind::TimeoutError => {}
                        result => break result,
                    }
                };
                tally.check(result.is_err() == cancelled);
            }
            tally.done();
        }
        Ok(())
    };
    all::<P>(threads, tally, body).await?;
    tally.check(settled.load(Relaxed) == pairs * rounds);
    tally.check(tally.0.done.load(Relaxed) == 2 * pairs * rounds);
    Ok(())
}

/// All threads hand tasks to one pool, some of which fail, and ask for what they
/// came to.
async fn tasks<P: Platform>(threads: i64, rounds: i64, tally: &Tally) -> Result<(), Error> {
    const BATCH: i64 = 4;
    let pool = Arc::new(ThreadPoolExecutor::<P>::new("pool", threads as usize)?);
    let shared = Arc::clone(&pool);
    let done = Arc::new(AtomicI64::new(0));
    let began = Arc::clone(&done);
    let body = async move |tally: Tally, mut dice: Dice| {
        for round in (0..rounds).step_by(BATCH as usize) {
            let mut futures = Vec::new();
            let mut expected = 0;
            let mut failing = 0;
            for number in round..rounds.min(round + BATCH) {
                dice.dawdle();
                let fails = dice.roll(8) == 0;
                failing += i64::from(fails);
                expected += if fails { 0 } else { number };
                let began = Arc::clone(&began);
                let task = async move || {
                    began.fetch_add(1, Relaxed);
                    if fails {
                        return Err(Error::value("it was to fail"));
                    }
                    Ok(number)
                };
                futures.push(shared.submit(task).await?);
            }
            let mut completed = as_completed(&futures, Blocking::Forever).await;
            while let Some(next) = completed.next().await {
                match next?.result(Blocking::No).await {
                    Ok(number) => expected -= number,
                    Err(_) => failing -= 1,
                }
                tally.done();
            }
            tally.check(expected == 0 && failing == 0);
        }
        Ok(())
    };
    all::<P>(threads, tally, body).await?;
    pool.shutdown(true, false).await?;
    tally.check(done.load(Relaxed) == threads * rounds);
    tally.check(tally.0.done.load(Relaxed) == threads * rounds);
    Ok(())
}
