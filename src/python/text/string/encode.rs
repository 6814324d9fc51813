//! encode and decode: the codecs utf-8, ascii and latin-1 of `Objects/unicodeobject.c`, with
//! the error handlers of `Python/codecs.c`.

use std::fmt::Write;

use super::super::{Error, Kind, Result};
use super::repr::escape;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    Utf8,
    Ascii,
    Latin1,
}

impl Encoding {
    pub fn parse(name: &str) -> Result<Encoding> {
        let plain = name.to_ascii_lowercase().replace(['_', ' '], "-");
        match plain.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "cp65001" => Ok(Encoding::Utf8),
            "ascii" | "us-ascii" | "646" => Ok(Encoding::Ascii),
            "latin-1" | "latin1" | "latin" | "iso-8859-1" | "iso8859-1" | "8859" | "cp819"
            | "l1" => Ok(Encoding::Latin1),
            _ => Err(Error::new(
                Kind::Lookup,
                format!("unknown encoding: {name}"),
            )),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Ascii => "ascii",
            Encoding::Latin1 => "latin-1",
        }
    }

    /// The first code that it cannot express.
    fn end(self) -> u32 {
        match self {
            Encoding::Utf8 => u32::MAX,
            Encoding::Ascii => 128,
            Encoding::Latin1 => 256,
        }
    }
}

fn unknown_handler(errors: &str) -> Error {
    Error::new(
        Kind::Lookup,
        format!("unknown error handler name '{errors}'"),
    )
}

/// `text.encode(encoding, errors)`.
pub fn encode(text: &str, encoding: Encoding, errors: &str) -> Result<Vec<u8>> {
    if encoding == Encoding::Utf8 || text.is_ascii() {
        return Ok(text.as_bytes().to_vec());
    }
    let mut out = Vec::with_capacity(text.len());
    let fits = |c: char| u32::from(c) < encoding.end();
    for (at, c) in text.chars().enumerate() {
        if let Ok(byte) = u8::try_from(u32::from(c))
            && fits(c)
        {
            out.push(byte);
            continue;
        }
        match errors {
            "strict" => {
                let run = text.chars().skip(at).take_while(|c| !fits(*c)).count();
                return Err(cannot_encode(encoding, c, at, run));
            }
            "ignore" => {}
            "replace" => out.push(b'?'),
            "backslashreplace" => {
                let mut escaped = String::new();
                escape(c, &mut escaped);
                out.extend(escaped.bytes());
            }
            "xmlcharrefreplace" => {
                let mut reference = String::new();
                let _ = write!(reference, "&#{};", u32::from(c));
                out.extend(reference.bytes());
            }
            _ => return Err(unknown_handler(errors)),
        }
    }
    Ok(out)
}

fn cannot_encode(encoding: Encoding, c: char, at: usize, run: usize) -> Error {
    let what = if run == 1 {
        let mut shown = String::new();
        escape(c, &mut shown);
        format!("character '{shown}' in position {at}")
    } else {
        format!("characters in position {at}-{}", at + run - 1)
    };
    let text = format!(
        "'{}' codec can't encode {what}: ordinal not in range({})",
        encoding.name(),
        encoding.end()
    );
    Error::new(Kind::UnicodeEncode, text)
}

/// `bytes.decode(encoding, errors)`.
pub fn decode(bytes: &[u8], encoding: Encoding, errors: &str) -> Result<String> {
    if encoding == Encoding::Latin1 {
        return Ok(bytes.iter().map(|b| char::from(*b)).collect());
    }
    let mut out = String::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        let (good, bad, why) = match encoding {
            Encoding::Utf8 => valid_utf8(rest),
            _ => valid_ascii(rest),
        };
        out.push_str(str::from_utf8(&rest[..good]).unwrap_or_default());
        at += good;
        if bad == 0 {
            break;
        }
        match errors {
            "strict" => return Err(cannot_decode(encoding, &bytes[at..at + bad], at, why)),
            "ignore" => {}
            "replace" => out.push(char::REPLACEMENT_CHARACTER),
            "backslashreplace" => {
                for byte in &bytes[at..at + bad] {
                    let _ = write!(out, "\\x{byte:02x}");
                }
            }
            _ => return Err(unknown_handler(errors)),
        }
        at += bad;
    }
    Ok(out)
}

/// How many bytes are valid, how many are wrong after them, and why.
fn valid_utf8(bytes: &[u8]) -> (usize, usize, &'static str) {
    let Err(error) = str::from_utf8(bytes) else {
        return (bytes.len(), 0, "");
    };
    let good = error.valid_up_to();
    let Some(bad) = error.error_len() else {
        return (good, bytes.len() - good, "unexpected end of data");
    };
    let starts = matches!(bytes[good], 0xc2..=0xf4);
    let why = match starts {
        true => "invalid continuation byte",
        false => "invalid start byte",
    };
    (good, bad, why)
}

fn valid_ascii(bytes: &[u8]) -> (usize, usize, &'static str) {
    match bytes.iter().position(|b| !b.is_ascii()) {
        Some(good) => (good, 1, "ordinal not in range(128)"),
        None => (bytes.len(), 0, ""),
    }
}

fn cannot_decode(encoding: Encoding, bad: &[u8], at: usize, why: &str) -> Error {
    let name = encoding.name();
    let what = match bad {
        [byte] => format!("byte 0x{byte:02x} in position {at}"),
        _ => format!("bytes in position {at}-{}", at + bad.len() - 1),
    };
    let text = format!("'{name}' codec can't decode {what}: {why}");
    Error::new(Kind::UnicodeDecode, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_encodes_and_decodes() {
        let rows = [
            (
                "é€",
                "ascii",
                "strict",
                "UnicodeEncodeError: 'ascii' codec can't encode characters in position 0-1: ordinal not in range(128)",
            ),
            (
                "aéb",
                "ascii",
                "strict",
                "UnicodeEncodeError: 'ascii' codec can't encode character '\\xe9' in position 1: ordinal not in range(128)",
            ),
            (
                "é€",
                "latin-1",
                "strict",
                "UnicodeEncodeError: 'latin-1' codec can't encode character '\\u20ac' in position 1: ordinal not in range(256)",
            ),
            ("é€", "latin-1", "replace", "b'\\xe9?'"),
            (
                "é€😀",
                "ascii",
                "backslashreplace",
                "b'\\\\xe9\\\\u20ac\\\\U0001f600'",
            ),
            ("é€", "ascii", "xmlcharrefreplace", "b'&#233;&#8364;'"),
            ("aé", "ascii", "ignore", "b'a'"),
            ("é", "utf-8", "strict", "b'\\xc3\\xa9'"),
            (
                "é",
                "ascii",
                "what",
                "LookupError: unknown error handler name 'what'",
            ),
        ];
        for (text, encoding, errors, result) in rows {
            let encoded = encode(text, Encoding::parse(encoding).unwrap(), errors);
            let found = match encoded {
                Ok(bytes) => super::super::repr::bytes(&bytes),
                Err(error) => format!("{}: {}", error.kind.name(), error.text),
            };
            assert_eq!(found, result);
        }
        let rows: [(&[u8], _, _, _); _] = [
            (
                b"\xff",
                "utf-8",
                "strict",
                "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
            ),
            (
                b"a\xc3",
                "utf-8",
                "strict",
                "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xc3 in position 1: unexpected end of data",
            ),
            (
                b"\xe2\x82",
                "utf-8",
                "strict",
                "UnicodeDecodeError: 'utf-8' codec can't decode bytes in position 0-1: unexpected end of data",
            ),
            (
                b"\xe2(",
                "utf-8",
                "strict",
                "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xe2 in position 0: invalid continuation byte",
            ),
            (
                b"\xed\xa0\x80",
                "utf-8",
                "strict",
                "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xed in position 0: invalid continuation byte",
            ),
            (b"\xf0\x9f\x98", "utf-8", "replace", "�"),
            (b"\xed\xa0\x80", "utf-8", "replace", "���"),
            (b"a\xffb", "utf-8", "ignore", "ab"),
            (b"\xc3\xa9", "latin-1", "strict", "Ã©"),
            (
                b"\xc3",
                "ascii",
                "strict",
                "UnicodeDecodeError: 'ascii' codec can't decode byte 0xc3 in position 0: ordinal not in range(128)",
            ),
            (b"\xc3", "ascii", "backslashreplace", "\\xc3"),
        ];
        for (bytes, encoding, errors, result) in rows {
            let decoded = decode(bytes, Encoding::parse(encoding).unwrap(), errors);
            let found =
                decoded.unwrap_or_else(|error| format!("{}: {}", error.kind.name(), error.text));
            assert_eq!(found, result);
        }
    }
}
