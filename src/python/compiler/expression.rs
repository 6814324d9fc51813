//! Expressions: each leaves one value on the stack.

use lockstep_run::python::code::{BinaryOp, Comparison, Container, Instruction, UnaryOp};
use lockstep_run::python::text::number::int_parse;
use lockstep_run::python::values::Value;
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, ExprContext, Number, Operator};
use ruff_text_size::Ranged;

use super::Compiler;
use super::scope::Place;
use super::unit::Label;

impl<'a> Compiler<'a> {
    pub(super) fn constant(&mut self, value: Value) {
        let constant = self.unit().constant(value);
        self.emit(Instruction::Const(constant));
    }

    pub(super) fn expression(&mut self, expression: &'a Expr) {
        self.nested(expression.range(), |this| {
            let line = this.unit().line;
            this.at(expression);
            this.expression_here(expression);
            this.unit().line = line;
        });
    }

    fn expression_here(&mut self, expression: &'a Expr) {
        if let Some(value) = constant_of(expression) {
            return match value {
                Value::None => self.emit(Instruction::None),
                value => self.constant(value),
            };
        }
        match expression {
            Expr::Name(name) => self.load(name.id.as_str()),
            Expr::NumberLiteral(number) if !number.value.is_complex() => {
                self.error(number.range(), "this number cannot be read");
            }
            Expr::FString(string) => self.fstring(string),
            Expr::BoolOp(operation) => self.bool_op(operation),
            Expr::Named(named) => {
                self.expression(&named.value);
                self.emit(Instruction::Copy);
                self.assign(&named.target);
            }
            Expr::BinOp(operation) => self.binary(operation),
            Expr::UnaryOp(operation) => {
                self.expression(&operation.operand);
                self.at(expression);
                self.emit(match operation.op {
                    ast::UnaryOp::Not => Instruction::Not,
                    ast::UnaryOp::USub => Instruction::Unary(UnaryOp::Negative),
                    ast::UnaryOp::UAdd => Instruction::Unary(UnaryOp::Positive),
                    ast::UnaryOp::Invert => Instruction::Unary(UnaryOp::Invert),
                });
            }
            Expr::Compare(compare) => self.compare(compare),
            Expr::If(choice) => {
                let (otherwise, end) = (self.unit().label(), self.unit().label());
                self.jump_unless(&choice.test, otherwise);
                self.expression(&choice.body);
                self.unit().jump(Instruction::Jump, end);
                self.unit().place(otherwise);
                self.expression(&choice.orelse);
                self.unit().place(end);
            }
            Expr::Lambda(lambda) => self.lambda(lambda),
            Expr::Call(call) => self.call(call),
            Expr::Attribute(attribute) => {
                if !Self::is_read(attribute.ctx) {
                    return;
                }
                let name = self.scope().name(attribute.attr.as_str());
                if let Some(slot) = self.local(&attribute.value) {
                    self.emit(Instruction::LoadAttributeOf(slot, name));
                    return;
                }
                self.expression(&attribute.value);
                self.at(&attribute.attr);
                self.emit(Instruction::LoadAttribute(name));
            }
            Expr::Subscript(subscript) => {
                self.expression(&subscript.value);
                self.expression(&subscript.slice);
                self.at(expression);
                self.emit(Instruction::LoadItem);
            }
            Expr::Slice(slice) => {
                for part in [&slice.lower, &slice.upper, &slice.step] {
                    match part {
                        Some(part) => self.expression(part),
                        None => self.emit(Instruction::None),
                    }
                }
                self.emit(Instruction::BuildSlice);
            }
            Expr::List(list) => self.sequence(&list.elts, Container::List),
            Expr::Tuple(tuple) => self.sequence(&tuple.elts, Container::Tuple),
            Expr::Set(set) if set.elts.len() > 2 && set.elts.iter().all(is_folded) => {
                self.folded_set(&set.elts);
            }
            Expr::Set(set) => self.sequence(&set.elts, Container::Set),
            Expr::Dict(dict) => self.dict(dict),
            Expr::ListComp(_) | Expr::SetComp(_) | Expr::DictComp(_) | Expr::Generator(_) => {
                self.comprehension(expression);
            }
            Expr::Starred(starred) => {
                self.error(starred.range(), "can't use starred expression here");
            }
            Expr::Await(wait) => self.await_(wait),
            Expr::Yield(yields) => self.yield_(yields),
            Expr::YieldFrom(yields) => self.yield_from(yields),
            Expr::StringLiteral(_) | Expr::BytesLiteral(_) | Expr::BooleanLiteral(_) => {}
            Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) => {}
            // They are refused.
            Expr::NumberLiteral(_) | Expr::TString(_) | Expr::IpyEscapeCommand(_) => {}
        }
    }

    fn bool_op(&mut self, operation: &'a ast::ExprBoolOp) {
        let end = self.unit().label();
        for (at, value) in operation.values.iter().enumerate() {
            self.expression(value);
            if at + 1 < operation.values.len() {
                match operation.op {
                    BoolOp::And => self.unit().jump(Instruction::JumpIfFalseOrPop, end),
                    BoolOp::Or => self.unit().jump(Instruction::JumpIfTrueOrPop, end),
                }
            }
        }
        self.unit().place(end);
    }

    fn binary(&mut self, operation: &'a ast::ExprBinOp) {
        let op = binary_op(operation.op);
        if let (Expr::Name(name), Some(constant @ Value::Int(_))) =
            (&*operation.left, constant_of(&operation.right))
        {
            let name = self.scope().name(name.id.as_str());
            if self.scope().place(name) == Place::Local
                && let Some(slot) = self
                    .unit()
                    .slot(name)
                    .and_then(|slot| u8::try_from(slot).ok())
                && let Ok(constant) = u16::try_from(self.unit().constant(constant))
            {
                self.at(operation);
                self.emit(Instruction::LocalConst(op, slot, constant));
                return;
            }
        }
        self.two(&operation.left, &operation.right);
        self.at(operation);
        self.emit(Instruction::Binary(op));
    }

    /// Two values; two locals in one instruction.
    fn two(&mut self, left: &'a Expr, right: &'a Expr) {
        if let (Expr::Name(a), Expr::Name(b)) = (left, right) {
            let names = [a, b].map(|name| self.scope().name(name.id.as_str()));
            if names
                .iter()
                .all(|name| self.scope().place(*name) == Place::Local)
            {
                let slots = names.map(|name| self.unit().slot(name));
                if let [Some(a), Some(b)] = slots {
                    self.at(left);
                    self.emit(Instruction::LoadLocals(a, b));
                    return;
                }
            }
        }
        self.expression(left);
        self.expression(right);
    }

    fn compare(&mut self, compare: &'a ast::ExprCompare) {
        let last = compare.ops.len() - 1;
        if last == 0 {
            self.two(&compare.left, &compare.comparators[0]);
            self.at(compare);
            self.emit(comparison(compare.ops[0]));
            return;
        }
        self.expression(&compare.left);
        let (cleanup, end) = (self.unit().label(), self.unit().label());
        for (at, (op, right)) in compare.ops.iter().zip(&compare.comparators).enumerate() {
            self.expression(right);
            self.at(compare);
            if at < last {
                self.emit(Instruction::Copy);
                self.emit(Instruction::Sink(2));
            }
            self.emit(comparison(*op));
            if at < last {
                self.unit().jump(Instruction::JumpIfFalseOrPop, cleanup);
            }
        }
        self.unit().jump(Instruction::Jump, end);
        self.unit().place(cleanup);
        self.emit(Instruction::Swap);
        self.emit(Instruction::Pop);
        self.unit().place(end);
    }

    /// Jumps if the test is false.
    pub(super) fn jump_unless(&mut self, test: &'a Expr, target: Label) {
        match test {
            Expr::Compare(compare) if compare.ops.len() == 1 => {
                if let Some(op) = ordered(compare.ops[0]) {
                    self.at(compare);
                    self.two(&compare.left, &compare.comparators[0]);
                    self.at(compare);
                    self.unit()
                        .jump(|to| Instruction::JumpUnless(op, to), target);
                    return;
                }
            }
            Expr::BoolOp(operation) if operation.op == BoolOp::And => {
                for value in &operation.values {
                    self.jump_unless(value, target);
                }
                return;
            }
            Expr::UnaryOp(operation) if operation.op == ast::UnaryOp::Not => {
                self.expression(&operation.operand);
                self.unit().jump(Instruction::JumpIfTrue, target);
                return;
            }
            _ => {}
        }
        self.expression(test);
        self.unit().jump(Instruction::JumpIfFalse, target);
    }

    fn sequence(&mut self, elements: &'a [Expr], container: Container) {
        if !elements
            .iter()
            .any(|element| matches!(element, Expr::Starred(_)))
        {
            for element in elements {
                self.expression(element);
            }
            self.emit(Instruction::Build(container, elements.len() as u16));
            return;
        }
        let into = if container == Container::Tuple {
            Container::List
        } else {
            container
        };
        self.emit(Instruction::Build(into, 0));
        for element in elements {
            match element {
                Expr::Starred(starred) => {
                    self.expression(&starred.value);
                    self.at(element);
                    self.emit(match into {
                        Container::Set => Instruction::SetExtend,
                        _ => Instruction::ListExtend(false),
                    });
                }
                _ => {
                    self.expression(element);
                    self.emit(match into {
                        Container::Set => Instruction::SetAdd(1),
                        _ => Instruction::ListAppend(1),
                    });
                }
            }
        }
        if container == Container::Tuple {
            self.emit(Instruction::ListToTuple);
        }
    }

    /// A set of constants. CPython makes it when it compiles, from its elements, then once
    /// more from that set, and copies it here: the order of the elements comes of all three.
    fn folded_set(&mut self, elements: &'a [Expr]) {
        self.emit(Instruction::Build(Container::Set, 0));
        self.emit(Instruction::Build(Container::Set, 0));
        self.emit(Instruction::Build(Container::List, 0));
        self.sequence(elements, Container::Set);
        self.emit(Instruction::ListExtend(false));
        self.emit(Instruction::SetExtend);
        self.emit(Instruction::SetExtend);
    }

    fn dict(&mut self, dict: &'a ast::ExprDict) {
        if dict.items.iter().all(|item| item.key.is_some()) {
            for item in &dict.items {
                if let Some(key) = &item.key {
                    self.expression(key);
                    self.expression(&item.value);
                }
            }
            self.emit(Instruction::BuildDict(dict.items.len() as u16));
            return;
        }
        self.emit(Instruction::BuildDict(0));
        for item in &dict.items {
            match &item.key {
                Some(key) => {
                    self.expression(key);
                    self.expression(&item.value);
                    self.emit(Instruction::DictAdd(1));
                }
                None => {
                    self.expression(&item.value);
                    self.emit(Instruction::DictUpdate);
                }
            }
        }
    }

    /// The slot of an expression that is a local.
    pub(super) fn local(&mut self, expression: &Expr) -> Option<u16> {
        let Expr::Name(name) = expression else {
            return None;
        };
        let name = self.scope().name(name.id.as_str());
        match self.scope().place(name) {
            Place::Local => self.unit().slot(name),
            _ => None,
        }
    }

    /// Whether an expression is a name that is read.
    pub(super) fn is_name(expression: &Expr, text: &str) -> bool {
        matches!(expression, Expr::Name(name) if name.id.as_str() == text && name.ctx == ExprContext::Load)
    }
}

/// The value of an expression that is a constant.
pub fn constant_of(expression: &Expr) -> Option<Value> {
    Some(match expression {
        Expr::NoneLiteral(_) => Value::None,
        Expr::EllipsisLiteral(_) => Value::Ellipsis,
        Expr::BooleanLiteral(literal) => Value::bool(literal.value),
        Expr::StringLiteral(literal) => Value::from(literal.value.to_str()),
        Expr::BytesLiteral(literal) => Value::bytes(literal.value.bytes().collect::<Vec<u8>>()),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(number) => match number.as_i64() {
                Some(number) => Value::Int(number),
                None => int_parse::parse(&number.to_string(), 0).ok()?.into(),
            },
            Number::Float(number) => Value::float(*number),
            Number::Complex { .. } => return None,
        },
        Expr::UnaryOp(operation) if operation.op == ast::UnaryOp::USub => {
            match constant_of(&operation.operand)? {
                Value::Int(number) => Value::Int(number.checked_neg()?),
                Value::Float(number) => Value::float(-number.get()),
                _ => return None,
            }
        }
        Expr::Tuple(tuple) if tuple.ctx == ExprContext::Load => {
            let items: Option<Vec<Value>> = tuple.elts.iter().map(constant_of).collect();
            Value::tuple(items?)
        }
        _ => return None,
    })
}

/// Whether CPython knows the value of an expression when it compiles. (An operation that
/// fails is no constant, and raises.)
fn is_folded(expression: &Expr) -> bool {
    match expression {
        Expr::BinOp(operation) => is_folded(&operation.left) && is_folded(&operation.right),
        Expr::UnaryOp(operation) => is_folded(&operation.operand),
        Expr::Tuple(tuple) => tuple.elts.iter().all(is_folded),
        Expr::Subscript(subscript) => is_folded(&subscript.value) && is_folded(&subscript.slice),
        _ => constant_of(expression).is_some(),
    }
}

pub fn binary_op(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Subtract,
        Operator::Mult => BinaryOp::Multiply,
        Operator::MatMult => BinaryOp::MatrixMultiply,
        Operator::Div => BinaryOp::Divide,
        Operator::Mod => BinaryOp::Modulo,
        Operator::Pow => BinaryOp::Power,
        Operator::LShift => BinaryOp::LeftShift,
        Operator::RShift => BinaryOp::RightShift,
        Operator::BitOr => BinaryOp::Or,
        Operator::BitXor => BinaryOp::Xor,
        Operator::BitAnd => BinaryOp::And,
        Operator::FloorDiv => BinaryOp::FloorDivide,
    }
}

/// The comparisons that objects define.
fn ordered(op: CmpOp) -> Option<Comparison> {
    Some(match op {
        CmpOp::Eq => Comparison::Equal,
        CmpOp::NotEq => Comparison::NotEqual,
        CmpOp::Lt => Comparison::Less,
        CmpOp::LtE => Comparison::LessEqual,
        CmpOp::Gt => Comparison::Greater,
        CmpOp::GtE => Comparison::GreaterEqual,
        CmpOp::Is | CmpOp::IsNot | CmpOp::In | CmpOp::NotIn => return None,
    })
}

fn comparison(op: CmpOp) -> Instruction {
    match (ordered(op), op) {
        (Some(op), _) => Instruction::Compare(op),
        (None, CmpOp::Is) => Instruction::Is(false),
        (None, CmpOp::IsNot) => Instruction::Is(true),
        (None, CmpOp::NotIn) => Instruction::In(true),
        (None, _) => Instruction::In(false),
    }
}
