//! The Trace Event Format that Perfetto and Chrome read: a JSON object, whose `traceEvents`
//! has the lanes as complete events, what was held as pairs of asynchronous ones (holds may
//! overlap in any way, which the slices of a thread may not), and what was done as instants.
//!
//! Times are in microseconds. On the model, where time stands still, each step takes one.

use std::fmt::Write as _;

use crate::session::record::{Deed, Record, Source, Unit, ending_name};
use crate::session::sentences::state_name;
use crate::trace::State;
use crate::words::figures;

/// The process that all belongs to.
const PID: u32 = 1;

/// The trace, in parts that follow each other: a run may have more to say than should be in
/// memory as one text. `title` names the program; `line` is the line of the listing that is
/// shown, of one of the Rust.
pub fn parts<'a>(
    source: Source<'a>,
    title: &str,
    line: impl Fn(u32) -> u32 + 'a,
) -> impl Iterator<Item = String> + 'a {
    let record = source.record();
    let happened: u64 = record.threads.iter().map(|thread| thread.happened).sum();
    let missing: u64 = record.threads.iter().map(|thread| thread.missing).sum();
    let unit = match record.unit {
        Unit::Nanoseconds => figures::REAL_TIME,
        Unit::Steps => figures::MODEL_TIME,
    };
    let head = format!(
        "{{\"displayTimeUnit\":\"ns\",\"otherData\":{{\"program\":{},\"time\":{},\
         \"events\":{happened},\"eventsNotRecorded\":{missing}}},\"traceEvents\":[\n\
         {{\"ph\":\"M\",\"pid\":{PID},\"tid\":0,\"name\":\"process_name\",\"args\":{{\"name\":{}}}}}",
        json(title),
        json(unit),
        json(&figures::process(title)),
    );
    let threads = 0..record.threads.len();
    let middle = threads.map(move |thread| of_thread(source, &record, thread, &line));
    [head]
        .into_iter()
        .chain(middle)
        .chain(["\n]}\n".to_owned()])
}

fn of_thread(
    source: Source<'_>,
    record: &Record,
    index: usize,
    line: &impl Fn(u32) -> u32,
) -> String {
    let thread = &record.threads[index];
    let tid = index + 1;
    let ts = |at| micros(record.unit, at);
    let mut out = String::new();
    let mut event = |ph: &str, name: &str, fields: &str| {
        let name = json(name);
        let _ = write!(
            out,
            ",\n{{\"ph\":\"{ph}\",\"pid\":{PID},\"tid\":{tid},\"name\":{name},{fields}}}"
        );
    };
    let name = json(&thread.name);
    event("M", "thread_name", &format!("\"args\":{{\"name\":{name}}}"));
    let sort = format!("\"args\":{{\"sort_index\":{tid}}}");
    event("M", "thread_sort_index", &sort);
    for span in &thread.spans {
        let (name, object) = match span.state {
            State::Waiting => {
                let object = record.name(span.object);
                let args = format!(",\"object\":{}", json(object));
                (figures::waiting_for(object), args)
            }
            state => (state_name(state).to_owned(), String::new()),
        };
        let fields = format!(
            "\"cat\":\"lane\",\"ts\":{},\"dur\":{},\"args\":{{\"state\":\"{}\"{object}}}",
            ts(span.start),
            ts(span.end - span.start),
            span.state.name(),
        );
        event("X", &name, &fields);
    }
    for (number, hold) in thread.holds.iter().enumerate() {
        let name = figures::holds(&thread.name, record.name(hold.object));
        for (ph, at) in [("b", hold.start), ("e", hold.end)] {
            let fields = format!(
                "\"cat\":\"hold\",\"id\":\"{tid}.{number}\",\"ts\":{}",
                ts(at)
            );
            event(ph, &name, &fields);
        }
    }
    for Deed {
        at, text, line: of, ..
    } in source.deeds_of(index)
    {
        let line = line(of);
        let fields = format!(
            "\"cat\":\"event\",\"s\":\"t\",\"ts\":{},\"args\":{{\"line\":{line}}}",
            ts(at)
        );
        event("i", &text, &fields);
    }
    if thread.ending.is_some() {
        let fields = format!("\"cat\":\"end\",\"s\":\"t\",\"ts\":{}", ts(thread.to));
        event("i", ending_name(thread.ending), &fields);
    }
    out
}

/// Microseconds, to the nanosecond.
fn micros(unit: Unit, time: u64) -> String {
    match (unit, time % 1000) {
        (Unit::Steps, _) => time.to_string(),
        (Unit::Nanoseconds, 0) => (time / 1000).to_string(),
        (Unit::Nanoseconds, rest) => format!("{}.{rest:03}", time / 1000),
    }
}

/// A text as JSON has it.
fn json(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        for text in ["", "plain", "a\"b\\c", "line\nbreak\t\u{1}", "dîner 🍜"] {
            let read: Result<String, _> = serde_json::from_str(&json(text));
            assert_eq!(read.ok().as_deref(), Some(text));
        }
    }

    #[test]
    fn nanoseconds_are_kept() {
        let told = |time| micros(Unit::Nanoseconds, time);
        assert_eq!([told(0), told(5), told(12_000)], ["0", "0.005", "12"]);
        assert_eq!(micros(Unit::Steps, 7), "7");
    }
}
