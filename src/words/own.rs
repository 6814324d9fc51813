//! Programs of the reader's own.

pub const TITLE: &str = "A program of your own";

/// Of a link that was opened: nothing of others' runs before the reader says so.
pub const HOLDS_A_RUN: &str = "The link holds a run of this program: press Run to see it.";

/// In the place of one that is longer than it may be.
pub fn too_long(bytes: usize, most: usize) -> String {
    format!(
        "The program has {bytes} bytes; the most is {most}. It is left out.",
        bytes = super::number::grouped(bytes as i64),
        most = super::number::grouped(most as i64)
    )
}

/// Of a run that was given up.
pub fn was_at(line: u32) -> String {
    format!("It ran for too long, and was at line {line}.")
}

pub const PRINTED_NOTHING: &str = "printed nothing";

/// What it printed, line by line, as far as it is short.
pub fn printed(lines: &[&str]) -> String {
    const MOST_LINES: usize = 3;
    const MOST_LETTERS: usize = 60;
    let short = |line: &&str| match line.char_indices().nth(MOST_LETTERS) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => (*line).to_owned(),
    };
    let shown: Vec<String> = lines.iter().take(MOST_LINES).map(short).collect();
    let more = match lines.len().saturating_sub(MOST_LINES) {
        0 => String::new(),
        more => format!(" and {}", super::number::counted(more as i64, "more line")),
    };
    format!("printed {}{more}", shown.join(" / "))
}

/// The same of the run that is shown.
pub fn it(printed: &str) -> String {
    format!("It {printed}")
}

/// That a run is of another text than the one that is shown.
pub const OF_ANOTHER: &str = "another text";
