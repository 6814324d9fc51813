//! Luck and certainty: what many runs on real threads come to, beside what all interleavings
//! come to.

use super::exploration::{Exploration, count_in_words};
use crate::explore::Count;
use crate::scenario::{Report, Verdict};
use crate::words::run as says;

/// Runs of one setting, one after the other: how many came to which verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Luck {
    /// In the order in which they were come to first.
    counts: Vec<(Verdict, u32)>,
    left: u32,
}

impl Luck {
    /// How many runs there are to be.
    pub const RUNS: u32 = 100;

    pub(super) fn new() -> Luck {
        Luck {
            counts: Vec::new(),
            left: Luck::RUNS,
        }
    }

    /// Lets no other run follow.
    pub(super) fn end(&mut self) {
        self.left = 0;
    }

    /// Counts a run. One that came to an error and no facts ends it: threads may not even
    /// have been there.
    pub(super) fn count(&mut self, report: &Report) {
        if !self.goes_on() {
            return;
        }
        self.left -= 1;
        let verdict = report.verdict;
        if verdict == Verdict::Error && report.facts.is_empty() {
            self.end();
        }
        match self.counts.iter_mut().find(|(its, _)| *its == verdict) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((verdict, 1)),
        }
    }

    /// Whether there is to be another run.
    pub fn goes_on(&self) -> bool {
        self.left > 0
    }

    /// How often it came to what, and in how many of all interleavings it goes wrong, if that
    /// was found.
    pub fn in_words(&self, explored: Option<&Exploration>) -> String {
        let runs: u32 = self.counts.iter().map(|(_, count)| count).sum();
        let mut counts = self.counts.clone();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let each: Vec<String> = counts
            .iter()
            .map(|(verdict, count)| format!("{count} {}", verdict.name()))
            .collect();
        let mut words = says::luck(runs, &each.join(", "), self.goes_on());
        if let Some((wrong, all)) = explored.and_then(certainty) {
            words += &says::certainty(&count_in_words(all), &count_in_words(wrong));
        }
        words
    }
}

/// Of how many interleavings how many go wrong, if all were counted.
fn certainty(explored: &Exploration) -> Option<(Count, Count)> {
    let all = explored.interleavings.filter(|_| explored.complete)?;
    let mut wrong = Count::default();
    for outcome in &explored.outcomes {
        if outcome.verdict != Verdict::Ok {
            wrong.add(outcome.count?);
        }
    }
    (explored.outcomes_untold == 0).then_some((wrong, all))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::exploration::{Wish, explore_link};
    use crate::share;

    fn report(verdict: Verdict) -> Report {
        Report {
            verdict,
            ..Report::stopped(1.0)
        }
    }

    #[test]
    fn runs_are_counted_until_they_are_enough_or_one_is_stopped() {
        let mut luck = Luck::new();
        (0..62).for_each(|_| luck.count(&report(Verdict::Violated)));
        luck.count(&report(Verdict::Ok));
        assert!(luck.goes_on());
        assert_eq!(
            luck.in_words(None),
            "63 runs on real threads so far: 62 violated, 1 ok."
        );
        let mut stopped = luck.clone();
        stopped.end();
        stopped.count(&report(Verdict::Ok));
        assert!(!stopped.goes_on());
        assert_eq!(
            stopped.in_words(None),
            "63 runs on real threads: 62 violated, 1 ok."
        );
        let mut failed = luck.clone();
        failed.count(&Report::error("no worker".into(), 0.0));
        assert!(!failed.goes_on());
        (0..37).for_each(|_| luck.count(&report(Verdict::Ok)));
        assert!(!luck.goes_on());
        assert_eq!(
            luck.in_words(None),
            "100 runs on real threads: 62 violated, 38 ok."
        );
    }

    #[test]
    fn beside_them_stands_what_all_interleavings_come_to() {
        let (link, _) = share::read("scenario=counter&threads=2&increments=2&guard=none");
        let found = explore_link(&link, link.scenario.on_model(), Wish::default(), |_| true);
        let mut luck = Luck::new();
        luck.count(&report(Verdict::Ok));
        luck.end();
        assert_eq!(
            luck.in_words(Some(&found)),
            "1 run on real threads: 1 ok. Of all 70 interleavings 64 go wrong."
        );
    }
}
