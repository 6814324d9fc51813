//! What the modules of the library have, and what CPython's have beyond that: the table that
//! help and diagnostics are made of.
//!
//! `lib/offered.txt` has it: a module in brackets, its names, and after a line with `-` alone
//! those that are not there yet. Tests compare it with the modules themselves, with CPython's,
//! and with the programs that use the names.

/// A module of the library.
pub struct Offered {
    pub module: &'static str,
    pub names: Vec<&'static str>,
    /// The public names of CPython's module that are not there yet.
    pub absent: Vec<&'static str>,
}

const TABLE: &str = include_str!("../lib/offered.txt");

/// All modules that programs can import, in order; of packages, not their inner parts.
pub fn offered() -> impl Iterator<Item = Offered> {
    TABLE.split("\n[").map(|entry| {
        let entry = entry.trim_start_matches('[');
        let (module, names) = entry.split_once("]\n").unwrap_or((entry, ""));
        let (names, absent) = names.split_once("-\n").unwrap_or((names, ""));
        Offered {
            module,
            names: names.split_whitespace().collect(),
            absent: absent.split_whitespace().collect(),
        }
    })
}

/// The module's entry, if the name is one of those that are not there yet.
pub fn lacking(module: &str, name: &str) -> Option<Offered> {
    let mut all = offered();
    all.find(|offered| offered.module == module && offered.absent.contains(&name))
}
