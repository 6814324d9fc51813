//! Lockstep's page, as a person uses it: what is shown is read, what is done is
//! done by clicking and typing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::Result;

/// How long anything may take on a busy machine before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Page {
    driver: WebDriver,
}

/// What the page shows of a run that has ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub verdict: String,
    pub words: String,
    pub facts: BTreeMap<String, i64>,
    /// Shared values, as read from the run's memory.
    pub cells: BTreeMap<String, i64>,
    pub first_ms: f64,
    pub last_ms: f64,
}

impl Page {
    /// Opens a page and waits until it is ready for a person.
    pub async fn open(driver: WebDriver, url: &str) -> Result<Page> {
        driver.goto(url).await?;
        let page = Page { driver };
        page.until("the page is there", async |page| {
            page.driver.find(By::Id("title")).await.is_ok()
        })
        .await?;
        Ok(page)
    }

    /// Opens a page that is not the app, and waits until it has its heading and pictures.
    pub async fn open_any(driver: WebDriver, url: &str) -> Result<Page> {
        driver.goto(url).await?;
        let page = Page { driver };
        let complete = "return Boolean(document.querySelector('h1')) && \
                        [...document.images].every((image) => image.complete)";
        page.until("the page is there", async |page| {
            let complete = page.driver.execute(complete, vec![]).await;
            complete.is_ok_and(|complete| complete.json() == true)
        })
        .await?;
        Ok(page)
    }

    /// The page, or the frame, that a driver is in.
    pub fn here(driver: WebDriver) -> Page {
        Page { driver }
    }

    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Waits for something to be so.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn(&Page) -> bool) -> Result {
        let start = Instant::now();
        while !is_so(self).await {
            if start.elapsed() > PATIENCE {
                return Err(format!("waited {PATIENCE:?} in vain until {what}").into());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        Ok(())
    }

    /// The lanes in words, for those who cannot see them.
    pub async fn lanes(&self) -> String {
        let script = r#"return document.querySelector(".timeline ul")?.textContent ?? "";"#;
        let words = self.driver.execute(script, vec![]).await;
        words
            .ok()
            .and_then(|words| words.convert().ok())
            .unwrap_or_default()
    }

    /// The text of an element, by CSS selector; empty if there is none.
    pub async fn text(&self, selector: &str) -> String {
        match self.driver.find(By::Css(selector)).await {
            Ok(element) => element.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// The text of an element in a tab of the details, which is brought to the front; empty
    /// if there is none.
    pub async fn read(&self, tab: &str, selector: &str) -> String {
        // Without a run there are no tabs.
        if self.has_button(tab).await {
            let _ = self.click(tab).await;
        }
        self.text(selector).await
    }

    /// Opens the gallery.
    pub async fn open_gallery(&self) -> Result {
        self.click_on(".pick").await?;
        self.until("the gallery is open", async |page| page.has(".card").await)
            .await
    }

    /// Whether there is an element, by CSS selector.
    pub async fn has(&self, selector: &str) -> bool {
        self.driver.find(By::Css(selector)).await.is_ok()
    }

    /// Opens the tab that an element is in, where the page is narrow and another is in front.
    async fn bring_to_front(&self, element: &WebElement) -> Result {
        let script = r#"
            for (const tab of document.querySelectorAll(".panes [role=tab]")) {
                if (arguments[0].checkVisibility()) return;
                tab.click();
            }
        "#;
        let arguments = vec![element.to_json()?];
        self.driver.execute(script, arguments).await?;
        Ok(())
    }

    /// Types into a parameter's field, in the place of what was there.
    pub async fn type_param(&self, name: &str, text: &str) -> Result {
        let field = self.driver.find(By::Id(format!("param-{name}"))).await?;
        self.bring_to_front(&field).await?;
        field.send_keys(Key::Control + "a").await?;
        // An empty text is typed too, by deleting.
        field.send_keys(Key::Backspace).await?;
        field.send_keys(text).await?;
        Ok(())
    }

    /// The words of a parameter's list.
    pub async fn choices(&self, name: &str) -> Result<Vec<String>> {
        let options = By::Css(format!("#param-{name} option"));
        let mut words = Vec::new();
        for option in self.driver.find_all(options).await? {
            words.extend(option.attr("value").await?);
        }
        Ok(words)
    }

    /// Chooses a word of a parameter's list.
    pub async fn choose(&self, name: &str, word: &str) -> Result {
        let select = self.driver.find(By::Id(format!("param-{name}"))).await?;
        self.bring_to_front(&select).await?;
        let option = By::Css(format!("option[value='{word}']"));
        select.find(option).await?.click().await?;
        Ok(())
    }

    /// Clicks on a button, by its text, as soon as it is there and can be clicked.
    pub async fn click(&self, label: &str) -> Result {
        self.click_when_it_can_be(button(label)).await
    }

    /// The same with any element, by CSS selector.
    pub async fn click_on(&self, selector: &str) -> Result {
        self.click_when_it_can_be(By::Css(selector)).await
    }

    async fn click_when_it_can_be(&self, element: By) -> Result {
        let start = Instant::now();
        loop {
            let clicked = match self.driver.find(element.clone()).await {
                Ok(element) => match element.click().await {
                    Err(_) if self.bring_to_front(&element).await.is_ok() => element.click().await,
                    clicked => clicked,
                },
                Err(error) => Err(error),
            };
            match clicked {
                Err(_) if start.elapsed() < PATIENCE => {
                    tokio::time::sleep(Duration::from_millis(10)).await;
                }
                done => return Ok(done?),
            }
        }
    }

    /// Presses the first button with one of these texts, if there is one at this moment: for
    /// what may go away by itself. No other button can come under the pointer meanwhile.
    pub async fn press_any(&self, labels: &[&str]) -> Result {
        let script = "[...document.querySelectorAll('button')] \
            .find(({ textContent }) => arguments[0].includes(textContent.trim()))?.click()";
        self.driver.execute(script, vec![json!(labels)]).await?;
        Ok(())
    }

    /// Whether there is a button, by its text.
    pub async fn has_button(&self, label: &str) -> bool {
        self.driver.find(button(label)).await.is_ok()
    }

    /// Presses a key, with nothing in particular in focus.
    pub async fn press(&self, key: &str) -> Result {
        let body = self.driver.find(By::Tag("body")).await?;
        body.send_keys(key).await?;
        Ok(())
    }

    /// Clicks Run and waits for the end.
    pub async fn run(&self) -> Result<Ended> {
        self.click("Run").await?;
        self.ended().await
    }

    /// Waits until the run has ended: what the page shows then.
    pub async fn ended(&self) -> Result<Ended> {
        self.until("the run has ended", async |page| {
            !matches!(
                page.verdict().await.as_str(),
                "" | "ready" | "running" | "stopping"
            )
        })
        .await?;
        self.shown().await
    }

    /// The word of the verdict, without its sign.
    pub async fn verdict(&self) -> String {
        let text = self.text("#verdict").await;
        text.trim_start_matches(|c: char| !c.is_ascii_alphabetic())
            .to_owned()
    }

    async fn shown(&self) -> Result<Ended> {
        let script = r#"
            const number = (text) => Number(text.replaceAll(",", ""));
            const all = (key) => Object.fromEntries([...document.querySelectorAll(`[data-${key}]`)]
                .map((e) => [e.dataset[key], number(e.textContent)]));
            const up = document.querySelector("[data-first-ms]")?.dataset ?? {};
            return {
                words: document.getElementById("outcome").textContent,
                facts: all("fact"), cells: all("cell"),
                first: Number(up.firstMs ?? -1), last: Number(up.lastMs ?? -1),
            };
        "#;
        let shown = self.driver.execute(script, vec![]).await?;
        let shown = shown.json();
        let numbers = |key: &str| -> BTreeMap<String, i64> {
            let object = shown[key].as_object().cloned().unwrap_or_default();
            object
                .into_iter()
                .filter_map(|(name, value)| Some((name, value.as_f64()? as i64)))
                .collect()
        };
        Ok(Ended {
            verdict: self.verdict().await,
            words: shown["words"].as_str().unwrap_or_default().to_owned(),
            facts: numbers("facts"),
            cells: numbers("cells"),
            first_ms: shown["first"].as_f64().unwrap_or(-1.0),
            last_ms: shown["last"].as_f64().unwrap_or(-1.0),
        })
    }

    /// Waits until the service worker has kept all of the site, as the page tells.
    pub async fn kept(&self) -> Result {
        self.until("the whole site is kept", async |page| {
            page.text(".foot .offline").await == "Works offline now"
        })
        .await
    }

    /// What the page has complained of since it was loaded: errors, and what its policy
    /// forbade.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let complaints = self
            .driver
            .execute("return window.complaints", vec![])
            .await?;
        Ok(serde_json::from_value(complaints.json().clone())?)
    }

    /// The query string of the address.
    pub async fn query(&self) -> Result<String> {
        let url = self.driver.current_url().await?;
        Ok(url.query().unwrap_or_default().to_owned())
    }

    /// Sends the page a message and returns the first answer with its id.
    pub async fn ask(&self, mut message: Value) -> Result<Value> {
        message["lockstep"] = json!(1);
        let script = r#"
            const [message, done] = arguments;
            message.id = `test-${Math.random()}`;
            const asked = message.type;
            addEventListener("message", function listen({ data }) {
                if (data?.id !== message.id || [asked, "progress"].includes(data.type)) return;
                removeEventListener("message", listen);
                done(data);
            });
            window.postMessage(message, "*");
        "#;
        let answer = self.driver.execute_async(script, vec![message]).await?;
        Ok(answer.json().clone())
    }

    /// Saves a picture of what a person sees.
    pub async fn screenshot(&self, path: &str) -> Result {
        Ok(self.driver.screenshot(std::path::Path::new(path)).await?)
    }
}

fn button(label: &str) -> By {
    By::XPath(format!("//button[normalize-space()='{label}']"))
}
