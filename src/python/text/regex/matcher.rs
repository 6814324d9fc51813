//! Runs a program over characters, and comes back to its last choice whenever it fails.

use super::Endless;
use super::classes::{fold, is_word};
use super::program::{Program, Step};
use super::syntax::How;

/// Where a match may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Anywhere.
    Search,
    /// At the start.
    Match,
    /// From the start to the end.
    Full,
}

/// What of a text is looked at.
#[derive(Clone, Copy)]
pub struct Part {
    pub start: usize,
    pub end: usize,
    /// A match of nothing at the start does not count.
    pub advances: bool,
}

/// Where the whole and the groups begin and end.
pub type Spans = Vec<Option<(usize, usize)>>;

/// What there is to come back to.
enum Back {
    /// Another way.
    Way { step: usize, at: usize },
    /// Fewer of a single character: down to `least`.
    Fewer {
        step: usize,
        least: usize,
        at: usize,
    },
    /// More of it, up to the count that is left.
    More { step: usize, at: usize, left: u32 },
    /// A place that a group or a loop had.
    Place(usize, usize),
}

/// No place.
const NOWHERE: usize = usize::MAX;
/// Choices that are kept at a time.
const MOST: usize = 4 << 20;

struct Matcher<'a> {
    steps: &'a [Step],
    text: &'a [char],
    /// The end of what is looked at.
    end: usize,
    full: bool,
    /// Where a match of nothing does not count.
    passed: usize,
    /// Of groups, then of loops.
    places: Vec<usize>,
    marks: usize,
    back: Vec<Back>,
    left: &'a mut u64,
}

pub fn find(
    program: &Program,
    groups: usize,
    text: &[char],
    part: Part,
    mode: Mode,
    left: &mut u64,
) -> Result<Option<Spans>, Endless> {
    let Part { start, end, .. } = part;
    let marks = (groups + 1) * 2;
    let mut matcher = Matcher {
        steps: &program.steps,
        text,
        end,
        full: mode == Mode::Full,
        passed: if part.advances { start } else { NOWHERE },
        places: vec![NOWHERE; marks + program.marks],
        marks,
        back: Vec::new(),
        left,
    };
    let first = match program.steps.first() {
        Some(Step::Char(c)) => Some(*c),
        _ => None,
    };
    let last = if mode == Mode::Search { end } else { start };
    for at in start..=last {
        if mode == Mode::Search && first.is_some_and(|c| text[..end].get(at) != Some(&c)) {
            continue;
        }
        matcher.places.fill(NOWHERE);
        matcher.back.clear();
        matcher.places[0] = at;
        if let Some(to) = matcher.run(0, at, 0)? {
            let mut spans: Spans = matcher.places[..marks]
                .chunks(2)
                .map(|pair| {
                    (pair[0] != NOWHERE && pair[1] != NOWHERE).then_some((pair[0], pair[1]))
                })
                .collect();
            spans[0] = Some((at, to));
            return Ok(Some(spans));
        }
    }
    Ok(None)
}

impl Matcher<'_> {
    fn set_place(&mut self, place: usize, at: usize) {
        self.back.push(Back::Place(place, self.places[place]));
        self.places[place] = at;
    }

    /// Whether a step of one character takes the one at the position.
    #[inline]
    fn takes(&self, step: &Step, at: usize) -> bool {
        if at >= self.end {
            return false;
        }
        let c = self.text[at];
        match step {
            Step::Char(wanted) => c == *wanted,
            Step::Folded(wanted) => fold(c) == *wanted,
            Step::Set(set) => set.contains(c),
            _ => false,
        }
    }

    /// Runs from a step at a position to a match, whose end it gives, with what is on the
    /// stack of choices from `floor` on.
    fn run(&mut self, step: usize, at: usize, floor: usize) -> Result<Option<usize>, Endless> {
        let (mut step, mut at) = (step, at);
        let steps = self.steps;
        loop {
            *self.left = self.left.checked_sub(1).ok_or(Endless)?;
            if self.back.len() > MOST {
                return Err(Endless);
            }
            let goes_on = match &steps[step] {
                Step::Match => {
                    let is_short = self.full && at < self.end;
                    let is_nothing = at == self.passed && self.places[0] == at;
                    match floor == 0 && (is_short || is_nothing) {
                        true => false,
                        false => return Ok(Some(at)),
                    }
                }
                single @ (Step::Char(_) | Step::Folded(_) | Step::Set(_)) => {
                    let takes = self.takes(single, at);
                    (step, at) = (step + 1, at + 1);
                    takes
                }
                Step::Start(lines) => {
                    step += 1;
                    at == 0 || *lines && self.text[at - 1] == '\n'
                }
                Step::End(lines) => {
                    step += 1;
                    let is_newline = at < self.end && self.text[at] == '\n';
                    at == self.end || is_newline && (*lines || at + 1 == self.end)
                }
                Step::First => {
                    step += 1;
                    at == 0
                }
                Step::Last => {
                    step += 1;
                    at == self.end
                }
                Step::Boundary { ascii, not } => {
                    step += 1;
                    let before = at > 0 && is_word(self.text[at - 1], *ascii);
                    let after = at < self.end && is_word(self.text[at], *ascii);
                    // CPython's \B finds nothing in an empty text.
                    (before != after) != *not && !(*not && self.end == 0)
                }
                Step::Save(place) => {
                    self.set_place(*place, at);
                    step += 1;
                    true
                }
                Step::Mark(mark) => {
                    self.set_place(self.marks + mark, at);
                    step += 1;
                    true
                }
                Step::Moved(mark, begin) => {
                    step = match self.places[self.marks + mark] == at {
                        true => step + 1,
                        false => *begin,
                    };
                    true
                }
                Step::Split(first, second) => {
                    self.back.push(Back::Way { step: *second, at });
                    step = *first;
                    true
                }
                Step::Jump(to) => {
                    step = *to;
                    true
                }
                Step::Many {
                    step: single,
                    least,
                    most,
                    how,
                } => {
                    let wanted = if *how == How::Lazy { *least } else { *most };
                    let mut count = 0;
                    let begin = at;
                    while count < wanted && self.takes(single, at) {
                        at += 1;
                        count += 1;
                    }
                    *self.left = self.left.checked_sub(u64::from(count / 8)).ok_or(Endless)?;
                    if count >= *least {
                        let here = step;
                        match how {
                            How::Greedy if count > *least => self.back.push(Back::Fewer {
                                step: here,
                                least: begin + *least as usize,
                                at,
                            }),
                            How::Lazy if *most > *least => self.back.push(Back::More {
                                step: here,
                                at,
                                left: most - least,
                            }),
                            _ => {}
                        }
                    }
                    step += 1;
                    count >= *least
                }
                Step::Again(group, ignores_case) => {
                    step += 1;
                    let (from, to) = (self.places[group * 2], self.places[group * 2 + 1]);
                    let is_there = from != NOWHERE && to != NOWHERE && to >= from;
                    let length = if is_there { to - from } else { 0 };
                    let same = |a: char, b: char| match ignores_case {
                        true => fold(a) == fold(b),
                        false => a == b,
                    };
                    let is_same = is_there
                        && at + length <= self.end
                        && (0..length).all(|i| same(self.text[from + i], self.text[at + i]));
                    at += length;
                    is_same
                }
                Step::Look { not, back, end } => {
                    let (not, end, inner) = (*not, *end, step + 1);
                    let from = at.checked_sub(back.unwrap_or(0));
                    let found = match from {
                        Some(from) => self.run_apart(inner, from, not)?,
                        None => None,
                    };
                    step = end;
                    found.is_some() != not
                }
                Step::Atomic(end) => {
                    let (end, inner) = (*end, step + 1);
                    let found = self.run_apart(inner, at, false)?;
                    step = end;
                    at = found.unwrap_or(at);
                    found.is_some()
                }
                Step::Unless(group, to) => {
                    step = match self.places[group * 2 + 1] == NOWHERE {
                        true => *to,
                        false => step + 1,
                    };
                    true
                }
            };
            if !goes_on {
                match self.go_back(floor) {
                    Some(other) => (step, at) = other,
                    None => return Ok(None),
                }
            }
        }
    }

    /// Runs steps by themselves: of their choices only the places stay that groups had before,
    /// or, if they are to be `forgotten`, nothing.
    fn run_apart(
        &mut self,
        step: usize,
        at: usize,
        forgotten: bool,
    ) -> Result<Option<usize>, Endless> {
        // A choice that is never taken keeps the floor above zero.
        self.back.push(Back::Place(0, self.places[0]));
        let floor = self.back.len();
        let found = self.run(step, at, floor)?;
        if found.is_none() || forgotten {
            self.undo(floor);
        } else {
            let mut kept = floor;
            for i in floor..self.back.len() {
                if matches!(self.back[i], Back::Place(..)) {
                    self.back.swap(kept, i);
                    kept += 1;
                }
            }
            self.back.truncate(kept);
        }
        Ok(found)
    }

    fn undo(&mut self, floor: usize) {
        while self.back.len() > floor {
            if let Some(Back::Place(place, at)) = self.back.pop() {
                self.places[place] = at;
            }
        }
    }

    /// The last choice that there is, above the floor.
    fn go_back(&mut self, floor: usize) -> Option<(usize, usize)> {
        while self.back.len() > floor {
            match self.back.pop()? {
                Back::Way { step, at } => return Some((step, at)),
                Back::Place(place, at) => self.places[place] = at,
                Back::Fewer { step, least, at } => {
                    let at = at - 1;
                    if at > least {
                        self.back.push(Back::Fewer { step, least, at });
                    }
                    return Some((step + 1, at));
                }
                Back::More { step, at, left } => {
                    let Step::Many { step: single, .. } = &self.steps[step] else {
                        continue;
                    };
                    if !self.takes(single, at) {
                        continue;
                    }
                    let at = at + 1;
                    if left > 1 {
                        let left = left - 1;
                        self.back.push(Back::More { step, at, left });
                    }
                    return Some((step + 1, at));
                }
            }
        }
        None
    }
}
