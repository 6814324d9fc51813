//! The guide leads nowhere but to its own questions and to scenarios as they are.

use lockstep::share;

fn attribute<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    let values = page.split(&start).skip(1);
    values.filter_map(|rest| rest.split('"').next()).collect()
}

#[test]
fn every_answer_opens_a_scenario_and_every_choice_a_question() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/www/guide.html");
    let page = std::fs::read_to_string(path).expect("the guide");
    let ids = attribute(&page, "id");
    let (mut answers, mut choices) = (0, 0);
    for link in attribute(&page, "href") {
        let link = link.replace("&amp;", "&");
        if let Some(query) = link.strip_prefix("./?") {
            let (opened, notices) = share::read(query);
            assert!(notices.is_empty(), "{link}: {notices:?}");
            assert!(query.starts_with(&format!("scenario={}", opened.scenario.id)));
            answers += 1;
        } else if let Some(id) = link.strip_prefix('#') {
            assert!(ids.contains(&id), "{link}");
            choices += 1;
        }
    }
    assert!(answers >= 20 && choices >= 20, "{answers}, {choices}");
    // Nothing is left that no choice leads to.
    let links = attribute(&page, "href");
    for id in ids {
        assert!(links.contains(&format!("#{id}").as_str()), "{id}");
    }
}
