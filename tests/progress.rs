//! The progress graph of two threads, place by place, against all executions one by one.

mod full_search;

use std::collections::BTreeMap;

use lockstep::explore::{Execution, Options, Replay, Schedule, run};
use lockstep::scenario::{Outcome, Report, Verdict};
use lockstep::session::exploration::{Wish, explore_link};
use lockstep::session::playback::play;
use lockstep::share;
use lockstep::sync::Error;

type Run = Execution<Result<Outcome, Error>>;

/// Where two threads are after each of an execution's steps, by their names.
fn way_of(run: &Run, threads: &[&str]) -> Vec<[usize; 2]> {
    let mut at = [0; 2];
    let mut way = vec![at];
    for step in &run.steps {
        let name = run.names.get(step.thread.index());
        if let Some(one) = threads.iter().position(|own| *own == name) {
            at[one] += 1;
        }
        way.push(at);
    }
    way
}

fn goes_wrong(run: &mut Run) -> bool {
    match run.result.take() {
        Some(ending) => Report::of(ending, 0.0).verdict != Verdict::Ok,
        None => true,
    }
}

/// Compares a program's graph with what its executions do; how many places it has.
fn places_are_those_of_all_executions(query: &str) -> usize {
    let (link, notices) = share::read(query);
    assert!(notices.is_empty(), "{query}: {notices:?}");
    let program = link.scenario.on_model();
    let found = explore_link(&link, program, Wish::default(), |_| true);
    let text = found.progress.text();
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert!(lines.len() > 2, "{query}: {text:?}");
    let threads = [lines[0][0], lines[1][0]];
    let options = Options {
        clock: false,
        ..Options::default()
    };
    let params = link.params.clone();
    let anew = move || program(params.clone());

    let mut counted: BTreeMap<[usize; 2], [u64; 2]> = BTreeMap::new();
    let all = full_search::for_each(options, 1_000_000, anew.clone(), |mut run| {
        let mut way = way_of(&run, &threads);
        way.dedup();
        let wrong = u64::from(goes_wrong(&mut run));
        for place in way {
            let count = counted.entry(place).or_default();
            count[0] += wrong;
            count[1] += 1;
        }
    });
    assert!(all, "{query}");

    let mut told = BTreeMap::new();
    for line in &lines[2..] {
        let number = |n: usize| line[n].parse::<u64>().expect("a number");
        let place = [number(0) as usize, number(1) as usize];
        told.insert(place, [number(3), number(4)]);
        // The way that is named leads there.
        let schedule = Schedule::decode(line[5]).expect("a schedule");
        let run = run(options, &mut Replay::new(&schedule), anew.clone());
        let way = way_of(&run, &threads);
        assert_eq!(way[number(2) as usize], place, "{query}: {line:?}");
    }
    assert_eq!(told, counted, "{query}");

    // Each step of each thread has its line.
    for thread in 0..2 {
        let most = told.keys().map(|place| place[thread]).max();
        assert_eq!(Some(lines[thread].len() - 2), most, "{query}");
    }

    // And the worst outcome's way goes through the graph from its start to an end.
    let (worst, _) = share::read(&found.outcomes[0].link);
    let paths = [lines[0][1], lines[1][1]];
    let mut place = [0; 2];
    for path in play(&worst, program).way().split(' ') {
        let path = path.trim_start_matches('*');
        if let Some(one) = paths.iter().position(|its| *its == path) {
            place[one] += 1;
        }
        assert!(told.contains_key(&place), "{query}: {place:?}");
    }
    assert_ne!(place, [0; 2], "{query}");
    told.len()
}

#[test]
fn the_counters_places_are_those_of_all_executions() {
    let places = |rest: &str| {
        places_are_those_of_all_executions(&format!("scenario=counter&threads=2&{rest}"))
    };
    // A thread reads, and writes: it has made none of these steps, one, or both.
    assert_eq!(places("increments=1&guard=none"), 9);
    assert_eq!(places("increments=2&guard=none"), 25);
    // It acquires, reads, writes, releases; where both hold the lock nobody can be.
    assert_eq!(places("increments=1&guard=lock"), 25 - 9);
}

#[test]
fn the_banks_places_are_those_of_all_executions() {
    for strategy in ["none", "coarse", "fine", "ordered"] {
        let query = format!("scenario=bank&threads=2&transfers=1&strategy={strategy}");
        places_are_those_of_all_executions(&query);
    }
}

#[test]
fn other_than_two_threads_have_none() {
    for query in [
        "scenario=counter&threads=3&increments=1&guard=none",
        "scenario=counter&threads=1&increments=1&guard=none",
        "scenario=readers-writers&readers=2&writers=1&rounds=1",
    ] {
        let (link, _) = share::read(query);
        let program = link.scenario.on_model();
        let found = explore_link(&link, program, Wish::default(), |_| true);
        assert!(found.complete && found.progress.is_empty(), "{query}");
    }
}
