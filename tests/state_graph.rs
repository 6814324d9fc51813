//! The graph of states that is drawn, state by state, against all executions one by one.

mod full_search;

use std::collections::BTreeMap;

use lockstep::explore::{Execution, Options, Replay, Schedule, run};
use lockstep::platform::model::Ended;
use lockstep::scenario::{Outcome, Report, Verdict};
use lockstep::session::exploration::{Wish, explore_link};
use lockstep::session::playback::play;
use lockstep::share;
use lockstep::sync::Error;

type Run = Execution<Result<Outcome, Error>>;

fn goes_wrong(run: &mut Run) -> bool {
    match run.result.take() {
        Some(ending) => Report::of(ending, 0.0).verdict != Verdict::Ok,
        None => true,
    }
}

/// What the text says of a state.
struct State<'a> {
    wrong: u64,
    all: u64,
    steps: usize,
    schedule: &'a str,
    /// By the threads' paths.
    moves: BTreeMap<&'a str, &'a str>,
}

fn number(text: &str) -> usize {
    text.parse().expect("a number")
}

fn read(text: &str) -> (Vec<Vec<&str>>, Vec<Vec<&str>>, Vec<State<'_>>) {
    let parts: Vec<Vec<Vec<&str>>> = (text.split("\n\n"))
        .map(|part| {
            part.lines()
                .map(|line| line.split('\t').collect())
                .collect()
        })
        .collect();
    let [threads, outcomes, states] = &parts[..] else {
        panic!("{text:?}");
    };
    let states = states.iter().map(|fields| State {
        wrong: number(fields[0]) as u64,
        all: number(fields[1]) as u64,
        steps: number(fields[2]),
        schedule: fields[3],
        moves: (fields[4..].iter())
            .map(|its| its.split_once(' ').expect("who, and whereto"))
            .collect(),
    });
    (threads.clone(), outcomes.clone(), states.collect())
}

/// Compares a program's graph with what its executions do; how many states it has.
fn states_are_those_of_all_executions(query: &str) -> usize {
    let (link, notices) = share::read(query);
    assert!(notices.is_empty(), "{query}: {notices:?}");
    let program = link.scenario.on_model();
    let found = explore_link(&link, program, Wish::default(), |_| true);
    assert!(found.progress.is_empty(), "{query}");
    let (threads, outcomes, states) = read(found.state_graph.text());
    assert!(threads.len() > 2, "{query}");
    let options = Options {
        clock: false,
        ..Options::default()
    };
    let params = link.params.clone();
    let anew = move || program(params.clone());

    // How many executions come through each state, and how many of those go wrong.
    let mut through = vec![[0; 2]; states.len()];
    let all = full_search::for_each_way(options, 1_000_000, anew.clone(), |mut run, way| {
        let wrong = u64::from(goes_wrong(&mut run));
        let mut at = "0";
        for thread in way {
            let path = format!("{:x}", run.paths[thread.index()]);
            through[number(at)][0] += wrong;
            through[number(at)][1] += 1;
            at = states[number(at)].moves[&path[..]];
        }
        // Where its way ends it has come to what is said there.
        let outcome = &outcomes[number(at.strip_prefix('o').expect("an outcome"))];
        assert_eq!(outcome[0] == "wrong", wrong == 1, "{query}: {outcome:?}");
        assert_eq!(
            outcome[3].starts_with("deadlock"),
            run.ended == Ended::Deadlock
        );
    });
    assert!(all, "{query}");

    // In how many ways each state is come to, by the moves that lead there.
    let mut arrivals = vec![0; states.len()];
    arrivals[0] = 1;
    let mut order: Vec<usize> = (0..states.len()).collect();
    order.sort_by_key(|&state| states[state].steps);
    for state in order {
        let ahead = states[state]
            .moves
            .values()
            .filter(|to| !to.starts_with('o'));
        for to in ahead {
            arrivals[number(to)] += arrivals[state];
        }
    }
    for ((state, came), counted) in states.iter().zip(arrivals).zip(through) {
        assert_eq!([state.wrong * came, state.all * came], counted, "{query}");
        // The way that is named leads there.
        let schedule = Schedule::decode(state.schedule).expect("a schedule");
        let mut replay = Replay::new(&schedule);
        let run = run(options, &mut replay, anew.clone());
        assert!(run.made >= state.steps, "{query}");
    }

    // And each outcome's way goes through the graph from its start to it.
    for outcome in &found.outcomes {
        let (link, _) = share::read(&outcome.link);
        let playback = play(&link, program);
        let mut at = "0";
        for step in playback.way().split(' ') {
            if let Some(path) = step.strip_prefix('*') {
                at = states[number(at)].moves[path];
            }
        }
        let end = &outcomes[number(at.strip_prefix('o').expect("it ends"))];
        assert_eq!(end[2], outcome.schedule, "{query}");
    }
    states.len()
}

#[test]
fn the_states_of_three_threads_are_those_of_all_executions() {
    let race = "scenario=counter&threads=3&increments=1&guard=none";
    assert_eq!(states_are_those_of_all_executions(race), 35);
    let locked = "scenario=counter&threads=3&increments=1&guard=lock";
    assert_eq!(states_are_those_of_all_executions(locked), 4);
    let table = "scenario=philosophers&seats=3&meals=1&pause_ms=0";
    assert_eq!(states_are_those_of_all_executions(table), 55);
}

#[test]
fn two_threads_and_many_states_have_none() {
    for query in [
        "scenario=counter&threads=2&increments=2&guard=none",
        "scenario=counter&threads=3&increments=3&guard=none",
    ] {
        let (link, _) = share::read(query);
        let found = explore_link(&link, link.scenario.on_model(), Wish::default(), |_| true);
        assert!(found.complete && found.state_graph.is_empty(), "{query}");
    }
}
