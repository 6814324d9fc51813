//! The editor for a program of one's own, in a page that is the site's and has nothing else in it.

use std::time::Duration;

use e2e::{Browser, Page, Result, Site, Spoilt};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

/// Opens an editor for a text over the page. What it calls, and the keys that it leaves to the
/// page, are kept; `code` is what is inside it.
const OPEN: &str = r#"
    const [text, done] = arguments;
    const host = document.createElement("div");
    Object.assign(host.style, {
        position: "fixed", inset: "0 auto auto 0", width: "min(640px, 100%)", height: "500px",
    });
    document.querySelector("main").append(host);
    window.calls = [];
    window.keys = [];
    addEventListener("keydown", ({ key }) => keys.push(key));
    const changed = (text) => calls.push(["changed", text]);
    const wentTo = (line) => calls.push(["wentTo", line]);
    import("./editor.js").then(async ({ openEditor }) => {
        window.editor = await openEditor(host, { text, label: "Program", changed, wentTo });
        window.code = host.querySelector("div").shadowRoot;
        // Whether what can be focused here has the focus.
        window.isIn = () => document.activeElement === host.firstElementChild;
        editor.focus();
        done("");
    }).catch((error) => done(String(error)));
"#;

const PROGRAM: &str = "\
import threading
from concurrent.futures import ThreadPoolExecutor as Pool

count = 0


def work():
    global count
    value = count  # read
    count = value + 1
";

/// An editor in a page of the site.
struct Desk {
    page: Page,
    browser: Browser,
    site: Site,
}

impl Desk {
    async fn with(text: &str) -> Result<Desk> {
        Desk::in_site(Site::serve("dist").await?, text).await
    }

    async fn in_site(site: Site, text: &str) -> Result<Desk> {
        site.hide_worker();
        let browser = Browser::start().await?;
        let url = format!("{}/guide.html", site.url());
        let page = Page::open_any(browser.driver(), &url).await?;
        let failed = browser
            .driver()
            .execute_async(OPEN, vec![json!(text)])
            .await?;
        assert_eq!(failed.json(), "");
        Ok(Desk {
            page,
            browser,
            site,
        })
    }

    async fn end(self) -> Result {
        let complaints = self.page.complaints().await?;
        self.browser.quit().await?;
        drop(self.site);
        assert_eq!(complaints, [""; 0]);
        Ok(())
    }

    /// What a script comes to.
    async fn eval(&self, script: &str) -> Result<Value> {
        let script = format!("return {script}");
        Ok(self
            .page
            .driver()
            .execute(script, vec![])
            .await?
            .json()
            .clone())
    }

    async fn call(&self, name: &str, arguments: Value) -> Result {
        self.eval(&format!("void editor.{name}(...{arguments})"))
            .await?;
        Ok(())
    }

    async fn text(&self) -> Result<String> {
        let text = self.eval("editor.text").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until a script comes to true.
    async fn until(&self, what: &str, script: &str) -> Result {
        let is_so = async |_: &Page| self.eval(script).await.is_ok_and(|is| is == json!(true));
        self.page.until(what, is_so).await
    }

    async fn press(&self, keys: impl Into<TypingData>) -> Result {
        let keyboard = self.page.driver().action_chain();
        Ok(keyboard.send_keys(keys).perform().await?)
    }

    async fn press_with(&self, held: Key, key: impl Into<char>) -> Result {
        let key = key.into();
        let keyboard = self.page.driver().action_chain();
        let pressed = keyboard.key_down(held.clone()).key_down(key).key_up(key);
        Ok(pressed.key_up(held).perform().await?)
    }

    async fn paste(&self, text: &str) -> Result {
        let script = format!(
            r#"void (() => {{
                const clipboardData = new DataTransfer();
                clipboardData.setData("text/plain", {});
                code.activeElement.dispatchEvent(new ClipboardEvent("paste", {{
                    clipboardData, bubbles: true, cancelable: true, composed: true,
                }}));
            }})()"#,
            json!(text)
        );
        self.eval(&script).await?;
        Ok(())
    }

    /// Goes to the end of the text.
    async fn to_the_end(&self) -> Result {
        self.press_with(Key::Control, Key::End).await
    }
}

#[tokio::test]
async fn a_program_is_typed_with_its_indentation() -> Result {
    let desk = Desk::with("").await?;
    desk.press("for n in range(3):\nif n:\npass\nelse:\nprint(f\"{n}")
        .await?;
    let typed = "for n in range(3):\n    if n:\n        pass\n        else:\n";
    // `else:` moves out as soon as it is one, and what is typed over is not there twice.
    let expected = typed.replace("        else:", "    else:") + "        print(f\"{n}\")";
    assert_eq!(desk.text().await?, expected);
    desk.press(Key::Enter).await?;
    let calls = desk.eval("calls.at(-1)").await?;
    assert_eq!(calls, json!(["wentTo", 6]));
    // All of it was one stretch of typing.
    for _ in 0..30 {
        desk.press_with(Key::Control, 'z').await?;
    }
    assert_eq!(desk.text().await?, "");
    desk.end().await
}

#[tokio::test]
async fn what_the_page_puts_in_can_be_undone_and_calls_nothing() -> Result {
    let desk = Desk::with(PROGRAM).await?;
    desk.call("set", json!(["x = 1"])).await?;
    assert_eq!(desk.text().await?, "x = 1");
    assert_eq!(desk.eval("calls").await?, json!([]));
    desk.press_with(Key::Control, 'z').await?;
    assert_eq!(desk.text().await?, PROGRAM);
    assert_eq!(desk.eval("calls[0]").await?, json!(["changed", PROGRAM]));
    desk.call("close", json!([])).await?;
    assert_eq!(desk.eval("isIn()").await?, false);
    desk.end().await
}

#[tokio::test]
async fn names_of_the_program_and_of_the_library_are_completed() -> Result {
    let program = format!("{PROGRAM}\n\nwork()");
    let desk = Desk::with(&program).await?;
    desk.to_the_end().await?;
    let offers =
        "[...code.querySelectorAll('[role=option]')].map((each) => each.firstChild.textContent)";
    let offered = async |typed: &str, name: &str| {
        desk.press(typed).await?;
        desk.until(
            &format!("{name} is offered"),
            &format!("{offers}[0] === '{name}'"),
        )
        .await
    };
    offered("\nthreading.Bar", "Barrier").await?;
    desk.press(Key::Tab).await?;
    offered("(wor", "work").await?;
    desk.press(Key::Tab).await?;
    offered(")\nfrom queue import Q", "Queue").await?;
    // Enter is for a new line, whatever is offered.
    desk.press(Key::Enter).await?;
    offered("import collections.a", "collections.abc").await?;
    desk.press(Key::Tab).await?;
    let text = desk.text().await?;
    let typed = text
        .strip_prefix(&program)
        .expect("what was typed stands at the end");
    assert_eq!(
        typed,
        "\nthreading.Barrier(work)\nfrom queue import Q\nimport collections.abc"
    );
    desk.end().await
}

#[tokio::test]
async fn keys_for_the_page_are_those_that_run_and_leave() -> Result {
    let desk = Desk::with("x = 1\n").await?;
    let told = desk
        .eval(
            "code.getElementById(code.activeElement.getAttribute('aria-describedby')).textContent",
        )
        .await?;
    assert!(
        told.as_str()
            .is_some_and(|told| told.contains("press Escape, then Tab")),
        "{told}"
    );
    desk.press("er?/ ").await?;
    assert_eq!(desk.text().await?, "er?/ x = 1\n");
    assert_eq!(desk.eval("keys").await?, json!([]));
    for held in [Key::Control, Key::Meta] {
        desk.press_with(held, Key::Enter).await?;
    }
    assert_eq!(desk.eval("keys").await?, json!(["Enter", "Enter"]));
    desk.press(Key::Tab).await?;
    assert_eq!(desk.text().await?, "    er?/ x = 1\n");
    assert_eq!(desk.eval("isIn()").await?, true);
    // Also when Escape closes what was asked for.
    desk.press_with(Key::Control, 'i').await?;
    desk.press(Key::Escape).await?;
    desk.press(Key::Tab).await?;
    assert_eq!(desk.eval("isIn()").await?, false);
    assert_eq!(desk.text().await?, "    er?/ x = 1\n");
    desk.end().await
}

/// A remark on the part of a text that is this word.
fn remark(text: &str, severity: &str, word: &str) -> Value {
    let start = text.find(word).expect("the text has the word");
    json!({
        "severity": severity, "line": text[..start].lines().count(), "column": 1,
        "start": start, "end": start + word.len(),
        "text": format!("About {word}."), "help": "Write it otherwise.",
    })
}

#[tokio::test]
async fn remarks_are_under_the_text_and_in_a_list() -> Result {
    let text = "name = 'Zoë 🧵'\nfirst = second\nwarned = 3\n";
    let desk = Desk::with(text).await?;
    let remarks = json!([
        remark(text, "warning", "warned"),
        remark(text, "syntax", "second")
    ]);
    desk.call("remark", json!([remarks, text])).await?;
    let under =
        "[...code.querySelectorAll('.remark')].map((mark) => [mark.textContent, mark.className])";
    assert_eq!(
        desk.eval(under).await?,
        json!([["second", "remark syntax"], ["warned", "remark warning"]])
    );
    assert_eq!(
        desk.eval("code.querySelector('[role=status]').textContent")
            .await?,
        "1 error, 1 warning"
    );
    // The first in the text, and not the first that was told.
    desk.eval("void code.querySelector('.remarks button').click()")
        .await?;
    assert_eq!(desk.eval("isIn()").await?, true);
    desk.press("x").await?;
    assert_eq!(desk.text().await?, text.replace("second", "xsecond"));
    // What was said of another text is late.
    desk.call("remark", json!([[], text])).await?;
    assert_eq!(
        desk.eval("code.querySelectorAll('.remark').length").await?,
        2
    );
    desk.press(Key::F8).await?;
    let told = desk.eval("code.querySelector('.told').textContent").await?;
    assert_eq!(told, "Warning: About warned.Write it otherwise.");
    desk.call("remark", json!([[]])).await?;
    assert_eq!(
        desk.eval("code.querySelector('.remarks').hidden").await?,
        true
    );
    desk.end().await
}

#[tokio::test]
async fn a_run_is_shown_at_its_lines() -> Result {
    let program = format!("{PROGRAM}{}", "\n".repeat(100));
    let desk = Desk::with(&program).await?;
    let thread = |line: usize, number: usize| {
        json!({
            "line": line, "number": number.to_string(), "name": format!("Worker-{number}"),
            "colour": "#0072B2", "ink": "#FFFFFF",
        })
    };
    let shown = json!([{
        "threads": [thread(9, 1), thread(10, 2), thread(10, 3), thread(10, 4), thread(10, 5)],
        "race": [9], "current": 9, "locals": { "9": "value = 17" },
    }]);
    desk.call("show", shown.clone()).await?;
    let texts = |selector: &str| {
        format!("[...code.querySelectorAll('{selector}')].map((each) => each.textContent.trim())")
    };
    assert_eq!(desk.eval(&texts(".dot")).await?, json!(["1", "2", "3"]));
    assert_eq!(desk.eval(&texts(".more")).await?, json!(["+2"]));
    // Without the comment.
    assert_eq!(desk.eval(&texts(".race")).await?, json!(["value = count"]));
    assert_eq!(desk.eval(&texts(".locals")).await?, json!(["value = 17"]));
    let colour = "getComputedStyle(code.querySelector('.dot')).backgroundColor";
    assert_eq!(desk.eval(colour).await?, "rgb(0, 114, 178)");
    desk.call("goTo", json!([10])).await?;
    desk.press_with(Key::Control, 'i').await?;
    let told = desk
        .eval("code.querySelector('.told').lastChild.textContent")
        .await?;
    assert_eq!(told, "Here: Worker-2, Worker-3, Worker-4, Worker-5.");
    // They move with their lines.
    desk.call("goTo", json!([1])).await?;
    desk.press(Key::Enter).await?;
    desk.until(
        "the mark has moved",
        "code.querySelector('.now').textContent.includes('value = count')",
    )
    .await?;
    assert_eq!(desk.eval(&texts(".named")).await?, json!([""]));
    // What was gone to is in sight, and so is each step.
    let is_in_sight = |selector: &str| {
        format!(
            "(() => {{
                const [box, its] = ['.cm-scroller', '{selector}']
                    .map((each) => code.querySelector(each)?.getBoundingClientRect());
                return Boolean(its) && its.top >= box.top && its.bottom <= box.bottom;
            }})()"
        )
    };
    desk.call("goTo", json!([100])).await?;
    desk.until("the line is in sight", &is_in_sight(".named"))
        .await?;
    // What is shown already moves neither the marks nor the reader.
    desk.call("show", shown.clone()).await?;
    assert_eq!(desk.eval(&is_in_sight(".named")).await?, true);
    let mut shown = shown;
    shown[0]["locals"] = json!({});
    desk.call("show", shown).await?;
    desk.until("the step is in sight", &is_in_sight(".now"))
        .await?;
    desk.call("show", json!([{}])).await?;
    assert_eq!(
        desk.eval("code.querySelectorAll('.dot, .here, .now, .locals').length")
            .await?,
        0
    );
    desk.end().await
}

#[tokio::test]
async fn what_is_known_of_a_name_is_told() -> Result {
    let desk = Desk::with("").await?;
    let names = [
        (
            "import threading as t\nt.Lock",
            "threading.Lock can be used here.",
        ),
        ("import queue\nqueue.Stack", "There is no queue.Stack here."),
        (
            "from asyncio import Protocol as P\nP",
            "asyncio.Protocol is not there yet",
        ),
        ("import numpy\nnumpy", "There is no module numpy here."),
        (
            "from concurrent.futures import (\n    wait,\n)\nwait",
            "concurrent.futures.wait can be",
        ),
        ("print", "print is built in."),
        ("mine = 1\nmine", "Nothing is known of this name."),
        ("# print", "Nothing is known"),
    ];
    for (text, expected) in names {
        desk.call("set", json!([text])).await?;
        desk.to_the_end().await?;
        desk.press_with(Key::Control, 'i').await?;
        desk.until("it is told", "Boolean(code.querySelector('.told'))")
            .await?;
        let told = desk.eval("code.querySelector('.told').textContent").await?;
        assert!(
            told.as_str().is_some_and(|told| told.starts_with(expected)),
            "{text}: {told}"
        );
        desk.press(Key::Escape).await?;
        assert_eq!(desk.eval("code.querySelector('.told')").await?, Value::Null);
    }
    desk.end().await
}

/// What is copied, and the program in it.
const COPIED: [(&str, &str); 11] = [
    ("x = 1\n", "x = 1\n"),
    (">>> x = 1\n>>> x\n1\n", "x = 1\nx"),
    (">>> x = 1\r\n>>> x\r\n1", "x = 1\nx"),
    (
        ">>> for i in range(2):\n...     print(i)\n... \n0\n1\n>>> y = 2",
        "for i in range(2):\n    print(i)\n\ny = 2",
    ),
    (
        ">>> f()\nTraceback (most recent call last):\n  ...\nZeroDivisionError\n... \n>>> 2\n2",
        "f()\n2",
    ),
    (
        "    >>> a\n    1\n    >>> if b:\n    ...     c",
        "a\nif b:\n    c",
    ),
    (
        "In [3]: x = 1\n\nIn [4]: for i in x:\n   ...:     print(i)\n   ...: \n1\n\n\
         In [5]: x\nOut[5]: 1\n\nIn [6]: y",
        "x = 1\nfor i in x:\n    print(i)\n\nx\ny",
    ),
    (
        "In [1]:\nimport threading\n\nx = 1\nOut[1]:\n5\nIn [2]:\ny = 2",
        "import threading\n\nx = 1\ny = 2",
    ),
    ("[1]:\nx = 1\n[2]:\ny", "x = 1\ny"),
    // Programs, for all that.
    ("[1, 2]\nx", "[1, 2]\nx"),
    (
        "def f():\n    \"\"\"\n    >>> f()\n    1\n    \"\"\"",
        "def f():\n    \"\"\"\n    >>> f()\n    1\n    \"\"\"",
    ),
];

#[tokio::test]
async fn prompts_and_output_are_left_out_of_what_is_pasted() -> Result {
    let desk = Desk::with("").await?;
    for (copied, program) in COPIED {
        desk.call("set", json!([""])).await?;
        desk.paste(copied).await?;
        assert_eq!(desk.text().await?, program, "{copied}");
    }
    desk.end().await
}

#[tokio::test]
async fn without_codemirror_there_is_a_text_area() -> Result {
    let site = Site::serve("dist").await?;
    site.spoil("codemirror.js", Spoilt::Failing);
    let text = "ë = 1\nother = 2\n";
    let desk = Desk::in_site(site, text).await?;
    assert_eq!(desk.eval("code.activeElement.tagName").await?, "TEXTAREA");
    let selected = "(({ value, selectionStart, selectionEnd }) =>
        value.slice(selectionStart, selectionEnd))(code.querySelector('textarea'))";
    desk.call(
        "remark",
        json!([[remark(text, "unsupported", "other")], text]),
    )
    .await?;
    desk.eval("void code.querySelector('.remarks button').click()")
        .await?;
    assert_eq!(desk.eval(selected).await?, "other");
    desk.call("show", json!([{ "current": 1 }])).await?;
    assert_eq!(desk.eval(selected).await?, "ë = 1");
    desk.call("goTo", json!([2])).await?;
    assert_eq!(desk.eval(selected).await?, "other = 2");
    desk.call("focus", json!([])).await?;
    desk.paste(">>> mine = 3").await?;
    desk.press("r").await?;
    assert_eq!(desk.text().await?, "ë = 1\nmine = 3r\n");
    assert_eq!(
        desk.eval("calls.at(-1)").await?,
        json!(["changed", "ë = 1\nmine = 3r\n"])
    );
    assert_eq!(desk.eval("keys").await?, json!([]));
    desk.press(Key::Tab).await?;
    // To the list of remarks, which is there still.
    assert_eq!(desk.eval("code.activeElement.tagName").await?, "BUTTON");
    // The file that is missing is what the browser complains of.
    desk.browser.quit().await
}

/// How long the browser took from keys to their frames, in ms.
const FRAMES: &str = "
    window.took = [];
    document.addEventListener('keydown', ({ timeStamp }) => requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        // After the frame is painted.
        port1.onmessage = () => took.push(performance.now() - timeStamp);
        port2.postMessage(0);
    }), true);
";

#[tokio::test]
async fn a_key_is_on_the_screen_within_50_ms() -> Result {
    let lines = PROGRAM.repeat(30);
    assert_eq!(lines.lines().count(), 300);
    let desk = Desk::with(&lines).await?;
    desk.page.driver().execute(FRAMES, vec![]).await?;
    desk.call("goTo", json!([150])).await?;
    for key in "threading.Lock() and counter".chars() {
        desk.press(key.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let took = desk.eval("took.sort((one, other) => one - other)").await?;
    let took: Vec<f64> = serde_json::from_value(took)?;
    assert!(took.len() >= 20, "{took:?}");
    // The machine may be busy with something else now and then.
    assert!(took[took.len() / 2] < 50.0, "{took:?}");
    desk.end().await
}

#[tokio::test]
async fn the_editor_keeps_the_rules_for_all_readers() -> Result {
    let Ok(axe) = std::env::var("AXE") else {
        eprintln!("axe-core is not here, since npm is not: this is left out");
        return Ok(());
    };
    let axe = std::fs::read_to_string(axe)?;
    let desk = Desk::with(PROGRAM).await?;
    let remarks = [
        remark(PROGRAM, "warning", "work"),
        remark(PROGRAM, "syntax", "Pool"),
    ];
    desk.call("remark", json!([remarks])).await?;
    desk.to_the_end().await?;
    desk.press("\nthreading.Lo").await?;
    desk.until(
        "names are offered",
        "Boolean(code.querySelector('[role=option]'))",
    )
    .await?;
    desk.page.driver().execute(&axe, vec![]).await?;
    let check = "const done = arguments[0];
        axe.run(code.host, { resultTypes: ['violations'] }).then(({ violations }) => done(violations
            .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' '))}`)));";
    for theme in ["light", "dark"] {
        desk.browser.prefer(theme).await?;
        let found = desk.page.driver().execute_async(check, vec![]).await?;
        assert_eq!(found.json(), &json!([]), "{theme}");
    }
    // Axe itself does what the policy forbids.
    desk.browser.quit().await
}
