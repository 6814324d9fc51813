//! Random programs that end: a seed is a program.
//!
//! They are made of templates, in which
//!
//! | what | stands for |
//! |---|---|
//! | `$int`, `$str` … | an expression of that kind |
//! | `$int!` | one that stays small, however often it is made anew |
//! | `$int'` | one in which the names that the template binds are known |
//! | `$X` | a new name, the same wherever the template says X |
//! | `$X:int` | the same, which is a variable from the next line on |
//! | `$var_int`, `$mut_list` | a variable that may be assigned to, or changed |
//! | `$object` | an instance of the class whose use it is |
//! | `$error`, `$error_class` | an exception, and what catches some |
//! | `$body`, `$risky` | statements; those that may raise |
//!
//! Most expressions cannot raise. Those whose template begins with ?, and those of the wrong
//! kind, come only where a program is ready for an exception, and at its end.
//!
//! Programs end, and soon: what is called was defined before, a loop runs over a copy or a
//! small number, and a body in a loop weighs more, so that less is called in it.

mod classes;
pub mod expressions;
pub mod features;
mod functions;
mod literals;
pub mod statements;

use std::collections::{BTreeMap, BTreeSet};

use crate::program::{Clause, Expr, Kind, Piece, Program, Stmt};
use crate::rng::Rng;
use classes::Class;
use features::Feature::{self, *};
use functions::Function;

/// How often a statement of a program runs, at most, by a rough count.
const MOST_COST: usize = 3000;
/// How much more a body weighs than what is around it, and an expression that is evaluated
/// for each item.
const BODY_WEIGHT: usize = 3;
const ITEM_WEIGHT: usize = 8;
/// Blocks in blocks.
const DEEPEST: usize = 3;
/// Expressions in expressions.
const DEPTH: usize = 3;

pub struct Generated {
    pub program: Program,
    pub features: BTreeSet<Feature>,
    /// What it is made of.
    pub templates: BTreeSet<&'static str>,
}

pub fn program(seed: u64) -> Generated {
    let mut generator = Generator::new(seed);
    let program = generator.program();
    Generated {
        program,
        features: generator.features,
        templates: generator.templates,
    }
}

struct Var {
    name: String,
    kind: Kind,
    /// In how many functions it is defined.
    level: usize,
}

pub struct Generator {
    rng: Rng,
    vars: Vec<Var>,
    functions: Vec<Function>,
    classes: Vec<Class>,
    names: usize,
    /// In how many functions this is.
    level: usize,
    /// In how many blocks.
    nesting: usize,
    /// How often what is written now runs, and what has been written altogether.
    weight: usize,
    cost: usize,
    may_raise: bool,
    in_fstring: bool,
    /// Whether what is defined is a method, which knows the attributes of its class.
    has_self: bool,
    /// The class of `$object`.
    using: usize,
    features: BTreeSet<Feature>,
    templates: BTreeSet<&'static str>,
}

/// What to go back to at the end of a function.
struct Outer {
    vars: usize,
    weight: usize,
}

/// The names of a template.
#[derive(Default)]
struct Names {
    fresh: BTreeMap<char, String>,
    /// Bound by the line that is being filled.
    bound: Vec<(String, Kind)>,
}

impl Generator {
    fn new(seed: u64) -> Generator {
        Generator {
            rng: Rng::new(seed),
            vars: Vec::new(),
            functions: Vec::new(),
            classes: Vec::new(),
            names: 0,
            level: 0,
            nesting: 0,
            weight: 1,
            cost: 0,
            may_raise: false,
            in_fstring: false,
            has_self: false,
            using: 0,
            features: BTreeSet::new(),
            templates: BTreeSet::new(),
        }
    }

    fn program(&mut self) -> Program {
        let mut all = Vec::new();
        for _ in 0..6 + self.rng.below(14) {
            match self.rng.below(10) {
                0 | 1 => all.push(self.function()),
                2 => all.push(self.class()),
                3 => all.extend(self.object()),
                _ => all.extend(self.statement()),
            }
        }
        let shown: Vec<String> = (self.vars.iter())
            .filter(|var| !matches!(var.kind, Kind::Object(_)))
            .map(|var| var.name.clone())
            .collect();
        all.extend(
            shown
                .iter()
                .map(|name| Stmt::line(format!("print({name})"))),
        );
        if self.rng.one_in(4) {
            self.may_raise = true;
            let end = *self.rng.pick(statements::ENDS);
            self.templates.insert(end);
            self.shows(Raise);
            all.extend(self.statements(end));
        }
        Program(all)
    }

    fn shows(&mut self, feature: Feature) {
        self.features.insert(feature);
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}", self.names)
    }

    fn declare(&mut self, name: &str, kind: Kind) {
        self.vars.push(Var {
            name: name.to_owned(),
            kind,
            level: self.level,
        });
    }

    fn enter_function(&mut self) -> Outer {
        self.level += 1;
        Outer {
            vars: self.vars.len(),
            weight: self.weight,
        }
    }

    fn leave_function(&mut self, outer: Outer) {
        self.level -= 1;
        self.vars.truncate(outer.vars);
        self.weight = outer.weight;
    }

    /// A variable that holds an instance.
    fn object(&mut self) -> Option<Stmt> {
        let classes: Vec<usize> = (0..self.classes.len())
            .filter(|&class| !self.classes[class].is_error)
            .collect();
        if classes.is_empty() {
            return None;
        }
        let class = *self.rng.pick(&classes);
        let made = self.instance(class);
        let name = self.fresh("v");
        self.declare(&name, Kind::Object(class));
        let head = Piece::Text(format!("{name} = "));
        Some(Stmt::Line(vec![head, Piece::Expr(made)]))
    }

    fn instance(&mut self, class: usize) -> Expr {
        let name = self.classes[class].name.clone();
        let mut pieces = vec![Piece::Text(format!("{name}("))];
        if self.rng.one_in(2) {
            let small = self.expr(Kind::Small, 1);
            pieces.push(Piece::Expr(small));
        }
        pieces.push(Piece::Text(")".into()));
        Expr {
            kind: Kind::Object(class),
            pieces,
        }
    }

    /// One of the table, with all that its template needs.
    fn statement(&mut self) -> Vec<Stmt> {
        loop {
            let total: usize = statements::STATEMENTS.iter().map(|row| row.1).sum();
            let mut at = self.rng.below(total);
            let row = statements::STATEMENTS.iter().find(|row| {
                let is_it = at < row.1;
                at = at.wrapping_sub(row.1);
                is_it
            });
            let &(shows, _, text) = row.expect("less than their sum");
            let is_simple = !text.contains(":\n");
            let is_too_much =
                !is_simple && (self.nesting >= DEEPEST || self.weight * 20 > MOST_COST);
            let plain = text.trim_start_matches('?');
            if is_too_much || !self.has_what_it_needs(plain) || plain != text && !self.may_raise {
                continue;
            }
            self.shows(shows);
            self.templates.insert(text);
            self.cost += self.weight;
            return self.statements(plain);
        }
    }

    /// Whether there are the variables that a template assigns to or changes.
    fn has_what_it_needs(&self, text: &str) -> bool {
        let needed = text.split('$').skip(1).filter_map(|hole| {
            let word = word(hole);
            word.strip_prefix("var_").or(word.strip_prefix("mut_"))
        });
        needed.into_iter().all(|kind| {
            let kind = kind_of(kind).expect("a kind");
            self.own(kind).next().is_some()
        })
    }

    /// The variables of the function that this is in.
    fn own(&self, kind: Kind) -> impl Iterator<Item = &Var> {
        let is_own = move |var: &&Var| var.kind == kind && var.level == self.level;
        self.vars.iter().filter(is_own)
    }

    fn body(&mut self, is_risky: bool) -> Vec<Stmt> {
        let before = self.may_raise;
        self.may_raise |= is_risky;
        let vars = self.vars.len();
        self.nesting += 1;
        let mut all = Vec::new();
        for _ in 0..1 + self.rng.below(2) {
            if self.cost < MOST_COST {
                all.extend(self.statement());
            }
        }
        if is_risky {
            let fitting = RISKY.iter().filter(|text| self.has_what_it_needs(text));
            let fitting: Vec<_> = fitting.copied().collect();
            let text = *self.rng.pick(&fitting);
            self.templates.insert(text);
            all.extend(self.statements(text));
        }
        self.nesting -= 1;
        // What a branch binds may not be bound after it.
        if !(self.may_raise && self.rng.one_in(10)) {
            self.vars.truncate(vars);
        }
        self.may_raise = before;
        all
    }

    fn statements(&mut self, text: &str) -> Vec<Stmt> {
        let lines: Vec<&str> = text.lines().collect();
        self.lines(&lines, &mut Names::default())
    }

    /// Lines of a template, all of one depth or deeper.
    fn lines(&mut self, lines: &[&str], names: &mut Names) -> Vec<Stmt> {
        let mut all: Vec<Stmt> = Vec::new();
        let mut decorators = String::new();
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at].to_owned();
            at += 1;
            let inner: Vec<&str> = (lines[at..].iter())
                .map_while(|line| line.strip_prefix("    "))
                .collect();
            at += inner.len();
            match &*line {
                "$body" => all.extend(self.body(false)),
                "$risky" => all.extend(self.body(true)),
                _ if line.starts_with('@') => {
                    decorators += &line;
                    decorators.push('\n');
                }
                _ if line.ends_with(':') => {
                    let head = std::mem::take(&mut decorators) + &line;
                    let goes_on = ["elif ", "else:", "except", "finally:"];
                    let clause = self.clause(&head, &inner, names);
                    match all.last_mut() {
                        Some(Stmt::Block(clauses))
                            if goes_on.iter().any(|word| line.starts_with(word)) =>
                        {
                            clauses.push(clause);
                        }
                        _ => all.push(Stmt::Block(vec![clause])),
                    }
                }
                _ => {
                    // The lines of a call.
                    let mut whole = line;
                    while whole.ends_with('(') || whole.ends_with(',') {
                        for part in &inner {
                            whole += "\n    ";
                            whole += part;
                        }
                        whole += "\n";
                        whole += lines[at];
                        at += 1;
                    }
                    all.push(Stmt::Line(self.fill(&whole, names, DEPTH)));
                    self.declare_bound(&whole, names);
                }
            }
        }
        all
    }

    fn clause(&mut self, head: &str, body: &[&str], names: &mut Names) -> Clause {
        let pieces = self.fill(head, names, DEPTH);
        let is_definition = ["def ", "class ", "async def "]
            .iter()
            .any(|word| head.lines().any(|line| line.starts_with(word)));
        let is_loop = ["for ", "while ", "async for "]
            .iter()
            .any(|word| head.starts_with(word));
        let vars = self.vars.len();
        let weight = self.weight;
        if is_definition || is_loop {
            self.weight *= BODY_WEIGHT;
        }
        let outer = is_definition.then(|| self.enter_function());
        if self.has_self && head.contains("(self") && !head.contains("__init__") {
            self.declare("self.a", Kind::Int);
            self.declare("self.b", Kind::Str);
            self.declare("self.items", Kind::List);
        }
        self.declare_bound(head, names);
        let body = self.lines(body, names);
        if let Some(outer) = outer {
            self.leave_function(outer);
        }
        self.weight = weight;
        self.vars.truncate(vars);
        Clause { head: pieces, body }
    }

    /// What a line has bound is a variable now. What a lambda in it binds is none.
    fn declare_bound(&mut self, line: &str, names: &mut Names) {
        let bound = std::mem::take(&mut names.bound);
        let is_inner = line.contains("lambda ") || line.contains("$int'");
        if !is_inner {
            for (name, kind) in bound {
                self.declare(&name, kind);
            }
        }
    }

    /// A template's text with its holes filled.
    fn fill(&mut self, text: &str, names: &mut Names, depth: usize) -> Vec<Piece> {
        self.bind(text, names);
        let mut pieces = Vec::new();
        let mut parts = text.split('$');
        let first = parts.next().unwrap_or_default();
        pieces.push(Piece::Text(first.to_owned()));
        let in_fstring = self.in_fstring;
        self.in_fstring |= text.contains("f'");
        for part in parts {
            let word = word(part);
            let mut rest = &part[word.len()..];
            if let Some(letter) = word.chars().next().filter(char::is_ascii_uppercase) {
                if let Some(kind) = rest.strip_prefix(':').map(self::word)
                    && kind_of(kind).is_some()
                {
                    rest = &rest[1 + kind.len()..];
                }
                let name = names.fresh[&letter].clone();
                pieces.push(Piece::Text(name));
            } else {
                let expr = if let Some(after) = rest.strip_prefix('!') {
                    rest = after;
                    self.small_enough(word, depth)
                } else if let Some(after) = rest.strip_prefix('\'') {
                    rest = after;
                    self.inside(word, &names.bound, depth)
                } else {
                    self.hole(word, depth)
                };
                let needs_parentheses = expr.is_atom()
                    && rest.starts_with('.')
                    && text_of(&expr).starts_with(|c: char| c.is_ascii_digit() || c == '-');
                if needs_parentheses {
                    pieces.push(Piece::Text("(".into()));
                }
                pieces.push(Piece::Expr(expr));
                if needs_parentheses {
                    pieces.push(Piece::Text(")".into()));
                }
            }
            pieces.push(Piece::Text(rest.to_owned()));
        }
        self.in_fstring = in_fstring;
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        pieces
    }

    /// Gives the names of a template's text.
    fn bind(&mut self, text: &str, names: &mut Names) {
        for part in text.split('$').skip(1) {
            let word = word(part);
            let Some(letter) = word.chars().next().filter(char::is_ascii_uppercase) else {
                continue;
            };
            let prefix = match letter {
                'F' | 'G' | 'H' => "f",
                'C' => "C",
                _ => "v",
            };
            let fresh = names.fresh.entry(letter);
            let name = fresh.or_insert_with(|| self.fresh(prefix)).clone();
            let kind = part[word.len()..].strip_prefix(':').map(self::word);
            if let Some(kind) = kind.and_then(kind_of) {
                names.bound.push((name, kind));
            }
        }
    }

    /// What a hole that is no name stands for.
    fn hole(&mut self, word: &str, depth: usize) -> Expr {
        if let Some(kind) = word.strip_prefix("var_").or(word.strip_prefix("mut_")) {
            let kind = kind_of(kind).expect("a kind");
            let own: Vec<String> = self.own(kind).map(|var| var.name.clone()).collect();
            return Expr::atom(kind, self.rng.pick(&own).clone());
        }
        match word {
            "digit" => Expr::atom(Kind::Small, (1 + self.rng.below(9)).to_string()),
            "object" => self.some_object(),
            _ => {
                let kind = kind_of(word).unwrap_or_else(|| panic!("a hole ${word}"));
                self.expr(kind, depth)
            }
        }
    }

    fn some_object(&mut self) -> Expr {
        let class = self.using;
        let there: Vec<String> = (self.vars.iter())
            .filter(|var| var.kind == Kind::Object(class))
            .map(|var| var.name.clone())
            .collect();
        if there.is_empty() || self.rng.one_in(3) {
            let made = self.instance(class);
            self.using = class;
            return made;
        }
        Expr::atom(Kind::Object(class), self.rng.pick(&there).clone())
    }

    /// An expression that knows the names that its template binds.
    fn inside(&mut self, word: &str, bound: &[(String, Kind)], depth: usize) -> Expr {
        let (vars, weight) = (self.vars.len(), self.weight);
        self.weight *= ITEM_WEIGHT;
        for (name, kind) in bound {
            self.declare(name, *kind);
        }
        let expr = self.hole(word, depth);
        self.vars.truncate(vars);
        self.weight = weight;
        expr
    }

    /// An expression whose value may go round in a loop, and does not grow.
    fn small_enough(&mut self, word: &str, depth: usize) -> Expr {
        let kind = kind_of(word).expect("a kind");
        let expr = self.expr(kind, depth);
        if expr.is_atom() {
            return expr;
        }
        let (before, after) = match kind {
            Kind::Int => *self.rng.pick(&[
                ("(", " % 1000)"),
                ("(", " % 10007 - 5000)"),
                ("(", " % 10 ** 20)"),
                ("(", " & 0xFFFF)"),
                ("(", " // 3 % 99)"),
            ]),
            Kind::Str | Kind::Bytes => ("", "[:20]"),
            Kind::List | Kind::Strs => ("", "[:6]"),
            Kind::Tuple => ("", "[:5]"),
            Kind::Dict => ("dict(list(", ".items())[:5])"),
            Kind::Set => ("set(sorted(", ")[:6])"),
            _ => ("", ""),
        };
        let pieces = [
            Piece::Text(before.into()),
            Piece::Expr(expr),
            Piece::Text(after.into()),
        ];
        Expr {
            kind,
            pieces: pieces.into(),
        }
    }

    fn expr(&mut self, kind: Kind, depth: usize) -> Expr {
        let mut kind = kind;
        let may_be_another = !matches!(kind, Kind::Exact | Kind::Small);
        if self.may_raise && may_be_another && self.rng.one_in(50) {
            kind = *self.rng.pick(literals::PLAIN);
        }
        match kind {
            Kind::Error | Kind::ErrorClass => return self.error(kind, depth),
            Kind::Any if !self.rng.one_in(3) => {
                let kind = *self.rng.pick(literals::PLAIN);
                return self.expr(kind, depth);
            }
            _ => {}
        }
        if depth == 0 || self.rng.one_in(4) {
            return self.atom(kind);
        }
        self.cost += self.weight;
        if self.rng.one_in(4)
            && let Some(expr) = self.call(kind, depth).or_else(|| self.use_of(kind, depth))
        {
            return expr;
        }
        let table = expressions::of(kind);
        for _ in 0..20 {
            if table.is_empty() {
                break;
            }
            let &(shows, text) = self.rng.pick(table);
            let plain = text.trim_start_matches('?');
            let is_for_others = plain != text && !self.may_raise
                || self.in_fstring && plain.contains(['\\', '#'])
                || self.in_fstring && plain.contains("f'")
                || plain.contains('\'') && self.in_fstring && plain.contains("'''")
                || plain.contains(" for ") && self.weight > 200;
            if !is_for_others {
                self.shows(shows);
                self.templates.insert(text);
                let pieces = self.fill(plain, &mut Names::default(), depth - 1);
                return Expr { kind, pieces };
            }
        }
        self.atom(kind)
    }

    /// An expression of a class that is there.
    fn use_of(&mut self, kind: Kind, depth: usize) -> Option<Expr> {
        let mut uses: Vec<(usize, &'static str)> = Vec::new();
        for (class, of) in self.classes.iter().enumerate() {
            let fitting = of.uses.iter().filter(|(gives, _)| *gives == kind);
            uses.extend(fitting.map(|(_, text)| (class, *text)));
        }
        uses.retain(|(_, text)| self.may_raise || !text.starts_with('?'));
        uses.retain(|(_, text)| !self.in_fstring || !text.contains("f'"));
        if uses.is_empty() || self.weight > 200 {
            return None;
        }
        let (class, text) = *self.rng.pick(&uses);
        self.cost += 10 * self.weight;
        // What is filled in may use another class.
        let before = (self.using, self.in_fstring);
        self.in_fstring |= text.contains("f'");
        let text = text.trim_start_matches('?');
        let mut pieces = Vec::new();
        for (at, part) in text.split("$object").enumerate() {
            if at > 0 {
                self.using = class;
                pieces.push(Piece::Expr(self.some_object()));
            }
            pieces.extend(self.fill(part, &mut Names::default(), depth - 1));
        }
        (self.using, self.in_fstring) = before;
        Some(Expr { kind, pieces })
    }
}

/// What may raise at the end of a `$risky`.
#[rustfmt::skip]
const RISKY: &[&str] = &[
    "raise $error",
    "print($int // ($int % 3))",
    "print([$int, $int][$small])",
    "print({$key: $int}[$key])",
    "print(int($str))",
    "print($any + $any)",
    "print($any * [])",
    "print($any < $any)",
    "print($any[$any])",
    "print(len($any), sum($any))",
    "print($any.missing)",
    "print($any($any))",
    "print(undefined)",
    "for $I in $any:\n    print($I)",
    "$X, $Y = $any",
    "$X, *$Y = $any",
    "print(*$any)",
    "print({$any: 1})",
    "print($any in $any)",
    "print('%d %s' % $any)",
    "print(sorted($any), max($any))",
    "print(-$any, ~$any)",
    "print($int ** -$small, abs($float) ** $float)",
    "print($str.index($str))",
    "print(int($any), float($any))",
    "print('{} {}'.format($any))",
    "print(f'''{ $any :>5}''')",
    "print(f'''{ $any :d}''')",
    "print(f'''{ $any :.2f}''')",
    "print(next($any))",
    "print(iter($any) is None)",
    // Ranges beyond 64 bits are not supported.
    "print(range($any % 99))",
    "print(chr($any), ord($any))",
    "print($any.upper(), $any.append(1))",
    "print(dict($any), set(map(int, $any)))",
    "print(isinstance($any, $any))",
    "print(abs($any), round($any))",
    "print(zip($any, $any, strict=True).__next__())",
    "print($str.join($any))",
    "print($str.split($any))",
    "print($str.replace($any, $any))",
    "print($list.index($any), $list.pop($any))",
    "with $any as $X:\n    print($X)",
    "$mut_list[$any] = $any",
    "del $mut_list[$any]",
    "$mut_dict[$any] = $any",
    "$var_int += $any",
    "$var_list += $any",
    "$var_str *= $list",
    "assert $any, $any",
];

fn text_of(expr: &Expr) -> String {
    match &expr.pieces[..] {
        [Piece::Text(text)] => text.clone(),
        _ => String::new(),
    }
}

/// The name at the start of what follows a `$`: a capital, or small letters.
fn word(text: &str) -> &str {
    if text.starts_with(|c: char| c.is_ascii_uppercase()) {
        return &text[..1];
    }
    let end = text.find(|c: char| !c.is_ascii_lowercase() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

fn kind_of(word: &str) -> Option<Kind> {
    Some(match word {
        "int" => Kind::Int,
        "small" => Kind::Small,
        "exact" => Kind::Exact,
        "float" => Kind::Float,
        "str" => Kind::Str,
        "bytes" => Kind::Bytes,
        "bool" => Kind::Bool,
        "list" => Kind::List,
        "strs" => Kind::Strs,
        "tuple" => Kind::Tuple,
        "dict" => Kind::Dict,
        "set" => Kind::Set,
        "iter" => Kind::Iter,
        "any" => Kind::Any,
        "key" => Kind::Key,
        "error" => Kind::Error,
        "error_class" => Kind::ErrorClass,
        _ => return None,
    })
}
