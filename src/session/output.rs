//! What a program in Python has printed, for the script that shows it, `www/output.js`.

use crate::python::machine::{Printed, Stream};

/// As text, which the page hands on as it is: a line for each that was printed, in their
/// order. It has the steps that had been made, the thread's index, whether it went to stderr,
/// and what was printed, with tabs between them.
pub fn of(printed: &[Printed]) -> String {
    let line = |line: &Printed| {
        let Printed {
            stream,
            thread,
            at,
            text,
        } = line;
        let to_stderr = u8::from(*stream == Stream::Err);
        format!(
            "{at}\t{}\t{to_stderr}\t{}\n",
            thread.0,
            text.trim_end_matches('\n')
        )
    };
    printed.iter().map(line).collect()
}
