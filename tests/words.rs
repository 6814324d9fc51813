//! The words of the interface stand in `src/words/` and `www/words*.js`, and nowhere else: a
//! second language has one place to go to.
//!
//! Whether a text is words cannot be known for certain. Taken for words is what has two with a
//! space between them, a single one with a capital, and any that an element shows.

use std::fs;
use std::path::{Path, PathBuf};

/// Where words may not stand.
const FOLDERS: [&str; 7] = [
    "src/base",
    "src/explore",
    "src/share",
    "src/session",
    "src/web",
    "src/ui",
    "www",
];

/// Files in which they may.
const FILES: [&str; 9] = [
    "www/words.js",
    "www/words-later.js",
    "www/words-editor.js",
    // Scripts that import nothing: of other people's pages, and the service worker.
    "www/embed.js",
    "www/sw.js",
    // The words of Python and of Rust.
    "www/colours.js",
    "www/editor/names.js",
    // A number as text, which is read back.
    "src/explore/count.rs",
    // Only the tests of the site read what it says.
    "src/session/checker.rs",
];

/// What looks like words and is none.
const NAMES: [&str; 21] = [
    // Keys.
    "Enter",
    "Tab",
    "Escape",
    "Home",
    "End",
    "Arrow",
    // Python's names.
    "Lock",
    "Semaphore",
    "Event",
    "Condition",
    "Barrier",
    "Queue",
    "Executor",
    "Exception in thread",
    // A thread's, a type's, a class, and what the browser keeps.
    "event loop",
    "Parts",
    "made current",
    "lockstep seen",
    "lockstep asked",
    "lockstep program",
    "Files",
];

/// Attributes and properties that are read.
const READ: [&str; 7] = [
    "title",
    "aria-label",
    "ariaLabel",
    "textContent",
    "placeholder",
    "alt",
    "label",
];

/// Attributes and properties of names, and calls that take them.
const OF_NAMES: [&str; 6] = ["class", "className", "style", "allow", "rel", "reason"];
const TAKE_NAMES: [&str; 8] = [
    "span(",
    "classes!(",
    "style={format!(",
    "style = format!(",
    "closest?.(",
    "closest(",
    "Selector(",
    "SelectorAll(",
];

/// A text in code, with the code around it.
struct Literal<'a> {
    line: usize,
    text: String,
    before: &'a str,
    after: &'a str,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs" || e == "js") {
            found.push(path);
        }
    }
}

/// The texts in Rust, or in JavaScript, where a template is a text and what stands in its
/// holes is code.
fn literals<'a>(code: &'a str, quotes: &[char]) -> Vec<Literal<'a>> {
    let mut found = Vec::new();
    // Where the text that is read began, by which quote, and what there is of it.
    let mut reading: Option<(usize, char, String)> = None;
    // The same of templates that have a hole here, with the braces that are open in it.
    let mut holes: Vec<((usize, char, String), usize)> = Vec::new();
    let mut rest = code.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next = rest.peek().map_or('\0', |&(_, next)| next);
        if let Some((begun, quote, mut text)) = reading.take() {
            match c {
                // The text goes on where the next line begins.
                '\\' if next == '\n' => while rest.next_if(|(_, c)| c.is_whitespace()).is_some() {},
                // An end of a line or of a field, or a quote: no words on both sides of it.
                '\\' => {
                    rest.next();
                    text.push('\n');
                }
                _ if c == quote => {
                    let line = code[..begun].matches('\n').count() + 1;
                    let (before, after) = (&code[..begun], &code[at + c.len_utf8()..]);
                    found.push(Literal {
                        line,
                        text,
                        before,
                        after,
                    });
                    continue;
                }
                '$' if quote == '`' && next == '{' => {
                    rest.next();
                    text.push_str("{}");
                    holes.push(((begun, quote, text), 0));
                    continue;
                }
                _ => text.push(c),
            }
            reading = Some((begun, quote, text));
            continue;
        }
        match c {
            '/' if next == '/' => while rest.next_if(|&(_, c)| c != '\n').is_some() {},
            // A character of Rust.
            '\'' if !quotes.contains(&c) => {
                let is_char = next == '\\' || code[at..].chars().nth(2) == Some('\'');
                if is_char {
                    rest.next();
                    rest.next();
                }
            }
            '{' => holes
                .last_mut()
                .into_iter()
                .for_each(|(_, open)| *open += 1),
            '}' => match holes.pop() {
                Some((template, 0)) => reading = Some(template),
                Some((template, open)) => holes.push((template, open - 1)),
                None => {}
            },
            _ if quotes.contains(&c) => reading = Some((at, c, String::new())),
            _ => {}
        }
    }
    found
}

/// What stands for a value in a text.
const VALUE: &str = "{}";

/// The words of a text, and the values among them, line by line; what is neither is left out
/// as `None`.
fn words(text: &str) -> Vec<Option<String>> {
    // `{name}` and `{:.1}` are values, `{{` is a brace.
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, after) = after.split_once('}').unwrap_or(("", after));
        plain = plain + before + VALUE;
        rest = after;
    }
    plain += rest;
    let word = |part: &str| {
        let part = part.trim_matches(|c: char| ".,:;!?…()“”’'".contains(c));
        let is_word =
            part.len() > 1 && part.chars().all(|c| c.is_alphabetic() || "-’'".contains(c));
        (is_word || part == VALUE).then(|| part.to_owned())
    };
    let lines = plain.split('\n');
    lines
        .flat_map(|line| line.split(' ').map(word).chain([None]).collect::<Vec<_>>())
        .collect()
}

/// The attribute or property that has the text as its value.
fn property(before: &str) -> &str {
    let before = before
        .rsplit([',', ';', '{', '}', '(', ')', '\n'])
        .next()
        .unwrap_or_default();
    let before = before
        .rsplit_once([':', '='])
        .map_or("", |(name, _)| name.trim_end());
    let before = before.trim_end_matches(['=', '!']);
    let from = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '-')
        .map_or(0, |at| at + 1);
    &before[from..]
}

fn is_prose(literal: &Literal) -> bool {
    let Literal {
        text,
        before,
        after,
        ..
    } = literal;
    let trimmed = text.trim_matches(' ');
    let takes_names = |call: &&str| before.trim_end().ends_with(*call);
    if NAMES.contains(&trimmed) || TAKE_NAMES.iter().any(takes_names) {
        return false;
    }
    // A selector, or a query of media.
    let mut start = text.chars();
    if matches!(start.next(), Some('.' | '(')) && start.next().is_some_and(char::is_alphabetic) {
        return false;
    }
    let property = property(before);
    if OF_NAMES.contains(&property) || text.contains(['<', '=', '_', '/', '#', '[']) {
        return false;
    }
    let words = words(text);
    let is_word = |word: &Option<String>| word.as_ref().is_some_and(|word| word != VALUE);
    // In a label of an element, or between its tags.
    let has_letters = text.chars().any(char::is_alphabetic);
    let is_read = READ.contains(&property) || before.ends_with("\"aria-label\", ");
    let is_text = before.trim_end().strip_suffix('{').is_some_and(|before| {
        before.trim_end().ends_with(['>', '}']) && after.trim_start().starts_with('}')
    });
    if has_letters && (is_read || is_text) {
        return true;
    }
    let is_capital = |word: &str| {
        let mut letters = word.chars();
        word.len() > 1
            && letters.next().is_some_and(char::is_uppercase)
            && letters.all(char::is_lowercase)
    };
    let follow =
        |pair: &[Option<String>]| pair.iter().all(Option::is_some) && pair.iter().any(is_word);
    words.windows(2).any(follow)
        || (text != trimmed && words.iter().any(is_word))
        || is_capital(trimmed)
}

/// The words of the interface in a file.
fn prose(path: &Path, code: &str) -> Vec<String> {
    let is_rust = path.extension().is_some_and(|e| e == "rs");
    let quotes: &[char] = if is_rust { &['"'] } else { &['"', '\'', '`'] };
    let code = code.split("#[cfg(test)]\nmod").next().unwrap_or_default();
    let found = literals(code, quotes).into_iter().filter(is_prose);
    let told =
        |literal: Literal| format!("{}:{}: {:?}", path.display(), literal.line, literal.text);
    found.map(told).collect()
}

#[test]
fn words_stand_among_words() {
    let mut paths = Vec::new();
    for folder in FOLDERS {
        sources(&root().join(folder), &mut paths);
    }
    let mut wrong = Vec::new();
    for path in paths {
        let name = path.strip_prefix(root()).expect("below the root");
        let is_test = name.ends_with("tests.rs") || name.iter().any(|part| part == "tests");
        if is_test || FILES.iter().any(|file| name == Path::new(file)) {
            continue;
        }
        let code = fs::read_to_string(&path).expect("a source file");
        wrong.extend(prose(name, &code));
    }
    assert!(
        wrong.is_empty(),
        "Words of the interface:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn prose_is_told_from_names() {
    let rust = r#"
        // "A comment is no text."
        html! { <p class="quiet big" title="reset">{ "engine" }{ span("more", "so far") }</p> }
        format!("{name} waits"); let unit = " ms"; let (c, label) = ('"', "Close");
        format!("M{x} {y}h{width}"); format!("put\t{name}\t{}"); "lost\
            and found"; "kind"; "Option::is_none"; let style = format!("width: {}", x);
    "#;
    let of = |name: &str, code: &str| -> Vec<String> {
        let found = prose(Path::new(name), code).into_iter();
        found
            .map(|told| told.split_once(": ").expect("a place").1.to_owned())
            .collect()
    };
    let expected = ["reset", "engine", "so far", "{name} waits", " ms", "Close"];
    assert_eq!(
        of("a.rs", rust)[..6],
        expected.map(|text| format!("{text:?}"))
    );
    let script = r#"
        make("a", { className: "quiet big", textContent: `${place} of ${all}`, href: `?${query}` });
        list.querySelector(".card a"); none.textContent = cards ? "" : `No ${a ? "such" : "more"}.`;
    "#;
    assert_eq!(of("a.js", script), [r#""{} of {}""#, r#""No {}.""#]);
}
