//! Small random programs: that the search by states finds what a full search finds, one by
//! one, and that a schedule replays what it was recorded from.

#![cfg(feature = "selftest")]

mod compared;
#[path = "../full_search/mod.rs"]
mod full_search;
mod reasons;
mod tasks;
mod threads;
