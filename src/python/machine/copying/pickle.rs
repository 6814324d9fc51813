//! What is handed on from process to process, by value.
//!
//! Who hands on makes a copy that is nobody's, and finds out what cannot be handed on, with
//! CPython's very errors (`Lib/pickle.py`, 3.11). Who gets it copies that, with its own
//! functions and classes, which go by their names.

use super::{Copier, Purpose, not_pickled};
use crate::python::builtins::classes;
use crate::python::engine::Handle;
use crate::python::lib;
use crate::python::machine::{Result, World, error, keys, types};
use crate::python::names::{self, Name};
use crate::python::values::{Class, Function, Instance, Module, Raise, Value, share};

/// A copy that is nobody's.
///
/// # Errors
/// What CPython raises for what cannot be pickled.
pub fn pickle(world: &'static World, value: &Value) -> Result<Value> {
    let copy = Copier::new(Purpose::Pickle, world).whole(value)?;
    share(&copy);
    Ok(copy)
}

/// What was [handed on](pickle), as a process has it.
///
/// # Errors
/// `AttributeError`, if it has no such function or class.
pub fn unpickle(world: &'static World, value: &Value) -> Result<Value> {
    Copier::new(Purpose::Unpickle, world).whole(value)
}

impl Copier {
    pub(super) fn class(&mut self, class: &'static Class) -> Result<&'static Class> {
        if self.purpose == Purpose::Fork {
            return self.forked_class(class);
        }
        if !self.is_own(class) {
            let is_hidden = class.module == names::BUILTINS_MODULE
                && self.to.builtins.get(Name::new(&class.name)).is_none();
            if is_hidden && self.purpose == Purpose::Pickle {
                let shown = format!("<class '{}'>", class.name);
                return Err(self.refused(class.module, &class.name, &shown, false));
            }
            return Ok(class);
        }
        match self.named(class.module, &class.qualified) {
            Some(Value::Class(found)) if self.purpose == Purpose::Unpickle => Ok(found),
            Some(Value::Class(found)) if std::ptr::eq(found, class) => Ok(found),
            found => {
                let (module, name) = (class.module.text(), &class.qualified);
                let shown = format!("<class '{module}.{name}'>");
                Err(self.refused(class.module, name, &shown, found.is_some()))
            }
        }
    }

    pub(super) fn module(&mut self, module: &'static Module) -> Result<&'static Module> {
        match self.purpose {
            Purpose::Fork => Ok(self.module_of(module)),
            Purpose::Pickle | Purpose::Unpickle => Err(not_pickled("module")),
        }
    }

    pub(super) fn handle(&self, instance: &Instance, handle: &Handle) -> Option<Handle> {
        match self.purpose {
            Purpose::Fork => self.forked_handle(instance, handle),
            // Only what a manager has made gets here.
            Purpose::Pickle | Purpose::Unpickle => self.forked_handle(instance, handle),
        }
    }

    /// What a value is to be, if that is no copy of it: functions go by their names. An error:
    /// it cannot be handed on.
    pub(super) fn refuse(&mut self, value: &Value) -> Result<Option<Value>> {
        if self.purpose == Purpose::Fork {
            return Ok(None);
        }
        Ok(match value {
            Value::Function(function) => Some(self.by_name(function, value)?),
            Value::Closure(function) => Some(self.by_name(function, value)?),
            Value::Generator(_) | Value::Cell(_) | Value::Property(_) | Value::Wrapper(_) => {
                return Err(not_pickled(types::name_of(value)));
            }
            Value::View(_) => return Err(not_pickled(types::name_of(value))),
            Value::Instance(instance) if self.purpose == Purpose::Pickle => {
                match instance.handle.get() {
                    Some(handle) if !is_managed(instance, handle) => {
                        return Err(refused_handle(instance.class(), handle));
                    }
                    Some(_) => None,
                    // One that was not started has locks already.
                    None if lib::is_thread(instance.class()) => {
                        return Err(not_pickled("_thread.lock"));
                    }
                    None => None,
                }
            }
            Value::Instance(instance) => self.member(instance)?,
            _ => None,
        })
    }

    /// A member of an enumeration, which goes by its name.
    fn member(&mut self, instance: &Instance) -> Result<Option<Value>> {
        let name = instance.fields.read().get(Name::new("_name_")).cloned();
        let Some(name) = name else { return Ok(None) };
        let class = self.class(instance.class())?;
        Ok(
            match (class.own(Name::new("_member_map_")), name.as_str()) {
                (Some(Value::Dict(members)), Some(name)) => keys::get_text(&members, name),
                _ => None,
            },
        )
    }

    fn by_name(&self, function: &Function, value: &Value) -> Result<Value> {
        let qualified = function.qualified();
        match self.named(function.module.name, &qualified) {
            Some(found) if self.purpose == Purpose::Unpickle || found.is(value) => Ok(found),
            found => {
                let at = self.to.identity(value);
                let shown = format!("<function {qualified} at 0x{at:x}>");
                let module = function.module.name;
                Err(self.refused(module, &qualified, &shown, found.is_some()))
            }
        }
    }

    /// What a module has under a name, `Outer.Inner` too.
    fn named(&self, module: Name, qualified: &str) -> Option<Value> {
        let module = match module == names::MAIN {
            true => self.to.main,
            false => *(self.to.linked().iter()).find(|linked| linked.name == module)?,
        };
        let mut parts = qualified.split('.');
        let mut found = module.get(Name::new(parts.next()?))?;
        for part in parts {
            found = match found {
                Value::Class(class) => class.own(Name::new(part))?,
                _ => return None,
            };
        }
        Some(found)
    }

    fn refused(&self, module: Name, qualified: &str, shown: &str, is_other: bool) -> Raise {
        let (module, is_local) = (module.text(), qualified.contains("<locals>"));
        if self.purpose == Purpose::Unpickle {
            let text = format!("Can't get attribute '{qualified}' on <module '{module}'>");
            return error::attribute_error(text);
        }
        if is_local {
            return error::attribute_error(format!("Can't pickle local object '{qualified}'"));
        }
        let why = match is_other {
            true => format!("it's not the same object as {module}.{qualified}"),
            false => format!("attribute lookup {qualified} on {module} failed"),
        };
        let text = format!("Can't pickle {shown}: {why}");
        error::error(lib::pickling_error(), text)
    }
}

/// Whether it belongs to a manager.
fn is_managed(instance: &Instance, handle: &Handle) -> bool {
    let is_proxy = matches!(handle, Handle::Shared(_))
        && instance
            .class()
            .line_of_any()
            .any(|class| class.name == "Managed");
    is_proxy || instance.fields.read().get(Name::new("_managed")).is_some()
}

/// Primitives cannot be handed on.
fn refused_handle(class: &Class, handle: &Handle) -> Raise {
    if lib::is_of_processes(class) {
        let text = format!(
            "{} objects should only be shared between processes through inheritance",
            class.name
        );
        return error::error(classes().runtime_error, text);
    }
    match handle {
        Handle::Lock(_) => not_pickled(&format!("_thread.{}", class.name)),
        Handle::Local(_) => not_pickled("_thread._local"),
        Handle::Future(_) | Handle::Condition(..) => not_pickled("_thread.RLock"),
        Handle::Queue(_) if class.name == "SimpleQueue" => not_pickled("_queue.SimpleQueue"),
        _ => not_pickled("_thread.lock"),
    }
}
