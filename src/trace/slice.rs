//! A slice of work: whoever watches a run does it beside other things, and gives way when
//! the slice is over.

/// Steps of work between two looks at the clock, which costs more than a step.
const STEPS_PER_LOOK: u32 = 64;

/// Work that may go on until its time is up.
pub struct Slice<'a> {
    is_over: Option<&'a dyn Fn() -> bool>,
    steps: u32,
}

impl<'a> Slice<'a> {
    /// All the work at once.
    pub fn whole() -> Slice<'static> {
        Slice {
            is_over: None,
            steps: 0,
        }
    }

    /// Work until `is_over` says so, which is asked now and then.
    pub fn until(is_over: &'a dyn Fn() -> bool) -> Slice<'a> {
        Slice {
            is_over: Some(is_over),
            steps: 0,
        }
    }

    pub fn is_over(&self) -> bool {
        self.is_over.is_some_and(|is_over| is_over())
    }

    /// Whether the slice is over before another small step.
    pub fn is_over_before_step(&mut self) -> bool {
        self.steps += 1;
        self.steps.is_multiple_of(STEPS_PER_LOOK) && self.is_over()
    }
}
