//! Small programs whose interleavings are known by hand.

use std::time::Instant;

use lockstep_compile::compile;
use lockstep_compile::explore::{Outcome, Question, all};
use lockstep_run::explore::{Count, Finding, Map};

fn explored(source: &str) -> Map<Outcome> {
    let compiled = compile(source, "program.py").unwrap_or_else(|_| panic!("refused:\n{source}"));
    let map = all(compiled.program, &Question::default());
    assert!(map.complete, "{} states:\n{source}", map.states);
    map
}

/// Threads that add to a global, so often each.
fn race(threads: usize, times: usize) -> String {
    format!(
        "import threading
hits = 0
def visit():
    global hits
    for _ in range({times}):
        hits += 1
visitors = [threading.Thread(target=visit) for _ in range({threads})]
for v in visitors:
    v.start()
for v in visitors:
    v.join()
print(hits)
"
    )
}

#[test]
fn a_race_has_as_many_interleavings_as_reckoned() {
    let known = [
        (2, 1, 6, 4),
        (2, 2, 70, 64),
        (2, 3, 924, 904),
        (3, 2, 34_650, 0),
        (3, 3, 17_153_136, 0),
    ];
    for (threads, times, interleavings, wrong) in known {
        let began = Instant::now();
        let map = explored(&race(threads, times));
        let what = format!("{threads}×{times}: {} states", map.states);
        assert_eq!(
            map.interleavings,
            Some(Count::exactly(interleavings)),
            "{what}"
        );
        let right = (threads * times).to_string();
        let counts = map
            .outcomes
            .iter()
            .filter(|found| found.what.out != [right.clone()]);
        let lost: u128 = counts
            .map(|found| found.count.map_or(0, |count| count.at_least))
            .sum();
        assert!(wrong == 0 || lost == wrong, "{what}: {lost} lose some");
        let races = map
            .findings
            .iter()
            .any(|f| matches!(f.what, Finding::Race { .. }));
        assert!(races, "{what}: no race");
        eprintln!("{what}, {:?}", began.elapsed());
    }
}

#[test]
fn with_a_lock_only_the_orders_of_critical_sections_are_left() {
    let source = |threads: usize, times: usize| {
        race(threads, times)
            .replace("hits = 0", "hits = 0\nlock = threading.Lock()")
            .replace(
                "        hits += 1",
                "        with lock:\n            hits += 1",
            )
    };
    let map = explored(&source(2, 1));
    assert_eq!(map.outcomes.len(), 1);
    assert_eq!(map.outcomes[0].what.out, ["2"]);
    assert!(map.findings.is_empty(), "{:?}", map.findings);
    let map = explored(&source(3, 2));
    assert_eq!(map.outcomes.len(), 1);
    assert_eq!(map.outcomes[0].what.out, ["6"]);
}

#[test]
fn locks_in_opposite_order_deadlock_and_it_is_told_who_waits_for_whom() {
    let map = explored(
        "import threading
a = threading.Lock()
b = threading.Lock()
def one():
    with a:
        with b:
            pass
def other():
    with b:
        with a:
            pass
x = threading.Thread(target=one, name='one')
y = threading.Thread(target=other, name='other')
x.start(); y.start(); x.join(); y.join()
print('done')
",
    );
    assert_eq!(map.outcomes.len(), 2);
    let cycles = map.findings.iter().filter_map(|found| match &found.what {
        Finding::Deadlock { cycle } => Some(cycle),
        _ => None,
    });
    let told = cycles.flatten().map(|blocked| {
        let on = blocked.on.as_ref().map_or("", |(_, name)| name.as_str());
        (
            blocked.name.as_str(),
            on,
            blocked.line,
            blocked.holder_name.as_str(),
        )
    });
    let mut told: Vec<_> = told.collect();
    told.sort_unstable();
    assert_eq!(told, [("one", "b", 6, "other"), ("other", "a", 10, "one")]);
}

#[test]
fn a_loop_that_looks_until_something_is_so_comes_to_an_end() {
    let map = explored(
        "import threading
ready = False
def wait():
    while not ready:
        pass
    print('seen')
t = threading.Thread(target=wait)
t.start()
def tell():
    global ready
    ready = True
tell()
t.join()
",
    );
    let outcomes: Vec<_> = map
        .outcomes
        .iter()
        .map(|found| &found.what.out[..])
        .collect();
    assert_eq!(outcomes, [["seen"]]);
    assert_eq!(map.interleavings, None, "there is no number of them");
}

#[test]
fn daemons_end_with_the_program() {
    let map = explored(
        "import threading
def work():
    print('one')
    lock.acquire()
    print('never')
lock = threading.Lock()
lock.acquire()
threading.Thread(target=work, daemon=True).start()
print('main')
",
    );
    let mut outcomes: Vec<_> = map
        .outcomes
        .iter()
        .map(|found| found.what.out.join(" "))
        .collect();
    outcomes.sort();
    assert_eq!(outcomes, ["main one"]);
}

/// Two threads that do one thing each with what they share.
fn two(begin: &str, act: &str, show: &str) -> String {
    format!(
        "import heapq
import threading
from collections import Counter, defaultdict, deque
{begin}
def work(n):
    {act}
threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print({show})
"
    )
}

/// What CPython has written in C is one step, also where the library here is Python.
#[test]
fn operations_of_the_librarys_containers_are_whole() {
    let outcomes = |source: &str| -> Vec<String> {
        let map = explored(source);
        let outcomes = map.outcomes.iter();
        let mut found: Vec<String> = outcomes.map(|found| found.what.out.concat()).collect();
        found.sort();
        found
    };
    let of = |begin, act, show| outcomes(&two(begin, act, show));
    assert_eq!(
        of("line = deque(maxlen=1)", "line.append(n)", "line"),
        ["deque([0], maxlen=1)", "deque([1], maxlen=1)"]
    );
    assert_eq!(
        of("line = deque([7, 8])", "line.popleft()", "line"),
        ["deque([])"]
    );
    assert_eq!(
        of(
            "heap = [5]",
            "heapq.heappush(heap, n)",
            "sorted(heap), heap[0]"
        ),
        ["[0, 1, 5] 0"]
    );
    assert_eq!(
        of(
            "found = defaultdict(list)",
            "found['a'].append(n)",
            "sorted(map(len, found.values()))"
        ),
        ["[2]"]
    );
    // To count is to read and to write.
    assert_eq!(
        of("found = Counter()", "found['a'] += 1", "found['a']"),
        ["1", "2"]
    );
}
