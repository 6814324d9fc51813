//! A linear scale from time to pixels, and the round times to mark on it.
//!
//! Pure arithmetic: it knows nothing of what is drawn, nor where.

use crate::words::number;

/// Maps `start..end` (nanoseconds) onto `0..width` (pixels).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TimeScale {
    start: f64,
    end: f64,
    width: f64,
}

/// A marked time on a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Pixels from the left end.
    pub x: f64,
    pub label: String,
}

impl TimeScale {
    /// A scale that shows `start..end`; an empty or reversed range is widened
    /// to 1 ns, a negative width to none, so that nothing divides by zero.
    pub fn new(start: f64, end: f64, width: f64) -> TimeScale {
        TimeScale {
            start,
            end: end.max(start + 1.0),
            width: width.max(0.0),
        }
    }

    /// How many pixels wide it is.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// The whole time up to a pixel from the left end.
    pub fn time(&self, x: f64) -> u64 {
        (self.start + x * (self.end - self.start) / self.width.max(1.0)) as u64
    }

    /// Where a time lies, in pixels; outside the range, outside `0..width`.
    pub fn x(&self, time: u64) -> f64 {
        (time as f64 - self.start) * self.width / (self.end - self.start)
    }

    /// Round times (1, 2 or 5 times a power of ten), at least `spacing` pixels apart.
    pub fn ticks(&self, spacing: f64) -> Vec<Tick> {
        let span = self.end - self.start;
        if self.width < spacing || spacing <= 0.0 {
            return Vec::new();
        }
        let step = round_up(span * spacing / self.width);
        let (unit, unit_name) = match step {
            s if s >= 1e9 => (1e9, number::S),
            s if s >= 1e6 => (1e6, number::MS),
            s if s >= 1e3 => (1e3, number::US),
            _ => (1.0, number::NS),
        };
        self.marks(step, unit, Some(unit_name))
    }

    /// The same for a scale that counts steps, and no time.
    pub fn steps(&self, spacing: f64) -> Vec<Tick> {
        let span = self.end - self.start;
        if self.width < spacing || spacing <= 0.0 {
            return Vec::new();
        }
        self.marks(round_up(span * spacing / self.width), 1.0, None)
    }

    fn marks(&self, step: f64, unit: f64, unit_name: Option<&str>) -> Vec<Tick> {
        let span = self.end - self.start;
        let first = (self.start / step).ceil() as u64;
        let last = (self.end / step).floor() as u64;
        (first..=last)
            .map(|i| {
                let time = i as f64 * step;
                Tick {
                    x: (time - self.start) * self.width / span,
                    label: match unit_name {
                        Some(name) => number::with_unit(time / unit, name),
                        None => number::plain(time / unit),
                    },
                }
            })
            .collect()
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is at least `raw` and at least 1.
fn round_up(raw: f64) -> f64 {
    let mut power = 1.0;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if factor * power >= raw {
                return factor * power;
            }
        }
        power *= 10.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_map_to_ends() {
        let scale = TimeScale::new(1_000.0, 3_000.0, 200.0);
        assert_eq!(scale.x(1_000), 0.0);
        assert_eq!(scale.x(2_000), 100.0);
        assert_eq!(scale.x(3_000), 200.0);
        assert_eq!(scale.time(50.0), 1_500);
    }

    #[test]
    fn an_empty_range_divides_by_nothing() {
        assert!(TimeScale::new(5.0, 5.0, 100.0).x(5).is_finite());
        assert!(TimeScale::new(0.0, 0.0, 0.0).ticks(50.0).is_empty());
    }

    #[test]
    fn ticks_are_round_and_far_enough_apart() {
        let ticks = TimeScale::new(0.0, 23_000_000.0, 700.0).ticks(80.0);
        let labels: Vec<_> = ticks.iter().map(|t| t.label.as_str()).collect();
        assert_eq!(labels, ["0 ms", "5 ms", "10 ms", "15 ms", "20 ms"]);
        assert!(ticks.windows(2).all(|pair| pair[1].x - pair[0].x >= 80.0));
    }

    #[test]
    fn labels_follow_the_step_not_the_span() {
        let labels = |start, end| {
            let ticks = TimeScale::new(start, end, 300.0).ticks(100.0);
            ticks.into_iter().map(|t| t.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(0.0, 2_000_000_000.0), ["0 s", "1 s", "2 s"]);
        assert_eq!(
            labels(1_000_000.0, 1_000_600.0),
            ["1000000 ns", "1000200 ns", "1000400 ns", "1000600 ns"]
        );
    }
}
