//! Workers kept warm for the next run: started, glue imported, module received.
//!
//! A worker serves one run and is gone with it, so that nothing of a run can
//! outlive it. Warming happens between runs; making one costs 7 to 20 ms.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Object, Promise, Reflect, WebAssembly};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise, spawn_local};
use web_sys::{Response, Worker, WorkerOptions, WorkerType};

/// Beside index.html, under its own name: see Trunk's copy-file in index.html.
const SCRIPT: &str = "worker.js";

/// Workers that run one of the site's modules.
#[derive(Default)]
pub struct Supply {
    /// The module, by the name of its files in `engines/`.
    module_name: String,
    warm: Vec<Worker>,
    /// The compiled module, once it is asked for; again, if it could not be had.
    module: Rc<RefCell<Option<Promise>>>,
}

impl Supply {
    /// Turns to the module of an engine and a chapter.
    pub fn turn_to(&mut self, engine: &str, chapter: &str) {
        let module_name = format!("{engine}-{chapter}");
        if self.module_name != module_name {
            self.module_name = module_name;
            self.module = Rc::default();
            self.warm.drain(..).for_each(|worker| worker.terminate());
        }
    }

    /// Has at least `count` workers ready, as far as the browser grants them; an
    /// error shows when the run that needs them starts.
    pub fn warm(&mut self, count: usize) {
        while self.warm.len() < count {
            match self.new_worker() {
                Ok(worker) => self.warm.push(worker),
                Err(_) => break,
            }
        }
    }

    /// Takes `count` workers out, cold ones where there are too few.
    ///
    /// # Errors
    /// The browser's, where it does not grant so many.
    pub fn take(&mut self, count: usize) -> Result<Vec<Worker>, JsValue> {
        while self.warm.len() < count {
            let worker = self.new_worker()?;
            self.warm.push(worker);
        }
        Ok(self.warm.drain(..count).collect())
    }

    fn new_worker(&self) -> Result<Worker, JsValue> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker = Worker::new_with_options(SCRIPT, &options)?;
        post(
            &worker,
            "warm",
            &format!("engines/{}.js", self.module_name).into(),
        )?;
        self.deliver_module(worker.clone());
        Ok(worker)
    }

    /// Sends a worker the module as soon as it is there.
    fn deliver_module(&self, worker: Worker) {
        let code = format!("engines/{}_bg.wasm", self.module_name);
        let module = Rc::clone(&self.module);
        let compiled = module
            .borrow_mut()
            .get_or_insert_with(|| future_to_promise(compile(code)))
            .clone();
        spawn_local(async move {
            let posted = match JsFuture::from(compiled).await {
                Ok(compiled) => post(&worker, "module", &compiled),
                Err(error) => {
                    *module.borrow_mut() = None;
                    let why = format!("its module could not be loaded: {}", super::words(&error));
                    post(&worker, "unavailable", &why.into())
                }
            };
            // A module can always be sent; a worker that has ended needs none.
            let _ = posted;
        });
    }
}

fn post(worker: &Worker, name: &str, value: &JsValue) -> Result<(), JsValue> {
    let message = Object::new();
    Reflect::set(&message, &name.into(), value)?;
    worker.post_message(&message)
}

async fn compile(code: String) -> Result<JsValue, JsValue> {
    let fetch = || super::window().fetch_with_str(&code);
    if let Ok(module) = JsFuture::from(WebAssembly::compile_streaming(&fetch())).await {
        return Ok(module);
    }
    // A host that does not know wasm's media type, or no host.
    let response: Response = JsFuture::from(fetch()).await?.dyn_into()?;
    if !response.ok() {
        return Err(format!("status {}", response.status()).into());
    }
    let bytes = JsFuture::from(response.array_buffer()?).await?;
    JsFuture::from(WebAssembly::compile(&bytes)).await
}
