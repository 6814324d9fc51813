"""Values as text that other programs read, and back."""

__all__ = ["JSONDecodeError", "JSONDecoder", "JSONEncoder", "dump", "dumps", "load", "loads"]


class JSONDecodeError(ValueError):
    def __init__(self, msg, doc, pos):
        lineno = doc.count("\n", 0, pos) + 1
        colno = pos - doc.rfind("\n", 0, pos)
        super().__init__("%s: line %d column %d (char %d)" % (msg, lineno, colno, pos))
        self.msg = msg
        self.doc = doc
        self.pos = pos
        self.lineno = lineno
        self.colno = colno


_INFINITY = float("inf")
_ESCAPES = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\f": "\\f",
    "\b": "\\b",
}
_UNESCAPED = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_SPACE = " \t\n\r"
_DIGITS = "0123456789"


def _quoted(text, ensure_ascii):
    shown = []
    for char in text:
        if char in _ESCAPES:
            char = _ESCAPES[char]
        elif char < " " or ensure_ascii and char > "~":
            code = ord(char)
            if code > 0xFFFF:
                code -= 0x10000
                char = "\\u%04x\\u%04x" % (0xD800 + (code >> 10), 0xDC00 + (code & 0x3FF))
            else:
                char = "\\u%04x" % code
        elif ensure_ascii and char == "\x7f":
            char = "\\u007f"
        shown.append(char)
    return '"' + "".join(shown) + '"'


class JSONEncoder:
    item_separator = ", "
    key_separator = ": "

    def __init__(
        self,
        *,
        skipkeys=False,
        ensure_ascii=True,
        check_circular=True,
        allow_nan=True,
        sort_keys=False,
        indent=None,
        separators=None,
        default=None,
    ):
        self.skipkeys = skipkeys
        self.ensure_ascii = ensure_ascii
        self.check_circular = check_circular
        self.allow_nan = allow_nan
        self.sort_keys = sort_keys
        self.indent = indent
        if separators is not None:
            self.item_separator, self.key_separator = separators
        elif indent is not None:
            self.item_separator = ","
        if default is not None:
            self.default = default

    def default(self, o):
        raise TypeError("Object of type %s is not JSON serializable" % o.__class__.__name__)

    def encode(self, o):
        return "".join(self.iterencode(o))

    def iterencode(self, o, _one_shot=False):
        indent = self.indent
        if isinstance(indent, int):
            indent = " " * indent
        return self._pieces(o, indent, "\n", set())

    def _float(self, number):
        if number != number:
            text = "NaN"
        elif number == _INFINITY:
            text = "Infinity"
        elif number == -_INFINITY:
            text = "-Infinity"
        else:
            return float.__repr__(number)
        if not self.allow_nan:
            shown = "" if self.indent is None else ": " + repr(number)
            raise ValueError("Out of range float values are not JSON compliant" + shown)
        return text

    def _key(self, key):
        """A key as text; None: it is left out."""
        if isinstance(key, str):
            return key
        if isinstance(key, float):
            return self._float(key)
        if key is True:
            return "true"
        if key is False:
            return "false"
        if key is None:
            return "null"
        if isinstance(key, int):
            return int.__repr__(key)
        if self.skipkeys:
            return None
        raise TypeError("keys must be str, int, float, bool or None, not %s" % key.__class__.__name__)

    def _plain(self, o):
        """The text of what contains nothing else, or None."""
        if isinstance(o, str):
            return _quoted(o, self.ensure_ascii)
        if o is None:
            return "null"
        if o is True:
            return "true"
        if o is False:
            return "false"
        if isinstance(o, int):
            return int.__repr__(o)
        if isinstance(o, float):
            return self._float(o)
        return None

    def _pieces(self, o, indent, newline, inside):
        plain = self._plain(o)
        if plain is not None:
            yield plain
            return
        if self.check_circular:
            if id(o) in inside:
                raise ValueError("Circular reference detected")
            inside.add(id(o))
        inner = newline if indent is None else newline + indent
        separator = self.item_separator if indent is None else self.item_separator + inner
        if isinstance(o, dict):
            items = o.items()
            if self.sort_keys:
                items = sorted(items)
            is_first = True
            for key, value in items:
                key = self._key(key)
                if key is None:
                    continue
                if is_first:
                    yield "{" if indent is None else "{" + inner
                    is_first = False
                else:
                    yield separator
                yield _quoted(key, self.ensure_ascii) + self.key_separator
                yield from self._pieces(value, indent, inner, inside)
            if is_first:
                yield "{}"
            else:
                yield "}" if indent is None else newline + "}"
        elif isinstance(o, (list, tuple)):
            is_first = True
            for value in o:
                if is_first:
                    yield "[" if indent is None else "[" + inner
                    is_first = False
                else:
                    yield separator
                yield from self._pieces(value, indent, inner, inside)
            if is_first:
                yield "[]"
            else:
                yield "]" if indent is None else newline + "]"
        else:
            yield from self._pieces(self.default(o), indent, newline, inside)
        inside.discard(id(o))


class JSONDecoder:
    def __init__(
        self,
        *,
        object_hook=None,
        parse_float=None,
        parse_int=None,
        parse_constant=None,
        strict=True,
        object_pairs_hook=None,
    ):
        self.object_hook = object_hook
        self.parse_float = parse_float or float
        self.parse_int = parse_int or int
        self.parse_constant = parse_constant
        self.strict = strict
        self.object_pairs_hook = object_pairs_hook

    def decode(self, s):
        value, end = self.raw_decode(s, _after_space(s, 0))
        end = _after_space(s, end)
        if end != len(s):
            raise JSONDecodeError("Extra data", s, end)
        return value

    def raw_decode(self, s, idx=0):
        return self._value(s, idx)

    def _value(self, s, at):
        char = s[at : at + 1]
        if char == '"':
            return self._text(s, at + 1)
        if char == "{":
            return self._object(s, at + 1)
        if char == "[":
            return self._array(s, at + 1)
        for name, value in _CONSTANTS:
            if s.startswith(name, at):
                if value is not True and value is not False and value is not None and self.parse_constant:
                    value = self.parse_constant(name)
                return value, at + len(name)
        return self._number(s, at)

    def _number(self, s, begin):
        at = begin + s.startswith("-", begin)
        first = at
        while s[at : at + 1] and s[at] in _DIGITS:
            at += 1
        if at == first:
            raise JSONDecodeError("Expecting value", s, begin)
        if s[first] == "0":
            at = first + 1
        whole = at
        if s.startswith(".", at) and s[at + 1 : at + 2] and s[at + 1] in _DIGITS:
            at += 1
            while s[at : at + 1] and s[at] in _DIGITS:
                at += 1
        if s[at : at + 1] in ("e", "E"):
            exponent = at + 1 + (s[at + 1 : at + 2] in ("+", "-"))
            if s[exponent : exponent + 1] and s[exponent] in _DIGITS:
                at = exponent
                while s[at : at + 1] and s[at] in _DIGITS:
                    at += 1
        text = s[begin:at]
        return (self.parse_int if at == whole else self.parse_float)(text), at

    def _text(self, s, at):
        begin = at - 1
        parts = []
        while True:
            end = at
            while s[end : end + 1] not in ('"', "\\", "") and s[end] >= " ":
                end += 1
            parts.append(s[at:end])
            char = s[end : end + 1]
            if char == '"':
                return "".join(parts), end + 1
            if char == "":
                raise JSONDecodeError("Unterminated string starting at", s, begin)
            if char != "\\":
                if self.strict:
                    raise JSONDecodeError("Invalid control character at", s, end)
                parts.append(char)
                at = end + 1
                continue
            escape = s[end + 1 : end + 2]
            if escape == "":
                raise JSONDecodeError("Unterminated string starting at", s, begin)
            if escape in _UNESCAPED:
                parts.append(_UNESCAPED[escape])
                at = end + 2
            elif escape == "u":
                code = _hex(s, end + 2)
                at = end + 6
                if 0xD800 <= code <= 0xDBFF and s.startswith("\\u", at):
                    low = _hex(s, at + 2)
                    if 0xDC00 <= low <= 0xDFFF:
                        code = 0x10000 + ((code - 0xD800) << 10 | low - 0xDC00)
                        at += 6
                parts.append(chr(code))
            else:
                raise JSONDecodeError("Invalid \\escape", s, end)

    def _object(self, s, at):
        pairs = []
        at = _after_space(s, at)
        if s.startswith("}", at):
            return self._made(pairs), at + 1
        if not s.startswith('"', at):
            raise JSONDecodeError("Expecting property name enclosed in double quotes", s, at)
        while True:
            key, at = self._text(s, at + 1)
            at = _after_space(s, at)
            if not s.startswith(":", at):
                raise JSONDecodeError("Expecting ':' delimiter", s, at)
            value, at = self._value(s, _after_space(s, at + 1))
            pairs.append((key, value))
            at = _after_space(s, at)
            if s.startswith("}", at):
                return self._made(pairs), at + 1
            if not s.startswith(",", at):
                raise JSONDecodeError("Expecting ',' delimiter", s, at)
            at = _after_space(s, at + 1)
            if not s.startswith('"', at):
                raise JSONDecodeError("Expecting property name enclosed in double quotes", s, at)

    def _made(self, pairs):
        if self.object_pairs_hook is not None:
            return self.object_pairs_hook(pairs)
        made = dict(pairs)
        return made if self.object_hook is None else self.object_hook(made)

    def _array(self, s, at):
        values = []
        at = _after_space(s, at)
        if s.startswith("]", at):
            return values, at + 1
        while True:
            value, at = self._value(s, at)
            values.append(value)
            at = _after_space(s, at)
            if s.startswith("]", at):
                return values, at + 1
            if not s.startswith(",", at):
                raise JSONDecodeError("Expecting ',' delimiter", s, at)
            at = _after_space(s, at + 1)


_CONSTANTS = (
    ("null", None),
    ("true", True),
    ("false", False),
    ("NaN", float("nan")),
    ("Infinity", _INFINITY),
    ("-Infinity", -_INFINITY),
)


def _after_space(s, at):
    while s[at : at + 1] and s[at] in _SPACE:
        at += 1
    return at


def _hex(s, at):
    digits = s[at : at + 4]
    if len(digits) == 4 and digits.isalnum():
        try:
            return int(digits, 16)
        except ValueError:
            pass
    raise JSONDecodeError("Invalid \\uXXXX escape", s, at - 1)


def dumps(
    obj,
    *,
    skipkeys=False,
    ensure_ascii=True,
    check_circular=True,
    allow_nan=True,
    cls=None,
    indent=None,
    separators=None,
    default=None,
    sort_keys=False,
    **kw
):
    encoder = (cls or JSONEncoder)(
        skipkeys=skipkeys,
        ensure_ascii=ensure_ascii,
        check_circular=check_circular,
        allow_nan=allow_nan,
        indent=indent,
        separators=separators,
        default=default,
        sort_keys=sort_keys,
        **kw
    )
    return encoder.encode(obj)


def dump(obj, fp, **kw):
    fp.write(dumps(obj, **kw))


def loads(
    s,
    *,
    cls=None,
    object_hook=None,
    parse_float=None,
    parse_int=None,
    parse_constant=None,
    object_pairs_hook=None,
    **kw
):
    if isinstance(s, bytes):
        s = s.decode("utf-8")
    elif not isinstance(s, str):
        raise TypeError("the JSON object must be str, bytes or bytearray, not %s" % s.__class__.__name__)
    decoder = (cls or JSONDecoder)(
        object_hook=object_hook,
        parse_float=parse_float,
        parse_int=parse_int,
        parse_constant=parse_constant,
        object_pairs_hook=object_pairs_hook,
        **kw
    )
    return decoder.decode(s)


def load(fp, **kw):
    return loads(fp.read(), **kw)
