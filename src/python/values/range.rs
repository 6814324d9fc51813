//! range: numbers at equal distances. Beyond 64 bits they are told to be too large.

/// `step` is never 0.
pub struct Range {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Range {
    pub fn len(&self) -> usize {
        let (start, stop, step) = (
            i128::from(self.start),
            i128::from(self.stop),
            i128::from(self.step),
        );
        let steps = if step > 0 {
            (stop - start + step - 1) / step
        } else {
            (start - stop - step - 1) / -step
        };
        usize::try_from(steps.max(0)).unwrap_or(usize::MAX)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number at a position that exists.
    pub fn at(&self, position: usize) -> i64 {
        self.start
            .wrapping_add(self.step.wrapping_mul(position as i64))
    }

    pub fn contains(&self, number: i64) -> bool {
        self.position(number).is_some()
    }

    pub fn position(&self, number: i64) -> Option<usize> {
        let distance = i128::from(number) - i128::from(self.start);
        let step = i128::from(self.step);
        let at = usize::try_from(distance / step).ok()?;
        (distance % step == 0 && at < self.len()).then_some(at)
    }
}
