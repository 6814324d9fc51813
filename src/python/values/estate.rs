//! What an execution on the model owns, so that all of it goes when the execution does.
//!
//! Objects refer to each other in circles, and classes, modules and worlds are never counted.
//! A run may leave them to the end of its process. A search makes thousands of executions, so
//! each owns what it makes: a [kept](keep) thing by its place, and a [counted](count) object
//! that something may be stored in by a weak reference. Every circle leads through such an
//! object. [`end`] empties them all, and frees the kept things if every object has gone:
//! if one is left, somebody may still look at the class or the module that it refers to.
//!
//! Modules of the library that nothing has changed are not made anew: they lie on the
//! thread's shelf for its next execution.

use std::cell::{Cell, RefCell};
use std::ptr::NonNull;
use std::sync::{Arc, Weak};

use super::{Module, set_closes_generators};
use crate::python::code::forever;

/// What can be a part of a circle.
pub trait Owned {
    /// Drops what was stored in it.
    fn empty(&self);

    /// It stays, and forgets what was made after it.
    fn forget_derived(&self) {}
}

#[derive(Default)]
struct Estate {
    /// Which of the thread's executions is the last.
    execution: u64,
    objects: Vec<Weak<dyn Owned>>,
    /// So many objects are noted before those that are gone are looked for.
    full: usize,
    kept: Vec<NonNull<dyn Owned>>,
    shelf: Shelf,
}

/// Modules as they were made, and what they consist of.
#[derive(Default)]
struct Shelf {
    modules: Vec<&'static Module>,
    parts: Vec<NonNull<dyn Owned>>,
    /// Something outlived its execution and may refer to the parts: they are never freed.
    is_referred_to: bool,
}

/// Objects among which looking for the dead is not worth it.
const FEW: usize = 1_024;

thread_local! {
    /// Whether what this thread makes is an execution's.
    static OWNS: Cell<bool> = const { Cell::new(false) };
    static ESTATE: RefCell<Estate> = RefCell::default();
}

/// What this thread makes from now on belongs to an execution.
pub fn begin() {
    OWNS.set(true);
    ESTATE.with_borrow_mut(|estate| {
        // After a panic nobody knows who looks at what there was.
        estate.execution += 1;
        estate.objects.clear();
        estate.kept.clear();
        estate.full = FEW;
    });
}

/// Which of the thread's executions was begun last.
pub fn execution() -> u64 {
    ESTATE.with_borrow(|estate| estate.execution)
}

/// An object that is counted and that other objects can be stored in.
#[inline]
pub fn count<T: Owned + 'static>(object: T) -> Arc<T> {
    let object = Arc::new(object);
    if OWNS.get() {
        let noted: Weak<T> = Arc::downgrade(&object);
        note(noted);
    }
    object
}

fn note(object: Weak<dyn Owned>) {
    ESTATE.with_borrow_mut(|estate| {
        if estate.objects.len() == estate.full {
            estate.objects.retain(|object| object.strong_count() > 0);
            estate.full = FEW.max(2 * estate.objects.len());
        }
        estate.objects.push(object);
    });
}

/// Whether functions and the like are to be counted, as they go before their process does.
#[inline]
pub fn owns() -> bool {
    OWNS.get()
}

/// A thing that is not counted. It goes with the execution; outside of one it lives as long as
/// the process.
pub fn keep<T: Owned + 'static>(thing: T) -> &'static T {
    if !OWNS.get() {
        return forever(thing);
    }
    let thing = NonNull::from(Box::leak(Box::new(thing)));
    ESTATE.with_borrow_mut(|estate| estate.kept.push(thing));
    // SAFETY: it is freed by `end` alone, whose caller answers for all references.
    #[allow(unsafe_code)]
    unsafe {
        thing.as_ref()
    }
}

/// A module of the library that `make` makes. It stays for later executions, if it consists of
/// what can be told to be unchanged.
pub fn shelve(make: impl FnOnce() -> Option<&'static Module>) -> Option<&'static Module> {
    if !OWNS.get() {
        return make();
    }
    // It may make others in its course.
    let others = ESTATE.with_borrow_mut(|estate| std::mem::take(&mut estate.kept));
    let made = make();
    ESTATE.with_borrow_mut(|estate| {
        let parts = std::mem::replace(&mut estate.kept, others);
        match made {
            Some(module) if module.is_unchanged() => {
                estate.shelf.modules.push(module);
                estate.shelf.parts.extend(parts);
            }
            _ => estate.kept.extend(parts),
        }
    });
    made
}

/// The modules that earlier executions of this thread have left as they were made.
pub fn shelved() -> Vec<&'static Module> {
    ESTATE.with_borrow(|estate| match OWNS.get() {
        true => estate.shelf.modules.clone(),
        false => Vec::new(),
    })
}

/// The end of the [execution](execution()): all that it owns goes, unless another was begun
/// meanwhile. Then it stays for good.
///
/// # Safety
/// Nobody uses a reference to what it has [kept](keep) afterwards, but for objects that [`count`]
/// has made: its futures are dropped, and its values are.
#[allow(unsafe_code)]
pub unsafe fn end(of: u64) {
    if of != execution() {
        return;
    }
    OWNS.set(false);
    set_closes_generators(false);
    let (objects, kept, mut shelf) = ESTATE.with_borrow_mut(|estate| {
        let objects = std::mem::take(&mut estate.objects);
        let kept = std::mem::take(&mut estate.kept);
        (objects, kept, std::mem::take(&mut estate.shelf))
    });
    let mut changed = Shelf::default();
    let is_as_made = shelf.modules.iter().all(|module| module.is_unchanged());
    if !is_as_made {
        std::mem::swap(&mut changed, &mut shelf);
    }
    for part in &shelf.parts {
        // SAFETY: what is on the shelf was not freed.
        unsafe { part.as_ref() }.forget_derived();
    }
    for thing in kept.iter().chain(&changed.parts) {
        // SAFETY: kept things are freed below, or never.
        unsafe { thing.as_ref() }.empty();
    }
    for object in &objects {
        if let Some(object) = object.upgrade() {
            object.empty();
        }
    }
    let is_left = objects.iter().any(|object| object.strong_count() > 0);
    shelf.is_referred_to |= is_left;
    let mut free = Vec::new();
    if !is_left {
        free.extend(kept);
        if !changed.is_referred_to {
            free.extend(changed.parts);
        }
    }
    for thing in free {
        // SAFETY: it comes from a box, by `keep`, and is in one list alone, once. No object is
        // left that could refer to it, and the caller answers for everything else.
        drop(unsafe { Box::from_raw(thing.as_ptr()) });
    }
    ESTATE.with_borrow_mut(|estate| estate.shelf = shelf);
}
