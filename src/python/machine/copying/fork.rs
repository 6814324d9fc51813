//! A process that begins with all that another has, as after POSIX's `fork`.
//!
//! What the program has made is copied: its variables, functions, classes and objects. The
//! library's modules are the same for all processes, with what they keep. What
//! the library has for threads stays behind, but for locks, which nobody holds there: of all
//! threads only the one is there that made the process. What it has for processes is the same
//! in both.

use super::{Copier, Purpose};
use crate::python::engine::Handle;
use crate::python::lib;
use crate::python::machine::{Result, World};
use crate::python::values::{Class, Instance, Value, estate, share, share_library};
use crate::sync::Heir;

/// The world of a process that begins as another is, a value there, and who made it. What is
/// made for it belongs to the heir.
pub fn fork(
    from: &'static World,
    maker: &'static World,
    value: &Value,
    heir: Option<&Heir>,
) -> Result<(&'static World, Value)> {
    let (to, value, copier) = copy_world(from, maker, value)?;
    if let Some(heir) = heir {
        copier.give(heir);
        to.main.give(heir);
    }
    Ok((to, value))
}

/// How a process is at this moment, and a value there: for processes to begin so later. It
/// belongs to nobody.
pub fn snapshot(from: &'static World, value: &Value) -> Result<(&'static World, Value)> {
    let (to, value, _) = copy_world(from, from, value)?;
    share(&value);
    (0..to.main.slots().len()).for_each(|at| to.main.share_slot(at, false));
    to.main.share_names();
    Ok((to, value))
}

fn copy_world(
    from: &'static World,
    maker: &'static World,
    value: &Value,
) -> Result<(&'static World, Value, Copier)> {
    let to = World::of_process(maker);
    for linked in from.linked() {
        (0..linked.slots().len()).for_each(|at| linked.share_slot(at, false));
        linked.share_names();
        to.link_same(linked);
    }
    for (name, module) in from.modules.get().iter() {
        if let Value::Module(module) = module {
            share_library(module);
        }
        to.modules.write().set(name, module.clone());
    }
    let mut copier = Copier::new(Purpose::Fork, to);
    for (at, slot) in from.main.slots().iter().enumerate() {
        // What only another thread can reach is used by none of the functions.
        if slot.is_reachable() {
            let value = copier.copy(&slot.get())?;
            to.main.slot(at).set(value);
        }
    }
    for (name, value) in from.main.names_without_slots() {
        let value = copier.copy(&value)?;
        to.main.set(name, value);
    }
    let value = copier.whole(value)?;
    to.generators.set(from.generators.get());
    to.threads.continue_names(&from.threads);
    Ok((to, value, copier))
}

impl Copier {
    pub(super) fn forked_class(&mut self, class: &'static Class) -> Result<&'static Class> {
        if !self.is_own(class) {
            if !class.builtin && !class.attributes.is_shared() {
                // One that the library has made for the program.
                share(&Value::Class(class));
            }
            return Ok(class);
        }
        let address = std::ptr::from_ref(class).addr();
        if let Some(copy) = self.classes.get(&address) {
            return Ok(copy);
        }
        let mut bases = Vec::new();
        for base in &class.bases {
            bases.push(self.forked_class(base)?);
        }
        let mut mro = Vec::new();
        for base in &class.mro {
            mro.push(self.forked_class(base)?);
        }
        let meta = class.meta.map(|meta| self.forked_class(meta)).transpose()?;
        let copy: &'static Class = estate::keep(class.forked(bases, mro, meta));
        self.classes.insert(address, copy);
        self.empty_classes.push((class, copy));
        Ok(copy)
    }

    /// What a primitive is in the new process.
    pub(super) fn forked_handle(&self, instance: &Instance, handle: &Handle) -> Option<Handle> {
        let is_of_processes = lib::is_of_processes(instance.class());
        Some(match handle {
            Handle::Lock(lock) if is_of_processes => Handle::Lock(lock.clone()),
            Handle::Semaphore(semaphore) if is_of_processes => Handle::Semaphore(semaphore.clone()),
            Handle::Event(event) if is_of_processes => Handle::Event(event.clone()),
            Handle::Condition(condition, lock) if is_of_processes => {
                Handle::Condition(condition.clone(), lock.clone())
            }
            Handle::Barrier(barrier) if is_of_processes => Handle::Barrier(barrier.clone()),
            Handle::Queue(queue) if is_of_processes => Handle::Queue(queue.clone()),
            Handle::Shared(cell) => Handle::Shared(cell.clone()),
            Handle::Process(process) => Handle::Process(process.clone()),
            Handle::Lock(lock) => Handle::Lock(lock.anew()),
            // They are those of the other process's threads: who uses one is told that it was
            // not made here.
            _ => return None,
        })
    }

    /// Gives all copies to the thread that will have them.
    fn give(&self, heir: &Heir) {
        for (_, copy) in self.copies.values() {
            copy.give(heir);
        }
        for class in self.classes.values() {
            Value::Class(class).give(heir);
        }
    }
}
