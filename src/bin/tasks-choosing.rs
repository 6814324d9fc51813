//! A module for workers: the programs of a chapter on the browser's event loop.

#[cfg(target_arch = "wasm32")]
lockstep::tasks_module!(lockstep::scenario::choosing::ON_LOOP);

/// When the module starts there is nothing to do: `www/worker.js` calls in.
fn main() {}
