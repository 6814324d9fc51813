//! Every interleaving, one by one, depth first, each run anew from the start: slow, simple,
//! and without a line of the search by states, which is compared with it.

use lockstep::explore::{Choice, Execution, Options, Oracle, run};

/// Leads a model through all its executions.
#[derive(Default)]
pub struct FullSearch {
    /// What was chosen, of how many.
    path: Vec<(usize, usize)>,
    depth: usize,
}

impl FullSearch {
    /// Turns to the next execution, after the first: whether there is one.
    fn next(&mut self) -> bool {
        self.depth = 0;
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
        Some(self.path[self.depth - 1].0)
    }
}

/// Makes all executions of a program, at most so many: whether those were all.
pub fn for_each<T: 'static, Main: Future<Output = T> + 'static>(
    options: Options,
    most: u64,
    program: impl Fn() -> Main + Clone + 'static,
    mut see: impl FnMut(Execution<T>),
) -> bool {
    let mut search = FullSearch::default();
    for _ in 0..most {
        see(run(options, &mut search, program.clone()));
        if !search.next() {
            return true;
        }
    }
    false
}
