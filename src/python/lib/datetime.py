"""Dates and times of the Gregorian calendar. `now` begins at the date at which the run does,
and the local time is UTC."""

import time as _time

__all__ = ["MAXYEAR", "MINYEAR", "UTC", "date", "datetime", "time", "timedelta", "timezone", "tzinfo"]

MINYEAR, MAXYEAR = 1, 9999
_DAYS = (0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_BEFORE = (0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FULL_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FULL_MONTHS = (
    "",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_EPOCH = 719163
_DAY_SECONDS = 86400


def _is_leap(year):
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _days_in(year, month):
    return 29 if month == 2 and _is_leap(year) else _DAYS[month]


def _ordinal(year, month, day):
    years = year - 1
    leap_day = month > 2 and _is_leap(year)
    return years * 365 + years // 4 - years // 100 + years // 400 + _BEFORE[month] + leap_day + day


def _from_ordinal(n):
    """The year, the month and the day of a number of days."""
    n -= 1
    cycles, n = divmod(n, 146097)
    centuries, n = divmod(n, 36524)
    fours, n = divmod(n, 1461)
    ones, n = divmod(n, 365)
    year = cycles * 400 + centuries * 100 + fours * 4 + ones + 1
    if ones == 4 or centuries == 4:
        return year - 1, 12, 31
    month = 1
    while n >= _days_in(year, month):
        n -= _days_in(year, month)
        month += 1
    return year, month, n + 1


def _index(value):
    if isinstance(value, float):
        raise TypeError("'float' object cannot be interpreted as an integer")
    try:
        return value.__index__()
    except AttributeError:
        raise TypeError("%r object cannot be interpreted as an integer" % type(value).__name__) from None


def _checked_date(year, month, day):
    year, month, day = _index(year), _index(month), _index(day)
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError("year %i is out of range" % year)
    if not 1 <= month <= 12:
        raise ValueError("month must be in 1..12")
    if not 1 <= day <= _days_in(year, month):
        raise ValueError("day is out of range for month")
    return year, month, day


def _checked_time(hour, minute, second, microsecond, fold):
    hour, minute, second, microsecond = _index(hour), _index(minute), _index(second), _index(microsecond)
    if not 0 <= hour <= 23:
        raise ValueError("hour must be in 0..23")
    if not 0 <= minute <= 59:
        raise ValueError("minute must be in 0..59")
    if not 0 <= second <= 59:
        raise ValueError("second must be in 0..59")
    if not 0 <= microsecond <= 999999:
        raise ValueError("microsecond must be in 0..999999")
    if fold not in (0, 1):
        raise ValueError("fold must be either 0 or 1")
    return hour, minute, second, microsecond


def _check_tzinfo(tzinfo_):
    if tzinfo_ is not None and not isinstance(tzinfo_, tzinfo):
        raise TypeError("tzinfo argument must be None or of a tzinfo subclass, not type %r" % type(tzinfo_).__name__)


def _rounded(a, b):
    """a / b, to the nearest whole number, and to the even one of two that are as near."""
    whole, rest = divmod(a, b)
    if 2 * rest > b or 2 * rest == b and whole % 2:
        whole += 1
    return whole


class timedelta:
    __slots__ = ("_days", "_seconds", "_microseconds")

    def __new__(cls, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0):
        total = 0
        for value, factor in (
            (days, 86400000000),
            (seconds, 1000000),
            (microseconds, 1),
            (milliseconds, 1000),
            (minutes, 60000000),
            (hours, 3600000000),
            (weeks, 604800000000),
        ):
            if isinstance(value, int):
                total += value * factor
            elif isinstance(value, float):
                numerator, denominator = value.as_integer_ratio()
                total += _rounded(numerator * factor, denominator)
            else:
                raise TypeError("unsupported type for timedelta %s component: %s" % (_PARTS[factor], type(value).__name__))
        return _delta(cls, total)

    @property
    def days(self):
        return self._days

    @property
    def seconds(self):
        return self._seconds

    @property
    def microseconds(self):
        return self._microseconds

    def _total(self):
        return (self._days * _DAY_SECONDS + self._seconds) * 1000000 + self._microseconds

    def total_seconds(self):
        return self._total() / 10**6

    def __repr__(self):
        shown = []
        for name in ("days", "seconds", "microseconds"):
            value = getattr(self, name)
            if value:
                shown.append("%s=%d" % (name, value))
        return "%s.%s(%s)" % (type(self).__module__, type(self).__qualname__, ", ".join(shown) or "0")

    def __str__(self):
        minutes, seconds = divmod(self._seconds, 60)
        hours, minutes = divmod(minutes, 60)
        text = "%d:%02d:%02d" % (hours, minutes, seconds)
        if self._days:
            text = "%d day%s, %s" % (self._days, "" if abs(self._days) == 1 else "s", text)
        if self._microseconds:
            text += ".%06d" % self._microseconds
        return text

    def __add__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return _delta(timedelta, self._total() + other._total())

    __radd__ = __add__

    def __sub__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return _delta(timedelta, self._total() - other._total())

    def __rsub__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return other - self

    def __neg__(self):
        return _delta(timedelta, -self._total())

    def __pos__(self):
        return self

    def __abs__(self):
        return -self if self._days < 0 else self

    def __mul__(self, other):
        if isinstance(other, int):
            return _delta(timedelta, self._total() * other)
        if isinstance(other, float):
            numerator, denominator = other.as_integer_ratio()
            return _delta(timedelta, _rounded(self._total() * numerator, denominator))
        return NotImplemented

    __rmul__ = __mul__

    def __floordiv__(self, other):
        if isinstance(other, timedelta):
            return self._total() // other._total()
        if isinstance(other, int):
            return _delta(timedelta, self._total() // other)
        return NotImplemented

    def __truediv__(self, other):
        if isinstance(other, timedelta):
            return self._total() / other._total()
        if isinstance(other, int):
            if not other:
                raise ZeroDivisionError("division by zero")
            a, b = (self._total(), other) if other > 0 else (-self._total(), -other)
            return _delta(timedelta, _rounded(a, b))
        if isinstance(other, float):
            numerator, denominator = other.as_integer_ratio()
            a, b = self._total() * denominator, numerator
            return _delta(timedelta, _rounded(a, b) if b > 0 else _rounded(-a, -b))
        return NotImplemented

    def __mod__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return _delta(timedelta, self._total() % other._total())

    def __divmod__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        whole, rest = divmod(self._total(), other._total())
        return whole, _delta(timedelta, rest)

    def __eq__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._total() == other._total()

    def __lt__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._total() < other._total()

    def __le__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._total() <= other._total()

    def __gt__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._total() > other._total()

    def __ge__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        return self._total() >= other._total()

    def __hash__(self):
        return hash((self._days, self._seconds, self._microseconds))

    def __bool__(self):
        return self._total() != 0

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


_PARTS = {
    86400000000: "days",
    1000000: "seconds",
    1: "microseconds",
    1000: "milliseconds",
    60000000: "minutes",
    3600000000: "hours",
    604800000000: "weeks",
}


def _delta(cls, total):
    """A timedelta of so many microseconds."""
    seconds, microseconds = divmod(total, 1000000)
    days, seconds = divmod(seconds, _DAY_SECONDS)
    if abs(days) > 999999999:
        raise OverflowError("days=%d; must have magnitude <= 999999999" % days)
    made = object.__new__(cls)
    made._days, made._seconds, made._microseconds = days, seconds, microseconds
    return made


timedelta.min = timedelta(-999999999)
timedelta.max = timedelta(days=999999999, hours=23, minutes=59, seconds=59, microseconds=999999)
timedelta.resolution = timedelta(microseconds=1)


class tzinfo:
    __slots__ = ()

    def tzname(self, dt):
        raise NotImplementedError("tzinfo subclass must override tzname()")

    def utcoffset(self, dt):
        raise NotImplementedError("tzinfo subclass must override utcoffset()")

    def dst(self, dt):
        raise NotImplementedError("tzinfo subclass must override dst()")

    def fromutc(self, dt):
        offset = dt.utcoffset()
        delta = offset - dt.dst()
        return dt + delta


def _offset_text(offset, separator=":"):
    """An offset as ISO 8601 writes it."""
    if offset is None:
        return ""
    total = offset._total()
    sign = "-" if total < 0 else "+"
    seconds, microseconds = divmod(abs(total), 1000000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    text = "%s%02d%s%02d" % (sign, hours, separator, minutes)
    if seconds or microseconds:
        text += "%s%02d" % (separator, seconds)
        if microseconds:
            text += ".%06d" % microseconds
    return text


class timezone(tzinfo):
    __slots__ = ("_offset", "_name")

    def __new__(cls, offset, name=None):
        if not isinstance(offset, timedelta):
            raise TypeError("timezone() argument 1 must be datetime.timedelta, not %s" % type(offset).__name__)
        if name is not None and not isinstance(name, str):
            raise TypeError("timezone() argument 2 must be str, not %s" % type(name).__name__)
        if not -_DAY < offset < _DAY:
            raise ValueError(
                "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not %r."
                % (offset,)
            )
        made = object.__new__(cls)
        made._offset = offset
        made._name = name
        return made

    def utcoffset(self, dt):
        return self._offset

    def dst(self, dt):
        return None

    def tzname(self, dt):
        if self._name is not None:
            return self._name
        return "UTC" + (_offset_text(self._offset) if self._offset else "")

    def fromutc(self, dt):
        return dt + self._offset

    def __repr__(self):
        if self is timezone.utc:
            return "datetime.timezone.utc"
        if self._name is None:
            return "datetime.timezone(%r)" % (self._offset,)
        return "datetime.timezone(%r, %r)" % (self._offset, self._name)

    def __str__(self):
        return self.tzname(None)

    def __eq__(self, other):
        if not isinstance(other, timezone):
            return NotImplemented
        return self._offset == other._offset

    def __hash__(self):
        return hash(self._offset)

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


_DAY = timedelta(1)
UTC = timezone.utc = timezone(timedelta(0))
timezone.min = timezone(timedelta(hours=-23, minutes=-59))
timezone.max = timezone(timedelta(hours=23, minutes=59))


def _formatted(this, form, fields):
    """The text of a format. What it says of the time and the zone is 0 and nothing in a date."""
    year, month, day, hour, minute, second, microsecond = fields
    ordinal = _ordinal(year, month, day)
    weekday = (ordinal + 6) % 7
    yearday = ordinal - _ordinal(year, 1, 1) + 1
    shown = []
    at = 0
    while at < len(form):
        char = form[at]
        at += 1
        if char != "%" or at == len(form):
            shown.append(char)
            continue
        char = form[at]
        at += 1
        if char == "a":
            text = _WEEKDAYS[weekday]
        elif char == "A":
            text = _FULL_WEEKDAYS[weekday]
        elif char in "bh":
            text = _MONTHS[month]
        elif char == "B":
            text = _FULL_MONTHS[month]
        elif char == "c":
            text = _formatted(this, "%a %b %e %H:%M:%S %Y", fields)
        elif char == "C":
            text = "%02d" % (year // 100)
        elif char == "d":
            text = "%02d" % day
        elif char in "Dx":
            text = _formatted(this, "%m/%d/%y", fields)
        elif char == "e":
            text = "%2d" % day
        elif char == "f":
            text = "%06d" % microsecond
        elif char == "F":
            text = _formatted(this, "%Y-%m-%d", fields)
        elif char == "g":
            text = "%02d" % (_iso(year, month, day)[0] % 100)
        elif char == "G":
            text = "%d" % _iso(year, month, day)[0]
        elif char == "H":
            text = "%02d" % hour
        elif char == "I":
            text = "%02d" % (hour % 12 or 12)
        elif char == "j":
            text = "%03d" % yearday
        elif char == "k":
            text = "%2d" % hour
        elif char == "l":
            text = "%2d" % (hour % 12 or 12)
        elif char == "m":
            text = "%02d" % month
        elif char == "M":
            text = "%02d" % minute
        elif char == "n":
            text = "\n"
        elif char == "p":
            text = "AM" if hour < 12 else "PM"
        elif char == "P":
            text = "am" if hour < 12 else "pm"
        elif char == "r":
            text = _formatted(this, "%I:%M:%S %p", fields)
        elif char == "R":
            text = "%02d:%02d" % (hour, minute)
        elif char == "s":
            text = "%d" % ((ordinal - _EPOCH) * _DAY_SECONDS + hour * 3600 + minute * 60 + second)
        elif char == "S":
            text = "%02d" % second
        elif char == "t":
            text = "\t"
        elif char in "TX":
            text = "%02d:%02d:%02d" % (hour, minute, second)
        elif char == "u":
            text = "%d" % (weekday + 1)
        elif char == "U":
            text = "%02d" % ((yearday + 6 - (weekday + 1) % 7) // 7)
        elif char == "V":
            text = "%02d" % _iso(year, month, day)[1]
        elif char == "w":
            text = "%d" % ((weekday + 1) % 7)
        elif char == "W":
            text = "%02d" % ((yearday + 6 - weekday) // 7)
        elif char == "y":
            text = "%02d" % (year % 100)
        elif char == "Y":
            text = "%d" % year
        elif char == "z":
            text = _offset_text(this.utcoffset() if hasattr(this, "utcoffset") else None, "")
        elif char == "Z":
            text = (this.tzname() if hasattr(this, "tzname") else None) or ""
        elif char == "%":
            text = "%"
        else:
            text = "%" + char
        shown.append(text)
    return "".join(shown)


def _iso(year, month, day):
    """The year, the week and the weekday of ISO 8601."""
    ordinal = _ordinal(year, month, day)
    weekday = (ordinal + 6) % 7
    thursday = _from_ordinal(ordinal - weekday + 3)[0]
    first = _ordinal(thursday, 1, 4)
    begin = first - (first + 6) % 7
    return thursday, (ordinal - begin) // 7 + 1, weekday + 1


class IsoCalendarDate(tuple):
    year = property(lambda self: self[0])
    week = property(lambda self: self[1])
    weekday = property(lambda self: self[2])

    def __repr__(self):
        return "datetime.IsoCalendarDate(year=%d, week=%d, weekday=%d)" % self[:]


class date:
    __slots__ = ("_year", "_month", "_day")

    def __new__(cls, year, month=None, day=None):
        if month is None or day is None:
            missing = "month" if month is None else "day"
            raise TypeError(
                "function missing required argument %r (pos %d)" % (missing, 2 if month is None else 3)
            )
        made = object.__new__(cls)
        made._year, made._month, made._day = _checked_date(year, month, day)
        return made

    @classmethod
    def today(cls):
        return cls.fromtimestamp(_time.time())

    @classmethod
    def fromtimestamp(cls, timestamp, /):
        return cls(*_from_ordinal(int(timestamp // _DAY_SECONDS) + _EPOCH))

    @classmethod
    def fromordinal(cls, n, /):
        if n < 1:
            raise ValueError("ordinal must be >= 1")
        return cls(*_from_ordinal(n))

    @classmethod
    def fromisoformat(cls, date_string, /):
        if not isinstance(date_string, str):
            raise TypeError("fromisoformat: argument must be str")
        try:
            return cls(*_read_date(date_string))
        except ValueError:
            raise ValueError("Invalid isoformat string: %r" % (date_string,)) from None

    @classmethod
    def fromisocalendar(cls, year, week, day):
        first = _ordinal(year, 1, 4)
        begin = first - (first + 6) % 7
        found = _from_ordinal(begin + (week - 1) * 7 + day - 1)
        if not 1 <= day <= 7:
            raise ValueError("Invalid weekday: %d (range is [1, 7])" % day)
        if week < 1 or _iso(*found)[0] != year:
            raise ValueError("Invalid week: %d" % week)
        return cls(*found)

    @property
    def year(self):
        return self._year

    @property
    def month(self):
        return self._month

    @property
    def day(self):
        return self._day

    def _fields(self):
        return self._year, self._month, self._day

    def replace(self, year=None, month=None, day=None):
        return type(self)(
            self._year if year is None else year,
            self._month if month is None else month,
            self._day if day is None else day,
        )

    def toordinal(self):
        return _ordinal(self._year, self._month, self._day)

    def weekday(self):
        return (self.toordinal() + 6) % 7

    def isoweekday(self):
        return self.toordinal() % 7 or 7

    def isocalendar(self):
        return IsoCalendarDate(_iso(self._year, self._month, self._day))

    def isoformat(self):
        return "%04d-%02d-%02d" % (self._year, self._month, self._day)

    __str__ = isoformat

    def ctime(self):
        return _formatted(self, "%a %b %e %H:%M:%S %Y", (self._year, self._month, self._day, 0, 0, 0, 0))

    def strftime(self, format):
        return _formatted(self, format, (self._year, self._month, self._day, 0, 0, 0, 0))

    def __format__(self, format):
        return self.strftime(format) if format else str(self)

    def timetuple(self):
        yearday = self.toordinal() - _ordinal(self._year, 1, 1) + 1
        return _time.struct_time((self._year, self._month, self._day, 0, 0, 0, self.weekday(), yearday, -1))

    def __repr__(self):
        return "%s.%s(%d, %d, %d)" % (type(self).__module__, type(self).__qualname__, *self._fields()[:3])

    def _compared(self, other, test):
        if not isinstance(other, date) or isinstance(self, datetime) != isinstance(other, datetime):
            if isinstance(other, date):
                raise TypeError("can't compare %s to %s" % _names(self, other))
            return NotImplemented
        return test(self._fields(), other._fields())

    def __eq__(self, other):
        if not isinstance(other, date):
            return NotImplemented
        return not isinstance(other, datetime) and self._fields() == other._fields()

    def __lt__(self, other):
        return self._compared(other, lambda a, b: a < b)

    def __le__(self, other):
        return self._compared(other, lambda a, b: a <= b)

    def __gt__(self, other):
        return self._compared(other, lambda a, b: a > b)

    def __ge__(self, other):
        return self._compared(other, lambda a, b: a >= b)

    def __hash__(self):
        return hash(self._fields())

    def __add__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        ordinal = self.toordinal() + other.days
        if not 0 < ordinal <= _LAST:
            raise OverflowError("date value out of range")
        return type(self)(*_from_ordinal(ordinal))

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + timedelta(-other.days)
        if isinstance(other, date) and not isinstance(other, datetime):
            return timedelta(self.toordinal() - other.toordinal())
        return NotImplemented

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


_LAST = _ordinal(MAXYEAR, 12, 31)


def _names(a, b):
    names = []
    for this in (a, b):
        cls = type(this)
        names.append("%s.%s" % (cls.__module__, cls.__qualname__))
    return tuple(names)


def _read_date(text):
    """The parts of YYYY-MM-DD, YYYYMMDD or YYYY-Www-D."""
    if len(text) > 4 and text[4] == "W" or text[5:6] == "W":
        digits = text.replace("-", "")
        year, week = int(digits[:4]), int(digits[5:7])
        day = int(digits[7:]) if len(digits) > 7 else 1
        return date.fromisocalendar(year, week, day)._fields()
    if len(text) == 8 and text.isdigit():
        return int(text[:4]), int(text[4:6]), int(text[6:])
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        raise ValueError
    parts = text.split("-")
    if not all([part.isascii() and part.isdigit() for part in parts]):
        raise ValueError
    return tuple([int(part) for part in parts])


def _read_time(text):
    """The parts of a time, and its zone."""
    zone = None
    if text[-1:] in ("Z", "z"):
        zone, text = UTC, text[:-1]
    else:
        for at, char in enumerate(text):
            if char in "+-":
                hour, minute, second, microsecond = _read_clock(text[at + 1 :])
                offset = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microsecond)
                zone = timezone(-offset if char == "-" else offset) if offset else UTC
                text = text[:at]
                break
    return (*_read_clock(text), zone)


def _read_clock(text):
    main, _, fraction = text.replace(",", ".").partition(".")
    if ":" in main:
        parts = main.split(":")
    else:
        parts = [main[at : at + 2] for at in range(0, len(main), 2)]
    if not 1 <= len(parts) <= 3 or not all([len(part) == 2 and part.isdigit() for part in parts]):
        raise ValueError
    numbers = [int(part) for part in parts] + [0] * (3 - len(parts))
    if fraction and not (fraction.isdigit() and len(parts) == 3):
        raise ValueError
    return (*numbers, int((fraction + "000000")[:6]))


class time:
    __slots__ = ("_hour", "_minute", "_second", "_microsecond", "_tzinfo", "_fold")

    def __new__(cls, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0):
        _check_tzinfo(tzinfo)
        made = object.__new__(cls)
        made._hour, made._minute, made._second, made._microsecond = _checked_time(
            hour, minute, second, microsecond, fold
        )
        made._tzinfo = tzinfo
        made._fold = fold
        return made

    hour = property(lambda self: self._hour)
    minute = property(lambda self: self._minute)
    second = property(lambda self: self._second)
    microsecond = property(lambda self: self._microsecond)
    tzinfo = property(lambda self: self._tzinfo)
    fold = property(lambda self: self._fold)

    @classmethod
    def fromisoformat(cls, time_string, /):
        if not isinstance(time_string, str):
            raise TypeError("fromisoformat: argument must be str")
        try:
            return cls(*_read_time(time_string.removeprefix("T")))
        except ValueError:
            raise ValueError("Invalid isoformat string: %r" % (time_string,)) from None

    def utcoffset(self):
        return None if self._tzinfo is None else self._tzinfo.utcoffset(None)

    def tzname(self):
        return None if self._tzinfo is None else self._tzinfo.tzname(None)

    def dst(self):
        return None if self._tzinfo is None else self._tzinfo.dst(None)

    def replace(self, hour=None, minute=None, second=None, microsecond=None, tzinfo=True, *, fold=None):
        return type(self)(
            self._hour if hour is None else hour,
            self._minute if minute is None else minute,
            self._second if second is None else second,
            self._microsecond if microsecond is None else microsecond,
            self._tzinfo if tzinfo is True else tzinfo,
            fold=self._fold if fold is None else fold,
        )

    def isoformat(self, timespec="auto"):
        clock = _clock(self._hour, self._minute, self._second, self._microsecond, timespec)
        return clock + _offset_text(self.utcoffset())

    def __str__(self):
        return self.isoformat()

    def strftime(self, format):
        return _formatted(self, format, (1900, 1, 1, self._hour, self._minute, self._second, self._microsecond))

    def __format__(self, format):
        return self.strftime(format) if format else str(self)

    def __repr__(self):
        shown = [str(self._hour), str(self._minute)]
        if self._second or self._microsecond:
            shown.append(str(self._second))
        if self._microsecond:
            shown.append(str(self._microsecond))
        if self._tzinfo is not None:
            shown.append("tzinfo=%r" % (self._tzinfo,))
        if self._fold:
            shown.append("fold=1")
        return "%s.%s(%s)" % (type(self).__module__, type(self).__qualname__, ", ".join(shown))

    def _key(self):
        offset = self.utcoffset()
        seconds = self._hour * 3600 + self._minute * 60 + self._second
        if offset is not None:
            seconds -= offset._days * _DAY_SECONDS + offset._seconds
        return seconds, self._microsecond

    def _compared(self, other, test):
        if not isinstance(other, time):
            return NotImplemented
        if (self.utcoffset() is None) != (other.utcoffset() is None):
            raise TypeError("can't compare offset-naive and offset-aware times")
        return test(self._key(), other._key())

    def __eq__(self, other):
        if not isinstance(other, time):
            return NotImplemented
        return (self.utcoffset() is None) == (other.utcoffset() is None) and self._key() == other._key()

    def __lt__(self, other):
        return self._compared(other, lambda a, b: a < b)

    def __le__(self, other):
        return self._compared(other, lambda a, b: a <= b)

    def __gt__(self, other):
        return self._compared(other, lambda a, b: a > b)

    def __ge__(self, other):
        return self._compared(other, lambda a, b: a >= b)

    def __hash__(self):
        return hash(self._key())

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


_tzinfo_class = tzinfo
_time_class = time


def _clock(hour, minute, second, microsecond, timespec):
    if timespec == "auto":
        timespec = "microseconds" if microsecond else "seconds"
    if timespec == "hours":
        return "%02d" % hour
    if timespec == "minutes":
        return "%02d:%02d" % (hour, minute)
    text = "%02d:%02d:%02d" % (hour, minute, second)
    if timespec == "seconds":
        return text
    if timespec == "milliseconds":
        return "%s.%03d" % (text, microsecond // 1000)
    if timespec == "microseconds":
        return "%s.%06d" % (text, microsecond)
    raise ValueError("Unknown timespec value")


class datetime(date):
    __slots__ = ("_hour", "_minute", "_second", "_microsecond", "_tzinfo", "_fold")

    def __new__(cls, year, month=None, day=None, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0):
        if month is None or day is None:
            missing = "month" if month is None else "day"
            raise TypeError(
                "function missing required argument %r (pos %d)" % (missing, 2 if month is None else 3)
            )
        _check_tzinfo(tzinfo)
        made = object.__new__(cls)
        made._year, made._month, made._day = _checked_date(year, month, day)
        made._hour, made._minute, made._second, made._microsecond = _checked_time(
            hour, minute, second, microsecond, fold
        )
        made._tzinfo = tzinfo
        made._fold = fold
        return made

    hour = property(lambda self: self._hour)
    minute = property(lambda self: self._minute)
    second = property(lambda self: self._second)
    microsecond = property(lambda self: self._microsecond)
    tzinfo = property(lambda self: self._tzinfo)
    fold = property(lambda self: self._fold)

    @classmethod
    def _of_seconds(cls, total, tz):
        """Of so many microseconds since 1970, in UTC, shown in the zone."""
        seconds, microsecond = divmod(total, 1000000)
        days, seconds = divmod(seconds, _DAY_SECONDS)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        ordinal = days + _EPOCH
        if not 0 < ordinal <= _LAST:
            raise ValueError("year is out of range")
        made = cls(*_from_ordinal(ordinal), hour, minute, second, microsecond, tz)
        return made if tz is None else tz.fromutc(made)

    @classmethod
    def fromtimestamp(cls, timestamp, tz=None):
        _check_tzinfo(tz)
        numerator, denominator = timestamp.as_integer_ratio()
        return cls._of_seconds(_rounded(numerator * 1000000, denominator), tz)

    @classmethod
    def utcfromtimestamp(cls, t, /):
        return cls.fromtimestamp(t)

    @classmethod
    def now(cls, tz=None):
        _check_tzinfo(tz)
        return cls._of_seconds(_time.time_ns() // 1000, tz)

    @classmethod
    def today(cls):
        return cls.now()

    @classmethod
    def utcnow(cls):
        return cls.now()

    @classmethod
    def fromordinal(cls, n, /):
        if n < 1:
            raise ValueError("ordinal must be >= 1")
        return cls(*_from_ordinal(n))

    @classmethod
    def combine(cls, date, time, tzinfo=True):
        zone = time.tzinfo if tzinfo is True else tzinfo
        clock = (time.hour, time.minute, time.second, time.microsecond)
        return cls(date.year, date.month, date.day, *clock, zone, fold=time.fold)

    @classmethod
    def fromisoformat(cls, date_string, /):
        if not isinstance(date_string, str):
            raise TypeError("fromisoformat: argument must be str")
        try:
            end = 10 if "-" in date_string[:5] else 8
            if "W" in date_string[:6]:
                end = len(date_string.replace("T", " ").split(" ")[0])
            parts = _read_date(date_string[:end])
            clock = _read_time(date_string[end + 1 :]) if len(date_string) > end else ()
            return cls(*parts, *clock)
        except ValueError:
            raise ValueError("Invalid isoformat string: %r" % (date_string,)) from None

    @classmethod
    def strptime(cls, date_string, format, /):
        if not isinstance(date_string, str):
            raise TypeError("strptime() argument 1 must be str, not %s" % type(date_string).__name__)
        return cls(*_parsed(date_string, format))

    def utcoffset(self):
        return None if self._tzinfo is None else self._tzinfo.utcoffset(self)

    def tzname(self):
        return None if self._tzinfo is None else self._tzinfo.tzname(self)

    def dst(self):
        return None if self._tzinfo is None else self._tzinfo.dst(self)

    def date(self):
        return date(self._year, self._month, self._day)

    def time(self):
        return _time_class(self._hour, self._minute, self._second, self._microsecond, fold=self._fold)

    def timetz(self):
        clock = (self._hour, self._minute, self._second, self._microsecond)
        return _time_class(*clock, self._tzinfo, fold=self._fold)

    def replace(
        self,
        year=None,
        month=None,
        day=None,
        hour=None,
        minute=None,
        second=None,
        microsecond=None,
        tzinfo=True,
        *,
        fold=None
    ):
        return type(self)(
            self._year if year is None else year,
            self._month if month is None else month,
            self._day if day is None else day,
            self._hour if hour is None else hour,
            self._minute if minute is None else minute,
            self._second if second is None else second,
            self._microsecond if microsecond is None else microsecond,
            self._tzinfo if tzinfo is True else tzinfo,
            fold=self._fold if fold is None else fold,
        )

    def astimezone(self, tz=None):
        tz = UTC if tz is None else tz
        _check_tzinfo(tz)
        if tz is self._tzinfo:
            return self
        offset = self.utcoffset()
        utc = self if offset is None else self - offset
        return tz.fromutc(utc.replace(tzinfo=tz))

    def _total(self):
        """Microseconds since the year 1, in its own zone."""
        seconds = self.toordinal() * _DAY_SECONDS + self._hour * 3600 + self._minute * 60 + self._second
        return seconds * 1000000 + self._microsecond

    def timestamp(self):
        offset = self.utcoffset()
        total = self._total() - _EPOCH * _DAY_SECONDS * 1000000
        return (total - (0 if offset is None else offset._total())) / 10**6

    def timetuple(self):
        yearday = self.toordinal() - _ordinal(self._year, 1, 1) + 1
        dst = self.dst()
        flag = -1 if dst is None else int(bool(dst))
        clock = (self._hour, self._minute, self._second)
        return _time.struct_time((self._year, self._month, self._day, *clock, self.weekday(), yearday, flag))

    def utctimetuple(self):
        offset = self.utcoffset()
        utc = self if offset is None else self - offset
        return _time.struct_time((*utc.timetuple()[:8], 0))

    def isoformat(self, sep="T", timespec="auto"):
        clock = _clock(self._hour, self._minute, self._second, self._microsecond, timespec)
        return "%04d-%02d-%02d%s%s%s" % (
            self._year,
            self._month,
            self._day,
            sep,
            clock,
            _offset_text(self.utcoffset()),
        )

    def __str__(self):
        return self.isoformat(" ")

    def _all(self):
        clock = (self._hour, self._minute, self._second, self._microsecond)
        return (self._year, self._month, self._day, *clock)

    def ctime(self):
        return _formatted(self, "%a %b %e %H:%M:%S %Y", self._all())

    def strftime(self, format):
        return _formatted(self, format, self._all())

    def __repr__(self):
        parts = list(self._all())
        while len(parts) > 5 and not parts[-1]:
            parts.pop()
        shown = [str(part) for part in parts]
        if self._tzinfo is not None:
            shown.append("tzinfo=%r" % (self._tzinfo,))
        if self._fold:
            shown.append("fold=1")
        return "%s.%s(%s)" % (type(self).__module__, type(self).__qualname__, ", ".join(shown))

    def _key(self):
        offset = self.utcoffset()
        return self._total() - (0 if offset is None else offset._total())

    def _compared(self, other, test):
        if not isinstance(other, datetime):
            if isinstance(other, date):
                raise TypeError("can't compare %s to %s" % _names(self, other))
            return NotImplemented
        if (self.utcoffset() is None) != (other.utcoffset() is None):
            raise TypeError("can't compare offset-naive and offset-aware datetimes")
        return test(self._key(), other._key())

    def __eq__(self, other):
        if not isinstance(other, datetime):
            return NotImplemented if not isinstance(other, date) else False
        return (self.utcoffset() is None) == (other.utcoffset() is None) and self._key() == other._key()

    def __hash__(self):
        return hash(self._key())

    def __add__(self, other):
        if not isinstance(other, timedelta):
            return NotImplemented
        total = self._total() + other._total()
        seconds, microsecond = divmod(total, 1000000)
        ordinal, seconds = divmod(seconds, _DAY_SECONDS)
        if not 0 < ordinal <= _LAST:
            raise OverflowError("date value out of range")
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return type(self)(*_from_ordinal(ordinal), hour, minute, second, microsecond, self._tzinfo)

    __radd__ = __add__

    def __sub__(self, other):
        if isinstance(other, timedelta):
            return self + -other
        if not isinstance(other, datetime):
            return NotImplemented
        if (self.utcoffset() is None) != (other.utcoffset() is None):
            raise TypeError("can't subtract offset-naive and offset-aware datetimes")
        return _delta(timedelta, self._key() - other._key())


_WIDTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "I": 2, "M": 2, "S": 2, "f": 6, "y": 2, "j": 3, "U": 2, "W": 2, "w": 1}
_NAMED = {"a": _WEEKDAYS, "A": _FULL_WEEKDAYS, "b": _MONTHS, "B": _FULL_MONTHS, "p": ("AM", "PM")}
_MEANT = {"c": "%a %b %d %H:%M:%S %Y", "x": "%m/%d/%y", "X": "%H:%M:%S"}


def _parsed(text, form):
    """The fields that a text has, as a format says where they stand, and the zone."""
    for directive, meant in _MEANT.items():
        form = form.replace("%" + directive, meant)

    def mismatch():
        return ValueError("time data %r does not match format %r" % (text, form))

    found = {}
    at = place = 0
    while place < len(form):
        char = form[place]
        place += 1
        if char.isspace():
            begin = at
            while text[at : at + 1].isspace():
                at += 1
            if at == begin:
                raise mismatch()
            continue
        if char != "%":
            if not text.startswith(char, at):
                raise mismatch()
            at += 1
            continue
        directive = form[place : place + 1]
        place += 1
        if directive == "":
            raise ValueError("stray %% in format %r" % form)
        if directive == "%":
            if not text.startswith("%", at):
                raise mismatch()
            at += 1
        elif directive in _WIDTHS:
            begin = at
            while at - begin < _WIDTHS[directive] and text[at : at + 1].isdigit():
                at += 1
            digits = text[begin:at]
            while len(digits) > 1 and not _fits(directive, int(digits)):
                digits = digits[:-1]
                at -= 1
            if not digits or directive == "Y" and len(digits) < 4 or not _fits(directive, int(digits)):
                raise mismatch()
            found[directive] = int((digits + "00000")[:6]) if directive == "f" else int(digits)
        elif directive in _NAMED:
            for number, name in enumerate(_NAMED[directive]):
                if name and text[at : at + len(name)].lower() == name.lower():
                    found[directive] = number
                    at += len(name)
                    break
            else:
                raise mismatch()
        elif directive == "z":
            if text[at : at + 1] in ("Z", "z"):
                found["z"] = UTC
                at += 1
                continue
            end = at + 1
            while text[end : end + 1].isdigit() or text[end : end + 1] == ":":
                end += 1
            digits = text[at + 1 : end].replace(":", "")
            if text[at : at + 1] not in ("+", "-") or len(digits) not in (4, 6):
                raise mismatch()
            offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:] or 0))
            offset = -offset if text[at] == "-" else offset
            found["z"] = timezone(offset) if offset else UTC
            at = end
        elif directive == "Z":
            for name in ("UTC", "GMT"):
                if text[at : at + 3].upper() == name:
                    at += 3
                    break
        else:
            raise ValueError("%r is a bad directive in format %r" % (directive, form))
    if at < len(text):
        raise ValueError("unconverted data remains: " + text[at:])
    year = found.get("Y", 1900)
    if "y" in found:
        year = found["y"] + (2000 if found["y"] < 69 else 1900)
    hour = found.get("H", 0)
    if "I" in found:
        hour = found["I"] % 12 + 12 * found.get("p", 0)
    month = found.get("b", found.get("B", found.get("m", 1)))
    day = found.get("d", 1)
    if "j" in found:
        _, month, day = _from_ordinal(_ordinal(year, 1, 1) + found["j"] - 1)
    clock = (hour, found.get("M", 0), found.get("S", 0), found.get("f", 0))
    return (year, month, day, *clock, found.get("z"))


_RANGES = {"m": (1, 12), "d": (1, 31), "H": (0, 23), "I": (1, 12), "M": (0, 59), "S": (0, 61), "j": (1, 366)}


def _fits(directive, number):
    low, high = _RANGES.get(directive, (0, 999999))
    return low <= number <= high


date.min, date.max, date.resolution = date(1, 1, 1), date(9999, 12, 31), timedelta(1)
time.min, time.max, time.resolution = time(0, 0), time(23, 59, 59, 999999), timedelta.resolution
datetime.min = datetime(1, 1, 1)
datetime.max = datetime(9999, 12, 31, 23, 59, 59, 999999)
datetime.resolution = timedelta.resolution
