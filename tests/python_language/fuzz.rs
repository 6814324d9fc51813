//! Sources that nobody would write: a diagnostic or a run, never a panic, never a hang.
//!
//! What overflows the stack ends the whole process; the source is in a file then, in the
//! folder that cargo gives to tests (`target/tmp`), which is named after the thread.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use lockstep_run::python::code::Program;
use lockstep_run::python::machine::Limits;

use crate::rng::Rng;
use crate::{FILE, count, first_seed, table};

/// Far more than the fuel of a run takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Enough for a small program, and soon used up by an endless one.
pub const LITTLE: u64 = 100_000;
/// Enough to take all memory, where nothing bounds that.
const MUCH: u64 = 10_000_000;

/// How much faster than they say programs sleep.
pub const HURRY: f64 = 1e12;

/// As much as a worker of the page has.
const STACK: usize = 1 << 20;

/// What comes in Python sources, and what does not.
#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "(", ")", "[", "]", "{", "}", ":", ",", ".", ";", "=", "==", "->", ":=", "*", "**", "@", "!",
    "\n", "\n    ", "\n\t", "\\\n", "    ", "#", "'", "\"", "'''", "f'", "f\"{", "b'", "r'\\", "{{",
    "def f(", "class ", "lambda ", "return ", "yield ", "await ", "async ", "for ", " in ", "while True:",
    "if ", "else:", "elif ", "try:", "except* ", "finally:", "with ", " as ", "match x:", "case ", "import ",
    "from ", "global x", "nonlocal x", "del ", "assert ", "raise ", "pass", "break", "continue", "not ",
    " is ", " and ", "None", "True", "__class__", "super()", "_", "x", "0", "1e999", "0x", "1_", "9" , "1j",
    "10**10**10", "'x' * 10**12", "[0] * 10**10", "1 << 10**9", "range(10**18)", "list(range(10**9))",
    "print(", "sorted(", "__init__", "\u{0}", "é", "☃", "\u{202e}", "\u{feff}", "\r", "\u{c}",
];

/// A thread that runs programs, one after the other.
pub struct Runner<T> {
    programs: Sender<T>,
    /// Whether each has ended without a panic.
    ended: Receiver<Result<(), String>>,
    file: PathBuf,
}

impl Runner<String> {
    /// Of sources.
    fn new(name: &str, fuel: u64) -> Runner<String> {
        let limits = Limits {
            fuel,
            ..Limits::default()
        };
        Runner::of(&format!("{name}.py"), move |source: String| {
            drop(lockstep_compile::run_within(&source, FILE, limits, HURRY));
            if let Ok(compiled) = lockstep_compile::compile(&source, FILE) {
                let read = Program::from_bytes(&compiled.program.to_bytes());
                assert!(read.is_ok(), "it is not read: {:?}", read.err());
            }
        })
    }
}

impl<T: AsRef<[u8]> + Clone + Send + 'static> Runner<T> {
    /// Each program is kept in the file while it runs.
    pub fn of(file: &str, run: impl Fn(T) + Send + 'static) -> Runner<T> {
        let (programs, to_run) = mpsc::channel::<T>();
        let (ends, ended) = mpsc::channel();
        let body = move || {
            for program in to_run {
                let ran = catch_unwind(AssertUnwindSafe(|| run(program))).map_err(|panic| {
                    let text = panic.downcast_ref::<String>().cloned();
                    let text = text.or(panic.downcast_ref::<&str>().map(ToString::to_string));
                    text.unwrap_or_default()
                });
                if ends.send(ran).is_err() {
                    return;
                }
            }
        };
        let thread = thread::Builder::new().stack_size(STACK);
        thread.spawn(body).expect("a thread");
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(file);
        Runner {
            programs,
            ended,
            file,
        }
    }

    /// Panics with the program if its run does.
    pub fn run(&mut self, program: T) {
        fs::write(&self.file, &program).expect("a folder for tests");
        self.programs.send(program.clone()).expect("a runner");
        let told = |what: String| {
            let file = self.file.display();
            let text = String::from_utf8_lossy(program.as_ref()).into_owned();
            panic!("{what}, of {file}:\n{text}");
        };
        match self.ended.recv_timeout(LIMIT) {
            Ok(Ok(())) => {}
            Ok(Err(text)) => told(format!("A panic, {text}")),
            Err(_) => told(format!("No end within {LIMIT:?}")),
        }
    }
}

/// The programs of the rows, and the listings of the scenarios.
pub fn originals() -> Vec<String> {
    let mut all: Vec<String> = table::rows().into_iter().map(|row| row.source).collect();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/scenario/python");
    let mut paths: Vec<PathBuf> = (fs::read_dir(folder).expect("the listings"))
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    all.extend(
        paths
            .iter()
            .map(|path| fs::read_to_string(path).expect("a listing")),
    );
    all
}

/// Somewhere in a text, between two characters.
fn somewhere(text: &str, rng: &mut Rng) -> usize {
    let mut at = rng.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutated(originals: &[String], rng: &mut Rng) -> String {
    let mut source = rng.pick(originals).clone();
    for _ in 0..1 + rng.below(4) {
        let (a, b) = (somewhere(&source, rng), somewhere(&source, rng));
        let (from, to) = (a.min(b), a.max(b));
        let mut lines: Vec<&str> = source.split_inclusive('\n').collect();
        let line = rng.below(lines.len().max(1));
        source = match rng.below(9) {
            // A character or a short part goes.
            0 => {
                let mut to = (from + 1 + rng.below(8)).min(source.len());
                while !source.is_char_boundary(to) {
                    to += 1;
                }
                source[..from].to_owned() + &source[to..]
            }
            1 => source[..from].to_owned() + *rng.pick::<&str>(TOKENS) + &source[from..],
            2 => source[..from].to_owned() + *rng.pick::<&str>(TOKENS) + &source[to..],
            // A part comes twice.
            3 => source[..to].to_owned() + &source[from..],
            4 if line < lines.len() => {
                lines.remove(line);
                lines.concat()
            }
            5 if line < lines.len() => {
                lines.insert(rng.below(lines.len()), lines[line]);
                lines.concat()
            }
            6 if line < lines.len() => {
                let other = rng.below(lines.len());
                lines.swap(line, other);
                lines.concat()
            }
            // Deeper or less deep.
            7 if line < lines.len() => {
                let text = lines[line];
                let moved = match rng.below(2) {
                    0 => "    ".to_owned() + text,
                    _ => text.trim_start().to_owned(),
                };
                lines[line] = &moved;
                lines.concat()
            }
            // Part of another program.
            _ => {
                let other = rng.pick(originals);
                let at = somewhere(other, rng);
                source[..from].to_owned() + &other[at..]
            }
        };
        if source.len() > 5000 {
            let at = somewhere(&source[..5000.min(source.floor_char_boundary(5000))], rng);
            source.truncate(at);
        }
    }
    source
}

#[test]
fn mutated_sources_end() {
    let originals = originals();
    thread::scope(|scope| {
        for half in 0..2 {
            let originals = &originals;
            scope.spawn(move || {
                let mut runner = Runner::new(&format!("mutated-{half}"), LITTLE);
                for seed in 0..count(3000, 100_000) / 2 {
                    runner.run(mutated(
                        originals,
                        &mut Rng::new(first_seed() + 2 * seed + half),
                    ));
                }
            });
        }
    });
}

#[test]
fn random_bytes_end() {
    let mut runner = Runner::new("bytes", LITTLE);
    for seed in 0..count(1000, 10_000) {
        let mut rng = Rng::new(first_seed() + seed);
        let length = rng.below(400);
        let source = match rng.below(3) {
            0 => {
                let bytes: Vec<u8> = (0..length).map(|_| rng.below(256) as u8).collect();
                String::from_utf8_lossy(&bytes).into_owned()
            }
            1 => (0..length)
                .map(|_| (b' ' + rng.below(95) as u8) as char)
                .collect(),
            _ => (0..length / 4).map(|_| *rng.pick(TOKENS)).collect(),
        };
        runner.run(source);
    }
}

/// Blocks in blocks, each one space deeper.
fn nested(head: &str, depth: usize) -> String {
    let mut source = String::new();
    for at in 0..depth {
        source += &" ".repeat(at);
        source += head;
        source.push('\n');
    }
    source + &" ".repeat(depth) + "pass\n"
}

#[test]
fn deep_and_long_sources_end() {
    let mut runner = Runner::new("deep", LITTLE);
    let depth = 10_000;
    #[rustfmt::skip]
    let parts = [
        ("(", "1", ")"), ("[", "", "]"), ("{", "1", "}"), ("((", "1", ",),)"), ("-", "1", ""), ("not ", "1", ""),
        ("~", "1", ""), ("lambda: ", "1", ""), ("f(", "", ")"), ("x[", "0", "]"), ("", "x", ".a"), ("", "x", "()"),
        ("", "x", "[0]"), ("1 + (", "1", ")"), ("", "1", " + 1"), ("", "1", " ** 1"), ("2 ** ", "1", ""),
        ("", "1", " if 1 else 1"), ("1 if 1 else ", "1", ""), ("", "1", " < 1"), ("", "x", " and x"), ("{1: ", "1", "}"),
        ("[x for x in ", "[]", "]"), ("(yield ", "1", ")"), ("await ", "x", ""), ("*", "x", ""), ("f'{", "1", "}'"),
        ("(x := ", "1", ")"), ("x = ", "1", ""), ("", "'a'", " 'b'"), ("", "a", ", b"), ("print(", "'", ""), ("\"\"\"", "", ""),
        ("@", "f", "\n"), ("lambda x=", "1", ": x"), ("x: ", "1", ""), ("for x in ", "x", ": pass"), ("if x: ", "pass", ""),
    ];
    for (before, middle, after) in parts {
        for depth in [50, 200, 1000, depth] {
            let source = before.repeat(depth) + middle + &after.repeat(depth) + "\n";
            runner.run(source);
        }
    }
    #[rustfmt::skip]
    let heads = [
        "if 1:", "while 1:", "for x in [1]:", "def f():", "class C:", "try:", "with x:", "async def f():",
        "match x:", "else:", "if 1: pass", "try: pass",
    ];
    for head in heads {
        for depth in [20, 90, 300, 1000] {
            runner.run(nested(head, depth));
        }
    }
    let mut finally = String::from("def f():\n");
    for depth in 0..40 {
        let indent = " ".repeat(2 * depth + 1);
        finally += &format!("{indent}try: return 1\n{indent}finally:\n");
    }
    runner.run(finally + &" ".repeat(81) + "pass\n");
    runner.run(format!("with {}: pass\n", ["x"; 20_000].join(",")));
    runner.run(format!("[x {}]\n", "for x in y ".repeat(5_500)));
    let long = 64 * 1024;
    #[rustfmt::skip]
    let lines = [
        "x = 1\n", "print(1)\n", "x", "9", " ", "\n", "\t", "#", "\\\n", "'a'", "def f(): pass\n", "if 1:\n pass\n",
        "x = [1, 2, 3]; ", "é", "1 + ", "f(a, b)\n", "\"", "class C: pass\n", "lambda: 0\n", "elif 1: pass\n", "@a\n",
    ];
    for line in lines {
        for length in [long - 1, long, long + 1, 10 * long] {
            let mut source = line.repeat(length / line.len() + 1);
            source.truncate(source.floor_char_boundary(length));
            runner.run(source);
        }
    }
}

/// Programs that would take all there is.
#[test]
fn greedy_programs_end() {
    let mut runner = Runner::new("greedy", MUCH);
    #[rustfmt::skip]
    let programs = [
        "while True: pass",
        "x = []\nwhile True: x.append(x)",
        "x = []\nfor y in iter(int, 1): x.append(0)",
        "x = 'a'\nwhile True: x += x",
        "x = 2\nwhile True: x *= x",
        "x = {}\nwhile True: x[len(x)] = x",
        "x = set()\nwhile True: x.add(len(x))",
        "x = ()\nwhile True: x = (x, x)",
        "x = []\nwhile True: x = [x]",
        "x = None\nfor i in range(10 ** 6): x = [x]\nprint(x)",
        "x = None\nfor i in range(10 ** 6): x = (x,)\nprint(x == x, hash(x))",
        "print('x' * 10 ** 12)",
        "print([0] * 10 ** 10)",
        "print(10 ** 10 ** 10)",
        "print(1 << 10 ** 12)",
        "print(2 ** 2 ** 40)",
        "print(sum(range(10 ** 18)))",
        "print(list(range(10 ** 15)))",
        "print(max(range(10 ** 15)))",
        "print(10 ** 18 in iter(range(10 ** 18)))",
        "print('%1000000000d' % 5)",
        "print(f'{5:1000000000}')",
        "print(f'{1.5:.1000000000f}')",
        "print('a'.center(10 ** 12))",
        "print(bytes(10 ** 12))",
        "print(','.join(['x' * 1000] * 10 ** 9))",
        "print(('a' * 10 ** 6).replace('a', 'b' * 10 ** 6))",
        "print(int('9' * 10 ** 6))",
        "print(str(7 ** 10 ** 6))",
        "print(pow(3, 10 ** 6, 10 ** 10 ** 5))",
        "print(sorted(iter(lambda: 1, 0)))",
        "print([x for x in iter(int, 1)])",
        "print(all(iter(lambda: 1, 0)))",
        "print(*iter(int, 1))",
        "a, *b = iter(int, 1)",
        "print(dict(zip(iter(int, 1), iter(int, 1))))",
        "while True: print('x')",
        "while True: print('x' * 10 ** 6)",
        "def f(): f()\nf()",
        "def f(): yield from f()\nlist(f())",
        "class C:\n    def __getattr__(self, n): return getattr(self, n)\nC().x",
        "class C:\n    def __repr__(self): return repr(self)\nprint(C())",
        "class C:\n    def __eq__(self, o): return self == o\nC() == C()",
        "class C:\n    def __iter__(self): return iter(self)\nlist(C())",
        "class C:\n    def __call__(self): return self()\nC()()",
        "class C:\n    def __add__(self, o): return self + o\nC() + 1",
        "class C:\n    def __hash__(self): return hash(self)\n{C()}",
        "class C:\n    def __bool__(self): return not self\nif C(): pass",
        "class C:\n    def __len__(self): return len(self)\nlen(C())",
        "class C:\n    def __lt__(self, o): return self < o\nsorted([C(), C()])",
        "x = []\nx.append(x)\nprint(x, x == x)",
        "x, y = [], []\nx.append(y)\ny.append(x)\nprint(x == y)",
        "x = {}\nx[1] = x\nprint(x, str(x))",
        "f = lambda: 0\nfor i in range(10 ** 5): f = (lambda g: lambda: g())(f)\nf()",
        "def g(x):\n    yield from x\nx = []\nfor i in range(10 ** 5): x = g(x)\nprint(list(x))",
        "x = iter([1])\nfor i in range(10 ** 6): x = map(int, x)\nprint(list(x))",
        "try: raise ValueError\nexcept ValueError as e:\n    for i in range(10 ** 5):\n        n = ValueError(); n.__cause__ = e; e = n\n    raise e",
        "e = ValueError()\nfor i in range(10 ** 5): e = ExceptionGroup('g', [e])\nraise e",
        "class A: pass\nfor i in range(10 ** 5):\n    class A(A): pass\nprint(A)",
        "x = 'a' * 10 ** 5\nprint([x.find('b' * 1000 + str(i)) for i in range(10 ** 6)])",
        "print(str([[0] * 1000] * 10 ** 6))",
        "x = [1]\nx.extend(x for _ in iter(int, 1))",
        "x = {1}\nwhile True: x = {frozenset(x), 1}",
        "try:\n    while True: pass\nexcept BaseException: print('caught')\nwhile True: pass",
        "def f():\n    try: f()\n    finally: f()\nf()",
        "class C:\n    def __add__(s, o):\n        try: s + o\n        except RecursionError: s + o\nC() + 1",
    ];
    for program in programs {
        runner.run(program.to_owned());
    }
}
