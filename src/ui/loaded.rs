//! What is loaded when it is first shown.

/// Something of the site that has to be fetched.
pub enum Loaded<T> {
    Coming,
    There(T),
    /// It could not be had.
    Missing,
}

impl<T> Loaded<T> {
    pub fn of(fetched: Option<T>) -> Loaded<T> {
        fetched.map_or(Loaded::Missing, Loaded::There)
    }

    pub fn there(&self) -> Option<&T> {
        match self {
            Loaded::There(it) => Some(it),
            Loaded::Coming | Loaded::Missing => None,
        }
    }
}
