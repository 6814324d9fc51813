//! What a program in Python has printed, for the script that shows it, `www/output.js`.

use crate::platform::model::Names;
use crate::python::machine::{Printed, Stream};

/// As text, which the page hands on as it is: a line for each that was printed, in their
/// order. It has the steps that had been made, the thread's index, whether it went to stderr,
/// the thread's name, and what was printed, with tabs between them.
pub fn of(printed: &[Printed], names: &Names) -> String {
    let line = |line: &Printed| {
        let Printed {
            stream,
            thread,
            at,
            text,
        } = line;
        let to_stderr = u8::from(*stream == Stream::Err);
        let name = names.get(thread.index()).replace(['\t', '\n'], " ");
        let text = text.trim_end_matches('\n');
        format!("{at}\t{}\t{to_stderr}\t{name}\t{text}\n", thread.0)
    };
    printed.iter().map(line).collect()
}
