//! The threads of a program whose atomics are steps: who may move, who waits on which
//! word, and what time it is.

use std::time::Duration;

use lockstep::base::ThreadId;
use lockstep::platform::Woken;

/// What a move touches: two moves of different threads may be swapped unless
/// both touch the same, and one changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// Where, 0 for nothing that others could touch.
    pub address: usize,
    pub writes: bool,
}

impl Access {
    pub const NONE: Access = Access {
        address: 0,
        writes: false,
    };

    /// For a move that may touch anything at all.
    pub const ANY: Access = Access {
        address: usize::MAX,
        writes: true,
    };

    /// Whether the order of two accesses could matter.
    pub fn conflicts(self, other: Access) -> bool {
        if self == Access::ANY || other == Access::ANY {
            return true;
        }
        self.address != 0 && self.address == other.address && (self.writes || other.writes)
    }
}

/// How a thread may move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Move {
    /// Its next step.
    Step,
    /// Its deadline, or its sleep, ends.
    TimeOut,
    /// Its wait returns for no reason.
    Spurious,
}

/// A move that may be made now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    pub thread: ThreadId,
    pub how: Move,
    pub access: Access,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Ready,
    /// Waits on the word at an address.
    Waiting(usize),
    Sleeping,
    Finished,
}

#[derive(Clone, Copy, Debug)]
struct Thread {
    status: Status,
    /// For a thread that waits or sleeps.
    deadline: Option<Duration>,
    /// How the last wait ended.
    woken: Woken,
    /// What the next step touches.
    next: Access,
}

/// All threads of a program, and the time.
#[derive(Debug, Default)]
pub struct World {
    threads: Vec<Thread>,
    now: Duration,
    /// Whether any sleep or deadline may end at any time.
    any_deadline: bool,
    /// How many waits may still return for no reason.
    spurious: u32,
}

impl World {
    pub fn new(any_deadline: bool, spurious: u32) -> World {
        World {
            threads: Vec::new(),
            now: Duration::ZERO,
            any_deadline,
            spurious,
        }
    }

    pub fn add_thread(&mut self) -> ThreadId {
        self.threads.push(Thread {
            status: Status::Ready,
            deadline: None,
            woken: Woken::Woken,
            next: Access::NONE,
        });
        ThreadId((self.threads.len() - 1) as u16)
    }

    pub fn now(&self) -> Duration {
        self.now
    }

    /// All moves that may be made, in place of what `choices` held. Only when there
    /// is no other does time pass, to the next deadline; equal ones become possible
    /// together. None at all: every thread has finished, or waits for ever.
    pub fn choices(&self, choices: &mut Vec<Choice>) {
        choices.clear();
        for (index, thread) in self.threads.iter().enumerate() {
            let mut may = |how, access| {
                choices.push(Choice {
                    thread: ThreadId(index as u16),
                    how,
                    access,
                });
            };
            let may_end = |deadline: Option<Duration>| {
                deadline.is_some_and(|deadline| self.any_deadline || deadline <= self.now)
            };
            match thread.status {
                Status::Ready => may(Move::Step, thread.next),
                Status::Waiting(address) => {
                    // Whoever wakes the word decides between the two.
                    let access = Access {
                        address,
                        writes: true,
                    };
                    if may_end(thread.deadline) {
                        may(Move::TimeOut, access);
                    }
                    if self.spurious > 0 {
                        may(Move::Spurious, access);
                    }
                }
                Status::Sleeping if may_end(thread.deadline) => may(Move::TimeOut, Access::NONE),
                Status::Sleeping | Status::Finished => {}
            }
        }
        if choices.iter().all(|choice| choice.how == Move::Spurious) {
            choices.extend(self.next_deadline());
        }
    }

    fn next_deadline(&self) -> impl Iterator<Item = Choice> {
        let blocked = |t: &Thread| matches!(t.status, Status::Waiting(_) | Status::Sleeping);
        let deadlines = self.threads.iter().filter(move |t| blocked(t));
        let earliest = deadlines.filter_map(|t| t.deadline).min();
        let threads = self.threads.iter().enumerate();
        threads.filter_map(move |(index, thread)| {
            let due = blocked(thread) && thread.deadline.is_some() && thread.deadline == earliest;
            let address = match thread.status {
                Status::Waiting(address) => address,
                _ => 0,
            };
            due.then_some(Choice {
                thread: ThreadId(index as u16),
                how: Move::TimeOut,
                access: Access {
                    address,
                    writes: true,
                },
            })
        })
    }

    /// Lets a thread make a move of [`choices`](Self::choices); it is to be run next.
    pub fn make(&mut self, choice: Choice) {
        let thread = &mut self.threads[choice.thread.index()];
        match choice.how {
            Move::Step => {}
            Move::TimeOut => {
                thread.woken = Woken::TimedOut;
                // Nobody's time is up before its time has come.
                self.now = self.now.max(thread.deadline.unwrap_or(self.now));
            }
            Move::Spurious => {
                thread.woken = Woken::Woken;
                self.spurious -= 1;
            }
        }
        thread.status = Status::Ready;
        thread.next = Access::NONE;
    }

    /// Says what a thread's next step touches.
    pub fn announce(&mut self, thread: ThreadId, next: Access) {
        self.threads[thread.index()].next = next;
    }

    /// Blocks a thread on the word at an address.
    pub fn wait(&mut self, thread: ThreadId, address: usize, deadline: Option<Duration>) {
        let thread = &mut self.threads[thread.index()];
        thread.status = Status::Waiting(address);
        thread.deadline = deadline;
    }

    /// Puts a thread to sleep.
    pub fn sleep(&mut self, thread: ThreadId, time: Duration) {
        let until = self.now.saturating_add(time);
        let thread = &mut self.threads[thread.index()];
        thread.status = Status::Sleeping;
        thread.deadline = Some(until);
    }

    /// How the wait of a thread that moves again has ended.
    pub fn woken(&self, thread: ThreadId) -> Woken {
        self.threads[thread.index()].woken
    }

    /// Wakes up to `count` of those who wait on the word at an address; `pick`
    /// says which of so many, in the order of their ids.
    pub fn wake(&mut self, address: usize, count: u32, mut pick: impl FnMut(usize) -> usize) {
        for left in (1..=count).rev() {
            let waits = |thread: &&mut Thread| thread.status == Status::Waiting(address);
            let waiting = self.threads.iter_mut().filter(waits).count();
            let picked = match waiting {
                0 => return,
                few if few <= left as usize => 0,
                many => pick(many),
            };
            let Some(thread) = self.threads.iter_mut().filter(waits).nth(picked) else {
                return;
            };
            thread.status = Status::Ready;
            thread.woken = Woken::Woken;
            thread.next = Access::NONE;
        }
    }

    pub fn finish(&mut self, thread: ThreadId) {
        self.threads[thread.index()].status = Status::Finished;
    }

    pub fn all_finished(&self) -> bool {
        self.threads.iter().all(|t| t.status == Status::Finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(world: &World) -> Vec<Choice> {
        let mut choices = Vec::new();
        world.choices(&mut choices);
        choices
    }

    fn moves(world: &World) -> Vec<(u16, Move)> {
        choices(world).iter().map(|c| (c.thread.0, c.how)).collect()
    }

    #[test]
    fn time_passes_only_when_nobody_can_move_and_equal_deadlines_end_together() {
        let mut world = World::new(false, 0);
        let ids: Vec<_> = (0..4).map(|_| world.add_thread()).collect();
        world.sleep(ids[0], Duration::from_secs(2));
        world.wait(ids[1], 16, Some(Duration::from_secs(2)));
        world.sleep(ids[2], Duration::from_secs(5));
        assert_eq!(moves(&world), [(3, Move::Step)]);
        world.finish(ids[3]);
        assert_eq!(moves(&world), [(0, Move::TimeOut), (1, Move::TimeOut)]);
        world.make(choices(&world)[1]);
        assert_eq!(world.now(), Duration::from_secs(2));
        assert_eq!(world.woken(ids[1]), Woken::TimedOut);
        assert_eq!(
            moves(&world),
            [(0, Move::TimeOut), (1, Move::Step)],
            "the other's time has come as well"
        );
    }

    #[test]
    fn any_deadline_may_end_at_any_time_if_so_wished() {
        let mut world = World::new(true, 0);
        let ids: Vec<_> = (0..3).map(|_| world.add_thread()).collect();
        world.sleep(ids[0], Duration::from_secs(2));
        world.wait(ids[1], 16, None);
        assert_eq!(moves(&world), [(0, Move::TimeOut), (2, Move::Step)]);
    }

    #[test]
    fn a_wake_up_reaches_as_many_as_it_may_and_the_oracle_picks() {
        let mut world = World::new(false, 0);
        let ids: Vec<_> = (0..3).map(|_| world.add_thread()).collect();
        world.wait(ids[0], 16, None);
        world.wait(ids[1], 16, None);
        world.wait(ids[2], 32, None);
        world.wake(16, 1, |count| count - 1);
        assert_eq!(moves(&world), [(1, Move::Step)]);
        world.wake(16, u32::MAX, |_| unreachable!("there is nothing to pick"));
        assert_eq!(moves(&world), [(0, Move::Step), (1, Move::Step)]);
        for &id in &ids {
            world.wait(id, 64, None);
        }
        world.wake(64, 2, |count| count - 1);
        assert_eq!(moves(&world), [(1, Move::Step), (2, Move::Step)]);
    }

    #[test]
    fn nobody_can_move_in_a_deadlock() {
        let mut world = World::new(true, 0);
        let id = world.add_thread();
        world.wait(id, 16, None);
        assert!(choices(&world).is_empty());
        assert!(!world.all_finished());
    }

    #[test]
    fn spurious_wake_ups_are_rationed_and_are_no_way_out_of_time() {
        let mut world = World::new(false, 1);
        let id = world.add_thread();
        world.wait(id, 16, Some(Duration::from_secs(1)));
        assert_eq!(moves(&world), [(0, Move::Spurious), (0, Move::TimeOut)]);
        world.make(choices(&world)[0]);
        world.wait(id, 16, None);
        assert!(choices(&world).is_empty());
    }
}
