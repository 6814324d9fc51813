//! The root: owns the session and the run, and carries out effects.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlCanvasElement, HtmlInputElement, HtmlSelectElement, KeyboardEvent};
use yew::prelude::*;

use super::chart::view_chart;
use super::exploration::view_outcomes;
use super::form::view_form;
use super::listing::Listing;
use super::log::view_log;
use super::outcome::{Figures, view_facts, view_outcome};
use super::picker::view_picker;
use super::search::view_search;
use super::stepper::view_stepper;
use super::things::view_things;
use super::timeline::{view_legend, view_timeline};
use crate::base::ThreadId;
use crate::explore::Decision;
use crate::platform::workers::clock_ms;
use crate::scenario::listing::Parsed;
use crate::scenario::{self, MadeOf, Report};
use crate::session::message::Inbound;
use crate::session::picture::{self, Frame};
use crate::session::playback::Position;
use crate::session::{Command, Effect, Phase, Session, Surroundings};
use crate::session::{things, words};
use crate::share::{Engine, Theme};
use crate::trace::Store;
use crate::web::errand::{Errand, Task};
use crate::web::real::Run;
use crate::web::{self, Supply};

/// How often text follows a run; the canvas follows every frame.
const TEXT_INTERVAL_MS: f64 = 100.0;

/// How long after the last edit workers are warmed for it.
const WARM_DELAY_MS: u32 = 150;

/// Workers that explore at the same time, at most: each has a memory of its own.
const MOST_EXPLORERS: usize = 4;

/// What the lanes' box keeps free above and below them, in CSS pixels.
const TIMELINE_PADDING: f64 = 16.0;

/// Lanes that are given room where it is not known how many there will be.
const MOST_LANES: usize = 8;

/// Below this width names take up less of the lanes.
const NARROW: f64 = 480.0;

/// Events among which a thread's place is looked for.
const PLACES_AMONG: usize = 2_000;

/// Events that the log shows at most.
const LOG_LENGTH: usize = 200;

pub struct App {
    session: Session,
    run: Option<Run>,
    errands: Vec<Errand>,
    /// The next step of a run on the model that goes on by itself.
    tick: Option<Timeout>,
    /// Workers for runs on real threads, and for one of tasks.
    threads: Supply,
    tasks: Supply,
    /// Workers for the model.
    models: Supply,
    canvas: NodeRef,
    frame: Option<AnimationFrame>,
    warming: Option<Timeout>,
    text_shown_at: f64,
    /// The run's time up to which its lanes are painted.
    painted_at: u64,
    /// The program's text, and whose it is; asked for when a scenario is shown.
    listing: (&'static str, Option<Rc<Parsed>>),
    /// Whether there is a run for the space bar to play.
    can_play: Rc<Cell<bool>>,
    _listeners: Vec<EventListener>,
}

pub enum Msg {
    Do(Command),
    Ended(Report, Option<Vec<Decision>>),
    Frame,
    Resized,
    Warm(usize),
    /// The texts of a scenario's listing are there.
    Listing(&'static str, Rc<Parsed>),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<App>) -> App {
        let surroundings = Surroundings {
            shared_memory: web::can_share_memory(),
            explorers: web::processors().min(MOST_EXPLORERS),
        };
        let (session, effects) = Session::open(&web::address::query(), surroundings);
        let can_play = Rc::default();
        let mut app = App {
            session,
            run: None,
            errands: Vec::new(),
            tick: None,
            threads: Supply::default(),
            tasks: Supply::default(),
            models: Supply::default(),
            canvas: NodeRef::default(),
            frame: None,
            warming: None,
            text_shown_at: 0.0,
            painted_at: 0,
            listing: ("", None),
            _listeners: listeners(ctx, Rc::clone(&can_play)),
            can_play,
        };
        app.carry_out(ctx, effects);
        app
    }

    fn update(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            Msg::Do(command) => {
                let effects = self.session.apply(command);
                self.carry_out(ctx, effects);
                self.forget_run();
                set_theme(self.session.options.theme);
                self.schedule_tick(ctx);
                true
            }
            Msg::Ended(report, decisions) => {
                let tally = self.run.as_ref().map(|run| run.with_trace(|t| t.tally()));
                let tally = tally.unwrap_or_default();
                let effects = self.session.apply(Command::Ended {
                    report,
                    tally,
                    decisions,
                });
                self.carry_out(ctx, effects);
                self.forget_run();
                true
            }
            Msg::Frame => {
                if let Some(run) = &self.run {
                    run.poll();
                    let now = run.with_trace(Store::now);
                    if self.painted_at != now {
                        self.painted_at = now;
                        self.paint();
                    }
                }
                self.frame = self.session.is_running().then(|| next_frame(ctx));
                let due = clock_ms() - self.text_shown_at >= TEXT_INTERVAL_MS;
                due || self.frame.is_none()
            }
            Msg::Resized => {
                self.paint();
                false
            }
            Msg::Listing(of, parsed) => {
                let wanted = of == self.session.scenario.id;
                if wanted {
                    self.listing = (of, Some(parsed));
                }
                wanted
            }
            Msg::Warm(count) => {
                if !self.session.is_busy() {
                    self.warm(count);
                }
                false
            }
        }
    }

    fn view(&self, ctx: &Context<App>) -> Html {
        let session = &self.session;
        let scenario = session.scenario;
        let act = ctx.link().callback(Msg::Do);
        let on_edit = act.reform(|(name, text)| Command::Edit { name, text });
        let busy = session.is_busy();
        html! {
            <>
            <header class="bar">
                <a class="brand" href="?">{ "Lockstep" }</a>
                <span class="tagline">{ "Python’s threads, really running" }</span>
                <a class="guide" href="guide.html">{ "Which to choose?" }</a>
                { self.view_badge() }
            </header>
            <main class="stage">
                <section class="setup" aria-labelledby="title">
                    if scenario::all().len() > 1 {
                        { view_picker(scenario.id, busy, &act) }
                    }
                    <h1 id="title">{ scenario.title }</h1>
                    { view_form(scenario.params, &session.fields, busy, &on_edit) }
                    { view_engine(session, &act) }
                    <div class="actions">
                        if busy {
                            <button
                                class="primary stop"
                                disabled={session.phase == Phase::Stopping}
                                onclick={act.reform(|_| Command::Stop)}
                            >{ "Stop" }</button>
                        } else {
                            <button
                                class="primary"
                                title="Ctrl+Enter"
                                onclick={act.reform(|_| Command::Run)}
                            >{ "Run" }</button>
                        }
                        <button
                            class="quiet"
                            title="Looks for every interleaving, in small programs (E)"
                            disabled={busy}
                            onclick={act.reform(|_| Command::Explore)}
                        >{ "Explore" }</button>
                        <button
                            class="quiet"
                            title="R"
                            disabled={busy}
                            onclick={act.reform(|_| Command::Reset)}
                        >{ "Reset" }</button>
                    </div>
                    { view_search(session.wish, session.options.seed, busy, &act) }
                    { view_notices(&session.notices, &act) }
                    <p class="lesson">{ scenario.lesson }</p>
                    if !scenario.try_next.is_empty() {
                        <h2 class="try-title" id="try-title">{ "Try next" }</h2>
                        <ul class="try" aria-labelledby="try-title">
                            { for scenario.try_next.iter().enumerate().map(|(index, next)| html! {
                                <li>
                                    <button class="quiet" disabled={busy}
                                        onclick={act.reform(move |_| Command::Try(index))}
                                    >{ next.label }</button>
                                </li>
                            }) }
                        </ul>
                    }
                </section>
                <section class="run" aria-label="The run">
                    { view_outcome(
                        session.phase,
                        session.report.as_ref(),
                        session.report.as_ref().map(|r| words::outcome(scenario, r)),
                        session.findings(),
                    ) }
                    { view_outcomes(
                        session.exploration.as_ref(),
                        &session.explored_as,
                        session.phase == Phase::Exploring,
                    ) }
                    { self.view_chart() }
                    { view_recorded(session, &act) }
                    { view_timeline(
                        &self.canvas,
                        self.lanes(),
                        !self.has_lanes(),
                        self.view_lanes_in_words(),
                    ) }
                    { view_legend() }
                    { self.view_things() }
                    if let Some(playback) = &session.playback {
                        { view_stepper(playback, session.at, session.playing, busy, &act) }
                    }
                    { self.view_listing() }
                    <div class="below">
                        { self.view_figures() }
                        { self.view_log() }
                    </div>
                </section>
            </main>
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<App>, first: bool) {
        self.text_shown_at = clock_ms();
        if first {
            set_theme(self.session.options.theme);
            self.paint();
        }
        self.can_play.set(self.session.playback.is_some());
        self.fetch_listing(ctx);
        if self.session.playback.is_some() {
            self.paint();
        }
        if self.session.is_running() && self.frame.is_none() {
            self.frame = Some(next_frame(ctx));
        }
    }
}

impl App {
    fn carry_out(&mut self, ctx: &Context<App>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(start) => {
                    // The last run's memory goes before the next one's comes.
                    self.run = None;
                    let link = ctx.link().clone();
                    let ended = move |report, decisions| {
                        link.send_message(Msg::Ended(report, decisions));
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
                Effect::Explore { query, wish, parts } => {
                    for part in 0..parts {
                        self.send(ctx, Task::Explore { wish, part, parts }, &query);
                    }
                }
                Effect::Play { query } => {
                    // What is shown of threads is of another run.
                    self.run = None;
                    self.send(ctx, Task::Play, &query);
                }
                Effect::Prove {
                    query,
                    decisions,
                    report,
                } => self.send(ctx, Task::Prove { decisions, report }, &query),
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

    /// Has workers loaded with the programs of what is shown.
    fn turn_to_chapter(&mut self) {
        let chapter = self.session.scenario.chapter();
        self.threads.turn_to("workers", chapter);
        self.models.turn_to("model", chapter);
        // What is compared is in one module.
        let tasks = match self.session.scenario.made_of() {
            MadeOf::Each => "workers",
            _ => "tasks",
        };
        self.tasks.turn_to(tasks, chapter);
    }

    /// Has workers ready for a run of so many threads, where one is possible, and for the
    /// model: there at once if that is what runs here, else after a first run, since a
    /// reader who only wants that should not have to load it.
    fn warm(&mut self, count: usize) {
        self.turn_to_chapter();
        let engine = self.session.engine();
        match engine {
            Engine::Tasks => self.tasks.warm(1),
            Engine::Model => {}
            _ => self.threads.warm(count),
        }
        if engine == Engine::Model || self.session.report.is_some() {
            self.models.warm(self.session.surroundings.explorers);
        }
    }

    /// Has a run that goes on by itself make its next step in time.
    fn schedule_tick(&mut self, ctx: &Context<App>) {
        let link = ctx.link().clone();
        self.tick = self.session.next_tick_ms().map(|ms| {
            Timeout::new(ms as u32, move || {
                link.send_message(Msg::Do(Command::Tick));
            })
        });
    }

    /// Asks for the listing of the scenario that is shown, once.
    fn fetch_listing(&mut self, ctx: &Context<App>) {
        let scenario = self.session.scenario;
        let files = &scenario.listing;
        if self.listing.0 == scenario.id || files.rust.is_empty() {
            return;
        }
        self.listing = (scenario.id, None);
        let link = ctx.link().clone();
        let [python, rust] = [files.python, files.rust].map(|file| format!("listings/{file}"));
        wasm_bindgen_futures::spawn_local(async move {
            // Without them the panel is not there, and all else works.
            if let (Some(python), Some(rust)) =
                (web::text_of(&python).await, web::text_of(&rust).await)
            {
                let parsed = Rc::new(Parsed::of(&python, &rust));
                link.send_message(Msg::Listing(scenario.id, parsed));
            }
        });
    }

    /// Sends a worker on an errand.
    fn send(&mut self, ctx: &Context<App>, task: Task, query: &str) {
        let link = ctx.link().clone();
        let tell = move |command| link.send_message(Msg::Do(command));
        self.turn_to_chapter();
        match Errand::start(task, query, &mut self.models, tell) {
            Ok(errand) => self.errands.push(errand),
            Err(message) => ctx
                .link()
                .send_message(Msg::Do(Command::ErrandFailed(message))),
        }
    }

    fn has_lanes(&self) -> bool {
        let playback = self.session.playback.as_ref();
        self.run.is_some() || playback.is_some_and(|playback| !playback.steps.is_empty())
    }

    /// How many lanes there are, or may come to be.
    fn lanes(&self) -> usize {
        let session = &self.session;
        match (&session.playback, session.scenario.made_of()) {
            (Some(playback), _) => playback.threads.len(),
            (None, MadeOf::Tasks) => MOST_LANES,
            _ => (session.scenario.max_threads)(&session.params),
        }
    }

    /// A session that is idle shows no run: it has been given another link.
    fn forget_run(&mut self) {
        if self.session.phase == Phase::Idle {
            self.run = None;
        }
    }

    /// Paints the run as it was last taken over the whole width of its box.
    fn paint(&self) {
        let Some(canvas) = self.canvas.cast::<HtmlCanvasElement>() else {
            return;
        };
        let Some(room) = canvas.parent_element() else {
            return;
        };
        let width = f64::from(room.client_width());
        if width <= 0.0 {
            return;
        }
        let frame = Frame {
            width,
            height: f64::from(room.client_height()) - TIMELINE_PADDING,
            gutter: if width < NARROW { 76.0 } else { 96.0 },
        };
        let picture = match (&self.run, &self.session.playback) {
            (Some(run), _) => run.with_trace(|trace| picture::draw(trace, frame)),
            (None, Some(playback)) => picture::draw_steps(playback, self.session.at, frame),
            (None, None) => return,
        };
        web::canvas::paint(&canvas, &picture, width);
    }

    fn view_badge(&self) -> Html {
        let threads = (self.session.scenario.max_threads)(&self.session.params);
        if self.session.engine() == Engine::Tasks {
            return html! {
                <span class="badge" title="One thread, a Web Worker, runs all tasks on the browser's event loop.">
                    { "real tasks, on 1 thread" }
                </span>
            };
        }
        if self.session.engine() == Engine::Workers {
            return html! {
                <span class="badge" title="Each thread is a Web Worker; all share one memory.">
                    { format!("{threads} real threads") }
                </span>
            };
        }
        let why = match self.session.surroundings.shared_memory {
            true => "One thread plays all of them, step by step, as the link or the form asks.",
            false => "This page may not share memory between threads, so one plays all of them.",
        };
        html! { <span class="badge off" title={why}>{ "simulated here" }</span> }
    }

    /// The lanes for those who cannot see the canvas.
    fn view_lanes_in_words(&self) -> Html {
        let Some(run) = &self.run else {
            // A run on the model tells where each thread stands beside its steps.
            return html! {};
        };
        run.with_trace(|trace| {
            let now = trace.now();
            trace
                .threads()
                .iter()
                .map(|t| html! { <li>{ words::lane(&t.name, &t.lane, now) }</li> })
                .collect()
        })
    }

    fn view_listing(&self) -> Html {
        let (of, Some(parsed)) = &self.listing else {
            return html! {};
        };
        if *of != self.session.scenario.id {
            return html! {};
        }
        let session = &self.session;
        let of_real = self.run.as_ref().map(|run| {
            run.with_trace(|trace| {
                let places = words::places(trace, PLACES_AMONG).into_iter();
                let place = |(thread, line): (ThreadId, u32)| {
                    let name = words::thread_name(trace, thread);
                    (thread.index(), name, line as usize)
                };
                places.map(place).collect::<Vec<_>>()
            })
        });
        let places = of_real.unwrap_or_else(|| {
            let positions = session.playback.as_ref();
            let positions = positions.map(|playback| playback.positions(session.at));
            let positions = positions.unwrap_or_default().into_iter();
            let placed = positions.filter(|position| position.line > 0);
            let place = |p: Position| (usize::from(p.thread), p.name, p.line as usize);
            placed.map(place).collect()
        });
        html! {
            <Listing
                parsed={Rc::clone(parsed)}
                python={parsed.python_for(&session.params)}
                {places}
            />
        }
    }

    /// Of a run on real threads; one on the model shows it beside its steps.
    fn view_things(&self) -> Html {
        match &self.run {
            Some(run) => view_things(&run.with_trace(things::of_trace), false),
            None => html! {},
        }
    }

    fn view_chart(&self) -> Html {
        let session = &self.session;
        let (Some(chart), Some(report)) = (session.scenario.chart, &session.report) else {
            return html! {};
        };
        let cores = web::processors();
        let bars = chart(&session.params, report, cores);
        match bars.is_empty() {
            true => html! {},
            false => view_chart(&bars, cores),
        }
    }

    fn view_figures(&self) -> Html {
        if self.run.is_none() && self.session.report.is_none() {
            return html! {};
        }
        let run = self.run.as_ref();
        let more = run.map(|run| {
            let mut more = run.figures();
            more.extend(run.with_trace(words::figures));
            more
        });
        let figures = Figures {
            more: more.unwrap_or_default(),
            start_up: run.and_then(Run::start_up).map(|s| (s.first_ms, s.last_ms)),
        };
        view_facts(
            self.session.scenario,
            &figures,
            self.session.report.as_ref(),
        )
    }

    fn view_log(&self) -> Html {
        let Some(run) = &self.run else {
            return html! {};
        };
        run.with_trace(|trace| {
            let entries: Vec<_> = trace
                .latest(LOG_LENGTH)
                .iter()
                .map(|entry| (entry.at, entry.thread, words::event(trace, entry)))
                .collect();
            view_log(&entries, &words::tally(trace.tally()))
        })
    }
}

/// Where to run: what the link wishes for, or the best that there is here.
fn view_engine(session: &Session, act: &Callback<Command>) -> Html {
    let wish = session.options.engine;
    let (real, named) = match session.scenario.made_of() {
        MadeOf::Threads => (Engine::Workers, "real threads"),
        MadeOf::Each => (Engine::Workers, "each for real"),
        MadeOf::Tasks => (Engine::Tasks, "the browser’s event loop"),
    };
    let best = match real == Engine::Tasks || session.surroundings.shared_memory {
        true => named,
        false => "simulated: memory cannot be shared here",
    };
    let choices = [
        (Engine::Auto, format!("best here ({best})")),
        (real, named.to_owned()),
        (Engine::Model, "simulated, step by step".to_owned()),
    ];
    let onchange = act.reform(move |event: Event| {
        let chosen = event
            .target_dyn_into::<HtmlSelectElement>()
            .map(|select| select.value());
        match chosen.as_deref() {
            Some("workers") => Command::Choose(Engine::Workers),
            Some("tasks") => Command::Choose(Engine::Tasks),
            Some("model") => Command::Choose(Engine::Model),
            _ => Command::Choose(Engine::Auto),
        }
    });
    let on_record = act.reform(|event: Event| {
        let checkbox = event.target_dyn_into::<HtmlInputElement>();
        Command::Record(checkbox.is_some_and(|checkbox| checkbox.checked()))
    });
    let on_threads = session.engine() == Engine::Workers;
    html! {
        <div class="field">
            <label for="engine">{ "engine" }</label>
            <select id="engine" disabled={session.is_busy()} {onchange}>
                { for choices.into_iter().map(|(engine, words)| html! {
                    <option value={engine.name()} selected={engine == wish}>{ words }</option>
                }) }
            </select>
            if on_threads {
                <label class="check">
                    <input id="record" type="checkbox" checked={session.record}
                        disabled={session.is_busy()} onchange={on_record} />
                    { "Record the run, to step through it afterwards" }
                </label>
            }
        </div>
    }
}

/// The way from a run on real threads that was recorded to its steps.
fn view_recorded(session: &Session, act: &Callback<Command>) -> Html {
    let Some(report) = session
        .report
        .as_ref()
        .filter(|_| session.playback.is_none())
    else {
        return html! {};
    };
    match (&report.schedule, session.record) {
        (Some(_), _) => html! {
            <p class="recorded">
                <button class="quiet" disabled={session.is_busy()}
                    onclick={act.reform(|_| Command::StepThrough)}
                >{ "Step through this run" }</button>
            </p>
        },
        (None, true) if session.ran_on() == Engine::Workers => html! {
            <p class="recorded">
                { "Too long, not run to its end, or with other answers from the network than the \
                   model has: this run cannot be stepped through." }
            </p>
        },
        (None, _) => html! {},
    }
}

fn view_notices(notices: &[String], act: &Callback<Command>) -> Html {
    if notices.is_empty() {
        return html! {};
    }
    html! {
        <div class="notices" role="status">
            <ul>{ for notices.iter().map(|notice| html! { <li>{ notice }</li> }) }</ul>
            <button class="quiet" onclick={act.reform(|_| Command::DismissNotices)}>
                { "Dismiss" }
            </button>
        </div>
    }
}

fn next_frame(ctx: &Context<App>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |_| link.send_message(Msg::Frame))
}

fn listeners(ctx: &Context<App>, can_play: Rc<Cell<bool>>) -> Vec<EventListener> {
    let window = gloo_events_target();
    let act = ctx.link().callback(Msg::Do);
    let receive = act.reform(|message: Inbound| Command::Receive(message));
    let open = act.reform(|()| Command::Open(web::address::query()));
    let resized = ctx.link().callback(|()| Msg::Resized);
    vec![
        web::messages::listen(move |message| receive.emit(message)),
        EventListener::new(&window, "popstate", move |_| open.emit(())),
        EventListener::new(&window, "resize", move |_| resized.emit(())),
        EventListener::new_with_options(
            &window,
            "keydown",
            EventListenerOptions::enable_prevent_default(),
            move |event| match event.dyn_ref().and_then(shortcut) {
                Some(Command::TogglePlay) if !can_play.get() => {}
                Some(command) => {
                    if command == Command::TogglePlay {
                        // The page would scroll.
                        event.prevent_default();
                    }
                    act.emit(command);
                }
                None => {}
            },
        ),
    ]
}

fn gloo_events_target() -> web_sys::EventTarget {
    js_sys::global().unchecked_into()
}

/// The command that a key stands for. None but Ctrl+Enter while somebody types.
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
    match event.key().as_str() {
        "r" | "R" if plain && !typing => Some(Command::Reset),
        "ArrowLeft" if plain && !typing => Some(Command::Step(-1)),
        "ArrowRight" if plain && !typing => Some(Command::Step(1)),
        " " if plain && !typing && !pressing => Some(Command::TogglePlay),
        "Home" if plain && !typing => Some(Command::Goto(0)),
        "End" if plain && !typing => Some(Command::Goto(usize::MAX)),
        "e" | "E" if plain && !typing => Some(Command::Explore),
        _ => None,
    }
}

/// A wished theme as an attribute of the page, which the style sheet reads: one
/// that is neither light nor dark leaves it to the reader's system.
fn set_theme(theme: Theme) {
    let name = match theme {
        Theme::Auto => "auto",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let root = web_sys::window()
        .and_then(|w| w.document())
        .and_then(|d| d.document_element());
    if let Some(root) = root {
        // The attribute's name is valid, so this cannot fail.
        let _ = root.set_attribute("data-theme", name);
    }
}
