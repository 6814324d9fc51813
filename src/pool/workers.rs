//! Workers: threads that take tasks from a line, one after the other.
//!
//! What the tasks are, and what makes the threads, is the [`Employer`]'s: a program in Rust
//! hands in closures ([`ThreadPoolExecutor`](super::ThreadPoolExecutor)), one in Python
//! calls of its functions, and its workers are threads that it can find.

use std::collections::VecDeque;
use std::future::Future as Async;
use std::mem;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Waker};

use crate::base::ObjectId;
use crate::platform::{self as program, Operation, Platform, Stateful, Word};
use crate::sync::{Error, Guarded, Line, Object, Place, Shown, Through};
use crate::trace::objects::{ObjectKind, Shows, Words as Seen};
use crate::trace::{At, Kind, Order, Site};

/// Who makes the threads, and hands in the tasks.
pub trait Employer<P: Platform>: Send + Sync + Sized + 'static {
    type Task: Send + 'static;
    /// A thread, which is made under a mutex and started after that.
    type Worker: Send + Sync + 'static;

    /// The worker of this number, from 0, who will [work](Workers::work), since this task was
    /// handed in.
    fn hire(workers: &Arc<Workers<P, Self>>, number: usize, task: &Self::Task) -> Self::Worker;

    /// Starts it.
    ///
    /// # Errors
    /// `RuntimeError: can't start new thread`
    fn start(
        workers: &Arc<Workers<P, Self>>,
        worker: &Self::Worker,
        at: At,
    ) -> impl Async<Output = Result<(), Error>>;
}

/// The workers of a pool, and the tasks that wait for them.
pub struct Workers<P: Platform, E: Employer<P>> {
    pub employer: E,
    most: usize,
    state: Guarded<P, State<P, E>>,
    words: Words<P>,
    object: Object<P>,
    /// Where the pool was made: where its workers are between tasks.
    made_at: Site,
}

/// Read from outside by whoever watches the run, hence the fixed layout. Both are for
/// watchers, and noted under the mutex.
#[repr(C)]
struct Words<P: Platform> {
    /// Tasks submitted and not begun.
    tasks: P::Word,
    /// Threads of the pool.
    workers: P::Word,
}

/// What [`Words`] say.
pub fn shown(&[waiting, workers, ..]: &Seen) -> Shown {
    Shown::Tasks { waiting, workers }
}

struct State<P: Platform, E: Employer<P>> {
    /// Submitted and not begun, in order.
    tasks: VecDeque<Submitted<E::Task>>,
    workers: Vec<Arc<E::Worker>>,
    /// How many of the workers are at a task.
    busy: usize,
    /// Workers without a task.
    sleeping: Line<P>,
    /// What a further task is refused with.
    refuses: Option<Error>,
    /// Whether workers end when there is no task left.
    shut_down: bool,
}

/// A task, and [what whoever submitted it had observed](Platform::mark).
struct Submitted<T> {
    task: T,
    mark: u64,
}

/// What a worker finds to do.
enum Next<T> {
    Task(Submitted<T>, usize, Order),
    End,
}

impl<P: Platform, E: Employer<P>> Workers<P, E> {
    /// At most so many workers, which are started as they are needed.
    pub fn new(name: &str, most: usize, employer: E, at: At) -> Arc<Self> {
        let object = Object::new(ObjectKind::Pool, name);
        let made_at = object.at(at);
        let workers = Arc::new(Workers {
            employer,
            most,
            state: Guarded::new(State {
                tasks: VecDeque::new(),
                workers: Vec::new(),
                busy: 0,
                sleeping: Line::default(),
                refuses: None,
                shut_down: false,
            }),
            words: Words {
                tasks: P::Word::new(0),
                workers: P::Word::new(0),
            },
            object,
            made_at,
        });
        workers.object.publish(&workers, &workers.words);
        P::track(&workers);
        workers
    }

    /// What it is to whoever watches.
    pub fn id(&self) -> ObjectId {
        self.object.id()
    }

    /// The pool, at a line.
    pub fn at(&self, location: At) -> Site {
        self.object.at(location)
    }

    /// Where its workers are between tasks.
    pub fn made_at(&self) -> Site {
        self.made_at
    }

    /// Hands in a task, as a part of somebody's step. One step more where a thread is
    /// started for it.
    ///
    /// # Errors
    /// What the pool [refuses](Self::shut_down) tasks with; `can't start new thread`, and
    /// then the task stays with the pool.
    pub async fn submit(self: &Arc<Self>, task: E::Task, location: At) -> Result<(), Error> {
        let at = self.at(location);
        let mark = P::mark();
        let accepted = self.state.with(at, |state| {
            if let Some(error) = &state.refuses {
                return Err(error.clone());
            }
            // Workers that have just been started, or let through, are not busy yet.
            let idle = state.workers.len() - state.busy;
            let hires = state.tasks.len() >= idle && state.workers.len() < self.most;
            let new = hires.then(|| {
                let worker = Arc::new(E::hire(self, state.workers.len(), &task));
                state.workers.push(Arc::clone(&worker));
                worker
            });
            state.tasks.push_back(Submitted { task, mark });
            self.note(state);
            let put = (state.tasks.len(), P::number_alone(at));
            Ok((put, state.sleeping.let_through(1), new))
        });
        let accepted = accepted.await;
        let hires = accepted.as_ref().is_ok_and(|(_, _, new)| new.is_some());
        P::observe(u64::from(accepted.is_ok()) << 1 | u64::from(hires));
        let ((waiting, order), through, new) = accepted?;
        P::record(Kind::Put, at, waiting as i64, order);
        through.wake();
        if let Some(worker) = new
            && let Err(error) = E::start(self, &worker, location).await
        {
            let fire = self.state.with(at, |state| {
                state.workers.retain(|other| !Arc::ptr_eq(other, &worker));
                self.note(state);
            });
            fire.await;
            return Err(error);
        }
        Ok(())
    }

    /// A worker's life: one task after the other.
    pub async fn work<Run: Async<Output = ()>>(&self, run: impl Fn(E::Task) -> Run) {
        let at = self.made_at;
        let mut next = self.wait_for_task(at).await;
        while let Some(task) = next {
            run(task).await;
            // Others may notice that it is idle before it has another task.
            P::point(at).await;
            let take = self.state.with(at, |state| {
                state.busy -= 1;
                self.take(state)
            });
            next = match take.await {
                Some(next) => self.taken(next),
                None => {
                    // It is idle now, and so is another than before.
                    P::observe(0);
                    self.wait_for_task(at).await
                }
            };
        }
    }

    /// Waits for the next task; `None` once there will be none.
    async fn wait_for_task(&self, at: Site) -> Option<E::Task> {
        let ready = || match (self.state).try_with(|s| !s.tasks.is_empty() || s.shut_down) {
            Some(true) => Ok(()),
            _ => Err(self.object.id()),
        };
        let attempt = || self.state.try_with(|state| self.take(state)).flatten();
        let slow = || self.take_in_line(at);
        let next = P::until(Operation::at(at), ready, attempt, slow).await;
        self.taken(next?)
    }

    /// Takes a task, standing in a line until there is one.
    async fn take_in_line(&self, at: Site) -> Option<Next<E::Task>> {
        let mut place: Option<Arc<Place<P>>> = None;
        loop {
            let next = self.state.with(at, |state| {
                if let Some(place) = place.take() {
                    state.sleeping.leave(&place);
                }
                let next = self.take(state);
                if next.is_none() {
                    place = Some(state.sleeping.join());
                }
                next
            });
            match (next.await, &place) {
                // Without a deadline it can only have been let through.
                (None, Some(place)) => drop(place.wait(None, at).await),
                (next, _) => return next,
            }
        }
    }

    /// Takes the next task, if there is one, or will be none. Under the mutex.
    fn take(&self, state: &mut State<P, E>) -> Option<Next<E::Task>> {
        match state.tasks.pop_front() {
            Some(task) => {
                state.busy += 1;
                self.note(state);
                let order = P::number_alone(self.made_at);
                Some(Next::Task(task, state.tasks.len(), order))
            }
            None => state.shut_down.then_some(Next::End),
        }
    }

    fn taken(&self, next: Next<E::Task>) -> Option<E::Task> {
        match next {
            Next::Task(submitted, left, order) => {
                P::observe(submitted.mark);
                P::record(Kind::Get, self.made_at, left as i64, order);
                Some(submitted.task)
            }
            Next::End => {
                P::observe(0);
                None
            }
        }
    }

    /// Notes for watchers what there is. Under the mutex.
    fn note(&self, state: &State<P, E>) {
        self.words.tasks.note(state.tasks.len() as u32);
        self.words.workers.note(state.workers.len() as u32);
    }

    /// Takes no more tasks, as a part of somebody's step: refuses them with this, unless it
    /// refuses them already. With `cancel`, those that were not begun are handed back; and
    /// the threads that there are to wait for.
    pub async fn shut_down(
        &self,
        refuses: Error,
        cancel: bool,
        at: Site,
    ) -> (Vec<E::Task>, Vec<Arc<E::Worker>>) {
        let shut = self.state.with(at, |state| {
            state.refuses.get_or_insert(refuses);
            state.shut_down = true;
            let dropped = match cancel {
                true => mem::take(&mut state.tasks),
                false => VecDeque::new(),
            };
            self.note(state);
            let through: Through<P> = state.sleeping.let_through(usize::MAX);
            (dropped, through, state.workers.clone())
        });
        let (dropped, through, workers) = shut.await;
        P::observe((dropped.len() << 16 | workers.len()) as u64);
        through.wake();
        let dropped = dropped.into_iter().map(|dropped| dropped.task);
        (dropped.collect(), workers)
    }

    /// The threads that there are, as a part of somebody's step.
    pub async fn hired(&self, at: Site) -> Vec<Arc<E::Worker>> {
        self.state.with(at, |state| state.workers.clone()).await
    }

    /// Takes no more tasks, since a worker cannot work, as a part of its step: refuses them
    /// with this, and hands back those that were not begun. The other workers stay.
    pub async fn break_down(&self, refuses: Error) -> Vec<E::Task> {
        let broken = self.state.with(self.made_at, |state| {
            state.refuses = Some(refuses);
            let dropped = mem::take(&mut state.tasks);
            self.note(state);
            dropped
        });
        let dropped = broken.await;
        P::observe(dropped.len() as u64);
        dropped.into_iter().map(|dropped| dropped.task).collect()
    }

    /// Whether it takes tasks, unless somebody is in it at this moment.
    pub fn is_open(&self) -> bool {
        self.state.try_with(|state| !state.shut_down) != Some(false)
    }

    /// Calls a function with each task that was not begun, in order.
    pub fn each(&self, look: &mut dyn FnMut(&E::Task)) {
        self.state.try_with(|state| {
            state
                .tasks
                .iter()
                .for_each(|submitted| look(&submitted.task))
        });
    }

    /// Drops the tasks that were not begun, when the run is over: they may refer to the pool.
    pub fn forget(&self) {
        let tasks = (self.state).try_with(|state| std::mem::take(&mut state.tasks));
        drop(tasks);
    }

    /// [Shuts down](Self::shut_down) without waiting, when nobody has the pool any more.
    pub fn leave(&self, refuses: Error) {
        // No step, so it is done at its first poll: on real threads it blocks in
        // there, and on a model nobody is ever in the mutex between steps.
        let shut_down = pin!(self.shut_down(refuses, false, self.made_at));
        let _ = shut_down.poll(&mut Context::from_waker(Waker::noop()));
    }
}

impl<P: Platform, E: Employer<P>> Stateful for Workers<P, E> {
    fn state(&self, of: &mut program::State) {
        self.state.try_with(|state| {
            state.tasks.iter().for_each(|task| of.add(task.mark));
            of.add(state.workers.len() as u64);
            of.add(state.busy as u64);
            of.add(state.shut_down);
        });
    }
}

impl<P: Platform, E: Employer<P>> Shows for Workers<P, E> {
    fn words(&self) -> Seen {
        [
            self.words.tasks.load(Relaxed),
            self.words.workers.load(Relaxed),
            0,
            0,
        ]
    }
}

impl<P: Platform, E: Employer<P>> Drop for Workers<P, E> {
    fn drop(&mut self) {
        self.object.retire(self);
    }
}
