//! What a worker says, to whom it concerns.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};

use crate::words::errors;

/// How long a worker may say nothing at first: its module may have to be loaded.
pub const LONGEST_START_MS: u32 = 60_000;

/// Hears a worker as long as it is kept, and ends the worker when it is dropped.
pub struct Heard {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
    /// Until it has said something.
    _patience: Rc<Cell<Option<Timeout>>>,
}

impl Heard {
    /// Tells each message, and in words if there will be none, since the worker could not
    /// be loaded or has said nothing for too long.
    pub fn new(
        worker: Worker,
        mut on_message: impl FnMut(JsValue) + 'static,
        on_failure: impl Fn(&'static str) + Clone + 'static,
    ) -> Heard {
        let overdue = on_failure.clone();
        let patience = Timeout::new(LONGEST_START_MS, move || {
            overdue(errors::WORKER_NOT_BEGUN);
        });
        let patience = Rc::new(Cell::new(Some(patience)));
        let waiting = Rc::clone(&patience);
        let on_message = Closure::new(move |event: MessageEvent| {
            waiting.take();
            on_message(event.data());
        });
        let on_error = Closure::new(move |_: Event| on_failure(errors::WORKER_NOT_LOADED));
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Heard {
            worker,
            _on_message: on_message,
            _on_error: on_error,
            _patience: patience,
        }
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
