//! The tasks of the page's thread, from the browser's own trace.
//!
//! A task that waits for a core waits for the machine: 64 busy threads on two cores make each
//! task long by the clock. What a task does on its core is the page's own.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::{Browser, Result};

/// How long a task of the page's thread took, in ms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Task {
    pub on_its_core: f64,
    pub by_the_clock: f64,
}

/// A trace that is being taken. The browser hands it over by events, which the driver does not
/// pass on; so this speaks with the browser itself.
pub struct Tracing {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Tracing {
    pub async fn start(browser: &Browser) -> Result<Tracing> {
        let driver = browser.driver();
        let options = driver.handle().capabilities().get("goog:chromeOptions");
        let address = options.and_then(|options| options["debuggerAddress"].as_str());
        let address = address.ok_or("the browser names no address for debuggers")?;
        let page = driver.window().await?;
        let url = format!("ws://{address}/devtools/page/{page}");
        let (socket, _) = connect_async(url).await?;
        let mut tracing = Tracing { socket };
        let config = json!({
            "transferMode": "ReportEvents",
            "traceConfig": {
                "recordMode": "recordAsMuchAsPossible",
                "excludedCategories": ["*"],
                "includedCategories": ["disabled-by-default-devtools.timeline"],
            },
        });
        tracing.send("Tracing.start", config).await?;
        // It has begun when the browser has answered.
        tracing.receive().await?;
        Ok(tracing)
    }

    /// Ends the trace: the tasks of the page's thread since its start.
    pub async fn end(mut self) -> Result<Vec<Task>> {
        self.send("Tracing.end", json!({})).await?;
        let mut events: Vec<Value> = Vec::new();
        loop {
            let mut told = self.receive().await?;
            match told["method"].as_str() {
                Some("Tracing.dataCollected") => {
                    if let Value::Array(more) = told["params"]["value"].take() {
                        events.extend(more);
                    }
                }
                Some("Tracing.tracingComplete") => break,
                _ => {}
            }
        }
        self.socket.close(None).await?;
        tasks_of_the_page(&events)
    }

    async fn send(&mut self, method: &str, params: Value) -> Result {
        let message = json!({ "id": 1, "method": method, "params": params });
        let message = Message::text(message.to_string());
        Ok(self.socket.send(message).await?)
    }

    async fn receive(&mut self) -> Result<Value> {
        let message = self.socket.next().await;
        let message = message.ok_or("the browser has ended the connection")??;
        let told: Value = serde_json::from_str(message.to_text()?)?;
        match told.get("error") {
            Some(error) => Err(format!("the browser refused: {error}").into()),
            None => Ok(told),
        }
    }
}

fn tasks_of_the_page(events: &[Value]) -> Result<Vec<Task>> {
    let thread = |event: &Value| (event["pid"].as_u64(), event["tid"].as_u64());
    let pages: Vec<_> = events
        .iter()
        .filter(|event| event["name"] == "thread_name")
        .filter(|event| event["args"]["name"] == "CrRendererMain")
        .map(thread)
        .collect();
    let tasks: Vec<Task> = events
        .iter()
        .filter(|event| event["name"] == "RunTask" && pages.contains(&thread(event)))
        .filter_map(|event| {
            Some(Task {
                on_its_core: event["tdur"].as_f64()? / 1000.0,
                by_the_clock: event["dur"].as_f64()? / 1000.0,
            })
        })
        .collect();
    if tasks.is_empty() {
        return Err("the trace has no task of the page's thread".into());
    }
    Ok(tasks)
}
