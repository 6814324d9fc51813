//! Paints a picture of a run on a canvas.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::base::palette::thread_colour;
use crate::session::picture::{Picture, RULER, Shape};
use crate::trace::State;

/// Pixels between the strokes of a hatching.
const HATCH: f64 = 6.0;

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
    for shape in &picture.shapes {
        paint_shape(&context, shape, picture.height, &ink, &font)?;
    }
    Ok(())
}

fn paint_shape(
    context: &CanvasRenderingContext2d,
    shape: &Shape,
    bottom: f64,
    ink: &Ink,
    font: &str,
) -> Result<(), JsValue> {
    context.set_text_baseline("middle");
    match shape {
        Shape::Tick { x, label } => {
            context.set_fill_style_str(&ink.line);
            context.fill_rect(x.round(), RULER - 4.0, 1.0, bottom - RULER + 4.0);
            context.set_fill_style_str(&ink.faint);
            context.set_font(&format!("11px {font}"));
            context.set_text_align("left");
            context.fill_text(label, x + 4.0, RULER / 2.0)?;
        }
        Shape::Name { thread, text, y } => {
            context.set_fill_style_str(thread_colour(*thread));
            context.fill_rect(0.0, y - 5.0, 4.0, 10.0);
            context.set_fill_style_str(&ink.text);
            context.set_font(&format!("12px {font}"));
            context.set_text_align("left");
            context.fill_text(text, 10.0, *y)?;
        }
        Shape::Rail {
            thread,
            x,
            y,
            width,
            height,
        } => {
            context.set_fill_style_str(thread_colour(*thread));
            context.fill_rect(*x, *y, *width, *height);
        }
        Shape::End {
            thread,
            x,
            y,
            height,
        } => {
            context.set_fill_style_str(thread_colour(*thread));
            context.fill_rect(*x, *y, 3.0, *height);
        }
        Shape::Bar {
            thread,
            state,
            x,
            y,
            width,
            height,
        } => {
            let bar = Bar {
                colour: thread_colour(*thread),
                x: *x,
                y: *y,
                width: width.max(0.5),
                height: *height,
            };
            paint_bar(context, *state, &bar, ink, font)?;
        }
    }
    Ok(())
}

struct Bar<'a> {
    colour: &'a str,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

/// Each state has its texture, so that it is known without its colour.
fn paint_bar(
    context: &CanvasRenderingContext2d,
    state: State,
    bar: &Bar<'_>,
    ink: &Ink,
    font: &str,
) -> Result<(), JsValue> {
    let &Bar {
        colour,
        x,
        y,
        width,
        height,
    } = bar;
    context.set_fill_style_str(colour);
    context.set_stroke_style_str(colour);
    match state {
        State::Running => {
            context.set_global_alpha(0.45);
            context.fill_rect(x, y, width, height);
            context.set_global_alpha(1.0);
            outline(context, bar);
        }
        State::Busy => {
            context.set_global_alpha(0.45);
            context.fill_rect(x, y, width, height);
            context.set_global_alpha(1.0);
            stripes(context, bar, Slant::Upright)?;
            outline(context, bar);
        }
        State::Waiting => {
            context.set_global_alpha(0.12);
            context.fill_rect(x, y, width, height);
            context.set_global_alpha(1.0);
            stripes(context, bar, Slant::Diagonal)?;
            outline(context, bar);
            letter(context, "W", bar, (&ink.text, &ink.page), font)?;
        }
        State::Sleeping => {
            context.fill_rect(x, y + height / 2.0 - 1.0, width, 2.0);
        }
    }
    Ok(())
}

/// The bar's edge in its full colour, so that a pale one is seen on any ground.
fn outline(context: &CanvasRenderingContext2d, bar: &Bar<'_>) {
    if bar.width >= 3.0 {
        context.set_line_width(1.0);
        context.stroke_rect(bar.x + 0.5, bar.y + 0.5, bar.width - 1.0, bar.height - 1.0);
    }
}

#[derive(PartialEq)]
enum Slant {
    Upright,
    Diagonal,
}

/// Strokes across a bar, aligned with those of other bars.
fn stripes(context: &CanvasRenderingContext2d, bar: &Bar<'_>, slant: Slant) -> Result<(), JsValue> {
    let lean = if slant == Slant::Diagonal {
        bar.height
    } else {
        0.0
    };
    context.save();
    context.begin_path();
    context.rect(bar.x, bar.y, bar.width, bar.height);
    context.clip();
    context.set_line_width(1.0);
    context.begin_path();
    let mut x = ((bar.x - lean) / HATCH).floor() * HATCH;
    while x < bar.x + bar.width {
        context.move_to(x, bar.y + bar.height);
        context.line_to(x + lean, bar.y);
        x += HATCH;
    }
    context.stroke();
    context.restore();
    Ok(())
}

fn letter(
    context: &CanvasRenderingContext2d,
    letter: &str,
    bar: &Bar<'_>,
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
