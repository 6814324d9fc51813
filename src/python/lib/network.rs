//! The network, as programs see it: pages of the site are there, and whatever else they ask
//! for is answered by a script. It is theirs, in comments, or says 200 after 100 ms:
//!
//! ```text
//! # lockstep: https://example.org/missing 404 after 2 s
//! # lockstep: https://example.org/data 200 '{"items": 3}' after 50 ms
//! # lockstep: https://example.org/down no answer after 1 s
//! ```

use std::time::Duration;

/// What comes of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// None: there is no way to the server.
    pub status: Option<u16>,
    pub text: String,
    pub after: Duration,
}

const USUAL: Answer = Answer {
    status: Some(200),
    text: String::new(),
    after: Duration::from_millis(100),
};

/// What a program's comments say of an address.
pub fn answer(source: &str, url: &str) -> Answer {
    let scripts = source.lines().filter_map(|line| {
        let (_, script) = line.split_once("# lockstep:")?;
        let (of, script) = script.trim().split_once(char::is_whitespace)?;
        (of.trim_end_matches('/') == url.trim_end_matches('/')).then_some(script)
    });
    scripts.map(of_script).next().unwrap_or(USUAL)
}

/// What stands behind the address. What cannot be read is as usual.
fn of_script(script: &str) -> Answer {
    let mut answer = USUAL;
    let (mut rest, after) = match script.rsplit_once("after ") {
        Some((rest, after)) => (rest.trim(), time(after.trim())),
        None => (script.trim(), None),
    };
    if let Some(begin) = rest.find('\'')
        && let Some(text) = rest[begin + 1..].strip_suffix('\'')
    {
        answer.text = text.to_owned();
        rest = rest[..begin].trim();
    }
    if rest == "no answer" {
        answer.status = None;
    } else if let Ok(status) = rest.parse() {
        answer.status = Some(status);
    }
    answer.after = after.unwrap_or(USUAL.after);
    answer
}

/// `2 s`, `50 ms`.
fn time(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at(text.find(|c: char| c.is_ascii_alphabetic())?);
    let number: f64 = number.trim().parse().ok()?;
    let seconds = match unit.trim() {
        "s" => number,
        "ms" => number / 1e3,
        _ => return None,
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// What a status is called, by RFC 9110.
pub fn reason(status: i64) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        418 => "I'm a Teapot",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_say_what_an_address_answers() {
        let source = "import requests
# lockstep: https://a.org/x 404 after 2 s
print(1)  # lockstep: https://b.org no answer after 50 ms
# lockstep: https://c.org 200 '{\"a\": [1, 2]}'
# lockstep: https://d.org whatever after ever
";
        let known = |url: &str| {
            let Answer {
                status,
                text,
                after,
            } = answer(source, url);
            (status, text, after.as_millis())
        };
        let none = String::new;
        assert_eq!(known("https://a.org/x"), (Some(404), none(), 2_000));
        assert_eq!(known("https://b.org/"), (None, none(), 50));
        let text = "{\"a\": [1, 2]}".to_owned();
        assert_eq!(known("https://c.org"), (Some(200), text, 100));
        assert_eq!(known("https://d.org"), (Some(200), none(), 100));
        assert_eq!(known("https://a.org/"), (Some(200), none(), 100));
    }
}
