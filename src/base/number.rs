//! Numbers written for people.

use std::time::Duration;

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

/// `1234567` as `1,234,567`.
pub fn grouped(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1` and `thread` as `1 thread`, any other number with an `s`.
pub fn counted(n: i64, noun: &str) -> String {
    let plural = if n == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(n))
}

/// A span of time with three significant figures at most: `850 µs`, `12.3 ms`, `2.05 s`.
pub fn duration(d: Duration) -> String {
    let us = d.as_secs_f64() * 1e6;
    if us < 999.5 {
        return format!("{us:.0} µs");
    }
    let (value, unit) = if us < 999_500.0 {
        (us / 1e3, "ms")
    } else {
        (us / 1e6, "s")
    };
    let decimals = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
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

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1000), "1,000");
        assert_eq!(grouped(-1_234_567), "-1,234,567");
        assert_eq!(grouped(i64::MIN), "-9,223,372,036,854,775,808");
    }

    #[test]
    fn nouns_agree() {
        assert_eq!(counted(1, "thread"), "1 thread");
        assert_eq!(counted(4000, "thread"), "4,000 threads");
    }

    #[test]
    fn durations_keep_three_figures() {
        assert_eq!(duration(Duration::ZERO), "0 µs");
        assert_eq!(duration(Duration::from_micros(850)), "850 µs");
        assert_eq!(duration(Duration::from_nanos(999_900)), "1.00 ms");
        assert_eq!(duration(Duration::from_micros(12_345)), "12.3 ms");
        assert_eq!(duration(Duration::from_millis(450)), "450 ms");
        assert_eq!(duration(Duration::from_millis(2050)), "2.05 s");
    }
}
