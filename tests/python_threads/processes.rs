//! Processes: each with a memory of its own, as in CPython, and explored.

use crate::beside::{as_in_cpython, outcomes};

as_in_cpython! {
    processes_have_a_memory_of_their_own: r#"
import multiprocessing as mp
from multiprocessing import Process, Queue, Lock, Value
x = [1]
class A:
    def __init__(self, n):
        self.n = n
    def __repr__(self):
        return f'A({self.n})'
def work(q, lock, counter, a):
    x.append(2)
    a.n += 1
    for _ in range(2):
        with lock:
            counter.value += 1
    q.put((x, a, mp.current_process().name, work))
def bad():
    raise ValueError('bad')
def forever(e):
    e.wait()
def main():
    q, lock, counter = Queue(), Lock(), Value('i', 0)
    a = A(5)
    ps = [Process(target=work, args=(q, lock, counter, a)) for _ in range(2)]
    print(str(ps[0]).split(' parent')[0], ps[0].pid, ps[0].exitcode, ps[0].is_alive())
    for p in ps:
        p.start()
    got = sorted([q.get() for _ in ps], key=lambda t: t[2])
    print(got[0][:3], got[1][:3], got[0][3] is work)
    for p in ps:
        p.join()
    print(counter.value, x, a, [p.exitcode for p in ps], counter)
    p = Process(target=bad, name='Bad')
    p.start()
    p.join()
    print(p.exitcode, p.is_alive(), mp.active_children())
    p = Process(target=lambda n: print('lambda', n), kwargs={'n': 3})
    p.start()
    p.join()
    p = Process(target=forever, args=(mp.Event(),), daemon=True)
    p.start()
    print(mp.active_children() == [p], p.daemon)
    p.terminate()
    p.join()
    print(p.exitcode)
    for code in (3, None, 'text'):
        p = Process(target=exit_with, args=(code,))
        p.start()
        p.join()
        print(p.exitcode)
def exit_with(code):
    raise SystemExit(code)
if __name__ == '__main__':
    main()
"#;
    what_is_handed_on_is_copied: r#"
from multiprocessing import Process, Queue, SimpleQueue
import threading, enum
class Colour(enum.Enum):
    RED = 1
class Base:
    kind = 'base'
class Item(Base):
    def __init__(self, value):
        self.value = value
    class Inner:
        pass
    def twice(self):
        return self.value * 2
class MyList(list):
    pass
class Mine(Exception):
    pass
def echo(a, b):
    for _ in range(9):
        value = a.get()
        b.put((value, type(value).__name__))
def main():
    a, b = Queue(), Queue()
    p = Process(target=echo, args=(a, b))
    p.start()
    shared = [1]
    loop = [shared, shared]
    loop.append(loop)
    item = Item({'k': (1, [2]), frozenset([3]): {4}})
    a.put(loop)
    got = b.get()[0]
    print(got, got[0] is got[1], got[2] is got, got is loop)
    a.put(item)
    got, kind = b.get()
    print(got.value, kind, type(got) is Item, isinstance(got, Base), got is item)
    a.put(Item.Inner())
    print(type(b.get()[0]) is Item.Inner)
    a.put(Item)
    print(b.get()[0] is Item)
    a.put([len, int, Item.twice, echo])
    print(b.get()[0] == [len, int, Item.twice, echo])
    a.put(Item(4).twice)
    print(b.get()[0]())
    a.put(MyList([1, 2]))
    got, kind = b.get()
    print(got, kind)
    a.put([Colour.RED, Item(Colour.RED)])
    got = b.get()[0]
    print(got[0] is Colour.RED, got[1].value is Colour.RED)
    a.put(Mine('text', 3))
    got, kind = b.get()
    print(repr(got), kind)
    p.join()
    q = SimpleQueue()
    def local():
        pass
    class Local:
        pass
    for value in (local, Local(), lambda: 1, threading.Lock(), threading.RLock(), (n for n in 'a'),
                  threading, Queue(), threading.Thread(), module_lambda, threading.Event()):
        try:
            q.put(value)
        except Exception as error:
            print(type(error), str(error).split(' at 0x')[0])
    print(q.empty())
module_lambda = lambda: 1
if __name__ == '__main__':
    main()
"#;
    what_a_queue_cannot_hand_on_is_told: r#"
from multiprocessing import Queue
import time
def main():
    q = Queue()
    q.put(lambda: 1)
    time.sleep(0.2)
    print(q.empty())
    q.close()
    q.join_thread()
main()
"#;
    a_process_begins_as_its_maker_is: r#"
import multiprocessing as mp
import random, collections, functools
state = {'a': [1]}
counter = collections.Counter('aab')
items = collections.deque([1, 2], maxlen=3)
@functools.lru_cache
def cached(n):
    print('computed', n)
    return n
def numbers():
    yield 1
    yield 2
    yield 3
gen = numbers()
next(gen)
it = iter([1, 2, 3])
next(it)
class C:
    made = 0
    @property
    def p(self):
        return self.made + 1
    @staticmethod
    def s():
        return 's'
    @classmethod
    def c(cls):
        cls.made += 1
        return cls
def closure():
    n = 10
    def add(k):
        nonlocal n
        n += k
        return n
    return add
add = closure()
add(1)
def child(q, add, obj):
    state['a'].append(2)
    counter['b'] += 10
    items.append(3)
    q.put([state, counter, list(items), cached(1), next(gen), list(it), add(1)])
    C.c()
    q.put([C.made, C().p, C.s(), type(C).__name__, isinstance(obj, C), obj.attr is state])
    q.put((random.random(), random.random()))
    globals()['later'] = 1
def main():
    cached(1)
    C.c()
    obj = C()
    obj.attr = state
    random.seed(5)
    q = mp.SimpleQueue()
    p = mp.Process(target=child, args=(q, add, obj))
    p.start()
    print(q.get())
    print(q.get())
    here = random.random(), random.random()
    print(q.get() == here, here)
    p.join()
    print(state, counter, items, add(1), list(gen), list(it), C.made, 'later' in globals())
main()
"#;
    primitives_of_processes: r#"
import multiprocessing as mp, queue
from multiprocessing import *
def child(lock, rlock, sem, bounded, event, cond, barrier, q, jq, value, array, raw):
    event.wait()
    with lock, rlock, rlock, sem:
        value.value += 1
    with cond:
        array[0] = 5
        array[1:3] = [7, 8]
        cond.notify()
    with value.get_lock():
        value.value += 2
    with value:
        value.value *= 2
    raw.value = 2.5
    barrier.wait()
    while True:
        item = jq.get()
        q.put(item * 2)
        jq.task_done()
        if item == 2:
            break
def main():
    lock, rlock, sem, bounded = Lock(), RLock(), Semaphore(2), BoundedSemaphore(1)
    event, cond, barrier = Event(), Condition(), Barrier(2)
    q, jq = Queue(), JoinableQueue()
    value, array, raw = Value('i', 1), Array('i', 4), RawValue('d', 1)
    args = (lock, rlock, sem, bounded, event, cond, barrier, q, jq, value, array, raw)
    p = Process(target=child, args=args)
    with cond:
        p.start()
        event.set()
        cond.wait()
    print(list(array), array[-1], len(array), array[:2], event.is_set())
    barrier.wait()
    print(value.value, raw.value, barrier.parties)
    for n in (1, 2):
        jq.put(n)
    jq.join()
    print(q.get(), q.get(), q.empty())
    p.join()
    try:
        q.get(timeout=0.01)
    except queue.Empty:
        print('empty')
    try:
        q.get_nowait()
    except queue.Empty:
        print('empty again')
    full = Queue(1)
    full.put(1)
    try:
        full.put(2, timeout=0.01)
    except queue.Full:
        print('full', full.get())
    for wrong in (lock.release, rlock.release, bounded.release):
        try:
            wrong()
        except (ValueError, AssertionError) as error:
            print(type(error).__name__, error)
    print(lock, rlock, lock.acquire(timeout=0.1), lock.acquire(False), lock.acquire(block=False))
    print(Array('d', [1, 2.5])[:], RawArray('i', 2)[:], Value('d').value, Value('b', 300).value)
    try:
        array[9]
    except IndexError as error:
        print(error)
    print(parent_process(), current_process().name, cpu_count() > 0, get_start_method(True))
    print(get_all_start_methods()[0], get_context('fork').Queue is not None, ProcessError.__mro__)
    print(mp.TimeoutError.__mro__)
    freeze_support()
    set_start_method('fork', force=True)
    a, b = Pipe()
    with a, b:
        a.send({'x': 1})
        print(b.poll(), b.recv(), b.poll(0.01), a.closed)
    try:
        a.send(1)
    except OSError as error:
        print(error)
    r, w = Pipe(duplex=False)
    w.send(1)
    print(r.recv(), r.readable, r.writable)
if __name__ == '__main__':
    main()
"#;
    managers: r#"
from multiprocessing import Manager, Process, Pool, current_process
def work(d, l, n, lock, ns):
    d[n] = n * n
    l.append([n])
    with lock:
        ns.count += 1
def send(q, n):
    q.put(n)
    return n
def main():
    with Manager() as manager:
        d, l, lock = manager.dict(a=1), manager.list([0]), manager.Lock()
        ns = manager.Namespace()
        ns.count = 0
        processes = [Process(target=work, args=(d, l, n, lock, ns)) for n in range(3)]
        print(processes[0].name)
        for p in processes:
            p.start()
        for p in processes:
            p.join()
        print(sorted(d.items(), key=str), len(l), ns.count, sorted(d.values()), 'a' in d, d.get(9))
        d['list'] = []
        d['list'].append(1)
        print(d['list'], type(d).__name__, str(manager.list([1, 2])), d.pop('a'), list(l)[0])
        l[0] = 5
        l.extend([6])
        l += [7]
        print(l[0], l[-2:], 5 in l, l.index(6) > 0, d == d, sorted(d.keys(), key=str))
        for wrong in (lambda: d['none'], lambda: l[99], lambda: ns.none):
            try:
                wrong()
            except (KeyError, IndexError, AttributeError) as error:
                print(type(error).__name__, error)
        v = manager.Value('i', 3)
        v.value += 1
        print(v.value)
        q = manager.Queue()
        with Pool(2) as pool:
            print(pool.starmap(send, [(q, 1), (q, 2)]), sorted([q.get(), q.get()]))
if __name__ == '__main__':
    main()
"#;
    processes_of_processes: r#"
from multiprocessing import Process, current_process, Queue, parent_process, active_children
import os, time
def leaf(q):
    q.put((current_process().name, parent_process().name, os.getppid() != os.getpid()))
def branch(q):
    p = Process(target=leaf, args=(q,))
    p.start()
    p.join()
    q.put(p.exitcode)
def late():
    time.sleep(0.05)
    print('late')
def nested():
    try:
        Process(target=late).start()
    except AssertionError as error:
        print(error)
class Mine(Process):
    def __init__(self, n):
        super().__init__()
        self.n = n
    def run(self):
        print('mine', self.n, self.name)
def main():
    q = Queue()
    p = Process(target=branch, args=(q,))
    p.start()
    print(q.get(), q.get())
    p.join()
    d = Process(target=nested, daemon=True)
    d.start()
    d.join()
    m = Mine(3)
    m.start()
    m.join()
    try:
        m.start()
    except AssertionError as error:
        print(error)
    try:
        Mine(4).join()
    except AssertionError as error:
        print(error)
    Process(target=late).start()
    Process(target=time.sleep, args=(100,), daemon=True).start()
    print(len(active_children()))
if __name__ == '__main__':
    main()
"#;
    pools_of_processes: r#"
import multiprocessing as mp, time, threading
from concurrent.futures import ProcessPoolExecutor, as_completed
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return isinstance(o, P) and self.x == o.x
    def __repr__(self): return f'P({self.x})'
def square(n):
    return n * n
def make(n):
    return P(n)
def bad(n):
    raise ValueError(n)
def add(a, b=1):
    return a + b
seen = []
def remember(n):
    seen.append(n)
    return len(seen)
def init(x):
    seen.extend(x)
def name(_):
    return mp.current_process().name[:14], mp.current_process().daemon
def main():
    with mp.Pool(2) as pool:
        print(pool)
        print(pool.map(square, range(10)))
        print(pool.starmap(add, [(1, 2), (3, 4)]), pool.apply(add, (1,), {'b': 5}))
        r = pool.apply_async(make, (3,))
        print(r.get(timeout=5), r.ready(), r.successful(), type(r.get()) is P, r.get() is r.get())
        print(list(pool.imap(square, range(3))), sorted(pool.imap_unordered(square, range(3))))
        print(set(pool.map(name, range(3))))
        try:
            pool.map(bad, [1])
        except ValueError as e:
            print(repr(e), type(e.__cause__).__name__)
        for f in (lambda x: x, main.__class__):
            try:
                pool.map(f, [1])
            except Exception as e:
                print(type(e), e)
        try:
            pool.apply(time.sleep, ('x',))
        except TypeError as e:
            print(e)
        got = []
        pool.apply_async(square, (7,), callback=got.append)
        pool.apply_async(bad, (7,), error_callback=lambda e: got.append(repr(e)))
        pool.close()
        pool.join()
        print(sorted(got, key=str))
        try:
            pool.map(square, [1])
        except ValueError as e:
            print(e)
    with ProcessPoolExecutor(2, initializer=init, initargs=([1, 2],)) as e:
        print(sorted(f.result() for f in as_completed([e.submit(square, n) for n in range(4)])))
        print(list(e.map(add, [1, 2], [3, 4])), e.submit(remember, 1).result() > 2, seen)
        f = e.submit(bad, 2)
        print(repr(f.exception()), f.done())
        f.add_done_callback(lambda f: print('cb', f.exception()))
        f = e.submit(lambda: 1)
        try:
            f.result()
        except Exception as x:
            print(type(x), str(x).split(' at ')[0])
    with mp.Pool(1) as pool:
        late = pool.map_async(time.sleep, [0.3])
        try:
            late.get(timeout=0.01)
        except mp.TimeoutError as e:
            print('late', repr(e), late.ready())
        try:
            late.successful()
        except ValueError as e:
            print(str(e).split(' at ')[0][-9:])
        late.wait()
        print(late.successful(), pool.starmap_async(add, [(1, 1)]).get())
        try:
            pool.join()
        except ValueError as e:
            print(e)
    for n in (0, -1):
        try:
            mp.Pool(n)
        except ValueError as e:
            print(e)
    a, b = mp.Pipe()
    p = mp.Process(target=echo, args=(b,))
    p.start()
    a.send([1, P(2)])
    print(a.recv(), a.poll())
    p.join()
def echo(c):
    c.send(c.recv() + ['echo'])
if __name__ == '__main__':
    main()
    with mp.Pool(1) as pool:
        pool.map(bad, [5])
"#;
}

#[test]
fn numbers_that_processes_share_race() {
    let source = "from multiprocessing import Process, Value
counter = Value('i', 0)
def add():
    counter.value += 1
def main():
    processes = [Process(target=add) for _ in range(2)]
    for p in processes:
        p.start()
    for p in processes:
        p.join()
    print(counter.value)
main()
";
    assert_eq!(outcomes(source), ["ok: 1", "ok: 2"]);
    let locked = source.replace(
        "    counter.value",
        "    with counter.get_lock(): counter.value",
    );
    assert_eq!(outcomes(&locked), ["ok: 2"]);
}

#[test]
fn variables_do_not() {
    let source = "from multiprocessing import Process, Queue
x = 0
def add(q):
    global x
    x += 1
    q.put(x)
q = Queue()
for _ in range(2):
    Process(target=add, args=(q,)).start()
x = 10
print(q.get(), q.get(), x)
";
    assert_eq!(outcomes(source), ["ok: 1 1 10"]);
}

#[test]
fn processes_deadlock() {
    let source = "from multiprocessing import Process, Lock
def work(x, y):
    with x, y:
        pass
a = Lock()
b = Lock()
for x, y in [(a, b), (b, a)]:
    Process(target=work, args=(x, y)).start()
print('end')
";
    assert_eq!(outcomes(source), ["deadlock: end", "ok: end"]);
}

#[test]
fn any_process_of_a_pool_may_do_a_call() {
    let source = "from multiprocessing import Pool
calls = 0
def count(n):
    global calls
    calls += 1
    return calls
if __name__ == '__main__':
    with Pool(2) as pool:
        print(pool.map(count, range(2)))
    print(calls)
";
    assert_eq!(outcomes(source), ["ok: 0 [1, 1]", "ok: 0 [1, 2]"]);
}

#[test]
fn a_process_is_ended_where_it_is() {
    let source = "from multiprocessing import Process
def work():
    print('begun')
p = Process(target=work)
p.start()
p.terminate()
p.join()
print(p.exitcode)
";
    assert_eq!(outcomes(source), ["ok: -15", "ok: 0 begun"]);
}
