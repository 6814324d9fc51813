//! The configurations of `hosting/`, read by the servers that they are for: what these send
//! is what `_headers` asks of a host, and the site runs on them.

mod server;

use std::fs;
use std::path::Path;

use axum::http::HeaderMap;
use e2e::{Browser, Page, Result, Rules, Site};
use serde_json::json;

use server::{At, Program, Server, site};

#[tokio::test]
async fn nginx_sends_what_is_asked_for() -> Result {
    sends_what_is_asked_for(Program::Nginx).await
}

#[tokio::test]
async fn caddy_sends_what_is_asked_for() -> Result {
    sends_what_is_asked_for(Program::Caddy).await
}

#[tokio::test]
async fn threads_run_on_nginx() -> Result {
    threads_run(Program::Nginx).await
}

#[tokio::test]
async fn threads_run_on_caddy() -> Result {
    threads_run(Program::Caddy).await
}

async fn sends_what_is_asked_for(program: Program) -> Result {
    for at in [At::Root, At::Folder] {
        let Some(server) = program.serve(at).await? else {
            continue;
        };
        let rules = Rules::of(&site())?;
        let mut paths = vec!["/".to_owned()];
        add_files(&site(), "/", &mut paths)?;
        for path in paths.iter().filter(|path| *path != "/_headers") {
            check_file(&server, &rules, path)
                .await
                .map_err(|error| format!("{program:?}, {at:?}, {path}: {error}"))?;
        }
        for path in ["/nothing", "/nothing.html", "/app-nothing.css", "/engines/"] {
            check_missing(&server, &rules, path)
                .await
                .map_err(|error| format!("{program:?}, {at:?}, {path}: {error}"))?;
        }
    }
    Ok(())
}

/// Adds the paths of all files of a folder of the site.
fn add_files(folder: &Path, path: &str, paths: &mut Vec<String>) -> Result {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_dir() {
            add_files(&entry.path(), &format!("{path}{name}/"), paths)?;
        } else {
            paths.push(format!("{path}{name}"));
        }
    }
    Ok(())
}

async fn check_file(server: &Server, rules: &Rules, path: &str) -> Result {
    let answer = server.get(path, &[]).await?;
    same("the status", answer.status().as_u16(), 200)?;
    let headers = answer.headers();
    for name in names(rules) {
        let mut asked = asked_for(rules, path, &name);
        if name == "cache-control" && asked.is_empty() {
            asked = vec!["no-cache".to_owned()];
        }
        same(&name, sent(headers, &name), asked)?;
    }
    let media_type = sent(headers, "content-type").join(", ");
    let media_type = media_type.split(';').next().unwrap_or_default();
    same("the media type", media_type, media_type_of(path)?)?;
    same("the encoding", sent(headers, "content-encoding"), vec![])?;

    let tag = sent(headers, "etag").join(", ");
    let again = server.get(path, &[("if-none-match", &tag)]).await?;
    same(
        "the status of what has not changed",
        again.status().as_u16(),
        304,
    )?;

    if path.ends_with(".wasm") {
        let packed = server.get(path, &[("accept-encoding", "gzip")]).await?;
        let encoding = sent(packed.headers(), "content-encoding");
        same("the encoding", encoding, vec!["gzip".to_owned()])?;
    }
    Ok(())
}

/// A missing file is told, with the headers without which its answer could not be read,
/// and not for ever.
async fn check_missing(server: &Server, rules: &Rules, path: &str) -> Result {
    let answer = server.get(path, &[]).await?;
    // nginx says so of a folder without an index.
    let expected = match (path.ends_with('/'), answer.status().as_u16()) {
        (true, 403) => 403,
        _ => 404,
    };
    same("the status", answer.status().as_u16(), expected)?;
    let isolation = ["cross-origin-", "document-isolation-"];
    for name in names(rules) {
        if isolation.iter().any(|start| name.starts_with(start)) {
            let asked = asked_for(rules, path, &name);
            same(&name, sent(answer.headers(), &name), asked)?;
        }
    }
    let kept = sent(answer.headers(), "cache-control");
    match kept.iter().all(|value| value == "no-cache") {
        true => Ok(()),
        false => Err(format!("is kept: {kept:?}").into()),
    }
}

/// The headers that the rules ask for anywhere.
fn names(rules: &Rules) -> Vec<String> {
    let somewhere = ["/", "/sw.js"];
    let sent = somewhere.iter().flat_map(|path| rules.sent(path));
    let mut names: Vec<String> = sent.map(|(name, _)| name.to_string()).collect();
    names.sort();
    names.dedup();
    names
}

fn asked_for(rules: &Rules, path: &str, name: &str) -> Vec<String> {
    let asked = rules.sent(path).filter(|(asked, _)| asked == name);
    asked
        .map(|(_, value)| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

fn sent(headers: &HeaderMap, name: &str) -> Vec<String> {
    let values = headers.get_all(name).iter();
    values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect()
}

fn media_type_of(path: &str) -> Result<&'static str> {
    let (_, ending) = path.rsplit_once('.').unwrap_or((path, "html"));
    Ok(match ending {
        "html" => "text/html",
        "css" => "text/css",
        "js" => "text/javascript",
        "py" | "rs" | "txt" => "text/plain",
        "json" => "application/json",
        "png" => "image/png",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "bin" => "application/octet-stream",
        _ => return Err("name its media type in this test and in hosting/".into()),
    })
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, is: T, should_be: T) -> Result {
    match is == should_be {
        true => Ok(()),
        false => Err(format!("{what} is {is:?} and should be {should_be:?}").into()),
    }
}

async fn threads_run(program: Program) -> Result {
    for at in [At::Root, At::Folder] {
        let Some(server) = program.serve(at).await? else {
            continue;
        };
        let browser = Browser::start().await?;
        let open = async |query: &str| {
            Page::open(browser.driver(), &format!("{}{query}", server.url())).await
        };
        let page = open("?guard=lock&increments=20000").await?;
        let pong = page.ask(json!({"type": "ping"})).await?;
        assert_eq!(pong["isolated"], true, "{program:?}, {at:?}");
        let ended = page.run().await?;
        assert_eq!(ended.verdict, "ok", "{program:?}, {at:?}");
        assert_eq!(ended.facts["counter"], 200_000);
        assert_eq!(page.complaints().await?, [""; 0]);

        let page = open("?scenario=scrape&pages=3&missing=1").await?;
        let result = page.ask(json!({"type": "run"})).await?;
        let facts = json!({"statuses": "200,200,404", "errors": 0});
        assert_eq!(result["facts"], facts, "{program:?}, {at:?}: {result}");
        browser.quit().await?;
    }
    Ok(())
}

#[tokio::test]
async fn the_page_about_them_fits_a_phone_and_its_code_scrolls() -> Result {
    let site = Site::serve("dist").await?;
    let browser = Browser::start_sized(360, 740).await?;
    let driver = browser.driver();
    driver.goto(format!("{}/hosting.html", site.url())).await?;
    let script = r#"
        const overflows = (element) => element.scrollWidth > element.clientWidth;
        const code = [...document.querySelectorAll("pre")];
        return [overflows(document.documentElement), code.length, code.some(overflows), complaints];
    "#;
    let shown = driver.execute(script, vec![]).await?;
    assert_eq!(*shown.json(), json!([false, 6, true, []]));
    browser.quit().await
}
