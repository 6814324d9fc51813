//! What is published of each scenario beside the app: a page to be shared, of which those
//! who show links make a preview, and a file by which others embed it (oEmbed 1.0).
//!
//! Both name the site's own address, which a static site does not know: it comes from
//! `$LOCKSTEP_SITE`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

/// Names the address at which the site will be, with a slash at its end.
const SITE: &str = "LOCKSTEP_SITE";

/// The size of `previews/*.png`; a test of `tests/pictures/` checks it.
const PREVIEW: (u32, u32) = (1200, 630);

/// The size of a frame, for those who ask by oEmbed.
const FRAME: (u32, u32) = (640, 480);

/// A scenario, as `scenarios.json` has it.
struct Scenario {
    id: String,
    title: String,
    description: String,
}

/// The address of the site, which ends with a slash.
struct Address(String);

/// Makes the pages, and the files if the site's address is known.
///
/// # Errors
/// If that is no address, or the scenarios are not described as they should be.
pub fn publish(site: &Path, policy: &str) -> Result<()> {
    let given = std::env::var(SITE).ok().filter(|given| !given.is_empty());
    let address = given.as_deref().map(Address::read).transpose()?;
    if address.is_none() {
        println!(
            "• ${SITE} is not set: links to scenarios are relative, which not all previews \
             take, and there is no oEmbed"
        );
    }
    publish_at(site, policy, address.as_ref())
}

fn publish_at(site: &Path, policy: &str, address: Option<&Address>) -> Result<()> {
    let list = site.join("scenarios.json");
    let list = fs::read_to_string(&list).with_context(|| list.display().to_string())?;
    let pages = site.join("scenario");
    fs::create_dir_all(&pages)?;
    let oembed = site.join("oembed");
    if address.is_some() {
        fs::create_dir_all(&oembed)?;
    }
    for scenario in scenarios(&list)? {
        let id = &scenario.id;
        let page = page(&scenario, address, policy);
        fs::write(pages.join(format!("{id}.html")), page)?;
        if let Some(address) = address {
            let answer = format!("{:#}\n", answer(&scenario, address));
            fs::write(oembed.join(format!("{id}.json")), answer)?;
        }
    }
    Ok(())
}

impl Address {
    fn read(given: &str) -> Result<Address> {
        let wanted =
            "It is to be the address of the site's folder, as https://example.org/lockstep/.";
        let rest = given
            .strip_prefix("https://")
            .or_else(|| given.strip_prefix("http://"));
        let Some(rest) = rest else {
            bail!("${SITE} is “{given}”, which does not begin with https:// or http://. {wanted}");
        };
        let known = |c: char| c.is_ascii_alphanumeric() || "-._~%/:[]+,".contains(c);
        if let Some(other) = rest.chars().find(|&c| !known(c)) {
            bail!("${SITE} is “{given}”, which has a “{other}”. {wanted}");
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        ensure!(
            host.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['),
            "${SITE} is “{given}”, which names no host. {wanted}"
        );
        ensure!(
            !path.ends_with(".html"),
            "${SITE} is “{given}”, which is a page. {wanted}"
        );
        Ok(Address(format!("{}/", given.trim_end_matches('/'))))
    }
}

/// The scenarios of `scenarios.json`.
fn scenarios(list: &str) -> Result<Vec<Scenario>> {
    let list: Vec<Value> = serde_json::from_str(list).context("scenarios.json")?;
    let scenario = |described: &Value| {
        let text = |key: &str| {
            let text = described[key].as_str().map(str::to_owned);
            text.with_context(|| format!("scenarios.json: no {key} in {described}"))
        };
        let id = text("id")?;
        // It becomes a file's name, and part of a link.
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        ensure!(
            !id.is_empty() && id.chars().all(plain),
            "scenarios.json: “{id}” is no id"
        );
        Ok(Scenario {
            id,
            title: text("title")?,
            description: text("description")?,
        })
    };
    list.iter().map(scenario).collect()
}

/// The page that is shared. `go.js` takes a reader on from it at once.
fn page(scenario: &Scenario, address: Option<&Address>, policy: &str) -> String {
    let id = &scenario.id;
    let title = escaped(&scenario.title);
    let description = escaped(&scenario.description);
    // The page is in a folder of the site.
    let base = address.map_or("../", |address| &address.0);
    let (width, height) = PREVIEW;
    let oembed = match address {
        None => String::new(),
        Some(Address(base)) => format!(
            "\n    <link rel=\"alternate\" type=\"application/json+oembed\" \
             href=\"{base}oembed/{id}.json\" title=\"{title}\" />"
        ),
    };
    format!(
        r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="{policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>{title} – Lockstep</title>
    <meta name="description" content="{description}" />
    <link rel="canonical" href="{base}scenario/{id}.html" />
    <meta property="og:type" content="website" />
    <meta property="og:site_name" content="Lockstep" />
    <meta property="og:title" content="{title}" />
    <meta property="og:description" content="{description}" />
    <meta property="og:url" content="{base}scenario/{id}.html" />
    <meta property="og:image" content="{base}previews/{id}.png" />
    <meta property="og:image:width" content="{width}" />
    <meta property="og:image:height" content="{height}" />
    <meta property="og:image:alt" content="A run of it: a lane for each thread" />
    <meta name="twitter:card" content="summary_large_image" />
    <meta name="twitter:title" content="{title}" />
    <meta name="twitter:description" content="{description}" />
    <meta name="twitter:image" content="{base}previews/{id}.png" />{oembed}
    <link rel="stylesheet" href="../tokens.css" />
    <link rel="stylesheet" href="../pages.css" />
    <script type="module" src="../go.js"></script>
  </head>
  <body>
    <header><a href="../">Lockstep</a><span>A scenario</span></header>
    <main>
      <h1>{title}</h1>
      <p>{description}</p>
      <p><img class="picture" src="../pictures/{id}.svg" width="640" height="240" alt="A run of it: a lane for each thread" /></p>
      <p><a id="open" href="../?scenario={id}">Open it</a></p>
    </main>
  </body>
</html>
"#
    )
}

/// The answer to who asks by oEmbed how to embed the scenario.
fn answer(scenario: &Scenario, Address(base): &Address) -> Value {
    let Scenario { id, title, .. } = scenario;
    let (width, height) = FRAME;
    let html = format!(
        "<iframe src=\"{base}embed.html?scenario={id}\" width=\"{width}\" height=\"{height}\" \
         title=\"{}\" allow=\"cross-origin-isolated; clipboard-write\" loading=\"lazy\"></iframe>",
        escaped(title)
    );
    json!({
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Lockstep",
        "provider_url": base,
        "thumbnail_url": format!("{base}previews/{id}.png"),
        "thumbnail_width": PREVIEW.0,
        "thumbnail_height": PREVIEW.1,
        "width": width,
        "height": height,
        "html": html,
    })
}

/// Text as it stands in a page, also within quotes.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "default-src 'none'; script-src 'self'";

    fn tricky() -> Scenario {
        Scenario {
            id: "lost-wakeup".to_owned(),
            title: "\"Wait\" & <wake>".to_owned(),
            description: "It's a > b & \"c\".".to_owned(),
        }
    }

    fn address(given: &str) -> Result<String, String> {
        let address = Address::read(given);
        address
            .map(|Address(address)| address)
            .map_err(|error| error.to_string())
    }

    fn example() -> Address {
        Address::read("https://example.org/lockstep/").expect("an address")
    }

    #[test]
    fn a_page_says_what_others_show_of_it() {
        let page = page(&tricky(), Some(&example()), POLICY);
        let title = "&quot;Wait&quot; &amp; &lt;wake&gt;";
        let site = "https://example.org/lockstep";
        for part in [
            format!("<title>{title} – Lockstep</title>"),
            format!("<h1>{title}</h1>"),
            format!("<meta property=\"og:title\" content=\"{title}\" />"),
            format!("<meta name=\"twitter:title\" content=\"{title}\" />"),
            "<meta property=\"og:description\" content=\"It's a &gt; b &amp; &quot;c&quot;.\" />"
                .to_owned(),
            "<meta property=\"og:type\" content=\"website\" />".to_owned(),
            "<meta name=\"twitter:card\" content=\"summary_large_image\" />".to_owned(),
            format!("<link rel=\"canonical\" href=\"{site}/scenario/lost-wakeup.html\" />"),
            format!("<meta property=\"og:url\" content=\"{site}/scenario/lost-wakeup.html\" />"),
            format!("<meta property=\"og:image\" content=\"{site}/previews/lost-wakeup.png\" />"),
            format!(
                "<link rel=\"alternate\" type=\"application/json+oembed\" \
                 href=\"{site}/oembed/lost-wakeup.json\" title=\"{title}\" />"
            ),
            format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\" />"),
            "<a id=\"open\" href=\"../?scenario=lost-wakeup\">Open it</a>".to_owned(),
        ] {
            assert!(page.contains(&part), "{part}\nis not in\n{page}");
        }
        // As the policy wants it.
        assert_eq!(page.matches("<script ").count(), 1);
        assert!(page.contains("<script type=\"module\" src=\"../go.js\"></script>"));
        assert!(!page.contains("style=") && !page.contains("<style"));
    }

    #[test]
    fn without_an_address_all_is_relative_and_nothing_leads_to_oembed() {
        let page = page(&tricky(), None, POLICY);
        assert!(!page.contains("://") && !page.contains("oembed"), "{page}");
        let image = "<meta property=\"og:image\" content=\"../previews/lost-wakeup.png\" />";
        assert!(page.contains(image), "{page}");
    }

    #[test]
    fn who_asks_by_oembed_gets_a_frame() {
        let answer = answer(&tricky(), &example());
        assert_eq!(answer["version"], "1.0");
        assert_eq!(answer["type"], "rich");
        assert_eq!(answer["title"], "\"Wait\" & <wake>");
        assert_eq!(
            (&answer["width"], &answer["height"]),
            (&json!(640), &json!(480))
        );
        assert_eq!(
            answer["html"],
            "<iframe src=\"https://example.org/lockstep/embed.html?scenario=lost-wakeup\" \
             width=\"640\" height=\"480\" title=\"&quot;Wait&quot; &amp; &lt;wake&gt;\" \
             allow=\"cross-origin-isolated; clipboard-write\" loading=\"lazy\"></iframe>"
        );
        assert_eq!(
            answer["thumbnail_url"],
            "https://example.org/lockstep/previews/lost-wakeup.png"
        );
    }

    #[test]
    fn an_address_ends_with_one_slash() {
        for (given, read) in [
            ("https://example.org", "https://example.org/"),
            ("https://example.org/", "https://example.org/"),
            ("http://localhost:8080/a/b//", "http://localhost:8080/a/b/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
        ] {
            assert_eq!(address(given).as_deref(), Ok(read));
        }
    }

    #[test]
    fn what_is_no_address_of_a_site_is_refused() {
        for (given, why) in [
            (
                "example.org/lockstep/",
                "does not begin with https:// or http://",
            ),
            (
                "ftp://example.org/",
                "does not begin with https:// or http://",
            ),
            ("https://", "names no host"),
            ("https:///lockstep/", "names no host"),
            ("https://example.org/?a=b", "has a “?”"),
            ("https://example.org/#a", "has a “#”"),
            ("https://example.org/ a", "has a “ ”"),
            ("https://example.org/\"><b>", "has a “\"”"),
            ("https://me@example.org/", "has a “@”"),
            ("https://example.org/index.html", "is a page"),
        ] {
            let error = address(given).expect_err(given);
            assert!(
                error.contains(&format!(", which {why}. It is to be")),
                "{error}"
            );
            assert!(
                error.starts_with(&format!("$LOCKSTEP_SITE is “{given}”")),
                "{error}"
            );
        }
    }

    #[test]
    fn each_scenario_gets_its_page_and_its_file() {
        let site = std::env::temp_dir().join(format!("lockstep-published-{}", std::process::id()));
        fs::create_dir_all(&site).expect("a folder");
        let list = r#"[{"id": "a-1", "title": "A", "description": "B."},
                       {"id": "c", "title": "C", "description": "D."}]"#;
        fs::write(site.join("scenarios.json"), list).expect("written");
        let files = |folder: &str| {
            let found = fs::read_dir(site.join(folder)).into_iter().flatten();
            let mut names: Vec<String> = found
                .map(|entry| entry.expect("a file").file_name().to_string_lossy().into())
                .collect();
            names.sort();
            names
        };
        publish_at(&site, POLICY, None).expect("published");
        assert_eq!(files("scenario"), ["a-1.html", "c.html"]);
        assert!(!site.join("oembed").exists());
        publish_at(&site, POLICY, Some(&example())).expect("published");
        assert_eq!(files("oembed"), ["a-1.json", "c.json"]);
        let answer = fs::read_to_string(site.join("oembed/c.json")).expect("a file");
        let answer: Value = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(answer["title"], "C");
        fs::remove_dir_all(&site).expect("removed");
    }

    #[test]
    fn a_list_that_is_none_is_refused() {
        for (list, why) in [
            ("[{\"id\": \"a\"}]", "no title in"),
            (
                "[{\"id\": \"../a\", \"title\": \"\", \"description\": \"\"}]",
                "“../a” is no id",
            ),
            ("{}", "scenarios.json"),
        ] {
            let error = scenarios(list).err().expect(list);
            assert!(format!("{error:#}").contains(why), "{error:#}");
        }
    }
}
