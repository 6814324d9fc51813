//! CPython's own tests of what threads and tasks use, read from the installed Python: they run
//! on our machine, behind shims of what they import.
//!
//! Where there is no Python 3.11 with its tests, this says so and proves nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use lockstep_compile::run_on_threads;

const SHIM: &str = include_str!("cpython/shim.py");
const ASYNCIO_SHIM: &str = include_str!("cpython/asyncio_shim.py");

/// Classes of the file and what they are bound to, as `test_threading.py` does.
const LOCK_CASES: &str = "
class LockCase(LockTests):
    locktype = staticmethod(threading.Lock)
class RLockCase(RLockTests):
    locktype = staticmethod(threading.RLock)
class EventCase(EventTests):
    eventtype = staticmethod(threading.Event)
class ConditionAsRLockCase(RLockTests):
    locktype = staticmethod(threading.Condition)
class ConditionCase(ConditionTests):
    condtype = staticmethod(threading.Condition)
class SemaphoreCase(SemaphoreTests):
    semtype = staticmethod(threading.Semaphore)
class BoundedSemaphoreCase(BoundedSemaphoreTests):
    semtype = staticmethod(threading.BoundedSemaphore)
class BarrierCase(BarrierTests):
    barriertype = staticmethod(threading.Barrier)
for case in (LockCase, RLockCase, EventCase, ConditionAsRLockCase, ConditionCase,
             SemaphoreCase, BoundedSemaphoreCase, BarrierCase):
    run(case)
";

const QUEUE_CASES: &str = "
for case in (PyQueueTest, PyLifoQueueTest, PyPriorityQueueTest, PyFailingQueueTest,
             CSimpleQueueTest):
    run(case)
";

const LOCAL_CASES: &str = "
class LocalCase(TestCase, BaseLocalTest):
    _local = threading.local
run(LocalCase)
";

const ASYNCIO_LOCK_CASES: &str = "
for case in (LockTests, EventTests, ConditionTests, SemaphoreTests, BarrierTests):
    run(case)
";

const ASYNCIO_QUEUE_CASES: &str = "
for case in (QueueBasicTests, QueueGetTests, QueuePutTests, LifoQueueTests, PriorityQueueTests,
             QueueJoinTests, LifoQueueJoinTests, PriorityQueueJoinTests):
    run(case)
";

/// Tests that do not count, or do not pass: the end of `Case.test`, and why.
type Table = &'static [(&'static str, &'static str)];

/// They are about what is no part of the language here.
const NOT_COUNTED: Table = &[
    ("weakref_deleted", "weak references"),
    ("weakref_exists", "weak references"),
    ("at_fork_reinit", "processes that are forked"),
    ("local_refs", "weak references"),
    ("cycle_collection", "weak references"),
    ("reference_loop", "weak references"),
    ("references", "when `__del__` runs"),
    ("reentrancy", "`__del__` in the middle of an operation"),
    (
        "threading_local_clear_race",
        "a module of CPython's own tests",
    ),
    ("SimpleQueueTest.test_many_threads", "100 threads at once"),
    (
        "SimpleQueueTest.test_many_threads_nonblock",
        "100 threads at once",
    ),
    (
        "SimpleQueueTest.test_many_threads_timeout",
        "100 threads at once",
    ),
    (
        "ConditionAsRLockCase.test_recursion_count",
        "CPython's tests leave it out as well",
    ),
];

/// The list may only become shorter.
const NOT_PASSED: Table = &[
    (
        "QueueBasicTests.test_generic_alias",
        "`asyncio.Queue[int]` is the class itself",
    ),
    (
        "PyFailingQueueTest.test_failing_queue",
        "a queue does not call `_put` of a subclass",
    ),
    (
        "RLockCase.test_recursion_count",
        "private: _recursion_count",
    ),
    (
        "RLockCase.test_release_save_unacquired",
        "private: _release_save",
    ),
];

/// The text of one of Python's test files, without what it imports and is shimmed.
fn tests_of_python(file: &str) -> Option<String> {
    let script = "import sys, test; print(sys.version_info[:2] == (3, 11), test.__path__[0])";
    let output = Command::new("python3").args(["-c", script]).output().ok()?;
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let folder = PathBuf::from(told.trim().strip_prefix("True ")?);
    let text = std::fs::read_to_string(folder.join(file)).ok()?;
    let shimmed = |line: &&str| {
        let modules = [
            "unittest",
            "weakref",
            "gc",
            "os",
            "_thread",
            "test",
            "doctest",
            "_threading_local",
            "types",
        ];
        let mut words = line.split([' ', '.']);
        let imports = matches!(words.next(), Some("import" | "from"));
        imports && words.next().is_some_and(|module| modules.contains(&module))
    };
    // A single one of them defines it; that test does not count.
    let text = text.replace("__del__", "_del");
    let lines = text
        .lines()
        .map(|line| if shimmed(&line) { "" } else { line });
    Some(lines.collect::<Vec<_>>().join("\n"))
}

/// A file, the shim before it, what is to be done to its text, and the cases that are run.
type File = (
    &'static str,
    &'static str,
    fn(String) -> String,
    &'static str,
);

/// Without what it does as a script.
fn without_main(text: String) -> String {
    let end = text.find("if __name__").unwrap_or(text.len());
    text[..end].to_owned()
}

fn why(table: Table, test: &str) -> bool {
    table.iter().any(|(end, _)| test.ends_with(end))
}

/// What each test of a file came to, of those that count.
fn outcomes(&(file, shim, prepare, cases): &File) -> BTreeMap<String, String> {
    let Some(text) = tests_of_python(file) else {
        eprintln!("NOT TESTED: there is no {file} of Python 3.11");
        return BTreeMap::new();
    };
    let not_counted: Vec<String> = NOT_COUNTED
        .iter()
        .map(|(end, _)| format!("{end:?}"))
        .collect();
    let not_counted = format!("NOT_COUNTED = ({})", not_counted.join(", "));
    let program = format!("{shim}\n{not_counted}\n{}\n{cases}", prepare(text));
    let ran = run_on_threads(&program, file, 1.0);
    let told = ran.out.lines().filter_map(|line| line.split_once(": "));
    let outcomes: BTreeMap<String, String> = told
        .map(|(test, outcome)| (test.to_owned(), outcome.to_owned()))
        .collect();
    assert!(outcomes.len() > 2, "{}{:?}", ran.err, ran.verdict);
    outcomes
}

#[test]
fn its_tests_pass_but_for_those_of_the_table() {
    pass_but_for_those_of_the_table(&[
        ("lock_tests.py", SHIM, |text| text, LOCK_CASES),
        (
            "test_queue.py",
            SHIM,
            |text| {
                let text = without_main(text);
                let fresh = ["py_queue", "c_queue"];
                let imports = |line: &str| {
                    let name = fresh
                        .iter()
                        .find(|name| line.starts_with(&format!("{name} = ")));
                    name.map_or(line.to_owned(), |name| format!("import queue as {name}"))
                };
                text.lines().map(imports).collect::<Vec<_>>().join("\n")
            },
            QUEUE_CASES,
        ),
        (
            "test_threading_local.py",
            SHIM,
            |text| {
                let end = text.find("class ThreadLocalTest").unwrap_or(text.len());
                text[..end].to_owned()
            },
            LOCAL_CASES,
        ),
    ]);
}

#[test]
fn its_tests_of_asyncio_pass_but_for_those_of_the_table() {
    let files = [
        ("test_asyncio/test_locks.py", ASYNCIO_LOCK_CASES),
        ("test_asyncio/test_queues.py", ASYNCIO_QUEUE_CASES),
        ("test_asyncio/test_timeouts.py", "run(TimeoutTests)"),
        ("test_asyncio/test_taskgroups.py", "run(TestTaskGroup)"),
    ];
    let prepare: fn(String) -> String = without_main;
    let files = files.map(|(file, cases)| (file, ASYNCIO_SHIM, prepare, cases));
    pass_but_for_those_of_the_table(&files);
}

fn pass_but_for_those_of_the_table(files: &[File]) {
    let outcomes: BTreeMap<String, String> = files.iter().flat_map(outcomes).collect();
    let failed = |(test, outcome): (&String, &String)| (outcome != "ok").then(|| test.clone());
    let failed: BTreeSet<String> = outcomes.iter().filter_map(failed).collect();
    let untold: Vec<_> = failed
        .iter()
        .filter(|test| !why(NOT_PASSED, test))
        .collect();
    let told = |test: &&String| format!("{test}: {}", outcomes[*test]);
    let untold: Vec<String> = untold.iter().map(told).collect();
    assert!(untold.is_empty(), "{}", untold.join("\n"));
    if !outcomes.is_empty() {
        let passes = |(end, _): &&(&str, &str)| {
            let mut of_table = outcomes.keys().filter(|test| test.ends_with(end));
            of_table.any(|test| !failed.contains(test))
        };
        let passed: Vec<_> = NOT_PASSED.iter().filter(passes).collect();
        assert!(passed.is_empty(), "these pass: {passed:?}");
        eprintln!("{} of {} do not pass", failed.len(), outcomes.len());
        assert!(failed.len() * 10 <= outcomes.len(), "{failed:?}");
    }
}
