use serde_json::{Value, json};

use super::*;
use crate::base::ThreadId;
use crate::scenario::{Fact, Verdict};
use crate::session::playback::StepOf;
use crate::trace::objects::ObjectKind;

const TALLY: Tally = Tally {
    happened: 50,
    kept: 20,
};

fn session(query: &str) -> Session {
    let surroundings = Surroundings {
        shared_memory: true,
    };
    Session::open(query, surroundings).0
}

fn report() -> Report {
    Report {
        verdict: Verdict::Violated,
        facts: vec![Fact::int("lost", 3)],
        elapsed_ms: 1.5,
        message: None,
    }
}

fn ended() -> Command {
    Command::Ended {
        report: report(),
        tally: TALLY,
    }
}

fn tell(session: &mut Session, message: Value) -> Vec<Value> {
    let mut message = message;
    message["lockstep"] = json!(1);
    let message = serde_json::from_value(message).expect("a message");
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
fn a_bad_edit_keeps_the_text_shows_the_error_and_uses_the_default() {
    let mut session = session("threads=4&guard=lock");
    session.apply(Command::Edit {
        name: "threads",
        text: "4x".into(),
    });
    assert_eq!(session.fields[0].text, "4x");
    assert_eq!(
        session.fields[0].error.as_deref(),
        Some("threads: “4x” is not a whole number from 1 to 64. The default, 10, is used.")
    );
    assert_eq!(
        session.query(),
        "scenario=counter&threads=10&increments=100000&guard=lock"
    );
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
        [Effect::Start {
            query: "scenario=counter&threads=2&increments=100000&guard=none&speed=4".into(),
            threads: 3,
            speed: 4.0
        }]
    );
    assert!(session.apply(Command::Run).is_empty());
    let edit = Command::Edit {
        name: "threads",
        text: "9".into(),
    };
    assert!(session.apply(edit).is_empty(), "no edits while it runs");
    session.apply(ended());
    assert_eq!(session.phase, Phase::Done);
    assert_eq!(session.report, Some(report()));
    assert!(session.apply(ended()).is_empty());
}

#[test]
fn stop_waits_for_the_threads_to_leave() {
    let mut session = session("");
    assert!(session.apply(Command::Stop).is_empty());
    session.apply(Command::Run);
    assert_eq!(session.apply(Command::Stop), [Effect::Stop]);
    assert!(session.is_running());
    assert!(session.apply(Command::Stop).is_empty());
    session.apply(ended());
    assert!(!session.is_running());
}

fn playback(steps: usize) -> Playback {
    let step = |n: usize| StepOf {
        thread: 1,
        text: format!("Worker-1 writes {n} to counter"),
        line: 7,
        cell: Some(("counter".to_owned(), n as i64)),
    };
    Playback {
        report: report(),
        made: steps,
        steps: (1..=steps).map(step).collect(),
        findings: Vec::new(),
        notice: None,
    }
}

#[test]
fn without_shared_memory_the_model_runs_and_says_so() {
    let (mut session, _) = Session::open("?threads=2", Surroundings::default());
    assert!(session.notices.is_empty());
    let effects = session.apply(Command::Run);
    assert!(
        matches!(effects.as_slice(), [Effect::Play { .. }]),
        "{effects:?}"
    );
    session.apply(Command::Played(playback(3)));
    assert_eq!((session.phase, session.at), (Phase::Done, 3));
    let result = tell(&mut session, json!({"type": "get"}));
    assert_eq!(
        (
            &result[0]["engine"],
            &result[0]["step"],
            &result[0]["steps"]
        ),
        (&json!("model"), &json!(3), &json!(3))
    );
    let (wished, _) = Session::open("?engine=workers", Surroundings::default());
    assert_eq!(
        wished.notices,
        ["engine: workers cannot share memory between threads here; model is used."]
    );
}

#[test]
fn a_run_on_the_model_is_stepped_and_the_address_follows() {
    let mut session = session("?threads=2&engine=model");
    let refused = tell(&mut session, json!({"type": "step", "by": 1}));
    assert_eq!(refused[0]["type"], "error");
    session.apply(Command::Run);
    session.apply(Command::Played(playback(5)));
    for (command, at) in [
        (Command::Step(-1), 4),
        (Command::Goto(0), 0),
        (Command::Step(-1), 0),
        (Command::Step(2), 2),
        (Command::Step(100), 5),
    ] {
        let effects = session.apply(command);
        assert_eq!(session.at, at);
        assert_eq!(effects, [Effect::Address(session.query())]);
        assert!(session.query().ends_with(&format!("&step={at}")));
    }
    let state = tell(&mut session, json!({"type": "step", "by": -2}));
    assert_eq!(
        (&state[0]["step"], &state[0]["steps"]),
        (&json!(3), &json!(5))
    );
    // Another run begins with its own steps, and other parameters have none.
    session.apply(Command::Run);
    session.apply(Command::Played(playback(4)));
    assert_eq!(session.at, 4);
    session.apply(Command::Edit {
        name: "threads",
        text: "3".into(),
    });
    assert_eq!(session.playback, None);
    assert!(!session.query().contains("step="));
}

#[test]
fn a_link_to_a_schedule_shows_it_at_its_step() {
    let surroundings = Surroundings {
        shared_memory: true,
    };
    let (mut session, effects) = Session::open("?threads=2&schedule=AQED_w&step=2", surroundings);
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Play { .. }))
    );
    session.apply(Command::Played(playback(5)));
    assert_eq!(session.at, 2);
}

#[test]
fn an_engine_that_cannot_run_here_gets_a_notice_and_stays_wished_for() {
    let session = session("engine=tasks");
    assert_eq!(
        session.notices,
        ["engine: tasks cannot run this scenario here; workers is used."]
    );
    assert!(session.query().ends_with("&engine=tasks"));
}

#[test]
fn a_link_opened_while_a_run_goes_on_stops_it_and_does_not_show_its_end() {
    let mut session = session("");
    tell(&mut session, json!({"type": "run", "id": 1}));
    let effects = session.apply(Command::Open("threads=3".into()));
    assert_eq!(effects[0], Effect::Stop);
    assert!(session.is_running(), "its threads are still leaving");
    let answers = posted(session.apply(ended()));
    assert_eq!(
        answers[0]["params"]["threads"], 10,
        "it answers for what ran"
    );
    assert_eq!((session.phase, &session.report), (Phase::Idle, &None));
    assert_eq!(session.params.int("threads"), 3);
}

#[test]
fn autorun_runs() {
    let surroundings = Surroundings {
        shared_memory: true,
    };
    let (session, effects) = Session::open("autorun=1", surroundings);
    assert!(session.is_running());
    assert!(matches!(effects.last(), Some(Effect::Start { .. })));
}

#[test]
fn ping_get_and_set_are_answered_at_once() {
    let mut session = session("threads=4");
    assert_eq!(
        tell(&mut session, json!({"type": "ping", "id": 1})),
        [json!({"lockstep": 1, "id": 1.0, "type": "pong",
            "version": 1, "isolated": true, "engines": ["workers", "model"]})]
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
        json!({"lockstep": 1, "id": 2.0, "type": "state",
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
    }
}

#[test]
fn a_deadlocked_run_is_stopped_and_its_result_says_why() {
    let mut session = session("");
    tell(&mut session, json!({"type": "run", "id": 1}));
    assert_eq!(session.apply(deadlocked()), [Effect::Stop]);
    assert!(session.apply(deadlocked()).is_empty());
    assert!(session.findings().is_empty(), "nothing before the end");
    let result = &posted(session.apply(stopped()))[0];
    assert_eq!(result["verdict"], "deadlock");
    assert_eq!(
        result["findings"],
        json!([{"kind": "deadlock", "threads": [1, 2], "cycle": [
            "Worker-1 waits for b, which Worker-2 holds, line 7",
            "Worker-2 waits for a, which Worker-1 holds, line 7",
        ]}])
    );
    let verdict = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(
        (verdict, session.findings().len()),
        (Some(Verdict::Deadlock), 1)
    );
    // The next run has none, unless it is found again.
    session.apply(Command::Run);
    session.apply(Command::Stop);
    assert!(session.apply(deadlocked()).is_empty(), "it is stopping");
    session.apply(stopped());
    let verdict = session.report.as_ref().map(|report| report.verdict);
    assert_eq!(
        (verdict, session.findings().len()),
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
    let effects = session.apply(Command::Explore(Wish::default()));
    let [Effect::Explore { query, wish }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!((query, *wish), (&session.query(), Wish::default()));
    assert_eq!(session.phase, Phase::Exploring);
    // Nothing else may happen meanwhile.
    assert!(session.apply(Command::Run).is_empty());
    assert!(session.apply(Command::Reset).is_empty());
    let told = Command::Explored {
        exploration: found(3),
        ended: false,
    };
    assert!(session.apply(told).is_empty());
    assert_eq!(session.exploration, Some(found(3)));
    session.apply(Command::Explored {
        exploration: found(4),
        ended: true,
    });
    assert_eq!(
        (session.phase, &session.exploration),
        (Phase::Done, &Some(found(4)))
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
        exploration: found(30),
        ended: false,
    };
    let progress = posted(session.apply(told));
    assert_eq!(
        progress,
        [json!({"lockstep": 1, "id": 7.0, "type": "progress", "done": 30})]
    );
    let refused = tell(&mut session, asked);
    assert_eq!(refused[0]["type"], "error");
    let effects = session.apply(Command::Stop);
    assert_eq!(effects[0], Effect::EndErrand);
    let answers = posted(effects);
    assert_eq!(
        (&answers[0]["type"], &answers[0]["id"]),
        (&json!("explored"), &json!(7.0))
    );
    assert_eq!(
        (&answers[0]["executions"], &answers[0]["complete"]),
        (&json!(30), &json!(false))
    );
    assert_eq!(session.exploration, Some(found(30)));
    // What comes too late is not shown.
    session.apply(Command::Explored {
        exploration: found(31),
        ended: true,
    });
    assert_eq!(session.exploration, Some(found(30)));
}

#[test]
fn bounds_that_are_not_kept_are_refused() {
    let mut session = session("?threads=2&increments=1");
    let refused = tell(&mut session, json!({"type": "explore", "preemptions": 2}));
    assert_eq!(refused[0]["type"], "error");
    assert_eq!(session.phase, Phase::Idle);
}

#[test]
fn an_exploration_needs_no_shared_memory_and_its_failure_is_told() {
    let (mut session, _) = Session::open("?threads=2", Surroundings::default());
    assert!(!session.apply(Command::Explore(Wish::default())).is_empty());
    session.apply(Command::ErrandFailed("It failed.".into()));
    assert_eq!(session.phase, Phase::Done);
    assert!(session.notices.contains(&"It failed.".to_owned()));
}
