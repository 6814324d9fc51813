//! A number that threads share, with nothing to protect it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use super::Shown;
use super::object::Object;
use crate::platform::{Access, Platform, State, Stateful};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen, words_of};
use crate::trace::{At, Kind, Order};

/// A shared integer whose load and store are separate steps, as the two halves
/// of Python's `x += 1` are: between them another thread may store, and is lost.
///
/// Single accesses are whole, as CPython's are, and carry no order: the cell is
/// relaxed, so that only a primitive can make its uses safe.
pub struct SharedCell<P: Platform> {
    words: Words,
    object: Object<P>,
}

/// Read from outside by whoever watches the run, hence the fixed layout.
#[repr(C)]
struct Words {
    value: AtomicI64,
    /// What the value grows to; 0 for one that is no progress.
    most: i64,
}

/// What [`Words`] say.
pub(super) fn shown(&[low, high, most_low, most_high]: &Seen) -> Shown {
    let number = |low: u32, high: u32| (u64::from(high) << 32 | u64::from(low)).cast_signed();
    let most = number(most_low, most_high);
    Shown::Value {
        value: number(low, high),
        most: (most != 0).then_some(most),
    }
}

impl<P: Platform> SharedCell<P> {
    /// A cell that the run shows under this name.
    pub fn new(name: &str, value: i64) -> Arc<SharedCell<P>> {
        SharedCell::build(ObjectKind::Cell, name, value, 0)
    }

    /// A cell for how far something has come, from 0 to `most`: the run shows it as
    /// a bar.
    pub fn progress(name: &str, most: i64) -> Arc<SharedCell<P>> {
        SharedCell::build(ObjectKind::Cell, name, 0, most)
    }

    /// A cell for a truth value, false at first: 0 or 1, which the run shows as `False` or
    /// `True`.
    pub fn flag(name: &str) -> Arc<SharedCell<P>> {
        SharedCell::build(ObjectKind::Flag, name, 0, 0)
    }

    fn build(kind: ObjectKind, name: &str, value: i64, most: i64) -> Arc<SharedCell<P>> {
        let cell = Arc::new(SharedCell {
            words: Words {
                value: AtomicI64::new(value),
                most,
            },
            object: Object::new(kind, name),
        });
        cell.object.publish(&cell, &cell.words);
        P::track(&cell);
        cell
    }

    /// Reads the value. One step.
    #[track_caller]
    #[inline]
    pub fn load(&self) -> impl Future<Output = i64> {
        let at = self.object.at(At::caller());
        async move {
            P::access_point(at, Access::Reads).await;
            let value = self.words.value.load(Ordering::Relaxed);
            P::observe(value.cast_unsigned());
            P::record(Kind::Load, at, value, Order::About);
            value
        }
    }

    /// Writes the value. One step.
    #[track_caller]
    #[inline]
    pub fn store(&self, value: i64) -> impl Future<Output = ()> {
        let at = self.object.at(At::caller());
        async move {
            P::access_point(at, Access::Writes).await;
            self.words.value.store(value, Ordering::Relaxed);
            P::record(Kind::Store, at, value, Order::About);
        }
    }

    /// Adds in a single step that no other thread can come between, and wraps
    /// around on overflow. Returns what the cell held before.
    #[track_caller]
    #[inline]
    pub fn fetch_add(&self, amount: i64) -> impl Future<Output = i64> {
        let at = self.object.at(At::caller());
        async move {
            P::access_point(at, Access::Updates).await;
            let before = self.words.value.fetch_add(amount, Ordering::Relaxed);
            P::observe(before.cast_unsigned());
            let order = i32::try_from(amount).map_or(Order::About, Order::Adding);
            P::record(Kind::Update, at, before.wrapping_add(amount), order);
            before
        }
    }
}

impl<P: Platform> Stateful for SharedCell<P> {
    fn state(&self, state: &mut State) {
        state.add(self.words.value.load(Ordering::Relaxed).cast_unsigned());
    }
}

impl<P: Platform> Shows for SharedCell<P> {
    fn words(&self) -> Seen {
        let [low, high, ..] = words_of(self.words.value.load(Ordering::Relaxed));
        let [most_low, most_high, ..] = words_of(self.words.most);
        [low, high, most_low, most_high]
    }
}

impl<P: Platform> Drop for SharedCell<P> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
