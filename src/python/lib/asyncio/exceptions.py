"""What goes wrong with tasks, and what ends them."""

class CancelledError(BaseException):
    """The task was cancelled."""


TimeoutError = TimeoutError


class InvalidStateError(Exception):
    """The future has no result yet, or has one already."""


class BrokenBarrierError(RuntimeError):
    """The barrier was broken while tasks waited."""
