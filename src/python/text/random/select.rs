//! randrange, choice, shuffle, sample and choices: indices, for the caller's sequence.

use std::collections::HashSet;

use super::super::number::{Int, Integer, arithmetic, int_text};
use super::super::{Error, Kind, Result, check};
use super::Random;

/// Weights for `choices`, added up.
pub struct Cumulative {
    sums: Vec<f64>,
    total: f64,
}

impl Cumulative {
    /// Sums of weights for a population of so many.
    pub fn new(sums: Vec<f64>, population: usize) -> Result<Cumulative> {
        let wrong = |text: &'static str| Err(Error::value(text));
        let total = match sums.last() {
            _ if sums.len() != population => {
                return wrong("The number of weights does not match the population");
            }
            None => return Err(Error::new(Kind::Index, "list index out of range")),
            Some(total) => *total,
        };
        if total <= 0.0 {
            return wrong("Total of weights must be greater than zero");
        }
        if !total.is_finite() {
            return wrong("Total of weights must be finite");
        }
        Ok(Cumulative { sums, total })
    }
}

impl Random {
    /// `randrange(start)`.
    pub fn range_to(&mut self, stop: Int) -> Result<Integer> {
        if stop.is_negative() || stop.is_zero() {
            return Err(Error::value("empty range for randrange()"));
        }
        Ok(self.big_below(&stop.to_integer()))
    }

    /// `randrange(start, stop, step)`; `randint(a, b)` is `range(a, b + 1, 1)`.
    pub fn range(&mut self, start: Int, stop: Int, step: Int) -> Result<Integer> {
        let width = arithmetic::sub(stop, start);
        let width = Int::from(&width);
        let empty = width.is_negative() || width.is_zero();
        if step == Int::Small(1) {
            if empty {
                let shown = [start, stop, width].map(|a| int_text::decimal(a).unwrap_or_default());
                let shown = shown.join(", ");
                return Err(Error::value(format!(
                    "empty range for randrange() ({shown})"
                )));
            }
            let found = self.big_below(&width.to_integer());
            return Ok(arithmetic::add(start, (&found).into()));
        }
        if step.is_zero() {
            return Err(Error::value("zero step for randrange()"));
        }
        let round = if step.is_negative() { 1 } else { -1 };
        let most = arithmetic::add(width, step);
        let most = arithmetic::add((&most).into(), Int::Small(round));
        let count = arithmetic::floor_div((&most).into(), step)?;
        let count = Int::from(&count);
        if count.is_negative() || count.is_zero() {
            return Err(Error::value("empty range for randrange()"));
        }
        let found = self.big_below(&count.to_integer());
        // Not larger than the range, whose ends are there.
        let offset = arithmetic::mul(step, (&found).into(), usize::MAX)?;
        Ok(arithmetic::add(start, (&offset).into()))
    }

    /// `choice` of so many.
    pub fn choice(&mut self, len: usize) -> Result<usize> {
        if len == 0 {
            let text = "Cannot choose from an empty sequence";
            return Err(Error::new(Kind::Index, text));
        }
        Ok(self.below(len as u64) as usize)
    }

    /// `shuffle`: which elements of so many change places, in order.
    pub fn shuffle(&mut self, len: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        (1..len)
            .rev()
            .map(|i| (i, self.below(i as u64 + 1) as usize))
    }

    /// `sample` of `k` from so many, at most `limit` of them.
    pub fn sample(&mut self, len: usize, k: i64, limit: usize) -> Result<Vec<usize>> {
        let k = usize::try_from(k).ok().filter(|k| *k <= len);
        let k = k.ok_or_else(|| Error::value("Sample larger than population or is negative"))?;
        check(k, limit)?;
        let mut set_size = 21.0;
        if k > 5 {
            let places = ((k as f64 * 3.0).ln() / 4.0_f64.ln()).ceil();
            set_size += 4.0_f64.powf(places);
        }
        if len as f64 <= set_size {
            let mut pool: Vec<usize> = (0..len).collect();
            let draw = |i: usize| {
                let at = self.below((len - i) as u64) as usize;
                let found = pool[at];
                pool[at] = pool[len - i - 1];
                found
            };
            return Ok((0..k).map(draw).collect());
        }
        let mut seen = HashSet::with_capacity(k);
        let draw = |_| loop {
            let found = self.below(len as u64) as usize;
            if seen.insert(found) {
                return found;
            }
        };
        Ok((0..k).map(draw).collect())
    }

    /// One of `choices` from so many.
    pub fn any(&mut self, len: usize) -> usize {
        (self.random() * len as f64) as usize
    }

    /// One of `choices` with weights.
    pub fn weighted(&mut self, weights: &Cumulative) -> usize {
        let point = self.random() * weights.total;
        let last = weights.sums.len() - 1;
        weights.sums[..last].partition_point(|sum| *sum <= point)
    }
}
