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
        return format!("{} {US}", fixed(us, 0));
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
    format!("{} {unit}", fixed(value, decimals))
}

/// A number with its unit, as on a ruler.
pub fn with_unit(number: f64, unit: &str) -> String {
    format!("{} {unit}", plain(number))
}

/// With so many decimals. What the library has for it is 3 KB of everybody's first load.
pub fn fixed(number: f64, decimals: u32) -> String {
    let sign = if number < 0.0 { "-" } else { "" };
    let power = 10u128.pow(decimals);
    let scaled = (number.abs() * power as f64).round() as u128;
    let whole = scaled / power;
    match decimals {
        0 => format!("{sign}{whole}"),
        _ => format!(
            "{sign}{whole}.{:0width$}",
            scaled % power,
            width = decimals as usize
        ),
    }
}

/// With as many decimals as it has, 15 at most.
pub fn plain(number: f64) -> String {
    let is_told = |decimals: &u32| {
        let power = 10f64.powi(*decimals as i32);
        (number * power).round() / power == number
    };
    fixed(number, (0..15).find(is_told).unwrap_or(15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_with_a_point_are_written_as_the_library_does() {
        for number in [
            0.0,
            1.0,
            2.5,
            0.1,
            99.95,
            12.345,
            1e9,
            -3.25,
            0.05,
            123_456.789,
        ] {
            assert_eq!(plain(number), number.to_string());
            for decimals in 0..4 {
                let width = decimals as usize;
                let written = fixed(number, decimals);
                let theirs: f64 = format!("{number:.width$}").parse().expect("a number");
                let ours: f64 = written.parse().expect("a number");
                // Halves may go either way.
                assert!((ours - theirs).abs() < 1.01 * 0.1f64.powi(decimals as i32));
                assert_eq!(
                    written.split_once('.').map_or(0, |(_, part)| part.len()),
                    width
                );
            }
        }
        assert_eq!(fixed(2.0 / 3.0, 2), "0.67");
        assert_eq!(fixed(9.999, 2), "10.00");
        assert_eq!(fixed(f64::NAN, 1), "0.0");
        assert_eq!(plain(f64::INFINITY), fixed(f64::INFINITY, 0));
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
