//! What each scenario comes to, in one table: for the model and OS threads, and for the
//! browser's workers, whose tests are a package of their own and take this file in.

/// A scenario with some parameters, and what it must come to.
pub struct Row {
    /// As in a link, without `scenario=`.
    pub link: &'static str,
    /// The verdicts that the seeds come to: each of these, and no other.
    pub verdicts: &'static str,
    /// What holds of the facts of every run that has any; see [`check`].
    pub facts: &'static str,
    /// The run's time on the model under seed 1, where it is determined.
    pub ms: Option<u32>,
    /// How many seeds to try.
    pub seeds: u64,
    /// What holds of the facts on OS threads, however late each of them is; `-` where
    /// threads may wait for ever.
    pub native: &'static str,
}

const fn row(
    link: &'static str,
    verdicts: &'static str,
    facts: &'static str,
    ms: Option<u32>,
    seeds: u64,
    native: &'static str,
) -> Row {
    Row {
        link,
        verdicts,
        facts,
        ms,
        seeds,
        native,
    }
}

/// The same facts everywhere.
pub const SAME: &str = "same";
const MANY: u64 = 1000;
const FEW: u64 = 50;

#[rustfmt::skip]
pub const TABLE: &[Row] = &[
    row("threads", "ok", "started=2 finished=2 finish_order=Worker-2,Worker-1", Some(2000), MANY, "started=2 finished=2 finish_order~Worker-1,Worker-2"),
    row("threads&delays=0,0", "ok", "finished=2 finish_order~Worker-1,Worker-2", Some(0), MANY, SAME),

    row("return-values", "ok", "results=25", Some(1000), MANY, SAME),
    row("return-values&function=cube", "ok", "results=125", Some(1000), MANY, SAME),
    row("return-values&function=square&via=pool", "ok", "results=25", Some(1000), MANY, SAME),
    row("return-values&function=cube&via=pool", "ok", "results=125", Some(1000), MANY, SAME),
    row("return-values&inputs=3,-1,2,0&function=cube&via=pool", "ok", "results=27,-1,8,0", Some(2000), MANY, SAME),

    row("counter", "violated", "expected=1000000", Some(0), 1, "expected=1000000 counter<=1000000"),
    row("counter&guard=lock&increments=2000", "ok", "counter=20000 expected=20000 lost=0", Some(0), 3, SAME),
    row("counter&guard=atomic&increments=2000", "ok", "counter=20000 expected=20000 lost=0", Some(0), 3, SAME),
    row("counter&threads=2&increments=1&guard=none", "ok violated", "expected=2 lost<=1", Some(0), MANY, SAME),

    row("recursion", "ok", "deepest_level=0", Some(0), MANY, SAME),
    row("recursion&lock=lock", "deadlock", "", Some(0), MANY, "-"),
    row("recursion&lock=lock&depth=0", "ok", "deepest_level=0", Some(0), MANY, SAME),

    row("bank", "deadlock", "", Some(10), MANY, "-"),
    row("bank&strategy=coarse", "ok", "total=100 expected_total=100 done<=2", None, MANY, "total=100 done<=2"),
    row("bank&strategy=ordered", "ok", "total=100 expected_total=100 done<=2", None, MANY, "total=100 done<=2"),
    row("bank&strategy=none&pattern=one-way", "ok violated", "expected_total=100 done=2", Some(10), MANY, "expected_total=100 done<=2"),
    row("bank&threads=1&pattern=one-way", "ok", "balances=50,50 total=100 expected_total=100 done=1 refused=0", Some(10), MANY, SAME),
    row("bank&threads=4&transfers=2&pattern=one-way", "ok", "balances=0,100 total=100 done=2 refused=6", Some(80), MANY, SAME),
    row("bank&threads=4&balances=100,100,100&pattern=random&strategy=ordered&transfers=3&pause_ms=0", "ok", "total=300 expected_total=300", Some(0), MANY, SAME),
    row("bank&threads=2&balances=100,100&strategy=fine&transfers=3&pause_ms=0", "ok deadlock", "total=200", Some(0), MANY, "-"),

    row("semaphore", "ok", "peak_inside=3 completed=10", Some(8000), MANY, "peak_inside<=3 completed=10"),
    row("semaphore&permits=1&workers=3", "ok", "peak_inside=1 completed=3", Some(6000), MANY, SAME),

    row("connection-pool", "ok", "peak_in_use=3 served=5", Some(4000), MANY, "peak_in_use<=3 served=5"),

    row("over-release", "ok", "value=3 errors=0", Some(0), MANY, SAME),
    row("over-release&kind=bounded", "ok", "value=2 errors=1", Some(0), MANY, SAME),
    row("over-release&acquires=5&releases=1", "ok", "value=1 errors=0", Some(0), MANY, SAME),

    row("strict-pool", "ok", "peak_in_use=2 errors=0", Some(1000), MANY, "peak_in_use<=2 errors=0"),
    row("strict-pool&double_release=yes", "ok", "peak_in_use=2 errors=1", Some(1000), MANY, "peak_in_use<=2 errors=1"),

    row("event", "ok", "woken=3 is_set=no", Some(3000), MANY, SAME),
    row("event&clear_after=no", "ok", "woken=3 is_set=yes", Some(3000), MANY, SAME),
    row("event&set_after_ms=0", "ok", "woken=3 is_set=no", Some(0), MANY, SAME),

    row("download-event", "ok", "processed=1", Some(3000), MANY, SAME),
    row("download-event&processors=5&download_ms=0", "ok", "processed=5", Some(0), MANY, SAME),

    row("producer-consumer", "ok", "produced=10 consumed=10 peak_queue=5 errors=0", Some(10_000), MANY, "produced=10 consumed=10 peak_queue<=5 errors=0"),
    row("producer-consumer&notify=all", "ok", "produced=10 consumed=10 peak_queue=5 errors=0", Some(10_000), MANY, "produced=10 consumed=10 peak_queue<=5 errors=0"),
    row("producer-consumer&recheck=if", "ok", "produced=10 consumed=10 peak_queue=5 errors=0", Some(10_000), MANY, "produced=10 consumed=10 peak_queue<=5 errors=0"),
    row("producer-consumer&producers=3&consumers=2&notify=all&items=5&capacity=2&produce_ms=5&consume_ms=7", "ok", "produced=15 consumed=15 peak_queue<=2 errors=0", None, MANY, SAME),
    row("producer-consumer&consumers=2&recheck=if&items=2&produce_ms=0&consume_ms=0", "ok error", "produced=2 consumed<=2 errors<=1", Some(0), MANY, "-"),
    row("producer-consumer&consumers=2&capacity=1&items=3&produce_ms=0&consume_ms=0", "ok deadlock", "produced=3 consumed=3 peak_queue=1", Some(0), MANY, "-"),

    row("barrier", "ok", "rounds_done=1 broken=no", Some(2000), MANY, SAME),
    row("barrier&rounds=3&step_ms=100", "ok", "rounds_done=3 broken=no", Some(600), MANY, SAME),
    row("barrier&abort_by=1", "ok", "rounds_done=0 broken=yes", Some(2000), MANY, SAME),
    row("barrier&abort_by=3", "ok", "rounds_done=1 broken=no", Some(2000), MANY, SAME),

    row("phases", "ok", "totals=6,6,6 expected=6", Some(0), MANY, SAME),
    row("phases&barrier=off", "ok violated", "expected=6", Some(0), MANY, SAME),

    row("thread-pool", "ok", "results~0,1,4,9,16 exceptions=0", Some(2000), MANY, SAME),
    row("thread-pool&collect=map", "ok", "results=0,1,4,9,16 exceptions=0", Some(2000), MANY, SAME),
    row("thread-pool&fail_at=3", "ok", "results~0,1,4,16 exceptions=1", Some(2000), MANY, SAME),
    row("thread-pool&collect=map&fail_at=3", "ok", "results=0,1,4 exceptions=1", Some(2000), MANY, SAME),
    row("thread-pool&fail_at=5", "ok", "results~0,1,4,9,16 exceptions=0", Some(2000), MANY, SAME),

    row("scrape", "ok", "statuses=200,200,200 errors=0", Some(120), MANY, SAME),
    row("scrape&missing=1", "ok", "statuses=200,200,404 errors=0", Some(120), MANY, SAME),
    row("scrape&workers=1&pages=2&missing=64", "ok", "statuses=404,404 errors=0", Some(210), MANY, SAME),

    row("downloads", "ok", "completed=4 failed=0 peak_concurrent=2", Some(5000), MANY, "completed=4 failed=0 peak_concurrent<=2"),
    row("downloads&fail=1", "ok", "completed=3 failed=1 peak_concurrent=2", None, MANY, "completed=3 failed=1 peak_concurrent<=2"),
    row("downloads&fail=4", "ok", "completed=4 failed=0 peak_concurrent=2", Some(5000), FEW, "completed=4 failed=0 peak_concurrent<=2"),

    // Tasks have no OS threads.
    row("gather", "ok", "results=2000,1000,3000 finish_order=Sleeper-2,Sleeper-1,Sleeper-3", Some(3000), FEW, "-"),
    row("gather&style=tasks", "ok", "results=2000,1000,3000 finish_order=Sleeper-2,Sleeper-1,Sleeper-3", Some(3000), FEW, "-"),
    row("gather&style=sequential", "ok", "results=2000,1000,3000 finish_order=Sleeper-1,Sleeper-2,Sleeper-3", Some(6000), FEW, "-"),
    row("gather&delays=500,500,500&style=gather", "ok", "results=500,500,500 finish_order~Sleeper-1,Sleeper-2,Sleeper-3", Some(500), MANY, "-"),
    row("gather&delays=0,0,0", "ok", "results=0,0,0 finish_order=Sleeper-1,Sleeper-2,Sleeper-3", Some(0), FEW, "-"),

    row("async-fetch", "ok", "statuses=200,200,200 errors=0", Some(200), FEW, "-"),
    row("async-fetch&missing=1", "ok", "statuses=200,200,404 errors=0", Some(200), FEW, "-"),
    row("async-fetch&pages=2&missing=64", "ok", "statuses=404,404 errors=0", Some(150), FEW, "-"),

    row("async-queue", "ok", "produced=5 consumed=5", Some(5500), MANY, "-"),
    row("async-queue&capacity=1", "ok", "produced=5 consumed=5", Some(5500), MANY, "-"),
    row("async-queue&capacity=64&items=64&produce_ms=0&consume_ms=0", "ok", "produced=64 consumed=64", Some(0), FEW, "-"),
    row("async-queue&consume_ms=100", "ok", "produced=5 consumed=5", Some(2600), FEW, "-"),

    row("async-counter", "ok", "counter=100 expected=100", Some(1000), FEW, "-"),
    row("async-counter&guard=none", "violated", "counter=1 expected=100", Some(10), FEW, "-"),
    row("async-counter&guard=none&pause_ms=0", "violated", "counter=1 expected=100", Some(0), FEW, "-"),
    row("async-counter&guard=none&tasks=1", "ok", "counter=1 expected=1", Some(10), FEW, "-"),
    row("async-counter&guard=lock&tasks=10000", "ok", "counter=10000 expected=10000", Some(100_000), 1, "-"),
    row("async-counter&guard=none&tasks=10000", "violated", "counter=1 expected=10000", Some(10), 1, "-"),

    row("async-event", "ok", "woken=2", Some(2000), FEW, "-"),
    row("async-event&set_after_ms=0&waiters=64", "ok", "woken=64", Some(0), FEW, "-"),

    row("async-semaphore", "ok", "peak_inside=2 completed=5", Some(6000), MANY, "-"),
    row("async-semaphore&permits=1", "ok", "peak_inside=1 completed=5", Some(10_000), FEW, "-"),
    row("async-semaphore&permits=64", "ok", "peak_inside=5 completed=5", Some(2000), MANY, "-"),
    row("async-semaphore&hold_ms=0&tasks=64", "ok", "peak_inside=2 completed=64", Some(0), FEW, "-"),

    row("philosophers", "deadlock", "", Some(10), MANY, "-"),
    row("philosophers&strategy=ordered", "ok", "meals_eaten=15", None, MANY, SAME),
    row("philosophers&strategy=waiter", "ok", "meals_eaten=15", None, MANY, SAME),
    row("philosophers&pause_ms=0&seats=3&meals=1", "ok deadlock", "meals_eaten=3", Some(0), MANY, "-"),

    row("readers-writers", "ok", "peak_readers<=3 peak_writers=1 torn_reads=0", Some(0), MANY, SAME),
    row("readers-writers&prefer=writers&writers=2", "ok", "peak_readers<=3 peak_writers=1 torn_reads=0", Some(0), MANY, SAME),

    row("compare", "ok", "threads_ms=1000 threads_nogil_ms=1000", Some(2000), FEW, "-"),
    row("compare&workload=io&job_ms=0&jobs=64", "ok", "threads_ms=0 threads_nogil_ms=0", Some(0), 1, "-"),
    row("compare&workload=cpu&jobs=2", "ok", "", Some(0), 1, "-"),

    // The ends of the ranges, on OS threads as well.
    row("recursion&depth=1000", "ok", "deepest_level=0", Some(0), FEW, SAME),
    row("semaphore&workers=64&permits=64&hold_ms=0", "ok", "completed=64 peak_inside<=64", Some(0), FEW, SAME),
    row("barrier&parties=1", "ok", "rounds_done=1 broken=no", Some(0), FEW, SAME),
    row("barrier&parties=64&step_ms=0&rounds=3", "ok", "rounds_done=3 broken=no", Some(0), FEW, SAME),
    row("thread-pool&workers=64&tasks=64&task_ms=0&collect=map", "ok", "exceptions=0", Some(0), FEW, SAME),
    row("scrape&workers=64&pages=64&missing=32", "ok", "errors=0", Some(730), FEW, SAME),
    row("event&waiters=64&set_after_ms=0", "ok", "woken=64", Some(0), FEW, SAME),
    row("readers-writers&readers=64&writers=64&rounds=1", "ok", "peak_writers=1 torn_reads=0", Some(0), FEW, SAME),

    row("lost-wakeup", "ok deadlock", "finished=2", Some(0), MANY, "-"),
    row("lost-wakeup&style=condition", "ok", "finished=2", Some(0), MANY, SAME),
];

/// The first of the terms that does not hold of the facts: `name=value`, `name<=number`, or
/// `name~list` for a list in any order. A fact that is not there is never right.
pub fn wrong(wanted: &str, value: impl Fn(&str) -> Option<String>) -> Option<&str> {
    let sorted = |list: &str| {
        let mut items: Vec<String> = list.split(',').map(str::to_owned).collect();
        items.sort();
        items
    };
    let number = |text: &str| text.parse::<i64>().expect("a number");
    wanted.split_whitespace().find(|term| {
        let holds = if let Some((name, most)) = term.split_once("<=") {
            value(name).is_some_and(|value| number(&value) <= number(most))
        } else if let Some((name, list)) = term.split_once('~') {
            value(name).is_some_and(|value| sorted(&value) == sorted(list))
        } else {
            let (name, exactly) = term.split_once('=').expect("a term");
            value(name).as_deref() == Some(exactly)
        };
        !holds
    })
}
