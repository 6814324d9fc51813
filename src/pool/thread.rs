//! `threading.Thread`, with the return value that Python's lacks.
//!
//! CPython 3.11's behaviour (`Lib/threading.py`), but for one thing: what the
//! body returns, an exception too where that is a `Result`, goes to whoever
//! joins, and is not printed and forgotten. A panic is no exception: it ends the
//! whole run, with its message and the thread's name.

use std::pin::Pin;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::base::ThreadId;
use crate::platform::{Operation, Platform, Woken, Word};
use crate::sync::{Blocking, Error, Object};
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Kind, Site};

/// Made, not started.
const INITIAL: u32 = 0;
/// Started, its result not there yet.
const RUNNING: u32 = 1;
/// Its result is there.
const DONE: u32 = 2;

type Body<T> = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = T>>> + Send>;

/// What a thread's body returns.
pub trait Ending: Clone + Send + 'static {
    /// Whether it is an exception that the body did not catch.
    fn is_raised(&self) -> bool {
        false
    }

    /// What belongs to the thread's last step.
    fn at_end(&self) {}
}

impl<T: Clone + Send + 'static> Ending for Result<T, Error> {
    fn is_raised(&self) -> bool {
        self.is_err()
    }
}

macro_rules! returns {
    ($($plain:ty),*) => {
        $(impl Ending for $plain {})*
    };
}
returns!((), bool, i32, u32, i64, usize, String);

impl<A: Clone + Send + 'static, B: Clone + Send + 'static> Ending for (A, B) {}

/// A thread of the run. Dropping it leaves the thread running, as in Python.
pub struct Thread<P: Platform, T> {
    name: String,
    body: Mutex<Option<Body<T>>>,
    shared: Arc<Shared<P, T>>,
    object: Object<P>,
}

struct Shared<P: Platform, T> {
    state: P::Word,
    /// The thread itself ([`ThreadId::to_word`]),
    /// once it runs.
    ident: P::Word,
    result: Mutex<Option<T>>,
}

impl<P: Platform, T: Ending> Thread<P, T> {
    /// A thread that will run `body`, which builds its future on that thread.
    pub fn new<F, Fut>(name: impl Into<String>, body: F) -> Thread<P, T>
    where
        F: FnOnce() -> Fut + Send + 'static,
        Fut: Future<Output = T> + 'static,
    {
        let name = name.into();
        Thread {
            body: Mutex::new(Some(Box::new(move || Box::pin(body())))),
            shared: Arc::new(Shared {
                state: P::Word::new(INITIAL),
                ident: P::Word::new(0),
                result: Mutex::new(None),
            }),
            object: Object::new(ObjectKind::Thread, &name),
            name,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// Starts the thread. One step.
    ///
    /// # Errors
    /// `RuntimeError: threads can only be started once`, and, when as many threads
    /// are alive as the run was provided with, `can't start new thread`. (On workers
    /// those that have ended count, too.)
    #[track_caller]
    pub fn start(&self) -> impl Future<Output = Result<(), Error>> {
        self.start_at(At::caller())
    }

    pub(super) fn start_at(&self, location: At) -> impl Future<Output = Result<(), Error>> {
        self.start_if_at(|| true, location)
    }

    /// [`start`](Self::start), at a line of a program that is interpreted, and unless it
    /// finds that there are too many threads already.
    pub fn start_if_at(
        &self,
        may_start: impl FnOnce() -> bool,
        location: At,
    ) -> impl Future<Output = Result<(), Error>> {
        let at = self.object.at(location);
        async move {
            P::quiet_point(at).await;
            if self.was_started() {
                return Err(Error::runtime("threads can only be started once"));
            }
            let too_many = || Err(Error::runtime("can't start new thread"));
            if !may_start() {
                return too_many();
            }
            let Some(body) = locked(&self.body).take() else {
                return Err(Error::runtime("threads can only be started once"));
            };
            // Relaxed: spawning orders it before all that the thread does.
            self.shared.state.store(RUNNING, Relaxed);
            let shared = Arc::clone(&self.shared);
            let its_end = Site { line: 0, ..at };
            let run = async move || {
                // Relaxed: who looks whether it is the thread itself finds its own number.
                shared.ident.store(P::current().to_word(), Relaxed);
                let result = body().await;
                if P::ends_are_noticed() {
                    P::point(its_end).await;
                }
                result.at_end();
                P::finish(its_end, result.is_raised());
                *locked(&shared.result) = Some(result);
                // Release: who sees DONE sees the result and all that led to it.
                shared.state.store(DONE, Release);
                P::wake(&shared.state, u32::MAX);
            };
            match P::spawn(&self.name, run, at) {
                Ok(started) => {
                    self.shared.ident.store(started.to_word(), Relaxed);
                    Ok(())
                }
                Err(_) => {
                    self.shared.state.store(INITIAL, Relaxed);
                    too_many()
                }
            }
        }
    }

    /// Waits for the thread's end: what its body returned.
    ///
    /// # Errors
    /// `RuntimeError: cannot join thread before it is started`, and `cannot join
    /// current thread` if that is the one which asks.
    #[track_caller]
    pub fn join(&self) -> impl Future<Output = Result<T, Error>> {
        self.join_at(At::caller())
    }

    pub(super) fn join_at(&self, location: At) -> impl Future<Output = Result<T, Error>> {
        let joined = self.join_for_at(Blocking::Forever, location);
        async move {
            let result = joined.await?;
            result.ok_or_else(|| Error::runtime("a thread ended without its result"))
        }
    }

    /// Waits for the thread's end as long as `blocking` allows: what its body
    /// returned, `None` if it is still alive. (Python's `join(timeout)` returns
    /// nothing, and one has to ask `is_alive` after it.)
    ///
    /// # Errors
    /// Those of [`join`](Self::join).
    #[track_caller]
    pub fn join_for(&self, blocking: Blocking) -> impl Future<Output = Result<Option<T>, Error>> {
        self.join_for_at(blocking, At::caller())
    }

    /// [`join_for`](Self::join_for), at a line of a program that is interpreted.
    pub fn join_for_at(
        &self,
        blocking: Blocking,
        location: At,
    ) -> impl Future<Output = Result<Option<T>, Error>> {
        let at = self.object.at(location);
        async move {
            let ready = || match self.shared.state.load(Acquire) {
                RUNNING if !self.is_current() => Err(self.object.id()),
                _ => Ok(()),
            };
            let attempt = || match self.shared.state.load(Acquire) {
                INITIAL => Some(Err(Error::runtime(
                    "cannot join thread before it is started",
                ))),
                RUNNING if self.is_current() => {
                    Some(Err(Error::runtime("cannot join current thread")))
                }
                RUNNING => None,
                _ => {
                    let ended = ThreadId::from_word(self.shared.ident.load(Relaxed));
                    let ended = ended.unwrap_or(ThreadId::MAIN);
                    P::joined(ended);
                    P::record(Kind::Join, at, i64::from(ended.0), P::after_changes(at));
                    Some(Ok(locked(&self.shared.result).clone()))
                }
            };
            let slow = || async move {
                let deadline = blocking.deadline(P::now);
                while blocking.waits() {
                    let woken = P::wait(&self.shared.state, RUNNING, deadline, at).await;
                    match attempt() {
                        None if woken == Woken::Woken => {}
                        // When the time was up, that was one more look.
                        joined => return joined,
                    }
                }
                None
            };
            let join = Operation {
                site: at,
                within: blocking.within(),
                quiet: blocking == Blocking::Forever,
            };
            P::until(join, ready, attempt, slow)
                .await
                .unwrap_or(Ok(None))
        }
    }

    /// Whether the thread has been started and has not ended. One step. A program that
    /// asks has to [say so](Platform::notice_ends) first.
    #[track_caller]
    pub fn is_alive(&self) -> impl Future<Output = bool> {
        self.is_alive_at(At::caller())
    }

    /// [`is_alive`](Self::is_alive), at a line of a program that is interpreted.
    pub fn is_alive_at(&self, location: At) -> impl Future<Output = bool> {
        let at = self.object.at(location);
        async move {
            P::point(at).await;
            // Acquire: who finds it ended may rely on what it did.
            let alive = self.shared.state.load(Acquire) == RUNNING;
            P::observe(u64::from(alive));
            alive
        }
    }

    /// Whether it was started and has not ended, to be asked only where the moment of the
    /// answer does not matter, or as part of another step.
    pub fn is_running(&self) -> bool {
        self.shared.state.load(Acquire) == RUNNING
    }

    /// Whether it was ever started, and not refused.
    pub fn was_started(&self) -> bool {
        self.shared.state.load(Acquire) != INITIAL
    }

    /// Leaves the thread where it is, for ever, with this as its result: to who joins it, it
    /// has ended.
    pub fn abandon(&self, result: T) {
        if self.shared.state.load(Acquire) != RUNNING {
            return;
        }
        if let Some(thread) = ThreadId::from_word(self.shared.ident.load(Relaxed)) {
            P::abandon(thread);
        }
        *locked(&self.shared.result) = Some(result);
        // Release: as at its own end.
        self.shared.state.store(DONE, Release);
        P::wake(&self.shared.state, u32::MAX);
    }

    fn is_current(&self) -> bool {
        self.shared.ident.load(Relaxed) == P::current().to_word()
    }
}

/// Lets the calling thread sleep for a time of the run's: Python's `time.sleep`. Going
/// on after it is a step. A time of zero is none: others may come before any step
/// anyhow, which is all that CPython's `sleep(0)` is for.
#[track_caller]
pub fn sleep<P: Platform>(time: Duration) -> impl Future<Output = ()> {
    let at = Site::at(At::caller());
    async move {
        if !time.is_zero() {
            P::sleep(time, at).await;
        }
    }
}

/// The lock is held for moments only and by code that does not panic.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::native::{Native, Run};
    use crate::sync::Event;

    #[test]
    fn a_result_reaches_who_joins_again_and_again() {
        let joined = Run::new(1.0).main(async {
            let thread = Thread::<Native, _>::new("Worker-1", async || 5 * 5);
            assert_eq!(thread.start().await, Ok(()));
            (thread.join().await, thread.join().await)
        });
        assert_eq!(joined, Some((Ok(25), Ok(25))));
    }

    #[test]
    fn misuse_has_cpythons_words() {
        let errors = Run::new(1.0).main(async {
            let thread = Thread::<Native, _>::new("Worker-1", async || ());
            let too_soon = thread.join().await.map_err(|e| e.to_string());
            thread.start().await.expect("the first start");
            let again = thread.start().await.map_err(|e| e.to_string());
            (too_soon, again)
        });
        let (too_soon, again) = errors.expect("the run ends by itself");
        assert_eq!(
            too_soon,
            Err("RuntimeError: cannot join thread before it is started".into())
        );
        assert_eq!(
            again,
            Err("RuntimeError: threads can only be started once".into())
        );
    }

    #[test]
    fn a_run_has_only_the_threads_that_it_was_provided_with() {
        let refused = Run::new(1.0).main(async {
            let all_started = Event::<Native>::new("all_started");
            let threads: Vec<_> = (0..crate::platform::MAX_THREADS)
                .map(|k| {
                    let all_started = all_started.clone();
                    let wait = async move || all_started.wait(Blocking::Forever).await;
                    Thread::<Native, _>::new(format!("Worker-{k}"), wait)
                })
                .collect();
            let mut refused = Vec::new();
            for thread in &threads {
                if let Err(error) = thread.start().await {
                    refused.push((thread.name().to_owned(), error.to_string()));
                }
            }
            all_started.set().await;
            refused
        });
        // Main is one of them.
        let last = format!("Worker-{}", crate::platform::MAX_THREADS - 1);
        assert_eq!(
            refused,
            Some(vec![(
                last,
                "RuntimeError: can't start new thread".to_owned()
            )])
        );
    }
}
