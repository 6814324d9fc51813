//! Messages between the page and whoever embeds it.

use gloo_events::EventListener;
use js_sys::{Array, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

use crate::base::Scalar;
use crate::session::message::{Fields, Inbound, Loose, Outbound};

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
        if let Some(message) = Inbound::read(&Sent(event.data())) {
            receive(message);
        }
    })
}

/// What a page has sent, which may be anything. (What serde has for it would be 5 KB of
/// everybody's first load.)
struct Sent(JsValue);

impl Fields for Sent {
    fn field(&self, name: &str) -> Option<Loose> {
        // Of what is no object there is nothing.
        loose(&Reflect::get(&self.0, &name.into()).ok()?, false)
    }
}

fn loose(value: &JsValue, within: bool) -> Option<Loose> {
    if value.is_undefined() || value.is_null() {
        return None;
    }
    if let Some(number) = value.as_f64() {
        return Some(Loose::number(number));
    }
    let scalar = match value.as_bool() {
        Some(yes) => Some(Scalar::Bool(yes)),
        None => value.as_string().map(Scalar::Text),
    };
    if let Some(scalar) = scalar {
        return Some(Loose::Scalar(scalar));
    }
    if within || !value.is_object() || Array::is_array(value) {
        return Some(Loose::Other);
    }
    let fields = Object::entries(value.unchecked_ref()).into_iter();
    let fields = fields.filter_map(|entry| {
        let entry: Array = entry.unchecked_into();
        let value = loose(&entry.get(1), true).unwrap_or(Loose::Other);
        Some((entry.get(0).as_string()?, value))
    });
    Some(Loose::Object(fields.collect()))
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
