"""How long functions take. Statements in texts cannot be compiled here: give functions."""

import time

__all__ = ["Timer", "default_timer", "repeat", "timeit"]

default_timer = time.perf_counter
default_number = 1000000
default_repeat = 5


def _nothing():
    pass


class Timer:
    def __init__(self, stmt=_nothing, setup=_nothing, timer=default_timer, globals=None):
        for code in (stmt, setup):
            if isinstance(code, str) and code != "pass":
                raise ValueError("there is no exec() here: give timeit a function, not a text")
            if not isinstance(code, str) and not callable(code):
                raise ValueError("stmt is neither a string nor callable")
        self.inner_statement = _nothing if isinstance(stmt, str) else stmt
        self.inner_setup = _nothing if isinstance(setup, str) else setup
        self.timer = timer

    def timeit(self, number=default_number):
        statement = self.inner_statement
        self.inner_setup()
        begin = self.timer()
        for _ in range(number):
            statement()
        return self.timer() - begin

    def repeat(self, repeat=default_repeat, number=default_number):
        return [self.timeit(number) for _ in range(repeat)]

    def autorange(self, callback=None):
        base = 1
        while True:
            for factor in (1, 2, 5):
                number = base * factor
                taken = self.timeit(number)
                if callback:
                    callback(number, taken)
                if taken >= 0.2 or number >= default_number:
                    return number, taken
            base *= 10

    def print_exc(self, file=None):
        import traceback

        traceback.print_exc(file=file)


def timeit(stmt=_nothing, setup=_nothing, timer=default_timer, number=default_number, globals=None):
    return Timer(stmt, setup, timer, globals).timeit(number)


def repeat(
    stmt=_nothing, setup=_nothing, timer=default_timer, repeat=default_repeat, number=default_number, globals=None
):
    return Timer(stmt, setup, timer, globals).repeat(repeat, number)
