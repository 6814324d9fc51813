//! The root: owns the session and the run, and carries out effects.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlCanvasElement, HtmlDialogElement, KeyboardEvent};
use yew::prelude::*;

use super::chart::view_chart;
use super::details::{Tab, view_details};
use super::engine::view_recorded;
use super::exploration::view_outcomes;
use super::header::{view_footer, view_header};
use super::listing::Listing;
use super::loaded::Loaded;
use super::log::view_log;
use super::outcome::{Figures, view_facts, view_outcome};
use super::program::view_program;
use super::share::view_share;
use super::stepper::{view_positions, view_steps, view_transport};
use super::things::view_things;
use super::timeline::{view_legend, view_timeline};
use crate::base::ThreadId;
use crate::base::number::duration;
use crate::explore::Turn;
use crate::platform::workers::clock_ms;
use crate::scenario::listing::Parsed;
use crate::scenario::{MadeOf, Report, Verdict};
use crate::session::message::Inbound;
use crate::session::picture::{self, Frame};
use crate::session::playback::Position;
use crate::session::sharing::{Form, Sharing};
use crate::session::{Command, Effect, Phase, Session, Surroundings};
use crate::session::{things, words};
use crate::share::qr::Squares;
use crate::share::{Engine, Panel};
use crate::trace::Store;
use crate::web::errand::{Errand, Task};
use crate::web::real::Run;
use crate::web::{self, Supply};

/// How often text follows a run; the canvas follows every frame.
const TEXT_INTERVAL_MS: f64 = 100.0;

/// How long after the last edit workers are warmed for it.
const WARM_DELAY_MS: u32 = 150;

/// What the lanes' box keeps free above and below them, in CSS pixels.
const TIMELINE_PADDING: f64 = 16.0;

/// What the lanes of a comparison are.
const COMPARED: &str = "The lanes are those of the threads. gil-1, gil-2 and so on compute with \
    the interpreter lock, one at a time; free-1, free-2 and so on without it. Processes and \
    tasks are measured after them, and have no lanes.";

/// Lanes that are given room where it is not known how many there will be.
const MOST_LANES: usize = 8;

/// Below this width names take up less of the lanes.
const NARROW: f64 = 480.0;

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
    /// How fine the threads' clocks are, in the time of the run, once one has ended.
    resolution: Option<Duration>,
    /// The run's time up to which its lanes are painted, and when they are to be again, at
    /// the earliest.
    painted_at: u64,
    paint_due_at: f64,
    /// The program's text, and whose it is; asked for when a scenario is shown.
    listing: (&'static str, Loaded<Rc<Parsed>>),
    dialog: NodeRef,
    /// Whether it has been opened: the browser may have closed it again.
    dialog_shown: bool,
    /// The QR code of the link that is shared, which is named; asked for when it is shown.
    qr: (String, Loaded<Squares>),
    /// The tab of the details that the reader, or what was last asked for, wants in front.
    tab: Option<Tab>,
    keys: Rc<Keys>,
    _listeners: Vec<EventListener>,
}

/// What keys are good for at the moment.
#[derive(Default)]
struct Keys {
    /// Whether there is a run for the space bar to play.
    can_play: Cell<bool>,
    /// Whether a dialog is open, which has them all.
    in_dialog: Cell<bool>,
}

pub enum Msg {
    Do(Command),
    Ended(Report, Option<Vec<Turn>>),
    Frame,
    Resized,
    Warm(usize),
    /// The texts of a scenario's listing are there.
    Listing(&'static str, Option<Rc<Parsed>>),
    /// Ask for them again.
    FetchListing,
    /// Show a tab of the details.
    Show(Tab),
    /// Put a text into the clipboard.
    Copy(Form, String),
    /// The code of a link is there.
    Qr(String, Option<Squares>),
    /// Say whether what is shown could have been: for tests.
    #[cfg(feature = "selftest")]
    Check,
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<App>) -> App {
        let surroundings = Surroundings {
            shared_memory: web::can_share_memory(),
            player: web::page::is_player(),
            framed: web::page::is_framed(),
        };
        let (session, effects) = Session::open(&web::address::query(), surroundings);
        let keys = Rc::default();
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
            resolution: None,
            painted_at: 0,
            paint_due_at: 0.0,
            listing: ("", Loaded::Coming),
            dialog: NodeRef::default(),
            dialog_shown: false,
            qr: (String::new(), Loaded::Coming),
            tab: None,
            _listeners: listeners(ctx, Rc::clone(&keys)),
            keys,
        };
        app.carry_out(ctx, effects);
        app
    }

    fn update(&mut self, ctx: &Context<App>, msg: Msg) -> bool {
        match msg {
            Msg::Do(command) => {
                if matches!(command, Command::ErrandFailed(_)) {
                    self.release_workers();
                }
                let before = self.session.phase;
                let effects = self.session.apply(command);
                self.tab = match self.session.phase {
                    Phase::Exploring if before != Phase::Exploring => Some(Tab::Outcomes),
                    Phase::Running if before != Phase::Running => {
                        self.tab.filter(|tab| *tab != Tab::Outcomes)
                    }
                    _ => self.tab,
                };
                self.carry_out(ctx, effects);
                self.forget_run();
                web::page::set_theme(self.session.options.theme.name());
                self.schedule_tick(ctx);
                true
            }
            Msg::Ended(report, turns) => {
                if report.verdict == Verdict::Error {
                    // Those in wait may lack what could not be loaded.
                    self.release_workers();
                }
                let speed = self.session.options.speed;
                self.resolution = web::clock_step().map(|step| step.mul_f64(speed));
                let tally = self.run.as_ref().map(|run| run.with_trace(|t| t.tally()));
                let tally = tally.unwrap_or_default();
                let effects = self.session.apply(Command::Ended {
                    report,
                    tally,
                    turns,
                });
                self.carry_out(ctx, effects);
                self.forget_run();
                true
            }
            Msg::Frame => {
                if let Some(run) = &self.run {
                    run.poll();
                    let now = run.with_trace(Store::now);
                    let moves = self.session.is_running();
                    if self.painted_at != now && (!moves || clock_ms() >= self.paint_due_at) {
                        self.painted_at = now;
                        let began = clock_ms();
                        self.paint();
                        // Many lanes take long to paint: so that it never takes most of the
                        // time, it is done less often.
                        let ended = clock_ms();
                        self.paint_due_at = ended + 2.0 * (ended - began);
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
                    self.listing = (of, Loaded::of(parsed));
                }
                wanted
            }
            Msg::Show(tab) => {
                self.tab = Some(tab);
                true
            }
            Msg::FetchListing => {
                self.listing = ("", Loaded::Coming);
                true
            }
            Msg::Copy(form, text) => {
                let link = ctx.link().clone();
                spawn_local(async move {
                    let granted = web::clipboard::copy(&text).await;
                    if !granted {
                        web::page::select(&form.id());
                    }
                    link.send_message(Msg::Do(Command::Copied(form, granted)));
                });
                false
            }
            Msg::Qr(of, squares) => {
                let wanted = of == self.qr.0;
                if wanted {
                    self.qr.1 = Loaded::of(squares);
                }
                wanted
            }
            #[cfg(feature = "selftest")]
            Msg::Check => {
                let contradictions = crate::session::checker::contradictions;
                let found = self.run.as_ref().map(|run| run.with_trace(contradictions));
                web::page::set_data("contradictions", &found.unwrap_or_default().join("\n"));
                false
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
        let stale = session.stale();
        let steps = session.shows(Panel::Steps);
        let details = self.details(&act);
        html! {
            <>
            { view_header(session, &act) }
            <main class="stage">
                { view_program(session, self.parsed(), self.view_listing(ctx, &act), &act) }
                <div class="divider" role="separator" aria-orientation="vertical"
                    aria-label="Width of the program" tabindex="0"
                    aria-valuenow="38" aria-valuemin="25" aria-valuemax="60" />
                <section class={classes!("run", stale.is_some().then_some("stale"))}
                    aria-label="The run"
                >
                    if let Some(of) = &stale {
                        <p class="stale-of" role="status" id="stale">
                            { format!("This run was {of}. Press Run for what is set now.") }
                        </p>
                    }
                    { view_outcome(
                        session.phase,
                        session.report.as_ref(),
                        session.report.as_ref().map(|r| words::outcome(scenario, r)),
                        session.findings(),
                        session.language,
                    ) }
                    { self.view_chart() }
                    { view_recorded(session, &act) }
                    if session.shows(Panel::Timeline) {
                        { view_timeline(
                            &self.canvas,
                            self.lanes(),
                            self.length(),
                            !self.has_lanes(),
                            self.view_lanes_in_words(),
                        ) }
                        { view_legend(self.resolution.filter(|_| self.run.is_some())) }
                        if scenario.made_of() == MadeOf::Each {
                            <p class="aside">{ COMPARED }</p>
                        }
                    }
                    if let Some(playback) = session.playback.as_ref().filter(|_| steps) {
                        { view_transport(playback, session, &act) }
                    }
                    if self.has_lanes() || !details.is_empty() {
                        <div class="below">
                            { self.view_state(&act) }
                            { view_details(details, self.tab, &ctx.link().callback(Msg::Show)) }
                        </div>
                    }
                </section>
            </main>
            if !session.surroundings.player {
                { view_footer() }
            }
            { self.view_share(ctx) }
            </>
        }
    }

    fn rendered(&mut self, ctx: &Context<App>, first: bool) {
        self.text_shown_at = clock_ms();
        if first {
            web::page::set_theme(self.session.options.theme.name());
            self.paint();
        }
        self.keys.can_play.set(self.session.playback.is_some());
        self.keys.in_dialog.set(self.session.sharing.is_some());
        self.fetch_listing(ctx);
        self.show_share(ctx);
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
                    self.send(ctx, Task::Play, &query);
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
    fn release_workers(&mut self) {
        for supply in [&mut self.threads, &mut self.tasks, &mut self.models] {
            supply.clear();
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
            self.models.warm(1);
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
    fn show_share(&mut self, ctx: &Context<App>) {
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
            .shared(sharing, Form::Link, &web::address::site());
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
            (Some(playback), _) => playback.threads.len().min(picture::MOST_LANES),
            (None, MadeOf::Tasks) => MOST_LANES,
            _ => (session.scenario.max_threads)(&session.params),
        }
    }

    /// A session without a report shows no run but the one that goes on: it has been given
    /// another link, or something else to explore.
    fn forget_run(&mut self) {
        if !self.session.is_running() && self.session.report.is_none() {
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
        let width = f64::from(canvas.client_width());
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

    /// How long the run on real threads took that has ended: what its lanes show.
    fn length(&self) -> Option<String> {
        let run = self.run.as_ref().filter(|_| !self.session.is_running())?;
        let now = run.with_trace(Store::now);
        Some(duration(Duration::from_nanos(now)))
    }

    /// The lanes for those who cannot see the canvas.
    fn view_lanes_in_words(&self) -> Html {
        let Some(run) = &self.run else {
            // A run on the model tells where each thread stands beside its steps.
            return html! {};
        };
        run.with_trace(|trace| {
            let verdict = self.session.report.as_ref().map(|report| report.verdict);
            let threads = (0..trace.threads().len()).map(|index| ThreadId(index as u16));
            let lane = |thread| html! { <li>{ words::lane(trace, thread, verdict) }</li> };
            threads.map(lane).collect()
        })
    }

    /// The texts of the scenario that is shown, once they are there.
    fn parsed(&self) -> Option<&Rc<Parsed>> {
        let (of, parsed) = &self.listing;
        parsed.there().filter(|_| *of == self.session.scenario.id)
    }

    fn view_listing(&self, ctx: &Context<App>, act: &Callback<Command>) -> Html {
        if matches!(self.listing.1, Loaded::Missing) {
            let again = ctx.link().callback(|_| Msg::FetchListing);
            return html! {
                <section class="listing missing">
                    <p role="alert">{ "The text of the program could not be loaded." }</p>
                    <button onclick={again}>{ "Try again" }</button>
                </section>
            };
        }
        let Some(parsed) = self.parsed() else {
            return html! {};
        };
        let session = &self.session;
        let of_real = self.run.as_ref().map(|run| {
            run.with_trace(|trace| {
                let places = words::places(trace).into_iter();
                let place = |(thread, line): (ThreadId, u32)| {
                    let name = words::thread_name(trace, thread);
                    (thread.index(), name, session.line(line) as usize)
                };
                places.map(place).collect::<Vec<_>>()
            })
        });
        let places = of_real.unwrap_or_else(|| {
            let positions = session.playback.as_ref();
            let positions = positions.map(|playback| playback.positions(session.at));
            let positions = positions.unwrap_or_default().into_iter();
            let place = |p: Position| {
                let line = session.line(p.line) as usize;
                (usize::from(p.thread), p.name, line)
            };
            positions.map(place).collect()
        });
        html! {
            <Listing
                parsed={Rc::clone(parsed)}
                python={parsed.python_for(&session.params)}
                {places}
                moved={session.last_moved()}
                language={session.language}
                {act}
            />
        }
    }

    /// Who may go next, and what threads share, as it is now.
    fn view_state(&self, act: &Callback<Command>) -> Html {
        let session = &self.session;
        let playback = session.playback.as_ref().filter(|p| !p.steps.is_empty());
        let shared = match (&self.run, playback) {
            (Some(run), _) => view_things(&run.with_trace(things::of_trace), false),
            (None, Some(playback)) => view_things(&things::of_steps(playback, session.at), true),
            (None, None) => return html! {},
        };
        html! {
            <section class="state-pane" aria-label="State" tabindex="0">
                if let Some(playback) = playback.filter(|_| session.shows(Panel::Steps)) {
                    { view_positions(playback, session, act) }
                }
                if session.shows(Panel::State) {
                    { shared }
                }
            </section>
        }
    }

    /// What there is to read of the run and of the exploration.
    fn details(&self, act: &Callback<Command>) -> Vec<(Tab, Html)> {
        let session = &self.session;
        let exploring = session.phase == Phase::Exploring;
        let playback = session.playback.as_ref().filter(|p| !p.steps.is_empty());
        let mut tabs = Vec::new();
        if let Some(playback) = playback.filter(|_| session.shows(Panel::Steps)) {
            tabs.push((Tab::Steps, view_steps(playback, session, act)));
        }
        if session.shows(Panel::Facts) && (self.run.is_some() || session.report.is_some()) {
            tabs.push((Tab::Figures, self.view_figures()));
        }
        if exploring || session.exploration.is_some() {
            let outcomes = view_outcomes(session.exploration.as_ref(), exploring, session.language);
            tabs.push((Tab::Outcomes, outcomes));
        }
        if session.shows(Panel::Events) && self.run.is_some() {
            // They come and go quickly: only who looks has them written.
            let looks = self.tab == Some(Tab::Events) || tabs.is_empty();
            let log = if looks {
                self.view_log()
            } else {
                html! {}
            };
            tabs.push((Tab::Events, log));
        }
        tabs
    }

    fn view_share(&self, ctx: &Context<App>) -> Html {
        let Some(sharing) = &self.session.sharing else {
            return html! {};
        };
        view_share(
            &self.session,
            sharing,
            &self.dialog,
            &web::address::site(),
            self.qr_of(sharing),
            &ctx.link().callback(Msg::Do),
            &ctx.link().callback(|(form, text)| Msg::Copy(form, text)),
        )
    }

    /// The code of the link that is shared.
    fn qr_of(&self, sharing: &Sharing) -> &Loaded<Squares> {
        let link = (self.session).shared(sharing, Form::Link, &web::address::site());
        match self.qr.0 == link {
            true => &self.qr.1,
            false => &Loaded::Coming,
        }
    }

    fn view_chart(&self) -> Html {
        let session = &self.session;
        let (Some(chart), Some(report)) = (session.scenario.chart, &session.report) else {
            return html! {};
        };
        let cores = web::processors();
        let bars = chart(session.ran_with(), report, cores);
        match bars.is_empty() {
            true => html! {},
            false => view_chart(&bars, cores),
        }
    }

    fn view_figures(&self) -> Html {
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
            self.parsed().map(|parsed| &parsed.help),
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

fn next_frame(ctx: &Context<App>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |_| link.send_message(Msg::Frame))
}

fn listeners(ctx: &Context<App>, keys: Rc<Keys>) -> Vec<EventListener> {
    let window = gloo_events_target();
    let act = ctx.link().callback(Msg::Do);
    let receive = act.reform(|message: Inbound| Command::Receive(message));
    let open = act.reform(|()| Command::Open(web::address::query()));
    let follow = act.reform(Command::Follow);
    let resized = ctx.link().callback(|()| Msg::Resized);
    #[cfg(feature = "selftest")]
    let check = ctx.link().callback(|()| Msg::Check);
    vec![
        #[cfg(feature = "selftest")]
        EventListener::new(&window, "lockstep-check", move |_| check.emit(())),
        web::messages::listen(move |message| receive.emit(message)),
        EventListener::new(&window, "popstate", move |_| open.emit(())),
        EventListener::new(&window, "resize", move |_| resized.emit(())),
        // Workers would stay as long as the browser keeps the page to come back to. When it
        // is hidden that is too late: they are frozen, and end when it thaws.
        EventListener::new(&window, "beforeunload", |_| web::end_waiting_workers()),
        // Those that are just starting do not end in time, but a page that listens for this
        // is not kept.
        EventListener::new(&window, "unload", |_| ()),
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
