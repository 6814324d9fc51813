//! Many threads: any number one after the other, and 64 at a time.

use lockstep_compile::explore::{Question, all};
use lockstep_compile::{Ran, Verdict, compile, run_on_model, run_on_threads};

fn comes_to(ran: &Ran, out: &str) {
    assert_eq!(ran.verdict, Verdict::Ok, "{}{:?}", ran.err, ran.blocked);
    assert_eq!(ran.out, out);
}

/// Ten at a time, so that a slot is taken while others are in use.
const ONE_AFTER_THE_OTHER: &str = "
import threading
seen = []
def work(k):
    seen.append(k)
for ten in range(0, 10_000, 10):
    threads = [threading.Thread(target=work, args=(k,)) for k in range(ten, ten + 10)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
print(len(seen), sum(seen), threading.active_count())
";

#[test]
fn ten_thousand_one_after_the_other() {
    let out = "10000 49995000 1\n";
    comes_to(&run_on_threads(ONE_AFTER_THE_OTHER, "many.py", 1.0), out);
    comes_to(&run_on_model(ONE_AFTER_THE_OTHER, "many.py", 1), out);
}

/// As many as there can be, one more, and one in the place of one that has ended.
const AT_ONCE: &str = "
import threading
go = threading.Event()
def work():
    go.wait()
threads = []
try:
    while True:
        t = threading.Thread(target=work)
        t.start()
        threads.append(t)
except RuntimeError as error:
    print(len(threads), error)
go.set()
threads[0].join()
t = threading.Thread(target=print, args=('again',))
t.start()
t.join()
for t in threads:
    t.join()
";

#[test]
fn sixty_four_at_once() {
    let out = "64 can't start new thread\nagain\n";
    comes_to(&run_on_threads(AT_ONCE, "at_once.py", 1.0), out);
    for seed in 0..5 {
        comes_to(&run_on_model(AT_ONCE, "at_once.py", seed), out);
    }
}

/// 63 that wait, one that is soon at its end, and one more.
const SOMETIMES: &str = "
import threading
lock = threading.Lock()
lock.acquire()
def wait():
    lock.acquire()
for _ in range(63):
    threading.Thread(target=wait, daemon=True).start()
threading.Thread(target=print, args=('short',)).start()
late = threading.Thread(target=print, args=('late',))
try:
    late.start()
except RuntimeError as error:
    print(error, late)
    late.daemon = True
    lock.release()
    while True:
        try:
            late.start()
            break
        except RuntimeError:
            pass
    late.join()
";

#[test]
fn whether_there_are_too_many_depends_on_the_order() {
    let source = SOMETIMES
        .split("    late.daemon")
        .next()
        .unwrap_or(SOMETIMES);
    let compiled = compile(source, "sometimes.py").expect("it is supported");
    let map = all(compiled.program, &Question::default());
    assert!(map.complete);
    let mut outcomes: Vec<_> = (map.outcomes.iter())
        .map(|found| found.what.out.join(", "))
        .collect();
    outcomes.sort();
    let refused = "can't start new thread <Thread(Thread-65 (print), initial)>";
    assert_eq!(outcomes, [&format!("{refused}, short"), "late, short"]);
}

#[test]
fn who_was_refused_may_start_later() {
    for seed in 0..20 {
        let ran = run_on_model(SOMETIMES, "sometimes.py", seed);
        assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
        assert!(ran.out.contains("late\n"), "{}", ran.out);
    }
    let ran = run_on_threads(SOMETIMES, "sometimes.py", 1.0);
    assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
    assert!(ran.out.contains("late\n"), "{}", ran.out);
}

#[test]
fn a_program_of_more_threads_is_explored() {
    let source = "
import threading
count = 0
def work():
    global count
    count += 1
for k in range(70):
    t = threading.Thread(target=work)
    t.start()
    t.join()
a = threading.Thread(target=work)
b = threading.Thread(target=work)
a.start(); b.start()
a.join(); b.join()
print(count)
";
    let compiled = compile(source, "many.py").expect("it is supported");
    let map = all(compiled.program, &Question::default());
    assert!(map.complete);
    let mut outcomes: Vec<String> = (map.outcomes.iter())
        .map(|found| {
            let count = found.count.expect("there is no loop");
            format!("{}: {count}", found.what.out.concat())
        })
        .collect();
    outcomes.sort();
    // Of two that add one: 4 of their 6 interleavings lose one.
    assert_eq!(outcomes, ["71: 4", "72: 2"]);
}
