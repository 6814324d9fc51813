//! The messages of page and embedder, version 1: plain objects with
//! `lockstep: 1`, whatever carries them.

mod loose;

use serde::Serialize;

pub use self::loose::{Fields, Loose};
use super::exploration::{Exploration, FindingOf};
use super::why::Reason;
use crate::base::{Named, Scalar};
use crate::scenario::{Fact, FactValue, Params, Report, Value};
use crate::words::embed as says;

pub const VERSION: u32 = 1;

/// A message from the embedder. What is none is not for us, or newer than we are, and is
/// ignored.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    /// Comes back in the answer: what an embedder calls its message by.
    pub id: Option<Scalar>,
    pub request: Request,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// It is of a type that there is, and a field of it is wrong: why.
    Malformed(String),
    Ping,
    Get,
    Set {
        params: Named<Scalar>,
        /// The colours: `auto`, `light` or `dark`.
        theme: Option<String>,
    },
    Run,
    Stop,
    /// So many steps on, or back, of the model's run.
    Step {
        by: i64,
    },
    Explore {
        /// States after which the search is given up, or executions where they are drawn.
        limit: Option<u64>,
        /// The most preemptions of an execution.
        preemptions: Option<u32>,
        /// For random executions, until the limit.
        seed: Option<u64>,
        /// Whether sleeps and deadlines end in the order of their times.
        clock: Option<bool>,
    },
}

impl Inbound {
    /// The message in what was sent, if it is one of this version. A field is looked at when it
    /// is needed: one that is wrong is told, and spoils nothing else.
    pub fn read(sent: &impl Fields) -> Option<Inbound> {
        let version = Loose::Scalar(Scalar::Int(VERSION.into()));
        let kind = match (sent.field("lockstep")?, sent.field("type")?) {
            (number, Loose::Scalar(Scalar::Text(kind))) if number == version => kind,
            _ => return None,
        };
        let request = match kind.as_str() {
            "ping" => Ok(Request::Ping),
            "get" => Ok(Request::Get),
            "set" => set(sent),
            "run" => Ok(Request::Run),
            "stop" => Ok(Request::Stop),
            "step" => match whole("by", sent) {
                Ok(Some(by)) => Ok(Request::Step { by }),
                Ok(None) => Err(says::STEP_NEEDS_BY.to_owned()),
                Err(why) => Err(why),
            },
            "explore" => explore(sent),
            _ => return None,
        };
        Some(Inbound {
            id: sent.field("id").and_then(Loose::scalar),
            request: request.unwrap_or_else(Request::Malformed),
        })
    }
}

fn set(sent: &impl Fields) -> Result<Request, String> {
    let theme = match sent.field("theme").map(Loose::scalar) {
        None => None,
        Some(Some(Scalar::Text(theme))) => Some(theme),
        Some(_) => return Err(says::THEME.to_owned()),
    };
    let params = match sent.field("params") {
        None => Vec::new(),
        Some(Loose::Object(params)) => params,
        Some(_) => return Err(says::PARAMS.to_owned()),
    };
    let params = params
        .into_iter()
        .map(|(name, value)| match value.scalar() {
            Some(value) => Ok((name, value)),
            None => Err(says::no_value(&name)),
        });
    Ok(Request::Set {
        params: Named(params.collect::<Result<_, _>>()?),
        theme,
    })
}

fn explore(sent: &impl Fields) -> Result<Request, String> {
    // Of an earlier way to search: it changes nothing any more.
    yes_or_no("reduction", sent)?;
    Ok(Request::Explore {
        limit: whole("limit", sent)?,
        clock: yes_or_no("clock", sent)?,
        preemptions: whole("preemptions", sent)?,
        seed: whole("seed", sent)?,
    })
}

/// A field that is true or false, if it is there.
fn yes_or_no(name: &str, sent: &impl Fields) -> Result<Option<bool>, String> {
    match sent.field(name).map(Loose::scalar) {
        None => Ok(None),
        Some(Some(Scalar::Bool(yes))) => Ok(Some(yes)),
        Some(_) => Err(says::not_true_or_false(name)),
    }
}

/// Greater whole numbers JavaScript does not tell apart.
const MOST_WHOLE: i64 = (1 << 53) - 1;

/// A field that holds a whole number, if it is there.
fn whole<T: TryFrom<i64>>(name: &str, sent: &impl Fields) -> Result<Option<T>, String> {
    let most = match T::try_from(MOST_WHOLE) {
        Ok(_) => MOST_WHOLE,
        Err(_) => i64::from(u32::MAX),
    };
    let wrong = || match T::try_from(-1) {
        Ok(_) => says::not_whole(name),
        Err(_) => says::not_whole_up_to(name, most),
    };
    match sent.field(name).map(Loose::scalar) {
        None => Ok(None),
        Some(Some(Scalar::Int(n))) => T::try_from(n).map(Some).map_err(|_| wrong()),
        Some(_) => Err(wrong()),
    }
}

/// A parameter's value as a message carries it.
fn scalar(value: Value) -> Scalar {
    match value {
        Value::Int(n) => Scalar::Int(n),
        Value::Index(Some(n)) => Scalar::Int(n),
        other => Scalar::Text(other.to_string()),
    }
}

/// A message to the embedder.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outbound {
    pub lockstep: u32,
    /// The `id` that it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Scalar>,
    #[serde(flatten)]
    pub answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Answer {
    Ready(About),
    Pong(About),
    State(StateOf),
    Result(ResultOf),
    /// Executions that were made so far.
    Progress {
        done: u64,
    },
    Explored(Exploration),
    Error {
        message: String,
    },
}

/// What this Lockstep can do here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct About {
    pub version: u32,
    /// Whether memory can be shared with workers.
    pub isolated: bool,
    pub engines: Vec<&'static str>,
}

/// Where the session stands. Steps belong to the model engine: 0 without one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateOf {
    pub scenario: &'static str,
    pub params: Named<Scalar>,
    pub engine: &'static str,
    pub phase: &'static str,
    pub step: u64,
    pub steps: u64,
    pub enabled: Vec<u16>,
    pub facts: Named<FactValue>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ResultOf {
    pub scenario: &'static str,
    pub params: Named<Scalar>,
    pub engine: &'static str,
    pub verdict: &'static str,
    pub facts: Named<FactValue>,
    /// Why the run's threads wait for ever, if they do.
    pub findings: Vec<FindingOf>,
    /// Why it went wrong, in words, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<Reason>,
    pub elapsed_ms: f64,
    /// Events that happened, and how many of them were not recorded.
    pub events: u64,
    pub dropped: u64,
    pub link: String,
    /// What went wrong, for the verdict `error`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Parameters as a message carries them.
pub fn params_of(params: &Params) -> Named<Scalar> {
    params
        .iter()
        .map(|(name, value)| (name.to_owned(), scalar(value)))
        .collect()
}

/// The facts of a report as a message carries them, `elapsed_ms` beside it.
pub fn facts_of(report: Option<&Report>) -> Named<FactValue> {
    let facts = report.map_or(&[][..], |r| &r.facts);
    facts
        .iter()
        .map(|Fact { name, value }| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn inbound(value: serde_json::Value) -> Option<Inbound> {
        Inbound::read(&value)
    }

    #[test]
    fn requests_are_read_with_their_ids() {
        let set = inbound(json!({
            "lockstep": 1, "type": "set", "id": "a7",
            "params": {"threads": 4, "guard": "lock"}, "later": [1, 2]
        }))
        .expect("a set");
        assert_eq!(set.id, Some(Scalar::Text("a7".into())));
        let Request::Set { params, .. } = set.request else {
            panic!("not a set: {:?}", set.request)
        };
        assert_eq!(params.get("threads"), Some(&Scalar::Int(4)));
        assert_eq!(params.get("guard"), Some(&Scalar::Text("lock".into())));
        let explore = inbound(json!({"lockstep": 1, "type": "explore", "limit": 50}));
        assert_eq!(
            explore.map(|message| message.request),
            Some(Request::Explore {
                limit: Some(50),
                preemptions: None,
                seed: None,
                clock: None,
            })
        );
        let ping = inbound(json!({"lockstep": 1, "type": "ping"})).expect("a ping");
        assert_eq!((ping.request, ping.id), (Request::Ping, None));
    }

    #[test]
    fn what_is_not_a_message_is_none() {
        for value in [
            json!(null),
            json!("ping"),
            json!({"type": "ping"}),
            json!({"lockstep": 1}),
            json!({"lockstep": 1, "type": "dance"}),
            json!({"lockstep": "1", "type": "ping"}),
        ] {
            assert_eq!(inbound(value.clone()), None, "{value}");
        }
    }

    #[test]
    fn a_wrong_field_is_told_with_the_id() {
        for (message, why) in [
            (
                json!({"type": "explore", "limit": -3}),
                "limit is a whole number from 0 to 9,007,199,254,740,991.",
            ),
            (
                json!({"type": "explore", "limit": 1.5}),
                "limit is a whole number from 0 to 9,007,199,254,740,991.",
            ),
            (
                json!({"type": "explore", "limit": 1e300}),
                "limit is a whole number from 0 to 9,007,199,254,740,991.",
            ),
            (
                json!({"type": "explore", "limit": [1]}),
                "limit is a whole number from 0 to 9,007,199,254,740,991.",
            ),
            (
                json!({"type": "explore", "seed": "x"}),
                "seed is a whole number from 0 to 9,007,199,254,740,991.",
            ),
            (
                json!({"type": "explore", "preemptions": 1e10}),
                "preemptions is a whole number from 0 to 4,294,967,295.",
            ),
            (
                json!({"type": "explore", "reduction": "no"}),
                "reduction is true or false.",
            ),
            (
                json!({"type": "explore", "clock": "keep"}),
                "clock is true or false.",
            ),
            (json!({"type": "step"}), "step needs by, a whole number."),
            (json!({"type": "step", "by": "1"}), "by is a whole number."),
            (
                json!({"type": "set", "params": 5}),
                "params is an object, of values by name.",
            ),
            (
                json!({"type": "set", "params": {"threads": {"a": 1}}}),
                "threads is a number, a text, true or false.",
            ),
            (
                json!({"type": "set", "theme": 1}),
                "theme is one of auto, light, dark.",
            ),
        ] {
            let mut whole = message.clone();
            whole["lockstep"] = json!(1);
            whole["id"] = json!("x");
            let told = inbound(whole).expect("it is answered");
            assert_eq!(told.id, Some(Scalar::Text("x".into())), "{message}");
            assert_eq!(told.request, Request::Malformed(why.into()), "{message}");
        }
        // An id that is none is not answered by, and the rest is heard.
        let stop = inbound(json!({"lockstep": 1, "type": "stop", "id": {"a": 1}}));
        let stop = stop.expect("a stop");
        assert_eq!((stop.id, stop.request), (None, Request::Stop));
    }

    #[test]
    fn parameters_are_numbers_where_they_are_and_texts_else() {
        let of = |id: &str| {
            let scenario = crate::scenario::find(id).expect("registered");
            let mut params = Params::new(scenario.params);
            params.set("fail", "2");
            serde_json::to_value(params_of(&params)).expect("serializable")
        };
        assert_eq!(of("threads"), json!({"delays": "2000,1000"}));
        assert_eq!(of("barrier")["abort_by"], json!("none"));
        assert_eq!(of("downloads")["fail"], json!(2));
    }

    #[test]
    fn answers_are_flat_objects() {
        let pong = Outbound {
            lockstep: VERSION,
            id: Some(Scalar::Int(7)),
            answer: Answer::Pong(About {
                version: VERSION,
                isolated: true,
                engines: vec!["workers"],
            }),
        };
        assert_eq!(
            serde_json::to_value(&pong).expect("serializable"),
            json!({
                "lockstep": 1, "id": 7, "type": "pong",
                "version": 1, "isolated": true, "engines": ["workers"]
            })
        );
    }
}
