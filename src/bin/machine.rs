//! A module for workers: the machine for Python, with the common modules of the library.

#[cfg(target_arch = "wasm32")]
lockstep_run::machine_module!(lockstep_run::python::lib::common);

/// When the module starts there is nothing to do: its worker calls in.
fn main() {}
