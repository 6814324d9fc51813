import itertools
from threading import Lock, Thread

THREADS = 10
INCREMENTS = 100000
GUARD = "none"

counter = 0
ticks = itertools.count()
lock = Lock()


def one_more(value):
    return value + 1


def add_one():
    global counter
    value = counter  # @1
    value = one_more(value)  # a call: another thread may go first
    counter = value  # @2


def count():
    for _ in range(INCREMENTS):
        if GUARD == "lock":
            with lock:  # @3
                add_one()
        elif GUARD == "atomic":
            next(ticks)  # one call into C that cannot be interrupted  # @4
        else:
            add_one()


threads = [Thread(target=count) for _ in range(THREADS)]
for thread in threads:
    thread.start()  # @5
for thread in threads:
    thread.join()  # @6

counted = next(ticks) if GUARD == "atomic" else counter  # @7
expected = THREADS * INCREMENTS
print(f"counter: {counted}")
print(f"expected: {expected}")
print(f"lost: {expected - counted}")
