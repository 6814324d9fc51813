//! The lanes of a run as an SVG image, for light pages and dark ones.
//!
//! It looks as the canvas does, see `web/canvas.rs`, but for the letters. It has no style
//! sheet and no style attributes, which the site's policy forbids, and names no script.

use std::fmt::Write as _;

use crate::base::palette::thread_colour;
use crate::session::picture::{Frame, Picture, RULER, Shape, draw, draw_steps};
use crate::session::playback::Playback;
use crate::session::window::Window;
use crate::trace::{State, Store};
use crate::words::figures;

const WIDTH: f64 = 640.0;
/// Many threads need more.
const HEIGHT: f64 = 240.0;

/// Readable on a white panel and on a nearly black one.
const GREY: &str = "#76818c";

/// How much taller lanes may be than they are drawn, where there are few.
const MOST_STRETCH: f64 = 1.4;

/// A run on the model, every step as wide as another.
pub fn of_playback(title: &str, run: &Playback) -> String {
    let steps = run.steps.len();
    // Who waits for ever is seen to.
    let rest = if run.findings.is_empty() {
        0
    } else {
        steps.div_ceil(6)
    };
    let gutter = gutter(run.threads.iter().map(|thread| &*thread.name));
    let beside = gutter + 8.0;
    let width = beside + (WIDTH - beside) * steps as f64 / (steps + rest) as f64;
    let frame = Frame {
        width,
        height: HEIGHT,
        gutter,
    };
    let window = Window::whole((steps + rest) as u64);
    Drawing::of(&draw_steps(run, steps + rest, window, frame))
        .written(title, figures::STEP_OF_RULER)
}

/// A run on real threads, or of real tasks, to scale.
pub fn of_trace(title: &str, trace: &Store) -> String {
    let frame = Frame {
        width: WIDTH,
        height: HEIGHT,
        gutter: gutter(trace.threads().iter().map(|thread| &*thread.name)),
    };
    Drawing::of(&draw(trace, Window::whole(trace.now()), frame)).written(title, "")
}

/// Room for names.
fn gutter<'a>(names: impl Iterator<Item = &'a str>) -> f64 {
    let longest = names.map(|name| name.chars().count()).max();
    20.0 + 7.0 * longest.unwrap_or(0) as f64
}

/// The shapes, sorted by how they are painted.
#[derive(Default)]
struct Drawing {
    height: f64,
    /// What is solid in the colour of a thread: its name's mark, its sleep, its end.
    solid: ByThread,
    running: ByThread,
    waiting: ByThread,
    holding: ByThread,
    names: Vec<(f64, String)>,
    /// The ruler's marks.
    ticks: Vec<(f64, String)>,
}

/// The outlines of rectangles for each thread, as path data.
#[derive(Default)]
struct ByThread(Vec<String>);

impl ByThread {
    fn add(&mut self, thread: usize, x: f64, y: f64, width: f64, height: f64) {
        if self.0.len() <= thread {
            self.0.resize(thread + 1, String::new());
        }
        let (x, y, width, height) = (short(x), short(y), short(width.max(0.5)), short(height));
        let _ = write!(self.0[thread], "M{x} {y}h{width}v{height}h-{width}z");
    }

    /// Those that have any, with their paths.
    fn paths(&self) -> impl Iterator<Item = (usize, &str)> {
        let paths = self.0.iter().map(String::as_str).enumerate();
        paths.filter(|(_, path)| !path.is_empty())
    }
}

impl Drawing {
    fn of(picture: &Picture) -> Drawing {
        let bottom = bottom_of_lanes(picture);
        let height = bottom.max(HEIGHT);
        let stretch = ((height - RULER) / (bottom - RULER)).min(MOST_STRETCH);
        // What is still left goes above the lanes and below them.
        let top = RULER + (height - RULER - stretch * (bottom - RULER)) / 2.0;
        let down = |y: f64| top + stretch * (y - RULER);

        let mut drawing = Drawing {
            height,
            ..Drawing::default()
        };
        for shape in &picture.shapes {
            match shape {
                Shape::Tick { x, label } => drawing.ticks.push((x.round() + 0.5, label.clone())),
                Shape::Name { thread, text, y } => {
                    drawing.solid.add(*thread, 0.0, down(*y) - 5.0, 4.0, 10.0);
                    drawing.names.push((down(*y), text.clone()));
                }
                // They are for those who can look closer.
                Shape::Arrow { .. } => {}
                Shape::End {
                    thread,
                    x,
                    y,
                    height,
                    ..
                } => {
                    let height = stretch * height;
                    drawing.solid.add(*thread, *x, down(*y), 3.0, height);
                }
                Shape::Rail {
                    thread,
                    x,
                    y,
                    width,
                    height,
                } => {
                    let (y, height) = (down(*y), stretch * height);
                    drawing.holding.add(*thread, *x, y, *width, height);
                }
                Shape::Bar {
                    thread,
                    state,
                    x,
                    y,
                    width,
                    height,
                } => {
                    let (y, height) = (down(*y), stretch * height);
                    drawing.bar(*state, *thread, (*x, y, *width, height));
                }
            }
        }
        drawing
    }

    fn bar(&mut self, state: State, thread: usize, (x, y, width, height): (f64, f64, f64, f64)) {
        match state {
            State::Sleeping => {
                let middle = y + height / 2.0 - 1.0;
                self.solid.add(thread, x, middle, width, 2.0);
            }
            // With an outline, which lies half outside.
            State::Running | State::Busy => {
                self.running
                    .add(thread, x + 0.5, y + 0.5, width - 1.0, height - 1.0)
            }
            // It is for those who can look closer, too.
            State::Ready => {}
            State::Waiting => self
                .waiting
                .add(thread, x + 0.5, y + 0.5, width - 1.0, height - 1.0),
        }
    }

    /// `unit` is what the ruler counts.
    fn written(&self, title: &str, unit: &str) -> String {
        let height = short(self.height);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
             viewBox=\"0 0 {WIDTH} {height}\" font-family=\"system-ui, sans-serif\">\n\
             <title>{}</title>\n<defs>\n",
            escaped(title)
        );
        for (thread, _) in self.waiting.paths() {
            svg += &hatching(thread);
        }
        svg += "</defs>\n";
        self.write_ruler(&mut svg, unit);
        for (thread, path) in self.running.paths() {
            let colour = thread_colour(thread);
            svg += &format!(
                "<path fill=\"{colour}\" fill-opacity=\".45\" stroke=\"{colour}\" d=\"{path}\"/>\n"
            );
        }
        for (thread, path) in self.waiting.paths() {
            let colour = thread_colour(thread);
            svg += &format!("<path fill=\"url(#w{thread})\" stroke=\"{colour}\" d=\"{path}\"/>\n");
        }
        for (thread, path) in self.holding.paths().chain(self.solid.paths()) {
            svg += &format!("<path fill=\"{}\" d=\"{path}\"/>\n", thread_colour(thread));
        }
        svg += &format!("<g fill=\"{GREY}\" font-size=\"12\">\n");
        for (y, name) in &self.names {
            svg += &text(10.0, y + 4.0, name);
        }
        svg += "</g>\n</svg>\n";
        svg
    }

    fn write_ruler(&self, svg: &mut String, unit: &str) {
        let height = short(self.height);
        let lines: String = (self.ticks.iter())
            .map(|(x, _)| format!("M{} {}V{height}", short(*x), RULER - 4.0))
            .collect();
        *svg += &format!("<path stroke=\"{GREY}\" stroke-opacity=\".4\" d=\"{lines}\"/>\n");
        *svg += &format!("<g fill=\"{GREY}\" font-size=\"11\">\n");
        *svg += &text(10.0, 16.0, unit);
        for (x, label) in self.ticks.iter().filter(|(_, label)| !label.is_empty()) {
            *svg += &text(x + 4.0, 16.0, label);
        }
        *svg += "</g>\n";
    }
}

/// Where the lowest lane ends, with the gap below it.
fn bottom_of_lanes(picture: &Picture) -> f64 {
    let bars = picture.shapes.iter().filter_map(|shape| match shape {
        Shape::Bar { y, height, .. } => Some(y + height),
        _ => None,
    });
    bars.fold(RULER, f64::max) + 4.0
}

/// A thread's texture for waiting.
fn hatching(thread: usize) -> String {
    let colour = thread_colour(thread);
    format!(
        "<pattern id=\"w{thread}\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <path fill=\"{colour}\" fill-opacity=\".12\" d=\"M0 0h6v6h-6z\"/>\
         <path stroke=\"{colour}\" d=\"M-1 1l2-2M-1 7l8-8M5 7l2-2\"/></pattern>\n"
    )
}

fn text(x: f64, y: f64, text: &str) -> String {
    let (x, y) = (short(x), short(y));
    format!("<text x=\"{x}\" y=\"{y}\">{}</text>\n", escaped(text))
}

/// With one digit after the point, if it is not a zero.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_owned()
}

fn escaped(text: &str) -> String {
    // XML knows no control characters, not even escaped.
    let text = text.replace(char::is_control, " ");
    text.replace('&', "&amp;").replace('<', "&lt;")
}
