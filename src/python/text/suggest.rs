//! "Did you mean: '…'?": `Python/suggestions.c`.

/// From so many candidates none is chosen.
const MAX_CANDIDATES: usize = 750;
/// Longer names are not compared.
const MAX_LENGTH: usize = 40;
/// What a letter more, less or other costs.
const MOVE: usize = 2;
/// What a letter in the other case costs.
const CASE: usize = 1;

/// The candidate that is most like the name; of equals the first. For a NameError they are
/// the locals, the globals, the builtins, in turn, each by itself; for an AttributeError
/// what `dir` gives.
pub fn suggest<'a>(
    name: &str,
    candidates: impl ExactSizeIterator<Item = &'a str>,
) -> Option<&'a str> {
    if candidates.len() >= MAX_CANDIDATES {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // A third of the letters may differ, and fewer than in the best so far.
        let mut most = (name.len() + candidate.len() + 3) * MOVE / 6;
        if let Some((distance, _)) = best {
            let Some(less) = distance.checked_sub(1) else {
                break;
            };
            most = most.min(less);
        }
        if let Some(distance) = distance(name.as_bytes(), candidate.as_bytes(), most) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn substitution(a: u8, b: u8) -> usize {
    match (a == b, a.eq_ignore_ascii_case(&b)) {
        (true, _) => 0,
        (_, true) => CASE,
        _ => MOVE,
    }
}

/// The Levenshtein distance, if it is at most `most`.
fn distance(a: &[u8], b: &[u8], most: usize) -> Option<usize> {
    let same = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[same..], &b[same..]);
    let ends = a.iter().rev().zip(b.iter().rev());
    let same = ends.take_while(|(a, b)| a == b).count();
    let (a, b) = (&a[..a.len() - same], &b[..b.len() - same]);
    if a.is_empty() || b.is_empty() {
        let cost = (a.len() + b.len()) * MOVE;
        return (cost <= most).then_some(cost);
    }
    if a.len() > MAX_LENGTH || b.len() > MAX_LENGTH {
        return None;
    }
    // One row of the matrix, updated in place.
    let mut row: Vec<usize> = (1..=a.len()).map(|i| i * MOVE).collect();
    let mut result = 0;
    for (at, letter) in b.iter().enumerate() {
        let mut diagonal = at * MOVE;
        result = diagonal;
        // The first cell's neighbour to the left is one row further down.
        let mut left = diagonal + MOVE;
        for (cell, other) in row.iter_mut().zip(a) {
            let substituted = diagonal + substitution(*letter, *other);
            diagonal = *cell;
            result = substituted.min(left.min(diagonal) + MOVE);
            left = result;
            *cell = result;
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
    }
    (result <= most).then_some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name() {
        let suggest = |name, candidates: &[&'static str]| suggest(name, candidates.iter().copied());
        assert_eq!(suggest("cuont", &["amount", "count"]), Some("count"));
        assert_eq!(suggest("lock", &["Lock", "clock"]), Some("Lock"));
        assert_eq!(suggest("x", &["y"]), None);
        assert_eq!(suggest("appendd", &["append", "extend"]), Some("append"));
    }
}
