//! Pools and futures of a platform, behind the traits that the library knows.
//!
//! A pool is `pool::Workers`, as that of a program in Rust. Its tasks are jobs: values that
//! the library makes and calls. Its workers are threads of the program, which finds them in
//! `threading.enumerate()`.

use std::any::Any;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::drive::drive;
use super::over::{Ended, OfThread};
use super::threads::Entry;
use super::{Completed, Future, Pool, PoolOf};
use crate::base::ObjectId;
use crate::platform::{Platform, memory};
use crate::pool::{self, AsCompleted, Employer, Ending, Progress, Until, Workers};
use crate::python::lib;
use crate::python::machine::copying::pickle::unpickle;
use crate::python::machine::{Answer, Machine, Operation, Result, World, acting, tail, tell_after};
use crate::python::values::{Raise, Value, share};
use crate::sync::{Blocking, Error, ErrorKind, Own};
use crate::trace::{At, Site};

/// What a task came to.
type Outcome = Result<Value>;

impl Ending for Outcome {
    fn is_raised(&self) -> bool {
        self.is_err()
    }
}

pub(super) struct OfFuture<P: Platform>(pub Arc<Inner<P>>);

pub(super) struct Inner<P: Platform> {
    future: Arc<pool::Future<P, Outcome>>,
    /// Who gets what another process settles it with, and what that made of it.
    gets: Option<&'static World>,
    got: Own<Option<Outcome>>,
    serial: AtomicU64,
    /// What is called when it is done. They are added before that, and taken after it.
    callbacks: Own<Vec<Value>>,
    /// Where a worker is that settles it, which is at no line of the program.
    made_at: At,
}

impl<P: Platform> OfFuture<P> {
    pub(super) fn new(object: ObjectId, made_at: At, gets: Option<&'static World>) -> OfFuture<P> {
        OfFuture(Arc::new(Inner {
            future: pool::Future::of(object),
            gets,
            got: Own::shared(None),
            serial: AtomicU64::new(0),
            callbacks: Own::shared(Vec::new()),
            made_at,
        }))
    }

    /// One that the program settles itself.
    pub(super) fn alone() -> OfFuture<P> {
        OfFuture::new(ObjectId::NONE, At { line: 0 }, None)
    }
}

/// The platform's own of these futures, which are all of one platform.
pub(super) fn own<P: Platform>(future: &dyn Future) -> &Arc<Inner<P>> {
    let own = future.as_any().downcast_ref::<OfFuture<P>>();
    &own.expect("a world is on one platform").0
}

fn all_own<P: Platform>(futures: &[Arc<dyn Future>]) -> Vec<Arc<pool::Future<P, Outcome>>> {
    let own = |future: &Arc<dyn Future>| own::<P>(&**future).future.clone();
    futures.iter().map(own).collect()
}

impl<P: Platform> Inner<P> {
    fn at(&self, at: At) -> Site {
        match at.line {
            0 => self.future.at(self.made_at),
            _ => self.future.at(at),
        }
    }

    fn take_callbacks(&self) -> Value {
        Value::list(mem::take(&mut *self.callbacks.write()))
    }

    /// Says that somebody works on it, as a part of somebody's step: whether it was not
    /// cancelled.
    pub(super) async fn begin(&self, at: Site) -> bool {
        self.future.begin(at).await == Ok(true)
    }

    pub(super) async fn cancel(&self, at: Site) -> bool {
        self.future.cancel_at(at).await
    }

    /// What it came to, in the memory of who asks.
    fn received(&self, outcome: Outcome) -> Outcome {
        let Some(world) = self.gets else {
            return outcome;
        };
        if let Some(got) = self.got.get() {
            return got;
        }
        let got = match outcome {
            Ok(value) => unpickle(world, &value),
            Err(raise) => Err(received_raise(world, &raise)),
        };
        match &got {
            Ok(value) => share(value),
            Err(raise) => share(&Value::Exception(raise.0.clone())),
        }
        self.got.write().get_or_insert(got).clone()
    }

    /// Settles it, as a part of somebody's step: the callbacks to call.
    pub(super) async fn settle(&self, outcome: Outcome, at: Site) -> Result<Value> {
        match self.future.settle(Ok(outcome), at).await {
            Ok(()) => Ok(self.take_callbacks()),
            Err(error) => Err(lib::raise_of(&error)),
        }
    }

    async fn outcome(&self, blocking: Blocking, at: At) -> Result<Outcome> {
        let outcome = self.future.outcome_at(blocking, self.at(at)).await;
        let outcome = outcome.and_then(|outcome| outcome);
        let outcome = outcome.map_err(|error| lib::raise_of(&error))?;
        Ok(self.received(outcome))
    }
}

/// An exception from another process, whose cause tells where it comes from.
fn received_raise(world: &'static World, raise: &Raise) -> Raise {
    match unpickle(world, &Value::Exception(raise.0.clone())) {
        Ok(Value::Exception(copy)) => {
            copy.cause.set(raise.0.cause.get());
            Raise(copy)
        }
        Ok(_) => raise.clone(),
        Err(raise) => raise,
    }
}

impl<P: Platform> Future for OfFuture<P> {
    fn result(&self, blocking: Blocking) -> Operation {
        let inner = self.0.clone();
        Operation::new(move |at| async move { inner.outcome(blocking, at).await? })
    }

    fn exception(&self, blocking: Blocking) -> Operation {
        let inner = self.0.clone();
        Operation::new(move |at| async move {
            Ok(match inner.outcome(blocking, at).await? {
                Ok(_) => Value::None,
                Err(raise) => Value::Exception(raise.0),
            })
        })
    }

    fn cancel(&self) -> Operation {
        let inner = self.0.clone();
        Operation::new(move |at| async move {
            let at = inner.at(at);
            P::point(at).await;
            Ok(match inner.future.cancel_at(at).await {
                true => inner.take_callbacks(),
                false => Value::None,
            })
        })
    }

    fn begin(&self) -> Operation {
        let inner = self.0.clone();
        Operation::new(move |at| async move {
            let at = inner.at(at);
            P::point(at).await;
            let begun = inner.future.begin(at).await;
            begun
                .map(Value::bool)
                .map_err(|error| lib::raise_of(&error))
        })
    }

    fn settle(&self, outcome: Result<Value>) -> Operation {
        match &outcome {
            Ok(value) => share(value),
            Err(raise) => share(&Value::Exception(raise.0.clone())),
        }
        let inner = self.0.clone();
        Operation::new(move |at| async move {
            let at = inner.at(at);
            P::point(at).await;
            inner.settle(outcome, at).await
        })
    }

    fn add_callback(&self, callback: Value) -> Operation {
        share(&callback);
        let inner = self.0.clone();
        Operation::new(move |at| async move {
            let at = inner.at(at);
            P::point(at).await;
            let add = || inner.callbacks.write().push(callback);
            Ok(Value::bool(inner.future.unless_done(at, add).await))
        })
    }

    fn look(&self) -> Operation {
        let inner = self.0.clone();
        Operation::new(move |at| async move {
            let at = inner.at(at);
            P::point(at).await;
            let (progress, outcome) = inner.future.stage_at(at).await;
            let outcome = outcome.map(|outcome| outcome.map(|outcome| inner.received(outcome)));
            let progress = Value::from(match progress {
                Progress::Pending => "PENDING",
                Progress::Running => "RUNNING",
                Progress::Cancelled => "CANCELLED",
                Progress::Finished => "FINISHED",
            });
            Ok(match outcome {
                Some(Ok(Ok(value))) => Value::tuple([progress, Value::bool(false), value]),
                Some(Ok(Err(raise))) => {
                    Value::tuple([progress, Value::bool(true), Value::Exception(raise.0)])
                }
                _ => Value::tuple([progress, Value::bool(false), Value::None]),
            })
        })
    }

    fn serial(&self) -> u64 {
        self.0.serial.load(Ordering::Relaxed)
    }

    fn set_serial(&self, serial: u64) {
        self.0.serial.store(serial, Ordering::Relaxed);
    }

    fn is_handed_on(&self) -> bool {
        self.0.gets.is_some()
    }

    fn parts(&self) -> Vec<Value> {
        let mut parts = self.0.callbacks.get();
        match self.0.future.seen() {
            Some(Ok(Ok(value))) => parts.push(value),
            Some(Ok(Err(raise))) => parts.push(Value::Exception(raise.0)),
            _ => {}
        }
        parts
    }

    fn forget(&self) {
        self.0.future.forget();
        self.0.callbacks.set(Vec::new());
        self.0.got.set(None);
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Who makes the threads of a program's pool.
pub(super) struct Staff {
    world: &'static World,
    /// What the names of the threads begin with.
    prefix: String,
    /// What each thread calls first.
    initializer: Option<(Value, Vec<Value>)>,
}

/// A call that was handed in.
pub(super) struct Job<P: Platform> {
    /// As the library has it: a tuple, of which the future is the first.
    value: Value,
    future: Arc<Inner<P>>,
    /// Whether it was handed in by a daemon: so will the thread be that is started for it.
    by_daemon: bool,
}

impl<P: Platform> Job<P> {
    fn object(&self) -> Value {
        match &self.value {
            Value::Tuple(parts) => parts.first().cloned().unwrap_or_default(),
            _ => Value::None,
        }
    }
}

pub(super) struct Worker<P: Platform> {
    name: String,
    daemon: bool,
    thread: Arc<OfThread<P>>,
}

impl<P: Platform> Employer<P> for Staff {
    type Task = Job<P>;
    type Worker = Worker<P>;

    fn hire(workers: &Arc<Workers<P, Staff>>, number: usize, job: &Job<P>) -> Worker<P> {
        let name = format!("{}_{number}", workers.employer.prefix);
        let (world, workers) = (workers.employer.world, workers.clone());
        let work = move |number| work(workers, number);
        Worker {
            thread: Arc::new(OfThread::new(world, &name, work)),
            name,
            daemon: job.by_daemon,
        }
    }

    async fn start(
        _: &Arc<Workers<P, Staff>>,
        worker: &Worker<P>,
        at: At,
    ) -> std::result::Result<(), Error> {
        let Worker {
            name,
            daemon,
            thread,
        } = worker;
        let entry = |world, number| Entry {
            object: lib::worker(world, number, name, *daemon, thread.clone()),
            thread: Some(thread.clone()),
            daemon: *daemon,
        };
        thread.start_as(entry, at).await
    }
}

/// The life of a pool's thread, as this one of the program's.
async fn work<P: Platform>(workers: Arc<Workers<P, Staff>>, number: u32) -> Ended {
    let world = workers.employer.world;
    if !P::DECIDES {
        memory::allow(world.limits.memory);
    }
    if initialize(&workers, number).await {
        let at = workers.made_at();
        let run = |job: Job<P>| async move {
            // Only a worker begins it, so that it is refused only if it was cancelled.
            if job.future.begin(at).await {
                call::<P>(world, number, lib::call_of_job(&job.value)).await;
            }
        };
        workers.work(run).await;
    }
    Ended {
        raised: false,
        world,
    }
}

/// Calls what each thread of the pool calls first: whether it can work. If not, no other
/// will.
async fn initialize<P: Platform>(workers: &Arc<Workers<P, Staff>>, number: u32) -> bool {
    let Staff {
        world, initializer, ..
    } = &workers.employer;
    let Some((function, args)) = initializer else {
        return true;
    };
    let machine = Machine::of_call(world, number, tail(function, args.clone()));
    let raise = match drive::<P>(world, machine).await {
        Ok(ending) => {
            world.threads.note(ending);
            return true;
        }
        Err(raise) => raise,
    };
    tell_after(world, "Exception in initializer:\n", &raise);
    let at = workers.made_at();
    P::point(at).await;
    let broken = Error::fixed(
        ErrorKind::BrokenThreadPool,
        "A thread initializer failed, the thread pool is not usable anymore",
    );
    for job in workers.break_down(broken.clone()).await {
        let raise = lib::raise_of(&broken);
        share(&Value::Exception(raise.0.clone()));
        // One that was cancelled is refused.
        if let Ok(callbacks) = job.future.settle(Err(raise), at).await {
            let calls = lib::call_back(world, job.object(), callbacks);
            call::<P>(world, number, calls).await;
        }
    }
    false
}

/// Calls something on a pool's thread. What it raises ends nothing.
async fn call<P: Platform>(world: &'static World, number: u32, call: Answer) {
    let machine = Machine::of_call(world, number, call);
    match drive::<P>(world, machine).await {
        Ok(ending) => world.threads.note(ending),
        Err(raise) => tell_after(world, "Exception in worker\n", &raise),
    }
}

pub(super) fn pool<P: Platform>(world: &'static World, pool: PoolOf) -> Arc<dyn Pool> {
    let serial = pool.serial;
    let staff = Staff {
        world,
        prefix: pool.prefix.to_owned(),
        initializer: pool.initializer,
    };
    let pool: Arc<dyn Pool> = Workers::<P, Staff>::new(pool.name, pool.most, staff, pool.at);
    world.threads.add_pool(serial, &pool);
    pool
}

impl<P: Platform> Pool for Workers<P, Staff> {
    fn future(&self) -> Arc<dyn Future> {
        let made_at = At {
            line: self.made_at().line,
        };
        Arc::new(OfFuture::<P>::new(self.id(), made_at, None))
    }

    fn submit(self: Arc<Self>, value: Value, future: &dyn Future) -> Operation {
        share(&value);
        let by = self.employer.world.threads.get(acting::number());
        let job = Job {
            value,
            future: own::<P>(future).clone(),
            by_daemon: by.is_some_and(|entry| entry.daemon),
        };
        Operation::new(move |at| async move {
            P::point(self.at(at)).await;
            let submitted = Workers::submit(&self, job, at).await;
            submitted
                .map(|()| Value::None)
                .map_err(|error| lib::raise_of(&error))
        })
    }

    fn shut_down(self: Arc<Self>, refuses: Error, cancel: bool) -> Operation {
        Operation::new(move |at| async move {
            let at = self.at(at);
            P::point(at).await;
            let (dropped, _) = Workers::shut_down(&self, refuses, cancel, at).await;
            let mut cancelled = Vec::new();
            for job in dropped {
                if job.future.cancel(at).await {
                    cancelled.push(Value::pair(job.object(), job.future.take_callbacks()));
                }
            }
            Ok(Value::list(cancelled))
        })
    }

    fn terminate(self: Arc<Self>) -> Operation {
        Pool::shut_down(self, pool::CLOSED, true)
    }

    fn at_exit(self: Arc<Self>, refuses: Error) -> Operation {
        // Its threads are waited for as the others of the program.
        Pool::shut_down(self, refuses, false)
    }

    fn join(self: Arc<Self>) -> Operation {
        Operation::new(move |at| async move {
            for worker in self.hired(self.at(at)).await {
                let joined = worker.thread.join_at(Blocking::Forever, at).await;
                joined.map_err(|error| lib::raise_of(&error))?;
            }
            Ok(Value::None)
        })
    }

    fn leave(&self) {
        Workers::leave(self, pool::CLOSED);
    }

    fn forget(&self) {
        Workers::forget(self);
    }

    fn is_open(&self) -> bool {
        Workers::is_open(self)
    }

    fn jobs(&self) -> Vec<Value> {
        let mut jobs = Vec::new();
        self.each(&mut |job| jobs.push(job.value.clone()));
        jobs
    }
}

/// `as_completed`, which begins when its first value is asked for.
struct OfCompleted<P: Platform> {
    given: Vec<Arc<pool::Future<P, Outcome>>>,
    blocking: Blocking,
    way: Mutex<Way<P>>,
    taken: Own<Vec<usize>>,
}

enum Way<P: Platform> {
    New,
    Begun(AsCompleted<P, Outcome>),
    /// A thread is inside.
    Entered,
}

pub(super) fn as_completed<P: Platform>(
    futures: &[Arc<dyn Future>],
    blocking: Blocking,
) -> Arc<dyn Completed> {
    Arc::new(CompletedOf(Arc::new(OfCompleted::<P> {
        given: all_own(futures),
        blocking,
        way: Mutex::new(Way::New),
        taken: Own::shared(Vec::new()),
    })))
}

struct CompletedOf<P: Platform>(Arc<OfCompleted<P>>);

impl<P: Platform> OfCompleted<P> {
    fn go(&self, way: Way<P>) -> Way<P> {
        let mut now = self.way.lock().unwrap_or_else(PoisonError::into_inner);
        mem::replace(&mut now, way)
    }

    async fn next(&self, at: At) -> Result<Value> {
        let mut completed = match self.go(Way::Entered) {
            Way::New => pool::as_completed_at(&self.given, self.blocking, at).await,
            Way::Begun(completed) => completed,
            Way::Entered => {
                return Err(lib::raise_of(&Error::value("generator already executing")));
            }
        };
        let next = completed.next().await;
        self.go(Way::Begun(completed));
        let Some(next) = next else {
            return Ok(Value::None);
        };
        let next = next.map_err(|error| lib::raise_of(&error))?;
        let place = self
            .given
            .iter()
            .position(|given| Arc::ptr_eq(given, &next))
            .unwrap_or_default();
        self.taken.write().push(place);
        Ok(Value::int(place))
    }
}

impl<P: Platform> Completed for CompletedOf<P> {
    fn next(&self) -> Operation {
        let completed = self.0.clone();
        Operation::new(move |at| async move { completed.next(at).await })
    }

    fn taken(&self) -> Vec<usize> {
        self.0.taken.get()
    }
}

pub(super) fn wait<P: Platform>(
    futures: &[Arc<dyn Future>],
    until: Until,
    blocking: Blocking,
) -> Operation {
    let given = all_own::<P>(futures);
    Operation::new(move |at| async move {
        let waited = pool::wait_at(&given, until, blocking, at).await;
        let is_done = |future| waited.done.iter().any(|done| Arc::ptr_eq(done, future));
        Ok(Value::list(
            given.iter().map(|f| Value::bool(is_done(f))).collect(),
        ))
    })
}
