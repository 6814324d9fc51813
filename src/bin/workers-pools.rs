//! A module for workers: the programs of a chapter over real threads.

#[cfg(target_arch = "wasm32")]
lockstep::workers_module!(lockstep::scenario::pools::ON_THREADS);

/// When the module starts there is nothing to do: `www/worker.js` calls in.
fn main() {}
