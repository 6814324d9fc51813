//! What threads share, and who waits for it.

use yew::prelude::*;

use super::dot::view_dot;
use super::parts::span;
use crate::base::ThreadId;
use crate::session::things::Thing;
use crate::words::things as says;

/// Things that are listed, at most.
const MOST: usize = 12;

/// Each thing with its state. `stepped`: after a step on the model, and not read from
/// the memory of a run.
pub fn view_things(things: &[Thing], stepped: bool) -> Html {
    if things.is_empty() {
        return html! {};
    }
    let more = things.len().saturating_sub(MOST);
    html! {
        <section class="things" aria-labelledby="things-title">
            <h2 id="things-title">{ says::TITLE }</h2>
            <ul>
                { for things.iter().take(MOST).map(|thing| view_thing(thing, stepped)) }
                if more > 0 {
                    <li>{ span("more", says::more(more)) }</li>
                }
            </ul>
        </section>
    }
}

fn view_thing(thing: &Thing, stepped: bool) -> Html {
    let name = || thing.name.clone();
    let changed = thing.was.as_ref().map(|_| "changed");
    let was = thing.was.as_ref().map(|was| span("was", says::was(was)));
    let Some(kind) = thing.kind else {
        let (cell, after) = match stepped {
            true => (None, Some(name())),
            false => (Some(name()), None),
        };
        return html! {
            <li class={changed}>
                { span("kind", says::VALUE) }
                { span("name", name()) }
                <span class="state">
                    if let Some((value, most)) = thing.progress {
                        <progress aria-label={name()} value={value.to_string()} max={most.to_string()} />
                    }
                    <span data-cell={cell} data-stepped={after}>{ &thing.state }</span>
                    if let Some((_, most)) = thing.progress { { says::of(most) } }
                    { was }
                </span>
            </li>
        };
    };
    html! {
        <li class={changed} data-primitive={name()}
            data-holder={thing.holder.as_ref().map(|(_, name)| name.clone())}
        >
            { span("kind", kind) }
            { span("name", name()) }
            <span class="state">
                { for thing.holder.iter().map(|(thread, _)| view_dot(thread.index(), "")) }
                { &thing.state }
                { was }
                { view_waiting(&thing.waiting) }
            </span>
        </li>
    }
}

/// Who waits, by name as long as they are few enough to be read.
fn view_waiting(waiting: &[(ThreadId, String)]) -> Html {
    /// Names that are told at most.
    const NAMES: usize = 4;
    if waiting.is_empty() {
        return html! {};
    }
    let more = waiting.len().saturating_sub(NAMES);
    html! {
        <span class="waiting">
            { says::wait(waiting.len()) }
            { for waiting.iter().take(NAMES).map(|(thread, name)| html! {
                <>{ " " }<span class="waiter">{ view_dot(thread.index(), "") }{ name }</span></>
            }) }
            if more > 0 { { says::and_others(more) } }
        </span>
    }
}
