//! The Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), seeded and read as
//! `Modules/_randommodule.c` does.

use num_bigint::{BigInt, BigUint};
use sha2::{Digest, Sha512};

use super::super::number::{Int, Integer};
use super::super::{Error, Result, check};
use super::Random;

const N: usize = 624;
const M: usize = 397;
const UPPER: u32 = 1 << 31;

#[derive(Clone, PartialEq, Eq)]
pub struct Twister {
    state: Box<[u32; N]>,
    /// The next word to be read; at `N` all are made anew.
    index: usize,
}

impl std::fmt::Debug for Twister {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Twister at {}", self.index)
    }
}

impl Twister {
    fn from_word(seed: u32) -> Twister {
        let mut state = Box::new([seed; N]);
        for i in 1..N {
            let before = state[i - 1] ^ (state[i - 1] >> 30);
            state[i] = before.wrapping_mul(1_812_433_253).wrapping_add(i as u32);
        }
        Twister { state, index: N }
    }

    /// `init_by_array` of the authors.
    fn from_key(key: &[u32]) -> Twister {
        let mut twister = Twister::from_word(19_650_218);
        let state = &mut twister.state;
        let mut i = 1;
        let mut mix = |factor: u32, more: &dyn Fn(usize, u32) -> u32, step: usize| {
            let before = state[i - 1] ^ (state[i - 1] >> 30);
            let mixed = state[i] ^ before.wrapping_mul(factor);
            state[i] = more(i, mixed).wrapping_add(step as u32);
            i += 1;
            if i == N {
                state[0] = state[N - 1];
                i = 1;
            }
        };
        for step in 0..N.max(key.len()) {
            let place = step % key.len();
            mix(1_664_525, &|_, mixed| mixed.wrapping_add(key[place]), place);
        }
        for _ in 1..N {
            mix(1_566_083_941, &|i, mixed| mixed.wrapping_sub(i as u32), 0);
        }
        twister.state[0] = UPPER;
        twister
    }

    /// The state, then the next word to be read.
    pub fn words(&self) -> Vec<u32> {
        let index = [self.index as u32];
        self.state.iter().copied().chain(index).collect()
    }

    pub fn of_words(words: &[u32]) -> Option<Twister> {
        let (index, state) = words.split_last()?;
        let state: [u32; N] = state.try_into().ok()?;
        let index = *index as usize;
        (index <= N).then(|| Twister {
            state: Box::new(state),
            index,
        })
    }

    fn refill(&mut self) {
        let state = &mut self.state;
        for i in 0..N {
            let y = (state[i] & UPPER) | (state[(i + 1) % N] & !UPPER);
            let odd = if y & 1 == 1 { 0x9908_b0df } else { 0 };
            state[i] = state[(i + M) % N] ^ (y >> 1) ^ odd;
        }
        self.index = 0;
    }

    /// The next 32 bits.
    pub fn next(&mut self) -> u32 {
        if self.index >= N {
            self.refill();
        }
        let mut y = self.state[self.index];
        self.index += 1;
        y ^= y >> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        y ^ (y >> 18)
    }
}

impl Random {
    /// `Random(seed)` of an int; its sign does not count.
    pub fn from_int(seed: Int) -> Random {
        Random::from_size(seed.abs().into_big().magnitude())
    }

    /// `Random(seed)` of bytes, or of the UTF-8 of a str.
    pub fn from_bytes(seed: &[u8]) -> Random {
        let all = [seed, &Sha512::digest(seed)].concat();
        Random::from_size(&BigUint::from_bytes_be(&all))
    }

    /// `Random(seed)` of a float, by its hash.
    pub fn from_hash(hash: i64) -> Random {
        Random::from_size(&hash.cast_unsigned().into())
    }

    fn from_size(seed: &BigUint) -> Random {
        let mut key = seed.to_u32_digits();
        if key.is_empty() {
            key.push(0);
        }
        Random {
            twister: Twister::from_key(&key),
            gauss_next: None,
        }
    }

    /// `random()`: 53 bits, at least 0 and less than 1.
    pub fn random(&mut self) -> f64 {
        let high = f64::from(self.twister.next() >> 5);
        let low = f64::from(self.twister.next() >> 6);
        (high * f64::from(1 << 26) + low) / (1_u64 << 53) as f64
    }

    /// `getrandbits(bits)`, of at most `limit` bits.
    pub fn bits(&mut self, bits: i64, limit: usize) -> Result<Integer> {
        let bits = usize::try_from(bits)
            .map_err(|_| Error::value("number of bits must be non-negative"))?;
        check(bits, limit)?;
        if bits <= 64 {
            return Ok(self.small_bits(bits).into());
        }
        let words = bits.div_ceil(32);
        let mut digits: Vec<u32> = (0..words).map(|_| self.twister.next()).collect();
        if let Some(last) = digits.last_mut() {
            *last >>= words * 32 - bits;
        }
        Ok(BigInt::from(BigUint::new(digits)).into())
    }

    /// Up to 64 bits.
    fn small_bits(&mut self, bits: usize) -> u64 {
        match bits {
            0 => 0,
            1..=32 => u64::from(self.twister.next() >> (32 - bits)),
            _ => {
                let low = u64::from(self.twister.next());
                low | u64::from(self.twister.next() >> (64 - bits)) << 32
            }
        }
    }

    /// `randbytes(count)`, of at most `limit` bytes.
    pub fn bytes(&mut self, count: i64, limit: usize) -> Result<Vec<u8>> {
        let bits = self.bits(count.saturating_mul(8), limit.saturating_mul(8))?;
        let mut bytes = bits.into_big().to_bytes_le().1;
        bytes.resize(usize::try_from(count).unwrap_or(0), 0);
        Ok(bytes)
    }

    /// A number below `n`, which is not 0: `_randbelow`.
    pub fn below(&mut self, n: u64) -> u64 {
        let bits = (u64::BITS - n.leading_zeros()) as usize;
        loop {
            let found = self.small_bits(bits);
            if found < n {
                return found;
            }
        }
    }

    /// A number below `n`, which is positive.
    pub fn big_below(&mut self, n: &Integer) -> Integer {
        match n {
            Integer::Small(small) => self.below(small.unsigned_abs()).into(),
            Integer::Big(big) => {
                let bits = i64::try_from(big.bits()).unwrap_or(i64::MAX);
                loop {
                    // As large as `n` itself, which is there.
                    let Ok(found) = self.bits(bits, usize::MAX) else {
                        return Integer::Small(0);
                    };
                    let found = found.into_big();
                    if found < *big {
                        return found.into();
                    }
                }
            }
        }
    }
}
