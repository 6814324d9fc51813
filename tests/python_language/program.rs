//! A generated program as a tree: fine enough to be reduced, and no finer.

use std::fmt::{self, Display, Write};

/// What an expression is meant to give. It may give something else: programs are typed
/// loosely, so that some of them raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Int,
    /// An int of 0 to 6: for what gets too large otherwise.
    Small,
    /// An int for certain: what is put into sets, whose order is only known for ints.
    Exact,
    Float,
    Str,
    Bytes,
    Bool,
    /// Of ints.
    List,
    /// A list of strings.
    Strs,
    /// Of ints.
    Tuple,
    /// Of strings to ints.
    Dict,
    /// Of ints.
    Set,
    /// Anything that can be iterated and gives ints.
    Iter,
    /// Anything that looks the same whenever it is printed.
    Any,
    /// A key of a dict.
    Key,
    /// An exception.
    Error,
    /// A class of exceptions, or a tuple of those.
    ErrorClass,
    /// An instance of the n-th class.
    Object(usize),
}

impl Kind {
    /// The least expression of this kind.
    pub fn simplest(self) -> &'static str {
        match self {
            Kind::Int | Kind::Small | Kind::Exact => "0",
            Kind::Float => "0.0",
            Kind::Str | Kind::Key => "''",
            Kind::Bytes => "b''",
            Kind::Bool => "True",
            Kind::List | Kind::Strs | Kind::Iter => "[]",
            Kind::Tuple => "()",
            Kind::Dict => "{}",
            Kind::Set => "set()",
            Kind::Any | Kind::Object(_) => "None",
            Kind::Error => "Exception()",
            Kind::ErrorClass => "Exception",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    Text(String),
    Expr(Expr),
}

/// Text, with the expressions in it.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    pub kind: Kind,
    pub pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Stmt {
    Line(Vec<Piece>),
    /// What has bodies: `if` with its `elif` and `else`, `def` with its decorators …
    Block(Vec<Clause>),
}

#[derive(Clone, Debug, PartialEq)]
pub struct Clause {
    pub head: Vec<Piece>,
    pub body: Vec<Stmt>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Program(pub Vec<Stmt>);

impl Expr {
    pub fn atom(kind: Kind, text: impl Into<String>) -> Expr {
        Expr {
            kind,
            pieces: vec![Piece::Text(text.into())],
        }
    }

    /// Whether it has no parts: a literal, a name.
    pub fn is_atom(&self) -> bool {
        matches!(&self.pieces[..], [Piece::Text(_)])
    }
}

impl Stmt {
    pub fn line(text: impl Into<String>) -> Stmt {
        Stmt::Line(vec![Piece::Text(text.into())])
    }
}

fn text(pieces: &[Piece]) -> String {
    let mut all = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => all.push_str(text),
            Piece::Expr(expr) => all.push_str(&text_of(expr)),
        }
    }
    all
}

fn text_of(expr: &Expr) -> String {
    text(&expr.pieces)
}

fn write_lines(pieces: &[Piece], depth: usize, out: &mut String) {
    for line in text(pieces).split('\n') {
        let _ = writeln!(out, "{:indent$}{line}", "", indent = 4 * depth);
    }
}

fn write_block(block: &[Stmt], depth: usize, out: &mut String) {
    for stmt in block {
        match stmt {
            Stmt::Line(pieces) => write_lines(pieces, depth, out),
            Stmt::Block(clauses) => {
                for clause in clauses {
                    write_lines(&clause.head, depth, out);
                    if clause.body.is_empty() {
                        write_lines(&[Piece::Text("pass".into())], depth + 1, out);
                    }
                    write_block(&clause.body, depth + 1, out);
                }
            }
        }
    }
}

/// Its source.
impl Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let mut source = String::new();
        write_block(&self.0, 0, &mut source);
        f.write_str(&source)
    }
}
