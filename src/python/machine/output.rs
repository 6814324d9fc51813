//! What a program prints: kept up to a number of lines, counted beyond.

use xxhash_rust::xxh3::xxh3_128;

use super::acting;
use crate::base::ThreadId;
use crate::python::engine::Telling;

/// The streams of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    Out,
    Err,
}

/// What a thread has printed: a line with its end, or what was left of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub stream: Stream,
    /// The engine's number of the thread.
    pub thread: ThreadId,
    /// When, as the engine [counts](crate::platform::Platform::moment).
    pub at: u64,
    pub text: String,
}

/// Who prints, and when.
#[derive(Clone, Copy)]
pub struct Moment {
    pub thread: ThreadId,
    pub at: u64,
}

#[derive(Default)]
pub struct Output {
    /// In the order in which they were printed.
    kept: Vec<Printed>,
    /// Bytes of all that is kept.
    size: usize,
    /// How many more lines are kept.
    left: usize,
    /// Lines that were not kept.
    pub lost: usize,
    /// What threads have printed of lines that have no end yet.
    begun: Vec<(u64, Moment, Stream, String)>,
}

/// A line longer than this is cut.
const LONGEST: usize = 1 << 20;

/// The most bytes that are kept.
const MOST: usize = LONGEST * 16;

impl Output {
    pub fn new(lines: usize) -> Output {
        Output {
            left: lines,
            ..Output::default()
        }
    }

    /// Keeps what the thread that acts prints: the lines that are whole with that. A line of
    /// pieces is whole: other threads' come before or after it.
    pub fn write(&mut self, stream: Stream, text: &str, now: Moment) -> &[Printed] {
        let before = self.kept.len();
        let me = acting::of_all();
        let mine =
            |(thread, _, of, _): &(u64, Moment, Stream, String)| (*thread, *of) == (me, stream);
        let begun = self.begun.iter().position(mine);
        let (lines, rest) = match text.rfind('\n') {
            Some(end) => text.split_at(end + 1),
            None => ("", text),
        };
        if !lines.is_empty() {
            match begun.map(|at| std::mem::take(&mut self.begun[at].3)) {
                Some(before) => self.keep(stream, &(before + lines), now),
                None => self.keep(stream, lines, now),
            }
        }
        if !rest.is_empty() {
            match begun {
                Some(at) if self.begun[at].3.len() <= LONGEST => self.begun[at].3.push_str(rest),
                Some(_) => {}
                None => self.begun.push((me, now, stream, rest.to_owned())),
            }
        }
        &self.kept[before..]
    }

    fn keep(&mut self, stream: Stream, text: &str, Moment { thread, at }: Moment) {
        for line in text.split_inclusive('\n') {
            let ends = usize::from(line.ends_with('\n'));
            if self.left == 0 || self.size + line.len() > MOST {
                self.lost += ends;
                continue;
            }
            self.left -= ends;
            self.size += line.len();
            self.kept.push(Printed {
                stream,
                thread,
                at,
                text: line.to_owned(),
            });
        }
    }

    /// Tells what was printed: the lines in any order, unless that makes a difference.
    pub fn tell(&self, told: &mut Telling, in_order: bool) {
        for stream in [Stream::Out, Stream::Err] {
            let lines = self.kept.iter().filter(|line| line.stream == stream);
            if in_order {
                lines.for_each(|line| told.text(&line.text));
                continue;
            }
            let lines = lines.map(|line| xxh3_128(line.text.trim_end_matches('\n').as_bytes()));
            let sum = lines.fold(0u128, u128::wrapping_add);
            told.number(sum as u64);
            told.number((sum >> 64) as u64);
        }
        for (thread, _, stream, text) in &self.begun {
            if !text.is_empty() {
                told.number(*thread << 1 | u64::from(*stream == Stream::Err));
                told.text(text);
            }
        }
    }

    /// Keeps lines that have no end, since none will come: these.
    pub fn end(&mut self) -> &[Printed] {
        let before = self.kept.len();
        for (_, moment, stream, text) in std::mem::take(&mut self.begun) {
            self.keep(stream, &text, moment);
        }
        &self.kept[before..]
    }

    /// All that was printed.
    pub fn take(&mut self) -> Vec<Printed> {
        self.end();
        std::mem::take(&mut self.kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_limit_are_counted() {
        let now = Moment {
            thread: ThreadId::MAIN,
            at: 7,
        };
        let mut output = Output::new(2);
        let texts = |lines: &[Printed]| {
            lines
                .iter()
                .map(|line| line.text.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            texts(output.write(Stream::Out, "a\nb\nc\nd", now)),
            ["a\n", "b\n"]
        );
        assert_eq!(texts(output.write(Stream::Out, "\n", now)), [""; 0]);
        assert_eq!(texts(&output.take()), ["a\n", "b\n"]);
        assert_eq!(output.lost, 2);
    }

    /// What a thread prints in pieces is of the moment in which its line is whole; what has no
    /// end, of that in which it was begun.
    #[test]
    fn a_line_is_of_the_moment_of_its_end() {
        let moment = |at| Moment {
            thread: ThreadId(3),
            at,
        };
        let mut output = Output::new(9);
        output.write(Stream::Out, "a", moment(1));
        output.write(Stream::Err, "b", moment(2));
        output.write(Stream::Out, "c\n", moment(4));
        let told: Vec<_> = output
            .take()
            .into_iter()
            .map(|line| (line.text, line.at, line.stream, line.thread))
            .collect();
        let thread = ThreadId(3);
        assert_eq!(
            told,
            [
                ("ac\n".to_owned(), 4, Stream::Out, thread),
                ("b".to_owned(), 2, Stream::Err, thread)
            ]
        );
    }
}
