"""Processes: programs beside this one, with a memory of their own."""

from _multiprocessing import (
    Array,
    Barrier,
    BoundedSemaphore,
    Condition,
    Event,
    JoinableQueue,
    Lock,
    Process,
    ProcessError,
    Queue,
    RLock,
    Semaphore,
    SimpleQueue,
    TimeoutError,
    Value,
    active_children,
    cpu_count,
    current_process,
    parent_process,
)

from multiprocessing.connection import Pipe
from multiprocessing.pool import Pool


class _Context:
    """What `get_context` gives: the names of this module."""

    def __init__(self, names):
        for name in names:
            setattr(self, name, names[name])

    def get_start_method(self, allow_none=False):
        return "fork"


def get_context(method=None):
    if method not in (None, "fork"):
        raise ValueError(f"cannot find context for {method!r}")
    return _Context({name: value for name, value in globals().items() if name[0] != "_"})


def get_start_method(allow_none=False):
    return "fork"


def get_all_start_methods():
    return ["fork"]


def set_start_method(method, force=False):
    if method != "fork":
        raise ValueError(f"cannot find context for {method!r}")


def freeze_support():
    pass


def RawValue(typecode_or_type, *args):
    return Value(typecode_or_type, *args, lock=False)


def RawArray(typecode_or_type, size_or_initializer):
    return Array(typecode_or_type, size_or_initializer, lock=False)
