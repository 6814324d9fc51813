//! bool and float, each as a whole word.
//!
//! All that a [`Value`](super::Value) may hold is then an integer or a pointer of eight
//! bytes, so that the compiler keeps a value in two registers. With an `f64` or a `bool`
//! among them it would be sixteen bytes of memory, written in halves and read as a whole,
//! for which processors wait.

/// A bool.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u64)]
pub enum Truth {
    False,
    True,
}

impl Truth {
    #[inline]
    pub fn get(self) -> bool {
        self == Truth::True
    }
}

impl From<bool> for Truth {
    #[inline]
    fn from(bool: bool) -> Truth {
        if bool { Truth::True } else { Truth::False }
    }
}

/// A float, as its bits.
#[derive(Clone, Copy)]
pub struct Float(u64);

impl Float {
    #[inline]
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl From<f64> for Float {
    #[inline]
    fn from(number: f64) -> Float {
        Float(number.to_bits())
    }
}
