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
        let focus = "document.querySelector('.listing.own .editor > div').shadowRoot\
                     .querySelector('.cm-content, textarea').focus()";
        self.driver().execute(focus, vec![]).await?;
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
    let first = page.driver().window().await?;
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
    assert_eq!(other.verdict().await, "ready");
    let ended = other.run().await?;
    assert_eq!(ended.verdict, "deadlock");
    page.driver().switch_to_window(first).await?;
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

#[tokio::test]
async fn workers_run_threads_one_after_the_other_and_a_million_lines_are_counted() -> Result {
    let visit = Visit::to("?scenario=program&engine=workers").await?;
    let page = &visit.page;
    // More than there are workers.
    let many = "\
import threading

done = []
for number in range(200):
    thread = threading.Thread(target=done.append, args=(number,))
    thread.start()
    thread.join()
print(len(done), sum(done))
";
    page.paste_program(many).await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok", "{ended:?}");
    assert_eq!(page.output().await?, ["200 19900"]);

    page.paste_program("for number in range(1_000_000):\n    print(number)\n")
        .await?;
    let ended = page.run().await?;
    assert_eq!(ended.verdict, "ok", "{ended:?}");
    // Of those that are kept the last are drawn.
    page.until("they are drawn", async |page| {
        let lines = page.output().await.unwrap_or_default();
        (lines.len(), lines.last().map(String::as_str)) == (1_000, Some("9999"))
    })
    .await?;
    page.click("Figures").await?;
    assert_eq!(page.text("[data-fact=lost_lines]").await, "990,000");
    visit.end().await
}

#[tokio::test]
async fn a_scenario_is_edited_as_a_program_of_ones_own() -> Result {
    let visit = Visit::to("?scenario=counter&threads=3&increments=2&guard=none").await?;
    let page = &visit.page;
    page.click("Edit this program").await?;
    page.until("it is in the editor", async |page| {
        let script = "return document.querySelector('.listing.own.edited .editor > div')\
                      ?.shadowRoot.querySelector('.cm-content, textarea')?.textContent";
        let text = page.driver().execute(script, vec![]).await;
        text.is_ok_and(|text| text.json().to_string().contains("THREADS = 3"))
    })
    .await?;
    // The listing is not shown beside it.
    assert_eq!(page.text(".listing.own > .scroller").await, "");
    assert!(page.query().await?.starts_with("scenario=program"));
    let ended = page.run().await?;
    assert!(
        ["ok", "violated"].contains(&ended.verdict.as_str()),
        "{ended:?}"
    );
    assert!(!page.output().await?.is_empty());

    // It is there again after a reload, which has it in its address.
    page.until("the address has it", async |page| {
        let address = page.driver().current_url().await;
        address.is_ok_and(|url| url.fragment().is_some())
    })
    .await?;
    page.driver().refresh().await?;
    page.until("it is there", async |page| {
        page.text(".listing.own .code")
            .await
            .contains("THREADS = 3")
    })
    .await?;
    visit.end().await
}

/// Links as others may have cut, mixed up or made them: what opens is what was written, or an
/// error that the page has words for, and nothing is larger than a program may be.
const MUTATED: &str = r#"
    const [count, done] = arguments;
    let seed = 1;
    const random = (below) => {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
        return seed % below;
    };
    const LETTERS = "ABCxyz019-_=.#%&+/ \u00e9";
    const mutate = (link) => {
        let text = link;
        for (let times = 1 + random(3); times > 0; times--) {
            const at = random(text.length + 1);
            const letter = LETTERS[random(LETTERS.length)];
            text = [
                () => text.slice(0, at),
                () => text.slice(0, at) + letter + text.slice(at),
                () => text.slice(0, at) + letter + text.slice(at + 1),
                () => text.slice(at) + text.slice(0, at),
                () => text.slice(0, at) + text.slice(at + random(9)),
            ][random(5)]();
        }
        return text;
    };
    const known = new Set(["none", "damaged", "version", "large"]);
    import("./program-link.js").then(async ({ encode, decode }) => {
        const programs = ["print(1)\n", "x = 'é\u{1f9f5}'\n".repeat(200), "a".repeat(65_536)];
        const links = await Promise.all(programs.map(encode));
        const told = { opened: 0, wrong: [] };
        for (const [index, link] of links.entries()) {
            if ((await decode(link)) !== programs[index]) told.wrong.push(`not the same: ${index}`);
        }
        // A kilobyte that stands for a megabyte.
        const bomb = await encode("a".repeat(1 << 20));
        const refused = await decode(bomb).catch(({ message }) => message);
        if (refused !== "large") told.wrong.push(`a bomb: ${refused}`);
        const one = async () => {
            const link = mutate(links[random(2)]);
            try {
                const text = await decode(link);
                told.opened++;
                const again = await decode(await encode(text)).catch(() => (text ? undefined : ""));
                if (again !== text) told.wrong.push(`not stable: ${link}`);
            } catch ({ message }) {
                if (!known.has(message)) told.wrong.push(`${message}: ${link}`);
            }
        };
        for (let begun = 0; begun < count; begun += 100) {
            await Promise.all(Array.from({ length: 100 }, one));
        }
        done(told);
    }).catch((error) => done({ wrong: [String(error)] }));
"#;

#[tokio::test]
async fn mutated_program_links_open_or_are_refused() -> Result {
    let visit = Visit::to("?scenario=program").await?;
    let driver = visit.page.driver();
    driver
        .set_script_timeout(std::time::Duration::from_secs(300))
        .await?;
    let told = driver.execute_async(MUTATED, vec![json!(100_000)]).await?;
    let told = told.json();
    assert_eq!(told["wrong"], json!([]), "{told}");
    let opened = told["opened"].as_u64().unwrap_or_default();
    assert!((1_000..100_000).contains(&opened), "{told}");

    // What the page says of a bad one, with a program to go on from.
    for (fragment, words) in [
        ("#code=1.AAAA", "damaged"),
        ("#code=7.AAAA", "later version"),
        ("#nonsense", "damaged"),
    ] {
        let script = format!("location.hash = {}", json!(fragment));
        driver.execute(&script, vec![]).await?;
        visit
            .page
            .until(words, async |page| {
                page.text(".listing.own .told").await.contains(words)
            })
            .await?;
        assert!(visit.page.has(".listing.own .code > li").await);
    }
    visit.end().await
}

#[tokio::test]
async fn a_program_is_no_markup_and_reaches_nothing_of_the_page() -> Result {
    let visit = Visit::to("?scenario=program&engine=model").await?;
    let page = &visit.page;
    let hostile = "\
import threading

class Bad(Exception):
    pass

def work():
    print('<img src=x onerror=\"document.title = 1\">')
    raise Bad('<script>document.title = 2</script>')

thread = threading.Thread(target=work, name='<b id=injected>x</b>')
thread.start()
thread.join()
";
    page.paste_program(hostile).await?;
    for engine in ["model", "workers"] {
        page.click_on(&format!("#engine option[value={engine}]"))
            .await?;
        let ended = page.run().await?;
        assert_eq!(ended.verdict, "error", "{ended:?}");
        let lines = page.output().await?;
        assert!(lines[0].starts_with("<img src=x"), "{lines:?}");
        assert!(page.text(".outcome").await.contains("<script>"));
        assert!(!page.has("#injected, .output img, .outcome script").await);
    }
    visit.end().await
}
