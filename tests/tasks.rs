//! The virtual event loop as a program of the model: its lanes, its steps and their
//! lines, what may go next, and what is found. What tasks and primitives do is compared
//! with CPython in tests/asyncio.

use std::cell::RefCell;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use lockstep::aio::event_loop::{self, Loop, Next};
use lockstep::aio::{
    self, Barrier, BoundedSemaphore, Condition, Event, Lock, Queue, Semaphore, Variable,
    as_completed, create_named_task, create_task, gather, sleep, timeout, wait_for,
};
use lockstep::base::{ObjectId, ThreadId};
use lockstep::explore::{
    Choice, Count, Ended, Execution, Finding, Move, Options, Oracle, Replay, Schedule, Search,
    Strategy, explore, run, stuck,
};
use lockstep::sync::{Error, ErrorKind};
use lockstep::trace::objects::ObjectKind;
use lockstep::trace::{Kind, Site};

const MS: Duration = Duration::from_millis(1);

type Heard<T> = (Result<T, Error>, Vec<Error>);

fn with_options<T: Clone + 'static>(
    options: Options,
    main: impl Future<Output = Result<T, Error>> + 'static,
) -> Execution<Heard<T>> {
    let schedule = Schedule::new(1);
    run(options, &mut Replay::new(&schedule), move || {
        aio::model::run(main)
    })
}

/// A run with the first choice each time.
fn ran<T: Clone + 'static>(
    main: impl Future<Output = Result<T, Error>> + 'static,
) -> Execution<Heard<T>> {
    with_options(Options::default(), main)
}

fn search(strategy: Strategy) -> Search {
    Search {
        strategy,
        limit: 10_000,
        options: Options::default(),
        version: 1,
    }
}

#[test]
fn the_loop_has_a_lane_and_each_task_has_one() {
    let run = ran(async {
        create_task(async { Ok(()) }).await?;
        create_named_task("Named", async { Ok(()) }).await
    });
    assert_eq!(run.ended, Ended::Finished);
    let names: Vec<&str> = run.names.iter().collect();
    assert_eq!(names, ["event loop", "main", "Task-2", "Named"]);
}

/// Everything that a task does is a step of its own, in the line of the call.
#[test]
fn each_step_has_the_line_of_its_call() {
    let first = line!() + 1;
    let run = ran(async {
        let lock = Lock::new("lock");
        lock.acquire().await?;
        lock.release()?;
        let event = Event::new("event");
        event.set();
        event.wait().await?;
        event.clear();
        let semaphore = Semaphore::new("semaphore", 1);
        semaphore.acquire().await?;
        semaphore.release();
        let bounded = BoundedSemaphore::new("bounded", 1);
        aio::with(&*bounded, async || Ok(())).await?;
        let condition = Condition::new("condition");
        condition.lock().acquire().await?;
        condition.notify(1)?;
        condition.lock().release()?;
        let barrier = Barrier::new("barrier", 1)?;
        barrier.wait().await?;
        barrier.reset().await?;
        barrier.abort().await?;
        let queue: Rc<Queue<i64>> = Queue::new("queue", 0);
        queue.put(1).await?;
        queue.get().await?;
        queue.task_done()?;
        queue.join().await?;
        let variable = Variable::new("variable", 1);
        variable.store(variable.load() + 1);
        sleep(Duration::ZERO).await?;
        sleep(MS).await?;
        let task = create_task(async { Ok(1) });
        wait_for(&task, Some(MS)).await?;
        task.await?;
        gather([create_task(async { Ok(1) })]).await?;
        as_completed(&[create_task(async { Ok(1) })], None)
            .next()
            .await;
        create_task(async { Ok(1) }).cancel();
        aio::get("index.html").await
    });
    let (result, _) = run.result.expect("it ends");
    assert_eq!(result, Ok(200));
    let of_main = run.steps.iter().filter(|step| step.thread.0 == 1);
    // It begins nowhere.
    let in_line = of_main.filter(|step| step.site.line > 0);
    let mut lines: Vec<u32> = in_line.map(|step| step.site.line - first).collect();
    lines.dedup();
    let expected = [
        2, 3, 5, 6, 7, 9, 10, 12, 14, 15, 16, 18, 19, 20, 22, 23, 24, 25, 27, 28, 29, 30, 31, 32,
        33, 34, 35, 37, 38,
    ];
    assert_eq!(lines, expected);
}

#[test]
fn who_goes_next_is_open_only_where_timers_are_due_at_the_same_time() {
    /// Takes the last choice, and notes what there was.
    struct Last(Vec<Vec<(u16, Move)>>);
    impl Oracle for Last {
        fn choose(&mut self, choices: &[Choice]) -> Option<usize> {
            let moves = choices.iter().map(|choice| (choice.thread.0, choice.how));
            self.0.push(moves.collect());
            Some(choices.len() - 1)
        }
    }
    let mut oracle = Last(Vec::new());
    let program = || {
        aio::model::run(async {
            let task =
                |name: &str, ms| create_named_task(name, async move { sleep(MS * ms).await });
            gather([task("A", 2), task("B", 1), task("C", 2)]).await
        })
    };
    let run = run(Options::default(), &mut oracle, program);
    assert_eq!(run.elapsed, 2 * MS);
    use Move::{Step, TimeOut};
    let expected: [&[(u16, Move)]; 11] = [
        &[(1, Step)],
        &[(2, Step)],
        &[(3, Step)],
        &[(4, Step)],
        &[(3, TimeOut)],
        &[(3, Step)],
        &[(2, TimeOut), (4, TimeOut)],
        &[(2, TimeOut)],
        // In the order of the timers.
        &[(4, Step)],
        &[(2, Step)],
        &[(1, Step)],
    ];
    assert_eq!(oracle.0, expected);
    assert!(run.steps.iter().all(|step| !step.preempts));
}

#[test]
fn tasks_that_wait_for_each_other_are_a_cycle() {
    let run = ran(async {
        let (one, two) = (Lock::new("one"), Lock::new("two"));
        let task = |name: &str, first: &Rc<Lock>, second: &Rc<Lock>| {
            let (first, second) = (Rc::clone(first), Rc::clone(second));
            create_named_task(name, async move {
                first.acquire().await?;
                sleep(Duration::ZERO).await?;
                second.acquire().await
            })
        };
        gather([task("A", &one, &two), task("B", &two, &one)]).await
    });
    assert_eq!(run.ended, Ended::Deadlock);
    let [Finding::Deadlock { cycle }] = &[stuck(&run.blocked)][..] else {
        panic!("{:?}", stuck(&run.blocked));
    };
    let told: Vec<_> = cycle
        .iter()
        .map(|b| {
            (
                b.name.as_str(),
                b.on.as_ref().map(|(_, name)| name.as_str()),
            )
        })
        .collect();
    assert_eq!(told, [("A", Some("two")), ("B", Some("one"))]);
}

#[test]
fn tasks_that_nobody_is_left_to_wake_are_told_and_not_those_who_wait_for_them() {
    let run = ran(async {
        let event = Event::new("event");
        let waiter = create_named_task("Waiter", async move { event.wait().await });
        gather([create_named_task("Other", async move { waiter.await })]).await
    });
    assert_eq!(run.ended, Ended::Deadlock);
    let [Finding::LostWakeUp { waiting }] = &[stuck(&run.blocked)][..] else {
        panic!("{:?}", stuck(&run.blocked));
    };
    let names: Vec<&str> = waiting.iter().map(|b| b.name.as_str()).collect();
    assert_eq!(names, ["Waiter"]);
}

#[test]
fn what_all_tasks_do_between_two_awaits_is_no_race() {
    let program = || {
        aio::model::run(async {
            let counter = Variable::new("counter", 0);
            let task = || {
                let counter = Rc::clone(&counter);
                create_task(async move {
                    let value = counter.load();
                    sleep(MS).await?;
                    counter.store(value + 1);
                    Ok(())
                })
            };
            gather([task(), task(), task()]).await?;
            Ok(counter.load())
        })
    };
    for strategy in [Strategy::All, Strategy::Bounded { preemptions: 0 }] {
        let map = explore(
            &search(strategy),
            program,
            |run: &mut Execution<Heard<i64>>| format!("{:?}", run.result),
            |_| true,
        );
        assert_eq!(map.interleavings, Some(Count::exactly(6)), "{strategy:?}");
        assert_eq!(map.outcomes.len(), 1);
        assert_eq!(map.outcomes[0].what, "Some((Ok(1), []))");
        assert!(map.findings.is_empty());
    }
    let run = run(
        Options::default(),
        &mut Replay::new(&Schedule::new(1)),
        program,
    );
    let written = run.steps.iter().filter_map(|step| step.did);
    let written: Vec<i64> = written
        .filter(|(kind, _)| *kind == Kind::Store)
        .map(|(_, value)| value)
        .collect();
    assert_eq!(written, [1, 1, 1]);
}

#[test]
fn timers_of_one_task_come_in_their_order_and_those_of_an_ended_one_are_the_loops() {
    let run = ran(async {
        let late = timeout(Some(MS), async |_| {
            timeout(Some(MS), async |_| sleep(MS).await).await
        });
        let late = late.await.map_err(|error| error.kind);
        let asker = create_named_task("Asker", async {
            let slow = create_named_task("Slow", async { sleep(5 * MS).await });
            as_completed(&[slow], Some(2 * MS));
            Ok(())
        });
        asker.await?;
        sleep(3 * MS).await?;
        Ok(late)
    });
    let (result, _) = run.result.expect("it ends");
    assert_eq!(result, Ok(Err(ErrorKind::TimeoutError)));
    assert_eq!(run.elapsed, 4 * MS);
    let timers = run.steps.iter().filter(|step| step.how == Move::TimeOut);
    let lanes: Vec<u16> = timers.map(|step| step.thread.0).collect();
    assert_eq!(lanes, [1, 1, 1, 0, 1]);
}

#[test]
fn a_task_that_never_stops_giving_way_is_incomplete() {
    let options = Options {
        step_limit: 1_000,
        ..Options::default()
    };
    let run = with_options(options, async {
        loop {
            sleep(Duration::ZERO).await?;
        }
        #[expect(unreachable_code, reason = "names the type")]
        Ok(())
    });
    assert_eq!(run.ended, Ended::Incomplete);
    // The next on this OS thread begins anew.
    assert_eq!(ran(async { Ok(5) }).result, Some((Ok(5), Vec::new())));
}

#[test]
fn ten_thousand_tasks_at_once() {
    let run = ran(async {
        let tasks = (0..10_000).map(|n| {
            create_task(async move {
                sleep(MS).await?;
                Ok(n)
            })
        });
        Ok(gather(tasks).await?.into_iter().sum::<i64>())
    });
    assert_eq!(run.result, Some((Ok(49_995_000), Vec::new())));
    assert_eq!(run.elapsed, MS);
}

#[test]
fn pages_of_the_site_are_there_and_others_are_never_asked_for() {
    let run = ran(async {
        let found = aio::get("index.html?page=3").await?;
        let missing = aio::get("nothing.html").await?;
        let elsewhere = aio::get("https://example.org/index.html").await;
        Ok((found, missing, elsewhere.is_err()))
    });
    let (result, _) = run.result.expect("it ends");
    assert_eq!(result, Ok((200, 404, true)));
}

/// A loop in real time, with all that a driver needs.
struct Real {
    begun: Instant,
    told: RefCell<Vec<(u16, Kind)>>,
}

impl Loop for Real {
    fn now(&self) -> Duration {
        self.begun.elapsed()
    }

    fn register(&self, _: ObjectKind, _: &str) -> ObjectId {
        ObjectId::NONE
    }

    fn created(&self, _: ThreadId, _: &str, _: Site) {}

    fn begin(&self, _: ThreadId, _: Site) {}

    fn record(&self, task: ThreadId, kind: Kind, _: Site, _: i64) {
        self.told.borrow_mut().push((task.0, kind));
    }

    fn get(&self, _: &str, reply: aio::Reply) {
        reply.give(Ok(200));
    }
}

/// Runs a program in real time: what it came to, and what was recorded.
fn in_real_time<T: Clone + 'static>(
    main: impl Future<Output = Result<T, Error>> + 'static,
) -> (Result<T, Error>, Vec<(u16, Kind)>) {
    let driver = Rc::new(Real {
        begun: Instant::now(),
        told: RefCell::default(),
    });
    let looping: Rc<Real> = Rc::clone(&driver);
    let run = event_loop::Run::begin(looping, main);
    loop {
        match event_loop::next() {
            Next::Task(task) => {
                event_loop::step(task);
            }
            Next::Timers(at) if at <= driver.now() => event_loop::fire(event_loop::due()[0]),
            Next::Timers(at) => thread::sleep(at - driver.now()),
            Next::Nothing => panic!("all tasks wait for ever"),
            Next::Over => break,
        }
    }
    (run.end().0, driver.told.take())
}

#[test]
fn in_real_time_tasks_do_the_same() {
    let (result, told) = in_real_time(async {
        let task = |n| {
            create_task(async move {
                sleep(MS * 20 * n).await?;
                Ok(n)
            })
        };
        let mut completed = as_completed(&[task(3), task(1), task(2)], None);
        let mut results = Vec::new();
        while let Some(result) = completed.next().await {
            results.push(result?);
        }
        Ok((results, aio::get("index.html").await?))
    });
    assert_eq!(result, Ok((vec![1, 2, 3], 200)));
    let of = |lane| {
        let of_lane = told.iter().filter(move |(task, _)| *task == lane);
        of_lane.map(|(_, kind)| *kind).collect::<Vec<_>>()
    };
    use Kind::{Awake, Block, Finish, Sleep, Spawn, Start, Wake};
    assert_eq!(of(2), [Start, Sleep, Awake, Finish]);
    let waits = [Block, Wake, Block, Wake, Block, Wake];
    let main = [&[Start, Spawn, Spawn, Spawn], &waits[..], &[Finish]].concat();
    // The reply is there before the task would have to give way.
    assert_eq!(of(1), main);
}

#[test]
fn a_task_that_never_stops_giving_way_holds_up_no_timer() {
    let (result, _) = in_real_time(async {
        create_task(async {
            loop {
                sleep(Duration::ZERO).await?;
            }
            #[expect(unreachable_code, reason = "names the type")]
            Ok(())
        });
        sleep(5 * MS).await?;
        Ok("slept")
    });
    assert_eq!(result, Ok("slept"));
}
