//! A module for workers: the programs of a chapter over the model.

#[cfg(target_arch = "wasm32")]
lockstep::model_module!(lockstep::scenario::pools::ON_MODEL);

/// When the module starts there is nothing to do: `www/worker.js` calls in.
fn main() {}
