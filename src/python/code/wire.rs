//! How the parts of a serialized program are written: numbers in groups of seven bits, texts
//! with their length, names as positions in one table.
//!
//! Written by hand, since interned names and code that lives as long as the run need a table
//! beside the bytes, which no derived encoding hands on.

use std::collections::HashMap;
use std::fmt;

use crate::python::names::Name;

/// These bytes are no program that can be run; and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged(pub &'static str);

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "no program of this version: {}", self.0)
    }
}

/// What is written as a whole: operands, instructions.
pub trait Wire: Sized {
    fn write(self, writer: &mut Writer);
    fn read(reader: &mut Reader) -> Result<Self, Damaged>;
}

#[derive(Default)]
pub struct Writer {
    pub bytes: Vec<u8>,
    /// The names that were met, which the reader has to know first.
    pub names: Vec<Name>,
    positions: HashMap<Name, u64>,
}

impl Writer {
    pub fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
    }

    pub fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    /// Small numbers of either sign are short.
    pub fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    pub fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.length(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    pub fn name(&mut self, name: Name) {
        let next = self.names.len() as u64;
        let position = *self.positions.entry(name).or_insert(next);
        if position == next {
            self.names.push(name);
        }
        self.number(position);
    }
}

pub struct Reader<'a> {
    /// What has not been read.
    rest: &'a [u8],
    pub names: Vec<Name>,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader {
            rest: bytes,
            names: Vec::new(),
        }
    }

    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub fn take(&mut self, count: usize) -> Result<&'a [u8], Damaged> {
        let (taken, rest) = (self.rest.split_at_checked(count)).ok_or(Damaged("it ends early"))?;
        self.rest = rest;
        Ok(taken)
    }

    pub fn byte(&mut self) -> Result<u8, Damaged> {
        Ok(self.take(1)?[0])
    }

    pub fn number(&mut self) -> Result<u64, Damaged> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(Damaged("a number is too long"))
    }

    pub fn number_as<T: TryFrom<u64>>(&mut self) -> Result<T, Damaged> {
        T::try_from(self.number()?).map_err(|_| Damaged("a number is too large"))
    }

    pub fn signed(&mut self) -> Result<i64, Damaged> {
        let number = self.number()?;
        Ok((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// How many things follow. Each takes a byte at least, so there cannot be more of them
    /// than bytes, and nothing is allocated for what is not there.
    pub fn length(&mut self) -> Result<usize, Damaged> {
        let length: usize = self.number_as()?;
        if length > self.rest.len() {
            return Err(Damaged("it ends early"));
        }
        Ok(length)
    }

    pub fn many<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, Damaged>,
    ) -> Result<Vec<T>, Damaged> {
        let length = self.length()?;
        (0..length).map(|_| read(self)).collect()
    }

    pub fn bytes(&mut self) -> Result<&'a [u8], Damaged> {
        let length = self.length()?;
        self.take(length)
    }

    pub fn text(&mut self) -> Result<&'a str, Damaged> {
        std::str::from_utf8(self.bytes()?).map_err(|_| Damaged("a text is not UTF-8"))
    }

    pub fn name(&mut self) -> Result<Name, Damaged> {
        let position: usize = self.number_as()?;
        (self.names.get(position).copied()).ok_or(Damaged("a name is not in the table"))
    }
}

macro_rules! wire_as_number {
    ($($t:ty),*) => {
        $(impl Wire for $t {
            fn write(self, writer: &mut Writer) {
                writer.number(self.into());
            }

            fn read(reader: &mut Reader) -> Result<$t, Damaged> {
                reader.number_as()
            }
        })*
    };
}

wire_as_number!(u8, u16, u32);

impl Wire for bool {
    fn write(self, writer: &mut Writer) {
        writer.byte(self.into());
    }

    fn read(reader: &mut Reader) -> Result<bool, Damaged> {
        match reader.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(Damaged("neither true nor false")),
        }
    }
}

impl Wire for Name {
    fn write(self, writer: &mut Writer) {
        writer.name(self);
    }

    fn read(reader: &mut Reader) -> Result<Name, Damaged> {
        reader.name()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_were_written() {
        let numbers = [0, 1, 0x7f, 0x80, 300, u64::from(u32::MAX), u64::MAX];
        let signed = [0, 1, -1, 63, -64, 64, i64::MAX, i64::MIN];
        let mut writer = Writer::default();
        numbers.iter().for_each(|number| writer.number(*number));
        signed.iter().for_each(|number| writer.signed(*number));
        assert_eq!(writer.bytes[..4], [0, 1, 0x7f, 0x80]);
        let mut reader = Reader::new(&writer.bytes);
        assert!(numbers.iter().all(|n| reader.number() == Ok(*n)));
        assert!(signed.iter().all(|n| reader.signed() == Ok(*n)));
        assert!(reader.is_at_end());
        assert_eq!(reader.byte(), Err(Damaged("it ends early")));
    }

    #[test]
    fn a_length_beyond_the_end_allocates_nothing() {
        let mut writer = Writer::default();
        writer.number(u64::MAX / 2);
        let mut reader = Reader::new(&writer.bytes);
        assert!(reader.many(|reader| reader.byte()).is_err());
        assert!(Reader::new(&[0xff; 20]).number().is_err());
    }
}
