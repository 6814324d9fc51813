//! `concurrent.futures`: each public name as in CPython; pools as exploration finds them; and
//! the ends of programs that have some.

use crate::beside::{as_in_cpython, outcomes, runs};

as_in_cpython! {
    futures: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
f = cf.Future()
print(repr(f), f.done(), f.running(), f.cancelled())
print(f.set_running_or_notify_cancel(), repr(f), f.running(), f.cancel())
f.add_done_callback(lambda f: print('called', f.result()))
f.set_result(3)
print(repr(f), f.result(), f.exception(), f.result(timeout=0))
f.add_done_callback(lambda f: print('at once', f.done()))
try:
    f.set_result(4)
except cf.InvalidStateError as e:
    print(type(e), str(e))
try:
    f.set_exception(ValueError())
except cf.InvalidStateError as e:
    print(type(e).__mro__)
g = Future()
g.add_done_callback(lambda f: print('called', f.cancelled()))
try:
    g.result(timeout=0.01)
except TimeoutError as e:
    print('late', type(e), repr(str(e)), e.args, cf.TimeoutError is TimeoutError)
print(g.cancel(), g.cancel(), repr(g), g.done(), g.cancelled(), g.running())
for what in (g.result, g.exception):
    try:
        what()
    except CancelledError as e:
        print(type(e), type(e).__mro__, repr(e))
print(g.set_running_or_notify_cancel())
h = Future()
h.set_exception(KeyError('a'))
print(repr(h), repr(h.exception()), h._state)
try:
    h.result()
except KeyError as e:
    print('raised', e)
def bad(f):
    raise ValueError('in callback')
k = Future()
k.add_done_callback(bad)
k.add_done_callback(lambda f: print('after bad'))
k.set_result(None)
k.add_done_callback(bad)
"#;
    executors: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
for n in (0, -1):
    try:
        ThreadPoolExecutor(n)
    except ValueError as e:
        print(e)
try:
    ThreadPoolExecutor(initializer=3)
except TypeError as e:
    print(e)
e = ThreadPoolExecutor(2, thread_name_prefix='w')
print(e._max_workers, ThreadPoolExecutor()._max_workers > 4)
print(e.submit(pow, 2, 10).result(), e.submit(pow, 2, 10, mod=7).result(), e.submit(int, 'ff', base=16).result())
print(e.submit(lambda: threading.current_thread().name[:2]).result())
print(e.submit(lambda *a, **k: (a, k), 1, fn=2, self=3).result())
e.shutdown()
e.shutdown()
try:
    e.submit(print)
except RuntimeError as x:
    print(x)
"#;
    waits: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
with ThreadPoolExecutor(1) as e:
    print(isinstance(e, Executor), ThreadPoolExecutor.__mro__)
    go = threading.Event()
    first = e.submit(go.wait)
    rest = [e.submit(print, n) for n in range(3)]
    try:
        print(list(as_completed([first] + rest, timeout=0.05)))
    except TimeoutError as x:
        print(x)
    d = wait([first] + rest, timeout=0.01)
    print(len(d.done), len(d.not_done), type(d).__name__, len(d))
    print(rest[1].cancel(), rest[1].cancelled())
    go.set()
    d, n = wait(rest)
    print(len(d), len(n))
    print(wait([]), wait(iter([first])).not_done, FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED)
    print(wait({first}, return_when=FIRST_COMPLETED).not_done)
    try:
        wait([first], return_when='x')
    except ValueError as x:
        print('!', x)
    try:
        wait([Future()], return_when='x')
    except ValueError as x:
        print(x)
"#;
    maps: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
def boom(n):
    if n == 2:
        raise ValueError(n)
    return n
with ThreadPoolExecutor(2) as e:
    it = e.map(boom, range(5))
    try:
        for x in it:
            print(x)
    except ValueError as x:
        print('boom', x)
    print(list(it))
    fs = [e.submit(boom, n) for n in (2, 3)]
    d = wait(fs, return_when=FIRST_EXCEPTION)
    print(fs[0] in d.done)
    print(list(e.map(lambda a, b: a * b, [1, 2, 3], (4, 5))), list(e.map(int, 'abc'[:0])))
    it = e.map(time.sleep, [0.2], timeout=0.01)
    try:
        next(it)
    except TimeoutError as x:
        print('map late', x)
    print(next(e.map(str, [1], chunksize=5)))
"#;
    cancelled_at_shutdown: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
e = ThreadPoolExecutor(1)
hold = threading.Event()
begun = threading.Event()
a = e.submit(lambda: begun.set() or hold.wait())
begun.wait()
b = e.submit(print, 'never')
b.add_done_callback(lambda f: print('b', f.cancelled()))
e.shutdown(wait=False, cancel_futures=True)
print(b.cancelled(), a.done())
hold.set()
print(a.result())
"#;
    initializers: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
def init(x):
    names.append((threading.current_thread().name, x))
names = []
with ThreadPoolExecutor(1, 'pre', init, ('i',)) as e:
    e.submit(int).result()
print(names)
def bad_init():
    raise OSError('no')
with ThreadPoolExecutor(1, initializer=bad_init) as e:
    f = e.submit(int)
    try:
        f.result()
    except cf.BrokenExecutor as x:
        print(type(x), x, type(x).__mro__)
    try:
        e.submit(int)
    except cf.thread.BrokenThreadPool as x:
        print(x)
"#;
    executors_of_the_program: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
class Mine(ThreadPoolExecutor):
    def submit(self, fn, *args):
        print('submit', args)
        return super().submit(fn, *args)
with Mine(2) as e:
    print(list(e.map(abs, [-1, -2])))
class Own(Executor):
    def submit(self, fn, *args):
        f = Future()
        f.set_result(fn(*args))
        return f
with Own() as e:
    print(list(e.map(abs, [-1, -2])))
try:
    Executor().submit(1)
except NotImplementedError as x:
    print(repr(x))
"#;
    threads_of_pools: r#"import concurrent.futures as cf, threading, time
from concurrent.futures import *
print([t.name for t in threading.enumerate()])
with ThreadPoolExecutor(1) as e:
    e.submit(int).result()
    print([t.name[-2:] for t in threading.enumerate()], [t.daemon for t in threading.enumerate()])
def raises():
    raise SystemExit(3)
with ThreadPoolExecutor(1) as e:
    print(repr(e.submit(raises).exception()))
print(repr(wait([f for f in ()])))
"#;
    exceptions_have_the_frames_of_both_threads: r#"from concurrent.futures import ThreadPoolExecutor
def inner(n):
    return 1 // n
def task(n):
    return inner(n)
with ThreadPoolExecutor(2) as pool:
    future = pool.submit(task, 0)
    try:
        future.result()
    except ZeroDivisionError as error:
        print(error, future.exception() is error)
    mapped = pool.map(task, [1, 0])
    print(next(mapped))
    next(mapped)
"#;
    a_name_that_is_missing_in_a_task: r#"from concurrent.futures import ThreadPoolExecutor
with ThreadPoolExecutor(max_workers=3) as executor:
    print(executor.submit(lambda: missing).result())
"#;
    work_goes_on_after_main: r#"from concurrent.futures import ThreadPoolExecutor
import time
def first(pool):
    time.sleep(0.05)
    print('first')
    try:
        pool.submit(print, 'never')
    except RuntimeError as error:
        print(error)
def main():
    pool = ThreadPoolExecutor(1)
    pool.submit(first, pool)
    pool.submit(print, 'second')
main()
print('end of main')
"#;
    a_pool_that_nobody_has_works_on: r#"from concurrent.futures import ThreadPoolExecutor
import threading, time
def main():
    futures = [ThreadPoolExecutor(1).submit(time.sleep, 0.01) for _ in range(2)]
    print([f.result() for f in futures])
main()
while threading.active_count() > 1:
    time.sleep(0.01)
print('alone')
"#;
}

/// A future that somebody works on already is told about, by its number.
#[test]
fn a_future_is_begun_once() {
    let program = "from concurrent.futures import Future
f = Future()
f.set_running_or_notify_cancel()
try:
    f.set_running_or_notify_cancel()
except RuntimeError as error:
    print(error)
";
    for ran in runs(program) {
        assert_eq!(ran.out, "Future in unexpected state\n");
        assert!(
            ran.err.ends_with(" in unexpected state: RUNNING\n"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_task_is_cancelled_or_done() {
    let source = "from concurrent.futures import ThreadPoolExecutor
pool = ThreadPoolExecutor(1)
future = pool.submit(print, 'done')
print(future.cancel())
pool.shutdown()
";
    assert_eq!(outcomes(source), ["ok: False done", "ok: True"]);
}

/// While a worker is idle no other is started, so that names tell who was.
#[test]
fn threads_are_made_as_they_are_needed() {
    let source = "from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
def name():
    return current_thread().name[-2:]
with ThreadPoolExecutor(2) as pool:
    print(pool.submit(name).result(), pool.submit(name).result())
";
    assert_eq!(outcomes(source), ["ok: _0 _0", "ok: _0 _1"]);
}

#[test]
fn callbacks_are_called_by_who_is_last() {
    let source = "from concurrent.futures import ThreadPoolExecutor
from threading import current_thread
with ThreadPoolExecutor(1, 'pool') as pool:
    future = pool.submit(abs, 1)
    future.add_done_callback(lambda f: print(current_thread().name))
";
    assert_eq!(outcomes(source), ["ok: MainThread", "ok: pool_0"]);
}

#[test]
fn tasks_race_as_threads_do() {
    let source = "from concurrent.futures import ThreadPoolExecutor
x = 0
def add():
    global x
    x += 1
with ThreadPoolExecutor(2) as pool:
    pool.submit(add)
    pool.submit(add)
print(x)
";
    assert_eq!(outcomes(source), ["ok: 1", "ok: 2"]);
}

/// Tasks that wait for a worker are begun in the order in which they came.
#[test]
fn the_order_of_tasks_makes_a_difference() {
    let source = "from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
last = 0
def note(n):
    global last
    last = n
def main():
    go = Event()
    pool = ThreadPoolExecutor(1)
    pool.submit(go.wait)
    threads = [Thread(target=pool.submit, args=(note, n)) for n in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    go.set()
    pool.shutdown()
    print(last)
main()
";
    assert_eq!(outcomes(source), ["ok: 1", "ok: 2"]);
}
