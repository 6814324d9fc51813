//! Each primitive stressed on OS threads. The same programs run in a browser's
//! workers: tests/e2e/tests/chromium/stress.rs.

#![cfg(feature = "selftest")]

use lockstep::platform::native::Run;
use lockstep::scenario::param::Kind;
use lockstep::scenario::{self, Params, Report, Verdict};

#[test]
fn no_primitive_breaks_its_promise_under_stress() {
    let scenario = scenario::find("selftest-stress").expect("built with it");
    let Kind::Choice(primitives) = scenario.params[0].kind else {
        panic!("the first parameter chooses the primitive");
    };
    assert!(primitives.len() >= 10);
    for primitive in primitives {
        for (threads, rounds) in [(2, "20000"), (6, "4000"), (16, "500")] {
            let mut params = Params::new(scenario.params);
            for (name, text) in [
                ("primitive", *primitive),
                ("threads", threads.to_string().as_str()),
                ("rounds", rounds),
            ] {
                params
                    .set(name, text)
                    .expect("a parameter")
                    .expect("a value");
            }
            let ending = Run::new(1.0).main(scenario.on_threads().expect("of threads")(params));
            let report = Report::of(ending.expect("nobody panics"), 0.0);
            assert_eq!(
                report.verdict,
                Verdict::Ok,
                "{primitive}, {threads} threads: {report:?}"
            );
            assert!(report.int("done") > 0);
        }
    }
}
