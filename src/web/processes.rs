//! Processes: instances of a module with a memory of their own, each in a worker of its
//! own, and a pool that has them do jobs. Arguments and results are messages; one that
//! dies is an error for who asked it, and for nobody else.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};

use crate::platform::workers::clock_ms;

/// What a process is to do: to wait for so long, or to compute, in a run of this speed.
#[derive(Clone, Copy)]
pub enum Job {
    Wait { real_ms: f64 },
    Compute { speed: f64 },
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

struct Inner {
    workers: Vec<Worker>,
    listeners: Vec<(Closure<dyn FnMut(MessageEvent)>, Closure<dyn FnMut(Event)>)>,
    /// Jobs that nobody has been given yet, and those that are under way.
    to_do: VecDeque<Job>,
    under_way: usize,
    /// Processes that are not there yet.
    missing: usize,
    began_ms: f64,
    done: Done,
    ended: Option<Box<dyn FnOnce(Done)>>,
}

impl Pool {
    /// Has each of these workers be a process, and all together do the jobs: Python's
    /// `ProcessPoolExecutor.map`. `ended` is called once.
    ///
    /// # Errors
    /// What the browser refuses.
    pub fn map(
        workers: Vec<Worker>,
        jobs: impl IntoIterator<Item = Job>,
        ended: impl FnOnce(Done) + 'static,
    ) -> Result<Pool, JsValue> {
        let inner = Rc::new(RefCell::new(Inner {
            missing: workers.len(),
            done: Done {
                counted: vec![0; workers.len()],
                ..Done::default()
            },
            workers,
            listeners: Vec::new(),
            to_do: jobs.into_iter().collect(),
            under_way: 0,
            began_ms: 0.0,
            ended: Some(Box::new(ended)),
        }));
        for index in 0..inner.borrow().workers.len() {
            listen(&inner, index);
        }
        for worker in &inner.borrow().workers {
            send(worker, &Object::new())?;
        }
        Ok(Pool(inner))
    }

    /// What has been done so far.
    pub fn done(&self) -> Done {
        self.0.borrow().done.clone()
    }
}

impl Inner {
    /// Gives a process its next job, if there is one.
    fn hand_out(&mut self, index: usize) {
        let Some(job) = self.to_do.pop_front() else {
            return;
        };
        self.under_way += 1;
        let message = Object::new();
        let (name, value) = match job {
            Job::Wait { real_ms } => ("wait", real_ms),
            Job::Compute { speed } => ("compute", speed),
        };
        let sent = Reflect::set(&message, &name.into(), &value.into())
            .and_then(|_| send(&self.workers[index], &message));
        if sent.is_err() {
            self.fail("it could not be sent");
        }
    }

    fn fail(&mut self, message: &str) {
        self.under_way = self.under_way.saturating_sub(1);
        self.done.failed.push(message.to_owned());
    }

    /// The pool's end, if nothing is left to be done, or nobody is left to do it.
    fn end(&mut self) -> Option<(Box<dyn FnOnce(Done)>, Done)> {
        if self.under_way > 0 || self.missing > 0 || !self.to_do.is_empty() {
            return None;
        }
        self.done.took_ms = clock_ms() - self.began_ms;
        let ended = self.ended.take()?;
        Some((ended, self.done.clone()))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        for worker in &self.workers {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}

fn send(worker: &Worker, job: &Object) -> Result<(), JsValue> {
    let message = Object::new();
    Reflect::set(&message, &"process".into(), job)?;
    worker.post_message(&message)
}

fn listen(pool: &Rc<RefCell<Inner>>, index: usize) {
    let weak = Rc::downgrade(pool);
    let on_message = Closure::new(move |event: MessageEvent| {
        if let Some(pool) = weak.upgrade() {
            receive(&pool, index, &event.data());
        }
    });
    let weak = Rc::downgrade(pool);
    let on_error = Closure::new(move |_: Event| {
        if let Some(pool) = weak.upgrade() {
            died(&pool, "its process could not be loaded");
        }
    });
    let mut inner = pool.borrow_mut();
    let worker = &inner.workers[index];
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    inner.listeners.push((on_message, on_error));
}

/// What a process says: `{up}`, `{done}`, with how many jobs it has done, or
/// `{failed, message}`, which is the last of it.
fn receive(pool: &Rc<RefCell<Inner>>, index: usize, message: &JsValue) {
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if !field("failed").is_undefined() {
        let message = field("message").as_string().unwrap_or_default();
        died(pool, &message);
        return;
    }
    let mut inner = pool.borrow_mut();
    if field("up").is_truthy() {
        inner.missing -= 1;
        // The clock starts once all are there.
        if inner.missing == 0 {
            inner.began_ms = clock_ms();
            for index in 0..inner.workers.len() {
                inner.hand_out(index);
            }
        }
    } else if let Some(count) = field("done").as_f64() {
        inner.under_way -= 1;
        inner.done.counted[index] = count as u32;
        inner.hand_out(index);
    }
    let end = inner.end();
    drop(inner);
    if let Some((ended, done)) = end {
        ended(done);
    }
}

/// A process has died, with the job that it had; one that never was there takes those
/// that nobody else could do with it.
fn died(pool: &Rc<RefCell<Inner>>, message: &str) {
    let mut inner = pool.borrow_mut();
    if inner.missing > 0 {
        inner.missing = 0;
        inner.to_do.clear();
    }
    inner.fail(message);
    let end = inner.end();
    drop(inner);
    if let Some((ended, done)) = end {
        ended(done);
    }
}
