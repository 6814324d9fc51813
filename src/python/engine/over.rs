//! The primitives of a platform, behind the traits that the library knows.

use std::any::Any;
use std::cmp::Ordering;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::drive::drive;
use super::pools::{self, OfFuture};
use super::process_pools;
use super::processes::{self, OfProcess};
use super::run::run_thread;
use super::threads::ident_of;
use super::{
    Barrier, Completed, Condition, Engine, Entry, Event, Future, Lock, Pool, PoolOf, Process,
    Queue, QueueKind, Semaphore, Shared, Thread,
};
use crate::platform::Platform;
use crate::pool::{self, Until};
use crate::python::code::Comparison;
use crate::python::lib;
use crate::python::machine::{
    Machine, Moment, Operation, Printed, Result, Stream, World, acting, compare, later, sequence,
};
use crate::python::values::{Truth, Value, share};
use crate::sync::{self, Blocking, Fifo, Lifo, Priority};
use crate::trace::{At, Site};

struct Over<P>(PhantomData<fn() -> P>);

/// The engine of a platform.
pub fn engine<P: Platform>() -> &'static dyn Engine {
    &Over::<P>(PhantomData)
}

/// None, or the exception that an error of a primitive is.
pub(super) fn done(result: std::result::Result<(), sync::Error>) -> Result<Value> {
    result
        .map(|()| Value::None)
        .map_err(|error| lib::raise_of(&error))
}

impl<P: Platform> Engine for Over<P> {
    fn moment(&self) -> Moment {
        Moment {
            thread: P::current(),
            at: P::moment(),
        }
    }

    fn hear(&self, line: &Printed) {
        P::printed(&line.text, line.stream == Stream::Err, line.at);
    }

    fn lock(&self, name: &str) -> Arc<dyn Lock> {
        Arc::new(OfLock(sync::Lock::<P>::new(name)))
    }

    fn rlock(&self, name: &str) -> Arc<dyn Lock> {
        Arc::new(OfRLock(sync::RLock::<P>::new(name)))
    }

    fn semaphore(&self, name: &str, permits: u32, bounded: bool) -> Arc<dyn Semaphore> {
        match bounded {
            false => Arc::new(OfSemaphore(sync::Semaphore::<P>::new(name, permits))),
            true => {
                let semaphore = sync::BoundedSemaphore::<P>::new(name, permits);
                Arc::new(OfSemaphore(semaphore.as_semaphore().clone()))
            }
        }
    }

    fn event(&self, name: &str) -> Arc<dyn Event> {
        Arc::new(OfEvent(sync::Event::<P>::new(name)))
    }

    fn condition(&self, name: &str, lock: &dyn Lock) -> Option<Arc<dyn Condition>> {
        let lock = lock.as_any();
        if let Some(OfLock(lock)) = lock.downcast_ref::<OfLock<P>>() {
            let condition = sync::Condition::over(name, lock.clone());
            return Some(Arc::new(OfCondition(condition)));
        }
        let OfRLock(lock) = lock.downcast_ref::<OfRLock<P>>()?;
        let condition = sync::Condition::over(name, lock.clone());
        Some(Arc::new(OfCondition(condition)))
    }

    fn barrier(
        &self,
        world: &'static World,
        name: &str,
        parties: u32,
        action: Value,
    ) -> Arc<dyn Barrier> {
        let barrier = match action {
            Value::None => sync::Barrier::<P>::new(name, parties),
            action => {
                share(&action);
                let act: sync::Action = Box::new(move || {
                    let action = action.clone();
                    Box::pin(act::<P>(world, action))
                });
                sync::Barrier::<P>::with_action(name, parties, act)
            }
        };
        Arc::new(OfBarrier(barrier, world))
    }

    fn queue(
        &self,
        world: &'static World,
        name: &str,
        kind: QueueKind,
        capacity: usize,
    ) -> Arc<dyn Queue> {
        fn of<P: Platform, O: sync::Order<Ranked>>(
            world: &'static World,
            name: &str,
            capacity: usize,
        ) -> Arc<dyn Queue> {
            let queue = sync::Queue::<P, Ranked, O>::new(name, capacity);
            Arc::new(OfQueue { queue, world })
        }
        match kind {
            QueueKind::Fifo => of::<P, Fifo<Ranked>>(world, name, capacity),
            QueueKind::Lifo => of::<P, Lifo<Ranked>>(world, name, capacity),
            QueueKind::Priority => of::<P, Priority<Ranked>>(world, name, capacity),
        }
    }

    fn thread(&self, world: &'static World, name: &str) -> Arc<dyn Thread> {
        let run = move |number| run_thread::<P>(world, number);
        Arc::new(OfThread::<P>::new(world, name, run))
    }

    fn process(&self, world: &'static World, name: &str) -> Arc<dyn Process> {
        Arc::new(OfProcess::<P>::new(world, name))
    }

    fn shared(&self, name: &str, value: Value) -> Arc<dyn Shared> {
        processes::shared::<P>(name, value)
    }

    fn future(&self) -> Arc<dyn Future> {
        Arc::new(OfFuture::<P>::alone())
    }

    fn pool(&self, world: &'static World, pool: PoolOf) -> Result<Arc<dyn Pool>> {
        match pool.processes {
            None => Ok(pools::pool::<P>(world, pool)),
            Some(processes) => process_pools::pool::<P>(world, pool, processes),
        }
    }

    fn as_completed(&self, futures: &[Arc<dyn Future>], blocking: Blocking) -> Arc<dyn Completed> {
        pools::as_completed::<P>(futures, blocking)
    }

    fn wait(&self, futures: &[Arc<dyn Future>], until: Until, blocking: Blocking) -> Operation {
        pools::wait::<P>(futures, until, blocking)
    }

    fn sleep(&self, time: Duration) -> Operation {
        Operation::new(move |at| async move {
            if !time.is_zero() {
                P::sleep(time, Site::at(at)).await;
            }
            Ok(Value::None)
        })
    }

    fn now(&self) -> Duration {
        P::now()
    }

    fn look(&self, look: Box<dyn FnOnce() -> Result<Value> + Send>) -> Operation {
        Operation::new(move |at| async move {
            P::point(Site::at(at)).await;
            look()
        })
    }
}

/// Calls a barrier's action, on the thread that came last.
async fn act<P: Platform>(
    world: &'static World,
    action: Value,
) -> std::result::Result<(), sync::Error> {
    let number = acting::number();
    let call = later(async move { sequence::call(&action, Vec::new()).await });
    let machine = Machine::of_call(world, number, call);
    match drive::<P>(world, machine).await {
        Ok(_) => Ok(()),
        Err(raise) => {
            world.threads.keep_raised(number, raise);
            Err(sync::Error::runtime("the action has failed"))
        }
    }
}

struct OfLock<P: Platform>(Arc<sync::Lock<P>>);

impl<P: Platform> Lock for OfLock<P> {
    fn anew(&self) -> Arc<dyn Lock> {
        engine::<P>().lock("lock")
    }

    fn acquire(&self, blocking: Blocking) -> Operation {
        let lock = self.0.clone();
        Operation::new(
            move |at| async move { Ok(Value::bool(lock.acquire_at(blocking, at).await)) },
        )
    }

    fn release(&self) -> Operation {
        let lock = self.0.clone();
        Operation::new(move |at| async move { done(lock.release_at(at).await) })
    }

    fn held(&self) -> Operation {
        let lock = self.0.clone();
        Operation::new(move |at| async move { Ok(Value::bool(lock.locked_at(at).await)) })
    }

    fn text(&self) -> Operation {
        let lock = self.0.clone();
        Operation::new(move |at| async move {
            let state = lock_state(lock.locked_at(at).await);
            Ok(Value::from(format!("{state} _thread.lock object")))
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn lock_state(is_locked: bool) -> &'static str {
    if is_locked { "locked" } else { "unlocked" }
}

struct OfRLock<P: Platform>(Arc<sync::RLock<P>>);

impl<P: Platform> Lock for OfRLock<P> {
    fn anew(&self) -> Arc<dyn Lock> {
        engine::<P>().rlock("rlock")
    }

    fn acquire(&self, blocking: Blocking) -> Operation {
        let lock = self.0.clone();
        Operation::new(
            move |at| async move { Ok(Value::bool(lock.acquire_at(blocking, at).await)) },
        )
    }

    fn release(&self) -> Operation {
        let lock = self.0.clone();
        Operation::new(move |at| async move { done(lock.release_at(at).await) })
    }

    fn held(&self) -> Operation {
        // Only the thread itself could change the answer.
        let lock = self.0.clone();
        Operation::new(move |_| async move { Ok(Value::bool(lock.depth() > 0)) })
    }

    fn text(&self) -> Operation {
        let lock = self.0.clone();
        engine::<P>().look(Box::new(move || {
            let (owner, depth) = lock.holder();
            // The platform counts threads as the program does, but for OS threads that take
            // the place of others: more than a hundred, one after the other.
            let owner = owner.map_or(0, |owner| ident_of(owner.0.into()));
            let state = lock_state(depth > 0);
            Ok(Value::from(format!(
                "{state} _thread.RLock object owner={owner} count={depth}"
            )))
        }))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

struct OfSemaphore<P: Platform>(Arc<sync::Semaphore<P>>);

impl<P: Platform> Semaphore for OfSemaphore<P> {
    fn acquire(&self, blocking: Blocking) -> Operation {
        let semaphore = self.0.clone();
        Operation::new(move |at| async move {
            Ok(Value::bool(semaphore.acquire_at(blocking, at).await))
        })
    }

    fn release(&self, count: u32) -> Operation {
        let semaphore = self.0.clone();
        Operation::new(move |at| async move { done(semaphore.release_at(count, at).await) })
    }

    fn value(&self) -> Operation {
        let semaphore = self.0.clone();
        Operation::new(move |at| async move { Ok(Value::Int(semaphore.value_at(at).await.into())) })
    }
}

struct OfEvent<P: Platform>(Arc<sync::Event<P>>);

impl<P: Platform> Event for OfEvent<P> {
    fn set(&self) -> Operation {
        let event = self.0.clone();
        Operation::new(move |at| async move {
            event.set_at(at).await;
            Ok(Value::None)
        })
    }

    fn clear(&self) -> Operation {
        let event = self.0.clone();
        Operation::new(move |at| async move {
            event.clear_at(at).await;
            Ok(Value::None)
        })
    }

    fn is_set(&self) -> Operation {
        let event = self.0.clone();
        Operation::new(move |at| async move { Ok(Value::bool(event.is_set_at(at).await)) })
    }

    fn wait(&self, blocking: Blocking) -> Operation {
        let event = self.0.clone();
        Operation::new(move |at| async move { Ok(Value::bool(event.wait_at(blocking, at).await)) })
    }
}

struct OfCondition<P: Platform, L>(Arc<sync::Condition<P, L>>);

impl<P: Platform, L: sync::Guarding<P> + Send + Sync> Condition for OfCondition<P, L> {
    fn wait(&self, blocking: Blocking) -> Operation {
        let condition = self.0.clone();
        Operation::new(move |at| async move {
            let notified = condition.wait_at(blocking, at).await;
            notified
                .map(Value::bool)
                .map_err(|error| lib::raise_of(&error))
        })
    }

    fn waiting(&self) -> usize {
        self.0.waiting()
    }

    fn notify(&self, count: usize) -> Operation {
        let condition = self.0.clone();
        Operation::new(move |at| async move { done(condition.notify_at(count, at).await) })
    }
}

struct OfBarrier<P: Platform>(Arc<sync::Barrier<P>>, &'static World);

impl<P: Platform> Barrier for OfBarrier<P> {
    fn wait(&self, blocking: Blocking) -> Operation {
        let (barrier, world) = (self.0.clone(), self.1);
        let number = acting::number();
        Operation::new(move |at| async move {
            match barrier.wait_at(blocking, at).await {
                Ok(index) => Ok(Value::Int(index.into())),
                Err(error) => Err(match world.threads.take_raised(number) {
                    Some(raise) => raise,
                    None => lib::raise_of(&error),
                }),
            }
        })
    }

    fn abort(&self) -> Operation {
        let barrier = self.0.clone();
        Operation::new(move |at| async move {
            barrier.abort_at(at).await;
            Ok(Value::None)
        })
    }

    fn reset(&self) -> Operation {
        let barrier = self.0.clone();
        Operation::new(move |at| async move {
            barrier.reset_at(at).await;
            Ok(Value::None)
        })
    }

    fn waiting(&self) -> Operation {
        let barrier = self.0.clone();
        Operation::new(
            move |at| async move { Ok(Value::Int(barrier.n_waiting_at(at).await.into())) },
        )
    }

    fn is_broken(&self) -> Operation {
        let barrier = self.0.clone();
        Operation::new(move |at| async move { Ok(Value::bool(barrier.broken_at(at).await)) })
    }
}

/// An item of a queue, in the order that Python gives it: of what it cannot compare
/// without running Python code, any may come first.
struct Ranked {
    value: Value,
    world: &'static World,
}

impl Ranked {
    fn is_less(&self, other: &Ranked) -> bool {
        let less = compare::compare(self.world, Comparison::Less, &self.value, &other.value);
        matches!(less, Ok(Value::Bool(Truth::True)))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Ranked) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Ranked {}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Ranked) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ranked {
    fn cmp(&self, other: &Ranked) -> Ordering {
        match (self.is_less(other), other.is_less(self)) {
            (true, _) => Ordering::Less,
            (_, true) => Ordering::Greater,
            _ => Ordering::Equal,
        }
    }
}

struct OfQueue<P: Platform, O> {
    queue: Arc<sync::Queue<P, Ranked, O>>,
    world: &'static World,
}

impl<P: Platform, O: sync::Order<Ranked>> Queue for OfQueue<P, O> {
    fn put(&self, item: Value, blocking: Blocking) -> Operation {
        let queue = self.queue.clone();
        share(&item);
        let item = Ranked {
            value: item,
            world: self.world,
        };
        Operation::new(move |at| async move {
            let put = queue.put_at(item, blocking, at).await;
            done(put.map_err(|refused| refused.error))
        })
    }

    fn get(&self, blocking: Blocking) -> Operation {
        let queue = self.queue.clone();
        Operation::new(move |at| async move {
            let got = queue.get_at(blocking, at).await;
            got.map(|item| item.value)
                .map_err(|error| lib::raise_of(&error))
        })
    }

    fn task_done(&self) -> Operation {
        let queue = self.queue.clone();
        Operation::new(move |at| async move { done(queue.task_done_at(at).await) })
    }

    fn join(&self) -> Operation {
        let queue = self.queue.clone();
        Operation::new(move |at| async move {
            queue.join_at(at).await;
            Ok(Value::None)
        })
    }

    fn items(&self) -> Vec<Value> {
        let mut items = Vec::new();
        self.queue.each(&mut |item| items.push(item.value.clone()));
        items
    }

    fn forget(&self) {
        self.queue.forget();
    }

    fn size(&self) -> Operation {
        let queue = self.queue.clone();
        Operation::new(move |at| async move { Ok(Value::int(queue.qsize_at(at).await)) })
    }
}

/// How a thread ended.
#[derive(Clone, Copy)]
pub struct Ended {
    pub raised: bool,
    pub world: &'static World,
}

impl pool::Ending for Ended {
    fn is_raised(&self) -> bool {
        self.raised
    }

    fn at_end(&self) {
        self.world.threads.end_one();
    }
}

pub(super) struct OfThread<P: Platform>(Arc<ThreadParts<P>>);

struct ThreadParts<P: Platform> {
    thread: pool::Thread<P, Ended>,
    world: &'static World,
    /// Among the program's threads, once it is started.
    number: Arc<AtomicU32>,
}

impl<P: Platform> OfThread<P> {
    /// One that runs this, as this one of the program's.
    pub(super) fn new<Run, Fut>(world: &'static World, name: &str, run: Run) -> OfThread<P>
    where
        Run: FnOnce(u32) -> Fut + Send + 'static,
        Fut: std::future::Future<Output = Ended> + 'static,
    {
        let number = Arc::new(AtomicU32::new(0));
        let thread = pool::Thread::new(name, {
            let number = number.clone();
            // Relaxed: starting the thread comes between.
            move || run(number.load(Relaxed))
        });
        OfThread(Arc::new(ThreadParts {
            thread,
            world,
            number,
        }))
    }

    /// Starts it, as the entry that is made with its number.
    pub(super) async fn start_as(
        &self,
        entry: impl FnOnce(&'static World, u32) -> Entry,
        at: At,
    ) -> std::result::Result<(), sync::Error> {
        let ThreadParts {
            thread,
            world,
            number,
        } = &*self.0;
        let threads = &world.threads;
        if threads.are_many() {
            P::notice_ends();
        }
        let begin = || {
            let begins = threads.begin();
            if begins {
                threads.share_variables(world, !P::DECIDES);
                let added = threads.add(|number| entry(world, number));
                number.store(added, Relaxed);
            }
            begins
        };
        thread.start_if_at(begin, at).await
    }

    pub(super) async fn join_at(
        &self,
        blocking: Blocking,
        at: At,
    ) -> std::result::Result<(), sync::Error> {
        self.0.thread.join_for_at(blocking, at).await.map(drop)
    }
}

impl<P: Platform> Clone for OfThread<P> {
    fn clone(&self) -> OfThread<P> {
        OfThread(self.0.clone())
    }
}

impl<P: Platform> Thread for OfThread<P> {
    fn start(&self, entry: Entry) -> Operation {
        let thread = self.clone();
        Operation::new(move |at| async move { done(thread.start_as(|_, _| entry, at).await) })
    }

    fn join(&self, blocking: Blocking) -> Operation {
        let thread = self.clone();
        Operation::new(move |at| async move { done(thread.join_at(blocking, at).await) })
    }

    fn is_alive(&self) -> Operation {
        let thread = self.clone();
        Operation::new(
            move |at| async move { Ok(Value::bool(thread.0.thread.is_alive_at(at).await)) },
        )
    }

    fn is_running(&self) -> bool {
        self.0.thread.is_running()
    }

    fn was_started(&self) -> bool {
        self.0.thread.was_started()
    }

    fn abandon(&self) {
        self.0.thread.abandon(Ended {
            raised: false,
            world: self.0.world,
        });
    }
}
