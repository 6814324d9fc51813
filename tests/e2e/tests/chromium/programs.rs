//! Programs of the reader's own, in the page: typed, run on the model and on real threads,
//! explored, shared.

use e2e::{Page, Result, Visit};
use serde_json::json;
use thirtyfour::prelude::*;

const RACE: &str = "\
import threading

counter = 0


def work():
    global counter
    for _ in range(2):
        value = counter
        counter = value + 1


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(\"counter\", counter)
";

const OPPOSITE: &str = "\
import threading

a = threading.Lock()
b = threading.Lock()


def work(first, second):
    with first:
        with second:
            print(threading.current_thread().name)


one = threading.Thread(target=work, args=(a, b), name=\"one\")
two = threading.Thread(target=work, args=(b, a), name=\"two\")
one.start()
two.start()
one.join()
two.join()
";

/// Puts a text into the editor in the place of what is there, as pasting it does.
const PASTE: &str = r#"
    const code = document.querySelector(".listing.own .editor > div").shadowRoot;
    const content = code.querySelector(".cm-content, textarea");
    content.focus();
    code.querySelector(".cm-content")?.ownerDocument.getSelection();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", arguments[0]);
    content.dispatchEvent(new ClipboardEvent("paste", {
        clipboardData, bubbles: true, cancelable: true, composed: true,
    }));
"#;

trait Programs {
    async fn paste_program(&self, text: &str) -> Result;
    async fn output(&self) -> Result<Vec<String>>;
}

impl Programs for Page {
    /// As a reader does: Edit, all selected, pasted.
    async fn paste_program(&self, text: &str) -> Result {
        self.until("there is a program", async |page| {
            page.has(".listing.own .code > li").await
        })
        .await?;
        if !self.has(".listing.own.edited").await {
            self.click("Edit").await?;
        }
        self.until("the editor is there", async |page| {
            let script = "return Boolean(document.querySelector('.listing.own .editor > div')\
                          ?.shadowRoot?.querySelector('.cm-content, textarea'))";
            let there = page.driver().execute(script, vec![]).await;
            there.is_ok_and(|there| there.json() == &json!(true))
        })
        .await?;
        let keyboard = self.driver().action_chain();
        keyboard
            .key_down(Key::Control)
            .key_down('a')
            .key_up('a')
            .key_up(Key::Control)
            .perform()
            .await?;
        self.driver().execute(PASTE, vec![json!(text)]).await?;
        let last = text.lines().last().unwrap_or_default().to_owned();
        self.until("it is in the listing", async |page| {
            let script = "return [...document.querySelectorAll('.listing.own .code > li > code')]\
                          .at(-1)?.textContent";
            let shown = page.driver().execute(script, vec![]).await;
            shown.is_ok_and(|shown| shown.json() == &json!(last))
        })
        .await
    }

    /// The lines of the output pane.
    async fn output(&self) -> Result<Vec<String>> {
        if !self.has(".output:not([hidden] *) .printed").await {
            self.click("Output").await?;
        }
        let script = "return [...document.querySelectorAll('.output .printed code')]\
                      .map((line) => line.textContent)";
        let lines = self.driver().execute(script, vec![]).await?;
        Ok(lines.convert()?)
    }
}

#[tokio::test]
async fn a_typed_program_runs_on_the_model_and_on_real_threads_and_is_explored() -> Result {
    let visit = Visit::to("?scenario=program&engine=model").await?;
    let page = &visit.page;
    page.paste_program(RACE).await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok", "{ended:?}");
    let lines = page.output().await?;
    let [line] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert!(line.starts_with("counter "), "{line}");

    page.click("Explore").await?;
    page.until("all is explored", async |page| {
        page.read("Outcomes", ".exploration").await.contains("70")
    })
    .await?;
    let found = page.read("Outcomes", ".exploration").await;
    for outcome in ["counter 2", "counter 3", "counter 4"] {
        assert!(found.contains(outcome), "{found}");
    }

    page.click_on("#engine option[value=workers]").await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok", "{ended:?}");
    let lines = page.output().await?;
    assert!(lines[0].starts_with("counter "), "{lines:?}");
    visit.end().await
}

#[tokio::test]
async fn a_deadlock_is_told_on_either_engine_and_a_link_opens_it() -> Result {
    let visit = Visit::to("?scenario=program&engine=model").await?;
    let page = &visit.page;
    page.paste_program(OPPOSITE).await?;
    page.click("Explore").await?;
    page.until("all is explored", async |page| {
        page.read("Outcomes", ".exploration")
            .await
            .contains("deadlock")
    })
    .await?;
    page.click_on(".findings a").await?;
    let ended = page.ended().await?;
    assert_eq!(ended.verdict, "deadlock");
    let why = page.text(".outcome").await;
    assert!(why.contains("one") && why.contains("two"), "{why}");

    // In a tab of its own nothing runs before the reader says so; then it is the same run.
    page.until("the address has the program", async |page| {
        let address = page.driver().current_url().await;
        address.is_ok_and(|url| url.fragment().is_some_and(|f| f.starts_with("code=1.")))
    })
    .await?;
    let address = page.driver().current_url().await?.to_string();
    assert!(address.len() < 1_000, "{address}");
    let visitor = page.driver().new_tab().await?;
    page.driver().switch_to_window(visitor).await?;
    let other = Page::open(page.driver().clone(), &address).await?;
    other
        .until("the program is there", async |page| {
            page.text(".listing.own .code")
                .await
                .contains("work(first, second)")
        })
        .await?;
    assert!(!other.has(".outcome .verdict").await);
    let ended = other.run().await?;
    assert_eq!(ended.verdict, "deadlock");
    visit.end().await
}

#[tokio::test]
async fn what_is_not_supported_is_told_with_its_line() -> Result {
    let visit = Visit::to("?scenario=program&engine=model").await?;
    let page = &visit.page;
    page.paste_program("x = 1\nopen('file')\n").await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "error", "{ended:?}");
    assert!(page.text(".outcome").await.contains("Line 2"), "{ended:?}");
    visit.end().await
}

#[tokio::test]
async fn a_loop_without_end_is_stopped_on_either_engine() -> Result {
    for engine in ["model", "workers"] {
        let visit = Visit::to(&format!("?scenario=program&engine={engine}")).await?;
        let page = &visit.page;
        page.paste_program("while True:\n    pass\n").await?;
        page.click("Run").await?;
        page.until("it runs", async |page| page.has_button("Stop").await)
            .await?;
        page.click("Stop").await?;
        let ended = page.ended().await?;
        assert_eq!(ended.verdict, "stopped", "{engine}");
        visit.end().await?;
    }
    Ok(())
}
