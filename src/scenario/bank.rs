//! Transfers between accounts, under several ways to lock them.

use std::sync::Arc;
use std::time::Duration;

use super::help::{fact, help};
use super::listing::listing;
use super::outcome::{Fact, Outcome, Report, Verdict};
use super::param::{Kind, Param};
use super::params::Params;
use super::{Scenario, TryNext};
use crate::base::random::Dice;
use crate::platform::Platform;
use crate::pool::{Thread, sleep};
use crate::sync::{Error, Lock, RLock, SharedCell, with};
use crate::words::number::{counted, grouped};

pub static SCENARIO: Scenario = Scenario {
    id: "bank",
    version: 2,
    title: "Bank transfers",
    try_next: &[
        TryNext {
            label: "Lock in the order of the accounts",
            explore: false,
            set: &[("strategy", "ordered")],
        },
        TryNext {
            label: "Use no lock, in one direction",
            explore: false,
            set: &[("strategy", "none"), ("pattern", "one-way")],
        },
        TryNext {
            label: "Transfer in one direction only",
            explore: false,
            set: &[("pattern", "one-way"), ("strategy", "fine")],
        },
    ],
    params: &[
        Param {
            name: "balances",
            help: help("What the accounts hold in the beginning."),
            unit: "",
            kind: Kind::List {
                min: 0,
                max: 1_000_000_000,
                least: 2,
                most: 16,
            },
            default: "100,0",
        },
        Param::count("threads", "How many threads make transfers.", "2"),
        Param::int(
            "transfers",
            "How many each of them makes.",
            1,
            1_000_000,
            "1",
        ),
        Param {
            unit: "units",
            ..Param::int(
                "amount",
                "How much a transfer moves; where there is less, it is refused.",
                1,
                1_000_000_000,
                "50",
            )
        },
        Param::choice(
            "pattern",
            "From which account to which: 0 to 1 for all, 1 to 0 for every second thread, or by chance.",
            &["one-way", "opposite", "random"],
            "opposite",
        ),
        Param::choice(
            "strategy",
            "What is locked: nothing, the whole bank, source before destination, or the lower \
             account first.",
            &["none", "coarse", "fine", "ordered"],
            "fine",
        ),
        Param::ms_up_to(
            1000,
            "pause_ms",
            "How long a transfer dawdles between its two locks, or between reading and writing.",
            "10",
        ),
    ],
    facts: &[
        fact("balances", "what each account holds in the end"),
        fact("total", "their sum"),
        fact("expected_total", "the sum in the beginning"),
        fact("done", "transfers that were made"),
        fact("refused", "transfers for which there was too little money"),
    ],
    chart: None,
    max_threads: |params| params.count("threads") + 1,
    in_words,
    listing: listing!("bank", "bank.rs"),
};

fn in_words(report: &Report) -> String {
    let done = counted(report.int("done"), "transfer");
    match report.verdict {
        Verdict::Violated => {
            let made = report.int("total") - report.int("expected_total");
            let how = if made > 0 {
                "made from nothing"
            } else {
                "lost"
            };
            format!("{done}, and {} {how}", grouped(made.abs()))
        }
        _ => format!("{done}, and the total is right"),
    }
}

struct Bank<P: Platform> {
    accounts: Vec<Account<P>>,
    lock: Arc<Lock<P>>,
    strategy: &'static str,
    amount: i64,
    pause: Duration,
}

struct Account<P: Platform> {
    balance: Arc<SharedCell<P>>,
    lock: Arc<RLock<P>>,
}

impl<P: Platform> Bank<P> {
    fn new(params: &Params) -> Arc<Bank<P>> {
        let account = |(k, balance): (usize, i64)| Account {
            balance: SharedCell::new(&format!("balances[{k}]"), balance),
            lock: RLock::new(&format!("locks[{k}]")),
        };
        Arc::new(Bank {
            accounts: (0..).zip(params.list("balances")).map(account).collect(),
            lock: Lock::new("bank_lock"),
            strategy: params.choice("strategy"),
            amount: params.int("amount"),
            pause: params.ms("pause_ms"),
        })
    }
}

pub async fn run<P: Platform>(params: Params) -> Result<Outcome, Error> {
    let bank = Bank::<P>::new(&params);
    let pattern = params.choice("pattern");
    let transfers = params.int("transfers");
    let seed = params.seed;

    let threads: Vec<_> = (0..params.count("threads"))
        .map(|k| {
            let bank = bank.clone();
            Thread::<P, i64>::new(format!("Worker-{k}"), async move || {
                let mut dice = Dice::new(seed.wrapping_add(k as u64));
                let mut done = 0;
                for _ in 0..transfers {
                    let (from, to) = route(pattern, k, bank.accounts.len(), &mut dice);
                    done += i64::from(bank.transfer(from, to).await);
                }
                done
            })
        })
        .collect();
    for thread in &threads {
        thread.start().await?; // @1
    }
    let mut done = 0;
    for thread in &threads {
        done += thread.join().await?; // @2
    }

    let mut balances = Vec::new();
    for account in &bank.accounts {
        balances.push(account.balance.load().await); // @3
    }
    let total: i64 = balances.iter().sum();
    let expected: i64 = params.list("balances").iter().sum();
    let facts = vec![
        Fact::list("balances", balances),
        Fact::int("total", total),
        Fact::int("expected_total", expected),
        Fact::int("done", done),
        Fact::int("refused", threads.len() as i64 * transfers - done),
    ];
    Ok(Outcome::new(total == expected, facts))
}

/// Source and destination of a transfer of thread `k`.
fn route(pattern: &str, k: usize, accounts: usize, dice: &mut Dice) -> (usize, usize) {
    match pattern {
        "random" => {
            let source = dice.below(accounts);
            // Any of the others.
            let step = 1 + dice.below(accounts - 1);
            (source, (source + step) % accounts)
        }
        "opposite" if k % 2 == 1 => (1, 0),
        _ => (0, 1),
    }
}

impl<P: Platform> Bank<P> {
    /// Whether there was enough money.
    async fn transfer(&self, from: usize, to: usize) -> bool {
        let move_money = async || self.withdraw(from).await && self.deposit(to).await;
        match self.strategy {
            "none" => return move_money().await,
            "coarse" => return with(&*self.lock, move_money).await, // @4
            _ => {}
        }
        let (first, second) = match self.strategy {
            "ordered" => (from.min(to), from.max(to)),
            _ => (from, to),
        };
        let both_held = async || {
            with(&*self.accounts[from].lock, async || self.withdraw(from).await).await // @7
                && with(&*self.accounts[to].lock, async || self.deposit(to).await).await // @8
        };
        let first_held = async || {
            sleep::<P>(self.pause).await; // @13
            with(&*self.accounts[second].lock, both_held).await // @6
        };
        with(&*self.accounts[first].lock, first_held).await // @5
    }

    async fn withdraw(&self, from: usize) -> bool {
        let account = &self.accounts[from];
        let balance = account.balance.load().await; // @9
        if balance < self.amount {
            return false;
        }
        if matches!(self.strategy, "none" | "coarse") {
            sleep::<P>(self.pause).await; // @14
        }
        account.balance.store(balance - self.amount).await; // @10
        true
    }

    async fn deposit(&self, to: usize) -> bool {
        let account = &self.accounts[to];
        let balance = account.balance.load().await; // @11
        account.balance.store(balance + self.amount).await; // @12
        true
    }
}
