//! The lanes of the run that is shown: how many there are, painted and in words.

use std::time::Duration;

use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::App;
use crate::base::ThreadId;
use crate::base::number::duration;
use crate::scenario::MadeOf;
use crate::session::picture::{self, Frame};
use crate::session::words;
use crate::trace::Store;
use crate::web;

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

    /// Paints the run as it was last taken over the whole width of its box.
    pub(super) fn paint(&self) {
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
    pub(super) fn length(&self) -> Option<String> {
        let run = self.run.as_ref().filter(|_| !self.session.is_running())?;
        let now = run.with_trace(Store::now);
        Some(duration(Duration::from_nanos(now)))
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
            let lane = |thread| html! { <li>{ words::lane(trace, thread, verdict) }</li> };
            threads.map(lane).collect()
        })
    }
}
