//! Nothing that comes with a link or a message is markup, or runs; and what would, the
//! page's policy forbids.

use e2e::{Browser, Course, Page, Result, Sends, Site, Visit};
use lockstep::scenario;
use serde_json::{Value, json};

/// What somebody would try. Each sets `window.hurt` if it ever runs.
const ATTACKS: [&str; 10] = [
    "<script>window.hurt=1</script>",
    "\"><img src=x onerror=\"window.hurt=1\">",
    "'><svg onload='window.hurt=1'><circle r=9 /></svg>",
    "\" onmouseover=\"window.hurt=1\" onfocus=\"window.hurt=1\" autofocus=\"",
    "</textarea></title><style>*{display:none}</style><iframe srcdoc=\"<script>parent.hurt=1</script>\">",
    "javascript:window.hurt=1",
    "data:text/html,<script>parent.hurt=1</script>",
    "{{constructor.constructor('window.hurt=1')()}}${window.hurt=1}",
    "\\u003cscript\\u003ewindow.hurt=1\\u003c/script\\u003e<!--",
    "constructor",
];

const RESERVED: [&str; 11] = [
    "scenario", "engine", "seed", "schedule", "step", "speed", "theme", "locked", "hide",
    "autorun", "v",
];

/// Scenarios that have all kinds of parameters among them.
const SCENARIOS: [&str; 4] = ["counter", "bank", "barrier", "gather"];

/// What is there that came from nobody but an attacker: names of it.
const TRACES: &str = r#"
    const traces = () => {
        const found = [];
        if (window.hurt !== undefined) found.push("it ran");
        const attributes = (element) => [...element.attributes];
        for (const element of document.querySelectorAll("*")) {
            for (const { name, value } of attributes(element)) {
                if (name.startsWith("on")) found.push(`${element.localName} ${name}`);
                if (/^(href|src|srcdoc|action|data|formaction)$/.test(name)
                    && /^\s*(javascript|data):/i.test(value)) found.push(`${name}=${value}`);
            }
        }
        const foreign = "style, iframe, object, embed, base, form[action], circle, body script";
        for (const element of document.querySelectorAll(foreign)) found.push(element.localName);
        // The poster has one.
        for (const image of document.images) {
            if (!image.matches(".poster > img[src^='pictures/']")) found.push("img");
        }
        return found.concat(window.complaints);
    };
"#;

/// The query of a scenario with these values in the place of its own.
fn query(scenario: &str, said: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
    let mut query = format!("?scenario={scenario}");
    for (key, value) in said {
        query.push_str(&format!("&{}={}", escaped(key), escaped(value)));
    }
    query
}

/// All that a link can say of a scenario.
fn keys(scenario: &str) -> Vec<&'static str> {
    let scenario = scenario::find(scenario).expect("registered");
    let params = scenario.params.iter().map(|param| param.name);
    RESERVED.into_iter().chain(params).collect()
}

/// What an attack has left in a page, or a frame.
async fn traces(page: &Page) -> Result<Vec<String>> {
    let script = format!("{TRACES} return traces()");
    let traces = page.driver().execute(script, vec![]).await?;
    Ok(serde_json::from_value(traces.json().clone())?)
}

#[tokio::test]
async fn no_value_of_a_link_is_markup_or_runs() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let mut links = Vec::new();
    for attack in ATTACKS {
        for scenario in SCENARIOS {
            let one_each = keys(scenario).into_iter().map(|key| vec![(key, attack)]);
            let as_key = vec![(attack, attack)];
            for said in one_each.chain([as_key]) {
                links.push(format!("{}#{attack}", query(scenario, &said)));
            }
        }
    }
    let script = format!(
        r#"
        {TRACES}
        const [links, done] = arguments;
        const answered = () => new Promise((resolve) => {{
            const id = `test-${{Math.random()}}`;
            addEventListener("message", function listen({{ data }}) {{
                if (data?.id !== id || data.type !== "state") return;
                removeEventListener("message", listen);
                resolve();
            }});
            window.postMessage({{ lockstep: 1, type: "get", id }}, "*");
        }});
        (async () => {{
            const bad = [];
            let told = 0;
            for (const link of links) {{
                history.pushState(null, "", link);
                dispatchEvent(new PopStateEvent("popstate"));
                await answered();
                // As one does who reads it.
                for (const element of document.querySelectorAll(".notices li, .program input")) {{
                    element.dispatchEvent(new MouseEvent("mouseover", {{ bubbles: true }}));
                    element.focus();
                }}
                told += document.querySelector(".notices li") ? 1 : 0;
                const found = traces();
                if (found.length) bad.push({{ link, found }});
            }}
            done({{ bad, told }});
        }})();
        "#
    );
    let mut told = 0;
    for links in links.chunks(100) {
        let seen = visit
            .page
            .driver()
            .execute_async(&script, vec![json!(links)])
            .await?;
        assert_eq!(seen.json()["bad"], json!([]));
        told += seen.json()["told"].as_u64().unwrap_or_default() as usize;
    }
    // All were told, and so shown, but where they are a schedule that nobody has tried yet.
    assert!(
        links.len() > 500 && told > links.len() * 9 / 10,
        "{told} of {}",
        links.len()
    );
    visit.end().await
}

#[tokio::test]
async fn the_share_dialog_hands_on_nothing_that_breaks_out_of_its_quotes() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let page = &visit.page;
    let read = r#"
        const text = (form) => document.getElementById(`share-${form}`).value;
        const within = (html) => [...new DOMParser().parseFromString(html, "text/html")
            .querySelectorAll("head > *, body *")];
        const named = (html) => within(html).map((element) =>
            [element.localName, ...element.getAttributeNames()].join(" "));
        return {
            link: text("link"), preview: text("preview"), markdown: text("markdown"), frame: text("frame"),
            element: text("element"),
            elements: [...named(text("frame")), ...named(text("element"))],
            sources: within(text("frame")).map((frame) => frame.src),
        };
    "#;
    for attack in ATTACKS {
        // A small run on the model, which can be shared step by step.
        let mut said: Vec<_> = RESERVED.into_iter().map(|key| (key, attack)).collect();
        said.retain(|(key, _)| !["scenario", "engine"].contains(key));
        said.extend([
            ("engine", "model"),
            ("threads", "2"),
            ("increments", attack),
        ]);
        said.extend([("guard", attack), (attack, attack), ("increments", "1")]);
        let url = format!("{}/{}#{attack}", visit.site.url(), query("counter", &said));
        let page = Page::open(page.driver().clone(), &url).await?;
        page.ended().await?;
        page.click("Share").await?;
        page.until("the dialog is there", async |page| {
            page.has("dialog[open]").await
        })
        .await?;
        assert_eq!(traces(&page).await?, Vec::<String>::new(), "{attack}");
        // (The parser complains of the frame's style, and leaves it out.)
        let shared = page.driver().execute(read, vec![]).await?;
        let shared = shared.json();
        assert_eq!(
            shared["elements"],
            json!([
                "iframe src title width height style allow loading",
                "script async src",
                "lockstep-scenario scenario threads increments guard engine schedule step height",
            ]),
            "{shared}"
        );
        let count = |form: &str, what: char| {
            let text = shared[form].as_str().unwrap_or_default();
            text.matches(what).count()
        };
        // Those of the tags and the attributes, and no other.
        for (form, tags, attributes) in [("frame", 2, 7), ("element", 4, 9)] {
            assert_eq!(count(form, '<'), tags, "{shared}");
            assert_eq!(count(form, '>'), tags, "{shared}");
            assert_eq!(count(form, '"'), 2 * attributes, "{shared}");
        }
        for form in ["link", "preview", "markdown"] {
            assert_eq!(
                count(form, '<') + count(form, '>') + count(form, '"'),
                0,
                "{shared}"
            );
        }
        assert!(!shared.to_string().contains("hurt"), "{shared}");
    }
    visit.browser.quit().await
}

#[tokio::test]
async fn no_value_of_a_message_is_markup_or_runs() -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    let page = &visit.page;
    for scenario in SCENARIOS {
        let url = format!("{}/?scenario={scenario}", visit.site.url());
        let page = Page::open(page.driver().clone(), &url).await?;
        let params = scenario::find(scenario).expect("registered").params;
        for attack in ATTACKS {
            let all: Value = params
                .iter()
                .map(|p| (p.name.to_owned(), json!(attack)))
                .collect();
            for message in [
                json!({"type": "set", "params": all}),
                json!({"type": "set", "params": {attack: attack}}),
                json!({"type": "set", "params": {}, "theme": attack}),
            ] {
                let answer = page.ask(message.clone()).await?;
                assert_eq!(answer["type"], "error", "{message}");
            }
            let shown = format!("#param-{}-error", params[0].name);
            let beginning: String = attack.chars().take(12).collect();
            assert!(page.text(&shown).await.contains(&beginning), "{attack}");
            assert_eq!(
                traces(&page).await?,
                Vec::<String>::new(),
                "{scenario}: {attack}"
            );
        }
    }
    visit.end().await
}

#[tokio::test]
async fn the_player_and_its_poster_take_nothing_for_markup() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    // Not in a frame, where nobody would hear it complain.
    let page = Page::here(browser.driver());
    for attack in ATTACKS {
        for scenario in ["counter", "gather", attack] {
            let of = scenario::find(scenario).unwrap_or(scenario::default()).id;
            let mut said: Vec<_> = keys(of).into_iter().map(|key| (key, attack)).collect();
            said.retain(|(key, _)| *key != "scenario");
            said.extend([
                ("scenario", scenario),
                (attack, attack),
                ("increments", "5"),
            ]);
            let player = format!("{}/embed.html{}#{attack}", site.url(), query(of, &said));
            page.driver().goto(&player).await?;
            page.until("the poster is there", async |page| {
                page.has(".poster button").await
            })
            .await?;
            assert_eq!(traces(&page).await?, Vec::<String>::new(), "{player}");
            // Whoever asks for something has the player in the poster's place.
            let set = json!({"type": "set", "params": {attack: attack}, "theme": attack});
            assert_eq!(page.ask(set).await?["type"], "error");
            assert!(page.has(".notices li").await, "{player}");
            // The link has a schedule, which is run.
            page.ended().await?;
            assert_eq!(traces(&page).await?, Vec::<String>::new(), "{player}");
        }
    }
    browser.quit().await
}

/// The pages that a reader opens by themselves.
const PAGES: [&str; 5] = [
    "index.html",
    "embed.html",
    "guide.html",
    "teachers.html",
    "hosting.html",
];

/// Tries what the policy must forbid: `EFFECTS` shows what came of it.
const FORBIDDEN: &str = r#"
    window.hurt = [];
    window.reported = [];
    addEventListener("securitypolicyviolation", (event) => reported.push(event.effectiveDirective));
    const make = (name, attributes, text = "") => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = text;
        document.body.append(element);
        return element;
    };
    make("script", {}, "hurt.push('a script')");
    make("style", {}, "body { outline: 7px solid red }");
    make("p", { id: "styled", style: "border: 7px solid red" });
    make("button", { onclick: "hurt.push('a handler')" }).click();
    make("a", { href: "javascript:hurt.push('an address')" }).click();
    make("img", { src: arguments[0] }).onload = () => hurt.push("an image");
    // Not as a part of this script, which the browser's driver may do more with.
    setTimeout(() => {
        try { eval("hurt.push('eval')"); } catch {}
    });
"#;

const EFFECTS: &str = r#"
    const styled = getComputedStyle(document.getElementById("styled")).borderTopWidth;
    const outline = getComputedStyle(document.body).outlineWidth;
    const styles = [styled, outline].filter((width) => width === "7px");
    return { hurt: [...hurt, ...styles], reported: reported.toSorted() };
"#;

#[tokio::test]
async fn the_policy_forbids_and_reports_what_is_not_the_sites_own() -> Result {
    let browser = Browser::start().await?;
    let foreign = Site::serve_bare("dist").await?;
    let with_headers = Site::serve("dist").await?;
    let bare = Site::serve_bare("dist").await?;
    bare.hide_worker();
    // Who sends the policy has it in the page as well, and each of the two reports.
    let hosts = [(&with_headers, 2), (&bare, 1)];
    for ((site, policies), file) in hosts
        .into_iter()
        .flat_map(|host| PAGES.map(|file| (host, file)))
    {
        let driver = browser.driver();
        let url = format!("{}/{file}", site.url());
        driver.goto(&url).await?;
        let page = Page::here(driver.clone());
        // Before that it would be replaced.
        page.until("the page is there", async |page| page.has("main").await)
            .await?;
        let image = json!(format!("{}/pictures/bank.svg", foreign.url()));
        driver.execute(FORBIDDEN, vec![image]).await?;
        let reported = [
            "img-src",
            "script-src",
            "script-src-attr",
            // The script, and the address that is one.
            "script-src-elem",
            "script-src-elem",
            "style-src-attr",
            "style-src-elem",
        ];
        let reported = reported.map(|directive| vec![directive; policies]).concat();
        let wanted = json!({"hurt": [], "reported": reported});
        page.until(&format!("{url} has forbidden all of it"), async |page| {
            let effects = page.driver().execute(EFFECTS, vec![]).await;
            effects.is_ok_and(|effects| *effects.json() == wanted)
        })
        .await?;
    }
    assert_eq!(foreign.answered(), []);
    browser.quit().await
}

/// Where the first frame of a page is, and with what in its address.
async fn frame_address(course: &Course) -> Result<String> {
    course
        .within(0, async |page| {
            let address = page
                .driver()
                .execute("return location.href", vec![])
                .await?;
            Ok(address.json().as_str().unwrap_or_default().to_owned())
        })
        .await
}

#[tokio::test]
async fn strangers_may_frame_the_player_and_nothing_else() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start().await?;
    for page in [
        "?threads=3",
        "index.html?threads=3",
        "guide.html",
        "teachers.html",
        "hosting.html",
        "scenario/bank.html",
        "404.html",
    ] {
        let frame = format!("<iframe src='{}/{page}'></iframe>", site.url());
        let course = Course::open(&browser, &frame, Sends::Nothing).await?;
        let address = frame_address(&course).await?;
        assert_eq!(address, "chrome-error://chromewebdata/", "{page}");
    }
    let loaded = site.answered();
    let of_a_page = |path: &str| path.ends_with(".js") || path.ends_with(".css");
    assert!(
        !loaded.iter().any(|answered| of_a_page(&answered.path)),
        "{loaded:?}"
    );

    let player = format!("{}/embed.html?threads=3", site.url());
    let course = Course::open(
        &browser,
        &format!("<iframe src='{player}'></iframe>"),
        Sends::Nothing,
    )
    .await?;
    course.wait_for(0, "resize").await?;
    assert_eq!(frame_address(&course).await?, player);
    browser.quit().await
}

#[tokio::test]
async fn on_a_bare_host_the_site_in_a_strangers_frame_becomes_the_player() -> Result {
    let site = Site::serve_bare("dist").await?;
    site.hide_worker();
    let browser = Browser::start().await?;
    let query = "?scenario=bank&threads=3&theme=dark&balances=5%2C6";
    for page in ["", "index.html"] {
        let frame = format!("<iframe src='{}/{page}{query}'></iframe>", site.url());
        let course = Course::open(&browser, &frame, Sends::Nothing).await?;
        course.wait_for(0, "resize").await?;
        let player = format!("{}/embed.html{query}", site.url());
        assert_eq!(frame_address(&course).await?, player);
        let state = course.ask_at_once(0, json!({"type": "get"})).await?;
        assert_eq!(state["params"]["balances"], "5,6", "{state}");
        course
            .within(0, async |page| {
                assert!(!page.has(".pick").await);
                Ok(())
            })
            .await?;
    }
    browser.quit().await
}

#[tokio::test]
async fn the_site_may_frame_its_own_pages() -> Result {
    let browser = Browser::start().await?;
    let with_headers = Site::serve("dist").await?;
    let bare = Site::serve_bare("dist").await?;
    bare.hide_worker();
    for site in [with_headers, bare] {
        let driver = browser.driver();
        driver.goto(&format!("{}/guide.html", site.url())).await?;
        let script = "const frame = document.createElement('iframe'); \
                      frame.src = './?threads=3&guard=lock'; document.body.append(frame);";
        driver.execute(script, vec![]).await?;
        let page = Page::here(driver.clone());
        page.until("the site is in the frame", async |page| {
            let inside = "return frames[0]?.document.getElementById('title') !== null \
                          && frames[0].location.pathname + frames[0].location.search";
            let inside = page.driver().execute(inside, vec![]).await;
            inside.is_ok_and(|inside| {
                inside.json() == "/?scenario=counter&threads=3&increments=100000&guard=lock"
            })
        })
        .await?;
        assert_eq!(page.complaints().await?, Vec::<String>::new());
    }
    browser.quit().await
}
