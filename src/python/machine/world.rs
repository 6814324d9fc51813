//! What all of a run's code shares: the program, modules, output, counters.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use super::output::{Output, Stream};
use super::{Report, Uncaught, acting, import};
use crate::base::ObjectId;
use crate::python::code::{Linked, Program};
use crate::python::engine::{self, Engine};
use crate::python::lib::Library;
use crate::python::lib::machine::Loops;
use crate::python::names::{self, Name, NameMap};
use crate::python::text::random::Random;
use crate::python::values::estate::{self, Owned, keep};
use crate::python::values::{Module, Value, share};
use crate::sync::Own;

/// How much a run may take.
#[derive(Clone, Copy)]
pub struct Limits {
    /// Instructions that jump back or call, and what builtins do in their loops.
    pub fuel: u64,
    /// Python frames at a time.
    pub depth: usize,
    /// Bytes of one object.
    pub size: usize,
    /// Bytes of all that there is at a time, where the allocator counts them.
    pub memory: usize,
    /// Lines of output that are kept.
    pub lines: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            fuel: 2_000_000_000,
            depth: 1_000,
            size: if cfg!(target_arch = "wasm32") {
                32 << 20
            } else {
                64 << 20
            },
            // In the browser all that there is may be 256 MiB, and what grows is twice there for
            // a moment.
            memory: if cfg!(target_arch = "wasm32") {
                60 << 20
            } else {
                128 << 20
            },
            lines: 10_000,
        }
    }
}

/// Steps after which a builtin that goes on lets the machine look at its fuel.
const PATIENCE: u64 = 4_096;

pub struct World {
    pub program: &'static Program,
    pub main: &'static Module,
    pub builtins: &'static NameMap,
    pub modules: Own<NameMap>,
    linked: Own<Vec<&'static Module>>,
    /// Whether it has asked for what is not of the site.
    pub network_is_asked: AtomicBool,
    /// The event loops of threads.
    pub loops: Own<Vec<Arc<Loops>>>,
    /// Modules that an earlier execution has left as they were made, and this one has not
    /// imported: making them anew is most of the time of a short one.
    ready: Own<NameMap>,
    /// That of all processes.
    pub output: Arc<Own<Output>>,
    /// The first exception that ended a thread.
    pub uncaught: Own<Option<Uncaught>>,
    pub limits: Limits,
    /// Which of the program's processes it is; 0 is the first.
    pub process: u32,
    /// The process that has made it.
    pub parent: Option<&'static World>,
    /// All that were made by the first one and by others.
    children: Own<Vec<&'static World>>,
    /// The processes that it has started.
    pub processes: Own<Vec<engine::Child>>,
    killed: AtomicBool,
    /// The object of the process itself, and how many it has named.
    process_object: Own<Value>,
    processes_named: AtomicU32,
    /// By thread: where the containers lie whose text is being made.
    pub inside: Own<Vec<(u32, usize)>>,
    /// The states of objects of `random.Random`, by the objects' serial numbers.
    pub generators: Own<HashMap<u64, Random>>,
    /// What it can import.
    pub library: Library,
    /// What it runs on, and its threads.
    pub engine: &'static dyn Engine,
    pub threads: engine::Threads,
    /// All that there is, if an engine compares states.
    pub heap: OnceLock<Arc<engine::Heap>>,
    /// By global: whether it is bound again, of a program with `import *`.
    again: OnceLock<Vec<bool>>,
    /// The numbers that the engine knows variables by.
    variables: Own<HashMap<u64, ObjectId>>,
    /// What builtins have done since the machine looked.
    spent: AtomicU64,
    /// Numbers of the objects whose identity was asked for; they are kept, so that no
    /// other takes their place.
    identities: Own<HashMap<usize, (u64, Value)>>,
}

impl World {
    /// Begins an execution on the model, which owns all that it makes from here on.
    pub fn of_execution(
        program: &'static Program,
        limits: Limits,
        engine: &'static dyn Engine,
        library: Library,
    ) -> &'static World {
        estate::begin();
        World::new(program, limits, engine, library)
    }

    /// It lives as long as the run.
    pub fn new(
        program: &'static Program,
        limits: Limits,
        engine: &'static dyn Engine,
        library: Library,
    ) -> &'static World {
        let main = keep(Module::new(names::MAIN, program.globals.clone()));
        main.set(names::NAME, names::MAIN.value());
        main.set(
            names::DOC,
            match &program.code.doc {
                Some(doc) => Value::from(doc.as_str()),
                None => Value::None,
            },
        );
        main.set(names::FILE, Value::from(program.file.as_str()));
        main.set(names::ANNOTATIONS, super::keys::new_dict(Vec::new()));
        let mut ready = NameMap::new();
        for module in estate::shelved() {
            ready.set(module.name, Value::Module(module));
        }
        keep(World {
            program,
            main,
            builtins: crate::python::builtins::names(),
            modules: Own::shared(NameMap::new()),
            linked: Own::shared(Vec::new()),
            network_is_asked: AtomicBool::new(false),
            loops: Own::shared(Vec::new()),
            ready: Own::shared(ready),
            output: Arc::new(Own::shared(Output::new(limits.lines))),
            uncaught: Own::shared(None),
            process: 0,
            parent: None,
            children: Own::shared(Vec::new()),
            processes: Own::shared(Vec::new()),
            killed: AtomicBool::new(false),
            process_object: Own::shared(Value::None),
            processes_named: AtomicU32::new(0),
            limits,
            inside: Own::shared(Vec::new()),
            generators: Own::shared(HashMap::new()),
            library,
            engine,
            threads: engine::Threads::new(),
            heap: OnceLock::new(),
            again: OnceLock::new(),
            variables: Own::shared(HashMap::new()),
            spent: AtomicU64::new(0),
            identities: Own::shared(HashMap::new()),
        })
    }

    /// The world of a process of this one's, with nothing of the program yet.
    pub fn of_process(parent: &'static World) -> &'static World {
        let root = parent.root();
        let mut children = root.children.write();
        let made = keep(World {
            program: parent.program,
            main: keep(parent.main.empty_copy()),
            builtins: parent.builtins,
            modules: Own::shared(NameMap::new()),
            linked: Own::shared(Vec::new()),
            network_is_asked: AtomicBool::new(false),
            loops: Own::shared(Vec::new()),
            ready: Own::shared(NameMap::new()),
            output: parent.output.clone(),
            uncaught: Own::shared(None),
            process: children.len() as u32 + 1,
            parent: Some(parent),
            children: Own::shared(Vec::new()),
            processes: Own::shared(Vec::new()),
            killed: AtomicBool::new(false),
            process_object: Own::shared(Value::None),
            processes_named: AtomicU32::new(0),
            limits: parent.limits,
            inside: Own::shared(Vec::new()),
            generators: Own::shared(HashMap::new()),
            library: parent.library,
            engine: parent.engine,
            threads: engine::Threads::new(),
            heap: OnceLock::new(),
            again: OnceLock::new(),
            variables: Own::shared(HashMap::new()),
            spent: AtomicU64::new(0),
            identities: Own::shared(HashMap::new()),
        });
        if let Some(heap) = parent.heap.get() {
            made.tell_states(heap.in_order());
        }
        children.push(made);
        made
    }

    /// Ends the process: its threads do nothing more.
    pub fn kill(&self) {
        self.killed.store(true, Ordering::Relaxed);
    }

    /// All processes of the program, whose first this is.
    pub fn with_children(&'static self) -> Vec<&'static World> {
        let children = self.children.read();
        std::iter::once(self)
            .chain(children.iter().copied())
            .collect()
    }

    /// Whether a process has ended where it was, so that there may be threads that wait.
    pub fn has_left_some(&self) -> bool {
        self.children.read().iter().any(|child| child.is_killed())
    }

    #[inline]
    pub fn is_killed(&self) -> bool {
        self.killed.load(Ordering::Relaxed)
    }

    /// The object of the process itself.
    pub fn process_object(&self) -> Value {
        self.process_object.get()
    }

    pub fn set_process_object(&self, object: Value) {
        self.share_if_several(&object);
        self.process_object.set(object);
    }

    fn share_if_several(&self, object: &Value) {
        if self.threads.are_several() {
            share(object);
        }
    }

    /// Before the first thread starts, what is known of processes becomes everybody's.
    pub fn share_processes(&self) {
        share(&self.process_object());
        for child in self.processes.get() {
            share(&child.object);
        }
    }

    /// Notes a process that it has started.
    pub fn add_process(&self, child: engine::Child) {
        self.share_if_several(&child.object);
        self.processes.write().push(child);
    }

    /// The number that the library names the next process by.
    pub fn next_process(&self) -> u32 {
        self.processes_named.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The program's first process.
    pub fn root(&'static self) -> &'static World {
        let mut root = self;
        while let Some(parent) = root.parent {
            root = parent;
        }
        root
    }

    /// The number of a new thing.
    #[inline]
    pub fn serial(&self) -> u64 {
        acting::serial()
    }

    /// Lets states be told, and says whether the order of the output is a part of them.
    pub fn tell_states(&'static self, in_order: bool) {
        self.threads.set_told();
        self.heap.get_or_init(|| engine::Heap::new(self, in_order));
    }

    /// A module of the library, as it is before anybody has imported it.
    pub fn fresh_module(&'static self, name: Name) -> Option<&'static Module> {
        if let Some(Value::Module(module)) = self.ready.write().remove(name) {
            return Some(module);
        }
        estate::shelve(|| {
            let values = (self.library)(self, name)?;
            Some(keep(Module::of(name, values)))
        })
    }

    /// The module of a library's code, whose body is to be run now.
    pub fn link(&self, linked: &Linked) -> &'static Module {
        let module = keep(Module::new(linked.name, linked.globals.clone()));
        module.set(names::NAME, linked.name.value());
        let made = Value::Module(module);
        // A package has its parts as attributes.
        let package = format!("{}.", linked.name.text());
        for part in self.linked() {
            if let Some(rest) = part.name.text().strip_prefix(&package) {
                module.set(Name::new(rest), Value::Module(part));
            }
        }
        if let Some((package, part)) = linked.name.text().rsplit_once('.')
            && let Some(Value::Module(package)) = self.modules.read().get(Name::new(package))
        {
            package.set(Name::new(part), made.clone());
        }
        self.modules.write().set(linked.name, made);
        self.linked.write().push(module);
        module
    }

    /// A module of the library's code, as another process has it.
    pub fn link_same(&self, module: &'static Module) {
        self.linked.write().push(module);
    }

    /// The modules of the library that are written in Python.
    pub fn linked(&self) -> Vec<&'static Module> {
        self.linked.get()
    }

    /// Counts the names that `import *` binds as bound, which the text alone does not tell, and
    /// nobody has to know before there are two threads.
    fn look_for_stars(&'static self) {
        let bindings = self.program.bindings();
        if bindings.stars.is_empty() {
            return;
        }
        let slots = 0..self.main.slots().len();
        let mut places: Vec<u32> = slots.map(|at| bindings.places(at)).collect();
        for (module, times) in &bindings.stars {
            // What is not there raises when it is imported.
            let Ok(module) = import::module(self, *module) else {
                continue;
            };
            for (name, _) in import::all(&module) {
                if let Some(at) = self.main.slot_of(name) {
                    places[at] += times;
                }
            }
        }
        let again = places.into_iter().map(|places| places > 1).collect();
        // A run looks once.
        let _ = self.again.set(again);
    }

    /// Whether the global, once it is bound, stays as it is.
    #[inline]
    pub fn is_bound_once(&self, global: usize) -> bool {
        match self.again.get() {
            Some(again) => !again[global],
            None => self.program.bindings().places(global) <= 1,
        }
    }

    /// Shares the variables that functions use, and the library's. Those that stay as they are
    /// are frozen, if threads run at the same time.
    pub fn share_main(&'static self, freezes: bool) {
        self.look_for_stars();
        let bindings = self.program.bindings();
        for at in 0..self.main.slots().len() {
            if bindings.is_shared(at) {
                self.main.share_slot(at, freezes && self.is_bound_once(at));
            }
        }
        self.main.share_names();
        for module in self.linked() {
            (0..module.slots().len()).for_each(|at| module.share_slot(at, freezes));
        }
    }

    /// The engine's number of a variable, which is made when it is first touched.
    pub fn variable(&self, key: u64, register: impl FnOnce() -> ObjectId) -> ObjectId {
        let known = self.variables.read().get(&key).copied();
        known.unwrap_or_else(|| {
            let object = register();
            self.variables.write().insert(key, object);
            object
        })
    }

    /// Prints a text for the thread that acts.
    pub fn print(&self, stream: Stream, text: &str) {
        let now = self.engine.moment();
        let mut output = self.output.write();
        let lines = output.write(stream, text, now);
        lines.iter().for_each(|line| self.engine.hear(line));
    }

    /// What the program has printed, and how it ended.
    pub fn report(&self) -> Report {
        let mut output = self.output.write();
        (output.end().iter()).for_each(|line| self.engine.hear(line));
        Report {
            printed: output.take(),
            uncaught: self.uncaught.write().take(),
            lost: output.lost,
            asked_network: self.network_is_asked.load(Ordering::Relaxed),
            ending: self.threads.ended(),
        }
    }

    /// Counts steps of a builtin that takes long. True: it should pause.
    pub fn spend(&self, steps: usize) -> bool {
        let steps = steps as u64;
        self.spent.fetch_add(steps, Ordering::Relaxed) + steps > PATIENCE
    }

    /// What builtins have done since the last time.
    #[inline]
    pub fn take_spent(&self) -> u64 {
        match self.spent.load(Ordering::Relaxed) {
            0 => 0,
            _ => self.spent.swap(0, Ordering::Relaxed),
        }
    }

    /// A number that no other object has: the same in every run.
    pub fn identity(&self, value: &Value) -> u64 {
        let Some(address) = value.address() else {
            return match value {
                Value::Int(number) => 0x1_0000_0000 + (*number as u64) * 32,
                Value::Bool(bool) => 0x8000 + u64::from(bool.get()) * 32,
                Value::Float(float) => float.get().to_bits() >> 8,
                Value::NotImplemented => 0x9000,
                Value::Ellipsis => 0x9020,
                _ => 0x9040,
            };
        };
        // The object is kept for all threads.
        share(value);
        let mut identities = self.identities.write();
        let next = 0x7f00_0000_0000 + (identities.len() as u64 + 1) * 16;
        identities
            .entry(address)
            .or_insert_with(|| (next, value.clone()))
            .0
    }
}

impl Owned for World {
    fn empty(&self) {
        let children = std::mem::take(&mut *self.children.write());
        let processes = std::mem::take(&mut *self.processes.write());
        self.process_object.set(Value::None);
        self.threads.clear();
        if let Some(heap) = self.heap.get() {
            heap.clear();
        }
        let modules = [&self.modules, &self.ready].map(|map| std::mem::take(&mut *map.write()));
        let linked = std::mem::take(&mut *self.linked.write());
        let generators = std::mem::take(&mut *self.generators.write());
        let identities = std::mem::take(&mut *self.identities.write());
        let variables = std::mem::take(&mut *self.variables.write());
        let loops = std::mem::take(&mut *self.loops.write());
        drop((children, processes, modules, linked));
        drop((generators, identities, variables, loops));
    }
}
