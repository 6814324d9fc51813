//! A thread's mark: its colour, and what tells it from others where there is no colour.

use yew::prelude::*;

use crate::base::palette::{on_thread_colour, thread_colour};

/// The mark of a thread with this index and name: the number in its name, else its letter.
/// Nothing is written in it where the name stands beside it, and `name` is empty.
pub fn view_dot(index: usize, name: &str) -> Html {
    let number = &name[name.trim_end_matches(|c: char| c.is_ascii_digit()).len()..];
    let mark = match number.is_empty() || number.len() > 2 {
        true => &name[..name.chars().next().map_or(0, char::len_utf8)],
        false => number,
    };
    let style = format!(
        "background: {}; color: {}",
        thread_colour(index),
        on_thread_colour(index)
    );
    html! { <span class="dot" ~style={style} aria-hidden="true" translate="no">{ mark.to_owned() }</span> }
}
