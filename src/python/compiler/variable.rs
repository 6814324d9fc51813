//! Names and other targets: reading, binding, deleting.

use lockstep_run::python::code::Instruction;
use lockstep_run::python::names::Name;
use ruff_python_ast::{Expr, ExprContext};
use ruff_text_size::Ranged;

use super::Compiler;
use super::scope::{Kind, Place};

impl<'a> Compiler<'a> {
    /// The slot of a name of this function.
    fn slot(&mut self, name: Name) -> u16 {
        let unit = self.unit();
        match unit.slot(name) {
            Some(slot) => slot,
            None => {
                unit.slots.push(name);
                unit.slots.len() as u16 - 1
            }
        }
    }

    pub(super) fn load(&mut self, text: &str) {
        let name = self.scope().name(text);
        self.load_name(name);
    }

    pub(super) fn load_name(&mut self, name: Name) {
        let instruction = match (self.scope().place(name), self.scope().kind) {
            (Place::Local, _) => Instruction::LoadLocal(self.slot(name)),
            (Place::Free, Kind::Class) => Instruction::LoadNameOrCell(name, self.slot(name)),
            (Place::Cell | Place::Free, _) => Instruction::LoadCell(self.slot(name)),
            (Place::Class, _) => Instruction::LoadName(name, self.global(name) as u16),
            (Place::Global, _) => Instruction::LoadGlobal(self.global(name)),
        };
        self.emit(instruction);
    }

    pub(super) fn store(&mut self, text: &str) {
        let name = self.scope().name(text);
        self.store_name(name);
    }

    pub(super) fn store_name(&mut self, name: Name) {
        let instruction = match self.scope().place(name) {
            Place::Local => Instruction::StoreLocal(self.slot(name)),
            Place::Cell | Place::Free => Instruction::StoreCell(self.slot(name)),
            Place::Class => Instruction::StoreName(name),
            Place::Global => Instruction::StoreGlobal(self.global(name)),
        };
        self.emit(instruction);
    }

    pub(super) fn delete_name(&mut self, name: Name) {
        let instruction = match self.scope().place(name) {
            Place::Local => Instruction::DeleteLocal(self.slot(name)),
            Place::Cell | Place::Free => Instruction::DeleteCell(self.slot(name)),
            Place::Class => Instruction::DeleteName(name),
            Place::Global => Instruction::DeleteGlobal(self.global(name)),
        };
        self.emit(instruction);
    }

    /// Binds the value on the stack to a target.
    pub(super) fn assign(&mut self, target: &'a Expr) {
        self.nested(target.range(), |this| this.assign_to(target));
    }

    fn assign_to(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => self.store(name.id.as_str()),
            Expr::Attribute(attribute) => {
                let name = self.scope().name(attribute.attr.as_str());
                if let Some(slot) = self.local(&attribute.value) {
                    self.at(&attribute.attr);
                    self.emit(Instruction::StoreAttributeOf(slot, name));
                    return;
                }
                self.expression(&attribute.value);
                self.at(&attribute.attr);
                self.emit(Instruction::StoreAttribute(name));
            }
            Expr::Subscript(subscript) => {
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.at(target);
                self.emit(Instruction::StoreItem);
            }
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, target),
            Expr::List(list) => self.unpack(&list.elts, target),
            Expr::Starred(starred) => {
                self.error(
                    starred.range(),
                    "starred assignment target must be in a list or tuple",
                );
            }
            _ => self.error(target.range(), "cannot assign to expression"),
        }
    }

    fn unpack(&mut self, targets: &'a [Expr], whole: &'a Expr) {
        let starred = |target: &Expr| matches!(target, Expr::Starred(_));
        let stars = targets.iter().filter(|target| starred(target)).count();
        self.at(whole);
        match targets.iter().position(starred) {
            _ if stars > 1 => {
                self.error(whole.range(), "multiple starred expressions in assignment");
                return;
            }
            Some(before) => {
                let after = targets.len() - before - 1;
                self.emit(Instruction::UnpackRest(before as u16, after as u16));
            }
            None => self.emit(Instruction::Unpack(targets.len() as u16)),
        }
        for target in targets {
            match target {
                Expr::Starred(starred) => self.assign(&starred.value),
                target => self.assign(target),
            }
        }
    }

    /// `del target`.
    pub(super) fn delete(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let name = self.scope().name(name.id.as_str());
                self.delete_name(name);
            }
            Expr::Attribute(attribute) => {
                self.expression(&attribute.value);
                let name = self.scope().name(attribute.attr.as_str());
                self.emit(Instruction::DeleteAttribute(name));
            }
            Expr::Subscript(subscript) => {
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.emit(Instruction::DeleteItem);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|target| self.delete(target)),
            Expr::List(list) => list.elts.iter().for_each(|target| self.delete(target)),
            _ => self.error(target.range(), "cannot delete expression"),
        }
    }

    /// Whether an expression is read, and not bound or deleted.
    pub(super) fn is_read(context: ExprContext) -> bool {
        context == ExprContext::Load
    }
}
