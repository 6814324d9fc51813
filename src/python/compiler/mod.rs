//! Python's syntax tree to code objects.
//!
//! | where | what |
//! |---|---|
//! | [`scope`] | which variables a function has, and which belong to others |
//! | [`unit`] | the code object that is being made: instructions, labels, constants |
//! | [`variable`] | reading, binding and deleting names and other targets |
//! | [`expression`], [`call`], [`fstring`], [`comprehension`] | expressions |
//! | [`statement`], [`flow`], [`attempt`], [`with`], [`pattern`] | statements: loops and jumps; `try`; `with`; `match` |
//! | [`function`], [`class`] | `def`, `lambda`, `class` |
//! | [`library`] | modules of the library that are written in Python |
//! | [`offered`] | what all modules of the library have |
//! | [`construct`] | the table of all constructs, and which of them are refused |
//! | [`diagnostic`], [`syntax`], [`nesting`], [`refuse`], [`warn`] | what is wrong, too deep, not supported, or strange |

mod attempt;
mod call;
mod class;
mod comprehension;
mod construct;
mod diagnostic;
mod expression;
mod flow;
mod fstring;
mod function;
mod library;
mod nesting;
mod offered;
mod pattern;
mod refuse;
mod scope;
mod statement;
mod syntax;
mod unit;
mod variable;
mod warn;
mod with;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use lockstep_run::python::code::{Code, Instruction, Kind, Program, forever};
use lockstep_run::python::names::Name;
use ruff_python_ast::Stmt;
use ruff_text_size::{Ranged, TextRange};

pub use construct::Construct;
pub use diagnostic::{Diagnostic, Severity};
pub use library::modules;
#[cfg(target_arch = "wasm32")]
pub use library::provide;
pub use offered::{Offered, offered};
use refuse::Parts;
use scope::{Scope, ScopeId, Scopes};
use unit::Unit;

/// The largest source, in bytes.
pub const LARGEST: usize = 64 << 10;

pub struct Compiled {
    pub program: &'static Program,
    pub warnings: Vec<Diagnostic>,
    /// What the program is made of.
    pub constructs: BTreeSet<Construct>,
    /// What it imports of the library, itself and through other modules.
    pub modules: BTreeSet<String>,
    /// Files of the library that it needs and that were not provided: it is to be compiled
    /// again with them. There are none but in the browser.
    pub missing: Vec<&'static str>,
}

/// Compiles a program; or says what is wrong with it.
pub fn compile(source: &str, file: &str) -> Result<Compiled, Vec<Diagnostic>> {
    syntax::check_size(source)?;
    let module = module_of(source, true)?;
    let links = library::link(&module.parts.modules, source);
    let program = forever(Program {
        file: file.to_owned(),
        source: source.to_owned(),
        code: module.code,
        globals: module.globals,
        library: links.linked,
        bindings: OnceLock::new(),
    });
    Ok(Compiled {
        program,
        warnings: module.warnings,
        constructs: module.parts.constructs,
        modules: links.all,
        missing: links.missing,
    })
}

/// A compiled module.
struct Module {
    code: &'static Code,
    globals: Vec<Name>,
    parts: Parts,
    warnings: Vec<Diagnostic>,
}

/// Compiles a module; if it `is_checked`, what programs may not use is an error.
fn module_of(source: &str, is_checked: bool) -> Result<Module, Vec<Diagnostic>> {
    let module = syntax::parse(source)?;
    let scopes = Scopes::of(module.suite(), source)?;
    let mut compiler = Compiler::new(source, scopes);
    let parts = refuse::check(&mut compiler, module.suite());
    if !is_checked {
        compiler.diagnostics.clear();
    }
    compiler.module(module.suite());
    let warnings = warn::warnings(source, module.suite());
    if !compiler.diagnostics.is_empty() {
        compiler.diagnostics.sort_by_key(|d| (d.start, d.end));
        return Err(compiler.diagnostics);
    }
    let doc = compiler.doc(module.suite());
    let unit = compiler
        .units
        .pop()
        .unwrap_or_else(|| Unit::new("<module>", Kind::Plain));
    Ok(Module {
        code: forever(unit.finish("<module>".to_owned(), doc, true)),
        globals: compiler.globals,
        parts,
        warnings,
    })
}

struct Compiler<'a> {
    source: &'a str,
    /// Where each line begins.
    lines: Vec<u32>,
    scopes: Scopes,
    /// The scopes of the units, outermost first.
    open: Vec<ScopeId>,
    units: Vec<Unit<'a>>,
    globals: Vec<Name>,
    global_slots: HashMap<Name, u32>,
    diagnostics: Vec<Diagnostic>,
    /// How deep expressions and statements are nested at this place.
    depth: usize,
    /// How many were compiled; those of a `finally` once for each way out.
    compiled: usize,
}

/// Nested deeper, a program is refused: the compiler is recursive.
const DEEPEST: usize = 180;

/// More expressions and statements are refused. No source of the largest size has so many,
/// but where `finally` is nested in `finally` each is compiled twice as often as the one
/// around it.
const MOST: usize = 200_000;

impl<'a> Compiler<'a> {
    fn new(source: &'a str, scopes: Scopes) -> Compiler<'a> {
        Compiler {
            source,
            lines: diagnostic::line_starts(source),
            scopes,
            open: Vec::new(),
            units: Vec::new(),
            globals: Vec::new(),
            global_slots: HashMap::new(),
            diagnostics: Vec::new(),
            depth: 0,
            compiled: 0,
        }
    }

    fn module(&mut self, body: &'a [Stmt]) {
        self.open.push(ScopeId::MODULE);
        self.units.push(Unit::new("<module>", Kind::Plain));
        self.body(body);
        self.emit(Instruction::None);
        self.emit(Instruction::Return);
    }

    fn unit(&mut self) -> &mut Unit<'a> {
        self.units
            .last_mut()
            .expect("a unit is open while code is made")
    }

    fn scope(&self) -> &Scope {
        let id = self.open.last().copied().unwrap_or(ScopeId::MODULE);
        self.scopes.get(id)
    }

    fn emit(&mut self, instruction: Instruction) {
        self.unit().emit(instruction);
    }

    /// What follows belongs to the line where this begins.
    fn at(&mut self, node: &impl Ranged) {
        let line = self.line_of(node.range().start().to_u32());
        self.unit().line = line;
    }

    fn line_of(&self, offset: u32) -> u32 {
        self.lines.partition_point(|start| *start <= offset) as u32
    }

    /// Something nested; or a diagnostic, where it is nested too deeply.
    fn nested(&mut self, range: TextRange, body: impl FnOnce(&mut Self)) {
        self.compiled += 1;
        if self.compiled >= MOST {
            if self.compiled == MOST {
                let text = "this is too long: each finally is compiled for each way out of it";
                self.refuse(range, text, "Put what a finally does into a function.");
            }
            return;
        }
        if self.depth >= DEEPEST {
            let text = "this is nested too deeply";
            self.refuse(
                range,
                text,
                "Split it into several statements or functions.",
            );
            return;
        }
        self.depth += 1;
        body(self);
        self.depth -= 1;
    }

    fn error(&mut self, range: TextRange, text: impl Into<String>) {
        let diagnostic = Diagnostic::error(self.source, range, text.into());
        self.diagnostics.push(diagnostic);
    }

    /// Something that Python has and that is not supported here.
    fn refuse(&mut self, range: TextRange, text: impl Into<String>, instead: &str) {
        let mut diagnostic = Diagnostic::error(self.source, range, text.into());
        diagnostic.severity = Severity::Unsupported;
        diagnostic.help = Some(instead.to_owned());
        self.diagnostics.push(diagnostic);
    }

    /// The slot of a module's variable.
    fn global(&mut self, name: Name) -> u32 {
        let next = self.globals.len() as u32;
        let slot = *self.global_slots.entry(name).or_insert(next);
        if slot == next {
            self.globals.push(name);
        }
        slot
    }
}
