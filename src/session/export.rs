//! Files of a run, to be kept and read elsewhere: a trace for Perfetto and Chrome, tables for
//! spreadsheets, a picture.

pub mod chrome;
pub mod csv;
pub mod svg;
