"""Copies of objects, and of all that they contain."""

from _collections import deque

__all__ = ["Error", "copy", "deepcopy"]


class Error(Exception):
    pass


error = Error


def _function():
    pass


_SAME = (
    type(None),
    type(NotImplemented),
    type(Ellipsis),
    bool,
    int,
    float,
    str,
    bytes,
    range,
    slice,
    type,
    type(_function),
    type(len),
    property,
)


def _refuse(x):
    """Objects that nobody can copy: locks and the like, generators, modules."""
    cls = type(x)
    if cls.__module__ in ("_thread", "threading", "queue") and cls.__name__ in (
        "lock",
        "RLock",
        "SimpleQueue",
        "_thread._local",
    ):
        raise TypeError("cannot pickle '%s.%s' object" % (cls.__module__, cls.__name__))
    if cls.__name__ in ("generator", "coroutine", "async_generator", "module"):
        raise TypeError("cannot pickle '%s' object" % cls.__name__)


def _is_same(x):
    cls = type(x)
    return cls in _SAME or isinstance(x, type)


def copy(x):
    if _is_same(x):
        return x
    cls = type(x)
    if cls in (tuple, frozenset):
        return x
    if cls in (list, dict, set):
        return x.copy()
    own = getattr(cls, "__copy__", None)
    if own is not None:
        return own(x)
    if isinstance(x, BaseException):
        made = cls(*x.args)
        made.__dict__.update(x.__dict__)
        return made
    _refuse(x)
    made = _bare(x, lambda value: value)
    _fill(made, x, lambda value: value)
    return made


def deepcopy(x, memo=None):
    if _is_same(x):
        return x
    if memo is None:
        memo = {}
    key = id(x)
    if key in memo:
        return memo[key]
    cls = type(x)
    own = getattr(cls, "__deepcopy__", None)
    if own is not None:
        made = own(x, memo)
    elif cls is list:
        made = memo[key] = []
        for item in x:
            made.append(deepcopy(item, memo))
    elif cls is dict:
        made = memo[key] = {}
        for name, value in x.items():
            made[deepcopy(name, memo)] = deepcopy(value, memo)
    elif cls is tuple:
        made = [deepcopy(item, memo) for item in x]
        if key in memo:
            return memo[key]
        made = x if all(new is old for new, old in zip(made, x)) else tuple(made)
    elif cls in (set, frozenset):
        made = cls([deepcopy(item, memo) for item in x])
    elif isinstance(x, BaseException):
        made = memo[key] = cls(*deepcopy(x.args, memo))
        made.__dict__.update(deepcopy(x.__dict__, memo))
    elif cls.__name__ == "method":
        made = cls(x.__func__, deepcopy(x.__self__, memo))
    else:
        _refuse(x)
        made = memo[key] = _bare(x, lambda value: deepcopy(value, memo))
        _fill(made, x, lambda value: deepcopy(value, memo))
    if made is not x:
        memo[key] = made
    return made


def _bare(x, of):
    """An object of the same class, without its attributes and items, unless these cannot
    be added later."""
    cls = type(x)
    arguments = getattr(x, "__getnewargs__", None)
    if arguments is not None:
        return cls.__new__(cls, *[of(value) for value in arguments()])
    for kind in (int, float, str, bytes, tuple, frozenset):
        if isinstance(x, kind):
            if kind in (tuple, frozenset):
                return kind.__new__(cls, [of(item) for item in x])
            return kind.__new__(cls, x)
    return cls.__new__(cls)


def _fill(made, x, of):
    cls = type(x)
    get_state = getattr(cls, "__getstate__", None)
    if get_state is not None:
        state = of(get_state(x))
        set_state = getattr(cls, "__setstate__", None)
        if set_state is not None:
            set_state(made, state)
        else:
            made.__dict__.update(state)
    else:
        own = getattr(x, "__dict__", None)
        if own is not None:
            for name, value in own.items():
                object.__setattr__(made, name, of(value))
        for base in cls.__mro__:
            names = base.__dict__.get("__slots__", ())
            for name in (names,) if isinstance(names, str) else names:
                if name.startswith("__") and not name.endswith("__"):
                    name = "_%s%s" % (base.__name__.lstrip("_"), name)
                if name not in ("__dict__", "__weakref__") and hasattr(x, name):
                    object.__setattr__(made, name, of(getattr(x, name)))
    if isinstance(x, deque):
        deque.__init__(made, [of(item) for item in deque.__iter__(x)], x.maxlen)
    elif isinstance(x, list):
        list.extend(made, [of(item) for item in list.__iter__(x)])
    elif isinstance(x, dict):
        for name, value in dict.items(x):
            dict.__setitem__(made, of(name), of(value))
    elif isinstance(x, set):
        for item in x:
            set.add(made, of(item))
