//! Which part of a run its lanes show.

/// From when to when, in nanoseconds or in steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub from: f64,
    pub to: f64,
}

/// Pixels that a step has at least, unless the reader wants to see all of them.
const STEP_WIDTH: f64 = 6.0;

/// The least that can be looked at: finer than any clock of a browser, and a few steps.
const LEAST_NANOSECONDS: f64 = 100.0;
const LEAST_STEPS: f64 = 4.0;

impl Window {
    /// All of a run that ends at `end`.
    pub fn whole(end: u64) -> Window {
        Window {
            from: 0.0,
            to: end.max(1) as f64,
        }
    }

    /// What a reader wishes to see of a run on real threads: within the run, and no less
    /// than can be told apart.
    pub fn of_time(wished: Option<Window>, end: u64) -> Window {
        let whole = Window::whole(end);
        wished.map_or(whole, |wished| wished.within(whole, LEAST_NANOSECONDS))
    }

    /// The same of a run of so many steps, of which one is in sight: the one after which it
    /// is shown.
    pub fn of_steps(wished: Option<Window>, steps: usize, at: usize, width: f64) -> Window {
        let whole = Window::whole(steps as u64);
        let at = at as f64;
        let most = (width / STEP_WIDTH).max(LEAST_STEPS);
        let window = match wished {
            Some(wished) => wished.within(whole, LEAST_STEPS),
            None if whole.length() <= most => whole,
            None => Window {
                from: at - most / 2.0,
                to: at + most / 2.0,
            }
            .within(whole, most),
        };
        // By one step beyond it, which the last one takes.
        let by = (at - window.to).max(0.0) + (at - 1.0 - window.from).min(0.0);
        Window {
            from: window.from + by,
            to: window.to + by,
        }
        .within(whole, LEAST_STEPS)
    }

    fn length(self) -> f64 {
        self.to - self.from
    }

    /// Moved, and made longer or shorter, as little as it takes to lie within another.
    fn within(self, whole: Window, least: f64) -> Window {
        let length = self.length().max(least).min(whole.length());
        // Of what is too short, the middle is kept.
        let from = self.from.midpoint(self.to) - length / 2.0;
        let from = from.min(whole.to - length).max(whole.from);
        Window {
            from,
            to: from + length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: f64, to: f64) -> Window {
        Window { from, to }
    }

    #[test]
    fn a_window_stays_within_the_run_and_can_be_told_apart() {
        let of = |from, to| Window::of_time(Some(window(from, to)), 1000);
        assert_eq!(Window::of_time(None, 1000), window(0.0, 1000.0));
        assert_eq!(of(100.0, 400.0), window(100.0, 400.0));
        assert_eq!(of(-200.0, 100.0), window(0.0, 300.0));
        assert_eq!(of(900.0, 1200.0), window(700.0, 1000.0));
        assert_eq!(of(-500.0, 5000.0), window(0.0, 1000.0));
        assert_eq!(of(500.0, 501.0), window(450.5, 550.5));
    }

    #[test]
    fn a_run_that_has_just_begun_is_a_window() {
        assert_eq!(Window::of_time(None, 0), window(0.0, 1.0));
        let wished = Some(window(10.0, 20.0));
        assert_eq!(Window::of_time(wished, 5), window(0.0, 5.0));
    }

    #[test]
    fn of_many_steps_those_around_the_one_that_is_shown_are_in_sight() {
        let of = |at| Window::of_steps(None, 1000, at, 600.0);
        assert_eq!(of(0), window(0.0, 100.0));
        assert_eq!(of(500), window(450.0, 550.0));
        assert_eq!(of(1000), window(900.0, 1000.0));
        assert_eq!(Window::of_steps(None, 100, 7, 600.0), window(0.0, 100.0));
    }

    #[test]
    fn a_window_follows_the_step_and_no_further_than_it_must() {
        let wished = Some(window(10.0, 20.0));
        let of = |at| Window::of_steps(wished, 100, at, 600.0);
        assert_eq!(of(15), window(10.0, 20.0));
        assert_eq!(of(20), window(10.0, 20.0));
        assert_eq!(of(21), window(11.0, 21.0));
        assert_eq!(of(5), window(4.0, 14.0));
        assert_eq!(of(0), window(0.0, 10.0));
    }
}
