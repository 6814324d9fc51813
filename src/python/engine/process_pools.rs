//! Pools of processes: `pool::Workers` whose workers have a memory of their own.
//!
//! Calls and results are handed on by value. A result is copied into the memory of who asks
//! for it when that one does, since no other thread gets there.

use std::sync::Arc;

use super::drive::drive;
use super::over::{Ended, done};
use super::pools::{Inner, OfFuture, own};
use super::processes::{Made, OfProcess};
use super::run::{SIGTERM, finish};
use super::{Future, Pool, PoolOf, Processes};
use crate::platform::Platform;
use crate::pool::{CLOSED, Employer, Workers};
use crate::python::lib;
use crate::python::machine::copying::fork::snapshot;
use crate::python::machine::copying::pickle::unpickle;
use crate::python::machine::{Answer, Machine, Operation, Result, World, tail, tell_after};
use crate::python::values::{Value, share};
use crate::sync::{Blocking, Error, ErrorKind};
use crate::trace::{At, Site};

/// Who makes a pool's processes.
pub(super) struct Crew {
    /// Whose calls they do.
    maker: &'static World,
    of: Processes,
    /// What they begin as: their maker, or how that was when the pool was made.
    from: &'static World,
    /// There, what each calls first, and its arguments; or nothing.
    initializer: Value,
}

impl Crew {
    fn name(&self, number: u32) -> String {
        match self.of.of_pool {
            true => format!("ForkPoolWorker-{number}"),
            false => format!("ForkProcess-{number}"),
        }
    }
}

/// A call that was handed in.
pub(super) struct Call<P: Platform> {
    /// A tuple that is nobody's.
    value: Value,
    future: Arc<Inner<P>>,
}

impl<P: Platform> Employer<P> for Crew {
    type Task = Call<P>;
    type Worker = OfProcess<P>;

    fn hire(workers: &Arc<Workers<P, Crew>>, number: usize, _: &Call<P>) -> OfProcess<P> {
        let crew = &workers.employer;
        let number = crew.of.first + number as u32;
        let (name, workers) = (crew.name(number), workers.clone());
        OfProcess::that(crew.maker, &name, move |made| work(workers, made, number))
    }

    async fn start(
        workers: &Arc<Workers<P, Crew>>,
        worker: &OfProcess<P>,
        at: At,
    ) -> std::result::Result<(), Error> {
        let Crew {
            from, initializer, ..
        } = &workers.employer;
        match worker.start_from(from, initializer, at).await {
            Ok(started) => started,
            Err(_) => Err(Error::runtime("can't start new process")),
        }
    }
}

/// The life of a pool's process.
async fn work<P: Platform>(workers: Arc<Workers<P, Crew>>, made: Arc<Made>, number: u32) -> Ended {
    let crew = &workers.employer;
    let ended = Ended {
        raised: false,
        world: crew.maker,
    };
    let Some(beginning) = made.take() else {
        return ended;
    };
    let (world, initializer) = beginning.begin::<P>();
    lib::begin_process_of_pool(world, &crew.name(number), crew.of.of_pool);
    if initialize(&workers, world, &initializer).await {
        let at = workers.made_at();
        let workers = &workers;
        let run = |call: Call<P>| async move {
            // Only a worker begins it, so that it is refused only if it was cancelled.
            if call.future.begin(at).await {
                let of_pool = workers.employer.of.of_pool;
                run_call::<P>(world, job_of(world, call, of_pool)).await;
            }
        };
        workers.work(run).await;
    }
    finish::<P>(world).await;
    ended
}

/// A call as its process does it.
fn job_of<P: Platform>(world: &'static World, call: Call<P>, of_pool: bool) -> Answer {
    let future = Arc::new(OfFuture(call.future));
    lib::call_handed_on(future, unpickle(world, &call.value), of_pool)
}

async fn run_call<P: Platform>(world: &'static World, call: Answer) {
    match drive::<P>(world, Machine::of_call(world, 0, call)).await {
        Ok(ending) => world.root().threads.note(ending),
        Err(raise) => tell_after(world, "Exception in worker\n", &raise),
    }
}

/// Calls what each process calls first: whether it can work. If not, no other will.
async fn initialize<P: Platform>(
    workers: &Arc<Workers<P, Crew>>,
    world: &'static World,
    initializer: &Value,
) -> bool {
    let Value::Tuple(parts) = initializer else {
        return true;
    };
    let [function, args @ ..] = &parts[..] else {
        return true;
    };
    let machine = Machine::of_call(world, 0, tail(function, args));
    let Err(raise) = drive::<P>(world, machine).await else {
        return true;
    };
    tell_after(world, "Exception in initializer:\n", &raise);
    let at = workers.made_at();
    P::point(at).await;
    let broken = Error::fixed(
        ErrorKind::BrokenProcessPool,
        "A child process terminated abruptly, the process pool is not usable anymore",
    );
    for call in workers.break_down(broken.clone()).await {
        let raise = lib::raise_of(&broken);
        share(&Value::Exception(raise.0.clone()));
        // One that was cancelled is refused.
        let _ = call.future.settle(Err(raise), at).await;
    }
    false
}

pub(super) fn pool<P: Platform>(
    maker: &'static World,
    pool: PoolOf,
    of: Processes,
) -> Result<Arc<dyn Pool>> {
    let parts = pool.initializer.map(|(function, mut args)| {
        args.insert(0, function);
        args
    });
    let initializer = Value::tuple(parts.unwrap_or_default());
    let (from, initializer) = match of.of_pool {
        true => snapshot(maker, &initializer)?,
        false => (maker, initializer),
    };
    let crew = Crew {
        maker,
        of,
        from,
        initializer,
    };
    let workers: Arc<dyn Pool> = Workers::<P, Crew>::new(pool.name, pool.most, crew, pool.at);
    maker.threads.add_pool(pool.serial, &workers);
    Ok(workers)
}

impl<P: Platform> Pool for Workers<P, Crew> {
    fn future(&self) -> Arc<dyn Future> {
        let made_at = At {
            line: self.made_at().line,
        };
        let gets = Some(self.employer.maker);
        Arc::new(OfFuture::<P>::new(self.id(), made_at, gets))
    }

    fn submit(self: Arc<Self>, value: Value, future: &dyn Future) -> Operation {
        let call = Call {
            value,
            future: own::<P>(future).clone(),
        };
        Operation::new(move |at| async move {
            P::point(self.at(at)).await;
            done(Workers::submit(&self, call, at).await)
        })
    }

    fn shut_down(self: Arc<Self>, refuses: Error, cancel: bool) -> Operation {
        Operation::new(move |at| async move {
            let at = self.at(at);
            P::point(at).await;
            close(&self, refuses, cancel, at).await;
            // Their callbacks are called by threads that wait for them.
            Ok(Value::list(Vec::new()))
        })
    }

    fn terminate(self: Arc<Self>) -> Operation {
        Operation::new(move |at| async move {
            let at = self.at(at);
            P::point(at).await;
            end(&self, CLOSED, at).await;
            Ok(Value::None)
        })
    }

    fn at_exit(self: Arc<Self>, refuses: Error) -> Operation {
        Operation::new(move |at| async move {
            let site = self.at(at);
            P::point(site).await;
            if self.employer.of.of_pool {
                end(&self, refuses, site).await;
                return Ok(Value::None);
            }
            close(&self, refuses, false, site).await;
            self.join().begin(at).await
        })
    }

    fn join(self: Arc<Self>) -> Operation {
        Operation::new(move |at| async move {
            for worker in self.hired(self.at(at)).await {
                done(worker.join_at(Blocking::Forever, at).await)?;
            }
            Ok(Value::None)
        })
    }

    fn leave(&self) {
        Workers::leave(self, CLOSED);
    }

    fn forget(&self) {
        Workers::forget(self);
    }

    fn is_open(&self) -> bool {
        Workers::is_open(self)
    }

    fn jobs(&self) -> Vec<Value> {
        let mut jobs = Vec::new();
        self.each(&mut |call| jobs.push(call.value.clone()));
        jobs
    }
}

/// Takes no more calls, and cancels those that were not begun, if so wished.
async fn close<P: Platform>(
    workers: &Arc<Workers<P, Crew>>,
    refuses: Error,
    cancel: bool,
    at: Site,
) -> Vec<Arc<OfProcess<P>>> {
    let (dropped, workers) = Workers::shut_down(workers, refuses, cancel, at).await;
    for call in dropped {
        call.future.cancel(at).await;
    }
    workers
}

/// Takes no more calls, and ends the processes where they are.
async fn end<P: Platform>(workers: &Arc<Workers<P, Crew>>, refuses: Error, at: Site) {
    for worker in close(workers, refuses, true, at).await {
        worker.end(SIGTERM);
    }
}
