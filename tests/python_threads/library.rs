//! What `threading` tells of its objects, and what locals are in each thread: as CPython.

use std::process::Command;

use lockstep_compile::{Verdict, run_on_model, run_on_threads};

const PROGRAMS: &[(&str, &str)] = &[
    (
        "import threading
class Mine(threading.local):
    def __init__(self, first, *, second):
        print('made', threading.current_thread().name, first, second)
        self.first = first
        self.seen = []
mine = Mine([1], second=2)
mine.seen.append('main')
def work():
    mine.first.append(len(mine.seen))
    mine.seen.append('t')
    print(mine.__dict__, len(mine.__dict__))
    mine.__dict__['more'] = 3
    del mine.seen
    print(mine.more, hasattr(mine, 'seen'))
for k in range(2):
    t = threading.Thread(target=work, name=f't{k}')
    t.start()
    t.join()
print(mine.__dict__)
class Plain(threading.local):
    pass
plain = Plain()
plain.x = 1
for change in ('plain.__dict__ = {}', 'del plain.__dict__', 'threading.local(1)', 'del plain.y'):
    try:
        if change.startswith('plain'):
            plain.__dict__ = {}
        elif change == 'del plain.__dict__':
            del plain.__dict__
        elif change == 'del plain.y':
            del plain.y
        else:
            threading.local(1)
    except (AttributeError, TypeError) as error:
        print(type(error).__name__, error)
",
        "made MainThread [1] 2
made t0 [1] 2
{'first': [1, 0], 'seen': ['t']} 2
3 False
made t1 [1, 0] 2
{'first': [1, 0, 0], 'seen': ['t']} 2
3 False
{'first': [1, 0, 0], 'seen': ['main']}
AttributeError 'Plain' object attribute '__dict__' is read-only
AttributeError 'Plain' object attribute '__dict__' is read-only
TypeError Initialization arguments are not supported
AttributeError 'Plain' object has no attribute 'y'
",
    ),
    (
        "import threading
def shown(text):
    for word in text.split():
        if word.startswith('0x') or word.startswith('owner='):
            text = text.replace(word, '…' if word != 'owner=0' else word)
    return text
lock = threading.Lock()
print(shown(repr(lock)))
with lock:
    print(shown(f'{lock}'))
rlock = threading.RLock()
print(shown(str(rlock)))
with rlock, rlock:
    print(shown(str(rlock)), f'owner={threading.get_ident()} ' in str(rlock))
    told = []
    t = threading.Thread(target=lambda: told.append(str(rlock)))
    t.start()
    t.join()
    print(str(rlock) == told[0])
condition = threading.Condition(lock)
print(shown(repr(condition)).replace('…', ''))
def wait():
    with condition:
        ready.set()
        condition.wait()
ready = threading.Event()
t = threading.Thread(target=wait)
t.start()
ready.wait()
with condition:
    print(repr(condition)[-3:], condition._lock is lock)
    condition.notify()
t.join()
print(threading.Thread(target=print), threading.Thread(target=''.join), threading.Thread(target=list))
",
        "<unlocked _thread.lock object at …
<locked _thread.lock object at …
<unlocked _thread.RLock object owner=0 count=0 at …
<locked _thread.RLock object … count=2 at … True
True
<Condition(<unlocked _thread.lock object at  0)>
1)> True
<Thread(Thread-3 (print), initial)> <Thread(Thread-4 (join), initial)> <Thread(Thread-5 (list), initial)>
",
    ),
];

#[test]
fn objects_of_threading_are_as_cpythons() {
    for (program, out) in PROGRAMS {
        let mut runs = vec![run_on_threads(program, "library.py", 1.0)];
        runs.extend((0..20).map(|seed| run_on_model(program, "library.py", seed)));
        for ran in runs {
            assert_eq!(ran.verdict, Verdict::Ok, "{}{}", ran.out, ran.err);
            assert_eq!(ran.out, *out);
        }
        let output = Command::new("python3").args(["-c", program]).output();
        match output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()) {
            Ok(printed) => assert_eq!(printed, *out),
            Err(_) => eprintln!("NOT COMPARED: there is no python3"),
        }
    }
}
