//! A module for workers: the programs of a chapter over real threads, as processes, and on
//! an event loop. They are compared, so who loads one needs all.

#[cfg(target_arch = "wasm32")]
lockstep::workers_module!(lockstep::scenario::choosing::ON_THREADS);
#[cfg(target_arch = "wasm32")]
lockstep::tasks_module!(lockstep::scenario::choosing::ON_LOOP);

/// See [`process::begin`](lockstep::scenario::process::begin).
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub fn begin_process(speed: f64) {
    use lockstep::{platform::workers::clock_ms, scenario::process};
    process::begin(|| std::time::Duration::from_secs_f64(clock_ms() * speed / 1e3));
}

/// See [`process::do_job`](lockstep::scenario::process::do_job).
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen]
pub fn job_in_process() -> u32 {
    lockstep::scenario::process::do_job()
}

/// When the module starts there is nothing to do: `www/worker.js` calls in.
fn main() {}
