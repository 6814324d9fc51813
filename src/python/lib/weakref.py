"""References that do not keep their object.

An object goes when its last reference does; CPython also finds those that refer to each
other in a circle, which here stay until the program ends. Functions, classes and modules
never go. Nothing is called when an object goes.
"""

from _machine import set_weak, strong

__all__ = [
    "ProxyType",
    "ReferenceType",
    "WeakKeyDictionary",
    "WeakMethod",
    "WeakSet",
    "WeakValueDictionary",
    "proxy",
    "ref",
]

_FOREVER = (type(set_weak), type(lambda: None), type)


class ref:
    def __init__(self, object, callback=None, /):
        self.__callback__ = callback
        self._forever = None
        self._hash = None
        if isinstance(object, _FOREVER):
            self._forever = object
        else:
            set_weak(self, object)

    def __call__(self):
        if self._forever is not None:
            return self._forever
        return strong(self)

    def __eq__(self, other):
        if not isinstance(other, ref):
            return NotImplemented
        this, that = self(), other()
        if this is None or that is None:
            return self is other
        return this == that

    def __hash__(self):
        if self._hash is None:
            this = self()
            if this is None:
                raise TypeError("weak object has gone away")
            self._hash = hash(this)
        return self._hash

    def __repr__(self):
        this = self()
        if this is None:
            return "<weakref at 0x%x; dead>" % id(self)
        return "<weakref at 0x%x; to %r at 0x%x>" % (id(self), type(this).__name__, id(this))


ReferenceType = ref


class WeakMethod(ref):
    def __init__(self, meth, callback=None):
        super().__init__(meth.__self__, callback)
        self._function = meth.__func__
        self._kind = type(meth)

    def __call__(self):
        this = super().__call__()
        return None if this is None else self._kind(self._function, this)

    def __eq__(self, other):
        return isinstance(other, WeakMethod) and self() == other()

    __hash__ = ref.__hash__


def _of(proxy):
    this = object.__getattribute__(proxy, "_reference")()
    if this is None:
        raise ReferenceError("weakly-referenced object no longer exists")
    return this


class ProxyType:
    def __init__(self, object_, callback=None, /):
        object.__setattr__(self, "_reference", ref(object_))

    def __getattribute__(self, name):
        return getattr(_of(self), name)

    def __setattr__(self, name, value):
        setattr(_of(self), name, value)

    def __delattr__(self, name):
        delattr(_of(self), name)

    def __str__(self):
        return str(_of(self))

    def __bool__(self):
        return bool(_of(self))

    def __len__(self):
        return len(_of(self))

    def __iter__(self):
        return iter(_of(self))

    def __contains__(self, item):
        return item in _of(self)

    def __getitem__(self, key):
        return _of(self)[key]

    def __setitem__(self, key, value):
        _of(self)[key] = value

    def __delitem__(self, key):
        del _of(self)[key]

    def __call__(self, *args, **kwargs):
        return _of(self)(*args, **kwargs)

    def __eq__(self, other):
        return _of(self) == other

    __hash__ = None


def proxy(object, callback=None, /):
    return ProxyType(object, callback)


class _Living:
    """What all the containers below can do, which look at their references when asked."""

    def __len__(self):
        return len(list(iter(self)))

    def __bool__(self):
        return len(self) > 0


class WeakValueDictionary(_Living):
    def __init__(self, other=(), /, **kw):
        self._references = {}
        self.update(other, **kw)

    def __getitem__(self, key):
        value = self._references[key]()
        if value is None:
            del self._references[key]
            raise KeyError(key)
        return value

    def __setitem__(self, key, value):
        self._references[key] = ref(value)

    def __delitem__(self, key):
        self[key]
        del self._references[key]

    def __contains__(self, key):
        found = self._references.get(key)
        return found is not None and found() is not None

    def items(self):
        for key, reference in list(self._references.items()):
            value = reference()
            if value is None:
                self._references.pop(key, None)
            else:
                yield key, value

    def keys(self):
        for key, _ in self.items():
            yield key

    def __iter__(self):
        return self.keys()

    def values(self):
        for _, value in self.items():
            yield value

    def get(self, key, default=None):
        return self[key] if key in self else default

    def pop(self, key, *default):
        if key in self or not default:
            value = self[key]
            del self._references[key]
            return value
        return default[0]

    def popitem(self):
        for key, value in self.items():
            del self._references[key]
            return key, value
        raise KeyError("popitem(): dictionary is empty")

    def setdefault(self, key, default=None):
        if key not in self:
            self[key] = default
        return self[key]

    def update(self, other=(), /, **kw):
        pairs = other.items() if hasattr(other, "items") else other
        for key, value in pairs:
            self[key] = value
        for key, value in kw.items():
            self[key] = value

    def clear(self):
        self._references.clear()

    def copy(self):
        return WeakValueDictionary(dict(self.items()))

    __copy__ = copy

    def valuerefs(self):
        return list(self._references.values())

    def __repr__(self):
        return "<WeakValueDictionary at 0x%x>" % id(self)


class WeakKeyDictionary(_Living):
    def __init__(self, dict=None):
        self._values = {}
        if dict is not None:
            self.update(dict)

    def __getitem__(self, key):
        return self._values[ref(key)]

    def __setitem__(self, key, value):
        self._values[ref(key)] = value

    def __delitem__(self, key):
        del self._values[ref(key)]

    def __contains__(self, key):
        return ref(key) in self._values

    def items(self):
        for reference, value in list(self._values.items()):
            key = reference()
            if key is not None:
                yield key, value
        self._values = {known: value for known, value in self._values.items() if known() is not None}

    def keys(self):
        for key, _ in self.items():
            yield key

    def __iter__(self):
        return self.keys()

    def values(self):
        for _, value in self.items():
            yield value

    def get(self, key, default=None):
        return self._values.get(ref(key), default)

    def pop(self, key, *default):
        return self._values.pop(ref(key), *default)

    def setdefault(self, key, default=None):
        return self._values.setdefault(ref(key), default)

    def update(self, other=(), /):
        for key, value in other.items() if hasattr(other, "items") else other:
            self[key] = value

    def clear(self):
        self._values.clear()

    def copy(self):
        made = WeakKeyDictionary()
        made.update(list(self.items()))
        return made

    __copy__ = copy

    def keyrefs(self):
        return list(self._values)

    def __repr__(self):
        return "<WeakKeyDictionary at 0x%x>" % id(self)


class WeakSet(_Living):
    def __init__(self, data=None):
        self._references = {}
        self.update(() if data is None else data)

    def __iter__(self):
        for reference in list(self._references):
            item = reference()
            if item is None:
                self._references.pop(reference, None)
            else:
                yield item

    def __contains__(self, item):
        try:
            return ref(item) in self._references
        except TypeError:
            return False

    def add(self, item):
        self._references[ref(item)] = None

    def discard(self, item):
        self._references.pop(ref(item), None)

    def remove(self, item):
        if item not in self:
            raise KeyError(ref(item))
        self.discard(item)

    def pop(self):
        for item in self:
            self.discard(item)
            return item
        raise KeyError("pop from empty WeakSet")

    def clear(self):
        self._references.clear()

    def update(self, other):
        for item in other:
            self.add(item)

    def copy(self):
        return WeakSet(self)

    __copy__ = copy

    def __repr__(self):
        return repr({*self})
