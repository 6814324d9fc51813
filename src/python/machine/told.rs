//! The machine's part of a program's state: see [`engine`](crate::python::engine).

use super::{Activation, Machine, Then, World};
use crate::python::engine::Telling;
use crate::python::text::random::Random;
use crate::python::values::Value;

impl Machine {
    /// Which of the program's threads it is.
    pub fn thread(&self) -> u32 {
        self.thread
    }

    /// Tells where the thread is, and what it has.
    pub fn tell(&self, told: &mut Telling) {
        told.number(u64::from(self.thread));
        told.number(self.activations.len() as u64);
        for activation in &self.activations {
            match activation {
                Activation::Frame(frame) => {
                    told.fixed(frame.code);
                    told.number(frame.at as u64);
                    told.number(frame.base as u64);
                    tell_then(told, frame.then);
                    match &frame.handling {
                        Some(raise) => told.value(&Value::Exception(raise.0.clone())),
                        None => told.number(0),
                    }
                    for (name, value) in frame.names.iter().flat_map(|names| names.iter()) {
                        told.number(u64::from(name.number()));
                        told.value(value);
                    }
                    if let Some(generator) = &frame.generator {
                        told.value(&Value::Generator(generator.clone()));
                    }
                }
                Activation::Sequence { then, given, .. } => {
                    tell_then(told, *then);
                    given.iter().for_each(|value| told.value(value));
                }
                Activation::Operation { then, given, .. } => {
                    tell_then(told, *then);
                    given.iter().for_each(|value| told.value(value));
                }
            }
        }
        told.number(self.stack.len() as u64);
        self.stack.iter().for_each(|value| told.value(value));
        match &self.reply {
            Some(Ok(_)) => told.number(1),
            Some(Err(raise)) => told.value(&Value::Exception(raise.0.clone())),
            None => told.number(0),
        }
    }
}

fn tell_then(told: &mut Telling, then: Then) {
    let (kind, target) = match then {
        Then::Push => (0, 0),
        Then::Drop => (1, 0),
        Then::Init => (2, 0),
        Then::Next(target) => (3, target),
        Then::Delegate(target) => (4, target),
        Then::JumpIf(wanted, target) => (5 + u64::from(wanted), target),
        Then::JumpIfOrPop(wanted, target) => (7 + u64::from(wanted), target),
        Then::Negate => (9, 0),
        Then::Method => (10, 0),
        Then::Spread => (11, 0),
        Then::Raise => (12, 0),
        Then::Loop(target) => (13, target),
    };
    told.number(kind << 32 | u64::from(target));
}

impl World {
    /// Tells what no thread has for itself: the output, and the threads there are.
    pub fn tell(&self, told: &mut Telling, in_order: bool) {
        self.output.read().tell(told, in_order);
        self.threads.tell(told);
        told.value(&self.process_object());
        let processes = self.processes.read();
        told.number(processes.len() as u64);
        for child in processes.iter() {
            told.value(&child.object);
        }
        told.number(u64::from(self.is_killed()));
        let generators = self.generators.read();
        let mut all: Vec<(&u64, &Random)> = generators.iter().collect();
        all.sort_by_key(|(serial, _)| **serial);
        for (serial, random) in all {
            told.number(*serial);
            // Where a generator is shows in what it gives next.
            let mut random = random.clone();
            told.number(random.random().to_bits());
            told.number(random.random().to_bits());
        }
    }
}
