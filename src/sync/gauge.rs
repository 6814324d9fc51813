//! A number beside what a lock guards, for the run to show: how many items are in a buffer.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::object::Object;
use crate::platform::Platform;
use crate::trace::objects::{ObjectKind, Shows, Words, words_of};

/// A number that is shown and that no thread ever reads, so that setting it is no step and
/// changes nothing for others. It is set where a primitive is held that orders the changes of
/// what it tells of.
pub struct Gauge<P: Platform> {
    /// Read from outside by whoever watches the run, as a shared cell's value.
    value: AtomicI64,
    object: Object<P>,
}

impl<P: Platform> Gauge<P> {
    /// A gauge at 0, which the run shows under this name.
    pub fn new(name: &str) -> Arc<Gauge<P>> {
        let gauge = Arc::new(Gauge {
            value: AtomicI64::new(0),
            object: Object::new(ObjectKind::Variable, name),
        });
        gauge.object.publish(&gauge, &gauge.value);
        gauge
    }

    /// Shows this number from now on.
    pub fn set(&self, value: i64) {
        self.value.store(value, Ordering::Relaxed);
    }
}

impl<P: Platform> Shows for Gauge<P> {
    fn words(&self) -> Words {
        words_of(self.value.load(Ordering::Relaxed))
    }
}

impl<P: Platform> Drop for Gauge<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
