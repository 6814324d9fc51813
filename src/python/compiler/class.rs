//! `class`: its body is code of its own, whose names become the class's attributes.

use lockstep_run::python::code::{Instruction, Kind};
use lockstep_run::python::names;
use lockstep_run::python::values::Value;
use ruff_python_ast::{Arguments, StmtClassDef};
use ruff_text_size::Ranged;

use super::Compiler;
use super::scope::{Place, class_cell};
use super::unit::Unit;

impl<'a> Compiler<'a> {
    pub(super) fn class_def(&mut self, class: &'a StmtClassDef) {
        for decorator in &class.decorator_list {
            self.expression(&decorator.expression);
        }
        self.at(&class.name);
        let name = class.name.as_str();
        self.constant(Value::from(name));
        self.bases(class.arguments.as_deref());
        let qualified = self.qualified(name);
        let id = self.scopes.at(class.range());
        let mut unit = Unit::new(name, Kind::Plain);
        unit.line = self.line_of(class.name.range().start().to_u32());
        self.enter(unit, id);
        self.constant(Value::from(qualified.as_str()));
        self.emit(Instruction::StoreName(names::QUALNAME));
        if let Some(doc) = self.doc(&class.body) {
            self.constant(Value::from(doc));
            self.emit(Instruction::StoreName(names::DOC));
        }
        self.body(&class.body);
        if self.scope().place(class_cell()) == Place::Cell
            && let Some(cell) = self.unit().slot(class_cell())
        {
            self.emit(Instruction::LoadClosure(cell));
            self.emit(Instruction::StoreName(names::CLASS_CELL));
        }
        self.emit(Instruction::None);
        self.emit(Instruction::Return);
        self.close_function(qualified, None, false, 0);
        self.emit(Instruction::RunClassBody);
        self.emit(Instruction::MakeClass);
        for decorator in class.decorator_list.iter().rev() {
            self.at(&decorator.expression);
            self.emit(Instruction::Call(1));
        }
        self.store(name);
    }

    /// Leaves the bases as a tuple, and the keywords as a dict.
    fn bases(&mut self, arguments: Option<&'a Arguments>) {
        match arguments {
            None => {
                self.tuple_of(0);
                self.emit(Instruction::BuildDict(0));
            }
            Some(arguments) => {
                self.check_keywords(arguments);
                self.spread(arguments);
                if arguments.keywords.is_empty() {
                    self.emit(Instruction::BuildDict(0));
                }
            }
        }
    }
}
