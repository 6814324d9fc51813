# What CPython's own tests import and our machine has not, as far as these tests use it. It
# stands before their text, whose imports of it are taken out.
import sys
import threading
import time


class Namespace:
    def __init__(self, **names):
        for name, value in names.items():
            setattr(self, name, value)


class SkipTest(Exception):
    pass


class Raises:
    def __init__(self, expected):
        self.expected = expected

    def __enter__(self):
        return self

    def __exit__(self, kind, exception, traceback):
        if kind is None:
            raise AssertionError(f"{self.expected} not raised")
        self.exception = exception
        return issubclass(kind, self.expected)


class TestCase:
    def setUp(self):
        pass

    def tearDown(self):
        pass

    def fail(self, message=None):
        raise AssertionError(message)

    def assertTrue(self, value, message=None):
        assert value, message or f"{value!r} is not true"

    def assertFalse(self, value, message=None):
        assert not value, message or f"{value!r} is not false"

    def assertEqual(self, a, b, message=None):
        assert a == b, message or f"{a!r} != {b!r}"

    def assertIs(self, a, b, message=None):
        assert a is b, message or f"{a!r} is not {b!r}"

    def assertIn(self, a, b, message=None):
        assert a in b, message or f"{a!r} not in {b!r}"

    def assertIsNone(self, value, message=None):
        assert value is None, message or f"{value!r} is not None"

    def assertIsNotNone(self, value, message=None):
        assert value is not None, message or "unexpectedly None"

    def assertLess(self, a, b, message=None):
        assert a < b, message or f"{a!r} not less than {b!r}"

    def assertGreaterEqual(self, a, b, message=None):
        assert a >= b, message or f"{a!r} not greater than or equal to {b!r}"

    def assertRegex(self, text, pattern):
        # All patterns are pieces with anything between them.
        at = 0
        pattern = pattern.replace("(.*)?", ".*").replace("\\w+", ".*").replace("\\.", ".")
        for piece in pattern.split(".*"):
            found = text.find(piece, at)
            assert found >= 0, f"{pattern!r} not found in {text!r}"
            at = found + len(piece)

    def assertRaises(self, expected, function=None, *args, **kwargs):
        if function is None:
            return Raises(expected)
        with Raises(expected):
            function(*args, **kwargs)


def skip_unless(condition, reason):
    def decorate(test):
        def skipped(*args):
            raise SkipTest(reason)

        return test if condition else skipped

    return decorate


def sleeping_retry(timeout, error=None):
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        yield
        time.sleep(0.005)
    raise AssertionError("timed out")


class WaitThreadsExit:
    def __init__(self, timeout=None):
        pass

    def __enter__(self):
        self.before = threading.active_count()

    def __exit__(self, *exception):
        for _ in sleeping_retry(30):
            if threading.active_count() <= self.before:
                break


class StartThreads:
    def __init__(self, threads):
        self.threads = list(threads)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self.threads

    def __exit__(self, *exception):
        for thread in self.threads:
            thread.join()


def start_new_thread(function, args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread.ident


TIMEOUT_MAX = threading.TIMEOUT_MAX
unittest = Namespace(TestCase=TestCase, skipUnless=skip_unless, SkipTest=SkipTest)
support = Namespace(
    has_fork_support=False,
    SHORT_TIMEOUT=30.0,
    LONG_TIMEOUT=300.0,
    sleeping_retry=sleeping_retry,
    reap_children=lambda: None,
    gc_collect=lambda: None,
)
threading_helper = Namespace(
    wait_threads_exit=WaitThreadsExit,
    start_threads=StartThreads,
    threading_setup=lambda: (),
    threading_cleanup=lambda: None,
    requires_working_threading=lambda module: None,
    join_thread=lambda thread: thread.join(),
)


def run(case):
    for name in dir(case):
        full = f"{case.__name__}.{name}"
        if not name.startswith("test") or full.endswith(NOT_COUNTED):
            continue
        test = case()
        try:
            test.setUp()
            try:
                getattr(test, name)()
            finally:
                test.tearDown()
            print(f"{full}: ok")
        except SkipTest as skipped:
            print(f"{full}: skipped")
        except Exception as error:
            print(f"{full}: {type(error).__name__}: {error}")
