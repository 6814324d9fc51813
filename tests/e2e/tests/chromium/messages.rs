//! The message protocol, version 1, on the full page.

use e2e::{Result, Visit};
use serde_json::json;

#[tokio::test]
async fn ping_get_set_run_and_stop_are_answered() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let pong = visit.page.ask(json!({"type": "ping"})).await?;
    assert_eq!(
        (
            &pong["type"],
            &pong["version"],
            &pong["isolated"],
            &pong["engines"]
        ),
        (
            &json!("pong"),
            &json!(1),
            &json!(true),
            &json!(["workers", "model", "tasks"])
        )
    );

    let set =
        json!({"type": "set", "params": {"threads": 2, "increments": "500", "guard": "lock"}});
    let state = visit.page.ask(set).await?;
    assert_eq!(state["type"], "state");
    assert_eq!(
        state["params"],
        json!({"threads": 2, "increments": 500, "guard": "lock"})
    );
    assert_eq!(
        visit.page.query().await?,
        "scenario=counter&threads=2&increments=500&guard=lock"
    );

    let result = visit.page.ask(json!({"type": "run"})).await?;
    assert_eq!(result["type"], "result");
    assert_eq!(result["scenario"], "counter");
    assert_eq!(result["engine"], "workers");
    assert_eq!(result["verdict"], "ok");
    assert_eq!(
        result["facts"],
        json!({"counter": 1000, "expected": 1000, "lost": 0})
    );
    assert_eq!(
        result["link"],
        "?scenario=counter&threads=2&increments=500&guard=lock"
    );
    assert!(result["elapsed_ms"].as_f64() > Some(0.0));
    // At least acquire, load, store, release for each increment.
    assert!(result["events"].as_u64() >= Some(4000), "{result}");

    let state = visit.page.ask(json!({"type": "get"})).await?;
    assert_eq!(
        (&state["phase"], &state["facts"]["counter"]),
        (&json!("done"), &json!(1000))
    );

    let long = json!({"type": "set", "params": {"increments": 10_000_000, "threads": 4}});
    visit.page.ask(long).await?;
    visit.page.click("Run").await?;
    let running = visit.page.ask(json!({"type": "get"})).await?;
    assert_eq!(running["phase"], "running");
    let stopped = visit.page.ask(json!({"type": "stop"})).await?;
    assert_eq!(
        (&stopped["type"], &stopped["phase"], &stopped["facts"]),
        (&json!("state"), &json!("done"), &json!({}))
    );
    assert_eq!(visit.page.verdict().await, "stopped");
    visit.end().await
}

#[tokio::test]
async fn a_bad_message_is_refused_or_ignored_and_changes_nothing() -> Result {
    let visit = Visit::to("?threads=3&guard=lock").await?;
    let query = visit.page.query().await?;
    let refused = visit
        .page
        .ask(json!({"type": "set", "params": {"bogus": 1}}))
        .await?;
    assert_eq!(
        (&refused["type"], &refused["message"]),
        (
            &json!("error"),
            &json!("This scenario has no parameter “bogus”; it is left out.")
        )
    );
    let ignored = r#"
        for (const message of [null, 1, "ping", [], {}, {lockstep: 1}, {lockstep: 2, type: "run"},
            {lockstep: 1, type: "dance"}, {lockstep: 1, type: "set", params: 7},
            {type: "run"}, new Map([["lockstep", 1]]), {lockstep: 1, type: {}}]) {
            window.postMessage(message, "*");
        }
        // What contains itself may be sent as well.
        const own = {lockstep: 1, type: "set"};
        own.params = own;
        window.postMessage(own, "*");
        const ring = {};
        ring.ring = ring;
        for (const message of [{type: "ping", id: ring}, {type: "dance", id: ring}]) {
            window.postMessage({lockstep: 1, ...message}, "*");
        }
    "#;
    visit.page.driver().execute(ignored, vec![]).await?;
    let state = visit.page.ask(json!({"type": "get"})).await?;
    assert_eq!(state["phase"], "idle");
    assert_eq!(visit.page.query().await?, query);
    visit.end().await
}
