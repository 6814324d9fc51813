//! Scopes: which names a function, class or comprehension binds, and whose variables the
//! others are.

use std::collections::HashMap;

use lockstep_run::python::names::Name;
use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{
    Arguments, Comprehension, ExceptHandler, Expr, ExprContext, Parameters, Pattern, Stmt,
};
use ruff_text_size::{Ranged, TextRange};

use super::Diagnostic;

#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ScopeId(usize);

impl ScopeId {
    pub const MODULE: ScopeId = ScopeId(0);
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Module,
    Class,
    /// Also lambdas.
    Function,
    Comprehension,
}

/// How a scope uses a name.
#[derive(Clone, Copy, Default)]
struct Use {
    bound: bool,
    parameter: bool,
    global: bool,
    nonlocal: bool,
    /// Used by a function inside.
    captured: bool,
    /// Comes from a function outside.
    free: bool,
}

/// Whose variable a name is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Local,
    /// Its own, which functions inside use, too.
    Cell,
    /// A variable of a function outside.
    Free,
    /// A name in a class body.
    Class,
    Global,
}

pub struct Scope {
    pub kind: Kind,
    parent: Option<ScopeId>,
    /// In the order of their first use.
    names: Vec<Name>,
    uses: HashMap<Name, Use>,
    /// The class whose names with two underscores are its own.
    class: Option<String>,
    /// It has a `yield` of its own.
    pub yields: bool,
}

impl Scope {
    fn new(kind: Kind, parent: Option<ScopeId>, class: Option<String>) -> Scope {
        Scope {
            kind,
            parent,
            names: Vec::new(),
            uses: HashMap::new(),
            class,
            yields: false,
        }
    }

    fn use_of(&mut self, name: Name) -> &mut Use {
        if !self.uses.contains_key(&name) {
            self.names.push(name);
        }
        self.uses.entry(name).or_default()
    }

    /// Whose variable the name is here.
    pub fn place(&self, name: Name) -> Place {
        let Some(used) = self.uses.get(&name) else {
            return if self.kind == Kind::Class {
                Place::Class
            } else {
                Place::Global
            };
        };
        if used.free {
            return Place::Free;
        }
        match self.kind {
            _ if used.global => Place::Global,
            Kind::Module => Place::Global,
            Kind::Class if used.captured && name == class_cell() => Place::Cell,
            Kind::Class => Place::Class,
            _ if !used.bound => Place::Global,
            _ if used.captured => Place::Cell,
            _ => Place::Local,
        }
    }

    /// The names that are its own variables or cells, but no parameters.
    pub fn own(&self) -> Vec<Name> {
        let own = |name: &&Name| {
            let place = self.place(**name);
            matches!(place, Place::Local | Place::Cell) && !self.uses[*name].parameter
        };
        self.names.iter().filter(own).copied().collect()
    }

    /// The names that come from functions outside.
    pub fn free(&self) -> Vec<Name> {
        let free = |name: &&Name| self.place(**name) == Place::Free;
        self.names.iter().filter(free).copied().collect()
    }

    /// A name as this scope means it: `__x` in a class is the class's own.
    pub fn name(&self, text: &str) -> Name {
        mangled(self.class.as_deref(), text)
    }

    /// The first name that the class body binds: its own attributes.
    pub fn is_global(&self, name: Name) -> bool {
        self.uses.get(&name).is_some_and(|used| used.global)
    }
}

fn mangled(class: Option<&str>, text: &str) -> Name {
    match class {
        Some(class) if text.starts_with("__") && !text.ends_with("__") && !text.contains('.') => {
            let class = class.trim_start_matches('_');
            if class.is_empty() {
                Name::new(text)
            } else {
                Name::new(&format!("_{class}{text}"))
            }
        }
        _ => Name::new(text),
    }
}

/// The cell that `super()` and `__class__` use.
pub fn class_cell() -> Name {
    lockstep_run::python::names::CLASS
}

pub struct Scopes {
    scopes: Vec<Scope>,
    /// By where its syntax begins and ends.
    by_range: HashMap<TextRange, ScopeId>,
}

impl Scopes {
    pub fn of(body: &[Stmt], source: &str) -> Result<Scopes, Vec<Diagnostic>> {
        let mut builder = Builder {
            scopes: vec![Scope::new(Kind::Module, None, None)],
            by_range: HashMap::new(),
            open: vec![ScopeId::MODULE],
            source,
            errors: Vec::new(),
            depth: 0,
        };
        builder.visit_body(body);
        builder.resolve();
        if builder.errors.is_empty() {
            Ok(Scopes {
                scopes: builder.scopes,
                by_range: builder.by_range,
            })
        } else {
            Err(builder.errors)
        }
    }

    pub fn get(&self, id: ScopeId) -> &Scope {
        &self.scopes[id.0]
    }

    pub fn at(&self, range: TextRange) -> ScopeId {
        self.by_range
            .get(&range)
            .copied()
            .unwrap_or(ScopeId::MODULE)
    }
}

struct Builder<'s> {
    scopes: Vec<Scope>,
    by_range: HashMap<TextRange, ScopeId>,
    open: Vec<ScopeId>,
    source: &'s str,
    errors: Vec<Diagnostic>,
    depth: usize,
}

impl Builder<'_> {
    fn scope(&mut self) -> &mut Scope {
        let id = self.open.last().copied().unwrap_or(ScopeId::MODULE);
        &mut self.scopes[id.0]
    }

    fn error(&mut self, range: TextRange, text: String) {
        self.errors
            .push(Diagnostic::error(self.source, range, text));
    }

    fn bind(&mut self, text: &str) {
        let scope = self.scope();
        let name = scope.name(text);
        scope.use_of(name).bound = true;
    }

    fn read(&mut self, text: &str) {
        let scope = self.scope();
        let name = scope.name(text);
        scope.use_of(name);
        if text == "super" && scope.kind != Kind::Module {
            scope.use_of(class_cell());
        }
    }

    /// A walrus binds in the function around comprehensions.
    fn bind_around(&mut self, text: &str, range: TextRange) {
        let around = self
            .open
            .iter()
            .rposition(|id| self.scopes[id.0].kind != Kind::Comprehension);
        let around = around.unwrap_or(0);
        let inside = around + 1 < self.open.len();
        let id = self.open[around];
        if inside && self.scopes[id.0].kind == Kind::Class {
            let text =
                "assignment expression within a comprehension cannot be used in a class body";
            self.error(range, text.to_owned());
        }
        let name = self.scopes[id.0].name(text);
        let module = self.scopes[id.0].kind == Kind::Module;
        let global = self.scopes[id.0].use_of(name).global;
        self.scopes[id.0].use_of(name).bound = true;
        for id in &self.open[around + 1..] {
            let used = self.scopes[id.0].use_of(name);
            if module || global {
                used.global = true;
            }
        }
    }

    fn open(&mut self, kind: Kind, range: TextRange, class: Option<String>) {
        let parent = self.open.last().copied();
        let class = class.or_else(|| self.scope().class.clone());
        self.scopes.push(Scope::new(kind, parent, class));
        let id = ScopeId(self.scopes.len() - 1);
        self.by_range.insert(range, id);
        self.open.push(id);
    }

    fn close(&mut self) {
        self.open.pop();
    }

    fn parameters(&mut self, parameters: &Parameters) {
        let mut seen = Vec::new();
        for parameter in parameters {
            let text = parameter.name().as_str();
            if seen.contains(&text) {
                let text = format!("duplicate argument '{text}' in function definition");
                self.error(parameter.range(), text);
            }
            seen.push(text);
            let scope = self.scope();
            let name = scope.name(text);
            let used = scope.use_of(name);
            used.bound = true;
            used.parameter = true;
        }
    }

    /// What is evaluated outside of a function: defaults and annotations.
    fn outside(&mut self, parameters: &Parameters) {
        for parameter in parameters {
            if let Some(default) = parameter.default() {
                self.visit_expr(default);
            }
            if let Some(annotation) = parameter.annotation() {
                self.visit_expr(annotation);
            }
        }
    }

    fn comprehension(
        &mut self,
        range: TextRange,
        elements: &[&Expr],
        generators: &[Comprehension],
    ) {
        if let Some(first) = generators.first() {
            self.visit_expr(&first.iter);
        }
        self.open(Kind::Comprehension, range, None);
        for (at, generator) in generators.iter().enumerate() {
            if at > 0 {
                self.visit_expr(&generator.iter);
            }
            self.visit_expr(&generator.target);
            for test in &generator.ifs {
                self.visit_expr(test);
            }
        }
        for element in elements {
            self.visit_expr(element);
        }
        self.close();
    }

    fn declare(&mut self, names: &[ruff_python_ast::Identifier], global: bool) {
        let what = if global { "global" } else { "nonlocal" };
        for identifier in names {
            let text = identifier.as_str();
            if !global && self.scope().kind == Kind::Module {
                self.error(
                    identifier.range(),
                    "nonlocal declaration not allowed at module level".to_owned(),
                );
                continue;
            }
            let scope = self.scope();
            let name = scope.name(text);
            let known = scope.uses.get(&name).copied();
            let wrong = match known {
                Some(used) if used.parameter => {
                    Some(format!("name '{text}' is parameter and {what}"))
                }
                Some(used) if used.nonlocal && global || used.global && !global => {
                    Some(format!("name '{text}' is nonlocal and global"))
                }
                Some(used) if used.bound => Some(format!(
                    "name '{text}' is assigned to before {what} declaration"
                )),
                Some(used) if !used.global && !used.nonlocal => {
                    Some(format!("name '{text}' is used prior to {what} declaration"))
                }
                _ => None,
            };
            let used = scope.use_of(name);
            if global {
                used.global = true;
            } else {
                used.nonlocal = true;
            }
            if let Some(text) = wrong {
                self.error(identifier.range(), text);
            }
        }
    }

    /// Finds the function outside whose variable each name is.
    fn resolve(&mut self) {
        // Parents come before their children, so a name that goes through several
        // functions is found by the outer ones when the inner asks.
        for at in 0..self.scopes.len() {
            for name in self.scopes[at].names.clone() {
                let used = self.scopes[at].uses[&name];
                let own = used.bound && !used.nonlocal && self.scopes[at].kind != Kind::Module;
                if used.global || own || self.scopes[at].kind == Kind::Module {
                    continue;
                }
                let found = self.capture(ScopeId(at), name);
                if used.nonlocal && !found {
                    let text = format!("no binding for nonlocal '{}' found", name.text());
                    self.errors
                        .push(Diagnostic::error(self.source, TextRange::default(), text));
                }
            }
        }
    }

    /// Whether a function outside has the variable; then all between hand it on.
    fn capture(&mut self, id: ScopeId, name: Name) -> bool {
        let mut chain = vec![id];
        let mut next = self.scopes[id.0].parent;
        while let Some(id) = next {
            let scope = &self.scopes[id.0];
            let used = scope.uses.get(&name).copied().unwrap_or_default();
            let function = matches!(scope.kind, Kind::Function | Kind::Comprehension);
            let class_itself = scope.kind == Kind::Class && name == class_cell();
            if class_itself || function && used.bound && !used.global && !used.nonlocal {
                self.scopes[id.0].use_of(name).captured = true;
                for inner in chain {
                    self.scopes[inner.0].use_of(name).free = true;
                }
                return true;
            }
            if function && used.global {
                return false;
            }
            if scope.kind != Kind::Module {
                chain.push(id);
            }
            next = scope.parent;
        }
        false
    }
}

/// Visited more deeply, a program is refused later.
const DEEPEST: usize = 400;

impl<'a> Visitor<'a> for Builder<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        match statement {
            Stmt::FunctionDef(def) => {
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                self.outside(&def.parameters);
                if let Some(returns) = &def.returns {
                    self.visit_expr(returns);
                }
                self.bind(def.name.as_str());
                self.open(Kind::Function, def.range(), None);
                self.parameters(&def.parameters);
                self.visit_body(&def.body);
                self.close();
            }
            Stmt::ClassDef(class) => {
                for decorator in &class.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                if let Some(arguments) = &class.arguments {
                    self.visit_arguments(arguments);
                }
                self.bind(class.name.as_str());
                self.open(Kind::Class, class.range(), Some(class.name.to_string()));
                self.visit_body(&class.body);
                self.close();
            }
            Stmt::Global(global) => self.declare(&global.names, true),
            Stmt::Nonlocal(nonlocal) => self.declare(&nonlocal.names, false),
            Stmt::Import(import) => {
                for alias in &import.names {
                    let bound = match &alias.asname {
                        Some(name) => name.as_str(),
                        None => alias.name.as_str().split('.').next().unwrap_or_default(),
                    };
                    self.bind(bound);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().unwrap_or(&alias.name);
                    if name.as_str() != "*" {
                        self.bind(name.as_str());
                    }
                }
            }
            Stmt::AnnAssign(assign) => {
                self.visit_expr(&assign.annotation);
                if let Some(value) = &assign.value {
                    self.visit_expr(value);
                }
                self.visit_expr(&assign.target);
            }
            Stmt::AugAssign(assign) => {
                if let Expr::Name(name) = &*assign.target {
                    self.read(name.id.as_str());
                    self.bind(name.id.as_str());
                } else {
                    self.visit_expr(&assign.target);
                }
                self.visit_expr(&assign.value);
            }
            _ => visitor::walk_stmt(self, statement),
        }
        self.depth -= 1;
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        if self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        match expression {
            Expr::Name(name) => match name.ctx {
                ExprContext::Store | ExprContext::Del => self.bind(name.id.as_str()),
                ExprContext::Load | ExprContext::Invalid => self.read(name.id.as_str()),
            },
            Expr::Named(named) => {
                self.visit_expr(&named.value);
                if let Expr::Name(name) = &*named.target {
                    self.bind_around(name.id.as_str(), named.range());
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.outside(parameters);
                }
                self.open(Kind::Function, lambda.range(), None);
                if let Some(parameters) = &lambda.parameters {
                    self.parameters(parameters);
                }
                self.visit_expr(&lambda.body);
                self.close();
            }
            Expr::ListComp(comp) => {
                self.comprehension(comp.range(), &[&comp.elt], &comp.generators)
            }
            Expr::SetComp(comp) => self.comprehension(comp.range(), &[&comp.elt], &comp.generators),
            Expr::Generator(comp) => {
                self.comprehension(comp.range(), &[&comp.elt], &comp.generators)
            }
            Expr::DictComp(comp) => {
                let mut elements: Vec<&Expr> = Vec::new();
                elements.extend(comp.key.as_deref());
                elements.push(&comp.value);
                self.comprehension(comp.range(), &elements, &comp.generators);
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.scope().yields = true;
                visitor::walk_expr(self, expression);
            }
            _ => visitor::walk_expr(self, expression),
        }
        self.depth -= 1;
    }

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(inner) = handler;
        if let Some(class) = &inner.type_ {
            self.visit_expr(class);
        }
        if let Some(name) = &inner.name {
            self.bind(name.as_str());
        }
        self.visit_body(&inner.body);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let bound = match pattern {
            Pattern::MatchAs(pattern) => pattern.name.as_ref(),
            Pattern::MatchStar(pattern) => pattern.name.as_ref(),
            Pattern::MatchMapping(pattern) => pattern.rest.as_ref(),
            _ => None,
        };
        if let Some(name) = bound {
            self.bind(name.as_str());
        }
        visitor::walk_pattern(self, pattern);
    }

    fn visit_arguments(&mut self, arguments: &'a Arguments) {
        visitor::walk_arguments(self, arguments);
    }
}
