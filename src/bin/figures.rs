//! The module that makes figures and files of a run: only who asks for them needs it, so it
//! is not part of the page's.

#[cfg(target_arch = "wasm32")]
mod exports {
    use js_sys::{Function, Uint8Array};
    use lockstep::scenario::listing::Language;
    use lockstep::scenario::{self, Scenario};
    use lockstep::session::export::Export;
    use lockstep::session::figures::sheet::Sheet;
    use wasm_bindgen::prelude::*;

    /// A run that figures and files are made of.
    #[wasm_bindgen]
    pub struct Figures(Export);

    #[wasm_bindgen]
    impl Figures {
        /// Of a run on real threads: the names of the parts of its trace, and their bytes.
        ///
        /// # Errors
        /// None of the site's scenarios has this name.
        pub fn of_trace(
            names: Vec<String>,
            bytes: Vec<Uint8Array>,
            scenario: &str,
            language: &str,
        ) -> Result<Figures, JsError> {
            let bytes = bytes.iter().map(Uint8Array::to_vec);
            let parts = names.into_iter().zip(bytes);
            let (scenario, language) = (found(scenario)?, of_name(language));
            Ok(Figures(Export::of_trace(parts, scenario, language)))
        }

        /// Of a run on the model, as its worker told it.
        ///
        /// # Errors
        /// It is no such run, or none of the site's scenarios has this name.
        pub fn of_playback(
            playback: &[u8],
            scenario: &str,
            language: &str,
        ) -> Result<Figures, JsError> {
            let playback =
                borsh::from_slice(playback).map_err(|_| JsError::new("there is no such run"))?;
            let (scenario, language) = (found(scenario)?, of_name(language));
            Ok(Figures(Export::of_playback(playback, scenario, language)))
        }

        /// What there is to read.
        ///
        /// # Errors
        /// None: it is plain data.
        pub fn sheet(&self) -> Result<JsValue, JsError> {
            let sheet = Sheet::of(&self.0.figures());
            Ok(serde_wasm_bindgen::to_value(&sheet)?)
        }

        /// A part of the events, from one on, by its number.
        ///
        /// # Errors
        /// None: it is plain data.
        pub fn events(&self, from: usize) -> Result<JsValue, JsError> {
            Ok(serde_wasm_bindgen::to_value(&self.0.events(from))?)
        }

        /// Writes a file, by its name: `write` is called with one part after the other.
        pub fn file(&self, name: &str, write: &Function) {
            self.0.file(name, |part| {
                // It keeps the part, and has nothing to fail at.
                let _ = write.call1(&JsValue::NULL, &part.into());
            });
        }
    }

    fn found(id: &str) -> Result<&'static Scenario, JsError> {
        scenario::find(id).ok_or_else(|| JsError::new("there is no such scenario"))
    }

    fn of_name(language: &str) -> Language {
        match language {
            "rust" => Language::Rust,
            _ => Language::Python,
        }
    }
}

/// When the module starts there is nothing to do: `www/figures-worker.js` calls in.
fn main() {}
