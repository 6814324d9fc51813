//! A program's state as numbers: what decides how its threads go on, and what it will have
//! come to.
//!
//! Values are told as they are; objects by the order in which they are reached, from the
//! threads in their order, so that two ways to the same state tell it alike. What nobody can
//! reach any more is left out. A sequence's own state cannot be read: it is told by what it
//! was given. The primitives tell their own states, as they do for programs in Rust, and
//! what a thread has found within an operation is told by the engine.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use xxhash_rust::xxh3::{xxh3_64, xxh3_128};

use super::Handle;
use crate::base::ThreadId;
use crate::platform::{State, Stateful};
use crate::python::machine::{Machine, World};
use crate::python::names::{self, Spread};
use crate::python::values::{self, Iteration, Value, parts};
use crate::sync::Own;

/// All threads of a program and what they can reach.
pub struct Heap {
    world: &'static World,
    machines: Own<Vec<(ThreadId, Arc<Mutex<Machine>>)>>,
    /// Whether the order of the output makes a difference.
    in_order: bool,
}

impl Heap {
    pub fn new(world: &'static World, in_order: bool) -> Arc<Heap> {
        Arc::new(Heap {
            world,
            machines: Own::shared(Vec::new()),
            in_order,
        })
    }

    pub fn in_order(&self) -> bool {
        self.in_order
    }

    pub fn add(&self, thread: ThreadId, machine: &Arc<Mutex<Machine>>) {
        self.machines.write().push((thread, machine.clone()));
    }

    pub fn remove(&self, machine: &Arc<Mutex<Machine>>) {
        let mut machines = self.machines.write();
        machines.retain(|(_, other)| !Arc::ptr_eq(other, machine));
    }

    /// Forgets the threads of an execution that was cut.
    pub fn clear(&self) {
        let machines = std::mem::take(&mut *self.machines.write());
        drop(machines);
    }

    /// Whose part of the program each is, in the order in which they were begun.
    pub fn machines(&self) -> Vec<(ThreadId, Arc<Mutex<Machine>>)> {
        self.machines.get()
    }
}

impl Stateful for Heap {
    fn state(&self, state: &mut State) {
        let mut told = Telling {
            numbers: Vec::new(),
            reached: HashMap::default(),
            waiting: Vec::new(),
        };
        self.world.tell(&mut told, self.in_order);
        let mut machines = self.machines();
        let locked = |(_, machine): &(ThreadId, Arc<Mutex<Machine>>)| {
            machine
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .thread()
        };
        machines.sort_by_cached_key(locked);
        for (_, machine) in &machines {
            machine
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .tell(&mut told);
        }
        // What all processes have the first one tells.
        let linked = match self.world.parent {
            Some(_) => Vec::new(),
            None => self.world.linked(),
        };
        for module in [self.world.main].into_iter().chain(linked) {
            for slot in module.slots() {
                told.value(&slot.read());
            }
        }
        told.all_reached();
        state.add_all(&told.numbers);
    }
}

/// What was told, and the objects that were reached and not told yet.
pub struct Telling {
    numbers: Vec<u64>,
    reached: HashMap<usize, u64, Spread>,
    waiting: Vec<Value>,
}

impl Telling {
    pub fn number(&mut self, number: u64) {
        self.numbers.push(number);
    }

    pub fn text(&mut self, text: &str) {
        let hash = xxh3_128(text.as_bytes());
        self.numbers.extend([hash as u64, (hash >> 64) as u64]);
    }

    /// The address of what is the same in all executions.
    pub fn fixed<T>(&mut self, thing: &T) {
        self.numbers.push(std::ptr::from_ref(thing).addr() as u64);
    }

    /// A value; an object by when it was reached first.
    pub fn value(&mut self, value: &Value) {
        let tag = kind(value);
        self.numbers.push(tag);
        match value {
            Value::Int(number) => self.numbers.push(number.cast_unsigned()),
            Value::Bool(bool) => self.numbers.push(u64::from(bool.get())),
            Value::Float(float) => self.numbers.push(float.get().to_bits()),
            Value::Str(text) => self.text(text.as_str()),
            Value::Bytes(bytes) => self.numbers.push(xxh3_64(bytes.as_slice())),
            Value::Big(number) => self.text(&number.to_string()),
            // These are the process's.
            Value::Native(native) => self.fixed(*native),
            Value::Code(code) => self.fixed(*code),
            // Those of the library do not change.
            Value::Class(class) if class.builtin => self.fixed(*class),
            Value::Class(class) if class.module != names::MAIN => self.text(&class.qualified),
            Value::Module(module) if module.name != names::MAIN => self.text(module.name.text()),
            _ => {
                let Some(address) = value.address() else {
                    return;
                };
                let next = self.reached.len() as u64;
                let waiting = &mut self.waiting;
                let number = *self.reached.entry(address).or_insert_with(|| {
                    waiting.push(value.clone());
                    next
                });
                self.numbers.push(number);
            }
        }
    }

    /// Tells the objects that were reached, and those that are reached from them.
    fn all_reached(&mut self) {
        let mut at = 0;
        while let Some(value) = self.waiting.get(at).cloned() {
            at += 1;
            self.object(&value);
        }
    }

    fn object(&mut self, value: &Value) {
        let begin = self.numbers.len();
        self.numbers.push(0);
        self.number(u64::from(value.is_shared()));
        match value {
            Value::Function(function) => self.fixed(function.code),
            Value::Closure(function) => self.fixed(function.code),
            Value::Class(class) => self.text(&class.qualified),
            Value::Module(module) => self.text(module.name.text()),
            Value::Exception(exception) => self.number(u64::from(exception.suppress_context.get())),
            Value::Range(range) => {
                self.text(&format!("{},{},{}", range.start, range.stop, range.step))
            }
            Value::Instance(instance) => {
                for (name, _) in instance.fields.read().iter() {
                    self.number(u64::from(name.number()));
                }
                self.handle(instance);
            }
            Value::Iter(iter) => self.iteration(&iter.state.read()),
            Value::Deque(deque) => {
                let most = deque.row.read().most;
                self.number(most.map_or(0, |most| most as u64 + 1));
            }
            Value::Generator(generator) => {
                self.fixed(generator.code);
                self.number(generator.place());
            }
            _ => {}
        }
        parts(value, &mut |part| self.value(part));
        self.numbers[begin] = (self.numbers.len() - begin) as u64;
    }

    /// A primitive is told by itself, under a name of its own; here which it is.
    fn handle(&mut self, instance: &values::Instance) {
        let Some(handle) = instance.handle.get() else {
            return;
        };
        self.number(instance.serial);
        match &**handle {
            Handle::Queue(queue) => {
                for item in queue.items() {
                    self.value(&item);
                }
            }
            // What is reached otherwise is told there.
            Handle::Weak(weak) => match weak.upgrade() {
                Some(object) => self.number(object.serial),
                None => self.number(0),
            },
            Handle::Thread(thread) => self.number(u64::from(thread.is_running())),
            Handle::Future(future) => {
                for part in future.parts() {
                    self.value(&part);
                }
            }
            Handle::Completed(completed) => {
                for place in completed.taken() {
                    self.number(place as u64);
                }
            }
            Handle::Process(process) => {
                self.number(u64::from(process.is_running()));
                self.number(process.number().map_or(0, |number| u64::from(number) + 1));
            }
            Handle::Shared(shared) => self.value(&shared.now()),
            Handle::Local(local) => {
                for (thread, own) in local.attributes.read().iter() {
                    self.number(u64::from(*thread));
                    self.value(&Value::Dict(own.clone()));
                }
            }
            _ => {}
        }
    }

    /// Where an iterator is; what it iterates over is among its parts.
    fn iteration(&mut self, iteration: &Iteration) {
        let place: [u64; 3] = match iteration {
            Iteration::List(_, at)
            | Iteration::Tuple(_, at)
            | Iteration::Text(_, at)
            | Iteration::Bytes(_, at) => [1, *at as u64, 0],
            Iteration::ListBackward(_, at)
            | Iteration::TupleBackward(_, at)
            | Iteration::TextBackward(_, at) => [2, *at as u64, 0],
            Iteration::Range { next, step, left } => {
                [next.cast_unsigned(), step.cast_unsigned(), *left as u64]
            }
            Iteration::Dict(_, _, _, at, changes)
            | Iteration::Set(_, at, changes)
            | Iteration::Deque(_, _, at, changes) => [3, *at as u64, u64::from(*changes)],
            Iteration::Items(_, at) | Iteration::ItemsBackward(_, at) => [4, at.cast_unsigned(), 0],
            Iteration::Done => [5, 0, 0],
            Iteration::Zip(_, strict) => [6, u64::from(*strict), 0],
            _ => [7, 0, 0],
        };
        self.numbers.extend(place);
        if let Iteration::Text(text, _) | Iteration::TextBackward(text, _) = iteration {
            self.text(text.as_str());
        }
    }
}

/// A number for each type of values.
fn kind(value: &Value) -> u64 {
    match value {
        Value::Unset => 0,
        Value::None => 1,
        Value::NotImplemented => 2,
        Value::Ellipsis => 3,
        Value::Bool(_) => 4,
        Value::Int(_) => 5,
        Value::Big(_) => 6,
        Value::Float(_) => 7,
        Value::Str(_) => 8,
        Value::Bytes(_) => 9,
        Value::Tuple(_) => 10,
        Value::List(_) => 11,
        Value::Dict(_) => 12,
        Value::Set(_) => 13,
        Value::FrozenSet(_) => 14,
        Value::Range(_) => 15,
        Value::Slice(_) => 16,
        Value::Iter(_) => 17,
        Value::Generator(_) => 18,
        Value::Function(_) => 19,
        Value::Closure(_) => 20,
        Value::Native(_) => 21,
        Value::Method(_) => 22,
        Value::Class(_) => 23,
        Value::Instance(_) => 24,
        Value::Exception(_) => 25,
        Value::Module(_) => 26,
        Value::Property(_) => 27,
        Value::Wrapper(_) => 28,
        Value::Super(_) => 29,
        Value::View(_) => 30,
        Value::Alias(_) => 31,
        Value::Code(_) => 32,
        Value::Cell(_) => 33,
        Value::Deque(_) => 34,
    }
}
