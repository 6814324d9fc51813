//! `python3`, asked for what programs print: a process that runs one after the other.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// What a program is called in its tracebacks.
pub const FILE: &str = "program.py";

/// What a program writes.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    pub out: String,
    pub err: String,
}

impl Output {
    /// With what differs between two runs of the same program left out: addresses.
    pub fn new(out: &str, err: &str) -> Output {
        Output {
            out: without_addresses(out),
            err: without_addresses(err),
        }
    }

    /// Whether the program asked for more memory than there is, where nothing can be compared.
    pub fn is_out_of_memory(&self) -> bool {
        self.out.contains("MemoryError") || self.err.contains("MemoryError")
    }

    /// Whether the program came to a complex number, which there is none of here.
    pub fn is_complex(&self) -> bool {
        let text = "negative number cannot be raised to a fractional power";
        self.out.contains(text) || self.err.contains(text)
    }

    /// Whether python3 does not even start the program.
    pub fn is_syntax_error(&self) -> bool {
        let last = self.err.lines().last().unwrap_or_default();
        let names = ["SyntaxError", "IndentationError", "TabError"];
        names.iter().any(|name| last.starts_with(name))
    }
}

fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut all = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        all += " at 0x…";
        all += part.trim_start_matches(|c: char| c.is_ascii_hexdigit());
    }
    all
}

pub struct Oracle {
    hash_seed: u32,
    process: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Oracle {
    /// None, and a note, where there is no Python of the version that we are like.
    pub fn new(hash_seed: u32) -> Option<Oracle> {
        if !is_there() {
            eprintln!("python3 is not 3.11: not compared");
            return None;
        }
        Some(Oracle::start(hash_seed))
    }

    fn start(hash_seed: u32) -> Oracle {
        let script = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/python_language/oracle.py"
        );
        let mut process = Command::new("python3")
            .args(["-X", "no_debug_ranges", script])
            .env("PYTHONHASHSEED", hash_seed.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("python3 has run before");
        let asks = process.stdin.take().expect("a pipe");
        let answers = process.stdout.take().expect("a pipe");
        Oracle {
            hash_seed,
            process,
            asks,
            answers: BufReader::new(answers),
        }
    }

    /// Forgets all that earlier programs have left behind.
    pub fn begin_anew(&mut self) {
        *self = Oracle::start(self.hash_seed);
    }

    /// What a program writes. Panics if that takes too long.
    pub fn ask(&mut self, source: &str) -> Output {
        let output = self.ask_within(source, 20.0);
        output.unwrap_or_else(|| panic!("python3 finds no end of:\n{source}"))
    }

    /// What a program writes within so many seconds.
    pub fn ask_within(&mut self, source: &str, limit: f32) -> Option<Output> {
        let asked = json!({"file": FILE, "source": source, "limit": limit});
        let mut answer = String::new();
        let sent = writeln!(self.asks, "{asked}");
        let told = sent.and_then(|()| self.answers.read_line(&mut answer));
        if told.is_err() || answer.is_empty() {
            self.begin_anew();
            return None;
        }
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        let text = |name| answer[name].as_str().expect("a text").to_owned();
        Some(Output::new(&text("out"), &text("err")))
    }
}

impl Drop for Oracle {
    fn drop(&mut self) {
        // It ends by itself at the end of its input, or here, whatever it is doing.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Whether python3 is of the version that we are like.
pub fn is_there() -> bool {
    let version = Command::new("python3").arg("--version").output();
    version.is_ok_and(|output| output.stdout.starts_with(b"Python 3.11."))
}
