"""Paragraphs in lines of a width."""

__all__ = ["TextWrapper", "dedent", "fill", "indent", "shorten", "wrap"]

_SPACE = "\t\n\x0b\x0c\r "


class TextWrapper:
    def __init__(
        self,
        width=70,
        initial_indent="",
        subsequent_indent="",
        expand_tabs=True,
        replace_whitespace=True,
        fix_sentence_endings=False,
        break_long_words=True,
        drop_whitespace=True,
        break_on_hyphens=True,
        tabsize=8,
        *,
        max_lines=None,
        placeholder=" [...]"
    ):
        self.width = width
        self.initial_indent = initial_indent
        self.subsequent_indent = subsequent_indent
        self.expand_tabs = expand_tabs
        self.replace_whitespace = replace_whitespace
        self.fix_sentence_endings = fix_sentence_endings
        self.break_long_words = break_long_words
        self.drop_whitespace = drop_whitespace
        self.break_on_hyphens = break_on_hyphens
        self.tabsize = tabsize
        self.max_lines = max_lines
        self.placeholder = placeholder

    def _chunks(self, text):
        """White space and words in turn; words with hyphens in parts."""
        if self.expand_tabs:
            text = text.expandtabs(self.tabsize)
        if self.replace_whitespace:
            text = "".join([" " if char in _SPACE else char for char in text])
        chunks = []
        begin = at = 0
        while at < len(text):
            is_space = text[at] in _SPACE
            while at < len(text) and (text[at] in _SPACE) == is_space:
                at += 1
            chunk = text[begin:at]
            if is_space or not self.break_on_hyphens:
                chunks.append(chunk)
            else:
                chunks.extend(_parts(chunk))
            begin = at
        if self.fix_sentence_endings:
            for at in range(len(chunks) - 1):
                word = chunks[at].rstrip("\"'")
                if chunks[at + 1] == " " and word[-1:] in (".", "!", "?") and word[-2:-1].islower():
                    chunks[at + 1] = "  "
        return chunks

    def wrap(self, text):
        if self.width <= 0:
            raise ValueError("invalid width %r (must be > 0)" % self.width)
        if self.max_lines is not None:
            indent = self.subsequent_indent if self.max_lines > 1 else self.initial_indent
            if len(indent) + len(self.placeholder.lstrip()) > self.width:
                raise ValueError("placeholder too large for max width")
        chunks = self._chunks(text)[::-1]
        lines = []
        while chunks:
            line = []
            length = 0
            indent = self.subsequent_indent if lines else self.initial_indent
            width = self.width - len(indent)
            if self.drop_whitespace and not chunks[-1].strip() and lines:
                chunks.pop()
            while chunks and length + len(chunks[-1]) <= width:
                length += len(chunks[-1])
                line.append(chunks.pop())
            if chunks and len(chunks[-1]) > width:
                room = max(width - length, 1) if width >= 1 else 1
                if self.break_long_words:
                    word = chunks[-1]
                    end = room
                    if self.break_on_hyphens and len(word) > room:
                        hyphen = word.rfind("-", 0, room)
                        if hyphen > 0 and any(char != "-" for char in word[:hyphen]):
                            end = hyphen + 1
                    line.append(word[:end])
                    chunks[-1] = word[end:]
                elif not line:
                    line.append(chunks.pop())
                length = sum([len(chunk) for chunk in line])
            if self.drop_whitespace and line and not line[-1].strip():
                length -= len(line.pop())
            if not line:
                continue
            is_last = self.max_lines is not None and len(lines) + 1 >= self.max_lines
            rest_is_space = self.drop_whitespace and len(chunks) == 1 and not chunks[0].strip()
            if not is_last or not chunks or rest_is_space and length <= width:
                lines.append(indent + "".join(line))
                continue
            while line:
                if line[-1].strip() and length + len(self.placeholder) <= width:
                    line.append(self.placeholder)
                    lines.append(indent + "".join(line))
                    break
                length -= len(line.pop())
            else:
                if lines:
                    previous = lines[-1].rstrip()
                    if len(previous) + len(self.placeholder) <= self.width:
                        lines[-1] = previous + self.placeholder
                        break
                lines.append(indent + self.placeholder.lstrip())
            break
        return lines

    def fill(self, text):
        return "\n".join(self.wrap(text))


def _parts(word):
    """A word in parts that end with a hyphen between letters, or are a dash."""
    parts = []
    begin = at = 0
    while at < len(word):
        if word[at] == "-":
            end = at
            while end < len(word) and word[end] == "-":
                end += 1
            if end - at >= 2 and 0 < at and end < len(word):
                parts.extend([word[begin:at], word[at:end]])
                begin = end
            elif end - at == 1 and _breaks(word, begin, at):
                parts.append(word[begin:end])
                begin = end
            at = end
        else:
            at += 1
    parts.append(word[begin:])
    return [part for part in parts if part]


def _breaks(word, begin, at):
    """Whether a line may end after the hyphen: two letters are on each side of it."""
    before, after = word[max(begin, at - 2) : at], word[at + 1 : at + 3]
    return len(before) == 2 and before.isalpha() and len(after) == 2 and after.isalpha()


def wrap(text, width=70, **kwargs):
    return TextWrapper(width=width, **kwargs).wrap(text)


def fill(text, width=70, **kwargs):
    return TextWrapper(width=width, **kwargs).fill(text)


def shorten(text, width, **kwargs):
    return TextWrapper(width=width, max_lines=1, **kwargs).fill(" ".join(text.strip().split()))


def dedent(text):
    lines = text.split("\n")
    margin = None
    for at, line in enumerate(lines):
        content = line.lstrip(" \t")
        if not content:
            lines[at] = ""
            continue
        space = line[: len(line) - len(content)]
        if margin is None:
            margin = space
        else:
            same = 0
            while same < min(len(margin), len(space)) and margin[same] == space[same]:
                same += 1
            margin = margin[:same]
    if margin:
        lines = [line[len(margin) :] for line in lines]
    return "\n".join(lines)


def indent(text, prefix, predicate=None):
    shown = []
    for line in text.splitlines(True):
        is_wanted = line.strip() if predicate is None else predicate(line)
        shown.append(prefix + line if is_wanted else line)
    return "".join(shown)
