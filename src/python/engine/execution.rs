//! A program on the model, as many times as it is begun.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use super::run::run;
use crate::platform::model::Model;
use crate::python::code::Program;
use crate::python::lib;
use crate::python::machine::{Ending, Limits, Report, World};
use crate::python::values::estate;

/// The executions of a program on the model, one after the other.
#[derive(Clone)]
pub struct Executions {
    program: &'static Program,
    limits: Limits,
    /// Whether states are told, and the order of the output is a part of them.
    told: Option<bool>,
    /// The world of the one that is under way, or was the last.
    world: Rc<Cell<Option<(&'static World, u64)>>>,
}

impl Executions {
    /// Of this program, each within these limits. Where states are to be compared they are
    /// told: whether with the order of the output.
    pub fn of(program: &'static Program, limits: Limits, told: Option<bool>) -> Executions {
        Executions {
            program,
            limits,
            told,
            world: Rc::default(),
        }
    }

    /// The world of the execution that is under way, or was the last.
    pub fn world(&self) -> Option<&'static World> {
        self.world.get().map(|(world, _)| world)
    }

    /// Begins another: its main thread's body.
    pub fn begin(&self) -> Pin<Box<dyn Future<Output = ()>>> {
        self.clear();
        let engine = super::engine::<Model>();
        let world = World::of_execution(self.program, self.limits, engine, lib::whole);
        if let Some(in_order) = self.told {
            world.tell_states(in_order);
        }
        self.world.set(Some((world, estate::execution())));
        Box::pin(run::<Model>(world))
    }

    /// What the execution that was begun last has left, which is over: it was `cut`, or has
    /// come to its end. Nothing if there is none.
    pub fn end(&self, cut: bool) -> Report {
        let Some(world) = self.world() else {
            return Report::default();
        };
        let mut report = world.report();
        if cut {
            report.ending = Some(Ending::Incomplete { line: 0 });
        }
        self.clear();
        report
    }

    /// The end of the execution that was begun last, with all that it has made. It may have been
    /// cut before its own.
    #[allow(unsafe_code)]
    pub fn clear(&self) {
        if let Some((_, execution)) = self.world.take() {
            // SAFETY: the model drops the futures of an execution before it returns, and what
            // is told of one is texts and numbers.
            unsafe { estate::end(execution) };
        }
    }
}
