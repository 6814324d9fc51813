"""Whose loop it is, and the calls that a loop is to make."""

import threading

import _machine


class Handle:
    """A call that is to be made."""

    def __init__(self, callback, args, loop, context=None):
        self._callback = callback
        self._args = args
        self._loop = loop
        self._context = context
        self._cancelled = False

    def __repr__(self):
        return f"<{' '.join(self._told())}>"

    def _told(self):
        told = [type(self).__name__]
        if self._cancelled:
            told.append("cancelled")
        if self._callback is not None:
            name = getattr(self._callback, "__qualname__", None) or repr(self._callback)
            told.append(f"{name}()")
        return told

    def cancel(self):
        if not self._cancelled:
            self._cancelled = True
            self._callback = None
            self._args = None

    def cancelled(self):
        return self._cancelled

    def get_context(self):
        return self._context

    def _run(self):
        try:
            if self._context is None:
                self._callback(*self._args)
            else:
                self._context.run(self._callback, *self._args)
        except (SystemExit, KeyboardInterrupt):
            raise
        except BaseException as raised:
            name = getattr(self._callback, "__qualname__", None) or repr(self._callback)
            self._loop.call_exception_handler({
                "message": f"Exception in callback {name}()",
                "exception": raised,
                "handle": self,
            })


class TimerHandle(Handle):
    """A call that is to be made at some time."""

    def __init__(self, when, callback, args, loop, context=None):
        super().__init__(callback, args, loop, context)
        self._when = when

    def _told(self):
        told = super()._told()
        told.insert(2 if self._cancelled else 1, f"when={self._when}")
        return told

    def when(self):
        return self._when

    def __lt__(self, other):
        return self._when < other._when

    def __le__(self, other):
        return self._when <= other._when

    def __gt__(self, other):
        return self._when > other._when

    def __ge__(self, other):
        return self._when >= other._when


def _get_running_loop():
    return _machine.running_loop()


def _set_running_loop(loop):
    _machine.set_running_loop(loop)


def get_running_loop():
    loop = _machine.running_loop()
    if loop is None:
        raise RuntimeError("no running event loop")
    return loop


class AbstractEventLoop:
    """What every loop is an instance of."""


class AbstractEventLoopPolicy:
    """Whose loop is whose."""


class DefaultEventLoopPolicy(AbstractEventLoopPolicy):
    """Each thread has the loop that it has set; the main thread is given one."""

    # A class of loops, which its module sets.
    _new_loop = None

    def get_event_loop(self):
        loop = _machine.loop_of_thread()
        if loop is None:
            thread = threading.current_thread()
            if _machine.loop_was_set() or thread is not threading.main_thread():
                name = thread.name
                raise RuntimeError(f"There is no current event loop in thread {name!r}.")
            loop = self.new_event_loop()
            self.set_event_loop(loop)
        return loop

    def set_event_loop(self, loop):
        if loop is not None and not isinstance(loop, AbstractEventLoop):
            name = type(loop).__name__
            raise TypeError(f"loop must be an instance of AbstractEventLoop or None, not '{name}'")
        _machine.set_loop_of_thread(loop)

    def new_event_loop(self):
        return self._new_loop()


_policies = [DefaultEventLoopPolicy()]


def get_event_loop_policy():
    return _policies[-1]


def set_event_loop_policy(policy):
    if policy is not None and not isinstance(policy, AbstractEventLoopPolicy):
        name = type(policy).__name__
        raise TypeError("policy must be an instance of AbstractEventLoopPolicy or None, "
                        f"not '{name}'")
    # None is the first again.
    del _policies[1:]
    if policy is not None:
        _policies.append(policy)


def get_event_loop():
    loop = _machine.running_loop()
    if loop is None:
        loop = get_event_loop_policy().get_event_loop()
    return loop


def set_event_loop(loop):
    get_event_loop_policy().set_event_loop(loop)


def new_event_loop():
    return get_event_loop_policy().new_event_loop()


__all__ = (
    "AbstractEventLoop", "AbstractEventLoopPolicy", "DefaultEventLoopPolicy", "Handle",
    "TimerHandle", "get_event_loop", "get_event_loop_policy", "get_running_loop",
    "new_event_loop", "set_event_loop", "set_event_loop_policy", "_get_running_loop",
    "_set_running_loop",
)
