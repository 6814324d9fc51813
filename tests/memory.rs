//! A search at its limit takes no more memory than the page says.

use lockstep::session::exploration::{Wish, explore_link, memory};
use lockstep::share;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

#[test]
fn a_search_takes_as_much_memory_as_it_says() {
    for (limit, query) in [
        // Just after everything grew, and as full as at the default limit.
        (70_000, "counter&threads=4&increments=3&guard=none"),
        (125_000, "counter&threads=4&increments=3&guard=none"),
        // More than four edges for a state.
        (125_000, "counter&threads=16&increments=4&guard=none"),
        (
            125_000,
            "bank&threads=8&transfers=3&pause_ms=5&strategy=none",
        ),
        // Complete: then all is counted.
        (125_000, "philosophers&seats=5&meals=2"),
    ] {
        let (link, _) = share::read(&format!("scenario={query}"));
        let wish = Wish {
            limit,
            ..Wish::default()
        };
        let before = MEMORY.current_usage();
        MEMORY.reset_peak_usage();
        let found = explore_link(&link, link.scenario.on_model(), wish, |_| true);
        let most = (MEMORY.peak_usage() - before) as u64;
        assert!(found.states > limit / 5, "{query}: {} states", found.states);
        assert!(
            most <= memory(limit),
            "{query}: {most} bytes, and not {}",
            memory(limit)
        );
    }
}
