//! A module for workers: programs of the reader's own, in Python.

#[cfg(target_arch = "wasm32")]
lockstep::own_module!();

/// When the module starts there is nothing to do: `www/worker.js` calls in.
fn main() {}
