//! The primitives natively, against std, parking_lot, crossbeam and flume: each
//! case in turns, as a ratio with its spread. Run by `cargo xtask bench`.

use std::hint::black_box;

use lockstep::platform::native::{Native, Run};
use lockstep::scenario::selftest::measure::{
    self, CAPACITY, CASES, Case, Peer, acquisitions_each, items,
};

fn main() {
    for name in CASES {
        let mut case = measure::case::<Native>(name);
        case.peers.extend(more_peers(name, &case));
        let names: Vec<_> = case.peers.iter().map(|peer| peer.name).collect();
        let samples = Run::new(1.0).main(async move { measure::race::<Native>(&case).await });
        let samples = samples.expect("nobody stops it").expect("four threads");
        // As in Chromium, so that one table can be made of both.
        for (peer, samples) in names.iter().zip(samples) {
            let times: Vec<String> = samples.iter().map(|ns| format!("{ns:.2}")).collect();
            println!("{name} {peer} {}", times.join(" "));
        }
    }
}

fn more_peers(name: &str, case: &Case) -> Vec<Peer> {
    match name {
        "uncontended" | "contended-2" | "contended-4" => {
            let each = acquisitions_each(case.threads);
            let lock = parking_lot::Mutex::new(());
            vec![Peer::new("parking_lot", move |_| {
                for step in 0..each {
                    let held = lock.lock();
                    black_box(step);
                    drop(held);
                }
            })]
        }
        "wake" => {
            let events = [ParkedEvent::default(), ParkedEvent::default()];
            let turns = case.operations / 2;
            vec![Peer::new("parking_lot", move |index| {
                for _ in 0..turns {
                    if index == 0 {
                        events[0].set();
                    }
                    events[1 - index].take();
                    if index == 1 {
                        events[1].set();
                    }
                }
            })]
        }
        "ping-pong" => {
            let (turn, changed) = (parking_lot::Mutex::new(0), parking_lot::Condvar::new());
            let turns = case.operations;
            vec![Peer::new("parking_lot", move |index| {
                for _ in 0..turns {
                    let mut turn = turn.lock();
                    changed.wait_while(&mut turn, |turn| *turn != index);
                    *turn = 1 - index;
                    changed.notify_one();
                }
            })]
        }
        "queue" => {
            let (sender, receiver) = crossbeam_channel::bounded(CAPACITY);
            let crossbeam = items(
                move |item| sender.send(item).expect("the receiver is alive"),
                move || receiver.recv().expect("the sender is alive"),
            );
            let (sender, receiver) = flume::bounded(CAPACITY);
            let flume = items(
                move |item| sender.send(item).expect("the receiver is alive"),
                move || receiver.recv().expect("the sender is alive"),
            );
            vec![Peer::new("crossbeam", crossbeam), Peer::new("flume", flume)]
        }
        _ => Vec::new(),
    }
}

/// `Event` made of parking_lot's parts.
#[derive(Default)]
struct ParkedEvent(parking_lot::Mutex<bool>, parking_lot::Condvar);

impl ParkedEvent {
    fn set(&self) {
        *self.0.lock() = true;
        self.1.notify_all();
    }

    fn take(&self) {
        let mut set = self.0.lock();
        self.1.wait_while(&mut set, |set| !*set);
        *set = false;
    }
}
