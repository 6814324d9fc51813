//! Why a random program went wrong, as the page says it: each claim is checked against the
//! steps, by a replay of who held what that shares no code with what says it.

use std::collections::HashMap;

use lockstep::base::{ObjectId, ThreadId};
use lockstep::explore::{Ended, Execution, Random, run};
use lockstep::platform::Platform;
use lockstep::platform::model::Model;
use lockstep::pool::Thread;
use lockstep::scenario::listing::Language;
use lockstep::scenario::selftest::random::Op;
use lockstep::scenario::{self, Verdict};
use lockstep::session::why::{Reason, of_execution};
use lockstep::sync::{Blocking, Lock, SharedCell};
use lockstep::trace::{Kind, Site};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;
use std::time::Duration;

use crate::compared::options;
use crate::threads;

/// What was done, one after the other: who did what to which object.
struct Deed {
    step: usize,
    thread: ThreadId,
    kind: Kind,
    object: ObjectId,
    value: i64,
}

fn deeds<T>(run: &Execution<T>) -> Vec<Deed> {
    let steps = run.steps.iter().zip(1..);
    let deeds = steps.filter_map(|(step, number)| {
        let (kind, value) = step.did?;
        Some(Deed {
            step: number,
            thread: step.thread,
            kind,
            object: step.site.object,
            value,
        })
    });
    deeds.collect()
}

fn name<T>(run: &Execution<T>, thread: ThreadId) -> String {
    run.names.get(thread.index()).to_owned()
}

fn object<T>(run: &Execution<T>, id: ObjectId) -> String {
    let object = run.objects.get(id);
    object.map_or_else(String::new, |(_, name)| name.to_owned())
}

fn why<T>(run: &Execution<T>, verdict: Verdict) -> Option<Reason> {
    let scenario = scenario::find("selftest-random").expect("it is one");
    of_execution(run, verdict, 0, scenario)
}

/// An update of a shared count, and what else a thread may do.
#[derive(Clone, Copy, Debug)]
enum Step {
    Add(usize),
    AddLocked(usize),
    AddAtOnce(usize),
    Look(usize),
    Sleep(u64),
}

fn updates() -> impl Strategy<Value = Vec<Vec<Step>>> {
    let step = prop_oneof![
        4 => (0..2usize).prop_map(Step::Add),
        1 => (0..2usize).prop_map(Step::AddLocked),
        1 => (0..2usize).prop_map(Step::AddAtOnce),
        1 => (0..2usize).prop_map(Step::Look),
        1 => (0..3u64).prop_map(Step::Sleep),
    ];
    vec(vec(step, 1..6), 2..4)
}

/// Carries the updates out: whether none was lost.
async fn add_up(threads: Vec<Vec<Step>>) -> bool {
    let cells = ["x", "y"].map(|name| SharedCell::<Model>::new(name, 0));
    let lock = Lock::<Model>::new("lock");
    let adds = |cell: usize| {
        let steps = threads.iter().flatten();
        let adds = steps.filter(|step| {
            matches!(step, Step::Add(to) | Step::AddLocked(to) | Step::AddAtOnce(to) if *to == cell)
        });
        adds.count() as i64
    };
    let wanted = [adds(0), adds(1)];
    let threads: Vec<_> = (threads.into_iter())
        .map(|steps| {
            let (cells, lock) = (cells.clone(), lock.clone());
            Thread::<Model, ()>::new("", async move || {
                for step in steps {
                    match step {
                        Step::Add(to) => {
                            let value = cells[to].load().await;
                            cells[to].store(value + 1).await;
                        }
                        Step::AddLocked(to) => {
                            lock.acquire(Blocking::Forever).await;
                            let value = cells[to].load().await;
                            cells[to].store(value + 1).await;
                            lock.release().await.expect("it is held");
                        }
                        Step::AddAtOnce(to) => {
                            cells[to].fetch_add(1).await;
                        }
                        Step::Look(at) => {
                            cells[at].load().await;
                        }
                        Step::Sleep(ms) => {
                            Model::sleep(Duration::from_millis(ms), Site::NONE).await
                        }
                    }
                }
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await.expect("no limit");
    }
    for thread in &threads {
        thread.join().await.expect("it was started");
    }
    [cells[0].load().await, cells[1].load().await] == wanted
}

/// "A read 0 from x, B wrote 1, and then A wrote 1 over it: what B did is lost."
fn is_lost(run: &Execution<bool>, reason: &Reason) -> TestCaseResult {
    let deeds = deeds(run);
    let [read, lost, over] = reason.steps[..] else {
        return Err(TestCaseError::fail(format!("{reason:?}")));
    };
    let of = |step: usize| deeds.iter().find(|deed| deed.step == step).expect("a step");
    let (read, lost, over) = (of(read), of(lost), of(over));
    prop_assert!(read.step < lost.step && lost.step < over.step);
    prop_assert_eq!((read.kind, over.kind), (Kind::Load, Kind::Store));
    prop_assert!(matches!(lost.kind, Kind::Store | Kind::Update));
    prop_assert!(read.thread == over.thread && lost.thread != read.thread);
    prop_assert!(read.object == lost.object && lost.object == over.object);
    // What it wrote it made of what it had read before the other wrote.
    prop_assert_eq!(over.value, read.value + 1);
    let again = deeds.iter().any(|deed| {
        let between = read.step < deed.step && deed.step < over.step;
        between && deed.thread == over.thread && deed.object == over.object
    });
    prop_assert!(!again, "it looked again");
    let (one, other) = (name(run, read.thread), name(run, lost.thread));
    let said = format!(
        "{one} read {} from {}, {other} wrote {}, and then {one} wrote {} over it: what {other} \
         did is lost.",
        read.value,
        object(run, read.object),
        lost.value,
        over.value
    );
    prop_assert_eq!(reason.text(Language::Python), said);
    Ok(())
}

/// Who holds each lock at the end of a run, by its name.
fn holders<T>(run: &Execution<T>) -> HashMap<String, String> {
    let mut held: HashMap<String, String> = HashMap::new();
    for deed in deeds(run) {
        let lock = object(run, deed.object);
        match deed.kind {
            Kind::Acquire => {
                held.insert(lock, name(run, deed.thread));
            }
            Kind::Release if deed.value <= 0 => {
                held.remove(&lock);
            }
            _ => {}
        }
    }
    held
}

/// "A waits for a, which B holds; B waits for b, which A holds. Neither can go on."
fn is_a_cycle<T>(run: &Execution<T>, text: &str) -> TestCaseResult {
    let held = holders(run);
    let (waits, end) = text.rsplit_once(". ").expect("two sentences");
    let parts: Vec<&str> = waits.split("; ").collect();
    let ends = match parts.len() {
        1 => "It cannot go on.",
        2 => "Neither can go on.",
        _ => "None of them can go on.",
    };
    prop_assert_eq!(end, ends);
    let mut waiters = Vec::new();
    let mut held_by = Vec::new();
    for part in parts {
        let (who, what) = part.split_once(" waits for ").expect("it waits");
        let holder = if let Some(thread) = what.strip_prefix("the end of ") {
            thread.to_owned()
        } else if let Some(lock) = what.strip_suffix(", which it holds itself") {
            prop_assert_eq!(held.get(lock).map(String::as_str), Some(who));
            who.to_owned()
        } else {
            let (lock, holder) = what.split_once(", which ").expect("who holds it");
            let holder = holder.strip_suffix(" holds").expect("it holds it");
            prop_assert_eq!(held.get(lock).map(String::as_str), Some(holder));
            holder.to_owned()
        };
        waiters.push(who.to_owned());
        held_by.push(holder);
    }
    // Each waits for the next, and the last for the first.
    waiters.rotate_left(1);
    prop_assert_eq!(waiters, held_by);
    Ok(())
}

/// "A set event before B waited for it, and nobody is left to do so again."
fn came_too_early<T>(run: &Execution<T>, text: &str, reason: &Reason) -> TestCaseResult {
    let deeds = deeds(run);
    let [told, wait] = reason.steps[..] else {
        return Err(TestCaseError::fail(format!("{reason:?}")));
    };
    prop_assert!(told < wait);
    let of = |step: usize| deeds.iter().find(|deed| deed.step == step).expect("a step");
    let told = of(told);
    let what = object(run, told.object);
    let did = match (told.kind, told.value) {
        (Kind::Notify, _) => "notified",
        (Kind::Set, 0) => "cleared",
        (Kind::Set, _) => "set",
        other => return Err(TestCaseError::fail(format!("{other:?}"))),
    };
    let said = format!(
        "{} {did} {what} before {} waited for it, and nobody is left to do so again.",
        name(run, told.thread),
        name(run, of(wait).thread),
    );
    prop_assert_eq!(text, said);
    // Nobody did so later, and it has done nothing since.
    let later = deeds.iter().any(|deed| {
        let tells = matches!(deed.kind, Kind::Notify | Kind::Set) && deed.object == told.object;
        deed.step > wait && (tells || deed.thread == of(wait).thread)
    });
    prop_assert!(!later);
    Ok(())
}

/// "A waits for queue, as 1 other thread waits, and nobody is left to change that."
fn waits_for_ever<T>(run: &Execution<T>, text: &str) -> TestCaseResult {
    let (who, _) = text.split_once(" waits for ").expect("it waits");
    let waiting = run.blocked.iter().map(|blocked| blocked.name.as_str());
    prop_assert!(waiting.clone().any(|name| name == who), "{}", text);
    let last = deeds(run);
    let ended = last.iter().filter(|deed| deed.kind == Kind::Finish);
    for deed in ended {
        prop_assert!(name(run, deed.thread) != who);
    }
    Ok(())
}

/// Threads that mostly wait for each other's signals.
fn signals() -> impl Strategy<Value = Vec<Vec<Op>>> {
    let op = prop_oneof![
        3 => Just(Op::WaitNotified(Blocking::Forever)),
        2 => Just(Op::Notify),
        1 => Just(Op::Wait(Blocking::Forever)),
        1 => Just(Op::Set),
        1 => (0..2usize).prop_map(Op::Acquire),
        1 => Just(Op::Take(Blocking::Forever)),
    ];
    vec(vec(op, 1..4), 2..4)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2000,
        max_global_rejects: 1_000_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn what_is_said_of_a_lost_update_is_so(threads in updates(), seed: u64) {
        let its = threads.clone();
        let run = run(options(false), &mut Random::new(seed), move || add_up(its.clone()));
        prop_assume!(run.ended == Ended::Finished && run.result == Some(false));
        let reason = why(&run, Verdict::Violated);
        is_lost(&run, &reason.expect("an update was lost"))?;
    }

    #[test]
    fn what_is_said_of_threads_that_wait_for_ever_is_so(
        threads in prop_oneof![threads::program(), signals()],
        seed: u64,
    ) {
        let program = threads::program_of(threads);
        let run = run(options(false), &mut Random::new(seed), program);
        prop_assume!(run.ended == Ended::Deadlock);
        let reason = why(&run, Verdict::Deadlock).expect("they wait for something");
        let text = reason.text(Language::Python);
        if text.ends_with("go on.") {
            is_a_cycle(&run, text)?;
        } else if text.contains(" before ") {
            came_too_early(&run, text, &reason)?;
        } else {
            waits_for_ever(&run, text)?;
        }
    }
}
