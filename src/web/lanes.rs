//! What `www/lanes.js` paints and tells of the lanes, and what a reader asks of them there.
//!
//! A picture crosses in one call, as numbers: its view, then its shapes, each of the same
//! length. Texts follow in the order of the shapes that have one.

use wasm_bindgen::prelude::*;
use web_sys::Event;

use crate::base::palette::HUES;
use crate::session::picture::{Frame, Picture, Shape};
use crate::session::pointed::{Pointed, Way};
use crate::session::window::Window;
use crate::trace::State;

#[wasm_bindgen]
extern "C" {
    /// Fails where the script is not there (yet): then nothing is painted.
    #[wasm_bindgen(js_namespace = lockstepLanes, catch)]
    fn paint(numbers: &[f64], texts: &str, is_whole: bool) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = lockstepLanes, catch)]
    fn tell(text: &str, lane: usize, from: f64, to: f64) -> Result<(), JsValue>;

    /// What a reader asks for; numbers that are not there are NaN.
    type Wish;
    #[wasm_bindgen(method, getter)]
    fn from(this: &Wish) -> f64;
    #[wasm_bindgen(method, getter)]
    fn to(this: &Wish) -> f64;
    #[wasm_bindgen(method, getter)]
    fn lane(this: &Wish) -> f64;
    #[wasm_bindgen(method, getter)]
    fn way(this: &Wish) -> f64;
}

/// A place in the lanes: which, from when to when, and the way from there.
pub type Place = (usize, u64, u64, Way);

/// The name of the event by which the script asks for another part of the run.
pub const WINDOW: &str = "lockstep-window";

/// The one by which it asks what there is at a place.
pub const PLACE: &str = "lockstep-place";

/// The part that is asked for; `None` is all of it, also what is still to come.
pub fn window(event: &Event) -> Option<Window> {
    let wish: &Wish = event.unchecked_ref();
    let (from, to) = (wish.from(), wish.to());
    (to > from).then_some(Window { from, to })
}

/// The place that is asked for.
pub fn place(event: &Event) -> Place {
    let wish: &Wish = event.unchecked_ref();
    let way = match wish.way() {
        way if way < 0.0 => Way::Back,
        way if way > 0.0 => Way::On,
        _ => Way::Here,
    };
    (
        wish.lane() as usize,
        wish.from() as u64,
        wish.to() as u64,
        way,
    )
}

/// A picture of what a window shows of a run up to `end`, which counts steps or
/// nanoseconds.
pub fn show(picture: &Picture, frame: Frame, shown: Window, end: u64, in_steps: bool) {
    let (numbers, texts) = packed(picture, frame, shown, end, in_steps);
    // Without the script the lanes stay blank: the same is told in words beside them.
    let _ = paint(&numbers, &texts, false);
}

/// The whole run, of which only a part is shown.
pub fn show_whole(picture: &Picture, frame: Frame, end: u64, in_steps: bool) {
    let (numbers, texts) = packed(picture, frame, Window::whole(end), end, in_steps);
    let _ = paint(&numbers, &texts, true);
}

/// Says what there is at a place that was asked for, if there is anything.
pub fn answer(lane: usize, pointed: Option<&Pointed>) {
    let _ = match pointed {
        Some(Pointed { text, from, to }) => tell(text, lane, *from as f64, *to as f64),
        None => tell("", lane, 0.0, 0.0),
    };
}

fn packed(
    picture: &Picture,
    frame: Frame,
    window: Window,
    end: u64,
    in_steps: bool,
) -> (Vec<f64>, String) {
    let mut numbers = vec![
        frame.width,
        picture.height,
        frame.gutter,
        window.from,
        window.to,
        end as f64,
        f64::from(u8::from(in_steps)),
        picture.lane,
    ];
    let mut texts = HUES.join("\n");
    for shape in &picture.shapes {
        let thread = shape.thread().unwrap_or(0) as f64;
        let (kind, [a, b, c, d]) = match shape {
            Shape::Bar {
                state,
                x,
                y,
                width,
                height,
                ..
            } => (*state as usize, [*x, *y, *width, *height]),
            Shape::Rail {
                x,
                y,
                width,
                height,
                ..
            } => (State::ALL.len(), [*x, *y, *width, *height]),
            Shape::End {
                failed: true,
                x,
                y,
                height,
                ..
            } => (9, [*x, *y, 0.0, *height]),
            Shape::End { x, y, height, .. } => (State::ALL.len(), [*x, *y, 3.0, *height]),
            Shape::Arrow { from, to, .. } => (6, [from.0, from.1, to.0, to.1]),
            Shape::Name { text, y, .. } => {
                texts.push('\n');
                texts.push_str(text);
                (7, [0.0, *y, 0.0, 0.0])
            }
            Shape::Tick { x, label } => {
                texts.push('\n');
                texts.push_str(label);
                (8, [*x, 0.0, 0.0, 0.0])
            }
        };
        numbers.extend([kind as f64, thread, a, b, c, d]);
    }
    (numbers, texts)
}
