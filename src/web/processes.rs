//! Processes: instances of a module with a memory of their own, each in a worker of its
//! own, and a pool that has them do jobs. Arguments and results are messages; one that
//! dies is an error for who asked it, and for nobody else.

use std::cell::{RefCell, RefMut};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Worker;

use super::listen::Heard;
use crate::platform::workers::clock_ms;

/// What a process is to do.
#[derive(Clone, Copy)]
pub enum Job {
    Wait { real_ms: f64 },
    Compute,
}

/// What a pool's jobs have come to.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Real milliseconds from when all processes were there until the last job was done.
    pub took_ms: f64,
    /// Jobs by process, as each has counted them in its own memory.
    pub counted: Vec<u32>,
    /// What went wrong, a message for each job that failed.
    pub failed: Vec<String>,
}

/// A pool at work. Dropping it ends its processes.
pub struct Pool(Rc<RefCell<Inner>>);

type Ended = Box<dyn FnOnce(Done)>;

#[derive(Clone, Copy, PartialEq)]
enum Stands {
    /// It is not there yet.
    Starting,
    Idle,
    /// It has a job.
    Busy,
    Dead,
}

struct Inner {
    processes: Vec<(Heard, Stands)>,
    /// Jobs that nobody has been given yet.
    to_do: VecDeque<Job>,
    /// When all processes were there, by the machine's clock.
    began_ms: Option<f64>,
    done: Done,
    ended: Option<Ended>,
}

impl Pool {
    /// Has each of these workers be a process, and all together do the jobs: Python's
    /// `ProcessPoolExecutor.map`. `speed` is the run's; `ended` is called once.
    ///
    /// # Errors
    /// What the browser refuses.
    pub fn map(
        workers: Vec<Worker>,
        jobs: impl IntoIterator<Item = Job>,
        speed: f64,
        ended: impl FnOnce(Done) + 'static,
    ) -> Result<Pool, JsValue> {
        let inner = Rc::new(RefCell::new(Inner {
            processes: Vec::new(),
            to_do: jobs.into_iter().collect(),
            began_ms: None,
            done: Done {
                counted: vec![0; workers.len()],
                ..Done::default()
            },
            ended: Some(Box::new(ended)),
        }));
        for (index, worker) in workers.into_iter().enumerate() {
            let begin = Object::new();
            Reflect::set(&begin, &"begin".into(), &speed.into())?;
            send(&worker, &begin)?;
            let process = listen(&inner, index, worker);
            (inner.borrow_mut().processes).push((process, Stands::Starting));
        }
        Ok(Pool(inner))
    }

    /// What has been done so far.
    pub fn done(&self) -> Done {
        self.0.borrow().done.clone()
    }
}

impl Inner {
    /// Gives jobs to all that are idle. The clock starts once all are there.
    fn hand_out(&mut self) {
        if self.is_anyone(Stands::Starting) {
            return;
        }
        self.began_ms.get_or_insert_with(clock_ms);
        for (process, stands) in &mut self.processes {
            if *stands == Stands::Idle
                && let Some(job) = self.to_do.pop_front()
            {
                let message = Object::new();
                let (name, value) = match job {
                    Job::Wait { real_ms } => ("wait", real_ms.into()),
                    Job::Compute => ("compute", JsValue::TRUE),
                };
                // Both are plain values, which can always be set and sent.
                let _ = Reflect::set(&message, &name.into(), &value);
                let _ = send(process.worker(), &message);
                *stands = Stands::Busy;
            }
        }
    }

    fn is_anyone(&self, stands: Stands) -> bool {
        self.processes.iter().any(|(_, its)| *its == stands)
    }

    /// The pool's end, if nobody is at work any more.
    fn end(&mut self) -> Option<(Ended, Done)> {
        let at_work = self.is_anyone(Stands::Starting) || self.is_anyone(Stands::Busy);
        if at_work {
            return None;
        }
        // Nobody is left to do these.
        let left = self
            .to_do
            .drain(..)
            .map(|_| "no process is left".to_owned());
        self.done.failed.extend(left);
        let began_ms = self.began_ms.unwrap_or_else(clock_ms);
        self.done.took_ms = clock_ms() - began_ms;
        Some((self.ended.take()?, self.done.clone()))
    }
}

fn send(worker: &Worker, job: &Object) -> Result<(), JsValue> {
    let message = Object::new();
    Reflect::set(&message, &"process".into(), job)?;
    worker.post_message(&message)
}

fn listen(pool: &Rc<RefCell<Inner>>, index: usize, worker: Worker) -> Heard {
    let weak = Rc::downgrade(pool);
    let said = move |message| {
        if let Some(pool) = weak.upgrade() {
            receive(&pool, index, &message);
        }
    };
    let weak = Rc::downgrade(pool);
    let failed = move |why: &str| {
        if let Some(pool) = weak.upgrade() {
            died(&pool, index, why);
        }
    };
    Heard::new(worker, said, failed)
}

/// What a process says: `{up}`, `{done}`, with how many jobs it has done, or
/// `{failed, message}`, which is the last of it.
fn receive(pool: &Rc<RefCell<Inner>>, index: usize, message: &JsValue) {
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if !field("failed").is_undefined() {
        let message = field("message").as_string().unwrap_or_default();
        died(pool, index, &message);
        return;
    }
    let done = field("done").as_f64();
    if done.is_none() && !field("up").is_truthy() {
        return;
    }
    let mut inner = pool.borrow_mut();
    inner.processes[index].1 = Stands::Idle;
    if let Some(count) = done {
        inner.done.counted[index] = count as u32;
    }
    go_on(inner);
}

/// A process has died, with the job that it had.
fn died(pool: &Rc<RefCell<Inner>>, index: usize, message: &str) {
    let mut inner = pool.borrow_mut();
    let before = std::mem::replace(&mut inner.processes[index].1, Stands::Dead);
    if before == Stands::Busy {
        inner.done.failed.push(message.to_owned());
    }
    go_on(inner);
}

fn go_on(mut inner: RefMut<'_, Inner>) {
    inner.hand_out();
    let end = inner.end();
    drop(inner);
    if let Some((ended, done)) = end {
        ended(done);
    }
}
