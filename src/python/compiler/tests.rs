//! What the compiler says, and that nothing can hang or crash what runs a program. The
//! language itself is compared with CPython in `tests/python_language`.

use lockstep_run::python::code::Instruction;
use lockstep_run::python::lib;

use crate::{Limits, Severity, Verdict, compile, run, run_within};

const FILE: &str = "program.py";

#[track_caller]
fn refused(source: &str, severity: Severity, line: u32, column: u32, text: &str) {
    let found = match compile(source, FILE) {
        Ok(_) => panic!("{source:?} is compiled"),
        Err(found) => found,
    };
    let first = &found[0];
    let place = (
        first.severity,
        first.line,
        first.column,
        first.text.as_str(),
    );
    assert_eq!(place, (severity, line, column, text));
}

#[test]
fn syntax_errors_are_told_in_cpythons_words() {
    let rows = [
        ("x = = 1", 1, 5, "invalid syntax"),
        (
            "x = 1\n  y = 2",
            2,
            1,
            "IndentationError: unexpected indent",
        ),
        ("break", 1, 1, "'break' outside loop"),
        (
            "for x in y:\n    pass\ncontinue",
            3,
            1,
            "'continue' not properly in loop",
        ),
        ("return 1", 1, 1, "'return' outside function"),
        (
            "def f(a, a): pass",
            1,
            10,
            "duplicate argument 'a' in function definition",
        ),
        (
            "def f():\n    x = 1\n    global x",
            3,
            12,
            "name 'x' is assigned to before global declaration",
        ),
        (
            "nonlocal x",
            1,
            10,
            "nonlocal declaration not allowed at module level",
        ),
        ("await x", 1, 1, "'await' outside function"),
        (
            "def f():\n    from math import *",
            2,
            22,
            "import * only allowed at module level",
        ),
        (
            "class C:\n    from math import *",
            2,
            22,
            "import * only allowed at module level",
        ),
        ("f(a=1, b=2, a=3)", 1, 13, "keyword argument repeated: a"),
        (
            "class C(a=1, a=2): pass",
            1,
            14,
            "keyword argument repeated: a",
        ),
        (
            "async with x: pass",
            1,
            1,
            "'async with' outside async function",
        ),
        (
            "def f():\n    async for x in y: pass",
            2,
            5,
            "'async for' outside async function",
        ),
        (
            "x = [y async for y in z]",
            1,
            5,
            "asynchronous comprehension outside of an asynchronous function",
        ),
        (
            "*a, *b = c",
            1,
            1,
            "multiple starred expressions in assignment",
        ),
    ];
    for (source, line, column, text) in rows {
        refused(source, Severity::Syntax, line, column, text);
    }
}

#[test]
fn what_is_not_there_is_told_with_what_to_write_instead() {
    let rows = [
        ("x = input()", 1, 5, "input()"),
        ("with open('a') as f:\n    pass", 1, 6, "open()"),
        ("import socket", 1, 8, "the module 'socket'"),
        ("class A(metaclass=M): pass", 1, 9, "metaclasses"),
        ("class A:\n    def __del__(self): pass", 2, 9, "__del__"),
        ("exec('1')", 1, 1, "exec()"),
        ("x = 2j", 1, 5, "complex numbers"),
        ("type A = int", 1, 1, "type statements"),
        ("def f[T](x): pass", 1, 6, "type parameters"),
        ("x = t'{1}'", 1, 5, "template strings"),
        ("from . import a", 1, 1, "relative imports"),
        ("x = '\\N{BULLET}'", 1, 9, "names of characters (\\N{…})"),
    ];
    for (source, line, column, text) in rows {
        refused(source, Severity::Unsupported, line, column, text);
        let help = compile(source, FILE)
            .err()
            .and_then(|found| found[0].help.clone());
        assert!(help.is_some(), "{source:?}");
    }
}

#[test]
fn a_function_of_the_programs_own_may_be_called_open() {
    assert_eq!(
        run("def open(x): return x\nprint(open(1))", FILE).out,
        "1\n"
    );
}

#[track_caller]
fn warned(source: &str, text: &str) {
    let Ok(compiled) = compile(source, FILE) else {
        panic!("{source:?} is refused");
    };
    let found: Vec<&str> = compiled.warnings.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(found, [text], "{source}");
}

#[test]
fn what_is_hardly_meant_is_warned_of() {
    let thread =
        "class Thread:\n    def __init__(self, target=None): pass\n    def start(self): pass\n";
    warned(
        &format!("{thread}def f(): pass\nt = Thread(target=f())\nt.start()"),
        "f() is called at once, and its result is the target",
    );
    warned(
        &format!("{thread}def f(): pass\nt = Thread(target=f)"),
        "start() of 't' is never called",
    );
    let lock = "class Lock: pass\n";
    warned(
        &format!("{lock}def f():\n    lock = Lock()\n    with lock:\n        pass"),
        "the lock 'lock' is made anew in each call, so it excludes nobody",
    );
    warned(
        &format!("{lock}def f():\n    with Lock():\n        pass"),
        "this lock is made anew each time, so it excludes nobody",
    );
}

#[test]
fn verdicts() {
    assert_eq!(run("print(1)", FILE).verdict, Verdict::Ok);
    assert_eq!(run("1 / 0", FILE).verdict, Verdict::Error);
    assert_eq!(run("assert 1 == 2", FILE).verdict, Verdict::Violated);
    let limits = Limits {
        fuel: 10_000,
        ..Limits::default()
    };
    let endless = run_within("x = 0\nwhile True:\n    x += 1", FILE, limits, 1.0);
    assert_eq!(endless.verdict, Verdict::Incomplete { line: 3 });
}

#[test]
fn bounds_hold() {
    let rows = [
        ("def f(): f()\nf()", "RecursionError"),
        ("x = 'x' * 10 ** 12", "MemoryError"),
        ("x = [0] * 10 ** 12", "MemoryError"),
        ("x = 2 ** 10 ** 10", "MemoryError"),
        ("x = 1 << 10 ** 12", "MemoryError"),
    ];
    for (source, error) in rows {
        let ran = run(source, FILE);
        assert_eq!(ran.verdict, Verdict::Error, "{source}");
        assert!(ran.err.contains(error), "{source}: {}", ran.err);
    }
    let printed = run("for i in range(20000): print(i)", FILE);
    assert_eq!(printed.out.lines().count(), 10_000);
    assert_eq!(
        printed.notices,
        ["10000 more lines of output were not kept"]
    );
    let large = " ".repeat(70_000);
    assert!(matches!(run(&large, FILE).verdict, Verdict::Refused(_)));
}

#[test]
fn deep_values_are_dropped_without_recursion() {
    let source = "x = None\nfor i in range(200000): x = [x]\ny = None\nfor i in range(200000): y = (y, 1)\nprint('ok')";
    assert_eq!(run(source, FILE).out, "ok\n");
}

#[test]
fn deep_sources_are_refused() {
    for source in [
        "(".repeat(5_000),
        "not ".repeat(5_000) + "x",
        "x".to_owned() + &".x".repeat(5_000),
    ] {
        assert!(matches!(run(&source, FILE).verdict, Verdict::Refused(_)));
    }
}

#[test]
fn every_module_that_is_named_can_be_imported() {
    for module in crate::compiler::modules() {
        let source = format!("import {module}\nfrom {module} import *\nprint({module}.__name__)");
        assert_eq!(run(&source, FILE).out, format!("{module}\n"));
    }
}

/// Steps of threads rest on it: what a library's module binds is read without one.
#[test]
fn modules_written_in_python_bind_each_name_once() {
    let source = "import ".to_owned() + &crate::compiler::modules().join(", ");
    let compiled = compile(&source, FILE).expect("a program");
    assert!(compiled.missing.is_empty(), "{:?}", compiled.missing);
    let library = &compiled.program.library;
    assert!(library.len() > 5);
    for linked in library {
        let mut bound = vec![0; linked.globals.len()];
        for code in linked.code.with_inner() {
            for instruction in &code.instructions {
                if let Instruction::StoreGlobal(global) = instruction {
                    bound[*global as usize] += 1;
                }
            }
        }
        for (name, times) in linked.globals.iter().zip(bound) {
            let (name, module) = (name.text(), linked.name.text());
            assert!(times <= 1, "{module} binds {name} {times} times");
        }
    }
}

/// Else one would run without what it needs.
#[test]
fn modules_written_in_python_are_linked_after_those_that_they_import() {
    let source = "import ".to_owned() + &crate::compiler::modules().join(", ");
    let mut there: Vec<&str> = Vec::new();
    for linked in &compile(&source, FILE).expect("a program").program.library {
        for instruction in &linked.code.instructions {
            if let Instruction::Import(name) = instruction {
                let known = lib::modules().contains(&name.text())
                    || lib::INNER.contains(&name.text())
                    || there.contains(&name.text());
                assert!(known, "{} before {}", linked.name.text(), name.text());
            }
        }
        there.push(linked.name.text());
    }
}

#[test]
fn what_the_library_does_belongs_to_the_line_that_called_it() {
    let source = "import asyncio\n\nasync def main():\n    await asyncio.wait_for(\n        asyncio.sleep(1, then), 1)\n\nasyncio.run(main())";
    let ran = run(source, FILE);
    let told = "Traceback (most recent call last):\n  File \"program.py\", line 7, in <module>\n    asyncio.run(main())\n  File \"program.py\", line 5, in main\n    asyncio.sleep(1, then), 1)\nNameError: name 'then' is not defined\n";
    assert!(ran.err.contains(told), "{}", ran.err);
    assert_eq!(ran.verdict, Verdict::Error);
}

#[test]
fn names_are_compared_in_their_normal_form() {
    assert_eq!(run("ﬁn = 1\nprint(fin)", FILE).out, "1\n");
}
