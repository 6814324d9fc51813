//! Processes of a platform: threads of the run, each with a world of its own.

use std::sync::{Arc, Mutex, PoisonError};

use super::drive::drive;
use super::over::{Ended, done};
use super::run::{begin, finish};
use super::{Process, Shared, Update};
use crate::base::ObjectId;
use crate::platform::{Platform, memory};
use crate::pool;
use crate::python::lib;
use crate::python::machine::copying::fork::fork;
use crate::python::machine::{Machine, Operation, World};
use crate::python::values::{Raise, Value, share};
use crate::sync::{Blocking, Heir, Own};
use crate::trace::objects::ObjectKind;
use crate::trace::{At, Site};

/// A thread that is a process.
pub(super) struct OfProcess<P: Platform>(Arc<Parts<P>>);

struct Parts<P: Platform> {
    thread: pool::Thread<P, Ended>,
    maker: &'static World,
    made: Arc<Made>,
}

/// What comes with its start and its end.
pub(super) struct Made {
    begins: Mutex<Option<Beginning>>,
    world: Own<Option<&'static World>>,
    code: Own<Option<i64>>,
}

/// What the process begins with.
pub(super) struct Beginning {
    pub world: &'static World,
    /// A copy of what it was started with.
    pub object: Value,
    /// Who owns that, where it is a thread of the system.
    heir: Option<Heir>,
}

impl Beginning {
    /// Begins, as the process's main thread.
    pub(super) fn begin<P: Platform>(self) -> (&'static World, Value) {
        let Beginning {
            world,
            object,
            heir,
        } = self;
        if let Some(heir) = heir {
            heir.be();
        }
        if !P::DECIDES {
            memory::allow(world.limits.memory);
        }
        begin::<P>(world);
        (world, object)
    }
}

impl Made {
    fn begins(&self) -> std::sync::MutexGuard<'_, Option<Beginning>> {
        self.begins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn take(&self) -> Option<Beginning> {
        self.begins().take()
    }
}

impl<P: Platform> Clone for OfProcess<P> {
    fn clone(&self) -> OfProcess<P> {
        OfProcess(self.0.clone())
    }
}

impl<P: Platform> OfProcess<P> {
    /// A process that calls the `run` of what it is started with.
    pub(super) fn new(maker: &'static World, name: &str) -> OfProcess<P> {
        OfProcess::that(maker, name, move |made| run::<P>(maker, made))
    }

    /// One that does this.
    pub(super) fn that<Run, Fut>(maker: &'static World, name: &str, run: Run) -> OfProcess<P>
    where
        Run: FnOnce(Arc<Made>) -> Fut + Send + 'static,
        Fut: Future<Output = Ended> + 'static,
    {
        let made = Arc::new(Made {
            begins: Mutex::new(None),
            world: Own::shared(None),
            code: Own::shared(None),
        });
        let thread = pool::Thread::new(name, {
            let made = made.clone();
            move || run(made)
        });
        OfProcess(Arc::new(Parts {
            thread,
            maker,
            made,
        }))
    }

    /// Starts it with a copy of all that a process has at this moment, and of a value.
    pub(super) async fn start_from(
        &self,
        from: &'static World,
        object: &Value,
        at: At,
    ) -> std::result::Result<std::result::Result<(), crate::sync::Error>, Raise> {
        let Parts {
            thread,
            maker,
            made,
        } = &*self.0;
        let mut refused = None;
        let begin = || {
            let heir = (!P::DECIDES).then(Heir::new);
            match fork(from, maker, object, heir.as_ref()) {
                Ok((world, object)) => {
                    made.world.set(Some(world));
                    *made.begins() = Some(Beginning {
                        world,
                        object,
                        heir,
                    });
                    maker.threads.begin()
                }
                Err(raise) => {
                    refused = Some(raise);
                    false
                }
            }
        };
        let started = thread.start_if_at(begin, at).await;
        match refused {
            Some(raise) => Err(raise),
            None => Ok(started),
        }
    }

    pub(super) async fn join_at(
        &self,
        blocking: Blocking,
        at: At,
    ) -> std::result::Result<(), crate::sync::Error> {
        self.0.thread.join_for_at(blocking, at).await.map(drop)
    }

    /// Ends it where it is, as a part of somebody's step.
    pub(super) fn end(&self, signal: i64) {
        let Parts {
            thread,
            maker,
            made,
        } = &*self.0;
        let Some(world) = made.world.get().filter(|_| thread.is_running()) else {
            return;
        };
        world.kill();
        made.code.write().get_or_insert(-signal);
        for entry in world.threads.all() {
            if let Some(thread) = entry.thread {
                thread.abandon();
            }
        }
        thread.abandon(Ended {
            raised: false,
            world: maker,
        });
        if P::DECIDES {
            // A thread of the system comes to its end by itself.
            maker.threads.end_one();
        }
    }
}

/// A process, from its beginning to its end.
async fn run<P: Platform>(maker: &'static World, made: Arc<Made>) -> Ended {
    let ended = Ended {
        raised: false,
        world: maker,
    };
    if P::ends_are_noticed() {
        // It may be ended before it has done anything.
        P::point(Site::NONE).await;
    }
    let Some(beginning) = made.take() else {
        return ended;
    };
    let (world, object) = beginning.begin::<P>();
    lib::begin_process(world, &object);
    let machine = Machine::of_call(world, 0, lib::run_of_process(world, &object));
    let code = match drive::<P>(world, machine).await {
        Ok(ending) => {
            world.root().threads.note(ending);
            0
        }
        Err(raise) => {
            let (code, ending) = lib::tell_end_of_process(world, &object, &raise);
            world.root().threads.note(ending);
            code
        }
    };
    finish::<P>(world).await;
    made.code.write().get_or_insert(code);
    Ended {
        raised: code != 0,
        ..ended
    }
}

impl<P: Platform> Process for OfProcess<P> {
    fn start(&self, object: Value) -> Operation {
        let process = self.clone();
        Operation::new(move |at| async move {
            let maker = process.0.maker;
            done(process.start_from(maker, &object, at).await?)
        })
    }

    fn join(&self, blocking: Blocking) -> Operation {
        let process = self.clone();
        Operation::new(move |at| async move { done(process.join_at(blocking, at).await) })
    }

    fn is_alive(&self) -> Operation {
        let parts = self.0.clone();
        Operation::new(move |at| async move { Ok(Value::bool(parts.thread.is_alive_at(at).await)) })
    }

    fn exit_code(&self) -> Operation {
        let parts = self.0.clone();
        Operation::new(move |at| async move {
            if parts.thread.is_alive_at(at).await {
                return Ok(Value::None);
            }
            Ok(parts.made.code.get().map_or(Value::None, Value::Int))
        })
    }

    fn kill(&self, signal: i64) -> Operation {
        let process = self.clone();
        Operation::new(move |at| async move {
            P::point(Site::at(at)).await;
            process.end(signal);
            Ok(Value::None)
        })
    }

    fn is_running(&self) -> bool {
        self.0.thread.is_running()
    }

    fn was_started(&self) -> bool {
        self.0.thread.was_started()
    }

    fn number(&self) -> Option<u32> {
        self.0.made.world.get().map(|world| world.process)
    }
}

/// A value that processes share. Each access is whole, as behind a lock.
struct OfShared<P> {
    value: Own<Value>,
    object: ObjectId,
    updates: Mutex<()>,
    platform: std::marker::PhantomData<fn() -> P>,
}

struct SharedOf<P>(Arc<OfShared<P>>);

pub(super) fn shared<P: Platform>(name: &str, value: Value) -> Arc<dyn Shared> {
    share(&value);
    Arc::new(SharedOf(Arc::new(OfShared::<P> {
        value: Own::shared(value),
        object: P::register(ObjectKind::Variable, name),
        updates: Mutex::new(()),
        platform: std::marker::PhantomData,
    })))
}

impl<P: Platform> OfShared<P> {
    async fn point(&self, At { line }: At) {
        let object = self.object;
        P::point(Site { object, line }).await;
    }
}

impl<P: Platform> Shared for SharedOf<P> {
    fn get(&self) -> Operation {
        let of = self.0.clone();
        Operation::new(move |at| async move {
            of.point(at).await;
            Ok(of.value.get())
        })
    }

    fn set(&self, value: Value) -> Operation {
        let of = self.0.clone();
        Operation::new(move |at| async move {
            of.point(at).await;
            of.value.set(value);
            Ok(Value::None)
        })
    }

    fn update(&self, make: Update) -> Operation {
        let of = self.0.clone();
        Operation::new(move |at| async move {
            of.point(at).await;
            // Where threads run at the same time, one at a time is here.
            let _one = of.updates.lock().unwrap_or_else(PoisonError::into_inner);
            let (new, result) = make(of.value.get())?;
            share(&new);
            of.value.set(new);
            Ok(result)
        })
    }

    fn now(&self) -> Value {
        self.0.value.get()
    }
}
