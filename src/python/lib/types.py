"""The types of what has no name of its own, and a few to make objects of."""

from _machine import begin_repr, end_repr

__all__ = [
    "AsyncGeneratorType",
    "BuiltinFunctionType",
    "BuiltinMethodType",
    "CellType",
    "CodeType",
    "CoroutineType",
    "DynamicClassAttribute",
    "EllipsisType",
    "FunctionType",
    "GeneratorType",
    "GenericAlias",
    "LambdaType",
    "MappingProxyType",
    "MemberDescriptorType",
    "MethodDescriptorType",
    "MethodType",
    "ModuleType",
    "NoneType",
    "NotImplementedType",
    "SimpleNamespace",
    "UnionType",
    "new_class",
    "prepare_class",
    "resolve_bases",
]


def _function():
    pass


def _generator_function():
    yield


async def _coroutine_function():
    pass


async def _async_generator_function():
    yield


def _type_of_coroutines():
    coroutine = _coroutine_function()
    coroutine.close()
    return type(coroutine)


def _type_of_cells():
    value = None

    def inner():
        return value

    return type(inner.__closure__[0])


class _Class:
    __slots__ = ("slot",)

    def method(self):
        pass


FunctionType = LambdaType = type(_function)
CodeType = type(_function.__code__)
MappingProxyType = type(_Class.__dict__)
CellType = _type_of_cells()
GeneratorType = type(_generator_function())
CoroutineType = _type_of_coroutines()
AsyncGeneratorType = type(_async_generator_function())
MethodType = type(_Class().method)
BuiltinFunctionType = BuiltinMethodType = type(len)
MethodDescriptorType = type(str.join)
MemberDescriptorType = type(_Class.slot)
GenericAlias = type(list[int])
UnionType = type(int | str)
NoneType = type(None)
EllipsisType = type(Ellipsis)
NotImplementedType = type(NotImplemented)
DynamicClassAttribute = property


def _type_of_modules():
    import _machine

    return type(_machine)


ModuleType = _type_of_modules()


class SimpleNamespace:
    def __init__(self, /, **kwargs):
        self.__dict__.update(kwargs)

    def __repr__(self):
        name = "namespace" if type(self) is SimpleNamespace else type(self).__name__
        if not begin_repr(self):
            return "%s(...)" % name
        try:
            return "%s(%s)" % (name, ", ".join(["%s=%r" % item for item in self.__dict__.items()]))
        finally:
            end_repr(self)

    def __eq__(self, other):
        if isinstance(self, SimpleNamespace) and isinstance(other, SimpleNamespace):
            return self.__dict__ == other.__dict__
        return NotImplemented

    __hash__ = None


def resolve_bases(bases):
    real = []
    for base in bases:
        entries = None if isinstance(base, type) else getattr(base, "__mro_entries__", None)
        if entries is None:
            real.append(base)
        else:
            real.extend(entries(bases))
    return tuple(real)


def prepare_class(name, bases=(), kwds=None):
    kwds = dict(kwds or {})
    meta = kwds.pop("metaclass", None) or (type(bases[0]) if bases else type)
    return meta, {}, kwds


def new_class(name, bases=(), kwds=None, exec_body=None):
    real = resolve_bases(bases)
    meta, namespace, kwds = prepare_class(name, real, kwds)
    namespace["__module__"] = "types"
    if exec_body is not None:
        exec_body(namespace)
    if real is not bases and real != bases:
        namespace["__orig_bases__"] = bases
    return meta(name, real, namespace, **kwds)
