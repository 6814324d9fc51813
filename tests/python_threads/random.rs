//! Random programs of two and three threads: exploration by states finds what a search
//! finds that merges nothing, and real runs come to nothing else.

use std::collections::BTreeSet;
use std::fmt::Write;

use lockstep_compile::explore::{Outcome, Question, Verdict, all, once, outcome};
use lockstep_compile::{compile, run_on_model, run_on_threads};
use lockstep_run::base::random::Dice;
use lockstep_run::explore::{Choice, Count, Options, Oracle};
use lockstep_run::python::code::Program;

/// What a thread may do, a line each; `{n}` is a number of its own.
const DEEDS: [&str; 14] = [
    "x = x + 1",
    "y = x",
    "x = {n}",
    "items.append({n})",
    "print({n}, len(items))",
    "print(items.pop() if items else 'none')",
    "box.value = x",
    "x = box.value + {n}",
    "with lock: x += 1",
    "with lock: items.append(x)",
    "table[{n} % 2] = x",
    "print(sorted(table.items()))",
    "done.put({n})",
    "time.sleep(0.001)",
];

fn program(dice: &mut Dice) -> String {
    let mut source = String::from(
        "import threading, queue, time
class Box:
    pass
x = y = 0
items = []
table = {}
box = Box()
box.value = 0
lock = threading.Lock()
done = queue.Queue()
",
    );
    let threads = 2 + dice.below(2);
    for thread in 0..threads {
        let _ = writeln!(source, "def work{thread}():\n    global x, y");
        let deeds = 1 + dice.below(if threads == 2 { 3 } else { 2 });
        for deed in 0..deeds {
            let line = DEEDS[dice.below(DEEDS.len())];
            let number = (thread * 10 + deed).to_string();
            let _ = writeln!(source, "    {}", line.replace("{n}", &number));
        }
    }
    let _ = writeln!(
        source,
        "threads = [threading.Thread(target=w) for w in [work0, work1{}]]",
        if threads == 3 { ", work2" } else { "" }
    );
    source += "for t in threads: t.start()
for t in threads: t.join()
print(x, y, items, box.value, sorted(table.items()))
while not done.empty(): print(done.get())
";
    source
}

/// What a task of a pool may do, a line each.
const TASKS: [&str; 12] = [
    "x = x + 1",
    "y = x",
    "items.append({n})",
    "print({n}, len(items))",
    "with lock: x += 1",
    "raise ValueError({n})",
    "print(first.done())",
    "print(first.cancel())",
    "first.add_done_callback(lambda f: items.append({n}))",
    "pool.submit(items.append, {n})",
    "return x",
    "print({n}, first.result())",
];

/// Some tasks for a pool of one or two threads, and how main waits for them.
fn pool_program(dice: &mut Dice) -> String {
    let mut source = String::from(
        "import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait, FIRST_COMPLETED
x = y = 0
items = []
lock = threading.Lock()
",
    );
    let tasks = 1 + dice.below(2);
    for task in 0..tasks {
        let _ = writeln!(source, "def work{task}():\n    global x, y");
        for deed in 0..1 + dice.below(2) {
            let line = TASKS[dice.below(TASKS.len())];
            let number = (task * 10 + deed).to_string();
            let _ = writeln!(source, "    {}", line.replace("{n}", &number));
        }
    }
    let _ = writeln!(
        source,
        "pool = ThreadPoolExecutor({})
first = pool.submit(abs, -1)",
        1 + dice.below(2)
    );
    for task in 0..tasks {
        let _ = writeln!(source, "f{task} = pool.submit(work{task})");
    }
    let last = tasks - 1;
    let _ = writeln!(
        source,
        "def shown(f):
    return 'cancelled' if f.cancelled() else repr(f.exception() or f.result())"
    );
    source += &match dice.below(6) {
        0 => format!("print(f{last}.cancel())\n"),
        1 => format!("for f in as_completed([first, f{last}]): print(shown(f))\n"),
        2 => format!("print(len(wait([first, f{last}], return_when=FIRST_COMPLETED).done))\n"),
        3 => format!("x = 5\nprint(shown(f{last}))\n"),
        4 => "pool.shutdown(cancel_futures=True)\n".to_owned(),
        _ => String::new(),
    };
    if dice.below(2) == 0 {
        source += "pool.shutdown()\nprint(x, y, items, shown(f0))\n";
    }
    source
}

/// What a process may do, a line each.
const DEEDS_OF_PROCESSES: [&str; 9] = [
    "x = x + 1",
    "v.value += 1",
    "v.value = {n}",
    "print({n}, v.value, x)",
    "with lock: v.value += {n}",
    "q.put([{n}, x, items])",
    "items.append({n})",
    "print(q.get())",
    "raise ValueError(items)",
];

/// Two processes, which share a number, a lock and a queue, and nothing else.
fn process_program(dice: &mut Dice) -> String {
    let mut source = String::from(
        "from multiprocessing import Process, Queue, Lock, Value
x = 0
items = []
lock = Lock()
v = Value('i', 0)
q = Queue()
",
    );
    for process in 0..2 {
        let _ = writeln!(source, "def work{process}():\n    global x");
        for deed in 0..1 + dice.below(3) {
            let line = DEEDS_OF_PROCESSES[dice.below(DEEDS_OF_PROCESSES.len())];
            let number = (process * 10 + deed).to_string();
            let _ = writeln!(source, "    {}", line.replace("{n}", &number));
        }
    }
    source += "p = Process(target=work0)
p.start()
x = 7
items.append('main')
r = Process(target=work1)
r.start()
";
    source += match dice.below(4) {
        0 => "q.put('main')\n",
        1 => "v.value += 100\n",
        2 => "p.join()\nprint(p.exitcode)\n",
        _ => "",
    };
    source += "p.join(); r.join()
print(x, items, v.value, p.exitcode, r.exitcode)
while not q.empty(): print(q.get())
";
    source
}

/// Calls for a pool of processes.
fn process_pool_program(dice: &mut Dice) -> String {
    let mut source = String::from(
        "from concurrent.futures import ProcessPoolExecutor, as_completed
calls = []
def work(n):
    calls.append(n)
    if n == 2:
        raise ValueError(calls)
    return list(calls)
def shown(f):
    return 'cancelled' if f.cancelled() else repr(f.exception() or f.result())
",
    );
    let _ = writeln!(source, "pool = ProcessPoolExecutor({})", 1 + dice.below(2));
    let calls = 1 + dice.below(3);
    let _ = writeln!(source, "futures = []\nfor n in range({calls}):");
    if dice.below(2) == 0 {
        source += "    calls.append('main')\n";
    }
    source += "    futures.append(pool.submit(work, n))\n";
    source += match dice.below(4) {
        0 => "print(futures[-1].cancel())\n",
        1 => "for f in as_completed(futures): print(shown(f))\n",
        2 => "pool.shutdown(cancel_futures=True)\n",
        _ => "",
    };
    source += "print([shown(f) for f in futures], calls)\n";
    source
}

/// Leads a model through all executions, one after the other.
#[derive(Default)]
struct EachOne {
    /// What was chosen, and of how many.
    way: Vec<(usize, usize)>,
    gone: usize,
}

impl EachOne {
    fn next(&mut self) -> bool {
        self.gone = 0;
        while let Some((chosen, of)) = self.way.pop() {
            if chosen + 1 < of {
                self.way.push((chosen + 1, of));
                return true;
            }
        }
        false
    }
}

impl Oracle for EachOne {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if self.gone == self.way.len() {
            self.way.push((0, choices.len()));
        }
        self.gone += 1;
        Some(self.way[self.gone - 1].0)
    }
}

/// Executions of a program that are looked at one by one.
const MOST: u128 = 30_000;
const SOME: u128 = 6_000;
/// Of processes, each of which leaves its world behind.
const FEW: u128 = 1_500;

/// All outcomes, and how many executions there are; None if there are too many.
fn one_by_one(program: &'static Program, most: u128) -> Option<(BTreeSet<Outcome>, u128)> {
    let options = Options {
        clock: false,
        ..Options::default()
    };
    let mut oracle = EachOne::default();
    let (mut outcomes, mut executions) = (BTreeSet::new(), 0);
    loop {
        outcomes.insert(outcome(once(program, options, &mut oracle).0, false));
        executions += 1;
        if executions > most {
            return None;
        }
        if !oracle.next() {
            return Some((outcomes, executions));
        }
    }
}

fn check(seed: u64, program: fn(&mut Dice) -> String, most: u128) -> bool {
    let source = program(&mut Dice::new(seed));
    let compiled = compile(&source, "program.py").unwrap_or_else(|_| panic!("refused:\n{source}"));
    let map = all(compiled.program, &Question::default());
    assert!(map.complete, "seed {seed}: {} states", map.states);
    let by_states: BTreeSet<Outcome> = map
        .outcomes
        .iter()
        .map(|found| found.what.clone())
        .collect();
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let known = |out: &str| by_states.iter().any(|outcome| outcome.out == sorted(out));
    for run in 0..5 {
        let ran = run_on_threads(&source, "program.py", 10.0);
        assert!(
            known(&ran.out),
            "seed {seed}, on threads: {}\n{source}",
            ran.out
        );
        let ran = run_on_model(&source, "program.py", run);
        assert!(
            known(&ran.out),
            "seed {seed}, on the model: {}\n{source}",
            ran.out
        );
    }
    let Some((outcomes, executions)) = one_by_one(compiled.program, most) else {
        return false;
    };
    assert_eq!(by_states, outcomes, "seed {seed}:\n{source}");
    assert_eq!(
        map.interleavings,
        Some(Count::exactly(executions)),
        "seed {seed}:\n{source}"
    );
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.verdict != Verdict::Incomplete)
    );
    true
}

#[test]
fn exploration_by_states_finds_what_a_search_finds_that_merges_nothing() {
    let compared = (0..150).filter(|seed| check(*seed, program, MOST)).count();
    assert!(compared > 60, "only {compared} could be compared");
}

#[test]
fn of_processes_it_does_so_too() {
    let compared = (0..40)
        .filter(|seed| check(*seed, process_program, FEW))
        .count();
    assert!(compared > 20, "only {compared} could be compared");
}

#[test]
fn of_pools_of_processes_it_does_so_too() {
    let compared = (0..24)
        .filter(|seed| check(*seed, process_pool_program, SOME))
        .count();
    assert!(compared > 8, "only {compared} could be compared");
}

#[test]
fn of_pools_it_does_so_too() {
    let compared = (0..40)
        .filter(|seed| check(*seed, pool_program, MOST))
        .count();
    assert!(compared > 14, "only {compared} could be compared");
}
