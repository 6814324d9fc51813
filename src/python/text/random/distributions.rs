//! Distributions of real numbers. The methods are those that `Lib/random.py` names, with its
//! order of draws.

use std::f64::consts::{E, LN_2, PI, TAU};

use super::super::number::float;
use super::super::{Error, Result};
use super::Random;

impl Random {
    pub fn uniform(&mut self, a: f64, b: f64) -> f64 {
        a + (b - a) * self.random()
    }

    pub fn triangular(&mut self, low: f64, high: f64, mode: Option<f64>) -> f64 {
        let mut u = self.random();
        let mut c = match mode {
            None => 0.5,
            Some(_) if high == low => return low,
            Some(mode) => (mode - low) / (high - low),
        };
        let (mut low, mut high) = (low, high);
        if u > c {
            u = 1.0 - u;
            c = 1.0 - c;
            (low, high) = (high, low);
        }
        low + (high - low) * (u * c).sqrt()
    }

    /// By the ratio of uniform deviates (Kinderman and Monahan, 1977).
    pub fn normal(&mut self, mu: f64, sigma: f64) -> f64 {
        let magic = 4.0 * (-0.5_f64).exp() / 2.0_f64.sqrt();
        loop {
            let u1 = self.random();
            let u2 = 1.0 - self.random();
            let z = magic * (u1 - 0.5) / u2;
            if z * z / 4.0 <= -u2.ln() {
                return mu + z * sigma;
            }
        }
    }

    /// By the polar coordinates of two numbers, of which the second is kept.
    pub fn gauss(&mut self, mu: f64, sigma: f64) -> f64 {
        let z = self.gauss_next.take().unwrap_or_else(|| {
            let angle = self.random() * TAU;
            let radius = (-2.0 * (1.0 - self.random()).ln()).sqrt();
            self.gauss_next = Some(angle.sin() * radius);
            angle.cos() * radius
        });
        mu + z * sigma
    }

    pub fn log_normal(&mut self, mu: f64, sigma: f64) -> Result<f64> {
        let result = self.normal(mu, sigma).exp();
        if result.is_infinite() {
            return Err(Error::overflow("math range error"));
        }
        Ok(result)
    }

    pub fn exponential(&mut self, lambda: f64) -> Result<f64> {
        float::true_div(-(1.0 - self.random()).ln(), lambda)
    }

    pub fn pareto(&mut self, alpha: f64) -> Result<f64> {
        let u = 1.0 - self.random();
        float::pow(u, float::true_div(-1.0, alpha)?)
    }

    pub fn weibull(&mut self, alpha: f64, beta: f64) -> Result<f64> {
        let u = 1.0 - self.random();
        Ok(alpha * float::pow(-u.ln(), float::true_div(1.0, beta)?)?)
    }

    /// By Cheng (1977) for `alpha` above one, Kennedy and Gentle's GS below.
    pub fn gamma(&mut self, alpha: f64, beta: f64) -> Result<f64> {
        if alpha <= 0.0 || beta <= 0.0 {
            return Err(Error::value("gammavariate: alpha and beta must be > 0.0"));
        }
        if alpha == 1.0 {
            return Ok(-(1.0 - self.random()).ln() * beta);
        }
        let x = match alpha > 1.0 {
            true => self.gamma_above_one(alpha),
            false => self.gamma_below_one(alpha),
        };
        Ok(x * beta)
    }

    fn gamma_above_one(&mut self, alpha: f64) -> f64 {
        let a = (2.0 * alpha - 1.0).sqrt();
        let b = alpha - 2.0 * LN_2;
        let c = alpha + a;
        loop {
            let u1 = self.random();
            if !(u1 > 1e-7 && u1 < 0.999_999_9) {
                continue;
            }
            let u2 = 1.0 - self.random();
            let v = (u1 / (1.0 - u1)).ln() / a;
            let x = alpha * v.exp();
            let z = u1 * u1 * u2;
            let r = b + c * v - x;
            if r + (1.0 + 4.5_f64.ln()) - 4.5 * z >= 0.0 || r >= z.ln() {
                return x;
            }
        }
    }

    fn gamma_below_one(&mut self, alpha: f64) -> f64 {
        loop {
            let b = (E + alpha) / E;
            let p = b * self.random();
            let x = match p <= 1.0 {
                true => p.powf(1.0 / alpha),
                false => -((b - p) / alpha).ln(),
            };
            let u = self.random();
            let accepted = match p > 1.0 {
                true => u <= x.powf(alpha - 1.0),
                false => u <= (-x).exp(),
            };
            if accepted {
                return x;
            }
        }
    }

    pub fn beta(&mut self, alpha: f64, beta: f64) -> Result<f64> {
        let y = self.gamma(alpha, 1.0)?;
        if y == 0.0 {
            return Ok(0.0);
        }
        Ok(y / (y + self.gamma(beta, 1.0)?))
    }

    /// By Fisher (1993).
    pub fn von_mises(&mut self, mu: f64, kappa: f64) -> Result<f64> {
        if kappa <= 1e-6 {
            return Ok(TAU * self.random());
        }
        let s = 0.5 / kappa;
        let r = s + (1.0 + s * s).sqrt();
        let z = loop {
            let z = (PI * self.random()).cos();
            let d = z / (r + z);
            let u = self.random();
            if u < 1.0 - d * d || u <= (1.0 - d) * d.exp() {
                break z;
            }
        };
        let q = 1.0 / r;
        let angle = ((q + z) / (1.0 + q * z)).acos();
        let angle = if self.random() > 0.5 { angle } else { -angle };
        float::modulo(mu + angle, TAU)
    }
}
