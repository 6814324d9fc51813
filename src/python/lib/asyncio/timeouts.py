"""An end to waiting: `async with timeout(seconds)`."""

from asyncio.events import get_running_loop
from asyncio.exceptions import CancelledError
from asyncio.tasks import current_task


class _State:
    CREATED = "created"
    ENTERED = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    EXITED = "finished"


class Timeout:
    """Cancels the task that it is in at its time, and makes a TimeoutError of that."""

    def __init__(self, when):
        self._state = _State.CREATED
        self._when = when
        self._timer = None
        self._task = None
        self._cancels_before = 0

    def __repr__(self):
        told = f"[{self._state}]"
        if self._state is _State.ENTERED:
            when = None if self._when is None else round(self._when, 3)
            told += f" when={when}"
        return f"<Timeout {told}>"

    def when(self):
        return self._when

    def expired(self):
        return self._state in (_State.EXPIRING, _State.EXPIRED)

    def reschedule(self, when):
        if self._state is not _State.ENTERED:
            if self._state is _State.CREATED:
                raise RuntimeError("Timeout has not been entered")
            raise RuntimeError(f"Cannot change state of {self._state} Timeout")
        self._when = when
        if self._timer is not None:
            self._timer.cancel()
        if when is None:
            self._timer = None
            return
        loop = get_running_loop()
        if when <= loop.time():
            self._timer = loop.call_soon(self._on_timeout)
        else:
            self._timer = loop.call_at(when, self._on_timeout)

    def _on_timeout(self):
        self._task.cancel()
        self._state = _State.EXPIRING
        self._timer = None

    async def __aenter__(self):
        if self._state is not _State.CREATED:
            raise RuntimeError("Timeout has already been entered")
        task = current_task()
        if task is None:
            raise RuntimeError("Timeout should be used inside a task")
        self._state = _State.ENTERED
        self._task = task
        self._cancels_before = task.cancelling()
        self.reschedule(self._when)
        return self

    async def __aexit__(self, kind, exception, traceback):
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._state is _State.EXPIRING:
            self._state = _State.EXPIRED
            # Who else has cancelled the task is to see that.
            if self._task.uncancel() <= self._cancels_before and kind is CancelledError:
                raise TimeoutError from exception
        elif self._state is _State.ENTERED:
            self._state = _State.EXITED
        return None


def timeout(delay):
    return Timeout(None if delay is None else get_running_loop().time() + delay)


def timeout_at(when):
    return Timeout(when)


__all__ = ("Timeout", "timeout", "timeout_at")
