//! Random programs print what `python3` makes them print.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::generator::expressions::{self, KINDS};
use crate::generator::features::Feature;
use crate::generator::{self, statements};
use crate::oracle::{Oracle, Output};
use crate::program::Program;
use crate::shrink::shrunk;
use crate::{count, first_seed, ours};

/// How many differences are reduced and told.
const TOLD: usize = 10;
/// Lines that are left of a program, at most: a class whose three methods call each other
/// takes nine.
const FEW: usize = 10;

#[test]
fn random_programs_print_what_cpython_prints() {
    let programs = count(1_000, 20_000);
    let first = first_seed();
    let next = AtomicU64::new(first);
    let wrong = Mutex::new(BTreeMap::new());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let Some(mut oracle) = Oracle::new(0) else {
                    return;
                };
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + programs {
                        return;
                    }
                    let program = generator::program(seed).program;
                    if let Some(difference) = difference(&program, &mut oracle, 20.0) {
                        let is_told = wrong.lock().expect("no panic").len() < TOLD;
                        let difference = match is_told {
                            true => reduced(program, &mut oracle),
                            false => difference,
                        };
                        wrong.lock().expect("no panic").insert(seed, difference);
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("no panic");
    let seeds: Vec<_> = wrong.keys().collect();
    let told: Vec<String> = (wrong.iter().take(TOLD))
        .map(|(seed, difference)| format!("seed {seed}:\n{difference}"))
        .collect();
    assert!(
        wrong.is_empty(),
        "{} of {programs} differ: {seeds:?}\n{}",
        wrong.len(),
        told.join("\n")
    );
}

/// How our output differs from python3's, if it does.
fn difference(program: &Program, oracle: &mut Oracle, limit: f32) -> Option<String> {
    let source = program.to_string();
    let theirs = oracle.ask_within(&source, limit)?;
    let ours = ours(&source);
    let is_same = |theirs: &Output| {
        theirs.is_out_of_memory()
            || ours.is_complex()
            || ours == *theirs
            || ours.is_syntax_error() && theirs.is_syntax_error()
    };
    if is_same(&theirs) {
        return None;
    }
    // CPython 3.11 may miscount how deep it is after errors of earlier programs.
    oracle.begin_anew();
    let theirs = oracle.ask_within(&source, limit)?;
    (!is_same(&theirs)).then(|| told(&source, &theirs, &ours))
}

fn reduced(program: Program, oracle: &mut Oracle) -> String {
    // What takes longer now has lost the end of a loop.
    let smallest = shrunk(program, |less| difference(less, oracle, 0.5).is_some());
    difference(&smallest, oracle, 20.0).expect("it still differs")
}

fn told(source: &str, theirs: &Output, ours: &Output) -> String {
    format!(
        "{source}\nCPython:\n{}{}Lockstep:\n{}{}",
        theirs.out, theirs.err, ours.out, ours.err
    )
}

/// Else a difference would say nothing. Most programs have to reach their end, too.
#[test]
fn programs_print_the_same_whatever_the_seed_of_hashes() {
    let programs = count(300, 3000);
    let Some((mut one, mut other)) = Oracle::new(0).zip(Oracle::new(1)) else {
        return;
    };
    let (mut raised, mut exhausted) = (0, 0);
    for seed in 0..programs {
        let source = generator::program(seed).program.to_string();
        let output = one.ask(&source);
        assert_eq!(output, other.ask(&source), "seed {seed}:\n{source}");
        assert!(
            !output.is_syntax_error(),
            "seed {seed}:\n{source}{}",
            output.err
        );
        exhausted += u64::from(output.is_out_of_memory());
        raised += u64::from(!output.err.is_empty());
    }
    assert!(raised * 3 <= programs, "{raised} of {programs} raise");
    assert!(
        exhausted * 100 <= programs,
        "{exhausted} of {programs} take all memory"
    );
    assert!(raised * 10 >= programs, "{raised} of {programs} raise");
}

/// All constructs, and all rows of the tables.
#[test]
fn programs_cover_their_tables() {
    let mut features = BTreeSet::new();
    let mut templates = BTreeSet::new();
    for seed in 0..3000 {
        let generated = generator::program(seed);
        features.extend(generated.features);
        templates.extend(generated.templates);
    }
    let missing: Vec<_> = (Feature::ALL.iter())
        .filter(|feature| !features.contains(feature))
        .map(|feature| feature.name())
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    let of_kinds = KINDS.iter().flat_map(|kind| expressions::of(*kind));
    let all = (of_kinds.map(|row| row.1)).chain(statements::STATEMENTS.iter().map(|row| row.2));
    let unused: Vec<_> = all.filter(|text| !templates.contains(text)).collect();
    assert!(unused.is_empty(), "{unused:#?}");
}

/// A seed stands for the same program, here and in every version of the standard library.
#[test]
fn a_seed_is_a_program() {
    for seed in 0..50 {
        let [one, other] = [(); 2].map(|()| generator::program(seed).program);
        assert_eq!(one, other);
        assert!(!one.0.is_empty());
    }
}

/// What differs is made up here: that a program divides by zero, or sorts by a key.
#[test]
fn what_differs_is_reduced_to_a_few_lines() {
    let mut reduced = 0;
    for seed in 0..200 {
        let program = generator::program(seed).program;
        let shows_it = |program: &Program| {
            let source = program.to_string();
            source.contains("sorted(") && source.contains("while ")
        };
        if shows_it(&program) {
            let smallest = shrunk(program, shows_it).to_string();
            assert!(smallest.lines().count() <= FEW, "seed {seed}:\n{smallest}");
            reduced += 1;
        }
    }
    assert!(reduced >= 10, "{reduced} programs");
    let Some(mut oracle) = Oracle::new(0) else {
        return;
    };
    let mut reduced = 0;
    for seed in 0..200 {
        let program = generator::program(seed).program;
        let mut shows_it = |program: &Program| {
            let output = oracle.ask_within(&program.to_string(), 0.5);
            output.is_some_and(|output| output.err.contains("ZeroDivisionError"))
        };
        if shows_it(&program) {
            let smallest = shrunk(program, shows_it).to_string();
            assert!(smallest.lines().count() <= FEW, "seed {seed}:\n{smallest}");
            reduced += 1;
        }
    }
    assert!(reduced >= 3, "{reduced} programs");
}
