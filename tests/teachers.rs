//! Whatever the page for teachers shows or has to be copied opens what it says, and works
//! where it is pasted.

use lockstep::share;

/// Attributes of the element that do not go into the link.
const OF_THE_ELEMENT: [&str; 2] = ["height", "id"];

fn page() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/teachers.html");
    std::fs::read_to_string(path).expect("the page")
}

/// The page, and what its snippets are once they are copied out of it.
fn page_and_copies() -> [String; 2] {
    let page = page();
    let copied: Vec<String> = (page.split("<pre ").skip(1))
        .filter_map(|rest| rest.split_once("<code>"))
        .map(|(_, rest)| {
            let (snippet, _) = rest.split_once("</code></pre>").expect("an end");
            let text = snippet.replace("&lt;", "<").replace("&gt;", ">");
            text.replace("&amp;", "&")
        })
        .collect();
    [page, copied.join("\n\n")]
}

/// The start tags of an element.
fn tags<'a>(text: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!("<{name} ");
    let tags = text.split(&start).skip(1);
    tags.filter_map(|rest| rest.split('>').next()).collect()
}

/// A tag's attributes: names and values.
fn attributes(tag: &str) -> Vec<(&str, String)> {
    let parts = tag.split("=\"").collect::<Vec<_>>();
    let named = parts.windows(2).map(|pair| {
        let name = pair[0].rsplit([' ', '\n', '"']).next().unwrap_or_default();
        let value = pair[1].split('"').next().unwrap_or_default();
        (name, value.replace("&amp;", "&"))
    });
    named.collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut attributes = attributes(tag).into_iter();
    attributes.find_map(|(other, value)| (other == name).then_some(value))
}

#[track_caller]
fn assert_opens(query: &str) {
    let (opened, notices) = share::read(query);
    assert!(notices.is_empty(), "{query}: {notices:?}");
    assert!(
        query.starts_with(&format!("scenario={}", opened.scenario.id)),
        "{query}"
    );
    // What is locked is a parameter of the scenario.
    let locked = query
        .split('&')
        .find_map(|pair| pair.strip_prefix("locked="));
    for name in locked.into_iter().flat_map(|names| names.split(',')) {
        let mut params = opened.params.iter();
        assert!(params.any(|(param, _)| param == name), "{query}: {name}");
    }
}

#[test]
fn every_address_of_a_frame_opens_a_scenario_as_it_is() {
    let mut count = 0;
    for text in page_and_copies() {
        let addresses = text.split("embed.html?").skip(1);
        for rest in addresses {
            let query = rest.split(['"', '\n', '<']).next().unwrap_or_default();
            assert_opens(&query.replace("&amp;", "&"));
            count += 1;
        }
    }
    // One live, and each of the snippets, which is in the page and copied out of it.
    assert_eq!(count, 1 + 2 * 6);
}

#[test]
fn every_element_opens_a_scenario_as_it_is() {
    let [page, copies] = page_and_copies();
    let elements = [
        tags(&page, "lockstep-scenario"),
        tags(&copies, "lockstep-scenario"),
    ]
    .concat();
    assert_eq!(elements.len(), 2 + 6);
    for element in elements {
        let pairs = attributes(element).into_iter();
        let pairs = pairs.filter(|(name, _)| !OF_THE_ELEMENT.contains(name));
        let query: Vec<String> = pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        assert_opens(&query.join("&"));
    }
    assert_eq!(copies.matches("/embed.js").count(), 6);
}

#[test]
fn every_frame_has_a_title_and_may_do_what_it_needs() {
    let [page, copies] = page_and_copies();
    let frames = [tags(&page, "iframe"), tags(&copies, "iframe")].concat();
    assert_eq!(frames.len(), 1 + 4);
    for frame in frames {
        assert!(attribute(frame, "title").is_some(), "{frame}");
        // Canvas would take it out, and has no use for it.
        if let Some(allow) = attribute(frame, "allow") {
            assert_eq!(allow, "cross-origin-isolated; clipboard-write");
        } else {
            assert!(frame.contains("scenario=barrier"), "{frame}");
        }
    }
}

#[test]
fn the_page_leads_nowhere_but_to_its_own_parts() {
    let page = page();
    let targets: Vec<String> = (page.split(" id=\"").skip(1))
        .filter_map(|rest| rest.split('"').next().map(str::to_owned))
        .collect();
    for link in tags(&page, "a") {
        let to = attribute(&format!(" {link}"), "href").expect(link);
        match to.strip_prefix('#') {
            Some(id) => assert!(targets.iter().any(|target| target == id), "{to}"),
            None => assert_eq!(to, "./"),
        }
    }
}
