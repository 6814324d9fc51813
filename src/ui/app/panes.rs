//! The panes of the run that is shown, each from what the app has of it.

use std::rc::Rc;

use yew::prelude::*;

use super::{App, Msg};
use crate::base::ThreadId;
use crate::base::palette::HUES;
use crate::scenario::Verdict;
use crate::scenario::listing::Parsed;
use crate::session::exploration::Exploration;
use crate::session::playback::Position;
use crate::session::sharing::{Form, Sharing};
use crate::session::{Command, sentences, things, why};
use crate::share::qr::Squares;
use crate::share::{Engine, Panel};
use crate::trace::Store;
use crate::ui::chart::view_chart;
use crate::ui::details::Tab;
use crate::ui::exploration::{RunThrough, view_outcomes};
use crate::ui::listing::Listing;
use crate::ui::loaded::Loaded;
use crate::ui::outcome::{Figures, view_facts};
use crate::ui::parts::on_press;
use crate::ui::share::view_share;
use crate::ui::stepper::{view_positions, view_steps};
use crate::ui::things::view_things;
use crate::web;
use crate::web::real::Run;
use crate::web::worker::event_loop::MOST_LANES;
use crate::words::{exploration, program, run as says, things as of_things};

impl App {
    /// The texts of the scenario that is shown, once they are there.
    pub(super) fn parsed(&self) -> Option<&Rc<Parsed>> {
        let (of, parsed) = &self.listing;
        parsed.there().filter(|_| *of == self.session.scenario.id)
    }

    pub(super) fn view_listing(&self, ctx: &Context<App>, act: &Callback<Command>) -> Html {
        if matches!(self.listing.1, Loaded::Missing) {
            let again = ctx.link().callback(|_| Msg::FetchListing);
            return html! {
                <section class="listing missing">
                    <p role="alert">{ program::NOT_LOADED }</p>
                    <button onclick={again}>{ program::TRY_AGAIN }</button>
                </section>
            };
        }
        let Some(parsed) = self.parsed() else {
            return html! {};
        };
        let session = &self.session;
        let of_real = self.run.as_ref().map(|run| {
            run.with_trace(|trace| {
                let places = sentences::places(trace).into_iter();
                let place = |(thread, line): (ThreadId, u32)| {
                    let name = sentences::thread_name(trace, thread);
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
                python={match session.code() {
                    Some(code) => code.to_string(),
                    None => parsed.python_for(&session.params),
                }}
                is_own={session.is_own()}
                {places}
                moved={session.last_moved()}
                language={session.language}
                {act}
            />
        }
    }

    /// Tells the session what the trace of the run that ends shows of why.
    pub(super) fn explain(&mut self, verdict: Verdict) {
        let scenario = self.session.scenario;
        let is_loop = self.session.ran_on() == Engine::Tasks;
        let why = self.run.as_ref().and_then(|run| {
            run.with_trace(|trace| match is_loop {
                // More have no lanes, and what they did is not known.
                true if trace.threads().len() <= usize::from(MOST_LANES) => {
                    why::of_loop(trace, verdict, scenario)
                }
                _ => why::of_trace(trace, verdict, scenario),
            })
        });
        if let Some(why) = why {
            self.session.apply(Command::Explain(why));
        }
    }

    /// The sentence beside the verdict, unless what goes on says enough.
    pub(super) fn outcome_in_words(&self) -> Option<String> {
        let session = &self.session;
        if session.is_first_sight && session.report.is_some() {
            return Some(says::FIRST_QUESTION.to_owned());
        }
        // Where there is one to be stepped through.
        let found = session.exploration.as_ref().filter(|_| !session.is_busy());
        let explored =
            found.is_some_and(|found| found.outcomes.iter().any(|o| !o.steps.is_empty()));
        let report = session.report.as_ref();
        let ran = report.map(|report| sentences::outcome(session.scenario, report));
        ran.or_else(|| explored.then(|| says::EXPLORED.to_owned()))
    }

    /// Who may go next, and what threads share, as it is now.
    pub(super) fn view_state(&self, act: &Callback<Command>) -> Html {
        let session = &self.session;
        let playback = session.playback.as_ref().filter(|p| !p.steps.is_empty());
        if ![Panel::State, Panel::Steps]
            .into_iter()
            .any(|panel| session.shows(panel))
        {
            return html! {};
        }
        let shared = match (&self.run, playback) {
            (Some(run), _) => view_things(&run.with_trace(things::of_trace), false),
            (None, Some(playback)) => view_things(&things::of_steps(playback, session.at), true),
            (None, None) => return html! {},
        };
        let notes = session.steppable().map(|playback| playback.notes.clone());
        html! {
            // What the notes say is shown by www/state.js.
            <section class="state-pane" aria-label={of_things::PANE} tabindex="0"
                data-notes={notes} data-at={session.at.to_string()}
            >
                if let Some(playback) = session.steppable().filter(|_| session.shows(Panel::Steps)) {
                    { view_positions(playback, session, act) }
                }
                if session.shows(Panel::State) {
                    { shared }
                }
            </section>
        }
    }

    /// What there is to read of the run and of the exploration.
    pub(super) fn details(&self, act: &Callback<Command>) -> Vec<(Tab, Html)> {
        let session = &self.session;
        let exploring = session.is_exploring();
        let playback = session.playback.as_ref().filter(|p| !p.steps.is_empty());
        let mut tabs = Vec::new();
        if let Some(playback) = playback.filter(|_| session.shows(Panel::Steps)) {
            tabs.push((Tab::Steps, view_steps(playback, session, act)));
        }
        let has_run = session.playback.is_some() || self.has_lanes();
        if session.is_own() && has_run {
            // Drawn by www/output.js; what a real run prints comes to that by itself.
            let printed = session.steppable().map(|playback| playback.printed.clone());
            tabs.push((
                Tab::Output,
                html! {
                    <div class="output" data-printed={printed} data-at={session.at.to_string()}
                    data-hues={HUES.join(" ")}
                />
                },
            ));
        }
        let facts = session
            .report
            .as_ref()
            .map(|report| !report.facts.is_empty());
        if session.shows(Panel::Facts) && (self.has_lanes() || facts == Some(true)) {
            tabs.push((Tab::Figures, self.view_figures()));
        }
        if exploring || session.exploration.is_some() || session.luck.is_some() {
            let run = session.way_through().map(|way| RunThrough {
                way,
                at: session.at,
            });
            let found = session.exploration.as_ref();
            let luck = session.luck.as_ref().map(|luck| luck.in_words(found));
            let smaller = self.view_smaller(act);
            let outcomes = view_outcomes(found, exploring, luck, smaller, (session.language, run));
            tabs.push((Tab::Outcomes, outcomes));
        }
        tabs
    }

    /// The way out where a search did not come to its end, though it was to find all.
    fn view_smaller(&self, act: &Callback<Command>) -> Html {
        let session = &self.session;
        let is_cut = |found: &&Exploration| !found.complete && !session.is_busy();
        let wish = (session.wish.seed, session.wish.preemptions);
        let set = match session.exploration.as_ref().filter(is_cut) {
            Some(_) if wish == (None, None) => session.smaller(),
            _ => return html! {},
        };
        if set.is_empty() {
            return html! {};
        }
        let words = set
            .iter()
            .map(|(name, value)| program::is_set(name, &value.to_string()));
        let words = words.collect::<Vec<_>>().join(", ");
        html! {
            <button class="quiet" onclick={on_press(act, Command::ExploreSmaller)}>
                { exploration::explore_instead(&words) }
            </button>
        }
    }

    pub(super) fn view_share(&self, ctx: &Context<App>) -> Html {
        let Some(sharing) = &self.session.sharing else {
            return html! {};
        };
        view_share(
            &self.session,
            sharing,
            &self.dialog,
            &web::address::place(),
            self.qr_of(sharing),
            &ctx.link().callback(Msg::Do),
            &ctx.link().callback(|(form, text)| Msg::Copy(form, text)),
        )
    }

    /// The code of the link that is shared.
    pub(super) fn qr_of(&self, sharing: &Sharing) -> &Loaded<Squares> {
        let link = (self.session).shared(sharing, Form::Link, &web::address::place());
        match self.qr.0 == link {
            true => &self.qr.1,
            false => &Loaded::Coming,
        }
    }

    pub(super) fn view_chart(&self) -> Html {
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
        let (session, run) = (&self.session, self.run.as_ref());
        let mut more = run.map(Run::figures).unwrap_or_default();
        if let Some(run) = run {
            let tally = sentences::tally(run.with_trace(Store::tally));
            more.push((says::RECORDED.to_owned(), tally));
        }
        let figures = Figures {
            more,
            start_up: run.and_then(Run::start_up).map(|s| (s.first_ms, s.last_ms)),
            of: (self.has_lanes() && !session.is_busy()).then_some(session.scenario.id),
        };
        view_facts(
            self.parsed().map(|parsed| &parsed.help),
            &figures,
            session.report.as_ref(),
        )
    }
}
