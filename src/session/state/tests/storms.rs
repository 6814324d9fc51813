//! Storms of commands, and of what the browser answers, in any order: the session settles,
//! and then the address, the `state` message and the page say the same.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::*;
use crate::base::random::Dice;
use crate::scenario::Fact;
use crate::session::exploration::explore_link;
use crate::session::message::Inbound;
use crate::session::playback::play;

/// A browser as the session sees it: what it was told to do, and has not done yet.
#[derive(Default)]
struct Browser {
    address: String,
    /// A run on real threads goes on, with these parameters, and whether it was told to stop.
    run: Option<(String, bool)>,
    errands: Vec<Effect>,
    /// Answers that are owed, by the id of the message.
    owed: BTreeMap<i64, &'static str>,
}

struct Storm {
    session: Session,
    browser: Browser,
    dice: Dice,
    messages: i64,
}

const LINKS: [&str; 6] = [
    "?threads=2&increments=1&guard=none",
    "?threads=3&increments=1&guard=lock&engine=model",
    "?threads=2&increments=1&guard=none&engine=model&schedule=AQICwA&step=3",
    "?scenario=lost-wakeup&engine=model",
    "?scenario=gather&delays=5,5",
    "?threads=2&increments=1&clock=keep&speed=3&locked=guard",
];

impl Storm {
    fn begin(seed: u64) -> Storm {
        let surroundings = Surroundings {
            shared_memory: true,
            player: false,
            framed: false,
        };
        let (session, effects) = Session::open(LINKS[0], surroundings);
        let mut storm = Storm {
            session,
            browser: Browser::default(),
            dice: Dice::new(seed),
            messages: 0,
        };
        storm.browser.address = LINKS[0].trim_start_matches('?').to_owned();
        storm.carry_out(effects);
        storm
    }

    fn apply(&mut self, command: Command) {
        let effects = self.session.apply(command);
        self.carry_out(effects);
    }

    fn carry_out(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Start(start) => {
                    assert!(
                        self.browser.run.is_none(),
                        "a run is begun while one goes on"
                    );
                    self.browser.run = Some((start.query, false));
                }
                Effect::Stop => {
                    if let Some((_, stopping)) = &mut self.browser.run {
                        *stopping = true;
                    }
                }
                Effect::EndErrands => self.browser.errands.clear(),
                Effect::Address(query) | Effect::Visit(query) => {
                    self.browser.address = query.trim_start_matches('?').to_owned();
                }
                Effect::Post(message) => {
                    let posted = serde_json::to_value(&message).expect("plain data");
                    self.hear(&posted);
                }
                Effect::Warm(_) => {}
                errand => self.browser.errands.push(errand),
            }
        }
    }

    /// Each message is answered once, as it should be.
    fn hear(&mut self, posted: &Value) {
        let Some(id) = posted["id"].as_i64() else {
            return;
        };
        let kind = posted["type"].as_str().unwrap_or_default();
        if kind == "progress" {
            return;
        }
        // What cannot be set is told, and then the state, unless nothing could be set now.
        if kind == "error" && self.browser.owed.get(&id) == Some(&"state, once set") {
            self.browser.owed.insert(id, "state, if set");
            return;
        }
        let owed = self.browser.owed.remove(&id);
        let owed = owed.unwrap_or_else(|| panic!("nobody asked, or twice: {posted}"));
        assert!(
            owed.starts_with(kind) || kind == "error",
            "{owed} is owed: {posted}"
        );
    }

    fn ask(&mut self, message: Value, answer: &'static str) {
        self.messages += 1;
        self.browser.owed.insert(self.messages, answer);
        let mut message = message;
        message["lockstep"] = json!(1);
        message["id"] = json!(self.messages);
        let message = Inbound::read(&message).expect("a message");
        self.apply(Command::Receive(message));
    }

    /// Something that a reader or an embedder may do.
    fn act(&mut self) {
        let threads = self.dice.below(4);
        let link = LINKS[self.dice.below(LINKS.len())].to_owned();
        match self.dice.below(22) {
            0 | 1 => self.apply(Command::Run),
            2 | 3 => self.apply(Command::Stop),
            4 => self.apply(Command::Explore),
            5 => {
                let text = ["2", "3", "x", "500"][threads].to_owned();
                let name = "threads";
                if self.session.params.get(name).is_some() {
                    self.apply(Command::Edit { name, text });
                }
            }
            6 => self.apply(Command::Open(link)),
            7 => self.apply(Command::Follow(link)),
            8 => self.apply(Command::Follow(
                ["scenario=bank", "scenario=counter", "x=1"][threads % 3].into(),
            )),
            9 => self.apply(Command::Reset),
            10 => self.apply(Command::Try(0)),
            11 => self.apply(Command::Choose(
                [Engine::Auto, Engine::Model, Engine::Workers, Engine::Tasks][threads],
            )),
            12 => self.apply(Command::Record(threads.is_multiple_of(2))),
            13 => self.apply(Command::StepThrough),
            14 => self.apply(Command::Step([1, -1, 5, -9][threads])),
            15 => self.apply(Command::LetGo(threads as u16)),
            16 => self.apply(Command::TogglePlay),
            17 => self.apply(Command::Tick),
            18 => self.ask(json!({"type": "run"}), "result"),
            19 => self.ask(json!({"type": "stop"}), "state"),
            20 => self.ask(json!({"type": "explore", "limit": 50}), "explored"),
            _ => self.ask(
                json!({"type": "set", "params": {"threads": 2 + threads}}),
                "state, once set",
            ),
        }
    }

    /// Something that the browser has to tell, if it has: whether it had.
    fn answer(&mut self) -> bool {
        if self.browser.run.is_some()
            && (self.browser.errands.is_empty() || self.dice.below(2) == 0)
        {
            let (_, stopping) = self.browser.run.take().expect("it goes on");
            let verdict = if stopping {
                Verdict::Stopped
            } else {
                Verdict::Violated
            };
            let turns = self.session.record.then(Vec::new);
            self.apply(Command::Ended {
                report: Report {
                    verdict,
                    facts: vec![Fact::int("lost", 3)],
                    elapsed_ms: 1.5,
                    message: None,
                    schedule: None,
                },
                tally: Tally::default(),
                turns,
            });
            return true;
        }
        if self.browser.errands.is_empty() {
            return false;
        }
        if self.dice.below(12) == 0 {
            self.browser.errands.clear();
            self.apply(Command::ErrandFailed("It failed.".to_owned()));
            return true;
        }
        let which = self.dice.below(self.browser.errands.len());
        match self.browser.errands.swap_remove(which) {
            Effect::Play { query } => {
                let (link, _) = share::read(&query);
                let playback = play(&link, link.scenario.on_model());
                self.apply(Command::Played(Box::new(playback)));
            }
            Effect::Explore { query, wish } => {
                let (link, _) = share::read(&query);
                let few = Wish { limit: 30, ..wish };
                let found = explore_link(&link, link.scenario.on_model(), few, |_| true);
                for ended in [false, true] {
                    let exploration = Box::new(found.clone());
                    self.apply(Command::Explored { exploration, ended });
                }
            }
            Effect::Prove { .. } => {
                let schedule = (self.dice.below(2) == 0).then(|| "AQICwA".to_owned());
                self.apply(Command::Proved(schedule));
            }
            other => panic!("nobody does that: {other:?}"),
        }
        true
    }

    /// What all say once nothing goes on.
    fn agrees(&mut self, seed: u64) {
        let context = format!("storm {seed}");
        assert!(
            !self.session.is_busy(),
            "{context}: {:?}",
            self.session.phase
        );
        self.browser.owed.retain(|_, owed| *owed != "state, if set");
        assert!(
            self.browser.owed.is_empty(),
            "{context}: {:?}",
            self.browser.owed
        );
        // The address of what goes on by itself follows when it pauses.
        if self.session.playing {
            self.apply(Command::TogglePlay);
        }
        assert_eq!(self.browser.address, self.session.query(), "{context}");
        let message = json!({"lockstep": 1, "id": -1, "type": "get"});
        let message = Inbound::read(&message).expect("a message");
        let effects = self.session.apply(Command::Receive(message));
        let [Effect::Post(state)] = effects.as_slice() else {
            panic!("{context}: {effects:?}");
        };
        let state = serde_json::to_value(state).expect("plain data");
        assert_eq!(state["scenario"], self.session.scenario.id, "{context}");
        let (opened, _) = share::read(&self.browser.address);
        for (name, value) in opened.params.iter() {
            let said = &state["params"][name];
            let said = said
                .as_str()
                .map_or_else(|| said.to_string(), str::to_owned);
            assert_eq!(said, value.to_string(), "{context}: {name}");
            let index = opened.scenario.params.iter().position(|p| p.name == name);
            let field = &self.session.fields[index.expect("a parameter")];
            if field.error.is_none() {
                assert_eq!(field.text.trim(), value.to_string(), "{context}: {name}");
            }
        }
        let has = self.session.report.is_some() || self.session.exploration.is_some();
        let phase = match has && self.session.stale().is_none() {
            true => "done",
            false => "idle",
        };
        assert_eq!(state["phase"], phase, "{context}");
        if phase == "idle" {
            assert_eq!(state["facts"], json!({}), "{context}");
        }
        let shown = self
            .session
            .steppable()
            .map(|playback| playback.steps.len());
        if shown.is_some() {
            assert_eq!(state["step"], self.session.at, "{context}");
        }
        if let (Some(last), Some(step)) = (shown, opened.options.step) {
            assert_eq!((step, step <= last), (self.session.at, true), "{context}");
        }
    }
}

#[test]
fn storms_settle_and_then_all_say_the_same() {
    for seed in 0..1_500 {
        let mut storm = Storm::begin(seed);
        let acts = 5 + storm.dice.below(40);
        for _ in 0..acts {
            match storm.dice.below(3) {
                0 => drop(storm.answer()),
                _ => storm.act(),
            }
        }
        let mut answers = 0;
        while storm.answer() {
            answers += 1;
            assert!(answers < 100, "storm {seed} does not settle");
        }
        storm.agrees(seed);
    }
}
