"""Prints what this Python makes of each row of rows.txt: the row, an arrow, and
the result of each call. CPython 3.11 is the one that expected.txt is from:

    python3 behaviours.py > expected.txt
"""

import concurrent.futures
import pathlib
import queue
import threading


class Text(str):
    """Told as it is, without quotes."""

    __repr__ = str.__str__


class Thread:
    """A thread that ends at once, waits to be told to, or joins itself."""

    def __init__(self, kind):
        self.gate = threading.Event()
        self.error = None
        body = {"free": lambda: None, "held": self.gate.wait, "self": self.join_itself}
        self.thread = threading.Thread(target=body[kind])
        for name in ("start", "join", "is_alive"):
            setattr(self, name, getattr(self.thread, name))

    def join_itself(self):
        try:
            self.thread.join()
        except RuntimeError as error:
            self.error = error

    def open(self):
        self.gate.set()

    def own_error(self):
        return Text(told(self.error))


class Future(concurrent.futures.Future):
    """A future that counts how often its callbacks were called."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def on_done(self):
        self.add_done_callback(Future.count)

    def count(self):
        self.calls += 1

    def heard(self):
        return self.calls

    def fail(self):
        self.set_exception(ValueError("failed"))

    def begin(self):
        return self.set_running_or_notify_cancel()


def square(n):
    if n < 0:
        raise ValueError("negative")
    return n * n


class Pool:
    """A pool, and the futures of what was submitted, by number."""

    def __init__(self, workers):
        self.pool = concurrent.futures.ThreadPoolExecutor(workers)
        self.gate = threading.Event()
        self.futures = []

    def submit(self, n):
        self.futures.append(self.pool.submit(square, n))

    def hold(self):
        """Submits a task that waits for open(), and waits until it has begun."""
        begun = threading.Event()
        task = lambda: (begun.set(), self.gate.wait(), 0)[2]
        self.futures.append(self.pool.submit(task))
        begun.wait()

    def open(self):
        self.gate.set()

    def shutdown(self, wait=True, cancel_futures=False):
        self.pool.shutdown(wait, cancel_futures=cancel_futures)

    def map(self, *numbers):
        return list(self.pool.map(square, numbers))

    def completed(self, timeout=None):
        done = concurrent.futures.as_completed(self.futures, timeout)
        return Text(", ".join(sorted(told_of(future) for future in done)))

    def wait(self, until, timeout=None):
        done, not_done = concurrent.futures.wait(self.futures, timeout, until)
        return Text(f"{len(done)} done and {len(not_done)} not")


for name in ("result", "exception", "cancel", "cancelled", "running", "done"):
    ask = lambda self, k, *args, name=name: getattr(self.futures[k], name)(*args)
    setattr(Pool, name, ask)


def told_of(future):
    error = future.exception()
    return told(future.result() if error is None else error)


def fail():
    raise ValueError("the action failed")


NAMES = {
    "Lock": threading.Lock,
    "RLock": threading.RLock,
    "Semaphore": threading.Semaphore,
    "BoundedSemaphore": threading.BoundedSemaphore,
    "Event": threading.Event,
    "Condition": lambda *lock: threading.Condition(*(make() for make in lock)),
    "Barrier": threading.Barrier,
    "Queue": queue.Queue,
    "LifoQueue": queue.LifoQueue,
    "PriorityQueue": queue.PriorityQueue,
    "Thread": Thread,
    "Future": Future,
    "ThreadPoolExecutor": Pool,
    **{name: name for name in ("free", "held", "self")},
    **{name: name for name in ("FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED")},
    "ok": lambda: None,
    "fail": fail,
    "nan": float("nan"),
}


def told(result):
    """A result as the table has it; an exception by class and text."""
    if isinstance(result, BaseException):
        # Without the future's address.
        text = str(result).split(": <Future at")[0]
        return type(result).__name__ + (": " + text if text else "")
    return repr(result)


def make(text):
    made = eval(text, NAMES)
    return made if "(" in text else made()


def call(thing, text):
    name, _, args = text.rstrip(")").partition("(")
    args = list(eval(f"[{args}]", NAMES))
    # A counter that Python does not show, and attributes that are not methods.
    if name == "value":
        return thing._value
    if name in ("broken", "n_waiting", "parties"):
        return getattr(thing, name)
    if name == "wait_for":
        holds = args[0]
        args[0] = lambda: holds
    return getattr(thing, name)(*args)


def outcome(thing, text):
    try:
        return told(call(thing, text))
    except BaseException as error:
        return told(error)


def elsewhere(thing, text):
    results = []
    thread = threading.Thread(target=lambda: results.append(outcome(thing, text)))
    thread.start()
    thread.join()
    return results[0]


def main():
    rows = pathlib.Path(__file__).with_name("rows.txt").read_text(encoding="utf-8")
    for row in rows.splitlines():
        if not row or row.startswith("#"):
            continue
        first, *calls = [part.strip() for part in row.split(";")]
        thing = make(first)
        results = [
            elsewhere(thing, text.removeprefix("other."))
            if text.startswith("other.")
            else outcome(thing, text)
            for text in calls
        ]
        print(row, "=>", "; ".join(results))


main()
