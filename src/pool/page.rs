//! A page of the site, as threads get it: `urllib.request.urlopen`.

use crate::platform::{self, Platform, Script};
use crate::sync::{Error, ErrorKind, Object};
use crate::trace::At;
use crate::trace::objects::ObjectKind;

/// A page of the site itself.
pub struct Page<P: Platform> {
    page: platform::Page,
    object: Object<P>,
}

impl<P: Platform> Page<P> {
    /// The page at a path below the site's root; `script` is what answers where there
    /// is no network.
    ///
    /// # Panics
    /// If the path could lead out of the site.
    pub fn new(path: impl Into<String>, script: Script) -> Page<P> {
        let page = platform::Page::new(path, script);
        Page {
            object: Object::new(ObjectKind::Page, page.path()),
            page,
        }
    }

    /// Waits for the answer, and blocks the thread meanwhile: the answer's status, also
    /// where that is 404. (`urlopen` raises such a status as an `HTTPError`, which has
    /// it as its `code`.) Going on after it is a step.
    ///
    /// # Errors
    /// `URLError` if no answer came.
    #[track_caller]
    pub fn get(&self) -> impl Future<Output = Result<u16, Error>> {
        let at = self.object.at(At::caller());
        async move {
            let answer = P::get(&self.page, at).await;
            answer.map_err(|_| {
                let message = format!("no answer to {}", self.page.path());
                Error::new(ErrorKind::URLError, message)
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::platform::Unreachable;
    use crate::platform::native::{Native, Run};

    fn got(answer: Result<u16, Unreachable>) -> Result<u16, String> {
        let run = Run::new(100.0);
        let got = run.main(async {
            let after = Duration::from_millis(100);
            let page = Page::<Native>::new("index.html", Script { answer, after });
            let got = page.get().await;
            assert!(Native::now() >= after, "the answer takes its time");
            got
        });
        let got = got.expect("nobody stops it");
        got.map_err(|error| error.to_string())
    }

    #[test]
    fn a_page_is_answered_as_the_script_says() {
        assert_eq!(got(Ok(200)), Ok(200));
        assert_eq!(got(Ok(404)), Ok(404));
        let error = "URLError: no answer to index.html";
        assert_eq!(got(Err(Unreachable)), Err(error.to_owned()));
    }
}
