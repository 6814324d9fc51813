"""Classes whose methods follow from their annotated fields."""

import copy
from _machine import begin_repr, bind, end_repr, module, read_only

__all__ = [
    "FrozenInstanceError",
    "InitVar",
    "KW_ONLY",
    "MISSING",
    "Field",
    "asdict",
    "astuple",
    "dataclass",
    "field",
    "fields",
    "is_dataclass",
    "make_dataclass",
    "replace",
]


class FrozenInstanceError(AttributeError):
    pass


class _MISSING_TYPE:
    pass


class _KW_ONLY_TYPE:
    pass


class _HAS_DEFAULT_FACTORY_CLASS:
    def __repr__(self):
        return "<factory>"


MISSING = _MISSING_TYPE()
KW_ONLY = _KW_ONLY_TYPE()
_FACTORY = _HAS_DEFAULT_FACTORY_CLASS()
_FIELDS = "__dataclass_fields__"
_PARAMS = "__dataclass_params__"
_store = object.__setattr__


class InitVar:
    __slots__ = ("type",)

    def __init__(self, type):
        self.type = type

    def __repr__(self):
        name = self.type.__name__ if isinstance(self.type, type) else repr(self.type)
        return "dataclasses.InitVar[%s]" % name

    def __class_getitem__(cls, type):
        return InitVar(type)


class Field:
    __slots__ = (
        "name",
        "type",
        "default",
        "default_factory",
        "repr",
        "hash",
        "init",
        "compare",
        "metadata",
        "kw_only",
        "_kind",
    )

    def __init__(self, default, default_factory, init, repr, hash, compare, metadata, kw_only):
        self.name = None
        self.type = None
        self.default = default
        self.default_factory = default_factory
        self.init = init
        self.repr = repr
        self.hash = hash
        self.compare = compare
        self.metadata = read_only({} if metadata is None else metadata)
        self.kw_only = kw_only
        self._kind = None

    def __repr__(self):
        return (
            "Field(name=%r,type=%r,default=%r,default_factory=%r,init=%r,repr=%r,hash=%r,compare=%r,"
            "metadata=%r,kw_only=%r,_field_type=%s)"
            % (
                self.name,
                self.type,
                self.default,
                self.default_factory,
                self.init,
                self.repr,
                self.hash,
                self.compare,
                self.metadata,
                self.kw_only,
                self._kind,
            )
        )

    def __set_name__(self, owner, name):
        set_name = getattr(type(self.default), "__set_name__", None)
        if set_name:
            set_name(self.default, owner, name)


class _DataclassParams:
    __slots__ = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")

    def __init__(self, init, repr, eq, order, unsafe_hash, frozen):
        self.init = init
        self.repr = repr
        self.eq = eq
        self.order = order
        self.unsafe_hash = unsafe_hash
        self.frozen = frozen

    def __repr__(self):
        return "_DataclassParams(%s)" % ",".join("%s=%r" % (name, getattr(self, name)) for name in self.__slots__)


def field(
    *,
    default=MISSING,
    default_factory=MISSING,
    init=True,
    repr=True,
    hash=None,
    compare=True,
    metadata=None,
    kw_only=MISSING,
):
    if default is not MISSING and default_factory is not MISSING:
        raise ValueError("cannot specify both default and default_factory")
    return Field(default, default_factory, init, repr, hash, compare, metadata, kw_only)


# What a field is.
_FIELD, _CLASSVAR, _INITVAR = "_FIELD", "_FIELD_CLASSVAR", "_FIELD_INITVAR"


def _kind_of(annotation):
    if isinstance(annotation, str):
        name = annotation.split("[")[0].strip().split(".")[-1]
        return {"ClassVar": _CLASSVAR, "InitVar": _INITVAR}.get(name, _FIELD)
    if annotation is InitVar or isinstance(annotation, InitVar):
        return _INITVAR
    if getattr(annotation, "__origin__", annotation) is _class_var() and annotation is not None:
        return _CLASSVAR
    return _FIELD


def _class_var():
    """typing.ClassVar, if anybody has imported it."""
    typing = module("typing")
    return typing.ClassVar if typing else MISSING


def _field_of(cls, name, annotation, kw_only):
    default = getattr(cls, name, MISSING)
    if isinstance(default, Field):
        this = default
    else:
        if type(default).__name__ == "member_descriptor":
            default = MISSING
        this = field(default=default)
    this.name = name
    this.type = annotation
    this._kind = _kind_of(annotation)
    if this._kind is not _FIELD and this.default_factory is not MISSING:
        raise TypeError("field %s cannot have a default factory" % name)
    if this._kind is _CLASSVAR:
        if this.kw_only is not MISSING:
            raise TypeError("field %s is a ClassVar but specifies kw_only" % name)
        this.kw_only = False
    elif this.kw_only is MISSING:
        this.kw_only = kw_only
    if this._kind is _FIELD and type(this.default).__hash__ is None:
        raise ValueError(
            "mutable default %s for field %s is not allowed: use default_factory" % (type(this.default), name)
        )
    return this


def dataclass(
    cls=None,
    /,
    *,
    init=True,
    repr=True,
    eq=True,
    order=False,
    unsafe_hash=False,
    frozen=False,
    match_args=True,
    kw_only=False,
    slots=False,
    weakref_slot=False,
):
    def decorate(cls):
        params = _DataclassParams(init, repr, eq, order, unsafe_hash, frozen)
        return _process(cls, params, match_args, kw_only, slots)

    if weakref_slot and not slots:
        raise TypeError("weakref_slot is True but slots is False")
    return decorate if cls is None else decorate(cls)


def _process(cls, params, match_args, kw_only, slots):
    all_fields = {}
    frozen_bases = []
    for base in cls.__mro__[:0:-1]:
        inherited = getattr(base, _FIELDS, None)
        if inherited is not None and _FIELDS in base.__dict__:
            all_fields.update(inherited)
            frozen_bases.append(getattr(base, _PARAMS).frozen)
    annotations = cls.__dict__.get("__annotations__", {})
    own = []
    for name, annotation in annotations.items():
        if annotation is KW_ONLY or isinstance(annotation, str) and annotation.split(".")[-1] == "KW_ONLY":
            kw_only = True
            continue
        own.append(_field_of(cls, name, annotation, kw_only))
    for this in own:
        all_fields[this.name] = this
        if isinstance(getattr(cls, this.name, None), Field):
            if this.default is MISSING:
                delattr(cls, this.name)
            else:
                setattr(cls, this.name, this.default)
    for name, value in cls.__dict__.items():
        if isinstance(value, Field) and name not in annotations:
            raise TypeError("%r is a field but has no type annotation" % (name,))
    if frozen_bases:
        if any(frozen_bases) and not params.frozen:
            raise TypeError("cannot inherit non-frozen dataclass from a frozen one")
        if not all(frozen_bases) and params.frozen:
            raise TypeError("cannot inherit frozen dataclass from a non-frozen one")
    setattr(cls, _FIELDS, all_fields)
    setattr(cls, _PARAMS, params)
    has_hash = "__hash__" in cls.__dict__
    if has_hash and cls.__dict__["__hash__"] is None and "__eq__" in cls.__dict__:
        has_hash = False
    real = [this for this in all_fields.values() if this._kind is _FIELD]
    compared = tuple(this.name for this in real if this.compare)
    if params.init:
        _set_new(cls, "__init__", _make_init(cls, [f for f in all_fields.values() if f._kind is not _CLASSVAR]))
    if params.repr:
        _set_new(cls, "__repr__", _make_repr(tuple(this.name for this in real if this.repr)))
    if params.eq:
        _set_new(cls, "__eq__", _make_eq(compared))
    if params.order:
        if not params.eq:
            raise ValueError("eq must be true if order is true")
        for name, compare in _ORDER:
            if not _set_new(cls, name, _make_order(compared, compare)):
                raise TypeError(
                    "Cannot overwrite attribute %s in class %s. Consider using functools.total_ordering"
                    % (name, cls.__name__)
                )
    if params.frozen:
        guarded = frozenset(this.name for this in real)
        for name, make in (("__setattr__", _make_frozen_set), ("__delattr__", _make_frozen_delete)):
            if not _set_new(cls, name, make(cls, guarded)):
                raise TypeError("Cannot overwrite attribute %s in class %s" % (name, cls.__name__))
    if params.unsafe_hash or params.eq and params.frozen and not has_hash:
        if params.unsafe_hash and has_hash:
            raise TypeError("Cannot overwrite attribute __hash__ in class %s" % cls.__name__)
        hashed = [this.name for this in real if (this.compare if this.hash is None else this.hash)]
        cls.__hash__ = _make_hash(tuple(hashed))
    elif params.eq and not params.frozen and not has_hash:
        cls.__hash__ = None
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__ + _signature(all_fields.values())
    if match_args and "__match_args__" not in cls.__dict__:
        cls.__match_args__ = tuple(
            this.name for this in all_fields.values() if this._kind is not _CLASSVAR and this.init and not this.kw_only
        )
    if slots:
        cls = _with_slots(cls, real)
    return cls


def _signature(all_fields):
    shown = []
    for this in all_fields:
        if this._kind is _CLASSVAR or not this.init:
            continue
        of = this.type
        text = "%s: %s" % (this.name, of.__name__ if isinstance(of, type) else repr(of))
        if this.default is not MISSING:
            text += " = %r" % (this.default,)
        elif this.default_factory is not MISSING:
            text += " = <factory>"
        shown.append(text)
    return "(%s)" % ", ".join(shown)


def _set_new(cls, name, function):
    """Sets a method, unless the class has its own."""
    if name in cls.__dict__:
        return False
    function.__qualname__ = "%s.%s" % (cls.__qualname__, name)
    function.__name__ = name
    setattr(cls, name, function)
    return True


def _make_init(cls, all_fields):
    by_place = [this for this in all_fields if this.init and not this.kw_only]
    by_name = [this for this in all_fields if this.init and this.kw_only]
    seen_default = False
    for this in by_place:
        if this.default is not MISSING or this.default_factory is not MISSING:
            seen_default = True
        elif seen_default:
            raise TypeError("non-default argument %r follows default argument" % (this.name,))
    defaults = {}
    for this in by_place + by_name:
        if this.default is not MISSING:
            defaults[this.name] = this.default
        elif this.default_factory is not MISSING:
            defaults[this.name] = _FACTORY
    names = ("self", *[this.name for this in by_place], *[this.name for this in by_name])
    count = len(by_place) + 1
    qualified = "%s.__init__" % cls.__qualname__
    places = {name: at for at, name in enumerate(names)}
    plan = []
    for this in all_fields:
        factory = None if this.default_factory is MISSING else this.default_factory
        if this._kind is _FIELD and (this.init or factory):
            plan.append((this.name, places.get(this.name), factory))
    init_vars = [places[this.name] for this in all_fields if this._kind is _INITVAR and this.init]
    has_post_init = hasattr(cls, "__post_init__")

    def __init__(self, /, *args, **kwargs):
        values = bind(qualified, names, count, defaults, (self, *args), kwargs)
        for name, place, factory in plan:
            if place is None:
                value = factory()
            else:
                value = values[place]
                if value is _FACTORY:
                    value = factory()
            _store(self, name, value)
        if has_post_init:
            self.__post_init__(*[values[place] for place in init_vars])

    __init__.__annotations__ = {this.name: this.type for this in by_place + by_name} | {"return": None}
    return __init__


def _make_repr(names):
    def __repr__(self):
        if not begin_repr(self):
            return "..."
        try:
            shown = ", ".join(["%s=%r" % (name, getattr(self, name)) for name in names])
        finally:
            end_repr(self)
        return "%s(%s)" % (type(self).__qualname__, shown)

    return __repr__


def _values(names, this):
    return tuple([getattr(this, name) for name in names])


def _make_eq(names):
    def __eq__(self, other):
        if type(other) is type(self):
            return _values(names, self) == _values(names, other)
        return NotImplemented

    return __eq__


_ORDER = (
    ("__lt__", lambda a, b: a < b),
    ("__le__", lambda a, b: a <= b),
    ("__gt__", lambda a, b: a > b),
    ("__ge__", lambda a, b: a >= b),
)


def _make_order(names, compare):
    def order(self, other):
        if type(other) is type(self):
            return compare(_values(names, self), _values(names, other))
        return NotImplemented

    return order


def _make_hash(names):
    def __hash__(self):
        return hash(_values(names, self))

    return __hash__


def _make_frozen_set(cls, guarded):
    def __setattr__(self, name, value):
        if type(self) is cls or name in guarded:
            raise FrozenInstanceError("cannot assign to field %r" % (name,))
        super(cls, self).__setattr__(name, value)

    return __setattr__


def _make_frozen_delete(cls, guarded):
    def __delattr__(self, name):
        if type(self) is cls or name in guarded:
            raise FrozenInstanceError("cannot delete field %r" % (name,))
        super(cls, self).__delattr__(name)

    return __delattr__


def _with_slots(cls, real):
    if "__slots__" in cls.__dict__:
        raise TypeError("%s already specifies __slots__" % cls.__name__)
    inherited = {name for base in cls.__mro__[1:] for name in getattr(base, "__slots__", ())}
    namespace = dict(cls.__dict__)
    namespace["__slots__"] = tuple(this.name for this in real if this.name not in inherited)
    for this in real:
        namespace.pop(this.name, None)
    namespace.pop("__dict__", None)
    namespace.pop("__weakref__", None)
    namespace["__module__"] = cls.__module__
    namespace["__qualname__"] = cls.__qualname__
    made = type(cls)(cls.__name__, cls.__bases__, namespace)
    params = getattr(made, _PARAMS)
    if params.init:
        all_fields = [f for f in getattr(made, _FIELDS).values() if f._kind is not _CLASSVAR]
        init = namespace.get("__init__")
        if getattr(init, "__module__", None) == __name__:
            made.__init__ = _make_init(made, all_fields)
    if params.frozen:
        guarded = frozenset(this.name for this in real)
        made.__setattr__ = _make_frozen_set(made, guarded)
        made.__delattr__ = _make_frozen_delete(made, guarded)
    return made


def fields(class_or_instance):
    try:
        all_fields = getattr(class_or_instance, _FIELDS)
    except AttributeError:
        raise TypeError("must be called with a dataclass type or instance") from None
    return tuple(this for this in all_fields.values() if this._kind is _FIELD)


def _is_instance(this):
    return hasattr(type(this), _FIELDS)


def is_dataclass(obj):
    cls = obj if isinstance(obj, type) else type(obj)
    return hasattr(cls, _FIELDS)


def asdict(obj, *, dict_factory=dict):
    if not _is_instance(obj):
        raise TypeError("asdict() should be called on dataclass instances")
    return _as(obj, lambda pairs: dict_factory(pairs))


def astuple(obj, *, tuple_factory=tuple):
    if not _is_instance(obj):
        raise TypeError("astuple() should be called on dataclass instances")
    return _as(obj, lambda pairs: tuple_factory([value for _, value in pairs]))


def _as(value, make):
    """The value with all dataclasses in it turned into what `make` makes of their fields."""
    if _is_instance(value):
        return make([(this.name, _as(getattr(value, this.name), make)) for this in fields(value)])
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*[_as(part, make) for part in value])
    if isinstance(value, (list, tuple)):
        return type(value)([_as(part, make) for part in value])
    if isinstance(value, dict):
        pairs = [(_as(key, make), _as(part, make)) for key, part in value.items()]
        if hasattr(type(value), "default_factory"):
            made = type(value)(value.default_factory)
            made.update(pairs)
            return made
        return type(value)(pairs)
    return copy.deepcopy(value)


def replace(obj, /, **changes):
    if not _is_instance(obj):
        raise TypeError("replace() should be called on dataclass instances")
    for this in getattr(obj, _FIELDS).values():
        if this._kind is _CLASSVAR:
            continue
        if not this.init:
            if this.name in changes:
                raise ValueError(
                    "field %s is declared with init=False, it cannot be specified with replace()" % this.name
                )
            continue
        if this.name not in changes:
            if this._kind is _INITVAR and this.default is MISSING:
                raise ValueError("InitVar %r must be specified with replace()" % (this.name,))
            changes[this.name] = getattr(obj, this.name)
    return type(obj)(**changes)


def make_dataclass(cls_name, fields, *, bases=(), namespace=None, **options):
    namespace = {} if namespace is None else dict(namespace)
    annotations = {}
    for item in fields:
        if isinstance(item, str):
            name, of = item, "typing.Any"
        elif len(item) == 2:
            name, of = item
        else:
            name, of, namespace[item[0]] = item
        if not name.isidentifier():
            raise TypeError("Field names must be valid identifiers: %r" % (name,))
        if name in annotations:
            raise TypeError("Field name duplicated: %r" % (name,))
        annotations[name] = of
    namespace["__annotations__"] = annotations
    namespace.setdefault("__module__", "types")
    return dataclass(**options)(type(cls_name, tuple(bases), namespace))
