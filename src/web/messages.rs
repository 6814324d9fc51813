//! Messages between the page and whoever embeds it.

use gloo_events::EventListener;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

use crate::session::message::{Inbound, Outbound, VERSION};

/// The page that embeds this one; at top level, this page itself.
fn peer() -> Option<web_sys::Window> {
    super::window().parent().ok().flatten()
}

/// Calls `receive` with each message from the peer, until the listener is
/// dropped. What is none of ours is ignored.
pub fn listen(receive: impl Fn(Inbound) + 'static) -> EventListener {
    EventListener::new(&super::window(), "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        let from_peer = match (event.source(), peer()) {
            (Some(source), Some(peer)) => JsValue::from(source) == JsValue::from(peer),
            _ => false,
        };
        if !from_peer {
            return;
        }
        let message = serde_wasm_bindgen::from_value::<Inbound>(event.data());
        if let Ok(message) = message
            && message.lockstep == VERSION
        {
            receive(message);
        }
    })
}

/// Sends a message to the peer. Nothing in it is secret, so it goes to the
/// peer's page whatever its origin, also a sandboxed one.
pub fn post(message: &Outbound) {
    let serializer = Serializer::json_compatible();
    if let (Ok(message), Some(peer)) = (message.serialize(&serializer), peer()) {
        // A peer that is just going away needs no answer.
        let _ = peer.post_message(&message, "*");
    }
}
