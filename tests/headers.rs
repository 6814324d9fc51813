//! What hosts are asked to send is said in several places: that all say the same, and that
//! no page is forgotten.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files of a folder.
fn files(folder: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(path).expect("a folder of the checkout");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    names
        .map(|name| name.to_string_lossy().into_owned())
        .collect()
}

type Headers = BTreeSet<(String, String)>;

/// The rules of `_headers`, by path.
fn rules() -> BTreeMap<String, Headers> {
    let mut rules: BTreeMap<String, Headers> = BTreeMap::new();
    let mut path = String::new();
    for line in read("static/_headers").lines() {
        match line.trim().split_once(": ") {
            Some((name, value)) if line.starts_with("  ") => {
                let headers = rules.get_mut(&path).expect("a path before its headers");
                headers.insert((name.to_owned(), value.to_owned()));
            }
            _ if line.starts_with('/') => {
                path = line.to_owned();
                rules.insert(path.clone(), Headers::new());
            }
            _ => assert!(line.is_empty() || line.starts_with('#'), "{line}"),
        }
    }
    rules
}

#[test]
fn trunk_isolates_the_site_as_a_host_does() {
    let trunk = read("Trunk.toml");
    let headers = trunk
        .lines()
        .find_map(|line| line.strip_prefix("headers = "));
    let quoted: Vec<&str> = (headers.expect("headers").split('"'))
        .skip(1)
        .step_by(2)
        .collect();
    let served: Headers = quoted
        .chunks(2)
        .map(|pair| (pair[0].to_owned(), pair[1].to_owned()))
        .collect();
    let isolates = |name: &str| name.starts_with("Cross-Origin-") || name.contains("Isolation");
    let mut asked = rules()["/*"].clone();
    asked.retain(|(name, _)| isolates(name));
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert_eq!(served, asked);
}

#[test]
fn strangers_may_frame_no_page_but_the_player() {
    let name = "Content-Security-Policy".to_owned();
    let guarded = Headers::from([(name, "frame-ancestors 'self'".to_owned())]);
    let rules = rules();
    let pages: Vec<String> = files("www")
        .into_iter()
        .filter_map(|file| Some(file.strip_suffix(".html")?.to_owned()))
        .collect();
    assert!(pages.len() >= 4, "{pages:?}");
    for page in pages {
        for path in [format!("/{page}"), format!("/{page}.html")] {
            let expected = (page != "embed").then_some(&guarded);
            assert_eq!(rules.get(&path), expected, "{path}");
        }
    }
    assert_eq!(rules.get("/"), Some(&guarded));
}

#[test]
fn no_path_has_two_rules_for_how_long_it_is_kept() {
    let rules = rules();
    let keeps = |headers: &Headers| headers.iter().any(|(name, _)| name == "Cache-Control");
    let starts: Vec<&str> = (rules.iter())
        .filter(|(_, headers)| keeps(headers))
        .map(|(path, _)| path.trim_end_matches('*'))
        .collect();
    assert!(starts.len() >= 4, "{starts:?}");
    for start in &starts {
        let fits = starts.iter().filter(|other| other.starts_with(start));
        assert_eq!(fits.count(), 1, "{start}");
    }
}

#[test]
fn the_servers_are_told_to_send_every_header() {
    for file in ["hosting/nginx.conf", "hosting/Caddyfile"] {
        let config = read(file);
        for (name, value) in rules().into_values().flatten() {
            assert!(config.contains(&name), "{file} has no {name}");
            assert!(
                config.contains(&format!("\"{value}\"")),
                "{file}: {name}: {value}"
            );
        }
        for (name, value) in &rules()["/*"] {
            assert!(
                config.contains(&format!("{name} \"{value}\"")),
                "{file}: {name}"
            );
        }
    }
}

#[test]
fn the_page_about_hosting_shows_the_configurations_as_they_are() {
    let page = read("www/hosting.html");
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let configurations = files("hosting");
    assert_eq!(configurations.len(), 4, "{configurations:?}");
    for file in configurations {
        let (_, shown) = page
            .split_once(&format!("<pre id=\"{file}\""))
            .unwrap_or_else(|| panic!("{file} is not shown"));
        let (_, shown) = shown.split_once("<code>").expect("a beginning");
        let (shown, _) = shown.split_once("</code>").expect("an end");
        let shown = (shown.replace("&lt;", "<").replace("&gt;", ">")).replace("&amp;", "&");
        assert_eq!(
            words(&shown),
            words(&read(&format!("hosting/{file}"))),
            "{file}"
        );
    }
}
