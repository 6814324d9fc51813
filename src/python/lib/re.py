"""Regular expressions. What finds matches is `_re`, which knows a pattern by its text."""

import _re
from enum import IntFlag

__all__ = [
    "A",
    "ASCII",
    "DOTALL",
    "I",
    "IGNORECASE",
    "L",
    "LOCALE",
    "M",
    "MULTILINE",
    "Match",
    "NOFLAG",
    "Pattern",
    "RegexFlag",
    "S",
    "U",
    "UNICODE",
    "VERBOSE",
    "X",
    "compile",
    "error",
    "escape",
    "findall",
    "finditer",
    "fullmatch",
    "match",
    "purge",
    "search",
    "split",
    "sub",
    "subn",
]

_SEARCH, _MATCH, _FULL = 0, 1, 2
_ALL = 1 << 62


class RegexFlag(IntFlag):
    NOFLAG = 0
    ASCII = A = 256
    IGNORECASE = I = 2
    LOCALE = L = 4
    UNICODE = U = 32
    MULTILINE = M = 8
    DOTALL = S = 16
    VERBOSE = X = 64
    DEBUG = 128

    def __repr__(self):
        names = ["re." + flag.name for flag in RegexFlag if flag.value & self.value]
        unknown = self.value & ~511
        if unknown:
            names.append(hex(unknown))
        return "|".join(names) or "re.NOFLAG"

    __str__ = __repr__


NOFLAG = RegexFlag.NOFLAG
ASCII = A = RegexFlag.ASCII
IGNORECASE = I = RegexFlag.IGNORECASE
LOCALE = L = RegexFlag.LOCALE
UNICODE = U = RegexFlag.UNICODE
MULTILINE = M = RegexFlag.MULTILINE
DOTALL = S = RegexFlag.DOTALL
VERBOSE = X = RegexFlag.VERBOSE


class error(Exception):
    def __init__(self, msg, pattern=None, pos=None):
        self.msg = msg
        self.pattern = pattern
        self.pos = pos
        self.lineno = self.colno = None
        if pattern is not None and pos is not None:
            newline = "\n" if isinstance(pattern, str) else b"\n"
            self.lineno = pattern.count(newline, 0, pos) + 1
            self.colno = pos - pattern.rfind(newline, 0, pos)
            msg = "%s at position %d" % (msg, pos)
            if newline in pattern:
                msg = "%s (line %d, column %d)" % (msg, self.lineno, self.colno)
        super().__init__(msg)


class Match:
    def __init__(self, pattern, string, pos, endpos, spans):
        self.re = pattern
        self.string = string
        self.pos = pos
        self.endpos = endpos
        self._spans = spans

    def _group(self, group):
        """The number of a group."""
        if isinstance(group, str):
            if group not in self.re.groupindex:
                raise IndexError("no such group")
            return self.re.groupindex[group]
        try:
            number = group.__index__()
        except AttributeError:
            raise IndexError("no such group") from None
        if not 0 <= number <= self.re.groups:
            raise IndexError("no such group")
        return number

    def _text(self, number, default=None):
        start, end = self._spans[2 * number], self._spans[2 * number + 1]
        return default if start < 0 else self.string[start:end]

    def group(self, *groups):
        if not groups:
            return self._text(0)
        if len(groups) == 1:
            return self._text(self._group(groups[0]))
        return tuple([self._text(self._group(group)) for group in groups])

    def __getitem__(self, group):
        return self._text(self._group(group))

    def groups(self, default=None):
        return tuple([self._text(number, default) for number in range(1, self.re.groups + 1)])

    def groupdict(self, default=None):
        return {name: self._text(number, default) for name, number in self.re.groupindex.items()}

    def start(self, group=0, /):
        return self._spans[2 * self._group(group)]

    def end(self, group=0, /):
        return self._spans[2 * self._group(group) + 1]

    def span(self, group=0, /):
        number = self._group(group)
        return self._spans[2 * number], self._spans[2 * number + 1]

    @property
    def lastindex(self):
        """The group that ended last: of those that end there, the outermost."""
        last, end, start = None, -1, 0
        for number in range(1, self.re.groups + 1):
            of, to = self._spans[2 * number], self._spans[2 * number + 1]
            if of >= 0 and (to > end or to == end and of >= start and of > start):
                last, end, start = number, to, of
        return last

    @property
    def lastgroup(self):
        last = self.lastindex
        for name, number in self.re.groupindex.items():
            if number == last:
                return name
        return None

    @property
    def regs(self):
        return tuple([self.span(number) for number in range(self.re.groups + 1)])

    def expand(self, template):
        return _expanded(_template(template, self.re), self)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return "<re.Match object; span=%r, match=%r>" % (self.span(), self.group())


class Pattern:
    def __init__(self, pattern, flags):
        self.pattern = pattern
        self._asked = int(flags) | (256 if isinstance(pattern, bytes) else 0)
        found = _re.compile(pattern, self._asked)
        if len(found) == 2:
            text, position = found
            raise error(text, pattern, position)
        self._flags, self.groups, names = found
        self.groupindex = dict(zip(names[::2], names[1::2]))

    @property
    def flags(self):
        if isinstance(self.pattern, bytes):
            return self._flags & ~256
        return self._flags if self._flags & 256 else self._flags | 32

    def _check(self, string):
        if isinstance(string, str) != isinstance(self.pattern, str):
            if not isinstance(string, (str, bytes)):
                raise TypeError("expected string or bytes-like object, got %r" % type(string).__name__)
            if isinstance(string, str):
                raise TypeError("cannot use a bytes pattern on a string-like object")
            raise TypeError("cannot use a string pattern on a bytes-like object")
        return string

    def _find(self, string, pos, endpos, mode, most):
        self._check(string)
        pos, endpos = max(pos, 0), len(string) if endpos is None else max(min(endpos, len(string)), 0)
        found = _re.find(self.pattern, self._asked, string, pos, endpos, mode, most)
        return [Match(self, string, pos, endpos, spans) for spans in found]

    def _first(self, string, pos, endpos, mode):
        found = self._find(string, pos, endpos, mode, 1)
        return found[0] if found else None

    def search(self, string, pos=0, endpos=None):
        return self._first(string, pos, endpos, _SEARCH)

    def match(self, string, pos=0, endpos=None):
        return self._first(string, pos, endpos, _MATCH)

    def fullmatch(self, string, pos=0, endpos=None):
        return self._first(string, pos, endpos, _FULL)

    def finditer(self, string, pos=0, endpos=None):
        return iter(self._find(string, pos, endpos, _SEARCH, _ALL))

    def findall(self, string, pos=0, endpos=None):
        nothing = string[:0]
        found = self._find(string, pos, endpos, _SEARCH, _ALL)
        if self.groups == 0:
            return [match._text(0) for match in found]
        if self.groups == 1:
            return [match._text(1, nothing) for match in found]
        return [match.groups(nothing) for match in found]

    def split(self, string, maxsplit=0):
        parts = []
        begin = 0
        for match in self._find(string, 0, None, _SEARCH, maxsplit or _ALL):
            start, end = match.span()
            parts.append(string[begin:start])
            parts.extend(match.groups())
            begin = end
        parts.append(string[begin:])
        return parts

    def subn(self, repl, string, count=0):
        parts = []
        begin = replaced = 0
        if callable(repl):
            of = repl
        else:
            template = _template(repl, self)

            def of(match):
                return _expanded(template, match)

        for match in self._find(string, 0, None, _SEARCH, count or _ALL):
            start, end = match.span()
            parts.append(string[begin:start])
            new = of(match)
            if not isinstance(new, type(string)):
                if new is not None:
                    raise TypeError(
                        "expected %s instance, %s found" % ("str", type(new).__name__)
                        if isinstance(string, str)
                        else "sequence item %d: expected a bytes-like object, %s found"
                        % (len(parts), type(new).__name__)
                    )
                new = string[:0]
            parts.append(new)
            begin = end
            replaced += 1
        parts.append(string[begin:])
        return string[:0].join(parts), replaced

    def sub(self, repl, string, count=0):
        return self.subn(repl, string, count)[0]

    def __eq__(self, other):
        if not isinstance(other, Pattern):
            return NotImplemented
        return self.pattern == other.pattern and self.flags == other.flags

    def __hash__(self):
        return hash((self.pattern, self.flags))

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __class_getitem__(cls, item):
        return cls

    def __repr__(self):
        flags = self.flags
        if isinstance(self.pattern, str) and not flags & 256:
            flags &= ~32
        shown = repr(self.pattern)[:200]
        return "re.compile(%s%s)" % (shown, ", %r" % RegexFlag(flags) if flags else "")


_OCTAL = "01234567"
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}


def _template(repl, pattern):
    """What replaces a match: texts, and numbers of groups."""
    is_bytes = isinstance(repl, bytes)
    text = repl.decode("latin-1") if is_bytes else repl
    if not isinstance(text, str):
        raise TypeError("decoding to str: need a bytes-like object, %s found" % type(repl).__name__)
    parts = []

    def wrong(msg, position):
        return error(msg, repl, position)

    def add(piece):
        piece = piece.encode("latin-1") if is_bytes else piece
        parts.append(piece)

    def group(number, position):
        if number > pattern.groups:
            raise wrong("invalid group reference %d" % number, position)
        parts.append(number)

    at = 0
    while True:
        slash = text.find("\\", at)
        if slash < 0:
            add(text[at:])
            return parts
        add(text[at:slash])
        at = slash + 1
        if at >= len(text):
            raise wrong("bad escape (end of pattern)", slash)
        char = text[at]
        at += 1
        if char == "g":
            if text[at : at + 1] != "<":
                raise wrong("missing <", at)
            end = text.find(">", at)
            name = text[at + 1 : end] if end >= 0 else text[at + 1 :]
            if not name:
                raise wrong("missing group name", at + 1)
            if end < 0:
                raise wrong("missing >, unterminated name", at + 1)
            if name.isdigit():
                group(int(name), at + 1)
            elif not name.isidentifier():
                raise wrong("bad character in group name %r" % name, at + 1)
            elif name not in pattern.groupindex:
                raise IndexError("unknown group name %r" % name)
            else:
                parts.append(pattern.groupindex[name])
            at = end + 1
        elif char == "0":
            digits = ""
            while len(digits) < 2 and text[at : at + 1] in _OCTAL and at < len(text):
                digits += text[at]
                at += 1
            add(chr(int("0" + digits, 8)))
        elif char.isdigit():
            following = text[at : at + 2]
            if char in _OCTAL and len(following) == 2 and following[0] in _OCTAL and following[1] in _OCTAL:
                add(chr(int(char + following, 8) & 255))
                at += 2
            else:
                position = at - 1
                if following[:1].isdigit():
                    char += following[0]
                    at += 1
                group(int(char), position)
        elif char in _ESCAPES:
            add(_ESCAPES[char])
        elif char.isascii() and char.isalpha():
            raise wrong("bad escape \\" + char, slash)
        else:
            add("\\" + char)


def _expanded(template, match):
    nothing = match.string[:0]
    return nothing.join([match._text(part, nothing) if isinstance(part, int) else part for part in template])


def compile(pattern, flags=0):
    if isinstance(pattern, Pattern):
        if flags:
            raise ValueError("cannot process flags argument with a compiled pattern")
        return pattern
    if not isinstance(pattern, (str, bytes)):
        raise TypeError("first argument must be string or compiled pattern")
    return Pattern(pattern, flags)


def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)


def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)


def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)


def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)


def subn(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).subn(repl, string, count)


def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)


def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)


def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)


def purge():
    pass


_SPECIAL = frozenset("()[]{}?*+-|^$\\.&~# \t\n\r\v\f")


def escape(pattern):
    if isinstance(pattern, bytes):
        return escape(pattern.decode("latin-1")).encode("latin-1")
    return "".join(["\\" + char if char in _SPECIAL else char for char in pattern])
