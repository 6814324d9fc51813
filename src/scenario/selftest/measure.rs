//! The primitives measured against their peers, sample by sample in turns, so
//! that what else the machine does falls on both alike.
//!
//! In Chromium this runs as the scenario `selftest-measure`, against std in the
//! same module; natively `benches/peers.rs` adds more peers to the same jobs.

use std::hint::black_box;
use std::sync::{Arc, Barrier as StdBarrier, Condvar, Mutex, mpsc};

use crate::platform::{Platform, detailed, untraced};
use crate::pool::Thread;
use crate::scenario::Params;
use crate::scenario::Scenario;
use crate::scenario::listing::Listing;
use crate::scenario::outcome::{Fact, FactValue, Outcome};
use crate::scenario::param::{Kind, Param};
use crate::sync::{Barrier, Blocking, Condition, Error, Event, Lock, Queue, with};
use crate::trace::Kind as Did;
use crate::trace::ring::{DETAIL_WINDOW, Ring};

/// What can be measured.
pub const CASES: [&str; 10] = [
    "uncontended",
    "traced",
    "recorded",
    "contended-2",
    "contended-4",
    "wake",
    "ping-pong",
    "barrier",
    "queue",
    "record",
];

pub static SCENARIO: Scenario = Scenario {
    id: "selftest-measure",
    version: 2,
    title: "Measure",
    params: &[Param {
        name: "case",
        help: "What is measured.",
        unit: "",
        kind: Kind::Choice(&CASES),
        default: "uncontended",
    }],
    facts: &[("table", "a line for each peer")],
    chart: None,
    max_threads: |_| 4,
    in_words: |report| match report.facts.first().map(|fact| &fact.value) {
        Some(FactValue::Text(table)) => table.clone(),
        _ => String::new(),
    },
    listing: Listing::NONE,
    try_next: &[],
};

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let case = case::<P>(params.choice("case"));
    let samples = race::<P>(&case).await?;
    let lines: Vec<_> = (case.peers.iter().zip(&samples))
        .map(|(peer, samples)| {
            let times: Vec<String> = samples.iter().map(|ns| format!("{ns:.2}")).collect();
            format!("{} {}", peer.name, times.join(" "))
        })
        .collect();
    let table = Fact {
        name: "table".to_owned(),
        value: FactValue::Text(lines.join("; ")),
    };
    Ok(Outcome::new(true, vec![table]))
}

/// One thing measured on several peers, ours first.
pub struct Case {
    /// P that take part.
    pub threads: usize,
    /// Operations in a sample, of all threads together.
    pub operations: u32,
    pub peers: Vec<Peer>,
}

/// What the thread of this index does in a sample.
pub type Job = Arc<dyn Fn(usize) + Send + Sync>;

pub struct Peer {
    pub name: &'static str,
    job: Job,
}

impl Peer {
    pub fn new(name: &'static str, job: impl Fn(usize) + Send + Sync + 'static) -> Peer {
        Peer {
            name,
            job: Arc::new(job),
        }
    }
}

/// Samples of each peer; a first round warms up and is not counted.
const SAMPLES: usize = 15;

/// Lets the peers of a case take turns: nanoseconds per operation, a list of
/// samples for each peer.
///
/// # Errors
/// If the run cannot start the threads.
pub async fn race<P: Platform>(case: &Case) -> Result<Vec<Vec<f64>>, Error> {
    let gate = Barrier::<P>::new("gate", case.threads as u32);
    let jobs: Vec<Job> = case
        .peers
        .iter()
        .map(|peer| Arc::clone(&peer.job))
        .collect();
    let helpers: Vec<_> = (1..case.threads)
        .map(|index| {
            let (gate, jobs) = (Arc::clone(&gate), jobs.clone());
            Thread::<P, _>::new(format!("helper-{index}"), async move || {
                for job in std::iter::repeat_n(&jobs, SAMPLES + 1).flatten() {
                    gate.wait(Blocking::Forever).await?;
                    job(index);
                    gate.wait(Blocking::Forever).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for helper in &helpers {
        helper.start().await?;
    }
    let mut samples = vec![Vec::new(); jobs.len()];
    for round in 0..=SAMPLES {
        for (job, samples) in jobs.iter().zip(&mut samples) {
            gate.wait(Blocking::Forever).await?;
            let start = P::now();
            job(0);
            gate.wait(Blocking::Forever).await?;
            let took = P::now().saturating_sub(start);
            if round > 0 {
                samples.push(took.as_secs_f64() * 1e9 / f64::from(case.operations));
            }
        }
    }
    for helper in &helpers {
        helper.join().await??;
    }
    Ok(samples)
}

const ACQUISITIONS: u32 = 1_000_000;
const TURNS: u32 = 2_000;
const ROUNDS: u32 = 2_000;
/// Items that each of two producers puts in.
const ITEMS: u32 = 20_000;
/// How much a queue may hold.
pub const CAPACITY: usize = 64;
/// Rings that a sample of recording fills.
const RINGS: u32 = 200;

/// A case of the scenario's list, with ours and std's.
pub fn case<P: Platform>(name: &str) -> Case {
    match name {
        "contended-2" => locks::<P>(2),
        "contended-4" => locks::<P>(4),
        "wake" => Case {
            threads: 2,
            // To and fro.
            operations: 2 * TURNS,
            peers: vec![our_events::<P>(), std_events()],
        },
        "ping-pong" => Case {
            threads: 2,
            operations: TURNS,
            peers: vec![our_turns::<P>(), std_turns()],
        },
        "barrier" => Case {
            threads: 2,
            operations: ROUNDS,
            peers: vec![our_rounds::<P>(), std_rounds()],
        },
        "queue" => Case {
            threads: 4,
            operations: 2 * ITEMS,
            peers: vec![our_items::<P>(), std_items()],
        },
        "record" => Case {
            threads: 1,
            operations: RINGS * DETAIL_WINDOW,
            peers: vec![recording(), making_rings()],
        },
        // Each operation recorded in detail, with its number; beside it the same without,
        // and the rings that they go into.
        "recorded" => {
            let pairs = DETAIL_WINDOW / 2;
            let (ours, unrecorded) = (our_lock::<P>(pairs).job, our_lock::<P>(pairs).job);
            Case {
                threads: 1,
                operations: RINGS * DETAIL_WINDOW,
                peers: vec![
                    Peer::new("ours", move |index| {
                        (0..RINGS).for_each(|_| detailed(|| ours(index)));
                    }),
                    Peer::new("unrecorded", move |index| {
                        (0..RINGS).for_each(|_| untraced(|| unrecorded(index)));
                    }),
                    making_rings(),
                ],
            }
        }
        "traced" => Case {
            threads: 1,
            operations: ACQUISITIONS,
            peers: vec![our_lock::<P>(ACQUISITIONS), std_lock(ACQUISITIONS)],
        },
        _ => locks::<P>(1),
    }
}

fn locks<P: Platform>(threads: usize) -> Case {
    let each = acquisitions_each(threads);
    let ours = our_lock::<P>(each).job;
    Case {
        threads,
        operations: ACQUISITIONS,
        peers: vec![
            Peer::new("ours", move |index| untraced(|| ours(index))),
            std_lock(each),
        ],
    }
}

/// Carries out what blocks.
fn block<T>(future: impl Future<Output = T>) -> Option<T> {
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        // The run was stopped.
        Poll::Pending => None,
    }
}

fn our_lock<P: Platform>(each: u32) -> Peer {
    let lock = Lock::<P>::new("lock");
    Peer::new("ours", move |_| {
        block(async {
            for step in 0..each {
                lock.acquire(Blocking::Forever).await;
                black_box(step);
                // It is held.
                let _ = lock.release().await;
            }
        });
    })
}

fn std_lock(each: u32) -> Peer {
    let lock = Mutex::new(());
    Peer::new("std", move |_| {
        for step in 0..each {
            let held = lock.lock();
            black_box(step);
            drop(held);
        }
    })
}

fn our_events<P: Platform>() -> Peer {
    let events = [Event::<P>::new("to"), Event::<P>::new("fro")];
    Peer::new("ours", move |index| {
        untraced(|| {
            block(async {
                for _ in 0..TURNS {
                    if index == 0 {
                        events[0].set().await;
                    }
                    events[1 - index].wait(Blocking::Forever).await;
                    events[1 - index].clear().await;
                    if index == 1 {
                        events[1].set().await;
                    }
                }
            });
        });
    })
}

/// `Event` made of std's parts.
#[derive(Default)]
struct StdEvent(Mutex<bool>, Condvar);

impl StdEvent {
    fn set(&self) {
        if let Ok(mut set) = self.0.lock() {
            *set = true;
        }
        self.1.notify_all();
    }

    fn take(&self) {
        if let Ok(set) = self.0.lock()
            && let Ok(mut set) = self.1.wait_while(set, |set| !*set)
        {
            *set = false;
        }
    }
}

fn std_events() -> Peer {
    let events = [StdEvent::default(), StdEvent::default()];
    Peer::new("std", move |index| {
        for _ in 0..TURNS {
            if index == 0 {
                events[0].set();
            }
            events[1 - index].take();
            if index == 1 {
                events[1].set();
            }
        }
    })
}

fn our_turns<P: Platform>() -> Peer {
    let turns = Condition::<P, _>::over("turns", Lock::new("lock"));
    let turn = std::sync::atomic::AtomicUsize::new(0);
    Peer::new("ours", move |index| {
        use std::sync::atomic::Ordering::Relaxed;
        untraced(|| {
            block(async {
                for _ in 0..TURNS {
                    let mine = async || turn.load(Relaxed) == index;
                    with(&*turns, async || {
                        turns.wait_for(mine, Blocking::Forever).await?;
                        turn.store(1 - index, Relaxed);
                        turns.notify(1).await
                    })
                    .await?;
                }
                Ok::<_, Error>(())
            });
        });
    })
}

fn std_turns() -> Peer {
    let (turn, changed) = (Mutex::new(0), Condvar::new());
    Peer::new("std", move |index| {
        for _ in 0..TURNS {
            if let Ok(held) = turn.lock()
                && let Ok(mut turn) = changed.wait_while(held, |turn| *turn != index)
            {
                *turn = 1 - index;
                changed.notify_one();
            }
        }
    })
}

fn our_rounds<P: Platform>() -> Peer {
    let barrier = Barrier::<P>::new("barrier", 2);
    Peer::new("ours", move |_| {
        untraced(|| {
            block(async {
                for _ in 0..ROUNDS {
                    barrier.wait(Blocking::Forever).await?;
                }
                Ok::<_, Error>(())
            });
        });
    })
}

fn std_rounds() -> Peer {
    let barrier = StdBarrier::new(2);
    Peer::new("std", move |_| {
        for _ in 0..ROUNDS {
            barrier.wait();
        }
    })
}

fn our_items<P: Platform>() -> Peer {
    let queue: Arc<Queue<P, u32>> = Queue::new("queue", CAPACITY);
    Peer::new("ours", move |index| {
        untraced(|| {
            block(async {
                for item in 0..ITEMS {
                    if index % 2 == 0 {
                        let put = queue.put(item, Blocking::Forever).await;
                        put.map_err(|refused| refused.error)?;
                    } else {
                        black_box(queue.get(Blocking::Forever).await?);
                    }
                }
                Ok::<_, Error>(())
            });
        });
    })
}

/// A job of two producers and two consumers.
pub fn items(
    put: impl Fn(u32) + Send + Sync + 'static,
    get: impl Fn() -> u32 + Send + Sync + 'static,
) -> impl Fn(usize) + Send + Sync + 'static {
    move |index| {
        for item in 0..ITEMS {
            if index.is_multiple_of(2) {
                put(item);
            } else {
                black_box(get());
            }
        }
    }
}

/// std's bounded channel has one consumer; a mutex makes it two.
fn std_items() -> Peer {
    let (sender, receiver) = mpsc::sync_channel(CAPACITY);
    let receiver = Mutex::new(receiver);
    let get = move || {
        let receiver = receiver.lock();
        receiver.map_or(0, |items| items.recv().unwrap_or_default())
    };
    Peer::new(
        "std",
        items(
            move |item| {
                // The receiver is alive.
                let _ = sender.send(item);
            },
            get,
        ),
    )
}

/// How often each of so many threads acquires a lock in a sample.
pub fn acquisitions_each(threads: usize) -> u32 {
    ACQUISITIONS / threads as u32
}

fn recording() -> Peer {
    Peer::new("ours", move |_| {
        // Fresh ones: beyond its window a ring only counts.
        for _ in 0..RINGS {
            black_box(Ring::full_of_details(black_box(Did::Store)));
        }
    })
}

/// Making the same rings, and writing nothing: what to subtract.
fn making_rings() -> Peer {
    Peer::new("rings-alone", move |_| {
        for _ in 0..RINGS {
            black_box(Ring::boxed());
        }
    })
}
