//! Programs that once went wrong: an operation that was lost between two slices of fuel, and
//! objects that another thread could reach although nobody had shared them.

use std::process::Command;

use lockstep_compile::{Ran, Verdict, run, run_on_model, run_on_threads};

#[track_caller]
fn prints(ran: &Ran, out: &str) {
    assert_eq!(ran.verdict, Verdict::Ok, "{}{}", ran.out, ran.err);
    assert_eq!(ran.out, out);
}

/// A slice of fuel is a million calls and rounds: these programs come to its end in the middle
/// of each kind of operation.
#[test]
fn nothing_is_lost_where_a_slice_of_fuel_ends() {
    let programs = [
        // An operation of the engine, and `with`.
        "import threading
lock = threading.Lock()
for k in range(1_100_000):
    with lock:
        pass
print(k, lock.locked())
",
        // An operator that is Python code, and nothing else that costs fuel but the loop.
        "class Number:
    def __init__(self, k):
        self.k = k
    def __iadd__(self, other):
        self.k += other
        return self
    def __bool__(self):
        return self.k < 1_100_000
n = Number(0)
while n:
    n += 1
print(n.k)
",
        // A builtin that calls Python code.
        "print(sum(map(lambda k: k % 3, range(1_100_000))))
print(max(range(1_100_000), key=lambda k: -k))
",
    ];
    let out = ["1099999 False\n", "1100000\n", "1099999\n0\n"];
    for (program, out) in programs.iter().zip(out) {
        prints(&run(program, "fuel.py"), out);
        prints(&run_on_threads(program, "fuel.py", 1.0), out);
    }
    prints(&run_on_model(programs[0], "fuel.py", 1), out[0]);
}

/// What comes before each program: `run` calls a function on another thread and waits for it.
const BEGIN: &str = "import threading
def run(f, *args):
    t = threading.Thread(target=f, args=args)
    t.start()
    t.join()
";

const REACHED: &[(&str, &str)] = &[
    (
        "
def work():
    import queue
    import math
    print(math.floor(2.5), queue.Queue().qsize())
run(work)
run(work)
import math
print(math.floor(3.5))
",
        "2 0\n2 0\n3\n",
    ),
    (
        "
def work():
    import random
    random.seed(1)
    print(random.randrange(10))
work()
run(work)
",
        "2\n2\n",
    ),
    (
        "
run(print, 'begun')
from math import *
def work():
    print(floor(2.5))
run(work)
floor = len
run(lambda: print(floor('abc')))
",
        "begun\n2\n3\n",
    ),
    (
        "
from math import *
def work():
    print(floor(2.5) if floor is not len else floor('abcd'))
run(work)
floor = len
run(work)
",
        "2\n4\n",
    ),
    (
        "
def floor(x):
    return 'own'
def work():
    print(floor(2.5))
run(work)
from math import *
run(work)
",
        "own\n2\n",
    ),
    (
        "
def work():
    print(__name__, __doc__, __annotations__)
run(work)
__name__ = 'other'
__doc__ = 'text'
x: int = 1
run(work)
",
        "__main__ None {}\nother text {'x': <class 'int'>}\n",
    ),
    // Dicts that stand for the names of something.
    (
        "
def work():
    print(globals()['n'])
    globals()['n'] = [2]
n = [1]
here = globals()
run(work)
work()
here['same'] = here
run(lambda: print(len(here) == len(same), n))
",
        "[1]\n[2]\nTrue [2]\n",
    ),
    (
        "
class Box:
    pass
def work(names):
    names['value'] = [1]
def main():
    box = Box()
    run(work, box.__dict__)
    print(box.value)
    box.value.append(2)
    run(lambda names: print(names), box.__dict__)
main()
",
        "[1]\n{'value': [1, 2]}\n",
    ),
    // Classes, by those that they derive from.
    (
        "
class Base:
    pass
def work():
    class Derived(Base):
        items = [1]
def look():
    for derived in Base.__subclasses__():
        derived.items.append(2)
        print(derived.__name__, derived.items)
run(work)
look()
Base.name = 'base'
run(look)
",
        "Derived [1, 2]\nDerived [1, 2, 2]\n",
    ),
    // Lists that are in use when they are shared.
    (
        "
kept = []
def main():
    items = [[3], [1], [2]]
    def key(item):
        if not kept:
            kept.append(items)
        return item
    items.sort(key=key)
    def work():
        for item in kept[0]:
            item.append(0)
        print(kept[0])
    run(work)
    items = [[3], [1], [2]]
    kept.clear()
    def bad(item):
        kept.append(items)
        raise ValueError
    try:
        items.sort(key=bad)
    except ValueError:
        pass
    run(work)
main()
",
        "[[1, 0], [2, 0], [3, 0]]\n[[3, 0], [1, 0], [2, 0]]\n",
    ),
    (
        "
import itertools
def lists():
    k = 0
    while True:
        k += 1
        yield [k]
a, b = itertools.tee(lists())
c = itertools.cycle(map(lambda k: [k], range(2)))
def work():
    print(next(a), next(a), next(c))
run(work)
print(next(b).append(0), next(b), next(c), next(c))
run(lambda: print(next(a), next(b), next(c)))
",
        "[1] [2] [0]\nNone [2] [1] [0]\n[3] [3] [1]\n",
    ),
    // Exceptions that are raised again on another thread.
    (
        "
kept = ValueError('kept')
def work():
    try:
        try:
            raise KeyError([1])
        except KeyError:
            raise kept
    except ValueError:
        pass
def cause():
    try:
        raise kept from TypeError([2])
    except ValueError:
        pass
run(work)
print(kept.__context__.args)
run(cause)
print(kept.__cause__.args, kept.__suppress_context__)
",
        "([1],)\n([2],) True\n",
    ),
    // What a generator has, and what hangs on functions and properties.
    (
        "
def numbers():
    kept = []
    while True:
        kept.append([len(kept)])
        yield kept
g = numbers()
run(lambda: print(next(g)))
next(g)[0].append(1)
run(lambda: print(next(g)))
class Named:
    name = property(lambda self: 1, doc=[1])
def work():
    pass
work.items = [1]
run(lambda: print(Named.name.__doc__, work.items))
work.items = [2]
run(lambda: work.items.append(3))
print(work.items)
",
        "[[0]]\n[[0, 1], [1], [2]]\n[1] [1]\n[2, 3]\n",
    ),
];

/// A thread's end is told by a module that main alone had imported.
const TOLD: (&str, &str) = (
    "
def main():
    import sys
    def hook(args):
        print('told', args.exc_type.__name__)
        args.exc_value.args[0].append(1)
    threading.excepthook = hook
    def work():
        raise ValueError([])
    run(work)
main()
",
    "told ValueError\n",
);

#[test]
fn whatever_another_thread_can_reach_is_shared() {
    for (program, out) in REACHED {
        let program = format!("{BEGIN}{program}");
        // The same on one OS thread, so what is expected is not what sharing has made of it.
        for seed in 0..3 {
            prints(&run_on_model(&program, "reached.py", seed), out);
        }
        prints(&run_on_threads(&program, "reached.py", 1.0), out);
    }
    let (program, out) = TOLD;
    let ran = run_on_threads(&format!("{BEGIN}{program}"), "told.py", 1.0);
    assert_eq!(
        (ran.verdict, ran.out.as_str()),
        (Verdict::Error, out),
        "{}",
        ran.err
    );
}

/// So CPython prints them, where it is of the version that we are like.
#[test]
fn cpython_prints_the_same() {
    let version = python("import sys; print(sys.version_info[:2] == (3, 11))");
    if version.as_deref() != Some("True\n") {
        eprintln!("NOT COMPARED: python3 is not 3.11");
        return;
    }
    for (program, out) in REACHED.iter().chain([&TOLD]) {
        let program = format!("{BEGIN}{program}");
        assert_eq!(python(&program).as_deref(), Some(*out), "{program}");
    }
}

fn python(program: &str) -> Option<String> {
    let output = Command::new("python3")
        .args(["-c", program])
        .output()
        .ok()?;
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}
