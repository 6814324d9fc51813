//! Text by code points, as CPython's `PyUnicode` counts it: a view of UTF-8 that knows how
//! many there are. ASCII text, nearly all there is, is indexed like an array; other text is
//! counted from its start.

use super::super::slice::Indices;

#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    utf8: &'a str,
    len: usize,
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(utf8: &'a str) -> Text<'a> {
        let len = match utf8.is_ascii() {
            true => utf8.len(),
            false => utf8.chars().count(),
        };
        Text { utf8, len }
    }
}

impl<'a> Text<'a> {
    /// A text of which it is known how many code points it has.
    pub fn new(utf8: &'a str, len: usize) -> Text<'a> {
        debug_assert_eq!(utf8.chars().count(), len);
        Text { utf8, len }
    }

    pub fn as_str(self) -> &'a str {
        self.utf8
    }

    /// `len`: the number of code points.
    pub fn len(self) -> usize {
        self.len
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    pub fn is_ascii(self) -> bool {
        self.len == self.utf8.len()
    }

    /// Where a character begins, in bytes; the end for [`len`](Self::len) and above.
    pub fn offset(self, index: usize) -> usize {
        if index >= self.len {
            return self.utf8.len();
        }
        if self.is_ascii() {
            return index;
        }
        let mut chars = self.utf8.char_indices();
        chars.nth(index).map_or(self.utf8.len(), |(at, _)| at)
    }

    /// The index of the character that begins at an offset in bytes.
    pub fn index(self, offset: usize) -> usize {
        match self.is_ascii() {
            true => offset,
            false => self.utf8[..offset].chars().count(),
        }
    }

    /// `text[index]`, counted from the start.
    pub fn get(self, index: usize) -> Option<char> {
        self.utf8[self.offset(index)..].chars().next()
    }

    /// `text[start:stop]`, both within the text.
    pub fn part(self, start: usize, stop: usize) -> &'a str {
        let from = self.offset(start);
        if self.is_ascii() {
            return &self.utf8[from..self.offset(stop).max(from)];
        }
        let rest = &self.utf8[from..];
        let mut chars = rest.char_indices();
        let end = chars.nth(stop.saturating_sub(start));
        end.map_or(rest, |(end, _)| &rest[..end])
    }

    /// `text[start:stop:step]`.
    pub fn slice(self, indices: &Indices) -> String {
        if indices.step == 1 {
            let start = indices.first();
            return self.part(start, start + indices.len).to_owned();
        }
        if self.is_ascii() {
            let bytes = self.utf8.as_bytes();
            return indices.iter().map(|at| char::from(bytes[at])).collect();
        }
        let chars: Vec<char> = self.utf8.chars().collect();
        indices.iter().map(|at| chars[at]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexed_by_code_points() {
        for utf8 in ["", "plain", "aé€😀aé€😀"] {
            let text = Text::from(utf8);
            let chars: Vec<char> = utf8.chars().collect();
            assert_eq!(text.len(), chars.len());
            assert_eq!(text.get(chars.len()), None);
            assert_eq!(text.offset(chars.len() + 5), utf8.len());
            for (i, (at, c)) in utf8.char_indices().enumerate() {
                assert_eq!(text.get(i), Some(c));
                assert_eq!((text.offset(i), text.index(at)), (at, i));
                assert_eq!(text.part(i, chars.len()), &utf8[at..]);
                assert_eq!(text.part(0, i), &utf8[..at]);
            }
        }
    }
}
