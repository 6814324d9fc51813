//! Links that somebody has mangled: good ones, changed in ways that a mail program, a
//! person or an attacker would. For the native tests, and for those in the browser, whose
//! package takes this file in.

/// What a value may be replaced by, or get into its middle.
const NASTY: [&str; 34] = [
    "",
    " ",
    "0",
    "-1",
    "+7",
    "007",
    "64",
    "65",
    "1.5",
    "1e3",
    "0x10",
    "99999999999999999999999999",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551615",
    "18446744073709551616",
    "NaN",
    "none",
    "lock",
    "true",
    "1,2,3",
    ",,,",
    "threads,events,,threads",
    "AQEBgA",
    "AQH_____Dw",
    "A===",
    "!!!!",
    "zwölf",
    "１２",
    "\u{202e}\u{0}\u{1b}[2J\r\n\t",
    "\u{1f9f5}\u{fffd}\u{feff}",
    "<img src=x onerror=window.hurt=1>",
    "\"'><script>window.hurt=1</script>",
    "javascript:window.hurt=1",
];

const RESERVED: [&str; 13] = [
    "scenario",
    "engine",
    "seed",
    "schedule",
    "step",
    "speed",
    "theme",
    "locked",
    "hide",
    "autorun",
    "clock",
    "v",
    "__proto__",
];

/// One change, by three numbers: what, where and with what.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    pub kind: u8,
    pub at: u16,
    pub with: u16,
}

/// The links of `links.txt`, without what they show.
pub fn good_links() -> Vec<&'static str> {
    let lines = include_str!("../links.txt").lines();
    lines.filter(|line| line.starts_with('?')).collect()
}

/// A good link after some mutations; it begins with its `?`.
pub fn mutated(link: &str, mutations: &[Mutation]) -> String {
    let mut bytes = link.trim_start_matches('?').as_bytes().to_vec();
    for mutation in mutations {
        mutation.apply(&mut bytes);
    }
    format!("?{}", String::from_utf8_lossy(&bytes))
}

impl Mutation {
    fn apply(self, link: &mut Vec<u8>) {
        let (at, with) = (usize::from(self.at), usize::from(self.with));
        let place = at % (link.len() + 1);
        match self.kind % 12 {
            0 => {
                if let Some(byte) = link.get_mut(place) {
                    *byte ^= 1 << (with % 8);
                }
            }
            1 => link.insert(place, with as u8),
            2 => {
                let end = usize::min(place + 1 + with % 8, link.len());
                link.drain(place..end);
            }
            3 => insert(link, place, format!("%{:02X}", with as u8).as_bytes()),
            4 => insert(link, place, [&b"%"[..], b"%G1", b"%4", b"%u0041"][with % 4]),
            5 => insert(link, place, &written(with)),
            6 => change(link, |pairs| {
                let at = at % pairs.len();
                pairs[at] = turned_around(&pairs[at]);
            }),
            7 => change(link, |pairs| {
                let (one, other) = (at % pairs.len(), with % pairs.len());
                let (key, value) = split(&pairs[one]);
                let (other_key, other_value) = split(&pairs[other]);
                (pairs[one], pairs[other]) = (joined(key, other_value), joined(other_key, value));
            }),
            8 => change(link, |pairs| {
                let at = at % pairs.len();
                pairs[at] = joined(split(&pairs[at]).0, &written(with));
            }),
            9 => change(link, |pairs| {
                let again = joined(split(&pairs[at % pairs.len()]).0, &written(with));
                pairs.insert(with % (pairs.len() + 1), again);
            }),
            10 => change(link, |pairs| {
                pairs.remove(at % pairs.len());
            }),
            _ => change(link, |pairs| {
                let key = RESERVED[at % RESERVED.len()].as_bytes();
                pairs.push(joined(key, &written(with)));
            }),
        }
    }
}

/// Something nasty as it stands in a link: raw or escaped, and now and then very long.
fn written(with: usize) -> Vec<u8> {
    let text = NASTY[with % NASTY.len()];
    let (escaped, long) = (with / NASTY.len() % 2 == 1, with.is_multiple_of(97));
    let text = text.repeat(if long { 300 } else { 1 });
    if !escaped {
        return text.into_bytes();
    }
    text.bytes()
        .flat_map(|b| format!("%{b:02x}").into_bytes())
        .collect()
}

fn insert(link: &mut Vec<u8>, place: usize, bytes: &[u8]) {
    link.splice(place..place, bytes.iter().copied());
}

/// Changes the list of pairs, which is never empty.
fn change(link: &mut Vec<u8>, act: impl FnOnce(&mut Vec<Vec<u8>>)) {
    let mut pairs: Vec<_> = link.split(|&b| b == b'&').map(<[u8]>::to_vec).collect();
    act(&mut pairs);
    *link = pairs.join(&b'&');
}

fn split(pair: &[u8]) -> (&[u8], &[u8]) {
    match pair.iter().position(|&b| b == b'=') {
        Some(at) => (&pair[..at], &pair[at + 1..]),
        None => (pair, &[]),
    }
}

fn joined(key: &[u8], value: &[u8]) -> Vec<u8> {
    [key, b"=", value].concat()
}

fn turned_around(pair: &[u8]) -> Vec<u8> {
    let (key, value) = split(pair);
    joined(value, key)
}
