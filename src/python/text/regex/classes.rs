//! Sets of characters: `[a-z_]`, `\d`, `.`.

use crate::python::text::chars;

/// One of the classes that a letter stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Digit,
    Space,
    Word,
}

#[derive(Clone, Debug)]
pub enum Item {
    Range(char, char),
    Kind { kind: Kind, ascii: bool, not: bool },
}

#[derive(Clone, Debug)]
pub struct Set {
    pub items: Vec<Item>,
    pub not: bool,
    pub ignores_case: bool,
}

impl Set {
    #[inline]
    pub fn contains(&self, c: char) -> bool {
        let mut found = self.has(c);
        if !found && self.ignores_case {
            let upper = upper(c);
            found = self.has(fold(c)) || self.has(upper) || self.has(fold(upper));
        }
        found != self.not
    }

    #[inline]
    fn has(&self, c: char) -> bool {
        self.items.iter().any(|item| match item {
            Item::Range(first, last) => (*first..=*last).contains(&c),
            Item::Kind { kind, ascii, not } => is(*kind, *ascii, c) != *not,
        })
    }
}

fn is(kind: Kind, ascii: bool, c: char) -> bool {
    if c.is_ascii() {
        return match kind {
            Kind::Digit => c.is_ascii_digit(),
            Kind::Space => chars::is_space(c) && !(ascii && matches!(c, '\x1c'..='\x1f')),
            Kind::Word => is_word(c, ascii),
        };
    }
    !ascii
        && match kind {
            Kind::Digit => chars::decimal(c).is_some(),
            Kind::Space => chars::is_space(c),
            Kind::Word => is_word(c, ascii),
        }
}

pub fn is_word(c: char, ascii: bool) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '_',
        false => !ascii && chars::is_alnum(c),
    }
}

/// The character that stands for it where case does not count.
#[inline]
pub fn fold(c: char) -> char {
    match c.is_ascii() {
        true => c.to_ascii_lowercase(),
        false => only(c.to_lowercase(), c),
    }
}

fn upper(c: char) -> char {
    match c.is_ascii() {
        true => c.to_ascii_uppercase(),
        false => only(c.to_uppercase(), c),
    }
}

/// The only one of several, else `c` itself.
fn only(mut of: impl ExactSizeIterator<Item = char>, c: char) -> char {
    match (of.len(), of.next()) {
        (1, Some(other)) => other,
        _ => c,
    }
}
