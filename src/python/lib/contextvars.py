"""Variables that each context has for itself: each thread has one, and each task of a loop
a copy of the one that it was made in."""

from threading import local

__all__ = ["Context", "ContextVar", "Token", "copy_context"]

_MISSING = object()
_of_thread = local()


def _current():
    """The context of this thread."""
    context = getattr(_of_thread, "context", None)
    if context is None:
        context = _of_thread.context = Context()
    return context


class _Missing:
    def __repr__(self):
        return "<Token.MISSING>"


class Token:
    MISSING = _Missing()

    def __init__(self, context, var, old_value):
        self._context = context
        self._used = False
        self.var = var
        self.old_value = old_value

    def __repr__(self):
        return "<Token%s var=%r at 0x%x>" % (" used" if self._used else "", self.var, id(self))


class ContextVar:
    def __init__(self, name, *, default=_MISSING):
        if not isinstance(name, str):
            raise TypeError("context variable name must be a str")
        self.name = name
        self._default = default

    def __class_getitem__(cls, item):
        return cls

    def get(self, default=_MISSING, /):
        values = _current()._values
        if self in values:
            return values[self]
        if default is not _MISSING:
            return default
        if self._default is not _MISSING:
            return self._default
        raise LookupError(self)

    def set(self, value, /):
        context = _current()
        token = Token(context, self, context._values.get(self, Token.MISSING))
        context._values = {**context._values, self: value}
        return token

    def reset(self, token, /):
        context = _current()
        if token._used:
            raise RuntimeError("%r has already been used once" % (token,))
        if token.var is not self:
            raise ValueError("%r was created by a different ContextVar" % (token,))
        if token._context is not context:
            raise ValueError("%r was created in a different Context" % (token,))
        token._used = True
        values = dict(context._values)
        if token.old_value is Token.MISSING:
            values.pop(self, None)
        else:
            values[self] = token.old_value
        context._values = values

    def __repr__(self):
        default = "" if self._default is _MISSING else " default=%r" % (self._default,)
        return "<ContextVar name=%r%s at 0x%x>" % (self.name, default, id(self))


class Context:
    """Its values are never changed, but replaced, so that a copy costs nothing."""

    def __init__(self):
        self._values = {}
        self._entered = False

    def run(self, callable, /, *args, **kwargs):
        if self._entered:
            raise RuntimeError("cannot enter context: %r is already entered" % (self,))
        before = _current()
        self._entered = True
        _of_thread.context = self
        try:
            return callable(*args, **kwargs)
        finally:
            _of_thread.context = before
            self._entered = False

    def copy(self):
        made = Context()
        made._values = self._values
        return made

    def __getitem__(self, var):
        return self._values[var]

    def __contains__(self, var):
        return var in self._values

    def __iter__(self):
        return iter(self._values)

    def __len__(self):
        return len(self._values)

    def get(self, var, default=None, /):
        return self._values.get(var, default)

    def keys(self):
        return self._values.keys()

    def values(self):
        return self._values.values()

    def items(self):
        return self._values.items()

    def __repr__(self):
        return "<Context object at 0x%x>" % id(self)


def copy_context():
    return _current().copy()
