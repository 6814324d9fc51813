//! What each scenario comes to: on the model under any seed, on OS threads, and in all
//! interleavings of small ones.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use lockstep::explore::{Count, Ended, Execution, Options, Random, Schedule, Step, run};
use lockstep::platform::{MAX_THREADS, native};
use lockstep::scenario::param::{Kind, Param};
use lockstep::scenario::{self, FactValue, MadeOf, Outcome, Params, Report, Scenario, Verdict};
use lockstep::session::exploration::{Exploration, OutcomeOf, Wish, explore_link};
use lockstep::session::playback::play;
use lockstep::share::{self, Link};
use lockstep::sync::Error;
use lockstep::trace::Kind as TraceKind;
use lockstep::trace::objects::ObjectKind;

mod table;

use table::{Row, SAME, TABLE, wrong};

fn open(text: &str) -> Link {
    let (link, notices) = share::read(&format!("scenario={text}"));
    assert!(notices.is_empty(), "{text}: {notices:?}");
    link
}

fn on_model(scenario: &Scenario, params: &Params, seed: u64) -> Execution<Result<Outcome, Error>> {
    let options = Options {
        step_limit: 10_000_000,
        steps_kept: 2_000,
        ..Options::default()
    };
    let (program, params) = (scenario.on_model(), params.clone());
    run(options, &mut Random::new(seed), move || program(params))
}

fn report(run: &Execution<Result<Outcome, Error>>) -> Report {
    let ms = run.elapsed.as_secs_f64() * 1e3;
    let mut report = match &run.result {
        Some(ending) => Report::of(ending.clone(), ms),
        None => Report::stopped(ms),
    };
    match run.ended {
        Ended::Finished => {}
        Ended::Deadlock => report.verdict = Verdict::Deadlock,
        Ended::Cut | Ended::Incomplete => report.verdict = Verdict::Incomplete,
    }
    report
}

/// Whether facts are as wanted; see [`wrong`].
#[track_caller]
fn check(wanted: &str, report: &Report, context: &str) {
    let value = |name: &str| {
        let fact = report.facts.iter().find(|fact| fact.name == name)?;
        Some(match &fact.value {
            FactValue::Int(n) => n.to_string(),
            FactValue::Text(text) => text.clone(),
        })
    };
    let wrong = wrong(wanted, value);
    assert!(wrong.is_none(), "{context}: not {wrong:?}: {report:?}");
}

/// What a scenario says of its facts is what it ends with.
#[track_caller]
fn check_names(scenario: &Scenario, report: &Report) {
    if report.facts.is_empty() {
        return;
    }
    let named: Vec<&str> = report.facts.iter().map(|fact| fact.name.as_str()).collect();
    let said: Vec<&str> = scenario.facts.iter().map(|(name, _)| *name).collect();
    // On threads alone not all of them are measured.
    let said = match scenario.made_of() {
        MadeOf::Each => &said[..named.len()],
        _ => &said[..],
    };
    assert_eq!(named, said, "{}", scenario.id);
    assert!(!(scenario.in_words)(report).is_empty());
}

#[test]
fn each_scenario_comes_to_what_the_table_says_on_the_model() {
    for row in TABLE {
        let link = open(row.link);
        let mut verdicts = BTreeSet::new();
        for seed in 1..=row.seeds {
            let mut params = link.params.clone();
            params.seed = seed;
            let report = report(&on_model(link.scenario, &params, seed));
            let context = format!("{}, seed {seed}", row.link);
            verdicts.insert(report.verdict.name());
            if !report.facts.is_empty() {
                check(row.facts, &report, &context);
                check_names(link.scenario, &report);
            }
            if let Some(ms) = row.ms.map(f64::from) {
                // Its main thread looks at the very moment at which the last file is
                // done: under some seeds it comes second, and has seen the end.
                let tie = link.scenario.id == "downloads" && seed > 1;
                let in_time = report.elapsed_ms == ms || tie && report.elapsed_ms == ms - 1e3;
                assert!(in_time, "{context}: {} ms", report.elapsed_ms);
            }
        }
        let wanted: BTreeSet<&str> = row.verdicts.split(' ').collect();
        assert_eq!(verdicts, wanted, "{}", row.link);
    }
}

#[test]
fn every_value_of_every_choice_is_in_the_table() {
    for scenario in lessons() {
        let of_scenario: Vec<Link> = (TABLE.iter().map(|row| open(row.link)))
            .filter(|link| link.scenario.id == scenario.id)
            .collect();
        for param in scenario.params {
            let Kind::Choice(words) = param.kind else {
                continue;
            };
            for word in words {
                let has = |link: &Link| link.params.choice(param.name) == *word;
                assert!(
                    of_scenario.iter().any(has),
                    "{}: no row has {}={word}",
                    scenario.id,
                    param.name
                );
            }
        }
    }
}

#[test]
fn each_scenario_comes_to_what_the_table_says_on_os_threads() {
    const RUNS: usize = 20;
    /// Most of the time they sleep.
    const AT_ONCE: usize = 4;
    let rows: Vec<&Row> = TABLE.iter().filter(|row| row.native != "-").collect();
    thread::scope(|scope| {
        for part in rows.chunks(rows.len().div_ceil(AT_ONCE)) {
            scope.spawn(move || {
                for row in part {
                    (0..RUNS).for_each(|round| check_on_os_threads(row, round));
                }
            });
        }
    });
}

/// What a run on OS threads comes to; `None` if it was stopped for want of patience.
fn on_os_threads(link: &Link, speed: f64, patience: Duration) -> Option<Report> {
    let run = native::Run::new(speed);
    let (ended, end) = mpsc::channel::<()>();
    let stopper = thread::spawn({
        let run = run.clone();
        move || {
            if end.recv_timeout(patience).is_err() {
                run.stop();
            }
        }
    });
    let ending = run.main(link.scenario.on_threads().expect("of threads")(
        link.params.clone(),
    ));
    // Nobody listens any more if the run was stopped.
    let _ = ended.send(());
    stopper.join().expect("no panic");
    Some(Report::of(ending?, 0.0))
}

fn check_on_os_threads(row: &Row, round: usize) {
    let link = open(row.link);
    let facts = if row.native == SAME {
        row.facts
    } else {
        row.native
    };
    let context = format!("{}, on OS threads, round {round}", row.link);
    let report = on_os_threads(&link, 100.0, Duration::from_secs(60));
    let report = report.unwrap_or_else(|| panic!("{context}: it does not end"));
    check(facts, &report, &context);
    let verdict = report.verdict.name();
    let mut may_be = row.verdicts.split(' ').chain(["ok"]);
    assert!(
        may_be.any(|other| other == verdict),
        "{context}: {report:?}"
    );
}

fn lessons() -> impl Iterator<Item = &'static Scenario> {
    let all = scenario::all().iter().copied();
    all.filter(|scenario| !scenario.id.starts_with("selftest-"))
}

#[test]
fn opposite_transfers_deadlock_on_os_threads() {
    // Where one thread begins 10 ms later than the other it does not: so it may take
    // more than one run.
    let link = open("bank");
    for _ in 0..20 {
        if on_os_threads(&link, 1.0, Duration::from_secs(2)).is_none() {
            return;
        }
    }
    panic!("20 runs ended: do they take their locks at the same time?");
}

/// What a scenario is given beside the value that is tried: little enough for a run of
/// moments.
const SMALL: [(&str, &str); 8] = [
    ("increments", "20"),
    ("transfers", "2"),
    ("items", "3"),
    ("meals", "1"),
    ("rounds", "2"),
    ("steps", "3"),
    ("threads", "3"),
    ("tasks", "4"),
];

/// The least and the most that a parameter takes.
fn ends(param: &Param) -> Vec<String> {
    match param.kind {
        Kind::Int { min, max } => vec![min.to_string(), max.to_string()],
        Kind::Choice(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Kind::List {
            min,
            max,
            least,
            most,
        } => [(min, least), (max, least), (min, most), (max, most)]
            .map(|(n, count)| vec![n.to_string(); count].join(","))
            .to_vec(),
        Kind::Index { max } => vec!["none".into(), "0".into(), max.to_string()],
    }
}

fn set(params: &mut Params, name: &str, text: &str) {
    let set = params.set(name, text).expect("a parameter");
    set.unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn both_ends_of_every_parameter_run_with_the_threads_that_were_provided() {
    let options = Options {
        step_limit: 300_000,
        steps_kept: 0,
        ..Options::default()
    };
    for scenario in lessons() {
        let mut small = Params::new(scenario.params);
        for (name, text) in SMALL {
            if scenario.params.iter().any(|param| param.name == name) {
                set(&mut small, name, text);
            }
        }
        let mut all = Vec::new();
        for param in scenario.params {
            for end in ends(param) {
                let mut params = small.clone();
                set(&mut params, param.name, &end);
                all.push((format!("{}: {}={end}", scenario.id, param.name), params));
            }
        }
        // All numbers of threads at once.
        let mut most = small.clone();
        for param in scenario.params {
            if let Kind::Int { max: 64, .. } = param.kind {
                set(&mut most, param.name, "64");
            }
        }
        all.push((format!("{}: 64 of all", scenario.id), most));

        let mut as_provided = 0;
        for (context, params) in all {
            let provided = (scenario.max_threads)(&params);
            assert!(provided <= MAX_THREADS, "{context}");
            let program = scenario.on_model();
            let run = run(options, &mut Random::new(1), move || program(params));
            let started = match scenario.made_of() {
                MadeOf::Threads | MadeOf::Each => run.names.len(),
                // The loop's thread; the others are tasks.
                MadeOf::Tasks => 1,
            };
            assert!(started <= provided, "{context}: {started} of {provided}");
            as_provided += usize::from(started == provided);
            let report = report(&run);
            check_names(scenario, &report);
            let may_deadlock = ["recursion", "bank", "philosophers", "lost-wakeup"];
            match report.verdict {
                Verdict::Ok | Verdict::Violated => {}
                Verdict::Deadlock if may_deadlock.contains(&scenario.id) => {}
                Verdict::Deadlock if context.contains("64 of all") => {}
                Verdict::Incomplete if run.made == options.step_limit => {}
                other => panic!("{context}: {other:?}, {:?}", report.message),
            }
        }
        assert!(
            as_provided > 0,
            "{}: never as many as provided",
            scenario.id
        );
    }
}

#[test]
fn each_step_is_a_line_of_both_listings() {
    for row in TABLE {
        let link = open(row.link);
        let run = on_model(link.scenario, &link.params, 1);
        let listing = link.scenario.listing.parsed();
        // The main task's beginning and end are the loop's business; the end of a thread,
        // where that is a step, is in no line.
        let is_end = |step: &&Step| matches!(step.did, Some((TraceKind::Finish, _)));
        let is_shown = |step: &&Step| match link.scenario.made_of() {
            MadeOf::Tasks => step.site.line > 0,
            _ => !is_end(step),
        };
        let ends = run.steps.iter().filter(is_end).count();
        assert!(run.steps.iter().filter(is_shown).count() + 2 + ends >= run.steps.len());
        for step in run.steps.iter().filter(is_shown) {
            let line = step.site.line as usize;
            let python = listing.python_line_of(line);
            assert!(python.is_some(), "{}: line {line} of the file", row.link);
        }
        // Nothing is done where nothing can be measured.
        let measures = link.scenario.made_of() == MadeOf::Each;
        assert!(measures || !run.steps.is_empty());
    }
}

/// What the state panel names is found by that name in the Python beside it.
#[test]
fn objects_are_named_as_in_the_python() {
    for row in TABLE {
        let link = open(row.link);
        let run = on_model(link.scenario, &link.params, 1);
        let python = link.scenario.listing.parsed();
        let words: BTreeSet<&str> = (python.python().iter())
            .flat_map(|line| line.text.split(|c: char| !c.is_alphanumeric() && c != '_'))
            .collect();
        for (kind, name) in run.objects.iter() {
            let unnamed = matches!(
                kind,
                ObjectKind::Thread | ObjectKind::Awaitable | ObjectKind::Page
            );
            let variable = name.split('[').next().unwrap_or_default();
            // `len(buffer)`
            let variable = variable.trim_start_matches("len(").trim_end_matches(')');
            // What locks the interpreter is no part of a program.
            let known = words.contains(variable) || variable == "interpreter-lock";
            assert!(unnamed || known, "{}: {name}", row.link);
        }
    }
}

fn explored(link: &str) -> Exploration {
    let link = open(link);
    let program = link.scenario.on_model();
    explore_link(&link, program, Wish::default(), |_| true)
}

/// All verdicts that some interleaving comes to; the exploration is complete.
#[rustfmt::skip]
const EXPLORED: &[(&str, &str)] = &[
    ("threads&delays=0,0", "ok"),
    ("return-values&inputs=2,3&task_ms=0", "ok"),
    ("counter&threads=2&increments=2&guard=none", "ok violated"),
    ("counter&threads=2&increments=2&guard=lock", "ok"),
    ("counter&threads=2&increments=2&guard=atomic", "ok"),
    ("recursion&depth=2", "ok"),
    ("recursion&depth=2&lock=lock", "deadlock"),
    ("bank&pause_ms=0", "deadlock ok"),
    ("bank&pause_ms=0&pattern=one-way", "ok"),
    ("bank&pause_ms=0&strategy=ordered", "ok"),
    ("bank&pause_ms=0&strategy=ordered&balances=100,100", "ok"),
    ("bank&pause_ms=0&strategy=coarse&balances=100,100", "ok"),
    ("bank&pause_ms=0&strategy=none&balances=100,100", "ok violated"),
    ("semaphore&workers=3&permits=2&hold_ms=0", "ok"),
    ("connection-pool&clients=2&connections=1&hold_ms=0", "ok"),
    ("over-release", "ok"),
    ("over-release&kind=bounded", "ok"),
    ("strict-pool&clients=2&resources=1&hold_ms=0&double_release=yes", "ok"),
    ("event&waiters=2&set_after_ms=0", "ok"),
    ("download-event&processors=2&download_ms=0", "ok"),
    ("producer-consumer&consumers=2&items=2&produce_ms=0&consume_ms=0&recheck=while", "ok"),
    ("producer-consumer&consumers=2&items=2&produce_ms=0&consume_ms=0&recheck=if", "error ok"),
    ("producer-consumer&consumers=2&capacity=1&items=2&produce_ms=0&consume_ms=0&notify=one", "deadlock ok"),
    ("producer-consumer&consumers=2&capacity=1&items=2&produce_ms=0&consume_ms=0&notify=all", "ok"),
    ("barrier&parties=2&step_ms=0", "ok"),
    ("barrier&parties=2&step_ms=0&abort_by=0", "ok"),
    ("phases&workers=2", "ok"),
    ("phases&workers=2&barrier=off", "ok violated"),
    ("thread-pool&workers=2&tasks=2&task_ms=0&collect=map", "ok"),
    ("scrape&workers=2&pages=2&missing=1", "ok"),
    ("downloads&files=1&steps=1&step_ms=0", "ok"),
    ("philosophers&seats=2&meals=1&pause_ms=0", "deadlock ok"),
    ("philosophers&seats=3&meals=1&pause_ms=0", "deadlock ok"),
    ("philosophers&seats=3&meals=1&pause_ms=0&strategy=ordered", "ok"),
    ("philosophers&seats=2&meals=1&pause_ms=0&strategy=waiter", "ok"),
    ("readers-writers&readers=1&writers=1&rounds=1", "ok"),
    ("readers-writers&readers=1&writers=1&rounds=1&prefer=writers", "ok"),
    ("gather&delays=5,5,5", "ok"),
    ("gather&delays=5,5,5&style=tasks", "ok"),
    ("gather&delays=0,0,0&style=sequential", "ok"),
    ("async-fetch&pages=7&missing=2", "ok"),
    ("async-queue", "ok"),
    ("async-queue&capacity=1", "ok"),
    ("async-counter&tasks=4&guard=none", "violated"),
    ("async-counter&tasks=4&guard=none&pause_ms=0", "violated"),
    ("async-counter&tasks=4&guard=lock", "ok"),
    ("async-counter&guard=lock", "ok"),
    ("async-event", "ok"),
    ("async-semaphore", "ok"),
    ("lost-wakeup", "deadlock ok"),
    ("lost-wakeup&style=condition", "ok"),
];

#[test]
fn exploration_reaches_each_bad_outcome_and_proves_that_the_others_have_none() {
    for (link, verdicts) in EXPLORED {
        let found = explored(link);
        let reached: BTreeSet<&str> = found.outcomes.iter().map(|o| o.verdict.name()).collect();
        let wanted: BTreeSet<&str> = verdicts.split(' ').collect();
        assert_eq!(reached, wanted, "{link}: {:?}", found.findings);
        assert!(found.complete, "{link}: {}", found.summary);
    }
}

#[test]
fn what_goes_wrong_is_named() {
    let cycle = |link: &str, kind: &str| {
        let found = explored(link);
        let of_kind = found.findings.iter().find(|finding| finding.kind == kind);
        let of_kind = of_kind.unwrap_or_else(|| panic!("{link}: {:?}", found.findings));
        // Each has its line in both listings.
        assert_eq!(of_kind.lines.len(), of_kind.cycle.len());
        assert_eq!(of_kind.python_lines.len(), of_kind.cycle.len());
        assert!(!of_kind.lines.contains(&0) && !of_kind.python_lines.contains(&0));
        of_kind.cycle.clone()
    };
    assert_eq!(
        cycle("recursion&lock=lock", "deadlock"),
        ["Worker-1 waits for lock, which it holds itself"]
    );
    assert_eq!(
        cycle("bank", "deadlock"),
        [
            "Worker-0 waits for locks[1], which Worker-1 holds",
            "Worker-1 waits for locks[0], which Worker-0 holds"
        ]
    );
    assert_eq!(
        cycle("philosophers&seats=3&meals=1&pause_ms=0", "deadlock"),
        [
            "Philosopher-0 waits for forks[1], which Philosopher-1 holds",
            "Philosopher-1 waits for forks[2], which Philosopher-2 holds",
            "Philosopher-2 waits for forks[0], which Philosopher-0 holds"
        ]
    );
    assert_eq!(
        cycle("lost-wakeup", "lost-wakeup"),
        ["Waiter waits for condition"]
    );
}

#[test]
fn an_exception_that_nobody_caught_is_told_with_the_facts() {
    let link = "producer-consumer&consumers=2&items=2&produce_ms=0&consume_ms=0&recheck=if";
    let found = explored(link);
    let error = found.outcomes.iter().find(|o| o.verdict == Verdict::Error);
    let error = error.expect("some interleaving ends so");
    assert_eq!(error.facts.get("errors"), Some(&FactValue::Int(1)));
    let message = error.message.as_deref();
    assert_eq!(message, Some("IndexError: pop from an empty deque"));
}

/// Guarded as they are, the cells of these cannot race.
#[test]
fn races_are_found_where_nothing_guards_and_nowhere_else() {
    for (link, verdicts) in EXPLORED {
        let races: Vec<_> = (explored(link).findings.into_iter())
            .filter(|finding| finding.kind == "race")
            .collect();
        let racy = ["guard=none", "strategy=none", "barrier=off", "lost-wakeup"];
        // Tasks take turns on one thread: what goes wrong there is no data race.
        let of_tasks = open(link).scenario.made_of() == MadeOf::Tasks;
        let may_race =
            !of_tasks && racy.iter().any(|word| link.contains(word)) && *verdicts != "ok";
        assert_eq!(!races.is_empty(), may_race, "{link}: {races:?}");
    }
}

/// All orders in which timers of the same time can come, each once, and nothing else.
#[test]
fn simultaneous_timers_come_in_every_order_and_nothing_else_is_open() {
    let orders = |delays: &str| {
        let found = explored(&format!("gather&delays={delays}"));
        assert!(found.complete);
        let counted = found.outcomes.iter().map(|outcome| {
            assert_eq!(outcome.count, Some(Count::exactly(1)));
            outcome.facts.get("finish_order").cloned().expect("a fact")
        });
        let orders: Vec<FactValue> = counted.collect();
        assert_eq!(
            found.interleavings,
            Some(Count::exactly(orders.len() as u128))
        );
        orders
    };
    assert_eq!(orders("5,5,5,5").len(), 24);
    assert_eq!(orders("5,6,5,6").len(), 4);
    assert_eq!(orders("7,6,5,4").len(), 1);
    // Those that give way for no time go on in the order in which they did.
    assert_eq!(orders("0,0,0,0").len(), 1);
    // The first is CPython's.
    let first = FactValue::Text("Sleeper-1,Sleeper-2,Sleeper-3".to_owned());
    assert_eq!(orders("5,5,5").first(), Some(&first));
}

#[test]
fn a_schedule_of_tasks_says_nothing_but_which_timer_comes_first() {
    let found = explored("gather&delays=5,5,5");
    let bits = |outcome: &OutcomeOf| Schedule::decode(&outcome.schedule).expect("one").len();
    assert!(found.outcomes.iter().all(|outcome| bits(outcome) == 2));
    for outcome in &found.outcomes {
        let (link, notices) = share::read(outcome.link.trim_start_matches('?'));
        assert!(notices.is_empty(), "{notices:?}");
        let played = play(&link, link.scenario.on_model());
        let order = FactValue::Text(played.report.text("finish_order").to_owned());
        assert_eq!(outcome.facts.get("finish_order"), Some(&order));
        // Where nothing is open, nobody else may go; before the timers all three may.
        let enabled = (0..played.made).map(|after| played.enabled(after));
        assert!(enabled.clone().all(|who| !who.is_empty()));
        assert_eq!(enabled.map(|who| who.len()).max(), Some(3));
    }
}

#[test]
fn stepping_through_tasks_lets_another_timer_come_first() {
    let (link, _) = share::read("scenario=gather&delays=5,5&engine=model&schedule=AQEA");
    let first = play(&link, link.scenario.on_model());
    assert_eq!(first.report.text("finish_order"), "Sleeper-1,Sleeper-2");
    let at = (0..first.made).find(|&after| first.enabled(after).len() == 2);
    let at = at.expect("both are due");
    let [one, other] = first.enabled(at)[..] else {
        panic!("two");
    };
    assert_eq!(first.letting_go(at, one, 1), None);
    let schedule = first.letting_go(at, other, 1).expect("it may");
    let text = share::write_schedule(&link, &schedule.encode());
    let (link, _) = share::read(&text);
    let turned = play(&link, link.scenario.on_model());
    assert_eq!(turned.report.text("finish_order"), "Sleeper-2,Sleeper-1");
    assert_eq!(turned.steps[..at], first.steps[..at]);
    // One runs at a time: each step but the timers' is forced.
    let names: Vec<&str> = first.threads.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["event loop", "main", "Sleeper-1", "Sleeper-2"]);
}
