"""Objects that a process holds for others, who have proxies for them."""

import multiprocessing
import _multiprocessing
from _multiprocessing import Managed


def _method(name):
    def method(self, *args):
        return self._call(name, *args)

    method.__name__ = name
    return method


class BaseProxy(Managed):
    _typeid = "object"

    def __repr__(self):
        return f"<{type(self).__name__} object, typeid {self._typeid!r} at {id(self):#x}>"

    def __str__(self):
        return repr(self._getvalue())


class ListProxy(BaseProxy):
    _typeid = "list"

    def __iter__(self):
        return iter(self._getvalue())

    def __iadd__(self, other):
        self.extend(other)
        return self

    def sort(self, *, key=None, reverse=False):
        items = sorted(self._getvalue(), key=key, reverse=reverse)
        self._call("__setitem__", slice(None), items)


class DictProxy(BaseProxy):
    _typeid = "dict"

    def __iter__(self):
        return iter(self.keys())

    def update(self, *args, **kwds):
        self._call("update", dict(*args, **kwds))


def _give(cls, make, names):
    for name in names.split():
        setattr(cls, name, make(name))


_give(ListProxy, _method, """__contains__ __delitem__ __getitem__ __len__ __setitem__ append count
    extend index insert pop remove reverse __add__ __mul__""")
_give(DictProxy, _method, """__contains__ __delitem__ __getitem__ __len__ __setitem__ clear copy
    get items keys pop popitem setdefault values""")


class ValueProxy(BaseProxy):
    _typeid = "Value"

    def __init__(self, value):
        super().__init__([value])

    def get(self):
        return self._call("__getitem__", 0)

    def set(self, value):
        self._call("__setitem__", 0, value)

    value = property(get, set)


class NamespaceProxy(BaseProxy):
    _typeid = "Namespace"

    def __getattr__(self, name):
        if name[0] == "_":
            raise AttributeError(name)
        try:
            return self._call("__getitem__", name)
        except KeyError:
            raise AttributeError(f"'Namespace' object has no attribute {name!r}") from None

    def __setattr__(self, name, value):
        self._call("__setitem__", name, value)

    def __delattr__(self, name):
        self._call("__delitem__", name)


class SyncManager:
    def __init__(self):
        # That of the process which holds the objects.
        _multiprocessing.next_process()

    def list(self, sequence=()):
        return ListProxy([*sequence])

    def dict(self, *args, **kwds):
        return DictProxy({**dict(*args), **kwds})

    def Namespace(self, **kwds):
        return NamespaceProxy(kwds)

    def Value(self, typecode, value):
        return ValueProxy(value)

    def Array(self, typecode, sequence):
        return ListProxy([*sequence])

    def shutdown(self):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.shutdown()


def _maker(name):
    def make(self, *args):
        made = getattr(_multiprocessing, name)(*args)
        # So it can be handed on.
        made._managed = True
        return made

    make.__name__ = name
    return make


_give(SyncManager, _maker, """Barrier BoundedSemaphore Condition Event JoinableQueue Lock Queue
    RLock Semaphore""")


def Manager():
    return SyncManager()


multiprocessing.Manager = Manager
