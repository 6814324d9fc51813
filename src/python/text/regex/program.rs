//! A pattern as a program for the matcher.

use super::classes::{Set, fold};
use super::syntax::{How, Node, Wrong};

#[derive(Debug)]
pub enum Step {
    Char(char),
    /// The same where case does not count: the character is folded.
    Folded(char),
    Set(Set),
    /// `^` and `$`; of each line, if it says so.
    Start(bool),
    End(bool),
    First,
    Last,
    Boundary {
        ascii: bool,
        not: bool,
    },
    /// Notes the place.
    Save(usize),
    /// Goes on at the first, and at the second when that fails.
    Split(usize, usize),
    Jump(usize),
    /// As many of a single character as there are, at least and at most; then what follows.
    Many {
        step: Box<Step>,
        least: u32,
        most: u32,
        how: How,
    },
    /// Keeps where a loop's body begins, and looks whether it has come further since: else
    /// the loop ends.
    Mark(usize),
    Moved(usize, usize),
    Again(usize, bool),
    /// The steps up to the position given are matched by themselves, then it goes on there.
    Look {
        not: bool,
        back: Option<usize>,
        end: usize,
    },
    Atomic(usize),
    /// Goes to the position if the group has found nothing.
    Unless(usize, usize),
    Match,
}

pub struct Program {
    pub steps: Vec<Step>,
    /// Places that loops keep.
    pub marks: usize,
}

/// The most steps that a pattern may become.
const LONGEST: usize = 100_000;

impl Program {
    pub fn new(tree: &Node) -> Result<Program, Wrong> {
        let mut program = Program {
            steps: Vec::new(),
            marks: 0,
        };
        program.add(tree)?;
        program.push(Step::Match)?;
        Ok(program)
    }

    fn push(&mut self, step: Step) -> Result<usize, Wrong> {
        if self.steps.len() >= LONGEST {
            return Err(Wrong {
                text: "the pattern is too large".to_owned(),
                position: None,
            });
        }
        self.steps.push(step);
        Ok(self.steps.len() - 1)
    }

    fn here(&self) -> usize {
        self.steps.len()
    }

    fn add(&mut self, node: &Node) -> Result<(), Wrong> {
        if let Some(step) = single(node) {
            return self.push(step).map(drop);
        }
        match node {
            Node::Char(..) | Node::Set(_) => {}
            Node::Start(lines) => drop(self.push(Step::Start(*lines))?),
            Node::End(lines) => drop(self.push(Step::End(*lines))?),
            Node::First => drop(self.push(Step::First)?),
            Node::Last => drop(self.push(Step::Last)?),
            Node::Boundary { ascii, not } => {
                let (ascii, not) = (*ascii, *not);
                self.push(Step::Boundary { ascii, not })?;
            }
            Node::Group(None, node) => self.add(node)?,
            Node::Group(Some(group), node) => {
                self.push(Step::Save(group * 2))?;
                self.add(node)?;
                self.push(Step::Save(group * 2 + 1))?;
            }
            Node::All(nodes) => {
                for node in nodes {
                    self.add(node)?;
                }
            }
            Node::Any(nodes) => self.add_any(nodes)?,
            Node::Repeat {
                node,
                least,
                most,
                how,
            } => self.add_repeat(node, *least, *most, *how)?,
            Node::Again(group, ignores_case) => {
                self.push(Step::Again(*group, *ignores_case))?;
            }
            Node::Look { node, not, back } => {
                let (not, back) = (*not, *back);
                let look = self.push(Step::Look { not, back, end: 0 })?;
                self.add(node)?;
                self.push(Step::Match)?;
                let end = self.here();
                self.steps[look] = Step::Look { not, back, end };
            }
            Node::Atomic(node) => self.add_atomic(|program| program.add(node))?,
            Node::If(group, yes, no) => {
                let unless = self.push(Step::Unless(*group, 0))?;
                self.add(yes)?;
                let jump = self.push(Step::Jump(0))?;
                self.steps[unless] = Step::Unless(*group, self.here());
                self.add(no)?;
                self.steps[jump] = Step::Jump(self.here());
            }
        }
        Ok(())
    }

    fn add_atomic(
        &mut self,
        inside: impl FnOnce(&mut Program) -> Result<(), Wrong>,
    ) -> Result<(), Wrong> {
        let atomic = self.push(Step::Atomic(0))?;
        inside(self)?;
        self.push(Step::Match)?;
        self.steps[atomic] = Step::Atomic(self.here());
        Ok(())
    }

    fn add_any(&mut self, nodes: &[Node]) -> Result<(), Wrong> {
        let mut jumps = Vec::new();
        for (at, node) in nodes.iter().enumerate() {
            if at + 1 == nodes.len() {
                self.add(node)?;
                break;
            }
            let split = self.push(Step::Split(0, 0))?;
            self.add(node)?;
            jumps.push(self.push(Step::Jump(0))?);
            self.steps[split] = Step::Split(split + 1, self.here());
        }
        for jump in jumps {
            self.steps[jump] = Step::Jump(self.here());
        }
        Ok(())
    }

    fn add_repeat(
        &mut self,
        node: &Node,
        least: u32,
        most: Option<u32>,
        how: How,
    ) -> Result<(), Wrong> {
        if let Some(step) = single(node) {
            let (step, most) = (Box::new(step), most.unwrap_or(u32::MAX));
            self.push(Step::Many {
                step,
                least,
                most,
                how,
            })?;
            return Ok(());
        }
        if how == How::Possessive {
            return self.add_atomic(|program| program.add_repeat(node, least, most, How::Greedy));
        }
        for _ in 0..least {
            self.add(node)?;
        }
        let split = |body: usize, exit: usize| match how {
            How::Lazy => Step::Split(exit, body),
            _ => Step::Split(body, exit),
        };
        let Some(most) = most else {
            let mark = self.marks;
            self.marks += 1;
            let begin = self.push(Step::Split(0, 0))?;
            self.push(Step::Mark(mark))?;
            self.add(node)?;
            self.push(Step::Moved(mark, begin))?;
            self.steps[begin] = split(begin + 1, self.here());
            return Ok(());
        };
        let mut splits = Vec::new();
        for _ in least..most {
            splits.push(self.push(Step::Split(0, 0))?);
            self.add(node)?;
        }
        for at in splits {
            self.steps[at] = split(at + 1, self.here());
        }
        Ok(())
    }
}

/// The step of a node that takes one character.
fn single(node: &Node) -> Option<Step> {
    match node {
        Node::Char(c, false) => Some(Step::Char(*c)),
        Node::Char(c, true) => Some(Step::Folded(fold(*c))),
        Node::Set(set) => Some(Step::Set(set.clone())),
        _ => None,
    }
}
