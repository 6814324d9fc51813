//! Classes: those of the program and the builtin types.

use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

use super::estate::Owned;
use super::{Value, Wrapper, bury};
use crate::python::names::{self, Name, NameMap};
use crate::sync::Own;

/// What an instance is beside its attributes: the builtin type that its class derives from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Attributes alone.
    Object,
    Int,
    Float,
    Str,
    Bytes,
    Tuple,
    List,
    Deque,
    Dict,
    Set,
    FrozenSet,
    Exception,
    Module,
    /// A class of classes.
    Type,
    /// A builtin type that nothing can be derived from.
    Final,
}

/// What a class or one of its bases defines that the fast paths have to know of.
pub mod special {
    /// Attributes that come before those of the instance: properties.
    pub const DATA_DESCRIPTOR: u8 = 1;
    pub const GETATTRIBUTE: u8 = 2;
    /// `__setattr__` or `__delattr__`.
    pub const SETATTR: u8 = 4;
    /// Its instances have slots and nothing else.
    pub const SLOTS: u8 = 8;
    pub const GETATTR: u8 = 16;
    /// Some of its methods are abstract: it has no instances.
    pub const ABSTRACT: u8 = 32;
    /// What derived classes do not have for that.
    pub const OWN: u8 = SLOTS | ABSTRACT;
}

pub struct Class {
    pub name: String,
    pub qualified: String,
    pub module: Name,
    pub bases: Vec<&'static Class>,
    /// The order in which attributes are looked for, after the class itself.
    pub mro: Vec<&'static Class>,
    pub layout: Layout,
    /// The class of the class, if that is not `type`.
    pub meta: Option<&'static Class>,
    /// A builtin type's own attributes, which never change.
    pub fixed: NameMap,
    /// The attributes of a class of the program.
    pub attributes: Own<NameMap>,
    pub builtin: bool,
    /// Names of its own slots and its bases'.
    pub slots: Vec<Name>,
    pub subclasses: Own<Vec<&'static Class>>,
    special: AtomicU8,
    /// Whether the program has changed its attributes.
    changed: AtomicBool,
}

impl Class {
    /// A builtin type.
    pub fn builtin(
        name: &str,
        module: Name,
        bases: &[&'static Class],
        layout: Layout,
        fixed: NameMap,
    ) -> Class {
        let mro = linearize(bases).unwrap_or_default();
        Class {
            name: name.to_owned(),
            qualified: name.to_owned(),
            module,
            bases: bases.to_vec(),
            mro,
            layout,
            meta: None,
            fixed,
            attributes: Own::default(),
            builtin: true,
            slots: Vec::new(),
            subclasses: Own::default(),
            special: AtomicU8::new(0),
            changed: AtomicBool::new(false),
        }
    }

    /// The class and what it derives from, in the order of attribute look-up.
    pub fn line(&'static self) -> impl Iterator<Item = &'static Class> {
        std::iter::once(self).chain(self.mro.iter().copied())
    }

    /// The same, of a class that may not live as long as the run.
    pub fn line_of_any(&self) -> impl Iterator<Item = &Class> {
        std::iter::once(self).chain(self.mro.iter().copied())
    }

    /// The class's own attribute.
    #[inline]
    pub fn own(&self, name: Name) -> Option<Value> {
        if self.builtin {
            self.fixed.get(name).cloned()
        } else {
            self.attributes.read().get(name).cloned()
        }
    }

    /// The attribute, as a class or one of its bases has it.
    #[inline]
    pub fn find(&self, name: Name) -> Option<Value> {
        if let Some(value) = self.own(name) {
            return Some(value);
        }
        self.mro.iter().find_map(|class| class.own(name))
    }

    /// The attribute, if a class of the program or of the library has it. (A class of the
    /// library that nothing derives from is a builtin one, too: a lock's.)
    pub fn find_defined(&'static self, name: Name) -> Option<Value> {
        self.line()
            .filter(|class| !class.builtin || class.layout == Layout::Final)
            .find_map(|class| class.own(name))
    }

    /// The attribute of the classes that come after `class` in this one's order.
    pub fn find_after(&'static self, class: &Class, name: Name) -> Option<Value> {
        self.line()
            .skip_while(|c| !std::ptr::eq(*c, class))
            .skip(1)
            .find_map(|c| c.own(name))
    }

    pub fn derives_from(&self, other: &Class) -> bool {
        std::ptr::eq(self, other) || self.mro.iter().any(|class| std::ptr::eq(*class, other))
    }

    #[inline]
    pub fn has(&self, special: u8) -> bool {
        self.special.load(Ordering::Relaxed) & special != 0
    }

    /// Notes that the program has changed its attributes.
    pub fn note_change(&self) {
        self.changed.store(true, Ordering::Relaxed);
        self.inspect();
    }

    /// Whether it is as it was made.
    pub fn is_unchanged(&self) -> bool {
        !self.changed.load(Ordering::Relaxed)
    }

    /// Finds out anew what the class defines, after it was made or changed.
    pub fn inspect(&self) {
        let mut found = 0;
        for base in &self.bases {
            found |= base.special.load(Ordering::Relaxed) & !special::OWN;
        }
        {
            let attributes = self.attributes.read();
            for (name, value) in attributes.iter() {
                found |= match name {
                    names::GETATTRIBUTE => special::GETATTRIBUTE,
                    names::GETATTR => special::GETATTR,
                    names::SETATTR | names::DELATTR => special::SETATTR,
                    names::ABSTRACTS if is_filled(value) => special::ABSTRACT,
                    _ if is_data_descriptor(value) => special::DATA_DESCRIPTOR,
                    _ => 0,
                };
            }
            let slotted = |class: &Class| class.builtin || class.has(special::SLOTS);
            if attributes.contains(names::SLOTS)
                && !self.slots.contains(&names::DICT)
                && self.bases.iter().all(|base| slotted(base))
            {
                found |= special::SLOTS;
            }
        }
        self.special.store(found, Ordering::Relaxed);
        for class in self.subclasses.get() {
            class.inspect();
        }
    }

    /// The class in another process, without its attributes yet.
    pub fn forked(
        &self,
        bases: Vec<&'static Class>,
        mro: Vec<&'static Class>,
        meta: Option<&'static Class>,
    ) -> Class {
        Class {
            name: self.name.clone(),
            qualified: self.qualified.clone(),
            module: self.module,
            bases,
            mro,
            layout: self.layout,
            meta,
            fixed: NameMap::new(),
            attributes: Own::default(),
            builtin: false,
            slots: self.slots.clone(),
            subclasses: Own::default(),
            special: AtomicU8::new(0),
            changed: AtomicBool::new(!self.is_unchanged()),
        }
    }

    /// With everything that a class of the program starts with.
    pub fn of_program(
        name: String,
        qualified: String,
        module: Name,
        bases: Vec<&'static Class>,
        mro: Vec<&'static Class>,
        attributes: NameMap,
    ) -> Class {
        let layout = bases.iter().map(|base| base.layout);
        Class {
            layout: layout.fold(Layout::Object, |all, one| {
                if all == Layout::Object { one } else { all }
            }),
            meta: None,
            name,
            qualified,
            module,
            bases,
            mro,
            fixed: NameMap::new(),
            attributes: Own::new(attributes),
            builtin: false,
            slots: Vec::new(),
            subclasses: Own::default(),
            special: AtomicU8::new(0),
            changed: AtomicBool::new(false),
        }
    }
}

impl Owned for Class {
    fn empty(&self) {
        self.forget_derived();
        let attributes = std::mem::take(&mut *self.attributes.write());
        bury(attributes.into_values());
    }

    fn forget_derived(&self) {
        self.subclasses.set(Vec::new());
    }
}

/// Whether a set has elements.
fn is_filled(value: &Value) -> bool {
    matches!(value, Value::Set(set) | Value::FrozenSet(set) if !set.is_empty())
}

/// An object that, found in a class, comes before the instance's own attribute.
pub fn is_data_descriptor(value: &Value) -> bool {
    match value {
        Value::Property(_) => true,
        Value::Wrapper(wrapper) => matches!(**wrapper, Wrapper::Slot(_)),
        Value::Instance(instance) => {
            let class = instance.class();
            class.find_defined(names::SET).is_some() || class.find_defined(names::DELETE).is_some()
        }
        _ => false,
    }
}

/// The order of look-up: C3, as CPython's `mro_implementation`. None if there is none.
pub fn linearize(bases: &[&'static Class]) -> Option<Vec<&'static Class>> {
    let mut lines: Vec<Vec<&'static Class>> =
        bases.iter().map(|base| base.line().collect()).collect();
    lines.push(bases.to_vec());
    let mut order = Vec::new();
    loop {
        lines.retain(|line| !line.is_empty());
        if lines.is_empty() {
            return Some(order);
        }
        let in_a_tail = |class: &Class| {
            lines
                .iter()
                .any(|line| line[1..].iter().any(|c| std::ptr::eq(*c, class)))
        };
        let next = lines
            .iter()
            .map(|line| line[0])
            .find(|class| !in_a_tail(class))?;
        order.push(next);
        for line in &mut lines {
            if std::ptr::eq(line[0], next) {
                line.remove(0);
            }
        }
    }
}
