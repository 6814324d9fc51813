//! Names for what has none in Python: a primitive is called as what it is first bound to.

use super::{Activation, Machine};
use crate::python::code::Instruction;
use crate::python::values::Value;

impl Machine {
    /// What the result of the call that is under way is going to be bound to: `lock`,
    /// `Account.lock`, `forks[2]`; nothing, if it is bound to no name.
    pub(super) fn name_of_result(&self) -> String {
        let mut frames = self.activations.iter().rev().filter_map(|on| match on {
            Activation::Frame(frame) => Some(frame),
            _ => None,
        });
        let Some(frame) = frames.next() else {
            return String::new();
        };
        let next = |offset| frame.code.instructions.get(frame.at + offset).copied();
        // `with pool() as name`
        let entered = usize::from(matches!(next(0), Some(Instruction::EnterWith)));
        let next = |offset| next(entered + offset);
        let slot = |slot: u16| &self.stack[frame.base + slot as usize];
        match next(0) {
            Some(Instruction::StoreGlobal(global)) => {
                frame.module.slot_name(global as usize).text().to_owned()
            }
            Some(Instruction::StoreLocal(slot) | Instruction::StoreCell(slot)) => {
                frame.code.slots[slot as usize].text().to_owned()
            }
            Some(Instruction::StoreName(name)) => {
                format!("{}.{}", frame.code.name.text(), name.text())
            }
            Some(Instruction::StoreAttributeOf(object, name)) => {
                of_object(slot(object), name.text())
            }
            Some(Instruction::LoadLocal(object)) => match next(1) {
                Some(Instruction::StoreAttribute(name)) => of_object(slot(object), name.text()),
                _ => String::new(),
            },
            Some(Instruction::ListAppend(_)) => {
                let built = self.stack[frame.base..]
                    .iter()
                    .rev()
                    .find_map(|value| match value {
                        Value::List(list) => Some(list.len()),
                        _ => None,
                    });
                let below = frames.next();
                let bound = below.and_then(|below| {
                    match below.code.instructions.get(below.at).copied()? {
                        Instruction::StoreGlobal(global) => {
                            Some(below.module.slot_name(global as usize))
                        }
                        Instruction::StoreLocal(slot) => Some(below.code.slots[slot as usize]),
                        Instruction::StoreAttributeOf(_, name) => Some(name),
                        _ => None,
                    }
                });
                match (bound, built) {
                    (Some(name), Some(at)) => format!("{}[{at}]", name.text()),
                    _ => String::new(),
                }
            }
            _ => String::new(),
        }
    }
}

fn of_object(object: &Value, name: &str) -> String {
    match object {
        Value::Instance(instance) => format!("{}.{name}", instance.class().name),
        _ => name.to_owned(),
    }
}
