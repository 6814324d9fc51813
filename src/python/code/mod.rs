//! What the compiler makes and the machine runs: code objects. They and their constants
//! live as long as the run.

mod bindings;
pub mod instruction;
mod listing;
mod serial;
mod verify;
mod wire;

pub use bindings::Bindings;
pub use instruction::{
    BinaryOp, Comparison, Container, Conversion, Instruction, Slot, Target, UnaryOp,
};
pub use listing::listing;
pub use wire::Damaged;

use std::sync::OnceLock;

use super::names::Name;
use super::values::Value;

/// What `MakeFunction` finds on the stack.
pub mod make {
    pub const DEFAULTS: u8 = 1;
    pub const KEYWORD_DEFAULTS: u8 = 2;
    pub const ANNOTATIONS: u8 = 4;
    pub const CLOSURE: u8 = 8;
}

/// What calling a function of this code gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Plain,
    Generator,
    Coroutine,
    AsyncGenerator,
}

/// Where an exception goes that is raised by the instructions from `start` to `end`.
pub struct Handler {
    pub start: Target,
    pub end: Target,
    pub target: Target,
    /// How many values stay on the frame's stack.
    pub depth: u16,
}

/// The parameters of a function; their slots come first, in this order: positional,
/// keyword-only, `*args`, `**kwargs`.
#[derive(Default)]
pub struct Parameters {
    /// Those that cannot be named are the first.
    pub positional_only: usize,
    pub positional: usize,
    pub keyword_only: usize,
    pub rest: bool,
    pub keywords: bool,
}

impl Parameters {
    /// The number of slots that they take.
    pub fn count(&self) -> usize {
        let named = self.positional + self.keyword_only;
        named + usize::from(self.rest) + usize::from(self.keywords)
    }

    /// A call with so many arguments by position needs nothing but these.
    #[inline]
    pub fn only_positional(&self) -> bool {
        self.keyword_only == 0 && !self.rest && !self.keywords
    }
}

/// The compiled body of a module, class, function, lambda or comprehension.
pub struct Code {
    pub name: Name,
    pub qualified: String,
    pub kind: Kind,
    pub parameters: Parameters,
    /// The names of the slots: locals, cells, then what it closes over.
    pub slots: Vec<Name>,
    /// Slots from this one on are filled from the function's closure.
    pub free: usize,
    pub instructions: Vec<Instruction>,
    /// The line where it begins.
    pub line: u32,
    /// The line of each instruction.
    pub lines: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub constants: Vec<Value>,
    pub doc: Option<String>,
    /// It is made once: a `def` of the module or of a class there, in no loop.
    pub once: bool,
}

impl Code {
    /// The names of its parameters and of the variables that no function within has, too.
    pub fn locals(&self) -> impl Iterator<Item = Name> {
        let is_cell = |at: usize| {
            let mut instructions = self.instructions.iter();
            instructions
                .any(|made| matches!(made, Instruction::MakeCell(slot) if *slot as usize == at))
        };
        let own = self.slots[..self.free].iter().enumerate();
        own.filter(move |(at, _)| *at < self.parameters.count() || !is_cell(*at))
            .map(|(_, name)| *name)
    }

    /// It, and all code that is made in it.
    pub fn with_inner(&'static self) -> Vec<&'static Code> {
        let mut all = vec![self];
        let mut at = 0;
        while let Some(code) = all.get(at).copied() {
            at += 1;
            all.extend(code.constants.iter().filter_map(|constant| match constant {
                Value::Code(code) => Some(*code),
                _ => None,
            }));
        }
        all
    }
}

/// A module of the library that is written in Python.
pub struct Linked {
    pub name: Name,
    pub code: &'static Code,
    /// The names of its variables, by `Global`.
    pub globals: Vec<Name>,
}

/// A compiled program.
pub struct Program {
    pub file: String,
    pub source: String,
    pub code: &'static Code,
    /// The names of the module's variables, by `Global`.
    pub globals: Vec<Name>,
    /// What it imports of the library that is written in Python, each after those that it
    /// imports itself.
    pub library: Vec<&'static Linked>,
    /// What its text says of its variables, once somebody has asked.
    pub bindings: OnceLock<Bindings>,
}

impl Program {
    pub fn bindings(&self) -> &Bindings {
        self.bindings.get_or_init(|| Bindings::of(self))
    }
}

/// For the lifetime of the run.
pub fn forever<T>(thing: T) -> &'static T {
    Box::leak(Box::new(thing))
}
