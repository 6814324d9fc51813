//! translate and maketrans, of `Objects/unicodeobject.c`.

use super::super::{Error, Result, check};

/// What a table says of a character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mapped<T> {
    /// No entry.
    Same,
    /// `None`.
    Removed,
    Char(char),
    Text(T),
}

/// `text.translate(table)`, of at most `limit` bytes. Errors of the table end it.
pub fn translate<T: AsRef<str>, E: From<Error>>(
    text: &str,
    limit: usize,
    mut table: impl FnMut(char) -> std::result::Result<Mapped<T>, E>,
) -> std::result::Result<String, E> {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match table(c)? {
            Mapped::Same => out.push(c),
            Mapped::Removed => {}
            Mapped::Char(other) => out.push(other),
            Mapped::Text(other) => {
                let other = other.as_ref();
                check(out.len().saturating_add(other.len()), limit)?;
                out.push_str(other);
            }
        }
    }
    Ok(out)
}

/// `str.maketrans(from, to, removed)` with texts: the entries in order; `None` removes.
pub fn make_table(from: &str, to: &str, removed: &str) -> Result<Vec<(char, Option<char>)>> {
    if from.chars().count() != to.chars().count() {
        return Err(Error::value(
            "the first two maketrans arguments must have equal length",
        ));
    }
    let pairs = from.chars().zip(to.chars().map(Some));
    Ok(pairs.chain(removed.chars().map(|c| (c, None))).collect())
}

/// The key of `str.maketrans({"a": …})`.
pub fn key(text: &str) -> Result<char> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(c), None) => Ok(c),
        _ => Err(Error::value(
            "string keys in translate table must be of length 1",
        )),
    }
}
