//! Lists that are searched and compared while another thread changes them.

use lockstep_compile::{Verdict, run_on_model, run_on_threads};

/// Of plain values, and of objects whose comparison is Python code.
const PROGRAM: &str = "
import threading
class Same:
    def __init__(self, k):
        self.k = k
    def __eq__(self, other):
        return self.k == other.k
def changes(items, make):
    for k in range(ROUNDS):
        items.append(make(k))
        items.pop(0)
        items.clear()
        items.extend([make(0), make(k), make(1)])
def searches(items, make):
    for k in range(ROUNDS):
        assert 0 <= items.count(make(0)) <= 3
        try:
            assert items.index(make(1)) < 4
        except ValueError:
            pass
        assert (items == [make(7)]) in (True, False)
for make in (int, Same):
    items = [make(0), make(1)]
    threads = [threading.Thread(target=f, args=(items, make)) for f in (changes, searches, searches)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert items == [make(0), make(ROUNDS - 1), make(1)]
print('done')
";

#[test]
fn a_list_is_searched_and_compared_while_it_changes() {
    let program = |rounds: &str| PROGRAM.replace("ROUNDS", rounds);
    let mut runs = vec![run_on_threads(&program("2000"), "lists.py", 1.0)];
    runs.extend((0..200).map(|seed| run_on_model(&program("4"), "lists.py", seed)));
    for ran in runs {
        assert_eq!(
            (ran.verdict, ran.out.as_str()),
            (Verdict::Ok, "done\n"),
            "{}",
            ran.err
        );
    }
}
