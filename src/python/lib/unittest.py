"""Tests of a program by itself, told as CPython's runner tells them."""

import sys
import time
import _re
from _machine import exception_text, main as _program, module

__all__ = [
    "FunctionTestCase",
    "IsolatedAsyncioTestCase",
    "SkipTest",
    "TestCase",
    "TestLoader",
    "TestProgram",
    "TestResult",
    "TestSuite",
    "TextTestResult",
    "TextTestRunner",
    "addModuleCleanup",
    "defaultTestLoader",
    "expectedFailure",
    "main",
    "skip",
    "skipIf",
    "skipUnless",
]


class SkipTest(Exception):
    pass


def _shown(value, short=False):
    try:
        text = repr(value)
    except Exception:
        text = object.__repr__(value)
    if not short or len(text) < 80:
        return text
    return text[:80] + " [truncated]..."


def skip(reason):
    def decorate(test):
        if not isinstance(test, type):
            original = test

            def test(*args, **kwargs):
                raise SkipTest(reason)

            test.__name__ = original.__name__
            test.__qualname__ = original.__qualname__
            test.__doc__ = original.__doc__
        test.__unittest_skip__ = True
        test.__unittest_skip_why__ = reason
        return test

    if callable(reason) and hasattr(reason, "__name__"):
        test, reason = reason, ""
        return decorate(test)
    return decorate


def _same(test):
    return test


def skipIf(condition, reason):
    return skip(reason) if condition else _same


def skipUnless(condition, reason):
    return _same if condition else skip(reason)


def expectedFailure(test_item):
    test_item.__unittest_expecting_failure__ = True
    return test_item


_module_cleanups = []


def addModuleCleanup(function, /, *args, **kwargs):
    _module_cleanups.append((function, args, kwargs))


def _run_cleanups(cleanups):
    while cleanups:
        function, args, kwargs = cleanups.pop()
        function(*args, **kwargs)


def _text_of(pattern):
    return pattern if isinstance(pattern, str) else pattern.pattern


def _search(pattern, text):
    """The first part of a text that a pattern matches, which need not be compiled."""
    if not isinstance(pattern, str):
        found = pattern.search(text)
        return None if found is None else found.group()
    compiled = _re.compile(pattern, 0)
    if len(compiled) == 2:
        raise ValueError("%s at position %s" % compiled)
    for spans in _re.find(pattern, 0, text, 0, len(text), 0, 1):
        return text[spans[0] : spans[1]]
    return None


class _Raised:
    """What an assertion that something is raised gives."""

    def __init__(self, test, expected, pattern=None, msg=None):
        self._test = test
        self._expected = expected
        self._pattern = pattern
        self._msg = msg

    def __enter__(self):
        return self

    def __exit__(self, cls, value, traceback):
        expected = self._expected
        names = ", ".join([one.__name__ for one in expected]) if isinstance(expected, tuple) else expected.__name__
        if cls is None:
            self._test._fail(self._msg, "%s not raised" % names + self._of)
        if not issubclass(cls, expected):
            return False
        self.exception = value
        if self._pattern is not None and _search(self._pattern, str(value)) is None:
            self._test._fail(self._msg, '"%s" does not match "%s"' % (_text_of(self._pattern), str(value)))
        return True

    _of = ""

    def call(self, function, args, kwargs):
        if hasattr(function, "__name__"):
            self._of = " by " + function.__name__
        with self:
            function(*args, **kwargs)


def _imported(name):
    """A module that a test can only need if its program has imported it."""
    found = module(name)
    if found is None:
        raise ImportError("import %s, too" % name)
    return found


class _Logs:
    def __init__(self, test, logger, level, wanted):
        logging = self._logging = _imported("logging")
        self._test = test
        self._logger = logger if isinstance(logger, logging.Logger) else logging.getLogger(logger)
        self._level = logging._level(logging.INFO if level is None else level)
        self._wanted = wanted

    def __enter__(self):
        outer = self
        self.records = []
        self.output = []
        formatter = self._logging.Formatter("%(levelname)s:%(name)s:%(message)s")

        class Keeping(self._logging.Handler):
            def emit(self, record):
                outer.records.append(record)
                outer.output.append(formatter.format(record))

        logger = self._logger
        self._before = logger.handlers, logger.level, logger.propagate
        handler = Keeping(self._level)
        logger.handlers, logger.propagate = [handler], False
        logger.setLevel(self._level)
        return self

    def __exit__(self, cls, value, traceback):
        logger = self._logger
        logger.handlers, logger.level, logger.propagate = self._before
        if cls is not None:
            return False
        name, level = logger.name, self._logging.getLevelName(self._level)
        if self._wanted and not self.records:
            raise self._test.failureException("no logs of level %s or higher triggered on %s" % (level, name))
        if not self._wanted and self.records:
            raise self._test.failureException("Unexpected logs found: %r" % (self.output,))


class _Outcome:
    def __init__(self, result):
        self.result = result
        self.success = True
        self.error = None


class TestCase:
    failureException = AssertionError
    longMessage = True
    maxDiff = 640

    def __init__(self, methodName="runTest"):
        self._testMethodName = methodName
        self._cleanups = []
        self._subtests = []
        self._type_equality = {}
        method = getattr(self, methodName, None)
        if method is None and methodName != "runTest":
            raise ValueError("no such test method in %s: %s" % (self.__class__, methodName))
        self._testMethodDoc = method and method.__doc__

    @classmethod
    def setUpClass(cls):
        pass

    @classmethod
    def tearDownClass(cls):
        pass

    @classmethod
    def addClassCleanup(cls, function, /, *args, **kwargs):
        if "_class_cleanups" not in cls.__dict__:
            cls._class_cleanups = []
        cls._class_cleanups.append((function, args, kwargs))

    @classmethod
    def doClassCleanups(cls):
        _run_cleanups(cls.__dict__.get("_class_cleanups", []))

    def setUp(self):
        pass

    def tearDown(self):
        pass

    def addCleanup(self, function, /, *args, **kwargs):
        self._cleanups.append((function, args, kwargs))

    def doCleanups(self):
        _run_cleanups(self._cleanups)

    def enterContext(self, cm):
        value = cm.__enter__()
        self.addCleanup(cm.__exit__, None, None, None)
        return value

    def countTestCases(self):
        return 1

    def defaultTestResult(self):
        return TestResult()

    def id(self):
        cls = self.__class__
        return "%s.%s.%s" % (cls.__module__, cls.__qualname__, self._testMethodName)

    def shortDescription(self):
        doc = self._testMethodDoc
        return doc.strip().split("\n")[0].strip() if doc else None

    def __str__(self):
        cls = self.__class__
        name = "%s.%s" % (cls.__module__, cls.__qualname__)
        return "%s (%s.%s)" % (self._testMethodName, name, self._testMethodName)

    def __repr__(self):
        cls = self.__class__
        return "<%s.%s testMethod=%s>" % (cls.__module__, cls.__qualname__, self._testMethodName)

    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return self._testMethodName == other._testMethodName

    def __hash__(self):
        return hash((type(self), self._testMethodName))

    def skipTest(self, reason):
        raise SkipTest(reason)

    def subTest(self, msg=_same, **params):
        return _SubTestContext(self, msg, params)

    def _call(self, function, /, *args):
        function(*args)

    def _part(self, result, outcome, function):
        """Runs a part of the test. False: the test has failed, or is skipped."""
        try:
            self._call(function)
            return True
        except KeyboardInterrupt:
            raise
        except SkipTest as why:
            result.addSkip(self, str(why))
            outcome.success = False
            outcome.error = why
        except BaseException as error:
            outcome.success = False
            outcome.error = error
            if not outcome.expecting:
                self._tell(result, error)
        return False

    def _tell(self, result, error, test=None):
        add = result.addFailure if isinstance(error, self.failureException) else result.addError
        add(test or self, (type(error), error, None))

    def run(self, result=None):
        result = self.defaultTestResult() if result is None else result
        result.startTest(self)
        method = getattr(self, self._testMethodName)
        try:
            for skipped in (self.__class__, method):
                if getattr(skipped, "__unittest_skip__", False):
                    result.addSkip(self, getattr(skipped, "__unittest_skip_why__", ""))
                    return result
            outcome = _Outcome(result)
            outcome.expecting = getattr(self, "__unittest_expecting_failure__", False) or getattr(
                method, "__unittest_expecting_failure__", False
            )
            self._outcome = outcome
            self._set_up()
            if self._part(result, outcome, self.setUp):
                self._part(result, outcome, method)
                self._part(result, outcome, self.tearDown)
            while self._cleanups:
                function, args, kwargs = self._cleanups.pop()
                self._part(result, outcome, lambda: function(*args, **kwargs))
            self._tear_down()
            if outcome.expecting:
                if outcome.error is not None and not isinstance(outcome.error, SkipTest):
                    result.addExpectedFailure(self, (type(outcome.error), outcome.error, None))
                elif outcome.success:
                    result.addUnexpectedSuccess(self)
            elif outcome.success:
                result.addSuccess(self)
            return result
        finally:
            result.stopTest(self)

    def _set_up(self):
        pass

    def _tear_down(self):
        pass

    def __call__(self, *args, **kwds):
        return self.run(*args, **kwds)

    def debug(self):
        self.setUp()
        getattr(self, self._testMethodName)()
        self.tearDown()
        self.doCleanups()

    def _message(self, msg, standard):
        if not self.longMessage:
            return msg or standard
        return standard if msg is None else "%s : %s" % (standard, msg)

    def _fail(self, msg, standard):
        raise self.failureException(self._message(msg, standard))

    def fail(self, msg=None):
        raise self.failureException(msg)

    def addTypeEqualityFunc(self, typeobj, function):
        self._type_equality[typeobj] = function

    def assertTrue(self, expr, msg=None):
        if not expr:
            self._fail(msg, "%s is not true" % _shown(expr, True))

    def assertFalse(self, expr, msg=None):
        if expr:
            self._fail(msg, "%s is not false" % _shown(expr, True))

    def assertEqual(self, first, second, msg=None):
        if type(first) is type(second):
            own = self._type_equality.get(type(first)) or _EQUALITY.get(type(first))
            if own is not None:
                own = getattr(self, own) if isinstance(own, str) else own
                return own(first, second, msg=msg)
        if not first == second:
            self._fail(msg, "%s != %s" % _both(first, second))

    def assertNotEqual(self, first, second, msg=None):
        if not first != second:
            self._fail(msg, "%s == %s" % (_shown(first), _shown(second)))

    def _sequences(self, first, second, msg, kind):
        if first == second:
            return
        if kind is None and type(first) is not type(second) and list(first) == list(second):
            return
        name = kind.__name__ if kind else "sequence"
        differing = "%ss differ: %s != %s\n" % ((name[0].upper() + name[1:],) + _both(first, second))
        shorter = min(len(first), len(second))
        for at in range(shorter):
            if first[at] != second[at]:
                differing += "\nFirst differing element %d:\n%s\n%s\n" % ((at,) + _both(first[at], second[at]))
                break
        if len(first) != len(second):
            longer, which, value = (first, "First", first) if len(first) > len(second) else (second, "Second", second)
            differing += "\n%s %s contains %d additional elements.\n" % (which, name, len(longer) - shorter)
            differing += "First extra element %d:\n%s\n" % (shorter, _shown(value[shorter]))
        from pprint import pformat

        differing += "\n" + _difference(pformat(first).splitlines(), pformat(second).splitlines())
        self._fail(msg, differing)

    def assertSequenceEqual(self, first, second, msg=None, seq_type=None):
        self._sequences(first, second, msg, seq_type)

    def assertListEqual(self, list1, list2, msg=None):
        self._instances(list1, list2, list)
        self._sequences(list1, list2, msg, list)

    def assertTupleEqual(self, tuple1, tuple2, msg=None):
        self._instances(tuple1, tuple2, tuple)
        self._sequences(tuple1, tuple2, msg, tuple)

    def _instances(self, first, second, kind):
        for which, value in (("First", first), ("Second", second)):
            if not isinstance(value, kind):
                raise self.failureException("%s sequence is not a %s: %s" % (which, kind.__name__, _shown(value)))

    def assertSetEqual(self, set1, set2, msg=None):
        lines = []
        for which, items in (("first", set1.difference(set2)), ("second", set2.difference(set1))):
            if items:
                other = "second" if which == "first" else "first"
                lines.append("Items in the %s set but not the %s:" % (which, other))
                lines.extend([repr(item) for item in items])
        if lines:
            self._fail(msg, "\n".join(lines))

    def assertDictEqual(self, d1, d2, msg=None):
        self.assertIsInstance(d1, dict, "First argument is not a dictionary")
        self.assertIsInstance(d2, dict, "Second argument is not a dictionary")
        if d1 != d2:
            from pprint import pformat

            standard = "%s != %s\n" % _both(d1, d2)
            standard += _difference(pformat(d1).splitlines(), pformat(d2).splitlines())
            self._fail(msg, standard)

    def assertMultiLineEqual(self, first, second, msg=None):
        self.assertIsInstance(first, str, "First argument is not a string")
        self.assertIsInstance(second, str, "Second argument is not a string")
        if first != second:
            standard = "%s != %s\n" % _both(first, second)
            lines = [text.splitlines(keepends=True) for text in (first, second)]
            if len(lines[0]) == 1 and first.strip("\r\n") == first:
                lines = [[text + "\n"] for text in (first, second)]
            standard += "".join(_lines_of_difference(*lines))
            self._fail(msg, standard)

    def assertIs(self, expr1, expr2, msg=None):
        if expr1 is not expr2:
            self._fail(msg, "%s is not %s" % (_shown(expr1), _shown(expr2)))

    def assertIsNot(self, expr1, expr2, msg=None):
        if expr1 is expr2:
            self._fail(msg, "unexpectedly identical: %s" % _shown(expr1))

    def assertIsNone(self, obj, msg=None):
        if obj is not None:
            self._fail(msg, "%s is not None" % _shown(obj))

    def assertIsNotNone(self, obj, msg=None):
        if obj is None:
            self._fail(msg, "unexpectedly None")

    def assertIn(self, member, container, msg=None):
        if member not in container:
            self._fail(msg, "%s not found in %s" % (_shown(member), _shown(container)))

    def assertNotIn(self, member, container, msg=None):
        if member in container:
            self._fail(msg, "%s unexpectedly found in %s" % (_shown(member), _shown(container)))

    def assertIsInstance(self, obj, cls, msg=None):
        if not isinstance(obj, cls):
            self._fail(msg, "%s is not an instance of %r" % (_shown(obj), cls))

    def assertNotIsInstance(self, obj, cls, msg=None):
        if isinstance(obj, cls):
            self._fail(msg, "%s is an instance of %r" % (_shown(obj), cls))

    def assertLess(self, a, b, msg=None):
        if not a < b:
            self._fail(msg, "%s not less than %s" % (_shown(a), _shown(b)))

    def assertLessEqual(self, a, b, msg=None):
        if not a <= b:
            self._fail(msg, "%s not less than or equal to %s" % (_shown(a), _shown(b)))

    def assertGreater(self, a, b, msg=None):
        if not a > b:
            self._fail(msg, "%s not greater than %s" % (_shown(a), _shown(b)))

    def assertGreaterEqual(self, a, b, msg=None):
        if not a >= b:
            self._fail(msg, "%s not greater than or equal to %s" % (_shown(a), _shown(b)))

    def assertAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        if first == second:
            return
        if delta is not None and places is not None:
            raise TypeError("specify delta or places not both")
        apart = abs(first - second)
        if delta is not None:
            if apart > delta:
                text = "%s != %s within %s delta (%s difference)"
                self._fail(msg, text % (_shown(first), _shown(second), _shown(delta), _shown(apart)))
            return
        places = 7 if places is None else places
        if round(apart, places) != 0:
            text = "%s != %s within %r places (%s difference)"
            self._fail(msg, text % (_shown(first), _shown(second), places, _shown(apart)))

    def assertNotAlmostEqual(self, first, second, places=None, msg=None, delta=None):
        if delta is not None and places is not None:
            raise TypeError("specify delta or places not both")
        apart = abs(first - second)
        if delta is not None:
            if first == second or apart <= delta:
                text = "%s == %s within %s delta (%s difference)"
                self._fail(msg, text % (_shown(first), _shown(second), _shown(delta), _shown(apart)))
            return
        places = 7 if places is None else places
        if first == second or round(apart, places) == 0:
            self._fail(msg, "%s == %s within %r places" % (_shown(first), _shown(second), places))

    def assertRegex(self, text, expected_regex, msg=None):
        if _search(expected_regex, text) is None:
            self._fail(msg, "Regex didn't match: %r not found in %r" % (_text_of(expected_regex), text))

    def assertNotRegex(self, text, unexpected_regex, msg=None):
        found = _search(unexpected_regex, text)
        if found is not None:
            self._fail(msg, "Regex matched: %r matches %r in %r" % (found, _text_of(unexpected_regex), text))

    def assertCountEqual(self, first, second, msg=None):
        first, second = list(first), list(second)
        differing = []
        for value in first + second:
            if all(value != known for _, _, known in differing):
                counts = first.count(value), second.count(value)
                differing.append((*counts, value))
        differing = [one for one in differing if one[0] != one[1]]
        if differing:
            lines = ["First has %d, Second has %d:  %r" % one for one in differing]
            self._fail(msg, "Element counts were not equal:\n" + "\n".join(lines))

    def assertRaises(self, expected_exception, *args, **kwargs):
        msg = None if args else kwargs.pop("msg", None)
        context = _Raised(self, expected_exception, None, msg)
        return context.call(args[0], args[1:], kwargs) if args else context

    def assertRaisesRegex(self, expected_exception, expected_regex, *args, **kwargs):
        msg = None if args else kwargs.pop("msg", None)
        context = _Raised(self, expected_exception, expected_regex, msg)
        return context.call(args[0], args[1:], kwargs) if args else context

    def assertLogs(self, logger=None, level=None):
        return _Logs(self, logger, level, True)

    def assertNoLogs(self, logger=None, level=None):
        return _Logs(self, logger, level, False)


_EQUALITY = {
    list: "assertListEqual",
    tuple: "assertTupleEqual",
    dict: "assertDictEqual",
    set: "assertSetEqual",
    frozenset: "assertSetEqual",
    str: "assertMultiLineEqual",
}


def _both(first, second):
    """Both values as texts, shortened in the middle where they are alike and long."""
    texts = [_shown(first), _shown(second)]
    if max(len(text) for text in texts) <= 80:
        return tuple(texts)
    same = 0
    while same < min(len(text) for text in texts) and texts[0][same] == texts[1][same]:
        same += 1
    common = 80 - (max(len(text) for text in texts) - same + 5 + 12)
    if common > 5:
        texts = [_shorter(texts[0][:same], 5, common) + text[same:] for text in texts]
        return tuple(texts)
    prefix = _shorter(texts[0][:same], 5, 5)
    return tuple([prefix + _shorter(text[same:], 41, 5) for text in texts])


def _shorter(text, begin, end):
    left_out = len(text) - begin - end
    if left_out <= 12:
        return text
    return "%s[%d chars]%s" % (text[:begin], left_out, text[len(text) - end :])


def _difference(first, second):
    return "\n".join(_lines_of_difference(first, second))


def _lines_of_difference(first, second):
    """The lines of two texts: those of one alone after - and +, those of both after nothing.
    Lines that are alike follow each other, with marks under what differs."""
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for a in range(len(first) - 1, -1, -1):
        for b in range(len(second) - 1, -1, -1):
            if first[a] == second[b]:
                table[a][b] = table[a + 1][b + 1] + 1
            else:
                table[a][b] = max(table[a + 1][b], table[a][b + 1])
    lines = []
    a = b = 0
    while a < len(first) or b < len(second):
        if a < len(first) and b < len(second) and first[a] == second[b]:
            lines.append("  " + first[a])
            a, b = a + 1, b + 1
            continue
        gone, come = [], []
        while (a < len(first) or b < len(second)) and not (
            a < len(first) and b < len(second) and first[a] == second[b]
        ):
            if b == len(second) or a < len(first) and table[a + 1][b] >= table[a][b + 1]:
                gone.append(first[a])
                a += 1
            else:
                come.append(second[b])
                b += 1
        for at in range(max(len(gone), len(come))):
            if at < len(gone) and at < len(come):
                lines.extend(_marked(gone[at], come[at]))
            elif at < len(gone):
                lines.append("- " + gone[at])
            else:
                lines.append("+ " + come[at])
    return lines


def _marked(old, new):
    """Two lines that differ, with marks under what does, if they are alike enough."""
    blocks = _same_blocks(old.rstrip("\n"), new.rstrip("\n"))
    same = sum([length for _, _, length in blocks])
    ending = "\n" if old.endswith("\n") else ""
    total = len(old) + len(new)
    if not total or 2.0 * (same + len(ending)) / total <= 0.75:
        return ["- " + old, "+ " + new]
    under_old, under_new = "", ""
    a = b = 0
    for at_old, at_new, length in [*blocks, (len(old.rstrip("\n")), len(new.rstrip("\n")), 0)]:
        gone, come = at_old - a, at_new - b
        both = min(gone, come) if gone and come else 0
        under_old += "^" * both + "-" * (gone - both) + " " * length
        under_new += "^" * both + "+" * (come - both) + " " * length
        a, b = at_old + length, at_new + length
    lines = ["- " + old]
    if under_old.strip():
        lines.append("? " + under_old.rstrip() + "\n")
    lines.append("+ " + new)
    if under_new.strip():
        lines.append("? " + under_new.rstrip() + "\n")
    return lines


def _same_blocks(old, new):
    """Where both texts are the same: the longest part, and those before and after it."""
    best = (0, 0, 0)
    lengths = {}
    for a, char in enumerate(old):
        now = {}
        for b, other in enumerate(new):
            if char == other:
                length = now[b] = lengths.get(b - 1, 0) + 1
                if length > best[2]:
                    best = (a - length + 1, b - length + 1, length)
        lengths = now
    if not best[2]:
        return []
    a, b, length = best
    after = [(x + a + length, y + b + length, n) for x, y, n in _same_blocks(old[a + length :], new[b + length :])]
    return _same_blocks(old[:a], new[:b]) + [best] + after


class _SubTest(TestCase):
    def __init__(self, test_case, message, params):
        super().__init__()
        self.test_case = test_case
        self._message_ = message
        self.params = params

    def _description(self):
        parts = []
        if self._message_ is not _same:
            parts.append("[%s]" % self._message_)
        if self.params:
            parts.append("(%s)" % ", ".join(["%s=%r" % item for item in self.params.items()]))
        return " ".join(parts) or "(<subtest>)"

    def id(self):
        return "%s %s" % (self.test_case.id(), self._description())

    def shortDescription(self):
        return self.test_case.shortDescription()

    def __str__(self):
        return "%s %s" % (self.test_case, self._description())


class _SubTestContext:
    def __init__(self, test, message, params):
        self._test = test
        self._message = message
        self._params = params

    def __enter__(self):
        outer = self._test._subtests
        params = {**(outer[-1].params if outer else {}), **self._params}
        outer.append(_SubTest(self._test, self._message, params))

    def __exit__(self, cls, value, traceback):
        subtest = self._test._subtests.pop()
        outcome = self._test._outcome
        if cls is None:
            return False
        if issubclass(cls, SkipTest):
            outcome.success = False
            outcome.result.addSkip(subtest, str(value))
            return True
        if not issubclass(cls, Exception):
            return False
        outcome.success = False
        outcome.result.addSubTest(self._test, subtest, (cls, value, traceback))
        return True


class FunctionTestCase(TestCase):
    def __init__(self, testFunc, setUp=None, tearDown=None, description=None):
        super().__init__()
        self._function = testFunc
        self._own_set_up = setUp
        self._own_tear_down = tearDown
        self._description = description

    def setUp(self):
        if self._own_set_up is not None:
            self._own_set_up()

    def tearDown(self):
        if self._own_tear_down is not None:
            self._own_tear_down()

    def runTest(self):
        self._function()

    def id(self):
        return self._function.__name__

    def shortDescription(self):
        return self._description or self._function.__doc__

    def __str__(self):
        return "%s (%s)" % (self.__class__.__qualname__, self._function.__name__)


class IsolatedAsyncioTestCase(TestCase):
    async def asyncSetUp(self):
        pass

    async def asyncTearDown(self):
        pass

    def addAsyncCleanup(self, func, /, *args, **kwargs):
        self.addCleanup(func, *args, **kwargs)

    def _set_up(self):
        self._runner = _imported("asyncio").Runner()

    def _tear_down(self):
        self._runner.close()

    def _call(self, function, /, *args):
        async def part():
            if function.__name__ == "setUp":
                function(*args)
                return await self.asyncSetUp()
            if function.__name__ == "tearDown":
                await self.asyncTearDown()
            result = function(*args)
            if hasattr(result, "__await__"):
                await result

        self._runner.run(part())


class TestResult:
    _told = "unittest.result.TestResult"

    def __init__(self, stream=None, descriptions=None, verbosity=None):
        self.failures = []
        self.errors = []
        self.skipped = []
        self.expectedFailures = []
        self.unexpectedSuccesses = []
        self.testsRun = 0
        self.shouldStop = False
        self.failfast = False

    def startTestRun(self):
        pass

    def stopTestRun(self):
        pass

    def startTest(self, test):
        self.testsRun += 1

    def stopTest(self, test):
        pass

    def _text(self, err):
        return exception_text(err[1])

    def addError(self, test, err):
        self.errors.append((test, self._text(err)))
        self.shouldStop = self.shouldStop or self.failfast

    def addFailure(self, test, err):
        self.failures.append((test, self._text(err)))
        self.shouldStop = self.shouldStop or self.failfast

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = self.failures if issubclass(err[0], test.failureException) else self.errors
            failed.append((subtest, self._text(err)))
            self.shouldStop = self.shouldStop or self.failfast

    def addSuccess(self, test):
        pass

    def addSkip(self, test, reason):
        self.skipped.append((test, reason))

    def addExpectedFailure(self, test, err):
        self.expectedFailures.append((test, self._text(err)))

    def addUnexpectedSuccess(self, test):
        self.unexpectedSuccesses.append(test)

    def wasSuccessful(self):
        return not (self.failures or self.errors or self.unexpectedSuccesses)

    def stop(self):
        self.shouldStop = True

    def __repr__(self):
        return "<%s run=%i errors=%i failures=%i>" % (
            self._told,
            self.testsRun,
            len(self.errors),
            len(self.failures),
        )


class TextTestResult(TestResult):
    _told = "unittest.runner.TextTestResult"
    separator1 = "=" * 70
    separator2 = "-" * 70

    def __init__(self, stream, descriptions, verbosity):
        super().__init__()
        self.stream = stream
        self.showAll = verbosity > 1
        self.dots = verbosity == 1
        self.descriptions = descriptions
        self._line = False

    def getDescription(self, test):
        first = test.shortDescription()
        return "\n".join([str(test), first]) if self.descriptions and first else str(test)

    def startTest(self, test):
        super().startTest(test)
        if self.showAll:
            self.stream.write(self.getDescription(test) + " ... ")
            self._line = False

    def _tell(self, long, short, test=None):
        if self.showAll:
            if isinstance(test, _SubTest):
                if not self._line:
                    self.stream.write("\n")
                self.stream.write("  " + self.getDescription(test) + " ... ")
            elif self._line:
                self.stream.write(self.getDescription(test) + " ... ")
            self.stream.write(long + "\n")
            self._line = True
        elif self.dots:
            self.stream.write(short)

    def addSuccess(self, test):
        super().addSuccess(test)
        self._tell("ok", ".", test)

    def addError(self, test, err):
        super().addError(test, err)
        self._tell("ERROR", "E", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._tell("FAIL", "F", test)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            failed = issubclass(err[0], subtest.failureException)
            self._tell("FAIL" if failed else "ERROR", "F" if failed else "E", subtest)
        super().addSubTest(test, subtest, err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._tell("skipped %r" % (reason,), "s", test)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self._tell("expected failure", "x", test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._tell("unexpected success", "u", test)

    def printErrors(self):
        if self.dots or self.showAll:
            self.stream.write("\n")
        for flavour, errors in (("ERROR", self.errors), ("FAIL", self.failures)):
            for test, text in errors:
                head = "%s\n%s: %s\n%s\n" % (self.separator1, flavour, self.getDescription(test), self.separator2)
                self.stream.write(head + text + "\n")
        if self.unexpectedSuccesses:
            self.stream.write(self.separator1 + "\n")
            for test in self.unexpectedSuccesses:
                self.stream.write("UNEXPECTED SUCCESS: %s\n" % self.getDescription(test))


class TextTestRunner:
    resultclass = TextTestResult

    def __init__(
        self,
        stream=None,
        descriptions=True,
        verbosity=1,
        failfast=False,
        buffer=False,
        resultclass=None,
        warnings=None,
        *,
        tb_locals=False
    ):
        self.stream = sys.stderr if stream is None else stream
        self.descriptions = descriptions
        self.verbosity = verbosity
        self.failfast = failfast
        if resultclass is not None:
            self.resultclass = resultclass

    def run(self, test):
        result = self.resultclass(self.stream, self.descriptions, self.verbosity)
        result.failfast = self.failfast
        begin = time.perf_counter()
        result.startTestRun()
        test(result)
        result.stopTestRun()
        taken = time.perf_counter() - begin
        result.printErrors()
        run = result.testsRun
        text = "%s\nRan %d test%s in %.3fs\n\n" % (result.separator2, run, "" if run == 1 else "s", taken)
        infos = []
        if not result.wasSuccessful():
            text += "FAILED"
            for name, many in (("failures", result.failures), ("errors", result.errors)):
                if many:
                    infos.append("%s=%d" % (name, len(many)))
        else:
            text += "OK"
        for name, many in (
            ("skipped", result.skipped),
            ("expected failures", result.expectedFailures),
            ("unexpected successes", result.unexpectedSuccesses),
        ):
            if many:
                infos.append("%s=%d" % (name, len(many)))
        if infos:
            text += " (%s)" % ", ".join(infos)
        self.stream.write(text + "\n")
        return result


class TestSuite:
    def __init__(self, tests=()):
        self._tests = []
        self.addTests(tests)

    def addTest(self, test):
        if not callable(test):
            raise TypeError("%r is not callable" % (repr(test),))
        self._tests.append(test)

    def addTests(self, tests):
        for test in tests:
            self.addTest(test)

    def countTestCases(self):
        return sum([test.countTestCases() for test in self._tests])

    def __iter__(self):
        return iter(self._tests)

    def _cases(self):
        for test in self._tests:
            if isinstance(test, TestSuite):
                yield from test._cases()
            else:
                yield test

    def run(self, result):
        module = _program()
        current = None
        is_set_up = True
        if _part_of_module(result, module, "setUpModule"):
            for test in self._cases():
                if result.shouldStop:
                    break
                cls = test.__class__
                if cls is not current:
                    _leave_class(result, current, is_set_up)
                    current = cls
                    is_set_up = _enter_class(result, cls)
                if is_set_up:
                    test(result)
            _leave_class(result, current, is_set_up)
            _part_of_module(result, module, "tearDownModule")
        _run_cleanups(_module_cleanups)
        return result

    def __call__(self, *args, **kwds):
        return self.run(*args, **kwds)

    def __repr__(self):
        return "<unittest.suite.TestSuite tests=%r>" % (self._tests,)


class _Fixture:
    """What stands for a set-up that fails among the tests."""

    failureException = AssertionError

    def __init__(self, description):
        self.description = description

    def id(self):
        return self.description

    def shortDescription(self):
        return None

    def __str__(self):
        return self.description


def _fixture(result, function, description):
    try:
        function()
        return True
    except SkipTest as why:
        result.addSkip(_Fixture(description), str(why))
    except Exception as error:
        result.addError(_Fixture(description), (type(error), error, None))
    return False


def _part_of_module(result, module, name):
    function = getattr(module, name, None)
    return function is None or _fixture(result, function, "%s (__main__)" % name)


def _enter_class(result, cls):
    if getattr(cls, "__unittest_skip__", False):
        return True
    set_up = getattr(cls, "setUpClass", None)
    name = "%s.%s" % (cls.__module__, cls.__qualname__)
    return set_up is None or _fixture(result, set_up, "setUpClass (%s)" % name)


def _leave_class(result, cls, is_set_up):
    if cls is None or getattr(cls, "__unittest_skip__", False):
        return
    name = "%s.%s" % (cls.__module__, cls.__qualname__)
    if is_set_up and hasattr(cls, "tearDownClass"):
        _fixture(result, cls.tearDownClass, "tearDownClass (%s)" % name)
    if hasattr(cls, "doClassCleanups"):
        cls.doClassCleanups()


class TestLoader:
    testMethodPrefix = "test"
    suiteClass = TestSuite

    def getTestCaseNames(self, testCaseClass):
        prefix = self.testMethodPrefix
        names = [name for name in dir(testCaseClass) if name.startswith(prefix)]
        return sorted([name for name in names if callable(getattr(testCaseClass, name))])

    def loadTestsFromTestCase(self, testCaseClass):
        names = self.getTestCaseNames(testCaseClass)
        if not names and hasattr(testCaseClass, "runTest"):
            names = ["runTest"]
        return self.suiteClass([testCaseClass(name) for name in names])

    def loadTestsFromModule(self, module):
        suites = []
        for name in sorted(vars(module)):
            value = getattr(module, name)
            if isinstance(value, type) and issubclass(value, TestCase):
                if value not in (TestCase, FunctionTestCase, IsolatedAsyncioTestCase):
                    suites.append(self.loadTestsFromTestCase(value))
        return self.suiteClass(suites)

    def loadTestsFromName(self, name, module=None):
        found = _program() if module is None else module
        parent = None
        for part in name.split("."):
            parent, found = found, getattr(found, part)
        if isinstance(found, type) and issubclass(found, TestCase):
            return self.loadTestsFromTestCase(found)
        if isinstance(parent, type) and issubclass(parent, TestCase):
            return self.suiteClass([parent(name.split(".")[-1])])
        return self.suiteClass([found()])

    def loadTestsFromNames(self, names, module=None):
        return self.suiteClass([self.loadTestsFromName(name, module) for name in names])


defaultTestLoader = TestLoader()


class TestProgram:
    def __init__(
        self,
        module="__main__",
        defaultTest=None,
        argv=None,
        testRunner=None,
        testLoader=defaultTestLoader,
        exit=True,
        verbosity=1,
        failfast=None,
        catchbreak=None,
        buffer=None,
        warnings=None
    ):
        argv = list(sys.argv if argv is None else argv)[1:]
        for option in ("-v", "--verbose"):
            if option in argv:
                argv.remove(option)
                verbosity = 2
        module = _program() if isinstance(module, str) or module is None else module
        names = argv or ([defaultTest] if isinstance(defaultTest, str) else defaultTest)
        if names:
            self.test = testLoader.loadTestsFromNames(names, module)
        else:
            self.test = testLoader.loadTestsFromModule(module)
        runner = TextTestRunner if testRunner is None else testRunner
        if isinstance(runner, type):
            runner = runner(verbosity=verbosity, failfast=bool(failfast))
        self.result = runner.run(self.test)
        if exit:
            sys.exit(not self.result.wasSuccessful())


main = TestProgram
