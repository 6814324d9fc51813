//! The normal form in which Python compares names. Its tables are a third of the compiler's
//! module, and the browser has them anyway.

/// What the parser asks of a text.
pub trait UnicodeNormalization {
    /// The characters of its normal form KC.
    fn nfkc(self) -> std::vec::IntoIter<char>;
}

impl UnicodeNormalization for &str {
    #[cfg(target_arch = "wasm32")]
    fn nfkc(self) -> std::vec::IntoIter<char> {
        let normal = js_sys::JsString::from(self).normalize("NFKC");
        let normal: Vec<char> = String::from(normal).chars().collect();
        normal.into_iter()
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn nfkc(self) -> std::vec::IntoIter<char> {
        let normal = unicode_normalization_alignments::UnicodeNormalization::nfkc(self);
        let normal: Vec<char> = normal.map(|(character, _)| character).collect();
        normal.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_that_look_alike_are_one() {
        assert!("ﬁn".nfkc().eq("fin".chars()));
        assert!("e\u{301}".nfkc().eq(['é']));
        assert!("ℌ𝓪".nfkc().eq("Ha".chars()));
    }
}
