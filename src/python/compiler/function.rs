//! `def`, `lambda`, `yield` and `await`.

use lockstep_run::python::code::{self, Instruction, forever, make};
use lockstep_run::python::names::Name;
use lockstep_run::python::values::Value;
use ruff_python_ast::{self as ast, Parameters};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;
use super::scope::{Kind, Place, ScopeId};
use super::unit::{Block, Unit};

impl<'a> Compiler<'a> {
    pub(super) fn def(&mut self, def: &'a ast::StmtFunctionDef) {
        for decorator in &def.decorator_list {
            self.expression(&decorator.expression);
        }
        self.at(&def.name);
        let mut flags = self.defaults(&def.parameters);
        flags |= self.annotations(&def.parameters, def.returns.as_deref());
        let once = self.is_once();
        let id = self.scopes.at(def.range());
        let kind = match (def.is_async, self.scopes.get(id).yields) {
            (false, false) => code::Kind::Plain,
            (false, true) => code::Kind::Generator,
            (true, false) => code::Kind::Coroutine,
            (true, true) => code::Kind::AsyncGenerator,
        };
        let qualified = self.qualified(def.name.as_str());
        let mut unit = Unit::new(def.name.as_str(), kind);
        unit.line = self.line_of(def.name.range().start().to_u32());
        self.parameters(&mut unit, &def.parameters, id);
        self.enter(unit, id);
        self.body(&def.body);
        self.emit(Instruction::None);
        self.emit(Instruction::Return);
        let doc = self.doc(&def.body);
        self.close_function(qualified, doc, once, flags);
        for decorator in def.decorator_list.iter().rev() {
            self.at(&decorator.expression);
            self.emit(Instruction::Call(1));
        }
        self.store(def.name.as_str());
    }

    pub(super) fn lambda(&mut self, lambda: &'a ast::ExprLambda) {
        let flags = match &lambda.parameters {
            Some(parameters) => self.defaults(parameters),
            None => 0,
        };
        let once = self.is_once();
        let id = self.scopes.at(lambda.range());
        let kind = if self.scopes.get(id).yields {
            code::Kind::Generator
        } else {
            code::Kind::Plain
        };
        let qualified = self.qualified("<lambda>");
        let mut unit = Unit::new("<lambda>", kind);
        unit.line = self.line_of(lambda.range().start().to_u32());
        if let Some(parameters) = &lambda.parameters {
            self.parameters(&mut unit, parameters, id);
        }
        self.enter(unit, id);
        self.expression(&lambda.body);
        self.emit(Instruction::Return);
        self.close_function(qualified, None, once, flags);
    }

    /// Whether code at this place runs once: in the module or a class there, in no loop.
    fn is_once(&mut self) -> bool {
        let outside = |kind| matches!(kind, Kind::Module | Kind::Class);
        let scopes = self
            .open
            .iter()
            .all(|id| outside(self.scopes.get(*id).kind));
        let looped = |block: &Block| matches!(block, Block::Loop { .. });
        scopes && !self.units.iter().any(|unit| unit.blocks.iter().any(looped))
    }

    /// The name with those of the functions and classes around.
    pub(super) fn qualified(&self, name: &str) -> String {
        let mut qualified = String::new();
        if self.scope().is_global(Name::new(name)) {
            return name.to_owned();
        }
        for (unit, id) in self.units.iter().zip(&self.open).skip(1) {
            qualified.push_str(unit.name.text());
            qualified.push('.');
            // A comprehension is no function in this.
            if self.scopes.get(*id).kind == Kind::Function {
                qualified.push_str("<locals>.");
            }
        }
        qualified + name
    }

    /// Leaves the defaults on the stack; tells which there are.
    fn defaults(&mut self, parameters: &'a Parameters) -> u8 {
        let mut flags = 0;
        let by_position = parameters.posonlyargs.iter().chain(&parameters.args);
        let defaults: Vec<_> = by_position.filter_map(|p| p.default.as_deref()).collect();
        if !defaults.is_empty() {
            for default in &defaults {
                self.expression(default);
            }
            self.tuple_of(defaults.len());
            flags |= make::DEFAULTS;
        }
        let mut named = 0;
        for parameter in &parameters.kwonlyargs {
            if let Some(default) = &parameter.default {
                let name = self.scope().name(parameter.parameter.name.as_str());
                self.constant(name.value());
                self.expression(default);
                named += 1;
            }
        }
        if named > 0 {
            self.emit(Instruction::BuildDict(named));
            flags |= make::KEYWORD_DEFAULTS;
        }
        flags
    }

    /// Leaves the annotations on the stack, as a dict.
    fn annotations(&mut self, parameters: &'a Parameters, returns: Option<&'a ast::Expr>) -> u8 {
        let mut count = 0;
        for parameter in parameters {
            if let Some(annotation) = parameter.annotation() {
                self.constant(Value::from(parameter.name().as_str()));
                self.expression(annotation);
                count += 1;
            }
        }
        if let Some(returns) = returns {
            self.constant(Value::from("return"));
            self.expression(returns);
            count += 1;
        }
        if count == 0 {
            return 0;
        }
        self.emit(Instruction::BuildDict(count));
        make::ANNOTATIONS
    }

    fn parameters(&mut self, unit: &mut Unit<'a>, parameters: &'a Parameters, id: ScopeId) {
        let scope = self.scopes.get(id);
        let mut add = |name: &ast::Identifier| unit.slots.push(scope.name(name.as_str()));
        for parameter in parameters
            .posonlyargs
            .iter()
            .chain(&parameters.args)
            .chain(&parameters.kwonlyargs)
        {
            add(&parameter.parameter.name);
        }
        for rest in [&parameters.vararg, &parameters.kwarg]
            .into_iter()
            .flatten()
        {
            add(&rest.name);
        }
        unit.parameters = code::Parameters {
            positional_only: parameters.posonlyargs.len(),
            positional: parameters.posonlyargs.len() + parameters.args.len(),
            keyword_only: parameters.kwonlyargs.len(),
            rest: parameters.vararg.is_some(),
            keywords: parameters.kwarg.is_some(),
        };
    }

    /// Begins the code of a function or class: its slots, and its cells.
    pub(super) fn enter(&mut self, mut unit: Unit<'a>, id: ScopeId) {
        let scope = self.scopes.get(id);
        let own = scope.own();
        unit.slots.extend(own);
        let cells = unit.slots.iter().enumerate();
        let cells: Vec<u16> = cells
            .filter(|(_, name)| scope.place(**name) == Place::Cell)
            .map(|(at, _)| at as u16)
            .collect();
        unit.free = unit.slots.len();
        unit.slots.extend(scope.free());
        unit.first_line = self.unit().line;
        self.units.push(unit);
        self.open.push(id);
        for cell in cells {
            self.emit(Instruction::MakeCell(cell));
        }
    }

    /// Ends the code, and makes a function of it, with what lies on the stack.
    pub(super) fn close_function(
        &mut self,
        qualified: String,
        doc: Option<String>,
        once: bool,
        flags: u8,
    ) {
        let Some(unit) = self.units.pop() else {
            return;
        };
        let id = self.open.pop().unwrap_or(ScopeId::MODULE);
        let free = self.scopes.get(id).free();
        let code = forever(unit.finish(qualified, doc, once && free.is_empty()));
        let mut flags = flags;
        if !free.is_empty() {
            for name in &free {
                let slot = self.unit().slot(*name).unwrap_or_default();
                self.emit(Instruction::LoadClosure(slot));
            }
            self.tuple_of(free.len());
            flags |= make::CLOSURE;
        }
        self.constant(Value::Code(code));
        self.emit(Instruction::MakeFunction(flags));
    }

    fn in_function(&mut self, range: TextRange, what: &str) -> bool {
        match self.scope().kind {
            Kind::Function => true,
            Kind::Comprehension => {
                self.error(range, format!("'{what}' inside comprehension"));
                false
            }
            Kind::Module | Kind::Class => {
                self.error(range, format!("'{what}' outside function"));
                false
            }
        }
    }

    pub(super) fn yield_(&mut self, yields: &'a ast::ExprYield) {
        if !self.in_function(yields.range(), "yield") {
            return;
        }
        match &yields.value {
            Some(value) => self.expression(value),
            None => self.emit(Instruction::None),
        }
        self.at(yields);
        let produces = self.unit().kind == code::Kind::AsyncGenerator;
        self.emit(if produces {
            Instruction::YieldProduced
        } else {
            Instruction::Yield
        });
    }

    pub(super) fn yield_from(&mut self, yields: &'a ast::ExprYieldFrom) {
        if !self.in_function(yields.range(), "yield from") {
            return;
        }
        if matches!(
            self.unit().kind,
            code::Kind::AsyncGenerator | code::Kind::Coroutine
        ) {
            self.error(yields.range(), "'yield from' inside async function");
        }
        self.expression(&yields.value);
        self.at(yields);
        self.emit(Instruction::GetYieldFrom);
        self.delegate();
    }

    pub(super) fn await_(&mut self, wait: &'a ast::ExprAwait) {
        let asynchronous = matches!(
            self.unit().kind,
            code::Kind::Coroutine | code::Kind::AsyncGenerator
        );
        if !asynchronous {
            let place = match self.scope().kind {
                Kind::Module | Kind::Class => "'await' outside function",
                Kind::Function | Kind::Comprehension => "'await' outside async function",
            };
            self.error(wait.range(), place);
            return;
        }
        self.expression(&wait.value);
        self.at(wait);
        self.wait();
    }

    /// Whether it stands in an `async def`; it is an error if not.
    pub(super) fn in_async(&mut self, range: TextRange, what: &str) -> bool {
        let inside = matches!(
            self.unit().kind,
            code::Kind::Coroutine | code::Kind::AsyncGenerator
        );
        if !inside {
            self.error(range, what);
        }
        inside
    }

    /// Waits for the awaitable on the stack.
    pub(super) fn wait(&mut self) {
        self.emit(Instruction::GetAwaitable);
        self.delegate();
    }

    /// Yields what the iterator on the stack yields, until its end, whose value stays.
    fn delegate(&mut self) {
        let (start, end) = (self.unit().label(), self.unit().label());
        self.emit(Instruction::None);
        self.unit().place(start);
        self.unit().jump(Instruction::YieldFrom, end);
        self.emit(Instruction::Yield);
        self.unit().jump(Instruction::JumpBack, start);
        self.unit().place(end);
    }
}
