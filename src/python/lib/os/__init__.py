"""What a program may know of the system. There are no files, and the environment is empty
but for what the program sets."""

import os.path as path
from _multiprocessing import cpu_count, getpid, getppid

__all__ = [
    "altsep",
    "cpu_count",
    "curdir",
    "devnull",
    "environ",
    "error",
    "extsep",
    "fspath",
    "get_exec_path",
    "getcwd",
    "getenv",
    "getlogin",
    "getpid",
    "getppid",
    "linesep",
    "name",
    "pardir",
    "path",
    "pathsep",
    "putenv",
    "sched_getaffinity",
    "sched_yield",
    "sep",
    "strerror",
    "uname",
    "unsetenv",
    "urandom",
]

name = "posix"
sep = "/"
altsep = None
extsep = "."
pathsep = ":"
linesep = "\n"
curdir = "."
pardir = ".."
devnull = "/dev/null"
error = OSError


class _Environ(dict):
    def __setitem__(self, key, value):
        for text in (key, value):
            if not isinstance(text, str):
                raise TypeError("str expected, not %s" % type(text).__name__)
        super().__setitem__(key, value)

    def __repr__(self):
        return "environ({%s})" % ", ".join(["%r: %r" % item for item in self.items()])


environ = _Environ()


def getenv(key, default=None):
    return environ.get(key, default)


def putenv(name, value, /):
    environ[name] = value


def unsetenv(name, /):
    environ.pop(name, None)


def getlogin():
    return "user"


def getcwd():
    return "/"


def sched_getaffinity(pid, /):
    return set(range(cpu_count()))


def sched_yield():
    import time

    time.sleep(0)


def get_exec_path(env=None):
    return ["/bin", "/usr/bin"]


def fspath(path, /):
    if isinstance(path, (str, bytes)):
        return path
    method = getattr(type(path), "__fspath__", None)
    if method is None:
        raise TypeError("expected str, bytes or os.PathLike object, not %s" % type(path).__name__)
    return method(path)


def urandom(size, /):
    import random

    return random.randbytes(size)


_ERRORS = {
    1: "Operation not permitted",
    2: "No such file or directory",
    13: "Permission denied",
    17: "File exists",
    22: "Invalid argument",
}


def strerror(code, /):
    return _ERRORS.get(code, "Unknown error %d" % code)


class uname_result(tuple):
    sysname = property(lambda self: self[0])
    nodename = property(lambda self: self[1])
    release = property(lambda self: self[2])
    version = property(lambda self: self[3])
    machine = property(lambda self: self[4])

    def __repr__(self):
        return (
            "posix.uname_result(sysname=%r, nodename=%r, release=%r, version=%r, machine=%r)" % self[:]
        )


def uname():
    return uname_result(("Linux", "lockstep", "0", "0", "wasm32"))
