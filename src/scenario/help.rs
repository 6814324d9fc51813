//! What parameters and facts mean, a line each. The texts are no part of the browser's
//! modules, since all of them were 4 KB of everybody's first load: the site has a file of
//! them for each scenario, `help/<id>.txt`, which `tests/pictures/` writes from here.

/// A line of help where it can be read: natively.
pub(super) const fn help(text: &'static str) -> &'static str {
    if cfg!(target_arch = "wasm32") {
        ""
    } else {
        text
    }
}

/// A fact that runs end with, by name, and what it says.
pub(super) const fn fact(name: &'static str, text: &'static str) -> (&'static str, &'static str) {
    (name, help(text))
}

/// What a file of help says: of what, its name, and a line.
#[derive(Default)]
pub struct Help(Vec<(String, String, String)>);

/// What has help. A parameter and a fact may have the same name.
const PARAM: &str = "param";
const FACT: &str = "fact";

impl Help {
    /// From a file, whose lines have three parts between tabs.
    pub fn of(text: &str) -> Help {
        let lines = text.lines().filter_map(|line| {
            let mut parts = line.splitn(3, '\t').map(str::to_owned);
            Some((parts.next()?, parts.next()?, parts.next()?))
        });
        Help(lines.collect())
    }

    /// The line of help for a parameter; empty if there is none.
    pub fn for_param(&self, name: &str) -> &str {
        self.find(PARAM, name)
    }

    /// The line of help for a fact; empty if there is none.
    pub fn for_fact(&self, name: &str) -> &str {
        self.find(FACT, name)
    }

    fn find(&self, kind: &str, name: &str) -> &str {
        let found = self.0.iter().find(|(k, n, _)| k == kind && n == name);
        found.map_or("", |(_, _, help)| help)
    }
}

impl super::Scenario {
    /// What its file of help has to say.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn help(&self) -> String {
        let params = self.params.iter().map(|p| (PARAM, p.name, p.help));
        let facts = self.facts.iter().map(|(name, help)| (FACT, *name, *help));
        let lines = params.chain(facts);
        lines
            .map(|(kind, name, help)| format!("{kind}\t{name}\t{help}\n"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_found_by_kind_and_name() {
        let help = Help::of("param\tthreads\tHow many.\nfact\tthreads\tso\tmany\nbroken\n");
        assert_eq!(help.for_param("threads"), "How many.");
        assert_eq!(help.for_fact("threads"), "so\tmany");
        assert_eq!(help.for_fact("broken"), "");
    }

    #[test]
    fn each_parameter_and_fact_has_its_line() {
        for scenario in super::super::all() {
            let help = Help::of(&scenario.help());
            for param in scenario.params {
                assert_eq!(help.for_param(param.name), param.help, "{}", scenario.id);
            }
            for (name, text) in scenario.facts {
                assert_eq!(help.for_fact(name), *text, "{}: {name}", scenario.id);
            }
        }
    }
}
