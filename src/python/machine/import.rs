//! `import`: the modules of the library, made when they are first asked for.

use super::{Answer, World, attribute, error, iterate, sequence};
use crate::python::builtins::classes;
use crate::python::lib;
use crate::python::names::{self, Name};
use crate::python::values::{Value, share};

/// The module of that name. `a.b` is asked for as a whole, and gives `a.b` itself.
pub fn module(world: &'static World, name: Name) -> Answer {
    if let Some(module) = world.modules.read().get(name) {
        return Ok(module.clone());
    }
    match world.fresh_module(name) {
        Some(module) => {
            lib::begin(world, module);
            let made = Value::Module(module);
            if world.threads.are_several() {
                share(&made);
            }
            let mut modules = world.modules.write();
            // Another thread may have made it meanwhile.
            let module = modules.get(name).cloned().unwrap_or(made);
            modules.set(name, module.clone());
            Ok(module)
        }
        None => {
            let text = format!("No module named '{}'", name.text());
            Err(error::error(classes().module_not_found_error, text).into())
        }
    }
}

/// `from module import name`.
pub fn from(world: &'static World, module: &Value, name: Name) -> Answer {
    match attribute::get(world, module, name) {
        Ok(value) => Ok(value),
        answer => {
            let module = module.clone();
            sequence::later(async move {
                let result = sequence::wait(answer).await;
                if let Some(value) = error::unless(classes().attribute_error, result)? {
                    return Ok(value);
                }
                let from = match &module {
                    Value::Module(module) => module.name.text(),
                    _ => "",
                };
                Err(error::import_error(format!(
                    "cannot import name '{}' from '{from}' (unknown location)",
                    name.text()
                )))
            })
        }
    }
}

/// What `from module import *` binds: what `__all__` names, or what is not private.
pub fn all(module: &Value) -> Vec<(Name, Value)> {
    let Value::Module(module) = module else {
        return Vec::new();
    };
    if let Some(listed) = module.get(names::ALL) {
        let listed = iterate::at_hand(&listed).unwrap_or_default().into_iter();
        let named = listed.filter_map(|name| {
            let name = Name::new(name.as_str()?);
            Some((name, module.get(name)?))
        });
        return named.collect();
    }
    let public = |(name, _): &(Name, Value)| !name.text().starts_with('_') && *name != names::MAIN;
    module.entries().into_iter().filter(public).collect()
}
