//! The colours of threads: Okabe and Ito's, told apart with any colour vision.

/// Okabe–Ito without black and yellow: black is no colour on a dark page, and yellow is too
/// faint on a light one.
pub const HUES: [&str; 7] = [
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C7AE6",
];

/// The hue of the thread with this index; they repeat after seven, so a
/// thread's name always stands beside its colour.
pub fn thread_colour(index: usize) -> &'static str {
    HUES[index % HUES.len()]
}

/// What is read on that hue.
pub fn on_thread_colour(index: usize) -> &'static str {
    match thread_colour(index) {
        "#0072B2" => "#FFFFFF",
        _ => "#10171E",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_differ_and_no_index_is_out_of_range() {
        for index in 0..200 {
            assert_ne!(thread_colour(index), thread_colour(index + 1));
        }
    }
}
