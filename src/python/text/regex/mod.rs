//! Regular expressions with the meaning of CPython's `re`: a backtracking matcher.
//!
//! The crates that are small enough for a module of the site know neither look-around nor
//! references nor Unicode's classes, and those that do are larger than the machine. A pattern
//! is parsed into a tree ([`syntax`]), which becomes a program ([`program`]) that is run with
//! a stack of its own ([`matcher`]), so that no pattern recurses in Rust for each character.

mod classes;
mod matcher;
mod program;
mod syntax;

pub use matcher::{Mode, Part, Spans};
pub use syntax::{Flags, Wrong, flags};

use program::Program;

/// A pattern that was compiled.
pub struct Regex {
    program: Program,
    /// Those that it was compiled with, and those in its text.
    pub flags: Flags,
    /// How many groups there are.
    pub groups: usize,
    /// The groups that have names, in order.
    pub names: Vec<(String, usize)>,
}

impl Regex {
    pub fn new(pattern: &str, flags: Flags) -> Result<Regex, Wrong> {
        let parsed = syntax::parse(pattern, flags)?;
        Ok(Regex {
            program: Program::new(&parsed.tree)?,
            flags: parsed.flags,
            groups: parsed.groups,
            names: parsed.names,
        })
    }

    /// The first match in a part of the characters: where the whole and each of its groups
    /// begin and end. `steps` is what it may take, and what is left of that.
    pub fn find(
        &self,
        text: &[char],
        part: Part,
        mode: Mode,
        steps: &mut u64,
    ) -> Result<Option<Spans>, Endless> {
        matcher::find(&self.program, self.groups, text, part, mode, steps)
    }
}

/// The matcher has tried for longer than it may.
#[derive(Debug)]
pub struct Endless;

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &[char]) -> Part {
        Part {
            start: 0,
            end: text.len(),
            advances: false,
        }
    }

    #[track_caller]
    fn found(pattern: &str, text: &str) -> Option<Vec<Option<String>>> {
        let regex = Regex::new(pattern, 0).expect("a pattern");
        let chars: Vec<char> = text.chars().collect();
        let mut steps = 1_000_000;
        let spans = regex
            .find(&chars, whole(&chars), Mode::Search, &mut steps)
            .expect("steps enough")?;
        let texts = spans.iter().map(|span| {
            let (from, to) = (*span)?;
            Some(chars[from..to].iter().collect())
        });
        Some(texts.collect())
    }

    fn all(texts: &[&str]) -> Option<Vec<Option<String>>> {
        let some = |text: &&str| (*text != "-").then(|| (*text).to_owned());
        Some(texts.iter().map(some).collect())
    }

    #[test]
    fn the_first_alternative_that_matches_wins() {
        assert_eq!(found("a|ab", "xab"), all(&["a"]));
        assert_eq!(
            found("(?:a|ab)(c|bcd)(d*)", "abcd"),
            all(&["abcd", "bcd", ""])
        );
        assert_eq!(found("(a*)(ab)*(b*)", "abc"), all(&["ab", "a", "-", "b"]));
    }

    #[test]
    fn greedy_lazy_and_possessive() {
        assert_eq!(found("<.*>", "<a><b>"), all(&["<a><b>"]));
        assert_eq!(found("<.*?>", "<a><b>"), all(&["<a>"]));
        assert_eq!(found("a++a", "aaa"), None);
        assert_eq!(found("(?>a+)b", "aab"), all(&["aab"]));
        assert_eq!(found("(?:ab){2,3}?c", "abababc"), all(&["abababc"]));
        assert_eq!(found("(a|b)*?c", "abac"), all(&["abac", "a"]));
        assert_eq!(found("(a*)*", "aab"), all(&["aa", ""]));
    }

    #[test]
    fn what_stands_around_and_what_was_found_before() {
        assert_eq!(found(r"(?<=\$)\d+(?!\d|%)", "5 $123% $45"), all(&["45"]));
        assert_eq!(found(r"(\w)\1", "abccd"), all(&["cc", "c"]));
        assert_eq!(
            found(r"(?P<q>['\x22]).*?(?P=q)", "say 'x\"y'"),
            all(&["'x\"y'", "'"])
        );
        assert_eq!(found(r"^(<)?a(?(1)>|!)$", "<a>"), all(&["<a>", "<"]));
        assert_eq!(found(r"^(<)?a(?(1)>|!)$", "a!"), all(&["a!", "-"]));
    }

    #[test]
    fn flags_within_the_pattern() {
        assert_eq!(found("(?i)straße", "STRAßE"), all(&["STRAßE"]));
        assert_eq!(found("(?m)^b$", "a\nb\nc"), all(&["b"]));
        assert_eq!(found("(?s)a.b", "a\nb"), all(&["a\nb"]));
        assert_eq!(found("(?x) a  b # no more\n c", "abc"), all(&["abc"]));
        assert_eq!(found("a(?i:B)c", "abc"), all(&["abc"]));
        assert_eq!(found("a(?i:b)c", "aBC"), None);
    }

    #[test]
    fn what_is_wrong_with_a_pattern() {
        #[track_caller]
        fn wrong(pattern: &str, text: &str, position: impl Into<Option<usize>>) {
            let Err(wrong) = Regex::new(pattern, 0) else {
                panic!("{pattern} is a pattern");
            };
            assert_eq!(
                (wrong.text.as_str(), wrong.position),
                (text, position.into())
            );
        }
        wrong("(a", "missing ), unterminated subpattern", 0);
        wrong("a)", "unbalanced parenthesis", 1);
        wrong("[a", "unterminated character set", 0);
        wrong("*a", "nothing to repeat", 0);
        wrong("a**", "multiple repeat", 2);
        wrong("a\\", "bad escape (end of pattern)", 1);
        wrong(r"\q", r"bad escape \q", 0);
        wrong("[b-a]", "bad character range b-a", 1);
        wrong(
            "(?P<a>x)(?P<a>y)",
            "redefinition of group name 'a' as group 2; was group 1",
            12,
        );
        wrong(r"(a)\2", "invalid group reference 2", 4);
        wrong("(?<=a+)b", "look-behind requires fixed-width pattern", None);
        wrong("a{3,2}", "min repeat greater than max repeat", 2);
    }

    #[test]
    fn a_pattern_that_takes_for_ever_is_told() {
        let regex = Regex::new("(a+)+$", 0).expect("a pattern");
        let text: Vec<char> = "a".repeat(40).chars().chain(['b']).collect();
        let mut steps = 100_000;
        let found = regex.find(&text, whole(&text), Mode::Search, &mut steps);
        assert!(found.is_err());
    }
}
