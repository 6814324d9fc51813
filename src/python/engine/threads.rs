//! The threads of a program, in the order in which they were started.

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use super::{Pool, Telling, Thread};
use crate::python::machine::{Ending, World};
use crate::python::values::{Raise, Value, share};
use crate::sync::Own;

/// Threads that a program can have started that have not ended.
pub const MOST: u32 = 64;

/// From so many on it is told when threads start and end, as there may soon be too many.
const MANY: u32 = MOST / 2;

/// A thread's number as programs see it.
pub fn ident_of(number: u32) -> i64 {
    0x7f00_0000_0000 + 0x10_0000 * i64::from(number)
}

#[derive(Clone)]
pub struct Entry {
    /// The Python object.
    pub object: Value,
    /// None of main.
    pub thread: Option<Arc<dyn Thread>>,
    pub daemon: bool,
}

pub struct Threads {
    entries: Own<Vec<Entry>>,
    /// Threads but main that have not ended.
    alive: AtomicU32,
    many: AtomicBool,
    raised: Own<Vec<(u32, Raise)>>,
    told: AtomicBool,
    /// Whether a thread was ever started: from then on there may be several.
    several: AtomicBool,
    /// Threads that were given a name by the library.
    named: AtomicU32,
    /// Pools that were.
    pools_named: AtomicU32,
    /// How many things each thread has made.
    made: Own<Vec<Arc<AtomicU64>>>,
    /// By their serial numbers.
    pools: Own<Vec<(u64, Weak<dyn Pool>)>>,
    /// The worst that any of them has come to.
    worst: Own<Ending>,
    ended: AtomicBool,
}

impl Threads {
    pub fn new() -> Threads {
        Threads {
            entries: Own::shared(Vec::new()),
            alive: AtomicU32::new(0),
            many: AtomicBool::new(false),
            raised: Own::shared(Vec::new()),
            told: AtomicBool::new(false),
            several: AtomicBool::new(false),
            named: AtomicU32::new(0),
            pools_named: AtomicU32::new(0),
            made: Own::shared(Vec::new()),
            pools: Own::shared(Vec::new()),
            worst: Own::shared(Ending::Ok),
            ended: AtomicBool::new(false),
        }
    }

    /// Whether there are, or ever were, so many threads that their starts and ends are steps.
    pub fn are_many(&self) -> bool {
        if self.alive.load(Ordering::Relaxed) >= MANY {
            self.many.store(true, Ordering::Relaxed);
        }
        self.many.load(Ordering::Relaxed)
    }

    /// Says that a thread is about to be started: false if there are too many already.
    pub fn begin(&self) -> bool {
        let one_more = |alive| (alive < MOST).then_some(alive + 1);
        // Relaxed, as below: it is a number and orders nothing.
        (self.alive)
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .is_ok()
    }

    /// Says that a thread is at its end.
    pub fn end_one(&self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }

    /// Adds a thread, as what is made of its number.
    pub fn add(&self, make: impl FnOnce(u32) -> Entry) -> u32 {
        let mut entries = self.entries.write();
        let number = entries.len() as u32;
        let entry = make(number);
        share(&entry.object);
        entries.push(entry);
        let mut made = self.made.write();
        made.push(Arc::default());
        number
    }

    /// How many things a thread has made, whichever of its machines did.
    pub fn made_by(&self, number: u32) -> Arc<AtomicU64> {
        let made = self.made.read();
        made.get(number as usize).cloned().unwrap_or_default()
    }

    /// Adds a pool, of that number in the order in which things are made.
    pub fn add_pool(&self, serial: u64, pool: &Arc<dyn Pool>) {
        let mut pools = self.pools.write();
        pools.retain(|(_, pool)| pool.strong_count() > 0);
        pools.push((serial, Arc::downgrade(pool)));
        pools.sort_unstable_by_key(|(serial, _)| *serial);
    }

    /// The pools that there are.
    pub fn pools(&self) -> Vec<Arc<dyn Pool>> {
        let pools = self.pools.read();
        pools
            .iter()
            .filter_map(|(_, pool)| pool.upgrade())
            .collect()
    }

    /// Goes on with the numbers of another process.
    pub fn continue_names(&self, from: &Threads) {
        let of = |number: &AtomicU32| number.load(Ordering::Relaxed);
        self.named.store(of(&from.named), Ordering::Relaxed);
        self.pools_named
            .store(of(&from.pools_named), Ordering::Relaxed);
    }

    /// The number that the library names the next pool by.
    pub fn next_pool(&self) -> u32 {
        self.pools_named.fetch_add(1, Ordering::Relaxed)
    }

    /// The Python object of a thread.
    pub fn object(&self, number: u32) -> Value {
        self.get(number)
            .map(|entry| entry.object)
            .unwrap_or_default()
    }

    /// Main's, which the library makes when it is first asked for.
    pub fn set_main(&self, object: Value) {
        share(&object);
        if let Some(main) = self.entries.write().first_mut() {
            main.object = object;
        }
    }

    /// Forgets all threads, at the end of the run: they and the world refer to each other.
    pub fn clear(&self) {
        let entries = std::mem::take(&mut *self.entries.write());
        let raised = std::mem::take(&mut *self.raised.write());
        drop((entries, raised));
    }

    /// Keeps what a barrier's action has raised for the thread that called it.
    pub fn keep_raised(&self, number: u32, raise: Raise) {
        self.raised.write().push((number, raise));
    }

    pub fn take_raised(&self, number: u32) -> Option<Raise> {
        let mut raised = self.raised.write();
        let at = raised.iter().position(|(thread, _)| *thread == number)?;
        Some(raised.remove(at).1)
    }

    pub fn get(&self, number: u32) -> Option<Entry> {
        self.entries.read().get(number as usize).cloned()
    }

    pub fn all(&self) -> Vec<Entry> {
        self.entries.get()
    }

    /// Whether a thread was ever started.
    #[inline]
    pub fn are_several(&self) -> bool {
        self.several.load(Ordering::Relaxed)
    }

    /// Says that the program's state is going to be told.
    pub fn set_told(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// Whether the program's state is going to be told.
    #[inline]
    pub fn are_told(&self) -> bool {
        self.told.load(Ordering::Relaxed)
    }

    /// Tells what the program can go by.
    pub fn tell(&self, told: &mut Telling) {
        told.number(u64::from(self.several.load(Ordering::Relaxed)));
        told.number(u64::from(self.named.load(Ordering::Relaxed)));
        told.number(u64::from(self.pools_named.load(Ordering::Relaxed)));
        told.number(u64::from(self.alive.load(Ordering::Relaxed)));
        told.number(u64::from(self.many.load(Ordering::Relaxed)));
        told.number(u64::from(rank(self.worst.get())));
        let entries = self.entries.read();
        told.number(entries.len() as u64);
        for entry in entries.iter() {
            told.value(&entry.object);
        }
        // Nobody may have the pool any more whose jobs are still to be done.
        for pool in self.pools() {
            let jobs = pool.jobs();
            told.number(jobs.len() as u64);
            jobs.iter().for_each(|job| told.value(job));
        }
    }

    /// The number that the library names the next thread by.
    pub fn next_name(&self) -> u32 {
        self.named.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Before the first thread starts, the variables that functions use become everybody's,
    /// and the modules that were imported.
    pub fn share_variables(&self, world: &'static World, freezes: bool) {
        if !self.several.swap(true, Ordering::Relaxed) {
            world.share_main(freezes);
            world.share_processes();
            world
                .modules
                .read()
                .iter()
                .for_each(|(_, module)| share(module));
        }
    }

    /// Notes what a thread has come to.
    pub fn note(&self, ending: Ending) {
        let mut worst = self.worst.write();
        if rank(ending) > rank(*worst) && !self.ended.load(Ordering::Acquire) {
            *worst = ending;
        }
    }

    /// The program is at its end: what threads come to from now on does not count.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    /// What the program has come to, at its end.
    pub fn ended(&self) -> Option<Ending> {
        self.ended.load(Ordering::Acquire).then(|| self.worst.get())
    }

    /// What its threads have come to, whether or not it is at its end.
    pub fn worst(&self) -> Ending {
        self.worst.get()
    }
}

/// What is told in the place of what: an error tells more than an assertion.
fn rank(ending: Ending) -> u32 {
    match ending {
        Ending::Ok => 0,
        Ending::Violated => 1,
        Ending::Error => 2,
        Ending::Incomplete { .. } => 3,
    }
}

impl Default for Threads {
    fn default() -> Threads {
        Threads::new()
    }
}
