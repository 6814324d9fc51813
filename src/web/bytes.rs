//! What workers and the page tell each other of a run, as one array of bytes: to read a value
//! field by field the page would need ten times the code, and longer.

use borsh::{BorshDeserialize, BorshSerialize};
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};

/// The bytes of a value.
pub fn told(value: &impl BorshSerialize) -> JsValue {
    // Only a number that is none, or a list of more than 2^32, has no bytes.
    let bytes = borsh::to_vec(value).unwrap_or_default();
    Uint8Array::from(&*bytes).into()
}

/// The value that these are the bytes of; `None` for anything else.
pub fn heard<T: BorshDeserialize>(bytes: &JsValue) -> Option<T> {
    let bytes = bytes.dyn_ref::<Uint8Array>()?.to_vec();
    borsh::from_slice(&bytes).ok()
}
