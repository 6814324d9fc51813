//! The picture of a run: one lane for each thread, and in it a rail while the thread
//! holds something, as shapes to be painted.
//!
//! Pure arithmetic in pixels; it knows no canvas and no colours.

use super::playback::Playback;
use crate::base::ThreadId;
use crate::base::scale::{Tick, TimeScale};
use crate::trace::holds::united;
use crate::trace::{Ending, State, Store};

/// Room above the lanes for the ruler.
pub const RULER: f64 = 24.0;

/// How tall a lane is: as tall as there is room for, within these bounds.
const LANE: std::ops::RangeInclusive<f64> = 16.0..=32.0;

/// How much of a lane's height a rail takes, and how many pixels at least.
const RAIL: f64 = 0.3;
const RAIL_LEAST: f64 = 5.0;

/// Lanes that a run on the model has at most: of more threads, the first. On real threads
/// there are no more.
pub const MOST_LANES: usize = 129;

/// Space between two lanes.
const GAP: f64 = 4.0;

/// Pixels between two marks of the ruler, at least.
const TICK_SPACING: f64 = 88.0;

/// Room that a mark's label takes at its right.
const LABEL: f64 = 44.0;

/// Something to paint.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A stretch of a thread's lane.
    Bar {
        thread: usize,
        state: State,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    },
    /// A stretch for which a thread holds something, at the foot of its lane.
    Rail {
        thread: usize,
        x: f64,
        y: f64,
        width: f64,
        height: f64,
    },
    /// Where a thread finished, or failed.
    End {
        thread: usize,
        x: f64,
        y: f64,
        height: f64,
    },
    /// A thread's name, at the left of its lane, centred at `y`.
    Name { thread: usize, text: String, y: f64 },
    /// A mark of the ruler; the line goes from `RULER` down to the bottom.
    Tick { x: f64, label: String },
}

impl Shape {
    /// The thread in whose lane it is.
    pub fn thread(&self) -> Option<usize> {
        match self {
            Shape::Bar { thread, .. }
            | Shape::Rail { thread, .. }
            | Shape::End { thread, .. }
            | Shape::Name { thread, .. } => Some(*thread),
            Shape::Tick { .. } => None,
        }
    }
}

/// Shapes and the size that they need.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub height: f64,
    pub shapes: Vec<Shape>,
}

/// Where to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    pub width: f64,
    /// The height that is wished for; many threads need more.
    pub height: f64,
    /// Room for names at the left.
    pub gutter: f64,
}

/// A lane to be drawn, in units of its scale.
struct LaneToDraw<'a> {
    name: &'a str,
    spans: Vec<(State, u64, u64)>,
    /// When it holds anything.
    holds: Vec<(u64, u64)>,
    /// Where its thread ended by itself.
    end: Option<u64>,
}

impl Frame {
    /// Room for lanes, with some air at the right end, so that their ends are seen.
    fn lane_width(&self) -> f64 {
        self.width - self.gutter - 8.0
    }
}

/// Draws a whole run on real threads, from its beginning to now.
pub fn draw(trace: &Store, frame: Frame) -> Picture {
    let now = trace.now();
    let lanes = trace.threads().iter().zip(0..).map(|(thread, index)| {
        let spans = thread.lane.spans(now);
        let holds = trace.holds.of(ThreadId(index), now);
        let ended = thread.lane.ended();
        LaneToDraw {
            name: &thread.name,
            spans: spans.map(|s| (s.state, s.start, s.end)).collect(),
            holds: united(holds.map(|hold| (hold.start, hold.end)).collect()),
            end: ended.and_then(|(at, how)| (how != Ending::CutOff).then_some(at)),
        }
    });
    let lanes: Vec<_> = lanes.collect();
    let scale = TimeScale::new(0, trace.now().max(1), frame.lane_width());
    draw_lanes(&lanes, &scale, scale.ticks(TICK_SPACING), frame)
}

/// Draws a run on the model up to so many steps, each step as wide as another: time
/// stands still on the model but for sleeps.
pub fn draw_steps(playback: &Playback, after: usize, frame: Frame) -> Picture {
    let lanes = playback.threads.iter().zip(0..).take(MOST_LANES);
    let lanes = lanes.map(|(thread, index)| {
        let (stretches, ended) = playback.lane(index, after);
        let spans = stretches
            .iter()
            .map(|s| (s.state, s.start as u64, s.end as u64));
        LaneToDraw {
            name: &thread.name,
            spans: spans.collect(),
            holds: united((playback.holds(index, after).map(|h| (h.start, h.end))).collect()),
            end: ended.map(|step| step as u64),
        }
    });
    let lanes: Vec<_> = lanes.collect();
    // The whole run, also what is still to come, so that nothing jumps.
    let scale = TimeScale::new(0, playback.steps.len() as u64, frame.lane_width());
    draw_lanes(&lanes, &scale, scale.steps(TICK_SPACING), frame)
}

fn draw_lanes(
    lanes: &[LaneToDraw<'_>],
    scale: &TimeScale,
    ticks: Vec<Tick>,
    frame: Frame,
) -> Picture {
    let count = lanes.len();
    let height = if count == 0 {
        *LANE.end()
    } else {
        let room = (frame.height - RULER) / count as f64 - GAP;
        room.clamp(*LANE.start(), *LANE.end())
    };
    let mut shapes = Vec::new();
    for tick in ticks {
        let x = frame.gutter + tick.x;
        let fits = x + LABEL <= frame.width;
        shapes.push(Shape::Tick {
            x,
            label: if fits { tick.label } else { String::new() },
        });
    }
    for (thread, lane) in lanes.iter().enumerate() {
        let y = RULER + thread as f64 * (height + GAP);
        shapes.push(Shape::Name {
            thread,
            text: lane.name.to_owned(),
            y: y + height / 2.0,
        });
        for (state, x, width) in merged(&lane.spans, scale) {
            shapes.push(Shape::Bar {
                thread,
                state,
                x: frame.gutter + x,
                y,
                width,
                height,
            });
        }
        let foot = (height * RAIL).max(RAIL_LEAST);
        for (x, width) in columns(&lane.holds, scale) {
            shapes.push(Shape::Rail {
                thread,
                x: frame.gutter + x,
                y: y + height - foot,
                width,
                height: foot,
            });
        }
        if let Some(at) = lane.end {
            shapes.push(Shape::End {
                thread,
                x: frame.gutter + scale.x(at),
                y,
                height,
            });
        }
    }
    let needed = RULER + count as f64 * (height + GAP);
    Picture {
        height: needed.max(frame.height),
        shapes,
    }
}

/// Spans as pixels. Those narrower than a pixel are put together, pixel by
/// pixel, as the state that takes up the most of it: a lane of a million spans
/// is a few hundred bars.
fn merged(spans: &[(State, u64, u64)], scale: &TimeScale) -> Vec<(State, f64, f64)> {
    let mut bars: Vec<(State, f64, f64)> = Vec::new();
    let mut column = Column::default();
    for &(state, start, end) in spans {
        let (from, to) = (scale.x(start), scale.x(end));
        if to - from >= 1.0 {
            column.flush(&mut bars);
            push(&mut bars, state, from, to);
            continue;
        }
        if column.index != Some(from.floor()) {
            column.flush(&mut bars);
            column.index = Some(from.floor());
            column.from = from;
        }
        column.to = to;
        column.time[State::ALL.iter().position(|&s| s == state).unwrap_or(0)] += to - from;
    }
    column.flush(&mut bars);
    bars
}

/// Stretches as pixels; those that are less than half a pixel apart are drawn as one.
fn columns(stretches: &[(u64, u64)], scale: &TimeScale) -> Vec<(f64, f64)> {
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for &(from, to) in stretches {
        let (from, to) = (scale.x(from), scale.x(to));
        match columns.last_mut() {
            Some((x, width)) if from - (*x + *width) < 0.5 => *width = to - *x,
            _ => columns.push((from, (to - from).max(0.5))),
        }
    }
    columns
}

/// What falls into one pixel.
#[derive(Default)]
struct Column {
    index: Option<f64>,
    from: f64,
    to: f64,
    time: [f64; State::ALL.len()],
}

impl Column {
    fn flush(&mut self, bars: &mut Vec<(State, f64, f64)>) {
        let column = std::mem::take(self);
        if column.index.is_none() {
            return;
        }
        let most = (State::ALL.iter().zip(column.time)).max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((&state, _)) = most {
            push(bars, state, column.from, column.to.max(column.from + 0.5));
        }
    }
}

/// Appends a bar, or lengthens the last one if it is of the same state and touches.
fn push(bars: &mut Vec<(State, f64, f64)>, state: State, from: f64, to: f64) {
    match bars.last_mut() {
        Some((last, x, width)) if *last == state && from - (*x + *width) < 0.5 => {
            *width = to - *x;
        }
        _ => bars.push((state, from, to - from)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ObjectId;
    use crate::trace::{Event, Kind, Order, Site};

    const FRAME: Frame = Frame {
        width: 908.0,
        height: 200.0,
        gutter: 100.0,
    };

    fn edge(seq: u32, kind: Kind, at: u64) -> Event {
        Event {
            seq,
            kind,
            site: Site {
                object: ObjectId(0),
                line: 1,
            },
            value: 0,
            order: Order::About,
            at: Some(at),
        }
    }

    fn trace(threads: usize, events: &[Event]) -> Store {
        let mut store = Store::default();
        for k in 0..threads {
            store.add_thread(format!("Worker-{k}"));
            for &event in events {
                store.append(ThreadId(k as u16), event);
            }
        }
        store
    }

    fn bars(picture: &Picture) -> Vec<(State, f64, f64)> {
        let bars = picture.shapes.iter().filter_map(|shape| match shape {
            Shape::Bar {
                state, x, width, ..
            } => Some((*state, *x, *width)),
            _ => None,
        });
        bars.collect()
    }

    #[test]
    fn a_lane_is_drawn_to_scale_right_of_the_names() {
        let trace = trace(
            1,
            &[
                edge(0, Kind::Start, 0),
                edge(1, Kind::Block, 250),
                edge(2, Kind::Wake, 750),
                edge(3, Kind::Finish, 1000),
            ],
        );
        let picture = draw(&trace, FRAME);
        assert_eq!(
            bars(&picture),
            [
                (State::Running, 100.0, 200.0),
                (State::Waiting, 300.0, 400.0),
                (State::Running, 700.0, 200.0)
            ]
        );
        assert!(
            picture
                .shapes
                .iter()
                .any(|s| matches!(s, Shape::End { x, .. } if *x == 900.0))
        );
    }

    #[test]
    fn a_lane_of_many_short_spans_is_few_bars_and_keeps_the_greater_part() {
        let mut events = vec![edge(0, Kind::Start, 0)];
        for k in 0..50_000u32 {
            let at = u64::from(k) * 10;
            events.push(edge(2 * k + 1, Kind::Block, at + 1));
            events.push(edge(2 * k + 2, Kind::Wake, at + 9));
        }
        let picture = draw(&trace(1, &events), FRAME);
        let bars = bars(&picture);
        assert!(bars.len() <= 800, "{} bars", bars.len());
        let waiting: f64 = bars
            .iter()
            .filter(|b| b.0 == State::Waiting)
            .map(|b| b.2)
            .sum();
        assert!(waiting > 700.0, "{waiting} px of waiting");
    }

    #[test]
    fn what_a_thread_holds_is_a_rail_also_while_it_waits() {
        let trace = trace(
            1,
            &[
                edge(0, Kind::Start, 0),
                edge(1, Kind::Acquire, 250),
                edge(2, Kind::Block, 500),
                edge(3, Kind::Wake, 750),
                edge(4, Kind::Release, 800),
                edge(5, Kind::Finish, 1000),
            ],
        );
        let shapes = draw(&trace, FRAME).shapes;
        let rails = shapes.iter().filter_map(|shape| match shape {
            Shape::Rail { x, width, .. } => Some((*x, *width)),
            _ => None,
        });
        assert_eq!(rails.collect::<Vec<_>>(), [(300.0, 440.0)]);
    }

    #[test]
    fn lanes_shrink_until_they_cannot_and_then_the_picture_grows() {
        let events = [edge(0, Kind::Start, 0), edge(1, Kind::Finish, 100)];
        let height_of_bars = |threads| {
            let picture = draw(&trace(threads, &events), FRAME);
            let height = picture.shapes.iter().find_map(|s| match s {
                Shape::Bar { height, .. } => Some(*height),
                _ => None,
            });
            (height, picture.height)
        };
        assert_eq!(height_of_bars(2), (Some(32.0), 200.0));
        assert_eq!(height_of_bars(65), (Some(16.0), RULER + 65.0 * 20.0));
    }

    #[test]
    fn a_label_that_would_be_cut_off_is_left_out() {
        let events = [edge(0, Kind::Start, 0), edge(1, Kind::Finish, 1000)];
        let picture = draw(&trace(1, &events), FRAME);
        let labels: Vec<_> = (picture.shapes.iter())
            .filter_map(|s| match s {
                Shape::Tick { label, .. } => Some(label.as_str()),
                _ => None,
            })
            .collect();
        assert_eq!(labels, ["0 ns", "200 ns", "400 ns", "600 ns", "800 ns", ""]);
    }

    #[test]
    fn an_empty_run_is_an_empty_picture() {
        let picture = draw(&Store::default(), FRAME);
        assert_eq!(picture.height, 200.0);
        assert!(bars(&picture).is_empty());
    }
}
