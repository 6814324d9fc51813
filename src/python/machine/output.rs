//! What a program prints: kept up to a number of lines, counted beyond.

use xxhash_rust::xxh3::xxh3_128;

use super::acting;
use crate::python::engine::Telling;

/// The streams of a program.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    Out,
    Err,
}

pub struct Output {
    out: String,
    err: String,
    /// How many more lines are kept.
    left: usize,
    /// Lines that were not kept.
    pub lost: usize,
    /// What threads have printed of lines that have no end yet.
    begun: Vec<(u64, Stream, String)>,
}

/// A line longer than this is cut.
const LONGEST: usize = 1 << 20;

impl Output {
    pub fn new(lines: usize) -> Output {
        Output {
            out: String::new(),
            err: String::new(),
            left: lines,
            lost: 0,
            begun: Vec::new(),
        }
    }

    /// Keeps what the thread that acts prints. A line of pieces is whole: other threads'
    /// come before or after it.
    pub fn write(&mut self, stream: Stream, text: &str) {
        let me = acting::of_all();
        let mine = |(thread, of, _): &(u64, Stream, String)| *thread == me && *of == stream;
        let begun = self.begun.iter().position(mine);
        let (lines, rest) = match text.rfind('\n') {
            Some(end) => text.split_at(end + 1),
            None => ("", text),
        };
        if !lines.is_empty() {
            match begun.map(|at| std::mem::take(&mut self.begun[at].2)) {
                Some(before) => self.keep(stream, &(before + lines)),
                None => self.keep(stream, lines),
            }
        }
        if rest.is_empty() {
            return;
        }
        match begun {
            Some(at) if self.begun[at].2.len() <= LONGEST => self.begun[at].2.push_str(rest),
            Some(_) => {}
            None => self.begun.push((me, stream, rest.to_owned())),
        }
    }

    fn keep(&mut self, stream: Stream, text: &str) {
        let kept = match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        };
        for line in text.split_inclusive('\n') {
            let ends = usize::from(line.ends_with('\n'));
            if self.left == 0 || kept.len() + line.len() > LONGEST * 16 {
                self.lost += ends;
                continue;
            }
            self.left -= ends;
            kept.push_str(line);
        }
    }

    /// Tells what was printed: the lines in any order, unless that makes a difference.
    pub fn tell(&self, told: &mut Telling, in_order: bool) {
        for kept in [&self.out, &self.err] {
            if in_order {
                told.text(kept);
                continue;
            }
            let lines = kept.lines().map(|line| xxh3_128(line.as_bytes()));
            let sum = lines.fold(0u128, u128::wrapping_add);
            told.number(sum as u64);
            told.number((sum >> 64) as u64);
        }
        for (thread, stream, text) in &self.begun {
            if !text.is_empty() {
                told.number(*thread << 1 | u64::from(*stream == Stream::Err));
                told.text(text);
            }
        }
    }

    /// What was printed, and what went to stderr.
    pub fn take(&mut self) -> (String, String) {
        for (_, stream, text) in std::mem::take(&mut self.begun) {
            self.keep(stream, &text);
        }
        (std::mem::take(&mut self.out), std::mem::take(&mut self.err))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_limit_are_counted() {
        let mut output = Output::new(2);
        output.write(Stream::Out, "a\nb\nc\nd");
        output.write(Stream::Out, "\n");
        assert_eq!(output.take().0, "a\nb\n");
        assert_eq!(output.lost, 2);
    }
}
