//! What Python has and Lockstep has not: each is told, with what to write instead. Which
//! constructs these are is in the table of [`construct`].

use std::collections::BTreeSet;

use lockstep_run::python::text::suggest::suggest;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Alias, Expr, ExprContext, Pattern, Stmt};
use ruff_text_size::{Ranged, TextRange};

use super::construct::{self, Construct};
use super::offered::{self, Offered};
use super::{Compiler, library};

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
    format!("There are: {}.", library::shown().join(", "))
}

/// Names of a module that are told at a time.
const TOLD: usize = 20;

/// What a module has in place of a name.
fn instead(offered: &Offered, name: &str) -> String {
    let Offered { module, names, .. } = offered;
    if let Some(similar) = suggest(name, names.iter().copied()) {
        return format!("Did you mean {module}.{similar}?");
    }
    let (told, others) = names.split_at(names.len().min(TOLD));
    let more = match others.len() {
        0 => String::new(),
        more => format!(", and {more} more"),
    };
    format!("{module} has: {}{more}.", told.join(", "))
}

/// What a program is made of.
pub struct Parts {
    pub constructs: BTreeSet<Construct>,
    /// What it imports of the library.
    pub modules: BTreeSet<String>,
}

/// Tells what is not supported; finds all that the program is made of.
pub fn check<'a>(compiler: &mut Compiler<'a>, body: &'a [Stmt]) -> Parts {
    let mut bound = Bound {
        names: Vec::new(),
        imported: Vec::new(),
    };
    bound.visit_body(body);
    let mut check = Check {
        compiler,
        bound,
        parts: Parts {
            constructs: BTreeSet::new(),
            modules: BTreeSet::new(),
        },
    };
    check.visit_body(body);
    check.parts
}

/// All names that the program binds anywhere: a function of its own may be called `open`.
struct Bound {
    names: Vec<String>,
    /// Names of modules, with the module that each stands for.
    imported: Vec<(String, String)>,
}

impl Bound {
    /// The module that a name stands for, if it never stands for anything else.
    fn module(&self, name: &str) -> Option<&str> {
        let mut imported = self.imported.iter().filter(|(bound, _)| bound == name);
        let (_, module) = imported.next()?;
        let is_one = imported.all(|(_, other)| other == module);
        (is_one && !self.names.iter().any(|bound| bound == name)).then_some(module)
    }
}

impl<'a> Visitor<'a> for Bound {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(def) = statement {
            self.names.push(def.name.to_string());
            let parameters = def.parameters.iter();
            self.names.extend(parameters.map(|p| p.name().to_string()));
        }
        if let Stmt::Import(import) = statement {
            for alias in &import.names {
                let module = alias.name.as_str();
                let named = match &alias.asname {
                    Some(name) => (name.to_string(), module.to_owned()),
                    None => {
                        let package = module.split('.').next().unwrap_or(module);
                        (package.to_owned(), package.to_owned())
                    }
                };
                self.imported.push(named);
            }
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Name(name) = expression
            && name.ctx == ExprContext::Store
        {
            self.names.push(name.id.to_string());
        }
        visitor::walk_expr(self, expression);
    }
}

struct Check<'c, 'a> {
    compiler: &'c mut Compiler<'a>,
    bound: Bound,
    parts: Parts,
}

impl Check<'_, '_> {
    /// The construct stands there; it is refused if it has to be.
    fn construct(&mut self, construct: Construct, range: TextRange) {
        self.parts.constructs.insert(construct);
        if let Some(instead) = construct.instead() {
            self.compiler.refuse(range, construct.text(), instead);
        }
    }

    fn module(&mut self, name: &str, range: TextRange) {
        let modules = library::modules();
        let inside = format!("{name}.");
        let outside = modules.iter().any(|module| module.starts_with(&inside));
        if name == "__future__" {
            return;
        }
        self.parts.modules.insert(name.to_owned());
        if modules.contains(&name) || outside {
            return;
        }
        let text = format!("the module '{name}'");
        self.compiler.refuse(range, text, &available());
    }

    /// A name of a module is used: it is told if it is not there yet.
    fn name_of_module(&mut self, module: &str, name: &str, range: TextRange) {
        if let Some(offered) = offered::lacking(module, name) {
            let text = format!("{module}.{name} is not there yet");
            self.compiler.refuse(range, text, &instead(&offered, name));
        }
    }

    fn alias(&mut self, alias: &Alias) {
        self.module(alias.name.as_str(), alias.range());
    }
}

impl<'a> Visitor<'a> for Check<'_, 'a> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        let range = match statement {
            Stmt::FunctionDef(def) => def.type_params.as_ref().map(|types| types.range()),
            Stmt::ClassDef(class) => class.type_params.as_ref().map(|types| types.range()),
            _ => None,
        };
        let range = range.unwrap_or(statement.range());
        construct::of_statement(statement, &mut |construct| self.construct(construct, range));
        match statement {
            Stmt::Import(import) => import.names.iter().for_each(|alias| self.alias(alias)),
            Stmt::ImportFrom(import) if import.level == 0 => {
                let module = import
                    .module
                    .as_ref()
                    .map(|name| name.as_str())
                    .unwrap_or_default();
                self.module(module, import.range());
                for alias in &import.names {
                    self.name_of_module(module, alias.name.as_str(), alias.range());
                }
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

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let range = pattern.range();
        construct::of_pattern(pattern, &mut |construct| self.construct(construct, range));
        visitor::walk_pattern(self, pattern);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        let range = expression.range();
        construct::of_expression(expression, &mut |construct| {
            self.construct(construct, range);
        });
        if let Expr::Attribute(attribute) = expression
            && let Expr::Name(name) = &*attribute.value
            && let Some(module) = self.bound.module(name.id.as_str())
        {
            let module = module.to_owned();
            self.name_of_module(&module, attribute.attr.as_str(), range);
        }
        if let Expr::Name(name) = expression
            && name.ctx == ExprContext::Load
            && let Some((text, instead)) =
                FUNCTIONS.iter().find(|(text, _)| *text == name.id.as_str())
            && !self.bound.names.iter().any(|bound| bound == text)
        {
            self.compiler
                .refuse(name.range(), format!("{text}()"), instead);
        }
        visitor::walk_expr(self, expression);
    }
}
