//! A number of interleavings.

use std::fmt;
use std::str::FromStr;

use borsh::{BorshDeserialize, BorshSerialize};

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, BorshSerialize, BorshDeserialize)]
pub struct Count {
    /// How many there are, at least.
    pub at_least: u128,
    /// Whether there are more than that.
    pub more: bool,
}

impl Count {
    pub const ONE: Count = Count {
        at_least: 1,
        more: false,
    };

    pub fn exactly(at_least: u128) -> Count {
        Count {
            at_least,
            more: false,
        }
    }

    pub fn add(&mut self, other: Count) {
        let (sum, overflows) = self.at_least.overflowing_add(other.at_least);
        self.at_least = if overflows { u128::MAX } else { sum };
        self.more |= other.more || overflows;
    }

    /// How many there are where each of these is followed by each of others.
    pub fn times(self, other: Count) -> Count {
        let (product, overflows) = self.at_least.overflowing_mul(other.at_least);
        Count {
            at_least: if overflows { u128::MAX } else { product },
            more: self.more || other.more || overflows,
        }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let more = if self.more { "more than " } else { "" };
        write!(f, "{more}{}", self.at_least)
    }
}

/// As it is displayed.
impl FromStr for Count {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (more, number) = match text.strip_prefix("more than ") {
            Some(number) => (true, number),
            None => (false, text),
        };
        let at_least = number.parse()?;
        Ok(Count { at_least, more })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_many_to_count_is_more_than_that() {
        let mut count = Count::exactly(u128::MAX - 1);
        count.add(Count::ONE);
        assert_eq!(count, Count::exactly(u128::MAX));
        count.add(Count::ONE);
        assert!(count.more);
        assert_eq!(count.to_string().parse(), Ok(count));
        assert_eq!("924".parse(), Ok(Count::exactly(924)));
    }
}
