//! The rules of the Trace Event Format, as its specification states them and Perfetto's
//! importer holds to them, for the kinds of events that we write. Used natively and in
//! Chromium.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A bar of a lane: its state, when it begins and how long it is, in nanoseconds.
pub type Bar = (String, u64, u64);

/// What a trace shows.
#[derive(Debug, Default)]
pub struct Checked {
    /// By the thread's name, in order.
    pub lanes: Vec<(String, Vec<Bar>)>,
    /// By the name of the event: from when to when.
    pub holds: Vec<(String, u64, u64)>,
    pub instants: usize,
}

impl Checked {
    /// The lanes, as pictures have them: what follows in the same state is one bar.
    #[allow(
        dead_code,
        reason = "only where the model runs a wait may have two bars"
    )]
    pub fn merged(&self) -> Vec<(String, Vec<Bar>)> {
        let merged = |bars: &[Bar]| {
            let mut merged: Vec<Bar> = Vec::new();
            for bar in bars {
                match merged.last_mut() {
                    Some(last) if last.0 == bar.0 && last.1 + last.2 == bar.1 => last.2 += bar.2,
                    _ => merged.push(bar.clone()),
                }
            }
            merged
        };
        let lanes = self.lanes.iter();
        lanes
            .map(|(name, bars)| (name.clone(), merged(bars)))
            .collect()
    }
}

/// Checks a trace.
///
/// # Errors
/// The first rule that it breaks, and where.
pub fn check(text: &str) -> Result<Checked, String> {
    let trace: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let trace = trace.as_object().ok_or("the trace is no object")?;
    for key in trace.keys() {
        let known = ["traceEvents", "displayTimeUnit", "otherData"].contains(&&**key);
        ensure(known, || format!("the trace has a field {key}"))?;
    }
    let unit = trace.get("displayTimeUnit").and_then(Value::as_str);
    ensure(matches!(unit, Some("ms" | "ns")), || {
        format!("displayTimeUnit is {unit:?}")
    })?;
    ensure(trace["otherData"].is_object(), || "otherData".into())?;
    let events = trace.get("traceEvents").and_then(Value::as_array);
    let events = events.ok_or("traceEvents is no array")?;
    let mut names = BTreeMap::new();
    let mut slices: BTreeMap<u64, Vec<Bar>> = BTreeMap::new();
    let mut open: BTreeMap<(String, String), (String, u64)> = BTreeMap::new();
    let mut checked = Checked::default();
    for (index, event) in events.iter().enumerate() {
        let event = event.as_object().ok_or("an event is no object")?;
        let at = |error: String| format!("event {index}: {error}: {event:?}");
        let fields = Fields(event);
        let (ph, name) = (
            fields.text("ph").map_err(at)?,
            fields.text("name").map_err(at)?,
        );
        let (_, tid) = (fields.id("pid").map_err(at)?, fields.id("tid").map_err(at)?);
        let args = event.get("args");
        ensure(args.is_none_or(Value::is_object), || "args".into()).map_err(at)?;
        if ph == "M" {
            metadata(&name, args, tid, &mut names).map_err(at)?;
            continue;
        }
        let ts = fields.time("ts").map_err(at)?;
        let category = fields.text("cat").map_err(at)?;
        match &*ph {
            "X" => {
                let dur = fields.time("dur").map_err(at)?;
                let state = args.and_then(|args| args["state"].as_str());
                let state = state.ok_or("no state").map_err(|it| at(it.into()))?;
                ensure(name.starts_with(state), || "its name".into()).map_err(at)?;
                let of_thread = slices.entry(tid).or_default();
                of_thread.push((state.to_owned(), ts, dur));
            }
            "i" => {
                let scope = fields.text("s").map_err(at)?;
                ensure(["g", "p", "t"].contains(&&*scope), || "its scope".into()).map_err(at)?;
                checked.instants += usize::from(category == "event");
            }
            "b" => {
                let key = (category, fields.text("id").map_err(at)?);
                let before = open.insert(key, (name, ts));
                ensure(before.is_none(), || "begun twice".into()).map_err(at)?;
            }
            "e" => {
                let key = (category, fields.text("id").map_err(at)?);
                let begun = open.remove(&key).ok_or("not begun");
                let (begun, from) = begun.map_err(|it| at(it.into()))?;
                ensure(begun == name && from <= ts, || "ends another".into()).map_err(at)?;
                checked.holds.push((name, from, ts));
            }
            _ => return Err(at("its phase".into())),
        }
    }
    ensure(open.is_empty(), || format!("not ended: {open:?}"))?;
    for (tid, bars) in &slices {
        ensure(names.contains_key(tid), || {
            format!("thread {tid} has no name")
        })?;
        // On one thread slices are within each other or apart; lanes are flat.
        for pair in bars.windows(2) {
            let [(_, from, length), (_, next, _)] = pair else {
                continue;
            };
            ensure(from + length <= *next, || {
                format!("slices of thread {tid} overlap: {pair:?}")
            })?;
        }
    }
    for (tid, name) in names.into_iter().filter(|(tid, _)| *tid > 0) {
        let bars = slices.remove(&tid).unwrap_or_default();
        checked.lanes.push((name, bars));
    }
    Ok(checked)
}

fn metadata(
    name: &str,
    args: Option<&Value>,
    tid: u64,
    names: &mut BTreeMap<u64, String>,
) -> Result<(), String> {
    let args = args.ok_or("no args")?;
    match name {
        "process_name" | "thread_name" => {
            let of = args["name"].as_str().ok_or("no name")?;
            let before = names.insert(tid, of.to_owned());
            ensure(before.is_none(), || "named twice".into())
        }
        "thread_sort_index" => ensure(args["sort_index"].is_u64(), || "no index".into()),
        _ => Err("metadata that nobody knows".into()),
    }
}

/// An event's fields, by their types.
struct Fields<'a>(&'a Map<String, Value>);

impl Fields<'_> {
    fn text(&self, name: &str) -> Result<String, String> {
        let text = self.0.get(name).and_then(Value::as_str);
        text.map(str::to_owned)
            .ok_or_else(|| format!("{name} is no text"))
    }

    fn id(&self, name: &str) -> Result<u64, String> {
        let id = self.0.get(name).and_then(Value::as_u64);
        id.ok_or_else(|| format!("{name} is no number"))
    }

    /// A time in microseconds, as nanoseconds: it names them exactly.
    fn time(&self, name: &str) -> Result<u64, String> {
        let us = self.0.get(name).and_then(Value::as_f64);
        let us = us.ok_or_else(|| format!("{name} is no number"))?;
        let ns = (us * 1e3).round();
        ensure(ns >= 0.0 && (ns / 1e3 - us).abs() < 1e-6, || {
            format!("{name} is {us}")
        })?;
        Ok(ns as u64)
    }
}

fn ensure(holds: bool, or: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(or()) }
}
