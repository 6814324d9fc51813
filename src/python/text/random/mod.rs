//! The module `random`: CPython's generator and what `Lib/random.py` makes of it, so that a
//! seed gives the same numbers.

mod distributions;
mod select;
mod twister;

pub use select::Cumulative;

/// An object of the class `random.Random`.
#[derive(Clone, Debug, PartialEq)]
pub struct Random {
    twister: twister::Twister,
    /// `gauss` makes two numbers at a time.
    gauss_next: Option<f64>,
}

impl Random {
    /// Its words, then the next one to be read; and what `gauss` has kept.
    pub fn state(&self) -> (Vec<u32>, Option<f64>) {
        (self.twister.words(), self.gauss_next)
    }

    /// A generator in that state, if it can be one.
    pub fn of_state(words: &[u32], gauss_next: Option<f64>) -> Option<Random> {
        let twister = twister::Twister::of_words(words)?;
        Some(Random {
            twister,
            gauss_next,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use super::super::number::{Int, Integer};

    /// python3 -c 'import random; random.seed(1); print(random.random(), …)'
    #[test]
    fn seeds_give_cpythons_numbers() {
        let mut random = Random::from_int(Int::Small(1));
        assert_eq!(
            [random.random(), random.random(), random.random()],
            [0.13436424411240122, 0.8474337369372327, 0.763774618976614]
        );
        assert_eq!(
            Random::from_int(Int::Small(-1)).random(),
            0.13436424411240122
        );
        assert_eq!(Random::from_bytes(b"seed").random(), 0.1382359792209653);
        let large = num_bigint::BigInt::from(10).pow(40);
        assert_eq!(
            Random::from_int(Int::Big(&large)).random(),
            0.34753796566513817
        );
    }

    #[test]
    fn methods_draw_in_cpythons_order() {
        let mut random = Random::from_int(Int::Small(1));
        let bits = random.bits(100, 1000).unwrap();
        assert_eq!(
            bits.into_big().to_string(),
            "1017878568110080782349472477685"
        );
        let int = Int::Small;
        assert_eq!(random.range_to(int(10)), Ok(Integer::Small(1)));
        assert_eq!(
            random.range(int(5), int(100), int(7)),
            Ok(Integer::Small(33))
        );
        assert_eq!(random.range(int(1), int(7), int(1)), Ok(Integer::Small(1)));
        let mut list: Vec<usize> = (0..10).collect();
        for (a, b) in random.shuffle(10) {
            list.swap(a, b);
        }
        assert_eq!(list, [2, 6, 4, 0, 1, 3, 5, 8, 9, 7]);
        assert_eq!(random.sample(10, 3, 100).unwrap(), [6, 9, 0]);
        assert_eq!(
            random.sample(1000, 6, 100).unwrap(),
            [712, 456, 272, 738, 821, 234]
        );
        let weights = Cumulative::new(vec![1.0, 3.0, 6.0, 10.0, 15.0], 5).unwrap();
        let chosen: [usize; 4] = std::array::from_fn(|_| random.weighted(&weights));
        assert_eq!(chosen, [3, 1, 2, 0]);
        assert_eq!(random.uniform(1.0, 2.0), 1.6495461355254983);
        assert_eq!(random.gauss(0.0, 1.0), 2.060815334518392);
        assert_eq!(random.gauss(0.0, 1.0), 0.11932308196823821);
        assert_eq!(random.normal(0.0, 1.0), 0.8202382228510369);
        assert_eq!(random.triangular(0.0, 1.0, Some(0.5)), 0.656271178929879);
        assert_eq!(random.exponential(2.0), Ok(1.3998115927900687));
        assert_eq!(random.gamma(0.5, 1.0), Ok(0.4284388604208252));
        assert_eq!(random.gamma(2.0, 3.0), Ok(9.194539382873318));
        assert_eq!(random.beta(1.0, 2.0), Ok(0.2764426518681066));
        assert_eq!(random.von_mises(1.0, 2.0), Ok(1.1110289393803816));
        assert_eq!(random.pareto(3.0), Ok(1.1243186457420364));
        assert_eq!(random.weibull(1.0, 2.0), Ok(1.165868783397021));
        assert_eq!(random.log_normal(0.0, 1.0), Ok(1.0427271727373428));
    }

    #[test]
    fn errors_are_cpythons() {
        let mut random = Random::from_int(Int::Small(1));
        let int = Int::Small;
        let empty = random.range(int(3), int(3), int(1)).unwrap_err();
        assert_eq!(empty.text, "empty range for randrange() (3, 3, 0)");
        let empty = random.range(int(3), int(0), int(2)).unwrap_err();
        assert_eq!(empty.text, "empty range for randrange()");
        assert_eq!(
            random.choice(0).unwrap_err().text,
            "Cannot choose from an empty sequence"
        );
    }
}
