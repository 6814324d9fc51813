//! A program as it is shown: the Python of the lesson, and beside it the Rust that
//! really runs; and the lesson itself, what to look at and what to change next.
//!
//! A comment `# @3` or `// @3` at the end of a line marks it. Lines of the two with
//! the same number do the same, so that a thread's place can be shown in both. Any
//! number of lines may carry the same one. Where rustfmt puts the comment on a line
//! of its own, after one that opens a block, it belongs to the line before. Markers
//! are not shown.

use super::help::Help;
use super::param::Value;
use super::params::Params;

pub mod tie;

/// Where the part of a scenario's file begins that is shown, of threads or of tasks; it
/// goes to the end.
const SHOWN_FROM: [&str; 2] = ["pub async fn run<", "pub async fn run("];

/// Where a program is shown from: its files in both languages. They are no part of
/// the module, which everybody loads who opens the page: the site serves them beside it.
pub struct Listing {
    /// Where they lie in the site's folder `listings/`, empty if there are none.
    pub python: &'static str,
    pub rust: &'static str,
    /// A few sentences.
    pub lesson: &'static str,
    /// The lines of the Rust that have a counterpart in the Python.
    pub tied: &'static [tie::Tied],
    /// Whether steps name lines of the Python, and there is no Rust.
    pub is_own: bool,
    /// What is in them, natively.
    #[cfg(not(target_arch = "wasm32"))]
    pub(super) texts: [&'static str; 3],
}

/// The language in which a program is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    #[default]
    Python,
    Rust,
}

/// A program in both languages, line by line, its lesson and its help.
pub struct Parsed {
    pub lesson: String,
    pub help: Help,
    python: Vec<Line>,
    rust: Vec<Line>,
}

/// A line of a listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its number in its file, from 1: what a step of a run carries.
    pub number: usize,
    /// As it is shown, without its marker.
    pub text: String,
    /// The number that ties it to lines of the other language.
    pub marker: Option<u32>,
}

impl Listing {
    /// For programs that are not for learners.
    pub const NONE: Listing = Listing {
        python: "",
        rust: "",
        lesson: "",
        tied: &[],
        is_own: false,
        #[cfg(not(target_arch = "wasm32"))]
        texts: [""; 3],
    };

    /// For a program of the reader's own: what it does is told by its own lines.
    pub const OWN: Listing = Listing {
        is_own: true,
        ..Listing::NONE
    };

    /// The number of a line of the Rust in the listing that is shown in a language; 0 if
    /// there is none.
    pub fn line_in(&self, language: Language, rust_line: u32) -> u32 {
        let is_it = |&&(line, _): &&tie::Tied| u32::from(line) == rust_line;
        match language {
            Language::Rust => rust_line,
            Language::Python if self.is_own => rust_line,
            Language::Python => (self.tied.iter().find(is_it)).map_or(0, |&(_, line)| line.into()),
        }
    }

    /// What is in the files.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn parsed(&self) -> Parsed {
        let [python, rust, lesson] = self.texts;
        Parsed::of(python, rust, lesson, "")
    }
}

/// A scenario's [`Listing`], from its id and the name of its own file.
macro_rules! listing {
    ($id:literal, $rust:literal) => {
        $crate::scenario::Listing {
            python: concat!("python/", $id, ".py"),
            rust: $rust,
            lesson: concat!("lessons/", $id, ".txt"),
            tied: {
                use $crate::scenario::listing::tie;
                const PYTHON: &str = include_str!(concat!("python/", $id, ".py"));
                const RUST: &str = include_str!($rust);
                const TIED: [tie::Tied; tie::count(RUST)] = tie::tie(RUST, PYTHON);
                &TIED
            },
            is_own: false,
            #[cfg(not(target_arch = "wasm32"))]
            texts: [
                include_str!(concat!("python/", $id, ".py")),
                include_str!($rust),
                include_str!(concat!("lessons/", $id, ".txt")),
            ],
        }
    };
}
pub(super) use listing;

impl Parsed {
    /// From what is in a Python file, in a scenario's own, in its lesson's and its help's.
    pub fn of(python: &str, rust: &str, lesson: &str, help: &str) -> Parsed {
        let is_before = |line: &Line| !SHOWN_FROM.iter().any(|from| line.text.starts_with(from));
        let rust = marked(rust.lines(), "//").into_iter();
        Parsed {
            lesson: lesson.lines().collect::<Vec<_>>().join(" "),
            help: Help::of(help),
            python: marked(python.lines(), "#"),
            rust: rust.skip_while(is_before).collect(),
        }
    }

    /// A program of the reader's own, as it is.
    pub fn of_own(code: &str) -> Parsed {
        let line = |(number, text): (usize, &str)| Line {
            number,
            text: text.to_owned(),
            marker: None,
        };
        Parsed {
            python: (1..).zip(code.lines()).map(line).collect(),
            ..Parsed::of("", "", "", "")
        }
    }

    /// The lines of the Rust that are shown. Some numbers between them may be left
    /// out.
    pub fn rust(&self) -> &[Line] {
        &self.rust
    }

    /// The lines of the Python, numbered from 1.
    pub fn python(&self) -> &[Line] {
        &self.python
    }

    /// The Python with these values, and this seed, in the place of its constants, to be
    /// read or run: [`python`](Self::python) has the same lines.
    pub fn python_for(&self, params: &Params) -> String {
        let mut text = String::new();
        for line in &self.python {
            let given = line.text.split_once(" = ").and_then(|(constant, _)| {
                if constant == "SEED" {
                    return Some(format!("{constant} = {}", params.seed));
                }
                let (_, value) = params
                    .iter()
                    .find(|(name, _)| name.to_uppercase() == constant)?;
                Some(format!("{constant} = {}", in_python(&value)))
            });
            text.push_str(given.as_deref().unwrap_or(&line.text));
            text.push('\n');
        }
        text
    }

    /// The first line of the Python that does what this line of the Rust does, by
    /// their numbers in their files.
    pub fn python_line_of(&self, rust_line: usize) -> Option<usize> {
        counterpart(rust_line, &self.rust, &self.python)
    }

    /// The first line of the Rust that does what this line of the Python does.
    pub fn rust_line_of(&self, python_line: usize) -> Option<usize> {
        counterpart(python_line, &self.python, &self.rust)
    }
}

fn counterpart(number: usize, of: &[Line], among: &[Line]) -> Option<usize> {
    let line = of.iter().find(|line| line.number == number)?;
    let marker = line.marker?;
    let other = among.iter().find(|line| line.marker == Some(marker))?;
    Some(other.number)
}

fn marked<'a>(lines: impl Iterator<Item = &'a str>, comment: &str) -> Vec<Line> {
    let sign = format!("{comment} @");
    let mut found: Vec<Line> = Vec::new();
    for (number, text) in (1..).zip(lines) {
        let marker = text.rsplit_once(&sign).and_then(|(before, marker)| {
            let marker: u32 = marker.parse().ok()?;
            Some((before.trim_end(), marker))
        });
        match (marker, found.last_mut()) {
            (Some(("", marker)), Some(last)) => last.marker = Some(marker),
            (marker, _) => found.push(Line {
                number,
                text: marker.map_or(text, |(before, _)| before).to_owned(),
                marker: marker.map(|(_, marker)| marker),
            }),
        }
    }
    found
}

/// A value as Python writes it.
fn in_python(value: &Value) -> String {
    match value {
        Value::Int(n) | Value::Index(Some(n)) => n.to_string(),
        Value::Index(None) => "None".to_owned(),
        Value::Choice(word) => format!("\"{word}\""),
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(i64::to_string).collect();
            format!("[{}]", items.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::param::{Kind, Param};
    use super::*;

    const TEXTS: [&str; 2] = [
        "DELAYS = [1]\nFAIL = None\nSTYLE = \"a\"\nN = 3\nSEED = 1\nwith lock:  # @2\n    N = 5\n    go()  # @1\n",
        "fn data() {} // @7\n\npub async fn run<P>() {\n    with(&*lock, async || {\n        // @2\n        go().await; // @1\n    })\n    .await;\n    go().await; // @1\n}\n",
    ];

    fn listing() -> Parsed {
        let [python, rust] = TEXTS;
        Parsed::of(python, rust, "", "")
    }

    #[test]
    fn the_program_is_shown_with_its_own_line_numbers_and_without_markers() {
        let listing = listing();
        let shown: Vec<_> = (listing.rust().iter())
            .map(|l| (l.number, l.text.as_str(), l.marker))
            .collect();
        assert_eq!(
            shown,
            [
                (3, "pub async fn run<P>() {", None),
                (4, "    with(&*lock, async || {", Some(2)),
                (6, "        go().await;", Some(1)),
                (7, "    })", None),
                (8, "    .await;", None),
                (9, "    go().await;", Some(1)),
                (10, "}", None),
            ]
        );
    }

    #[test]
    fn lines_with_the_same_marker_are_found_from_either_side() {
        assert_eq!(listing().python_line_of(4), Some(6));
        assert_eq!(listing().python_line_of(6), Some(8));
        assert_eq!(listing().python_line_of(9), Some(8));
        assert_eq!(listing().rust_line_of(8), Some(6));
        // No marker; a marker's own line; not shown; not there.
        for line in [7, 5, 1, 99] {
            assert_eq!(listing().python_line_of(line), None, "{line}");
        }
    }

    #[test]
    fn values_take_the_place_of_the_constants_and_of_nothing_else() {
        static SPECS: [Param; 4] = [
            Param {
                name: "delays",
                help: "",
                unit: "",
                kind: Kind::List {
                    min: 0,
                    max: 9,
                    least: 1,
                    most: 3,
                },
                default: "1",
            },
            Param::index("fail", ""),
            Param::choice("style", "", &["a", "b"], "a"),
            Param::count("n", "", "3"),
        ];
        let mut params = Params::new(&SPECS);
        let plain = "DELAYS = [1]\nFAIL = None\nSTYLE = \"a\"\nN = 3\nSEED = 1\nwith lock:\n    N = 5\n    go()\n";
        assert_eq!(listing().python_for(&params), plain);
        for (name, text) in [("delays", "4,5"), ("fail", "0"), ("style", "b"), ("n", "7")] {
            assert_eq!(params.set(name, text), Some(Ok(())));
        }
        params.seed = 9;
        assert_eq!(
            listing().python_for(&params),
            "DELAYS = [4, 5]\nFAIL = 0\nSTYLE = \"b\"\nN = 7\nSEED = 9\nwith lock:\n    N = 5\n    go()\n"
        );
    }
}
