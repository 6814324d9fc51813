//! What a program prints: kept up to a number of lines, counted beyond.

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
        }
    }

    pub fn write(&mut self, stream: Stream, text: &str) {
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

    /// What was printed, and what went to stderr.
    pub fn take(&mut self) -> (String, String) {
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
