//! The instruction set: one table, which compiler, machine and disassembler read.
//!
//! Instructions work on a stack. `a b → c` says that b lies on top of a, and that both are
//! taken and c is pushed.

use std::fmt;

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
    /// list iterable → list; that of a call has its function below
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

impl Instruction {
    /// By how many values the stack grows: where the next instruction follows, and where
    /// it jumps.
    pub fn effect(self) -> (i32, i32) {
        use Instruction::*;
        let n = |count: u16| i32::from(count);
        match self {
            Const(_) | None | Unset | Copy | CopyFrom(_) | LoadLocal(_) | LoadCell(_) => (1, 1),
            LoadAttributeOf(..) | LoadClosure(_) | LoadGlobal(_) | LoadName(..)
            | LoadNameOrCell(..) => (1, 1),
            LocalConst(..) | AssertionError | Locals | Import(_) | ImportFrom(_) | Length => (1, 1),
            LoadMethod(_) | BeginHandling | ExitWithException | AsyncNext => (1, 1),
            MatchSequence | MatchMapping | MatchKeys | EnterWith | EnterAsyncWith => (1, 1),
            LoadLocals(..) => (2, 2),
            StoreAttributeOf(..) | Pop | StoreLocal(_) | StoreCell(_) | StoreGlobal(_)
            | StoreName(_) => (-1, -1),
            DeleteAttribute(_) | LoadItem | Binary(_) | InPlace(_) | Compare(_) => (-1, -1),
            Is(_) | In(_) | JumpIfFalse(_) | JumpIfTrue(_) | JumpIfNone(_) => (-1, -1),
            ListAppend(_) | SetAdd(_) | ListExtend(_) | SetExtend | DictUpdate => (-1, -1),
            DictMerge | Return | Raise | RaiseAgain | EndHandling | MatchRest => (-1, -1),
            ImportAll | JoinGroup => (-1, -1),
            StoreAttribute(_) | DeleteItem | BuildSlice | JumpUnless(..) | DictAdd(_) => (-2, -2),
            RaiseFrom | EndAsyncFor | StoreAnnotation | MatchClass(_) => (-2, -2),
            StoreItem | MakeClass => (-3, -3),
            Sink(_) | Swap | DeleteLocal(_) | DeleteCell(_) | MakeCell(_) | DeleteGlobal(_) => {
                (0, 0)
            }
            DeleteName(_) | LoadAttribute(_) | Unary(_) | Not | Jump(_) | JumpBack(_) => (0, 0),
            GetIterator | ListToTuple | RunClassBody | Reraise | ExceptionMatches => (0, 0),
            SplitGroup | ExitWith | Yield | YieldProduced | GetYieldFrom | GetAwaitable => (0, 0),
            GetAsyncIterator => (0, 0),
            JumpIfFalseOrPop(_) | JumpIfTrueOrPop(_) => (-1, 0),
            ForIter(_) => (1, -1),
            YieldFrom(_) => (0, -1),
            Unpack(count) => (n(count) - 1, 0),
            UnpackRest(before, after) => (n(before) + n(after), 0),
            Build(_, count) | BuildString(count) => (1 - n(count), 0),
            BuildDict(count) => (1 - 2 * n(count), 0),
            Format(_, spec) => (-i32::from(spec), 0),
            Call(count) => (-n(count), 0),
            CallMethod(count) | CallKeywords(count, _) => (-n(count) - 1, 0),
            CallSpread(keywords) => (-1 - i32::from(keywords), 0),
            MakeFunction(flags) => (-(flags.count_ones() as i32), 0),
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
}
