//! What Unicode says of a character: `Objects/unicodectype.c`.
//!
//! Rust's standard library knows cases, white space and numbers; the rest is in `tables`,
//! packed, and read from the start. That is slow, and done for characters beyond ASCII only.

mod case;
mod tables;

pub use case::{fold, title};

/// Whether a packed table names the character.
fn within(table: &[u8], c: char) -> bool {
    // Tables count without the surrogates.
    let code = u32::from(c);
    let mut left = if code < 0xd800 { code } else { code - 0x800 };
    let mut inside = false;
    let (mut run, mut shift) = (0_u32, 0);
    for byte in table {
        run |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            if left < run {
                return inside;
            }
            left -= run;
            inside = !inside;
            (run, shift) = (0, 0);
        }
    }
    false
}

pub fn is_printable(c: char) -> bool {
    match c.is_ascii() {
        true => matches!(c, ' '..='~'),
        false => !within(&tables::UNPRINTABLE, c),
    }
}

/// `str.isspace`, and what `split` and `strip` mean by white space.
pub fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

/// The categories of letters, without the marks that Unicode calls alphabetic, too.
pub fn is_alpha(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.is_alphabetic()
        && !c.is_numeric()
        && !is_circled(c)
        && !within(&tables::MARKS, c)
        && is_printable(c)
}

/// Symbols that are letters in circles and squares.
fn is_circled(c: char) -> bool {
    matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
}

/// The value of a decimal digit in any script: `str.isdecimal`, `int("٣")`.
pub fn decimal(c: char) -> Option<u32> {
    if c.is_ascii() {
        return c.to_digit(10);
    }
    if !c.is_numeric() {
        return None;
    }
    let zero = |value: &u32| {
        char::from_u32(u32::from(c) - value).is_some_and(|zero| within(&tables::DECIMAL, zero))
    };
    (0..10).find(zero)
}

pub fn is_digit(c: char) -> bool {
    decimal(c).is_some() || (!c.is_ascii() && within(&tables::DIGIT, c))
}

pub fn is_numeric(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_digit();
    }
    (c.is_numeric() && is_printable(c)) || within(&tables::NUMBER_LETTERS, c)
}

pub fn is_alnum(c: char) -> bool {
    is_alpha(c) || is_numeric(c)
}

pub fn is_title(c: char) -> bool {
    !c.is_ascii() && within(&tables::TITLE, c)
}

/// Whether an identifier may start with it (XID_Start, and `_`).
pub fn starts_identifier(c: char) -> bool {
    // What is a letter, but changes when it is normalised, is none.
    let never = matches!(c, '\u{37a}' | '\u{e33}' | '\u{eb3}' | '\u{2e2f}'
        | '\u{309b}'..='\u{309c}' | '\u{fc5e}'..='\u{fc63}' | '\u{fdfa}'..='\u{fdfb}'
        | '\u{fe70}' | '\u{fe72}' | '\u{fe74}' | '\u{fe76}' | '\u{fe78}' | '\u{fe7a}'
        | '\u{fe7c}' | '\u{fe7e}' | '\u{ff9e}'..='\u{ff9f}');
    let also = matches!(c, '_' | '\u{1885}'..='\u{1886}' | '\u{2118}' | '\u{212e}');
    let letter_number = !c.is_ascii() && c.is_numeric() && c.is_alphabetic() && is_printable(c);
    also || (is_alpha(c) && !never) || letter_number
}

/// Whether an identifier may go on with it (XID_Continue).
pub fn continues_identifier(c: char) -> bool {
    let also = matches!(c, '\u{b7}' | '\u{387}' | '\u{1369}'..='\u{1371}' | '\u{19da}'
        | '\u{203f}'..='\u{2040}' | '\u{2054}' | '\u{fe33}'..='\u{fe34}'
        | '\u{fe4d}'..='\u{fe4f}' | '\u{ff3f}' | '\u{e33}' | '\u{eb3}'
        | '\u{ff9e}'..='\u{ff9f}');
    starts_identifier(c)
        || decimal(c).is_some()
        || also
        || (!c.is_ascii() && within(&tables::MARKS, c))
}
