//! The parts of the page that a link can hide.

macro_rules! panels {
    ($($(#[doc = $doc:literal])* $variant:ident = $name:literal,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Panel {
            $($(#[doc = $doc])* $variant,)*
        }

        impl Panel {
            pub const ALL: &[Panel] = &[$(Panel::$variant,)*];

            /// Its name in a link.
            pub fn name(self) -> &'static str {
                match self {
                    $(Panel::$variant => $name,)*
                }
            }
        }
    };
}

panels! {
    /// The list of scenarios to turn to.
    Scenarios = "scenarios",
    Parameters = "parameters",
    /// Where to run.
    Engine = "engine",
    /// Explore, and how it is to search.
    Explore = "explore",
    /// What to look at, and what to try next.
    Lesson = "lesson",
    Timeline = "timeline",
    /// What each primitive and shared value is like at the moment.
    State = "state",
    /// A run on the model, step by step.
    Steps = "steps",
    Code = "code",
    Facts = "facts",
    Events = "events",
}

impl Panel {
    pub fn find(name: &str) -> Option<Panel> {
        Panel::ALL.iter().copied().find(|p| p.name() == name)
    }
}
