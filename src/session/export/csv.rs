//! Tables as RFC 4180 has them: what the page shows as figures, and all events, each with a
//! line of names first. Times are whole nanoseconds, or steps of the model.

use crate::session::figures::{Figures, Waits};
use crate::session::record::{Source, Unit};

/// Rows that are made into one text; of more there are several.
const ROWS: usize = 4096;

/// Figures by primitive.
pub fn primitives(figures: &Figures) -> String {
    let of = unit_name(figures.unit);
    let mut out = row(&[
        "kind".into(),
        "name".into(),
        "acquired".into(),
        "contended".into(),
        "waits".into(),
        "waits_cut_off".into(),
        format!("waiting_{of}"),
        format!("median_wait_{of}"),
        format!("longest_wait_{of}"),
        format!("held_{of}"),
        format!("longest_hold_{of}"),
    ]);
    for it in &figures.primitives {
        let mut cells = vec![it.kind.clone(), it.name.clone()];
        cells.extend([it.acquired, it.contended].map(|n| n.to_string()));
        cells.extend(waits(&it.waits));
        cells.extend([it.held, it.longest_hold].map(|n| n.to_string()));
        out += &row(&cells);
    }
    out
}

/// Figures by thread.
pub fn threads(figures: &Figures) -> String {
    let of = unit_name(figures.unit);
    let mut out = row(&[
        "thread".into(),
        "end".into(),
        "acquired".into(),
        "contended".into(),
        "waits".into(),
        "waits_cut_off".into(),
        format!("waiting_{of}"),
        format!("median_wait_{of}"),
        format!("longest_wait_{of}"),
        format!("running_{of}"),
        format!("busy_{of}"),
        format!("ready_{of}"),
        format!("sleeping_{of}"),
        format!("holding_{of}"),
        format!("life_{of}"),
        "events_not_recorded".into(),
    ]);
    for it in &figures.threads {
        let mut cells = vec![it.name.clone(), it.ending.to_owned()];
        cells.extend([it.acquired, it.contended].map(|n| n.to_string()));
        cells.extend(waits(&it.waits));
        let times = [
            it.running,
            it.busy,
            it.ready,
            it.sleeping,
            it.holding,
            it.life,
            it.missing,
        ];
        cells.extend(times.map(|n| n.to_string()));
        out += &row(&cells);
    }
    out
}

/// All events, in parts that follow each other. `line` is the line of the listing that is
/// shown, of one of the Rust.
pub fn events<'a>(
    source: Source<'a>,
    line: impl Fn(u32) -> u32 + 'a,
) -> impl Iterator<Item = String> + 'a {
    let record = source.record();
    let mut names = vec![match record.unit {
        Unit::Nanoseconds => "ns".to_owned(),
        Unit::Steps => "step".to_owned(),
    }];
    if record.unit == Unit::Steps {
        names.push("ms".to_owned());
    }
    names.extend(["thread", "event", "line"].map(str::to_owned));
    let mut deeds = source.deeds();
    let mut head = Some(row(&names));
    std::iter::from_fn(move || {
        let mut out = head.take().unwrap_or_default();
        for deed in deeds.by_ref().take(ROWS) {
            let mut cells = vec![deed.at.to_string()];
            cells.extend(deed.at_ms.map(|ms| ms.to_string()));
            cells.push(record.threads[deed.thread].name.clone());
            cells.push(deed.text);
            cells.push(line(deed.line).to_string());
            out += &row(&cells);
        }
        (!out.is_empty()).then_some(out)
    })
}

fn waits(waits: &Waits) -> [String; 5] {
    [
        waits.count,
        waits.cut_off,
        waits.total,
        waits.median,
        waits.longest,
    ]
    .map(|n| n.to_string())
}

fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Nanoseconds => "ns",
        Unit::Steps => "steps",
    }
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
    cells.join(",") + "\r\n"
}

/// A cell. Spreadsheets would compute one that begins like a formula, whatever its quotes, so
/// that it gets an apostrophe, as they have it for plain text.
fn cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = match is_formula {
        true => format!("'{text}"),
        false => text.to_owned(),
    };
    match text.contains([',', '"', '\r', '\n']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_compute_nothing() {
        assert_eq!(cell("plain"), "plain");
        assert_eq!(cell("a, \"b\"\n"), "\"a, \"\"b\"\"\n\"");
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("=\"a\",1"), "\"'=\"\"a\"\",1\"");
    }
}
