//! Numbers as people write them.

/// A number as people write it, `12` or `0.25`; `None` for anything else. (The library's
/// own reading of floats brings a table of 10 KB, which hardly compresses.)
pub fn decimal(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // As many digits as are exact; those that follow would change nothing that is seen.
    let whole = whole.trim_start_matches('0');
    let fraction = &fraction[..fraction.len().min(15usize.checked_sub(whole.len())?)];
    let number = |part: &str| part.bytes().fold(0u64, |n, b| n * 10 + u64::from(b - b'0'));
    let scale = 10u64.pow(fraction.len() as u32);
    Some((number(whole) * scale + number(fraction)) as f64 / scale as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_read_as_floats_are_and_nothing_else_is() {
        for text in [
            "0", "1", "0.1", "12.5", "100", "00.30", "5.", ".5", "3.14159",
        ] {
            assert_eq!(decimal(text), text.parse().ok(), "{text}");
        }
        let many = "0.999999999999999999999999991";
        assert_eq!(decimal(many), Some(0.999_999_999_999_999));
        assert_eq!(decimal("00000000000000000002.5"), Some(2.5));
        for text in [
            "",
            ".",
            "-1",
            "+1",
            "1e3",
            "1.2.3",
            "NaN",
            "inf",
            " 1",
            "1,5",
            "9999999999999999",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
