//! No names of characters: the table behind `\N{BULLET}` would be twice as large as the
//! parser itself, and programs for threads do without. The compiler says so where one is
//! written, in the browser as natively.

/// The character of a name: never one.
pub fn character(_name: &str) -> Option<char> {
    None
}
