//! Title case and case folding, which Rust's standard library does not have. Both follow
//! from its upper and lower case, but for a few characters.

/// Appends the character in title case, as `_PyUnicode_ToTitleFull` does.
pub fn title(c: char, out: &mut String) {
    let digraph = match c {
        // DŽ, LJ, NJ and DZ have a form of their own.
        '\u{1c4}'..='\u{1c6}' => Some('\u{1c5}'),
        '\u{1c7}'..='\u{1c9}' => Some('\u{1c8}'),
        '\u{1ca}'..='\u{1cc}' => Some('\u{1cb}'),
        '\u{1f1}'..='\u{1f3}' => Some('\u{1f2}'),
        // Georgian has capitals, but no sentence begins with one.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => Some(c),
        // Greek with an iota below.
        '\u{1f80}'..='\u{1faf}' => char::from_u32(u32::from(c) | 8),
        '\u{1fb3}' | '\u{1fbc}' => Some('\u{1fbc}'),
        '\u{1fc3}' | '\u{1fcc}' => Some('\u{1fcc}'),
        '\u{1ff3}' | '\u{1ffc}' => Some('\u{1ffc}'),
        _ => None,
    };
    if let Some(single) = digraph {
        out.push(single);
        return;
    }
    let mut rest = false;
    for upper in c.to_uppercase() {
        match upper {
            '\u{399}' if rest && matches!(c, '\u{1fb0}'..='\u{1fff}') => out.push('\u{345}'),
            _ if rest => out.extend(upper.to_lowercase()),
            _ => out.push(upper),
        }
        rest |= upper.is_uppercase();
    }
}

/// Appends the character as it is compared without regard to case: `str.casefold`.
pub fn fold(c: char, out: &mut String) {
    match c {
        '\u{131}' => out.push(c),
        // Cherokee folds to its capitals, which are older.
        '\u{13a0}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => out.extend(c.to_uppercase()),
        _ => {
            let upper = c.to_lowercase().flat_map(char::to_uppercase);
            out.extend(upper.flat_map(char::to_lowercase));
        }
    }
}
