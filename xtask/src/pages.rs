//! What is made of the pages that Trunk has built, before they are served: Trunk's hook
//! calls it, in `cargo xtask build` and in `serve` alike.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// The line of `www/embed.html` that the player's links go into.
const PLAYER: &str = "<template id=\"player\"></template>";

/// `xtask finish`, called by Trunk.
pub fn finish() -> Result<()> {
    let staging = std::env::var_os("TRUNK_STAGING_DIR");
    let site = PathBuf::from(staging.context("Trunk calls this, when it has built the site.")?);
    finish_site(&site)
}

fn finish_site(site: &Path) -> Result<()> {
    let index = site.join("index.html");
    let built = fs::read_to_string(&index)?;
    let embed = site.join("embed.html");
    let player = fs::read_to_string(&embed)?;
    fs::write(&embed, with_player(&player, &links(&built))?)?;
    fs::write(&index, without_inline_scripts(&built)?)?;

    let policy = policy(&fs::read_to_string(site.join("_headers"))?)?;
    crate::published::publish(site, &policy)?;
    for page in pages(site)? {
        let text = fs::read_to_string(&page)?;
        let text = with_policy(&text, &policy)
            .with_context(|| format!("{} has no place for its policy", page.display()))?;
        fs::write(page, text)?;
    }
    Ok(())
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

/// The content security policy that `_headers` has for all paths.
fn policy(headers: &str) -> Result<String> {
    let policy = headers
        .lines()
        .find_map(|line| line.strip_prefix("  Content-Security-Policy: "));
    Ok(policy.context("_headers has no policy")?.to_owned())
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
