//! Paints a picture of a run on a canvas.

use std::mem::discriminant;

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::base::palette::thread_colour;
use crate::session::picture::{Picture, RULER, Shape};
use crate::trace::State;

/// Pixels between the strokes of a hatching.
const HATCH: f64 = 6.0;

/// A bar at least this wide has room for its texture.
const TEXTURE_WIDTH: f64 = 3.0;

/// A bar at least this wide has room for its letter.
const LETTER_WIDTH: f64 = 18.0;

/// Colours that follow the theme, from the style sheet.
struct Ink {
    text: String,
    faint: String,
    line: String,
    page: String,
}

/// Paints the picture over the whole canvas, as wide as `width` CSS pixels.
pub fn paint(canvas: &HtmlCanvasElement, picture: &Picture, width: f64) {
    // A canvas that cannot be painted on, being gone or too large, stays blank:
    // the same is told in words beside it.
    let _ = try_paint(canvas, picture, width);
}

fn try_paint(canvas: &HtmlCanvasElement, picture: &Picture, width: f64) -> Result<(), JsValue> {
    let window = super::window();
    let ratio = window.device_pixel_ratio().max(1.0);
    canvas.set_width((width * ratio) as u32);
    canvas.set_height((picture.height * ratio) as u32);
    let style = canvas.style();
    style.set_property("height", &format!("{}px", picture.height))?;
    let context = canvas
        .get_context("2d")?
        .ok_or(JsValue::NULL)?
        .unchecked_into::<CanvasRenderingContext2d>();
    context.scale(ratio, ratio)?;

    let computed = window.get_computed_style(canvas)?.ok_or(JsValue::NULL)?;
    let ink = Ink {
        text: computed.get_property_value("--text")?,
        faint: computed.get_property_value("--muted")?,
        line: computed.get_property_value("--line")?,
        page: computed.get_property_value("--panel")?,
    };
    let font = computed.get_property_value("font-family")?;
    context.set_text_baseline("middle");
    let of_one_lane = |one: &Shape, other: &Shape| {
        discriminant(one) == discriminant(other) && one.thread() == other.thread()
    };
    for shapes in picture.shapes.chunk_by(of_one_lane) {
        paint_shapes(&context, shapes, picture.height, &ink, &font)?;
    }
    Ok(())
}

/// Paints shapes of one kind and, where they have one, of one thread: many are one path,
/// since each call to the browser takes longer than what it paints.
fn paint_shapes(
    context: &CanvasRenderingContext2d,
    shapes: &[Shape],
    bottom: f64,
    ink: &Ink,
    font: &str,
) -> Result<(), JsValue> {
    let colour = shapes[0].thread().map_or("", thread_colour);
    let bars: Vec<Bar> = shapes.iter().filter_map(Bar::of).collect();
    if !bars.is_empty() {
        return paint_bars(context, &bars, colour, ink, font);
    }
    context.set_text_align("left");
    context.begin_path();
    for shape in shapes {
        match shape {
            Shape::Tick { x, label } => {
                context.set_fill_style_str(&ink.line);
                context.fill_rect(x.round(), RULER - 4.0, 1.0, bottom - RULER + 4.0);
                context.set_fill_style_str(&ink.faint);
                context.set_font(&format!("11px {font}"));
                context.fill_text(label, x + 4.0, RULER / 2.0)?;
            }
            Shape::Name { text, y, .. } => {
                context.rect(0.0, y - 5.0, 4.0, 10.0);
                context.set_fill_style_str(&ink.text);
                context.set_font(&format!("12px {font}"));
                context.fill_text(text, 10.0, *y)?;
            }
            Shape::Rail {
                x,
                y,
                width,
                height,
                ..
            } => context.rect(*x, *y, *width, *height),
            Shape::End { x, y, height, .. } => context.rect(*x, *y, 3.0, *height),
            Shape::Bar { .. } => {}
        }
    }
    context.set_fill_style_str(colour);
    context.fill();
    Ok(())
}

struct Bar {
    state: State,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Bar {
    fn of(shape: &Shape) -> Option<Bar> {
        let &Shape::Bar {
            state,
            x,
            y,
            width,
            height,
            ..
        } = shape
        else {
            return None;
        };
        Some(Bar {
            state,
            x,
            y,
            width: width.max(0.5),
            height,
        })
    }

    /// Whether it has room for a texture.
    fn is_wide(&self) -> bool {
        self.width >= TEXTURE_WIDTH
    }
}

/// Each state has its texture, so that it is known without its colour.
fn paint_bars(
    context: &CanvasRenderingContext2d,
    bars: &[Bar],
    colour: &str,
    ink: &Ink,
    font: &str,
) -> Result<(), JsValue> {
    context.set_fill_style_str(colour);
    context.set_stroke_style_str(colour);
    context.set_line_width(1.0);
    for (wanted, wide, alpha) in [
        (State::Running, true, 0.45),
        (State::Running, false, 0.45),
        (State::Busy, true, 0.45),
        (State::Busy, false, 0.55),
        (State::Waiting, true, 0.12),
        // As dark as its strokes would make it.
        (State::Waiting, false, 0.3),
        (State::Sleeping, true, 1.0),
        (State::Sleeping, false, 1.0),
    ] {
        let mut bars = (bars.iter())
            .filter(|bar| bar.state == wanted && bar.is_wide() == wide)
            .peekable();
        if bars.peek().is_none() {
            continue;
        }
        context.begin_path();
        for &Bar {
            x,
            y,
            width,
            height,
            ..
        } in bars
        {
            match wanted {
                State::Sleeping => context.rect(x, y + height / 2.0 - 1.0, width, 2.0),
                _ => context.rect(x, y, width, height),
            }
        }
        context.set_global_alpha(alpha);
        context.fill();
    }
    context.set_global_alpha(1.0);
    context.begin_path();
    let textured = |bar: &&Bar| bar.is_wide() && bar.state != State::Sleeping;
    for bar in bars.iter().filter(textured) {
        match bar.state {
            State::Busy => stripes(context, bar, 0.0),
            State::Waiting => stripes(context, bar, bar.height),
            State::Running | State::Sleeping => {}
        }
        // The edge in its full colour, so that a pale bar is seen on any ground.
        context.rect(bar.x + 0.5, bar.y + 0.5, bar.width - 1.0, bar.height - 1.0);
    }
    context.stroke();
    for bar in bars.iter().filter(|bar| bar.state == State::Waiting) {
        letter(context, "W", bar, (&ink.text, &ink.page), font)?;
    }
    Ok(())
}

/// Strokes across a bar, aligned with those of other bars, each so many pixels further
/// right at its top than at its foot.
fn stripes(context: &CanvasRenderingContext2d, bar: &Bar, lean: f64) {
    let right = bar.x + bar.width;
    let foot = bar.y + bar.height;
    let mut x = ((bar.x - lean) / HATCH).ceil() * HATCH;
    while x < right {
        // Up to where it leaves the bar at its sides.
        let (from, to) = match lean {
            0.0 => (0.0, 1.0),
            _ => ((bar.x - x) / lean, (right - x) / lean),
        };
        let (from, to) = (from.max(0.0), to.min(1.0));
        context.move_to(x + from * lean, foot - from * bar.height);
        context.line_to(x + to * lean, foot - to * bar.height);
        x += HATCH;
    }
}

fn letter(
    context: &CanvasRenderingContext2d,
    letter: &str,
    bar: &Bar,
    (colour, rim): (&str, &str),
    font: &str,
) -> Result<(), JsValue> {
    if bar.width < LETTER_WIDTH {
        return Ok(());
    }
    let (x, y) = (bar.x + bar.width / 2.0, bar.y + bar.height / 2.0);
    context.set_fill_style_str(colour);
    context.set_font(&format!("600 11px {font}"));
    context.set_text_align("center");
    // Around it a rim of the bar's own ground, so that no stroke crosses it.
    context.set_stroke_style_str(rim);
    context.set_line_width(4.0);
    context.set_line_join("round");
    context.stroke_text(letter, x, y)?;
    context.fill_text(letter, x, y)
}
