//! A primitive's entry in the run's table of objects.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::base::ObjectId;
use crate::platform::Platform;
use crate::trace::objects::{ObjectKind, Shows};
use crate::trace::{At, Site};

/// The part of a primitive by which it is seen.
pub struct Object<P: Platform> {
    id: ObjectId,
    platform: PhantomData<fn() -> P>,
}

impl<P: Platform> Object<P> {
    pub fn new(kind: ObjectKind, name: &str) -> Object<P> {
        Object {
            id: P::register(kind, name),
            platform: PhantomData,
        }
    }

    pub fn id(&self) -> ObjectId {
        self.id
    }

    /// Says where the state lies, once it no longer moves: words of 32 bits without
    /// gaps. It has to [retire](Self::retire) before it goes.
    pub fn publish<T: Shows + 'static, W>(&self, of: &Arc<T>, state: &W) {
        P::publish(self.id, of, &raw const *state as usize, size_of::<W>() / 4);
    }

    /// Says in which word the holder is noted, once it no longer moves.
    pub fn publish_holder(&self, holder: &P::Word) {
        P::publish_holder(self.id, &raw const *holder as usize);
    }

    /// Says that what was published is about to go.
    pub fn retire(&self, of: &impl Shows) {
        P::retire(self.id, || of.words());
    }

    #[inline]
    pub fn at(&self, at: At) -> Site {
        Site {
            object: self.id,
            line: at.line,
        }
    }

    /// Says that the first word of the state counts the object's changes.
    pub fn counts_itself(&self) {
        P::counts_itself(self.id);
    }
}
