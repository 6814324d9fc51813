//! Processes: a pool of them at work, which `www/processes.js` leads. It is loaded when the
//! first is wanted.

use js_sys::{Array, Object, Promise, Reflect, Uint32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Worker;

#[wasm_bindgen]
extern "C" {
    /// Of `www/start.js`.
    #[wasm_bindgen(js_name = mapInProcesses, catch)]
    fn map_in_processes(
        workers: &Array,
        count: usize,
        job: &Object,
        speed: f64,
        counted: &Uint32Array,
    ) -> Result<Promise, JsValue>;
}

/// What each process is to do.
#[derive(Clone, Copy)]
pub enum Job {
    Wait { real_ms: f64 },
    Compute,
}

/// A pool at work. Dropping it ends its processes.
pub struct Pool {
    workers: Vec<Worker>,
    /// Jobs by process, as each has counted them in its own memory.
    counted: Uint32Array,
}

impl Pool {
    /// Has each of these workers be a process, and all together do a job so many times:
    /// Python's `ProcessPoolExecutor.map`. `speed` is the run's; `ended` is called once, with
    /// the real milliseconds from when all processes were there until the last job was done,
    /// or with what went wrong first.
    ///
    /// # Errors
    /// What the browser refuses.
    pub fn map(
        workers: Vec<Worker>,
        (count, job): (usize, Job),
        speed: f64,
        ended: impl FnOnce(Result<f64, String>) + 'static,
    ) -> Result<Pool, JsValue> {
        let counted = Uint32Array::new_with_length(workers.len() as u32);
        let (name, value) = match job {
            Job::Wait { real_ms } => ("wait", real_ms.into()),
            Job::Compute => ("compute", JsValue::TRUE),
        };
        let message = Object::new();
        Reflect::set(&message, &name.into(), &value)?;
        let all: Array = workers.iter().collect();
        let done = map_in_processes(&all, count, &message, speed, &counted)?;
        spawn_local(async move {
            let done = JsFuture::from(done).await;
            ended(
                done.map_err(|error| super::reason(&error))
                    .and_then(|done| {
                        let field =
                            |name: &str| Reflect::get(&done, &name.into()).unwrap_or_default();
                        match field("failed").as_string() {
                            Some(message) => Err(message),
                            None => Ok(field("tookMs").as_f64().unwrap_or_default()),
                        }
                    }),
            );
        });
        Ok(Pool { workers, counted })
    }

    /// Jobs by process, so far.
    pub fn counted(&self) -> Vec<u32> {
        self.counted.to_vec()
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        for worker in &self.workers {
            worker.set_onmessage(None);
            worker.set_onerror(None);
            worker.terminate();
        }
    }
}
