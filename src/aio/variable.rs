//! A value that tasks share, as any variable in Python: whoever runs has it for itself
//! until the next await that gives way.

use std::cell::Cell;
use std::rc::Rc;

use super::object::Object;
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind};

/// A number that the run shows, each use of which is a step.
pub struct Variable {
    value: Cell<i64>,
    object: Object,
}

impl Variable {
    /// A variable of this value that the run shows under this name.
    pub fn new(name: &str, value: i64) -> Rc<Variable> {
        Rc::new(Variable {
            value: Cell::new(value),
            object: Object::new(ObjectKind::Variable, name),
        })
    }

    /// What it holds.
    #[track_caller]
    pub fn load(&self) -> i64 {
        self.object.begin(At::caller());
        self.object.record(Kind::Load, self.value.get());
        self.value.get()
    }

    /// Has it hold another value.
    #[track_caller]
    pub fn store(&self, value: i64) {
        self.object.begin(At::caller());
        self.object.record(Kind::Store, value);
        self.value.set(value);
    }
}
