"""Prints what this Python's asyncio makes of each row of rows.txt: the row, an arrow,
and what each call came to, in the order in which they did. CPython 3.11 is the one that
expected.txt is from:

    python3 behaviours.py > expected.txt

A row is things and scripts, with bars between them. `l=Lock` is a thing; `A: sleep(10);
l.acquire()` is a script, whose calls are made one after the other. The script `main` is
run by asyncio.run, `spawn(A)` makes a task of another, and `call(A)`, `with(l, A)` and
`timeout(10, A)` run it in the same task. A call that raises ends its script, unless `try`
stands before it; calls after `finally` are made in any case. Times are in milliseconds.
"""

import asyncio
import gc
import math
import pathlib


class Clock:
    """Time that passes only while the loop has nothing to do, by whole milliseconds, as
    epoll waits; and a little whenever somebody looks, so that no two deadlines are equal.
    """

    def __init__(self):
        self.now = 0.0

    def time(self):
        self.now += 1e-7
        return self.now

    def select(self, timeout):
        if timeout is None:
            raise Stuck
        self.now += math.ceil(timeout * 1e3) / 1e3
        return []


MILLISECOND = 0.001

all_tasks = asyncio.all_tasks


def in_order(loop):
    """Those that asyncio.run cancels at the end: it takes them in the order of a set,
    which is anybody's guess. Here it is that of creation.
    """
    return sorted(all_tasks(loop), key=lambda task: int(task.get_name().split("-")[1]))


asyncio.tasks.all_tasks = in_order


class Stuck(Exception):
    """All tasks wait for ever."""


class Row:
    def __init__(self, text):
        self.things = {}
        self.scripts = {}
        self.tasks = {}
        self.timeouts = {}
        self.log = []
        self.makers = []
        for part in text.split(" | "):
            name, colon, calls = part.partition(": ")
            if colon:
                body, _, last = calls.partition("finally; ")
                split = lambda calls: [call for call in calls.split("; ") if call]
                self.scripts[name] = (split(body), split(last))
            else:
                self.makers.append(part.split("="))

    def make_things(self):
        for name, maker in self.makers:
            kind, _, args = maker.partition("(")
            if kind == "Flag":
                self.things[name] = [False]
            else:
                args = [int(arg) for arg in args.rstrip(")").split(",") if arg]
                self.things[name] = getattr(asyncio, kind)(*args)

    async def main(self):
        self.first = int(asyncio.current_task().get_name().removeprefix("Task-"))
        self.make_things()
        return await self.script("main", "main")

    async def script(self, who, name):
        body, last = self.scripts[name]
        try:
            for text in body:
                if text.startswith("return("):
                    return int(text[7:-1])
                await self.step(who, text)
            return 0
        finally:
            for text in last:
                await self.step(who, text)

    async def step(self, who, text):
        tries = text.startswith("try ")
        text = text.removeprefix("try ")
        name, _, args = text.rstrip(")").partition("(")
        try:
            result = await self.call(who, name, [arg for arg in args.split(", ") if arg])
        except BaseException as error:
            self.log.append(f"{who}.{name}!{told(error)}")
            if not tries:
                raise
        else:
            shown = "" if result is None else f"={told(result)}"
            self.log.append(f"{who}.{name}{shown}")

    async def call(self, who, name, args):
        thing, dot, method = name.partition(".")
        if dot:
            return await self.call_thing(self.things[thing], method, args)
        match name, args:
            case "sleep", [ms]:
                await asyncio.sleep(seconds(ms))
            case "raise", [text]:
                raise ValueError(text)
            case "spawn", [script]:
                task = asyncio.create_task(self.script(script, script))
                self.tasks[script] = task
            case "add_done_callback", [task]:
                tell = lambda _: self.log.append(f"{task}.is_done")
                self.tasks[task].add_done_callback(tell)
            case "me", [method]:
                return getattr(asyncio.current_task(), method)()
            case "call", [script]:
                return await self.script(who, script)
            case "with", [thing, script]:
                async with self.things[thing]:
                    return await self.script(who, script)
            case "timeout", [ms, script]:
                async with asyncio.timeout(seconds(ms)) as timeout:
                    self.timeouts.setdefault(who, []).append(timeout)
                    return await self.script(who, script)
            case "reschedule", [ms]:
                now = asyncio.get_running_loop().time()
                when = None if ms == "None" else now + seconds(ms)
                self.timeouts[who][-1].reschedule(when)
            case "expired", []:
                return self.timeouts[who][-1].expired()
            case "await", [task]:
                return await self.tasks[task]
            case "gather", tasks:
                return await asyncio.gather(*self.of(tasks))
            case "gather_all", tasks:
                return await asyncio.gather(*self.of(tasks), return_exceptions=True)
            case "wait_for", [task, ms]:
                return await asyncio.wait_for(self.tasks[task], seconds(ms))
            case "wait", [until, ms, *tasks]:
                done, pending = await asyncio.wait(
                    self.of(tasks), timeout=seconds(ms), return_when=until
                )
                named = lambda some: [name for name in tasks if self.tasks[name] in some]
                return named(done) + ["-"] + named(pending)
            case "as_completed", [ms, *tasks]:
                results = []
                for next_one in asyncio.as_completed(self.of(tasks), timeout=seconds(ms)):
                    try:
                        results.append(await next_one)
                    except (ValueError, TimeoutError) as error:
                        results.append(error)
                return results
            case "get_name", [task]:
                # As if there had been no rows before.
                number = self.tasks[task].get_name().removeprefix("Task-")
                return f"Task-{int(number) - self.first + 1}"
            case _, [task]:
                return getattr(self.tasks[task], name)()
        return None

    def of(self, names):
        return [self.tasks[name] for name in names]

    async def call_thing(self, thing, method, args):
        if isinstance(thing, list):
            thing[0] = method == "set"
            return None
        if method == "wait_for":
            flag = self.things[args[0]]
            return await thing.wait_for(lambda: flag[0])
        if method == "value":
            return thing._value
        found = getattr(thing, method)
        if not callable(found):
            return found
        result = found(*(int(arg) for arg in args))
        return await result if asyncio.iscoroutine(result) else result


def seconds(ms):
    return None if ms == "None" else int(ms) * MILLISECOND


def told(result):
    """A result as the table has it; an exception by class and text."""
    if isinstance(result, BaseException):
        # Without the task's address.
        text = str(result).split(": <Task")[0]
        return type(result).__name__ + (": " + text if text else "")
    if isinstance(result, list):
        return "[" + ", ".join(told(one) for one in result) + "]"
    return str(result)


def outcome(text):
    row = Row(text)
    unheard = []
    clock = Clock()
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.time = clock.time
        loop._selector.select = clock.select

        def hear(_, context):
            # Also of tasks that are destroyed, after a deadlock.
            if "exception" in context:
                unheard.append(told(context["exception"]))

        loop.set_exception_handler(hear)
        try:
            result = told(runner.run(row.main()))
        except Stuck:
            # Not as asyncio.run ends, which never does: nobody is cancelled.
            return "; ".join([*row.log, "deadlock"])
        except BaseException as error:
            result = told(error)
        # What is left is cancelled now, and runs to its end.
        runner.close()
        log = [*row.log, f"returns {result}"]
        del row
        gc.collect()
    return "; ".join(log + [f"unheard {error}" for error in sorted(unheard)])


def main():
    rows = pathlib.Path(__file__).with_name("rows.txt").read_text(encoding="utf-8")
    for row in rows.splitlines():
        if row and not row.startswith("#"):
            print(row, "=>", outcome(row))


if __name__ == "__main__":
    main()
