//! A module for workers: the compiler of Python programs.

#[cfg(target_arch = "wasm32")]
mod exports {
    use lockstep_compile::{Diagnostic, Severity, compile};
    use wasm_bindgen::prelude::wasm_bindgen;

    /// What a source came to.
    #[wasm_bindgen(getter_with_clone)]
    pub struct Compiled {
        /// For the modules that run; nothing, if an error is among the remarks, or if files are
        /// missing.
        pub program: Option<Vec<u8>>,
        /// Files of the library to be provided before it is compiled again.
        pub missing: Vec<String>,
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

    /// Hands in the text of a file of the library.
    #[wasm_bindgen]
    pub fn provide(file: &str, text: &str) {
        lockstep_compile::provide(file, text);
    }

    /// Compiles a program that calls itself `file`.
    #[wasm_bindgen]
    pub fn compile_program(source: &str, file: &str) -> Compiled {
        let compiled = compile(source, file);
        let (program, missing, remarks) = match compiled {
            Ok(compiled) if compiled.missing.is_empty() => (
                Some(compiled.program.to_bytes()),
                Vec::new(),
                compiled.warnings,
            ),
            Ok(compiled) => (None, compiled.missing, Vec::new()),
            Err(errors) => (None, Vec::new(), errors),
        };
        Compiled {
            program,
            missing: missing.into_iter().map(str::to_owned).collect(),
            remarks: remarks.into_iter().map(Remark::from).collect(),
        }
    }
}

/// When the module starts there is nothing to do: its worker calls in.
fn main() {}
