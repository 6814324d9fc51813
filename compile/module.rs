//! A module for workers: the compiler of Python programs.

#[cfg(target_arch = "wasm32")]
mod exports {
    use lockstep_compile::{Diagnostic, Severity, compile};
    use wasm_bindgen::prelude::wasm_bindgen;

    /// What a source came to.
    #[wasm_bindgen(getter_with_clone)]
    pub struct Compiled {
        /// For the modules that run; nothing, if an error is among the remarks.
        pub program: Option<Vec<u8>>,
        /// Whether the machine has to have the whole library: with what it imports the one
        /// that has the common modules alone does not do.
        pub library: bool,
        pub remarks: Vec<Remark>,
    }

    /// See [`Diagnostic`].
    #[wasm_bindgen(getter_with_clone)]
    #[derive(Clone)]
    pub struct Remark {
        /// `syntax`, `unsupported` or `warning`.
        pub severity: String,
        pub line: u32,
        pub column: u32,
        pub start: u32,
        pub end: u32,
        pub text: String,
        pub help: Option<String>,
    }

    impl From<Diagnostic> for Remark {
        fn from(diagnostic: Diagnostic) -> Remark {
            let severity = match diagnostic.severity {
                Severity::Syntax => "syntax",
                Severity::Unsupported => "unsupported",
                Severity::Warning => "warning",
            };
            Remark {
                severity: severity.to_owned(),
                line: diagnostic.line,
                column: diagnostic.column,
                start: diagnostic.start,
                end: diagnostic.end,
                text: diagnostic.text,
                help: diagnostic.help,
            }
        }
    }

    /// Compiles a program that calls itself `file`.
    #[wasm_bindgen]
    pub fn compile_program(source: &str, file: &str) -> Compiled {
        let compiled = compile(source, file);
        let library = (compiled.as_ref()).is_ok_and(|compiled| !compiled.imports_common_alone());
        let (program, remarks) = match compiled {
            Ok(compiled) => (Some(compiled.program.to_bytes()), compiled.warnings),
            Err(errors) => (None, errors),
        };
        Compiled {
            program,
            library,
            remarks: remarks.into_iter().map(Remark::from).collect(),
        }
    }
}

/// When the module starts there is nothing to do: its worker calls in.
fn main() {}
