//! What the session wants done, done: runs, workers, errands, the address, what is loaded.

use std::rc::Rc;

use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

use super::{App, Msg};
use crate::scenario::listing::Parsed;
use crate::scenario::{MadeOf, Report};
use crate::session::sharing::Form;
use crate::session::{Command, Effect};
use crate::share::Engine;
use crate::ui::loaded::Loaded;
use crate::web;
use crate::web::errand::{Errand, Task};
use crate::web::real::Run;

/// How long after the last edit workers are warmed for it.
const WARM_DELAY_MS: u32 = 150;

impl App {
    pub(super) fn carry_out(&mut self, ctx: &Context<App>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(start) => {
                    // The last run's memory goes before the next one's comes.
                    self.run = None;
                    self.window = None;
                    let link = ctx.link().clone();
                    let ended = move |report, turns| {
                        link.send_message(Msg::Ended(report, turns));
                    };
                    let link = ctx.link().clone();
                    let deadlocked =
                        move |blocked| link.send_message(Msg::Do(Command::Deadlocked(blocked)));
                    self.turn_to_chapter();
                    let (threads, tasks) = (&mut self.threads, &mut self.tasks);
                    let run = Run::start(&start, threads, tasks, ended, deadlocked);
                    match run {
                        Ok(run) => {
                            self.run = Some(run);
                            self.frame = Some(next_frame(ctx));
                        }
                        Err(message) => ctx
                            .link()
                            .send_message(Msg::Ended(Report::error(message, 0.0), None)),
                    }
                }
                Effect::Stop => {
                    if let Some(run) = &self.run {
                        run.stop();
                    }
                }
                Effect::Explore { query, wish } => {
                    self.send(ctx, Task::Explore { wish }, &query);
                }
                Effect::Play { query } => {
                    // What is shown of threads is of another run.
                    self.run = None;
                    self.window = None;
                    self.send(ctx, Task::Play, &query);
                }
                Effect::ShowFirstSight { query } => {
                    let link = ctx.link().clone();
                    let played = web::first_sight::played();
                    spawn_local(async move {
                        link.send_message(match played.await {
                            Some(playback) => Msg::Do(Command::Played(Box::new(playback))),
                            None => Msg::Play(query),
                        });
                    });
                }
                Effect::Prove {
                    query,
                    turns,
                    report,
                } => self.send(ctx, Task::Prove { turns, report }, &query),
                Effect::EndErrands => self.errands.clear(),
                Effect::Address(query) => web::address::replace_query(&query),
                Effect::Visit(query) => web::address::visit_query(&query),
                Effect::Warm(count) => {
                    let link = ctx.link().clone();
                    self.warming = Some(Timeout::new(WARM_DELAY_MS, move || {
                        link.send_message(Msg::Warm(count));
                    }));
                }
                Effect::Post(message) => web::messages::post(&message),
            }
        }
    }

    /// Ends the workers that wait for a run.
    pub(super) fn release_workers(&mut self) {
        for supply in [&mut self.threads, &mut self.tasks, &mut self.models] {
            supply.clear();
        }
    }

    /// Has workers loaded with the programs of what is shown.
    pub(super) fn turn_to_chapter(&mut self) {
        let chapter = self.session.scenario.chapter();
        if self.session.is_own() {
            // Its module has all engines.
            self.threads.turn_to(chapter.to_owned());
            self.models.turn_to(chapter.to_owned());
            return;
        }
        self.threads.turn_to(format!("workers-{chapter}"));
        self.models.turn_to(format!("model-{chapter}"));
        // What is compared is in one module.
        let tasks = match self.session.scenario.made_of() {
            MadeOf::Each => "workers",
            _ => "tasks",
        };
        self.tasks.turn_to(format!("{tasks}-{chapter}"));
    }

    /// Has workers ready for a run of so many threads, where one is possible, and for the
    /// model: there at once if that is what runs here, else after a first run, since a
    /// reader who only wants that should not have to load it. None before the reader does
    /// something, or something has been run: who only comes by needs none.
    pub(super) fn warm(&mut self, count: usize) {
        let has_run = self.session.report.is_some();
        if self.session.is_first_sight || !(self.touched || has_run) {
            return;
        }
        self.turn_to_chapter();
        let engine = self.session.engine();
        match engine {
            Engine::Tasks => self.tasks.warm(1),
            Engine::Model => {}
            _ => self.threads.warm(count),
        }
        if engine == Engine::Model || self.session.report.is_some() {
            self.models.warm(1);
        }
    }

    /// Has a run that goes on by itself make its next step in time.
    pub(super) fn schedule_tick(&mut self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        self.tick = self.session.next_tick_ms().map(|ms| {
            Timeout::new(ms as u32, move || {
                link.send_message(Msg::Do(Command::Tick));
            })
        });
    }

    /// Asks for the listing of the scenario that is shown, once.
    pub(super) fn fetch_listing(&mut self, ctx: &Context<App>) {
        let scenario = self.session.scenario;
        if let Some(code) = self.session.code() {
            if self.listed.as_ref() != Some(&code) || self.listing.0 != scenario.id {
                let parsed = Parsed::of_own(&code);
                self.listed = Some(code);
                ctx.link()
                    .send_message(Msg::Listing(scenario.id, Some(Rc::new(parsed))));
            }
            return;
        }
        let files = &scenario.listing;
        if self.listing.0 == scenario.id || files.rust.is_empty() {
            return;
        }
        self.listing = (scenario.id, Loaded::Coming);
        let link = ctx.link().clone();
        let names = [files.python, files.rust, files.lesson];
        let help = web::text_of(&format!("help/{}.txt", scenario.id));
        let [python, rust, lesson] = names.map(|name| web::text_of(&format!("listings/{name}")));
        spawn_local(async move {
            let parsed = match (python.await, rust.await, lesson.await) {
                (Some(python), Some(rust), Some(lesson)) => {
                    let help = help.await.unwrap_or_default();
                    Some(Rc::new(Parsed::of(&python, &rust, &lesson, &help)))
                }
                _ => None,
            };
            link.send_message(Msg::Listing(scenario.id, parsed));
        });
    }

    /// Opens the share dialog where it is there and has not been, and asks for the code of
    /// its link.
    pub(super) fn show_share(&mut self, ctx: &Context<App>) {
        let shown = std::mem::replace(&mut self.dialog_shown, self.session.sharing.is_some());
        let Some(sharing) = &self.session.sharing else {
            return;
        };
        if let Some(dialog) = self.dialog.cast::<HtmlDialogElement>()
            && !shown
        {
            // It is in the page, and not open, so that it can be.
            let _ = dialog.show_modal();
        }
        let text = self
            .session
            .shared(sharing, Form::Link, &web::address::place());
        if self.qr.0 == text {
            return;
        }
        self.qr = (text.clone(), Loaded::Coming);
        let link = ctx.link().clone();
        spawn_local(async move {
            let squares = web::qr::squares_of(&text).await;
            link.send_message(Msg::Qr(text, squares));
        });
    }

    /// Sends a worker on an errand.
    pub(super) fn send(&mut self, ctx: &Context<App>, task: Task, query: &str) {
        let link = ctx.link().clone();
        let tell = move |command| link.send_message(Msg::Do(command));
        self.turn_to_chapter();
        let code = self.session.code();
        match Errand::start(task, query, code.as_deref(), &mut self.models, tell) {
            Ok(errand) => self.errands.push(errand),
            Err(message) => ctx
                .link()
                .send_message(Msg::Do(Command::ErrandFailed(message))),
        }
    }

    /// A session without a report shows no run but the one that goes on: it has been given
    /// another link, or something else to explore.
    pub(super) fn forget_run(&mut self) {
        if !self.session.is_running() && self.session.report.is_none() {
            self.run = None;
        }
    }
}

pub(super) fn next_frame(ctx: &Context<App>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |_| link.send_message(Msg::Frame))
}
