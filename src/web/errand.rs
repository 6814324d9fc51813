//! What is computed on the model, in a worker of its own, which shares memory with
//! nobody, so that it works in any page: explorations, and runs to step through.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use super::bytes;
use super::figures;
use super::listen::Heard;
use super::program;
use super::reason;
use super::supply::Supply;
use crate::explore::Turn;
use crate::scenario::Report;
use crate::session::Command;
use crate::session::exploration::{Exploration, Wish};
use crate::session::playback::Playback;
use crate::words::errors;

/// An errand of a worker that goes on or has ended. Dropping it ends it.
pub struct Errand {
    _worker: Heard,
}

/// What a worker can be sent for.
pub enum Task {
    Explore {
        wish: Wish,
    },
    /// A run on the model.
    Play,
    /// To make a recorded run on real threads again.
    Prove {
        turns: Vec<Turn>,
        report: Report,
    },
}

impl Errand {
    /// Sends a worker for what a query describes, with the text of a program of the reader's
    /// own; `tell` is called with what the session should know of it.
    ///
    /// # Errors
    /// What the browser refused, in words.
    pub fn start(
        task: Task,
        query: &str,
        code: Option<&str>,
        supply: &mut Supply,
        tell: impl Fn(Command) + Clone + 'static,
    ) -> Result<Errand, String> {
        let begin = || -> Result<Errand, JsValue> {
            let mut workers = supply.take(1)?;
            let worker = workers.pop().ok_or(JsValue::UNDEFINED)?;
            let errand = Object::new();
            Reflect::set(&errand, &"query".into(), &query.into())?;
            let name = match task {
                Task::Explore { wish } => {
                    Reflect::set(&errand, &"wish".into(), &bytes::told(&wish))?;
                    "explore"
                }
                Task::Play => "play",
                Task::Prove { turns, report } => {
                    Reflect::set(&errand, &"turns".into(), &bytes::told(&turns))?;
                    Reflect::set(&errand, &"report".into(), &bytes::told(&report))?;
                    "prove"
                }
            };
            let message = Object::new();
            Reflect::set(&message, &name.into(), &errand)?;
            worker.post_message(&message)?;
            if let Some(code) = code {
                program::deliver(&worker, code, false);
            }
            let tell_failure = tell.clone();
            let failed = move |why: &str| tell_failure(Command::ErrandFailed(why.to_owned()));
            let said = move |message| {
                if let Some(command) = told(&message) {
                    tell(command);
                }
            };
            Ok(Errand {
                _worker: Heard::new(worker, said, failed),
            })
        };
        begin().map_err(|error| errors::worker_refused(&reason(&error)))
    }
}

/// What a worker tells: `{begun}`, which is nothing to the session, `{found, ended}`, `{played}`,
/// `{proved}` or `{failed, message, refused}`.
fn told(message: &JsValue) -> Option<Command> {
    let field = |name: &str| Reflect::get(message, &name.into()).unwrap_or(JsValue::UNDEFINED);
    if field("begun").is_truthy() {
        return None;
    }
    let failure = || {
        let message = field("message").as_string();
        let message = message.unwrap_or_else(|| errors::WORKER_UNCLEAR.to_owned());
        Command::ErrandFailed(match field("refused").is_truthy() {
            true => message,
            false => errors::model_failed(&message),
        })
    };
    if let Some(playback) = bytes::heard::<Playback>(&field("played")) {
        figures::hand_over_played(&field("played"));
        return Some(Command::Played(Box::new(playback)));
    }
    if !field("proved").is_undefined() {
        return Some(Command::Proved(field("proved").as_string()));
    }
    Some(match bytes::heard::<Exploration>(&field("found")) {
        Some(exploration) => Command::Explored {
            exploration: Box::new(exploration),
            ended: field("ended").is_truthy(),
        },
        None => failure(),
    })
}
