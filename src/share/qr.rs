//! Links as QR codes, to be opened with a phone.

/// The squares of a code, row by row: 1 where one is dark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Squares {
    pub side: usize,
    dark: Vec<u8>,
}

impl Squares {
    /// The squares of a code; `None` if they are not as many as a square has.
    pub fn new(dark: Vec<u8>) -> Option<Squares> {
        let side = dark.len().isqrt();
        (side > 0 && side * side == dark.len()).then_some(Squares { side, dark })
    }

    /// The dark squares as the path of an SVG, each one unit wide.
    pub fn as_path(&self) -> String {
        let mut path = String::new();
        for (row, squares) in self.dark.chunks(self.side).enumerate() {
            for (column, _) in squares.iter().enumerate().filter(|(_, dark)| **dark == 1) {
                path.push_str(&format!("M{column} {row}h1v1h-1z"));
            }
        }
        path
    }
}

/// The code of a text, as [`Squares::new`] takes it; none of them if the text is too long
/// for a code.
pub fn code(text: &str) -> Vec<u8> {
    // The lowest level of correction: on a screen nothing is torn, and larger squares are
    // easier to read.
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::L);
    let colours = code.map(|code| code.to_colors()).unwrap_or_default();
    let dark = |colour: &qrcode::Color| u8::from(*colour == qrcode::Color::Dark);
    colours.iter().map(dark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader of codes makes of the squares, each painted four pixels wide.
    fn read(squares: &Squares) -> String {
        const WIDE: usize = 4;
        const MARGIN: usize = 4;
        let side = (squares.side + 2 * MARGIN) * WIDE;
        let is_dark = |x: usize, y: usize| {
            let at = |p: usize| (p / WIDE).checked_sub(MARGIN).filter(|p| *p < squares.side);
            let (column, row) = at(x).zip(at(y))?;
            Some(squares.dark[row * squares.side + column] == 1)
        };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            if is_dark(x, y) == Some(true) { 0 } else { 255 }
        });
        let codes = image.detect_grids();
        codes[0].decode().expect("a code").1
    }

    #[test]
    fn a_code_says_the_link() {
        let long = format!(
            "https://example.org/lockstep/?schedule={}",
            "Ab-_9".repeat(300)
        );
        for link in ["https://example.org/?scenario=bank&threads=2", &long] {
            let squares = Squares::new(code(link)).expect("short enough");
            assert_eq!(read(&squares), link);
        }
    }

    #[test]
    fn what_is_too_long_has_no_code() {
        assert_eq!(Squares::new(code(&"x".repeat(4000))), None);
        assert_eq!(Squares::new(vec![1; 5]), None);
    }

    #[test]
    fn dark_squares_are_painted_where_they_are() {
        let squares = Squares::new(vec![1, 0, 0, 1]).expect("two by two");
        assert_eq!(squares.as_path(), "M0 0h1v1h-1zM1 1h1v1h-1z");
    }
}
