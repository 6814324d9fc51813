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

/// The modules, by name. A part of a package stands under its whole name.
const WRITTEN: &[(&str, &str)] = &[
    ("asyncio", include_str!("../lib/asyncio/__init__.py")),
    (
        "asyncio.exceptions",
        include_str!("../lib/asyncio/exceptions.py"),
    ),
    ("asyncio.events", include_str!("../lib/asyncio/events.py")),
    ("asyncio.futures", include_str!("../lib/asyncio/futures.py")),
    ("asyncio.tasks", include_str!("../lib/asyncio/tasks.py")),
    ("asyncio.locks", include_str!("../lib/asyncio/locks.py")),
    ("asyncio.queues", include_str!("../lib/asyncio/queues.py")),
    (
        "asyncio.timeouts",
        include_str!("../lib/asyncio/timeouts.py"),
    ),
    (
        "asyncio.taskgroups",
        include_str!("../lib/asyncio/taskgroups.py"),
    ),
    ("asyncio.loop", include_str!("../lib/asyncio/loop.py")),
    ("asyncio.runners", include_str!("../lib/asyncio/runners.py")),
    ("aiohttp", include_str!("../lib/aiohttp.py")),
    ("requests", include_str!("../lib/requests.py")),
    ("urllib", include_str!("../lib/urllib/__init__.py")),
    ("urllib.error", include_str!("../lib/urllib/error.py")),
    ("urllib.request", include_str!("../lib/urllib/request.py")),
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
    let mut all: Vec<&str> = lib::modules().into_iter().chain(written).collect();
    all.sort_unstable();
    all
}

/// The same without the parts of packages that have all their names in themselves.
pub fn shown() -> Vec<&'static str> {
    let is_part = |name: &&str| {
        let package = name.split('.').next().unwrap_or_default();
        package != *name && WRITTEN.iter().any(|(written, _)| *written == package)
    };
    let mut all = modules();
    all.retain(|name| !is_part(name));
    all
}

/// What a program gets with its imports: the modules that are written in Python, each after
/// those that it imports itself, and the names of all modules that are imported.
pub fn link(imports: &BTreeSet<String>) -> (Vec<&'static Linked>, BTreeSet<String>) {
    let mut linked = Vec::new();
    let mut all = BTreeSet::new();
    for name in imports {
        // `import a.b` binds `a`.
        let package = name.split('.').next().unwrap_or(name);
        add(package, &mut linked, &mut all);
        add(name, &mut linked, &mut all);
    }
    (linked, all)
}

fn add(name: &str, linked: &mut Vec<&'static Linked>, all: &mut BTreeSet<String>) {
    if !all.insert(name.to_owned()) {
        return;
    }
    // A package's parts come with it.
    for (part, _) in WRITTEN {
        if part
            .strip_prefix(name)
            .is_some_and(|rest| rest.starts_with('.'))
        {
            add(part, linked, all);
        }
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
        let module = module_of(name, source, false)
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
