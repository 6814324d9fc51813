# What CPython's own tests of asyncio import and our machine has not, as far as they use it. It
# stands before their text, whose imports of it are taken out.
import asyncio
import collections
import contextlib
import contextvars
import re
import time


class Namespace:
    def __init__(self, **names):
        for name, value in names.items():
            setattr(self, name, value)


class SkipTest(Exception):
    pass


class Raises:
    def __init__(self, expected, pattern=None):
        self.expected = expected
        self.pattern = pattern

    def __enter__(self):
        return self

    def __exit__(self, kind, exception, traceback):
        if kind is None:
            raise AssertionError(f"{self.expected} not raised")
        self.exception = exception
        if not issubclass(kind, self.expected):
            return False
        if self.pattern is not None:
            text = str(exception)
            assert re.search(self.pattern, text), f"{self.pattern!r} not found in {text!r}"
        return True


class TestCase:
    def setUp(self):
        pass

    def tearDown(self):
        pass

    def addCleanup(self, function, *args, **kwargs):
        CLEANUPS.append(lambda: function(*args, **kwargs))

    def fail(self, message=None):
        raise AssertionError(message)

    def assertTrue(self, value, message=None):
        assert value, message or f"{value!r} is not true"

    def assertFalse(self, value, message=None):
        assert not value, message or f"{value!r} is not false"

    def assertEqual(self, a, b, message=None):
        assert a == b, message or f"{a!r} != {b!r}"

    def assertNotEqual(self, a, b, message=None):
        assert a != b, message or f"{a!r} == {b!r}"

    assertListEqual = assertEqual

    def assertIs(self, a, b, message=None):
        assert a is b, message or f"{a!r} is not {b!r}"

    def assertIsNot(self, a, b, message=None):
        assert a is not b, message or f"{a!r} is {b!r}"

    def assertIn(self, a, b, message=None):
        assert a in b, message or f"{a!r} not in {b!r}"

    def assertNotIn(self, a, b, message=None):
        assert a not in b, message or f"{a!r} in {b!r}"

    def assertIsNone(self, value, message=None):
        assert value is None, message or f"{value!r} is not None"

    def assertIsNotNone(self, value, message=None):
        assert value is not None, message or "unexpectedly None"

    def assertIsInstance(self, value, kind, message=None):
        assert isinstance(value, kind), message or f"{value!r} is no {kind}"

    def assertLess(self, a, b, message=None):
        assert a < b, message or f"{a!r} not less than {b!r}"

    def assertGreater(self, a, b, message=None):
        assert a > b, message or f"{a!r} not greater than {b!r}"

    def assertGreaterEqual(self, a, b, message=None):
        assert a >= b, message or f"{a!r} not greater than or equal to {b!r}"

    def assertRegex(self, text, pattern, message=None):
        assert re.search(pattern, text), message or f"{pattern!r} not found in {text!r}"

    def assertRaises(self, expected, function=None, *args, **kwargs):
        if function is None:
            return Raises(expected)
        with Raises(expected):
            function(*args, **kwargs)

    def assertRaisesRegex(self, expected, pattern):
        return Raises(expected, pattern)

    @contextlib.contextmanager
    def subTest(self, message=None, **params):
        yield


CLEANUPS = []


class IsolatedAsyncioTestCase(TestCase):
    async def asyncSetUp(self):
        pass

    async def asyncTearDown(self):
        pass


class Mock:
    def __init__(self, return_value=None, side_effect=None, **names):
        self.calls = 0
        self.return_value = return_value
        self.side_effect = side_effect
        for name, value in names.items():
            setattr(self, name, value)

    def __call__(self, *args, **kwargs):
        self.calls += 1
        if self.side_effect is not None:
            return self.side_effect(*args, **kwargs)
        return self.return_value

    @property
    def called(self):
        return self.calls > 0

    def assert_called_once_with(self, *args):
        assert self.calls == 1, f"called {self.calls} times"

    def assert_called_with(self, *args):
        assert self.calls


def await_without_task(coro):
    failed = None

    def run():
        nonlocal failed
        try:
            for _ in coro.__await__():
                pass
        except BaseException as error:
            failed = error

    asyncio.get_running_loop().call_soon(run)

    async def wait():
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        if failed is not None:
            raise failed

    return wait()


mock = Namespace(Mock=Mock)
unittest = Namespace(
    TestCase=TestCase,
    IsolatedAsyncioTestCase=IsolatedAsyncioTestCase,
    SkipTest=SkipTest,
    mock=mock,
)


async def run_async(test, name):
    await test.asyncSetUp()
    try:
        result = getattr(test, name)()
        if asyncio.iscoroutine(result):
            await result
    finally:
        await test.asyncTearDown()


def run(case):
    for name in dir(case):
        full = f"{case.__name__}.{name}"
        if not name.startswith("test") or full.endswith(NOT_COUNTED):
            continue
        test = case()
        try:
            test.setUp()
            try:
                if isinstance(test, IsolatedAsyncioTestCase):
                    asyncio.run(run_async(test, name))
                else:
                    getattr(test, name)()
            finally:
                test.tearDown()
            print(f"{full}: ok")
        except SkipTest as skipped:
            print(f"{full}: skipped")
        except BaseException as error:
            text = str(error).replace("\n", " ")
            print(f"{full}: {type(error).__name__}: {text}")


