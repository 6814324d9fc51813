//! What the page hears: messages, the address, links that are clicked, keys.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use super::{App, Msg};
use crate::session::Command;
use crate::session::message::Inbound;
use crate::web;

/// What keys are good for at the moment.
#[derive(Default)]
pub(super) struct Keys {
    /// Whether there is a run for the space bar to play.
    pub(super) can_play: Cell<bool>,
    /// Whether a dialog is open, which has them all.
    pub(super) in_dialog: Cell<bool>,
}

pub(super) fn listeners(ctx: &Context<App>, keys: Rc<Keys>) -> Vec<EventListener> {
    let window = gloo_events_target();
    let act = ctx.link().callback(Msg::Do);
    let receive = act.reform(|message: Inbound| Command::Receive(message));
    let open = act.reform(|()| Command::Open(web::address::query()));
    let follow = act.reform(Command::Follow);
    let look = ctx.link().callback(Msg::Look);
    let point = ctx.link().callback(Msg::Point);
    let hand_over = ctx
        .link()
        .callback(|()| Msg::HandOver(web::figures::HandOver::default()));
    let resized = ctx.link().callback(|()| Msg::Resized);
    // Whoever does one of these may want to run something.
    let comes = ["pointermove", "pointerdown", "touchstart", "keydown"].map(|what| {
        let touched = ctx.link().callback(|()| Msg::Touched);
        EventListener::once(&window, what, move |_| touched.emit(()))
    });
    #[cfg(feature = "selftest")]
    let check = ctx.link().callback(|()| Msg::Check);
    let always = vec![
        #[cfg(feature = "selftest")]
        EventListener::new(&window, "lockstep-check", move |_| check.emit(())),
        web::messages::listen(move |message| receive.emit(message)),
        EventListener::new(&window, "popstate", move |_| open.emit(())),
        EventListener::new(&window, "resize", move |_| resized.emit(())),
        EventListener::new(&window, web::figures::WANTED, move |_| hand_over.emit(())),
        EventListener::new(&window, web::lanes::WINDOW, move |event| {
            look.emit(web::lanes::window(event));
        }),
        EventListener::new(&window, web::lanes::PLACE, move |event| {
            point.emit(web::lanes::place(event));
        }),
        // Workers would stay as long as the browser keeps the page to come back to. When it
        // is hidden that is too late: they are frozen, and end when it thaws.
        EventListener::new(&window, "beforeunload", |_| web::end_waiting_workers()),
        EventListener::new_with_options(
            &window,
            "click",
            EventListenerOptions::enable_prevent_default(),
            move |event| {
                if let Some(query) = web::address::query_clicked(event) {
                    event.prevent_default();
                    follow.emit(query);
                }
            },
        ),
        EventListener::new_with_options(
            &window,
            "keydown",
            EventListenerOptions::enable_prevent_default(),
            move |event| match event.dyn_ref().and_then(shortcut) {
                _ if keys.in_dialog.get() => {}
                Some(Command::TogglePlay) if !keys.can_play.get() => {}
                Some(command) => {
                    let moves = Command::is_of_steps;
                    if moves(&command) && keys.can_play.get() {
                        // The page would scroll, and one around it.
                        event.prevent_default();
                    }
                    act.emit(command);
                }
                None => {}
            },
        ),
    ];
    let act = ctx.link().callback(Msg::Do);
    let programs = web::program::listen(move |command| act.emit(command));
    comes.into_iter().chain(always).chain(programs).collect()
}

fn gloo_events_target() -> web_sys::EventTarget {
    js_sys::global().unchecked_into()
}

/// The command that a key stands for; `www/words-later.js` lists them. None but Ctrl+Enter
/// while somebody types.
fn shortcut(event: &KeyboardEvent) -> Option<Command> {
    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
        return Some(Command::Run);
    }
    let plain = !(event.ctrl_key() || event.meta_key() || event.alt_key());
    let on = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let on = on.map(|element| element.tag_name()).unwrap_or_default();
    let typing = matches!(on.as_str(), "INPUT" | "SELECT" | "TEXTAREA");
    // These have a use for the space bar of their own.
    let pressing = matches!(on.as_str(), "BUTTON" | "SUMMARY" | "A");
    if !plain || typing {
        return None;
    }
    let key = event.key();
    // Where the letters are others, Cyrillic ones say, it is the place that counts.
    let key = if key.is_ascii() { key } else { event.code() };
    Some(match &*key {
        "r" | "R" | "KeyR" => Command::Reset,
        "e" | "E" | "KeyE" => Command::Explore,
        "ArrowLeft" | "," => Command::Step(-1),
        "ArrowRight" | "." => Command::Step(1),
        " " if !pressing => Command::TogglePlay,
        "Home" => Command::Goto(0),
        "End" => Command::Goto(usize::MAX),
        "-" => Command::Speed(0.5),
        "+" | "=" => Command::Speed(2.0),
        _ => return None,
    })
}
