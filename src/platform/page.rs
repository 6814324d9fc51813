//! Pages of the site, as threads ask for them.

use std::time::Duration;

/// A page of the site itself, and what an engine without a network answers for it.
pub struct Page {
    path: String,
    script: Script,
}

/// What comes of a request on an engine that plays it by a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Script {
    pub answer: Result<u16, Unreachable>,
    /// How long the answer takes.
    pub after: Duration,
}

/// No answer came: there is no way to the server, or it took too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

impl Page {
    /// The page at a path below the site's root.
    ///
    /// # Panics
    /// If the path could lead anywhere else: requests never leave the site, and paths
    /// are the programs' own.
    pub fn new(path: impl Into<String>, script: Script) -> Page {
        let path = path.into();
        assert!(is_below_the_root(&path), "no path of the site: {path}");
        Page { path, script }
    }

    /// Relative to the site's root.
    pub fn path(&self) -> &str {
        &self.path
    }

    pub fn script(&self) -> Script {
        self.script
    }
}

/// Whether a path has names of plain characters alone: no scheme, no host, no way up,
/// no query.
fn is_below_the_root(path: &str) -> bool {
    path.split('/').all(|name| {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !name.is_empty() && name.chars().all(plain) && !name.chars().all(|c| c == '.')
    })
}

/// Whether an address that a program asks for is one of the site itself: a path as above,
/// or the root, and perhaps a query.
pub fn is_of_the_site(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    path.is_empty() || is_below_the_root(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_another_host_is_known_however_it_is_written() {
        for url in ["", "?7", "index.html?a=//b", "guide.html#top"] {
            assert!(is_of_the_site(url), "{url}");
        }
        for url in [
            "//host/x",
            "/\\host",
            "\\\\host",
            "/\t/host",
            "https:host",
            "data:text/html,x",
            "../x",
            "a//b",
        ] {
            assert!(!is_of_the_site(url), "{url}");
        }
    }

    #[test]
    fn a_path_never_leads_out_of_the_site() {
        for path in ["index.html", "listings/python/return-values.py", "a_b.c/d"] {
            assert!(is_below_the_root(path), "{path}");
        }
        for path in [
            "",
            "/",
            "/index.html",
            "//example.org/index.html",
            "https://example.org",
            "https:/example.org",
            "..",
            "../other/index.html",
            "listings/../../other",
            "listings/./index.html",
            "listings//index.html",
            "\\\\example.org",
            "index.html?query",
            "index.html#part",
            "%2e%2e/other",
            "a b",
        ] {
            assert!(!is_below_the_root(path), "{path}");
        }
    }
}
