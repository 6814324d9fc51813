//! The lanes of the run that is shown: how many there are, painted and in words.

use std::time::Duration;

use web_sys::Element;
use yew::prelude::*;

use super::App;
use crate::base::ThreadId;
use crate::scenario::MadeOf;
use crate::session::picture::{self, Frame, Picture};
use crate::session::pointed;
use crate::session::sentences;
use crate::session::window::Window;
use crate::trace::Store;
use crate::web;
use crate::web::lanes::Place;

/// What the lanes' box keeps free above and below them, in CSS pixels.
const TIMELINE_PADDING: f64 = 16.0;

/// Lanes that are given room where it is not known how many there will be.
const MOST_LANES: usize = 8;

/// Below this width names take up less of the lanes.
const NARROW: f64 = 480.0;

impl App {
    pub(super) fn has_lanes(&self) -> bool {
        let playback = self.session.playback.as_ref();
        self.run.is_some() || playback.is_some_and(|playback| !playback.steps.is_empty())
    }

    /// How many lanes there are, or may come to be.
    pub(super) fn lanes(&self) -> usize {
        let session = &self.session;
        match (&session.playback, session.scenario.made_of()) {
            (Some(playback), _) => playback.threads.len().min(picture::MOST_LANES),
            (None, MadeOf::Tasks) => MOST_LANES,
            _ => (session.scenario.max_threads)(&session.params),
        }
    }

    /// Paints the run as it was last taken over the whole width of its box, and what is shown
    /// of it in the whole, if that is a part.
    pub(super) fn paint(&self) {
        let Some(canvas) = self.canvas.cast::<Element>() else {
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
            gutter: match self.session.is_own() {
                _ if width < NARROW => 88.0,
                // `Thread-1 (work)`
                true => 120.0,
                false => 96.0,
            },
        };
        match (&self.run, &self.session.playback) {
            (Some(run), _) => run.with_trace(|trace| {
                let end = trace.now();
                let window = Window::of_time(self.window, end);
                let draw = |window| picture::draw(trace, window, frame);
                show(draw, window, end, frame, false);
            }),
            (None, Some(playback)) => {
                let (steps, at) = (playback.shown_to(playback.steps.len()), self.session.at);
                let window = Window::of_steps(self.window, steps, at, frame.lane_width());
                let draw = |window| picture::draw_steps(playback, at, window, frame);
                show(draw, window, steps as u64, frame, true);
            }
            (None, None) => {}
        }
    }

    /// Says what there is at a place in the lanes.
    pub(super) fn point(&self, (lane, from, to, way): Place) {
        let pointed = match (&self.run, &self.session.playback) {
            (Some(run), _) => run.with_trace(|t| pointed::in_trace(t, lane, from, to, way)),
            (None, Some(playback)) => pointed::in_steps(playback, self.session.at, lane, from, way),
            (None, None) => None,
        };
        web::lanes::answer(lane, pointed.as_ref());
    }

    /// How long the run on real threads took that has ended: what its lanes show.
    pub(super) fn length(&self) -> Option<Duration> {
        let run = self.run.as_ref().filter(|_| !self.session.is_running())?;
        let now = run.with_trace(Store::now);
        Some(Duration::from_nanos(now))
    }

    /// The lanes for those who cannot see the canvas.
    pub(super) fn view_lanes_in_words(&self) -> Html {
        let Some(run) = &self.run else {
            // A run on the model tells where each thread stands beside its steps.
            return html! {};
        };
        run.with_trace(|trace| {
            let verdict = self.session.report.as_ref().map(|report| report.verdict);
            let threads = (0..trace.threads().len()).map(|index| ThreadId(index as u16));
            let lane = |thread| html! { <li>{ sentences::lane(trace, thread, verdict) }</li> };
            threads.map(lane).collect()
        })
    }
}

/// Has what a window shows of a run painted.
fn show(draw: impl Fn(Window) -> Picture, window: Window, end: u64, frame: Frame, in_steps: bool) {
    web::lanes::show(&draw(window), frame, window, end, in_steps);
    let whole = Window::whole(end);
    if window != whole {
        web::lanes::show_whole(&draw(whole), frame, end, in_steps);
    }
}
