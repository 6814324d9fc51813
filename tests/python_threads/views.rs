//! What there is to see of a program between its steps.

use lockstep_compile::compile;
use lockstep_compile::explore::{Question, Verdict, all};
use lockstep_compile::views::{Viewed, views};
use lockstep_run::platform::model::Seen;
use lockstep_run::python::engine::View;
use lockstep_run::python::machine::Variable;
use lockstep_run::sync::{Shown, shown};

/// The simplest execution that ends so.
fn viewed(source: &str, verdict: Verdict) -> Viewed {
    let compiled = compile(source, "program.py").expect("it is supported");
    let map = all(compiled.program, &Question::default());
    let mut outcomes = map.outcomes.iter();
    let found = outcomes.find(|found| found.what.verdict == verdict);
    let found = found.expect("an execution that ends so");
    views(compiled.program, &found.schedule)
}

fn text(variables: &[Variable]) -> String {
    let told = variables.iter().map(|v| format!("{}={}", v.name, v.value));
    told.collect::<Vec<_>>().join(" ")
}

/// Each frame of a thread, the outermost first: function, line, locals.
fn frames(view: &View, thread: usize) -> Vec<String> {
    let thread = view
        .threads
        .iter()
        .find(|view| view.thread.index() == thread);
    let frames = thread
        .map(|view| view.frames.as_slice())
        .unwrap_or_default();
    let told = frames.iter().map(|frame| {
        let locals = text(&frame.locals);
        format!("{} {}: {locals}", frame.function, frame.line)
            .trim()
            .to_owned()
    });
    told.collect()
}

/// What threads do at their steps, by the line of each: the frames at that moment.
fn at_steps(viewed: &Viewed, line: u32) -> Vec<(Vec<String>, String)> {
    let steps = viewed.execution.steps.iter().enumerate();
    let at_line = steps.filter(|(_, step)| step.site.line == line && !step.quiet);
    let seen = at_line.map(|(before, step)| {
        let view = viewed.after(before).expect("a view of each step");
        (frames(view, step.thread.index()), text(&view.shared))
    });
    seen.collect()
}

const COUNTS: &str = "
import threading
count = 0
items = [1, 'two', (3.0,), {'k': None}]
def add(by):
    global count
    seen = count
    count = seen + by
def work(by):
    twice = by * 2
    add(twice)
a = threading.Thread(target=work, args=(1,))
b = threading.Thread(target=work, args=(5,))
a.start(); b.start()
a.join(); b.join()
assert count == 12, count
";

#[test]
fn each_step_has_the_frames_of_its_thread() {
    let viewed = viewed(COUNTS, Verdict::Violated);
    let items = "items=[1, 'two', (3.0,), {'k': None}]";
    let of = |twice: u32, seen: &str, line: u32| {
        let by = twice / 2;
        let work = format!("work 11: by={by} twice={twice}");
        vec![work, format!("add {line}: by={twice}{seen}")]
    };
    let reads: Vec<_> = at_steps(&viewed, 7)
        .into_iter()
        .map(|(frames, _)| frames)
        .collect();
    assert!(
        reads.contains(&of(2, "", 7)) && reads.contains(&of(10, "", 7)),
        "{reads:?}"
    );
    // Both have read 0: the second overwrites what the first has written.
    let writes = at_steps(&viewed, 8);
    let twice = [
        writes[0].0 == of(2, " seen=0", 8),
        writes[1].0 == of(2, " seen=0", 8),
    ];
    assert!(twice[0] != twice[1], "{writes:?}");
    let shared = |count: u32| format!("count={count} {items} a=<Thread> b=<Thread>");
    let first = if twice[0] { 2 } else { 10 };
    assert_eq!([&writes[0].1, &writes[1].1], [&shared(0), &shared(first)]);
    let (_, last) = viewed.views.last().expect("its end");
    assert_eq!(text(&last.shared), shared(12 - first));
    assert_eq!(last.threads, []);
}

const LOCKED: &str = "
import threading
a = threading.Lock()
b = threading.Lock()
class Account:
    def __init__(self, balance):
        self.balance = balance
account = Account(7)
def move(first, second, amount):
    with first:
        with second:
            account.balance -= amount
t = threading.Thread(target=move, args=(a, b, 1), name='t')
u = threading.Thread(target=move, args=(b, a, 2), name='u')
t.start(); u.start()
";

#[test]
fn at_a_deadlock_frames_show_where_threads_wait_and_locks_who_holds_them() {
    let viewed = viewed(LOCKED, Verdict::Deadlock);
    let (made, end) = viewed.views.last().expect("its end");
    assert_eq!(
        frames(end, 1),
        ["move 11: first=<lock> second=<lock> amount=1"]
    );
    assert_eq!(
        frames(end, 2),
        ["move 11: first=<lock> second=<lock> amount=2"]
    );
    assert!(
        text(&end.shared).contains("account=Account(balance=7)"),
        "{:?}",
        end.shared
    );
    assert_eq!(*made, viewed.execution.made);
    // The locks have the names of the program, and who holds them.
    let mut holders = Vec::new();
    for (id, (kind, name)) in viewed.execution.objects.iter().enumerate() {
        let mut states = viewed
            .execution
            .looks
            .iter()
            .filter_map(|look| match look.seen {
                Seen::State(object, words) if usize::from(object.0) == id => Some(words),
                _ => None,
            });
        if let Some(Shown::Held { by, .. }) =
            states.next_back().and_then(|words| shown(kind, &words))
        {
            let by = by.map(|thread| viewed.execution.names.get(thread.index()).to_owned());
            holders.push((name.to_owned(), by.unwrap_or_default()));
        }
    }
    let held = |lock: &str, by: &str| (lock.to_owned(), by.to_owned());
    assert_eq!(holders, [held("a", "t"), held("b", "u")]);
}

#[test]
fn long_and_deep_values_are_cut_and_nothing_of_the_program_runs() {
    let source = "
class Loud:
    def __init__(self):
        self.me = self
    def __repr__(self):
        print('called')
        return 'loud'
loud = Loud()
many = list(range(1000))
text = 'x' * 1000
big = 3 ** 10000
deep = []
for _ in range(50):
    deep = [deep]
many.append(1)
";
    let viewed = viewed(source, Verdict::Ok);
    let (_, end) = viewed.views.last().expect("its end");
    for variable in &end.shared {
        assert!(variable.value.chars().count() <= 80, "{variable:?}");
    }
    let value = |name: &str| {
        let found = end.shared.iter().find(|variable| variable.name == name);
        found
            .map(|variable| variable.value.as_str())
            .unwrap_or_default()
    };
    assert!(value("many").starts_with("[0, 1, 2, ") && value("many").ends_with('…'));
    assert!(value("text").starts_with("'xxx") && value("text").ends_with('…'));
    assert_eq!(value("big"), "<int of 15850 bits>");
    assert_eq!(value("deep"), "[[[[[…]]]]]");
    assert_eq!(
        value("loud"),
        "Loud(me=Loud(me=Loud(me=Loud(me=Loud(me=…)))))"
    );
}
