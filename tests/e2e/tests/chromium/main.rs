//! The built site in Chromium, driven as a person drives it.

mod access;
mod compare;
mod counter;
mod embed;
mod explore;
mod failure;
mod faults;
mod figures;
mod guide;
mod lanes;
mod lighthouse;
mod link;
mod links;
mod listing;
mod long_tasks;
mod luck;
mod messages;
mod offline;
mod progress;
mod published;
mod readers;
mod record;
mod scenarios;
mod scrape;
mod security;
mod share;
mod state;
mod step;
mod stop;
mod storms;
mod stress;
#[allow(dead_code, reason = "the seeds are for the model")]
#[path = "../../../scenarios/table.rs"]
mod table;
mod tasks;
mod truth;
mod workbench;
mod workers;
