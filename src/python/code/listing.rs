//! A code object as text, for tests and for whoever works on the compiler.

use std::fmt::Write;

use super::Code;
use crate::python::values::Value;

/// The instructions with their lines, then the handlers, then the same for the code
/// objects among the constants.
pub fn listing(code: &Code) -> String {
    let mut out = format!("{}:\n", code.qualified);
    let mut line = 0;
    for (at, instruction) in code.instructions.iter().enumerate() {
        let shown = if code.lines[at] == line {
            String::new()
        } else {
            line = code.lines[at];
            line.to_string()
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{shown:>5} {at:>4}  {instruction}");
    }
    for handler in &code.handlers {
        let _ = writeln!(
            out,
            "      {}..{} → {} with {}",
            handler.start, handler.end, handler.target, handler.depth
        );
    }
    for constant in &code.constants {
        if let Value::Code(code) = constant {
            out.push('\n');
            out.push_str(&listing(code));
        }
    }
    out
}
