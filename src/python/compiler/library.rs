//! Modules of the library that are written in Python: `lib/*.py`.
//!
//! What is in Python's own terms, and need not be fast, is written in Python. The compiler
//! links such a module to the programs that import it, so that the modules that run hold
//! nothing of those that are not asked for.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use lockstep_run::python::code::{Linked, forever};
use lockstep_run::python::lib;
use lockstep_run::python::names::Name;

use super::module_of;

/// A table of modules, each with its file in `lib/`.
macro_rules! written {
    ($($name:literal $file:literal)*) => {
        &[$(($name, include_str!(concat!("../lib/", $file)))),*]
    };
}

/// The modules, by name. A part of a package stands under its whole name.
const WRITTEN: &[(&str, &str)] = written! {
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
};

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

/// What a program gets with its imports: the modules that are written in Python, each after
/// those that it imports itself, and the names of all modules that are imported.
pub fn link(imports: &BTreeSet<String>, source: &str) -> (Vec<&'static Linked>, BTreeSet<String>) {
    let mut linked = Vec::new();
    let mut all = BTreeSet::new();
    for name in imports {
        // `import a.b` binds `a`.
        let package = name.split('.').next().unwrap_or(name);
        add(package, &mut linked, &mut all);
        add(name, &mut linked, &mut all);
    }
    let may_name = |word: &str| {
        [word, "getattr", "import *"]
            .iter()
            .any(|w| source.contains(w))
    };
    for (package, word, part) in BY_NAME {
        if all.contains(*package) && may_name(word) {
            add(part, &mut linked, &mut all);
        }
    }
    (linked, all)
}

fn add(name: &str, linked: &mut Vec<&'static Linked>, all: &mut BTreeSet<String>) {
    if !all.insert(name.to_owned()) {
        return;
    }
    if let Some((name, source)) = WRITTEN.iter().find(|(written, _)| *written == name) {
        let module = compiled(name, source);
        for import in &module.imports {
            add(import, linked, all);
        }
        linked.push(module.linked);
    }
}

fn compiled(name: &'static str, source: &'static str) -> Compiled {
    let mut all = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    let all = all.get_or_insert_default();
    let known = all.entry(name).or_insert_with(|| {
        let module = module_of(source, false)
            .unwrap_or_else(|found| panic!("{}", found[0].to_text(source, name)));
        Compiled {
            linked: forever(Linked {
                name: Name::new(name),
                code: module.code,
                globals: module.globals,
            }),
            imports: module.parts.modules,
        }
    });
    known.clone()
}
