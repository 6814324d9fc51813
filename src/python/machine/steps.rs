//! Steps: what an instruction does that another thread could notice.
//!
//! Where an engine decides who goes next, the machine leaves the loop before such an
//! instruction, and begins it when it is let go. What is not shared, and what cannot change
//! any more, is no step; nor are operations of the engine, which are steps by themselves.
//! Nor are the variables of the library's own code in Python: it is written for threads, and
//! nobody looks for races in it.

use super::Machine;
use super::run::Here;
use crate::platform::Access;
use crate::python::code::{Bindings, Instruction, Slot};
use crate::python::names::{self, Name};
use crate::python::values::{Iteration, Value};

/// What is touched.
#[derive(Clone, Debug, PartialEq)]
pub enum Touch {
    /// A variable, which nothing protects: how it is called, and a number for it that is
    /// the same on every way to a state.
    Variable {
        name: String,
        key: u64,
        access: Access,
    },
    /// A container or an iterator, whose operations are whole.
    Container,
}

impl Machine {
    /// What the next instruction of the frame on top touches.
    pub(super) fn touches(&self, here: Here, instruction: Instruction) -> Option<Touch> {
        if !self.world.threads.are_several() {
            return None;
        }
        if is_of_variable(instruction) && !here.module.is_main() {
            return None;
        }
        let bindings = self.world.program.bindings();
        let top = |depth: usize| &self.stack[self.stack.len() - 1 - depth];
        let local = |slot: Slot| &self.stack[here.base + slot as usize];
        match instruction {
            Instruction::LoadGlobal(global) => self.touches_global(here, global, Access::Reads),
            Instruction::LoadName(_, global) => {
                self.touches_global(here, global.into(), Access::Reads)
            }
            Instruction::StoreGlobal(global) | Instruction::DeleteGlobal(global) => {
                self.touches_global(here, global, Access::Writes)
            }
            Instruction::LoadCell(slot) | Instruction::LoadNameOrCell(_, slot) => {
                touches_cell(here, bindings, slot, local(slot), Access::Reads)
            }
            Instruction::StoreCell(slot) | Instruction::DeleteCell(slot) => {
                touches_cell(here, bindings, slot, local(slot), Access::Writes)
            }
            Instruction::LoadAttribute(name) | Instruction::LoadMethod(name) => {
                touches_attribute(bindings, top(0), name, Access::Reads)
            }
            Instruction::LoadAttributeOf(slot, name) => {
                touches_attribute(bindings, local(slot), name, Access::Reads)
            }
            Instruction::StoreAttribute(name) | Instruction::DeleteAttribute(name) => {
                touches_attribute(bindings, top(0), name, Access::Writes)
            }
            Instruction::StoreAttributeOf(slot, name) => {
                touches_attribute(bindings, local(slot), name, Access::Writes)
            }
            Instruction::LoadItem | Instruction::StoreItem | Instruction::DeleteItem => {
                whole(top(1))
            }
            Instruction::In(_)
            | Instruction::Not
            | Instruction::JumpIfFalse(_)
            | Instruction::JumpIfTrue(_)
            | Instruction::JumpIfFalseOrPop(_)
            | Instruction::JumpIfTrueOrPop(_)
            | Instruction::Unpack(_)
            | Instruction::UnpackRest(..)
            | Instruction::ListExtend(_)
            | Instruction::SetExtend
            | Instruction::DictUpdate
            | Instruction::DictMerge
            | Instruction::Format(_, false)
            | Instruction::Length
            | Instruction::Unary(_) => whole(top(0)),
            Instruction::Format(_, true) => whole(top(1)),
            Instruction::Binary(_)
            | Instruction::InPlace(_)
            | Instruction::Compare(_)
            | Instruction::JumpUnless(..) => whole(top(0)).or_else(|| whole(top(1))),
            Instruction::LocalConst(_, slot, _) => whole(local(slot.into())),
            Instruction::ForIter(_) => match top(0) {
                Value::Iter(iter) if iter.state.is_shared() => Some(Touch::Container),
                Value::Iter(iter) => of_iteration(&iter.state.read()),
                other => whole(other),
            },
            Instruction::Call(count) => self.touches_call(self.call_place(count as usize)),
            Instruction::CallMethod(count) => self.touches_call(self.method_place(count as usize)),
            Instruction::CallKeywords(count, _) => {
                self.touches_call(self.method_place(count as usize))
            }
            _ => None,
        }
    }

    fn touches_global(&self, here: Here, global: u32, access: Access) -> Option<Touch> {
        let slot = here.module.slot(global as usize);
        if !slot.is_shared() {
            return None;
        }
        let name = here.module.slot_name(global as usize);
        if access == Access::Reads && self.world.is_bound_once(global as usize) {
            // Bound already, or never: a name of Python's own.
            let is_builtin = self.world.builtins.get(name).is_some();
            if !slot.read().is_unset() || is_builtin {
                return None;
            }
        }
        Some(Touch::Variable {
            name: name.text().to_owned(),
            key: u64::from(global),
            access,
        })
    }

    /// A builtin that is handed something shared.
    fn touches_call(&self, place: super::call::Place) -> Option<Touch> {
        let args = &self.stack[place.first..];
        match &self.stack[place.floor] {
            Value::Native(_) => args.iter().find_map(whole),
            Value::Class(class) if class.builtin => args.iter().find_map(whole),
            Value::Method(method) if matches!(method.function, Value::Native(_)) => {
                whole(&method.object).or_else(|| args.iter().find_map(whole))
            }
            _ => None,
        }
    }
}

/// Whether it reads or binds a global, a cell or an attribute.
fn is_of_variable(instruction: Instruction) -> bool {
    matches!(
        instruction,
        Instruction::LoadGlobal(_)
            | Instruction::LoadName(..)
            | Instruction::StoreGlobal(_)
            | Instruction::DeleteGlobal(_)
            | Instruction::LoadCell(_)
            | Instruction::LoadNameOrCell(..)
            | Instruction::StoreCell(_)
            | Instruction::DeleteCell(_)
            | Instruction::LoadAttribute(_)
            | Instruction::LoadMethod(_)
            | Instruction::LoadAttributeOf(..)
            | Instruction::StoreAttribute(_)
            | Instruction::DeleteAttribute(_)
            | Instruction::StoreAttributeOf(..)
    )
}

fn touches_cell(
    here: Here,
    bindings: &Bindings,
    slot: Slot,
    cell: &Value,
    access: Access,
) -> Option<Touch> {
    let Value::Cell(cell) = cell else { return None };
    let name = here.code.slots[slot as usize];
    let changes = bindings.cell_changes(name) || cell.value.read().is_unset();
    if !cell.value.is_shared() || access == Access::Reads && !changes {
        return None;
    }
    Some(Touch::Variable {
        name: name.text().to_owned(),
        key: 1 << 32 | u64::from(here.code.line) << 16 | u64::from(slot),
        access,
    })
}

fn touches_attribute(
    bindings: &Bindings,
    object: &Value,
    name: Name,
    access: Access,
) -> Option<Touch> {
    let reads = access == Access::Reads;
    if reads && !bindings.attribute_changes(name) {
        return None;
    }
    let (owner, serial) = match object {
        Value::Instance(instance) if instance.fields.is_shared() => {
            let class = instance.class();
            // A method, or a property, of the class: the instance has nothing of the name.
            let is_own = instance.fields.read().contains(name);
            let found = class.find(name);
            let is_code = found.as_ref().is_some_and(|found| {
                found.as_function().is_some()
                    || matches!(found, Value::Native(_) | Value::Property(_))
            });
            if !is_own && is_code {
                return None;
            }
            (class.name.as_str(), instance.serial)
        }
        Value::Class(class) if !class.builtin && class.attributes.is_shared() => {
            (class.name.as_str(), 0)
        }
        Value::Exception(exception) if exception.fields.is_shared() => ("exception", 0),
        Value::Module(module) if module.name == names::MAIN => ("module", 0),
        _ => return None,
    };
    Some(Touch::Variable {
        name: format!("{owner}.{}", name.text()),
        key: 2 << 32 | (serial << 20) ^ u64::from(name.number()) << 40 ^ serial,
        access,
    })
}

/// A shared container, or an object that is one.
fn whole(value: &Value) -> Option<Touch> {
    let shared = match value {
        Value::List(_)
        | Value::Deque(_)
        | Value::Dict(_)
        | Value::Set(_)
        | Value::View(_)
        | Value::Generator(_)
        | Value::Iter(_) => value.is_shared(),
        Value::Instance(instance) => instance.inner.is_shared(),
        _ => false,
    };
    let inside = || match value {
        Value::Iter(iter) if !iter.state.is_shared() => of_iteration(&iter.state.read()),
        _ => None,
    };
    shared.then_some(Touch::Container).or_else(inside)
}

/// An iterator that is this thread's, over what may be everybody's.
fn of_iteration(iteration: &Iteration) -> Option<Touch> {
    match iteration {
        Iteration::List(list, _) | Iteration::ListBackward(list, _) => {
            list.items.is_shared().then_some(Touch::Container)
        }
        Iteration::Deque(deque, ..) => deque.row.is_shared().then_some(Touch::Container),
        Iteration::Dict(dict, ..) => dict.entries.is_shared().then_some(Touch::Container),
        Iteration::Set(set, ..) => set.table.is_shared().then_some(Touch::Container),
        Iteration::Enumerate(inner, _) | Iteration::Filter(_, inner) => whole(inner),
        Iteration::Zip(inners, _) | Iteration::Map(_, inners) => inners.iter().find_map(whole),
        _ => None,
    }
}
