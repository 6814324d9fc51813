//! What Python has and Lockstep has not: each is told, with what to write instead.

use lockstep_run::python::lib;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Alias, Expr, ExprContext, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::Compiler;

/// Builtin functions that are not there.
const FUNCTIONS: &[(&str, &str)] = &[
    (
        "input",
        "Set a constant instead: nobody can type while a program is explored.",
    ),
    ("open", "Keep the text in a string: there are no files."),
    ("exec", "Write the statements themselves."),
    (
        "eval",
        "Write the expression itself, or parse the text with int() or float().",
    ),
    ("compile", "Write the code itself."),
    ("breakpoint", "Step through the program instead."),
    ("help", "Look it up in Python's documentation."),
    ("memoryview", "Use bytes."),
    ("bytearray", "Use bytes, or a list of ints."),
    (
        "complex",
        "Keep the real and the imaginary part as two floats.",
    ),
    ("__import__", "Use an import statement."),
];

/// What else can be imported, in a sentence.
fn available() -> String {
    let all: Vec<&str> = lib::modules().collect();
    format!("There are: {}.", all.join(", "))
}

pub fn check<'a>(compiler: &mut Compiler<'a>, body: &'a [Stmt]) {
    let mut bound = Bound(Vec::new());
    bound.visit_body(body);
    let mut check = Check {
        compiler,
        bound: bound.0,
    };
    check.visit_body(body);
}

/// All names that the program binds anywhere: a function of its own may be called `open`.
struct Bound(Vec<String>);

impl<'a> Visitor<'a> for Bound {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(def) = statement {
            self.0.push(def.name.to_string());
            self.0
                .extend(def.parameters.iter().map(|p| p.name().to_string()));
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression
            && name.ctx == ExprContext::Store
        {
            self.0.push(name.id.to_string());
        }
        visitor::walk_expr(self, expression);
    }
}

struct Check<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    bound: Vec<String>,
}

impl Check<'_, '_> {
    fn module(&mut self, name: &str, range: TextRange) {
        let known = lib::modules().any(|module| module == name);
        let outside = lib::modules().any(|module| module.starts_with(&format!("{name}.")));
        if known || outside || name == "__future__" {
            return;
        }
        let text = format!("the module '{name}'");
        self.compiler.refuse(range, text, &available());
    }

    fn alias(&mut self, alias: &Alias) {
        self.module(alias.name.as_str(), alias.range());
    }
}

impl<'a> Visitor<'a> for Check<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.alias(alias)),
            Stmt::ImportFrom(import) if import.level > 0 => {
                let instead = "A program is one file: put the other one's code into it.";
                self.compiler
                    .refuse(import.range(), "relative imports", instead);
            }
            Stmt::ImportFrom(import) => {
                let module = import
                    .module
                    .as_ref()
                    .map(|name| name.as_str())
                    .unwrap_or_default();
                self.module(module, import.range());
            }
            Stmt::ClassDef(class) => {
                let keywords = class
                    .arguments
                    .iter()
                    .flat_map(|arguments| &arguments.keywords);
                for keyword in keywords {
                    if keyword
                        .arg
                        .as_ref()
                        .is_some_and(|name| name.as_str() == "metaclass")
                        && !matches!(&keyword.value, Expr::Name(name) if name.id.as_str() == "ABCMeta")
                        && !matches!(&keyword.value, Expr::Attribute(a) if a.attr.as_str() == "ABCMeta")
                    {
                        let instead =
                            "Use a class decorator, or __init_subclass__ of a base class.";
                        self.compiler
                            .refuse(keyword.range(), "metaclasses", instead);
                    }
                }
                let bases = class.arguments.iter().flat_map(|arguments| &arguments.args);
                for base in bases {
                    if Compiler::is_name(base, "type") {
                        let instead =
                            "Use a class decorator, or __init_subclass__ of a base class.";
                        self.compiler.refuse(base.range(), "metaclasses", instead);
                    }
                }
                for statement in &class.body {
                    if let Stmt::FunctionDef(def) = statement
                        && def.name.as_str() == "__del__"
                    {
                        let instead = "Nothing promises when it would run: use a context manager.";
                        self.compiler.refuse(def.name.range(), "__del__", instead);
                    }
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression
            && name.ctx == ExprContext::Load
            && let Some((text, instead)) =
                FUNCTIONS.iter().find(|(text, _)| *text == name.id.as_str())
            && !self.bound.iter().any(|bound| bound == text)
        {
            self.compiler
                .refuse(name.range(), format!("{text}()"), instead);
        }
        visitor::walk_expr(self, expression);
    }
}
