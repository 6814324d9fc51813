//! Workers kept warm for the next run: started, glue imported, module received.
//!
//! A worker serves one run and is gone with it, so that nothing of a run can
//! outlive it. Warming happens between runs; making one costs 7 to 20 ms.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlLinkElement, Worker, WorkerOptions, WorkerType};

/// Beside index.html, under its own name: see Trunk's copy-file in index.html.
const SCRIPT: &str = "worker.js";

#[derive(Default)]
pub struct Supply {
    warm: Vec<Worker>,
}

impl Supply {
    /// Has at least `count` workers ready, as far as the browser grants them; an
    /// error shows when the run that needs them starts.
    pub fn warm(&mut self, count: usize) {
        while self.warm.len() < count {
            match new_worker() {
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
            self.warm.push(new_worker()?);
        }
        Ok(self.warm.drain(..count).collect())
    }
}

fn new_worker() -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    let worker = Worker::new_with_options(SCRIPT, &options)?;
    let warm = Object::new();
    Reflect::set(&warm, &"glue".into(), &glue_url().into())?;
    Reflect::set(&warm, &"module".into(), &wasm_bindgen::module())?;
    let message = Object::new();
    Reflect::set(&message, &"warm".into(), &warm)?;
    worker.post_message(&message)?;
    Ok(worker)
}

/// Where the JavaScript half of the module is. Its name holds a hash, and Trunk
/// writes it into a `modulepreload` link of the page.
fn glue_url() -> String {
    let link = super::window()
        .document()
        .and_then(|d| d.query_selector("link[rel=modulepreload]").ok().flatten());
    link.and_then(|link| link.dyn_into::<HtmlLinkElement>().ok())
        .map(|link| link.href())
        .unwrap_or_default()
}
