//! What a run on the model says of its state beside the words of each thing: what is in
//! its queues, what its threads have read, and for whose end they wait. For the script that
//! shows it, `www/state.js`.

use std::collections::HashMap;

use super::sentences;
use super::subject::Locals;
use crate::base::ThreadId;
use crate::explore::{Execution, Seen};
use crate::scenario::listing::{Language, Listing};
use crate::trace::Kind;
use crate::trace::objects::ObjectKind;

/// As text, which the page hands on as it is: a line for each note, in the order of the
/// steps. A line has the steps after which it is so, what it says, and of what, with tabs
/// between them:
///
/// - `put`, a queue or an executor, the thread that put the item in;
/// - `get`, the same, of the item that comes out;
/// - `lost`, a queue or an executor whose items are not known from here on;
/// - `read`, a thread, the lines in the Python and in the Rust, and the value;
/// - `joins`, a thread, and the one for whose end it waits, or nothing;
/// - `locals`, a thread, the line where it is, and its local variables with their values.
///
/// Threads are given by name and index: `Worker-1 1`.
pub fn of<T>(run: &Execution<T>, listing: &Listing, locals: &[(usize, Locals)]) -> String {
    let thread = |thread: ThreadId| format!("{} {}", run.names.get(thread.index()), thread.0);
    let mut notes: Vec<(usize, String)> = Vec::new();
    let mut held = HashMap::new();
    for (after, step) in (1..).zip(&run.steps) {
        let object = run.objects.get(step.site.object);
        let (Some((did, value)), Some((kind, name))) = (step.did, object) else {
            continue;
        };
        let has_items = matches!(kind, ObjectKind::Queue | ObjectKind::Pool);
        let says = match did {
            Kind::Put | Kind::Get | Kind::Cancel if has_items => {
                let count = held.entry(step.site.object).or_insert(Some(0));
                let put = did == Kind::Put;
                *count = count.and_then(|count: i64| {
                    let now = if put { count + 1 } else { count - 1 };
                    (did != Kind::Cancel && now == value).then_some(now)
                });
                match count {
                    None => format!("lost\t{name}"),
                    Some(_) if put => format!("put\t{name}\t{}", thread(step.thread)),
                    Some(_) => format!("get\t{name}"),
                }
            }
            Kind::Load => {
                let line = step.site.line;
                let python = listing.line_in(Language::Python, line);
                let value = sentences::value_of(Some(kind), value);
                format!("read\t{}\t{python}\t{line}\t{value}", thread(step.thread))
            }
            _ => continue,
        };
        notes.push((after, says));
    }
    for look in &run.looks {
        if let Seen::Waits(waiter, object) = look.seen {
            let joined = match object.and_then(|object| run.objects.get(object)) {
                Some((ObjectKind::Thread, name)) => name,
                _ => "",
            };
            notes.push((look.after, format!("joins\t{}\t{joined}", thread(waiter))));
        }
    }
    for (after, locals) in locals {
        let (thread, line) = (thread(locals.thread), locals.line);
        notes.push((
            *after,
            format!("locals\t{thread}\t{line}\t{}", locals.values),
        ));
    }
    notes.sort_by_key(|(after, _)| *after);
    let lines = notes
        .iter()
        .map(|(after, says)| format!("{after}\t{says}\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use crate::session::playback::{Playback, play};
    use crate::share;

    fn played(query: &str) -> Playback {
        let (link, _) = share::read(query);
        play(&link, link.scenario.on_model())
    }

    /// The words of the notes that say this, without when.
    fn said<'a>(run: &'a Playback, what: &str) -> Vec<Vec<&'a str>> {
        let lines = run.notes.lines().map(|line| line.split('\t').collect());
        let mut all: Vec<Vec<&str>> = lines.collect();
        all.retain(|words| words[1] == what);
        all.iter().map(|words| words[2..].to_vec()).collect()
    }

    #[test]
    fn what_is_in_a_queue_is_known_at_every_step() {
        let run = played("scenario=thread-pool&tasks=3&engine=model");
        let (puts, gets) = (said(&run, "put"), said(&run, "get"));
        assert_eq!(puts.len(), 3, "{puts:?}");
        assert_eq!(puts.len(), gets.len());
        assert!(puts.iter().all(|put| put[1].contains(' ')), "{puts:?}");
        assert_eq!(said(&run, "lost"), Vec::<Vec<&str>>::new());
    }

    #[test]
    fn a_read_names_its_lines_and_its_value() {
        let run = played("scenario=counter&threads=2&increments=2&engine=model");
        let reads = said(&run, "read");
        // Each increment, and the one of main at the end.
        assert_eq!(reads.len(), 5, "{reads:?}");
        let line: usize = reads[0][1].parse().expect("a line");
        let (link, _) = share::read("scenario=counter");
        let listing = link.scenario.listing.parsed();
        let text = &listing.python()[line - 1].text;
        assert_eq!(text.trim(), "value = counter");
        assert_eq!(reads[0][3], "0");
    }

    #[test]
    fn who_waits_for_the_end_of_another_is_noted() {
        let run = played("scenario=counter&threads=2&increments=2&engine=model");
        let joins = said(&run, "joins");
        assert!(joins.contains(&vec!["main 0", "Worker-1"]), "{joins:?}");
        assert!(joins.iter().any(|join| join[1].is_empty()), "{joins:?}");
    }
}
