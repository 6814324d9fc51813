"""Enumerations: classes whose attributes are their only instances."""

__all__ = [
    "CONFORM",
    "CONTINUOUS",
    "EJECT",
    "Enum",
    "EnumCheck",
    "EnumMeta",
    "EnumType",
    "Flag",
    "FlagBoundary",
    "IntEnum",
    "IntFlag",
    "KEEP",
    "NAMED_FLAGS",
    "ReprEnum",
    "STRICT",
    "StrEnum",
    "UNIQUE",
    "auto",
    "member",
    "nonmember",
    "property",
    "unique",
    "verify",
]

from _machine import read_only

# A property of members: a plain one here, where members are attributes of their class.
property = property


class nonmember:
    def __init__(self, value):
        self.value = value


class member:
    def __init__(self, value):
        self.value = value


class auto:
    """A value that the enumeration makes. Values made of it wait with it."""

    def __init__(self, make=None):
        self.value = None
        self._make = make

    def _combined(self, operate, other):
        return auto(lambda value_of: operate(value_of(self), value_of(other)))

    def __or__(self, other):
        return self._combined(lambda a, b: a | b, other)

    def __ror__(self, other):
        return self._combined(lambda a, b: b | a, other)

    def __and__(self, other):
        return self._combined(lambda a, b: a & b, other)

    def __rand__(self, other):
        return self._combined(lambda a, b: b & a, other)

    def __xor__(self, other):
        return self._combined(lambda a, b: a ^ b, other)

    def __rxor__(self, other):
        return self._combined(lambda a, b: b ^ a, other)

    def __add__(self, other):
        return self._combined(lambda a, b: a + b, other)

    def __mul__(self, other):
        return self._combined(lambda a, b: a * b, other)


def _is_dunder(name):
    return len(name) > 4 and name[:2] == name[-2:] == "__"


def _is_sunder(name):
    return len(name) > 2 and name[0] == name[-1] == "_" and name[1] != "_" and name[-2] != "_"


_FUNCTIONS = (type(_is_dunder), type(len), type([].append))


def _is_descriptor(value):
    """Whether it stays an attribute of the class: a function, a property and the like."""
    if isinstance(value, (property, classmethod, staticmethod, *_FUNCTIONS)):
        return True
    return hasattr(type(value), "__get__")


def _is_member(cls_name, name, value):
    if isinstance(value, member):
        return True
    if isinstance(value, nonmember) or _is_dunder(name) or _is_sunder(name):
        return False
    if name.startswith("_" + cls_name.lstrip("_") + "__"):
        return False
    return not _is_descriptor(value)


def _data_type(bases):
    """The type beside Enum that members are instances of, or object."""
    for base in bases:
        for cls in base.__mro__:
            if cls is object or isinstance(cls, EnumType):
                continue
            if "__new__" in cls.__dict__ or cls.__module__ == "builtins":
                return cls
    return object


class EnumType(type):
    def __new__(meta, name, bases, namespace, /, *, boundary=None, **kwargs):
        for base in bases:
            if isinstance(base, EnumType) and base._member_names_:
                raise TypeError("<enum %r> cannot extend %r" % (name, base))
        ignored = namespace.get("_ignore_", ())
        if isinstance(ignored, str):
            ignored = ignored.replace(",", " ").split()
        own = {}
        values = {}
        for key, value in namespace.items():
            if key in ignored or key == "_ignore_":
                continue
            if _is_member(name, key, value):
                values[key] = value.value if isinstance(value, member) else value
            else:
                own[key] = value.value if isinstance(value, nonmember) else value
        if "mro" in values:
            raise ValueError("invalid enum member name(s) 'mro'")
        new = own.pop("__new__", None)
        cls = super().__new__(meta, name, bases, own, **kwargs)
        data_type = _data_type(bases)
        is_flag = getattr(cls, "_is_flag_", False)
        if new is None:
            for base in cls.__mro__[1:]:
                new = base.__dict__.get("__new_member__")
                if new is not None:
                    break
        elif isinstance(new, staticmethod):
            new = new.__func__
        if new is not None:
            type.__setattr__(cls, "__new_member__", staticmethod(new))
            new = cls.__new_member__
        type.__setattr__(cls, "_member_names_", [])
        type.__setattr__(cls, "_member_map_", {})
        type.__setattr__(cls, "_value2member_map_", {})
        type.__setattr__(cls, "_member_type_", data_type)
        if is_flag:
            if boundary is None:
                boundary = getattr(cls, "_boundary_", None)
            type.__setattr__(cls, "_boundary_", boundary)
            type.__setattr__(cls, "_flag_mask_", 0)
            type.__setattr__(cls, "_singles_mask_", 0)
        _add_members(cls, values, data_type, new, is_flag)
        _prefer_methods(cls, own, bases, data_type, is_flag)
        return cls

    def __getattr__(cls, name):
        raise AttributeError(name)

    def __call__(cls, value, names=None, *, module=None, qualname=None, type=None, start=1, boundary=None):
        if names is None:
            return _member_of(cls, value)
        return _from_names(cls, value, names, module, qualname, type, start, boundary)

    def __iter__(cls):
        return iter([cls._member_map_[name] for name in cls._member_names_])

    def __reversed__(cls):
        return iter([cls._member_map_[name] for name in reversed(cls._member_names_)])

    def __len__(cls):
        return len(cls._member_names_)

    def __bool__(cls):
        return True

    def __contains__(cls, value):
        if not isinstance(value, Enum):
            raise TypeError(
                "unsupported operand type(s) for 'in': %r and %r" % (type(value).__qualname__, cls.__class__.__qualname__)
            )
        return isinstance(value, cls) and value._name_ in cls._member_map_

    def __getitem__(cls, name):
        return cls._member_map_[name]

    def __setattr__(cls, name, value):
        if name in cls.__dict__.get("_member_map_", {}):
            raise AttributeError("cannot reassign member %r" % (name,))
        super().__setattr__(name, value)

    def __delattr__(cls, name):
        if name in cls.__dict__.get("_member_map_", {}):
            raise AttributeError("%r cannot delete member %r." % (cls.__name__, name))
        super().__delattr__(name)

    def __repr__(cls):
        kind = "flag" if getattr(cls, "_is_flag_", False) else "enum"
        return "<%s %r>" % (kind, cls.__name__)

    @property
    def __members__(cls):
        return read_only(cls._member_map_)


EnumMeta = EnumType


def _add_members(cls, values, data_type, new, is_flag):
    made = {}
    previous = []

    def value_of(value):
        if not isinstance(value, auto):
            return value
        if value.value is None:
            if value._make is not None:
                value.value = value._make(value_of)
            else:
                value.value = cls._generate_next_value_(name, 1, len(cls._member_names_), list(previous))
        return value.value

    for name, value in values.items():
        if isinstance(value, tuple):
            value = tuple(value_of(part) for part in value)
        else:
            value = value_of(value)
        previous.append(value)
        args = value if isinstance(value, tuple) and data_type is not tuple else (value,)
        if new is not None:
            this = new(cls, *args)
        elif data_type is object:
            this = object.__new__(cls)
        else:
            this = data_type.__new__(cls, *args)
        if not hasattr(this, "_value_"):
            if data_type is object:
                this._value_ = value
            else:
                try:
                    this._value_ = data_type(*args)
                except Exception:
                    this._value_ = value
        value = this._value_
        this._name_ = name
        this.__objclass__ = cls
        if cls.__init__ is not object.__init__ and cls.__init__ is not Enum.__init__:
            this.__init__(*args)
        this._sort_order_ = len(cls._member_names_)
        for known in made.values():
            if known._value_ == value:
                this = known
                break
        else:
            if is_flag and isinstance(value, int):
                type.__setattr__(cls, "_flag_mask_", cls._flag_mask_ | value)
                if value and not value & (value - 1):
                    type.__setattr__(cls, "_singles_mask_", cls._singles_mask_ | value)
                    cls._member_names_.append(name)
            else:
                cls._member_names_.append(name)
        made[name] = this
        cls._member_map_[name] = this
        try:
            cls._value2member_map_.setdefault(value, this)
        except TypeError:
            pass
        type.__setattr__(cls, name, this)


_TEXTS = ("__repr__", "__str__", "__format__", "__reduce_ex__")
_OPERATORS = ("__or__", "__and__", "__xor__", "__ror__", "__rand__", "__rxor__", "__invert__")


def _prefer_methods(cls, own, bases, data_type, is_flag):
    """Lets the methods of the enumeration come before those of the data type."""
    first = bases[-1] if bases else None
    if data_type is object or not isinstance(first, EnumType):
        return
    for name in _TEXTS + (_OPERATORS if is_flag else ()):
        if name in own or name in first.__dict__.get("_of_values_", ()):
            continue
        found = getattr(cls, name, None)
        if found is not getattr(first, name, None) and found in (
            getattr(data_type, name, None),
            getattr(object, name, None),
        ):
            type.__setattr__(cls, name, getattr(first, name))


def _member_of(cls, value):
    if type(value) is cls:
        return value
    try:
        return cls._value2member_map_[value]
    except KeyError:
        pass
    except TypeError:
        for known in cls._member_map_.values():
            if known._value_ == value:
                return known
    error = None
    try:
        result = cls._missing_(value)
    except Exception as raised:
        error = raised
        result = None
    if isinstance(result, cls) or isinstance(result, int) and getattr(cls, "_boundary_", None) is EJECT:
        return result
    if error is None and result is None:
        raise ValueError("%r is not a valid %s" % (value, cls.__qualname__))
    if error is None:
        error = TypeError(
            "error in %s._missing_: returned %r instead of None or a valid member" % (cls.__name__, result)
        )
    raise error


def _from_names(cls, class_name, names, module, qualname, mixin, start, boundary):
    bases = (cls,) if mixin is None else (mixin, cls)
    if isinstance(names, str):
        names = names.replace(",", " ").split()
    pairs = []
    if isinstance(names, (tuple, list)) and names and isinstance(names[0], str):
        values = []
        for count, name in enumerate(names):
            value = cls._generate_next_value_(name, start, count, values[:])
            values.append(value)
            pairs.append((name, value))
    else:
        pairs = list(names.items()) if hasattr(names, "items") else [tuple(pair) for pair in names]
    namespace = dict(pairs)
    namespace["__module__"] = module or "__main__"
    namespace["__qualname__"] = qualname or class_name
    if boundary is None:
        return EnumType.__new__(type(cls), class_name, bases, namespace)
    return EnumType.__new__(type(cls), class_name, bases, namespace, boundary=boundary)


class Enum(metaclass=EnumType):
    @property
    def name(self):
        return self._name_

    @property
    def value(self):
        return self._value_

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        numbers = [value for value in last_values if isinstance(value, int)]
        if not last_values:
            return start
        if len(numbers) < len(last_values):
            raise TypeError("unable to sort non-numeric values")
        return max(numbers) + 1

    @classmethod
    def _missing_(cls, value):
        return None

    def __repr__(self):
        return "<%s.%s: %r>" % (type(self).__name__, self._name_, self._value_)

    def __str__(self):
        return "%s.%s" % (type(self).__name__, self._name_)

    def __format__(self, format_spec):
        return str.__format__(str(self), format_spec)

    def __hash__(self):
        return hash(self._name_)

    def __dir__(self):
        return ["__class__", "__doc__", "__eq__", "__hash__", "__module__", "name", "value"]

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __reduce_ex__(self, protocol):
        return type(self), (self._value_,)


class ReprEnum(Enum):
    """An enumeration whose text is that of the values."""

    _of_values_ = ("__str__", "__format__")


class IntEnum(int, ReprEnum):
    def __str__(self):
        return int.__repr__(self)

    def __format__(self, format_spec):
        return int.__format__(self, format_spec)


class StrEnum(str, ReprEnum):
    def __new__(cls, *values):
        if len(values) > 3:
            raise TypeError("too many arguments for str(): %r" % (values,))
        if len(values) == 1 and not isinstance(values[0], str):
            raise TypeError("%r is not a string" % (values[0],))
        value = str(*values)
        this = str.__new__(cls, value)
        this._value_ = value
        return this

    def __str__(self):
        return str.__str__(self)

    def __format__(self, format_spec):
        return str.__format__(self, format_spec)

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        return name.lower()


class FlagBoundary(StrEnum):
    STRICT = auto()
    CONFORM = auto()
    EJECT = auto()
    KEEP = auto()


STRICT, CONFORM, EJECT, KEEP = FlagBoundary


def _bits(number):
    """The powers of two that the number is the sum of."""
    bits = []
    bit = 1
    while bit <= number:
        if number & bit:
            bits.append(bit)
        bit <<= 1
    return bits


class Flag(Enum, boundary=STRICT):
    _is_flag_ = True

    @staticmethod
    def _generate_next_value_(name, start, count, last_values):
        if not last_values:
            return start if start is not None else 1
        return 1 << max(last_values).bit_length()

    @classmethod
    def _missing_(cls, value):
        if not isinstance(value, int):
            raise ValueError("%r is not a valid %s" % (value, cls.__qualname__))
        mask = cls._flag_mask_
        whole = (1 << mask.bit_length()) - 1
        given = value
        if value < 0:
            if cls._boundary_ in (EJECT, KEEP):
                value = value + max(whole + 1, 1 << (-value).bit_length())
            else:
                value = cls._singles_mask_ & value
        elif value & ~mask:
            if cls._boundary_ is STRICT:
                width = max(value.bit_length(), mask.bit_length())
                raise ValueError(
                    "%r invalid value %r\n    given %s\n  allowed %s"
                    % (cls, value, _binary(value, width), _binary(mask, width))
                )
            if cls._boundary_ is CONFORM:
                value = value & mask
            elif cls._boundary_ is EJECT:
                return value
        known = cls._value2member_map_.get(value)
        if known is not None:
            return known
        this = object.__new__(cls) if cls._member_type_ is object else cls._member_type_.__new__(cls, value)
        this._value_ = value
        names = [one._name_ for one in cls if one._value_ & value]
        unknown = value & ~mask
        if not names and unknown == value:
            this._name_ = None
        else:
            this._name_ = "|".join(names) + ("|%r" % unknown if unknown else "")
        cls._value2member_map_.setdefault(value, this)
        return this

    def __contains__(self, other):
        if not isinstance(other, type(self)):
            raise TypeError(
                "unsupported operand type(s) for 'in': %r and %r"
                % (type(other).__qualname__, type(self).__qualname__)
            )
        return other._value_ & self._value_ == other._value_

    def __iter__(self):
        cls = type(self)
        return iter([cls(bit) for bit in _bits(self._value_ & cls._flag_mask_)])

    def __len__(self):
        return self._value_.bit_count()

    def __bool__(self):
        return bool(self._value_)

    def __repr__(self):
        cls = type(self)
        if self._name_ is None:
            return "<%s: %r>" % (cls.__name__, self._value_)
        return "<%s.%s: %r>" % (cls.__name__, self._name_, self._value_)

    def __str__(self):
        if self._name_ is None:
            return "%s(%r)" % (type(self).__name__, self._value_)
        return "%s.%s" % (type(self).__name__, self._name_)

    def _operand(self, other):
        if isinstance(other, type(self)):
            return other._value_
        if type(self)._member_type_ is not object and isinstance(other, type(self)._member_type_):
            return other
        return None

    def __or__(self, other):
        other = self._operand(other)
        return NotImplemented if other is None else type(self)(self._value_ | other)

    def __and__(self, other):
        other = self._operand(other)
        return NotImplemented if other is None else type(self)(self._value_ & other)

    def __xor__(self, other):
        other = self._operand(other)
        return NotImplemented if other is None else type(self)(self._value_ ^ other)

    __ror__ = __or__
    __rand__ = __and__
    __rxor__ = __xor__

    def __invert__(self):
        cls = type(self)
        if cls._boundary_ in (EJECT, KEEP):
            return cls(~self._value_)
        return cls(cls._singles_mask_ & ~self._value_)


def _binary(number, width):
    """The digits as CPython's messages show them, with the sign as a digit before them."""
    return "0b0 " + format(number, "0%db" % width)


class IntFlag(int, ReprEnum, Flag, boundary=KEEP):
    def __str__(self):
        return int.__repr__(self)

    def __format__(self, format_spec):
        return int.__format__(self, format_spec)


def unique(enumeration):
    aliases = [(name, this.name) for name, this in enumeration.__members__.items() if name != this.name]
    if aliases:
        shown = ", ".join("%s -> %s" % pair for pair in aliases)
        raise ValueError("duplicate values found in %r: %s" % (enumeration, shown))
    return enumeration


class EnumCheck(StrEnum):
    CONTINUOUS = "no skipped integer values"
    NAMED_FLAGS = "multi-flag aliases may not contain unnamed flags"
    UNIQUE = "one name per value"


CONTINUOUS, NAMED_FLAGS, UNIQUE = EnumCheck


class verify:
    def __init__(self, *checks):
        self.checks = checks

    def __call__(self, enumeration):
        for check in self.checks:
            if check is UNIQUE:
                aliases = [(n, m.name) for n, m in enumeration.__members__.items() if n != m.name]
                if aliases:
                    shown = ", ".join("%s -> %s" % pair for pair in aliases)
                    raise ValueError("aliases found in %r: %s" % (enumeration, shown))
            elif check is CONTINUOUS:
                values = {this.value for this in enumeration}
                if len(values) >= 2:
                    if issubclass(enumeration, Flag):
                        low, high = min(values).bit_length(), max(values).bit_length()
                        wanted = {1 << bit for bit in range(low - 1, high)}
                    else:
                        wanted = set(range(min(values), max(values) + 1))
                    missing = sorted(wanted - values)
                    if missing:
                        shown = ", ".join(str(value) for value in missing)
                        raise ValueError("invalid enum %r: missing values %s" % (enumeration.__name__, shown))
            elif check is NAMED_FLAGS:
                known = 0
                for this in enumeration:
                    known |= this.value
                for name, this in enumeration.__members__.items():
                    missing = [bit for bit in _bits(this.value) if not bit & known]
                    if missing:
                        raise ValueError(
                            "invalid Flag %r: alias %s is missing value %s [use enum.show_flag_values(value) for details]"
                            % (enumeration.__name__, name, " and ".join("0x%x" % bit for bit in missing))
                        )
        return enumeration
