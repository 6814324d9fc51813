//! Statements: each leaves the stack as it was.

use lockstep_run::python::code::{Container, Instruction};
use lockstep_run::python::names::Name;
use lockstep_run::python::values::Value;
use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged;

use super::Compiler;
use super::expression::{binary_op, constant_of};
use super::scope::Kind;

impl<'a> Compiler<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        for statement in body {
            self.nested(statement.range(), |this| {
                this.at(statement);
                this.statement(statement);
            });
        }
    }

    /// The text that a body begins with.
    pub(super) fn doc(&self, body: &[Stmt]) -> Option<String> {
        let Stmt::Expr(first) = body.first()? else {
            return None;
        };
        match &*first.value {
            Expr::StringLiteral(text) => Some(text.value.to_str().to_owned()),
            _ => None,
        }
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Expr(statement) => {
                if constant_of(&statement.value).is_none() {
                    self.expression(&statement.value);
                    self.emit(Instruction::Pop);
                }
            }
            Stmt::Assign(assign) => {
                self.expression(&assign.value);
                for (at, target) in assign.targets.iter().enumerate() {
                    if at + 1 < assign.targets.len() {
                        self.emit(Instruction::Copy);
                    }
                    self.assign(target);
                }
            }
            Stmt::AugAssign(assign) => self.augmented(assign),
            Stmt::AnnAssign(assign) => self.annotated(assign),
            Stmt::Delete(delete) => delete.targets.iter().for_each(|target| self.delete(target)),
            Stmt::Pass(_) | Stmt::Global(_) | Stmt::Nonlocal(_) => {}
            Stmt::If(choice) => self.if_(choice),
            Stmt::For(loop_) => self.for_(loop_),
            Stmt::While(loop_) => self.while_(loop_),
            Stmt::Break(jump) => self.break_(jump.range()),
            Stmt::Continue(jump) => self.continue_(jump.range()),
            Stmt::Return(jump) => self.return_(jump),
            Stmt::Raise(raise) => self.raise(raise),
            Stmt::Try(attempt) => self.try_(attempt),
            Stmt::With(with) => self.with(with, 0),
            Stmt::Match(choice) => self.match_(choice),
            Stmt::Assert(assert) => self.assert(assert),
            Stmt::FunctionDef(def) => self.def(def),
            Stmt::ClassDef(class) => self.class_def(class),
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            // They are refused.
            Stmt::TypeAlias(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    /// `target op= value`: the target is evaluated once.
    fn augmented(&mut self, assign: &'a ast::StmtAugAssign) {
        let op = binary_op(assign.op);
        match &*assign.target {
            Expr::Name(name) => {
                self.load(name.id.as_str());
                self.expression(&assign.value);
                self.emit(Instruction::InPlace(op));
                self.store(name.id.as_str());
            }
            Expr::Attribute(attribute) => {
                let name = self.scope().name(attribute.attr.as_str());
                // A walrus in the value could bind the local anew.
                let value = &self.source[assign.value.range()];
                if let (Some(slot), false) = (self.local(&attribute.value), value.contains(":=")) {
                    self.emit(Instruction::LoadAttributeOf(slot, name));
                    self.expression(&assign.value);
                    self.emit(Instruction::InPlace(op));
                    self.emit(Instruction::StoreAttributeOf(slot, name));
                    return;
                }
                self.expression(&attribute.value);
                self.emit(Instruction::Copy);
                self.emit(Instruction::LoadAttribute(name));
                self.expression(&assign.value);
                self.emit(Instruction::InPlace(op));
                self.emit(Instruction::Swap);
                self.emit(Instruction::StoreAttribute(name));
            }
            Expr::Subscript(subscript) => {
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.emit(Instruction::CopyFrom(2));
                self.emit(Instruction::CopyFrom(2));
                self.emit(Instruction::LoadItem);
                self.expression(&assign.value);
                self.emit(Instruction::InPlace(op));
                // container key value → value container key
                self.emit(Instruction::Sink(2));
                self.emit(Instruction::StoreItem);
            }
            target => {
                self.error(
                    target.range(),
                    "illegal expression for augmented assignment",
                );
            }
        }
    }

    fn annotated(&mut self, assign: &'a ast::StmtAnnAssign) {
        if let Some(value) = &assign.value {
            self.expression(value);
            self.assign(&assign.target);
        }
        let kept = self.scope().kind != Kind::Function;
        if let (true, true, Expr::Name(name)) = (kept, assign.simple, &*assign.target) {
            let name = self.scope().name(name.id.as_str());
            self.constant(name.value());
            self.expression(&assign.annotation);
            self.emit(Instruction::StoreAnnotation);
        }
    }

    fn if_(&mut self, choice: &'a ast::StmtIf) {
        let end = self.unit().label();
        let mut next = self.unit().label();
        self.jump_unless(&choice.test, next);
        self.body(&choice.body);
        for clause in &choice.elif_else_clauses {
            self.unit().jump(Instruction::Jump, end);
            self.unit().place(next);
            next = self.unit().label();
            if let Some(test) = &clause.test {
                self.at(test);
                self.jump_unless(test, next);
            }
            self.body(&clause.body);
        }
        self.unit().place(next);
        self.unit().place(end);
    }

    fn raise(&mut self, raise: &'a ast::StmtRaise) {
        match (&raise.exc, &raise.cause) {
            (None, _) => self.emit(Instruction::Reraise),
            (Some(exception), None) => {
                self.expression(exception);
                self.emit(Instruction::Raise);
            }
            (Some(exception), Some(cause)) => {
                self.expression(exception);
                self.expression(cause);
                self.emit(Instruction::RaiseFrom);
            }
        }
    }

    fn assert(&mut self, assert: &'a ast::StmtAssert) {
        let (fails, end) = (self.unit().label(), self.unit().label());
        self.jump_unless(&assert.test, fails);
        self.unit().jump(Instruction::Jump, end);
        self.unit().place(fails);
        self.at(assert);
        self.emit(Instruction::AssertionError);
        if let Some(message) = &assert.msg {
            self.expression(message);
            self.emit(Instruction::Call(1));
        }
        self.emit(Instruction::Raise);
        self.unit().place(end);
    }

    fn import(&mut self, import: &'a ast::StmtImport) {
        for alias in &import.names {
            let full = alias.name.as_str();
            let first = full.split('.').next().unwrap_or_default();
            match &alias.asname {
                Some(name) => {
                    self.emit(Instruction::Import(Name::new(full)));
                    self.store(name.as_str());
                }
                None => {
                    if first != full {
                        self.emit(Instruction::Import(Name::new(full)));
                        self.emit(Instruction::Pop);
                    }
                    self.emit(Instruction::Import(Name::new(first)));
                    self.store(first);
                }
            }
        }
    }

    fn import_from(&mut self, import: &'a ast::StmtImportFrom) {
        let module = import
            .module
            .as_ref()
            .map(|name| name.as_str())
            .unwrap_or_default();
        if module == "__future__" || import.level > 0 {
            return;
        }
        self.emit(Instruction::Import(Name::new(module)));
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                if self.scope().kind != Kind::Module {
                    self.error(alias.range(), "import * only allowed at module level");
                }
                self.emit(Instruction::ImportAll);
                return;
            }
            self.emit(Instruction::ImportFrom(Name::new(alias.name.as_str())));
            self.store(alias.asname.as_ref().unwrap_or(&alias.name).as_str());
        }
        self.emit(Instruction::Pop);
    }

    /// A tuple of names, as a constant.
    pub(super) fn names(&mut self, names: impl Iterator<Item = String>) {
        let names: Vec<Value> = names.map(Value::from).collect();
        self.constant(Value::tuple(names));
    }

    /// Values on the stack, as a tuple.
    pub(super) fn tuple_of(&mut self, count: usize) {
        self.emit(Instruction::Build(Container::Tuple, count as u16));
    }
}
