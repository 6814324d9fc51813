//! The state of a session and what each command does to it.

use super::message::{self, About, Answer, Id, Inbound, Outbound, Request, ResultOf, StateOf};
use crate::scenario::{Params, Report, Scenario};
use crate::share::{self, Engine, Link, Options};
use crate::trace::store::Tally;

/// What the page found out about where it runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Whether a worker can really be handed a shared memory.
    pub shared_memory: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Idle,
    Running,
    /// Stop was asked for; the threads are leaving.
    Stopping,
    Done,
}

/// A parameter as the form shows it: the text that was typed, and what is wrong
/// with it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    pub text: String,
    pub error: Option<String>,
}

/// What may be done to a session.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Show what a link says.
    Open(String),
    /// The text of one parameter's field.
    Edit {
        name: &'static str,
        text: String,
    },
    /// All parameters back to their defaults.
    Reset,
    Run,
    Stop,
    /// A run has come to its end.
    Ended {
        report: Report,
        tally: Tally,
    },
    /// The embedder asks for something.
    Receive(Inbound),
    /// The reader has seen the notices.
    DismissNotices,
}

/// What the browser has to do after a command.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Run the program that the query describes on this many threads.
    Start {
        query: String,
        threads: usize,
        speed: f64,
    },
    /// Stop the run that goes on.
    Stop,
    /// Put this query into the address.
    Address(String),
    /// Have this many workers ready for the next run.
    Warm(usize),
    Post(Outbound),
}

/// A run as it was started.
struct Running {
    scenario: &'static Scenario,
    params: Params,
    query: String,
}

pub struct Session {
    pub surroundings: Surroundings,
    pub scenario: &'static Scenario,
    pub params: Params,
    /// One for each parameter, in their order.
    pub fields: Vec<Field>,
    pub options: Options,
    pub notices: Vec<String>,
    pub phase: Phase,
    /// How the last run ended.
    pub report: Option<Report>,
    /// Whether the run that is stopping belongs to what was shown before.
    outdated: bool,
    /// What runs, or ran last: what is shown may be another by the end.
    running: Running,
    /// Messages that are answered when the run ends.
    asked_to_run: Vec<Option<Id>>,
    asked_to_stop: Vec<Option<Id>>,
}

impl Session {
    /// A session that shows what a link says.
    pub fn open(query: &str, surroundings: Surroundings) -> (Session, Vec<Effect>) {
        let (link, _) = share::read("");
        let running = Running {
            scenario: link.scenario,
            params: link.params.clone(),
            query: String::new(),
        };
        let mut session = Session {
            running,
            surroundings,
            scenario: link.scenario,
            fields: Vec::new(),
            params: link.params,
            options: link.options,
            notices: Vec::new(),
            phase: Phase::Idle,
            report: None,
            outdated: false,
            asked_to_run: Vec::new(),
            asked_to_stop: Vec::new(),
        };
        let mut effects = session.apply(Command::Open(query.to_owned()));
        effects.push(session.post(None, Answer::Ready(session.about())));
        if session.options.autorun {
            effects.extend(session.apply(Command::Run));
        }
        (session, effects)
    }

    /// Carries out a command: what the browser has to do for it.
    pub fn apply(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Open(query) => self.open_link(&query),
            Command::Edit { name, text } => self.edit(name, text),
            Command::Reset => self.reset(),
            Command::Run => self.run(),
            Command::Stop => self.stop(),
            Command::Ended { report, tally } => self.ended(report, tally),
            Command::Receive(message) => self.receive(message),
            Command::DismissNotices => {
                self.notices.clear();
                Vec::new()
            }
        }
    }

    /// The engine that a run has here, whatever the link wishes for.
    pub fn engine(&self) -> Option<Engine> {
        self.surroundings.shared_memory.then_some(Engine::Workers)
    }

    /// Whether a run goes on, so that nothing else may be changed.
    pub fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running | Phase::Stopping)
    }

    /// The query that opens what the session shows.
    pub fn query(&self) -> String {
        share::write(self.scenario, &self.params, &self.options)
    }

    fn open_link(&mut self, query: &str) -> Vec<Effect> {
        let mut effects = if self.is_running() {
            self.stop()
        } else {
            Vec::new()
        };
        let (
            Link {
                scenario,
                params,
                options,
            },
            notices,
        ) = share::read(query);
        self.scenario = scenario;
        self.params = params;
        self.options = options;
        self.notices = notices.iter().map(ToString::to_string).collect();
        self.notices.extend(self.engine_notice());
        self.fill_fields();
        self.report = None;
        self.outdated = self.is_running();
        if !self.outdated {
            self.phase = Phase::Idle;
        }
        effects.push(Effect::Address(self.query()));
        effects.push(Effect::Warm(self.threads()));
        effects
    }

    fn engine_notice(&self) -> Option<String> {
        let wish = self.options.engine;
        match self.engine() {
            None => Some(
                "This page may not share memory between threads, so nothing can run on real \
                 threads here. Open the page in a tab of its own."
                    .to_owned(),
            ),
            Some(engine) if wish != Engine::Auto && wish != engine => Some(format!(
                "engine: {} cannot run this scenario here; {} is used.",
                wish.name(),
                engine.name()
            )),
            Some(_) => None,
        }
    }

    fn edit(&mut self, name: &'static str, text: String) -> Vec<Effect> {
        if self.is_running() {
            return Vec::new();
        }
        let Some(result) = self.params.set(name, &text) else {
            return Vec::new();
        };
        let index = self.params.specs().iter().position(|p| p.name == name);
        if let Some(field) = index.and_then(|i| self.fields.get_mut(i)) {
            *field = Field {
                text,
                error: result.err().map(|e| e.to_string()),
            };
        }
        vec![Effect::Address(self.query()), Effect::Warm(self.threads())]
    }

    fn reset(&mut self) -> Vec<Effect> {
        if self.is_running() {
            return Vec::new();
        }
        self.params = Params::new(self.scenario.params);
        self.fill_fields();
        vec![Effect::Address(self.query()), Effect::Warm(self.threads())]
    }

    fn fill_fields(&mut self) {
        let fields = self.params.iter().map(|(_, value)| Field {
            text: value.to_string(),
            error: None,
        });
        self.fields = fields.collect();
    }

    fn threads(&self) -> usize {
        (self.scenario.max_threads)(&self.params)
    }

    fn run(&mut self) -> Vec<Effect> {
        if self.is_running() {
            return Vec::new();
        }
        if self.engine().is_none() {
            let told = self.notices.iter().any(|n| n.contains("share memory"));
            if !told {
                self.notices.extend(self.engine_notice());
            }
            return Vec::new();
        }
        self.phase = Phase::Running;
        self.report = None;
        self.running = Running {
            scenario: self.scenario,
            params: self.params.clone(),
            query: self.query(),
        };
        vec![Effect::Start {
            query: self.query(),
            threads: self.threads(),
            speed: self.options.speed,
        }]
    }

    fn stop(&mut self) -> Vec<Effect> {
        if self.phase != Phase::Running {
            return Vec::new();
        }
        self.phase = Phase::Stopping;
        vec![Effect::Stop]
    }

    fn ended(&mut self, report: Report, tally: Tally) -> Vec<Effect> {
        if !self.is_running() {
            return Vec::new();
        }
        if std::mem::take(&mut self.outdated) {
            self.phase = Phase::Idle;
        } else {
            self.phase = Phase::Done;
            self.report = Some(report.clone());
        }
        let mut effects = vec![Effect::Warm(self.threads())];
        for id in std::mem::take(&mut self.asked_to_run) {
            let result = self.result(&report, tally);
            effects.push(self.post(id, Answer::Result(result)));
        }
        for id in std::mem::take(&mut self.asked_to_stop) {
            effects.push(self.post(id, Answer::State(self.state())));
        }
        effects
    }

    fn receive(&mut self, Inbound { id, request, .. }: Inbound) -> Vec<Effect> {
        match request {
            Request::Ping => vec![self.post(id, Answer::Pong(self.about()))],
            Request::Get => vec![self.post(id, Answer::State(self.state()))],
            Request::Set { params } => {
                if self.is_running() {
                    return vec![self.refuse(id, "A run goes on: stop it first.")];
                }
                let mut effects = Vec::new();
                for (key, value) in params {
                    let specs = self.params.specs();
                    match specs.iter().find(|p| p.name == key) {
                        Some(param) => {
                            effects.extend(self.edit(param.name, value.to_text()));
                            if let Some(error) = self.field_error(param.name) {
                                effects.push(self.refuse(id.clone(), &error));
                            }
                        }
                        None => {
                            let notice = share::Notice::UnknownKey(key);
                            effects.push(self.refuse(id.clone(), &notice.to_string()));
                        }
                    }
                }
                effects.push(self.post(id, Answer::State(self.state())));
                effects
            }
            Request::Run => {
                if self.is_running() {
                    return vec![self.refuse(id, "A run goes on: stop it first.")];
                }
                let effects = self.run();
                if effects.is_empty() {
                    return vec![self.refuse(id, "No engine can run this scenario here.")];
                }
                self.asked_to_run.push(id);
                effects
            }
            Request::Stop => {
                if !self.is_running() {
                    return vec![self.post(id, Answer::State(self.state()))];
                }
                self.asked_to_stop.push(id);
                self.stop()
            }
        }
    }

    fn field_error(&self, name: &str) -> Option<String> {
        let index = self.params.specs().iter().position(|p| p.name == name)?;
        self.fields.get(index)?.error.clone()
    }

    fn refuse(&self, id: Option<Id>, message: &str) -> Effect {
        let message = message.to_owned();
        self.post(id, Answer::Error { message })
    }

    fn post(&self, id: Option<Id>, answer: Answer) -> Effect {
        Effect::Post(Outbound {
            lockstep: message::VERSION,
            id,
            answer,
        })
    }

    fn about(&self) -> About {
        About {
            version: message::VERSION,
            isolated: self.surroundings.shared_memory,
            engines: self.engine().map(Engine::name).into_iter().collect(),
        }
    }

    fn engine_name(&self) -> &'static str {
        self.engine().map_or("none", Engine::name)
    }

    fn state(&self) -> StateOf {
        StateOf {
            scenario: self.scenario.id,
            params: message::params_of(&self.params),
            engine: self.engine_name(),
            phase: match self.phase {
                Phase::Idle => "idle",
                Phase::Running | Phase::Stopping => "running",
                Phase::Done => "done",
            },
            step: 0,
            steps: 0,
            enabled: Vec::new(),
            facts: message::facts_of(self.report.as_ref()),
        }
    }

    fn result(&self, report: &Report, tally: Tally) -> ResultOf {
        ResultOf {
            scenario: self.running.scenario.id,
            params: message::params_of(&self.running.params),
            engine: self.engine_name(),
            verdict: report.verdict.name(),
            facts: message::facts_of(Some(report)),
            findings: Vec::new(),
            elapsed_ms: report.elapsed_ms,
            events: tally.happened,
            dropped: tally.happened - tally.kept,
            link: format!("?{}", self.running.query),
            message: report.message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::scenario::{Fact, Verdict};

    const TALLY: Tally = Tally {
        happened: 50,
        kept: 20,
    };

    fn session(query: &str) -> Session {
        let surroundings = Surroundings {
            shared_memory: true,
        };
        Session::open(query, surroundings).0
    }

    fn report() -> Report {
        Report {
            verdict: Verdict::Violated,
            facts: vec![Fact::int("lost", 3)],
            elapsed_ms: 1.5,
            message: None,
        }
    }

    fn ended() -> Command {
        Command::Ended {
            report: report(),
            tally: TALLY,
        }
    }

    fn tell(session: &mut Session, message: Value) -> Vec<Value> {
        let mut message = message;
        message["lockstep"] = json!(1);
        let message = serde_json::from_value(message).expect("a message");
        posted(session.apply(Command::Receive(message)))
    }

    fn posted(effects: Vec<Effect>) -> Vec<Value> {
        let posts = effects.into_iter().filter_map(|effect| match effect {
            Effect::Post(message) => Some(serde_json::to_value(message).expect("plain data")),
            _ => None,
        });
        posts.collect()
    }

    #[test]
    fn the_address_follows_every_edit() {
        let mut session = session("threads=4");
        let effects = session.apply(Command::Edit {
            name: "threads",
            text: "6".into(),
        });
        assert_eq!(
            effects,
            [
                Effect::Address("scenario=counter&threads=6&increments=100000&guard=none".into()),
                Effect::Warm(7)
            ]
        );
    }

    #[test]
    fn a_bad_edit_keeps_the_text_shows_the_error_and_uses_the_default() {
        let mut session = session("threads=4&guard=lock");
        session.apply(Command::Edit {
            name: "threads",
            text: "4x".into(),
        });
        assert_eq!(session.fields[0].text, "4x");
        assert_eq!(
            session.fields[0].error.as_deref(),
            Some("threads: “4x” is not a whole number from 1 to 64. The default, 10, is used.")
        );
        assert_eq!(
            session.query(),
            "scenario=counter&threads=10&increments=100000&guard=lock"
        );
        session.apply(Command::Reset);
        assert_eq!(
            session.fields[0],
            Field {
                text: "10".into(),
                error: None
            }
        );
    }

    #[test]
    fn a_run_starts_once_and_ends_once() {
        let mut session = session("threads=2&speed=4");
        let start = session.apply(Command::Run);
        assert_eq!(
            start,
            [Effect::Start {
                query: "scenario=counter&threads=2&increments=100000&guard=none&speed=4".into(),
                threads: 3,
                speed: 4.0
            }]
        );
        assert!(session.apply(Command::Run).is_empty());
        let edit = Command::Edit {
            name: "threads",
            text: "9".into(),
        };
        assert!(session.apply(edit).is_empty(), "no edits while it runs");
        session.apply(ended());
        assert_eq!(session.phase, Phase::Done);
        assert_eq!(session.report, Some(report()));
        assert!(session.apply(ended()).is_empty());
    }

    #[test]
    fn stop_waits_for_the_threads_to_leave() {
        let mut session = session("");
        assert!(session.apply(Command::Stop).is_empty());
        session.apply(Command::Run);
        assert_eq!(session.apply(Command::Stop), [Effect::Stop]);
        assert!(session.is_running());
        assert!(session.apply(Command::Stop).is_empty());
        session.apply(ended());
        assert!(!session.is_running());
    }

    #[test]
    fn without_shared_memory_nothing_runs_and_the_page_says_why() {
        let (mut session, _) = Session::open("", Surroundings::default());
        assert!(session.notices[0].contains("may not share memory"));
        assert!(session.apply(Command::Run).is_empty());
        assert_eq!(session.notices.len(), 1);
        let answer = tell(&mut session, json!({"type": "run", "id": 1}));
        assert_eq!(answer[0]["type"], "error");
    }

    #[test]
    fn an_engine_that_cannot_run_here_gets_a_notice_and_stays_wished_for() {
        let session = session("engine=tasks");
        assert_eq!(
            session.notices,
            ["engine: tasks cannot run this scenario here; workers is used."]
        );
        assert!(session.query().ends_with("&engine=tasks"));
    }

    #[test]
    fn a_link_opened_while_a_run_goes_on_stops_it_and_does_not_show_its_end() {
        let mut session = session("");
        tell(&mut session, json!({"type": "run", "id": 1}));
        let effects = session.apply(Command::Open("threads=3".into()));
        assert_eq!(effects[0], Effect::Stop);
        assert!(session.is_running(), "its threads are still leaving");
        let answers = posted(session.apply(ended()));
        assert_eq!(
            answers[0]["params"]["threads"], 10,
            "it answers for what ran"
        );
        assert_eq!((session.phase, &session.report), (Phase::Idle, &None));
        assert_eq!(session.params.int("threads"), 3);
    }

    #[test]
    fn autorun_runs() {
        let surroundings = Surroundings {
            shared_memory: true,
        };
        let (session, effects) = Session::open("autorun=1", surroundings);
        assert!(session.is_running());
        assert!(matches!(effects.last(), Some(Effect::Start { .. })));
    }

    #[test]
    fn ping_get_and_set_are_answered_at_once() {
        let mut session = session("threads=4");
        assert_eq!(
            tell(&mut session, json!({"type": "ping", "id": 1})),
            [json!({"lockstep": 1, "id": 1.0, "type": "pong",
                "version": 1, "isolated": true, "engines": ["workers"]})]
        );
        let answers = tell(
            &mut session,
            json!({"type": "set", "id": 2,
            "params": {"threads": 8, "guard": "mutex", "bogus": 1}}),
        );
        let kinds: Vec<_> = answers.iter().map(|a| a["type"].clone()).collect();
        assert_eq!(kinds, ["error", "error", "state"]);
        assert!(answers.iter().all(|a| a["id"] == 2.0));
        assert_eq!(
            answers[2],
            json!({"lockstep": 1, "id": 2.0, "type": "state",
                "scenario": "counter",
                "params": {"threads": 8, "increments": 100000, "guard": "none"},
                "engine": "workers", "phase": "idle",
                "step": 0, "steps": 0, "enabled": [], "facts": {}})
        );
    }

    #[test]
    fn run_is_answered_with_the_result_and_stop_with_the_state() {
        let mut session = session("threads=2");
        assert!(tell(&mut session, json!({"type": "run", "id": "r"})).is_empty());
        assert!(tell(&mut session, json!({"type": "stop", "id": "s"})).is_empty());
        let busy = tell(
            &mut session,
            json!({"type": "set", "id": "x", "params": {}}),
        );
        assert_eq!(busy[0]["type"], "error");
        let answers = posted(session.apply(ended()));
        assert_eq!(
            answers[0],
            json!({"lockstep": 1, "id": "r", "type": "result",
                "scenario": "counter",
                "params": {"threads": 2, "increments": 100000, "guard": "none"},
                "engine": "workers", "verdict": "violated", "facts": {"lost": 3},
                "findings": [], "elapsed_ms": 1.5, "events": 50, "dropped": 30,
                "link": "?scenario=counter&threads=2&increments=100000&guard=none"})
        );
        assert_eq!(
            (&answers[1]["id"], &answers[1]["type"], &answers[1]["phase"]),
            (&json!("s"), &json!("state"), &json!("done"))
        );
    }
}
