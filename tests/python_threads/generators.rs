//! Generators that several threads enter: one at a time is inside, and what the frame keeps
//! is everybody's.

use lockstep_compile::explore::{Question, all};
use lockstep_compile::{Verdict, compile, run_on_model, run_on_threads};

#[test]
fn a_second_thread_does_not_enter() {
    let source = "import threading
steps = 0
def count():
    global steps
    steps += 1
    yield 'first'
    yield 'second'
counter = count()
def enter():
    try:
        print(next(counter))
    except ValueError as error:
        print(error)
threads = [threading.Thread(target=enter) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
";
    let compiled = compile(source, "program.py").expect("a program");
    let map = all(compiled.program, &Question::default());
    assert!(map.complete, "{} states", map.states);
    assert!(map.findings.is_empty(), "{:?}", map.findings);
    let mut outcomes: Vec<_> = (map.outcomes.iter())
        .map(|found| found.what.out.join(", "))
        .collect();
    outcomes.sort();
    assert_eq!(
        outcomes,
        ["first, generator already executing", "first, second"]
    );
}

/// Loops, calls of `next` and `close`, each of which may find another thread inside; and an
/// exception that the frame is handling, which others come to by the generator alone.
#[test]
fn threads_pass_a_generator_around() {
    let source = "import threading
def count():
    for i in range(3000):
        try:
            raise KeyError([i])
        except KeyError as error:
            yield error.args[0]
counter = count()
seen = []
def enter(k):
    while True:
        try:
            if k == 0:
                for value in counter:
                    seen.append(value.pop())
                return
            seen.append(next(counter).pop())
        except ValueError as error:
            assert str(error) == 'generator already executing', error
        except StopIteration:
            return
threads = [threading.Thread(target=enter, args=(k,)) for k in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(seen) == list(range(3000)))
counters = [count() for _ in range(200)]
def close():
    for c in counters:
        try:
            c.close()
        except ValueError as error:
            assert str(error) == 'generator already executing', error
def advance():
    for c in counters:
        try:
            next(c, None)
        except ValueError as error:
            assert str(error) == 'generator already executing', error
threads = [threading.Thread(target=f) for f in (close, advance)]
for t in threads:
    t.start()
for t in threads:
    t.join()
for c in counters:
    c.close()
    assert next(c, 'end') == 'end'
print('closed')
";
    let on_model = (1..4).map(|seed| run_on_model(source, "program.py", seed));
    let on_threads = (0..5).map(|_| run_on_threads(source, "program.py", 1.0));
    for ran in on_threads.chain(on_model) {
        assert_eq!(ran.verdict, Verdict::Ok, "{}", ran.err);
        assert_eq!(ran.out, "True\nclosed\n");
    }
}
