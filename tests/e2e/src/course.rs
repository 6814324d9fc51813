//! A page of somebody else's, on an origin of its own, with frames of the site in it.

use std::collections::HashMap;

use axum::Router;
use axum::http::HeaderMap;
use axum::response::Html;
use axum::routing::get;
use serde_json::{Value, json};
use thirtyfour::WebDriver;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Browser, Page, Result};

/// What its host sends beside the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    Nothing,
    /// What isolates it: COOP and COEP.
    Isolation,
}

pub struct Course {
    driver: WebDriver,
    server: JoinHandle<()>,
}

/// Notes what frames say.
const LISTENS: &str = r#"<script>
    window.heard = [];
    addEventListener("message", ({ data, source }) => {
        for (let frame = 0; frame < frames.length; frame++) {
            if (frames[frame] === source) heard.push({ frame, data });
        }
    });
</script>"#;

impl Course {
    /// Opens a page with this in its body.
    pub async fn open(browser: &Browser, body: &str, sends: Sends) -> Result<Course> {
        let page = format!(
            "<!doctype html><html lang='en'><title>A course</title>{LISTENS}<body>{body}</body></html>"
        );
        let mut headers = HeaderMap::new();
        if sends == Sends::Isolation {
            headers.insert("cross-origin-opener-policy", "same-origin".parse()?);
            headers.insert("cross-origin-embedder-policy", "require-corp".parse()?);
        }
        let answer = move || async move { (headers, Html(page)) };
        let router = Router::new().route("/", get(answer));
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        // Of another site than 127.0.0.1, and as secure.
        let url = format!("http://localhost:{}/", listener.local_addr()?.port());
        let server = tokio::spawn(async move {
            // Ends with the test that it serves.
            let _ = axum::serve(listener, router).await;
        });
        let driver = browser.driver();
        driver.goto(&url).await?;
        Ok(Course { driver, server })
    }

    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Has its one frame show another address, and forgets what the one before said.
    pub async fn show(&self, address: &str) -> Result {
        let script = r#"
            heard.length = 0;
            const frame = document.createElement("iframe");
            frame.src = arguments[0];
            document.querySelector("iframe").replaceWith(frame);
        "#;
        self.driver.execute(script, vec![json!(address)]).await?;
        Ok(())
    }

    /// What a frame has said so far, of this type.
    pub async fn heard(&self, frame: u16, kind: &str) -> Result<Vec<Value>> {
        let heard = self.driver.execute("return heard", vec![]).await?;
        let heard: Vec<HashMap<String, Value>> = serde_json::from_value(heard.json().clone())?;
        let of_frame = heard.into_iter().filter(|said| said["frame"] == frame);
        let said = of_frame.map(|mut said| said.remove("data").unwrap_or_default());
        Ok(said.filter(|data| data["type"] == kind).collect())
    }

    /// Waits until a frame has said something of this type, and returns the first of it.
    pub async fn wait_for(&self, frame: u16, kind: &str) -> Result<Value> {
        let page = Page::here(self.driver.clone());
        page.until(&format!("frame {frame} says {kind}"), async |_| {
            let heard = self.heard(frame, kind).await;
            heard.is_ok_and(|heard| !heard.is_empty())
        })
        .await?;
        Ok(self.heard(frame, kind).await?.swap_remove(0))
    }

    /// Sends a frame's player, once it is ready, a message, and returns the answer.
    pub async fn ask(&self, frame: u16, message: Value) -> Result<Value> {
        self.wait_for(frame, "ready").await?;
        self.ask_at_once(frame, message).await
    }

    /// The same, whether it is ready or not.
    pub async fn ask_at_once(&self, frame: u16, mut message: Value) -> Result<Value> {
        message["lockstep"] = json!(1);
        let script = r#"
            const [frame, message, done] = arguments;
            message.id = `course-${Math.random()}`;
            addEventListener("message", function listen({ data, source }) {
                if (data?.id !== message.id || data.type === "progress") return;
                removeEventListener("message", listen);
                done(data);
            });
            frames[frame].postMessage(message, "*");
        "#;
        let args = vec![json!(frame), message];
        let answer = self.driver.execute_async(script, args).await?;
        Ok(answer.json().clone())
    }

    /// Goes into a frame, as a person does who clicks into it, for what is done with it.
    pub async fn within<T>(&self, frame: u16, act: impl AsyncFn(&Page) -> Result<T>) -> Result<T> {
        self.driver.enter_frame(frame).await?;
        let done = act(&Page::here(self.driver.clone())).await;
        self.driver.enter_default_frame().await?;
        done
    }

    /// What a script on the page itself calls its last argument with.
    pub async fn script_async(&self, script: &str) -> Result<Value> {
        let returned = self.driver.execute_async(script, vec![]).await?;
        Ok(returned.json().clone())
    }

    /// What a script on the page itself returns.
    pub async fn script(&self, script: &str) -> Result<Value> {
        let returned = self.driver.execute(script, vec![]).await?;
        Ok(returned.json().clone())
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        self.server.abort();
    }
}
