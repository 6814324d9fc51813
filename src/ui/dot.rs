//! A thread's mark: its colour, and what tells it from others where there is no colour.

use yew::prelude::*;

use crate::base::palette::{on_thread_colour, thread_colour};

/// What most threads are called, before their number: the scenarios' and Python's.
const MANY: [&str; 2] = ["Worker-", "Thread-"];

/// The mark of a thread with this index and name: the number in its name, else its letter; both
/// where there may be others with the same number, `Producer-0` and `Consumer-0`. Nothing is
/// written in it where the name stands beside it, and `name` is empty.
pub fn view_dot(index: usize, name: &str) -> Html {
    // `Thread-1 (work)` is one of many, too.
    let numbered = name.split(" (").next().unwrap_or(name);
    let of = numbered.trim_end_matches(|c: char| c.is_ascii_digit());
    let number = &numbered[of.len()..];
    let letter = &name[..name.chars().next().map_or(0, char::len_utf8)];
    let mark = match number.len() {
        0 | 3.. => letter.to_owned(),
        1 if !MANY.contains(&of) => format!("{letter}{number}"),
        _ => number.to_owned(),
    };
    let style = format!(
        "background: {}; color: {}",
        thread_colour(index),
        on_thread_colour(index)
    );
    html! { <span class="dot" ~style={style} aria-hidden="true" translate="no">{ mark }</span> }
}
