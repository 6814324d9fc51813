//! Every interleaving, one by one, depth first, each run anew from the start: slow, simple,
//! and without a line of the search by states, which is compared with it.

#![allow(
    dead_code,
    reason = "not every test that has this file looks at the ways"
)]

use lockstep::base::ThreadId;
use lockstep::explore::{Choice, Execution, Options, Oracle, run};

/// Leads a model through all its executions.
#[derive(Default)]
pub struct FullSearch {
    /// What was chosen, of how many.
    path: Vec<(usize, usize)>,
    depth: usize,
    /// Who was chosen where there was a choice.
    went: Vec<ThreadId>,
}

impl FullSearch {
    /// Turns to the next execution, after the first: whether there is one.
    fn next(&mut self) -> bool {
        self.depth = 0;
        self.went.clear();
        while let Some((chosen, of)) = self.path.pop() {
            if chosen + 1 < of {
                self.path.push((chosen + 1, of));
                return true;
            }
        }
        false
    }
}

impl Oracle for FullSearch {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if self.depth == self.path.len() {
            self.path.push((0, choices.len()));
        }
        self.depth += 1;
        let (chosen, _) = self.path[self.depth - 1];
        if choices.len() > 1 {
            self.went.push(choices[chosen].thread);
        }
        Some(chosen)
    }
}

/// Makes all executions of a program, at most so many: whether those were all.
pub fn for_each<T: 'static, Main: Future<Output = T> + 'static>(
    options: Options,
    most: u64,
    program: impl Fn() -> Main + Clone + 'static,
    mut see: impl FnMut(Execution<T>),
) -> bool {
    for_each_way(options, most, program, |execution, _| see(execution))
}

/// The same, and who went where more than one thread could.
pub fn for_each_way<T: 'static, Main: Future<Output = T> + 'static>(
    options: Options,
    most: u64,
    program: impl Fn() -> Main + Clone + 'static,
    mut see: impl FnMut(Execution<T>, &[ThreadId]),
) -> bool {
    let mut search = FullSearch::default();
    for _ in 0..most {
        let execution = run(options, &mut search, program.clone());
        see(execution, &search.went);
        if !search.next() {
            return true;
        }
    }
    false
}
