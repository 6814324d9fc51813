//! The picture of a run, or of a part of it: one lane for each thread, and in it a rail
//! while the thread holds something, as shapes to be painted; between lanes, who made whom
//! go on.
//!
//! Pure arithmetic in pixels; it knows no canvas and no colours. How long it takes depends
//! on how many pixels there are, and hardly on how much happened.

use std::borrow::Cow;

use super::playback::Playback;
use super::window::Window;
use crate::base::scale::{Tick, TimeScale};
use crate::base::{ObjectId, ThreadId};
use crate::trace::holds::Stretches;
use crate::trace::{Ending, Lane, Span, State, Store, Wake};

/// Room above the lanes for the ruler.
pub const RULER: f64 = 24.0;

/// Pixels for each arrow that ends in a lane, at least: where there are more, none is drawn.
const ARROW_SPACING: f64 = 16.0;

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
        failed: bool,
        x: f64,
        y: f64,
        height: f64,
    },
    /// From what made a thread go on to where it does: two points.
    Arrow {
        thread: usize,
        from: (f64, f64),
        to: (f64, f64),
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
            | Shape::Arrow { thread, .. }
            | Shape::Name { thread, .. } => Some(*thread),
            Shape::Tick { .. } => None,
        }
    }
}

/// Shapes and the size that they need.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    pub height: f64,
    /// How tall a lane is, with the gap below it.
    pub lane: f64,
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
    lane: Cow<'a, Lane>,
    /// When it held anything, and since when it has held what it holds now.
    held: Cow<'a, Stretches>,
    holds_since: Option<u64>,
    /// Where its thread ended by itself, and whether an exception ended it.
    end: Option<(u64, bool)>,
    wakes: Cow<'a, [Wake]>,
}

/// What lanes are drawn by.
struct Drawing {
    scale: TimeScale,
    /// The right end of what is known.
    now: u64,
    /// How long what makes another thread go on takes.
    deed: f64,
    frame: Frame,
    /// How tall a lane is.
    height: f64,
}

impl Frame {
    /// Room for lanes, with some air at the right end, so that their ends are seen.
    pub fn lane_width(&self) -> f64 {
        self.width - self.gutter - 8.0
    }

    /// How tall each of so many lanes is.
    fn lane_height(&self, lanes: usize) -> f64 {
        let room = (self.height - RULER) / lanes.max(1) as f64 - GAP;
        room.clamp(*LANE.start(), *LANE.end())
    }

    fn scale(&self, window: Window) -> TimeScale {
        TimeScale::new(window.from, window.to, self.lane_width())
    }
}

/// Draws a run on real threads.
pub fn draw(trace: &Store, window: Window, frame: Frame) -> Picture {
    let lanes = trace.threads().iter().zip(0..).map(|(thread, index)| {
        let thread_id = ThreadId(index);
        let ended = thread.lane.ended();
        let held = trace.holds.united(thread_id);
        LaneToDraw {
            name: &thread.name,
            lane: Cow::Borrowed(&thread.lane),
            held: held.map_or_else(Cow::default, Cow::Borrowed),
            holds_since: trace.holds.since(thread_id),
            end: ended
                .filter(|(_, how)| *how != Ending::CutOff)
                .map(|(at, how)| (at, how == Ending::Failed)),
            wakes: Cow::Borrowed(trace.wakes.of(thread_id)),
        }
    });
    let lanes: Vec<_> = lanes.collect();
    let scale = frame.scale(window);
    let ticks = scale.ticks(TICK_SPACING);
    let drawing = Drawing {
        scale,
        now: trace.now(),
        deed: 0.0,
        frame,
        height: frame.lane_height(lanes.len()),
    };
    drawing.draw(&lanes, ticks)
}

/// Draws a run on the model up to so many steps, each step as wide as another: time
/// stands still on the model but for sleeps. Waits that never end go on after the last.
pub fn draw_steps(playback: &Playback, after: usize, window: Window, frame: Frame) -> Picture {
    let reach = playback.shown_to(after);
    let lanes = playback.threads.iter().zip(0..).take(MOST_LANES);
    let lanes = lanes.map(|(thread, index)| {
        let (stretches, ended) = playback.lane(index, reach);
        let spans = stretches.iter().map(|s| Span {
            state: s.state,
            start: s.start as u64,
            end: s.end as u64,
            object: ObjectId::NONE,
        });
        LaneToDraw {
            name: &thread.name,
            lane: Cow::Owned(Lane::of_spans(spans)),
            held: Cow::Owned(playback.holds(index, reach).collect()),
            holds_since: None,
            end: ended.map(|step| (step as u64, thread.failed)),
            wakes: Cow::Owned(playback.wakes(index, after)),
        }
    });
    let lanes: Vec<_> = lanes.collect();
    // The ruler also has what is still to come, so that nothing jumps.
    let scale = frame.scale(window);
    let ticks = scale.steps(TICK_SPACING);
    let drawing = Drawing {
        scale,
        now: reach as u64,
        deed: 1.0,
        frame,
        height: frame.lane_height(lanes.len()),
    };
    drawing.draw(&lanes, ticks)
}

impl Drawing {
    fn draw(&self, lanes: &[LaneToDraw<'_>], ticks: Vec<Tick>) -> Picture {
        let Frame { gutter, width, .. } = self.frame;
        let mut shapes = Vec::new();
        for tick in ticks {
            let x = gutter + tick.x;
            let fits = x + LABEL <= width;
            shapes.push(Shape::Tick {
                x,
                label: if fits { tick.label } else { String::new() },
            });
        }
        for (thread, lane) in lanes.iter().enumerate() {
            self.draw_lane(thread, lane, &mut shapes);
        }
        for (thread, lane) in lanes.iter().enumerate() {
            self.draw_arrows(thread, &lane.wakes, &mut shapes);
        }
        let needed = RULER + lanes.len() as f64 * (self.height + GAP);
        Picture {
            height: needed.max(self.frame.height),
            lane: self.height + GAP,
            shapes,
        }
    }

    /// The top of a lane.
    fn y(&self, thread: usize) -> f64 {
        RULER + thread as f64 * (self.height + GAP)
    }

    fn draw_lane(&self, thread: usize, lane: &LaneToDraw<'_>, shapes: &mut Vec<Shape>) {
        let (y, height, gutter) = (self.y(thread), self.height, self.frame.gutter);
        shapes.push(Shape::Name {
            thread,
            text: lane.name.to_owned(),
            y: y + height / 2.0,
        });
        for (state, x, width) in self.bars(&lane.lane) {
            shapes.push(Shape::Bar {
                thread,
                state,
                x: gutter + x,
                y,
                width,
                height,
            });
        }
        let foot = (height * RAIL).max(RAIL_LEAST);
        for (x, width) in self.rails(&lane.held, lane.holds_since) {
            shapes.push(Shape::Rail {
                thread,
                x: gutter + x,
                y: y + height - foot,
                width,
                height: foot,
            });
        }
        if let Some((at, failed)) = lane.end {
            let x = self.scale.x(at);
            if (0.0..=self.scale.width()).contains(&x) {
                shapes.push(Shape::End {
                    thread,
                    failed,
                    x: gutter + x,
                    y,
                    height,
                });
            }
        }
    }

    /// A lane's spans as pixels. Those narrower than a pixel are put together, pixel by
    /// pixel, as the state that takes up the most of it.
    fn bars(&self, lane: &Lane) -> Vec<(State, f64, f64)> {
        let scale = &self.scale;
        let mut bars = Vec::new();
        let mut index = lane.ending_after(scale.time(0.0));
        while let Some(span) = lane.span(index, self.now) {
            let (from, to) = (scale.x(span.start), scale.x(span.end));
            if from >= scale.width() {
                break;
            }
            if to - from >= 1.0 {
                push(&mut bars, span.state, from.max(0.0), to.min(scale.width()));
                index += 1;
                continue;
            }
            // Up to the last that ends in this pixel.
            let next = lane.ending_after(scale.time(from.floor() + 1.0));
            let next = next.max(index + 1);
            let to = lane
                .span(next - 1, self.now)
                .map_or(to, |last| scale.x(last.end));
            let (before, after) = (lane.times_before(index), lane.times_before(next));
            let most = State::ALL
                .into_iter()
                .max_by_key(|&state| after[state as usize] - before[state as usize]);
            let state = match next == index + 1 {
                true => span.state,
                false => most.unwrap_or(span.state),
            };
            push(&mut bars, state, from.max(0.0), to.max(from + 0.5));
            index = next;
        }
        bars
    }

    /// What is held as pixels; stretches that are less than half a pixel apart are drawn as
    /// one.
    fn rails(&self, held: &Stretches, since: Option<u64>) -> Vec<(f64, f64)> {
        let scale = &self.scale;
        let mut rails: Vec<(f64, f64)> = Vec::new();
        let mut add = |from: u64, to: u64| {
            let from = scale.x(from).max(0.0);
            let to = scale.x(to).min(scale.width()).max(from + 0.5);
            match rails.last_mut() {
                Some((x, width)) if from - (*x + *width) < 0.5 => *width = to - *x,
                _ => rails.push((from, to - from)),
            }
        };
        let mut next = held.ending_after(scale.time(0.0));
        while let Some((from, to)) = next {
            if scale.x(from) >= scale.width() {
                break;
            }
            add(from, to);
            // What ends within this pixel is drawn with it, if there is anything.
            let pixel = scale.time(scale.x(to).floor() + 1.0).saturating_sub(1);
            if let Some(last) = held.ending_by(pixel).filter(|&last| last > to) {
                add(to, last);
            }
            next = held.ending_after(to.max(pixel));
        }
        if let Some(since) = since.filter(|&since| scale.x(since) < scale.width()) {
            add(since, self.now.max(since));
        }
        rails
    }

    fn draw_arrows(&self, thread: usize, wakes: &[Wake], shapes: &mut Vec<Shape>) {
        let (scale, gutter) = (&self.scale, self.frame.gutter);
        let first = wakes.partition_point(|wake| scale.x(wake.at) < 0.0);
        let last = wakes.partition_point(|wake| scale.x(wake.at) <= scale.width());
        if (last - first) as f64 * ARROW_SPACING > scale.width() {
            return;
        }
        let deed = (scale.x(1) - scale.x(0)) * self.deed / 2.0;
        for wake in &wakes[first..last] {
            let middle = |thread| self.y(thread) + self.height / 2.0;
            shapes.push(Shape::Arrow {
                thread,
                from: (gutter + scale.x(wake.by_at) - deed, middle(wake.by.index())),
                to: (gutter + scale.x(wake.at), middle(thread)),
            });
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

    fn whole(trace: &Store) -> Picture {
        draw(trace, Window::whole(trace.now()), FRAME)
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

    fn rails(picture: &Picture) -> Vec<(f64, f64)> {
        let rails = picture.shapes.iter().filter_map(|shape| match shape {
            Shape::Rail { x, width, .. } => Some((*x, *width)),
            _ => None,
        });
        rails.collect()
    }

    /// A thread that waits most of the time, so many times, for 8 of 10 ns each.
    fn many(times: u32) -> impl Iterator<Item = Event> {
        let waits = (0..times).flat_map(|k| {
            let at = u64::from(k) * 10;
            [
                edge(2 * k + 1, Kind::Block, at + 1),
                edge(2 * k + 2, Kind::Wake, at + 9),
            ]
        });
        [edge(0, Kind::Start, 0)].into_iter().chain(waits)
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
        let picture = whole(&trace);
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
        let events: Vec<Event> = many(50_000).collect();
        let picture = whole(&trace(1, &events));
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
    fn a_window_shows_its_part_of_a_lane_and_no_more() {
        let events = [
            edge(0, Kind::Start, 0),
            edge(1, Kind::Acquire, 100),
            edge(2, Kind::Block, 400),
            edge(3, Kind::Wake, 600),
            edge(4, Kind::Release, 650),
            edge(5, Kind::Block, 700),
            edge(6, Kind::Wake, 900),
            edge(7, Kind::Finish, 1000),
        ];
        let window = Window {
            from: 500.0,
            to: 700.0,
        };
        let picture = draw(&trace(1, &events), window, FRAME);
        let wanted = [
            (State::Waiting, 100.0, 400.0),
            (State::Running, 500.0, 400.0),
        ];
        assert_eq!(bars(&picture), wanted);
        assert_eq!(rails(&picture), [(100.0, 600.0)]);
        assert!(!(picture.shapes.iter()).any(|shape| matches!(shape, Shape::End { .. })));
    }

    /// What is drawn of many events is as much as of few, and takes no longer to find.
    #[test]
    fn a_part_of_many_events_is_that_part() {
        // One more than is in sight.
        let few: Vec<Event> = many(51).collect();
        let window = Window {
            from: 0.0,
            to: 500.0,
        };
        let picture = draw(&trace(1, &few), window, FRAME);
        let all: Vec<Event> = many(50_000).collect();
        assert!(draw(&trace(1, &all), window, FRAME) == picture);
    }

    #[test]
    fn an_arrow_leads_from_who_released_to_who_waited_unless_there_are_too_many() {
        let woken = |times: u32| {
            let mut store = trace(2, &[edge(0, Kind::Start, 0)]);
            for k in 0..times {
                let at = u64::from(k) * 100;
                let step = |seq, kind, order, at| Event {
                    order,
                    ..edge(seq, kind, at)
                };
                let changes = 2 * k;
                let woken = Order::After(changes + 2);
                for (thread, event) in [
                    (
                        0,
                        step(2 * k + 1, Kind::Acquire, Order::At(changes + 1), at + 10),
                    ),
                    (1, step(3 * k + 1, Kind::Block, Order::About, at + 20)),
                    (
                        0,
                        step(2 * k + 2, Kind::Release, Order::At(changes + 2), at + 60),
                    ),
                    (1, step(3 * k + 2, Kind::Wake, woken, at + 80)),
                    (1, step(3 * k + 3, Kind::Load, Order::About, at + 90)),
                ] {
                    store.append(ThreadId(thread), event);
                }
            }
            store.advance(u64::from(times) * 100);
            store
        };
        let arrows = |picture: Picture| -> Vec<Shape> {
            let shapes = picture.shapes.into_iter();
            shapes
                .filter(|shape| matches!(shape, Shape::Arrow { .. }))
                .collect()
        };
        let middle = RULER + 16.0;
        let wanted = Shape::Arrow {
            thread: 1,
            from: (100.0 + 480.0, middle),
            to: (100.0 + 640.0, middle + 32.0 + GAP),
        };
        assert_eq!(arrows(whole(&woken(1))), [wanted]);
        let many = woken(200);
        assert!(arrows(whole(&many)).is_empty());
        let closer = Window {
            from: 0.0,
            to: 1000.0,
        };
        assert_eq!(arrows(draw(&many, closer, FRAME)).len(), 10);
    }

    #[test]
    fn an_end_tells_whether_it_is_a_failure() {
        let ends = |value| {
            let finish = Event {
                value,
                ..edge(1, Kind::Finish, 500)
            };
            let picture = whole(&trace(1, &[edge(0, Kind::Start, 0), finish]));
            let failed = |shape: &Shape| match shape {
                Shape::End { failed, .. } => Some(*failed),
                _ => None,
            };
            picture.shapes.iter().find_map(failed)
        };
        assert_eq!((ends(0), ends(1)), (Some(false), Some(true)));
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
        assert_eq!(rails(&whole(&trace)), [(300.0, 440.0)]);
    }

    #[test]
    fn lanes_shrink_until_they_cannot_and_then_the_picture_grows() {
        let events = [edge(0, Kind::Start, 0), edge(1, Kind::Finish, 100)];
        let height_of_bars = |threads| {
            let picture = whole(&trace(threads, &events));
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
        let picture = whole(&trace(1, &events));
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
        let picture = whole(&Store::default());
        assert_eq!(picture.height, 200.0);
        assert!(bars(&picture).is_empty());
    }
}
