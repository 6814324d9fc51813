//! Who made whom go on: from the step that gave something up to the end of the wait that it
//! ended, and from a thread's start to its first step.
//!
//! A wait that ends carries the number up to which its object had changed. What made it
//! possible is the last change up to that which gives what was waited for, if it came while
//! the thread waited. Where numbers are missing, as they are of a wait that ran out of time,
//! nothing is told.

use std::collections::VecDeque;

use super::event::{Event, Kind, Order};
use crate::base::{ObjectId, ThreadId};

/// Changes of an object that are remembered: later ones than a wait's end may have their
/// places before it.
const REMEMBERED: usize = 32;

/// That a thread went on since another did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wake {
    /// When it went on.
    pub at: u64,
    /// Who made it, and when.
    pub by: ThreadId,
    pub by_at: u64,
}

/// The wake-ups of a run, grown event by event in an order that could have been.
#[derive(Clone, Debug, Default)]
pub struct Wakes {
    threads: Vec<Woken>,
    /// By object.
    given: Vec<VecDeque<Given>>,
}

/// What there is of one thread.
#[derive(Clone, Debug, Default)]
struct Woken {
    /// In order.
    wakes: Vec<Wake>,
    /// Who started it, and when, until it begins.
    started: Option<(ThreadId, u64)>,
    wait: Option<Wait>,
}

/// A change that may end waits.
#[derive(Clone, Copy, Debug)]
struct Given {
    thread: ThreadId,
    at: u64,
    /// Its number, if it is known.
    number: Option<u32>,
    /// Whether it made room, and gave nothing.
    is_room: bool,
}

#[derive(Clone, Copy, Debug)]
struct Wait {
    object: ObjectId,
    since: u64,
    /// When it ended, and up to which number its object had changed then.
    ended: Option<(u64, Option<u32>)>,
}

impl Wakes {
    /// A thread's, in order.
    pub fn of(&self, thread: ThreadId) -> &[Wake] {
        let of = self.threads.get(thread.index());
        of.map_or(&[], |woken| &woken.wakes)
    }

    /// Adds one that is known by itself, after all others of the thread.
    pub fn add(&mut self, thread: ThreadId, wake: Wake) {
        self.woken(thread).wakes.push(wake);
    }

    /// Takes an event, which is at this time.
    pub fn take(&mut self, thread: ThreadId, event: &Event, at: u64) {
        let object = event.site.object;
        if event.kind == Kind::Wake {
            if let Some(wait) = &mut self.woken(thread).wait {
                let number = match event.order {
                    Order::After(number) => Some(number),
                    _ => None,
                };
                wait.ended = Some((at, number));
            }
            return;
        }
        let over = self.woken(thread).wait.take_if(|wait| wait.ended.is_some());
        if let Some(wake) = over.and_then(|wait| self.end_of(thread, wait, event)) {
            self.woken(thread).wakes.push(wake);
        }
        match event.kind {
            Kind::Spawn => {
                if let Ok(index) = u16::try_from(event.value) {
                    self.woken(ThreadId(index)).started = Some((thread, at));
                }
            }
            Kind::Start => {
                let woken = self.woken(thread);
                if let Some((by, by_at)) = woken.started.take() {
                    woken.wakes.push(Wake { at, by, by_at });
                }
            }
            // Who lines up waits from then on, and blocks a little later.
            Kind::Block | Kind::LineUp => {
                self.woken(thread).wait.get_or_insert(Wait {
                    object,
                    since: at,
                    ended: None,
                });
            }
            _ => {}
        }
        if object != ObjectId::NONE
            && let Some(is_room) = gives(event)
        {
            self.give(
                object,
                Given {
                    thread,
                    at,
                    number: match event.order {
                        Order::At(number) => Some(number),
                        _ => None,
                    },
                    is_room,
                },
            );
        }
    }

    /// What ended a wait, told from what its thread did next: who waited for room puts
    /// something there.
    fn end_of(&self, thread: ThreadId, wait: Wait, next: &Event) -> Option<Wake> {
        let (at, number) = wait.ended?;
        let is_next = next.site.object == wait.object;
        let number = number.or(match next.order {
            Order::At(number) if is_next => Some(number.wrapping_sub(1)),
            Order::After(number) | Order::Between(number) if is_next => Some(number),
            _ => None,
        })?;
        let wants_room = is_next && next.kind == Kind::Put;
        let fits = |given: &&Given| {
            given.thread != thread
                && given.is_room == wants_room
                && given.number.is_none_or(|own| own <= number)
                && (wait.since..=at).contains(&given.at)
        };
        let given = self.given.get(usize::from(wait.object.0))?;
        let given = given.iter().rev().find(fits)?;
        Some(Wake {
            at,
            by: given.thread,
            by_at: given.at,
        })
    }

    fn give(&mut self, object: ObjectId, given: Given) {
        let index = usize::from(object.0);
        if self.given.len() <= index {
            self.given.resize_with(index + 1, VecDeque::new);
        }
        let all = &mut self.given[index];
        if all.len() == REMEMBERED {
            all.pop_front();
        }
        all.push_back(given);
    }

    fn woken(&mut self, thread: ThreadId) -> &mut Woken {
        let index = thread.index();
        if self.threads.len() <= index {
            self.threads.resize_with(index + 1, Woken::default);
        }
        &mut self.threads[index]
    }
}

/// Whether an event gives something that others wait for, and if so, whether that is room.
fn gives(event: &Event) -> Option<bool> {
    match event.kind {
        Kind::Set if event.value == 0 => None,
        Kind::Release
        | Kind::Set
        | Kind::Notify
        | Kind::Put
        | Kind::Arrive
        | Kind::Settle
        | Kind::Finish
        | Kind::Cancel => Some(false),
        Kind::Get => Some(true),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::Site;
    use super::*;

    const A: ThreadId = ThreadId(0);
    const B: ThreadId = ThreadId(1);
    const C: ThreadId = ThreadId(2);
    const LOCK: ObjectId = ObjectId(0);
    const OTHER: ObjectId = ObjectId(1);

    fn event(kind: Kind, object: ObjectId, value: i64, order: Order) -> Event {
        Event {
            seq: 0,
            kind,
            site: Site { object, line: 1 },
            value,
            order,
            at: None,
        }
    }

    /// Who woke a thread, and when, of events at times 0, 10, 20 and so on.
    fn woken(thread: ThreadId, events: &[(ThreadId, Kind, ObjectId, Order)]) -> Vec<(u16, u64)> {
        let mut wakes = Wakes::default();
        for (at, &(by, kind, object, order)) in (0..).step_by(10).zip(events) {
            wakes.take(by, &event(kind, object, 1, order), at);
        }
        let told = wakes.of(thread).iter().map(|wake| (wake.by.0, wake.by_at));
        told.collect()
    }

    #[test]
    fn a_release_wakes_who_waits_for_that_lock() {
        let events = [
            (A, Kind::Acquire, LOCK, Order::At(1)),
            (B, Kind::Block, LOCK, Order::About),
            (C, Kind::Release, OTHER, Order::At(8)),
            (A, Kind::Release, LOCK, Order::At(2)),
            (B, Kind::Wake, LOCK, Order::After(2)),
            (B, Kind::Acquire, LOCK, Order::At(3)),
        ];
        assert_eq!(woken(B, &events), [(0, 30)]);
        assert_eq!(woken(A, &events), []);
    }

    #[test]
    fn a_later_change_that_stands_earlier_has_not_ended_the_wait() {
        let events = [
            (B, Kind::Block, LOCK, Order::About),
            (A, Kind::Release, LOCK, Order::At(2)),
            (C, Kind::Release, LOCK, Order::At(4)),
            (B, Kind::Wake, LOCK, Order::After(2)),
            (B, Kind::Acquire, LOCK, Order::At(5)),
        ];
        assert_eq!(woken(B, &events), [(0, 10)]);
    }

    #[test]
    fn a_wait_that_ran_out_of_time_was_ended_by_nobody() {
        let events = [
            (B, Kind::Block, LOCK, Order::About),
            (A, Kind::Release, LOCK, Order::At(2)),
            (B, Kind::Wake, LOCK, Order::About),
            (B, Kind::Load, OTHER, Order::About),
        ];
        assert_eq!(woken(B, &events), []);
    }

    #[test]
    fn what_was_given_before_the_wait_has_not_ended_it() {
        let events = [
            (A, Kind::Release, LOCK, Order::At(2)),
            (B, Kind::Block, LOCK, Order::About),
            (B, Kind::Wake, LOCK, Order::After(6)),
            (B, Kind::Acquire, LOCK, Order::At(7)),
        ];
        assert_eq!(woken(B, &events), []);
    }

    #[test]
    fn who_takes_an_item_was_woken_by_a_put_and_who_puts_one_by_room() {
        let [put, get] = [Kind::Put, Kind::Get];
        for (next, by) in [(get, (0, 10)), (put, (2, 20))] {
            let events = [
                (B, Kind::Block, LOCK, Order::About),
                (A, put, LOCK, Order::At(1)),
                (C, get, LOCK, Order::At(2)),
                (B, Kind::Wake, LOCK, Order::After(2)),
                (B, next, LOCK, Order::At(3)),
            ];
            assert_eq!(woken(B, &events), [by], "{next:?}");
        }
    }

    #[test]
    fn a_thread_is_started_once() {
        let mut wakes = Wakes::default();
        let spawn = event(Kind::Spawn, OTHER, 1, Order::About);
        wakes.take(A, &spawn, 5);
        wakes.take(B, &event(Kind::Start, OTHER, 0, Order::About), 9);
        let (at, by, by_at) = (9, A, 5);
        assert_eq!(wakes.of(B), [Wake { at, by, by_at }]);
    }

    #[test]
    fn who_lines_up_at_a_condition_is_woken_by_its_notify() {
        let events = [
            (B, Kind::LineUp, OTHER, Order::At(1)),
            (B, Kind::Release, LOCK, Order::At(2)),
            (B, Kind::Block, OTHER, Order::About),
            (A, Kind::Notify, OTHER, Order::At(2)),
            (A, Kind::Release, LOCK, Order::At(4)),
            (B, Kind::Wake, OTHER, Order::After(2)),
            (B, Kind::Acquire, LOCK, Order::At(5)),
        ];
        assert_eq!(woken(B, &events), [(0, 30)]);
    }
}
