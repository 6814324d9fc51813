//! An exploration in a worker of its own, which shares memory with nobody, so that
//! it works in any page.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::{Event, MessageEvent, Worker};

use super::supply::Supply;
use crate::session::Command;
use crate::session::exploration::{Exploration, Wish};

/// An exploration that goes on or has ended. Dropping it ends it.
pub struct Explorer {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl Explorer {
    /// Explores what a query describes; `tell` is called with what the session
    /// should know of it.
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        query: &str,
        wish: Wish,
        supply: &mut Supply,
        tell: impl Fn(Command) + Clone + 'static,
    ) -> Result<Explorer, String> {
        let begin = || -> Result<Explorer, JsValue> {
            let mut workers = supply.take(1)?;
            let worker = workers.pop().ok_or(JsValue::UNDEFINED)?;
            let tell_failure = tell.clone();
            let on_message = Closure::new(move |event: MessageEvent| tell(told(&event.data())));
            let on_error = Closure::new(move |_: Event| {
                let message = "The exploration failed: its worker could not be loaded.";
                tell_failure(Command::ExplorationFailed(message.to_owned()));
            });
            worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
            worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
            let explore = Object::new();
            Reflect::set(&explore, &"query".into(), &query.into())?;
            Reflect::set(&explore, &"limit".into(), &(wish.limit as f64).into())?;
            Reflect::set(&explore, &"reduction".into(), &wish.reduction.into())?;
            let message = Object::new();
            Reflect::set(&message, &"explore".into(), &explore)?;
            worker.post_message(&message)?;
            Ok(Explorer {
                worker,
                _on_message: on_message,
                _on_error: on_error,
            })
        };
        begin().map_err(|error| format!("The browser refused to start the exploration: {error:?}"))
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}

/// What a worker tells: `{found, ended}` or `{failed, message}`.
fn told(message: &JsValue) -> Command {
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    match serde_wasm_bindgen::from_value::<Exploration>(field("found")) {
        Ok(exploration) => Command::Explored {
            exploration,
            ended: field("ended").is_truthy(),
        },
        Err(error) => {
            let message = field("message").as_string();
            let message = message.unwrap_or_else(|| error.to_string());
            Command::ExplorationFailed(format!("The exploration failed: {message}."))
        }
    }
}
