//! Workers kept warm for the next run: started, glue imported, module received.
//!
//! A worker serves one run and is gone with it, so that nothing of a run can
//! outlive it. Warming happens between runs; making one costs 7 to 20 ms.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Object, Promise, Reflect, WebAssembly};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{AbortSignal, Event, RequestInit, Response, Worker, WorkerOptions, WorkerType};

use super::listen::LONGEST_START_MS;
use super::page;
use crate::words::errors;

/// Beside index.html, under its own name: see Trunk's copy-file in index.html.
const SCRIPT: &str = "worker.js";

/// Workers that run one of the site's modules.
#[derive(Default)]
pub struct Supply {
    /// The module, by the name of its files among the engines'.
    module_name: String,
    warm: Vec<Warm>,
    /// The compiled module, once it is asked for; again, if it could not be had.
    module: Rc<RefCell<Option<Promise>>>,
}

thread_local! {
    /// All that wait in this page.
    static WAITING: RefCell<Vec<(Worker, Weak<Cell<bool>>)>> = const { RefCell::new(Vec::new()) };
}

/// Ends all workers that wait in this page. New ones are made where some are wanted.
pub fn end_waiting_workers() {
    for (worker, ended) in WAITING.take() {
        // Those that are used by now are others' business.
        if let Some(ended) = ended.upgrade() {
            ended.set(true);
            worker.terminate();
        }
    }
}

/// A worker that waits to be used.
struct Warm {
    worker: Worker,
    /// Whether it has ended, or is known not to have been loaded.
    failed: Rc<Cell<bool>>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Drop for Supply {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Supply {
    /// Turns to the module of an engine and a chapter.
    pub fn turn_to(&mut self, engine: &str, chapter: &str) {
        let module_name = format!("{engine}-{chapter}");
        if self.module_name != module_name {
            self.module_name = module_name;
            self.clear();
        }
    }

    /// Ends all that wait: nobody will want them, or something could not be loaded, and the
    /// next are to try again.
    pub fn clear(&mut self) {
        self.warm.drain(..).for_each(Warm::terminate);
        self.module = Rc::default();
    }

    /// Has `count` workers ready, as far as the browser grants them, and no more; an error
    /// shows when the run that needs them starts.
    pub fn warm(&mut self, count: usize) {
        let failed = self.warm.extract_if(.., |warm| warm.failed.get());
        failed.for_each(Warm::terminate);
        while self.warm.len() < count {
            match self.new_worker() {
                Ok(worker) => self.warm.push(Warm::new(worker)),
                Err(_) => break,
            }
        }
        self.warm
            .drain(count.min(self.warm.len())..)
            .for_each(Warm::terminate);
    }

    /// Takes `count` workers out, cold ones where there are too few.
    ///
    /// # Errors
    /// The browser's, where it does not grant so many.
    pub fn take(&mut self, count: usize) -> Result<Vec<Worker>, JsValue> {
        let failed = self.warm.extract_if(.., |warm| warm.failed.get());
        failed.for_each(Warm::terminate);
        while self.warm.len() < count {
            let worker = self.new_worker()?;
            self.warm.push(Warm::new(worker));
        }
        Ok(self.warm.drain(..count).map(Warm::taken).collect())
    }

    fn new_worker(&self) -> Result<Worker, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        post(
            &worker,
            "warm",
            &format!("{}/{}.js", page::engines(), self.module_name).into(),
        )?;
        self.deliver_module(worker.clone());
        Ok(worker)
    }

    /// Sends a worker the module as soon as it is there.
    fn deliver_module(&self, worker: Worker) {
        let code = format!("{}/{}_bg.wasm", page::engines(), self.module_name);
        let (module, name) = (Rc::clone(&self.module), code.clone());
        let compiled = module
            .borrow_mut()
            .get_or_insert_with(|| future_to_promise(compile(code)))
            .clone();
        spawn_local(async move {
            let posted = match JsFuture::from(compiled).await {
                Ok(compiled) => post(&worker, "module", &compiled),
                Err(error) => {
                    *module.borrow_mut() = None;
                    let why = errors::module_missing(&name, &super::reason(&error));
                    post(&worker, "unavailable", &why.into())
                }
            };
            // A module can always be sent; a worker that has ended needs none.
            let _ = posted;
        });
    }
}

impl Warm {
    fn new(worker: Worker) -> Warm {
        let failed = Rc::new(Cell::new(false));
        let tell = Rc::clone(&failed);
        let on_error = Closure::new(move |_: Event| tell.set(true));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        WAITING.with_borrow_mut(|waiting| {
            waiting.retain(|(_, ended)| ended.strong_count() > 0);
            waiting.push((worker.clone(), Rc::downgrade(&failed)));
        });
        Warm {
            worker,
            failed,
            _on_error: on_error,
        }
    }

    /// The worker for who uses it, and listens to it from now on.
    fn taken(self) -> Worker {
        self.worker.set_onerror(None);
        self.worker
    }

    fn terminate(self) {
        self.taken().terminate();
    }
}

fn post(worker: &Worker, name: &str, value: &JsValue) -> Result<(), JsValue> {
    let message = Object::new();
    Reflect::set(&message, &name.into(), value)?;
    worker.post_message(&message)
}

async fn compile(code: String) -> Result<JsValue, JsValue> {
    let wish = RequestInit::new();
    wish.set_signal(Some(&AbortSignal::timeout_with_u32(LONGEST_START_MS)));
    let fetch = || super::window().fetch_with_str_and_init(&code, &wish);
    if let Ok(module) = JsFuture::from(WebAssembly::compile_streaming(&fetch())).await {
        return Ok(module);
    }
    // A host that does not know wasm's media type, or no host.
    let response: Response = JsFuture::from(fetch()).await?.dyn_into()?;
    if !response.ok() {
        return Err(errors::status(response.status()).into());
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    JsFuture::from(WebAssembly::compile(&bytes)).await
}
