"""Prints tables.rs: what CPython knows of Unicode's characters and Rust's standard library does not.

Run with CPython 3.11 (Unicode 14): python3 tables.py > tables.rs
"""

import sys
from unicodedata import category

CHARS = [chr(i) for i in range(0x110000) if not 0xD800 <= i <= 0xDFFF]


def leb128(n):
    out = []
    while n >= 0x80:
        out.append(n & 0x7F | 0x80)
        n >>= 7
    return out + [n]


def packed(chosen):
    """The lengths of runs, outside and inside in turn, each as LEB128."""
    out, run, inside = [], 0, False
    for char in CHARS:
        if chosen(char) != inside:
            out += leb128(run)
            run, inside = 0, not inside
        run += 1
    return out + (leb128(run) if inside else [])


def alone(chosen):
    return lambda c: chosen(c) and ord(c) >= 0x80


TABLES = [
    ("UNPRINTABLE", "Not `str.isprintable`, or not assigned.", lambda c: not c.isprintable()),
    ("MARKS", "Combining marks (Mn and Mc).", lambda c: category(c) in ("Mn", "Mc")),
    ("TITLE", "Letters in title case (Lt), like ǅ.", lambda c: category(c) == "Lt"),
    ("DECIMAL", "The digit zero of each script.", alone(lambda c: c.isdecimal() and int(c) == 0)),
    ("DIGIT", "Digits that are no decimals, like ².", lambda c: c.isdigit() and not c.isdecimal()),
    (
        "NUMBER_LETTERS",
        "Letters that stand for numbers, like 一.",
        lambda c: c.isnumeric() and category(c)[0] != "N",
    ),
]

print("//! Made by tables.py from the Unicode tables of CPython 3.11; see there for the encoding.")
for name, doc, chosen in TABLES:
    table = packed(chosen)
    print(f"\n/// {doc}\n#[rustfmt::skip]\npub const {name}: [u8; {len(table)}] = [")
    for at in range(0, len(table), 20):
        print("    " + " ".join(f"{n}," for n in table[at : at + 20]))
    print("];")
sys.stdout.flush()
