//! The rows: small programs, each with what it prints.

use std::collections::BTreeSet;
use std::process::Command;

use lockstep_compile::{Construct, compile};

use crate::oracle::{self, Output};
use crate::{FILE, generator, ours};

const TABLES: &[(&str, &str)] = &[
    ("builtins", include_str!("rows/builtins.txt")),
    ("classes", include_str!("rows/classes.txt")),
    ("control", include_str!("rows/control.txt")),
    ("exceptions", include_str!("rows/exceptions.txt")),
    ("formatting", include_str!("rows/formatting.txt")),
    ("functions", include_str!("rows/functions.txt")),
    ("generators", include_str!("rows/generators.txt")),
    ("library_classes", include_str!("rows/library_classes.txt")),
    (
        "library_collections",
        include_str!("rows/library_collections.txt"),
    ),
    (
        "library_functions",
        include_str!("rows/library_functions.txt"),
    ),
    (
        "library_programs",
        include_str!("rows/library_programs.txt"),
    ),
    ("library_names", include_str!("rows/library_names.txt")),
    ("library_network", include_str!("rows/library_network.txt")),
    ("library_text", include_str!("rows/library_text.txt")),
    ("library_time", include_str!("rows/library_time.txt")),
    (
        "library_together",
        include_str!("rows/library_together.txt"),
    ),
    ("mappings", include_str!("rows/mappings.txt")),
    ("library_asyncio", include_str!("rows/library_asyncio.txt")),
    ("match", include_str!("rows/match.txt")),
    ("numbers", include_str!("rows/numbers.txt")),
    ("programs", include_str!("rows/programs.txt")),
    ("sequences", include_str!("rows/sequences.txt")),
    ("strings", include_str!("rows/strings.txt")),
];

/// The least number of rows there are, in all tables.
const ROWS: usize = 500;

pub struct Row {
    pub title: String,
    pub source: String,
    pub output: Output,
}

/// The rows of all tables. `rows.py` says how they are written.
pub fn rows() -> Vec<Row> {
    let rows = TABLES.iter().flat_map(|(table, text)| {
        let rows = text.split("\n### ").skip(1);
        rows.map(move |row| Row::of(table, row))
    });
    rows.collect()
}

impl Row {
    fn of(table: &str, text: &str) -> Row {
        let (title, lines) = text.split_once('\n').expect("a title and a program");
        let [mut source, mut out, mut err] = [(); 3].map(|()| String::new());
        for line in lines.lines() {
            let told = |mark| {
                let told = line.strip_prefix(mark)?;
                Some(told.strip_prefix(' ').unwrap_or(told))
            };
            let (part, line) = match (told('>'), told('!')) {
                (Some(line), _) => (&mut out, line),
                (_, Some(line)) => (&mut err, line),
                _ => (&mut source, line),
            };
            *part += line;
            part.push('\n');
        }
        Row {
            title: format!("{table}: {title}"),
            source: source.trim_end().to_owned() + "\n",
            output: Output::new(&out, &err),
        }
    }
}

#[test]
fn every_row_prints_what_cpython_prints() {
    let mut wrong = Vec::new();
    for row in rows() {
        let ours = in_lines(&ours(&row.source));
        let is_refused = ours.is_syntax_error() && row.output.is_syntax_error();
        if ours != row.output && !is_refused {
            wrong.push(format!(
                "### {}\n{}CPython:\n{}{}Lockstep:\n{}{}",
                row.title, row.source, row.output.out, row.output.err, ours.out, ours.err
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// As a table has it: an end without a newline does not show.
fn in_lines(output: &Output) -> Output {
    let ended = |text: &str| match text {
        "" => String::new(),
        text => text.strip_suffix('\n').unwrap_or(text).to_owned() + "\n",
    };
    Output {
        out: ended(&output.out),
        err: ended(&output.err),
    }
}

#[test]
fn there_are_enough_rows_with_titles_of_their_own() {
    let rows = rows();
    assert!(rows.len() >= ROWS, "{} rows", rows.len());
    let mut titles: Vec<_> = rows.iter().map(|row| &row.title).collect();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), rows.len(), "a title twice");
}

#[test]
fn the_rows_are_what_cpython_prints() {
    if !oracle::is_there() {
        eprintln!("python3 is not 3.11, from which the tables are: not compared");
        return;
    }
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python_language");
    for (table, text) in TABLES {
        let output = Command::new("python3")
            .arg(format!("{folder}/rows.py"))
            .arg(format!("{folder}/rows/{table}.txt"))
            .output()
            .expect("python3 has run before");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert_eq!(printed, *text, "the table {table}; rows.py writes it anew");
    }
}

const METHODS: &str = "
for kind in int, float, str, bytes, list, tuple, dict, set, frozenset, range, slice, Exception:
    print(*[name for name in dir(kind) if name[0] != '_'])
";

/// Random programs show most of them; rows show the others.
#[test]
fn every_builtin_and_method_is_in_a_row_or_in_random_programs() {
    let rows: Vec<String> = rows().into_iter().map(|row| row.source).collect();
    let programs = (0..1000).map(|seed| generator::program(seed).program.to_string());
    let all: String = rows.into_iter().chain(programs).collect();
    let words: BTreeSet<&str> = all
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    let names = lockstep_run::python::builtins::names();
    let methods = ours(METHODS).out;
    let missing: BTreeSet<&str> = (names.iter().map(|(name, _)| name.text()))
        .chain(methods.split_whitespace())
        .filter(|name| !words.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// What the compiler supports is what the rows and the random programs are made of, and all
/// else it refuses.
#[test]
fn every_construct_is_in_a_row_and_in_random_programs() {
    let of = |sources: &mut dyn Iterator<Item = String>| -> BTreeSet<Construct> {
        let compiled = sources.filter_map(|source| compile(&source, FILE).ok());
        compiled.flat_map(|compiled| compiled.constructs).collect()
    };
    let rows = of(&mut rows().into_iter().map(|row| row.source));
    let random = of(&mut (0..3000).map(|seed| generator::program(seed).program.to_string()));
    let (supported, refused): (Vec<Construct>, Vec<Construct>) = Construct::ALL
        .iter()
        .partition(|construct| construct.instead().is_none());
    let missing = |there: &BTreeSet<Construct>| -> Vec<&str> {
        let missing = supported
            .iter()
            .filter(|construct| !there.contains(construct));
        missing.map(|construct| construct.text()).collect()
    };
    let (of_rows, of_random) = (missing(&rows), missing(&random));
    assert!(
        of_rows.is_empty() && of_random.is_empty(),
        "not in rows: {of_rows:?}; not in random programs: {of_random:?}"
    );
    for construct in refused {
        assert!(!rows.contains(&construct) && !random.contains(&construct));
    }
}
