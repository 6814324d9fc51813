//! A headless browser of a test's own, driven through its driver.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use thirtyfour::prelude::*;

use crate::{Killed, Result};

/// Keeps what a page complains of, for [`Page::complaints`](crate::Page::complaints).
const COMPLAINTS: &str = r#"
    window.complaints = [];
    const complain = (what) => window.complaints.push(String(what));
    addEventListener("error", (event) => complain(event.message ?? event.target?.src));
    addEventListener("unhandledrejection", (event) => complain(event.reason));
    addEventListener("securitypolicyviolation", (event) =>
        complain(`${event.effectiveDirective} forbids ${event.blockedURI} ${event.sample}`));
    const { error } = console;
    console.error = (...words) => { complain(words.join(" ")); error(...words); };
"#;

pub struct Browser {
    driver: WebDriver,
    _process: Killed,
}

impl Browser {
    pub async fn start() -> Result<Browser> {
        Browser::start_sized(1280, 720).await
    }

    /// A Chromium whose page is this large, in CSS pixels.
    pub async fn start_sized(width: u32, height: u32) -> Result<Browser> {
        let mut wish = DesiredCapabilities::chrome();
        for arg in [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            // Tests change the address more often than a person could.
            "--disable-ipc-flooding-protection",
        ] {
            wish.add_arg(arg)?;
        }
        if let Ok(binary) = std::env::var("CHROME") {
            wish.set_binary(&binary)?;
        }
        let browser = Browser::driven_by("CHROMEDRIVER", "chromedriver", wish.into()).await?;
        browser
            .devtools(
                "Emulation.setDeviceMetricsOverride",
                serde_json::json!({
                    "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false
                }),
            )
            .await?;
        browser
            .devtools(
                "Page.addScriptToEvaluateOnNewDocument",
                serde_json::json!({"source": COMPLAINTS}),
            )
            .await?;
        Ok(browser)
    }

    /// A Firefox.
    pub async fn firefox() -> Result<Browser> {
        let mut wish = DesiredCapabilities::firefox();
        wish.set_headless()?;
        if let Ok(binary) = std::env::var("FIREFOX") {
            wish.set_firefox_binary(&binary)?;
        }
        Browser::driven_by("GECKODRIVER", "geckodriver", wish.into()).await
    }

    /// A browser, by its driver: the program that a variable names, or the one of this
    /// name.
    async fn driven_by(variable: &str, name: &str, wish: Capabilities) -> Result<Browser> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let program = std::env::var(variable).unwrap_or_else(|_| name.to_owned());
        let process = Killed::start(
            Command::new(&program)
                .arg(format!("--port={port}"))
                .stdout(Stdio::null())
                .stderr(Stdio::null()),
        )?;
        let url = format!("http://127.0.0.1:{port}");
        let mut attempts = 0;
        let driver = loop {
            match WebDriver::new(&url, wish.clone()).await {
                Ok(driver) => break driver,
                Err(error) if attempts == 50 => return Err(error.into()),
                // It is not listening yet.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            }
            attempts += 1;
        };
        Ok(Browser {
            driver,
            _process: process,
        })
    }

    pub fn driver(&self) -> WebDriver {
        self.driver.clone()
    }

    /// A command of the DevTools protocol, which Chromium has, for what a person does outside the page.
    pub async fn devtools(
        &self,
        command: &str,
        params: serde_json::Value,
    ) -> Result<serde_json::Value> {
        Ok(self.driver.cdp().send_raw(command, params).await?)
    }

    /// Has the reader's system be light or dark.
    pub async fn prefer(&self, scheme: &str) -> Result {
        let media = serde_json::json!({
            "features": [{"name": "prefers-color-scheme", "value": scheme}]
        });
        self.devtools("Emulation.setEmulatedMedia", media).await?;
        Ok(())
    }

    pub async fn quit(self) -> Result {
        Ok(self.driver.clone().quit().await?)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A test has failed, if it has not quit: its driver is about to be killed, and
        // would be waited for in vain for two minutes.
        let _ = self.driver.clone().leak();
    }
}
