//! Modules of the library that are written in Python: `lib/*.py`.
//!
//! What is in Python's own terms, and need not be fast, is written in Python. The compiler
//! links such a module to the programs that import it, so that the modules that run hold
//! nothing of those that are not asked for. In the browser its own module does not hold their
//! texts, either: whoever compiles [provides](provide) the files that are found missing.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use lockstep_run::python::code::{Linked, forever};
use lockstep_run::python::lib;
use lockstep_run::python::names::Name;

use super::module_of;

/// A table of modules, each with its file in `lib/`.
macro_rules! written {
    ($($name:literal $file:literal)*) => {
        const WRITTEN: &[(&str, &str)] = &[$(($name, $file)),*];

        #[cfg(not(target_arch = "wasm32"))]
        fn text_of(file: &str) -> Option<&'static str> {
            match file {
                $($file => Some(include_str!(concat!("../lib/", $file))),)*
                _ => None,
            }
        }
    };
}

#[cfg(target_arch = "wasm32")]
thread_local! {
    static PROVIDED: std::cell::RefCell<HashMap<String, &'static str>> = Default::default();
}

/// Hands in the text of a file of `lib/`.
#[cfg(target_arch = "wasm32")]
pub fn provide(file: &str, text: &str) {
    let text: &'static str = Box::leak(Box::from(text));
    PROVIDED.with_borrow_mut(|all| all.insert(file.to_owned(), text));
}

#[cfg(target_arch = "wasm32")]
fn text_of(file: &str) -> Option<&'static str> {
    PROVIDED.with_borrow(|all| all.get(file).copied())
}

// The modules, by name. A part of a package stands under its whole name.
written! {
    "_loopback" "_loopback.py"
    "_network" "_network.py"
    "abc" "abc.py"
    "aiohttp" "aiohttp.py"
    "asyncio" "asyncio/__init__.py"
    "asyncio.exceptions" "asyncio/exceptions.py"
    "asyncio.events" "asyncio/events.py"
    "asyncio.futures" "asyncio/futures.py"
    "asyncio.tasks" "asyncio/tasks.py"
    "asyncio.locks" "asyncio/locks.py"
    "asyncio.queues" "asyncio/queues.py"
    "asyncio.timeouts" "asyncio/timeouts.py"
    "asyncio.taskgroups" "asyncio/taskgroups.py"
    "asyncio.loop" "asyncio/loop.py"
    "asyncio.runners" "asyncio/runners.py"
    "asyncio.streams" "asyncio/streams.py"
    "collections" "collections/__init__.py"
    "collections.abc" "collections/abc.py"
    "contextlib" "contextlib.py"
    "contextvars" "contextvars.py"
    "copy" "copy.py"
    "dataclasses" "dataclasses.py"
    "datetime" "datetime.py"
    "enum" "enum.py"
    "functools" "functools/__init__.py"
    "hashlib" "hashlib.py"
    "heapq" "heapq.py"
    "http" "http/__init__.py"
    "http.server" "http/server.py"
    "requests" "requests.py"
    "io" "io.py"
    "json" "json.py"
    "logging" "logging.py"
    "multiprocessing" "multiprocessing/__init__.py"
    "multiprocessing.connection" "multiprocessing/connection.py"
    "multiprocessing.managers" "multiprocessing/managers.py"
    "multiprocessing.pool" "multiprocessing/pool.py"
    "os" "os/__init__.py"
    "os.path" "os/path.py"
    "pprint" "pprint.py"
    "re" "re.py"
    "secrets" "secrets.py"
    "statistics" "statistics.py"
    "string" "string.py"
    "textwrap" "textwrap.py"
    "timeit" "timeit.py"
    "traceback" "traceback.py"
    "types" "types.py"
    "typing" "typing.py"
    "urllib" "urllib/__init__.py"
    "urllib.error" "urllib/error.py"
    "urllib.request" "urllib/request.py"
    "unittest" "unittest.py"
    "uuid" "uuid.py"
    "weakref" "weakref.py"
}

/// Packages, names that a program may use of them, and the parts that give the packages these
/// names. A part comes with programs that have the word: most have not, and each run of a
/// search makes all modules anew.
const BY_NAME: &[(&str, &str, &str)] = &[
    ("multiprocessing", "Manager", "multiprocessing.managers"),
    ("multiprocessing", "Pipe", "multiprocessing.connection"),
    ("multiprocessing", "Pool", "multiprocessing.pool"),
];

/// Each is compiled once.
static COMPILED: Mutex<Option<HashMap<&'static str, Compiled>>> = Mutex::new(None);

#[derive(Clone)]
struct Compiled {
    linked: &'static Linked,
    imports: BTreeSet<String>,
}

/// The names of all modules that can be imported, in order.
pub fn modules() -> Vec<&'static str> {
    let written = WRITTEN.iter().map(|(name, _)| *name);
    let public = written.filter(|name| !name.starts_with('_'));
    let mut all: Vec<&str> = lib::modules().into_iter().chain(public).collect();
    all.sort_unstable();
    all
}

/// Those that are told: not the parts of asyncio, which has all their names in itself.
pub fn shown() -> Vec<&'static str> {
    let mut all = modules();
    all.retain(|name| !name.starts_with("asyncio."));
    all
}

/// What a program gets with its imports.
#[derive(Default)]
pub struct Links {
    /// The modules that are written in Python, each after those that it imports itself.
    pub linked: Vec<&'static Linked>,
    /// The names of all modules that are imported.
    pub all: BTreeSet<String>,
    /// Files of `lib/` that are not there, or cannot be read.
    pub missing: Vec<&'static str>,
}

pub fn link(imports: &BTreeSet<String>, source: &str) -> Links {
    let mut links = Links::default();
    for name in imports {
        // `import a.b` binds `a`.
        let package = name.split('.').next().unwrap_or(name);
        links.add(package);
        links.add(name);
    }
    let may_name = |word: &str| {
        [word, "getattr", "import *"]
            .iter()
            .any(|w| source.contains(w))
    };
    for (package, word, part) in BY_NAME {
        if links.all.contains(*package) && may_name(word) {
            links.add(part);
        }
    }
    links
}

impl Links {
    fn add(&mut self, name: &str) {
        if !self.all.insert(name.to_owned()) {
            return;
        }
        let Some((name, file)) = WRITTEN.iter().find(|(written, _)| *written == name) else {
            return;
        };
        match compiled(name, file) {
            Some(module) => {
                module.imports.iter().for_each(|import| self.add(import));
                self.linked.push(module.linked);
            }
            None => self.missing.push(file),
        }
    }
}

fn compiled(name: &'static str, file: &'static str) -> Option<Compiled> {
    let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    if let Some(known) = all.get(name) {
        return Some(known.clone());
    }
    let module = module_of(text_of(file)?, false).ok()?;
    let compiled = Compiled {
        linked: forever(Linked {
            name: Name::new(name),
            code: module.code,
            globals: module.globals,
        }),
        imports: module.parts.modules,
    };
    all.insert(name, compiled.clone());
    Some(compiled)
}
