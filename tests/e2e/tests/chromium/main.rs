//! The built site in Chromium, driven as a person drives it.

mod access;
mod compare;
mod counter;
mod editor;
mod embed;
mod explore;
mod failure;
mod faults;
mod fields;
mod figures;
mod graphs;
mod guide;
mod keys;
mod lanes;
mod lighthouse;
mod link;
mod links;
mod listing;
mod long_tasks;
mod luck;
mod messages;
mod narrow;
mod offline;

mod predict;
mod programs;
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
