//! What the machine relies on, checked in code that comes from elsewhere.
//!
//! The machine does not look whether a slot, a constant or a place to jump to is there, nor
//! whether its stack is deep enough: the compiler sees to that, and so does this. What values
//! lie on the stack does not matter to it, with three exceptions that show in the text of the
//! code: cells, code objects, and the function of a class body.
//!
//! Only [`Instruction::JumpBack`] goes backward, so each loop costs fuel; and since all else
//! goes forward, one pass over the instructions knows the depth of the stack at each.

use super::wire::Damaged;
use super::{Code, Container, Handler, Instruction, Kind, make};
use crate::python::names;
use crate::python::values::Value;

type Result<T> = std::result::Result<T, Damaged>;

/// The most ranges of handlers that one instruction lies in.
const MOST_HANDLERS: u16 = 1_000;

/// The code of a module, of which nothing is asked but that it can be entered as it is.
pub fn module(code: &Code) -> Result<()> {
    let plain = code.kind == Kind::Plain && code.parameters.count() == 0;
    check(
        plain && code.free == code.slots.len(),
        "its module is a function",
    )
}

/// Code that has so many global variables around it.
pub fn code(code: &Code, globals: usize) -> Result<()> {
    let parameters = &code.parameters;
    check(
        code.slots.len() <= usize::from(u16::MAX),
        "too many variables",
    )?;
    check(code.free <= code.slots.len(), "a closure of no slots")?;
    check(parameters.count() <= code.free, "parameters without slots")?;
    check(
        parameters.positional_only <= parameters.positional,
        "parameters that are none",
    )?;
    check(
        code.lines.len() == code.instructions.len(),
        "instructions without lines",
    )?;
    check(
        code.line > 0 && !code.lines.contains(&0),
        "there is no line 0",
    )?;
    let targets = targets(code)?;
    let cells = cells(code)?;
    for (at, instruction) in code.instructions.iter().enumerate() {
        operands(code, *instruction, globals, &cells)?;
        neighbours(code, at, &targets)?;
    }
    // The names that it binds are counted as the module's (`Bindings`).
    let imports_all = |constant: &Value| match constant {
        Value::Code(inner) => inner.instructions.contains(&Instruction::ImportAll),
        _ => false,
    };
    check(
        !code.constants.iter().any(imports_all),
        "import * in a function",
    )?;
    depths(code)
}

fn check(holds: bool, why: &'static str) -> Result<()> {
    if holds { Ok(()) } else { Err(Damaged(why)) }
}

/// Which instructions are jumped to, or begin a handler; all are there.
fn targets(code: &Code) -> Result<Vec<bool>> {
    let mut targets = vec![false; code.instructions.len()];
    let of_instructions = code
        .instructions
        .iter()
        .filter_map(|instruction| instruction.target());
    let of_handlers = code.handlers.iter().map(|handler| handler.target);
    for target in of_instructions.chain(of_handlers) {
        let target = targets.get_mut(target as usize);
        *target.ok_or(Damaged("a jump to nowhere"))? = true;
    }
    Ok(targets)
}

/// Which slots hold cells: those of the closure, and those for which cells are made at the
/// beginning and nowhere else.
fn cells(code: &Code) -> Result<Vec<bool>> {
    let mut cells = vec![false; code.slots.len()];
    cells[code.free..].fill(true);
    let mut is_begun = false;
    for instruction in &code.instructions {
        match instruction {
            Instruction::MakeCell(slot) => {
                let cell = cells.get_mut(usize::from(*slot));
                let cell = cell.ok_or(Damaged("there is no such variable"))?;
                check(!is_begun && !*cell, "a cell that is made twice")?;
                *cell = true;
            }
            _ => is_begun = true,
        }
    }
    Ok(cells)
}

/// Whether all that an instruction names is there, and is what it has to be.
fn operands(code: &Code, instruction: Instruction, globals: usize, cells: &[bool]) -> Result<()> {
    use Instruction::*;
    let slot = |slot: u16, cell: bool| match cells.get(usize::from(slot)) {
        Some(is_cell) => check(*is_cell == cell, "a variable of another kind"),
        _ => Err(Damaged("there is no such variable")),
    };
    let global = |global: usize| check(global < globals, "there is no such global variable");
    let constant = |at: usize| code.constants.get(at).ok_or(Damaged("no such constant"));
    match instruction {
        LoadLocal(local) | StoreLocal(local) | DeleteLocal(local) => slot(local, false),
        LoadAttributeOf(local, _) | StoreAttributeOf(local, _) => slot(local, false),
        LoadLocals(first, second) => slot(first, false).and(slot(second, false)),
        LoadCell(cell) | StoreCell(cell) | DeleteCell(cell) => slot(cell, true),
        LoadClosure(cell) | LoadNameOrCell(_, cell) => slot(cell, true),
        LoadGlobal(at) | StoreGlobal(at) | DeleteGlobal(at) => global(at as usize),
        LoadName(_, at) => global(at.into()),
        Const(at) => constant(at as usize).map(drop),
        LocalConst(_, local, at) => {
            slot(local.into(), false)?;
            check(
                matches!(constant(at.into())?, Value::Int(_)),
                "a constant that is no int",
            )
        }
        CallKeywords(count, at) => {
            let Value::Tuple(keywords) = constant(at.into())? else {
                return Err(Damaged("keywords that are none"));
            };
            let mut texts: Vec<&str> = keywords.iter().filter_map(Value::as_str).collect();
            texts.sort_unstable();
            texts.dedup();
            let are_names = texts.len() == keywords.len() && texts.len() <= count.into();
            check(are_names, "keywords that are none")
        }
        CopyFrom(0) | ListAppend(0) | SetAdd(0) | DictAdd(0) => Err(Damaged("no depth")),
        MakeFunction(flags) => check(flags < 16, "a function of unknown parts"),
        Yield | YieldFrom(_) => check(code.kind != Kind::Plain, "a function that yields"),
        YieldProduced => check(
            code.kind == Kind::AsyncGenerator,
            "a function that produces",
        ),
        _ => Ok(()),
    }
}

/// The instruction before, if that is always the one that ran before.
fn before(code: &Code, at: usize, targets: &[bool]) -> Option<Instruction> {
    let before = at.checked_sub(1)?;
    (!targets[at]).then_some(code.instructions[before])
}

/// What is only right beside another: code and the cells of a closure are taken by the
/// function that is made of them, and that of a class body is run.
fn neighbours(code: &Code, at: usize, targets: &[bool]) -> Result<()> {
    let instruction = code.instructions[at];
    let next = code.instructions.get(at + 1);
    let follows = next.filter(|_| !targets[at + 1]);
    match instruction {
        Instruction::Const(constant)
            if matches!(code.constants[constant as usize], Value::Code(_)) =>
        {
            let made = matches!(follows, Some(Instruction::MakeFunction(_)));
            check(made, "code that is not made into a function")
        }
        Instruction::LoadClosure(_) => {
            let taken = match follows {
                Some(Instruction::StoreName(name)) => *name == names::CLASS_CELL,
                Some(Instruction::LoadClosure(_) | Instruction::Build(Container::Tuple, _)) => true,
                _ => false,
            };
            check(taken, "a cell that is not kept in a closure")
        }
        Instruction::MakeFunction(flags) => {
            let made = match before(code, at, targets) {
                Some(Instruction::Const(constant)) => match code.constants[constant as usize] {
                    Value::Code(code) => code,
                    _ => return Err(Damaged("a function without code")),
                },
                _ => return Err(Damaged("a function without code")),
            };
            let free = made.slots.len() - made.free;
            match flags & make::CLOSURE {
                0 => check(free == 0, "a function without its closure"),
                _ => closure(code, at - 1, free, targets),
            }
        }
        Instruction::ImportAll => {
            let module = before(code, at, targets);
            let is_import = matches!(module, Some(Instruction::Import(_)));
            check(is_import, "names of no module")
        }
        Instruction::RunClassBody => {
            let body = before(code, at, targets);
            let is_made = matches!(body, Some(Instruction::MakeFunction(_)));
            check(is_made, "a class without a body")
        }
        _ => Ok(()),
    }
}

/// Before `at` a tuple of so many cells is built.
fn closure(code: &Code, at: usize, count: usize, targets: &[bool]) -> Result<()> {
    let built = before(code, at, targets);
    let is_tuple = built
        == u16::try_from(count)
            .ok()
            .map(|n| Instruction::Build(Container::Tuple, n));
    let cells = (0..count).all(|n| {
        let at = at.checked_sub(1 + n);
        let loaded = at.and_then(|at| before(code, at, targets));
        matches!(loaded, Some(Instruction::LoadClosure(_)))
    });
    check(is_tuple && cells, "a closure that is none")
}

/// The handler of each instruction: the first one, as the machine takes it.
fn handlers(code: &Code) -> Result<Vec<Option<&Handler>>> {
    let mut first = vec![None; code.instructions.len()];
    let mut covered = vec![0u16; code.instructions.len()];
    for handler in &code.handlers {
        let (start, end) = (handler.start as usize, handler.end as usize);
        check(start <= end && end <= first.len(), "a handler of nothing")?;
        check(handler.target >= handler.end, "a handler that goes back")?;
        for at in start..end {
            first[at].get_or_insert(handler);
            covered[at] += 1;
            check(covered[at] < MOST_HANDLERS, "too many handlers")?;
        }
    }
    Ok(first)
}

/// How deep the stack is at each instruction that can be reached: deep enough, and as deep
/// whichever way leads there.
fn depths(code: &Code) -> Result<()> {
    let handlers = handlers(code)?;
    let mut depths: Vec<Option<u32>> = vec![None; code.instructions.len()];
    *depths.first_mut().ok_or(Damaged("no instructions"))? = Some(0);
    for (at, instruction) in code.instructions.iter().enumerate() {
        // What is not reached from before is not reached from behind, either.
        let Some(depth) = depths[at] else {
            continue;
        };
        let effect = instruction.effect();
        let left = depth.checked_sub(effect.takes);
        let left = left.ok_or(Damaged("a stack that is too low"))?;
        check(effect.looks <= left, "a stack that is too low")?;
        if let Some(handler) = handlers[at] {
            let kept = u32::from(handler.depth);
            check(kept <= left, "a handler that keeps too much")?;
            reach(&mut depths, handler.target as usize, kept + 1)?;
        }
        if let Some(target) = instruction.target() {
            let target = target as usize;
            let there = left + effect.gives_at_target;
            if let Instruction::JumpBack(_) = instruction {
                check(
                    target <= at && depths[target] == Some(there),
                    "a loop that grows",
                )?;
            } else {
                check(target > at, "a loop without fuel")?;
                reach(&mut depths, target, there)?;
            }
        }
        if let Some(gives) = effect.gives {
            reach(&mut depths, at + 1, left + gives)?;
        }
    }
    Ok(())
}

/// The instruction is reached with a stack so deep.
fn reach(depths: &mut [Option<u32>], at: usize, depth: u32) -> Result<()> {
    check(depth <= u16::MAX.into(), "a stack that is too deep")?;
    let known = depths.get_mut(at).ok_or(Damaged("no end"))?;
    check(
        *known.get_or_insert(depth) == depth,
        "a stack of two depths",
    )
}
