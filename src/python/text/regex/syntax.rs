//! The syntax of patterns: CPython's `Lib/re/_parser.py` is what it is measured against.

use super::classes::{Item, Kind, Set};

pub type Flags = u32;

/// The flags, with the numbers that they have in Python.
pub mod flags {
    use super::Flags;

    pub const IGNORECASE: Flags = 2;
    pub const LOCALE: Flags = 4;
    pub const MULTILINE: Flags = 8;
    pub const DOTALL: Flags = 16;
    pub const UNICODE: Flags = 32;
    pub const VERBOSE: Flags = 64;
    pub const ASCII: Flags = 256;
}

/// What is wrong with a pattern, and where.
#[derive(Debug)]
pub struct Wrong {
    pub text: String,
    /// In characters; None: it is the pattern as a whole.
    pub position: Option<usize>,
}

#[derive(Debug)]
pub enum Node {
    Char(char, IgnoresCase),
    Set(Set),
    /// `^`, of each line or of the text.
    Start(Lines),
    End(Lines),
    /// `\A` and `\Z`.
    First,
    Last,
    /// `\b`, or `\B`.
    Boundary {
        ascii: bool,
        not: bool,
    },
    Group(Option<usize>, Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
    Repeat {
        node: Box<Node>,
        least: u32,
        most: Option<u32>,
        how: How,
    },
    /// What a group has found.
    Again(usize, IgnoresCase),
    Look {
        node: Box<Node>,
        not: bool,
        /// How many characters it goes back first.
        back: Option<usize>,
    },
    Atomic(Box<Node>),
    /// Depending on whether a group has found something.
    If(usize, Box<Node>, Box<Node>),
}

pub type IgnoresCase = bool;

/// Whether each line counts.
pub type Lines = bool;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Greedy,
    Lazy,
    Possessive,
}

pub struct Parsed {
    pub tree: Node,
    pub flags: Flags,
    pub groups: usize,
    pub names: Vec<(String, usize)>,
}

/// Groups within groups.
const DEEPEST: usize = 100;
/// What a repetition may be told to count to.
const LARGEST: u32 = 1 << 16;

pub fn parse(pattern: &str, flags: Flags) -> Result<Parsed, Wrong> {
    let mut parser = Parser {
        pattern: pattern.chars().collect(),
        at: 0,
        flags,
        all_flags: flags,
        groups: 0,
        open: Vec::new(),
        names: Vec::new(),
        depth: 0,
        references: Vec::new(),
    };
    let tree = parser.alternatives()?;
    if parser.at < parser.pattern.len() {
        return Err(wrong("unbalanced parenthesis", parser.at));
    }
    for (group, at) in &parser.references {
        if *group > parser.groups {
            return Err(wrong(format!("invalid group reference {group}"), *at));
        }
    }
    Ok(Parsed {
        tree,
        flags: parser.all_flags,
        groups: parser.groups,
        names: parser.names,
    })
}

fn wrong(text: impl Into<String>, position: usize) -> Wrong {
    Wrong {
        text: text.into(),
        position: Some(position),
    }
}

struct Parser {
    pattern: Vec<char>,
    at: usize,
    /// Those that count here, and those of the whole pattern.
    flags: Flags,
    all_flags: Flags,
    groups: usize,
    /// Groups that have begun and not ended.
    open: Vec<usize>,
    names: Vec<(String, usize)>,
    depth: usize,
    /// Conditions on groups that may come later.
    references: Vec<(usize, usize)>,
}

impl Parser {
    fn has(&self, flag: Flags) -> bool {
        self.flags & flag != 0
    }

    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Takes the character, if it is next.
    fn takes(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        self.at += usize::from(is_next);
        is_next
    }

    fn alternatives(&mut self) -> Result<Node, Wrong> {
        let mut all = vec![self.sequence()?];
        while self.takes('|') {
            all.push(self.sequence()?);
        }
        Ok(match all.len() {
            1 => all.remove(0),
            _ => Node::Any(all),
        })
    }

    fn sequence(&mut self) -> Result<Node, Wrong> {
        let mut nodes: Vec<Node> = Vec::new();
        loop {
            if self.has(flags::VERBOSE) {
                self.skip_space();
            }
            let begin = self.at;
            match self.peek() {
                None | Some('|' | ')') => break,
                Some('*' | '+' | '?') => {
                    let again = nodes.last().is_some_and(is_repeat);
                    let text = if again {
                        "multiple repeat"
                    } else {
                        "nothing to repeat"
                    };
                    return Err(wrong(text, begin));
                }
                Some('{') if self.bounds()?.is_some() => {
                    let again = nodes.last().is_some_and(is_repeat);
                    let text = if again {
                        "multiple repeat"
                    } else {
                        "nothing to repeat"
                    };
                    return Err(wrong(text, begin));
                }
                Some(_) => {}
            }
            if let Some(node) = self.item()? {
                let node = self.repeated(node)?;
                nodes.push(node);
            }
        }
        Ok(match nodes.len() {
            1 => nodes.remove(0),
            _ => Node::All(nodes),
        })
    }

    fn skip_space(&mut self) {
        while let Some(c) = self.peek() {
            if c == '#' {
                while self.next().is_some_and(|c| c != '\n') {}
            } else if matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c') {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// The bounds in braces, after the position, which is moved behind them. None: the brace
    /// is one like others.
    fn bounds(&mut self) -> Result<Option<(u32, Option<u32>)>, Wrong> {
        let begin = self.at;
        let number = |parser: &mut Parser| -> Result<Option<u32>, Wrong> {
            let from = parser.at;
            while parser.peek().is_some_and(|c| c.is_ascii_digit()) {
                parser.at += 1;
            }
            let digits: String = parser.pattern[from..parser.at].iter().collect();
            match digits.is_empty() {
                true => Ok(None),
                false => match digits.parse() {
                    Ok(number) if number <= LARGEST => Ok(Some(number)),
                    _ => Err(wrong("the repetition number is too large", from)),
                },
            }
        };
        self.at += 1;
        let least = number(self)?;
        let most = if self.takes(',') {
            number(self)?
        } else {
            least
        };
        let is_counted = self.pattern[begin + 1] == ',' && self.at > begin + 1 || least.is_some();
        if !is_counted || !self.takes('}') {
            self.at = begin;
            return Ok(None);
        }
        if let (Some(least), Some(most)) = (least, most)
            && most < least
        {
            return Err(wrong("min repeat greater than max repeat", begin + 1));
        }
        Ok(Some((least.unwrap_or(0), most)))
    }

    /// The node, with the repetition that follows it.
    fn repeated(&mut self, node: Node) -> Result<Node, Wrong> {
        if self.has(flags::VERBOSE) {
            self.skip_space();
        }
        let begin = self.at;
        let (least, most) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => match self.bounds()? {
                Some(bounds) => {
                    self.at -= 1;
                    bounds
                }
                None => return Ok(node),
            },
            _ => return Ok(node),
        };
        self.at += 1;
        if matches!(
            node,
            Node::Start(_) | Node::First | Node::Last | Node::End(_) | Node::Boundary { .. }
        ) {
            return Err(wrong("nothing to repeat", begin));
        }
        let how = match self.peek() {
            Some('?') => How::Lazy,
            Some('+') => How::Possessive,
            _ => How::Greedy,
        };
        self.at += usize::from(how != How::Greedy);
        if matches!(self.peek(), Some('*' | '+' | '?')) {
            return Err(wrong("multiple repeat", self.at));
        }
        Ok(Node::Repeat {
            node: Box::new(node),
            least,
            most,
            how,
        })
    }

    /// One item. None: it was a comment, or flags.
    fn item(&mut self) -> Result<Option<Node>, Wrong> {
        let begin = self.at;
        let ignores_case = self.has(flags::IGNORECASE);
        let Some(c) = self.next() else {
            return Ok(None);
        };
        Ok(Some(match c {
            '.' => Node::Set(Set {
                items: match self.has(flags::DOTALL) {
                    true => Vec::new(),
                    false => vec![Item::Range('\n', '\n')],
                },
                not: true,
                ignores_case: false,
            }),
            '^' => Node::Start(self.has(flags::MULTILINE)),
            '$' => Node::End(self.has(flags::MULTILINE)),
            '[' => Node::Set(self.set(begin)?),
            '(' => return self.group(begin),
            '\\' => self.escape(begin)?,
            c => Node::Char(c, ignores_case),
        }))
    }

    fn kind(&self, letter: char) -> Option<Item> {
        let kind = match letter.to_ascii_lowercase() {
            'd' => Kind::Digit,
            's' => Kind::Space,
            'w' => Kind::Word,
            _ => return None,
        };
        Some(Item::Kind {
            kind,
            ascii: self.has(flags::ASCII),
            not: letter.is_ascii_uppercase(),
        })
    }

    fn escape(&mut self, begin: usize) -> Result<Node, Wrong> {
        let Some(c) = self.next() else {
            return Err(wrong("bad escape (end of pattern)", begin));
        };
        let ignores_case = self.has(flags::IGNORECASE);
        if let Some(item) = self.kind(c) {
            return Ok(Node::Set(Set {
                items: vec![item],
                not: false,
                ignores_case: false,
            }));
        }
        let ascii = self.has(flags::ASCII);
        Ok(match c {
            'A' => Node::First,
            'Z' => Node::Last,
            'b' => Node::Boundary { ascii, not: false },
            'B' => Node::Boundary { ascii, not: true },
            '1'..='9' => {
                let group = self.reference(c);
                match group {
                    Reference::Char(c) => Node::Char(c, ignores_case),
                    Reference::Group(group) => {
                        if group > self.groups {
                            let text = format!("invalid group reference {group}");
                            return Err(wrong(text, begin + 1));
                        }
                        if self.open.contains(&group) {
                            return Err(wrong("cannot refer to an open group", begin));
                        }
                        Node::Again(group, ignores_case)
                    }
                }
            }
            _ => Node::Char(self.escaped(c, begin)?, ignores_case),
        })
    }

    /// A group's number, or a character by three octal digits.
    fn reference(&mut self, first: char) -> Reference {
        let digit = |c: Option<char>, base: u32| c.and_then(|c| c.to_digit(base));
        let (second, third) = (self.peek(), self.pattern.get(self.at + 1).copied());
        if let (Some(a), Some(b), Some(c)) = (first.to_digit(8), digit(second, 8), digit(third, 8))
            && let Some(c) = char::from_u32(a * 64 + b * 8 + c)
        {
            self.at += 2;
            return Reference::Char(c);
        }
        let mut group = first.to_digit(10).unwrap_or(0) as usize;
        if let Some(second) = digit(second, 10) {
            self.at += 1;
            group = group * 10 + second as usize;
        }
        Reference::Group(group)
    }

    /// The character that an escape stands for, in a set and outside.
    fn escaped(&mut self, c: char, begin: usize) -> Result<char, Wrong> {
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\x0c',
            'v' => '\x0b',
            'a' => '\x07',
            '0' => {
                let mut code = 0;
                for _ in 0..2 {
                    match self.peek().and_then(|c| c.to_digit(8)) {
                        Some(digit) => code = code * 8 + digit,
                        None => break,
                    }
                    self.at += 1;
                }
                char::from_u32(code).unwrap_or('\0')
            }
            'x' => self.hex(2, begin)?,
            'u' => self.hex(4, begin)?,
            'U' => self.hex(8, begin)?,
            c if c.is_ascii_alphanumeric() => {
                return Err(wrong(format!("bad escape \\{c}"), begin));
            }
            c => c,
        })
    }

    fn hex(&mut self, digits: usize, begin: usize) -> Result<char, Wrong> {
        let from = self.at;
        while self.at < from + digits && self.peek().is_some_and(|c| c.is_ascii_hexdigit()) {
            self.at += 1;
        }
        let text: String = self.pattern[from..self.at].iter().collect();
        let code = u32::from_str_radix(&text, 16).ok().and_then(char::from_u32);
        match code {
            Some(c) if text.len() == digits => Ok(c),
            _ => {
                let escape: String = self.pattern[begin..self.at].iter().collect();
                let what = if text.len() == digits {
                    "bad"
                } else {
                    "incomplete"
                };
                Err(wrong(format!("{what} escape {escape}"), begin))
            }
        }
    }

    /// A set, after its bracket.
    fn set(&mut self, begin: usize) -> Result<Set, Wrong> {
        let not = self.takes('^');
        let mut items = Vec::new();
        let first = self.at;
        loop {
            let at = self.at;
            let Some(c) = self.next() else {
                return Err(wrong("unterminated character set", begin));
            };
            if c == ']' && at > first {
                break;
            }
            let low = self.of_set(c, at, begin)?;
            if self.peek() != Some('-') {
                items.push(low);
                continue;
            }
            self.at += 1;
            let from = self.at;
            let Some(c) = self.next() else {
                return Err(wrong("unterminated character set", begin));
            };
            if c == ']' {
                items.extend([low, Item::Range('-', '-')]);
                break;
            }
            let high = self.of_set(c, from, begin)?;
            match (low, high) {
                (Item::Range(low, _), Item::Range(high, _)) if low <= high => {
                    items.push(Item::Range(low, high));
                }
                _ => {
                    let range: String = self.pattern[at..self.at].iter().collect();
                    return Err(wrong(format!("bad character range {range}"), at));
                }
            }
        }
        Ok(Set {
            items,
            not,
            ignores_case: self.has(flags::IGNORECASE),
        })
    }

    /// An item of a set that begins with this character.
    fn of_set(&mut self, c: char, at: usize, begin: usize) -> Result<Item, Wrong> {
        if c != '\\' {
            return Ok(Item::Range(c, c));
        }
        let Some(c) = self.next() else {
            return Err(wrong("unterminated character set", begin));
        };
        if let Some(item) = self.kind(c) {
            return Ok(item);
        }
        let c = match c {
            'b' => '\x08',
            '1'..='7' => {
                let mut code = c.to_digit(8).unwrap_or(0);
                for _ in 0..2 {
                    match self.peek().and_then(|c| c.to_digit(8)) {
                        Some(digit) => code = code * 8 + digit,
                        None => break,
                    }
                    self.at += 1;
                }
                char::from_u32(code).unwrap_or('\0')
            }
            c => self.escaped(c, at)?,
        };
        Ok(Item::Range(c, c))
    }

    /// A group, after its parenthesis. None: it is a comment, or flags for all.
    fn group(&mut self, begin: usize) -> Result<Option<Node>, Wrong> {
        if !self.takes('?') {
            return self.capture(None, begin).map(Some);
        }
        let Some(c) = self.next() else {
            return Err(wrong("unexpected end of pattern", self.at));
        };
        let node = match c {
            ':' => Node::Group(None, Box::new(self.inside(begin)?)),
            '>' => Node::Atomic(Box::new(self.inside(begin)?)),
            '=' | '!' => Node::Look {
                node: Box::new(self.inside(begin)?),
                not: c == '!',
                back: None,
            },
            '<' => {
                let kind = self.next();
                let Some(kind @ ('=' | '!')) = kind else {
                    return Err(match kind {
                        None => wrong("unexpected end of pattern", self.at),
                        Some(c) => wrong(format!("unknown extension ?<{c}"), begin + 1),
                    });
                };
                let node = self.inside(begin)?;
                let Some(width) = width(&node) else {
                    return Err(Wrong {
                        text: "look-behind requires fixed-width pattern".to_owned(),
                        position: None,
                    });
                };
                Node::Look {
                    node: Box::new(node),
                    not: kind == '!',
                    back: Some(width),
                }
            }
            '#' => loop {
                match self.next() {
                    None => {
                        return Err(wrong("missing ), unterminated comment", begin));
                    }
                    Some(')') => return Ok(None),
                    Some(_) => {}
                }
            },
            '(' => self.condition(begin)?,
            'P' => match self.next() {
                Some('<') => {
                    let (name, at) = self.name('>')?;
                    return self.capture(Some((name, at)), begin).map(Some);
                }
                Some('=') => {
                    let (name, at) = self.name(')')?;
                    let Some(group) = self.named(&name) else {
                        return Err(wrong(format!("unknown group name '{name}'"), at));
                    };
                    if self.open.contains(&group) {
                        return Err(wrong("cannot refer to an open group", at));
                    }
                    Node::Again(group, self.has(flags::IGNORECASE))
                }
                None => return Err(wrong("unexpected end of pattern", self.at)),
                Some(c) => {
                    return Err(wrong(format!("unknown extension ?P{c}"), begin + 1));
                }
            },
            c if c == '-' || flag_of(c).is_some() => return self.flags_group(c, begin),
            c => return Err(wrong(format!("unknown extension ?{c}"), begin + 1)),
        };
        Ok(Some(node))
    }

    fn capture(&mut self, name: Option<(String, usize)>, begin: usize) -> Result<Node, Wrong> {
        self.groups += 1;
        let group = self.groups;
        if let Some((name, at)) = name {
            if let Some(known) = self.named(&name) {
                let text = format!(
                    "redefinition of group name '{name}' as group {group}; was group {known}"
                );
                return Err(wrong(text, at));
            }
            self.names.push((name, group));
        }
        self.open.push(group);
        let node = self.inside(begin)?;
        self.open.pop();
        Ok(Node::Group(Some(group), Box::new(node)))
    }

    /// What is inside a group, whose end is taken, too.
    fn inside(&mut self, begin: usize) -> Result<Node, Wrong> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong("groups are nested too deep", begin));
        }
        let flags = self.flags;
        let node = self.alternatives()?;
        self.flags = flags;
        self.depth -= 1;
        match self.takes(')') {
            true => Ok(node),
            false => Err(wrong("missing ), unterminated subpattern", begin)),
        }
    }

    fn named(&self, name: &str) -> Option<usize> {
        let named = self.names.iter().find(|(known, _)| known == name);
        named.map(|(_, group)| *group)
    }

    /// A name up to its end, with its position.
    fn name(&mut self, end: char) -> Result<(String, usize), Wrong> {
        let begin = self.at;
        let name = self.until(end, "group name")?;
        let mut chars = name.chars();
        let is_name = chars.next().is_some_and(|c| c == '_' || c.is_alphabetic())
            && chars.all(|c| c == '_' || c.is_alphanumeric());
        match is_name {
            true => Ok((name, begin)),
            false => Err(wrong(
                format!("bad character in group name '{name}'"),
                begin,
            )),
        }
    }

    fn until(&mut self, end: char, what: &str) -> Result<String, Wrong> {
        let begin = self.at;
        loop {
            match self.next() {
                None if self.at == begin => {
                    return Err(wrong(format!("missing {what}"), begin));
                }
                None => {
                    return Err(wrong(format!("missing {end}, unterminated name"), begin));
                }
                Some(c) if c == end => break,
                Some(_) => {}
            }
        }
        match self.at - 1 == begin {
            true => Err(wrong(format!("missing {what}"), begin)),
            false => Ok(self.pattern[begin..self.at - 1].iter().collect()),
        }
    }

    /// `(?(group)yes|no)`, after the second parenthesis.
    fn condition(&mut self, begin: usize) -> Result<Node, Wrong> {
        let at = self.at;
        let name = self.until(')', "group name")?;
        let group = match name.parse::<usize>() {
            Ok(0) => return Err(wrong("bad group number", at)),
            Ok(group) => {
                self.references.push((group, at));
                group
            }
            Err(_) => match self.named(&name) {
                Some(group) => group,
                None => return Err(wrong(format!("unknown group name '{name}'"), at)),
            },
        };
        match self.inside(begin)? {
            Node::Any(mut both) if both.len() == 2 => {
                let no = both.remove(1);
                Ok(Node::If(group, Box::new(both.remove(0)), Box::new(no)))
            }
            Node::Any(_) => Err(wrong("conditional backref with more than two branches", at)),
            yes => {
                let no = Node::All(Vec::new());
                Ok(Node::If(group, Box::new(yes), Box::new(no)))
            }
        }
    }

    /// `(?i)` for all, or `(?i-s:…)` for a part; the first letter was taken.
    fn flags_group(&mut self, first: char, begin: usize) -> Result<Option<Node>, Wrong> {
        let (mut on, mut off) = (0, 0);
        let mut turns_off = false;
        let mut c = Some(first);
        loop {
            match c {
                Some('-') if !turns_off => turns_off = true,
                Some(')') if !turns_off => {
                    if begin != 0 {
                        let text = "global flags not at the start of the expression";
                        return Err(wrong(text, begin));
                    }
                    self.flags |= on;
                    self.all_flags |= on;
                    return Ok(None);
                }
                Some(':') => break,
                Some(c) => match flag_of(c) {
                    Some(flag) if turns_off => off |= flag,
                    Some(flag) => on |= flag,
                    None if c.is_alphabetic() => return Err(wrong("unknown flag", self.at - 1)),
                    None => return Err(wrong("missing -, : or )", self.at - 1)),
                },
                None => return Err(wrong("missing -, : or )", self.at)),
            }
            c = self.next();
        }
        let flags = self.flags;
        self.flags = (self.flags | on) & !off;
        let node = self.inside(begin);
        self.flags = flags;
        Ok(Some(Node::Group(None, Box::new(node?))))
    }
}

enum Reference {
    Group(usize),
    Char(char),
}

fn flag_of(letter: char) -> Option<Flags> {
    Some(match letter {
        'i' => flags::IGNORECASE,
        'L' => flags::LOCALE,
        'm' => flags::MULTILINE,
        's' => flags::DOTALL,
        'x' => flags::VERBOSE,
        'a' => flags::ASCII,
        'u' => flags::UNICODE,
        _ => return None,
    })
}

fn is_repeat(node: &Node) -> bool {
    matches!(node, Node::Repeat { .. })
}

/// How many characters a node takes, if that is always the same.
fn width(node: &Node) -> Option<usize> {
    match node {
        Node::Char(..) | Node::Set(_) => Some(1),
        Node::Start(_) | Node::End(_) | Node::First | Node::Last => Some(0),
        Node::Boundary { .. } | Node::Look { .. } => Some(0),
        Node::Group(_, node) | Node::Atomic(node) => width(node),
        Node::All(nodes) => nodes.iter().map(width).sum(),
        Node::Any(nodes) => {
            let mut widths = nodes.iter().map(width);
            let first = widths.next()??;
            widths.all(|width| width == Some(first)).then_some(first)
        }
        Node::Repeat {
            node, least, most, ..
        } => (Some(*least) == *most).then_some(width(node)? * *least as usize),
        Node::Again(..) => None,
        Node::If(_, yes, no) => (width(yes)? == width(no)?).then_some(width(yes)?),
    }
}
