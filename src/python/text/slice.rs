//! Slices and ranges: `PySlice_AdjustIndices` in `Objects/sliceobject.c`, `compute_range_length`
//! in `Objects/rangeobject.c`.
//!
//! A caller clips ints that are too large to `i64` before, as `_PyEval_SliceIndex` does.

use num_integer::Integer as _;

use super::number::{Int, Integer, arithmetic};
use super::{Error, Result};

/// The elements that a slice selects: `len` of them, from `start` on, `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Indices {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
    pub len: usize,
}

impl Indices {
    /// `slice(start, stop, step).indices(len)`; with their order and count.
    pub fn new(
        start: Option<i64>,
        stop: Option<i64>,
        step: Option<i64>,
        len: usize,
    ) -> Result<Indices> {
        let step = step.unwrap_or(1).max(-i64::MAX);
        if step == 0 {
            return Err(Error::value("slice step cannot be zero"));
        }
        let len = i64::try_from(len).unwrap_or(i64::MAX);
        let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let adjust = |index: i64| {
            let from_start = if index < 0 { index + len } else { index };
            from_start.clamp(lowest, highest)
        };
        let (first, last) = if step < 0 {
            (highest, lowest)
        } else {
            (lowest, highest)
        };
        let start = start.map_or(first, adjust);
        let stop = stop.map_or(last, adjust);
        let span = if step < 0 { start - stop } else { stop - start };
        let count = if span <= 0 {
            0
        } else {
            (span - 1) / step.abs() + 1
        };
        let len = usize::try_from(count).unwrap_or(0);
        Ok(Indices {
            start,
            stop,
            step,
            len,
        })
    }

    /// The first index, or where a slice without elements lies.
    pub fn first(&self) -> usize {
        usize::try_from(self.start).unwrap_or(0)
    }

    /// The indices in order, each within the sequence.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = usize> + ExactSizeIterator + use<> {
        let Indices {
            start, step, len, ..
        } = *self;
        (0..len).map(move |n| {
            let n = i64::try_from(n).unwrap_or(0);
            usize::try_from(start + n * step).unwrap_or(0)
        })
    }
}

/// `start` and `end` of `find`, `index` and kin, within 0 and `len`. `None` if `start` lies
/// behind `end` or the text.
pub fn clip(start: i64, end: i64, len: usize) -> Option<(usize, usize)> {
    let size = i64::try_from(len).unwrap_or(i64::MAX);
    let from_start = |index: i64| match index < 0 {
        true => (index + size).max(0),
        false => index,
    };
    let (start, end) = (from_start(start), from_start(end).min(size));
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    (start <= end).then_some((start, end))
}

/// `index` of a sequence of `len`, negative ones counted from the end.
pub fn position(index: i64, len: usize) -> Option<usize> {
    let size = i64::try_from(len).ok()?;
    let index = if index < 0 { index + size } else { index };
    usize::try_from(index).ok().filter(|index| *index < len)
}

/// `len(range(start, stop, step))` for a step that is not 0.
pub fn range_len(start: i64, stop: i64, step: i64) -> u64 {
    let (low, high) = if step < 0 {
        (stop, start)
    } else {
        (start, stop)
    };
    if low >= high {
        return 0;
    }
    (high.abs_diff(low) - 1) / step.unsigned_abs() + 1
}

/// [`range_len`] with ints of any size.
pub fn big_range_len(start: Int, stop: Int, step: Int) -> Integer {
    let (low, high) = if step.is_negative() {
        (stop, start)
    } else {
        (start, stop)
    };
    let span = arithmetic::sub(high, low).into_big();
    if span <= 0.into() {
        return Integer::Small(0);
    }
    let (quotient, _) = (span - 1_i64).div_rem(&step.abs().into_big());
    (quotient + 1_i64).into()
}

/// `value in range(start, stop, step)` with ints of any size.
pub fn range_contains(start: Int, stop: Int, step: Int, value: Int) -> bool {
    let (start, stop, value) = (start.big(), stop.big(), value.big());
    let inside = match step.is_negative() {
        true => stop < value && value <= start,
        false => start <= value && value < stop,
    };
    inside && (&*value - &*start).is_multiple_of(&step.big())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_python_adjusts_them() {
        let rows = [
            (None, None, None, 5, (0, 5, 1, 5)),
            (Some(1), Some(-1), None, 5, (1, 4, 1, 3)),
            (None, None, Some(-1), 5, (4, -1, -1, 5)),
            (Some(-2), None, Some(-2), 5, (3, -1, -2, 2)),
            (Some(10), Some(-10), Some(-3), 5, (4, -1, -3, 2)),
            (Some(-10), Some(10), Some(2), 5, (0, 5, 2, 3)),
            (Some(3), Some(1), None, 5, (3, 1, 1, 0)),
            (None, None, Some(2), 0, (0, 0, 2, 0)),
            (
                Some(0),
                Some(4611686018427387904),
                Some(1099511627776),
                5,
                (0, 5, 1099511627776, 1),
            ),
        ];
        for (start, stop, step, len, expected) in rows {
            let indices = Indices::new(start, stop, step, len).unwrap();
            let Indices {
                start,
                stop,
                step,
                len,
            } = indices;
            assert_eq!((start, stop, step, len), expected);
            assert!(indices.iter().all(|at| at < 5));
        }
        let zero = Indices::new(None, None, Some(0), 5).unwrap_err();
        assert_eq!(zero.text, "slice step cannot be zero");
    }

    #[test]
    fn ranges() {
        let int = Int::Small;
        assert_eq!(range_len(i64::MIN, i64::MAX, 1), u64::MAX);
        assert_eq!(range_len(10, 0, -3), 4);
        assert_eq!(range_len(0, 10, -1), 0);
        assert_eq!(big_range_len(int(10), int(0), int(-3)), Integer::Small(4));
        assert!(range_contains(int(0), int(10), int(3), int(9)));
        assert!(!range_contains(int(0), int(9), int(3), int(9)));
        assert!(range_contains(int(10), int(0), int(-3), int(1)));
    }
}
