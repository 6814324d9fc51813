"""The event loop: what is ready, what will be at some time, and waiting for either."""

import math
import sys
import threading
import time
from collections import deque

import _machine
from asyncio.events import (
    AbstractEventLoop, DefaultEventLoopPolicy, Handle, TimerHandle, _get_running_loop,
    _set_running_loop,
)
from asyncio.futures import Future, isfuture, wrap_future
from asyncio.tasks import Task, ensure_future

# Calls of times that differ by less are due together.
_RESOLUTION = 1e-9


async def _closing(generator):
    await generator.aclose()


def _stop_loop(future):
    if not future.cancelled():
        exception = future.exception()
        if isinstance(exception, (SystemExit, KeyboardInterrupt)):
            return
    future.get_loop().stop()


class _Selector:
    """What a loop waits on that has nothing to do."""

    def __init__(self):
        # Known by this name where a loop waits for ever.
        event_loop = threading.Event()
        self._called = event_loop

    def select(self, timeout):
        """Waits for so long, or until another thread calls."""
        called = self._called
        if timeout is None:
            called.wait()
        elif timeout > 0:
            # By whole milliseconds, as epoll does: so calls that were asked for one right
            # after the other come together.
            called.wait(math.ceil(timeout * 1e3 - 1e-3) / 1e3)
        if called.is_set():
            called.clear()

    def call(self):
        self._called.set()


class EventLoop(AbstractEventLoop):
    """An event loop, for one thread."""

    def __init__(self):
        self._ready = deque()
        # By time, the next at the end.
        self._timers = []
        self._closed = False
        self._stopping = False
        self._runs = False
        self._debug = False
        self._selector = _Selector()
        self._executor = None
        self._exception_handler = None
        self._task_factory = None
        self._current = None
        # Those that have not ended, in the order in which they were made.
        self._tasks = {}
        # Futures that failed, of which some may be unheard.
        self._failures = []

    def __repr__(self):
        return (f"<_UnixSelectorEventLoop running={self.is_running()} closed={self._closed} "
                f"debug={self._debug}>")

    # Running

    def run_forever(self):
        self._check_closed()
        self._check_running()
        self._runs = True
        _set_running_loop(self)
        try:
            while True:
                self._run_once()
                if self._stopping:
                    break
        finally:
            self._stopping = False
            self._runs = False
            _set_running_loop(None)

    def run_until_complete(self, future):
        self._check_closed()
        self._check_running()
        is_new = not isfuture(future)
        future = ensure_future(future, loop=self)
        future.add_done_callback(_stop_loop)
        try:
            self.run_forever()
        except:
            if is_new and future.done() and not future.cancelled():
                # Whoever sees this one need not be told of that one.
                future.exception()
            raise
        finally:
            future.remove_done_callback(_stop_loop)
        if not future.done():
            raise RuntimeError("Event loop stopped before Future completed.")
        return future.result()

    def _check_running(self):
        if self.is_running():
            raise RuntimeError("This event loop is already running")
        if _get_running_loop() is not None:
            raise RuntimeError("Cannot run the event loop while another loop is running")

    def _check_closed(self):
        if self._closed:
            raise RuntimeError("Event loop is closed")

    def stop(self):
        self._stopping = True

    def is_running(self):
        return self._runs

    def is_closed(self):
        return self._closed

    def close(self):
        if self.is_running():
            raise RuntimeError("Cannot close a running event loop")
        if self._closed:
            return
        self._closed = True
        self._ready.clear()
        self._timers.clear()
        self._tell_failures()
        _machine.forget_generators()
        executor = self._executor
        if executor is not None:
            self._executor = None
            executor.shutdown(wait=False)

    def _run_once(self):
        left = _machine.left_generators()
        if left is not None:
            for generator in left:
                self.call_soon(self._close_generator, generator)
        timers = self._timers
        ready = self._ready
        while timers and timers[-1]._cancelled:
            timers.pop()
        if ready or self._stopping:
            timeout = 0
        elif timers:
            timeout = max(0, timers[-1]._when - self.time())
        else:
            timeout = None
        self._selector.select(timeout)
        if timers:
            end = self.time() + _RESOLUTION
            while timers and timers[-1]._when <= end:
                handle = timers.pop()
                if not handle._cancelled:
                    ready.append(handle)
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle._cancelled:
                handle._run()

    # Calls

    def time(self):
        return time.monotonic()

    def call_soon(self, callback, *args, context=None):
        if self._closed:
            self._check_closed()
        if context is None:
            context = _machine.context()
        handle = Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def call_soon_threadsafe(self, callback, *args, context=None):
        self._check_closed()
        if context is None:
            context = _machine.context()
        handle = Handle(callback, args, self, context)
        self._ready.append(handle)
        self._selector.call()
        return handle

    def call_later(self, delay, callback, *args, context=None):
        if delay is None:
            raise TypeError("delay must not be None")
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(self, when, callback, *args, context=None):
        if when is None:
            raise TypeError("when cannot be None")
        self._check_closed()
        if context is None:
            context = _machine.context()
        handle = TimerHandle(when, callback, args, self, context)
        timers = self._timers
        low, high = 0, len(timers)
        while low < high:
            middle = (low + high) // 2
            if timers[middle]._when <= when:
                high = middle
            else:
                low = middle + 1
        timers.insert(low, handle)
        return handle

    # Futures, tasks, threads

    def create_future(self):
        return Future(loop=self)

    def create_task(self, coro, *, name=None, context=None):
        self._check_closed()
        factory = self._task_factory
        if factory is None:
            return Task(coro, loop=self, name=name, context=context)
        task = factory(self, coro) if context is None else factory(self, coro, context=context)
        if name is not None:
            task.set_name(name)
        return task

    def set_task_factory(self, factory):
        if factory is not None and not callable(factory):
            raise TypeError("task factory must be a callable or None")
        self._task_factory = factory

    def get_task_factory(self):
        return self._task_factory

    def run_in_executor(self, executor, func, *args):
        from concurrent.futures import ThreadPoolExecutor
        self._check_closed()
        if executor is None:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(thread_name_prefix="asyncio")
            executor = self._executor
        return wrap_future(executor.submit(func, *args), loop=self)

    def set_default_executor(self, executor):
        self._executor = executor

    async def shutdown_default_executor(self):
        executor = self._executor
        if executor is None:
            return
        done = self.create_future()

        def shut_down():
            executor.shutdown(wait=True)
            if not self.is_closed():
                self.call_soon_threadsafe(done.set_result, None)

        thread = threading.Thread(target=shut_down)
        thread.start()
        try:
            await done
        finally:
            thread.join()

    def _close_generator(self, generator):
        self.create_task(_closing(generator))

    async def shutdown_asyncgens(self):
        for generator in _machine.open_generators():
            await generator.aclose()

    # Exceptions that nobody caught

    def get_debug(self):
        return self._debug

    def set_debug(self, enabled):
        self._debug = enabled

    def get_exception_handler(self):
        return self._exception_handler

    def set_exception_handler(self, handler):
        if handler is not None and not callable(handler):
            raise TypeError(f"A callable object or None is expected, got {handler!r}")
        self._exception_handler = handler

    def default_exception_handler(self, context):
        lines = [context.get("message") or "Unhandled exception in event loop"]
        for key in sorted(context):
            if key not in ("message", "exception"):
                lines.append(f"{key}: {context[key]!r}")
        exception = context.get("exception")
        text = "\n".join(lines)
        if exception is None:
            print(text, file=sys.stderr)
        else:
            _machine.tell(text + "\n", exception)

    def call_exception_handler(self, context):
        if self._exception_handler is None:
            self.default_exception_handler(context)
            return
        try:
            self._exception_handler(self, context)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as raised:
            self.default_exception_handler({
                "message": "Unhandled error in exception handler",
                "exception": raised,
                "context": context,
            })

    def _failed(self, future):
        self._failures.append(future)

    def _tell_failures(self):
        """Tells the exceptions that nobody has asked for. CPython does so as soon as the
        future goes; here it is when the loop is closed."""
        failures = self._failures
        self._failures = []
        for future in failures:
            if future._unheard:
                self.call_exception_handler({
                    "message": f"{type(future).__name__} exception was never retrieved",
                    "exception": future._exception,
                    "future": future,
                })


SelectorEventLoop = EventLoop
BaseEventLoop = EventLoop
DefaultEventLoopPolicy._new_loop = EventLoop

__all__ = ("BaseEventLoop", "SelectorEventLoop")
