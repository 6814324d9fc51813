mod own;
mod storms;

use serde_json::{Value, json};

use super::*;
use crate::base::ThreadId;
use crate::explore::{Blocked, Move, Turn};
use crate::scenario::param::Kind;
use crate::scenario::{Fact, Verdict};
use crate::session::exploration::LIMIT;
use crate::session::message::Inbound;
use crate::session::playback::play;
use crate::trace::objects::ObjectKind;
use crate::trace::store::Tally;

const TALLY: Tally = Tally {
    happened: 50,
    kept: 20,
};

fn session(query: &str) -> Session {
    let surroundings = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    Session::open(query, surroundings).0
}

fn report() -> Report {
    Report {
        verdict: Verdict::Violated,
        facts: vec![Fact::int("lost", 3)],
        elapsed_ms: 1.5,
        message: None,
        schedule: None,
    }
}

fn ended() -> Command {
    Command::Ended {
        report: report(),
        tally: TALLY,
        turns: None,
    }
}

fn tell(session: &mut Session, message: Value) -> Vec<Value> {
    let mut message = message;
    message["lockstep"] = json!(1);
    let message = Inbound::read(&message).expect("a message");
    posted(session.apply(Command::Receive(message)))
}

fn posted(effects: Vec<Effect>) -> Vec<Value> {
    let posts = effects.into_iter().filter_map(|effect| match effect {
        Effect::Post(message) => Some(serde_json::to_value(message).expect("plain data")),
        _ => None,
    });
    posts.collect()
}

#[test]
fn the_address_follows_every_edit() {
    let mut session = session("threads=4");
    let effects = session.apply(Command::Edit {
        name: "threads",
        text: "6".into(),
    });
    assert_eq!(
        effects,
        [
            Effect::Address("scenario=counter&threads=6&increments=100000&guard=none".into()),
            Effect::Warm(7)
        ]
    );
}

#[test]
fn a_bad_edit_keeps_the_text_shows_the_error_and_uses_the_last_good_value() {
    let mut session = session("threads=4&guard=lock");
    session.apply(Command::Edit {
        name: "threads",
        text: "4x".into(),
    });
    assert_eq!(session.fields[0].text, "4x");
    assert_eq!(
        session.fields[0].error.as_deref(),
        Some("threads: “4x” is not a whole number from 1 to 64. 4 stays.")
    );
    assert_eq!(
        session.query(),
        "scenario=counter&threads=4&increments=100000&guard=lock"
    );
    let answers = tell(
        &mut session,
        json!({"type": "set", "id": 1, "params": {"threads": 500}}),
    );
    let error = "threads: “500” is not a whole number from 1 to 64. 4 stays.";
    assert_eq!(answers[0]["message"], error);
    assert_eq!(answers[1]["params"]["threads"], 4);
    session.apply(Command::Reset);
    assert_eq!(
        session.fields[0],
        Field {
            text: "10".into(),
            error: None
        }
    );
}

#[test]
fn a_run_starts_once_and_ends_once() {
    let mut session = session("threads=2&speed=4");
    let start = session.apply(Command::Run);
    assert_eq!(
        start,
        [Effect::Start(Start {
            made_of: MadeOf::Threads,
            query: "scenario=counter&threads=2&increments=100000&guard=none&speed=4".into(),
            threads: 3,
            speed: 4.0,
            record: false,
            code: None,
        })]
    );
    assert!(session.apply(Command::Run).is_empty());
    let edit = Command::Edit {
        name: "threads",
        text: "9".into(),
    };
    assert!(session.apply(edit).is_empty(), "no edits while it runs");
    session.apply(ended());
    assert_eq!(session.phase, Phase::Settled);
    assert_eq!(session.report, Some(report()));
    assert!(session.apply(ended()).is_empty());
}

#[test]
fn stop_waits_for_the_threads_to_leave() {
    let mut session = session("scenario=counter");
    assert!(session.apply(Command::Stop).is_empty());
    session.apply(Command::Run);
    assert_eq!(session.apply(Command::Stop), [Effect::Stop]);
    assert!(session.is_running());
    assert!(session.apply(Command::Stop).is_empty());
    session.apply(ended());
    assert!(!session.is_running());
}

/// Runs on the model what a session asks for.
fn played(session: &mut Session, effects: &[Effect]) -> usize {
    let query = effects.iter().find_map(|effect| match effect {
        Effect::Play { query } => Some(query),
        _ => None,
    });
    let (link, _) = share::read(query.expect("it asks for a run"));
    let playback = play(&link, link.scenario.on_model());
    let steps = playback.steps.len();
    session.apply(Command::Played(Box::new(playback)));
    steps
}

#[test]
fn without_shared_memory_the_model_runs_and_says_so() {
    let (mut session, _) = Session::open(
        "?threads=2&increments=1",
        Surroundings {
            shared_memory: false,
            player: false,
            framed: false,
        },
    );
    assert!(session.notices.is_empty());
    let effects = session.apply(Command::Run);
    assert!(
        matches!(effects.as_slice(), [Effect::Play { .. }]),
        "{effects:?}"
    );
    let steps = played(&mut session, &effects);
    assert_eq!(
        (session.phase.clone(), session.at, session.playing),
        (Phase::Settled, 0, true)
    );
    let state = tell(&mut session, json!({"type": "get"}));
    assert_eq!(
        (&state[0]["engine"], &state[0]["step"], &state[0]["steps"]),
        (&json!("model"), &json!(0), &json!(steps))
    );
    let (wished, _) = Session::open(
        "?engine=workers",
        Surroundings {
            shared_memory: false,
            player: false,
            framed: false,
        },
    );
    assert_eq!(
        wished.notices,
        ["engine: workers cannot share memory between threads here; model is used."]
    );
}

#[test]
fn a_run_on_the_model_is_stepped_and_the_address_follows() {
    let mut session = session("?threads=2&increments=2&engine=model");
    let refused = tell(&mut session, json!({"type": "step", "by": 1}));
    assert_eq!(refused[0]["type"], "error");
    let effects = session.apply(Command::Run);
    let last = played(&mut session, &effects);
    for (command, at) in [
        (Command::Goto(usize::MAX), last),
        (Command::Step(-1), last - 1),
        (Command::Goto(0), 0),
        (Command::Step(-1), 0),
        (Command::Step(2), 2),
        (Command::Step(100_000_000), last),
    ] {
        let effects = session.apply(command);
        assert_eq!((session.at, session.playing), (at, false));
        assert_eq!(effects, [Effect::Address(session.query())]);
        assert!(session.query().ends_with(&format!("&step={at}")));
    }
    let state = tell(&mut session, json!({"type": "step", "by": -2}));
    assert_eq!(
        (&state[0]["step"], &state[0]["steps"]),
        (&json!(last - 2), &json!(last))
    );
    // Another run begins with its own steps.
    let effects = session.apply(Command::Run);
    played(&mut session, &effects);
    assert_eq!(session.at, 0);
    session.apply(Command::Goto(3));
    // What is set now cannot be stepped through until it is what ran.
    let set = |session: &mut Session, threads: &str| {
        session.apply(Command::Edit {
            name: "threads",
            text: threads.into(),
        })
    };
    set(&mut session, "3");
    assert_eq!(session.steppable(), None);
    assert!(!session.query().contains("step="));
    assert_eq!(session.apply(Command::Step(1)), []);
    assert_eq!(tell(&mut session, json!({"type": "get"}))[0]["steps"], 0);
    set(&mut session, "2");
    assert!(session.steppable().is_some());
    assert_eq!(session.at, 3);
    session.apply(Command::Step(1));
    assert!(session.query().ends_with("&step=4"));
}

#[test]
fn a_link_to_a_schedule_shows_it_at_its_step() {
    let surroundings = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    let (mut session, effects) = Session::open("?threads=2&schedule=AQID_w&step=2", surroundings);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Play { .. }))
    );
    let query = "?threads=2&increments=1";
    session.apply(Command::Open(query.into()));
    assert!(session.playback.is_none());
    // Going back to such an address shows it as well.
    session.apply(Command::Open(format!("{query}&schedule=AQICwA&step=2")));
    assert_eq!(session.phase, Phase::Running);
    let effects = [Effect::Play {
        query: session.query(),
    }];
    played(&mut session, &effects);
    assert_eq!((session.at, session.playing), (2, false));
    // A step that is not there is told, and does not stay in the address.
    session.apply(Command::Open(format!("{query}&schedule=AQICwA&step=99")));
    let effects = [Effect::Play {
        query: session.query(),
    }];
    played(&mut session, &effects);
    assert_eq!(session.at, 9);
    assert!(session.query().ends_with("&step=9"), "{}", session.query());
    let told = "step: there is no step 99; the end is shown.";
    assert!(session.notices.iter().any(|notice| notice == told));
    // A schedule of another version is not followed, and so the step means nothing.
    session.apply(Command::Open(format!("{query}&schedule=AQECwA&step=2")));
    let effects = [Effect::Play {
        query: session.query(),
    }];
    played(&mut session, &effects);
    assert_eq!(session.at, 0);
}

#[test]
fn an_engine_that_cannot_run_here_gets_a_notice_and_stays_wished_for() {
    let session = session("engine=tasks");
    assert_eq!(
        session.notices,
        ["engine: tasks cannot run this scenario; workers is used."]
    );
    assert!(session.query().ends_with("&engine=tasks"));
}

#[test]
fn a_link_opened_while_a_run_goes_on_stops_it_and_does_not_show_its_end() {
    let mut session = session("scenario=counter");
    tell(&mut session, json!({"type": "run", "id": 1}));
    let effects = session.apply(Command::Open("threads=3".into()));
    assert_eq!(effects[0], Effect::Stop);
    assert!(session.is_running(), "its threads are still leaving");
    let answers = posted(session.apply(ended()));
    assert_eq!(
        answers[0]["params"]["threads"], 10,
        "it answers for what ran"
    );
    assert_eq!((session.phase, &session.report), (Phase::Settled, &None));
    assert_eq!(session.params.int("threads"), 3);
}

#[test]
fn nobody_is_asked_in_frames_and_at_the_first_sight() {
    let asks = |query, framed| {
        let surroundings = Surroundings {
            shared_memory: true,
            player: false,
            framed,
        };
        Session::open(query, surroundings).0.asks()
    };
    assert!(!asks("", false));
    assert!(asks("scenario=bank", false));
    assert!(!asks("scenario=bank&predict=off", false));
    assert!(!asks("scenario=bank", true));
    assert!(asks("scenario=bank&predict=on", true));
}

#[test]
fn autorun_runs() {
    let surroundings = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    let (session, effects) = Session::open("autorun=1", surroundings);
    assert!(session.is_running());
    assert!(matches!(effects.last(), Some(Effect::Start(_))));
}

#[test]
fn ping_get_and_set_are_answered_at_once() {
    let mut session = session("threads=4");
    assert_eq!(
        tell(&mut session, json!({"type": "ping", "id": 1})),
        [json!({"lockstep": 1, "id": 1, "type": "pong",
            "version": 1, "isolated": true, "engines": ["workers", "model", "tasks"]})]
    );
    let answers = tell(
        &mut session,
        json!({"type": "set", "id": 2,
        "params": {"threads": 8, "guard": "mutex", "bogus": 1}}),
    );
    let kinds: Vec<_> = answers.iter().map(|a| a["type"].clone()).collect();
    assert_eq!(kinds, ["error", "error", "state"]);
    assert!(answers.iter().all(|a| a["id"] == 2.0));
    assert_eq!(
        answers[2],
        json!({"lockstep": 1, "id": 2, "type": "state",
            "scenario": "counter",
            "params": {"threads": 8, "increments": 100000, "guard": "none"},
            "engine": "workers", "phase": "idle",
            "step": 0, "steps": 0, "enabled": [], "facts": {}})
    );
}

#[test]
fn run_is_answered_with_the_result_and_stop_with_the_state() {
    let mut session = session("threads=2");
    assert!(tell(&mut session, json!({"type": "run", "id": "r"})).is_empty());
    assert!(tell(&mut session, json!({"type": "stop", "id": "s"})).is_empty());
    let busy = tell(
        &mut session,
        json!({"type": "set", "id": "x", "params": {}}),
    );
    assert_eq!(busy[0]["type"], "error");
    let answers = posted(session.apply(ended()));
    assert_eq!(
        answers[0],
        json!({"lockstep": 1, "id": "r", "type": "result",
            "scenario": "counter",
            "params": {"threads": 2, "increments": 100000, "guard": "none"},
            "engine": "workers", "verdict": "violated", "facts": {"lost": 3},
            "findings": [], "elapsed_ms": 1.5, "events": 50, "dropped": 30,
            "link": "?scenario=counter&threads=2&increments=100000&guard=none"})
    );
    assert_eq!(
        (&answers[1]["id"], &answers[1]["type"], &answers[1]["phase"]),
        (&json!("s"), &json!("state"), &json!("done"))
    );
}

fn deadlocked() -> Command {
    let waits = |thread: u16, on: &str, holder: u16| Blocked {
        thread: ThreadId(thread),
        name: format!("Worker-{thread}"),
        line: 7,
        on: Some((ObjectKind::Lock, on.to_owned())),
        holder: Some(ThreadId(holder)),
        holder_name: format!("Worker-{holder}"),
    };
    Command::Deadlocked(vec![waits(1, "b", 2), waits(2, "a", 1)])
}

fn stopped() -> Command {
    Command::Ended {
        report: Report::stopped(1.5),
        tally: TALLY,
        turns: None,
    }
}

#[test]
fn a_deadlocked_run_is_stopped_and_its_result_says_why() {
    let mut session = session("scenario=counter");
    tell(&mut session, json!({"type": "run", "id": 1}));
    assert_eq!(session.apply(deadlocked()), [Effect::Stop]);
    assert!(session.apply(deadlocked()).is_empty());
    assert!(session.reason().is_none(), "nothing before the end");
    let result = &posted(session.apply(stopped()))[0];
    assert_eq!(result["verdict"], "deadlock");
    assert_eq!(
        result["findings"],
        json!([{"kind": "deadlock", "threads": [1, 2], "cycle": [
            "Worker-1 waits for b, which Worker-2 holds",
            "Worker-2 waits for a, which Worker-1 holds",
        ], "lines": [7, 7], "python_lines": [0, 0]}])
    );
    let verdict = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(
        (verdict, session.running.findings.len()),
        (Some(Verdict::Deadlock), 1)
    );
    // The next run has none, unless it is found again.
    session.apply(Command::Run);
    session.apply(Command::Stop);
    assert!(session.apply(deadlocked()).is_empty(), "it is stopping");
    session.apply(stopped());
    let verdict = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(
        (verdict, session.running.findings.len()),
        (Some(Verdict::Stopped), 0)
    );
}

fn found(executions: u64) -> Exploration {
    Exploration {
        executions,
        ..Exploration::default()
    }
}

#[test]
fn an_exploration_is_started_told_of_and_kept() {
    let mut session = session("?threads=2&increments=1");
    let effects = session.apply(Command::Explore);
    let [Effect::Explore { query, wish }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!((query, *wish), (&session.query(), Wish::default()));
    assert_eq!(session.phase, Phase::Exploring);
    // Nothing else may happen meanwhile.
    assert!(session.apply(Command::Run).is_empty());
    assert!(session.apply(Command::Reset).is_empty());
    let told = Command::Explored {
        exploration: Box::new(found(3)),
        ended: false,
    };
    assert!(session.apply(told).is_empty());
    assert_eq!(session.exploration, Some(found(3)));
    session.apply(Command::Explored {
        exploration: Box::new(found(4)),
        ended: true,
    });
    assert_eq!(
        (session.phase.clone(), &session.exploration),
        (Phase::Settled, &Some(found(4)))
    );
    // It was of other parameters.
    session.apply(Command::Edit {
        name: "threads",
        text: "3".into(),
    });
    assert_eq!(session.exploration, None);
}

#[test]
fn an_exploration_that_is_stopped_keeps_what_was_found() {
    let mut session = session("?threads=2&increments=1");
    let asked = json!({"type": "explore", "id": 7, "limit": 50, "reduction": false});
    assert!(tell(&mut session, asked.clone()).is_empty());
    let told = Command::Explored {
        exploration: Box::new(found(30)),
        ended: false,
    };
    let progress = posted(session.apply(told));
    assert_eq!(
        progress,
        [json!({"lockstep": 1, "id": 7, "type": "progress", "done": 30})]
    );
    let refused = tell(&mut session, asked);
    assert_eq!(refused[0]["type"], "error");
    let effects = session.apply(Command::Stop);
    assert_eq!(effects[0], Effect::EndErrands);
    let answers = posted(effects);
    assert_eq!(
        (&answers[0]["type"], &answers[0]["id"]),
        (&json!("explored"), &json!(7))
    );
    assert_eq!(
        (&answers[0]["executions"], &answers[0]["complete"]),
        (&json!(30), &json!(false))
    );
    assert_eq!(session.exploration, Some(found(30)));
    // What comes too late is not shown.
    session.apply(Command::Explored {
        exploration: Box::new(found(31)),
        ended: true,
    });
    assert_eq!(session.exploration, Some(found(30)));
}

#[test]
fn bounds_seeds_and_the_clock_are_passed_on() {
    let surroundings = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    let (mut session, _) = Session::open("?threads=2&increments=1", surroundings);
    let asked = |message: Value| Inbound::read(&message).expect("a message");
    let message = asked(json!({"lockstep": 1, "type": "explore", "preemptions": 2}));
    let effects = session.apply(Command::Receive(message));
    let [Effect::Explore { wish, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(
        (wish.preemptions, wish.limit, wish.clock),
        (Some(2), LIMIT, false)
    );
    session.apply(Command::Stop);
    let message = asked(json!({"lockstep": 1, "type": "explore", "seed": 5, "limit": 9}));
    let effects = session.apply(Command::Receive(message));
    let [Effect::Explore { wish, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!((wish.seed, wish.limit), (Some(5), 9));
    session.apply(Command::Stop);
    let message = asked(json!({"lockstep": 1, "type": "explore", "clock": true}));
    let effects = session.apply(Command::Receive(message));
    let [Effect::Explore { wish, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert!(wish.clock);
}

#[test]
fn a_link_says_whether_to_keep_to_the_clock_and_so_does_the_page() {
    let mut session = session("?scenario=bank&clock=keep");
    assert!(session.wish.clock);
    assert!(session.query().ends_with("&clock=keep"));
    let effects = session.apply(Command::Wish(Wish::default()));
    assert_eq!(effects, [Effect::Address(session.query())]);
    assert!(!session.query().contains("clock"));
}

#[test]
fn an_exploration_needs_no_shared_memory_and_its_failure_is_told() {
    let (mut session, _) = Session::open(
        "?threads=2",
        Surroundings {
            shared_memory: false,
            player: false,
            framed: false,
        },
    );
    assert!(!session.apply(Command::Explore).is_empty());
    session.apply(Command::ErrandFailed("It failed.".into()));
    assert_eq!(session.phase, Phase::Settled);
    assert!(session.notices.contains(&"It failed.".to_owned()));
}

#[test]
fn a_run_on_the_model_plays_pauses_and_ends() {
    let mut session = session("?threads=2&increments=1&engine=model&speed=2");
    assert!(session.apply(Command::TogglePlay).is_empty());
    assert_eq!(session.next_tick_ms(), None);
    let effects = session.apply(Command::Run);
    let last = played(&mut session, &effects);
    let pace = session.next_tick_ms().expect("it plays");
    assert!(pace > 10.0 && pace < 1000.0, "{pace}");
    assert!(session.apply(Command::Tick).is_empty());
    assert_eq!(session.at, 1);
    // Pausing says in the address where it is.
    let effects = session.apply(Command::TogglePlay);
    assert_eq!(effects, [Effect::Address(session.query())]);
    assert!(session.query().ends_with("&step=1"));
    assert!(session.apply(Command::Tick).is_empty());
    assert_eq!((session.at, session.next_tick_ms()), (1, None));
    session.apply(Command::TogglePlay);
    for _ in 1..last {
        assert!(session.playing);
        session.apply(Command::Tick);
    }
    assert_eq!((session.at, session.playing), (last, false));
    // From the end it begins again.
    session.apply(Command::TogglePlay);
    assert_eq!((session.at, session.playing), (0, true));
}

#[test]
fn whoever_may_go_next_is_named_and_can_be_let_go() {
    let mut session = session("?threads=2&increments=1&guard=none&engine=model");
    let effects = session.apply(Command::Run);
    played(&mut session, &effects);
    // To where both workers are about to read.
    session.apply(Command::Goto(0));
    while session
        .playback
        .as_ref()
        .map(|p| p.enabled(session.at).len())
        != Some(2)
    {
        session.apply(Command::Step(1));
    }
    let start = session.at;
    for order in [[1, 2, 2, 1], [2, 1, 1, 2], [1, 1, 2, 2]] {
        session.apply(Command::Goto(start));
        for (made, thread) in order.into_iter().enumerate() {
            let enabled = |session: &mut Session| {
                let state = tell(session, json!({"type": "get"}));
                state[0]["enabled"].as_array().cloned().expect("a list")
            };
            // Where main joins another is seen, and is no decision.
            while enabled(&mut session) == [json!(0)] {
                session.apply(Command::Step(1));
            }
            assert!(enabled(&mut session).contains(&json!(thread)));
            let effects = session.apply(Command::LetGo(thread));
            if session.phase == Phase::Running {
                played(&mut session, &effects);
            }
            let at = session.at;
            let playback = session.playback.as_ref().expect("it is there");
            assert_eq!(playback.steps[at - 1].thread, thread, "{order:?}, {made}");
            assert!(session.query().ends_with(&format!("&step={at}")));
        }
        let lost = session.report.as_ref().map(|report| report.int("lost"));
        assert_eq!(lost, Some(i64::from(order != [1, 1, 2, 2])), "{order:?}");
    }
    // Who may not go is not let go.
    let at = session.at;
    assert!(session.apply(Command::LetGo(77)).is_empty());
    assert_eq!(session.at, at);
}

#[test]
fn a_recorded_run_that_cannot_be_made_again_is_told_all_the_same() {
    for end in [
        Command::Proved(None),
        Command::Stop,
        Command::ErrandFailed("The model failed.".to_owned()),
    ] {
        let mut session = session("?threads=2&increments=1");
        session.apply(Command::Record(true));
        tell(&mut session, json!({"type": "run", "id": 1}));
        session.apply(Command::Ended {
            report: report(),
            tally: TALLY,
            turns: Some(Vec::new()),
        });
        let effects = session.apply(end);
        assert!(effects.contains(&Effect::EndErrands));
        let result = &posted(effects)[0];
        assert_eq!(result["facts"]["lost"], 3);
        assert_eq!(session.phase, Phase::Settled);
    }
}

#[test]
fn a_recorded_run_can_be_stepped_through_and_its_link_leads_there() {
    let mut session = session("?threads=2&increments=1");
    session.apply(Command::Record(true));
    tell(&mut session, json!({"type": "run", "id": 1}));
    let turns = vec![Turn {
        thread: ThreadId(1),
        how: Move::Step,
    }];
    let effects = session.apply(Command::Ended {
        report: report(),
        tally: TALLY,
        turns: Some(turns.clone()),
    });
    let prove = Effect::Prove {
        query: "scenario=counter&threads=2&increments=1&guard=none".to_owned(),
        turns,
        report: report(),
    };
    assert_eq!(effects, [prove]);
    assert!(session.is_running(), "it is not told before it is proved");
    let effects = session.apply(Command::Proved(Some("AQICwA".to_owned())));
    let link = posted(effects)[0]["link"].clone();
    let link = link.as_str().expect("a link");
    assert!(link.ends_with("&engine=model&schedule=AQICwA"), "{link}");
    let effects = session.apply(Command::StepThrough);
    played(&mut session, &effects);
    assert_eq!((session.at, session.playing), (0, false));
    assert!(session.query().contains("schedule=AQICwA&step=0"));
    // What was not recorded has no steps.
    session.apply(Command::Run);
    session.apply(ended());
    assert!(session.apply(Command::StepThrough).is_empty());
}

#[test]
fn a_recorded_deadlock_is_told_with_its_steps() {
    let mut session = session("?scenario=bank");
    session.apply(Command::Record(true));
    session.apply(Command::Run);
    let effects = session.apply(deadlocked());
    assert_eq!(effects, [Effect::Stop]);
    let effects = session.apply(Command::Ended {
        report: Report::stopped(12.0),
        tally: TALLY,
        turns: Some(Vec::new()),
    });
    let [Effect::Prove { report, .. }] = &effects[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(report.verdict, Verdict::Deadlock);
    session.apply(Command::Proved(Some("AQICwA".to_owned())));
    let told = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(told, Some(Verdict::Deadlock));
    assert!(
        session.running.findings[0]
            .link
            .ends_with("schedule=AQICwA")
    );
    // Who presses Stop has stopped it, recorded or not.
    session.apply(Command::Run);
    session.apply(Command::Stop);
    session.apply(Command::Ended {
        report: Report::stopped(12.0),
        tally: TALLY,
        turns: Some(Vec::new()),
    });
    let told = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(told, Some(Verdict::Stopped));
}

#[test]
fn a_schedule_that_is_opened_while_a_run_goes_on_plays_when_that_has_stopped() {
    let schedule =
        "scenario=counter&threads=2&increments=1&guard=none&engine=model&schedule=AQECwA";
    for command in [
        Command::Follow(format!("?{schedule}")),
        Command::Open(format!("?{schedule}")),
    ] {
        let mut session = session("threads=2");
        session.apply(Command::Run);
        let effects = session.apply(command.clone());
        assert!(effects.contains(&Effect::Stop), "{effects:?}");
        let effects = session.apply(stopped());
        let play = Effect::Play {
            query: session.query(),
        };
        assert!(effects.contains(&play), "{effects:?}");
        played(&mut session, &effects);
        assert!(session.playback.is_some() && session.report.is_some());
        // While one is stopping already, and with another link after it.
        session.apply(Command::Choose(Engine::Auto));
        session.apply(Command::Run);
        session.apply(Command::Stop);
        session.apply(command);
        session.apply(Command::Open("?threads=3".to_owned()));
        let effects = session.apply(stopped());
        assert!(!effects.iter().any(|e| matches!(e, Effect::Play { .. })));
        assert_eq!(session.phase, Phase::Settled);
    }
}

#[test]
fn what_says_that_it_explores_does_and_no_verdict_of_before_stands_beside_it() {
    let mut session = session("?scenario=phases");
    session.apply(Command::Run);
    session.apply(ended());
    let labels = session.suggestions();
    let (index, _) = labels
        .iter()
        .find(|(_, label)| label.ends_with("explore this"))
        .expect("a suggestion");
    let effects = session.apply(Command::Try(*index));
    let explores = |effect: &Effect| matches!(effect, Effect::Explore { query, .. } if query.contains("barrier=off"));
    assert!(effects.iter().any(explores), "{effects:?}");
    assert_eq!((session.phase, &session.report), (Phase::Exploring, &None));
    // Every label says what its button does.
    for scenario in crate::scenario::all() {
        for next in scenario.try_next {
            assert_eq!(
                next.explore,
                next.label.ends_with(": explore this"),
                "{}",
                next.label
            );
        }
    }
}

#[test]
fn a_run_of_other_parameters_is_marked_and_its_figures_are_not_given_for_theirs() {
    let mut session = session("threads=10");
    session.apply(Command::Run);
    session.apply(ended());
    assert_eq!(session.stale(), None);
    let edit = |session: &mut Session, text: &str| {
        let text = text.to_owned();
        session.apply(Command::Edit {
            name: "threads",
            text,
        })
    };
    edit(&mut session, "2");
    assert_eq!(session.stale().as_deref(), Some("of threads 10"));
    let state = tell(&mut session, json!({"type": "get", "id": 1}))[0].clone();
    assert_eq!(state["phase"], "idle");
    assert_eq!(state["facts"], json!({}));
    assert_eq!(state["params"]["threads"], 2);
    edit(&mut session, "10");
    assert_eq!(session.stale(), None);
    let state = tell(&mut session, json!({"type": "get", "id": 1}))[0].clone();
    assert_eq!(
        (&state["phase"], &state["facts"]["lost"]),
        (&json!("done"), &json!(3))
    );
}

#[test]
fn another_scenario_is_a_page_of_its_own_and_keeps_how_things_look() {
    let mut session = session("threads=3&theme=dark&speed=2&seed=7");
    let effects = session.apply(Command::Follow("scenario=bank".into()));
    let query = session.query();
    assert!(query.starts_with("scenario=bank&"), "{query}");
    assert!(
        query.contains("theme=dark") && query.contains("speed=2"),
        "{query}"
    );
    assert!(!query.contains("seed"), "{query}");
    assert_eq!(effects[0], Effect::Visit(query));
}

#[test]
fn what_is_worth_trying_sets_what_it_says_and_leaves_the_rest() {
    let mut session = session("scenario=bank&threads=3");
    let [strategy, threads] = ["strategy", "threads"].map(|name| {
        let specs = session.params.specs();
        specs
            .iter()
            .position(|p| p.name == name)
            .expect("a parameter")
    });
    session.apply(Command::Try(0));
    assert_eq!(session.params.choice("strategy"), "ordered");
    assert_eq!(session.fields[strategy].text, "ordered");
    assert_eq!(session.fields[threads].text, "3");
    assert!(session.apply(Command::Try(99)).is_empty());
}

#[test]
fn what_is_locked_only_the_page_around_a_frame_can_change() {
    let mut session = session("threads=4&guard=lock&locked=guard,increments&hide=lesson");
    let edit = |session: &mut Session, name: &'static str, text: &str| {
        let text = text.to_owned();
        session.apply(Command::Edit { name, text });
    };
    edit(&mut session, "guard", "none");
    edit(&mut session, "threads", "5");
    assert_eq!(
        session.query(),
        "scenario=counter&threads=5&increments=100000&guard=lock\
         &locked=guard%2Cincrements&hide=lesson"
    );
    session.apply(Command::Reset);
    assert_eq!(session.params.int("threads"), 10);
    assert_eq!(session.params.choice("guard"), "lock");
    tell(
        &mut session,
        json!({"type": "set", "params": {"guard": "none"}}),
    );
    assert_eq!(session.params.choice("guard"), "none");
    assert!(!session.shows(Panel::Lesson) && session.shows(Panel::Events));
}

#[test]
fn a_suggestion_that_changes_what_is_locked_is_not_offered() {
    let offered = |query: &str| session(query).suggestions().len();
    let all = offered("scenario=counter");
    assert!(all > 1);
    let locked = offered("scenario=counter&locked=guard");
    assert!(locked < all, "{locked} of {all}");
}

#[test]
fn the_page_around_a_frame_chooses_its_colours_at_any_time() {
    let mut session = session("scenario=counter");
    session.apply(Command::Run);
    let state = tell(&mut session, json!({"type": "set", "theme": "dark"}));
    assert_eq!(state[0]["type"], "state");
    assert!(session.query().ends_with("&theme=dark"));
    let refused = tell(&mut session, json!({"type": "set", "theme": "red"}));
    assert_eq!(refused[0]["message"], "theme is one of auto, light, dark.");
}

#[test]
fn a_link_of_the_page_is_followed_without_loading_it_anew_and_going_back_leads_back() {
    let mut session = session("threads=4");
    let link = "scenario=bank&engine=model&schedule=AQEB&step=2";
    let effects = session.apply(Command::Follow(link.to_owned()));
    assert_eq!(effects[0], Effect::Visit(link.to_owned()));
    assert!(matches!(effects.last(), Some(Effect::Play { .. })));
    assert_eq!(session.scenario.id, "bank");
    let effects = session.apply(Command::Follow(String::new()));
    assert!(effects.contains(&Effect::Visit(String::new())));
    assert_eq!(session.scenario.id, "counter");
}

#[test]
fn what_is_hidden_has_no_key_and_the_page_around_may_explore_all_the_same() {
    let mut session = session("threads=2&increments=1&hide=explore");
    assert!(session.apply(Command::Explore).is_empty());
    assert_eq!(session.phase, Phase::Settled);
    assert!(tell(&mut session, json!({"type": "explore"})).is_empty());
    assert_eq!(session.phase, Phase::Exploring);
}

#[test]
fn an_address_without_a_query_shows_a_race_that_has_been_run() {
    let surroundings = Surroundings {
        shared_memory: true,
        player: false,
        framed: false,
    };
    let (mut session, effects) = Session::open("", surroundings);
    let query = session.query();
    // Nothing is loaded for it, and the address stays as it is.
    let (show, ready) = (&effects[0], &effects[1..]);
    assert_eq!(
        *show,
        Effect::ShowFirstSight {
            query: query.clone()
        }
    );
    assert!(matches!(ready, [Effect::Post(_)]), "{ready:?}");
    let last = played(&mut session, &[Effect::Play { query }]);
    assert_eq!((session.at, session.is_first_sight), (last, true));
    let verdict = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(verdict, Some(Verdict::Violated));
    assert!(session.reason().is_some());
    // To look at it changes nothing but the step.
    let effects = session.apply(Command::Step(-1));
    assert_eq!(effects, [Effect::Address(session.query())]);
    assert!(session.is_first_sight);
    session.apply(Command::Run);
    assert!(!session.is_first_sight);
    // Back to the beginning.
    session.apply(ended());
    session.apply(Command::Open(String::new()));
    assert!(session.is_first_sight);
    // A frame has what its page asked for.
    let framed = Surroundings {
        framed: true,
        ..surroundings
    };
    let (session, _) = Session::open("", framed);
    assert!(!session.is_first_sight);
    assert_eq!(session.params.int("threads"), 10);
}

#[test]
fn a_hundred_runs_follow_each_other_and_are_counted() {
    let mut session = session("scenario=counter&threads=2&increments=10&guard=none");
    assert!(session.can_try_luck());
    let mut effects = session.apply(Command::TryLuck);
    for run in 1..=100 {
        let starts = effects.iter().filter(|e| matches!(e, Effect::Start(_)));
        assert_eq!(starts.count(), 1, "run {run}");
        assert!(session.tries_luck() && !session.can_try_luck());
        effects = session.apply(ended());
    }
    assert!(!session.is_busy() && !effects.iter().any(|e| matches!(e, Effect::Start(_))));
    let words = |session: &Session| session.luck.as_ref().map(|luck| luck.in_words(None));
    let all = "100 runs on real threads: 100 violated.";
    assert_eq!(words(&session).as_deref(), Some(all));
    // Another run is none of them.
    session.apply(Command::Run);
    session.apply(ended());
    assert_eq!(words(&session).as_deref(), Some(all));
    // They were of these parameters.
    session.apply(Command::Edit {
        name: "threads",
        text: "3".to_owned(),
    });
    assert_eq!(session.luck, None);
}

#[test]
fn stop_ends_all_runs_that_were_to_follow() {
    let mut session = session("scenario=counter&threads=2&increments=10&guard=none");
    let stopped = Command::Ended {
        report: Report::stopped(1.0),
        tally: TALLY,
        turns: None,
    };
    // A run may come to its own end just as it is to stop.
    for end in [stopped, ended()] {
        session.apply(Command::TryLuck);
        session.apply(ended());
        session.apply(Command::Stop);
        let effects = session.apply(end);
        assert!(!effects.iter().any(|e| matches!(e, Effect::Start(_))));
        assert!(!session.is_busy() && !session.tries_luck());
    }
    // Where another link is followed meanwhile, its program runs no hundred times.
    session.apply(Command::TryLuck);
    session.apply(Command::Follow("scenario=bank".to_owned()));
    let effects = session.apply(Command::Ended {
        report: Report::stopped(1.0),
        tally: TALLY,
        turns: None,
    });
    assert!(!effects.iter().any(|e| matches!(e, Effect::Start(_))));
    assert!(!session.is_busy());
}

#[test]
fn luck_is_tried_where_threads_are_real() {
    for (query, can) in [
        ("scenario=counter", true),
        ("scenario=counter&engine=model", false),
        ("scenario=async-counter", false),
        ("scenario=counter&hide=explore", false),
    ] {
        let mut session = session(query);
        assert_eq!(session.can_try_luck(), can, "{query}");
        let tries = !session.apply(Command::TryLuck).is_empty();
        assert_eq!(tries, can, "{query}");
    }
}

#[test]
fn a_run_that_deadlocks_is_one_of_the_many_and_ends_none_of_them() {
    let mut session = session("scenario=bank");
    session.apply(Command::TryLuck);
    for runs in 1..4 {
        let blocked = vec![Blocked {
            thread: ThreadId(1),
            name: "Worker-0".to_owned(),
            line: 1,
            on: None,
            holder: Some(ThreadId(1)),
            holder_name: "Worker-0".to_owned(),
        }];
        let effects = session.apply(Command::Deadlocked(blocked));
        assert!(matches!(effects[..], [Effect::Stop]), "{effects:?}");
        let effects = session.apply(Command::Ended {
            report: Report::stopped(1.0),
            tally: TALLY,
            turns: None,
        });
        let next = effects
            .iter()
            .any(|effect| matches!(effect, Effect::Start(_)));
        assert!(next, "{effects:?}");
        let luck = session.luck.as_ref().map(|luck| luck.in_words(None));
        let luck = luck.unwrap_or_default();
        assert!(luck.contains(&format!("{runs} deadlock")), "{luck}");
    }
    session.apply(Command::Stop);
    let effects = session.apply(ended());
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Start(_)))
    );
}

#[test]
fn the_speed_is_doubled_and_halved_within_its_bounds() {
    let mut session = session("threads=2&increments=2&engine=model&speed=40");
    let effects = session.apply(Command::Speed(2.0));
    assert_eq!(session.options.speed, 80.0);
    assert!(matches!(&effects[..], [Effect::Address(query)] if query.contains("speed=80")));
    session.apply(Command::Speed(2.0));
    assert_eq!(session.options.speed, 100.0);
    for _ in 0..20 {
        session.apply(Command::Speed(0.5));
    }
    assert_eq!(session.options.speed, 0.1);
}

/// Whatever a search was cut at, the way out that is offered comes to its end, if need be
/// pressed twice.
#[test]
fn what_is_offered_in_the_place_of_a_search_that_was_cut_is_complete() {
    use crate::scenario::all;
    use crate::session::exploration::explore_link;

    for scenario in all().iter().filter(|of| !of.listing.python.is_empty()) {
        let mut session = session(&format!("scenario={}", scenario.id));
        for param in scenario.params {
            if let Kind::Int { max, .. } = &param.kind
                && param.unit.is_empty()
            {
                let text = max.to_string();
                session.apply(Command::Edit {
                    name: param.name,
                    text,
                });
            }
        }
        // Programs of tasks alone are small as they are.
        let mut complete = session.smaller().is_empty();
        while !complete && !session.smaller().is_empty() {
            let effects = session.apply(Command::ExploreSmaller);
            let explores = |effect: &Effect| match effect {
                Effect::Explore { query, wish } => Some((query.clone(), *wish)),
                _ => None,
            };
            let (query, wish) = effects.iter().find_map(explores).expect("it explores");
            let (link, _) = share::read(&query);
            let limit = 100_000;
            let wish = Wish { limit, ..wish };
            let found = explore_link(&link, link.scenario.on_model(), wish, |_| true);
            complete = found.complete;
            session.apply(Command::Explored {
                exploration: Box::new(found),
                ended: true,
            });
        }
        assert!(complete, "{}", scenario.id);
    }
}
