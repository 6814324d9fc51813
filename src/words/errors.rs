//! What went wrong with the browser, the network and the workers.

/// In place of what the browser says, where it says nothing.
pub const NO_REASON: &str = "it does not say why";

pub const NO_WORKER: &str = "The browser refused to start a worker.";
pub const NOT_LOADED: &str = "worker.js could not be loaded";
pub const NOT_BEGUN: &str = "its workers have not begun for a minute";

// The same as sentences.
pub const WORKER_NOT_LOADED: &str = "worker.js could not be loaded.";
pub const WORKER_NOT_BEGUN: &str = "worker.js has not begun for a minute.";

pub fn run_refused(reason: &str) -> String {
    format!("The browser refused to start the run: {reason}")
}

pub fn worker_refused(reason: &str) -> String {
    format!("The browser refused to start a worker: {reason}")
}

pub fn model_failed(message: &str) -> String {
    format!("The model failed: {message}.")
}

pub fn thread_failed(thread: &str, message: &str) -> String {
    format!("{thread}: {message}")
}

pub fn module_missing(name: &str, reason: &str) -> String {
    format!("{name} could not be loaded: {reason}")
}

pub fn status(status: u16) -> String {
    format!("status {status}")
}

// What the page and its workers cannot make sense of.
pub const WORKER_UNCLEAR: &str = "its worker told something unknown";
pub const PAGE_UNCLEAR: &str = "the page told something unknown";
pub const OTHER_MODULE: &str = "its program is in another module";

// What a task that asks for a page is told.
pub const NOT_OF_THE_SITE: &str = "not a page of this site";
pub const UNREACHABLE: &str = "the site cannot be reached";
