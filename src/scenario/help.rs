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

/// What a file of help says of parameters and facts, by name.
#[derive(Default)]
pub struct Help(Vec<(String, String)>);

impl Help {
    /// From a file: a name, a tab and its line of help, one after the other.
    pub fn of(text: &str) -> Help {
        let lines = text.lines().filter_map(|line| line.split_once('\t'));
        Help(
            lines
                .map(|(name, help)| (name.to_owned(), help.to_owned()))
                .collect(),
        )
    }

    /// The line of help for a parameter or a fact; empty if there is none.
    pub fn for_name(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(of, _)| of == name);
        found.map_or("", |(_, help)| help)
    }
}

impl super::Scenario {
    /// What its file of help has to say.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn help(&self) -> String {
        let params = self.params.iter().map(|param| (param.name, param.help));
        let all = params.chain(self.facts.iter().copied());
        all.map(|(name, help)| format!("{name}\t{help}\n"))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_is_found_by_name() {
        let help = Help::of("threads\tHow many.\nlost\tupdates\tlost\nbroken\n");
        assert_eq!(help.for_name("threads"), "How many.");
        assert_eq!(help.for_name("lost"), "updates\tlost");
        assert_eq!(help.for_name("broken"), "");
    }

    #[test]
    fn no_name_means_two_things() {
        for scenario in super::super::all() {
            let help = Help::of(&scenario.help());
            for param in scenario.params {
                assert_eq!(help.for_name(param.name), param.help, "{}", scenario.id);
            }
            for (name, text) in scenario.facts {
                assert_eq!(help.for_name(name), *text, "{}: {name}", scenario.id);
            }
        }
    }
}
