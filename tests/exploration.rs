//! Exploration: how many interleavings there are, what they come to, and that each
//! can be had again.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use lockstep::explore::{
    Count, Execution, Finding, Found, Map, Random, Recorder, Replay, Schedule, Search, Strategy,
    explore,
};
use lockstep::platform::Platform;
use lockstep::platform::model::{Ended, Model, Options, run};
use lockstep::pool::Thread;
use lockstep::scenario::{self, Ending, Fact, FactValue, Outcome, Params, Report, Verdict};
use lockstep::session::exploration::{Exploration, Wish, explore_link};
use lockstep::session::playback::play;
use lockstep::share;
use lockstep::sync::{Blocking, Condition, Error, Event, Lock, SharedCell, with};
use std::sync::Arc;

type Result = std::result::Result<Outcome, Error>;

fn search(strategy: Strategy) -> Search {
    Search {
        strategy,
        limit: 1_000_000,
        options: Options::default(),
        version: 1,
    }
}

/// What an execution of a scenario's program came to.
fn verdict(run: &mut Execution<Result>) -> (Verdict, Vec<Fact>) {
    match (&run.ended, &run.result) {
        (Ended::Deadlock, _) => (Verdict::Deadlock, Vec::new()),
        (_, Some(ending)) => {
            let report = Report::of(ending.clone(), 0.0);
            (report.verdict, report.facts)
        }
        (_, None) => (Verdict::Incomplete, Vec::new()),
    }
}

fn counter(params: &[(&str, &str)]) -> impl Fn() -> Ending + Clone + 'static + use<> {
    let scenario = scenario::find("counter").expect("registered");
    let mut set = Params::new(scenario.params);
    for (name, text) in params {
        set.set(name, text).expect("a parameter").expect("a value");
    }
    move || scenario.on_model()(set.clone())
}

fn racing(threads: &str, increments: &str, guard: &str) -> Map<(Verdict, Vec<Fact>)> {
    let params = [
        ("threads", threads),
        ("increments", increments),
        ("guard", guard),
    ];
    explore(&search(Strategy::All), counter(&params), verdict, |_| true)
}

/// Interleavings in all, and those that are violated.
fn counts(map: &Map<(Verdict, Vec<Fact>)>) -> (Count, Count) {
    let mut violated = Count::default();
    for found in &map.outcomes {
        if found.what.0 == Verdict::Violated {
            violated.add(found.count.expect("all was seen"));
        }
    }
    (map.interleavings.expect("all was seen"), violated)
}

#[test]
fn the_racing_counter_has_the_interleavings_that_can_be_counted_by_hand() {
    for (threads, increments, all, violated) in [
        ("2", "1", 6, Some(4)),
        ("2", "2", 70, Some(64)),
        ("2", "3", 924, Some(904)),
        ("3", "2", 34_650, None),
        ("3", "3", 17_153_136, None),
    ] {
        let map = racing(threads, increments, "none");
        assert!(map.complete);
        let (counted, wrong) = counts(&map);
        assert_eq!(counted, Count::exactly(all));
        if let Some(violated) = violated {
            assert_eq!(wrong, Count::exactly(violated));
        }
        println!("{all} from {} states", map.states);
    }
}

#[test]
fn a_guarded_counter_is_never_violated_and_the_map_says_that_this_is_all() {
    // With a lock only the orders of critical sections are left: 90 for three threads that
    // go in twice each, 2,520 for four.
    for (threads, guard, all) in [
        ("2", "lock", 6),
        ("2", "atomic", 6),
        ("3", "lock", 90),
        ("4", "lock", 2520),
    ] {
        let map = racing(threads, "2", guard);
        assert!(map.complete);
        assert_eq!(map.interleavings, Some(Count::exactly(all)), "{guard}");
        assert_eq!(map.outcomes.len(), 1, "{guard}: {:?}", map.outcomes);
        assert_eq!(map.outcomes[0].what.0, Verdict::Ok);
    }
}

#[test]
fn a_race_is_told_with_both_its_accesses_and_a_guarded_one_is_none() {
    let line_of = |text: &str| {
        let source = include_str!("../src/scenario/counter.rs");
        let at = source.lines().position(|line| line.contains(text));
        at.expect("the line is there") as u32 + 1
    };
    let (read, write) = (
        line_of("let value = counter.load().await;"),
        line_of("counter.store(value"),
    );
    let map = racing("2", "1", "none");
    let mut lines: Vec<[u32; 2]> = Vec::new();
    for found in &map.findings {
        let Finding::Race { cell, accesses } = &found.what else {
            panic!("{found:?}");
        };
        assert_eq!(cell, "counter");
        assert_ne!(accesses[0].thread, accesses[1].thread);
        let mut pair = [accesses[0].line, accesses[1].line];
        pair.sort_unstable();
        lines.push(pair);
    }
    lines.sort_unstable();
    assert_eq!(lines, [[read, write], [write, write]]);
    for guard in ["lock", "atomic"] {
        assert!(racing("2", "2", guard).findings.is_empty(), "{guard}");
    }
}

/// Explores a program of two threads, after which main joins both.
fn pair<F>(bodies: impl Fn() -> [F; 2] + Clone + 'static) -> Map<String>
where
    F: AsyncFnOnce() + Send + 'static,
{
    pair_by(Strategy::All, bodies)
}

fn pair_by<F>(strategy: Strategy, bodies: impl Fn() -> [F; 2] + Clone + 'static) -> Map<String>
where
    F: AsyncFnOnce() + Send + 'static,
{
    let main = move || {
        let bodies = bodies.clone();
        // In the run, so that what they make is its.
        async move {
            let mut number = 0;
            let threads = bodies().map(|body| {
                number += 1;
                Thread::<Model, ()>::new(format!("Worker-{number}"), async move || body().await)
            });
            for thread in &threads {
                thread.start().await.expect("no limit");
            }
            for thread in &threads {
                thread.join().await.expect("it was started");
            }
        }
    };
    explore(
        &search(strategy),
        main,
        |execution: &mut Execution<()>| format!("{:?}", execution.ended),
        |_| true,
    )
}

#[test]
fn waiting_on_a_condition_hands_over_what_its_lock_guards() {
    let map = pair(|| {
        let condition = Condition::<Model>::new("condition");
        let ready = SharedCell::<Model>::new("ready", 0);
        [true, false].map(|waits| {
            let (condition, ready) = (Arc::clone(&condition), Arc::clone(&ready));
            async move || {
                with(&*condition, async || {
                    if !waits {
                        ready.store(1).await;
                        condition.notify(1).await.expect("it is held");
                        return;
                    }
                    while ready.load().await == 0 {
                        condition.wait(Blocking::Forever).await.expect("it is held");
                    }
                })
                .await;
            }
        })
    });
    // Who has the lock first, and whatever follows from that.
    assert_eq!(map.interleavings, Some(Count::exactly(2)));
    assert!(map.complete);
    assert!(map.findings.is_empty(), "{:?}", map.findings);
}

#[test]
fn opposite_orders_of_two_locks_deadlock_and_the_cycle_is_told() {
    let map = pair(|| {
        let locks = [Lock::<Model>::new("a"), Lock::<Model>::new("b")];
        [[0, 1], [1, 0]].map(|[first, second]| {
            let locks = locks.clone();
            async move || {
                with(&*locks[first], async || {
                    with(&*locks[second], async || {}).await;
                })
                .await;
            }
        })
    });
    assert!(map.complete);
    let mut ends: Vec<_> = map.outcomes.iter().map(|found| &found.what).collect();
    ends.sort();
    assert_eq!(ends, ["Deadlock", "Finished"]);
    let [found] = map.findings.as_slice() else {
        panic!("{:?}", map.findings);
    };
    let Finding::Deadlock { cycle } = &found.what else {
        panic!("{found:?}");
    };
    let told: Vec<_> = cycle
        .iter()
        .map(|wait| {
            let (_, on) = wait.on.as_ref().expect("a lock");
            format!("{} waits for {on} of {}", wait.name, wait.holder_name)
        })
        .collect();
    let expected = [
        "Worker-1 waits for b of Worker-2",
        "Worker-2 waits for a of Worker-1",
    ];
    assert_eq!(told, expected);
    // One switch is enough.
    assert_eq!(found.preemptions, 1);
}

#[test]
fn a_lock_taken_twice_is_a_deadlock_with_oneself() {
    let map = pair(|| {
        let lock = Lock::<Model>::new("lock");
        [1, 2].map(|times| {
            let lock = Arc::clone(&lock);
            async move || {
                for _ in 0..times {
                    lock.acquire(Blocking::Forever).await;
                }
                for _ in 0..times {
                    lock.release().await.expect("it is held");
                }
            }
        })
    });
    let itself = map.findings.iter().any(|found| {
        matches!(&found.what, Finding::Deadlock { cycle }
            if cycle.len() == 1 && cycle[0].name == "Worker-2")
    });
    assert!(itself, "{:?}", map.findings);
}

#[test]
fn who_waits_for_what_will_not_come_is_told_apart_from_a_deadlock() {
    let map = pair(|| {
        let event = Event::<Model>::new("signal");
        [true, false].map(|waits| {
            let event = Arc::clone(&event);
            async move || {
                if waits {
                    event.wait(Blocking::Forever).await;
                } else {
                    event.set().await;
                    event.clear().await;
                }
            }
        })
    });
    let [found] = map.findings.as_slice() else {
        panic!("{:?}", map.findings);
    };
    let Finding::LostWakeUp { waiting } = &found.what else {
        panic!("{found:?}");
    };
    assert_eq!(waiting.len(), 1);
    assert_eq!(waiting[0].name, "Worker-1");
    // Also the interleavings in which the signal comes in time are there.
    assert!(map.outcomes.iter().any(|found| found.what == "Finished"));
}

/// What a scenario's small program may come to.
fn explored(query: &str, wish: Wish) -> Exploration {
    let (link, notices) = share::read(&format!("scenario={query}"));
    assert!(notices.is_empty(), "{notices:?}");
    explore_link(&link, link.scenario.on_model(), wish, |_| true)
}

#[test]
fn counts_that_were_reckoned_independently() {
    let found = explored("bank", Wish::default());
    let count = |verdict: Verdict, balances: &str| {
        let of = found.outcomes.iter().find(|outcome| {
            let its = outcome.facts.get("balances");
            let its = its.map_or("", |value| match value {
                FactValue::Text(text) => text,
                FactValue::Int(_) => "",
            });
            outcome.verdict == verdict && its == balances
        });
        of.and_then(|outcome| outcome.count)
            .map(|count| count.at_least)
    };
    assert_eq!(found.interleavings, Some(Count::exactly(12)));
    assert_eq!(count(Verdict::Deadlock, ""), Some(6));
    assert_eq!(count(Verdict::Ok, "100,0"), Some(3));
    assert_eq!(count(Verdict::Ok, "50,50"), Some(3));
}

#[test]
fn races_of_two_cells_at_the_same_lines_are_two() {
    let query = "bank&strategy=none&pause_ms=0&balances=100,100";
    let found = explored(query, Wish::default());
    let of = |cell: &str| {
        let races = found
            .findings
            .iter()
            .filter(|finding| finding.kind == "race");
        let of_cell = races.filter(|race| race.accesses.iter().all(|told| told.ends_with(cell)));
        of_cell.count()
    };
    assert_eq!(
        (of("balances[0]"), of("balances[1]")),
        (3, 3),
        "{:?}",
        found.findings
    );
}

#[test]
fn a_search_looks_at_as_many_states_as_it_may_and_says_where_it_ended() {
    let wish = Wish {
        limit: 40,
        ..Wish::default()
    };
    let found = explored("counter&threads=2&increments=3&guard=none", wish);
    assert_eq!(
        (found.states, found.complete, found.ended),
        (40, false, false)
    );
    assert!(
        found.summary.contains("its limit, 40 states"),
        "{}",
        found.summary
    );
    // What was seen is told, and nothing is claimed of the rest.
    assert!(found.outcomes.iter().all(|outcome| outcome.count.is_none()));
    assert!(!found.summary.contains("All"));
    assert_eq!(found.interleavings, None);
    let drawn = Wish {
        seed: Some(7),
        ..wish
    };
    let found = explored("counter&threads=2&increments=3&guard=none", drawn);
    assert_eq!((found.executions, found.states), (40, 0));
}

#[test]
fn what_nobody_would_read_is_not_told_and_that_is() {
    let found = explored("threads&delays=0,0,0,0,0,0", Wish::default());
    assert_eq!(found.interleavings, Some(Count::exactly(720)));
    assert_eq!((found.outcomes.len(), found.outcomes_untold), (100, 620));
    assert_eq!(
        found.summary,
        "All 720 interleavings: none goes wrong. Not listed: 620 more outcomes."
    );
}

#[test]
fn who_looks_again_and_again_is_explored_to_the_end_and_not_counted() {
    let found = explored("downloads&files=2&steps=1&step_ms=10", Wish::default());
    assert!(found.complete);
    assert_eq!(found.interleavings, None);
    assert!(
        found
            .outcomes
            .iter()
            .all(|outcome| outcome.verdict == Verdict::Ok)
    );
    assert!(
        found.summary.contains("round in a loop"),
        "{}",
        found.summary
    );
    // With the clock it is counted: every round takes its time.
    let clock = Wish {
        clock: true,
        ..Wish::default()
    };
    let found = explored("downloads&files=1&steps=1&step_ms=10", clock);
    assert!(found.complete && found.interleavings.is_some());
}

/// Two that each wait for the other to give way first, for ever.
#[test]
fn a_livelock_is_found() {
    let map = pair(|| {
        let turn = SharedCell::<Model>::new("turn", 0);
        [1, 2].map(|me| {
            let turn = Arc::clone(&turn);
            async move || {
                // The second takes what nobody gives back; the first waits for it.
                if me == 2 {
                    turn.store(2).await;
                    return;
                }
                loop {
                    Model::begin_round();
                    if turn.load().await == 1 {
                        break;
                    }
                }
            }
        })
    });
    assert!(map.complete);
    assert_eq!(map.interleavings, None);
    assert!(map.outcomes.is_empty(), "{:?}", map.outcomes);
    let livelock = map
        .findings
        .iter()
        .find(|found| found.what == Finding::Livelock);
    assert!(livelock.is_some(), "{:?}", map.findings);
}

/// Explores a thread that goes round until a flag is set, with a lock held if it is to, and
/// one that does something else before it sets it.
fn beside_a_loop(holds: bool, first: Doing, strategy: Strategy) -> Map<String> {
    let bodies = move || {
        let flag = SharedCell::<Model>::new("flag", 0);
        let lock = Lock::<Model>::new("lock");
        let event = Event::<Model>::new("event");
        [true, false].map(|goes_round| {
            let (flag, lock, event) = (flag.clone(), lock.clone(), event.clone());
            async move || {
                if goes_round {
                    if holds {
                        lock.acquire(Blocking::Forever).await;
                    }
                    loop {
                        Model::begin_round();
                        if flag.load().await == 1 {
                            return;
                        }
                    }
                }
                match first {
                    Doing::Nothing => {}
                    Doing::AcquireTwice => {
                        lock.acquire(Blocking::Forever).await;
                        lock.acquire(Blocking::Forever).await;
                    }
                    Doing::Acquire => {
                        lock.acquire(Blocking::Forever).await;
                        lock.release().await.expect("it holds it");
                    }
                    Doing::Wait => {
                        event.wait(Blocking::Forever).await;
                    }
                }
                flag.store(1).await;
            }
        })
    };
    pair_by(strategy, bodies)
}

#[derive(Clone, Copy)]
enum Doing {
    Nothing,
    AcquireTwice,
    Acquire,
    Wait,
}

#[test]
fn threads_that_never_move_again_are_found_while_others_go_round() {
    let found = |holds, first| {
        let map = beside_a_loop(holds, first, Strategy::All);
        assert!(map.complete && map.interleavings.is_none());
        let findings = map.findings.into_iter().map(|found| found.what);
        let findings = findings.filter(|what| !matches!(what, Finding::Race { .. }));
        findings.collect::<Vec<_>>()
    };
    assert_eq!(found(false, Doing::Nothing), []);
    assert_eq!(found(false, Doing::Acquire), []);
    match &found(false, Doing::AcquireTwice)[..] {
        [Finding::Livelock, Finding::Deadlock { cycle }] => {
            assert_eq!(cycle.len(), 1);
            assert_eq!(cycle[0].name, "Worker-2");
            assert_eq!(cycle[0].holder, Some(cycle[0].thread));
        }
        other => panic!("{other:?}"),
    }
    match &found(false, Doing::Wait)[..] {
        [Finding::Livelock, Finding::LostWakeUp { waiting }] => {
            let waiting: Vec<_> = waiting.iter().map(|thread| &thread.name[..]).collect();
            assert_eq!(waiting, ["Worker-2"]);
        }
        other => panic!("{other:?}"),
    }
    // It waits for one that goes round: that one is what is wrong.
    assert_eq!(found(true, Doing::Acquire), [Finding::Livelock]);
}

/// Nobody may interrupt who goes round, so that it never ends: that is the bound's doing.
#[test]
fn a_bound_on_preemptions_makes_no_livelock() {
    let bounded = Strategy::Bounded { preemptions: 0 };
    let map = beside_a_loop(false, Doing::Nothing, bounded);
    let livelock = |found: &Found<Finding>| found.what == Finding::Livelock;
    assert!(!map.findings.iter().any(livelock), "{:?}", map.findings);
}

#[test]
fn a_run_of_nearly_as_many_steps_as_are_kept_is_the_same_from_its_link() {
    let query = "scenario=counter&threads=10&increments=90&guard=lock&engine=model";
    let (link, _) = share::read(query);
    let program = link.scenario.on_model();
    let first = play(&link, program);
    assert!(
        first.made > 3_600 && !first.steps.is_empty(),
        "{}",
        first.made
    );
    let schedule = first.whole_schedule(link.scenario.version).encode();
    let (again, _) = share::read(&share::write_schedule(&link, &schedule));
    assert_eq!(play(&again, program), first);
}

/// Replays a text as the schedule of a small race, if it is one.
fn replay_text(text: &str) {
    let Ok(schedule) = Schedule::decode(text) else {
        return;
    };
    let params = [("threads", "3"), ("increments", "2"), ("guard", "lock")];
    let mut replay = Replay::new(&schedule);
    let run = run(Options::default(), &mut replay, counter(&params));
    // It fits, or the decision is told at which it does not.
    assert_eq!(replay.misfit().is_some(), run.ended == Ended::Cut);
}

#[test]
fn any_bytes_are_a_schedule_or_an_error() {
    let params = [("threads", "3"), ("increments", "2"), ("guard", "lock")];
    let mut random = Random::new(7);
    for seed in 0..10_000 {
        let bytes: Vec<u8> = (0..random.below(40))
            .map(|_| random.below(256) as u8)
            .collect();
        // Most random bytes fail at the header: half of them get one that is good.
        let header: &[u8] = if seed % 2 == 0 { &[1, 1, 20] } else { &[] };
        replay_text(&BASE64_URL_SAFE_NO_PAD.encode([header, &bytes].concat()));
    }
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let mut recorder = Recorder::new(&mut random, Schedule::new(1));
        run(Options::default(), &mut recorder, counter(&params));
        let text = recorder.into_schedule().encode();
        for end in 0..text.len() {
            replay_text(&text[..end]);
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&text).expect("as encoded");
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            replay_text(&BASE64_URL_SAFE_NO_PAD.encode(flipped));
        }
    }
}
