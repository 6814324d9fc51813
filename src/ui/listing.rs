//! The program as it is written, in Python and in Rust, with each thread's place in it.

use std::rc::Rc;

use yew::prelude::*;

use super::dot::view_dot;
use super::parts::on_press;
use crate::scenario::listing::{Language, Line, Parsed};
use crate::session::Command;
use crate::words::program as says;

/// Where a thread is: its index, its name, and the line of the listing that is shown.
pub type Place = (usize, String, usize);

#[derive(Properties)]
pub struct Props {
    /// The texts, once they are there.
    pub parsed: Rc<Parsed>,
    /// The Python with the parameters' values in it.
    pub python: String,
    pub places: Vec<Place>,
    /// The thread of the last step, in a run that is stepped through.
    pub moved: Option<usize>,
    pub language: Language,
    /// Whether it is the reader's own program.
    pub is_own: bool,
    pub act: Callback<Command>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.parsed, &other.parsed)
            && self.python == other.python
            && self.places == other.places
            && self.moved == other.moved
            && self.language == other.language
            && self.is_own == other.is_own
    }
}

#[component]
pub fn Listing(props: &Props) -> Html {
    let language = props.language;
    let tab = |of: Language, name: &'static str| {
        html! {
            <button class="quiet" aria-pressed={(language == of).to_string()}
                onclick={on_press(&props.act, Command::Read(of))}
            >{ name }</button>
        }
    };
    let lines: Vec<(usize, String)> = match language {
        Language::Python => (1..).zip(props.python.lines().map(str::to_owned)).collect(),
        Language::Rust => {
            let shown = |line: &Line| (line.number, line.text.clone());
            props.parsed.rust().iter().map(shown).collect()
        }
    };
    html! {
        <section class={classes!("listing", props.is_own.then_some("own"))}
            aria-labelledby="listing-title"
        >
            <div class="head">
                <h2 id="listing-title" class="unseen">{ says::LISTING }</h2>
                if props.is_own {
                    // Done by www/programs.js.
                    { for says::OF_OWN.map(|(does, name)| html! {
                        <button class="quiet" data-program={does}>{ name }</button>
                    }) }
                } else {
                    { tab(Language::Python, says::PYTHON) }
                    { tab(Language::Rust, says::RUST) }
                    <button class="quiet" data-program="take">{ says::EDIT_THIS }</button>
                }
            </div>
            <div class="scroller" tabindex="0" data-language={match language {
                Language::Python => "python",
                Language::Rust => "rust",
            }}>
                <ol class="code">
                    { for lines.iter().map(|(number, text)| {
                        let here = props.places.iter().filter(|place| place.2 == *number);
                        let here: Vec<_> = here.collect();
                        let moved = here.iter().any(|place| Some(place.0) == props.moved);
                        view_line(*number, text, &here, moved)
                    }) }
                </ol>
            </div>
        </section>
    }
}

/// Marks that a line has room for.
const MARKS: usize = 3;

/// `moved`: whether the thread of the last step is here.
fn view_line(number: usize, text: &str, here: &[&Place], moved: bool) -> Html {
    let shown = if here.len() > MARKS { MARKS - 1 } else { MARKS };
    let class = classes!((!here.is_empty()).then_some("here"), moved.then_some("now"));
    html! {
        <li key={number} {class}>
            <span class="number" aria-hidden="true">{ number }</span>
            <span class="places">
                { for here.iter().enumerate().map(|(index, (thread, name, _))| html! {
                    <span class={classes!("place", (index >= shown).then_some("unseen"))}
                        data-place={name.clone()} title={name.clone()}
                    >
                        { view_dot(*thread, name) }<span class="unseen">{ name }{ ": " }</span>
                    </span>
                }) }
                if here.len() > shown {
                    <span class="more" aria-hidden="true">{ format!("+{}", here.len() - shown) }</span>
                }
            </span>
            <code>{ text }</code>
        </li>
    }
}
