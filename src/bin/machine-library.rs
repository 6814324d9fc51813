//! A module for workers: the machine for Python, with the whole library.

#[cfg(target_arch = "wasm32")]
lockstep_run::machine_module!(lockstep_run::python::lib::whole);

/// When the module starts there is nothing to do: its worker calls in.
fn main() {}
