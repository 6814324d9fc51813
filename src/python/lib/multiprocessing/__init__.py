"""Processes: programs beside this one, with a memory of their own."""

__all__ = [
    "Array",
    "Barrier",
    "BoundedSemaphore",
    "Condition",
    "Event",
    "JoinableQueue",
    "Lock",
    "Manager",
    "Pipe",
    "Pool",
    "Process",
    "ProcessError",
    "Queue",
    "RLock",
    "RawArray",
    "RawValue",
    "Semaphore",
    "SimpleQueue",
    "TimeoutError",
    "Value",
    "active_children",
    "cpu_count",
    "current_process",
    "freeze_support",
    "get_all_start_methods",
    "get_context",
    "get_start_method",
    "parent_process",
    "set_start_method",
]

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

# `Manager`, `Pipe` and `Pool` come from the modules of their own, with programs that name them.


def get_context(method=None):
    """Where the names of this module are, for one way to start processes: there is one."""
    if method not in (None, "fork"):
        raise ValueError(f"cannot find context for {method!r}")
    import multiprocessing

    return multiprocessing


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
