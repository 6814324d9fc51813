"""Tasks: coroutines that a loop runs; and what waits for several of them."""

import functools
import itertools

import _machine
from asyncio.events import get_event_loop, get_running_loop, _get_running_loop
from asyncio.exceptions import CancelledError, InvalidStateError
from asyncio.futures import Future, _chain, _copy_state, _set_result_unless_done, isfuture

# As in concurrent.futures.
FIRST_COMPLETED = "FIRST_COMPLETED"
FIRST_EXCEPTION = "FIRST_EXCEPTION"
ALL_COMPLETED = "ALL_COMPLETED"

_numbers = itertools.count(1)


def iscoroutine(thing):
    # A generator as well: that is what coroutines were once.
    return _machine.is_coroutine(thing) or _machine.is_generator(thing)


def iscoroutinefunction(function):
    return _machine.is_coroutine_function(function)


def current_task(loop=None):
    if loop is None:
        loop = get_running_loop()
    return loop._current


def all_tasks(loop=None):
    if loop is None:
        loop = get_running_loop()
    return set(loop._tasks)


class Task(Future):
    """A coroutine that the loop runs."""

    _must_cancel = False
    _cancels = 0
    # What it waits for.
    _fut_waiter = None

    def __init__(self, coro, *, loop=None, name=None, context=None):
        super().__init__(loop=loop)
        if not iscoroutine(coro):
            raise TypeError(f"a coroutine was expected, got {coro!r}")
        self._name = f"Task-{next(_numbers)}" if name is None else str(name)
        self._coro = coro
        self._context = _machine.context() if context is None else context
        self._loop._tasks[self] = None
        self._loop.call_soon(self._step, context=self._context)

    def _told(self):
        told = super()._told()
        if self._must_cancel:
            told[0] = "cancelling"
        told.insert(1, f"name={self._name!r}")
        told.insert(2, f"coro=<{_machine.where(self._coro)}>")
        if self._fut_waiter is not None:
            told.insert(3, f"wait_for={self._fut_waiter!r}")
        return told

    def get_coro(self):
        return self._coro

    def get_context(self):
        return self._context

    def get_name(self):
        return self._name

    def set_name(self, value):
        self._name = str(value)

    def set_result(self, result):
        raise RuntimeError("Task does not support set_result operation")

    def set_exception(self, exception):
        raise RuntimeError("Task does not support set_exception operation")

    def cancel(self, msg=None):
        self._unheard = False
        if self.done():
            return False
        self._cancels += 1
        waits_for = self._fut_waiter
        if waits_for is not None and waits_for.cancel(msg=msg):
            return True
        self._must_cancel = True
        self._cancel_message = msg
        return True

    def cancelling(self):
        return self._cancels

    def uncancel(self):
        if self._cancels > 0:
            self._cancels -= 1
        return self._cancels

    def get_stack(self, *, limit=None):
        return []

    # A step of the coroutine: until it awaits something that is not there yet.

    def _step(self, raises=None):
        if self.done():
            raise InvalidStateError(f"_step(): already done: {self!r}, {raises!r}")
        if self._must_cancel:
            if not isinstance(raises, CancelledError):
                raises = self._make_cancelled_error()
            self._must_cancel = False
        self._fut_waiter = None
        loop = self._loop
        before = loop._current
        loop._current = self
        try:
            if raises is None:
                awaited = self._coro.send(None)
            else:
                awaited = self._coro.throw(raises)
        except StopIteration as stop:
            if self._must_cancel:
                # It was cancelled in its last step.
                self._must_cancel = False
                self._end(super().cancel, self._cancel_message)
            else:
                self._end(super().set_result, stop.value)
        except CancelledError as cancelled:
            self._cancelled_exc = cancelled
            self._end(super().cancel)
        except (KeyboardInterrupt, SystemExit) as raised:
            self._end(super().set_exception, raised)
            raise
        except BaseException as raised:
            self._end(super().set_exception, raised)
        else:
            if awaited is None:
                # A bare `yield`.
                loop.call_soon(self._step, context=self._context)
            else:
                self._wait_for(awaited)
        finally:
            loop._current = before

    def _end(self, settle, *args):
        del self._loop._tasks[self]
        settle(*args)

    def _wait_for(self, awaited):
        blocking = getattr(awaited, "_asyncio_future_blocking", None)
        if blocking is None:
            if _machine.is_generator(awaited):
                wrong = ("yield was used instead of yield from for generator in task "
                         f"{self!r} with {awaited!r}")
            else:
                wrong = f"Task got bad yield: {awaited!r}"
        elif awaited.get_loop() is not self._loop:
            wrong = f"Task {self!r} got Future {awaited!r} attached to a different loop"
        elif not blocking:
            wrong = f"yield was used instead of yield from in task {self!r} with {awaited!r}"
        elif awaited is self:
            wrong = f"Task cannot await on itself: {self!r}"
        else:
            awaited._asyncio_future_blocking = False
            awaited.add_done_callback(self._wake_up, context=self._context)
            self._fut_waiter = awaited
            if self._must_cancel and awaited.cancel(msg=self._cancel_message):
                self._must_cancel = False
            return
        self._loop.call_soon(self._step, RuntimeError(wrong), context=self._context)

    def _wake_up(self, future):
        try:
            future.result()
        except BaseException as raised:
            self._step(raised)
        else:
            self._step()


def create_task(coro, *, name=None, context=None):
    return get_running_loop().create_task(coro, name=name, context=context)


async def _await_it(awaitable):
    return await awaitable


def ensure_future(coro_or_future, *, loop=None):
    if isfuture(coro_or_future):
        if loop is not None and loop is not coro_or_future.get_loop():
            raise ValueError("The future belongs to a different loop than "
                             "the one specified as the loop argument")
        return coro_or_future
    if not iscoroutine(coro_or_future):
        if not hasattr(type(coro_or_future), "__await__"):
            raise TypeError("An asyncio.Future, a coroutine or an awaitable is required")
        coro_or_future = _await_it(coro_or_future)
    if loop is None:
        loop = get_event_loop()
    return loop.create_task(coro_or_future)


class _GiveWay:
    """An await that lets the loop come round once."""

    def __await__(self):
        yield


async def sleep(delay, result=None):
    if delay <= 0:
        await _GiveWay()
        return result
    loop = get_running_loop()
    over = loop.create_future()
    timer = loop.call_later(delay, _set_result_unless_done, over, result)
    try:
        return await over
    finally:
        timer.cancel()


# Many at once

async def wait(fs, *, timeout=None, return_when=ALL_COMPLETED):
    if isfuture(fs) or iscoroutine(fs):
        raise TypeError(f"expect a list of futures, not {type(fs).__name__}")
    if not fs:
        raise ValueError("Set of Tasks/Futures is empty.")
    if return_when not in (FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED):
        raise ValueError(f"Invalid return_when value: {return_when}")
    fs = dict.fromkeys(fs)
    if any(iscoroutine(f) for f in fs):
        raise TypeError("Passing coroutines is forbidden, use tasks explicitly.")
    return await _wait(fs, timeout, return_when, get_running_loop())


async def _wait(fs, timeout, return_when, loop):
    waiter = loop.create_future()
    timer = None
    if timeout is not None:
        timer = loop.call_later(timeout, _set_result_unless_done, waiter, None)
    left = len(fs)

    def on_done(future):
        nonlocal left
        left -= 1
        if left > 0 and return_when != FIRST_COMPLETED:
            if return_when != FIRST_EXCEPTION or future.cancelled():
                return
            if future.exception() is None:
                return
        if timer is not None:
            timer.cancel()
        _set_result_unless_done(waiter, None)

    for future in fs:
        future.add_done_callback(on_done)
    try:
        await waiter
    finally:
        if timer is not None:
            timer.cancel()
        for future in fs:
            future.remove_done_callback(on_done)
    done = {future for future in fs if future.done()}
    return done, set(fs) - done


async def wait_for(fut, timeout):
    loop = get_running_loop()
    if timeout is None:
        return await fut
    if timeout <= 0:
        fut = ensure_future(fut, loop=loop)
        if fut.done():
            return fut.result()
        await _cancel_and_wait(fut, loop)
        return _in_time(fut)
    waiter = loop.create_future()
    timer = loop.call_later(timeout, _set_result_unless_done, waiter, None)

    def on_done(_):
        _set_result_unless_done(waiter, None)

    fut = ensure_future(fut, loop=loop)
    fut.add_done_callback(on_done)
    try:
        try:
            await waiter
        except CancelledError:
            if fut.done():
                return fut.result()
            fut.remove_done_callback(on_done)
            await _cancel_and_wait(fut, loop)
            raise
        if fut.done():
            return fut.result()
        fut.remove_done_callback(on_done)
        await _cancel_and_wait(fut, loop)
        return _in_time(fut)
    finally:
        timer.cancel()


def _in_time(future):
    """What a future came to that was cancelled since its time was up."""
    try:
        return future.result()
    except CancelledError as cancelled:
        raise TimeoutError() from cancelled


async def _cancel_and_wait(future, loop):
    waiter = loop.create_future()

    def on_done(_):
        _set_result_unless_done(waiter, None)

    future.add_done_callback(on_done)
    try:
        future.cancel()
        await waiter
    finally:
        future.remove_done_callback(on_done)


def as_completed(fs, *, timeout=None):
    if isfuture(fs) or iscoroutine(fs):
        raise TypeError(f"expect an iterable of futures, not {type(fs).__name__}")
    from asyncio.queues import Queue
    ended = Queue()
    loop = get_event_loop()
    todo = dict.fromkeys(ensure_future(f, loop=loop) for f in dict.fromkeys(fs))
    timer = None

    def on_timeout():
        for future in todo:
            future.remove_done_callback(on_done)
            ended.put_nowait(None)
        todo.clear()

    def on_done(future):
        if future in todo:
            del todo[future]
            ended.put_nowait(future)
            if not todo and timer is not None:
                timer.cancel()

    async def next_one():
        future = await ended.get()
        if future is None:
            raise TimeoutError
        return future.result()

    for future in todo:
        future.add_done_callback(on_done)
    if todo and timeout is not None:
        timer = loop.call_later(timeout, on_timeout)
    for _ in range(len(todo)):
        yield next_one()


class _Gathering(Future):
    """What `gather` returns: cancelling it cancels all."""

    def __init__(self, children, *, loop):
        super().__init__(loop=loop)
        self._children = children
        self._cancel_requested = False

    def cancel(self, msg=None):
        if self.done():
            return False
        any_cancelled = False
        for child in self._children:
            if child.cancel(msg=msg):
                any_cancelled = True
        if any_cancelled:
            self._cancel_requested = True
        return any_cancelled


def gather(*coros_or_futures, return_exceptions=False):
    if not coros_or_futures:
        loop = get_event_loop()
        outer = loop.create_future()
        outer.set_result([])
        return outer
    children = []
    by_argument = {}
    loop = _loop_of_arguments(coros_or_futures)
    outer = None
    ended = 0

    def on_done(future):
        nonlocal ended
        ended += 1
        if outer is None or outer.done():
            if not future.cancelled():
                # It is told as one that was asked for.
                future.exception()
            return
        if not return_exceptions:
            if future.cancelled():
                outer.set_exception(future._make_cancelled_error())
                return
            exception = future.exception()
            if exception is not None:
                outer.set_exception(exception)
                return
        if ended == len(by_argument):
            results = []
            for child in children:
                if child.cancelled():
                    message = child._cancel_message
                    result = CancelledError("" if message is None else message)
                else:
                    result = child.exception()
                    if result is None:
                        result = child.result()
                results.append(result)
            if outer._cancel_requested:
                outer.set_exception(future._make_cancelled_error())
            else:
                outer.set_result(results)

    for argument in coros_or_futures:
        child = by_argument.get(argument)
        if child is None:
            child = ensure_future(argument, loop=loop)
            if loop is None:
                loop = child.get_loop()
            by_argument[argument] = child
            child.add_done_callback(on_done)
        children.append(child)
    outer = _Gathering(children, loop=loop)
    return outer


def _loop_of_arguments(arguments):
    for argument in arguments:
        if isfuture(argument):
            return argument.get_loop()
    return _get_running_loop()


def shield(arg):
    inner = ensure_future(arg)
    if inner.done():
        return inner
    outer = inner.get_loop().create_future()

    def on_inner(inner):
        if outer.cancelled():
            if not inner.cancelled():
                inner.exception()
        elif inner.cancelled():
            outer.cancel()
        else:
            exception = inner.exception()
            if exception is not None:
                outer.set_exception(exception)
            else:
                outer.set_result(inner.result())

    def on_outer(outer):
        if not inner.done():
            inner.remove_done_callback(on_inner)

    inner.add_done_callback(on_inner)
    outer.add_done_callback(on_outer)
    return outer


# Threads

async def to_thread(func, /, *args, **kwargs):
    loop = get_running_loop()
    call = functools.partial(func, *args, **kwargs)
    context = _machine.context()
    if context is not None:
        call = functools.partial(context.run, call)
    return await loop.run_in_executor(None, call)


def run_coroutine_threadsafe(coro, loop):
    if not iscoroutine(coro):
        raise TypeError("A coroutine object is required")
    import concurrent.futures
    future = concurrent.futures.Future()

    def begin():
        try:
            _chain(ensure_future(coro, loop=loop), future)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as raised:
            if future.set_running_or_notify_cancel():
                future.set_exception(raised)
            raise

    loop.call_soon_threadsafe(begin)
    return future


__all__ = (
    "ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION", "Task", "all_tasks", "as_completed",
    "create_task", "current_task", "ensure_future", "gather", "iscoroutine",
    "iscoroutinefunction", "run_coroutine_threadsafe", "shield", "sleep", "to_thread", "wait",
    "wait_for",
)
