//! Names as numbers, and small maps from them: what attributes are found by.
//!
//! A name is interned once for the process. Those that the machine itself looks for are
//! constants, in one table.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, RwLock};

use super::values::{Str, Value};

/// An interned name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(u32);

struct Interned {
    numbers: HashMap<&'static str, Name, Spread>,
    texts: Vec<(&'static str, Arc<Str>)>,
}

impl Interned {
    fn add(&mut self, text: &'static str) -> Name {
        let name = Name(self.texts.len() as u32);
        self.numbers.insert(text, name);
        self.texts.push((text, Arc::new(Str::from(text))));
        name
    }
}

static INTERNED: LazyLock<RwLock<Interned>> = LazyLock::new(|| {
    let mut interned = Interned {
        numbers: HashMap::default(),
        texts: Vec::new(),
    };
    for text in KNOWN {
        interned.add(text);
    }
    RwLock::new(interned)
});

impl Name {
    pub fn new(text: &str) -> Name {
        if let Some(name) = Name::known(text) {
            return name;
        }
        let mut interned = INTERNED.write().expect("no writer panics");
        let kept = String::from(text).leak();
        match interned.numbers.get(text) {
            Some(name) => *name,
            None => interned.add(kept),
        }
    }

    /// The name, if anything has it: what was never interned is no attribute of anything.
    pub fn known(text: &str) -> Option<Name> {
        let interned = INTERNED.read().expect("no writer panics");
        interned.numbers.get(text).copied()
    }

    /// Its number, the same as long as the process lives.
    pub fn number(self) -> u32 {
        self.0
    }

    pub fn text(self) -> &'static str {
        INTERNED.read().expect("no writer panics").texts[self.0 as usize].0
    }

    /// The name as a Python string.
    pub fn value(self) -> Value {
        let interned = INTERNED.read().expect("no writer panics");
        Value::Str(interned.texts[self.0 as usize].1.clone())
    }

    /// A name with two underscores at both ends.
    pub fn is_dunder(self) -> bool {
        let text = self.text();
        text.len() > 4 && text.starts_with("__") && text.ends_with("__")
    }
}

macro_rules! known {
    ($($name:ident = $text:literal,)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms, reason = "named as the constants are")]
        enum Position { $($name),* }

        $(pub const $name: Name = Name(Position::$name as u32);)*

        const KNOWN: &[&str] = &[$($text),*];
    };
}

known! {
    INIT = "__init__",
    NEW = "__new__",
    CALL = "__call__",
    REPR = "__repr__",
    STR = "__str__",
    FORMAT = "__format__",
    BYTES = "__bytes__",
    HASH = "__hash__",
    BOOL = "__bool__",
    LEN = "__len__",
    LENGTH_HINT = "__length_hint__",
    CONTAINS = "__contains__",
    ITER = "__iter__",
    NEXT = "__next__",
    REVERSED = "__reversed__",
    GETITEM = "__getitem__",
    SETITEM = "__setitem__",
    DELITEM = "__delitem__",
    MISSING = "__missing__",
    GETATTR = "__getattr__",
    GETATTRIBUTE = "__getattribute__",
    SETATTR = "__setattr__",
    DELATTR = "__delattr__",
    GET = "__get__",
    SET = "__set__",
    DELETE = "__delete__",
    SET_NAME = "__set_name__",
    INIT_SUBCLASS = "__init_subclass__",
    CLASS_GETITEM = "__class_getitem__",
    SLOTS = "__slots__",
    DICT = "__dict__",
    CLASS = "__class__",
    NAME = "__name__",
    QUALNAME = "__qualname__",
    MODULE = "__module__",
    DOC = "__doc__",
    ANNOTATIONS = "__annotations__",
    DEFAULTS = "__defaults__",
    KWDEFAULTS = "__kwdefaults__",
    WRAPPED = "__wrapped__",
    MRO = "__mro__",
    BASES = "__bases__",
    BASE = "__base__",
    SUBCLASSES = "__subclasses__",
    MATCH_ARGS = "__match_args__",
    ENTER = "__enter__",
    EXIT = "__exit__",
    AENTER = "__aenter__",
    AEXIT = "__aexit__",
    AITER = "__aiter__",
    ANEXT = "__anext__",
    AWAIT = "__await__",
    INDEX = "__index__",
    INT = "__int__",
    FLOAT = "__float__",
    COMPLEX = "__complex__",
    ROUND = "__round__",
    TRUNC = "__trunc__",
    FLOOR = "__floor__",
    CEIL = "__ceil__",
    ABS = "__abs__",
    NEG = "__neg__",
    POS = "__pos__",
    INVERT = "__invert__",
    DIVMOD = "__divmod__",
    RDIVMOD = "__rdivmod__",
    ADD = "__add__",
    RADD = "__radd__",
    IADD = "__iadd__",
    SUB = "__sub__",
    RSUB = "__rsub__",
    ISUB = "__isub__",
    MUL = "__mul__",
    RMUL = "__rmul__",
    IMUL = "__imul__",
    MATMUL = "__matmul__",
    RMATMUL = "__rmatmul__",
    IMATMUL = "__imatmul__",
    TRUEDIV = "__truediv__",
    RTRUEDIV = "__rtruediv__",
    ITRUEDIV = "__itruediv__",
    FLOORDIV = "__floordiv__",
    RFLOORDIV = "__rfloordiv__",
    IFLOORDIV = "__ifloordiv__",
    MOD = "__mod__",
    RMOD = "__rmod__",
    IMOD = "__imod__",
    POW = "__pow__",
    RPOW = "__rpow__",
    IPOW = "__ipow__",
    LSHIFT = "__lshift__",
    RLSHIFT = "__rlshift__",
    ILSHIFT = "__ilshift__",
    RSHIFT = "__rshift__",
    RRSHIFT = "__rrshift__",
    IRSHIFT = "__irshift__",
    AND = "__and__",
    RAND = "__rand__",
    IAND = "__iand__",
    OR = "__or__",
    ROR = "__ror__",
    IOR = "__ior__",
    XOR = "__xor__",
    RXOR = "__rxor__",
    IXOR = "__ixor__",
    EQ = "__eq__",
    NE = "__ne__",
    LT = "__lt__",
    LE = "__le__",
    GT = "__gt__",
    GE = "__ge__",
    INSTANCECHECK = "__instancecheck__",
    SUBCLASSCHECK = "__subclasscheck__",
    DEL = "__del__",
    SELF = "__self__",
    FUNC = "__func__",
    CODE = "__code__",
    CAUSE = "__cause__",
    CONTEXT = "__context__",
    SUPPRESS_CONTEXT = "__suppress_context__",
    TRACEBACK = "__traceback__",
    NOTES = "__notes__",
    FILENAME = "filename",
    DIR = "__dir__",
    MAIN = "__main__",
    FILE = "__file__",
    ALL = "__all__",
    SEND = "send",
    THROW = "throw",
    CLOSE = "close",
    ARGS = "args",
    VALUE = "value",
    KEYS = "keys",
    ITEMS = "items",
    WRITE = "write",
    REAL = "real",
    IMAG = "imag",
    NUMERATOR = "numerator",
    DENOMINATOR = "denominator",
    START = "start",
    STOP = "stop",
    STEP = "step",
    CODE_OF_EXIT = "code",
    MESSAGE = "message",
    EXCEPTIONS = "exceptions",
    FGET = "fget",
    FSET = "fset",
    FDEL = "fdel",
    NAME_OF = "name",
    OBJ = "obj",
    ORIG_BASES = "__orig_bases__",
    MRO_ENTRIES = "__mro_entries__",
    METACLASS = "metaclass",
    ABSTRACT = "__isabstractmethod__",
    ABSTRACTS = "__abstractmethods__",
    BUILTINS_MODULE = "builtins",
    CLASS_CELL = "__classcell__",
}

/// The entries of a map that is searched one by one.
const FEW: usize = 8;

/// A map from names, in the order of insertion: the attributes of an object, a class or a
/// module.
#[derive(Clone, Default)]
pub struct NameMap {
    names: Vec<Name>,
    values: Vec<Value>,
    /// Where each name is, once there are more than a few.
    index: HashMap<Name, usize, Spread>,
}

/// Names are small numbers: one multiplication spreads them. It does for short texts and for
/// addresses, too.
#[derive(Clone, Default)]
pub struct Spread(u64);

impl std::hash::BuildHasher for Spread {
    type Hasher = Spread;

    fn build_hasher(&self) -> Spread {
        Spread(0)
    }
}

impl std::hash::Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for bytes in bytes.chunks(4) {
            let mut four = [0; 4];
            four[..bytes.len()].copy_from_slice(bytes);
            self.write_u32(u32::from_le_bytes(four));
        }
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.0 = (self.0 ^ number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 ^= self.0 >> 32;
    }
}

impl NameMap {
    pub fn new() -> NameMap {
        NameMap::default()
    }

    #[inline]
    fn position(&self, name: Name) -> Option<usize> {
        if self.names.len() <= FEW {
            self.names.iter().position(|n| *n == name)
        } else {
            self.index.get(&name).copied()
        }
    }

    #[inline]
    pub fn get(&self, name: Name) -> Option<&Value> {
        self.position(name).map(|at| &self.values[at])
    }

    pub fn contains(&self, name: Name) -> bool {
        self.position(name).is_some()
    }

    /// Sets the name; hands back what it had.
    #[inline]
    pub fn set(&mut self, name: Name, value: Value) -> Option<Value> {
        if let Some(at) = self.position(name) {
            return Some(std::mem::replace(&mut self.values[at], value));
        }
        self.names.push(name);
        self.values.push(value);
        let len = self.names.len();
        if len > FEW + 1 {
            self.index.insert(name, len - 1);
        } else if len == FEW + 1 {
            self.index = self.names.iter().copied().zip(0..).collect();
        }
        None
    }

    pub fn remove(&mut self, name: Name) -> Option<Value> {
        let at = self.position(name)?;
        self.names.remove(at);
        let value = self.values.remove(at);
        if self.names.len() > FEW {
            self.index = self.names.iter().copied().zip(0..).collect();
        } else {
            self.index.clear();
        }
        Some(value)
    }

    pub fn len(&self) -> usize {
        self.names.len()
    }

    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    pub fn into_values(self) -> impl Iterator<Item = Value> {
        self.values.into_iter()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Name, &Value)> {
        self.names.iter().copied().zip(&self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_keeps_the_order_and_finds_all_few_or_many() {
        let name = |i: usize| Name::new(&format!("n{i}"));
        let mut map = NameMap::new();
        for i in 0..20 {
            map.set(name(i), Value::Int(i as i64));
        }
        for i in (0..20).step_by(2) {
            assert!(map.remove(name(i)).is_some());
        }
        map.set(name(1), Value::Int(100));
        let names: Vec<_> = map.iter().map(|(name, _)| name).collect();
        assert!(names.iter().copied().eq((1..20).step_by(2).map(name)));
        assert!(matches!(map.get(name(1)), Some(Value::Int(100))));
        assert!(map.get(name(2)).is_none());
        assert_eq!(Name::new("__init__").text(), INIT.text());
    }
}
