//! A module for workers: the programs of a chapter over the model.

#[cfg(target_arch = "wasm32")]
lockstep::model_module!(lockstep::scenario::classics::ON_MODEL);

/// See [`model::programs_that_do_not_replay`].
#[cfg(all(target_arch = "wasm32", feature = "selftest"))]
#[wasm_bindgen]
pub fn programs_that_do_not_replay(count: u32) -> Vec<u32> {
    model::programs_that_do_not_replay(lockstep::scenario::classics::ON_MODEL, count)
}

/// When the module starts there is nothing to do: `www/worker.js` calls in.
fn main() {}
