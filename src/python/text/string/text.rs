//! The text of a str: UTF-8 that is indexed by code points, as CPython's `PyUnicode` is.
//!
//! ASCII text, nearly all there is, is indexed like an array. Longer text with other
//! characters remembers where every 64th of them begins, and counts from there.

use std::fmt;

use super::super::slice::Indices;
use super::super::{Result, check};

/// So many characters lie between two marks.
const STRIDE: usize = 64;

#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    utf8: Box<str>,
    chars: usize,
    /// The offset of every [`STRIDE`]th character, without the first; none for ASCII.
    marks: Box<[u32]>,
}

impl Text {
    /// The text must be below 4 GiB; the limits on memory see to it.
    pub fn new(utf8: impl Into<Box<str>>) -> Text {
        let utf8 = utf8.into();
        if utf8.is_ascii() {
            let chars = utf8.len();
            let marks = Box::default();
            return Text { utf8, chars, marks };
        }
        let mut chars = 0;
        let mut marks = Vec::new();
        for (at, _) in utf8.char_indices() {
            if chars % STRIDE == 0 && chars > 0 {
                marks.push(u32::try_from(at).unwrap_or(u32::MAX));
            }
            chars += 1;
        }
        let marks = marks.into();
        Text { utf8, chars, marks }
    }

    pub fn as_str(&self) -> &str {
        &self.utf8
    }

    pub fn into_string(self) -> String {
        self.utf8.into()
    }

    /// `len`: the number of code points.
    pub fn len(&self) -> usize {
        self.chars
    }

    pub fn is_empty(&self) -> bool {
        self.chars == 0
    }

    pub fn is_ascii(&self) -> bool {
        self.chars == self.utf8.len()
    }

    /// Where a character begins, in bytes; the end for [`len`](Self::len) and above.
    pub fn offset(&self, index: usize) -> usize {
        if index >= self.chars {
            return self.utf8.len();
        }
        if self.is_ascii() {
            return index;
        }
        let mark = match index / STRIDE {
            0 => 0,
            n => self.marks[n - 1] as usize,
        };
        let mut rest = self.utf8[mark..].char_indices();
        rest.nth(index % STRIDE)
            .map_or(self.utf8.len(), |(at, _)| mark + at)
    }

    /// The index of the character that begins at an offset in bytes.
    pub fn index(&self, offset: usize) -> usize {
        if self.is_ascii() {
            return offset;
        }
        let before = self.marks.partition_point(|mark| *mark as usize <= offset);
        let mark = match before {
            0 => 0,
            n => self.marks[n - 1] as usize,
        };
        before * STRIDE + self.utf8[mark..offset].chars().count()
    }

    /// `text[index]`, counted from the start.
    pub fn get(&self, index: usize) -> Option<char> {
        if index >= self.chars {
            return None;
        }
        self.utf8[self.offset(index)..].chars().next()
    }

    /// `text[start:stop]`, both within the text.
    pub fn part(&self, start: usize, stop: usize) -> &str {
        let start = self.offset(start);
        &self.utf8[start..self.offset(stop).max(start)]
    }

    /// `text[start:stop:step]`.
    pub fn slice(&self, indices: &Indices) -> Text {
        if indices.step == 1 {
            let start = indices.first();
            return Text::new(self.part(start, start + indices.len));
        }
        Text::new(
            indices
                .iter()
                .filter_map(|i| self.get(i))
                .collect::<String>(),
        )
    }

    /// `a + b`, of at most `limit` bytes.
    pub fn concat(a: &Text, b: &Text, limit: usize) -> Result<Text> {
        check(a.utf8.len().saturating_add(b.utf8.len()), limit)?;
        Ok(Text::new([a.as_str(), b.as_str()].concat()))
    }

    /// `text * times`, of at most `limit` bytes.
    pub fn repeat(&self, times: i64, limit: usize) -> Result<Text> {
        let times = if self.is_empty() { 0 } else { times.max(0) };
        let times = usize::try_from(times).unwrap_or(usize::MAX);
        check(self.utf8.len().saturating_mul(times), limit)?;
        Ok(Text::new(self.utf8.repeat(times)))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.utf8.fmt(f)
    }
}

impl From<&str> for Text {
    fn from(utf8: &str) -> Text {
        Text::new(utf8)
    }
}

impl From<String> for Text {
    fn from(utf8: String) -> Text {
        Text::new(utf8)
    }
}

impl From<char> for Text {
    fn from(c: char) -> Text {
        Text::new(c.encode_utf8(&mut [0; 4]) as &str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indexed_by_code_points() {
        let plain: String = ('a'..='z').cycle().take(300).collect();
        let mixed: String = "aé€😀".chars().cycle().take(300).collect();
        for utf8 in [plain, mixed, String::new()] {
            let text = Text::new(utf8.clone());
            let chars: Vec<char> = utf8.chars().collect();
            assert_eq!(text.len(), chars.len());
            assert_eq!(text.get(chars.len()), None);
            assert_eq!(text.offset(chars.len() + 5), utf8.len());
            for (i, (at, c)) in utf8.char_indices().enumerate() {
                assert_eq!(text.get(i), Some(c));
                assert_eq!((text.offset(i), text.index(at)), (at, i));
            }
            for (from, to) in [(0, 0), (3, 150), (64, 128), (63, 300)] {
                let to = to.min(chars.len());
                let from = from.min(to);
                assert_eq!(text.part(from, to), String::from_iter(&chars[from..to]));
            }
        }
    }
}
