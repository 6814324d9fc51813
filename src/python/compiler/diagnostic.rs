//! What the compiler says about a program.

use std::fmt::Write;

use ruff_text_size::TextRange;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// CPython would not take it, either.
    Syntax,
    /// Python has it, and Lockstep has not.
    Unsupported,
    /// It runs, but hardly as it is meant.
    Warning,
}

/// A remark on a range of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// From 1, as `column`, which counts characters.
    pub line: u32,
    pub column: u32,
    /// In bytes.
    pub start: u32,
    pub end: u32,
    pub text: String,
    /// What to write instead.
    pub help: Option<String>,
}

/// The offsets at which lines begin.
pub fn line_starts(source: &str) -> Vec<u32> {
    let ends = source
        .bytes()
        .zip(1u32..)
        .filter(|(byte, _)| *byte == b'\n');
    std::iter::once(0).chain(ends.map(|(_, at)| at)).collect()
}

impl Diagnostic {
    pub fn error(source: &str, range: TextRange, text: String) -> Diagnostic {
        let (start, end) = (range.start().to_u32(), range.end().to_u32());
        let start = start.min(source.len() as u32);
        let before = source.get(..start as usize).unwrap_or_default();
        let line = before.matches('\n').count() as u32 + 1;
        let in_line = before.rsplit('\n').next().unwrap_or_default();
        Diagnostic {
            severity: Severity::Syntax,
            line,
            column: in_line.chars().count() as u32 + 1,
            start,
            end,
            text,
            help: None,
        }
    }

    /// For a terminal, in the form of CPython's errors.
    pub fn to_text(&self, source: &str, file: &str) -> String {
        let mut told = String::new();
        let line = source
            .lines()
            .nth(self.line as usize - 1)
            .unwrap_or_default();
        let kind = match self.severity {
            Severity::Syntax => match self.text.split_once(": ") {
                Some((kind, _)) if kind.ends_with("Error") => "",
                _ => "SyntaxError: ",
            },
            Severity::Unsupported => "Not supported: ",
            Severity::Warning => "Warning: ",
        };
        // Writing to a string cannot fail.
        let _ = writeln!(told, "  File \"{file}\", line {}", self.line);
        let _ = writeln!(told, "    {}", line.trim());
        let _ = writeln!(told, "{kind}{}", self.text);
        if let Some(help) = &self.help {
            let _ = writeln!(told, "{help}");
        }
        told
    }
}
