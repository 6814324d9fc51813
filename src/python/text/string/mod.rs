//! str: its text by code points, and its methods.

pub mod case;
pub mod encode;
pub mod find;
pub mod kinds;
pub mod lines;
pub mod pad;
pub mod repr;
pub mod split;
pub mod strip;
mod text;
pub mod translate;

pub use text::Text;
