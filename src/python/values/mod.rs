//! What Python's names are bound to. A value is sixteen bytes, and shared by reference.
//!
//! A file per type: the data and the type's own operations that need nobody else. Its
//! methods, as Python calls them, are in [`builtins`](super::builtins).
//!
//! What changes is behind an [`Own`](crate::sync::Own), the object's lock. Code, functions
//! made once, classes and modules are never counted: they live as long as the run.

mod bytes;
mod cell;
mod class;
mod deque;
mod descriptor;
mod dict;
mod drop;
pub mod estate;
mod exception;
mod function;
mod generator;
mod instance;
mod iterator;
mod list;
mod module;
mod range;
mod scalar;
mod set;
mod share;
mod slice;
mod string;
mod tuple;

use std::sync::Arc;

use compact_str::CompactString;
use num_bigint::BigInt;

pub use bytes::Bytes;
pub use cell::Cell;
pub use class::{Class, Layout, is_data_descriptor, linearize, special};
pub use deque::{Deque, Row};
pub use descriptor::{Alias, Property, Super, View, Wrapper};
pub use dict::{Dict, Entries, Entry, Owner};
pub use drop::bury;
pub use exception::{Exception, Place, Raise};
pub use function::{Function, Method, Native, Run, Takes};
pub use generator::{
    Generator, State, Suspended, left_generators, note_generator, open_generators,
    set_closes_generators,
};
pub use instance::Instance;
pub use iterator::{Direction, Iter, Iteration, Part, Sending};
pub use list::List;
pub use module::Module;
pub use range::Range;
pub use scalar::{Float, Truth};
pub use set::{Set, Table};
pub use share::{admit, parts, share, share_library};
pub use slice::Slice;
pub use string::Str;
pub use tuple::Tuple;

use super::code::Code;
use super::text::number::{Int, Integer};

/// A tag of a whole word, and a word that goes with it: a value is two registers (see
/// [`scalar`]).
#[derive(Default)]
#[repr(u64)]
pub enum Value {
    /// No value: an unbound variable, an argument that was not given.
    #[default]
    Unset,
    None,
    NotImplemented,
    Ellipsis,
    Bool(Truth),
    Int(i64),
    /// An int beyond 64 bits; one that fits is never here.
    Big(Arc<BigInt>),
    Float(Float),
    Str(Arc<Str>),
    Bytes(Arc<Bytes>),
    Tuple(Arc<Tuple>),
    List(Arc<List>),
    Deque(Arc<Deque>),
    Dict(Arc<Dict>),
    Set(Arc<Set>),
    FrozenSet(Arc<Set>),
    Range(Arc<Range>),
    Slice(Arc<Slice>),
    Iter(Arc<Iter>),
    Generator(Arc<Generator>),
    /// A function that is made once.
    Function(&'static Function),
    /// One that may be made many times.
    Closure(Arc<Function>),
    Native(&'static Native),
    Method(Arc<Method>),
    Class(&'static Class),
    Instance(Arc<Instance>),
    Exception(Arc<Exception>),
    Module(&'static Module),
    Property(Arc<Property>),
    Wrapper(Arc<Wrapper>),
    Super(Arc<Super>),
    View(Arc<View>),
    Alias(Arc<Alias>),
    Code(&'static Code),
    Cell(Arc<Cell>),
}

impl Clone for Value {
    /// Numbers are so many that their copies are made in place.
    #[inline]
    fn clone(&self) -> Value {
        match self {
            Value::Int(number) => Value::Int(*number),
            Value::Float(number) => Value::Float(*number),
            _ => self.shared(),
        }
    }
}

impl Value {
    /// A reference more.
    fn shared(&self) -> Value {
        match self {
            Value::Unset => Value::Unset,
            Value::None => Value::None,
            Value::NotImplemented => Value::NotImplemented,
            Value::Ellipsis => Value::Ellipsis,
            Value::Bool(x) => Value::Bool(*x),
            Value::Int(x) => Value::Int(*x),
            Value::Big(x) => Value::Big(x.clone()),
            Value::Float(x) => Value::Float(*x),
            Value::Str(x) => Value::Str(x.clone()),
            Value::Bytes(x) => Value::Bytes(x.clone()),
            Value::Tuple(x) => Value::Tuple(x.clone()),
            Value::List(x) => Value::List(x.clone()),
            Value::Deque(x) => Value::Deque(x.clone()),
            Value::Dict(x) => Value::Dict(x.clone()),
            Value::Set(x) => Value::Set(x.clone()),
            Value::FrozenSet(x) => Value::FrozenSet(x.clone()),
            Value::Range(x) => Value::Range(x.clone()),
            Value::Slice(x) => Value::Slice(x.clone()),
            Value::Iter(x) => Value::Iter(x.clone()),
            Value::Generator(x) => Value::Generator(x.clone()),
            Value::Function(x) => Value::Function(x),
            Value::Closure(x) => Value::Closure(x.clone()),
            Value::Native(x) => Value::Native(x),
            Value::Method(x) => Value::Method(x.clone()),
            Value::Class(x) => Value::Class(x),
            Value::Instance(x) => Value::Instance(x.clone()),
            Value::Exception(x) => Value::Exception(x.clone()),
            Value::Module(x) => Value::Module(x),
            Value::Property(x) => Value::Property(x.clone()),
            Value::Wrapper(x) => Value::Wrapper(x.clone()),
            Value::Super(x) => Value::Super(x.clone()),
            Value::View(x) => Value::View(x.clone()),
            Value::Alias(x) => Value::Alias(x.clone()),
            Value::Code(x) => Value::Code(x),
            Value::Cell(x) => Value::Cell(x.clone()),
        }
    }

    pub fn str(text: impl Into<CompactString>) -> Value {
        Value::Str(Arc::new(Str::from(text.into())))
    }

    pub fn bytes(bytes: impl Into<Box<[u8]>>) -> Value {
        Value::Bytes(Arc::new(Bytes::new(bytes.into())))
    }

    pub fn tuple(items: impl Into<Box<[Value]>>) -> Value {
        Value::Tuple(Arc::new(Tuple::new(items.into())))
    }

    pub fn pair(first: Value, second: Value) -> Value {
        Value::Tuple(Arc::new(Tuple::Pair([first, second])))
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(List::new(items))
    }

    #[inline]
    pub fn bool(bool: bool) -> Value {
        Value::Bool(bool.into())
    }

    #[inline]
    pub fn float(number: f64) -> Value {
        Value::Float(number.into())
    }

    pub fn int(number: usize) -> Value {
        Value::Int(number as i64)
    }

    /// Drops it. What is not counted needs nothing, which is found out in place.
    #[inline]
    pub fn discard(self) {
        match self {
            Value::Int(_) | Value::None | Value::Unset | Value::Bool(_) => std::mem::forget(self),
            Value::Float(_) | Value::Function(_) | Value::Native(_) => std::mem::forget(self),
            _ => drop(self),
        }
    }

    #[inline]
    pub fn is_unset(&self) -> bool {
        matches!(self, Value::Unset)
    }

    #[inline]
    pub fn is_none(&self) -> bool {
        matches!(self, Value::None)
    }

    /// None where nothing was given.
    pub fn or_none(self) -> Value {
        if self.is_unset() { Value::None } else { self }
    }

    /// `is`. Small ints, floats and strings have no identity of their own here: equal
    /// ones are identical, which is what CPython does for those that it caches.
    pub fn is(&self, other: &Value) -> bool {
        use Value::*;
        match (self, other) {
            (Unset, Unset) | (None, None) => true,
            (NotImplemented, NotImplemented) | (Ellipsis, Ellipsis) => true,
            (Bool(a), Bool(b)) => a == b,
            (Int(a), Int(b)) => a == b,
            (Float(a), Float(b)) => a.get().to_bits() == b.get().to_bits(),
            (Big(a), Big(b)) => Arc::ptr_eq(a, b),
            (Str(a), Str(b)) => Arc::ptr_eq(a, b) || a.as_str() == b.as_str(),
            (Bytes(a), Bytes(b)) => Arc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()),
            (Tuple(a), Tuple(b)) => Arc::ptr_eq(a, b) || (a.is_empty() && b.is_empty()),
            (Class(a), Class(b)) => std::ptr::eq(*a, *b),
            _ => match (self.address(), other.address()) {
                (Some(a), Some(b)) => a == b,
                _ => false,
            },
        }
    }

    /// Where the object lies, of those that have a place.
    pub fn address(&self) -> Option<usize> {
        fn of<T>(thing: &T) -> Option<usize> {
            Some(std::ptr::from_ref(thing).addr())
        }
        match self {
            Value::Unset | Value::None | Value::NotImplemented | Value::Ellipsis => None,
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => None,
            Value::Big(x) => of(&**x),
            Value::Str(x) => of(&**x),
            Value::Bytes(x) => of(&**x),
            Value::Tuple(x) => of(&**x),
            Value::List(x) => of(&**x),
            Value::Deque(x) => of(&**x),
            Value::Dict(x) => of(&**x),
            Value::Set(x) | Value::FrozenSet(x) => of(&**x),
            Value::Range(x) => of(&**x),
            Value::Slice(x) => of(&**x),
            Value::Iter(x) => of(&**x),
            Value::Generator(x) => of(&**x),
            Value::Function(x) => of(*x),
            Value::Closure(x) => of(&**x),
            Value::Native(x) => of(*x),
            Value::Method(x) => of(&**x),
            Value::Class(x) => of(*x),
            Value::Instance(x) => of(&**x),
            Value::Exception(x) => of(&**x),
            Value::Module(x) => of(*x),
            Value::Property(x) => of(&**x),
            Value::Wrapper(x) => of(&**x),
            Value::Super(x) => of(&**x),
            Value::View(x) => of(&**x),
            Value::Alias(x) => of(&**x),
            Value::Code(x) => of(*x),
            Value::Cell(x) => of(&**x),
        }
    }

    /// The text of a str, or of an instance of a class derived from str.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text.as_str()),
            Value::Instance(instance) => instance.inner.as_str(),
            _ => None,
        }
    }

    /// The number of an int or a bool, or of an instance of a class derived from int.
    #[inline]
    pub fn as_int(&self) -> Option<Int<'_>> {
        match self {
            Value::Int(number) => Some(Int::Small(*number)),
            Value::Bool(bool) => Some(Int::Small(i64::from(bool.get()))),
            Value::Big(number) => Some(Int::Big(number)),
            Value::Instance(instance) => instance.inner.as_int(),
            _ => None,
        }
    }

    /// Of an instance of a class that derives from a builtin type: what it is beside its
    /// attributes; else the value itself.
    #[inline]
    pub fn inner(&self) -> &Value {
        match self {
            Value::Instance(instance) if !instance.inner.is_unset() => &instance.inner,
            _ => self,
        }
    }

    pub fn as_function(&self) -> Option<&Function> {
        match self {
            Value::Function(function) => Some(function),
            Value::Closure(function) => Some(function),
            _ => None,
        }
    }
}

impl From<Integer> for Value {
    #[inline]
    fn from(number: Integer) -> Value {
        match number {
            Integer::Small(number) => Value::Int(number),
            Integer::Big(number) => Value::Big(Arc::new(number)),
        }
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Value {
        Value::bool(bool)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::str(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::str(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_sixteen_bytes() {
        assert_eq!(size_of::<Value>(), 16);
    }
}
