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

use yew::Callback;

use super::listen::LONGEST_START_MS;
use super::page;
use crate::words::errors;

/// Beside index.html, under its own name: see Trunk's copy-file in index.html.
const SCRIPT: &str = "worker.js";

/// Workers that are being started at once, so that the page stays quick meanwhile. One that
/// is just starting cannot be ended, and would stay where a browser keeps the page that is
/// left.
const STARTED_AT_ONCE: usize = 2;

/// Workers that run one of the site's modules.
pub struct Supply {
    /// The module, by the name of its files among the engines'.
    module_name: String,
    warm: Vec<Warm>,
    /// Told when the next may be started.
    on_started: Callback<()>,
    /// The compiled module, once it is asked for; again, if it could not be had.
    module: Rc<RefCell<Option<Promise>>>,
}

thread_local! {
    /// All that wait in this page.
    static WAITING: RefCell<Vec<(Worker, Weak<Cell<Stage>>)>> = const { RefCell::new(Vec::new()) };
}

/// Ends all workers that wait in this page. New ones are made where some are wanted.
pub fn end_waiting_workers() {
    for (worker, stage) in WAITING.take() {
        // Those that are used by now are others' business.
        if let Some(stage) = stage.upgrade() {
            stage.set(Stage::Failed);
            worker.terminate();
        }
    }
}

/// A worker that waits to be used.
struct Warm {
    worker: Worker,
    stage: Rc<Cell<Stage>>,
    _on_message: Closure<dyn FnMut()>,
    _on_error: Closure<dyn FnMut(Event)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Starting,
    Started,
    /// It has ended, or is known not to have been loaded.
    Failed,
}

impl Drop for Supply {
    fn drop(&mut self) {
        self.clear();
    }
}

impl Supply {
    /// None yet; `on_started` is called when [`warm`](Supply::warm) should be again.
    pub fn new(on_started: Callback<()>) -> Supply {
        Supply {
            module_name: String::new(),
            warm: Vec::new(),
            on_started,
            module: Rc::default(),
        }
    }

    /// Turns to a module, by its name.
    pub fn turn_to(&mut self, module_name: String) {
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

    /// Has `count` workers ready, as far as the browser grants them, and no more, some after
    /// the other; an error shows when the run that needs them starts.
    pub fn warm(&mut self, count: usize) {
        self.drop_failed();
        let is_starting = |warm: &&Warm| warm.stage.get() == Stage::Starting;
        let starting = self.warm.iter().filter(is_starting).count();
        let missing = count.saturating_sub(self.warm.len());
        for _ in 0..missing.min(STARTED_AT_ONCE.saturating_sub(starting)) {
            match self.new_worker() {
                Ok(worker) => self.warm.push(worker),
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
        self.drop_failed();
        while self.warm.len() < count {
            self.warm.push(self.new_worker()?);
        }
        Ok(self.warm.drain(..count).map(Warm::taken).collect())
    }

    fn drop_failed(&mut self) {
        let failed = |warm: &mut Warm| warm.stage.get() == Stage::Failed;
        self.warm.extract_if(.., failed).for_each(Warm::terminate);
    }

    fn new_worker(&self) -> Result<Warm, JsValue> {
        page::is_not_kept();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        post(
            &worker,
            "warm",
            &format!("{}/{}.js", page::engines(), self.module_name).into(),
        )?;
        self.deliver_module(worker.clone());
        Ok(Warm::new(worker, self.on_started.clone()))
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
    fn new(worker: Worker, on_started: Callback<()>) -> Warm {
        let stage = Rc::new(Cell::new(Stage::Starting));
        let [started, failed] = [0; 2].map(|_| Rc::clone(&stage));
        // Before it is used it says only that it has started.
        let on_message = Closure::new(move || {
            started.set(Stage::Started);
            on_started.emit(());
        });
        let on_error = Closure::new(move |_: Event| failed.set(Stage::Failed));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        WAITING.with_borrow_mut(|waiting| {
            waiting.retain(|(_, stage)| stage.strong_count() > 0);
            waiting.push((worker.clone(), Rc::downgrade(&stage)));
        });
        Warm {
            worker,
            stage,
            _on_message: on_message,
            _on_error: on_error,
        }
    }

    /// The worker for who uses it, and listens to it from now on.
    fn taken(self) -> Worker {
        self.worker.set_onmessage(None);
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
