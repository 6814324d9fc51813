//! Calls.

use std::collections::HashSet;

use lockstep_run::python::code::{Container, Instruction};
use lockstep_run::python::names;
use lockstep_run::python::values::Value;
use ruff_python_ast::{self as ast, Arguments, Expr};
use ruff_text_size::Ranged;

use super::Compiler;
use super::scope::{Kind, Place, class_cell};

/// More arguments are handed over as a list.
const MANY: usize = 255;

impl<'a> Compiler<'a> {
    pub(super) fn call(&mut self, call: &'a ast::ExprCall) {
        if self.bare_super(call) {
            return;
        }
        let arguments = &call.arguments;
        self.check_keywords(arguments);
        if Self::is_name(&call.func, "locals")
            && arguments.args.is_empty()
            && self.scope().kind != Kind::Module
        {
            self.emit(Instruction::Locals);
            return;
        }
        if is_spread(arguments) {
            self.expression(&call.func);
            let keywords = !arguments.keywords.is_empty();
            if let [Expr::Starred(starred)] = &*arguments.args {
                self.spread_one(&starred.value, arguments, call);
            } else {
                self.spread(arguments);
            }
            self.at(call);
            self.emit(Instruction::CallSpread(keywords));
            return;
        }
        let mut line = self.line_of(call.range().start().to_u32());
        let method = match &*call.func {
            Expr::Attribute(attribute) => {
                self.expression(&attribute.value);
                // A call of a method belongs to the line of its name.
                line = self.line_of(attribute.attr.range().start().to_u32());
                self.unit().line = line;
                let name = self.scope().name(attribute.attr.as_str());
                self.emit(Instruction::LoadMethod(name));
                true
            }
            function => {
                self.expression(function);
                if !arguments.keywords.is_empty() {
                    self.emit(Instruction::Unset);
                }
                false
            }
        };
        for arg in &arguments.args {
            self.expression(arg);
        }
        let count = (arguments.args.len() + arguments.keywords.len()) as u16;
        if arguments.keywords.is_empty() {
            self.unit().line = line;
            self.emit(if method {
                Instruction::CallMethod(count)
            } else {
                Instruction::Call(count)
            });
            return;
        }
        let mut keywords = Vec::new();
        for keyword in &arguments.keywords {
            self.expression(&keyword.value);
            let name = keyword
                .arg
                .as_ref()
                .map(|name| name.as_str())
                .unwrap_or_default();
            keywords.push(Value::from(name));
        }
        let keywords = self.unit().constant(Value::tuple(keywords)) as u16;
        self.unit().line = line;
        self.emit(Instruction::CallKeywords(count, keywords));
    }

    /// A keyword may be given once.
    pub(super) fn check_keywords(&mut self, arguments: &Arguments) {
        let mut names = HashSet::new();
        for keyword in &arguments.keywords {
            if let Some(name) = &keyword.arg
                && !names.insert(name.as_str())
            {
                self.error(
                    keyword.range(),
                    format!("keyword argument repeated: {}", name.as_str()),
                );
            }
        }
    }

    /// `super()`: the class and the first parameter are filled in.
    fn bare_super(&mut self, call: &'a ast::ExprCall) -> bool {
        let bare = call.arguments.args.is_empty() && call.arguments.keywords.is_empty();
        if !bare || !Self::is_name(&call.func, "super") || self.scope().kind == Kind::Module {
            return false;
        }
        let name = names::Name::new("super");
        if self.scope().place(name) != Place::Global {
            return false;
        }
        self.at(call);
        self.load_name(name);
        let first = self.unit().slots.first().copied();
        match (self.scope().place(class_cell()), first) {
            (Place::Free, Some(first)) if self.unit().parameters.positional > 0 => {
                self.load_name(class_cell());
                self.load_name(first);
                self.emit(Instruction::Call(2));
            }
            _ => self.emit(Instruction::Call(0)),
        }
        true
    }

    /// Arguments as a list, and keywords as a dict, of a call with `*` or `**`, or many.
    pub(super) fn spread(&mut self, arguments: &'a Arguments) {
        self.emit(Instruction::Build(Container::List, 0));
        for arg in &arguments.args {
            match arg {
                Expr::Starred(starred) => {
                    self.expression(&starred.value);
                    self.emit(Instruction::ListExtend(false));
                }
                _ => {
                    self.expression(arg);
                    self.emit(Instruction::ListAppend(1));
                }
            }
        }
        if !arguments.keywords.is_empty() {
            self.spread_keywords(arguments);
        }
    }

    /// The same, where `*` is all that is given by position: that is gone through by the call
    /// itself, after the keywords are known, and the error names the function.
    fn spread_one(&mut self, iterable: &'a Expr, arguments: &'a Arguments, call: &ast::ExprCall) {
        let keywords = !arguments.keywords.is_empty();
        self.expression(iterable);
        if keywords {
            self.spread_keywords(arguments);
        }
        self.at(call);
        self.emit(Instruction::Build(Container::List, 0));
        // The dict waits below the function, and comes back on top.
        if keywords {
            self.emit(Instruction::Sink(2));
            self.emit(Instruction::Sink(3));
        } else {
            self.emit(Instruction::Sink(1));
        }
        self.emit(Instruction::ListExtend(true));
        if keywords {
            self.emit(Instruction::Sink(2));
            self.emit(Instruction::Sink(2));
        }
    }

    fn spread_keywords(&mut self, arguments: &'a Arguments) {
        self.emit(Instruction::BuildDict(0));
        for keyword in &arguments.keywords {
            match &keyword.arg {
                Some(name) => {
                    self.constant(Value::from(name.as_str()));
                    self.expression(&keyword.value);
                    self.emit(Instruction::BuildDict(1));
                }
                None => self.expression(&keyword.value),
            }
            self.emit(Instruction::DictMerge);
        }
    }
}

fn is_spread(arguments: &Arguments) -> bool {
    arguments.args.len() + arguments.keywords.len() > MANY
        || arguments
            .args
            .iter()
            .any(|arg| matches!(arg, Expr::Starred(_)))
        || arguments
            .keywords
            .iter()
            .any(|keyword| keyword.arg.is_none())
}
