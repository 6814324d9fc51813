//! The code object that is being made.

use std::collections::HashMap;

use lockstep_run::python::code::{Code, Handler, Instruction, Kind, Parameters};
use lockstep_run::python::names::Name;
use lockstep_run::python::values::Value;
use ruff_python_ast::Stmt;

/// A place that jumps go to, known before it is placed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Label(u32);

/// What has to be undone by a `return`, `break` or `continue` that leaves a block.
#[derive(Clone)]
pub enum Block<'a> {
    /// A loop; that of `for` has its iterator on the stack.
    Loop {
        start: Label,
        end: Label,
        iterator: bool,
    },
    /// `with`, whose exit is on the stack.
    With { is_async: bool },
    /// `try … finally`: the statements that have to run.
    Finally(&'a [Stmt]),
    /// A handler: what was handled before is on the stack; its name is to be deleted.
    Handler { name: Option<Name> },
    /// A `finally` after an exception: that exception, and what was handled before.
    FinallyHandler,
    /// Values on the stack that belong to nobody.
    Values(u16),
}

/// A range of instructions whose exceptions a handler takes. Code that a `return` runs on
/// its way out is not part of it.
pub struct Protected {
    parts: Vec<(u32, u32)>,
    start: u32,
    target: Label,
    depth: u16,
}

/// A constant by what it is, so that it is kept once.
#[derive(PartialEq, Eq, Hash)]
enum Constant {
    Int(i64),
    Str(String),
}

pub struct Unit<'a> {
    pub name: Name,
    pub kind: Kind,
    pub parameters: Parameters,
    pub slots: Vec<Name>,
    /// The first slot that comes from the closure.
    pub free: usize,
    pub line: u32,
    /// Where the code begins.
    pub first_line: u32,
    pub blocks: Vec<Block<'a>>,
    /// Ranges that are protected at this place, outermost first.
    pub protected: Vec<Protected>,
    instructions: Vec<Instruction>,
    lines: Vec<u32>,
    handlers: Vec<Handler>,
    constants: Vec<Value>,
    known: HashMap<Constant, u32>,
    /// Position and depth of each label, as far as they are known.
    labels: Vec<(Option<u32>, Option<i32>)>,
    /// How many values are on the frame's stack at this place.
    pub depth: i32,
}

impl<'a> Unit<'a> {
    pub fn new(name: &str, kind: Kind) -> Unit<'a> {
        Unit {
            name: Name::new(name),
            kind,
            parameters: Parameters::default(),
            slots: Vec::new(),
            free: 0,
            line: 1,
            first_line: 1,
            blocks: Vec::new(),
            protected: Vec::new(),
            instructions: Vec::new(),
            lines: Vec::new(),
            handlers: Vec::new(),
            constants: Vec::new(),
            known: HashMap::new(),
            labels: Vec::new(),
            depth: 0,
        }
    }

    pub fn label(&mut self) -> Label {
        self.labels.push((None, None));
        Label(self.labels.len() as u32 - 1)
    }

    /// The label is here.
    pub fn place(&mut self, label: Label) {
        let here = self.instructions.len() as u32;
        let (position, depth) = &mut self.labels[label.0 as usize];
        *position = Some(here);
        match depth {
            Some(depth) => self.depth = *depth,
            None => *depth = Some(self.depth),
        }
    }

    /// A label that an exception leads to, with so many values on the stack.
    pub fn place_with(&mut self, label: Label, depth: i32) {
        self.depth = depth;
        self.labels[label.0 as usize].1 = Some(depth);
        self.place(label);
    }

    pub fn emit(&mut self, instruction: Instruction) {
        let (falls, jumps) = instruction.effect().growth();
        if let Some(target) = instruction.target() {
            let depth = self.depth + jumps;
            self.labels[target as usize].1.get_or_insert(depth);
        }
        self.depth += falls;
        self.instructions.push(instruction);
        self.lines.push(self.line);
    }

    /// A jump, whose target is written as a label until the end.
    pub fn jump(&mut self, make: impl FnOnce(u32) -> Instruction, label: Label) {
        self.emit(make(label.0));
    }

    pub fn constant(&mut self, value: Value) -> u32 {
        let key = match &value {
            Value::Int(number) => Some(Constant::Int(*number)),
            Value::Str(text) => Some(Constant::Str(text.as_str().to_owned())),
            _ => None,
        };
        let next = self.constants.len() as u32;
        if let Some(key) = key {
            let found = *self.known.entry(key).or_insert(next);
            if found != next {
                return found;
            }
        }
        self.constants.push(value);
        next
    }

    /// From here on exceptions go to the label.
    pub fn protect(&mut self, target: Label) {
        let protected = Protected {
            parts: Vec::new(),
            start: self.instructions.len() as u32,
            target,
            depth: self.depth as u16,
        };
        self.protected.push(protected);
    }

    /// Up to here.
    pub fn unprotect(&mut self) {
        let Some(mut protected) = self.protected.pop() else {
            return;
        };
        protected
            .parts
            .push((protected.start, self.instructions.len() as u32));
        for (start, end) in protected.parts {
            if start < end {
                self.handlers.push(Handler {
                    start,
                    end,
                    target: protected.target.0,
                    depth: protected.depth,
                });
            }
        }
    }

    /// Takes the innermost protection off, for the code of a way out.
    pub fn pause(&mut self) -> Option<Protected> {
        let mut protected = self.protected.pop()?;
        protected
            .parts
            .push((protected.start, self.instructions.len() as u32));
        Some(protected)
    }

    /// Puts it on again, after that code.
    pub fn resume(&mut self, mut protected: Protected) {
        protected.start = self.instructions.len() as u32;
        self.protected.push(protected);
    }

    pub fn slot(&self, name: Name) -> Option<u16> {
        self.slots
            .iter()
            .position(|slot| *slot == name)
            .map(|at| at as u16)
    }

    /// The finished code, with its labels replaced by positions.
    pub fn finish(self, qualified: String, doc: Option<String>, once: bool) -> Code {
        let Unit {
            labels,
            mut instructions,
            mut handlers,
            ..
        } = self;
        let position = |label: u32| labels[label as usize].0.unwrap_or_default();
        for instruction in &mut instructions {
            if let Some(label) = instruction.target() {
                *instruction = instruction.with_target(position(label));
            }
        }
        for handler in &mut handlers {
            handler.target = position(handler.target);
        }
        Code {
            name: self.name,
            qualified,
            kind: self.kind,
            parameters: self.parameters,
            slots: self.slots,
            free: self.free,
            instructions,
            line: self.first_line,
            lines: self.lines,
            handlers,
            constants: self.constants,
            doc,
            once,
        }
    }
}
