"""What frontrun takes for a schedule, in nanoseconds, of one of the programs of
`python_explored.rs`:

    frontrun python3 frontrun_peer.py CASE
"""

import sys
import threading
import time

import frontrun


class Counter:
    def __init__(self):
        self.hits = 0


def race(threads, times):
    def visit(counter):
        for _ in range(times):
            counter.hits += 1

    return {"setup": Counter, "workers": visit, "count": threads}


class Locks:
    def __init__(self):
        self.a = threading.Lock()
        self.b = threading.Lock()


def one(locks):
    with locks.a:
        with locks.b:
            pass


def other(locks):
    with locks.b:
        with locks.a:
            pass


CASES = {
    "race-2x2": race(2, 2),
    "race-3x2": race(3, 2),
    "race-3x3": race(3, 3),
    "deadlock": {"setup": Locks, "workers": [one, other]},
}



def explored(case):
    return frontrun.explore(
        **CASES[case],
        invariant=lambda state: True,
        stop_on_first=False,
        max_executions=300,
        reproduce_on_failure=0,
    ).num_explored


explored("race-2x2")
start = time.perf_counter()
schedules = explored(sys.argv[1])
print(f"{(time.perf_counter() - start) / schedules * 1e9:.0f}")
