//! Expressions without parts: literals and variables, and exceptions.

use super::Generator;
use crate::program::{Expr, Kind};

/// The kinds that `$any` may be.
pub const PLAIN: &[Kind] = &[
    Kind::Int,
    Kind::Int,
    Kind::Float,
    Kind::Str,
    Kind::Str,
    Kind::Bytes,
    Kind::Bool,
    Kind::List,
    Kind::Strs,
    Kind::Tuple,
    Kind::Dict,
    Kind::Set,
];

/// Where values change how they behave, and some in between.
#[rustfmt::skip]
fn literals(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Int => &[
            "0", "1", "2", "3", "-1", "7", "10", "-5", "42", "100", "255", "-256", "257", "1000",
            "65536", "2147483647", "-2147483648", "4611686018427387904", "9223372036854775807",
            "-9223372036854775808", "9223372036854775808", "18446744073709551615", "10 ** 19",
            "True", "0x1F", "0b101", "1_000",
        ],
        Kind::Small => &["0", "1", "2", "3", "4", "5"],
        Kind::Exact => &["0", "1", "2", "5", "8", "-1", "16", "33", "100", "1000", "2 ** 40"],
        Kind::Float => &[
            "0.0", "-0.0", "1.0", "0.5", "1.5", "2.5", "-2.25", "0.1", "3.14159", "100.0", "1e16",
            "1e-5", "123456.789", "2.675", "1e22", "-1e100", "5e-324", "1e308", "float('inf')",
            "float('nan')", "0.3333333333333333", "1234567890.125",
        ],
        Kind::Str => &[
            "''", "'a'", "'b'", "'abc'", "'Hello World'", "' x  y '", "'aXbXc'", "'12'", "'-7'",
            "'1.5'", "'it is'", "\"it's\"", "'say \"a\"'", "'ABC'", "'a1'", "'été'", "'☃😀'",
            "'ß'", "'banana'", "'a-b-c'", "'tab\\tend'", "'two\\nlines'", "'{}'", "'%s'", "'١٢'",
            "'\\x00\\x7f'", "'über'", "'  '", "'title Case'", "'aaa'",
        ],
        Kind::Bytes => &["b''", "b'abc'", "b'a,b'", "b' Az '", "b'\\x00\\xff'", "b'12'", "b\"it's\""],
        Kind::Bool => &["True", "False"],
        Kind::List => &["[]", "[1]", "[1, 2, 3]", "[3, -1, 2]", "[5, 5, 0]", "[2, 1, 10, 4]"],
        Kind::Strs => &["[]", "['a']", "['a', 'b']", "['b', 'A', '']", "['12', '3', 'x']", "['fig', 'apple', 'kiwi']"],
        Kind::Tuple => &["()", "(1,)", "(1, 2)", "(3, 1, 2)"],
        Kind::Dict => &["{}", "{'a': 1}", "{'a': 1, 'b': 2}", "{'z': 0, 'b': 5, 'a': 3}"],
        Kind::Set => &["set()", "{1}", "{1, 2, 3}", "{8, 1, 33}", "{0, -1, 64}"],
        Kind::Iter => &["range(3)", "[4, 2]", "(1, 2)", "iter([2, 3])", "{'a': 5}.values()", "range(0)"],
        Kind::Any => &["None", "None", "...", "int", "len", "NotImplemented", "ValueError"],
        Kind::Key => &["'a'", "'b'", "'c'", "'z'"],
        Kind::Error | Kind::ErrorClass | Kind::Object(_) => &["None"],
    }
}

const ERRORS: &[&str] = &[
    "ValueError($str)",
    "ValueError($any, $int)",
    "TypeError($str)",
    "KeyError($key)",
    "IndexError($any)",
    "RuntimeError($str)",
    "ZeroDivisionError()",
    "LookupError($int)",
    "ArithmeticError($str)",
    "NotImplementedError()",
    "OSError($str)",
    "AssertionError($any)",
    "StopAsyncIteration($int)",
    "EOFError()",
    "OverflowError($str)",
    "UnicodeError($str)",
    "Exception($any)",
    "AttributeError($str)",
    "NameError($str)",
    "TimeoutError($str)",
    "ConnectionError($str, $int)",
    "PermissionError($int, $str)",
    "BufferError($any)",
    "ImportError($str)",
    "RecursionError($str)",
    "UnboundLocalError($str)",
];

const ERROR_CLASSES: &[&str] = &[
    "ValueError",
    "TypeError",
    "KeyError",
    "(ValueError, KeyError)",
    "LookupError",
    "ArithmeticError",
    "ZeroDivisionError",
    "(TypeError, IndexError, RuntimeError)",
    "NameError",
    "OSError",
    "RuntimeError",
    "AttributeError",
];

impl Generator {
    /// A variable that is there, or a literal.
    pub fn atom(&mut self, kind: Kind) -> Expr {
        let there: Vec<String> = (self.vars.iter())
            .filter(|var| var.kind == kind)
            .map(|var| var.name.clone())
            .collect();
        if !there.is_empty() && !self.rng.one_in(3) {
            // Later ones more often.
            let at = self.rng.below(there.len()).max(self.rng.below(there.len()));
            return Expr::atom(kind, there[at].clone());
        }
        if self.may_raise && self.rng.one_in(150) {
            return Expr::atom(kind, format!("v{}", 1 + self.rng.below(self.names + 1)));
        }
        loop {
            let literal = *self.rng.pick(literals(kind));
            if !(self.in_fstring && literal.contains('\\')) {
                let is_power = literal.contains("**");
                let text = if is_power {
                    format!("({literal})")
                } else {
                    literal.to_owned()
                };
                return Expr::atom(kind, text);
            }
        }
    }

    /// An exception, or what catches some.
    pub fn error(&mut self, kind: Kind, depth: usize) -> Expr {
        let own: Vec<String> = (self.classes.iter())
            .filter(|class| class.is_error)
            .map(|class| class.name.clone())
            .collect();
        let is_own = !own.is_empty() && self.rng.one_in(2);
        if kind == Kind::ErrorClass {
            let text = if is_own {
                self.rng.pick(&own).clone()
            } else {
                (*self.rng.pick(ERROR_CLASSES)).to_owned()
            };
            return Expr::atom(kind, text);
        }
        let text = if is_own {
            format!("{}($any)", self.rng.pick(&own))
        } else {
            (*self.rng.pick(ERRORS)).to_owned()
        };
        let pieces = self.fill(&text, &mut super::Names::default(), depth.min(1));
        Expr { kind, pieces }
    }
}
