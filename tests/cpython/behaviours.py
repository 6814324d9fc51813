"""Prints what this Python makes of each row of rows.txt: the row, an arrow, and
the result of each call. CPython 3.11 is the one that expected.txt is from:

    python3 behaviours.py > expected.txt
"""

import pathlib
import queue
import threading


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
    "ok": lambda: None,
    "fail": fail,
    "nan": float("nan"),
}


def told(result):
    """A result as the table has it; an exception by class and text."""
    if isinstance(result, BaseException):
        text = str(result)
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
