"""Sets of characters, and templates."""

from _string import (
    ascii_letters,
    ascii_lowercase,
    ascii_uppercase,
    capwords,
    digits,
    hexdigits,
    octdigits,
    printable,
    punctuation,
    whitespace,
)
from _string import field_steps, format_pieces

__all__ = [
    "Formatter",
    "Template",
    "ascii_letters",
    "ascii_lowercase",
    "ascii_uppercase",
    "capwords",
    "digits",
    "hexdigits",
    "octdigits",
    "printable",
    "punctuation",
    "whitespace",
]

_MISSING = object()


def _is_start(char):
    return char == "_" or char.isascii() and char.isalpha()


def _is_part(char):
    return char == "_" or char.isascii() and char.isalnum()


class Template:
    delimiter = "$"

    def __init__(self, template):
        self.template = template

    def _pieces(self):
        """The text in pieces: each a text, a name if it stands for one, and where it is."""
        text, mark = self.template, self.delimiter
        begin = 0
        while True:
            at = text.find(mark, begin)
            if at < 0:
                yield text[begin:], None, begin
                return
            yield text[begin:at], None, begin
            after = at + len(mark)
            if text.startswith(mark, after):
                begin = after + len(mark)
                yield mark, None, at
                continue
            braced = text.startswith("{", after)
            start = end = after + braced
            if end < len(text) and _is_start(text[end]):
                while end < len(text) and _is_part(text[end]):
                    end += 1
            if end == start or braced and not text.startswith("}", end):
                begin = after
                yield mark, _MISSING, at
                continue
            begin = end + braced
            yield text[at:begin], text[start:end], at

    def substitute(self, mapping={}, /, **kws):
        shown = []
        for text, name, at in self._pieces():
            if name is _MISSING:
                lines = self.template[: at + len(self.delimiter)].splitlines(keepends=True)
                column = at + len(self.delimiter) - len("".join(lines[:-1]))
                raise ValueError("Invalid placeholder in string: line %d, col %d" % (len(lines), column))
            if name is not None:
                text = str(kws[name] if name in kws else mapping[name])
            shown.append(text)
        return "".join(shown)

    def safe_substitute(self, mapping={}, /, **kws):
        shown = []
        for text, name, _ in self._pieces():
            if name is not None and name is not _MISSING:
                try:
                    text = str(kws[name] if name in kws else mapping[name])
                except KeyError:
                    pass
            shown.append(text)
        return "".join(shown)

    def is_valid(self):
        return all(name is not _MISSING for _, name, _ in self._pieces())

    def get_identifiers(self):
        names = []
        for _, name, _ in self._pieces():
            if name is not None and name is not _MISSING and name not in names:
                names.append(name)
        return names


class Formatter:
    def format(self, format_string, /, *args, **kwargs):
        return self.vformat(format_string, args, kwargs)

    def vformat(self, format_string, args, kwargs):
        used = set()
        result, _ = self._filled(format_string, args, kwargs, used, 2, 0)
        self.check_unused_args(used, args, kwargs)
        return result

    def _filled(self, template, args, kwargs, used, depth, number):
        if depth < 0:
            raise ValueError("Max string recursion exceeded")
        shown = []
        for text, name, spec, conversion in self.parse(template):
            if text:
                shown.append(text)
            if name is None:
                continue
            if name == "":
                if number is False:
                    raise ValueError("cannot switch from manual field specification to automatic field numbering")
                name = str(number)
                number += 1
            elif name.isdigit():
                if number:
                    raise ValueError("cannot switch from manual field specification to automatic field numbering")
                number = False
            value, first = self.get_field(name, args, kwargs)
            used.add(first)
            value = self.convert_field(value, conversion)
            spec, number = self._filled(spec, args, kwargs, used, depth - 1, number)
            shown.append(self.format_field(value, spec))
        return "".join(shown), number

    def get_value(self, key, args, kwargs):
        return args[key] if isinstance(key, int) else kwargs[key]

    def check_unused_args(self, used_args, args, kwargs):
        pass

    def format_field(self, value, format_spec):
        return format(value, format_spec)

    def convert_field(self, value, conversion):
        if conversion is None:
            return value
        if conversion == "s":
            return str(value)
        if conversion == "r":
            return repr(value)
        if conversion == "a":
            return ascii(value)
        raise ValueError("Unknown conversion specifier %s" % conversion)

    def parse(self, format_string):
        return format_pieces(format_string)

    def get_field(self, field_name, args, kwargs):
        first, rest = field_steps(field_name)
        value = self.get_value(first, args, kwargs)
        for is_attribute, key in rest:
            value = getattr(value, key) if is_attribute else value[key]
        return value, first
