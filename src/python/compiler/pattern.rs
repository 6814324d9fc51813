//! `match`: a case is tried with a copy of the subject on the stack.
//!
//! A pattern takes the subject off the stack, and jumps where it fails with as many values
//! as there were before. Names are bound at the end, when all of a pattern has matched.

use lockstep_run::python::code::{Comparison, Instruction};
use lockstep_run::python::names::Name;
use lockstep_run::python::values::{Truth, Value};
use ruff_python_ast::{self as ast, Pattern, Singleton, StmtMatch};
use ruff_text_size::Ranged;

use super::Compiler;
use super::unit::Label;

/// Where a pattern that fails jumps, and how many values are on the stack there.
#[derive(Clone, Copy)]
struct Fail {
    label: Label,
    depth: i32,
}

impl<'a> Compiler<'a> {
    pub(super) fn match_(&mut self, choice: &'a StmtMatch) {
        self.expression(&choice.subject);
        let end = self.unit().label();
        let depth = self.unit().depth;
        for case in &choice.cases {
            let next = self.unit().label();
            let fail = Fail { label: next, depth };
            self.at(&case.pattern);
            self.emit(Instruction::Copy);
            let mut names = Vec::new();
            self.pattern(&case.pattern, fail, &mut names);
            if let Some(guard) = &case.guard {
                self.at(&**guard);
                self.jump_unless(guard, next);
            }
            self.emit(Instruction::Pop);
            self.body(&case.body);
            self.unit().jump(Instruction::Jump, end);
            self.unit().depth = depth;
            self.unit().place(next);
        }
        self.emit(Instruction::Pop);
        self.unit().place(end);
    }

    /// Jumps to the failure if the value on the stack is false; what lies between is
    /// dropped there.
    fn require(&mut self, fail: Fail) {
        let extra = self.unit().depth - 1 - fail.depth;
        if extra == 0 {
            self.unit().jump(Instruction::JumpIfFalse, fail.label);
            return;
        }
        let matches = self.unit().label();
        self.unit().jump(Instruction::JumpIfTrue, matches);
        self.fail(fail);
        self.unit().place(matches);
    }

    /// Fails: what lies above the depth of the failure is dropped.
    fn fail(&mut self, fail: Fail) {
        let depth = self.unit().depth;
        for _ in 0..depth - fail.depth {
            self.emit(Instruction::Pop);
        }
        self.unit().jump(Instruction::Jump, fail.label);
        self.unit().depth = depth;
    }

    /// Jumps to the failure if the value on the stack is None; else it stays.
    fn require_some(&mut self, fail: Fail) {
        let (none, some) = (self.unit().label(), self.unit().label());
        self.emit(Instruction::Copy);
        self.unit().jump(Instruction::JumpIfNone, none);
        self.unit().jump(Instruction::Jump, some);
        self.unit().place(none);
        self.fail(fail);
        self.unit().place(some);
    }

    fn pattern(&mut self, pattern: &'a Pattern, fail: Fail, names: &mut Vec<Name>) {
        self.nested(pattern.range(), |this| {
            this.pattern_here(pattern, fail, names)
        });
    }

    fn bind_pattern(&mut self, name: &'a ast::Identifier, names: &mut Vec<Name>) {
        let bound = self.scope().name(name.as_str());
        if names.contains(&bound) {
            let text = format!(
                "multiple assignments to name '{}' in pattern",
                name.as_str()
            );
            self.error(name.range(), text);
        }
        names.push(bound);
        self.store_name(bound);
    }

    fn pattern_here(&mut self, pattern: &'a Pattern, fail: Fail, names: &mut Vec<Name>) {
        match pattern {
            Pattern::MatchValue(value) => {
                self.expression(&value.value);
                self.emit(Instruction::Compare(Comparison::Equal));
                self.require(fail);
            }
            Pattern::MatchSingleton(value) => {
                match value.value {
                    Singleton::None => self.emit(Instruction::None),
                    Singleton::True => self.constant(Value::Bool(Truth::True)),
                    Singleton::False => self.constant(Value::Bool(Truth::False)),
                }
                self.emit(Instruction::Is(false));
                self.require(fail);
            }
            Pattern::MatchAs(as_) => {
                if let Some(inner) = &as_.pattern {
                    self.emit(Instruction::Copy);
                    self.pattern(inner, fail, names);
                }
                match &as_.name {
                    Some(name) => self.bind_pattern(name, names),
                    None => self.emit(Instruction::Pop),
                }
            }
            Pattern::MatchStar(star) => match &star.name {
                Some(name) => self.bind_pattern(name, names),
                None => self.emit(Instruction::Pop),
            },
            Pattern::MatchOr(or) => self.alternatives(or, fail, names),
            Pattern::MatchSequence(sequence) => self.sequence_pattern(sequence, fail, names),
            Pattern::MatchMapping(mapping) => self.mapping_pattern(mapping, fail, names),
            Pattern::MatchClass(class) => self.class_pattern(class, fail, names),
        }
    }

    fn alternatives(&mut self, or: &'a ast::PatternMatchOr, fail: Fail, names: &mut Vec<Name>) {
        let end = self.unit().label();
        let depth = self.unit().depth;
        let before = names.len();
        let mut first: Option<Vec<Name>> = None;
        for alternative in &or.patterns {
            let next = self.unit().label();
            self.emit(Instruction::Copy);
            let mut own: Vec<Name> = names[..before].to_vec();
            self.pattern(alternative, Fail { label: next, depth }, &mut own);
            let mut bound = own.split_off(before);
            bound.sort();
            if first.get_or_insert_with(|| bound.clone()) != &bound {
                self.error(or.range(), "alternative patterns bind different names");
            }
            self.emit(Instruction::Pop);
            self.unit().jump(Instruction::Jump, end);
            self.unit().depth = depth;
            self.unit().place(next);
        }
        names.extend(first.unwrap_or_default());
        self.fail(fail);
        self.unit().depth = depth - 1;
        self.unit().place(end);
    }

    fn sequence_pattern(
        &mut self,
        sequence: &'a ast::PatternMatchSequence,
        fail: Fail,
        names: &mut Vec<Name>,
    ) {
        let patterns = &sequence.patterns;
        let star = patterns
            .iter()
            .position(|pattern| matches!(pattern, Pattern::MatchStar(_)));
        self.emit(Instruction::MatchSequence);
        self.require(fail);
        self.emit(Instruction::Length);
        let least = patterns.len() - usize::from(star.is_some());
        self.constant(Value::int(least));
        self.emit(Instruction::Compare(match star {
            Some(_) => Comparison::GreaterEqual,
            None => Comparison::Equal,
        }));
        self.require(fail);
        self.emit(match star {
            Some(before) => {
                Instruction::UnpackRest(before as u16, (patterns.len() - before - 1) as u16)
            }
            None => Instruction::Unpack(patterns.len() as u16),
        });
        self.each(patterns.iter(), fail, names);
    }

    /// Patterns for values that lie on the stack, the first on top.
    fn each(
        &mut self,
        patterns: impl Iterator<Item = &'a Pattern>,
        fail: Fail,
        names: &mut Vec<Name>,
    ) {
        for pattern in patterns {
            self.pattern(pattern, fail, names);
        }
    }

    fn mapping_pattern(
        &mut self,
        mapping: &'a ast::PatternMatchMapping,
        fail: Fail,
        names: &mut Vec<Name>,
    ) {
        self.emit(Instruction::MatchMapping);
        self.require(fail);
        for key in &mapping.keys {
            self.expression(key);
        }
        self.tuple_of(mapping.keys.len());
        self.emit(Instruction::MatchKeys);
        // subject keys values
        self.require_some(fail);
        match &mapping.rest {
            Some(name) => {
                self.emit(Instruction::Sink(2));
                self.emit(Instruction::MatchRest);
                // values rest
                self.bind_pattern(name, names);
            }
            None => {
                self.emit(Instruction::Sink(2));
                self.emit(Instruction::Pop);
                self.emit(Instruction::Pop);
            }
        }
        self.emit(Instruction::Unpack(mapping.patterns.len() as u16));
        self.each(mapping.patterns.iter(), fail, names);
    }

    fn class_pattern(
        &mut self,
        class: &'a ast::PatternMatchClass,
        fail: Fail,
        names: &mut Vec<Name>,
    ) {
        let by_position = class.arguments.patterns.len();
        let keywords = &class.arguments.keywords;
        self.expression(&class.cls);
        self.names(keywords.iter().map(|keyword| keyword.attr.to_string()));
        self.emit(Instruction::MatchClass(by_position as u16));
        self.require_some(fail);
        self.emit(Instruction::Unpack((by_position + keywords.len()) as u16));
        let all = class.arguments.patterns.iter();
        let all = all.chain(keywords.iter().map(|keyword| &keyword.pattern));
        self.each(all.collect::<Vec<_>>().into_iter(), fail, names);
    }
}
