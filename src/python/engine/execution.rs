//! A program on the model, as many times as it is begun.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;

use super::run::run;
use crate::platform::model::Model;
use crate::python::code::Program;
use crate::python::lib;
use crate::python::machine::{Ending, Limits, Report, World};

/// The executions of a program on the model, one after the other.
#[derive(Clone)]
pub struct Executions {
    program: &'static Program,
    limits: Limits,
    /// Whether states are told, and the order of the output is a part of them.
    told: Option<bool>,
    /// The world of the one that is under way.
    world: Rc<Cell<Option<&'static World>>>,
}

thread_local! {
    /// The world of the execution before, of any program.
    static BEFORE: Cell<Option<&'static World>> = const { Cell::new(None) };
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

    /// The world of the execution that is under way.
    pub fn world(&self) -> Option<&'static World> {
        self.world.get()
    }

    /// Begins another: its main thread's body.
    pub fn begin(&self) -> Pin<Box<dyn Future<Output = ()>>> {
        self.clear();
        let engine = super::engine::<Model>();
        let world = World::new(self.program, self.limits, engine, lib::whole);
        if let Some(before) = BEFORE.take() {
            world.take_over(before);
        }
        if let Some(in_order) = self.told {
            world.tell_states(in_order);
        }
        self.world.set(Some(world));
        Box::pin(run::<Model>(world))
    }

    /// What the execution that was begun last has left, which is over: it was `cut`, or has
    /// come to its end. Nothing if there is none.
    pub fn end(&self, cut: bool) -> Report {
        let Some(world) = self.take() else {
            return Report::default();
        };
        let mut report = world.report();
        if cut {
            report.ending = Some(Ending::Incomplete { line: 0 });
        }
        world.clear();
        report
    }

    /// Forgets the execution that was begun last.
    pub fn clear(&self) {
        if let Some(world) = self.take() {
            world.clear();
        }
    }

    fn take(&self) -> Option<&'static World> {
        let made = self.world.take();
        BEFORE.set(made.or(BEFORE.get()));
        made
    }
}
