"""Text and bytes in memory that are written and read as a file would be."""

__all__ = ["BytesIO", "SEEK_CUR", "SEEK_END", "SEEK_SET", "StringIO", "UnsupportedOperation"]

SEEK_SET, SEEK_CUR, SEEK_END = 0, 1, 2


class UnsupportedOperation(OSError, ValueError):
    pass


class _InMemory:
    _newline = None

    def _begin(self, initial, at):
        self._value = initial
        self._at = at
        self.closed = False

    def _check(self):
        if self.closed:
            raise ValueError("I/O operation on closed file" + ("." if isinstance(self, BytesIO) else ""))

    def getvalue(self):
        self._check()
        return self._value

    def tell(self):
        self._check()
        return self._at

    def seek(self, pos, whence=0, /):
        self._check()
        if whence == SEEK_SET:
            if pos < 0:
                raise ValueError("Negative seek position %d" % pos if isinstance(self, StringIO) else "negative seek value %d" % pos)
            self._at = pos
        elif whence == SEEK_CUR:
            if pos and isinstance(self, StringIO):
                raise OSError("Can't do nonzero cur-relative seeks")
            self._at = max(self._at + pos, 0)
        elif whence == SEEK_END:
            if pos and isinstance(self, StringIO):
                raise OSError("Can't do nonzero cur-relative seeks")
            self._at = max(len(self._value) + pos, 0)
        else:
            raise ValueError("Invalid whence (%r, should be 0, 1 or 2)" % whence)
        return self._at

    def truncate(self, size=None, /):
        self._check()
        size = self._at if size is None else size
        self._value = self._value[:size]
        return size

    def write(self, s, /):
        self._check()
        value, at = self._value, self._at
        if at > len(value):
            value += self._filling * (at - len(value))
        self._value = value[:at] + s + value[at + len(s) :]
        self._at = at + len(s)
        return len(s)

    def writelines(self, lines, /):
        for line in lines:
            self.write(line)

    def read(self, size=-1, /):
        self._check()
        end = len(self._value) if size is None or size < 0 else self._at + size
        text = self._value[self._at : end]
        self._at += len(text)
        return text

    def readline(self, size=-1, /):
        self._check()
        end = self._value.find(self._newline, self._at)
        end = len(self._value) if end < 0 else end + 1
        if size is not None and size >= 0:
            end = min(end, self._at + size)
        line = self._value[self._at : end]
        self._at += len(line)
        return line

    def readlines(self, hint=-1, /):
        return list(self)

    def __iter__(self):
        self._check()
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def __enter__(self):
        self._check()
        return self

    def __exit__(self, *exc_info):
        self.close()

    def close(self):
        self.closed = True

    def flush(self):
        self._check()

    def isatty(self):
        return False

    def readable(self):
        return True

    def writable(self):
        return True

    def seekable(self):
        return True

    def fileno(self):
        raise UnsupportedOperation("fileno")


class StringIO(_InMemory):
    _newline = "\n"
    _filling = "\0"

    def __init__(self, initial_value="", newline="\n"):
        if initial_value is not None and not isinstance(initial_value, str):
            raise TypeError("initial_value must be str or None, not %s" % type(initial_value).__name__)
        self._begin(initial_value or "", 0)

    def write(self, s, /):
        if not isinstance(s, str):
            raise TypeError("string argument expected, got %r" % type(s).__name__)
        return super().write(s)


class BytesIO(_InMemory):
    _newline = b"\n"
    _filling = b"\0"

    def __init__(self, initial_bytes=b""):
        self._begin(bytes(initial_bytes), 0)

    def write(self, b, /):
        if not isinstance(b, bytes):
            raise TypeError("a bytes-like object is required, not %r" % type(b).__name__)
        return super().write(b)

    def getbuffer(self):
        return self.getvalue()
