//! Vector clocks: how far each thread had come in what something has seen. Many in
//! one array, since a search computes some for each step of a million executions.

/// Clocks by number, each a row.
#[derive(Clone, Debug, Default)]
pub struct Clocks {
    threads: usize,
    ticks: Vec<u32>,
}

impl Clocks {
    /// So many clocks of so many threads, all at zero.
    pub fn reset(&mut self, clocks: usize, threads: usize) {
        self.threads = threads;
        self.ticks.clear();
        self.ticks.resize(clocks * threads, 0);
    }

    pub fn row(&self, clock: usize) -> &[u32] {
        &self.ticks[clock * self.threads..][..self.threads]
    }

    /// A thread's tick in a clock.
    pub fn tick(&mut self, clock: usize, thread: usize) -> &mut u32 {
        &mut self.ticks[clock * self.threads + thread]
    }

    /// Makes one clock know all that another knows.
    pub fn merge(&mut self, into: usize, from: usize) {
        let (into, from) = (into * self.threads, from * self.threads);
        for thread in 0..self.threads {
            let theirs = self.ticks[from + thread];
            let mine = &mut self.ticks[into + thread];
            *mine = (*mine).max(theirs);
        }
    }

    /// Makes one clock what another is.
    pub fn copy(&mut self, into: usize, from: usize) {
        let from = from * self.threads;
        self.ticks
            .copy_within(from..from + self.threads, into * self.threads);
    }
}
