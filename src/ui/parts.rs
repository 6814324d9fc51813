//! What many views are made of. `html!` and closures write out all that they take wherever
//! they stand; of what is this frequent a single copy is enough.

use yew::prelude::*;

use crate::session::Command;
use crate::words::program::LINE;

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

/// A text in which each "line 17" can be pressed: `www/lines.js` shows that line.
pub fn with_lines(text: &str) -> Html {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(LINE) {
        let digits = &rest[at + LINE.len()..];
        let digits = digits.len()
            - digits
                .trim_start_matches(|c: char| c.is_ascii_digit())
                .len();
        let (before, from) = rest.split_at(at);
        let (line, after) = from.split_at(LINE.len() + digits);
        parts.push(before.into());
        parts.push(match digits {
            0 => line.into(),
            _ => html! { <button class="link" data-line={line[LINE.len()..].to_owned()}>{ line }</button> },
        });
        rest = after;
    }
    parts.push(rest.into());
    parts.into_iter().collect()
}
