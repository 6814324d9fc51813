"""Names for annotations, which nobody checks; and what is made of classes with them."""

import collections.abc
from _machine import module
from abc import ABCMeta
from collections import ChainMap as _ChainMap
from collections import Counter as _Counter
from collections import OrderedDict as _OrderedDict
from collections import _named_tuple
from collections import defaultdict as _defaultdict
from collections import deque as _deque
from types import GenericAlias

__all__ = [
    "AbstractSet",
    "Annotated",
    "Any",
    "AnyStr",
    "AsyncContextManager",
    "AsyncGenerator",
    "AsyncIterable",
    "AsyncIterator",
    "Awaitable",
    "ByteString",
    "Callable",
    "ChainMap",
    "ClassVar",
    "Collection",
    "Concatenate",
    "Container",
    "ContextManager",
    "Coroutine",
    "Counter",
    "DefaultDict",
    "Deque",
    "Dict",
    "Final",
    "ForwardRef",
    "FrozenSet",
    "Generator",
    "Generic",
    "Hashable",
    "IO",
    "ItemsView",
    "Iterable",
    "Iterator",
    "KeysView",
    "List",
    "Literal",
    "LiteralString",
    "Mapping",
    "MappingView",
    "MutableMapping",
    "MutableSequence",
    "MutableSet",
    "NamedTuple",
    "Never",
    "NewType",
    "NoReturn",
    "NotRequired",
    "Optional",
    "OrderedDict",
    "ParamSpec",
    "Protocol",
    "Required",
    "Reversible",
    "Self",
    "Sequence",
    "Set",
    "Sized",
    "SupportsAbs",
    "SupportsFloat",
    "SupportsIndex",
    "SupportsInt",
    "SupportsRound",
    "Text",
    "TextIO",
    "Tuple",
    "Type",
    "TypeAlias",
    "TypeGuard",
    "TypeVar",
    "TypeVarTuple",
    "TypedDict",
    "TYPE_CHECKING",
    "Union",
    "Unpack",
    "ValuesView",
    "assert_never",
    "assert_type",
    "cast",
    "final",
    "get_args",
    "get_origin",
    "get_type_hints",
    "is_typeddict",
    "no_type_check",
    "overload",
    "reveal_type",
    "runtime_checkable",
]

TYPE_CHECKING = False
Text = str


def _shown(of):
    """A type as annotations show it."""
    if isinstance(of, (list, tuple)):
        return "[" + ", ".join([_shown(part) for part in of]) + "]"
    if of is Ellipsis:
        return "..."
    if isinstance(of, type) and not isinstance(of, GenericAlias):
        if of is type(None):
            return "NoneType"
        return of.__qualname__ if of.__module__ == "builtins" else "%s.%s" % (of.__module__, of.__qualname__)
    return repr(of)


def _converted(of):
    """What stands in brackets: None is its type, a text a reference to what comes later."""
    if of is None:
        return type(None)
    return ForwardRef(of) if isinstance(of, str) else of


class _Written:
    """Something that stands in annotations alone."""

    def __call__(self, *args, **kwds):
        raise TypeError("Cannot instantiate %r" % (self,))

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]


class _Special(_Written):
    """A name like Any or Union; subscribed, it becomes what `make` makes."""

    def __init__(self, name, make=None):
        self._name = name
        self._make = make

    def __repr__(self):
        return "typing." + self._name

    def __getitem__(self, args):
        if self._make is None:
            raise TypeError("%r is not subscriptable" % (self,))
        return self._make(self, args)

    def __mro_entries__(self, bases):
        raise TypeError("Cannot subclass %r" % (self,))


class _Alias(_Written):
    """A type with others in brackets, or one like List that may get them."""

    def __init__(self, origin, args, name=None, shown=None):
        self.__origin__ = origin
        self.__args__ = args
        self.__parameters__ = _parameters(args)
        self._name = name
        self._shown = shown

    def __getattr__(self, name):
        if name[:2] == "__" or name == "_name" or "__origin__" not in self.__dict__:
            raise AttributeError(name)
        return getattr(self.__origin__, name)

    def __repr__(self):
        name = "typing." + self._name if self._name else _shown(self.__origin__)
        if self._shown is not None:
            return self._shown(self, name)
        if self.__args__ is None:
            return name
        return "%s[%s]" % (name, ", ".join([_shown(arg) for arg in self.__args__]) or "()")

    def __getitem__(self, args):
        if self.__args__ is None:
            args = args if isinstance(args, tuple) else (args,)
            return _Alias(self.__origin__, tuple([_converted(arg) for arg in args]), self._name)
        if not self.__parameters__:
            raise TypeError("%r is not a generic class" % (self,))
        args = args if isinstance(args, tuple) else (args,)
        replaced = dict(zip(self.__parameters__, args))
        return _Alias(self.__origin__, _substituted(self.__args__, replaced), self._name, self._shown)

    def __call__(self, *args, **kwargs):
        if not isinstance(self.__origin__, type):
            raise TypeError("Type %s cannot be instantiated" % self._name)
        made = self.__origin__(*args, **kwargs)
        try:
            made.__orig_class__ = self
        except Exception:
            pass
        return made

    def __mro_entries__(self, bases):
        if self._name and self.__args__ is None or self.__origin__ is not Generic:
            base = self.__origin__
            is_last = not any(getattr(other, "__origin__", None) is Generic or other is Generic for other in bases)
            if _parameters((self,)) and is_last and not issubclass(base, Generic):
                return base, Generic
            return (base,)
        for other in bases:
            if other is not self and isinstance(other, _Alias) and issubclass(other.__origin__, Generic):
                if other.__origin__ is not Generic:
                    return ()
        return (Generic,)

    def __instancecheck__(self, instance):
        return self.__subclasscheck__(type(instance))

    def __subclasscheck__(self, cls):
        if self.__args__ is not None or not isinstance(self.__origin__, type):
            raise TypeError("Subscripted generics cannot be used with class and instance checks")
        return issubclass(cls, self.__origin__)

    def __eq__(self, other):
        if not isinstance(other, _Alias):
            return NotImplemented
        if self.__origin__ is not other.__origin__:
            return False
        if self.__origin__ is Union:
            return set(self.__args__) == set(other.__args__)
        return self.__args__ == other.__args__

    def __hash__(self):
        if self.__origin__ is Union:
            return hash(frozenset(self.__args__))
        return hash((self.__origin__, self.__args__ and tuple([str(arg) for arg in self.__args__])))

    def __iter__(self):
        yield Unpack[self]


def _parameters(args):
    """The type variables in these, each once."""
    found = []
    for arg in args or ():
        if isinstance(arg, (TypeVar, ParamSpec, TypeVarTuple)):
            parts = (arg,)
        elif isinstance(arg, (list, tuple)):
            parts = _parameters(arg)
        else:
            parts = getattr(arg, "__parameters__", ()) if not isinstance(arg, type) else ()
        for part in parts if isinstance(parts, tuple) else ():
            if part not in found:
                found.append(part)
    return tuple(found)


def _substituted(args, replaced):
    made = []
    for arg in args:
        if isinstance(arg, (TypeVar, ParamSpec)):
            arg = replaced.get(arg, arg)
        elif isinstance(arg, _Alias) and arg.__parameters__:
            arg = _Alias(arg.__origin__, _substituted(arg.__args__, replaced), arg._name, arg._shown)
        elif isinstance(arg, (list, tuple)):
            arg = _substituted(arg, replaced)
        made.append(arg)
    return tuple(made)


class ForwardRef(_Written):
    def __init__(self, arg):
        self.__forward_arg__ = arg

    def __repr__(self):
        return "ForwardRef(%r)" % (self.__forward_arg__,)

    def __eq__(self, other):
        if not isinstance(other, ForwardRef):
            return NotImplemented
        return self.__forward_arg__ == other.__forward_arg__

    def __hash__(self):
        return hash(self.__forward_arg__)


class TypeVar(_Written):
    def __init__(self, name, *constraints, bound=None, covariant=False, contravariant=False):
        if covariant and contravariant:
            raise ValueError("Bivariant types are not supported.")
        if constraints and bound is not None:
            raise TypeError("Constraints cannot be combined with bound=...")
        if len(constraints) == 1:
            raise TypeError("A single constraint is not allowed")
        self.__name__ = name
        self.__constraints__ = constraints
        self.__bound__ = _converted(bound) if bound is not None else None
        self.__covariant__ = covariant
        self.__contravariant__ = contravariant

    def __repr__(self):
        return ("+" if self.__covariant__ else "-" if self.__contravariant__ else "~") + self.__name__


class ParamSpec(TypeVar):
    @property
    def args(self):
        return _Special(self.__name__ + ".args")

    @property
    def kwargs(self):
        return _Special(self.__name__ + ".kwargs")


class TypeVarTuple(_Written):
    def __init__(self, name):
        self.__name__ = name

    def __repr__(self):
        return self.__name__

    def __iter__(self):
        yield Unpack[self]


AnyStr = TypeVar("AnyStr", bytes, str)


class _AnyMeta(type):
    def __instancecheck__(self, obj):
        raise TypeError("typing.Any cannot be used with isinstance()")

    def __repr__(self):
        return "typing.Any" if self is Any else super().__repr__()


class Any(metaclass=_AnyMeta):
    def __new__(cls, *args, **kwargs):
        if cls is Any:
            raise TypeError("Any cannot be instantiated")
        return super().__new__(cls)


def _make_union(name, args):
    args = args if isinstance(args, tuple) else (args,)
    if not args:
        raise TypeError("Cannot take a Union of no types.")
    flat = []
    for arg in args:
        arg = _converted(arg)
        parts = arg.__args__ if isinstance(arg, _Alias) and arg.__origin__ is Union else (arg,)
        for part in parts:
            if part not in flat:
                flat.append(part)
    if len(flat) == 1:
        return flat[0]
    return _Alias(Union, tuple(flat), "Union", _show_union)


def _show_union(alias, name):
    none = type(None)
    if len(alias.__args__) == 2 and none in alias.__args__:
        first, second = alias.__args__
        return "typing.Optional[%s]" % _shown(second if first is none else first)
    return "%s[%s]" % (name, ", ".join([_shown(arg) for arg in alias.__args__]))


def _make_optional(name, arg):
    return Union[arg, type(None)]


def _make_literal(name, args):
    args = args if isinstance(args, tuple) else (args,)
    return _Alias(Literal, args, "Literal", lambda alias, name: "%s[%s]" % (name, repr(list(alias.__args__))[1:-1]))


def _make_annotated(name, args):
    made = _Alias(args[0], (args[0],), None, _show_annotated)
    made.__metadata__ = tuple(args[1:])
    return made


def _show_annotated(alias, name):
    parts = [_shown(alias.__origin__)] + [repr(part) for part in alias.__metadata__]
    return "typing.Annotated[%s]" % ", ".join(parts)


def _make_callable(name, args):
    if not isinstance(args, tuple) or len(args) != 2:
        raise TypeError("Callable must be used as Callable[[arg, ...], result].")
    takes, gives = args
    if isinstance(takes, list):
        flat = tuple([_converted(arg) for arg in takes])
    else:
        flat = (takes,)
    made = _Alias(collections.abc.Callable, (*flat, _converted(gives)), "Callable", _show_callable)
    made._lists_arguments = isinstance(takes, list)
    return made


def _show_callable(alias, name):
    takes = ", ".join([_shown(arg) for arg in alias.__args__[:-1]])
    if getattr(alias, "_lists_arguments", True):
        takes = "[%s]" % takes
    return "%s[%s, %s]" % (name, takes, _shown(alias.__args__[-1]))


def _make_one(special, arg):
    return _Alias(special, (_converted(arg),), special._name)


def _make_unpack(special, arg):
    return _Alias(special, (_converted(arg),), "Unpack", lambda alias, name: "*%s" % _shown(alias.__args__[0]))


def _make_many(special, args):
    args = args if isinstance(args, tuple) else (args,)
    return _Alias(special, args, special._name)


class _CallableType(_Alias):
    def __getitem__(self, args):
        return _make_callable("Callable", args)


class _TupleType(_Alias):
    def __getitem__(self, args):
        args = args if isinstance(args, tuple) else (args,)
        return _Alias(tuple, tuple([_converted(arg) for arg in args]), "Tuple")


Union = _Special("Union", _make_union)
Optional = _Special("Optional", _make_optional)
Literal = _Special("Literal", _make_literal)
ClassVar = _Special("ClassVar", _make_one)
Final = _Special("Final", _make_one)
TypeGuard = _Special("TypeGuard", _make_one)
Required = _Special("Required", _make_one)
NotRequired = _Special("NotRequired", _make_one)
Unpack = _Special("Unpack", _make_unpack)
Concatenate = _Special("Concatenate", _make_many)
NoReturn = _Special("NoReturn")
Never = _Special("Never")
Self = _Special("Self")
LiteralString = _Special("LiteralString")
TypeAlias = _Special("TypeAlias")
Annotated = _Special("Annotated", _make_annotated)

List = _Alias(list, None, "List")
Dict = _Alias(dict, None, "Dict")
Set = _Alias(set, None, "Set")
FrozenSet = _Alias(frozenset, None, "FrozenSet")
Tuple = _TupleType(tuple, None, "Tuple")
Type = _Alias(type, None, "Type")
Deque = _Alias(_deque, None, "Deque")
DefaultDict = _Alias(_defaultdict, None, "DefaultDict")
OrderedDict = _Alias(_OrderedDict, None, "OrderedDict")
Counter = _Alias(_Counter, None, "Counter")
ChainMap = _Alias(_ChainMap, None, "ChainMap")
Callable = _CallableType(collections.abc.Callable, None, "Callable")
Hashable = _Alias(collections.abc.Hashable, None, "Hashable")
Sized = _Alias(collections.abc.Sized, None, "Sized")
Iterable = _Alias(collections.abc.Iterable, None, "Iterable")
Iterator = _Alias(collections.abc.Iterator, None, "Iterator")
Generator = _Alias(collections.abc.Generator, None, "Generator")
Reversible = _Alias(collections.abc.Reversible, None, "Reversible")
Container = _Alias(collections.abc.Container, None, "Container")
Collection = _Alias(collections.abc.Collection, None, "Collection")
Sequence = _Alias(collections.abc.Sequence, None, "Sequence")
MutableSequence = _Alias(collections.abc.MutableSequence, None, "MutableSequence")
ByteString = _Alias(collections.abc.ByteString, None, "ByteString")
AbstractSet = _Alias(collections.abc.Set, None, "AbstractSet")
MutableSet = _Alias(collections.abc.MutableSet, None, "MutableSet")
Mapping = _Alias(collections.abc.Mapping, None, "Mapping")
MutableMapping = _Alias(collections.abc.MutableMapping, None, "MutableMapping")
MappingView = _Alias(collections.abc.MappingView, None, "MappingView")
KeysView = _Alias(collections.abc.KeysView, None, "KeysView")
ItemsView = _Alias(collections.abc.ItemsView, None, "ItemsView")
ValuesView = _Alias(collections.abc.ValuesView, None, "ValuesView")
Awaitable = _Alias(collections.abc.Awaitable, None, "Awaitable")
Coroutine = _Alias(collections.abc.Coroutine, None, "Coroutine")
AsyncIterable = _Alias(collections.abc.AsyncIterable, None, "AsyncIterable")
AsyncIterator = _Alias(collections.abc.AsyncIterator, None, "AsyncIterator")
AsyncGenerator = _Alias(collections.abc.AsyncGenerator, None, "AsyncGenerator")
# Their classes are those of contextlib, if the program has that.
ContextManager = _Alias(getattr(module("contextlib"), "AbstractContextManager", object), None, "ContextManager")
AsyncContextManager = _Alias(
    getattr(module("contextlib"), "AbstractAsyncContextManager", object), None, "AsyncContextManager"
)


class Generic:
    __slots__ = ()

    def __class_getitem__(cls, args):
        args = args if isinstance(args, tuple) else (args,)
        args = tuple([_converted(arg) for arg in args])
        if cls in (Generic, Protocol):
            if not args:
                raise TypeError("Parameter list to %s[...] cannot be empty" % cls.__qualname__)
            if not all(isinstance(arg, (TypeVar, ParamSpec, TypeVarTuple, _Alias)) for arg in args):
                raise TypeError("Parameters to %s[...] must all be type variables or parameter specification variables." % cls.__name__)
            return _Alias(cls, args, cls.__name__)
        wanted = cls.__parameters__
        if not wanted:
            raise TypeError("%r is not a generic class" % (cls,))
        is_open = any(isinstance(parameter, (ParamSpec, TypeVarTuple)) for parameter in wanted)
        if len(args) != len(wanted) and not is_open:
            raise TypeError(
                "Too %s arguments for %r; actual %d, expected %d"
                % ("many" if len(args) > len(wanted) else "few", cls, len(args), len(wanted))
            )
        return _Alias(cls, args)

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        bases = cls.__dict__.get("__orig_bases__", ())
        cls.__parameters__ = _parameters(bases)


class _ProtocolMeta(ABCMeta):
    def __instancecheck__(cls, instance):
        if not cls.__dict__.get("_is_protocol", False):
            return super().__instancecheck__(instance)
        if not cls.__dict__.get("_is_runtime_protocol", False):
            raise TypeError("Instance and class checks can only be used with @runtime_checkable protocols")
        return all([hasattr(instance, name) for name in _protocol_names(cls)])

    def __subclasscheck__(cls, subclass):
        if not cls.__dict__.get("_is_protocol", False) or cls is Protocol:
            return super().__subclasscheck__(subclass)
        if cls in subclass.__mro__:
            return True
        if not cls.__dict__.get("_is_runtime_protocol", False):
            raise TypeError("Instance and class checks can only be used with @runtime_checkable protocols")
        return all([hasattr(subclass, name) for name in _protocol_names(cls)])


_NO_MEMBERS = frozenset(
    "__abstractmethods__ __annotations__ __class_getitem__ __dict__ __doc__ __init__ __init_subclass__"
    " __module__ __new__ __orig_bases__ __parameters__ __qualname__ __slots__ __subclasshook__ __weakref__"
    " _abc_registered _is_protocol _is_runtime_protocol __hash__".split()
)


def _protocol_names(cls):
    names = []
    for base in cls.__mro__[:-1]:
        if base in (Protocol, Generic):
            continue
        for name in (*base.__dict__, *base.__dict__.get("__annotations__", ())):
            if name not in _NO_MEMBERS and name not in names:
                names.append(name)
    return names


class Protocol(Generic, metaclass=_ProtocolMeta):
    __slots__ = ()
    _is_protocol = True

    def __init_subclass__(cls, *args, **kwargs):
        super().__init_subclass__(*args, **kwargs)
        cls._is_protocol = any(base is Protocol for base in cls.__bases__)
        if cls._is_protocol and "__init__" not in cls.__dict__:
            cls.__init__ = _refuse_protocol

    def __class_getitem__(cls, args):
        return super().__class_getitem__(args)


def _refuse_protocol(self, *args, **kwargs):
    cls = type(self)
    if cls.__dict__.get("_is_protocol", False):
        raise TypeError("Protocols cannot be instantiated")
    for base in cls.__mro__:
        init = base.__dict__.get("__init__", _refuse_protocol)
        if init is not _refuse_protocol:
            return init(self, *args, **kwargs)


def runtime_checkable(cls):
    if not getattr(cls, "_is_protocol", False):
        raise TypeError("@runtime_checkable can be only applied to protocol classes, got %r" % cls)
    cls._is_runtime_protocol = True
    return cls


@runtime_checkable
class SupportsInt(Protocol):
    def __int__(self):
        pass


@runtime_checkable
class SupportsFloat(Protocol):
    def __float__(self):
        pass


@runtime_checkable
class SupportsIndex(Protocol):
    def __index__(self):
        pass


@runtime_checkable
class SupportsAbs(Protocol):
    def __abs__(self):
        pass


@runtime_checkable
class SupportsRound(Protocol):
    def __round__(self, ndigits=0):
        pass


class _Bases:
    """What stands among the bases of a class, and gives the real ones."""

    def __init__(self, name, make, base):
        self.__name__ = name
        self._make = make
        self._base = base

    def __repr__(self):
        return "<function %s>" % self.__name__

    def __call__(self, *args, **kwargs):
        return self._make(*args, **kwargs)

    def __mro_entries__(self, bases):
        return (self._base(),)


class _NamedTupleMeta(type):
    def __new__(meta, name, bases, namespace):
        if name == "_NamedTuple":
            return super().__new__(meta, name, bases, namespace)
        annotations = namespace.get("__annotations__", {})
        defaults = {}
        for field in annotations:
            if field in namespace:
                defaults[field] = namespace[field]
            elif defaults:
                raise TypeError(
                    "Non-default namedtuple field %s cannot follow default field%s %s"
                    % (field, "s" if len(defaults) > 1 else "", ", ".join(defaults))
                )
        made = _named_tuple(name, tuple(annotations), defaults, namespace["__module__"])
        made.__annotations__ = annotations
        for key, value in namespace.items():
            if key in ("__new__", "__init__", "__slots__", "__getnewargs__", "_fields", "_field_defaults"):
                raise AttributeError("Cannot overwrite NamedTuple attribute " + key)
            if key not in annotations and key not in ("__module__", "__qualname__", "__annotations__", "__orig_bases__"):
                setattr(made, key, value)
        return made


class _NamedTuple(metaclass=_NamedTupleMeta):
    pass


def _make_named_tuple(typename, fields=None, /, **kwargs):
    if fields is None:
        fields = kwargs.items()
    annotations = {name: _converted(of) for name, of in fields}
    made = _named_tuple(typename, tuple(annotations), {}, "__main__")
    made.__annotations__ = annotations
    return made


NamedTuple = _Bases("NamedTuple", _make_named_tuple, lambda: _NamedTuple)


class _TypedDictMeta(type):
    def __new__(meta, name, bases, namespace, total=True):
        made = type.__new__(meta, name, (dict,), namespace)
        annotations, required, optional = {}, set(), set()
        for base in bases:
            annotations.update(base.__dict__.get("__annotations__", {}))
            required |= set(base.__dict__.get("__required_keys__", ()))
            optional |= set(base.__dict__.get("__optional_keys__", ()))
        for key, of in namespace.get("__annotations__", {}).items():
            annotations[key] = _converted(of)
            origin = getattr(of, "__origin__", None)
            is_required = origin is Required or total and origin is not NotRequired
            (required if is_required else optional).add(key)
        made.__annotations__ = annotations
        made.__required_keys__ = frozenset(required)
        made.__optional_keys__ = frozenset(optional)
        made.__total__ = total
        return made

    def __call__(cls, *args, **kwargs):
        return dict(*args, **kwargs)

    def __instancecheck__(cls, instance):
        raise TypeError("TypedDict does not support instance and class checks")

    __subclasscheck__ = __instancecheck__


class _TypedDict(dict, metaclass=_TypedDictMeta):
    pass


def _make_typed_dict(typename, fields=None, /, *, total=True, **kwargs):
    namespace = {"__annotations__": dict(fields if fields is not None else kwargs), "__module__": "__main__"}
    return _TypedDictMeta(typename, (), namespace, total=total)


TypedDict = _Bases("TypedDict", _make_typed_dict, lambda: _TypedDict)


def is_typeddict(tp):
    return isinstance(tp, _TypedDictMeta)


class NewType:
    def __init__(self, name, tp):
        self.__name__ = name
        self.__qualname__ = name
        self.__module__ = "__main__"
        self.__supertype__ = tp

    def __call__(self, x):
        return x

    def __repr__(self):
        return "%s.%s" % (self.__module__, self.__qualname__)

    def __or__(self, other):
        return Union[self, other]

    def __ror__(self, other):
        return Union[other, self]


class IO(Generic[AnyStr]):
    pass


class TextIO(IO[str]):
    pass


def cast(typ, val):
    return val


def assert_type(val, typ, /):
    return val


def assert_never(arg, /):
    shown = repr(arg)
    if len(shown) > 100:
        shown = shown[:100] + "..."
    raise AssertionError("Expected code to be unreachable, but got: %s" % shown)


def reveal_type(obj, /):
    import sys

    print("Runtime type is %r" % type(obj).__name__, file=sys.stderr)
    return obj


def final(f):
    try:
        f.__final__ = True
    except (AttributeError, TypeError):
        pass
    return f


def no_type_check(arg):
    arg.__no_type_check__ = True
    return arg


def _overloaded(*args, **kwds):
    raise NotImplementedError(
        "You should not call an overloaded function. A series of @overload-decorated functions outside a stub "
        "module should always be followed by an implementation that is not @overload-ed."
    )


def overload(func):
    return _overloaded


def get_origin(tp):
    if hasattr(tp, "__metadata__"):
        return Annotated
    if isinstance(tp, (_Alias, GenericAlias)):
        return tp.__origin__
    if tp is Generic:
        return Generic
    return getattr(tp, "__origin__", None) if not isinstance(tp, type) else None


def get_args(tp):
    if hasattr(tp, "__metadata__"):
        return (tp.__origin__, *tp.__metadata__)
    if isinstance(tp, _Alias) and tp.__args__ is not None:
        if tp.__origin__ is collections.abc.Callable and getattr(tp, "_lists_arguments", False):
            return list(tp.__args__[:-1]), tp.__args__[-1]
        return tp.__args__
    if isinstance(tp, type) and not isinstance(tp, GenericAlias):
        return ()
    return getattr(tp, "__args__", None) or ()


def get_type_hints(obj, globalns=None, localns=None, include_extras=False):
    if isinstance(obj, type):
        hints = {}
        for base in reversed(obj.__mro__):
            hints.update(base.__dict__.get("__annotations__", {}))
    else:
        hints = dict(getattr(obj, "__annotations__", {}))
    if not include_extras:
        for name, of in hints.items():
            if hasattr(of, "__metadata__"):
                hints[name] = of.__origin__
    return {name: type(None) if of is None else of for name, of in hints.items()}
