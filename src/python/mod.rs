//! Python: what its programs are made of, and the machine that runs them.
//!
//! From the bottom: [`names`]; [`code`], what the compiler hands over; [`values`], a file
//! per type; [`machine`], which runs code; [`builtins`], a file per family; [`engine`], the platforms as the library sees them; [`lib`], a
//! file per module; [`text`], pure functions on text and numbers. The compiler is in
//! `compiler/`, which belongs to a crate of its own, so that what runs holds no parser.

pub mod builtins;
pub mod code;
pub mod engine;
pub mod lib;
pub mod machine;
pub mod names;
pub mod text;
pub mod values;
