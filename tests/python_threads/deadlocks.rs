//! Programs whose threads wait for ever, on real threads: they end, and who waits for what
//! is told. Programs that only take their time are left alone.

use lockstep_compile::{Ran, Verdict, run_on_model, run_on_threads};
use lockstep_run::explore::{Blocked, Finding, stuck};

/// Thread, line, what it waits for, who holds that.
type Told<'a> = (&'a str, u32, &'a str, &'a str);

fn told(threads: &[Blocked]) -> Vec<Told<'_>> {
    let told = threads.iter().map(|blocked| {
        let on = blocked.on.as_ref().map_or("", |(_, name)| name.as_str());
        let (name, holder) = (blocked.name.as_str(), blocked.holder_name.as_str());
        (name, blocked.line, on, holder)
    });
    told.collect()
}

fn deadlocks(source: &str) -> Ran {
    let ran = run_on_threads(source, "program.py", 1.0);
    assert_eq!(ran.verdict, Verdict::Deadlock, "{}{}", ran.out, ran.err);
    ran
}

#[track_caller]
fn assert_cycle(ran: &Ran, wanted: &[Told<'_>]) {
    match stuck(&ran.blocked) {
        Finding::Deadlock { cycle } => assert_eq!(told(&cycle), wanted),
        other => panic!("no cycle: {other:?}"),
    }
}

const OPPOSITE: &str = "
import threading, time
a = threading.Lock()
b = threading.Lock()
def one():
    with a:
        time.sleep(0.05)
        with b:
            pass
def other():
    with b:
        time.sleep(0.05)
        with a:
            pass
threads = [threading.Thread(target=one, name='one'), threading.Thread(target=other, name='other')]
for t in threads:
    t.start()
for t in threads:
    t.join()
print('never')
";

#[test]
fn two_locks_in_opposite_orders() {
    let cycle = [("one", 8, "b", "other"), ("other", 13, "a", "one")];
    let ran = deadlocks(OPPOSITE);
    assert_cycle(&ran, &cycle);
    assert_eq!(ran.out, "");
    // The model tells the same.
    let ran = (0..50).map(|seed| run_on_model(OPPOSITE, "program.py", seed));
    let ran = ran.into_iter().find(|ran| ran.verdict == Verdict::Deadlock);
    assert_cycle(&ran.expect("a seed that deadlocks"), &cycle);
}

#[test]
fn a_notification_before_the_wait() {
    let ran = deadlocks(
        "
import threading
ready = threading.Condition()
def wait():
    with ready:
        ready.wait()
with ready:
    ready.notify()
t = threading.Thread(target=wait, name='late')
t.start()
t.join()
",
    );
    match stuck(&ran.blocked) {
        Finding::LostWakeUp { waiting } => assert_eq!(told(&waiting), [("late", 6, "ready", "")]),
        other => panic!("a cycle: {other:?}"),
    }
}

#[test]
fn a_lock_acquired_twice() {
    let ran = deadlocks(
        "
import threading
lock = threading.Lock()
lock.acquire()
print('once', flush=True)
lock.acquire()
",
    );
    assert_cycle(&ran, &[("main", 6, "lock", "main")]);
    assert_eq!(ran.out, "once\n");
}

#[test]
fn threads_that_join_each_other() {
    let ran = deadlocks(
        "
import threading
begin = threading.Event()
def join(k):
    begin.wait()
    threads[1 - k].join()
threads = [threading.Thread(target=join, args=(k,), name=f't{k}') for k in range(2)]
for t in threads:
    t.start()
begin.set()
for t in threads:
    t.join()
",
    );
    assert_cycle(&ran, &[("t0", 6, "t1", "t1"), ("t1", 6, "t0", "t0")]);
}

#[test]
fn a_program_that_takes_its_time_is_no_deadlock() {
    let ran = run_on_threads(
        "
import queue, threading, time
lock = threading.Lock()
items = queue.Queue()
never = threading.Event()
def holds():
    with lock:
        time.sleep(0.3)
    total = 0
    for k in range(300000):
        total += k
    items.put(total)
def patient():
    with lock:
        print('acquired')
    print(never.wait(0.2))
threads = [threading.Thread(target=f) for f in (holds, patient)]
threads.append(threading.Timer(0.3, print, ['timer']))
for t in threads:
    t.start()
print(items.get())
for t in threads:
    t.join()
try:
    items.get(timeout=0.2)
except queue.Empty:
    print('empty')
",
        "program.py",
        1.0,
    );
    assert_eq!(ran.verdict, Verdict::Ok, "{:?}", ran.blocked);
    let mut lines: Vec<&str> = ran.out.lines().collect();
    lines.sort_unstable();
    let wanted = ["44999850000", "False", "acquired", "empty", "timer"];
    assert_eq!(lines, wanted);
}

/// Words are freed at once where threads come and go, while the watcher looks at them.
#[test]
fn threads_that_hand_on_are_no_deadlock() {
    let source = "
import queue, threading
there, back = queue.Queue(1), queue.Queue(1)
def echo():
    while (item := there.get()) is not None:
        done = threading.Event()
        threading.Thread(target=done.set).start()
        done.wait()
        back.put(item)
t = threading.Thread(target=echo)
t.start()
for k in range(40):
    there.put(k)
    assert back.get() == k
there.put(None)
t.join()
print('done')
";
    for _ in 0..10 {
        let ran = run_on_threads(source, "program.py", 1.0);
        assert_eq!(ran.verdict, Verdict::Ok, "{:?}{}", ran.blocked, ran.err);
    }
}
