//! Classes: members are picked from a table, each with the expressions that use it.

use super::Generator;
use super::features::Feature::{self, *};
use crate::program::{Clause, Kind, Piece, Stmt};

/// A class that a program has defined.
pub struct Class {
    pub name: String,
    /// Whether it is a class of exceptions.
    pub is_error: bool,
    /// What instances can be used for. `$object` is one.
    pub uses: Vec<(Kind, &'static str)>,
}

struct Member {
    shows: Feature,
    text: &'static str,
    uses: &'static [(Kind, &'static str)],
}

const fn member(
    shows: Feature,
    text: &'static str,
    uses: &'static [(Kind, &'static str)],
) -> Member {
    Member { shows, text, uses }
}

/// In a method `self.a` is an int, `self.b` a string and `self.items` a list of ints.
#[rustfmt::skip]
const MEMBERS: &[Member] = &[
    member(Classes, "def twice(self, n=$int):\n    $body\n    return $int!", &[(Kind::Int, "$object.twice()"), (Kind::Int, "$object.twice($int)")]),
    member(Classes, "def put(self, x):\n    self.items.append(x)\n    return self", &[(Kind::List, "$object.put($int).items[:4]"), (Kind::Int, "len($object.put($int).put($int).items)")]),
    member(Classes, "def text(self):\n    $body\n    return $str!", &[(Kind::Str, "$object.text()")]),
    member(Classes, "def change(self, by):\n    self.a = ($int - by) % 1000\n    self.b += 'x'\n    return self.a", &[(Kind::Int, "$object.change($int)"), (Kind::Any, "$object.b")]),
    member(Classes, "def __init__(self, a=$int!, b=$str!):\n    self.a, self.b, self.items = a, b, [$int!]\n    self.extra = $any", &[(Kind::Any, "$object.extra"), (Kind::Any, "sorted(vars($object))")]),
    member(ClassAttributes, "count = $int!\ndef bump(self):\n    type(self).count += 1\n    return self.count", &[(Kind::Int, "$object.bump()"), (Kind::Int, "$object.count")]),
    member(ClassAttributes, "shared = []\ndef share(self, x):\n    self.shared.append(x)\n    return len(self.shared)", &[(Kind::Int, "$object.share($int)")]),
    member(Properties, "@property\ndef size(self):\n    $body\n    return $int!\n@size.setter\ndef size(self, value):\n    self.a = value % 100", &[(Kind::Int, "$object.size")]),
    member(StaticMethods, "@staticmethod\ndef plain(x, y=$int):\n    return x, y", &[(Kind::Tuple, "$object.plain($int)"), (Kind::Tuple, "$object.plain($int, $int)")]),
    member(ClassMethods, "@classmethod\ndef make(cls, a):\n    return cls(a % 100)", &[(Kind::Int, "$object.make($int).a"), (Kind::Str, "type($object.make($int)).__name__")]),
    member(Operators, "def __add__(self, other):\n    return $int!\ndef __radd__(self, other):\n    return ('radd', other, self.a)", &[(Kind::Int, "($object + $int)"), (Kind::Any, "($any + $object)"), (Kind::Any, "($int + $object)")]),
    member(Operators, "def __sub__(self, other):\n    return NotImplemented if $bool else self.a\ndef __mul__(self, n):\n    return self.b * (n % 3)", &[(Kind::Any, "?($object - $int)"), (Kind::Str, "($object * $int)")]),
    member(Operators, "def __neg__(self):\n    return -self.a\ndef __invert__(self):\n    return self.b\ndef __abs__(self):\n    return abs(self.a)", &[(Kind::Int, "(-$object)"), (Kind::Str, "(~$object)"), (Kind::Int, "abs($object)")]),
    member(Operators, "def __floordiv__(self, n):\n    return self.a // n\ndef __mod__(self, n):\n    return self.a % n\ndef __truediv__(self, n):\n    return self.a / n\ndef __pow__(self, n):\n    return ('pow', n)", &[(Kind::Int, "?($object // $int)"), (Kind::Int, "($object % 7)"), (Kind::Float, "?($object / $int)"), (Kind::Any, "($object ** $any)")]),
    member(Operators, "def __eq__(self, other):\n    return isinstance(other, type(self)) and self.a == other.a\ndef __hash__(self):\n    return hash(self.a)", &[(Kind::Bool, "($object == $object)"), (Kind::Bool, "($object != $any)"), (Kind::Int, "len({$object, $object})"), (Kind::Bool, "($object in [$object])")]),
    member(Operators, "def __lt__(self, other):\n    return self.a < other.a\ndef __ge__(self, other):\n    return $bool", &[(Kind::Bool, "($object < $object)"), (Kind::Int, "min($object, $object).a"), (Kind::List, "[x.a for x in sorted([$object, $object, $object])]"), (Kind::Bool, "($object >= $object)"), (Kind::Bool, "?($object <= $object)")]),
    member(Operators, "def __iadd__(self, x):\n    self.items += [x]\n    return self", &[(Kind::Any, "[x.__iadd__($int).items for x in [$object]]")]),
    member(Operators, "def __repr__(self):\n    return f'<{self.a}>'", &[(Kind::Str, "repr($object)"), (Kind::Any, "str([$object])"), (Kind::Str, "f'''{ $object }'''")]),
    member(Operators, "def __str__(self):\n    return 'str ' + self.b", &[(Kind::Str, "str($object)"), (Kind::Str, "('%s' % $object)")]),
    member(Operators, "def __format__(self, spec):\n    return f'{self.a}/{spec}'", &[(Kind::Str, "format($object, 'abc')"), (Kind::Str, "f'''{ $object :>3}'''"), (Kind::Str, "'{:x}'.format($object)")]),
    member(Operators, "def __bool__(self):\n    return $bool", &[(Kind::Bool, "bool($object)"), (Kind::Int, "($int if $object else $int)"), (Kind::Bool, "(not $object)")]),
    member(Operators, "def __index__(self):\n    return $small\ndef __int__(self):\n    return $int!\ndef __float__(self):\n    return $small / 2", &[(Kind::Int, "int($object)"), (Kind::Str, "'abcdefgh'[$object]"), (Kind::Float, "float($object)"), (Kind::Any, "range(9)[$object]"), (Kind::Str, "hex($object)")]),
    member(Containers, "def __len__(self):\n    return len(self.items)", &[(Kind::Int, "len($object)"), (Kind::Bool, "bool($object)")]),
    member(Containers, "def __getitem__(self, i):\n    return ('item', i)", &[(Kind::Any, "$object[$any]"), (Kind::Any, "$object[$small:$small]"), (Kind::Any, "$object[$int, ...]")]),
    member(Containers, "def __setitem__(self, k, v):\n    self.items.append(v)\ndef __delitem__(self, k):\n    self.items.clear()\ndef __contains__(self, x):\n    return x == self.a", &[(Kind::Bool, "($int in $object)"), (Kind::Bool, "($any not in $object)")]),
    member(Iterators, "def __iter__(self):\n    for x in self.items[:5]:\n        yield x\n    yield $int", &[(Kind::Iter, "$object"), (Kind::List, "[*$object]"), (Kind::Int, "sum($object)")]),
    member(Iterators, "def __next__(self):\n    if int(self.a) % 5 == 0:\n        raise StopIteration\n    self.a = int(self.a) - 1\n    return self.a\ndef __iter__(self):\n    return self", &[(Kind::Iter, "$object"), (Kind::Int, "next($object, 0)"), (Kind::Tuple, "tuple($object)")]),
    member(Iterators, "def __reversed__(self):\n    return iter([$int, $int])", &[(Kind::List, "list(reversed($object))")]),
    member(Callables, "def __call__(self, *args, **kwargs):\n    $body\n    return args, kwargs, self.a", &[(Kind::Any, "$object()"), (Kind::Any, "$object($any, k=$any)"), (Kind::Bool, "callable($object)")]),
    member(AttributeHooks, "def __getattr__(self, name):\n    if name.startswith('_'):\n        raise AttributeError(name)\n    return 'attr ' + name", &[(Kind::Str, "$object.anything"), (Kind::Any, "getattr($object, 'other', None)"), (Kind::Bool, "hasattr($object, '_x')")]),
    member(AttributeHooks, "def __setattr__(self, name, value):\n    object.__setattr__(self, name, value)\n    object.__setattr__(self, 'last', name)", &[(Kind::Any, "$object.last")]),
    member(Descriptors, "class Field:\n    def __set_name__(self, owner, name):\n        self.key = '_' + name\n    def __get__(self, obj, owner):\n        return self.key if obj is None else obj.__dict__.get(self.key, $int)\n    def __set__(self, obj, value):\n        obj.__dict__[self.key] = value % 10\nfield = Field()\ndef fill(self, x):\n    self.field = x\n    return self.field", &[(Kind::Int, "$object.field"), (Kind::Int, "$object.fill($int)")]),
    member(MatchClass, "__match_args__ = ('a', 'b')\ndef case(self):\n    match self:\n        case type(a=0):\n            return 'zero'\n        case object(a=int(x), b=y):\n            return x, y", &[(Kind::Any, "?$object.case()")]),
    member(Slots, "class Slotted:\n    __slots__ = ('x', 'y')\n    def __init__(self, x):\n        self.x = x\ndef slotted(self):\n    s = self.Slotted($int!)\n    try:\n        s.z = 1\n    except AttributeError as e:\n        return s.x, str(e)", &[(Kind::Any, "$object.slotted()")]),
    member(Classes, "def fail(self):\n    raise $error", &[(Kind::Any, "?$object.fail()")]),
    member(Classes, "def __secret(self):\n    return $int!\ndef ask(self):\n    return self.__secret()", &[(Kind::Int, "$object.ask()"), (Kind::Any, "?$object.__secret()")]),
];

/// Members for a class with a base that has them.
#[rustfmt::skip]
const OVERRIDES: &[(&str, &str)] = &[
    ("twice", "def twice(self, n=1):\n    return super().twice(n) % 1000 + $small"),
    ("text", "def text(self):\n    $body\n    return super().text()[:9] + $str!"),
    ("change", "def change(self, by):\n    super().change(by + 1)\n    return self.a + $small"),
    ("size", "@property\ndef size(self):\n    return super().size + 1"),
    ("make", "@classmethod\ndef make(cls, a):\n    return super().make(a + 1)"),
    ("__len__", "def __len__(self):\n    return super().__len__() + 1"),
    ("__repr__", "def __repr__(self):\n    return super().__repr__() + '!'"),
    ("__init__", "def __init__(self, a=$int!, b=$str!):\n    super().__init__(a, b)\n    self.extra = $any"),
    ("__getitem__", "def __getitem__(self, i):\n    return [super().__getitem__(i)]"),
    ("__call__", "def __call__(self, *args, **kwargs):\n    return super().__call__(*args[:1])"),
];

const INIT: &str =
    "def __init__(self, a=$int!, b=$str!):\n    self.a, self.b, self.items = a, b, [$int!, $int!]";

impl Generator {
    /// A class, perhaps with one of those that are there as its base.
    pub fn class(&mut self) -> Stmt {
        if self.rng.one_in(4) {
            return self.error_class();
        }
        self.shows(Classes);
        let name = self.fresh("C");
        let bases: Vec<usize> = (0..self.classes.len())
            .filter(|&class| !self.classes[class].is_error)
            .collect();
        let base = (!bases.is_empty() && self.rng.one_in(2)).then(|| *self.rng.pick(&bases));
        let head = match base {
            Some(base) => format!("class {name}({}):", self.classes[base].name),
            None => format!("class {name}:"),
        };
        let mut uses = vec![(Kind::Int, "$object.a"), (Kind::Str, "$object.b")];
        let mut texts: Vec<&'static str> = Vec::new();
        match base {
            Some(base) => {
                self.shows(Inheritance);
                uses.extend_from_slice(&self.classes[base].uses);
                let (method, text) = *self.rng.pick(OVERRIDES);
                let is_there = uses.iter().any(|(_, text)| text.contains(method));
                if is_there || method == "__init__" {
                    self.shows(Super);
                    texts.push(text);
                }
            }
            None => texts.push(INIT),
        }
        for _ in 0..1 + self.rng.below(5) {
            let member = self.rng.pick(MEMBERS);
            if base.is_some() && member.text.contains("__init__(self, a") {
                continue;
            }
            if !texts.contains(&member.text) {
                self.shows(member.shows);
                texts.push(member.text);
                uses.extend_from_slice(member.uses);
            }
        }
        let body = self.members(&texts);
        self.classes.push(Class {
            name,
            is_error: false,
            uses,
        });
        Stmt::Block(vec![Clause {
            head: vec![Piece::Text(head)],
            body,
        }])
    }

    fn members(&mut self, texts: &[&'static str]) -> Vec<Stmt> {
        // A value that a member gives may not be made by members of the same class, which
        // would never end: so a class is there only when it is complete.
        let outer = self.enter_function();
        let mut body = Vec::new();
        for text in texts {
            // The methods of a class in this one have another self.
            self.has_self = !text.contains("class ");
            body.extend(self.statements(text));
            self.has_self = false;
        }
        self.leave_function(outer);
        body
    }

    fn error_class(&mut self) -> Stmt {
        self.shows(CustomExceptions);
        let name = self.fresh("E");
        let bases = ["Exception", "ValueError", "KeyError", "LookupError"];
        let own: Vec<&str> = (self.classes.iter().filter(|class| class.is_error))
            .map(|class| &*class.name)
            .collect();
        let base = if !own.is_empty() && self.rng.one_in(2) {
            (*self.rng.pick(&own)).to_owned()
        } else {
            (*self.rng.pick(&bases)).to_owned()
        };
        let texts = [
            "pass",
            "def __str__(self):\n    return f'error {self.args}'",
            "def __init__(self, *args):\n    super().__init__(*args)\n    self.code = len(args)",
            "code = $int!",
        ];
        let text = *self.rng.pick(&texts);
        let body = self.statements(text);
        let head = format!("class {name}({base}):");
        self.classes.push(Class {
            name,
            is_error: true,
            uses: Vec::new(),
        });
        Stmt::Block(vec![Clause {
            head: vec![Piece::Text(head)],
            body,
        }])
    }
}
