//! What is seen of a primitive: its entry in the run's table, and its steps.

use super::event_loop::{current, driver};
use crate::base::ObjectId;
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind, Site};

/// The part of a primitive by which it is seen.
pub(super) struct Object {
    /// `None` for what is inside another primitive, and makes no steps of its own.
    id: Option<ObjectId>,
}

impl Object {
    pub fn new(kind: ObjectKind, name: &str) -> Object {
        Object {
            id: Some(driver().register(kind, name)),
        }
    }

    pub const HIDDEN: Object = Object { id: None };

    pub fn id(&self) -> ObjectId {
        self.id.unwrap_or(ObjectId::NONE)
    }

    /// Begins a step of the task that runs, in this line.
    pub fn begin(&self, at: At) {
        if let Some(object) = self.id {
            let line = at.line;
            begin(Site { object, line });
        }
    }

    /// Records what the step did to this object.
    pub fn record(&self, kind: Kind, value: i64) {
        if let (Some(object), Some(task)) = (self.id, current()) {
            let line = task.site().line;
            driver().record(task.lane(), kind, Site { object, line }, value);
        }
    }
}

/// Begins a step of the task that runs; outside of tasks there are none.
pub(super) fn begin(site: Site) {
    if let Some(task) = current() {
        task.stands_at(site);
        driver().begin(task.lane(), site);
    }
}

/// A number of things, as an event's value.
pub(super) fn as_value(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
