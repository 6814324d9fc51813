//! bytes and its methods, as those of str, but for ASCII only: `Objects/bytesobject.c`,
//! `Objects/bytes_methods.c`.

pub mod case;
pub mod find;
pub mod hex;
pub mod pad;
pub mod split;
