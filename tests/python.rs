//! The Python of the lessons, run by `python3` and by our own machine on OS threads and on the
//! model: what it prints are the facts of the programs in Rust, wherever those are determined.

use std::process::{Command, Output};

use lockstep::explore::{Ended, Options, Random, Replay, Schedule, run};
use lockstep::scenario::{self, FactValue, MadeOf, Report, Scenario};
use lockstep::share;
use lockstep_compile::{Ran, Verdict, run_on_model, run_on_threads};

/// How much shorter all times are than the lesson says. Where what a row compares hangs
/// on who is first, that leaves 100 ms between the two.
const FASTER: u32 = 10;

/// Runs the program of standard input with shorter sleeps.
const PRELUDE: &str = "
import sys, time
import asyncio
sleep = time.sleep
nap = asyncio.sleep
asyncio.sleep = lambda seconds: nap(seconds / FASTER)
time.sleep = lambda seconds: sleep(seconds / FASTER)
exec(compile(sys.stdin.read(), 'lesson', 'exec'), {'__name__': '__main__'})
";

/// As in a link, and the names of facts that are determined there; `-` before those
/// that may come in any order.
#[rustfmt::skip]
const ROWS: &[(&str, &str)] = &[
    ("threads", "started finished finish_order"),
    ("threads&delays=3000,0,1500", "started finished finish_order"),
    ("threads&delays=0", "started finished finish_order"),
    ("threads&delays=5000,3000,1000,2000,4000", "started finished finish_order"),
    ("return-values", "results"),
    ("return-values&function=cube", "results"),
    ("return-values&via=pool&inputs=3,-1,2,0", "results"),
    ("return-values&via=pool&function=cube", "results"),
    ("counter", "expected"),
    ("counter&guard=lock&increments=1000", "counter expected lost"),
    ("counter&guard=atomic&increments=1000", "counter expected lost"),
    ("counter&threads=3&increments=50", "expected"),
    ("recursion", "deepest_level"),
    ("recursion&depth=0&lock=lock", "deepest_level"),
    ("recursion&depth=100", "deepest_level"),
    ("recursion&depth=1", "deepest_level"),
    ("bank&strategy=coarse", "total expected_total"),
    ("bank&strategy=ordered", "total expected_total"),
    ("bank&strategy=none", "expected_total"),
    ("bank&strategy=fine&pattern=one-way&threads=4", "balances total done refused"),
    ("bank&strategy=ordered&pattern=random&balances=9,9,9&amount=1&transfers=5&pause_ms=0", "total expected_total"),
    ("semaphore", "peak_inside completed"),
    ("semaphore&workers=4&permits=1&hold_ms=1000", "peak_inside completed"),
    ("semaphore&workers=3&permits=5", "peak_inside completed"),
    ("semaphore&workers=20&hold_ms=0", "completed"),
    ("connection-pool", "peak_in_use served"),
    ("connection-pool&clients=2&connections=1", "peak_in_use served"),
    ("connection-pool&clients=3&connections=6", "peak_in_use served"),
    ("connection-pool&clients=12&hold_ms=0", "served"),
    ("over-release", "value errors"),
    ("over-release&kind=bounded", "value errors"),
    ("over-release&acquires=5&releases=1", "value errors"),
    ("over-release&permits=4&kind=bounded&releases=1", "value errors"),
    ("strict-pool&hold_ms=1000", "peak_in_use errors"),
    ("strict-pool&hold_ms=1000&double_release=yes", "peak_in_use errors"),
    ("strict-pool", "errors"),
    ("strict-pool&resources=1&clients=2&hold_ms=1000&double_release=yes", "errors"),
    ("event", "woken is_set"),
    ("event&clear_after=no", "woken is_set"),
    ("event&set_after_ms=0", "woken is_set"),
    ("event&waiters=10&set_after_ms=1000", "woken is_set"),
    ("download-event", "processed"),
    ("download-event&processors=5", "processed"),
    ("download-event&download_ms=0", "processed"),
    ("download-event&download_ms=1000&processors=2", "processed"),
    ("producer-consumer", "produced consumed errors"),
    ("producer-consumer&produce_ms=0&notify=all", "produced consumed peak_queue errors"),
    ("producer-consumer&produce_ms=0&recheck=if", "produced consumed peak_queue errors"),
    ("producer-consumer&producers=3&consumers=2&items=5&capacity=64&notify=all&produce_ms=0&consume_ms=0", "produced consumed errors"),
    ("barrier", "rounds_done broken"),
    ("barrier&rounds=3&step_ms=300", "rounds_done broken"),
    ("barrier&abort_by=1", "rounds_done broken"),
    ("barrier&parties=5&rounds=2&step_ms=0", "rounds_done broken"),
    ("phases", "totals expected"),
    ("phases&barrier=off", "expected"),
    ("phases&workers=1", "totals expected"),
    ("phases&workers=8", "totals expected"),
    ("thread-pool", "-results exceptions"),
    ("thread-pool&collect=map", "results exceptions"),
    ("thread-pool&fail_at=3", "-results exceptions"),
    ("thread-pool&collect=map&fail_at=3", "results exceptions"),
    ("scrape", "statuses errors"),
    ("scrape&missing=1", "statuses errors"),
    ("scrape&pages=5&workers=2&missing=64", "statuses errors"),
    ("scrape&pages=1&workers=1", "statuses errors"),
    ("downloads", "completed failed peak_concurrent"),
    ("downloads&fail=1", "completed failed peak_concurrent"),
    ("downloads&files=2&steps=3", "completed failed peak_concurrent"),
    ("downloads&files=6&max_concurrent=1&steps=2", "completed failed peak_concurrent"),
    ("gather", "results finish_order"),
    ("gather&style=tasks", "results finish_order"),
    ("gather&style=sequential", "results finish_order"),
    ("gather&delays=1000,1000,1000,1000", "results finish_order"),
    ("gather&delays=0,1000,0&style=tasks", "results finish_order"),
    ("async-fetch", "statuses errors"),
    ("async-fetch&pages=10&missing=4", "statuses errors"),
    ("async-fetch&pages=1&missing=1", "statuses errors"),
    ("async-fetch&pages=5", "statuses errors"),
    ("async-queue", "produced consumed"),
    ("async-queue&capacity=1&consume_ms=0", "produced consumed"),
    ("async-queue&items=7&produce_ms=0", "produced consumed"),
    ("async-queue&items=1&capacity=0", "produced consumed"),
    ("async-counter", "counter expected"),
    ("async-counter&guard=none", "counter expected"),
    ("async-counter&guard=none&pause_ms=0&tasks=10000", "counter expected"),
    ("async-counter&tasks=3", "counter expected"),
    ("async-event", "woken"),
    ("async-event&set_after_ms=0&waiters=10", "woken"),
    ("async-event&waiters=1", "woken"),
    ("async-event&set_after_ms=1000&waiters=3", "woken"),
    ("async-semaphore", "peak_inside completed"),
    ("async-semaphore&permits=10", "peak_inside completed"),
    ("async-semaphore&permits=1&tasks=3", "peak_inside completed"),
    ("async-semaphore&tasks=7", "peak_inside completed"),
    ("philosophers&strategy=ordered", "meals_eaten"),
    ("philosophers&strategy=waiter", "meals_eaten"),
    ("philosophers&strategy=ordered&seats=2&meals=1", "meals_eaten"),
    ("readers-writers", "peak_writers torn_reads"),
    ("readers-writers&prefer=writers&writers=2", "peak_writers torn_reads"),
    ("readers-writers&readers=1&rounds=8", "peak_writers torn_reads"),
    ("readers-writers&readers=6&writers=3&rounds=1", "peak_writers torn_reads"),
    ("lost-wakeup&style=condition", "finished"),
    ("lost-wakeup&style=condition&seed=2", "finished"),
    ("lost-wakeup&style=condition&seed=3", "finished"),
];

/// These may wait for ever as they are, so they run on the model alone, in Python and in Rust.
const MAY_DEADLOCK: &[&str] = &["bank", "lost-wakeup", "philosophers"];

/// How many sets of parameters each program runs with on our machine, the default included.
const SETS: usize = 4;

/// Whether our machine runs the lesson's Python: there is one, and it does not measure.
fn runs_on_our_machine(scenario: &Scenario) -> bool {
    scenario.made_of() != MadeOf::Each && !scenario.id.starts_with("selftest-")
}

/// How our machine can run it: on the model by a seed, and on threads.
#[derive(Debug)]
enum Engine {
    Model(u64),
    Threads,
}

/// What the lesson's Python does on our machine.
fn machine(link: &share::Link, engine: &Engine) -> Ran {
    let program = link.scenario.listing.parsed().python_for(&link.params);
    match engine {
        Engine::Model(seed) => run_on_model(&program, "lesson.py", *seed),
        Engine::Threads => run_on_threads(&program, "lesson.py", f64::from(FASTER)),
    }
}

fn python(link: &str) -> Output {
    use std::io::Write;
    use std::process::Stdio;

    let link = open(link);
    let prelude = PRELUDE.replace("FASTER", &FASTER.to_string());
    let mut child = Command::new("python3")
        .args(["-c", &prelude])
        // A lesson asks a server of its own.
        .env("no_proxy", "127.0.0.1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python3 was there a moment ago");
    let mut input = child.stdin.take().expect("a pipe");
    let program = link.scenario.listing.parsed().python_for(&link.params);
    input.write_all(program.as_bytes()).expect("it reads");
    drop(input);
    child.wait_with_output().expect("it ends")
}

fn open(link: &str) -> share::Link {
    let (link, notices) = share::read(&format!("scenario={link}"));
    assert!(notices.is_empty(), "{notices:?}");
    link
}

/// The facts of the program in Rust under a seed; `None` if it deadlocks.
fn ours(link: &share::Link, seed: u64) -> Option<Vec<(String, String)>> {
    let (program, params) = (link.scenario.on_model(), link.params.clone());
    let program = move || program(params);
    let options = Options {
        step_limit: 10_000_000,
        steps_kept: 0,
        ..Options::default()
    };
    // Of tasks, the order of timers that are due at the same time is CPython's then.
    let schedule = Schedule::new(1);
    let run = match link.scenario.made_of() {
        MadeOf::Threads | MadeOf::Each => run(options, &mut Random::new(seed), program),
        MadeOf::Tasks => run(options, &mut Replay::new(&schedule), program),
    };
    if run.ended == Ended::Deadlock {
        return None;
    }
    let report = Report::of(run.result.expect("it ends"), 0.0);
    let facts = report.facts.into_iter().map(|fact| match fact.value {
        FactValue::Int(n) => (fact.name, n.to_string()),
        FactValue::Text(text) => (fact.name, text),
    });
    Some(facts.collect())
}

fn sorted(list: &str) -> Vec<&str> {
    let mut items: Vec<&str> = list.split(',').collect();
    items.sort_unstable();
    items
}

/// What is wrong with a row, if anything.
fn compared(link: &str, determined: &str) -> Result<(), String> {
    let output = python(link);
    let printed = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() || !errors.is_empty() {
        return Err(format!("{link}: {errors}"));
    }
    let wanted = ours(&open(link), 1).ok_or_else(|| format!("{link} deadlocks"))?;
    agree(link, "python3", &printed, &wanted, determined)?;
    if !runs_on_our_machine(open(link).scenario) {
        return Ok(());
    }
    for engine in [Engine::Model(1), Engine::Model(2), Engine::Threads] {
        let ran = machine(&open(link), &engine);
        if ran.verdict != Verdict::Ok || !ran.err.is_empty() {
            return Err(format!("{link}, {engine:?}: {:?} {}", ran.verdict, ran.err));
        }
        agree(link, &format!("{engine:?}"), &ran.out, &wanted, determined)?;
    }
    Ok(())
}

/// What differs between what a program in Python has printed and our facts, if anything.
fn agree(
    link: &str,
    by: &str,
    printed: &str,
    ours: &[(String, String)],
    determined: &str,
) -> Result<(), String> {
    let theirs: Vec<(&str, &str)> = (printed.lines())
        .map(|line| line.split_once(": ").unwrap_or((line, "")))
        .collect();
    let names = |facts: &mut dyn Iterator<Item = &str>| facts.collect::<Vec<_>>().join(" ");
    let their_names = names(&mut theirs.iter().map(|(name, _)| *name));
    let our_names = names(&mut ours.iter().map(|(name, _)| name.as_str()));
    if their_names != our_names {
        return Err(format!(
            "{link}, {by}: Python prints {their_names}, we have {our_names}"
        ));
    }
    for ((name, theirs), (_, ours)) in theirs.iter().zip(ours) {
        let terms = || determined.split(' ');
        let in_any_order = terms().any(|term| term.strip_prefix('-') == Some(name));
        let same = match in_any_order {
            true => sorted(theirs) == sorted(ours),
            false => theirs == ours || !terms().any(|term| term == *name),
        };
        if !same {
            return Err(format!(
                "{link}, {by}: {name} is {theirs} in Python and {ours} here"
            ));
        }
    }
    Ok(())
}

/// It measures, so that it has no facts to compare. And its processes import its file, so
/// that it must be one.
#[test]
fn the_comparison_measures_what_it_says() {
    let link = open("compare&jobs=2&job_ms=100");
    let program = link.scenario.listing.parsed().python_for(&link.params);
    let file = std::env::temp_dir().join(format!("compare-{}.py", std::process::id()));
    std::fs::write(&file, program).expect("a folder for it");
    let output = Command::new("python3")
        .arg(&file)
        .output()
        .expect("python3");
    std::fs::remove_file(&file).expect("it is there");
    measures(&String::from_utf8_lossy(&output.stdout));
    for engine in [Engine::Model(1), Engine::Threads] {
        let ran = machine(&link, &engine);
        assert_eq!(ran.verdict, Verdict::Ok, "{engine:?}: {}", ran.err);
        measures(&ran.out);
    }
}

/// What the comparison prints: three times, none shorter than a job.
fn measures(told: &str) {
    let facts: Vec<(&str, i64)> = (told.lines().filter_map(|line| line.split_once(": ")))
        .map(|(name, ms)| (name, ms.parse().expect("a number")))
        .collect();
    let names: Vec<&str> = facts.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["threads_ms", "processes_ms", "tasks_ms"], "{told}");
    assert!(facts.iter().all(|(_, ms)| *ms >= 99), "{facts:?}");
}

#[test]
fn each_lesson_has_a_row() {
    for scenario in scenario::all() {
        let has = ROWS
            .iter()
            .any(|(link, _)| open(link).scenario.id == scenario.id);
        assert!(
            has || scenario.id.starts_with("selftest-") || scenario.made_of() == MadeOf::Each,
            "{}",
            scenario.id
        );
        if runs_on_our_machine(scenario) {
            let rows = || {
                ROWS.iter()
                    .filter(|(link, _)| open(link).scenario.id == scenario.id)
            };
            let may_deadlock = MAY_DEADLOCK.contains(&scenario.id);
            let default = may_deadlock || rows().any(|(link, _)| *link == scenario.id);
            assert!(default, "{}: there is no row of its default", scenario.id);
            let sets = rows().count() + usize::from(may_deadlock);
            assert!(sets >= SETS, "{}: {sets} sets of parameters", scenario.id);
        }
    }
}

#[test]
fn where_programs_may_deadlock_their_python_does_on_our_machine() {
    const SEEDS: u64 = 40;
    for id in MAY_DEADLOCK {
        let link = open(id);
        let deadlocks = |of: &dyn Fn(u64) -> bool| (0..SEEDS).filter(|&seed| of(seed)).count();
        let in_rust = deadlocks(&|seed| ours(&link, seed).is_none());
        let in_python = deadlocks(&|seed| {
            let ran = machine(&link, &Engine::Model(seed));
            match ran.verdict {
                Verdict::Deadlock => true,
                Verdict::Ok => false,
                _ => panic!("{id}, seed {seed}: {:?} {}", ran.verdict, ran.err),
            }
        });
        assert!(in_rust > 0 && in_python > 0, "{id}: {in_rust}, {in_python}");
    }
}

#[test]
fn the_python_of_each_lesson_prints_our_facts() {
    let version = Command::new("python3").arg("--version").output();
    if version.is_err() {
        eprintln!("there is no python3: the listings were not run");
        return;
    }
    // Most of the time they sleep.
    const AT_ONCE: usize = 4;
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let parts = ROWS.chunks(ROWS.len().div_ceil(AT_ONCE)).map(|rows| {
            scope.spawn(|| {
                let compared = rows.iter().map(|(link, names)| compared(link, names));
                compared.filter_map(Result::err).collect::<Vec<_>>()
            })
        });
        let parts: Vec<_> = parts.collect();
        let wrong = parts.into_iter().map(|part| part.join().expect("no panic"));
        wrong.flatten().collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
