//! What is made of the pages that Trunk has built, before they are served: Trunk's hook
//! calls it, in `cargo xtask build` and in `serve` alike.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::command::{found, run};

/// The line of `www/embed.html` that the player's links go into.
const PLAYER: &str = "<template id=\"player\"></template>";

/// Set where the site is built to be served while it is worked on: its service worker
/// then keeps nothing, so that a reload shows what was built last.
pub const IS_SERVED: &str = "LOCKSTEP_IS_SERVED";

/// Files that the service worker does not keep: hosts read them, or other sites do.
const NOT_KEPT: [&str; 7] = [
    "_headers",
    "404.html",
    "sw.js",
    "oembed/",
    "pictures/",
    "previews/",
    "scenario/",
];

/// `xtask finish`, called by Trunk.
pub fn finish() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR");
    let site = PathBuf::from(staging.context("Trunk calls this, when it has built the site.")?);
    finish_site(&site)
}

fn finish_site(site: &Path) -> Result<()> {
    join_styles(site, &crate::root().join("www"))?;
    shorten_names(site)?;
    crate::editor::bundle(site)?;
    provide_library(site, &crate::root().join("src/python/lib"))?;
    minify(site)?;
    let engines = name_engines(site)?;
    let index = site.join("index.html");
    let built = with_engines(&fs::read_to_string(&index)?, &engines)?;
    let embed = site.join("embed.html");
    let player = with_engines(&fs::read_to_string(&embed)?, &engines)?;
    fs::write(&embed, with_player(&player, &links(&built))?)?;
    fs::write(&index, without_inline_scripts(&built)?)?;

    let rules = rules(&fs::read_to_string(site.join("_headers"))?);
    let policy = policy(&rules)?;
    crate::published::publish(site, &policy)?;
    for page in pages(site)? {
        let text = fs::read_to_string(&page)?;
        let text = with_policy(&text, &policy)
            .with_context(|| format!("{} has no place for its policy", page.display()))?;
        fs::write(page, text)?;
    }

    let worker = site.join("sw.js");
    let script = fs::read_to_string(&worker)?;
    let known = what_it_consists_of(site, &rules)?;
    fs::write(&worker, format!("const SITE = {known};\n{script}"))?;
    Ok(())
}

/// Puts the style sheets that the app's imports in their places, so that one file is loaded,
/// and names that after what is in it.
fn join_styles(site: &Path, sources: &Path) -> Result<()> {
    let entries = fs::read_dir(site)?.collect::<std::io::Result<Vec<_>>>()?;
    let names = entries.iter().map(|entry| entry.file_name().into_string());
    let is_the_apps = |name: &String| name.starts_with("app-") && name.ends_with(".css");
    let name = names.filter_map(Result::ok).find(is_the_apps);
    let name = name.context("the app has no style sheet")?;
    let mut joined = String::new();
    for line in fs::read_to_string(site.join(&name))?.lines() {
        let imported = line.strip_prefix("@import \"");
        match imported.and_then(|rest| rest.strip_suffix("\";")) {
            Some(part) => {
                joined += &fs::read_to_string(sources.join(part)).context(part.to_owned())?
            }
            None => joined += line,
        }
        joined.push('\n');
    }
    let digest = format!("{:x}", Sha256::digest(&joined));
    let named = format!("app-{}.css", &digest[..16]);
    fs::remove_file(site.join(&name))?;
    fs::write(site.join(&named), joined)?;
    let index = site.join("index.html");
    fs::write(&index, fs::read_to_string(&index)?.replace(&name, &named))?;
    Ok(())
}

/// Puts the library that is written in Python beside its compiler, which fetches what a program
/// imports.
fn provide_library(site: &Path, sources: &Path) -> Result<()> {
    for file in files_of(sources)? {
        if file.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        let to = site.join("library").join(file.strip_prefix(sources)?);
        fs::create_dir_all(to.parent().context("a folder")?)?;
        fs::copy(&file, to)?;
    }
    Ok(())
}

/// Has each module and its script call each other by short names.
fn shorten_names(site: &Path) -> Result<()> {
    const MODULE: &str = "_bg.wasm";
    for module in files_of(site)? {
        let name = module.to_string_lossy();
        if let Some(name) = name.strip_suffix(MODULE) {
            crate::names::shorten(&module, Path::new(&format!("{name}.js")))?;
        }
    }
    Ok(())
}

/// Names the folder of the engines' modules after what is in it, so that a page can only
/// meet those that it was built with, whatever a host or a browser has cached: the name.
fn name_engines(site: &Path) -> Result<String> {
    let folder = site.join("engines");
    let mut contents = Sha256::new();
    for file in files_of(&folder)? {
        contents.update(fs::read(&file)?);
    }
    let digest = format!("{:x}", contents.finalize());
    let name = format!("engines-{}", &digest[..16]);
    fs::rename(folder, site.join(&name))?;
    Ok(name)
}

/// A page that says where its engines are: see `web::page::engines`.
///
/// # Errors
/// If it has no place for it.
fn with_engines(page: &str, engines: &str) -> Result<String> {
    const ROOT: &str = "<html lang=\"en\"";
    match page.contains(ROOT) {
        true => Ok(page.replace(ROOT, &format!("{ROOT} data-engines=\"{engines}\""))),
        false => bail!("the page has no root element that is known"),
    }
}

/// The pages of a folder of the site.
fn pages(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut pages = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "html")
        {
            pages.push(path);
        }
    }
    pages.sort();
    Ok(pages)
}

/// The links of the built page that load the app: its style sheet, its module and what
/// goes with it, which are named after their contents.
fn links(built: &str) -> String {
    let is_wanted = |tag: &&str| {
        let wanted = ["rel=\"modulepreload\"", "rel=\"preload\"", "href=\"./app-"];
        wanted.iter().any(|part| tag.contains(part))
    };
    let tags = built.match_indices("<link ").filter_map(|(at, _)| {
        let tag = &built[at..];
        Some(&tag[..=tag.find('>')?])
    });
    tags.filter(is_wanted).collect()
}

/// The player's page with the links of the app, which it loads once it is asked for.
///
/// # Errors
/// If the page has no place for them, or there are not all of them.
fn with_player(page: &str, links: &str) -> Result<String> {
    if links.matches("<link ").count() != 3 || !page.contains(PLAYER) {
        bail!("embed.html cannot be made: the app's links are {links:?}");
    }
    let player = PLAYER.replace("></", &format!(">{links}</"));
    Ok(page.replace(PLAYER, &player))
}

/// The page without Trunk's inline script, which the policy forbids: `start.js` does what
/// it does.
///
/// # Errors
/// If it has not the one that is known.
fn without_inline_scripts(built: &str) -> Result<String> {
    let script = "<script type=\"module\">";
    let parts: Vec<&str> = built.split(script).collect();
    let [before, rest] = parts[..] else {
        bail!("index.html has {} inline scripts", parts.len() - 1);
    };
    let (_, after) = rest
        .split_once("</script>")
        .context("a script without end")?;
    Ok(format!("{before}{after}"))
}

/// Makes all scripts and style sheets small, what wasm-bindgen writes above all: a fifth of
/// what it takes to load. Without esbuild they stay as they are.
fn minify(site: &Path) -> Result<()> {
    if !found("esbuild") {
        println!("• esbuild is not here, since npm is not: nothing is minified");
        return Ok(());
    }
    let mut files = files_of(site)?;
    files.retain(|file| file.extension().is_some_and(|of| of == "js" || of == "css"));
    let mut esbuild = Command::new("esbuild");
    esbuild.args(["--minify", "--log-level=warning", "--allow-overwrite"]);
    for folder in ["--outdir", "--outbase"] {
        esbuild.arg(format!("{folder}={}", site.display()));
    }
    run(esbuild.args(files))
}

/// What the service worker has to know of the site, see `www/sw.js`.
fn what_it_consists_of(site: &Path, rules: &[Rule]) -> Result<Value> {
    let mut files = BTreeMap::new();
    // The worker's own text is part of what it is, before it is known what it is told.
    let mut whole = Sha256::new_with_prefix(fs::read(site.join("sw.js"))?);
    for path in files_of(site)? {
        let name = path
            .strip_prefix(site)?
            .to_string_lossy()
            .replace('\\', "/");
        if !NOT_KEPT.iter().any(|prefix| name.starts_with(prefix)) {
            let digest = format!("{:x}", Sha256::digest(fs::read(&path)?));
            whole.update(format!("{name} {digest}"));
            files.insert(name, digest);
        }
    }
    // Who may frame a page the host has to say: in a frame that is made already, the page
    // turns into the player by itself.
    let rules = rules.iter();
    let rules = rules.filter(|(_, _, value)| !value.starts_with("frame-ancestors"));
    let rules: Vec<_> = rules.map(|rule| json!(rule)).collect();
    Ok(json!({
        "version": format!("{:x}", whole.finalize()),
        "files": files,
        "rules": rules,
        "keeps": std::env::var_os(IS_SERVED).is_none(),
    }))
}

/// All files in a folder and those in it, in order.
fn files_of(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => files.extend(files_of(&path)?),
            false => files.push(path),
        }
    }
    files.sort();
    Ok(files)
}

/// A rule of `_headers`: for which paths, which header, and its value.
type Rule = (String, String, String);

/// The rules of a `_headers` file, in its order.
fn rules(file: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    let mut pattern = "";
    for line in file.lines().filter(|line| !line.starts_with('#')) {
        match line.trim().split_once(": ") {
            Some((name, value)) if line.starts_with(' ') => {
                rules.push((pattern.to_owned(), name.to_owned(), value.to_owned()));
            }
            _ => pattern = line.trim(),
        }
    }
    rules
}

/// The content security policy that the rules have for all paths.
fn policy(rules: &[Rule]) -> Result<String> {
    let policy = rules
        .iter()
        .find(|(pattern, name, _)| pattern == "/*" && name == "Content-Security-Policy");
    Ok(policy.context("_headers has no policy")?.2.clone())
}

/// The page with the policy in itself, for hosts that send no headers.
fn with_policy(page: &str, policy: &str) -> Option<String> {
    let charset = "<meta charset=\"utf-8\" />";
    let at = page.find(charset)? + charset.len();
    let (before, after) = page.split_at(at);
    Some(format!(
        "{before}\n    <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\" />{after}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn www(name: &str) -> String {
        let path = crate::root().join("www").join(name);
        fs::read_to_string(path).expect("a file of www/")
    }

    const BUILT: &str = r#"<head><meta charset="utf-8" />
        <link rel="stylesheet" href="tokens.css" />
        <link rel="stylesheet" href="./app-1.css" integrity="x"/>
        <script type="module" src="start.js"></script>
        <script type="module">
        import init from './lockstep-1.js';
        </script>
        <link rel="modulepreload" href="./lockstep-1.js"><link rel="preload" href="./lockstep-1_bg.wasm" as="fetch"></head>"#;

    #[test]
    fn the_player_gets_the_links_of_the_page_and_the_page_loses_its_inline_script() {
        let player = with_player(&www("embed.html"), &links(BUILT)).expect("a place for them");
        for link in ["./app-1.css", "./lockstep-1.js", "./lockstep-1_bg.wasm"] {
            assert_eq!(
                player.matches(&format!("href=\"{link}\"")).count(),
                1,
                "{link}"
            );
        }
        let page = without_inline_scripts(BUILT).expect("one script");
        assert!(page.contains("start.js") && !page.contains("import init"));
        assert!(without_inline_scripts(&page).is_err());
        assert!(with_player(&www("embed.html"), "").is_err());
    }

    #[test]
    fn the_apps_style_sheet_has_all_that_it_imports_and_is_named_after_it() {
        let site = std::env::temp_dir().join(format!("lockstep-styles-{}", std::process::id()));
        fs::create_dir_all(site.join("styles")).expect("a folder");
        let write = |name: &str, text: &str| fs::write(site.join(name), text).expect("a file");
        let join = |part: &str| {
            write("app-1.css", "/* All. */\n@import \"styles/part.css\";\n");
            write("index.html", "<link href=\"app-1.css\">");
            write("styles/part.css", part);
            join_styles(&site, &site).expect("a style sheet");
            let index = fs::read_to_string(site.join("index.html")).expect("a page");
            let name = index.split('"').nth(1).expect("a link").to_owned();
            let text = fs::read_to_string(site.join(&name)).expect("the style sheet");
            fs::remove_file(site.join(&name)).expect("it was there");
            (name, text)
        };
        let (name, text) = join("a {}");
        assert_eq!(text, "/* All. */\na {}\n");
        let (other, _) = join("b {}");
        assert_ne!(name, other);
        fs::remove_dir_all(&site).expect("it is ours");
        // Each of them is imported.
        let styles = fs::read_dir(crate::root().join("www/styles")).expect("www/styles/");
        for part in styles.map(|part| part.expect("a file").file_name()) {
            let import = format!("@import \"styles/{}\";", part.to_string_lossy());
            assert!(www("app.css").contains(&import), "{import}");
        }
    }

    #[test]
    fn each_page_has_a_place_for_its_policy_and_nothing_that_it_forbids() {
        for page in pages(&crate::root().join("www")).expect("www/") {
            let text = fs::read_to_string(&page).expect("a page");
            let page = page.display();
            assert!(with_policy(&text, "default-src 'none'").is_some(), "{page}");
            // Tags alone: what a page tells to write elsewhere is text in it.
            for tag in text.split('<').filter_map(|rest| rest.split('>').next()) {
                let forbidden = [" style=", " onclick=", " onload=", "javascript:"];
                let forbids = tag == "style" || forbidden.iter().any(|part| tag.contains(part));
                assert!(!forbids, "{page}: <{tag}>");
            }
        }
    }

    #[test]
    fn the_element_is_under_three_kilobytes() {
        let script = www("embed.js");
        let code = script.lines().map(str::trim);
        let code = code.filter(|line| !line.starts_with("//"));
        let served: String = code.map(|line| format!("{line}\n")).collect();
        assert!(served.len() < 3000, "{} bytes", served.len());
        assert!(served.contains("customElements.define"));
    }

    #[test]
    fn another_version_of_any_file_is_another_version_of_the_site() {
        let site = std::env::temp_dir().join(format!("lockstep-pages-{}", std::process::id()));
        fs::create_dir_all(site.join("engines")).expect("a folder");
        let write = |name: &str, text: &str| fs::write(site.join(name), text).expect("a file");
        write("sw.js", "");
        write("index.html", "a page");
        write("engines/x.js", "1");
        write("404.html", "not here");
        let consists_of = || what_it_consists_of(&site, &[]).expect("its files");
        let first = consists_of();
        let files = first["files"].as_object().expect("names and digests");
        assert_eq!(
            files.keys().collect::<Vec<_>>(),
            ["engines/x.js", "index.html"]
        );
        assert_eq!(first, consists_of());
        write("engines/x.js", "2");
        let second = consists_of();
        assert_ne!(first["version"], second["version"]);
        assert_eq!(first["files"]["index.html"], second["files"]["index.html"]);
        fs::remove_dir_all(&site).expect("it is ours");
    }

    #[test]
    fn rules_are_read_as_hosts_read_them() {
        let file = "/*\n  A: 1\n  B: 2; x: 3\n\n/index.html\n  A: 4\n";
        let rule = |p: &str, n: &str, v: &str| (p.to_owned(), n.to_owned(), v.to_owned());
        assert_eq!(
            rules(file),
            [
                rule("/*", "A", "1"),
                rule("/*", "B", "2; x: 3"),
                rule("/index.html", "A", "4"),
            ]
        );
    }
}
