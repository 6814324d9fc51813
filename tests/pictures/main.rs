//! What a page shows of a scenario before it is loaded: its picture, its preview and its
//! description, which are files of the checkout.
//!
//! Pictures and descriptions are made anew here and compared; with `LOCKSTEP_WRITE=1`
//! they are written. Previews are made by a browser: `cargo run -p e2e --bin previews`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use lockstep::scenario::{self, MadeOf, Scenario, Verdict};
use lockstep::session::FIRST_SIGHT;
use lockstep::session::export::svg;
use lockstep::session::playback::{Playback, play};
use lockstep::share;
use serde_json::json;

/// What of a scenario makes a telling picture: few threads, few steps, and something
/// that goes wrong, if that is the lesson.
const PICTURED: &[(&str, &str)] = &[
    ("threads", "delays=2000,1000,3000"),
    ("return-values", "inputs=3,4,5"),
    ("counter", "threads=3&increments=3"),
    ("recursion", "lock=lock"),
    ("bank", "transfers=1&pause_ms=10"),
    ("semaphore", "workers=9"),
    ("connection-pool", ""),
    ("over-release", ""),
    ("strict-pool", ""),
    ("event", ""),
    ("download-event", "processors=2"),
    ("producer-consumer", "items=3&capacity=1"),
    ("barrier", "parties=4"),
    ("phases", ""),
    ("thread-pool", ""),
    ("scrape", "pages=4&workers=2"),
    ("downloads", "steps=2&step_ms=500"),
    ("gather", ""),
    ("async-fetch", ""),
    ("async-queue", "items=4"),
    ("async-counter", "tasks=4"),
    ("async-event", "waiters=3"),
    ("async-semaphore", ""),
    ("compare", "jobs=4"),
    ("philosophers", "seats=4&meals=1"),
    ("readers-writers", "rounds=1"),
    ("lost-wakeup", "seed=3"),
];

/// A picture is at most so many bytes: a page shows it before it loads anything.
const LARGEST_PICTURE: usize = 15_000;

/// What previews are by the rules of those who show them. They alone fetch them, the page
/// never does, and some give up on a preview of some hundred kilobytes.
const PREVIEW: (u32, u32) = (1200, 630);
const LARGEST_PREVIEW: usize = 100_000;

/// Those that learners see, in the registry's order.
fn published() -> Vec<&'static Scenario> {
    let all = scenario::all().iter().copied();
    all.filter(|scenario| !scenario.listing.python.is_empty())
        .collect()
}

fn file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("static")
        .join(path)
}

/// The file holds this, or, if that is wished, does from now on.
fn assert_kept(path: &str, made: impl AsRef<[u8]>) {
    let (file, made) = (file(path), made.as_ref());
    if std::env::var_os("LOCKSTEP_WRITE").is_some() {
        fs::write(&file, made).expect(path);
    }
    assert!(
        fs::read(&file).is_ok_and(|kept| kept == made),
        "static/{path} is not what is made now: `LOCKSTEP_WRITE=1 cargo test --test pictures` \
         writes it"
    );
}

/// The folder has a file for each scenario that is published, and no other.
fn assert_complete(folder: &str, extension: &str) {
    let wanted: BTreeSet<String> = (published().iter())
        .map(|scenario| format!("{}.{extension}", scenario.id))
        .collect();
    let found = fs::read_dir(file(folder)).expect(folder);
    let found: BTreeSet<String> = found
        .map(|entry| entry.expect(folder).file_name().to_string_lossy().into())
        .collect();
    assert_eq!(found, wanted, "static/{folder}");
}

#[test]
fn the_first_sight_is_the_run_that_its_link_opens() {
    let (link, notices) = share::read(FIRST_SIGHT);
    assert!(notices.is_empty());
    let run = play(&link, link.scenario.on_model());
    assert_eq!(run.notice, None);
    assert_eq!(run.report.verdict, Verdict::Violated);
    assert_eq!(link.options.step, Some(run.steps.len()));
    let bytes = borsh::to_vec(&run).expect("plain data");
    assert_eq!(borsh::from_slice::<Playback>(&bytes).ok(), Some(run));
    assert_kept("first-sight.bin", bytes);
}

#[test]
fn each_scenario_has_its_help() {
    for scenario in published() {
        assert_kept(&format!("help/{}.txt", scenario.id), scenario.help());
    }
    assert_complete("help", "txt");
}

#[test]
fn each_scenario_has_the_picture_that_its_run_makes_now() {
    assert_eq!(PICTURED.len(), published().len());
    for scenario in published() {
        let id = scenario.id;
        let (_, query) = (PICTURED.iter())
            .find(|(pictured, _)| *pictured == id)
            .expect(id);
        let (link, notices) = share::read(&format!("scenario={id}&engine=model&{query}"));
        assert!(notices.is_empty(), "{id}: {notices:?}");
        let run = play(&link, scenario.on_model());
        assert!(!run.steps.is_empty(), "{id}");
        let picture = svg::of_playback(scenario.title, &run);
        assert!(picture.len() <= LARGEST_PICTURE, "{id}: {}", picture.len());
        assert!(!picture.contains("style"), "{id}");
        assert_kept(&format!("pictures/{id}.svg"), &picture);
    }
    assert_complete("pictures", "svg");
}

#[test]
fn each_scenario_is_described() {
    let described = published().into_iter().map(|scenario| {
        json!({
            "id": scenario.id,
            "title": scenario.title,
            "description": description(&scenario.listing.parsed().lesson),
            "topic": topic(scenario),
            "made_of": match scenario.made_of() {
                MadeOf::Threads => "threads",
                MadeOf::Tasks => "tasks",
                MadeOf::Each => "threads, processes and tasks",
            },
        })
    });
    let described: Vec<_> = described.collect();
    let text = serde_json::to_string_pretty(&described).expect("plain text");
    assert_kept("scenarios.json", &(text + "\n"));
}

/// What the scenarios of a chapter are about, as the gallery has it.
fn topic(scenario: &Scenario) -> &'static str {
    match scenario.chapter() {
        "locks" => "Threads and locks",
        "signals" => "Letting in, letting know, handing on",
        "teams" => "In step",
        "pools" => "Pools of threads",
        "classics" => "Classic problems",
        "event_loop" => "Tasks on one thread",
        "choosing" => "What to choose",
        other => panic!("{other} has no topic"),
    }
}

/// The first sentence of a lesson, and the second, if there is room for it.
fn description(lesson: &str) -> String {
    const ROOM: usize = 200;
    let ends = lesson.match_indices(". ").map(|(end, _)| end + 1);
    let ends: Vec<usize> = ends.chain([lesson.len()]).take(2).collect();
    let short = |end: &&usize| lesson[..**end].chars().count() < ROOM;
    let end = ends.iter().rev().find(short);
    lesson[..*end.expect(lesson)].to_owned()
}

#[test]
fn each_scenario_has_a_preview_of_the_size_that_others_show() {
    for scenario in published() {
        let path = format!("previews/{}.png", scenario.id);
        let png = fs::read(file(&path)).expect(&path);
        assert_eq!(size_of_png(&png), Some(PREVIEW), "{path}");
        assert!(png.len() <= LARGEST_PREVIEW, "{path}: {}", png.len());
    }
    assert_complete("previews", "png");
}

/// Width and height, which a PNG's first chunk begins with.
fn size_of_png(png: &[u8]) -> Option<(u32, u32)> {
    let header = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?.get(4..16)?;
    let size = header.strip_prefix(b"IHDR")?;
    let (width, height) = size.split_at(4);
    let number = |bytes: &[u8]| Some(u32::from_be_bytes(bytes.try_into().ok()?));
    Some((number(width)?, number(height)?))
}
