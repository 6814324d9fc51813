"""Runs small programs as `python3 FILE` would, each in a fresh `__main__`:

    python3 -X no_debug_ranges oracle.py

It reads programs from stdin, each a line of JSON with `file`, `source` and `limit`, and
answers each with a line of JSON: `out` and `err`, what the program wrote to both streams.
A traceback holds the program's own frames only. A program that takes longer than `limit`
seconds ends this process.
"""

import faulthandler
import io
import json
import os
import resource
import sys
import tempfile
import types
import warnings


# What a program may take, in bytes: nothing that is meant to be compared comes near.
MEMORY = 1 << 30


def run(source, file, limit=20):
    """What a program writes to stdout and stderr. `file` is a name without a folder."""
    out, err = stream("strict"), stream("backslashreplace")
    with open(file, "w", encoding="utf-8") as written:
        written.write(source)  # where a traceback looks for its lines
    module = types.ModuleType("__main__")
    module.__file__ = file
    null = open(os.devnull, "w")
    before = sys.stdout, sys.stderr, sys.modules["__main__"]
    sys.stdout, sys.stderr, sys.modules["__main__"] = out, err, module
    faulthandler.dump_traceback_later(limit, exit=True, file=null)
    sys.setrecursionlimit(1000 + depth() + 1)  # exec counts as a frame
    try:
        exec(compile(source, file, "exec"), module.__dict__)
    except SystemExit as error:
        if error.code is not None and not isinstance(error.code, int):
            print(error.code, file=err)
    except BaseException as error:
        keep_own_frames(error, file, set())
        sys.setrecursionlimit(10_000)
        sys.__excepthook__(type(error), error, error.__traceback__)
    finally:
        faulthandler.cancel_dump_traceback_later()
        # What is printed as the module is taken down does not count.
        texts = tuple(written.buffer.getvalue().decode() for written in (out, err))
        module.__dict__.clear()
        null.close()
        sys.stdout, sys.stderr, sys.modules["__main__"] = before
    return texts


def depth():
    """How many frames its caller is deep."""
    frame, deep = sys._getframe(1), 0
    while frame:
        frame, deep = frame.f_back, deep + 1
    return deep


def stream(errors):
    """A stream that keeps what is written, and refuses what the real one would."""
    return io.TextIOWrapper(io.BytesIO(), "utf-8", errors, newline="\n", write_through=True)


def keep_own_frames(error, file, seen):
    """Takes the frames of other files out of a traceback, and of those chained to it."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    frames = []
    frame = error.__traceback__
    while frame:
        if frame.tb_frame.f_code.co_filename == file:
            frames.append(frame)
        frame = frame.tb_next
    kept = None
    for frame in reversed(frames):
        kept = types.TracebackType(kept, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    error.__traceback__ = kept
    keep_own_frames(error.__cause__, file, seen)
    keep_own_frames(error.__context__, file, seen)
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            keep_own_frames(inner, file, seen)


def prepare():
    """Once for each process."""
    warnings.simplefilter("ignore")
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    folder = tempfile.TemporaryDirectory()
    os.chdir(folder.name)
    return folder


def main():
    folder = prepare()
    for line in sys.stdin:
        asked = json.loads(line)
        out, err = run(asked["source"], asked["file"], asked["limit"])
        print(json.dumps({"out": out, "err": err}), flush=True)


if __name__ == "__main__":
    main()
