//! Programs of the reader's own, as the page runs them: explored, played, and told.

use lockstep::python::code::Program;
use lockstep::scenario::Verdict;
use lockstep::session::exploration::{Exploration, Wish, explore_link};
use lockstep::session::playback::{Playback, play};
use lockstep::session::subject::Own;
use lockstep::share::{self, Link};
use lockstep_compile::compile;

const RACE: &str = "\
import threading

counter = 0

def work():
    global counter
    for _ in range(2):
        value = counter
        counter = value + 1

threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(\"counter\", counter)
";

const OPPOSITE: &str = "\
import threading

a = threading.Lock()
b = threading.Lock()

def work(first, second):
    with first:
        with second:
            print(threading.current_thread().name)

one = threading.Thread(target=work, args=(a, b), name=\"one\")
two = threading.Thread(target=work, args=(b, a), name=\"two\")
one.start()
two.start()
one.join()
two.join()
";

fn compiled(source: &str) -> &'static Program {
    match compile(source, "program.py") {
        Ok(compiled) => compiled.program,
        Err(errors) => panic!("{errors:?}"),
    }
}

fn link(query: &str) -> Link {
    let (link, notices) = share::read(query);
    assert!(notices.is_empty(), "{notices:?}");
    link
}

fn explored(source: &str) -> Exploration {
    let own = Own::to_explore(compiled(source));
    explore_link(&link("scenario=program"), own, Wish::default(), |_| true)
}

fn played(source: &str, query: &str) -> Playback {
    play(&link(query), Own::to_play(compiled(source)))
}

/// Its outcomes as verdicts and what was printed, with their counts.
fn outcomes(found: &Exploration) -> Vec<(Verdict, String, u64)> {
    let outcomes = found.outcomes.iter().map(|outcome| {
        let out = outcome.facts.0.iter().find(|(name, _)| name == "out");
        let out = out.map_or(String::new(), |(_, value)| value.to_string());
        let count = outcome.count.expect("all were counted");
        (outcome.verdict, out, count.at_least as u64)
    });
    outcomes.collect()
}

#[test]
fn all_that_a_race_comes_to_is_found_and_told_with_its_lines() {
    let found = explored(RACE);
    assert!(found.complete);
    let mut all = outcomes(&found);
    all.sort_by_key(|(_, out, _)| out.clone());
    // As the scenario of the same steps, which is in Rust.
    let counter = link("scenario=counter&threads=2&increments=2&guard=none");
    let counter = explore_link(
        &counter,
        counter.scenario.on_model(),
        Wish::default(),
        |_| true,
    );
    let of_counter = counter.outcomes.iter().map(|outcome| {
        let (_, value) = (outcome.facts.0.iter())
            .find(|(name, _)| name == "counter")
            .expect("it is a fact");
        let count = outcome.count.expect("it was counted");
        (
            Verdict::Ok,
            format!("counter {value}"),
            count.at_least as u64,
        )
    });
    let mut of_counter: Vec<_> = of_counter.collect();
    of_counter.sort_by_key(|(_, out, _)| out.clone());
    assert_eq!(all, of_counter);
    assert_eq!(all.iter().map(|(.., count)| count).sum::<u64>(), 70);
    let mut races = found.findings.iter().filter(|found| found.kind == "race");
    assert!(
        races.any(|race| race.python_lines == [9, 8]),
        "{:?}",
        found.findings
    );
    assert!(!found.fates.is_empty());
}

#[test]
fn each_outcome_opens_from_its_link() {
    for source in [RACE, OPPOSITE] {
        let found = explored(source);
        assert!(found.outcomes.len() > 1);
        for outcome in &found.outcomes {
            // The program's text is no part of it.
            assert!(outcome.link.len() < 200, "{}", outcome.link);
            let again = played(source, &outcome.link);
            assert_eq!(again.notice, None);
            assert_eq!(again.report.verdict, outcome.verdict);
            let told = again.steps.iter().map(|step| step.text.clone());
            let told: Vec<String> = told.filter(|text| outcome.steps.contains(text)).collect();
            assert_eq!(told, outcome.steps);
        }
    }
}

#[test]
fn a_deadlock_is_told_with_its_locks_and_lines_and_what_was_printed_before() {
    let found = explored(OPPOSITE);
    let stuck: Vec<_> = (found.outcomes.iter())
        .filter(|outcome| outcome.verdict == Verdict::Deadlock)
        .collect();
    assert_eq!(stuck.len(), 1);
    let why = stuck[0].why.as_ref().expect("a reason");
    for part in ["one", "two", " a", " b", "line 8"] {
        assert!(why.python.contains(part), "{}", why.python);
    }
    let deadlock = found.findings.iter().find(|f| f.kind == "deadlock");
    assert_eq!(deadlock.expect("it is found").python_lines, [8, 8]);
}

#[test]
fn what_was_printed_has_its_thread_and_its_step() {
    let query = "scenario=program&engine=model&seed=3";
    let run = played(OPPOSITE, query);
    let lines: Vec<Vec<&str>> = run
        .printed
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert!(!lines.is_empty() || run.report.verdict == Verdict::Deadlock);
    for line in &lines {
        let [at, thread, to_stderr, name, text] = line[..] else {
            panic!("{line:?}");
        };
        let thread: usize = thread.parse().expect("a thread");
        assert_eq!(run.threads[thread].name, name);
        assert_eq!((to_stderr, text), ("0", name));
        let at: usize = at.parse().expect("a step");
        assert!(at <= run.steps.len());
    }
}

#[test]
fn an_exception_is_told_with_its_text_and_line() {
    let source = "import threading\n\ndef work():\n    [].pop()\n\nt = threading.Thread(target=work, name=\"popper\")\nt.start()\nt.join()\nprint(\"on\")\n";
    let run = played(source, "scenario=program&engine=model");
    assert_eq!(run.report.verdict, Verdict::Error);
    assert_eq!(
        run.report.message.as_deref(),
        Some("IndexError: pop from empty list")
    );
    let why = run.why.expect("a reason").python;
    assert!(why.contains("line 4") && why.contains("popper"), "{why}");
    let told: Vec<&str> = run
        .printed
        .lines()
        .filter(|line| line.contains("\t1\t"))
        .collect();
    assert!(
        told.last()
            .expect("a traceback")
            .ends_with("IndexError: pop from empty list")
    );

    let broken = played(
        "x = 1\nassert x == 2, \"lost\"\n",
        "scenario=program&engine=model",
    );
    assert_eq!(broken.report.verdict, Verdict::Violated);
    assert_eq!(
        broken.report.message.as_deref(),
        Some("AssertionError: lost")
    );
}

#[test]
fn a_loop_without_end_is_given_up() {
    let found = explored("n = 0\nwhile True:\n    n += 1\n");
    assert!(!found.complete);
    assert_eq!(found.outcomes[0].verdict, Verdict::Incomplete);
    let told = found.outcomes[0].message.as_deref();
    assert!(
        told.is_some_and(|told| told.contains("line 2") || told.contains("line 3")),
        "{told:?}"
    );
}

#[test]
fn where_threads_are_and_what_their_variables_hold_is_noted() {
    let run = played(RACE, "scenario=program&engine=model&seed=2");
    let locals: Vec<Vec<&str>> = (run.notes.lines())
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .filter(|words| words[1] == "locals" && words[2].starts_with("Thread-1"))
        .collect();
    // What it has read it has where it writes that, one more each time.
    let written: Vec<&str> = (locals.iter())
        .filter(|words| words[3] == "9")
        .map(|words| words[4])
        .collect();
    assert_eq!(written, ["_ = 0, value = 2", "_ = 1, value = 3"]);
    // And nothing once it has ended.
    assert_eq!(locals.last().map(|words| &words[3..]), Some(&["0", ""][..]));
    let steps = locals.iter().map(|words| words[0].parse::<usize>());
    assert!(steps.is_sorted_by_key(|step| step.expect("a number of steps")));
}
