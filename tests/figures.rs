//! Figures of runs, and the files that they are exported to: of traces made by hand, of every
//! scenario on the model, and of runs on OS threads, packed and unpacked as the page hands
//! them over.
#![cfg(feature = "selftest")]

mod chrome_trace;

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chrome_trace::{Bar, Checked};
use lockstep::base::{ObjectId, ThreadId};
use lockstep::platform::native::Run;
use lockstep::platform::watch::Watcher;
use lockstep::scenario;
use lockstep::session::export::{chrome, csv, svg};
use lockstep::session::figures::{Figures, OfPrimitive, Waits};
use lockstep::session::playback::play;
use lockstep::session::record::{Record, Source, Unit};
use lockstep::share;
use lockstep::trace::memory::own::OwnMemory;
use lockstep::trace::objects::{Object, ObjectKind};
use lockstep::trace::packed::{part, unpack};
use lockstep::trace::{Ending, Event, Kind, Order, Site, Slice, State, Store};

const LOCK: ObjectId = ObjectId(0);
const CONDITION: ObjectId = ObjectId(1);

/// Its number, what was done, to what, and when.
type Happened = (u32, Kind, ObjectId, u64);

/// A trace of threads that did such things.
fn trace(threads: &[(&str, &[Happened])]) -> Store {
    let mut store = Store::default();
    store.objects = vec![
        Object::new(LOCK, ObjectKind::Lock, "lock".into()),
        Object::new(CONDITION, ObjectKind::Condition, "=cond, \"1\"".into()),
    ];
    let mut all = Vec::new();
    for (index, (name, events)) in (0..).zip(threads) {
        store.add_thread((*name).to_owned());
        all.extend(events.iter().map(|event| (ThreadId(index), *event)));
    }
    all.sort_by_key(|(_, (.., at))| *at);
    for (thread, (seq, kind, object, at)) in all {
        let event = Event {
            seq,
            kind,
            site: Site { object, line: 7 },
            value: 0,
            order: Order::About,
            at: Some(at),
        };
        store.append(thread, event);
    }
    store.close();
    store
}

fn waits(count: u64, total: u64, median: u64, longest: u64) -> Waits {
    Waits {
        count,
        cut_off: 0,
        total,
        median,
        longest,
    }
}

#[test]
fn figures_of_a_contended_lock_are_what_was_done() {
    use Kind::*;
    let none = ObjectId::NONE;
    let store = trace(&[
        (
            "A",
            &[
                (0, Start, none, 0),
                (1, Acquire, LOCK, 100),
                (2, Sleep, none, 200),
                (3, Awake, none, 700),
                (4, Release, LOCK, 800),
                (5, Finish, none, 1000),
            ],
        ),
        (
            "B",
            &[
                (0, Start, none, 50),
                // Woken once in vain.
                (1, Block, LOCK, 150),
                (2, Wake, LOCK, 350),
                (3, Block, LOCK, 400),
                (4, Wake, LOCK, 810),
                (5, Acquire, LOCK, 850),
                (6, Release, LOCK, 900),
                (7, Acquire, LOCK, 910),
                (8, Release, LOCK, 920),
                (9, Finish, none, 950),
            ],
        ),
    ]);
    let figures = Figures::of(&Record::of_trace(&store));
    assert_eq!(figures.unit, Unit::Nanoseconds);
    let [lock] = &figures.primitives[..] else {
        panic!("{:#?}", figures.primitives);
    };
    assert_eq!((&*lock.kind, &*lock.name), ("Lock", "lock"));
    assert_eq!((lock.acquired, lock.contended), (3, 1));
    assert_eq!(lock.waits, waits(1, 610, 610, 610));
    assert_eq!((lock.held, lock.longest_hold), (760, 700));
    let [a, b] = &figures.threads[..] else {
        panic!("{:#?}", figures.threads);
    };
    assert_eq!(
        (a.running, a.sleeping, a.holding, a.life),
        (500, 500, 700, 1000)
    );
    assert_eq!(
        (b.running, b.waits.total, b.holding, b.life),
        (290, 610, 60, 900)
    );
    assert_eq!((b.acquired, b.contended, b.ending), (2, 1, "finished"));
    let counted: Vec<_> = figures
        .histogram
        .iter()
        .map(|it| (it.from, it.count))
        .collect();
    assert_eq!(counted, [(500, 1)]);
    assert_eq!((figures.happened, figures.missing), (16, 0));
    agree(Source::Trace(&store));
}

#[test]
fn who_waits_for_a_condition_waits_for_that_and_then_for_its_lock() {
    use Kind::*;
    let none = ObjectId::NONE;
    let store = trace(&[(
        "A",
        &[
            (0, Start, none, 0),
            (1, Acquire, LOCK, 10),
            (2, LineUp, CONDITION, 20),
            (3, Release, LOCK, 30),
            (4, Block, CONDITION, 40),
            (5, Wake, CONDITION, 100),
            (6, Block, LOCK, 110),
            (7, Wake, LOCK, 150),
            (8, Acquire, LOCK, 155),
            (9, Release, LOCK, 160),
            (10, Block, CONDITION, 200),
        ],
    )]);
    let figures = Figures::of(&Record::of_trace(&store));
    let [lock, condition] = &figures.primitives[..] else {
        panic!("{:#?}", figures.primitives);
    };
    assert_eq!((lock.acquired, lock.contended), (2, 1));
    assert_eq!(lock.waits, waits(1, 40, 40, 40));
    assert_eq!((condition.acquired, condition.waits.count), (0, 2));
    assert_eq!(condition.waits.total, 80);
    // The last wait has lasted no time when the run is over.
    assert_eq!((condition.waits.cut_off, condition.waits.median), (1, 40));
    agree(Source::Trace(&store));
}

#[test]
fn what_was_not_recorded_is_not_made_up() {
    use Kind::*;
    let none = ObjectId::NONE;
    let mut store = trace(&[(
        "A",
        &[
            (0, Start, none, 0),
            (1, Acquire, LOCK, 10),
            // Its release, and more, is missing.
            (9, Block, LOCK, 90),
            (10, Wake, LOCK, 100),
            (30, Block, LOCK, 300),
            // Its end is missing, too.
            (40, Finish, none, 400),
        ],
    )]);
    store.advance(1000);
    let figures = Figures::of(&Record::of_trace(&store));
    assert_eq!((figures.happened, figures.missing), (41, 35));
    let lock = &figures.primitives[0];
    assert_eq!((lock.acquired, lock.contended, lock.held), (1, 0, 0));
    assert_eq!(lock.waits, waits(2, 10, 5, 10));
    let thread = &figures.threads[0];
    assert_eq!((thread.busy, thread.life, thread.missing), (380, 400, 35));
    let exported: String = chrome::parts(Source::Trace(&store), "t", |line| line).collect();
    assert!(exported.contains("\"eventsNotRecorded\":35"), "{exported}");
    agree(Source::Trace(&store));
}

#[test]
fn a_run_without_anything_has_no_figures() {
    let store = Store::default();
    let figures = Figures::of(&Record::of_trace(&store));
    assert!(figures.primitives.is_empty() && figures.threads.is_empty());
    assert!(figures.histogram.is_empty());
    agree(Source::Trace(&store));
}

/// Each scenario, and what makes its run on the model short.
fn on_model() -> impl Iterator<Item = (&'static str, &'static str)> {
    let scenarios = scenario::all().iter();
    let published = scenarios.filter(|scenario| !scenario.listing.python.is_empty());
    published.map(|scenario| match scenario.id {
        "counter" => ("counter", "&threads=3&increments=3&guard=lock"),
        id => (id, ""),
    })
}

#[test]
fn figures_and_files_of_every_scenario_on_the_model_agree_with_its_lanes() {
    let (mut waited, mut contended) = (0, 0);
    for (id, more) in on_model() {
        for seed in 0..8 {
            let query = format!("scenario={id}{more}&engine=model&seed={seed}");
            let (link, notices) = share::read(&query);
            assert!(notices.is_empty(), "{notices:?}");
            let run = play(&link, link.scenario.on_model());
            assert!(!run.steps.is_empty(), "{query}: too long");
            let source = Source::Playback(&run);
            let (figures, exported) = agree(source);
            assert_eq!(figures.unit, Unit::Steps);
            let end = run.steps.len();
            let lanes = (0..run.threads.len() as u16).map(|index| {
                let (stretches, _) = run.lane(index, end);
                let bars = stretches.iter().map(|it| {
                    let (start, end) = (it.start as u64, it.end as u64);
                    bar(it.state, start * 1000, end * 1000)
                });
                (run.threads[usize::from(index)].name.clone(), bars.collect())
            });
            assert_eq!(exported.merged(), lanes.collect::<Vec<_>>(), "{query}");
            assert_eq!(exported.instants, end, "{query}");
            let holds = (0..run.threads.len() as u16).map(|index| run.holds(index, end).count());
            let acquired: u64 = figures.threads.iter().map(|it| it.acquired).sum();
            assert_eq!(acquired as usize, holds.sum::<usize>(), "{query}");
            waited += figures.threads.iter().map(|it| it.waits.total).sum::<u64>();
            contended += figures.threads.iter().map(|it| it.contended).sum::<u64>();
            let unnamed = figures.primitives.iter().any(|it| it.name == "requests");
            assert_eq!(unnamed, id == "scrape", "{query}: {figures:#?}");
        }
    }
    assert!(waited > 1000 && contended > 100, "{waited}, {contended}");
}

fn bar(state: State, from: u64, to: u64) -> Bar {
    (state.name().to_owned(), from, to - from)
}

/// A few runs on OS threads: with and without contention, with gaps in the record, one that
/// deadlocks.
const REAL: &[(&str, usize)] = &[
    ("counter&threads=4&increments=100&guard=lock", 10),
    ("counter&threads=4&increments=3000&guard=lock", 5),
    ("bank&strategy=ordered&threads=6&transfers=20", 5),
    ("bank&threads=2&pause_ms=10", 2),
    ("semaphore", 5),
    ("producer-consumer&producers=2&consumers=2&notify=all", 5),
    ("barrier&rounds=3", 5),
    ("thread-pool&tasks=20&task_ms=0", 5),
    ("readers-writers", 5),
    ("recursion", 5),
    ("philosophers&strategy=waiter&pause_ms=1", 5),
    ("lost-wakeup&style=condition", 5),
];

/// The trace of a run on OS threads, taken while it goes on, as the page does.
#[allow(unsafe_code)]
fn traced(link: &str) -> Store {
    let (link, notices) = share::read(&format!("scenario={link}"));
    assert!(notices.is_empty(), "{notices:?}");
    let run = Run::new(1000.0);
    let (done, ended) = mpsc::channel();
    let main = thread::spawn({
        let run = run.clone();
        move || {
            let program = link.scenario.on_threads().expect("it is made of threads");
            run.main(program(link.params.clone()));
            // Who waits for it may have given up.
            let _ = done.send(());
        }
    });
    let mut watcher = Watcher::new(run.control_address());
    // SAFETY: the run's handle lives as long as this.
    let memory = unsafe { OwnMemory::new() };
    for _ in 0..100 {
        watcher.poll(&memory, None, &mut Slice::whole());
        if ended.recv_timeout(Duration::from_millis(2)).is_ok() {
            break;
        }
    }
    run.stop();
    main.join().expect("no panic");
    watcher.poll(&memory, None, &mut Slice::whole());
    watcher.trace.close();
    watcher.trace
}

#[test]
fn runs_on_os_threads_come_through_and_have_figures_that_agree() {
    let mut contended = 0;
    for &(link, times) in REAL {
        for _ in 0..times {
            let store = traced(link);
            let parts = (0..).map_while(|index| part(&store, index));
            let parts = parts.map(|(name, bytes)| (name.to_owned(), bytes));
            let again = unpack(parts);
            assert_same(&store, &again, link);
            let (figures, exported) = agree(Source::Trace(&again));
            let now = store.now();
            let lanes = store.threads().iter().map(|thread| {
                let bars = thread.lane.spans(now);
                let bars = bars.map(|span| bar(span.state, span.start, span.end));
                (thread.name.clone(), bars.collect::<Vec<_>>())
            });
            assert_eq!(exported.lanes, lanes.collect::<Vec<_>>(), "{link}");
            assert_eq!(exported.instants as u64, store.tally().kept, "{link}");
            // Told otherwise: an acquisition waited if its thread was woken just before.
            for (thread, told) in store.threads().iter().zip(&figures.threads) {
                let events = thread.events();
                let got = events.iter().filter(|it| it.event.kind == Kind::Acquire);
                assert_eq!(told.acquired as usize, got.count(), "{link}");
                let woken = events.windows(2).filter(|pair| {
                    let [before, now] = [pair[0].event, pair[1].event];
                    (before.kind, now.kind) == (Kind::Wake, Kind::Acquire)
                        && before.site.object == now.site.object
                        && before.seq + 1 == now.seq
                });
                assert_eq!(told.contended as usize, woken.count(), "{link}");
                contended += told.contended;
            }
            assert_eq!(figures.missing, store.tally().happened - store.tally().kept);
        }
    }
    assert!(contended > 0);
}

fn assert_same(store: &Store, again: &Store, link: &str) {
    assert_eq!(again.now(), store.now(), "{link}");
    assert_eq!(again.tally(), store.tally(), "{link}");
    assert_eq!(again.threads().len(), store.threads().len(), "{link}");
    for (index, (one, other)) in (0..).zip(store.threads().iter().zip(again.threads())) {
        assert_eq!(other.name, one.name);
        assert_eq!(other.lane.ended(), one.lane.ended(), "{link}: {}", one.name);
        let spans = [one, other].map(|it| it.lane.spans(store.now()).collect::<Vec<_>>());
        assert_eq!(spans[1], spans[0], "{link}: {}", one.name);
        let holds = [store, again].map(|it| {
            let holds = it.holds.of(ThreadId(index), it.now());
            holds.collect::<Vec<_>>()
        });
        assert_eq!(holds[1], holds[0], "{link}: {}", one.name);
        assert_eq!(other.events().len(), one.events().len());
        for (one, other) in one.events().iter().zip(other.events()) {
            let plain = |event: Event| (event.seq, event.kind, event.site, event.value);
            assert_eq!(plain(other.event), plain(one.event), "{link}");
            assert_eq!(other.at, one.at, "{link}");
        }
    }
    let objects = [store, again].map(|it| {
        let objects = it.objects.iter();
        objects
            .map(|it| (it.id, it.kind, it.name.clone()))
            .collect::<Vec<_>>()
    });
    assert_eq!(objects[1], objects[0], "{link}");
}

#[test]
fn a_deadlocked_run_waits_to_its_end() {
    let store = traced("recursion&lock=lock");
    let figures = Figures::of(&Record::of_trace(&store));
    let lock = figures.primitives.iter().find(|it| it.kind == "Lock");
    let lock = lock.expect("there is one");
    assert!(lock.waits.cut_off > 0, "{lock:?}");
    let ended = store.threads().iter().filter_map(|it| it.lane.ended());
    let cut_off = ended.filter(|(_, how)| *how == Ending::CutOff).count();
    let told = figures.threads.iter().filter(|it| it.ending == "cut off");
    assert_eq!(told.count(), cut_off);
}

/// Figures agree with themselves, with lanes, and with what is exported, which is what it
/// should be.
fn agree(source: Source<'_>) -> (Figures, Checked) {
    let record = source.record();
    let figures = Figures::of(&record);
    for (thread, told) in record.threads.iter().zip(&figures.threads) {
        assert_eq!(
            told.waits.total,
            thread.time_in(State::Waiting),
            "{thread:#?}"
        );
        let sum = told.running + told.busy + told.ready + told.sleeping + told.waits.total;
        assert_eq!(sum, told.life, "{thread:#?}");
        assert!(told.holding <= record.end && told.contended <= told.acquired);
    }
    let (of, by) = (&figures.primitives, &figures.threads);
    let sum = |numbers: Vec<u64>| numbers.iter().sum::<u64>();
    let counts = sum(by.iter().map(|it| it.waits.count).collect());
    for (by_primitive, by_thread) in [
        (
            of.iter().map(|it| it.acquired).collect(),
            by.iter().map(|it| it.acquired).collect(),
        ),
        (
            of.iter().map(|it| it.contended).collect(),
            by.iter().map(|it| it.contended).collect(),
        ),
        (of.iter().map(|it| it.waits.count).collect(), vec![counts]),
        (
            figures.histogram.iter().map(|it| it.count).collect(),
            vec![counts],
        ),
        (
            of.iter().map(|it| it.waits.total).collect(),
            by.iter().map(|it| it.waits.total).collect(),
        ),
        (
            of.iter()
                .map(|it| it.waits.longest)
                .max()
                .into_iter()
                .collect(),
            by.iter()
                .map(|it| it.waits.longest)
                .max()
                .into_iter()
                .collect(),
        ),
    ] {
        assert_eq!(sum(by_primitive), sum(by_thread), "{figures:#?}");
    }
    tables_agree(source, &record, &figures);
    let exported: String = chrome::parts(source, "A \"title\"", |line| line).collect();
    let exported = chrome_trace::check(&exported).unwrap_or_else(|error| panic!("{error}"));
    let holds: usize = record.threads.iter().map(|it| it.holds.len()).sum();
    assert_eq!(exported.holds.len(), holds);
    let picture = match source {
        Source::Trace(trace) => svg::of_trace("A <title>", trace),
        Source::Playback(playback) => svg::of_playback("A <title>", playback),
    };
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    assert!(picture.contains("<title>A &lt;title></title>") && !picture.contains("style"));
    (figures, exported)
}

fn tables_agree(source: Source<'_>, record: &Record, figures: &Figures) {
    let number = |n: u64| n.to_string();
    let [head, rows @ ..] = &table(&csv::primitives(figures))[..] else {
        panic!("no line of names");
    };
    assert_eq!(head[..3], ["kind", "name", "acquired"]);
    assert_eq!(rows.len(), figures.primitives.len());
    for (row, it) in rows.iter().zip(&figures.primitives) {
        let numbers = [
            it.acquired,
            it.contended,
            it.waits.count,
            it.waits.cut_off,
            it.waits.total,
            it.waits.median,
            it.waits.longest,
            it.held,
            it.longest_hold,
        ];
        assert_eq!(row[0], it.kind);
        assert_eq!(row[1].trim_start_matches('\''), it.name);
        assert_eq!(row[2..], numbers.map(number), "{row:?}");
    }
    let [head, rows @ ..] = &table(&csv::threads(figures))[..] else {
        panic!("no line of names");
    };
    assert_eq!(head[0], "thread");
    assert_eq!(rows.len(), figures.threads.len());
    for (row, it) in rows.iter().zip(&figures.threads) {
        let numbers = [
            it.acquired,
            it.contended,
            it.waits.count,
            it.waits.cut_off,
            it.waits.total,
            it.waits.median,
            it.waits.longest,
            it.running,
            it.busy,
            it.ready,
            it.sleeping,
            it.holding,
            it.life,
            it.missing,
        ];
        assert_eq!((&*row[0], &*row[1]), (&*it.name, it.ending));
        assert_eq!(row[2..], numbers.map(number), "{row:?}");
    }
    let [head, rows @ ..] = &table(&csv::events(source, |line| line).collect::<String>())[..]
    else {
        panic!("no line of names");
    };
    assert_eq!(head[head.len() - 3..], ["thread", "event", "line"]);
    let kept: u64 = record
        .threads
        .iter()
        .map(|it| it.happened - it.missing)
        .sum();
    assert_eq!(rows.len() as u64, kept);
    if let Source::Trace(_) = source {
        for OfPrimitive { name, .. } in &figures.primitives {
            // A condition may have a lock of its own name.
            let of_name = figures.primitives.iter().filter(|it| it.name == *name);
            let acquired: u64 = of_name.map(|it| it.acquired).sum();
            let ending = format!(" acquires {name}");
            let told = rows.iter().filter(|row| row[2].ends_with(&ending)).count();
            assert_eq!(told as u64, acquired, "{ending}");
        }
    }
}

/// A table of RFC 4180, all rows of one length.
fn table(text: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let row = rows.last_mut().expect("there is one");
        let cell = row.last_mut().expect("there is one");
        match c {
            '"' if quoted && chars.next_if_eq(&'"').is_some() => cell.push('"'),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(String::new()),
            '\r' if !quoted => {
                assert_eq!(chars.next(), Some('\n'));
                rows.push(vec![String::new()]);
            }
            c => cell.push(c),
        }
    }
    assert_eq!(rows.pop(), Some(vec![String::new()]), "the last line ends");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    rows
}
