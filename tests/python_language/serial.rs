//! Programs as bytes, which the compiler's module hands to those that run: what is read is
//! what was written, and mutated bytes are an error or a run, never a panic, never a hang.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use lockstep_compile::{compile, run_program};
use lockstep_run::python::code::{Code, Instruction, Parameters, Program, forever, listing};
use lockstep_run::python::machine::Limits;
use lockstep_run::python::values::Value;

use crate::fuzz::{HURRY, LITTLE, Runner, originals};
use crate::oracle::Output;
use crate::rng::Rng;
use crate::{FILE, count, generator, table};

fn bytes_of(source: &str) -> Option<Vec<u8>> {
    Some(compile(source, FILE).ok()?.program.to_bytes())
}

#[test]
fn what_is_read_is_what_was_written() {
    let programs = (0..count(500, 5000)).map(|seed| generator::program(seed).program.to_string());
    for source in originals().into_iter().chain(programs) {
        let Ok(compiled) = compile(&source, FILE) else {
            continue;
        };
        let bytes = compiled.program.to_bytes();
        let read = Program::from_bytes(&bytes).unwrap_or_else(|e| panic!("{e}:\n{source}"));
        assert_eq!(read.source, source);
        assert_eq!(listing(read.code), listing(compiled.program.code));
        assert_eq!(read.to_bytes(), bytes, "{source}");
    }
}

/// Of another instruction set, of another version, cut off, or no program at all.
#[test]
fn other_bytes_are_no_program() {
    let bytes = bytes_of("def f(x=1):\n    return x\nprint(f())\n").expect("it compiles");
    for end in 0..bytes.len() {
        assert!(Program::from_bytes(&bytes[..end]).is_err(), "{end}");
    }
    for at in 0..13 {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        assert!(Program::from_bytes(&bytes).is_err(), "{at}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert!(Program::from_bytes(&longer).is_err());
}

/// The machine counts the names that `import *` binds as the module's.
#[test]
fn only_a_module_imports_all_names() {
    let source = "from math import *\ndef f():\n    import math\n";
    let program = compile(source, FILE).expect("it compiles").program;
    assert!(Program::from_bytes(&program.to_bytes()).is_ok());
    let function = program.code.with_inner()[1];
    let mut instructions = function.instructions.clone();
    assert!(instructions[1] == Instruction::StoreLocal(0));
    instructions[1] = Instruction::ImportAll;
    let function = Value::Code(like(function, instructions, Vec::new()));
    let constants = program
        .code
        .constants
        .iter()
        .map(|constant| match constant {
            Value::Code(_) => function.clone(),
            constant => constant.clone(),
        });
    let code = like(
        program.code,
        program.code.instructions.clone(),
        constants.collect(),
    );
    let changed = Program {
        file: program.file.clone(),
        source: program.source.clone(),
        code,
        globals: program.globals.clone(),
        library: Vec::new(),
        bindings: OnceLock::new(),
    };
    let refused = Program::from_bytes(&changed.to_bytes()).err();
    assert_eq!(refused.map(|why| why.0), Some("import * in a function"));
}

/// Code without parameters, with other instructions and constants.
fn like(code: &Code, instructions: Vec<Instruction>, constants: Vec<Value>) -> &'static Code {
    forever(Code {
        name: code.name,
        qualified: code.qualified.clone(),
        kind: code.kind,
        parameters: Parameters::default(),
        slots: code.slots.clone(),
        free: code.free,
        instructions,
        line: code.line,
        lines: code.lines.clone(),
        handlers: Vec::new(),
        constants,
        doc: None,
        once: code.once,
    })
}

#[test]
fn what_was_read_prints_what_cpython_prints() {
    for row in table::rows() {
        let Some(bytes) = bytes_of(&row.source) else {
            continue;
        };
        let program = Program::from_bytes(&bytes).expect("it was written");
        let (report, _) = run_program(program, Limits::default(), 1.0);
        let output = Output::new(&report.out(), &report.err());
        assert_eq!(output.out.trim_end(), row.output.out.trim_end());
        assert_eq!(output.err.trim_end(), row.output.err.trim_end());
    }
}

/// Some bytes are others, or gone, or there twice; more often in the code than in the source,
/// which is most of the bytes.
fn mutated(bytes: &[u8], source: usize, rng: &mut Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + rng.below(3) {
        let from = if rng.one_in(20) { 0 } else { source };
        let at = from + rng.below(bytes.len() - from);
        match rng.below(8) {
            0 => drop(bytes.remove(at)),
            1 => bytes.insert(at, rng.below(256) as u8),
            2 => bytes[at] = rng.below(256) as u8,
            3 => bytes[at] ^= 1 << rng.below(8),
            4 => bytes.swap(at, from + rng.pick(&[0, 1, 2, 3, 5, 8])),
            5 => bytes[at] = rng.below(8) as u8,
            6 => bytes[at] = bytes[at].wrapping_add(1),
            _ => bytes[at] = bytes[at].wrapping_sub(1),
        }
        if bytes.len() < source + 40 {
            break;
        }
    }
    bytes
}

#[test]
fn mutated_bytes_end() {
    let limits = Limits {
        fuel: LITTLE,
        ..Limits::default()
    };
    let originals: Vec<_> = (originals().iter())
        .filter_map(|source| Some((bytes_of(source)?, source.len())))
        .collect();
    let read = Arc::new(AtomicUsize::new(0));
    let counted = read.clone();
    let mut runner = Runner::of("mutated.bin", move |bytes: Vec<u8>| {
        if let Ok(program) = Program::from_bytes(&bytes) {
            counted.fetch_add(1, Ordering::Relaxed);
            run_program(program, limits, HURRY);
        }
    });
    let programs = count(20_000, 500_000);
    for seed in 0..programs {
        let mut rng = Rng::new(seed);
        let (bytes, source) = rng.pick(&originals);
        runner.run(mutated(bytes, 20 + *source, &mut rng));
    }
    // Else this would say nothing about runs.
    let read = read.load(Ordering::Relaxed) as u64;
    assert!(read * 10 >= programs, "{read} of {programs} are read");
}
