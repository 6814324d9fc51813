//! Executions of Python programs on the model leave nothing behind.

#![cfg(not(loom))]

use lockstep_compile::compile;
use lockstep_compile::explore::{Question, all, once, replay};
use lockstep_compile::views::views;
use lockstep_run::explore::{Options, Random, Strategy};
use lockstep_run::python::code::Program;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Programs by what could be left behind.
const PROGRAMS: [(&str, &str); 12] = [
    ("nothing", "x = 1\n"),
    (
        "asyncio in threads",
        "
import asyncio, threading
total = 0
async def add(n):
    global total
    await asyncio.sleep(0)
    total += n
async def both():
    await asyncio.gather(add(1), add(2))
def work():
    asyncio.run(both())
threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
print(total)
",
    ),
    (
        "asyncio that is cut",
        "
import asyncio
async def numbers():
    n = 0
    while True:
        yield n
        n += 1
        await asyncio.sleep(0)
async def main():
    async for n in numbers():
        if n == 2:
            await asyncio.Event().wait()
asyncio.run(main())
",
    ),
    (
        "modules in Python",
        "
import threading
from collections import namedtuple, defaultdict, OrderedDict, Counter
from contextlib import contextmanager, ExitStack
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, partial
@dataclass
class Point:
    x: int
    y: list = field(default_factory=list)
class Colour(Enum):
    RED = 1
    BLUE = 2
Pair = namedtuple('Pair', 'a b')
@contextmanager
def held(what):
    yield what
@lru_cache
def square(n): return n * n
counter = Counter()
def work(n):
    with held(Point(n)) as point, ExitStack():
        point.y.append(point)
        counter[Colour(n)] += square(n)
threads = [threading.Thread(target=work, args=(n,)) for n in (1, 2)]
for t in threads: t.start()
for t in threads: t.join()
print(sorted(counter.values()), Pair(1, 2), partial(square, 3)(), defaultdict(list), OrderedDict())
",
    ),
    (
        "circles",
        "
import threading
class Node:
    def __init__(self, parent):
        self.parent = parent
        self.children = []
        if parent: parent.children.append(self)
    def walk(self):
        yield self
        for child in self.children: yield from child.walk()
class Broken(Exception):
    pass
def work():
    root = Node(None)
    root.me = root.walk
    Node(root)
    def again(n):
        return n and again(n - 1)
    again(2)
    again.self = again
    walks = root.walk()
    next(walks)
    root.walks = walks
    table = {}
    table['table'] = [table]
    names = {root}
    root.names = names
    try:
        try:
            raise Broken(root)
        except Broken as error:
            error.error = root.error = error
            raise ValueError(error)
    except ValueError as error:
        root.value = error
threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
globals()['here'] = globals()
def keeps(value=[]): value.append(keeps)
keeps()
",
    ),
    (
        "processes",
        "
import multiprocessing
from multiprocessing import Process, Queue, Value
class Work:
    def __init__(self, q): self.q = q; self.me = self
    def __call__(self, n): self.q.put([n, items]); counter.value += 1
items = [1]
if __name__ == '__main__':
    q, counter = Queue(), Value('i', 0)
    work = Work(q)
    processes = [Process(target=work, args=(n,)) for n in (1, 2)]
    for p in processes: p.start()
    for p in processes: p.join()
    print(counter.value)
",
    ),
    (
        "pools",
        "
from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor, as_completed
class Job:
    def __init__(self, n): self.n = n; self.future = None
    def __call__(self): return self
def square(n): return n * n
def main():
    jobs = [Job(n) for n in (1, 2)]
    with ThreadPoolExecutor(2) as pool:
        for job in jobs:
            job.future = pool.submit(job)
            job.future.add_done_callback(lambda f: jobs.append(f))
        for future in as_completed([job.future for job in jobs[:2]]):
            future.result().seen = True
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(square, [1, 2])))
main()
",
    ),
    (
        "a pool that is left",
        "
from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
class Job:
    def __call__(self): self.pool = pool
f = pool.submit(Job())
",
    ),
    (
        "primitives",
        "
import threading, queue
from concurrent.futures import Future, ThreadPoolExecutor
class Local(threading.local):
    def __init__(self): self.me = self
local = Local()
q = queue.Queue()
barrier = threading.Barrier(2, action=lambda: q.put(barrier))
condition = threading.Condition()
def work(n):
    local.n = [local, n]
    barrier.wait()
    with condition: condition.notify_all()
    q.put((q, n))
threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
for t in threads: t.start()
for t in threads: t.join()
threading.Timer(1, work, args=(3,))
future = Future()
future.set_result((future,))
pool = ThreadPoolExecutor(1)
pool.submit(q.join)
pool.submit(print, pool)
",
    ),
    (
        "threads that wait for ever",
        "
import threading
class Held:
    def __init__(self): self.lock = threading.Lock(); self.me = self
a, b = Held(), Held()
def work(first, second):
    with first.lock:
        with second.lock: pass
threads = [threading.Thread(target=work, args=p) for p in ((a, b), (b, a))]
for t in threads: t.start()
for t in threads: t.join()
",
    ),
    (
        "a library that is changed",
        "
import threading, queue, time
threading.mine = 1
queue.Queue.mine = [queue.Queue]
class Thread(threading.Thread):
    def run(self): queue.Queue.mine.append(self)
t = Thread()
t.start()
t.join()
print(len(queue.Queue.mine), vars(time)['sleep'])
",
    ),
    (
        "errors that nobody catches",
        "
import threading, sys
class Mine(Exception):
    def __init__(self, *args): self.all = [self]
def work(): raise Mine(work)
t = threading.Thread(target=work)
t.start()
sys.mine = sys.argv
raise Mine(t)
",
    ),
];

/// Bytes that are left for each execution. None of an execution's own: a name that is told for
/// the first time, say.
const MOST: usize = 8;

fn grows(what: &str, executions: usize, run: impl Fn(usize)) -> bool {
    // What is made once, and what makes room for the next execution.
    run(64);
    let before = MEMORY.current_usage();
    run(executions);
    let left = MEMORY.current_usage().saturating_sub(before);
    let each = left / executions;
    if each > MOST {
        println!("{what}: {left} bytes left by {executions} executions, {each} each");
    }
    each > MOST
}

fn compiled(source: &str) -> &'static Program {
    match compile(source, "program.py") {
        Ok(compiled) => compiled.program,
        Err(errors) => panic!("{errors:?}"),
    }
}

#[test]
fn executions_leave_nothing_behind() {
    let mut growing = Vec::new();
    for (name, source) in PROGRAMS {
        if std::env::var("ONLY").is_ok_and(|only| !name.contains(&only)) {
            continue;
        }
        let program = compiled(source);
        let search = |strategy, limit| {
            let question = Question {
                limit,
                strategy,
                ..Question::default()
            };
            all(program, &question)
        };
        let sampled = grows(&format!("{name}, sampled"), 1_000, |count| {
            let map = search(Strategy::Sampled { seed: 1 }, count as u64);
            assert_eq!(map.executions, count as u64);
        });
        // Some are cut before their ends.
        let rounds = search(Strategy::All, 1_000).executions as usize;
        let searched = grows(&format!("{name}, searched"), rounds, |count| {
            if count == rounds {
                drop(search(Strategy::All, 1_000));
            }
        });
        let sample = search(Strategy::Sampled { seed: 1 }, 1);
        let schedule = &sample.outcomes[0].schedule;
        let played = grows(&format!("{name}, played"), 100, |count| {
            for seed in 0..count as u64 {
                once(program, Options::default(), &mut Random::new(seed));
                assert!(replay(program, schedule, false).is_some());
                drop(views(program, schedule));
            }
        });
        if sampled || searched || played {
            growing.push(name);
        }
    }
    assert!(growing.is_empty(), "{growing:?}");
}
