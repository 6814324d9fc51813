//! int and float.

pub mod arithmetic;
pub mod bytes;
pub mod compare;
pub mod division;
pub mod float;
pub mod float_hex;
pub mod float_parse;
pub mod float_text;
pub mod int_parse;
pub mod int_text;
mod integer;
pub mod round;

pub use integer::{Int, Integer};
