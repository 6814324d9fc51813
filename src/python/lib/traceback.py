"""Exceptions as the text that tells them: with the program's own frames, and no others."""

import sys
from _machine import exception_lines, exception_text, handled

__all__ = [
    "FrameSummary",
    "StackSummary",
    "TracebackException",
    "extract_tb",
    "format_exc",
    "format_exception",
    "format_exception_only",
    "format_list",
    "format_tb",
    "print_exc",
    "print_exception",
    "print_tb",
]


class FrameSummary:
    def __init__(self, filename, lineno, name, line=None):
        self.filename = filename
        self.lineno = lineno
        self.name = name
        self.line = line

    def __iter__(self):
        return iter([self.filename, self.lineno, self.name, self.line])

    def __getitem__(self, at):
        return list(self)[at]

    def __len__(self):
        return 4

    def __eq__(self, other):
        return list(self) == list(other)

    def __repr__(self):
        return "<FrameSummary file %s, line %d in %s>" % (self.filename, self.lineno, self.name)


class StackSummary(list):
    def format(self):
        return format_list(self)


def _value_of(exc, value):
    return exc if isinstance(exc, BaseException) or exc is None else value


def extract_tb(tb, limit=None):
    """The frames of an exception, which stands for its traceback; by default those of the
    one that is being handled."""
    frames = StackSummary()
    for lineno, name, line in exception_lines(handled() if tb is None else tb):
        frames.append(FrameSummary(sys.argv[0], lineno, name, line))
    return frames


def format_list(extracted_list):
    shown = []
    for filename, lineno, name, line in extracted_list:
        text = '  File "%s", line %d, in %s\n' % (filename, lineno, name)
        shown.append(text + ("    %s\n" % line if line else ""))
    return shown


def format_tb(tb, limit=None):
    return format_list(extract_tb(tb, limit))


def print_tb(tb, limit=None, file=None):
    print("".join(format_tb(tb, limit)), file=file or sys.stderr, end="")


def format_exception(exc, /, value=None, tb=None, limit=None, chain=True):
    return exception_text(_value_of(exc, value)).splitlines(keepends=True)


def format_exception_only(exc, /, value=None):
    value = _value_of(exc, value)
    cls = type(value)
    name = cls.__qualname__
    if cls.__module__ not in ("builtins", "__main__"):
        name = "%s.%s" % (cls.__module__, name)
    text = str(value)
    lines = ["%s: %s\n" % (name, text) if text else name + "\n"]
    return lines + ["%s\n" % note for note in getattr(value, "__notes__", ())]


def print_exception(exc, /, value=None, tb=None, limit=None, file=None, chain=True):
    print(exception_text(_value_of(exc, value)), file=file or sys.stderr, end="")


def format_exc(limit=None, chain=True):
    return exception_text(handled())


def print_exc(limit=None, file=None, chain=True):
    print(exception_text(handled()), file=file or sys.stderr, end="")


class TracebackException:
    def __init__(self, exc_type, exc_value, exc_traceback=None, **options):
        self.exc_type = exc_type
        self._value = exc_value
        self.stack = extract_tb(exc_value)

    @classmethod
    def from_exception(cls, exc, **options):
        return cls(type(exc), exc)

    def format(self, *, chain=True):
        yield from format_exception(self._value)

    def format_exception_only(self):
        yield from format_exception_only(self._value)

    def __str__(self):
        return str(self._value)
