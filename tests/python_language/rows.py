"""Writes what this Python prints into the tables of rows/, beneath each program. CPython
3.11 is the one that they are from:

    python3 rows.py            all of them
    python3 rows.py FILE       one, on stdout

A row is a title after ###, a program, and what it writes: lines of stdout after >, and of
stderr after !.
"""

import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True  # nothing beside the sources
import oracle

TITLE, OUT, ERR = "### ", ">", "!"
FILE = "program.py"

if "no_debug_ranges" not in sys._xoptions:  # tracebacks without carets
    options = ["-X", "no_debug_ranges"]
    environment = os.environ | {"PYTHONHASHSEED": "0"}
    os.execve(sys.executable, [sys.executable, *options, *sys.argv], environment)


def told(mark, text):
    """Each line of a text after its mark."""
    return [f"{mark} {line}" if line else mark for line in text.removesuffix("\n").split("\n")] if text else []


def run_apart(source):
    """Runs a program in a process of its own: CPython 3.11 may miscount how deep it is after
    some errors, and a traceback shows that."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        with open(writer, "w") as answer:
            json.dump(oracle.run(source, FILE), answer)
        os._exit(0)
    os.close(writer)
    with open(reader) as answer:
        output = json.load(answer)
    os.waitpid(child, 0)
    return output


def table(text):
    """The same table, with what this Python makes of its rows."""
    written, source = [], []

    def end_row():
        while source and not source[-1]:
            source.pop()
        if source:
            out, err = run_apart("\n".join(source) + "\n")
            written.extend([*source, *told(OUT, out), *told(ERR, err), ""])
            source.clear()

    in_rows = False
    for line in text.split("\n"):
        if line.startswith(TITLE):
            end_row()
            in_rows = True
            written.append(line)
        elif not in_rows:
            written.append(line)
        elif not line.startswith((OUT, ERR)):
            source.append(line)
    end_row()
    return "\n".join(written).rstrip("\n") + "\n"


def main():
    named = [pathlib.Path(name).absolute() for name in sys.argv[1:]]
    tables = named or sorted(pathlib.Path(__file__).absolute().parent.glob("rows/*.txt"))
    folder = oracle.prepare()
    for path in tables:
        made = table(path.read_text(encoding="utf-8"))
        if named:
            sys.stdout.write(made)
        else:
            path.write_text(made, encoding="utf-8")


main()
