//! What a program's text says of its variables: which of them threads can share, and which
//! are bound in one place only, so that nobody can see them change.
//!
//! Modules of the library that are written in Python bind each of their globals in one place,
//! which a test sees to. Attributes that they set by a name that their text does not tell
//! (`setattr`) are set while the object is made.

use std::collections::{HashMap, HashSet};

use super::{Code, Instruction, Program};
use crate::python::names::{self, Name};

/// What is known of the variables of a program.
pub struct Bindings {
    /// By global: whether functions use it, so that other threads than main can.
    shared: Vec<bool>,
    /// By global: in how many places it is bound; what is run more than once counts as two.
    places: Vec<u32>,
    /// The modules of which `import *` binds all names, and in how many places.
    pub stars: Vec<(Name, u32)>,
    /// Cells that are bound again after they were made, by name.
    cells: HashSet<Name>,
    /// Attributes that are bound outside of an `__init__`, or there more than once.
    attributes: HashSet<Name>,
    /// Attributes are bound by names that the text does not tell.
    any_attribute: bool,
    /// Whether the time is asked for.
    pub reads_time: bool,
}

impl Bindings {
    pub fn of(program: &Program) -> Bindings {
        let count = program.globals.len();
        let mut shared = vec![false; count];
        // These are bound when the program begins.
        let given = [names::NAME, names::DOC, names::FILE, names::ANNOTATIONS];
        let of_names = program.globals.iter();
        let mut places: Vec<u32> = of_names.map(|name| given.contains(name).into()).collect();
        let mut stars = Vec::new();
        let mut cells: HashMap<Name, u32> = HashMap::new();
        let mut attributes: HashMap<Name, u32> = HashMap::new();
        let mut mentioned: HashSet<Name> = program.globals.iter().copied().collect();
        let of_library = program.library.iter().map(|linked| (linked.code, false));
        let modules = [(program.code, true)].into_iter().chain(of_library);
        let all = modules.flat_map(|(module, is_program)| {
            let codes = module.with_inner().into_iter();
            codes.map(move |code| (code, is_program))
        });
        for (code, is_program) in all {
            let is_module = std::ptr::eq(code, program.code);
            let is_init = code.name.text() == "__init__";
            let mut own_attributes: HashMap<Name, u32> = HashMap::new();
            for (at, instruction) in code.instructions.iter().enumerate() {
                // What is run more than once counts as many places.
                let times = if is_in_loop(code, at) { 2 } else { 1 };
                match *instruction {
                    Instruction::StoreGlobal(_)
                    | Instruction::DeleteGlobal(_)
                    | Instruction::LoadGlobal(_)
                    | Instruction::LoadName(..)
                    | Instruction::ImportAll
                    | Instruction::LoadAttribute(_)
                    | Instruction::LoadAttributeOf(..)
                    | Instruction::LoadMethod(_)
                    | Instruction::ImportFrom(_)
                        if !is_program => {}
                    Instruction::StoreGlobal(global) | Instruction::DeleteGlobal(global) => {
                        places[global as usize] += if is_module { times } else { 2 };
                        shared[global as usize] |= !is_module;
                    }
                    Instruction::LoadGlobal(global) => shared[global as usize] |= !is_module,
                    Instruction::LoadName(_, global) => {
                        shared[usize::from(global)] |= !is_module;
                    }
                    Instruction::ImportAll => {
                        if let Some(Instruction::Import(module)) = code.instructions[..at].last() {
                            stars.push((*module, times));
                        }
                    }
                    Instruction::StoreCell(slot) | Instruction::DeleteCell(slot) => {
                        let name = code.slots[slot as usize];
                        let parameter = (slot as usize) < code.parameters.count();
                        *cells.entry(name).or_default() += times + u32::from(parameter);
                    }
                    Instruction::StoreAttribute(name)
                    | Instruction::StoreAttributeOf(_, name)
                    | Instruction::DeleteAttribute(name) => {
                        *own_attributes.entry(name).or_default() += times;
                    }
                    Instruction::LoadAttribute(name)
                    | Instruction::LoadAttributeOf(_, name)
                    | Instruction::LoadMethod(name)
                    | Instruction::ImportFrom(name) => {
                        mentioned.insert(name);
                    }
                    _ => {}
                }
            }
            for (name, times) in own_attributes {
                *attributes.entry(name).or_default() += match is_init && times == 1 {
                    true => 0,
                    false => 2,
                };
            }
        }
        let mentions = |names: &[&str]| mentioned.iter().any(|name| names.contains(&name.text()));
        let by_name = mentions(&["globals", "vars", "locals", "__dict__", "modules"]);
        Bindings {
            shared: shared.into_iter().map(|shared| shared || by_name).collect(),
            places: places
                .into_iter()
                .map(|places| if by_name { 2 } else { places })
                .collect(),
            stars,
            cells: several(cells),
            attributes: several(attributes),
            any_attribute: mentions(&["setattr", "delattr", "__dict__", "vars", "__setattr__"]),
            reads_time: mentions(&[
                "time",
                "monotonic",
                "perf_counter",
                "process_time",
                "thread_time",
                "time_ns",
                "monotonic_ns",
                "perf_counter_ns",
                "wait_for",
            ]),
        }
    }

    /// Whether threads beside main can get at the global.
    pub fn is_shared(&self, global: usize) -> bool {
        self.shared.get(global).copied().unwrap_or(true)
    }

    /// In how many places the text binds the global by its name.
    pub fn places(&self, global: usize) -> u32 {
        self.places.get(global).copied().unwrap_or(2)
    }

    pub fn cell_changes(&self, name: Name) -> bool {
        self.cells.contains(&name)
    }

    pub fn attribute_changes(&self, name: Name) -> bool {
        self.any_attribute || self.attributes.contains(&name)
    }
}

fn several(places: HashMap<Name, u32>) -> HashSet<Name> {
    let several = places.into_iter().filter(|(_, times)| *times > 1);
    several.map(|(name, _)| name).collect()
}

/// Whether a jump back leads over an instruction.
fn is_in_loop(code: &Code, at: usize) -> bool {
    let jumps = code.instructions.iter().enumerate().skip(at);
    jumps.into_iter().any(|(_, jump)| match jump {
        Instruction::JumpBack(target) => *target as usize <= at,
        _ => false,
    })
}
