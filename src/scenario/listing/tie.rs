//! Which line of the Python does what a line of the Rust does, found by the compiler: the
//! page needs these numbers before it has the texts, and the texts are no part of it.

/// A line of the Rust and the first of the Python with the same marker, by their numbers
/// in their files.
pub type Tied = (u16, u16);

/// How many markers of the Rust there are.
pub const fn count(rust: &str) -> usize {
    let text = rust.as_bytes();
    let (mut at, mut count) = (0, 0);
    while at < text.len() {
        let end = end_of_line(text, at);
        count += marker(text, at, end, b'/').is_some() as usize;
        at = end + 1;
    }
    count
}

/// The lines with markers, in the order of the Rust; 0 for a marker that the Python lacks.
pub const fn tie<const N: usize>(rust: &str, python: &str) -> [Tied; N] {
    let text = rust.as_bytes();
    let mut tied = [(0, 0); N];
    let (mut at, mut found, mut number) = (0, 0, 0);
    while at < text.len() {
        let end = end_of_line(text, at);
        number += 1;
        if let Some((marker, alone)) = marker(text, at, end, b'/') {
            // Where rustfmt has put it on a line of its own it belongs to the one before.
            let of = if alone { number - 1 } else { number };
            tied[found] = (of, line_of(python, marker));
            found += 1;
        }
        at = end + 1;
    }
    tied
}

/// The first line that has a marker; 0 if none has.
const fn line_of(python: &str, wanted: u32) -> u16 {
    let text = python.as_bytes();
    let (mut at, mut number) = (0, 0);
    while at < text.len() {
        let end = end_of_line(text, at);
        number += 1;
        if let Some((marker, _)) = marker(text, at, end, b'#')
            && marker == wanted
        {
            return number;
        }
        at = end + 1;
    }
    0
}

const fn end_of_line(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while at < text.len() && text[at] != b'\n' {
        at += 1;
    }
    at
}

/// The marker at the end of a line, and whether there is nothing else in it: `// @3`,
/// `# @3`.
const fn marker(text: &[u8], start: usize, end: usize, comment: u8) -> Option<(u32, bool)> {
    let (mut at, mut marker, mut unit) = (end, 0, 1);
    while at > start && text[at - 1].is_ascii_digit() {
        marker += (text[at - 1] - b'0') as u32 * unit;
        unit *= 10;
        at -= 1;
    }
    let is_marker = unit > 1
        && at >= start + 3
        && text[at - 1] == b'@'
        && text[at - 2] == b' '
        && text[at - 3] == comment;
    if !is_marker {
        return None;
    }
    at -= 3;
    while at > start && (text[at - 1] == comment || text[at - 1] == b' ') {
        at -= 1;
    }
    Some((marker, at == start))
}
