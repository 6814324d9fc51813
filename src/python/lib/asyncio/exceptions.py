"""What goes wrong with tasks, and what ends them."""

class CancelledError(BaseException):
    """The task was cancelled."""


TimeoutError = TimeoutError


class InvalidStateError(Exception):
    """The future has no result yet, or has one already."""


class BrokenBarrierError(RuntimeError):
    """The barrier was broken while tasks waited."""


class IncompleteReadError(EOFError):
    """The stream ended before all was read."""

    def __init__(self, partial, expected):
        wanted = "undefined" if expected is None else repr(expected)
        super().__init__(f"{len(partial)} bytes read on a total of {wanted} expected bytes")
        self.partial = partial
        self.expected = expected


class LimitOverrunError(Exception):
    """There was no end in what may be kept."""

    def __init__(self, message, consumed):
        super().__init__(message)
        self.consumed = consumed
