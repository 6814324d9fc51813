//! An execution of a Python program again, with what there is to see at each of its steps.

use lockstep_run::explore::{Execution, Options, Oracle, Replay, Schedule, run};
use lockstep_run::platform::memory;
use lockstep_run::platform::model::{Choice, made};
use lockstep_run::python::code::Program;
use lockstep_run::python::engine::{Executions, View, view};
use lockstep_run::python::machine::Limits;

/// An execution, with the states of the primitives in its looks.
pub struct Viewed {
    pub execution: Execution<()>,
    /// How the program looked after so many steps, wherever somebody had to decide who goes
    /// next, and at the end.
    pub views: Vec<(usize, View)>,
}

impl Viewed {
    /// How the program looked after so many steps: as before the decision that comes next.
    pub fn after(&self, steps: usize) -> Option<&View> {
        let at = self.views.partition_point(|(made, _)| *made < steps);
        self.views.get(at).map(|(_, view)| view)
    }
}

/// Makes an execution again and looks at it.
pub fn views(program: &'static Program, schedule: &Schedule) -> Viewed {
    memory::allow(Limits::default().memory);
    let options = Options {
        clock: schedule.clock,
        looks: true,
        ..Options::default()
    };
    let executions = Executions::of(program, Limits::default(), Some(false));
    let mut oracle = Viewer {
        replay: Replay::new(schedule),
        executions: &executions,
        views: Vec::new(),
    };
    let begin = executions.clone();
    let execution = run(options, &mut oracle, move || begin.begin());
    let mut views = oracle.views;
    if let Some(world) = executions.world() {
        views.push((execution.made, view(world)));
        executions.clear();
    }
    Viewed { execution, views }
}

/// Looks at the program, and decides as a schedule does.
struct Viewer<'a> {
    replay: Replay<'a>,
    executions: &'a Executions,
    views: Vec<(usize, View)>,
}

impl Oracle for Viewer<'_> {
    fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
        if let Some(world) = self.executions.world() {
            self.views.push((made(), view(world)));
        }
        self.replay.choose(choices)
    }
}
