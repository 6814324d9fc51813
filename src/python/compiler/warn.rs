//! What runs, but hardly as it is meant: programs of threads that many have written.

use ruff_python_ast::visitor::{self, Visitor};
use ruff_python_ast::{Expr, ExprCall, Stmt, StmtFunctionDef};
use ruff_text_size::{Ranged, TextRange};

use super::{Diagnostic, Severity};

/// The warnings for a program.
pub fn warnings(source: &str, body: &[Stmt]) -> Vec<Diagnostic> {
    let mut warn = Warn {
        source,
        warnings: Vec::new(),
        threads: Vec::new(),
        started: Vec::new(),
    };
    warn.visit_body(body);
    for (name, range) in std::mem::take(&mut warn.threads) {
        if !warn.started.contains(&name) {
            let text = format!("start() of '{name}' is never called");
            warn.warn(range, text, &format!("Write {name}.start()."));
        }
    }
    warn.warnings
}

struct Warn<'s> {
    source: &'s str,
    warnings: Vec<Diagnostic>,
    /// Names that a thread is bound to.
    threads: Vec<(String, TextRange)>,
    /// Names that are used in any other way, and may be started there.
    started: Vec<String>,
}

/// Classes that run a function: `target` or the first argument.
const RUNNERS: &[&str] = &["Thread", "Timer", "Process", "submit"];
const LOCKS: &[&str] = &[
    "Lock",
    "RLock",
    "Semaphore",
    "BoundedSemaphore",
    "Condition",
];

/// The last part of what is called: `Thread` of `threading.Thread(…)`.
fn called(call: &ExprCall) -> &str {
    match &*call.func {
        Expr::Name(name) => name.id.as_str(),
        Expr::Attribute(attribute) => attribute.attr.as_str(),
        _ => "",
    }
}

impl Warn<'_> {
    fn warn(&mut self, range: TextRange, text: String, help: &str) {
        let mut diagnostic = Diagnostic::error(self.source, range, text);
        diagnostic.severity = Severity::Warning;
        diagnostic.help = Some(help.to_owned());
        self.warnings.push(diagnostic);
    }

    /// `Thread(target=f())` calls f at once.
    fn target(&mut self, call: &ExprCall) {
        let name = called(call);
        if !RUNNERS.contains(&name) {
            return;
        }
        let keywords = call.arguments.keywords.iter();
        let mut keywords =
            keywords.filter(|k| k.arg.as_ref().is_some_and(|arg| arg.as_str() == "target"));
        let target = match name {
            "submit" => call.arguments.args.first(),
            _ => keywords.next().map(|keyword| &keyword.value),
        };
        if let Some(Expr::Call(inner)) = target
            && !matches!(called(inner), "partial" | "")
        {
            let function = called(inner);
            let text = format!("{function}() is called at once, and its result is the target");
            let help = "Leave out the parentheses; arguments go into args=(…).";
            self.warn(inner.range(), text, help);
        }
    }

    /// A lock that every call makes for itself excludes nobody.
    fn own_lock(&mut self, def: &StmtFunctionDef) {
        // A coroutine that makes locks is the program's main one: it hands them to its tasks.
        if def.is_async {
            return;
        }
        let mut locks: Vec<(&str, TextRange)> = Vec::new();
        for statement in &def.body {
            match statement {
                Stmt::Assign(assign) => {
                    if let (Expr::Call(call), [Expr::Name(name)]) =
                        (&*assign.value, &assign.targets[..])
                        && LOCKS.contains(&called(call))
                    {
                        locks.push((name.id.as_str(), assign.range()));
                    }
                }
                Stmt::With(with) => {
                    for item in &with.items {
                        let used = |(name, _): &&(&str, TextRange)| matches!(&item.context_expr, Expr::Name(n) if n.id.as_str() == *name);
                        if let Some((name, range)) = locks.iter().find(used).copied() {
                            let text = format!(
                                "the lock '{name}' is made anew in each call, so it excludes nobody"
                            );
                            self.warn(range, text, "Make it once, outside of the function.");
                        }
                        if let Expr::Call(call) = &item.context_expr
                            && LOCKS.contains(&called(call))
                        {
                            let text = "this lock is made anew each time, so it excludes nobody"
                                .to_owned();
                            self.warn(call.range(), text, "Make it once, and use its name here.");
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

impl<'a> Visitor<'a> for Warn<'_> {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        if let Stmt::FunctionDef(def) = statement {
            self.own_lock(def);
        }
        if let Stmt::Assign(assign) = statement
            && let (Expr::Call(call), [Expr::Name(name)]) = (&*assign.value, &assign.targets[..])
            && called(call) == "Thread"
        {
            self.threads.push((name.id.to_string(), assign.range()));
            self.visit_expr(&assign.value);
            return;
        }
        visitor::walk_stmt(self, statement);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => {
                self.target(call);
                // `t.join()` and the like do not start it.
                if let Expr::Attribute(attribute) = &*call.func
                    && let Expr::Name(name) = &*attribute.value
                    && attribute.attr.as_str() != "start"
                    && self
                        .threads
                        .iter()
                        .any(|(thread, _)| thread == name.id.as_str())
                {
                    call.arguments
                        .args
                        .iter()
                        .for_each(|arg| self.visit_expr(arg));
                    return;
                }
            }
            Expr::Name(name) => self.started.push(name.id.to_string()),
            _ => {}
        }
        visitor::walk_expr(self, expression);
    }
}
