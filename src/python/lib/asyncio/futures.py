"""Results that come once, and who is told of them."""

import _machine
from asyncio.events import get_event_loop
from asyncio.exceptions import CancelledError, InvalidStateError

_PENDING = "PENDING"
_CANCELLED = "CANCELLED"
_FINISHED = "FINISHED"


def isfuture(thing):
    return hasattr(type(thing), "_asyncio_future_blocking") and (
        thing._asyncio_future_blocking is not None)


class Future:
    """A result that will be there."""

    _state = _PENDING
    _result = None
    _exception = None
    _loop = None
    _cancel_message = None
    _cancelled_exc = None
    # Whether it failed, and nobody has asked.
    _unheard = False
    # True between the `yield` of `__await__` and the task that sees it.
    _asyncio_future_blocking = False

    def __init__(self, *, loop=None):
        self._loop = get_event_loop() if loop is None else loop
        self._callbacks = []

    def __repr__(self):
        return f"<{type(self).__name__} {' '.join(self._told())}>"

    def _told(self):
        told = [self._state.lower()]
        if self._state == _FINISHED:
            if self._exception is not None:
                told.append(f"exception={self._exception!r}")
            else:
                told.append(f"result={self._result!r}")
        if self._callbacks:
            names = [_name_of(callback) for callback, _ in self._callbacks]
            if len(names) > 2:
                names = [names[0], f"<{len(names) - 2} more>", names[-1]]
            told.append(f"cb=[{', '.join(names)}]")
        return told

    def __class_getitem__(cls, item):
        return cls

    @property
    def _log_traceback(self):
        return self._unheard

    @_log_traceback.setter
    def _log_traceback(self, value):
        if value:
            raise ValueError("_log_traceback can only be set to False")
        self._unheard = False

    def get_loop(self):
        loop = self._loop
        if loop is None:
            raise RuntimeError("Future object is not initialized.")
        return loop

    def _make_cancelled_error(self):
        if self._cancelled_exc is not None:
            error = self._cancelled_exc
            self._cancelled_exc = None
            return error
        if self._cancel_message is None:
            return CancelledError()
        return CancelledError(self._cancel_message)

    def cancel(self, msg=None):
        self._unheard = False
        if self._state is not _PENDING:
            return False
        self._state = _CANCELLED
        self._cancel_message = msg
        self._tell_callbacks()
        return True

    def _tell_callbacks(self):
        callbacks = self._callbacks
        if callbacks:
            self._callbacks = []
            loop = self._loop
            for callback, context in callbacks:
                loop.call_soon(callback, self, context=context)

    def cancelled(self):
        return self._state is _CANCELLED

    def done(self):
        return self._state is not _PENDING

    def result(self):
        if self._state is _CANCELLED:
            raise self._make_cancelled_error()
        if self._state is not _FINISHED:
            raise InvalidStateError("Result is not set.")
        self._unheard = False
        if self._exception is not None:
            raise self._exception
        return self._result

    def exception(self):
        if self._state is _CANCELLED:
            raise self._make_cancelled_error()
        if self._state is not _FINISHED:
            raise InvalidStateError("Exception is not set.")
        self._unheard = False
        return self._exception

    def add_done_callback(self, fn, *, context=None):
        if self._state is not _PENDING:
            self._loop.call_soon(fn, self, context=context)
        else:
            if context is None:
                context = _machine.context()
            self._callbacks.append((fn, context))

    def remove_done_callback(self, fn):
        kept = [pair for pair in self._callbacks if pair[0] != fn]
        removed = len(self._callbacks) - len(kept)
        if removed:
            self._callbacks[:] = kept
        return removed

    def set_result(self, result):
        if self._state is not _PENDING:
            raise InvalidStateError("invalid state")
        self._result = result
        self._state = _FINISHED
        self._tell_callbacks()

    def set_exception(self, exception):
        if self._state is not _PENDING:
            raise InvalidStateError("invalid state")
        if isinstance(exception, type):
            exception = exception()
        if type(exception) is StopIteration:
            raise TypeError("StopIteration interacts badly with generators "
                            "and cannot be raised into a Future")
        self._exception = exception
        self._state = _FINISHED
        self._tell_callbacks()
        self._unheard = True
        self._loop._failed(self)

    def __await__(self):
        if self._state is _PENDING:
            self._asyncio_future_blocking = True
            yield self
            if self._state is _PENDING:
                raise RuntimeError("await wasn't used with future")
        return self.result()

    __iter__ = __await__


def _name_of(callback):
    name = getattr(callback, "__qualname__", None)
    return f"{name}()" if name else repr(callback)


def _set_result_unless_done(future, result):
    if not future.done():
        future.set_result(result)


def _copy_state(source, target):
    """Settles a future as another one was."""
    if target.cancelled():
        return
    if source.cancelled():
        target.cancel()
        return
    exception = source.exception()
    if exception is not None:
        target.set_exception(_as_asyncio(exception))
    else:
        target.set_result(source.result())


def _as_asyncio(exception):
    """What an exception of `concurrent.futures` is called here."""
    kind = type(exception)
    if kind.__module__.startswith("concurrent.futures"):
        if kind.__name__ == "CancelledError":
            return CancelledError(*exception.args)
        if kind.__name__ == "InvalidStateError":
            return InvalidStateError(*exception.args)
    return exception


def _loop_of(future):
    return future.get_loop() if isfuture(future) else None


def _chain(source, target):
    """Settles `target` as `source` will be, and cancels `source` if `target` is; one of them
    may be a future of `concurrent.futures`, which threads complete."""
    source_loop = _loop_of(source)
    target_loop = _loop_of(target)

    def settle_target(source):
        if target.done():
            return
        if isfuture(target):
            _copy_state(source, target)
        elif source.cancelled():
            target.cancel()
            target.set_running_or_notify_cancel()
        elif target.set_running_or_notify_cancel():
            exception = source.exception()
            if exception is not None:
                target.set_exception(exception)
            else:
                target.set_result(source.result())

    def on_target(target):
        if target.cancelled():
            if source_loop is None or source_loop is target_loop:
                source.cancel()
            else:
                source_loop.call_soon_threadsafe(source.cancel)

    def on_source(source):
        if target.cancelled() and target_loop is not None and target_loop.is_closed():
            return
        if target_loop is None or target_loop is source_loop:
            settle_target(source)
        elif not target_loop.is_closed():
            target_loop.call_soon_threadsafe(settle_target, source)

    target.add_done_callback(on_target)
    source.add_done_callback(on_source)


def wrap_future(future, *, loop=None):
    if isfuture(future):
        return future
    if loop is None:
        loop = get_event_loop()
    wrapped = loop.create_future()
    _chain(future, wrapped)
    return wrapped


__all__ = ("Future", "isfuture", "wrap_future")
