//! A canvas takes a colour only as what a style sheet has made of it: a variable that holds
//! `light-dark(…)` is that to a script, unless it is registered as a colour.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www").join(name);
    fs::read_to_string(path).expect("a file of the page")
}

/// What follows each of these beginnings, up to this end.
fn all<'a>(text: &'a str, begin: &str, end: char) -> BTreeSet<&'a str> {
    let parts = text.split(begin).skip(1);
    parts.filter_map(|rest| rest.split(end).next()).collect()
}

#[test]
fn what_the_lanes_are_painted_with_is_registered_as_a_colour() {
    let (script, tokens) = (read("lanes.js"), read("tokens.css"));
    let painted = all(&script, "ink(\"", '"');
    let registered = all(&tokens, "@property ", ' ');
    assert!(painted.contains("--bad"), "{painted:?}");
    let missing: Vec<_> = painted.difference(&registered).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
