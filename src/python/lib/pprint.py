"""Containers as text that is easy to read: what does not fit into a line goes into several."""

import sys
from io import StringIO

__all__ = ["PrettyPrinter", "isreadable", "isrecursive", "pformat", "pp", "pprint", "saferepr"]


def pprint(object, stream=None, indent=1, width=80, depth=None, *, compact=False, sort_dicts=True, underscore_numbers=False):
    PrettyPrinter(
        indent, width, depth, stream, compact=compact, sort_dicts=sort_dicts, underscore_numbers=underscore_numbers
    ).pprint(object)


def pformat(object, indent=1, width=80, depth=None, *, compact=False, sort_dicts=True, underscore_numbers=False):
    return PrettyPrinter(
        indent, width, depth, compact=compact, sort_dicts=sort_dicts, underscore_numbers=underscore_numbers
    ).pformat(object)


def pp(object, *args, sort_dicts=False, **kwargs):
    pprint(object, *args, sort_dicts=sort_dicts, **kwargs)


def saferepr(object):
    return PrettyPrinter()._repr(object, set(), 0)


def isreadable(object):
    return PrettyPrinter().isreadable(object)


def isrecursive(object):
    return PrettyPrinter().isrecursive(object)


def _order(key):
    """What sorts keys, also those that do not compare with each other."""
    return _Order(key)


class _Order:
    def __init__(self, key):
        self.key = key

    def __lt__(self, other):
        try:
            return self.key < other.key
        except TypeError:
            a, b = self.key, other.key
            return (str(type(a)), id(a)) < (str(type(b)), id(b))


class PrettyPrinter:
    def __init__(
        self,
        indent=1,
        width=80,
        depth=None,
        stream=None,
        *,
        compact=False,
        sort_dicts=True,
        underscore_numbers=False
    ):
        indent, width = int(indent), int(width)
        if indent < 0:
            raise ValueError("indent must be >= 0")
        if depth is not None and depth <= 0:
            raise ValueError("depth must be > 0")
        if not width:
            raise ValueError("width must be != 0")
        self._indent = indent
        self._width = width
        self._depth = depth
        self._stream = sys.stdout if stream is None else stream
        self._compact = bool(compact)
        self._sort_dicts = sort_dicts
        self._underscores = underscore_numbers

    def pprint(self, object):
        self._stream.write(self.pformat(object) + "\n")

    def pformat(self, object):
        out = StringIO()
        self._write(object, out, 0, 0, set(), 0)
        return out.getvalue()

    def isrecursive(self, object):
        return "<Recursion on " in self._repr(object, set(), 0)

    def isreadable(self, object):
        text = self._repr(object, set(), 0)
        return "<" not in text and "..." not in text

    def format(self, object, context, maxlevels, level):
        text = self._repr(object, set(context), level)
        return text, "<" not in text, "<Recursion on " in text

    def _pairs(self, mapping):
        pairs = list(mapping.items())
        return sorted(pairs, key=lambda pair: _order(pair[0])) if self._sort_dicts else pairs

    def _repr(self, object, inside, level):
        """The text in one line."""
        cls = type(object)
        if cls.__repr__ is int.__repr__ and cls is int and self._underscores:
            return "{:_d}".format(object)
        if cls in (dict, list, tuple):
            if not object:
                return repr(object)
            if self._depth and level >= self._depth:
                return {dict: "{...}", list: "[...]", tuple: "(...)"}[cls]
            if id(object) in inside:
                return "<Recursion on %s with id=%s>" % (cls.__name__, id(object))
            inside.add(id(object))
            if cls is dict:
                parts = []
                for key, value in self._pairs(object):
                    parts.append("%s: %s" % (self._repr(key, inside, level + 1), self._repr(value, inside, level + 1)))
                text = "{%s}" % ", ".join(parts)
            else:
                parts = ", ".join([self._repr(item, inside, level + 1) for item in object])
                if cls is list:
                    text = "[%s]" % parts
                else:
                    text = "(%s,)" % parts if len(object) == 1 else "(%s)" % parts
            inside.discard(id(object))
            return text
        return repr(object)

    def _write(self, object, out, indent, allowance, inside, level):
        if id(object) in inside:
            out.write("<Recursion on %s with id=%s>" % (type(object).__name__, id(object)))
            return
        text = self._repr(object, set(inside), level)
        if len(text) > self._width - indent - allowance:
            several = self._several(object)
            if several is not None:
                inside.add(id(object))
                several(object, out, indent, allowance, inside, level + 1)
                inside.discard(id(object))
                return
        out.write(text)

    def _several(self, object):
        """What writes the object into several lines, if anything does."""
        cls = type(object)
        if hasattr(cls, "__dataclass_fields__") and "__repr__" in cls.__dict__:
            if cls.__repr__.__module__ == "dataclasses":
                return self._write_dataclass
        represented = {
            "dict": self._write_dict,
            "OrderedDict": self._write_ordered,
            "defaultdict": self._write_default,
            "Counter": self._write_counter,
            "list": self._write_list,
            "tuple": self._write_tuple,
            "set": self._write_set,
            "frozenset": self._write_set,
            "str": self._write_text,
            "deque": self._write_deque,
            "SimpleNamespace": self._write_namespace,
        }
        if cls.__module__ in ("builtins", "collections", "types"):
            return represented.get(cls.__name__) if object or cls.__name__ == "SimpleNamespace" else None
        return None

    def _write_dict(self, object, out, indent, allowance, inside, level):
        out.write("{" + (self._indent - 1) * " ")
        self._write_pairs(self._pairs(object), out, indent, allowance + 1, inside, level)
        out.write("}")

    def _write_pairs(self, pairs, out, indent, allowance, inside, level):
        indent += self._indent
        last = len(pairs) - 1
        for at, (key, value) in enumerate(pairs):
            shown = self._repr(key, inside, level)
            out.write(shown + ": ")
            self._write(value, out, indent + len(shown) + 2, allowance if at == last else 1, inside, level)
            if at != last:
                out.write(",\n" + " " * indent)

    def _write_ordered(self, object, out, indent, allowance, inside, level):
        name = type(object).__name__
        out.write(name + "(")
        self._write(list(object.items()), out, indent + len(name) + 1, allowance + 1, inside, level)
        out.write(")")

    def _write_default(self, object, out, indent, allowance, inside, level):
        factory = self._repr(object.default_factory, inside, level)
        name = type(object).__name__
        indent += len(name) + 1
        out.write("%s(%s,\n%s" % (name, factory, " " * indent))
        self._write_dict(object, out, indent, allowance + 1, inside, level)
        out.write(")")

    def _write_counter(self, object, out, indent, allowance, inside, level):
        name = type(object).__name__
        out.write(name + "({" + (self._indent - 1) * " ")
        self._write_pairs(object.most_common(), out, indent + len(name) + 1, allowance + 2, inside, level)
        out.write("})")

    def _write_list(self, object, out, indent, allowance, inside, level):
        out.write("[")
        self._write_items(object, out, indent, allowance + 1, inside, level)
        out.write("]")

    def _write_tuple(self, object, out, indent, allowance, inside, level):
        end = ",)" if len(object) == 1 else ")"
        out.write("(")
        self._write_items(object, out, indent, allowance + len(end), inside, level)
        out.write(end)

    def _write_set(self, object, out, indent, allowance, inside, level):
        begin, end = "{", "}"
        if type(object) is frozenset:
            begin, end = "frozenset({", "})"
            indent += len("frozenset") + 1
        out.write(begin)
        self._write_items(sorted(object, key=_order), out, indent, allowance + len(end), inside, level)
        out.write(end)

    def _write_deque(self, object, out, indent, allowance, inside, level):
        out.write("deque(")
        indent += len("deque") + 1
        out.write("[")
        if object.maxlen is None:
            self._write_items(object, out, indent, allowance + 2, inside, level)
            out.write("])")
        else:
            self._write_items(object, out, indent, 2, inside, level)
            out.write("],\n%smaxlen=%s)" % (" " * indent, self._repr(object.maxlen, inside, level)))

    def _write_items(self, items, out, indent, allowance, inside, level):
        indent += self._indent
        if self._indent > 1:
            out.write((self._indent - 1) * " ")
        items = list(items)
        last = len(items) - 1
        separator = ",\n" + " " * indent
        room = width = self._width - indent + 1
        begin = ""
        for at, item in enumerate(items):
            allowed = allowance if at == last else 1
            if at == last:
                room -= allowance
                width -= allowance
            if self._compact:
                text = self._repr(item, inside, level)
                needed = len(text) + 2
                if room < needed:
                    room = width
                    if begin:
                        begin = separator
                if room >= needed:
                    room -= needed
                    out.write(begin + text)
                    begin = ", "
                    continue
            out.write(begin)
            begin = separator
            self._write(item, out, indent, allowed, inside, level)

    def _write_fields(self, pairs, out, indent, allowance, inside, level):
        last = len(pairs) - 1
        for at, (name, value) in enumerate(pairs):
            out.write(name + "=")
            if id(value) in inside:
                out.write("...")
            else:
                self._write(value, out, indent + len(name) + 1, allowance if at == last else 1, inside, level)
            if at != last:
                out.write(",\n" + " " * indent)

    def _write_dataclass(self, object, out, indent, allowance, inside, level):
        name = type(object).__name__
        indent += len(name) + 1
        fields = type(object).__dataclass_fields__.values()
        pairs = [(field.name, getattr(object, field.name)) for field in fields if field.repr and field._kind == "_FIELD"]
        out.write(name + "(")
        self._write_fields(pairs, out, indent, allowance, inside, level)
        out.write(")")

    def _write_namespace(self, object, out, indent, allowance, inside, level):
        indent += len("namespace") + 1
        out.write("namespace(")
        self._write_fields(list(object.__dict__.items()), out, indent, allowance, inside, level)
        out.write(")")

    def _write_text(self, object, out, indent, allowance, inside, level):
        lines = object.splitlines(True)
        if level == 1:
            indent += 1
            allowance += 1
        room = most = self._width - indent
        shown = ""
        chunks = []
        for at, line in enumerate(lines):
            shown = repr(line)
            if at == len(lines) - 1:
                most -= allowance
            if len(shown) <= most:
                chunks.append(shown)
                continue
            parts = _words(line)
            current = ""
            for place, part in enumerate(parts):
                candidate = current + part
                room = self._width - indent
                if place == len(parts) - 1 and at == len(lines) - 1:
                    room -= allowance
                if len(repr(candidate)) > room:
                    if current:
                        chunks.append(repr(current))
                    current = part
                else:
                    current = candidate
            if current:
                chunks.append(repr(current))
        if len(chunks) == 1:
            out.write(shown)
            return
        if level == 1:
            out.write("(")
        for at, chunk in enumerate(chunks):
            if at > 0:
                out.write("\n" + " " * indent)
            out.write(chunk)
        if level == 1:
            out.write(")")


def _words(line):
    """A line in words, each with the white space after it."""
    words = []
    begin = at = 0
    while at < len(line):
        while at < len(line) and not line[at].isspace():
            at += 1
        while at < len(line) and line[at].isspace():
            at += 1
        words.append(line[begin:at])
        begin = at
    return words
