//! What a learner expects of a setting before it is run for the first time, and whether it
//! came so. A few scenarios ask, whose answer surprises most.

use crate::base::number::{counted, grouped};
use crate::scenario::{FactValue, Params, Report, Scenario, Verdict};

/// A question, and what it can be answered with.
pub struct Question {
    pub words: String,
    pub answers: Vec<Answer>,
}

/// An answer: its words, and whether a run that ended so agrees with it.
pub struct Answer {
    pub words: String,
    fits: fn(&Report) -> bool,
}

impl Answer {
    fn new(words: impl Into<String>, fits: fn(&Report) -> bool) -> Answer {
        Answer {
            words: words.into(),
            fits,
        }
    }

    /// What is said of it once the setting was run; nothing of a run that was stopped or cut.
    pub fn revealed(&self, report: &Report) -> Option<String> {
        if matches!(report.verdict, Verdict::Stopped | Verdict::Incomplete) {
            return None;
        }
        let words = &self.words;
        Some(match (self.fits)(report) {
            true => format!("You said: {words}. So it came, this time. Does it always?"),
            false => format!("You said: {words}. It came otherwise."),
        })
    }
}

/// What is asked of a setting, if anything is.
pub fn question(scenario: &Scenario, params: &Params) -> Option<Question> {
    match scenario.id {
        "counter" => Some(of_counter(params)),
        "bank" => Some(of_bank(params)),
        "barrier" => Some(of_barrier(params)),
        _ => None,
    }
}

fn of_counter(params: &Params) -> Question {
    let (threads, increments) = (params.int("threads"), params.int("increments"));
    let all = grouped(threads * increments);
    let times = match increments {
        1 => "once each".to_owned(),
        _ => format!("{} times each", grouped(increments)),
    };
    let words = format!(
        "{} add 1 to counter, {times}. What will it be?",
        counted(threads, "thread")
    );
    let answers = vec![
        Answer::new(all.clone(), |report| {
            number(report, "counter") == number(report, "expected")
        }),
        Answer::new(format!("less than {all}"), |report| {
            number(report, "counter") < number(report, "expected")
        }),
        Answer::new(format!("more than {all}"), |report| {
            number(report, "counter") > number(report, "expected")
        }),
        Answer::new("nothing, since it never ends", deadlocks),
    ];
    Question { words, answers }
}

fn of_bank(params: &Params) -> Question {
    let threads = counted(params.int("threads"), "thread");
    let words = format!("{threads} transfer money between accounts. How will it end?");
    let answers = vec![
        Answer::new(
            "every transfer is made or refused, and no money is lost",
            |report| report.verdict == Verdict::Ok,
        ),
        Answer::new("money is lost, or appears", |report| {
            report.verdict == Verdict::Violated
        }),
        Answer::new("threads wait for each other for ever", deadlocks),
        Answer::new("a thread raises an exception", |report| {
            report.verdict == Verdict::Error
        }),
    ];
    Question { words, answers }
}

fn of_barrier(params: &Params) -> Question {
    let workers = counted(params.int("parties"), "worker");
    let rounds = counted(params.int("rounds"), "round");
    let words = format!(
        "{workers} work through {rounds}, each slower than the one before, with a barrier at the \
         end of a round. What will happen?"
    );
    let answers = vec![
        Answer::new("all wait for the slowest, in every round", |report| {
            report.verdict == Verdict::Ok && !is_broken(report)
        }),
        Answer::new("who is fast begins the next round alone", |report| {
            report.verdict == Verdict::Violated
        }),
        Answer::new("they wait for ever", deadlocks),
        Answer::new("the barrier breaks", is_broken),
    ];
    Question { words, answers }
}

/// Whether the barrier is broken in the end.
fn is_broken(report: &Report) -> bool {
    let broken = report.facts.iter().find(|fact| fact.name == "broken");
    broken.is_some_and(|fact| fact.value == FactValue::Text("yes".to_owned()))
}

fn deadlocks(report: &Report) -> bool {
    report.verdict == Verdict::Deadlock
}

/// A fact that is a number; none of a run that did not come so far.
fn number(report: &Report, name: &str) -> Option<i64> {
    let fact = report.facts.iter().find(|fact| fact.name == name)?;
    match fact.value {
        FactValue::Int(number) => Some(number),
        FactValue::Text(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::playback::play;
    use crate::share;

    /// The one answer that fits what a link's run on the model comes to.
    fn right(query: &str) -> (usize, Vec<Option<String>>) {
        let (link, notices) = share::read(query);
        assert!(notices.is_empty(), "{query}");
        let report = play(&link, link.scenario.on_model()).report;
        let question = question(link.scenario, &link.params).expect("it asks");
        let answers = question.answers.iter();
        let fit: Vec<bool> = answers
            .clone()
            .map(|answer| (answer.fits)(&report))
            .collect();
        assert_eq!(
            fit.iter().filter(|fits| **fits).count(),
            1,
            "{query}: {fit:?}"
        );
        let right = fit.iter().position(|fits| *fits).expect("it is one");
        (
            right,
            answers.map(|answer| answer.revealed(&report)).collect(),
        )
    }

    #[test]
    fn just_one_answer_fits_each_ending() {
        for (query, fits) in [
            ("scenario=counter&threads=2&increments=2&guard=lock", 0),
            // The first sight: 3 of 4.
            (
                "scenario=counter&threads=2&increments=2&engine=model&schedule=AgIFEA",
                1,
            ),
            ("scenario=bank&strategy=ordered", 0),
            ("scenario=bank&strategy=fine&pause_ms=10", 2),
            ("scenario=barrier", 0),
            ("scenario=barrier&abort_by=1", 3),
        ] {
            let query = format!("{query}&engine=model");
            assert_eq!(right(&query).0, fits, "{query}");
        }
    }

    #[test]
    fn what_was_said_is_held_against_what_came() {
        let (_, revealed) =
            right("scenario=counter&threads=2&increments=2&guard=lock&engine=model");
        let revealed: Vec<String> = revealed.into_iter().flatten().collect();
        assert_eq!(
            revealed[..2],
            [
                "You said: 4. So it came, this time. Does it always?",
                "You said: less than 4. It came otherwise."
            ]
        );
        assert_eq!(revealed.len(), 4);
    }

    #[test]
    fn others_do_not_ask() {
        let (link, _) = share::read("scenario=threads");
        assert!(question(link.scenario, &link.params).is_none());
    }
}
