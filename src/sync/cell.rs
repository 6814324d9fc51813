//! A number that threads share, with nothing to protect it.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::object::Object;
use crate::platform::Platform;
use crate::trace::Kind;
use crate::trace::objects::ObjectKind;

/// A shared integer whose load and store are separate steps, as the two halves
/// of Python's `x += 1` are: between them another thread may store, and is lost.
///
/// Single accesses are whole, as CPython's are, and carry no order: the cell is
/// relaxed, so that only a primitive can make its uses safe.
pub struct SharedCell<P: Platform> {
    value: AtomicI64,
    object: Object<P>,
}

impl<P: Platform> SharedCell<P> {
    /// A cell that the run shows under this name.
    pub fn new(name: &str, value: i64) -> Arc<SharedCell<P>> {
        let cell = Arc::new(SharedCell {
            value: AtomicI64::new(value),
            object: Object::new(ObjectKind::Cell, name),
        });
        cell.object.publish(&cell.value);
        cell
    }

    /// Reads the value. One step.
    #[track_caller]
    #[inline]
    pub fn load(&self) -> impl Future<Output = i64> {
        let at = self.object.at(Location::caller());
        async move {
            P::read_point(at).await;
            let value = self.value.load(Ordering::Relaxed);
            P::record(Kind::Load, at, value);
            value
        }
    }

    /// Writes the value. One step.
    #[track_caller]
    #[inline]
    pub fn store(&self, value: i64) -> impl Future<Output = ()> {
        let at = self.object.at(Location::caller());
        async move {
            P::point(at).await;
            self.value.store(value, Ordering::Relaxed);
            P::record(Kind::Store, at, value);
        }
    }

    /// Adds in a single step that no other thread can come between, and wraps
    /// around on overflow. Returns what the cell held before.
    #[track_caller]
    #[inline]
    pub fn fetch_add(&self, amount: i64) -> impl Future<Output = i64> {
        let at = self.object.at(Location::caller());
        async move {
            P::point(at).await;
            let before = self.value.fetch_add(amount, Ordering::Relaxed);
            P::record(Kind::Update, at, before.wrapping_add(amount));
            before
        }
    }
}

impl<P: Platform> Drop for SharedCell<P> {
    fn drop(&mut self) {
        self.object.retire(*self.value.get_mut());
    }
}
