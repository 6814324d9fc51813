//! The instruction set: one table, which compiler, machine and disassembler read.
//!
//! Instructions work on a stack. `a b → c` says that b lies on top of a, and that both are
//! taken and c is pushed.

use std::fmt;

use super::wire::{Damaged, Reader, Wire, Writer};
use crate::python::names::Name;

/// Positions in a code object's instructions.
pub type Target = u32;
/// Positions in a frame's slots: locals, then cells, then what the function closes over.
pub type Slot = u16;
/// Positions in a code object's constants.
pub type Constant = u32;
/// Positions in a module's variables.
pub type Global = u32;

/// What an operand shows in a listing.
trait Operand {
    fn show(&self, out: &mut String);
}

macro_rules! shown_as_number {
    ($($t:ty),*) => {
        $(impl Operand for $t {
            fn show(&self, out: &mut String) {
                out.push_str(&self.to_string());
            }
        })*
    };
}

shown_as_number!(u8, u16, u32, bool);

impl Operand for Name {
    fn show(&self, out: &mut String) {
        out.push_str(self.text());
    }
}

/// An enum whose variants have a text: an operator, a kind.
macro_rules! texts {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum $type { $($variant),* }

        impl $type {
            pub fn text(self) -> &'static str {
                match self { $($type::$variant => $text),* }
            }

            const ALL: &[$type] = &[$($type::$variant),*];
        }

        impl Wire for $type {
            fn write(self, writer: &mut Writer) {
                writer.byte(self as u8);
            }

            fn read(reader: &mut Reader) -> Result<$type, Damaged> {
                let number = reader.byte()? as usize;
                $type::ALL.get(number).copied().ok_or(Damaged("an unknown operand"))
            }
        }

        impl Operand for $type {
            fn show(&self, out: &mut String) {
                out.push_str(self.text());
            }
        }
    };
}

texts! {
    /// An operator of two operands.
    BinaryOp {
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        Divide = "/",
        FloorDivide = "//",
        Modulo = "%",
        Power = "**",
        LeftShift = "<<",
        RightShift = ">>",
        And = "&",
        Or = "|",
        Xor = "^",
        MatrixMultiply = "@",
    }
}

texts! {
    UnaryOp {
        Negative = "-",
        Positive = "+",
        Invert = "~",
    }
}

texts! {
    /// A comparison that objects may define.
    Comparison {
        Equal = "==",
        NotEqual = "!=",
        Less = "<",
        LessEqual = "<=",
        Greater = ">",
        GreaterEqual = ">=",
    }
}

texts! {
    /// How a value in an f-string becomes text.
    Conversion {
        Plain = "",
        Str = "!s",
        Repr = "!r",
        Ascii = "!a",
    }
}

texts! {
    /// What is built from values on the stack.
    Container {
        List = "list",
        Tuple = "tuple",
        Set = "set",
    }
}

macro_rules! instructions {
    ($($(#[doc = $doc:literal])* $name:ident $(($($operand:ident: $type:ty),*))?,)*) => {
        /// An instruction with its operands.
        #[derive(Clone, Copy, PartialEq, Eq)]
        pub enum Instruction {
            $($(#[doc = $doc])* $name $(($($type),*))?,)*
        }

        /// What a serialized program has for an instruction: its place in the table.
        #[derive(Clone, Copy)]
        #[repr(u8)]
        enum Opcode { $($name),* }

        /// The names and operands of all instructions: another table, another format.
        pub const TABLE: &str = concat!($(stringify!($name $(($($type),*))?), ";"),*);

        impl Wire for Instruction {
            fn write(self, writer: &mut Writer) {
                match self {
                    $(Instruction::$name $(($($operand),*))? => {
                        writer.byte(Opcode::$name as u8);
                        $($($operand.write(writer);)*)?
                    })*
                }
            }

            fn read(reader: &mut Reader) -> Result<Instruction, Damaged> {
                Ok(match reader.byte()? {
                    $(code if code == Opcode::$name as u8 => Instruction::$name $(($(<$type>::read(reader)?),*))?,)*
                    _ => return Err(Damaged("an unknown instruction")),
                })
            }
        }

        impl fmt::Display for Instruction {
            fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
                #[allow(unused_mut, reason = "some have no operand")]
                let (name, operands) = match self {
                    $(Instruction::$name $(($($operand),*))? => {
                        let mut operands = String::new();
                        $($(operands.push(' '); Operand::show($operand, &mut operands);)*)?
                        (stringify!($name), operands)
                    })*
                };
                write!(f, "{name}{operands}")
            }
        }
    };
}

instructions! {
    // Constants and the stack.
    /// → constant
    Const(constant: Constant),
    /// → None
    None,
    /// → nothing at all: what stands where a value may be absent.
    Unset,
    /// a →
    Pop,
    /// a → a a
    Copy,
    /// The value that lies `depth` below the top, copied to the top; 1 is the top.
    CopyFrom(depth: u16),
    /// The top goes below `count` values.
    Sink(count: u16),
    /// a b → b a
    Swap,

    // Variables.
    /// → the local
    LoadLocal(slot: Slot),
    /// → both locals
    LoadLocals(first: Slot, second: Slot),
    /// a →, into the local
    StoreLocal(slot: Slot),
    DeleteLocal(slot: Slot),
    /// → what the cell in the slot holds
    LoadCell(slot: Slot),
    StoreCell(slot: Slot),
    DeleteCell(slot: Slot),
    /// A new cell for the slot, which takes over the value there.
    MakeCell(slot: Slot),
    /// → the cell itself, for a closure
    LoadClosure(slot: Slot),
    /// → the module's variable, or the builtin of its name
    LoadGlobal(global: Global),
    StoreGlobal(global: Global),
    DeleteGlobal(global: Global),
    /// → the name in a class body, or the module's variable, or the builtin
    LoadName(name: Name, global: u16),
    StoreName(name: Name),
    DeleteName(name: Name),
    /// → the name in a class body, or what the cell holds
    LoadNameOrCell(name: Name, slot: Slot),

    // Attributes and items.
    /// object → attribute
    LoadAttribute(name: Name),
    /// → attribute of the local
    LoadAttributeOf(slot: Slot, name: Name),
    /// value →, into the attribute of the local
    StoreAttributeOf(slot: Slot, name: Name),
    /// object → function object, or: attribute nothing
    LoadMethod(name: Name),
    /// value object →
    StoreAttribute(name: Name),
    DeleteAttribute(name: Name),
    /// object key → item
    LoadItem,
    /// value object key →
    StoreItem,
    /// object key →
    DeleteItem,
    /// start stop step → slice
    BuildSlice,

    // Operators.
    /// a b → a op b
    Binary(op: BinaryOp),
    /// a b → a op= b
    InPlace(op: BinaryOp),
    /// a → op a
    Unary(op: UnaryOp),
    /// a → not a
    Not,
    /// a b → a op b
    Compare(op: Comparison),
    /// a b → a is b, or the opposite
    Is(not: bool),
    /// a b → a in b, or the opposite
    In(not: bool),
    /// → local op constant, which is an int
    LocalConst(op: BinaryOp, slot: u8, constant: u16),

    // Jumps.
    Jump(target: Target),
    /// A jump to what was before, which costs fuel.
    JumpBack(target: Target),
    /// a →
    JumpIfFalse(target: Target),
    /// a →
    JumpIfTrue(target: Target),
    /// a → a and jumps, if a is false; else a →
    JumpIfFalseOrPop(target: Target),
    /// a → a and jumps, if a is true; else a →
    JumpIfTrueOrPop(target: Target),
    /// a →, jumps if a is None
    JumpIfNone(target: Target),
    /// a b →, jumps unless a op b
    JumpUnless(op: Comparison, target: Target),
    /// Finds the annotations of the class or module: name value →
    StoreAnnotation,

    // Iteration.
    /// iterable → iterator
    GetIterator,
    /// iterator → iterator value; at its end: iterator →, and jumps
    ForIter(target: Target),
    /// sequence → its values, the first on top
    Unpack(count: u16),
    /// sequence → `before` values, a list, `after` values, the first on top
    UnpackRest(before: u16, after: u16),

    // Building.
    /// values → container
    Build(container: Container, count: u16),
    /// keys and values, in turn → dict
    BuildDict(count: u16),
    /// parts → string
    BuildString(count: u16),
    /// value, or value spec → text
    Format(conversion: Conversion, spec: bool),
    /// … list … value → … list …: the list lies `depth` below
    ListAppend(depth: u16),
    SetAdd(depth: u16),
    /// key value →
    DictAdd(depth: u16),
    /// list iterable → list; of a call that has no others, the function is below
    ListExtend(of_call: bool),
    /// set iterable → set
    SetExtend,
    /// dict mapping → dict
    DictUpdate,
    /// dict mapping → dict; a key that is there already is an error (of a call)
    DictMerge,
    /// list → tuple
    ListToTuple,

    // Calls.
    /// function arguments → result
    Call(count: u16),
    /// function object arguments → result, as `LoadMethod` left them
    CallMethod(count: u16),
    /// function nothing-or-object arguments keyword-values → result; the constant holds the keywords
    CallKeywords(count: u16, keywords: u16),
    /// function list → result, or function list dict → result
    CallSpread(keywords: bool),
    /// result →, which leaves the frame
    Return,
    /// defaults, keyword defaults, annotations, closure (as the flags say), code → function
    MakeFunction(flags: u8),
    /// function → the names that a class body bound, as a dict
    RunClassBody,
    /// name bases keywords names → class; bases are a tuple, keywords a dict
    MakeClass,
    /// → module
    Import(name: Name),
    /// module → module attribute
    ImportFrom(name: Name),
    /// module →, all its names into the class or module
    ImportAll,

    // Exceptions.
    /// → the bound locals, as a dict
    Locals,
    /// exception → raises it
    Raise,
    /// exception cause → raises it
    RaiseFrom,
    /// Raises again what is being handled.
    Reraise,
    /// exception → raises it as it stands, without another line of traceback
    RaiseAgain,
    /// exception → exception: from here on it is being handled, until `EndHandling`
    BeginHandling,
    EndHandling,
    /// exception class → exception bool
    ExceptionMatches,
    /// group class → rest matched, as `except*` splits it; None where there is nothing
    SplitGroup,
    /// group raised-list → what is to be raised after the handlers of `except*`, or None
    JoinGroup,
    /// → AssertionError
    AssertionError,

    // `with`.
    /// manager → exit entered
    EnterWith,
    /// exit → exit(None, None, None)
    ExitWith,
    /// exit exception → exit exception exit(type, exception, traceback)
    ExitWithException,
    /// manager → exit awaitable
    EnterAsyncWith,

    // Generators and coroutines.
    /// value → sent, when the frame is entered again
    Yield,
    /// value → sent; the value is an async generator's own
    YieldProduced,
    /// iterator sent → iterator value, to be yielded; at its end: result, and jumps
    YieldFrom(end: Target),
    /// iterable → iterator, as `yield from` wants it
    GetYieldFrom,
    /// awaitable → iterator
    GetAwaitable,
    /// async iterable → async iterator
    GetAsyncIterator,
    /// iterator → iterator awaitable
    AsyncNext,
    /// iterator exception →, if it is StopAsyncIteration, which else is raised again
    EndAsyncFor,

    // Patterns.
    /// subject → subject bool
    MatchSequence,
    MatchMapping,
    /// subject keys → subject keys values-or-None
    MatchKeys,
    /// subject class names → attributes-or-None; `count` are by position
    MatchClass(count: u16),
    /// a → a length
    Length,
    /// mapping keys → mapping dict-of-the-others
    MatchRest,
}

/// What an instruction does with the stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Effect {
    /// Values below those that it takes that have to be there, since it looks at them.
    pub looks: u32,
    pub takes: u32,
    /// What it leaves where the next instruction follows; None: that never follows.
    pub gives: Option<u32>,
    /// What it leaves where it jumps.
    pub gives_at_target: u32,
}

impl Effect {
    fn new(takes: u32, gives: u32) -> Effect {
        Effect {
            looks: 0,
            takes,
            gives: Some(gives),
            gives_at_target: gives,
        }
    }

    /// The next instruction does not follow.
    fn end(takes: u32) -> Effect {
        Effect {
            gives: None,
            ..Effect::new(takes, 0)
        }
    }

    fn looking(self, looks: u32) -> Effect {
        Effect { looks, ..self }
    }

    fn jumping(self, gives_at_target: u32) -> Effect {
        Effect {
            gives_at_target,
            ..self
        }
    }

    /// By how many values the stack grows: where the next instruction follows, and where it
    /// jumps.
    pub fn growth(self) -> (i32, i32) {
        let grows = |gives: u32| gives as i32 - self.takes as i32;
        (grows(self.gives.unwrap_or(0)), grows(self.gives_at_target))
    }
}

impl Instruction {
    pub fn effect(self) -> Effect {
        use Instruction::*;
        let n = u32::from;
        let effect = Effect::new;
        match self {
            Const(_) | None | Unset | LoadLocal(_) | LoadCell(_) | LoadClosure(_) => effect(0, 1),
            LoadGlobal(_) | LoadName(..) | LoadNameOrCell(..) | LoadAttributeOf(..) => effect(0, 1),
            LocalConst(..) | AssertionError | Locals | Import(_) => effect(0, 1),
            LoadLocals(..) => effect(0, 2),
            DeleteLocal(_) | DeleteCell(_) | DeleteGlobal(_) | DeleteName(_) => effect(0, 0),
            MakeCell(_) => effect(0, 0),
            Copy | ImportFrom(_) | AsyncNext | MatchSequence | MatchMapping | Length => {
                effect(0, 1).looking(1)
            }
            CopyFrom(depth) => effect(0, 1).looking(n(depth)),
            MatchKeys => effect(0, 1).looking(2),
            ExitWithException => effect(0, 1).looking(3),
            Pop | StoreLocal(_) | StoreCell(_) | StoreGlobal(_) | StoreName(_) => effect(1, 0),
            StoreAttributeOf(..) | DeleteAttribute(_) | EndHandling | ImportAll => effect(1, 0),
            JumpIfFalse(_) | JumpIfTrue(_) | JumpIfNone(_) => effect(1, 0),
            JumpIfFalseOrPop(_) | JumpIfTrueOrPop(_) => effect(1, 0).jumping(1),
            LoadAttribute(_) | Unary(_) | Not | GetIterator | ListToTuple | RunClassBody => {
                effect(1, 1)
            }
            ExitWith | Yield | YieldProduced | GetYieldFrom | GetAwaitable | GetAsyncIterator => {
                effect(1, 1)
            }
            ExceptionMatches => effect(1, 1).looking(1),
            LoadMethod(_) | BeginHandling | EnterWith | EnterAsyncWith => effect(1, 2),
            ListAppend(depth) | SetAdd(depth) => effect(1, 0).looking(n(depth)),
            DictAdd(depth) => effect(2, 0).looking(n(depth)),
            ForIter(_) => effect(1, 2).jumping(0),
            YieldFrom(_) => effect(2, 2).jumping(1),
            StoreAttribute(_) | DeleteItem | JumpUnless(..) | EndAsyncFor | StoreAnnotation => {
                effect(2, 0)
            }
            LoadItem | Binary(_) | InPlace(_) | Compare(_) | Is(_) | In(_) => effect(2, 1),
            ListExtend(_) | SetExtend | DictUpdate | DictMerge | JoinGroup | MatchRest => {
                effect(2, 1)
            }
            Swap | SplitGroup => effect(2, 2),
            StoreItem => effect(3, 0),
            BuildSlice | MatchClass(_) => effect(3, 1),
            MakeClass => effect(4, 1),
            Sink(count) => effect(n(count) + 1, n(count) + 1),
            Unpack(count) => effect(1, n(count)),
            UnpackRest(before, after) => effect(1, n(before) + 1 + n(after)),
            Build(_, count) | BuildString(count) => effect(n(count), 1),
            BuildDict(count) => effect(2 * n(count), 1),
            Format(_, spec) => effect(1 + u32::from(spec), 1),
            Call(count) => effect(n(count) + 1, 1),
            CallMethod(count) | CallKeywords(count, _) => effect(n(count) + 2, 1),
            CallSpread(keywords) => effect(2 + u32::from(keywords), 1),
            MakeFunction(flags) => effect(1 + flags.count_ones(), 1),
            Jump(_) | JumpBack(_) | Reraise => Effect::end(0),
            Return | Raise | RaiseAgain => Effect::end(1),
            RaiseFrom => Effect::end(2),
        }
    }

    /// Where it may jump.
    pub fn target(self) -> Option<Target> {
        use Instruction::*;
        match self {
            Jump(target) | JumpBack(target) | JumpIfFalse(target) | JumpIfTrue(target) => {
                Some(target)
            }
            JumpIfFalseOrPop(target) | JumpIfTrueOrPop(target) | JumpIfNone(target) => Some(target),
            JumpUnless(_, target) | ForIter(target) | YieldFrom(target) => Some(target),
            _ => Option::None,
        }
    }

    /// The same, with another target.
    pub fn with_target(self, target: Target) -> Instruction {
        use Instruction::*;
        match self {
            Jump(_) => Jump(target),
            JumpBack(_) => JumpBack(target),
            JumpIfFalse(_) => JumpIfFalse(target),
            JumpIfTrue(_) => JumpIfTrue(target),
            JumpIfFalseOrPop(_) => JumpIfFalseOrPop(target),
            JumpIfTrueOrPop(_) => JumpIfTrueOrPop(target),
            JumpIfNone(_) => JumpIfNone(target),
            JumpUnless(op, _) => JumpUnless(op, target),
            ForIter(_) => ForIter(target),
            YieldFrom(_) => YieldFrom(target),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instruction_is_small_and_shown_with_its_operands() {
        assert_eq!(size_of::<Instruction>(), 8);
        let compare = Instruction::JumpUnless(Comparison::LessEqual, 7);
        assert_eq!(compare.to_string(), "JumpUnless <= 7");
    }

    #[test]
    fn the_stack_grows_by_what_is_given_and_not_taken() {
        assert_eq!(Instruction::ForIter(0).effect().growth(), (1, -1));
        assert_eq!(Instruction::YieldFrom(0).effect().growth(), (0, -1));
        assert_eq!(Instruction::UnpackRest(1, 2).effect().growth(), (3, 3));
        assert_eq!(Instruction::CallKeywords(2, 0).effect().growth(), (-3, -3));
        assert_eq!(Instruction::Return.effect().growth(), (-1, -1));
    }
}
