//! How deep a source is nested, before it is parsed.
//!
//! Parser, compiler and the syntax tree's own drop are recursive, and a worker's stack is a
//! megabyte. So a look at the tokens bounds the depth of the tree: brackets and blocks, and
//! chains as `1 + 1 + …` or `f()()…`, whose tree is as deep as they are long.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// Brackets within brackets; CPython allows 200.
const BRACKETS: usize = 100;

/// Blocks within blocks, as CPython.
const BLOCKS: usize = 100;

/// Brackets, and operators, calls, attributes and subscripts around them.
const LEVELS: usize = 170;

/// What is too deep, and the position after it.
pub fn too_deep(source: &str) -> Option<(usize, &'static str)> {
    let text = look(source)?;
    // The lexer keeps its position to itself: the shortest beginning that is too deep.
    let ends: Vec<usize> = source.char_indices().map(|(at, _)| at).collect();
    let at = ends.partition_point(|at| look(&source[..*at]).is_none());
    Some((ends.get(at).copied().unwrap_or(source.len()), text))
}

/// An open bracket, or the statement itself.
#[derive(Default)]
struct Level {
    /// Operators and the like since the last comma.
    chain: usize,
    /// A lambda's commas separate its parameters, so its body is within all of them.
    lambdas: usize,
}

fn look(source: &str) -> Option<&'static str> {
    let mut lexer = lexer::lex(source, Mode::Module);
    let mut blocks = 0usize;
    let mut levels = vec![Level::default()];
    // The sum over all levels.
    let mut depth = 0;
    loop {
        let kind = lexer.next_token();
        let level = levels.last_mut()?;
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Indent => blocks += 1,
            TokenKind::Dedent => blocks = blocks.saturating_sub(1),
            TokenKind::Newline | TokenKind::Semi => {
                levels.clear();
                levels.push(Level::default());
                depth = 0;
            }
            TokenKind::Comma => depth -= std::mem::take(&mut level.chain),
            TokenKind::Lambda => {
                level.lambdas += 1;
                depth += 1;
            }
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                levels.push(Level::default());
                depth += 1;
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                // The bracket's own one is now that of a call or subscript, maybe.
                depth -= level.chain + level.lambdas;
                levels.pop();
                match levels.last_mut() {
                    Some(outer) => outer.chain += 1,
                    None => {
                        levels.push(Level::default());
                        depth = 0;
                    }
                }
            }
            _ if is_operator(kind) => {
                level.chain += 1;
                depth += 1;
            }
            _ => {}
        }
        if blocks > BLOCKS {
            return Some("IndentationError: too many levels of indentation");
        }
        if levels.len() > BRACKETS + 1 {
            return Some("too many nested parentheses");
        }
        if depth > LEVELS {
            return Some("this is nested too deeply");
        }
    }
}

/// What makes the tree deeper by one.
fn is_operator(kind: TokenKind) -> bool {
    kind.is_operator()
        || matches!(
            kind,
            TokenKind::Dot
                | TokenKind::And
                | TokenKind::Or
                | TokenKind::Not
                | TokenKind::Is
                | TokenKind::In
                | TokenKind::If
                | TokenKind::Else
                | TokenKind::For
                | TokenKind::Await
                | TokenKind::Yield
                | TokenKind::ColonEqual
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_is_not_deep() {
        for source in [
            "x = [".to_owned() + &"(1, -2), ".repeat(5_000) + "]",
            "f(1)\n".repeat(5_000),
            "x = 1 + 1; ".repeat(5_000),
            "x = {".to_owned() + &"1: lambda x: x, ".repeat(100) + "}",
            "1 + ".repeat(150) + "1",
        ] {
            assert_eq!(too_deep(&source), None, "{source}");
        }
    }

    #[test]
    fn chains_and_brackets_are_deep() {
        let deep = Some("this is nested too deeply");
        for (source, text) in [
            ("(".repeat(101), Some("too many nested parentheses")),
            ("1 + ".repeat(200) + "1", deep),
            ("x".to_owned() + &"()".repeat(200), deep),
            ("x".to_owned() + &".a".repeat(200), deep),
            ("lambda x, y=".repeat(200), deep),
        ] {
            assert_eq!(too_deep(&source).map(|(_, text)| text), text, "{source}");
        }
        assert_eq!(too_deep(&"(".repeat(200)).map(|(at, _)| at), Some(101));
    }
}
