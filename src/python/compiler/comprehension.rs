//! Comprehensions and generator expressions: functions of one parameter, the iterator of
//! their first `for`, which is made outside.

use lockstep_run::python::code::{self, Container, Instruction};
use lockstep_run::python::names::Name;
use ruff_python_ast::{Comprehension, Expr};
use ruff_text_size::Ranged;

use super::Compiler;
use super::scope::Kind;
use super::unit::{Label, Unit};

/// The name of the parameter, which no program can write.
const ITERATOR: &str = ".0";

impl<'a> Compiler<'a> {
    pub(super) fn comprehension(&mut self, expression: &'a Expr) {
        let (name, generators) = match expression {
            Expr::ListComp(comp) => ("<listcomp>", &comp.generators),
            Expr::SetComp(comp) => ("<setcomp>", &comp.generators),
            Expr::DictComp(comp) => ("<dictcomp>", &comp.generators),
            Expr::Generator(comp) => ("<genexpr>", &comp.generators),
            _ => return,
        };
        let Some(first) = generators.first() else {
            return;
        };
        let is_async = has_async(expression);
        let what = "asynchronous comprehension outside of an asynchronous function";
        if is_async
            && !matches!(expression, Expr::Generator(_))
            && self.scope().kind != Kind::Comprehension
            && !self.in_async(expression.range(), what)
        {
            return;
        }
        let kind = match (expression, is_async) {
            (Expr::Generator(_), false) => code::Kind::Generator,
            (Expr::Generator(_), true) => code::Kind::AsyncGenerator,
            (_, false) => code::Kind::Plain,
            (_, true) => code::Kind::Coroutine,
        };
        let id = self.scopes.at(expression.range());
        let mut unit = Unit::new(name, kind);
        unit.parameters.positional = 1;
        unit.slots.push(Name::new(ITERATOR));
        unit.line = self.line_of(expression.range().start().to_u32());
        self.enter(unit, id);
        match expression {
            Expr::ListComp(_) => self.emit(Instruction::Build(Container::List, 0)),
            Expr::SetComp(_) => self.emit(Instruction::Build(Container::Set, 0)),
            Expr::DictComp(_) => self.emit(Instruction::BuildDict(0)),
            _ => {}
        }
        self.generator(expression, generators, 0);
        if matches!(expression, Expr::Generator(_)) {
            self.emit(Instruction::None);
        }
        self.emit(Instruction::Return);
        let qualified = self.qualified(name);
        self.close_function(qualified, None, false, 0);
        self.expression(&first.iter);
        self.at(expression);
        self.emit(if first.is_async {
            Instruction::GetAsyncIterator
        } else {
            Instruction::GetIterator
        });
        self.emit(Instruction::Call(1));
        if is_async && !matches!(expression, Expr::Generator(_)) {
            self.wait();
        }
    }

    /// One `for` with what is inside: the others, then the element.
    fn generator(&mut self, expression: &'a Expr, generators: &'a [Comprehension], at: usize) {
        let generator = &generators[at];
        if at == 0 {
            self.emit(Instruction::LoadLocal(0));
        } else {
            self.expression(&generator.iter);
            self.emit(if generator.is_async {
                Instruction::GetAsyncIterator
            } else {
                Instruction::GetIterator
            });
        }
        let (start, skip, end) = (
            self.unit().label(),
            self.unit().label(),
            self.unit().label(),
        );
        self.unit().place(start);
        if generator.is_async {
            self.async_step(end);
        } else {
            self.unit().jump(Instruction::ForIter, end);
        }
        self.assign(&generator.target);
        for test in &generator.ifs {
            self.jump_unless(test, skip);
        }
        if at + 1 < generators.len() {
            self.generator(expression, generators, at + 1);
        } else {
            self.element(expression, generators.len() as u16 + 1);
        }
        self.unit().place(skip);
        self.unit().jump(Instruction::JumpBack, start);
        self.end_loop(generator.is_async, end);
    }

    /// Adds the element to the container, which lies so deep; or yields it.
    fn element(&mut self, expression: &'a Expr, depth: u16) {
        match expression {
            Expr::ListComp(comp) => {
                self.expression(&comp.elt);
                self.emit(Instruction::ListAppend(depth));
            }
            Expr::SetComp(comp) => {
                self.expression(&comp.elt);
                self.emit(Instruction::SetAdd(depth));
            }
            Expr::DictComp(comp) => {
                if let Some(key) = &comp.key {
                    self.expression(key);
                }
                self.expression(&comp.value);
                self.emit(Instruction::DictAdd(depth));
            }
            Expr::Generator(comp) => {
                self.expression(&comp.elt);
                self.emit(if has_async(expression) {
                    Instruction::YieldProduced
                } else {
                    Instruction::Yield
                });
                self.emit(Instruction::Pop);
            }
            _ => {}
        }
    }

    /// One step of an async loop, whose end comes as an exception.
    pub(super) fn async_step(&mut self, end: Label) {
        self.unit().protect(end);
        self.emit(Instruction::AsyncNext);
        self.wait();
        self.unit().unprotect();
    }

    /// The end of a loop; that of an async one is the handler of StopAsyncIteration.
    pub(super) fn end_loop(&mut self, is_async: bool, end: Label) {
        if is_async {
            // Iterator and exception.
            let depth = self.unit().depth + 1;
            self.unit().place_with(end, depth);
            self.emit(Instruction::EndAsyncFor);
        } else {
            self.unit().place(end);
        }
    }
}

/// Whether the comprehension itself waits: by `async for`, or by `await` in it.
fn has_async(expression: &Expr) -> bool {
    use ruff_python_ast::visitor::{Visitor, walk_expr};
    struct Awaits(bool);
    impl<'a> Visitor<'a> for Awaits {
        fn visit_expr(&mut self, expression: &'a Expr) {
            match expression {
                Expr::Await(_) => self.0 = true,
                Expr::Lambda(_) | Expr::Generator(_) => {}
                _ => walk_expr(self, expression),
            }
        }
    }
    let (elements, generators): (Vec<&Expr>, _) = match expression {
        Expr::ListComp(comp) => (vec![&comp.elt], &comp.generators),
        Expr::SetComp(comp) => (vec![&comp.elt], &comp.generators),
        Expr::Generator(comp) => (vec![&comp.elt], &comp.generators),
        Expr::DictComp(comp) => (
            comp.key
                .as_deref()
                .into_iter()
                .chain([&*comp.value])
                .collect(),
            &comp.generators,
        ),
        _ => return false,
    };
    let mut awaits = Awaits(generators.iter().any(|generator| generator.is_async));
    for element in elements {
        awaits.visit_expr(element);
    }
    for (at, generator) in generators.iter().enumerate() {
        if at > 0 {
            awaits.visit_expr(&generator.iter);
        }
        generator
            .ifs
            .iter()
            .for_each(|test| awaits.visit_expr(test));
    }
    awaits.0
}
