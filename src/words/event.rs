//! What threads do, and are about to do.

use super::number::{self, grouped};
use std::time::Duration;

/// What is said in place of an object that has no name.
pub const ANOTHER_THREAD: &str = "another thread";
pub const ANOTHER_TASK: &str = "another task";

/// A thread that has no name.
pub fn thread(index: u16) -> String {
    format!("thread {index}")
}

/// What a thread waits for that joins another.
pub fn end_of(thread: &str) -> String {
    format!("the end of {thread}")
}

pub fn answer_to(request: &str) -> String {
    format!("the answer to {request}")
}

/// A sentence: who, and one of the words below.
pub fn does(who: &str, what: &str) -> String {
    format!("{who} {what}")
}

pub const BEGINS: &str = "begins";
pub const FINISHES: &str = "finishes";
pub const RAISES: &str = "raises an exception that nobody catches";
pub const IS_CANCELLED: &str = "is cancelled";
pub const IS_AWAKE: &str = "is awake again";
pub const HAS_SLEPT: &str = "has slept enough";
pub const SLEEPS: &str = "sleeps";
pub const GOES_ON: &str = "goes on";

pub fn sleeps(time: Duration) -> String {
    format!("sleeps {}", number::duration(time))
}

pub fn starts(thread: &str) -> String {
    format!("starts {thread}")
}

pub fn joins(thread: &str) -> String {
    format!("joins {thread}")
}

pub fn cancels(task: &str) -> String {
    format!("cancels {task}")
}

pub fn waits_for(object: &str) -> String {
    format!("waits for {object}")
}

pub fn waits_no_longer_for(object: &str) -> String {
    format!("waits no longer for {object}")
}

/// It waits for what it holds itself.
pub fn waits_for_its_own(object: &str) -> String {
    format!("waits for {object}, which it holds itself")
}

pub fn waits_for_held(object: &str, holder: &str) -> String {
    format!("waits for {object}, which {holder} holds")
}

pub fn acquires(object: &str) -> String {
    format!("acquires {object}")
}

pub fn releases(object: &str) -> String {
    format!("releases {object}")
}

pub fn releases_and_waits(condition: &str) -> String {
    format!("releases {condition} and waits to be notified")
}

pub fn reads(cell: &str, value: &str) -> String {
    format!("reads {value} from {cell}")
}

/// Without its value, which is not a number or not known.
pub fn reads_it(variable: &str) -> String {
    format!("reads {variable}")
}

pub fn writes_it(variable: &str) -> String {
    format!("writes {variable}")
}

pub fn updates_it(variable: &str) -> String {
    format!("changes {variable}")
}

pub fn writes(cell: &str, value: &str) -> String {
    format!("writes {value} to {cell}")
}

/// Python's name of a truth value.
pub fn truth(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// `value` is what there is then.
pub fn adds_to(cell: &str, value: i64) -> String {
    format!("adds to {cell}: {}", grouped(value))
}

pub fn sets(object: &str) -> String {
    format!("sets {object}")
}

pub fn clears(object: &str) -> String {
    format!("clears {object}")
}

pub fn notifies(condition: &str, waiters: i64) -> String {
    format!(
        "notifies {} of {condition}",
        number::counted(waiters, "waiter")
    )
}

pub fn puts_into(queue: &str, items: i64) -> String {
    format!("puts an item into {queue}: it holds {}", grouped(items))
}

pub fn takes_from(queue: &str, items: i64) -> String {
    format!("takes an item from {queue}: {} left", grouped(items))
}

pub fn deals_with_item_of(queue: &str) -> String {
    format!("has dealt with an item of {queue}")
}

pub fn submits_to(pool: &str, waiting: i64) -> String {
    format!("submits a task to {pool}: {} waiting", grouped(waiting))
}

pub fn takes_task_from(pool: &str, waiting: i64) -> String {
    format!("takes a task from {pool}: {} waiting", grouped(waiting))
}

pub fn cancels_task_of(pool: &str) -> String {
    format!("cancels a task of {pool}")
}

pub fn finishes_task_of(pool: &str) -> String {
    format!("finishes a task of {pool}")
}

pub fn has_result_from(pool: &str) -> String {
    format!("has a result from {pool}")
}

/// A request without an answer.
pub fn gives_up_on(request: &str) -> String {
    format!("gives up on {request}")
}

pub fn has_answer(request: &str, status: i64) -> String {
    format!("has {request}: {status}")
}

pub fn lines_up_at(object: &str) -> String {
    format!("lines up at {object}")
}

pub fn passes(object: &str) -> String {
    format!("passes {object}")
}

pub fn comes_to(barrier: &str, number: i64) -> String {
    format!("comes to {barrier} as number {}", grouped(number))
}

// What a thread is about to do: it waits to …

pub const TO_BEGIN: &str = "begin";
pub const TO_FINISH: &str = "finish";
pub const TO_SLEEP: &str = "sleep";
pub const TO_GO_ON: &str = "go on";
pub const TO_GO_ON_AFTER_SLEEP: &str = "go on after its sleep";

pub fn waits_to(intent: &str) -> String {
    format!("waits to {intent}")
}

pub fn to_get(object: &str) -> String {
    format!("get {object}")
}

pub fn to_give_up(name: &str) -> String {
    format!("give up waiting for {name}")
}

pub fn to_start(name: &str) -> String {
    format!("start {name}")
}

pub fn to_join(name: &str) -> String {
    format!("join {name}")
}

pub fn to_read(name: &str) -> String {
    format!("read {name}")
}

pub fn to_write(name: &str) -> String {
    format!("write {name}")
}

pub fn to_add_to(name: &str) -> String {
    format!("add to {name}")
}

pub fn to_acquire(name: &str) -> String {
    format!("acquire {name}")
}

pub fn to_release(name: &str) -> String {
    format!("release {name}")
}

pub fn to_set(name: &str) -> String {
    format!("set {name}")
}

pub fn to_notify(name: &str) -> String {
    format!("notify {name}")
}

pub fn to_wait_on(name: &str) -> String {
    format!("wait on {name}")
}

pub fn to_put_into(name: &str) -> String {
    format!("put into {name}")
}

pub fn to_take_from(name: &str) -> String {
    format!("take from {name}")
}

pub fn to_cancel(name: &str) -> String {
    format!("cancel {name}")
}

pub fn to_go_on_with(name: &str) -> String {
    format!("go on with {name}")
}
