//! Parsing, and its errors in CPython's words.

use ruff_python_ast::ModModule;
use ruff_python_parser::{LexicalErrorType, ParseError, ParseErrorType, Parsed, parse_module};
use ruff_text_size::{TextRange, TextSize};

use super::{Diagnostic, LARGEST, Severity, nesting};

pub fn check_size(source: &str) -> Result<(), Vec<Diagnostic>> {
    if source.len() <= LARGEST {
        return Ok(());
    }
    let range = TextRange::new(
        TextSize::from(LARGEST as u32),
        TextSize::from(LARGEST as u32),
    );
    let text = format!("the program is larger than {} KB", LARGEST >> 10);
    let mut diagnostic = Diagnostic::error("", range, text);
    diagnostic.severity = Severity::Unsupported;
    diagnostic.help = Some("Leave out what the question is not about.".to_owned());
    Err(vec![diagnostic])
}

/// The syntax tree, or the first error.
pub fn parse(source: &str) -> Result<Parsed<ModModule>, Vec<Diagnostic>> {
    if let Some((at, text)) = nesting::too_deep(source) {
        let at = TextSize::from(at as u32);
        let range = TextRange::new(at, at);
        return Err(vec![Diagnostic::error(source, range, text.to_owned())]);
    }
    parse_module(source).map_err(|error| vec![told(source, &error)])
}

fn told(source: &str, error: &ParseError) -> Diagnostic {
    let range = error.location;
    let written = source
        .get(range.start().to_usize()..range.end().to_usize())
        .unwrap_or_default();
    if let ParseErrorType::Lexical(LexicalErrorType::UnicodeError) = error.error
        && source[..range.start().to_usize()].ends_with("\\N{")
    {
        return unnamed(source, range);
    }
    let text = match &error.error {
        ParseErrorType::UnexpectedIndentation => "IndentationError: unexpected indent".to_owned(),
        ParseErrorType::OtherError(text) if text.starts_with("Expected an indented block") => {
            let rest = text.trim_start_matches("Expected an indented block");
            format!("IndentationError: expected an indented block{rest}")
        }
        ParseErrorType::InvalidAssignmentTarget => cannot_assign(written),
        ParseErrorType::PositionalAfterKeywordArgument => {
            "positional argument follows keyword argument".to_owned()
        }
        ParseErrorType::PositionalAfterKeywordUnpacking => {
            "positional argument follows keyword argument unpacking".to_owned()
        }
        ParseErrorType::NonDefaultParamAfterDefaultParam => {
            "non-default argument follows default argument".to_owned()
        }
        ParseErrorType::ExpectedToken { expected, .. } => {
            match expected.to_string().trim_matches(['\'', '`']) {
                ":" => "expected ':'".to_owned(),
                _ => "invalid syntax".to_owned(),
            }
        }
        ParseErrorType::ExpectedExpression | ParseErrorType::SimpleStatementsOnSameLine => {
            "invalid syntax".to_owned()
        }
        other => {
            let text = other.to_string();
            let mut chars = text.chars();
            let first = chars
                .next()
                .map(|c| c.to_lowercase().to_string())
                .unwrap_or_default();
            first + chars.as_str()
        }
    };
    let mut diagnostic = Diagnostic::error(source, range, text);
    diagnostic.help = hint(source, range);
    diagnostic
}

/// The parser has no table of names of characters (`compile/unicode_names2`).
fn unnamed(source: &str, range: TextRange) -> Diagnostic {
    let text = "names of characters (\\N{…})".to_owned();
    let mut diagnostic = Diagnostic::error(source, range, text);
    diagnostic.severity = Severity::Unsupported;
    diagnostic.help = Some("Write the character itself, or its number: \\u2022.".to_owned());
    diagnostic
}

fn cannot_assign(written: &str) -> String {
    let what = match written {
        "None" | "True" | "False" => return format!("cannot assign to {written}"),
        _ if written.starts_with(|c: char| c.is_ascii_digit() || c == '"' || c == '\'') => {
            "literal"
        }
        _ if written.ends_with(')') => "function call",
        _ => "expression",
    };
    format!("cannot assign to {what} here. Maybe you meant '==' instead of '='?")
}

/// What is often meant where the syntax is wrong.
fn hint(source: &str, range: TextRange) -> Option<String> {
    let before = source.get(..range.start().to_usize())?;
    let line = before.rsplit('\n').next()?.trim_start();
    if line.starts_with("print ") {
        return Some("Missing parentheses in call to 'print'. Did you mean print(...)?".to_owned());
    }
    let name = line.split_whitespace().next()?;
    ["elseif", "else if"]
        .contains(&name)
        .then(|| "Python writes elif.".to_owned())
}
