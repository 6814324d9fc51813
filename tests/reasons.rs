//! Why a run went wrong, as the page says it: each claim is checked against the run.

use lockstep::scenario::Verdict;
use lockstep::scenario::listing::Language;
use lockstep::session::exploration::{Wish, explore_link};
use lockstep::session::playback::{Playback, play};
use lockstep::session::why::Reason;
use lockstep::share;

/// Small instances of all scenarios of threads that can go wrong, with what is said first of
/// the worst outcome, and how many bad outcomes there are.
#[rustfmt::skip]
const WRONG: &[(&str, usize, &str)] = &[
    ("counter&threads=2&increments=2&guard=none", 2,
        "Worker-2 read 0 from counter (line 19), Worker-1 wrote 2 (line 21), and then Worker-2 \
         wrote 1 over it (line 21): what Worker-1 did is lost."),
    ("counter&threads=3&increments=2&guard=none", 4, "Worker-3 read 1 from counter"),
    ("bank", 1,
        "Worker-0 waits for locks[1], which Worker-1 holds (line 62); Worker-1 waits for \
         locks[0], which Worker-0 holds (line 62). Neither can go on."),
    ("bank&pause_ms=1&strategy=none&transfers=2", 7, "Worker-1 read 50 from balances[0]"),
    ("bank&pause_ms=0&strategy=none&balances=100,100", 4, "Worker-1 read 100 from balances[0]"),
    ("recursion&depth=2&lock=lock", 1,
        "Worker-1 waits for lock, which it holds itself (line 12). It cannot go on."),
    ("producer-consumer&consumers=2&items=2&produce_ms=1&consume_ms=1&recheck=if", 1,
        "Producer-0 notified Consumer-0 (line 30). Consumer-1 came first and acquired \
         condition (line 45) before Consumer-0 went on (line 21). What Consumer-0 had waited \
         for was no longer so, and it did not look again. Consumer-0 raised the exception \
         (line 48)."),
    ("phases&workers=2&barrier=off", 1,
        "Worker-0 read 0 from total (line 18) before Worker-1 wrote 2 to it (line 15): nothing \
         made it wait for that."),
    ("philosophers&seats=2&meals=1&pause_ms=1", 1,
        "Philosopher-0 waits for forks[1], which Philosopher-1 holds (line 20);"),
    ("philosophers&seats=3&meals=1&pause_ms=0", 1, "Philosopher-0 waits for forks[1]"),
    ("lost-wakeup", 1,
        "Setter notified condition (line 26) before Waiter waited for it (line 13), and nobody \
         is left to do so again."),
];

/// The run that a link of the page opens.
fn played(link: &str) -> Playback {
    let (link, notices) = share::read(link.trim_start_matches('?'));
    assert!(notices.is_empty(), "{notices:?}");
    play(&link, link.scenario.on_model())
}

/// The steps that a reason names are those of the run, by thread, line and value.
fn holds(reason: &Reason, run: &Playback, context: &str) {
    let text = reason.text(Language::Rust);
    let end = run.steps.len();
    if run.report.verdict == Verdict::Deadlock {
        let stuck = run.positions(end);
        let stuck = stuck.iter().filter(|position| {
            text.contains(&position.name) && position.words.starts_with("waits for")
        });
        for position in stuck.clone() {
            let line = format!("(line {})", position.line);
            assert!(text.contains(&line), "{context}: {text}, {position:?}");
        }
        assert!(stuck.count() > 0, "{context}: {text}");
        return;
    }
    let mut rest = text;
    for &number in &reason.steps {
        let step = &run.steps[number - 1];
        let mut words = step.text.split(' ');
        let name = words.next().expect("who did it");
        let line = format!("(line {})", step.line);
        let at = rest.find(&line);
        let at = at.unwrap_or_else(|| panic!("{context}: {text}, {}", step.text));
        let said = &rest[..at];
        assert!(said.contains(name), "{context}: {text}, {}", step.text);
        // `reads 1 from counter` and `writes 2 to counter`, but `notifies 1 waiter`.
        if let (Some("reads" | "writes"), Some(value)) = (words.next(), words.next()) {
            assert!(
                said.contains(&format!(" {value}")),
                "{context}: {text}, {}",
                step.text
            );
        }
        rest = &rest[at + line.len()..];
    }
}

#[test]
fn each_bad_outcome_has_its_reason_and_what_it_claims_holds() {
    for (text, bad, said) in WRONG {
        let (link, notices) = share::read(&format!("scenario={text}"));
        assert!(notices.is_empty(), "{notices:?}");
        let found = explore_link(&link, link.scenario.on_model(), Wish::default(), |_| true);
        assert!(found.complete, "{text}");
        let outcomes = found.outcomes.iter();
        let wrong: Vec<_> = outcomes.filter(|o| o.verdict != Verdict::Ok).collect();
        assert_eq!(wrong.len(), *bad, "{text}");
        for outcome in &wrong {
            let reason = outcome.why.as_ref();
            let reason = reason.unwrap_or_else(|| panic!("{text}: {outcome:?}"));
            let run = played(&outcome.link);
            assert_eq!(run.why.as_ref(), Some(reason), "{text}");
            holds(reason, &run, text);
        }
        let first = wrong[0].why.as_ref().expect("it has one");
        let python = first.text(Language::Python);
        assert!(python.starts_with(said), "{text}: {python}");
    }
}

/// Runs of the buffer that is not looked at again, of many sizes and orders: who is said to
/// have come between did, and the one that was notified had done nothing meanwhile.
#[test]
fn who_came_between_a_notification_and_its_waiter_did() {
    let mut wrong = 0;
    for seed in 0..600 {
        let (consumers, items, producers) = (2 + seed % 2, 1 + seed % 4, 1 + seed % 3 / 2);
        let text = format!(
            "scenario=producer-consumer&recheck=if&consumers={consumers}&producers={producers}\
             &items={items}&produce_ms=1&consume_ms=1&engine=model&seed={seed}"
        );
        let run = played(&text);
        if run.report.verdict != Verdict::Error {
            continue;
        }
        wrong += 1;
        let reason = run.why.as_ref().unwrap_or_else(|| panic!("{text}"));
        holds(reason, &run, &text);
        let [notice, between, on] = reason.steps[..] else {
            panic!("{text}: {reason:?}");
        };
        let who = |number: usize| run.steps[number - 1].thread;
        assert!(notice < between && between < on, "{text}: {reason:?}");
        assert!(![who(notice), who(on)].contains(&who(between)), "{text}");
        assert!(run.steps[notice - 1].text.contains("notifies"), "{text}");
        assert!(
            run.steps[between - 1].text.contains("acquires condition"),
            "{text}"
        );
        let meanwhile = &run.steps[notice..on - 1];
        assert!(
            meanwhile.iter().all(|step| step.thread != who(on)),
            "{text}"
        );
    }
    assert!(wrong > 100, "{wrong}");
}

#[test]
fn a_run_that_went_well_has_no_reason() {
    for text in [
        "counter&threads=2&guard=lock",
        "bank&strategy=ordered",
        "barrier",
    ] {
        let run = played(&format!("scenario={text}&engine=model"));
        assert_eq!((run.report.verdict, run.why), (Verdict::Ok, None), "{text}");
    }
}
