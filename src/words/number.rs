//! Numbers, times and counts.

use std::time::Duration;

// Units of time.
pub const S: &str = "s";
pub const MS: &str = "ms";
pub const US: &str = "µs";
pub const NS: &str = "ns";

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
        return format!("{us:.0} {US}");
    }
    let (value, unit) = if us < 999_500.0 {
        (us / 1e3, MS)
    } else {
        (us / 1e6, S)
    };
    let decimals = match value {
        v if v < 9.995 => 2,
        v if v < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {unit}")
}

/// A number with its unit, as on a ruler.
pub fn with_unit(number: f64, unit: &str) -> String {
    format!("{number} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

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
