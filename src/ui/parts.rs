//! What many views are made of. `html!` and closures write out all that they take wherever
//! they stand; of what is this frequent a single copy is enough.

use yew::prelude::*;

use crate::session::Command;

/// The words in a `span` of this class.
pub fn span(class: &'static str, words: impl Into<AttrValue>) -> Html {
    view_span(class, words.into())
}

#[inline(never)]
fn view_span(class: &'static str, words: AttrValue) -> Html {
    html! { <span {class}>{ words }</span> }
}

/// What a press does: it gives this command.
#[inline(never)]
pub fn on_press(act: &Callback<Command>, command: Command) -> Callback<MouseEvent> {
    act.reform(move |_| command.clone())
}
