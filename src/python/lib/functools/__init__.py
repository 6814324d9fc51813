"""Functions that make functions of functions."""

from _functools import (
    WRAPPER_ASSIGNMENTS,
    WRAPPER_UPDATES,
    cache,
    cached_property,
    cmp_to_key,
    lru_cache,
    partial,
    reduce,
    total_ordering,
    update_wrapper,
    wraps,
)

__all__ = [
    "WRAPPER_ASSIGNMENTS",
    "WRAPPER_UPDATES",
    "cache",
    "cached_property",
    "cmp_to_key",
    "lru_cache",
    "partial",
    "partialmethod",
    "reduce",
    "singledispatch",
    "singledispatchmethod",
    "total_ordering",
    "update_wrapper",
    "wraps",
]


class partialmethod:
    def __init__(self, func, /, *args, **keywords):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError("%r is not callable or a descriptor" % (func,))
        self.func = func
        self.args = args
        self.keywords = keywords

    def __repr__(self):
        args = ", ".join([repr(arg) for arg in self.args])
        keywords = ", ".join(["%s=%r" % item for item in self.keywords.items()])
        return "functools.partialmethod(%r, %s, %s)" % (self.func, args, keywords)

    def __get__(self, obj, cls=None):
        func = self.func
        if isinstance(func, staticmethod):
            return partial(func.__func__, *self.args, **self.keywords)
        if isinstance(func, classmethod):
            return partial(func.__func__, cls, *self.args, **self.keywords)
        if obj is None:
            return partial(func, *self.args, **self.keywords)
        return partial(func, obj, *self.args, **self.keywords)


def _annotated_class(function):
    """The class of the first argument, by its annotation."""
    annotations = {name: of for name, of in getattr(function, "__annotations__", {}).items() if name != "return"}
    if not annotations:
        raise TypeError(
            "Invalid first argument to `register()`: %r. Use either `@register(some_class)` or plain "
            "`@register` on an annotated function." % (function,)
        )
    name, of = next(iter(annotations.items()))
    if _classes_of(of) is None:
        raise TypeError("Invalid annotation for %r. %r is not a class." % (name, of))
    return of


def _classes_of(of):
    """The classes that a class or a union of them means, or None."""
    if isinstance(of, type):
        return (of,)
    args = getattr(of, "__args__", None)
    if args and all(isinstance(arg, type) or arg is None for arg in args):
        return tuple([type(None) if arg is None else arg for arg in args])
    return None


def singledispatch(func):
    registry = {object: func}

    def dispatch(cls):
        for base in cls.__mro__:
            if base is not object and base in registry:
                return registry[base]
        abstract = [of for of in registry if of is not object and issubclass(cls, of)]
        if not abstract:
            return func
        best = abstract[0]
        for of in abstract[1:]:
            if issubclass(of, best):
                best = of
            elif not issubclass(best, of):
                raise RuntimeError("Ambiguous dispatch: %r or %r" % (best, of))
        return registry[best]

    def register(cls, func=None):
        if func is None:
            if _classes_of(cls) is not None:
                return lambda function: register(cls, function)
            cls, func = _annotated_class(cls), cls
        for of in _classes_of(cls):
            registry[of] = func
        return func

    def wrapper(*args, **kw):
        if not args:
            raise TypeError("%s requires at least 1 positional argument" % name)
        return dispatch(args[0].__class__)(*args, **kw)

    name = getattr(func, "__name__", "singledispatch function")
    wrapper.register = register
    wrapper.dispatch = dispatch
    wrapper.registry = registry
    update_wrapper(wrapper, func)
    return wrapper


class singledispatchmethod:
    def __init__(self, func):
        if not callable(func) and not hasattr(func, "__get__"):
            raise TypeError("%r is not callable or a descriptor" % (func,))
        self.dispatcher = singledispatch(func)
        self.func = func

    def register(self, cls, method=None):
        return self.dispatcher.register(cls, func=method)

    def __get__(self, obj, cls=None):
        def call(*args, **kwargs):
            method = self.dispatcher.dispatch(args[0].__class__)
            if isinstance(method, staticmethod):
                return method.__func__(*args, **kwargs)
            if isinstance(method, classmethod):
                return method.__func__(cls, *args, **kwargs)
            return method(*args, **kwargs) if obj is None else method(obj, *args, **kwargs)

        call.register = self.register
        update_wrapper(call, self.func)
        return call
