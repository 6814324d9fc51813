//! The threads of a program: who may move, who waits, and what time it is.

use std::time::Duration;

use borsh::{BorshDeserialize, BorshSerialize};

use crate::base::{ObjectId, ThreadId};
use crate::platform::state::{State, fingerprint};
use crate::platform::{Access, MAX_THREADS};
use crate::trace::Site;

/// How a thread may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, BorshSerialize, BorshDeserialize)]
pub enum Move {
    /// Its next step.
    Step,
    /// Its deadline, or its sleep, ends.
    TimeOut,
}

/// A move that may be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub thread: ThreadId,
    pub how: Move,
    /// Where in the program the thread is.
    pub site: Site,
    /// How it will access the site's object, if that is a value that nothing protects.
    pub access: Option<Access>,
}

impl Choice {
    /// Whether a thread that made the last move goes on with this one: another in its
    /// place is a preemption. One that slept or waited has given way by itself.
    pub fn goes_on(&self, thread: ThreadId) -> bool {
        self.thread == thread && self.how == Move::Step
    }
}

/// Looks whether a thread that waits could go on, or what it waits for.
pub(super) type Ready = dyn Fn() -> Result<(), ObjectId>;

#[derive(Clone, Copy)]
enum Status {
    /// It may make its next step.
    Enabled,
    /// It may once this says so. Whoever set it takes it away before it goes.
    Waiting(*const Ready),
    Sleeping,
    Finished,
}

/// A thread between two of its steps.
pub(super) struct Thread {
    status: Status,
    /// The time at which its sleep or its wait ends, if at any.
    deadline: Option<Duration>,
    /// The time that its sleep or its wait may take.
    within: Duration,
    /// What it waits for, when last looked at.
    pub(super) waits_for: Option<ObjectId>,
    /// Whether its time was up in its last move.
    pub(super) timed_out: bool,
    /// Where it is, and how it will access what is there.
    pub(super) site: Site,
    pub(super) access: Option<Access>,
    pub(super) quiet: bool,
    /// Who started it, and how many steps had been made, that one included.
    pub(super) started: (ThreadId, usize),
    /// Whether an exception has ended it.
    pub(super) failed: bool,
    /// The sum of its own sleeps, and of those that it waited for: the time that it
    /// knows of where sleeps may take any time.
    own_time: Duration,
    /// How often it has asked for the time since it last waited.
    time_reads: u32,
    /// Its name, which does not depend on the order in which threads were started: its
    /// starter's, and which of those that one has made it is.
    pub(super) name: u64,
    /// Threads and objects that it has made.
    made: u64,
    /// What it has observed: how each of its moves was made, and what came of it.
    log: Vec<u64>,
    /// How much of that it knew when it came to the head of a loop, and how much it had
    /// made.
    before_rounds: Option<(usize, u64)>,
    /// Its log begins with the operation that is under way, and whether it goes by the time.
    tells_itself: bool,
    reads_time: bool,
}

impl Thread {
    const fn new() -> Thread {
        Thread {
            status: Status::Finished,
            deadline: None,
            within: Duration::ZERO,
            waits_for: None,
            timed_out: false,
            site: Site::NONE,
            access: None,
            quiet: false,
            started: (ThreadId::MAIN, 0),
            failed: false,
            own_time: Duration::ZERO,
            time_reads: 0,
            name: 0,
            made: 0,
            log: Vec::new(),
            before_rounds: None,
            tells_itself: false,
            reads_time: false,
        }
    }

    pub(super) fn is_finished(&self) -> bool {
        matches!(self.status, Status::Finished)
    }

    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    pub(super) fn is_waiting(&self) -> bool {
        matches!(self.status, Status::Waiting(_))
    }

    /// A name for what this thread makes next.
    pub(super) fn name_next(&mut self) -> u64 {
        self.made += 1;
        fingerprint(&[self.name, self.made]) as u64
    }

    pub(super) fn observe(&mut self, value: u64) {
        self.log.push(value);
    }

    /// Forgets the rounds of a loop that it has made.
    pub(super) fn begin_round(&mut self) {
        let (known, made) = *self
            .before_rounds
            .get_or_insert((self.log.len(), self.made));
        self.log.truncate(known);
        self.made = made;
    }

    /// What it has observed so far counts no more: something else tells it.
    pub(super) fn forget(&mut self, reads_time: bool) {
        self.log.clear();
        self.tells_itself = true;
        self.reads_time = reads_time;
    }

    /// What it has observed so far, in a number.
    pub(super) fn mark(&self) -> u64 {
        fingerprint(&self.log) as u64
    }
}

/// Reads of the time, without a wait between them, that take a millisecond together: so
/// a loop that waits for a time comes to its end.
const READS_PER_MS: u32 = 1000;

/// All threads of a program, and the time.
pub(super) struct Threads {
    all: Vec<Thread>,
    /// How many of them there are; the memory of the others is for those to come.
    count: usize,
    /// In the order of their names.
    by_name: Vec<u16>,
    /// Those that have not finished, in the order in which they were started.
    alive: Vec<u16>,
    now: Duration,
    /// Whether sleeps and deadlines end in their order. If not, they end at any time.
    pub(super) clock: bool,
}

impl Threads {
    pub(super) const fn new() -> Threads {
        Threads {
            all: Vec::new(),
            count: 0,
            by_name: Vec::new(),
            alive: Vec::new(),
            now: Duration::ZERO,
            clock: true,
        }
    }

    /// None, at the beginning of time.
    pub(super) fn begin(&mut self, clock: bool) {
        self.count = 0;
        self.by_name.clear();
        self.alive.clear();
        self.now = Duration::ZERO;
        self.clock = clock;
    }

    /// Adds a thread, started by another, after so many steps.
    pub(super) fn add(&mut self, starter: ThreadId, made: usize) -> ThreadId {
        let (name, own_time) = match self.count {
            0 => (1, Duration::ZERO),
            _ => {
                let starter = self.get(starter);
                (starter.name_next(), starter.own_time)
            }
        };
        if self.all.len() == self.count {
            self.all.push(Thread::new());
        }
        let thread = &mut self.all[self.count];
        let mut log = std::mem::take(&mut thread.log);
        log.clear();
        *thread = Thread {
            status: Status::Enabled,
            started: (starter, made),
            own_time,
            name,
            log,
            ..Thread::new()
        };
        let id = self.count as u16;
        self.count += 1;
        let all = &self.all;
        let place = self
            .by_name
            .partition_point(|&other| all[usize::from(other)].name < name);
        self.by_name.insert(place, id);
        self.alive.push(id);
        ThreadId(id)
    }

    pub(super) fn get(&mut self, thread: ThreadId) -> &mut Thread {
        &mut self.all[thread.index()]
    }

    pub(super) fn iter(&self) -> impl ExactSizeIterator<Item = &Thread> {
        self.all[..self.count].iter()
    }

    /// Those that have not finished.
    pub(super) fn alive(&self) -> impl ExactSizeIterator<Item = (ThreadId, &Thread)> + Clone {
        let alive = self.alive.iter();
        alive.map(|&id| (ThreadId(id), &self.all[usize::from(id)]))
    }

    /// Whether there can be another thread.
    pub(super) fn are_too_many(&self) -> bool {
        self.alive.len() >= MAX_THREADS || self.count >= usize::from(u16::MAX)
    }

    pub(super) fn now(&self) -> Duration {
        self.now
    }

    /// What time it is for a thread.
    pub(super) fn time_of(&mut self, thread: ThreadId) -> Duration {
        if self.clock {
            return self.now;
        }
        let thread = self.get(thread);
        thread.time_reads += 1;
        if thread.time_reads.is_multiple_of(READS_PER_MS) {
            thread.own_time += Duration::from_millis(1);
        }
        thread.own_time
    }

    /// A thread has seen the end of another, and so its time.
    pub(super) fn joined(&mut self, thread: ThreadId, ended: ThreadId) {
        let its_time = self.get(ended).own_time;
        let thread = self.get(thread);
        thread.own_time = thread.own_time.max(its_time);
    }

    /// Those who wait, and by what they look whether they could go on.
    pub(super) fn waiting(&self, waiting: &mut Vec<(ThreadId, *const Ready, Option<ObjectId>)>) {
        for (id, thread) in self.alive() {
            if let Status::Waiting(ready) = thread.status {
                waiting.push((id, ready, None));
            }
        }
    }

    /// All moves that may be made, in place of what `choices` held. Where the clock is
    /// kept, time passes only when there is no other move, to the next deadline; equal
    /// ones become possible together. None at all: every thread has finished, or waits
    /// for ever.
    pub(super) fn choices(&self, choices: &mut Vec<Choice>) {
        choices.clear();
        for (id, thread) in self.alive() {
            let may_end = thread.waits_for.is_some() || matches!(thread.status, Status::Sleeping);
            let how = match thread.status {
                Status::Finished => continue,
                Status::Enabled => Move::Step,
                Status::Waiting(_) if thread.waits_for.is_none() => Move::Step,
                Status::Waiting(_) | Status::Sleeping => match thread.deadline {
                    Some(deadline) if may_end && (!self.clock || deadline <= self.now) => {
                        Move::TimeOut
                    }
                    _ => continue,
                },
            };
            choices.push(thread.choice(id, how));
        }
        if choices.is_empty() {
            let earliest = (self.alive())
                .filter_map(|(_, thread)| thread.deadline)
                .min();
            let due = (self.alive())
                .filter(|(_, thread)| earliest.is_some() && thread.deadline == earliest);
            choices.extend(due.map(|(id, thread)| thread.choice(id, Move::TimeOut)));
        }
    }

    /// Lets a thread make a move; it is to be run next.
    pub(super) fn make(&mut self, choice: Choice) {
        let thread = &mut self.all[choice.thread.index()];
        thread.timed_out = choice.how == Move::TimeOut;
        thread.observe(u64::from(thread.timed_out));
        if thread.timed_out {
            thread.own_time += thread.within;
            // Nobody's time is up before its time has come.
            let time = match self.clock {
                true => thread.deadline.unwrap_or_default(),
                false => thread.own_time,
            };
            self.now = self.now.max(time);
        }
        if !matches!(thread.status, Status::Enabled) {
            thread.time_reads = 0;
        }
        thread.status = Status::Enabled;
        thread.deadline = None;
    }

    /// Lets a thread wait until it is ready, or so long.
    pub(super) fn wait(&mut self, thread: ThreadId, ready: *const Ready, within: Option<Duration>) {
        self.set(thread, Status::Waiting(ready), within);
    }

    /// Puts a thread to sleep.
    pub(super) fn sleep(&mut self, thread: ThreadId, time: Duration) {
        self.set(thread, Status::Sleeping, Some(time));
    }

    fn set(&mut self, thread: ThreadId, status: Status, within: Option<Duration>) {
        let deadline = within.map(|within| self.now.saturating_add(within));
        let thread = self.get(thread);
        thread.status = status;
        thread.deadline = deadline;
        thread.within = within.unwrap_or_default();
    }

    /// Takes away what a thread waits by.
    pub(super) fn forget_ready(&mut self, thread: ThreadId) {
        let thread = self.get(thread);
        if matches!(thread.status, Status::Waiting(_)) {
            thread.status = Status::Enabled;
        }
    }

    pub(super) fn finish(&mut self, thread: ThreadId) {
        self.get(thread).status = Status::Finished;
        self.alive.retain(|&id| id != thread.0);
    }

    /// Lets no thread but this one go on.
    pub(super) fn end_others(&mut self, but: ThreadId) {
        for (index, thread) in self.all[..self.count].iter_mut().enumerate() {
            if index != but.index() {
                thread.status = Status::Finished;
            }
        }
        self.alive.retain(|&id| id == but.0);
    }

    pub(super) fn all_finished(&self) -> bool {
        self.alive.is_empty()
    }

    /// Tells what decides how each will go on.
    pub(super) fn state(&self, state: &mut State) {
        state.begin(self.iter().map(|thread| thread.name));
        for &thread in &self.by_name {
            let thread = &self.all[usize::from(thread)];
            state.begin_part(thread.name);
            state.add_all(&thread.log);
            if thread.tells_itself {
                // What it makes next is named by this.
                state.add(thread.made);
                state.add(u64::from(thread.is_finished()));
            }
            if thread.reads_time {
                state.add(thread.own_time.as_nanos() as u64);
                state.add(thread.time_reads);
            }
            if let Some(deadline) = thread.deadline.filter(|_| self.clock) {
                state.add(deadline.saturating_sub(self.now).as_nanos() as u64);
            }
            state.end_part();
        }
        if self.clock {
            state.add(self.now.as_nanos() as u64);
        }
    }
}

impl Thread {
    fn choice(&self, id: ThreadId, how: Move) -> Choice {
        Choice {
            thread: id,
            how,
            site: self.site,
            access: self.access.filter(|_| how == Move::Step),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEVER: &Ready = &|| Err(ObjectId(0));

    fn moves(threads: &Threads) -> Vec<(u16, Move)> {
        let mut choices = Vec::new();
        threads.choices(&mut choices);
        choices.iter().map(|c| (c.thread.0, c.how)).collect()
    }

    fn some(clock: bool) -> Threads {
        let mut threads = Threads::new();
        threads.begin(clock);
        for _ in 0..4 {
            threads.add(ThreadId::MAIN, 0);
        }
        threads
    }

    fn wait(threads: &mut Threads, thread: u16, within: Option<Duration>) {
        threads.wait(ThreadId(thread), NEVER, within);
        threads.get(ThreadId(thread)).waits_for = Some(ObjectId(0));
    }

    #[test]
    fn time_passes_only_when_nobody_can_move_and_equal_deadlines_end_together() {
        let mut threads = some(true);
        threads.sleep(ThreadId(0), Duration::from_secs(2));
        wait(&mut threads, 1, Some(Duration::from_secs(2)));
        threads.sleep(ThreadId(2), Duration::from_secs(5));
        assert_eq!(moves(&threads), [(3, Move::Step)]);
        threads.finish(ThreadId(3));
        assert_eq!(moves(&threads), [(0, Move::TimeOut), (1, Move::TimeOut)]);
        let mut choices = Vec::new();
        threads.choices(&mut choices);
        threads.make(choices[1]);
        assert_eq!(threads.now(), Duration::from_secs(2));
        assert!(threads.get(ThreadId(1)).timed_out);
        assert_eq!(
            moves(&threads),
            [(0, Move::TimeOut), (1, Move::Step)],
            "the other's time has come as well"
        );
    }

    #[test]
    fn without_the_clock_any_deadline_may_end_at_any_time() {
        let mut threads = some(false);
        threads.sleep(ThreadId(0), Duration::from_secs(2));
        wait(&mut threads, 1, None);
        wait(&mut threads, 2, Some(Duration::from_secs(1)));
        assert_eq!(
            moves(&threads),
            [(0, Move::TimeOut), (2, Move::TimeOut), (3, Move::Step)]
        );
        // Who could succeed cannot run out of time.
        threads.get(ThreadId(2)).waits_for = None;
        assert_eq!(
            moves(&threads),
            [(0, Move::TimeOut), (2, Move::Step), (3, Move::Step)]
        );
    }

    #[test]
    fn a_thread_knows_of_its_own_sleeps_and_of_those_it_has_waited_for() {
        let mut threads = some(false);
        for (thread, secs) in [(1, 5), (2, 3)] {
            threads.sleep(ThreadId(thread), Duration::from_secs(secs));
            let mut choices = Vec::new();
            threads.choices(&mut choices);
            let ends = choices.iter().find(|c| c.thread == ThreadId(thread));
            threads.make(*ends.expect("it may end"));
        }
        assert_eq!(threads.time_of(ThreadId(2)), Duration::from_secs(3));
        assert_eq!(threads.time_of(ThreadId(3)), Duration::ZERO);
        threads.joined(ThreadId(2), ThreadId(1));
        assert_eq!(threads.time_of(ThreadId(2)), Duration::from_secs(5));
        for _ in 0..3 * READS_PER_MS {
            threads.time_of(ThreadId(3));
        }
        assert_eq!(threads.time_of(ThreadId(3)), Duration::from_millis(3));
    }

    #[test]
    fn nobody_can_move_in_a_deadlock() {
        let mut threads = some(false);
        for thread in 0..4 {
            wait(&mut threads, thread, None);
        }
        assert!(moves(&threads).is_empty());
        assert!(!threads.all_finished());
    }
}
