"""Prints random rows as behaviours.py has them, and what this Python makes of each:

    python3 random_rows.py SEED COUNT

Times are exact here, in 1024ths of a second, and timers of the same time come in the
order in which they were asked for. What nobody heard of is left out: that depends on the
order of a set.
"""

import asyncio
import itertools
import random
import signal
import sys

sys.dont_write_bytecode = True  # nothing beside the sources
import behaviours


class Clock:
    def __init__(self):
        self.now = 0.0

    def time(self):
        return self.now

    def select(self, timeout):
        if timeout is None:
            raise behaviours.Stuck
        self.now += timeout
        return []


class TimerHandle(asyncio.TimerHandle):
    numbers = itertools.count()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.number = next(TimerHandle.numbers)

    def __lt__(self, other):
        return (self._when, self.number) < (other._when, other.number)


behaviours.Clock = Clock
behaviours.MILLISECOND = 1 / 1024
asyncio.events.TimerHandle = TimerHandle

# By thing: how it is made, and what may be called, the commoner the more often.
THINGS = {
    "l": ("Lock", "acquire() acquire() release() locked() with:I"),
    "e": ("Event", "wait() wait() set() clear() is_set()"),
    "s": ("Semaphore(1)", "acquire() acquire() release() locked() value() with:I"),
    "z": ("Semaphore(0)", "acquire() acquire() release() release() value() with:I"),
    "b": ("BoundedSemaphore(2)", "acquire() acquire() release() value() with:I"),
    "c": (
        "Condition",
        "acquire() wait() wait() notify(1) notify(2) notify_all() release() with:W with:N",
    ),
    "q": (
        "Queue",
        "get() get() put(1) put(2) task_done() join() qsize() get_nowait() put_nowait(3)",
    ),
    "p": (
        "Queue(1)",
        "get() put(1) put(2) put(3) task_done() join() qsize() get_nowait() put_nowait(4)",
    ),
    "r": ("Barrier(2)", "wait() wait() wait() abort() reset() n_waiting() broken()"),
    "t": ("Barrier(3)", "wait() wait() wait() abort() reset() n_waiting() broken()"),
}
TASK_CALLS = "cancel cancel cancel done cancelled uncancel cancelling"
CUT_OFF = 2


class Maker:
    def __init__(self, seed):
        self.dice = random.Random(seed)

    def one_of(self, text):
        return self.dice.choice(text.split())

    def call(self, things, tasks, awaited):
        """A call of a task that may await these: no ring of them, in which CPython's
        cancel does not end.
        """
        timeout = self.one_of("None 0 1 2 3 5")
        some = self.dice.sample(awaited, self.dice.randint(min(1, len(awaited)), len(awaited)))
        match self.dice.random():
            case x if x < 0.18:
                return f"sleep({self.one_of('0 0 1 2 3 5 8')})"
            case x if x < 0.62:
                thing = self.dice.choice(things)
                call = self.one_of(THINGS[thing][1])
                kind, _, script = call.partition(":")
                return f"with({thing}, {script})" if script else f"{thing}.{kind}"
            case x if x < 0.68:
                return f"timeout({timeout}, {self.one_of('I W J')})"
            case x if x < 0.70:
                return f"me({self.one_of('cancel cancelling uncancel')})"
            case x if x < 0.72:
                return "raise(boom)"
            case x if x < 0.80 or not some:
                return f"{self.one_of(TASK_CALLS)}({self.dice.choice(tasks)})"
            case x if x < 0.84:
                return f"await({some[0]})"
            case x if x < 0.90:
                return f"{self.one_of('gather gather_all')}({', '.join(some)})"
            case x if x < 0.95:
                return f"wait_for({some[0]}, {timeout})"
            case x if x < 0.98:
                until = self.one_of("FIRST_COMPLETED FIRST_EXCEPTION ALL_COMPLETED")
                return f"wait({until}, {timeout}, {', '.join(some)})"
            case _:
                return f"as_completed({timeout}, {some[0]})"

    def calls(self, count, tries, things, tasks, awaited):
        for _ in range(count):
            call = self.call(things, tasks, awaited)
            yield f"try {call}" if self.dice.random() < tries else call

    def row(self):
        names = list("ABCDE")[: self.dice.randint(1, 5)]
        things = self.dice.sample(list(THINGS), self.dice.randint(1, 3))
        parts = [f"{thing}={THINGS[thing][0]}" for thing in things]
        main = []
        for at, name in enumerate(names, start=1):
            main.append(f"spawn({name})")
            if self.dice.random() < 0.3:
                main.extend(self.calls(1, 1, things, names[:at], names[:at]))
        main.extend(self.calls(self.dice.randint(2, 8), 0.8, things, names, names))
        parts.append("main: " + "; ".join(main))
        for at, name in enumerate(names, start=1):
            count = self.dice.randint(1, 5)
            script = list(self.calls(count, 0.45, things, names, names[at:]))
            if self.dice.random() < 0.4:
                script.append(f"return({self.dice.randint(1, 9)})")
            if self.dice.random() < 0.3:
                last = ["sleep(0)", "sleep(2)", "sleep(0); sleep(1)", "raise(late)"]
                script += ["finally", self.dice.choice(last)]
            parts.append(f"{name}: " + "; ".join(script))
        inner = ["sleep(0)", "sleep(2)", "try sleep(3); sleep(1)", "return(6)", "raise(in)"]
        within = ["timeout(2, I); sleep(3)", "try sleep(4); reschedule(3); sleep(4)"]
        has_condition = "c" in things
        parts.append("I: " + self.dice.choice(inner))
        parts.append("J: " + self.dice.choice(within))
        parts.append("W: " + ("c.wait(); return(7)" if has_condition else "sleep(4)"))
        parts.append("N: " + ("c.notify(1); sleep(1)" if has_condition else "sleep(1)"))
        return " | ".join(parts)


class Endless(BaseException):
    """Some programs give way for ever."""


def give_up(*_):
    raise Endless


def main():
    seed, count = map(int, sys.argv[1:])
    maker = Maker(seed)
    signal.signal(signal.SIGALRM, give_up)
    for _ in range(count):
        row = maker.row()
        signal.alarm(CUT_OFF)
        try:
            outcome = behaviours.outcome(row)
        except (Endless, behaviours.Stuck):
            continue
        finally:
            signal.alarm(0)
        # Tasks that were not there yet.
        of_python = ["KeyError", "IndexError", "Endless", "Stuck"]
        if not any(word in outcome for word in of_python):
            print(row, "=>", outcome.split("; unheard")[0])


main()
