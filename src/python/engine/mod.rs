//! The engines as Python's library sees them: its primitives are those of
//! [`sync`](crate::sync) and [`pool`](crate::pool), over whatever platform the program
//! runs on, behind traits that do not name it.
//!
//! | where | what |
//! |---|---|
//! | here | what the library asks for |
//! | [`over`] | the same over a platform |
//! | [`pools`] | pools and futures over a platform |
//! | [`processes`] | processes over a platform |
//! | [`process_pools`] | pools of them |
//! | [`drive`] | how a machine is driven on one |
//! | [`run`] | a program from its beginning to its end |
//! | [`execution`] | a program on the model, as many times as it is begun |
//! | [`state`] | its state as numbers |
//! | [`threads`] | a program's threads |
//! | [`view`] | what it shows of itself between two steps |

mod drive;
mod execution;
mod over;
mod pools;
mod process_pools;
mod processes;
mod run;
mod state;
mod threads;
mod view;

use std::any::Any;
use std::sync::{Arc, Weak};
use std::time::Duration;

pub use execution::Executions;
pub use over::engine;
pub use run::{SIGTERM, run};
pub use state::{Heap, Telling};
pub use threads::{Entry, Threads, ident_of};
pub use view::{ThreadView, View, view};

use super::machine::{Keywords, Moment, Operation, Printed, Result, World};
use super::values::{Dict, Instance, Value};
use crate::pool::Until;
use crate::sync::{Blocking, Error, Own};
use crate::trace::At;

/// `threading.Lock` and `threading.RLock`.
pub trait Lock: Send + Sync {
    /// Another of its kind, which nobody holds.
    fn anew(&self) -> Arc<dyn Lock>;
    fn acquire(&self, blocking: Blocking) -> Operation;
    fn release(&self) -> Operation;
    /// Whether somebody holds it, or, of an RLock, whether this thread does.
    fn held(&self) -> Operation;
    /// What it is, and whether somebody holds it.
    fn text(&self) -> Operation;
    fn as_any(&self) -> &dyn Any;
}

/// `threading.Semaphore` and `threading.BoundedSemaphore`.
pub trait Semaphore: Send + Sync {
    fn acquire(&self, blocking: Blocking) -> Operation;
    fn release(&self, count: u32) -> Operation;
    fn value(&self) -> Operation;
}

pub trait Event: Send + Sync {
    fn set(&self) -> Operation;
    fn clear(&self) -> Operation;
    fn is_set(&self) -> Operation;
    fn wait(&self, blocking: Blocking) -> Operation;
}

pub trait Condition: Send + Sync {
    fn wait(&self, blocking: Blocking) -> Operation;
    fn notify(&self, count: usize) -> Operation;
    /// How many threads wait, without a step.
    fn waiting(&self) -> usize;
}

pub trait Barrier: Send + Sync {
    fn wait(&self, blocking: Blocking) -> Operation;
    fn abort(&self) -> Operation;
    fn reset(&self) -> Operation;
    fn waiting(&self) -> Operation;
    fn is_broken(&self) -> Operation;
}

pub trait Queue: Send + Sync {
    fn put(&self, item: Value, blocking: Blocking) -> Operation;
    fn get(&self, blocking: Blocking) -> Operation;
    fn task_done(&self) -> Operation;
    fn join(&self) -> Operation;
    fn size(&self) -> Operation;
    /// The items at this moment, for who tells the state.
    fn items(&self) -> Vec<Value>;
    /// Drops the items at the end of an execution.
    fn forget(&self);
}

/// The order in which a queue gives its items.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum QueueKind {
    Fifo,
    Lifo,
    Priority,
}

/// A thread that was made.
pub trait Thread: Send + Sync {
    /// Starts it, as this one of the program's threads.
    fn start(&self, entry: Entry) -> Operation;
    fn join(&self, blocking: Blocking) -> Operation;
    fn is_alive(&self) -> Operation;
    /// The same without a step, for who has made one.
    fn is_running(&self) -> bool;
    fn was_started(&self) -> bool;
    /// Leaves it where it is: its process is at its end.
    fn abandon(&self);
}

/// A process that was made: a machine with a memory of its own.
pub trait Process: Send + Sync {
    /// Starts it with a copy of all that its maker has at this moment, this object too, whose
    /// `run` is called there.
    fn start(&self, object: Value) -> Operation;
    fn join(&self, blocking: Blocking) -> Operation;
    fn is_alive(&self) -> Operation;
    /// What it has ended with; None before that.
    fn exit_code(&self) -> Operation;
    /// Ends it where it is, by a signal of this number.
    fn kill(&self, signal: i64) -> Operation;
    fn is_running(&self) -> bool;
    fn was_started(&self) -> bool;
    /// Which of the program's processes it is, once it is started.
    fn number(&self) -> Option<u32>;
}

/// One of a process's own processes.
#[derive(Clone)]
pub struct Child {
    /// The Python object.
    pub object: Value,
    pub process: Arc<dyn Process>,
    /// Whether it ends with who has made it.
    pub daemon: bool,
}

/// Makes the new value and a result of the old value.
pub type Update = Box<dyn FnOnce(Value) -> Result<(Value, Value)> + Send>;

/// A value that processes share: a plain one, or one that is nobody's.
pub trait Shared: Send + Sync {
    fn get(&self) -> Operation;
    fn set(&self, value: Value) -> Operation;
    /// Makes another value of it in one step: what comes of that.
    fn update(&self, make: Update) -> Operation;
    /// The value at this moment, for who tells the state.
    fn now(&self) -> Value;
}

/// `concurrent.futures.Future`.
pub trait Future: Send + Sync {
    /// The result, or what the task has raised.
    fn result(&self, blocking: Blocking) -> Operation;
    /// What the task has raised, or None.
    fn exception(&self, blocking: Blocking) -> Operation;
    /// Cancels it: the callbacks to call, or None if it cannot be cancelled any more.
    fn cancel(&self) -> Operation;
    /// Says that somebody works on it: whether it was not cancelled.
    fn begin(&self) -> Operation;
    /// Settles it: the callbacks to call.
    fn settle(&self, outcome: Result<Value>) -> Operation;
    /// Whether the function will be called; if not, it is to be called now.
    fn add_callback(&self, callback: Value) -> Operation;
    /// How far it is; whether it has ended with an exception; and what it came to.
    fn look(&self) -> Operation;
    /// The number of the object that stands for it.
    fn serial(&self) -> u64;
    fn set_serial(&self, serial: u64);
    /// Whether another process settles it: there nothing of this one's can be called.
    fn is_handed_on(&self) -> bool;
    /// What it came to and its callbacks, without a step, for who tells the state.
    fn parts(&self) -> Vec<Value>;
    /// Drops what it came to and its callbacks at the end of an execution.
    fn forget(&self);
    fn as_any(&self) -> &dyn Any;
}

/// The threads of a `ThreadPoolExecutor`, which the program can find among its own, or
/// processes.
pub trait Pool: Send + Sync {
    /// A future that one of them will settle.
    fn future(&self) -> Arc<dyn Future>;
    /// Hands in a job of that future.
    fn submit(self: Arc<Self>, job: Value, future: &dyn Future) -> Operation;
    /// Takes no more jobs: with `cancel`, a list of the futures that were cancelled, each
    /// with the callbacks to call.
    fn shut_down(self: Arc<Self>, refuses: Error, cancel: bool) -> Operation;
    /// Takes no more jobs, and ends processes where they are.
    fn terminate(self: Arc<Self>) -> Operation;
    /// What becomes of it when its process has come to its end.
    fn at_exit(self: Arc<Self>, refuses: Error) -> Operation;
    /// Waits for the ends of its threads.
    fn join(self: Arc<Self>) -> Operation;
    /// Takes no more jobs, since nobody has it any more.
    fn leave(&self);
    /// Drops the jobs that were not begun, at the end of an execution.
    fn forget(&self);
    fn is_open(&self) -> bool;
    /// The jobs that were not begun, for who tells the state.
    fn jobs(&self) -> Vec<Value>;
}

/// What a new pool is like.
pub struct PoolOf<'a> {
    pub name: &'a str,
    /// What the names of its threads begin with.
    pub prefix: &'a str,
    pub most: usize,
    /// What each thread calls first, and the arguments, or None.
    pub initializer: Option<(Value, Vec<Value>)>,
    /// Of processes, what they are like.
    pub processes: Option<Processes>,
    /// The number of the object that it is for.
    pub serial: u64,
    /// Where it is made.
    pub at: At,
}

/// What a pool's processes are like.
#[derive(Clone, Copy)]
pub struct Processes {
    /// Whether they are those of a `multiprocessing.Pool`: they begin as what there was when
    /// that was made, and end with the program.
    pub of_pool: bool,
    /// Their numbers begin with this.
    pub first: u32,
}

/// A pool that an object stands for: with that it goes.
pub struct PoolOwner(pub Arc<dyn Pool>);

impl Drop for PoolOwner {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Futures in the order in which they are done.
pub trait Completed: Send + Sync {
    /// The place of the next one among those that were given; None after the last.
    fn next(&self) -> Operation;
    /// Which were given out, for who tells the state.
    fn taken(&self) -> Vec<usize>;
}

/// A primitive, or what else an object of the library stands for.
pub enum Handle {
    Lock(Arc<dyn Lock>),
    Semaphore(Arc<dyn Semaphore>),
    Event(Arc<dyn Event>),
    Condition(Arc<dyn Condition>, Arc<dyn Lock>),
    Barrier(Arc<dyn Barrier>),
    Queue(Arc<dyn Queue>),
    Thread(Arc<dyn Thread>),
    Local(Local),
    Process(Arc<dyn Process>),
    Shared(Arc<dyn Shared>),
    Future(Arc<dyn Future>),
    Pool(PoolOwner),
    Completed(Arc<dyn Completed>),
    /// An object that it does not keep.
    Weak(Weak<Instance>),
}

impl Handle {
    /// Drops what may refer to the object itself, at the end of an execution.
    pub fn forget(&self) {
        match self {
            Handle::Queue(queue) => queue.forget(),
            Handle::Future(future) => future.forget(),
            Handle::Pool(owner) => owner.0.forget(),
            _ => {}
        }
    }
}

/// `threading.local`.
pub struct Local {
    /// What `__init__` is called with, in each thread.
    pub given: Vec<Value>,
    pub named: Keywords,
    /// By thread, each looked at by that one alone.
    pub attributes: Own<Vec<(u32, Arc<Dict>)>>,
}

impl Local {
    /// What a thread has, if it has come to it.
    pub fn of(&self, thread: u32) -> Option<Arc<Dict>> {
        let attributes = self.attributes.read();
        let mut of_thread = attributes.iter().filter(|(of, _)| *of == thread);
        of_thread.next().map(|(_, own)| own.clone())
    }
}

/// The platform beneath a program.
pub trait Engine: Send + Sync {
    /// Which thread this is, and how far the run is.
    fn moment(&self) -> Moment;
    /// Hands on a line that was printed, to whoever watches from outside.
    fn hear(&self, line: &Printed);
    fn lock(&self, name: &str) -> Arc<dyn Lock>;
    fn rlock(&self, name: &str) -> Arc<dyn Lock>;
    fn semaphore(&self, name: &str, permits: u32, bounded: bool) -> Arc<dyn Semaphore>;
    fn event(&self, name: &str) -> Arc<dyn Event>;
    /// One over a lock of this engine.
    fn condition(&self, name: &str, lock: &dyn Lock) -> Option<Arc<dyn Condition>>;
    fn barrier(
        &self,
        world: &'static World,
        name: &str,
        parties: u32,
        action: Value,
    ) -> Arc<dyn Barrier>;
    fn queue(
        &self,
        world: &'static World,
        name: &str,
        kind: QueueKind,
        capacity: usize,
    ) -> Arc<dyn Queue>;
    /// A thread that calls the method `run` of the object that it is started for.
    fn thread(&self, world: &'static World, name: &str) -> Arc<dyn Thread>;
    fn process(&self, world: &'static World, name: &str) -> Arc<dyn Process>;
    fn shared(&self, name: &str, value: Value) -> Arc<dyn Shared>;
    /// A future that the program settles itself.
    fn future(&self) -> Arc<dyn Future>;
    /// # Errors
    /// What a process has may be too deep to be copied.
    fn pool(&self, world: &'static World, pool: PoolOf) -> Result<Arc<dyn Pool>>;
    fn as_completed(&self, futures: &[Arc<dyn Future>], blocking: Blocking) -> Arc<dyn Completed>;
    /// Waits until so many are done: a list that says of each whether it is.
    fn wait(&self, futures: &[Arc<dyn Future>], until: Until, blocking: Blocking) -> Operation;
    fn sleep(&self, time: Duration) -> Operation;
    /// The time since the run began.
    fn now(&self) -> Duration;
    /// A step that only looks: at what a function finds.
    fn look(&self, look: Box<dyn FnOnce() -> Result<Value> + Send>) -> Operation;
}
