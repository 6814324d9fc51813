//! What a module for workers exports that runs Python programs of one thread, from what the
//! compiler's module hands on.

/// The exports, of a machine with this much of the library.
#[macro_export]
macro_rules! machine_module {
    ($library:expr) => {
        use wasm_bindgen::prelude::wasm_bindgen;
        use $crate::platform::memory::Counting;
        use $crate::python::code::Program;
        use $crate::python::machine::{Ending, Limits, run_program};

        /// Programs in Python may take only so much memory.
        #[global_allocator]
        static MEMORY: Counting = Counting;

        /// What a program left.
        #[wasm_bindgen(getter_with_clone)]
        pub struct Report {
            pub out: String,
            /// What CPython would write to stderr.
            pub err: String,
            /// Lines of output that were not kept.
            pub lost: usize,
            /// `ok`, `error`, `violated`, `incomplete` or `deadlock`.
            pub verdict: String,
            /// Where an incomplete run was; else 0.
            pub line: u32,
        }

        /// Runs a program to its end, or until its fuel is used up. An error if the bytes are no
        /// program of this version.
        #[wasm_bindgen]
        pub fn run(program: &[u8], fuel: Option<u32>) -> Result<Report, String> {
            let program = Program::from_bytes(program).map_err(|damaged| damaged.to_string())?;
            let mut limits = Limits::default();
            if let Some(fuel) = fuel {
                limits.fuel = fuel.into();
            }
            let report = run_program(program, limits, $library);
            let (verdict, line) = match report.ending {
                Some(Ending::Ok) => ("ok", 0),
                Some(Ending::Error) => ("error", 0),
                Some(Ending::Violated) => ("violated", 0),
                Some(Ending::Incomplete { line }) => ("incomplete", line),
                None => ("deadlock", 0),
            };
            Ok(Report {
                out: report.out,
                err: report.err,
                lost: report.lost,
                verdict: verdict.to_owned(),
                line,
            })
        }
    };
}
