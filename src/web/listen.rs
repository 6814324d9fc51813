//! What a worker says, to whom it concerns.

use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};

/// Hears a worker as long as it is kept, and ends the worker when it is dropped.
pub struct Heard {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Heard {
    /// Tells each message, and if the worker could not even be loaded.
    pub fn new(
        worker: Worker,
        mut on_message: impl FnMut(JsValue) + 'static,
        mut on_error: impl FnMut() + 'static,
    ) -> Heard {
        let on_message = Closure::new(move |event: MessageEvent| on_message(event.data()));
        let on_error = Closure::new(move |_: Event| on_error());
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Heard {
            worker,
            _on_message: on_message,
            _on_error: on_error,
        }
    }

    pub fn worker(&self) -> &Worker {
        &self.worker
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
