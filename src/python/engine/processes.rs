//! Processes of a platform: threads of the run, each with a world of its own.

use std::sync::{Arc, Mutex, PoisonError};

use super::drive::drive;
use super::over::{Ended, done};
use super::run::{begin, finish};
use super::{Process, Shared};
use crate::base::ObjectId;
use crate::platform::{Platform, memory};
use crate::pool;
use crate::python::lib;
use crate::python::machine::copying::fork::fork;
use crate::python::machine::{Machine, Operation, World};
use crate::python::values::{Raise, Value, share};
use crate::sync::{Blocking, Heir, Own};
use crate::trace::Site;
use crate::trace::objects::ObjectKind;

pub(super) struct OfProcess<P: Platform>(Arc<Parts<P>>);

struct Parts<P: Platform> {
    thread: pool::Thread<P, Ended>,
    maker: &'static World,
    made: Arc<Made>,
}

/// What comes with its start and its end.
struct Made {
    begins: Mutex<Option<Beginning>>,
    world: Own<Option<&'static World>>,
    code: Own<Option<i64>>,
}

/// What the process begins with.
struct Beginning {
    world: &'static World,
    object: Value,
    /// Who owns that, where it is a thread of the system.
    heir: Option<Heir>,
}

impl<P: Platform> OfProcess<P> {
    pub(super) fn new(maker: &'static World, name: &str) -> OfProcess<P> {
        let made = Arc::new(Made {
            begins: Mutex::new(None),
            world: Own::shared(None),
            code: Own::shared(None),
        });
        let thread = pool::Thread::new(name, {
            let made = made.clone();
            move || run::<P>(maker, made)
        });
        OfProcess(Arc::new(Parts {
            thread,
            maker,
            made,
        }))
    }
}

impl Made {
    fn begins(&self) -> std::sync::MutexGuard<'_, Option<Beginning>> {
        self.begins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A process, from its beginning to its end.
async fn run<P: Platform>(maker: &'static World, made: Arc<Made>) -> Ended {
    let ended = Ended {
        raised: false,
        world: maker,
    };
    let Some(Beginning {
        world,
        object,
        heir,
    }) = made.begins().take()
    else {
        return ended;
    };
    if let Some(heir) = heir {
        heir.be();
    }
    if !P::DECIDES {
        memory::allow(world.limits.memory);
    }
    begin::<P>(world);
    lib::begin_process(world, &object);
    let machine = Machine::of_call(world, 0, lib::run_of_process(world, &object));
    let code = match drive::<P>(world, machine).await {
        Ok(ending) => {
            world.root().threads.note(ending);
            0
        }
        Err(raise) => tell(world, &object, &raise),
    };
    finish::<P>(world).await;
    let mut kept = made.code.write();
    kept.get_or_insert(code);
    drop(kept);
    Ended {
        raised: code == 1,
        ..ended
    }
}

/// Tells what ended a process: its exit code.
fn tell(world: &'static World, object: &Value, raise: &Raise) -> i64 {
    let (code, ending) = lib::tell_end_of_process(world, object, raise);
    world.root().threads.note(ending);
    code
}

impl<P: Platform> Process for OfProcess<P> {
    fn start(&self, object: Value) -> Operation {
        let parts = self.0.clone();
        Operation::new(move |at| async move {
            let Parts {
                thread,
                maker,
                made,
            } = &*parts;
            let mut refused = None;
            let begin = || {
                let heir = (!P::DECIDES).then(Heir::new);
                match fork(maker, &object, heir.as_ref()) {
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
                None => done(started),
            }
        })
    }

    fn join(&self, blocking: Blocking) -> Operation {
        let parts = self.0.clone();
        Operation::new(move |at| async move {
            done(parts.thread.join_for_at(blocking, at).await.map(drop))
        })
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
        let parts = self.0.clone();
        Operation::new(move |at| async move {
            P::point(Site::at(at)).await;
            let Some(world) = parts.made.world.get() else {
                return Ok(Value::None);
            };
            if parts.thread.is_running() {
                world.kill();
                parts.made.code.write().get_or_insert(-signal);
                for entry in world.threads.all() {
                    if let Some(thread) = entry.thread {
                        thread.abandon();
                    }
                }
                parts.thread.abandon(Ended {
                    raised: false,
                    world: parts.maker,
                });
            }
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
struct OfShared {
    value: Own<Value>,
    object: ObjectId,
}

struct SharedOf<P: Platform>(Arc<OfShared>, std::marker::PhantomData<fn() -> P>);

pub(super) fn shared<P: Platform>(name: &str, value: Value) -> Arc<dyn Shared> {
    share(&value);
    let of = Arc::new(OfShared {
        value: Own::shared(value),
        object: P::register(ObjectKind::Variable, name),
    });
    Arc::new(SharedOf::<P>(of, std::marker::PhantomData))
}

impl<P: Platform> Shared for SharedOf<P> {
    fn get(&self) -> Operation {
        let of = self.0.clone();
        Operation::new(move |at| async move {
            let (object, line) = (of.object, at.line);
            P::point(Site { object, line }).await;
            Ok(of.value.get())
        })
    }

    fn set(&self, value: Value) -> Operation {
        let of = self.0.clone();
        Operation::new(move |at| async move {
            let (object, line) = (of.object, at.line);
            P::point(Site { object, line }).await;
            of.value.set(value);
            Ok(Value::None)
        })
    }

    fn now(&self) -> Value {
        self.0.value.get()
    }
}
