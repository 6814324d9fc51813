//! The root: owns the session and the run, and carries out effects.

mod effects;
mod lanes;
mod listeners;
mod panes;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use gloo_events::EventListener;
use gloo_render::AnimationFrame;
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::details::{Tab, view_details};
use super::engine::view_recorded;
use super::header::{view_footer, view_header};
use super::loaded::Loaded;
use super::outcome::view_outcome;
use super::program::view_program;
use super::stepper::view_transport;
use super::timeline::{view_legend, view_timeline};
use crate::explore::Turn;
use crate::platform::workers::clock_ms;
use crate::scenario::listing::Parsed;
use crate::scenario::{MadeOf, Report, Verdict};
use crate::session::sharing::Form;
use crate::session::window::Window;
use crate::session::{Command, Phase, Session, Surroundings};
use crate::share::qr::Squares;
use crate::share::{Engine, Panel};
use crate::trace::Store;
use crate::web::errand::{Errand, Task};
use crate::web::lanes::Place;
use crate::web::real::Run;
use crate::web::{self, Supply};
use crate::words::{lanes as of_lanes, page, run as says};
use effects::next_frame;
use listeners::{Keys, listeners};

/// How often text follows a run; the canvas follows every frame.
const TEXT_INTERVAL_MS: f64 = 100.0;

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
    /// Whether the reader has done anything yet.
    touched: bool,
    canvas: NodeRef,
    /// The part of the run that the reader wants to see of its lanes, if not all.
    window: Option<Window>,
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
    /// The reader's own program, of which the listing is.
    listed: Option<Arc<str>>,
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

pub enum Msg {
    Do(Command),
    Ended(Report, Option<Vec<Turn>>),
    Frame,
    Resized,
    /// Show a part of the run in its lanes, or all of it.
    Look(Option<Window>),
    /// Say what there is at a place in the lanes.
    Point(Place),
    Warm(usize),
    /// A worker has started: others may be to follow.
    WarmMore,
    /// The reader does something for the first time.
    Touched,
    /// The texts of a scenario's listing are there.
    Listing(&'static str, Option<Rc<Parsed>>),
    /// Ask for them again.
    FetchListing,
    /// Show a tab of the details.
    Show(Tab),
    /// Compute a run on the model.
    Play(String),
    /// Put a text into the clipboard.
    Copy(Form, String),
    /// The code of a link is there.
    Qr(String, Option<Squares>),
    /// Hand over the run that is shown, to make figures of.
    HandOver(web::figures::HandOver),
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
        let supply = || Supply::new(ctx.link().callback(|()| Msg::WarmMore));
        let mut app = App {
            session,
            run: None,
            errands: Vec::new(),
            tick: None,
            threads: supply(),
            tasks: supply(),
            models: supply(),
            touched: false,
            canvas: NodeRef::default(),
            window: None,
            frame: None,
            warming: None,
            text_shown_at: 0.0,
            resolution: None,
            painted_at: 0,
            paint_due_at: 0.0,
            listing: ("", Loaded::Coming),
            listed: None,
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
                let (ran, explored) = (self.session.is_running(), self.session.is_exploring());
                let effects = self.session.apply(command);
                self.tab = match self.session.phase {
                    Phase::Exploring if !explored => Some(Tab::Outcomes),
                    Phase::Running if !ran => match self.session.tries_luck() {
                        true => Some(Tab::Outcomes),
                        false => self.tab.filter(|tab| *tab != Tab::Outcomes),
                    },
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
                self.explain(report.verdict);
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
            Msg::Look(window) => {
                self.window = window;
                self.paint();
                false
            }
            Msg::Point(place) => {
                self.point(place);
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
            Msg::Play(query) => {
                self.send(ctx, Task::Play, &query);
                false
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
            Msg::HandOver(mut hand_over) => {
                if !hand_over.go_on(self.run.as_ref()) {
                    let link = ctx.link().clone();
                    // The reader comes first.
                    let go_on = move || link.send_message(Msg::HandOver(hand_over));
                    Timeout::new(0, go_on).forget();
                }
                false
            }
            #[cfg(feature = "selftest")]
            Msg::Check => {
                let contradictions = crate::session::checker::contradictions;
                let found = self.run.as_ref().map(|run| run.with_trace(contradictions));
                web::page::set_data("contradictions", &found.unwrap_or_default().join("\n"));
                false
            }
            Msg::Touched if self.touched => false,
            Msg::Touched | Msg::WarmMore => {
                self.touched = true;
                if !self.session.is_busy() {
                    self.warm(self.session.threads());
                }
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
        let on_model = self.run.is_none() && session.engine() == Engine::Model;
        let in_steps = on_model || session.playback.is_some();
        html! {
            <>
            { view_header(session, &act) }
            <main class="stage">
                { view_program(session, self.parsed(), self.view_listing(ctx, &act), &act) }
                <div class="divider" role="separator" aria-orientation="vertical"
                    aria-label={page::DIVIDER} tabindex="0"
                    aria-valuenow="38" aria-valuemin="25" aria-valuemax="60" />
                <section class={classes!("run", stale.is_some().then_some("stale"))}
                    aria-label={says::TITLE}
                >
                    if let Some(of) = &stale {
                        <p class="stale-of" role="status" id="stale">
                            { says::stale(of) }
                        </p>
                    }
                    { view_outcome(session, self.outcome_in_words(), &act) }
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
                        { view_legend(self.resolution.filter(|_| self.run.is_some()), in_steps, session.shows(Panel::Events)) }
                        if scenario.made_of() == MadeOf::Each {
                            <p class="aside">{ of_lanes::COMPARED }</p>
                        }
                    }
                    if let Some(playback) = session.steppable().filter(|_| steps) {
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
        if !self.session.is_first_sight {
            web::page::set_title(&page::title(self.session.scenario.title));
        }
        self.keys.can_play.set(self.session.steppable().is_some());
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
