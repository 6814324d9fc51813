"""Prints the public names of modules of CPython's library, a line for each that is named."""

import importlib
import sys
import types
import warnings

warnings.simplefilter("ignore")


def public(module):
    listed = getattr(module, "__all__", None)
    if listed is None:
        listed = dir(module)
    names = {name for name in listed if not name.startswith("_")}
    return sorted([name for name in names if not isinstance(getattr(module, name), types.ModuleType)])


for name in sys.argv[1:]:
    if name.split(".")[0] in sys.stdlib_module_names:
        print(name, *public(importlib.import_module(name)))
