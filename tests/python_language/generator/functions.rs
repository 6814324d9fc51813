//! Functions with all kinds of parameters, and calls of them with all kinds of arguments.

use super::features::Feature::*;
use super::{Generator, MOST_COST};
use crate::program::{Clause, Expr, Kind, Piece, Stmt};

#[derive(Clone, Copy, PartialEq)]
enum Style {
    PositionalOnly,
    Plain,
    Args,
    KeywordOnly,
    Kwargs,
}

#[derive(Clone)]
struct Param {
    name: String,
    kind: Kind,
    style: Style,
    has_default: bool,
}

/// A function that a program has defined.
#[derive(Clone)]
pub struct Function {
    name: String,
    params: Vec<Param>,
    gives: Kind,
    /// About how many statements a call runs.
    cost: usize,
    may_raise: bool,
}

const PARAM_KINDS: &[Kind] = &[
    Kind::Int,
    Kind::Int,
    Kind::Str,
    Kind::List,
    Kind::Float,
    Kind::Bool,
    Kind::Dict,
    Kind::Tuple,
];

impl Generator {
    /// A function of the program. One of five is a generator.
    pub fn function(&mut self) -> Stmt {
        self.shows(Functions);
        let name = self.fresh("f");
        let params = self.params();
        let head = self.head(&name, &params);
        let before = (self.cost, self.may_raise);
        self.cost = 0;
        self.may_raise = self.rng.one_in(3);
        let outer = self.enter_function();
        self.weight = 1;
        for param in &params {
            self.declare(&param.name, param.kind);
        }
        let is_generator = self.rng.one_in(5);
        let gives = match is_generator {
            true => Kind::Iter,
            false => *self.rng.pick(PARAM_KINDS),
        };
        let mut body = Vec::new();
        body.extend(self.global());
        for _ in 0..self.rng.below(4) {
            if self.rng.one_in(5) {
                let end = match is_generator {
                    true => "return".to_owned(),
                    false => format!("return ${}", name_of(gives)),
                };
                body.extend(self.statements(&format!("if $bool:\n    {end}")));
            } else {
                body.extend(self.statement());
            }
        }
        let end = match gives {
            Kind::Iter => {
                self.shows(Generators);
                "for $I:int in range($small):\n    yield $int!\nyield $int!".to_owned()
            }
            Kind::Float | Kind::Bool => format!("return ${}", name_of(gives)),
            _ => format!("return ${}!", name_of(gives)),
        };
        body.extend(self.statements(&end));
        self.leave_function(outer);
        let cost = self.cost + 1;
        let may_raise = self.may_raise;
        (self.cost, self.may_raise) = before;
        self.functions.push(Function {
            name,
            params,
            gives,
            cost,
            may_raise,
        });
        Stmt::Block(vec![Clause { head, body }])
    }

    /// Makes a global of a number its own.
    fn global(&mut self) -> Option<Stmt> {
        let there: Vec<String> = (self.vars.iter())
            .filter(|var| var.level == 0 && var.kind == Kind::Int)
            .map(|var| var.name.clone())
            .collect();
        if there.is_empty() || !self.rng.one_in(3) {
            return None;
        }
        self.shows(Global);
        let name = self.rng.pick(&there).clone();
        self.declare(&name, Kind::Int);
        Some(Stmt::line(format!("global {name}")))
    }

    fn params(&mut self) -> Vec<Param> {
        let mut params = Vec::new();
        let mut has_default = false;
        let param = |generator: &mut Generator, style, has_default| Param {
            name: generator.fresh("v"),
            kind: *generator.rng.pick(PARAM_KINDS),
            style,
            has_default,
        };
        let positional_only = if self.rng.one_in(5) { 1 } else { 0 };
        for at in 0..positional_only + self.rng.below(3) {
            let style = match at < positional_only {
                true => Style::PositionalOnly,
                false => Style::Plain,
            };
            has_default |= self.rng.one_in(3);
            params.push(param(self, style, has_default));
        }
        if self.rng.one_in(4) {
            let mut args = param(self, Style::Args, false);
            args.kind = Kind::Tuple;
            params.push(args);
            for _ in 0..self.rng.below(2) {
                let has_default = self.rng.one_in(2);
                params.push(param(self, Style::KeywordOnly, has_default));
            }
        }
        if self.rng.one_in(5) {
            let mut kwargs = param(self, Style::Kwargs, false);
            kwargs.kind = Kind::Dict;
            params.push(kwargs);
        }
        params
    }

    fn head(&mut self, name: &str, params: &[Param]) -> Vec<Piece> {
        let mut pieces = vec![Piece::Text(format!("def {name}("))];
        for (at, param) in params.iter().enumerate() {
            let stars = match param.style {
                Style::Args => "*",
                Style::Kwargs => "**",
                _ => "",
            };
            let comma = if at > 0 { ", " } else { "" };
            pieces.push(Piece::Text(format!("{comma}{stars}{}", param.name)));
            if param.has_default {
                self.shows(Defaults);
                pieces.push(Piece::Text("=".into()));
                let default = self.atom(param.kind);
                pieces.push(Piece::Expr(default));
            }
            let ends_positional_only = param.style == Style::PositionalOnly
                && (params.get(at + 1)).is_none_or(|next| next.style != Style::PositionalOnly);
            if ends_positional_only {
                pieces.push(Piece::Text(", /".into()));
            }
            self.shows(match param.style {
                Style::PositionalOnly => PositionalOnly,
                Style::Plain => Functions,
                Style::Args => StarArgs,
                Style::KeywordOnly => KeywordOnly,
                Style::Kwargs => StarStarKwargs,
            });
        }
        pieces.push(Piece::Text("):".into()));
        pieces
    }

    /// A call that gives this kind, if there is a function that does.
    pub fn call(&mut self, kind: Kind, depth: usize) -> Option<Expr> {
        let budget = MOST_COST.saturating_sub(self.cost);
        let may_raise = self.may_raise;
        let weight = self.weight;
        let fitting: Vec<Function> = (self.functions.iter())
            .filter(|function| function.gives == kind)
            .filter(|function| may_raise || !function.may_raise)
            .filter(|function| function.cost * weight < budget)
            .cloned()
            .collect();
        if fitting.is_empty() {
            return None;
        }
        let function = self.rng.pick(&fitting).clone();
        self.shows(Call);
        self.cost += function.cost * weight;
        let mut pieces = vec![Piece::Text(format!("{}(", function.name))];
        for (at, (name, expr)) in self.arguments(&function, depth).into_iter().enumerate() {
            let comma = if at > 0 { ", " } else { "" };
            pieces.push(Piece::Text(format!("{comma}{name}")));
            pieces.push(Piece::Expr(expr));
        }
        pieces.push(Piece::Text(")".into()));
        Some(Expr { kind, pieces })
    }

    /// The arguments of a call, each with what is before it: a name, stars.
    fn arguments(&mut self, function: &Function, depth: usize) -> Vec<(String, Expr)> {
        let mut all = Vec::new();
        let mut by_name = false;
        // Now and then one is missing, unknown, or too many.
        let wrong = self.may_raise && self.rng.one_in(15);
        let left_out = self.rng.below(function.params.len().max(1));
        for (at, param) in function.params.iter().enumerate() {
            if wrong && at == left_out {
                continue;
            }
            let is_left_out = param.has_default && self.rng.one_in(2);
            match param.style {
                Style::PositionalOnly | Style::Plain if is_left_out => by_name = true,
                Style::PositionalOnly if by_name => {}
                Style::PositionalOnly | Style::Plain => {
                    by_name |= param.style == Style::Plain && self.rng.one_in(3);
                    let name = match by_name {
                        true => format!("{}=", param.name),
                        false => String::new(),
                    };
                    if by_name {
                        self.shows(KeywordArguments);
                    }
                    all.push((name, self.expr(param.kind, depth - 1)));
                }
                Style::Args if by_name => {}
                Style::Args => {
                    if self.rng.one_in(2) {
                        self.shows(UnpackedArguments);
                        all.push(("*".to_owned(), self.expr(Kind::Iter, depth - 1)));
                    } else {
                        all.push((String::new(), self.expr(Kind::Int, depth - 1)));
                    }
                }
                Style::KeywordOnly if is_left_out => {}
                Style::KeywordOnly => {
                    all.push((format!("{}=", param.name), self.expr(param.kind, depth - 1)));
                }
                Style::Kwargs => match self.rng.below(3) {
                    0 => all.push(("z=".to_owned(), self.expr(Kind::Int, depth - 1))),
                    1 => all.push(("**".to_owned(), self.expr(Kind::Dict, depth - 1))),
                    _ => {}
                },
            }
        }
        if wrong && self.rng.one_in(2) {
            all.push(("unknown=".to_owned(), self.atom(Kind::Int)));
        }
        all
    }
}

/// As templates have it.
fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Int => "int",
        Kind::Str => "str",
        Kind::List => "list",
        Kind::Float => "float",
        Kind::Bool => "bool",
        Kind::Dict => "dict",
        Kind::Tuple => "tuple",
        other => unreachable!("{other:?} is no kind of a parameter"),
    }
}
