//! Who made whom go on in a run on the model.

use std::mem;

use super::Playback;
use crate::base::{ObjectId, ThreadId};
use crate::trace::Wake;

impl Playback {
    /// What made a thread go on up to so many steps: times are counts of steps.
    pub fn wakes(&self, thread: u16, after: usize) -> Vec<Wake> {
        let mut wakes: Vec<(ObjectId, Wake)> = Vec::new();
        let started = self.threads[usize::from(thread)].started;
        let begins = [(started, ObjectId::NONE)].into_iter();
        for (made, waited) in begins.chain(self.ends_of_waits(thread)) {
            let Some(by) = made.checked_sub(1).and_then(|made| self.steps.get(made)) else {
                continue;
            };
            let goes_on =
                (made..after.min(self.steps.len())).find(|&step| self.steps[step].thread == thread);
            let Some(at) = goes_on.filter(|_| by.thread != thread) else {
                continue;
            };
            let wake = Wake {
                at: at as u64,
                by: ThreadId(by.thread),
                by_at: made as u64,
            };
            // Where others took first what it was waiting for, the last counts.
            wakes.pop_if(|(object, last)| *object == waited && last.at == wake.at);
            wakes.push((waited, wake));
        }
        wakes.into_iter().map(|(_, wake)| wake).collect()
    }

    /// After which steps a thread no longer waited for what it had waited for.
    fn ends_of_waits(&self, thread: u16) -> Vec<(usize, ObjectId)> {
        if self.of_tasks {
            // That they go on is a turn of their loop later than what made them.
            let told = self.looks.let_go(thread);
            return told.map(|made| (made, ObjectId::NONE)).collect();
        }
        let mut waits_for = ObjectId::NONE;
        let changes = self.looks.waits_of(thread).map(|(made, object)| {
            // Who is notified waits for the lock from then on.
            let before = mem::replace(&mut waits_for, object);
            (made, before)
        });
        let ends = changes.filter(|(_, before)| *before != ObjectId::NONE);
        ends.collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::session::playback::play;
    use crate::share;

    /// The step that made each go on, and the one that does.
    fn told(query: &str) -> Vec<(String, String)> {
        let (link, _) = share::read(query);
        let run = play(&link, link.scenario.on_model());
        let end = run.steps.len();
        let text = |step: u64| run.steps[step as usize].text.clone();
        let threads = 0..run.threads.len() as u16;
        let wakes = threads.flat_map(|thread| run.wakes(thread, end));
        wakes
            .map(|wake| {
                assert_eq!(run.steps[wake.by_at as usize - 1].thread, wake.by.0);
                assert!(wake.by_at <= wake.at);
                (text(wake.by_at - 1), text(wake.at))
            })
            .collect()
    }

    fn has(told: &[(String, String)], by: &str, then: &str) -> bool {
        told.iter()
            .any(|(first, second)| first.ends_with(by) && second.ends_with(then))
    }

    #[test]
    fn starts_releases_and_ends_make_threads_go_on() {
        let told = told("scenario=counter&threads=2&increments=2&guard=lock&engine=model");
        assert!(
            has(&told, "main starts Worker-1", "acquires lock"),
            "{told:#?}"
        );
        assert!(has(&told, "releases lock", "acquires lock"), "{told:#?}");
        assert!(
            told.iter().any(|(_, then)| then.starts_with("main joins")),
            "{told:#?}"
        );
    }

    #[test]
    fn a_set_event_makes_tasks_go_on() {
        let told = told("scenario=async-event&waiters=2&engine=model");
        for waiter in ["Waiter-1", "Waiter-2"] {
            let woken = told
                .iter()
                .any(|(by, then)| by.ends_with("sets event") && then.starts_with(waiter));
            assert!(woken, "{waiter}: {told:#?}");
        }
    }

    #[test]
    fn a_put_makes_a_consumer_go_on_and_a_set_those_who_wait() {
        let told = self::told("scenario=event&engine=model");
        assert!(has(&told, "sets event", "passes event"), "{told:#?}");
        let query = "scenario=producer-consumer&engine=model&items=2&produce_ms=5";
        let told = self::told(query);
        for by in ["notifies 1 waiter of condition", "releases condition"] {
            assert!(has(&told, by, "Consumer-0 acquires condition"), "{told:#?}");
        }
    }
}
