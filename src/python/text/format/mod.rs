//! `format`, f-strings, `str.format` and `%`.

pub mod fields;
mod layout;
pub mod number;
pub mod percent;
pub mod spec;
pub mod text;
