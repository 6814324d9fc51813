//! Programs of the reader's own.

use super::*;
use crate::scenario::own::LARGEST;

const OF_RUN: &str = "scenario=program&engine=model&schedule=AQEA&step=2";

/// Whether effects begin a run, or a computed one.
fn begins(effects: &[Effect]) -> bool {
    let is_run = |effect: &Effect| matches!(effect, Effect::Play { .. } | Effect::Start(_));
    effects.iter().any(is_run)
}

#[test]
fn a_program_from_a_link_runs_when_the_reader_says_so_and_as_the_link_says() {
    let mut session = session(OF_RUN);
    assert_eq!(session.phase, Phase::Settled);
    let effects = session.apply(Command::Load("print(1)".into()));
    assert!(!begins(&effects), "{effects:?}");
    assert_eq!(&*session.params.code, "print(1)");
    let effects = session.apply(Command::Run);
    let query = session.query();
    assert!(
        query.contains("schedule=AQEA") && query.contains("step=2"),
        "{query}"
    );
    assert!(effects.contains(&Effect::Play { query }), "{effects:?}");
}

#[test]
fn links_of_the_page_itself_keep_the_program_and_run_it_once_it_was_run() {
    let mut session = session("scenario=program&engine=model");
    session.apply(Command::Load("print(1)".into()));
    let to_outcome = "scenario=program&engine=model&schedule=AQEA";
    let effects = session.apply(Command::Follow(to_outcome.into()));
    assert!(!begins(&effects), "a stranger's: {effects:?}");
    session.apply(Command::Explore);
    session.apply(Command::Stop);
    let effects = session.apply(Command::Follow(to_outcome.into()));
    assert!(begins(&effects), "{effects:?}");
    assert_eq!(&*session.params.code, "print(1)");
    session.apply(Command::Stop);

    // Elsewhere there is none of it.
    session.apply(Command::Follow("scenario=bank".into()));
    assert_eq!(&*session.params.code, "");
    assert_eq!(session.apply(Command::Write("x".into())), []);
    assert_eq!(&*session.params.code, "");
}

#[test]
fn what_is_typed_makes_the_run_one_of_another_text() {
    let mut session = session("scenario=program&engine=workers");
    session.apply(Command::Write("print(1)".into()));
    let effects = session.apply(Command::Run);
    let Some(Effect::Start(start)) = effects.iter().find(|e| matches!(e, Effect::Start(_))) else {
        panic!("{effects:?}");
    };
    assert_eq!(start.code.as_deref(), Some("print(1)"));
    assert_eq!(start.threads, 17);
    assert_eq!(session.stale(), None);
    // What is typed while it runs waits for its end, and is what the next run is of.
    session.apply(Command::Write("print(3)".into()));
    session.apply(Command::Write("print(2)".into()));
    assert_eq!(&*session.params.code, "print(1)");
    session.apply(ended());
    assert_eq!(&*session.params.code, "print(2)");
    assert_eq!(session.stale().as_deref(), Some("of another text"));
    session.apply(Command::Reset);
    assert_eq!(&*session.params.code, "print(2)");
    session.apply(Command::Write("print(1)".into()));
    assert_eq!(session.stale(), None);
}

#[test]
fn one_from_a_link_that_is_too_long_is_told_and_what_was_there_stays() {
    let mut session = session("scenario=program");
    session.apply(Command::Write("print(1)".into()));
    session.apply(Command::Load("#".repeat(LARGEST + 1)));
    assert_eq!(&*session.params.code, "print(1)");
    let told = session.notices.pop().expect("it is told");
    assert!(told.contains("65,537") && told.contains("65,536"), "{told}");
}

#[test]
fn a_frame_may_run_the_program_of_its_link_at_once() {
    for (player, runs) in [(true, true), (false, false)] {
        let surroundings = Surroundings {
            shared_memory: true,
            player,
            framed: false,
        };
        let query = "scenario=program&engine=model&autorun=1";
        let (mut session, effects) = Session::open(query, surroundings);
        assert!(!begins(&effects), "there is no program yet");
        let effects = session.apply(Command::Load("print(1)".into()));
        assert_eq!(begins(&effects), runs, "{effects:?}");
    }
}
